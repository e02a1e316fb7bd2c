//! The audit benchmark: the law over a log in Parquet, by Haven's function, by the same masks as expressions, and by peers on
//! the same rows. One thread each, rounds interleaved, seconds of processor time.
//!
//! Contenders must first agree, on a smaller log, on how many rows have which masks. Run it through `run.sh`.

mod acts;
mod cedar;
mod peers;

use acts::Log;
use datafusion::arrow::array::AsArray as _;
use datafusion::arrow::datatypes::Int64Type;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::{DataFrame, ParquetReadOptions, SessionConfig, SessionContext, ident};
use haven_audit::law::Law;
use haven_audit::predicate::Mask;
use haven_law::pack::{Pack, Source};
use haven_law::vocabulary::ActionId;
use peers::Peers;
use rustix::time::{ClockId, clock_gettime};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Rows of the smaller log, on which all must agree and which the slow peers are timed on.
const FEW: usize = 1_000_000;
/// Rows that Cedar is asked about.
const CEDAR: usize = 50_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given: BTreeMap<&str, &str> = arguments.chunks_exact(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
    let text = |name: &str| *given.get(name).unwrap_or_else(|| panic!("{name} is missing: use run.sh"));
    let number = |name: &str| text(name).parse::<usize>().unwrap_or_else(|_| panic!("{name}: expected a number"));
    let scratch = Path::new(text("--scratch"));

    let law = Arc::new(Law::new(Arc::new(pack(Path::new(text("--law"))))));
    let masks = masks(&law);
    let trees: serde_json::Map<_, _> = masks.iter().map(|(name, expr)| (name.clone(), peers::tree(expr))).collect();
    let file = scratch.join("masks.json");
    std::fs::write(&file, serde_json::Value::Object(trees).to_string()).expect("the scratch folder");
    let (all, few) = (Log::made(law.pack(), scratch, number("--rows")), Log::made(law.pack(), scratch, FEW));
    let mut peers = Peers::start(text("--python"), text("--peer"), &file);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().expect("a runtime");
    let function = |log: &Log| runtime.block_on(by_function(&law, &masks, log));
    let expressions = |log: &Log| runtime.block_on(by_expressions(&masks, log));

    let expected = digest(function(&few));
    assert_eq!(digest(expressions(&few)), expected, "expressions disagree with the function");
    for peer in ["duckdb", "pandas"] {
        assert_eq!(peers.ask(peer, &few).1, expected, "{peer} disagrees with the function");
    }
    let cedar = cedar::Cedar::new(law.pack());
    let requests = acts::requests(law.pack(), CEDAR);
    cedar.agrees(&requests);
    eprintln!("all agree; {} rounds", number("--rounds"));

    let mut seen: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for _ in 0..number("--rounds") {
        let mut put = |name: &'static str, rows: usize, seconds: f64| seen.entry(name).or_default().push(rows as f64 / seconds / 1e6);
        put("function", all.rows, timed(|| drop(function(&all))));
        put("duckdb", all.rows, peers.ask("duckdb", &all).0);
        put("expressions", all.rows, timed(|| drop(expressions(&all))));
        put("pandas", few.rows, peers.ask("pandas", &few).0);
        put("cedar", requests.len(), timed(|| cedar.answer(&requests)));
        put(
            "evaluator",
            requests.len(),
            timed(|| requests.iter().for_each(|request| _ = std::hint::black_box(law.pack().verdict(request)))),
        );
    }
    let median = |name: &str| {
        let mut values = seen.get(name).cloned().unwrap_or_default();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    println!("## The law over a log\n");
    println!(
        "{} million rows of made-up acts, {} columns, Parquet (zstd), {} MB: which clauses prohibit and which are undetermined, by layer, \
         and how many rows have each combination. Haven's function answers more in the same pass (what applies, what is excepted, \
         which facts are missing, the verdict), the others those masks alone. Million rows a second of one core, median of {} rounds; \
         pandas on {} million rows, Cedar and the evaluator on {} thousand requests in memory.\n",
        all.rows / 1_000_000,
        law.pack().vocabulary().facts().len() + 2,
        all.bytes / 1_000_000,
        number("--rounds"),
        FEW / 1_000_000,
        CEDAR / 1_000
    );
    println!("| | M rows/s | × DuckDB |\n|---|--:|--:|");
    for (name, label) in [
        ("function", "Haven, its function in DataFusion".to_owned()),
        ("expressions", "Haven, the masks as DataFusion expressions".to_owned()),
        ("duckdb", format!("DuckDB {}, the same expressions as SQL", peers.versions["duckdb"].as_str().unwrap_or("?"))),
        ("pandas", format!("pandas {}, the same over numpy", peers.versions["pandas"].as_str().unwrap_or("?"))),
        ("evaluator", "Haven's evaluator, a request at a time".to_owned()),
        ("cedar", "Cedar, a request at a time, clauses of the act and day".to_owned()),
    ] {
        println!("| {label} | {:.3} | {:.3} |", median(name), median(name) / median("duckdb"));
    }
}

/// The law of a folder.
fn pack(folder: &Path) -> Pack {
    fn walk(folder: &Path, root: &Path, files: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).expect("the law") {
            let path = entry.expect("the law").path();
            if path.is_dir() {
                walk(&path, root, files);
            } else {
                let name = path.strip_prefix(root).expect("a path below").to_string_lossy().into_owned();
                files.push((name, std::fs::read_to_string(&path).expect("a file of the law")));
            }
        }
    }
    let mut files = Vec::new();
    walk(folder, folder, &mut files);
    Pack::load(&Source::new(files), "us/il/chicago").unwrap_or_else(|errors| panic!("the law does not load: {errors:?}"))
}

/// Every word of the two masks that can be written as expressions, with the name of its column in the function's answer.
fn masks(law: &Law) -> Vec<(String, Expr)> {
    let every: Vec<ActionId> = law.pack().vocabulary().action_ids().map(|(id, _)| id).collect();
    let mut masks = Vec::new();
    for (at, columns) in law.layers().iter().enumerate() {
        for (mask, name) in [(Mask::Prohibited, "prohibited"), (Mask::Undetermined, "undetermined")] {
            for word in 0..columns.words() {
                let suffix = if word == 0 { String::new() } else { format!("_{}", word + 1) };
                let expr = law.expression(mask, at, word, &every).expect("a law without arithmetic");
                masks.push((format!("{}_{name}{suffix}", columns.layer.name()), expr));
            }
        }
    }
    masks
}

async fn table(log: &Log) -> DataFrame {
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    context.read_parquet(log.path.to_string_lossy().as_ref(), ParquetReadOptions::default()).await.expect("the log")
}

async fn by_function(law: &Arc<Law>, masks: &[(String, Expr)], log: &Log) -> Vec<Vec<i64>> {
    let mut arguments = vec![ident("action_code"), ident("day")];
    arguments.extend(law.pack().vocabulary().facts().iter().map(|fact| ident(&fact.name)));
    let answered = table(log).await.select(vec![law.function().call(arguments).alias("law")]).expect("the function");
    let field = |name: &String| datafusion::functions::core::expr_fn::get_field(ident("law"), name.as_str()).alias(name);
    counted(answered.select(masks.iter().map(|(name, _)| field(name)).collect::<Vec<_>>()).expect("its columns"), masks).await
}

async fn by_expressions(masks: &[(String, Expr)], log: &Log) -> Vec<Vec<i64>> {
    let chosen: Vec<Expr> = masks.iter().map(|(name, expr)| expr.clone().alias(name)).collect();
    counted(table(log).await.select(chosen).expect("the expressions"), masks).await
}

/// How many rows have which masks: the masks and, last, the number.
async fn counted(frame: DataFrame, masks: &[(String, Expr)]) -> Vec<Vec<i64>> {
    let names = masks.iter().map(|(name, _)| ident(name)).collect();
    let groups = frame.aggregate(names, vec![count(lit(1)).alias("rows")]).expect("the groups").collect().await.expect("the answer");
    let rows = groups.iter().flat_map(|batch| {
        (0..batch.num_rows()).map(|row| batch.columns().iter().map(|column| column.as_primitive::<Int64Type>().value(row)).collect())
    });
    rows.collect()
}

/// As `digest` of `peer.py`.
fn digest(mut groups: Vec<Vec<i64>>) -> String {
    groups.sort();
    let mut hashed = Sha256::new();
    for group in groups {
        hashed.update(group.iter().map(ToString::to_string).collect::<Vec<_>>().join(",") + "\n");
    }
    hashed.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Seconds of processor time of this process, all threads.
fn timed(work: impl FnOnce()) -> f64 {
    let now = || {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    let started = now();
    work();
    now() - started
}
