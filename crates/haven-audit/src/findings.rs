//! Puts rules and figures to the imported searches.
//!
//! Every number is the answer to a query that stands beside it, over the views `searches`, `agencies` and `seen`: whoever has
//! the Parquet files can ask again, with this program or another.

use crate::AuditError;
use crate::rules::{Figure, Rule, Rules};
use datafusion::arrow::array::{Array, AsArray, RecordBatch, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::prelude::SessionContext;
use serde::Serialize;

/// Columns of the queue that come from a search, in this order; `account` is added for auditors.
const SHOWN: [&str; 11] =
    ["time", "agency", "state", "reason", "purpose", "immigration", "networks", "devices", "search_type", "since", "offense"];

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The rule's name.
    pub rule: String,
    /// The searches it is about.
    pub searches: i64,
    /// Groups, where it is a rule of groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<i64>,
    /// Searches it could not be asked of, since a column is not known.
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

/// A search to look at.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Item {
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
}

/// All that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Findings {
    /// Searches in all.
    pub searches: i64,
    /// A finding a rule, in the order of the rules.
    pub findings: Vec<Finding>,
    /// The figures.
    pub tables: Vec<Table>,
    /// Searches with a score, of which [`Self::queue`] holds the first.
    pub queued: i64,
    /// What to look at, gravest first.
    pub queue: Vec<Item>,
    /// What `seen` is.
    pub view: String,
}

/// Who reads, and how much.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// Whether pseudonyms of accounts are shown.
    pub accounts: bool,
    /// Searches in the queue at most.
    pub queue_max: usize,
}

/// Asks all rules and figures of the tables `searches` and `agencies` of a session.
///
/// # Errors
/// [`AuditError::Query`] names the rule or figure whose SQL the engine refuses.
pub async fn ask(context: &SessionContext, rules: &Rules, scope: Scope) -> Result<Findings, AuditError> {
    let view = rules.view();
    run(context, "the view `seen`", &format!("CREATE OR REPLACE VIEW seen AS {view}")).await?;
    // Each rule alone first: an error names it.
    for rule in &rules.rules {
        plan(context, &rule.id, &rule.query()).await?;
    }
    let row_rules: Vec<(u32, &Rule)> = rules.of_rows().collect();
    let counts = count_rows(context, &row_rules).await?;
    let searches = counts.iter().map(|(_, _, rows)| rows).sum();
    let mut findings = Vec::with_capacity(rules.rules.len());
    for (bit, rule) in (0..).zip(&rules.rules) {
        findings.push(if rule.per.is_empty() {
            let of = |word: fn(&(i64, i64, i64)) -> i64| {
                counts.iter().filter(|count| word(count) >> bit & 1 == 1).map(|(_, _, rows)| rows).sum()
            };
            Finding {
                rule: rule.id.clone(),
                searches: of(|(fired, _, _)| *fired),
                groups: None,
                not_asked: of(|(_, unknown, _)| *unknown),
                query: rule.query(),
                shown: Vec::new(),
            }
        } else {
            groups(context, rule, scope).await?
        });
    }
    let mut tables = Vec::with_capacity(rules.figures.len());
    for figure in &rules.figures {
        tables.push(table(context, figure).await?);
    }
    let (queued, queue) = queue(context, &row_rules, scope).await?;
    Ok(Findings { searches, findings, tables, queued, queue, view })
}

/// Rows by the rules that found them and the rules that could not be asked of them.
async fn count_rows(context: &SessionContext, rules: &[(u32, &Rule)]) -> Result<Vec<(i64, i64, i64)>, AuditError> {
    let sql = format!(
        "SELECT {} AS fired, {} AS unknown, count(*) AS rows FROM seen GROUP BY 1, 2 ORDER BY 1, 2",
        sum(rules, |bit, rule| format!("CASE WHEN {} THEN {} ELSE 0 END", rule.when, 1_i64 << bit)),
        sum(rules, |bit, rule| format!("CASE WHEN ({}) IS NULL THEN {} ELSE 0 END", rule.when, 1_i64 << bit)),
    );
    let mut counts = Vec::new();
    let what = "the count of rules";
    for batch in run(context, what, &sql).await? {
        let (fired, unknown, rows) = (numbers(what, &batch, 0)?, numbers(what, &batch, 1)?, numbers(what, &batch, 2)?);
        counts.extend(fired.into_iter().zip(unknown).zip(rows).map(|((fired, unknown), rows)| (fired, unknown, rows)));
    }
    Ok(counts)
}

async fn groups(context: &SessionContext, rule: &Rule, scope: Scope) -> Result<Finding, AuditError> {
    let inner = rule.query();
    let all = format!("SELECT count(*) AS groups, coalesce(sum(searches), 0) AS searches FROM ({inner})");
    let (mut groups, mut searches) = (0, 0);
    for batch in run(context, &rule.id, &all).await? {
        groups += numbers(&rule.id, &batch, 0)?.iter().sum::<i64>();
        searches += numbers(&rule.id, &batch, 1)?.iter().sum::<i64>();
    }
    let any = rule.per.iter().map(|name| format!("{name} IS NULL")).collect::<Vec<_>>().join(" OR ");
    let unknown = format!("SELECT count(*) FROM seen WHERE ({}) IS NULL OR {any}", rule.when);
    let not_asked = total(&rule.id, &run(context, &rule.id, &unknown).await?)?;
    let mut shown = Vec::new();
    if scope.accounts {
        // In the order of names: never a ranking.
        let sql = format!("SELECT * FROM ({inner}) ORDER BY {} LIMIT {}", rule.per.join(", "), scope.queue_max);
        shown = cells(&rule.id, &run(context, &rule.id, &sql).await?)?;
    }
    Ok(Finding { rule: rule.id.clone(), searches, groups: Some(groups), not_asked, query: inner, shown })
}

async fn table(context: &SessionContext, figure: &Figure) -> Result<Table, AuditError> {
    let batches = run(context, &figure.id, &figure.sql).await?;
    Ok(Table {
        figure: figure.id.clone(),
        title: figure.title.clone(),
        head: figure.head.clone(),
        rows: cells(&figure.id, &batches)?,
        query: figure.sql.clone(),
    })
}

async fn queue(context: &SessionContext, rules: &[(u32, &Rule)], scope: Scope) -> Result<(i64, Vec<Item>), AuditError> {
    let fired = sum(rules, |bit, rule| format!("CASE WHEN {} THEN {} ELSE 0 END", rule.when, 1_i64 << bit));
    let score = sum(rules, |_, rule| format!("CASE WHEN {} THEN {} ELSE 0 END", rule.when, rule.weight));
    let shown: Vec<&str> = SHOWN.into_iter().chain(scope.accounts.then_some("account")).collect();
    let what = "the queue";
    let all = format!("SELECT count(*) FROM (SELECT {score} AS score FROM seen) WHERE score > 0");
    let queued = total(what, &run(context, what, &all).await?)?;
    let sql = format!(
        "SELECT * FROM (SELECT {score} AS score, {fired} AS fired, file, row, {} FROM seen) WHERE score > 0 \
         ORDER BY score DESC, file, row LIMIT {}",
        shown.join(", "),
        scope.queue_max
    );
    let mut queue = Vec::new();
    for batch in run(context, what, &sql).await? {
        let (scores, fired, rows) = (numbers(what, &batch, 0)?, numbers(what, &batch, 1)?, numbers(what, &batch, 3)?);
        let texts = cells(what, std::slice::from_ref(&batch))?;
        for (((score, fired), row), text) in scores.into_iter().zip(fired).zip(rows).zip(texts) {
            let found = rules.iter().filter(|(bit, _)| fired >> bit & 1 == 1).map(|(_, rule)| rule.id.clone()).collect();
            let mut text = text.into_iter().skip(2);
            let file = text.next().unwrap_or_default();
            let known = shown.iter().zip(text.skip(1)).filter(|(_, text)| !text.is_empty());
            queue.push(Item { file, row, score, rules: found, shown: known.map(|(name, text)| ((*name).to_owned(), text)).collect() });
        }
    }
    Ok((queued, queue))
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
    context.sql(sql).await.map_err(error)?.collect().await.map_err(error)
}

/// A column of whole numbers, as counts and bits are; NULL is 0.
fn numbers(what: &str, batch: &RecordBatch, column: usize) -> Result<Vec<i64>, AuditError> {
    let error = |error: datafusion::arrow::error::ArrowError| AuditError::Query { what: what.to_owned(), error: error.into() };
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
    let error = |error: datafusion::arrow::error::ArrowError| AuditError::Query { what: what.to_owned(), error: error.into() };
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
