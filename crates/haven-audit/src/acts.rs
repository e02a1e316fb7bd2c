//! Tables of acts asked again, as `masks.parquet` holds them ([`crate::decide`]): the law as a function of queries, so that any
//! engine that has the function can answer, one process or a cluster. The counts are those of [`crate::decide`].

use crate::AuditError;
use crate::findings::{cells, run};
use crate::law::{Law, Masks};
use crate::provisions::{Alike, Counted, Findings};
use datafusion::arrow::array::AsArray as _;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Date32Type, Int64Type, SchemaRef};
use datafusion::error::DataFusionError;
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use haven_law::vocabulary::ActionId;
use std::path::Path;
use std::sync::Arc;

const WHAT: &str = "the law over the acts";

/// Makes the Parquet files of a folder, or of an address that the session's engine knows, the table `acts`.
///
/// # Errors
/// What the engine says of files it cannot read.
pub async fn acts(context: &SessionContext, folder: &Path) -> Result<(), AuditError> {
    let folder = folder.to_string_lossy();
    context
        .register_parquet("acts", folder.as_ref(), ParquetReadOptions::default())
        .await
        .map_err(|error| AuditError::Query { what: format!("the acts in {folder}"), error })
}

/// Puts the law to every row of the table `acts` and counts the answers. The session must have [`Law::function`].
///
/// # Errors
/// A table that is not as `masks.parquet`, or whose answers this law does not give: it was made by another one.
pub async fn count(context: &SessionContext, law: &Arc<Law>) -> Result<Counted, AuditError> {
    let table = context.table("acts").await.map_err(refused)?;
    let schema: SchemaRef = Arc::clone(table.schema().inner());
    for name in ["action", "action_code", "day", "unit", "answer"] {
        if schema.field_with_name(name).is_err() {
            return Err(other("a column of acts, as `haven audit decide --out` writes them", format!("no `{name}`")));
        }
    }
    actions(context, law).await?;
    let (mut findings, mut others) = (Findings::new(law, 0, &[], None, &[])?, 0);
    for batch in run(context, WHAT, &query(law, &schema)).await? {
        let column = |at: usize, kind: DataType| {
            let column = batch.columns().get(at).ok_or_else(|| refused(DataFusionError::Internal("too few columns".to_owned())))?;
            cast(column, &kind).map_err(|error| refused(error.into()))
        };
        let masks = Masks::of(law, batch.columns().get(GROUPED..).unwrap_or_default())?;
        let units = column(0, DataType::Utf8)?;
        let (months, codes) = (column(1, DataType::Date32)?, column(2, DataType::Int64)?);
        let (rows, differ) = (column(3, DataType::Int64)?, column(4, DataType::Int64)?);
        let (months, codes) = (months.as_primitive::<Date32Type>(), codes.as_primitive::<Int64Type>());
        let (rows, differ) = (rows.as_primitive::<Int64Type>(), differ.as_primitive::<Int64Type>());
        for (row, unit) in units.as_string::<i32>().iter().enumerate() {
            let alike = Alike {
                unit: unit.map(str::to_owned),
                action: i32::try_from(codes.value(row)).unwrap_or(-1),
                day: months.value(row),
                record: 0,
                acts: rows.value(row).cast_unsigned(),
            };
            others += differ.value(row);
            findings.note(&masks, row, &alike);
        }
    }
    if others > 0 {
        let found = format!("{others} with another answer than this law gives: the table was made with another law");
        return Err(other("acts with the answers of this law", found));
    }
    Ok(findings.counted())
}

/// How many columns stand before those of the law.
const GROUPED: usize = 5;

/// The law called for every row, and its answers counted. A fact that has no column is unknown.
fn query(law: &Law, schema: &SchemaRef) -> String {
    let facts = law.pack().vocabulary().facts().iter().map(|fact| {
        if schema.field_with_name(&fact.name).is_ok() { format!("\"{}\"", fact.name) } else { "CAST(NULL AS BIGINT)".to_owned() }
    });
    let facts: Vec<String> = facts.collect();
    let said = law.fields().iter().map(|field| match field.data_type() {
        // As text: a dictionary is for one batch, groups are of many.
        DataType::Dictionary(..) => format!("CAST(said['{}'] AS VARCHAR)", field.name()),
        _ => format!("said['{}']", field.name()),
    });
    let said: Vec<String> = said.collect();
    // Positions of the groups: unit, month, act, then all that the law says.
    let groups: Vec<String> = (1..=3).chain(GROUPED + 1..=GROUPED + said.len()).map(|place| place.to_string()).collect();
    format!(
        "SELECT unit, CAST(date_trunc('month', day) AS DATE) AS month, action_code, count(*) AS acts, \
         sum(CASE WHEN CAST(said['answer'] AS VARCHAR) IS DISTINCT FROM was THEN 1 ELSE 0 END) AS others, {said} \
         FROM (SELECT unit, day, action_code, CAST(answer AS VARCHAR) AS was, haven_law(action_code, day, {facts}) AS said FROM acts) \
         GROUP BY {groups}",
        said = said.join(", "),
        facts = facts.join(", "),
        groups = groups.join(", "),
    )
}

/// Whether the codes of acts are those of this law's vocabulary.
async fn actions(context: &SessionContext, law: &Law) -> Result<(), AuditError> {
    let sql = "SELECT DISTINCT action, action_code FROM acts ORDER BY 2, 1";
    for row in cells(WHAT, &run(context, "the names of the acts", sql).await?)? {
        let [name, code] = row.as_slice() else { continue };
        let known = code.parse().ok().map(ActionId::from_index).and_then(|id| law.pack().vocabulary().action(id));
        if known.is_none_or(|known| known.name != *name) {
            return Err(other("acts by the vocabulary of this law", format!("the code {code} for another act")));
        }
    }
    Ok(())
}

fn refused(error: DataFusionError) -> AuditError {
    AuditError::Query { what: WHAT.to_owned(), error }
}

fn other(expected: &str, found: String) -> AuditError {
    AuditError::Data { file: "the table of acts".to_owned(), place: None, expected: expected.to_owned(), found }
}
