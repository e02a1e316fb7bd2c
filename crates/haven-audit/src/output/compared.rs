//! What is published, agreed and done, and what dispatch shows beside the register, each as one page that needs no other file;
//! tables, JSON and CSV are made where they are compared ([`crate::policy`], [`crate::dispatch`]).

use super::page::{self, Chart, Verbatim, plural, plural_of, unwritable};
use crate::AuditError;
use crate::dispatch::{By, Dispatch, Event, File, Lone, Story};
use crate::policy::{Answer, Line, Policy, Stated};
use askama::Template;

#[derive(Template)]
#[template(path = "policy.html")]
struct PolicyPage<'a> {
    compared: &'a Policy,
    policy: String,
    style: Verbatim,
    summary: Vec<String>,
    lines: Vec<Topic<'a>>,
}

struct Topic<'a> {
    line: &'a Line,
    sides: [(&'static str, Option<&'a Stated>, &'static str); 3],
    pairs: [(&'static str, Answer, &'a str); 3],
    queries: Vec<&'a str>,
}

/// What is published, agreed and done as a page.
///
/// # Errors
/// None that a caller can bring about.
pub fn policy(compared: &Policy) -> Result<String, AuditError> {
    let lines: Vec<Topic<'_>> = compared.lines.iter().map(topic).collect();
    let count = |answer| lines.iter().filter(|topic| topic.pairs.iter().any(|(_, is, _)| *is == answer)).count();
    let summary = vec![
        format!("{} of {} differ", count(Answer::Differs), plural(lines.len(), "topic")),
        format!("{} with a side that does not speak, {} that could not be asked", count(Answer::NotStated), count(Answer::NotAsked)),
    ];
    let page = PolicyPage { compared, policy: page::policy(), style: page::STYLE, summary, lines };
    page.render().map_err(|error| unwritable("HTML", &error))
}

fn topic(line: &Line) -> Topic<'_> {
    let queries = [&line.query, &line.published_done.query, &line.agreed_done.query];
    let mut queries: Vec<&str> = queries.into_iter().flatten().map(String::as_str).collect();
    queries.dedup();
    Topic {
        line,
        sides: [
            ("Published", line.published.as_ref(), "not stated"),
            ("Agreed", line.agreed.as_ref(), "not stated"),
            ("Done", line.done.as_ref(), "not asked"),
        ],
        pairs: [
            ("Published and agreed", line.published_agreed, ""),
            ("Published and done", line.published_done.answer, &line.published_done.why),
            ("Agreed and done", line.agreed_done.answer, &line.agreed_done.why),
        ],
        queries,
    }
}

#[derive(Template)]
#[template(path = "dispatch.html")]
struct DispatchPage<'a> {
    found: &'a Dispatch,
    policy: String,
    style: Verbatim,
    summary: Vec<String>,
    charts: Vec<Chart>,
    events: Vec<&'a Event>,
    lone: [(&'static str, &'a [Lone]); 2],
    files: &'a [File],
    notes: Vec<String>,
    unread: Vec<String>,
}

/// What dispatch shows beside the register as a page.
///
/// # Errors
/// None that a caller can bring about.
pub fn dispatch(found: &Dispatch) -> Result<String, AuditError> {
    let count = |by: By| found.events.iter().filter(|event| event.by == by).count();
    let events_read = plural_of(found.events_read.cast_signed(), "event", "events");
    let mut summary = vec![
        format!("{events_read} read, {} of immigration enforcement", plural_of(found.events.len() as i64, "speaks", "speak")),
        format!("{} no entry in the register", plural_of(count(By::Nothing) as i64, "has", "have")),
    ];
    summary.extend(found.not_asked.iter().map(|line| format!("Not asked: {line}")));
    // What has no entry first; within, the order of time.
    let mut events: Vec<&Event> = found.events.iter().collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.by));
    let bars = By::ALL.into_iter().map(|by| (by.in_words().to_owned(), count(by) as u64)).collect();
    let page = DispatchPage {
        found,
        policy: page::policy(),
        style: page::STYLE,
        summary,
        charts: vec![Chart::new("Events that speak of immigration enforcement", "In the register", "Events", bars)],
        events,
        lone: [
            ("Entries whose number the log does not have", &found.not_in_log),
            ("Entries without a number to look for", &found.without_number),
        ],
        files: &found.read,
        notes: lines(&found.read, |file| &file.notes),
        unread: lines(&found.read, |file| &file.unread),
    };
    page.render().map_err(|error| unwritable("HTML", &error))
}

#[derive(Template)]
#[template(path = "story.html")]
struct StoryPage<'a> {
    story: &'a Story,
    policy: String,
    style: Verbatim,
    summary: Vec<String>,
    files: &'a [File],
    notes: Vec<String>,
    unread: Vec<String>,
}

/// The story of an event as a page.
///
/// # Errors
/// None that a caller can bring about.
pub fn story(story: &Story) -> Result<String, AuditError> {
    let of = |source| story.lines.iter().filter(|line| line.source == source).count();
    let page = StoryPage {
        story,
        policy: page::policy(),
        style: page::STYLE,
        summary: vec![
            format!("Event {}", story.numbers.join(", ")),
            format!("{} of the log, {} of the register", plural(of("log"), "row"), plural(of("register"), "moment")),
        ],
        files: &story.read,
        notes: lines(&story.read, |file| &file.notes),
        unread: lines(&story.read, |file| &file.unread),
    };
    page.render().map_err(|error| unwritable("HTML", &error))
}

fn lines(files: &[File], of: fn(&File) -> &[String]) -> Vec<String> {
    files.iter().flat_map(|file| of(file).iter().map(move |line| format!("{}: {line}", file.name))).collect()
}
