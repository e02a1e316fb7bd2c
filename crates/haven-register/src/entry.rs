//! Entries: what is to be recorded, what stands recorded, and the bytes that the public log commits to.

use crate::moment::{Moment, MomentError};
use crate::schema::{Field, FieldType, Kind, Rule, Schema, Word};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// The longest id, external id or number, in bytes.
const ID_BYTES_MAX: usize = 40;
/// The most letters in a number of a case.
const LINK_LETTERS_MAX: usize = 3;
/// The longest encrypted text, in bytes of base64.
const SEALED_BYTES_MAX: usize = 64 * 1024;
/// The longest length of time, in seconds: 80 years, for a clock that starts in 1970. No more, so that fewer numbers that mean
/// something else fit.
pub const SECONDS_MAX: i64 = 80 * 366 * 86_400;
/// How far a clock may be ahead of the register's, in seconds.
const AHEAD_SECONDS_MAX: i64 = 300;

/// One thing wrong with an entry, in the words of whoever fills it in.
///
/// INVARIANT: `found` holds no text that is not a word of a list, a date or a number: somebody may have typed a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct FieldError {
    /// The field.
    pub field: String,
    /// What may stand in it.
    pub expected: String,
    /// What was found, without its text where that could be anything.
    pub found: String,
    /// What was probably meant, where that is clear.
    pub hint: Option<String>,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: expected {}, found {}", self.field, self.expected, self.found)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; did you mean `{hint}`?"))
    }
}

impl FieldError {
    /// An error in a field.
    pub fn new(field: impl Into<String>, expected: impl Into<String>, found: impl Into<String>) -> FieldError {
        FieldError { field: field.into(), expected: expected.into(), found: found.into(), hint: None }
    }

    /// An error that shows what stood there only as far as no name can stand in it.
    fn masked(field: &str, expected: impl Into<String>, found: &str) -> FieldError {
        FieldError::new(field, expected, shape(found))
    }
}

/// What a text looks like: itself where it is digits and marks, else only how long it is.
pub fn shape(text: &str) -> String {
    let text = text.trim();
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    match (text.chars().count(), letters) {
        (0, _) => "nothing".to_owned(),
        (1..=32, 0) => format!("`{text}`"),
        (length, _) => format!("a text of {length} characters"),
    }
}

/// What is to be recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The kind of entry.
    pub kind: String,
    /// The agency, by its name.
    pub agency: String,
    /// The station, by its name; agencies without stations have none.
    pub station: Option<String>,
    /// When it happened.
    pub at: Moment,
    /// The member of staff who records it, by id.
    pub by: String,
    /// The incident it belongs to; where none is named, that of an entry it names, else its own.
    pub incident: Option<String>,
    /// The id of the same entry elsewhere, for example the line of a paper log; recorded once.
    pub external: Option<String>,
    /// The fields. INVARIANT: checked against the schema by [`Draft::read`], and only made there.
    pub fields: BTreeMap<String, Value>,
    /// Links to a case: words of the list `link` with numbers; with none where an amendment takes one away.
    pub links: Vec<(String, String)>,
}

/// A recorded entry in one of its versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The id.
    pub id: String,
    /// 1 for the first, one more for each amendment.
    pub version: i64,
    /// The kind of entry.
    pub kind: String,
    /// The agency.
    pub agency: String,
    /// The station.
    pub station: Option<String>,
    /// The id of the entry with which the incident began.
    pub incident: String,
    /// When it happened.
    pub at: String,
    /// When it was recorded, as a moment with its offset.
    pub recorded_at: String,
    /// Who recorded it, by id.
    pub by: String,
    /// Why it was amended, a word of the list `amend_reason`, or erased, of `erase_ground`; none in the first version.
    pub why: Option<String>,
    /// Whether this version says that the ones before were erased.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
    /// The id of the same entry elsewhere.
    pub external: Option<String>,
    /// The fields.
    pub fields: BTreeMap<String, Value>,
}

impl Record {
    /// The bytes that are kept and that the public log commits to: JSON, fields in order of their names.
    pub fn bytes(&self) -> Vec<u8> {
        // Closed structures of strings and numbers always serialise.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// A field that holds one word or text.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field)?.as_str()
    }

    /// A field that holds several words.
    pub fn texts(&self, field: &str) -> Vec<&str> {
        match self.fields.get(field) {
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(word)) => vec![word],
            _ => Vec::new(),
        }
    }

    /// A field that holds a number.
    pub fn number(&self, field: &str) -> Option<i64> {
        self.fields.get(field)?.as_i64()
    }

    /// A field that holds a moment or a day, or `at`.
    pub fn moment(&self, field: &str, zone: &TimeZone) -> Option<Moment> {
        let text = if field == "at" { &self.at } else { self.text(field)? };
        Moment::parse(text, zone).ok()
    }

    /// The day on which it happened.
    pub fn day(&self) -> Option<Date> {
        self.at.get(..10)?.parse().ok()
    }

    /// The entry as texts, as [`Draft::read`] takes them; links to a case are not part of it.
    pub fn pairs(&self) -> Pairs {
        let common = [
            ("kind", Some(self.kind.clone())),
            ("agency", Some(self.agency.clone())),
            ("station", self.station.clone()),
            ("at", Some(self.at.clone())),
            ("by", Some(self.by.clone())),
            ("incident", Some(self.incident.clone())),
            ("external_id", self.external.clone()),
        ];
        let common = common.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?)));
        let fields = self.fields.iter().map(|(name, value)| (name.clone(), as_text(value)));
        common.chain(fields).collect()
    }

    /// The entries this one names, by field.
    pub fn references<'a>(&'a self, kind: &'a Kind) -> impl Iterator<Item = (&'a str, &'a str, &'a str)> {
        references(kind, &self.fields)
    }
}

/// A value as it is typed: several words are separated by semicolons.
pub(crate) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

/// The fields that name other entries: the field, the kind it must be, the id.
pub(crate) fn references<'a>(kind: &'a Kind, fields: &'a BTreeMap<String, Value>) -> impl Iterator<Item = (&'a str, &'a str, &'a str)> {
    kind.fields.iter().filter_map(|field| match &field.of {
        FieldType::Entry(of) => Some((field.name.as_str(), of.as_str(), fields.get(&field.name)?.as_str()?)),
        _ => None,
    })
}

/// What an entry is filled in with: names and texts, as flags, cells of a table or a form give them.
pub type Pairs = BTreeMap<String, String>;

impl Draft {
    /// Reads an entry from texts.
    ///
    /// Besides the fields of its kind the names are `kind`, `agency`, `station`, `at`, `by`, `incident`, `external_id`,
    /// and the words of the list `link`. `now` is the moment of recording.
    ///
    /// # Errors
    /// Everything that is wrong, field by field.
    pub fn read(schema: &Schema, zone: &TimeZone, pairs: &Pairs, now: &Moment) -> Result<Draft, Vec<FieldError>> {
        let mut errors = Vec::new();
        let given = |name: &str| pairs.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let Some(kind) = given("kind").and_then(|name| schema.kind(name)) else {
            let kinds: Vec<Word> = schema.kinds().iter().map(|kind| Word { name: kind.name.clone(), label: kind.label.clone() }).collect();
            return Err(vec![not_a_word("kind", &kinds, given("kind").unwrap_or_default())]);
        };
        let (agency, station) = place(schema, given("agency"), given("station"), &mut errors);
        let at = if let Some(text) = given("at") {
            moment("at", text, schema, zone, now, &mut errors)
        } else {
            errors.push(FieldError::new("at", "the moment at which it happened", "nothing"));
            now.clone()
        };
        let by = given("by").unwrap_or_default().to_owned();
        id("by", &by, "the id of a member of staff, at most 40 letters, digits and `-`, with a digit in it", &mut errors);
        // Capitals: what a spreadsheet and a person write differently is one id.
        let external = given("external_id").map(str::to_uppercase);
        if let Some(external) = &external {
            id("external_id", external, "an id of at most 40 letters, digits and `-`, with a digit in it", &mut errors);
        }
        let incident = given("incident").map(str::to_owned);
        if let Some(incident) = &incident {
            id("incident", incident, "the id of an entry", &mut errors);
        }
        let mut links = Vec::new();
        for link in schema.list("link") {
            if pairs.get(&link.name).is_some_and(|text| text.trim().is_empty()) {
                links.push((link.name.clone(), String::new()));
            }
            if let Some(number) = given(&link.name) {
                let expected = "a number of at most 40 letters, digits and `-`, with a digit and no more than 3 letters in it";
                // Numbers of cases begin with a letter or two; more of them could be a name.
                if number.chars().filter(char::is_ascii_alphabetic).count() > LINK_LETTERS_MAX {
                    errors.push(FieldError::masked(&link.name, expected, number));
                } else {
                    id(&link.name, number, expected, &mut errors);
                }
                links.push((link.name.clone(), number.to_uppercase()));
            }
        }
        let mut fields = BTreeMap::new();
        for field in &kind.fields {
            match given(&field.name) {
                Some(text) => {
                    if let Some(value) = value(field, text, schema, zone, now, &mut errors) {
                        fields.insert(field.name.clone(), value);
                    }
                }
                None if field.required => errors.push(FieldError::new(&field.name, expected(field), "nothing")),
                None => {}
            }
        }
        let common = ["kind", "agency", "station", "at", "by", "incident", "external_id"];
        for name in pairs.keys() {
            let known =
                common.contains(&name.as_str()) || kind.field(name).is_some() || schema.list("link").iter().any(|link| link.name == *name);
            if !known {
                // The name of another kind's field is no secret; any other may be somebody's name.
                let of_another = schema.kinds().iter().any(|kind| kind.field(name).is_some());
                let shown = if of_another { name.clone() } else { "a name".to_owned() };
                let names: Vec<&str> = kind.fields.iter().map(|field| field.name.as_str()).chain(common).collect();
                let mut error = FieldError::masked(&shown, format!("a field of {}: {}", kind.name, names.join(", ")), name);
                error.hint = nearest(names.into_iter(), name);
                errors.push(error);
            }
        }
        let draft = Draft { kind: kind.name.clone(), agency, station, at, by, incident, external, fields, links };
        if errors.is_empty() {
            draft.follow_rules(kind, zone, &mut errors);
        }
        if errors.is_empty() { Ok(draft) } else { Err(errors) }
    }

    /// The checks over several fields of one entry; those over other entries are the register's.
    fn follow_rules(&self, kind: &Kind, zone: &TimeZone, errors: &mut Vec<FieldError>) {
        for rule in kind.rules.iter().filter(|rule| rule_applies(rule, &self.fields)) {
            for field in rule.needs.iter().filter(|field| !self.fields.contains_key(*field)) {
                errors.push(FieldError::new(field, format!("a value ({})", rule.says), "nothing"));
            }
            for field in rule.forbids.iter().filter(|field| self.fields.contains_key(*field)) {
                errors.push(FieldError::new(field, format!("nothing ({})", rule.says), "a value"));
            }
            if let (Some(later), Some(earlier)) =
                (self.moment(&rule.field, zone), rule.not_before.as_ref().and_then(|field| self.moment(field, zone)))
                && later.is_before(&earlier)
            {
                errors.push(FieldError::new(&rule.field, format!("not before {earlier} ({})", rule.says), format!("{later}")));
            }
            let number = |field: &str| self.fields.get(field).and_then(Value::as_i64);
            if let (Some(value), Some(most)) = (number(&rule.field), rule.at_most.as_ref().and_then(|field| number(field)))
                && value > most
            {
                errors.push(FieldError::new(&rule.field, format!("at most {most} ({})", rule.says), format!("{value}")));
            }
        }
    }

    /// A moment or day of the entry; none for a field that holds something else.
    pub(crate) fn moment(&self, field: &str, zone: &TimeZone) -> Option<Moment> {
        if field == "at" {
            return Some(self.at.clone());
        }
        Moment::parse(self.fields.get(field)?.as_str()?, zone).ok()
    }
}

/// Whether the words that a rule looks for stand in the fields.
pub(crate) fn rule_applies(rule: &Rule, fields: &BTreeMap<String, Value>) -> bool {
    words_stand(&rule.when, fields)
}

/// Whether each field holds one of its words.
pub(crate) fn words_stand(when: &BTreeMap<String, Vec<String>>, fields: &BTreeMap<String, Value>) -> bool {
    when.iter().all(|(field, words)| match fields.get(field) {
        Some(Value::String(word)) => words.contains(word),
        Some(Value::Array(found)) => found.iter().filter_map(Value::as_str).any(|word| words.iter().any(|each| each == word)),
        _ => false,
    })
}

fn place(schema: &Schema, agency: Option<&str>, station: Option<&str>, errors: &mut Vec<FieldError>) -> (String, Option<String>) {
    let known = station.and_then(|name| schema.station_typed(name));
    let agency = match (agency, known) {
        (Some(name), _) => match schema.agency(name) {
            Some(name) => name.to_owned(),
            None => {
                let mut error = FieldError::masked("agency", "an agency that the law packs name", name);
                error.hint = nearest(schema.agency_names().iter().map(String::as_str), name);
                errors.push(error);
                return (String::new(), None);
            }
        },
        (None, Some(station)) => station.agency.clone(),
        (None, None) => String::new(),
    };
    let of_agency = || schema.stations().iter().filter(|station| agency.is_empty() || station.agency == agency);
    match (station, known) {
        (_, Some(station)) if station.agency == agency => return (agency, Some(station.name.clone())),
        (Some(_), Some(station)) => {
            errors.push(FieldError::new("station", format!("a station of {agency}"), format!("`{}`, of {}", station.name, station.agency)));
        }
        (Some(name), None) => {
            let names: Vec<&str> = of_agency().map(|station| station.name.as_str()).collect();
            let mut error = FieldError::masked("station", format!("one of {}", names.join(", ")), name);
            error.hint = nearest(names.into_iter(), name);
            errors.push(error);
        }
        (None, _) if agency.is_empty() => errors.push(FieldError::new("station", "a station, or an agency that has none", "nothing")),
        (None, _) if of_agency().next().is_some() => {
            let names: Vec<&str> = of_agency().map(|station| station.name.as_str()).collect();
            errors.push(FieldError::new("station", format!("one of {}", names.join(", ")), "nothing"));
        }
        (None, _) => {}
    }
    (agency, None)
}

fn moment(field: &str, text: &str, schema: &Schema, zone: &TimeZone, now: &Moment, errors: &mut Vec<FieldError>) -> Moment {
    match Moment::parse(text, zone) {
        Ok(moment) => {
            let ahead = match (moment.instant(), now.instant()) {
                (Some(moment), Some(now)) => moment > now.saturating_add(AHEAD_SECONDS_MAX),
                _ => moment.day() > now.day(),
            };
            if ahead {
                let expected = format!("a moment that is not in the future (this clock says {now})");
                errors.push(FieldError::new(field, expected, format!("{moment}")));
            }
            if let Some(earliest) = schema.earliest().filter(|earliest| moment.day() < *earliest) {
                let expected = format!("a day from {earliest} on, the first day of any law encoded here");
                errors.push(FieldError::new(field, expected, format!("{moment}")));
            }
            moment
        }
        Err(error) => {
            errors.push(FieldError::masked(field, error.to_string(), text));
            now.clone()
        }
    }
}

/// Ids and numbers are no place for a name: short, one word, with a digit in it.
fn id(field: &str, text: &str, expected: &str, errors: &mut Vec<FieldError>) {
    let fits = text.len() <= ID_BYTES_MAX
        && text.chars().any(|digit| digit.is_ascii_digit())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    if !fits {
        errors.push(FieldError::masked(field, expected, text));
    }
}

/// Checks the id of a member of staff.
pub(crate) fn check_staff(field: &str, text: &str) -> Result<(), FieldError> {
    let mut errors = Vec::new();
    id(field, text, "the id of a member of staff, at most 40 letters, digits and `-`, with a digit in it", &mut errors);
    errors.pop().map_or(Ok(()), Err)
}

fn expected(field: &Field) -> String {
    match &field.of {
        FieldType::Words(words) => {
            let names: Vec<&str> = words.iter().map(|word| word.name.as_str()).collect();
            format!("{} {}", if field.many { "some of" } else { "one of" }, names.join(", "))
        }
        FieldType::Moment => MomentError::Form.to_string(),
        FieldType::Day => "a day, `2024-06-04`".to_owned(),
        FieldType::Number => "a whole number, 0 to 1000000".to_owned(),
        FieldType::Seconds => "a whole number of seconds, of at most 80 years".to_owned(),
        FieldType::Staff => "the id of a member of staff, with a digit in it".to_owned(),
        FieldType::Entry(kind) => format!("the id of a {kind}"),
        FieldType::Facts => "the facts of a request, as JSON".to_owned(),
        FieldType::Provisions => "provisions of the law packs".to_owned(),
        FieldType::Law => "the digest of a law pack, 64 hexadecimal digits".to_owned(),
        FieldType::Sealed => "a text encrypted by `haven register add complaint --text`".to_owned(),
    }
}

/// Reads the text of a field; none where it is wrong, which is then among the errors.
fn value(field: &Field, text: &str, schema: &Schema, zone: &TimeZone, now: &Moment, errors: &mut Vec<FieldError>) -> Option<Value> {
    let name = field.name.as_str();
    let count = errors.len();
    let value = match &field.of {
        FieldType::Words(words) if field.many => {
            let mut found = Vec::new();
            for part in text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
                match word(words, part) {
                    Some(word) if !found.contains(&word) => found.push(word),
                    Some(_) => {}
                    None => errors.push(not_a_word(name, words, part)),
                }
            }
            found.sort_unstable();
            if found.is_empty() && errors.len() == count {
                errors.push(FieldError::new(name, expected(field), "nothing"));
            }
            Value::from(found)
        }
        FieldType::Words(words) => match word(words, text) {
            Some(word) => Value::from(word),
            None => {
                errors.push(not_a_word(name, words, text));
                return None;
            }
        },
        FieldType::Moment => Value::from(moment(name, text, schema, zone, now, errors).to_string()),
        FieldType::Day => match text.parse::<Date>() {
            Ok(day) if text.len() == 10 => {
                if day > now.day() && !field.future {
                    let expected = format!("a day that is not in the future (this clock says {now})");
                    errors.push(FieldError::new(name, expected, day.to_string()));
                }
                if let Some(earliest) = schema.earliest().filter(|earliest| day < *earliest) {
                    let expected = format!("a day from {earliest} on, the first day of any law encoded here");
                    errors.push(FieldError::new(name, expected, day.to_string()));
                }
                Value::from(day.to_string())
            }
            _ => {
                errors.push(FieldError::masked(name, expected(field), text));
                return None;
            }
        },
        FieldType::Number => match text.parse::<u32>() {
            Ok(number) if number <= 1_000_000 => Value::from(number),
            _ => {
                errors.push(FieldError::masked(name, expected(field), text));
                return None;
            }
        },
        FieldType::Seconds => match text.parse::<i64>() {
            Ok(seconds) if (-SECONDS_MAX..=SECONDS_MAX).contains(&seconds) => Value::from(seconds),
            _ => {
                errors.push(FieldError::masked(name, expected(field), text));
                return None;
            }
        },
        FieldType::Staff => {
            id(name, text, &expected(field), errors);
            Value::from(text)
        }
        FieldType::Entry(_) => {
            id(name, text, &expected(field), errors);
            Value::from(text)
        }
        FieldType::Facts => match serde_json::from_str::<Map<String, Value>>(text) {
            Ok(facts) if facts.iter().all(|(fact, value)| schema.is_fact(fact, value)) => Value::Object(facts),
            _ => {
                errors.push(FieldError::masked(name, expected(field), text));
                return None;
            }
        },
        FieldType::Provisions => {
            let provisions: Vec<&str> = text.split([',', ';', ' ']).filter(|part| !part.is_empty()).collect();
            if let Some(unknown) = provisions.iter().find(|provision| !schema.has_provision(provision)) {
                errors.push(FieldError::masked(name, expected(field), unknown));
            }
            Value::from(provisions)
        }
        FieldType::Law => {
            if text.len() != 64 || !text.chars().all(|digit| digit.is_ascii_hexdigit()) {
                errors.push(FieldError::masked(name, expected(field), text));
            }
            Value::from(text)
        }
        FieldType::Sealed => {
            if text.len() > SEALED_BYTES_MAX || !crate::seal::is_sealed(text) {
                errors.push(FieldError::masked(name, expected(field), text));
            }
            Value::from(text)
        }
    };
    (errors.len() == count).then_some(value)
}

/// The word of a text: by its name or its label, whatever the case.
fn word<'a>(words: &'a [Word], text: &str) -> Option<&'a str> {
    let same = |word: &&Word| word.name.eq_ignore_ascii_case(text) || word.label.eq_ignore_ascii_case(text);
    words.iter().find(same).map(|word| word.name.as_str())
}

fn not_a_word(field: &str, words: &[Word], text: &str) -> FieldError {
    let names: Vec<&str> = words.iter().map(|word| word.name.as_str()).collect();
    let mut error = FieldError::masked(field, format!("one of {}", names.join(", ")), text);
    error.hint = nearest(names.into_iter(), text);
    error
}

/// The name that a text comes near to.
fn nearest<'a>(names: impl Iterator<Item = &'a str>, text: &str) -> Option<String> {
    let text = text.to_lowercase();
    names
        .map(|name| (strsim::damerau_levenshtein(&name.to_lowercase(), &text), name))
        .filter(|(distance, name)| *distance <= name.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name.to_owned())
}
