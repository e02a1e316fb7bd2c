//! The witness: another party that signs that a log only grew, C2SP `tlog-witness` without its HTTP, and its client's half.
//!
//! INVARIANT: a witness never cosigns two trees of one log of which one does not extend the other. That holds only if what
//! it cosigned is stored before the cosignature leaves, and if no other request for that log comes in between; so the
//! answer keeps its cosignature until it is told that this is done.

use crate::checkpoint::{self, Checkpoint};
use crate::note::{Algorithm, NOTE_BYTES_MAX, Note, NoteError, Verifier};
use crate::proof::{self, HASHES_MAX};
use crate::text::{base64, decimal, excerpt, hash};
use crate::tree::{EMPTY_ROOT, Hash, SIZE_MAX};
use std::fmt;
use thiserror::Error;

pub use crate::note::CosignSigner;

/// The longest request: a note, and a proof before it.
pub const REQUEST_BYTES_MAX: usize = NOTE_BYTES_MAX + 4096;

/// The content type of an answer whose body is the size that the witness has cosigned.
pub const SIZE_TYPE: &str = "text/x.tlog.size";

/// The content type of every other answer.
pub const TEXT_TYPE: &str = "text/plain; charset=utf-8";

/// A witness with its key and the logs it knows.
#[derive(Clone, Debug)]
pub struct Witness {
    signer: CosignSigner,
    logs: Vec<Verifier>,
}

/// What a witness answers.
#[derive(Debug)]
#[must_use = "the new state is stored before the answer is sent"]
pub enum Answer {
    /// The checkpoint was cosigned: status 200.
    ///
    /// First store `size` and `root` as the latest state of `origin`, so that it outlives a loss of power; then
    /// [`Unsent::once_stored`] gives the body.
    Cosigned {
        /// The log.
        origin: String,
        /// The size to store.
        size: u64,
        /// The root to store.
        root: Hash,
        /// The cosignature, which must not be sent before that.
        body: Unsent,
    },
    /// Nothing was cosigned, and there is nothing to store.
    Refused {
        /// The HTTP status.
        status: u16,
        /// What to send.
        body: String,
        /// Why.
        reason: Refusal,
    },
}

/// A cosignature that waits for the state to be stored.
pub struct Unsent(String);

impl Unsent {
    /// The body of the answer. Whoever calls this has stored the new state durably.
    pub fn once_stored(self) -> String {
        self.0
    }
}

/// Says nothing of the cosignature.
impl fmt::Debug for Unsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unsent")
    }
}

impl Answer {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Answer::Cosigned { .. } => 200,
            Answer::Refused { status, .. } => *status,
        }
    }

    /// The content type of the body.
    pub fn content_type(&self) -> &'static str {
        match self {
            Answer::Refused { reason: Refusal::Behind { .. }, .. } => SIZE_TYPE,
            _ => TEXT_TYPE,
        }
    }
}

/// Why a checkpoint was not cosigned.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// 400: the request is malformed.
    #[error("malformed request: expected {expected}, found {found}")]
    Malformed {
        /// What belongs in that place.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// 400: the checkpoint is malformed.
    #[error(transparent)]
    Checkpoint(NoteError),
    /// 400: the old size is above the new one.
    #[error("expected an old size of at most {size}, found {old}")]
    Backwards {
        /// The size in the checkpoint.
        size: u64,
        /// The old size.
        old: u64,
    },
    /// 403: no known key of the log signed this.
    #[error(transparent)]
    Signature(NoteError),
    /// 404: the log is not known here.
    #[error("expected a log that this witness knows, found {found}")]
    UnknownLog {
        /// Its origin.
        found: String,
    },
    /// 409: the old size is not the one last cosigned.
    #[error("expected the old size {cosigned}, found {old}")]
    Behind {
        /// The size last cosigned.
        cosigned: u64,
        /// The old size in the request.
        old: u64,
    },
    /// 409: the log signed two trees of one size.
    #[error("expected the root {cosigned} at size {size}, found {found}: the log shows two histories")]
    Fork {
        /// The size.
        size: u64,
        /// The root last cosigned, in base64.
        cosigned: String,
        /// The root in the request, in base64.
        found: String,
    },
    /// 422: the proof does not hold.
    #[error("the consistency proof does not hold: the tree of {size} entries was not shown to extend the tree of {old} entries")]
    Proof {
        /// The old size.
        old: u64,
        /// The size in the checkpoint.
        size: u64,
    },
    /// 500: the clock of the witness is beyond what a cosignature can say.
    #[error("expected a time of at most {SIZE_MAX} seconds, found {found}")]
    Clock {
        /// The time given.
        found: u64,
    },
}

impl Refusal {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Refusal::Malformed { .. } | Refusal::Checkpoint(_) | Refusal::Backwards { .. } => 400,
            Refusal::Signature(_) => 403,
            Refusal::UnknownLog { .. } => 404,
            Refusal::Behind { .. } | Refusal::Fork { .. } => 409,
            Refusal::Proof { .. } => 422,
            Refusal::Clock { .. } => 500,
        }
    }

    fn answer(self) -> Answer {
        let body = match &self {
            Refusal::Behind { cosigned, .. } => format!("{cosigned}\n"),
            other => format!("{other}\n"),
        };
        Answer::Refused { status: self.status(), body, reason: self }
    }
}

impl Witness {
    /// A witness with its key and the keys of the logs it knows; a log may have several.
    pub fn new(signer: CosignSigner, logs: Vec<Verifier>) -> Witness {
        Witness { signer, logs }
    }

    /// The public key.
    pub fn verifier(&self) -> Verifier {
        self.signer.verifier()
    }

    /// Answers a request to cosign a checkpoint.
    ///
    /// `state` gives the size and root that the witness last cosigned for a log, `None` if it never did; `now` is in seconds
    /// since 1970. From reading the state until the new one is stored, no other request for the same log may be answered.
    pub fn add_checkpoint(&self, request: &[u8], state: impl FnOnce(&str) -> Option<(u64, Hash)>, now: u64) -> Answer {
        match self.cosign(request, state, now) {
            Ok((checkpoint, line)) => {
                let Checkpoint { origin, size, root, .. } = checkpoint;
                Answer::Cosigned { origin, size, root, body: Unsent(line) }
            }
            Err(refusal) => refusal.answer(),
        }
    }

    /// The checkpoint and the line by which it is cosigned, after every check, in the order of the specification.
    fn cosign(&self, request: &[u8], state: impl FnOnce(&str) -> Option<(u64, Hash)>, now: u64) -> Result<(Checkpoint, String), Refusal> {
        let Request { old, proof, checkpoint } = Request::parse(request)?;
        let note = Note::parse(checkpoint).map_err(Refusal::Checkpoint)?;
        let claimed = Checkpoint::parse(note.text).map_err(Refusal::Checkpoint)?;

        let is_of_log = |key: &&Verifier| key.algorithm() == Algorithm::Ed25519 && key.name() == claimed.origin;
        let mut keys = self.logs.iter().filter(is_of_log).map(|key| checkpoint::open(checkpoint, key));
        let first = keys.next().ok_or_else(|| Refusal::UnknownLog { found: excerpt(&claimed.origin) })?;
        let signed = keys.fold(first, |found, other| found.or(other)).map_err(Refusal::Signature)?;

        let Checkpoint { size, root, .. } = signed;
        if old > size {
            return Err(Refusal::Backwards { size, old });
        }
        let (cosigned, cosigned_root) = state(&signed.origin).unwrap_or((0, EMPTY_ROOT));
        if old != cosigned {
            return Err(Refusal::Behind { cosigned, old });
        }
        if old == size && root != cosigned_root {
            return Err(Refusal::Fork { size, cosigned: base64(&cosigned_root), found: base64(&root) });
        }
        proof::check_consistency(&proof, old, &cosigned_root, size, &root).map_err(|_| Refusal::Proof { old, size })?;
        if now > SIZE_MAX {
            return Err(Refusal::Clock { found: now });
        }
        let line = self.signer.cosign(note.text, now);
        Ok((signed, line))
    }
}

/// A request to cosign, read but not checked.
struct Request<'a> {
    old: u64,
    proof: Vec<Hash>,
    checkpoint: &'a str,
}

impl<'a> Request<'a> {
    fn parse(request: &'a [u8]) -> Result<Request<'a>, Refusal> {
        let malformed = |expected, found: &str| Refusal::Malformed { expected, found: excerpt(found) };
        if request.len() > REQUEST_BYTES_MAX {
            return Err(Refusal::Malformed {
                expected: "a request of about a megabyte at most",
                found: format!("{} bytes", request.len()),
            });
        }
        let text = std::str::from_utf8(request).map_err(|error| malformed("UTF-8", &error.to_string()))?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or_else(|| malformed("an empty line before the checkpoint", text))?;
        let mut lines = head.split('\n');
        let line = lines.next().unwrap_or_default();
        let old = line.strip_prefix("old ").and_then(decimal).ok_or_else(|| malformed("the line `old <size>`", line))?;
        let mut proof = Vec::new();
        for line in lines {
            if proof.len() == HASHES_MAX {
                return Err(malformed("at most 63 hashes", line));
            }
            proof.push(hash(line).ok_or_else(|| malformed("a hash of 32 bytes in base64", line))?);
        }
        Ok(Request { old, proof, checkpoint })
    }
}

/// The request of a client: what it believes that the witness last cosigned, the proof from there, the checkpoint.
pub fn request(old_size: u64, proof: &[Hash], checkpoint: &str) -> Vec<u8> {
    let hashes: String = proof.iter().map(|hash| format!("{}\n", base64(hash))).collect();
    format!("old {old_size}\n{hashes}\n{checkpoint}").into_bytes()
}

/// The size that a witness says it last cosigned, from the body of a 409 with the content type [`SIZE_TYPE`].
pub fn cosigned_size(body: &str) -> Option<u64> {
    decimal(body.strip_suffix('\n')?).filter(|size| *size <= SIZE_MAX)
}
