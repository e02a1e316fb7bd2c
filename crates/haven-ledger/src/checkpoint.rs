//! Checkpoints: origin, size and root of a tree in a note that the log signed, C2SP `tlog-checkpoint`.

use crate::note::{Algorithm, Note, NoteError, Signer, Verifier, signatures};
use crate::text::{base64, decimal, excerpt, hash};
use crate::tree::{Hash, SIZE_MAX};
use std::fmt;

/// The extension line that closes a log.
pub const FROZEN: &str = "frozen";

/// What a log says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
    /// Extension lines, which witnesses make no statement about.
    pub extensions: Vec<String>,
}

impl Checkpoint {
    /// Whether the log was closed with this checkpoint.
    pub fn frozen(&self) -> bool {
        self.extensions.iter().any(|line| line == FROZEN)
    }

    /// Reads the text of a checkpoint, which is a note without its signatures.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] with what belongs in the place and what stands there.
    pub fn parse(text: &str) -> Result<Checkpoint, NoteError> {
        let lines = text.strip_suffix('\n').ok_or_else(|| NoteError::malformed("a newline at the end of the text", text))?;
        let mut lines = lines.split('\n');
        let mut next = || lines.next().unwrap_or_default();
        let (origin, size, root) = (next(), next(), next());
        if origin.is_empty() {
            return Err(NoteError::malformed("an origin", origin));
        }
        let valid = |size: &u64| *size <= SIZE_MAX;
        let size = decimal(size).filter(valid).ok_or_else(|| NoteError::malformed("a size in decimal", size))?;
        let root = hash(root).ok_or_else(|| NoteError::malformed("a root of 32 bytes in base64", root))?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(NoteError::malformed("extension lines that are not empty", text));
        }
        Ok(Checkpoint { origin: origin.to_owned(), size, root, extensions })
    }
}

/// The text that is signed.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, base64(&self.root))?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// Signs a checkpoint.
///
/// What is not a checkpoint of the signer's own log, by its origin or by an empty extension line, [`open`] refuses.
pub fn sign(checkpoint: &Checkpoint, log: &Signer) -> String {
    let text = checkpoint.to_string();
    let line = log.sign(&text);
    format!("{text}\n{line}")
}

/// Opens a checkpoint that `log` signed; signatures of others are not looked at.
///
/// # Errors
/// [`NoteError`], which tells apart what is malformed, signed by others only, wrongly signed, or of another log.
pub fn open(note: &str, log: &Verifier) -> Result<Checkpoint, NoteError> {
    if log.algorithm() != Algorithm::Ed25519 {
        return Err(NoteError::Purpose { expected: Algorithm::Ed25519.byte(), found: log.label() });
    }
    let note = Note::parse(note)?;
    note.verify(log)?;
    let checkpoint = Checkpoint::parse(note.text)?;
    if checkpoint.origin != log.name() {
        return Err(NoteError::Origin { expected: log.name().to_owned(), found: excerpt(&checkpoint.origin) });
    }
    Ok(checkpoint)
}

/// Which of the witnesses cosigned a checkpoint, with the time in seconds since 1970 at which each had seen no larger tree.
///
/// This says nothing of the log's own signature: [`open`] does.
pub fn cosigners(note: &str, witnesses: &[Verifier]) -> Vec<(String, u64)> {
    let Ok(note) = Note::parse(note) else { return Vec::new() };
    witnesses
        .iter()
        .enumerate()
        .filter(|(at, witness)| witness.algorithm() == Algorithm::Cosignature && !witnesses.iter().take(*at).any(|other| other == *witness))
        .filter_map(|(_, witness)| Some((witness.name().to_owned(), note.verify(witness).ok()?)))
        .collect()
}

/// Adds the cosignature lines with which witnesses answered to a checkpoint.
///
/// Lines by keys that are not among the witnesses are left out. A witness's newer cosignature replaces its older one.
///
/// # Errors
/// [`NoteError::WrongSignature`] when a line by one of the witnesses does not verify, [`NoteError::UnknownKey`] when no line
/// is by one of them, [`NoteError::Malformed`] when note or lines are.
pub fn add_cosignatures(note: &str, lines: &str, witnesses: &[Verifier]) -> Result<String, NoteError> {
    let checkpoint = Note::parse(note)?;
    let mut kept: Vec<&str> = checkpoint.signatures.iter().map(|(line, _)| *line).collect();
    let answer = Note { text: checkpoint.text, signatures: signatures(lines)? };
    let mut added = false;
    for witness in witnesses.iter().filter(|witness| witness.algorithm() == Algorithm::Cosignature) {
        let time = match answer.verify(witness) {
            Ok(time) => time,
            Err(NoteError::UnknownKey { .. }) => continue,
            Err(error) => return Err(error),
        };
        added = true;
        if checkpoint.verify(witness).is_ok_and(|before| before >= time) {
            continue;
        }
        let older: Vec<&str> = checkpoint.by(witness).collect();
        kept.retain(|line| !older.contains(line));
        kept.extend(answer.by(witness).take(1));
    }
    if !added {
        let expected: Vec<String> = witnesses.iter().map(Verifier::label).collect();
        return Err(answer.unknown(&expected.join(", ")));
    }
    Ok(format!("{}\n{}\n", checkpoint.text, kept.join("\n")))
}
