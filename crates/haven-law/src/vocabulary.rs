//! The vocabulary: which acts can be asked about, which facts can matter to each, and the words for both.
//!
//! Types come from the Cedar schema (`law/vocabulary.cedarschema`), words from `law/words/<language>.toml`; the loader
//! refuses a vocabulary in which the two do not name the same things.

use crate::error::{LoadError, Place};
use crate::ir::{FACTS_MAX, FactSet};
use cedar_policy::SchemaFragment;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A fact of the vocabulary, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactId(u8);

impl FactId {
    /// The fact at a position of [`Vocabulary::facts`].
    pub fn from_index(index: usize) -> FactId {
        FactId(u8::try_from(index).unwrap_or(u8::MAX))
    }

    /// The position in [`Vocabulary::facts`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// An act of the vocabulary, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionId(u16);

impl ActionId {
    /// The position in [`Vocabulary::actions`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The act at a position of [`Vocabulary::actions`].
    pub fn from_index(index: usize) -> ActionId {
        ActionId(u16::try_from(index).unwrap_or(u16::MAX))
    }
}

/// What kind of value a fact has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// `yes` or `no`; `true` and `false` are read too.
    Bool,
    /// One word of a closed list.
    One,
    /// One word of `within_year`, `over_year`, `never`; a date is read too and compared with the date of the act.
    Recency,
    /// Any number of words of a closed list.
    Many,
    /// A whole number.
    Number,
}

/// One value of a closed list.
#[derive(Clone, Debug)]
pub struct FactValue {
    /// The word in requests.
    pub name: String,
    /// The words for people.
    pub label: String,
    /// When to choose it.
    pub meaning: String,
}

/// A fact.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The name in requests.
    pub name: String,
    /// The Cedar type its values have: the name of an enumeration, `Bool` or `Long`.
    pub cedar_type: String,
    /// The kind of value.
    pub kind: FactKind,
    /// A noun phrase for people.
    pub label: String,
    /// The question to a person.
    pub question: String,
    /// Why it is asked.
    pub why: String,
    /// How a program fills it, where that is not plain.
    pub note: String,
    /// The closed list; empty for a number.
    pub values: Vec<FactValue>,
}

impl Fact {
    /// A bit for each value.
    pub fn all(&self) -> u64 {
        self.values.iter().enumerate().fold(0, |all, (index, _)| all | bit(index))
    }

    /// The names of the values in a mask.
    pub fn names(&self, mask: u64) -> Vec<&str> {
        self.of(mask).map(|value| value.name.as_str()).collect()
    }

    /// The words of the values in a mask.
    pub fn labels(&self, mask: u64) -> Vec<&str> {
        self.of(mask).map(|value| value.label.as_str()).collect()
    }

    fn of(&self, mask: u64) -> impl Iterator<Item = &FactValue> {
        self.values.iter().enumerate().filter(move |(index, _)| mask & bit(*index) != 0).map(|(_, value)| value)
    }

    /// The bit of a value, by its exact name.
    pub fn bit_of(&self, name: &str) -> Option<u64> {
        self.values.iter().position(|value| value.name == name).map(bit)
    }
}

/// The bit of the value at a position.
pub(crate) fn bit(index: usize) -> u64 {
    1 << (index % 64)
}

/// An act.
#[derive(Clone, Debug)]
pub struct Action {
    /// The name in requests.
    pub name: String,
    /// The group it is shown in.
    pub group: String,
    /// A verb phrase for people.
    pub label: String,
    /// The question a person has: "May I …?", or "Must I …?" for a duty.
    pub ask: String,
    /// What counts as this act.
    pub meaning: String,
    /// The facts that can matter to it.
    pub facts: FactSet,
}

/// A group of acts, as shown to people.
#[derive(Clone, Debug)]
pub struct Group {
    /// The name.
    pub name: String,
    /// The words for people.
    pub label: String,
}

/// Something Haven says of itself, of no fact and no provision: a point that only a person settles, or what else to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The law both demands and forbids the act.
    Both,
    /// The law leaves the point to a person; the clause has the question.
    Person,
    /// Versions that may be in force disagree.
    Version,
    /// What those are called that stood before any version.
    Before,
    /// The law of that day is not encoded.
    NotEncoded,
    /// A clause cannot be evaluated.
    Error,
    /// The agency named is not on the list.
    AgencyNotListed,
    /// It is uncertain which version was in force.
    Uncertain,
    /// The day lies after the last review.
    Reviewed,
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 9] = [
        Reason::Both,
        Reason::Person,
        Reason::Version,
        Reason::Before,
        Reason::NotEncoded,
        Reason::Error,
        Reason::AgencyNotListed,
        Reason::Uncertain,
        Reason::Reviewed,
    ];

    /// The word in answers and in the files of words.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Both => "both",
            Reason::Person => "person",
            Reason::Version => "version",
            Reason::Before => "before",
            Reason::NotEncoded => "not_encoded",
            Reason::Error => "error",
            Reason::AgencyNotListed => "agency_not_listed",
            Reason::Uncertain => "uncertain",
            Reason::Reviewed => "reviewed",
        }
    }
}

/// The words of a reason. `{day}`, `{versions}` and `{title}` stand for what is filled in.
#[derive(Clone, Debug, Default, serde::Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReasonWords {
    /// What is said or asked.
    pub text: String,
    /// Why it is asked; empty where nothing is.
    #[serde(default)]
    pub why: String,
}

/// A text of a reason with its values filled in.
pub fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// Acts, facts and words.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    groups: Vec<Group>,
    actions: Vec<Action>,
    facts: Vec<Fact>,
    action_by_name: BTreeMap<String, ActionId>,
    fact_by_name: BTreeMap<String, FactId>,
    nowhere: Fact,
    reasons: BTreeMap<Reason, ReasonWords>,
    no_reason: ReasonWords,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    reason: BTreeMap<Reason, ReasonWords>,
    group: toml::Table,
    action: toml::Table,
    fact: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupWords {
    label: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionWords {
    group: String,
    label: String,
    ask: String,
    meaning: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactWords {
    label: String,
    question: String,
    why: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    value: BTreeMap<String, ValueWords>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ValueWords {
    label: String,
    meaning: String,
}

struct Typed {
    cedar_type: String,
    kind: FactKind,
    values: Vec<String>,
}

impl Vocabulary {
    /// Reads a vocabulary from its schema and its words.
    ///
    /// # Errors
    /// Everything that keeps it from being used: a schema Cedar refuses, an optional or unsupported fact, a fact with
    /// two types, more than [`FACTS_MAX`] facts or 64 values, a name without words or words without a name.
    pub fn load(schema: (&str, &str), words: (&str, &str)) -> Result<Vocabulary, Vec<LoadError>> {
        let (schema_file, schema_text) = schema;
        let (words_file, words_text) = words;
        let at_schema = Place::file(schema_file);
        let at_words = Place::file(words_file);
        let (fragment, _warnings) =
            SchemaFragment::from_cedarschema_str(schema_text).map_err(|error| vec![LoadError::cedar(schema_file, schema_text, &error)])?;
        let tree = fragment
            .to_json_value()
            .map_err(|error| vec![LoadError::new(at_schema.clone(), error.to_string(), "give every name one meaning")])?;
        let words: Words = toml::from_str(words_text).map_err(|error| vec![LoadError::toml(words_file, words_text, &error)])?;

        let mut errors = Vec::new();
        let (typed, contexts) = read_schema(&tree, &at_schema, &mut errors);
        if !errors.is_empty() {
            // Words held against half a schema would bury the cause.
            return Err(errors);
        }
        let mut vocabulary = Vocabulary {
            groups: Vec::new(),
            actions: Vec::new(),
            facts: Vec::new(),
            action_by_name: BTreeMap::new(),
            fact_by_name: BTreeMap::new(),
            nowhere: Fact {
                name: "nowhere".to_owned(),
                cedar_type: String::new(),
                kind: FactKind::Bool,
                label: String::new(),
                question: String::new(),
                why: String::new(),
                note: String::new(),
                values: Vec::new(),
            },
            reasons: words.reason,
            no_reason: ReasonWords::default(),
        };
        for reason in Reason::ALL.into_iter().filter(|reason| !vocabulary.reasons.contains_key(reason)) {
            let name = reason.name();
            errors.push(LoadError::new(at_words.clone(), format!("reason `{name}` has no words"), format!("add [reason.{name}]")));
        }
        vocabulary.read_facts(&typed, words.fact, &at_words, &mut errors);
        vocabulary.read_groups(words.group, &at_words, &mut errors);
        vocabulary.read_actions(&contexts, words.action, &at_words, &mut errors);
        if errors.is_empty() { Ok(vocabulary) } else { Err(errors) }
    }

    fn read_facts(&mut self, typed: &BTreeMap<String, Typed>, words: toml::Table, at: &Place, errors: &mut Vec<LoadError>) {
        for name in typed.keys().filter(|name| !words.contains_key(name.as_str())) {
            errors.push(LoadError::new(at.clone(), format!("fact `{name}` has no words"), format!("add [fact.{name}]")));
        }
        for (name, table) in words {
            let Some(shape) = typed.get(&name) else {
                errors.push(LoadError::new(
                    at.clone(),
                    format!("words for a fact `{name}` that no act has"),
                    "remove them, or add the fact to the schema",
                ));
                continue;
            };
            let words: FactWords = match table.try_into() {
                Ok(words) => words,
                Err(error) => {
                    errors.push(LoadError::new(at.clone(), format!("[fact.{name}]: {}", error.message()), "see docs/law-packs.md"));
                    continue;
                }
            };
            let mut values = Vec::new();
            for value in &shape.values {
                let (label, meaning) = match words.value.get(value) {
                    Some(words) => (words.label.clone(), words.meaning.clone()),
                    None if shape.kind == FactKind::Bool => (value.clone(), String::new()),
                    None => {
                        errors.push(LoadError::new(
                            at.clone(),
                            format!("value `{value}` of fact `{name}` has no words"),
                            format!("add [fact.{name}.value.{value}]"),
                        ));
                        continue;
                    }
                };
                values.push(FactValue { name: value.clone(), label, meaning });
            }
            for value in words.value.keys().filter(|value| !shape.values.contains(value)) {
                errors.push(LoadError::new(
                    at.clone(),
                    format!("words for a value `{value}` that fact `{name}` does not have"),
                    "remove them, or add the value to the schema",
                ));
            }
            if self.facts.len() >= FACTS_MAX {
                errors.push(LoadError::new(at.clone(), format!("more than {FACTS_MAX} facts"), "split the vocabulary"));
                return;
            }
            self.fact_by_name.insert(name.clone(), FactId::from_index(self.facts.len()));
            self.facts.push(Fact {
                name,
                cedar_type: shape.cedar_type.clone(),
                kind: shape.kind,
                label: words.label,
                question: words.question,
                why: words.why,
                note: words.note,
                values,
            });
        }
    }

    fn read_groups(&mut self, words: toml::Table, at: &Place, errors: &mut Vec<LoadError>) {
        for (name, table) in words {
            match table.try_into::<GroupWords>() {
                Ok(words) => self.groups.push(Group { name, label: words.label }),
                Err(error) => {
                    errors.push(LoadError::new(at.clone(), format!("[group.{name}]: {}", error.message()), "a group has a label"));
                }
            }
        }
    }

    fn read_actions(&mut self, contexts: &BTreeMap<String, BTreeSet<String>>, words: toml::Table, at: &Place, errors: &mut Vec<LoadError>) {
        for name in contexts.keys().filter(|name| !words.contains_key(name.as_str())) {
            errors.push(LoadError::new(at.clone(), format!("act `{name}` has no words"), format!("add [action.{name}]")));
        }
        for (name, table) in words {
            let Some(facts) = contexts.get(&name) else {
                errors.push(LoadError::new(
                    at.clone(),
                    format!("words for an act `{name}` that the schema does not have"),
                    "remove them, or add the action to the schema",
                ));
                continue;
            };
            match table.try_into::<ActionWords>() {
                Ok(words) => {
                    if !self.groups.iter().any(|group| group.name == words.group) {
                        errors.push(LoadError::new(
                            at.clone(),
                            format!("act `{name}` is in an unknown group `{}`", words.group),
                            "name one of the [group.…] tables",
                        ));
                    }
                    let facts = facts
                        .iter()
                        .filter_map(|fact| self.fact_named(fact))
                        .fold(FactSet::EMPTY, |all, fact| all.union(FactSet::of(fact)));
                    self.action_by_name.insert(name.clone(), ActionId::from_index(self.actions.len()));
                    self.actions.push(Action {
                        name,
                        group: words.group,
                        label: words.label,
                        ask: words.ask,
                        meaning: words.meaning,
                        facts,
                    });
                }
                Err(error) => {
                    errors.push(LoadError::new(at.clone(), format!("[action.{name}]: {}", error.message()), "see docs/law-packs.md"));
                }
            }
        }
    }

    /// The words of a reason.
    pub fn reason(&self, reason: Reason) -> &ReasonWords {
        // The loader refuses words that lack one.
        self.reasons.get(&reason).unwrap_or(&self.no_reason)
    }

    /// The groups, in the order they are shown.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The acts, in the order they are shown.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// The acts with their positions.
    pub fn action_ids(&self) -> impl Iterator<Item = (ActionId, &Action)> {
        self.actions.iter().enumerate().map(|(index, action)| (ActionId::from_index(index), action))
    }

    /// The facts, in the order they are asked where nothing else decides.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// A fact. Positions come from this vocabulary, so there is always one.
    pub fn fact(&self, id: FactId) -> &Fact {
        self.facts.get(id.index()).unwrap_or(&self.nowhere)
    }

    /// An act.
    pub fn action(&self, id: ActionId) -> Option<&Action> {
        self.actions.get(id.index())
    }

    /// The fact of a name.
    pub fn fact_named(&self, name: &str) -> Option<FactId> {
        self.fact_by_name.get(name).copied()
    }

    /// The act of a name.
    pub fn action_named(&self, name: &str) -> Option<ActionId> {
        self.action_by_name.get(name).copied()
    }
}

/// Reads facts with their types, and the facts of each act, from the schema's JSON form.
fn read_schema(tree: &Value, at: &Place, errors: &mut Vec<LoadError>) -> (BTreeMap<String, Typed>, BTreeMap<String, BTreeSet<String>>) {
    let mut facts: BTreeMap<String, Typed> = BTreeMap::new();
    let mut contexts = BTreeMap::new();
    let empty = Value::Object(serde_json::Map::new());
    let root = tree.get("").unwrap_or(&empty);
    if tree.as_object().is_none_or(|namespaces| namespaces.len() != 1 || !namespaces.contains_key("")) {
        errors.push(LoadError::new(at.clone(), "the vocabulary uses namespaces", "declare everything in the empty namespace"));
    }
    let section = |name: &str| root.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
    let (commons, entities, actions) = (section("commonTypes"), section("entityTypes"), section("actions"));
    let words_of = |entity: &str| -> Option<Vec<String>> {
        let list = entities.get(entity)?.get("enum")?.as_array()?;
        Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    };
    for (name, action) in &actions {
        let context = action.get("appliesTo").and_then(|applies| applies.get("context"));
        let record = context
            .and_then(|context| context.get("type").and_then(Value::as_str))
            .and_then(|kind| {
                let named = context.and_then(|context| context.get("name")).and_then(Value::as_str);
                commons.get(named.unwrap_or(kind)).or(context)
            })
            .and_then(|record| record.get("attributes"))
            .and_then(Value::as_object);
        let Some(record) = record else {
            errors.push(LoadError::new(
                at.clone(),
                format!("act `{name}` has no record of facts"),
                "give it `appliesTo { principal: Agent, resource: Act, context: … }`",
            ));
            continue;
        };
        for (fact, shape) in record {
            if shape.get("required").and_then(Value::as_bool) == Some(false) {
                errors.push(LoadError::new(
                    at.clone(),
                    format!("fact `{fact}` of act `{name}` is optional"),
                    "make it required: a fact nobody knows is \"unknown\" in the request, never absent in the law",
                ));
            }
            let Some(typed) = read_type(shape, &words_of) else {
                errors.push(LoadError::new(
                    at.clone(),
                    format!("fact `{fact}` of act `{name}` has a type Haven does not use"),
                    "use Bool, Long, an entity enum, or a Set of an entity enum",
                ));
                continue;
            };
            if typed.values.len() > 64 {
                errors.push(LoadError::new(at.clone(), format!("fact `{fact}` has more than 64 values"), "split it"));
            }
            match facts.get(fact) {
                Some(known) if known.cedar_type != typed.cedar_type || known.kind != typed.kind => {
                    errors.push(LoadError::new(
                        at.clone(),
                        format!("fact `{fact}` has two types: `{}` and `{}`", known.cedar_type, typed.cedar_type),
                        "a fact means the same in every act: rename one",
                    ));
                }
                Some(_) => {}
                None => {
                    facts.insert(fact.clone(), typed);
                }
            }
        }
        contexts.insert(name.clone(), record.keys().cloned().collect());
    }
    (facts, contexts)
}

fn read_type(shape: &Value, words_of: &dyn Fn(&str) -> Option<Vec<String>>) -> Option<Typed> {
    let kind = shape.get("type")?.as_str()?;
    if kind == "Set" {
        let element = read_type(shape.get("element")?, words_of)?;
        return (element.kind == FactKind::One).then_some(Typed { kind: FactKind::Many, ..element });
    }
    let name = shape.get("name").and_then(Value::as_str).unwrap_or(kind);
    let (kind, values) = match name {
        "Bool" | "Boolean" | "__cedar::Bool" => (FactKind::Bool, vec!["no".to_owned(), "yes".to_owned()]),
        "Long" | "__cedar::Long" => (FactKind::Number, Vec::new()),
        "Recency" => (FactKind::Recency, words_of(name)?),
        _ => (FactKind::One, words_of(name)?),
    };
    Some(Typed { cedar_type: name.to_owned(), kind, values })
}
