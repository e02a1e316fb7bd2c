//! Entries in words, for people at a terminal.

use haven_register::entry::Record;
use haven_register::gaps::Gap;
use haven_register::register::Stored;
use haven_register::schema::{FieldType, Kind, Schema};
use haven_register::writer::Receipt;
use serde_json::{Value, json};

/// How wide a line may be.
const WIDTH: usize = 100;

/// How many entries of a gap are named; a program gets all.
const RECORDS_SHOWN_MAX: usize = 4;

/// `1 entry`, `2 entries`.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

pub(super) fn receipt(receipt: &Receipt) -> String {
    let done = if receipt.known { "already recorded" } else { "recorded" };
    format!("{}  {done}, version {}, entry {} of log {}\n", receipt.id, receipt.version, receipt.index, receipt.log)
}

pub(super) fn receipt_json(receipt: &Receipt) -> Value {
    json!({ "id": receipt.id, "version": receipt.version, "log": receipt.log, "index": receipt.index, "known": receipt.known })
}

/// One entry a line, as it is kept, with its place in the log.
pub(super) fn lines(entries: &[Stored]) -> String {
    let line = |stored: &Stored| json!({ "log": stored.log, "index": stored.index, "erased": stored.erased, "record": stored.record });
    entries.iter().map(|stored| format!("{}\n", line(stored))).collect()
}

/// A moment without its seconds and offset.
fn moment(text: &str) -> String {
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time}"),
        _ => format!("{text}      "),
    }
}

/// A value in the words of its field.
fn value(schema: &Schema, record: &Record, field: &str) -> String {
    match record.fields.get(field) {
        Some(Value::String(word)) if word.starts_with("-----BEGIN") => "encrypted".to_owned(),
        Some(Value::String(word)) if word.len() > 16 && word.as_bytes().get(10) == Some(&b'T') => moment(word),
        Some(Value::String(word)) => schema.label_of(record, field, word).to_owned(),
        Some(Value::Array(words)) => {
            let words = words.iter().filter_map(Value::as_str).map(|word| schema.label(&record.kind, field, word));
            words.collect::<Vec<_>>().join(", ")
        }
        Some(Value::Object(facts)) => {
            let facts = facts.iter().map(|(fact, value)| match value {
                Value::String(word) => format!("{fact} = {word}"),
                other => format!("{fact} = {other}"),
            });
            facts.collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

/// The fields of an entry in one line, without the ids of other entries and digests.
fn summary(schema: &Schema, record: &Record) -> String {
    if record.erased {
        return format!("erased: {}", word_of(schema, "erase_ground", record.why.as_deref().unwrap_or_default()));
    }
    let Some(kind) = schema.kind(&record.kind) else { return String::new() };
    let plain =
        kind.fields.iter().filter(|field| !matches!(field.of, FieldType::Entry(_) | FieldType::Law | FieldType::Sealed | FieldType::Facts));
    let values: Vec<String> = plain.map(|field| value(schema, record, &field.name)).filter(|text| !text.is_empty()).collect();
    values.join("; ")
}

fn word_of<'a>(schema: &'a Schema, list: &str, word: &'a str) -> &'a str {
    schema.list(list).iter().find(|each| each.name == word).map_or(word, |each| each.label.as_str())
}

fn cut(text: String) -> String {
    if text.chars().count() <= WIDTH { text } else { text.chars().take(WIDTH - 2).chain(" …".chars()).collect() }
}

/// A line for each entry.
pub(super) fn table(schema: &Schema, entries: &[Stored]) -> String {
    let line = |stored: &Stored| {
        let record = &stored.record;
        let station = record.station.as_deref().unwrap_or("-");
        let text = format!("{}  {}  {:<13} {station:<5} {}", record.id, moment(&record.at), record.kind, summary(schema, record));
        format!("{}\n", cut(text).trim_end())
    };
    let lines: String = entries.iter().map(line).collect();
    format!("{lines}{}\n", counted(entries.len(), "entry", "entries"))
}

/// An incident in the order in which it happened.
pub(super) fn timeline(schema: &Schema, entries: &[Stored], links: &[(String, String, i64)]) -> String {
    let mut text = String::new();
    for stored in entries {
        let record = &stored.record;
        let kind = schema.kind(&record.kind).map_or(record.kind.as_str(), |kind| kind.label.as_str());
        let place = record.station.as_deref().map_or_else(|| record.agency.clone(), |station| format!("station {station}"));
        text.push_str(&format!("{}  {kind}, {place}\n", moment(&record.at)));
        for line in textwrap::wrap(&summary(schema, record), WIDTH - 18) {
            text.push_str(&format!("                  {line}\n"));
        }
        text.push_str(&format!("                  recorded {}, {}\n", moment(&record.recorded_at).trim_end(), record.id));
    }
    text + &of_case(schema, links)
}

/// Links to a case, a line each.
fn of_case(schema: &Schema, links: &[(String, String, i64)]) -> String {
    let line = |(system, number, keep_until): &(String, String, i64)| {
        let until =
            jiff::Timestamp::from_second(*keep_until).map_or_else(|_| String::new(), |until| until.strftime("%Y-%m-%d").to_string());
        format!("  {} {number}, kept until {until}\n", word_of(schema, "link", system))
    };
    links.iter().map(line).collect()
}

/// An entry with all its versions.
pub(super) fn history(schema: &Schema, versions: &[Stored], links: &[(String, String, i64)]) -> String {
    let mut text = String::new();
    for stored in versions {
        let record = &stored.record;
        let kind = schema.kind(&record.kind);
        let label = kind.map_or(record.kind.as_str(), |kind| kind.label.as_str());
        text.push_str(&format!("{}  version {}  {label}\n", record.id, record.version));
        if stored.erased {
            text.push_str(&format!("  erased; its entry {} of log {} stands\n\n", stored.index, stored.log));
            continue;
        }
        let mut line = |name: &str, value: &str| {
            if !value.is_empty() {
                let indented = format!("  {name:<44} {value}");
                for (at, part) in textwrap::wrap(&indented, WIDTH).iter().enumerate() {
                    text.push_str(&format!("{}{}\n", if at == 0 { "" } else { "                                               " }, part));
                }
            }
        };
        line(kind.map_or("at", |kind| kind.at.as_str()), moment(&record.at).trim_end());
        line("agency", &record.agency);
        line("station", record.station.as_deref().unwrap_or_default());
        for field in kind.into_iter().flat_map(|kind| &kind.fields) {
            line(&field.label, &value(schema, record, &field.name));
        }
        line("incident", &record.incident);
        line("external id", record.external.as_deref().unwrap_or_default());
        line("recorded", &format!("{} by {}", moment(&record.recorded_at).trim_end(), record.by));
        let list = if record.erased { "erase_ground" } else { "amend_reason" };
        line("why", record.why.as_deref().map_or("", |why| word_of(schema, list, why)));
        line("in the log", &format!("entry {} of log {}", stored.index, stored.log));
        text.push('\n');
    }
    text.push_str(&of_case(schema, links));
    text.trim_end().to_owned() + "\n"
}

/// The kinds of entries.
pub(super) fn kinds(schema: &Schema) -> String {
    let mut text = String::new();
    for kind in schema.kinds() {
        text.push_str(&format!("{:<14} {}\n", kind.name, kind.label));
        for line in textwrap::wrap(&kind.meaning, WIDTH - 15) {
            text.push_str(&format!("               {line}\n"));
        }
    }
    text
}

/// The fields of a kind.
pub(super) fn fields(schema: &Schema, kind: &Kind) -> String {
    let mut text = format!("{}\n{}\nat: {}\nkept: {} days, {}\n\n", kind.label, kind.meaning, kind.at, kind.keep_days, kind.keep_ground);
    for field in &kind.fields {
        let needed = if field.required { "required" } else { "" };
        text.push_str(&format!("{:<24} {:<52} {needed}\n", field.name, field.label));
        let of = match &field.of {
            FieldType::Words(words) => words.iter().map(|word| format!("{} ({})", word.name, word.label)).collect::<Vec<_>>().join(", "),
            FieldType::Moment => "a moment, `2026-05-04 14:06`, or a day".to_owned(),
            FieldType::Day => "a day, `2026-05-04`".to_owned(),
            FieldType::Number => "a whole number".to_owned(),
            FieldType::Seconds => "a whole number of seconds".to_owned(),
            FieldType::Staff => "a staff id, with a digit in it".to_owned(),
            FieldType::Entry(kind) => format!("the id or external id of a {kind}"),
            FieldType::Facts => "facts, as `haven ask --record` states them".to_owned(),
            FieldType::Provisions => "provisions".to_owned(),
            FieldType::Law => "the digest of a law pack".to_owned(),
            FieldType::Sealed => "with --text".to_owned(),
        };
        let several = if field.many { "some of: " } else { "" };
        for line in textwrap::wrap(&format!("{several}{of}"), WIDTH - 4) {
            text.push_str(&format!("    {line}\n"));
        }
    }
    let links: Vec<String> = schema.list("link").iter().map(|link| format!("{} ({})", link.name, link.label)).collect();
    text.push_str(&format!("\nlinks to a case: {}\n", links.join(", ")));
    text
}

pub(super) fn gaps(gaps: &[Gap]) -> String {
    let mut text = String::new();
    for gap in gaps {
        let station = gap.station.as_deref().map_or_else(String::new, |station| format!(", station {station}"));
        text.push_str(&format!("{}{station}\n", gap.kind.name()));
        for line in textwrap::wrap(&gap.says, WIDTH - 2).iter().chain(&textwrap::wrap(&format!("Next: {}", gap.next), WIDTH - 2)) {
            text.push_str(&format!("  {line}\n"));
        }
        let shown: Vec<&str> = gap.records.iter().take(RECORDS_SHOWN_MAX).map(String::as_str).collect();
        if !shown.is_empty() {
            let more = gap.records.len() - shown.len();
            let more = if more == 0 { String::new() } else { format!(" and {more} more (--jsonl lists all)") };
            text.push_str(&format!("  {}{more}\n", shown.join(" ")));
        }
    }
    format!("{text}{}\n", counted(gaps.len(), "gap", "gaps"))
}

pub(super) fn gap_lines(gaps: &[Gap]) -> String {
    let line = |gap: &Gap| {
        json!({
            "gap": gap.kind.name(), "station": gap.station, "from": gap.from.to_string(), "until": gap.until.to_string(),
            "records": gap.records, "says": gap.says, "next": gap.next
        })
    };
    gaps.iter().map(|gap| format!("{}\n", line(gap))).collect()
}
