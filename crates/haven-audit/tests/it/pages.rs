//! The reports as pages: whole, told to those who do not see them, without a fetch; and every number by the query that stands beside.

use crate::access;
use crate::decide::{asked, example, law, read};
use crate::whole::{assert_tables_are_told, assert_well_formed};
use datafusion::arrow::array::{Array as _, AsArray as _};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use haven_audit::output::{access as access_output, decided as decided_output};
use haven_audit::provisions::{Decided, Does};
use haven_audit::queries::view;
use haven_audit::timeline::Step;
use std::path::Path;

/// A page that anybody can keep: whole, told, and fetching nothing.
fn check(name: &str, html: &str) {
    assert_well_formed(name, html);
    assert_tables_are_told(name, html);
    assert!(html.contains("<html lang=\"en\">"), "{name}");
    for fetched in ["<script", "src=", "https:", "@import", "url(", "<link rel=\"stylesheet"] {
        assert!(!html.contains(fetched), "{name}: {fetched}");
    }
    // The one address is the name of the language that the picture is written in.
    assert_eq!(html.matches("http:").count(), html.matches("xmlns=\"http:").count(), "{name}");
}

/// The answer to a query: its rows, with numbers as numbers and all else as text.
async fn answer(context: &SessionContext, sql: &str) -> Vec<(Vec<String>, Vec<u64>)> {
    let mut rows = Vec::new();
    for batch in context.sql(sql).await.unwrap_or_else(|error| panic!("{error}: {sql}")).collect().await.unwrap() {
        for row in 0..batch.num_rows() {
            let (mut texts, mut numbers) = (Vec::new(), Vec::new());
            for column in batch.columns() {
                if column.data_type().is_integer() {
                    numbers.push(u64::try_from(cast(column, &DataType::Int64).unwrap().as_primitive::<Int64Type>().value(row)).unwrap());
                } else {
                    let text = cast(column, &DataType::Utf8).unwrap();
                    texts.push(if text.is_null(row) { "-".to_owned() } else { text.as_string::<i32>().value(row).to_owned() });
                }
            }
            rows.push((texts, numbers));
        }
    }
    rows
}

async fn table(name: &str, path: &Path) -> SessionContext {
    let context = SessionContext::new();
    context.register_parquet(name, path.to_str().unwrap(), ParquetReadOptions::default()).await.unwrap();
    context
}

/// Asks every query of a report again, of the table that it wrote, and holds the answers against the report.
async fn recount(decided: &Decided, folder: &Path) {
    let context = table("masks", &folder.join("masks.parquet")).await;
    context.sql(&format!("CREATE VIEW acts AS {}", view(law()))).await.unwrap().collect().await.unwrap();
    let mut queries = decided.queries.iter();
    let mut next = |name: &str| {
        let query = queries.next().unwrap();
        assert_eq!(query.name, name);
        query.sql.clone()
    };
    let numbers = |rows: Vec<(Vec<String>, Vec<u64>)>| rows.into_iter().flat_map(|(_, numbers)| numbers).collect::<Vec<_>>();
    assert_eq!(numbers(answer(&context, &next("acts")).await), [decided.acts]);
    let counted: Vec<_> = decided.answers.iter().map(|(answer, acts)| (vec![answer.clone()], vec![*acts])).collect();
    assert_eq!(answer(&context, &next("answers")).await, counted);
    let unit = |unit: &Option<String>| unit.clone().unwrap_or("-".to_owned());
    let mut counted: Vec<_> = decided
        .by
        .iter()
        .flat_map(|by| by.answers.iter().map(|(answer, acts)| (vec![unit(&by.unit), by.month.clone(), answer.clone()], vec![*acts])))
        .collect();
    counted.sort();
    let mut by = answer(&context, &next("by")).await;
    by.sort();
    assert_eq!(by, counted);
    for finding in &decided.provisions {
        let name = format!("{} {} {}", finding.does.name(), finding.layer.name(), finding.provision);
        let mut found = answer(&context, &next(&name)).await;
        let mut counted: Vec<_> = finding.by.iter().map(|by| (vec![unit(&by.unit), by.month.clone()], vec![by.acts])).collect();
        found.sort();
        counted.sort();
        assert_eq!(found, counted, "{name}");
        assert_eq!(found.iter().map(|(_, acts)| acts[0]).sum::<u64>(), finding.acts, "{name}");
    }
    let open = &decided.undetermined;
    for (name, acts) in [("undetermined", open.acts), ("waiting for facts", open.wait_for_facts), ("for a person", open.for_a_person)] {
        assert_eq!(numbers(answer(&context, &next(name)).await), [acts], "{name}");
    }
    for fact in &open.facts {
        assert_eq!(numbers(answer(&context, &next(&format!("missing {}", fact.fact))).await), [fact.acts, fact.alone], "{}", fact.fact);
    }
    for step in &open.settle {
        assert_eq!(numbers(answer(&context, &next(&format!("settled with {}", step.fact))).await), [step.acts], "{}", step.fact);
    }
    assert!(queries.next().is_none());
}

#[test]
fn what_the_law_says_is_a_page_whose_numbers_can_be_asked_again() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (name, stories, looks) in [("stops", 0, 6), ("custody", 3, 4)] {
        let folder = tempfile::tempdir().unwrap();
        let mapping = read(&example(&format!("{name}.toml")));
        let decided = asked(&example(&format!("{name}.csv")), &mapping, Some(folder.path())).unwrap();
        let html = decided_output::html(&decided, law()).unwrap();
        check(name, &html);
        assert_eq!((decided.timelines.len(), decided.look.len()), (stories, looks), "{name}: {:#?}", decided.look);
        runtime.block_on(recount(&decided, folder.path()));
        // What is prohibited is looked at first, each by a provision that prohibits it.
        let prohibited = decided.look.iter().take_while(|look| look.answer == "prohibited").count();
        assert!(decided.look[prohibited..].iter().all(|look| look.answer == "needs_facts"), "{name}");
        for look in &decided.look[..prohibited] {
            assert!(look.because.iter().any(|because| because.does == Does::Prohibits), "{look:?}");
        }
        assert_eq!(html, decided_output::html(&decided, law()).unwrap(), "{name}");
        let csv = decided_output::csv(&decided).unwrap();
        assert_eq!(csv.lines().count(), 1 + decided.provisions.iter().map(|finding| finding.by.len()).sum::<usize>(), "{name}");
        assert_eq!(decided_output::look_csv(&decided).unwrap().lines().count(), 1 + looks, "{name}");
    }
    // Facts that settle acts only together stand as one step, which can be asked again too.
    let folder = tempfile::tempdir().unwrap();
    let unnamed = read(&example("stops.toml")).replace("agency = 'police_department'\n", "");
    let decided = asked(&example("stops.csv"), &unnamed, Some(folder.path())).unwrap();
    assert!(decided.undetermined.settle.iter().any(|step| step.facts().count() > 1), "{:?}", decided.undetermined.settle);
    runtime.block_on(recount(&decided, folder.path()));
}

#[test]
fn a_case_is_told_in_the_order_of_time_with_what_was_known() {
    let decided = asked(&example("custody.csv"), &read(&example("custody.toml")), None).unwrap();
    let told = |first: u64| {
        let story = decided.timelines.iter().find(|story| story.first_record == first).unwrap();
        let step = |step: &Step| match step {
            Step::Event { moment, event, custody, known, .. } => {
                let basis = known.get("basis").map(|words| words.join("+")).unwrap_or_default();
                format!("{} {event}{} {basis}", &moment[11..], if *custody { "" } else { " (free)" })
            }
            Step::Act { moment, action, answer, .. } => format!("{} ? {action} {answer}", &moment[11..]),
        };
        story.steps.iter().map(step).collect::<Vec<_>>()
    };
    // Bail was posted, a detainer is on file, and an hour later the person is still held.
    assert_eq!(
        told(4),
        [
            "20:00 BOOKED probable_cause",
            "22:30 IMM HOLD detainer+probable_cause",
            "08:00 INTERVIEW detainer+probable_cause",
            "08:00 ? access_to_person prohibited",
            "10:00 BAIL POSTED detainer",
            "11:00 ? continue_detention prohibited",
            "15:20 RELEASED (free) detainer",
        ]
    );
    // Who was released in time has no story.
    assert!(decided.timelines.iter().all(|story| story.first_record != 1));
}

#[test]
fn a_text_of_the_log_is_text_in_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("<b>&\".csv");
    std::fs::write(&log, "day,basis,unit\n2025-01-02,detainer,<img src=x onerror=alert(1)>&\"'\n").unwrap();
    let mapping = "agency = \"'CPD'\"\nday = 'day'\naction = \"'detain'\"\nfact.basis = 'basis'\nunit = 'unit'\n";
    let html = decided_output::html(&asked(&log, mapping, None).unwrap(), law()).unwrap();
    assert_well_formed("hostile", &html);
    assert!(!html.contains("<img") && html.contains("onerror"));
}

#[test]
fn a_run_that_is_ended_says_so() {
    for (name, acts) in [("stops", 24), ("custody", 0)] {
        let folder = tempfile::tempdir().unwrap();
        let mapping = read(&example(&format!("{name}.toml")));
        let question = haven_audit::decide::Question {
            events: &example(&format!("{name}.csv")),
            mapping: ("map.toml", &mapping),
            law: law(),
            out: Some(folder.path()),
            examples: 5,
            progress: &|_| std::ops::ControlFlow::Break(()),
        };
        let decided = haven_audit::decide::decide(&question).unwrap();
        assert!(decided.interrupted && decided.records > 0);
        assert_eq!(decided.acts, acts, "{name}");
        let kept: Decided = serde_json::from_str(&read(&folder.path().join("decided.json"))).unwrap();
        assert_eq!(kept, decided);
        check(name, &decided_output::html(&decided, law()).unwrap());
        for said in [decided_output::html(&decided, law()).unwrap(), decided_output::table(&decided)] {
            assert!(said.contains("Interrupted after"), "{said}");
        }
    }
}

#[test]
fn who_sees_what_is_a_page_whose_numbers_can_be_asked_again() {
    let agencies = access::agencies();
    let found = access::read(&agencies);
    let html = access_output::html(&agencies, &found).unwrap();
    check("access", &html);
    assert!(html.contains("2 of 10 organisations see by a right that is on file"), "{html}");
    assert!(html.contains("[row 9]") && !html.contains("Okafor") && !html.contains("(LR)"));
    assert_eq!(html, access_output::html(&agencies, &found).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(access_output::TABLE);
    std::fs::write(&path, access_output::parquet(&found).unwrap()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let context = table("access", &path).await;
        for count in &found.counts {
            let said = answer(&context, &count.query).await;
            assert_eq!(said, [(vec![], vec![count.see_ours as u64, count.we_see as u64])], "{}", count.group);
        }
        let picture = answer(&context, haven_audit::access::PICTURE_QUERY).await;
        assert_eq!(picture.iter().map(|(_, numbers)| numbers[0]).sum::<u64>(), 10);
        assert!(picture.contains(&(vec!["TX".to_owned(), "declaration_missing".to_owned()], vec![1, 1])), "{picture:?}");
    });
    // Nobody, and nothing given.
    let nobody = haven_audit::access::access(&agencies, "IL", &[], None, None, jiff::civil::date(2025, 12, 1));
    check("nobody", &access_output::html(&agencies, &nobody).unwrap());
}
