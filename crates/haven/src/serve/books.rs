//! The register as the public may see it: the log, the quarterly reports, the yearly page. Nothing here writes.
//!
//! No page names a case: links are not read. What the log shows is what was published by `haven ledger checkpoint`.

use super::here::{Frame, Here};
use super::pages::{missing, page};
use super::path::Path;
use crate::config::Config;
use crate::error::CliError;
use crate::node;
use crate::report::Books;
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use haven_law::pack::{Pack, Source};
use haven_ledger::layout::Resource;
use haven_register::db::DbError;
use haven_register::entry::Record;
use haven_register::register::{Filter, Register, RegisterError, Stored};
use haven_register::schema::Schema;
use haven_report::{Quarter, Report, render};
use jiff::civil::Date;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Reading the whole register takes memory and time: one does it, the others wait.
pub(super) static TURN: Semaphore = Semaphore::const_new(1);

/// How many quarters the list of reports goes back.
const QUARTERS_MAX: usize = 40;

/// The entries of a filter as they were known when a day began: what was recorded since is left out, and what was changed
/// since stands as it stood. What was erased is not there, whenever that was.
pub(super) async fn known_before(served: &Served, filter: &Filter, day: Date) -> Result<Vec<Record>, DbError> {
    // Moments begin with their day, and days sort as texts.
    let day = day.to_string();
    let is_before = |stored: &Stored| stored.record.recorded_at.get(..10).is_some_and(|recorded| recorded < day.as_str());
    let mut known = Vec::new();
    for stored in served.register.list(filter).await?.into_iter().filter(|stored| !stored.erased) {
        if is_before(&stored) {
            known.push(stored.record);
        } else if stored.record.version > 1 {
            let versions = served.register.history(&stored.record.id).await?;
            known.extend(versions.into_iter().rev().find(is_before).map(|stored| stored.record));
        }
    }
    Ok(known)
}

/// A register that is served.
pub(crate) struct Served {
    /// The register.
    pub register: Register,
    /// What it holds.
    pub schema: Arc<Schema>,
    /// The files of the law.
    pub source: Source,
    /// Whether this service may write in it: it has the log's key.
    pub writes: bool,
    notice: Option<String>,
}

impl Served {
    /// Opens the register where there is one; the page works without.
    pub(super) async fn open(source: &Source, pack: &Pack, config: &Config) -> Result<Option<Served>, CliError> {
        let schema = node::schema(source, pack)?;
        // With the log's key it is opened to be written in; without, it is only read.
        let writes = config.key.exists();
        let opened = if writes { node::open(config, &schema).await } else { node::read(config, &schema).await };
        match opened {
            Ok(register) => Ok(Some(Served { register, schema, source: source.clone(), writes, notice: config.notice.clone() })),
            Err(CliError::Absent(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads the register and builds a report, if the books are ready for it.
    async fn report(&self, until: Until, build: impl FnOnce(&Books) -> Option<Report>) -> Result<Option<Report>, CliError> {
        let _turn = TURN.acquire().await;
        let mut books = Books::read(&self.register, &self.source, &self.schema, false).await?;
        if until == Until::LastMonth {
            let mut published = 0;
            for (number, ..) in self.register.logs().await.map_err(node::failed)? {
                published += size_of(self.register.published(number).await.map_err(node::failed)?.as_deref());
            }
            books.close_at_month(published)?;
        }
        let Some(mut report) = build(&books) else { return Ok(None) };
        if let Some(notice) = &self.notice {
            report.intro.insert(0, notice.clone());
        }
        Ok(Some(report))
    }
}

/// Up to when the books are read. Who looks at a page again and again must not see single entries come.
#[derive(PartialEq, Eq)]
enum Until {
    /// Up to now.
    Now,
    /// Up to the end of last month.
    LastMonth,
}

struct Log {
    number: i64,
    origin: String,
    published: u64,
    frozen: bool,
}

#[derive(Template)]
#[template(path = "reports.html")]
struct Reports<'a> {
    frame: Frame<'a>,
    quarters: Vec<String>,
    years: Vec<i16>,
    logs: Vec<Log>,
}

/// What there is to read.
pub(super) async fn list(here: Here) -> Response {
    let Some(served) = &here.app.served else { return missing(here).await };
    match contents(&here, served).await {
        Ok(answer) => answer,
        Err(_) => failed(),
    }
}

async fn contents(here: &Here, served: &Served) -> Result<Response, CliError> {
    let _turn = TURN.acquire().await;
    let books = Books::read(&served.register, &served.source, &served.schema, false).await?;
    let (mut quarters, mut years) = (Vec::new(), Vec::new());
    let last = books.input().entries.iter().filter_map(|stored| stored.record.day()).max();
    if let (Some(first), Some(last)) = (haven_report::duties::since(&books.input()), last) {
        let mut quarter = Quarter::of(last);
        while quarter.until() > first && quarters.len() < QUARTERS_MAX {
            // A quarter has a report when it is over.
            if quarter.until() <= books.as_of {
                quarters.push(quarter.to_string());
            }
            quarter = quarter.before();
        }
        years = (first.year()..=last.year()).rev().collect();
    }
    let mut logs = Vec::new();
    for (number, origin, _, frozen) in served.register.logs().await.map_err(node::failed)? {
        let note = served.register.published(number).await.map_err(node::failed)?;
        let published = size_of(note.as_deref());
        logs.push(Log { number, origin, published, frozen });
    }
    Ok(page(StatusCode::OK, &Reports { frame: here.frame(), quarters, years, logs }))
}

/// The size in a published checkpoint; none is 0.
fn size_of(note: Option<&str>) -> u64 {
    note.and_then(|note| note.lines().nth(1)?.parse().ok()).unwrap_or_default()
}

/// The quarterly report.
pub(super) async fn quarterly(here: Here, Path(name): Path<String>) -> Response {
    let (Some(served), Ok(quarter)) = (&here.app.served, name.parse::<Quarter>()) else { return missing(here).await };
    // A quarter has a report when it is over.
    let report = |books: &Books| (quarter.until() <= books.as_of).then(|| haven_report::quarterly(&books.input(), quarter));
    match served.report(Until::Now, report).await {
        Ok(Some(report)) => document(&report),
        Ok(None) => missing(here).await,
        Err(_) => failed(),
    }
}

/// The yearly page and its files.
pub(super) async fn public(here: Here, Path(name): Path<String>) -> Response {
    let stem = name.split('.').next().unwrap_or_default();
    let year = stem.split('-').find_map(|part| part.parse::<i16>().ok().filter(|year| (2000..3000).contains(year)));
    let (Some(served), Some(year)) = (&here.app.served, year) else { return missing(here).await };
    let report = |books: &Books| (year <= books.as_of.year()).then(|| haven_report::public(&books.input(), year));
    let report = match served.report(Until::LastMonth, report).await {
        Ok(Some(report)) => report,
        Ok(None) => return missing(here).await,
        Err(_) => return failed(),
    };
    if name == year.to_string() {
        return document(&report);
    }
    if name == format!("{}.json", report.id) {
        return ([(header::CONTENT_TYPE, "application/json")], render::json(&report)).into_response();
    }
    if name == format!("{}.xlsx", report.id) {
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        return render::xlsx(&report).map_or_else(|_| failed(), |bytes| ([(header::CONTENT_TYPE, kind)], bytes).into_response());
    }
    match render::csv(&report).into_iter().find(|(file, _)| *file == name) {
        Some((_, bytes)) => ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response(),
        None => missing(here).await,
    }
}

/// The proof or the public entry behind a figure: `1-17.tlog-proof`, `1-17.entry.json`.
pub(super) async fn proof(here: Here, Path(name): Path<String>) -> Response {
    let place = name.split_once('.').and_then(|(stem, ending)| {
        let (log, index) = stem.split_once('-')?;
        Some((log.parse().ok()?, index.parse().ok()?, ending))
    });
    let (Some(served), Some((log, index, ending))) = (&here.app.served, place) else { return missing(here).await };
    match (served.register.prove_published(log, index).await, ending) {
        (Ok((_, proof)), "tlog-proof") => plain(proof.to_string().into_bytes()),
        (Ok((entry, _)), "entry.json") => ([(header::CONTENT_TYPE, "application/json")], entry).into_response(),
        (Ok(_) | Err(RegisterError::Absent { .. }), _) => missing(here).await,
        (Err(_), _) => failed(),
    }
}

/// A resource of a published log, as tlog-tiles has it.
pub(super) async fn log(here: Here, Path((number, path)): Path<(i64, String)>) -> Response {
    let (Some(served), Ok(resource)) = (&here.app.served, Resource::parse(&path)) else { return StatusCode::NOT_FOUND.into_response() };
    match served.register.resource(number, &resource).await {
        Ok(Some(bytes)) if resource == Resource::Checkpoint => plain(bytes),
        // What is full never changes, and what is partial stays true of its width.
        Ok(Some(bytes)) => {
            let headers =
                [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, bytes).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => failed(),
    }
}

fn plain(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], bytes).into_response()
}

/// A report brings its own style with it, so that it can be kept as one file.
fn document(report: &Report) -> Response {
    const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let mut response = Html(render::html(report)).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// The register cannot be read; why is said where it is kept, not here.
fn failed() -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, "The register cannot be read just now.\n").into_response()
}
