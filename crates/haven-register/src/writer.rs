//! The one place that writes: what is recorded, its entry in the log, the tiles and the signed head commit together.
//!
//! A node has one writer. It takes what has gathered while it was busy and commits it as one group, so the cost of a commit
//! is shared by all who wait for it; nobody is answered before the commit.

use crate::db::{Db, DbError, Tx, Value};
use crate::entry::{Draft, FieldError, Record, references};
use crate::moment::Moment;
use crate::public::{PublicEntry, SALT_BYTES};
use crate::schema::{Kind, Schema};
use crate::seen::SeenFile;
use crate::store::LogView;
use haven_ledger::log::{Log, LogError};
use haven_ledger::store::Store;
use jiff::ZonedDateTime;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// How many entries one commit takes.
pub const GROUP_MAX: usize = 256;
/// How far the clock may have run backwards since the last commit, in seconds.
const BACKWARDS_SECONDS_MAX: i64 = 60;
const DAY_SECONDS: i64 = 86_400;
/// The word of the list `erase_ground` for an entry that is due: every other ground may come at any time.
const RETENTION: &str = "retention";
/// After how many pages SQLite's journal is brought back into the database: 8 MiB. The longer it is, the fewer pages are
/// written twice.
const SETTLE_PAGES: usize = 2000;

/// Fills bytes with randomness of the system; the edge passes it in.
pub type Entropy = fn(&mut [u8]) -> Result<(), String>;

/// Where an entry came to stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The record.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// The log.
    pub log: i64,
    /// The index of its entry in the log.
    pub index: u64,
    /// Whether it stood there already: the same external id was recorded before.
    pub known: bool,
}

/// Why something was not recorded.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WriteError {
    /// The entry does not fit what stands in the register.
    #[error("{0}")]
    Refused(#[from] FieldError),
    /// The log refuses: it is frozen, it was rolled back, its key is another.
    #[error("{0}")]
    Log(String),
    /// The clock runs backwards.
    #[error(
        "the clock: expected {last} or later, the moment of the last entry, found {found}; set the clock right, then try again. If it was \
         ahead when the last entry was made, end this log with `haven ledger freeze` and open another"
    )]
    Clock {
        /// The moment of the last entry.
        last: String,
        /// What the clock says.
        found: String,
    },
    /// The write failed, and nothing of it is recorded.
    #[error("nothing was recorded: {0}")]
    Failed(String),
    /// The connection broke while committing, and it cannot be found out what became of it.
    #[error("it may or may not be recorded: {0}; look it up before trying again, or try again with the same external id")]
    Uncertain(String),
    /// An earlier write failed on the disk, and this process takes no more.
    #[error(
        "nothing was recorded, because an earlier write failed on the disk ({0}); free or repair it, start again, then run `haven ledger verify`"
    )]
    Stopped(String),
}

/// What is to be written.
#[derive(Debug)]
pub(crate) enum Task {
    /// A new record.
    Add(Draft),
    /// Another version of a record.
    Amend { id: String, version: i64, draft: Draft, why: String },
    /// The end of a record's private part.
    Erase { id: String, by: String, why: String },
    /// The end of the log.
    Freeze,
}

/// A task with its moment and who waits for it.
pub(crate) struct Job {
    pub task: Task,
    pub now: ZonedDateTime,
    pub reply: oneshot::Sender<Result<Receipt, WriteError>>,
}

/// What the writer works with.
pub(crate) struct Writer {
    pub db: Db,
    pub schema: Arc<Schema>,
    pub zone: TimeZone,
    pub log: Log,
    pub number: i64,
    pub seen: SeenFile,
    pub entropy: Entropy,
    /// Why this process takes no more, once a write failed on the disk.
    pub stopped: Option<String>,
    /// About how many pages stand in SQLite's journal.
    pub pages: usize,
}

/// A record that others may name.
#[derive(Clone)]
struct Known {
    /// The last version.
    last: Record,
    /// The first version; of a record that was erased there is none.
    first: Option<Record>,
    /// The id elsewhere, which stays after an erasure.
    external: Option<String>,
    /// Until when it is kept, in seconds since 1970.
    keep_until: i64,
}

impl Known {
    /// Whether a draft says what this record said first, or says now: then it was imported again.
    fn is(&self, draft: &Draft) -> bool {
        let same = |record: &Record| {
            record.kind == draft.kind
                && record.agency == draft.agency
                && record.station == draft.station
                && record.at == draft.at.to_string()
                && record.fields == draft.fields
        };
        // What was erased is not recorded again, whatever the paper log still says.
        self.first.as_ref().is_none_or(same) || same(&self.last)
    }
}

/// What one task writes beside its entry in the log.
struct Planned {
    record: Record,
    entry: Vec<u8>,
    salt: [u8; SALT_BYTES],
    links: Vec<(String, String)>,
    /// Whether the record's row is new, is changed, or its earlier versions are erased.
    change: Change,
}

#[derive(PartialEq, Eq)]
enum Change {
    New,
    Amended,
    Erased,
}

enum Outcome {
    Planned(Box<Planned>),
    Known(Receipt),
}

impl Writer {
    /// Writes what is sent until nobody is left who could send.
    pub(crate) async fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut group = Vec::new();
        while jobs.recv_many(&mut group, GROUP_MAX).await > 0 {
            // The end of a log is its last entry: what came with it goes before.
            let (ends, records): (Vec<Job>, Vec<Job>) = group.drain(..).partition(|job| matches!(job.task, Task::Freeze));
            for jobs in [records, ends].into_iter().filter(|jobs| !jobs.is_empty()) {
                let (tasks, replies): (Vec<(Task, ZonedDateTime)>, Vec<_>) =
                    jobs.into_iter().map(|job| ((job.task, job.now), job.reply)).unzip();
                let answers = self.commit(tasks).await;
                for (reply, answer) in replies.into_iter().zip(answers) {
                    // Whoever asked may have gone; what was written stays written.
                    let _ = reply.send(answer);
                }
                self.settle().await;
            }
        }
    }

    /// Brings the journal back when it has grown; nobody waits for it.
    async fn settle(&mut self) {
        if self.pages < SETTLE_PAGES {
            return;
        }
        self.pages = 0;
        if let Err(error) = self.db.settle().await {
            self.failed(&error);
        }
    }

    /// Commits a group; one answer for each task, in order.
    async fn commit(&mut self, tasks: Vec<(Task, ZonedDateTime)>) -> Vec<Result<Receipt, WriteError>> {
        let count = tasks.len();
        if let Some(reason) = &self.stopped {
            return vec![Err(WriteError::Stopped(reason.clone())); count];
        }
        match self.try_commit(tasks).await {
            Ok(answers) => answers,
            Err(error) => vec![Err(error); count],
        }
    }

    async fn try_commit(&mut self, tasks: Vec<(Task, ZonedDateTime)>) -> Result<Vec<Result<Receipt, WriteError>>, WriteError> {
        let now = tasks.iter().map(|(_, now)| now).max().cloned().ok_or_else(|| WriteError::Failed("nothing to write".to_owned()))?;
        let mut tx = self.db.write().await.map_err(|error| self.failed(&error))?;
        let (first, last) = self.lock(&mut tx).await.map_err(|error| self.failed(&error))?;
        // The end of a log must stay possible after a clock that was ahead.
        if !tasks.iter().any(|(task, _)| matches!(task, Task::Freeze)) {
            check_clock(last, &now)?;
        }
        let mut known = self.known(&mut tx, &tasks).await.map_err(|error| self.failed(&error))?;
        let moment = Moment::at(&now);
        let mut answers = Vec::new();
        let mut planned: Vec<Planned> = Vec::new();
        let mut freezes = false;
        for (task, _) in tasks {
            if matches!(task, Task::Freeze) {
                freezes = true;
                answers.push(Ok(Receipt { id: String::new(), version: 0, log: self.number, index: first, known: false }));
                continue;
            }
            let dependents = match &task {
                Task::Amend { id, .. } => {
                    let incident = known.get(id).map(|there| there.last.incident.clone()).unwrap_or_default();
                    of_incident(&mut tx, &incident).await.map_err(|error| self.failed(&error))?
                }
                _ => Vec::new(),
            };
            let outcome = self.plan(task, &moment, &mut known, &dependents)?;
            answers.push(outcome.map(|outcome| match outcome {
                Outcome::Known(receipt) => receipt,
                Outcome::Planned(plan) => {
                    let index = first + planned.len() as u64;
                    let receipt =
                        Receipt { id: plan.record.id.clone(), version: plan.record.version, log: self.number, index, known: false };
                    planned.push(*plan);
                    receipt
                }
            }));
        }
        if planned.is_empty() && !freezes {
            self.find_known(&mut tx, &mut answers).await?;
            return Ok(answers);
        }
        let mut view = LogView { tx: &mut tx, log: self.number, now: now.timestamp().as_second() };
        let entries: Vec<Vec<u8>> = planned.iter().map(|plan| plan.entry.clone()).collect();
        let appended = if freezes {
            let head = view.head().await.map_err(|error| self.failed(&error))?;
            let last = PublicEntry::of_log(&self.schema, &head.checkpoint, &moment).bytes();
            self.log.freeze(&mut view, last).await
        } else {
            self.log.append(&mut view, entries).await
        };
        let appended = match appended {
            Ok(appended) => appended,
            Err(error) => return Err(self.log_failed(error)),
        };
        // Each commit writes the last page of every table and index, and each entry adds to some of them.
        self.pages += 8 + 2 * planned.len();
        let lookup = planned.first().map(|plan| (plan.record.id.clone(), plan.record.version));
        self.write(&mut tx, planned, first).await.map_err(|error| self.failed(&error))?;
        self.find_known(&mut tx, &mut answers).await?;
        if let Err(error) = tx.commit().await {
            self.after_failed_commit(error, lookup).await?;
        }
        let seen = appended.seen();
        self.log.committed(appended);
        if let Err(error) = self.seen.keep(&seen) {
            // The entries are durable. What guards against a restored backup is not, so nothing more is signed.
            let reason = format!("the file of the largest tree: {error}");
            self.db.stop(&reason);
            self.stopped = Some(reason);
        }
        Ok(answers)
    }

    /// Which records the tasks name, by id and by external id.
    async fn known(&self, tx: &mut Tx, tasks: &[(Task, ZonedDateTime)]) -> Result<BTreeMap<String, Known>, DbError> {
        let mut names: BTreeSet<String> = BTreeSet::new();
        for (task, _) in tasks {
            match task {
                Task::Add(draft) => names.extend(self.named_by(draft)),
                Task::Amend { id, draft, .. } => {
                    names.insert(id.clone());
                    names.extend(self.named_by(draft));
                }
                Task::Erase { id, .. } => {
                    names.insert(id.clone());
                }
                Task::Freeze => {}
            }
        }
        let mut known = BTreeMap::new();
        let names: Vec<String> = names.into_iter().collect();
        for names in names.chunks(100) {
            let places: Vec<String> = (1..=names.len()).map(|at| format!("${at}")).collect();
            let places = places.join(", ");
            let statement = format!(
                "SELECT r.external, r.keep_until, l.body, f.body FROM record r \
                 JOIN version l ON l.record = r.id AND l.version = r.version JOIN version f ON f.record = r.id AND f.version = 1 \
                 WHERE r.id IN ({places}) OR r.external IN ({places})"
            );
            for row in tx.query(statement, names.iter().map(|name| Value::from(name.as_str())).collect()).await? {
                let record = Known {
                    external: row.maybe_text(0)?,
                    keep_until: row.int(1)?,
                    last: body(&row.blob(2)?)?,
                    first: row.maybe_blob(3)?.map(|first| body(&first)).transpose()?,
                };
                remember(&mut known, record);
            }
        }
        Ok(known)
    }

    /// The records that a draft names.
    fn named_by(&self, draft: &Draft) -> Vec<String> {
        let kind = self.schema.kind(&draft.kind);
        let fields = kind.into_iter().flat_map(|kind| references(kind, &draft.fields)).map(|(_, _, id)| id.to_owned());
        let names = fields.chain(draft.incident.clone()).chain(draft.external.clone());
        names.flat_map(|name| [name.to_lowercase(), name.to_uppercase()]).collect()
    }

    fn plan(
        &self,
        task: Task,
        now: &Moment,
        known: &mut BTreeMap<String, Known>,
        dependents: &[Record],
    ) -> Result<Result<Outcome, WriteError>, WriteError> {
        let refused = |error: FieldError| Ok(Err(WriteError::Refused(error)));
        let (mut draft, id, version, why) = match task {
            Task::Add(mut draft) => {
                if let Some(there) = draft.external.as_ref().and_then(|external| find(known, external)) {
                    self.resolve(&mut draft, known);
                    let (id, kind) = (there.last.id.clone(), &there.last.kind);
                    if !there.is(&draft) {
                        let found = format!("that of a {kind} that says something else; to correct it, amend {id}");
                        return refused(FieldError::new("external_id", "an id that no other entry has", found));
                    }
                    let receipt = Receipt { id, version: there.last.version, log: self.number, index: 0, known: true };
                    return Ok(Ok(Outcome::Known(receipt)));
                }
                (draft, self.new_id()?, 1, None)
            }
            Task::Amend { id, version, draft, why } => match known.get(&id) {
                Some(there) if there.last.erased => {
                    return refused(FieldError::new("id", "an entry that still stands", "one that was erased"));
                }
                Some(there) if there.external != draft.external => {
                    let expected = "the id it was recorded with, which an amendment does not change";
                    return refused(FieldError::new("external_id", expected, "another"));
                }
                Some(there) if there.last.version == version => {
                    if let Some(error) = self.contradicts_dependents(&id, &draft, dependents) {
                        return refused(error);
                    }
                    (draft, id, version + 1, Some(why))
                }
                Some(there) => {
                    return refused(FieldError::new("version", format!("{}, the last one", there.last.version), version.to_string()));
                }
                None => return refused(FieldError::new("id", "a record", "none of that id")),
            },
            Task::Erase { id, by, why } => return self.plan_erasure(&id, by, why, now, known),
            Task::Freeze => return Err(WriteError::Failed("a freeze is no record".to_owned())),
        };
        let Some(kind) = self.schema.kind(&draft.kind) else {
            return refused(FieldError::new("kind", "a kind of entry", "another word"));
        };
        let inherited = match self.check_references(kind, &mut draft, known) {
            Ok(inherited) => inherited,
            Err(error) => return refused(error),
        };
        let incident = match &draft.incident {
            Some(name) => match find(known, name) {
                Some(there) => there.last.incident.clone(),
                None if *name == id => id.clone(),
                None => return refused(FieldError::new("incident", "the id of a record", "none of that id")),
            },
            None => inherited.unwrap_or_else(|| id.clone()),
        };
        let record = Record {
            id,
            version,
            kind: draft.kind,
            agency: draft.agency,
            station: draft.station,
            incident,
            at: draft.at.to_string(),
            recorded_at: now.to_string(),
            by: draft.by,
            why,
            erased: false,
            external: draft.external,
            fields: draft.fields,
        };
        let change = if version == 1 { Change::New } else { Change::Amended };
        self.planned(record, draft.links, change, now, known).map(Ok)
    }

    /// A record's entry, and the record known from here on.
    fn planned(
        &self,
        record: Record,
        links: Vec<(String, String)>,
        change: Change,
        now: &Moment,
        known: &mut BTreeMap<String, Known>,
    ) -> Result<Outcome, WriteError> {
        let mut salt = [0; SALT_BYTES];
        (self.entropy)(&mut salt).map_err(WriteError::Failed)?;
        let entry = PublicEntry::of(&self.schema, &record, &salt, now).bytes();
        let before = known.get(&record.id);
        let there = Known {
            external: before.map_or_else(|| record.external.clone(), |before| before.external.clone()),
            first: match change {
                Change::New => Some(record.clone()),
                Change::Amended => before.and_then(|before| before.first.clone()),
                Change::Erased => None,
            },
            keep_until: before.map_or(i64::MAX, |before| before.keep_until),
            last: record.clone(),
        };
        remember(known, there);
        Ok(Outcome::Planned(Box::new(Planned { record, entry, salt, links, change })))
    }

    fn plan_erasure(
        &self,
        id: &str,
        by: String,
        why: String,
        now: &Moment,
        known: &mut BTreeMap<String, Known>,
    ) -> Result<Result<Outcome, WriteError>, WriteError> {
        let Some(there) = known.get(id).cloned() else {
            return Ok(Err(FieldError::new("id", "a record", "none of that id").into()));
        };
        if there.last.erased {
            return Ok(Err(FieldError::new("id", "an entry that still stands", "one that was erased").into()));
        }
        if why == RETENTION && now.order(&self.zone) < there.keep_until {
            let expected = "an entry whose retention has ended, or another ground";
            return Ok(Err(FieldError::new("ground", expected, "one that is to be kept longer").into()));
        }
        // What is left says that something of this kind was recorded on this day, and who erased it, when and why.
        let record = Record {
            id: there.last.id,
            version: there.last.version + 1,
            kind: there.last.kind,
            agency: String::new(),
            station: None,
            incident: there.last.incident,
            at: there.last.at.get(..10).unwrap_or_default().to_owned(),
            recorded_at: now.to_string(),
            by,
            why: Some(why),
            erased: true,
            external: None,
            fields: BTreeMap::new(),
        };
        self.planned(record, Vec::new(), Change::Erased, now, known).map(Ok)
    }

    /// Puts the ids of records in the place of the external ids that a draft names them by; what is not known stays.
    fn resolve(&self, draft: &mut Draft, known: &BTreeMap<String, Known>) {
        let Some(kind) = self.schema.kind(&draft.kind) else { return };
        let named: Vec<(String, String)> =
            references(kind, &draft.fields).map(|(field, _, id)| (field.to_owned(), id.to_owned())).collect();
        for (field, name) in named {
            if let Some(there) = find(known, &name) {
                draft.fields.insert(field, there.last.id.clone().into());
            }
        }
    }

    /// Whether an entry that names the amended one would now lie before it, where it must not.
    fn contradicts_dependents(&self, id: &str, draft: &Draft, dependents: &[Record]) -> Option<FieldError> {
        dependents.iter().find_map(|record| {
            let kind = self.schema.kind(&record.kind)?;
            let rules = kind.rules.iter().filter(|rule| rule.not_before.as_ref().is_some_and(|field| record.text(field) == Some(id)));
            let broken = rules.filter(|rule| crate::entry::rule_applies(rule, &record.fields)).find(|rule| {
                let later = record.moment(&rule.field, &self.zone);
                later.is_some_and(|later| later.is_before(&draft.at))
            })?;
            let later = record.moment(&broken.field, &self.zone)?;
            let expected = format!("not after {later}, of the {} {} that names it ({})", record.kind, record.id, broken.says);
            Some(FieldError::new("at", expected, draft.at.to_string()))
        })
    }

    /// Checks the entries that a draft names; gives the incident of the first of them.
    fn check_references(&self, kind: &Kind, draft: &mut Draft, known: &BTreeMap<String, Known>) -> Result<Option<String>, FieldError> {
        let mut incident = None;
        let named: Vec<(String, String, String)> =
            references(kind, &draft.fields).map(|(field, of, id)| (field.to_owned(), of.to_owned(), id.to_owned())).collect();
        for (field, of, name) in named {
            let Some(record) = find(known, &name).map(|there| &there.last) else {
                return Err(FieldError::new(field, format!("the id of a {of} that is recorded"), "none of that id"));
            };
            if record.kind != of {
                return Err(FieldError::new(field, format!("the id of a {of}"), format!("that of a {}", record.kind)));
            }
            let rules = kind.rules.iter().filter(|rule| rule.not_before.as_ref() == Some(&field));
            for rule in rules.filter(|rule| crate::entry::rule_applies(rule, &draft.fields)) {
                let earlier = Moment::parse(&record.at, &self.zone).ok();
                let later = draft.moment(&rule.field, &self.zone);
                if let (Some(later), Some(earlier)) = (later, earlier)
                    && later.is_before(&earlier)
                {
                    return Err(FieldError::new(&rule.field, format!("not before {earlier} ({})", rule.says), later.to_string()));
                }
            }
            incident = incident.or_else(|| Some(record.incident.clone()));
            // An external id may name it; what is kept is the record's own.
            draft.fields.insert(field, record.id.clone().into());
        }
        Ok(incident)
    }

    /// Keeps other nodes out until the end of the transaction; gives the size of the log and the moment of its last entry.
    async fn lock(&self, tx: &mut Tx) -> Result<(u64, i64), DbError> {
        let statement = format!("SELECT size, signed FROM log_head WHERE log = $1{}", tx.for_update());
        let row = tx.one(statement, vec![self.number.into()]).await?;
        let row = row.ok_or_else(|| DbError::damaged("table log_head", format!("a row for log {}", self.number), "none"))?;
        Ok((crate::store::count(row.int(0)?, "table log_head")?, row.int(1)?))
    }

    async fn write(&self, tx: &mut Tx, planned: Vec<Planned>, first: u64) -> Result<(), DbError> {
        let mut records = Vec::new();
        let mut versions = Vec::new();
        let mut links = Vec::new();
        let mut after = Vec::new();
        let (link_days, _) = self.schema.links_keep();
        for (plan, index) in planned.iter().zip(first..) {
            let record = &plan.record;
            let index = i64::try_from(index).map_err(|_| DbError::damaged("the log", "an index below 2^63", index.to_string()))?;
            let at = Moment::parse(&record.at, &self.zone).map_or(0, |at| at.order(&self.zone));
            let keep_days = self.schema.kind(&record.kind).map_or(0, |kind| kind.keep_days);
            let keep_until = at.saturating_add(keep_days.saturating_mul(DAY_SECONDS));
            match plan.change {
                Change::New => records.push(vec![
                    record.id.clone().into(),
                    record.kind.clone().into(),
                    record.agency.clone().into(),
                    record.station.clone().into(),
                    record.incident.clone().into(),
                    record.at.clone().into(),
                    at.into(),
                    record.version.into(),
                    record.external.clone().into(),
                    keep_until.into(),
                ]),
                Change::Amended | Change::Erased => after.push((plan, at, keep_until)),
            }
            versions.push(vec![
                record.id.clone().into(),
                record.version.into(),
                self.number.into(),
                index.into(),
                record.bytes().into(),
                plan.salt.to_vec().into(),
            ]);
            let recorded = Moment::parse(&record.recorded_at, &self.zone).map_or(0, |at| at.order(&self.zone));
            for (system, number) in plan.links.iter().filter(|(_, number)| !number.is_empty()) {
                let keep_until = recorded.saturating_add(link_days.saturating_mul(DAY_SECONDS));
                links.push(vec![record.id.clone().into(), system.clone().into(), number.clone().into(), keep_until.into()]);
            }
        }
        let into = "INSERT INTO record (id, kind, agency, station, incident, at, happened, version, external, keep_until)";
        tx.insert(into, records, "").await?;
        tx.insert("INSERT INTO version (record, version, log, idx, body, salt)", versions, "").await?;
        // A number that an amendment names takes the place of the one before; without one it goes.
        for plan in planned.iter().filter(|plan| plan.change == Change::Amended) {
            for (system, _) in &plan.links {
                let values = vec![plan.record.id.clone().into(), system.clone().into()];
                tx.execute("DELETE FROM link WHERE record = $1 AND system = $2", values).await?;
            }
        }
        let again = " ON CONFLICT (record, system, number) DO NOTHING";
        tx.insert("INSERT INTO link (record, system, number, keep_until)", links, again).await?;
        for (plan, at, keep_until) in after {
            let record = &plan.record;
            if plan.change == Change::Erased {
                let values = vec![record.id.clone().into(), record.version.into()];
                tx.execute("UPDATE version SET body = NULL, salt = NULL WHERE record = $1 AND version < $2", values).await?;
                tx.execute("DELETE FROM link WHERE record = $1", vec![record.id.clone().into()]).await?;
                let values = vec![record.version.into(), record.at.clone().into(), at.into(), record.id.clone().into()];
                // The external id stays, or a paper log that is imported again would bring back what was erased.
                let statement = "UPDATE record SET version = $1, at = $2, happened = $3, agency = '', station = NULL WHERE id = $4";
                tx.execute(statement, values).await?;
            } else {
                let statement = "UPDATE record SET agency = $1, station = $2, incident = $3, at = $4, happened = $5, version = $6, keep_until = $7 \
                                 WHERE id = $8";
                let values = vec![
                    record.agency.clone().into(),
                    record.station.clone().into(),
                    record.incident.clone().into(),
                    record.at.clone().into(),
                    at.into(),
                    record.version.into(),
                    keep_until.into(),
                    record.id.clone().into(),
                ];
                tx.execute(statement, values).await?;
            }
        }
        Ok(())
    }

    /// Where the entries stand that were recorded before.
    async fn find_known(&self, tx: &mut Tx, answers: &mut [Result<Receipt, WriteError>]) -> Result<(), WriteError> {
        for receipt in answers.iter_mut().flatten().filter(|receipt| receipt.known) {
            let values = vec![receipt.id.clone().into(), receipt.version.into()];
            let row = tx.one("SELECT log, idx FROM version WHERE record = $1 AND version = $2", values).await;
            let found = row.and_then(|row| row.map(|row| Ok((row.int(0)?, row.int(1)?))).transpose());
            let found = found.map_err(|error: DbError| WriteError::Failed(error.to_string()))?;
            if let Some((log, index)) = found {
                receipt.log = log;
                receipt.index = crate::store::count(index, "table version").unwrap_or_default();
            }
        }
        Ok(())
    }

    fn new_id(&self) -> Result<String, WriteError> {
        // Letters and digits that are not mistaken for one another, read aloud in groups of four: 60 bits.
        const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        loop {
            let mut bytes = [0; 12];
            (self.entropy)(&mut bytes).map_err(WriteError::Failed)?;
            let mut id = String::new();
            for (at, byte) in bytes.iter().enumerate() {
                if at > 0 && at % 4 == 0 {
                    id.push('-');
                }
                id.extend(ALPHABET.get(usize::from(byte % 32)).map(|letter| char::from(*letter)));
            }
            // What names an entry has a digit in it, as everything has where no name may stand.
            if id.bytes().any(|letter| letter.is_ascii_digit()) {
                return Ok(id);
            }
        }
    }

    /// The commit failed: finds out whether it came to stand, and stops this writer where the disk may be at fault.
    async fn after_failed_commit(&mut self, error: DbError, first: Option<(String, i64)>) -> Result<(), WriteError> {
        if error.is_io() && matches!(self.db, Db::Sqlite(..)) {
            // After a failed write or fsync nobody knows what the disk holds, and trying again may make it look right.
            self.stopped = Some(error.to_string());
            return Err(WriteError::Uncertain(error.to_string()));
        }
        let Some((id, version)) = first else { return Err(WriteError::Uncertain(error.to_string())) };
        let found = async {
            let mut tx = self.db.write().await?;
            // The commit may still be under way; whoever holds the head knows how it ended.
            self.lock(&mut tx).await?;
            tx.one("SELECT idx FROM version WHERE record = $1 AND version = $2", vec![id.into(), version.into()]).await
        };
        match found.await {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(WriteError::Failed(error.to_string())),
            Err(_) => Err(WriteError::Uncertain(error.to_string())),
        }
    }

    /// Before the commit nothing is durable, but a disk that failed is not trusted again.
    fn failed(&mut self, error: &DbError) -> WriteError {
        if let DbError::Stopped(reason) = error {
            self.stopped = Some(reason.clone());
            return WriteError::Stopped(reason.clone());
        }
        if error.is_io() && matches!(self.db, Db::Sqlite(..)) {
            self.stopped = Some(error.to_string());
        }
        WriteError::Failed(error.to_string())
    }

    fn log_failed(&mut self, error: LogError<DbError>) -> WriteError {
        match error {
            LogError::Store(error) => self.failed(&error),
            other => WriteError::Log(other.to_string()),
        }
    }
}

fn check_clock(last: i64, now: &ZonedDateTime) -> Result<(), WriteError> {
    if now.timestamp().as_second() >= last.saturating_sub(BACKWARDS_SECONDS_MAX) {
        return Ok(());
    }
    let last = jiff::Timestamp::from_second(last).map(|last| Moment::at(&last.to_zoned_datetime(now.time_zone().clone())).to_string());
    Err(WriteError::Clock { last: last.unwrap_or_default(), found: Moment::at(now).to_string() })
}

/// The records of an incident, in their last versions.
async fn of_incident(tx: &mut Tx, incident: &str) -> Result<Vec<Record>, DbError> {
    let statement = "SELECT v.body FROM record r JOIN version v ON v.record = r.id AND v.version = r.version WHERE r.incident = $1";
    let rows = tx.query(statement, vec![incident.into()]).await?;
    rows.iter().map(|row| body(&row.blob(0)?)).collect()
}

fn remember(known: &mut BTreeMap<String, Known>, record: Known) {
    if let Some(external) = &record.external {
        known.insert(external.clone(), record.clone());
    }
    known.insert(record.last.id.clone(), record);
}

/// The record of a name: ids are written in small letters, external ids in capitals, and typed in either.
fn find<'a>(known: &'a BTreeMap<String, Known>, name: &str) -> Option<&'a Known> {
    known.get(&name.to_lowercase()).or_else(|| known.get(&name.to_uppercase()))
}

/// Reads a private record.
fn body(bytes: &[u8]) -> Result<Record, DbError> {
    serde_json::from_slice(bytes).map_err(|error| DbError::damaged("table version, a body", "a record", error.to_string()))
}
