//! The supervisor's desk: who sees what, what is recorded by whom and once, what is pushed, and the sheet for the next watch.

use crate::web::{Server, browse_with};
use crate::{haven, root};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A password that nobody uses elsewhere.
pub(crate) const PASSWORD: &str = "seven herons walk over ice";

/// A served register with people in it.
pub(crate) struct House {
    pub(crate) folder: TempDir,
    pub(crate) server: Server,
}

/// What a request is answered with.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: String,
    cookie: String,
    pub(crate) body: String,
}

pub(crate) fn configured(folder: &Path) -> Command {
    let mut command = haven();
    command.current_dir(folder).env("HAVEN_REGISTER", "haven.db").env("HAVEN_KEY", "haven.key").env("HAVEN_ASK_WITHOUT_LOGIN", "true");
    command
}

/// Runs a command that must go well; gives what it says.
pub(crate) fn ok(folder: &Path, args: &[&str]) -> String {
    let output = configured(folder).args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

impl House {
    pub(crate) fn open() -> House {
        let folder = tempfile::tempdir().unwrap();
        ok(folder.path(), &["ledger", "init", "--name", "log.example.gov/city"]);
        let server = Server::with(&mut configured(folder.path()));
        House { folder, server }
    }

    /// Enrols somebody; gives the cookie of their session.
    pub(crate) fn staff(&self, id: &str, role: &str, station: &str) -> String {
        let mut args = vec!["staff", "add", id, "--by", "A-1", "--role", role];
        if !station.is_empty() {
            args.extend(["--station", station]);
        }
        let said = ok(self.folder.path(), &args);
        let code = said.lines().find_map(|line| line.strip_prefix("code ")).unwrap_or_else(|| panic!("{said}")).trim().to_owned();
        let answer = self.post("/enrol", "", &[("staff", id), ("code", &code), ("password", PASSWORD)]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.cookie
    }

    pub(crate) fn get(&self, path: &str, cookie: &str) -> Answer {
        self.send("GET", path, cookie, &[])
    }

    /// As a browser sends a form from one of our own pages.
    pub(crate) fn post(&self, path: &str, cookie: &str, pairs: &[(&str, &str)]) -> Answer {
        self.send("POST", path, cookie, pairs)
    }

    fn send(&self, method: &str, path: &str, cookie: &str, pairs: &[(&str, &str)]) -> Answer {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().new_agent();
        let url = format!("http://{}{path}", self.server.address);
        let answer = match method {
            "GET" => agent.get(&url).header("cookie", cookie).call(),
            _ => agent.post(&url).header("cookie", cookie).header("sec-fetch-site", "same-origin").send_form(pairs.iter().copied()),
        };
        let answer = answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let header = |name: &str| answer.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let (status, location) = (answer.status().as_u16(), header("location"));
        let cookie = header("set-cookie").split(';').next().unwrap().to_owned();
        Answer { status, location, cookie, body: answer.into_body().read_to_string().unwrap() }
    }

    /// What the register holds, without what was done to people's accounts.
    pub(crate) fn entries(&self) -> Vec<Value> {
        let listed = ok(self.folder.path(), &["register", "list", "--jsonl"]);
        let all = listed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["record"].clone());
        all.filter(|record| record["kind"] != "access").collect()
    }

    /// Asks at a counter; gives the number of the decision.
    pub(crate) fn ask(&self, path: &str, taps: &[(&str, &str)], cookie: &str) -> String {
        let names: Vec<String> = taps.iter().map(|(step, _)| format!("step.{step}")).collect();
        let mut pairs: Vec<(&str, &str)> = names.iter().zip(taps).map(|(name, (_, choice))| (name.as_str(), *choice)).collect();
        let once = format!("{path}-{:?}", Instant::now());
        pairs.push(("once", &once));
        let page = self.post(&format!("/counter/{path}"), cookie, &pairs);
        let number = page.body.split("hv-number\" dir=\"ltr\">").nth(1).unwrap_or_else(|| panic!("{path}: {}", page.body));
        number.split('<').next().unwrap().to_owned()
    }
}

fn of<'a>(entries: &'a [Value], kind: &str) -> Vec<&'a Value> {
    entries.iter().filter(|entry| entry["kind"] == kind).collect()
}

const UNKNOWN: &[(&str, &str)] = &[("who", "dhs"), ("matter", "unknown")];
const CIVIL: &[(&str, &str)] = &[("fact.matter", "civil"), ("known_by", "asked_agency"), ("seen", "1")];

#[test]
fn each_role_sees_its_pages_and_no_other() {
    let house = House::open();
    let question = house.ask("police-012/help", UNKNOWN, "");
    let (item, confirm, respond) = (format!("/desk/{question}"), format!("/desk/{question}/confirm"), format!("/desk/{question}/respond"));
    let gets = ["/desk", "/desk/handover", &item, "/desk/open/all", "/desk/paper", "/decisions"];
    for (role, statuses, acts, links) in [
        ("officer", [403, 403, 403, 204, 403, 403], 403, [false, false]),
        // Without a station a supervisor looks, and acts on what has none.
        ("supervisor", [200, 200, 200, 200, 200, 200], 403, [true, true]),
        ("counsel", [200, 200, 200, 200, 403, 200], 403, [true, true]),
        ("auditor", [200, 200, 200, 200, 403, 200], 403, [true, true]),
        ("administrator", [403, 403, 403, 204, 403, 403], 403, [false, false]),
    ] {
        let cookie = house.staff(&format!("R-{}{}", role.len(), role.as_bytes()[0]), role, "");
        for (path, status) in gets.iter().zip(statuses) {
            assert_eq!(house.get(path, &cookie).status, status, "{role} {path}");
        }
        for path in [&confirm, &respond] {
            assert_eq!(house.post(path, &cookie, &[]).status, acts, "{role} {path}");
        }
        let enters = if role == "supervisor" { 422 } else { 403 };
        assert_eq!(house.post("/desk/paper", &cookie, &[]).status, enters, "{role}");
        let account = house.get("/account", &cookie).body;
        assert_eq!(["href=\"/desk\"", "href=\"/decisions\""].map(|link| account.contains(link)), links, "{role}");
    }
    for (path, location) in [("/desk", "/sign-in/desk"), ("/desk/paper", "/sign-in/desk/paper")] {
        let answer = house.get(path, "");
        assert_eq!((answer.status, answer.location.as_str()), (303, location), "{path}");
    }
    assert_eq!(house.entries().len(), 1, "looking and being refused records nothing");
}

#[test]
fn a_supervisor_sees_their_own_station() {
    let house = House::open();
    let (own, other) = (house.ask("police-012/help", UNKNOWN, ""), house.ask("police-001/help", UNKNOWN, ""));
    let cookie = house.staff("S-12", "supervisor", "12");
    let page = house.get("/desk", &cookie).body;
    assert!(page.contains(&own) && !page.contains(&other), "{page}");
    for (path, status) in [
        (format!("/desk/{own}"), 200),
        (format!("/desk/{other}"), 403),
        ("/desk/at/012/now".to_owned(), 200),
        ("/desk/at/001/now".to_owned(), 403),
        ("/desk/open/001".to_owned(), 204),
        ("/desk/events/001".to_owned(), 204),
        ("/desk/handover/001/now".to_owned(), 403),
        (format!("/decisions/{other}"), 403),
        ("/decisions?station=001".to_owned(), 403),
        ("/desk/at/012/2099-01-01-1".to_owned(), 404),
        ("/desk/at/012/2026-01-01-9".to_owned(), 404),
        ("/desk/at/012/2026-01-01-1".to_owned(), 200),
        ("/desk/00000000-0000".to_owned(), 404),
        // The beginning of a number is no number.
        (format!("/desk/{}", &own[..8]), 404),
    ] {
        assert_eq!(house.get(&path, &cookie).status, status, "{path}");
    }
    let everywhere = house.staff("S-1", "supervisor", "");
    let page = house.get("/desk", &everywhere).body;
    assert!(page.contains(&own) && page.contains(&other));
    let there = house.get("/desk/at/001/now", &everywhere).body;
    assert!(!there.contains(&own) && there.contains(&other));
    // The watch before has none of it.
    let before = page.split("/desk/at/all/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let before = house.get(&format!("/desk/at/all/{before}"), &everywhere).body;
    let came = before.split("id=\"came\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(!came.contains(&own) && !before.contains("hx-sse"), "{before}");
}

/// Who has no station acts on what has none, and is told so of the rest; a station that is set holds at once.
#[test]
fn a_supervisor_acts_on_what_is_of_their_own_station() {
    let house = House::open();
    let administrator = house.staff("A-1", "administrator", "");
    let nowhere = house.staff("S-1", "supervisor", "");
    let own = house.staff("S-12", "supervisor", "012");
    let both = house.staff("S-2", "supervisor", "001");
    ok(house.folder.path(), &["staff", "roles", "S-2", "--role", "supervisor", "--role", "auditor", "--by", "A-1"]);
    let of_012 = house.ask("police-012/help", UNKNOWN, "");
    // The fire department has no stations here.
    let line = ["ask", "support_on_site", "--agency", "CFD", "--fact", "requester=ice", "--record", "--by", "S-7"];
    configured(house.folder.path()).args(line).output().unwrap();
    let of_none = house.entries().iter().find(|entry| entry["station"].is_null()).unwrap()["id"].as_str().unwrap().to_owned();
    let check = |cookie: &str, item: &str, shown: u16, acts: u16, says: &str| {
        let page = house.get(&format!("/desk/{item}"), cookie);
        assert_eq!(page.status, shown, "{says}");
        if shown == 200 {
            assert_eq!(page.body.contains("/confirm\""), acts != 403, "{says}: {}", page.body);
            assert!(page.body.contains(says), "{says}: {}", page.body);
        }
        for act in ["confirm", "respond"] {
            let answer = house.post(&format!("/desk/{item}/{act}"), cookie, &[("seen", "1")]);
            // Whoever may act is told what is lacking in the form.
            assert_eq!(answer.status, acts, "{act}: {says}");
            assert!(acts != 403 || shown != 200 || answer.body.contains(says), "{act}: {}", answer.body);
        }
    };
    check(&nowhere, &of_012, 200, 403, "You have no station yet.");
    check(&nowhere, &of_none, 200, 422, "");
    check(&own, &of_012, 200, 422, "");
    check(&own, &of_none, 403, 403, "");
    // Who looks at every station acts at their own.
    check(&both, &of_012, 200, 403, "This belongs to another station.");
    assert!(house.get("/desk", &nowhere).body.contains("You have no station yet."));
    assert!(!house.get("/desk", &own).body.contains("You have no station yet."));
    let entries = house.entries().len();
    let set = house.post("/people/station", &administrator, &[("staff", "s-1"), ("station", "12")]);
    assert_eq!(set.status, 303, "{}", set.body);
    check(&nowhere, &of_012, 200, 422, "");
    check(&nowhere, &of_none, 403, 403, "");
    assert!(!house.get("/desk", &nowhere).body.contains("You have no station yet."));
    assert_eq!(house.entries().len(), entries);
    let acts = ok(house.folder.path(), &["register", "list", "--kind", "access"]);
    assert!(acts.contains("changed the station of a member of staff; S-1"), "{acts}");
}

/// An open device on which nobody chose a station: every desk of its agency sees the question, and none of another.
#[test]
fn what_nobody_stated_a_station_of_is_on_every_desk_of_the_agency() {
    let house = House::open();
    let question = house.ask("police/help", UNKNOWN, "");
    for (id, station, status) in [("S-12", "012", 200), ("S-1", "001", 200), ("S-9", "OEMC", 403)] {
        let cookie = house.staff(id, "supervisor", station);
        for path in ["/desk".to_owned(), format!("/desk/open/{station}")] {
            let page = house.get(&path, &cookie).body;
            assert_eq!(page.contains(&question), status == 200, "{path}: {page}");
            assert!(status != 200 || page.contains("no station stated"), "{path}: {page}");
        }
        assert_eq!(house.get(&format!("/desk/{question}"), &cookie).status, status, "{station}");
        assert_eq!(house.get(&format!("/decisions/{question}"), &cookie).status, status, "{station}");
    }
    // Who asks is told, and can choose.
    let page = house.get("/counter/police", "").body;
    assert!(page.contains("No station is stated.") && page.contains("/counter/police-012"), "{page}");
    assert!(!house.get("/counter/police-012", "").body.contains("No station is stated."));
}

#[test]
fn what_is_found_out_is_decided_again_and_once() {
    let house = House::open();
    let question = house.ask("police-012/help", UNKNOWN, "");
    let cookie = house.staff("S-12", "supervisor", "012");
    assert!(house.get("/desk", &cookie).body.contains("One question waits for you"));
    let path = format!("/desk/{question}/confirm");
    for (pairs, status, says) in [
        (&[("seen", "1")][..], 422, "Choose what you found out."),
        (&[("fact.matter", "unknown"), ("known_by", "paper"), ("seen", "1")], 422, "Choose what you found out."),
        (&[("fact.matter", "civil"), ("seen", "1")], 422, "Say how you know it."),
        (&[("fact.matter", "civil"), ("known_by", "Maria"), ("seen", "1")], 422, "Say how you know it."),
        (&[("fact.matter", "Maria"), ("known_by", "paper"), ("seen", "1")], 422, "Choose what you found out."),
        (&[("fact.matter", "civil"), ("known_by", "paper"), ("seen", "3")], 409, "Somebody else has worked on this"),
    ] {
        let answer = house.post(&path, &cookie, pairs);
        assert_eq!(answer.status, status, "{pairs:?}");
        assert!(answer.body.contains(says) && !answer.body.contains("Maria"), "{pairs:?}");
    }
    assert_eq!(house.entries().len(), 1);
    let first = house.post(&path, &cookie, CIVIL);
    assert_eq!(first.status, 303, "{}", first.body);
    // A second finger, and ten at once.
    let again: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..10).map(|_| scope.spawn(|| house.post(&path, &cookie, CIVIL).location)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(again.iter().all(|location| *location == first.location), "{again:?}");
    let entries = house.entries();
    let decisions = of(&entries, "decision");
    assert_eq!(decisions.len(), 2);
    let new = decisions.iter().find(|decision| decision["id"] != question.as_str()).unwrap();
    assert_eq!(first.location, format!("/desk/{}", new["id"].as_str().unwrap()));
    assert_eq!(new["incident"], question.as_str());
    assert_eq!(new["by"], "S-12");
    assert_eq!(new["fields"]["verdict"], "prohibited");
    assert_eq!(new["fields"]["known_by"], "asked_agency");
    assert_eq!(new["fields"]["facts"]["matter"], "civil");
    assert_eq!(new["fields"]["facts"]["requester"], "dhs", "what was stated before stays");
    let page = house.get(&first.location, &cookie).body;
    assert!(page.contains(">NO<") || page.contains("<span>NO</span>"), "{page}");
    let desk = house.get("/desk", &cookie).body;
    assert!(desk.contains("No question is open.") && desk.contains("<span>Civil</span>"), "{desk}");
    // The first one leads to the later, and is not decided a third time.
    let old = house.get(&format!("/desk/{question}"), &cookie).body;
    assert!(old.contains("decided again later") && !old.contains("/confirm\""), "{old}");
}

#[test]
fn an_answer_is_recorded_with_its_request_and_once() {
    let house = House::open();
    let question = house.ask("police-012/release", UNKNOWN, "");
    let cookie = house.staff("S-12", "supervisor", "012");
    let confirmed = house.post(&format!("/desk/{question}/confirm"), &cookie, CIVIL).location;
    let path = format!("{confirmed}/respond");
    // Nothing is filled in that nobody said.
    assert!(house.get(&confirmed, &cookie).body.contains("name=\"told\" dir=\"ltr\" value=\"\""));
    let told = of(&house.entries(), "decision")[0]["at"].as_str().unwrap()[..16].replace('T', " ");
    let decline = |seen: &'static str, event: &'static str| {
        [("outcome", "declined"), ("ground.declined", "city_law"), ("channel", "radio"), ("seen", seen), ("event", event)]
    };
    let with = |pairs: &[(&'static str, &'static str)]| -> Answer {
        let mut pairs: Vec<(&str, &str)> = pairs.to_vec();
        pairs.push(("told", &told));
        house.post(&path, &cookie, &pairs)
    };
    for (pairs, status, says) in [
        (&[("seen", "0")][..], 422, "Say what was done."),
        (&[("outcome", "declined"), ("channel", "radio"), ("seen", "0")], 422, "Choose the ground."),
        (&[("outcome", "declined"), ("ground.declined", "safety"), ("channel", "radio"), ("seen", "0")], 422, "Choose the ground."),
        (&[("outcome", "declined"), ("ground.declined", "city_law"), ("channel", "owl"), ("seen", "0")], 422, "Look again at: how it came"),
        (
            &[("outcome", "complied"), ("ground.complied", "statute"), ("channel", "radio"), ("seen", "0")],
            409,
            "Haven did not say yes to this.",
        ),
        (&decline("4", ""), 409, "Somebody else has worked on this"),
    ] {
        let answer = with(pairs);
        assert_eq!(answer.status, status, "{pairs:?}");
        assert!(answer.body.contains(says), "{pairs:?}: {}", answer.body);
    }
    assert!(of(&house.entries(), "response").is_empty());
    for _ in 0..2 {
        let done = with(&decline("0", "26-124-04567"));
        assert_eq!((done.status, done.location.as_str()), (303, confirmed.as_str()), "{}", done.body);
    }
    let entries = house.entries();
    let (requests, responses) = (of(&entries, "request"), of(&entries, "response"));
    assert_eq!((requests.len(), responses.len()), (1, 1));
    for (entry, fields) in [
        (requests[0], serde_json::json!({"channel": "radio", "requester": "dhs", "asked": ["release_date"], "matter": "civil"})),
        (responses[0], serde_json::json!({"outcome": "declined", "ground": ["city_law"], "request": requests[0]["id"]})),
    ] {
        assert_eq!(entry["incident"], question.as_str());
        assert_eq!((&entry["by"], &entry["station"]), (&Value::from("S-12"), &Value::from("012")));
        for (name, value) in fields.as_object().unwrap() {
            assert_eq!(entry["fields"][name], *value, "{name}");
        }
    }
    assert_eq!(confirmed, format!("/desk/{}", responses[0]["fields"]["decision"].as_str().unwrap()));
    for moment in ["matter_known_at", "supervisor_notified_at"] {
        assert!(requests[0]["fields"][moment].is_string(), "{moment}");
    }
    // The event number lies apart: in no entry and on no page.
    let page = house.get(&confirmed, &cookie).body;
    let desk = house.get("/desk", &cookie).body;
    assert!(!serde_json::to_string(&entries).unwrap().contains("04567") && !page.contains("04567") && !desk.contains("04567"));
    assert!(!page.contains("No event number") && page.contains("We said no"), "{page}");
    assert!(ok(house.folder.path(), &["register", "show", responses[0]["id"].as_str().unwrap(), "--links"]).contains("26-124-04567"));
    // Another answer on the same page, sent by somebody who saw none, is told so; one who saw it may add to it.
    assert_eq!(with(&[("outcome", "referred"), ("seen", "0")]).status, 409);
    assert_eq!(with(&[("outcome", "referred"), ("seen", "1")]).status, 303);
    let entries = house.entries();
    assert_eq!((of(&entries, "request").len(), of(&entries, "response").len()), (1, 2));
    assert!(house.get("/desk", &cookie).body.contains("<span>With counsel</span>"));
}

#[test]
fn complying_needs_an_answer_that_lets_it() {
    let house = House::open();
    let cookie = house.staff("S-12", "supervisor", "012");
    let allowed = house.ask("police-012/plate", &[("who", "federal"), ("matter", "criminal")], &cookie);
    let path = format!("/desk/{allowed}/respond");
    let base = [("outcome", "complied"), ("channel", "phone"), ("seen", "0")];
    for (ground, status) in [("city_law", 422), ("nonsense", 422), ("criminal_matter", 303)] {
        let mut pairs = base.to_vec();
        pairs.push(("ground.complied", ground));
        assert_eq!(house.post(&path, &cookie, &pairs).status, status, "{ground}");
    }
    let entries = house.entries();
    assert_eq!(of(&entries, "response")[0]["fields"]["ground"], serde_json::json!(["criminal_matter"]));
    assert_eq!(of(&entries, "request")[0]["fields"]["asked"], serde_json::json!(["search"]));
    // A question that is open is no yes.
    let open = house.ask("police-012/plate", UNKNOWN, &cookie);
    let mut pairs = base.to_vec();
    pairs.push(("ground.complied", "criminal_matter"));
    assert_eq!(house.post(&format!("/desk/{open}/respond"), &cookie, &pairs).status, 409);
    // Where nobody said who asks, the answer needs it, because the request does.
    let nobody = house.ask("police-012/handover", &[("paper", "none"), ("matter", "civil")], "");
    let decline = [("outcome", "declined"), ("ground.declined", "state_law"), ("channel", "phone"), ("seen", "0")];
    let refused = house.post(&format!("/desk/{nobody}/respond"), &cookie, &decline);
    assert!(refused.status == 422 && refused.body.contains("who asked or sent it"), "{}", refused.body);
    let mut named = decline.to_vec();
    named.push(("fact.requester", "ero"));
    assert_eq!(house.post(&format!("/desk/{nobody}/respond"), &cookie, &named).status, 303);
}

#[test]
fn a_paper_is_entered_by_hand() {
    let house = House::open();
    let cookie = house.staff("S-12", "supervisor", "012");
    let form = house.get("/desk/paper", &cookie).body;
    let value =
        |name: &str| form.split(&format!("name=\"{name}\"")).nth(1).unwrap().split("value=\"").nth(1).unwrap().split('"').next().unwrap();
    let (once, at) = (value("once"), value("at"));
    let fax =
        [("document", "I-247A"), ("channel", "fax"), ("requester", "ero"), ("signer", "immigration_officer"), ("once", once), ("at", at)];
    let with = |name: &'static str, text: &'static str| -> Vec<(&str, &str)> {
        let others = fax.iter().filter(|(known, _)| *known != name).copied();
        others.chain([(name, text)]).collect()
    };
    for (name, text, says) in [
        ("at", "2099-01-01 10:00", "when it came"),
        ("at", "Maria", "when it came"),
        ("event", "Maria", "event number"),
        ("rd", "Maria Gomez", "RD number"),
        ("document", "none", "what the paper is"),
        ("document", "judicial_arrest_warrant", "what the paper shows"),
        ("requester", "Maria", "who asked or sent it"),
    ] {
        let answer = house.post("/desk/paper", &cookie, &with(name, text));
        assert_eq!(answer.status, 422, "{name}");
        assert!(answer.body.contains(&format!("Look again at: {says}")) && !answer.body.contains("Maria"), "{name}: {}", answer.body);
    }
    assert!(house.entries().is_empty());
    let mut pairs = fax.to_vec();
    pairs.extend([("event", "26-124-04567"), ("rd", "JG123456")]);
    let places: BTreeSet<String> = (0..3).map(|_| house.post("/desk/paper", &cookie, &pairs).location).collect();
    assert_eq!(places.len(), 1, "{places:?}");
    let entries = house.entries();
    assert_eq!(entries.len(), 1);
    assert_eq!((&entries[0]["kind"], &entries[0]["station"], &entries[0]["by"]), (&"document".into(), &"012".into(), &"S-12".into()));
    assert_eq!(entries[0]["fields"]["signer"], "immigration_officer");
    let page = house.get(places.first().unwrap(), &cookie);
    assert!(page.status == 200 && page.body.contains("Nobody wrote down what became of the paper"), "{}", page.body);
    // Where nobody has a station, it is chosen.
    let everywhere = house.staff("S-1", "supervisor", "");
    let mut elsewhere = with("once", "other");
    elsewhere.push(("station", "001"));
    assert_eq!(house.post("/desk/paper", &everywhere, &elsewhere).status, 303);
    assert_eq!(house.entries()[1]["station"], "001");
}

/// Somebody who listens at the desk over a socket of their own.
struct Listener(BufReader<TcpStream>);

impl Listener {
    fn new(house: &House, path: &str, cookie: &str) -> Listener {
        let mut stream = TcpStream::connect(house.server.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\naccept-encoding: gzip\r\ncookie: {cookie}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        Listener(BufReader::new(stream))
    }

    /// The next event: its name and what it says; none when the stream has ended.
    fn next(&mut self) -> Option<(String, Value)> {
        let mut name = String::new();
        loop {
            let mut line = String::new();
            // A chunk of length 0 is the end of a stream that is still a connection.
            if self.0.read_line(&mut line).unwrap() == 0 || line == "0\r\n" {
                return None;
            }
            if let Some(event) = line.strip_prefix("event: ") {
                name = event.trim().to_owned();
            }
            if let Some(data) = line.strip_prefix("data: ") {
                return Some((name, serde_json::from_str(data).unwrap()));
            }
        }
    }
}

#[test]
fn a_question_is_pushed_within_two_seconds_and_to_nobody_who_left() {
    let house = House::open();
    let cookie = house.staff("S-12", "supervisor", "012");
    let mut desk = Listener::new(&house, "/desk/events", &cookie);
    assert_eq!(desk.next().unwrap().0, "look", "who connects looks once");
    let asked = Instant::now();
    // Another station's question is not for this desk, and a plain no is no question.
    house.ask("police-001/help", UNKNOWN, "");
    house.ask("police-012/help", &[("who", "dhs"), ("matter", "civil")], "");
    let question = house.ask("police-012/help", UNKNOWN, "");
    let (name, said) = desk.next().unwrap();
    assert!(asked.elapsed() < Duration::from_secs(2) + Duration::from_millis(500), "{:?}", asked.elapsed());
    assert_eq!((name.as_str(), said["id"].as_str()), ("question", Some(question.as_str())));
    let keys: BTreeSet<&str> = said.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["action", "at", "id", "incident", "station", "verdict"].into());
    // What another program records is pushed too: it is looked up in the log.
    let line = r#"{"as_of":"2026-06-04","action":"support_on_site","agency":"CPD","facts":{"requester":"ice"}}"#;
    let mut elsewhere = configured(house.folder.path());
    elsewhere.args(["ask", "support_on_site", "--fact", "requester=ice", "--record", "--by", "S-7", "--station", "012"]);
    assert_eq!(elsewhere.output().unwrap().status.code(), Some(3), "{line}");
    assert_eq!(desk.next().unwrap().0, "question");
    house.post(&format!("/desk/{question}/confirm"), &cookie, CIVIL);
    let (name, said) = desk.next().unwrap();
    assert_eq!((name.as_str(), said["incident"].as_str()), ("answered", Some(question.as_str())));
    ok(house.folder.path(), &["staff", "sessions", "S-12", "--revoke", "--by", "A-1"]);
    let revoked = Instant::now();
    assert_eq!(desk.next().unwrap().0, "ended");
    assert!(desk.next().is_none(), "the stream goes on after the session");
    assert!(revoked.elapsed() < Duration::from_secs(3), "{:?}", revoked.elapsed());
    assert_eq!(house.get("/desk/events", &cookie).status, 204);
}

#[test]
fn the_sheet_says_what_is_left_and_nobody_by_id() {
    let house = House::open();
    let cookie = house.staff("S-1234", "supervisor", "012");
    let officer = house.staff("P-5678", "officer", "012");
    let open = house.ask("police-012/help", UNKNOWN, &officer);
    let told = house.ask("police-012/street", &[("who", "ice"), ("matter", "civil")], &officer);
    let decline = [("outcome", "declined"), ("ground.declined", "city_law"), ("channel", "radio"), ("seen", "0"), ("told", "")];
    assert_eq!(house.post(&format!("/desk/{told}/respond"), &cookie, &decline).status, 303);
    let sheet = house.get("/desk/handover", &cookie).body;
    for part in [
        open.as_str(),
        "Supervisor: find out what is open",
        "NO: 1",
        "ASK FIRST: 1",
        "declined: 1",
        "4 entries were made on this watch.",
        ">2, 2<",
    ] {
        assert!(sheet.contains(part), "no {part}: {sheet}");
    }
    for part in ["S-1234", "P-5678"] {
        assert!(!sheet.contains(part), "{part}");
    }
}

/// The list, the sheet and the page of a single thing say the same about what is missing.
#[test]
fn what_one_page_misses_no_other_page_denies() {
    let house = House::open();
    let cookie = house.staff("S-1234", "supervisor", "012");
    let missing = |path: &str| {
        let page = house.get(path, &cookie).body;
        page.split("What is missing</h2>").nth(1).unwrap_or_else(|| panic!("{path}: {page}")).split("</section>").next().unwrap().to_owned()
    };
    for path in ["/desk", "/desk/handover"] {
        assert!(missing(path).contains("Nothing is missing here, and nothing is overdue from the last 30 days."), "{path}");
    }
    let number = house.ask("police-012/street", &[("who", "ice"), ("matter", "civil")], "");
    let lacks = |number: &str| {
        let page = house.get(&format!("/desk/{number}"), &cookie).body;
        ["No event number", "Nobody wrote down what was done"].into_iter().filter(|lack| page.contains(lack)).collect::<Vec<_>>()
    };
    assert_eq!(lacks(&number), ["No event number", "Nobody wrote down what was done"]);
    for path in ["/desk", "/desk/handover"] {
        let said = missing(path);
        assert!(lacks(&number).iter().all(|lack| said.contains(lack)) && !said.contains("Nothing is missing"), "{path}: {said}");
    }
    assert!(missing("/desk").contains(&format!("/desk/{number}\"")), "the list does not lead there");
    // All that was missing is there now.
    let answer = [("outcome", "declined"), ("ground.declined", "city_law"), ("channel", "radio"), ("seen", "0"), ("event", "2026-55512")];
    let at = house.entries().iter().find(|entry| entry["id"] == number.as_str()).unwrap()["at"].as_str().unwrap()[..16].replace('T', " ");
    let told = answer.into_iter().chain([("told", at.as_str())]).collect::<Vec<_>>();
    assert_eq!(house.post(&format!("/desk/{number}/respond"), &cookie, &told).status, 303);
    assert_eq!(lacks(&number), Vec::<&str>::new());
    for path in ["/desk", "/desk/handover"] {
        assert!(missing(path).contains("Nothing is missing here"), "{path}: {}", missing(path));
    }
}

#[test]
fn every_word_of_the_register_that_the_desk_shows_is_in_its_words() {
    let register: toml::Table = toml::from_str(&fs::read_to_string(root().join("law/register.toml")).unwrap()).unwrap();
    let words = fs::read_to_string(root().join("words/en/desk.ftl")).unwrap();
    let has = |key: &str| words.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(" =")));
    let mut lacking = Vec::new();
    for list in ["channel", "asked", "outcome", "response_ground", "known_by", "held", "door", "place", "milestone", "indicator"] {
        let names = register["list"][list].as_table().unwrap().keys();
        lacking.extend(names.map(|name| format!("watch-list-{list}-{name}")).filter(|key| !has(key)));
    }
    lacking.extend(register["kind"].as_table().unwrap().keys().map(|kind| format!("watch-kind-{kind}")).filter(|key| !has(key)));
    let outcomes = register["list"]["outcome"].as_table().unwrap().keys();
    lacking.extend(outcomes.map(|outcome| format!("watch-state-{outcome}")).filter(|key| !has(key)));
    for gap in haven_register_gaps() {
        lacking.extend(Some(format!("watch-gap-{gap}")).filter(|key| !has(key)));
    }
    assert!(lacking.is_empty(), "{lacking:?}");
}

/// The names of what can be missing, as the register says them.
fn haven_register_gaps() -> Vec<String> {
    let source = fs::read_to_string(root().join("crates/haven-register/src/gaps.rs")).unwrap();
    let names = source.split("GapKind::").filter_map(|part| part.split_once(" => \"")?.1.split('"').next());
    let names: BTreeSet<String> = names.map(str::to_owned).collect();
    assert!(names.len() >= 11, "{names:?}");
    names.into_iter().collect()
}

/// The desk as a person uses it: `web/tests/desk.mjs`.
#[test]
fn a_watch_at_the_desk() {
    let house = House::open();
    house.staff("S-12", "supervisor", "012");
    browse_with("desk.mjs", &[&format!("http://{}|S-12|{PASSWORD}", house.server.address)]);
    let entries = house.entries();
    let outcomes: Vec<&Value> = of(&entries, "response").iter().map(|response| &response["fields"]["outcome"]).collect();
    assert!(outcomes.contains(&&Value::from("declined")), "{outcomes:?}");
    assert!(of(&entries, "decision").iter().any(|decision| decision["fields"]["known_by"] == "asked_agency"));
    assert!(!of(&entries, "document").is_empty());
}
