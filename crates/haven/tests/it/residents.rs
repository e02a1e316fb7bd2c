//! The room of residents, from outside: what is said of what happened, and that nothing is kept but what was sent to be.

use crate::lawbook::source;
use crate::past::{self, today_and_last_month};
use crate::web::{Answer, attributes, browse, encoded, http};
use crate::{haven, root};
use haven_register::entry::Pairs;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};
use std::sync::OnceLock;

const FORM: &str = "application/x-www-form-urlencoded";

/// A service with a register and a key for complaints, in a folder of its own.
struct Place {
    folder: tempfile::TempDir,
    child: Child,
    out: BufReader<ChildStdout>,
    address: SocketAddr,
    handler: age::x25519::Identity,
}

impl Place {
    fn start(with_key: bool) -> Place {
        Place::kept_with(with_key, Vec::new())
    }

    /// One whose register was kept since last month.
    fn kept_with(with_key: bool, entries: Vec<Pairs>) -> Place {
        let folder = tempfile::tempdir().unwrap();
        let handler = age::x25519::Identity::generate();
        run(folder.path(), &["ledger", "init", "--name", "log.example.gov/city"]);
        if !entries.is_empty() {
            past::record(folder.path(), &source(), &today_and_last_month().1, entries);
        }
        if with_key {
            fs::write(folder.path().join("haven.toml"), format!("complaint_key = \"{}\"\n", handler.to_public())).unwrap();
        }
        let mut child = haven()
            .current_dir(folder.path())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("haven serve: http://").unwrap_or_else(|| panic!("it says `{line}`"));
        Place { address: address.parse().unwrap(), folder, child, out, handler }
    }

    fn get(&self, path: &str) -> Answer {
        http(self.address, "GET", path, "", b"")
    }

    fn post(&self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        http(self.address, "POST", path, FORM, body.join("&").as_bytes())
    }

    fn complain(&self, against: &str, allegation: &str, text: &str) -> Answer {
        self.post("/complaint", &[("against", against), ("allegation", allegation), ("text", text)])
    }

    /// The whole output of the service, after it was told to stop.
    fn said(&mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let mut said = String::new();
        self.out.read_to_string(&mut said).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        said
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(folder: &Path, args: &[&str]) -> String {
    let output = haven().current_dir(folder).args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// One service for all tests that only ask; it ends with the process that holds its pipes.
fn shared() -> &'static Place {
    static SHARED: OnceLock<Place> = OnceLock::new();
    SHARED.get_or_init(|| {
        let place = Place::start(true);
        let mut watcher = std::process::Command::new("sh");
        watcher.args(["-c", "cat >/dev/null; kill \"$0\" 2>/dev/null", &place.child.id().to_string()]).stdin(Stdio::piped());
        std::mem::forget(watcher.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        place
    })
}

/// What a form holds after these answers: `who=me happened=stop,hold by=police when=2020-06 stop_reason=traffic paper=`.
fn told(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (question, answers) in text.split_whitespace().map(|part| part.split_once('=').unwrap()) {
        pairs.push(("asked".to_owned(), question.to_owned()));
        if question == "when" {
            let names = ["year", "month", "day"].into_iter().zip(answers.split('-'));
            pairs.extend(names.map(|(name, value)| (name.to_owned(), value.trim_start_matches('0').to_owned())));
            continue;
        }
        pairs.extend(answers.split(',').filter(|answer| !answer.is_empty()).map(|answer| (question.to_owned(), answer.to_owned())));
    }
    pairs
}

fn tell_in(base: &str, text: &str) -> Answer {
    let pairs = told(text);
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    shared().post(&format!("{base}/lawful"), &pairs)
}

fn tell(text: &str) -> Answer {
    tell_in("", text)
}

/// Answers whatever is asked with "I don't know" until the law has nothing more to ask.
fn to_the_end(base: &str, text: &str) -> (String, String) {
    let mut text = text.to_owned();
    for _ in 0..20 {
        let page = tell_in(base, &text);
        assert_eq!(page.status, 200, "{text}: {}", page.text());
        if page.text().contains("id=\"where\"") {
            return (text, page.text().to_owned());
        }
        let asked = page.text().rsplit("name=\"asked\" value=\"").next().unwrap().split('"').next().unwrap().to_owned();
        assert!(!text.contains(&format!("{asked}=")), "{asked} is asked twice: {text}");
        text.push_str(&format!(" {asked}="));
    }
    panic!("no end: {text}")
}

/// What happened, the acts, and the stretches by their first day, each with its word.
type Finding = (String, Vec<String>, Vec<(String, String)>);

/// The findings of a page: what happened, the acts, and for each stretch its first day and its word.
fn findings(html: &str) -> Vec<Finding> {
    let mut all = Vec::new();
    for chapter in html.split("data-happened=\"").skip(1) {
        let happened = chapter.split('"').next().unwrap();
        for finding in chapter.split("data-acts=\"").skip(1) {
            let acts = finding.split('"').next().unwrap().split_whitespace().map(str::to_owned).collect();
            let stretches = finding.split("class=\"hv-lawful-verdict hv-").skip(1).map(|stretch| {
                let word = stretch.split('"').next().unwrap().to_owned();
                (stretch.split("data-from=\"").nth(1).unwrap().split('"').next().unwrap().to_owned(), word)
            });
            all.push((happened.to_owned(), acts, stretches.collect()));
        }
    }
    all
}

fn word_of(html: &str, act: &str) -> String {
    let found = findings(html);
    let (_, _, stretches) =
        found.iter().find(|(_, acts, _)| acts.iter().any(|known| known == act)).unwrap_or_else(|| panic!("{act}: {found:?}"));
    assert_eq!(stretches.len(), 1, "{act}: {stretches:?}");
    stretches[0].1.clone()
}

struct Scenario {
    told: &'static str,
    words: &'static [(&'static str, &'static str)],
    says: &'static [&'static str],
    never: &'static [&'static str],
}

/// The case that the project is about, as its family would tell it, under the law of that time and of today.
#[test]
fn the_family_of_june_2020_reads_what_the_law_said_and_says() {
    const STORY: &str = "who=family happened=stop,hold,handover by=police";
    for scenario in [
        Scenario {
            told: "when=2020-06 stop_reason=traffic hold_reason= paper= matter=civil before_2021=",
            words: &[("stop", "silent"), ("continue_detention", "depends"), ("transfer_to_ice", "depends")],
            says: &[
                "about June 2020",
                "5 ILCS 805/15(a)",
                "MCC § 2-173-042",
                "The person was handed to ICE",
                "text, not",
                "custody log",
                "court clerk",
            ],
            never: &["It looks unlawful", "2-173-020(a)(5)"],
        },
        // Told that it rested on a detainer: the state's law barred it, whatever the city's carve-outs say.
        Scenario {
            told: "when=2020-06-15 stop_reason=traffic hold_reason=detainer paper=I-247A matter=civil before_2021=felony",
            words: &[("stop", "silent"), ("continue_detention", "unlawful"), ("transfer_to_ice", "excepted")],
            says: &["15 June 2020", "5 ILCS 805/15(a)", "We know it from reports"],
            never: &["2-173-020(a)(1)(C)"],
        },
        Scenario {
            told: "when=2026-05 stop_reason=traffic hold_reason=detainer matter=civil",
            words: &[("stop", "silent"), ("continue_detention", "unlawful"), ("transfer_to_ice", "unlawful")],
            says: &[
                "MCC § 2-173-020(a)(1)(C)",
                "MCC § 2-173-020(a)(5)",
                "5 ILCS 805/15(a)",
                "based upon an immigration detainer",
                "We read the text.",
            ],
            never: &["2-173-042", "carve-out"],
        },
    ] {
        let text = format!("{STORY} {}", scenario.told);
        let page = tell(&text);
        let html = page.text().replace("reports, not from the text", "text, not");
        for (act, word) in scenario.words {
            assert_eq!(word_of(&html, act), *word, "{text}: {act}");
        }
        let plain = page.text();
        for part in scenario.says {
            assert!(html.contains(part) || plain.contains(part), "{text}: {part}");
        }
        for part in scenario.never {
            assert!(!plain.contains(part), "{text}: {part}");
        }
        // Whom to write to, with what is disputed, and letters.
        for part in [
            "Office of Inspector General",
            "Send a copy to",
            "It is disputed who hears this",
            "We found no time limit",
            "/lawful/letter/records",
            "/lawful/letter/log",
            "Not part of the city",
        ] {
            assert!(plain.contains(part), "{text}: {part}");
        }
        // Silence is never called lawful.
        assert!(
            !plain.contains("was lawful.")
                || plain.contains("does not mean that it was lawful")
                || plain.contains("never means that it was lawful")
        );
    }
}

/// The words change with who tells it, the law does not.
#[test]
fn whoever_tells_it_reads_the_same_law() {
    let mut seen: Vec<(String, String)> = Vec::new();
    for who in ["me", "family", "witness", "lawyer"] {
        let page = tell(&format!("who={who} happened=hold by=police when=2026-05 hold_reason=detainer"));
        seen.push((
            format!("{:?}", findings(page.text())),
            page.text().split("id=\"ch-hold\">").nth(1).unwrap().split('<').next().unwrap().to_owned(),
        ));
    }
    assert!(
        seen.iter().all(|(law, _)| *law == seen[0].0)
            && seen[0].1 == "I was arrested or held"
            && seen[1].1 == "The person was arrested or held"
    );
}

fn word(answer: &Value) -> &'static str {
    match (answer["verdict"].as_str().unwrap(), answer["basis"].as_str()) {
        ("prohibited", _) => "unlawful",
        ("needs_facts", _) => "depends",
        ("required", _) => "required",
        ("permitted", Some("authorised")) => "allowed",
        ("permitted", Some("excepted")) => "excepted",
        ("permitted", Some("not_reached")) => "silent",
        other => panic!("{other:?}"),
    }
}

/// Everything that can have happened, by everyone, before and after 2021, with nothing else known: the page says what the
/// same question to the law says.
#[test]
fn what_the_page_says_is_what_the_law_says() {
    let data: toml::Table = fs::read_to_string(root().join("law/us/il/chicago/residents.toml")).unwrap().parse().unwrap();
    let vocabulary: Value = serde_json::from_str(shared().get("/api/v1/vocabulary").text()).unwrap();
    let mut asked = 0;
    let mut words = BTreeSet::new();
    for by in data["by"].as_array().unwrap() {
        for happened in data["happened"].as_array().unwrap() {
            for day in ["2020-06-15", "2024-05-02"] {
                let start = format!("who=me happened={} by={} when={day}", happened["id"].as_str().unwrap(), by["id"].as_str().unwrap());
                let (text, html) = to_the_end("", &start);
                let acts: Vec<&str> = happened["acts"].as_array().unwrap().iter().map(|act| act.as_str().unwrap()).collect();
                for act in acts {
                    let of_act: Vec<&str> =
                        vocabulary["x-facts-of"][act].as_array().unwrap().iter().map(|fact| fact.as_str().unwrap()).collect();
                    let mut facts = serde_json::Map::new();
                    for table in [by.get("facts"), happened.get("facts")].into_iter().flatten() {
                        for (fact, value) in table.as_table().unwrap().iter().filter(|(fact, _)| of_act.contains(&fact.as_str())) {
                            facts.insert(fact.clone(), Value::from(value.as_str().unwrap()));
                        }
                    }
                    let agency = by.get("agency").and_then(toml::Value::as_str);
                    let request = serde_json::json!({ "as_of": day, "action": act, "agency": agency, "facts": facts });
                    let answer = http(shared().address, "POST", "/api/v1/ask", "application/json", request.to_string().as_bytes());
                    let answer: Value = serde_json::from_str(answer.text()).unwrap();
                    assert_eq!(word_of(&html, act), word(&answer), "{text}: {request}");
                    words.insert(word(&answer));
                    asked += 1;
                }
            }
        }
    }
    assert!(asked >= 200, "{asked}");
    assert!(["unlawful", "depends", "silent"].iter().all(|word| words.contains(word)), "{words:?}");
}

#[test]
fn an_unknown_day_shows_every_law_it_may_have_been_under() {
    // A month in which the law changed: three stretches, and both answers.
    let page = tell("who=me happened=handover by=police when=2021-02 paper= matter=civil before_2021=none");
    let found = findings(page.text());
    let days: Vec<&str> = found[0].2.iter().map(|(from, _)| from.as_str()).collect();
    assert!(days.contains(&"2021-02-01") && days.contains(&"2021-02-23"), "{found:?}");
    assert_eq!(found[0].2.last().unwrap().1, "unlawful");
    assert!(page.text().contains("to 22 February 2021:") && page.text().contains("It depends on the day"), "{}", page.text());
    // No day at all: from the first law on, told apart in words.
    let page = tell("who=me happened=hold by=police when= hold_reason=detainer before_2021=none paper=I-247A");
    let found = findings(page.text());
    let stretches = &found.iter().find(|(_, acts, _)| acts.iter().any(|act| act == "continue_detention")).unwrap().2;
    assert_eq!(stretches.first().unwrap().0, "2012-09-12");
    assert!(stretches.iter().any(|(from, word)| from.as_str() >= "2021-02-23" && word == "unlawful"), "{stretches:?}");
    // A day in the gap is not decided in silence.
    let gap = tell("who=me happened=handover by=police when=2021-02-10 paper= matter=civil before_2021=felony");
    assert_eq!(word_of(gap.text(), "transfer_to_ice"), "depends");
}

#[test]
fn questions_are_asked_only_while_the_law_needs_them() {
    for (text, next) in [
        ("who=me", "happened"),
        ("who=me happened=hold", "by"),
        ("who=me happened=hold by=police", "when"),
        ("who=me happened=hold by=police when=2026-05", "hold_reason"),
        ("who=me happened=hold by=police when=2026-05 hold_reason=detainer", ""),
        ("who=me happened=hold by=police when=2026-05 hold_reason=judge", "paper"),
        ("who=me happened=hold by=police when=2026-05 hold_reason=judge paper=judicial_arrest_warrant", "signer"),
        ("who=me happened=hold by=police when=2020-06 hold_reason=status paper=", ""),
        ("who=me happened=threat by=police when=2026-05", ""),
        ("who=me happened=threat by=federal when=2026-05", ""),
    ] {
        let page = tell(text);
        let asked = page.text().rsplit("name=\"asked\" value=\"").next().unwrap().split('"').next().unwrap().to_owned();
        let ended = page.text().contains("id=\"where\"");
        assert!(if next.is_empty() { ended } else { !ended && asked == next }, "{text}: {asked}, ended {ended}");
        assert_eq!(page.text().matches("<h1").count(), 1, "{text}");
    }
    // The paper of a judge with an immigration officer's name below goes to a lawyer, not to a yes.
    let page =
        tell("who=me happened=hold by=police when=2026-05 hold_reason=judge paper=judicial_arrest_warrant signer=immigration_officer");
    assert_eq!(word_of(page.text(), "arrest"), "depends");
}

#[test]
fn the_way_back_keeps_what_was_told_before() {
    let mut pairs = told("who=family happened=hold,threat by=police when=2020-06 hold_reason=detainer");
    pairs.push(("again".to_owned(), "happened".to_owned()));
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = shared().post("/pl/lawful", &pairs);
    let html = page.text();
    assert!(
        html.contains("lang=\"pl\"")
            && html.contains("id=\"c-hold\" name=\"happened\" value=\"hold\" checked")
            && html.contains("value=\"threat\" checked")
    );
    assert!(
        !html.contains("value=\"stop\" checked")
            && html.contains("name=\"who\" value=\"family\"")
            && !html.contains("name=\"hold_reason\"")
    );
    // What has to be told is asked again.
    let page = tell("who=me happened=");
    assert_eq!(page.status, 422);
    assert!(page.text().contains("Please choose an answer.") && page.text().contains("name=\"happened\""));
}

/// What cannot be taken is asked again: what is wrong is said, what was typed is not repeated, the other answers are kept.
#[test]
fn an_answer_that_cannot_be_taken_is_asked_again_and_the_others_are_kept() {
    for (text, asked, says) in [
        ("who=Maria", "who", "Please choose an answer"),
        ("who=me happened=murder", "happened", "Please choose an answer"),
        ("who=me happened=stop by=Schmidt", "by", "Please choose an answer"),
        ("who=me happened=stop by=police when=2026-02-30", "when", "There is no such day"),
        ("who=me happened=stop by=police when=2099-01-01", "when", "has not come yet"),
        ("who=me happened=stop by=police when=2099", "when", "has not come yet"),
        ("who=me happened=stop by=police when=1999", "when", "so long ago"),
        ("who=me happened=stop by=police when=-06", "when", "choose the year too"),
        ("who=me happened=stop by=police when=2026--07", "when", "choose the month too"),
        ("who=me happened=stop by=police when=x", "when", "There is no such day"),
        ("who=me happened=stop by=police when=2026-13", "when", "There is no such day"),
        ("name=Maria", "who", "could not be read"),
        ("who=me happened=stop by=police name=Maria", "by", "could not be read"),
        ("who=me happened=stop by=police when=2026 stop_reason=x", "stop_reason", "Please choose an answer"),
    ] {
        let page = tell(text);
        let html = page.text();
        assert_eq!(page.status, 422, "{text}: {html}");
        assert!(html.contains(says) && html.contains("Your other answers are kept"), "{text}: {html}");
        let last = html.rsplit("name=\"asked\" value=\"").next().unwrap().split('"').next().unwrap();
        assert_eq!(last, asked, "{text}");
        for kept in ["who=me", "happened=stop", "by=police"].into_iter().filter(|kept| text.contains(kept)) {
            let (name, value) = kept.split_once('=').unwrap();
            let hidden = format!("type=\"hidden\" name=\"{name}\" value=\"{value}\"");
            let chosen = format!("name=\"{name}\" value=\"{value}\" checked");
            assert!(html.contains(&hidden) || html.contains(&chosen), "{text}: {name} is lost: {html}");
        }
        for typed in ["Maria", "Schmidt", "murder", "2099", "1999"] {
            assert!(!html.contains(typed), "{text}");
        }
    }
    // What of the date can be kept is: the menus show it, and only the day has to be chosen again.
    let page = tell("who=me happened=stop by=police when=2026-02-30");
    for chosen in ["<option value=\"2026\" selected>", "<option value=\"2\" selected>", "<option value=\"30\" selected>"] {
        assert!(page.text().contains(chosen), "{chosen}: {}", page.text());
    }
    // A letter asks again, too.
    let pairs = told("who=me happened=stop by=police when=2099");
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = shared().post("/lawful/letter/records", &pairs);
    assert!(page.status == 422 && page.text().contains("has not come yet"), "{}", page.text());
    assert_eq!(http(shared().address, "POST", "/lawful", "application/json", b"{}").status, 400);
    assert_eq!(shared().get("/lawful/letter/records").status, 405);
    assert_eq!(shared().post("/lawful/letter/nothing", &[]).status, 404);
    assert_eq!(shared().post("/lawful/letter/records", &[]).status, 400);
}

#[test]
fn letters_say_what_was_told_and_leave_the_rest_to_a_pen() {
    let letter = |kind: &str, text: &str| {
        let pairs = told(text);
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let page = shared().post(&format!("/es/lawful/letter/{kind}"), &pairs);
        assert_eq!(page.status, 200);
        page.text().split("<article").nth(1).unwrap().split("</article>").next().unwrap().to_owned()
    };
    let story =
        "who=family happened=stop,hold,handover by=police when=2020-06 stop_reason=traffic hold_reason=detainer paper=I-247A matter=civil";
    let records = letter("records", story);
    for part in [
        "Chicago Police Department",
        "Illinois Freedom of Information Act",
        "member of my family",
        "Date, as far as it is known: June 2020.",
        "log of immigration detainers",
        "Name: ____",
        "lang=\"en\"",
    ] {
        assert!(records.contains(part), "{part}: {records}");
    }
    let complaint = letter("complaint", story);
    for part in ["Office of Inspector General", "Civilian Office of Police Accountability", "5 ILCS 805/15(a)", "goes to both"] {
        assert!(complaint.contains(part), "{part}: {complaint}");
    }
    let log = letter("log", story);
    assert!(log.contains("the quarter in which June 2020 lies"), "{log}");
    let year = letter("log", "who=me happened=stop by=police when=2020");
    assert!(year.contains("each quarter of 2020 and") && !year.contains("some day"), "{year}");
    // Two versions that may both have been the law: each says when it was.
    let both = letter("complaint", "who=me happened=handover by=police when=2021-02 matter=civil before_2021=none");
    for part in [
        "MCC § 2-173-020(a)(5) (in force from 23 February 2021, perhaps already from 27 January 2021)",
        "MCC § 2-173-042 (in force until 22 February 2021, perhaps only until 26 January 2021)",
    ] {
        assert!(both.contains(part), "{part}: {both}");
    }
    assert!(log.contains("2-173-069") && log.contains("CPD-31.110") && log.contains("805/25"), "{log}");
    // Abuse has an owner, so it goes to one body; who does not know the day leaves it blank.
    let abuse = letter("complaint", "who=me happened=threat by=police when=");
    assert!(
        abuse.contains("Civilian Office of Police Accountability")
            && !abuse.contains("Inspector General")
            && !abuse.contains("goes to both"),
        "{abuse}"
    );
    assert!(abuse.contains("known: ____"), "{abuse}");
    for body in [&records, &complaint, &log, &abuse] {
        assert!(!body.contains('{') && !body.contains("days"), "a blank was not filled, or a time limit was made up: {body}");
    }
}

#[test]
fn no_page_keeps_or_tells_anything() {
    let place = shared();
    let (_, answer) = to_the_end("", "who=me happened=hold by=police when=2026-05");
    assert!(answer.contains("id=\"where\""));
    let pages = [
        place.get("/lawful"),
        tell("who=me"),
        tell("who=me happened=threat by=police when=2026-05"),
        place.get("/your-rights"),
        place.get("/complaint"),
        place.get("/complaint/status"),
        place.get("/complaints"),
        place.post("/complaint/confirm", &[]),
        place.post("/lawful", &[("who", "x")]),
    ];
    for page in &pages {
        assert!(page.headers.iter().all(|(name, _)| name != "set-cookie"));
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        let html = page.text();
        assert_eq!(html.matches("<form").count(), html.matches("<form method=\"post\"").count());
        assert!(attributes(html, "action").into_iter().chain(attributes(html, "href")).all(|address| !address.contains('?')), "{html}");
        assert!(!html.contains("<script") && !html.contains(" style=") && html.contains("hv-leave"), "{html}");
        // Every word was found: a key that has no text stands there as itself.
        for key in ["lawful-", "rights-", "complaint-", "clock-", "docket-", "receipt-", "confirm-", "status-", "code-"] {
            let shown = html.split('>').filter_map(|part| part.split('<').next()).find(|text| text.trim().starts_with(key));
            assert_eq!(shown, None);
        }
    }
}

#[test]
fn every_language_has_every_word() {
    for base in ["/es", "/pl", "/zh", "/ar"] {
        for happened in [
            "stop",
            "hold",
            "handover",
            "visit",
            "home",
            "building",
            "helped",
            "question",
            "origin",
            "threat",
            "form",
            "service",
            "information",
            "status_shared",
        ] {
            let (_, html) = to_the_end(base, &format!("who=family happened={happened} by=police when="));
            for text in html.split('>').filter_map(|part| part.split('<').next()) {
                let key = text.trim().starts_with("lawful-");
                assert!(!key, "{base}: {text}");
            }
            for english in ["It depends on what", "What you can do", "It looks unlawful", "Ask for the"] {
                assert!(!html.contains(english), "{base}, {happened}: {english}");
            }
        }
    }
}

#[test]
fn the_poster_claims_no_more_than_was_read() {
    for base in ["", "/es", "/pl", "/zh", "/ar"] {
        let page = shared().get(&format!("{base}/your-rights"));
        let html = page.text();
        let marks = attributes(html, "data-mark");
        assert!(marks.len() == 6 && marks.iter().all(|mark| *mark == "v"), "{marks:?}");
        assert!(html.contains("MCC § 2-173-030(a)(1)") && html.contains("I-200") && html.contains("911"));
    }
    let html = shared().get("/your-rights").text().to_owned();
    for part in ["victims and for witnesses", "Federal agents are not bound by the city’s law", "unless a law or a court requires it"] {
        assert!(html.contains(part), "{part}");
    }
}

/// The code on a page, without its spaces.
fn code(html: &str) -> String {
    let shown =
        html.split("class=\"hv-complaint-code\" dir=\"ltr\">").nth(1).unwrap_or_else(|| panic!("{html}")).split('<').next().unwrap();
    let code: String = shown.chars().filter(char::is_ascii_digit).collect();
    assert_eq!(code.len(), 16);
    code
}

const SECRET: &str = "Zebra Quastenflosser, badge 4711, corner of Nowhere Street";

#[test]
fn a_complaint_is_read_by_its_handler_and_by_nobody_else() {
    let mut place = Place::start(true);
    let taken = place.complain("police_member", "assisted_enforcement", SECRET);
    assert_eq!(taken.status, 200, "{}", taken.text());
    let code = code(taken.text());
    assert!(!taken.text().contains("Zebra"));
    // The second time: only whoever types it back sees it again.
    let ask = place.post("/complaint/confirm", &[]);
    assert!(!ask.text().contains(&code[..4]) && ask.text().contains("name=\"code\""));
    let wrong = place.post("/complaint/confirm", &[("code", "1234 5678 9012 3456")]);
    assert_eq!(wrong.status, 422);
    let receipt = place.post("/complaint/confirm", &[("code", &code)]);
    assert_eq!(self::code(receipt.text()), code);
    for part in ["Inspector General", "Civilian oversight of police", "Received: it waits for a person"] {
        assert!(receipt.text().contains(part), "{part}");
    }
    assert!(!receipt.text().contains("assisted") && !receipt.text().contains("Zebra"));
    let status = place.post("/es/complaint/status", &[("code", &code)]);
    assert!(status.text().contains("Llegó hoy.") && status.text().contains("data-stage=\"received\""), "{}", status.text());
    for typed in ["", "0000000000000000", "12345678", "abcdabcdabcdabcd", &code[1..]] {
        let page = place.post("/complaint/status", &[("code", typed)]);
        assert_eq!(page.status, 422, "{typed}");
        assert!(page.text().contains("No complaint has this number"));
    }
    // The handler, with the other half of the key.
    let folder = place.folder.path().to_path_buf();
    let listed = run(&folder, &["register", "list", "--kind", "complaint", "--jsonl"]);
    let entry: Value = serde_json::from_str(listed.lines().next().unwrap()).unwrap();
    let text = listed.split("-----BEGIN AGE ENCRYPTED FILE-----").nth(1).unwrap().split("-----END").next().unwrap().replace("\\n", "\n");
    let armored = format!("-----BEGIN AGE ENCRYPTED FILE-----{text}-----END AGE ENCRYPTED FILE-----\n");
    let opened = age::decrypt(&place.handler, armored.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(opened.clone()).unwrap().trim_end(), SECRET);
    assert_eq!(opened.len() % 1024, 0, "the length of the text can be told");
    assert!(age::decrypt(&age::x25519::Identity::generate(), armored.as_bytes()).is_err());
    let entry = entry.to_string();
    assert!(entry.contains("C0-") && !entry.contains(&code), "{entry}");
    // Sent on and closed by a person: the clock says so, and nothing else.
    let id = entry.split("\"external\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let today = listed.split("\"at\":\"").nth(1).unwrap().get(..10).unwrap().to_owned();
    for (field, stage) in [("routed_on", "routed"), ("closed_on", "closed")] {
        run(&folder, &["register", "amend", &id, "--by", "S-9", "--why", "learned_later", "--set", &format!("{field}={today}")]);
        let page = place.post("/complaint/status", &[("code", &code)]);
        assert!(page.text().contains(&format!("data-stage=\"{stage}\"")), "{}", page.text());
    }
    // No byte of it anywhere: not in the database, not in its journal, not in what the service said.
    let said = place.said();
    let mut looked = 0;
    for file in fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        for secret in ["Zebra", "Quastenflosser", "Nowhere Street", &code, &format!("{} {}", &code[..4], &code[4..8])] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{}: {secret}", path.display());
        }
        looked += 1;
    }
    assert!(looked >= 3);
    assert!(!said.contains("Zebra") && !said.contains(&code) && said.lines().count() <= 1, "{said}");
}

#[test]
fn a_complaint_that_lacks_something_is_not_sent() {
    let place = Place::start(true);
    for (against, allegation, text, says) in [
        ("", "other", SECRET, "Please choose whom"),
        ("federal_agent", "other", SECRET, "Please choose whom"),
        ("police_member", "", SECRET, "Please choose whom"),
        ("police_member", "other", "  ", "Please write what happened"),
        ("police_member", "other", "x".repeat(8001).as_str(), "too long"),
    ] {
        let page = place.complain(against, allegation, text);
        assert_eq!(page.status, 422);
        assert!(page.text().contains(says) && page.text().contains("Nothing was sent yet"), "{says}");
    }
    assert_eq!(run(place.folder.path(), &["register", "list", "--kind", "complaint", "--jsonl"]), "");
    // The longest there can be, in letters of three bytes.
    assert_eq!(place.complain("police_member", "other", &"漢".repeat(8000)).status, 200);
}

#[test]
fn without_a_key_no_complaint_is_taken() {
    let place = Place::start(false);
    let page = place.get("/complaint");
    assert!(page.text().contains("Complaints cannot be taken here") && !page.text().contains("<textarea"), "{}", page.text());
    assert!(page.text().contains("igchicago.org"));
    // How well it is known who hears what is said here as everywhere, and nothing is counted that is not taken.
    let federal = page.text().split("data-body=\"federal_rights\"").nth(1).unwrap().split("</li>").next().unwrap();
    assert!(federal.contains("Not confirmed. Ask a lawyer."), "{federal}");
    assert!(!page.text().contains("/complaints\""), "{}", page.text());
    let docket = place.get("/complaints");
    assert!(docket.status == 200 && docket.text().contains("Complaints cannot be taken here") && !docket.text().contains("<table"));
    place.complain("police_member", "other", SECRET);
    assert_eq!(run(place.folder.path(), &["register", "list", "--kind", "complaint", "--jsonl"]), "");
}

/// Whoever complains about those whom no city office hears is told who does, and loses nothing.
#[test]
fn a_complaint_about_others_says_who_hears_it() {
    let place = Place::start(true);
    for (by, hears) in [
        ("sheriff", "Office of Professional Review"),
        ("sister", "Office of Executive Inspector General"),
        ("federal", "Office for Civil Rights and Civil Liberties"),
    ] {
        let page = place.complain(by, "other", SECRET);
        let html = page.text();
        let section = html.split(&format!("data-elsewhere=\"{by}\"")).nth(1).unwrap_or_else(|| panic!("{by}: {html}"));
        let section = section.split("</section>").next().unwrap();
        assert!(section.contains(hears) && section.contains("Not confirmed") && section.contains("Not part of the city"), "{section}");
        assert!(html.contains(SECRET) && !section.contains("igchicago.org"), "{by}: {html}");
        // The way to the letter: the same questions, with this one answered.
        let page = place.post("/lawful", &[("asked", "by"), ("by", by)]);
        assert!(page.status == 200 && page.text().contains(&format!("name=\"by\" value=\"{by}\"")), "{}", page.text());
        // The answer leads to these offices and to the letter, and not to a page that takes nothing.
        let (_, html) = to_the_end("", &format!("who=me happened=question by={by} when=2026-05"));
        assert!(html.contains(&format!("data-elsewhere=\"{by}\"")) && html.contains(hears), "{by}: {html}");
        assert!(
            html.contains("/lawful/letter/complaint") && !html.split("id=\"where\"").nth(1).unwrap().contains("href=\"/complaint\""),
            "{html}"
        );
    }
    assert_eq!(run(place.folder.path(), &["register", "list", "--kind", "complaint", "--jsonl"]), "");
}

/// Before a whole month lies behind the first entry of a log there is nothing to count.
#[test]
fn the_docket_counts_nothing_of_the_time_before_its_log() {
    let place = Place::start(true);
    assert_eq!(place.complain("police_member", "other", "text").status, 200);
    let page = place.get("/complaints");
    assert!(page.status == 200 && page.text().contains("This log is new") && !page.text().contains("<table"), "{}", page.text());
}

/// Who hears what: the table, and that it is what the law of the pack says.
#[test]
fn complaints_go_to_the_body_with_jurisdiction_and_a_copy_where_that_is_disputed() {
    let place = Place::start(true);
    let bodies = [("inspector_general", "Office of Inspector General"), ("police_oversight", "Civilian Office of Police Accountability")];
    for (against, allegation, to, copy) in [
        ("police_member", "abuse_or_threat", "police_oversight", ""),
        ("police_member", "assisted_enforcement", "inspector_general", "police_oversight"),
        ("police_member", "status_data", "inspector_general", "police_oversight"),
        ("police_member", "other", "inspector_general", "police_oversight"),
        ("other_city_agent", "abuse_or_threat", "inspector_general", ""),
        ("other_city_agent", "assisted_enforcement", "inspector_general", ""),
        ("other_city_agent", "status_data", "inspector_general", ""),
        ("other_city_agent", "other", "inspector_general", ""),
    ] {
        assert_eq!(place.complain(against, allegation, "text").status, 200);
        let listed = run(place.folder.path(), &["register", "list", "--kind", "complaint", "--jsonl"]);
        let is = |line: &&str| {
            line.contains(&format!("\"against\":\"{against}\"")) && line.contains(&format!("\"allegation\":\"{allegation}\""))
        };
        let line = listed.lines().find(is).unwrap();
        assert!(line.contains(&format!("\"routed_to\":\"{to}\"")), "{line}");
        let copies = format!("\"copy_to\":[\"{copy}\"]");
        assert!(if copy.is_empty() { !line.contains("copy_to") } else { line.contains(&copies) }, "{line}");
        for (word, agency) in bodies {
            let facts = serde_json::json!({ "complaint_against": against, "allegation": allegation });
            let request = serde_json::json!({ "as_of": "2026-11-01", "action": "route_complaint", "agency": agency, "facts": facts });
            let answer = http(place.address, "POST", "/api/v1/ask", "application/json", request.to_string().as_bytes());
            let answer: Value = serde_json::from_str(answer.text()).unwrap();
            let verdict = answer["verdict"].as_str().unwrap();
            match verdict {
                "required" => assert!(word == to && copy.is_empty(), "{request}"),
                "needs_facts" => assert!(!copy.is_empty(), "{request}"),
                _ => assert_ne!(word, to, "{request}"),
            }
        }
    }
}

#[test]
fn codes_cannot_be_tried_without_end() {
    let place = Place::start(true);
    let mut answers = Vec::new();
    for number in 0..14_u64 {
        answers.push(place.post("/complaint/status", &[("code", &format!("{:016}", number * 1_000_003))]).status);
    }
    assert_eq!(&answers[..10], &[422; 10]);
    assert!(answers[12..].contains(&429), "{answers:?}");
    let page = place.post("/complaint/confirm", &[("code", "1111222233334444")]);
    assert!(page.status == 429 && page.text().contains("Too many tries"), "{}", page.status);
}

#[test]
fn the_docket_hides_numbers_that_point_at_a_person() {
    let mut rows: Vec<Pairs> = Vec::new();
    let mut row = |number: usize, at: &str, to: &str, closed: &str| {
        let number = format!("K-{number}");
        let pairs = [
            ("external_id", number.as_str()),
            ("kind", "complaint"),
            ("station", "OIG"),
            ("at", at),
            ("by", "S-1"),
            ("against", "police_member"),
            ("allegation", "other"),
            ("routed_to", to),
            ("closed_on", closed),
        ];
        rows.push(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    };
    for number in 0..30 {
        row(number, "2025-03-01", "inspector_general", if number < 12 { "2025-04-01" } else { "" });
    }
    for number in 30..33 {
        row(number, "2025-03-02", "police_oversight", "");
    }
    for number in 33..40 {
        row(number, "2025-03-03", "internal_affairs", "");
    }
    let place = Place::kept_with(true, rows);
    // One of a month that is over and is entered late is not counted yet either, nor is one closed since counted as closed.
    let late = "external_id,kind,station,at,by,against,allegation,routed_to,closed_on\nK-40,complaint,OIG,2025-03-02,S-1,police_member,other,police_oversight,\n";
    fs::write(place.folder.path().join("log.csv"), late).unwrap();
    run(place.folder.path(), &["register", "import", "log.csv"]);
    let closed = ["register", "amend", "K-30", "--by", "S-1", "--why", "learned_later", "--set", "closed_on=2025-05-01"];
    run(place.folder.path(), &closed);
    // One of this month is not counted yet: who looks every day must not see it come.
    assert_eq!(place.complain("other_city_agent", "other", "text").status, 200);
    let page = place.get("/complaints");
    let cell = |table: &str, row: &str| {
        let table = page.text().split(&format!("data-table=\"{table}\"")).nth(1).unwrap().split("</table>").next().unwrap();
        table
            .split("<tr>")
            .find(|line| line.contains(row))
            .unwrap_or_else(|| panic!("{row}: {table}"))
            .split("<td>")
            .nth(1)
            .unwrap()
            .split('<')
            .next()
            .unwrap()
            .to_owned()
    };
    assert!(page.text().contains("<strong data-total>40</strong>"), "{}", page.text());
    assert_eq!(cell("bodies", "Civilian oversight"), "fewer than 5");
    // The other that could give the first away is held back too.
    assert_eq!(cell("bodies", "Internal affairs"), "held back");
    assert_eq!(cell("bodies", "Inspector General"), "30");
    assert_eq!((cell("stages", "Closed"), cell("stages", "Sent on"), cell("stages", "Received")), ("12".into(), "28".into(), "0".into()));
    assert_eq!(cell("ages", "180 days"), "40");
    assert!(!page.text().contains(">3<") && !page.text().contains(">7<"));
}

/// The family's walk, the letters and the poster on paper, every page in every language: `web/tests/residents.mjs`.
#[test]
fn a_browser_finds_no_fault_in_the_room_of_residents() {
    let place = Place::start(true);
    browse("residents.mjs", &format!("http://{}", place.address));
}
