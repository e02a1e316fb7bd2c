//! Keys and signed notes: text with the signatures of one or several keys, C2SP `signed-note`.
//!
//! A key has a name, an algorithm and an id that depends on both and on the public key, so that a signature line says which
//! key made it. Logs sign with type 1, witnesses with type 4; the same key cannot be taken for the other.

use crate::text::{base64, excerpt};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _, VerifyingKey};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// The longest note, in bytes.
pub const NOTE_BYTES_MAX: usize = 1_000_000;
/// The most signatures of a note.
pub const SIGNATURES_MAX: usize = 100;

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// The text of a note: what a log does. Signature type 1.
    Ed25519,
    /// The text with the time at which it was seen: what a witness does. Signature type 4.
    Cosignature,
}

impl Algorithm {
    /// The signature type.
    pub fn byte(self) -> u8 {
        match self {
            Algorithm::Ed25519 => 1,
            Algorithm::Cosignature => 4,
        }
    }

    fn of(byte: u8) -> Option<Algorithm> {
        [Algorithm::Ed25519, Algorithm::Cosignature].into_iter().find(|algorithm| algorithm.byte() == byte)
    }
}

/// Why a key cannot be used. No message holds any part of a private key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The text is not of the form of a key.
    #[error("expected a key of the form `{expected}`, found {found}")]
    Form {
        /// The form.
        expected: &'static str,
        /// What is wrong with the text.
        found: &'static str,
    },
    /// The name may not be one.
    #[error("expected a name without spaces, plus signs and control characters, found {found}")]
    Name {
        /// The name.
        found: String,
    },
    /// The key is of another signature type.
    #[error("expected a key of signature type {expected}, found type {found}")]
    Algorithm {
        /// The types that fit.
        expected: &'static str,
        /// The type of the key.
        found: u8,
    },
    /// Name, id and key do not belong together: a part was mistyped.
    #[error("expected the key id {expected} for this name and key, found {found}")]
    Id {
        /// The id that follows from name and key.
        expected: String,
        /// The id in the text.
        found: String,
    },
    /// The bytes are no public key, or one under which anything verifies.
    #[error("expected the 32 bytes of an Ed25519 public key, found {found}")]
    Key {
        /// What they are.
        found: &'static str,
    },
}

/// Why a note is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoteError {
    /// The note or the checkpoint in it is malformed.
    #[error("malformed note: expected {expected}, found {found}")]
    Malformed {
        /// What belongs in that place.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// The note has signatures, but none by a key that was asked for.
    #[error("no signature by a known key: expected one by {expected}, found {found}")]
    UnknownKey {
        /// The keys that were asked for, as name and id.
        expected: String,
        /// The keys that signed, as name and id.
        found: String,
    },
    /// A key that was asked for has a signature here, and it does not verify: text or signature was changed.
    #[error("wrong signature: expected one by {expected} over this text, found one that does not verify")]
    WrongSignature {
        /// The key, as name and id.
        expected: String,
    },
    /// The checkpoint is of another log.
    #[error("checkpoint of another log: expected origin `{expected}`, found {found}")]
    Origin {
        /// The name of the log's key.
        expected: String,
        /// The origin in the checkpoint.
        found: String,
    },
    /// The key that was given is not one for this purpose.
    #[error("expected a key of signature type {expected}, found {found}")]
    Purpose {
        /// The signature type needed.
        expected: u8,
        /// The key that was given.
        found: String,
    },
}

impl NoteError {
    pub(crate) fn malformed(expected: &'static str, found: &str) -> NoteError {
        NoteError::Malformed { expected, found: excerpt(found) }
    }
}

/// A public key with its name.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    id: u32,
    algorithm: Algorithm,
    key: VerifyingKey,
}

impl Verifier {
    fn new(name: &str, algorithm: Algorithm, key: VerifyingKey) -> Verifier {
        let id = signed_note::key_id(name, &typed(algorithm, key.as_bytes()));
        Verifier { name: name.to_owned(), id, algorithm, key }
    }

    /// Reads a key of the form `<name>+<8 hex digits>+<base64>`, of a log or of a witness.
    ///
    /// # Errors
    /// [`KeyError`] when form, name, type, id or key is not right.
    pub fn parse(text: &str) -> Result<Verifier, KeyError> {
        let form = |found| KeyError::Form { expected: "<name>+<id>+<base64>", found };
        let (name, rest) = text.split_once('+').ok_or(form("no plus sign"))?;
        let (id, key) = rest.split_once('+').ok_or(form("one plus sign"))?;
        let (algorithm, key) = untyped(name, key, form)?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| KeyError::Key { found: "another value" })?;
        if key.is_weak() {
            return Err(KeyError::Key { found: "a weak key" });
        }
        let verifier = Verifier::new(name, algorithm, key);
        verifier.expect_id(id)?;
        Ok(verifier)
    }

    fn expect_id(&self, found: &str) -> Result<(), KeyError> {
        let expected = format!("{:08x}", self.id);
        if found == expected { Ok(()) } else { Err(KeyError::Id { expected, found: excerpt(found) }) }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id, by which a signature line names the key.
    pub fn key_id(&self) -> u32 {
        self.id
    }

    /// What the key signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Name and id, as errors write them.
    pub(crate) fn label(&self) -> String {
        label(&self.name, self.id)
    }

    /// Whether a signature line claims to be by this key.
    fn made(&self, signature: &signed_note::Signature) -> bool {
        signature.name() == self.name && signature.id() == self.id
    }

    /// Checks the bytes of a signature over a text; for a cosignature the time in it is returned, otherwise 0.
    fn verify(&self, text: &str, signature: &[u8]) -> Option<u64> {
        let (time, message, signature) = match self.algorithm {
            Algorithm::Ed25519 => (0, text.to_owned(), signature),
            Algorithm::Cosignature => {
                let (time, signature) = signature.split_first_chunk()?;
                let time = u64::from_be_bytes(*time);
                (time, cosigned(text, time), signature)
            }
        };
        let signature = Signature::from_slice(signature).ok()?;
        // Times above are forbidden by the format and would be negative elsewhere.
        let possible = i64::try_from(time).is_ok();
        (possible && self.key.verify(message.as_bytes(), &signature).is_ok()).then_some(time)
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{:08x}+{}", self.name, self.id, base64(&typed(self.algorithm, self.key.as_bytes())))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifier({self})")
    }
}

impl FromStr for Verifier {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Verifier, KeyError> {
        Verifier::parse(text)
    }
}

/// A private key with its name; neither printed nor compared.
#[derive(Clone)]
struct Pair {
    key: SigningKey,
    verifier: Verifier,
}

impl Pair {
    fn generate(name: &str, algorithm: Algorithm, seed: [u8; 32]) -> Result<Pair, KeyError> {
        check_name(name)?;
        let key = SigningKey::from_bytes(&seed);
        let verifier = Verifier::new(name, algorithm, key.verifying_key());
        Ok(Pair { key, verifier })
    }

    fn parse(text: &str, algorithm: Algorithm) -> Result<Pair, KeyError> {
        let form = |found| KeyError::Form { expected: "PRIVATE+KEY+<name>+<id>+<base64>", found };
        let rest = text.strip_prefix("PRIVATE+KEY+").ok_or(form("another beginning"))?;
        let (name, rest) = rest.split_once('+').ok_or(form("fewer plus signs"))?;
        let (id, key) = rest.split_once('+').ok_or(form("fewer plus signs"))?;
        let (found, seed) = untyped(name, key, form)?;
        if found != algorithm {
            let expected = match algorithm {
                Algorithm::Ed25519 => "1, for a log",
                Algorithm::Cosignature => "4, for a witness",
            };
            return Err(KeyError::Algorithm { expected, found: found.byte() });
        }
        let pair = Pair::generate(name, algorithm, seed)?;
        pair.verifier.expect_id(id)?;
        Ok(pair)
    }

    fn encode(&self) -> String {
        let Verifier { name, id, algorithm, .. } = &self.verifier;
        format!("PRIVATE+KEY+{name}+{id:08x}+{}", base64(&typed(*algorithm, self.key.as_bytes())))
    }

    /// The signature line over a message; `prefix` stands between the key's id and the signature.
    fn line(&self, message: &str, prefix: &[u8]) -> String {
        let Verifier { name, id, .. } = &self.verifier;
        let signature = self.key.sign(message.as_bytes()).to_bytes();
        format!("— {name} {}\n", base64(&[id.to_be_bytes().as_slice(), prefix, &signature].concat()))
    }
}

/// The private key of a log.
#[derive(Clone)]
pub struct Signer(Pair);

impl Signer {
    /// Makes the key of a log from 32 random bytes, which nobody else may know.
    ///
    /// # Errors
    /// [`KeyError::Name`] when the name may not be one.
    pub fn generate(name: &str, seed: [u8; 32]) -> Result<Signer, KeyError> {
        Pair::generate(name, Algorithm::Ed25519, seed).map(Signer)
    }

    /// Reads a key of the form `PRIVATE+KEY+<name>+<8 hex digits>+<base64>`.
    ///
    /// # Errors
    /// [`KeyError`] when form, name, type or id is not right.
    pub fn parse(text: &str) -> Result<Signer, KeyError> {
        Pair::parse(text, Algorithm::Ed25519).map(Signer)
    }

    /// The key as text. Whoever has it can sign as this log.
    pub fn encode(&self) -> String {
        self.0.encode()
    }

    /// The name, which is the origin of the log.
    pub fn name(&self) -> &str {
        self.0.verifier.name()
    }

    /// The public key.
    pub fn verifier(&self) -> Verifier {
        self.0.verifier.clone()
    }

    /// The signature line over the text of a note.
    pub(crate) fn sign(&self, text: &str) -> String {
        self.0.line(text, &[])
    }
}

/// The public key only.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.0.verifier)
    }
}

/// The private key of a witness.
#[derive(Clone)]
pub struct CosignSigner(Pair);

impl CosignSigner {
    /// Makes the key of a witness from 32 random bytes, which nobody else may know.
    ///
    /// # Errors
    /// [`KeyError::Name`] when the name may not be one.
    pub fn generate(name: &str, seed: [u8; 32]) -> Result<CosignSigner, KeyError> {
        Pair::generate(name, Algorithm::Cosignature, seed).map(CosignSigner)
    }

    /// Reads a key of the form `PRIVATE+KEY+<name>+<8 hex digits>+<base64>`.
    ///
    /// # Errors
    /// [`KeyError`] when form, name, type or id is not right.
    pub fn parse(text: &str) -> Result<CosignSigner, KeyError> {
        Pair::parse(text, Algorithm::Cosignature).map(CosignSigner)
    }

    /// The key as text. Whoever has it can sign as this witness.
    pub fn encode(&self) -> String {
        self.0.encode()
    }

    /// The name.
    pub fn name(&self) -> &str {
        self.0.verifier.name()
    }

    /// The public key.
    pub fn verifier(&self) -> Verifier {
        self.0.verifier.clone()
    }

    /// The cosignature line over the text of a checkpoint, seen at `time`.
    pub(crate) fn cosign(&self, text: &str, time: u64) -> String {
        self.0.line(&cosigned(text, time), &time.to_be_bytes())
    }
}

/// The public key only.
impl fmt::Debug for CosignSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CosignSigner({})", self.0.verifier)
    }
}

/// A note, read but not believed: the text counts only for who verified a signature of it.
#[derive(Debug)]
pub(crate) struct Note<'a> {
    /// The signed text, with its last newline.
    pub text: &'a str,
    /// The signature lines as they stand there, each without its newline, with what they hold.
    pub signatures: Vec<(&'a str, signed_note::Signature)>,
}

impl<'a> Note<'a> {
    /// Reads a note.
    pub fn parse(note: &'a str) -> Result<Note<'a>, NoteError> {
        if note.len() > NOTE_BYTES_MAX {
            let found = format!("{} bytes", note.len());
            return Err(NoteError::Malformed { expected: "at most 1,000,000 bytes", found });
        }
        if let Some(control) = note.chars().find(|c| *c < ' ' && *c != '\n') {
            let found = control.escape_unicode().to_string();
            return Err(NoteError::Malformed { expected: "no control character but newline", found });
        }
        let at = note.rfind("\n\n").ok_or_else(|| NoteError::malformed("an empty line between text and signatures", note))?;
        // One of the two newlines belongs to the text, the other is the empty line.
        let (text, lines) = note.split_at_checked(at + 1).unwrap_or_default();
        let lines = lines.strip_prefix('\n').unwrap_or_default();
        Ok(Note { text, signatures: signatures(lines)? })
    }

    /// Checks that `verifier` signed the note; for a cosignature its time is returned, otherwise 0.
    pub fn verify(&self, verifier: &Verifier) -> Result<u64, NoteError> {
        let Some((_, signature)) = self.signatures.iter().find(|(_, signature)| verifier.made(signature)) else {
            return Err(self.unknown(&verifier.label()));
        };
        let wrong = || NoteError::WrongSignature { expected: verifier.label() };
        verifier.verify(self.text, signature.signature()).ok_or_else(wrong)
    }

    /// The lines that claim to be by `verifier`.
    pub fn by(&self, verifier: &Verifier) -> impl Iterator<Item = &'a str> {
        self.signatures.iter().filter(|(_, signature)| verifier.made(signature)).map(|(line, _)| *line)
    }

    /// The error that none of the keys that were expected signed this.
    pub fn unknown(&self, expected: &str) -> NoteError {
        let found: Vec<String> = self.signatures.iter().map(|(_, found)| label(found.name(), found.id())).collect();
        NoteError::UnknownKey { expected: expected.to_owned(), found: found.join(", ") }
    }
}

/// Reads signature lines, each of which ends in a newline.
pub(crate) fn signatures(lines: &str) -> Result<Vec<(&str, signed_note::Signature)>, NoteError> {
    let body = lines.strip_suffix('\n').ok_or_else(|| NoteError::malformed("signature lines that end in a newline", lines))?;
    let mut signatures = Vec::new();
    for line in body.split('\n') {
        if signatures.len() == SIGNATURES_MAX {
            return Err(NoteError::malformed("at most 100 signatures", line));
        }
        let signature = signed_note::Signature::from_bytes(line.as_bytes())
            .map_err(|_| NoteError::malformed("a signature line `— <name> <base64>`", line))?;
        signatures.push((line, signature));
    }
    Ok(signatures)
}

/// What a witness signs.
fn cosigned(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// A key with its type before it, as keys are encoded and as ids are made.
fn typed(algorithm: Algorithm, key: &[u8; 32]) -> Vec<u8> {
    [&[algorithm.byte()], key.as_slice()].concat()
}

/// The type and the key of a text whose name is checked as well.
fn untyped(name: &str, key: &str, form: impl Fn(&'static str) -> KeyError) -> Result<(Algorithm, [u8; 32]), KeyError> {
    check_name(name)?;
    let bytes = BASE64_STANDARD.decode(key).map_err(|_| form("something else than base64 at the end"))?;
    let (byte, key) = bytes.split_first().ok_or(form("an empty key"))?;
    let unknown = || KeyError::Algorithm { expected: "1, for a log, or 4, for a witness", found: *byte };
    let algorithm = Algorithm::of(*byte).ok_or_else(unknown)?;
    let key = key.try_into().map_err(|_| form("a key of another length than 32 bytes"))?;
    Ok((algorithm, key))
}

fn check_name(name: &str) -> Result<(), KeyError> {
    let valid = signed_note::is_key_name_valid(name) && !name.chars().any(char::is_control);
    if valid { Ok(()) } else { Err(KeyError::Name { found: excerpt(name) }) }
}

fn label(name: &str, id: u32) -> String {
    format!("`{name}+{id:08x}`")
}
