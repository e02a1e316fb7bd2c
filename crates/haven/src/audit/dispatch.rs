//! `haven audit dispatch`: events of emergency communications that speak of immigration enforcement, beside the register.

use super::{data, of, read, unwritten, wrong};
use crate::config::Config;
use crate::error::CliError;
use crate::{detect, laws, node};
use haven_audit::dispatch::{self, Entry, Moment, Register, Settings, With};
use haven_audit::layout::Layouts;
use haven_audit::output;
use haven_audit::purpose::Purposes;
use haven_law::pack::Source;
use haven_register::entry::Record;
use haven_register::register::Filter;
use haven_register::schema::{FieldType, Schema};
use jiff::tz::TimeZone;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// The page that says how it is done.
const PAGE: &str = "audit-dispatch";

/// Flags of `haven audit dispatch`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Exports of dispatch: CSV, also packed as `.gz` or `.zip`
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The story of one event, with what is linked to it and the register's entries
    #[arg(long, value_name = "NUMBER")]
    event: Option<String>,
    /// A layout of your own, for exports that are not recognised
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// The zone of times that name none [default: that of the law]
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Minutes within which an entry is a candidate [default: 60]
    #[arg(long, value_name = "MINUTES")]
    window: Option<u32>,
    /// A folder for the report and the tables (CSV, JSON)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What is printed
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
    Html,
}

pub(super) fn run(args: &Args, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let pack = laws::pack(source, &config.jurisdiction)?;
    let schema = node::schema(source, &pack)?;
    let mut data = data()?;
    if let Some(path) = &args.map {
        data.push((path.display().to_string(), read(path)?));
    }
    let mut settings = Settings::load(&data).map_err(wrong(PAGE))?;
    settings.minutes = args.window.unwrap_or(settings.minutes);
    let zone = match &args.zone {
        Some(name) => TimeZone::get(name)
            .map_err(|_| CliError::other(format!("--zone: expected a zone of the IANA database, found `{name}`"), "as America/Chicago"))?,
        None => node::zone(&schema)?,
    };
    let name = zone.iana_name().unwrap_or("UTC");
    let layouts = Layouts::load(&of(&data, &["dispatch.toml"], args.map.as_deref()), name).map_err(wrong(PAGE))?;
    let detector = Arc::new(detect::sources(None)?.detector()?);
    let purposes = Purposes::load(&data, &["purposes.toml", "dispatch-words.toml"], detector).map_err(wrong(PAGE))?;
    let register = node::run(entries(config, &schema, &settings))?;
    let with = With { layouts: &layouts, purposes: &purposes, settings: &settings, zone: &zone };
    let (outputs, code) = match &args.event {
        Some(number) => {
            let story = dispatch::story(&args.files, &with, &register, number).map_err(wrong(PAGE))?;
            let unread = story.read.iter().any(|file| !file.unread.is_empty());
            let texts =
                (dispatch::story_table(&story), dispatch::json(&story), dispatch::story_csv(&story), output::compared::story(&story));
            (("event", texts), if unread { 2 } else { 0 })
        }
        None => {
            let found = dispatch::dispatch(&args.files, &with, &register).map_err(wrong(PAGE))?;
            let texts = (dispatch::table(&found), dispatch::json(&found), dispatch::csv(&found), output::compared::dispatch(&found));
            (("dispatch", texts), if found.unread() { 2 } else { u8::from(found.open()) })
        }
    };
    let (stem, (table, json, csv, html)) = outputs;
    let (json, csv, html) = (json.map_err(wrong(PAGE))?, csv.map_err(wrong(PAGE))?, html.map_err(wrong(PAGE))?);
    if let Some(out) = &args.out {
        fs::create_dir_all(out).map_err(unwritten(out))?;
        for (ending, text) in [("html", &html), ("json", &json), ("csv", &csv)] {
            let path = out.join(format!("{stem}.{ending}"));
            fs::write(&path, text).map_err(unwritten(&path))?;
        }
    }
    crate::register::out(match args.format {
        Format::Table => &table,
        Format::Json => &json,
        Format::Csv => &csv,
        Format::Html => &html,
    })?;
    Ok(ExitCode::from(code))
}

/// The register as the audit takes it: a plain table, without staff and without what is encrypted.
async fn entries(config: &Config, schema: &Arc<Schema>, settings: &Settings) -> Result<Register, CliError> {
    let register = node::read(config, schema).await?;
    let zone = node::zone(schema)?;
    let links = register.all_links().await.map_err(node::failed)?;
    let stored = register.list(&Filter::default()).await.map_err(node::failed)?;
    let mut entries = Vec::new();
    for record in stored.iter().filter(|stored| !stored.erased && !stored.record.erased).map(|stored| &stored.record) {
        let kind = schema.kind(&record.kind);
        let fields = || kind.into_iter().flat_map(|kind| &kind.fields);
        let own = kind.map_or("", |kind| kind.at.as_str());
        let inside = fields().filter(|field| field.of == FieldType::Moment).map(|field| (field.name.as_str(), field.label.as_str()));
        let moments = [("at", own)].into_iter().chain(inside).chain([("recorded_at", "recorded")]);
        let moments = moments.filter_map(|(field, label)| {
            let moment = match field {
                "recorded_at" => haven_register::moment::Moment::parse(&record.recorded_at, &zone).ok(),
                field => record.moment(field, &zone),
            }?;
            let (text, day, instant) = (moment.to_string(), moment.day(), moment.instant());
            Some(Moment { field: field.to_owned(), label: label.to_owned(), text, day, instant })
        });
        let numbers = links.iter().filter(|(system, _, _, id)| *system == settings.link && *id == record.id);
        entries.push(Entry {
            id: record.id.clone(),
            kind: record.kind.clone(),
            label: kind.map_or_else(|| record.kind.clone(), |kind| kind.label.clone()),
            incident: record.incident.clone(),
            moments: moments.collect(),
            numbers: numbers.map(|(_, number, ..)| number.clone()).collect(),
            place: record.station.clone(),
            says: says(schema, record),
        });
    }
    let numbers = register.linked(&settings.link, &[]).await.map_err(node::failed)?.is_some();
    Ok(Register { entries, numbers, keep_days: schema.links_keep().0 })
}

/// The words of an entry, field by field.
fn says(schema: &Schema, record: &Record) -> String {
    let mut parts: Vec<String> = record.station.iter().map(|station| format!("station {station}")).collect();
    for field in schema.kind(&record.kind).into_iter().flat_map(|kind| &kind.fields) {
        if !matches!(field.of, FieldType::Words(_)) {
            continue;
        }
        let words: Vec<&str> = record.texts(&field.name).into_iter().map(|word| schema.label(&record.kind, &field.name, word)).collect();
        if !words.is_empty() {
            parts.push(format!("{}: {}", field.label, words.join(", ")));
        }
    }
    parts.join("; ")
}
