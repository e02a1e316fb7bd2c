//! Who may sign in and see what: the real program with a register, plain HTTP, a real browser, a real sign-in service.

use crate::cli::{Line, check_in};
use crate::haven;
use crate::web::browse;
use haven_law::pack::{Pack, Source};
use haven_register::db::Address;
use haven_register::register::Register;
use haven_register::schema::Schema;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

/// A password that nobody uses elsewhere.
const PASSWORD: &str = "seven herons walk over ice";
const ROLES: [&str; 5] = ["officer", "supervisor", "counsel", "auditor", "administrator"];
/// What is refused in the same words, whoever there is.
const WRONG: &str = "That did not work. Check the id and the password.";

/// A served register with people in it.
pub(crate) struct Desk {
    pub folder: TempDir,
    pub address: String,
    child: Child,
    out: BufReader<ChildStdout>,
}

/// What a request is answered with.
struct Answer {
    status: u16,
    location: String,
    cookies: Vec<String>,
    body: String,
}

/// Who is signed in where: the cookie to send.
type Cookie = String;

impl Desk {
    /// Makes a register in which nobody is enrolled, and serves it.
    pub(crate) fn open(config: &str) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        ok(folder.path(), &["ledger", "init", "--name", "log.example.gov/city"]);
        Desk::serve(folder, config, "127.0.0.1:0")
    }

    fn serve(folder: TempDir, config: &str, listen: &str) -> Desk {
        fs::write(folder.path().join("haven.toml"), config).unwrap();
        let mut serve = haven();
        serve.current_dir(folder.path()).args(["serve", "--listen", listen]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = serve.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("haven serve: ").unwrap_or_else(|| panic!("it says `{line}`")).to_owned();
        Desk { folder, address, child, out }
    }

    /// Enrols somebody at the command line; gives the code.
    pub(crate) fn code(&self, id: &str, roles: &[&str]) -> String {
        let mut args = vec!["staff", "add", id, "--by", "A-1"];
        args.extend(roles.iter().flat_map(|role| ["--role", role]));
        let said = ok(self.folder.path(), &args);
        said.lines().find_map(|line| line.strip_prefix("code ")).unwrap_or_else(|| panic!("{said}")).trim().to_owned()
    }

    /// Enrols somebody with the usual password; gives the cookie of their first session.
    fn enrolled(&self, id: &str, roles: &[&str]) -> Cookie {
        let code = self.code(id, roles);
        let answer = self.post("/enrol", "", &[("staff", id), ("code", &code), ("password", PASSWORD)]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.cookie()
    }

    fn signed_in(&self, id: &str) -> Cookie {
        let answer = self.post("/sign-in", "", &[("staff", id), ("password", PASSWORD)]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.cookie()
    }

    fn get(&self, path: &str, cookie: &str) -> Answer {
        self.send("GET", path, &[("cookie", cookie)], &[])
    }

    /// As a browser sends a form from one of our own pages.
    fn post(&self, path: &str, cookie: &str, pairs: &[(&str, &str)]) -> Answer {
        self.send("POST", path, &[("cookie", cookie), ("sec-fetch-site", "same-origin")], pairs)
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], pairs: &[(&str, &str)]) -> Answer {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        let agent = config.new_agent();
        let url = format!("{}{path}", self.address);
        let headers = headers.iter().filter(|(_, value)| !value.is_empty());
        let answer = if method == "GET" {
            headers.fold(agent.get(&url), |request, (name, value)| request.header(*name, *value)).call()
        } else {
            headers.fold(agent.post(&url), |request, (name, value)| request.header(*name, *value)).send_form(pairs.iter().copied())
        };
        let answer = answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let all = |name: &str| answer.headers().get_all(name).iter().map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>();
        let (status, location, cookies) = (answer.status().as_u16(), all("location").concat(), all("set-cookie"));
        Answer { status, location, cookies, body: answer.into_body().read_to_string().unwrap() }
    }

    /// The register itself, for what only its past could show.
    fn register<T>(&self, work: impl AsyncFnOnce(&Register) -> T) -> T {
        let source = Source::new(crate::laws::files());
        let pack = Pack::load(&source, "us/il/chicago").unwrap();
        let schema = Arc::new(Schema::load(&source, &pack).unwrap());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let register = Register::open(&Address::File(self.folder.path().join("haven.db")), schema, None).await.unwrap();
            let done = work(&register).await;
            register.close().await;
            done
        })
    }

    /// Ends the service; gives all that it said beside its address.
    fn end(mut self) -> String {
        let pid = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
        let mut said = String::new();
        self.out.read_to_string(&mut said).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        said
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    /// The session that the answer begins.
    fn cookie(&self) -> Cookie {
        let session = self.cookies.iter().find(|cookie| !cookie.contains("Max-Age=0")).unwrap_or_else(|| panic!("{:?}", self.cookies));
        session.split(';').next().unwrap().to_owned()
    }
}

fn ok(folder: &Path, args: &[&str]) -> String {
    check_in(folder, &Line { args, ..Line::default() })
}

/// What a browser holds as a session, made of a text, and what the register keeps of it.
fn token(text: &str) -> (String, [u8; 32]) {
    use base64::Engine as _;
    let bytes: [u8; 32] = Sha256::digest(text).into();
    (format!("haven={}", base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(bytes)), Sha256::digest(bytes).into())
}

#[test]
fn people_are_enrolled_at_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    ok(folder, &["ledger", "init", "--name", "log.example.gov/city"]);
    for (args, code, says) in [
        (["staff", "list"].as_slice(), 0, "0 enrolled"),
        (&["staff", "add", "A-1", "--role", "administrator", "--by", "A-1"], 0, "code "),
        (&["staff", "add", "a-1", "--role", "officer", "--by", "A-1"], 2, "there is a member of staff of that id already"),
        (&["staff", "add", "Maria", "--role", "officer", "--by", "A-1"], 2, "`staff`: expected the id of a member of staff"),
        (&["staff", "add", "S-7", "--role", "king", "--by", "A-1"], 2, "`roles`: expected some of officer"),
        (&["staff", "add", "S-7", "--role", "officer", "--station", "Maria", "--by", "A-1"], 2, "`station`: expected a station"),
        (&["staff", "add", "S-7", "--role", "officer", "--by", "Maria"], 2, "`by`: expected the id of a member of staff"),
        (&["staff", "add", "S-7", "--role", "officer"], 2, "--by"),
        (&["staff", "add", "S-7", "--role", "officer", "--role", "supervisor", "--station", "12", "--by", "A-1"], 0, "S-7\ncode "),
        (&["staff", "list"], 0, "S-7  officer, supervisor  012  has a code until "),
        (&["staff", "roles", "s-7", "--role", "auditor", "--by", "A-1"], 0, "changed"),
        (&["staff", "list"], 0, "S-7  auditor  012"),
        (&["staff", "roles", "S-9", "--role", "auditor", "--by", "A-1"], 2, "expected the id of an enrolled member"),
        (&["staff", "station", "S-7", "1", "--by", "A-1"], 0, "changed"),
        (&["staff", "list"], 0, "S-7  auditor  001"),
        (&["staff", "station", "S-7", "Maria", "--by", "A-1"], 2, "`station`: expected a station"),
        (&["staff", "station", "S-9", "1", "--by", "A-1"], 2, "expected the id of an enrolled member"),
        (&["staff", "station", "S-7", "--by", "A-1"], 0, "changed"),
        (&["staff", "list"], 0, "S-7  auditor  no station"),
        (&["staff", "station", "S-7", "012", "--by", "A-1"], 0, "changed"),
        (&["staff", "code", "S-7", "--by", "A-1"], 0, "code "),
        (&["staff", "disable", "S-7", "--by", "A-1"], 0, "disabled"),
        (&["staff", "list"], 0, "S-7  auditor  012  disabled"),
        (&["staff", "enable", "S-7", "--by", "A-1"], 0, "enabled"),
        (&["staff", "list"], 0, "S-7  auditor  012  has no password"),
        (&["staff", "sessions", "S-7"], 0, "0 open"),
        (&["staff", "sessions", "S-7", "--revoke", "--by", "A-1"], 0, "0 ended"),
        (&["staff", "sessions", "S-7", "--revoke"], 2, "--by"),
    ] {
        let (says, complains) = if code == 0 { (vec![says], vec![]) } else { (vec![], vec![says]) };
        check_in(folder, &Line { args, code, says: &says, complains: &complains, ..Line::default() });
    }
    // Each change is an entry, and the log says that there was one and no more.
    let listed = ok(folder, &["register", "list", "--kind", "access", "--jsonl"]);
    let acts: Vec<&str> = listed.lines().map(|line| line.split("\"act\":\"").nth(1).unwrap().split('"').next().unwrap()).collect();
    let station = "station_changed";
    assert_eq!(
        acts,
        ["enrolled", "enrolled", "roles_changed", station, station, station, "code_renewed", "disabled", "enabled", "sessions_revoked"]
    );
    ok(folder, &["ledger", "checkpoint"]);
    ok(folder, &["ledger", "export", "--out", "exported"]);
    let public = String::from_utf8_lossy(&fs::read(folder.join("exported/tile/entries/000.p/10")).unwrap()).into_owned();
    assert_eq!(public.matches("\"kind\":\"access\"").count(), 10, "{public}");
    for private in ["S-7", "A-1", "enrolled", "auditor", "LAW"] {
        assert!(!public.contains(private), "`{private}` is in the public log: {public}");
    }
}

#[test]
fn a_code_and_a_password_let_in_and_nothing_else_does() {
    let desk = Desk::open("");
    let code = desk.code("S-7", &["officer"]);
    for (staff, code, password, status, says) in [
        ("S-7", code.as_str(), "seven herons", 422, "at least 15"),
        ("S-7", &code, "aaaaaaaaaaaaaaaaaaaa", 422, "too easy to guess"),
        ("S-7", &code, "haven S-7 haven s-7 S-7", 422, "too easy to guess"),
        ("S-7", &code, code.as_str(), 422, "The code is not a password"),
        ("S-7", "0000-0000-0000-0000", PASSWORD, 403, "Check the id and the code"),
        ("S-8", &code, PASSWORD, 403, "Check the id and the code"),
        ("Maria", &code, PASSWORD, 403, "Check the id and the code"),
        ("s-7 ", &code.replace('-', " ").to_uppercase(), PASSWORD, 303, ""),
        ("S-7", &code, PASSWORD, 403, "Check the id and the code"),
    ] {
        let answer = desk.post("/enrol", "", &[("staff", staff), ("code", code), ("password", password)]);
        assert_eq!(answer.status, status, "{staff} {password}");
        assert!(answer.body.contains(says), "{staff} {password}: {}", answer.body);
        assert!(!answer.body.contains(password) && (staff != "Maria" || !answer.body.contains(staff)), "{}", answer.body);
        assert_eq!(answer.cookies.is_empty(), status != 303);
    }
    desk.code("S-8", &["officer"]);
    desk.enrolled("S-9", &["officer"]);
    ok(desk.folder.path(), &["staff", "disable", "S-9", "--by", "A-1"]);
    // A wrong password, nobody's id, no id at all, somebody without a password, somebody who was shut out: all the same.
    let tried = [("S-7", "seven herons walk over sand"), ("S-77", PASSWORD), ("Maria", PASSWORD), ("", ""), ("S-8", ""), ("S-9", PASSWORD)];
    let answers = tried.map(|(staff, password)| desk.post("/sign-in", "", &[("staff", staff), ("password", password)]));
    for (answer, (staff, _)) in answers.iter().zip(tried) {
        assert_eq!((answer.status, answer.cookies.len()), (403, 0), "{staff}");
        assert!(answer.body.contains(WRONG), "{}", answer.body);
        assert_eq!(answer.body, answers[0].body, "`{staff}` is told something else");
    }
    assert_eq!(desk.post("/sign-in", "", &[("staff", " s-7"), ("password", PASSWORD)]).status, 303);
    assert_eq!(desk.post("/sign-in", "", &[("staff", "S-7"), ("password", &format!(" {PASSWORD}"))]).status, 403, "spaces count");
}

/// What is kept of passwords, codes and sessions, and what the service says about all of it: nothing.
#[test]
fn secrets_are_kept_nowhere_in_the_clear() {
    let desk = Desk::open("");
    let code = desk.code("S-7", &["officer"]);
    let cookie = desk.post("/enrol", "", &[("staff", "S-7"), ("code", &code), ("password", PASSWORD)]).cookie();
    let administrator = desk.enrolled("A-1", &["administrator"]);
    desk.post("/sign-in", "", &[("staff", "Maria Example"), ("password", "a secret of Maria")]);
    desk.post("/people/enrol", &administrator, &[("staff", "Maria Example"), ("role", "officer")]);
    for path in ["/", "/sign-in", "/enrol", "/account", "/people"] {
        let page = desk.get(path, &administrator);
        assert_eq!(page.status, 200, "{path}");
        for address in ["href=\"", "action=\"", "src=\""].iter().flat_map(|name| page.body.split(name).skip(1)) {
            let address = address.split('"').next().unwrap();
            assert!(!address.contains("A-1") && !address.contains("S-7") && !address.contains('?'), "{path}: {address}");
        }
    }
    let kept = desk.register(async |register| register.member("S-7").await.unwrap().unwrap().password.unwrap());
    assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "what OWASP advises: {kept}");
    let token = cookie.strip_prefix("haven=").unwrap();
    for file in fs::read_dir(desk.folder.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        for secret in [PASSWORD, code.as_str(), &code.replace('-', ""), token, "Maria"] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "`{secret}` is kept");
        }
    }
    assert_eq!(desk.end(), "haven serve: stopped\n");
}

#[test]
fn after_many_tries_there_is_a_pause_for_that_id() {
    let desk = Desk::open("");
    desk.enrolled("S-7", &["officer"]);
    desk.enrolled("S-8", &["officer"]);
    // One try was enrolling.
    let tries = |id: &str, from: usize| {
        let status = |_| desk.post("/sign-in", "", &[("staff", id), ("password", "seven herons walk over sand")]).status;
        (from..=10).map(status).collect::<Vec<u16>>()
    };
    let (known, unknown) = (tries("S-7", 1), tries("S-77", 0));
    assert_eq!(known, [vec![403; 9], vec![429]].concat());
    assert_eq!(unknown, [vec![403; 10], vec![429]].concat());
    let paused = desk.post("/sign-in", "", &[("staff", "s-7"), ("password", PASSWORD)]);
    assert_eq!((paused.status, paused.cookies.len()), (429, 0), "not even with the right one");
    assert!(paused.body.contains("Too many tries"), "{}", paused.body);
    assert_eq!(desk.post("/enrol", "", &[("staff", "S-7"), ("code", "x"), ("password", PASSWORD)]).status, 429);
    desk.signed_in("S-8");
}

#[test]
fn a_session_begins_anew_and_ends_in_every_way() {
    let desk = Desk::open("");
    let first = desk.enrolled("A-1", &["administrator"]);
    desk.enrolled("S-7", &["officer"]);
    let is_in = |cookie: &str| match desk.get("/account", cookie).status {
        200 => true,
        303 => false,
        other => panic!("{other}"),
    };
    assert!(is_in(&first));
    // A session that somebody planted is not taken over, and one that was there ends.
    let (planted, _) = token("planted");
    let begun = desk.post("/sign-in", &planted, &[("staff", "S-7"), ("password", PASSWORD)]).cookie();
    assert!(begun != planted && is_in(&begun) && !is_in(&planted));
    let again = desk.post("/sign-in", &begun, &[("staff", "S-7"), ("password", PASSWORD)]).cookie();
    assert!(again != begun && is_in(&again) && !is_in(&begun));
    // What is no session.
    for cookie in ["haven=", "haven=x", "haven=%00", &"haven=".repeat(500), "other=1", &again.replace("haven=", "haven=A")] {
        assert!(!is_in(cookie), "{cookie}");
    }
    // Signing out.
    let out = desk.post("/sign-out", &again, &[]);
    assert_eq!((out.status, out.location.as_str()), (303, "/"));
    assert!(out.cookies[0].starts_with("haven=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"), "{:?}", out.cookies);
    assert!(!is_in(&again));
    // By hand: one, all others, by an administrator, by another password, by shutting the account.
    let (one, two, three) = (desk.signed_in("S-7"), desk.signed_in("S-7"), desk.signed_in("S-7"));
    let listed = desk.get("/account", &one).body;
    let named: Vec<&str> = listed.split("name=\"session\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(named.len() >= 3 && named.iter().all(|name| *name == "others" || name.len() == 64), "{named:?}");
    let two_is = named.iter().find(|name| {
        let hash: [u8; 32] = Sha256::digest(decoded(&two)).into();
        hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>() == **name
    });
    assert_eq!(desk.post("/account/end", &first, &[("session", two_is.unwrap())]).status, 303);
    assert!(is_in(&two), "nobody ends somebody else's");
    assert_eq!(desk.post("/account/end", &one, &[("session", two_is.unwrap())]).status, 303);
    assert!(is_in(&one) && !is_in(&two) && is_in(&three));
    desk.post("/account/end", &one, &[("session", "others")]);
    assert!(is_in(&one) && !is_in(&three));
    desk.post("/people/sessions", &first, &[("staff", "S-7")]);
    assert!(!is_in(&one));
    // Somebody else, who has tries left.
    let (four, five) = (desk.enrolled("S-8", &["officer"]), desk.signed_in("S-8"));
    let other = "nine pelicans under a bridge";
    assert_eq!(desk.post("/account/password", &four, &[("old", other), ("password", other)]).status, 403);
    assert_eq!(desk.post("/account/password", &four, &[("old", PASSWORD), ("password", "short")]).status, 422);
    assert!(is_in(&four) && is_in(&five));
    let six = desk.post("/account/password", &four, &[("old", PASSWORD), ("password", other)]).cookie();
    assert!(!is_in(&four) && !is_in(&five) && is_in(&six));
    desk.post("/people/disable", &first, &[("staff", "S-8")]);
    assert!(!is_in(&six));
}

fn decoded(cookie: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(cookie.strip_prefix("haven=").unwrap()).unwrap()
}

/// Sessions of the past, as only the register itself can make them.
#[test]
fn a_session_that_is_over_or_idle_opens_nothing() {
    let desk = Desk::open("");
    for (id, role) in [("S-1", "officer"), ("S-2", "supervisor"), ("S-3", "counsel"), ("S-4", "auditor"), ("S-5", "administrator")] {
        desk.enrolled(id, &[role]);
    }
    let minutes = |count: i64| jiff::SignedDuration::from_mins(count);
    #[expect(clippy::disallowed_methods, reason = "a test makes sessions of a while ago")]
    let now = jiff::Timestamp::now();
    for (id, began, lasts, is_in) in [
        ("S-1", 10, 720, true),
        ("S-1", 719, 720, true),
        ("S-1", 721, 720, false),
        ("S-2", 700, 720, true),
        ("S-3", 29, 720, true),
        ("S-3", 31, 720, false),
        ("S-4", 31, 720, false),
        ("S-5", 29, 720, true),
        ("S-5", 31, 720, false),
        ("S-5", 5, 4, false),
    ] {
        let (cookie, hash) = token(&format!("{id} {began} {lasts}"));
        let since = now - minutes(began);
        // Used last when it began.
        assert!(desk.register(async |register| register.begin_session(&hash, id, since + minutes(lasts), since).await.unwrap()));
        assert_eq!(desk.get("/account", &cookie).status, if is_in { 200 } else { 303 }, "{id}: began {began} minutes ago");
    }
    // Being used keeps one open.
    let (cookie, hash) = token("kept");
    let since = now - minutes(40);
    desk.register(async |register| {
        assert!(register.begin_session(&hash, "S-5", since + minutes(720), since).await.unwrap());
        register.see_session(&hash, now - minutes(20)).await.unwrap();
    });
    assert_eq!(desk.get("/account", &cookie).status, 200);
    let seen = desk.register(async |register| register.session(&hash, now).await.unwrap().unwrap().1.seen);
    assert!(seen >= now.as_second(), "its use is noted");
}

#[test]
fn cookies_go_nowhere_else() {
    let plain = Desk::open("");
    plain.enrolled("S-7", &["officer"]);
    let cookie = plain.post("/sign-in", "", &[("staff", "S-7"), ("password", PASSWORD)]).cookies;
    assert_eq!(cookie.len(), 1);
    let (pair, flags) = cookie[0].split_once("; ").unwrap();
    assert_eq!((pair.len(), flags), ("haven=".len() + 43, "Path=/; HttpOnly; SameSite=Strict"));
    let tls = Desk::open("public_url = \"https://haven.example.gov/\"");
    tls.enrolled("S-7", &["officer"]);
    let cookie = tls.post("/sign-in", "", &[("staff", "S-7"), ("password", PASSWORD)]).cookies;
    let (pair, flags) = cookie[0].split_once("; ").unwrap();
    assert!(pair.starts_with("__Host-haven=") && flags == "Path=/; HttpOnly; SameSite=Strict; Secure", "{cookie:?}");
    assert_eq!(tls.get("/account", pair).status, 200);
    assert_eq!(tls.get("/account", &pair.replace("__Host-", "")).status, 303, "a cookie that another host could set is none");
    // Who only reads gets none.
    for path in ["/", "/sign-in", "/enrol", "/account", "/nowhere"] {
        assert!(plain.get(path, "").cookies.is_empty(), "{path}");
    }
}

/// Each combination of what a browser says of where a form comes from.
#[test]
fn no_other_site_sends_a_form_in_somebodys_name() {
    let desk = Desk::open("public_url = \"http://haven.example.gov\"");
    let session = desk.enrolled("S-7", &["officer"]);
    let own = desk.address.clone();
    let evil = "http://evil.example";
    for (site, origin, cookie, passes) in [
        ("same-origin", "", true, true),
        ("same-origin", own.as_str(), true, true),
        // The newer header is what counts; no page can set it.
        ("same-origin", evil, true, true),
        ("none", "", true, true),
        ("same-site", "", true, false),
        ("same-site", &own, true, false),
        ("cross-site", "", true, false),
        ("cross-site", &own, true, false),
        ("cross-site", "", false, false),
        ("Same-Origin", "", true, false),
        ("anything", "", false, false),
        ("", &own, true, true),
        ("", "http://haven.example.gov", true, true),
        ("", "https://haven.example.gov", true, false),
        ("", "http://haven.example.gov.evil.example", true, false),
        ("", evil, true, false),
        ("", evil, false, false),
        ("", "null", true, false),
        ("", "null", false, false),
        // A program that is no browser says nothing; with a session it is one.
        ("", "", true, false),
        ("", "", false, true),
    ] {
        let cookie = if cookie { session.as_str() } else { "" };
        let headers = [("sec-fetch-site", site), ("origin", origin), ("cookie", cookie)];
        let told = format!("{headers:?}");
        let answer = desk.send("POST", "/ask/stop", &headers, &[("agency", "CPD")]);
        assert_eq!(answer.status, if passes { 200 } else { 403 }, "{told}");
        assert_eq!(answer.body.contains("This did not come from Haven"), !passes, "{told}");
        let api = desk.send("POST", "/api/v1/ask", &headers, &[]);
        // A form is not what the interface takes; that it says so shows that the request came through.
        assert_eq!(api.status, if passes { 415 } else { 403 }, "{told}");
        assert_eq!(desk.send("GET", "/ask/stop", &headers, &[]).status, 200, "reading is nobody's secret: {told}");
    }
    // It is said in the language of the page, and nothing was done.
    let refused = desk.send("POST", "/es/sign-out", &[("cookie", &session), ("sec-fetch-site", "cross-site")], &[]);
    assert!(refused.status == 403 && refused.body.contains("Esto no vino de Haven"), "{}", refused.body);
    assert_eq!(desk.get("/account", &session).status, 200);
}

#[test]
fn signing_in_leads_to_our_own_pages_only() {
    let desk = Desk::open("");
    desk.enrolled("S-7", &["officer"]);
    let mut to = vec![
        ("/", "/"),
        ("/people", "/people"),
        ("/es/people", "/es/people"),
        ("/desk/at/LAW/now", "/desk/at/LAW/now"),
        ("/desk/0123-4567", "/desk/0123-4567"),
        ("", "/"),
    ];
    let elsewhere = [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/people//evil",
        "/people/",
        "/../people",
        "/a/../../b",
        "/people?to=x",
        "/people#x",
        "/people%2f%2fevil",
        "/people\r\nset-cookie: haven=x",
        "/\u{202e}people",
        "/@evil.example:80",
        // What could be a name is not repeated.
        "/desk/Maria",
        "/maria",
    ];
    to.extend(elsewhere.map(|path| (path, "/")));
    let ids: Vec<String> = (0..to.len()).map(|number| format!("T-{number}")).collect();
    for ((to, leads), id) in to.iter().zip(&ids) {
        if desk.register(async |register| register.member(id).await.unwrap()).is_none() {
            let answer = desk.post("/sign-in", "", &[("staff", "S-7"), ("password", PASSWORD), ("to", to)]);
            // Too many tries in one test; another one is enrolled, and signs in.
            let answer = if answer.status == 429 {
                desk.enrolled(id, &["officer"]);
                desk.post("/sign-in", "", &[("staff", id), ("password", PASSWORD), ("to", to)])
            } else {
                answer
            };
            assert_eq!((answer.status, answer.location.as_str()), (303, *leads), "{to}");
        }
    }
    // The way to the form and back.
    for (path, leads) in [("/people", "/sign-in/people"), ("/pl/account", "/pl/sign-in/account")] {
        let answer = desk.get(path, "");
        assert_eq!((answer.status, answer.location.as_str()), (303, leads));
        let form = desk.get(leads, "").body;
        assert!(form.contains(&format!("name=\"to\" value=\"{}\"", path.trim_start_matches("/pl"))), "{form}");
    }
    assert_eq!(desk.get("/desk/Maria", "").location, "/sign-in");
    for path in ["/sign-in//evil.example", "/sign-in/Maria"] {
        assert_eq!(desk.get(path, "").status, 404, "{path}");
    }
}

/// Each page by each role; and nobody.
#[test]
fn each_page_opens_for_its_roles() {
    let desk = Desk::open("");
    let people: Vec<(&str, Cookie)> =
        ROLES.iter().zip(["S-1", "S-2", "S-3", "S-4", "S-5"]).map(|(role, id)| (*role, desk.enrolled(id, &[role]))).collect();
    let all: &[&str] = &ROLES;
    for (path, roles) in [("/account", all), ("/people", &["administrator"])] {
        for (role, cookie) in &people {
            let page = desk.get(path, cookie);
            let opens = roles.contains(role);
            assert_eq!(page.status, if opens { 200 } else { 403 }, "{path} for {role}");
            assert_eq!(page.body.contains("This page is for another role"), !opens, "{path} for {role}");
        }
        assert_eq!(desk.get(path, "").status, 303);
    }
    for act in ["enrol", "code", "roles", "station", "disable", "enable", "sessions"] {
        for (role, cookie) in people.iter().filter(|(role, _)| *role != "administrator") {
            let answer = desk.post(&format!("/people/{act}"), cookie, &[("staff", "S-1"), ("role", "administrator")]);
            assert_eq!(answer.status, 403, "{act} by {role}");
        }
        assert_eq!(desk.post(&format!("/people/{act}"), "", &[("staff", "S-1")]).status, 303, "{act} by nobody");
    }
    let listed = ok(desk.folder.path(), &["staff", "list"]);
    assert!(listed.contains("S-1  officer  no station  enrolled  1 open"), "nothing was changed: {listed}");
    // Several roles open what each of them opens; a role that is taken away closes at once.
    desk.code("S-6", &["officer", "administrator"]);
    let administrator = &people[4].1;
    let both = desk.enrolled("S-7", &["officer", "administrator"]);
    assert_eq!(desk.get("/people", &both).status, 200);
    assert_eq!(desk.post("/people/roles", administrator, &[("staff", "S-7"), ("role", "officer")]).status, 303);
    assert_eq!((desk.get("/people", &both).status, desk.get("/account", &both).status), (403, 200));
}

#[test]
fn an_administrator_changes_who_may_sign_in_and_it_is_recorded() {
    let desk = Desk::open("");
    let administrator = desk.enrolled("A-1", &["administrator"]);
    let enrolled =
        desk.post("/people/enrol", &administrator, &[("staff", "s-7"), ("role", "officer"), ("role", "auditor"), ("station", "012")]);
    assert_eq!(enrolled.status, 200);
    let code = enrolled.body.split("hv-secret\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(!desk.get("/people", &administrator).body.contains(&code), "it is shown once");
    for (act, pairs, status, says) in [
        ("enrol", &[("staff", "S-7"), ("role", "officer")][..], 409, "There is somebody of that id already."),
        ("enrol", &[("staff", "Maria"), ("role", "officer")], 422, "That is no staff id."),
        ("enrol", &[("staff", "S-8")], 422, "Choose at least one role."),
        ("enrol", &[("staff", "S-8"), ("role", "king")], 422, "Choose at least one role."),
        ("enrol", &[("staff", "S-8"), ("role", "officer"), ("station", "Maria")], 422, "There is no such station."),
        ("roles", &[("staff", "S-7")], 422, "Choose at least one role."),
        ("roles", &[("staff", "S-99"), ("role", "officer")], 404, "There is nobody of that id."),
        ("roles", &[("staff", "a-1"), ("role", "officer")], 409, "You cannot do this to yourself."),
        ("disable", &[("staff", "A-1")], 409, "You cannot do this to yourself."),
        ("code", &[("staff", "A-1")], 409, "You cannot do this to yourself."),
        ("station", &[("staff", "S-7"), ("station", "Maria")], 422, "There is no such station."),
        ("station", &[("staff", "S-99"), ("station", "012")], 404, "There is nobody of that id."),
        ("station", &[("staff", "A-1"), ("station", "012")], 409, "You cannot do this to yourself."),
        ("station", &[("staff", "S-7"), ("station", "1")], 303, ""),
        ("sing", &[("staff", "S-7")], 404, "There is no such page"),
        ("roles", &[("staff", "S-7"), ("role", "counsel")], 303, ""),
        ("disable", &[("staff", "S-7")], 303, ""),
        ("enable", &[("staff", "S-7")], 303, ""),
        ("sessions", &[("staff", "S-7")], 303, ""),
    ] {
        let answer = desk.post(&format!("/people/{act}"), &administrator, pairs);
        assert_eq!(answer.status, status, "{act} {pairs:?}");
        assert!(answer.body.contains(says) && !answer.body.contains("Maria"), "{act} {pairs:?}: {}", answer.body);
    }
    let acts = |folder: &Path| {
        let listed = ok(folder, &["register", "list", "--kind", "access", "--jsonl"]);
        let act = |line: &str| line.split("\"act\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert!(listed.lines().all(|line| line.contains("\"by\":\"A-1\"")), "{listed}");
        listed.lines().map(act).collect::<Vec<_>>()
    };
    assert_eq!(
        acts(desk.folder.path()),
        ["enrolled", "enrolled", "station_changed", "roles_changed", "disabled", "enabled", "sessions_revoked"]
    );
    assert!(desk.get("/people", &administrator).body.contains("<bdi>001</bdi>"));
    assert_eq!(desk.post("/people/code", &administrator, &[("staff", "S-7")]).status, 200);
    assert_eq!(acts(desk.folder.path()).last().unwrap(), "code_renewed");
    // What cannot be recorded is not done.
    ok(desk.folder.path(), &["ledger", "freeze"]);
    for (act, pairs) in [("enrol", [("staff", "S-8"), ("role", "officer")]), ("roles", [("staff", "S-7"), ("role", "officer")])] {
        let answer = desk.post(&format!("/people/{act}"), &administrator, &pairs);
        assert_eq!(answer.status, 500, "{act}");
        assert!(answer.body.contains("Nothing was changed."), "{}", answer.body);
    }
    let people = desk.register(async |register| {
        #[expect(clippy::disallowed_methods, reason = "a test looks at what is there now")]
        let now = jiff::Timestamp::now();
        register.staff(now).await.unwrap().into_iter().map(|each| (each.member.id, each.member.roles)).collect::<Vec<_>>()
    });
    assert_eq!(people[1], ("S-7".to_owned(), vec!["counsel".to_owned()]));
    assert_eq!(people.len(), 2);
}

/// Who is signed in asks on record as themselves; a device without a log-in is marked so; anyone is answered.
#[test]
fn the_page_knows_who_asks() {
    let desk = Desk::open("");
    let officer = desk.enrolled("S-7", &["officer"]);
    for (cookie, links, absent) in [("", "/sign-in", "/account"), (officer.as_str(), "/account", "/sign-in")] {
        let home = desk.get("/es/", cookie).body;
        assert!(home.contains(&format!("href=\"/es{links}\"")) && !home.contains(&format!("href=\"/es{absent}\"")), "{home}");
        assert!(!home.contains("href=\"/es/people\""));
    }
    // Without a register nobody can sign in, and nothing says they could.
    let folder = tempfile::tempdir().unwrap();
    let bare = Desk::serve(folder, "", "127.0.0.1:0");
    for path in ["/sign-in", "/enrol", "/sign-in/city"] {
        assert_eq!(bare.get(path, "").status, 404, "{path}");
    }
    assert!(!bare.get("/", "").body.contains("/sign-in"));
    // The city's service is there only where it is configured.
    assert_eq!(desk.get("/sign-in/city", "").status, 404);
}

#[test]
fn the_configuration_of_the_citys_service_is_read_strictly() {
    let good = "issuer = \"https://login.example.gov\"\nclient_id = \"haven\"\n";
    let groups = "[oidc.groups]\nofficers = \"officer\"\n";
    let url = "public_url = \"https://haven.example.gov\"\n";
    for (config, complains) in [
        (format!("{url}[oidc]\n{good}[oidc.groups]\nofficers = \"king\"\n"), "`oidc.groups`: expected one of officer, supervisor"),
        (format!("[oidc]\n{good}{groups}"), "needs `public_url`"),
        (
            format!("{url}[oidc]\n{}{groups}", good.replace("https", "http")),
            "`oidc.issuer`: expected an address that begins with `https://`",
        ),
        (format!("{url}[oidc]\n{good}client_secret_file = \"nothing-here\"\n{groups}"), "nothing-here"),
        (format!("{url}[oidc]\n{good}group = 1\n{groups}"), "unknown field `group`"),
        (format!("{url}[oidc]\nclient_id = \"haven\"\n{groups}"), "`oidc.issuer`: expected the address"),
        (format!("{url}[oidc]\nissuer = \"https://login.example.gov\"\n{groups}"), "`oidc.client_id`: expected the name"),
        (format!("{url}[oidc]\n{good}"), "`oidc.groups`: expected a role for each group"),
        ("public_url = \"haven.example.gov\"\n".to_owned(), "`public_url`: expected"),
        ("public_url = \"https://haven.example.gov/path\"\n".to_owned(), "`public_url`: expected"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("haven.toml"), &config).unwrap();
        let args = ["serve", "--listen", "127.0.0.1:0"];
        check_in(folder.path(), &Line { args: &args, code: 2, complains: &[complains], ..Line::default() });
    }
}

/// Leaving for the city's service and coming back from it have a rate, each of its own: both make Haven ask that service.
#[test]
fn the_way_to_the_citys_service_has_a_rate() {
    use base64::Engine as _;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
    // Nobody listens on the port of discarded things, so each try fails at once.
    let config = "public_url = \"http://127.0.0.1\"\n[oidc]\nissuer = \"http://127.0.0.1:9\"\nclient_id = \"haven\"\n\
                  [oidc.groups]\nofficers = \"officer\"\n";
    let desk = Desk::open(config);
    desk.enrolled("S-7", &["officer"]);
    // What only a browser that left would have, made up.
    let state = BASE64.encode(Sha256::new().chain_update([7; 32]).chain_update("state").finalize());
    let left = format!("haven-city={}.{}", BASE64.encode([7; 32]), BASE64.encode("/"));
    let back = format!("/sign-in/city/return?state={state}&code=x");
    let many = |path: &str, cookie: &str| -> Vec<Answer> { (0..90).map(|_| desk.get(path, cookie)).collect() };
    for (path, cookie) in [("/sign-in/city", ""), ("/sign-in/city/to/account", ""), (back.as_str(), left.as_str())] {
        let answers = many(path, cookie);
        let refused = answers.iter().filter(|answer| answer.status == 429).count();
        assert!((1..90).contains(&refused) || path.ends_with("account"), "{path}: {refused} refused");
        let last = answers.iter().rfind(|answer| answer.status == 429).unwrap();
        assert!(last.body.contains("Too many tries. Wait a minute") && last.cookies.is_empty(), "{path}: {}", last.body);
    }
    // What did not begin in this browser asks nobody anything, and is told so at any time.
    assert_eq!(desk.get(&back, "").status, 403);
    // The other way in is open.
    desk.signed_in("S-7");
}

/// `web/tests/access.mjs`: every page of this room in a browser, from the code to the last sign-out.
#[test]
fn a_browser_finds_no_fault_in_signing_in() {
    let desk = Desk::open("");
    let code = desk.code("A-1", &["administrator"]);
    desk.enrolled("S-7", &["officer"]);
    browse("access.mjs", &format!("{} {code}", desk.address));
    assert_eq!(desk.end(), "haven serve: stopped\n");
}

/// `web/tests/city.mjs`: signing in at a real service that speaks OpenID Connect, and every way in which that is refused.
#[test]
fn people_sign_in_at_the_citys_own_service() {
    let [issuer, page] = [0, 1].map(|_| std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port());
    let folder = tempfile::tempdir().unwrap();
    ok(folder.path(), &["ledger", "init", "--name", "log.example.gov/city"]);
    fs::write(folder.path().join("secret"), "a secret between two programs\n").unwrap();
    let config = format!(
        "public_url = \"http://127.0.0.1:{page}\"\n[oidc]\nissuer = \"http://localhost:{issuer}\"\nclient_id = \"haven\"\n\
         client_secret_file = \"secret\"\nrequire_amr = [\"mfa\"]\n[oidc.groups]\nhaven-officers = \"officer\"\nhaven-admins = \"administrator\"\n"
    );
    let desk = Desk::serve(folder, &config, &format!("127.0.0.1:{page}"));
    // Somebody who has an account of Haven already, and somebody who was shut out.
    desk.enrolled("S-77", &["officer"]);
    desk.code("S-66", &["officer"]);
    // Somebody who is about to set a password.
    desk.code("S-55", &["officer"]);
    ok(desk.folder.path(), &["staff", "disable", "S-66", "--by", "A-1"]);
    browse("city.mjs", &format!("{} {issuer}", desk.address));
    let listed = ok(desk.folder.path(), &["staff", "list"]);
    for line in ["S-1  no station  has no password  0 open", "S-2  officer, administrator"] {
        assert!(listed.replace("S-1    ", "S-1  ").contains(line), "{line}: {listed}");
    }
    assert!(listed.contains("S-55  officer  no station  has a code until "), "{listed}");
    for never in ["S-3", "S-4", "EXAMPLE"] {
        assert!(!listed.contains(never), "{listed}");
    }
    let acts = ok(desk.folder.path(), &["register", "list", "--kind", "access"]);
    assert!(
        acts.contains("enrolled a member of staff; S-1; officer") && acts.contains("changed the roles of a member of staff; S-1"),
        "{acts}"
    );
    // It says which step of signing in failed, and not whose.
    let said: Vec<String> = desk.end().lines().map(str::to_owned).collect();
    let failed = " WARN signing in at the city's service failed step=";
    for line in said.iter().filter(|line| *line != "haven serve: stopped") {
        let (_, step) = line.split_once(failed).unwrap_or_else(|| panic!("it says `{line}`"));
        assert!(["\"code\"", "\"issuer\"", "\"token\"", "\"discovery\""].contains(&step), "{line}");
    }
}
