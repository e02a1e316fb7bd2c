//! What a provision decided lately: each decision for those who are signed in, counts for anyone.
//!
//! INVARIANT: to anyone, counts are those of whole months that are over, as they were known when this month began, and small
//! ones are suppressed as on the public page: who looks again and again sees no single decision come, however late it was
//! entered.

use super::super::answer::Word;
use super::super::books::Served;
use super::super::books::{TURN, known_before};
use super::super::decisions;
use super::super::here::Here;
use super::said;
use crate::error::CliError;
use crate::node;
use crate::words::Language;
use haven_law::decide::{Basis, Verdict};
use haven_law::pack::Pack;
use haven_register::entry::Record;
use haven_register::register::Filter;
use haven_report::Groups;
use haven_report::report::Value as Shown;
use haven_report::suppress::suppress;
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde_json::Value;

/// How many decisions are shown.
const SHOWN_MAX: usize = 20;
/// The kind of entry.
const DECISION: &str = "decision";

/// A decision: the day, the act and the verdict, and nothing that leads to it.
pub(super) struct Decided {
    pub day: String,
    pub act: String,
    pub word: Word,
}

/// What a provision decided lately.
pub(super) struct Lately {
    /// Whether single decisions may be shown to whoever asks.
    pub staff: bool,
    pub latest: Vec<Decided>,
    pub counts: Vec<(Word, String)>,
    pub total: String,
    pub from: String,
    pub until: String,
}

impl Lately {
    /// Reads the register.
    pub(super) async fn read(here: &Here, served: &Served, id: &str, today: Date) -> Result<Lately, CliError> {
        let staff = here.has(decisions::FOR);
        let _turn = TURN.acquire().await;
        let until = if staff { today.checked_add(1.day()) } else { Ok(today.first_of_month()) };
        let days = until.and_then(|until| Ok((until.checked_sub(Span::new().months(12))?, until)));
        let (from, until) = days.map_err(|error| CliError::other(error.to_string(), "check the clock"))?;
        let filter = Filter { kinds: vec![DECISION.to_owned()], from: Some(from), until: Some(until), ..Filter::default() };
        let entries = known_before(served, &filter, until).await.map_err(node::failed)?;
        let of_it: Vec<&Record> = entries.iter().filter(|record| record.texts("provisions").contains(&id)).collect();
        let groups = Groups::read(served.source.get("reports.toml").unwrap_or_default())
            .map_err(|error| CliError::other(error.to_string(), "`reports.toml` lies in the folder of laws"))?;
        let last = until.yesterday().unwrap_or(until);
        let mut lately = summed(&here.language, &of_it, if staff { 0 } else { groups.fewer_than });
        lately.staff = staff;
        lately.from = said(&here.language, from);
        lately.until = said(&here.language, last);
        if staff {
            lately.latest =
                of_it.iter().rev().take(SHOWN_MAX).filter_map(|record| decided(&here.language, &here.app.pack, record)).collect();
        }
        Ok(lately)
    }
}

/// The counts by word; those from 1 to below a number are suppressed.
fn summed(language: &Language, records: &[&Record], fewer_than: u64) -> Lately {
    let mut counts: Vec<(Word, u64)> = Vec::new();
    for word in records.iter().filter_map(|record| word(language, record)) {
        match counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((word, 1)),
        }
    }
    counts.sort_by(|one, other| one.0.text.cmp(&other.0.text));
    let numbers: Vec<u64> = counts.iter().map(|(_, count)| *count).collect();
    let may = suppress(numbers.iter().sum(), &[numbers], fewer_than);
    let shown = |value: Shown| match value {
        Shown::Number(number) => number.to_string(),
        Shown::FewerThan(most) => language.with("lawbook-fewer", &[("count", &most.to_string())]),
        Shown::Withheld | Shown::NotShown => language.text("lawbook-withheld"),
    };
    let cells = may.partitions.into_iter().flatten().map(shown);
    Lately {
        staff: false,
        latest: Vec::new(),
        counts: counts.into_iter().map(|(word, _)| word).zip(cells).collect(),
        total: shown(may.total),
        from: String::new(),
        until: String::new(),
    }
}

fn word(language: &Language, record: &Record) -> Option<Word> {
    let verdict: Verdict = serde_json::from_value(Value::from(record.text("verdict")?)).ok()?;
    let basis: Option<Basis> = record.text("basis").and_then(|basis| serde_json::from_value(Value::from(basis)).ok());
    Some(Word::new(language, verdict, basis))
}

fn decided(language: &Language, pack: &Pack, record: &Record) -> Option<Decided> {
    let action = pack.vocabulary().action(pack.vocabulary().action_named(record.text("action")?)?)?;
    Some(Decided {
        day: said(language, record.day()?),
        act: language.law(&format!("act-{}", action.name), "", &action.label),
        word: word(language, record)?,
    })
}

#[cfg(test)]
mod tests {
    use super::{decided, summed};
    use crate::{laws, words};
    use haven_register::entry::Record;
    use serde_json::Value;
    use std::collections::BTreeMap;

    fn record(fields: &[(&str, &str)]) -> Record {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect::<BTreeMap<_, _>>();
        let text = str::to_owned;
        Record {
            id: text("D-1"),
            version: 1,
            kind: text("decision"),
            agency: text("Chicago Police Department"),
            station: None,
            incident: text("D-1"),
            at: text("2026-05-04T14:07-05:00"),
            recorded_at: text("2026-05-04T14:07:00-05:00"),
            by: text("S-1042"),
            why: None,
            erased: false,
            external: None,
            fields,
        }
    }

    #[test]
    fn whoever_is_signed_in_sees_each_number_and_each_decision_without_its_hour_or_its_asker() {
        let source = laws::source(None).unwrap();
        let pack = laws::pack(&source, "us/il/chicago").unwrap();
        let languages = words::languages(&source).unwrap();
        let english = languages.first().unwrap();
        let no = record(&[("verdict", "prohibited"), ("action", "stop")]);
        let ask = record(&[("verdict", "needs_facts"), ("action", "stop")]);
        let yes = record(&[("verdict", "permitted"), ("basis", "authorised"), ("action", "stop")]);
        let records = [&no, &no, &no, &no, &no, &no, &ask, &ask, &yes];
        let said = |fewer_than| {
            let lately = summed(english, &records, fewer_than);
            let counts: Vec<String> = lately.counts.into_iter().map(|(word, count)| format!("{} {count}", word.text)).collect();
            (counts.join(", "), lately.total)
        };
        assert_eq!(said(0), ("ASK FIRST 2, NO 6, YES 1".to_owned(), "9".to_owned()));
        assert_eq!(said(5), ("ASK FIRST fewer than 5, NO 6, YES fewer than 5".to_owned(), "9".to_owned()));
        let shown = decided(english, &pack, &no).unwrap();
        assert_eq!((shown.day.as_str(), shown.word.text.as_str()), ("4 May 2026", "NO"));
    }
}
