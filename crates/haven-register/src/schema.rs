//! What the register holds, read from the law packs: kinds of entries, their fields, closed lists, stations, watches.
//!
//! The files are `register.toml` of the laws and of a jurisdiction, and `deadlines.toml` of a jurisdiction and those above
//! it; their formats are explained in the files. A register is only opened when all of it is sound.

use crate::entry::Record;
use crate::moment::Moment;
use haven_law::pack::{Pack, Source};
use jiff::civil::{Date, Time};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// One thing wrong with the files that say what the register holds.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{file}`, {place}: expected {expected}, found {found}")]
pub struct SchemaError {
    /// The file, by its path in the folder of laws.
    pub file: String,
    /// Where in it.
    pub place: String,
    /// What may stand there.
    pub expected: String,
    /// What does.
    pub found: String,
}

/// A word of a closed list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word as it is stored.
    pub name: String,
    /// The words for people.
    pub label: String,
}

/// What may stand in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// One word of a closed list, or several where the field is `many`.
    Words(Vec<Word>),
    /// A moment, or a day where the time is not known.
    Moment,
    /// A civil date.
    Day,
    /// A whole number, not negative.
    Number,
    /// A length of time in seconds, which may be negative.
    Seconds,
    /// A member of staff, by id.
    Staff,
    /// Another entry of a kind.
    Entry(String),
    /// The facts of a request to the law.
    Facts,
    /// Provisions of the law packs.
    Provisions,
    /// The digest of a law pack.
    Law,
    /// A text encrypted to a key that is not Haven's.
    Sealed,
}

/// A field of a kind of entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The words for people.
    pub label: String,
    /// What may stand in it.
    pub of: FieldType,
    /// Whether an entry must have it.
    pub required: bool,
    /// Whether several words may stand in it.
    pub many: bool,
    /// Whether a day may lie in the future.
    pub future: bool,
}

/// A check over several fields of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// It holds only where each of these fields has one of these words.
    pub when: BTreeMap<String, Vec<String>>,
    /// The fields that must then stand.
    pub needs: Vec<String>,
    /// The fields that must then be absent.
    pub forbids: Vec<String>,
    /// The field that is compared, `at` where nothing is said.
    pub field: String,
    /// It may not lie before this field, or before the entry this field names.
    pub not_before: Option<String>,
    /// It may not be larger than this field.
    pub at_most: Option<String>,
    /// The message.
    pub says: String,
}

/// A kind of entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its name.
    pub name: String,
    /// The words for people.
    pub label: String,
    /// When to make one.
    pub meaning: String,
    /// What the moment of an entry means.
    pub at: String,
    /// How many days after its moment an entry is kept.
    pub keep_days: i64,
    /// On what ground, with how well that is known.
    pub keep_ground: String,
    /// The fields, in the order people see them.
    pub fields: Vec<Field>,
    /// The checks.
    pub rules: Vec<Rule>,
}

impl Kind {
    /// A field by name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A place where entries are made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Station {
    /// The word in entries.
    pub name: String,
    /// The words for people.
    pub label: String,
    /// The agency it belongs to, by name.
    pub agency: String,
    /// What the station certifies where nothing came: words of the list `nil_subject`.
    #[serde(default)]
    pub nil: Vec<String>,
    /// Whether it stands for a station that nobody stated: every desk of the agency sees what is there.
    #[serde(default)]
    pub unstated: bool,
}

/// A watch of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Its name, as the public log shows it.
    pub name: String,
    /// The time of day at which it begins; it ends when the next one does.
    pub from: Time,
}

/// How often a duty falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Every {
    /// Each quarter of the calendar.
    Quarter,
    /// Each calendar year.
    Year,
    /// For each entry of a kind.
    Entry,
}

/// An earlier day where something holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sooner {
    /// The words that must stand in the fields.
    pub when: BTreeMap<String, Vec<String>>,
    /// Days, instead of those of the deadline.
    pub days: i64,
}

/// A duty with a day on which it is due.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// Its id.
    pub id: String,
    /// The words for people.
    pub label: String,
    /// The provision.
    pub cite: String,
    /// Who has the duty.
    #[serde(default)]
    pub who: String,
    /// To whom.
    #[serde(default)]
    pub to: String,
    /// How often.
    pub every: Every,
    /// Months after the end of the period in which the day lies; 0 is the last month of the period.
    #[serde(default)]
    pub months: i8,
    /// The day of that month.
    #[serde(default)]
    pub day: i8,
    /// The first day of the first period, or of the first entry, to which it applies.
    #[serde(default)]
    pub first: Option<Date>,
    /// The report that discharges it.
    #[serde(default)]
    pub report: Option<String>,
    /// The kind of entry that brings it.
    #[serde(default)]
    pub kind: Option<String>,
    /// The field from which its days are counted.
    #[serde(default)]
    pub from: Option<String>,
    /// Days after it.
    #[serde(default)]
    pub days: i64,
    /// The field that shows it was done.
    #[serde(default)]
    pub answered: Option<String>,
    /// An earlier day where something holds.
    #[serde(default)]
    pub sooner: Option<Sooner>,
    /// How well the day is known: `V`, `S`, `U`, or `house`.
    pub verified: String,
    /// What is known of the day.
    #[serde(default)]
    pub note: String,
}

/// Everything that may be recorded.
#[derive(Clone, Debug)]
pub struct Schema {
    kinds: Vec<Kind>,
    lists: BTreeMap<String, Vec<Word>>,
    classes: BTreeMap<String, String>,
    links_keep_days: i64,
    links_keep_ground: String,
    stations: Vec<Station>,
    shifts: Vec<Shift>,
    deadlines: Vec<Deadline>,
    provisions: BTreeSet<String>,
    facts: BTreeMap<String, BTreeSet<String>>,
    agencies: BTreeMap<String, String>,
    agency_names: Vec<String>,
    access_station: Option<String>,
    earliest: Option<Date>,
    time_zone: String,
    place: String,
    law: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LawFile {
    requester_class: BTreeMap<String, Vec<String>>,
    links: LinksFile,
    list: toml::Table,
    kind: toml::Table,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct LinksFile {
    keep_days: i64,
    keep_ground: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindFile {
    label: String,
    meaning: String,
    at: String,
    keep_days: i64,
    keep_ground: String,
    field: Vec<FieldFile>,
    #[serde(default)]
    rule: Vec<RuleFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldFile {
    name: String,
    r#type: String,
    label: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    many: bool,
    #[serde(default)]
    future: bool,
    #[serde(default)]
    except: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    #[serde(default)]
    when: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    forbids: Vec<String>,
    #[serde(default = "at")]
    field: String,
    not_before: Option<String>,
    at_most: Option<String>,
    says: String,
}

fn at() -> String {
    "at".to_owned()
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct PlaceFile {
    #[serde(default)]
    access_station: Option<String>,
    #[serde(default)]
    shift: Vec<ShiftFile>,
    #[serde(default)]
    station: Vec<Station>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShiftFile {
    name: String,
    #[expect(dead_code, reason = "the file says it for its readers; the public log shows the name")]
    label: String,
    from: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeadlineFile {
    deadline: Vec<Deadline>,
}

/// The words of a verdict and of a basis, as answers write them: `docs/formats/decision.md`.
const VERDICTS: [(&str, &str); 4] =
    [("prohibited", "No"), ("permitted", "Nothing in these laws stops it"), ("needs_facts", "Ask first"), ("required", "You must")];
/// What a permission is called that a provision gives, or an exception: without either the laws are silent, which is no yes.
const YES: (&str, [&str; 2]) = ("Yes", ["authorised", "excepted"]);
const BASES: [(&str, &str); 3] = [
    ("authorised", "a provision allows it in words"),
    ("excepted", "a provision would prohibit it, but an exception holds"),
    ("not_reached", "nothing in these laws speaks of it; other law may"),
];
/// The file of kinds, lists and classes.
const LAW_FILE: &str = "register.toml";

impl Schema {
    /// Reads what may be recorded under the law of a pack.
    ///
    /// # Errors
    /// Everything that is wrong with the files, each with its place.
    pub fn load(source: &Source, pack: &Pack) -> Result<Schema, Vec<SchemaError>> {
        let mut reader = Reader { errors: Vec::new() };
        let schema = reader.schema(source, pack);
        if reader.errors.is_empty() { Ok(schema) } else { Err(reader.errors) }
    }

    /// The kinds of entries.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// A kind by name.
    pub fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.name == name)
    }

    /// A closed list of `register.toml`; empty where there is none of that name.
    pub fn list(&self, name: &str) -> &[Word] {
        self.lists.get(name).map_or(&[], Vec::as_slice)
    }

    /// The class in which the public log shows a requester.
    pub fn class_of(&self, requester: &str) -> Option<&str> {
        self.classes.get(requester).map(String::as_str)
    }

    /// How many days after recording a link to a case is kept, and on what ground.
    pub fn links_keep(&self) -> (i64, &str) {
        (self.links_keep_days, &self.links_keep_ground)
    }

    /// The stations.
    pub fn stations(&self) -> &[Station] {
        &self.stations
    }

    /// A station by name.
    pub fn station(&self, name: &str) -> Option<&Station> {
        self.stations.iter().find(|station| station.name == name)
    }

    /// A station as people type it: whatever the case, and without leading zeros, which spreadsheets take away.
    pub fn station_typed(&self, typed: &str) -> Option<&Station> {
        let bare = |text: &str| text.trim_start_matches('0').to_uppercase();
        let digits = |text: &str| text.chars().all(|digit| digit.is_ascii_digit());
        self.stations.iter().find(|station| {
            let name = station.name.as_str();
            let same_number = digits(name) && digits(typed) && bare(name) == bare(typed) && !bare(name).is_empty();
            name.eq_ignore_ascii_case(typed) || same_number
        })
    }

    /// The watches of the day, as the jurisdiction lists them.
    pub fn shifts(&self) -> &[Shift] {
        &self.shifts
    }

    /// The deadlines, those of the jurisdiction first.
    pub fn deadlines(&self) -> &[Deadline] {
        &self.deadlines
    }

    /// A deadline by id.
    pub fn deadline(&self, id: &str) -> Option<&Deadline> {
        self.deadlines.iter().find(|deadline| deadline.id == id)
    }

    /// Whether a value may stand for a fact of the law: a word of its list, several of them, a day or a number.
    pub(crate) fn is_fact(&self, name: &str, value: &serde_json::Value) -> bool {
        let Some(words) = self.facts.get(name) else { return false };
        match value {
            serde_json::Value::String(word) => words.contains(word) || word == "unknown" || word.parse::<Date>().is_ok(),
            serde_json::Value::Array(several) => several.iter().all(|word| word.as_str().is_some_and(|word| words.contains(word))),
            serde_json::Value::Bool(_) | serde_json::Value::Number(_) => true,
            serde_json::Value::Null | serde_json::Value::Object(_) => false,
        }
    }

    /// Whether the pack has a provision.
    pub fn has_provision(&self, id: &str) -> bool {
        self.provisions.contains(id)
    }

    /// The name of an agency, by any of its names.
    pub fn agency(&self, name: &str) -> Option<&str> {
        self.agencies.get(&name.trim().to_lowercase()).map(String::as_str)
    }

    /// The names of the agencies.
    pub fn agency_names(&self) -> &[String] {
        &self.agency_names
    }

    /// The station at which privileged acts are recorded: who may sign in is nobody's watch.
    pub fn access_station(&self) -> Option<&Station> {
        self.access_station.as_ref().map_or_else(|| self.stations.first(), |name| self.station(name))
    }

    /// The first day of any law of the jurisdiction: nothing that happened before it belongs into the register.
    pub fn earliest(&self) -> Option<Date> {
        self.earliest
    }

    /// The jurisdiction's time zone, by IANA name.
    pub fn time_zone(&self) -> &str {
        &self.time_zone
    }

    /// The jurisdiction's name.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The digest of the law pack that entries are made under.
    pub fn law(&self) -> &str {
        &self.law
    }

    /// The words for people of a word in a field; the word itself where the list does not have it.
    pub fn label<'a>(&'a self, kind: &str, field: &str, word: &'a str) -> &'a str {
        let words = self.kind(kind).and_then(|kind| kind.field(field)).map(|field| &field.of);
        match words {
            Some(FieldType::Words(words)) => words.iter().find(|each| each.name == word).map_or(word, |each| each.label.as_str()),
            _ => word,
        }
    }

    /// The words for people of a word in a field of an entry. A verdict is said with its basis: silence is no yes.
    pub fn label_of<'a>(&'a self, record: &'a Record, field: &str, word: &'a str) -> &'a str {
        let (yes, bases) = YES;
        match record.text("basis") {
            Some(basis) if field == "verdict" && word == "permitted" && bases.contains(&basis) => yes,
            _ => self.label(&record.kind, field, word),
        }
    }

    /// Whether whoever watches a station sees what an agency recorded at another or at none: what is theirs, and what nobody
    /// said the station of.
    pub fn is_seen_at(&self, station: &Station, agency: &str, at: Option<&str>) -> bool {
        let unstated = at.is_none_or(|name| self.station(name).is_some_and(|station| station.unstated));
        at == Some(station.name.as_str()) || (unstated && agency == station.agency)
    }

    /// The watch in which a time of day lies; empty where the jurisdiction names none.
    pub fn shift(&self, moment: &Moment) -> &str {
        let Some(time) = moment.time() else { return "" };
        let latest = self.shifts.iter().filter(|shift| shift.from <= time).max_by_key(|shift| shift.from);
        latest.or_else(|| self.shifts.iter().max_by_key(|shift| shift.from)).map_or("", |shift| shift.name.as_str())
    }
}

struct Reader {
    errors: Vec<SchemaError>,
}

impl Reader {
    fn wrong(&mut self, file: &str, place: impl Into<String>, expected: impl Into<String>, found: impl Into<String>) {
        self.errors.push(SchemaError { file: file.to_owned(), place: place.into(), expected: expected.into(), found: found.into() });
    }

    /// Reads a file of TOML; what cannot be read is an error, and a file that is not there is none.
    fn file<T: for<'de> Deserialize<'de>>(&mut self, source: &Source, path: &str) -> Option<T> {
        match toml::from_str(source.get(path)?) {
            Ok(file) => Some(file),
            Err(error) => {
                let line = error.span().and_then(|span| source.get(path)?.get(..span.start)).map_or(0, |text| text.lines().count());
                self.wrong(path, format!("line {line}"), "the format explained in the file", error.message());
                None
            }
        }
    }

    fn schema(&mut self, source: &Source, pack: &Pack) -> Schema {
        let mut deadlines: Vec<Deadline> = Vec::new();
        for jurisdiction in &pack.jurisdictions {
            let path = format!("{}/deadlines.toml", jurisdiction.id);
            if let Some(file) = self.file::<DeadlineFile>(source, &path) {
                for deadline in file.deadline {
                    if deadlines.iter().any(|other| other.id == deadline.id) {
                        self.wrong(&path, &deadline.id, "an id that stands in one file only", "a second one");
                    }
                    deadlines.push(deadline);
                }
            }
        }
        let law: LawFile = match self.file(source, LAW_FILE) {
            Some(file) => file,
            None => {
                if source.get(LAW_FILE).is_none() {
                    self.wrong(LAW_FILE, "the folder of laws", "this file", "none");
                }
                LawFile {
                    requester_class: BTreeMap::new(),
                    links: LinksFile::default(),
                    list: toml::Table::new(),
                    kind: toml::Table::new(),
                }
            }
        };
        let mut lists = BTreeMap::new();
        for (name, words) in &law.list {
            lists.insert(name.clone(), self.words(name, words));
        }
        lists.insert("verdict".to_owned(), words_of(&VERDICTS));
        lists.insert("basis".to_owned(), words_of(&BASES));
        lists.insert("yes_no".to_owned(), words_of(&[("yes", "yes"), ("no", "no")]));
        let action = |action: &haven_law::vocabulary::Action| Word { name: action.name.clone(), label: action.label.clone() };
        lists.insert("action".to_owned(), pack.vocabulary().actions().iter().map(action).collect());
        let due = |deadline: &Deadline| Word { name: deadline.id.clone(), label: deadline.label.clone() };
        lists.insert("deadline".to_owned(), deadlines.iter().filter(|deadline| deadline.every != Every::Entry).map(due).collect());

        let mut kinds = Vec::new();
        for (name, value) in &law.kind {
            match value.clone().try_into::<KindFile>() {
                Ok(file) => kinds.push(self.kind(name, file, &lists, pack, &law.kind)),
                Err(error) => self.wrong(LAW_FILE, format!("[kind.{name}]"), "the format explained in the file", error.message()),
            }
        }
        for deadline in &deadlines {
            self.deadline(deadline, &kinds);
        }
        let mut classes = BTreeMap::new();
        for (class, requesters) in &law.requester_class {
            for requester in requesters {
                classes.insert(requester.clone(), class.clone());
            }
        }
        if let Some(requester) = fact(pack, "requester") {
            for word in requester.iter().filter(|word| !classes.contains_key(&word.name)) {
                self.wrong(LAW_FILE, "[requester_class]", format!("a class for `{}`", word.name), "none");
            }
        }
        let (stations, shifts, access_station) = self.place(source, pack, &lists);
        let agencies = pack.agencies.iter().flat_map(|agency| {
            let names = std::iter::once(&agency.name).chain(&agency.aliases);
            names.map(|name| (name.trim().to_lowercase(), agency.name.clone()))
        });
        let own = pack.own_layer();
        Schema {
            kinds,
            lists,
            classes,
            links_keep_days: law.links.keep_days,
            links_keep_ground: law.links.keep_ground,
            stations,
            shifts,
            deadlines,
            provisions: pack.provisions().into_iter().map(str::to_owned).collect(),
            facts: pack
                .vocabulary()
                .facts()
                .iter()
                .map(|fact| (fact.name.clone(), fact.values.iter().map(|value| value.name.clone()).collect()))
                .collect(),
            agencies: agencies.collect(),
            agency_names: pack.agencies.iter().map(|agency| agency.name.clone()).collect(),
            access_station,
            earliest: pack
                .instruments
                .iter()
                .filter(|instrument| instrument.layer == own)
                .flat_map(|instrument| instrument.versions.iter().map(|version| version.uncertain_from.unwrap_or(version.from)))
                .min(),
            time_zone: pack.jurisdictions.first().map_or_else(|| "UTC".to_owned(), |jurisdiction| jurisdiction.time_zone.clone()),
            place: pack.jurisdictions.first().map_or_else(String::new, |jurisdiction| jurisdiction.name.clone()),
            law: pack.digest.clone(),
        }
    }

    fn words(&mut self, list: &str, value: &toml::Value) -> Vec<Word> {
        let Some(table) = value.as_table() else {
            self.wrong(LAW_FILE, format!("[list.{list}]"), "a table of words", value.type_str());
            return Vec::new();
        };
        let mut words = Vec::new();
        for (name, label) in table {
            match label.as_str() {
                Some(label) => words.push(Word { name: name.clone(), label: label.to_owned() }),
                None => self.wrong(LAW_FILE, format!("[list.{list}] {name}"), "words for people", label.type_str()),
            }
        }
        words
    }

    fn kind(&mut self, name: &str, file: KindFile, lists: &BTreeMap<String, Vec<Word>>, pack: &Pack, kinds: &toml::Table) -> Kind {
        let mut fields = Vec::new();
        for field in file.field {
            let place = format!("[kind.{name}] {}", field.name);
            let of = match field.r#type.as_str() {
                "moment" => FieldType::Moment,
                "day" => FieldType::Day,
                "number" => FieldType::Number,
                "seconds" => FieldType::Seconds,
                "staff" => FieldType::Staff,
                "facts" => FieldType::Facts,
                "provisions" => FieldType::Provisions,
                "law" => FieldType::Law,
                "sealed" => FieldType::Sealed,
                other => {
                    let words = match other.split_once(':') {
                        Some(("fact", fact_name)) => fact(pack, fact_name).map(FieldType::Words),
                        Some(("entry", kind)) => kinds.contains_key(kind).then(|| FieldType::Entry(kind.to_owned())),
                        _ => lists.get(other).cloned().map(FieldType::Words),
                    };
                    let Some(words) = words else {
                        self.wrong(LAW_FILE, place, "a type, a list, `fact:` and a fact, or `entry:` and a kind", format!("`{other}`"));
                        continue;
                    };
                    words
                }
            };
            let of = match of {
                FieldType::Words(words) => FieldType::Words(words.into_iter().filter(|word| !field.except.contains(&word.name)).collect()),
                other => other,
            };
            fields.push(Field {
                name: field.name,
                label: field.label,
                of,
                required: field.required,
                many: field.many,
                future: field.future,
            });
        }
        let mut rules = Vec::new();
        for rule in file.rule {
            let named = rule.when.keys().chain(&rule.needs).chain(&rule.forbids).chain([&rule.field]);
            let named = named.chain(rule.not_before.iter()).chain(rule.at_most.iter());
            for unknown in named.filter(|unknown| *unknown != "at" && !fields.iter().any(|field| field.name == **unknown)) {
                self.wrong(LAW_FILE, format!("[[kind.{name}.rule]] {}", rule.says), "a field of the kind", format!("`{unknown}`"));
            }
            for (field, words) in &rule.when {
                let known = fields.iter().find(|each| each.name == *field).map(|each| &each.of);
                if let Some(FieldType::Words(known)) = known {
                    for word in words.iter().filter(|word| !known.iter().any(|each| each.name == **word)) {
                        self.wrong(
                            LAW_FILE,
                            format!("[[kind.{name}.rule]] {}", rule.says),
                            format!("a word of {field}"),
                            format!("`{word}`"),
                        );
                    }
                }
            }
            rules.push(Rule {
                when: rule.when,
                needs: rule.needs,
                forbids: rule.forbids,
                field: rule.field,
                not_before: rule.not_before,
                at_most: rule.at_most,
                says: rule.says,
            });
        }
        Kind {
            name: name.to_owned(),
            label: file.label,
            meaning: file.meaning,
            at: file.at,
            keep_days: file.keep_days,
            keep_ground: file.keep_ground,
            fields,
            rules,
        }
    }

    fn deadline(&mut self, deadline: &Deadline, kinds: &[Kind]) {
        let place = format!("deadline `{}`", deadline.id);
        if deadline.every != Every::Entry {
            if !(1..=31).contains(&deadline.day) || !(0..=12).contains(&deadline.months) {
                self.wrong("deadlines.toml", place, "a day of a month, 1 to 31, at most 12 months later", format!("{}", deadline.day));
            }
            return;
        }
        let kind = deadline.kind.as_ref().and_then(|name| kinds.iter().find(|kind| kind.name == *name));
        let Some(kind) = kind else {
            self.wrong("deadlines.toml", place, "a kind of entry", format!("`{}`", deadline.kind.as_deref().unwrap_or_default()));
            return;
        };
        let sooner = deadline.sooner.iter().flat_map(|sooner| sooner.when.keys());
        for field in deadline.from.iter().chain(&deadline.answered).chain(sooner) {
            if field != "at" && kind.field(field).is_none() {
                self.wrong("deadlines.toml", &place, format!("a field of {}", kind.name), format!("`{field}`"));
            }
        }
    }

    fn place(&mut self, source: &Source, pack: &Pack, lists: &BTreeMap<String, Vec<Word>>) -> (Vec<Station>, Vec<Shift>, Option<String>) {
        let path = format!("{}/register.toml", pack.jurisdiction());
        let file: PlaceFile = self.file(source, &path).unwrap_or_default();
        let mut shifts = Vec::new();
        for shift in file.shift {
            match shift.from.parse::<Time>() {
                Ok(from) => shifts.push(Shift { name: shift.name, from }),
                Err(_) => self.wrong(&path, format!("shift `{}`", shift.name), "a time, hours and minutes", format!("`{}`", shift.from)),
            }
        }
        let mut names = BTreeSet::new();
        for station in &file.station {
            if !names.insert(&station.name) {
                self.wrong(&path, format!("station `{}`", station.name), "a name that stands once", "a second one");
            }
            if !pack.agencies.iter().any(|agency| agency.name == station.agency) {
                self.wrong(&path, format!("station `{}`", station.name), "an agency of agencies.toml", format!("`{}`", station.agency));
            }
            for word in &station.nil {
                if !lists.get("nil_subject").is_some_and(|words| words.iter().any(|known| known.name == *word)) {
                    self.wrong(&path, format!("station `{}`", station.name), "words of the list nil_subject", format!("`{word}`"));
                }
            }
        }
        if let Some(name) = file.access_station.as_ref().filter(|name| !names.contains(*name)) {
            self.wrong(&path, "access_station", "the name of a station", format!("`{name}`"));
        }
        (file.station, shifts, file.access_station)
    }
}

fn words_of(pairs: &[(&str, &str)]) -> Vec<Word> {
    pairs.iter().map(|(name, label)| Word { name: (*name).to_owned(), label: (*label).to_owned() }).collect()
}

/// The closed list of a fact of the law.
fn fact(pack: &Pack, name: &str) -> Option<Vec<Word>> {
    let fact = pack.vocabulary().fact(pack.vocabulary().fact_named(name)?);
    Some(fact.values.iter().map(|value| Word { name: value.name.clone(), label: value.label.clone() }).collect())
}
