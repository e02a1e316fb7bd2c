//! What is this paper? One sign at a time, with drawings, by the same table of signs as `haven ask paper`.
//!
//! The page keeps nothing: what was answered travels in hidden inputs of the form, in the order in which it was answered, so
//! that Back is the same form without its last answer. Nothing stands in an address.
//!
//! INVARIANT: the page states only what was chosen or typed, and [`Papers::classify`] alone decides.

use super::App;
use super::answer::mark;
use super::form::{Posted, capital};
use super::here::{Frame, Here};
use super::pages::{page, problem};
use crate::ask;
use crate::error::CliError;
use crate::words::Language;
use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Form, Router};
use haven_law::pack::{Pack, Source, Verified};
use haven_law::paper::{Class, Classification, Indicator, Input, Paper, PaperError, Papers, Reason};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What stands before the name of a field in the name of an input.
const SIGN: &str = "sign.";
/// The value of the answer "I can't see it, or I don't know".
const UNKNOWN: &str = "unknown";
/// The value of the button beside what is typed.
const TYPED: &str = "typed";

/// The pages.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/paper", get(begin).post(answered))
}

/// `law/paper-page.toml`; its head explains it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    step: Vec<Step>,
    leads: BTreeMap<Class, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    id: String,
    #[serde(default)]
    first: bool,
    covers: Vec<String>,
    #[serde(default)]
    typed: Option<String>,
    choice: Vec<Choice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    id: String,
    states: BTreeMap<String, String>,
    drawing: Drawing,
    printed: Vec<String>,
    #[serde(default)]
    next: Option<String>,
}

/// What is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Drawing {
    /// A signature over a title.
    Signature,
    /// A line for a signature with nothing on it.
    Unsigned,
    /// The torn end of a page.
    Cut,
    /// The head of a court's paper.
    Court,
    /// The head of an agency's form.
    Agency,
    /// The bottom corner of a form.
    Corner,
    /// A screen.
    Screen,
}

/// The signs and the plan of the page.
pub(crate) struct Desk {
    papers: Papers,
    plan: Plan,
}

impl Desk {
    /// Reads both and holds them against each other and against the vocabulary.
    pub(super) fn read(source: &Source, pack: &Pack) -> Result<Desk, CliError> {
        const SIGNS: &str = "papers.toml";
        const PLAN: &str = "paper-page.toml";
        let get =
            |path: &str| source.get(path).ok_or_else(|| CliError::other(format!("`{path}` is missing"), "every folder of laws has one"));
        let papers =
            Papers::load(get(SIGNS)?, SIGNS).map_err(|error| CliError::other(error.to_string(), "its head explains every field"))?;
        let wrong = |what: String| CliError::other(format!("`{PLAN}`: {what}"), "its head explains every field");
        let plan: Plan = toml::from_str(get(PLAN)?).map_err(|error| wrong(error.to_string()))?;
        for step in &plan.step {
            let known = |field: &String| papers.indicators().any(|indicator| indicator.name == *field);
            if let Some(field) = step.covers.iter().chain(&step.typed).find(|field| !known(field)) {
                return Err(wrong(format!("step `{}`: expected a field of `{SIGNS}`, found `{field}`", step.id)));
            }
            for choice in &step.choice {
                let mut paper = Paper::default();
                for (field, value) in &choice.states {
                    paper
                        .state(&papers, field, &Value::from(value.as_str()))
                        .map_err(|error| wrong(format!("step `{}`: {error}", step.id)))?;
                }
                if let Some(next) = choice.next.iter().find(|next| !plan.step.iter().any(|step| step.id == **next)) {
                    return Err(wrong(format!("step `{}`: expected a step, found `{next}`", step.id)));
                }
            }
        }
        for (_, class, _) in papers.kinds() {
            let acts = plan.leads.get(&class).ok_or_else(|| wrong("a class of paper leads nowhere".to_owned()))?;
            if let Some(act) = acts.iter().find(|act| pack.vocabulary().action_named(act).is_none()) {
                return Err(wrong(format!("[leads]: expected an act, found `{act}`")));
            }
        }
        Ok(Desk { papers, plan })
    }

    fn step(&self, id: &str) -> Option<&Step> {
        self.plan.step.iter().find(|step| step.id == id)
    }

    fn field(&self, id: &str) -> Option<&Indicator> {
        self.papers.indicators().find(|indicator| indicator.name == id)
    }

    /// The fields that a step settles, whatever was answered.
    fn covers<'a>(&'a self, id: &'a str) -> Vec<&'a str> {
        self.step(id).map_or_else(|| vec![id], |step| step.covers.iter().map(String::as_str).collect())
    }

    /// Whether there is a step, or a field that can be asked by itself.
    fn asks(&self, id: &str) -> bool {
        self.step(id).is_some() || self.field(id).is_some()
    }
}

/// What was answered, step by step.
#[derive(Default)]
struct Answers(Vec<Answered>);

/// One step and the fields it stated.
struct Answered {
    step: String,
    signs: Vec<(String, String)>,
}

impl Answers {
    /// Reads the hidden inputs of a form.
    fn read(posted: &Posted) -> Answers {
        let mut answers = Answers::default();
        for (name, value) in &posted.0 {
            if name == "step" {
                answers.0.push(Answered { step: value.clone(), signs: Vec::new() });
            } else if let Some(field) = name.strip_prefix(SIGN) {
                // A sign without a step is one that somebody stated elsewhere; it is a step of its own.
                if answers.0.is_empty() {
                    answers.0.push(Answered { step: field.to_owned(), signs: Vec::new() });
                }
                if let Some(last) = answers.0.last_mut() {
                    last.signs.push((field.to_owned(), value.clone()));
                }
            }
        }
        answers
    }

    /// The inputs that carry them.
    fn pairs(&self) -> Vec<(String, String)> {
        let of = |answered: &Answered| {
            let signs = answered.signs.iter().map(|(field, value)| (format!("{SIGN}{field}"), value.clone()));
            std::iter::once(("step".to_owned(), answered.step.clone())).chain(signs).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(of).collect()
    }

    fn has(&self, step: &str) -> bool {
        self.0.iter().any(|answered| answered.step == step)
    }

    /// The paper they describe.
    fn paper(&self, papers: &Papers) -> Result<Paper, PaperError> {
        let mut paper = Paper::default();
        for (field, value) in self.0.iter().flat_map(|answered| &answered.signs) {
            paper.state(papers, field, &Value::from(value.as_str()))?;
        }
        Ok(paper)
    }

    /// Whether a field is stated, or a step that settles it was answered.
    fn settles(&self, desk: &Desk, field: &str) -> bool {
        self.0
            .iter()
            .any(|answered| desk.covers(&answered.step).contains(&field) || answered.signs.iter().any(|(stated, _)| stated == field))
    }
}

/// A picture that can be chosen.
struct Picture<'a> {
    value: &'a str,
    label: String,
    /// What is drawn, in words.
    alt: String,
    drawing: Option<Drawing>,
    printed: &'a [String],
}

impl Picture<'_> {
    /// A line of what is printed on it.
    fn line(&self, at: usize) -> &str {
        self.printed.get(at).map_or("", String::as_str)
    }
}

/// A field that is typed.
struct Typed {
    question: String,
    is_day: bool,
}

#[derive(Template)]
#[template(path = "paper/question.html")]
struct Question<'a> {
    frame: Frame<'a>,
    step: &'a str,
    number: usize,
    title: String,
    why: String,
    pictures: Vec<Picture<'a>>,
    typed: Option<Typed>,
    carried: Vec<(String, String)>,
    error: Option<String>,
}

/// A sign, as the page says it.
struct Told {
    label: String,
    sign: String,
    says: String,
    cite: String,
    mark: String,
}

/// Where the page leads on: the act, its question, and the facts that are stated.
struct Lead {
    action: String,
    ask: String,
    pairs: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "paper/result.html")]
struct Found<'a> {
    frame: Frame<'a>,
    class: &'static str,
    title: String,
    is_known: bool,
    what: String,
    sure: String,
    not: String,
    answer: &'a Classification,
    decided: Vec<Told>,
    against: Vec<Told>,
    checks: Vec<(String, String)>,
    looks: Vec<(String, String)>,
    leads: Vec<Lead>,
    carried: Vec<(String, String)>,
}

/// The first question.
async fn begin(here: Here) -> Response {
    let desk = &here.app.paper;
    match desk.plan.step.first() {
        Some(step) => question(&here, &step.id, &Answers::default(), None),
        None => problem(&here, StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// The next question, or what the paper is.
async fn answered(here: Here, form: Result<Form<Vec<(String, String)>>, FormRejection>) -> Response {
    let posted = match form {
        Ok(Form(pairs)) => Posted(pairs),
        Err(rejection) => return problem(&here, rejection.into_response().status()),
    };
    let desk = &here.app.paper;
    let Ok(today) = ask::today(&here.app.pack) else { return problem(&here, StatusCode::INTERNAL_SERVER_ERROR) };
    let mut answers = Answers::read(&posted);
    if answers.0.iter().any(|answered| !desk.asks(&answered.step)) {
        return problem(&here, StatusCode::BAD_REQUEST);
    }
    let (at, see) = (posted.get("at"), posted.get("see"));
    if !posted.get("back").is_empty() {
        return match answers.0.pop() {
            Some(last) => question(&here, &last.step, &answers, None),
            None => begin(here).await,
        };
    }
    let mut next = Some(posted.get("next")).filter(|next| desk.asks(next)).map(str::to_owned);
    if !see.is_empty() {
        if !desk.asks(at) {
            return problem(&here, StatusCode::BAD_REQUEST);
        }
        let choice = desk.step(at).and_then(|step| step.choice.iter().find(|choice| choice.id == see));
        let typed = desk.step(at).map_or(Some(at), |step| step.typed.as_deref());
        let signs: Vec<(String, String)> = match (see, choice, typed) {
            (UNKNOWN, ..) => Vec::new(),
            (TYPED, _, Some(field)) => vec![(field.to_owned(), posted.get("typed").to_owned())],
            (_, Some(choice), _) => choice.states.iter().map(|(field, value)| (field.clone(), value.clone())).collect(),
            // A word of the field's closed list; a wrong one is refused below.
            (word, None, Some(field)) => vec![(field.to_owned(), word.to_owned())],
            (_, None, None) => return problem(&here, StatusCode::BAD_REQUEST),
        };
        let before = answers.pairs();
        answers.0.push(Answered { step: at.to_owned(), signs });
        if let Err(error) = answers.paper(&desk.papers) {
            return question(&here, at, &Answers::read(&Posted(before)), Some(error.to_string()));
        }
        next = choice.and_then(|choice| choice.next.clone());
    }
    let paper = match answers.paper(&desk.papers) {
        Ok(paper) => paper,
        Err(_) => return problem(&here, StatusCode::BAD_REQUEST),
    };
    let answer = desk.papers.classify(&paper, Some(today));
    if posted.get("done").is_empty() {
        if let Some(next) = next {
            return question(&here, &next, &answers, None);
        }
        if answer.class == Class::CannotTell {
            let first = desk.plan.step.iter().find(|step| step.first && !answers.has(&step.id) && !hit(desk, &answers));
            let look = answer.look_next.iter().find(|look| !answers.settles(desk, &look.indicator));
            if let Some(next) = first.map(|step| step.id.as_str()).or(look.map(|look| look.indicator.as_str())) {
                return question(&here, next, &answers, None);
            }
        }
    }
    result(&here, &answer, &answers)
}

/// Whether it is a hit on a screen, which has no signature and no heading: the step was answered to which a choice led.
fn hit(desk: &Desk, answers: &Answers) -> bool {
    let led = desk.plan.step.iter().flat_map(|step| &step.choice).filter_map(|choice| choice.next.as_deref());
    led.into_iter().any(|step| answers.has(step))
}

fn question(here: &Here, step: &str, answers: &Answers, error: Option<String>) -> Response {
    let (desk, language) = (&here.app.paper, &here.language);
    let plan = desk.step(step);
    let field = desk.field(step);
    let pictures = match (plan, field) {
        (Some(plan), _) => plan
            .choice
            .iter()
            .map(|choice| Picture {
                value: &choice.id,
                label: language.text(&format!("paper-see-{}-{}", plan.id, choice.id)),
                alt: language.text(&format!("paper-alt-{}-{}", plan.id, choice.id)),
                drawing: Some(choice.drawing),
                printed: &choice.printed,
            })
            .collect(),
        (None, Some(field)) => field
            .options
            .iter()
            .map(|option| Picture {
                value: &option.value,
                label: capital(&language.law(&format!("paper-option-{}-{}", field.name, option.value), "", &option.label)),
                alt: String::new(),
                drawing: None,
                printed: &[],
            })
            .collect(),
        (None, None) => return problem(here, StatusCode::BAD_REQUEST),
    };
    let typed = plan.map_or(Some(step), |plan| plan.typed.as_deref()).and_then(|name| desk.field(name));
    let typed = typed.filter(|field| field.input != Input::Choice);
    let (title, why) = match (plan.filter(|plan| plan.first), field) {
        (None, Some(field)) => (asked(language, field), language.law(&format!("paper-field-{}", field.name), "why", &field.why)),
        _ => (language.text(&format!("paper-ask-{step}")), language.text(&format!("paper-why-{step}"))),
    };
    let typed = typed.map(|field| Typed {
        // Where the page asks just this, it is not asked twice.
        question: Some(asked(language, field)).filter(|question| *question != title).unwrap_or_default(),
        is_day: field.input == Input::Date,
    });
    let status = if error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let question =
        Question { frame: here.frame(), step, number: answers.0.len() + 1, title, why, pictures, typed, carried: answers.pairs(), error };
    page(status, &question)
}

fn asked(language: &Language, field: &Indicator) -> String {
    language.law(&format!("paper-field-{}", field.name), "question", &field.question)
}

fn result(here: &Here, answer: &Classification, answers: &Answers) -> Response {
    let (desk, language, pack) = (&here.app.paper, &here.language, &here.app.pack);
    let class = name_of(answer.class);
    let kind = desk.papers.kinds().find(|(document, ..)| *document == answer.document).map_or("", |(_, _, label)| label);
    let title = capital(&language.law(&format!("fact-document-{}", answer.document), "", kind));
    let sure = match (answer.class, answer.against.is_empty(), answer.decided_by.is_empty()) {
        (Class::CannotTell, false, _) => "paper-sure-conflict",
        (Class::CannotTell, true, true) => "paper-sure-nothing",
        (Class::CannotTell, true, false) => "paper-sure-open",
        (_, true, _) => "paper-sure-settled",
        (_, false, _) => "paper-sure-against",
    };
    let told = |reason: &Reason| Told {
        label: desk
            .field(&reason.indicator)
            .map_or_else(String::new, |field| capital(&language.law(&format!("paper-field-{}", field.name), "", &field.label))),
        sign: reason.sign.clone(),
        says: reason.says.clone(),
        cite: reason.cite.clone(),
        mark: known(language, &reason.verified),
    };
    let facts = facts(answer);
    let lead = |name: &String| {
        let action = pack.vocabulary().action(pack.vocabulary().action_named(name)?)?;
        let takes = |fact: &str| action.facts.iter().any(|id| pack.vocabulary().fact(id).name == fact);
        let pairs = facts.iter().filter(|(fact, _)| takes(fact)).map(|(fact, value)| (format!("fact.{fact}"), value.clone())).collect();
        Some(Lead { action: action.name.clone(), ask: super::pages::ask_of(language, action), pairs })
    };
    let looks = answer.look_next.iter().filter(|look| !answers.settles(desk, &look.indicator));
    let template = Found {
        frame: here.frame(),
        class,
        title,
        is_known: answer.class != Class::CannotTell,
        what: language.text(&format!("paper-is-{class}")),
        sure: language.text(sure),
        not: language.text(&format!("paper-not-{class}")),
        answer,
        decided: answer.decided_by.iter().map(told).collect(),
        against: answer.against.iter().map(told).collect(),
        checks: answer
            .check
            .iter()
            .map(|check| (language.law(&format!("paper-check-{}", check.id), "", &check.says), known(language, &check.verified)))
            .collect(),
        looks: looks.filter_map(|look| Some((look.indicator.clone(), asked(language, desk.field(&look.indicator)?)))).collect(),
        leads: desk.plan.leads.get(&answer.class).into_iter().flatten().filter_map(lead).collect(),
        carried: answers.pairs(),
    };
    page(StatusCode::OK, &template)
}

/// The word of a class, as answers have it.
fn name_of(class: Class) -> &'static str {
    match class {
        Class::JudicialWarrant => "judicial_warrant",
        Class::AdministrativeWarrant => "administrative_warrant",
        Class::Detainer => "detainer",
        Class::Subpoena => "subpoena",
        Class::CourtOrder => "court_order",
        Class::CannotTell => "cannot_tell",
    }
}

/// The facts for a question, by their names.
fn facts(answer: &Classification) -> Vec<(String, String)> {
    let facts = serde_json::to_value(&answer.facts).unwrap_or_default();
    let pairs = facts.as_object().into_iter().flatten();
    pairs.filter_map(|(fact, value)| Some((fact.clone(), value.as_str()?.to_owned()))).collect()
}

/// How well something is known; plain good practice has no mark.
fn known(language: &Language, verified: &str) -> String {
    match verified {
        "V" => mark(language, Verified::V, false),
        "S" => mark(language, Verified::S, false),
        "U" => mark(language, Verified::U, false),
        _ => String::new(),
    }
}
