//! What the rules find, as a table of searches with the rules that must fire, and what is said where a column is unknown.

use datafusion::arrow::array::AsArray as _;
use datafusion::prelude::SessionContext;
use haven_audit::agency::Agencies;
use haven_audit::engine::known;
use haven_audit::findings::{Findings, Scope, ask};
use haven_audit::rules::{Of, Parameter, Rules};

const RULES: &str = include_str!("../../../../audit/rules.toml");

/// A session with searches given as SQL rows of (time, since, agency, account, networks, reason, immigration, assists, purpose).
async fn session(searches: &str) -> SessionContext {
    let context = haven_audit::engine::session(2, 1 << 28).unwrap();
    for sql in [
        format!(
            "CREATE TABLE searches AS SELECT 'log.csv' AS file, row_number() OVER () AS row, false AS repeated, \
             arrow_cast(column1, 'Timestamp(Millisecond, Some(\"UTC\"))') AS time, arrow_cast(column2, 'Timestamp(Millisecond, \
             Some(\"UTC\"))') AS since, arrow_cast(column1, 'Timestamp(Millisecond, Some(\"UTC\"))') AS until, \
             arrow_cast(column3, 'Utf8') AS agency, arrow_cast(column4, 'Utf8') AS account, arrow_cast(column5, 'Int64') AS \
             networks, arrow_cast(column5, 'Int64') AS devices, arrow_cast(column6, 'Utf8') AS reason, arrow_cast(column7, \
             'Utf8') AS immigration, arrow_cast(column8, 'Utf8') AS assists, arrow_cast(column9, 'Utf8') AS purpose, \
             arrow_cast(NULL, 'Utf8') AS offense, 'lookup' AS search_type, '' AS moderation FROM (VALUES {searches})"
        ),
        "CREATE TABLE agencies AS SELECT column1 AS agency, column2 AS state, column3 AS federal, column4 AS fusion, \
         arrow_cast(column5, 'Utf8') AS agreement, arrow_cast(column6, 'Boolean') AS declared, column7 AS kind FROM (VALUES \
         ('Elmdale IL PD', 'IL', false, false, '', NULL, 'police'), \
         ('Pinecrest TX SO', 'TX', false, false, 'Task Force Model', false, 'sheriff'), \
         ('Birch MO PD', 'MO', false, false, '', true, 'police'), ('Homeland Branch', NULL, true, false, NULL, false, 'federal'), \
         ('Larch County MO', 'MO', false, false, NULL, NULL, ''), ('Cedar Drug Task Force IL', 'IL', false, false, '', NULL, 'task-force'), \
         ('Cedar Fusion Center', NULL, false, true, NULL, NULL, 'fusion-centre'))"
            .to_owned(),
    ] {
        context.sql(&sql).await.unwrap().collect().await.unwrap();
    }
    context
}

async fn asked(searches: &str, accounts: bool) -> Findings {
    let rules = Rules::load("audit/rules.toml", RULES, &[]).unwrap();
    ask(&session(searches).await, &rules, Scope { accounts, queue_max: 100 }).await.unwrap()
}

/// `(searches, not asked)` of a rule.
fn found(findings: &Findings, rule: &str) -> (i64, i64) {
    let finding = findings.findings.iter().find(|finding| finding.rule == rule).unwrap_or_else(|| panic!("no rule {rule}"));
    (finding.rows, finding.not_asked)
}

#[tokio::test]
async fn each_rule_finds_its_searches_and_says_where_it_could_not_ask() {
    let day = "'2026-03-02T18:00:00Z'";
    let plain = format!("({day}, '2026-03-01T18:00:00Z', 'Elmdale IL PD', 'a1', 1, 'theft', NULL, NULL, 'offense')");
    // (a search, the rules that must find it, the rules that cannot be asked of it)
    let cases = [
        (plain.as_str(), &[][..], &["no-declaration"][..0]),
        ("('2026-03-02T18:00:00Z', NULL, 'Elmdale IL PD', 'a1', 1, 'ICE', 'ice', NULL, 'named')", &["immigration-purpose"], &["look-back"]),
        ("('2026-03-02T18:00:00Z', '2026-01-01T00:00:00Z', 'Elmdale IL PD', 'a1', 1, 'theft', NULL, NULL, 'offense')", &["look-back"], &[]),
        ("('2026-03-02T18:00:00Z', '2026-01-31T18:00:00Z', 'Elmdale IL PD', 'a1', 1, 'theft', NULL, NULL, 'offense')", &[], &[]),
        (
            "('2026-03-02T18:00:00Z', '2026-03-02T18:00:00Z', 'Pinecrest TX SO', 'a1', 6000, 'inv', NULL, NULL, 'vague')",
            &["agreement-287g", "no-declaration", "out-of-state", "no-purpose", "wide-reach"],
            &[],
        ),
        (
            "('2026-03-02T18:00:00Z', '2026-03-02T18:00:00Z', 'Birch MO PD', 'a1', NULL, '', NULL, 'unnamed', 'none')",
            &["out-of-state", "assist-unnamed", "no-purpose"],
            &["wide-reach"],
        ),
        (
            "('2026-03-02T18:00:00Z', '2026-03-02T18:00:00Z', 'Homeland Branch', 'a1', 1, '***', NULL, NULL, 'redacted')",
            &["federal-account"],
            &["no-purpose", "out-of-state"],
        ),
        (
            "('2026-03-02T18:00:00Z', '2026-03-02T18:00:00Z', NULL, NULL, 1, 'theft', NULL, NULL, 'offense')",
            &[],
            &["federal-account", "fusion-centre", "no-declaration", "out-of-state", "agreement-287g"],
        ),
        // A name that fits several holders of agreements and of declarations.
        (
            "('2026-03-02T18:00:00Z', '2026-03-02T18:00:00Z', 'Larch County MO', 'a1', 1, 'theft', NULL, NULL, 'offense')",
            &["out-of-state"],
            &["agreement-287g", "no-declaration"],
        ),
        (
            "('2026-03-02T18:00:00Z', '2026-03-02T18:00:00Z', 'Cedar Drug Task Force IL', 'a1', 1, 'theft', NULL, NULL, 'offense')",
            &["fusion-centre"],
            &[],
        ),
        (
            "('2026-03-02T18:00:00Z', '2026-03-02T18:00:00Z', 'Cedar Fusion Center', 'a1', 1, 'theft', NULL, NULL, 'offense')",
            &["fusion-centre"],
            &["out-of-state"],
        ),
    ];
    for (search, fired, unasked) in cases {
        let findings = asked(search, false).await;
        for finding in findings.findings.iter().filter(|finding| finding.of == Of::Searches && finding.groups.is_none()) {
            let expected = i64::from(fired.contains(&finding.rule.as_str()));
            assert_eq!(finding.rows, expected, "{} of {search}", finding.rule);
            if unasked.contains(&finding.rule.as_str()) {
                assert_eq!(finding.not_asked, 1, "{} of {search}", finding.rule);
            }
        }
        let queued: Vec<_> = findings.queue.iter().flat_map(|item| item.rules.clone()).collect();
        assert_eq!(queued, fired, "{search}");
    }
}

#[tokio::test]
async fn nights_are_local_and_groups_name_accounts_to_auditors_only() {
    // 08:00 UTC in March is 02:00 in Chicago; 20 searches make a burst.
    let row = |hour: u32, minute: u32, account: &str| {
        format!("('2026-03-02T{hour:02}:{minute:02}:00Z', NULL, 'Elmdale IL PD', '{account}', 1, 'theft', NULL, NULL, 'offense')")
    };
    let night: Vec<String> = (0..20).map(|minute| row(8, minute, "a1")).collect();
    let day: Vec<String> = (0..30).map(|minute| row(18, minute, "a2")).collect();
    let both = [night.join(", "), day.join(", ")].join(", ");
    for (searches, rows, groups) in [(both.clone(), 20, 1), (night[..19].join(", "), 0, 0), (day.join(", "), 0, 0)] {
        let findings = asked(&searches, false).await;
        let burst = findings.findings.iter().find(|finding| finding.rule == "night-burst").unwrap();
        assert_eq!((burst.rows, burst.groups), (rows, Some(groups)));
        assert!(!serde_json::to_string(&findings).unwrap().contains("\"a1\""), "an account in a report that is not for auditors");
    }
    let findings = asked(&both, true).await;
    let burst = findings.findings.iter().find(|finding| finding.rule == "night-burst").unwrap();
    assert_eq!(burst.shown, [["Elmdale IL PD", "a1", "2026-03-02", "20"]]);
}

#[test]
fn a_name_that_fits_several_holders_says_neither_yes_nor_no() {
    let agencies = Agencies::load(&crate::audit()).unwrap();
    let agreements = "state,county,agency,type\n\
                      PENNSYLVANIA,Butler County,Butler County Sheriff's Office,Task Force Model\n\
                      PENNSYLVANIA,Butler County,Butler Township Police Department,Task Force Model\n\
                      OHIO,NA,Larch Police Department,Jail Enforcement Model\n";
    let declarations = "agency,state,signed,expires\n\
                        Butler County Sheriff's Office,PA,2025-01-01,\nButler Township Police Department,PA,2025-01-01,\n\
                        Larch Police Department,OH,2025-01-01,\nAsh Police Department,IN,2024-01-01,2025-01-01\n";
    let agreements = haven_audit::access::agreements(&agencies, agreements.as_bytes(), "287g.csv").unwrap();
    let declarations = haven_audit::access::declarations(&agencies, declarations.as_bytes(), "declarations.csv").unwrap();
    let check = |name: &str, agreement: Option<&str>, declared: Option<bool>, kind: Option<&str>| {
        let day = jiff::civil::date(2025, 12, 1);
        let by = (Some(agreements.as_slice()), Some(declarations.as_slice()));
        let known = known(&agencies, "IL", vec![name.to_owned()], by, day).remove(0);
        let found = (known.agreement.as_deref(), known.declared, known.kind.as_deref());
        assert_eq!(found, (agreement, declared, kind), "{name}");
    };
    check("Butler County PA", None, None, Some(""));
    check("Larch OH PD", Some("Jail Enforcement Model"), Some(true), Some("police"));
    check("Ash IN PD", Some(""), Some(false), Some("police"));
    check("Birch MO PD", Some(""), Some(false), Some("police"));
    check("Elmdale IL PD", Some(""), None, Some("police"));
    check("SEMO Drug Task Force MO", Some(""), Some(false), Some("task-force"));
    check("Drug Task Force", None, None, Some("task-force"));
    check("Maria Okafor", None, None, None);
}

#[tokio::test]
async fn accounts_of_a_log_that_names_no_agency_are_those_of_its_file() {
    let row = |minute: u32, reason: &str, immigration: &str, purpose: &str| {
        format!("('2026-03-02T08:{minute:02}:00Z', NULL, NULL, 'a1', 1, '{reason}', {immigration}, NULL, '{purpose}')")
    };
    let ice: Vec<String> = (0..60).map(|minute| row(minute, "ICE warrant", "'ice'", "named")).collect();
    let vague: Vec<String> = (0..60).map(|minute| row(minute, "inv", "NULL", "vague")).collect();
    for (searches, found) in [(ice, ["night-burst", "account-immigration"]), (vague, ["night-burst", "account-no-purpose"])] {
        let findings = asked(&searches.join(", "), true).await;
        for finding in findings.findings.iter().filter(|finding| finding.groups.is_some() && finding.of == Of::Searches) {
            let expected = if found.contains(&finding.rule.as_str()) { (60, Some(1), 0) } else { (0, Some(0), 0) };
            assert_eq!((finding.rows, finding.groups, finding.not_asked), expected, "{}", finding.rule);
            assert!(finding.shown.iter().all(|group| group[..2] == ["log.csv", "a1"]), "{:?}", finding.shown);
        }
    }
    // One account of two logs is two.
    let session = session(&(0..20).map(|minute| row(minute, "theft", "NULL", "offense")).collect::<Vec<_>>().join(", ")).await;
    for sql in [
        "CREATE TABLE halves AS SELECT CASE WHEN row % 2 = 0 THEN 'other.csv' ELSE file END AS file, * EXCEPT (file) FROM searches",
        "DROP TABLE searches",
        "CREATE TABLE searches AS SELECT * FROM halves",
    ] {
        session.sql(sql).await.unwrap().collect().await.unwrap();
    }
    let rules = Rules::load("audit/rules.toml", RULES, &[]).unwrap();
    assert_eq!(found(&ask(&session, &rules, Scope { accounts: false, queue_max: 100 }).await.unwrap(), "night-burst"), (0, 0));
}

#[tokio::test]
async fn local_time_is_what_the_clocks_showed_on_both_sides_of_a_change() {
    // Chicago put its clocks back on 2 November 2025 at 07:00 UTC, and forward on 8 March 2026 at 08:00 UTC.
    let check = |time: &str, expected: &str| {
        (format!("('{time}', NULL, 'Elmdale IL PD', 'a', 1, 'theft', NULL, NULL, 'offense')"), expected.to_owned())
    };
    let (rows, expected): (Vec<_>, Vec<_>) = [
        check("2025-11-01T04:59:59.999Z", "2025-10 2025-10-31 23"),
        check("2025-11-02T06:59:59.999Z", "2025-11 2025-11-02 1"),
        check("2025-11-02T07:00:00Z", "2025-11 2025-11-02 1"),
        check("2026-03-08T07:59:59Z", "2026-03 2026-03-08 1"),
        check("2026-03-08T08:00:00Z", "2026-03 2026-03-08 3"),
        check("1969-12-31T05:00:00Z", "1969-12 1969-12-30 23"),
    ]
    .into_iter()
    .unzip();
    let session = session(&rows.join(", ")).await;
    let rules = Rules::load("audit/rules.toml", RULES, &[]).unwrap();
    haven_audit::findings::view(&session, &rules, Of::Searches).await.unwrap();
    let sql = "SELECT concat(month, ' ', day, ' ', hour) AS local FROM seen ORDER BY row";
    let batches = haven_audit::findings::run(&session, "local time", sql).await.unwrap();
    let seen: Vec<String> = batches
        .iter()
        .flat_map(|batch| {
            let texts = datafusion::arrow::compute::cast(batch.column(0), &datafusion::arrow::datatypes::DataType::Utf8).unwrap();
            texts.as_string::<i32>().iter().map(|text| text.unwrap().to_owned()).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(seen, expected);
    let zone = Rules::load("audit/rules.toml", RULES, &[("zone", Parameter::Word("Chicago/Loop".to_owned()))]).unwrap();
    let error = haven_audit::findings::view(&session, &zone, Of::Searches).await.unwrap_err().to_string();
    assert!(error.contains("zone") && error.contains("Chicago/Loop"), "{error}");
}

#[tokio::test]
async fn a_query_that_asks_nothing_of_agencies_does_not_join_them() {
    let session = session("('2026-03-02T18:00:00Z', NULL, 'Elmdale IL PD', 'a', 1, 'theft', NULL, NULL, 'offense')").await;
    let rules = Rules::load("audit/rules.toml", RULES, &[]).unwrap();
    haven_audit::findings::view(&session, &rules, Of::Searches).await.unwrap();
    let joins = async |sql: &str| session.sql(sql).await.unwrap().into_optimized_plan().unwrap().to_string().contains("Join");
    assert!(!joins("SELECT count(*) FROM seen").await);
    assert!(!joins("SELECT day, count(*) FROM seen WHERE immigration IS NULL GROUP BY 1").await);
    assert!(!joins("SELECT agency, account, count(*) FROM seen GROUP BY 1, 2 HAVING count(*) > 3").await);
    assert!(joins("SELECT state, count(*) FROM seen GROUP BY 1").await);
    assert!(joins("SELECT count(*) FROM seen WHERE federal").await);
    assert!(joins("SELECT count(*) FROM seen WHERE NOT declared OR hour < 3").await);
}

#[tokio::test]
async fn the_queue_begins_with_what_weighs_most_and_ties_keep_the_order_of_the_log() {
    let searches = "('2026-03-02T18:00:00Z', NULL, 'Birch MO PD', 'a', 1, 'inv', NULL, NULL, 'vague'), \
                    ('2026-03-02T18:00:00Z', NULL, 'Birch MO PD', 'a', 1, 'inv', NULL, NULL, 'vague'), \
                    ('2026-03-02T18:00:00Z', NULL, 'Elmdale IL PD', 'a', 1, 'ICE', 'ice', NULL, 'named'), \
                    ('2026-03-02T18:00:00Z', NULL, 'Elmdale IL PD', 'a', 1, 'theft', NULL, NULL, 'offense')";
    let findings = asked(searches, false).await;
    assert_eq!(findings.queue.iter().map(|item| (item.row, item.score)).collect::<Vec<_>>(), [(3, 100), (1, 20), (2, 20)]);
    assert_eq!((findings.searches, findings.alerts, findings.queued), (Some(4), None, 3));
    assert_eq!(found(&findings, "immigration-purpose"), (1, 0));
    let twice = asked(searches, false).await;
    assert_eq!(findings, twice);
}

#[tokio::test]
async fn what_is_decided_stays_in_the_queue_and_takes_no_place_of_what_is_open() {
    let row = |reason: &str, immigration: &str| {
        format!("('2026-03-02T18:00:00Z', NULL, 'Elmdale IL PD', 'a', 1, '{reason}', {immigration}, NULL, 'named')")
    };
    let searches = [row("ICE", "'ice'"), row("theft", "NULL"), row("ICE", "'ice'"), row("ICE", "'ice'")].join(", ");
    let session = session(&searches).await;
    haven_audit::engine::decided(&session, &[("log.csv".to_owned(), 1), ("log.csv".to_owned(), 2), ("other.csv".to_owned(), 3)]).unwrap();
    let rules = Rules::load("audit/rules.toml", RULES, &[]).unwrap();
    let findings = ask(&session, &rules, Scope { accounts: false, queue_max: 1 }).await.unwrap();
    assert_eq!(findings.queue.iter().map(|item| (item.row, item.decided)).collect::<Vec<_>>(), [(1, true), (3, false)]);
    assert_eq!(findings.queued, 3);
}

/// The same session with changes of alert lists, as SQL rows of (account, agency, details, list, immigration, assists, purpose).
async fn alerts(searches: Option<&str>, alerts: &str) -> Findings {
    let session = session(searches.unwrap_or("(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)")).await;
    if searches.is_none() {
        session.deregister_table("searches").unwrap();
    }
    let sql = format!(
        "CREATE TABLE hotlists AS SELECT 'hot.csv' AS file, row_number() OVER () AS row, false AS repeated, \
         arrow_cast('2026-03-02T18:00:00Z', 'Timestamp(Millisecond, Some(\"UTC\"))') AS time, arrow_cast(column1, 'Utf8') AS account, \
         arrow_cast(column2, 'Utf8') AS agency, 'Created' AS event, 'HotlistEntry' AS entity, arrow_cast(column3, 'Utf8') AS details, \
         arrow_cast(column4, 'Utf8') AS list, arrow_cast(column5, 'Utf8') AS immigration, arrow_cast(column6, 'Utf8') AS assists, \
         arrow_cast(column7, 'Utf8') AS purpose FROM (VALUES {alerts})"
    );
    session.sql(&sql).await.unwrap().collect().await.unwrap();
    let rules = Rules::load("audit/rules.toml", RULES, &[]).unwrap();
    ask(&session, &rules, Scope { accounts: false, queue_max: 100 }).await.unwrap()
}

#[tokio::test]
async fn alert_lists_are_asked_where_their_log_was_given_and_only_there() {
    let ours = "('a', NULL, 'stolen vehicle', NULL, NULL, NULL, 'offense')";
    // (a change, the rules that must find it, the rules that cannot be asked of it)
    let cases = [
        (ours, &[][..], &["alert-federal"][..]),
        ("('a', NULL, '…', 'immigration-violator', 'immigration-violator', NULL, 'named')", &["alert-immigration-violator"], &[]),
        ("('a', NULL, 'ICE warrant', NULL, 'ice-act', NULL, 'named')", &["alert-immigration"], &[]),
        ("('a', NULL, 'agency assist', NULL, NULL, 'unnamed', 'vague')", &["alert-assist-unnamed"], &[]),
        ("('a', 'Homeland Branch', 'theft', NULL, NULL, NULL, 'offense')", &["alert-federal"], &[]),
        (
            "('a', NULL, NULL, NULL, NULL, NULL, 'redacted')",
            &[],
            &["alert-immigration-violator", "alert-immigration", "alert-assist-unnamed"],
        ),
    ];
    for (change, fired, unasked) in cases {
        let findings = alerts(None, change).await;
        assert_eq!((findings.searches, findings.alerts), (None, Some(1)), "{change}");
        for finding in &findings.findings {
            assert_eq!(finding.asked, finding.of == Of::Alerts, "{} of {change}", finding.rule);
            assert_eq!(finding.rows, i64::from(fired.contains(&finding.rule.as_str())), "{} of {change}", finding.rule);
            if unasked.contains(&finding.rule.as_str()) {
                assert_eq!(finding.not_asked, 1, "{} of {change}", finding.rule);
            }
        }
        let queued: Vec<_> = findings.queue.iter().flat_map(|item| item.rules.clone()).collect();
        assert_eq!(queued, fired, "{change}");
        assert!(findings.tables.iter().all(|table| table.figure.starts_with("alerts-")), "a figure of searches without searches");
    }
    let ice = "('a', NULL, 'ICE', NULL, 'ice-word', NULL, 'named')";
    let three = alerts(None, &[ice, ice, ice].join(", ")).await;
    assert_eq!(found(&three, "alert-account-immigration"), (3, 0));

    // Both logs: one queue, the gravest first, whatever it is.
    let search = "('2026-03-02T18:00:00Z', NULL, 'Birch MO PD', 'a', 1, 'inv', NULL, NULL, 'vague')";
    let both = alerts(Some(search), &[ours, ice].join(", ")).await;
    assert_eq!(
        both.queue.iter().map(|item| (item.of, item.row, item.score)).collect::<Vec<_>>(),
        [(Of::Alerts, 2, 100), (Of::Searches, 1, 20)]
    );
    assert_eq!((both.queued, both.queued_alerts), (2, 1));
    assert!(both.findings.iter().all(|finding| finding.asked));
}

#[test]
fn rules_that_are_not_as_they_must_be_are_refused_with_their_place() {
    let check = |from: &str, to: &str, over: &[(&str, Parameter)], expected: &str| {
        assert!(RULES.contains(from), "{from}");
        let error = Rules::load("audit/rules.toml", &RULES.replacen(from, to, 1), over).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check("{wide_networks}", "{wide}", &[], "`wide-reach`: expected a parameter in braces, found `wide`");
    check("id = \"look-back\"", "id = \"wide-reach\"", &[], "`wide-reach`: expected an id of its own");
    check("having = \"count(*) >= {burst_searches}\"\n", "", &[], "`night-burst`: expected `per` and `having` together");
    check("weight = 100", "wieght = 100", &[], "line ");
    check("zone = \"America/Chicago\"", "zone = \"x') --\"", &[], "parameter `zone`: expected letters");
    check("weight = 100", "weight = 100", &[("days", Parameter::Number(3))], "no `days`");
}

#[tokio::test]
async fn sql_that_the_engine_refuses_names_its_file_and_rule() {
    for (from, to, expected) in [
        ("when = \"federal\"", "when = \"federla\"", "mine.toml, rule `federal-account`: "),
        ("per = [\"owner\", \"account\"]", "per = [\"owner\", \"acount\"]", "mine.toml, rule `account-immigration`: "),
        ("GROUP BY 1 ORDER BY 2 DESC, 1\"", "GROUP BY 1 ORDER BY 3\"", "mine.toml, figure `by-purpose`: "),
        ("zone = \"America/Chicago\"", "zone = \"Chicago\"", "mine.toml, parameter `zone`: expected a time zone"),
    ] {
        assert!(RULES.contains(from), "{from}");
        let rules = Rules::load("mine.toml", &RULES.replacen(from, to, 1), &[]).unwrap();
        let session = session("('2026-03-02T18:00:00Z', NULL, 'Birch MO PD', 'a1', 1, 'inv', NULL, NULL, 'vague')").await;
        let error = ask(&session, &rules, Scope { accounts: false, queue_max: 1 }).await.unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[tokio::test]
async fn a_cell_that_sql_cannot_convert_is_not_repeated() {
    for (from, to, expected) in [
        (
            "when = \"days_back > 30\"",
            "when = \"CAST(reason AS BIGINT) > 3\"",
            "mine.toml, rule `look-back`: expected SQL that every row can",
        ),
        ("count(*) >= 3\"", "sum(CAST(reason AS BIGINT)) > 3\"", "mine.toml, rule `account-immigration`: expected SQL that every row can"),
        (
            "SELECT coalesce(state, 'not known')",
            "SELECT CAST(reason AS BIGINT)",
            "mine.toml, figure `by-state`: expected SQL that every row can",
        ),
    ] {
        let rules = RULES.replace("{retention_days}\"", "30\"").replace("{pattern_immigration}", "3");
        assert!(rules.contains(from), "{from}");
        let rules = Rules::load("mine.toml", &rules.replacen(from, to, 1), &[]).unwrap();
        let session = session("('2026-03-02T18:00:00Z', NULL, 'Birch MO PD', 'a1', 1, 'Maria Lopez', 'ice', NULL, 'named')").await;
        let error = ask(&session, &rules, Scope { accounts: false, queue_max: 1 }).await.unwrap_err().to_string();
        assert!(error.starts_with(expected) && !error.contains("Maria"), "{error}");
    }
}
