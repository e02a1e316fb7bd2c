//! Requests: one question in the vocabulary, read strictly and reported precisely.
//!
//! Format: `docs/law-packs.md`. What is not understood is refused with the field, what was expected and what was found;
//! a fact nobody states is unknown, and nothing here gives it a value.

use crate::ir::{FactSet, Facts};
use crate::pack::{AGENCY_KIND, Layer, Pack, fold, is_within};
use crate::vocabulary::{ActionId, Fact, FactId, FactKind};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// The longest request, in bytes.
pub const REQUEST_BYTES_MAX: usize = 64 * 1024;
/// The longest id, agency or actor, in characters.
const WORD_CHARS_MAX: usize = 200;

/// Which part of the law is asked; empty lists mean all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Only these layers.
    pub layers: Vec<Layer>,
    /// Only these provisions and those below them.
    pub provisions: Vec<String>,
}

impl Scope {
    /// Reads layers and provisions as people write them: a provision may be given by its id or its citation.
    ///
    /// # Errors
    /// A layer or provision the pack does not have.
    pub fn read(pack: &Pack, layers: &[String], provisions: &[String]) -> Result<Scope, RequestError> {
        let known = pack.layers();
        let mut layers: Vec<Layer> = layers
            .iter()
            .map(|name| {
                Layer::named(name).filter(|layer| known.contains(layer)).ok_or_else(|| {
                    let names: Vec<&str> = known.iter().map(|layer| layer.name()).collect();
                    RequestError::new("layer", format!("one of {}", names.join(", ")), name.as_str())
                })
            })
            .collect::<Result<_, _>>()?;
        layers.sort_unstable();
        layers.dedup();
        let provisions = provisions.iter().map(|name| provision(pack, name)).collect::<Result<_, _>>()?;
        Ok(Scope { layers, provisions })
    }
}

/// Finds a provision by id or citation, whole or up to where a part of it ends.
fn provision(pack: &Pack, name: &str) -> Result<String, RequestError> {
    let plain = |text: &str| fold(text).replace(['§', ' '], "");
    let wanted = plain(name.trim().trim_start_matches("former "));
    // A citation is the words of the instrument and the provision: "MCC § 2-173-020(a)".
    let cited = pack.instruments.iter().filter_map(|instrument| {
        let (before, after) = instrument.cite.split_once("{}")?;
        Some(wanted.strip_prefix(&plain(before))?.trim_end_matches(&plain(after)).to_owned())
    });
    let forms: Vec<String> = cited.chain([wanted.clone()]).filter(|form| !form.is_empty()).collect();
    let mut nearest = ("", 0.0);
    for known in pack.provisions() {
        let bare = plain(known);
        if let Some(form) = forms.iter().find(|form| is_within(&bare, form)) {
            let end = known.len().saturating_sub(bare.len() - form.len());
            return Ok(known.get(..end).unwrap_or(known).to_owned());
        }
        let likeness = strsim::jaro_winkler(&bare, &wanted);
        if likeness > nearest.1 {
            nearest = (known, likeness);
        }
    }
    let hint = format!("`haven law show` lists them; the nearest is `{}`", nearest.0);
    Err(RequestError::new("provision", "a provision of the pack", name).with_hint(hint))
}

/// A question about one act.
#[derive(Clone, Debug)]
pub struct Request {
    /// The caller's own id, given back as it came.
    pub id: Value,
    /// The day of the act, in the jurisdiction's time zone.
    pub as_of: Date,
    /// The act.
    pub action: ActionId,
    /// The agency, as named.
    pub agency: Option<String>,
    /// The facts.
    pub facts: Facts,
    /// The facts that follow from the agency alone.
    pub from_agency: FactSet,
    /// Facts that were stated but cannot matter to this act.
    pub unused: Vec<String>,
    /// Which part of the law is asked.
    pub scope: Scope,
}

/// Why a request cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error, utoipa::ToSchema)]
#[error("{}field `{field}`: expected {expected}, found {found}{}", line_prefix(*line), hint_suffix(hint.as_deref()))]
pub struct RequestError {
    /// The line in a batch, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The field.
    pub field: String,
    /// What was expected.
    pub expected: String,
    /// What was found, cut short.
    pub found: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

fn line_prefix(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!("line {line}: "))
}

fn hint_suffix(hint: Option<&str>) -> String {
    hint.map_or_else(String::new, |hint| format!(" ({hint})"))
}

impl RequestError {
    /// An error about a field; `found` is cut to 60 characters.
    pub fn new(field: impl Into<String>, expected: impl Into<String>, found: impl AsRef<str>) -> RequestError {
        let found = format!("`{}`", shortened(found.as_ref()));
        RequestError { line: None, field: shortened(&field.into()), expected: expected.into(), found, hint: None }
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> RequestError {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the line of a batch.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> RequestError {
        self.line = Some(line);
        self
    }
}

/// What somebody sent, fit to be shown to them again: short, and without characters that steer a terminal.
fn shortened(text: &str) -> String {
    const CHARS_MAX: usize = 60;
    let steers =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let mut short: String = text.chars().take(CHARS_MAX).map(|c| if steers(c) { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(CHARS_MAX).is_some() {
        short.push('…');
    }
    short
}

/// A JSON object as it stands, so that a key given twice is seen.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Pairs;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

#[derive(Default)]
struct Fields {
    id: Value,
    as_of: Option<Value>,
    action: Option<Value>,
    agency: Option<Value>,
    facts: Option<Vec<(String, Value)>>,
}

impl Request {
    /// Reads a request from JSON text.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str, pack: &Pack, scope: &Scope) -> Result<Request, RequestError> {
        if text.len() > REQUEST_BYTES_MAX {
            return Err(RequestError::new("request", format!("at most {REQUEST_BYTES_MAX} bytes"), format!("{} bytes", text.len())));
        }
        let Pairs(pairs) = serde_json::from_str(text).map_err(|error| {
            RequestError::new("request", "one JSON object", error.to_string())
                .with_hint("{\"as_of\": …, \"action\": …, \"agency\": …, \"facts\": {…}}")
        })?;
        let mut fields = Fields::default();
        for (index, (name, value)) in pairs.iter().enumerate() {
            if pairs.iter().take(index).any(|(earlier, _)| earlier == name) {
                return Err(RequestError::new(name, "each field once", "it twice"));
            }
            match name.as_str() {
                "id" => fields.id = value.clone(),
                "as_of" => fields.as_of = Some(value.clone()),
                "action" => fields.action = Some(value.clone()),
                "agency" => fields.agency = Some(value.clone()),
                // Who asks is for the record of a decision; no provision turns on it, so it is read and left.
                "actor" => optional_word("actor", value).map(|_| ())?,
                "facts" => {}
                other => {
                    let known = ["id", "as_of", "action", "agency", "actor", "facts"];
                    return Err(
                        RequestError::new(other, format!("one of {}", known.join(", ")), other).with_hint(did_you_mean(other, known))
                    );
                }
            }
        }
        if pairs.iter().any(|(name, _)| name == "facts") {
            // Read again from the text: a value that went through a map would have lost keys given twice.
            #[derive(Deserialize)]
            struct OnlyFacts {
                facts: Option<Pairs>,
            }
            let only: OnlyFacts = serde_json::from_str(text).map_err(|_| {
                RequestError::new(
                    "facts",
                    "an object of facts",
                    kind_of(pairs.iter().find(|(name, _)| name == "facts").map(|(_, value)| value)),
                )
            })?;
            fields.facts = only.facts.map(|Pairs(pairs)| pairs);
        }
        Request::build(fields, pack, scope)
    }

    fn build(fields: Fields, pack: &Pack, scope: &Scope) -> Result<Request, RequestError> {
        let id = match fields.id {
            Value::String(text) if text.chars().count() > WORD_CHARS_MAX => {
                return Err(RequestError::new("id", format!("at most {WORD_CHARS_MAX} characters"), text));
            }
            // A number is kept digit for digit; one that no number type holds is not taken for one.
            Value::Number(number) if number.as_f64().is_none_or(|value| !value.is_finite()) => {
                return Err(RequestError::new("request", "one JSON object", "a number out of range"));
            }
            id @ (Value::Null | Value::String(_) | Value::Number(_)) => id,
            other => return Err(RequestError::new("id", "a string or a number", kind_of(Some(&other)))),
        };
        let as_of = match fields.as_of.as_ref().and_then(Value::as_str) {
            Some(text) => day("as_of", text)?,
            None => return Err(RequestError::new("as_of", "the day of the act, YYYY-MM-DD", kind_of(fields.as_of.as_ref()))),
        };
        let action = match fields.action.as_ref().and_then(Value::as_str) {
            Some(name) => action_named(pack, name)?,
            None => return Err(RequestError::new("action", "an act of the vocabulary", kind_of(fields.action.as_ref()))),
        };
        let agency = fields.agency.as_ref().map(|value| optional_word("agency", value)).transpose()?.flatten();
        let mut request = Request::new(pack, as_of, action, agency, scope.clone());
        request.id = id;
        let facts = fields.facts.unwrap_or_default();
        for (index, (name, value)) in facts.iter().enumerate() {
            if facts.iter().take(index).any(|(earlier, _)| earlier == name) {
                return Err(RequestError::new(format!("facts.{name}"), "each fact once", "it twice"));
            }
            request.state(pack, name, value)?;
        }
        Ok(request)
    }

    /// A request that states nothing but the act, the day and the agency.
    pub fn new(pack: &Pack, as_of: Date, action: ActionId, agency: Option<String>, scope: Scope) -> Request {
        let mut facts = Facts::default();
        if let Some(agency) = &agency {
            pack.agency_facts(agency, &mut facts);
        }
        let from_agency = facts.known();
        Request { id: Value::Null, as_of, action, agency, facts, from_agency, unused: Vec::new(), scope }
    }

    /// States a fact; `"unknown"` or `null` takes it back.
    ///
    /// # Errors
    /// A fact the vocabulary does not have, or a value the fact cannot have.
    pub fn state(&mut self, pack: &Pack, name: &str, value: &Value) -> Result<(), RequestError> {
        let vocabulary = pack.vocabulary();
        let field = format!("facts.{name}");
        let Some(id) = vocabulary.fact_named(name) else {
            let names = vocabulary.facts().iter().map(|fact| fact.name.as_str());
            return Err(RequestError::new(field, "a fact of the vocabulary", name).with_hint(did_you_mean(name, names)));
        };
        let word = read_value(&field, vocabulary.fact(id), value, self.as_of)?;
        // The kind of an agency always matters: it says which obligations bind.
        let matters = name == AGENCY_KIND || vocabulary.action(self.action).is_some_and(|action| action.facts.contains(id));
        if !matters && !self.unused.iter().any(|known| known == name) {
            self.unused.push(name.to_owned());
            self.unused.sort_unstable();
        }
        self.from_agency = self.from_agency.without(FactSet::of(id));
        match word {
            Some(word) => self.facts.set(id, word),
            None => self.facts.forget(id),
        }
        Ok(())
    }

    /// The value of a fact as it would be written in a request.
    pub fn value_of(&self, pack: &Pack, id: FactId) -> Value {
        let fact = pack.vocabulary().fact(id);
        match (self.facts.get(id), fact.kind) {
            (None, _) => Value::from("unknown"),
            (Some(word), FactKind::Number) => Value::from(word.cast_signed()),
            (Some(word), FactKind::Many) => Value::from(fact.names(word)),
            (Some(word), _) => Value::from(fact.names(word).first().copied().unwrap_or("unknown")),
        }
    }
}

/// The act of a name.
///
/// # Errors
/// An act the vocabulary does not have.
pub fn action_named(pack: &Pack, name: &str) -> Result<ActionId, RequestError> {
    let vocabulary = pack.vocabulary();
    vocabulary.action_named(name).ok_or_else(|| {
        let names = vocabulary.actions().iter().map(|action| action.name.as_str());
        RequestError::new("action", "an act of the vocabulary", name).with_hint(did_you_mean(name, names))
    })
}

/// Reads a day; years from 1900 to 2199 are read, so that no later reckoning with it can leave the calendar.
///
/// # Errors
/// Text that is no such day.
pub fn day(field: &str, text: &str) -> Result<Date, RequestError> {
    text.parse::<Date>()
        .ok()
        .filter(|day| text.len() == 10 && (1900..2200).contains(&day.year()))
        .ok_or_else(|| RequestError::new(field, "a day of the years 1900 to 2199, YYYY-MM-DD", text))
}

fn read_value(field: &str, fact: &Fact, value: &Value, as_of: Date) -> Result<Option<u64>, RequestError> {
    let unknown = value.is_null() || value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("unknown"));
    if unknown {
        return Ok(None);
    }
    let expected = || match fact.kind {
        FactKind::Number => "a whole number or \"unknown\"".to_owned(),
        FactKind::Many => format!("a list of {}, or \"unknown\"", fact.names(fact.all()).join(", ")),
        FactKind::Recency => format!("a date, or one of {}, unknown", fact.names(fact.all()).join(", ")),
        _ => format!("one of {}, unknown", fact.names(fact.all()).join(", ")),
    };
    let word = |text: &str| {
        fact.bit_of(text)
            .or_else(|| fact.values.iter().find(|value| same_word(&value.name, text)).and_then(|value| fact.bit_of(&value.name)))
            .ok_or_else(|| {
                let names = fact.values.iter().map(|value| value.name.as_str());
                RequestError::new(field, expected(), text).with_hint(did_you_mean(text, names))
            })
    };
    let refused = || RequestError::new(field, expected(), kind_of(Some(value)));
    match (fact.kind, value) {
        (FactKind::Bool, Value::Bool(yes)) => word(if *yes { "yes" } else { "no" }).map(Some),
        (FactKind::Number, Value::Number(number)) => number
            .as_i64()
            .map(|number| Some(number.cast_unsigned()))
            .ok_or_else(|| RequestError::new(field, expected(), number.to_string())),
        (FactKind::Many, Value::Array(items)) => {
            if items.is_empty() {
                return Err(
                    RequestError::new(field, expected(), "an empty list").with_hint("name what there is; if nobody knows, say \"unknown\"")
                );
            }
            items.iter().try_fold(0, |all, item| Ok(all | word(item.as_str().ok_or_else(refused)?)?)).map(Some)
        }
        (FactKind::Recency, Value::String(text)) if text.starts_with(|c: char| c.is_ascii_digit()) => {
            let reviewed = day(field, text)?;
            if reviewed > as_of {
                return Err(RequestError::new(field, format!("a day not after {as_of}"), text));
            }
            let year_later = reviewed.checked_add(1.year()).map_err(|_| refused())?;
            word(if as_of < year_later { "within_year" } else { "over_year" }).map(Some)
        }
        (FactKind::Number, Value::String(_)) => Err(refused()),
        (_, Value::String(text)) => word(text).map(Some),
        _ => Err(refused()),
    }
}

/// Whether two words differ only in case and in how their parts are joined.
fn same_word(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    plain(a) == plain(b)
}

fn optional_word(field: &str, value: &Value) -> Result<Option<String>, RequestError> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.chars().count() <= WORD_CHARS_MAX => Ok(Some(text.clone()).filter(|text| !text.trim().is_empty())),
        Value::String(text) => Err(RequestError::new(field, format!("at most {WORD_CHARS_MAX} characters"), text)),
        other => Err(RequestError::new(field, "a string", kind_of(Some(other)))),
    }
}

fn kind_of(value: Option<&Value>) -> &'static str {
    match value {
        None => "nothing",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "true or false",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(_)) => "a string",
        Some(Value::Array(_)) => "a list",
        Some(Value::Object(_)) => "an object",
    }
}

fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let plain = word.to_lowercase();
    let nearest = known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&name.to_lowercase(), &plain), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((_, name)) => format!("did you mean `{name}`?"),
        None => "`haven law vocabulary` lists them".to_owned(),
    }
}
