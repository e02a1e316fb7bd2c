//! The words of the reports: which words of the register count as what, and what the reports say. Format: `law/reports.toml`.

use haven_register::entry::Record;
use haven_register::schema::{FieldType, Schema};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Why the words of the reports cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`reports.toml`, {place}: expected {expected}, found {found}")]
pub struct GroupsError {
    /// Where in the file.
    pub place: String,
    /// What may stand there.
    pub expected: String,
    /// What does.
    pub found: String,
}

/// A class of entries: a kind, with words that must stand in its fields and words that must not.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    kind: String,
    /// Field to names of groups, one word of which must stand in it.
    #[serde(default)]
    when: BTreeMap<String, Vec<String>>,
    /// Field to names of groups, no word of which may stand in it.
    #[serde(default)]
    unless: BTreeMap<String, Vec<String>>,
}

/// The words of a part of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    #[serde(default)]
    title: String,
    #[serde(default)]
    intro: Vec<String>,
    #[serde(default)]
    how: String,
    #[serde(default)]
    empty: String,
    #[serde(default)]
    note: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportWords {
    title: String,
    #[serde(default)]
    intro: Vec<String>,
    #[serde(default)]
    section: BTreeMap<String, Words>,
    #[serde(default)]
    figure: BTreeMap<String, Words>,
    #[serde(default)]
    table: BTreeMap<String, Words>,
}

/// The words of the reports.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Groups {
    /// The paper that reports are printed on, as CSS names it.
    pub(crate) page_size: PageSize,
    /// An entry is late that was recorded more days than this after it happened.
    pub(crate) late_days: i32,
    /// A renewal is near that is due within so many days.
    pub(crate) renewal_days: i32,
    /// On public pages counts from 1 to below this are not shown.
    pub fewer_than: u64,
    /// A timeline without an entry for longer than this has a gap.
    pub(crate) gap_minutes: i64,
    /// An entry and a row of another party may lie so many days apart.
    pub(crate) match_days: i32,
    group: BTreeMap<String, Vec<String>>,
    class: BTreeMap<String, Class>,
    /// Words of the list `nil_subject` to classes.
    pub(crate) nil: BTreeMap<String, String>,
    report: BTreeMap<String, ReportWords>,
    column: BTreeMap<String, String>,
    say: BTreeMap<String, String>,
    /// SHA-256 of the text, in hexadecimal digits.
    #[serde(skip)]
    pub(crate) digest: String,
}

/// The paper that reports are printed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PageSize {
    Letter,
    A4,
}

impl PageSize {
    pub(crate) fn name(self) -> &'static str {
        match self {
            PageSize::Letter => "letter",
            PageSize::A4 => "A4",
        }
    }
}

/// The groups of words that the reports look for.
const GROUPS: [&str; 16] = [
    "detainer",
    "administrative_warrant",
    "civil_warrant",
    "undetermined",
    "request_for_assistance",
    "criminal_matter",
    "homeland_security",
    "transferred",
    "released",
    "bail_posted",
    "event_number",
    "direct_access",
    "purpose_not_determined",
    "purpose_barred",
    "certified",
    "refused",
];
/// The classes of entries that the reports count.
const CLASSES: [&str; 9] = [
    "assistance",
    "assistance_criminal",
    "papers",
    "detainers",
    "warrants",
    "unclear_papers",
    "trust_requests",
    "trust_papers",
    "certifications",
];
/// The sentences.
const SAYS: [&str; 87] = [
    "agreements_known",
    "amended",
    "amended_not_late",
    "calendar_name",
    "check_days",
    "check_file",
    "check_no_days",
    "check_undated",
    "class_court",
    "class_federal_immigration",
    "class_federal_other",
    "class_none",
    "class_private",
    "class_state_local",
    "departments_not_known",
    "due_done",
    "due_record",
    "duties_none",
    "duties_since",
    "erased",
    "erased_not_counted",
    "erased_unsaid",
    "flag_barred",
    "flag_ended",
    "flag_expired",
    "flag_renewal",
    "flag_undetermined",
    "for_assistance",
    "for_other",
    "from_to",
    "gap_between",
    "gap_dispatch",
    "gap_matter",
    "gap_outcome",
    "gap_response",
    "gap_supervisor",
    "gap_time",
    "held",
    "held_checked",
    "held_none",
    "held_one",
    "held_public",
    "incident_title",
    "incident_unknown",
    "late",
    "matter_since",
    "no",
    "no_answer",
    "no_event_numbers",
    "no_response",
    "not_over",
    "not_recorded",
    "on_ground",
    "open_certification",
    "open_paper",
    "open_request",
    "public_log",
    "public_not_compared",
    "public_rule",
    "public_withheld",
    "purpose_unsaid",
    "register_after",
    "register_began",
    "register_empty",
    "reviewed_twice",
    "rule_by_facility",
    "rule_by_month",
    "rule_rows",
    "said_both",
    "said_released",
    "said_transferred",
    "standing_certified",
    "standing_contradicted",
    "standing_entries",
    "standing_partly",
    "standing_silent",
    "statement_entries",
    "statement_missing",
    "statement_nil",
    "statement_nobody",
    "total",
    "verified_S",
    "verified_U",
    "verified_V",
    "verified_house",
    "yes",
    "yes_and_released",
];
/// The reports.
const REPORTS: [&str; 8] = ["quarterly", "trust", "voices", "forms", "agreements", "incident", "public", "check"];

impl Groups {
    /// On public pages counts from 1 to below this are not shown.
    pub fn fewer_than(&self) -> u64 {
        self.fewer_than
    }

    /// Reads the words of the reports.
    ///
    /// # Errors
    /// [`GroupsError`]: what is wrong first. Words that the register does not have are found by [`Groups::fit`].
    pub fn read(text: &str) -> Result<Groups, GroupsError> {
        let mut groups: Groups = toml::from_str(text).map_err(|error| {
            let line = error.span().and_then(|span| text.get(..span.start)).map_or(0, |before| before.lines().count());
            let (expected, found) = ("the format explained in the file".to_owned(), error.message().to_owned());
            GroupsError { place: format!("line {line}"), expected, found }
        })?;
        let missing = |place: &str, name: &str| GroupsError {
            place: place.to_owned(),
            expected: format!("`{name}`"),
            found: "nothing of that name".to_owned(),
        };
        if let Some(name) = GROUPS.iter().find(|name| !groups.group.contains_key(**name)) {
            return Err(missing("[group]", name));
        }
        if let Some(name) = CLASSES.iter().find(|name| !groups.class.contains_key(**name)) {
            return Err(missing("[class]", name));
        }
        if let Some(name) = REPORTS.iter().find(|name| !groups.report.contains_key(**name)) {
            return Err(missing("[report]", name));
        }
        if let Some(name) = SAYS.iter().find(|name| !groups.say.contains_key(**name)) {
            return Err(missing("[say]", name));
        }
        for class in groups.class.values() {
            let named = class.when.values().chain(class.unless.values()).flatten();
            if let Some(name) = named.into_iter().find(|name| !groups.group.contains_key(*name)) {
                return Err(missing("[group]", name));
            }
        }
        if let Some(name) = groups.nil.values().find(|name| !groups.class.contains_key(*name)) {
            return Err(missing("[class]", name));
        }
        if groups.fewer_than < 2 {
            let found = groups.fewer_than.to_string();
            return Err(GroupsError { place: "fewer_than".to_owned(), expected: "a number from 2 on".to_owned(), found });
        }
        groups.digest = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(groups)
    }

    /// Holds the words against the register that they are about: kinds, fields, closed lists.
    ///
    /// # Errors
    /// Every word that the register does not have.
    pub fn fit(&self, schema: &Schema) -> Result<(), Vec<GroupsError>> {
        let mut errors = Vec::new();
        for (name, class) in &self.class {
            let place = format!("[class.{name}]");
            let Some(kind) = schema.kind(&class.kind) else {
                errors.push(GroupsError { place, expected: "a kind of entry".to_owned(), found: format!("`{}`", class.kind) });
                continue;
            };
            for (field, groups) in class.when.iter().chain(&class.unless) {
                let Some(FieldType::Words(words)) = kind.field(field).map(|field| &field.of) else {
                    let expected = format!("a field of {} that holds words", class.kind);
                    errors.push(GroupsError { place: place.clone(), expected, found: format!("`{field}`") });
                    continue;
                };
                for group in groups {
                    let unknown = self.group(group).iter().filter(|word| !words.iter().any(|known| known.name == **word));
                    errors.extend(unknown.map(|word| GroupsError {
                        place: format!("[group] {group}"),
                        expected: format!("words of {} {field}", class.kind),
                        found: format!("`{word}`"),
                    }));
                }
            }
        }
        let subjects = schema.list("nil_subject");
        for subject in self.nil.keys().filter(|subject| !subjects.iter().any(|known| known.name == **subject)) {
            let expected = "words of the list nil_subject".to_owned();
            errors.push(GroupsError { place: "[nil]".to_owned(), expected, found: format!("`{subject}`") });
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// The words of a group.
    pub(crate) fn group(&self, name: &str) -> &[String] {
        self.group.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a word belongs to a group.
    pub(crate) fn has(&self, group: &str, word: &str) -> bool {
        self.group(group).iter().any(|each| each == word)
    }

    /// Whether an entry belongs to a class.
    pub(crate) fn is(&self, class: &str, record: &Record) -> bool {
        let Some(class) = self.class.get(class) else { return false };
        let stands = |field: &str, groups: &[String]| {
            let words = record.texts(field);
            groups.iter().any(|group| words.iter().any(|word| self.has(group, word)))
        };
        record.kind == class.kind
            && class.when.iter().all(|(field, groups)| stands(field, groups))
            && !class.unless.iter().any(|(field, groups)| stands(field, groups))
    }

    /// Whether an entry belongs to any class.
    pub(crate) fn in_any_class(&self, record: &Record) -> bool {
        self.class.keys().any(|class| self.is(class, record))
    }

    /// The kind of a class.
    pub(crate) fn kind_of(&self, class: &str) -> &str {
        self.class.get(class).map_or("", |class| class.kind.as_str())
    }

    /// The title and the first sentences of a report.
    pub(crate) fn report(&self, report: &str) -> (&str, &[String]) {
        self.report.get(report).map_or(("", &[]), |words| (words.title.as_str(), words.intro.as_slice()))
    }

    pub(crate) fn section(&self, report: &str, id: &str) -> (String, Vec<String>) {
        let words = self.report.get(report).and_then(|words| words.section.get(id)).or_else(|| self.common()?.section.get(id));
        words.map_or_else(|| (id.to_owned(), Vec::new()), |words| (words.title.clone(), words.intro.clone()))
    }

    /// The label of a figure and how it is obtained.
    pub(crate) fn figure(&self, report: &str, id: &str) -> (String, String) {
        let words = self.report.get(report).and_then(|words| words.figure.get(id)).or_else(|| self.common()?.figure.get(id));
        words.map_or_else(|| (id.to_owned(), String::new()), |words| (words.title.clone(), words.how.clone()))
    }

    /// The caption of a table, what it says when it is empty, and its note.
    pub(crate) fn table(&self, report: &str, id: &str) -> (String, String, String) {
        let words = self.report.get(report).and_then(|words| words.table.get(id)).or_else(|| self.common()?.table.get(id));
        words.map_or_else(
            || (id.to_owned(), String::new(), String::new()),
            |words| (words.title.clone(), words.empty.clone(), words.note.clone()),
        )
    }

    fn common(&self) -> Option<&ReportWords> {
        self.report.get("all")
    }

    /// The label of a column.
    pub(crate) fn column(&self, id: &str) -> String {
        self.column.get(id).map_or_else(|| id.to_owned(), Clone::clone)
    }

    /// A sentence, its places filled in.
    pub(crate) fn say(&self, id: &str, places: &[(&str, &str)]) -> String {
        self.say.get(id).map_or_else(|| id.to_owned(), |text| fill(text, places))
    }
}

/// Fills the places `{name}` of a text. What is filled in is not looked at again.
pub(crate) fn fill(text: &str, places: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let place = after.split_once('}').and_then(|(name, tail)| Some((places.iter().find(|(each, _)| *each == name)?.1, tail)));
        match place {
            Some((value, tail)) => {
                filled.push_str(value);
                rest = tail;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}
