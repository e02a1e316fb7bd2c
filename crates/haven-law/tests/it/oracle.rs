//! Cedar is the oracle: what its authorizer says of every clause is what Haven must say, known facts or not.
//!
//! Each clause goes to the authorizer as a `permit` with its own conditions, so that the determining policies are the
//! clauses that apply. Which clauses are in force, and what they come to, is worked out here once more from the dates of
//! the instruments and the rules of `docs/law-packs.md`, in code that shares nothing with the engine.

use crate::law::{self, Chance};
use haven_law::cedar::{
    AuthorizationError, Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, Policy, PolicyId, PolicySet,
    Request as CedarRequest, RestrictedExpression,
};
use haven_law::decide::{Basis, Verdict};
use haven_law::ir::FactSet;
use haven_law::pack::{Before, Clause, Effect, Instrument, Layer, Pack, Source};
use haven_law::request::{Request, Scope};
use haven_law::vocabulary::{ActionId, FactId, FactKind};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};

/// Values of the facts of one act, as the engine encodes them: a bit, the bits of a set, or a number.
pub type Values = BTreeMap<usize, u64>;

/// Which clauses Cedar finds, by position in the pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// All conditions hold and no exception does.
    pub applies: BTreeSet<usize>,
    /// The `when` conditions hold, whatever the exceptions.
    pub reaches: BTreeSet<usize>,
    /// The clause errs.
    pub errs: BTreeSet<usize>,
}

/// Cedar's authorizer, ready to be asked about the acts of one pack.
pub struct Oracle<'p> {
    pub pack: &'p Pack,
    authorizer: Authorizer,
    nobody: EntityUid,
    nothing: EntityUid,
    actions: Vec<EntityUid>,
    /// By action: every clause whose scope Cedar says has it, whenever it was in force.
    policies: Vec<PolicySet>,
    addressed: Vec<BTreeSet<usize>>,
}

fn entity(kind: &str, name: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.parse::<EntityTypeName>().unwrap(), EntityId::new(name))
}

/// The policy as a permit with some of its conditions.
fn as_permit(policy: &Policy, id: String, keep: impl Fn(&str) -> bool) -> Policy {
    let mut json = policy.to_json().unwrap();
    json["effect"] = "permit".into();
    json["annotations"] = serde_json::json!({});
    let conditions = json["conditions"].as_array_mut().unwrap();
    conditions.retain(|condition| keep(condition["kind"].as_str().unwrap()));
    Policy::from_json(Some(PolicyId::new(id)), json).unwrap()
}

impl<'p> Oracle<'p> {
    pub fn new(pack: &'p Pack) -> Oracle<'p> {
        let mut oracle = Oracle {
            pack,
            authorizer: Authorizer::new(),
            nobody: entity("Agent", "somebody"),
            nothing: entity("Act", "something"),
            actions: pack.vocabulary().actions().iter().map(|action| entity("Action", &action.name)).collect(),
            policies: Vec::new(),
            addressed: Vec::new(),
        };
        // Cedar itself says which acts a scope has: a policy without conditions matches exactly those.
        let mut scopes = PolicySet::new();
        for (position, clause) in pack.clauses.iter().enumerate() {
            scopes.add(as_permit(clause.policy(), position.to_string(), |_| false)).unwrap();
        }
        for action in oracle.actions.clone() {
            let request = CedarRequest::new(oracle.nobody.clone(), action, oracle.nothing.clone(), Context::empty(), None).unwrap();
            let addressed = oracle.ask(&request, &scopes).applies;
            let mut set = PolicySet::new();
            for position in &addressed {
                let policy = pack.clauses[*position].policy();
                set.add(as_permit(policy, position.to_string(), |_| true)).unwrap();
                set.add(as_permit(policy, format!("{position} reaches"), |kind| kind == "when")).unwrap();
            }
            oracle.policies.push(set);
            oracle.addressed.push(addressed);
        }
        oracle
    }

    fn ask(&self, request: &CedarRequest, policies: &PolicySet) -> Found {
        let response = self.authorizer.is_authorized(request, policies, &Entities::empty());
        let mut found = Found::default();
        let mut sort = |id: &PolicyId, applies: bool| {
            let id = id.to_string();
            match (id.strip_suffix(" reaches"), applies) {
                (Some(position), true) => found.reaches.insert(position.parse().unwrap()),
                // Where `when` errs, so does the whole clause; only the whole clause is counted.
                (Some(_), false) => false,
                (None, true) => found.applies.insert(id.parse().unwrap()),
                (None, false) => found.errs.insert(id.parse().unwrap()),
            };
        };
        for id in response.diagnostics().reason() {
            sort(id, true);
        }
        for AuthorizationError::PolicyEvaluationError(error) in response.diagnostics().errors() {
            sort(error.policy_id(), false);
        }
        found
    }

    /// The facts as Cedar takes them.
    pub fn context(&self, values: &Values) -> Context {
        let vocabulary = self.pack.vocabulary();
        let word = |kind: &str, name: &str| RestrictedExpression::new_entity_uid(entity(kind, name));
        let pairs = values.iter().map(|(index, value)| {
            let fact = vocabulary.fact(FactId::from_index(*index));
            let names = fact.names(*value);
            let value = match fact.kind {
                FactKind::Bool => RestrictedExpression::new_bool(names == ["yes"]),
                FactKind::Number => RestrictedExpression::new_long(value.cast_signed()),
                FactKind::Many => RestrictedExpression::new_set(names.into_iter().map(|name| word(&fact.cedar_type, name))),
                FactKind::One | FactKind::Recency => word(&fact.cedar_type, names[0]),
            };
            (fact.name.clone(), value)
        });
        Context::from_pairs(pairs).unwrap()
    }

    /// What Cedar finds, of all clauses that address the act at any time.
    pub fn find(&self, action: ActionId, values: &Values, strict: bool) -> Found {
        let schema = strict.then(|| self.pack.schema());
        let (nobody, act, nothing) = (self.nobody.clone(), self.actions[action.index()].clone(), self.nothing.clone());
        let request = CedarRequest::new(nobody, act, nothing, self.context(values), schema).unwrap();
        self.ask(&request, &self.policies[action.index()])
    }

    /// Asks Haven the same.
    pub fn request(&self, action: ActionId, day: Date, values: &Values, scope: &Scope) -> Request {
        let mut request = Request::new(self.pack, day, action, None, scope.clone());
        for (index, value) in values {
            request.facts.set(FactId::from_index(*index), *value);
        }
        request
    }

    /// The clauses that address an act and may be in force on a day, by the dates alone.
    pub fn in_force(&self, action: ActionId, day: Date) -> BTreeSet<usize> {
        let clauses = &self.pack.clauses;
        self.addressed[action.index()]
            .iter()
            .copied()
            .filter(|position| {
                states(&self.pack.instruments[clauses[*position].instrument], day).iter().any(|state| state.has(&clauses[*position]))
            })
            .collect()
    }

    /// What an act comes to, from what Cedar found.
    pub fn verdict(&self, action: ActionId, day: Date, scope: &Scope, found: &Found) -> Expected {
        let mut expected = Expected { verdict: Verdict::Permitted, basis: None, layers: BTreeMap::new(), caution: false };
        for layer in Layer::ALL {
            if !scope.layers.is_empty() && !scope.layers.contains(&layer) {
                continue;
            }
            let instruments: Vec<usize> =
                (0..self.pack.instruments.len()).filter(|position| self.pack.instruments[*position].layer == layer).collect();
            let mut readings: Vec<Vec<(usize, State)>> = vec![Vec::new()];
            for position in instruments {
                let mut longer = Vec::new();
                for state in states(&self.pack.instruments[position], day) {
                    for reading in &readings {
                        longer.push(reading.iter().cloned().chain([(position, state)]).collect());
                    }
                }
                readings = longer;
            }
            let answers: Vec<(Verdict, Option<Basis>)> =
                readings.iter().map(|reading| self.read(action, scope, found, reading, &mut expected.caution)).collect();
            let (verdict, basis) = answers[0];
            let agreed = answers.iter().all(|answer| answer.0 == verdict);
            let answer =
                if agreed { (verdict, answers.iter().filter_map(|answer| answer.1).min().or(basis)) } else { (Verdict::NeedsFacts, None) };
            expected.layers.insert(layer, answer);
        }
        let any = |verdict: Verdict| expected.layers.values().any(|answer| answer.0 == verdict);
        expected.verdict = if expected.caution || any(Verdict::Prohibited) && any(Verdict::Required) {
            Verdict::NeedsFacts
        } else if any(Verdict::Prohibited) {
            Verdict::Prohibited
        } else if any(Verdict::NeedsFacts) {
            Verdict::NeedsFacts
        } else if any(Verdict::Required) {
            Verdict::Required
        } else {
            expected.basis = Some(expected.layers.values().filter_map(|answer| answer.1).max().unwrap_or(Basis::NotReached));
            Verdict::Permitted
        };
        expected
    }

    fn read(
        &self,
        action: ActionId,
        scope: &Scope,
        found: &Found,
        reading: &[(usize, State)],
        cautioned: &mut bool,
    ) -> (Verdict, Option<Basis>) {
        let (mut prohibits, mut requires, mut open, mut caution, mut authorises, mut excepted) = (false, false, false, false, false, false);
        for (instrument, state) in reading {
            let own = self.addressed[action.index()].iter().filter(|position| self.pack.clauses[**position].instrument == *instrument);
            if *state == State::Before && self.pack.instruments[*instrument].before_first == Before::Unknown {
                // Law that may have been there and is not encoded leaves open whatever the instrument speaks to.
                open = open || own.clone().any(|position| self.pack.clauses[*position].effect != Effect::Advise);
            }
            for position in own.filter(|position| state.has(&self.pack.clauses[**position]) && asked(&self.pack.clauses[**position], scope))
            {
                let applies = found.applies.contains(position);
                let reaches = found.reaches.contains(position);
                let errs = found.errs.contains(position);
                match self.pack.clauses[*position].effect {
                    Effect::Prohibit => prohibits = prohibits || applies,
                    Effect::Require => requires = requires || applies,
                    Effect::Refer => open = open || applies,
                    Effect::Caution => caution = caution || applies,
                    Effect::Authorise => authorises = authorises || applies,
                    Effect::Advise => {}
                }
                match self.pack.clauses[*position].effect {
                    Effect::Prohibit | Effect::Refer => {
                        open = open || errs;
                        excepted = excepted || reaches && !applies && !errs;
                    }
                    Effect::Require => open = open || errs,
                    Effect::Caution | Effect::Authorise | Effect::Advise => {}
                }
            }
        }
        *cautioned = *cautioned || caution;
        if caution || prohibits && requires {
            (Verdict::NeedsFacts, None)
        } else if prohibits {
            (Verdict::Prohibited, None)
        } else if open {
            (Verdict::NeedsFacts, None)
        } else if requires {
            (Verdict::Required, None)
        } else if authorises {
            (Verdict::Permitted, Some(Basis::Authorised))
        } else if excepted {
            (Verdict::Permitted, Some(Basis::Excepted))
        } else {
            (Verdict::Permitted, Some(Basis::NotReached))
        }
    }

    fn ids(&self, positions: &BTreeSet<usize>) -> BTreeSet<&str> {
        positions.iter().map(|position| self.pack.clauses[*position].id.as_str()).collect()
    }

    /// A request in words, to be pasted into `haven ask`.
    pub fn line(&self, action: ActionId, day: Date, values: &Values, scope: &Scope) -> String {
        let request = self.request(action, day, values, scope);
        let vocabulary = self.pack.vocabulary();
        let action = &vocabulary.action(action).unwrap().name;
        let facts: serde_json::Map<String, serde_json::Value> = values
            .keys()
            .map(|index| FactId::from_index(*index))
            .map(|id| (vocabulary.fact(id).name.clone(), request.value_of(self.pack, id)))
            .collect();
        let line = serde_json::json!({ "as_of": day.to_string(), "action": action, "facts": facts });
        format!("{line} in {scope:?}")
    }
}

/// What the test expects an answer to be.
#[derive(Debug)]
pub struct Expected {
    pub verdict: Verdict,
    pub basis: Option<Basis>,
    pub layers: BTreeMap<Layer, (Verdict, Option<Basis>)>,
    pub caution: bool,
}

/// What an instrument may be on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The version of this first day is in force.
    Version(Date),
    /// The first version is not in force yet.
    Before,
}

impl State {
    fn has(self, clause: &Clause) -> bool {
        match self {
            State::Version(day) => clause.from <= day && clause.until.is_none_or(|until| day < until),
            State::Before => false,
        }
    }
}

/// A version may be in force from the first day on which that is uncertain until a later one certainly is.
fn states(instrument: &Instrument, day: Date) -> Vec<State> {
    let superseded = |from: Date| instrument.versions.iter().any(|later| later.from > from && later.from <= day);
    let mut all: Vec<State> = instrument
        .versions
        .iter()
        .filter(|version| version.uncertain_from.unwrap_or(version.from) <= day && !superseded(version.from))
        .map(|version| State::Version(version.from))
        .collect();
    if instrument.versions.iter().all(|version| version.from > day) {
        all.push(State::Before);
    }
    all
}

fn asked(clause: &Clause, scope: &Scope) -> bool {
    let provisions = || std::iter::once(&clause.provision).chain(clause.exceptions.iter().map(|exception| &exception.provision));
    let below = |provision: &str, above: &str| {
        provision.strip_prefix(above).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric()))
    };
    scope.provisions.is_empty() || scope.provisions.iter().any(|above| provisions().any(|provision| below(provision, above)))
}

// Chance -----------------------------------------------------------------------------------------------------------

/// Days on which something begins or ends, and their neighbours.
pub fn boundaries(pack: &Pack) -> Vec<Date> {
    let versions = pack.instruments.iter().flat_map(|instrument| &instrument.versions);
    let mut days: Vec<Date> = versions.flat_map(|version| std::iter::once(version.from).chain(version.uncertain_from)).collect();
    days.extend(pack.instruments.iter().map(|instrument| instrument.reviewed_on));
    let mut all: Vec<Date> =
        days.into_iter().flat_map(|day| [-1, 0, 1].map(|distance: i64| day.checked_add(distance.days()).unwrap())).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// A day: mostly one at which the law changes, often one at which it is uncertain which law holds.
fn any_day(chance: &mut Chance, boundaries: &[Date]) -> Date {
    let after = |day: Date, days: usize| day.checked_add(i64::try_from(days).unwrap().days()).unwrap();
    match chance.below(10) {
        0..4 => *chance.pick(boundaries),
        4..6 => after(date(2021, 1, 26), chance.below(30)),
        6..9 => after(date(2021, 2, 23), chance.below(2200)),
        _ => after(date(1995, 1, 1), chance.below(12_000)),
    }
}

/// A value of a fact: mostly one that brings the act into the reach of the law.
fn any_value(pack: &Pack, chance: &mut Chance, id: FactId) -> u64 {
    let fact = pack.vocabulary().fact(id);
    let values = fact.values.len();
    match fact.kind {
        FactKind::Number => chance.next(),
        FactKind::Many => match chance.below(20) {
            0 => 0,
            1..9 => 1 << chance.below(values),
            9..16 => 1 << chance.below(values) | 1 << chance.below(values),
            _ => chance.next() & fact.all(),
        },
        FactKind::Bool if fact.name.starts_with("carveout") => 1 << usize::from(chance.percent(12)),
        FactKind::Bool => 1 << usize::from(chance.percent(75)),
        // Most clauses name the first values of a list.
        FactKind::One | FactKind::Recency if chance.percent(30) => 1 << chance.below(values.min(4)),
        FactKind::One | FactKind::Recency => 1 << chance.below(values),
    }
}

fn any_act(oracle: &Oracle<'_>, chance: &mut Chance, boundaries: &[Date]) -> (ActionId, Date, Values) {
    let vocabulary = oracle.pack.vocabulary();
    let actions: Vec<ActionId> = vocabulary.action_ids().map(|(id, _)| id).collect();
    let action = *chance.pick(&actions);
    let facts = vocabulary.action(action).unwrap().facts;
    let values = facts.iter().map(|id| (id.index(), any_value(oracle.pack, chance, id))).collect();
    (action, any_day(chance, boundaries), values)
}

/// A part of the law: all of it, some layers, some provisions, or both.
fn any_scope(pack: &Pack, chance: &mut Chance) -> Scope {
    let mut scope = Scope::default();
    if chance.percent(30) {
        scope.layers = pack.layers().into_iter().filter(|_| chance.percent(50)).collect();
    }
    if chance.percent(30) {
        let provisions = pack.provisions();
        for _ in 0..=chance.below(2) {
            let provision = *chance.pick(&provisions);
            // A provision, or what it lies below: cut at a bracket, a slash or a dash.
            let cuts: Vec<usize> = provision.match_indices(['(', '/', '-']).map(|(at, _)| at).filter(|at| *at > 0).collect();
            let end = if cuts.is_empty() || chance.percent(50) { provision.len() } else { *chance.pick(&cuts) };
            scope.provisions.push(provision[..end].to_owned());
        }
    }
    scope
}

fn seed() -> u64 {
    law::setting("HAVEN_ORACLE_SEED", 2173)
}

// Tests ------------------------------------------------------------------------------------------------------------

#[test]
fn every_policy_in_the_files_is_a_clause_of_the_pack() {
    let pack = law::pack();
    let mut written = BTreeSet::new();
    for path in law::source().paths().filter(|path| path.ends_with(".cedar")) {
        let folder = path.rsplit_once('/').unwrap().0;
        let jurisdiction = folder.rsplit_once('/').unwrap().0;
        if !pack.jurisdictions.iter().any(|known| known.id == jurisdiction) {
            continue;
        }
        let text = law::source().get(path).unwrap();
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for id in lines.filter_map(|line| line.split_once("@id(\"")?.1.split('"').next().map(str::to_owned)) {
            assert!(written.insert(id.clone()), "{path}: `{id}` is written twice");
        }
    }
    let read: BTreeSet<String> = pack.clauses.iter().map(|clause| clause.id.clone()).collect();
    assert_eq!(read, written);
}

#[test]
fn with_all_facts_known_the_clauses_that_apply_are_those_cedar_finds_and_the_verdict_follows_from_them() {
    let pack = law::pack();
    let oracle = Oracle::new(pack);
    let mut chance = Chance::new(seed());
    let boundaries = boundaries(pack);
    let volume = law::setting("HAVEN_ORACLE_REQUESTS", 60_000);
    let mut seen: Vec<(usize, usize)> = vec![(0, 0); pack.clauses.len()];
    let mut verdicts: BTreeMap<Verdict, usize> = BTreeMap::new();
    for number in 0..volume {
        let (action, day, values) = any_act(&oracle, &mut chance, &boundaries);
        // Cedar checks some of the requests against the schema, so that the others are known to be of the right shape.
        let found = oracle.find(action, &values, number % 16 == 0);
        let everything = Scope::default();
        let line = |scope: &Scope| oracle.line(action, day, &values, scope);
        assert!(found.errs.is_empty(), "Cedar errs in {:?}: {}", oracle.ids(&found.errs), line(&everything));

        // The clauses that apply, and no clause in doubt.
        let in_force = oracle.in_force(action, day);
        let expected: BTreeSet<usize> = in_force.intersection(&found.applies).copied().collect();
        let request = oracle.request(action, day, &values, &everything);
        let applying: BTreeSet<&str> = pack.applying(&request).iter().map(|clause| clause.id.as_str()).collect();
        assert_eq!(applying, oracle.ids(&expected), "{}", line(&everything));
        assert!(pack.undetermined(&request).is_empty(), "{}", line(&everything));
        for position in in_force {
            let (yes, no) = &mut seen[position];
            *(if expected.contains(&position) { yes } else { no }) += 1;
        }

        // The verdict of the whole law, and of a part of it layer by layer.
        let expected = oracle.verdict(action, day, &everything, &found);
        assert_eq!(pack.verdict(&request), (expected.verdict, expected.basis), "{}", line(&everything));
        *verdicts.entry(expected.verdict).or_default() += 1;
        if number % 4 == 0 {
            let scope = any_scope(pack, &mut chance);
            let expected = oracle.verdict(action, day, &scope, &found);
            let decision = pack.decide(&oracle.request(action, day, &values, &scope));
            assert_eq!((decision.verdict, decision.basis), (expected.verdict, expected.basis), "{}", line(&scope));
            for answer in &decision.layers {
                let (verdict, basis) = expected.layers[&answer.layer];
                assert_eq!((answer.verdict, answer.basis), (verdict, basis), "{:?} of {}", answer.layer, line(&scope));
            }
            for (layer, answer) in &expected.layers {
                let shown = decision.layers.iter().any(|shown| shown.layer == *layer);
                assert!(shown || *answer == (Verdict::Permitted, Some(Basis::NotReached)), "{layer} is not shown: {}", line(&scope));
            }
        }
    }
    // A comparison that never saw a clause apply shows nothing of it, so the rare ones are sought.
    let rare: Vec<usize> = (0..seen.len()).filter(|position| seen[*position].0 == 0 || seen[*position].1 == 0).collect();
    for position in &rare {
        seek(&oracle, &mut chance, *position);
    }
    println!(
        "{volume} requests compared with Cedar, all facts known: {verdicts:?}; {} clauses, {} of them rare",
        pack.clauses.len(),
        rare.len()
    );
}

/// Compares one clause until it was seen on both sides.
fn seek(oracle: &Oracle<'_>, chance: &mut Chance, position: usize) {
    let pack = oracle.pack;
    let clause = &pack.clauses[position];
    let (mut yes, mut no) = (false, false);
    for _ in 0..50_000 {
        let action = *chance.pick(&clause.actions);
        let facts = pack.vocabulary().action(action).unwrap().facts;
        let values: Values = facts.iter().map(|id| (id.index(), any_value(pack, chance, id))).collect();
        let request = oracle.request(action, clause.from, &values, &Scope::default());
        let applies = oracle.find(action, &values, false).applies.contains(&position);
        let said = pack.applying(&request).iter().any(|other| other.id == clause.id);
        assert_eq!(said, applies, "`{}`: {}", clause.id, oracle.line(action, clause.from, &values, &Scope::default()));
        yes = yes || applies;
        no = no || !applies;
        if yes && no {
            return;
        }
    }
    panic!("the comparison never saw both sides of `{}`: {yes}, {no}", clause.id);
}

/// What a known part of the facts leads to, held against every way to complete it.
#[derive(Default)]
struct Tally {
    partial: usize,
    completions: usize,
    enumerated: usize,
    undetermined: usize,
    /// Clauses Haven leaves open although all completions agree, with a request each.
    inexact: BTreeMap<String, (usize, String)>,
    /// Facts Haven asks for that change nothing, with a request each.
    idle_facts: BTreeMap<String, (usize, String)>,
    /// Verdicts "needs facts" although all completions agree on another one.
    idle_verdicts: (usize, String),
    /// Permissions and duties that a caution takes back once its facts are known, by clause.
    cautioned: BTreeMap<String, (usize, String)>,
    /// Permissions whose basis is more than some completion has.
    overstated: BTreeMap<String, (usize, String)>,
}

fn note(map: &mut BTreeMap<String, (usize, String)>, key: String, line: impl FnOnce() -> String) {
    map.entry(key).or_insert_with(|| (0, line())).0 += 1;
}

/// The values a completion may give a fact. A set stands for its single words, its pairs and all of it: more than that
/// no clause can tell apart that tells anything apart here, and what it might is searched for before it is reported.
fn domain(pack: &Pack, id: FactId) -> Vec<u64> {
    let fact = pack.vocabulary().fact(id);
    let one = |index: usize| 1_u64 << index;
    match fact.kind {
        FactKind::Many => {
            let mut all = Vec::new();
            for a in 0..fact.values.len() {
                for b in a..fact.values.len() {
                    all.push(one(a) | one(b));
                }
            }
            all.push(fact.all());
            all
        }
        _ => (0..fact.values.len()).map(one).collect(),
    }
}

#[test]
fn with_facts_unknown_haven_says_what_holds_in_every_completion_and_asks_only_for_what_matters() {
    let pack = law::pack();
    let oracle = Oracle::new(pack);
    let mut chance = Chance::new(seed() ^ 1);
    let boundaries = boundaries(pack);
    let volume = usize::try_from(law::setting("HAVEN_ORACLE_REQUESTS", 60_000)).unwrap();
    let mut tally = Tally::default();
    while tally.completions < volume {
        compare_partial(&oracle, &mut chance, &boundaries, &mut tally);
    }
    println!(
        "{} requests with unknown facts compared with Cedar over {} completions, {} of them over all completions; {} clauses in doubt",
        tally.partial, tally.completions, tally.enumerated, tally.undetermined
    );
    let show = |what: &str, map: &BTreeMap<String, (usize, String)>| {
        println!("{what}: {}", map.len());
        for (key, (count, line)) in map {
            println!("  {key} × {count}, for example {line}");
        }
    };
    show("clauses left open although every completion agrees", &tally.inexact);
    show("facts asked for that change nothing", &tally.idle_facts);
    show("answers that a caution takes back once its facts are known", &tally.cautioned);
    show("permissions whose basis some completion does not have", &tally.overstated);
    println!("needs facts although every completion agrees on something else: {} {}", tally.idle_verdicts.0, tally.idle_verdicts.1);
    assert!(tally.inexact.is_empty(), "{:?}", tally.inexact);
    assert!(tally.idle_facts.is_empty(), "{:?}", tally.idle_facts);
}

fn compare_partial(oracle: &Oracle<'_>, chance: &mut Chance, boundaries: &[Date], tally: &mut Tally) {
    let pack = oracle.pack;
    let (action, day, mut values) = any_act(oracle, chance, boundaries);
    // An empty set cannot be stated, so no completion has one.
    for (index, value) in &mut values {
        *value = if *value == 0 && pack.vocabulary().fact(FactId::from_index(*index)).kind == FactKind::Many { 1 } else { *value };
    }
    let mut facts: Vec<FactId> = values.keys().map(|index| FactId::from_index(*index)).collect();
    let (mut unknown, mut size): (Vec<FactId>, usize) = (Vec::new(), 1);
    let wanted = 1 + chance.below(5);
    // Few completions make many requests, many make thorough ones.
    let most = *chance.pick(&[8, 32, 64, 256]);
    let anything = chance.percent(10);
    while !facts.is_empty() && unknown.len() < wanted {
        let fact = facts.swap_remove(chance.below(facts.len()));
        let values = domain(pack, fact).len();
        if anything || size * values <= most {
            size = size.saturating_mul(values);
            unknown.push(fact);
        }
    }
    let enumerated = size <= 256;
    let mut known = values.clone();
    for fact in &unknown {
        known.remove(&fact.index());
    }
    let scope = if chance.percent(20) { any_scope(pack, chance) } else { Scope::default() };
    let line = || oracle.line(action, day, &known, &scope);

    let completions: Vec<Values> = if enumerated {
        unknown.iter().fold(vec![known.clone()], |all, fact| {
            let values = domain(pack, *fact);
            all.into_iter()
                .flat_map(|one| values.iter().map(move |value| one.clone().into_iter().chain([(fact.index(), *value)]).collect()))
                .collect()
        })
    } else {
        (0..64).map(|_| complete(pack, chance, &known, &unknown)).collect()
    };
    let found: Vec<Found> = completions.iter().map(|values| oracle.find(action, values, false)).collect();
    tally.partial += 1;
    tally.completions += completions.len();
    tally.enumerated += usize::from(enumerated);

    let request = oracle.request(action, day, &known, &Scope::default());
    let applying: BTreeSet<String> = pack.applying(&request).iter().map(|clause| clause.id.clone()).collect();
    let undetermined: BTreeMap<String, FactSet> =
        pack.undetermined(&request).into_iter().map(|(clause, missing)| (clause.id.clone(), missing)).collect();
    for position in oracle.in_force(action, day) {
        let id = &pack.clauses[position].id;
        let matches: Vec<bool> = found.iter().map(|found| found.applies.contains(&position)).collect();
        if applying.contains(id) {
            assert!(matches.iter().all(|found| *found), "`{id}` does not apply in every completion of {}", line());
        } else if let Some(missing) = undetermined.get(id) {
            tally.undetermined += 1;
            assert!(!missing.is_empty(), "`{id}` is undetermined and asks nothing: {}", line());
            for fact in missing.iter() {
                assert!(unknown.contains(&fact), "`{id}` asks for a fact that is known: {}", line());
            }
            if enumerated {
                check_exact(oracle, chance, action, position, *missing, &unknown, &completions, &matches, &known, tally, &line);
            }
        } else {
            assert!(matches.iter().all(|found| !*found), "`{id}` applies in some completion of {}", line());
        }
    }

    // What the answer is now must be what it is in every completion, save that a known caution defers to a person.
    let request = oracle.request(action, day, &known, &scope);
    let (verdict, basis) = pack.verdict(&request);
    let expected: Vec<Expected> = found.iter().map(|found| oracle.verdict(action, day, &scope, found)).collect();
    for ((after, found), completion) in expected.iter().zip(&found).zip(&completions) {
        let became = || format!("{} became {:?} in {}", line(), (after.verdict, after.basis), oracle.line(action, day, completion, &scope));
        match verdict {
            Verdict::NeedsFacts => {}
            _ if after.verdict == verdict => {
                if after.basis < basis {
                    note(&mut tally.overstated, format!("{basis:?} → {:?}, {}", after.basis, name(pack, action)), became);
                }
            }
            _ => {
                assert!(after.verdict == Verdict::NeedsFacts && after.caution, "{verdict:?}: {}", became());
                for position in &found.applies {
                    let clause = &pack.clauses[*position];
                    if clause.effect == Effect::Caution && undetermined.contains_key(&clause.id) {
                        note(&mut tally.cautioned, format!("{} takes back {verdict:?}", clause.id), became);
                    }
                }
            }
        }
    }
    let first = expected[0].verdict;
    if verdict == Verdict::NeedsFacts && enumerated && first != verdict && expected.iter().all(|after| after.verdict == first) {
        if tally.idle_verdicts.0 == 0 {
            tally.idle_verdicts.1 = format!("{first:?}: {}", line());
        }
        tally.idle_verdicts.0 += 1;
    }
}

fn name(pack: &Pack, action: ActionId) -> &str {
    pack.vocabulary().action(action).map_or("", |action| action.name.as_str())
}

fn complete(pack: &Pack, chance: &mut Chance, known: &Values, unknown: &[FactId]) -> Values {
    let mut values = known.clone();
    for fact in unknown {
        let value = any_value(pack, chance, *fact);
        values.insert(fact.index(), if value == 0 { 1 } else { value });
    }
    values
}

/// A clause in doubt is in doubt for a reason: completions differ, each fact asked for can make the difference, and no
/// other unknown fact can.
#[expect(clippy::too_many_arguments, reason = "one comparison, taken out of a long test so that each can be read")]
fn check_exact(
    oracle: &Oracle<'_>,
    chance: &mut Chance,
    action: ActionId,
    position: usize,
    missing: FactSet,
    unknown: &[FactId],
    completions: &[Values],
    matches: &[bool],
    known: &Values,
    tally: &mut Tally,
    line: &dyn Fn() -> String,
) {
    let id = &oracle.pack.clauses[position].id;
    // Completions that differ in one fact only stand in one group; where a group disagrees, the fact matters.
    let matters = |varied: &dyn Fn(FactId) -> bool| {
        let mut groups: BTreeMap<Vec<u64>, BTreeSet<bool>> = BTreeMap::new();
        for (values, found) in completions.iter().zip(matches) {
            let group = unknown.iter().filter(|fact| !varied(**fact)).map(|fact| values[&fact.index()]).collect();
            groups.entry(group).or_default().insert(*found);
        }
        groups.values().any(|found| found.len() > 1)
    };
    assert!(!matters(&|fact| !missing.contains(fact)), "`{id}` depends on a fact it does not ask for: {}", line());
    // Sets were completed with few words: before a clause is called inexact, larger sets are tried.
    let larger = |chance: &mut Chance| {
        (0..2000).any(|_| {
            let values = complete(oracle.pack, chance, known, unknown);
            oracle.find(action, &values, false).applies.contains(&position) != matches[0]
        })
    };
    if matches.iter().all(|found| *found == matches[0]) && !larger(chance) {
        return note(&mut tally.inexact, id.clone(), line);
    }
    for fact in missing.iter() {
        if !matters(&|other| other == fact) && oracle.pack.vocabulary().fact(fact).kind != FactKind::Many {
            note(&mut tally.idle_facts, format!("{id} asks for {}", oracle.pack.vocabulary().fact(fact).name), line);
        }
    }
}

// Versions ---------------------------------------------------------------------------------------------------------

/// An instrument of random versions and clauses.
fn instrument(chance: &mut Chance, name: &str, layer: &str, source: &mut Source) {
    let mut toml = law::tiny()
        .get("place/rule/instrument.toml")
        .unwrap()
        .split("[[version]]")
        .next()
        .unwrap()
        .replace("id = \"rule\"", &format!("id = \"{name}\""));
    let before = *chance.pick(&["none", "unknown"]);
    toml = toml.replace("before_first = \"none\"", &format!("before_first = \"{before}\"\nlayer = \"{layer}\""));
    let mut versions: Vec<Date> = Vec::new();
    let mut day = date(2020, 1, 1);
    for _ in 0..=chance.below(3) {
        let gap = 2 + i64::try_from(chance.below(60)).unwrap();
        let from = day.checked_add(gap.days()).unwrap();
        toml.push_str(&format!("[[version]]\nfrom = \"{from}\"\nlabel = \"x\"\nsource = \"x\"\nverified = \"V\"\n"));
        if chance.percent(50) {
            // After the version before it, before itself.
            let uncertain = from.checked_sub((1 + i64::try_from(chance.below(usize::try_from(gap - 1).unwrap())).unwrap()).days()).unwrap();
            toml.push_str(&format!("uncertain_from = \"{uncertain}\"\n"));
        }
        versions.push(from);
        day = from;
    }
    let mut text = String::new();
    for number in 0..=chance.below(5) {
        let first = chance.below(versions.len());
        let until =
            versions[first + 1..].iter().find(|_| chance.percent(40)).map_or_else(String::new, |until| format!("@until(\"{until}\")"));
        let effects = [
            ("prohibit", "forbid"),
            ("refer", "forbid"),
            ("caution", "forbid"),
            ("require", "permit"),
            ("authorise", "permit"),
            ("advise", "permit"),
        ];
        let (effect, policy) = *chance.pick(&effects);
        let action = *chance.pick(&["action == Action::\"hold\"", "action in [Action::\"hold\", Action::\"share\"]"]);
        let tests = ["context.sure", "!context.sure", "context.colour == Colour::\"red\"", "context.grounds.contains(Ground::\"a\")"];
        let (exceptions, unless) =
            if chance.percent(40) { ("@exceptions(\"y\")", format!("unless {{ {} }}", chance.pick(&tests))) } else { ("", String::new()) };
        text.push_str(&format!(
            "@id(\"{name}({number})@{}\") {until} @effect(\"{effect}\") @verified(\"V\") @asks(\"?\") {exceptions}\n{policy} (principal, {action}, resource) when {{ {} }} {unless};\n",
            versions[first],
            chance.pick(&tests)
        ));
    }
    source.insert(format!("place/{name}/instrument.toml"), toml);
    source.insert(format!("place/{name}/policies.cedar"), text);
}

#[test]
fn whatever_the_versions_the_law_of_a_day_is_what_the_dates_say() {
    let mut chance = Chance::new(seed() ^ 3);
    let packs = law::setting("HAVEN_ORACLE_REQUESTS", 60_000) / 600;
    let (mut requests, mut readings) = (0, 0);
    for _ in 0..packs {
        let mut source = law::tiny();
        source.insert("place/rule/policies.cedar", "");
        source.insert("place/rule/duties.cedar", "");
        for (name, layer) in [("a", "city"), ("b", "city"), ("c", "order")] {
            instrument(&mut chance, name, layer, &mut source);
        }
        let pack = law::load(&source, "place");
        let oracle = Oracle::new(&pack);
        for day in boundaries(&pack) {
            let action = *chance.pick(&["hold", "hold", "share", "ask"].map(|name| pack.vocabulary().action_named(name).unwrap()));
            let facts = pack.vocabulary().action(action).unwrap().facts;
            let values: Values = facts.iter().map(|id| (id.index(), any_value(&pack, &mut chance, id))).collect();
            let scope = any_scope(&pack, &mut chance);
            let found = oracle.find(action, &values, false);
            let expected = oracle.verdict(action, day, &scope, &found);
            let decision = pack.decide(&oracle.request(action, day, &values, &scope));
            let line = || format!("{}\n{:?}", oracle.line(action, day, &values, &scope), source);
            assert_eq!((decision.verdict, decision.basis), (expected.verdict, expected.basis), "{}", line());
            for answer in &decision.layers {
                assert_eq!((answer.verdict, answer.basis), expected.layers[&answer.layer], "{:?} of {}", answer.layer, line());
            }
            let request = oracle.request(action, day, &values, &Scope::default());
            let applying: BTreeSet<&str> = pack.applying(&request).iter().map(|clause| clause.id.as_str()).collect();
            let in_force: BTreeSet<usize> = oracle.in_force(action, day).intersection(&found.applies).copied().collect();
            assert_eq!(applying, oracle.ids(&in_force), "{}", line());
            requests += 1;
            readings += usize::from(decision.layers.iter().any(|layer| layer.version.contains(" or ")));
        }
    }
    println!("{requests} requests over {packs} laws of random versions compared, {readings} of them on days of uncertain versions");
    assert!(readings > 0);
}

// Clauses that err ---------------------------------------------------------------------------------------------------

/// Numbers at which sums, differences and products leave the range.
const EDGES: [i64; 15] = [
    i64::MIN,
    i64::MIN + 1,
    i64::MIN / 2,
    -4_000_000_000,
    -2,
    -1,
    0,
    1,
    2,
    3,
    3_037_000_500,
    4_000_000_000,
    i64::MAX / 2,
    i64::MAX - 1,
    i64::MAX,
];

const DAY: Date = date(2020, 6, 1);

fn reckoning(chance: &mut Chance, depth: usize) -> String {
    match chance.below(if depth == 0 { 3 } else { 7 }) {
        0 => format!("({})", chance.pick(&EDGES)),
        1 => "context.hours".to_owned(),
        2 => "context.limit".to_owned(),
        3 => format!("({} + {})", reckoning(chance, depth - 1), reckoning(chance, depth - 1)),
        4 => format!("({} - {})", reckoning(chance, depth - 1), reckoning(chance, depth - 1)),
        5 => format!("({} * {})", reckoning(chance, depth - 1), reckoning(chance, depth - 1)),
        _ => format!("(-{})", reckoning(chance, depth - 1)),
    }
}

fn condition(chance: &mut Chance, depth: usize) -> String {
    match chance.below(if depth == 0 { 6 } else { 11 }) {
        0 => "context.sure".to_owned(),
        1 => "context.colour == Colour::\"red\"".to_owned(),
        2..6 => {
            let order = chance.pick(&["==", "!=", "<", "<=", ">", ">="]);
            format!("{} {order} {}", reckoning(chance, 2), reckoning(chance, 2))
        }
        6 | 7 => format!("({} && {})", condition(chance, depth - 1), condition(chance, depth - 1)),
        8 => format!("({} || {})", condition(chance, depth - 1), condition(chance, depth - 1)),
        9 => format!("!({})", condition(chance, depth - 1)),
        _ => format!("(if {} then {} else {})", condition(chance, depth - 1), condition(chance, depth - 1), condition(chance, depth - 1)),
    }
}

/// The tiny law with clauses of random arithmetic, all on `hold`.
fn arithmetic(chance: &mut Chance, clauses: usize) -> Pack {
    let mut text = String::new();
    for number in 0..clauses {
        let (effect, policy) = *chance.pick(&[("prohibit", "forbid"), ("prohibit", "forbid"), ("refer", "forbid"), ("require", "permit")]);
        let exceptions = chance.below(3);
        text.push_str(&format!("@id(\"{number}@2020-01-01\") @effect(\"{effect}\") @verified(\"V\") @asks(\"What now?\")\n"));
        text.push_str(&format!("@exceptions(\"{}\")\n", vec!["x"; exceptions].join(" ")));
        text.push_str(&format!("{policy} (principal, action == Action::\"hold\", resource)\nwhen {{ {} }}", condition(chance, 3)));
        for _ in 0..exceptions {
            text.push_str(&format!("\nunless {{ {} }}", condition(chance, 2)));
        }
        text.push_str(";\n\n");
    }
    let mut source = law::tiny_with("place/rule/policies.cedar", &text);
    source.insert("place/rule/duties.cedar", "");
    // A condition that Cedar can decide without facts is refused as "impossible"; such a clause is left out and the rest kept.
    loop {
        match Pack::load(&source, "place") {
            Ok(pack) => return pack,
            Err(errors) => {
                let text = source.get("place/rule/policies.cedar").unwrap();
                let lines: BTreeSet<usize> = errors.iter().filter_map(|error| error.place.line).collect();
                let mut at = 1;
                let mut kept = String::new();
                for clause in text.split_inclusive(";\n\n") {
                    let end = at + clause.lines().count();
                    if !lines.iter().any(|line| (at..end).contains(line)) {
                        kept.push_str(clause);
                    }
                    at = end;
                }
                assert!(kept.len() < text.len(), "{:?}", errors.iter().map(ToString::to_string).collect::<Vec<_>>());
                source.insert("place/rule/policies.cedar", kept);
            }
        }
    }
}

/// The scope of one clause alone.
fn only(clause: &Clause) -> Scope {
    Scope { layers: vec![Layer::City], provisions: vec![clause.provision.clone()] }
}

#[test]
fn where_cedar_skips_a_forbid_that_overflows_haven_asks_first() {
    let text = r#"@id("1@2020-01-01") @effect("prohibit") @verified("V")
forbid (principal, action == Action::"hold", resource)
when { context.hours + 1 > context.limit };
"#;
    let mut source = law::tiny_with("place/rule/policies.cedar", text);
    source.insert("place/rule/duties.cedar", "");
    let pack = law::load(&source, "place");
    let oracle = Oracle::new(&pack);
    let hold = pack.vocabulary().action_named("hold").unwrap();
    let number = |name: &str| pack.vocabulary().fact_named(name).unwrap().index();
    let act =
        |hours: i64, limit: i64| -> Values { [(number("hours"), hours.cast_unsigned()), (number("limit"), limit.cast_unsigned())].into() };

    // As Cedar is used by itself: what is not forbidden is permitted.
    let mut policies: PolicySet = "permit (principal, action, resource);".parse().unwrap();
    policies.add(pack.clauses[0].policy().clone()).unwrap();
    let cedar = |values: &Values| {
        let action = entity("Action", "hold");
        let request = CedarRequest::new(entity("Agent", "a"), action, entity("Act", "a"), oracle.context(values), None).unwrap();
        let response = Authorizer::new().is_authorized(&request, &policies, &Entities::empty());
        (response.decision(), response.diagnostics().errors().count())
    };
    let haven = |values: &Values| pack.verdict(&oracle.request(hold, DAY, values, &only(&pack.clauses[0]))).0;

    assert_eq!(cedar(&act(5, 3)), (Decision::Deny, 0));
    assert_eq!(haven(&act(5, 3)), Verdict::Prohibited);
    assert_eq!(cedar(&act(1, 3)), (Decision::Allow, 0));
    assert_eq!(haven(&act(1, 3)), Verdict::Permitted);
    // The largest number of hours there is exceeds every limit, and Cedar lets it pass.
    assert_eq!(cedar(&act(i64::MAX, 3)), (Decision::Allow, 1));
    assert_eq!(haven(&act(i64::MAX, 3)), Verdict::NeedsFacts);
    // It errs whatever the limit is; not knowing the limit does not hide it.
    let mut unknown = act(i64::MAX, 3);
    unknown.remove(&number("limit"));
    assert_eq!(haven(&unknown), Verdict::NeedsFacts);

    let decision = pack.decide(&oracle.request(hold, DAY, &act(i64::MAX, 3), &only(&pack.clauses[0])));
    assert_eq!(decision.questions.len(), 1);
    assert!(decision.questions[0].why.contains("an error never lets an act pass"), "{:?}", decision.questions);
}

#[test]
fn an_exception_does_not_hide_a_clause_that_may_err() {
    let text = r#"@id("1@2020-01-01") @effect("prohibit") @verified("V") @exceptions("1(b)")
forbid (principal, action == Action::"hold", resource)
when { context.hours + 1 > context.limit }
unless { context.sure };
"#;
    let mut source = law::tiny_with("place/rule/policies.cedar", text);
    source.insert("place/rule/duties.cedar", "");
    let pack = law::load(&source, "place");
    let oracle = Oracle::new(&pack);
    let hold = pack.vocabulary().action_named("hold").unwrap();
    let fact = |name: &str| pack.vocabulary().fact_named(name).unwrap().index();
    let mut values: Values = [(fact("sure"), 2), (fact("limit"), 3), (fact("hours"), i64::MAX.cast_unsigned())].into();
    let verdict = |values: &Values| pack.verdict(&oracle.request(hold, DAY, values, &only(&pack.clauses[0]))).0;
    // Cedar errs before it comes to the exception, and so does Haven once it knows the hours.
    assert_eq!(oracle.find(hold, &values, false).errs.len(), 1);
    assert_eq!(verdict(&values), Verdict::NeedsFacts);
    values.remove(&fact("hours"));
    assert_eq!(verdict(&values), Verdict::NeedsFacts, "what is permitted while the hours are unknown must not err when they are");
}

#[test]
fn random_arithmetic_errs_where_cedar_errs_and_never_passes_unseen() {
    let mut chance = Chance::new(seed() ^ 2);
    let volume = law::setting("HAVEN_ORACLE_REQUESTS", 60_000) / 60;
    let (mut known, mut errors, mut partial, mut completions, mut clauses, mut doubts, mut idle) = (0_u64, 0, 0, 0, 0, 0, 0);
    let mut unseen: BTreeMap<String, (usize, String)> = BTreeMap::new();
    while known < volume {
        let pack = arithmetic(&mut chance, 40);
        clauses += pack.clauses.len();
        let oracle = Oracle::new(&pack);
        let hold = pack.vocabulary().action_named("hold").unwrap();
        let facts: Vec<FactId> = pack.vocabulary().action(hold).unwrap().facts.iter().collect();
        let number = |name: &str| pack.vocabulary().fact_named(name).unwrap();
        let read: Vec<FactId> = ["hours", "limit", "sure", "colour"].map(number).to_vec();
        let domain = |id: FactId| match pack.vocabulary().fact(id).kind {
            FactKind::Number => EDGES.map(i64::cast_unsigned).to_vec(),
            _ => domain(&pack, id),
        };
        for _ in 0..60 {
            let values: Values = facts.iter().map(|id| (id.index(), *chance.pick(&domain(*id)))).collect();
            let found = oracle.find(hold, &values, false);
            known += 1;
            errors += found.errs.len();
            for (position, clause) in pack.clauses.iter().enumerate() {
                let scope = only(clause);
                let request = oracle.request(hold, DAY, &values, &scope);
                let line = || format!("{} {}", clause.policy(), oracle.line(hold, DAY, &values, &scope));
                assert_eq!(!pack.applying(&request).is_empty(), found.applies.contains(&position), "{}", line());
                assert_eq!(!pack.undetermined(&request).is_empty(), found.errs.contains(&position), "{}", line());
                let expected = oracle.verdict(hold, DAY, &scope, &found);
                assert_eq!(pack.verdict(&request), (expected.verdict, expected.basis), "{}", line());
                if found.errs.contains(&position) {
                    assert_eq!(expected.verdict, Verdict::NeedsFacts);
                }
            }
        }
        for _ in 0..6 {
            let mut known: Values = facts.iter().map(|id| (id.index(), *chance.pick(&domain(*id)))).collect();
            let unknown: Vec<FactId> = read.iter().copied().filter(|_| chance.percent(40)).collect();
            for fact in &unknown {
                known.remove(&fact.index());
            }
            let all: Vec<Values> = unknown.iter().fold(vec![known.clone()], |all, fact| {
                all.into_iter()
                    .flat_map(|one| {
                        domain(*fact).into_iter().map(move |value| one.clone().into_iter().chain([(fact.index(), value)]).collect())
                    })
                    .collect()
            });
            let found: Vec<Found> = all.iter().map(|values| oracle.find(hold, values, false)).collect();
            partial += 1;
            completions += all.len();
            for (position, clause) in pack.clauses.iter().enumerate() {
                let scope = only(clause);
                let request = oracle.request(hold, DAY, &known, &scope);
                let line = || format!("{} {}", clause.policy(), oracle.line(hold, DAY, &known, &scope));
                let every = |test: &dyn Fn(&Found) -> bool| found.iter().all(test);
                if !pack.applying(&request).is_empty() {
                    assert!(every(&|found| found.applies.contains(&position)), "{}", line());
                } else if !pack.undetermined(&request).is_empty() {
                    // Whether a part may err is judged by its form alone, so some doubts about arithmetic are idle.
                    let one = (found[0].applies.contains(&position), found[0].errs.contains(&position));
                    let agreed = every(&|found| (found.applies.contains(&position), found.errs.contains(&position)) == one);
                    doubts += 1;
                    idle += usize::from(agreed && !one.1);
                } else {
                    assert!(every(&|found| !found.applies.contains(&position)), "{}", line());
                    // A clause that errs is never passed over: what may err must not be said not to apply.
                    if !every(&|found| !found.errs.contains(&position)) {
                        note(&mut unseen, format!("{:?} with {} exceptions", clause.effect, clause.exceptions.len()), line);
                    }
                }
            }
        }
    }
    println!("{known} requests over {clauses} clauses of arithmetic compared with Cedar: {errors} errors, every one seen");
    println!(
        "{partial} requests with unknown operands compared over {completions} completions: {doubts} clauses in doubt, {idle} of them idly"
    );
    assert!(errors > 1000, "the edges were not reached");
    assert!(unseen.is_empty(), "Haven says of clauses that may err that they do not apply: {unseen:#?}");
}
