//! An answer as the page shows it.

use super::form::{Field, capital, first_sentence, labels};
use crate::words::Language;
use haven_law::decide::{Basis, Because, Decision, Does, Holds, LayerAnswer, Note, NoteOf, ProvisionAnswer, Question, Verdict};
use haven_law::pack::{Clause, Pack, Verified};
use haven_law::request::Request;
use haven_law::vocabulary::{Fact, Reason, filled};
use jiff::civil::Date;
use serde_json::Value;
use std::collections::BTreeMap;

/// The word people see, and the sign and colour it goes with. Word and sign alone must do: not everyone sees colour.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// The sign and the colour.
    pub kind: &'static str,
    /// The word.
    pub text: String,
}

impl Word {
    /// The word of a verdict.
    pub(crate) fn new(language: &Language, verdict: Verdict, basis: Option<Basis>) -> Word {
        let (kind, key) = match (verdict, basis) {
            (Verdict::Prohibited, _) => ("no", "word-no"),
            (Verdict::NeedsFacts, _) => ("ask", "word-ask"),
            (Verdict::Required, _) => ("must", "word-must"),
            (Verdict::Permitted, Some(Basis::Authorised | Basis::Excepted)) => ("yes", "word-yes"),
            // INVARIANT: silence of these laws never looks like a yes.
            (Verdict::Permitted, _) => ("silent", "word-silent"),
        };
        Word { kind, text: language.text(key) }
    }
}

/// Whether nothing but orders below the ordinance, guidelines among them, gives the verdict: then it is not "the law".
pub(crate) fn is_of_orders(decision: &Decision) -> bool {
    let deciding = || decision.layers.iter().filter(|layer| layer.verdict == decision.verdict);
    deciding().next().is_some() && deciding().all(|layer| layer.layer == haven_law::pack::Layer::Order)
}

/// One sentence on what a verdict means.
fn sentence(language: &Language, decision: &Decision) -> String {
    language.text(match (decision.verdict, decision.basis) {
        (Verdict::Prohibited, _) if is_of_orders(decision) => "sentence-no-order",
        (Verdict::Required, _) if is_of_orders(decision) => "sentence-must-order",
        (Verdict::Prohibited, _) => "sentence-no",
        (Verdict::NeedsFacts, _) => "sentence-ask",
        (Verdict::Required, _) => "sentence-must",
        (Verdict::Permitted, Some(Basis::Authorised)) => "sentence-authorised",
        (Verdict::Permitted, Some(Basis::Excepted)) => "sentence-excepted",
        (Verdict::Permitted, _) => "sentence-silent",
    })
}

/// The word for a layer.
pub(crate) fn layer_name(language: &Language, layer: haven_law::pack::Layer) -> String {
    use haven_law::pack::Layer;
    language.text(match layer {
        Layer::City => "layer-city",
        Layer::County => "layer-county",
        Layer::State => "layer-state",
        Layer::Federal => "layer-federal",
        Layer::Order => "layer-order",
    })
}

/// How well a text is known.
pub(crate) fn mark(language: &Language, verified: Verified, in_part: bool) -> String {
    language.text(match verified {
        Verified::V if in_part => "mark-part",
        Verified::V => "mark-read",
        Verified::S => "mark-reported",
        Verified::U => "mark-unverified",
    })
}

fn does(language: &Language, does: Does) -> String {
    language.text(match does {
        Does::Prohibits => "does-prohibits",
        Does::Requires => "does-requires",
        Does::Authorises => "does-authorises",
        Does::Refers => "does-refers",
        Does::Excepted => "does-excepted",
        Does::Undetermined => "does-undetermined",
        Does::NotMet => "does-not-met",
        Does::NotEncoded => "does-not-encoded",
    })
}

/// Something to do.
pub(crate) struct Step {
    /// What.
    pub text: String,
    /// The law that says so; empty for good practice.
    pub cite: String,
    /// How well that law is known, where there is something to say.
    pub mark: String,
}

/// A text in the language of the page, or in English where it is the law's own and nobody has translated it.
pub(crate) struct Said {
    /// The words.
    pub text: String,
    /// Whether they are English on a page that is not.
    pub english: bool,
}

impl Said {
    fn english(language: &Language, text: String) -> Said {
        Said { text, english: !language.governs() }
    }

    /// What Haven says of itself, by its reason.
    fn of(language: &Language, pack: &Pack, reason: Reason, attribute: &str, values: &BTreeMap<String, String>) -> Said {
        let words = pack.vocabulary().reason(reason);
        let english = if attribute.is_empty() { &words.text } else { &words.why };
        let before = &pack.vocabulary().reason(Reason::Before).text;
        let values: Vec<(&str, String)> = values
            .iter()
            .map(|(name, value)| {
                let value = match value.parse::<Date>() {
                    Ok(day) => language.day(day),
                    Err(_) => named(pack, value).replace(before.as_str(), &language.law("reason-before", "", before)),
                };
                (name.as_str(), value)
            })
            .collect();
        let given: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        match language.law_with(&format!("reason-{}", reason.name()), attribute, &given) {
            Some(text) => Said { text, english: false },
            None => {
                let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
                Said::english(language, filled(english, &values))
            }
        }
    }

    fn note(language: &Language, pack: &Pack, note: &Note) -> Said {
        match &note.of {
            NoteOf::Reason(reason, values) => Said::of(language, pack, *reason, "", values),
            NoteOf::Version => Said::english(language, note.text.clone()),
            NoteOf::Kind(kind) => match language.law_with(&format!("kind-{kind}"), "note", &[]) {
                Some(text) => Said { text, english: false },
                None => Said::english(language, note.text.clone()),
            },
        }
    }
}

/// A point that no fact settles: a person decides.
pub(crate) struct Point {
    /// The question.
    pub question: Said,
    /// Why it is asked.
    pub why: Said,
    /// What needs it.
    pub needed_by: String,
}

/// Answers that lead to the same word.
pub(crate) struct Lead {
    /// Where they lead.
    pub word: Word,
    /// The answers.
    pub values: String,
}

/// A fact that would change the answer.
pub(crate) struct Change {
    /// What the fact is called.
    pub label: String,
    /// Where its other values lead.
    pub leads: Vec<Lead>,
}

/// A condition and how it stands.
pub(crate) struct Condition {
    /// The sign: `yes`, `no`, `unknown`, `error`.
    pub kind: &'static str,
    /// The word.
    pub holds: String,
    /// The condition.
    pub text: String,
    /// The provision, where it is an exception.
    pub exception: String,
}

/// A provision of an answer, with all its parts that do the same.
pub(crate) struct Provision {
    /// The citation.
    pub cite: String,
    /// What it does: the sign.
    pub kind: &'static str,
    /// What it does, in words.
    pub does: String,
    /// How well its text is known; parts may be known differently.
    pub marks: Vec<String>,
    /// Its first sentence in plain words.
    pub lead: String,
    /// The rest of them.
    pub rest: String,
    /// Its decisive words, quoted.
    pub quotes: Vec<String>,
    /// Where it is known from, apart from an address.
    pub source: String,
    /// An address to read it at.
    pub address: String,
    /// Whether the address is its own source, or only where its law stands.
    pub own: bool,
    /// The host of the address.
    pub host: String,
    /// For each part, its conditions.
    pub parts: Vec<Vec<Condition>>,
    /// Its id, as the address of its page has it.
    pub id: String,
    effect: Does,
    /// The first sentence, also where it is not said again: versions of a provision are told apart by it.
    told: String,
}

impl Provision {
    /// Takes away the words that stand above already, where the provision did something else.
    fn say_less(&mut self) {
        self.lead.clear();
        self.rest.clear();
        self.quotes.clear();
        self.source.clear();
        self.address.clear();
    }
}

/// A law and its version.
pub(crate) struct Version {
    /// The law.
    pub title: String,
    /// Its version, or the versions that may be in force.
    pub versions: String,
    /// Whether it is uncertain which is.
    pub uncertain: bool,
}

/// What a layer says.
pub(crate) struct Layer {
    /// Its name.
    pub name: String,
    /// Its word.
    pub word: Word,
    /// The laws it asked.
    pub versions: Vec<Version>,
    /// What decided.
    pub provisions: Vec<Provision>,
    /// What was looked at and does not apply.
    pub aside: Vec<Provision>,
}

/// An answer.
pub(crate) struct Answer {
    /// The word.
    pub word: Word,
    /// The sentence.
    pub sentence: String,
    /// What to do next.
    pub steps: Vec<Step>,
    /// What a person has to decide.
    pub points: Vec<Point>,
    /// What each layer says.
    pub layers: Vec<Layer>,
    /// What would change it.
    pub changes: Vec<Change>,
    /// Deciding provisions whose text was not read.
    pub unverified: Vec<String>,
    /// What else there is to know.
    pub notes: Vec<Said>,
    /// The day up to which the law was reviewed.
    pub reviewed_on: String,
}

impl Answer {
    /// Puts a decision into the words of the page.
    pub(crate) fn new(language: &Language, pack: &Pack, request: &Request, decision: &Decision) -> Answer {
        Answer {
            word: Word::new(language, decision.verdict, decision.basis),
            sentence: sentence(language, decision),
            steps: decision
                .obligations
                .iter()
                .map(|step| Step {
                    text: language.law(&format!("duty-{}", step.id), "", &step.text),
                    cite: if step.verified == "house" { String::new() } else { step.cite.clone() },
                    mark: match step.verified.as_str() {
                        "S" => mark(language, Verified::S, false),
                        "U" => mark(language, Verified::U, false),
                        _ => String::new(),
                    },
                })
                .collect(),
            points: decision
                .questions
                .iter()
                .filter(|question| question.fact.is_none())
                .map(|question| point(language, pack, question))
                .collect(),
            layers: decision.layers.iter().map(|layer| self::layer(language, pack, layer)).collect(),
            changes: changes(language, pack, request, decision),
            unverified: cites(pack, &decision.unverified),
            notes: decision.notes.iter().map(|note| Said::note(language, pack, note)).collect(),
            reviewed_on: decision.law.reviewed_on.map(|day| language.day(day)).unwrap_or_default(),
        }
    }
}

/// A day in words.
pub(super) fn words(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// A point in the words of the page. The question of a clause is the law's and stays English; why it is asked is Haven's.
fn point(language: &Language, pack: &Pack, point: &Question) -> Point {
    let english = |text: &str| Said::english(language, named(pack, text));
    let (question, why) = match point.reason {
        Some(Reason::Person) => (english(&point.question), Said::of(language, pack, Reason::Person, "", &point.values)),
        Some(reason) => (Said::of(language, pack, reason, "", &point.values), Said::of(language, pack, reason, "why", &point.values)),
        None => (english(&point.question), english(&point.why)),
    };
    Point { question, why, needed_by: named(pack, &cites(pack, &point.needed_by).join(", ")) }
}

/// The citations of provisions, where the pack has them.
fn cites(pack: &Pack, ids: &[String]) -> Vec<String> {
    let cite = |id: &String| pack.clauses.iter().find(|clause| clause.provision == *id).map_or(id, |clause| &clause.cite).clone();
    ids.iter().map(cite).collect()
}

/// A text with the laws in it called by their names: `instrument@version` is for programs.
fn named(pack: &Pack, text: &str) -> String {
    let mut named = text.to_owned();
    for instrument in &pack.instruments {
        for version in &instrument.versions {
            let id = format!("{}@{}", instrument.id, version.from);
            named = named.replace(&id, &format!("{} (text of {})", instrument.title, words(version.from)));
        }
    }
    named
}

/// Adds to a question what needs it and where each answer leads.
pub(super) fn weigh(language: &Language, field: &mut Field, pack: &Pack, request: &Request, question: &Question) {
    field.needed_by = cites(pack, &question.needed_by);
    for choice in &mut field.choices {
        choice.leads = lead(language, pack, request, &field.fact, &choice.value);
    }
}

/// Where a value of a fact leads. The verdict alone would not do: a yes on a provision and the silence of these laws are
/// both "permitted".
fn lead(language: &Language, pack: &Pack, request: &Request, fact: &str, value: &str) -> Option<Word> {
    let mut asked = request.clone();
    asked.state(pack, fact, &Value::from(value)).ok()?;
    let (verdict, basis) = pack.verdict(&asked);
    Some(Word::new(language, verdict, basis))
}

/// Groups values of a fact by where each leads.
fn leads(language: &Language, pack: &Pack, request: &Request, fact: &Fact, values: &[String]) -> Vec<Lead> {
    let mut groups: Vec<(Word, Vec<String>)> = Vec::new();
    for value in values {
        let Some(word) = lead(language, pack, request, &fact.name, value) else { continue };
        match groups.iter_mut().find(|(known, _)| *known == word) {
            Some((_, values)) => values.push(value.clone()),
            None => groups.push((word, vec![value.clone()])),
        }
    }
    groups.into_iter().map(|(word, values)| Lead { word, values: labels(language, fact, &values).join(", ") }).collect()
}

fn changes(language: &Language, pack: &Pack, request: &Request, decision: &Decision) -> Vec<Change> {
    let mut by_fact: Vec<(&str, Vec<String>)> = Vec::new();
    for change in &decision.would_change {
        match by_fact.iter_mut().find(|(fact, _)| *fact == change.fact) {
            Some((_, values)) => values.extend(change.values.iter().cloned()),
            None => by_fact.push((&change.fact, change.values.clone())),
        }
    }
    let vocabulary = pack.vocabulary();
    by_fact
        .into_iter()
        .filter_map(|(fact, values)| {
            let fact = vocabulary.fact(vocabulary.fact_named(fact)?);
            let label = language.law(&format!("fact-{}", fact.name), "", &fact.label);
            Some(Change { label: capital(&label), leads: leads(language, pack, request, fact, &values) })
        })
        .collect()
}

fn layer(language: &Language, pack: &Pack, answer: &LayerAnswer) -> Layer {
    let (mut provisions, mut aside): (Vec<Provision>, Vec<Provision>) = (Vec::new(), Vec::new());
    for part in &answer.provisions {
        let list = if part.effect == Does::NotMet { &mut aside } else { &mut provisions };
        // Several clauses of one provision share its words: they are shown once, each with its own conditions.
        let mut next = provision(language, pack, part);
        match list.iter_mut().find(|known| known.id == next.id && known.effect == next.effect && known.told == next.told) {
            Some(known) => {
                known.parts.extend(next.parts);
                known.marks.extend(next.marks);
                known.marks.dedup();
            }
            None => {
                if list.iter().any(|known| known.id == next.id && known.told == next.told) {
                    next.say_less();
                }
                list.push(next);
            }
        }
    }
    Layer {
        name: layer_name(language, answer.layer),
        word: Word::new(language, answer.verdict, answer.basis),
        versions: versions(pack, &answer.version),
        provisions,
        aside,
    }
}

/// The laws of `instrument@version …`, readings separated by `or`, each law once with the versions it may be in.
fn versions(pack: &Pack, text: &str) -> Vec<Version> {
    let mut laws: Vec<(&str, Vec<Date>)> = Vec::new();
    for (law, day) in text.split(" or ").flat_map(|reading| reading.split(' ')).filter_map(|version| version.rsplit_once('@')) {
        let Ok(day) = day.parse() else { continue };
        match laws.iter_mut().find(|(known, _)| *known == law) {
            Some((_, days)) if days.contains(&day) => {}
            Some((_, days)) => days.push(day),
            None => laws.push((law, vec![day])),
        }
    }
    laws.into_iter()
        .filter_map(|(law, days)| {
            let instrument = pack.instruments.iter().find(|instrument| instrument.id == law)?;
            let labels = days.iter().map(|day| match instrument.versions.iter().find(|version| version.from == *day) {
                Some(version) => format!("{} ({})", words(*day), version.label),
                None => words(*day),
            });
            let uncertain = days.len() > 1;
            Some(Version { title: instrument.title.clone(), versions: labels.collect::<Vec<_>>().join(", or "), uncertain })
        })
        .collect()
}

fn provision(language: &Language, pack: &Pack, answer: &ProvisionAnswer) -> Provision {
    let clause = pack.clauses.iter().find(|clause| clause.id == answer.clause);
    let instrument = match clause {
        Some(clause) => pack.instrument_of(clause),
        None => pack.instruments.iter().find(|instrument| instrument.id == answer.id),
    };
    let passage = clause.and_then(|clause| pack.passage(clause.instrument, &clause.provision, clause.from));
    let plain = passage.map_or("", |passage| passage.plain.as_str());
    let lead = first_sentence(plain);
    let (source, in_part) = source(passage.map_or("", |passage| passage.source.as_str()));
    let written = source.split_whitespace().find(|word| word.starts_with("http"));
    let address = written.map(|word| word.trim_end_matches([',', ';'])).or(instrument.map(|instrument| instrument.address.as_str()));
    let address = address.filter(|address| is_page(address)).unwrap_or_default();
    Provision {
        cite: answer.cite.clone(),
        kind: match answer.effect {
            Does::Prohibits => "no",
            Does::Requires => "must",
            Does::Authorises | Does::Excepted => "yes",
            Does::Refers | Does::Undetermined | Does::NotEncoded => "ask",
            Does::NotMet => "silent",
        },
        does: does(language, answer.effect),
        marks: vec![mark(language, answer.verified, in_part)],
        lead: lead.to_owned(),
        rest: plain.strip_prefix(lead).unwrap_or_default().trim().to_owned(),
        quotes: passage.map(|passage| passage.quotes.clone()).unwrap_or_default(),
        // What is only an address is shown as a link, not twice.
        source: if written == Some(source) { String::new() } else { source.to_owned() },
        address: address.to_owned(),
        own: written.is_some(),
        host: host(address).to_owned(),
        parts: Some(conditions(language, answer)).filter(|conditions| !conditions.is_empty()).into_iter().collect(),
        id: answer.id.clone(),
        effect: answer.effect,
        told: lead.to_owned(),
    }
}

/// Whether of the text of a clause only a part was read.
pub(crate) fn read_in_part(pack: &Pack, clause: &Clause) -> bool {
    pack.passage(clause.instrument, &clause.provision, clause.from).is_some_and(|passage| source(&passage.source).1)
}

/// A source without its mark, and the mark in words; empty where it has none.
pub(super) fn source_of(language: &Language, text: &str) -> (String, String) {
    let (bare, in_part) = source(text);
    let known = text.strip_prefix(bare).unwrap_or_default().trim();
    let verified = match known {
        "[V]" | "[V-part]" => Some(Verified::V),
        "[S]" => Some(Verified::S),
        "[U]" => Some(Verified::U),
        _ => None,
    };
    (bare.to_owned(), verified.map_or_else(String::new, |verified| mark(language, verified, in_part)))
}

/// A source in words, and the address in it that a browser opens as a page. What is only an address is not said twice.
pub(super) fn written(source: &str) -> (String, String) {
    let address = source.split_whitespace().map(|word| word.trim_end_matches([',', ';'])).find(|word| is_page(word)).unwrap_or_default();
    (if address == source { String::new() } else { source.to_owned() }, address.to_owned())
}

/// Only what a browser opens as a page becomes a link.
fn is_page(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// A source without its mark, and whether the mark says that the text was read in part.
fn source(text: &str) -> (&str, bool) {
    match text.rsplit_once(" [") {
        Some((source, mark)) if mark.ends_with(']') => (source, mark == "V-part]"),
        _ => (text, false),
    }
}

fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

fn conditions(language: &Language, answer: &ProvisionAnswer) -> Vec<Condition> {
    answer
        .because
        .iter()
        .map(|Because { condition, holds, exception }| Condition {
            kind: match holds {
                Holds::Yes => "yes",
                Holds::No => "no",
                Holds::Unknown => "unknown",
                Holds::Error => "error",
            },
            holds: language.text(match holds {
                Holds::Yes => "holds-yes",
                Holds::No => "holds-no",
                Holds::Unknown => "holds-unknown",
                Holds::Error => "holds-error",
            }),
            text: capital(condition),
            exception: exception.clone().unwrap_or_default(),
        })
        .collect()
}
