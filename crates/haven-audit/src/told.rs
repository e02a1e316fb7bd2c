//! Times of a log as days, clock times and instants of one place.
//!
//! A text is read in the forms that the engine reads. One with an offset (`2021-02-22T23:30:00-06:00`, `…Z`) is an instant, and is
//! told in the zone of the place; one without is what the clock of the place showed.

use datafusion::arrow::array::timezone::Tz;
use datafusion::arrow::array::{ArrayRef, AsArray as _, Date32Array, TimestampMicrosecondArray};
use datafusion::arrow::compute::kernels::cast_utils::{Parser as _, string_to_datetime};
use datafusion::arrow::datatypes::{DataType, Date32Type, TimeUnit, TimestampMicrosecondType};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use datafusion::scalar::ScalarValue;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// Which of two instants a clock time is, where the clocks showed it twice; where they never showed it, which of the two that it
/// would have been by the offset before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    Earlier,
    Later,
}

/// A time as a text has it, in microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// What a clock showed, as if it were in UTC.
    Clock(i64),
    Instant(i64),
}

const DAY: i64 = 86_400_000_000;

/// A function of texts: the day of the place.
pub(crate) fn day_of_text(zone: &TimeZone) -> ScalarUDF {
    let zone = zone.clone();
    let day = move |text: &str| {
        let text = text.trim();
        if text.len() <= 10 {
            return Date32Type::parse(text);
        }
        i32::try_from(clock(read(text)?, &zone)?.div_euclid(DAY)).ok()
    };
    function("day_of_text", DataType::Utf8, DataType::Date32, move |texts| {
        Arc::new(texts.as_string::<i32>().iter().map(|text| day(text?)).collect::<Date32Array>())
    })
}

/// A function of texts: what the clock of the place showed.
pub(crate) fn moment_of_text(zone: &TimeZone) -> ScalarUDF {
    let zone = zone.clone();
    function("moment_of_text", DataType::Utf8, DataType::Timestamp(TimeUnit::Microsecond, None), move |texts| {
        let moments = texts.as_string::<i32>().iter().map(|text| clock(read(text?)?, &zone));
        Arc::new(moments.collect::<TimestampMicrosecondArray>())
    })
}

/// A function of texts, or of what clocks of the place showed: the instant.
pub(crate) fn instant(zone: &TimeZone, reading: Reading, of: &DataType) -> ScalarUDF {
    let (zone, text) = (zone.clone(), *of == DataType::Utf8);
    let name = match reading {
        Reading::Earlier => "earlier_instant",
        Reading::Later => "later_instant",
    };
    function(name, of.clone(), DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), move |column| {
        let at = |said: Said| match said {
            Said::Instant(instant) => Some(instant),
            Said::Clock(clock) => at_clock(clock, &zone, reading),
        };
        let instants: TimestampMicrosecondArray = if text {
            column.as_string::<i32>().iter().map(|text| at(read(text?)?)).collect()
        } else {
            column.as_primitive::<TimestampMicrosecondType>().iter().map(|clock| at(Said::Clock(clock?))).collect()
        };
        Arc::new(instants.with_timezone("UTC"))
    })
}

/// What the clock of the place showed at an instant, in microseconds as if it were in UTC.
pub(crate) fn local(instant: i64, zone: &TimeZone) -> Option<i64> {
    let ahead = zone.to_offset(Timestamp::from_microsecond(instant).ok()?).seconds();
    instant.checked_add(i64::from(ahead) * 1_000_000)
}

fn function(name: &str, of: DataType, to: DataType, each: impl Fn(&ArrayRef) -> ArrayRef + Send + Sync + 'static) -> ScalarUDF {
    let whole = move |arguments: &[ColumnarValue]| match arguments {
        [ColumnarValue::Array(column)] => Ok(ColumnarValue::Array(each(column))),
        [ColumnarValue::Scalar(value)] => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&each(&value.to_array()?), 0)?)),
        _ => datafusion::common::exec_err!("one argument is expected"),
    };
    create_udf(name, vec![of], to, Volatility::Immutable, Arc::new(whole))
}

fn clock(said: Said, zone: &TimeZone) -> Option<i64> {
    match said {
        Said::Clock(clock) => Some(clock),
        Said::Instant(instant) => local(instant, zone),
    }
}

fn at_clock(clock: i64, zone: &TimeZone, reading: Reading) -> Option<i64> {
    let civil = TimeZone::UTC.to_datetime(Timestamp::from_microsecond(clock).ok()?);
    let both = zone.to_ambiguous_timestamp(civil);
    let one = match reading {
        Reading::Earlier => both.earlier(),
        Reading::Later => both.later(),
    };
    Some(one.ok()?.as_microsecond())
}

fn read(text: &str) -> Option<Said> {
    let text = text.trim();
    let by = |offset: &str| {
        let zone: Tz = offset.parse().ok()?;
        Some(string_to_datetime(&zone, text).ok()?.timestamp_micros())
    };
    let Some(moment) = by("+00:00") else {
        // With the name of the zone behind the offset, as RFC 9557 has it.
        return Some(Said::Instant(text.parse::<Timestamp>().ok()?.as_microsecond()));
    };
    let bare = text.bytes().skip(11).all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'));
    // What is the same wherever it is read has an offset of its own.
    Some(if !bare && by("+01:00") == Some(moment) { Said::Instant(moment) } else { Said::Clock(moment) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_an_offset_is_told_in_the_zone_of_the_place() {
        let zone = TimeZone::get("America/Chicago").unwrap();
        let check = |text: &str, shown: Option<&str>| {
            let told = read(text).and_then(|said| clock(said, &zone)).map(|clock| Timestamp::from_microsecond(clock).unwrap().to_string());
            assert_eq!(told.as_deref(), shown, "{text}");
        };
        check("2021-02-22T23:30:00-06:00", Some("2021-02-22T23:30:00Z"));
        check("2021-02-23T05:30:00Z", Some("2021-02-22T23:30:00Z"));
        check("2021-02-23 05:30:00z", Some("2021-02-22T23:30:00Z"));
        check("2021-02-23 05:30:00.25 +00:00", Some("2021-02-22T23:30:00.25Z"));
        check("2021-02-23 06:30:00+0100", Some("2021-02-22T23:30:00Z"));
        check("2021-02-22T23:30:00-06:00[America/Chicago]", Some("2021-02-22T23:30:00Z"));
        check("2021-07-22T23:30:00-05:00", Some("2021-07-22T23:30:00Z"));
        check("2021-02-22T23:30:00", Some("2021-02-22T23:30:00Z"));
        check(" 2021-02-22 23:30:00 ", Some("2021-02-22T23:30:00Z"));
        check("2021-02-22", Some("2021-02-22T00:00:00Z"));
        for none in ["", "x", "22/02/2021", "2021-02-30", "2021-02-22T23:30:00 local", "2021-02-22T25:30:00-06:00"] {
            check(none, None);
        }
    }

    #[test]
    fn a_clock_time_is_two_instants_where_the_clocks_were_changed() {
        let zone = TimeZone::get("America/Chicago").unwrap();
        let check = |text: &str, earlier: &str, later: &str| {
            let Some(Said::Clock(clock)) = read(text) else { panic!("{text}") };
            for (reading, expected) in [(Reading::Earlier, earlier), (Reading::Later, later)] {
                let instant = at_clock(clock, &zone, reading).map(|instant| Timestamp::from_microsecond(instant).unwrap().to_string());
                assert_eq!(instant.as_deref(), Some(expected), "{text}, {reading:?}");
            }
        };
        check("2025-03-09 01:30:00", "2025-03-09T07:30:00Z", "2025-03-09T07:30:00Z");
        check("2025-03-09 02:30:00", "2025-03-09T07:30:00Z", "2025-03-09T08:30:00Z");
        check("2025-03-09 03:15:00", "2025-03-09T08:15:00Z", "2025-03-09T08:15:00Z");
        check("2025-11-02 01:30:00", "2025-11-02T06:30:00Z", "2025-11-02T07:30:00Z");
        check("2025-11-02 02:00:00", "2025-11-02T08:00:00Z", "2025-11-02T08:00:00Z");
    }
}
