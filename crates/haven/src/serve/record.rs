//! Asking makes the record: what was asked and answered on a page goes into the register before the answer is shown.

use super::here::Here;
use super::watch;
use super::who::Who;
use crate::ask::record::pairs_of;
use crate::node;
use haven_law::decide::Decision;
use haven_law::request::Request;
use haven_register::entry::{Draft, Pairs};
use haven_register::moment::Moment;
use haven_register::writer::WriteError;
use jiff::ZonedDateTime;
use sha2::{Digest, Sha256};

/// What became of the record of an answer.
pub(crate) enum Recorded {
    /// It is durable, with its place in the log.
    Kept(haven_register::writer::Receipt, ZonedDateTime),
    /// Nobody is signed in and the city does not record without: the answer stands, and there is no record of it.
    NotSignedIn,
    /// The service keeps no register.
    NoRegister,
    /// It could not be written. The page says so: an answer that seems recorded and is not would betray who relies on it.
    Failed,
}

/// Records an answer for whoever asked.
pub(crate) async fn keep(here: &Here, request: &Request, decision: &Decision, more: Pairs) -> Recorded {
    let Some(served) = here.app.served.as_ref().filter(|served| served.writes) else { return Recorded::NoRegister };
    let Ok(now) = node::now(&served.schema) else { return Recorded::Failed };
    let Some(mut pairs) = pairs_for(here, request, decision, &now) else { return Recorded::NotSignedIn };
    pairs.extend(more);
    write(here, &pairs, &now).await
}

/// An answer as an entry, for whoever asked; none where nothing is recorded for them.
fn pairs_for(here: &Here, request: &Request, decision: &Decision, now: &ZonedDateTime) -> Option<Pairs> {
    let mut pairs = pairs_of(&here.app.pack, request, decision, &Moment::at(now));
    pairs.insert("door".to_owned(), here.who.door()?.to_owned());
    if let Who::Staff(staff) = &here.who {
        pairs.insert("by".to_owned(), staff.id.clone());
        if let Some(station) = &staff.station {
            pairs.insert("station".to_owned(), station.clone());
        }
    }
    Some(pairs)
}

/// Writes an entry.
pub(crate) async fn write(here: &Here, pairs: &Pairs, now: &ZonedDateTime) -> Recorded {
    let Some(served) = here.app.served.as_ref().filter(|served| served.writes) else { return Recorded::NoRegister };
    let draft = Draft::read(&served.schema, served.register.zone(), pairs, &Moment::at(now));
    let Ok(draft) = draft else {
        watch::not_recorded("the entry does not fit the register's schema");
        return Recorded::Failed;
    };
    match served.register.add(draft, now).await {
        Ok(receipt) => Recorded::Kept(receipt, now.clone()),
        Err(error) => {
            watch::not_recorded(&reason(&error));
            Recorded::Failed
        }
    }
}

/// Why an entry was not recorded, without anything that stood in it.
fn reason(error: &WriteError) -> String {
    match error {
        WriteError::Refused(error) => format!("the register refuses its field `{}`", error.field),
        other => other.to_string(),
    }
}

/// Why an answer that a program wanted recorded is not.
pub(crate) enum NotKept {
    /// The service keeps no register.
    NoRegister,
    /// Nobody is signed in and the city does not record without.
    NotSignedIn,
    /// The key was used for another request.
    OtherRequest,
    /// The key was used for this request under other law.
    OtherLaw,
    /// It could not be written.
    Failed,
}

/// Records an answer for whoever asked; under a key, once, however often and by however many nodes it is tried.
pub(crate) async fn keep_once(
    here: &Here,
    request: &Request,
    decision: &Decision,
    key: Option<&str>,
) -> Result<haven_register::writer::Receipt, NotKept> {
    let served = here.app.served.as_ref().filter(|served| served.writes).ok_or(NotKept::NoRegister)?;
    let now = node::now(&served.schema).map_err(|_| NotKept::Failed)?;
    let mut pairs = pairs_for(here, request, decision, &now).ok_or(NotKept::NotSignedIn)?;
    let Some(key) = key else {
        return match write(here, &pairs, &now).await {
            Recorded::Kept(receipt, _) => Ok(receipt),
            _ => Err(NotKept::Failed),
        };
    };
    let failed = |why: &str| {
        watch::not_recorded(why);
        NotKept::Failed
    };
    let external = external_id(&here.who, key);
    pairs.insert("external_id".to_owned(), external.clone());
    loop {
        let first = served.register.history(&external).await.map_err(|error| failed(&error.to_string()))?.into_iter().next();
        if let Some(first) = &first {
            // The register knows an entry again by all that it says, and when it was asked first is part of that.
            pairs.insert("at".to_owned(), first.record.at.clone());
        }
        let draft = Draft::read(&served.schema, served.register.zone(), &pairs, &Moment::at(&now));
        let draft = draft.map_err(|_| failed("the entry does not fit the register's schema"))?;
        let fields = draft.fields.clone();
        match (served.register.add(draft, &now).await, first) {
            (Ok(receipt), _) => return Ok(receipt),
            // Somebody else recorded it since it was looked for: it is looked for again. An entry never loses its id.
            (Err(WriteError::Refused(error)), None) if error.field == "external_id" => {}
            (Err(WriteError::Refused(error)), Some(first)) if error.field == "external_id" => {
                let asked = ["action", "as_of", "facts", "door"];
                let same = asked.iter().all(|name| first.record.fields.get(*name) == fields.get(*name));
                let other_law = first.record.fields.get("law") != fields.get("law");
                return Err(if same && other_law { NotKept::OtherLaw } else { NotKept::OtherRequest });
            }
            (Err(error), _) => return Err(failed(&reason(&error))),
        }
    }
}

/// The external id of an idempotency key: of everybody's own, and nothing of the key can be read from it.
fn external_id(who: &Who, key: &str) -> String {
    let whose = if let Who::Staff(staff) = who { staff.id.as_str() } else { "" };
    // The length keeps whose it is apart from the key.
    let digest = Sha256::digest(format!("haven idempotency key\n{} {whose} {key}", whose.len()));
    let hex: String = digest.iter().take(18).map(|byte| format!("{byte:02X}")).collect();
    // A digit for the rule that every id has one; 144 bits are as many as an id has room for.
    format!("KEY1{hex}")
}

/// What a page says about the record of an answer.
pub(super) struct Receipt {
    /// The key of the sentence.
    pub key: &'static str,
    /// The number of the decision; empty where there is none.
    pub number: String,
    /// The time of day at which it was asked.
    pub time: String,
    /// The day.
    pub day: String,
}

impl Receipt {
    /// Puts it into words.
    pub(super) fn new(recorded: Recorded) -> Receipt {
        let without = |key| Receipt { key, number: String::new(), time: String::new(), day: String::new() };
        match recorded {
            Recorded::Kept(receipt, now) => Receipt {
                key: "receipt-kept",
                number: receipt.id,
                time: now.strftime("%H:%M").to_string(),
                day: now.strftime("%Y-%m-%d").to_string(),
            },
            Recorded::NotSignedIn => without("receipt-nobody"),
            Recorded::NoRegister => without("receipt-no-register"),
            Recorded::Failed => without("receipt-failed"),
        }
    }
}
