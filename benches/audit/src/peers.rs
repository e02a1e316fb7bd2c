//! Peers in Python, in a process of their own, asked a line at a time.

use crate::acts::Log;
use datafusion::logical_expr::{Expr, Operator};
use datafusion::scalar::ScalarValue;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub struct Peers {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    pub versions: Value,
}

impl Peers {
    pub fn start(python: &str, script: &str, masks: &Path) -> Peers {
        let mut command = Command::new(python);
        command.arg(script).arg(masks).stdin(Stdio::piped()).stdout(Stdio::piped());
        for threads in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
            command.env(threads, "1");
        }
        let mut child = command.spawn().expect("python with duckdb, pandas and pyarrow");
        let (to, from) = (child.stdin.take().expect("its input"), BufReader::new(child.stdout.take().expect("its output")));
        let mut peers = Peers { child, to, from, versions: Value::Null };
        peers.versions = peers.line();
        peers
    }

    /// Seconds, and the digest of the answer.
    pub fn ask(&mut self, peer: &str, log: &Log) -> (f64, String) {
        writeln!(self.to, "{peer} {}", log.path.display()).expect("a peer that listens");
        let answer = self.line();
        (answer["seconds"].as_f64().expect("seconds"), answer["digest"].as_str().expect("a digest").to_owned())
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.from.read_line(&mut line).expect("a peer that answers");
        serde_json::from_str(&line).expect("an answer of the peer: see what it wrote above")
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// An expression as lists: `["column", name]`, `["number" | "day" | "truth", value]`, `["not" | "unknown", a]`,
/// `["case", base or null, [[when, then], …], otherwise]`, else `[operator of SQL, a, b]`.
pub fn tree(expr: &Expr) -> Value {
    match expr {
        Expr::Column(column) => json!(["column", column.name]),
        Expr::Literal(ScalarValue::Int64(Some(value)), _) => json!(["number", value]),
        Expr::Literal(ScalarValue::Int32(Some(value)), _) => json!(["number", value]),
        Expr::Literal(ScalarValue::Date32(Some(value)), _) => json!(["day", value]),
        Expr::Literal(ScalarValue::Boolean(Some(value)), _) => json!(["truth", value]),
        Expr::Not(inner) => json!(["not", tree(inner)]),
        Expr::IsNull(inner) => json!(["unknown", tree(inner)]),
        Expr::Case(case) => {
            let branches: Vec<Value> = case.when_then_expr.iter().map(|(when, then)| json!([tree(when), tree(then)])).collect();
            let otherwise = case.else_expr.as_ref().expect("a mask says what it is otherwise");
            json!(["case", case.expr.as_ref().map(|base| tree(base)), branches, tree(otherwise)])
        }
        Expr::BinaryExpr(binary) => {
            let operator = match binary.op {
                Operator::BitwiseAnd => "&",
                Operator::BitwiseOr => "|",
                Operator::And => "AND",
                Operator::Or => "OR",
                Operator::Eq => "=",
                Operator::NotEq => "<>",
                Operator::Lt => "<",
                Operator::LtEq => "<=",
                Operator::Gt => ">",
                Operator::GtEq => ">=",
                other => panic!("no peer knows {other}"),
            };
            json!([operator, tree(&binary.left), tree(&binary.right)])
        }
        other => panic!("no peer knows {other}"),
    }
}
