//! The long form of the crash tests: `scripts/crash.sh` runs it, prints what came of it, and writes it down.
//!
//! ```text
//! crash [--seed 1] [--scale 100] [--into docs/reliability.md --about "date, machine, commit"]
//! ```
//!
//! `--scale` is how much is done, in percent of the usual.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

#[path = "../crash/mod.rs"]
mod crash;
#[expect(dead_code, reason = "the register's other tests use the rest")]
#[path = "../tests/it/postgres.rs"]
mod postgres;

use crash::Tally;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given: BTreeMap<&str, &str> = arguments.chunks_exact(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
    let number = |name: &str, usual: usize| given.get(name).map_or(usual, |text| text.parse().expect("a number"));
    let (seed, percent) = (u64::try_from(number("--seed", 1)).unwrap(), number("--scale", 100));
    let scaled = |count: usize| (count * percent).div_ceil(100);
    let begin = Instant::now();

    let mut power = Tally::default();
    // One task at a time, several, and many; each story as long as it takes for the journal to be brought back several times.
    for (tasks, groups) in [(1, 24), (4, 30), (12, 40)] {
        power.add(crash::power(scaled(500), groups, tasks, false, seed + tasks));
    }
    say("power", &power, begin);
    let kills = crash::kills(scaled(160), seed);
    say("kills", &kills, begin);
    let syncs = crash::syncs(scaled(1000), 30, seed);
    say("synchronisations", &syncs, begin);
    let full = crash::full_disk(scaled(40), 30, seed);
    say("full disk", &full, begin);
    let server = crash::server_kills(scaled(40), seed);
    say("server", &server, begin);
    let nodes = crash::nodes(4, Duration::from_secs(u64::try_from(scaled(60)).unwrap()), seed);
    say("nodes", &nodes, begin);
    let weak_power = crash::power(scaled(100), 12, 4, true, seed);
    say("power, weaker setting", &weak_power, begin);
    let weak_server = crash::weak_server_kills(scaled(10), seed);
    say("server, weaker setting", &weak_server, begin);

    let rows = [
        ("power lost, SQLite", &power),
        ("node killed, SQLite", &kills),
        ("a synchronisation fails, SQLite", &syncs),
        ("disk full, SQLite", &full),
        ("server or node killed, PostgreSQL", &server),
        ("4 nodes on one PostgreSQL, server and nodes killed", &nodes),
    ];
    let mut text = String::new();
    if let Some(about) = given.get("--about") {
        writeln!(text, "{about}; seed {seed}, {} seconds.\n", begin.elapsed().as_secs()).unwrap();
    }
    text.push_str("| What happens | Crash points | States of the code | Acknowledgements held against what was left | Points with something lost | Register not whole | Split views |\n");
    text.push_str("|---|---|---|---|---|---|---|\n");
    let mut all = Tally::default();
    for (name, tally) in rows {
        row(&mut text, name, tally);
        all.add(tally.clone());
    }
    row(&mut text, "**all**", &all);
    row(&mut text, "*weaker setting:* power lost, SQLite `synchronous=NORMAL`", &weak_power);
    row(&mut text, "*weaker setting:* server killed, PostgreSQL `synchronous_commit=off`", &weak_server);
    text.push('\n');
    writeln!(
        text,
        "Of the points, {} lie before anything was acknowledged; there the register is absent, says so, and can be made.",
        all.absent
    )
    .unwrap();
    for (what, count) in &all.notes {
        writeln!(text, "- {what}: {count}").unwrap();
    }
    println!("{text}");

    if let Some(path) = given.get("--into") {
        let page = std::fs::read_to_string(path).unwrap();
        let (before, rest) = page.split_once("<!-- crash -->").expect("the page has `<!-- crash -->`");
        let (_, after) = rest.split_once("<!-- end -->").expect("the page has `<!-- end -->` after it");
        std::fs::write(path, format!("{before}<!-- crash -->\n{}\n<!-- end -->{after}", text.trim_end())).unwrap();
    }
    assert!(rows.iter().all(|(_, tally)| tally.held > 0), "something was acknowledged everywhere");
    let bites = weak_power.lost > 0 && weak_server.lost > 0;
    if !all.is_clean() || !bites {
        eprintln!(
            "crash: {}",
            if bites { "something was lost or is broken" } else { "the weaker settings lost nothing: the harness does not bite" }
        );
        std::process::exit(1);
    }
}

fn say(name: &str, tally: &Tally, begin: Instant) {
    println!("{name}: {} points in {} states, after {:.0?}", tally.points, tally.states.len(), begin.elapsed());
    for (state, count) in &tally.states {
        println!("  {count:5}  {state}");
    }
    for flaw in &tally.flaws {
        println!("  !      {flaw}");
    }
}

fn row(text: &mut String, name: &str, tally: &Tally) {
    let Tally { points, held, lost, broken, split, .. } = tally;
    writeln!(text, "| {name} | {points} | {} | {held} | {lost} | {broken} | {split} |", tally.states.len()).unwrap();
}
