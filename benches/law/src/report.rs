//! The table, the goals, and the raw rounds.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

pub const EVALUATOR_MIXED: &str = "evaluator alone, mixed facts";
pub const EVALUATOR: &str = "evaluator alone, all facts known";
pub const EVALUATOR_CASES: &str = "evaluator alone, the packs' own cases";
pub const APPLYING: &str = "evaluator, list of applying clauses";
pub const DECIDE: &str = "all explanations, ";
pub const CEDAR: &str = "Cedar, end to end from pairs";

/// What a peer's name ends in that is spared the clauses of other acts.
pub const ONLY: &str = ", only the act's policies";

pub struct Contender<'a> {
    pub name: String,
    pub unit: &'static str,
    /// Requests in a pass.
    pub count: usize,
    /// One pass; returns its seconds.
    pub pass: Box<dyn FnMut() -> f64 + 'a>,
    pub seconds: Vec<f64>,
}

impl Contender<'_> {
    fn rates(&self) -> Vec<f64> {
        self.seconds.iter().map(|seconds| self.count as f64 / seconds).collect()
    }

    /// How many times faster this is, round by round.
    fn over(&self, other: &Contender<'_>) -> Vec<f64> {
        self.rates().iter().zip(other.rates()).map(|(mine, theirs)| mine / theirs).collect()
    }
}

pub struct Report<'a> {
    pub date: String,
    pub machine: String,
    pub versions: Vec<(&'static str, String)>,
    pub law: String,
    pub requests: String,
    pub skipped: Vec<&'static str>,
    pub contenders: Vec<Contender<'a>>,
    pub tails: Vec<(&'static str, [f64; 3])>,
    pub starts: Vec<f64>,
}

struct Spread {
    median: f64,
    min: f64,
    max: f64,
}

fn spread(values: &[f64]) -> Spread {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let median = if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 };
    Spread { median, min: sorted[0], max: sorted[sorted.len() - 1] }
}

/// Three digits that mean something.
fn figure(value: f64) -> String {
    match value {
        1e6.. => format!("{:.2} M", value / 1e6),
        1e4.. => format!("{:.1} k", value / 1e3),
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

impl Report<'_> {
    fn named(&self, name: &str) -> &Contender<'_> {
        self.contenders.iter().find(|contender| contender.name == name).expect("a contender of the list")
    }

    fn measured(&self) -> impl Iterator<Item = &Contender<'_>> {
        self.contenders.iter().filter(|contender| contender.count > 0)
    }

    /// Goal, figure, whether it is met; none where it was not measured.
    fn goals(&self) -> Vec<(&'static str, String, Option<bool>)> {
        let rate = |name| spread(&self.named(name).rates()).median;
        let (mixed, known, cases) = (rate(EVALUATOR_MIXED), rate(EVALUATOR), rate(EVALUATOR_CASES));
        let over = |name| spread(&self.named(EVALUATOR).over(self.named(name))).median;
        let (ratio, kinder) = (over(CEDAR), over(&format!("{CEDAR}{ONLY}")));
        let answers = self.measured().filter(|contender| contender.name.starts_with(DECIDE));
        let slowest = answers.map(|contender| 1e6 / spread(&contender.rates()).median).fold(0.0, f64::max);
        let start = (!self.starts.is_empty()).then(|| spread(&self.starts).median);
        vec![
            (
                "evaluator at least 1.5 M decisions/s per core",
                format!("{} mixed, {} all known, {} the cases", figure(mixed), figure(known), figure(cases)),
                Some(mixed.min(known).min(cases) >= 1.5e6),
            ),
            (
                "evaluator at least 50 × Cedar end to end",
                format!("{} ×; {} × if Cedar is handed only the act's policies", figure(ratio), figure(kinder)),
                Some(ratio >= 50.0),
            ),
            (
                "one answer with all explanations at most 200 µs",
                format!("{} µs, the mean of the slowest kind", figure(slowest)),
                Some(slowest <= 200.0),
            ),
            (
                "start-up at most 300 ms",
                start.map_or("not measured".to_owned(), |start| format!("{} ms", figure(start))),
                start.map(|start| start <= 300.0),
            ),
        ]
    }

    fn text(&self) -> String {
        let versions: Vec<String> = self.versions.iter().map(|(name, version)| format!("{name} {version}")).collect();
        let rounds = self.named(EVALUATOR).seconds.len();
        let mut out = format!(
            "# Law benchmark, {}\n\n{}. {}. {}.\nRequests: {}.\n\
             {rounds} rounds, interleaved, one thread; CPU time, wall time where stated. Rates are medians, with the slowest and the\n\
             fastest round; ratios are medians of the ratios within a round. All contenders named the same clauses beforehand.\n\n\
             | Goal | Figure | |\n|---|---|---|\n",
            self.date,
            self.machine,
            self.law,
            versions.join(", "),
            self.requests,
        );
        for (goal, figure, met) in self.goals() {
            out += &format!("| {goal} | {figure} | {} |\n", met.map_or("–", |met| if met { "met" } else { "**missed**" }));
        }
        out += "\n| Contender | Requests | Unit | Median | Slowest | Fastest | µs each | Evaluator ÷ this | Applying clauses ÷ this |\n";
        out += "|---|---|---|---|---|---|---|---|---|\n";
        for contender in self.measured() {
            let rate = spread(&contender.rates());
            let ratio = |name| figure(spread(&self.named(name).over(contender)).median);
            out += &format!(
                "| {} | {} | {}/s | {} | {} | {} | {} | {} | {} |\n",
                contender.name,
                contender.count,
                contender.unit,
                figure(rate.median),
                figure(rate.min),
                figure(rate.max),
                figure(1e6 / rate.median),
                ratio(EVALUATOR),
                ratio(APPLYING),
            );
        }
        out += "\n| One answer with all explanations (wall) | Median µs | 99th of 100 µs | Slowest µs |\n|---|---|---|---|\n";
        for (verdict, [median, late, slowest]) in &self.tails {
            out += &format!("| {verdict} | {} | {} | {} |\n", figure(*median), figure(*late), figure(*slowest));
        }
        if !self.starts.is_empty() {
            let start = spread(&self.starts);
            out += &format!(
                "\nStart-up, one question as a process (wall, {} runs): median {} ms, fastest {} ms, slowest {} ms.\n",
                self.starts.len(),
                figure(start.median),
                figure(start.min),
                figure(start.max),
            );
        }
        for skipped in &self.skipped {
            out += &format!("\nNot measured: {skipped}.\n");
        }
        out + NOTES
    }

    fn json(&self) -> Value {
        let contenders = self.measured().map(|contender| {
            json!({ "name": contender.name, "unit": contender.unit, "requests": contender.count, "seconds": contender.seconds })
        });
        json!({
            "date": self.date, "machine": self.machine, "law": self.law, "requests": self.requests,
            "versions": self.versions.iter().cloned().collect::<BTreeMap<_, _>>(),
            "goals": self.goals().iter().map(|(goal, figure, met)| json!({ "goal": goal, "figure": figure, "met": met })).collect::<Vec<_>>(),
            "contenders": contenders.collect::<Vec<_>>(),
            "answer_us_median_p99_max": self.tails.iter().copied().collect::<BTreeMap<_, _>>(),
            "start_up_ms": self.starts,
        })
    }

    pub fn write(&self, folder: &Path) {
        let slug: String = self
            .machine
            .to_lowercase()
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("-");
        let text = self.text();
        std::fs::create_dir_all(folder).expect("the folder of results");
        std::fs::write(folder.join(format!("{}-{slug}.md", self.date)), &text).expect("the table");
        std::fs::write(folder.join(format!("{}-{slug}.json", self.date)), format!("{:#}\n", self.json())).expect("the rounds");
        println!("{text}");
    }
}

const NOTES: &str = "
How to read it:

- The evaluator gives a verdict over all layers and takes unknown facts; *applying clauses* gives the list of clauses, which is
  what the peers give. Only the evaluator, Cedar and Haven's own doors start from typed facts or text as stated; Python's rows
  and regorus's inputs are parsed beforehand.
- Cedar holds the policies in force on the day, of all layers and acts, in one set per regime; *only the act's policies* hands it
  a set per regime and act, as Haven's own plan does. End to end includes the context, the request (not checked against the
  schema) and the decision. It names only the forbids where forbids and permits both hold; the check asked both apart.
- Python and regorus hold one function or module per regime and act, made from the intermediate form.
- haven-law is built as shipped, with overflow checks; the peers without.
";
