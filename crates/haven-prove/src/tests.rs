use crate::law::{boundaries, readings_on};
use crate::{Check, Kind, Outcome, ProveError, Report, Solver, prove};
use haven_law::pack::{Effect, Pack, Source};
use haven_law::request::{Request, Scope, action_named};
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

// The packs as they are ------------------------------------------------------------------------------------------

fn law() -> Source {
    fn read(folder: &Path, prefix: &str, source: &mut Source) {
        for entry in std::fs::read_dir(folder).expect("the folder of laws").map(|entry| entry.expect("an entry")) {
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                read(&entry.path(), &format!("{path}/"), source);
            } else if let Ok(text) = std::fs::read_to_string(entry.path()) {
                source.insert(path, text);
            }
        }
    }
    let mut source = Source::default();
    read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../law")), "", &mut source);
    source
}

fn load(source: &Source, jurisdiction: &str) -> Pack {
    Pack::load(source, jurisdiction)
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

/// The report; a solver that is missing fails the test with what to install.
async fn proved(pack: &Pack, solver: &Solver) -> Report {
    prove(pack, solver).await.unwrap_or_else(|error| panic!("{error}"))
}

/// The report on Chicago's pack as it is, made once.
fn today() -> &'static Report {
    static TODAY: OnceLock<Report> = OnceLock::new();
    TODAY.get_or_init(|| {
        let made = std::thread::spawn(|| {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(proved(&load(&law(), "us/il/chicago"), &Solver::new(None)))
        });
        made.join().expect("a report")
    })
}

fn findings(report: &Report) -> Vec<(Kind, &str, &str)> {
    let wrong = |check: &&Check| matches!(check.outcome, Outcome::Finding | Outcome::NotProved);
    report.checks.iter().filter(wrong).map(|check| (check.kind, check.subject.as_str(), check.sentence.as_str())).collect()
}

fn of<'a>(report: &'a Report, kind: Kind, subject: &str) -> &'a Check {
    let found = report.checks.iter().find(|check| check.kind == kind && check.subject == subject);
    found.unwrap_or_else(|| panic!("no check {kind:?} of {subject}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_pack_is_clean() {
    let source = law();
    for jurisdiction in source.jurisdictions() {
        let pack = load(&source, &jurisdiction);
        let report = if jurisdiction == "us/il/chicago" { today().clone() } else { proved(&pack, &Solver::new(None)).await };
        assert!(report.is_clean(), "{jurisdiction}: {:#?}", findings(&report));
        assert_eq!(report.checks.len(), report.proved + report.findings + report.information + report.not_proved);
        let per_clause = |kind: Kind| report.checks.iter().filter(|check| check.kind == kind).count();
        assert_eq!(per_clause(Kind::CanApply), pack.clauses.len());
        assert_eq!(per_clause(Kind::NeverErrs), pack.clauses.len());
        assert!(report.statement.contains(&pack.digest));
        assert!(report.unverified.iter().all(|id| report.statement.contains(id)));
    }
}

#[test]
fn the_amendment_of_2021_set_nothing_free_and_ended_the_carve_outs() {
    let report = today();
    let subject = "mcc-2-173 from 2020-01-15 to 2021-02-23";
    let stays: Vec<&Check> = report
        .checks
        .iter()
        .filter(|check| matches!(check.kind, Kind::StaysProhibited | Kind::StaysGuarded) && check.subject.starts_with(subject))
        .collect();
    assert!(stays.len() > 10, "{stays:#?}");
    for check in stays {
        assert_eq!(check.outcome, Outcome::Proved, "{check:#?}");
    }
    for carve_out in 1..=4 {
        let check = of(report, Kind::ExceptionEnds, &format!("{subject}: 2-173-042(c)({carve_out})"));
        assert!(check.sentence.contains("“arrest a person”, “detain a person”, “keep holding a person”"), "{check:#?}");
        let example = &check.examples[0];
        let (fact, _) = example.facts.iter().find(|(fact, _)| fact.starts_with(&format!("carveout_{carve_out}"))).expect("the carve-out");
        assert_eq!(example.facts[fact], "yes");
    }
}

/// The examples come from the solver; whether they show what they say is asked of the pack itself, by another road.
#[test]
fn examples_answer_as_they_say_when_the_pack_is_asked() {
    let pack = load(&law(), "us/il/chicago");
    let report = today();
    let prohibits = |check: &Check, day: &str| -> bool {
        let (instrument, _) = check.subject.split_once(" from ").expect("an amendment");
        let example = &check.examples[0];
        let action = action_named(&pack, &example.action).expect("an act");
        let mut request = Request::new(&pack, day.parse().expect("a day"), action, None, Scope::default());
        for (fact, value) in &example.facts {
            request.state(&pack, fact, value).expect("a fact that can be stated");
        }
        let of_instrument = |position: usize| pack.instruments[position].id == instrument;
        pack.applying(&request).iter().any(|clause| clause.effect == Effect::Prohibit && of_instrument(clause.instrument))
    };
    let mut asked = 0;
    for check in report.checks.iter().filter(|check| check.outcome == Outcome::Information && !check.examples.is_empty()) {
        let days: Vec<&str> = check.subject.split([' ', ':']).filter(|word| word.parse::<Date>().is_ok()).collect();
        let (before, after) = match check.kind {
            Kind::StaysProhibited | Kind::StaysGuarded => (true, false),
            _ => (false, true),
        };
        assert_eq!((prohibits(check, days[0]), prohibits(check, days[1])), (before, after), "{check:#?}");
        asked += 1;
    }
    assert!(asked > 20, "{asked} examples");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_report_does_not_depend_on_who_did_which_part() {
    let pack = load(&law(), "us/il/chicago");
    let alone = proved(&pack, &Solver::new(None).with_processes(1)).await;
    assert_eq!(serde_json::to_string(&alone).unwrap(), serde_json::to_string(today()).unwrap());
}

/// The versions in force are worked out here by day and choice; they are those by which the pack decides.
#[test]
fn readings_are_what_the_pack_says_may_be_in_force() {
    let pack = load(&law(), "us/il/chicago");
    let days = boundaries(&pack);
    assert!(days.len() > 10);
    for day in days {
        let mut here: Vec<&str> = readings_on(&pack, day)
            .iter()
            .flat_map(|reading| &reading.clauses)
            .map(|position| pack.clauses[*position].id.as_str())
            .collect();
        here.sort_unstable();
        here.dedup();
        let mut there: Vec<&str> = pack.clauses_on(day).iter().map(|clause| clause.id.as_str()).collect();
        there.sort_unstable();
        assert_eq!(here, there, "on {day}");
    }
}

// Planted faults -------------------------------------------------------------------------------------------------

const ORDINANCE: &str = "us/il/chicago/mcc-2-173/policies.cedar";

/// What is found in a copy of the Chicago pack that is not found in the pack itself.
async fn found_in(plant: impl FnOnce(&mut Source)) -> Vec<(Kind, String, String)> {
    let mut source = law();
    let known = findings(today());
    plant(&mut source);
    let after = proved(&load(&source, "us/il/chicago"), &Solver::new(None)).await;
    findings(&after)
        .into_iter()
        .filter(|finding| !known.contains(finding))
        .map(|(kind, subject, sentence)| (kind, subject.to_owned(), sentence.to_owned()))
        .collect()
}

fn add(source: &mut Source, path: &str, policy: &str) {
    let text = format!("{}\n{policy}\n", source.get(path).expect("the file"));
    source.insert(path, text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clauses_that_say_nothing_or_nothing_new_are_found() {
    let found = found_in(|source| {
        // No validator sees that these two cannot hold together.
        add(
            source,
            ORDINANCE,
            r#"@id("2-173-091@2021-02-23") @effect("prohibit") @verified("V")
            forbid (principal, action == Action::"participate", resource)
            when { context.matter == Matter::"civil" && context.matter == Matter::"mixed" };"#,
        );
        // Only an act that rests on nothing at all meets this, and no request can say so.
        add(
            source,
            ORDINANCE,
            r#"@id("2-173-092@2021-02-23") @effect("refer") @verified("V") @asks("What?")
            forbid (principal, action == Action::"arrest", resource)
            when { [Ground::"consent"].containsAll(context.basis) && [Ground::"safety"].containsAll(context.basis) };"#,
        );
        // Less than 2-173-020(a)(4) says already.
        add(
            source,
            ORDINANCE,
            r#"@id("2-173-093@2021-02-23") @effect("prohibit") @verified("V")
            forbid (principal, action == Action::"enter_agreement", resource)
            when { context.city_agency && context.agreement == Agreement::"section_287g" };"#,
        );
        // The same again, and it says so.
        add(
            source,
            ORDINANCE,
            r#"@id("2-173-094@2021-02-23") @effect("prohibit") @verified("V") @overlaps("2-173-020(a)(4)")
            forbid (principal, action == Action::"enter_agreement", resource)
            when { context.city_agency && context.agreement == Agreement::"other_civil_enforcement" };"#,
        );
        // It says so of what does something else.
        add(
            source,
            ORDINANCE,
            r#"@id("2-173-095@2021-02-23") @effect("prohibit") @verified("V") @overlaps("2-173-020(a)(4)")
            forbid (principal, action == Action::"execute_warrant", resource)
            when { context.city_agency && context.document == Document::"judicial_subpoena" };"#,
        );
        // Two halves and the whole.
        for (provision, condition) in
            [("2-173-096", "context.law_enforcement"), ("2-173-097", "!context.law_enforcement"), ("2-173-098", "true")]
        {
            let policy = format!(
                r#"@id("{provision}@2021-02-23") @effect("prohibit") @verified("V")
                forbid (principal, action == Action::"ask_nature", resource) when {{ {condition} }};"#
            );
            add(source, ORDINANCE, &policy);
        }
    })
    .await;
    let kinds: Vec<(Kind, &str)> = found.iter().map(|(kind, subject, _)| (*kind, subject.as_str())).collect();
    let expected = [
        (Kind::CanApply, "2-173-091@2021-02-23"),
        (Kind::CanApply, "2-173-092@2021-02-23"),
        (Kind::Needed, "2-173-093@2021-02-23"),
        (Kind::Needed, "2-173-095@2021-02-23"),
        (Kind::Needed, "2-173-096@2021-02-23"),
        (Kind::Needed, "2-173-097@2021-02-23"),
        (Kind::Needed, "2-173-098@2021-02-23"),
    ];
    assert_eq!(kinds, expected, "{found:#?}");
    assert_eq!(found[0].2, "it can never apply to any act it names: “take part in an operation”");
    assert_eq!(found[2].2, "it does nothing that 2-173-020(a)(4) does not do already, and @overlaps does not say so");
    assert!(
        found[3].2.starts_with("@overlaps declares it needless beside 2-173-020(a)(4), but it is not: act: carry out"),
        "{}",
        found[3].2
    );
    assert_eq!(found[6].2, "it does nothing that 2-173-096 with 2-173-097 does not do already, and @overlaps does not say so");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duty_to_do_what_is_prohibited_is_found() {
    let found = found_in(|source| {
        add(
            source,
            "us/il/trust-act/duties.cedar",
            r#"@id("805/99@2021-08-02") @effect("require") @verified("V")
            permit (principal, action == Action::"participate", resource)
            when { context.law_enforcement && context.matter != Matter::"criminal" };"#,
        );
    })
    .await;
    assert!(!found.is_empty());
    for (kind, subject, sentence) in &found {
        assert_eq!(*kind, Kind::Disjoint, "{sentence}");
        assert!(subject.as_str() >= "from 2021-08-02", "{subject}");
        assert_eq!(
            sentence,
            "this is required by 805/99@2021-08-02 and prohibited by 2-173-020(a)@2021-02-23: act: take part in an operation; \
             the agency belongs to the city = yes; the agency is law enforcement = yes; what the matter is = civil immigration enforcement"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_amendment_that_drops_a_clause_is_found_with_the_act() {
    let found = found_in(|source| {
        let text = source.get(ORDINANCE).expect("the ordinance");
        let (before, clause) = text.split_once(r#"@id("2-173-030(a)(1)#share@2021-02-23")"#).expect("the clause");
        let (_, after) = clause.split_once("\n};").expect("its end");
        let shorter = format!("{before}{after}");
        source.insert(ORDINANCE, shorter);
    })
    .await;
    let [(Kind::StaysGuarded, subject, sentence)] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(subject, "mcc-2-173 from 2020-01-15 to 2021-02-23: share_status");
    assert!(
        sentence.starts_with(
            "2-173-030(a)#share@2012-09-12 prohibited this, and now it is neither prohibited nor referred to a person: \
             act: share citizenship or immigration status; the agency belongs to the city = yes; "
        ),
        "{sentence}"
    );
}

// A law of our own, for what Chicago's does not have ---------------------------------------------------------------

fn hours(condition: &str) -> Pack {
    let files = [
        (
            "vocabulary.cedarschema",
            r#"entity Agent; entity Act;
            action keep appliesTo { principal: Agent, resource: Act, context: { hours: Long, asked: Bool } };"#
                .to_owned(),
        ),
        (
            "words/en.toml",
            r#"[reason]
both = { text = "One provision requires this and another prohibits it: which governs?", why = "Laws that contradict each other are for a lawyer." }
person = { text = "The law leaves this to a person." }
version = { text = "Which version was in force on {day}: {versions}?", why = "The versions give different answers." }
before = { text = "the law before it" }
not_encoded = { text = "What did {title} say on {day}?", why = "Its text is not encoded." }
error = { text = "The clause cannot be evaluated with these facts: what does the agency's lawyer say?", why = "an error never lets an act pass." }
agency_not_listed = { text = "The agency named is not on this jurisdiction's list, so whether these laws reach it is unknown." }
uncertain = { text = "On {day} it is uncertain which version was in force; every version that may have been was asked." }
reviewed = { text = "The law was last reviewed on {day}; changes after that day are not known here." }

[group.g]
            label = "Acts"
            [action.keep]
            group = "g"
            label = "keep a thing"
            ask = "May I keep it?"
            meaning = "Keeping it."
            [fact.hours]
            label = "hours it was kept"
            question = "How long?"
            why = "The law sets a time."
            [fact.asked]
            label = "somebody asked for it"
            question = "Did somebody ask?"
            why = "The law asks.""#
                .to_owned(),
        ),
        (
            "here/jurisdiction.toml",
            r#"id = "here"
            name = "Here"
            layer = "city"
            ocd_division = "ocd-division/country:us"
            time_zone = "America/Chicago""#
                .to_owned(),
        ),
        (
            "here/law/instrument.toml",
            r#"id = "law"
            title = "A law"
            cite = "§ {}"
            address = "https://example.org"
            before_first = "none"
            coverage = "All."
            reviewed_by = "nobody"
            reviewed_on = "2026-01-01"
            [[version]]
            from = "2020-01-01"
            label = "first"
            source = "made up"
            verified = "V""#
                .to_owned(),
        ),
        (
            "here/law/policies.cedar",
            format!(
                r#"@id("1@2020-01-01") @effect("prohibit") @verified("U")
                forbid (principal, action == Action::"keep", resource) when {{ {condition} }};"#
            ),
        ),
    ];
    load(&Source::new(files.map(|(path, text)| (path.to_owned(), text))), "here")
}

#[tokio::test]
async fn a_clause_that_overflows_is_found() {
    let report = proved(&hours("context.hours + 1 > 48"), &Solver::new(None)).await;
    let check = of(&report, Kind::NeverErrs, "1@2020-01-01");
    assert_eq!(
        (check.outcome, check.sentence.as_str()),
        (
            Outcome::Finding,
            "it cannot be evaluated, and Cedar would skip it, on this request: act: keep a thing; hours it was kept = 9223372036854775807"
        )
    );
    assert_eq!(check.examples[0].facts["hours"], i64::MAX);
    assert!(!report.is_clean());
    let report = proved(&hours("context.hours > 47"), &Solver::new(None)).await;
    assert!(report.is_clean(), "{:#?}", findings(&report));
    assert!(report.statement.ends_with("; these clauses are unverified: 1@2020-01-01"), "{}", report.statement);
}

// Solvers that are not there or do not answer ----------------------------------------------------------------------

#[tokio::test]
async fn a_missing_solver_is_an_error_that_says_what_to_install() {
    let error = prove(&hours("context.asked"), &Solver::new(Some(PathBuf::from("/nowhere/cvc5")))).await.unwrap_err();
    assert!(matches!(error, ProveError::SolverMissing { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("/nowhere/cvc5") && text.contains("Debian package cvc5") && text.contains("variable CVC5"), "{text}");
}

#[tokio::test]
async fn another_program_is_not_taken_for_the_solver() {
    for program in ["false", "cat"] {
        let error = prove(&hours("context.asked"), &Solver::new(Some(PathBuf::from(program)))).await.unwrap_err();
        assert!(matches!(error, ProveError::SolverFailed { .. }), "{program}: {error:?}");
    }
}

/// A program that says it is cvc5 and does this to each `(check-sat)`.
fn pretender(folder: &Path, answer: &str) -> Solver {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join("cvc5");
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = --version ]; then echo 'This is cvc5 version 0'; exit; fi\n\
         while read -r line; do case \"$line\" in *check-sat*) {answer};; esac; done\n"
    );
    std::fs::write(&path, script).expect("the script is written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it may be run");
    Solver::new(Some(path)).with_limit(Duration::from_millis(100)).with_processes(1)
}

#[tokio::test]
async fn what_the_solver_does_not_answer_is_not_proved() {
    let folder = tempfile::tempdir().expect("a folder");
    for answer in ["echo unknown", "exec sleep 60"] {
        let report = proved(&hours("context.hours > 47"), &pretender(folder.path(), answer)).await;
        let check = of(&report, Kind::CanApply, "1@2020-01-01");
        assert_eq!(check.outcome, Outcome::NotProved, "{answer}: {check:#?}");
        assert_eq!((report.not_proved, report.is_clean()), (1, false), "{answer}");
    }
}

#[tokio::test]
async fn a_solver_that_dies_or_talks_nonsense_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    for answer in ["exit 1", "echo maybe"] {
        let error = prove(&hours("context.hours > 47"), &pretender(folder.path(), answer)).await.unwrap_err();
        assert!(matches!(error, ProveError::SolverFailed { .. }), "{answer}: {error:?}");
    }
}
