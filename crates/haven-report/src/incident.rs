//! The packet of an incident: who knew what, when, and since when it stands recorded.

use crate::input::Input;
use crate::report::{Report, Table};
use crate::view::{NOTHING, View, gone, or_nothing, row};
use haven_register::moment::Moment;
use haven_register::register::Stored;
use haven_register::schema::FieldType;
use std::collections::BTreeSet;

/// One line of the timeline: an entry, or a moment inside of one.
struct Line<'a> {
    moment: Moment,
    /// The field that holds the moment; `at` for the entry itself.
    field: &'a str,
    stored: &'a Stored,
}

/// The packet of incidents, by the ids of the entries with which they began. `name` is what the reader calls it.
pub fn incident(input: &Input<'_>, incidents: &[String], name: &str) -> Report {
    let view = View::new(input, "incident");
    let mut report = view.empty(format!("incident-{}", file_name(name)), None);
    report.title = view.say("incident_title", &[("title", &report.title), ("name", name)]);
    let belongs = |stored: &&Stored| incidents.contains(&stored.record.incident);
    let entries: Vec<&Stored> = view.all().iter().copied().filter(belongs).collect();

    let mut lines: Vec<Line<'_>> = Vec::new();
    for stored in &entries {
        let kind = view.schema().kind(&stored.record.kind);
        let inside = kind.into_iter().flat_map(|kind| &kind.fields).filter(|field| field.of == FieldType::Moment);
        for field in std::iter::once("at").chain(inside.map(|field| field.name.as_str())) {
            if let Some(moment) = stored.record.moment(field, input.zone) {
                lines.push(Line { moment, field, stored });
            }
        }
    }
    lines.sort_by_key(|line| (line.moment.day(), line.moment.instant(), line.stored.index, line.field));
    let stations: BTreeSet<String> = entries.iter().map(|stored| view.station(&stored.record)).collect();
    let gaps = gaps(&view, &entries, &lines);
    let figures = vec![
        view.figure("entries", &entries),
        view.figure_of("stations", crate::report::count(stations.len()), &entries),
        view.figure_of("gaps", crate::report::count(gaps.rows.len()), &entries),
    ];
    report.sections.push(view.section("timeline", figures, vec![timeline(&view, &lines)]));
    let mut numbers: Vec<(&str, &str)> = input
        .links
        .iter()
        .filter(|(_, _, incident, _)| incidents.contains(incident))
        .map(|(system, number, ..)| (system.as_str(), number.as_str()))
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut tables = vec![gaps];
    if !numbers.is_empty() {
        let label = |system: &str| {
            let words = view.schema().list("link");
            words.iter().find(|word| word.name == system).map_or_else(|| system.to_owned(), |word| word.label.clone())
        };
        let rows = numbers.iter().map(|(system, number)| row([label(system).into(), (*number).into()], &[])).collect();
        tables.push(view.table("numbers", &["system", "number"], rows));
    }
    report.sections.push(view.section("gaps", Vec::new(), tables));

    let erased = input.entries.iter().filter(|stored| gone(stored) && belongs(stored));
    report.erased = erased.map(|stored| view.item(stored, view.say("erased_unsaid", &[]))).collect();
    for stored in entries.iter().filter(|stored| stored.record.version > 1) {
        let at = view.when(&stored.record, "recorded_at");
        let why = stored.record.why.as_deref().unwrap_or_default();
        let why = view.schema().list("amend_reason").iter().find(|word| word.name == why).map_or(why, |word| word.label.as_str());
        let places = [("version", stored.record.version.to_string()), ("at", at), ("why", why.to_owned())];
        let places = places.each_ref().map(|(name, value)| (*name, value.as_str()));
        report.amended.push(view.item(stored, view.say("amended", &places)));
    }
    report.lists = view.lists(&["amended", "erased"]);
    let known: BTreeSet<&str> = input.entries.iter().map(|stored| stored.record.incident.as_str()).collect();
    let unknown = incidents.iter().filter(|incident| !known.contains(incident.as_str())).count();
    if unknown > 0 || incidents.is_empty() {
        report.notes.push(view.say("incident_unknown", &[("n", &unknown.to_string())]));
    }
    report
}

fn timeline(view: &View<'_>, lines: &[Line<'_>]) -> Table {
    let row_of = |line: &Line<'_>| {
        let record = &line.stored.record;
        let kind = view.schema().kind(&record.kind);
        let what = match line.field {
            "at" => kind.map_or_else(|| record.kind.clone(), |kind| format!("{}, {}", kind.label, kind.at)),
            field => kind.and_then(|kind| kind.field(field)).map_or_else(|| field.to_owned(), |field| field.label.clone()),
        };
        let details = if line.field == "at" { details(view, line.stored) } else { String::new() };
        let known = match record.moment("matter_known_at", view.input.zone) {
            Some(moment) if line.field == "at" => view.say("matter_since", &[("at", &view.moment(&moment))]),
            _ => NOTHING.to_owned(),
        };
        let channel = if line.field == "at" { view.words(record, "channel") } else { NOTHING.to_owned() };
        let cells =
            [view.moment(&line.moment), what, or_nothing(details), view.station(record), channel, known, view.when(record, "recorded_at")];
        row(cells.map(Into::into), &[line.stored])
    };
    let columns = ["moment", "what", "details", "station", "how_known", "since_when", "recorded_at"];
    view.table("timeline", &columns, lines.iter().map(row_of).collect())
}

/// The words of an entry, field by field. Members of staff and encrypted texts stay in the register.
fn details(view: &View<'_>, stored: &Stored) -> String {
    let record = &stored.record;
    let Some(kind) = view.schema().kind(&record.kind) else { return String::new() };
    let mut parts = Vec::new();
    for field in kind.fields.iter().filter(|field| record.fields.contains_key(&field.name) && field.name != "channel") {
        let text = match &field.of {
            FieldType::Words(_) => view.words(record, &field.name),
            FieldType::Day => view.when(record, &field.name),
            FieldType::Number | FieldType::Seconds => record.number(&field.name).map_or_else(String::new, |number| number.to_string()),
            FieldType::Provisions => record.texts(&field.name).join(", "),
            FieldType::Facts => facts(stored, &field.name),
            FieldType::Moment | FieldType::Staff | FieldType::Entry(_) | FieldType::Law | FieldType::Sealed => continue,
        };
        parts.push(format!("{}: {text}", field.label));
    }
    parts.join("; ")
}

/// The facts that were stated, as they were stated.
fn facts(stored: &Stored, field: &str) -> String {
    let facts = stored.record.fields.get(field).and_then(|facts| facts.as_object());
    let said = facts.into_iter().flatten().map(|(name, value)| match value.as_str() {
        Some(word) => format!("{name} {word}"),
        None => format!("{name} {value}"),
    });
    said.collect::<Vec<_>>().join(", ")
}

/// What the timeline does not say: fields that nobody filled in, entries that nothing follows, and stretches without an entry.
fn gaps(view: &View<'_>, entries: &[&Stored], lines: &[Line<'_>]) -> Table {
    let mut rows = Vec::new();
    let mut gap = |id: &str, places: &[(&str, &str)], stored: &[&Stored]| {
        let station = stored.first().map_or_else(|| NOTHING.to_owned(), |stored| view.station(&stored.record));
        let what = stored.first().map_or_else(|| NOTHING.to_owned(), |stored| view.what(&stored.record));
        rows.push(row([station.into(), what.into(), view.say(id, places).into()], stored));
    };
    for stored in entries {
        let record = &stored.record;
        if record.moment("at", view.input.zone).is_some_and(|moment| moment.time().is_none()) {
            gap("gap_time", &[], &[stored]);
        }
        match record.kind.as_str() {
            "request" => {
                for (field, id) in
                    [("matter", "gap_matter"), ("dispatch_notified_at", "gap_dispatch"), ("supervisor_notified_at", "gap_supervisor")]
                {
                    if !record.fields.contains_key(field) {
                        gap(id, &[], &[stored]);
                    }
                }
                if view.responses_to(stored).is_empty() {
                    gap("gap_response", &[], &[stored]);
                }
            }
            "document" if ["transferred", "released"].iter().all(|group| view.custody_of(stored, group).is_empty()) => {
                gap("gap_outcome", &[], &[stored]);
            }
            _ => {}
        }
    }
    for pair in lines.windows(2) {
        let [before, after] = pair else { continue };
        if let (Some(from), Some(until)) = (before.moment.instant(), after.moment.instant()) {
            let minutes = until.saturating_sub(from) / 60;
            if minutes > view.groups().gap_minutes {
                let (from, until) = (view.moment(&before.moment), view.moment(&after.moment));
                let length = if minutes < 120 { format!("{minutes} min") } else { format!("{} h {} min", minutes / 60, minutes % 60) };
                gap("gap_between", &[("length", &length), ("from", &from), ("until", &until)], &[before.stored, after.stored]);
            }
        }
    }
    view.table("gaps", &["station", "what", "missing"], rows)
}

/// The name of an incident as part of a file's name.
fn file_name(name: &str) -> String {
    name.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').take(40).collect()
}
