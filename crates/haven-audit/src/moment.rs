//! Times as exports write them, to milliseconds since 1970 in UTC.
//!
//! A form is data: a pattern in the letters of `strftime`, or one of the words `iso` and `serial`. The usual letters are read
//! here, byte by byte, because a log of a country has a hundred million times in it; a pattern with other letters goes to jiff.

use jiff::Timestamp;
use jiff::civil::{self, DateTime};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use std::fmt::Write as _;

/// The forms that times of a column may have, and the zone of those that name none.
#[derive(Clone, Debug)]
pub(crate) struct Moments {
    forms: Vec<Form>,
    /// None is UTC, which needs no table.
    zone: Option<TimeZone>,
}

/// SQL: how many milliseconds local time is ahead of UTC at `time`, for times from `first` to `last` (milliseconds since 1970).
///
/// One comparison for each change of the clocks in between: an engine does that for whole columns, where its own arithmetic of
/// zones goes a row at a time.
///
/// # Errors
/// No zone of that name is known.
pub(crate) fn offset_sql(zone: &str, first: i64, last: i64) -> Result<String, jiff::Error> {
    let zone = TimeZone::get(zone)?;
    let first = Timestamp::from_millisecond(first).unwrap_or(Timestamp::MIN);
    let mut ahead = i64::from(zone.to_offset(first).seconds()) * 1000;
    let mut cases = String::new();
    for change in zone.following(first).take_while(|change| change.timestamp().as_millisecond() <= last) {
        _ = write!(cases, " WHEN arrow_cast(time, 'Int64') < {} THEN {ahead}", change.timestamp().as_millisecond());
        ahead = i64::from(change.offset().seconds()) * 1000;
    }
    Ok(if cases.is_empty() { format!("({ahead})") } else { format!("CASE{cases} ELSE {ahead} END") })
}

/// How often a clock showed a time on its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    Once,
    /// The clocks were put back over it; the first is taken.
    Twice,
    /// The clocks were put forward over it; as much later is taken.
    Never,
}

#[derive(Clone, Debug)]
enum Form {
    Steps(Vec<Step>),
    /// ISO 8601 and RFC 3339, with or without an offset.
    Iso,
    /// Days since the end of 1899, as spreadsheets count.
    Serial,
    Other(String),
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Year,
    Month,
    Day,
    Hour,
    HourOf12,
    Minute,
    Second,
    Fraction,
    Half,
    /// A space, of whatever width: browsers write U+202F before AM.
    Space,
    Byte(u8),
}

/// What the steps have read so far.
#[derive(Clone, Copy, Default)]
struct Parts {
    year: i32,
    month: i32,
    day: i32,
    hour: i32,
    minute: i32,
    second: i32,
    millisecond: i32,
    afternoon: Option<bool>,
}

const DAY_MS: i64 = 86_400_000;
/// 30 December 1899 in days since 1970, where spreadsheets begin to count.
const SERIAL_BEGIN: i64 = -25_569;
/// The years 1970 to 2099 as spreadsheets count: a count of cameras that stands in the column of times is no day.
const SERIAL: std::ops::Range<f64> = 25_569.0..73_051.0;

impl Moments {
    /// Reads the forms and the name of the zone; the error says which of them is not known.
    pub(crate) fn new(forms: &[String], zone: &str) -> Result<Self, String> {
        let zone = match zone {
            "UTC" => None,
            name => Some(TimeZone::get(name).map_err(|_| format!("`{name}`, which is no zone of the IANA database"))?),
        };
        let forms = forms.iter().map(|form| Form::new(form)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { forms, zone })
    }

    /// The moment, if one of the forms is that of the text. `last` is the form that read the cell before, which is tried first.
    pub(crate) fn read(&self, text: &[u8], last: &mut usize) -> Option<i64> {
        if let Some(moment) = self.forms.get(*last).and_then(|form| self.by(form, text)) {
            return Some(moment);
        }
        let (form, moment) = self.forms.iter().enumerate().find_map(|(at, form)| Some((at, self.by(form, text)?)))?;
        *last = form;
        Some(moment)
    }

    /// The same forms without a zone, so that a clock can be read as it stood.
    pub(crate) fn in_utc(&self) -> Self {
        Self { forms: self.forms.clone(), zone: None }
    }

    /// Whether the clock of the zone showed this moment once, given what `in_utc` reads of the same text.
    pub(crate) fn clock(&self, moment: i64, as_utc: i64) -> Clock {
        // The text has an offset of its own.
        let Some(zone) = self.zone.as_ref().filter(|_| moment != as_utc) else { return Clock::Once };
        let Ok(civil) = Timestamp::from_millisecond(as_utc).map(|utc| TimeZone::UTC.to_datetime(utc)) else { return Clock::Once };
        match zone.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { .. } => Clock::Once,
            AmbiguousOffset::Gap { .. } => Clock::Never,
            AmbiguousOffset::Fold { .. } => Clock::Twice,
        }
    }

    fn by(&self, form: &Form, text: &[u8]) -> Option<i64> {
        match form {
            Form::Steps(steps) => {
                let parts = read(steps, text)?;
                match &self.zone {
                    None => parts.utc(),
                    Some(zone) => in_zone(parts.civil()?, zone),
                }
            }
            Form::Iso => {
                let text = std::str::from_utf8(text).ok()?;
                if let Ok(moment) = text.parse::<Timestamp>() {
                    return Some(moment.as_millisecond());
                }
                self.in_own_zone(text.parse().ok()?)
            }
            Form::Serial => {
                let days: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
                if !SERIAL.contains(&days) {
                    return None;
                }
                // In range, so that nothing is cut off; spreadsheets are exact to less than a millisecond.
                #[expect(clippy::cast_possible_truncation, reason = "at most 2.6e14")]
                let milliseconds = (days * 86_400_000.0).round() as i64;
                let utc = SERIAL_BEGIN * DAY_MS + milliseconds;
                match &self.zone {
                    None => Some(utc),
                    Some(zone) => in_zone(TimeZone::UTC.to_datetime(Timestamp::from_millisecond(utc).ok()?), zone),
                }
            }
            Form::Other(pattern) => {
                let broken = BrokenDownTime::parse(pattern.as_bytes(), text).ok()?;
                match broken.to_timestamp() {
                    Ok(moment) => Some(moment.as_millisecond()),
                    Err(_) => self.in_own_zone(broken.to_datetime().ok()?),
                }
            }
        }
    }

    fn in_own_zone(&self, civil: DateTime) -> Option<i64> {
        in_zone(civil, self.zone.as_ref().unwrap_or(&TimeZone::UTC))
    }
}

fn in_zone(civil: DateTime, zone: &TimeZone) -> Option<i64> {
    Some(zone.to_timestamp(civil).ok()?.as_millisecond())
}

impl Form {
    fn new(pattern: &str) -> Result<Self, String> {
        match pattern {
            "iso" => return Ok(Self::Iso),
            "serial" => return Ok(Self::Serial),
            _ => {}
        }
        if !pattern.contains('%') {
            return Err(format!("`{pattern}`, which is neither a pattern with `%` nor `iso` nor `serial`"));
        }
        let mut steps = Vec::new();
        let mut bytes = pattern.bytes().peekable();
        while let Some(byte) = bytes.next() {
            steps.push(match byte {
                b'%' => match bytes.next() {
                    Some(b'Y') => Step::Year,
                    Some(b'm') => Step::Month,
                    Some(b'd') => Step::Day,
                    Some(b'H') => Step::Hour,
                    Some(b'I') => Step::HourOf12,
                    Some(b'M') => Step::Minute,
                    Some(b'S') => Step::Second,
                    Some(b'p') => Step::Half,
                    Some(b'.') if bytes.next_if_eq(&b'f').is_some() => Step::Fraction,
                    _ => return Ok(Self::Other(pattern.to_owned())),
                },
                b' ' => Step::Space,
                byte => Step::Byte(byte),
            });
        }
        Ok(Self::Steps(steps))
    }
}

/// Takes a number of at least `least` and at most `most` digits off the front.
fn digits(text: &mut &[u8], least: usize, most: usize) -> Option<i32> {
    let mut value = 0;
    let mut count = 0;
    while let [digit @ b'0'..=b'9', rest @ ..] = *text
        && count < most
    {
        value = value * 10 + i32::from(digit - b'0');
        count += 1;
        *text = rest;
    }
    (count >= least).then_some(value)
}

fn read(steps: &[Step], mut text: &[u8]) -> Option<Parts> {
    let mut parts = Parts::default();
    for step in steps {
        match step {
            Step::Year => parts.year = digits(&mut text, 4, 4)?,
            Step::Month => parts.month = digits(&mut text, 1, 2)?,
            Step::Day => parts.day = digits(&mut text, 1, 2)?,
            Step::Hour | Step::HourOf12 => {
                parts.hour = digits(&mut text, 1, 2)?;
                if matches!(step, Step::HourOf12) && !(1..=12).contains(&parts.hour) {
                    return None;
                }
            }
            Step::Minute => parts.minute = digits(&mut text, 2, 2)?,
            Step::Second => parts.second = digits(&mut text, 2, 2)?,
            Step::Fraction => {
                if let [b'.', rest @ ..] = text {
                    let before = rest.len();
                    text = rest;
                    let value = digits(&mut text, 1, 3)?;
                    parts.millisecond = match before - text.len() {
                        1 => value * 100,
                        2 => value * 10,
                        _ => value,
                    };
                    while let [b'0'..=b'9', rest @ ..] = text {
                        text = rest;
                    }
                }
            }
            Step::Half => {
                let [half, b'M' | b'm', rest @ ..] = text else { return None };
                parts.afternoon = Some(match half {
                    b'A' | b'a' => false,
                    b'P' | b'p' => true,
                    _ => return None,
                });
                text = rest;
            }
            Step::Space => {
                text = match text {
                    [b' ', rest @ ..] | [0xC2, 0xA0, rest @ ..] | [0xE2, 0x80, 0xAF, rest @ ..] => rest,
                    _ => return None,
                }
            }
            Step::Byte(byte) => {
                let [first, rest @ ..] = text else { return None };
                if first != byte {
                    return None;
                }
                text = rest;
            }
        }
    }
    if let Some(afternoon) = parts.afternoon {
        parts.hour = parts.hour % 12 + if afternoon { 12 } else { 0 };
    }
    text.is_empty().then_some(parts)
}

impl Parts {
    /// The moment, if there is such a day and such a time of day.
    fn utc(&self) -> Option<i64> {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let days_of_month = match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=days_of_month).contains(&self.day) || self.hour > 23 || self.minute > 59 || self.second > 59 {
            return None;
        }
        // Years that begin in March have their leap day at their end (Hinnant, `days_from_civil`).
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let month = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        let days = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468;
        let seconds = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        Some(days * DAY_MS + seconds * 1000 + i64::from(self.millisecond))
    }

    fn civil(&self) -> Option<DateTime> {
        let small = |part: i32| i8::try_from(part).ok();
        let date = civil::Date::new(i16::try_from(self.year).ok()?, small(self.month)?, small(self.day)?).ok()?;
        let time = civil::Time::new(small(self.hour)?, small(self.minute)?, small(self.second)?, self.millisecond * 1_000_000).ok()?;
        Some(date.to_datetime(time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_of_real_exports() {
        let check = |form: &str, zone: &str, text: &str, expected: Option<&str>| {
            let moments = Moments::new(&[form.to_owned()], zone).unwrap();
            let expected = expected.map(|moment| moment.parse::<Timestamp>().unwrap().as_millisecond());
            assert_eq!(moments.read(text.as_bytes(), &mut 0), expected, "{text} by {form} in {zone}");
        };
        let export = "%m/%d/%Y, %I:%M:%S %p UTC";
        check(export, "UTC", "11/14/2025, 09:53:36 AM UTC", Some("2025-11-14T09:53:36Z"));
        check(export, "UTC", "11/14/2025, 12:00:04 AM UTC", Some("2025-11-14T00:00:04Z"));
        check(export, "UTC", "11/14/2025, 12:00:04 PM UTC", Some("2025-11-14T12:00:04Z"));
        check(export, "UTC", "1/4/2025, 9:53:36\u{202f}PM UTC", Some("2025-01-04T21:53:36Z"));
        check(export, "UTC", "2/29/2024, 01:00:00 PM UTC", Some("2024-02-29T13:00:00Z"));
        check(export, "UTC", "2/29/2025, 01:00:00 PM UTC", None);
        check(export, "UTC", "13/14/2025, 01:00:00 PM UTC", None);
        check(export, "UTC", "11/14/2025, 13:00:00 PM UTC", None);
        check(export, "UTC", "11/14/2025, 09:53:36 AM", None);
        check(export, "UTC", "11/14/2025, 09:53:36 AM UTC ", None);
        check(export, "UTC", "", None);
        check("%Y-%m-%d %H:%M:%S%.f", "UTC", "2025-06-18 14:20:09.502", Some("2025-06-18T14:20:09.502Z"));
        check("%Y-%m-%d %H:%M:%S%.f", "UTC", "2025-06-18 14:20:09", Some("2025-06-18T14:20:09Z"));
        check("%Y-%m-%d %H:%M:%S%.f", "UTC", "2025-06-18 14:20:09.5000001", Some("2025-06-18T14:20:09.5Z"));
        check("%Y-%m-%d %H:%M:%S%.f", "America/Chicago", "2025-06-18 14:20:09.502", Some("2025-06-18T19:20:09.502Z"));
        check("%Y-%m-%d %H:%M", "America/Chicago", "2025-01-18 14:20", Some("2025-01-18T20:20:00Z"));
        check("iso", "UTC", "2025-06-18T14:20:09+02:00", Some("2025-06-18T12:20:09Z"));
        check("iso", "America/Chicago", "2025-06-18T14:20:09", Some("2025-06-18T19:20:09Z"));
        check("serial", "UTC", "45992.4125", Some("2025-12-01T09:54:00Z"));
        check("serial", "America/Chicago", "45992.5", Some("2025-12-01T18:00:00Z"));
        check("serial", "UTC", "NaN", None);
        check("serial", "UTC", "104", None);
        check("serial", "UTC", "96217", None);
        check("serial", "UTC", "73050.5", Some("2099-12-31T12:00:00Z"));
        check("serial", "UTC", "1e300", None);
        check("%b %d, %Y %H:%M", "UTC", "Nov 14, 2025 09:53", Some("2025-11-14T09:53:00Z"));
        check("%Y-%m-%d %H:%M:%S %z", "UTC", "2025-11-14 09:53:00 -0600", Some("2025-11-14T15:53:00Z"));
    }

    #[test]
    fn a_form_or_zone_that_nobody_knows_is_said() {
        let check = |form: &str, zone: &str| Moments::new(&[form.to_owned()], zone).unwrap_err();
        assert_eq!(check("excel", "UTC"), "`excel`, which is neither a pattern with `%` nor `iso` nor `serial`");
        assert_eq!(check("iso", "Chicago"), "`Chicago`, which is no zone of the IANA database");
    }

    proptest! {
        /// The short way here and jiff's say the same of every second.
        #[test]
        fn every_moment_is_read_as_jiff_does(second in -2_000_000_000_i64..8_000_000_000, millisecond in 0..1000_i64) {
            let moment = Timestamp::from_millisecond(second * 1000 + millisecond).unwrap();
            for form in ["%m/%d/%Y, %I:%M:%S %p UTC", "%Y-%m-%d %H:%M:%S%.f"] {
                let text = moment.strftime(form).to_string();
                let expected = second * 1000 + if form.contains("%.f") { millisecond } else { 0 };
                let moments = Moments::new(&[form.to_owned()], "UTC").unwrap();
                prop_assert_eq!(moments.read(text.as_bytes(), &mut 0), Some(expected), "{}", text);
            }
        }
    }
}
