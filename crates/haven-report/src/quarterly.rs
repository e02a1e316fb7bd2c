//! The quarterly report: notifications to emergency communications, papers received, stations, and what is missing.

use crate::input::Input;
use crate::period::{Period, Quarter};
use crate::report::{Report, Row, Table, count};
use crate::view::{NOTHING, View, or_nothing, row};
use haven_register::register::Stored;
use std::collections::BTreeMap;

/// The subjects that stations certify for this report.
const SUBJECTS: [&str; 2] = ["requests", "documents"];
/// The kinds of entries it rests on.
const KINDS: [&str; 3] = ["request", "document", "custody"];

/// The report of a quarter.
pub fn quarterly(input: &Input<'_>, quarter: Quarter) -> Report {
    let view = View::new(input, "quarterly");
    let period = quarter.period();
    let mut report = view.empty(format!("quarterly-{quarter}"), Some(period.clone()));

    let notified = |stored: &&Stored| view.lies_in(stored, "dispatch_notified_at", &period);
    let came = |stored: &&Stored| view.happened_in(stored, &period);
    let requests: Vec<&Stored> = view.of_class("assistance").into_iter().filter(|stored| notified(stored) || came(stored)).collect();
    let of = |keep: &dyn Fn(&&Stored) -> bool| requests.iter().copied().filter(|stored| keep(stored)).collect::<Vec<_>>();
    let silent = of(&|stored| came(stored) && !stored.record.fields.contains_key("dispatch_notified_at"));
    let criminal: Vec<&Stored> =
        view.of_class("assistance_criminal").into_iter().filter(|stored| notified(stored) || came(stored)).collect();
    let figures = vec![
        view.figure("notified", &of(&notified)),
        view.figure("received", &of(&came)),
        view.figure("not_notified", &silent),
        view.figure("criminal", &criminal),
    ];
    report.sections.push(view.section("notifications", figures, vec![notifications(&view, &requests)]));

    let papers = view.of_class_in("papers", &period);
    let outcome = |group: &str| papers.iter().copied().filter(|paper| !view.custody_of(paper, group).is_empty()).collect::<Vec<_>>();
    let transferred = outcome("transferred");
    let is_transferred = |paper: &&Stored| transferred.iter().any(|each| each.record.id == paper.record.id);
    let released: Vec<&Stored> = outcome("released").into_iter().filter(|paper| !is_transferred(paper)).collect();
    let open: Vec<&Stored> = papers.iter().copied().filter(|paper| is_open(&view, paper)).collect();
    let in_class = |class: &str| papers.iter().copied().filter(|paper| view.groups().is(class, &paper.record)).collect::<Vec<_>>();
    let earlier = earlier_transferred(&view, &period);
    let figures = vec![
        view.figure("papers", &papers),
        view.figure("detainers", &in_class("detainers")),
        view.figure("warrants", &in_class("warrants")),
        view.figure("transferred", &transferred),
        view.figure("released", &released),
        view.figure("no_outcome", &open),
        view.figure("earlier_transferred", &earlier),
        view.figure("unclear", &view.of_class_in("unclear_papers", &period)),
    ];
    let mut tables = vec![papers_table(&view, "papers", &papers)];
    if !earlier.is_empty() {
        tables.push(papers_table(&view, "earlier", &earlier));
    }
    report.sections.push(view.section("papers", figures, tables));

    for subject in SUBJECTS {
        report.nil.extend(view.certificates(subject, &period));
    }
    let figures = SUBJECTS.iter().flat_map(|subject| view.standing_figures(subject, &report.nil)).collect();
    report.sections.push(view.section("stations", figures, vec![stations(&view, &period)]));

    let received = of(&came);
    report.statements =
        vec![view.statement("requests", &received, &report.nil, &period), view.statement("documents", &papers, &report.nil, &period)];
    for paper in open {
        report.open.push(view.item(paper, view.say("open_paper", &[])));
    }
    for request in view.of_kind("request").into_iter().filter(came) {
        if view.responses_to(request).is_empty() {
            report.open.push(view.item(request, view.say("open_request", &[])));
        }
    }
    view.completeness(&mut report, &KINDS, &period);
    report.lists = view.lists(&["nil", "open", "late", "duplicates", "amended", "erased"]);
    if input.links.is_empty() {
        report.notes.push(view.say("no_event_numbers", &[]));
    }
    report
}

/// A paper of which neither release nor hand-over is recorded.
pub(crate) fn is_open(view: &View<'_>, paper: &Stored) -> bool {
    ["transferred", "released"].iter().all(|group| view.custody_of(paper, group).is_empty())
}

/// Papers received before a period on which somebody was handed over in it.
fn earlier_transferred<'a>(view: &View<'a>, period: &Period) -> Vec<&'a Stored> {
    let before = |paper: &&Stored| view.day(paper, "at").is_some_and(|day| day < period.from);
    let in_period = |paper: &&Stored| view.custody_of(paper, "transferred").iter().any(|custody| view.happened_in(custody, period));
    view.of_class("papers").into_iter().filter(before).filter(in_period).collect()
}

fn notifications(view: &View<'_>, requests: &[&Stored]) -> Table {
    let numbers = !view.input.links.is_empty();
    let mut columns = vec!["notified", "came", "channel", "requester", "asked", "matter", "station", "addressed"];
    if numbers {
        columns.insert(0, "event");
    }
    let line = |stored: &&Stored| {
        let record = &stored.record;
        let mut cells = vec![
            view.when(record, "dispatch_notified_at"),
            view.when(record, "at"),
            view.words(record, "channel"),
            view.words(record, "requester"),
            view.words(record, "asked"),
            view.words(record, "matter"),
            view.station(record),
            addressed(view, stored),
        ];
        if numbers {
            cells.insert(0, view.event_numbers(stored));
        }
        row(cells.into_iter().map(Into::into), &[stored])
    };
    view.table("notifications", &columns, requests.iter().map(line).collect())
}

/// How a request was addressed, in words.
pub(crate) fn addressed(view: &View<'_>, request: &Stored) -> String {
    let words = view.responses_to(request).iter().map(|response| {
        let record = &response.record;
        let ground = view.words(record, "ground");
        let outcome = view.words(record, "outcome");
        if ground == NOTHING { outcome } else { view.say("on_ground", &[("outcome", &outcome), ("ground", &ground)]) }
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() { view.say("no_response", &[]) } else { words.join("; ") }
}

fn papers_table(view: &View<'_>, id: &str, papers: &[&Stored]) -> Table {
    let line = |paper: &&Stored| {
        let record = &paper.record;
        let (transferred, released) = (view.custody_of(paper, "transferred"), view.custody_of(paper, "released"));
        let said = match (transferred.is_empty(), released.is_empty()) {
            (false, true) => "yes",
            (false, false) => "yes_and_released",
            (true, false) => "no",
            (true, true) => "not_recorded",
        };
        let to: Vec<String> = transferred.iter().map(|custody| view.words(&custody.record, "to")).collect();
        let outcomes: Vec<&Stored> = transferred.iter().chain(&released).copied().collect();
        let when: Vec<String> = outcomes.iter().map(|custody| view.when(&custody.record, "at")).collect();
        let cells = [
            view.when(record, "at"),
            view.words(record, "document"),
            view.words(record, "requester"),
            view.words(record, "channel"),
            view.station(record),
            view.say(said, &[]),
            or_nothing(to.join("; ")),
            or_nothing(when.join("; ")),
        ];
        let shown: Vec<&Stored> = std::iter::once(*paper).chain(outcomes).collect();
        row(cells.map(Into::into), &shown)
    };
    let columns = ["received", "paper", "sender", "channel", "station", "transferred", "to", "outcome_at"];
    view.table(id, &columns, papers.iter().map(line).collect())
}

/// What each station recorded, those that certify first.
fn stations(view: &View<'_>, period: &Period) -> Table {
    let mut counts: BTreeMap<String, [Vec<&Stored>; 4]> = BTreeMap::new();
    for stored in view.all().iter().filter(|stored| view.happened_in(stored, period)) {
        let groups = view.groups();
        let place = match stored.record.kind.as_str() {
            kind if kind == groups.kind_of("assistance") => usize::from(!groups.is("assistance", &stored.record)),
            kind if kind == groups.kind_of("papers") => 2 + usize::from(!groups.is("papers", &stored.record)),
            _ => continue,
        };
        let counted = counts.entry(view.station(&stored.record)).or_default();
        if let Some(list) = counted.get_mut(place) {
            list.push(stored);
        }
    }
    let bound = view.schema().stations().iter().filter(|station| !station.nil.is_empty()).map(|station| station.label.clone());
    let order: Vec<String> = bound.collect();
    let others: Vec<String> = counts.keys().filter(|label| !order.contains(label)).cloned().collect();
    let none = Default::default();
    let line = |label: &String| {
        let lists: &[Vec<&Stored>; 4] = counts.get(label).unwrap_or(&none);
        let all: Vec<&Stored> = lists.iter().flatten().copied().collect();
        row(std::iter::once(label.clone().into()).chain(lists.iter().map(|list| list.len().into())), &all)
    };
    let rows: Vec<Row> = order.iter().chain(&others).map(line).collect();
    let columns = ["station", "assistance", "other_requests", "detainers_warrants", "other_papers"];
    let mut table = view.table("stations", &columns, rows);
    let sum = |place: usize| count(counts.values().filter_map(|lists| lists.get(place)).map(Vec::len).sum());
    let cells = std::iter::once(view.say("total", &[]).into()).chain((0..4).map(|place| sum(place).into()));
    table.total = Some(row(cells, &[]));
    table
}
