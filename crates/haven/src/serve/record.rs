//! Asking makes the record: what was asked and answered on a page goes into the register before the answer is shown.

use super::books::Served;
use super::here::Here;
use super::watch;
use crate::ask::record::pairs_of;
use crate::node;
use haven_law::decide::Decision;
use haven_law::request::Request;
use haven_register::db::DbError;
use haven_register::entry::{Draft, Pairs};
use haven_register::moment::Moment;
use haven_register::register::{Register, Stored};
use haven_register::writer::{Receipt, WriteError};
use jiff::ZonedDateTime;
use sha2::{Digest, Sha256};

/// What became of the record of an answer.
pub(crate) enum Recorded {
    /// It is durable, with its place in the log.
    Kept(Receipt, Moment),
    /// Nobody is signed in and the city does not record without: the answer stands, and there is no record of it.
    NotSignedIn,
    /// Their role asks nothing on record.
    NotTheirs,
    /// The service keeps no register.
    NoRegister,
    /// No agency was named, and every record belongs to one.
    NoAgency,
    /// It could not be written. The page says so: an answer that seems recorded and is not would betray who relies on it.
    Failed,
}

/// A word for a page that can be sent: another for each.
pub(super) fn once() -> String {
    let mut bytes = [0_u8; 12];
    // Without randomness there is no word, and what is sent twice is recorded twice: nothing is lost.
    if node::entropy(&mut bytes).is_err() {
        return String::new();
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Records an answer for whoever asked.
///
/// `once` is a word of the page that was sent: what is sent again from it, by a reload or by a finger that was too quick, is
/// recorded once.
pub(crate) async fn keep(here: &Here, request: &Request, decision: &Decision, station: Option<&str>, once: &str) -> Recorded {
    let Some(served) = here.app.served.as_ref().filter(|served| served.writes) else { return Recorded::NoRegister };
    let Some(door) = here.who.door() else {
        return if here.who.staff().is_some() { Recorded::NotTheirs } else { Recorded::NotSignedIn };
    };
    let Ok(now) = node::now(&served.schema) else { return Recorded::Failed };
    let Some(pairs) = pairs_for(here, served, request, decision, station, &now, door) else { return Recorded::NoAgency };
    if once.is_empty() {
        return write(served, &pairs, &now).await;
    }
    let external = external_id(once, &pairs);
    keep_once(served, pairs, external, &now).await
}

/// Writes an entry under an external id, unless there is one of that id already.
pub(super) async fn keep_once(served: &Served, mut pairs: Pairs, external: String, now: &ZonedDateTime) -> Recorded {
    if let Some(known) = known(served, &external).await {
        return known;
    }
    pairs.insert("external_id".to_owned(), external.clone());
    match write(served, &pairs, now).await {
        // Another request of the same page was quicker.
        Recorded::Failed => known(served, &external).await.unwrap_or(Recorded::Failed),
        recorded => recorded,
    }
}

/// A name for what one page asked: the page's word and all that was stated, so that another answer from the same page is
/// another record.
fn external_id(once: &str, pairs: &Pairs) -> String {
    let stated = ["agency", "action", "as_of", "facts", "by"].map(|name| pairs.get(name).map_or("", String::as_str));
    external_of(&[once], &stated)
}

/// A name made of texts: the same for the same texts in the same order.
pub(crate) fn external_of(page: &[&str], stated: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in page.iter().chain(stated) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let hex: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02X}")).collect();
    format!("W-{hex}")
}

/// The entry of an external id as it was recorded first, if there is one.
pub(crate) async fn first_of(register: &Register, external: &str) -> Result<Option<Stored>, DbError> {
    let Some(id) = register.id_of(external).await? else { return Ok(None) };
    Ok(register.history(&id).await?.into_iter().next())
}

/// What is told of an entry that was recorded before.
pub(crate) fn receipt_of(first: &Stored) -> Receipt {
    let record = &first.record;
    Receipt { id: record.id.clone(), version: record.version, log: first.log, index: first.index, known: true }
}

/// The record of an external id, if there is one.
async fn known(served: &Served, external: &str) -> Option<Recorded> {
    let first = first_of(&served.register, external).await.ok()??;
    let at = first.record.moment("at", served.register.zone())?;
    Some(Recorded::Kept(receipt_of(&first), at))
}

/// An answer as an entry, for whoever asked by that door; none where no agency was named that the law knows.
pub(super) fn pairs_for(
    here: &Here,
    served: &Served,
    request: &Request,
    decision: &Decision,
    station: Option<&str>,
    now: &ZonedDateTime,
    door: &str,
) -> Option<Pairs> {
    let agency = request.agency.as_deref().and_then(|name| served.schema.agency(name))?;
    let mut pairs = pairs_of(&here.app.pack, request, decision, &Moment::at(now));
    pairs.insert("door".to_owned(), door.to_owned());
    pairs.insert("by".to_owned(), here.who.by().to_owned());
    // A page says its station, whoever signed in is at theirs, and else the counter knows where to put it.
    let own = here.who.staff().and_then(|staff| staff.station.as_deref());
    let of_agency = |name: &&str| served.schema.station(name).is_some_and(|station| station.agency == agency);
    if let Some(station) = [station, own, here.app.counter.station(agency)].into_iter().flatten().find(of_agency) {
        pairs.insert("station".to_owned(), station.to_owned());
    }
    Some(pairs)
}

/// Writes an entry.
pub(super) async fn write(served: &Served, pairs: &Pairs, now: &ZonedDateTime) -> Recorded {
    let draft = Draft::read(&served.schema, served.register.zone(), pairs, &Moment::at(now));
    // No error of an entry repeats what was stated, so it may stand in a log.
    let draft = match draft {
        Ok(draft) => draft,
        Err(errors) => {
            for error in errors {
                watch::not_recorded(&error.to_string());
            }
            return Recorded::Failed;
        }
    };
    match served.register.add(draft, now).await {
        Ok(receipt) => Recorded::Kept(receipt, Moment::at(now)),
        Err(error) => {
            watch::not_recorded(&reason(&error));
            Recorded::Failed
        }
    }
}

/// Why an entry was not recorded, without anything that stood in it.
pub(super) fn reason(error: &WriteError) -> String {
    match error {
        WriteError::Refused(error) => format!("the register refuses its field `{}`", error.field),
        other => other.to_string(),
    }
}

/// What a page says about the record of an answer.
pub(super) struct Note {
    /// The key of the sentence.
    pub key: &'static str,
    /// The number of the decision; empty where there is none.
    pub number: String,
    /// The time of day at which it was asked.
    pub time: String,
}

impl Note {
    /// Puts it into words.
    pub(super) fn new(recorded: Recorded) -> Note {
        let without = |key| Note { key, number: String::new(), time: String::new() };
        match recorded {
            Recorded::Kept(receipt, at) => Note {
                key: "receipt-kept",
                number: receipt.id,
                // A moment is written as RFC 3339 has it.
                time: at.to_string().get(11..16).unwrap_or_default().to_owned(),
            },
            Recorded::NotSignedIn => without("receipt-nobody"),
            Recorded::NotTheirs => without("receipt-role"),
            Recorded::NoRegister => without("receipt-no-register"),
            Recorded::NoAgency => without("receipt-no-agency"),
            Recorded::Failed => without("receipt-failed"),
        }
    }
}
