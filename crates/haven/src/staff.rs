//! Who may sign in, changed by an administrator on a page or by whoever keeps the server at the command line.
//!
//! INVARIANT: each change is recorded in the register, with who made it, before it takes effect; one that cannot be recorded
//! is not made.

mod command;

pub(crate) use command::{Command, run};

use crate::node;
use haven_register::entry::{Draft, FieldError, Pairs};
use haven_register::moment::Moment;
use haven_register::register::Register;
use haven_register::staff::{Hash, StaffError, id_of};
use haven_register::writer::WriteError;
use jiff::{SignedDuration, Timestamp, ZonedDateTime};
use sha2::{Digest, Sha256};

/// How long a one-time code is valid: over a weekend.
const CODE_VALID: SignedDuration = SignedDuration::from_hours(72);
/// What codes are made of: no letter that looks like a digit or another letter.
const CODE_LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// What was given, or the database.
    #[error(transparent)]
    Staff(#[from] StaffError),
    /// It could not be recorded.
    #[error(transparent)]
    NotRecorded(#[from] WriteError),
    /// The entry about it does not fit what may be recorded.
    #[error("{0}")]
    Entry(String),
    /// No randomness.
    #[error("{0}")]
    Entropy(String),
}

/// A one-time code, to be shown once.
pub(crate) struct Code {
    /// The code, for people.
    pub text: String,
    /// Until when it is valid.
    pub until: ZonedDateTime,
}

/// 32 bytes that nobody can guess.
pub(crate) fn secret() -> Result<[u8; 32], Refused> {
    let mut bytes = [0; 32];
    node::entropy(&mut bytes).map_err(Refused::Entropy)?;
    Ok(bytes)
}

/// What is kept of a code. Spaces, hyphens and capitals are how people write it, not part of it.
pub(crate) fn hash_of_code(typed: &str) -> Hash {
    let code: String = typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    Sha256::digest(code).into()
}

fn new_code(now: &ZonedDateTime) -> Result<(Code, Hash, Timestamp), Refused> {
    // Eighty bits: five of each of sixteen bytes.
    let letter = |byte: &u8| CODE_LETTERS.get(usize::from(byte % 32)).map(|letter| char::from(*letter));
    let letters: Vec<char> = secret()?.iter().take(16).filter_map(letter).collect();
    let text = letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-");
    let until = now.saturating_add(CODE_VALID);
    let hash = hash_of_code(&text);
    Ok((Code { text, until: until.clone() }, hash, until.timestamp()))
}

/// Records a privileged act.
pub(crate) async fn record(
    register: &Register,
    by: &str,
    act: &str,
    about: Option<&str>,
    roles: &[String],
    now: &ZonedDateTime,
) -> Result<(), Refused> {
    let mut pairs = Pairs::new();
    let mut set = |name: &str, text: String| pairs.insert(name.to_owned(), text);
    set("kind", "access".to_owned());
    let schema = register.schema();
    match schema.access_station() {
        Some(station) => set("station", station.name.clone()),
        None => set("agency", schema.agency_names().first().cloned().unwrap_or_default()),
    };
    set("at", Moment::at(now).to_string());
    set("by", by.to_owned());
    set("act", act.to_owned());
    set("roles", roles.join(";"));
    set("about", about.unwrap_or_default().to_owned());
    let draft = Draft::read(schema, register.zone(), &pairs, &Moment::at(now))
        .map_err(|errors| Refused::Entry(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;
    register.add(draft, now).await?;
    Ok(())
}

/// Enrols a member of staff; gives the id as it is kept and the code with which they set a password.
pub(crate) async fn enrol(
    register: &Register,
    by: &str,
    typed: &str,
    roles: &[String],
    station: Option<&str>,
    now: &ZonedDateTime,
) -> Result<(String, Code), Refused> {
    need_a_role(register, roles)?;
    let id = register.may_enrol(typed, roles, station).await?;
    let (code, hash, until) = new_code(now)?;
    record(register, by, "enrolled", Some(&id), roles, now).await?;
    register.enrol(&id, roles, station, Some((&hash, until)), now.timestamp()).await?;
    Ok((id, code))
}

/// Gives another one-time code: the password is gone.
pub(crate) async fn renew_code(register: &Register, by: &str, typed: &str, now: &ZonedDateTime) -> Result<(String, Code), Refused> {
    let id = enrolled(register, typed).await?;
    let (code, hash, until) = new_code(now)?;
    record(register, by, "code_renewed", Some(&id), &[], now).await?;
    register.renew_code(&id, &hash, until, now.timestamp()).await?;
    Ok((id, code))
}

/// Changes the roles.
pub(crate) async fn set_roles(register: &Register, by: &str, typed: &str, roles: &[String], now: &ZonedDateTime) -> Result<(), Refused> {
    need_a_role(register, roles)?;
    let id = enrolled(register, typed).await?;
    record(register, by, "roles_changed", Some(&id), roles, now).await?;
    Ok(register.set_roles(&id, roles, now.timestamp()).await?)
}

/// Changes the station; an empty one takes it away.
pub(crate) async fn set_station(register: &Register, by: &str, typed: &str, station: &str, now: &ZonedDateTime) -> Result<(), Refused> {
    register.may_have_station(station).map_err(StaffError::from)?;
    let id = enrolled(register, typed).await?;
    record(register, by, "station_changed", Some(&id), &[], now).await?;
    Ok(register.set_station(&id, station, now.timestamp()).await?)
}

/// Refuses a member, or lets them sign in again.
pub(crate) async fn set_disabled(register: &Register, by: &str, typed: &str, disabled: bool, now: &ZonedDateTime) -> Result<(), Refused> {
    let id = enrolled(register, typed).await?;
    record(register, by, if disabled { "disabled" } else { "enabled" }, Some(&id), &[], now).await?;
    Ok(register.set_disabled(&id, disabled, now.timestamp()).await?)
}

/// Ends all sessions of a member.
pub(crate) async fn revoke_sessions(register: &Register, by: &str, typed: &str, now: &ZonedDateTime) -> Result<u64, Refused> {
    let id = enrolled(register, typed).await?;
    record(register, by, "sessions_revoked", Some(&id), &[], now).await?;
    Ok(register.revoke_sessions(&id).await.map_err(StaffError::from)?)
}

fn need_a_role(register: &Register, roles: &[String]) -> Result<(), Refused> {
    register.may_have_roles(roles).map_err(StaffError::from)?;
    if roles.is_empty() {
        let names: Vec<&str> = register.schema().list("role").iter().map(|word| word.name.as_str()).collect();
        return Err(StaffError::from(FieldError::new("roles", format!("some of {}", names.join(", ")), "nothing")).into());
    }
    Ok(())
}

/// The id of somebody who is enrolled, as it is kept.
async fn enrolled(register: &Register, typed: &str) -> Result<String, Refused> {
    let id = id_of(typed).map_err(StaffError::from)?;
    let member = register.member(&id).await.map_err(StaffError::from)?;
    member.map(|member| member.id).ok_or(Refused::Staff(StaffError::Absent))
}
