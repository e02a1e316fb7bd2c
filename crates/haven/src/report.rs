//! `haven report`: the reports that the law demands, and the comparison with another party's data.

use crate::config::Config;
use crate::error::CliError;
use crate::register::out;
use crate::{audit, laws, node};
use haven_audit::detainers;
use haven_law::pack::Source;
use haven_register::register::{Filter, Register, Stored};
use haven_register::schema::Schema;
use haven_report::check::{self, CheckError, Count, Facilities, Layout, Place, TheirRow, Theirs, Unread};
use haven_report::report::EntryRef;
use haven_report::{Groups, Input, Quarter, Report, duties, render};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The commands of `haven report`.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// The quarterly report to the Mayor and the Inspector General
    #[command(after_help = "Example:\n  haven report quarterly --quarter 2026Q2 --out report")]
    Quarterly {
        /// The quarter, `2026Q2`
        #[arg(long)]
        quarter: Quarter,
        #[command(flatten)]
        to: To,
    },
    /// The yearly TRUST Act report to the Attorney General
    #[command(after_help = "Example:\n  haven report trust --year 2026 --out report")]
    Trust {
        /// The calendar year
        #[arg(long)]
        year: i16,
        #[command(flatten)]
        to: To,
    },
    /// The yearly VOICES Act report to the Attorney General
    #[command(after_help = "Example:\n  haven report voices --year 2026 --out report")]
    Voices {
        /// The calendar year
        #[arg(long)]
        year: i16,
        #[command(flatten)]
        to: To,
    },
    /// The yearly review of forms
    #[command(after_help = "Example:\n  haven report forms --year 2026 --out report")]
    Forms {
        /// The calendar year
        #[arg(long)]
        year: i16,
        #[command(flatten)]
        to: To,
    },
    /// The inventory of agreements and accesses
    #[command(after_help = "Example:\n  haven report agreements --out report")]
    Agreements {
        #[command(flatten)]
        to: To,
    },
    /// One incident as a timeline
    #[command(after_help = "Example:\n  haven report incident 2612404567 --out report")]
    Incident {
        /// The number of a case, or the id of an entry
        event: String,
        #[command(flatten)]
        to: To,
    },
    /// The public page of a year, with small counts suppressed
    #[command(after_help = "Example:\n  haven report public --year 2026 --out public")]
    Public {
        /// The calendar year [default: this year]
        #[arg(long)]
        year: Option<i16>,
        /// Folder for the page and its files
        #[arg(long, value_name = "FOLDER")]
        out: PathBuf,
    },
    /// Compare the register with another party's data, by facility and month
    #[command(after_help = "Example:\n  haven report check --against detainers.csv --stations stations.csv --out check")]
    Check {
        /// Their data, CSV or Parquet of any size: detainers one a row, or counts by month or by facility
        #[arg(long, value_name = "FILE")]
        against: PathBuf,
        /// Which station is which facility: `station,detention_facility_code`
        #[arg(long, value_name = "FILE")]
        stations: PathBuf,
        /// Names of facilities: `detention_facility_code,detention_facility`
        #[arg(long, value_name = "FILE")]
        facilities: Option<PathBuf>,
        #[command(flatten)]
        to: To,
    },
}

/// Where a report goes.
#[derive(clap::Args)]
pub(crate) struct To {
    /// Folder for HTML, CSV, XLSX, JSON and the proofs of the entries [default: print the JSON]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// With the numbers of cases: with them the agency's own records can find a person
    #[arg(long)]
    links: bool,
}

/// A register as reports read it.
pub(crate) struct Books {
    pub schema: std::sync::Arc<Schema>,
    pub groups: Groups,
    zone: TimeZone,
    entries: Vec<Stored>,
    links: Vec<(String, String, String, String)>,
    origin: String,
    log_size: u64,
    pub as_of: Date,
}

impl Books {
    pub(crate) fn input(&self) -> Input<'_> {
        Input {
            schema: &self.schema,
            groups: &self.groups,
            zone: &self.zone,
            entries: &self.entries,
            links: &self.links,
            origin: &self.origin,
            log_size: self.log_size,
            as_of: self.as_of,
        }
    }

    /// Leaves out what happened since the end of last month, and what is not `published` yet.
    pub(crate) fn close_at_month(&mut self, published: u64) -> Result<(), CliError> {
        let first = self.as_of.first_of_month();
        self.entries.retain(|stored| stored.record.day().is_some_and(|day| day < first));
        self.log_size = published;
        self.as_of = first.yesterday().map_err(|error| CliError::other(error.to_string(), "check the clock"))?;
        Ok(())
    }

    /// Reads a register; links to cases only where they are wanted.
    pub(crate) async fn read(
        register: &Register,
        source: &Source,
        schema: &std::sync::Arc<Schema>,
        links: bool,
    ) -> Result<Books, CliError> {
        let groups = Groups::read(source.get("reports.toml").unwrap_or_default())
            .map_err(|error| CliError::other(error.to_string(), "`reports.toml` lies in the folder of laws"))?;
        groups.fit(schema).map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(|error| format!("\n  {error}")).collect();
            CliError::other(format!("`reports.toml` does not fit the register{}", lines.concat()), "its words are those of register.toml")
        })?;
        let logs = register.logs().await.map_err(node::failed)?;
        Ok(Books {
            groups,
            zone: node::zone(schema)?,
            entries: register.list(&Filter::default()).await.map_err(node::failed)?,
            links: if links { register.all_links().await.map_err(node::failed)? } else { Vec::new() },
            // Entries may stand in logs that were closed before this one.
            origin: logs.iter().map(|(_, origin, _, _)| origin.as_str()).collect::<Vec<_>>().join(" and "),
            log_size: logs.iter().map(|(_, _, size, _)| size).sum(),
            as_of: node::now(schema)?.date(),
            schema: std::sync::Arc::clone(schema),
        })
    }
}

/// Runs the command.
pub(crate) fn run(command: &Command, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let pack = laws::pack(source, &config.jurisdiction)?;
    let schema = node::schema(source, &pack)?;
    node::run(async {
        let register = node::read(config, &schema).await?;
        let wants_links = match command {
            Command::Quarterly { to, .. } | Command::Incident { to, .. } => to.links,
            _ => false,
        };
        let books = Books::read(&register, source, &schema, wants_links).await?;
        let input = books.input();
        let deliver = async |mut report: Report, folder: Option<&Path>| {
            report.intro.splice(0..0, config.notice.clone());
            deliver(&register, &report, folder).await
        };
        match command {
            Command::Quarterly { quarter, to } => deliver(haven_report::quarterly(&input, *quarter), to.out.as_deref()).await,
            Command::Trust { year, to } => deliver(haven_report::trust(&input, *year), to.out.as_deref()).await,
            Command::Voices { year, to } => deliver(haven_report::voices(&input, *year), to.out.as_deref()).await,
            Command::Forms { year, to } => deliver(haven_report::forms(&input, *year), to.out.as_deref()).await,
            Command::Agreements { to } => deliver(haven_report::agreements(&input), to.out.as_deref()).await,
            Command::Public { year, out } => deliver(haven_report::public(&input, year.unwrap_or(books.as_of.year())), Some(out)).await,
            Command::Incident { event, to } => {
                let incidents = register.incidents(event).await.map_err(node::failed)?;
                if incidents.is_empty() {
                    return Err(CliError::other(
                        "expected a case or an entry of that name, found none",
                        "`haven register list` shows what there is",
                    ));
                }
                // The number of a case stands in the report only where the links may.
                let of_entry = register.history(event).await.is_ok_and(|found| !found.is_empty());
                let name = if to.links || of_entry { event } else { incidents.first().map_or("", String::as_str) };
                deliver(haven_report::incident(&input, &incidents, name), to.out.as_deref()).await
            }
            Command::Check { against, stations, facilities, to } => {
                let read = |path: &PathBuf| fs::read(path).map_err(|error| CliError::Read { path: path.clone(), error });
                let wrong = |error: CheckError| CliError::other(error.to_string(), "docs/reports.md lists the layouts");
                let codes = facilities.as_ref().map(read).transpose()?;
                let facilities = Facilities::read(&read(stations)?, codes.as_deref(), &schema).map_err(wrong)?;
                let theirs = theirs(against, &facilities, check::days(&input)).await?;
                let compared = check::against(&input, &theirs, &facilities);
                let differs = !compared.only_ours.is_empty()
                    || !compared.only_theirs.is_empty()
                    || compared.pairs.iter().any(|pair| pair.ours != pair.theirs);
                deliver(compared.report(&input), to.out.as_deref()).await?;
                Ok(ExitCode::from(u8::from(differs)))
            }
        }
    })
}

/// Reads another party's data, however large, for what a comparison of these days needs of it.
async fn theirs(against: &Path, facilities: &Facilities, days: (Date, Date)) -> Result<Theirs, CliError> {
    let own = |place: &detainers::Place| Place { code: place.code.clone(), name: place.name.clone() };
    let scratch = tempfile::tempdir()?;
    let layouts = audit::detainer_layouts()?;
    let ours = |place: &detainers::Place| facilities.own(&own(place)).is_some();
    let question = detainers::Question {
        file: against,
        layouts: &layouts,
        ours: &ours,
        days,
        scratch: scratch.path(),
        cores: std::thread::available_parallelism().map_or(1, NonZero::get),
        memory: audit::MEMORY,
    };
    let read = detainers::read(&question).await.map_err(|error| CliError::other(error.to_string(), "docs/reports.md lists the layouts"))?;
    let cell = |cell: detainers::Unread| Unread { row: cell.row, column: cell.column, expected: cell.expected, found: cell.found };
    let count = |count: &detainers::Count| Count { place: own(&count.place), month: count.month.clone(), number: count.number };
    Ok(Theirs {
        file: read.original.file,
        sha256: read.original.sha256,
        layout: match read.kind {
            detainers::Kind::Rows => Layout::Rows,
            detainers::Kind::ByMonth => Layout::ByMonth,
            detainers::Kind::ByFacility => Layout::ByFacility,
        },
        unread: read.unread.into_iter().map(cell).collect(),
        unread_rest: read.unread_rest,
        first: read.first,
        last: read.last,
        likely_duplicates: read.likely_duplicates,
        counts: read.counts.iter().map(count).collect(),
        reasons: read.reasons,
        rows: read.rows.iter().map(|row| TheirRow { row: row.row, day: row.day, place: own(&row.place) }).collect(),
    })
}

/// Writes a report in all its forms with the proofs of the entries behind it, or prints it.
async fn deliver(register: &Register, report: &Report, folder: Option<&Path>) -> Result<ExitCode, CliError> {
    let Some(folder) = folder else {
        out(&render::json(report))?;
        return Ok(ExitCode::SUCCESS);
    };
    fs::create_dir_all(folder)?;
    let xlsx = render::xlsx(report).map_err(|error| CliError::other(error.to_string(), "report this"))?;
    let mut files = vec![
        (format!("{}.html", report.id), render::html(report).into_bytes()),
        (format!("{}.json", report.id), render::json(report).into_bytes()),
        (format!("{}.xlsx", report.id), xlsx),
    ];
    files.extend(render::csv(report));
    for (name, bytes) in &files {
        fs::write(folder.join(name), bytes)?;
    }
    let proofs = proofs(register, &report.entries(), folder).await?;
    let mut said: String = files.iter().map(|(name, _)| format!("{}\n", folder.join(name).display())).collect();
    if proofs > 0 {
        said.push_str(&format!("{}  {proofs} proofs\n", folder.join("proofs").display()));
    }
    out(&said)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the proof and the public entry of each entry behind a report.
async fn proofs(register: &Register, entries: &[EntryRef], folder: &Path) -> Result<usize, CliError> {
    if entries.is_empty() {
        return Ok(0);
    }
    let folder = folder.join("proofs");
    fs::create_dir_all(&folder)?;
    for entry in entries {
        let (public, proof) = register.prove(entry.log, entry.index).await.map_err(node::failed)?;
        let stem = format!("{}-{}", entry.log, entry.index);
        fs::write(folder.join(format!("{stem}.tlog-proof")), proof.to_string())?;
        fs::write(folder.join(format!("{stem}.entry.json")), public)?;
    }
    Ok(entries.len())
}

/// `haven register duties`: what is due within some days.
pub(crate) fn duties(source: &Source, config: &Config, within: i32, ics: bool, jsonl: bool) -> Result<ExitCode, CliError> {
    let pack = laws::pack(source, &config.jurisdiction)?;
    let schema = node::schema(source, &pack)?;
    let books = node::run(async {
        let register = node::read(config, &schema).await?;
        Books::read(&register, source, &schema, false).await
    })?;
    let input = books.input();
    let until = books.as_of.checked_add(jiff::Span::new().days(within)).unwrap_or(books.as_of);
    let due: Vec<duties::Due> = duties::due(&input, until).into_iter().filter(|duty| duty.done.is_none()).collect();
    let text = if ics {
        duties::ics(&due, &books.groups, schema.place(), books.as_of)
    } else if jsonl {
        due.iter().map(|duty| format!("{}\n", serde_json::to_string(duty).unwrap_or_default())).collect()
    } else {
        let mut text = String::new();
        for duty in &due {
            let late = if duty.due < books.as_of { "late  " } else { "      " };
            let period = duty.period.as_ref().map_or_else(String::new, |(from, until)| format!(", {from} to before {until}"));
            let record = duty.record.as_ref().map_or_else(String::new, |record| format!(", {record}"));
            text.push_str(&format!("{late}{}  {}{period}{record}\n", duty.due, duty.label));
            text.push_str(&format!("                  {}  [{}; day: {}]\n", duty.owner, duty.cite, duty.verified));
        }
        text.push_str(&duties::scope(&input));
        text.push('\n');
        text
    };
    out(&text)?;
    Ok(ExitCode::SUCCESS)
}
