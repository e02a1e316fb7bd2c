//! Acts to look at: what the law says of single acts, with the provisions that say it, gravest first.
//!
//! An act is named by its record. No text of the log stands in it but the name of its unit.

use crate::law::{Answer, Law, Masks, day_of};
use crate::provisions::{Batch, Does};
use haven_law::pack::{Clause, Effect, Layer};
use haven_law::vocabulary::ActionId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A provision, and what it says of one act.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Because {
    /// What it does to the act.
    pub does: Does,
    /// The layer.
    pub layer: Layer,
    /// The provision.
    pub provision: String,
    /// Its citation.
    pub cite: String,
}

/// An act to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The record, counted from 1 behind the header.
    pub record: u64,
    /// The act of the mapping, where a record is several.
    pub act: String,
    /// The unit; none where the log names none.
    pub unit: Option<String>,
    /// The day of the act, `YYYY-MM-DD`.
    pub day: String,
    /// The act, a word of the vocabulary.
    pub action: String,
    /// What the law answers.
    pub answer: String,
    /// The provisions that prohibit it, or leave it to a person.
    pub because: Vec<Because>,
}

/// The first acts that are prohibited, and the first that are for a person, by record.
pub(crate) struct Looks {
    most: usize,
    kept: [BTreeMap<(u64, String, i32), Look>; 2],
}

impl Looks {
    pub(crate) fn new(most: usize) -> Looks {
        Looks { most, kept: [BTreeMap::new(), BTreeMap::new()] }
    }

    pub(crate) fn add(&mut self, law: &Law, batch: &Batch, masks: &Masks) {
        for (row, record) in batch.records.iter().enumerate() {
            let Some(answer) = masks.answers.get(row).copied().flatten() else { continue };
            let (day, code) = (batch.acts.days.value(row), batch.acts.actions.value(row));
            let because = match answer {
                Answer::Prohibited | Answer::NeedsFacts => because(law, masks, row),
                _ => continue,
            };
            let [prohibited, for_a_person] = &mut self.kept;
            let kept = match answer {
                Answer::Prohibited => prohibited,
                // Where facts are missing nobody has anything to look at yet, unless something applies already.
                _ if because.is_empty() && waits(masks, row) => continue,
                _ => for_a_person,
            };
            let key = (*record, batch.act.clone(), day);
            if kept.len() >= self.most && kept.last_key_value().is_some_and(|(last, _)| *last <= key) {
                continue;
            }
            let unit = batch.units.get(row).cloned().flatten();
            let look = Look {
                record: *record,
                act: batch.act.clone(),
                unit,
                day: day_of(day).map(|day| day.to_string()).unwrap_or_default(),
                action: named(law, code),
                answer: answer.name().to_owned(),
                because,
            };
            kept.insert(key, look);
            if kept.len() > self.most {
                kept.pop_last();
            }
        }
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = u64> {
        self.kept.iter().flat_map(|kept| kept.keys().map(|(record, ..)| *record))
    }

    /// What is prohibited first.
    pub(crate) fn finish(self) -> Vec<Look> {
        self.kept.into_iter().flat_map(BTreeMap::into_values).collect()
    }
}

fn named(law: &Law, code: i32) -> String {
    let id = usize::try_from(code).ok().map(ActionId::from_index);
    id.and_then(|id| law.pack().vocabulary().action(id)).map(|action| action.name.clone()).unwrap_or_default()
}

/// Whether a layer waits for facts.
fn waits(masks: &Masks, row: usize) -> bool {
    let is_open = |answer: Option<Answer>| answer == Some(Answer::NeedsFacts);
    masks
        .layers
        .iter()
        .any(|layer| is_open(layer.answers.get(row).copied().flatten()) && layer.missing.get(row).is_some_and(|missing| *missing != 0))
}

/// The provisions that prohibit an act, or leave it to a person; each once.
pub(crate) fn because(law: &Law, masks: &Masks, row: usize) -> Vec<Because> {
    let mut all = Vec::new();
    for (columns, layer) in law.layers().iter().zip(&masks.layers) {
        let does = match layer.answers.get(row).copied().flatten() {
            Some(Answer::Prohibited) => Does::Prohibits,
            Some(Answer::NeedsFacts) => Does::Refers,
            _ => continue,
        };
        for bit in Masks::set(&layer.applies, row) {
            let clause = columns.clauses.get(bit).and_then(|position| law.pack().clauses.get(*position as usize));
            let Some(Clause { effect, provision, cite, .. }) = clause else { continue };
            let counts = match does {
                Does::Prohibits => *effect == Effect::Prohibit,
                _ => matches!(effect, Effect::Prohibit | Effect::Require | Effect::Refer | Effect::Caution),
            };
            if counts {
                all.push(Because { does, layer: columns.layer, provision: provision.clone(), cite: cite.clone() });
            }
        }
    }
    all.sort();
    all.dedup();
    all
}
