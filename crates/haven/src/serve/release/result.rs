//! What came of a check, on a page. Never what stands in a file, only where it stands and what it would reveal.

use super::super::answer::Word;
use super::super::here::{Frame, Here};
use super::super::pages::page;
use super::{AUTHORITY, PURPOSE, Room, TOPIC, shelf, worded};
use crate::release::checker::{Outturn, cites};
use crate::release::look::{At, Places, places};
use crate::release::said::Said;
use crate::words::Language;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use haven_guard::judge::Outcome;
use haven_law::decide::{Basis, Verdict};

/// How many places of a file a page shows; of more it says how many there are.
const PLACES_MAX: usize = 500;

/// What the law says of one thing that is asked for, or that stands in the files.
struct Topic<'a> {
    label: String,
    word: Word,
    cites: Vec<&'a str>,
    questions: &'a [String],
}

/// A place that must not go.
struct Line<'a> {
    place: String,
    /// Where it is hidden from whoever only looks at the document.
    hidden: String,
    reveals: String,
    cites: String,
    rules: Vec<&'a str>,
}

/// A file in which something must not go.
struct Held<'a> {
    name: &'a str,
    spots: usize,
    lines: Vec<Line<'a>>,
    more: usize,
}

#[derive(Template)]
#[template(path = "release/result.html")]
struct Page<'a> {
    frame: Frame<'a>,
    word: Word,
    sentence: String,
    /// The entry of the judgement.
    number: &'a str,
    asked: String,
    purpose: String,
    authority: String,
    unknown: Vec<String>,
    topics: Vec<Topic<'a>>,
    held: Vec<Held<'a>>,
    outturn: &'a Outturn,
    steps: Vec<String>,
    /// The word that fetches the clean copies; empty where there are none.
    copies: String,
    minutes: u64,
    sheet: &'a str,
}

/// The sign of an outcome, and its colour.
fn kind(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Release => "yes",
        Outcome::ReleaseWithout => "must",
        Outcome::Refer => "ask",
        Outcome::Refuse => "no",
    }
}

/// Shows what came of a check.
pub(super) fn show(here: &Here, room: &Room, said: &Said, outturn: &Outturn, sheet: &str, copies: String) -> Response {
    let (language, rules, judgement) = (&here.language, &room.checker.rules, &outturn.checked.judgement);
    let vocabulary = here.app.pack.vocabulary();
    let requester = said.to.as_deref().and_then(|name| rules.requester(name)).and_then(|name| {
        let fact = vocabulary.fact(vocabulary.fact_named("requester")?);
        let value = fact.values.iter().find(|value| value.name == name)?;
        Some(super::capital(&super::form::label(language, fact, value)))
    });
    let basis = |verdict: Verdict, silent: bool| match verdict {
        Verdict::Permitted if !silent => Some(Basis::Authorised),
        _ => None,
    };
    let topics = judgement.topics.iter().map(|topic| Topic {
        label: worded(language, TOPIC, &topic.topic, &topic.label),
        word: Word::new(language, topic.verdict, basis(topic.verdict, topic.silent)),
        cites: cites(judgement, &topic.topic),
        questions: &topic.questions,
    });
    let reveals = |topic: &str| label(language, TOPIC, Some(topic), rules.topics());
    let held = places(&outturn.checked.held).into_iter().map(|(name, Places { spots, lines })| Held {
        name,
        spots,
        more: lines.len().saturating_sub(PLACES_MAX),
        lines: lines
            .into_iter()
            .take(PLACES_MAX)
            .map(|(at, rules)| Line {
                place: place(language, &at),
                hidden: at
                    .hidden
                    .map(|hidden| language.law(&format!("release-hidden-{}", hidden.replace(' ', "_")), "", hidden))
                    .unwrap_or_default(),
                reveals: reveals(at.topic),
                cites: cites(judgement, at.topic).join("; "),
                rules: rules.into_iter().collect(),
            })
            .collect(),
    });
    let name = judgement.outcome.name();
    let template = Page {
        frame: here.frame(),
        word: Word { kind: kind(judgement.outcome), text: language.text(&format!("release-outcome-{name}")) },
        sentence: language.text(&format!("release-means-{name}")),
        number: outturn.receipt.as_ref().map_or("", |receipt| receipt.id.as_str()),
        asked: requester.unwrap_or_else(|| language.text("release-unknown")),
        purpose: label(language, PURPOSE, said.purpose.as_deref(), rules.purposes()),
        authority: label(language, AUTHORITY, said.authority.as_deref(), rules.authorities()),
        unknown: judgement.unknown.iter().map(|unknown| language.text(&format!("release-unknown-{}", unknown.name()))).collect(),
        topics: topics.collect(),
        held: held.collect(),
        outturn,
        steps: judgement.obligations.iter().map(|step| language.law(&format!("duty-{}", step.id), "", &step.text)).collect(),
        copies,
        minutes: shelf::KEPT_MINUTES,
        sheet,
    };
    page(StatusCode::OK, &template)
}

/// A word that was said, in a language; one that stands in no list is not known.
fn label<'r>(language: &Language, keys: &str, said: Option<&str>, mut known: impl Iterator<Item = (&'r str, &'r str)>) -> String {
    let found = said.and_then(|said| known.find(|(name, _)| *name == said));
    found.map_or_else(|| language.text("release-unknown"), |(name, english)| worded(language, keys, name, english))
}

/// A place in words.
fn place(language: &Language, at: &At<'_>) -> String {
    let number = |key: &str, number: Option<u64>| number.map(|number| language.with(key, &[("number", &number.to_string())]));
    let parts = [number("release-page", at.page), number("release-line", at.line), at.path.map(str::to_owned)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
