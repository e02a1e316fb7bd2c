//! Decisions: what the law says of one act on one day, with every reason.
//!
//! Each layer is decided apart. Within a layer: a known caution defers to a person; else a prohibition that applies
//! decides; else anything that depends on unknown facts, an open point, an error or law that is not encoded makes it
//! "needs facts"; else a duty; else it is permitted, and the basis says whether a provision allows it, an exception
//! holds, or nothing reaches it. Format of the answer: `docs/formats/decision.md`.

use crate::ir::{FactSet, Facts, Truth};
use crate::pack::{Clause, Effect, Layer, Obligation, Pack, Verified};
use crate::plan::{InForce, LayerPlan, Reading, in_force};
use crate::request::Request;
use crate::vocabulary::{FactId, FactKind, Reason, filled};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What an asker is told. Exhaustive on purpose: a new verdict must break those who read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No.
    Prohibited,
    /// Ask first: facts or a person's decision are needed.
    NeedsFacts,
    /// You must.
    Required,
    /// Yes, on the stated basis.
    Permitted,
}

impl Verdict {
    /// The word in answers.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Prohibited => "prohibited",
            Verdict::NeedsFacts => "needs_facts",
            Verdict::Required => "required",
            Verdict::Permitted => "permitted",
        }
    }
}

/// Why an act is permitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Nothing in these laws speaks of it; other law may.
    NotReached,
    /// A provision would prohibit it, but an exception holds.
    Excepted,
    /// A provision allows it in words.
    Authorised,
}

/// How a condition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It depends on facts nobody stated.
    Unknown,
    /// It cannot be evaluated.
    Error,
}

/// One condition of a clause and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Because {
    /// The condition in words.
    pub condition: String,
    /// How it stands.
    pub holds: Holds,
    /// The provision, where the condition is an exception.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
}

/// What a clause does to this act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// It prohibits it.
    Prohibits,
    /// It requires it.
    Requires,
    /// It allows it in words.
    Authorises,
    /// It leaves the point to a person.
    Refers,
    /// It would apply, but an exception holds.
    Excepted,
    /// Whether it applies depends on unknown facts.
    Undetermined,
    /// It was looked at and does not apply.
    NotMet,
    /// The law of that day is not encoded.
    NotEncoded,
}

/// A provision in an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ProvisionAnswer {
    /// The provision.
    pub id: String,
    /// The citation.
    pub cite: String,
    /// How well its text is known.
    pub verified: Verified,
    /// What it does to this act.
    pub effect: Does,
    /// The clause of the pack.
    pub clause: String,
    /// Its conditions and how they stand.
    pub because: Vec<Because>,
}

/// What one layer says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LayerAnswer {
    /// The layer.
    pub layer: Layer,
    /// The versions in force, `instrument@date`; `or` stands between versions where it is uncertain which.
    pub version: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// Its basis, where permitted.
    pub basis: Option<Basis>,
    /// The provisions that decided, or that were looked at and do not apply.
    pub provisions: Vec<ProvisionAnswer>,
}

/// What follows from the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ObligationAnswer {
    /// Its id.
    pub id: String,
    /// What to do.
    pub text: String,
    /// The law that says so, or `Haven` for good practice.
    pub cite: String,
    /// `V`, `S`, `U` or `house`.
    pub verified: String,
}

/// Where an answer to a question would lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Lead {
    /// The value.
    pub value: String,
    /// The verdict if that were the answer and nothing else changed.
    pub verdict: Verdict,
    /// Its basis, where permitted: silence is no yes.
    pub basis: Option<Basis>,
}

/// A question that can still matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Question {
    /// The fact, or none where a person must decide a point the law leaves open.
    pub fact: Option<String>,
    /// The question.
    pub question: String,
    /// Why it is asked.
    pub why: String,
    /// What the point is, where no fact settles it; it is said in other languages by this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What is filled into the words of the reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// The provisions that need it.
    pub needed_by: Vec<String>,
    /// Where each answer leads.
    pub answers: Vec<Lead>,
}

/// A fact that, were it otherwise, would change the verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Change {
    /// The fact.
    pub fact: String,
    /// The values that change it.
    pub values: Vec<String>,
    /// The verdict they lead to.
    pub verdict: Verdict,
    /// Its basis, where permitted: silence is no yes.
    pub basis: Option<Basis>,
}

/// Something else the asker should know; in JSON its text alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The words.
    pub text: String,
    /// What says it.
    pub of: NoteOf,
}

/// What a note is of; by this it is said in other languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoteOf {
    /// The kind of the agency, by its name.
    Kind(String),
    /// A version of a law: in English, as the law is.
    Version,
    /// A reason, and what is filled into its words.
    Reason(Reason, BTreeMap<String, String>),
}

impl Serialize for Note {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// Which law an answer rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LawAnswer {
    /// The jurisdiction.
    pub jurisdiction: String,
    /// The SHA-256 of the pack.
    pub digest: String,
    /// The day up to which the whole pack was reviewed.
    #[schema(value_type = Option<String>, format = Date)]
    pub reviewed_on: Option<Date>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Decision {
    /// The request's own id.
    pub id: Value,
    /// The verdict over all layers asked.
    pub verdict: Verdict,
    /// The basis, where permitted.
    pub basis: Option<Basis>,
    /// What each layer says.
    pub layers: Vec<LayerAnswer>,
    /// What follows.
    pub obligations: Vec<ObligationAnswer>,
    /// What to find out, the most decisive first; empty unless the verdict is "needs facts".
    pub questions: Vec<Question>,
    /// The law.
    pub law: LawAnswer,
    /// What would change the verdict.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub would_change: Vec<Change>,
    /// Provisions whose text was not read, where that text could change the verdict.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unverified: Vec<String>,
    /// What else the asker should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub notes: Vec<Note>,
    /// Facts that were stated but cannot matter to this act.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unused: Vec<String>,
}

/// How a clause stands to the facts of an act that it speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It reaches the act, and no exception takes the act out.
    Yes,
    /// It does not reach it.
    No,
    /// It would, but an exception holds.
    Excepted,
    /// That depends on facts nobody stated.
    Unknown,
    /// It cannot be evaluated.
    Error,
}

impl Clause {
    /// How the clause stands to the facts, and which facts can still matter where that is unknown.
    pub fn apply(&self, facts: &Facts) -> (Applied, FactSet) {
        let (reach, mut missing) = self.reach.eval(facts);
        match reach {
            Truth::False => return (Applied::No, FactSet::EMPTY),
            Truth::Error => return (Applied::Error, FactSet::EMPTY),
            Truth::True | Truth::Unknown => {}
        }
        let mut unknown = reach == Truth::Unknown;
        // An exception cannot save an act from a clause that may yet turn out not to be evaluable.
        let mut may_err = unknown && self.reach.may_err();
        for exception in &self.exceptions {
            match exception.condition.eval(facts) {
                // Whether or not the clause reaches the act, this takes the act out of it; but only where it is known to reach it
                // is there anything that an exception allows.
                (Truth::True, _) if !may_err && reach == Truth::Unknown => return (Applied::No, FactSet::EMPTY),
                (Truth::True, _) if !may_err => return (Applied::Excepted, FactSet::EMPTY),
                (Truth::True | Truth::False, _) => {}
                (Truth::Unknown, more) => {
                    unknown = true;
                    may_err = may_err || exception.condition.may_err();
                    missing = missing.union(more);
                }
                (Truth::Error, _) => return (Applied::Error, FactSet::EMPTY),
            }
        }
        if unknown { (Applied::Unknown, missing) } else { (Applied::Yes, FactSet::EMPTY) }
    }

    /// Whether some facts could make the clause err: only arithmetic can, since every fact is required and has one type.
    pub fn may_err(&self) -> bool {
        self.reach.may_err() || self.exceptions.iter().any(|exception| exception.condition.may_err())
    }
}

/// What a reading of a layer comes to.
#[derive(Clone, Copy, Default)]
struct Sum {
    prohibited: bool,
    required: bool,
    open: bool,
    caution: bool,
    authorised: bool,
    excepted: bool,
    missing: FactSet,
}

impl Sum {
    fn verdict(&self) -> (Verdict, Option<Basis>) {
        // Law that both forbids and demands an act is for a lawyer; the proofs show that the packs have none.
        if self.caution || (self.prohibited && self.required) {
            (Verdict::NeedsFacts, None)
        } else if self.prohibited {
            (Verdict::Prohibited, None)
        } else if self.open {
            (Verdict::NeedsFacts, None)
        } else if self.required {
            (Verdict::Required, None)
        } else if self.authorised {
            (Verdict::Permitted, Some(Basis::Authorised))
        } else if self.excepted {
            (Verdict::Permitted, Some(Basis::Excepted))
        } else {
            (Verdict::Permitted, Some(Basis::NotReached))
        }
    }
}

/// One layer's verdict, whether a caution made it, and the facts that can still matter.
#[derive(Clone, Copy)]
struct LayerSum {
    verdict: Verdict,
    basis: Option<Basis>,
    caution: bool,
    missing: FactSet,
}

/// The part of the law that is asked: layers, and a flag per clause where provisions are named.
struct Asked<'a> {
    layers: Vec<&'a LayerPlan>,
    clauses: Option<Vec<bool>>,
}

impl Asked<'_> {
    fn includes(&self, clause: u32) -> bool {
        self.clauses.as_ref().is_none_or(|flags| flags.get(clause as usize).copied().unwrap_or(false))
    }
}

impl Pack {
    /// Decides one request under the law in force on its day.
    ///
    /// Pure: the same pack, request and day give the same bytes. An evaluation error, law that is not encoded and a
    /// version that may or may not be in force are "needs facts", never "permitted".
    pub fn decide(&self, request: &Request) -> Decision {
        let asked = self.asked(request);
        let (verdict, basis, sums) = self.judge(&asked, &request.facts);
        let mut layers: Vec<LayerAnswer> =
            asked.layers.iter().zip(&sums).map(|(plan, sum)| self.layer_answer(plan, &asked, &request.facts, *sum)).collect();
        // A layer that was asked by name answers even where it is silent.
        for layer in request.scope.layers.iter().filter(|layer| !asked.layers.iter().any(|plan| plan.layer == **layer)) {
            layers.push(LayerAnswer {
                layer: *layer,
                version: String::new(),
                verdict: Verdict::Permitted,
                basis: Some(Basis::NotReached),
                provisions: Vec::new(),
            });
        }
        let questions = if verdict == Verdict::NeedsFacts { self.questions(request, &asked, &sums) } else { Vec::new() };
        let would_change = if verdict == Verdict::NeedsFacts { Vec::new() } else { self.would_change(request, &asked, &layers, verdict) };
        Decision {
            id: request.id.clone(),
            verdict,
            basis,
            obligations: self.obligations(request, &asked),
            questions,
            law: LawAnswer { jurisdiction: self.jurisdiction().to_owned(), digest: self.digest.clone(), reviewed_on: self.reviewed_on() },
            would_change,
            unverified: unverified(&layers, verdict),
            notes: self.notes(request, &asked),
            unused: request.unused.clone(),
            layers,
        }
    }

    /// The verdict alone, for replaying many requests: what [`Pack::decide`] says without its reasons.
    pub fn verdict(&self, request: &Request) -> (Verdict, Option<Basis>) {
        let asked = self.asked(request);
        let (verdict, basis, _) = self.judge(&asked, &request.facts);
        (verdict, basis)
    }

    /// The clauses that apply to a request, by id, in pack order: those the facts meet and no exception takes it out of.
    pub fn applying(&self, request: &Request) -> Vec<&Clause> {
        let asked = self.asked(request);
        self.each_clause(&asked).into_iter().filter(|clause| clause.apply(&request.facts).0 == Applied::Yes).collect()
    }

    /// The clauses of which it is unknown whether they apply, with the facts that can still matter to each.
    pub fn undetermined(&self, request: &Request) -> Vec<(&Clause, FactSet)> {
        let asked = self.asked(request);
        self.each_clause(&asked)
            .into_iter()
            .filter_map(|clause| match clause.apply(&request.facts) {
                (Applied::Unknown, missing) => Some((clause, missing)),
                (Applied::Error, _) => Some((clause, FactSet::EMPTY)),
                _ => None,
            })
            .collect()
    }

    /// The clauses in force that speak to the act, each once, in the order of layers and files.
    fn each_clause(&self, asked: &Asked<'_>) -> Vec<&Clause> {
        let mut seen: Vec<u32> = Vec::new();
        for reading in asked.layers.iter().flat_map(|plan| &plan.readings) {
            for index in reading.clauses.iter().filter(|index| asked.includes(**index)) {
                if !seen.contains(index) {
                    seen.push(*index);
                }
            }
        }
        seen.into_iter().filter_map(|index| self.clauses.get(index as usize)).collect()
    }

    fn asked(&self, request: &Request) -> Asked<'_> {
        let scope = &request.scope;
        let flags = (!scope.provisions.is_empty())
            .then(|| self.clauses.iter().map(|clause| scope.provisions.iter().any(|provision| clause.concerns(provision))).collect());
        let mut asked = Asked { layers: Vec::new(), clauses: flags };
        let plans = self.plan.layers(request.as_of, request.action);
        asked.layers = plans
            .iter()
            .filter(|plan| scope.layers.is_empty() || scope.layers.contains(&plan.layer))
            .filter(|plan| {
                asked.clauses.is_none()
                    || plan
                        .readings
                        .iter()
                        .any(|reading| reading.clauses.iter().any(|clause| asked.includes(*clause)) || !reading.uncovered.is_empty())
            })
            .collect();
        asked
    }

    fn judge(&self, asked: &Asked<'_>, facts: &Facts) -> (Verdict, Option<Basis>, Vec<LayerSum>) {
        let sums: Vec<LayerSum> = asked.layers.iter().map(|plan| self.layer_sum(plan, asked, facts)).collect();
        let (verdict, basis) = combine(&sums);
        (verdict, basis, sums)
    }

    fn layer_sum(&self, plan: &LayerPlan, asked: &Asked<'_>, facts: &Facts) -> LayerSum {
        let mut all: Option<LayerSum> = None;
        for reading in &plan.readings {
            let sum = self.reading_sum(reading, asked, facts);
            let (verdict, basis) = sum.verdict();
            let next = LayerSum { verdict, basis, caution: sum.caution, missing: sum.missing };
            all = Some(match all {
                None => next,
                Some(one) if one.verdict == next.verdict => LayerSum {
                    verdict: one.verdict,
                    basis: one.basis.min(next.basis),
                    caution: one.caution || next.caution,
                    missing: one.missing.union(next.missing),
                },
                // The versions that may be in force disagree, so nobody can say which answer is the law.
                Some(one) => LayerSum {
                    verdict: Verdict::NeedsFacts,
                    basis: None,
                    caution: one.caution || next.caution,
                    missing: one.missing.union(next.missing),
                },
            });
        }
        all.unwrap_or(LayerSum { verdict: Verdict::Permitted, basis: Some(Basis::NotReached), caution: false, missing: FactSet::EMPTY })
    }

    fn reading_sum(&self, reading: &Reading, asked: &Asked<'_>, facts: &Facts) -> Sum {
        let mut sum = Sum { open: !reading.uncovered.is_empty(), ..Sum::default() };
        for index in &reading.clauses {
            if !asked.includes(*index) {
                continue;
            }
            let Some(clause) = self.clauses.get(*index as usize) else { continue };
            let (applied, missing) = clause.apply(facts);
            match (clause.effect, applied) {
                (_, Applied::No) | (Effect::Advise, _) => {}
                (Effect::Prohibit, Applied::Yes) => sum.prohibited = true,
                (Effect::Require, Applied::Yes) => sum.required = true,
                (Effect::Authorise, Applied::Yes) => sum.authorised = true,
                (Effect::Refer, Applied::Yes) => sum.open = true,
                (Effect::Caution, Applied::Yes) => sum.caution = true,
                (Effect::Prohibit | Effect::Refer, Applied::Excepted) => sum.excepted = true,
                (Effect::Authorise | Effect::Caution, Applied::Unknown | Applied::Error | Applied::Excepted) => {}
                (Effect::Require, Applied::Excepted) => {}
                (Effect::Prohibit | Effect::Refer | Effect::Require, Applied::Unknown | Applied::Error) => {
                    sum.open = true;
                    sum.missing = sum.missing.union(missing);
                }
            }
        }
        sum
    }

    fn layer_answer(&self, plan: &LayerPlan, asked: &Asked<'_>, facts: &Facts, sum: LayerSum) -> LayerAnswer {
        let mut provisions: Vec<ProvisionAnswer> = Vec::new();
        let mut versions: Vec<&str> = Vec::new();
        for reading in &plan.readings {
            let version = match reading.version.as_str() {
                // Of several readings none may look as if it were the only one.
                "" if plan.readings.len() > 1 => "none",
                version => version,
            };
            if !version.is_empty() && !versions.contains(&version) {
                versions.push(version);
            }
            for instrument in reading.uncovered.iter().filter_map(|position| self.instruments.get(*position)) {
                provisions.push(ProvisionAnswer {
                    id: instrument.id.clone(),
                    cite: instrument.title.clone(),
                    verified: Verified::U,
                    effect: Does::NotEncoded,
                    clause: instrument.id.clone(),
                    because: Vec::new(),
                });
            }
            for index in reading.clauses.iter().filter(|index| asked.includes(**index)) {
                let Some(clause) = self.clauses.get(*index as usize) else { continue };
                let (applied, _) = clause.apply(facts);
                if let Some(does) = does(clause.effect, applied)
                    && !provisions.iter().any(|known| known.clause == clause.id)
                {
                    provisions.push(ProvisionAnswer {
                        id: clause.provision.clone(),
                        cite: clause.cite.clone(),
                        verified: clause.verified,
                        effect: does,
                        clause: clause.id.clone(),
                        because: because(clause, facts),
                    });
                }
            }
        }
        let decides = |does: Does| match sum.verdict {
            Verdict::Prohibited => matches!(does, Does::Prohibits),
            Verdict::Required => matches!(does, Does::Requires),
            Verdict::NeedsFacts => !matches!(does, Does::NotMet | Does::Excepted),
            Verdict::Permitted => match sum.basis {
                Some(Basis::Authorised) => does == Does::Authorises,
                Some(Basis::Excepted) => does == Does::Excepted,
                _ => matches!(does, Does::NotMet | Does::Excepted),
            },
        };
        provisions.retain(|provision| decides(provision.effect));
        LayerAnswer { layer: plan.layer, version: versions.join(" or "), verdict: sum.verdict, basis: sum.basis, provisions }
    }

    fn questions(&self, request: &Request, asked: &Asked<'_>, sums: &[LayerSum]) -> Vec<Question> {
        let open: Vec<&LayerPlan> =
            asked.layers.iter().zip(sums).filter(|(_, sum)| sum.verdict == Verdict::NeedsFacts).map(|(plan, _)| *plan).collect();
        let mut needed_by: BTreeMap<FactId, Vec<String>> = BTreeMap::new();
        let mut points: Vec<Question> = Vec::new();
        let put = |point: Question, provision: &str, points: &mut Vec<Question>| match points
            .iter_mut()
            .find(|known| known.question == point.question)
        {
            Some(known) => push_new(&mut known.needed_by, provision),
            None => points.push(Question { needed_by: vec![provision.to_owned()], ..point }),
        };
        let day = ("day", request.as_of.to_string());
        for plan in &open {
            let readings: Vec<Sum> = plan.readings.iter().map(|reading| self.reading_sum(reading, asked, &request.facts)).collect();
            if readings.iter().any(|sum| sum.prohibited && sum.required) {
                put(self.point(Reason::Both, []), plan.layer.name(), &mut points);
            }
            if readings.iter().any(|sum| Some(sum.verdict().0) != readings.first().map(|first| first.verdict().0)) {
                let none = self.vocabulary.reason(Reason::Before).text.as_str();
                let versions: Vec<&str> =
                    plan.readings.iter().map(|reading| if reading.version.is_empty() { none } else { reading.version.as_str() }).collect();
                let point = self.point(Reason::Version, [day.clone(), ("versions", versions.join(" or "))]);
                put(point, versions.last().copied().unwrap_or_default(), &mut points);
            }
            for reading in &plan.readings {
                for instrument in reading.uncovered.iter().filter_map(|position| self.instruments.get(*position)) {
                    let point = self.point(Reason::NotEncoded, [day.clone(), ("title", instrument.title.clone())]);
                    put(point, &instrument.id, &mut points);
                }
                for index in reading.clauses.iter().filter(|index| asked.includes(**index)) {
                    let Some(clause) = self.clauses.get(*index as usize) else { continue };
                    match (clause.effect, clause.apply(&request.facts)) {
                        (Effect::Refer | Effect::Caution, (Applied::Yes, _)) => {
                            // The question is the clause's own, and its reason that a person answers it.
                            let point = self.point(Reason::Person, []);
                            let question = clause.asks.clone().unwrap_or_default();
                            put(Question { why: point.question.clone(), question, ..point }, &clause.provision, &mut points);
                        }
                        (Effect::Prohibit | Effect::Refer | Effect::Require, (Applied::Unknown, missing)) => {
                            for fact in missing.iter() {
                                push_new(needed_by.entry(fact).or_default(), &clause.provision);
                            }
                        }
                        (Effect::Prohibit | Effect::Refer | Effect::Require, (Applied::Error, _)) => {
                            put(self.point(Reason::Error, []), &clause.provision, &mut points);
                        }
                        _ => {}
                    }
                }
            }
        }
        let any = |verdict: Verdict| sums.iter().any(|sum| sum.verdict == verdict);
        if any(Verdict::Prohibited) && any(Verdict::Required) {
            for (plan, _) in asked.layers.iter().zip(sums).filter(|(_, sum)| matches!(sum.verdict, Verdict::Prohibited | Verdict::Required))
            {
                put(self.point(Reason::Both, []), plan.layer.name(), &mut points);
            }
        }
        // A caution is a person's question whatever the other facts are, so asking for them would be idle.
        if sums.iter().any(|sum| sum.caution) {
            needed_by.clear();
        }
        let mut questions: Vec<(usize, FactId, Question)> = needed_by
            .into_iter()
            .map(|(id, needed_by)| {
                let answers = self.leads(request, asked, id);
                let undecided = answers.iter().filter(|lead| lead.verdict == Verdict::NeedsFacts).count();
                // In thousandths of the answers: an integer, so that the order is the same everywhere.
                let undecided = undecided * 1000 / answers.len().max(1);
                let fact = self.vocabulary.fact(id);
                let question = Question {
                    fact: Some(fact.name.clone()),
                    question: fact.question.clone(),
                    why: fact.why.clone(),
                    reason: None,
                    values: BTreeMap::new(),
                    needed_by,
                    answers,
                };
                (undecided, id, question)
            })
            .collect();
        questions.sort_by_key(|(undecided, id, _)| (*undecided, *id));
        points.into_iter().chain(questions.into_iter().map(|(_, _, question)| question)).collect()
    }

    /// A point that no fact settles, in the words of its reason; nothing needs it yet.
    fn point<const N: usize>(&self, reason: Reason, values: [(&str, String); N]) -> Question {
        let words = self.vocabulary.reason(reason);
        let values: BTreeMap<String, String> = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Question {
            fact: None,
            question: filled(&words.text, &values),
            why: filled(&words.why, &values),
            reason: Some(reason),
            values,
            needed_by: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// Where each value of a fact leads; for a set, where each value alone leads.
    fn leads(&self, request: &Request, asked: &Asked<'_>, id: FactId) -> Vec<Lead> {
        let fact = self.vocabulary.fact(id);
        let mut facts = request.facts.clone();
        fact.values
            .iter()
            .filter_map(|value| {
                facts.set(id, fact.bit_of(&value.name)?);
                let (verdict, basis, _) = self.judge(asked, &facts);
                Some(Lead { value: value.name.clone(), verdict, basis })
            })
            .collect()
    }

    fn would_change(&self, request: &Request, asked: &Asked<'_>, layers: &[LayerAnswer], verdict: Verdict) -> Vec<Change> {
        let deciding = self
            .each_clause(asked)
            .into_iter()
            .filter(|clause| layers.iter().flat_map(|layer| &layer.provisions).any(|provision| provision.clause == clause.id))
            .fold(FactSet::EMPTY, |all, clause| all.union(clause.facts()));
        let mut changes: Vec<Change> = Vec::new();
        // What the agency is does not change with the act, so only facts of the act are varied.
        for id in deciding.without(request.from_agency).iter() {
            let fact = self.vocabulary.fact(id);
            if fact.kind == FactKind::Number || request.facts.get(id).is_none() {
                continue;
            }
            for lead in self.leads(request, asked, id).into_iter().filter(|lead| lead.verdict != verdict) {
                let same =
                    |change: &&mut Change| (change.fact == fact.name) && (change.verdict, change.basis) == (lead.verdict, lead.basis);
                match changes.iter_mut().find(same) {
                    Some(change) => change.values.push(lead.value),
                    None => {
                        let (verdict, basis) = (lead.verdict, lead.basis);
                        changes.push(Change { fact: fact.name.clone(), values: vec![lead.value], verdict, basis });
                    }
                }
            }
        }
        changes
    }

    fn obligations(&self, request: &Request, asked: &Asked<'_>) -> Vec<ObligationAnswer> {
        let kind = self
            .vocabulary
            .fact_named(crate::pack::AGENCY_KIND)
            .and_then(|fact| Some(self.vocabulary.fact(fact).names(request.facts.get(fact)?).join("")));
        let mut named: Vec<&Obligation> = Vec::new();
        for clause in self.each_clause(asked).into_iter().filter(|clause| clause.apply(&request.facts).0 == Applied::Yes) {
            for obligation in clause.obligations.iter().filter_map(|id| self.obligations.get(id)) {
                let binds = kind.as_ref().is_none_or(|kind| obligation.agency_kinds.is_empty() || obligation.agency_kinds.contains(kind));
                let current =
                    obligation.from.is_none_or(|from| from <= request.as_of) && obligation.until.is_none_or(|until| until > request.as_of);
                if binds && current && !named.iter().any(|known| known.id == obligation.id) {
                    named.push(obligation);
                }
            }
        }
        named.sort_by_key(|obligation| !obligation.first);
        named
            .into_iter()
            .map(|obligation| ObligationAnswer {
                id: obligation.id.clone(),
                text: obligation.text.clone(),
                cite: obligation.cite.clone(),
                verified: obligation.verified.clone(),
            })
            .collect()
    }

    fn notes(&self, request: &Request, asked: &Asked<'_>) -> Vec<Note> {
        let mut notes = Vec::new();
        let said = |reason: Reason, day: Date| {
            let values = BTreeMap::from([("day".to_owned(), day.to_string())]);
            Note { text: filled(&self.vocabulary.reason(reason).text, &values), of: NoteOf::Reason(reason, values) }
        };
        match request.agency.as_deref().map(|name| self.agency(name)) {
            Some(Some((_, kind))) if !kind.note.is_empty() => {
                notes.push(Note { text: kind.note.clone(), of: NoteOf::Kind(kind.name.clone()) });
            }
            Some(None) => notes.push(said(Reason::AgencyNotListed, request.as_of)),
            _ => {}
        }
        let layers: Vec<Layer> = asked.layers.iter().map(|plan| plan.layer).collect();
        for instrument in self.instruments.iter().filter(|file| layers.contains(&file.layer) && file.addresses.contains(&request.action)) {
            for version in in_force(instrument, request.as_of) {
                let InForce::Version(from) = version else { continue };
                let note = instrument.versions.iter().find(|version| version.from == from).and_then(|version| version.note.as_ref());
                notes.extend(note.map(|note| Note { text: note.clone(), of: NoteOf::Version }));
            }
        }
        if asked.layers.iter().any(|plan| plan.readings.len() > 1) {
            notes.push(said(Reason::Uncertain, request.as_of));
        }
        if let Some(reviewed) = self.reviewed_on()
            && request.as_of > reviewed
        {
            notes.push(said(Reason::Reviewed, reviewed));
        }
        notes
    }
}

/// The verdict over layers: any prohibition prohibits; where one layer requires what another prohibits, or a judge's
/// paper is on the table, a person decides.
fn combine(sums: &[LayerSum]) -> (Verdict, Option<Basis>) {
    let any = |verdict: Verdict| sums.iter().any(|sum| sum.verdict == verdict);
    if sums.iter().any(|sum| sum.caution) || (any(Verdict::Prohibited) && any(Verdict::Required)) {
        (Verdict::NeedsFacts, None)
    } else if any(Verdict::Prohibited) {
        (Verdict::Prohibited, None)
    } else if any(Verdict::NeedsFacts) {
        (Verdict::NeedsFacts, None)
    } else if any(Verdict::Required) {
        (Verdict::Required, None)
    } else {
        let basis = sums.iter().filter_map(|sum| sum.basis).max().unwrap_or(Basis::NotReached);
        (Verdict::Permitted, Some(basis))
    }
}

/// The provisions whose text was not read and could change the verdict.
///
/// A layer that says no, or that it must be done, on a text that was read says so whatever another text may say. What asks
/// first rests on all that it asks about; and what nothing stops, on all that was looked at.
fn unverified(layers: &[LayerAnswer], verdict: Verdict) -> Vec<String> {
    let decides = matches!(verdict, Verdict::Prohibited | Verdict::Required);
    let read = |layer: &LayerAnswer| {
        let mut provisions = layer.provisions.iter().map(|provision| provision.verified == Verified::V);
        // Of versions that may be in force each has to say it by itself.
        let one = !layer.version.contains(" or ");
        layer.verdict == verdict && if one { provisions.any(|read| read) } else { provisions.all(|read| read) }
    };
    let mut unverified: Vec<String> = Vec::new();
    if decides && layers.iter().any(read) {
        return unverified;
    }
    for provision in layers.iter().flat_map(|layer| &layer.provisions) {
        let speaks = provision.effect != Does::NotMet || verdict == Verdict::Permitted;
        if provision.verified != Verified::V && speaks && !unverified.contains(&provision.id) {
            unverified.push(provision.id.clone());
        }
    }
    unverified
}

fn does(effect: Effect, applied: Applied) -> Option<Does> {
    match (effect, applied) {
        (Effect::Advise, _) => None,
        (Effect::Prohibit, Applied::Yes) => Some(Does::Prohibits),
        (Effect::Require, Applied::Yes) => Some(Does::Requires),
        (Effect::Authorise, Applied::Yes) => Some(Does::Authorises),
        (Effect::Refer | Effect::Caution, Applied::Yes) => Some(Does::Refers),
        (Effect::Caution | Effect::Authorise, _) => None,
        (_, Applied::Excepted) => Some(Does::Excepted),
        (_, Applied::Unknown | Applied::Error) => Some(Does::Undetermined),
        (Effect::Refer, Applied::No) => None,
        (_, Applied::No) => Some(Does::NotMet),
    }
}

fn because(clause: &Clause, facts: &Facts) -> Vec<Because> {
    let holds = |truth: Truth| match truth {
        Truth::True => Holds::Yes,
        Truth::False => Holds::No,
        Truth::Unknown => Holds::Unknown,
        Truth::Error => Holds::Error,
    };
    let conditions = clause.conditions.iter().map(|condition| Because {
        condition: condition.words.clone(),
        holds: holds(condition.ir.eval(facts).0),
        exception: None,
    });
    let exceptions = clause.exceptions.iter().map(|exception| Because {
        condition: exception.words.clone(),
        holds: holds(exception.condition.eval(facts).0),
        exception: Some(exception.provision.clone()),
    });
    conditions.chain(exceptions).collect()
}

fn push_new(list: &mut Vec<String>, item: &str) {
    if !list.iter().any(|known| known == item) {
        list.push(item.to_owned());
    }
}
