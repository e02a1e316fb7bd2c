//! What the law says of a log, counted: by provision, by unit and month, with records to look at and the facts that are missing.
//!
//! Nothing that a cell holds goes into a finding, save the name of the unit that the mapping asks for.

use crate::error::AuditError;
use crate::events::Original;
use crate::law::{Acts, Answer, Law, Masks, day_of};
use crate::look::{Look, Looks};
use crate::queries::{Query, queries};
use crate::timeline::Timeline;
use datafusion::arrow::array::{ArrayRef, Int64Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::metadata::KeyValue;
use datafusion::parquet::file::properties::WriterProperties;
use haven_law::ir::FactSet;
use haven_law::pack::{Clause, Effect, Layer, Verified};
use haven_law::vocabulary::{ActionId, FactId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a provision stands to acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// It prohibits them, and its layer says so.
    Prohibits,
    /// It applies, but a person has to decide: the point is open, a caution is known, or it is uncertain which version is in force.
    Refers,
    /// It requires them.
    Requires,
    /// Whether it applies depends on facts the log does not state.
    Undetermined,
    /// It cannot be evaluated.
    Errs,
}

impl Does {
    /// Its word in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prohibits => "prohibits",
            Self::Refers => "refers",
            Self::Requires => "requires",
            Self::Undetermined => "undetermined",
            Self::Errs => "errs",
        }
    }
}

/// A provision and the acts it says something of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvisionFinding {
    /// The layer.
    pub layer: Layer,
    /// The provision.
    pub provision: String,
    /// Its citation.
    pub cite: String,
    /// How well its text is known; of several clauses the least.
    pub verified: Verified,
    /// What it does to these acts.
    pub does: Does,
    /// The clauses that do it.
    pub clauses: Vec<String>,
    /// How many acts.
    pub acts: u64,
    /// The first records to look at, counted from 1 behind the header; none where acts were only counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<u64>,
    /// How many by unit and month.
    pub by: Vec<UnitMonth>,
}

/// How many acts of one unit in one month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitMonth {
    /// The unit; none where the log names none.
    pub unit: Option<String>,
    /// The month, `YYYY-MM`.
    pub month: String,
    /// The acts.
    pub acts: u64,
}

/// The answers to one unit's acts in one month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswersBy {
    /// The unit; none where the log names none.
    pub unit: Option<String>,
    /// The month, `YYYY-MM`.
    pub month: String,
    /// How many acts by answer.
    pub answers: BTreeMap<String, u64>,
}

/// A fact that answers wait for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingFact {
    /// The fact.
    pub fact: String,
    /// The question to whoever keeps the log.
    pub question: String,
    /// In how many acts it can still matter.
    pub acts: u64,
    /// In how many of them it is the only one.
    pub alone: u64,
}

/// One step of asking for more facts: with these too, so many acts wait for no fact any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settles {
    /// The fact; several, with `and` between, where no single one settles any act.
    pub fact: String,
    /// Acts that wait for no fact once this and all before it are known.
    pub acts: u64,
}

/// What stands between facts that settle acts only together.
const TOGETHER: &str = " and ";

impl Settles {
    /// The facts of the step.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        self.fact.split(TOGETHER)
    }
}

/// What the law could not answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undetermined {
    /// Acts answered *needs facts*.
    pub acts: u64,
    /// Their share of all acts, in thousandths.
    pub per_mille: u64,
    /// Those that wait for facts.
    pub wait_for_facts: u64,
    /// Those that no fact settles: a person's decision, law that is not encoded, versions that disagree.
    pub for_a_person: u64,
    /// The facts, the most wanted first.
    pub facts: Vec<MissingFact>,
    /// In which order to ask for them, so that the fewest settle the most.
    pub settle: Vec<Settles>,
}

/// Records of which nothing was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Why.
    pub why: String,
    /// How many.
    pub records: u64,
    /// The first of them.
    pub first: Vec<u64>,
}

/// The law that answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LawRead {
    /// The jurisdiction.
    pub jurisdiction: String,
    /// The SHA-256 of the pack.
    pub digest: String,
    /// The day up to which the whole pack was reviewed.
    pub reviewed_on: Option<String>,
    /// Clauses whose rows were answered one by one, because they may err.
    pub by_row: Vec<String>,
}

/// What the law says of acts, counted; each part is as in [`Decided`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The law.
    pub law: LawRead,
    /// Acts that were answered.
    pub acts: u64,
    /// How many by answer.
    pub answers: BTreeMap<String, u64>,
    /// The same by unit and month.
    pub by: Vec<AnswersBy>,
    /// By provision.
    pub provisions: Vec<ProvisionFinding>,
    /// What could not be answered, and what would help.
    pub undetermined: Undetermined,
}

/// What the law says of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The log.
    pub events: Original,
    /// The mapping.
    pub mapping: Original,
    /// The law.
    pub law: LawRead,
    /// Records read.
    pub records: u64,
    /// Acts asked about.
    pub acts: u64,
    /// How many acts by answer: the verdict, and the basis of what is permitted.
    pub answers: BTreeMap<String, u64>,
    /// The same by unit and month.
    pub by: Vec<AnswersBy>,
    /// By provision: what it prohibits first, then what it leaves to a person, requires, leaves undetermined.
    pub provisions: Vec<ProvisionFinding>,
    /// What could not be answered, and what would help.
    pub undetermined: Undetermined,
    /// Records that were not asked about, and why.
    pub unread: Vec<Unread>,
    /// In how many acts each key of the mapping said nothing.
    pub silent: BTreeMap<String, u64>,
    /// Facts of the mapping that can matter to none of the acts.
    pub unused: Vec<String>,
    /// The run was ended before the log was: what follows behind these records nobody knows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
    /// The first acts to look at: those that are prohibited, then those that are for a person.
    pub look: Vec<Look>,
    /// The stories of cases with an act to look at, where the mapping has a timeline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timelines: Vec<Timeline>,
    /// The query of each figure, over the view that [`crate::queries::view`] is.
    pub queries: Vec<Query>,
}

/// Acts of one kind, ready to be answered. All lists are of one length.
pub(crate) struct Batch {
    pub(crate) act: String,
    pub(crate) records: Vec<u64>,
    pub(crate) ids: Vec<Option<String>>,
    pub(crate) units: Vec<Option<String>>,
    pub(crate) acts: Acts,
}

/// Acts that the law answers alike, in one unit and month; one, or many.
pub(crate) struct Alike {
    pub(crate) unit: Option<String>,
    pub(crate) action: i32,
    /// Of one of them.
    pub(crate) day: i32,
    /// Of the first of them.
    pub(crate) record: u64,
    pub(crate) acts: u64,
}

#[derive(Default)]
struct Tally {
    acts: u64,
    records: Vec<u64>,
    clauses: Vec<u32>,
    by: BTreeMap<usize, u64>,
}

/// Counts what the law says of acts.
pub(crate) struct Findings<'l> {
    law: &'l Law,
    examples: usize,
    groups: HashMap<(Option<String>, i32), usize>,
    group_names: Vec<(Option<String>, i32)>,
    answers: Vec<[u64; Answer::ALL.len()]>,
    /// By layer: the provision of each bit, as a position in `provisions`.
    provision_of: Vec<Vec<usize>>,
    provisions: Vec<(Layer, String)>,
    tallies: BTreeMap<(Does, usize), Tally>,
    gaps: BTreeMap<u64, u64>,
    for_a_person: u64,
    unread: BTreeMap<String, (u64, Vec<u64>)>,
    seen: FactSet,
    pub(crate) looks: Looks,
    pub(crate) timelines: Vec<Timeline>,
    pub(crate) interrupted: bool,
    table: Option<Table>,
}

impl<'l> Findings<'l> {
    /// `stated`: the facts that have a column in the table of masks, which goes to `out`.
    pub(crate) fn new(
        law: &'l Law,
        examples: usize,
        stated: &[FactId],
        out: Option<&Path>,
        notes: &[(&str, &str)],
    ) -> Result<Findings<'l>, AuditError> {
        let mut provisions: Vec<(Layer, String)> = Vec::new();
        let provision_of = law
            .layers()
            .iter()
            .map(|columns| {
                let clauses = columns.clauses.iter().filter_map(|position| law.pack().clauses.get(*position as usize));
                clauses
                    .map(|clause| {
                        let name = (columns.layer, clause.provision.clone());
                        provisions.iter().position(|known| *known == name).unwrap_or_else(|| {
                            provisions.push(name);
                            provisions.len() - 1
                        })
                    })
                    .collect()
            })
            .collect();
        Ok(Findings {
            law,
            examples,
            groups: HashMap::new(),
            group_names: Vec::new(),
            answers: Vec::new(),
            provision_of,
            provisions,
            tallies: BTreeMap::new(),
            gaps: BTreeMap::new(),
            for_a_person: 0,
            unread: BTreeMap::new(),
            seen: FactSet::EMPTY,
            looks: Looks::new(examples),
            timelines: Vec::new(),
            interrupted: false,
            table: out.map(|folder| Table::create(folder, law, stated, notes)).transpose()?,
        })
    }

    /// Notes a record that is not asked about.
    pub(crate) fn unread(&mut self, why: &str, record: u64) {
        let (count, first) = self.unread.entry(why.to_owned()).or_default();
        *count += 1;
        keep_first(first, record, self.examples);
    }

    /// Answers acts and counts the answers.
    pub(crate) fn add(&mut self, batch: Batch) -> Result<(), AuditError> {
        if batch.records.is_empty() {
            return Ok(());
        }
        let masks = self.law.evaluate(&batch.acts)?;
        for (row, record) in batch.records.iter().enumerate() {
            let unit = batch.units.get(row).cloned().flatten();
            let (action, day) = (batch.acts.actions.value(row), batch.acts.days.value(row));
            self.note(&masks, row, &Alike { unit, action, day, record: *record, acts: 1 });
        }
        self.looks.add(self.law, &batch, &masks);
        if let Some(table) = &mut self.table {
            table.write(self.law, batch, masks)?;
        }
        Ok(())
    }

    /// Counts acts that are answered by one row of masks.
    pub(crate) fn note(&mut self, masks: &Masks, row: usize, alike: &Alike) {
        let Some(answer) = masks.answers.get(row).copied().flatten() else { return };
        let action = usize::try_from(alike.action).ok().map(ActionId::from_index).and_then(|id| self.law.pack().vocabulary().action(id));
        self.seen = self.seen.union(action.map_or(FactSet::EMPTY, |action| action.facts));
        let group = self.group(alike.unit.clone(), alike.day);
        if let Some(count) = self.answers.get_mut(group).and_then(|counts| counts.get_mut(answer as usize)) {
            *count += alike.acts;
        }
        self.count(masks, row, answer, alike, group);
    }

    fn group(&mut self, unit: Option<String>, day: i32) -> usize {
        let month = day_of(day).map_or(0, |day| i32::from(day.year()) * 12 + i32::from(day.month()) - 1);
        let next = self.group_names.len();
        let group = *self.groups.entry((unit.clone(), month)).or_insert(next);
        if group == next {
            self.group_names.push((unit, month));
            self.answers.push([0; Answer::ALL.len()]);
        }
        group
    }

    fn count(&mut self, masks: &Masks, row: usize, answer: Answer, alike: &Alike, group: usize) {
        let mut missing = 0_u64;
        // An act counts once for a provision, however many of its clauses say the same.
        let mut done: Vec<(Does, usize)> = Vec::new();
        for ((columns, layer), provisions) in self.law.layers().iter().zip(&masks.layers).zip(&self.provision_of) {
            let Some(layer_answer) = layer.answers.get(row).copied().flatten() else { continue };
            if layer_answer == Answer::NeedsFacts {
                missing |= layer.missing.get(row).copied().unwrap_or_default().cast_unsigned();
            }
            let mut note = |bit: usize, does: Does| {
                let (Some(provision), Some(clause)) = (provisions.get(bit), columns.clauses.get(bit)) else { return };
                let tally = self.tallies.entry((does, *provision)).or_default();
                if let Err(at) = tally.clauses.binary_search(clause) {
                    tally.clauses.insert(at, *clause);
                }
                if !done.contains(&(does, *provision)) {
                    done.push((does, *provision));
                    tally.acts += alike.acts;
                    *tally.by.entry(group).or_default() += alike.acts;
                    keep_first(&mut tally.records, alike.record, self.examples);
                }
            };
            for bit in Masks::set(&layer.applies, row) {
                let clause = columns.clauses.get(bit).and_then(|position| self.law.pack().clauses.get(*position as usize));
                match (clause.map(|clause| clause.effect), layer_answer) {
                    (Some(Effect::Prohibit), Answer::Prohibited) => note(bit, Does::Prohibits),
                    (Some(Effect::Require), Answer::Required) => note(bit, Does::Requires),
                    // Where the layer asks first, what applies in it is for a person, whatever it is.
                    (Some(Effect::Prohibit | Effect::Require | Effect::Refer | Effect::Caution), Answer::NeedsFacts) => {
                        note(bit, Does::Refers);
                    }
                    _ => {}
                }
            }
            if layer_answer == Answer::NeedsFacts {
                Masks::set(&layer.undetermined, row).for_each(|bit| note(bit, Does::Undetermined));
            }
            Masks::set(&layer.errored, row).for_each(|bit| note(bit, Does::Errs));
        }
        if answer == Answer::NeedsFacts {
            if missing == 0 {
                self.for_a_person += alike.acts;
            } else {
                *self.gaps.entry(missing).or_default() += alike.acts;
            }
        }
    }

    /// Finishes the table and gives the counts.
    pub(crate) fn finish(
        self,
        events: Original,
        mapping: Original,
        records: u64,
        silent: BTreeMap<String, u64>,
        stated: &[FactId],
    ) -> Result<Decided, AuditError> {
        let named = |fact: &FactId| self.law.pack().vocabulary().fact(*fact).name.clone();
        let unused = stated.iter().filter(|fact| !self.seen.contains(**fact)).map(named).collect();
        let Counted { law, acts, answers, by, provisions, undetermined } = self.counted();
        let mut unread: Vec<Unread> = self
            .unread
            .iter()
            .map(|(why, (records, first))| Unread { why: why.clone(), records: *records, first: first.clone() })
            .collect();
        if records == 0 && !self.interrupted {
            // That nothing was found in nothing is no answer.
            unread.push(Unread { why: "the log has none".to_owned(), records: 0, first: Vec::new() });
        }
        let mut decided = Decided {
            events,
            mapping,
            law,
            records,
            acts,
            answers,
            by,
            provisions,
            undetermined,
            unread,
            silent,
            unused,
            interrupted: self.interrupted,
            look: self.looks.finish(),
            timelines: self.timelines,
            queries: Vec::new(),
        };
        decided.queries = queries(self.law, &decided);
        if let Some(table) = self.table {
            table.finish(&decided)?;
        }
        Ok(decided)
    }

    /// What was counted.
    pub(crate) fn counted(&self) -> Counted {
        let pack = self.law.pack();
        let mut answers: BTreeMap<String, u64> = BTreeMap::new();
        let mut by: Vec<AnswersBy> = Vec::new();
        let mut order: Vec<usize> = (0..self.group_names.len()).collect();
        order.sort_by_key(|group| self.group_names.get(*group));
        for group in &order {
            let (Some((unit, month)), Some(counts)) = (self.group_names.get(*group), self.answers.get(*group)) else { continue };
            let named =
                Answer::ALL.iter().zip(counts).filter(|(_, count)| **count > 0).map(|(answer, count)| (answer.name().to_owned(), *count));
            let named: BTreeMap<String, u64> = named.collect();
            for (answer, count) in &named {
                *answers.entry(answer.clone()).or_default() += count;
            }
            by.push(AnswersBy { unit: unit.clone(), month: month_name(*month), answers: named });
        }
        let acts: u64 = answers.values().sum();
        let provisions =
            self.tallies.iter().filter_map(|((does, provision), tally)| self.provision(*does, *provision, tally, &order)).collect();
        let waiting: u64 = self.gaps.values().sum();
        let undetermined = Undetermined {
            acts: waiting + self.for_a_person,
            per_mille: (waiting + self.for_a_person) * 1000 / acts.max(1),
            wait_for_facts: waiting,
            for_a_person: self.for_a_person,
            facts: self.missing_facts(),
            settle: self.settle(),
        };
        let law = LawRead {
            jurisdiction: pack.jurisdiction().to_owned(),
            digest: pack.digest.clone(),
            reviewed_on: pack.reviewed_on().map(|day| day.to_string()),
            by_row: self.law.by_row().iter().map(|clause| clause.id.clone()).collect(),
        };
        Counted { law, acts, answers, by, provisions, undetermined }
    }

    fn provision(&self, does: Does, provision: usize, tally: &Tally, order: &[usize]) -> Option<ProvisionFinding> {
        let (layer, provision) = self.provisions.get(provision)?.clone();
        let clauses: Vec<&Clause> = tally.clauses.iter().filter_map(|position| self.law.pack().clauses.get(*position as usize)).collect();
        let rank = |verified: Verified| match verified {
            Verified::V => 0,
            Verified::S => 1,
            Verified::U => 2,
        };
        Some(ProvisionFinding {
            layer,
            provision,
            cite: clauses.first()?.cite.clone(),
            verified: clauses.iter().map(|clause| clause.verified).max_by_key(|verified| rank(*verified))?,
            does,
            clauses: clauses.iter().map(|clause| clause.id.clone()).collect(),
            acts: tally.acts,
            records: tally.records.clone(),
            by: order
                .iter()
                .filter_map(|group| {
                    let (unit, month) = self.group_names.get(*group)?;
                    Some(UnitMonth { unit: unit.clone(), month: month_name(*month), acts: *tally.by.get(group)? })
                })
                .collect(),
        })
    }

    fn missing_facts(&self) -> Vec<MissingFact> {
        let all = FactSet::from_bits(self.gaps.keys().fold(0, |all, set| all | set));
        let mut facts: Vec<MissingFact> = all
            .iter()
            .map(|id| {
                let fact = self.law.pack().vocabulary().fact(id);
                let count = |of: &dyn Fn(u64) -> bool| self.gaps.iter().filter(|(set, _)| of(**set)).map(|(_, acts)| acts).sum();
                MissingFact {
                    fact: fact.name.clone(),
                    question: fact.question.clone(),
                    acts: count(&|set| FactSet::from_bits(set).contains(id)),
                    alone: count(&|set| set == FactSet::of(id).bits()),
                }
            })
            .collect();
        facts.sort_by(|a, b| b.acts.cmp(&a.acts).then_with(|| a.fact.cmp(&b.fact)));
        facts
    }

    /// Chooses at each step the fewest facts that settle any more acts, and of those the ones that settle the most.
    fn settle(&self) -> Vec<Settles> {
        let mut known = FactSet::EMPTY;
        let mut steps = Vec::new();
        let left = |set: u64, known: FactSet| FactSet::from_bits(set).without(known);
        let settled =
            |known: FactSet| -> u64 { self.gaps.iter().filter(|(set, _)| left(**set, known).is_empty()).map(|(_, acts)| acts).sum() };
        let wanted = |facts: FactSet, known: FactSet| -> u64 {
            let open = self.gaps.iter().filter(|(set, _)| left(**set, known).bits() & facts.bits() != 0);
            open.map(|(_, acts)| acts).sum()
        };
        loop {
            let open: BTreeSet<u64> = self.gaps.keys().map(|set| left(*set, known).bits()).filter(|set| *set != 0).collect();
            let Some(fewest) = open.iter().map(|set| set.count_ones()).min() else { return steps };
            let next = open.into_iter().filter(|set| set.count_ones() == fewest).map(FactSet::from_bits).max_by_key(|facts| {
                let first = facts.iter().next().map(|fact| std::cmp::Reverse(fact.index()));
                (settled(known.union(*facts)), wanted(*facts, known), first, std::cmp::Reverse(facts.bits()))
            });
            let Some(next) = next else { return steps };
            known = known.union(next);
            let names: Vec<&str> = next.iter().map(|fact| self.law.pack().vocabulary().fact(fact).name.as_str()).collect();
            steps.push(Settles { fact: names.join(TOGETHER), acts: settled(known) });
        }
    }
}

/// Keeps the first records, each once, in whatever order they come.
fn keep_first(records: &mut Vec<u64>, record: u64, most: usize) {
    if let Err(at) = records.binary_search(&record)
        && at < most
    {
        records.insert(at, record);
        records.truncate(most);
    }
}

fn month_name(month: i32) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// The table of masks, a file that whoever doubts a figure can query.
struct Table {
    folder: PathBuf,
    part: PathBuf,
    stated: Vec<FactId>,
    schema: SchemaRef,
    writer: ArrowWriter<File>,
}

/// The table of masks in the folder of results.
pub const MASKS_FILE: &str = "masks.parquet";
/// The counts in the folder of results.
pub const DECIDED_FILE: &str = "decided.json";

impl Table {
    fn create(folder: &Path, law: &Law, stated: &[FactId], notes: &[(&str, &str)]) -> Result<Table, AuditError> {
        let failed = |path: &Path| {
            let file = path.display().to_string();
            move |error| AuditError::File { file, error }
        };
        std::fs::create_dir_all(folder).map_err(failed(folder))?;
        let mut fields = vec![
            Field::new("record", DataType::Int64, false),
            Field::new("act", DataType::Utf8, false),
            Field::new("row_id", DataType::Utf8, true),
            Field::new("unit", DataType::Utf8, true),
            Field::new("day", DataType::Date32, false),
            Field::new("action", DataType::Utf8, false),
            Field::new("action_code", DataType::Int32, false),
        ];
        let name = |fact: &FactId| law.pack().vocabulary().fact(*fact).name.clone();
        fields.extend(stated.iter().map(|fact| Field::new(name(fact), DataType::Int64, true)));
        fields.extend(law.fields().iter().map(|field| field.as_ref().clone()));
        let schema = Arc::new(Schema::new(fields));
        let mut notes: Vec<KeyValue> = notes.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), (*value).to_owned())).collect();
        // Which bit is which clause.
        for columns in law.layers() {
            let ids =
                columns.clauses.iter().filter_map(|position| law.pack().clauses.get(*position as usize)).map(|clause| clause.id.as_str());
            notes.push(KeyValue::new(format!("haven.{}", columns.layer.name()), ids.collect::<Vec<_>>().join(" ")));
        }
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_key_value_metadata(Some(notes))
            .build();
        let part = folder.join(format!("{MASKS_FILE}.part"));
        let file = File::create(&part).map_err(failed(&part))?;
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).map_err(|error| written(error.into()))?;
        Ok(Table { folder: folder.to_owned(), part, stated: stated.to_vec(), schema, writer })
    }

    fn write(&mut self, law: &Law, batch: Batch, masks: Masks) -> Result<(), AuditError> {
        let rows = batch.records.len();
        let vocabulary = law.pack().vocabulary();
        let action =
            |code: Option<i32>| vocabulary.action(ActionId::from_index(usize::try_from(code?).ok()?)).map(|action| action.name.as_str());
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(batch.records.iter().map(|record| record.cast_signed()).collect::<Int64Array>()),
            Arc::new(StringArray::from_iter_values(std::iter::repeat_n(&batch.act, rows))),
            Arc::new(StringArray::from(batch.ids)),
            Arc::new(StringArray::from(batch.units)),
            Arc::new(batch.acts.days.clone()),
            Arc::new(batch.acts.actions.iter().map(action).collect::<StringArray>()),
            Arc::new(batch.acts.actions.clone()),
        ];
        for fact in &self.stated {
            let column = batch.acts.facts.get(fact.index()).cloned().flatten();
            columns.push(Arc::new(column.unwrap_or_else(|| Int64Array::new_null(rows))));
        }
        columns.extend(masks.columns()?);
        let table = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(|error| written(error.into()))?;
        self.writer.write(&table).map_err(|error| written(error.into()))
    }

    /// Results appear whole or not at all.
    fn finish(self, decided: &Decided) -> Result<(), AuditError> {
        self.writer.close().map_err(|error| written(error.into()))?;
        let at = |path: PathBuf| {
            let file = path.display().to_string();
            move |error| AuditError::File { file, error }
        };
        let json = serde_json::to_string_pretty(decided)
            .map_err(|error| AuditError::File { file: DECIDED_FILE.to_owned(), error: error.into() })?;
        let path = self.folder.join(DECIDED_FILE);
        std::fs::write(&path, json + "\n").map_err(at(path))?;
        std::fs::rename(&self.part, self.folder.join(MASKS_FILE)).map_err(at(self.part))
    }
}

fn written(error: DataFusionError) -> AuditError {
    AuditError::Query { what: format!("writing {MASKS_FILE}"), error }
}
