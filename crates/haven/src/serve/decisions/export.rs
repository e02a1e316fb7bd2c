//! The decisions of a filter as files, for tables and for programs. That they were taken out is itself on record.

use super::super::here::Here;
use super::super::pages::problem;
use super::{Asked, Wanted, wanted};
use crate::error::CliError;
use crate::node;
use crate::staff;
use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use haven_register::register::Stored;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::Arc;

/// What a decision is in a file. INVARIANT: closed words, days, moments, digests, ids of entries. Nobody's id.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    at: &'a str,
    agency: &'a str,
    station: Option<&'a str>,
    incident: &'a str,
    action: Option<&'a str>,
    as_of: Option<&'a str>,
    facts: Option<&'a Value>,
    verdict: Option<&'a str>,
    basis: Option<&'a str>,
    provisions: Vec<&'a str>,
    law: Option<&'a str>,
    door: Option<&'a str>,
    known_by: Option<&'a str>,
    held: Option<&'a str>,
    log: i64,
    index: u64,
}

/// The columns of a table, as the fields of a row.
const COLUMNS: [&str; 17] = [
    "id",
    "at",
    "agency",
    "station",
    "incident",
    "action",
    "as_of",
    "facts",
    "verdict",
    "basis",
    "provisions",
    "law",
    "door",
    "known_by",
    "held",
    "log",
    "index",
];

impl<'a> Row<'a> {
    fn new(stored: &'a Stored) -> Row<'a> {
        let record = &stored.record;
        Row {
            id: &record.id,
            at: &record.at,
            agency: &record.agency,
            station: record.station.as_deref(),
            incident: &record.incident,
            action: record.text("action"),
            as_of: record.text("as_of"),
            facts: record.fields.get("facts"),
            verdict: record.text("verdict"),
            basis: record.text("basis"),
            provisions: record.texts("provisions"),
            law: record.text("law"),
            door: record.text("door"),
            known_by: record.text("known_by"),
            held: record.text("held"),
            log: stored.log,
            index: stored.index,
        }
    }

    fn cells(&self) -> [String; 17] {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        [
            self.id.to_owned(),
            self.at.to_owned(),
            self.agency.to_owned(),
            text(self.station),
            self.incident.to_owned(),
            text(self.action),
            text(self.as_of),
            self.facts.map(facts).unwrap_or_default(),
            text(self.verdict),
            text(self.basis),
            self.provisions.join(" "),
            text(self.law),
            text(self.door),
            text(self.known_by),
            text(self.held),
            self.log.to_string(),
            self.index.to_string(),
        ]
        .map(|cell| safe(&cell))
    }
}

/// Facts in a cell: `basis=detainer,consent; matter=civil`.
fn facts(facts: &Value) -> String {
    let word = |value: &Value| match value {
        Value::String(word) => word.clone(),
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    };
    let all = facts.as_object().into_iter().flatten().map(|(name, value)| format!("{name}={}", word(value)));
    all.collect::<Vec<_>>().join("; ")
}

/// A cell that no spreadsheet takes for a formula.
fn safe(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

/// A kind of file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Csv,
    Json,
}

impl Kind {
    fn first(self) -> Vec<u8> {
        match self {
            Kind::Csv => line(COLUMNS),
            Kind::Json => b"[".to_vec(),
        }
    }

    fn row(self, row: &Row<'_>, is_first: bool) -> Vec<u8> {
        match self {
            Kind::Csv => line(row.cells()),
            Kind::Json => {
                let mut bytes = if is_first { b"\n".to_vec() } else { b",\n".to_vec() };
                // Closed structures of strings and numbers always serialise.
                bytes.extend(serde_json::to_vec(row).unwrap_or_default());
                bytes
            }
        }
    }

    fn last(self) -> &'static [u8] {
        match self {
            Kind::Csv => b"",
            Kind::Json => b"\n]\n",
        }
    }

    fn header(self) -> (&'static str, &'static str) {
        match self {
            Kind::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"decisions.csv\""),
            Kind::Json => ("application/json", "attachment; filename=\"decisions.json\""),
        }
    }
}

fn line<T: AsRef<[u8]>>(cells: impl IntoIterator<Item = T>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing into memory does not fail.
    let _ = writer.write_record(cells);
    writer.into_inner().unwrap_or_default()
}

/// As a table.
pub(super) async fn csv(here: Here, asked: Asked) -> Response {
    send(here, asked, Kind::Csv).await
}

/// For programs.
pub(super) async fn json(here: Here, asked: Asked) -> Response {
    send(here, asked, Kind::Json).await
}

/// A file on its way: one day is read and sent after the other.
struct Sending {
    here: Arc<Here>,
    kind: Kind,
    wanted: Wanted,
    days: VecDeque<Date>,
    is_first: bool,
    head: Option<Vec<u8>>,
}

impl Sending {
    async fn next(mut self) -> Option<(Result<Bytes, CliError>, Sending)> {
        if let Some(head) = self.head.take() {
            return Some((Ok(head.into()), self));
        }
        let Some(day) = self.days.pop_front() else {
            // The end was sent when the last day was.
            return None;
        };
        let served = self.here.app.served.as_ref()?;
        let mut bytes = match self.wanted.of_days(served, day, day).await {
            // The file breaks off, and whoever takes it sees that.
            Err(error) => {
                self.days.clear();
                return Some((Err(error), self));
            }
            Ok(found) => {
                let mut bytes = Vec::new();
                for stored in &found {
                    bytes.extend(self.kind.row(&Row::new(stored), self.is_first));
                    self.is_first = false;
                }
                bytes
            }
        };
        if self.days.is_empty() {
            bytes.extend(self.kind.last());
        }
        Some((Ok(bytes.into()), self))
    }
}

async fn send(here: Here, asked: Asked, kind: Kind) -> Response {
    let (by, wanted) = match wanted(&here, asked) {
        Ok((_, staff, wanted)) => (staff.id.clone(), wanted),
        Err(response) => return response,
    };
    let Some(served) = here.app.served.as_ref() else { return problem(&here, StatusCode::NOT_FOUND) };
    let Ok(now) = node::now(&served.schema) else { return problem(&here, StatusCode::INTERNAL_SERVER_ERROR) };
    // Nothing is taken out that is not on record.
    if staff::record(&served.register, &by, "decisions_exported", None, &[], &now).await.is_err() {
        return problem(&here, StatusCode::INTERNAL_SERVER_ERROR);
    }
    let days = wanted.days().collect();
    let sending = Sending { here: Arc::new(here), kind, wanted, days, is_first: true, head: Some(kind.first()) };
    let (of, named) = kind.header();
    let body = Body::from_stream(stream::unfold(sending, Sending::next).fuse());
    ([(header::CONTENT_TYPE, of), (header::CONTENT_DISPOSITION, named)], body).into_response()
}
