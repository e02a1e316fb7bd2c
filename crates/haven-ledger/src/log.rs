//! Appending: the checks before a signature, the batch to write, and what a node remembers of the log.

use crate::checkpoint::{self, Checkpoint, FROZEN};
use crate::frontier::Frontier;
use crate::note::{NoteError, Signer, Verifier};
use crate::proof::{self, MakeError};
use crate::store::{Batch, Head, Store};
use crate::text::hex;
use crate::tree::{EMPTY_ROOT, Hash, SIZE_MAX, leaf_hash};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use thiserror::Error;

/// The longest entry, in bytes.
pub const ENTRY_BYTES_MAX: usize = 4096;

/// The largest tree that a node has signed or accepted.
///
/// Whoever runs a node keeps this outside the place that keeps the log, or a backup would bring it back as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Number of entries.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
}

/// Why nothing was appended and nothing signed.
#[derive(Debug, Error)]
pub enum LogError<E: std::error::Error + 'static> {
    /// The place that keeps the log failed.
    #[error("the place that keeps the log failed: {0}")]
    Store(#[source] E),
    /// The log is shorter than what this node has signed or accepted.
    #[error(
        "the log was rolled back: this node has seen {} entries, and the log holds {}. Somebody put an older copy of the database \
         back, or connected another one. Do not append by other means and do not delete what this node remembers: {} entries are \
         out in the world that this copy lacks, and going on would sign a second history. Put back the newest copy that holds \
         entry {}, or, if there is none, say so publicly and start a new log under a new name",
        seen.size, found.size, seen.size.saturating_sub(found.size), seen.size.saturating_sub(1)
    )]
    RolledBack {
        /// What the node has seen.
        seen: Seen,
        /// What the log holds.
        found: Seen,
    },
    /// The log has another history than the one this node has signed or accepted.
    #[error(
        "the log was forked: its first {size} entries are not those that this node has signed or accepted. Entries were changed, or \
         after an older copy of the database was put back others were appended. Do not append by other means and do not delete what \
         this node remembers: the two histories are the evidence. Keep a copy of this database, put back the one with the \
         history that was published, or, if there is none, say so publicly and start a new log under a new name"
    )]
    Forked {
        /// The size at which the histories differ or have differed before.
        size: u64,
    },
    /// The log was closed.
    #[error("the log is frozen at {size} entries: what follows belongs into a new log")]
    Frozen {
        /// Number of entries.
        size: u64,
    },
    /// Nothing was given to append.
    #[error("expected at least one entry, found none")]
    NoEntries,
    /// An entry is empty or too long.
    #[error("entry {at} of the batch: expected 1 to {ENTRY_BYTES_MAX} bytes, found {found}")]
    Entry {
        /// Its place in the batch.
        at: usize,
        /// Its length in bytes.
        found: usize,
    },
    /// The log can grow no further.
    #[error("expected at most {SIZE_MAX} entries")]
    Full,
    /// The stored checkpoint is not one that this log signed.
    #[error("the stored checkpoint is not accepted: {0}")]
    Checkpoint(#[source] NoteError),
    /// What is stored contradicts itself. Verify the whole log before anything else.
    #[error("damaged log: expected {expected}, found {found}")]
    Damaged {
        /// What the signed part says.
        expected: String,
        /// What was found.
        found: String,
    },
}

/// What an append has written into a transaction that is not committed yet.
///
/// The checkpoint in it is a signature that may still come to nothing: it leaves the house only after the commit.
#[derive(Clone, Debug)]
#[must_use = "after the commit it goes to `Log::committed`"]
pub struct Appended {
    /// Index of the first new entry.
    pub first: u64,
    /// Number of entries now.
    pub size: u64,
    /// Root of the tree now.
    pub root: Hash,
    /// The signed checkpoint of this size.
    pub checkpoint: String,
    edge: Edge,
}

impl Appended {
    /// What the node has seen once this is committed.
    pub fn seen(&self) -> Seen {
        Seen { size: self.size, root: self.root }
    }
}

/// A head whose signature was checked, with the edge of its tree.
#[derive(Clone, Debug)]
struct Edge {
    head: Head,
    frontier: Frontier,
}

/// What a node remembers between two appends.
#[derive(Default)]
struct Memory {
    seen: Option<Seen>,
    edge: Option<Edge>,
}

/// A log that this node appends to.
///
/// INVARIANT: nothing is signed that does not extend the largest tree that this node has signed or accepted.
pub struct Log {
    signer: Signer,
    memory: Mutex<Memory>,
}

impl Log {
    /// A log with its key and what the node has seen of it, if anything.
    pub fn new(signer: Signer, seen: Option<Seen>) -> Log {
        Log { signer, memory: Mutex::new(Memory { seen, edge: None }) }
    }

    /// The public key.
    pub fn verifier(&self) -> Verifier {
        self.signer.verifier()
    }

    /// The largest tree that this node has signed or accepted.
    pub fn seen(&self) -> Option<Seen> {
        self.memory().seen
    }

    /// Appends entries inside the caller's transaction and signs the tree with them.
    ///
    /// The log takes note of it only when the caller has committed and says so with [`Log::committed`]. A transaction that
    /// was given up needs no word; of one whose end is unknown the next append finds out by reading.
    ///
    /// # Errors
    /// [`LogError`]; then nothing was written and nothing signed, except that [`LogError::Store`] may come after the signature.
    pub async fn append<S: Store>(&self, store: &mut S, entries: Vec<Vec<u8>>) -> Result<Appended, LogError<S::Error>> {
        self.extend(store, entries, false).await
    }

    /// Appends a last entry and closes the log: its checkpoint says so, and nothing can follow.
    ///
    /// # Errors
    /// As [`Log::append`].
    pub async fn freeze<S: Store>(&self, store: &mut S, last_entry: Vec<u8>) -> Result<Appended, LogError<S::Error>> {
        self.extend(store, vec![last_entry], true).await
    }

    /// Checks what [`Log::append`] checks before it signs, and returns what the log holds.
    ///
    /// A node that only reads may pass this on to [`Log::accept`].
    ///
    /// # Errors
    /// [`LogError`].
    pub async fn check<S: Store>(&self, store: &mut S) -> Result<Seen, LogError<S::Error>> {
        let head = store.head().await.map_err(LogError::Store)?;
        let edge = self.edge(store, head).await?;
        Ok(seen(&edge.head))
    }

    /// Takes note of what was appended, now that it is committed.
    pub fn committed(&self, appended: Appended) {
        let seen = appended.seen();
        let mut memory = self.memory();
        memory.accept(seen);
        // Another append may have been committed since; its edge serves the next one better.
        if memory.seen == Some(seen) {
            memory.edge = Some(appended.edge);
        }
    }

    /// Takes note of a tree that the node has accepted without appending: from [`Log::check`], or from another node.
    pub fn accept(&self, seen: Seen) {
        self.memory().accept(seen);
    }

    async fn extend<S: Store>(&self, store: &mut S, entries: Vec<Vec<u8>>, freeze: bool) -> Result<Appended, LogError<S::Error>> {
        if entries.is_empty() {
            return Err(LogError::NoEntries);
        }
        let wrong = |entry: &Vec<u8>| entry.is_empty() || entry.len() > ENTRY_BYTES_MAX;
        if let Some((at, entry)) = entries.iter().enumerate().find(|(_, entry)| wrong(entry)) {
            return Err(LogError::Entry { at, found: entry.len() });
        }
        let head = store.lock().await.map_err(LogError::Store)?;
        let Edge { head, mut frontier } = self.edge(store, head).await?;
        if head.frozen {
            return Err(LogError::Frozen { size: head.size });
        }

        let mut tiles = Vec::new();
        let mut leaves = Vec::with_capacity(entries.len());
        for entry in entries {
            let leaf = leaf_hash(&entry);
            if !frontier.push(leaf, &mut tiles) {
                return Err(LogError::Full);
            }
            leaves.push((entry, leaf));
        }
        let (size, root) = (frontier.size(), frontier.root());
        let extensions = if freeze { vec![FROZEN.to_owned()] } else { Vec::new() };
        let signed = Checkpoint { origin: self.signer.name().to_owned(), size, root, extensions };
        let checkpoint = checkpoint::sign(&signed, &self.signer);
        let batch =
            Batch { first: head.size, entries: leaves, tiles, head: Head { size, root, checkpoint: checkpoint.clone(), frozen: freeze } };
        store.write(&batch).await.map_err(LogError::Store)?;
        Ok(Appended { first: batch.first, size, root, checkpoint, edge: Edge { head: batch.head, frontier } })
    }

    /// The edge of the stored tree, after every check that must hold before this node signs something on top of it.
    async fn edge<S: Store>(&self, store: &mut S, head: Head) -> Result<Edge, LogError<S::Error>> {
        let (known, edge) = {
            let memory = self.memory();
            (memory.seen, memory.edge.clone())
        };
        if let Some(edge) = edge.filter(|edge| edge.head == head) {
            // All was checked when this head was made; only what was accepted since can be larger.
            if known.is_none_or(|known| known == seen(&head)) {
                return Ok(edge);
            }
        }
        self.opens(&head)?;
        if let Some(known) = known {
            self.extends(store, known, &head).await?;
        }
        let frontier = Frontier::load(store, head.size).await.map_err(LogError::Store)?;
        let damaged = |found| LogError::Damaged { expected: format!("a tree with the root {}", hex(&head.root)), found };
        let frontier = frontier.ok_or_else(|| damaged("fewer hashes".to_owned()))?;
        if frontier.root() != head.root {
            return Err(damaged(format!("one with the root {}", hex(&frontier.root()))));
        }
        Ok(Edge { head, frontier })
    }

    /// Checks that the stored checkpoint is ours and says what the head says.
    fn opens<E: std::error::Error + 'static>(&self, head: &Head) -> Result<(), LogError<E>> {
        let says = |size: u64, root: &Hash, frozen: bool| {
            format!("{size} entries under the root {}{}", hex(root), if frozen { ", frozen" } else { "" })
        };
        let signed = if head.checkpoint.is_empty() {
            says(0, &EMPTY_ROOT, false)
        } else {
            let signed = checkpoint::open(&head.checkpoint, &self.verifier()).map_err(LogError::Checkpoint)?;
            says(signed.size, &signed.root, signed.frozen())
        };
        let found = says(head.size, &head.root, head.frozen);
        if signed == found { Ok(()) } else { Err(LogError::Damaged { expected: signed, found }) }
    }

    /// Checks that the stored tree is the one this node knows, or extends it.
    async fn extends<S: Store>(&self, store: &mut S, known: Seen, head: &Head) -> Result<(), LogError<S::Error>> {
        if head.size < known.size {
            return Err(LogError::RolledBack { seen: known, found: seen(head) });
        }
        let hashes = proof::consistency(store, known.size, head.size).await.map_err(|error| match error {
            MakeError::Store(error) => LogError::Store(error),
            other => LogError::Damaged { expected: "a proof that the log only grew".to_owned(), found: other.to_string() },
        })?;
        proof::check_consistency(&hashes, known.size, &known.root, head.size, &head.root).map_err(|_| LogError::Forked { size: known.size })
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // Nothing is left half done under this lock, so what a panicking thread left is whole.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn accept(&mut self, seen: Seen) {
        if self.seen.is_none_or(|before| before.size < seen.size) {
            self.seen = Some(seen);
        }
    }
}

/// The public key only.
impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("log", &self.verifier()).field("seen", &self.seen()).finish_non_exhaustive()
    }
}

fn seen(head: &Head) -> Seen {
    Seen { size: head.size, root: head.root }
}
