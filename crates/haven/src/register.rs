//! `haven register`: record, look at, amend, import, export, and what is missing or due.

pub(crate) mod show;

use crate::config::Config;
use crate::error::CliError;
use crate::{laws, node};
use haven_law::pack::Source;
use haven_register::entry::{Draft, FieldError, Pairs};
use haven_register::gaps::gaps;
use haven_register::moment::Moment;
use haven_register::register::{Filter, Register, Stored};
use haven_register::schema::{FieldType, Schema};
use haven_register::seal::seal;
use haven_register::table;
use haven_register::writer::{Receipt, WriteError};
use jiff::ZonedDateTime;
use jiff::civil::Date;
use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// The commands of `haven register`.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Record an entry
    #[command(after_help = "Examples:
  haven register kinds request
  haven register add request --by S-7 --station 1 --set channel=phone requester=ero asked=assist
  haven register add document --by S-7 --station 1 --set channel=fax requester=ero document=I-200")]
    Add(Add),
    /// List entries
    #[command(after_help = "Example:\n  haven register list --kind document --from 2026-01-01 --until 2026-04-01")]
    List {
        #[command(flatten)]
        which: Which,
        /// One entry a line, as JSON
        #[arg(long)]
        jsonl: bool,
    },
    /// Show an entry with all its versions, or an incident with all its entries
    #[command(after_help = "Examples:\n  haven register show R-9\n  haven register show R-9 --incident")]
    Show {
        /// The id, its beginning, the external id, or the number of a case
        entry: String,
        /// The whole incident, in the order in which it happened
        #[arg(long)]
        incident: bool,
        /// Also the links to a case: with them the agency's own records can find a person
        #[arg(long)]
        links: bool,
        /// As JSON, one version or entry a line
        #[arg(long)]
        json: bool,
    },
    /// Record a correction: the version before stays as it is
    #[command(after_help = "Example:\n  haven register amend R-9 --by S-9 --why typing_error --set channel=fax")]
    Amend {
        /// The id or the external id
        entry: String,
        /// Who amends, by staff id
        #[arg(long)]
        by: String,
        /// Why, a word of the list amend_reason
        #[arg(long)]
        why: String,
        /// What changes; `field=` clears a field
        #[arg(long = "set", value_name = "FIELD=VALUE", num_args = 1.., required = true)]
        fields: Vec<String>,
    },
    /// Erase the private part of an entry on a legal ground, or of all whose retention has ended
    #[command(
        after_help = "Examples:\n  haven register erase --expired --dry-run\n  haven register erase R-9 --by S-9 --ground court_order"
    )]
    Erase {
        /// The id of the entry
        #[arg(required_unless_present = "expired", conflicts_with = "expired")]
        entry: Option<String>,
        /// All entries, and all links to cases, whose retention has ended
        #[arg(long)]
        expired: bool,
        /// Who erases, by staff id
        #[arg(long, required_unless_present = "dry_run")]
        by: Option<String>,
        /// The ground, a word of the list erase_ground; what is expired is erased because it is
        #[arg(long, required_unless_present_any = ["expired", "dry_run"], conflicts_with = "expired")]
        ground: Option<String>,
        /// Only say what would be erased
        #[arg(long)]
        dry_run: bool,
    },
    /// Record the rows of a paper log, a CSV; a row that was imported before is not recorded again
    #[command(
        after_help = "Examples:\n  haven register import --template document > log.csv\n  haven register import log.csv --kind document --by S-1042 --dry-run\n  haven register import log.csv --kind document --by S-1042"
    )]
    Import(Import),
    /// Write entries of a kind as CSV, as `import` takes it
    #[command(after_help = "Example:\n  haven register export document --from 2026-01-01 > documents.csv")]
    Export {
        /// The kind of entries
        kind: String,
        #[command(flatten)]
        which: Days,
    },
    /// Say what is missing: answers, outcomes, certificates, days
    #[command(after_help = "Example:\n  haven register gaps --from 2026-01-01")]
    Gaps {
        #[command(flatten)]
        which: Days,
        /// One gap a line, as JSON
        #[arg(long)]
        jsonl: bool,
    },
    /// Say what is due: reports, reviews, answers
    #[command(after_help = "Examples:\n  haven register duties --due 30d\n  haven register duties --due 365d --ics > duties.ics")]
    Duties {
        /// How many days ahead, `30d`
        #[arg(long, default_value = "30d", value_parser = days)]
        due: i32,
        /// As a calendar, iCalendar
        #[arg(long)]
        ics: bool,
        /// One duty a line, as JSON
        #[arg(long)]
        jsonl: bool,
    },
    /// Say which kinds of entries there are, or which fields a kind has
    #[command(after_help = "Example:\n  haven register kinds document")]
    Kinds {
        /// The kind
        kind: Option<String>,
    },
}

/// Flags of `haven register add`.
#[derive(clap::Args)]
pub(crate) struct Add {
    /// The kind of entry, from `haven register kinds`
    kind: String,
    /// The station
    #[arg(long)]
    station: Option<String>,
    /// The agency, where it is not that of the station
    #[arg(long)]
    agency: Option<String>,
    /// When it happened, in the jurisdiction's time [default: now]
    #[arg(long, value_name = "MOMENT")]
    at: Option<String>,
    /// Who records it, by staff id
    #[arg(long)]
    by: String,
    /// Fields, and numbers of the case (event, rd, cb)
    #[arg(long = "set", value_name = "FIELD=VALUE", num_args = 1..)]
    fields: Vec<String>,
    /// The incident it belongs to, by the id of one of its entries
    #[arg(long)]
    incident: Option<String>,
    /// The text of a complaint, from a file or `-`: it is encrypted to the handler's key before it is kept
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
    /// Answer as one line of JSON
    #[arg(long)]
    json: bool,
}

/// Flags of `haven register import`.
#[derive(clap::Args)]
pub(crate) struct Import {
    /// The file, `-` for standard input
    #[arg(required_unless_present = "template")]
    file: Option<PathBuf>,
    /// The kind of the rows, where the file has no column `kind`
    #[arg(long)]
    kind: Option<String>,
    /// Who imports, by staff id, where the file has no column `by`
    #[arg(long)]
    by: Option<String>,
    /// The station, where the file has no column `station`
    #[arg(long)]
    station: Option<String>,
    /// Say what would be recorded and record nothing
    #[arg(long)]
    dry_run: bool,
    /// Print an empty table for a kind, with an example row
    #[arg(long, value_name = "KIND", conflicts_with_all = ["file", "kind"])]
    template: Option<String>,
}

/// Days between which entries happened.
#[derive(clap::Args)]
pub(crate) struct Days {
    /// Happened on this day or later
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Happened before this day
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
}

/// Which entries.
#[derive(clap::Args)]
pub(crate) struct Which {
    /// Of this kind; may be repeated
    #[arg(long)]
    kind: Vec<String>,
    #[command(flatten)]
    days: Days,
    /// At this station
    #[arg(long)]
    station: Option<String>,
}

impl Days {
    /// The two days. What is no day is not repeated: somebody may have typed a name.
    fn read(&self) -> Result<(Option<Date>, Option<Date>), CliError> {
        let day = |text: &Option<String>| {
            let wrong = || CliError::other("expected a day, found something else", "a day is written `2026-05-04`");
            text.as_ref().map(|text| text.parse().map_err(|_| wrong())).transpose()
        };
        Ok((day(&self.from)?, day(&self.until)?))
    }
}

fn days(text: &str) -> Result<i32, String> {
    let number = text.strip_suffix('d').unwrap_or(text).parse().ok();
    number.filter(|days| (0..=3650).contains(days)).ok_or_else(|| "expected a number of days, `30d`, at most 3650".to_owned())
}

/// What every command works with.
struct Desk<'a> {
    config: &'a Config,
    schema: Arc<Schema>,
    now: ZonedDateTime,
}

/// Runs the command.
pub(crate) fn run(command: &Command, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let pack = laws::pack(source, &config.jurisdiction)?;
    let schema = node::schema(source, &pack)?;
    let now = node::now(&schema)?;
    let desk = Desk { config, schema, now };
    match command {
        Command::Add(add) => desk.add(add),
        Command::List { which, jsonl } => desk.list(which, *jsonl),
        Command::Show { entry, incident, links, json } => desk.show(entry, *incident, *links, *json),
        Command::Amend { entry, by, why, fields } => desk.amend(entry, by, why, fields),
        Command::Erase { entry, by, ground, dry_run, .. } => desk.erase(entry.as_deref(), by.as_deref(), ground.as_deref(), *dry_run),
        Command::Import(import) => desk.import(import),
        Command::Export { kind, which } => desk.export(kind, which),
        Command::Gaps { which, jsonl } => desk.gaps(which, *jsonl),
        Command::Duties { due, ics, jsonl } => crate::report::duties(source, config, *due, *ics, *jsonl),
        Command::Kinds { kind } => desk.kinds(kind.as_deref()),
    }
}

/// Prints to standard output.
pub(crate) fn out(text: &str) -> Result<(), CliError> {
    Ok(write!(std::io::stdout().lock(), "{text}")?)
}

/// Entries that cannot be recorded, field by field.
fn refused(errors: &[FieldError]) -> CliError {
    let lines: Vec<String> = errors.iter().map(|error| format!("\n  {error}")).collect();
    CliError::other(
        format!("the entry cannot be recorded{}", lines.concat()),
        "`haven register kinds KIND` lists the fields and their words",
    )
}

pub(crate) fn not_written(error: &WriteError) -> CliError {
    let hint = match error {
        WriteError::Refused(_) => "nothing was recorded; `haven register list` shows what there is",
        WriteError::Clock { .. } => "what was recorded carries its moment, and must not seem older than what came before",
        WriteError::Log(_) => "reading still works; nothing more is signed until this is cleared up",
        WriteError::Failed(_) => "what was recorded before is not touched",
        WriteError::Uncertain(_) | WriteError::Stopped(_) => "`haven ledger verify` says what stands",
    };
    CliError::other(error.to_string(), hint)
}

/// Splits `field=value` and adds it to the pairs.
fn set(pairs: &mut Pairs, fields: &[String]) -> Result<(), CliError> {
    for field in fields {
        let (name, value) = field
            .split_once('=')
            .ok_or_else(|| CliError::other("`--set`: expected field=value, found no `=`", "for example --set channel=phone"))?;
        pairs.insert(name.trim().to_owned(), value.trim().to_owned());
    }
    Ok(())
}

impl Desk<'_> {
    fn moment(&self) -> Moment {
        Moment::at(&self.now)
    }

    fn draft(&self, pairs: &Pairs) -> Result<Draft, CliError> {
        let zone = node::zone(&self.schema)?;
        Draft::read(&self.schema, &zone, pairs, &self.moment()).map_err(|errors| refused(&errors))
    }

    fn filter(&self, which: &Days) -> Result<Filter, CliError> {
        let (from, until) = which.read()?;
        Ok(Filter { from, until, ..Filter::default() })
    }

    /// Reads entries.
    fn read(&self, filter: &Filter) -> Result<Vec<Stored>, CliError> {
        node::run(async {
            let register = node::read(self.config, &self.schema).await?;
            register.list(filter).await.map_err(node::failed)
        })
    }

    fn kind(&self, name: &str) -> Result<&haven_register::schema::Kind, CliError> {
        self.schema.kind(name).ok_or_else(|| {
            let kinds: Vec<&str> = self.schema.kinds().iter().map(|kind| kind.name.as_str()).collect();
            CliError::other(
                format!("the kind of entry: expected one of {}, found another word", kinds.join(", ")),
                "`haven register kinds` explains them",
            )
        })
    }

    fn add(&self, add: &Add) -> Result<ExitCode, CliError> {
        let mut pairs = Pairs::new();
        set(&mut pairs, &add.fields)?;
        let named = [("station", &add.station), ("agency", &add.agency), ("at", &add.at), ("incident", &add.incident)];
        pairs.extend(named.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text.clone()?))));
        pairs.insert("kind".to_owned(), add.kind.clone());
        pairs.insert("by".to_owned(), add.by.clone());
        pairs.entry("at".to_owned()).or_insert_with(|| self.moment().to_string());
        if let Some(path) = &add.text {
            pairs.insert("text".to_owned(), self.sealed(path)?);
        }
        let draft = self.draft(&pairs)?;
        let receipt = self.write(async |register| register.add(draft, &self.now).await)?;
        if add.json {
            out(&format!("{}\n", show::receipt_json(&receipt)))?;
        } else {
            out(&show::receipt(&receipt))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The text of a complaint, encrypted to the handler's key.
    fn sealed(&self, path: &PathBuf) -> Result<String, CliError> {
        let Some(key) = &self.config.complaint_key else {
            return Err(CliError::other(
                "there is no key to which the text could be encrypted: expected `complaint_key` in the configuration",
                "it is the public half, `age1…`, of a key that only the handler of complaints has",
            ));
        };
        let text = if path.as_os_str() == "-" {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            text
        } else {
            fs::read_to_string(path).map_err(|error| CliError::Read { path: path.clone(), error })?
        };
        seal(key, &text).map_err(|error| CliError::other(error.to_string(), "nothing was recorded"))
    }

    /// Opens the register for writing and does one thing in it.
    fn write(&self, work: impl AsyncFnOnce(&Register) -> Result<Receipt, WriteError>) -> Result<Receipt, CliError> {
        node::run(async {
            let register = node::open(self.config, &self.schema).await?;
            let receipt = work(&register).await.map_err(|error| not_written(&error));
            register.close().await;
            receipt
        })
    }

    fn list(&self, which: &Which, jsonl: bool) -> Result<ExitCode, CliError> {
        for kind in &which.kind {
            self.kind(kind)?;
        }
        let station = which.station.as_ref().map(|typed| {
            let wrong =
                || CliError::other("expected a station, found another name", "`haven register add` lists the stations when it finds none");
            self.schema.station_typed(typed).map(|station| station.name.clone()).ok_or_else(wrong)
        });
        let filter = Filter { kinds: which.kind.clone(), station: station.transpose()?, ..self.filter(&which.days)? };
        let entries = self.read(&filter)?;
        let text = if jsonl { show::lines(&entries) } else { show::table(&self.schema, &entries) };
        out(&text)?;
        Ok(ExitCode::SUCCESS)
    }

    fn show(&self, name: &str, incident: bool, links: bool, json: bool) -> Result<ExitCode, CliError> {
        let absent = || CliError::other("expected an entry of that name, found none", "`haven register list` shows what there is");
        let (entries, of_case, incident) = node::run(async {
            let register = node::read(self.config, &self.schema).await?;
            let mut entries = if incident { Vec::new() } else { register.history(name).await.map_err(node::failed)? };
            // The number of a case leads to incidents.
            let incident = entries.is_empty();
            if incident {
                for incident in register.incidents(name).await.map_err(node::failed)? {
                    let filter = Filter { incident: Some(incident), ..Filter::default() };
                    entries.extend(register.list(&filter).await.map_err(node::failed)?);
                }
            }
            let mut of_case = Vec::new();
            let mut ids: Vec<&str> = entries.iter().map(|stored| stored.record.id.as_str()).filter(|_| links).collect();
            ids.dedup();
            for id in ids {
                of_case.extend(register.links(id).await.map_err(node::failed)?);
            }
            Ok((entries, of_case, incident))
        })?;
        if entries.is_empty() {
            return Err(absent());
        }
        if json {
            out(&show::lines(&entries))?;
        } else if incident {
            out(&show::timeline(&self.schema, &entries, &of_case))?;
        } else {
            out(&show::history(&self.schema, &entries, &of_case))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn amend(&self, name: &str, by: &str, why: &str, fields: &[String]) -> Result<ExitCode, CliError> {
        let receipt = node::run(async {
            let register = node::open(self.config, &self.schema).await?;
            let last = self.exact(&register, name).await?;
            if last.record.erased {
                return Err(CliError::other("the entry was erased, and cannot be amended", "record a new one"));
            }
            let mut pairs = last.record.pairs();
            let mut changed = Pairs::new();
            set(&mut changed, fields)?;
            // Who names another entry means its incident, unless they name one.
            let names_another = |field: &str| {
                let of = self.schema.kind(&last.record.kind).and_then(|kind| kind.field(field)).map(|field| &field.of);
                matches!(of, Some(FieldType::Entry(_)))
            };
            if changed.keys().any(|field| names_another(field)) {
                pairs.remove("incident");
            }
            pairs.extend(changed);
            pairs.insert("by".to_owned(), by.to_owned());
            let draft = self.draft(&pairs)?;
            let receipt = register.amend(&last.record.id, last.record.version, draft, why, &self.now).await;
            let receipt = receipt.map_err(|error| not_written(&error));
            register.close().await;
            receipt
        })?;
        out(&show::receipt(&receipt))?;
        Ok(ExitCode::SUCCESS)
    }

    fn erase(&self, name: Option<&str>, by: Option<&str>, ground: Option<&str>, dry_run: bool) -> Result<ExitCode, CliError> {
        let forgotten = node::run(async {
            let register =
                if dry_run { node::read(self.config, &self.schema).await? } else { node::open(self.config, &self.schema).await? };
            let (ids, links) = match name {
                Some(name) => (vec![self.exact(&register, name).await?.record.id], 0),
                None => register.expired(&self.now).await.map_err(node::failed)?,
            };
            let would = if dry_run { "would be erased" } else { "erased" };
            let mut forgotten = true;
            if !dry_run {
                let (by, ground) = (by.unwrap_or_default(), ground.unwrap_or("retention"));
                for id in &ids {
                    register.erase(id, by, ground, &self.now).await.map_err(|error| not_written(&error))?;
                }
                if name.is_none() {
                    register.erase_links(&self.now).await.map_err(node::failed)?;
                }
                forgotten = register.forget().await.map_err(node::failed)?;
                register.close().await;
            }
            let mut text: String = ids.iter().map(|id| format!("{id}\n")).collect();
            text.push_str(&format!("{} {would}, {links} links to cases {would}\n", show::counted(ids.len(), "entry", "entries")));
            out(&text)?;
            Ok(forgotten)
        })?;
        if !forgotten {
            eprintln!(
                "warning: somebody is reading the register, so SQLite's journal still holds what was erased; run `haven register erase --expired` later, which takes it out"
            );
        }
        Ok(ExitCode::from(u8::from(!forgotten)))
    }

    /// The last version of an entry, by its whole id: nothing is changed by the beginning of one.
    async fn exact(&self, register: &Register, name: &str) -> Result<Stored, CliError> {
        let absent = || {
            CliError::other(
                "expected an entry of that id, found none",
                "the whole id, or the external id; `haven register list` shows what there is",
            )
        };
        let id = register.id_of(name).await.map_err(node::failed)?.ok_or_else(absent)?;
        register.history(&id).await.map_err(node::failed)?.pop().ok_or_else(absent)
    }

    fn import(&self, import: &Import) -> Result<ExitCode, CliError> {
        if let Some(kind) = &import.template {
            out(&table::template(&self.schema, self.kind(kind)?))?;
            return Ok(ExitCode::SUCCESS);
        }
        if let Some(kind) = &import.kind {
            self.kind(kind)?;
        }
        let file = import.file.clone().unwrap_or_else(|| PathBuf::from("-"));
        let bytes = if file.as_os_str() == "-" {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes)?;
            bytes
        } else {
            fs::read(&file).map_err(|error| CliError::Read { path: file.clone(), error })?
        };
        let defaults = [("by", &import.by), ("station", &import.station)];
        let defaults: Pairs = defaults.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text.clone()?))).collect();
        let zone = node::zone(&self.schema)?;
        let read = table::read(&bytes, &self.schema, &zone, import.kind.as_deref(), &self.moment(), &defaults);
        let mut wrong = !read.errors.is_empty() || !read.unread.is_empty();
        if import.dry_run {
            out(&table::preview(&read, &self.schema))?;
            return Ok(ExitCode::from(if wrong { 2 } else { 0 }));
        }
        let shown = file.display();
        for unread in &read.unread {
            eprintln!("`{shown}`: {unread}");
        }
        for error in &read.errors {
            eprintln!("`{shown}`, {error}");
        }
        let bad_rows = read.rows.iter().filter(|row| row.draft.is_err()).count();
        let (lines, drafts): (Vec<u64>, Vec<Draft>) = read.rows.into_iter().filter_map(|row| Some((row.line, row.draft.ok()?))).unzip();
        let answers = node::run(async {
            let register = node::open(self.config, &self.schema).await?;
            let answers = register.add_all(drafts, &self.now).await;
            register.close().await;
            Ok(answers)
        })?;
        let (mut new, mut known) = (0, 0);
        for (line, answer) in lines.iter().zip(&answers) {
            match answer {
                Ok(receipt) if receipt.known => known += 1,
                Ok(_) => new += 1,
                Err(error) => {
                    wrong = true;
                    eprintln!("`{shown}`, line {line}, {error}");
                }
            }
        }
        out(&format!(
            "{} recorded, {known} already there, {} refused\n",
            show::counted(new, "entry", "entries"),
            answers.len() - new - known + bad_rows
        ))?;
        Ok(ExitCode::from(if wrong { 2 } else { 0 }))
    }

    fn export(&self, kind: &str, which: &Days) -> Result<ExitCode, CliError> {
        let kind = self.kind(kind)?;
        let filter = Filter { kinds: vec![kind.name.clone()], ..self.filter(which)? };
        out(&table::export(&self.read(&filter)?, kind))?;
        Ok(ExitCode::SUCCESS)
    }

    fn gaps(&self, which: &Days, jsonl: bool) -> Result<ExitCode, CliError> {
        let (entries, links) = node::run(async {
            let register = node::read(self.config, &self.schema).await?;
            let entries = register.list(&Filter::default()).await.map_err(node::failed)?;
            let links = register.all_links().await.map_err(node::failed)?;
            Ok((entries, links))
        })?;
        let first = entries.iter().filter_map(|stored| stored.record.day()).min().unwrap_or(self.now.date());
        let (from, until) = which.read()?;
        // Nothing is missing yet of days that have not come.
        let (from, until) = (from.unwrap_or(first), until.unwrap_or(self.now.date()).min(self.now.date()));
        let found = gaps(&entries, &links, &self.schema, &node::zone(&self.schema)?, from, until);
        out(&if jsonl { show::gap_lines(&found) } else { show::gaps(&found) })?;
        Ok(ExitCode::from(u8::from(!found.is_empty())))
    }

    fn kinds(&self, kind: Option<&str>) -> Result<ExitCode, CliError> {
        let text = match kind {
            Some(kind) => show::fields(&self.schema, self.kind(kind)?),
            None => show::kinds(&self.schema),
        };
        out(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}
