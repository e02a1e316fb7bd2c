//! The vocabulary, printed for people and for programs.

use crate::vocabulary::{Fact, FactKind, Vocabulary};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

impl Vocabulary {
    /// The vocabulary as Markdown: the acts by group, each with its facts, then the facts with their values.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        out.push_str("### Acts\n");
        for group in self.groups() {
            let _ = write!(out, "\n#### {}\n\n| Act | Meaning | Facts that can matter |\n|---|---|---|\n", group.label);
            for action in self.actions().iter().filter(|action| action.group == group.name) {
                let facts: Vec<String> = action.facts.iter().map(|id| format!("`{}`", self.fact(id).name)).collect();
                let _ = writeln!(out, "| `{}` | {} {} | {} |", action.name, cell(&action.ask), cell(&action.meaning), facts.join(" "));
            }
        }
        out.push_str("\n### Facts\n");
        for fact in self.facts() {
            let _ = write!(out, "\n#### `{}`: {}\n\n{}. {} {}", fact.name, fact.label, kind(fact), fact.question, fact.why);
            if !fact.note.is_empty() {
                let _ = write!(out, " {}", fact.note);
            }
            out.push_str("\n\n");
            if !fact.values.is_empty() {
                out.push_str("| Value | Meaning |\n|---|---|\n");
            }
            for value in &fact.values {
                let meaning = if value.meaning.is_empty() { String::new() } else { format!(". {}", cell(&value.meaning)) };
                let _ = writeln!(out, "| `{}` | {}{meaning} |", value.name, cell(&value.label));
            }
        }
        out
    }

    /// A JSON Schema of requests, with the facts of each act under `x-facts-of`.
    pub fn json_schema(&self) -> Value {
        let mut facts = Map::new();
        for fact in self.facts() {
            facts.insert(fact.name.clone(), fact_schema(fact));
        }
        let mut facts_of = Map::new();
        for action in self.actions() {
            let names: Vec<&str> = action.facts.iter().map(|id| self.fact(id).name.as_str()).collect();
            facts_of.insert(action.name.clone(), json!(names));
        }
        let names: Vec<&str> = self.actions().iter().map(|action| action.name.as_str()).collect();
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "A request to `haven ask --jsonl`",
            "type": "object",
            "required": ["as_of", "action"],
            "additionalProperties": false,
            "properties": {
                "id": { "type": ["string", "number", "null"], "maxLength": 200 },
                "as_of": { "type": "string", "format": "date", "description": "the day of the act" },
                "action": { "enum": names },
                "agency": { "type": ["string", "null"], "maxLength": 200, "description": "whose act it is" },
                "actor": { "type": ["string", "null"], "maxLength": 200, "description": "the role of the person, never a name" },
                "facts": { "type": "object", "additionalProperties": false, "properties": facts },
            },
            "x-facts-of": facts_of,
        })
    }
}

fn kind(fact: &Fact) -> &'static str {
    match fact.kind {
        FactKind::Bool => "Yes or no",
        FactKind::One => "One word",
        FactKind::Recency => "A date or one word",
        FactKind::Many => "A list of words",
        FactKind::Number => "A whole number",
    }
}

fn fact_schema(fact: &Fact) -> Value {
    let names = fact.names(fact.all());
    let with_unknown: Vec<&str> = names.iter().copied().chain(["unknown"]).collect();
    let described = |mut schema: Value| {
        if let Some(map) = schema.as_object_mut() {
            map.insert("description".to_owned(), json!(fact.question));
        }
        schema
    };
    described(match fact.kind {
        FactKind::Bool => json!({ "enum": [true, false, "yes", "no", "unknown", null] }),
        FactKind::One => json!({ "anyOf": [{ "enum": with_unknown }, { "type": "null" }] }),
        FactKind::Recency => json!({ "anyOf": [{ "enum": with_unknown }, { "type": "string", "format": "date" }, { "type": "null" }] }),
        FactKind::Many => json!({ "anyOf": [
            { "type": "array", "items": { "enum": names }, "minItems": 1, "uniqueItems": true },
            { "enum": with_unknown }, { "type": "null" }
        ] }),
        FactKind::Number => json!({ "anyOf": [{ "type": "integer" }, { "enum": ["unknown"] }, { "type": "null" }] }),
    })
}

/// Text that may stand in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
