//! What residents are asked, where they can turn and what they can print: files of the law, read strictly when the service
//! starts. Formats: the head of each file, `residents.toml`, `bodies.toml`, `letters.toml` of the jurisdiction.

use super::state::{Known, State};
use crate::error::CliError;
use haven_law::pack::{Clause, Effect, Pack, Source, Verified};
use haven_law::request::{Request, Scope, action_named};
use haven_register::schema::Schema;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

/// The answer that nobody has: it may always be given.
pub(super) const UNKNOWN: &str = "unknown";

/// Facts with their values, as a request takes them.
pub(super) type Stated = BTreeMap<String, Value>;

/// Who did it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct By {
    pub id: String,
    #[serde(default)]
    pub agency: Option<String>,
    #[serde(default)]
    pub facts: Stated,
    #[serde(default)]
    pub against: Option<String>,
}

/// What happened.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Happened {
    pub id: String,
    pub acts: Vec<String>,
    #[serde(default)]
    pub duties: Vec<String>,
    #[serde(default)]
    pub facts: Stated,
    pub allegation: String,
}

/// An answer that can be chosen.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    pub id: String,
    #[serde(default)]
    pub facts: Stated,
}

/// The answers of a question.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    /// The fact whose own words are shown.
    #[serde(default)]
    pub words: Option<String>,
    pub answer: Vec<Answer>,
}

/// A question.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    pub id: String,
    pub happened: Vec<String>,
    pub list: String,
    #[serde(default)]
    pub many: bool,
    /// Asked while the law needs one of these facts.
    #[serde(default)]
    pub settles: Vec<String>,
    /// Asked after one of these answers.
    #[serde(default)]
    pub after: BTreeMap<String, Vec<String>>,
}

/// A line of the poster.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notice {
    pub id: String,
    pub provision: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResidentsFile {
    since: Date,
    leave: String,
    by: Vec<By>,
    happened: Vec<Happened>,
    list: BTreeMap<String, List>,
    question: Vec<Question>,
    learn: BTreeMap<String, String>,
    notice: Vec<Notice>,
}

/// For whom something stands: absent is everyone.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Only {
    #[serde(default)]
    pub who: Vec<String>,
    #[serde(default)]
    pub by: Vec<String>,
    #[serde(default)]
    pub happened: Vec<String>,
}

impl Only {
    /// Whether it stands for whoever told this.
    pub(super) fn is_for(&self, state: &State) -> bool {
        let one = |list: &[String], word: &str| list.is_empty() || list.iter().any(|known| known == word);
        let any = self.happened.is_empty() || self.happened.iter().any(|id| state.happened().contains(&id.as_str()));
        one(&self.who, state.who()) && one(&self.by, state.by()) && any
    }
}

/// A body that a resident can turn to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    pub id: String,
    pub name: String,
    #[serde(rename = "for")]
    pub does: Vec<String>,
    #[serde(default)]
    pub by: Vec<String>,
    #[serde(default)]
    pub happened: Vec<String>,
    #[serde(default)]
    pub word: Option<String>,
    #[serde(default)]
    pub station: Option<String>,
    #[serde(default)]
    pub address: Option<String>,
    #[serde(default)]
    pub provision: Option<String>,
    #[serde(default)]
    pub outside: bool,
    pub verified: Verified,
}

impl Body {
    /// Whether it is for whoever told this: by who did it, or by what happened.
    pub(super) fn is_for(&self, state: &State) -> bool {
        let by = self.by.is_empty() || self.by.iter().any(|by| by == state.by());
        by || self.happened.iter().any(|id| state.happened().contains(&id.as_str()))
    }
}

/// Who hears a complaint.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Route {
    pub against: String,
    pub allegation: String,
    pub to: String,
    /// Who gets a copy, because it is disputed who hears it.
    #[serde(default)]
    pub copy: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BodiesFile {
    body: Vec<Body>,
    route: Vec<Route>,
}

/// A paragraph or an item of a letter.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    pub text: String,
    #[serde(default)]
    pub item: bool,
    #[serde(default)]
    pub who: Vec<String>,
    #[serde(default)]
    pub by: Vec<String>,
    #[serde(default)]
    pub happened: Vec<String>,
    /// Only where so much of the day is known.
    #[serde(default)]
    when: Vec<Known>,
}

impl Part {
    /// Whether it stands in a letter about what was told.
    pub(super) fn is_for(&self, state: &State) -> bool {
        self.only().is_for(state) && (self.when.is_empty() || self.when.contains(&state.when.known()))
    }

    fn only(&self) -> Only {
        Only { who: self.who.clone(), by: self.by.clone(), happened: self.happened.clone() }
    }
}

/// A letter.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Letter {
    pub id: String,
    pub by: Vec<String>,
    pub subject: String,
    pub to: BTreeMap<String, String>,
    pub part: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LettersFile {
    acts: BTreeMap<String, String>,
    letter: Vec<Letter>,
}

/// All of it.
pub(super) struct Guide {
    pub since: Date,
    pub leave: String,
    pub by: Vec<By>,
    pub happened: Vec<Happened>,
    pub lists: BTreeMap<String, List>,
    pub questions: Vec<Question>,
    pub learn: BTreeMap<String, String>,
    pub notices: Vec<Notice>,
    pub bodies: Vec<Body>,
    pub routes: Vec<Route>,
    pub letters: Vec<Letter>,
    /// What happened, in the words of letters.
    pub acts: BTreeMap<String, String>,
}

impl Guide {
    /// Reads the files of the pack's jurisdiction; none where it has none.
    pub(super) fn read(source: &Source, pack: &Pack, schema: &Schema) -> Result<Option<Guide>, CliError> {
        let Some(residents) = parse::<ResidentsFile>(source, pack, "residents.toml")? else { return Ok(None) };
        let lacking = |name: &str| wrong(pack, name, "there is no such file beside residents.toml");
        let bodies = parse::<BodiesFile>(source, pack, "bodies.toml")?.ok_or_else(|| lacking("bodies.toml"))?;
        let letters = parse::<LettersFile>(source, pack, "letters.toml")?.ok_or_else(|| lacking("letters.toml"))?;
        let ResidentsFile { since, leave, by, happened, list, question, learn, notice } = residents;
        let guide = Guide {
            since,
            leave,
            by,
            happened,
            lists: list,
            questions: question,
            learn,
            notices: notice,
            bodies: bodies.body,
            routes: bodies.route,
            letters: letters.letter,
            acts: letters.acts,
        };
        guide.check(pack, schema)?;
        Ok(Some(guide))
    }

    /// Holds every word against the vocabulary, the pack, the register and the other files.
    fn check(&self, pack: &Pack, schema: &Schema) -> Result<(), CliError> {
        let residents = |what: String| Err(wrong(pack, "residents.toml", &what));
        let today_or_so = self.since;
        let stated = |act: &str, facts: &Stated| -> Result<(), CliError> {
            let action = action_named(pack, act).map_err(|error| wrong(pack, "residents.toml", &error.to_string()))?;
            let mut request = Request::new(pack, today_or_so, action, None, Scope::default());
            for (fact, value) in facts {
                request.state(pack, fact, value).map_err(|error| wrong(pack, "residents.toml", &error.to_string()))?;
            }
            Ok(())
        };
        let any_act = self.happened.first().and_then(|first| first.acts.first()).cloned().unwrap_or_default();
        for happened in &self.happened {
            for act in happened.acts.iter().chain(&happened.duties) {
                stated(act, &happened.facts)?;
            }
        }
        if let Some(happened) = self.happened.iter().find(|happened| !self.acts.contains_key(&happened.id)) {
            return Err(wrong(pack, "letters.toml", &format!("acts has no words for `{}`", happened.id)));
        }
        for by in &self.by {
            stated(&any_act, &by.facts)?;
            if by.agency.as_ref().is_some_and(|agency| pack.agency(agency).is_none()) {
                return residents(format!("by `{}` names an agency that agencies.toml has not", by.id));
            }
        }
        for list in self.lists.values() {
            for answer in &list.answer {
                stated(&any_act, &answer.facts)?;
                let own = list.words.as_ref().map(|fact| self.word(pack, fact, &answer.id));
                if own == Some(None) {
                    return residents(format!("answer `{}` is no value of its list's fact", answer.id));
                }
            }
        }
        let is_fact = |fact: &String| pack.vocabulary().fact_named(fact).is_some();
        for question in &self.questions {
            let known = self.lists.contains_key(&question.list) && question.happened.iter().all(|id| self.happened(id).is_some());
            if !known || !question.settles.iter().all(is_fact) {
                return residents(format!("question `{}` names a list, a happening or a fact that is not there", question.id));
            }
        }
        if let Some(fact) = self.learn.keys().find(|fact| !is_fact(fact)) {
            return residents(format!("learn `{fact}` is no fact"));
        }
        for notice in &self.notices {
            if self.clause(pack, &notice.provision).is_none() {
                return residents(format!("notice `{}` names a provision that the pack has not", notice.id));
            }
        }
        let bodies = |what: String| Err(wrong(pack, "bodies.toml", &what));
        for body in &self.bodies {
            let words = schema.list("routed_to");
            let known = body.word.as_ref().is_none_or(|word| words.iter().any(|known| known.name == *word));
            if !known || body.station.as_ref().is_some_and(|station| schema.station_typed(station).is_none()) {
                return bodies(format!("body `{}` names a word or a station that the register has not", body.id));
            }
        }
        for by in self.by.iter().filter(|by| !self.is_heard_here(&by.id)) {
            if self.heard_elsewhere(&by.id).is_empty() {
                return bodies(format!("no route and no body outside the city hears complaints about `{}` of residents.toml", by.id));
            }
        }
        for route in &self.routes {
            let entered = self.body(&route.to).is_some_and(|body| body.word.is_some() && body.station.is_some());
            if !entered || !route.copy.iter().all(|id| self.body(id).is_some_and(|body| body.word.is_some())) {
                return bodies(format!("the route to `{}` names a body without a word or a station", route.to));
            }
        }
        Ok(())
    }

    /// Something that may have happened.
    pub(super) fn happened(&self, id: &str) -> Option<&Happened> {
        self.happened.iter().find(|happened| happened.id == id)
    }

    /// Who may have done it.
    pub(super) fn by(&self, id: &str) -> Option<&By> {
        self.by.iter().find(|by| by.id == id)
    }

    /// A question.
    pub(super) fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// A body.
    pub(super) fn body(&self, id: &str) -> Option<&Body> {
        self.bodies.iter().find(|body| body.id == id)
    }

    /// Who hears a complaint.
    pub(super) fn route(&self, against: &str, allegation: &str) -> Option<&Route> {
        self.routes.iter().find(|route| route.against == against && route.allegation == allegation)
    }

    /// Whether complaints about those who did it are heard by a body of the city; who nobody could name may be the city's.
    pub(super) fn is_heard_here(&self, by: &str) -> bool {
        let against = self.by(by).map(|by| by.against.as_ref());
        against.is_none_or(|against| against.is_some_and(|against| self.routes.iter().any(|route| route.against == *against)))
    }

    /// Who hears complaints that no body of the city hears.
    pub(super) fn heard_elsewhere(&self, by: &str) -> Vec<&Body> {
        let hears = |body: &&Body| body.does.iter().any(|does| does == "complaint") && body.by.iter().any(|known| known == by);
        if self.is_heard_here(by) { Vec::new() } else { self.bodies.iter().filter(hears).collect() }
    }

    /// The clause that carries a provision: of its newest version the one that forbids, read in the text where one was.
    pub(super) fn clause<'p>(&self, pack: &'p Pack, provision: &str) -> Option<&'p Clause> {
        pack.clauses
            .iter()
            .filter(|clause| clause.provision == provision)
            .max_by_key(|clause| (clause.from, clause.effect == Effect::Prohibit, clause.verified == Verified::V))
    }

    /// The law's own word for a value of a fact, in English.
    pub(super) fn word<'p>(&self, pack: &'p Pack, fact: &str, value: &str) -> Option<&'p str> {
        let fact = pack.vocabulary().fact(pack.vocabulary().fact_named(fact)?);
        fact.values.iter().find(|known| known.name == value).map(|value| value.label.as_str())
    }
}

fn parse<T: DeserializeOwned>(source: &Source, pack: &Pack, name: &str) -> Result<Option<T>, CliError> {
    let Some(text) = source.get(&format!("{}/{name}", pack.jurisdiction())) else { return Ok(None) };
    toml::from_str(text).map(Some).map_err(|error| wrong(pack, name, &error.to_string()))
}

fn wrong(pack: &Pack, name: &str, what: &str) -> CliError {
    CliError::other(format!("`{}/{name}`: {what}", pack.jurisdiction()), "the head of the file explains its format")
}
