//! `haven law`: the words, the provisions, the checks, the cases, the proofs.

use crate::config::Config;
use crate::error::CliError;
use crate::{laws, show};
use haven_law::cases::{self, Case};
use haven_law::check;
use haven_law::error::LoadError;
use haven_law::pack::{Clause, Pack, Source};
use haven_law::request::Scope;
use haven_prove::{Outcome, Solver};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Commands of `haven law`.
#[derive(clap::Subcommand)]
pub(crate) enum Law {
    /// Print the acts, facts and words that requests are written in
    #[command(after_help = "Example:\n  haven law vocabulary --json-schema")]
    Vocabulary {
        /// Print a JSON Schema of requests instead
        #[arg(long)]
        json_schema: bool,
    },
    /// Show provisions: plain words, quoted words, dates, clauses; without a name, list them
    #[command(after_help = "Example:\n  haven law show \"2-173-020(a)(1)(B)\"")]
    Show {
        /// A provision or the beginning of one
        provision: Option<String>,
        /// Print the clauses in the intermediate form, as JSON
        #[arg(long)]
        json: bool,
    },
    /// Check the packs: validation, citations, restatements, dates day by day, cases on both sides
    #[command(after_help = "Example:\n  haven law check")]
    Check,
    /// Print the law as JSON: all that a page without a network needs to answer as this program does
    #[command(after_help = "Example:\n  haven law export > law.json")]
    Export,
    /// Run the packs' cases and measure what they cover
    #[command(after_help = "Example:\n  haven law test --coverage")]
    Test {
        /// List the coverage of every clause
        #[arg(long)]
        coverage: bool,
    },
    /// Say what changed between two days
    #[command(after_help = "Example:\n  haven law diff 2021-01-26 2021-02-24 --layer city")]
    Diff {
        /// The first day, YYYY-MM-DD
        first: String,
        /// The second day, YYYY-MM-DD
        second: String,
        /// Compare the answers of this layer only
        #[arg(long)]
        layer: Vec<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Prove properties of the encoded law with the solver cvc5
    #[command(after_help = "Example:\n  haven law prove --json")]
    Prove {
        /// The solver's executable [default: cvc5]
        #[arg(long, env = "HAVEN_SOLVER", value_name = "FILE")]
        solver: Option<PathBuf>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

impl Law {
    /// The solver named on the command line.
    pub(crate) fn solver(&self) -> Option<PathBuf> {
        match self {
            Law::Prove { solver, .. } => solver.clone(),
            _ => None,
        }
    }
}

/// Runs the command.
pub(crate) fn run(command: &Law, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let pack = laws::pack(source, &config.jurisdiction)?;
    let mut out = std::io::stdout().lock();
    match command {
        Law::Vocabulary { json_schema: true } => {
            writeln!(out, "{}", serde_json::to_string_pretty(&pack.vocabulary().json_schema()).unwrap_or_default())?;
            Ok(ExitCode::SUCCESS)
        }
        Law::Vocabulary { json_schema: false } => {
            write!(out, "{}", pack.vocabulary().markdown())?;
            Ok(ExitCode::SUCCESS)
        }
        Law::Show { provision: None, json } => list(&pack, *json, &mut out),
        Law::Show { provision: Some(provision), json } => show_provision(&pack, provision, *json, &mut out),
        Law::Export => {
            writeln!(out, "{}", pack.export())?;
            Ok(ExitCode::SUCCESS)
        }
        Law::Check => check_pack(&pack, source, &mut out),
        Law::Test { coverage } => test(&pack, source, *coverage, &mut out),
        Law::Diff { first, second, layer, json } => diff(&pack, source, (first, second), layer, *json, &mut out),
        Law::Prove { json, .. } => prove(&pack, config, *json, &mut out),
    }
}

fn list(pack: &Pack, as_json: bool, out: &mut impl Write) -> Result<ExitCode, CliError> {
    if as_json {
        let clauses: Vec<Value> = pack.clauses.iter().map(|clause| clause_json(pack, clause)).collect();
        writeln!(out, "{}", json!({ "digest": pack.digest, "clauses": clauses }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for (position, instrument) in pack.instruments.iter().enumerate() {
        writeln!(out, "{} ({})", instrument.title, show::layer_name(instrument.layer))?;
        writeln!(out, "  {}", instrument.address)?;
        for version in &instrument.versions {
            let uncertain = version.uncertain_from.map_or_else(String::new, |from| format!(", uncertain from {from}"));
            writeln!(out, "  from {}{uncertain}: {}", version.from, version.label)?;
        }
        let mut named: Vec<&str> = Vec::new();
        for clause in pack.clauses.iter().filter(|clause| clause.instrument == position) {
            if !named.contains(&clause.provision.as_str()) {
                named.push(&clause.provision);
            }
        }
        writeln!(out, "    {}\n", named.join("\n    "))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show_provision(pack: &Pack, provision: &str, as_json: bool, out: &mut impl Write) -> Result<ExitCode, CliError> {
    let scope = Scope::read(pack, &[], &[provision.to_owned()])?;
    let clauses: Vec<&Clause> =
        pack.clauses.iter().filter(|clause| scope.provisions.iter().any(|wanted| clause.concerns(wanted))).collect();
    if as_json {
        let clauses: Vec<Value> = clauses.iter().map(|clause| clause_json(pack, clause)).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&json!({ "digest": pack.digest, "clauses": clauses })).unwrap_or_default())?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut shown: Vec<(usize, &str, Option<jiff::civil::Date>)> = Vec::new();
    for clause in clauses {
        let exceptions = clause.exceptions.iter().map(|exception| (exception.provision.as_str(), exception.cite.as_str()));
        for (name, cite) in std::iter::once((clause.provision.as_str(), clause.cite.as_str())).chain(exceptions) {
            let Some(passage) = pack.passage(clause.instrument, name, clause.from) else { continue };
            if shown.contains(&(clause.instrument, name, passage.from)) {
                continue;
            }
            shown.push((clause.instrument, name, passage.from));
            writeln!(out, "{cite}")?;
            writeln!(out, "  {}", passage.plain)?;
            for quote in &passage.quotes {
                writeln!(out, "  {quote}")?;
            }
            writeln!(out, "  Source: {}\n", passage.source)?;
        }
        let until = clause.until.map_or_else(|| "on".to_owned(), |until| format!("until {until}"));
        writeln!(out, "  clause {} from {} {until}, {}", clause.id, clause.from, clause.place)?;
        let acts: Vec<&str> =
            clause.actions.iter().filter_map(|id| pack.vocabulary().action(*id)).map(|action| action.name.as_str()).collect();
        writeln!(out, "    acts: {}", acts.join(", "))?;
        writeln!(out, "    when: {}", clause.reach().text(pack.vocabulary()))?;
        for exception in &clause.exceptions {
            writeln!(out, "    unless {}: {}", exception.provision, exception.condition.text(pack.vocabulary()))?;
        }
        if let Some(asks) = &clause.asks {
            writeln!(out, "    asks: {asks}")?;
        }
        writeln!(out)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn clause_json(pack: &Pack, clause: &Clause) -> Value {
    let vocabulary = pack.vocabulary();
    json!({
        "id": clause.id,
        "provision": clause.provision,
        "cite": clause.cite,
        "instrument": pack.instrument_of(clause).map(|instrument| instrument.id.as_str()),
        "layer": pack.instrument_of(clause).map(|instrument| instrument.layer),
        "from": clause.from,
        "until": clause.until,
        "effect": clause.effect,
        "verified": clause.verified,
        "actions": clause.actions.iter().filter_map(|id| vocabulary.action(*id)).map(|action| action.name.as_str()).collect::<Vec<_>>(),
        "when": clause.reach().json(vocabulary),
        "unless": clause.exceptions.iter().map(|exception| json!({ "provision": exception.provision, "condition": exception.condition.json(vocabulary) })).collect::<Vec<_>>(),
        "obligations": clause.obligations,
        "asks": clause.asks,
    })
}

/// Reads the cases; what cannot be read is printed and counts as a finding.
fn read_cases(pack: &Pack, source: &Source, out: &mut impl Write) -> Result<(Vec<Case>, usize), CliError> {
    let (cases, errors) = cases::load(source, pack);
    print_findings(&errors, out)?;
    Ok((cases, errors.len()))
}

fn print_findings(findings: &[LoadError], out: &mut impl Write) -> Result<(), CliError> {
    for finding in findings {
        writeln!(out, "{finding}\n  hint: {}", finding.hint)?;
    }
    Ok(())
}

fn exit(findings: usize) -> ExitCode {
    ExitCode::from(u8::from(findings > 0))
}

fn check_pack(pack: &Pack, source: &Source, out: &mut impl Write) -> Result<ExitCode, CliError> {
    let (cases, unread) = read_cases(pack, source, out)?;
    let (checked, findings) = check::check(pack, &cases);
    print_findings(&findings, out)?;
    let total = findings.len() + unread;
    writeln!(
        out,
        "{}: {} instruments, {} clauses, {} days walked, {} cases, {total} findings (pack {})",
        pack.jurisdiction(),
        checked.instruments,
        checked.clauses,
        checked.days,
        checked.cases,
        pack.digest,
    )?;
    Ok(exit(total))
}

fn test(pack: &Pack, source: &Source, coverage: bool, out: &mut impl Write) -> Result<ExitCode, CliError> {
    let (cases, unread) = read_cases(pack, source, out)?;
    let report = cases::run(pack, &cases);
    for failure in &report.failures {
        writeln!(out, "{}: {}\n  {}", failure.place, failure.case, failure.message)?;
    }
    if coverage {
        for reached in &report.coverage {
            writeln!(
                out,
                "{:5} apply {:5} do not {:3}/{:3} branches  {}",
                reached.applies, reached.does_not, reached.branches_both, reached.branches, reached.clause
            )?;
        }
    }
    if !report.disputed.is_empty() {
        writeln!(out, "Disputed: cases whose source expects another answer")?;
        for disputed in &report.disputed {
            writeln!(out, "  {}: {}\n    {}", disputed.place, disputed.case, disputed.message)?;
        }
    }
    let both = report.coverage.iter().filter(|reached| reached.both_sides()).count();
    let branches: usize = report.coverage.iter().map(|reached| reached.branches).sum();
    let seen: usize = report.coverage.iter().map(|reached| reached.branches_both).sum();
    writeln!(
        out,
        "{} passed, {} failed; {both} of {} clauses on both sides, {seen} of {branches} branches; {} disputed",
        report.passed,
        report.failures.len() + unread,
        report.coverage.len(),
        report.disputed.len(),
    )?;
    Ok(exit(report.failures.len() + unread))
}

fn diff(
    pack: &Pack,
    source: &Source,
    days: (&str, &str),
    layers: &[String],
    as_json: bool,
    out: &mut impl Write,
) -> Result<ExitCode, CliError> {
    let (cases, _) = read_cases(pack, source, &mut std::io::sink())?;
    let scope = Scope::read(pack, layers, &[])?;
    let difference = cases::difference(pack, &cases, days.0, days.1, &scope)?;
    if as_json {
        writeln!(out, "{}", serde_json::to_string_pretty(&difference).unwrap_or_default())?;
        return Ok(ExitCode::SUCCESS);
    }
    let words = |id: &str| {
        let clause = pack.clauses.iter().find(|clause| clause.id == id)?;
        let passage = pack.passage(clause.instrument, &clause.provision, clause.from)?;
        Some(format!("{}: {}", clause.id, passage.plain))
    };
    for (title, ids) in [("Gone", &difference.went), ("New", &difference.came)] {
        writeln!(out, "{title} ({})", ids.len())?;
        for id in ids {
            writeln!(out, "  {}", words(id).unwrap_or_else(|| id.clone()))?;
        }
    }
    writeln!(out, "Cases whose answer changes ({})", difference.cases.len())?;
    for changed in &difference.cases {
        writeln!(out, "  {} -> {}: {}", changed.before.name(), changed.after.name(), changed.case)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Puts the law to the solver. A pack that cannot be proved clean is a finding.
fn prove(pack: &Pack, config: &Config, as_json: bool, out: &mut impl Write) -> Result<ExitCode, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(haven_prove::prove(pack, &Solver::new(config.solver.clone()))).map_err(|error| {
        CliError::other(error.to_string(), "`make setup` installs the solver; `--solver` or HAVEN_SOLVER names another one")
    })?;
    if as_json {
        writeln!(out, "{}", serde_json::to_string_pretty(&report).unwrap_or_default())?;
        return Ok(exit(report.findings + report.not_proved));
    }
    for (title, outcome) in [("Findings", Outcome::Finding), ("Not proved", Outcome::NotProved), ("To know", Outcome::Information)] {
        let checks: Vec<_> = report.checks.iter().filter(|check| check.outcome == outcome).collect();
        if checks.is_empty() {
            continue;
        }
        writeln!(out, "{title} ({})", checks.len())?;
        for check in checks {
            writeln!(out, "  {}: {}", check.subject, check.sentence)?;
        }
        writeln!(out)?;
    }
    for kind in report.checks.iter().map(|check| check.kind).collect::<std::collections::BTreeSet<_>>() {
        let of = |outcome| report.checks.iter().filter(|check| check.kind == kind && check.outcome == outcome).count();
        let all = report.checks.iter().filter(|check| check.kind == kind).count();
        writeln!(out, "{:4} of {all:4} proved, {} for information: {}", of(Outcome::Proved), of(Outcome::Information), kind.words())?;
    }
    writeln!(
        out,
        "{} checks, {} questions to {}, {} findings, {} not proved",
        report.checks.len(),
        report.queries,
        report.solver,
        report.findings,
        report.not_proved
    )?;
    writeln!(out, "Proved {}.", report.statement)?;
    Ok(exit(report.findings + report.not_proved))
}
