//! What a resident has told so far. It travels in the forms of the pages and is kept nowhere: every value is a word of a
//! closed list, so nothing that could name a person can be in it.

use super::data::{Guide, Question, Stated, UNKNOWN};
use haven_law::decide::Verdict;
use haven_law::pack::Pack;
use haven_law::request::{Request, Scope};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

/// Who tells it. It changes the words, not the law.
pub(super) const WHO: [&str; 4] = ["me", "family", "witness", "lawyer"];
/// The four questions that everyone is asked, in their order.
pub(super) const FIRST: [&str; 4] = ["who", "happened", "by", "when"];

/// When it happened, as far as it is known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// On a day.
    Day(Date),
    /// In a month.
    Month(i16, i8),
    /// In a year.
    Year(i16),
    /// Nobody knows.
    Unknown,
}

/// How much is known of when it happened, as letters name it.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Known {
    Day,
    Month,
    Year,
    Unknown,
}

impl When {
    /// Reads it from the three menus: day and month may be left out. What is wrong with it ends a key `lawful-wrong-…`.
    fn read([year, month, day]: [&str; 3], first: Date, today: Date) -> Result<When, &'static str> {
        let number = |text: &str| match text {
            "" | UNKNOWN => Ok(None),
            text => text.parse::<i16>().map(Some).map_err(|_| "none"),
        };
        let small = |number: i16| i8::try_from(number).map_err(|_| "none");
        let when = match (number(year)?, number(month)?, number(day)?) {
            (None, None, None) => return Ok(When::Unknown),
            (None, ..) => return Err("year"),
            (Some(_), None, Some(_)) => return Err("month"),
            (Some(year), None, None) => When::Year(year),
            (Some(year), Some(month), None) => When::Month(year, small(month)?),
            (Some(year), Some(month), Some(day)) => When::Day(Date::new(year, small(month)?, small(day)?).map_err(|_| "none")?),
        };
        match when.whole(first, today).ok_or("none")? {
            (from, _) if from > today => Err("future"),
            (from, _) if from.year() < first.year() => Err("early"),
            _ => Ok(when),
        }
    }

    /// The first and the last day it can have been, none before any law that is asked and none that has not come.
    pub(super) fn span(self, first: Date, today: Date) -> Option<(Date, Date)> {
        let (from, until) = self.whole(first, today)?;
        let reads = from.year() >= first.year() && from <= today;
        reads.then(|| (from, until.min(today)))
    }

    /// The first and the last day of it, whenever that is; none where the calendar has no such day.
    fn whole(self, first: Date, today: Date) -> Option<(Date, Date)> {
        match self {
            When::Day(day) => Some((day, day)),
            When::Month(year, month) => {
                let from = Date::new(year, month, 1).ok()?;
                Some((from, from.last_of_month()))
            }
            When::Year(year) => Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)),
            When::Unknown => Some((first, today)),
        }
    }

    /// How much of it is known.
    pub(super) fn known(self) -> Known {
        match self {
            When::Day(_) => Known::Day,
            When::Month(..) => Known::Month,
            When::Year(_) => Known::Year,
            When::Unknown => Known::Unknown,
        }
    }
}

/// What was told.
pub(super) struct State {
    /// The questions that were answered, in their order.
    pub asked: Vec<String>,
    /// Questions with the answers chosen.
    pub chosen: Vec<(String, String)>,
    /// When it happened.
    pub when: When,
    /// Year, month and day as the menus hold them: numbers, or nothing.
    menus: [String; 3],
    /// Questions whose answer could not be taken, with what is wrong: ends of keys `lawful-wrong-…`.
    wrong: Vec<(String, &'static str)>,
    /// Whether the form held something that no page of ours sends: it may be older than the questions.
    foreign: bool,
}

impl State {
    /// Nothing was told yet.
    pub(super) fn new() -> State {
        let (menus, wrong) = Default::default();
        State { asked: Vec::new(), chosen: Vec::new(), when: When::Unknown, menus, wrong, foreign: false }
    }

    /// Reads what a form holds. Only words of the lists and numbers are taken; of what is something else is noted that it was
    /// there, so that it can be asked again, and nothing of it is kept.
    pub(super) fn read(pairs: &[(String, String)], guide: &Guide, today: Date) -> State {
        let mut state = State::new();
        let mut date = [""; 3];
        let [year, month, day] = &mut date;
        for (name, value) in pairs {
            let known = match name.as_str() {
                "asked" => {
                    let is_question = FIRST.contains(&value.as_str()) || guide.question(value).is_some();
                    if is_question && !state.asked.contains(value) {
                        state.asked.push(value.clone());
                    }
                    state.foreign |= !is_question;
                    continue;
                }
                "year" => {
                    *year = value;
                    continue;
                }
                "month" => {
                    *month = value;
                    continue;
                }
                "day" => {
                    *day = value;
                    continue;
                }
                "again" => continue,
                "who" => WHO.contains(&value.as_str()),
                "happened" => guide.happened(value).is_some(),
                "by" => guide.by(value).is_some(),
                question => match guide.question(question).and_then(|question| guide.lists.get(&question.list)) {
                    Some(list) => list.answer.iter().any(|answer| answer.id == *value),
                    None => {
                        state.foreign = true;
                        continue;
                    }
                },
            };
            if known {
                state.chosen.push((name.clone(), value.clone()));
            } else if value != UNKNOWN {
                state.wrong.push((name.clone(), "answer"));
            }
        }
        state.menus = date.map(|text| text.parse::<i16>().map(|number| number.to_string()).unwrap_or_default());
        match When::read(date, guide.since, today) {
            Ok(when) => state.when = when,
            Err(what) => state.wrong.push(("when".to_owned(), what)),
        }
        state
    }

    /// What could not be taken of what was told: the first question that has to be asked again, and what is wrong.
    pub(super) fn fault(&self) -> Option<(String, &'static str)> {
        let wrong = |id: &String| self.wrong.iter().find(|(of, _)| of == id).map(|(_, what)| *what);
        // Without these there is nothing to ask the law.
        let lacks = |id: &String| (["who", "happened"].contains(&id.as_str()) && self.answers(id).is_empty()).then_some("answer");
        let found = self.asked.iter().find_map(|id| Some((id.clone(), wrong(id).or_else(|| lacks(id))?)));
        found.or_else(|| self.foreign.then(|| (self.asked.last().cloned().unwrap_or_default(), "page")))
    }

    /// The answers of a question.
    pub(super) fn answers(&self, question: &str) -> Vec<&str> {
        self.chosen.iter().filter(|(name, _)| name == question).map(|(_, value)| value.as_str()).collect()
    }

    /// Whether an answer was chosen.
    pub(super) fn chose(&self, question: &str, answer: &str) -> bool {
        self.chosen.iter().any(|(name, value)| name == question && value == answer)
    }

    /// Who tells it.
    pub(super) fn who(&self) -> &str {
        self.answers("who").first().copied().unwrap_or("me")
    }

    /// Who did it.
    pub(super) fn by(&self) -> &str {
        self.answers("by").first().copied().unwrap_or(UNKNOWN)
    }

    /// What happened.
    pub(super) fn happened(&self) -> Vec<&str> {
        self.answers("happened")
    }

    /// Takes back a question and all that were asked after it.
    pub(super) fn back_to(&mut self, question: &str) {
        if let Some(place) = self.asked.iter().position(|id| id == question) {
            self.asked.truncate(place);
        }
    }

    /// What the hidden controls of a form hold: the answers of the questions that stay answered.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for id in &self.asked {
            pairs.push(("asked".to_owned(), id.clone()));
            if id == "when" {
                pairs.extend(["year", "month", "day"].map(str::to_owned).into_iter().zip(self.menus.iter().cloned()));
            }
            pairs.extend(self.answers(id).into_iter().map(|answer| (id.clone(), answer.to_owned())));
        }
        pairs
    }

    /// Year, month and day as the menus hold them.
    pub(super) fn menus(&self) -> &[String; 3] {
        &self.menus
    }

    /// The question that comes next; none when all that matters was asked.
    pub(super) fn next<'g>(&self, guide: &'g Guide, pack: &Pack, today: Date) -> Option<Step<'g>> {
        let open = |id: &str| !self.asked.iter().any(|asked| asked == id);
        if let Some(first) = FIRST.into_iter().find(|id| open(id)) {
            return Some(Step::First(first));
        }
        let happened = self.happened();
        let needed = self.needed(guide, pack, today);
        let next = guide.questions.iter().filter(|question| open(&question.id)).find(|question| {
            let after = question.after.iter().any(|(id, answers)| answers.iter().any(|answer| self.chose(id, answer)));
            question.happened.iter().any(|id| happened.contains(&id.as_str()))
                && (after
                    || question.settles.iter().any(|fact| needed.iter().any(|(of, known)| question.happened.contains(of) && known == fact)))
        });
        next.map(Step::Question)
    }

    /// The facts that the law still asks for, each with what happened.
    fn needed(&self, guide: &Guide, pack: &Pack, today: Date) -> Vec<(String, String)> {
        let mut needed = Vec::new();
        for happened in self.happened() {
            for act in guide.happened(happened).map(|happened| happened.acts.as_slice()).unwrap_or_default() {
                for (day, _) in self.days(guide, pack, today) {
                    let Some(request) = self.request(guide, pack, happened, act, day) else { continue };
                    let decision = pack.decide(&request);
                    if decision.verdict == Verdict::NeedsFacts {
                        let facts = decision.questions.into_iter().filter_map(|question| question.fact);
                        needed.extend(facts.map(|fact| (happened.to_owned(), fact)));
                    }
                }
            }
        }
        needed.sort_unstable();
        needed.dedup();
        needed
    }

    /// The stretches in which other law may have been in force, each by its first and its last day.
    pub(super) fn days(&self, guide: &Guide, pack: &Pack, today: Date) -> Vec<(Date, Date)> {
        let Some((from, until)) = self.when.span(guide.since, today) else { return Vec::new() };
        let begins = pack.instruments.iter().flat_map(|law| &law.versions).flat_map(|version| [Some(version.from), version.uncertain_from]);
        let mut starts: Vec<Date> = begins.flatten().filter(|day| *day > from && *day <= until).collect();
        starts.push(from);
        starts.sort_unstable();
        starts.dedup();
        let ends: Vec<Date> = starts.iter().skip(1).filter_map(|day| day.checked_sub(1.day()).ok()).chain([until]).collect();
        starts.into_iter().zip(ends).collect()
    }

    /// The question to the law about an act, with what was told of it.
    pub(super) fn request(&self, guide: &Guide, pack: &Pack, happened: &str, act: &str, day: Date) -> Option<Request> {
        let action = pack.vocabulary().action_named(act)?;
        let facts = pack.vocabulary().action(action)?.facts;
        let by = guide.by(self.by());
        let mut request = Request::new(pack, day, action, by.and_then(|by| by.agency.clone()), Scope::default());
        let mut state = |stated: &Stated| {
            for (fact, value) in stated {
                let matters = pack.vocabulary().fact_named(fact).is_some_and(|id| facts.contains(id));
                if matters || fact == "agency_kind" {
                    // The files were read against the vocabulary when the service started, so this cannot fail now.
                    let _ = request.state(pack, fact, value);
                }
            }
        };
        if let Some(by) = by {
            state(&by.facts);
        }
        state(&guide.happened(happened)?.facts);
        for question in guide.questions.iter().filter(|question| question.happened.iter().any(|id| id == happened)) {
            if self.asked.contains(&question.id) {
                state(&self.stated(guide, question));
            }
        }
        Some(request)
    }

    /// What the answers of a question state together: sets are joined.
    fn stated(&self, guide: &Guide, question: &Question) -> Stated {
        let mut stated = Stated::new();
        let Some(list) = guide.lists.get(&question.list) else { return stated };
        for answer in list.answer.iter().filter(|answer| self.chose(&question.id, &answer.id)) {
            for (fact, value) in &answer.facts {
                match (stated.get_mut(fact), value) {
                    (Some(Value::Array(known)), Value::Array(more)) => known.extend(more.iter().cloned()),
                    // Two answers that contradict each other: the one that says yes came first, and is not taken back.
                    (Some(_), _) => {}
                    (None, value) => {
                        stated.insert(fact.clone(), value.clone());
                    }
                }
            }
        }
        stated
    }
}

/// What is asked next.
pub(super) enum Step<'g> {
    /// One of the four that everyone is asked.
    First(&'static str),
    /// A question of the file.
    Question(&'g Question),
}
