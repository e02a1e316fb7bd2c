//! Tables that another program wrote, in all the ways it can: the same values come out as it says are in them.

use crate::proxy;
use crate::scan;
use crate::store::{Store, foreign, python};
use haven_extract::{Limits, Piece, PieceKind, extract_seeking};
use haven_lake::{Access, Lake};
use haven_scan::source::files::files;
use haven_scan::source::store::objects;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::Ordering;

fn write_tables(folder: &Path) -> Vec<Value> {
    let output = Command::new(python()).arg(foreign("tables.py")).arg(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap()
}

#[test]
fn every_value_of_a_foreign_table_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let expected = write_tables(folder.path());
    assert_eq!(expected.len(), 24);
    for (number, columns) in expected.iter().enumerate() {
        let name = format!("{number}.parquet");
        let mut pieces: Vec<Piece> = Vec::new();
        let file = Box::new(File::open(folder.path().join(&name)).unwrap());
        let outcome = extract_seeking(&name, file, &Limits::default(), &mut |piece| pieces.push(piece));
        assert_eq!(outcome.unread, [], "{name}");
        let place = |piece: &Piece| piece.place.path.clone().unwrap();
        let names: BTreeSet<String> = pieces.iter().filter(|piece| piece.kind == PieceKind::Name).map(place).collect();
        let found: BTreeMap<String, &Vec<String>> =
            pieces.iter().filter(|piece| piece.kind == PieceKind::Column).map(|piece| (place(piece), &piece.values)).collect();
        for (column, values) in columns.as_object().unwrap() {
            assert!(names.contains(column), "{name}: `{column}` is not among {names:?}");
            let values: Vec<&str> = values.as_array().into_iter().flatten().map(|value| value.as_str().unwrap()).collect();
            let read: Vec<&str> = found.get(column).into_iter().flat_map(|values| values.iter().map(String::as_str)).collect();
            // Lists of distinct values have an order of their own.
            let sorted = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<BTreeSet<String>>();
            if values.len() < 200 {
                assert_eq!(sorted(&read), sorted(&values), "{name}: `{column}`");
            }
            assert_eq!(read.len(), values.len(), "{name}: `{column}`");
        }
        assert_eq!(names.len(), 10, "{name}: {names:?}");
    }
}

/// A table far longer than what is needed of it: from a lake only that is fetched, and the same is found as in a file.
#[test]
fn of_a_long_table_only_what_is_needed_is_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.parquet");
    let script = "import random, sys, pyarrow as pa, pyarrow.parquet as pq
chance = random.Random(5)
status = [chance.choice(['USC', 'LPR', 'DACA']) for _ in range(800000)]
table = pa.table({'immigration_status': status, 'amount': [chance.random() for _ in status]})
pq.write_table(table, sys.argv[1], row_group_size=100000)";
    let output = Command::new(python()).args(["-c", script]).arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let bytes = std::fs::read(&path).unwrap();
    let mut store = Store::start();
    store.bucket("records");
    store.put("records", &["lake/long.parquet"], &bytes);
    let (address, line) = proxy::start(&store.address);
    let access = Access {
        key_id: Some("a".to_owned()),
        secret: Some("b".to_owned()),
        endpoint: Some(address),
        allow_http: true,
        ..Access::default()
    };
    let lake: Arc<dyn haven_scan::source::store::Store> = Arc::new(Lake::open("s3://records/lake", &access, Arc::default()).unwrap());
    let there = scan(|options| objects(&lake, options));
    let here = scan(|options| files(std::slice::from_ref(&path), options));
    let said = |scan: &haven_scan::Scan| {
        scan.findings.iter().map(|finding| (finding.path.clone(), finding.rule.clone(), finding.share)).collect::<Vec<_>>()
    };
    assert!(!here.findings.is_empty() && here.unread.is_empty() && there.unread.is_empty(), "{here:?} {there:?}");
    assert_eq!(said(&there), said(&here));
    let fetched = line.bytes.load(Ordering::SeqCst);
    assert!(fetched * 2 < bytes.len() as u64, "fetched {fetched} bytes of {}", bytes.len());
}
