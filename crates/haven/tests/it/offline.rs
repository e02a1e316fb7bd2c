//! The app that answers without a network: the same answers as the program, and records that are never lost nor doubled.

use crate::cli::{Line, check_in};
use crate::web::browse_with;
use crate::{haven, root};
use serde_json::{Map, Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};

// The same answers -------------------------------------------------------------------------------------------------------

/// How many requests the law of the tree is asked.
const REQUESTS: usize = 100_000;
/// How many the small law is asked.
const REQUESTS_SMALL: usize = 20_000;
/// The seed of the requests: the same ones every time, so that what failed once fails again.
const SEED: u64 = 0x2_0173;

/// Numbers that look like chance (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap()
    }

    fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// The days that matter: the first and the last of every stretch of time, and some in between.
fn days(law: &Value) -> Vec<String> {
    let mut days = vec!["1950-01-01".to_owned(), "2199-12-31".to_owned(), "2024-02-29".to_owned()];
    for from in law["regimes"].as_array().unwrap().iter().filter_map(|regime| regime["from"].as_str()) {
        let from: jiff::civil::Date = from.parse().unwrap();
        days.extend([from, from.yesterday().unwrap(), from.tomorrow().unwrap()].map(|day| day.to_string()));
    }
    days
}

/// A value that a request may state for a fact; at times one that it may not.
fn value(chance: &mut Chance, fact: &Value, day: &str) -> Value {
    let words: Vec<&str> = fact["values"].as_array().unwrap().iter().map(|value| value["name"].as_str().unwrap()).collect();
    if chance.percent(8) {
        return chance.pick(&[json!("unknown"), json!("Unknown"), Value::Null]).clone();
    }
    if chance.below(400) == 0 {
        return chance
            .pick(&[json!("no such word"), json!([]), json!({}), json!(["no such word"]), json!(1.5), json!("1999-13-01")])
            .clone();
    }
    match fact["kind"].as_str().unwrap() {
        "number" => match chance.below(4) {
            0 => json!(chance.below(20)),
            1 => json!(-i64::try_from(chance.below(20)).unwrap()),
            // As large as a browser reads without loss; sums and products leave 64 bits from here.
            2 => json!(9_007_199_254_740_991_i64 - i64::try_from(chance.below(3)).unwrap()),
            _ => json!(-9_007_199_254_740_991_i64 + i64::try_from(chance.below(3)).unwrap()),
        },
        "bool" if chance.percent(30) => json!(chance.percent(50)),
        "many" if chance.percent(80) => {
            let some: Vec<&str> = (0..=chance.below(3)).map(|_| *chance.pick(&words)).collect();
            json!(some)
        }
        "recency" if chance.percent(40) => {
            let day: jiff::civil::Date = day.parse().unwrap();
            let back = i64::try_from(chance.below(800)).unwrap() - 3;
            json!(day.checked_sub(jiff::Span::new().days(back)).unwrap().to_string())
        }
        _ => {
            let word = *chance.pick(&words);
            // Words are read whatever their case and however their parts are joined.
            if chance.percent(5) { json!(word.to_uppercase().replace('_', "-")) } else { json!(word) }
        }
    }
}

/// A request: any act on any day, by a known agency or another or none, with some facts that matter and some that do not.
fn request(chance: &mut Chance, law: &Value, days: &[String], id: usize) -> String {
    let (actions, facts) = (law["actions"].as_array().unwrap(), law["facts"].as_array().unwrap());
    let day = chance.pick(days).clone();
    let action = chance.pick(actions);
    let own: Vec<&str> = action["facts"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let known = *chance.pick(&[20, 50, 80, 100]);
    let mut stated = Map::new();
    for fact in facts {
        let matters = own.contains(&fact["name"].as_str().unwrap());
        if chance.percent(if matters { known } else { 1 }) {
            stated.insert(fact["name"].as_str().unwrap().to_owned(), value(chance, fact, &day));
        }
    }
    if chance.below(500) == 0 {
        stated.insert("no_such_fact".to_owned(), json!("yes"));
    }
    let mut request = json!({ "id": id, "as_of": day, "action": action["name"], "facts": stated });
    let agencies = law["agencies"].as_array().unwrap();
    let agency = match chance.below(10) {
        0..=3 => agencies[0]["name"].clone(),
        4..=5 => chance.pick(agencies)["name"].clone(),
        6 => {
            let names = chance.pick(agencies)["known_as"].as_array().unwrap();
            json!(format!("  {} ", chance.pick(names).as_str().unwrap().to_uppercase().replace(' ', "  ")))
        }
        7 => json!("an agency that nobody knows"),
        8 => json!(" "),
        _ => Value::Null,
    };
    if !agency.is_null() || chance.percent(50) {
        request["agency"] = agency;
    }
    for (field, wrong) in [("as_of", "2026-02-30"), ("action", "fly"), ("colour", "red")] {
        if chance.below(1000) == 0 {
            request[field] = json!(wrong);
        }
    }
    request.to_string()
}

/// Asks a law on both sides; what the browser says of it.
fn both(folder: &Path, args: &[&str], count: usize, change: impl FnOnce(&mut Value)) -> String {
    let output = haven().current_dir(root()).args(args).args(["law", "export"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut law: Value = serde_json::from_slice(&output.stdout).unwrap();
    let (mut chance, days) = (Chance(SEED), days(&law));
    let requests: String = (0..count).map(|id| request(&mut chance, &law, &days, id) + "\n").collect();
    fs::write(folder.join("requests.jsonl"), requests).unwrap();
    let answered = haven()
        .current_dir(root())
        .args(args)
        .args(["ask", "--jsonl"])
        .stdin(fs::File::open(folder.join("requests.jsonl")).unwrap())
        .stdout(fs::File::create(folder.join("answers.jsonl")).unwrap())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(answered.code().is_some_and(|code| code < 4), "{answered}");
    change(&mut law);
    fs::write(folder.join("law.json"), law.to_string()).unwrap();
    browse_with("offline-law.mjs", &[folder.to_str().unwrap()])
}

/// The numbers of the browser's first line: asked, refused, different.
fn numbers(said: &str) -> Vec<usize> {
    said.lines().next().unwrap().split(' ').filter_map(|word| word.parse().ok()).collect()
}

#[test]
fn a_device_answers_as_the_program_does() {
    let folder = tempfile::tempdir().unwrap();
    let said = both(folder.path(), &[], REQUESTS, |_| {});
    let [asked, refused, different] = numbers(&said)[..] else { panic!("{said}") };
    assert_eq!((asked, different), (REQUESTS, 0), "{said}");
    assert!(refused > 500 && refused < REQUESTS / 20, "{refused} were refused");
}

/// What the law of the tree does not have: numbers, long lists, choices, clauses that err.
#[test]
fn a_device_answers_as_the_program_does_under_a_law_with_everything() {
    let folder = tempfile::tempdir().unwrap();
    let law = folder.path().join("law");
    small_law(&law);
    let args = ["--law", law.to_str().unwrap(), "--jurisdiction", "place"];
    let said = both(folder.path(), &args, REQUESTS_SMALL, |_| {});
    let [asked, _, different] = numbers(&said)[..] else { panic!("{said}") };
    assert_eq!((asked, different), (REQUESTS_SMALL, 0), "{said}");
    let answers = fs::read_to_string(folder.path().join("answers.jsonl")).unwrap();
    for said in [
        "\"holds\":\"error\"",
        "cannot be evaluated with these facts",
        "Which version was in force",
        "which governs?",
        "What did The order say",
    ] {
        assert!(answers.contains(said), "no request led to `{said}`");
    }
}

/// The test above can fail: one clause that does something else is noticed.
#[test]
fn a_device_with_another_law_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let said = both(folder.path(), &[], 2000, |law| {
        let clause = law["clauses"].as_array_mut().unwrap().iter_mut().find(|clause| clause["effect"] == "prohibit").unwrap();
        clause["effect"] = json!("authorise");
    });
    let [asked, _, different] = numbers(&said)[..] else { panic!("{said}") };
    assert_eq!(asked, 2000);
    assert!(different > 0, "{said}");
}

// Records ------------------------------------------------------------------------------------------------------------

/// Closed tabs, a browser that dies, lost acknowledgements, wrong clocks, old law: `web/tests/offline.mjs`.
#[test]
fn nothing_is_lost_and_nothing_is_recorded_twice() {
    let folder = tempfile::tempdir().unwrap();
    browse_with("offline.mjs", &[env!("CARGO_BIN_EXE_haven"), folder.path().to_str().unwrap()]);
}

/// A server with a register, ended when it is dropped.
struct Served {
    child: Child,
    address: String,
    folder: tempfile::TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    fn start(without_login: bool) -> Served {
        let folder = tempfile::tempdir().unwrap();
        check_in(folder.path(), &Line { args: &["ledger", "init", "--name", "log.example.gov/city"], ..Line::default() });
        let mut child = haven()
            .current_dir(folder.path())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("HAVEN_ASK_WITHOUT_LOGIN", without_login.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once("http://").unwrap().1.to_owned();
        std::thread::spawn(move || out.read_to_end(&mut Vec::new()));
        Served { child, address, folder }
    }

    /// Sends something; status, head and body.
    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{more}content-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), head, bytes[end + 4..].to_vec())
    }

    fn record(&self, headers: &[(&str, &str)], record: &Value) -> (u16, Value) {
        let headers: Vec<(&str, &str)> = headers.iter().copied().chain([("content-type", "application/json")]).collect();
        let (status, head, body) = self.send("POST", "/api/v1/records", &headers, record.to_string().as_bytes());
        assert!(status < 400 || head.contains("content-type: application/problem+json"), "{head}");
        (status, serde_json::from_slice(&body).unwrap())
    }

    fn digest(&self) -> String {
        let (_, _, body) = self.send("GET", "/healthz", &[], b"");
        serde_json::from_slice::<Value>(&body).unwrap()["digest"].as_str().unwrap().to_owned()
    }

    /// The decisions in the register.
    fn decisions(&self) -> Vec<Value> {
        let listed = check_in(self.folder.path(), &Line { args: &["register", "list", "--jsonl"], ..Line::default() });
        listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn now() -> jiff::Timestamp {
    #[expect(clippy::disallowed_methods, reason = "a device has a clock")]
    jiff::Timestamp::now()
}

/// A record as a device sends it.
fn posted(seq: u64, law: &str) -> Value {
    let now = now().to_string();
    json!({
        "id": format!("D0123456789ABCDEF-{seq}"), "device_seq": seq, "at": now, "sent_at": now, "station": "001",
        "request": { "as_of": "2026-03-01", "action": "continue_detention", "agency": "Chicago Police Department",
            "facts": { "basis": ["detainer"], "document": "unknown" } },
        "told": { "verdict": "prohibited", "basis": null, "law": law },
    })
}

#[test]
fn a_record_is_recorded_once_however_often_it_is_sent() {
    let served = Served::start(true);
    let law = served.digest();
    let mut record = posted(1, &law);
    let (status, first) = served.record(&[("idempotency-key", "D0123456789ABCDEF-1")], &record);
    assert_eq!((status, &first["index"], &first["differs"]), (201, &json!(0), &json!(false)), "{first}");
    // Later, by a clock that was set in between.
    record["sent_at"] = json!((now() + jiff::Span::new().hours(30)).to_string());
    let (status, again) = served.record(&[], &record);
    assert_eq!((status, &again["record"], &again["index"], &again["at"]), (200, &first["record"], &first["index"], &first["at"]));
    for (path, other) in [
        ("/told/verdict", json!("needs_facts")),
        ("/told/law", json!("0".repeat(64))),
        ("/request/facts", json!({ "basis": ["consent"] })),
        ("/request/as_of", json!("2026-03-02")),
        ("/station", json!("002")),
        ("/at", json!("2026-03-01T10:00:00Z")),
    ] {
        let mut changed = record.clone();
        *changed.pointer_mut(path).unwrap() = other;
        let (status, problem) = served.record(&[], &changed);
        assert_eq!(status, 409, "{path}: {problem}");
    }
    let decisions = served.decisions();
    assert_eq!(decisions.len(), 1);
    let fields = &decisions[0]["record"]["fields"];
    assert_eq!(fields["door"], "offline");
    assert_eq!(fields["law"], json!(law));
    assert_eq!(fields["facts"], json!({ "basis": ["detainer"] }));
    assert!(fields["provisions"].as_array().is_some_and(|provisions| !provisions.is_empty()), "{fields}");
    assert_eq!(decisions[0]["record"]["by"], "D0123456789ABCDEF", "nobody is signed in, so the device stands for who asked");
}

#[test]
fn what_was_told_is_recorded_also_where_this_law_says_otherwise() {
    let served = Served::start(true);
    let law = served.digest();
    // The same law, another verdict: a device that is broken. Another law: one that was older.
    for (seq, law, differs) in [(1, law.as_str(), true), (2, &"ab".repeat(32), false)] {
        let mut record = posted(seq, law);
        record["told"] = json!({ "verdict": "permitted", "basis": "authorised", "law": law });
        let (status, receipt) = served.record(&[], &record);
        assert_eq!((status, &receipt["differs"]), (201, &json!(differs)), "{receipt}");
    }
    for (decision, held) in served.decisions().iter().zip(["differs", "other_law"]) {
        let fields = &decision["record"]["fields"];
        assert_eq!((&fields["verdict"], &fields["basis"]), (&json!("permitted"), &json!("authorised")));
        assert_eq!(fields["held"], held, "whoever relies on it is told");
        assert!(fields.get("provisions").is_none_or(|provisions| provisions.as_array().is_some_and(Vec::is_empty)), "{fields}");
    }
}

/// The status that is expected, and what is sent: headers and body.
type Sent<'a> = (u16, Vec<(&'a str, &'a str)>, Value);

#[test]
fn what_is_no_record_is_refused_and_not_repeated() {
    let served = Served::start(true);
    let law = served.digest();
    let with = |path: &str, value: Value| {
        let mut record = posted(7, &law);
        *record.pointer_mut(path).unwrap() = value;
        record
    };
    let secret = "Maria Example";
    let cases: Vec<Sent<'_>> = vec![
        (403, vec![("sec-fetch-site", "cross-site")], posted(7, &law)),
        (403, vec![("sec-fetch-site", "same-site")], posted(7, &law)),
        (403, vec![("origin", "https://elsewhere.example")], posted(7, &law)),
        (400, vec![("idempotency-key", "D0123456789ABCDEF-8")], posted(7, &law)),
        (400, vec![], with("/id", json!("D0123456789ABCDEF-8"))),
        (400, vec![], with("/id", json!(format!("{secret}-7")))),
        (400, vec![], with("/at", json!(secret))),
        (400, vec![], with("/told/verdict", json!(secret))),
        (400, vec![], with("/request", json!({ "name": secret }))),
        (422, vec![], with("/request/action", json!(secret))),
        (422, vec![], with("/request/agency", json!(secret))),
        (422, vec![], with("/request/facts", json!({ "basis": secret }))),
        (422, vec![], with("/request/facts", json!({ secret: "yes" }))),
        (422, vec![], with("/station", json!(secret))),
        (422, vec![], with("/told/law", json!(secret))),
    ];
    for (status, headers, record) in cases {
        let (found, problem) = served.record(&headers, &record);
        assert_eq!(found, status, "{headers:?} {record}: {problem}");
        assert_eq!(problem["status"], json!(status));
        assert!(!problem.to_string().contains("Maria"), "{problem}");
    }
    let long = format!("{{\"id\":\"{}\"}}", "x".repeat(70 * 1024));
    assert_eq!(served.send("POST", "/api/v1/records", &[("content-type", "application/json")], long.as_bytes()).0, 413);
    assert_eq!(served.send("POST", "/api/v1/records", &[("content-type", "text/plain")], b"{}").0, 415);
    assert!(served.decisions().is_empty());
    // What the browser says of the app itself.
    let origin = format!("http://{}", served.address);
    for (seq, headers) in [(1, [("sec-fetch-site", "same-origin")]), (2, [("origin", origin.as_str())])] {
        assert_eq!(served.record(&headers, &posted(seq, &law)).0, 201);
    }
}

#[test]
fn nothing_is_taken_where_nobody_is_signed_in() {
    let served = Served::start(false);
    let (status, problem) = served.record(&[], &posted(1, &served.digest()));
    assert_eq!(status, 401, "{problem}");
    assert!(served.decisions().is_empty());
}

#[test]
fn clocks_of_devices_are_corrected() {
    let served = Served::start(true);
    let law = served.digest();
    let hours = |hours: i64| (now() + jiff::Span::new().hours(hours)).to_string();
    // When it was asked and when it was sent, by the device; how many hours ago it was, how many hours the clock was off.
    for (seq, at, sent, ago, off) in [
        (1, hours(0), hours(0), 0, 0),
        (2, hours(-5), hours(0), 5, 0),
        (3, hours(48), hours(50), 2, 50),
        (4, hours(-8760), hours(-8758), 2, -8758),
        (5, "1970-01-01T00:00:10Z".to_owned(), hours(0), 0, 0),
        (6, hours(100_000), hours(0), 0, 100_000),
        (7, "9999-01-01T00:00:00Z".to_owned(), hours(0), 0, 0),
    ] {
        let mut record = posted(seq, &law);
        record["at"] = json!(at);
        record["sent_at"] = json!(sent);
        let (status, receipt) = served.record(&[], &record);
        assert_eq!(status, 201, "{record}: {receipt}");
        let decision = served.decisions().into_iter().find(|decision| decision["record"]["external"] == record["id"]).unwrap();
        let recorded: jiff::Timestamp = decision["record"]["at"].as_str().unwrap().parse().unwrap();
        let found = now().as_second() - recorded.as_second() - ago * 3600;
        assert!(found.abs() < 60, "{record}: {found} s from when it was asked");
        let clock = decision["record"]["fields"]["clock_off"].as_i64().unwrap_or_default();
        let device_at: jiff::Timestamp = at.parse().unwrap();
        if seq != 7 {
            assert_eq!(recorded.as_second() + clock, device_at.as_second(), "what the device's clock said can be read back");
        }
        if ![5, 7].contains(&seq) {
            assert!((clock - off * 3600).abs() < 60, "{record}: {clock} s");
        }
        assert_eq!(served.record(&[], &record).0, 200, "{record}");
    }
}

#[test]
fn the_law_is_fetched_once_and_then_confirmed() {
    let served = Served::start(false);
    let (status, head, body) = served.send("GET", "/app/law.json", &[], b"");
    assert_eq!(status, 200);
    let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
    assert!(head.contains("cache-control: no-cache") && head.contains("\ndate: "), "{head}");
    let kit: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((&kit["age_max_days"], &kit["law"]["digest"]), (&json!(7), &json!(served.digest())));
    let printed = haven().args(["law", "export"]).output().unwrap();
    assert_eq!(kit["law"], serde_json::from_slice::<Value>(&printed.stdout).unwrap());
    for (given, status) in [(tag.clone(), 304), (format!("W/{tag}, \"other\""), 304), ("\"other\"".to_owned(), 200)] {
        let (found, head, body) = served.send("GET", "/app/law.json", &[("if-none-match", &given)], b"");
        assert_eq!(found, status, "{given}");
        assert!(head.contains("\ndate: ") && body.is_empty() == (status == 304), "{head}");
    }
    let (_, head, body) = served.send("GET", "/app/law.json", &[("accept-encoding", "gzip")], b"");
    assert!(head.contains("content-encoding: gzip") && body.len() < 100 * 1024, "{} bytes, {head}", body.len());
}

// A law with everything -------------------------------------------------------------------------------------------------

fn small_law(folder: &Path) {
    let shades: Vec<String> = (0..60).map(|number| format!("s{number}")).collect();
    let list = |from: usize, to: usize| shades[from..to].iter().map(|shade| format!("Shade::\"{shade}\"")).collect::<Vec<_>>().join(", ");
    let names: Vec<String> = shades.iter().map(|shade| format!("\"{shade}\"")).collect();
    let schema = SCHEMA.replace("SHADES", &names.join(", "));
    let words: String = shades.iter().map(|shade| format!("value.{shade} = {{ label = \"{shade}\", meaning = \"{shade}.\" }}\n")).collect();
    let policies = POLICIES.replace("SOME_SHADES", &list(50, 58)).replace("MOST_SHADES", &list(1, 56));
    for (path, text) in [
        ("vocabulary.cedarschema", schema.as_str()),
        ("words/en.toml", &WORDS.replace("SHADES\n", &words)),
        ("obligations.toml", OBLIGATIONS),
        ("place/jurisdiction.toml", PLACE),
        ("place/agencies.toml", AGENCIES),
        ("place/rule/instrument.toml", RULE),
        ("place/rule/policies.cedar", &policies),
        ("place/rule/text.md", "## 1(a)\n\nNobody is held.\n\n> \"nobody\"\n\nSource: https://example.org/rule [V]\n"),
        ("place/order/instrument.toml", ORDER),
        ("place/order/policies.cedar", ORDER_POLICIES),
    ] {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

const SCHEMA: &str = r#"entity Agent;
entity Act;
entity AgencyKind enum ["police", "other"];
entity Shade enum [SHADES];
entity Ground enum ["a", "b", "c", "d"];
entity Recency enum ["within_year", "over_year", "never"];
type Facts = {
  agency_kind: AgencyKind, sure: Bool, shade: Shade, shades: Set<Shade>, grounds: Set<Ground>, last_review: Recency,
  hours: Long, limit: Long,
};
action hold appliesTo { principal: Agent, resource: Act, context: Facts };
action share appliesTo { principal: Agent, resource: Act, context: Facts };
action ask appliesTo { principal: Agent, resource: Act, context: { sure: Bool } };
"#;

const WORDS: &str = r#"[reason]
both = { text = "One provision requires this and another prohibits it: which governs?", why = "Laws that contradict each other are for a lawyer." }
person = { text = "The law leaves this to a person." }
version = { text = "Which version was in force on {day}: {versions}?", why = "The versions give different answers." }
before = { text = "the law before it" }
not_encoded = { text = "What did {title} say on {day}?", why = "Its text is not encoded." }
error = { text = "The clause cannot be evaluated with these facts: what does the agency's lawyer say?", why = "an error never lets an act pass." }
agency_not_listed = { text = "The agency named is not on this jurisdiction's list, so whether these laws reach it is unknown." }
uncertain = { text = "On {day} it is uncertain which version was in force; every version that may have been was asked." }
reviewed = { text = "The law was last reviewed on {day}; changes after that day are not known here." }

[group.acts]
label = "Acts"
[action.hold]
group = "acts"
label = "hold"
ask = "May I hold?"
meaning = "Holding."
[action.share]
group = "acts"
label = "share"
ask = "May I share?"
meaning = "Sharing."
[action.ask]
group = "acts"
label = "ask"
ask = "May I ask?"
meaning = "Asking."
[fact.agency_kind]
label = "the kind of agency"
question = "What kind?"
why = "Some duties bind some kinds."
value.police = { label = "police", meaning = "Police." }
value.other = { label = "other", meaning = "Another." }
[fact.sure]
label = "it is sure"
question = "Is it sure?"
why = "It matters."
[fact.shade]
label = "the shade"
question = "Which shade?"
why = "It matters."
SHADES
[fact.shades]
label = "the shades"
question = "Which shades?"
why = "They matter."
SHADES
[fact.grounds]
label = "the grounds"
question = "Which grounds?"
why = "They matter."
value.a = { label = "a", meaning = "A." }
value.b = { label = "b", meaning = "B." }
value.c = { label = "c", meaning = "C." }
value.d = { label = "d", meaning = "D." }
[fact.last_review]
label = "the last review"
question = "When was the last review?"
why = "It matters."
value.within_year = { label = "within a year", meaning = "Within a year." }
value.over_year = { label = "over a year ago", meaning = "Over a year ago." }
value.never = { label = "never", meaning = "Never." }
[fact.hours]
label = "the hours"
question = "How many hours?"
why = "They matter."
[fact.limit]
label = "the limit"
question = "What is the limit?"
why = "It matters."
"#;

const OBLIGATIONS: &str = r#"[tell]
text = "Tell somebody."
cite = "Haven"
verified = "house"
[later]
text = "Tell somebody else."
cite = "Rule 9"
verified = "S"
from = "2021-01-15"
until = "2024-02-29"
agency_kinds = ["police"]
[help]
text = "Help first."
cite = "Haven"
verified = "house"
first = true
"#;

const PLACE: &str = r#"id = "place"
name = "Place"
layer = "city"
ocd_division = "ocd-division/country:us/place:place"
time_zone = "America/Chicago"
"#;

const AGENCIES: &str = r#"[kind.police]
label = "police"
sure = "yes"
note = ""
[kind.other]
label = "other"
note = "Ask who set it up."
[[agency]]
name = "Police"
kind = "police"
aliases = ["P D"]
[[agency]]
name = "Library"
kind = "other"
"#;

const RULE: &str = r#"id = "rule"
title = "The rule"
cite = "Rule {}"
address = "https://example.org/rule"
before_first = "none"
coverage = "All of it."
reviewed_by = "somebody"
reviewed_on = "2026-01-01"
[[version]]
from = "2020-01-01"
label = "first"
source = "nowhere"
verified = "V"
[[version]]
from = "2021-02-01"
uncertain_from = "2021-01-01"
label = "second"
source = "nowhere"
verified = "V"
note = "It was changed."
"#;

const POLICIES: &str = r#"@id("1(a)@2020-01-01") @effect("prohibit") @verified("V")
@exceptions("1(b) 1(c)")
@obligations("tell later help")
forbid (principal, action == Action::"hold", resource)
when { context.grounds.contains(Ground::"a") || context.hours + context.limit > 10 }
unless { context.sure }
unless { context.shades.containsAny([SOME_SHADES]) };

@id("1(d)@2020-01-01") @effect("prohibit") @verified("S")
@obligations("later")
forbid (principal, action in [Action::"hold", Action::"share"], resource)
when { if context.hours * context.limit < 100 then [MOST_SHADES].containsAll(context.shades) else !context.sure };

@id("2@2021-02-01") @effect("refer") @verified("V")
@exceptions("2(b)")
@asks("Is it so?")
forbid (principal, action in [Action::"hold", Action::"share"], resource)
when { [SOME_SHADES].contains(context.shade) && context.hours - context.limit >= 3 }
unless { context.hours * 3 == context.limit };

@id("3@2020-01-01") @until("2021-02-01") @effect("require") @verified("S")
@obligations("tell")
permit (principal, action == Action::"share", resource)
when { context.grounds.containsAll([Ground::"b", Ground::"c"]) || context.last_review == Recency::"over_year" };

@id("4@2020-01-01") @effect("caution") @verified("V")
@asks("Who signed it?")
forbid (principal, action == Action::"share", resource)
when { [Shade::"s59"].contains(context.shade) };

@id("5@2020-01-01") @effect("authorise") @verified("U")
@obligations("help")
permit (principal, action in [Action::"share", Action::"ask"], resource)
when { context.sure };

@id("6@2021-02-01") @effect("advise") @verified("V")
@obligations("later tell")
permit (principal, action in [Action::"hold", Action::"ask"], resource)
when { !(context.sure) };
"#;

const ORDER: &str = r#"id = "order"
title = "The order"
cite = "Order {}"
address = "https://example.org/order"
layer = "order"
before_first = "unknown"
coverage = "All of it."
reviewed_by = "somebody"
reviewed_on = "2026-02-01"
[[version]]
from = "2020-06-01"
label = "first"
source = "nowhere"
verified = "V"
"#;

const ORDER_POLICIES: &str = r#"@id("7@2020-06-01") @effect("require") @verified("V")
@obligations("tell")
permit (principal, action == Action::"hold", resource)
when { context.last_review == Recency::"never" };
"#;
