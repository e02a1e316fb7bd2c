//! Moments as they are recorded: a time with its offset, or a day where the time is not known.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};
use std::fmt;

/// A moment. It is written as RFC 3339 with its offset and whole seconds, or as a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    day: Date,
    /// The time of day with the instant and the offset, in seconds.
    time: Option<(Time, i64, i32)>,
}

/// Why a text is no moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MomentError {
    /// It is not written as one.
    #[error("a day or a moment, `2024-06-04` or `2024-06-04 14:06`")]
    Form,
    /// The clocks were put forward over it.
    #[error("a time that exists: the clocks went forward over this one")]
    Skipped,
    /// The clocks were put back over it.
    #[error("a moment with its offset, as `{first}` or `{second}`: the clocks went back, and this time came twice")]
    Twice {
        /// Its first coming.
        first: String,
        /// Its second.
        second: String,
    },
}

impl Moment {
    /// Reads a moment. A time without an offset is a time in `zone`.
    ///
    /// # Errors
    /// [`MomentError`], which says what is expected.
    pub fn parse(text: &str, zone: &TimeZone) -> Result<Moment, MomentError> {
        let text = text.trim();
        // Only these two lengths are a day and a time in minutes or seconds; jiff alone would read many more forms.
        if text.len() == 10 {
            return text.parse::<Date>().map(Moment::on).map_err(|_| MomentError::Form);
        }
        // A time zone by name would be another one than the jurisdiction's, or say nothing that an offset does not say.
        if !text.is_char_boundary(16) || text.len() < 16 || text.contains('[') {
            return Err(MomentError::Form);
        }
        if let Ok(instant) = text.parse::<Timestamp>() {
            return Ok(Moment::at(&instant.to_zoned_datetime(zone.clone())));
        }
        let civil: DateTime = text.parse().map_err(|_| MomentError::Form)?;
        let ambiguous = zone.to_ambiguous_zoned_datetime(civil);
        match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => ambiguous.unambiguous().map(|zoned| Moment::at(&zoned)).map_err(|_| MomentError::Form),
            AmbiguousOffset::Gap { .. } => Err(MomentError::Skipped),
            AmbiguousOffset::Fold { before, after } => {
                let written = |offset: jiff::tz::Offset| {
                    let instant = offset.to_timestamp(civil).ok();
                    instant.map_or_else(String::new, |instant| Moment::at(&instant.to_zoned_datetime(zone.clone())).to_string())
                };
                Err(MomentError::Twice { first: written(before), second: written(after) })
            }
        }
    }

    /// A day of which the time is not known.
    pub fn on(day: Date) -> Moment {
        Moment { day, time: None }
    }

    /// A moment with its time, to the second.
    pub fn at(zoned: &ZonedDateTime) -> Moment {
        let time = zoned.time().with().subsec_nanosecond(0).build().unwrap_or_else(|_| zoned.time());
        Moment { day: zoned.date(), time: Some((time, zoned.timestamp().as_second(), zoned.offset().seconds())) }
    }

    /// The civil date.
    pub fn day(&self) -> Date {
        self.day
    }

    /// The time of day, where it is known.
    pub fn time(&self) -> Option<Time> {
        self.time.map(|(time, _, _)| time)
    }

    /// The instant, in seconds since 1970, where the time is known.
    pub fn instant(&self) -> Option<i64> {
        self.time.map(|(_, instant, _)| instant)
    }

    /// Whether this lies before another for certain: by the instant where both times are known, else by the day.
    pub fn is_before(&self, other: &Moment) -> bool {
        match (self.instant(), other.instant()) {
            (Some(own), Some(others)) => own < others,
            _ => self.day < other.day,
        }
    }

    /// A number that sorts moments: seconds since 1970, at the start of the day in `zone` where the time is not known.
    pub fn order(&self, zone: &TimeZone) -> i64 {
        self.instant().unwrap_or_else(|| self.day.to_zoned_datetime(zone.clone()).map_or(0, |zoned| zoned.timestamp().as_second()))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((time, _, offset)) = self.time else { return write!(f, "{}", self.day) };
        let sign = if offset < 0 { '-' } else { '+' };
        let minutes = offset.unsigned_abs() / 60;
        write!(f, "{}T{:02}:{:02}:{:02}", self.day, time.hour(), time.minute(), time.second())?;
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}
