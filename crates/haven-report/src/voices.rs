//! The yearly report on requests for U and T visa certifications: when each came, and when it was certified or refused.

use crate::input::Input;
use crate::period::Period;
use crate::report::{Report, Table};
use crate::view::{NOTHING, View, row};
use haven_register::register::Stored;

/// The report of a calendar year.
pub fn voices(input: &Input<'_>, year: i16) -> Report {
    let view = View::new(input, "voices");
    let period = Period::year(year);
    let mut report = view.empty(format!("voices-{}", period.label), Some(period.clone()));
    let requests = view.of_class_in("certifications", &period);
    let outcome = |stored: &&Stored, group: &str| stored.record.text("outcome").is_some_and(|word| view.groups().has(group, word));
    let with = |group: &str| requests.iter().copied().filter(|stored| outcome(stored, group)).collect::<Vec<_>>();
    let open: Vec<&Stored> = requests.iter().copied().filter(|stored| stored.record.text("outcome").is_none()).collect();
    let before = |stored: &&Stored| view.day(stored, "at").is_some_and(|day| day < period.from);
    let earlier = |keep: &dyn Fn(&&Stored) -> bool| {
        view.of_class("certifications").into_iter().filter(before).filter(|stored| keep(stored)).collect::<Vec<_>>()
    };
    let earlier_answered = earlier(&|stored| view.lies_in(stored, "answered_on", &period));
    let earlier_open = earlier(&|stored| stored.record.text("outcome").is_none());
    let figures = vec![
        view.figure("received", &requests),
        view.figure("certified", &with("certified")),
        view.figure("refused", &with("refused")),
        view.figure("open", &open),
        view.figure("earlier_answered", &earlier_answered),
        view.figure("earlier_open", &earlier_open),
    ];
    let mut tables = vec![requests_table(&view, "requests", &requests)];
    let earlier: Vec<&Stored> = earlier_answered.into_iter().chain(earlier_open.iter().copied()).collect();
    if !earlier.is_empty() {
        tables.push(requests_table(&view, "earlier", &earlier));
    }
    report.sections.push(view.section("requests", figures, tables));
    report.nil = view.certificates("certifications", &period);
    let figures = view.standing_figures("certifications", &report.nil);
    report.sections.push(view.section("certificates", figures, Vec::new()));
    report.statements = vec![view.statement("certifications", &requests, &report.nil, &period)];
    for request in earlier_open.into_iter().chain(open) {
        report.open.push(view.item(request, view.say("open_certification", &[])));
    }
    view.completeness(&mut report, &["certification"], &period);
    report.lists = view.lists(&["nil", "open", "late", "duplicates", "amended", "erased"]);
    report
}

fn requests_table(view: &View<'_>, id: &str, requests: &[&Stored]) -> Table {
    let line = |stored: &&Stored| {
        let record = &stored.record;
        let (asked, answered) = (view.day(stored, "at"), view.day(stored, "answered_on"));
        let took = asked.zip(answered).and_then(|(asked, answered)| asked.until(answered).ok()).map(|span| span.get_days().to_string());
        let day = |day: Option<jiff::civil::Date>| day.map_or_else(|| NOTHING.to_owned(), |day| day.to_string());
        let outcome = view.words(record, "outcome");
        let cells = [
            day(asked),
            view.words(record, "form"),
            if outcome == NOTHING { view.say("no_answer", &[]) } else { outcome },
            day(answered),
            took.unwrap_or_else(|| NOTHING.to_owned()),
        ];
        row(cells.map(Into::into), &[stored])
    };
    view.table(id, &["requested", "form", "outcome", "answered", "days"], requests.iter().map(line).collect())
}
