//! What is missing: each rule on both sides of its line.

use crate::world::{SCHEMA, pairs, zone};
use haven_register::entry::{Draft, Record};
use haven_register::gaps::{Gap, gaps};
use haven_register::moment::Moment;
use haven_register::register::Stored;
use jiff::civil::{Date, date};
use jiff::{ToSpan as _, ZonedDateTime};

/// Everything is asked of the first half of 2026, as of the first of July.
const FROM: Date = date(2026, 1, 1);
const UNTIL: Date = date(2026, 7, 1);

const REQUEST: &str = "kind=request|station=001|by=S-1|channel=phone|requester=ero|asked=assist";
const PAPER: &str = "kind=document|station=001|by=S-1|channel=fax|requester=ero|document=I-247A";
const RESPONSE: &str = "kind=response|station=001|by=S-1|outcome=declined|ground=city_law";
const CUSTODY: &str = "kind=custody|station=001|by=S-1";
const NIL: &str = "kind=nil|station=001|by=S-1|certified_by=S-2";

/// An entry: besides its fields `id`, `incident` (of its own where none is said), and `recorded` (at once where nothing is said).
fn entry(text: &str) -> Stored {
    let mut pairs = pairs(text);
    let mut take = |name: &str| pairs.remove(name);
    let (id, incident, recorded) = (take("id").unwrap(), take("incident"), take("recorded"));
    let now: ZonedDateTime = "2026-12-01T12:00:00-06:00[America/Chicago]".parse().unwrap();
    let draft = Draft::read(&SCHEMA, &zone(), &pairs, &Moment::at(&now)).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
    let record = Record {
        incident: incident.unwrap_or_else(|| id.clone()),
        id,
        version: 1,
        kind: draft.kind,
        agency: draft.agency,
        station: draft.station,
        recorded_at: recorded.unwrap_or_else(|| draft.at.to_string()),
        at: draft.at.to_string(),
        by: draft.by,
        why: None,
        erased: false,
        external: draft.external,
        fields: draft.fields,
    };
    Stored { record, log: 1, index: 0, erased: false }
}

fn find(entries: &[Stored], links: &[(&str, &str, &str, &str)]) -> Vec<Gap> {
    let links: Vec<_> = links.iter().map(|(system, number, incident, id)| (*system, *number, *incident, *id)).map(owned).collect();
    gaps(entries, &links, &SCHEMA, &zone(), FROM, UNTIL)
}

fn owned((system, number, incident, id): (&str, &str, &str, &str)) -> (String, String, String, String) {
    (system.to_owned(), number.to_owned(), incident.to_owned(), id.to_owned())
}

fn shown(gap: &Gap) -> String {
    let station = gap.station.as_deref().unwrap_or("-");
    format!("{} {}..{} {station} [{}] {}", gap.kind.name(), gap.from, gap.until, gap.records.join(" "), gap.says)
}

/// Looks into entries; silent stations are left out unless they are asked for. Each gap is said in this order.
fn check(name: &str, entries: &[String], links: &[(&str, &str, &str, &str)], expected: &[&str]) {
    let entries: Vec<Stored> = entries.iter().map(|text| entry(text)).collect();
    check_stored(name, &entries, links, expected);
}

fn check_stored(name: &str, entries: &[Stored], links: &[(&str, &str, &str, &str)], expected: &[&str]) {
    let found = find(entries, links);
    let wanted = expected.iter().any(|expected| expected.starts_with("station_silent"));
    let said: Vec<String> = found.iter().map(shown).filter(|line| wanted || !line.starts_with("station_silent")).collect();
    assert_eq!(said.len(), expected.len(), "{name}: {said:#?}");
    for (said, expected) in said.iter().zip(expected) {
        assert!(said.contains(expected), "{name}: `{said}` does not say `{expected}`");
    }
    // Whatever order the entries come in, the same is said.
    let mut turned: Vec<Stored> = entries.to_vec();
    turned.reverse();
    assert_eq!(find(&turned, links), found, "{name}");
}

#[test]
fn requests_and_their_responses() {
    let request = |at: &str| format!("id=r1|at={at}|{REQUEST}");
    let response = format!("id=a1|incident=r1|request=r1|at=2026-06-20 14:00|{RESPONSE}");
    check(
        "none",
        &[request("2026-06-24 14:00")],
        &[],
        &["request_open 2026-06-24..2026-06-25 001 [r1] no response to it is recorded, 7 days after it came"],
    );
    check("none yet", &[request("2026-06-25 14:00")], &[], &[]);
    check("before the time that is asked about", &[request("2025-12-31 14:00")], &[], &[]);
    check("one", &[request("2026-06-20 13:00"), response.clone()], &[], &[]);
    check("one that names another", &[request("2026-06-20 13:00"), response.replace("request=r1", "request=r2")], &[], &["request_open"]);
    let mut erased = entry(&response);
    erased.erased = true;
    erased.record.fields.clear();
    check_stored("one that was erased", &[entry(&request("2026-06-20 13:00")), erased], &[], &[]);
}

#[test]
fn papers_and_what_became_of_them() {
    let paper = |at: &str| format!("id=p1|incident=p1|at={at}|{PAPER}");
    let custody =
        |at: &str, milestone: &str, rest: &str| format!("id=c-{milestone}|incident=p1|at={at}|milestone={milestone}|{CUSTODY}{rest}");
    check(
        "nothing",
        &[paper("2026-06-01")],
        &[],
        &["paper_open 2026-06-01..2026-06-02 001 [p1] what became of it is not recorded, 30 days after it came"],
    );
    check("nothing yet", &[paper("2026-06-02")], &[], &[]);
    check("a release", &[paper("2026-06-01"), custody("2026-06-01", "released", "|document=p1")], &[], &[]);
    check("a release that names no paper", &[paper("2026-06-01"), custody("2026-06-01", "released", "")], &[], &[]);
    check("a release on another paper", &[paper("2026-06-01"), custody("2026-06-01", "released", "|document=p9")], &[], &["paper_open"]);
    check(
        "a release in another incident",
        &[paper("2026-06-01"), custody("2026-06-01", "released", "|document=p1").replace("incident=p1", "incident=x1")],
        &[],
        &[],
    );
    check(
        "a handover",
        &[paper("2026-06-01"), custody("2026-06-01", "transferred", "|document=p1|to=us_marshals|ground=judicial_warrant")],
        &[],
        &[],
    );
    check("only taken in", &[paper("2026-06-01"), custody("2026-06-01", "in_custody", "|document=p1")], &[], &["paper_open"]);
    let answered = [format!("id=r1|incident=p1|at=2026-06-01|{REQUEST}"), format!("id=a1|incident=p1|request=r1|at=2026-06-01|{RESPONSE}")];
    check("answered, and nobody was held", &[&answered[..], &[paper("2026-06-01")]].concat(), &[], &[]);
    check(
        "answered, and somebody was held",
        &[&answered[..], &[paper("2026-06-01"), custody("2026-06-01", "in_custody", "")]].concat(),
        &[],
        &["paper_open"],
    );
}

#[test]
fn bail_and_release() {
    let custody = |id: &str, at: &str, milestone: &str| format!("id={id}|incident=c1|at={at}|milestone={milestone}|{CUSTODY}");
    let bail = custody("c1", "2026-05-04 14:00", "bail_posted");
    check(
        "none",
        std::slice::from_ref(&bail),
        &[],
        &[
            "bail_held 2026-05-04..2026-05-05 001 [c1] bail was posted at 2026-05-04T14:00:00-05:00, and no release is recorded within 48 hours, nor after",
        ],
    );
    check("none yet", &[custody("c1", "2026-06-29 14:00", "bail_posted")], &[], &[]);
    check("in time", &[bail.clone(), custody("c2", "2026-05-06 14:00", "released")], &[], &[]);
    check(
        "too late",
        &[bail.clone(), custody("c2", "2026-05-06 14:01", "released")],
        &[],
        &[
            "bail_held 2026-05-04..2026-05-05 001 [c1 c2] bail was posted at 2026-05-04T14:00:00-05:00, and nobody was let go before 2026-05-06T14:01:00-05:00, more than 48 hours later",
        ],
    );
    check(
        "the first release counts",
        &[bail.clone(), custody("c2", "2026-05-06 14:01", "released"), custody("c3", "2026-05-04 15:01", "released")],
        &[],
        &[],
    );
    check("a release before bail is another one", &[bail.clone(), custody("c2", "2026-05-04 13:00", "released")], &[], &["bail_held"]);
    check("days alone", &[bail.clone(), custody("c2", "2026-05-06", "released")], &[], &[]);
    check("days alone, too late", &[bail.clone(), custody("c2", "2026-05-07", "released")], &[], &["bail_held"]);
    check(
        "on the same paper, in another incident",
        &[
            format!("{bail}|document=p1"),
            format!("{}|document=p1", custody("c2", "2026-05-04 15:00", "released")).replace("incident=c1", "incident=c2"),
        ],
        &[],
        &[],
    );
    check(
        "in another incident",
        &[bail, custody("c2", "2026-05-04 15:00", "released").replace("incident=c1", "incident=c2")],
        &[],
        &["bail_held"],
    );
}

#[test]
fn handovers() {
    let handover = |to: &str, ground: &str| format!("id=c1|at=2026-05-04 14:00|milestone=transferred|to={to}|ground={ground}|{CUSTODY}");
    check(
        "on no ground that the law knows",
        &[handover("ero", "safety;city_law")],
        &[],
        &[
            "transfer_ground 2026-05-04..2026-05-05 001 [c1] handed over to an immigration agency on no ground that the law knows (statute, ",
        ],
    );
    check("on a judge's warrant", &[handover("ero", "safety;judicial_warrant")], &[], &[]);
    check("to an agency of another class", &[handover("us_marshals", "criminal_matter")], &[], &[]);
}

#[test]
fn answers_that_nothing_followed() {
    let decision = format!(
        "id=d1|incident=d1|kind=decision|station=001|by=S-1|at=2026-06-20|action=dispatch|as_of=2026-06-20|facts={{}}|verdict=needs_facts|provisions=2-173-020(a)(6)|law={}",
        SCHEMA.law()
    );
    check(
        "nothing",
        std::slice::from_ref(&decision),
        &[],
        &["decision_alone 2026-06-20..2026-06-21 001 [d1] Haven was asked, and 7 days after neither"],
    );
    check("nothing yet", &[decision.replace("at=2026-06-20", "at=2026-06-25")], &[], &[]);
    check("a request that it names", &[format!("{decision}|request=r1")], &[], &[]);
    check("a request in its incident", &[decision.clone(), format!("id=r1|incident=d1|at=2026-06-28|{REQUEST}")], &[], &[]);
    check("a request elsewhere", &[decision, format!("id=r1|at=2026-06-28|{REQUEST}")], &[], &["decision_alone"]);
}

#[test]
fn numbers_of_two_incidents() {
    let two = [
        format!("id=r1|at=2026-06-28|{REQUEST}"),
        format!("id=r2|at=2026-06-29|{}", REQUEST.replace("001", "002")),
        format!("id=r3|incident=r1|at=2026-06-29|{REQUEST}"),
    ];
    let says =
        "number_twice 2026-06-28..2026-06-30 - [r1 r2] 2 incidents name the same event number of the emergency communications office";
    check("two", &two, &[("event", "26-179-00412", "r1", "r1"), ("event", "26-179-00412", "r2", "r2")], &[says]);
    check("one incident", &two, &[("event", "26-179-00412", "r1", "r1"), ("event", "26-179-00412", "r1", "r3")], &[]);
    check("two numbers", &two, &[("event", "26-179-00412", "r1", "r1"), ("event", "26-179-00413", "r2", "r2")], &[]);
    check("two systems", &two, &[("event", "1", "r1", "r1"), ("rd", "1", "r2", "r2")], &[]);
    check("without access to links", &two, &[], &[]);
    // The number itself is a pseudonym, and stays where it lies.
    let entries: Vec<Stored> = two.iter().map(|text| entry(text)).collect();
    let found = find(&entries, &[("event", "26-179-00412", "r1", "r1"), ("event", "26-179-00412", "r2", "r2")]);
    assert!(!serde_json::to_string(&found).unwrap().contains("00412"));
}

#[test]
fn certificates() {
    let nil = |words: &str| format!("id=n1|at=2026-04-02|nothing={words}|period_from=2026-01-01|period_until=2026-04-01|{NIL}");
    let paper = |at: &str| format!("id=p1|incident=p1|at={at}|{PAPER}");
    let released = format!("id=c1|incident=p1|at=2026-04-01|milestone=released|{CUSTODY}");
    let both = |words: &str, at: &str| [nil(words), paper(at), released.clone()];
    check("kept", &both("requests", "2026-03-31"), &[], &[]);
    check(
        "contradicted",
        &both("documents;requests", "2026-03-31"),
        &[],
        &[
            "nil_contradicted 2026-04-02..2026-04-03 001 [n1 p1] it certifies that nothing came from 2026-01-01 until 2026-04-01, and 1 entry is recorded in that time",
        ],
    );
    check("the day after", &both("documents", "2026-04-01"), &[], &[]);
    check(
        "another station",
        &both("documents", "2026-03-31").map(|text| text.replace("kind=document|station=001", "kind=document|station=002")),
        &[],
        &[],
    );
}

#[test]
fn silent_stations() {
    // Every station but 001 speaks in every week, so that only 001 is looked at.
    let others: Vec<String> = SCHEMA
        .stations()
        .iter()
        .filter(|station| station.name != "001")
        .map(|station| {
            format!(
                "id=n-{0}|at=2026-07-01|nothing=requests|period_from=2026-01-01|period_until=2026-07-01|{1}",
                station.name,
                NIL.replace("001", &station.name)
            )
        })
        .collect();
    let look = |name: &str, own: &[String], expected: &[&str]| {
        let mut entries = others.clone();
        entries.extend_from_slice(own);
        check(name, &entries, &[], expected);
    };
    let complaint = |at: &str| {
        format!("id=k-{at}|at={at}|kind=complaint|station=001|by=S-1|against=police_member|allegation=other|routed_to=internal_affairs")
    };
    let nil =
        |from: &str, until: &str| format!("id=n1-{from}|at=2026-07-01|nothing=requests|period_from={from}|period_until={until}|{NIL}");
    look(
        "nothing",
        &[],
        &[
            "station_silent 2026-01-01..2026-07-01 001 [] District 001, Central: no entry and no nil certificate from 2026-01-01 until 2026-07-01",
        ],
    );
    look("certified", &[nil("2026-01-01", "2026-07-01")], &[]);
    look("certified in part", &[nil("2026-01-01", "2026-04-02")], &["station_silent 2026-04-02..2026-07-01"]);
    look("less than 90 days", &[nil("2026-01-01", "2026-04-03")], &[]);
    look("an entry in between", &[complaint("2026-03-31"), complaint("2026-06-29")], &[]);
    look("90 days before an entry", &[complaint("2026-04-01"), complaint("2026-06-29")], &["station_silent 2026-01-01..2026-04-01"]);
    look(
        "a certificate is not an entry of its own day",
        &[nil("2025-10-01", "2026-01-01").replace("at=2026-07-01", "at=2026-03-31")],
        &["station_silent 2026-01-01..2026-07-01"],
    );
}

/// One entry a day and weekday, `counts` from Monday to Sunday, but on the days left out.
fn daily(counts: [usize; 7], left_out: &[Date]) -> Vec<String> {
    let mut entries = Vec::new();
    for day in FROM.series(1.day()).take_while(|day| *day < UNTIL).filter(|day| !left_out.contains(day)) {
        let count = counts[usize::try_from(day.weekday().to_monday_zero_offset()).unwrap()];
        let complaint = "kind=complaint|station=001|by=S-1|against=police_member|allegation=other|routed_to=internal_affairs";
        entries.extend((0..count).map(|at| format!("id=k-{day}-{at}|at={day}|{complaint}")));
    }
    entries
}

#[test]
fn missing_days() {
    let wednesday = [date(2026, 3, 11)];
    check(
        "three a day",
        &daily([3; 7], &wednesday),
        &[],
        &[
            "days_missing 2026-03-11..2026-03-12 - [] no entry of anything that came in on 2026-03-11; half of all such days of the week have 3 or more",
        ],
    );
    check("two a day", &daily([2; 7], &wednesday), &[], &[]);
    check("weekends off", &daily([3, 3, 3, 3, 3, 0, 0], &wednesday), &[], &["days_missing 2026-03-11"]);
    check("none left out", &daily([5, 3, 3, 3, 3, 1, 0], &[]), &[], &[]);
    let run = [date(2026, 3, 11), date(2026, 3, 12), date(2026, 3, 16)];
    check(
        "days in a row",
        &daily([3, 3, 3, 4, 3, 0, 0], &run),
        &[],
        &[
            "days_missing 2026-03-11..2026-03-13 - [] no entry of anything that came in from 2026-03-11 to 2026-03-12; half of all such days of the week have 3",
            "days_missing 2026-03-16",
        ],
    );
}

#[test]
fn numbers_left_out() {
    let series = |numbers: &[u32]| -> Vec<String> {
        let day = |number: u32| date(2026, 3, 1).checked_add(i64::from(number).days()).unwrap();
        let complaint = "kind=complaint|station=001|by=S-1|against=police_member|allegation=other|routed_to=internal_affairs";
        numbers.iter().map(|number| format!("id=k{number}|external_id=LOG-{number:03}|at={}|{complaint}", day(*number))).collect()
    };
    let all: Vec<u32> = (1..=30).collect();
    let without = |left: &[u32]| all.iter().copied().filter(|number| !left.contains(number)).collect::<Vec<_>>();
    check("all", &series(&all), &[], &[]);
    check(
        "one",
        &series(&without(&[7])),
        &[],
        &["ids_missing 2026-03-07..2026-03-10 001 [k6 k8] LOG-007: not recorded, while its neighbours are"],
    );
    check("two in a row", &series(&without(&[7, 8])), &[], &["[k6 k9] LOG-007 to LOG-008: not recorded"]);
    check("too many for a series", &series(&without(&[3, 9, 15, 21])), &[], &[]);
    check("too few ids", &series(&(1..=9).filter(|number| *number != 5).collect::<Vec<_>>()), &[], &[]);
}

#[test]
fn late_entries() {
    let complaint = |id: &str, recorded: &str, rest: &str| {
        format!(
            "id={id}|at=2026-03-02 14:00|recorded={recorded}|kind=complaint|station=001|by=S-1|against=police_member|allegation=other|routed_to=internal_affairs{rest}"
        )
    };
    check("seven days", &[complaint("k1", "2026-03-09T23:00:00-05:00", "")], &[], &[]);
    check(
        "eight days",
        &[complaint("k1", "2026-03-10T08:00:00-05:00", "")],
        &[],
        &["recorded_late 2026-03-02..2026-03-03 001 [k1] recorded on 2026-03-10, 8 days after it happened"],
    );
    let imported = [
        complaint("k1", "2026-03-10T08:00:00-05:00", "|external_id=X-1"),
        complaint("k2", "2026-03-10T08:00:00-05:00", "|external_id=X-2"),
    ];
    check(
        "an import is said once",
        &imported,
        &[],
        &["[k1 k2] 2 entries are taken from another log on 2026-03-10, up to 8 days after they happened"],
    );
    let mut amended = entry(&complaint("k1", "2026-03-10T08:00:00-05:00", ""));
    amended.record.version = 2;
    check_stored("amended", &[amended], &[], &[]);
}

#[test]
fn an_empty_register_only_has_silent_stations() {
    let found = find(&[], &[]);
    let stations = SCHEMA.stations().iter().filter(|station| !station.nil.is_empty()).count();
    assert_eq!(found.len(), stations);
    assert_eq!(gaps(&[], &[], &SCHEMA, &zone(), UNTIL, FROM), []);
}
