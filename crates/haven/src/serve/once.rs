//! Recording an answer for a program, which may not know whether it was recorded already: once under a key.

use super::here::Here;
use super::record::{self, Recorded, external_of};
use super::watch;
use super::who::Who;
use crate::node;
use haven_law::decide::Decision;
use haven_law::request::Request;
use haven_register::entry::{Draft, Pairs};
use haven_register::moment::Moment;
use haven_register::writer::{Receipt, WriteError};
use sha2::{Digest, Sha256};

/// Why an answer that a program wanted recorded is not.
pub(crate) enum NotKept {
    /// The service keeps no register.
    NoRegister,
    /// Nobody is signed in and the city does not record without.
    NotSignedIn,
    /// No agency that the law names was named, and every record belongs to one.
    NoAgency,
    /// The key was used for another request.
    OtherRequest,
    /// The key was used for this request under other law.
    OtherLaw,
    /// It could not be written.
    Failed,
}

/// Records an answer for whoever asked; under a key, once, however often and by however many nodes it is tried.
pub(crate) async fn keep_once(here: &Here, request: &Request, decision: &Decision, key: Option<&str>) -> Result<Receipt, NotKept> {
    let served = here.app.served.as_ref().filter(|served| served.writes).ok_or(NotKept::NoRegister)?;
    let now = node::now(&served.schema).map_err(|_| NotKept::Failed)?;
    let door = here.who.door().ok_or(NotKept::NotSignedIn)?;
    let mut pairs = record::pairs_for(here, served, request, decision, None, &now, door).ok_or(NotKept::NoAgency)?;
    let Some(key) = key else {
        return match record::write(served, &pairs, &now).await {
            Recorded::Kept(receipt, _) => Ok(receipt),
            _ => Err(NotKept::Failed),
        };
    };
    let failed = |why: &str| {
        watch::not_recorded(why);
        NotKept::Failed
    };
    let external = external_id(&here.who, key, &pairs);
    pairs.insert("external_id".to_owned(), external.clone());
    loop {
        let first = record::first_of(&served.register, &external).await.map_err(|error| failed(&error.to_string()))?;
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
            (Err(error), _) => return Err(failed(&record::reason(&error))),
        }
    }
}

/// The external id of an idempotency key: of everybody's own, and nothing of the key can be read from it.
///
/// A device without a log-in is nobody: two of them cannot be told apart, so a key is theirs together with what they ask.
/// Neither can use up a key of the other's, or find out that there is one; where both ask the same under the same key, each
/// would get the same answer anyway.
fn external_id(who: &Who, key: &str, pairs: &Pairs) -> String {
    let asked = match who {
        Who::Staff(_) => String::new(),
        Who::Device | Who::Anyone => {
            external_of(&[], &["agency", "action", "as_of", "facts"].map(|name| pairs.get(name).map_or("", String::as_str)))
        }
    };
    let whose = format!("{}{asked}", who.by());
    // The length keeps whose it is apart from the key.
    let digest = Sha256::digest(format!("haven idempotency key\n{} {whose} {key}", whose.len()));
    let hex: String = digest.iter().take(18).map(|byte| format!("{byte:02X}")).collect();
    // A digit for the rule that every id has one; 144 bits are as many as an id has room for.
    format!("KEY1{hex}")
}
