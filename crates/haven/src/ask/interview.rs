//! `haven ask` at a terminal: choose, answer in any order, "don't know" always possible.

use super::record::{Recorder, say};
use super::{code, today};
use crate::error::CliError;
use crate::show;
use haven_law::decide::{Decision, Question, Verdict};
use haven_law::pack::Pack;
use haven_law::request::{Request, Scope};
use haven_law::vocabulary::{ActionId, FactKind};
use inquire::{Autocomplete, InquireError, MultiSelect, Select, Text};
use serde_json::Value;
use std::fmt;
use std::process::ExitCode;

/// A line of a menu.
struct Choice<T> {
    label: String,
    value: T,
}

impl<T> fmt::Display for Choice<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

enum Next {
    Fact(String),
    Show,
}

/// Asks until there is an answer or the person has had enough, then prints it.
pub(super) fn run(pack: &Pack, agency: Option<String>, scope: Scope, record: Option<&Recorder>) -> Result<ExitCode, CliError> {
    match interview(pack, agency, scope) {
        Ok((request, decision)) => {
            // Asking makes the record: nobody is answered before it is durable.
            let receipt = record.map(|record| record.keep(pack, &request, &decision)).transpose()?;
            print!("\n{}", show::text(pack, &decision));
            if let Some(receipt) = receipt {
                say(&receipt)?;
            }
            Ok(ExitCode::from(code(decision.verdict)))
        }
        Err(InquireError::OperationCanceled | InquireError::OperationInterrupted) => Ok(ExitCode::from(2)),
        Err(error) => Err(CliError::other(error.to_string(), "use flags or --jsonl where there is no terminal")),
    }
}

fn interview(pack: &Pack, agency: Option<String>, scope: Scope) -> Result<(Request, Decision), InquireError> {
    println!("If anyone is hurt or in danger: help first. Then ask.\n");
    let action = choose_action(pack)?;
    let agency = match agency {
        Some(agency) => Some(agency),
        None => choose_agency(pack)?,
    };
    let on = today(pack).map_err(|error| InquireError::Custom(error.to_string().into()))?;
    let mut request = Request::new(pack, on, action, agency, scope);
    let mut asked: Vec<String> = Vec::new();
    loop {
        let decision = pack.decide(&request);
        let open: Vec<&Question> =
            decision.questions.iter().filter(|question| question.fact.as_ref().is_some_and(|fact| !asked.contains(fact))).collect();
        if decision.verdict != Verdict::NeedsFacts || open.is_empty() {
            return Ok((request, decision));
        }
        let mut menu: Vec<Choice<Next>> = open
            .iter()
            .filter_map(|question| Some(Choice { label: question.question.clone(), value: Next::Fact(question.fact.clone()?) }))
            .collect();
        menu.push(Choice { label: "Show the answer now".to_owned(), value: Next::Show });
        match Select::new("Which can you answer?", menu).with_help_message("the most decisive first; any order").prompt()?.value {
            Next::Show => {
                return Ok((request, decision));
            }
            Next::Fact(name) => {
                let why = open.iter().find(|question| question.fact.as_deref() == Some(name.as_str())).map(|question| question.why.clone());
                if let Some(value) = ask_fact(pack, &name, why.as_deref())? {
                    request.state(pack, &name, &value).map_err(|error| InquireError::Custom(error.to_string().into()))?;
                }
                asked.push(name);
            }
        }
    }
}

fn choose_action(pack: &Pack) -> Result<ActionId, InquireError> {
    let vocabulary = pack.vocabulary();
    let groups = vocabulary.groups().iter().map(|group| Choice { label: group.label.clone(), value: group.name.clone() }).collect();
    let group = Select::new("What is it about?", groups).prompt()?.value;
    let acts = vocabulary
        .action_ids()
        .filter(|(_, action)| action.group == group)
        .map(|(id, action)| Choice { label: action.ask.clone(), value: id })
        .collect();
    Ok(Select::new("Your question", acts).prompt()?.value)
}

/// Completes names of agencies from what has been typed.
#[derive(Clone)]
struct Agencies(Vec<String>);

impl Autocomplete for Agencies {
    fn get_suggestions(&mut self, input: &str) -> Result<Vec<String>, inquire::CustomUserError> {
        let typed = input.to_lowercase();
        Ok(self.0.iter().filter(|name| name.to_lowercase().contains(&typed)).take(7).cloned().collect())
    }

    fn get_completion(
        &mut self,
        input: &str,
        chosen: Option<String>,
    ) -> Result<inquire::autocompletion::Replacement, inquire::CustomUserError> {
        // Tab takes the name that is marked, else the first that fits.
        Ok(chosen.or(self.get_suggestions(input)?.into_iter().next()))
    }
}

fn choose_agency(pack: &Pack) -> Result<Option<String>, InquireError> {
    let names = pack.agencies.iter().map(|agency| agency.name.clone()).collect();
    let typed = Text::new("Your agency")
        .with_autocomplete(Agencies(names))
        .with_help_message("type a part of it and press Tab; empty if you do not know")
        .prompt()?;
    Ok(Some(typed.trim().to_owned()).filter(|name| !name.is_empty()))
}

/// Asks for one fact; nothing where the person does not know.
fn ask_fact(pack: &Pack, name: &str, why: Option<&str>) -> Result<Option<Value>, InquireError> {
    let vocabulary = pack.vocabulary();
    let Some(fact) = vocabulary.fact_named(name).map(|id| vocabulary.fact(id)) else { return Ok(None) };
    let help = why.unwrap_or_default();
    let line = |value: &haven_law::vocabulary::FactValue| match value.meaning.split_inclusive('.').next() {
        Some(meaning) if !meaning.is_empty() => format!("{}: {}", value.label, meaning.trim()),
        _ => value.label.clone(),
    };
    match fact.kind {
        FactKind::Number => {
            let typed = Text::new(&fact.question).with_help_message("a whole number; empty if you do not know").prompt()?;
            Ok(typed.trim().parse::<i64>().ok().map(Value::from))
        }
        FactKind::Many => {
            let choices = fact.values.iter().map(|value| Choice { label: line(value), value: value.name.clone() }).collect();
            let chosen = MultiSelect::new(&fact.question, choices)
                .with_help_message(&format!("space marks, enter ends; mark nothing if you do not know. {help}"))
                .prompt()?;
            let names: Vec<String> = chosen.into_iter().map(|choice| choice.value).collect();
            Ok((!names.is_empty()).then(|| Value::from(names)))
        }
        FactKind::Bool | FactKind::One | FactKind::Recency => {
            let mut choices: Vec<Choice<Option<String>>> =
                fact.values.iter().map(|value| Choice { label: line(value), value: Some(value.name.clone()) }).collect();
            choices.push(Choice { label: "I don't know".to_owned(), value: None });
            Ok(Select::new(&fact.question, choices).with_help_message(help).prompt()?.value.map(Value::from))
        }
    }
}
