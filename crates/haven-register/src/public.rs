//! The public entry: what the log says of a record, without saying whom it concerns. Format: `docs/formats/ledger.md`.

use crate::entry::Record;
use crate::moment::Moment;
use crate::schema::Schema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The length of a salt, in bytes.
pub const SALT_BYTES: usize = 32;
/// The version of the entry's format.
const FORMAT: u8 = 1;

/// A public entry. Every field is a word of a closed list, a day or a hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicEntry {
    /// The version of this format.
    pub v: u8,
    /// The kind of record, or `amendment`, `erasure`, `log`.
    pub kind: String,
    /// The provisions that decided, where something was decided.
    pub provisions: Vec<String>,
    /// The verdict, where something was decided.
    pub verdict: Option<String>,
    /// The class of the requester, where there was one.
    pub requester: Option<String>,
    /// The digest of the law pack.
    pub law: String,
    /// The day of recording.
    pub day: String,
    /// The watch of recording: no time is public.
    pub shift: String,
    /// SHA-256 over a fresh salt and the private record, in hexadecimal digits.
    pub commitment: String,
}

impl PublicEntry {
    /// What the log says of a record that is recorded `now`.
    pub(crate) fn of(schema: &Schema, record: &Record, salt: &[u8; SALT_BYTES], now: &Moment) -> PublicEntry {
        let kind = match (record.erased, record.version) {
            (true, _) => "erasure",
            (false, 1) => &record.kind,
            (false, _) => "amendment",
        };
        let stated = record.fields.get("facts").and_then(|facts| facts.get("requester")).and_then(Value::as_str);
        // Not of a custody milestone: to whom a person was handed over would say that one was.
        let requester = ["requester", "party"].into_iter().find_map(|field| record.text(field)).or(stated);
        PublicEntry {
            v: FORMAT,
            kind: kind.to_owned(),
            provisions: record.texts("provisions").into_iter().map(str::to_owned).collect(),
            verdict: record.text("verdict").map(str::to_owned),
            requester: requester.and_then(|requester| schema.class_of(requester)).map(str::to_owned),
            law: schema.law().to_owned(),
            day: now.day().to_string(),
            shift: schema.shift(now).to_owned(),
            commitment: commitment(salt, &record.bytes()),
        }
    }

    /// What the log says of itself: that it follows another, or that it ends. It commits to the checkpoint before it.
    pub(crate) fn of_log(schema: &Schema, checkpoint: &str, now: &Moment) -> PublicEntry {
        PublicEntry {
            v: FORMAT,
            kind: "log".to_owned(),
            provisions: Vec::new(),
            verdict: None,
            requester: None,
            law: schema.law().to_owned(),
            day: now.day().to_string(),
            shift: schema.shift(now).to_owned(),
            commitment: hex(&Sha256::digest(checkpoint.as_bytes())),
        }
    }

    /// The bytes in the log.
    pub fn bytes(&self) -> Vec<u8> {
        // Closed structures of strings always serialise.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads an entry strictly: no other key, no other form.
    ///
    /// # Errors
    /// What is wrong, without the text of it.
    pub fn read(bytes: &[u8]) -> Result<PublicEntry, String> {
        let entry: PublicEntry = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if entry.bytes() == bytes { Ok(entry) } else { Err("its keys or spaces are not those of the format".to_owned()) }
    }
}

/// The commitment to a private record: nobody who lacks the salt can tell which record it is, nor that two concern one person.
pub fn commitment(salt: &[u8], record: &[u8]) -> String {
    hex(&Sha256::new().chain_update(salt).chain_update(record).finalize())
}

/// A private record with the salt of its commitment, as it is handed to a court.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening {
    /// The salt, in hexadecimal digits.
    salt: String,
    /// The record, byte for byte as it was committed to, as a text.
    record: String,
}

/// Writes an opening.
pub(crate) fn opening(salt: &[u8], record: &[u8]) -> String {
    let opening = Opening { salt: hex(salt), record: String::from_utf8_lossy(record).into_owned() };
    serde_json::to_string_pretty(&opening).unwrap_or_default()
}

/// The commitment that an opening opens.
///
/// # Errors
/// What is wrong with the file.
pub fn commitment_of_opening(bytes: &[u8]) -> Result<String, String> {
    let opening: Opening = serde_json::from_slice(bytes).map_err(|error| format!("expected a salt and a record, found {error}"))?;
    let salt = unhex(&opening.salt).ok_or("expected a salt in hexadecimal digits, found something else")?;
    Ok(commitment(&salt, opening.record.as_bytes()))
}

/// The bytes of hexadecimal digits.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    if text.len().is_multiple_of(2) { (0..text.len()).step_by(2).map(digit).collect() } else { None }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
