//! The page for everyone: yearly counts, of which none leads to a person.

use crate::input::Input;
use crate::period::{Period, month};
use crate::render;
use crate::report::{Figure, Report, Row, Section, Table, Value, count};
use crate::suppress::suppress;
use crate::view::{View, sentences};
use haven_register::register::Stored;

/// A division of the entries of a set: what each entry counts under, and all that it can count under, in order.
struct Division {
    id: &'static str,
    labels: Vec<String>,
    numbers: Vec<u64>,
}

impl Division {
    /// Counts entries by their labels; those that are not among `labels` come after them, in order.
    fn new(id: &'static str, mut labels: Vec<String>, entries: &[&Stored], label: impl Fn(&Stored) -> String) -> Division {
        let of: Vec<String> = entries.iter().map(|stored| label(stored)).collect();
        let mut others: Vec<&String> = of.iter().filter(|label| !labels.contains(label)).collect();
        others.sort();
        others.dedup();
        let others: Vec<String> = others.into_iter().cloned().collect();
        labels.extend(others);
        let numbers = labels.iter().map(|label| count(of.iter().filter(|each| *each == label).count())).collect();
        Division { id, labels, numbers }
    }
}

/// The public page of a calendar year.
pub fn public(input: &Input<'_>, year: i16) -> Report {
    let view = View::new(input, "public");
    let period = Period::year(year);
    let mut report = view.empty(format!("public-{}", period.label), Some(period.clone()));
    report.public = true;
    let months: Vec<String> = period.months().into_iter().filter(|each| *each <= month(input.as_of)).collect();
    let stations = |subject: &str| {
        let bound = view.schema().stations().iter().filter(|station| station.nil.iter().any(|word| word == subject));
        bound.map(|station| station.label.clone()).collect::<Vec<_>>()
    };
    let by_month = |entries: &[&Stored]| {
        Division::new("month", months.clone(), entries, |stored| view.day(stored, "at").map_or_else(String::new, month))
    };
    let by_station =
        |subject: &str, entries: &[&Stored]| Division::new("station", stations(subject), entries, |stored| view.station(&stored.record));
    let by_words = |id: &'static str, field: &'static str, entries: &[&Stored]| {
        Division::new(id, Vec::new(), entries, |stored| view.words(&stored.record, field))
    };
    let in_year = |kind: &str| {
        let all = view.of_kind(kind).into_iter();
        all.filter(|stored| view.happened_in(stored, &period)).collect::<Vec<_>>()
    };

    let requests = in_year(view.groups().kind_of("assistance"));
    let wanted =
        |stored: &Stored| view.say(if view.groups().is("assistance", &stored.record) { "for_assistance" } else { "for_other" }, &[]);
    let answered = |stored: &Stored| {
        let last = view.responses_to(stored).last();
        last.map_or_else(|| view.say("no_response", &[]), |response| view.words(&response.record, "outcome"))
    };
    let class = |stored: &Stored| {
        let class = stored.record.text("requester").and_then(|requester| view.schema().class_of(requester)).unwrap_or("none");
        view.say(&format!("class_{class}"), &[])
    };
    let divisions = vec![
        Division::new("wanted", Vec::new(), &requests, wanted),
        by_month(&requests),
        by_station("requests", &requests),
        Division::new("requester", Vec::new(), &requests, class),
        Division::new("answer", Vec::new(), &requests, answered),
    ];
    report.sections.push(section(&view, "requests", &divisions, count(requests.len())));

    let papers = view.of_class_in("papers", &period);
    let followed = |stored: &Stored| {
        let has = |group: &str| !view.custody_of(stored, group).is_empty();
        view.say(
            if has("transferred") {
                "said_transferred"
            } else if has("released") {
                "said_released"
            } else {
                "not_recorded"
            },
            &[],
        )
    };
    let divisions = vec![
        by_words("paper", "document", &papers),
        by_month(&papers),
        by_station("documents", &papers),
        Division::new("outcome", Vec::new(), &papers, followed),
    ];
    report.sections.push(section(&view, "papers", &divisions, count(papers.len())));

    let visits = in_year("visit");
    let divisions = vec![by_month(&visits), by_words("place", "place", &visits)];
    report.sections.push(section(&view, "visits", &divisions, count(visits.len())));

    let certifications = view.of_class_in("certifications", &period);
    let answer = |stored: &Stored| match stored.record.text("outcome") {
        Some(_) => view.words(&stored.record, "outcome"),
        None => view.say("no_answer", &[]),
    };
    let divisions = vec![Division::new("outcome", Vec::new(), &certifications, answer)];
    report.sections.push(section(&view, "certifications", &divisions, count(certifications.len())));

    let complaints = in_year("complaint");
    let divisions = vec![by_words("routed_to", "routed_to", &complaints)];
    report.sections.push(section(&view, "complaints", &divisions, count(complaints.len())));

    let mut figures = Vec::new();
    for subject in ["requests", "documents", "certifications"] {
        let certificates = view.certificates(subject, &period);
        // How many stations certified is left out: with it the number of stations that have entries would be known, and with
        // that sometimes a count that is hidden.
        let silent = view.standing_figures(subject, &certificates).into_iter().filter(|figure| figure.id.starts_with("silent"));
        figures.extend(silent.map(|figure| shown(&view, figure)));
    }
    report.sections.push(view.section("certificates", figures, Vec::new()));
    report
        .notes
        .extend(["public_rule", "public_withheld", "public_log", "public_not_compared"].map(|id| view.fill_numbers(&view.say(id, &[]))));
    report.files = render::file_names(&report);
    report
}

/// A figure of which nobody may open the entries.
fn shown(view: &View<'_>, figure: Figure) -> Figure {
    let (_, how) = view.groups().figure("public", &figure.id);
    Figure { entries: Vec::new(), how: held(view, how), ..figure }
}

fn held(view: &View<'_>, how: String) -> String {
    let size = view.input.log_size.to_string();
    sentences([how, view.say("held_public", &[("origin", view.input.origin), ("size", &size)])])
}

fn section(view: &View<'_>, id: &str, divisions: &[Division], total: u64) -> Section {
    let numbers: Vec<Vec<u64>> = divisions.iter().map(|division| division.numbers.clone()).collect();
    let may = suppress(total, &numbers, view.groups().fewer_than);
    let (label, how) = view.groups().figure("public", id);
    let figure = Figure { id: id.to_owned(), label, value: may.total, how: held(view, how), entries: Vec::new() };
    let tables = divisions.iter().zip(&may.partitions).map(|(division, values)| table(view, id, division, values, may.total));
    view.section(id, vec![figure], tables.collect())
}

fn table(view: &View<'_>, section: &str, division: &Division, values: &[Value], total: Value) -> Table {
    let rows = division.labels.iter().zip(values);
    let rows = rows.map(|(label, value)| Row { cells: vec![label.clone().into(), (*value).into()], entries: Vec::new() }).collect();
    let mut table = view.table(&format!("{section}_{}", division.id), &[division.id, "number"], rows);
    table.total = Some(Row { cells: vec![view.say("total", &[]).into(), total.into()], entries: Vec::new() });
    table
}
