//! Packs: the law of a jurisdiction and of the jurisdictions above it, read from files, ready to decide.
//!
//! Layout and formats: `docs/law-packs.md`. A pack is only built when everything in it is sound: a clause that cannot be
//! read is an error with its place, never a clause left out.

use crate::compile;
use crate::error::{LoadError, Place, line_of};
use crate::ir::{FactSet, Facts, Ir};
use crate::plan::{LayerPlan, Plan};
use crate::text::{self, Passage};
use crate::vocabulary::{ActionId, FactId, Vocabulary};
use cedar_policy::{Policy, PolicySet, Schema, ValidationMode, Validator};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The longest file a pack may hold, in bytes: no law needs more, and a hostile one gets no further.
const FILE_BYTES_MAX: usize = 1 << 20;

/// The files of a folder of laws, by path relative to it.
#[derive(Clone, Debug, Default)]
pub struct Source {
    files: BTreeMap<String, String>,
}

impl Source {
    /// Takes the files as they are.
    pub fn new(files: impl IntoIterator<Item = (String, String)>) -> Source {
        Source { files: files.into_iter().collect() }
    }

    /// The text of a file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Adds or replaces a file.
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.files.insert(path.into(), text.into());
    }

    /// The paths, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The jurisdictions that have a `jurisdiction.toml`, by id.
    pub fn jurisdictions(&self) -> Vec<String> {
        self.paths().filter_map(|path| path.strip_suffix("/jurisdiction.toml")).map(str::to_owned).collect()
    }

    /// The names of the instrument folders of one jurisdiction.
    fn instruments(&self, jurisdiction: &str) -> Vec<String> {
        let prefix = format!("{jurisdiction}/");
        self.paths()
            .filter_map(|path| path.strip_prefix(&prefix)?.strip_suffix("/instrument.toml"))
            .filter(|name| !name.contains('/'))
            .map(str::to_owned)
            .collect()
    }
}

/// The level of government an instrument belongs to. Layers are decided apart and shown apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// A city's ordinances.
    City,
    /// A county's ordinances.
    County,
    /// A state's statutes.
    State,
    /// Federal statutes and regulations.
    Federal,
    /// Orders and guidelines below an ordinance.
    Order,
}

impl Layer {
    /// Every layer, in the order they are shown.
    pub const ALL: [Layer; 5] = [Layer::City, Layer::County, Layer::State, Layer::Federal, Layer::Order];

    /// The word in requests and answers.
    pub fn name(self) -> &'static str {
        match self {
            Layer::City => "city",
            Layer::County => "county",
            Layer::State => "state",
            Layer::Federal => "federal",
            Layer::Order => "order",
        }
    }

    /// The layer of a word.
    pub fn named(name: &str) -> Option<Layer> {
        Layer::ALL.into_iter().find(|layer| layer.name() == name)
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How well the text behind a clause is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Verified {
    /// The operative text was read.
    V,
    /// Reports or summaries, not the text.
    S,
    /// Recalled or inferred: ask counsel.
    U,
}

/// What a clause does to the acts it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The act is prohibited.
    Prohibit,
    /// The act is allowed in words.
    Authorise,
    /// The act must be done.
    Require,
    /// The law leaves the point open: a person must decide.
    Refer,
    /// As `Refer`, and over a prohibition, but only on what is known: it asks nothing itself.
    Caution,
    /// Adds obligations where it is known to hold; decides nothing.
    Advise,
}

/// A point in an instrument's life from which its text is another.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// The day it is taken to be in force from.
    pub from: Date,
    /// From this day on it is uncertain whether this version or the one before is in force.
    #[serde(default)]
    pub uncertain_from: Option<Date>,
    /// What changed.
    pub label: String,
    /// Where that is known from.
    pub source: String,
    /// How well it is known.
    pub verified: Verified,
    /// It is said to permit nothing that the version before prohibited; the proofs hold it to that.
    #[serde(default)]
    pub only_tightens: bool,
    /// What every answer under this version must say.
    #[serde(default)]
    pub note: Option<String>,
}

/// What held before the first version that is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Before {
    /// The instrument did not exist.
    None,
    /// There was or may have been law that is not encoded: the answer is "needs facts".
    Unknown,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InstrumentFile {
    id: String,
    title: String,
    cite: String,
    address: String,
    #[serde(default)]
    layer: Option<Layer>,
    before_first: Before,
    coverage: String,
    reviewed_by: String,
    reviewed_on: Date,
    version: Vec<Version>,
}

/// A law, regulation, order or guideline.
#[derive(Clone, Debug, Serialize)]
pub struct Instrument {
    /// The name of its folder.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The jurisdiction it belongs to.
    pub jurisdiction: String,
    /// Its layer.
    pub layer: Layer,
    /// How its provisions are cited, `{}` standing for the provision.
    pub cite: String,
    /// The address of the official text.
    pub address: String,
    /// What is encoded and what is not.
    pub coverage: String,
    /// Who reviewed the encoding.
    pub reviewed_by: String,
    /// When.
    pub reviewed_on: Date,
    /// What held before the first version.
    pub before_first: Before,
    /// Its versions, oldest first.
    pub versions: Vec<Version>,
    /// The restatement of its provisions.
    #[serde(skip)]
    pub passages: Vec<Passage>,
    /// The acts that some clause of some version addresses.
    #[serde(skip)]
    pub(crate) addresses: Vec<ActionId>,
}

/// A circumstance that takes an act out of a clause.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The provision that says so.
    pub provision: String,
    /// Its citation.
    pub cite: String,
    /// When it holds.
    pub condition: Ir,
    /// The condition in words.
    pub words: String,
}

/// One part of a clause's condition.
#[derive(Clone, Debug)]
pub struct Condition {
    /// When it holds.
    pub ir: Ir,
    /// In words.
    pub words: String,
}

/// One encoded rule: a lettered clause of the law, or a part of one.
#[derive(Clone, Debug)]
pub struct Clause {
    /// `provision#part@date`.
    pub id: String,
    /// The provision it encodes, as cited: `2-173-020(a)(1)(B)`.
    pub provision: String,
    /// The citation.
    pub cite: String,
    /// The first day of the version it came with.
    pub from: Date,
    /// The first day of the version that no longer has it.
    pub until: Option<Date>,
    /// What it does.
    pub effect: Effect,
    /// How well its text is known.
    pub verified: Verified,
    /// The acts it addresses.
    pub actions: Vec<ActionId>,
    /// What must hold for it to reach an act.
    pub conditions: Vec<Condition>,
    /// What takes an act out of it.
    pub exceptions: Vec<Exception>,
    /// What follows where it applies, by id.
    pub obligations: Vec<String>,
    /// The question it leaves to a person.
    pub asks: Option<String>,
    /// Provisions that are known to prohibit everything it does.
    pub overlaps: Vec<String>,
    /// Its instrument, by position.
    pub instrument: usize,
    /// The file and line it stands at.
    pub place: Place,
    pub(crate) reach: Ir,
    pub(crate) policy: Policy,
}

impl Clause {
    /// The facts the clause reads.
    pub fn facts(&self) -> FactSet {
        self.exceptions.iter().fold(self.reach.facts(), |all, exception| all.union(exception.condition.facts()))
    }

    /// The condition that all `when` clauses hold.
    pub fn reach(&self) -> &Ir {
        &self.reach
    }

    /// The policy as Cedar knows it, for the oracle and the solver.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether it or one of its exceptions belongs to a provision or lies below it.
    pub fn concerns(&self, provision: &str) -> bool {
        is_within(&self.provision, provision) || self.exceptions.iter().any(|exception| is_within(&exception.provision, provision))
    }
}

/// Whether a provision is another or lies below it: `2-173-020(a)(1)` lies below `2-173-020(a)`, not below `2-173-02`.
pub fn is_within(provision: &str, above: &str) -> bool {
    provision.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with(['(', '/', '-', '.', '#']))
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ObligationFile {
    text: String,
    cite: String,
    verified: String,
    #[serde(default)]
    first: bool,
    #[serde(default)]
    agency_kinds: Vec<String>,
    #[serde(default)]
    from: Option<Date>,
    #[serde(default)]
    until: Option<Date>,
}

/// What follows from an answer.
#[derive(Clone, Debug)]
pub struct Obligation {
    /// The id clauses name it by.
    pub id: String,
    /// What to do.
    pub text: String,
    /// The law that says so, or `Haven` for plain good practice.
    pub cite: String,
    /// `V`, `S`, `U`, or `house` for good practice.
    pub verified: String,
    /// Whether it stands before the others: "help first" must not stand below paperwork.
    pub first: bool,
    /// The kinds of agency it binds; none means all.
    pub agency_kinds: Vec<String>,
    /// In force from.
    pub from: Option<Date>,
    /// In force until, exclusive.
    pub until: Option<Date>,
}

/// A kind of agency and what follows from being one.
#[derive(Clone, Debug)]
pub struct AgencyKind {
    /// The value of the fact `agency_kind`.
    pub name: String,
    /// For people.
    pub label: String,
    /// What the asker should know about the reach of these laws.
    pub note: String,
    /// The facts that follow; one that is not known is not here.
    pub facts: Vec<(FactId, u64)>,
}

/// An agency that requests may name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Other names.
    #[serde(default)]
    pub aliases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgenciesFile {
    kind: toml::Table,
    agency: Vec<Agency>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JurisdictionFile {
    id: String,
    name: String,
    layer: Layer,
    ocd_division: String,
    time_zone: String,
    #[serde(default)]
    parent: Option<String>,
}

/// A jurisdiction.
#[derive(Clone, Debug, Serialize)]
pub struct Jurisdiction {
    /// The path of its folder, `us/il/chicago`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The layer of its own instruments.
    pub layer: Layer,
    /// Its Open Civic Data division.
    pub ocd_division: String,
    /// Its time zone, by IANA name.
    pub time_zone: String,
}

/// The law of a jurisdiction and of those above it.
#[derive(Clone, Debug)]
pub struct Pack {
    /// The jurisdiction, then its parents.
    pub jurisdictions: Vec<Jurisdiction>,
    /// The instruments, the jurisdiction's own first.
    pub instruments: Vec<Instrument>,
    /// The clauses, in the order of their instruments and files.
    pub clauses: Vec<Clause>,
    /// The agencies that can be named.
    pub agencies: Vec<Agency>,
    /// The SHA-256 of every file the answers depend on, in hex.
    pub digest: String,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) obligations: BTreeMap<String, Obligation>,
    pub(crate) kinds: Vec<AgencyKind>,
    pub(crate) agency_by_name: BTreeMap<String, usize>,
    pub(crate) schema: Schema,
    pub(crate) plan: Plan,
}

/// The fact whose value is the kind of an agency.
pub(crate) const AGENCY_KIND: &str = "agency_kind";

impl Pack {
    /// Reads the law of a jurisdiction.
    ///
    /// # Errors
    /// Everything that is wrong with the files, each with its place and a hint; no pack is built from part of the law.
    pub fn load(source: &Source, jurisdiction: &str) -> Result<Pack, Vec<LoadError>> {
        let mut errors: Vec<LoadError> = source
            .files
            .iter()
            .filter(|(_, text)| text.len() > FILE_BYTES_MAX)
            .map(|(path, text)| {
                LoadError::new(
                    Place::file(path),
                    format!("the file has {} bytes", text.len()),
                    format!("at most {FILE_BYTES_MAX} are read"),
                )
            })
            .collect();
        for (path, text) in source.files.iter().filter(|(path, _)| path.ends_with(".cedar") || path.ends_with(".cedarschema")) {
            errors.extend(crate::guard::check(path, text));
        }
        errors.extend(source.files.keys().filter(|path| path.ends_with(".cedar")).filter_map(|path| misplaced(source, path)));
        if !errors.is_empty() {
            return Err(errors);
        }
        let required = |path: &str| {
            source
                .get(path)
                .map(|text| (path.to_owned(), text.to_owned()))
                .ok_or_else(|| vec![LoadError::new(Place::file(path), "the file is missing", "every folder of laws has one")])
        };
        let (schema_file, schema_text) = required("vocabulary.cedarschema")?;
        let (words_file, words_text) = required("words/en.toml")?;
        let vocabulary = Vocabulary::load((&schema_file, &schema_text), (&words_file, &words_text))?;
        let (schema, _) =
            Schema::from_cedarschema_str(&schema_text).map_err(|error| vec![LoadError::cedar(&schema_file, &schema_text, &error)])?;

        let jurisdictions = read_jurisdictions(source, jurisdiction)?;
        let mut pack = Pack {
            jurisdictions,
            instruments: Vec::new(),
            clauses: Vec::new(),
            agencies: Vec::new(),
            digest: String::new(),
            vocabulary,
            obligations: BTreeMap::new(),
            kinds: Vec::new(),
            agency_by_name: BTreeMap::new(),
            schema,
            plan: Plan::default(),
        };
        let mut read = vec![schema_file, words_file];
        pack.read_obligations(source, &mut read, &mut errors);
        // Where a file of obligations cannot be read, naming every clause that uses it would bury the cause.
        let obligations_read = errors.is_empty();
        pack.read_agencies(source, &mut read, &mut errors);
        for jurisdiction in pack.jurisdictions.clone() {
            read.push(format!("{}/jurisdiction.toml", jurisdiction.id));
            for name in source.instruments(&jurisdiction.id) {
                pack.read_instrument(source, &jurisdiction, &name, &mut read, &mut errors);
            }
        }
        pack.check_names(obligations_read, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        pack.digest = digest(source, &read);
        pack.plan = Plan::new(&pack);
        Ok(pack)
    }

    /// The vocabulary.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The Cedar schema, for the oracle and the solver.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The jurisdiction itself.
    pub fn jurisdiction(&self) -> &str {
        self.jurisdictions.first().map_or("", |jurisdiction| &jurisdiction.id)
    }

    /// The layer of the jurisdiction itself.
    pub fn own_layer(&self) -> Layer {
        self.jurisdictions.first().map_or(Layer::City, |jurisdiction| jurisdiction.layer)
    }

    /// The layers the pack speaks for, in the order they are shown.
    pub fn layers(&self) -> Vec<Layer> {
        Layer::ALL.into_iter().filter(|layer| self.instruments.iter().any(|instrument| instrument.layer == *layer)).collect()
    }

    /// An obligation.
    pub fn obligation(&self, id: &str) -> Option<&Obligation> {
        self.obligations.get(id)
    }

    /// The agency of a name or alias, whatever its case.
    pub fn agency(&self, name: &str) -> Option<(&Agency, &AgencyKind)> {
        let agency = self.agencies.get(*self.agency_by_name.get(&fold(name))?)?;
        Some((agency, self.kinds.iter().find(|kind| kind.name == agency.kind)?))
    }

    /// The facts that follow from the agency, for a request that names it.
    pub(crate) fn agency_facts(&self, agency: &str, facts: &mut Facts) {
        if let Some((_, kind)) = self.agency(agency) {
            for (fact, word) in &kind.facts {
                facts.set(*fact, *word);
            }
        }
    }

    /// The instrument of a clause.
    pub fn instrument_of(&self, clause: &Clause) -> Option<&Instrument> {
        self.instruments.get(clause.instrument)
    }

    /// The restatement of a provision, as of the version a clause belongs to.
    pub fn passage(&self, instrument: usize, provision: &str, from: Date) -> Option<&Passage> {
        let passages = &self.instruments.get(instrument)?.passages;
        passages
            .iter()
            .find(|passage| passage.provision == provision && passage.from == Some(from))
            .or_else(|| passages.iter().find(|passage| passage.provision == provision && passage.from.is_none()))
    }

    /// The latest day on which every instrument had been reviewed.
    pub fn reviewed_on(&self) -> Option<Date> {
        self.instruments.iter().map(|instrument| instrument.reviewed_on).min()
    }

    /// The clauses that may be in force on a day, in pack order.
    pub fn clauses_on(&self, day: Date) -> Vec<&Clause> {
        self.plan.clauses_on(day).into_iter().filter_map(|index| self.clauses.get(index as usize)).collect()
    }

    /// The days on which the law begins to be another, the first of them before every day that can be asked about.
    pub fn stretches(&self) -> Vec<Date> {
        self.plan.regimes.iter().map(|regime| regime.from).collect()
    }

    /// What each layer says of an act on a day: the clauses in force, in every reading of which versions are.
    pub fn plan(&self, day: Date, action: ActionId) -> &[LayerPlan] {
        self.plan.layers(day, action)
    }

    /// The provisions of the pack, exceptions included, in order of first appearance.
    pub fn provisions(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for clause in &self.clauses {
            let exceptions = clause.exceptions.iter().map(|exception| exception.provision.as_str());
            for provision in std::iter::once(clause.provision.as_str()).chain(exceptions) {
                if !all.contains(&provision) {
                    all.push(provision);
                }
            }
        }
        all
    }

    fn read_obligations(&mut self, source: &Source, read: &mut Vec<String>, errors: &mut Vec<LoadError>) {
        let mut paths = vec!["obligations.toml".to_owned()];
        paths.extend(self.jurisdictions.iter().map(|jurisdiction| format!("{}/obligations.toml", jurisdiction.id)));
        for path in paths {
            let Some(text) = source.get(&path) else { continue };
            read.push(path.clone());
            let table: BTreeMap<String, ObligationFile> = match toml::from_str(text) {
                Ok(table) => table,
                Err(error) => {
                    errors.push(LoadError::toml(&path, text, &error));
                    continue;
                }
            };
            for (id, file) in table {
                let at = Place::line(&path, line_containing(text, &format!("[{id}]")));
                if !["V", "S", "U", "house"].contains(&file.verified.as_str()) {
                    errors.push(LoadError::new(
                        at.clone(),
                        format!("obligation `{id}` is verified `{}`", file.verified),
                        "use V, S, U or house",
                    ));
                }
                let kinds = self.vocabulary.fact_named(AGENCY_KIND).map(|fact| self.vocabulary.fact(fact));
                for kind in &file.agency_kinds {
                    if kinds.is_none_or(|fact| fact.bit_of(kind).is_none()) {
                        errors.push(LoadError::new(
                            at.clone(),
                            format!("obligation `{id}` binds an unknown kind of agency `{kind}`"),
                            "use a value of the fact agency_kind",
                        ));
                    }
                }
                if let (Some(from), Some(until)) = (file.from, file.until)
                    && until <= from
                {
                    errors.push(LoadError::new(
                        at.clone(),
                        format!("obligation `{id}` ends before it begins"),
                        "`until` is exclusive and later",
                    ));
                }
                let obligation = Obligation {
                    id: id.clone(),
                    text: file.text,
                    cite: file.cite,
                    verified: file.verified,
                    first: file.first,
                    agency_kinds: file.agency_kinds,
                    from: file.from,
                    until: file.until,
                };
                if self.obligations.insert(id.clone(), obligation).is_some() {
                    errors.push(LoadError::new(at, format!("obligation `{id}` is defined twice"), "each id stands in one file"));
                }
            }
        }
    }

    fn read_agencies(&mut self, source: &Source, read: &mut Vec<String>, errors: &mut Vec<LoadError>) {
        let Some((path, text)) = self.jurisdictions.iter().find_map(|jurisdiction| {
            let path = format!("{}/agencies.toml", jurisdiction.id);
            source.get(&path).map(|text| (path, text.to_owned()))
        }) else {
            return;
        };
        read.push(path.clone());
        let file: AgenciesFile = match toml::from_str(&text) {
            Ok(file) => file,
            Err(error) => return errors.push(LoadError::toml(&path, &text, &error)),
        };
        for (name, table) in file.kind {
            let at = Place::line(&path, line_containing(&text, &format!("[kind.{name}]")));
            match self.read_kind(&name, table) {
                Ok(kind) => self.kinds.push(kind),
                Err((message, hint)) => errors.push(LoadError::new(at, message, hint)),
            }
        }
        for agency in file.agency {
            let at = Place::line(&path, line_containing(&text, &format!("\"{}\"", agency.name)));
            if !self.kinds.iter().any(|kind| kind.name == agency.kind) {
                errors.push(LoadError::new(
                    at.clone(),
                    format!("agency `{}` is of an unknown kind `{}`", agency.name, agency.kind),
                    "add [kind.…] for it",
                ));
            }
            for name in std::iter::once(&agency.name).chain(&agency.aliases) {
                if let Some(other) = self.agency_by_name.insert(fold(name), self.agencies.len())
                    && other != self.agencies.len()
                {
                    errors.push(LoadError::new(at.clone(), format!("two agencies are called `{name}`"), "each name means one agency"));
                }
            }
            self.agencies.push(agency);
        }
    }

    fn read_kind(&self, name: &str, table: toml::Value) -> Result<AgencyKind, (String, String)> {
        let words = |table: &toml::Table, key: &str| table.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
        let table =
            table.as_table().ok_or_else(|| (format!("[kind.{name}] is not a table"), "give it a label, a note and facts".to_owned()))?;
        let mut facts = Vec::new();
        let mut settle = |fact: &str, value: &str| -> Result<(), (String, String)> {
            let id = self.vocabulary.fact_named(fact).ok_or_else(|| {
                (
                    format!("[kind.{name}] states a fact `{fact}` that the vocabulary does not have"),
                    "use a fact of the vocabulary".to_owned(),
                )
            })?;
            if value == "unknown" {
                return Ok(());
            }
            let shape = self.vocabulary.fact(id);
            let word = shape.bit_of(value).ok_or_else(|| {
                (
                    format!("[kind.{name}] gives fact `{fact}` the value `{value}`"),
                    format!("use {} or unknown", shape.names(shape.all()).join(", ")),
                )
            })?;
            facts.push((id, word));
            Ok(())
        };
        settle(AGENCY_KIND, name)?;
        for (key, value) in table.iter().filter(|(key, _)| !["label", "note"].contains(&key.as_str())) {
            settle(key, value.as_str().unwrap_or_default())?;
        }
        Ok(AgencyKind { name: name.to_owned(), label: words(table, "label"), note: words(table, "note"), facts })
    }

    fn read_instrument(
        &mut self,
        source: &Source,
        jurisdiction: &Jurisdiction,
        name: &str,
        read: &mut Vec<String>,
        errors: &mut Vec<LoadError>,
    ) {
        let folder = format!("{}/{name}", jurisdiction.id);
        let path = format!("{folder}/instrument.toml");
        let Some(text) = source.get(&path) else { return };
        read.push(path.clone());
        let file: InstrumentFile = match toml::from_str(text) {
            Ok(file) => file,
            Err(error) => return errors.push(LoadError::toml(&path, text, &error)),
        };
        let at = Place::file(&path);
        if file.id != name {
            errors.push(LoadError::new(at.clone(), format!("the id is `{}`, the folder `{name}`", file.id), "give both one name"));
        }
        if !file.cite.contains("{}") {
            errors.push(LoadError::new(at.clone(), "`cite` has no place for the provision", "write {} where the provision goes"));
        }
        check_versions(&file.version, &at, errors);
        let text_path = format!("{folder}/text.md");
        let passages = match source.get(&text_path) {
            Some(text) => {
                read.push(text_path.clone());
                text::read(&text_path, text, errors)
            }
            None => Vec::new(),
        };
        let position = self.instruments.len();
        self.instruments.push(Instrument {
            id: file.id,
            title: file.title,
            jurisdiction: jurisdiction.id.clone(),
            layer: file.layer.unwrap_or(jurisdiction.layer),
            cite: file.cite,
            address: file.address,
            coverage: file.coverage,
            reviewed_by: file.reviewed_by,
            reviewed_on: file.reviewed_on,
            before_first: file.before_first,
            versions: file.version,
            passages,
            addresses: Vec::new(),
        });
        for policies in ["policies.cedar", "duties.cedar"] {
            let path = format!("{folder}/{policies}");
            if let Some(text) = source.get(&path) {
                read.push(path.clone());
                self.read_policies(&path, text, position, errors);
            }
        }
        let mut addresses: Vec<ActionId> = self
            .clauses
            .iter()
            .filter(|clause| clause.instrument == position && clause.effect != Effect::Advise)
            .flat_map(|clause| clause.actions.iter().copied())
            .collect();
        addresses.sort_unstable();
        addresses.dedup();
        if let Some(instrument) = self.instruments.get_mut(position) {
            instrument.addresses = addresses;
        }
    }

    fn read_policies(&mut self, path: &str, text: &str, instrument: usize, errors: &mut Vec<LoadError>) {
        let set = match PolicySet::from_str(text) {
            Ok(set) => set,
            Err(error) => return errors.push(LoadError::cedar(path, text, &error)),
        };
        if set.templates().next().is_some() {
            errors.push(LoadError::new(Place::file(path), "the file has a policy template", "write each policy out"));
        }
        // Cedar numbers policies in the order of the file; the ids of the law are in the annotation.
        let mut policies: Vec<&Policy> = set.policies().collect();
        policies.sort_by_key(|policy| policy.id().to_string().strip_prefix("policy").and_then(|n| n.parse::<usize>().ok()));
        for policy in policies {
            match self.read_clause(policy, path, text, instrument) {
                Ok(clause) => match self.clauses.iter().find(|other| other.id == clause.id) {
                    Some(other) => errors.push(LoadError::new(
                        Place::line(path, text.rfind(&format!("@id(\"{}\")", clause.id)).map_or(1, |offset| line_of(text, offset))),
                        format!("clause `{}` stands also at {}", clause.id, other.place),
                        "give each clause its own id, with #part where a provision needs several",
                    )),
                    None => self.clauses.push(clause),
                },
                Err(error) => errors.push(error),
            }
        }
        let mut validated = PolicySet::new();
        for clause in self.clauses.iter().filter(|clause| clause.place.file == path) {
            // Ids were checked to be unique above, so adding cannot fail; a failure would surface as a missing policy below.
            let _ = validated.add(clause.policy.clone());
        }
        let result = Validator::new(self.schema.clone()).validate(&validated, ValidationMode::Strict);
        for error in result.validation_errors() {
            let place = self.place_of(error.policy_id().as_ref(), path, text);
            errors.push(LoadError::new(place, error.to_string(), "see law/vocabulary.cedarschema for the types"));
        }
        for warning in result.validation_warnings() {
            let place = self.place_of(warning.policy_id().as_ref(), path, text);
            errors.push(LoadError::new(place, warning.to_string(), "a clause that Cedar warns about is not law that can be relied on"));
        }
    }

    fn place_of(&self, clause: &str, path: &str, text: &str) -> Place {
        Place::line(path, line_containing(text, &format!("@id(\"{clause}\")")))
    }

    fn read_clause(&self, policy: &Policy, path: &str, text: &str, instrument: usize) -> Result<Clause, LoadError> {
        let annotation = |name: &str| policy.annotation(name).map(str::to_owned);
        let id = annotation("id")
            .ok_or_else(|| LoadError::new(Place::file(path), "a policy has no @id", "write @id(\"provision@date\") above it"))?;
        let place = self.place_of(&id, path, text);
        let error = |message: String, hint: &str| LoadError::new(place.clone(), message, hint);
        let known = ["id", "until", "effect", "verified", "exceptions", "obligations", "asks", "overlaps"];
        if let Some((name, _)) = policy.annotations().find(|(name, _)| !known.contains(name)) {
            return Err(error(
                format!("clause `{id}` has an annotation @{name}"),
                "known are id, until, effect, verified, exceptions, obligations, asks, overlaps",
            ));
        }
        let (name, date) = id
            .rsplit_once('@')
            .ok_or_else(|| error(format!("clause `{id}` has no date"), "write provision@date, the first day of its version"))?;
        let provision = name.split('#').next().unwrap_or(name).to_owned();
        if provision.is_empty() {
            return Err(error(format!("clause `{id}` names no provision"), "write the provision before the date, as it is cited"));
        }
        let day = |text: &str| {
            text.parse::<Date>().map_err(|cause| error(format!("`{text}` in clause `{id}` is not a date: {cause}"), "write YYYY-MM-DD"))
        };
        let from = day(date)?;
        let until = annotation("until").as_deref().map(day).transpose()?;
        let effect: Effect = word(annotation("effect"), &id, "effect", "prohibit, authorise, require, refer, caution or advise")
            .map_err(|(m, h)| error(m, &h))?;
        let verified: Verified = word(annotation("verified"), &id, "verified", "V, S or U").map_err(|(m, h)| error(m, &h))?;
        let forbids = policy.effect() == cedar_policy::Effect::Forbid;
        if forbids != matches!(effect, Effect::Prohibit | Effect::Refer | Effect::Caution) {
            return Err(error(
                format!("clause `{id}` is a Cedar `{}` with @effect(\"{}\")", policy.effect(), word_of(effect)),
                "prohibit, refer and caution are `forbid`; authorise, require and advise are `permit`",
            ));
        }
        let tree = policy.to_pst().map_err(|cause| error(cause.to_string(), "write the policy without slots"))?;
        let compiled =
            compile::compile(tree.body(), &self.vocabulary).map_err(|cause| error(format!("clause `{id}`: {cause}"), &cause.hint))?;
        let names: Vec<String> = list(annotation("exceptions"));
        if names.len() != compiled.exceptions.len() {
            return Err(error(
                format!("clause `{id}` has {} `unless` and names {} exceptions", compiled.exceptions.len(), names.len()),
                "name the provision of each `unless`, in order, in @exceptions",
            ));
        }
        let asks = annotation("asks");
        if matches!(effect, Effect::Refer | Effect::Caution) && asks.is_none() {
            return Err(error(format!("clause `{id}` leaves a point open and asks nothing"), "write the question in @asks"));
        }
        let cite_of = |provision: &str| {
            self.instruments.get(instrument).map_or_else(|| provision.to_owned(), |file| file.cite.replace("{}", provision))
        };
        Ok(Clause {
            cite: cite_of(&provision),
            provision,
            from,
            until,
            effect,
            verified,
            actions: compiled.actions,
            conditions: compiled
                .reach
                .conjuncts()
                .into_iter()
                .map(|ir| Condition { ir: ir.clone(), words: ir.words(&self.vocabulary) })
                .collect(),
            exceptions: names
                .into_iter()
                .zip(compiled.exceptions)
                .map(|(provision, condition)| Exception {
                    cite: cite_of(&provision),
                    provision,
                    words: condition.words(&self.vocabulary),
                    condition,
                })
                .collect(),
            obligations: list(annotation("obligations")),
            asks,
            overlaps: list(annotation("overlaps")),
            instrument,
            reach: compiled.reach,
            policy: policy
                .new_id(id.parse().map_err(|_| error(format!("clause `{id}`: the id is refused"), "use letters, digits and ()-/#@"))?),
            place,
            id,
        })
    }

    /// Checks that clauses name versions, obligations and provisions that exist.
    fn check_names(&self, obligations_read: bool, errors: &mut Vec<LoadError>) {
        for clause in &self.clauses {
            let Some(instrument) = self.instrument_of(clause) else { continue };
            let mut dates = vec![("begins", clause.from)];
            dates.extend(clause.until.map(|until| ("ends", until)));
            for (verb, date) in dates {
                if !instrument.versions.iter().any(|version| version.from == date) {
                    errors.push(LoadError::new(
                        clause.place.clone(),
                        format!("clause `{}` {verb} on {date}, which is no version of {}", clause.id, instrument.id),
                        "dates of clauses are dates of versions in instrument.toml",
                    ));
                }
            }
            if clause.until.is_some_and(|until| until <= clause.from) {
                errors.push(LoadError::new(
                    clause.place.clone(),
                    format!("clause `{}` ends before it begins", clause.id),
                    "@until is exclusive and later",
                ));
            }
            for overlap in clause.overlaps.iter().filter(|overlap| !self.clauses.iter().any(|other| other.provision == **overlap)) {
                errors.push(LoadError::new(
                    clause.place.clone(),
                    format!("clause `{}` overlaps an unknown provision `{overlap}`", clause.id),
                    "name a provision of the pack",
                ));
            }
            for obligation in clause.obligations.iter().filter(|id| obligations_read && !self.obligations.contains_key(id.as_str())) {
                errors.push(LoadError::new(
                    clause.place.clone(),
                    format!("clause `{}` names an unknown obligation `{obligation}`", clause.id),
                    "add it to obligations.toml",
                ));
            }
        }
    }
}

/// A file of policies that no instrument would read: law that is written down must not be passed over.
fn misplaced(source: &Source, path: &str) -> Option<LoadError> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if !["policies.cedar", "duties.cedar"].contains(&name) {
        return Some(LoadError::new(
            Place::file(path),
            "no instrument reads a file of this name",
            "policies stand in policies.cedar and duties.cedar",
        ));
    }
    source
        .get(&format!("{folder}/instrument.toml"))
        .is_none()
        .then(|| LoadError::new(Place::file(path), "there is no instrument.toml beside it", "add one, or remove the policies"))
}

fn read_jurisdictions(source: &Source, id: &str) -> Result<Vec<Jurisdiction>, Vec<LoadError>> {
    let mut chain: Vec<Jurisdiction> = Vec::new();
    let mut next = Some(id.to_owned());
    while let Some(id) = next {
        let path = format!("{id}/jurisdiction.toml");
        let Some(text) = source.get(&path) else {
            let known = source.jurisdictions().join(", ");
            return Err(vec![LoadError::new(Place::file(&path), "there is no such jurisdiction", format!("known are {known}"))]);
        };
        let file: JurisdictionFile = toml::from_str(text).map_err(|error| vec![LoadError::toml(&path, text, &error)])?;
        if file.id != id {
            return Err(vec![LoadError::new(
                Place::file(&path),
                format!("the id is `{}`, the folder `{id}`", file.id),
                "give both one name",
            )]);
        }
        if chain.iter().any(|known| known.id == file.id) {
            return Err(vec![LoadError::new(Place::file(&path), "the parents go round in a circle", "a parent is the place above")]);
        }
        next = file.parent;
        chain.push(Jurisdiction {
            id: file.id,
            name: file.name,
            layer: file.layer,
            ocd_division: file.ocd_division,
            time_zone: file.time_zone,
        });
    }
    Ok(chain)
}

fn check_versions(versions: &[Version], at: &Place, errors: &mut Vec<LoadError>) {
    if versions.is_empty() {
        errors.push(LoadError::new(at.clone(), "there is no version", "add [[version]]"));
    }
    for pair in versions.windows(2) {
        if let [earlier, later] = pair
            && (later.from <= earlier.from || later.uncertain_from.is_some_and(|day| day <= earlier.from))
        {
            errors.push(LoadError::new(
                at.clone(),
                format!("the version of {} does not follow that of {}", later.from, earlier.from),
                "list versions from the oldest to the newest",
            ));
        }
    }
    for version in versions {
        if version.uncertain_from.is_some_and(|day| day >= version.from) {
            errors.push(LoadError::new(
                at.clone(),
                format!("the version of {} is uncertain only after it begins", version.from),
                "uncertain_from lies before from",
            ));
        }
    }
}

fn digest(source: &Source, read: &[String]) -> String {
    let mut paths = read.to_vec();
    paths.sort_unstable();
    paths.dedup();
    let mut hash = Sha256::new();
    for path in paths {
        let text = source.get(&path).unwrap_or_default();
        // Lengths go in first so that no two different folders give the same stream of bytes.
        for part in [path.as_str(), text] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn list(annotation: Option<String>) -> Vec<String> {
    annotation.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

fn word<T: for<'de> Deserialize<'de>>(value: Option<String>, id: &str, name: &str, hint: &str) -> Result<T, (String, String)> {
    let value = value.ok_or_else(|| (format!("clause `{id}` has no @{name}"), format!("write one of {hint}")))?;
    serde_json::from_value(serde_json::Value::String(value.clone()))
        .map_err(|_| (format!("clause `{id}` has @{name}(\"{value}\")"), format!("write one of {hint}")))
}

fn word_of(effect: Effect) -> &'static str {
    match effect {
        Effect::Prohibit => "prohibit",
        Effect::Authorise => "authorise",
        Effect::Require => "require",
        Effect::Refer => "refer",
        Effect::Caution => "caution",
        Effect::Advise => "advise",
    }
}

fn line_containing(text: &str, needle: &str) -> usize {
    text.find(needle).map_or(1, |offset| line_of(text, offset))
}

/// A name as it is compared: case and runs of white space do not count.
pub(crate) fn fold(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
