//! Names of agencies taken apart, and whether two names are one agency, with the reason.
//!
//! How names are written is data (`audit/agencies.toml`). The matcher is a ladder that can be explained on a page: the same ORI;
//! else the same state, the same kind of agency and the same place; else a name that the file lists as another name of the
//! same agency; else, where nothing stands nearer on either list, one letter of the place. It never matches on the place
//! alone: where state or kind is not told, the candidates are named and nothing is matched.

use crate::AuditError;
use crate::purpose::{named, unreadable};
use haven_detect::fold;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The file of what is known of their names.
pub(crate) const AGENCIES: &str = "agencies.toml";

/// A place's letters must be this many before one of them may be a typing error.
const TYPO_PLACE: usize = 8;
/// And a generic word's.
const TYPO_GENERIC: usize = 6;

/// What a name of an agency says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Name {
    /// The state's abbreviation.
    pub state: Option<String>,
    /// The kind of agency: an id of `audit/agencies.toml`.
    pub kind: Option<String>,
    /// `county`, `township`, `borough` or `town`, where the name says which.
    pub area: Option<&'static str>,
    /// The words of the place, or of what the agency does, without those above.
    pub place: Vec<String>,
    /// Words in brackets that are none of the above: a county around a township, an abbreviation.
    pub beside: Vec<String>,
    /// An agency of the federal government.
    pub federal: bool,
    /// A fusion centre or another go-between with users of its own.
    pub fusion: bool,
    /// An account that belongs to nobody: a test, a demonstration.
    pub test: bool,
    /// Marks of the account: `inactive`, `old`, `duplicate`, …
    pub marks: BTreeSet<String>,
    /// The state is named in full and what is left is an office of it.
    pub statewide: bool,
    /// Something in the name is said of agencies only.
    #[serde(skip)]
    agency: bool,
}

impl Name {
    fn key(&self) -> String {
        self.place.concat()
    }

    /// Whether anything says that this is an agency at all; other accounts may carry the name of a person, and Georgia Parks is no
    /// agency though both words are those of agencies too.
    pub fn is_agency(&self) -> bool {
        self.agency
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    incomplete: Vec<String>,
    states: BTreeMap<String, String>,
    words: Words,
    kind: Vec<KindEntry>,
    mark: Vec<MarkEntry>,
    alias: Vec<Alias>,
    table: Vec<Table>,
    labels: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    yields: Vec<String>,
    not_before: Vec<String>,
    county: Vec<String>,
    township: Vec<String>,
    borough: Vec<String>,
    town: Vec<String>,
    generic: Vec<String>,
    persons: Vec<String>,
    same: Vec<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindEntry {
    id: String,
    words: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    keep: bool,
    #[serde(default)]
    federal: bool,
    #[serde(default)]
    fusion: bool,
    #[serde(default)]
    counties: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkEntry {
    id: String,
    words: Vec<String>,
    #[serde(default)]
    tail: bool,
    #[serde(default)]
    test: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Alias {
    state: String,
    names: Vec<String>,
}

/// Columns of a kind of table: for each field the headings that it goes by.
#[derive(Debug, Deserialize)]
pub(crate) struct Table {
    pub(crate) id: String,
    pub(crate) must: Vec<String>,
    #[serde(default)]
    pub(crate) split: Option<String>,
    #[serde(default)]
    pub(crate) unknown: Vec<String>,
    #[serde(flatten)]
    pub(crate) columns: BTreeMap<String, Vec<String>>,
}

/// How names of agencies are written: `audit/agencies.toml`.
#[derive(Debug)]
pub struct Agencies {
    file: File,
    /// Folded words of a state's name, longest first, and its abbreviation.
    states: Vec<(Vec<String>, String)>,
    kinds: Vec<Vec<Vec<String>>>,
    marks: Vec<Vec<Vec<String>>>,
}

fn words(text: &str) -> Vec<String> {
    fold::fold(text).words().iter().map(|word| word.text.to_owned()).collect()
}

/// The longest first.
fn phrases(list: &[String]) -> Vec<Vec<String>> {
    let mut phrases: Vec<Vec<String>> = list.iter().map(|phrase| words(phrase)).collect();
    phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
    phrases
}

struct Token {
    word: String,
    typed: String,
    bracketed: bool,
    dashed: bool,
    used: bool,
    /// It is typed in capitals in a name that is not: letters that stand for something.
    letters: bool,
}

/// A dash between words, as people write one: with a space on one side at least.
fn dashes(gap: &str) -> bool {
    gap.contains(['-', '–', '—']) && gap.len() > 1
}

fn tokens(name: &str) -> Vec<Token> {
    let folded = fold::fold(name);
    let mut depth = 0_i32;
    let mut dashed = false;
    let mut end = 0;
    let mut tokens = Vec::new();
    let shouted = !name.chars().any(char::is_lowercase) && folded.words().len() > 1;
    for word in folded.words() {
        let gap = name.get(end..word.start).unwrap_or_default();
        depth += i32::try_from(gap.matches(['(', '[']).count()).unwrap_or(0) - i32::try_from(gap.matches([')', ']']).count()).unwrap_or(0);
        dashed |= !tokens.is_empty() && dashes(gap);
        end = word.end;
        let typed = name.get(word.start..word.end).unwrap_or_default().to_owned();
        let letters = !shouted && !typed.chars().any(char::is_lowercase);
        tokens.push(Token { word: word.text.to_owned(), typed, bracketed: depth > 0, dashed, used: false, letters });
    }
    tokens
}

/// Where a phrase stands among the words that nothing has used.
fn find(tokens: &[Token], phrase: &[String], fits: impl Fn(&Token) -> bool) -> Option<usize> {
    tokens
        .windows(phrase.len().max(1))
        .position(|window| window.iter().zip(phrase).all(|(token, word)| !token.used && token.word == *word && fits(token)))
}

fn take(tokens: &mut [Token], first: usize, length: usize) {
    tokens.iter_mut().skip(first).take(length).for_each(|token| token.used = true);
}

impl Agencies {
    /// Reads `agencies.toml` among the files of `audit/`.
    ///
    /// # Errors
    /// Where no such file is there, or something in it is not as it must be.
    pub fn load(files: &[(String, String)]) -> Result<Self, AuditError> {
        let (path, text) = named(files, AGENCIES)?;
        let file: File = toml::from_str(text).map_err(|error| unreadable(path, text, &error))?;
        let mut states: Vec<(Vec<String>, String)> = file.states.iter().map(|(code, name)| (words(name), code.clone())).collect();
        states.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let kinds = file.kind.iter().map(|kind| phrases(&kind.words)).collect();
        let marks = file.mark.iter().map(|mark| phrases(&mark.words)).collect();
        Ok(Self { file, states, kinds, marks })
    }

    /// How lines begin that say that a list is not whole.
    pub(crate) fn incomplete(&self) -> &[String] {
        &self.file.incomplete
    }

    /// The columns of a kind of table.
    pub(crate) fn table(&self, id: &str) -> Option<&Table> {
        self.file.table.iter().find(|table| table.id == id)
    }

    /// What a right or another group is called in a picture; its id where the file has no words for it.
    pub(crate) fn label<'a>(&'a self, id: &'a str) -> &'a str {
        self.file.labels.get(id).map_or(id, String::as_str)
    }

    /// The abbreviation of a state that is written in any way.
    pub fn state(&self, text: &str) -> Option<&str> {
        let text = text.trim();
        let code = self.file.states.get_key_value(text.to_uppercase().as_str()).map(|(code, _)| code.as_str());
        let name = words(text);
        code.or_else(|| self.states.iter().find(|(own, _)| *own == name).map(|(_, code)| code.as_str()))
    }

    /// What a name says.
    pub fn read(&self, name: &str) -> Name {
        self.read_in(name, None)
    }

    /// The same, where the table has the state in a column of its own; it may stand in the name as well.
    pub fn read_in(&self, name: &str, state: Option<&str>) -> Name {
        let mut tokens = tokens(name);
        let own = words(name);
        let mut read =
            Name { agency: self.file.alias.iter().any(|alias| alias.names.iter().any(|other| words(other) == own)), ..Name::default() };
        self.read_marks(&mut tokens, &mut read);
        read.state = state.and_then(|state| self.state(state)).map(str::to_owned);
        let full = self.read_state(&mut tokens, &mut read);
        let keep = self.read_kind(&mut tokens, &mut read);
        if let Some((first, length)) = full
            && !keep
        {
            take(&mut tokens, first, length);
            read.statewide = true;
        }
        self.read_area(&mut tokens, &mut read, keep);
        let generic = |word: &str| {
            let near = |own: &String| *own == word || own.len() >= TYPO_GENERIC && strsim::damerau_levenshtein(own, word) <= 1;
            if keep { word == "s" } else { self.file.words.generic.iter().any(near) }
        };
        let mut saint = false;
        for token in tokens.iter().filter(|token| !token.used) {
            let own = |list: &&Vec<String>| list.contains(&token.word);
            let word = self.file.words.same.iter().find(own).and_then(|list| list.first()).unwrap_or(&token.word).clone();
            if token.bracketed {
                read.beside.push(word);
            } else if !generic(&token.word) {
                // St. Mary's, St Marys and St Mary are one.
                let word = if saint { word.strip_suffix('s').unwrap_or(&word).to_owned() } else { word };
                saint = self.file.words.same.first().and_then(|list| list.first()) == Some(&word);
                read.place.push(word);
            }
        }
        read
    }

    fn read_marks(&self, tokens: &mut [Token], read: &mut Name) {
        for (mark, phrases) in self.file.mark.iter().zip(&self.marks) {
            for phrase in phrases {
                let whole = tokens.iter().filter(|token| !token.used).count() == phrase.len();
                while let Some(first) = find(tokens, phrase, |token| !mark.tail || whole || token.bracketed || token.dashed) {
                    take(tokens, first, phrase.len());
                    read.marks.insert(mark.id.clone());
                    read.test |= mark.test;
                }
            }
        }
    }

    /// Takes the abbreviation out; of a name in full it says where it stands, since it may belong to the name of a university.
    fn read_state(&self, tokens: &mut [Token], read: &mut Name) -> Option<(usize, usize)> {
        let mut codes: Vec<usize> = Vec::new();
        for (at, token) in tokens.iter().enumerate().filter(|(_, token)| !token.used) {
            if self.file.states.contains_key(&token.typed) && (read.state.is_none() || read.state.as_ref() == Some(&token.typed)) {
                codes.push(at);
            }
        }
        let yields = |at: &usize| tokens.get(*at).is_some_and(|token| self.file.words.yields.contains(&token.typed));
        if codes.iter().any(|at| !yields(at)) {
            codes.retain(|at| !yields(at));
        }
        let chosen = codes.iter().find(|at| tokens.get(**at).is_some_and(|token| token.bracketed)).or(codes.last()).copied();
        let dashed = tokens.iter().any(|token| token.dashed);
        if let Some(token) = chosen.and_then(|at| tokens.get_mut(at)) {
            read.state = Some(token.typed.clone());
            token.used = true;
            // Where all is in capitals, MARIA DE LA CRUZ has two such letters.
            read.agency |= token.letters || token.bracketed || dashed;
        }
        if chosen.is_some() {
            return None;
        }
        for (name, code) in self.states.iter().filter(|(_, code)| read.state.as_ref().is_none_or(|state| state == code)) {
            let Some(first) = find(tokens, name, |token| !token.bracketed) else { continue };
            let next = tokens.get(first + name.len());
            if next.is_some_and(|next| self.file.words.not_before.contains(&next.word)) {
                continue;
            }
            read.state = Some(code.clone());
            let office = || tokens.iter().any(|token| self.file.words.generic.contains(&token.word));
            read.agency |= self.says_agency(tokens, first, name.len()) || office();
            return Some((first, name.len()));
        }
        None
    }

    /// Whether words of the file that stand here are said of agencies only: one that people are called too is so where it stands for
    /// something, as in `Oak TX DA`.
    fn says_agency(&self, tokens: &[Token], first: usize, length: usize) -> bool {
        let person = |token: &Token| self.file.words.persons.contains(&token.word) && !token.letters && !token.bracketed;
        length > 1 || !tokens.get(first).is_some_and(person)
    }

    /// Whether the words of the kind belong to the name.
    fn read_kind(&self, tokens: &mut [Token], read: &mut Name) -> bool {
        let mut keep = false;
        for (kind, phrases) in self.file.kind.iter().zip(&self.kinds) {
            let Some((phrase, first)) = phrases.iter().find_map(|phrase| find(tokens, phrase, |_| true).map(|first| (phrase, first)))
            else {
                continue;
            };
            if kind.unless.iter().any(|unless| find(tokens, &words(unless), |_| true).is_some()) {
                continue;
            }
            read.agency |= self.says_agency(tokens, first, phrase.len());
            read.federal |= kind.federal;
            read.fusion |= kind.fusion;
            if read.kind.is_none() {
                read.kind = Some(kind.id.clone());
                keep = kind.keep;
                if !keep || tokens.get(first).is_some_and(|token| token.bracketed) {
                    take(tokens, first, phrase.len());
                }
            } else if !kind.keep {
                // The police of a university.
                take(tokens, first, phrase.len());
            }
        }
        keep
    }

    fn read_area(&self, tokens: &mut [Token], read: &mut Name, keep: bool) {
        if keep {
            return;
        }
        let list = &self.file.words;
        let of = words("of");
        let persons = &list.persons;
        for (area, list) in [("county", &list.county), ("township", &list.township), ("borough", &list.borough)] {
            // Not where it begins a name: Borough Hall, Parish.
            for token in tokens.iter_mut().skip(1).filter(|token| !token.used && !token.bracketed && list.contains(&token.word)) {
                read.area = read.area.or(Some(area));
                read.agency |= !persons.contains(&token.word);
                token.used = true;
            }
        }
        let prefix = tokens.first().is_some_and(|token| list.town.contains(&token.word))
            && tokens.get(1).is_some_and(|token| Some(&token.word) == of.first());
        if prefix {
            take(tokens, 0, 2);
            read.area = read.area.or(Some("town"));
            read.agency = true;
        }
    }

    fn kind(&self, name: &Name) -> Option<&KindEntry> {
        self.file.kind.iter().find(|kind| Some(&kind.id) == name.kind.as_ref())
    }

    /// How the areas of two names of one state, kind and place go together: `None` where they cannot be of one agency.
    fn areas(&self, one: &Name, other: &Name) -> Option<bool> {
        if self.kind(one).is_some_and(|kind| kind.counties) || one.area == other.area {
            return Some(true);
        }
        match (one.area, other.area) {
            (Some("county"), _) | (_, Some("county")) => None,
            (Some("township"), None) | (None, Some("township")) => Some(false),
            (None | Some("town"), _) | (_, None | Some("town")) => Some(true),
            _ => None,
        }
    }
}

/// An agency that holds an agreement, a declaration or another right: one row of the list that names are matched to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holder {
    /// Its name, as the list has it.
    pub agency: String,
    /// Its state, abbreviation or name; empty where the list has none, and then the name must tell it.
    pub state: String,
    /// Its county, where the list says it.
    pub county: String,
    /// Its ORI: nine characters by which the FBI knows an agency.
    pub ori: Option<String>,
}

/// By what two names are one agency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The same ORI.
    Ori,
    /// The same state, kind and place.
    Name,
    /// Names that `audit/agencies.toml` lists as those of one agency.
    Alias,
    /// One letter of the place, and nothing nearer on either list.
    Letter,
}

/// Whether a name is that of a holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// It is: the holder's row, by what, and why in words.
    Same {
        /// The row, counted from 0.
        holder: usize,
        /// By what.
        by: By,
        /// In words.
        why: String,
    },
    /// It may be one of these; the name does not tell.
    Unclear {
        /// The rows.
        holders: Vec<usize>,
        /// What is missing.
        why: String,
    },
    /// It is none of them.
    Different,
}

/// A list of holders, ready to be matched to.
#[derive(Debug)]
pub struct Matcher<'a> {
    agencies: &'a Agencies,
    holders: &'a [Holder],
    names: Vec<Name>,
    by_ori: BTreeMap<&'a str, usize>,
    /// Rows by the letters of their place, and by those of the county of a sheriff that is not named by it.
    by_place: BTreeMap<String, Vec<usize>>,
}

impl<'a> Matcher<'a> {
    /// Reads the names of the holders. Rows of one agency may repeat (one for each agreement): the first is answered.
    pub fn new(agencies: &'a Agencies, holders: &'a [Holder]) -> Self {
        let names: Vec<Name> = holders.iter().map(|holder| agencies.read_in(&holder.agency, Some(&holder.state))).collect();
        let mut by_ori = BTreeMap::new();
        let mut by_place: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, (holder, name)) in holders.iter().zip(&names).enumerate() {
            if let Some(ori) = &holder.ori {
                by_ori.entry(ori.as_str()).or_insert(at);
            }
            by_place.entry(name.key()).or_default().push(at);
            let county = agencies.read(&holder.county).place.concat();
            if agencies.kind(name).is_some_and(|kind| kind.counties) && name.area.is_none() && !county.is_empty() && county != name.key() {
                by_place.entry(county).or_default().push(at);
            }
        }
        Self { agencies, holders, names, by_ori, by_place }
    }

    /// The holder that a name of another list is, or why that cannot be said. `others` are the names of that other list: a
    /// letter is only forgiven where none of them is spelt as the holder is.
    pub fn find(&self, name: &Name, ori: Option<&str>, typed: &str, others: &BTreeSet<(String, String, String)>) -> Match {
        if let Some(&holder) = ori.and_then(|ori| self.by_ori.get(ori)) {
            return Match::Same { holder, by: By::Ori, why: "the same ORI".to_owned() };
        }
        if name.test {
            return Match::Different;
        }
        let rows = self.by_place.get(&name.key()).map(Vec::as_slice).unwrap_or_default();
        let exact = self.by_name(name, rows);
        if exact != Match::Different {
            return exact;
        }
        self.by_alias(name, typed).or_else(|| self.by_letter(name, others)).unwrap_or(Match::Different)
    }

    /// A row of the list.
    pub fn holder(&self, at: usize) -> Option<&'a Holder> {
        self.holders.get(at)
    }

    fn state_of(&self, name: &Name) -> String {
        let state = name.state.as_ref().and_then(|code| self.agencies.file.states.get(code));
        state.cloned().unwrap_or_default()
    }

    fn by_name(&self, name: &Name, rows: &[usize]) -> Match {
        let get = |at: &usize| self.names.get(*at);
        let with = |holds: &dyn Fn(&Name) -> bool| -> Vec<usize> { rows.iter().filter(|at| get(at).is_some_and(holds)).copied().collect() };
        let place = name.place.join(" ");
        if name.place.is_empty() && !name.statewide {
            return Match::Different;
        }
        let Some(state) = &name.state else {
            let holders = with(&|own| (name.kind.is_none() || own.kind == name.kind) && !own.place.is_empty());
            return unclear(holders, format!("no state in the name; the same place (`{place}`) stands on the list"));
        };
        let here = with(&|own| own.state.as_ref() == Some(state));
        let kind_of = |at: &usize| get(at).and_then(|own| own.kind.clone());
        if name.kind.is_none() {
            // An office of the state: law enforcement, wildlife resources.
            let offices: Vec<usize> = here
                .iter()
                .filter(|at| name.statewide && !name.place.is_empty() && kind_of(at).is_none() && get(at).is_some_and(|own| own.statewide))
                .copied()
                .collect();
            if let Some(&holder) = offices.first() {
                return Match::Same {
                    holder,
                    by: By::Name,
                    why: format!("an office of {} with the same words (`{place}`)", self.state_of(name)),
                };
            }
            return unclear(here, format!("{}, `{place}`, but what kind of agency it is stands not in the name", self.state_of(name)));
        }
        let alike: Vec<usize> = here.iter().filter(|at| kind_of(at) == name.kind).copied().collect();
        // Rows of one agency repeat; two agencies that a name cannot tell apart are no match.
        let areas = |sure: bool| {
            alike.iter().filter(|at| get(at).and_then(|own| self.agencies.areas(name, own)) == Some(sure)).copied().collect::<Vec<_>>()
        };
        let sure = areas(true);
        let distinct: BTreeSet<&str> = sure.iter().filter_map(|at| self.holders.get(*at)).map(|holder| holder.agency.as_str()).collect();
        match (distinct.len(), sure.first()) {
            (0, _) | (_, None) => {
                unclear(areas(false), "the same place and kind, but one is a township and the other does not say so".to_owned())
            }
            (1, Some(&holder)) => {
                let place = if place.is_empty() { "of the whole state".to_owned() } else { format!("of the same place (`{place}`)") };
                Match::Same {
                    holder,
                    by: By::Name,
                    why: format!("{}, {} {place}", self.state_of(name), name.kind.clone().unwrap_or_default()),
                }
            }
            _ => unclear(sure, "two agencies of the list have this place and kind".to_owned()),
        }
    }

    fn by_alias(&self, name: &Name, typed: &str) -> Option<Match> {
        let own = |alias: &&Alias| {
            name.state.as_ref().is_none_or(|state| *state == alias.state) && alias.names.iter().any(|other| words(other) == words(typed))
        };
        let alias = self.agencies.file.alias.iter().find(own)?;
        let is = |holder: &Holder| {
            self.agencies.state(&holder.state) == Some(&alias.state)
                && alias.names.iter().any(|other| words(other) == words(&holder.agency))
        };
        let holder = self.holders.iter().position(is)?;
        Some(Match::Same { holder, by: By::Alias, why: "listed as another name of the same agency".to_owned() })
    }

    fn by_letter(&self, name: &Name, others: &BTreeSet<(String, String, String)>) -> Option<Match> {
        let (state, kind, place) = triple(name)?;
        if place.len() < TYPO_PLACE {
            return None;
        }
        let near = |own: &Name| {
            own.state.as_ref() == Some(&state)
                && own.kind.as_ref() == Some(&kind)
                && self.agencies.areas(name, own) == Some(true)
                && own.key().chars().next() == place.chars().next()
                && strsim::damerau_levenshtein(&own.key(), &place) == 1
        };
        let found: Vec<usize> = self.names.iter().enumerate().filter(|(_, own)| near(own)).map(|(at, _)| at).collect();
        let keys: BTreeSet<String> = found.iter().filter_map(|at| self.names.get(*at)).map(Name::key).collect();
        let key = keys.first().filter(|_| keys.len() == 1)?;
        // Another organisation is spelt just so: then this one is not a typing error of it.
        if others.contains(&(state, kind, key.clone())) {
            return None;
        }
        let why = format!(
            "{}, {}, and one letter between `{place}` and `{key}`; nothing on either list is nearer",
            self.state_of(name),
            name.kind.clone().unwrap_or_default()
        );
        Some(Match::Same { holder: *found.first()?, by: By::Letter, why })
    }
}

fn unclear(holders: Vec<usize>, why: String) -> Match {
    if holders.is_empty() { Match::Different } else { Match::Unclear { holders, why } }
}

/// State, kind and place, where the name tells all three: what [`Matcher::find`] wants of the other names of its list.
pub fn triple(name: &Name) -> Option<(String, String, String)> {
    Some((name.state.clone()?, name.kind.clone()?, name.key())).filter(|(_, _, place)| !place.is_empty())
}
