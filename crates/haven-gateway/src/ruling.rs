//! What may be done with a request: the law, the agreements about access, and the record of both, at one desk.

use crate::config::{Config, ConfigError, Recipient, Route, wrong};
use crate::journal::{Entry, Journal, Unrecorded};
use crate::paths::{Astray, Ways};
use haven_detect::Detector;
use haven_guard::Policy;
use haven_guard::agreements::{Agreements, AgreementsError, Standing, Why};
use haven_guard::judge::{Asked, Outcome, Rules, Unknown};
use haven_law::decide::Verdict;
use haven_law::pack::Pack;
use jiff::civil::Date;
use serde_json::Map;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The header in which a request says what for.
pub const PURPOSE: &str = "haven-purpose";
/// The header in which a request says by what right.
pub const AUTHORITY: &str = "haven-authority";

/// The day in the jurisdiction, or none where the clock cannot be trusted.
pub type Today = Arc<dyn Fn() -> Option<Date> + Send + Sync>;

/// What a desk decides with.
#[derive(Clone)]
pub struct Parts {
    /// The law.
    pub pack: Arc<Pack>,
    /// What words of a request mean.
    pub rules: Arc<Rules>,
    /// What finds status.
    pub detector: Arc<Detector>,
    /// The text of the policy of routes that name none.
    pub policy: String,
    /// Where judgements are recorded.
    pub journal: Arc<dyn Journal>,
    /// The day.
    pub today: Today,
}

/// Decides who gets what, and records it.
pub struct Desk {
    /// What it decides with.
    pub parts: Parts,
    /// The member of staff who answers for it.
    by: String,
    /// Who may ask.
    recipients: Vec<Recipient>,
    /// Where records are.
    places: Vec<Place>,
    ways: Ways,
    /// Rulings of the day: the law answers the same words the same way, and of words there are few.
    known: Mutex<Known>,
}

/// Rulings of one day, by recipient, route, purpose and authority.
#[derive(Default)]
struct Known {
    day: Option<Date>,
    rulings: BTreeMap<[Option<String>; 4], (Ruling, Entry)>,
}

/// A route with what its files hold.
pub struct Place {
    /// The route.
    pub route: Route,
    policy: Policy,
    agreements: Agreements,
    /// What the law is asked about: what the records hold, and what can be found in any.
    topics: BTreeSet<String>,
}

/// What a request says of itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said<'a> {
    /// What for.
    pub purpose: Option<&'a str>,
    /// By what right.
    pub authority: Option<&'a str>,
}

/// What may be done.
#[derive(Debug, Clone)]
pub enum Ruling {
    /// Nothing leaves.
    Refuse(Refusal),
    /// Nothing is withheld.
    Release,
    /// It leaves without what this policy takes out.
    Scrub(Arc<Policy>),
}

/// Why nothing leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status of an answer in HTTP.
    pub status: u16,
    /// Why.
    pub reason: Reason,
    /// The provisions that decided.
    pub clauses: Vec<String>,
}

/// Why nothing leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The recipient is not among those of the route.
    NotHere,
    /// The agreement about access.
    Agreement(Why),
    /// The law prohibits it.
    Prohibited,
    /// Something is not known.
    Unknown(Vec<Unknown>),
    /// Counsel decides.
    Counsel,
    /// What must not go cannot be told from the rest.
    Inseparable(Vec<String>),
    /// The law could not be asked.
    Law(String),
    /// The clock cannot be trusted.
    Clock,
}

impl Reason {
    /// Its name in answers and figures.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotHere => "not_here",
            Self::Agreement(_) => "agreement",
            Self::Prohibited => "prohibited",
            Self::Unknown(_) => "unknown",
            Self::Counsel => "counsel",
            Self::Inseparable(_) => "inseparable",
            Self::Law(_) => "law",
            Self::Clock => "clock",
        }
    }

    /// In words.
    pub fn words(&self) -> String {
        match self {
            Self::NotHere => "this recipient has no access here".to_owned(),
            Self::Agreement(why) => format!("access: {}", why.words()),
            Self::Prohibited => "the law prohibits it".to_owned(),
            Self::Unknown(what) => {
                let what: Vec<&str> = what.iter().map(|what| what.name()).collect();
                format!("not known: {}", what.join(", "))
            }
            Self::Counsel => "counsel decides".to_owned(),
            Self::Inseparable(topics) => format!("cannot be taken out of these records: {}", topics.join(", ")),
            Self::Law(_) => "the law could not be asked".to_owned(),
            Self::Clock => "the clock cannot be trusted".to_owned(),
        }
    }
}

impl Desk {
    /// Opens a desk: reads what the configuration names, and holds it against the law.
    ///
    /// # Errors
    /// What is wrong, at the first place.
    pub fn open(config: &Config, file: &Path, parts: Parts) -> Result<Self, ConfigError> {
        for recipient in &config.recipients {
            let key = |name: &str| format!("recipient {}, {name}", recipient.id);
            let rules = &parts.rules;
            if rules.requester(&recipient.requester).is_none() {
                return Err(wrong(file, &key("requester"), "a requester of the law", &recipient.requester));
            }
            if !rules.classes().any(|(name, _)| name == recipient.class) {
                return Err(wrong(file, &key("class"), "a class of the guard's rules", &recipient.class));
            }
            if !is_of_class(recipient, &parts) {
                let expected = format!("the class of `{}`", recipient.requester);
                return Err(wrong(file, &key("class"), &expected, &recipient.class));
            }
            if let Some(word) = recipient.purposes.iter().find(|word| !rules.purposes().any(|(name, _)| name == *word)) {
                return Err(wrong(file, &key("purposes"), "purposes of the guard's rules", word));
            }
            if let Some(word) = recipient.authorities.iter().find(|word| !rules.authorities().any(|(name, _)| name == *word)) {
                return Err(wrong(file, &key("authorities"), "authorities of the guard's rules", word));
            }
        }
        for route in &config.routes {
            if let Err(Unrecorded(why)) = parts.journal.takes(&route.agency, route.station.as_deref(), &config.by) {
                return Err(wrong(file, &format!("route {}", route.prefix), "what the register records", &why));
            }
        }
        let places = config.routes.iter().map(|route| Place::open(route, config, file, &parts)).collect::<Result<Vec<_>, _>>()?;
        let ways = Ways::of(config.routes.iter().map(|route| (String::new(), route.prefix.clone(), route.prefix.clone())));
        Ok(Self { parts, by: config.by.clone(), recipients: config.recipients.clone(), places, ways, known: Mutex::default() })
    }

    /// Who may ask.
    pub fn recipients(&self) -> &[Recipient] {
        &self.recipients
    }

    /// A recipient by its id.
    pub fn recipient(&self, id: &str) -> Option<&Recipient> {
        self.recipients.iter().find(|recipient| recipient.id == id)
    }

    /// The place of a path, by the longest prefix, however the path is read.
    ///
    /// # Errors
    /// There is none, or a server may read the path as one of another place.
    pub fn place(&self, path: &str) -> Result<&Place, Astray> {
        let prefix = self.ways.to("", path)?;
        self.places.iter().find(|place| place.route.prefix == prefix).ok_or(Astray::Nowhere)
    }

    /// Rules on a request today; says also what must be recorded before anything leaves.
    ///
    /// # Errors
    /// The clock cannot be trusted, so that nothing can be recorded: nothing may leave.
    pub(crate) fn ruled(&self, recipient: &Recipient, place: &Place, said: Said<'_>) -> Result<(Ruling, Entry), Unrecorded> {
        let Some(day) = (self.parts.today)() else { return Err(Unrecorded(Reason::Clock.words())) };
        let (ruling, entry) = self.known(recipient, place, said, day);
        if let Ruling::Refuse(Refusal { reason: Reason::Law(why), .. }) = &ruling {
            tracing::error!(why, route = place.route.prefix, "the law could not be asked; nothing left");
        }
        Ok((ruling, entry))
    }

    fn known(&self, recipient: &Recipient, place: &Place, said: Said<'_>, day: Date) -> (Ruling, Entry) {
        let said = recipient.may_say(said);
        let key = [Some(recipient.id.as_str()), Some(place.route.prefix.as_str()), said.purpose, said.authority]
            .map(|word| word.map(str::to_owned));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.day != Some(day) {
            *known = Known { day: Some(day), rulings: BTreeMap::new() };
        }
        known.rulings.entry(key).or_insert_with(|| self.rule(recipient, place, said, day)).clone()
    }

    /// Rules on a request before its origin hears of it. A refusal is recorded; what may leave is recorded when it is about to.
    ///
    /// # Errors
    /// A refusal was not recorded: nothing may leave.
    pub(crate) async fn refused(&self, recipient: &Recipient, place: &Place, said: Said<'_>) -> Result<Option<Refusal>, Unrecorded> {
        match self.ruled(recipient, place, said)? {
            (Ruling::Refuse(refusal), entry) => {
                self.parts.journal.judged(entry).await?;
                Ok(Some(refusal))
            }
            (Ruling::Release | Ruling::Scrub(_), _) => Ok(None),
        }
    }

    /// A text that is another one where answers may be other ones: the law, the rules, the policies, the routes.
    pub(crate) fn basis(&self) -> String {
        let places: Vec<_> = self.places.iter().map(|place| (&place.route, &place.policy, &place.agreements)).collect();
        format!("{} {:?} {:?} {places:?}", self.parts.pack.digest, self.parts.rules, self.recipients)
    }

    /// Rules on a request on a day; says also what must be recorded before anything leaves.
    pub fn rule(&self, recipient: &Recipient, place: &Place, said: Said<'_>, day: Date) -> (Ruling, Entry) {
        let Parts { pack, rules, .. } = &self.parts;
        let route = &place.route;
        let requester = rules.requester(&recipient.requester).unwrap_or_default();
        let Said { purpose, authority } = recipient.may_say(said);
        let mut entry = Entry {
            agency: route.agency.clone(),
            station: route.station.clone(),
            by: self.by.clone(),
            requester: requester.to_owned(),
            purpose: purpose.map(str::to_owned),
            authority: authority.map(str::to_owned),
            topics: place.topics.iter().cloned().collect(),
            withheld: place.topics.iter().cloned().collect(),
            outcome: Outcome::Refuse,
            provisions: BTreeSet::new(),
            law: pack.digest.clone(),
        };
        let refuse = |reason: Reason, entry: Entry| {
            let status = if matches!(reason, Reason::Law(_)) { 503 } else { 403 };
            (Ruling::Refuse(Refusal { status, reason, clauses: entry.provisions.iter().cloned().collect() }), entry)
        };
        let Some(agreement) = route.recipients.get(&recipient.id) else { return refuse(Reason::NotHere, entry) };
        let asked = |topics: &BTreeSet<String>| Asked {
            requester: Some(requester),
            class: Some(&recipient.class),
            purpose,
            authority,
            topics: topics.clone(),
            agency: Some(&route.agency),
            facts: Map::new(),
        };
        // What the records are said to hold decides whether they go; what may stand in them beside it only what is taken out.
        let judged =
            rules.judge(pack, &asked(&route.topics), day).and_then(|held| Ok((held, rules.judge(pack, &asked(&place.topics), day)?)));
        let (held, any) = match judged {
            Ok(judged) => judged,
            Err(error) => return refuse(Reason::Law(error.to_string()), entry),
        };
        entry.provisions = any.provisions().into_iter().map(|cited| cited.id.clone()).collect();
        entry.topics = any.topics.iter().map(|topic| topic.topic.clone()).collect();
        entry.withheld = any.withheld.clone();
        entry.outcome = held.outcome;
        if held.outcome == Outcome::Refuse {
            return refuse(Reason::Prohibited, entry);
        }
        let mut line = match place.agreements.under(agreement, requester, &route.system, pack, day) {
            Ok(line) => line,
            Err(error) => {
                entry.outcome = Outcome::Refer;
                return refuse(Reason::Law(error.to_string()), entry);
            }
        };
        // Access is in order for the purpose that was determined, and for no other. One that is not known is the law's affair.
        let agreed = place.agreements.purpose(agreement);
        if line.standing == Standing::InOrder && purpose.is_some_and(|said| rules.recorded_purpose(said) != agreed) {
            (line.standing, line.why) = (Standing::Stop, Why::OtherPurpose);
        }
        if line.standing != Standing::InOrder {
            // The agreement decided, not what the law withholds of records that go.
            entry.provisions = line.provisions.iter().map(|cited| cited.id.clone()).collect();
            entry.withheld.clone_from(&entry.topics);
            entry.outcome = if line.standing == Standing::Stop { Outcome::Refuse } else { Outcome::Refer };
            return refuse(Reason::Agreement(line.why), entry);
        }
        if held.outcome == Outcome::Refer {
            return refuse(if held.unknown.is_empty() { Reason::Counsel } else { Reason::Unknown(held.unknown) }, entry);
        }
        let withheld = |topic: &&String| any.withheld.contains(topic);
        let lost: Vec<String> = route.topics.iter().filter(withheld).filter(|topic| !place.can_be_found(rules, topic)).cloned().collect();
        if !lost.is_empty() {
            entry.outcome = Outcome::Refer;
            return refuse(Reason::Inseparable(lost), entry);
        }
        debug_assert!(
            any.topics
                .iter()
                .all(|topic| { any.withheld.contains(&topic.topic) || matches!(topic.verdict, Verdict::Permitted | Verdict::Required) })
        );
        if !any.withheld.is_empty() {
            entry.outcome = Outcome::ReleaseWithout;
        }
        let named = any.withheld.iter().filter_map(|topic| route.fields.get(topic)).flatten().map(String::as_str);
        let policy = place.policy.clone().withholding(rules, &any.withheld).without(named);
        (if policy.is_idle() { Ruling::Release } else { Ruling::Scrub(Arc::new(policy)) }, entry)
    }
}

impl Recipient {
    /// A word that a recipient may not say says nothing.
    fn may_say<'s>(&self, said: Said<'s>) -> Said<'s> {
        Said {
            purpose: said.purpose.filter(|word| self.purposes.contains(*word)),
            authority: said.authority.filter(|word| self.authorities.contains(*word)),
        }
    }
}

/// Whether the guard's rules count a requester to the class that is said of it.
fn is_of_class(recipient: &Recipient, parts: &Parts) -> bool {
    let asked = Asked { requester: Some(&recipient.requester), class: Some(&recipient.class), ..Asked::default() };
    let judged = parts.rules.judge(&parts.pack, &asked, parts.any_day());
    // What the law cannot be asked is said to whoever asks.
    !judged.is_ok_and(|judged| judged.unknown.contains(&Unknown::Class))
}

impl Parts {
    /// Today, or where that is not known a day like any other: what words mean does not depend on it.
    fn any_day(&self) -> Date {
        (self.today)().unwrap_or(Date::constant(2025, 1, 1))
    }
}

impl Place {
    fn open(route: &Route, config: &Config, file: &Path, parts: &Parts) -> Result<Self, ConfigError> {
        let Parts { pack, rules, detector, .. } = parts;
        let key = |name: &str| format!("route {}, {name}", route.prefix);
        let within = |path: Option<&Path>, error: &dyn Display| match path {
            Some(path) => format!("`{}`: {error}", path.display()),
            None => error.to_string(),
        };
        let read = |path: &Path, name: &str| {
            std::fs::read_to_string(path).map_err(|error| wrong(file, &key(name), "a file that can be read", &within(Some(path), &error)))
        };
        let agency = |name: &str| pack.agency(name).map(|(agency, _)| agency.name.clone());
        let Some(whose) = agency(&route.agency) else { return Err(wrong(file, &key("agency"), "an agency of the law", &route.agency)) };
        let known: BTreeMap<&str, &str> = rules.topics().collect();
        if let Some(topic) = route.topics.iter().chain(route.fields.keys()).find(|topic| !known.contains_key(topic.as_str())) {
            return Err(wrong(file, &key("topics"), "topics of the guard's rules", topic));
        }
        let text = match &route.policy {
            Some(path) => read(path, "policy")?,
            None => parts.policy.clone(),
        };
        let policy = Policy::read(&text, detector)
            .map_err(|error| wrong(file, &key("policy"), "a policy", &within(route.policy.as_deref(), &error)))?;
        let text = read(&route.agreements, "agreements")?;
        let register = Some(route.agreements.as_path());
        let agreements = Agreements::read(&text)
            .map_err(|error| wrong(file, &key("agreements"), "a register of agreements", &within(register, &error)))?;
        // What the law does not know of an agreement would else be said to the first who asks, as a fault of the law.
        let day = parts.any_day();
        let unknown = |error: AgreementsError| wrong(file, &key("agreements"), "agreements in words of the law", &within(register, &error));
        let lines = agreements.check(pack, day).map_err(unknown)?;
        if agency(&agreements.agency).as_ref() != Some(&whose) {
            return Err(wrong(file, &key("agreements"), &format!("agreements of {whose}"), &within(register, &"those of another agency")));
        }
        // An agreement that has ended may be followed by another; one that never covered this access is a mistake.
        for (id, agreement) in &route.recipients {
            let Some(recipient) = config.recipients.iter().find(|recipient| recipient.id == *id) else { continue };
            let named = key(&format!("recipients.{id}"));
            let Some(line) = lines.iter().find(|line| line.agreement.as_ref() == Some(agreement)) else {
                let expected = format!("the id of an agreement of `{}`", route.agreements.display());
                return Err(wrong(file, &named, &expected, agreement));
            };
            let requester = rules.requester(&recipient.requester).unwrap_or_default();
            if line.party != requester {
                return Err(wrong(file, &named, &format!("an agreement with {requester}"), &format!("`{agreement}`, with {}", line.party)));
            }
            if !line.systems.contains(&route.system) {
                let expected = format!("a system of agreement `{agreement}` ({})", line.systems.join(", "));
                return Err(wrong(file, &key("system"), &expected, &route.system));
            }
            if agreements.under(agreement, requester, &route.system, pack, day).map_err(unknown)?.why == Why::NoAgreement {
                return Err(wrong(file, &named, "an agreement about direct access", agreement));
            }
        }
        let found = known.keys().filter(|topic| rules.can_be_found(topic)).map(|topic| (*topic).to_owned());
        let topics = found.chain(route.topics.iter().cloned()).chain(route.fields.keys().cloned()).collect();
        Ok(Self { route: route.clone(), policy, agreements, topics })
    }

    fn can_be_found(&self, rules: &Rules, topic: &str) -> bool {
        rules.can_be_found(topic) || self.route.fields.contains_key(topic)
    }
}
