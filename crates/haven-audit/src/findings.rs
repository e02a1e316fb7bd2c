//! Puts rules and figures to the imported logs.
//!
//! Every number is the answer to a query that stands beside it, over the tables `searches`, `hotlists` and `agencies` and the
//! views `seen` and `alerts`: whoever has
//! the Parquet files can ask again, with this program or another.

use crate::AuditError;
use crate::engine::DECIDED;
use crate::moment::offset_sql;
use crate::rules::{Figure, Of, Rule, Rules};
use datafusion::arrow::array::{Array, AsArray, RecordBatch, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use serde::Serialize;
use std::collections::BTreeMap;

/// Columns of the queue that come from a row, in this order; `account` is added for auditors.
fn shown(of: Of) -> &'static [&'static str] {
    match of {
        Of::Searches => {
            &["time", "agency", "state", "reason", "purpose", "immigration", "networks", "devices", "search_type", "since", "offense"]
        }
        Of::Alerts => &["time", "agency", "state", "details", "list", "immigration", "event", "entity"],
    }
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The rule's name.
    pub rule: String,
    /// What it is asked of.
    pub of: Of,
    /// Whether it could be asked: a log of what it is asked of was given.
    pub asked: bool,
    /// The rows it is about: searches, or changes of alert lists.
    pub rows: i64,
    /// Groups, where it is a rule of groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<i64>,
    /// Rows it could not be asked of, since a column is not known.
    pub not_asked: i64,
    /// The query.
    pub query: String,
    /// The groups, for auditors: columns as `per`, then the count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<Vec<String>>,
}

/// A figure with its answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// The figure's name.
    pub figure: String,
    /// What it shows.
    pub title: String,
    /// The heads of its columns.
    pub head: Vec<String>,
    /// The cells, as text.
    pub rows: Vec<Vec<String>>,
    /// The query.
    pub query: String,
}

/// A row to look at.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Item {
    /// What it is a row of.
    pub of: Of,
    /// The file, by its name.
    pub file: String,
    /// The record in it.
    pub row: i64,
    /// The sum of the weights of its rules.
    pub score: i64,
    /// The rules that found it.
    pub rules: Vec<String>,
    /// Column and content, of those columns that are known.
    pub shown: Vec<(String, String)>,
    /// Whether somebody has decided about it.
    #[serde(skip)]
    pub decided: bool,
}

impl Findings {
    /// How many rows there are to ask; unknown where no log of them was given.
    pub fn rows(&self, of: Of) -> Option<i64> {
        match of {
            Of::Searches => self.searches,
            Of::Alerts => self.alerts,
        }
    }
}

impl Item {
    /// What was typed, masked.
    pub fn typed(&self) -> &str {
        self.known("reason").or_else(|| self.known("details")).unwrap_or_default()
    }

    /// What is known of a column.
    pub fn known(&self, column: &str) -> Option<&str> {
        self.shown.iter().find(|(name, _)| name == column).map(|(_, text)| text.as_str())
    }
}

/// All that was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Findings {
    /// Searches in all; unknown where no log of them was given.
    pub searches: Option<i64>,
    /// Changes of alert lists in all; unknown where no log of them was given.
    pub alerts: Option<i64>,
    /// A finding a rule, in the order of the rules.
    pub findings: Vec<Finding>,
    /// The figures.
    pub tables: Vec<Table>,
    /// Rows with a score, of which [`Self::queue`] holds the first.
    pub queued: i64,
    /// Those of them that are changes of alert lists.
    pub queued_alerts: i64,
    /// What to look at, gravest first.
    pub queue: Vec<Item>,
    /// What the views are that the queries speak of, by their names.
    pub views: Vec<(&'static str, String)>,
}

/// Who reads, and how much.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// Whether pseudonyms of accounts are shown.
    pub accounts: bool,
    /// Rows in the queue at most that nobody has decided about.
    pub queue_max: usize,
}

/// Asks all rules and figures of the tables `searches`, `hotlists` and `agencies` of a session. What is asked of a table that is
/// not there is not asked, and said to be so.
///
/// # Errors
/// [`AuditError::Query`] names the rule or figure whose SQL the engine refuses.
pub async fn ask(context: &SessionContext, rules: &Rules, scope: Scope) -> Result<Findings, AuditError> {
    let mut given = Vec::new();
    let mut views = Vec::new();
    for of in Of::ALL {
        let exist = context.table_exist(of.table()).map_err(|error| AuditError::Query { what: of.table().to_owned(), error })?;
        if exist {
            given.push(of);
            views.push((of.view(), view(context, rules, of).await?));
        }
    }
    // Each rule alone first: an error names it.
    for rule in rules.rules.iter().filter(|rule| given.contains(&rule.of)) {
        plan(context, &named(rules, rule), &rule.query()).await?;
    }
    let mut counts = BTreeMap::new();
    let (mut queue, mut queued) = (Vec::new(), BTreeMap::new());
    for of in given.iter().copied() {
        let row_rules: Vec<(u32, &Rule)> = rules.of_rows(of).collect();
        let fired = match count_rows(context, of, &row_rules).await {
            Ok(fired) => fired,
            Err(error) => return Err(blamed(context, rules, &row_rules, error).await),
        };
        let scores = scores(&fired, &row_rules);
        queued.insert(of, scores.range(1..).map(|(_, rows)| rows).sum::<i64>());
        queue.extend(queue_of(context, of, &row_rules, &scores, scope).await?);
        counts.insert(of, fired);
    }
    // Gravest first; of equals the searches, then the order of the logs.
    queue.sort_by(|a: &Item, b| (b.score, a.of, &a.file, a.row).cmp(&(a.score, b.of, &b.file, b.row)));
    let mut open = 0;
    queue.retain(|item| {
        open += usize::from(!item.decided);
        item.decided || open <= scope.queue_max
    });
    let rows = |of: Of| counts.get(&of).map(|counts| counts.iter().map(|(_, _, rows)| rows).sum());
    let mut findings = Vec::with_capacity(rules.rules.len());
    for (bit, rule) in (0..).zip(&rules.rules) {
        findings.push(match counts.get(&rule.of) {
            None => Finding {
                rule: rule.id.clone(),
                of: rule.of,
                asked: false,
                rows: 0,
                groups: None,
                not_asked: 0,
                query: rule.query(),
                shown: Vec::new(),
            },
            Some(counts) if rule.per.is_empty() => {
                let of = |word: fn(&(i64, i64, i64)) -> i64| {
                    counts.iter().filter(|count| word(count) >> bit & 1 == 1).map(|(_, _, rows)| rows).sum()
                };
                Finding {
                    rule: rule.id.clone(),
                    of: rule.of,
                    asked: true,
                    rows: of(|(fired, _, _)| *fired),
                    groups: None,
                    not_asked: of(|(_, unknown, _)| *unknown),
                    query: rule.query(),
                    shown: Vec::new(),
                }
            }
            Some(_) => groups(context, &named(rules, rule), rule, scope).await?,
        });
    }
    let mut tables = Vec::with_capacity(rules.figures.len());
    for figure in rules.figures.iter().filter(|figure| given.contains(&figure.of)) {
        tables.push(table(context, &format!("{}, figure `{}`", rules.file, figure.id), figure).await?);
    }
    Ok(Findings {
        searches: rows(Of::Searches),
        alerts: rows(Of::Alerts),
        findings,
        tables,
        queued: queued.values().sum(),
        queued_alerts: queued.get(&Of::Alerts).copied().unwrap_or_default(),
        queue,
        views,
    })
}

/// Makes the view that rules and figures of a table speak of; its SQL.
///
/// # Errors
/// What the engine says; a zone of the rules that nobody knows.
pub async fn view(context: &SessionContext, rules: &Rules, of: Of) -> Result<String, AuditError> {
    let what = format!("the view `{}`", of.view());
    let sql = format!("SELECT arrow_cast(min(time), 'Int64'), arrow_cast(max(time), 'Int64') FROM {}", of.table());
    let (mut first, mut last) = (0, 0);
    for batch in run(context, &what, &sql).await? {
        (first, last) = (numbers(&what, &batch, 0)?.iter().sum(), numbers(&what, &batch, 1)?.iter().sum());
    }
    let zone = rules.zone();
    let offset = offset_sql(&zone, first, last).map_err(|_| AuditError::Data {
        file: rules.file.clone(),
        place: Some("parameter `zone`".to_owned()),
        expected: "a time zone of the IANA database".to_owned(),
        found: format!("`{zone}`"),
    })?;
    let view = rules.view(of, &offset);
    run(context, &what, &format!("CREATE OR REPLACE VIEW {} AS {view}", of.view())).await?;
    Ok(view)
}

/// How many rows have which score.
fn scores(fired: &[(i64, i64, i64)], rules: &[(u32, &Rule)]) -> BTreeMap<i64, i64> {
    let mut scores = BTreeMap::new();
    for (fired, _, rows) in fired {
        let weights = rules.iter().filter(|(bit, _)| fired >> bit & 1 == 1).map(|(_, rule)| i64::from(rule.weight));
        *scores.entry(weights.sum()).or_default() += rows;
    }
    scores
}

/// Whose condition cannot be answered for some row, where rules were asked together.
async fn blamed(context: &SessionContext, rules: &Rules, asked: &[(u32, &Rule)], error: AuditError) -> AuditError {
    if !matches!(&error, AuditError::Data { .. }) {
        return error;
    }
    for (_, rule) in asked {
        if let Err(error) = run(context, &named(rules, rule), &rule.query()).await {
            return error;
        }
    }
    error
}

/// Rows by the rules that found them and the rules that could not be asked of them.
async fn count_rows(context: &SessionContext, of: Of, rules: &[(u32, &Rule)]) -> Result<Vec<(i64, i64, i64)>, AuditError> {
    let sql = format!(
        "SELECT {} AS fired, {} AS unknown, count(*) AS rows FROM {view} GROUP BY 1, 2 ORDER BY 1, 2",
        sum(rules, |bit, rule| format!("CASE WHEN {} THEN {} ELSE 0 END", rule.when, 1_i64 << bit)),
        sum(rules, |bit, rule| format!("CASE WHEN ({}) IS NULL THEN {} ELSE 0 END", rule.when, 1_i64 << bit)),
        view = of.view(),
    );
    let mut counts = Vec::new();
    let what = "the count of rules";
    for batch in run(context, what, &sql).await? {
        let (fired, unknown, rows) = (numbers(what, &batch, 0)?, numbers(what, &batch, 1)?, numbers(what, &batch, 2)?);
        counts.extend(fired.into_iter().zip(unknown).zip(rows).map(|((fired, unknown), rows)| (fired, unknown, rows)));
    }
    Ok(counts)
}

/// A rule as errors name it.
fn named(rules: &Rules, rule: &Rule) -> String {
    format!("{}, rule `{}`", rules.file, rule.id)
}

async fn groups(context: &SessionContext, what: &str, rule: &Rule, scope: Scope) -> Result<Finding, AuditError> {
    let inner = rule.query();
    let all = format!("SELECT count(*) AS groups, coalesce(sum({rows}), 0) AS rows FROM ({inner})", rows = rule.of.rows());
    let (mut groups, mut rows) = (0, 0);
    for batch in run(context, what, &all).await? {
        groups += numbers(what, &batch, 0)?.iter().sum::<i64>();
        rows += numbers(what, &batch, 1)?.iter().sum::<i64>();
    }
    let any = rule.per.iter().map(|name| format!("{name} IS NULL")).collect::<Vec<_>>().join(" OR ");
    let unknown = format!("SELECT count(*) FROM {} WHERE ({}) IS NULL OR {any}", rule.of.view(), rule.when);
    let not_asked = total(what, &run(context, what, &unknown).await?)?;
    let mut shown = Vec::new();
    if scope.accounts {
        // In the order of names: never a ranking.
        let sql = format!("SELECT * FROM ({inner}) ORDER BY {} LIMIT {}", rule.per.join(", "), scope.queue_max);
        shown = cells(what, &run(context, what, &sql).await?)?;
    }
    Ok(Finding { rule: rule.id.clone(), of: rule.of, asked: true, rows, groups: Some(groups), not_asked, query: inner, shown })
}

async fn table(context: &SessionContext, what: &str, figure: &Figure) -> Result<Table, AuditError> {
    let batches = run(context, what, &figure.sql).await?;
    Ok(Table {
        figure: figure.id.clone(),
        title: figure.title.clone(),
        head: figure.head.clone(),
        rows: cells(what, &batches)?,
        query: figure.sql.clone(),
    })
}

/// The gravest rows. `scores` says how many rows have which score, so that those without a chance are not sorted.
async fn queue_of(
    context: &SessionContext,
    of: Of,
    rules: &[(u32, &Rule)],
    scores: &BTreeMap<i64, i64>,
    scope: Scope,
) -> Result<Vec<Item>, AuditError> {
    let fired = sum(rules, |bit, rule| format!("CASE WHEN {} THEN {} ELSE 0 END", rule.when, 1_i64 << bit));
    let score = sum(rules, |_, rule| format!("CASE WHEN {} THEN {} ELSE 0 END", rule.when, rule.weight));
    let view = of.view();
    let shown: Vec<&str> = shown(of).iter().copied().chain(scope.accounts.then_some("account")).collect();
    let what = "the queue";
    let some = context.table_exist(DECIDED).map_err(|error| AuditError::Query { what: what.to_owned(), error })?;
    let mut decisions = 0;
    if some {
        decisions = total(what, &run(context, what, &format!("SELECT count(*) FROM {DECIDED}")).await?)?;
    }
    // The highest score that leaves enough rows, even if all that is decided stood above it.
    let mut enough = i64::try_from(scope.queue_max).unwrap_or(i64::MAX).saturating_add(decisions);
    let mut least = 1;
    for (score, rows) in scores.range(1..).rev() {
        least = *score;
        enough = enough.saturating_sub(*rows);
        if enough <= 0 {
            break;
        }
    }
    // What is decided stays in the queue, whatever its place, and takes no place of what is open.
    let parts = if some {
        let joined = |kind: &str| format!("{view} LEFT {kind} JOIN {DECIDED} ON file = decided_file AND row = decided_row");
        vec![(false, joined("ANTI"), least, format!("LIMIT {}", scope.queue_max)), (true, joined("SEMI"), 1, String::new())]
    } else {
        vec![(false, view.to_owned(), least, format!("LIMIT {}", scope.queue_max))]
    };
    let mut queue = Vec::new();
    for (decided, from, least, limit) in parts {
        let sql = format!(
            "SELECT * FROM (SELECT {score} AS score, {fired} AS fired, file, row, {} FROM {from}) WHERE score >= {least} \
             ORDER BY score DESC, file, row {limit}",
            shown.join(", ")
        );
        for batch in run(context, what, &sql).await? {
            let (scores, fired, rows) = (numbers(what, &batch, 0)?, numbers(what, &batch, 1)?, numbers(what, &batch, 3)?);
            let texts = cells(what, std::slice::from_ref(&batch))?;
            for (((score, fired), row), text) in scores.into_iter().zip(fired).zip(rows).zip(texts) {
                let found = rules.iter().filter(|(bit, _)| fired >> bit & 1 == 1).map(|(_, rule)| rule.id.clone()).collect();
                let mut text = text.into_iter().skip(2);
                let file = text.next().unwrap_or_default();
                let known = shown.iter().zip(text.skip(1)).filter(|(_, text)| !text.is_empty());
                let shown = known.map(|(name, text)| ((*name).to_owned(), text)).collect();
                queue.push(Item { of, file, row, score, rules: found, shown, decided });
            }
        }
    }
    Ok(queue)
}

/// A sum over rules; 0 where there are none.
fn sum(rules: &[(u32, &Rule)], part: impl Fn(u32, &Rule) -> String) -> String {
    let parts: Vec<String> = rules.iter().map(|(bit, rule)| part(*bit, rule)).collect();
    if parts.is_empty() { "0".to_owned() } else { format!("({})", parts.join(" + ")) }
}

async fn plan(context: &SessionContext, what: &str, sql: &str) -> Result<(), AuditError> {
    let frame = context.sql(sql).await.map_err(|error| AuditError::Query { what: what.to_owned(), error })?;
    frame.into_optimized_plan().map_err(|error| AuditError::Query { what: what.to_owned(), error })?;
    Ok(())
}

/// The answer to a query; `what` names it in errors.
///
/// # Errors
/// What the engine says.
pub async fn run(context: &SessionContext, what: &str, sql: &str) -> Result<Vec<RecordBatch>, AuditError> {
    let error = |error| AuditError::Query { what: what.to_owned(), error };
    context.sql(sql).await.map_err(error)?.collect().await.map_err(|failed| match failed.find_root() {
        // What the engine says of a cell repeats it.
        DataFusionError::ArrowError(cause, _) if matches!(**cause, ArrowError::CastError(_) | ArrowError::ParseError(_)) => {
            AuditError::Data {
                file: what.to_owned(),
                place: None,
                expected: "SQL that every row can answer".to_owned(),
                found: "a cell that cannot be converted: TRY_CAST makes it NULL, which is not asked".to_owned(),
            }
        }
        _ => error(failed),
    })
}

/// A column of whole numbers, as counts and bits are; NULL is 0.
fn numbers(what: &str, batch: &RecordBatch, column: usize) -> Result<Vec<i64>, AuditError> {
    let error = |error: ArrowError| AuditError::Query { what: what.to_owned(), error: error.into() };
    let cast = cast(batch.column(column), &DataType::Int64).map_err(error)?;
    Ok(cast.as_primitive::<Int64Type>().iter().map(Option::unwrap_or_default).collect())
}

/// The sum of the first column.
fn total(what: &str, batches: &[RecordBatch]) -> Result<i64, AuditError> {
    let mut sum = 0;
    for batch in batches {
        sum += numbers(what, batch, 0)?.iter().sum::<i64>();
    }
    Ok(sum)
}

/// All cells as text; NULL is empty.
pub(crate) fn cells(what: &str, batches: &[RecordBatch]) -> Result<Vec<Vec<String>>, AuditError> {
    let error = |error: ArrowError| AuditError::Query { what: what.to_owned(), error: error.into() };
    let options = FormatOptions::default().with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%SZ"));
    let mut rows = Vec::new();
    for batch in batches {
        let mut columns = Vec::with_capacity(batch.num_columns());
        for column in batch.columns() {
            let plain = match column.data_type() {
                DataType::Dictionary(_, value) => cast(column, value).map_err(error)?,
                _ => column.clone(),
            };
            let formatter = ArrayFormatter::try_new(plain.as_ref(), &options).map_err(error)?;
            let texts: StringArray =
                (0..plain.len()).map(|row| if plain.is_null(row) { None } else { Some(formatter.value(row).to_string()) }).collect();
            columns.push(texts);
        }
        for row in 0..batch.num_rows() {
            rows.push(
                columns.iter().map(|column| if column.is_null(row) { String::new() } else { column.value(row).to_owned() }).collect(),
            );
        }
    }
    Ok(rows)
}
