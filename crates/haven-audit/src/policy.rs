//! What is published, what is agreed and what was done, topic by topic.
//!
//! Topics are data (`audit/policy.toml`). Where one side does not speak it is *not stated*, and where a log cannot say it *not
//! asked*: neither is ever agreement.

use crate::AuditError;
use crate::access::{self, Sharing};
use crate::agency::{Agencies, Holder, Match, Matcher};
use crate::dispatch::csv_of;
use crate::findings::{cells, run};
use crate::output::page::clean;
use crate::purpose::{named, unreadable};
use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::prelude::SessionContext;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};
use std::io::Read;
use std::sync::Arc;

/// The topics that are compared.
#[derive(Clone, Debug)]
pub struct Topics(Vec<Topic>);

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    id: String,
    title: String,
    why: String,
    portal: Option<PortalSide>,
    term: Option<TermSide>,
    needs: Option<Needs>,
    done: Option<String>,
    #[serde(default)]
    unit: String,
    against: Option<String>,
    bars: Option<String>,
    #[serde(default)]
    what: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PortalSide {
    column: String,
    #[serde(default)]
    number_before: Vec<String>,
    #[serde(default)]
    number: bool,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    means: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TermSide {
    id: String,
    of: Of,
    #[serde(default)]
    words: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Of {
    Number,
    Word,
    Names,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Needs {
    Sharing,
}

impl Topics {
    /// Reads `policy.toml` among the files of `audit/`.
    ///
    /// # Errors
    /// [`AuditError::Data`] where it is not in its form.
    pub fn load(files: &[(String, String)]) -> Result<Self, AuditError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            topic: Vec<Topic>,
        }
        let (path, text) = named(files, "policy.toml")?;
        let file: File = toml::from_str(text).map_err(|error| unreadable(path, text, &error))?;
        Ok(Self(file.topic))
    }
}

/// What one side says of a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stated {
    /// A number, a word, or names.
    pub value: String,
    /// Where it stands.
    pub place: String,
}

/// What an agency publishes of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portal {
    /// Its name, as the portal has it.
    pub agency: String,
    file: String,
    row: u64,
    cells: BTreeMap<String, String>,
}

impl Portal {
    /// Whether a name may be that of the agency.
    fn may_be(&self, agencies: &Agencies, name: &str) -> bool {
        let holder = [Holder { agency: self.agency.clone(), ..Holder::default() }];
        !matches!(Matcher::new(agencies, &holder).find(&agencies.read(name), None, name, &BTreeSet::new()), Match::Different)
    }
}

/// Refuses a log in which one agency searched that is another one than the portal's. Where several did, it may be a log of who
/// else searched its cameras.
///
/// # Errors
/// The log is that of another agency.
pub fn is_of(agencies: &Agencies, portal: &Portal, names: &[String]) -> Result<(), AuditError> {
    match names {
        [name] if !portal.may_be(agencies, name) => Err(AuditError::Data {
            file: "the log".to_owned(),
            place: None,
            expected: format!("searches by {}, whose portal it is held against", portal.agency),
            found: "those of one other agency only".to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Reads the row of one agency out of a table of portals.
///
/// # Errors
/// A column that is missing; no agency of that name, or several, whose rows are listed.
pub fn portal(agencies: &Agencies, input: impl Read, file: &str, wanted: &str) -> Result<Portal, AuditError> {
    let rows = access::table(agencies, "portal", input, file, |columns, record, row| {
        let known = |field: &String| {
            let cell = columns.cell(record, field);
            (!columns.table.unknown.iter().any(|unknown| unknown == cell)).then(|| (field.clone(), cell.to_owned()))
        };
        let cells: BTreeMap<String, String> = columns.table.columns.keys().filter_map(known).collect();
        Ok(Some(Portal { agency: columns.cell(record, "agency").to_owned(), file: file.to_owned(), row, cells }))
    })?;
    let same: Vec<&Portal> = rows.iter().filter(|portal| portal.agency.eq_ignore_ascii_case(wanted.trim())).collect();
    let mut fits = same;
    if fits.is_empty() {
        fits = rows.iter().filter(|portal| portal.may_be(agencies, wanted)).collect();
    }
    match fits.as_slice() {
        [portal] => Ok((*portal).clone()),
        several => Err(AuditError::Data {
            file: file.to_owned(),
            place: None,
            expected: "one agency of that name".to_owned(),
            found: if several.is_empty() {
                format!("none among {} rows", rows.len())
            } else {
                let listed: Vec<String> = several.iter().map(|portal| format!("row {}: {}", portal.row, portal.agency)).collect();
                format!("{}: {}", several.len(), listed.join("; "))
            },
        }),
    }
}

/// A contract, as somebody has read it.
#[derive(Clone, Debug)]
pub struct Contract {
    file: String,
    terms: BTreeMap<String, Term>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Term {
    value: toml::Value,
    source: String,
}

/// Reads a contract's file: a table for each term, with `value` and `source`.
///
/// # Errors
/// A term that no topic asks for, a value of another kind, a term without the place where it stands.
pub fn contract(topics: &Topics, file: &str, text: &str) -> Result<Contract, AuditError> {
    let terms: BTreeMap<String, Term> = toml::from_str(text).map_err(|error| unreadable(file, text, &error))?;
    let known: Vec<&TermSide> = topics.0.iter().filter_map(|topic| topic.term.as_ref()).collect();
    for (id, term) in &terms {
        let wrong = |expected: String, found: &str| AuditError::Data {
            file: file.to_owned(),
            place: Some(format!("`{id}`")),
            expected,
            found: found.to_owned(),
        };
        let Some(side) = known.iter().find(|side| side.id == *id) else {
            let names: Vec<&str> = known.iter().map(|side| side.id.as_str()).collect();
            return Err(wrong(format!("one of `{}`", names.join("`, `")), "another term"));
        };
        if term.source.trim().is_empty() {
            return Err(wrong("`source`, where it stands".to_owned(), "nothing"));
        }
        let fits = match side.of {
            Of::Number => term.value.as_integer().is_some_and(|number| number >= 0),
            Of::Word => term.value.as_str().is_some_and(|word| side.words.iter().any(|own| own == word)),
            Of::Names => term.value.as_array().is_some_and(|names| names.iter().all(toml::Value::is_str)),
        };
        if !fits {
            let expected = match side.of {
                Of::Number => "a whole number".to_owned(),
                Of::Word => format!("one of `{}`", side.words.join("`, `")),
                Of::Names => "a list of names".to_owned(),
            };
            return Err(wrong(expected, "something else"));
        }
    }
    Ok(Contract { file: file.to_owned(), terms })
}

/// Whether two sides say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Both speak, and say the same.
    Same,
    /// Both speak, and differ.
    Differs,
    /// One side does not speak.
    NotStated,
    /// The log, or the lists given, cannot say it.
    NotAsked,
}

impl Answer {
    /// Its words in outputs.
    pub fn words(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs => "differs",
            Self::NotStated => "not stated",
            Self::NotAsked => "not asked",
        }
    }
}

/// A promise held against a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The answer.
    pub answer: Answer,
    /// How many do not fit, and what.
    pub why: String,
    /// The query that counts them.
    pub query: Option<String>,
}

/// A topic with its three sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The topic.
    pub topic: String,
    /// In words.
    pub title: String,
    /// Why it is compared.
    pub why: String,
    /// What the portal says.
    pub published: Option<Stated>,
    /// What the contract says.
    pub agreed: Option<Stated>,
    /// What the log shows.
    pub done: Option<Stated>,
    /// The query that says so.
    pub query: Option<String>,
    /// Portal beside contract.
    pub published_agreed: Answer,
    /// Portal beside log.
    pub published_done: Held,
    /// Contract beside log.
    pub agreed_done: Held,
}

impl Line {
    fn answers(&self) -> [Answer; 3] {
        [self.published_agreed, self.published_done.answer, self.agreed_done.answer]
    }
}

/// Every topic, and what was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// The format's name.
    pub format: &'static str,
    /// The agency, as its portal names it.
    pub agency: String,
    /// The log's files with their digests and periods.
    pub read: Vec<String>,
    /// What was not read.
    pub unread: Vec<String>,
    /// The topics.
    pub lines: Vec<Line>,
}

impl Policy {
    /// Whether some two sides differ.
    pub fn differs(&self) -> bool {
        self.lines.iter().any(|line| line.answers().contains(&Answer::Differs))
    }
}

/// Compares, in a session that has the view `seen`; `sharing` is the list of organisations, where one is given.
///
/// # Errors
/// A question that the engine refuses.
pub async fn policy(
    context: &SessionContext,
    topics: &Topics,
    agencies: &Agencies,
    portal: &Portal,
    contract: &Contract,
    sharing: Option<&[Sharing]>,
    log: &str,
) -> Result<Vec<Line>, AuditError> {
    let list = sharing.unwrap_or_default();
    let counts = list.iter().map(|row| i64::try_from(row.sharing).unwrap_or(i64::MAX));
    register(
        context,
        "sharing",
        vec![
            ("agency", Arc::new(list.iter().map(|row| Some(row.name.as_str())).collect::<StringArray>()) as ArrayRef),
            ("sees_ours", Arc::new(counts.collect::<Int64Array>())),
        ],
    )?;
    let agreed = topics.0.iter().filter_map(|topic| topic.term.as_ref()).filter(|side| side.of == Of::Names);
    let agreed: Vec<String> = agreed.filter_map(|side| contract.terms.get(&side.id)).flat_map(names).collect();
    let named = allowed(agencies, &agreed, crate::engine::names(context).await?);
    register(context, "agreed", vec![("agency", Arc::new(named.iter().map(Some).collect::<StringArray>()) as ArrayRef)])?;
    let mut lines = Vec::new();
    for topic in &topics.0 {
        let published = topic.portal.as_ref().and_then(|side| published(side, portal));
        let term = topic.term.as_ref().and_then(|side| contract.terms.get(&side.id));
        let agreed = term.map(|term| Stated { value: shown(&term.value), place: format!("{}: {}", contract.file, term.source) });
        let asked = topic.needs != Some(Needs::Sharing) || sharing.is_some();
        let query = topic.done.clone().filter(|_| asked);
        let value = match &query {
            Some(sql) => number(context, &topic.id, sql).await?,
            None => None,
        };
        let place = if topic.needs == Some(Needs::Sharing) { "the sharing list" } else { log };
        let done = value.map(|value| Stated { value: format!("{}: {value}", topic.unit), place: place.to_owned() });
        let published_agreed = match (&published, &agreed) {
            (Some(one), Some(other)) if one.value == other.value => Answer::Same,
            (Some(_), Some(_)) => Answer::Differs,
            _ => Answer::NotStated,
        };
        let published_done = held(context, topic, published.as_ref(), asked).await?;
        let agreed_done = held(context, topic, agreed.as_ref(), asked).await?;
        let (topic, title, why) = (topic.id.clone(), topic.title.clone(), topic.why.clone());
        lines.push(Line { topic, title, why, published, agreed, done, query, published_agreed, published_done, agreed_done });
    }
    Ok(lines)
}

/// Holds a promise against the log.
async fn held(context: &SessionContext, topic: &Topic, promise: Option<&Stated>, asked: bool) -> Result<Held, AuditError> {
    let silent = |answer, why: &str| Held { answer, why: why.to_owned(), query: None };
    let Some(promise) = promise else { return Ok(silent(Answer::NotStated, "nothing is promised")) };
    let Some(against) = topic.against.as_ref().filter(|_| asked) else {
        return Ok(silent(Answer::NotAsked, if asked { "no log of searches says it" } else { "no sharing list is given" }));
    };
    if topic.bars.as_ref().is_some_and(|bars| *bars != promise.value) {
        return Ok(silent(Answer::NotAsked, "the promise asks nothing of a log"));
    }
    // Names are in a table of their own; what goes into a query is a number or a word of the list.
    let plain = promise.value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if against.contains("{promise}") && !plain {
        return Ok(silent(Answer::NotAsked, "the promise is not one that can be asked"));
    }
    let query = against.replace("{promise}", &promise.value);
    Ok(match number(context, &topic.id, &query).await? {
        None => Held { answer: Answer::NotAsked, why: "the log does not say it of every search".to_owned(), query: Some(query) },
        Some(0) => Held { answer: Answer::Same, why: format!("{}: 0", topic.what), query: Some(query) },
        Some(count) => Held { answer: Answer::Differs, why: format!("{}: {count}", topic.what), query: Some(query) },
    })
}

/// The one value of a query; none where it is NULL.
async fn number(context: &SessionContext, topic: &str, sql: &str) -> Result<Option<i64>, AuditError> {
    let what = format!("topic `{topic}`");
    let rows = cells(&what, &run(context, &what, sql).await?)?;
    let cell = rows.first().and_then(|row| row.first()).map(String::as_str).unwrap_or_default();
    if cell.is_empty() {
        return Ok(None);
    }
    cell.parse().map(Some).map_err(|_| AuditError::Data {
        file: "policy.toml".to_owned(),
        place: Some(what),
        expected: "a query that answers one whole number".to_owned(),
        found: "something else".to_owned(),
    })
}

fn register(context: &SessionContext, name: &str, columns: Vec<(&str, ArrayRef)>) -> Result<(), AuditError> {
    let error = |error| AuditError::Query { what: format!("the table {name}"), error };
    let columns = columns.into_iter().map(|(name, array)| (name, array, true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(|cause| error(cause.into()))?;
    context.register_batch(name, batch).map_err(error)?;
    Ok(())
}

fn names(term: &Term) -> Vec<String> {
    term.value.as_array().into_iter().flatten().filter_map(|name| name.as_str().map(ToOwned::to_owned)).collect()
}

/// The agencies of the log that the contract names, by the matcher of agencies; what is unclear is not named.
fn allowed(agencies: &Agencies, agreed: &[String], log: Vec<String>) -> Vec<String> {
    let holders: Vec<Holder> = agreed.iter().map(|name| Holder { agency: name.clone(), ..Holder::default() }).collect();
    let matcher = Matcher::new(agencies, &holders);
    let none = BTreeSet::new();
    let is = |name: &String| agreed.contains(name) || matches!(matcher.find(&agencies.read(name), None, name, &none), Match::Same { .. });
    log.into_iter().filter(is).collect()
}

fn shown(value: &toml::Value) -> String {
    match value {
        toml::Value::String(word) => word.clone(),
        toml::Value::Array(names) => names.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

/// What a portal says of a topic.
fn published(side: &PortalSide, portal: &Portal) -> Option<Stated> {
    let cell = portal.cells.get(&side.column)?;
    let lower = cell.to_lowercase();
    let whole = |text: &str| text.strip_suffix(".0").unwrap_or(text).replace(',', "").parse::<u64>().ok();
    let words = || lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let value = if side.number {
        whole(cell.trim())?.to_string()
    } else if !side.number_before.is_empty() {
        let mut pairs = words().zip(words().skip(1));
        pairs.find_map(|(number, word)| side.number_before.iter().any(|own| own == word).then(|| whole(number)).flatten())?.to_string()
    } else {
        side.words.iter().any(|word| lower.contains(word.as_str())).then(|| side.means.clone())?
    };
    Some(Stated { value, place: format!("{}, row {}, {}", portal.file, portal.row, side.column) })
}

/// The topics as CSV.
///
/// # Errors
/// None that this crate can cause.
pub fn csv(policy: &Policy) -> Result<String, AuditError> {
    let of = |stated: &Option<Stated>, silent: &str| {
        stated.as_ref().map_or_else(|| [silent.to_owned(), String::new()], |stated| [stated.value.clone(), stated.place.clone()])
    };
    let rows = policy.lines.iter().map(|line| {
        let [published, published_place] = of(&line.published, "not stated");
        let [agreed, agreed_place] = of(&line.agreed, "not stated");
        let [done, done_place] = of(&line.done, "not asked");
        let [first, second, third] = line.answers().map(|answer| answer.words().to_owned());
        let query = |query: &Option<String>| query.clone().unwrap_or_default();
        [
            line.topic.clone(),
            published,
            published_place,
            agreed,
            agreed_place,
            done,
            done_place,
            query(&line.query),
            first,
            second,
            line.published_done.why.clone(),
            query(&line.published_done.query),
            third,
            line.agreed_done.why.clone(),
            query(&line.agreed_done.query),
        ]
    });
    let head = [
        "topic",
        "published",
        "published_place",
        "agreed",
        "agreed_place",
        "done",
        "done_place",
        "query",
        "published_agreed",
        "published_done",
        "published_done_why",
        "published_done_query",
        "agreed_done",
        "agreed_done_why",
        "agreed_done_query",
    ];
    csv_of(head, rows)
}

/// The topics as lines for a terminal.
pub fn table(policy: &Policy) -> String {
    let mut out = String::new();
    // A string takes whatever is written into it.
    let _ = write_table(policy, &mut out);
    out
}

fn write_table(policy: &Policy, out: &mut String) -> fmt::Result {
    let count = policy.lines.iter().filter(|line| line.answers().contains(&Answer::Differs)).count();
    writeln!(out, "{}: of {} topics {count} differ", clean(&policy.agency), policy.lines.len())?;
    for line in &policy.lines {
        writeln!(out, "\n{} [{}]", line.title, line.topic)?;
        for (side, stated, silent) in
            [("published", &line.published, "not stated"), ("agreed", &line.agreed, "not stated"), ("done", &line.done, "not asked")]
        {
            match stated {
                Some(stated) => writeln!(out, "  {side:<10} {} ({})", clean(&stated.value), clean(&stated.place))?,
                None => writeln!(out, "  {side:<10} {silent}")?,
            }
        }
        writeln!(out, "  published and agreed: {}", line.published_agreed.words())?;
        for (pair, held) in [("published and done", &line.published_done), ("agreed and done", &line.agreed_done)] {
            writeln!(out, "  {pair}: {}, {}", held.answer.words(), held.why)?;
        }
    }
    for line in policy.read.iter().chain(&policy.unread) {
        writeln!(out, "\n{}", clean(line))?;
    }
    writeln!(out, "\nWhat is not stated is not agreed, and what a log does not say was not asked. A difference is a question.")
}
