//! Who may have a record: what is known of a request, put to the law.
//!
//! [`Rules`] say what the words of a request mean in facts of the law, and are data. The law decides each thing that is asked
//! for apart, as `haven ask` does; here the answers are put together. INVARIANT: a judgement is never laxer than the law, and
//! where the requester, the purpose or the authority is unknown it is never [`Outcome::Release`].

use crate::form;
use haven_law::decide::{Decision, Does, Verdict};
use haven_law::pack::Pack;
use haven_law::request::{Request, RequestError, Scope, action_named};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// The fact that says who asks.
const REQUESTER: &str = "requester";
/// The fact that says which purpose was determined.
const RECORDED_PURPOSE: &str = "recorded_purpose";

/// What the words of a request mean.
#[derive(Debug, Clone)]
pub struct Rules {
    file: File,
    /// Requesters of the law by every name they go by.
    names: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    always: Vec<String>,
    #[serde(default)]
    refusal: Vec<String>,
    class: Vec<Class>,
    #[serde(default)]
    requester: Vec<Named>,
    purpose: Vec<Word>,
    authority: Vec<Word>,
    topic: Vec<Topic>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    name: String,
    label: String,
    requesters: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    is: String,
    names: Vec<String>,
}

/// A word of a closed list, with what is known where it is said.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    name: String,
    label: String,
    facts: Map<String, Value>,
    #[serde(default)]
    says_nothing_from: Vec<String>,
    /// Of a purpose: what a determination of purpose calls it.
    #[serde(default)]
    recorded: Option<String>,
}

/// Something that can be asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    name: String,
    label: String,
    act: String,
    #[serde(default)]
    facts: Map<String, Value>,
    #[serde(default)]
    finds: Vec<String>,
    #[serde(default)]
    fields: Vec<String>,
}

/// Why rules cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RulesError {
    /// The file is not of its form.
    #[error("rules of the judge: {0}")]
    Form(String),
    /// Something stands twice.
    #[error("rules of the judge: {list} `{name}` stands twice")]
    Twice {
        /// The list.
        list: &'static str,
        /// The name.
        name: String,
    },
    /// Something that the law or another list does not have.
    #[error("rules of the judge: {list} `{name}`: {error}")]
    Absent {
        /// The list.
        list: &'static str,
        /// Where in it.
        name: String,
        /// What was expected.
        error: String,
    },
}

/// What is known of a request for a record. An absent word is unknown.
#[derive(Debug, Clone, Default)]
pub struct Asked<'a> {
    /// Who asks: a requester of the law, by any of its names.
    pub requester: Option<&'a str>,
    /// Of which class.
    pub class: Option<&'a str>,
    /// What for.
    pub purpose: Option<&'a str>,
    /// What was shown.
    pub authority: Option<&'a str>,
    /// What is asked for, and what a look into the record found.
    pub topics: BTreeSet<String>,
    /// Whose record it is: an agency of the law.
    pub agency: Option<&'a str>,
    /// What else is known, as in `haven ask`.
    pub facts: Map<String, Value>,
}

/// What may be done. Exhaustive on purpose: a new outcome must break those who read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The law stops none of it.
    Release,
    /// All but the fields of the topics that are withheld.
    ReleaseWithout,
    /// Counsel decides.
    Refer,
    /// None of it.
    Refuse,
}

impl Outcome {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::ReleaseWithout => "release_without",
            Self::Refer => "refer",
            Self::Refuse => "refuse",
        }
    }
}

/// What nobody knows of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// Who asks.
    Requester,
    /// Of which class they are, or the class is not that of the requester.
    Class,
    /// What for.
    Purpose,
    /// By what right.
    Authority,
    /// What is asked for.
    Topic,
}

impl Unknown {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Requester => "requester",
            Self::Class => "class",
            Self::Purpose => "purpose",
            Self::Authority => "authority",
            Self::Topic => "topic",
        }
    }
}

/// A provision that decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cited {
    /// The provision.
    pub id: String,
    /// The citation.
    pub cite: String,
    /// What it does.
    pub does: &'static str,
}

/// What the law says of one thing that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// The topic.
    pub topic: String,
    /// For people.
    pub label: String,
    /// The verdict: the strictest, where several requesters are possible.
    pub verdict: Verdict,
    /// Whether nothing in these laws speaks of it: other law may.
    pub silent: bool,
    /// What decided.
    pub provisions: Vec<Cited>,
    /// What would have to be known, or decided by a person.
    pub questions: Vec<String>,
}

/// Something that follows from a judgement. In files it is its text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Step {
    /// What to do.
    pub text: String,
    /// The id of the obligation, by which its text is found in other languages.
    #[serde(skip)]
    pub id: String,
}

/// What may be done with a record, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// What may be done.
    pub outcome: Outcome,
    /// What is not known of the request.
    pub unknown: Vec<Unknown>,
    /// Each thing that is asked for.
    pub topics: Vec<Judged>,
    /// Topics that must not go, whatever the outcome.
    pub withheld: Vec<String>,
    /// What follows: whom to tell, what to record.
    pub obligations: Vec<Step>,
    /// The digest of the law.
    pub law: String,
    /// The day on which it was judged.
    pub as_of: Date,
}

impl Judgement {
    /// All provisions that decided something.
    pub fn provisions(&self) -> BTreeSet<&Cited> {
        self.topics.iter().flat_map(|topic| &topic.provisions).collect()
    }

    /// What the law says of a topic.
    pub fn topic(&self, name: &str) -> Option<&Judged> {
        self.topics.iter().find(|topic| topic.topic == name)
    }
}

/// A request that cannot be judged: what is stated contradicts itself, or is no fact of the law.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JudgeError {
    /// A fact that a word of the request has settled.
    #[error("the fact `{fact}` follows from {by}; state it there")]
    Settled {
        /// The fact.
        fact: String,
        /// What settles it.
        by: &'static str,
    },
    /// The law does not take it.
    #[error("{field}: expected {expected}")]
    Fact {
        /// The field.
        field: String,
        /// What it should be.
        expected: String,
    },
}

impl From<RequestError> for JudgeError {
    fn from(error: RequestError) -> Self {
        // What was found is not repeated: somebody may have typed a name.
        Self::Fact { field: error.field, expected: error.expected }
    }
}

impl Rules {
    /// Reads rules, and holds them against the vocabulary of a law.
    ///
    /// # Errors
    /// What is wrong with them, at the first place.
    pub fn read(text: &str, pack: &Pack) -> Result<Self, RulesError> {
        let file: File = form::read(text).map_err(RulesError::Form)?;
        once("class", file.class.iter().map(|class| &class.name))?;
        once("purpose", file.purpose.iter().map(|word| &word.name))?;
        once("authority", file.authority.iter().map(|word| &word.name))?;
        once("topic", file.topic.iter().map(|topic| &topic.name))?;
        let absent = |list, name: &str, error: String| RulesError::Absent { list, name: name.to_owned(), error };
        let vocabulary = pack.vocabulary();
        let known = vocabulary.fact_named(REQUESTER).map(|id| vocabulary.fact(id));
        let known = known.ok_or_else(|| absent("class", REQUESTER, "the law has no such fact".to_owned()))?;
        let is_known = |name: &str| known.values.iter().any(|value| value.name == name);
        for class in &file.class {
            if class.requesters.is_empty() {
                return Err(absent("class", &class.name, "expected requesters, found none".to_owned()));
            }
            if let Some(name) = class.requesters.iter().find(|name| !is_known(name)) {
                return Err(absent("class", &class.name, format!("the law has no requester `{name}`")));
            }
        }
        let mut names = BTreeMap::new();
        for value in &known.values {
            // Who belongs to no class asks for nothing.
            if file.class.iter().any(|class| class.requesters.contains(&value.name)) {
                names.insert(plain(&value.name), value.name.clone());
                names.insert(plain(&value.label), value.name.clone());
            }
        }
        for named in &file.requester {
            if !is_known(&named.is) {
                return Err(absent("requester", &named.is, "the law has no such requester".to_owned()));
            }
            // Of one without a class no purpose would say nothing.
            if !file.class.iter().any(|class| class.requesters.contains(&named.is)) {
                return Err(absent("requester", &named.is, "it belongs to no class".to_owned()));
            }
            if let Some(name) = named.names.iter().find(|name| plain(name).is_empty()) {
                return Err(absent("requester", &named.is, format!("expected names with letters, found `{name}`")));
            }
            for name in &named.names {
                if names.insert(plain(name), named.is.clone()).is_some_and(|before| before != named.is) {
                    return Err(RulesError::Twice { list: "requester", name: name.clone() });
                }
            }
        }
        let topics: BTreeSet<&str> = file.topic.iter().map(|topic| topic.name.as_str()).collect();
        if file.always.is_empty() {
            return Err(absent("always", "topic", "expected at least one topic, found none".to_owned()));
        }
        if let Some(name) = file.always.iter().find(|name| !topics.contains(name.as_str())) {
            return Err(absent("always", name, "there is no such topic".to_owned()));
        }
        if let Some(id) = file.refusal.iter().find(|id| pack.obligation(id).is_none()) {
            return Err(absent("refusal", id, "the law has no such obligation".to_owned()));
        }
        for topic in &file.topic {
            request(pack, &topic.act, None, Date::constant(2025, 1, 1), topic.facts.iter())
                .map_err(|error| absent("topic", &topic.name, format!("{}: expected {}", error.field, error.expected)))?;
        }
        let determined = vocabulary.fact_named(RECORDED_PURPOSE).map_or(&[][..], |id| &vocabulary.fact(id).values);
        let acts: Vec<&str> = file.topic.iter().map(|topic| topic.act.as_str()).collect();
        for (list, words) in [("purpose", &file.purpose), ("authority", &file.authority)] {
            for word in words {
                if let Some(class) = word.says_nothing_from.iter().find(|name| !file.class.iter().any(|class| class.name == **name)) {
                    return Err(absent(list, &word.name, format!("there is no class `{class}`")));
                }
                let is_recorded = match (&word.recorded, list) {
                    (Some(name), "purpose") => determined.iter().any(|value| value.name == *name),
                    (recorded, list) => recorded.is_none() && list != "purpose",
                };
                if !is_recorded {
                    return Err(absent(list, &word.name, format!("expected `recorded` of a purpose, a {RECORDED_PURPOSE} of the law")));
                }
                for act in &acts {
                    request(pack, act, None, Date::constant(2025, 1, 1), word.facts.iter())
                        .map_err(|error| absent(list, &word.name, format!("{}: expected {}", error.field, error.expected)))?;
                }
            }
        }
        Ok(Self { file, names })
    }

    /// The requester of the law that a name stands for.
    pub fn requester(&self, name: &str) -> Option<&str> {
        self.names.get(&plain(name)).map(String::as_str)
    }

    /// The classes that a requester of the law belongs to: whoever may be of two is trusted no more than either.
    pub fn classes_of(&self, requester: &str) -> impl Iterator<Item = &str> {
        let is_of = move |class: &&Class| class.requesters.iter().any(|name| name == requester);
        self.file.class.iter().filter(is_of).map(|class| class.name.as_str())
    }

    /// The topics to which a category of what a detector finds belongs.
    pub fn topics_of(&self, category: &str) -> impl Iterator<Item = &str> {
        self.file.topic.iter().filter(move |topic| topic.finds.iter().any(|finds| finds == category)).map(|topic| topic.name.as_str())
    }

    /// The topics whose fields go by this name.
    pub fn topics_of_field(&self, name: &str) -> impl Iterator<Item = &str> {
        let name = plain(name);
        self.file.topic.iter().filter(move |topic| topic.fields.iter().any(|field| plain(field) == name)).map(|topic| topic.name.as_str())
    }

    /// The names of fields that hold a topic.
    pub fn fields_of(&self, topic: &str) -> &[String] {
        self.file.topic.iter().find(|found| found.name == topic).map_or(&[], |topic| &topic.fields)
    }

    /// Whether a topic can be told from what else stands in a record: by what a detector finds, or by names of fields.
    pub fn can_be_found(&self, topic: &str) -> bool {
        self.file.topic.iter().any(|found| found.name == topic && !(found.finds.is_empty() && found.fields.is_empty()))
    }

    /// Classes with their words for people.
    pub fn classes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.file.class.iter().map(|class| (class.name.as_str(), class.label.as_str()))
    }

    /// Purposes with their words for people.
    pub fn purposes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.file.purpose.iter().map(|word| (word.name.as_str(), word.label.as_str()))
    }

    /// What a determination of purpose (2-173-030(b)) calls a purpose; none of what is no purpose.
    pub fn recorded_purpose(&self, purpose: &str) -> Option<&str> {
        self.file.purpose.iter().find(|word| word.name == purpose)?.recorded.as_deref()
    }

    /// Authorities with their words for people.
    pub fn authorities(&self) -> impl Iterator<Item = (&str, &str)> {
        self.file.authority.iter().map(|word| (word.name.as_str(), word.label.as_str()))
    }

    /// Topics with their words for people.
    pub fn topics(&self) -> impl Iterator<Item = (&str, &str)> {
        self.file.topic.iter().map(|topic| (topic.name.as_str(), topic.label.as_str()))
    }

    /// Whether a topic is asked of every record.
    pub fn is_always_asked(&self, topic: &str) -> bool {
        self.file.always.iter().any(|name| name == topic)
    }

    /// Judges a request on a day.
    ///
    /// # Errors
    /// Facts that the law does not take, or that contradict the words of the request.
    pub fn judge(&self, pack: &Pack, asked: &Asked<'_>, as_of: Date) -> Result<Judgement, JudgeError> {
        let mut unknown = BTreeSet::new();
        let requesters = self.requesters(asked, &mut unknown);
        let mut known = asked.facts.clone();
        let classes: Vec<&Class> =
            self.file.class.iter().filter(|class| class.requesters.iter().any(|name| requesters.iter().any(|who| who == name))).collect();
        for (list, said, what, by) in [
            (&self.file.purpose, asked.purpose, Unknown::Purpose, "the purpose"),
            (&self.file.authority, asked.authority, Unknown::Authority, "the authority"),
        ] {
            let word = said.and_then(|said| list.iter().find(|word| word.name == said));
            // A word that means nothing from one of those who may have asked means nothing.
            let means = |word: &&Word| !classes.iter().any(|class| word.says_nothing_from.contains(&class.name));
            match word.filter(means) {
                Some(word) => settle(&mut known, &word.facts, by)?,
                None => {
                    unknown.insert(what);
                }
            }
        }
        self.holds_to_agency(pack, asked, as_of)?;
        if known.contains_key(REQUESTER) {
            return Err(JudgeError::Settled { fact: REQUESTER.to_owned(), by: "the requester" });
        }
        if asked.topics.iter().any(|name| !self.file.topic.iter().any(|topic| topic.name == *name)) {
            unknown.insert(Unknown::Topic);
        }
        let mut judged = Vec::new();
        let mut steps = BTreeSet::new();
        for topic in self.file.topic.iter().filter(|topic| self.file.always.contains(&topic.name) || asked.topics.contains(&topic.name)) {
            let mut facts = known.clone();
            settle(&mut facts, &topic.facts, "what is asked for")?;
            let mut decisions = Vec::new();
            for requester in requesters.iter().map(Some).chain(requesters.is_empty().then_some(None)) {
                let who = requester.map(|name| (REQUESTER.to_owned(), Value::from(name.as_str())));
                let request =
                    request(pack, &topic.act, asked.agency, as_of, facts.iter().chain(who.as_ref().map(|(name, value)| (name, value))))?;
                decisions.push(pack.decide(&request));
            }
            let obligations = decisions.iter().flat_map(|decision| &decision.obligations);
            steps.extend(obligations.map(|obligation| Step { text: obligation.text.clone(), id: obligation.id.clone() }));
            judged.push(together(topic, &decisions));
        }
        let outcome = self.outcome(&judged, &unknown);
        // What follows from the no to a part of it does not follow for all of it.
        steps.retain(|step| outcome == Outcome::Refuse || !self.file.refusal.contains(&step.id));
        let withheld = judged.iter().filter(|topic| topic.verdict != Verdict::Permitted && topic.verdict != Verdict::Required);
        Ok(Judgement {
            outcome,
            withheld: withheld.map(|topic| topic.topic.clone()).collect(),
            unknown: unknown.into_iter().collect(),
            topics: judged,
            obligations: steps.into_iter().collect(),
            law: pack.digest.clone(),
            as_of,
        })
    }

    /// What follows from whose record it is cannot be stated otherwise: a law that binds the agency would not be asked.
    fn holds_to_agency(&self, pack: &Pack, asked: &Asked<'_>, as_of: Date) -> Result<(), JudgeError> {
        let Some(topic) = self.file.topic.first() else { return Ok(()) };
        let mut request = request(pack, &topic.act, asked.agency, as_of, std::iter::empty())?;
        for (fact, value) in &asked.facts {
            let Some(id) = pack.vocabulary().fact_named(fact) else { continue };
            let before = request.value_of(pack, id);
            request.state(pack, fact, value)?;
            if before.as_str() != Some("unknown") && request.value_of(pack, id) != before {
                return Err(JudgeError::Settled { fact: fact.clone(), by: "the agency" });
            }
        }
        Ok(())
    }

    /// Who may have asked: the one who is named, else all of the class; none where nobody knows.
    fn requesters(&self, asked: &Asked<'_>, unknown: &mut BTreeSet<Unknown>) -> Vec<String> {
        let class = asked.class.and_then(|name| self.file.class.iter().find(|class| class.name == name));
        if class.is_none() && asked.class.is_some() {
            unknown.insert(Unknown::Class);
        }
        match (asked.requester.and_then(|name| self.requester(name)), class) {
            (Some(name), Some(class)) if !class.requesters.iter().any(|of| of == name) => {
                // One of the two is wrong, and nobody knows which.
                unknown.insert(Unknown::Class);
                class.requesters.iter().cloned().chain([name.to_owned()]).collect()
            }
            (Some(name), _) => vec![name.to_owned()],
            (None, class) => {
                unknown.insert(Unknown::Requester);
                class.map(|class| class.requesters.clone()).unwrap_or_default()
            }
        }
    }

    fn outcome(&self, judged: &[Judged], unknown: &BTreeSet<Unknown>) -> Outcome {
        let is = |topic: &Judged, verdict| topic.verdict == verdict;
        let always = |topic: &&Judged| self.file.always.contains(&topic.topic);
        if judged.iter().filter(always).any(|topic| is(topic, Verdict::Prohibited)) {
            return Outcome::Refuse;
        }
        if !unknown.is_empty() || judged.iter().any(|topic| is(topic, Verdict::NeedsFacts)) {
            return Outcome::Refer;
        }
        if judged.iter().any(|topic| is(topic, Verdict::Prohibited)) { Outcome::ReleaseWithout } else { Outcome::Release }
    }
}

/// A request to the law, with the facts that can matter to the act.
fn request<'f>(
    pack: &Pack,
    act: &str,
    agency: Option<&str>,
    as_of: Date,
    facts: impl Iterator<Item = (&'f String, &'f Value)>,
) -> Result<Request, RequestError> {
    let action = action_named(pack, act)?;
    let mut request = Request::new(pack, as_of, action, agency.map(str::to_owned), Scope::default());
    for (name, value) in facts {
        request.state(pack, name, value)?;
    }
    Ok(request)
}

/// Adds facts to what is known; a fact that stands there already must not be another.
fn settle(known: &mut Map<String, Value>, facts: &Map<String, Value>, by: &'static str) -> Result<(), JudgeError> {
    for (fact, value) in facts {
        if known.insert(fact.clone(), value.clone()).is_some_and(|before| before != *value) {
            return Err(JudgeError::Settled { fact: fact.clone(), by });
        }
    }
    Ok(())
}

/// The answers about one topic, for each of those who may have asked, as one.
fn together(topic: &Topic, decisions: &[Decision]) -> Judged {
    let verdicts: BTreeSet<Verdict> = decisions.iter().map(|decision| decision.verdict).collect();
    let open = |verdict: &Verdict| matches!(verdict, Verdict::Prohibited | Verdict::NeedsFacts);
    // Verdicts stand in the order of their strictness. Where one of those who may have asked may not have it and another may,
    // it must be found out who asked.
    let verdict = match verdicts.first() {
        Some(Verdict::Prohibited) if verdicts.len() > 1 => Verdict::NeedsFacts,
        Some(first) if open(first) => *first,
        Some(_) => verdicts.last().copied().unwrap_or(Verdict::NeedsFacts),
        None => Verdict::NeedsFacts,
    };
    let provisions: BTreeSet<Cited> = decisions.iter().flat_map(cited).collect();
    let mut questions: Vec<String> = Vec::new();
    for question in decisions.iter().flat_map(|decision| &decision.questions) {
        if !questions.contains(&question.question) {
            questions.push(question.question.clone());
        }
    }
    Judged {
        topic: topic.name.clone(),
        label: topic.label.clone(),
        verdict,
        silent: provisions.is_empty(),
        provisions: provisions.into_iter().collect(),
        questions,
    }
}

/// The provisions that decided.
pub(crate) fn cited(decision: &Decision) -> Vec<Cited> {
    let provisions = decision.layers.iter().flat_map(|layer| &layer.provisions);
    let cited = provisions.filter_map(|provision| {
        let does = match provision.effect {
            Does::Prohibits => "prohibits",
            Does::Requires => "requires",
            Does::Authorises => "allows",
            Does::Refers => "leaves to a person",
            Does::Excepted => "is excepted",
            Does::Undetermined => "depends on what is not known",
            Does::NotMet | Does::NotEncoded => return None,
        };
        Some(Cited { id: provision.id.clone(), cite: provision.cite.clone(), does })
    });
    cited.collect()
}

/// A name without case and without what stands between its words.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Names that must stand once.
fn once<'n>(list: &'static str, names: impl Iterator<Item = &'n String>) -> Result<(), RulesError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(RulesError::Twice { list, name: name.clone() });
        }
    }
    Ok(())
}
