//! Restatements: each provision in plain words, its decisive words quoted short, and where the text stands.

use crate::error::{LoadError, Place};
use jiff::civil::Date;

/// One provision restated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The provision.
    pub provision: String,
    /// The first day of the version it restates; none where one text serves every version.
    pub from: Option<Date>,
    /// Our own words.
    pub plain: String,
    /// The decisive words, quoted.
    pub quotes: Vec<String>,
    /// Where the text stands and how well it is known, `https://… [V]`.
    pub source: String,
}

/// Reads `text.md`: a `## provision @date` heading, paragraphs, `> "…"` quotations, a `Source:` line.
pub(crate) fn read(file: &str, text: &str, errors: &mut Vec<LoadError>) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let at = || Place::line(file, index + 1);
        let line = line.trim_end();
        if let Some(heading) = line.strip_prefix("## ") {
            let (provision, from) = match heading.trim().rsplit_once(" @") {
                Some((provision, date)) => match date.parse() {
                    Ok(date) => (provision.trim(), Some(date)),
                    Err(_) => {
                        errors.push(LoadError::new(
                            at(),
                            format!("`{date}` in the heading is not a date"),
                            "write ## provision @YYYY-MM-DD",
                        ));
                        continue;
                    }
                },
                None => (heading.trim(), None),
            };
            if passages.iter().any(|passage| passage.provision == provision && passage.from == from) {
                errors.push(LoadError::new(at(), format!("`{heading}` is restated twice"), "keep one"));
            }
            passages.push(Passage {
                provision: provision.to_owned(),
                from,
                plain: String::new(),
                quotes: Vec::new(),
                source: String::new(),
            });
            continue;
        }
        let Some(passage) = passages.last_mut() else { continue };
        if let Some(quote) = line.strip_prefix('>') {
            passage.quotes.push(quote.trim().to_owned());
        } else if let Some(source) = line.strip_prefix("Source:") {
            passage.source = source.trim().to_owned();
        } else if !line.is_empty() && passage.source.is_empty() {
            if !passage.plain.is_empty() {
                passage.plain.push(' ');
            }
            passage.plain.push_str(line.trim());
        }
    }
    for passage in &passages {
        if passage.plain.is_empty() || passage.source.is_empty() {
            errors.push(LoadError::new(
                Place::file(file),
                format!("`{}` lacks its restatement or its source", passage.provision),
                "write a paragraph and a line `Source: address [V]`",
            ));
        }
    }
    passages
}
