//! What a report is built from.

use crate::groups::Groups;
use haven_register::register::Stored;
use haven_register::schema::Schema;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// What a report is built from: the register as it stands, the words of the reports, and the day.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// What the register holds, by the law packs.
    pub schema: &'a Schema,
    /// The words of the reports: `law/reports.toml`.
    pub groups: &'a Groups,
    /// The time zone of the jurisdiction.
    pub zone: &'a TimeZone,
    /// All entries of all kinds and all time in their current versions.
    ///
    /// INVARIANT: each was held against its commitment in the log when it was read; `Register::list` gives no other.
    pub entries: &'a [Stored],
    /// Links to cases: system, number, incident, record. Empty where the reader may not have them.
    pub links: &'a [(String, String, String, String)],
    /// The name of the log.
    pub origin: &'a str,
    /// How many entries the log has.
    pub log_size: u64,
    /// The day on which the report is made.
    pub as_of: Date,
}
