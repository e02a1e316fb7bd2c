//! What a page's form sends, and the controls it is made of.
//!
//! A form is read as the JSON API reads a request: it is turned into one and parsed, so that no door knows other rules.

use super::answer::Word;
use crate::words::Language;
use haven_law::pack::Pack;
use haven_law::request::{Request, RequestError, Scope};
use haven_law::vocabulary::{Fact, FactId, FactKind, FactValue};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// What stands before the name of a fact in the name of a control.
const FACT: &str = "fact.";
/// The value of a control whose question is not answered.
const UNKNOWN: &str = "unknown";
/// Lists longer than this are a menu, shorter ones are all to be seen.
const SEEN_MAX: usize = 8;

/// The pairs a form was sent with.
#[derive(Default)]
pub(crate) struct Posted(pub(super) Vec<(String, String)>);

impl Posted {
    /// The first value of a name, without the space around it.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// The values given for a fact; an unanswered question gives none.
    fn fact(&self, fact: &str) -> Vec<&str> {
        let named = |name: &str| name.strip_prefix(FACT).is_some_and(|name| name == fact);
        self.0.iter().filter(|(name, value)| named(name) && !matches!(value.trim(), "" | UNKNOWN)).map(|(_, value)| value.trim()).collect()
    }

    /// The names of the facts that are stated, in the order of the form.
    fn facts(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for name in self.0.iter().filter_map(|(name, _)| name.strip_prefix(FACT)) {
            if !names.contains(&name) && !self.fact(name).is_empty() {
                names.push(name);
            }
        }
        names
    }

    /// Whether a fact is stated.
    pub(crate) fn states(&self, fact: &str) -> bool {
        !self.fact(fact).is_empty()
    }

    /// Reads the request; an empty day is today.
    ///
    /// # Errors
    /// What the JSON API would say.
    pub(crate) fn request(&self, pack: &Pack, action: &str, today: Date) -> Result<Request, RequestError> {
        let mut facts = Map::new();
        for name in self.facts() {
            let kind = pack.vocabulary().fact_named(name).map(|id| pack.vocabulary().fact(id).kind);
            facts.insert(name.to_owned(), value(kind, &self.fact(name)));
        }
        let day = match self.get("as_of") {
            "" => today.to_string(),
            day => day.to_owned(),
        };
        let request = json!({ "as_of": day, "action": action, "agency": self.get("agency"), "facts": facts });
        Request::parse(&request.to_string(), pack, &Scope::default())
    }
}

fn value(kind: Option<FactKind>, values: &[&str]) -> Value {
    match (kind, values) {
        (Some(FactKind::Number), [number]) => number.parse::<i64>().map_or_else(|_| Value::from(*number), Value::from),
        (Some(FactKind::Many), many) => Value::from(many.to_vec()),
        (_, [one]) => Value::from(*one),
        // Two answers to a question that has one: reading it will say so.
        (_, many) => Value::from(many.to_vec()),
    }
}

/// How a question is answered on the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One of a few, all to be seen.
    Radios,
    /// One of many.
    Menu,
    /// Any number of them.
    Checks,
    /// A whole number.
    Number,
}

/// One answer that can be chosen.
pub(crate) struct Choice {
    /// The word in requests.
    pub value: String,
    /// The words for people.
    pub label: String,
    /// The first sentence of when to choose it.
    pub brief: String,
    /// All of it.
    pub meaning: String,
    /// Whether it is chosen.
    pub chosen: bool,
    /// Where it leads, where that was asked.
    pub leads: Option<Word>,
}

/// A question with its control.
pub(crate) struct Field {
    /// The fact.
    pub fact: String,
    /// What the fact is called.
    pub label: String,
    /// The question.
    pub question: String,
    /// Why it is asked; empty where the question before it gave the same reason.
    pub why: String,
    /// The control.
    pub shape: Shape,
    /// The answers.
    pub choices: Vec<Choice>,
    /// Whether the answers need more words than the control shows.
    pub explained: bool,
    /// Whether it is not answered.
    pub unknown: bool,
    /// Whether it then follows from the agency's name.
    pub follows: bool,
    /// What was typed, for a number.
    pub typed: String,
    /// The provisions that need it, where Haven asks.
    pub needed_by: Vec<String>,
}

impl Field {
    /// The question of a fact, answered as the form was.
    pub(crate) fn new(language: &Language, pack: &Pack, id: FactId, posted: &Posted) -> Field {
        let fact = pack.vocabulary().fact(id);
        let stated = posted.fact(&fact.name);
        let shape = match fact.kind {
            FactKind::Number => Shape::Number,
            FactKind::Many => Shape::Checks,
            _ if fact.values.len() > SEEN_MAX => Shape::Menu,
            _ => Shape::Radios,
        };
        let mut choices: Vec<Choice> = fact
            .values
            .iter()
            .map(|value| (value, meaning_of(language, fact, value)))
            .map(|(value, meaning)| Choice {
                value: value.name.clone(),
                label: capital(&label(language, fact, value)),
                brief: first_sentence(&meaning).to_owned(),
                meaning,
                chosen: stated.contains(&value.name.as_str()),
                leads: None,
            })
            .collect();
        if fact.kind == FactKind::Bool {
            // The vocabulary says no before yes, people say yes before no.
            choices.reverse();
        }
        let explained =
            choices.iter().any(|choice| !choice.meaning.is_empty() && (shape != Shape::Radios || choice.brief != choice.meaning));
        Field {
            fact: fact.name.clone(),
            label: capital(&language.law(&format!("fact-{}", fact.name), "", &fact.label)),
            question: language.law(&format!("fact-{}", fact.name), "question", &fact.question),
            why: language.law(&format!("fact-{}", fact.name), "why", &fact.why),
            shape,
            choices,
            explained,
            unknown: stated.is_empty(),
            follows: false,
            typed: stated.first().copied().unwrap_or_default().to_owned(),
            needed_by: Vec::new(),
        }
    }

    /// What was answered, in words.
    pub(crate) fn said(&self) -> String {
        let chosen: Vec<&str> = self.choices.iter().filter(|choice| choice.chosen).map(|choice| choice.label.as_str()).collect();
        if chosen.is_empty() { self.typed.clone() } else { chosen.join(", ") }
    }
}

/// Takes away a reason that the question before has just given.
pub(crate) fn reasons_once<'a>(fields: impl Iterator<Item = &'a mut Field>) {
    let mut last = String::new();
    for field in fields {
        if field.why == last {
            field.why.clear();
        } else {
            last.clone_from(&field.why);
        }
    }
}

/// The words for values of a fact.
pub(crate) fn labels(language: &Language, fact: &Fact, names: &[String]) -> Vec<String> {
    fact.values.iter().filter(|value| names.contains(&value.name)).map(|value| label(language, fact, value)).collect()
}

/// The word for a value of a fact.
pub(crate) fn label(language: &Language, fact: &Fact, value: &FactValue) -> String {
    language.law(&format!("fact-{}-{}", fact.name, value.name), "", &value.label)
}

fn meaning_of(language: &Language, fact: &Fact, value: &FactValue) -> String {
    language.law(&format!("fact-{}-{}", fact.name, value.name), "meaning", &value.meaning)
}

/// Text with a capital letter at its beginning.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The first sentence of a text: up to a full stop before a space and a capital letter.
pub(crate) fn first_sentence(text: &str) -> &str {
    let end = text
        .match_indices(". ")
        .map(|(at, _)| at + 1)
        .find(|at| text.get(*at..).is_some_and(|rest| rest.trim_start().starts_with(char::is_uppercase)));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}
