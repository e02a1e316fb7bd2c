//! Timelines: events of one case after another, and the acts that lie between them.
//!
//! A row of a custody log is no act by itself: that somebody was held after bail stands between two rows. The mapping says what each
//! kind of event changes in what is known, and what is to be asked of it; which of that is prohibited, the law says.

use crate::decide::{MappingFile, Plan, Question, column};
use crate::error::AuditError;
use crate::events::{Events, Key, Original, as_instant};
use crate::law::{Acts, Answer, day_of};
use crate::look::{self, Because};
use crate::provisions::{Batch, Decided, Findings};
use crate::told::{Reading, local};
use datafusion::arrow::array::{Array as _, AsArray as _, Date32Array, Int32Array, Int64Array};
use datafusion::arrow::datatypes::TimestampMicrosecondType;
use haven_law::ir::{FactSet, Facts};
use haven_law::vocabulary::{ActionId, FactId, FactKind};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The story of one case, by its records: what happened, what was known then, and what the law says of what was asked.
///
/// Which case it is nobody can tell but by the log: it is named by the record of its first event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// The record of the first event.
    pub first_record: u64,
    /// What happened and what was asked, in the order of time.
    pub steps: Vec<Step>,
}

/// One step of a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Step {
    /// A row of the log.
    Event {
        /// When, by the clock of the place.
        moment: String,
        /// The record.
        record: u64,
        /// The kind of event, as the mapping names it.
        event: String,
        /// Whether there is custody from now on.
        custody: bool,
        /// What is known from now on: words of the vocabulary, by fact.
        known: BTreeMap<String, Vec<String>>,
    },
    /// An act that was asked about.
    Act {
        /// When; of what lasts, from when it has lasted too long.
        moment: String,
        /// The record that it is asked of.
        record: u64,
        /// The act, a word of the vocabulary.
        action: String,
        /// What the law answers.
        answer: String,
        /// The provisions that prohibit it, or leave it to a person.
        because: Vec<Because>,
    },
}

impl Step {
    /// When.
    pub fn moment(&self) -> &str {
        let (Step::Event { moment, .. } | Step::Act { moment, .. }) = self;
        moment
    }
}

/// `[timeline]` of a mapping.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimelineFile {
    /// Rows with the same value belong together; it is not written out.
    case: String,
    /// When, by the clock of the place.
    moment: String,
    /// Which kind of event.
    event: String,
    /// What to do with kinds that are not named below.
    #[serde(default)]
    other: Other,
    kind: BTreeMap<String, KindFile>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Other {
    /// The run ends.
    #[default]
    Refuse,
    /// They are counted and left.
    Ignore,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindFile {
    /// Custody begins, or begins anew on another ground: what lasted is over.
    #[serde(default)]
    begins: bool,
    /// Custody ends.
    #[serde(default)]
    ends: bool,
    /// From now on the fact is this.
    #[serde(default)]
    set: BTreeMap<String, Value>,
    /// From now on the fact has these words too.
    #[serde(default)]
    add: BTreeMap<String, Value>,
    /// From now on it has these no more; with no word left it is unknown.
    #[serde(default)]
    remove: BTreeMap<String, Value>,
    /// From now on it is unknown.
    #[serde(default)]
    forget: Vec<String>,
    #[serde(default)]
    asks: Vec<AskFile>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AskFile {
    action: String,
    /// Facts of this act alone.
    #[serde(default)]
    fact: BTreeMap<String, Value>,
    /// The act lasts until custody ends, and is one only if it lasts longer than this.
    after_minutes: Option<u32>,
    /// Asked only between a beginning and an end of custody.
    #[serde(default)]
    in_custody: bool,
}

type Stated = Vec<(FactId, u64)>;

struct Kind {
    begins: bool,
    ends: bool,
    set: Stated,
    add: Stated,
    remove: Stated,
    forget: Vec<FactId>,
    asks: Vec<Ask>,
}

struct Ask {
    name: String,
    action: i32,
    fact: Stated,
    /// In microseconds.
    after: Option<i64>,
    in_custody: bool,
}

/// A row of the log.
struct Event {
    case: usize,
    /// An instant, in microseconds since 1970.
    moment: i64,
    /// The first and the last instant that it may be: two where its clock showed the time twice, or never.
    within: (i64, i64),
    record: u64,
    kind: usize,
    id: Option<String>,
    unit: Option<String>,
    facts: Stated,
    agency: Option<Arc<Facts>>,
}

/// An act that is asked about.
#[derive(Clone)]
struct Act {
    case: usize,
    /// An instant, in microseconds since 1970.
    moment: i64,
    record: u64,
    day: i32,
    action: i32,
    id: Option<String>,
    unit: Option<String>,
    facts: Facts,
}

/// Something that lasts.
struct Lasting<'e> {
    ask: &'e Ask,
    event: &'e Event,
    /// From when what is known now has lasted long enough to be asked about, at the earliest and at the latest; none once it was asked.
    due: Option<(i64, i64)>,
    asked: bool,
}

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// Acts that are answered at once.
const BATCH: usize = 8192;

/// Answers the acts of a log of events.
pub(crate) async fn answered(
    question: &Question<'_>,
    mapping: &MappingFile,
    events: &Events,
    original: Original,
    by: Original,
) -> Result<Decided, AuditError> {
    let Some(timeline) = &mapping.timeline else {
        return Err(Key { file: question.mapping.0, key: "timeline" }.wrong("a table", "nothing"));
    };
    let mut plan = Plan::new(question, events);
    let (case, _) = plan.text("timeline.case", &timeline.case)?;
    let (kind, own) = plan.text("timeline.event", &timeline.event)?;
    let names: Vec<&String> = timeline.kind.keys().collect();
    let listed = || names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    if let (Some(word), Other::Refuse) = (own.iter().find(|word| !timeline.kind.contains_key(*word)), timeline.other) {
        let at = Key { file: plan.file, key: "timeline.event" };
        return Err(at.wrong(format!("one of the kinds of event, {}", listed()), format!("`{word}`")));
    }
    let at = Key { file: plan.file, key: "timeline.moment" };
    let expr = events.expression(at, &timeline.moment)?;
    let shape = events.kind(at, &expr)?;
    let zone = plan.zone();
    let mut read = |reading| {
        let instant = as_instant(expr.clone(), &shape, zone, reading);
        let instant = instant.ok_or_else(|| at.wrong("a moment, or text that is one", shape.to_string()))?;
        Ok::<_, AuditError>(plan.put("timeline.moment", instant))
    };
    let (earlier, later) = (read(Reading::Earlier)?, read(Reading::Later)?);
    let kinds = timeline.kind.iter().map(|(name, kind)| compile(&plan, name, kind)).collect::<Result<Vec<_>, _>>()?;
    plan.common(mapping)?;

    let mut stated = plan.stated().into_iter().fold(FactSet::EMPTY, |all, fact| all.union(FactSet::of(fact)));
    for (fact, _) in kinds.iter().flat_map(|kind| kind.set.iter().chain(&kind.add).chain(kind.asks.iter().flat_map(|ask| &ask.fact))) {
        stated = stated.union(FactSet::of(*fact));
    }
    let stated: Vec<FactId> = stated.iter().collect();
    let notes = [("haven.law", question.law.pack().digest.as_str()), ("haven.events", &original.sha256), ("haven.mapping", &by.sha256)];
    let mut findings = Findings::new(question.law, question.examples, &stated, question.out, &notes)?;

    let mut happened: Vec<Event> = Vec::new();
    let mut cases: HashMap<String, usize> = HashMap::new();
    let mut rows = plan.rows(events).await?;
    while let Some(batch) = rows.next(&plan, events).await? {
        let common = plan.read_common(&batch, rows.first)?;
        let agencies: Vec<Option<Arc<Facts>>> = common.agency.into_iter().map(|facts| facts.map(Arc::new)).collect();
        let (case, kind) = (column(&batch, case), column(&batch, kind));
        let (case, kind) = (case.as_string::<i32>(), kind.as_string::<i32>());
        let (earlier, later) = (column(&batch, earlier), column(&batch, later));
        let (earlier, later) = (earlier.as_primitive::<TimestampMicrosecondType>(), later.as_primitive::<TimestampMicrosecondType>());
        let every: Vec<usize> = (0..batch.num_rows()).collect();
        // A day that a fact names is recent or not by the day of the event.
        let days: Vec<_> = earlier.iter().map(|moment| day_number(moment?, zone).and_then(day_of)).collect();
        let facts = plan.read_facts(None, &batch, &every, &days, rows.first)?;
        for row in every {
            let record = rows.first + row as u64 + 1;
            let text = |column: &datafusion::arrow::array::StringArray| {
                column.is_valid(row).then(|| column.value(row).trim().to_owned()).filter(|text| !text.is_empty())
            };
            let (Some(case), Some(word)) = (text(case), text(kind)) else {
                findings.unread("no case or no kind of event", record);
                continue;
            };
            let within = (earlier.is_valid(row) && later.is_valid(row)).then(|| (earlier.value(row), later.value(row)));
            let Some(within) =
                within.filter(|(first, _)| day_number(*first, zone).and_then(day_of).is_some_and(|day| (1900..2200).contains(&day.year())))
            else {
                findings.unread("no moment that can be read", record);
                continue;
            };
            let Some(kind) = names.iter().position(|name| **name == word) else {
                if timeline.other == Other::Ignore {
                    findings.unread("a kind of event that the mapping does not name", record);
                    continue;
                }
                let place = Some(format!("record {record}, for timeline.event of {}", plan.file));
                let expected = format!("one of the kinds of event, {}", listed());
                return Err(AuditError::Data { file: original.file, place, expected, found: "a word that is none of them".to_owned() });
            };
            let said =
                facts.iter().enumerate().filter_map(|(fact, words)| Some((FactId::from_index(fact), words.as_ref()?.get(row).copied()??)));
            let next = cases.len();
            happened.push(Event {
                case: *cases.entry(case).or_insert(next),
                // Of what was shown twice the first; what was never shown is read as if the clocks had not been put forward yet.
                moment: if local(within.0, zone) == local(within.1, zone) { within.0 } else { within.1 },
                within,
                record,
                kind,
                id: common.ids.get(row).cloned().flatten(),
                unit: common.units.get(row).cloned().flatten(),
                facts: said.collect(),
                agency: agencies.get(row).cloned().flatten(),
            });
        }
        if (question.progress)(rows.next).is_break() {
            // What a case comes to cannot be said from a part of its events.
            findings.interrupted = true;
            happened.clear();
            break;
        }
    }
    // Of two events of one moment the one that stands first in the log came first.
    happened.sort_by_key(|event| (event.case, event.moment, event.record));

    let mut acts: BTreeMap<String, Vec<Act>> = BTreeMap::new();
    for events in happened.chunk_by(|a, b| a.case == b.case) {
        follow(&kinds, events, zone, &mut acts, &mut findings);
    }
    for (name, acts) in &mut acts {
        acts.sort_by_key(|act| (act.record, act.day));
        for acts in acts.chunks(BATCH) {
            findings.add(batch(question, name, acts))?;
        }
    }
    findings.timelines = stories(question, zone, &names, &kinds, &happened, &acts, &findings.looks.records().collect())?;
    findings.finish(original, by, rows.next, plan.silent(), &plan.mapped())
}

/// The stories of the cases in which an act of these records is to be looked at.
fn stories(
    question: &Question<'_>,
    zone: &TimeZone,
    names: &[&String],
    kinds: &[Kind],
    happened: &[Event],
    acts: &BTreeMap<String, Vec<Act>>,
    records: &BTreeSet<u64>,
) -> Result<Vec<Timeline>, AuditError> {
    let vocabulary = question.law.pack().vocabulary();
    let told: BTreeSet<usize> = happened.iter().filter(|event| records.contains(&event.record)).map(|event| event.case).collect();
    // Asked once more, since what is counted forgets single acts.
    let mut asked: BTreeMap<usize, Vec<(i64, Step)>> = BTreeMap::new();
    for (name, acts) in acts {
        let acts: Vec<Act> = acts.iter().filter(|act| told.contains(&act.case)).cloned().collect();
        let masks = question.law.evaluate(&batch(question, name, &acts).acts)?;
        for (row, act) in acts.iter().enumerate() {
            let Some(answer) = masks.answers.get(row).copied().flatten() else { continue };
            let id = usize::try_from(act.action).ok().map(ActionId::from_index);
            let step = Step::Act {
                moment: clock(act.moment, zone),
                record: act.record,
                action: id.and_then(|id| vocabulary.action(id)).map(|action| action.name.clone()).unwrap_or_default(),
                answer: answer.name().to_owned(),
                because: look::because(question.law, &masks, row),
            };
            asked.entry(act.case).or_default().push((act.moment, step));
        }
    }
    let mut stories = Vec::new();
    for events in happened.chunk_by(|a, b| a.case == b.case).filter(|events| events.first().is_some_and(|first| told.contains(&first.case)))
    {
        let mut known = Facts::default();
        let mut custody = false;
        let mut steps: Vec<(i64, Step)> = Vec::new();
        for event in events {
            let (Some(kind), Some(name)) = (kinds.get(event.kind), names.get(event.kind)) else { continue };
            if kind.begins || kind.ends {
                custody = kind.begins;
            }
            change(&mut known, kind, event);
            let words = known.known().iter().filter_map(|fact| {
                let (shape, word) = (vocabulary.fact(fact), known.get(fact)?);
                let words = match shape.kind {
                    FactKind::Number => vec![word.cast_signed().to_string()],
                    _ => shape.names(word).into_iter().map(str::to_owned).collect(),
                };
                Some((shape.name.clone(), words))
            });
            let step = Step::Event {
                moment: clock(event.moment, zone),
                record: event.record,
                event: (*name).clone(),
                custody,
                known: words.collect(),
            };
            steps.push((event.moment, step));
        }
        let first = events.iter().map(|event| (event.case, event.record)).min();
        let Some((case, first_record)) = first else { continue };
        steps.extend(asked.remove(&case).unwrap_or_default());
        // Of one moment what happened comes before what is asked of it.
        steps.sort_by_key(|(moment, _)| *moment);
        stories.push(Timeline { first_record, steps: steps.into_iter().map(|(_, step)| step).collect() });
    }
    stories.sort_by_key(|story| {
        let prohibited = |step: &Step| matches!(step, Step::Act { answer, .. } if *answer == Answer::Prohibited.name());
        (!story.steps.iter().any(prohibited), story.first_record)
    });
    Ok(stories)
}

/// What the clock of the place showed at a moment, to the minute.
fn clock(moment: i64, zone: &TimeZone) -> String {
    let Some(shown) = local(moment, zone) else { return String::new() };
    let day = day_number(moment, zone).and_then(day_of).map(|day| day.to_string()).unwrap_or_default();
    let minutes = shown.rem_euclid(DAY) / MINUTE;
    format!("{day} {:02}:{:02}", minutes / 60, minutes % 60)
}

/// The day of the place.
fn day_number(moment: i64, zone: &TimeZone) -> Option<i32> {
    i32::try_from(local(moment, zone)?.div_euclid(DAY)).ok()
}

/// Goes through the events of one case.
fn follow(kinds: &[Kind], events: &[Event], zone: &TimeZone, acts: &mut BTreeMap<String, Vec<Act>>, findings: &mut Findings<'_>) {
    let mut known = Facts::default();
    let mut custody = false;
    let mut lasting: Vec<Lasting<'_>> = Vec::new();
    for event in events {
        let Some(kind) = kinds.get(event.kind) else { continue };
        let before = known.clone();
        change(&mut known, kind, event);
        let (over, changed) = (kind.begins || kind.ends, known != before);
        let (first, last) = event.within;
        for held in &mut lasting {
            // What was known until now has lasted until now.
            if let Some((due, at_latest)) = held.due {
                if at_latest < first {
                    put(acts, held.ask, held.event, due, zone, &before);
                    (held.due, held.asked) = (None, true);
                } else if due < last && (over || changed) {
                    findings.unread(
                        "something that may have lasted too long, by a time that the clocks showed twice or never",
                        held.event.record,
                    );
                }
            }
            if changed {
                // Other facts are another act: asked from now on, or from when it has lasted long enough.
                held.due = Some(held.due.map_or(event.within, |(due, at_latest)| (due.max(first), at_latest.max(last))));
            }
        }
        if over {
            lasting.clear();
            custody = kind.begins;
        }
        for ask in &kind.asks {
            // The end of custody is itself an event of it.
            if ask.in_custody && !custody && !kind.ends {
                findings.unread("an event of custody outside custody", event.record);
                continue;
            }
            match ask.after {
                None => put(acts, ask, event, event.moment, zone, &known),
                Some(after) if !lasting.iter().any(|held| held.ask.action == ask.action) => {
                    let due = Some((first.saturating_add(after), last.saturating_add(after)));
                    lasting.push(Lasting { ask, event, due, asked: false });
                }
                Some(_) => {}
            }
        }
    }
    for held in lasting.iter().filter(|held| !held.asked) {
        findings.unread("something that lasts, with no end in the log", held.event.record);
    }
}

/// What is known after an event.
fn change(known: &mut Facts, kind: &Kind, event: &Event) {
    for (fact, word) in kind.set.iter().chain(&event.facts) {
        known.set(*fact, *word);
    }
    for (fact, words) in &kind.add {
        known.set(*fact, known.get(*fact).unwrap_or(0) | words);
    }
    for (fact, words) in &kind.remove {
        match known.get(*fact).map(|old| old & !words) {
            // That nothing is left of what was known says nothing of what there is.
            Some(0) => known.forget(*fact),
            Some(left) => known.set(*fact, left),
            None => {}
        }
    }
    for fact in &kind.forget {
        known.forget(*fact);
    }
}

fn put(acts: &mut BTreeMap<String, Vec<Act>>, ask: &Ask, event: &Event, moment: i64, zone: &TimeZone, known: &Facts) {
    let Some(day) = day_number(moment, zone) else { return };
    let mut facts = event.agency.as_deref().cloned().unwrap_or_default();
    for (fact, word) in known.known().iter().filter_map(|fact| Some((fact, known.get(fact)?))).chain(ask.fact.iter().copied()) {
        facts.set(fact, word);
    }
    let (case, record) = (event.case, event.record);
    let act = Act { case, moment, record, day, action: ask.action, id: event.id.clone(), unit: event.unit.clone(), facts };
    acts.entry(ask.name.clone()).or_default().push(act);
}

fn batch(question: &Question<'_>, name: &str, acts: &[Act]) -> Batch {
    let facts = (0..question.law.pack().vocabulary().facts().len()).map(|fact| {
        let column: Int64Array = acts.iter().map(|act| act.facts.get(FactId::from_index(fact)).map(u64::cast_signed)).collect();
        (column.null_count() < acts.len()).then_some(column)
    });
    Batch {
        act: name.to_owned(),
        records: acts.iter().map(|act| act.record).collect(),
        ids: acts.iter().map(|act| act.id.clone()).collect(),
        units: acts.iter().map(|act| act.unit.clone()).collect(),
        acts: Acts {
            actions: acts.iter().map(|act| Some(act.action)).collect::<Int32Array>(),
            days: acts.iter().map(|act| Some(act.day)).collect::<Date32Array>(),
            facts: facts.collect(),
        },
    }
}

fn compile(plan: &Plan<'_>, name: &str, kind: &KindFile) -> Result<Kind, AuditError> {
    let stated = |part: &str, table: &BTreeMap<String, Value>, sets: bool| -> Result<Stated, AuditError> {
        let mut all = Vec::new();
        for (fact, value) in table {
            let key = format!("timeline.kind.{name}.{part}.{fact}");
            let at = Key { file: plan.file, key: &key };
            let (id, word) = plan.known(at, fact, value)?;
            if plan.fact_kind(id) == FactKind::Recency && value.as_str().is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()))
            {
                return Err(at.wrong("a word: a day is recent or not by the day of an act, which is not known here", value.to_string()));
            }
            let word = word.ok_or_else(|| at.wrong("a value; what nobody knows is named in `forget`", "unknown"))?;
            if sets && plan.fact_kind(id) != FactKind::Many {
                return Err(at.wrong("a fact that has several words", format!("`{fact}`, which has one")));
            }
            all.push((id, word));
        }
        Ok(all)
    };
    let mut forget = Vec::new();
    for fact in &kind.forget {
        let key = format!("timeline.kind.{name}.forget");
        forget.push(plan.known(Key { file: plan.file, key: &key }, fact, &Value::Null)?.0);
    }
    let mut asks = Vec::new();
    for (number, ask) in kind.asks.iter().enumerate() {
        let key = format!("timeline.kind.{name}.asks[{number}].action");
        let action = plan.action(Key { file: plan.file, key: &key }, &ask.action)?;
        asks.push(Ask {
            name: format!("{name}: {}", ask.action),
            action: i32::try_from(action.index()).unwrap_or(i32::MAX),
            fact: stated(&format!("asks[{number}].fact"), &ask.fact, false)?,
            after: ask.after_minutes.map(|minutes| i64::from(minutes) * MINUTE),
            in_custody: ask.in_custody,
        });
    }
    Ok(Kind {
        begins: kind.begins,
        ends: kind.ends,
        set: stated("set", &kind.set, false)?,
        add: stated("add", &kind.add, true)?,
        remove: stated("remove", &kind.remove, true)?,
        forget,
        asks,
    })
}
