//! Names of agencies: a table of names taken apart, and the matcher on 300 pairs that were labelled before it was written.

use crate::{audit, samples};
use haven_audit::agency::{Agencies, Holder, Match, Matcher, triple};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn agencies() -> Agencies {
    Agencies::load(&audit()).unwrap()
}

/// A name; state, kind, area, place, and what else is said of it.
#[test]
fn names_are_taken_apart() {
    let agencies = agencies();
    let mut wrong = Vec::new();
    for (name, state, kind, area, place, marks) in [
        ("Polk County FL SO", "FL", "sheriff", "county", "polk", ""),
        ("Polk County FL SO (LR)", "FL", "sheriff", "county", "polk", "account"),
        ("Polk County FL SO - Axon", "FL", "sheriff", "county", "polk", "account"),
        ("Cabarrus County NC SO - old", "NC", "sheriff", "county", "cabarrus", "old"),
        ("Cass County MO SO - DO NOT USE DUPLICATE ACCOUNT", "MO", "sheriff", "county", "cass", "duplicate inactive"),
        ("KS - Meade County SO", "KS", "sheriff", "county", "meade", ""),
        ("IN- Noble County SO", "IN", "sheriff", "county", "noble", ""),
        ("Floyd County Sheriff's Office (GA)", "GA", "sheriff", "county", "floyd", ""),
        ("Caldwell CO TX SO", "TX", "sheriff", "county", "caldwell", ""),
        ("Kiowa County CO Sheriff", "CO", "sheriff", "county", "kiowa", ""),
        ("CO - Morgan County SO", "CO", "sheriff", "county", "morgan", ""),
        ("Bossier Parish LA SO", "LA", "sheriff", "county", "bossier", ""),
        ("St. Augustine FL PD", "FL", "police", "-", "st augustine", ""),
        ("Port Saint Joe FL PD", "FL", "police", "-", "port st joe", ""),
        ("Old Saybrook CT PD", "CT", "police", "-", "old saybrook", ""),
        ("Sparks Police Department - NV", "NV", "police", "-", "sparks", ""),
        ("Heath TX DPS", "TX", "police", "-", "heath", ""),
        ("Butler Township PA PD", "PA", "police", "township", "butler", ""),
        ("City of Adamsville TN", "TN", "-", "town", "adamsville", ""),
        ("Kansas City PD", "-", "police", "-", "kansas city", ""),
        ("Texas City TX PD", "TX", "police", "-", "texas city", ""),
        ("Missouri State Highway Patrol", "MO", "state-police", "-", "", ""),
        ("Columbia County DA's Office GA", "GA", "prosecutor", "county", "columbia", ""),
        ("Fort Bend County Const TX Pct 1", "TX", "constable", "county", "fort bend pct 1", ""),
        ("University of Florida FL PD", "FL", "university", "-", "university of florida", ""),
        ("West Virginia Fusion Center (WV)", "WV", "fusion-centre", "-", "west virginia fusion center", "fusion"),
        ("MOCIC", "-", "fusion-centre", "-", "mocic", "fusion"),
        ("US Postal Inspection Service [Federal]", "-", "federal", "-", "us postal inspection service", "federal"),
        (
            "Homeland Security Investigations [Federal] [Inactive]",
            "-",
            "federal",
            "-",
            "homeland security investigations",
            "inactive federal",
        ),
        ("ATF Louisville KY [inactive]", "KY", "federal", "-", "atf louisville", "inactive federal"),
        ("Test Demo 1234", "-", "-", "-", "1234", "test"),
        ("Delete", "-", "-", "-", "", "inactive"),
        ("Alabama Drug Enforcement Task Force Region G", "AL", "task-force", "-", "alabama drug enforcement task force region g", ""),
    ] {
        let read = agencies.read(name);
        let mut marked: Vec<&str> = read.marks.iter().map(String::as_str).collect();
        marked.extend([(read.federal, "federal"), (read.fusion, "fusion")].into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark));
        let said = (
            read.state.as_deref().unwrap_or("-"),
            read.kind.as_deref().unwrap_or("-"),
            read.area.unwrap_or("-"),
            read.place.join(" "),
            marked.join(" "),
        );
        if said != (state, kind, area, place.to_owned(), marks.to_owned()) {
            wrong.push(format!("`{name}`: {said:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} names come out otherwise:\n{}", wrong.len(), wrong.join("\n"));
}

fn rows(file: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(file).unwrap().deserialize().map(Result::unwrap).collect()
}

/// The holders: the whole list where the samples are, else those that the pairs name.
fn holders(pairs: &[BTreeMap<String, String>]) -> Vec<Holder> {
    let real = samples("data/agencies").map(|folder| rows(&folder.join("ice_287g_agreements_2025-07-03.csv")));
    let rows = real.as_deref().unwrap_or(pairs);
    let get = |row: &BTreeMap<String, String>, name: &str| row.get(name).cloned().unwrap_or_default();
    let holder = |row: &BTreeMap<String, String>| Holder {
        agency: if real.is_some() { get(row, "agency") } else { get(row, "agreement") },
        state: get(row, "state"),
        county: get(row, "county"),
        ori: Some(get(row, "ori")).filter(|ori| ori.len() == 9),
    };
    rows.iter().map(holder).collect()
}

#[test]
fn three_hundred_pairs_come_out_as_they_were_labelled() {
    let agencies = agencies();
    let pairs = rows(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/agency_pairs.csv"));
    let holders = holders(&pairs);
    let matcher = Matcher::new(&agencies, &holders);
    let listed: BTreeSet<_> = pairs.iter().filter_map(|pair| triple(&agencies.read(&pair["listed"]))).collect();
    let (mut right, mut wrong, mut missed, mut naive) = (0, Vec::new(), Vec::new(), 0);
    for pair in &pairs {
        let found = matcher.find(&agencies.read(&pair["listed"]), None, &pair["listed"], &listed);
        let same = matches!(&found, Match::Same { holder, .. } if holders[*holder].agency == pair["agreement"] && agencies.state(&holders[*holder].state) == agencies.state(&pair["state"]));
        match (same, pair["label"].as_str()) {
            (true, "same") => right += 1,
            (true, label) => wrong.push(format!("`{}` is not `{}` ({label}): {found:?}", pair["listed"], pair["agreement"])),
            (false, "same") => missed.push(format!("`{}` is `{}`: {found:?}", pair["listed"], pair["agreement"])),
            (false, "unclear") => assert!(matches!(found, Match::Unclear { .. } | Match::Different), "{pair:?}"),
            (false, _) => {}
        }
        naive += usize::from(pair["drawn"] == "naive" && pair["label"] == "same");
    }
    let precision = f64::from(right) / (f64::from(right) + wrong.len() as f64);
    let recall = f64::from(right) / (f64::from(right) + missed.len() as f64);
    println!(
        "{right} right, {} wrong, {} missed: precision {precision:.3}, recall {recall:.3}; the naive rule finds {naive}",
        wrong.len(),
        missed.len()
    );
    assert!(precision >= 0.98, "wrong:\n{}", wrong.join("\n"));
    assert!(recall >= 0.97 && right > naive as i32, "missed:\n{}", missed.join("\n"));
    println!("missed:\n{}", missed.join("\n"));
}

/// All names against the whole list: at least what the naive rule finds, and each with a reason.
#[test]
fn the_whole_list_of_organisations_finds_more_than_the_naive_rule() {
    let Some(folder) = samples("data/agencies") else { return };
    let agencies = agencies();
    let holders = holders(&[]);
    let matcher = Matcher::new(&agencies, &holders);
    let text = std::fs::read_to_string(folder.join("flock_shared_orgs_2025-06-11.txt")).unwrap();
    let names: Vec<_> = text.lines().map(|name| (name, agencies.read(name))).collect();
    let listed: BTreeSet<_> = names.iter().filter_map(|(_, name)| triple(name)).collect();
    let naive: BTreeMap<String, String> = rows(&folder.join("flock_org_to_287g_matches.csv"))
        .iter()
        .map(|row| (row["flock_org"].clone(), row["matched_287g_agency"].clone()))
        .collect();
    let (mut same, mut unclear, mut lost) = (0, 0, Vec::new());
    for (typed, name) in &names {
        match matcher.find(name, None, typed, &listed) {
            Match::Same { holder, by, why } => {
                same += 1;
                if naive.get(*typed) != Some(&holders[holder].agency) {
                    println!("new\t{typed}\t{}\t{}\t{by:?}\t{why}", holders[holder].agency, holders[holder].state);
                }
            }
            other => {
                if matches!(other, Match::Unclear { .. }) {
                    unclear += 1;
                    println!("unclear\t{typed}\t{other:?}");
                }
                if naive.contains_key(*typed) {
                    lost.push(*typed);
                }
            }
        }
    }
    println!("{} names: {same} matched, {unclear} unclear; the naive rule matched {}", names.len(), naive.len());
    assert!(lost.is_empty() && same > naive.len(), "lost: {lost:?}");
}
