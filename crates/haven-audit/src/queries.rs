//! The counts of [`crate::provisions`] as questions to `masks.parquet`, for whoever doubts a figure: any engine can ask them again.

use crate::law::{Law, WORD_BITS};
use crate::provisions::{Decided, Does, MASKS_FILE};
use haven_law::ir::FactSet;
use serde::{Deserialize, Serialize};

/// A figure, and the query that gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// What it counts.
    pub name: String,
    /// The question, over the view `acts`.
    pub sql: String,
}

/// The view that the queries speak of, with the table of masks as `masks`: each act with its month and the facts it waits for.
pub fn view(law: &Law) -> String {
    let missing: Vec<String> = law
        .layers()
        .iter()
        .map(|columns| {
            let layer = columns.layer.name();
            format!("CASE WHEN {layer}_answer = 'needs_facts' THEN {layer}_missing ELSE 0 END")
        })
        .collect();
    let missing = if missing.is_empty() { "0".to_owned() } else { missing.join(" | ") };
    format!("-- masks is {MASKS_FILE}\nSELECT *, substr(CAST(day AS VARCHAR), 1, 7) AS month,\n  {missing} AS missing\nFROM masks")
}

/// A query for each figure that was counted from acts, in the order in which a report shows them.
pub(crate) fn queries(law: &Law, decided: &Decided) -> Vec<Query> {
    let mut all: Vec<Query> = Vec::new();
    let mut put = |name: String, sql: String| all.push(Query { name, sql });
    put("acts".to_owned(), "SELECT count(*) AS acts FROM acts".to_owned());
    put("answers".to_owned(), "SELECT answer, count(*) AS acts FROM acts GROUP BY answer ORDER BY answer".to_owned());
    put(
        "by".to_owned(),
        "SELECT unit, month, answer, count(*) AS acts FROM acts GROUP BY unit, month, answer ORDER BY unit, month, answer".to_owned(),
    );
    for finding in &decided.provisions {
        let name = format!("{} {} {}", finding.does.name(), finding.layer.name(), finding.provision);
        let layer = finding.layer.name();
        let (answer, column) = match finding.does {
            Does::Prohibits => (Some("prohibited"), "applies"),
            Does::Requires => (Some("required"), "applies"),
            Does::Refers => (Some("needs_facts"), "applies"),
            Does::Undetermined => (Some("needs_facts"), "undetermined"),
            Does::Errs => (None, "errored"),
        };
        let bits = bits(law, finding.layer.name(), &finding.clauses);
        let bits = bits.iter().map(|(word, bits)| {
            let suffix = if *word == 0 { String::new() } else { format!("_{}", word + 1) };
            format!("({layer}_{column}{suffix} & {bits}) <> 0")
        });
        let mut when = format!("({})", bits.collect::<Vec<_>>().join(" OR "));
        if let Some(answer) = answer {
            when = format!("{layer}_answer = '{answer}' AND {when}");
        }
        put(name, format!("SELECT unit, month, count(*) AS acts FROM acts WHERE {when}\nGROUP BY unit, month ORDER BY unit, month"));
    }
    let open = "SELECT count(*) AS acts FROM acts WHERE answer = 'needs_facts'";
    put("undetermined".to_owned(), open.to_owned());
    put("waiting for facts".to_owned(), format!("{open} AND missing <> 0"));
    put("for a person".to_owned(), format!("{open} AND missing = 0"));
    let bit = |name: &str| law.pack().vocabulary().fact_named(name).map_or(0, |fact| FactSet::of(fact).bits());
    for missing in &decided.undetermined.facts {
        let bit = bit(&missing.fact);
        put(
            format!("missing {}", missing.fact),
            format!(
                "SELECT count(*) AS acts, sum(CASE WHEN missing = {bit} THEN 1 ELSE 0 END) AS alone\n\
                 FROM acts WHERE answer = 'needs_facts' AND (missing & {bit}) <> 0"
            ),
        );
    }
    let mut known = 0;
    for step in &decided.undetermined.settle {
        known |= step.facts().map(bit).fold(0, |all, fact| all | fact);
        put(format!("settled with {}", step.fact), format!("{open} AND missing <> 0 AND (missing | {known}) = {known}"));
    }
    all
}

/// Clauses as bits, by word.
fn bits(law: &Law, layer: &str, clauses: &[String]) -> Vec<(usize, u64)> {
    let mut words: Vec<(usize, u64)> = Vec::new();
    for columns in law.layers().iter().filter(|columns| columns.layer.name() == layer) {
        for (bit, position) in columns.clauses.iter().enumerate() {
            let is = law.pack().clauses.get(*position as usize).is_some_and(|clause| clauses.contains(&clause.id));
            if !is {
                continue;
            }
            let (word, bits) = (bit / WORD_BITS, 1 << (bit % WORD_BITS));
            match words.iter_mut().find(|(known, _)| *known == word) {
                Some((_, all)) => *all |= bits,
                None => words.push((word, bits)),
            }
        }
    }
    words
}
