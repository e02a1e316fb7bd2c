//! Watches of the day: which one is on, and the one before.

use haven_register::moment::Moment;
use haven_register::schema::Schema;
use jiff::civil::{Date, Time};
use jiff::{ToSpan as _, ZonedDateTime};

/// The name of the only watch of a day where the jurisdiction names none.
const WHOLE_DAY: &str = "day";
/// The length of a day as it is written.
const DAY: usize = 10;

/// A watch on a day.
#[derive(Clone)]
pub(super) struct Watch {
    /// The day on which it begins.
    pub day: Date,
    /// Its name.
    pub name: String,
    /// Its beginning.
    pub from: ZonedDateTime,
    /// The beginning of the next.
    pub until: ZonedDateTime,
}

impl Watch {
    /// The watch that is on at a moment.
    pub(super) fn on(schema: &Schema, now: &ZonedDateTime) -> Watch {
        let around = around(schema, now.date(), now);
        let at = around.iter().rposition(|(_, _, from)| from <= now).unwrap_or_default();
        Watch::of(&around, at, now)
    }

    /// A watch by its key; none that is no watch, or lies ahead.
    pub(super) fn named(schema: &Schema, key: &str, now: &ZonedDateTime) -> Option<Watch> {
        let day: Date = key.get(..DAY)?.parse().ok()?;
        let name = key.get(DAY..)?.strip_prefix('-')?;
        let around = around(schema, day, now);
        let at = around.iter().position(|(known, shift, _)| *known == day && shift == name)?;
        let watch = Watch::of(&around, at, now);
        (watch.from <= *now).then_some(watch)
    }

    /// The watch before.
    pub(super) fn before(&self, schema: &Schema) -> Watch {
        let around = around(schema, self.day, &self.from);
        let at = around.iter().position(|(_, _, from)| *from == self.from).unwrap_or_default();
        Watch::of(&around, at.saturating_sub(1), &self.from)
    }

    fn of(around: &[(Date, String, ZonedDateTime)], at: usize, now: &ZonedDateTime) -> Watch {
        let (day, name, from) = around.get(at).cloned().unwrap_or_else(|| (now.date(), WHOLE_DAY.to_owned(), now.clone()));
        let until = around.get(at + 1).map_or_else(|| from.saturating_add(24.hours()), |(_, _, next)| next.clone());
        Watch { day, name, from, until }
    }

    /// How it stands in addresses: `2026-06-04-2`.
    pub(super) fn key(&self) -> String {
        format!("{}-{}", self.day, self.name)
    }

    /// Its hours.
    pub(super) fn hours(&self) -> String {
        format!("{}–{}", self.from.strftime("%H:%M"), self.until.strftime("%H:%M"))
    }

    /// Whether a moment lies in it; of one without a time, whether its day begins in it.
    pub(super) fn has(&self, moment: &Moment) -> bool {
        let second = moment.order(self.from.time_zone());
        (self.from.timestamp().as_second()..self.until.timestamp().as_second()).contains(&second)
    }
}

/// The beginnings of the watches of a day, of the day before and of the day after, in their order.
fn around(schema: &Schema, day: Date, now: &ZonedDateTime) -> Vec<(Date, String, ZonedDateTime)> {
    let mut shifts: Vec<(String, Time)> = schema.shifts().iter().map(|shift| (shift.name.clone(), shift.from)).collect();
    if shifts.is_empty() {
        shifts.push((WHOLE_DAY.to_owned(), Time::midnight()));
    }
    shifts.sort_by_key(|(_, from)| *from);
    let days = [day.yesterday().ok(), Some(day), day.tomorrow().ok()];
    let of_day = |day: Date| {
        let zone = now.time_zone().clone();
        shifts
            .clone()
            .into_iter()
            .filter_map(move |(name, from)| Some((day, name, day.to_datetime(from).to_zoned_datetime(zone.clone()).ok()?)))
    };
    days.into_iter().flatten().flat_map(of_day).collect()
}
