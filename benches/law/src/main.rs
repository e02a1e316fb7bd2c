//! The law benchmark: Haven's evaluator and its peers on the same requests, one thread, rounds interleaved.
//!
//! Contenders must first agree on which clauses apply; then each round runs every contender once. Passes inside this
//! process and in Python are measured in CPU seconds of the thread, so that a busy machine weighs less; processes of
//! their own in wall seconds. Ratios are taken within a round. Run it through `run.sh`.

mod cedar;
mod rego;
mod report;
mod world;

use cedar::{Cedar, Sets};
use haven_law::decide::Verdict;
use haven_law::request::{Request, Scope};
use rego::Rego;
use report::{Contender, Report};
use rustix::time::{ClockId, clock_gettime};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;
use world::World;

/// How many requests the contenders must agree on before anything is timed.
const AGREE: usize = 2_000;
const STARTS: usize = 30;
const VERDICTS: [Verdict; 4] = [Verdict::Prohibited, Verdict::NeedsFacts, Verdict::Required, Verdict::Permitted];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given: BTreeMap<&str, &str> = arguments.chunks_exact(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
    let text = |name: &str| *given.get(name).unwrap_or_else(|| panic!("{name} is missing: use run.sh"));
    let number = |name: &str, usual: usize| given.get(name).map_or(usual, |text| text.parse().expect("a number"));
    let (rounds, seed) = (number("--rounds", 7), number("--seed", 2173) as u64);
    let binary = Some(text("--binary")).filter(|path| !path.is_empty());
    let scratch = Path::new(text("--scratch"));

    let world = World::load(Path::new(text("--law")));
    let pack = &world.pack;
    let mixed = world.requests(number("--requests", 200_000), seed, false);
    let known = world.requests(mixed.len(), seed + 1, true);
    let own = world.cases(false);
    assert!(!own.is_empty(), "the packs have no cases");
    let cases: Vec<Request> = own.iter().cycle().take(mixed.len()).cloned().collect();
    let sample = number("--sample", 20_000).min(mixed.len());
    let lines: Vec<String> = mixed[..sample].iter().enumerate().map(|(number, request)| world.line(number, request)).collect();
    std::fs::write(scratch.join("lines.jsonl"), lines.join("\n")).expect("the scratch folder");

    let cedar = Cedar::new(&world);
    let prepared: Vec<_> = known[..sample].iter().map(|request| cedar.request(request, cedar.context(request))).collect();
    let rego = RefCell::new(Rego::new(&world));
    let inputs: Vec<_> = known[..sample].iter().map(|request| rego.borrow().input(request)).collect();
    let python = Python::start(&world, &known, text("--peer"), scratch).map(RefCell::new);
    eprintln!("{} clauses, {} regimes, {} requests; checking agreement", pack.clauses.len(), world.regimes.len(), mixed.len());
    agree(&world, &mixed, &known, &lines, &cedar, &rego, python.as_ref(), binary);

    let mut by_verdict: Vec<Vec<&Request>> = vec![Vec::new(); VERDICTS.len()];
    for request in &mixed[..sample] {
        let verdict = pack.verdict(request).0;
        by_verdict[VERDICTS.iter().position(|known| *known == verdict).expect("a verdict")].push(request);
    }

    let (few, peers) = (&mixed[..sample], &known[..sample]);
    let values: Vec<_> = peers.iter().map(|request| cedar.context_json(request)).collect();
    let answer = |request: &Request| serde_json::to_string(&pack.decide(request)).expect("an answer");
    let read = |line: &String| Request::parse(line, pack, &Scope::default()).expect("a request");

    let mut all = Contenders(Vec::new());
    all.add(report::EVALUATOR_MIXED, "decisions", mixed.len(), || each(&mixed, |request| pack.verdict(request)));
    all.add(report::EVALUATOR, "decisions", known.len(), || each(&known, |request| pack.verdict(request)));
    all.add(report::EVALUATOR_CASES, "decisions", cases.len(), || each(&cases, |request| pack.verdict(request)));
    all.add(report::APPLYING, "decisions", known.len(), || each(&known, |request| pack.applying(request)));
    for (verdict, requests) in VERDICTS.iter().zip(&by_verdict) {
        all.add(&format!("{}{}", report::DECIDE, verdict.name()), "answers", requests.len(), move || {
            each(requests, |request| pack.decide(request))
        });
    }
    all.add(&format!("{}the packs' own cases", report::DECIDE), "answers", sample, || {
        each(&cases[..sample], |request| pack.decide(request))
    });
    all.add("explained and written as JSON", "answers", sample, || each(few, answer));
    all.add("a line read as a request", "lines", sample, || each(&lines, read));
    all.add("JSON Lines in and out", "lines", sample, || each(&lines, |line| answer(&read(line))));
    if let Some(binary) = binary {
        all.add("JSON Lines in and out, the binary (wall)", "lines", sample, || run_lines(binary, &scratch.join("lines.jsonl")));
    }
    for (sets, which) in [(Sets::Regime, ""), (Sets::RegimeAndAct, report::ONLY)] {
        let (cedar, prepared) = (&cedar, &prepared);
        all.add(&format!("Cedar, authorizer alone{which}"), "decisions", sample, move || {
            each(peers.iter().zip(prepared), |(request, ready)| cedar.authorize(request, ready, sets))
        });
        all.add(&format!("{}{which}", report::CEDAR), "decisions", sample, move || {
            each(peers, |request| cedar.authorize(request, &cedar.request(request, cedar.context(request)), sets))
        });
    }
    all.add("Cedar, end to end from a JSON value", "decisions", sample, || {
        let mut values = values.clone();
        each(peers.iter().zip(&mut values), |(request, value)| {
            let context = cedar.context_from_json(request, value.take());
            cedar.authorize(request, &cedar.request(request, context), Sets::Regime)
        })
    });
    if let Some(python) = &python {
        let name = format!("plain Python {}", python.borrow().version);
        all.add(&name, "decisions", known.len(), || python.borrow_mut().round());
    }
    for (compiled, name) in [(false, "regorus, interpreter"), (true, "regorus, its virtual machine")] {
        let (rego, inputs) = (&rego, &inputs);
        all.add(name, "decisions", sample, move || {
            let mut rego = rego.borrow_mut();
            each(peers.iter().zip(inputs), |(request, input)| rego.applies(request, input.clone(), compiled))
        });
    }

    let mut starts = Vec::new();
    for round in 0..=rounds {
        eprintln!("round {round} of {rounds}{}", if round == 0 { " (not counted)" } else { "" });
        let count = all.0.len();
        for step in 0..count {
            let contender = &mut all.0[(step + round * 5) % count];
            let seconds = (contender.pass)();
            if round > 0 {
                contender.seconds.push(seconds);
            }
        }
        if let Some(binary) = binary.filter(|_| round > 0) {
            starts.extend((0..STARTS.div_ceil(rounds)).map(|_| start(binary)));
        }
    }

    let tails = VERDICTS.iter().zip(&by_verdict).filter(|(_, requests)| !requests.is_empty());
    let report = Report {
        date: text("--date").to_owned(),
        machine: text("--machine").to_owned(),
        versions: vec![
            ("rustc", text("--rustc").to_owned()),
            ("cedar-policy", haven_law::cedar::get_sdk_version().to_string()),
            ("regorus", "0.14.1".to_owned()),
            ("pack", pack.digest[..12].to_owned()),
        ],
        law: format!("{} clauses, {} regimes, {} acts", pack.clauses.len(), world.regimes.len(), pack.vocabulary().actions().len()),
        requests: format!(
            "{} mixed and {} with every fact known, seed {seed}, the packs' {} cases among them; {sample} where a contender is slow",
            mixed.len(),
            known.len(),
            own.len()
        ),
        skipped: [(python.is_none(), "plain Python: no python3"), (binary.is_none(), "the binary and its start-up: HAVEN_BIN is empty")]
            .into_iter()
            .filter_map(|(skipped, what)| skipped.then_some(what))
            .collect(),
        tails: tails.map(|(verdict, requests)| (verdict.name(), tail(pack, requests))).collect(),
        starts,
        contenders: all.0,
    };
    report.write(Path::new(text("--out")));
}

struct Contenders<'a>(Vec<Contender<'a>>);

impl<'a> Contenders<'a> {
    fn add(&mut self, name: &str, unit: &'static str, count: usize, pass: impl FnMut() -> f64 + 'a) {
        self.0.push(Contender { name: name.to_owned(), unit, count, pass: Box::new(pass), seconds: Vec::new() });
    }
}

/// CPU seconds of this thread over all items.
fn each<I: IntoIterator, T>(items: I, mut work: impl FnMut(I::Item) -> T) -> f64 {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    let start = now();
    for item in items {
        black_box(work(item));
    }
    now() - start
}

/// Every contender must name the same clauses, every door give the same answer; else there is nothing to compare.
#[expect(clippy::too_many_arguments, reason = "one of each contender")]
fn agree(
    world: &World,
    mixed: &[Request],
    known: &[Request],
    lines: &[String],
    cedar: &Cedar<'_>,
    rego: &RefCell<Rego<'_>>,
    python: Option<&RefCell<Python>>,
    binary: Option<&str>,
) {
    let pack = &world.pack;
    let mut python_says = python.map(|python| python.borrow_mut().check(AGREE)).unwrap_or_default().into_iter();
    let sorted = |mut ids: Vec<String>| {
        ids.sort_unstable();
        ids
    };
    for (index, request) in known.iter().take(AGREE).enumerate() {
        let expected = sorted(pack.applying(request).iter().map(|clause| clause.id.clone()).collect());
        let say = |who: &str, ids: Vec<String>| {
            assert_eq!(sorted(ids), expected, "{who} disagrees with the evaluator on {}", world.line(index, request));
        };
        say("Cedar", cedar.check(request, &cedar.request(request, cedar.context(request))));
        let context = cedar.context_from_json(request, cedar.context_json(request));
        say("Cedar from JSON", cedar.check(request, &cedar.request(request, context)));
        for compiled in [false, true] {
            let mut rego = rego.borrow_mut();
            let input = rego.input(request);
            let set = rego.applies(request, input, compiled).map(|value| value.to_json_str().expect("a set"));
            let ids = set.map(|text| serde_json::from_str(&text).unwrap_or_else(|error| panic!("regorus gave {text}: {error}")));
            say("regorus", ids.unwrap_or_default());
        }
        if python.is_some() {
            say("Python", python_says.next().expect("a line of Python"));
        }
    }
    let answers: Vec<String> = lines
        .iter()
        .zip(mixed)
        .take(AGREE)
        .map(|(line, request)| {
            let read = Request::parse(line, pack, &Scope::default()).expect("a request");
            let decision = pack.decide(&read);
            assert_eq!((decision.verdict, decision.basis), pack.verdict(request), "read and built requests differ: {line}");
            serde_json::to_string(&decision).expect("an answer")
        })
        .collect();
    if let Some(binary) = binary {
        let mut child = command(binary).args(["ask", "--jsonl"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the binary");
        let (mut stdin, text) = (child.stdin.take().expect("a pipe"), lines[..answers.len()].join("\n"));
        let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
        let output = child.wait_with_output().expect("its answers");
        writer.join().expect("the writer").expect("the binary reads");
        let said = String::from_utf8(output.stdout).expect("text");
        assert!(said.lines().eq(answers.iter().map(String::as_str)), "the binary answers otherwise: was it built from this tree?");
    }
}

fn command(binary: &str) -> Command {
    let mut command = Command::new(binary);
    command.stderr(Stdio::null());
    command
}

/// Wall seconds of the binary over a file of lines; its exit code is that of the gravest answer.
fn run_lines(binary: &str, lines: &Path) -> f64 {
    let input = File::open(lines).expect("the lines");
    let start = Instant::now();
    command(binary).args(["ask", "--jsonl"]).stdin(input).stdout(Stdio::null()).status().expect("the binary");
    start.elapsed().as_secs_f64()
}

/// Wall milliseconds of one question asked as a process.
fn start(binary: &str) -> f64 {
    let arguments = ["ask", "stop", "--agency", "CPD", "--fact", "basis=belief_status", "--on", "2024-05-02", "--json"];
    let start = Instant::now();
    let status = command(binary).args(arguments).stdout(Stdio::null()).status().expect("the binary");
    assert_eq!(status.code(), Some(1), "stopping someone for their status is prohibited");
    start.elapsed().as_secs_f64() * 1e3
}

/// Wall microseconds of single answers: the middle one, the 99th of a hundred, the slowest.
fn tail(pack: &haven_law::pack::Pack, requests: &[&Request]) -> [f64; 3] {
    let mut times: Vec<f64> = requests
        .iter()
        .map(|request| {
            let start = Instant::now();
            black_box(pack.decide(request));
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_unstable_by(f64::total_cmp);
    [times[times.len() / 2], times[times.len() * 99 / 100], times[times.len() - 1]]
}

struct Python {
    version: String,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    child: Child,
}

impl Python {
    fn start(world: &World, known: &[Request], script: &str, scratch: &Path) -> Option<Python> {
        let (law, rows) = (scratch.join("law.json"), scratch.join("rows.jsonl"));
        std::fs::write(&law, world.law_json().to_string()).expect("the scratch folder");
        let text: Vec<String> = known.iter().map(|request| world.row(request).to_string()).collect();
        std::fs::write(&rows, text.join("\n")).expect("the scratch folder");
        let mut child = Command::new("python3").arg(script).args([law, rows]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let (stdin, stdout) = (child.stdin.take()?, BufReader::new(child.stdout.take()?));
        let mut python = Python { version: String::new(), stdin, stdout, child };
        python.version = python.line();
        Some(python)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.stdout.read_line(&mut line).expect("Python speaks");
        assert!(read > 0, "Python ended early");
        line.trim_end().to_owned()
    }

    fn check(&mut self, count: usize) -> Vec<Vec<String>> {
        writeln!(self.stdin, "check {count}").expect("Python listens");
        (0..count).map(|_| serde_json::from_str(&self.line()).expect("a list")).collect()
    }

    fn round(&mut self) -> f64 {
        writeln!(self.stdin, "round").expect("Python listens");
        self.line().parse().expect("seconds")
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
