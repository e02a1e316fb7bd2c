//! The five properties of scrubbing, over bodies made from seeds.
//!
//! Nothing the detector finds remains; scrubbing twice changes nothing; valid stays valid; what is not status stays byte for
//! byte; what cannot be read is blocked (`broken.rs`).

use crate::made::{CHARSETS, DETECTOR, KINDS, Made, PACKINGS, Part, made, root};
use crate::read;
use haven_guard::{Blocked, Policy, Scrubber};
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

/// How far behind the one before a clean value may stand: what stands further off is another of the same form.
const NEAR: usize = 6000;

/// What came of some bodies.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    pub bodies: usize,
    pub seeds: usize,
    /// Values that are not status, and how many of them did not come through byte for byte.
    pub clean: usize,
    pub removed: usize,
    /// The same in bodies in which there is no status.
    pub clean_alone: usize,
    pub removed_alone: usize,
    /// Bytes of seeded status that came through, or that the detector finds in what came through.
    pub released: usize,
    /// Bodies in which something else is wrong.
    pub faults: usize,
    /// How many bodies, and seeds, of each encoding, charset and language.
    pub kinds: BTreeMap<(&'static str, String), usize>,
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
        self.clean_alone += other.clean_alone;
        self.removed_alone += other.removed_alone;
        self.released += other.released;
        self.faults += other.faults;
        for (kind, count) in other.kinds {
            *self.kinds.entry(kind).or_default() += count;
        }
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
fn streamed(made: &Made, policy: &Policy) -> Result<Vec<u8>, Blocked> {
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

/// Scrubs a body in its chunks; where what is found late blocks it, as a whole.
fn scrub(made: &Made, policy: &Policy) -> Result<Vec<u8>, Blocked> {
    match streamed(made, policy) {
        Err(Blocked::Late) => Scrubber::new(&DETECTOR, policy).scrub(&made.body, &made.content_type, made.packing),
        other => other,
    }
}

/// Looks at one body, under the policy whose turn it is.
fn look_at(seed: u64, kinds: &[&'static str]) -> (&'static str, Tally) {
    match seed % 4 {
        0 => look_with(seed, kinds, &OTHERS[0], true),
        1 => look_with(seed, kinds, &OTHERS[1], true),
        _ => look_with(seed, kinds, &POLICY, false),
    }
}

/// The same, under a policy; `names`: by which names stay.
fn look_with(seed: u64, kinds: &[&'static str], policy: &Policy, names: bool) -> (&'static str, Tally) {
    let made = made(seed, kinds);
    let kind = made.kind;
    let mut tally = Tally { bodies: 1, seeds: made.seeds.len(), clean: made.clean.len(), ..Tally::default() };
    let packing = if made.packing.is_empty() { "none" } else { made.packing };
    tally.kinds.insert(("content encodings", packing.to_owned()), 1);
    tally.kinds.insert(("charsets", made.charset.to_owned()), 1);
    tally.kinds.insert(("chunks", if made.cuts.is_empty() { "one" } else { "several" }.to_owned()), 1);
    for seed in &made.seeds {
        *tally.kinds.entry(("languages of the status put in", seed.language.clone())).or_default() += 1;
    }
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
        match rest.find(clean.as_str()).filter(|at| *at < NEAR) {
            Some(at) => rest = &rest[at + clean.len()..],
            None => {
                tally.removed += 1;
                tally.fault("removed", format!("{name}: {clean:?}\n{}\n---\n{text}", made.text));
            }
        }
    }
    if made.seeds.is_empty() {
        (tally.clean_alone, tally.removed_alone) = (tally.clean, tally.removed);
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
    for (what, bytes) in read::found(&body, policy, names) {
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
            // A column that may ask (`id`) is looked at cell by cell.
            && (seed.part == Part::Name || (["CSV", "XML"].contains(&kind) && secret != "id"))
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
fn look_at_all(seeds: std::ops::Range<u64>, kinds: &[&'static str]) -> BTreeMap<&'static str, Tally> {
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

/// The table of what came of all bodies.
fn table(all: &BTreeMap<&'static str, Tally>, sum: &Tally) -> String {
    let mut out = "| Bodies of | Bodies | Pieces of status put in | Bytes of status let out | Clean values where there is no status | changed | Clean \
                   values beside status | changed | Other faults |\n|---|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    let all = all.iter().map(|(kind, tally)| (*kind, tally)).chain([("**all**", sum)]);
    for (kind, tally) in all {
        let Tally { bodies, seeds, released, clean_alone, removed_alone, clean, removed, faults, .. } = tally;
        let (beside, changed) = (clean - clean_alone, removed - removed_alone);
        out +=
            &format!("| {kind} | {bodies} | {seeds} | {released} | {clean_alone} | {removed_alone} | {beside} | {changed} | {faults} |\n");
    }
    let mut lines: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ((what, kind), count) in &sum.kinds {
        lines.entry(what).or_default().push(format!("{kind} {count}"));
    }
    out += "\n";
    for (what, kinds) in lines {
        out += &format!("- {what}: {}\n", kinds.join(", "));
    }
    out
}

/// Writes the table into a document.
fn write_into(document: &str, about: &str, table: &str) {
    let path = root().join(document);
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once("<!-- scrub -->\n").unwrap();
    let (_, behind) = rest.split_once("<!-- end -->").unwrap();
    std::fs::write(path, format!("{before}<!-- scrub -->\n{about}\n\n{table}<!-- end -->{behind}")).unwrap();
}

fn said(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the volume of a test is no answer of the library")]
    std::env::var(name).ok()
}

/// `HAVEN_GUARD_BODIES` says how many, `HAVEN_GUARD_FROM` from which seed on, `HAVEN_GUARD_INTO` into which document what came
/// of it is written, with the words of `HAVEN_GUARD_ABOUT` before it.
#[test]
fn bodies_leave_without_status() {
    let number = |name, default| said(name).map_or(default, |said| said.parse().unwrap());
    let (from, count) = (number("HAVEN_GUARD_FROM", 0), number("HAVEN_GUARD_BODIES", 600));
    let all = look_at_all(from..from + count, &KINDS);
    let mut sum = Tally::default();
    for tally in all.values() {
        sum.add(tally.clone());
    }
    let table = table(&all, &sum);
    println!("{table}");
    if let Some(document) = said("HAVEN_GUARD_INTO") {
        write_into(&document, &format!("{} Seeds {from} to {}.", said("HAVEN_GUARD_ABOUT").unwrap_or_default(), from + count - 1), &table);
    }
    assert!(sum.seeds > 0 && sum.clean > 0 && sum.kinds.len() > PACKINGS.len() + CHARSETS.len());
    let shown = sum.shown.join("\n\n");
    assert!(sum.released == 0 && sum.faults == 0 && sum.removed * 10_000 < sum.clean.max(10_000), "{table}\n{shown}");
}

/// Whether the harness bites: where the policy keeps a category, what is let out is counted.
#[test]
fn what_is_let_out_is_counted() {
    let text = std::fs::read_to_string(root().join("guard/policy.toml")).unwrap();
    for category in ["status", "enforcement", "identifier", "proxy"] {
        let policy =
            Policy::read(&text.replace(&format!("{category} = \"remove\""), &format!("{category} = \"keep\"")), &DETECTOR).unwrap();
        for kind in KINDS {
            let released: usize = (0..80).map(|seed| look_with(seed, &[kind], &policy, false).1.released).sum();
            assert!(released > 0, "{kind}: {category} is kept, and nothing was let out");
        }
    }
    // And what should stay is missed where it goes.
    let policy = Policy::read(&format!("{text}\n[[field]]\nname = \"ward\"\ntreat = \"remove\"\n"), &DETECTOR).unwrap();
    for kind in KINDS {
        let removed: usize = (0..80).map(|seed| look_with(seed, &[kind], &policy, false).1.removed).sum();
        assert!(removed > 0, "{kind}: a field goes, and is not missed");
    }
}
