//! Suppressions: findings that somebody with the right to do so has decided to leave, on a ground, until a day.
//!
//! The file is `haven-suppressions.toml`; `docs/scan.md` describes it. An entry that lacks something, has expired or is for
//! something that is no longer found holds nothing back, and [`Scan::lapsed`] says so in words.

use crate::baseline::is_fingerprint;
use crate::finding::{Ground, Scan};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A suppression is looked at again at least once in a yearly review, with some weeks to spare.
const DAYS_MAX: i64 = 400;

const FIELDS: [&str; 7] = ["fingerprint", "reason", "ground", "approver", "approved", "expires", "citation"];

/// The file, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suppressions {
    entries: Vec<Entry>,
    faulty: Vec<Faulty>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    /// Its place in the file, from 1.
    at: usize,
    fingerprint: String,
    ground: Ground,
    reason: String,
    citation: Option<String>,
    approver: String,
    approved: Date,
    /// The first day on which it no longer holds.
    expires: Date,
}

/// An entry that never holds.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Faulty {
    at: usize,
    fingerprint: Option<String>,
    why: String,
}

impl Suppressions {
    /// Reads the file. An entry with a fault is kept as one that does not hold.
    ///
    /// # Errors
    /// Where it is not TOML, or holds anything but `[[suppression]]`.
    pub fn read(source: &str) -> Result<Self, String> {
        let mut file: toml::Table = toml::from_str(source).map_err(|error| {
            let line = error.span().map(|span| source.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
            line.map_or_else(|| error.message().to_owned(), |line| format!("line {line}: {}", error.message()))
        })?;
        let entries = match file.remove("suppression") {
            None => Vec::new(),
            Some(toml::Value::Array(entries)) => entries,
            Some(_) => return Err("expected a list of `[[suppression]]`, found a single value".to_owned()),
        };
        if !file.is_empty() {
            return Err("expected nothing but `[[suppression]]`, found other keys at the top".to_owned());
        }
        let mut read = Self::default();
        for (index, entry) in entries.iter().enumerate() {
            match Entry::read(index + 1, entry) {
                Ok(entry) => read.entries.push(entry),
                Err(faulty) => read.faulty.push(faulty),
            }
        }
        Ok(read)
    }

    /// Takes from a scan's findings what is suppressed on a day, and says which suppressions do not hold.
    pub fn hold(&self, scan: &mut Scan, day: Date) {
        scan.sort();
        let found: BTreeSet<String> = scan.findings.iter().map(|finding| finding.fingerprint.clone()).collect();
        let mut holds: BTreeMap<&str, String> = BTreeMap::new();
        let mut lapsed: Vec<(usize, Option<&str>, String)> = Vec::new();
        for entry in &self.entries {
            let why = if !found.contains(&entry.fingerprint) {
                // A scan that was stopped has not looked everywhere: nobody knows.
                if scan.stopped {
                    continue;
                }
                let unless = if scan.unread.is_empty() { "" } else { ", or could not be read" };
                format!("is for something that is no longer found: it is gone or has changed{unless}")
            } else if day >= entry.expires {
                format!("expired on {}", entry.expires)
            } else if day < entry.approved {
                format!("is approved only from {} on", entry.approved)
            } else if holds.contains_key(entry.fingerprint.as_str()) {
                "repeats one above it".to_owned()
            } else {
                holds.insert(&entry.fingerprint, entry.says());
                continue;
            };
            lapsed.push((entry.at, Some(&entry.fingerprint), why));
        }
        for faulty in &self.faulty {
            lapsed.push((faulty.at, faulty.fingerprint.as_deref(), format!("does not hold: {}", faulty.why)));
        }
        lapsed.sort();
        for (at, fingerprint, why) in lapsed {
            match fingerprint {
                Some(fingerprint) => {
                    scan.lapsed.push(format!("suppression {at} ({fingerprint}) {why}"));
                    if found.contains(fingerprint) && !holds.contains_key(fingerprint) {
                        scan.returned.insert(fingerprint.to_owned());
                    }
                }
                None => scan.lapsed.push(format!("suppression {at} {why}")),
            }
        }
        let (held, findings) =
            std::mem::take(&mut scan.findings).into_iter().partition(|finding| holds.contains_key(finding.fingerprint.as_str()));
        scan.findings = findings;
        scan.held.extend::<Vec<_>>(held);
        scan.held.sort_by(crate::Finding::order);
        scan.suppressed.extend(holds.into_iter().map(|(fingerprint, says)| (fingerprint.to_owned(), says)));
    }
}

impl Entry {
    /// Why, on what ground, by whom and until when, in one line.
    fn says(&self) -> String {
        let Self { ground, reason, approver, approved, expires, .. } = self;
        let cited = self.citation.as_ref().map(|citation| format!(", {citation}")).unwrap_or_default();
        format!("{reason} (ground: {}{cited}; approved by {approver} on {approved}; until {expires})", ground.name().replace('_', " "))
    }

    /// Reads one entry, or says everything that is wrong with it.
    fn read(at: usize, entry: &toml::Value) -> Result<Self, Faulty> {
        let mut wrong: Vec<String> = Vec::new();
        let none = toml::Table::new();
        let table = entry.as_table().unwrap_or_else(|| {
            wrong.push("expected a table".to_owned());
            &none
        });
        if table.keys().any(|key| !FIELDS.contains(&key.as_str())) {
            wrong.push(format!("expected only the fields {}, found another", FIELDS.join(", ")));
        }
        let mut text = |name: &str, is_needed: bool| match table.get(name) {
            Some(toml::Value::String(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            None if !is_needed => None,
            None => {
                wrong.push(format!("it has no {name}"));
                None
            }
            Some(_) => {
                wrong.push(format!("its {name} is not a text"));
                None
            }
        };
        let fingerprint = text("fingerprint", true);
        let reason = text("reason", true);
        let ground = text("ground", true);
        let approver = text("approver", true);
        let citation = text("citation", false);
        let approved = day(table, "approved", &mut wrong);
        let expires = day(table, "expires", &mut wrong);

        let fingerprint = fingerprint.filter(|fingerprint| {
            let right = is_fingerprint(fingerprint);
            if !right {
                wrong.push("its fingerprint is not twelve hexadecimal digits".to_owned());
            }
            right
        });
        let ground = ground.and_then(|name| {
            let ground = Ground::ALL.into_iter().find(|ground| ground.name() == name);
            if ground.is_none() {
                wrong.push(format!("its ground is none of {}", Ground::ALL.map(Ground::name).join(", ")));
            }
            ground
        });
        // What was typed is not repeated: it may be the name that has no place here.
        if approver.as_deref().is_some_and(|approver| !is_id(approver)) {
            wrong.push("its approver is not an id (letters, digits and . _ - with at least one digit; not a name)".to_owned());
        }
        if ground.is_some_and(Ground::is_cited)
            && !citation.as_deref().is_some_and(|citation| citation.contains(|c: char| c.is_ascii_digit()))
        {
            wrong.push("its ground is a legal one and needs a citation with its number".to_owned());
        }
        if let (Some(approved), Some(expires)) = (approved, expires) {
            if expires <= approved {
                wrong.push("it expires before it is approved".to_owned());
            } else if approved.checked_add(DAYS_MAX.days()).is_ok_and(|last| expires > last) {
                wrong.push(format!("it expires more than {DAYS_MAX} days after it was approved"));
            }
        }
        match (fingerprint, reason, ground, approver, approved, expires) {
            (Some(fingerprint), Some(reason), Some(ground), Some(approver), Some(approved), Some(expires)) if wrong.is_empty() => {
                Ok(Self { at, fingerprint, ground, reason, citation, approver, approved, expires })
            }
            (fingerprint, ..) => Err(Faulty { at, fingerprint, why: wrong.join("; ") }),
        }
    }
}

/// A day, written as TOML's own or as text.
fn day(table: &toml::Table, name: &str, wrong: &mut Vec<String>) -> Option<Date> {
    let day = match table.get(name) {
        None => {
            wrong.push(format!("it has no day `{name}`"));
            return None;
        }
        Some(toml::Value::String(text)) => text.parse().ok(),
        Some(toml::Value::Datetime(time)) if time.time.is_none() => time.to_string().parse().ok(),
        Some(_) => None,
    };
    if day.is_none() {
        wrong.push(format!("its `{name}` is not a day like 2026-01-31"));
    }
    day
}

/// Whether a text is an id and not a name: without spaces and with a digit.
fn is_id(text: &str) -> bool {
    text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
        && text.bytes().any(|byte| byte.is_ascii_digit())
}
