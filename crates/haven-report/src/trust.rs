//! The yearly report to the state: requests by Homeland Security and how they were addressed, and each paper with what followed.

use crate::input::Input;
use crate::period::Period;
use crate::quarterly::{addressed, is_open};
use crate::report::{Report, Table};
use crate::view::{NOTHING, View, or_nothing, row};
use haven_register::register::Stored;

/// The subjects that stations certify for this report.
const SUBJECTS: [&str; 2] = ["requests", "documents"];
/// The kinds of entries it rests on.
const KINDS: [&str; 4] = ["request", "response", "document", "custody"];

/// The report of a calendar year.
pub fn trust(input: &Input<'_>, year: i16) -> Report {
    let view = View::new(input, "trust");
    let period = Period::year(year);
    let mut report = view.empty(format!("trust-{}", period.label), Some(period.clone()));

    let requests = view.of_class_in("trust_requests", &period);
    let answered = |stored: &&Stored| !view.responses_to(stored).is_empty();
    let of = |keep: bool| requests.iter().copied().filter(|stored| answered(stored) == keep).collect::<Vec<_>>();
    let by_homeland = |stored: &&Stored| {
        let requester = stored.record.text("requester").unwrap_or_default();
        view.happened_in(stored, &period) && view.groups().has("homeland_security", requester)
    };
    let mut others = view.of_kind(view.groups().kind_of("trust_requests"));
    others.retain(|stored| by_homeland(stored) && !view.groups().is("trust_requests", &stored.record));
    let figures = vec![
        view.figure("requests", &requests),
        view.figure("answered", &of(true)),
        view.figure("unanswered", &of(false)),
        view.figure("other_requests", &others),
    ];
    report.sections.push(view.section("requests", figures, vec![outcomes(&view, &requests), requests_table(&view, &requests)]));

    let papers = view.of_class_in("trust_papers", &period);
    let with = |group: &str| papers.iter().copied().filter(|paper| !view.custody_of(paper, group).is_empty()).collect::<Vec<_>>();
    let open: Vec<&Stored> = papers.iter().copied().filter(|paper| is_open(&view, paper)).collect();
    let transferred = with("transferred");
    let is_transferred = |paper: &&Stored| transferred.iter().any(|each| each.record.id == paper.record.id);
    let released: Vec<&Stored> = with("released").into_iter().filter(|paper| !is_transferred(paper)).collect();
    let figures = vec![
        view.figure("papers", &papers),
        view.figure("bail", &with("bail_posted")),
        view.figure("released", &released),
        view.figure("transferred", &transferred),
        view.figure("no_outcome", &open),
        view.figure("unclear", &view.of_class_in("unclear_papers", &period)),
    ];
    report.sections.push(view.section("papers", figures, vec![papers_table(&view, &papers)]));

    for subject in SUBJECTS {
        report.nil.extend(view.certificates(subject, &period));
    }
    let figures = SUBJECTS.iter().flat_map(|subject| view.standing_figures(subject, &report.nil)).collect();
    report.sections.push(view.section("certificates", figures, Vec::new()));
    report.statements =
        vec![view.statement("requests", &requests, &report.nil, &period), view.statement("documents", &papers, &report.nil, &period)];
    for request in of(false) {
        report.open.push(view.item(request, view.say("open_request", &[])));
    }
    for paper in open {
        report.open.push(view.item(paper, view.say("open_paper", &[])));
    }
    view.completeness(&mut report, &KINDS, &period);
    report.lists = view.lists(&["nil", "open", "late", "duplicates", "amended", "erased"]);
    report
}

/// How the requests were addressed, counted by the words of the answers; a request with two answers is counted under each.
fn outcomes(view: &View<'_>, requests: &[&Stored]) -> Table {
    let mut rows = Vec::new();
    for word in view.schema().list("outcome") {
        let fits =
            |request: &&&Stored| view.responses_to(request).iter().any(|response| response.record.text("outcome") == Some(&word.name));
        let counted: Vec<&Stored> = requests.iter().filter(fits).copied().collect();
        rows.push(row([word.label.clone().into(), counted.len().into()], &counted));
    }
    let open: Vec<&Stored> = requests.iter().filter(|request| view.responses_to(request).is_empty()).copied().collect();
    rows.push(row([view.say("no_response", &[]).into(), open.len().into()], &open));
    view.table("outcomes", &["addressed", "requests"], rows)
}

fn requests_table(view: &View<'_>, requests: &[&Stored]) -> Table {
    let line = |stored: &&Stored| {
        let record = &stored.record;
        let responses = view.responses_to(stored);
        let answered: Vec<String> = responses.iter().map(|response| view.when(&response.record, "at")).collect();
        let cells = [
            view.when(record, "at"),
            view.words(record, "requester"),
            view.words(record, "asked"),
            view.words(record, "matter"),
            view.station(record),
            addressed(view, stored),
            or_nothing(answered.join("; ")),
        ];
        let shown: Vec<&Stored> = std::iter::once(*stored).chain(responses.iter().copied()).collect();
        row(cells.map(Into::into), &shown)
    };
    let columns = ["came", "requester", "asked", "matter", "station", "addressed", "answered_at"];
    view.table("requests", &columns, requests.iter().map(line).collect())
}

fn papers_table(view: &View<'_>, papers: &[&Stored]) -> Table {
    let line = |paper: &&Stored| {
        let record = &paper.record;
        let (bail, transferred, released) =
            (view.custody_of(paper, "bail_posted"), view.custody_of(paper, "transferred"), view.custody_of(paper, "released"));
        let said = match (transferred.is_empty(), released.is_empty()) {
            (false, true) => "said_transferred",
            (false, false) => "said_both",
            (true, false) => "said_released",
            (true, true) => "not_recorded",
        };
        let to: Vec<String> = transferred.iter().map(|custody| view.words(&custody.record, "to")).collect();
        let when =
            |list: &[&Stored]| or_nothing(list.iter().map(|custody| view.when(&custody.record, "at")).collect::<Vec<_>>().join("; "));
        let outcomes: Vec<&Stored> = transferred.iter().chain(&released).copied().collect();
        let day = view.day(paper, "at").map_or_else(|| NOTHING.to_owned(), |day| day.to_string());
        let cells = [day, view.words(record, "document"), when(&bail), view.say(said, &[]), when(&outcomes), or_nothing(to.join("; "))];
        let shown: Vec<&Stored> = std::iter::once(*paper).chain(bail).chain(outcomes).collect();
        row(cells.map(Into::into), &shown)
    };
    let columns = ["received_a", "paper", "bail_b", "outcome_c", "outcome_at_d", "to_e"];
    view.table("papers", &columns, papers.iter().map(line).collect())
}
