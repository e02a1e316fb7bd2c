//! What is done with what is found: data, checked before the first body.

use crate::form;
use crate::judge::Rules;
use haven_detect::{Category, Detector};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// What happens to a field or a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// Nothing.
    Keep,
    /// It goes, in every row; inside a text the constant stands in its place.
    Remove,
    /// The name stays, every value becomes the constant.
    Constant,
    /// The name stays, every value becomes the word of its category.
    Generalise,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    category: Categories<Treatment>,
    #[serde(default)]
    field: Vec<Field>,
    words: Words,
    pairs: Pairs,
    limits: Limits,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Categories<T> {
    status: T,
    enforcement: T,
    identifier: T,
    proxy: T,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Field {
    name: String,
    treat: Treatment,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    constant: String,
    status: String,
    enforcement: String,
    identifier: String,
    proxy: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pairs {
    asked: BTreeSet<String>,
    answer: BTreeSet<String>,
    defines: BTreeSet<String>,
    columns: BTreeSet<String>,
    naming: BTreeSet<String>,
}

/// What a body may cost.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    /// Bytes of a body that must be held whole, and of the rows from which the columns are learnt.
    pub body_bytes: usize,
    /// Bytes of one row of a table or line of NDJSON.
    pub row_bytes: usize,
    /// Rows from which the columns are learnt.
    pub rows_learnt: usize,
    /// How many times compressed bytes may grow.
    pub ratio: usize,
}

/// What is wrong with a policy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// The file is not of its form.
    #[error("guard policy: {0}")]
    Form(String),
    /// A word that the detector would find, or that a format would have to escape.
    #[error("guard policy, words.{key}: expected {expected}")]
    Word {
        /// The key.
        key: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A limit of none.
    #[error("guard policy, limits: expected numbers from 1")]
    Limit,
    /// A field that cannot be told from another.
    #[error("guard policy, field `{name}`: expected {expected}")]
    Field {
        /// Its name.
        name: String,
        /// What it should be.
        expected: &'static str,
    },
    /// No names for what asks, answers, defines, holds columns or names: an answer would stay when its question goes.
    #[error("guard policy, pairs.{key}: expected at least one name, found none")]
    Pairs {
        /// The key.
        key: &'static str,
    },
}

/// What is done with what is found.
#[derive(Debug, Clone)]
pub struct Policy {
    category: Categories<Treatment>,
    fields: BTreeMap<String, Treatment>,
    words: Words,
    pairs: Pairs,
    pub(crate) limits: Limits,
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// A file not of its form, words that the detector finds itself, limits of none.
    pub fn read(text: &str, detector: &Detector) -> Result<Self, PolicyError> {
        let file: File = form::read(text).map_err(PolicyError::Form)?;
        let words = &file.words;
        for (key, word) in [
            ("constant", &words.constant),
            ("status", &words.status),
            ("enforcement", &words.enforcement),
            ("identifier", &words.identifier),
            ("proxy", &words.proxy),
        ] {
            if word.is_empty() || !word.chars().all(|c| c.is_ascii_alphanumeric() || " []().-_".contains(c)) {
                return Err(PolicyError::Word { key, expected: "letters, digits, spaces and []().-_, which no format escapes" });
            }
            let found = !detector.hits_in(word).is_empty()
                || detector.value("x", &[word]).category != Category::None
                || detector.field(word, None).category != Category::None
                || detector.sentence(word).category != Category::None
                || detector.question(word).category != Category::None
                || !detector.identifiers(word).is_empty();
            if found {
                return Err(PolicyError::Word { key, expected: "a word in which the detector finds nothing" });
            }
        }
        let limits = file.limits;
        if [limits.body_bytes, limits.row_bytes, limits.rows_learnt, limits.ratio].contains(&0) {
            return Err(PolicyError::Limit);
        }
        let mut fields = BTreeMap::new();
        for Field { name, treat } in file.field {
            let key = plain(&name);
            if key.is_empty() {
                return Err(PolicyError::Field { name, expected: "a name with letters or digits" });
            }
            if fields.insert(key, treat).is_some() {
                return Err(PolicyError::Field { name, expected: "each name once" });
            }
        }
        let named = |key, names: &BTreeSet<String>| {
            let names: BTreeSet<String> = names.iter().map(|name| plain(name)).filter(|name| !name.is_empty()).collect();
            if names.is_empty() { Err(PolicyError::Pairs { key }) } else { Ok(names) }
        };
        let Pairs { asked, answer, defines, columns, naming } = &file.pairs;
        let pairs = Pairs {
            asked: named("asked", asked)?,
            answer: named("answer", answer)?,
            defines: named("defines", defines)?,
            columns: named("columns", columns)?,
            naming: named("naming", naming)?,
        };
        Ok(Self { category: file.category, fields, words: file.words, pairs, limits })
    }

    /// The same, and the fields named go as well: what a judgement withholds.
    #[must_use]
    pub fn without<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Self {
        self.fields.extend(names.into_iter().map(|name| (plain(name), Treatment::Remove)));
        self
    }

    /// What of this policy remains where only these topics are withheld: what the law lets go stays, and what it withholds goes,
    /// though the policy would keep it, by category or by the name of a field.
    #[must_use]
    pub fn withholding(mut self, rules: &Rules, withheld: &[String]) -> Self {
        let of = &mut self.category;
        for (category, treatment) in [
            (Category::Status, &mut of.status),
            (Category::Enforcement, &mut of.enforcement),
            (Category::Identifier, &mut of.identifier),
            (Category::Proxy, &mut of.proxy),
        ] {
            if !rules.topics_of(category.name()).any(|topic| withheld.iter().any(|held| held == topic)) {
                *treatment = Treatment::Keep;
            } else if *treatment == Treatment::Keep {
                *treatment = Treatment::Remove;
            }
        }
        // A field that a policy keeps may hold what is withheld, whatever its name says. Where nothing of what it holds is
        // withheld, its category keeps it.
        self.fields.retain(|_, treatment| *treatment != Treatment::Keep);
        self.without(withheld.iter().flat_map(|topic| rules.fields_of(topic)).map(String::as_str))
    }

    /// Whether nothing is done to any body.
    pub fn is_idle(&self) -> bool {
        let of = &self.category;
        let mut treatments = [of.status, of.enforcement, of.identifier, of.proxy].into_iter().chain(self.fields.values().copied());
        treatments.all(|treatment| treatment == Treatment::Keep)
    }

    pub(crate) fn of_field(&self, name: &str) -> Option<Treatment> {
        (!self.fields.is_empty()).then(|| self.fields.get(&plain(name)).copied()).flatten()
    }

    pub(crate) fn of(&self, category: Category) -> Treatment {
        match category {
            Category::None => Treatment::Keep,
            Category::Status => self.category.status,
            Category::Enforcement => self.category.enforcement,
            Category::Identifier => self.category.identifier,
            Category::Proxy => self.category.proxy,
        }
    }

    /// What stands in the place of what went.
    pub(crate) fn word(&self, treatment: Treatment, category: Category) -> &str {
        match (treatment, category) {
            (Treatment::Generalise, Category::Status) => &self.words.status,
            (Treatment::Generalise, Category::Enforcement) => &self.words.enforcement,
            (Treatment::Generalise, Category::Identifier) => &self.words.identifier,
            (Treatment::Generalise, Category::Proxy) => &self.words.proxy,
            _ => &self.words.constant,
        }
    }

    /// The word that says nothing of what it stands for.
    pub fn constant(&self) -> &str {
        &self.words.constant
    }

    /// Whether a text is one of the policy's own words.
    pub fn is_word(&self, text: &str) -> bool {
        let words = &self.words;
        [&words.constant, &words.status, &words.enforcement, &words.identifier, &words.proxy].into_iter().any(|word| word == text)
    }

    pub(crate) fn asks(&self, name: &str) -> bool {
        self.pairs.asked.contains(&plain(name))
    }

    pub(crate) fn answers(&self, name: &str) -> bool {
        self.pairs.answer.contains(&plain(name))
    }

    /// Whether what stands under a name is the short name of what its object describes.
    pub(crate) fn defines(&self, name: &str) -> bool {
        self.pairs.defines.contains(&plain(name))
    }

    /// Whether the lists under a name are columns, and no rows.
    pub(crate) fn holds_columns(&self, name: &str) -> bool {
        self.pairs.columns.contains(&plain(name))
    }

    /// Whether words have the form of a name, which answers nothing by itself.
    pub(crate) fn is_naming(&self, text: &str) -> bool {
        let whole = plain(text);
        if self.pairs.naming.iter().any(|word| whole.ends_with(word.as_str())) {
            return true;
        }
        let ends = |(before, behind): (char, char)| !behind.is_alphanumeric() || before.is_lowercase() && behind.is_uppercase();
        let begins = text.char_indices().zip(text.char_indices().skip(1)).filter(|((_, before), (_, behind))| ends((*before, *behind)));
        begins.filter_map(|(_, (at, _))| text.get(..at)).any(|first| self.pairs.naming.contains(&plain(first)))
    }
}

/// A name without case and without what stands between its words: `Home.Address:` is a home address.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
