//! Asking makes the record: what was asked and answered on a page goes into the register before the answer is shown.

use super::here::Here;
use super::who::Who;
use crate::ask::record::pairs_of;
use crate::node;
use haven_law::decide::Decision;
use haven_law::request::Request;
use haven_register::entry::{Draft, Pairs};
use haven_register::moment::Moment;
use haven_register::writer::Receipt;
use jiff::ZonedDateTime;

/// What became of the record of an answer.
pub(crate) enum Recorded {
    /// It is durable, with its place in the log.
    Kept(Receipt, ZonedDateTime),
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
    let Some(door) = here.who.door() else { return Recorded::NotSignedIn };
    let Ok(now) = node::now(&served.schema) else { return Recorded::Failed };
    let mut pairs = pairs_of(&here.app.pack, request, decision, &Moment::at(&now));
    pairs.insert("door".to_owned(), door.to_owned());
    if let Who::Staff(staff) = &here.who {
        pairs.insert("by".to_owned(), staff.id.clone());
        if let Some(station) = &staff.station {
            pairs.insert("station".to_owned(), station.clone());
        }
    }
    pairs.extend(more);
    write(here, &pairs, &now).await
}

/// Writes an entry.
pub(crate) async fn write(here: &Here, pairs: &Pairs, now: &ZonedDateTime) -> Recorded {
    let Some(served) = here.app.served.as_ref().filter(|served| served.writes) else { return Recorded::NoRegister };
    let draft = Draft::read(&served.schema, served.register.zone(), pairs, &Moment::at(now));
    let Ok(draft) = draft else { return Recorded::Failed };
    match served.register.add(draft, now).await {
        Ok(receipt) => Recorded::Kept(receipt, now.clone()),
        Err(_) => Recorded::Failed,
    }
}
