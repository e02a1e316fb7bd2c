//! A record that a device made without a network.
//!
//! It says what somebody WAS TOLD, under the law that the device had: that is what protects them, so it is recorded also
//! where this law now says otherwise. The same record is sent again until it is acknowledged, and is recorded once.

use crate::ask::record::pairs_of;
use crate::node;
use crate::serve::App;
use crate::serve::books::Served;
use crate::serve::here::Here;
use crate::serve::problem::Problem;
use crate::serve::record::{first_of, receipt_of};
use crate::serve::who::Who;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use haven_law::decide::{Basis, Verdict};
use haven_law::request::{Request, Scope};
use haven_register::entry::{Draft, Pairs, SECONDS_MAX};
use haven_register::moment::Moment;
use haven_register::register::Stored;
use haven_register::writer::{Receipt, WriteError};
use jiff::civil::Date;
use jiff::{Timestamp, ZonedDateTime};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{OpenApi, ToSchema};

/// How far a device's clock may be off before it is corrected, in seconds; so much a slow network may take, too.
const OFF_SECONDS_MAX: i64 = 60;
/// After how many seconds a device should try again.
const AGAIN_SECONDS: &str = "30";

/// A record as a device sends it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Record)]
struct Posted {
    /// The device, and the number of the record on it.
    id: String,
    device_seq: u64,
    /// When it was asked, by the device's clock.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// When it is sent, by the same clock: so it is known how far that clock is off.
    #[schema(value_type = String, format = DateTime)]
    sent_at: Timestamp,
    #[serde(default)]
    station: Option<String>,
    request: Asked,
    told: Told,
}

/// What was asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecordAsked)]
struct Asked {
    as_of: String,
    action: String,
    agency: String,
    #[schema(value_type = Object)]
    facts: Map<String, Value>,
}

/// What was told.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecordTold)]
struct Told {
    verdict: Verdict,
    basis: Option<Basis>,
    law: String,
}

/// Why a record is not taken: the status, and what is said. Nothing of it repeats what was sent.
#[derive(Clone)]
struct Refused(StatusCode, &'static str, String);

/// The description of this door.
#[derive(OpenApi)]
#[openapi(paths(record))]
pub(crate) struct Described;

/// What a device is told of a record that was taken.
#[derive(Serialize, ToSchema)]
struct Acknowledged {
    /// The id under which it was sent.
    id: String,
    /// Its number in the register.
    record: String,
    /// The log, and the place of its entry there.
    log: i64,
    index: u64,
    /// When it was asked, by the clock of this server.
    at: String,
    /// Whether this law gives another verdict although it is the law that the device had.
    differs: bool,
}

/// Records what a device answered without a network; the same record again is acknowledged again and recorded once.
#[utoipa::path(
    post,
    path = "/api/v1/records",
    tag = "ask",
    operation_id = "record",
    params(("Idempotency-Key" = Option<String>, Header, description = "The id of the record, once more")),
    request_body(content(
        (Posted = "application/json", examples(
            ("told" = (summary = "What a device told an officer at seven minutes past two", value = json!({
                "id": "D0123456789ABCDEF-1", "device_seq": 1, "at": "2026-03-01T20:07:00Z", "sent_at": "2026-03-01T20:31:00Z", "station": "012",
                "request": {"as_of": "2026-03-01", "action": "set_perimeter", "agency": "CPD", "facts": {"matter": "civil", "requester": "dhs", "purpose": "assist_operation"}},
                "told": {"verdict": "prohibited", "basis": null, "law": "0000000000000000000000000000000000000000000000000000000000000000"}}))),
        )),
    )),
    responses(
        (status = 200, description = "It was recorded before", body = Acknowledged, content_type = "application/json"),
        (status = 201, description = "It is recorded", body = Acknowledged, content_type = "application/json"),
        (status = 400, description = "It is no record", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in; it is to be kept until somebody is", body = Problem, content_type = "application/problem+json", examples(
            ("told" = (summary = "Where nobody is signed in", value = json!({
                "type": "about:blank", "title": "Nobody is signed in", "status": 401, "detail": "sign in on this device; its records wait until then"}))),
        )),
        (status = 403, description = "It was sent from another site", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The id stands for another record", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "It is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Its content type is another", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "It says what this law does not have", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "It cannot be recorded just now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn record(here: Here, headers: HeaderMap, body: Result<axum::body::Bytes, BytesRejection>) -> Response {
    match take(&here, &headers, body).await {
        Ok((status, receipt)) => (status, axum::Json(receipt)).into_response(),
        Err(refused) => refused.into_response(),
    }
}

async fn take(
    here: &Here,
    headers: &HeaderMap,
    body: Result<axum::body::Bytes, BytesRejection>,
) -> Result<(StatusCode, Acknowledged), Refused> {
    let refuse = |status, title, detail: &str| Err(Refused(status, title, detail.to_owned()));
    if !own(headers) {
        return refuse(StatusCode::FORBIDDEN, "Sent from elsewhere", "expected a request of the app on this server");
    }
    if headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).and_then(|kind| kind.split(';').next()) != Some(JSON) {
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Another form", "expected the content type application/json");
    }
    if here.who.door().is_none() {
        return refuse(StatusCode::UNAUTHORIZED, "Nobody is signed in", "sign in on this device; its records wait until then");
    }
    let Some(served) = here.app.served.as_ref().filter(|served| served.writes) else {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "No register", "this service keeps no register");
    };
    let body = body.map_err(|rejection| Refused(rejection.status(), "The record is too long", "expected a shorter one".to_owned()))?;
    let posted: Posted = serde_json::from_slice(&body)
        .map_err(|error| Refused(StatusCode::BAD_REQUEST, "Not a record", format!("line {}, column {}", error.line(), error.column())))?;
    let Some(device) = device_of(&posted) else {
        return refuse(StatusCode::BAD_REQUEST, "Not a record", "expected an id of the device and its number");
    };
    if headers.get("idempotency-key").is_some_and(|key| key.as_bytes() != posted.id.as_bytes()) {
        return refuse(StatusCode::BAD_REQUEST, "Two ids", "expected the id of the record as the idempotency key");
    }
    let now = node::now(&served.schema).map_err(|_| later("the clock of this server cannot be read"))?;
    let station = posted.station.clone().or_else(|| station(here));
    let read = read(&here.app, &posted);
    let differs = read.as_ref().is_ok_and(|read| read.differs);
    let record = Record { served, posted: &posted, now, station, by: device };
    let (receipt, at) = record.keep(read.as_ref().map_err(Refused::clone)).await?;
    if differs {
        // Of the record only that it is one: what was asked stands in no log.
        tracing::warn!("a device told another verdict than this law gives, under the same law");
    }
    let status = if receipt.known { StatusCode::OK } else { StatusCode::CREATED };
    let acknowledged = Acknowledged { id: posted.id, record: receipt.id, log: receipt.log, index: receipt.index, at, differs };
    Ok((status, acknowledged))
}

const JSON: &str = "application/json";

/// Whether the app on this server sent it, or no browser at all: browsers say where a request comes from.
fn own(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == text("host"),
        (None, None) => true,
    }
}

/// The station of whoever is signed in, where the device names none.
fn station(here: &Here) -> Option<String> {
    match &here.who {
        Who::Staff(staff) => staff.station.clone(),
        Who::Device | Who::Anyone => None,
    }
}

/// The device's part of a record's id: `D`, sixteen hexadecimal digits; then `-` and the number of the record.
fn device_of(posted: &Posted) -> Option<String> {
    let (device, number) = posted.id.split_once('-')?;
    let digits = device.strip_prefix('D')?;
    let fits = digits.len() == 16 && digits.bytes().all(|digit| digit.is_ascii_digit() || matches!(digit, b'A'..=b'F'));
    (fits && number == posted.device_seq.to_string()).then(|| device.to_owned())
}

/// A record on its way into the register.
struct Record<'a> {
    served: &'a Served,
    posted: &'a Posted,
    now: ZonedDateTime,
    station: Option<String>,
    /// The device: who holds it when it is sent need not be who asked.
    by: String,
}

impl Record<'_> {
    /// Records it, or finds it recorded: where, and the moment of it.
    async fn keep(&self, read: Result<&Read, Refused>) -> Result<(Receipt, String), Refused> {
        if let Some(known) = self.known(read.as_ref().ok().copied()).await? {
            return Ok(known);
        }
        let read = read?;
        let draft = self.draft(read)?;
        let at = draft.at.to_string();
        match self.served.register.add(draft, &self.now).await {
            Ok(receipt) => Ok((receipt, at)),
            // Another node was quicker with the same record, or the id stands for something else.
            Err(WriteError::Refused(error)) if error.field == "external_id" => self.known(Some(read)).await?.ok_or_else(other),
            Err(WriteError::Refused(error)) => Err(unreadable(&error.field)),
            Err(_) => Err(later("it could not be recorded just now")),
        }
    }

    /// The first record under this id, if there is one; that it says something else is refused.
    async fn known(&self, read: Option<&Read>) -> Result<Option<(Receipt, String)>, Refused> {
        let found = first_of(&self.served.register, &self.posted.id).await;
        let Some(first) = found.map_err(|_| later("the register cannot be read just now"))? else { return Ok(None) };
        if !first.erased && !self.says(&first, read) {
            return Err(other());
        }
        Ok(Some((receipt_of(&first), first.record.at)))
    }

    /// Whether a record says what this one does. What this server added is left out: it may have added something else since,
    /// under another law and by another clock.
    fn says(&self, first: &Stored, read: Option<&Read>) -> bool {
        let (record, posted) = (&first.record, self.posted);
        let at = record.moment("at", self.served.register.zone()).and_then(|at| at.instant());
        let off = at.map(|at| off_by(posted.at.as_second(), at));
        let basis = serde_json::to_value(posted.told.basis).unwrap_or_default();
        let facts = read.and_then(|read| serde_json::from_str(read.pairs.get("facts")?).ok());
        record.kind == "decision"
            && off == Some(record.number("clock_off").unwrap_or_default())
            && record.text("action") == Some(&posted.request.action)
            && record.text("as_of") == Some(&posted.request.as_of)
            && record.text("verdict") == Some(posted.told.verdict.name())
            && record.text("basis") == basis.as_str()
            && record.text("law") == Some(&posted.told.law)
            && record.station == self.station
            && record.fields.get("facts") == Some(&facts.unwrap_or_else(|| Value::Object(posted.request.facts.clone())))
    }

    fn draft(&self, read: &Read) -> Result<Draft, Refused> {
        let (at, off) = corrected(self.posted, &self.now, self.served.schema.earliest());
        let mut pairs = read.pairs.clone();
        let mut set = |name: &str, text: String| pairs.insert(name.to_owned(), text);
        set("by", self.by.clone());
        set("door", "offline".to_owned());
        set("external_id", self.posted.id.clone());
        set("at", Moment::at(&at).to_string());
        if off != 0 {
            set("clock_off", off.to_string());
        }
        if let Some(station) = &self.station {
            set("station", station.clone());
        }
        let drafted = Draft::read(&self.served.schema, self.served.register.zone(), &pairs, &Moment::at(&self.now));
        drafted.map_err(|errors| unreadable(errors.first().map_or("request", |error| error.field.as_str())))
    }
}

/// What was told, in the words of the register; and whether this law gives another verdict although it is the same law.
struct Read {
    pairs: Pairs,
    differs: bool,
}

fn read(app: &App, posted: &Posted) -> Result<Read, Refused> {
    let asked = &posted.request;
    let text = json!({ "as_of": asked.as_of, "action": asked.action, "agency": asked.agency, "facts": asked.facts }).to_string();
    let request = Request::parse(&text, &app.pack, &Scope::default()).map_err(|error| unreadable(&error.field))?;
    let decision = app.pack.decide(&request);
    let same_law = posted.told.law == decision.law.digest;
    let same = decision.verdict == posted.told.verdict && decision.basis == posted.told.basis;
    let mut pairs = pairs_of(&app.pack, &request, &decision, &Moment::on(request.as_of));
    pairs.insert("verdict".to_owned(), posted.told.verdict.name().to_owned());
    pairs.insert("law".to_owned(), posted.told.law.clone());
    // What was told is recorded as it was told; whether it holds stands beside it, for whoever relies on it.
    let held = match (same_law, same) {
        (true, true) => "same",
        (true, false) => "differs",
        (false, _) => "other_law",
    };
    pairs.insert("held".to_owned(), held.to_owned());
    match serde_json::to_value(posted.told.basis) {
        Ok(Value::String(basis)) => pairs.insert("basis".to_owned(), basis),
        _ => pairs.remove("basis"),
    };
    if !(same_law && same) {
        // Which provisions decided there is not known here.
        pairs.remove("provisions");
    }
    Ok(Read { pairs, differs: same_law && !same })
}

/// When it was asked by this server's clock, and by how many seconds the device's clock was off.
///
/// The device's clock is off by what it said when sending. Where the result is no possible moment, because that clock was set
/// in between, the moment of recording stands: a record is never lost to a clock.
fn corrected(posted: &Posted, now: &ZonedDateTime, earliest: Option<Date>) -> (ZonedDateTime, i64) {
    let off = posted.sent_at.as_second() - now.timestamp().as_second();
    let off = if off.abs() > OFF_SECONDS_MAX { off } else { 0 };
    let at = posted.at.as_second();
    let latest = now.timestamp().as_second() + OFF_SECONDS_MAX;
    let possible =
        |moment: &ZonedDateTime| moment.timestamp().as_second() <= latest && earliest.is_none_or(|earliest| moment.date() >= earliest);
    let moment = Timestamp::from_second(at.saturating_sub(off)).map(|moment| moment.to_zoned_datetime(now.time_zone().clone()));
    let moment = moment.ok().filter(possible).unwrap_or_else(|| now.clone());
    let off = off_by(at, moment.timestamp().as_second());
    (moment, off)
}

/// By how many seconds the device's clock was off, as far as the register holds it.
fn off_by(device: i64, moment: i64) -> i64 {
    device.saturating_sub(moment).clamp(-SECONDS_MAX, SECONDS_MAX)
}

fn unreadable(field: &str) -> Refused {
    // The name of a fact is what somebody sent, and could be anything.
    let field = field.split('.').next().unwrap_or_default();
    Refused(StatusCode::UNPROCESSABLE_ENTITY, "Not a record of this law", format!("`{field}` is not what is expected there"))
}

fn other() -> Refused {
    Refused(StatusCode::CONFLICT, "Another record has this id", "expected the record that was sent under this id first".to_owned())
}

fn later(why: &str) -> Refused {
    Refused(StatusCode::SERVICE_UNAVAILABLE, "Not recorded yet", format!("{why}; send it again"))
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Refused(status, title, detail) = self;
        let problem = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], problem.to_string()).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static(AGAIN_SECONDS));
        }
        response
    }
}
