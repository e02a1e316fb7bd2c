//! The law with its regimes, and the requests: generated with a fixed seed, the same for every contender.

use haven_law::cases;
use haven_law::ir::{FactSet, Ir};
use haven_law::pack::{Pack, Source};
use haven_law::request::{Request, Scope};
use haven_law::vocabulary::{ActionId, Fact, FactId, FactKind};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use serde_json::{Map, Value, json};
use std::path::Path;

/// The law and, for the peers, the clauses that may be in force from each boundary day on.
pub struct World {
    pub pack: Pack,
    pub source: Source,
    pub regimes: Vec<(Date, Vec<usize>)>,
}

impl World {
    pub fn load(folder: &Path) -> World {
        let mut files = Vec::new();
        walk(folder, folder, &mut files);
        let source = Source::new(files);
        let pack = Pack::load(&source, "us/il/chicago").unwrap_or_else(|errors| panic!("the law does not load: {errors:?}"));
        let mut days = vec![Date::MIN];
        for version in pack.instruments.iter().flat_map(|instrument| &instrument.versions) {
            days.push(version.from);
            days.extend(version.uncertain_from);
        }
        days.sort_unstable();
        days.dedup();
        let position = |id: &str| pack.clauses.iter().position(|clause| clause.id == id).expect("a clause of the pack");
        let regimes = days.iter().map(|day| (*day, pack.clauses_on(*day).iter().map(|clause| position(&clause.id)).collect())).collect();
        World { pack, source, regimes }
    }

    /// The position of the regime of a day: peers look it up as the evaluator does.
    pub fn regime(&self, day: Date) -> usize {
        self.regimes.partition_point(|(from, _)| *from <= day) - 1
    }

    /// The clauses of a regime; with an act, those that speak to it.
    pub fn clauses(&self, regime: usize, act: Option<ActionId>) -> Vec<usize> {
        let speaks = |index: &usize| act.is_none_or(|act| self.pack.clauses[*index].actions.contains(&act));
        self.regimes[regime].1.iter().copied().filter(speaks).collect()
    }

    /// The facts of the act that the request knows.
    pub fn known(&self, request: &Request) -> impl Iterator<Item = (FactId, u64)> {
        let facts = self.pack.vocabulary().action(request.action).map_or(FactSet::EMPTY, |action| action.facts);
        facts.iter().filter_map(|id| Some((id, request.facts.get(id)?)))
    }

    fn fully_known(&self, request: &Request) -> bool {
        let action = self.pack.vocabulary().action(request.action);
        action.is_some_and(|action| action.facts.iter().all(|fact| request.facts.get(fact).is_some()))
    }

    /// The packs' own cases as requests to all layers.
    pub fn cases(&self, all_known: bool) -> Vec<Request> {
        let (cases, _) = cases::load(&self.source, &self.pack);
        let requests = cases.iter().filter_map(|case| case.request_on(&self.pack, &case.as_of, Scope::default()).ok());
        requests.filter(|request| !all_known || self.fully_known(request)).collect()
    }

    /// Cases first, then generated requests. Mixed: 60 % with every fact of the act known, 30 % with about a third of
    /// them unknown, 10 % with about three quarters unknown.
    pub fn requests(&self, count: usize, seed: u64, all_known: bool) -> Vec<Request> {
        let mut dice = Dice(seed);
        let mut requests = self.cases(all_known);
        while requests.len() < count {
            let unknown_percent = match dice.below(100) {
                _ if all_known => 0,
                0..60 => 0,
                60..90 => 33,
                _ => 75,
            };
            requests.push(self.request(&mut dice, unknown_percent));
        }
        requests.truncate(count);
        requests
    }

    fn request(&self, dice: &mut Dice, unknown_percent: usize) -> Request {
        let vocabulary = self.pack.vocabulary();
        let day = if dice.percent(50) {
            let (boundary, _) = self.regimes[1 + dice.below(self.regimes.len() - 1)];
            boundary.saturating_add((dice.below(91) as i64 - 45).days())
        } else {
            date(2012, 9, 12).saturating_add((dice.below(5_040) as i64).days())
        };
        let agency = match dice.below(100) {
            0..85 => Some("CPD".to_owned()),
            85..95 => Some(self.pack.agencies[dice.below(self.pack.agencies.len())].name.clone()),
            _ => None,
        };
        let (action, act) = vocabulary.action_ids().nth(dice.below(vocabulary.actions().len())).expect("an act");
        let mut request = Request::new(&self.pack, day, action, agency, Scope::default());
        let asked: Vec<FactId> = act.facts.iter().filter(|fact| request.facts.get(*fact).is_none()).collect();
        let surely = (unknown_percent > 0 && !asked.is_empty()).then(|| asked[dice.below(asked.len())]);
        for fact in asked {
            let word = dice.word(vocabulary.fact(fact));
            if surely != Some(fact) && !dice.percent(unknown_percent) {
                request.facts.set(fact, word);
            }
        }
        request
    }

    /// The request as a line that states what does not follow from the agency.
    pub fn line(&self, number: usize, request: &Request) -> String {
        let ids = (0..self.pack.vocabulary().facts().len()).map(FactId::from_index);
        let stated = ids.filter(|id| !request.from_agency.contains(*id) && request.facts.get(*id).is_some());
        let facts: Map<String, Value> = stated.map(|id| self.fact(request, id)).collect();
        let act = self.pack.vocabulary().action(request.action).map(|action| &action.name);
        json!({ "id": number, "as_of": request.as_of, "action": act, "agency": request.agency, "facts": facts }).to_string()
    }

    /// The request as a row with every known fact of the act, for peers that know no agencies.
    pub fn row(&self, request: &Request) -> Value {
        let facts: Map<String, Value> = self.known(request).map(|(id, _)| self.fact(request, id)).collect();
        let act = self.pack.vocabulary().action(request.action).map(|action| &action.name);
        json!({ "as_of": request.as_of, "action": act, "facts": facts })
    }

    fn fact(&self, request: &Request, id: FactId) -> (String, Value) {
        (self.pack.vocabulary().fact(id).name.clone(), request.value_of(&self.pack, id))
    }

    /// Regimes and clauses in the intermediate form's JSON, for the peer that translates it.
    pub fn law_json(&self) -> Value {
        let vocabulary = self.pack.vocabulary();
        let json = |ir: &Ir| ir.json(vocabulary);
        let clauses = self.pack.clauses.iter().map(|clause| {
            let acts = clause.actions.iter().filter_map(|act| Some(&vocabulary.action(*act)?.name));
            json!({
                "id": clause.id,
                "actions": acts.collect::<Vec<_>>(),
                "when": json(clause.reach()),
                "unless": clause.exceptions.iter().map(|exception| json(&exception.condition)).collect::<Vec<_>>(),
            })
        });
        // A day before every other, in the calendar's own writing, so that days compare as text.
        let from = |day: Date| if day == Date::MIN { "0000-01-01".to_owned() } else { day.to_string() };
        json!({
            "actions": vocabulary.actions().iter().map(|action| &action.name).collect::<Vec<_>>(),
            "regimes": self.regimes.iter().map(|(day, clauses)| json!({ "from": from(*day), "clauses": clauses })).collect::<Vec<_>>(),
            "clauses": clauses.collect::<Vec<_>>(),
        })
    }
}

fn walk(base: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("the folder of laws") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(base, &path, files);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            files.push((path.strip_prefix(base).expect("a path below it").to_string_lossy().into_owned(), text));
        }
    }
}

/// SplitMix64: the same requests everywhere, without a dependency.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end as u64) as usize
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// A value: yes in 30 %, one member of a set in 70 %, else two; other values evenly.
    fn word(&mut self, fact: &Fact) -> u64 {
        match fact.kind {
            FactKind::Bool => {
                if self.percent(30) {
                    2
                } else {
                    1
                }
            }
            FactKind::Number => self.below(120) as u64,
            FactKind::Many if !self.percent(70) => 1 << self.below(fact.values.len()) | 1 << self.below(fact.values.len()),
            _ => 1 << self.below(fact.values.len()),
        }
    }
}
