//! Papers told apart by their signs: judge's warrant, administrative warrant, detainer, subpoena, or cannot tell.
//!
//! [`Papers`] is read from `law/papers.toml`, which holds every form number, heading and title; here is only how signs are
//! found in what a person typed and how they are weighed. Each sign leaves some kinds of paper open; a kind is settled by
//! a sign that decides it alone or by all its proofs together, and signs that leave nothing open contradict each other.
//!
//! INVARIANT: what is unknown settles nothing, and contradiction is always `cannot_tell`: a wrong answer either way makes
//! an officer carry out a paper no judge signed, or refuse one that a judge did.
//!
//! INVARIANT: no answer and no error holds the value of a field, for it may be a name; it holds the field and the sign.

use jiff::civil::Date;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use toml::Spanned;

/// The longest description of a paper, in bytes.
pub const PAPER_BYTES_MAX: usize = 64 * 1024;
/// The longest value of a field, in characters.
pub const VALUE_CHARS_MAX: usize = 2_000;
/// The longest `papers.toml`, in bytes.
const DATA_BYTES_MAX: usize = 1024 * 1024;
/// The longest line of `papers.toml`, in bytes.
const LINE_BYTES_MAX: usize = 4_000;
/// Kinds and proofs are sets of bits.
const SET_MAX: usize = 64;

/// What class of paper it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A warrant of a judge or magistrate of a court.
    JudicialWarrant,
    /// A civil immigration warrant, record or order.
    AdministrativeWarrant,
    /// An immigration detainer.
    Detainer,
    /// A subpoena or demand for records, of a court or an agency.
    Subpoena,
    /// Another order of a court.
    CourtOrder,
    /// The signs conflict, are missing, or belong to none of these.
    CannotTell,
}

/// Who signed, in the words of `haven ask`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signer {
    /// A judge of a court.
    Judge,
    /// A magistrate of a court.
    Magistrate,
    /// An immigration judge, who belongs to no court.
    ImmigrationJudge,
    /// An officer of the immigration authorities.
    ImmigrationOfficer,
    /// Somebody else.
    Other,
}

/// How much a sign weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Settles its one kind unless another sign contradicts it.
    Decides,
    /// Rules out the kinds it does not name.
    Suggests,
    /// Chooses among what the other signs leave open, and contradicts none of them.
    Describes,
}

/// How the value of an indicator is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// Free text.
    Text,
    /// One word of a closed list.
    Choice,
    /// A day, `YYYY-MM-DD`.
    Date,
}

/// A field of a paper's description, with the words a form needs to ask for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// The name of the field.
    pub name: String,
    /// A noun phrase for people.
    pub label: String,
    /// The question to a person.
    pub question: String,
    /// Why it is asked.
    pub why: String,
    /// How its value is given.
    pub input: Input,
    /// The closed list of a choice; empty otherwise.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// Whether asking for it makes no sense once the kind is settled.
    #[serde(default, skip_serializing)]
    only_while_open: bool,
    /// Whether it is about a computer hit rather than a paper.
    #[serde(default, skip_serializing)]
    hits: bool,
}

/// One value of a closed list.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The word in a description.
    pub value: String,
    /// The words for people.
    pub label: String,
}

/// Why papers cannot be read: the table of signs, or the description of one paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error, miette::Diagnostic)]
#[serde(untagged)]
pub enum PaperError {
    /// `papers.toml` cannot be used.
    #[error("{file}:{line}: expected {expected}, found {found}")]
    #[diagnostic(help("{hint}"))]
    Data {
        /// The file, as named by the caller.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What was expected.
        expected: String,
        /// What was found.
        found: String,
        /// What to do.
        hint: String,
    },
    /// The description of a paper cannot be read. `found` never holds the value.
    #[error("field `{field}`: expected {expected}, found {found} ({hint})")]
    #[diagnostic(help("{hint}"))]
    Field {
        /// The field.
        field: String,
        /// What was expected.
        expected: String,
        /// What was found, in general words.
        found: String,
        /// What to do.
        hint: String,
    },
}

impl PaperError {
    fn field(field: &str, expected: impl Into<String>, found: impl Into<String>, hint: impl Into<String>) -> PaperError {
        PaperError::Field { field: field.to_owned(), expected: expected.into(), found: found.into(), hint: hint.into() }
    }
}

/// One paper as described: only the fields that are known. It has no `Debug`, for its values may be names.
#[derive(Clone, Default)]
pub struct Paper {
    values: BTreeMap<String, String>,
}

impl Paper {
    /// Reads a description from JSON text: one object with the fields of [`Papers::indicators`], each optional.
    ///
    /// # Errors
    /// [`PaperError::Field`] for text that is no such object, and as [`Paper::state`].
    pub fn parse(text: &str, papers: &Papers) -> Result<Paper, PaperError> {
        if text.len() > PAPER_BYTES_MAX {
            return Err(PaperError::field(
                "paper",
                format!("at most {PAPER_BYTES_MAX} bytes"),
                format!("{} bytes", text.len()),
                "shorten the texts",
            ));
        }
        let pairs: Pairs = serde_json::from_str(text).map_err(|error| {
            let found = format!("an error in line {}, column {}", error.line(), error.column());
            PaperError::field("paper", "one JSON object", found, "{\"form_number\": …, \"signer_title\": …}")
        })?;
        let (mut paper, mut seen) = (Paper::default(), BTreeSet::new());
        for (name, value) in &pairs.0 {
            paper.state(papers, name, value)?;
            if !seen.insert(name) {
                return Err(PaperError::field(name, "each field once", "it twice", "describe one paper at a time"));
            }
        }
        Ok(paper)
    }

    /// States one field; `"unknown"`, `null` and blank text take it back.
    ///
    /// # Errors
    /// [`PaperError::Field`] for a field the table does not have, a value that is no text, a text longer than
    /// [`VALUE_CHARS_MAX`], a word outside a closed list, or a day that is none.
    pub fn state(&mut self, papers: &Papers, name: &str, value: &Value) -> Result<(), PaperError> {
        let Some(indicator) = papers.indicators.iter().find(|indicator| indicator.name == name) else {
            let names: Vec<&str> = papers.indicators.iter().map(|indicator| indicator.name.as_str()).collect();
            // A field that looks like no name of ours may be somebody's name, and is not repeated.
            let plain = name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            let shown = if plain { name } else { "…" };
            return Err(PaperError::field(shown, format!("one of {}", names.join(", ")), "another field", did_you_mean(name, names)));
        };
        let text = match value {
            Value::Null => "",
            Value::String(text) => text.trim(),
            _ => return Err(PaperError::field(name, "a text", kind_of(value), "write the value in quotation marks")),
        };
        let length = text.chars().count();
        if length > VALUE_CHARS_MAX {
            let expected = format!("at most {VALUE_CHARS_MAX} characters");
            return Err(PaperError::field(name, expected, format!("{length} characters"), "give the words of this sign only"));
        }
        if text.is_empty() || text.eq_ignore_ascii_case("unknown") {
            self.values.remove(name);
            return Ok(());
        }
        let kept = match indicator.input {
            Input::Text => text.to_owned(),
            Input::Date => day(text).map(|day| day.to_string()).ok_or_else(|| {
                PaperError::field(
                    name,
                    "a day of the years 1900 to 2199, YYYY-MM-DD",
                    "text that is no such day",
                    "2026-03-01, or leave it out",
                )
            })?,
            Input::Choice => {
                let words: Vec<&str> = indicator.options.iter().map(|option| option.value.as_str()).collect();
                let word = words.iter().find(|word| same_word(word, text)).ok_or_else(|| {
                    PaperError::field(
                        name,
                        format!("one of {}, unknown", words.join(", ")),
                        "another word",
                        did_you_mean(text, words.iter().copied()),
                    )
                })?;
                (*word).to_owned()
            }
        };
        self.values.insert(name.to_owned(), kept);
        Ok(())
    }
}

/// A JSON object as it stands, so that a field given twice is seen.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Pairs;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// What a paper is, and why. Serialises to the same bytes for the same table, paper and day.
#[derive(Clone, Debug, Serialize)]
pub struct Classification {
    /// The class.
    pub class: Class,
    /// The kind, as the fact `document` of `haven ask`.
    pub document: String,
    /// The signs this answer rests on; with `cannot_tell`, one side of the conflict or what was seen so far.
    pub decided_by: Vec<Reason>,
    /// The signs that point elsewhere; with a conflict, its other side.
    pub against: Vec<Reason>,
    /// Signs that were seen and did not matter to this answer.
    pub noted: Vec<Reason>,
    /// The proofs that are still missing, any of which may settle it.
    pub missing: Vec<String>,
    /// The fields worth a look, the most decisive first; only those that can still change the answer.
    pub look_next: Vec<Look>,
    /// What to verify although the kind is settled.
    pub check: Vec<Check>,
    /// Fields that were given but in which nothing was recognised.
    pub unrecognised: Vec<String>,
    /// The facts for `haven ask`.
    pub facts: PaperFacts,
    /// What this means, in a sentence or two.
    pub note: String,
}

/// A sign and what it says.
#[derive(Clone, Debug, Serialize)]
pub struct Reason {
    /// The field.
    pub indicator: String,
    /// The rule that recognised it.
    pub rule: String,
    /// How much it weighs.
    pub weight: Weight,
    /// What it was recognised as; never what was written there.
    pub sign: String,
    /// Why it matters.
    pub says: String,
    /// Where that stands.
    pub cite: String,
    /// How well that is known: `V`, `S`, `U` or `house`.
    pub verified: String,
}

/// A field worth a look.
#[derive(Clone, Debug, Serialize)]
pub struct Look {
    /// The field.
    pub indicator: String,
    /// The question to a person.
    pub question: String,
    /// Why it is asked.
    pub why: String,
}

/// Something to verify.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Its name in `papers.toml`.
    pub id: String,
    /// What to do.
    pub says: String,
    /// Where that stands.
    pub cite: String,
    /// How well that is known.
    pub verified: String,
    #[serde(skip_serializing)]
    kinds: Vec<String>,
    #[serde(skip_serializing)]
    older_than_days: Option<u16>,
    #[serde(skip_serializing)]
    without: Option<String>,
    #[serde(skip)]
    concerns: u64,
}

/// Facts of `haven ask` that follow from a paper.
#[derive(Clone, Debug, Serialize)]
pub struct PaperFacts {
    /// What the paper is.
    pub document: String,
    /// Who signed it, where one title was recognised and the signature is not missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signer: Option<Signer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    text: Words,
    proof: BTreeMap<String, String>,
    group: BTreeMap<String, Spanned<Vec<String>>>,
    indicator: Vec<Spanned<Indicator>>,
    kind: Vec<Spanned<Kind>>,
    check: Vec<Spanned<Check>>,
    rule: Vec<Spanned<RuleData>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    conflict: String,
    missing: String,
    several: String,
    nothing: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    document: String,
    class: Class,
    label: String,
    needs: Vec<Vec<String>>,
    note: String,
    #[serde(skip)]
    ways: Vec<u64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleData {
    id: String,
    indicators: Vec<String>,
    matches: Vec<String>,
    weight: Weight,
    kinds: Option<Vec<String>>,
    #[serde(default)]
    proves: Vec<String>,
    #[serde(default)]
    voids: Vec<String>,
    #[serde(default)]
    doubt: bool,
    signer: Option<Signer>,
    sign: String,
    why: String,
    cite: String,
    verified: String,
}

/// The table of signs.
#[derive(Clone, Debug)]
pub struct Papers {
    text: Words,
    proofs: Vec<String>,
    indicators: Vec<Indicator>,
    kinds: Vec<Kind>,
    unclear: usize,
    rules: Vec<Rule>,
    checks: Vec<Check>,
}

#[derive(Clone, Debug)]
struct Rule {
    data: RuleData,
    indicators: Vec<usize>,
    patterns: Vec<Pattern>,
    effect: Effect,
}

/// What a sign does: the kinds it leaves open, the proofs it gives and takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Effect {
    weight: Weight,
    kinds: u64,
    proves: u64,
    voids: u64,
}

/// A sign found in a field of the paper.
#[derive(Clone, Copy)]
struct Sign<'a> {
    indicator: usize,
    rule: &'a Rule,
    effect: Effect,
}

/// What all signs together leave.
#[derive(Clone, Copy)]
struct State {
    settled: Option<usize>,
    open: u64,
    hard: u64,
    proofs: u64,
}

/// Reads `papers.toml` and says where something is wrong with it.
struct Source<'a> {
    file: &'a str,
    text: &'a str,
}

impl Source<'_> {
    fn fault(&self, offset: usize, expected: impl Into<String>, found: impl Into<String>, hint: impl Into<String>) -> PaperError {
        let line = self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
        let found: String = found.into().chars().take(120).collect();
        PaperError::Data { file: self.file.to_owned(), line, expected: expected.into(), found, hint: hint.into() }
    }

    fn read(&self) -> Result<Data, PaperError> {
        if self.text.len() > DATA_BYTES_MAX {
            return Err(self.fault(0, format!("at most {DATA_BYTES_MAX} bytes"), "more", "shorten the table"));
        }
        let mut offset = 0;
        for line in self.text.split_inclusive('\n') {
            if line.len() > LINE_BYTES_MAX {
                return Err(self.fault(offset, format!("a line of at most {LINE_BYTES_MAX} bytes"), "more", "break the line"));
            }
            offset += line.len();
        }
        toml::from_str(self.text).map_err(|error| {
            let (found, expected) =
                error.message().split_once(", expected ").unwrap_or((error.message(), "the shape at the top of papers.toml"));
            self.fault(error.span().map_or(0, |span| span.start), expected, found, "the head of law/papers.toml explains every field")
        })
    }

    /// The set of names, each of which must be known.
    fn set(&self, at: usize, names: &[String], known: &BTreeMap<String, u64>, what: &str) -> Result<u64, PaperError> {
        names.iter().try_fold(0, |all, name| match known.get(name) {
            Some(bits) => Ok(all | bits),
            None => Err(self.fault(at, what, format!("`{name}`"), did_you_mean(name, known.keys().map(String::as_str)))),
        })
    }

    fn unique(&self, at: usize, seen: &mut BTreeSet<String>, name: &str, what: &str) -> Result<(), PaperError> {
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        match plain && seen.insert(name.to_owned()) {
            true => Ok(()),
            false => Err(self.fault(at, format!("{what} of its own: letters, digits, - and _"), format!("`{name}`"), "name it once")),
        }
    }

    fn pattern(&self, at: usize, text: &str) -> Result<Pattern, PaperError> {
        let pattern = Pattern::read(text).filter(|pattern| pattern.glyphs.len() >= 2 && pattern.glyphs.len() <= 200);
        let expected = "words of 2 to 200 letters and digits, `*` only after `#`, no digit after `#*`";
        pattern.ok_or_else(|| self.fault(at, expected, format!("`{text}`"), "see the head of papers.toml"))
    }
}

impl Papers {
    /// Reads the table of signs; `name` is what errors call it.
    ///
    /// # Errors
    /// [`PaperError::Data`], the first thing that is wrong: no TOML of this shape, a name that is unknown or given twice,
    /// an empty list of matches, a pattern that cannot match, a choice that is not offered, a rule that decides more than
    /// one kind, more than 64 kinds or proofs, no kind of the class `cannot_tell`, or more than 1 MiB.
    pub fn load(text: &str, name: &str) -> Result<Papers, PaperError> {
        let source = Source { file: name, text };
        let data = source.read()?;
        if data.kind.len() > SET_MAX || data.proof.len() > SET_MAX {
            return Err(source.fault(0, format!("at most {SET_MAX} kinds and {SET_MAX} proofs"), "more", "drop some"));
        }
        let proof_bits: BTreeMap<String, u64> = data.proof.keys().enumerate().map(|(index, name)| (name.clone(), bit(index))).collect();

        let (mut seen, mut kind_bits) = (BTreeSet::new(), BTreeMap::new());
        let mut kinds: Vec<Kind> = Vec::new();
        for (index, spanned) in data.kind.into_iter().enumerate() {
            let (at, kind) = (spanned.span().start, spanned.into_inner());
            source.unique(at, &mut seen, &kind.document, "a kind with a name")?;
            kind_bits.insert(kind.document.clone(), bit(index));
            let ways: Result<Vec<u64>, _> = kind.needs.iter().map(|all| source.set(at, all, &proof_bits, "a proof of [proof]")).collect();
            let ways = ways?;
            if ways.contains(&0) {
                let hint = "a kind that needs no proof would always be settled";
                return Err(source.fault(at, "a proof in each list of `needs`", "an empty list", hint));
            }
            kinds.push(Kind { ways, ..kind });
        }
        let Some(unclear) = kinds.iter().position(|kind| kind.class == Class::CannotTell && kind.needs.is_empty()) else {
            return Err(source.fault(0, "a kind of the class `cannot_tell` without needs", "none", "it answers every conflict"));
        };
        let mut known = kind_bits.clone();
        for (name, group) in &data.group {
            let at = group.span().start;
            if kind_bits.contains_key(name) {
                return Err(source.fault(at, "a group with a name of its own", format!("`{name}`, which is a kind"), "rename the group"));
            }
            known.insert(name.clone(), source.set(at, group.get_ref(), &kind_bits, "a kind")?);
        }

        let mut seen = BTreeSet::new();
        for spanned in &data.indicator {
            let (at, indicator) = (spanned.span().start, spanned.get_ref());
            source.unique(at, &mut seen, &indicator.name, "an indicator with a name")?;
            if (indicator.input == Input::Choice) == indicator.options.is_empty() {
                let found = format!("`{}`", indicator.name);
                return Err(source.fault(at, "options for a choice, and only for a choice", found, "give options, or another input"));
            }
        }
        let indicators: Vec<Indicator> = data.indicator.iter().map(|spanned| spanned.get_ref().clone()).collect();
        let indicator_at = |at: usize, name: &String| {
            indicators.iter().position(|indicator| indicator.name == *name).ok_or_else(|| {
                let names = indicators.iter().map(|indicator| indicator.name.as_str());
                source.fault(at, "an indicator", format!("`{name}`"), did_you_mean(name, names))
            })
        };

        let mut seen = BTreeSet::new();
        let mut rules = Vec::new();
        let everything = kind_bits.values().fold(0, |all, bits| all | bits);
        for spanned in data.rule {
            let (at, rule) = (spanned.span().start, spanned.into_inner());
            source.unique(at, &mut seen, &rule.id, "a rule with an id")?;
            if rule.matches.is_empty() || rule.indicators.is_empty() {
                return Err(source.fault(
                    at,
                    "at least one indicator and one match",
                    "an empty list",
                    "without them it recognises nothing",
                ));
            }
            let found = rule.indicators.iter().map(|name| indicator_at(at, name)).collect::<Result<Vec<usize>, _>>()?;
            for indicator in found.iter().filter_map(|index| indicators.get(*index)) {
                let offered: Vec<&str> = match indicator.input {
                    Input::Text => continue,
                    Input::Choice => indicator.options.iter().map(|option| option.value.as_str()).collect(),
                    Input::Date => vec!["future", "past"],
                };
                if let Some(word) = rule.matches.iter().find(|word| !offered.contains(&word.as_str())) {
                    let expected = format!("one of {}", offered.join(", "));
                    return Err(source.fault(at, expected, format!("`{word}`"), did_you_mean(word, offered)));
                }
            }
            let named = match &rule.kinds {
                Some(names) => source.set(at, names, &known, "a kind or a group")?,
                None => everything,
            };
            if named == 0 || (rule.weight == Weight::Decides && named.count_ones() != 1) {
                let (expected, found) = ("one kind if it decides, at least one if not", format!("{} kinds", named.count_ones()));
                return Err(source.fault(at, expected, found, "name it, or weigh it `suggests`"));
            }
            let effect = Effect {
                weight: rule.weight,
                kinds: named,
                proves: source.set(at, &rule.proves, &proof_bits, "a proof of [proof]")?,
                voids: source.set(at, &rule.voids, &proof_bits, "a proof of [proof]")?,
            };
            let patterns = rule.matches.iter().map(|text| source.pattern(at, text)).collect::<Result<_, _>>()?;
            rules.push(Rule { data: rule, indicators: found, patterns, effect });
        }

        let mut seen = BTreeSet::new();
        let mut checks = Vec::new();
        for spanned in data.check {
            let (at, check) = (spanned.span().start, spanned.into_inner());
            source.unique(at, &mut seen, &check.id, "a check with an id")?;
            check.without.iter().try_for_each(|name| indicator_at(at, name).map(|_| ()))?;
            checks.push(Check { concerns: source.set(at, &check.kinds, &known, "a kind or a group")?, ..check });
        }
        let proofs = data.proof.into_values().collect();
        Ok(Papers { text: data.text, proofs, indicators, kinds, unclear, rules, checks })
    }

    /// The fields of a description in the order in which they tell most, for forms that ask for them.
    pub fn indicators(&self) -> impl Iterator<Item = &Indicator> {
        self.indicators.iter()
    }

    /// The kinds of paper with their class and the words for people, in the order of the table.
    pub fn kinds(&self) -> impl Iterator<Item = (&str, Class, &str)> {
        self.kinds.iter().map(|kind| (kind.document.as_str(), kind.class, kind.label.as_str()))
    }

    /// Tells what a paper is, as of a day that is compared with its date; without that day no date counts as future and
    /// every date as old.
    ///
    /// Pure: the same table, paper and day give the same answer.
    pub fn classify(&self, paper: &Paper, as_of: Option<Date>) -> Classification {
        let signs = self.signs(paper, as_of);
        let effects: Vec<Effect> = signs.iter().map(|sign| sign.effect).collect();
        let state = self.weigh(&effects);
        let index = state.settled.unwrap_or(self.unclear);
        let (mut decided, mut against, mut noted) = (Vec::new(), Vec::new(), Vec::new());
        let mut missing = Vec::new();
        let note = match state.settled {
            Some(settled) => {
                let without = |skipped: usize| {
                    let rest: Vec<Effect> = effects.iter().enumerate().filter(|(i, _)| *i != skipped).map(|(_, effect)| *effect).collect();
                    self.weigh(&rest).settled
                };
                for (i, sign) in signs.iter().enumerate() {
                    let supports = sign.effect.weight != Weight::Describes && sign.effect.kinds != self.everything();
                    let list = match sign.effect.kinds & bit(settled) == 0 {
                        true => &mut against,
                        false if supports || without(i) != state.settled => &mut decided,
                        false => &mut noted,
                    };
                    list.push(sign);
                }
                decided.sort_by_key(|sign| sign.effect.weight);
                self.kinds.get(settled).map_or_else(String::new, |kind| kind.note.clone())
            }
            None if state.open == 0 => {
                let opposed = |a: &Sign<'_>, b: &Sign<'_>| a.effect.kinds & b.effect.kinds == 0;
                let counted: Vec<&Sign<'_>> = signs
                    .iter()
                    .filter(|sign| sign.effect.weight != Weight::Describes || (state.hard != 0 && sign.effect.kinds & state.hard != 0))
                    .collect();
                let first = counted.iter().find(|a| counted.iter().any(|b| opposed(a, b)));
                for sign in &signs {
                    let list = match first {
                        _ if sign.effect.kinds == self.everything() => &mut noted,
                        _ if !counted.iter().any(|other| std::ptr::eq(*other, sign)) => &mut noted,
                        Some(first) if opposed(first, sign) => &mut against,
                        _ => &mut decided,
                    };
                    list.push(sign);
                }
                let named: Vec<String> = match (first, against.first()) {
                    (Some(first), Some(other)) => vec![self.name(first), self.name(other)],
                    _ => decided.iter().map(|sign| self.name(sign)).collect(),
                };
                self.text.conflict.replace("{signs}", &named.join("; "))
            }
            None => {
                let idle = |sign: &Sign<'_>| {
                    sign.effect.kinds == self.everything() && sign.effect.proves | sign.effect.voids == 0 && !sign.rule.data.doubt
                };
                for sign in &signs {
                    if idle(sign) { noted.push(sign) } else { decided.push(sign) }
                }
                missing = self.missing(&state);
                match (decided.is_empty(), missing.is_empty()) {
                    (true, _) => self.text.nothing.clone(),
                    (_, true) => self.text.several.clone(),
                    _ => self.text.missing.replace("{missing}", &missing.join("; or ")),
                }
            }
        };
        let reasons = |list: Vec<&Sign<'_>>| list.into_iter().map(|sign| self.reason(sign)).collect();
        let document = self.kinds.get(index).map_or_else(String::new, |kind| kind.document.clone());
        Classification {
            class: self.kinds.get(index).map_or(Class::CannotTell, |kind| kind.class),
            decided_by: reasons(decided),
            against: reasons(against),
            noted: reasons(noted),
            missing,
            look_next: self.look_next(paper, as_of, &effects, &state),
            check: state.settled.map_or_else(Vec::new, |kind| self.checks(kind, paper, as_of)),
            unrecognised: self.unrecognised(paper, &signs),
            facts: PaperFacts { document: document.clone(), signer: self.signer(&signs) },
            document,
            note,
        }
    }

    fn everything(&self) -> u64 {
        (0..self.kinds.len()).fold(0, |all, index| all | bit(index))
    }

    /// Weighs signs: what they leave open, and the kind that is settled.
    fn weigh(&self, effects: &[Effect]) -> State {
        let hard =
            effects.iter().filter(|effect| effect.weight != Weight::Describes).fold(self.everything(), |left, effect| left & effect.kinds);
        // A describing sign that does not fit the harder ones is left aside: "warrant" over a detainer form is no conflict.
        let fits = |effect: &&Effect| effect.weight == Weight::Describes && effect.kinds & hard != 0;
        let open = effects.iter().filter(fits).fold(hard, |left, effect| left & effect.kinds);
        let proofs = effects.iter().fold(0, |all, effect| all | effect.proves) & !effects.iter().fold(0, |all, effect| all | effect.voids);
        if hard != 0 && effects.iter().any(|effect| effect.weight == Weight::Decides) {
            return State { settled: Some(hard.trailing_zeros() as usize), open: hard, hard, proofs };
        }
        let proves = |kind: &Kind| kind.ways.iter().any(|needs| needs & !proofs == 0);
        let mut proven = self.kinds.iter().enumerate().filter(|(index, kind)| open & bit(*index) != 0 && proves(kind));
        let settled = match (proven.next(), proven.next()) {
            (Some((index, _)), None) => Some(index),
            _ => None,
        };
        State { settled, open, hard, proofs }
    }

    /// The shortest ways to a kind that is open, among those already begun; none if several kinds are proven.
    fn missing(&self, state: &State) -> Vec<String> {
        let open = self.kinds.iter().enumerate().filter(|(index, _)| state.open & bit(*index) != 0).flat_map(|(_, kind)| &kind.ways);
        let begun: Vec<u64> = open.filter(|needs| *needs & state.proofs != 0).map(|needs| needs & !state.proofs).collect();
        let least = begun.iter().map(|needs| needs.count_ones()).min().unwrap_or(0);
        let all = begun.iter().filter(|needs| needs.count_ones() == least).fold(0, |all, needs| all | needs);
        self.proofs.iter().enumerate().filter(|(index, _)| all & bit(*index) != 0).map(|(_, words)| words.clone()).collect()
    }

    /// The missing fields that can change the answer, found by trying every sign they may hold: those that change it
    /// alone, then those that settle it with one other, then those that could only contradict one other.
    fn look_next(&self, paper: &Paper, as_of: Option<Date>, effects: &[Effect], state: &State) -> Vec<Look> {
        let asked = |indicator: &Indicator| {
            !paper.values.contains_key(&indicator.name)
                && (indicator.input != Input::Date || as_of.is_some())
                && !(indicator.only_while_open && state.settled.is_some())
        };
        let holds = |index: usize| -> BTreeSet<Effect> {
            self.rules.iter().filter(|rule| rule.indicators.contains(&index)).map(|rule| rule.effect).collect()
        };
        let fields: Vec<(usize, BTreeSet<Effect>)> =
            self.indicators.iter().enumerate().filter(|(_, indicator)| asked(indicator)).map(|(index, _)| (index, holds(index))).collect();
        let with = &|more: &[Effect]| self.weigh(&[effects, more].concat()).settled;
        let alone: Vec<(usize, Effect, Option<usize>)> =
            fields.iter().flat_map(|(index, signs)| signs.iter().map(|sign| (*index, *sign, with(&[*sign])))).collect();
        let rank = |index: usize, signs: &BTreeSet<Effect>| -> Option<u8> {
            if alone.iter().any(|(other, _, settled)| *other == index && *settled != state.settled) {
                return Some(1);
            }
            let others = alone.iter().filter(|(other, _, _)| *other != index && state.settled.is_none());
            let ranks = others.flat_map(|(_, other, before)| {
                signs.iter().filter_map(move |sign| match (*before, with(&[*other, *sign])) {
                    (None, Some(_)) => Some(2),
                    (before, after) if before != after => Some(3),
                    _ => None,
                })
            });
            ranks.min()
        };
        // A hit is another thing than a paper: once a sign of a paper was seen, its file is asked for later.
        let later = |index: usize| u8::from(!effects.is_empty() && self.indicators.get(index).is_some_and(|indicator| indicator.hits));
        let mut found: Vec<(u8, usize)> =
            fields.iter().filter_map(|(index, signs)| Some((rank(*index, signs)? + later(*index), *index))).collect();
        found.sort_unstable();
        let look = |indicator: &Indicator| Look {
            indicator: indicator.name.clone(),
            question: indicator.question.clone(),
            why: indicator.why.clone(),
        };
        found.into_iter().filter_map(|(_, index)| self.indicators.get(index)).map(look).collect()
    }

    /// The signs of a paper, in the order of the fields and rules.
    fn signs(&self, paper: &Paper, as_of: Option<Date>) -> Vec<Sign<'_>> {
        let mut signs = Vec::new();
        for (index, indicator) in self.indicators.iter().enumerate() {
            let Some(value) = paper.values.get(&indicator.name) else { continue };
            let rules = match (indicator.input, as_of, day(value)) {
                (Input::Date, Some(as_of), Some(date)) if date > as_of => self.found(index, "future"),
                (Input::Date, Some(_), Some(_)) => self.found(index, "past"),
                (Input::Date, _, _) => BTreeSet::new(),
                _ => self.found(index, value),
            };
            let rules: Vec<&Rule> = rules.into_iter().filter_map(|rule| self.rules.get(rule)).collect();
            let doubt = rules.iter().any(|rule| rule.data.doubt);
            for rule in rules {
                let mut effect = rule.effect;
                if doubt {
                    // What is doubtful proves nothing, yet it still contradicts: doubt never makes a paper a judge's.
                    effect = Effect { weight: effect.weight.max(Weight::Suggests), proves: 0, ..effect };
                }
                signs.push(Sign { indicator: index, rule, effect });
            }
        }
        signs
    }

    /// The rules whose words stand in a field; a find within a longer one does not count.
    fn found(&self, indicator: usize, value: &str) -> BTreeSet<usize> {
        let text = Squashed::of(value);
        let mut finds: BTreeSet<(usize, usize, usize, usize)> = BTreeSet::new();
        for (index, rule) in self.rules.iter().enumerate().filter(|(_, rule)| rule.indicators.contains(&indicator)) {
            for pattern in &rule.patterns {
                finds.extend(pattern.finds(&text).map(|(start, end)| (start, end, pattern.literals, index)));
            }
        }
        let covers = |a: &(usize, usize, usize, usize), b: &(usize, usize, usize, usize)| {
            a.0 <= b.0 && b.1 <= a.1 && (a.1 - a.0, a.2) > (b.1 - b.0, b.2)
        };
        finds.iter().filter(|find| !finds.iter().any(|other| covers(other, find))).map(|find| find.3).collect()
    }

    /// The checks of a settled kind; an age that is not known counts as too old.
    fn checks(&self, kind: usize, paper: &Paper, as_of: Option<Date>) -> Vec<Check> {
        let dated = self.indicators.iter().find(|indicator| indicator.input == Input::Date);
        let date = dated.and_then(|indicator| day(paper.values.get(&indicator.name)?));
        let young = |days: u16| matches!((date, as_of), (Some(date), Some(as_of)) if (as_of - date).get_days() <= i32::from(days));
        let given = |name: &String| paper.values.contains_key(name);
        let due = |check: &&Check| {
            check.concerns & bit(kind) != 0 && !check.older_than_days.is_some_and(young) && !check.without.as_ref().is_some_and(given)
        };
        self.checks.iter().filter(due).cloned().collect()
    }

    /// Who signed, if one title was recognised without doubt and no sign takes the signature away.
    fn signer(&self, signs: &[Sign<'_>]) -> Option<Signer> {
        let unsigned = signs.iter().any(|sign| sign.rule.data.signer.is_none() && sign.effect.voids != 0);
        let doubtful = |sign: &Sign<'_>| signs.iter().any(|other| other.indicator == sign.indicator && other.rule.data.doubt);
        let titles: BTreeSet<Signer> = signs.iter().filter(|sign| !doubtful(sign)).filter_map(|sign| sign.rule.data.signer).collect();
        titles.first().copied().filter(|_| titles.len() == 1 && !unsigned)
    }

    fn unrecognised(&self, paper: &Paper, signs: &[Sign<'_>]) -> Vec<String> {
        let blank = |(index, indicator): &(usize, &Indicator)| {
            indicator.input == Input::Text
                && paper.values.contains_key(&indicator.name)
                && !signs.iter().any(|sign| sign.indicator == *index)
        };
        self.indicators.iter().enumerate().filter(blank).map(|(_, indicator)| indicator.name.clone()).collect()
    }

    fn reason(&self, sign: &Sign<'_>) -> Reason {
        let rule = &sign.rule.data;
        Reason {
            indicator: self.indicators.get(sign.indicator).map_or_else(String::new, |indicator| indicator.name.clone()),
            rule: rule.id.clone(),
            weight: sign.effect.weight,
            sign: rule.sign.clone(),
            says: rule.why.clone(),
            cite: rule.cite.clone(),
            verified: rule.verified.clone(),
        }
    }

    fn name(&self, sign: &Sign<'_>) -> String {
        let label = self.indicators.get(sign.indicator).map_or("", |indicator| indicator.label.as_str());
        format!("{label}: {}", sign.rule.data.sign)
    }
}

/// Text without case, punctuation and spacing, and where its words begin. A run of letters and a run of digits are words
/// of their own, so that `I-200`, `I 200` and `I200` read alike.
struct Squashed {
    letters: Vec<char>,
    starts: Vec<bool>,
}

impl Squashed {
    fn of(text: &str) -> Squashed {
        let (mut letters, mut starts) = (Vec::new(), Vec::new());
        let mut before = None;
        for c in text.chars().map(narrow).flat_map(char::to_lowercase) {
            // Soft hyphens and zero-width marks stand inside words, so they do not part them.
            if matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{300}'..='\u{36f}') {
                continue;
            }
            let word = (c.is_alphabetic() || c.is_ascii_digit()).then_some(c.is_ascii_digit());
            if word.is_some() {
                starts.push(word != before);
                letters.push(c);
            }
            before = word;
        }
        starts.push(true);
        Squashed { letters, starts }
    }

    fn starts(&self, at: usize) -> bool {
        self.starts.get(at).copied().unwrap_or(false)
    }

    fn digit(&self, at: usize) -> bool {
        self.letters.get(at).is_some_and(char::is_ascii_digit)
    }
}

/// Full-width letters and digits, as some scanners and phones write them, made plain.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Glyph {
    Letter(char),
    Digit,
    Digits,
}

/// Words to look for.
#[derive(Clone, Debug)]
struct Pattern {
    glyphs: Vec<Glyph>,
    literals: usize,
}

impl Pattern {
    fn read(text: &str) -> Option<Pattern> {
        let mut glyphs: Vec<Glyph> = Vec::new();
        let mut after_mark = false;
        for c in text.chars().flat_map(char::to_lowercase) {
            match c {
                '#' => glyphs.push(Glyph::Digit),
                '*' if after_mark => *glyphs.last_mut()? = Glyph::Digits,
                '*' => return None,
                c if c.is_alphabetic() || c.is_ascii_digit() => glyphs.push(Glyph::Letter(c)),
                _ => {}
            }
            after_mark = c == '#';
        }
        let digit =
            |glyph: &Glyph| matches!(glyph, Glyph::Digit | Glyph::Digits) || matches!(glyph, Glyph::Letter(c) if c.is_ascii_digit());
        // `#*` takes every digit there is, so a digit after it could never be found.
        let swallowed = glyphs.iter().zip(glyphs.iter().skip(1)).any(|(a, b)| *a == Glyph::Digits && digit(b));
        let literals = glyphs.iter().filter(|glyph| matches!(glyph, Glyph::Letter(_))).count();
        (literals > 0 && !swallowed).then_some(Pattern { glyphs, literals })
    }

    /// Where these words stand in a text, beginning and ending where words begin and end.
    fn finds<'a>(&'a self, text: &'a Squashed) -> impl Iterator<Item = (usize, usize)> + 'a {
        (0..text.letters.len()).filter(|start| text.starts(*start)).filter_map(|start| Some((start, self.end(text, start)?)))
    }

    fn end(&self, text: &Squashed, start: usize) -> Option<usize> {
        let mut at = start;
        for glyph in &self.glyphs {
            let next = match glyph {
                Glyph::Letter(c) => at + usize::from(text.letters.get(at) == Some(c)),
                Glyph::Digit => at + usize::from(text.digit(at)),
                Glyph::Digits => (at..).find(|at| !text.digit(*at))?,
            };
            if next == at {
                return None;
            }
            at = next;
        }
        text.starts(at).then_some(at)
    }
}

fn bit(index: usize) -> u64 {
    1 << (index % SET_MAX)
}

fn day(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|day| text.len() == 10 && (1900..2200).contains(&day.year()))
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Whether two words differ only in case and in how their parts are joined.
fn same_word(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    plain(a) == plain(b)
}

fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    // Likeness takes time in the square of the length, and nothing of ours is this long.
    let plain: String = word.chars().take(100).flat_map(char::to_lowercase).collect();
    let near =
        known.into_iter().map(|name| (strsim::jaro_winkler(&name.to_lowercase(), &plain), name)).filter(|(likeness, _)| *likeness > 0.75);
    match near.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, name)) => format!("did you mean `{name}`?"),
        None => "see law/papers.toml".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Map, json};

    const TABLE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../law/papers.toml"));
    const CASES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../law/papers-cases.yaml"));
    const SCHEMA: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../law/vocabulary.cedarschema"));

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Case {
        case: String,
        #[serde(default)]
        as_of: Option<String>,
        paper: Map<String, Value>,
        class: Class,
        document: String,
        #[serde(default)]
        decided_by: Vec<String>,
        #[serde(default)]
        against: Vec<String>,
        look: Option<String>,
        signer: Option<Signer>,
        #[serde(default)]
        check: Vec<String>,
    }

    fn papers() -> Papers {
        Papers::load(TABLE, "law/papers.toml").unwrap()
    }

    fn today() -> Option<Date> {
        day("2026-03-01")
    }

    fn paper(papers: &Papers, fields: &Map<String, Value>) -> Paper {
        Paper::parse(&Value::Object(fields.clone()).to_string(), papers).map_err(|error| error.to_string()).unwrap()
    }

    fn fields(pairs: impl IntoIterator<Item = (&'static str, String)>) -> Map<String, Value> {
        pairs.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect()
    }

    fn answer(papers: &Papers, fields: &Map<String, Value>) -> String {
        serde_json::to_string(&papers.classify(&paper(papers, fields), today())).unwrap()
    }

    fn refused(text: &str) -> String {
        Paper::parse(text, &papers()).err().map(|error| error.to_string()).unwrap()
    }

    #[test]
    fn check() {
        let papers = papers();
        let cases: Vec<Case> = serde_norway::from_str(CASES).unwrap();
        let (mut failures, mut reached) = (Vec::new(), BTreeSet::new());
        for case in &cases {
            let as_of = case.as_of.as_deref().map_or(today(), day); // `none` is no day
            let found = papers.classify(&paper(&papers, &case.paper), as_of);
            let mut fail = |what: String| failures.push(format!("{}: {what}\n  {}", case.case, serde_json::to_string(&found).unwrap()));
            if (found.class, &found.document) != (case.class, &case.document) {
                fail(format!("expected {:?} {}, found {:?} {}", case.class, case.document, found.class, found.document));
            }
            reached.extend([&found.decided_by, &found.against, &found.noted].into_iter().flatten().map(|reason| reason.rule.clone()));
            let has = |list: &[Reason], rule: &String| list.iter().any(|reason| reason.rule == *rule);
            for rule in case.decided_by.iter().filter(|rule| !has(&found.decided_by, rule)) {
                fail(format!("{rule} does not decide"));
            }
            for rule in case.against.iter().filter(|rule| !has(&found.against, rule)) {
                fail(format!("{rule} is not against"));
            }
            if case.look.is_some() && case.look.as_ref() != found.look_next.first().map(|look| &look.indicator) {
                fail(format!("expected to look at {:?}", case.look));
            }
            if case.signer.is_some() && case.signer != found.facts.signer {
                fail(format!("expected signer {:?}", case.signer));
            }
            for id in case.check.iter().filter(|id| !found.check.iter().any(|check| check.id == **id)) {
                fail(format!("{id} is not to be checked"));
            }
        }
        // A rule that no case reaches is a claim that nobody has looked at.
        let idle: Vec<&String> = papers.rules.iter().map(|rule| &rule.data.id).filter(|id| !reached.contains(*id)).collect();
        assert!(idle.is_empty(), "no case reaches {idle:?}");
        assert!(cases.len() >= 40 && failures.is_empty(), "{} of {} cases\n{}", failures.len(), cases.len(), failures.join("\n"));
    }

    #[test]
    fn every_kind_and_signer_is_a_word_of_the_vocabulary() {
        let words = |entity: &str| -> BTreeSet<String> {
            let (_, rest) = SCHEMA.split_once(&format!("entity {entity} enum [")).unwrap();
            rest.split_once(']').unwrap().0.split('"').skip(1).step_by(2).map(str::to_owned).collect()
        };
        let papers = papers();
        let mut known = words("Document");
        known.remove("none");
        assert_eq!(papers.kinds().map(|(document, _, _)| document.to_owned()).collect::<BTreeSet<_>>(), known);
        let signers = [Signer::Judge, Signer::Magistrate, Signer::ImmigrationJudge, Signer::ImmigrationOfficer, Signer::Other];
        assert_eq!(signers.map(|signer| json!(signer).as_str().unwrap().to_owned()).into_iter().collect::<BTreeSet<_>>(), words("Signer"));
        // Every pattern finds itself.
        for rule in papers.rules.iter() {
            for pattern in &rule.patterns {
                let text: String = pattern.glyphs.iter().map(|glyph| if let Glyph::Letter(c) = glyph { *c } else { '7' }).collect();
                assert!(pattern.finds(&Squashed::of(&text)).next().is_some(), "{}: {text}", rule.data.id);
            }
        }
    }

    #[test]
    fn words_end_where_words_end() {
        let found = |pattern: &str, text: &str| Pattern::read(pattern).unwrap().finds(&Squashed::of(text)).next().is_some();
        for (pattern, text) in [
            ("ice", "U.S. I.C.E. Chicago"),
            ("i-200", "FORM I200"),
            ("i-200", "Form I \u{2014} 200"),
            ("i-247", "I-247A"),
            ("8 usc 1226", "8 U. S. C. §1226(a)"),
            ("immigration", "immi\u{ad}gration"),
            ("a########", "A\u{a0}12-345-678"),
            ("#* cr #*", "No. 25CR0123401"),
            ("ao 442", "ＡＯ ４４２"),
        ] {
            assert!(found(pattern, text), "{pattern} in {text}");
        }
        for (pattern, text) in [
            ("ice", "price list"),
            ("ice", "police"),
            ("ice", "Justice"),
            ("i-200", "I-2000"),
            ("8 usc 1226", "18 USC 1226"),
            ("8 usc 122", "8 USC 1226"),
            ("a########", "A 012 345 678"),
            ("#* cr #*", "25 CRIM 1"),
            ("judge", "judgement"),
        ] {
            assert!(!found(pattern, text), "{pattern} in {text}");
        }
    }

    #[test]
    fn descriptions_are_refused_without_repeating_them() {
        assert!(refused(r#"{"form_numbr":"x"}"#).contains("did you mean `form_number`?"));
        assert!(refused(r#"{"signature":"presnt Maria"}"#).contains("did you mean `present`?"));
        assert!(refused(r#"{"orders":7}"#).contains("found a number"));
        assert!(refused(r#"{"date":"2026-02-30"}"#).contains("YYYY-MM-DD"));
        assert!(refused(r#"{"court":"a","court":"b"}"#).contains("it twice"));
        assert!(refused(&json!({ "court": "x".repeat(VALUE_CHARS_MAX + 1) }).to_string()).contains("2001 characters"));
        for text in
            ["[]", "null", "{", "\"Maria Lopez\"", r#"{"Maria Lopez":"x"}"#, r#"{"orders":"Maria Lopez"}"#, r#"{"date":"Maria Lopez"}"#]
        {
            assert!(!refused(text).contains("Maria"), "{}", refused(text));
        }
        assert!(
            papers()
                .classify(&Paper::parse(r#"{"form_number":" ","court":null,"orders":"Unknown"}"#, &papers()).ok().unwrap(), None)
                .decided_by
                .is_empty()
        );
    }

    #[test]
    fn a_table_that_is_wrong_says_where() {
        let broken = |from: &str, to: &str| {
            assert!(TABLE.contains(from), "{from}");
            Papers::load(&TABLE.replacen(from, to, 1), "papers.toml").err().map(|error| error.to_string()).unwrap()
        };
        let line = TABLE.lines().position(|line| line == "id = \"form-i-205\"").unwrap();
        for (from, to, wanted) in [
            ("id = \"form-i-205\"", "id = \"form-i-200\"", "`form-i-200`"),
            ("matches = [\"i-205\"]", "matches = []", "an empty list"),
            ("matches = [\"i-205\"]", "matches = [\"—\"]", "found `—`"),
            ("matches = [\"i-205\"]", "matches = 205", "invalid type"),
            ("kinds = [\"I-205\"]\nsign", "kinds = [\"I-2055\"]\nsign", "found `I-2055`"),
            ("matches = [\"i-205\"]", "match = [\"i-205\"]", "unknown field `match`"),
        ] {
            let error = broken(from, to);
            let at: usize = error.split(':').nth(1).unwrap().parse().unwrap();
            assert!(
                error.starts_with("papers.toml:") && error.contains(wanted) && at.abs_diff(line) <= 6,
                "{error}, wanted {wanted} near {line}"
            );
        }
        assert!(broken("matches = [\"cut_off\", \"none\"]", "matches = [\"cutoff\"]").contains("one of present, cut_off, none"));
        assert!(
            broken("weight = \"decides\"\nkinds = [\"I-200\"]", "weight = \"decides\"\nkinds = [\"judicial\"]").contains("found 4 kinds")
        );
        assert!(broken("class = \"cannot_tell\"", "class = \"detainer\"").contains("`cannot_tell`"));
        assert!(broken("sign = \"Form I-200\"", &format!("sign = \"{}\"", "x".repeat(5_000))).contains("bytes"));
        assert!(Papers::load(&"#\n".repeat(DATA_BYTES_MAX), "x").is_err() && Papers::load("", "x").is_err());
    }

    #[test]
    fn looking_next_is_worth_it() {
        let papers = papers();
        let looks = |text: &str| -> Vec<String> {
            let paper = Paper::parse(text, &papers).ok().unwrap();
            papers.classify(&paper, today()).look_next.into_iter().map(|look| look.indicator).collect()
        };
        assert_eq!(looks(r#"{"court":"Circuit Court of Cook County","orders":"arrest"}"#).first().unwrap(), "signer_title");
        let judges = looks(r#"{"form_number":"AO 442","signer_title":"Judge","court":"U.S. District Court"}"#);
        assert_eq!(judges, ["signature", "heading", "statute", "case_number", "date"]);
        assert!(looks(r#"{"form_number":"I-205","signer_title":"Judge"}"#).is_empty(), "nothing mends a contradiction");
        assert!(!looks(r#"{"form_number":"I-200"}"#).contains(&"ncic_file".to_owned()));
    }

    const FIELDS: [&str; 6] = ["form_number", "heading", "signer_title", "court", "statute", "case_number"];

    /// Text as it comes: anything, or words of the table in a row.
    fn text() -> impl Strategy<Value = String> {
        let rules: Vec<RuleData> = Source { file: "", text: TABLE }.read().unwrap().rule.into_iter().map(Spanned::into_inner).collect();
        let words: Vec<String> =
            rules.into_iter().flat_map(|rule| rule.matches).map(|word| word.replace("#*", "12").replace('#', "3")).collect();
        prop_oneof![any::<String>(), proptest::collection::vec(proptest::sample::select(words), 0..3).prop_map(|words| words.join(" - "))]
    }

    fn description() -> impl Strategy<Value = Map<String, Value>> {
        let option = |words: &'static [&'static str]| proptest::sample::select(words).prop_map(str::to_owned);
        let texts = proptest::collection::vec(proptest::option::of(text()), FIELDS.len());
        let orders = proptest::option::of(option(&["arrest", "detain", "search", "release", "produce_records", "appear", "unknown"]));
        let signature = proptest::option::of(option(&["present", "cut_off", "none"]));
        let date = proptest::option::of(option(&["2026-02-27", "2011-01-01", "2027-01-01"]));
        (texts, orders, signature, date).prop_map(|(texts, orders, signature, date)| {
            let given = FIELDS.into_iter().zip(texts).chain([("orders", orders), ("signature", signature), ("date", date)]);
            fields(given.filter_map(|(name, value)| Some((name, value?.chars().take(300).collect()))))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_paper_is_answered_alike(fields in description()) {
            let papers = papers();
            let found = papers.classify(&paper(&papers, &fields), today());
            // Neither the order of fields nor what is unknown matters.
            let (mut turned, mut padded) = (Map::new(), fields.clone());
            turned.extend(fields.iter().rev().map(|(name, value)| (name.clone(), value.clone())));
            for indicator in papers.indicators() {
                padded.entry(indicator.name.clone()).or_insert(json!("unknown"));
            }
            let plain = serde_json::to_string(&found).unwrap();
            prop_assert_eq!(&answer(&papers, &turned), &plain);
            prop_assert_eq!(&answer(&papers, &padded), &plain);
            // A judge's paper shows a court and a judge, and no sign against it.
            if matches!(found.class, Class::JudicialWarrant | Class::CourtOrder) {
                let has = |rules: &[&str]| found.decided_by.iter().chain(&found.noted).any(|reason| rules.contains(&reason.rule.as_str()));
                prop_assert!(has(&["signer-judge", "signer-magistrate"]), "{}", plain);
                prop_assert!(has(&["court-federal", "court-state", "form-ao-442", "form-ao-93", "form-ao-order"]), "{}", plain);
            }
            prop_assert_eq!(found.class == Class::CannotTell, found.document == "cannot_tell");
            prop_assert!(found.class == Class::CannotTell || found.missing.is_empty());
        }

        #[test]
        fn an_administrative_form_is_never_a_judges(fields in description(), form in proptest::sample::select(vec!["I-200", "i 205", "Form I203", "I-286", "I-862", "I-247A", "I-138", "I-213"])) {
            let (papers, mut fields) = (papers(), fields);
            fields.insert("form_number".to_owned(), json!(form));
            let found = papers.classify(&paper(&papers, &fields), today());
            let judicial = ["judicial_arrest_warrant", "judicial_search_warrant", "court_order", "judicial_subpoena", "ncic_wanted"];
            prop_assert!(!judicial.contains(&found.document.as_str()), "{:?}", found);
        }

        #[test]
        fn what_is_looked_at_next_can_change_the_answer(fields in description()) {
            let papers = papers();
            let described = paper(&papers, &fields);
            let found = papers.classify(&described, today());
            let given = |name: &String| described.values.contains_key(name);
            let effects: Vec<Effect> = papers.signs(&described, today()).iter().map(|sign| sign.effect).collect();
            let tried = |names: &[&str], depth: usize| {
                let signs: Vec<Effect> = papers.rules.iter().filter(|rule| rule.indicators.iter().any(|index| names.contains(&papers.indicators[*index].name.as_str()))).map(|rule| rule.effect).collect();
                let settled = |more: &[Effect]| papers.weigh(&[&effects, more].concat()).settled;
                signs.iter().any(|one| settled(&[*one]) != settled(&[]) || (depth > 1 && papers.rules.iter().any(|rule| settled(&[*one, rule.effect]) != settled(&[rule.effect]))))
            };
            for look in &found.look_next {
                prop_assert!(!given(&look.indicator) && tried(&[&look.indicator], 2), "{}", look.indicator);
            }
            for missing in papers.indicators().filter(|indicator| !given(&indicator.name) && !indicator.only_while_open) {
                let named = found.look_next.iter().any(|look| look.indicator == missing.name);
                prop_assert!(named || !tried(&[&missing.name], 1), "{} is not named", missing.name);
            }
        }

        #[test]
        fn no_answer_repeats_what_was_written(name in "[A-Z][a-z]{4,9} [A-Z][a-z]{4,9}", field in 0usize..FIELDS.len(), extra in description()) {
            let (papers, mut fields) = (papers(), extra);
            fields.insert(FIELDS[field].to_owned(), json!(format!("{name} I-200")));
            let found = answer(&papers, &fields);
            for word in fields.values().filter_map(Value::as_str).flat_map(|value| value.split(|c: char| !c.is_alphanumeric())).filter(|word| word.chars().count() > 3) {
                prop_assert!(TABLE.contains(word) || !found.contains(word), "{}", word);
            }
        }
    }

    #[test]
    fn fuzz() {
        let papers = papers();
        bolero::check!().with_iterations(2_000).for_each(|bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            drop(Papers::load(&text, "x"));
            let _ = Paper::parse(&text, &papers);
            // The table with a piece cut out or replaced is a nearer miss than noise.
            let at = usize::from(bytes.first().copied().unwrap_or(0)) * 251 % TABLE.len();
            let cut: String = TABLE.chars().take(at).chain(text.chars()).chain(TABLE.chars().skip(at + bytes.len())).collect();
            if let Ok(papers) = Papers::load(&cut, "x") {
                let described = Paper::parse(&json!({ "form_number": text, "heading": text }).to_string(), &papers);
                described.ok().map(|paper| papers.classify(&paper, today()));
            }
        });
    }
}
