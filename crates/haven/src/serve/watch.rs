//! What those who run the service see of it: whether it lives, whether it is ready, its figures, its log.
//!
//! INVARIANT: nothing of a request is in a figure or a line of the log but its method, the template of its route, its status
//! and its time: no path, no query, no header, no body, no id, no address. What libraries would log is not let through at all.

use super::App;
use super::problem::Problem;
use crate::config::LogForm;
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use haven_law::decide::Verdict;
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};
use utoipa::{OpenApi, ToSchema};

/// The ends of the classes of time that requests are counted in, in seconds. A tenth of the first is an answer from memory.
const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
/// How often the figures are tidied while nobody reads them.
const TIDY_EVERY: Duration = Duration::from_secs(60);

/// What this room adds to the description of the API.
#[derive(OpenApi)]
#[openapi(paths(health, ready, figures))]
pub(super) struct Described;

/// The routes of this room. The figures are on an address of their own.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/healthz", get(health)).route("/readyz", get(ready))
}

/// The routes of the address that only those who run the service reach.
pub(super) fn figure_routes(handle: PrometheusHandle) -> Router {
    Router::new().route("/metrics", get(figures)).with_state(handle)
}

/// Lets lines of this program, and of no other, go to the standard error.
pub(crate) fn log(form: LogForm, level: LevelFilter) {
    let own = Targets::new().with_target("haven", level);
    let lines = match form {
        LogForm::Json => fmt::layer().json().flatten_event(true).with_target(false).with_writer(std::io::stderr).with_filter(own).boxed(),
        LogForm::Text => fmt::layer().compact().with_ansi(false).with_target(false).with_writer(std::io::stderr).with_filter(own).boxed(),
    };
    // Only the first call in a process can succeed, and there is only one.
    let _ = tracing_subscriber::registry().with(lines).try_init();
}

/// Begins to count; gives what prints the figures.
pub(super) fn count(app: &App) -> Option<PrometheusHandle> {
    let builder = PrometheusBuilder::new().set_buckets(&SECONDS).ok()?;
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).ok()?;
    metrics::describe_counter!("haven_http_requests_total", "Requests, by route, method and class of status");
    metrics::describe_histogram!("haven_http_request_seconds", "Time until an answer began, by route");
    metrics::describe_counter!("haven_answers_total", "Answers, by verdict and by where they were asked for");
    metrics::describe_counter!("haven_record_failures_total", "Answers and entries that could not be recorded");
    metrics::describe_counter!("haven_connections_refused_total", "Connections refused because their address held too many");
    metrics::describe_gauge!("haven_build_info", "Which program answers by which law");
    // So that an alarm can be set on it before the first one.
    counter!("haven_record_failures_total").increment(0);
    counter!("haven_connections_refused_total").increment(0);
    let labels = [
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("jurisdiction", app.pack.jurisdiction().to_owned()),
        ("law", app.pack.digest.clone()),
    ];
    gauge!("haven_build_info", &labels).set(1);
    Some(handle)
}

/// Keeps the figures small while nobody reads them.
pub(super) async fn tidy(handle: PrometheusHandle) {
    loop {
        tokio::time::sleep(TIDY_EVERY).await;
        handle.run_upkeep();
    }
}

/// Counts an answer; `door` is where it was asked for.
pub(crate) fn answered(verdict: Verdict, door: &'static str) {
    counter!("haven_answers_total", "verdict" => verdict.name(), "door" => door).increment(1);
}

/// Counts a connection for which its address had no place. Which address that is nobody is told.
pub(super) fn turned_away() {
    counter!("haven_connections_refused_total").increment(1);
}

/// Counts what could not be recorded, and says why. `why` is of the register's making: no text of an entry is in it.
pub(crate) fn not_recorded(why: &str) {
    counter!("haven_record_failures_total").increment(1);
    tracing::error!(why, "an entry was not recorded");
}

/// Counts a request and, at the level of debugging, says that it was there.
pub(super) async fn watched(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = name_of(request.method());
    // The template of the route, `/ask/{action}`, and never the path.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    let (status, seconds) = (response.status().as_u16(), begun.elapsed().as_secs_f64());
    let class = match status {
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    };
    counter!("haven_http_requests_total", "route" => route.clone(), "method" => method, "status" => class).increment(1);
    histogram!("haven_http_request_seconds", "route" => route.clone()).record(seconds);
    tracing::debug!(method, route, status, seconds, "request");
    response
}

/// A method by its name; a client may make up others.
fn name_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Whether the service lives, and which law it answers from.
#[derive(Serialize, ToSchema)]
struct Health<'a> {
    /// `ok`.
    status: &'static str,
    /// The jurisdiction whose law it is.
    jurisdiction: &'a str,
    /// SHA-256 of the law, as it stands in every answer.
    digest: &'a str,
}

/// Does it live?
///
/// Says that the process answers, and by which law. Nothing else is looked at.
#[utoipa::path(get, path = "/healthz", tag = "service", operation_id = "health", responses(
    (status = 200, description = "It lives", body = Health, content_type = "application/json"),
))]
pub(super) async fn health(State(app): State<Arc<App>>) -> Response {
    axum::Json(Health { status: "ok", jurisdiction: app.pack.jurisdiction(), digest: &app.pack.digest }).into_response()
}

/// What is ready.
#[derive(Serialize, ToSchema)]
struct Ready {
    /// `ready`.
    status: &'static str,
    /// `ok` or `off`, for `law`, `register`, `log` and `key`.
    checks: BTreeMap<String, String>,
}

/// Can it do what it is there for?
///
/// The law is loaded; the register can be read; its log can be written and the key is there, where this service records.
#[utoipa::path(get, path = "/readyz", tag = "service", operation_id = "ready", responses(
    (status = 200, description = "It is ready", body = Ready, content_type = "application/json"),
    (status = 503, description = "`#not-ready`: `checks` names what is not, and why", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    let checks = checks(&app).await;
    let wrong: Vec<&str> =
        checks.iter().filter(|(_, says)| !["ok", "off"].contains(&says.as_str())).map(|(name, _)| name.as_str()).collect();
    if wrong.is_empty() {
        return axum::Json(Ready { status: "ready", checks }).into_response();
    }
    let detail = format!("not ready: {}; `haven serve --check` says how to mend it", wrong.join(", "));
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", "The service is not ready", detail).with_checks(checks).into_response()
}

/// What is looked at, with `ok`, `off` where it is not wanted here, or what is wrong.
async fn checks(app: &App) -> BTreeMap<String, String> {
    let ok = || "ok".to_owned();
    let mut checks = BTreeMap::new();
    let mut set = |name: &str, says: String| checks.insert(name.to_owned(), says);
    // Without a law there is no service.
    set("law", ok());
    // Whether this service is to record: then all it takes must be there.
    let records = app.key_at_start || app.ask_without_login;
    let absent = || if records { "expected one, found none when the service started".to_owned() } else { "off".to_owned() };
    match &app.served {
        None => ["register", "log"].into_iter().for_each(|name| {
            set(name, absent());
        }),
        Some(served) => {
            // Errors of a database may name places; who asks here may be anybody.
            let register = served.register.reachable().await.map_err(|_| "expected one that can be read, found an error".to_owned());
            set("register", register.map_or_else(|wrong| wrong, |()| ok()));
            let log = match (served.writes, served.register.writable()) {
                (false, _) => absent(),
                (true, true) => ok(),
                (true, false) => "expected one that takes entries, found that an earlier write failed".to_owned(),
            };
            set("log", log);
        }
    }
    set(
        "key",
        match (records, app.key_file.exists()) {
            (_, true) => ok(),
            (true, false) => "expected the key's file, found none".to_owned(),
            (false, false) => "off".to_owned(),
        },
    );
    checks
}

/// Figures for Prometheus
///
/// On the address that `metrics_listen` names, and nowhere else. No figure and no label is about anybody.
#[utoipa::path(get, path = "/metrics", tag = "service", operation_id = "metrics", responses(
    (status = 200, description = "The figures, in the text format of Prometheus", body = String, content_type = "text/plain"),
))]
pub(super) async fn figures(State(handle): State<PrometheusHandle>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()).into_response()
}
