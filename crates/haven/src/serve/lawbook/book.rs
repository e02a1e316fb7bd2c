//! Provisions by their ids, and each as it was from one change to the next.

use super::super::answer::{self, Step};
use super::super::form::{capital, first_sentence, label};
use super::said;
use crate::words::Language;
use haven_law::pack::{Before, Clause, Effect, Instrument, Pack, Verified, is_within};
use haven_law::vocabulary::ActionId;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// The fact whose values are the kinds of agency that an obligation may be limited to.
const AGENCY_KIND: &str = "agency_kind";

/// A provision in a list.
pub(super) struct Entry {
    pub id: String,
    pub cite: String,
    /// Its first sentence in plain words.
    pub lead: String,
    /// Whether it is, or may be, in force on the day.
    pub in_force: bool,
}

/// Whether a provision is in force on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is.
    InForce,
    /// It is uncertain which of two versions is.
    Uncertain,
    /// It no longer is.
    Ended,
    /// Its law did not exist yet.
    NotYet,
    /// Before its law's first version that is held here, there was or may have been another.
    Unknown,
    /// Its law existed without it.
    Later,
}

impl Standing {
    /// The key of the sentence.
    pub(super) fn key(self) -> &'static str {
        match self {
            Standing::InForce => "lawbook-in-force",
            Standing::Uncertain => "lawbook-uncertain",
            Standing::Ended => "lawbook-ended",
            Standing::NotYet => "lawbook-not-yet",
            Standing::Unknown => "lawbook-before-unknown",
            Standing::Later => "lawbook-later",
        }
    }
}

/// A provision from one change to the next.
pub(super) struct Stretch {
    pub from: Date,
    pub until: Option<Date>,
    pub uncertain_from: Option<Date>,
    pub from_said: String,
    pub until_said: String,
    pub uncertain_said: String,
    /// What the law's version of that day is called, and where that is known from.
    pub label: String,
    pub label_source: String,
    pub label_mark: String,
    pub plain: String,
    pub quotes: Vec<String>,
    pub source: String,
    pub address: String,
    pub mark: String,
    pub rules: Vec<Rule>,
    /// The clauses that this provision takes acts out of.
    pub frees: Vec<Freed>,
}

impl Stretch {
    /// Whether it is, or may be, in force on a day.
    pub(super) fn may_hold(&self, day: Date) -> bool {
        self.uncertain_from.unwrap_or(self.from).min(self.from) <= day && self.until.is_none_or(|until| day < until)
    }

    fn holds(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// One clause of a provision.
pub(super) struct Rule {
    pub anchor: String,
    pub kind: &'static str,
    pub does: String,
    pub mark: String,
    /// Name and words of the acts.
    pub acts: Vec<(String, String)>,
    pub conditions: Vec<String>,
    pub exceptions: Vec<Freed>,
    pub steps: Vec<(Step, String)>,
    pub asks: String,
    pub overlaps: Vec<(String, String)>,
}

/// A provision that takes acts out of another, or from which acts are taken out, and when.
pub(super) struct Freed {
    pub id: String,
    pub cite: String,
    pub words: String,
}

/// An id as it stands in the path of a link.
pub(super) fn address(id: &str) -> String {
    id.bytes().fold(String::new(), |mut path, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
        path
    })
}

/// The place of a clause in the page of its provision.
pub(super) fn anchor(clause: &str, provision: &str) -> String {
    let rest = clause.strip_prefix(provision).unwrap_or(clause);
    let plain: String = rest.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    format!("clause{plain}")
}

/// The provisions of an instrument: those that have clauses, are exceptions, or are restated.
pub(super) fn ids(pack: &Pack, place: usize) -> Vec<&str> {
    let of_clause = |clause: &'_ Clause| clause.instrument == place;
    let mut ids: Vec<&str> = Vec::new();
    let restated = pack.instruments.get(place).map(|instrument| instrument.passages.as_slice()).unwrap_or_default();
    let clauses = pack.clauses.iter().filter(|clause| of_clause(clause));
    let named = clauses.flat_map(|clause| {
        std::iter::once(clause.provision.as_str()).chain(clause.exceptions.iter().map(|exception| exception.provision.as_str()))
    });
    for id in restated.iter().map(|passage| passage.provision.as_str()).chain(named) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// The provisions below one.
pub(super) fn below<'p>(pack: &'p Pack, place: usize, above: &str) -> Vec<&'p str> {
    ids(pack, place).into_iter().filter(|id| *id != above && is_within(id, above)).collect()
}

/// What stands above a provision: every beginning of its id up to a letter in parentheses or a part.
pub(super) fn above(id: &str) -> Vec<&str> {
    id.match_indices(['(', '/']).filter(|(at, _)| *at > 0).filter_map(|(at, _)| id.get(..at)).collect()
}

/// How a provision is cited.
pub(super) fn cite(pack: &Pack, place: usize, id: &str) -> String {
    pack.instruments.get(place).map_or_else(|| id.to_owned(), |instrument| instrument.cite.replace("{}", id))
}

/// Provisions as a list shows them.
pub(super) fn entries(language: &Language, pack: &Pack, place: usize, ids: &[&str], day: Date) -> Vec<Entry> {
    ids.iter()
        .map(|id| {
            let stretches = stretches(language, pack, place, id, day);
            let of_day = stretches.iter().find(|stretch| stretch.may_hold(day));
            let shown = of_day.or_else(|| stretches.last());
            Entry {
                id: (*id).to_owned(),
                cite: cite(pack, place, id),
                lead: shown.map_or_else(String::new, |stretch| first_sentence(&stretch.plain).to_owned()),
                in_force: of_day.is_some() || stretches.is_empty(),
            }
        })
        .collect()
}

/// Whether a provision is in force on a day.
pub(super) fn standing(instrument: &Instrument, stretches: &[Stretch], day: Date) -> Standing {
    match (stretches.iter().filter(|stretch| stretch.may_hold(day)).count(), stretches.first()) {
        (1, _) if stretches.iter().any(|stretch| stretch.holds(day) && !ends_in_doubt(instrument, stretch, day)) => Standing::InForce,
        (1.., _) => Standing::Uncertain,
        (_, Some(first)) if day < first.from => {
            let is_first = instrument.versions.first().is_some_and(|version| version.from == first.from);
            match instrument.before_first {
                _ if !is_first => Standing::Later,
                Before::None => Standing::NotYet,
                Before::Unknown => Standing::Unknown,
            }
        }
        _ => Standing::Ended,
    }
}

/// Whether the law's next version, which may lack this text, may already be in force.
fn ends_in_doubt(instrument: &Instrument, stretch: &Stretch, day: Date) -> bool {
    let next = instrument.versions.iter().find(|version| Some(version.from) == stretch.until);
    next.and_then(|version| version.uncertain_from).is_some_and(|from| from <= day)
}

/// A provision as it was from each change to the next. Neighbours that say the same are one.
pub(super) fn stretches(language: &Language, pack: &Pack, place: usize, id: &str, day: Date) -> Vec<Stretch> {
    let Some(instrument) = pack.instruments.get(place) else { return Vec::new() };
    let concerned: Vec<&Clause> = pack
        .clauses
        .iter()
        .filter(|clause| clause.instrument == place)
        .filter(|clause| clause.provision == id || clause.exceptions.iter().any(|exception| exception.provision == id))
        .collect();
    let mut changes: BTreeSet<Date> = concerned.iter().flat_map(|clause| std::iter::once(clause.from).chain(clause.until)).collect();
    if concerned.is_empty() {
        // A text without a rule of its own: it stands from the version it restates, else from the first.
        let restated = instrument.passages.iter().filter(|passage| passage.provision == id);
        let first = instrument.versions.first().map(|version| version.from);
        changes.extend(restated.filter_map(|passage| passage.from.or(first)));
    }
    let changes: Vec<Date> = changes.into_iter().collect();
    let mut stretches: Vec<Stretch> = Vec::new();
    for (at, from) in changes.iter().enumerate() {
        let live: Vec<&Clause> =
            concerned.iter().copied().filter(|clause| clause.from <= *from && clause.until.is_none_or(|until| *from < until)).collect();
        if live.is_empty() && !concerned.is_empty() {
            continue;
        }
        let next = stretch(language, pack, (place, instrument), id, (*from, changes.get(at + 1).copied()), &live, day);
        match stretches.last_mut() {
            Some(last) if last.until == Some(next.from) && same(last, &next) => last.until = next.until,
            _ => stretches.push(next),
        }
    }
    stretches
}

/// Whether two stretches say the same.
fn same(one: &Stretch, other: &Stretch) -> bool {
    let rule = |rule: &Rule| {
        let exceptions: Vec<_> = rule.exceptions.iter().map(|freed| (freed.id.clone(), freed.words.clone())).collect();
        (rule.does.clone(), rule.acts.clone(), rule.conditions.clone(), exceptions, rule.asks.clone())
    };
    one.plain == other.plain
        && one.quotes == other.quotes
        && one.rules.iter().map(rule).eq(other.rules.iter().map(rule))
        && one.frees.iter().map(|freed| (&freed.id, &freed.words)).eq(other.frees.iter().map(|freed| (&freed.id, &freed.words)))
}

fn stretch(
    language: &Language,
    pack: &Pack,
    (place, instrument): (usize, &Instrument),
    id: &str,
    (from, until): (Date, Option<Date>),
    live: &[&Clause],
    day: Date,
) -> Stretch {
    let own = |clause: &&&Clause| clause.provision == id;
    let version = instrument.versions.iter().rev().find(|version| version.from <= from);
    // The clauses of a stretch may have come with different versions; the youngest one's text governs.
    let newest = live.iter().filter(own).chain(live.iter()).map(|clause| clause.from).max();
    let passage = newest
        .and_then(|from| pack.passage(place, id, from))
        .or_else(|| live.iter().find_map(|clause| pack.passage(place, id, clause.from)).or_else(|| pack.passage(place, id, from)));
    let (source, mark) = answer::source_of(language, passage.map_or("", |passage| passage.source.as_str()));
    let (source, address) = answer::written(&source);
    let until_said = until.map_or_else(String::new, |until| said(language, until));
    let uncertain_from = version.filter(|version| version.from == from).and_then(|version| version.uncertain_from);
    let frees = live.iter().flat_map(|clause| {
        clause.exceptions.iter().filter(|exception| exception.provision == id).map(|exception| Freed {
            id: clause.provision.clone(),
            cite: clause.cite.clone(),
            words: capital(&exception.words),
        })
    });
    let mut once: Vec<Freed> = Vec::new();
    for freed in frees {
        if !once.iter().any(|known| known.id == freed.id && known.words == freed.words) {
            once.push(freed);
        }
    }
    Stretch {
        from,
        until,
        uncertain_from,
        from_said: said(language, from),
        until_said,
        uncertain_said: uncertain_from.map_or_else(String::new, |day| said(language, day)),
        label: version.map_or_else(String::new, |version| version.label.clone()),
        label_source: version.map_or_else(String::new, |version| version.source.clone()),
        label_mark: version.map_or_else(String::new, |version| answer::mark(language, version.verified, false)),
        plain: passage.map_or_else(String::new, |passage| passage.plain.clone()),
        quotes: passage.map(|passage| passage.quotes.clone()).unwrap_or_default(),
        source,
        address,
        mark,
        rules: live.iter().filter(own).map(|clause| rule(language, pack, clause, day)).collect(),
        frees: once,
    }
}

fn rule(language: &Language, pack: &Pack, clause: &Clause, day: Date) -> Rule {
    let (kind, does) = match clause.effect {
        Effect::Prohibit => ("no", "lawbook-prohibits"),
        Effect::Authorise => ("yes", "lawbook-authorises"),
        Effect::Require => ("must", "lawbook-requires"),
        Effect::Refer => ("ask", "lawbook-refers"),
        Effect::Caution => ("ask", "lawbook-cautions"),
        Effect::Advise => ("silent", "lawbook-advises"),
    };
    let act = |id: &ActionId| {
        let action = pack.vocabulary().action(*id)?;
        Some((action.name.clone(), language.law(&format!("act-{}", action.name), "", &action.label)))
    };
    Rule {
        anchor: anchor(&clause.id, &clause.provision),
        kind,
        does: language.text(does),
        mark: answer::mark(language, clause.verified, false),
        acts: clause.actions.iter().filter_map(act).collect(),
        conditions: clause.conditions.iter().map(|condition| capital(&condition.words)).collect(),
        exceptions: clause
            .exceptions
            .iter()
            .map(|exception| Freed { id: exception.provision.clone(), cite: exception.cite.clone(), words: capital(&exception.words) })
            .collect(),
        steps: clause.obligations.iter().filter_map(|id| step(language, pack, id, clause, day)).collect(),
        asks: clause.asks.clone().unwrap_or_default(),
        overlaps: clause
            .overlaps
            .iter()
            .map(|id| (id.clone(), pack.clauses.iter().find(|other| other.provision == *id).map_or(id, |other| &other.cite).clone()))
            .collect(),
    }
}

/// What follows, and whom alone it binds. What does not bind while the clause is in force is left out.
fn step(language: &Language, pack: &Pack, id: &str, clause: &Clause, day: Date) -> Option<(Step, String)> {
    let obligation = pack.obligation(id)?;
    // On a day outside the clause's own life the obligations are those of its beginning.
    let inside = clause.from <= day && clause.until.is_none_or(|until| day < until);
    let day = if inside { day } else { clause.from };
    if obligation.from.is_some_and(|from| day < from) || obligation.until.is_some_and(|until| until <= day) {
        return None;
    }
    let kinds = pack.vocabulary().fact_named(AGENCY_KIND).map(|fact| pack.vocabulary().fact(fact));
    let only: Vec<String> = kinds.map_or_else(Vec::new, |fact| {
        fact.values.iter().filter(|value| obligation.agency_kinds.contains(&value.name)).map(|value| label(language, fact, value)).collect()
    });
    let mark = match obligation.verified.as_str() {
        "V" => answer::mark(language, Verified::V, false),
        "S" => answer::mark(language, Verified::S, false),
        "U" => answer::mark(language, Verified::U, false),
        _ => String::new(),
    };
    let step = Step {
        text: language.law(&format!("duty-{}", obligation.id), "", &obligation.text),
        cite: if obligation.verified == "house" { String::new() } else { obligation.cite.clone() },
        mark,
    };
    Some((step, only.join(", ")))
}
