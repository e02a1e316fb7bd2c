//! The law as people read it: every provision at an address that does not change, in plain words beside quoted ones, as it
//! was on any day, with what it does, its cases, and what it decided lately.
//!
//! The address of a provision is its id. That of a clause, as programs name it, leads to the provision; an id that is only
//! the beginning of others shows what lies below it.

mod book;
mod compare;
mod lately;

use super::App;
use super::answer::{Word, layer_name};
use super::here::{Frame, Here};
use super::pages::{page, problem};
use super::path::Path;
use crate::ask;
use crate::error::CliError;
use crate::node;
use crate::words::Language;
use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use book::{Entry, Standing, Stretch};
use compare::Comparison;
use haven_law::cases::{self, Case};
use haven_law::pack::{Instrument, Layer, Pack, Source, Version};
use jiff::civil::Date;
use lately::Lately;
use serde::Deserialize;
use serde_json::Value;
use std::sync::{Arc, OnceLock};

/// How many names near an unknown one are shown.
const NEAR_MAX: usize = 6;
/// How much alike a name must be to be shown.
const NEAR_FROM: f64 = 0.75;
/// How many cases stand open on a page; the others are a click away.
const CASES_OPEN: usize = 6;

/// The pages.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/law", get(index)).route("/law/{*id}", get(entry))
}

/// What is read from the files of the law only when a page needs it.
pub(crate) struct Shelf {
    source: Source,
    cases: OnceLock<Vec<Case>>,
}

impl Shelf {
    /// Keeps the files; nothing is read yet.
    pub(super) fn new(source: &Source) -> Shelf {
        Shelf { source: source.clone(), cases: OnceLock::new() }
    }

    /// The law's own cases. `haven law test` names a table that cannot be read; here its cases are only not shown.
    fn cases(&self, pack: &Pack) -> &[Case] {
        self.cases.get_or_init(|| cases::load(&self.source, pack).0)
    }
}

/// What stands behind the address of a page: a day of law is no fact of a person.
#[derive(Deserialize)]
struct On {
    on: Option<String>,
}

/// A law, as the list shows it.
struct Law<'a> {
    instrument: &'a Instrument,
    /// The version in force on the day, if any.
    version: Option<&'a Version>,
    from: String,
    reviewed_on: String,
    provisions: usize,
}

impl<'a> Law<'a> {
    fn new(language: &Language, pack: &Pack, place: usize, instrument: &'a Instrument, day: Date) -> Law<'a> {
        let version = instrument.versions.iter().rev().find(|version| version.from <= day);
        Law {
            instrument,
            version,
            from: version.map_or_else(String::new, |version| said(language, version.from)),
            reviewed_on: said(language, instrument.reviewed_on),
            provisions: book::ids(pack, place).len(),
        }
    }
}

struct Shelved<'a> {
    name: String,
    laws: Vec<Law<'a>>,
}

#[derive(Template)]
#[template(path = "lawbook/index.html")]
struct Index<'a> {
    frame: Frame<'a>,
    layers: Vec<Shelved<'a>>,
}

#[derive(Template)]
#[template(path = "lawbook/below.html")]
struct Below<'a> {
    frame: Frame<'a>,
    title: String,
    law: Law<'a>,
    layer: String,
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "lawbook/unknown.html")]
struct Unknown<'a> {
    frame: Frame<'a>,
    near: Vec<Entry>,
}

/// A case of the law's own tables.
struct Situation {
    text: String,
    act: String,
    day: String,
    word: Word,
    /// The layers that it asks alone; empty for all.
    layers: String,
    /// The name of the act and what the form of its question is sent with; empty where a case asks single provisions.
    action: String,
    pairs: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "lawbook/provision.html")]
struct Provision<'a> {
    frame: Frame<'a>,
    id: &'a str,
    cite: String,
    law: Law<'a>,
    layer: String,
    above: Vec<Entry>,
    below: Vec<Entry>,
    /// The day that is shown, as the control has it and in words.
    day: Date,
    day_said: String,
    is_today: bool,
    /// Whether the provision is in force on the day: the key of the sentence.
    standing: &'static str,
    /// The texts that are, or may be, in force on the day.
    shown: Vec<&'a Stretch>,
    stretches: &'a [Stretch],
    comparisons: Vec<Comparison>,
    open: Vec<Situation>,
    more: Vec<Situation>,
    lately: Option<Lately>,
}

/// A day as the language says it: in English in words, elsewhere as a number that reads the same everywhere.
fn said(language: &Language, day: Date) -> String {
    if language.code == "en" { super::answer::words(day) } else { day.to_string() }
}

/// The laws by layer.
async fn index(here: Here) -> Response {
    let pack = &here.app.pack;
    let Ok(today) = ask::today(pack) else { return problem(&here, StatusCode::INTERNAL_SERVER_ERROR) };
    let layers = pack
        .layers()
        .into_iter()
        .map(|layer| Shelved {
            name: layer_name(&here.language, layer),
            laws: (0..)
                .zip(&pack.instruments)
                .filter(|(_, instrument)| instrument.layer == layer)
                .map(|(place, instrument)| Law::new(&here.language, pack, place, instrument, today))
                .collect(),
        })
        .collect();
    page(StatusCode::OK, &Index { frame: here.frame(), layers })
}

/// A provision, what lies below one, a law, or a clause as programs name it.
async fn entry(here: Here, Path(id): Path<String>, on: Result<Query<On>, QueryRejection>) -> Response {
    let pack = &here.app.pack;
    let Ok(today) = ask::today(pack) else { return problem(&here, StatusCode::INTERNAL_SERVER_ERROR) };
    let day = match on.ok().and_then(|Query(on)| on.on) {
        None => today,
        Some(day) if day.is_empty() => today,
        Some(day) => match haven_law::request::day("on", &day) {
            Ok(day) => day,
            Err(_) => return problem(&here, StatusCode::BAD_REQUEST),
        },
    };
    let place = (0..).zip(&pack.instruments).find(|(place, _)| book::ids(pack, *place).contains(&id.as_str()));
    if let Some((place, instrument)) = place {
        return provision(&here, &id, place, instrument, (day, today)).await;
    }
    if let Some((place, instrument)) = (0..).zip(&pack.instruments).find(|(_, instrument)| instrument.id == id) {
        let entries = book::entries(&here.language, pack, place, &book::ids(pack, place), day);
        let law = Law::new(&here.language, pack, place, instrument, day);
        let layer = layer_name(&here.language, instrument.layer);
        return page(StatusCode::OK, &Below { frame: here.frame(), title: instrument.title.clone(), law, layer, entries });
    }
    for (place, instrument) in (0..).zip(&pack.instruments) {
        let below = book::below(pack, place, &id);
        if !below.is_empty() {
            let entries = book::entries(&here.language, pack, place, &below, day);
            let law = Law::new(&here.language, pack, place, instrument, day);
            let layer = layer_name(&here.language, instrument.layer);
            let title = instrument.cite.replace("{}", &id);
            return page(StatusCode::OK, &Below { frame: here.frame(), title, law, layer, entries });
        }
    }
    if let Some(clause) = pack.clauses.iter().find(|clause| clause.id == id) {
        let address = format!("{}/law/{}", here.frame().base(), book::address(&clause.provision));
        return Redirect::permanent(&format!("{address}#{}", book::anchor(&clause.id, &clause.provision))).into_response();
    }
    page(StatusCode::NOT_FOUND, &Unknown { frame: here.frame().nowhere(), near: near(&here, &id, today) })
}

async fn provision(here: &Here, id: &str, place: usize, instrument: &Instrument, (day, today): (Date, Date)) -> Response {
    let (pack, language) = (&here.app.pack, &here.language);
    let lately = match lately(here, id).await {
        Ok(lately) => lately,
        Err(_) => return problem(here, StatusCode::INTERNAL_SERVER_ERROR),
    };
    let stretches = book::stretches(language, pack, place, id, day);
    let standing = book::standing(instrument, &stretches, day);
    let mut situations = situations(here, id);
    let more = situations.split_off(situations.len().min(CASES_OPEN));
    let shown: Vec<&Stretch> = match standing {
        Standing::InForce | Standing::Uncertain => stretches.iter().filter(|stretch| stretch.may_hold(day)).collect(),
        // What is over is shown as it last was, what is to come as it will be: marked, but not hidden.
        Standing::Ended => stretches.iter().rev().find(|stretch| stretch.from <= day).into_iter().collect(),
        Standing::NotYet | Standing::Unknown | Standing::Later => stretches.first().into_iter().collect(),
    };
    let template = Provision {
        frame: here.frame(),
        id,
        cite: book::cite(pack, place, id),
        law: Law::new(language, pack, place, instrument, day),
        layer: layer_name(language, instrument.layer),
        above: book::entries(language, pack, place, &book::above(id), day),
        below: book::entries(language, pack, place, &book::below(pack, place, id), day),
        day,
        day_said: said(language, day),
        is_today: day == today,
        standing: standing.key(),
        shown,
        comparisons: stretches.windows(2).filter_map(|pair| Some(Comparison::new(pair.first()?, pair.get(1)?))).collect(),
        stretches: &stretches,
        open: situations,
        more,
        lately,
    };
    page(StatusCode::OK, &template)
}

/// What it decided lately, where there is a register.
async fn lately(here: &Here, id: &str) -> Result<Option<Lately>, CliError> {
    let Some(served) = &here.app.served else { return Ok(None) };
    let now = node::now(&served.schema)?;
    Lately::read(here, served, id, now.date()).await.map(Some)
}

/// The cases that say that this provision decides.
fn situations(here: &Here, id: &str) -> Vec<Situation> {
    let (pack, language) = (&here.app.pack, &here.language);
    let of_it = |case: &&Case| case.provisions.iter().any(|provision| provision == id);
    let situation = |case: &Case| {
        let action = pack.vocabulary().action(pack.vocabulary().action_named(&case.action)?)?;
        let basis = case.basis.or_else(|| pack.verdict(&case.request(pack).ok()?).1);
        let layers: Vec<String> = case.layer.iter().filter_map(|name| Some(layer_name(language, Layer::named(name)?))).collect();
        Some(Situation {
            text: case.case.clone(),
            act: language.law(&format!("act-{}", action.name), "", &action.label),
            day: said(language, case.as_of.parse().ok()?),
            word: Word::new(language, case.verdict, basis),
            layers: layers.join(", "),
            action: if case.provision.is_empty() { action.name.clone() } else { String::new() },
            pairs: pairs(case),
        })
    };
    here.app.shelf.cases(pack).iter().filter(of_it).filter_map(situation).collect()
}

/// A case as the form of its question is sent.
fn pairs(case: &Case) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut pairs = vec![("as_of".to_owned(), case.as_of.clone()), ("look".to_owned(), "case".to_owned())];
    pairs.extend(case.agency.iter().map(|agency| ("agency".to_owned(), agency.clone())));
    for (fact, value) in &case.facts {
        let values = value.as_array().map_or_else(|| vec![text(value)], |many| many.iter().map(text).collect());
        pairs.extend(values.into_iter().map(|value| (format!("fact.{fact}"), value)));
    }
    pairs
}

/// The provisions whose ids or citations are most like a text. The text itself is not repeated.
fn near(here: &Here, typed: &str, day: Date) -> Vec<Entry> {
    let pack = &here.app.pack;
    let plain = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let wanted = plain(typed);
    let mut found: Vec<(f64, usize, String)> = Vec::new();
    for place in 0..pack.instruments.len() {
        for id in book::ids(pack, place) {
            let names = [plain(id), plain(&book::cite(pack, place, id))];
            let likeness = names.iter().map(|name| strsim::jaro_winkler(name, &wanted)).fold(0.0, f64::max);
            if likeness > NEAR_FROM {
                found.push((likeness, place, id.to_owned()));
            }
        }
    }
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    found.truncate(NEAR_MAX);
    found.iter().flat_map(|(_, place, id)| book::entries(&here.language, pack, *place, &[id.as_str()], day)).collect()
}
