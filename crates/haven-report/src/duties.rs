//! What is due, when, and whether it was done; as a list and as a calendar.

use crate::groups::Groups;
use crate::input::Input;
use crate::period::{Period, Quarter, after};
use crate::view::gone;
use haven_register::moment::Moment;
use haven_register::register::Stored;
use haven_register::schema::{Deadline, Every};
use icalendar::{Calendar, Component as _, Event, Property};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde::Serialize;

/// A duty with the day on which it is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The id of the deadline.
    pub id: String,
    /// What is due.
    pub label: String,
    /// The provision.
    pub cite: String,
    /// How well the day is known: `V`, `S`, `U` or `house`.
    pub verified: String,
    /// What is known of the day.
    pub note: String,
    /// The day.
    pub due: Date,
    /// Of a duty of the calendar, the first day of its period and the first day after it.
    pub period: Option<(Date, Date)>,
    /// Of a duty that an entry brought, the record.
    pub record: Option<String>,
    /// Who has the duty: an agency, or the station of the entry.
    pub owner: String,
    /// Whether it was done after its day, or is open after it.
    pub late: bool,
    /// The day on which it was done.
    pub done: Option<Date>,
}

/// The first day on which anything was recorded.
pub fn earliest(input: &Input<'_>) -> Option<Date> {
    let recorded = input.entries.iter().filter_map(|stored| Moment::parse(&stored.record.recorded_at, input.zone).ok());
    recorded.map(|moment| moment.day()).min()
}

/// The day from which duties of the calendar are listed: that of the first recording, or of the first entry that a report
/// counts, whichever is earlier. Before it there was no register, and nobody can say what was done.
pub fn since(input: &Input<'_>) -> Option<Date> {
    let counted = input.entries.iter().filter(|stored| input.groups.in_any_class(&stored.record));
    let happened = counted.filter_map(|stored| Some(stored.record.moment("at", input.zone)?.day()));
    happened.chain(earliest(input)).min()
}

/// A sentence that says from when on duties are listed.
pub fn scope(input: &Input<'_>) -> String {
    match since(input) {
        Some(day) => input.groups.say("duties_since", &[("day", &day.to_string())]),
        None => input.groups.say("duties_none", &[("as_of", &input.as_of.to_string())]),
    }
}

/// The duties that fall due until a day, that day included, in order of their days: open ones and those that were done.
///
/// Duties of the calendar are listed for the periods that ended after [`since`] (of an empty register: after the day of the
/// report), those of entries for every entry.
pub fn due(input: &Input<'_>, until: Date) -> Vec<Due> {
    let since = since(input).unwrap_or(input.as_of);
    let mut list = Vec::new();
    for deadline in input.schema.deadlines() {
        match deadline.every {
            Every::Entry => list.extend(of_entries(input, deadline)),
            Every::Quarter | Every::Year => list.extend(of_calendar(input, deadline, since, until)),
        }
    }
    list.retain(|due| due.due <= until);
    list.sort_by(|one, other| {
        let key = |due: &Due| (due.due, due.id.clone(), due.period, due.record.clone());
        key(one).cmp(&key(other))
    });
    list
}

/// The day on which a duty of the calendar is due for a period.
pub(crate) fn day_due(deadline: &Deadline, period: &Period) -> Date {
    let month = after(period.last().first_of_month(), i64::from(deadline.months).months());
    let day = deadline.day.clamp(1, month.days_in_month());
    date(month.year(), month.month(), day)
}

/// The day on which a duty of the calendar was done for a period, by the first entry that says so.
pub(crate) fn done(input: &Input<'_>, duty: &str, period: &Period) -> Option<Date> {
    let of_duty = input.entries.iter().filter(|stored| !gone(stored) && stored.record.kind == "duty");
    let said = of_duty.filter(|stored| {
        stored.record.text("duty") == Some(duty)
            && stored.record.moment("period_from", input.zone).map(|moment| moment.day()) == Some(period.from)
    });
    said.filter_map(|stored| Some(stored.record.moment("at", input.zone)?.day())).min()
}

fn of_calendar(input: &Input<'_>, deadline: &Deadline, since: Date, until: Date) -> Vec<Due> {
    let first = deadline.first.map_or(since, |first| first.max(since));
    let mut period = match deadline.every {
        Every::Quarter => Quarter::of(first).period(),
        _ => Period::year(first.year()),
    };
    let mut list = Vec::new();
    // A period that began before the duty did is none of its own.
    while period.from <= until {
        let due = day_due(deadline, &period);
        if deadline.first.is_none_or(|first| first <= period.from) {
            let done = done(input, &deadline.id, &period);
            list.push(Due {
                id: deadline.id.clone(),
                label: deadline.label.clone(),
                cite: deadline.cite.clone(),
                verified: deadline.verified.clone(),
                note: deadline.note.clone(),
                due,
                period: Some((period.from, period.until)),
                record: None,
                owner: deadline.who.clone(),
                late: done.unwrap_or(input.as_of) > due,
                done,
            });
        }
        let next = match deadline.every {
            Every::Quarter => Quarter::of(period.until).period(),
            _ => Period::year(period.until.year()),
        };
        if next.from <= period.from {
            break;
        }
        period = next;
    }
    list
}

fn of_entries(input: &Input<'_>, deadline: &Deadline) -> Vec<Due> {
    let due_of = |stored: &Stored| {
        let record = &stored.record;
        let day = |field: &str| record.moment(field, input.zone).map(|moment| moment.day());
        let from = day(deadline.from.as_deref().unwrap_or("at"))?;
        if gone(stored) || deadline.first.is_some_and(|first| from < first) {
            return None;
        }
        let sooner = deadline.sooner.as_ref().filter(|sooner| {
            sooner.when.iter().all(|(field, words)| record.texts(field).iter().any(|word| words.iter().any(|each| each == word)))
        });
        let due = after(from, sooner.map_or(deadline.days, |sooner| sooner.days).days());
        let done = deadline.answered.as_ref().and_then(|field| day(field));
        let station = record.station.as_ref().and_then(|name| input.schema.station(name));
        Some(Due {
            id: deadline.id.clone(),
            label: deadline.label.clone(),
            cite: deadline.cite.clone(),
            verified: deadline.verified.clone(),
            note: deadline.note.clone(),
            due,
            period: None,
            record: Some(record.id.clone()),
            owner: station.map_or_else(|| record.agency.clone(), |station| station.label.clone()),
            late: done.unwrap_or(input.as_of) > due,
            done,
        })
    };
    let of_kind = input.entries.iter().filter(|stored| deadline.kind.as_ref() == Some(&stored.record.kind));
    of_kind.filter_map(due_of).collect()
}

/// Duties as a calendar, RFC 5545: one event for the whole day of each. The same duties and day give the same bytes.
pub fn ics(duties: &[Due], groups: &Groups, place: &str, as_of: Date) -> String {
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", "-//Haven//haven-report//EN"));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.append_property(Property::new("X-WR-CALNAME", groups.say("calendar_name", &[("place", place)])));
    let basic = |day: Date| day.strftime("%Y%m%d").to_string();
    for due in duties {
        let mut event = Event::new();
        let about = match (&due.period, &due.record) {
            (Some((from, _)), _) => from.to_string(),
            (None, Some(record)) => record.clone(),
            (None, None) => "once".to_owned(),
        };
        event.uid(&format!("{}-{}-{about}@haven", due.id, due.due));
        event.add_property("DTSTAMP", format!("{}T000000Z", basic(as_of)));
        for (name, day) in [("DTSTART", due.due), ("DTEND", after(due.due, 1.day()))] {
            let mut property = Property::new(name, basic(day));
            property.add_parameter("VALUE", "DATE");
            event.append_property(property.done());
        }
        event.summary(&due.label);
        let mut says = vec![due.cite.clone()];
        if let Some((from, until)) = due.period {
            let last = until.yesterday().unwrap_or(until);
            says.push(groups.say("from_to", &[("from", &from.to_string()), ("last", &last.to_string())]));
        }
        if let Some(record) = &due.record {
            says.push(groups.say("due_record", &[("record", record)]));
        }
        says.push(due.owner.clone());
        says.push(groups.say(&format!("verified_{}", due.verified), &[]));
        says.push(due.note.clone());
        if let Some(done) = due.done {
            says.push(groups.say("due_done", &[("day", &done.to_string())]));
        }
        says.retain(|line| !line.is_empty());
        event.description(&says.join("\n"));
        event.add_property("TRANSP", "TRANSPARENT");
        calendar.push(event.done());
    }
    calendar.to_string()
}
