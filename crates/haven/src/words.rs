//! The words of pages, in every language that there is a folder of: `words/<language>/`.
//!
//! A folder holds `language.toml` (the language's own name, its direction, who reviewed it) and files of Fluent messages.
//! The words of the law stand with the law: `law/words/<language>.ftl`; English ones in `law/words/en.toml`. What a language
//! lacks is said in English; a test lists what is lacking, so a translator needs no Rust.

use crate::error::CliError;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use haven_law::pack::Source;
use jiff::civil::Date;
use rust_embed::RustEmbed;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use unic_langid::LanguageIdentifier;

/// The language that governs, and in which everything is said.
const GOVERNS: &str = "en";

#[derive(RustEmbed)]
#[folder = "../../words"]
struct Embedded;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    direction: String,
    #[serde(default)]
    reviewed_by: Option<String>,
}

type Bundle = FluentBundle<FluentResource>;

/// A language.
pub(crate) struct Language {
    /// Its code (BCP 47), as it stands in addresses.
    pub code: String,
    /// What it calls itself.
    pub name: String,
    /// `ltr` or `rtl`.
    pub direction: String,
    /// Whether a person has reviewed it.
    pub reviewed: bool,
    words: Bundle,
    english: Option<Arc<Language>>,
}

/// All languages, English first, the others by code.
pub(crate) fn languages(law: &Source) -> Result<Vec<Arc<Language>>, CliError> {
    let mut folders: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for path in Embedded::iter() {
        let Some((code, name)) = path.split_once('/') else { continue };
        let Some(text) = Embedded::get(&path).and_then(|file| String::from_utf8(file.data.into_owned()).ok()) else {
            return Err(wrong(&path, "it is no text"));
        };
        folders.entry(code.to_owned()).or_default().push((name.to_owned(), text));
    }
    let files = folders.remove(GOVERNS).ok_or_else(|| wrong(GOVERNS, "the words in English are not there"))?;
    let english = Arc::new(language(GOVERNS, &files, law, None)?);
    let mut all = vec![Arc::clone(&english)];
    for (code, files) in folders {
        all.push(Arc::new(language(&code, &files, law, Some(&english))?));
    }
    Ok(all)
}

fn language(code: &str, files: &[(String, String)], law: &Source, english: Option<&Arc<Language>>) -> Result<Language, CliError> {
    let identifier: LanguageIdentifier = code.parse().map_err(|_| wrong(code, "its name is no code of a language"))?;
    let mut words = Bundle::new_concurrent(vec![identifier]);
    // Marks of isolation would stand in the text of pages; `<bdi>` does their work there.
    words.set_use_isolating(false);
    let mut about = None;
    let from_law = law.get(&format!("words/{code}.ftl")).map(|text| (format!("law/words/{code}.ftl"), text.to_owned()));
    for (name, text) in files.iter().cloned().chain(from_law) {
        let path = format!("{code}/{name}");
        if name == "language.toml" {
            about = Some(toml::from_str::<File>(&text).map_err(|error| wrong(&path, &error.to_string()))?);
        } else {
            let resource = FluentResource::try_new(text)
                .map_err(|(_, errors)| wrong(&path, &errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;
            words
                .add_resource(resource)
                .map_err(|errors| wrong(&path, &errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;
        }
    }
    let about = about.ok_or_else(|| wrong(code, "there is no language.toml"))?;
    Ok(Language {
        code: code.to_owned(),
        name: about.name,
        direction: about.direction,
        reviewed: about.reviewed_by.is_some(),
        words,
        english: english.cloned(),
    })
}

fn wrong(path: &str, why: &str) -> CliError {
    CliError::other(format!("the words of pages, `words/{path}`: {why}"), "docs/languages.md explains the folder")
}

impl Language {
    /// The text of a message.
    pub(crate) fn text(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The text of a message with its values; what this language lacks is said in English.
    pub(crate) fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.find(key, "", values).unwrap_or_else(|| key.to_owned())
    }

    /// A day in words.
    pub(crate) fn day(&self, day: Date) -> String {
        let month = self.text(&format!("month-{}", day.month()));
        self.with("day", &[("day", &day.day().to_string()), ("month", &month), ("year", &day.year().to_string())])
    }

    /// A word of the law: of a message of the law's words, the text or an attribute of it. English stands in the pack, so
    /// it is given.
    pub(crate) fn law(&self, key: &str, attribute: &str, english: &str) -> String {
        self.own(key, attribute, &[]).unwrap_or_else(|| english.to_owned())
    }

    /// As [`Language::law`], with values, and nothing where this language does not have it.
    pub(crate) fn law_with(&self, key: &str, attribute: &str, values: &[(&str, &str)]) -> Option<String> {
        self.own(key, attribute, values)
    }

    /// The text of a message, or of its first attribute of a list that it has in this language.
    pub(crate) fn variant(&self, key: &str, attributes: &[&str]) -> String {
        attributes.iter().find_map(|attribute| self.own(key, attribute, &[])).unwrap_or_else(|| self.text(key))
    }

    /// Whether it is the language that governs, in which everything is said.
    pub(crate) fn governs(&self) -> bool {
        self.code == GOVERNS
    }

    /// The text of an attribute of a message.
    pub(crate) fn attribute(&self, key: &str, attribute: &str) -> String {
        self.find(key, attribute, &[]).unwrap_or_else(|| format!("{key}.{attribute}"))
    }

    fn find(&self, key: &str, attribute: &str, values: &[(&str, &str)]) -> Option<String> {
        self.own(key, attribute, values).or_else(|| self.english.as_ref()?.own(key, attribute, values))
    }

    fn own(&self, key: &str, attribute: &str, values: &[(&str, &str)]) -> Option<String> {
        let message = self.words.get_message(key)?;
        let pattern = if attribute.is_empty() { message.value()? } else { message.get_attribute(attribute)?.value() };
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            // A number chooses the plural; as a number it would also be grouped, which years must not be.
            let value = value.parse::<i64>().map_or_else(|_| FluentValue::from((*value).to_owned()), FluentValue::from);
            arguments.set((*name).to_owned(), value);
        }
        let mut errors = Vec::new();
        let text = self.words.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
        errors.is_empty().then_some(text)
    }
}
