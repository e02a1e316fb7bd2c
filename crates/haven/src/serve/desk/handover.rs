//! The hand-over sheet: what the next watch has to know, on one page.

use super::super::answer::Word;
use super::super::decisions;
use super::super::here::{Frame, Here};
use super::super::pages::{page, problem};
use super::super::path::Path;
use super::item::{self, Item, Open, time, what};
use super::{ALL, Missed, NOW, View, listed};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use haven_register::entry::Record;
use std::collections::BTreeMap;

/// How many lines of each list fit on the page; the rest is counted.
const OPEN_MAX: usize = 12;
const DONE_MAX: usize = 10;
const MISSING_MAX: usize = 5;

/// A word with how often it was so.
struct Count {
    word: String,
    count: usize,
}

/// Something that was decided on the watch.
struct Done {
    number: String,
    time: String,
    what: String,
    outcome: String,
}

/// The first of a list, with how many more there are.
struct Part<T> {
    shown: Vec<T>,
    more: usize,
}

impl<T> Part<T> {
    fn of(mut all: Vec<T>, most: usize) -> Part<T> {
        let more = all.len().saturating_sub(most);
        all.truncate(most);
        Part { shown: all, more }
    }
}

/// Something that the next watch has to do.
struct Left {
    number: String,
    time: String,
    what: String,
    state: Word,
    next: String,
    lacks: String,
}

impl Left {
    fn of_question(here: &Here, open: Open) -> Left {
        Left {
            number: open.id,
            time: open.time,
            what: with(open.what, &open.who),
            state: open.word,
            next: here.language.text("watch-next-ask"),
            // What an open question lacks is what has to be found out.
            lacks: String::new(),
        }
    }

    fn of_item(item: Item) -> Left {
        let lacks: Vec<String> = item.lacks.into_iter().map(|lack| lack.says).collect();
        Left {
            number: item.id,
            time: item.time,
            what: with(item.what, &item.who),
            state: item.state,
            next: item.next,
            lacks: lacks.join(", "),
        }
    }
}

fn with(what: String, who: &str) -> String {
    if who.is_empty() { what } else { format!("{what} · {who}") }
}

#[derive(Template)]
#[template(path = "desk/handover.html")]
struct Sheet<'a> {
    frame: Frame<'a>,
    view: &'a View<'a>,
    made: String,
    open: Part<Left>,
    answers: Vec<Count>,
    outcomes: Vec<Count>,
    done: Part<Done>,
    missing: Part<Missed>,
    /// How many entries each member of staff made, without who.
    entries: Vec<usize>,
    total: usize,
}

/// The sheet of the watch that is on.
pub(super) async fn on_watch(here: Here) -> Response {
    sheet(&here, ALL, NOW).await
}

/// The sheet of a watch.
pub(super) async fn at(here: Here, Path((station, watch)): Path<(String, String)>) -> Response {
    sheet(&here, &station, &watch).await
}

async fn sheet(here: &Here, station: &str, watch: &str) -> Response {
    let view = match View::read(here, station, watch) {
        Ok(view) => view,
        Err(response) => return response,
    };
    let (Ok(gathered), Ok(open)) = (item::on_watch(&view).await, item::open(here, &view).await) else {
        return problem(here, StatusCode::INTERNAL_SERVER_ERROR);
    };
    let items = gathered.items(here, &view);
    let Ok(missing) = view.missing(here, &items, &open).await else { return problem(here, StatusCode::INTERNAL_SERVER_ERROR) };
    // A question that is still open stands first, and once, also where it came on an earlier watch.
    let asked: Vec<String> = open.iter().map(|open| open.id.clone()).collect();
    let mut left: Vec<Left> = open.into_iter().map(|open| Left::of_question(here, open)).collect();
    left.extend(items.into_iter().filter(|item| item.is_open && !asked.contains(&item.id)).map(Left::of_item));
    let records: Vec<&Record> = gathered.entries.iter().map(|stored| &stored.record).collect();
    let of = |kind: &str| records.iter().filter(move |record| record.kind == kind).copied().collect::<Vec<_>>();
    let day = view.watch.day.to_string();
    let done = of("response").into_iter().rev().map(|response| Done {
        number: response.id.clone(),
        time: time(&response.at, &day),
        what: response
            .text("decision")
            .and_then(|id| gathered.beside(response).iter().find(|stored| stored.record.id == id))
            .map_or_else(|| what(here, response), |stored| what(here, &stored.record)),
        outcome: listed(here, "outcome", response.text("outcome").unwrap_or_default()),
    });
    let mut by_person: BTreeMap<&str, usize> = BTreeMap::new();
    for record in &records {
        *by_person.entry(record.by.as_str()).or_default() += 1;
    }
    let mut entries: Vec<usize> = by_person.into_values().collect();
    entries.sort_unstable_by(|a, b| b.cmp(a));
    let page_of = Sheet {
        frame: here.frame(),
        made: view.now.strftime("%Y-%m-%d %H:%M").to_string(),
        open: Part::of(left, OPEN_MAX),
        answers: counts(of("decision").into_iter().map(|decision| decisions::word_of(&here.language, decision).text)),
        outcomes: counts(of("response").into_iter().map(|response| listed(here, "outcome", response.text("outcome").unwrap_or_default()))),
        done: Part::of(done.collect(), DONE_MAX),
        missing: Part::of(missing, MISSING_MAX),
        total: records.len(),
        entries,
        view: &view,
    };
    page(StatusCode::OK, &page_of)
}

fn counts(words: impl Iterator<Item = String>) -> Vec<Count> {
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for word in words {
        *counted.entry(word).or_default() += 1;
    }
    counted.into_iter().map(|(word, count)| Count { word, count }).collect()
}
