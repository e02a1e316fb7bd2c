//! Complaints without a name: encrypted when they arrive, followed by a code that only its owner has.

use super::data::{Body, Guide, Route};
use crate::node;
use crate::serve::books::{Served, known_before};
use argon2::{Algorithm, Argon2, Params, Version};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use haven_register::entry::{Draft, Pairs, Record};
use haven_register::moment::Moment;
use haven_register::register::{Filter, Stored};
use haven_register::seal::seal;
use haven_report::Groups;
use haven_report::report::Value;
use haven_report::suppress::suppress;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The digits of a code.
const DIGITS: usize = 16;
/// The id under which entries of this page stand, in the place of a member of staff.
const INTAKE: &str = "INTAKE-0";
/// The longest text, in characters; encrypted it must fit into a field of the register.
pub(super) const TEXT_CHARS_MAX: usize = 8_000;
/// Lookups of codes that may be made in a minute, by everyone together, and at once.
const LOOKUPS: (u32, u32) = (30, 10);
/// Complaints that may come in a minute, and at once.
const COMPLAINTS: (u32, u32) = (20, 10);
/// Memory in KiB and rounds of the slow hash: what is recommended for passwords.
const HASH: (u32, u32) = (19 * 1024, 2);
/// Age bands of the public docket, in days: a complaint is in the first whose end it has not reached.
pub(super) const AGES: [(&str, i32); 4] = [("month", 30), ("quarter", 90), ("half", 180), ("longer", i32::MAX)];
/// Stages of a complaint, in their order.
pub(super) const STAGES: [&str; 3] = ["received", "routed", "closed"];

/// What the desk for complaints works with.
pub(super) struct Intake {
    /// The handler's public key; without it no complaint is taken.
    key: Option<String>,
    lookups: DefaultDirectRateLimiter,
    arrivals: DefaultDirectRateLimiter,
    /// The slow hash is made one at a time, so that nobody can fill the memory with it.
    hashing: Arc<Semaphore>,
}

/// Why something could not be done.
pub(super) enum Refused {
    /// Too often, by everyone together.
    TooOften,
    /// It could not be read or written.
    Failed,
}

/// What a complaint says of itself, and nothing of its content.
pub(super) struct Clock {
    pub day: Date,
    pub age: i32,
    pub stage: &'static str,
    pub to: String,
    pub copies: Vec<String>,
}

/// The public docket.
pub(super) struct Docket {
    pub until: Date,
    /// Whether there is something to count: a complaint, or a log that began before.
    pub counts: bool,
    /// The day from which on this month's complaints are counted.
    pub next: Date,
    pub total: Value,
    pub fewer_than: u64,
    pub bodies: Vec<(String, Value)>,
    pub stages: Vec<(&'static str, Value)>,
    pub ages: Vec<(&'static str, Value)>,
}

fn limiter((per_minute, at_once): (u32, u32)) -> DefaultDirectRateLimiter {
    let number = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    RateLimiter::direct(Quota::per_minute(number(per_minute)).allow_burst(number(at_once)))
}

impl Intake {
    /// The desk, with the handler's key where there is one.
    pub(super) fn new(key: Option<String>) -> Intake {
        Intake { key, lookups: limiter(LOOKUPS), arrivals: limiter(COMPLAINTS), hashing: Arc::new(Semaphore::new(1)) }
    }

    /// Whether complaints can be taken: there is a handler's key, and a register that may be written in.
    pub(super) fn takes(&self, served: Option<&Served>) -> bool {
        self.key.is_some() && served.is_some_and(|served| served.writes)
    }

    /// Encrypts a text and records the complaint; what is given back is the code, which is kept nowhere.
    pub(super) async fn take(&self, served: &Served, guide: &Guide, route: &Route, text: &str) -> Result<String, Refused> {
        self.arrivals.check().map_err(|_| Refused::TooOften)?;
        let key = self.key.as_ref().ok_or(Refused::Failed)?;
        let sealed = seal(key, &padded(text)).map_err(|_| Refused::Failed)?;
        let code = code().ok_or(Refused::Failed)?;
        let name = self.name(served.register.origin(), &code).await.ok_or(Refused::Failed)?;
        let now = node::now(&served.schema).map_err(|_| Refused::Failed)?;
        let word = |id: &str| guide.body(id).and_then(|body: &Body| body.word.clone());
        let station = guide.body(&route.to).and_then(|body| body.station.clone());
        let copies: Vec<String> = route.copy.iter().filter_map(|id| word(id)).collect();
        let fields = [
            ("kind", Some("complaint".to_owned())),
            ("station", station),
            // The day alone: the minute could be held against the minute of somebody's connection.
            ("at", Some(now.date().to_string())),
            ("by", Some(INTAKE.to_owned())),
            ("external_id", Some(name)),
            ("against", Some(route.against.clone())),
            ("allegation", Some(route.allegation.clone())),
            ("routed_to", word(&route.to)),
            ("copy_to", Some(copies.join(";")).filter(|copies| !copies.is_empty())),
            ("text", Some(sealed)),
        ];
        let pairs: Pairs = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        let draft = Draft::read(&served.schema, served.register.zone(), &pairs, &Moment::at(&now)).map_err(|_| Refused::Failed)?;
        let receipt = served.register.add(draft, &now).await.map_err(|_| Refused::Failed)?;
        // Two complaints under one code would be one that can be followed and one that is lost.
        if receipt.known { Err(Refused::Failed) } else { Ok(code) }
    }

    /// Looks a code up; none where no complaint has it.
    pub(super) async fn find(&self, served: &Served, typed: &str) -> Result<Option<Clock>, Refused> {
        self.lookups.check().map_err(|_| Refused::TooOften)?;
        let code: String = typed.chars().filter(char::is_ascii_digit).collect();
        let only_digits = typed.chars().all(|letter| letter.is_ascii_digit() || letter == ' ' || letter == '-');
        if code.len() != DIGITS || !only_digits {
            return Ok(None);
        }
        let name = self.name(served.register.origin(), &code).await.ok_or(Refused::Failed)?;
        let Some(id) = served.register.id_of(&name).await.map_err(|_| Refused::Failed)? else { return Ok(None) };
        let found = served.register.history(&id).await.map_err(|_| Refused::Failed)?.pop();
        let Some(Stored { record, .. }) = found.filter(|found| found.record.kind == "complaint") else { return Ok(None) };
        let today = node::now(&served.schema).map_err(|_| Refused::Failed)?.date();
        Ok(record.day().map(|day| clock(&record, day, today)))
    }

    /// The name under which a complaint stands in the register: of the code only this is kept. It is made slowly, because a
    /// code is short enough to be tried, and it holds for this log only.
    async fn name(&self, origin: &str, code: &str) -> Option<String> {
        let place = Arc::clone(&self.hashing).acquire_owned().await.ok()?;
        let (salt, code) = (Sha256::digest(format!("complaint code of {origin}")), code.to_owned());
        let hash = tokio::task::spawn_blocking(move || {
            let _place = place;
            let params = Params::new(HASH.0, HASH.1, 1, Some(15)).ok()?;
            let mut bytes = [0; 15];
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(code.as_bytes(), &salt, &mut bytes).ok()?;
            Some(bytes)
        });
        let bytes = hash.await.ok()??;
        // An id has a digit in it; thirty hexadecimal digits nearly always have, the 0 always.
        Some(format!("C0-{}", bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>()))
    }
}

/// The text with spaces up to the next full kibibyte: the length of what is encrypted would say how much was written.
fn padded(text: &str) -> String {
    const STEP: usize = 1024;
    let length = text.len().max(1).div_ceil(STEP).saturating_mul(STEP);
    let mut padded = text.to_owned();
    padded.extend(std::iter::repeat_n(' ', length.saturating_sub(text.len())));
    padded
}

/// Sixteen random digits.
fn code() -> Option<String> {
    let mut code = String::new();
    while code.len() < DIGITS {
        let mut bytes = [0; 32];
        node::entropy(&mut bytes).ok()?;
        // Bytes from 250 on would make some digits likelier than others.
        code.extend(bytes.iter().filter(|byte| **byte < 250).map(|byte| char::from(b'0' + byte % 10)));
    }
    code.truncate(DIGITS);
    Some(code)
}

/// A code in groups of four, as people read and type it.
pub(super) fn grouped(code: &str) -> String {
    let digits: Vec<char> = code.chars().collect();
    digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn stage(record: &Record, until: Date) -> &'static str {
    let by_then = |field: &str| record.text(field).and_then(|day| day.parse::<Date>().ok()).is_some_and(|day| day <= until);
    // What staff entered came to them through a person.
    if by_then("closed_on") {
        "closed"
    } else if by_then("routed_on") || record.by != INTAKE {
        "routed"
    } else {
        "received"
    }
}

fn clock(record: &Record, day: Date, today: Date) -> Clock {
    Clock {
        day,
        age: (today - day).get_days().max(0),
        stage: stage(record, today),
        to: record.text("routed_to").unwrap_or_default().to_owned(),
        copies: record.texts("copy_to").into_iter().map(str::to_owned).collect(),
    }
}

/// The day on which the log of this register began: that of its first record; none while there is none.
async fn began(served: &Served) -> Result<Option<Date>, Refused> {
    for (log, _, size, _) in served.register.logs().await.map_err(|_| Refused::Failed)? {
        let first = served.register.written(log, 0, 1).await.map_err(|_| Refused::Failed)?.pop().filter(|_| size > 0);
        if let Some(stored) = first {
            return Ok(stored.record.recorded_at.get(..10).and_then(|day| day.parse().ok()));
        }
    }
    Ok(None)
}

/// Counts of complaints up to the end of last month, as they were known when this month began: who looks every day must not
/// see single ones come, be sent on or be closed, however late that was entered.
pub(super) async fn docket(served: &Served, today: Date) -> Result<Docket, Refused> {
    let groups = served.source.get("reports.toml").ok_or(Refused::Failed)?;
    let fewer_than = Groups::read(groups).map_err(|_| Refused::Failed)?.fewer_than();
    let first = today.first_of_month();
    let until = first.yesterday().map_err(|_| Refused::Failed)?;
    let filter = Filter { kinds: vec!["complaint".to_owned()], until: Some(first), ..Filter::default() };
    let known = known_before(served, &filter, first).await.map_err(|_| Refused::Failed)?;
    let records: Vec<(&Record, Date)> = known.iter().filter_map(|record| Some((record, record.day()?))).collect();
    let words: Vec<String> = served.schema.list("routed_to").iter().map(|word| word.name.clone()).collect();
    let count = |wanted: &dyn Fn(&Record, Date) -> bool| records.iter().filter(|(record, day)| wanted(record, *day)).count() as u64;
    let age = |day: Date| (until - day).get_days();
    let band = |day: Date| AGES.iter().find(|(_, end)| age(day) < *end).map_or("longer", |(name, _)| name);
    let bodies: Vec<u64> = words.iter().map(|word| count(&|record, _| record.text("routed_to") == Some(word))).collect();
    let stages: Vec<u64> = STAGES.iter().map(|name| count(&|record, _| stage(record, until) == *name)).collect();
    let ages: Vec<u64> = AGES.iter().map(|(name, _)| count(&|_, day| band(day) == *name)).collect();
    let total = records.len() as u64;
    let counts = total > 0 || began(served).await?.is_some_and(|day| day <= until);
    let shown = suppress(total, &[bodies, stages, ages], fewer_than);
    let mut parts = shown.partitions.into_iter();
    let mut part = || parts.next().unwrap_or_default();
    Ok(Docket {
        until,
        counts,
        next: first.last_of_month().tomorrow().map_err(|_| Refused::Failed)?,
        total: shown.total,
        fewer_than,
        bodies: words.into_iter().zip(part()).collect(),
        stages: STAGES.into_iter().zip(part()).collect(),
        ages: AGES.into_iter().map(|(name, _)| name).zip(part()).collect(),
    })
}
