//! From the solver's counterexample to a sentence: the fewest facts that show the point, in the words of the vocabulary.

use haven_law::cedar::{EvalResult, Request};
use haven_law::ir::{FactSet, Facts};
use haven_law::vocabulary::{ActionId, Fact, FactKind, Vocabulary};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// An act and the facts that show a point; what it leaves out does not matter to it.
///
/// It has the form of a request without its day, so that `haven ask` can be asked the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Example {
    /// The act.
    pub action: String,
    /// The facts.
    pub facts: BTreeMap<String, Value>,
    /// Act and facts in the words of the vocabulary.
    #[serde(skip)]
    pub words: String,
}

impl Example {
    pub(crate) fn new(vocabulary: &Vocabulary, act: ActionId, facts: &Facts) -> Example {
        let (name, label) = vocabulary.action(act).map_or(("", ""), |action| (action.name.as_str(), action.label.as_str()));
        let mut words = format!("act: {label}");
        let mut values = BTreeMap::new();
        for id in facts.known().iter() {
            let Some(word) = facts.get(id) else { continue };
            let fact = vocabulary.fact(id);
            let (value, text) = match fact.kind {
                FactKind::Number => (Value::from(word.cast_signed()), word.cast_signed().to_string()),
                FactKind::Many => (Value::from(fact.names(word)), fact.labels(word).join(" and ")),
                FactKind::Bool | FactKind::One | FactKind::Recency => (Value::from(fact.names(word).join("")), fact.labels(word).join("")),
            };
            words.push_str(&format!("; {} = {text}", fact.label));
            values.insert(fact.name.clone(), value);
        }
        Example { action: name.to_owned(), facts: values, words }
    }
}

/// The facts of a request the solver made up. A value the vocabulary does not have is left unknown.
pub(crate) fn facts_of(vocabulary: &Vocabulary, act: ActionId, request: &Request) -> Facts {
    let mut facts = Facts::default();
    let Some((context, action)) = request.context().zip(vocabulary.action(act)) else { return facts };
    for id in action.facts.iter() {
        let fact = vocabulary.fact(id);
        if let Some(word) = context.get(&fact.name).and_then(|value| word_of(fact, &value)) {
            facts.set(id, word);
        }
    }
    facts
}

fn word_of(fact: &Fact, value: &EvalResult) -> Option<u64> {
    match value {
        EvalResult::Bool(yes) => fact.bit_of(if *yes { "yes" } else { "no" }),
        EvalResult::Long(number) => Some(number.cast_unsigned()),
        EvalResult::EntityUid(uid) => fact.bit_of(uid.id().unescaped()),
        EvalResult::Set(members) => members.iter().try_fold(0, |word, member| Some(word | word_of(fact, member)?)),
        _ => None,
    }
}

/// The fewest and plainest of these facts that still show the point, whatever the facts left out may be.
///
/// `shows` must say yes only where the point holds for every value of the unknown facts, and must say yes of `facts`.
pub(crate) fn shorten(vocabulary: &Vocabulary, facts: &Facts, read: FactSet, shows: &dyn Fn(&Facts) -> bool) -> Facts {
    let mut short = facts.clone();
    for fact in facts.known().without(read).iter() {
        short.forget(fact);
    }
    if !shows(&short) {
        return facts.clone();
    }
    forget(&mut short, shows);
    for id in short.known().iter() {
        let Some(word) = short.get(id) else { continue };
        let first = plainer(vocabulary.fact(id), word).into_iter().find(|plain| {
            let mut other = short.clone();
            other.set(id, *plain);
            shows(&other)
        });
        if let Some(plain) = first {
            short.set(id, plain);
        }
    }
    forget(&mut short, shows);
    short
}

/// Forgets what need not be known, the last facts of the vocabulary first: the first ones say who acts and on what.
fn forget(facts: &mut Facts, shows: &dyn Fn(&Facts) -> bool) {
    let mut known: Vec<_> = facts.known().iter().collect();
    known.reverse();
    for fact in known {
        let mut fewer = facts.clone();
        fewer.forget(fact);
        if shows(&fewer) {
            *facts = fewer;
        }
    }
}

/// Values to try instead of one, the plainest first: the order of the vocabulary, and of sets those with fewer members.
fn plainer(fact: &Fact, word: u64) -> Vec<u64> {
    let bits: Vec<u64> = fact.values.iter().filter_map(|value| fact.bit_of(&value.name)).collect();
    match fact.kind {
        FactKind::Number => Vec::new(),
        FactKind::Bool | FactKind::One | FactKind::Recency => bits.into_iter().take_while(|bit| *bit != word).collect(),
        FactKind::Many => {
            let pairs = bits.iter().flat_map(|one| bits.iter().map(move |other| one | other)).filter(|pair| pair.count_ones() == 2);
            bits.iter().copied().chain(pairs).filter(|plain| plain.count_ones() < word.count_ones().max(2)).collect()
        }
    }
}
