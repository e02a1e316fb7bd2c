//! What the law says of what happened: decided by the same law as every other question, on the day of the act.

use super::data::{Guide, Happened};
use super::state::State;
use crate::serve::form::first_sentence;
use haven_law::decide::{Basis, Decision, Does, ProvisionAnswer, Verdict};
use haven_law::pack::{Clause, Layer, Pack, Verified};
use haven_law::request::Request;
use haven_law::vocabulary::{FactId, Reason};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// When a provision was in force. Days until which are the last ones.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Term {
    pub from: Option<Date>,
    /// Where that is uncertain, the first day on which it may have been.
    pub perhaps_from: Option<Date>,
    pub until: Option<Date>,
    /// Where that is uncertain, the last day on which it surely was.
    pub perhaps_until: Option<Date>,
}

/// A provision of a finding.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Provision {
    pub cite: String,
    /// When it was in force, where that is not surely all of the time that was told.
    pub term: Option<Term>,
    /// `no`, `must`, `yes`, `may`: what it does to the act; keys `lawful-does-…`.
    pub does: &'static str,
    /// `v`, `s`, `u`: how well its text is known; keys `lawful-mark-…`.
    pub mark: &'static str,
    pub plain: String,
    pub rest: String,
    pub quotes: Vec<String>,
    pub address: String,
    id: String,
}

/// What one layer says.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct LayerView {
    /// Its name: keys `lawful-layer-…`.
    pub name: &'static str,
    /// Its word: keys `lawful-word-…`.
    pub word: &'static str,
    pub provisions: Vec<Provision>,
}

/// A fact that nobody knows and that can still matter, or several that are learned in the same way.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Unknown {
    /// How it can be learned: keys `lawful-learn-…`.
    pub learn: String,
    /// The facts, by name, with their labels in English.
    pub facts: Vec<(String, String)>,
}

/// A stretch of days on which the law says the same of an act.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    pub from: Date,
    pub until: Date,
    /// The word: keys `lawful-word-…` and `lawful-sentence-…`.
    pub word: &'static str,
    pub layers: Vec<LayerView>,
    pub unknown: Vec<Unknown>,
    /// Points that no fact settles, in the words of the pack.
    pub points: Vec<String>,
}

impl Stretch {
    fn says_the_same(&self, other: &Stretch) -> bool {
        self.word == other.word && self.layers == other.layers && self.unknown == other.unknown && self.points == other.points
    }
}

/// What the law says of acts of which it says the same.
pub(super) struct Finding {
    /// The acts, by name, with their labels in English.
    pub acts: Vec<(String, String)>,
    pub stretches: Vec<Stretch>,
}

/// What had to be written down, and leaves a record to ask for.
pub(super) struct Duty {
    /// The act, by name, with its label in English.
    pub act: (String, String),
    pub cites: Vec<String>,
    /// The worst mark of these.
    pub mark: &'static str,
}

/// Everything the law says of one thing that happened.
pub(super) struct Chapter {
    pub happened: String,
    pub findings: Vec<Finding>,
    pub duties: Vec<Duty>,
}

impl Chapter {
    /// Asks the law about what happened.
    pub(super) fn new(guide: &Guide, pack: &Pack, state: &State, happened: &Happened, today: Date) -> Chapter {
        let days = state.days(guide, pack, today);
        let told = days.first().zip(days.last()).map_or((today, today), |(first, last)| (first.0, last.1));
        let mut findings: Vec<Finding> = Vec::new();
        for act in &happened.acts {
            let mut stretches: Vec<Stretch> = Vec::new();
            for (from, until) in &days {
                let Some(request) = state.request(guide, pack, &happened.id, act, *from) else { continue };
                let next = stretch(guide, pack, &request, (*from, *until), told);
                match stretches.last_mut() {
                    Some(last) if last.says_the_same(&next) => last.until = next.until,
                    _ => stretches.push(next),
                }
            }
            let label = label(pack, act);
            // Acts that share a word, such as to detain and to keep holding, are mostly judged alike: said once.
            match findings.iter_mut().find(|known| known.stretches == stretches) {
                Some(known) => known.acts.push(label),
                None => findings.push(Finding { acts: vec![label], stretches }),
            }
        }
        let duties = happened.duties.iter().filter_map(|act| duty(guide, pack, state, happened, act, &days)).collect();
        Chapter { happened: happened.id.clone(), findings, duties }
    }

    /// Its word in short: what looks unlawful in one of its acts is never covered by what another may do.
    pub(super) fn word(&self) -> &'static str {
        let words = |finding: &Finding| finding.stretches.iter().map(|stretch| stretch.word).collect::<Vec<_>>();
        let all: Vec<Vec<&'static str>> = self.findings.iter().map(words).collect();
        let same = |words: &Vec<&'static str>| words.iter().all(|word| Some(word) == words.first());
        if !all.iter().all(same) {
            return "day";
        }
        let has = |wanted: &str| all.iter().flatten().find(|word| **word == wanted).copied();
        has("unlawful")
            .or_else(|| has("depends"))
            .or_else(|| has("silent"))
            .or_else(|| all.iter().flatten().next().copied())
            .unwrap_or("depends")
    }

    /// The citations of what looks broken, or may be, with when it was in force where that is in doubt.
    pub(super) fn clauses(&self) -> Vec<(String, Option<Term>)> {
        let layers = self.findings.iter().flat_map(|finding| &finding.stretches).flat_map(|stretch| &stretch.layers);
        let broken = layers.flat_map(|layer| &layer.provisions).filter(|provision| matches!(provision.does, "no" | "may"));
        let cites: BTreeSet<(&String, &Option<Term>)> = broken.map(|provision| (&provision.cite, &provision.term)).collect();
        cites.into_iter().map(|(cite, term)| (cite.clone(), term.clone())).collect()
    }
}

fn label(pack: &Pack, act: &str) -> (String, String) {
    let action = pack.vocabulary().action_named(act).and_then(|id| pack.vocabulary().action(id));
    (act.to_owned(), action.map_or_else(String::new, |action| action.label.clone()))
}

fn duty(guide: &Guide, pack: &Pack, state: &State, happened: &Happened, act: &str, days: &[(Date, Date)]) -> Option<Duty> {
    // Of days on which it may not have been a duty yet, nothing is said.
    let mut cites = BTreeSet::new();
    let mut mark = "v";
    for (from, _) in days {
        let decision = pack.decide(&state.request(guide, pack, &happened.id, act, *from)?);
        if decision.verdict != Verdict::Required {
            return None;
        }
        for provision in decision.layers.iter().flat_map(|layer| &layer.provisions).filter(|known| known.effect == Does::Requires) {
            cites.insert(provision.cite.clone());
            mark = worse(mark, self::mark(provision.verified));
        }
    }
    (!cites.is_empty()).then(|| Duty { act: label(pack, act), cites: cites.into_iter().collect(), mark })
}

/// The word of a verdict on something that has happened.
fn word(verdict: Verdict, basis: Option<Basis>) -> &'static str {
    match (verdict, basis) {
        (Verdict::Prohibited, _) => "unlawful",
        (Verdict::NeedsFacts, _) => "depends",
        (Verdict::Required, _) => "required",
        (Verdict::Permitted, Some(Basis::Authorised)) => "allowed",
        (Verdict::Permitted, Some(Basis::Excepted)) => "excepted",
        // INVARIANT: the silence of these laws is never called lawful.
        (Verdict::Permitted, _) => "silent",
    }
}

fn mark(verified: Verified) -> &'static str {
    match verified {
        Verified::V => "v",
        Verified::S => "s",
        Verified::U => "u",
    }
}

/// The worse of two marks.
fn worse(one: &'static str, other: &'static str) -> &'static str {
    if one == "u" || other == "u" {
        "u"
    } else if one == "s" || other == "s" {
        "s"
    } else {
        "v"
    }
}

fn layer_name(layer: Layer) -> &'static str {
    match layer {
        Layer::City => "city",
        Layer::County => "county",
        Layer::State => "state",
        Layer::Federal => "federal",
        Layer::Order => "order",
    }
}

fn stretch(guide: &Guide, pack: &Pack, request: &Request, (from, until): (Date, Date), told: (Date, Date)) -> Stretch {
    let decision = pack.decide(request);
    let points = decision.questions.iter().filter(|question| question.fact.is_none());
    // Questions about which version or text was in force are answered by the stretches and by the provisions shown.
    let points = points.filter(|point| !matches!(point.reason, Some(Reason::Version | Reason::NotEncoded)));
    let points = points.map(|point| point.question.clone()).collect();
    let layers = decision.layers.iter().map(|layer| LayerView {
        name: layer_name(layer.layer),
        word: word(layer.verdict, layer.basis),
        provisions: provisions(pack, &layer.provisions, told),
    });
    Stretch {
        from,
        until,
        word: word(decision.verdict, decision.basis),
        layers: layers.collect(),
        unknown: unknown(guide, pack, request, &decision),
        points,
    }
}

/// The provisions that speak against the act, or may, or allow it; those that were looked at and do not reach it are left out.
fn provisions(pack: &Pack, answers: &[ProvisionAnswer], told: (Date, Date)) -> Vec<Provision> {
    let mut provisions: Vec<Provision> = Vec::new();
    for answer in answers {
        let does = match answer.effect {
            Does::Prohibits => "no",
            Does::Requires => "must",
            Does::Authorises | Does::Excepted => "yes",
            Does::Refers | Does::Undetermined | Does::NotEncoded => "may",
            Does::NotMet => continue,
        };
        let mark = mark(answer.verified);
        if let Some(known) = provisions.iter_mut().find(|known| known.id == answer.id && known.does == does) {
            known.mark = worse(known.mark, mark);
            continue;
        }
        let clause = pack.clauses.iter().find(|clause| clause.id == answer.clause);
        let passage = clause.and_then(|clause| pack.passage(clause.instrument, &clause.provision, clause.from));
        let instrument = match clause {
            Some(clause) => pack.instrument_of(clause),
            None => pack.instruments.iter().find(|instrument| instrument.id == answer.id),
        };
        let plain = passage.map_or("", |passage| passage.plain.as_str());
        let lead = first_sentence(plain);
        let address = instrument.map(|instrument| instrument.address.as_str()).unwrap_or_default();
        provisions.push(Provision {
            cite: answer.cite.clone(),
            term: clause.and_then(|clause| term(pack, clause, told)),
            does,
            mark,
            plain: lead.to_owned(),
            rest: plain.strip_prefix(lead).unwrap_or_default().trim().to_owned(),
            quotes: passage.map(|passage| passage.quotes.clone()).unwrap_or_default(),
            address: if address.starts_with("http") { address.to_owned() } else { String::new() },
            id: answer.id.clone(),
        });
    }
    provisions
}

/// When the provision of a clause was in force, whichever versions have it; none where that was surely so for all of the time
/// that was told.
fn term(pack: &Pack, clause: &Clause, (first, last): (Date, Date)) -> Option<Term> {
    let all = || pack.clauses.iter().filter(|known| known.instrument == clause.instrument && known.provision == clause.provision);
    let from = all().map(|known| known.from).min()?;
    let end = all().map(|known| known.until).max_by_key(|until| until.unwrap_or(Date::MAX))?;
    let versions = &pack.instrument_of(clause)?.versions;
    let unsure = |day: Date| versions.iter().find(|version| version.from == day).and_then(|version| version.uncertain_from);
    let begins = from > first;
    let end = end.filter(|end| *end <= last || unsure(*end).is_some_and(|day| day <= last));
    (begins || end.is_some()).then(|| Term {
        from: begins.then_some(from),
        perhaps_from: unsure(from).filter(|_| begins),
        until: end.and_then(|end| end.yesterday().ok()),
        perhaps_until: end.and_then(unsure).and_then(|day| day.yesterday().ok()),
    })
}

/// What nobody has said and can still matter in a layer that is open; where the law is silent on what was told, what would
/// make it speak if it were otherwise, because what was told need not be all. Grouped by how it is learned.
fn unknown(guide: &Guide, pack: &Pack, request: &Request, decision: &Decision) -> Vec<Unknown> {
    let mut unknown: Vec<Unknown> = Vec::new();
    if decision.verdict == Verdict::Permitted {
        for change in decision.would_change.iter().filter(|change| change.verdict != Verdict::Required) {
            if let Some(id) = pack.vocabulary().fact_named(&change.fact) {
                add(guide, pack, id, &mut unknown);
            }
        }
        return unknown;
    }
    let open: Vec<Layer> = decision.layers.iter().filter(|layer| layer.verdict == Verdict::NeedsFacts).map(|layer| layer.layer).collect();
    for (clause, missing) in pack.undetermined(request) {
        if !pack.instrument_of(clause).is_some_and(|instrument| open.contains(&instrument.layer)) {
            continue;
        }
        for id in missing.iter() {
            add(guide, pack, id, &mut unknown);
        }
    }
    unknown
}

fn add(guide: &Guide, pack: &Pack, id: FactId, unknown: &mut Vec<Unknown>) {
    let fact = pack.vocabulary().fact(id);
    let Some(learn) = guide.learn.get(&fact.name) else { return };
    let pair = (fact.name.clone(), fact.label.clone());
    match unknown.iter_mut().find(|known| known.learn == *learn) {
        Some(known) if known.facts.contains(&pair) => {}
        Some(known) => known.facts.push(pair),
        None => unknown.push(Unknown { learn: learn.clone(), facts: vec![pair] }),
    }
}
