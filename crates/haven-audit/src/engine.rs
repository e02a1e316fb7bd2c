//! The query engine with its bounds, and the tables it is given.

use crate::AuditError;
use crate::access::{self, Agreement, Declaration, Right, Sharing};
use crate::agency::Agencies;
use crate::rules::Of;
use datafusion::arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use datafusion::common::tree_node::Transformed;
use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::{JoinType, LogicalPlan};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use jiff::civil::Date;
use std::collections::BTreeSet;
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
    /// Whether it is a fusion centre, or another go-between with users of its own.
    pub fusion: Option<bool>,
    /// The kind of agency, an id of `audit/agencies.toml`; empty where its name says none.
    pub kind: Option<String>,
    /// The model of its 287(g) agreement, empty where it has none; unknown where its name may be that of an agency with one.
    pub agreement: Option<String>,
    /// Whether a declaration is on file and in force; unknown where its name may be that of an agency with one.
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
    rows.map(|(row, agency)| {
        // A name that says nothing of a state may be anybody's.
        let read = row.right != Right::NotRead;
        Known {
            agency,
            state: row.state,
            federal: read.then_some(row.right == Right::Federal),
            fusion: read.then_some(row.right == Right::FusionCentre),
            kind: row.kind.or_else(|| read.then(String::new)),
            // Where no list was given, the name says nothing, or it fits several holders, nobody knows of an agreement.
            agreement: (agreements.is_some() && read && row.agreement_doubt.is_none())
                .then(|| row.agreement.map(|held| held.models.join("; ")).unwrap_or_default()),
            declared: match row.right {
                Right::Declaration => Some(true),
                Right::DeclarationExpired | Right::DeclarationMissing => row.declaration_doubt.is_none().then_some(false),
                _ => None,
            },
        }
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
    let context = SessionContext::new_with_config_rt(config, runtime);
    context.add_optimizer_rule(Arc::new(UnaskedAgencies));
    Ok(context)
}

/// Leaves the join with `agencies` out of a query that asks nothing of them: every agency stands in that table once, so a left
/// join neither adds nor takes a row. The engine itself cannot know that.
#[derive(Debug)]
struct UnaskedAgencies;

impl OptimizerRule for UnaskedAgencies {
    fn name(&self) -> &'static str {
        "unasked_agencies"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(&self, plan: LogicalPlan, _config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>, DataFusionError> {
        let (LogicalPlan::Projection(_) | LogicalPlan::Aggregate(_)) = &plan else { return Ok(Transformed::no(plan)) };
        let [LogicalPlan::Join(join)] = plan.inputs()[..] else { return Ok(Transformed::no(plan)) };
        let right = join.right.schema();
        let asked = plan.expressions().iter().any(|expr| expr.column_refs().into_iter().any(|column| right.has_column(column)));
        if asked || join.join_type != JoinType::Left || join.filter.is_some() || !only_agencies(&join.right) {
            return Ok(Transformed::no(plan));
        }
        let left = join.left.as_ref().clone();
        let expressions = plan.expressions();
        Ok(Transformed::yes(plan.with_new_exprs(expressions, vec![left])?))
    }
}

fn only_agencies(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::SubqueryAlias(alias) => only_agencies(&alias.input),
        LogicalPlan::Projection(projection) => only_agencies(&projection.input),
        LogicalPlan::TableScan(scan) => scan.table_name.table() == AGENCIES && scan.filters.is_empty() && scan.fetch.is_none(),
        _ => false,
    }
}

/// The table of what is known of agencies, one a row.
const AGENCIES: &str = "agencies";

/// Makes the Parquet files of a folder the table of searches, or of changes of alert lists.
///
/// # Errors
/// What the engine says of files it cannot read.
pub async fn logs(context: &SessionContext, of: Of, folder: &Path) -> Result<(), AuditError> {
    let folder = folder.to_string_lossy();
    context
        .register_parquet(of.table(), folder.as_ref(), ParquetReadOptions::default())
        .await
        .map_err(|error| AuditError::Query { what: format!("the {} in {folder}", of.rows()), error })
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
        ("kind", text(|known| known.kind.as_deref()), true),
        ("agreement", text(|known| known.agreement.as_deref()), true),
        ("declared", truth(|known| known.declared), true),
    ])
    .map_err(|cause| error(cause.into()))?;
    context.register_batch(AGENCIES, batch).map_err(error)?;
    Ok(())
}

/// The name of the table of rows that people have decided about.
pub(crate) const DECIDED: &str = "decided";

/// Makes the rows that people have decided about, by file and number, a table.
///
/// # Errors
/// What the engine says.
pub fn decided(context: &SessionContext, rows: &[(String, i64)]) -> Result<(), AuditError> {
    let error = |error| AuditError::Query { what: "the table of decisions".to_owned(), error };
    let files = Arc::new(rows.iter().map(|(file, _)| Some(file.as_str())).collect::<StringArray>()) as ArrayRef;
    let numbers = Arc::new(rows.iter().map(|(_, row)| *row).collect::<Int64Array>()) as ArrayRef;
    let batch = RecordBatch::try_from_iter_with_nullable([("decided_file", files, true), ("decided_row", numbers, true)])
        .map_err(|cause| error(cause.into()))?;
    context.register_batch(DECIDED, batch).map_err(error)?;
    Ok(())
}

/// The names of agencies in the logs that were given, each once, in order.
///
/// # Errors
/// What the engine says.
pub async fn names(context: &SessionContext) -> Result<Vec<String>, AuditError> {
    let what = "the agencies of the log";
    let mut names = BTreeSet::new();
    for of in Of::ALL {
        if context.table_exist(of.table()).map_err(|error| AuditError::Query { what: what.to_owned(), error })? {
            let sql = format!("SELECT DISTINCT agency FROM {} WHERE agency IS NOT NULL", of.table());
            let batches = crate::findings::run(context, what, &sql).await?;
            names.extend(crate::findings::cells(what, &batches)?.into_iter().flatten());
        }
    }
    Ok(names.into_iter().collect())
}
