//! Bodies made from a seed: harmless records of nobody, with status at places that are known.
//!
//! What is seeded are the phrase packs' own hits, and numbers made here. A secret (`zq` and digits) stands where only the
//! name beside it says what it is.

use crate::write;
use haven_detect::{Category, Detector};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A sequence that a seed decides (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// Once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|at| char::from(b'0' + if at == 0 { 1 + self.below(9) } else { self.below(10) } as u8)).collect()
    }
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Clean,
    /// A name of a field that the packs find; the value is secret.
    Name,
    /// A column that the packs find by its cells.
    Column,
    /// A sentence among others.
    Sentence,
    /// A question and, beside it, an answer that is secret.
    Pair,
    /// A number.
    Number,
}

/// A field of a record.
#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    pub value: String,
    pub part: Part,
}

/// What must not leave.
#[derive(Debug, Clone)]
pub struct Seed {
    pub part: Part,
    pub language: String,
    /// A text that may stand nowhere.
    pub text: Option<String>,
    /// A name under which nothing but the policy's words may stand.
    pub name: Option<String>,
}

/// Records, before they are written down.
pub struct Records {
    pub rows: Vec<Vec<Field>>,
    pub seeds: Vec<Seed>,
}

/// A hit of the packs.
struct Hit {
    language: String,
    kind: String,
    text: String,
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn packs() -> Vec<haven_detect::Source> {
    let mut sources = Vec::new();
    let mut folders: Vec<_> = std::fs::read_dir(root().join("phrases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders.into_iter().filter(|folder| folder.is_dir()) {
        let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            let path = file.strip_prefix(root().join("phrases")).unwrap().to_string_lossy().into_owned();
            sources.push(haven_detect::Source { path, text: std::fs::read_to_string(file).unwrap() });
        }
    }
    sources
}

pub static DETECTOR: LazyLock<Detector> = LazyLock::new(|| Detector::new(&packs()).unwrap_or_else(|errors| panic!("{errors:?}")));

/// Hits of the packs that mean something, by what they are hits of.
static HITS: LazyLock<BTreeMap<&'static str, Vec<Hit>>> = LazyLock::new(|| {
    let mut hits: BTreeMap<&str, Vec<Hit>> = BTreeMap::new();
    for source in packs().into_iter().filter(|source| !source.path.ends_with("/identifiers.toml")) {
        let language = source.path.split('/').next().unwrap().to_owned();
        let table: toml::Table = source.text.parse().unwrap();
        let entries = table.get("entry").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        for entry in entries.iter().filter(|entry| entry["category"].as_str() != Some("none")) {
            for hit in entry["hits"].as_array().unwrap() {
                let (kind, text) = hit.as_str().unwrap().split_once(": ").unwrap();
                let (kind, label) = kind.split_once(' ').unwrap_or((kind, ""));
                let kind = match (kind, label) {
                    (_, "none") => continue,
                    ("field", _) => "field",
                    ("value", _) => "value",
                    ("sentence", _) => "sentence",
                    ("question", _) => "question",
                    other => panic!("{other:?}"),
                };
                hits.entry(kind).or_default().push(Hit { language: language.clone(), kind: kind.to_owned(), text: text.to_owned() });
            }
        }
    }
    hits
});

impl Dice {
    fn hit(&mut self, kind: &str) -> &'static Hit {
        let hits = &HITS[kind];
        let hit = &hits[self.below(hits.len())];
        assert_eq!(hit.kind, kind);
        hit
    }
}

const SURNAMES: [&str; 24] = [
    "Alderwick",
    "Brannock",
    "Castellow",
    "Dunmere",
    "Ellsbury",
    "Fennimore",
    "Gantry",
    "Holloway",
    "Ingleside",
    "Jarrow",
    "Kettering",
    "Lindqvist",
    "Marlowe",
    "Norwood",
    "Okafor",
    "Pemberly",
    "Quillan",
    "Rosario",
    "Sandoval",
    "Thackeray",
    "Ulrich",
    "Vanterpool",
    "Wojcik",
    "Yamada",
];
const STREETS: [&str; 16] = [
    "Maple",
    "Elm",
    "Ashland",
    "Belmont",
    "Cermak",
    "Devon",
    "Fullerton",
    "Halsted",
    "Kedzie",
    "Lawrence",
    "Montrose",
    "Pulaski",
    "Roosevelt",
    "Western",
    "Wabash",
    "Archer",
];
const THINGS: [&str; 24] = [
    "pothole",
    "streetlight",
    "hydrant",
    "alley light",
    "tree limb",
    "sidewalk slab",
    "garbage cart",
    "catch basin",
    "stop sign",
    "bike rack",
    "bus shelter",
    "water meter",
    "park bench",
    "traffic signal",
    "manhole cover",
    "recycling cart",
    "crosswalk",
    "guardrail",
    "drain",
    "billboard",
    "fence panel",
    "parking meter",
    "planter",
    "storm sewer",
];
const DEEDS: [&str; 14] = [
    "was repaired",
    "needs paint",
    "was inspected",
    "is blocked by snow",
    "was replaced on Tuesday",
    "makes a loud noise",
    "leaks at night",
    "was reported twice",
    "is due for service",
    "was measured again",
    "has a loose bolt",
    "was moved by two feet",
    "is out of order",
    "was photographed",
];
const TEAMS: [&str; 12] = [
    "Streets",
    "Sanitation",
    "Forestry",
    "Water",
    "Electrical",
    "Bridges",
    "Parks",
    "Libraries",
    "Fleet",
    "Aviation",
    "Buildings",
    "Towing",
];
const LEVELS: [&str; 6] = ["low", "medium", "high", "urgent", "routine", "deferred"];
/// Harmless sentences in other languages of the packs.
const ABROAD: [&str; 22] = [
    "La farola de la esquina no funciona desde el lunes.",
    "El camión de la basura pasó a las ocho.",
    "Se reparó la acera frente a la biblioteca.",
    "Lampa przy przystanku jest zepsuta.",
    "Proszę wymienić kosz na śmieci.",
    "路口的路灯坏了。",
    "请在星期三之前修理水管。",
    "人行道上有一個很大的坑。",
    "مصباح الشارع معطل منذ أسبوع.",
    "Le banc du parc a été repeint hier.",
    "Фонарь на углу не горит.",
    "Будь ласка, полагодьте лавку в парку.",
    "Đèn đường bị hỏng từ hôm qua.",
    "가로등이 고장 났습니다.",
    "सड़क की बत्ती टूटी हुई है।",
    "શેરીની લાઇટ બંધ છે.",
    "گلی کی بتی خراب ہے۔",
    "O semáforo da avenida está quebrado.",
    "Sira ang ilaw sa kanto.",
    "Limyè nan lari a kase.",
    "Der Zaun “am Park” ist neu – 3 m hoch & grün.",
    "Ticket closed; see photo #4 (before/after) <ok> at 10% cost.",
];

fn place(dice: &mut Dice) -> String {
    format!("{} {} {}", 100 + dice.below(8900), dice.one(&["N", "S", "W", "E"]), dice.one(&STREETS))
}

/// A harmless sentence.
pub fn sentence(dice: &mut Dice) -> String {
    match dice.below(8) {
        0 => dice.one(&ABROAD).to_owned(),
        1 => format!("Crew {} closed ticket {} after {} minutes.", 1 + dice.below(40), dice.digits(7), 5 + dice.below(300)),
        2 => format!("Caller {} asks for a call back before {}:30.", dice.one(&SURNAMES), 8 + dice.below(9)),
        3 => format!("Invoice {} over ${}.{:02} was paid to {}.", dice.digits(6), dice.digits(3), dice.below(100), dice.one(&TEAMS)),
        4 => format!("{} has moved the appointment to {}.", dice.one(&SURNAMES), day(dice)),
        _ => format!("The {} at {} {}.", dice.one(&THINGS), place(dice), dice.one(&DEEDS)),
    }
}

fn day(dice: &mut Dice) -> String {
    format!("20{:02}-{:02}-{:02}", 18 + dice.below(9), 1 + dice.below(12), 1 + dice.below(28))
}

type Column = (&'static str, fn(&mut Dice) -> String);

/// Harmless columns.
const COLUMNS: [Column; 26] = [
    ("ticket_no", |dice| format!("SR{}-{}", 18 + dice.below(9), dice.digits(8))),
    ("opened_on", day),
    ("closed_at", |dice| format!("{}T{:02}:{:02}:00Z", day(dice), dice.below(24), dice.below(60))),
    ("ward", |dice| (1 + dice.below(50)).to_string()),
    ("address", place),
    ("zip", |dice| format!("606{:02}", dice.below(100))),
    ("phone", |dice| format!("312-555-{}", dice.digits(4))),
    ("email", |dice| format!("{}{}@example.org", dice.one(&SURNAMES).to_lowercase(), dice.below(1000))),
    ("amount", |dice| format!("{}.{:02}", dice.digits(3), dice.below(100))),
    ("minutes", |dice| dice.below(600).to_string()),
    ("department", |dice| dice.one(&TEAMS).to_owned()),
    ("priority", |dice| dice.one(&LEVELS).to_owned()),
    ("caller", |dice| dice.one(&SURNAMES).to_owned()),
    ("remarks", sentence),
    ("summary", |dice| format!("{} {}", sentence(dice), sentence(dice))),
    ("link", |dice| format!("https://example.org/t/{}?page={}&sort=asc%20date", dice.digits(5), dice.below(9))),
    ("checksum", |dice| format!("{:016x}{:016x}", dice.next(), dice.next())),
    ("plate", |dice| format!("{} {}", dice.one(&["AB", "KD", "RT", "XZ"]), dice.digits(5))),
    ("latitude", |dice| format!("41.{}", dice.digits(6))),
    ("is_open", |dice| dice.one(&["true", "false"]).to_owned()),
    ("photos", |dice| dice.below(12).to_string()),
    ("truck", |dice| format!("T-{}", dice.digits(3))),
    ("invoice", |dice| dice.digits(9)),
    ("weather", |dice| dice.one(&["clear", "rain", "snow", "fog", "wind", ""]).to_owned()),
    ("item", |dice| dice.one(&THINGS).to_owned()),
    ("token", |dice| format!("{:x}{}", dice.next(), dice.one(&["", "==", "="]))),
];

fn secret(dice: &mut Dice) -> String {
    format!("zq{}", dice.digits(7))
}

/// A number that says by itself, or by the label before it, what it is; and the number alone.
fn number(dice: &mut Dice) -> (String, String) {
    let number = match dice.below(4) {
        0 => format!("A{}", dice.digits(9)),
        1 => format!("{}{}", dice.one(&["IOE", "MSC", "EAC", "WAC", "LIN"]), dice.digits(10)),
        2 => format!("N00{}", dice.digits(8)),
        _ => format!("A{} {} {}", dice.digits(3), dice.digits(3), dice.digits(3)),
    };
    let labelled = match number.as_bytes()[0] {
        b'A' => format!("{} {number}", dice.one(&["A-number", "Alien registration number:", "A#"])),
        b'N' => format!("SEVIS ID: {number}"),
        _ => format!("Receipt {number}"),
    };
    assert!(DETECTOR.identifiers(&labelled).iter().any(|found| found.valid), "no number of {labelled:?}");
    (labelled, number)
}

/// Records; `seeds`: how many kinds of status are put into them at most.
pub fn records(dice: &mut Dice, count: usize, seeds: usize) -> Records {
    let mut columns: Vec<Column> = Vec::new();
    for _ in 0..3 + dice.below(6) {
        let column = dice.one(&COLUMNS);
        if !columns.iter().any(|(name, _)| *name == column.0) {
            columns.push(column);
        }
    }
    let clean = |(name, make): &Column, dice: &mut Dice| Field { name: (*name).to_owned(), value: make(dice), part: Part::Clean };
    let mut rows: Vec<Vec<Field>> = (0..count).map(|_| columns.iter().map(|column| clean(column, dice)).collect()).collect();
    let mut made = Records { rows: Vec::new(), seeds: Vec::new() };
    for _ in 0..seeds {
        seed(dice, &mut rows, &mut made.seeds);
    }
    made.rows = rows;
    made
}

fn seed(dice: &mut Dice, rows: &mut [Vec<Field>], seeds: &mut Vec<Seed>) {
    let part = dice.one(&[Part::Name, Part::Column, Part::Sentence, Part::Pair, Part::Number]);
    let put = |rows: &mut [Vec<Field>], name: &str, mut value: Box<dyn FnMut() -> String>| {
        let at = name.len() % (rows[0].len() + 1);
        // Not between a question and its answer.
        let at = at + rows[0][..at].iter().filter(|field| field.part == Part::Pair).count() % 2;
        for row in rows {
            row.insert(at, Field { name: name.to_owned(), value: value(), part });
        }
    };
    let is_there = |rows: &[Vec<Field>], name: &str| rows[0].iter().any(|field| field.name.eq_ignore_ascii_case(name));
    match part {
        Part::Clean => {}
        Part::Name => {
            let hit = dice.hit("field");
            if is_there(rows, &hit.text) {
                return;
            }
            let mut values = Vec::new();
            for _ in rows.iter() {
                values.push(secret(dice));
            }
            for value in &values {
                seeds.push(Seed { part, language: hit.language.clone(), text: Some(value.clone()), name: None });
            }
            seeds.push(Seed { part, language: hit.language.clone(), text: None, name: Some(hit.text.clone()) });
            let mut values = values.into_iter();
            put(rows, &hit.text, Box::new(move || values.next().unwrap()));
        }
        Part::Column => {
            let hit = dice.hit("value");
            let (name, cells) = hit.text.split_once('=').unwrap_or((&hit.text, ""));
            let cells: Vec<&str> = cells.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect();
            // Fewer rows than cells show less than the packs' example does.
            if cells.is_empty() || rows.len() < cells.len() || is_there(rows, name.trim()) {
                return;
            }
            seeds.push(Seed { part, language: hit.language.clone(), text: None, name: Some(name.trim().to_owned()) });
            let mut at = 0;
            put(
                rows,
                name.trim(),
                Box::new(move || {
                    at += 1;
                    cells[(at - 1) % cells.len()].to_owned()
                }),
            );
        }
        Part::Sentence => {
            let hit = dice.hit("sentence");
            let (before, behind) = (sentence(dice), sentence(dice));
            let at = dice.below(rows.len());
            let name = if is_there(rows, "notes") { return } else { "notes" };
            seeds.push(Seed { part, language: hit.language.clone(), text: Some(hit.text.clone()), name: None });
            let mut texts: Vec<String> = rows.iter().map(|_| String::new()).collect();
            texts.iter_mut().for_each(|text| *text = sentence(dice));
            texts[at] = match dice.below(4) {
                0 => hit.text.clone(),
                1 => format!("{before}\n{}\n{behind}", hit.text),
                _ => format!("{before} {} {behind}", hit.text),
            };
            let mut texts = texts.into_iter();
            put(rows, name, Box::new(move || texts.next().unwrap()));
        }
        Part::Pair => {
            let hit = dice.hit("question");
            let (asked, answer) = dice.one(&[("question", "answer"), ("name", "value"), ("label", "response"), ("prompt", "text")]);
            if is_there(rows, asked) || is_there(rows, answer) {
                return;
            }
            let at = dice.below(rows.len());
            let said = secret(dice);
            seeds.push(Seed { part, language: hit.language.clone(), text: Some(said.clone()), name: None });
            let pairs: Vec<(String, String)> = (0..rows.len())
                .map(
                    |row| {
                        if row == at { (hit.text.clone(), said.clone()) } else { (format!("Ticket {}", dice.digits(4)), dice.digits(3)) }
                    },
                )
                .collect();
            for (row, (question, said)) in rows.iter_mut().zip(pairs) {
                row.push(Field { name: asked.to_owned(), value: question, part });
                row.push(Field { name: answer.to_owned(), value: said, part });
            }
        }
        Part::Number => {
            let (labelled, number) = number(dice);
            let at = dice.below(rows.len());
            if is_there(rows, "extra") {
                return;
            }
            seeds.push(Seed { part, language: "und".to_owned(), text: Some(number), name: None });
            let text = if dice.once_in(3) { labelled } else { format!("{} {labelled}. {}", sentence(dice), sentence(dice)) };
            let mut texts: Vec<String> = rows.iter().map(|_| String::new()).collect();
            texts.iter_mut().for_each(|text| *text = sentence(dice));
            texts[at] = text;
            let mut texts = texts.into_iter();
            put(rows, "extra", Box::new(move || texts.next().unwrap()));
        }
    }
}

/// Whether a category is one that means something.
pub fn means(category: Category) -> bool {
    category != Category::None
}

/// The kinds of bodies.
pub const KINDS: [&str; 6] = ["JSON", "NDJSON", "CSV", "text", "XML", "HTML"];
/// The content encodings.
pub const PACKINGS: [&str; 4] = ["", "gzip", "br", "zstd"];
/// The charsets: `bom` means that a mark says it, and nothing else does.
pub const CHARSETS: [&str; 6] = ["utf-8", "utf-8 bom", "utf-16le", "utf-16be", "utf-16 bom", "windows-1252"];

/// A body.
pub struct Made {
    pub kind: &'static str,
    pub content_type: String,
    pub packing: &'static str,
    pub charset: &'static str,
    /// As it stands in the body, before encoding.
    pub text: String,
    pub body: Vec<u8>,
    pub seeds: Vec<Seed>,
    /// How what is clean stands in the text.
    pub clean: Vec<String>,
    /// Where the body is cut into chunks.
    pub cuts: Vec<usize>,
}

/// Makes a body.
pub fn made(seed: u64, kinds: &[&'static str]) -> Made {
    let mut dice = Dice(seed);
    let dice = &mut dice;
    let kind = dice.one(kinds);
    let count = if dice.once_in(12) { 20 + dice.below(30) } else { 1 + dice.below(8) };
    let seeds = if dice.once_in(3) { 0 } else { 1 + dice.below(3) };
    let Records { rows, seeds } = records(dice, count, seeds);
    let written = write::write(kind, &rows, dice);
    let mut charset = dice.one(&CHARSETS);
    // JSON is no windows-1252, whoever says so.
    let is_json = kind.ends_with("JSON") && !written.text.is_ascii();
    if charset == "windows-1252" && (is_json || encoding_rs::WINDOWS_1252.encode(&written.text).2) {
        charset = "utf-8";
    }
    let packing = dice.one(&PACKINGS);
    let body = write::packed(&write::encoded(&written.text, charset), packing);
    let cuts = match dice.below(3) {
        0 => Vec::new(),
        1 => (1..body.len().min(300)).collect(),
        _ => {
            let mut cuts: Vec<usize> = (0..dice.below(9)).map(|_| dice.below(body.len() + 1)).collect();
            cuts.sort_unstable();
            cuts
        }
    };
    let content_type = match charset {
        "utf-8 bom" | "utf-16 bom" => written.content_type.to_owned(),
        other => format!("{}; charset={other}", written.content_type),
    };
    Made { kind, content_type, packing, charset, text: written.text, body, seeds, clean: written.clean, cuts }
}
