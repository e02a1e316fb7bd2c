//! Any log held against the law: a mapping says in SQL which act each row is and which facts it states (`docs/audit-law.md`).
//!
//! The mapping is checked before a row is read: columns, functions, types, and every word that it writes itself. A word that a cell
//! holds and the vocabulary does not have ends the run; which record it stands in is said, what it is not.

use crate::error::AuditError;
use crate::events::{Events, Key, LogFile, Original, as_day, as_text, literals, name_of};
use crate::law::{Acts, Law, day_of};
use crate::provisions::{Batch, Decided, Findings, MASKS_FILE};
use crate::timeline::{self, TimelineFile};
use datafusion::arrow::array::{Array, ArrayRef, AsArray as _, Date32Array, Int32Array, Int64Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Date32Type, Int64Type};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::logical_expr::{Expr, lit, try_cast};
use futures_util::StreamExt as _;
use haven_law::ir::{FactSet, Facts};
use haven_law::request::{Request, RequestError, Scope, action_named};
use haven_law::vocabulary::{ActionId, FactId, FactKind};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// What is asked of a log.
pub struct Question<'a> {
    /// The log.
    pub events: &'a Path,
    /// The mapping: its name, for errors, and its text.
    pub mapping: (&'a str, &'a str),
    /// The law.
    pub law: &'a Arc<Law>,
    /// The folder for `decided.json` and `masks.parquet`; without one nothing is written.
    pub out: Option<&'a Path>,
    /// How many records to look at are named for each provision.
    pub examples: usize,
    /// Is told how many records have been read, and says whether to go on.
    pub progress: &'a dyn Fn(u64) -> ControlFlow<()>,
}

/// Answers every act of a log and counts the answers.
///
/// Reads no clock; the same log, mapping and law give the same bytes.
///
/// # Errors
/// A mapping that cannot be right, with the key; a word of the log that is none of the vocabulary's, with the record; files that
/// cannot be read or written.
pub fn decide(question: &Question<'_>) -> Result<Decided, AuditError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build();
    let runtime = runtime.map_err(|error| AuditError::File { file: name_of(question.events), error })?;
    let decided = runtime.block_on(answered(question));
    if let (Err(_), Some(folder)) = (&decided, question.out) {
        // What there is of a table is of no use; that it may not be there is no second error.
        let _ = std::fs::remove_file(folder.join(format!("{MASKS_FILE}.part")));
    }
    decided
}

/// A mapping as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MappingFile {
    #[serde(default)]
    pub(crate) log: LogFile,
    pub(crate) row_id: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) agency: Option<String>,
    day: Option<String>,
    action: Option<String>,
    #[serde(default)]
    pub(crate) fact: BTreeMap<String, String>,
    /// Several acts in one row, each by a name of its own.
    #[serde(default)]
    act: BTreeMap<String, ActFile>,
    pub(crate) timeline: Option<TimelineFile>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ActFile {
    action: String,
    day: Option<String>,
    #[serde(default)]
    fact: BTreeMap<String, String>,
}

async fn answered(question: &Question<'_>) -> Result<Decided, AuditError> {
    let (file, text) = question.mapping;
    let mapping: MappingFile = toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| format!("line {}", text.get(..span.start).unwrap_or_default().matches('\n').count() + 1));
        let expected = "a mapping (docs/audit-law.md)".to_owned();
        AuditError::Data { file: file.to_owned(), place: line, expected, found: error.message().to_owned() }
    })?;
    let original = Original::of(question.events)?;
    let events = Events::open(question.events, &mapping.log, file, zone(question.law)?).await?;
    let by = mapping_digest(file, text);
    if mapping.timeline.is_some() {
        if mapping.action.is_some() || !mapping.act.is_empty() || mapping.day.is_some() {
            let key = Key { file, key: "timeline" };
            return Err(key.wrong("`action`, `act` and `day`, or a timeline, which has its own", "both"));
        }
        return timeline::answered(question, &mapping, &events, original, by).await;
    }
    let mut plan = Plan::new(question, &events);
    let acts = plan.acts(&mapping)?;
    plan.common(&mapping)?;
    let stated = plan.stated();
    let notes = [("haven.law", question.law.pack().digest.as_str()), ("haven.events", &original.sha256), ("haven.mapping", &by.sha256)];
    let mut findings = Findings::new(question.law, question.examples, &stated, question.out, &notes)?;
    let mut rows = plan.rows(&events).await?;
    while let Some(batch) = rows.next(&plan, &events).await? {
        let common = plan.read_common(&batch, rows.first)?;
        let mut asked = vec![Asked::NoAct; batch.num_rows()];
        for act in &acts {
            findings.add(plan.read_act(act, &batch, &common, rows.first, &mut asked)?)?;
        }
        for (asked, record) in asked.into_iter().zip(rows.first + 1..) {
            match asked {
                Asked::NoAct => findings.unread("no act of the mapping", record),
                Asked::NoDay => findings.unread("no day that can be read", record),
                Asked::Yes => {}
            }
        }
        if (question.progress)(rows.next).is_break() {
            findings.interrupted = true;
            break;
        }
    }
    findings.finish(original, by, rows.next, plan.silent(), &plan.mapped())
}

/// The zone in which the law reckons days.
fn zone(law: &Law) -> Result<TimeZone, AuditError> {
    let Some(jurisdiction) = law.pack().jurisdictions.first() else { return Ok(TimeZone::UTC) };
    TimeZone::get(&jurisdiction.time_zone).map_err(|_| AuditError::Data {
        file: format!("the law of {}", law.pack().jurisdiction()),
        place: Some("time_zone".to_owned()),
        expected: "a time zone of the IANA database".to_owned(),
        found: format!("`{}`", jurisdiction.time_zone),
    })
}

fn mapping_digest(file: &str, text: &str) -> Original {
    let sha256 = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    Original { file: name_of(Path::new(file)), bytes: text.len() as u64, sha256 }
}

/// What is read of each record, as expressions, and how it becomes columns of acts.
pub(crate) struct Plan<'a> {
    pub(crate) file: &'a str,
    law: &'a Arc<Law>,
    log: String,
    events: &'a Events,
    pub(crate) expressions: Vec<Expr>,
    keys: Vec<String>,
    row_id: Option<usize>,
    unit: Option<usize>,
    agency: Option<usize>,
    agencies: HashMap<String, Facts>,
    words: Vec<Words>,
}

/// The words of one fact, as one key of the mapping gives them.
struct Words {
    fact: FactId,
    key: String,
    column: usize,
    /// The act whose own key it is; none for all acts.
    act: Option<String>,
    read: HashMap<String, Option<u64>>,
    silent: u64,
}

/// An act of the mapping: where its expressions stand.
struct Act {
    name: String,
    action: usize,
    day: usize,
    actions: HashMap<String, i32>,
}

/// How far a record came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    NoAct,
    NoDay,
    Yes,
}

/// What is the same for every act of a record.
pub(crate) struct Common {
    pub(crate) ids: Vec<Option<String>>,
    pub(crate) units: Vec<Option<String>>,
    /// The facts that follow from the agency.
    pub(crate) agency: Vec<Option<Facts>>,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(question: &Question<'a>, events: &'a Events) -> Plan<'a> {
        Plan {
            file: question.mapping.0,
            law: question.law,
            log: name_of(question.events),
            events,
            expressions: Vec::new(),
            keys: Vec::new(),
            row_id: None,
            unit: None,
            agency: None,
            agencies: HashMap::new(),
            words: Vec::new(),
        }
    }

    /// Adds an expression and gives its column.
    pub(crate) fn put(&mut self, key: &str, expr: Expr) -> usize {
        let column = self.expressions.len();
        self.expressions.push(expr.alias(format!("c{column}")));
        self.keys.push(key.to_owned());
        column
    }

    /// The zone of the place.
    pub(crate) fn zone(&self) -> &'a TimeZone {
        &self.events.zone
    }

    pub(crate) fn text(&mut self, key: &str, sql: &str) -> Result<(usize, Vec<String>), AuditError> {
        let at = Key { file: self.file, key };
        let expr = self.events.expression(at, sql)?;
        let kind = self.events.kind(at, &expr)?;
        let mut own = Vec::new();
        literals(&expr, &mut own);
        Ok((self.put(key, as_text(expr, &kind)), own))
    }

    fn acts(&mut self, mapping: &MappingFile) -> Result<Vec<Act>, AuditError> {
        let mut acts = Vec::new();
        if let Some(action) = &mapping.action {
            acts.push(self.act("", "action", action, mapping.day.as_deref(), "day")?);
        }
        for (name, act) in &mapping.act {
            let (action_key, own_day) = (format!("act.{name}.action"), format!("act.{name}.day"));
            let day_key = if act.day.is_some() { own_day.as_str() } else { "day" };
            acts.push(self.act(name, &action_key, &act.action, act.day.as_deref().or(mapping.day.as_deref()), day_key)?);
            for (fact, sql) in &act.fact {
                self.fact(&format!("act.{name}.fact.{fact}"), fact, sql, Some(name))?;
            }
        }
        if acts.is_empty() {
            return Err(Key { file: self.file, key: "action" }.wrong("an SQL expression for the act of a row", "nothing"));
        }
        Ok(acts)
    }

    fn act(&mut self, name: &str, key: &str, action: &str, day: Option<&str>, day_key: &str) -> Result<Act, AuditError> {
        let (column, own) = self.text(key, action)?;
        for word in &own {
            action_named(self.law.pack(), word).map_err(|error| refused(Key { file: self.file, key }, &error))?;
        }
        let at = Key { file: self.file, key: day_key };
        let sql = day.ok_or_else(|| at.wrong("an SQL expression for the day of the act", "nothing"))?;
        let expr = self.events.expression(at, sql)?;
        let kind = self.events.kind(at, &expr)?;
        let day = as_day(expr, &kind, self.zone()).ok_or_else(|| at.wrong("a day, a moment, or text that is one", kind.to_string()))?;
        let day = self.put(day_key, day);
        Ok(Act { name: name.to_owned(), action: column, day, actions: HashMap::new() })
    }

    /// What all acts of a record have.
    pub(crate) fn common(&mut self, mapping: &MappingFile) -> Result<(), AuditError> {
        let mut text = |key: &str, sql: &Option<String>| sql.as_ref().map(|sql| self.text(key, sql).map(|(column, _)| column)).transpose();
        (self.row_id, self.unit, self.agency) =
            (text("row_id", &mapping.row_id)?, text("unit", &mapping.unit)?, text("agency", &mapping.agency)?);
        for (fact, sql) in &mapping.fact {
            self.fact(&format!("fact.{fact}"), fact, sql, None)?;
        }
        Ok(())
    }

    fn fact(&mut self, key: &str, name: &str, sql: &str, act: Option<&str>) -> Result<(), AuditError> {
        let at = Key { file: self.file, key };
        let (fact, _) = self.known(at, name, &Value::Null)?;
        let shape = self.law.pack().vocabulary().fact(fact);
        let expr = self.events.expression(at, sql)?;
        let kind = self.events.kind(at, &expr)?;
        let text = matches!(kind, DataType::Null | DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8);
        let fits = text
            || match shape.kind {
                FactKind::Bool => kind == DataType::Boolean,
                FactKind::Recency => matches!(kind, DataType::Date32),
                FactKind::Many => matches!(kind, DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..)),
                FactKind::Number => kind.is_integer(),
                FactKind::One => false,
            };
        if !fits {
            let expected = match shape.kind {
                FactKind::Bool => "yes or no: a condition, or text".to_owned(),
                FactKind::Number => "a whole number".to_owned(),
                FactKind::Recency => format!("a day, or text: one of {}", shape.names(shape.all()).join(", ")),
                FactKind::Many => format!("a list, or text with `;` between: {}", shape.names(shape.all()).join(", ")),
                FactKind::One => format!("text: one of {}", shape.names(shape.all()).join(", ")),
            };
            return Err(at.wrong(expected, kind.to_string()));
        }
        let mut own = Vec::new();
        literals(&expr, &mut own);
        for word in &own {
            if let Some(value) = spoken(shape.kind, word) {
                self.known(at, name, &value)?;
            }
        }
        let expr = if shape.kind == FactKind::Number { try_cast(expr, DataType::Int64) } else { as_text(expr, &kind) };
        let column = self.put(key, expr);
        let words = Words { fact, key: key.to_owned(), column, act: act.map(str::to_owned), read: HashMap::new(), silent: 0 };
        self.words.push(words);
        Ok(())
    }

    /// The word of a value that the mapping itself states.
    pub(crate) fn known(&self, at: Key<'_>, name: &str, value: &Value) -> Result<(FactId, Option<u64>), AuditError> {
        let word = word_of(self.law, name, value, ANY_DAY).map_err(|error| refused(at, &error))?;
        let fact =
            self.law.pack().vocabulary().fact_named(name).ok_or_else(|| at.wrong("a fact of the vocabulary", format!("`{name}`")))?;
        Ok((fact, word))
    }

    /// The kind of a fact.
    pub(crate) fn fact_kind(&self, fact: FactId) -> FactKind {
        self.law.pack().vocabulary().fact(fact).kind
    }

    /// The act of a name that the mapping itself states.
    pub(crate) fn action(&self, at: Key<'_>, name: &str) -> Result<ActionId, AuditError> {
        action_named(self.law.pack(), name).map_err(|error| refused(at, &error))
    }

    /// The facts that keys of the mapping give.
    pub(crate) fn mapped(&self) -> Vec<FactId> {
        let all = self.words.iter().fold(FactSet::EMPTY, |all, words| all.union(FactSet::of(words.fact)));
        all.iter().collect()
    }

    /// The facts that may be known of some row: those of the mapping, and those that follow from an agency.
    pub(crate) fn stated(&self) -> Vec<FactId> {
        let mut all = self.mapped().into_iter().fold(FactSet::EMPTY, |all, fact| all.union(FactSet::of(fact)));
        if self.agency.is_some() {
            for agency in &self.law.pack().agencies {
                all = all.union(agency_facts(self.law, &agency.name).known());
            }
        }
        all.iter().collect()
    }

    /// In how many acts each key of a fact said nothing.
    pub(crate) fn silent(&self) -> BTreeMap<String, u64> {
        self.words.iter().map(|words| (words.key.clone(), words.silent)).collect()
    }

    pub(crate) async fn rows(&self, events: &Events) -> Result<Rows, AuditError> {
        let stream = events.stream(self.expressions.clone(), &format!("{} over {}", self.file, self.log)).await?;
        Ok(Rows { stream, first: 0, next: 0 })
    }

    pub(crate) fn read_common(&mut self, batch: &RecordBatch, first: u64) -> Result<Common, AuditError> {
        let rows = batch.num_rows();
        let texts = |column: Option<usize>| -> Vec<Option<String>> {
            let Some(column) = column.and_then(|column| batch.columns().get(column)) else { return vec![None; rows] };
            column.as_string::<i32>().iter().map(|text| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())).collect()
        };
        let (ids, units) = (texts(self.row_id), texts(self.unit));
        // Both are written out again, so that neither may be somebody's sentence.
        let wordy = |key: &str, limit: usize, spaces: bool, texts: &[Option<String>]| {
            let long = |text: &String| text.chars().count() > limit || (!spaces && text.contains(char::is_whitespace));
            let at = texts.iter().position(|text| text.as_ref().is_some_and(long))?;
            let expected = if spaces {
                format!("a name of at most {limit} characters")
            } else {
                format!("an id of at most {limit} characters without spaces")
            };
            let place = Some(format!("record {}, for {key} of {}", first + at as u64 + 1, self.file));
            Some(AuditError::Data { file: self.log.clone(), place, expected, found: "a longer text, or words".to_owned() })
        };
        if let Some(error) = wordy("row_id", 64, false, &ids).or_else(|| wordy("unit", 80, true, &units)) {
            return Err(error);
        }
        let law = self.law;
        let agency = texts(self.agency)
            .into_iter()
            .map(|name| name.map(|name| self.agencies.entry(name).or_insert_with_key(|name| agency_facts(law, name)).clone()))
            .collect();
        Ok(Common { ids, units, agency })
    }

    /// The words of the facts of some records, by their position in the vocabulary; `days` is the day of each.
    pub(crate) fn read_facts(
        &mut self,
        act: Option<&str>,
        batch: &RecordBatch,
        rows: &[usize],
        days: &[Option<Date>],
        first: u64,
    ) -> Result<Vec<Option<Vec<Option<u64>>>>, AuditError> {
        let mut facts: Vec<Option<Vec<Option<u64>>>> = vec![None; self.law.pack().vocabulary().facts().len()];
        let own: Vec<FactId> =
            self.words.iter().filter(|words| act.is_some() && words.act.as_deref() == act).map(|words| words.fact).collect();
        for words in &mut self.words {
            // What an act says itself goes before what is said of all.
            let applies = words.act.is_none() && !own.contains(&words.fact) || words.act.is_some() && words.act.as_deref() == act;
            let (Some(column), true) = (batch.columns().get(words.column), applies) else { continue };
            let read = words.read(self.law, column, rows, days).map_err(|(at, count, expected)| AuditError::Data {
                file: self.log.clone(),
                place: Some(format!("record {}, for {} of {}", first + at as u64 + 1, words.key, self.file)),
                expected,
                found: format!("a word that is none of them, in {count} of {} records", rows.len()),
            })?;
            words.silent += read.iter().filter(|word| word.is_none()).count() as u64;
            if let Some(slot) = facts.get_mut(words.fact.index()) {
                *slot = Some(read);
            }
        }
        Ok(facts)
    }

    fn read_act(&mut self, act: &Act, batch: &RecordBatch, common: &Common, first: u64, asked: &mut [Asked]) -> Result<Batch, AuditError> {
        let (actions, days) =
            (column(batch, act.action).as_string::<i32>().clone(), column(batch, act.day).as_primitive::<Date32Type>().clone());
        let mut known = act.actions.clone();
        let (mut rows, mut codes, mut dates) = (Vec::new(), Vec::new(), Vec::new());
        for (row, name) in actions.iter().enumerate() {
            let record = first + row as u64 + 1;
            let mut mark = |found: Asked| {
                if let Some(asked) = asked.get_mut(row) {
                    *asked = (*asked).max(found);
                }
            };
            let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else {
                continue;
            };
            let code = match known.get(name) {
                Some(code) => *code,
                None => {
                    let place = || Some(format!("record {record}, for the action of {}", self.file));
                    let expected = || "an act of the vocabulary (`haven law vocabulary`)".to_owned();
                    let code = action_named(self.law.pack(), name).ok().and_then(|id| i32::try_from(id.index()).ok()).ok_or_else(|| {
                        AuditError::Data {
                            file: self.log.clone(),
                            place: place(),
                            expected: expected(),
                            found: "a word that is none".to_owned(),
                        }
                    })?;
                    known.insert(name.to_owned(), code);
                    code
                }
            };
            let day = days
                .is_valid(row)
                .then(|| days.value(row))
                .filter(|day| day_of(*day).is_some_and(|day| (1900..2200).contains(&day.year())));
            let Some(day) = day else {
                mark(Asked::NoDay);
                continue;
            };
            mark(Asked::Yes);
            rows.push(row);
            codes.push(code);
            dates.push(day);
        }
        let calendar: Vec<Option<Date>> = dates.iter().map(|day| day_of(*day)).collect();
        let read = self.read_facts(Some(&act.name), batch, &rows, &calendar, first)?;
        let agency = |fact: usize| -> Option<Int64Array> {
            let id = FactId::from_index(fact);
            let word = |row: &usize| common.agency.get(*row)?.as_ref()?.get(id).map(u64::cast_signed);
            let column: Int64Array = rows.iter().map(word).collect();
            (column.null_count() < column.len()).then_some(column)
        };
        let facts = read.into_iter().enumerate().map(|(fact, words)| match words {
            Some(words) => Some(words.into_iter().map(|word| word.map(u64::cast_signed)).collect()),
            None => agency(fact),
        });
        Ok(Batch {
            act: act.name.clone(),
            records: rows.iter().map(|row| first + *row as u64 + 1).collect(),
            ids: rows.iter().map(|row| common.ids.get(*row).cloned().flatten()).collect(),
            units: rows.iter().map(|row| common.units.get(*row).cloned().flatten()).collect(),
            acts: Acts { actions: Int32Array::from(codes), days: Date32Array::from(dates), facts: facts.collect() },
        })
    }
}

/// A column of a batch; positions come from the plan that the batch was made by.
pub(crate) fn column(batch: &RecordBatch, at: usize) -> ArrayRef {
    batch.columns().get(at).cloned().unwrap_or_else(|| Arc::new(StringArray::new_null(batch.num_rows())))
}

/// The records, batch by batch.
pub(crate) struct Rows {
    stream: datafusion::execution::SendableRecordBatchStream,
    /// How many records stand before the batch that was given last.
    pub(crate) first: u64,
    /// How many records were given.
    pub(crate) next: u64,
}

impl Rows {
    pub(crate) async fn next(&mut self, plan: &Plan<'_>, events: &Events) -> Result<Option<RecordBatch>, AuditError> {
        match self.stream.next().await {
            None => Ok(None),
            Some(Ok(batch)) => {
                self.first = self.next;
                self.next += batch.num_rows() as u64;
                Ok(Some(batch))
            }
            Some(Err(_)) => Err(plan.blame(events, self.next).await),
        }
    }
}

impl Plan<'_> {
    /// Which expression failed on some row. What the engine says of it may repeat a cell, so that only the place is said.
    async fn blame(&self, events: &Events, after: u64) -> AuditError {
        let after = format!("after record {after}");
        if fails(events, lit(1)).await {
            if let Some(fault) = events.fault() {
                return fault;
            }
            let expected = "records as the first of them are (as many fields, UTF-8, quotes that close)".to_owned();
            return AuditError::Data { file: self.log.clone(), place: Some(after), expected, found: "one that cannot be read".to_owned() };
        }
        for (key, expr) in self.keys.iter().zip(&self.expressions) {
            if fails(events, expr.clone()).await {
                let at = Key { file: self.file, key };
                return at.wrong("an expression that every row can answer", format!("one that fails in {}, {after}", self.log));
            }
        }
        let (expected, found) = ("a log that can be read twice".to_owned(), "an error that does not come again".to_owned());
        AuditError::Data { file: self.log.clone(), place: Some(after), expected, found }
    }
}

async fn fails(events: &Events, expr: Expr) -> bool {
    let Ok(mut stream) = events.stream(vec![expr.alias("x")], "").await else { return true };
    while let Some(batch) = stream.next().await {
        if batch.is_err() {
            return true;
        }
    }
    false
}

impl Words {
    /// The words of some rows; or the first row with one that is none, how many there are, and what was expected.
    fn read(
        &mut self,
        law: &Law,
        column: &ArrayRef,
        rows: &[usize],
        days: &[Option<Date>],
    ) -> Result<Vec<Option<u64>>, (usize, usize, String)> {
        let shape = law.pack().vocabulary().fact(self.fact);
        if shape.kind == FactKind::Number {
            let numbers = column.as_primitive::<Int64Type>();
            return Ok(rows.iter().map(|row| numbers.is_valid(*row).then(|| numbers.value(*row).cast_unsigned())).collect());
        }
        let texts = column.as_string::<i32>();
        let mut wrong: Option<(usize, usize, String)> = None;
        let mut words = Vec::with_capacity(rows.len());
        for (row, day) in rows.iter().zip(days) {
            let text = if texts.is_valid(*row) { texts.value(*row).trim() } else { "" };
            if let Some(word) = self.read.get(text) {
                words.push(*word);
                continue;
            }
            let read = spoken(shape.kind, text).map_or(Ok(None), |value| word_of(law, &shape.name, &value, day.unwrap_or(ANY_DAY)));
            match read {
                Ok(word) => {
                    // A day is recent or not by the day of the act, so that it is not remembered.
                    if shape.kind != FactKind::Recency {
                        self.read.insert(text.to_owned(), word);
                    }
                    words.push(word);
                }
                Err(error) => {
                    let (_, count, _) = wrong.get_or_insert((*row, 0, error.expected));
                    *count += 1;
                }
            }
        }
        wrong.map_or(Ok(words), Err)
    }
}

/// A day for values that do not depend on one.
const ANY_DAY: Date = date(2199, 12, 31);

/// A text as a request would state it; none where it says nothing.
fn spoken(kind: FactKind, text: &str) -> Option<Value> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    Some(match kind {
        FactKind::Bool if text.eq_ignore_ascii_case("true") => Value::Bool(true),
        FactKind::Bool if text.eq_ignore_ascii_case("false") => Value::Bool(false),
        FactKind::Many if !text.eq_ignore_ascii_case("unknown") => {
            let words = text.split(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '|')).filter(|word| !word.is_empty());
            Value::Array(words.map(Value::from).collect())
        }
        FactKind::Number => text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from),
        _ => Value::from(text),
    })
}

/// The word of a value, as the reader of single requests has it.
fn word_of(law: &Law, name: &str, value: &Value, as_of: Date) -> Result<Option<u64>, RequestError> {
    let mut request = Request::new(law.pack(), as_of, ActionId::from_index(0), None, Scope::default());
    request.state(law.pack(), name, value)?;
    Ok(law.pack().vocabulary().fact_named(name).and_then(|id| request.facts.get(id)))
}

fn agency_facts(law: &Law, name: &str) -> Facts {
    Request::new(law.pack(), ANY_DAY, ActionId::from_index(0), Some(name.to_owned()), Scope::default()).facts
}

fn refused(at: Key<'_>, error: &RequestError) -> AuditError {
    let hint = error.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
    at.wrong(format!("{}{hint}", error.expected), error.found.clone())
}
