//! The query engine with its bounds, and the tables it is given.

use crate::AuditError;
use crate::access::{self, Agreement, Declaration, Right, Sharing};
use crate::agency::Agencies;
use datafusion::arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use jiff::civil::Date;
use std::path::Path;
use std::sync::Arc;

/// What is known of an agency that stands in a log. `None` is unknown: no list was given, or the name says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The name, as the log has it.
    pub agency: String,
    /// Its state, by two letters.
    pub state: Option<String>,
    /// Whether it is an agency of the federal government.
    pub federal: Option<bool>,
    /// Whether it is a fusion centre or a task force.
    pub fusion: Option<bool>,
    /// The model of its 287(g) agreement, where it has one.
    pub agreement: Option<String>,
    /// Whether a declaration is on file and in force.
    pub declared: Option<bool>,
}

/// What is known of the agencies of a log: by their names, and by lists of agreements and of declarations.
pub fn known(
    agencies: &Agencies,
    home: &str,
    names: Vec<String>,
    (agreements, declarations): (Option<&[Agreement]>, Option<&[Declaration]>),
    day: Date,
) -> Vec<Known> {
    let list: Vec<Sharing> =
        (1..).zip(&names).map(|(row, name)| Sharing { row, name: name.clone(), ori: None, with_me: 0, sharing: 1 }).collect();
    let read = access::access(agencies, home, &list, agreements, declarations, day);
    let rows = read.rows.into_iter().zip(names);
    rows.map(|(row, agency)| Known {
        agency,
        state: row.state,
        // A name that says nothing of a state may be anybody's.
        federal: (row.right != Right::NotRead).then_some(row.right == Right::Federal),
        fusion: (row.right != Right::NotRead).then_some(row.right == Right::FusionCentre),
        agreement: row.agreement.map(|held| held.models.join("; ")),
        declared: match row.right {
            Right::Declaration => Some(true),
            Right::DeclarationExpired | Right::DeclarationMissing => Some(false),
            _ => None,
        },
    })
    .collect()
}

/// A session that uses so many cores and at most so many bytes, and spills into the temporary folder beyond.
///
/// # Errors
/// What the engine says.
pub fn session(cores: usize, memory: usize) -> Result<SessionContext, AuditError> {
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(memory)))
        .build_arc()
        .map_err(|error| AuditError::Query { what: "the query engine".to_owned(), error })?;
    // Rows come in the order of the log only where a query says so.
    let config = SessionConfig::new().with_target_partitions(cores.max(1)).with_information_schema(false);
    Ok(SessionContext::new_with_config_rt(config, runtime))
}

/// Makes the Parquet files of a folder the table `searches`.
///
/// # Errors
/// What the engine says of files it cannot read.
pub async fn searches(context: &SessionContext, folder: &Path) -> Result<(), AuditError> {
    let folder = folder.to_string_lossy();
    context
        .register_parquet("searches", folder.as_ref(), ParquetReadOptions::default())
        .await
        .map_err(|error| AuditError::Query { what: format!("the searches in {folder}"), error })
}

/// Makes what is known of agencies the table `agencies`.
///
/// # Errors
/// What the engine says.
pub fn agencies(context: &SessionContext, known: &[Known]) -> Result<(), AuditError> {
    let error = |error| AuditError::Query { what: "the table of agencies".to_owned(), error };
    let text = |of: fn(&Known) -> Option<&str>| Arc::new(known.iter().map(of).collect::<StringArray>()) as ArrayRef;
    let truth = |of: fn(&Known) -> Option<bool>| Arc::new(known.iter().map(of).collect::<BooleanArray>()) as ArrayRef;
    let batch = RecordBatch::try_from_iter_with_nullable([
        ("agency", text(|known| Some(&known.agency)), true),
        ("state", text(|known| known.state.as_deref()), true),
        ("federal", truth(|known| known.federal), true),
        ("fusion", truth(|known| known.fusion), true),
        ("agreement", text(|known| known.agreement.as_deref()), true),
        ("declared", truth(|known| known.declared), true),
    ])
    .map_err(|cause| error(cause.into()))?;
    context.register_batch("agencies", batch).map_err(error)?;
    Ok(())
}

/// The names of agencies in `searches`, each once, in order.
///
/// # Errors
/// What the engine says.
pub async fn names(context: &SessionContext) -> Result<Vec<String>, AuditError> {
    let sql = "SELECT DISTINCT agency FROM searches WHERE agency IS NOT NULL ORDER BY agency";
    let batches = crate::findings::run(context, "the agencies of the log", sql).await?;
    Ok(crate::findings::cells("the agencies of the log", &batches)?.into_iter().flatten().collect())
}
