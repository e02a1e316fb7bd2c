//! Registers written by hand: a line for each entry, read as the register reads what people type.

use haven_law::pack::{Pack, Source};
use haven_register::entry::{Draft, Pairs, Record};
use haven_register::moment::Moment;
use haven_register::register::Stored;
use haven_register::schema::Schema;
use haven_report::{Groups, Input};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The root of the working tree.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What may be recorded in Chicago.
pub static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let source = Source::new(crate::laws::files());
    let pack = Pack::load(&source, "us/il/chicago").unwrap();
    Schema::load(&source, &pack).unwrap()
});
/// The words of the reports.
pub static GROUPS: LazyLock<Groups> =
    LazyLock::new(|| Groups::read(&fs::read_to_string(root().join("law/reports.toml")).unwrap()).unwrap());
/// Chicago's time zone.
pub static ZONE: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("America/Chicago").unwrap());

/// A register with what a report needs beside it.
pub struct World {
    pub entries: Vec<Stored>,
    pub links: Vec<(String, String, String, String)>,
    pub as_of: jiff::civil::Date,
}

impl World {
    /// Reads a register: `id recorded [vN:why | erased:ground] name=word …` on each line, spaces in a word written `_`.
    pub fn read(text: &str, as_of: &str) -> World {
        let now = Moment::parse("2026-11-26 12:00", &ZONE).unwrap();
        let mut entries = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let mut words = line.split_whitespace();
            let (id, recorded) = (words.next().unwrap(), words.next().unwrap());
            let mut pairs: Pairs = [("by".to_owned(), "P1".to_owned())].into();
            let (mut version, mut why, mut erased) = (1, None, false);
            for word in words {
                if let Some((name, value)) = word.split_once('=') {
                    pairs.insert(name.to_owned(), value.to_owned());
                } else if let Some((mark, reason)) = word.split_once(':') {
                    erased = mark == "erased";
                    version = mark.strip_prefix('v').map_or(2, |number| number.parse().unwrap());
                    why = Some(reason.to_owned());
                }
            }
            let agency = pairs.get("agency").map(|name| name.replace('_', " "));
            if let Some(agency) = agency {
                pairs.insert("agency".to_owned(), agency);
            }
            let draft = Draft::read(&SCHEMA, &ZONE, &pairs, &now).unwrap_or_else(|errors| panic!("{line}: {errors:?}"));
            let mut record = Record {
                id: id.to_owned(),
                version,
                kind: draft.kind,
                agency: draft.agency,
                station: draft.station,
                incident: draft.incident.unwrap_or_else(|| id.to_owned()),
                at: draft.at.to_string(),
                recorded_at: Moment::parse(recorded, &ZONE).unwrap().to_string(),
                by: draft.by,
                why,
                erased,
                external: draft.external,
                fields: draft.fields,
            };
            if erased {
                record.agency = String::new();
                record.station = None;
                record.at.truncate(10);
                record.fields = BTreeMap::new();
            }
            entries.push(Stored { record, log: 1, index: u64::try_from(entries.len()).unwrap(), erased: false });
        }
        World { entries, links: Vec::new(), as_of: as_of.parse().unwrap() }
    }

    pub fn link(mut self, system: &str, number: &str, record: &str) -> World {
        let incident = self.entries.iter().find(|stored| stored.record.id == record).unwrap().record.incident.clone();
        self.links.push((system.to_owned(), number.to_owned(), incident, record.to_owned()));
        self
    }

    pub fn input(&self) -> Input<'_> {
        Input {
            schema: &SCHEMA,
            groups: &GROUPS,
            zone: &ZONE,
            entries: &self.entries,
            links: &self.links,
            origin: "haven.example/chicago",
            log_size: 40,
            as_of: self.as_of,
        }
    }
}

/// A year with one of everything that a report must tell apart, around the second quarter of 2024.
pub const YEAR: &str = "
# Requests. r2 came on the evening before the quarter; r4 is written in UTC and came on its last evening; r7 on the first minute after.
r1 2024-04-02T10:00 kind=request station=1 at=2024-04-02T09:30 channel=phone requester=ice asked=assist;perimeter matter=civil matter_known_at=2024-04-02T09:40 dispatch_notified_at=2024-04-02T09:35 supervisor_notified_at=2024-04-02T09:45
r2 2024-04-01T08:00 kind=request station=1 at=2024-03-31T23:30 channel=radio requester=ero asked=assist dispatch_notified_at=2024-04-01T00:10
r3 2024-07-01T09:00 kind=request station=12 at=2024-06-30T23:50 channel=in_person requester=federal_unspecified asked=facility_use
r4 2024-07-01T09:30 kind=request station=12 at=2024-07-01T04:30:00Z channel=phone requester=dhs asked=hold matter=mixed matter_known_at=2024-07-01T05:00 dispatch_notified_at=2024-07-01T00:05
r5 2024-05-20T12:00 kind=request station=HQ at=2024-05-20T11:00 channel=email requester=hsi asked=assist matter=criminal matter_known_at=2024-05-20T11:00 dispatch_notified_at=2024-05-20T11:30
r6 2024-05-21T12:00 kind=request station=REC at=2024-05-21T11:00 channel=fax requester=ice asked=custody_status
r7 2024-07-01T00:30 kind=request station=1 at=2024-07-01T00:00 channel=phone requester=ice asked=assist
a1 2024-04-02T11:00 kind=response station=1 at=2024-04-02T10:30 request=r1 incident=r1 outcome=declined ground=city_law;state_law
a4 2024-07-01T10:00 kind=response station=12 at=2024-07-01T09:00 request=r4 incident=r4 outcome=referred
a5 2024-05-20T13:00 kind=response station=HQ at=2024-05-20T12:30 request=r5 incident=r5 outcome=complied ground=criminal_matter
a6 2024-05-21T13:00 kind=response station=REC at=2024-05-21T12:30 request=r6 incident=r6 outcome=declined ground=city_law
# Papers. d3 was recorded six days later; d5 and d6 say the same; d7 came in the first quarter; of d8 nothing is left.
d1 2024-04-10T08:10 kind=document station=2 at=2024-04-10T08:00 document=I-247A channel=fax requester=ice signer=immigration_officer
c1 2024-04-10T12:00 kind=custody station=2 at=2024-04-10T11:45 document=d1 incident=d1 milestone=bail_posted
c2 2024-04-10T13:00 kind=custody station=2 at=2024-04-10T12:45 document=d1 incident=d1 milestone=released
d2 2024-06-28T08:10 kind=document station=2 at=2024-06-28T08:00 document=I-200 channel=in_person requester=ero
c3 2024-07-02T08:10 kind=custody station=2 at=2024-07-02T08:00 document=d2 incident=d2 milestone=transferred to=ero ground=judicial_warrant
d3 2024-05-10T08:10 kind=document station=HQ at=2024-05-04 document=ncic_ivf channel=ncic requester=ice
d4 2024-05-11T08:10 kind=document station=HQ at=2024-05-11T08:00 document=cannot_tell channel=fax requester=ice
d5 2024-05-12T08:10 kind=document station=5 at=2024-05-12T08:00 document=I-247A channel=fax requester=ice
d6 2024-05-12T09:10 kind=document station=5 at=2024-05-12T08:00 document=I-247A channel=fax requester=ice
d7 2024-02-10T08:10 kind=document station=2 at=2024-02-10T08:00 document=I-247A channel=fax requester=ice
c7 2024-04-05T08:10 kind=custody station=2 at=2024-04-05T08:00 document=d7 incident=d7 milestone=transferred to=ice ground=court_order
d8 2024-09-01T08:10 erased:not_lawful kind=document station=7 at=2024-05-05T08:00 document=I-247A channel=fax requester=ice
d9 2024-06-20T08:10 v2:wrong_paper kind=document station=2 at=2024-06-01T08:00 document=I-205 channel=mail requester=uscis
c9 2024-06-01T12:00 kind=custody station=2 at=2024-06-01T11:00 document=d9 incident=d9 milestone=released
d10 2024-06-02T08:10 kind=document station=2 at=2024-06-02T08:00 document=I-862 channel=mail requester=ice
# Certificates. n2 covers a part, n3 is contradicted by the papers of its station, n4 and n5 together cover the quarter.
n1 2024-07-02T08:00 kind=nil station=3 at=2024-07-02T08:00 nothing=requests;documents period_from=2024-04-01 period_until=2024-07-01 certified_by=P3
n2 2024-06-02T08:00 kind=nil station=4 at=2024-06-02T08:00 nothing=documents period_from=2024-04-01 period_until=2024-06-01 certified_by=P4
n3 2024-07-02T08:00 kind=nil station=2 at=2024-07-02T08:00 nothing=documents period_from=2024-04-01 period_until=2024-07-01 certified_by=P2
n4 2024-05-02T08:00 kind=nil station=6 at=2024-05-02T08:00 nothing=requests period_from=2024-01-01 period_until=2024-05-01 certified_by=P6
n5 2025-01-02T08:00 kind=nil station=6 at=2025-01-02T08:00 nothing=requests period_from=2024-05-01 period_until=2025-01-01 certified_by=P6
# The rest.
v1 2024-03-01T09:00 kind=certification station=REC at=2024-03-01T08:00 form=u_visa outcome=certified answered_on=2024-04-15
v2 2024-03-02T09:00 kind=certification station=REC at=2024-03-02T08:00 form=t_visa outcome=refused_in_writing answered_on=2024-08-01
v3 2024-10-02T09:00 kind=certification station=REC at=2024-10-02T08:00 form=u_visa removal_proceedings=yes
v4 2023-12-20T09:00 kind=certification station=REC at=2023-12-20T08:00 form=u_visa outcome=certified answered_on=2024-01-10
v5 2023-06-01T09:00 kind=certification station=REC at=2023-06-01T08:00 form=u_visa
f1 2024-11-01T09:00 kind=form_review agency=Chicago_Public_Library at=2024-11-01T08:00 year=2024 forms=30 asking=3 amended=1 kept=1 signed_by=P8
f2 2024-11-02T09:00 kind=form_review station=LAW at=2024-11-02T08:00 year=2024 forms=10 asking=0 amended=0 kept=0 signed_by=P9
f3 2023-11-02T09:00 kind=form_review station=OIG at=2023-11-02T08:00 year=2023 forms=5 asking=1 amended=1 kept=0 signed_by=P7
g1 2024-01-10T09:00 kind=agreement station=HQ at=2022-01-01 agreement=platform party=vendor access=direct system=alpr renews_on=2024-08-01
g2 2024-01-10T09:00 kind=agreement station=HQ at=2021-01-01 agreement=data_sharing party=illinois_police access=extract system=records purpose=criminal determined_by=P1 determined_on=2021-01-01 expires_on=2024-01-01
g3 2024-01-10T09:00 kind=agreement station=HQ at=2021-01-01 agreement=data_sharing party=ice access=direct system=gang purpose=civil_immigration determined_by=P1 determined_on=2023-01-01
g4 2024-01-10T09:00 kind=agreement station=HQ at=2021-01-01 agreement=task_force party=hsi access=none ended_on=2023-12-31
w1 2024-06-03T09:00 kind=visit station=HQ at=2024-06-03T08:00 requester=ice place=office agent_name=refused paper_shown=none
k1 2024-06-04T09:00 kind=complaint station=COPA at=2024-06-04T08:00 against=police_member allegation=status_data routed_to=police_oversight
u1 2024-07-08T09:00 kind=duty station=HQ at=2024-07-08T08:00 duty=quarterly_report period_from=2024-04-01 owner=P1
";

/// The year as it was known on the day of the report.
pub fn year() -> World {
    World::read(YEAR, "2025-01-15")
}
