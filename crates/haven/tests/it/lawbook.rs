//! The law browser, from outside: every clause has a page in every language, on every day it was in force.

use crate::cli::{Line, check_in};
use crate::haven;
use crate::past::{self, today_and_last_month};
use crate::web::{Answer, Server, attributes, browse, get, http, submit};
use haven_law::cases;
use haven_law::pack::{Pack, Source};
use haven_register::entry::Pairs;
use std::collections::BTreeSet;

const LANGUAGES: [&str; 5] = ["", "/es", "/pl", "/zh", "/ar"];

pub(crate) fn source() -> Source {
    Source::new(crate::laws::files())
}

fn pack() -> Pack {
    Pack::load(&source(), "us/il/chicago").unwrap()
}

fn encoded(id: &str) -> String {
    id.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
            },
        )
        .collect()
}

/// A text as a page has it.
fn escaped(text: &str) -> String {
    text.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;").replace('\'', "&#39;")
}

#[test]
fn every_clause_has_a_page_in_every_language_that_says_what_the_clause_says() {
    let pack = pack();
    let mut read = 0;
    for clause in &pack.clauses {
        // As programs name it, `#` and `@` and all: the address leads on to the provision, in the same language.
        for base in LANGUAGES {
            let led = get(&format!("{base}/law/{}", encoded(&clause.id)));
            let to = led.header("location");
            assert_eq!(led.status, 308, "{}", clause.id);
            let (path, anchor) = to.split_once('#').unwrap();
            assert_eq!(path, format!("{base}/law/{}", encoded(&clause.provision)));
            // A language begins with the law of the day on which the clause does, so that it must be there.
            let page = get(&format!("{path}?on={}", clause.from));
            assert_eq!(page.status, 200, "{path}");
            assert_eq!(page.text().matches(&format!("id=\"{anchor}\"")).count(), 1, "{base} {}", clause.id);
            let own = page.text().split(&format!("id=\"{anchor}\"")).nth(1).unwrap().split("</article>").next().unwrap();
            for action in &clause.actions {
                let name = &pack.vocabulary().action(*action).unwrap().name;
                assert!(own.contains(&format!("{base}/ask/{name}\"")), "{}: {name}", clause.id);
            }
            let conditions = clause.conditions.iter().map(|condition| &condition.words);
            for words in conditions.chain(clause.exceptions.iter().map(|exception| &exception.words)).chain(&clause.asks) {
                // The page gives a condition a capital letter.
                let rest: String = escaped(words).chars().skip(1).collect();
                assert!(own.contains(&rest), "{}: {words}", clause.id);
            }
            read += 1;
        }
    }
    assert!(read > 500, "{read} pages");
}

#[test]
fn every_link_leads_to_a_page() {
    let pack = pack();
    let (mut wanted, mut seen) = (vec!["/law".to_owned(), "/ar/law".to_owned()], BTreeSet::new());
    // What answers link to: every act on a day of the old law and on one of the new.
    for action in pack.vocabulary().actions() {
        for day in ["2020-06-15", "2026-03-01"] {
            let answer = submit(&format!("/es/ask/{}", action.name), &[("agency", "CPD"), ("as_of", day)]);
            wanted.extend(attributes(answer.text(), "href").into_iter().filter(|path| path.starts_with("/es/law/")).map(str::to_owned));
        }
    }
    assert!(wanted.len() > 40, "{} links", wanted.len());
    while let Some(path) = wanted.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        assert!(!path.contains(['(', ')', ' ', '#']), "{path} is not encoded");
        let page = get(&path);
        assert_eq!(page.status, 200, "{path}");
        let base = path.split("/law").next().unwrap();
        for link in attributes(page.text(), "href") {
            let within = link.strip_prefix(base).is_some_and(|rest| rest == "/law" || rest.starts_with("/law/"));
            // Each provision is read as it is today; the versions are read by the test of days.
            if within && !link.contains('?') {
                wanted.push(link.to_owned());
            }
        }
    }
    for provision in pack.provisions() {
        assert!(seen.contains(&format!("/ar/law/{}", encoded(provision))), "nothing leads to {provision}");
    }
}

#[test]
fn a_day_shows_the_law_of_that_day() {
    type Row = (&'static str, &'static str, u16, &'static [&'static str], &'static [&'static str]);
    let table: [Row; 12] = [
        ("2-173-042", "", 200, &["Today: no longer in force", "2-173-042(a)(1)"], &["On 2"]),
        ("2-173-042", "?on=2020-06-15", 200, &["On 15 June 2020: in force.", "See it as it is today"], &["Today:"]),
        ("2-173-042", "?on=2021-02-10", 200, &["not certain which version"], &[": in force."]),
        ("2-173-042", "?on=2010-01-01", 200, &["There was or may have been older law"], &[": in force."]),
        ("2-173-020(a)", "", 200, &["Today: in force.", "An ordinance of 7 November 2022", "27 January 2021"], &[]),
        ("2-173-020(a)", "?on=2021-02-10", 200, &["not certain which version", "27 January 2021"], &[": in force."]),
        ("2-173-020(a)", "?on=2020-06-15", 200, &["It came into its law later"], &[": in force."]),
        ("805/15(a)", "?on=2010-01-01", 200, &["Its law did not exist"], &[": in force."]),
        ("2-173-042(c)(1)", "?on=2020-06-15", 200, &["Takes acts out of", "2-173-042(b)"], &[]),
        ("2-173-020", "", 200, &["2-173-020(a)(1)", "2-173-020(b)"], &["2-173-030"]),
        ("mcc-2-173", "", 200, &["What is held here, and what is not", "MCC § 2-173-069(b)"], &["805/15"]),
        ("2-173-020(a)", "?on=yesterday", 400, &[], &["yesterday"]),
    ];
    for (id, query, status, says, never) in table {
        let page = get(&format!("/law/{}{query}", encoded(id)));
        assert_eq!(page.status, status, "{id}{query}");
        let text = page.text().split("<main").nth(1).unwrap();
        for words in says {
            assert!(text.contains(words), "{id}{query} does not say: {words}");
        }
        for words in never {
            assert!(!text.contains(words), "{id}{query} says: {words}");
        }
    }
}

#[test]
fn a_name_that_is_not_there_is_answered_with_those_that_are_near() {
    for (typed, near) in
        [("2-173-020(a)(9)", "/law/2-173-020%28a%29"), ("MCC § 2-173-30", "/law/2-173-030%28"), ("guideline/3", "/law/guidelines/3")]
    {
        let page = get(&format!("/law/{}", encoded(typed)));
        assert_eq!(page.status, 404, "{typed}");
        assert!(page.text().contains(near), "{typed}: {near} is not named");
    }
    let page = get("/law/Juan-Perez-Garcia");
    assert_eq!(page.status, 404);
    let main = page.text().split("<main").nth(1).unwrap();
    assert!(!main.contains("Juan") && main.contains("does not mean that it does not exist"));
}

#[test]
fn versions_stand_side_by_side_with_what_changed_marked() {
    let pack = pack();
    let mut compared = 0;
    for provision in pack.provisions() {
        let page = get(&format!("/es/law/{}", encoded(provision)));
        let text = page.text();
        for side in text.split("<article class=\"hv-compare\">").skip(1).map(|rest| rest.split("</article>").next().unwrap()) {
            compared += 1;
            let marks = (side.matches("<del ").count(), side.matches("<ins ").count());
            assert!(marks != (0, 0) || side.contains("Solo cambió la ley"), "{provision}: nothing is marked");
            // For the ear, in the page's language.
            assert_eq!(side.matches(">Quitado: </span>").count(), marks.0, "{provision}");
            assert_eq!(side.matches(">Agregado: </span>").count(), marks.1, "{provision}");
        }
    }
    assert!(compared >= 3, "{compared} comparisons");
}

#[test]
fn the_cases_of_a_provision_are_shown_and_answer_as_they_say() {
    let (source, pack) = (Source::new(crate::laws::files()), pack());
    let (all, errors) = cases::load(&source, &pack);
    assert!(errors.is_empty(), "{errors:?}");
    let mut answered = 0;
    for provision in pack.provisions() {
        let own: Vec<_> = all.iter().filter(|case| case.provisions.iter().any(|id| id == provision)).collect();
        let page = get(&format!("/law/{}", encoded(provision)));
        let shown: Vec<&str> = page.text().split("<article class=\"hv-situation\">").skip(1).collect();
        assert_eq!(shown.len(), own.len(), "{provision}");
        for (case, shown) in own.iter().zip(&shown) {
            assert!(shown.contains(&escaped(&case.case)), "{provision}: {}", case.case);
        }
        // One of each page is asked as the page asks it: the layer that the case asks alone says there what it says here.
        let one = own.iter().zip(&shown).find(|(case, _)| case.layer == ["city"] && case.provision.is_empty());
        let Some((_, shown)) = one else { continue };
        let shown = shown.split("</article>").next().unwrap();
        assert!(shown.contains("Only these laws were asked: City."), "{provision}");
        let pairs: Vec<(&str, &str)> = attributes(shown, "name").into_iter().zip(attributes(shown, "value")).collect();
        let kind = |html: &str| html.split("class=\"hv-tag hv-").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let answer = submit(attributes(shown, "action")[0], &pairs);
        let city = answer.text().split("<h3>City ").nth(1).unwrap_or_else(|| panic!("{provision}: no city in {pairs:?}"));
        assert_eq!(kind(city), kind(shown), "{provision}: {pairs:?}");
        assert!(!answer.text().contains("hv-receipt"), "an example is not recorded");
        answered += 1;
    }
    assert!(answered > 25, "{answered} answered");
}

/// Decisions of last month and of today; a stranger sees sums of the months that are over, and no small ones.
#[test]
fn strangers_see_what_it_decided_as_sums_of_months_that_are_over() {
    let folder = tempfile::tempdir().unwrap();
    let ok = |args: &[&str]| check_in(folder.path(), &Line { args, ..Line::default() });
    ok(&["ledger", "init", "--name", "log.example.gov/city"]);
    let (now, then) = today_and_last_month();
    let (today, last) = (now.date(), then.date());
    let law = format!("law={}", pack().digest);
    let was_decided = |verdict: &str, provisions: &str| -> Pairs {
        let day = last.to_string();
        let at = format!("{day} 00:01");
        [
            ("kind", "decision"),
            ("station", "001"),
            ("by", "S-1042"),
            ("at", &at),
            ("action", "continue_detention"),
            ("facts", "{\"basis\":[\"detainer\"]}"),
            ("as_of", &day),
            ("verdict", verdict),
            ("provisions", provisions),
            ("law", &law["law=".len()..]),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    };
    let decision = |day: &str, verdict: &str, provisions: &str| {
        let (verdict, provisions, as_of) = (format!("verdict={verdict}"), format!("provisions={provisions}"), format!("as_of={day}"));
        let at = format!("{day} 00:01");
        let set = ["action=continue_detention", "facts={\"basis\":[\"detainer\"]}", &as_of, &verdict, &provisions, &law];
        let mut args = vec!["register", "add", "decision", "--station", "001", "--by", "S-1042", "--at", &at];
        args.extend(set.iter().flat_map(|pair| ["--set", pair]));
        ok(&args);
    };
    let (other, small) = ("2-173-020(a)(1)(C)", "2-173-020(a)(1)(A)");
    let both = format!("{other},{small}");
    let mut recorded: Vec<Pairs> = (0..6).map(|_| was_decided("prohibited", other)).collect();
    recorded.extend((0..2).map(|_| was_decided("needs_facts", &both)));
    past::record(folder.path(), &source(), &then, recorded);
    decision(&today.to_string(), "prohibited", small);
    // One of last month that is entered late: who looked yesterday and looks today must not see it come.
    decision(&last.to_string(), "prohibited", other);
    let server = Server::with(haven().current_dir(folder.path()));
    let page = |id: &str| -> Answer { http(server.address, "GET", &format!("/law/{}", encoded(id)), "", b"") };
    let sums = |id: &str| -> Vec<(String, String)> {
        let page = page(id);
        let own = page.text().split("id=\"lately\"").nth(1).expect("what it decided").split("</section>").next().unwrap().to_owned();
        assert!(!own.contains("<table"), "{id}: single decisions are shown to strangers");
        let counts = own.split("<div>").skip(1);
        counts
            .map(|div| {
                let plain = |text: &str| text.split('>').map(|part| part.split('<').next().unwrap()).collect::<String>().trim().to_owned();
                let (name, count) = div.split_once("</dt>").unwrap();
                (plain(name), plain(count))
            })
            .collect()
    };
    // With the sum of all and one of two numbers the other would be known: so one more is not shown.
    assert_eq!(
        sums(other),
        [("ASK FIRST", "fewer than 5"), ("NO", "not shown"), ("All", "8")].map(|(name, count)| (name.to_owned(), count.to_owned()))
    );
    // That of today is not counted yet.
    assert_eq!(
        sums(small),
        [("ASK FIRST", "fewer than 5"), ("All", "fewer than 5")].map(|(name, count)| (name.to_owned(), count.to_owned()))
    );
    assert!(page("guidelines/3").text().contains("It decided nothing that was recorded."));
}

#[test]
fn a_browser_finds_no_fault_in_the_law_and_the_papers() {
    browse("lawbook.mjs", &format!("http://{}", crate::web::address()));
}
