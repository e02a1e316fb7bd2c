//! The register: opening it, recording in it, reading from it.

use crate::db::{Address, Db, DbError, Durability, Row, Tx, Value};
use crate::entry::{Draft, FieldError, Record};
use crate::moment::Moment;
use crate::public::{PublicEntry, commitment};
use crate::schema::Schema;
use crate::seen::SeenFile;
use crate::store::{LogView, count};
use crate::writer::{Entropy, GROUP_MAX, Job, Receipt, Task, WriteError, Writer};
use haven_ledger::layout::{self, Resource};
use haven_ledger::log::{Log, LogError};
use haven_ledger::note::{Signer, Verifier};
use haven_ledger::proof::{self, Proof};
use haven_ledger::store::{Head, Store};
use haven_ledger::tree::EMPTY_ROOT;
use haven_ledger::{checkpoint, witness};
use jiff::ZonedDateTime;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Why the register could not be opened or read.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The log is not one this node may sign.
    #[error("{0}")]
    Log(String),
    /// The key is not that of the log.
    #[error("the key: expected that of `{expected}`, found that of `{found}`")]
    Key {
        /// The log's name.
        expected: String,
        /// The key's name.
        found: String,
    },
    /// The log goes on and cannot be followed by another.
    #[error("the log `{0}` is open: expected one that `haven ledger freeze` has closed")]
    NotFrozen(String),
    /// The file of the largest tree this node has signed.
    #[error("what this node remembers of the log: {0}")]
    Seen(#[from] std::io::Error),
    /// Nothing of that name.
    #[error("expected {expected}, found none")]
    Absent {
        /// What was looked for.
        expected: String,
    },
    /// The jurisdiction's time zone is not known.
    #[error("the time zone of jurisdiction.toml: {0}")]
    Zone(String),
}

/// A database that failed while the log was read says nothing of the log.
fn of_log(error: LogError<DbError>) -> RegisterError {
    match error {
        LogError::Store(error) => RegisterError::Db(error),
        other => RegisterError::Log(other.to_string()),
    }
}

/// What lets a node write: the log's key, its memory, and the system's randomness.
pub struct Node {
    /// The log's key.
    pub signer: Signer,
    /// The largest tree this node has signed.
    pub seen: SeenFile,
    /// Randomness of the system.
    pub entropy: Entropy,
}

/// A register.
pub struct Register {
    pub(crate) db: Db,
    schema: Arc<Schema>,
    zone: TimeZone,
    number: i64,
    origin: String,
    links: bool,
    jobs: Option<mpsc::Sender<Job>>,
}

/// A recorded entry with its place in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The entry. Of one that was erased only its kind, its day and its ids are left.
    pub record: Record,
    /// The log.
    pub log: i64,
    /// The index of its entry in the log.
    pub index: u64,
    /// Whether the private part of this version is gone.
    pub erased: bool,
}

/// Which entries are wanted; what is left out does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The kinds of entries; empty for all.
    pub kinds: Vec<String>,
    /// Happened on this day or later.
    pub from: Option<Date>,
    /// Happened before this day.
    pub until: Option<Date>,
    /// At this station.
    pub station: Option<String>,
    /// In this incident.
    pub incident: Option<String>,
}

/// How many incidents one statement asks for.
const INCIDENTS_MAX: usize = 500;

/// Places for values in a statement, after some that stand before them.
fn places(count: usize, before: usize) -> String {
    (1..=count).map(|number| format!("${}", number + before)).collect::<Vec<_>>().join(", ")
}

/// The columns of every reading of entries.
const COLUMNS: &str = "r.id, r.kind, r.incident, r.at, v.version, v.log, v.idx, v.body, v.salt, e.entry, r.version, r.agency, r.station, \
                       (SELECT max(m.version) FROM version m WHERE m.record = r.id)";
const JOINS: &str = "FROM record r JOIN version v ON v.record = r.id JOIN log_entry e ON e.log = v.log AND e.idx = v.idx";

impl Register {
    /// Makes a register with an empty log. It must not be there yet.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn create(address: &Address, schema: Arc<Schema>, node: Node, now: &ZonedDateTime) -> Result<Register, RegisterError> {
        Register::create_with(address, schema, node, now, Durability::Full).await
    }

    /// As [`Register::create`], with a durability; anything but [`Durability::Full`] is for tests that must be able to fail.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn create_with(
        address: &Address,
        schema: Arc<Schema>,
        node: Node,
        now: &ZonedDateTime,
        durability: Durability,
    ) -> Result<Register, RegisterError> {
        let db = Db::open(address, true, durability).await?;
        begin_log(&db, 1, node.signer.name(), now).await?;
        Register::on(db, schema, Some(node)).await
    }

    /// Opens a register: for writing with a node, else for reading.
    ///
    /// # Errors
    /// [`RegisterError`]: nothing is opened that this node may not go on signing.
    pub async fn open(address: &Address, schema: Arc<Schema>, node: Option<Node>) -> Result<Register, RegisterError> {
        Register::open_with(address, schema, node, Durability::Full).await
    }

    /// As [`Register::open`], with a durability; anything but [`Durability::Full`] is for tests that must be able to fail.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn open_with(
        address: &Address,
        schema: Arc<Schema>,
        node: Option<Node>,
        durability: Durability,
    ) -> Result<Register, RegisterError> {
        let db = Db::open(address, false, durability).await?;
        Register::on(db, schema, node).await
    }

    /// Opens the log that follows a frozen one, under its own name and key; its first entry commits to the last word of the
    /// one before.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn open_next(address: &Address, schema: Arc<Schema>, node: Node, now: &ZonedDateTime) -> Result<Register, RegisterError> {
        let db = Db::open(address, false, Durability::Full).await?;
        let mut tx = db.write().await?;
        let (number, origin) = current(&mut tx).await?;
        let mut view = LogView { tx: &mut tx, log: number, now: 0 };
        let head = view.lock().await?;
        if !head.frozen {
            return Err(RegisterError::NotFrozen(origin));
        }
        if node.signer.name() == origin {
            return Err(RegisterError::Key { expected: "another log".to_owned(), found: origin });
        }
        let next = number + 1;
        insert_head(&mut tx, next, node.signer.name(), now).await?;
        let log = Log::new(node.signer, node.seen.read()?);
        let first = PublicEntry::of_log(&schema, &head.checkpoint, &Moment::at(now)).bytes();
        let mut view = LogView { tx: &mut tx, log: next, now: now.timestamp().as_second() };
        let appended = log.append(&mut view, vec![first]).await.map_err(of_log)?;
        tx.commit().await?;
        node.seen.keep(&appended.seen())?;
        Register::on(db, schema, None).await
    }

    async fn on(db: Db, schema: Arc<Schema>, node: Option<Node>) -> Result<Register, RegisterError> {
        let zone = TimeZone::get(schema.time_zone()).map_err(|error| RegisterError::Zone(error.to_string()))?;
        let mut tx = db.read().await?;
        let (number, origin) = current(&mut tx).await?;
        let jobs = match node {
            None => None,
            Some(node) => {
                if node.signer.name() != origin {
                    return Err(RegisterError::Key { expected: origin, found: node.signer.name().to_owned() });
                }
                let log = Log::new(node.signer, node.seen.read()?);
                let mut view = LogView { tx: &mut tx, log: number, now: 0 };
                let seen = log.check(&mut view).await.map_err(of_log)?;
                log.accept(seen);
                let (sender, receiver) = mpsc::channel(4 * GROUP_MAX);
                let writer = Writer {
                    db: db.clone(),
                    schema: Arc::clone(&schema),
                    zone: zone.clone(),
                    log,
                    number,
                    seen: node.seen,
                    entropy: node.entropy,
                    stopped: None,
                    pages: 0,
                };
                tokio::spawn(writer.run(receiver));
                Some(sender)
            }
        };
        drop(tx);
        let links = db.has_links().await?;
        Ok(Register { db, schema, zone, number, origin, links, jobs })
    }

    /// What may be recorded.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The jurisdiction's time zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The name of the log that grows.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The number of the log that grows.
    pub fn log_number(&self) -> i64 {
        self.number
    }

    /// Records an entry. When this returns it is durable, with its entry in the signed log.
    ///
    /// # Errors
    /// [`WriteError`]; but for [`WriteError::Uncertain`] nothing of it is recorded then.
    pub async fn add(&self, draft: Draft, now: &ZonedDateTime) -> Result<Receipt, WriteError> {
        self.ask(Task::Add(draft), now).await?.await
    }

    /// Records entries in their order, in as few commits as their number allows; each has an answer of its own.
    pub async fn add_all(&self, drafts: Vec<Draft>, now: &ZonedDateTime) -> Vec<Result<Receipt, WriteError>> {
        let mut answers = Vec::new();
        let mut drafts = drafts.into_iter().peekable();
        while drafts.peek().is_some() {
            let mut waiting = Vec::new();
            for draft in drafts.by_ref().take(GROUP_MAX) {
                waiting.push(self.ask(Task::Add(draft), now).await);
            }
            for answer in waiting {
                answers.push(match answer {
                    Ok(answer) => answer.await,
                    Err(error) => Err(error),
                });
            }
        }
        answers
    }

    /// Records another version of an entry; the versions before stay. `version` is the one that was read.
    ///
    /// # Errors
    /// As [`Register::add`].
    pub async fn amend(&self, id: &str, version: i64, draft: Draft, why: &str, now: &ZonedDateTime) -> Result<Receipt, WriteError> {
        self.word("why", "amend_reason", why)?;
        self.ask(Task::Amend { id: id.to_owned(), version, draft, why: why.to_owned() }, now).await?.await
    }

    /// Erases the private part of an entry, in all its versions, with its salts and its links to a case. Its entries in the
    /// log stay, and nobody can tell any more what they commit to.
    ///
    /// # Errors
    /// As [`Register::add`].
    pub async fn erase(&self, id: &str, by: &str, ground: &str, now: &ZonedDateTime) -> Result<Receipt, WriteError> {
        self.word("ground", "erase_ground", ground)?;
        crate::entry::check_staff("by", by)?;
        if !self.links {
            return Err(WriteError::Failed("this role cannot reach the links to cases, and an erasure takes them too".to_owned()));
        }
        self.ask(Task::Erase { id: id.to_owned(), by: by.to_owned(), why: ground.to_owned() }, now).await?.await
    }

    /// After erasures: takes what was erased out of the database's journal; says whether it could. While somebody reads it
    /// cannot, and is to be asked again.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn forget(&self) -> Result<bool, DbError> {
        self.db.forget().await
    }

    /// Ends the log: its last entry says so, and nothing can follow but another log.
    ///
    /// # Errors
    /// As [`Register::add`].
    pub async fn freeze(&self, now: &ZonedDateTime) -> Result<Receipt, WriteError> {
        self.ask(Task::Freeze, now).await?.await
    }

    fn word(&self, field: &str, list: &str, word: &str) -> Result<(), WriteError> {
        let words = self.schema.list(list);
        if words.iter().any(|each| each.name == word) {
            return Ok(());
        }
        let names: Vec<&str> = words.iter().map(|word| word.name.as_str()).collect();
        Err(FieldError::new(field, format!("one of {}", names.join(", ")), "another word").into())
    }

    /// Hands a task to the writer; what is returned waits for its answer.
    async fn ask(&self, task: Task, now: &ZonedDateTime) -> Result<impl Future<Output = Result<Receipt, WriteError>> + use<>, WriteError> {
        let gone = || WriteError::Failed("the writer has ended".to_owned());
        let jobs = self.jobs.as_ref().ok_or_else(|| WriteError::Failed("the register was opened for reading".to_owned()))?;
        let (reply, answer) = oneshot::channel();
        jobs.send(Job { task, now: now.clone(), reply }).await.map_err(|_| gone())?;
        Ok(async move { answer.await.map_err(|_| gone())? })
    }

    /// The entries as they stand, in the order in which they happened.
    ///
    /// Each is held against its entry in the log: what was changed in the database by other means is damage.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn list(&self, filter: &Filter) -> Result<Vec<Stored>, DbError> {
        let mut conditions = vec!["v.version = r.version".to_owned()];
        let mut values: Vec<Value> = Vec::new();
        let place = |value: Value, values: &mut Vec<Value>| {
            values.push(value);
            format!("${}", values.len())
        };
        if !filter.kinds.is_empty() {
            let kinds: Vec<String> = filter.kinds.iter().map(|kind| place(kind.as_str().into(), &mut values)).collect();
            conditions.push(format!("r.kind IN ({})", kinds.join(", ")));
        }
        if let Some(station) = &filter.station {
            conditions.push(format!("r.station = {}", place(station.as_str().into(), &mut values)));
        }
        if let Some(incident) = &filter.incident {
            conditions.push(format!("r.incident = {}", place(incident.as_str().into(), &mut values)));
        }
        // Days are compared as they are written: `at` begins with the civil date, and dates sort as texts.
        if let Some(from) = filter.from {
            conditions.push(format!("r.at >= {}", place(from.to_string().into(), &mut values)));
        }
        if let Some(until) = filter.until {
            conditions.push(format!("r.at < {}", place(until.to_string().into(), &mut values)));
        }
        let statement = format!("SELECT {COLUMNS} {JOINS} WHERE {} ORDER BY r.happened, v.log, v.idx", conditions.join(" AND "));
        let mut tx = self.db.read().await?;
        tx.query(statement, values).await?.iter().map(stored).collect()
    }

    /// The entries that were written into a log from an index on, in the order of the log, and at most so many of them.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn written(&self, log: i64, from: u64, most: u32) -> Result<Vec<Stored>, DbError> {
        let mut tx = self.db.read().await?;
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let statement = format!("SELECT {COLUMNS} {JOINS} WHERE v.log = $1 AND v.idx >= $2 ORDER BY v.idx LIMIT {most}");
        tx.query(statement, vec![log.into(), from.into()]).await?.iter().map(stored).collect()
    }

    /// The entries of incidents as they stand, in the order in which they happened.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn of_incidents(&self, incidents: &[String]) -> Result<Vec<Stored>, DbError> {
        let mut tx = self.db.read().await?;
        let mut entries = Vec::new();
        for some in incidents.chunks(INCIDENTS_MAX) {
            let statement = format!(
                "SELECT {COLUMNS} {JOINS} WHERE v.version = r.version AND r.incident IN ({}) ORDER BY r.happened, v.log, v.idx",
                places(some.len(), 0)
            );
            for row in tx.query(statement, some.iter().map(|incident| incident.as_str().into()).collect()).await? {
                entries.push(stored(&row)?);
            }
        }
        Ok(entries)
    }

    /// Which of some incidents have a link to a case in a system; none at all where this role cannot reach links. What the
    /// number is is not said.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn linked(&self, system: &str, incidents: &[String]) -> Result<Option<Vec<String>>, DbError> {
        if !self.links {
            return Ok(None);
        }
        let mut tx = self.db.read().await?;
        let mut found = Vec::new();
        for some in incidents.chunks(INCIDENTS_MAX) {
            let statement = format!(
                "SELECT DISTINCT r.incident FROM link l JOIN record r ON r.id = l.record WHERE l.system = $1 AND r.incident IN ({}) ORDER BY 1",
                places(some.len(), 1)
            );
            let values = std::iter::once(system.into()).chain(some.iter().map(|incident| incident.as_str().into())).collect();
            for row in tx.query(statement, values).await? {
                found.push(row.text(0)?);
            }
        }
        Ok(Some(found))
    }

    /// The id of an entry, by its id or its external id, whatever the case; none where there is no such entry.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn id_of(&self, name: &str) -> Result<Option<String>, DbError> {
        let mut tx = self.db.read().await?;
        let values = vec![name.to_lowercase().into(), name.to_uppercase().into()];
        tx.one("SELECT id FROM record WHERE id = $1 OR external = $2", values).await?.map(|row| row.text(0)).transpose()
    }

    /// Every version of an entry, the first one first; none where there is no such entry. It is found by its id, its
    /// external id, or the beginning of its id, at least four characters.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn history(&self, name: &str) -> Result<Vec<Stored>, DbError> {
        let exact = self.id_of(name).await?;
        let mut tx = self.db.read().await?;
        let id = match exact {
            Some(id) => id,
            None if name.len() >= 4 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') => {
                let found =
                    tx.query("SELECT id FROM record WHERE id LIKE $1 LIMIT 2", vec![format!("{}%", name.to_lowercase()).into()]).await?;
                match found.as_slice() {
                    [row] => row.text(0)?,
                    _ => return Ok(Vec::new()),
                }
            }
            None => return Ok(Vec::new()),
        };
        let statement = format!("SELECT {COLUMNS} {JOINS} WHERE r.id = $1 ORDER BY v.version");
        tx.query(statement, vec![id.into()]).await?.iter().map(stored).collect()
    }

    /// The links to a case of an entry: systems and numbers, with the moment until which they are kept.
    ///
    /// # Errors
    /// [`DbError`]; a role without access to links gets one.
    pub async fn links(&self, id: &str) -> Result<Vec<(String, String, i64)>, DbError> {
        if !self.links {
            return Ok(Vec::new());
        }
        let mut tx = self.db.read().await?;
        let statement = "SELECT system, number, keep_until FROM link WHERE record = $1 ORDER BY system, number";
        let rows = tx.query(statement, vec![id.into()]).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?, row.int(2)?))).collect()
    }

    /// All links to cases: the system, the number, the incident, the entry.
    ///
    /// # Errors
    /// [`DbError`]; a role without access to links gets one.
    pub async fn all_links(&self) -> Result<Vec<(String, String, String, String)>, DbError> {
        if !self.links {
            return Ok(Vec::new());
        }
        let mut tx = self.db.read().await?;
        let statement = "SELECT l.system, l.number, r.incident, r.id FROM link l JOIN record r ON r.id = l.record ORDER BY 1, 2, 3, 4";
        let rows = tx.query(statement, Vec::new()).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?))).collect()
    }

    /// The incidents that a name leads to: the number of a case, the id of an entry, or an external id.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn incidents(&self, name: &str) -> Result<Vec<String>, DbError> {
        let mut tx = self.db.read().await?;
        let of_number = "SELECT DISTINCT r.incident FROM link l JOIN record r ON r.id = l.record WHERE l.number = $1 ORDER BY 1";
        let mut incidents = Vec::new();
        if self.links {
            for row in tx.query(of_number, vec![name.to_uppercase().into()]).await? {
                incidents.push(row.text(0)?);
            }
        }
        drop(tx);
        if let Some(last) = self.history(name).await?.pop()
            && !incidents.contains(&last.record.incident)
        {
            incidents.push(last.record.incident);
        }
        Ok(incidents)
    }

    /// The entries whose retention has ended, by id, and the number of links whose has.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn expired(&self, now: &ZonedDateTime) -> Result<(Vec<String>, u64), DbError> {
        let mut tx = self.db.read().await?;
        let now = now.timestamp().as_second();
        let statement = "SELECT DISTINCT r.id FROM record r JOIN version v ON v.record = r.id AND v.version = 1 \
                         WHERE r.keep_until <= $1 AND v.body IS NOT NULL ORDER BY r.id";
        let ids = tx.query(statement, vec![now.into()]).await?.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
        if !self.links {
            return Ok((ids, 0));
        }
        let row = tx.one("SELECT count(*) FROM link WHERE keep_until <= $1", vec![now.into()]).await?;
        let links = row.map_or(Ok(0), |row| row.int(0))?;
        Ok((ids, count(links, "table link")?))
    }

    /// Erases the links to cases whose retention has ended; gives their number. No entry says so: a link is in none.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn erase_links(&self, now: &ZonedDateTime) -> Result<u64, DbError> {
        let mut tx = self.db.write().await?;
        let erased = tx.execute("DELETE FROM link WHERE keep_until <= $1", vec![now.timestamp().as_second().into()]).await?;
        tx.commit().await?;
        Ok(erased)
    }

    /// The head of a log.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn head(&self, log: i64) -> Result<Head, DbError> {
        let mut tx = self.db.read().await?;
        LogView { tx: &mut tx, log, now: 0 }.head().await
    }

    /// The logs: number, name, size, whether frozen.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn logs(&self) -> Result<Vec<(i64, String, u64, bool)>, DbError> {
        let mut tx = self.db.read().await?;
        let rows = tx.query("SELECT log, origin, size, frozen FROM log_head ORDER BY log", Vec::new()).await?;
        rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?, count(row.int(2)?, "table log_head")?, row.int(3)? != 0))).collect()
    }

    /// The last published checkpoint of a log.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn published(&self, log: i64) -> Result<Option<String>, DbError> {
        let mut tx = self.db.read().await?;
        let row = tx.one("SELECT note FROM log_checkpoint WHERE log = $1 ORDER BY size DESC LIMIT 1", vec![log.into()]).await?;
        row.map(|row| row.text(0)).transpose()
    }

    /// Publishes the head: from now on anyone may read the log up to here. Gives the checkpoint; none of an empty log.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn publish(&self, log: i64, now: &ZonedDateTime) -> Result<Option<String>, DbError> {
        let mut tx = self.db.write().await?;
        let head = LogView { tx: &mut tx, log, now: 0 }.head().await?;
        if head.size == 0 {
            return Ok(None);
        }
        let size = i64::try_from(head.size).map_err(|_| DbError::damaged("the log", "a size below 2^63", head.size.to_string()))?;
        let there = tx.one("SELECT note FROM log_checkpoint WHERE log = $1 AND size = $2", vec![log.into(), size.into()]).await?;
        if let Some(row) = there {
            return row.text(0).map(Some);
        }
        let values = vec![log.into(), size.into(), head.checkpoint.clone().into(), now.timestamp().as_second().into()];
        tx.execute("INSERT INTO log_checkpoint (log, size, note, published) VALUES ($1, $2, $3, $4)", values).await?;
        tx.commit().await?;
        Ok(Some(head.checkpoint))
    }

    /// Adds the signatures of witnesses to a published checkpoint.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn cosigned(&self, log: i64, size: u64, note: &str) -> Result<(), DbError> {
        let mut tx = self.db.write().await?;
        let size = i64::try_from(size).map_err(|_| DbError::damaged("the log", "a size below 2^63", size.to_string()))?;
        tx.execute("UPDATE log_checkpoint SET note = $1 WHERE log = $2 AND size = $3", vec![note.into(), log.into(), size.into()]).await?;
        tx.commit().await
    }

    /// What a witness is asked: that the published checkpoint extends the tree of `old` entries it has seen.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn witness_request(&self, log: i64, old: u64, note: &str, key: &Verifier) -> Result<Vec<u8>, RegisterError> {
        let opened = checkpoint::open(note, key).map_err(|error| RegisterError::Log(error.to_string()))?;
        let mut tx = self.db.read().await?;
        let mut view = LogView { tx: &mut tx, log, now: 0 };
        let hashes = if old == 0 || old >= opened.size {
            Vec::new()
        } else {
            proof::consistency(&mut view, old, opened.size).await.map_err(|error| RegisterError::Log(error.to_string()))?
        };
        Ok(witness::request(old, &hashes, note))
    }

    /// The entry of a log at an index, and the proof that the log holds it: under the last published checkpoint where that
    /// covers it, with the signatures of witnesses, else under the head.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn prove(&self, log: i64, index: u64) -> Result<(Vec<u8>, Proof), RegisterError> {
        self.prove_up_to(log, index, true).await
    }

    /// As [`Register::prove`], of what is published and of nothing else.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn prove_published(&self, log: i64, index: u64) -> Result<(Vec<u8>, Proof), RegisterError> {
        self.prove_up_to(log, index, false).await
    }

    async fn prove_up_to(&self, log: i64, index: u64, unpublished: bool) -> Result<(Vec<u8>, Proof), RegisterError> {
        let absent = |size: u64| RegisterError::Absent { expected: format!("entry {index} in a log of {size} entries") };
        let mut tx = self.db.read().await?;
        let wanted = i64::try_from(index).unwrap_or(i64::MAX);
        let statement = "SELECT size, note FROM log_checkpoint WHERE log = $1 AND size > $2 ORDER BY size DESC LIMIT 1";
        let published = tx.one(statement, vec![log.into(), wanted.into()]).await?;
        let published = published.map(|row| Ok::<_, DbError>((count(row.int(0)?, "table log_checkpoint")?, row.text(1)?))).transpose()?;
        if tx.one("SELECT log FROM log_head WHERE log = $1", vec![log.into()]).await?.is_none() {
            return Err(absent(0));
        }
        let mut view = LogView { tx: &mut tx, log, now: 0 };
        let (size, note) = match published {
            Some(published) => published,
            None if !unpublished => return Err(absent(0)),
            None => {
                let head = view.head().await?;
                (head.size, head.checkpoint)
            }
        };
        if index >= size {
            return Err(absent(size));
        }
        let entry = view.entries(index..index + 1).await?.into_iter().next().unwrap_or_default();
        let hashes = proof::inclusion(&mut view, index, size).await.map_err(|error| RegisterError::Log(error.to_string()))?;
        Ok((entry, Proof { index, hashes, checkpoint: note, extra: None }))
    }

    /// A resource of a published log by its path, as tlog-tiles has it; none where it is not, or not yet, public.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn resource(&self, log: i64, resource: &Resource) -> Result<Option<Vec<u8>>, DbError> {
        let mut tx = self.db.read().await?;
        let statement = "SELECT size, note FROM log_checkpoint WHERE log = $1 ORDER BY size DESC LIMIT 1";
        let Some(row) = tx.one(statement, vec![log.into()]).await? else { return Ok(None) };
        let (size, note) = (count(row.int(0)?, "table log_checkpoint")?, row.text(1)?);
        if matches!(resource, Resource::Checkpoint) {
            return Ok(Some(note.into_bytes()));
        }
        let mut view = LogView { tx: &mut tx, log, now: 0 };
        layout::read(&mut view, size, resource).await
    }

    /// Holds every version of every entry against the log, and every entry of every log against the register; gives the
    /// number of entries that stand.
    ///
    /// # Errors
    /// [`DbError::Damaged`] with the first place at which they do not fit.
    pub async fn check(&self) -> Result<usize, DbError> {
        let mut tx = self.db.read().await?;
        let statement = format!("SELECT {COLUMNS} {JOINS} ORDER BY v.log, v.idx");
        let versions = tx.query(statement, Vec::new()).await?.iter().map(stored).collect::<Result<Vec<_>, _>>()?;
        let standing: std::collections::BTreeSet<(i64, u64)> = versions.iter().map(|version| (version.log, version.index)).collect();
        let orphans =
            "SELECT e.log, e.idx, e.entry FROM log_entry e LEFT JOIN version v ON v.log = e.log AND v.idx = e.idx WHERE v.record IS NULL";
        for row in tx.query(orphans, Vec::new()).await? {
            let (log, index) = (row.int(0)?, row.int(1)?);
            let place = format!("table version, entry {index} of log {log}");
            let entry = PublicEntry::read(&row.blob(2)?).map_err(|error| DbError::damaged(&place, "a public entry", error))?;
            if entry.kind != "log" {
                return Err(DbError::damaged(
                    place,
                    "the record that the log commits to",
                    "none: it was deleted by other means than Haven",
                ));
            }
        }
        let records = tx.one("SELECT count(*) FROM record", Vec::new()).await?.map_or(Ok(0), |row| row.int(0))?;
        let found: std::collections::BTreeSet<&str> = versions.iter().map(|version| version.record.id.as_str()).collect();
        if count(records, "table record")? != found.len() as u64 || standing.len() != versions.len() {
            return Err(DbError::damaged("table record", "a version for each record", "records without one"));
        }
        Ok(found.len())
    }

    /// A resource of a log up to its head, published or not: for whoever keeps the register, to check it.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn resource_at_head(&self, log: i64, resource: &Resource) -> Result<Option<Vec<u8>>, DbError> {
        let mut tx = self.db.read().await?;
        let mut view = LogView { tx: &mut tx, log, now: 0 };
        let head = view.head().await?;
        if matches!(resource, Resource::Checkpoint) {
            return Ok((head.size > 0).then(|| head.checkpoint.into_bytes()));
        }
        layout::read(&mut view, head.size, resource).await
    }

    /// The private record behind an entry with the salt of its commitment, as JSON; none where it was erased or there is none.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn opening(&self, log: i64, index: u64) -> Result<Option<String>, DbError> {
        let mut tx = self.db.read().await?;
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        let row = tx.one("SELECT body, salt FROM version WHERE log = $1 AND idx = $2", vec![log.into(), index.into()]).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(row.maybe_blob(0)?.zip(row.maybe_blob(1)?).map(|(body, salt)| crate::public::opening(&salt, &body)))
    }

    /// Whether the register can be read just now.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn reachable(&self) -> Result<(), DbError> {
        self.head(self.number).await.map(|_| ())
    }

    /// Whether this process takes entries: it has the key, and no write of it failed on the disk.
    pub fn writable(&self) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| !jobs.is_closed()) && !self.db.is_stopped()
    }

    /// Closes the connections. What was acknowledged is durable without it.
    pub async fn close(self) {
        drop(self.jobs);
        // An error here loses nothing: what was acknowledged stands in the journal, and stays there.
        let _ = self.db.settle().await;
        self.db.close().await;
    }
}

/// The log that grows, or did last.
async fn current(tx: &mut Tx) -> Result<(i64, String), DbError> {
    let row = tx.one("SELECT log, origin FROM log_head ORDER BY log DESC LIMIT 1", Vec::new()).await?;
    let row = row.ok_or_else(|| {
        DbError::damaged("table log_head", "a log", "none: `haven ledger init` was cut short; delete the file and run it again")
    })?;
    Ok((row.int(0)?, row.text(1)?))
}

async fn begin_log(db: &Db, number: i64, name: &str, now: &ZonedDateTime) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    insert_head(&mut tx, number, name, now).await?;
    tx.commit().await
}

async fn insert_head(tx: &mut Tx, number: i64, name: &str, now: &ZonedDateTime) -> Result<(), DbError> {
    let values = vec![number.into(), name.into(), EMPTY_ROOT.to_vec().into(), now.timestamp().as_second().into()];
    let statement = "INSERT INTO log_head (log, origin, size, root, checkpoint, frozen, signed) VALUES ($1, $2, 0, $3, '', 0, $4)";
    tx.execute(statement, values).await?;
    Ok(())
}

/// Reads a row of [`COLUMNS`] and holds the record against its entry in the log.
fn stored(row: &Row) -> Result<Stored, DbError> {
    let (id, kind, incident, at) = (row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?);
    let version = row.int(4)?;
    let log = row.int(5)?;
    let index = count(row.int(6)?, "table version")?;
    let place = || format!("table version, record {id}, version {version}");
    let entry = PublicEntry::read(&row.blob(9)?)
        .map_err(|error| DbError::damaged(format!("table log_entry, entry {index}"), "a public entry", error))?;
    let (Some(body), Some(salt)) = (row.maybe_blob(7)?, row.maybe_blob(8)?) else {
        let day = at.get(..10).unwrap_or_default().to_owned();
        let record = Record {
            id: id.clone(),
            version,
            kind,
            agency: String::new(),
            station: None,
            incident,
            at: day,
            recorded_at: entry.day,
            by: String::new(),
            why: None,
            erased: false,
            external: None,
            fields: Default::default(),
        };
        return Ok(Stored { record, log, index, erased: true });
    };
    if commitment(&salt, &body) != entry.commitment {
        let found = "another: it was changed in the database by other means than Haven";
        return Err(DbError::damaged(place(), format!("the record that entry {index} of the log commits to"), found));
    }
    let record: Record = serde_json::from_slice(&body).map_err(|error| DbError::damaged(place(), "a record", error.to_string()))?;
    if record.id != id || record.version != version {
        return Err(DbError::damaged(place(), format!("record {id}, version {version}"), "another one"));
    }
    // The row repeats of the last version what entries are looked up by.
    let last = row.int(10)?;
    let repeated = record.kind == kind
        && record.incident == incident
        && record.at == at
        && record.agency == row.text(11)?
        && record.station == row.maybe_text(12)?;
    if last != row.int(13)? || (version == last && !repeated) {
        return Err(DbError::damaged(format!("table record, record {id}"), "what its last version says", "something else"));
    }
    Ok(Stored { record, log, index, erased: false })
}
