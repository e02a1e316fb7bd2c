//! A paper that came in, entered by hand: a detainer on the fax, in less than a minute.

use super::super::form::Posted;
use super::super::here::{Frame, Here};
use super::super::pages::{page, problem};
use super::super::record::{self, Recorded, external_of, keep_once};
use super::act::{Sent, choices, on_to, wrong};
use super::item::value;
use super::{ACTS, own_station};
use crate::node;
use askama::Template;
use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use haven_register::entry::{Draft, Pairs};
use haven_register::moment::Moment;
use haven_register::schema::FieldType;

/// The fields of the form that stand in the entry by the same name.
const TYPED: [&str; 7] = ["document", "channel", "at", "requester", "signer", "event", "rd"];

/// A choice: its word, its label, whether it is chosen.
type Choice = (String, String, bool);

#[derive(Template)]
#[template(path = "desk/paper.html")]
struct Paper<'a> {
    frame: Frame<'a>,
    error: String,
    once: String,
    station: String,
    stations: Vec<(&'a str, &'a str)>,
    documents: Vec<Choice>,
    channels: Vec<Choice>,
    requesters: Vec<Choice>,
    signers: Vec<Choice>,
    indicators: Vec<Choice>,
    at: String,
    event: &'a str,
    rd: &'a str,
}

/// The empty form.
pub(super) async fn form(here: Here) -> Response {
    let Some(served) = here.app.served.as_ref() else { return problem(&here, StatusCode::NOT_FOUND) };
    if let Err(response) = here.need(ACTS) {
        return response;
    }
    let Ok(now) = node::now(&served.schema) else { return problem(&here, StatusCode::INTERNAL_SERVER_ERROR) };
    // The commonest: a detainer by fax, from ICE, signed by one of its officers.
    let posted = [
        ("once", record::once()),
        ("document", "I-247A".to_owned()),
        ("channel", "fax".to_owned()),
        ("requester", "ice".to_owned()),
        ("signer", "immigration_officer".to_owned()),
        ("at", now.strftime("%Y-%m-%d %H:%M").to_string()),
    ];
    let posted = Posted(posted.into_iter().map(|(name, text)| (name.to_owned(), text)).collect());
    show(&here, StatusCode::OK, &posted, String::new())
}

fn show(here: &Here, status: StatusCode, posted: &Posted, error: String) -> Response {
    let Some(served) = here.app.served.as_ref() else { return problem(here, StatusCode::NOT_FOUND) };
    let own = here.who.staff().and_then(own_station).unwrap_or_default();
    // The words that the register takes, in the words of the law.
    let of_fact = |field: &str| -> Vec<Choice> {
        let Some(FieldType::Words(words)) = served.schema.kind("document").and_then(|kind| kind.field(field)).map(|field| &field.of) else {
            return Vec::new();
        };
        words.iter().map(|word| (word.name.clone(), value(here, field, &word.name), posted.get(field) == word.name)).collect()
    };
    let chosen = |name: &str, word: &str| posted.0.iter().any(|(known, value)| known == name && value == word);
    let of_list = |list: &str, name: &str| -> Vec<Choice> {
        choices(here, list).into_iter().map(|(word, label)| (word.clone(), label, chosen(name, &word))).collect()
    };
    let page_of = Paper {
        frame: here.frame(),
        error,
        once: posted.get("once").to_owned(),
        station: own.to_owned(),
        stations: served.schema.stations().iter().map(|station| (station.name.as_str(), station.label.as_str())).collect(),
        documents: of_fact("document"),
        channels: of_list("channel", "channel"),
        requesters: of_fact("requester"),
        signers: of_fact("signer"),
        indicators: of_list("indicator", "indicators"),
        at: moment_only(posted.get("at")).to_owned(),
        event: number_only(posted.get("event")),
        rd: number_only(posted.get("rd")),
    };
    page(status, &page_of)
}

/// What was typed where that is a number; anything else could be a name, and is not shown again.
fn number_only(typed: &str) -> &str {
    let is_number =
        typed.bytes().any(|byte| byte.is_ascii_digit()) && typed.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_number { typed } else { "" }
}

/// What was typed where that could be a moment.
fn moment_only(typed: &str) -> &str {
    if typed.bytes().all(|byte| byte.is_ascii_digit() || b"-: T+".contains(&byte)) { typed } else { "" }
}

/// Records the paper.
pub(super) async fn sent(mut here: Here, form: Sent) -> Response {
    here.path = "/desk/paper".to_owned();
    let staff = match here.need(ACTS) {
        Ok(staff) => staff.clone(),
        Err(response) => return response,
    };
    let posted = match form {
        Ok(Form(pairs)) => Posted(pairs),
        Err(rejection) => return problem(&here, rejection.status()),
    };
    let Some(served) = here.app.served.as_ref() else { return problem(&here, StatusCode::NOT_FOUND) };
    let Ok(now) = node::now(&served.schema) else { return problem(&here, StatusCode::INTERNAL_SERVER_ERROR) };
    let mut pairs = Pairs::new();
    let mut set = |name: &str, text: &str| pairs.insert(name.to_owned(), text.to_owned());
    set("kind", "document");
    set("by", &staff.id);
    set("station", own_station(&staff).unwrap_or_else(|| posted.get("station")));
    for name in TYPED.into_iter().filter(|name| !posted.get(name).is_empty()) {
        set(name, posted.get(name));
    }
    let shown: Vec<&str> = posted.0.iter().filter(|(name, _)| name == "indicators").map(|(_, word)| word.as_str()).collect();
    set("indicators", &shown.join(";"));
    if let Err(errors) = Draft::read(&served.schema, served.register.zone(), &pairs, &Moment::at(&now)) {
        let error = wrong(&here, "document", &errors);
        return show(&here, StatusCode::UNPROCESSABLE_ENTITY, &posted, error);
    }
    let stated: Vec<String> = pairs.values().cloned().collect();
    let stated: Vec<&str> = stated.iter().map(String::as_str).collect();
    match keep_once(served, pairs, external_of(&["paper", posted.get("once")], &stated), &now).await {
        Recorded::Kept(receipt, _) => on_to(&here, &format!("/desk/{}", receipt.id)),
        _ => show(&here, StatusCode::INTERNAL_SERVER_ERROR, &posted, here.language.text("watch-failed")),
    }
}
