//! The five properties of scrubbing, over bodies made from seeds.
//!
//! Nothing the detector finds remains; scrubbing twice changes nothing; valid stays valid; what is not status stays byte for
//! byte; what cannot be read is blocked (`broken.rs`).

use crate::made::{CHARSETS, DETECTOR, KINDS, Made, Part, made, root};
use crate::read;
use haven_guard::{Policy, Scrubber};
use std::collections::BTreeMap;
use std::sync::LazyLock;

pub static POLICY: LazyLock<Policy> =
    LazyLock::new(|| Policy::read(&std::fs::read_to_string(root().join("guard/policy.toml")).unwrap(), &DETECTOR).unwrap());

/// Policies beside the house's own: the names stay, with a constant, or with a word for the category.
static OTHERS: LazyLock<[Policy; 2]> = LazyLock::new(|| {
    let text = std::fs::read_to_string(root().join("guard/policy.toml")).unwrap();
    ["constant", "generalise"].map(|treatment| {
        let text = text.replace("= \"remove\"", &format!("= \"{treatment}\"")).replace("rows_learnt = 500", "rows_learnt = 8");
        Policy::read(&text, &DETECTOR).unwrap()
    })
});

/// What came of some bodies.
#[derive(Debug, Default)]
pub struct Tally {
    pub bodies: usize,
    pub seeds: usize,
    /// Values that are not status, and how many of them did not come through byte for byte.
    pub clean: usize,
    pub removed: usize,
    /// Bytes of seeded status that came through, or that the detector finds in what came through.
    pub released: usize,
    /// Bodies in which something else is wrong.
    pub faults: usize,
    /// What was wrong, the first of each kind of fault.
    pub shown: Vec<String>,
}

impl Tally {
    fn fault(&mut self, what: &str, said: String) {
        if self.shown.len() < 40 {
            self.shown.push(format!("{what}: {said}"));
        }
    }

    pub fn add(&mut self, other: Tally) {
        self.bodies += other.bodies;
        self.seeds += other.seeds;
        self.clean += other.clean;
        self.removed += other.removed;
        self.released += other.released;
        self.faults += other.faults;
        self.shown.extend(other.shown);
        self.shown.truncate(40);
    }
}

fn text_of(bytes: &[u8], charset: &str) -> String {
    let encoding = match charset {
        "utf-16le" | "utf-16 bom" => encoding_rs::UTF_16LE,
        "utf-16be" => encoding_rs::UTF_16BE,
        "windows-1252" => encoding_rs::WINDOWS_1252,
        _ => encoding_rs::UTF_8,
    };
    let (text, _, broken) = encoding.decode(bytes);
    assert!(!broken, "no text of {charset}");
    text.into_owned()
}

/// Scrubs a body in its chunks.
fn scrub(made: &Made, policy: &Policy) -> Result<Vec<u8>, haven_guard::Blocked> {
    let scrubber = Scrubber::new(&DETECTOR, policy);
    let mut body = scrubber.begin(&made.content_type, made.packing)?;
    let mut out = Vec::new();
    let mut from = 0;
    for cut in made.cuts.iter().copied().chain([made.body.len()]) {
        body.push(&made.body[from..cut], &mut out)?;
        from = cut;
    }
    body.finish(&mut out)?;
    Ok(out)
}

/// Looks at one body.
pub fn look_at(seed: u64, kinds: &[&'static str]) -> (&'static str, Tally) {
    let made = made(seed, kinds);
    let kind = made.kind;
    let policy = match seed % 4 {
        0 => &OTHERS[0],
        1 => &OTHERS[1],
        _ => &*POLICY,
    };
    let mut tally = Tally { bodies: 1, seeds: made.seeds.len(), clean: made.clean.len(), ..Tally::default() };
    let name = format!("{kind} {seed} {} {:?}", made.charset, made.packing);
    let out = match scrub(&made, policy) {
        Ok(out) => out,
        Err(blocked) => {
            tally.faults += 1;
            tally.fault("blocked", format!("{name}: {blocked}\n{}", made.text));
            return (kind, tally);
        }
    };
    let text = text_of(&out, made.charset);
    // The same again.
    match Scrubber::new(&DETECTOR, policy).scrub(&out, &made.content_type, "") {
        Ok(again) if again == out => {}
        Ok(again) => {
            tally.faults += 1;
            tally.fault("another time", format!("{name}:\n{text}\n---\n{}", text_of(&again, made.charset)));
        }
        Err(blocked) => {
            tally.faults += 1;
            tally.fault("blocked another time", format!("{name}: {blocked}\n{text}"));
        }
    }
    // What is not status, in its order.
    let mut rest = text.as_str();
    for clean in &made.clean {
        match rest.find(clean.as_str()) {
            Some(at) => rest = &rest[at + clean.len()..],
            None => {
                tally.removed += 1;
                tally.fault("removed", format!("{name}: {clean:?}\n{}\n---\n{text}", made.text));
            }
        }
    }
    if made.seeds.is_empty() && text != made.text && tally.removed == 0 {
        tally.faults += 1;
        tally.fault("changed", format!("{name}:\n{}\n---\n{text}", made.text));
    }
    let body = match read::read(kind, &text) {
        Ok(body) => body,
        Err(error) => {
            tally.faults += 1;
            tally.fault("no longer valid", format!("{name}: {error}\n{}\n---\n{text}", made.text));
            return (kind, tally);
        }
    };
    for (what, bytes) in read::found(&body, policy, seed % 4 < 2) {
        tally.released += bytes;
        tally.fault("found", format!("{name}: {what}\n{}\n---\n{text}", made.text));
    }
    for seed in &made.seeds {
        let all = || body.leaves.iter().map(|leaf| &leaf.value).chain(&body.names).chain(&body.texts);
        if let Some(secret) = &seed.text
            && (text.contains(secret) || all().any(|said| said.contains(secret)))
        {
            tally.released += secret.len();
            tally.fault("released", format!("{name}: {seed:?}\n{}\n---\n{text}", made.text));
        }
        if let Some(secret) = &seed.name
            && seed.part == Part::Name
        {
            let left = body.leaves.iter().filter(|leaf| leaf.name == *secret && !policy.is_word(leaf.value.trim()));
            let bytes: usize = left.map(|leaf| leaf.value.len()).sum();
            if bytes > 0 {
                tally.released += bytes;
                tally.fault("released", format!("{name}: {seed:?}\n{}\n---\n{text}", made.text));
            }
        }
    }
    (kind, tally)
}

/// Looks at many bodies.
pub fn look_at_all(seeds: std::ops::Range<u64>, kinds: &[&'static str]) -> BTreeMap<&'static str, Tally> {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64;
    let mut all: BTreeMap<&'static str, Tally> = BTreeMap::new();
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers)
            .map(|worker| {
                let seeds = seeds.clone();
                scope.spawn(move || {
                    let mut own: BTreeMap<&'static str, Tally> = BTreeMap::new();
                    for seed in seeds.filter(|seed| seed % workers == worker) {
                        let (kind, tally) = look_at(seed, kinds);
                        own.entry(kind).or_default().add(tally);
                    }
                    own
                })
            })
            .collect();
        for worker in running {
            for (kind, tally) in worker.join().unwrap() {
                all.entry(kind).or_default().add(tally);
            }
        }
    });
    all
}

fn number(name: &str, default: u64) -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the volume of a test is no answer of the library")]
    let said = std::env::var(name).ok();
    said.and_then(|said| said.parse().ok()).unwrap_or(default)
}

/// `HAVEN_GUARD_BODIES` says how many, `HAVEN_GUARD_FROM` from which seed on.
#[test]
fn bodies_leave_without_status() {
    let (from, count) = (number("HAVEN_GUARD_FROM", 0), number("HAVEN_GUARD_BODIES", 600));
    let all = look_at_all(from..from + count, &KINDS);
    let mut sum = Tally::default();
    for (kind, tally) in all {
        println!(
            "| {kind} | {} | {} | {} | {} | {} | {} |",
            tally.bodies, tally.seeds, tally.released, tally.clean, tally.removed, tally.faults
        );
        sum.add(tally);
    }
    assert!(CHARSETS.len() > 1 && sum.seeds > 0 && sum.clean > 0);
    let shown = sum.shown.join("\n\n");
    assert!(sum.released == 0 && sum.faults == 0 && sum.removed * 10_000 < sum.clean.max(10_000), "{sum:?}\n{shown}");
}
