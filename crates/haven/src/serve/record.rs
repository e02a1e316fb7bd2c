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
    let Some(door) = here.who.door() else { return Recorded::NotSignedIn };
    let mut pairs = pairs_for(here, request, decision, &now, door);
    pairs.extend(more);
    write(here, &pairs, &now).await
}

/// An answer as an entry, for whoever asked by that door.
pub(super) fn pairs_for(here: &Here, request: &Request, decision: &Decision, now: &ZonedDateTime, door: &str) -> Pairs {
    let mut pairs = pairs_of(&here.app.pack, request, decision, &Moment::at(now));
    pairs.insert("door".to_owned(), door.to_owned());
    pairs.insert("by".to_owned(), here.who.by().to_owned());
    if let Who::Staff(staff) = &here.who
        && let Some(station) = &staff.station
    {
        pairs.insert("station".to_owned(), station.clone());
    }
    pairs
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
pub(super) fn reason(error: &WriteError) -> String {
    match error {
        WriteError::Refused(error) => format!("the register refuses its field `{}`", error.field),
        other => other.to_string(),
    }
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
