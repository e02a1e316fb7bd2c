//! Periods of the calendar: quarters and years, from a first day until the first day after.

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A period: from a day until the first day after it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The first day after it.
    pub until: Date,
    /// What people call it.
    pub label: String,
}

impl Period {
    /// A calendar year. Years outside 1 to 9998 are held at the nearest.
    pub fn year(year: i16) -> Period {
        let year = year.clamp(1, 9998);
        Period { from: date(year, 1, 1), until: date(year + 1, 1, 1), label: year.to_string() }
    }

    /// Whether a day lies in it.
    pub fn has(&self, day: Date) -> bool {
        self.from <= day && day < self.until
    }

    /// The last day.
    pub fn last(&self) -> Date {
        self.until.yesterday().unwrap_or(self.until)
    }

    /// The months that begin in it, as `2024-06`.
    pub fn months(&self) -> Vec<String> {
        let mut months = Vec::new();
        let mut first = self.from.first_of_month();
        while first < self.until {
            months.push(month(first));
            first = after(first, 1.month());
        }
        months
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut period = serializer.serialize_struct("Period", 3)?;
        period.serialize_field("label", &self.label)?;
        period.serialize_field("from", &self.from)?;
        period.serialize_field("until", &self.until)?;
        period.end()
    }
}

/// The month of a day, as `2024-06`.
pub fn month(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// A quarter of a calendar year; written `2024Q2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    year: i16,
    quarter: i8,
}

/// Why a text is no quarter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a quarter, `2024Q2`, found `{found}`")]
pub struct QuarterError {
    /// What was given.
    pub found: String,
}

impl Quarter {
    /// The quarter in which a day lies.
    pub fn of(day: Date) -> Quarter {
        Quarter { year: day.year(), quarter: (day.month() - 1) / 3 + 1 }
    }

    /// The quarter before.
    pub fn before(self) -> Quarter {
        if self.quarter > 1 { Quarter { quarter: self.quarter - 1, ..self } } else { Quarter { year: self.year - 1, quarter: 4 } }
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// Its first day.
    pub fn from(self) -> Date {
        date(self.year, (self.quarter - 1) * 3 + 1, 1)
    }

    /// The first day after it.
    pub fn until(self) -> Date {
        after(self.from(), 3.months())
    }

    /// It as a period.
    pub fn period(self) -> Period {
        Period { from: self.from(), until: self.until(), label: self.to_string() }
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}Q{}", self.year, self.quarter)
    }
}

impl FromStr for Quarter {
    type Err = QuarterError;

    fn from_str(text: &str) -> Result<Quarter, QuarterError> {
        let wrong = || QuarterError { found: text.chars().take(20).collect() };
        let (year, quarter) = text.split_once(['Q', 'q']).ok_or_else(wrong)?;
        let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(quarter, 1) {
            return Err(wrong());
        }
        let (year, quarter) = (year.parse().map_err(|_| wrong())?, quarter.parse().map_err(|_| wrong())?);
        // The year 9999 has no first day after it.
        if !(1..=9998).contains(&year) || !(1..=4).contains(&quarter) {
            return Err(wrong());
        }
        Ok(Quarter { year, quarter })
    }
}

/// A day later by a span; the last day of the calendar where there is none.
pub(crate) fn after(day: Date, span: Span) -> Date {
    day.checked_add(span).unwrap_or(Date::MAX)
}
