//! Logs that nobody wrote, with the distributions and the faults of those that somebody did: for tests of speed and for the
//! sample city. The same table and seed give the same bytes. Every row that has an id says in it that it is made up.

use crate::AuditError;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Distributions, read from `audit/generator.toml`.
#[derive(Debug)]
pub struct Generator {
    begin_ms: i64,
    days: u64,
    hours: Weighted,
    agencies: Vec<Agency>,
    by_searches: Weighted,
    own: String,
    searches: Searches,
    alerts: Alerts,
    lists: ListsTable,
    models: Choice,
    kinds: Weighted,
    reasons: Vec<(Weighted, Vec<String>)>,
}

/// The layout of a generated log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Everyone who searched an agency's cameras.
    Network,
    /// The agency's own searches.
    Organization,
    /// What the agency's portal shows of them.
    Portal,
    /// Changes of its alert lists.
    HotList,
    /// With whom it shares.
    Sharing,
    /// Which agencies have a 287(g) agreement.
    Agreements,
    /// Which agencies of other states have declared.
    Declarations,
}

#[derive(Debug)]
struct Agency {
    name: String,
    accounts: u64,
    place: String,
    state: String,
    sheriff: bool,
}

#[derive(Debug)]
struct Alerts {
    entries: Choice,
    details: Choice,
}

#[derive(Debug)]
struct Searches {
    types: Choice,
    moderated: String,
    moderation: Choice,
    periods: Vec<i64>,
    by_period: Weighted,
    reach: Vec<(u64, u64)>,
    by_reach: Weighted,
    plate: u64,
    case: u64,
    sentinel: u64,
    redacted: u64,
    repeated: u64,
    typo: u64,
    burst: u64,
    burst_max: u64,
    night: Vec<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    begin: Timestamp,
    days: u32,
    hours: Vec<u64>,
    agencies: AgenciesTable,
    searches: SearchesTable,
    alerts: AlertsTable,
    lists: ListsTable,
    reason: Vec<ReasonTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AlertsTable {
    entries: Vec<Form>,
    details: Vec<Form>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListsTable {
    home: String,
    sees_ours: u64,
    we_see: u64,
    agreement: u64,
    declared: u64,
    #[serde(default)]
    models: Vec<Form>,
    states: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgenciesTable {
    count: u32,
    steepness: f64,
    accounts: u32,
    own: String,
    forms: Vec<Form>,
    stems: Vec<String>,
    ends: Vec<String>,
    states: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SearchesTable {
    types: Vec<Form>,
    moderated: String,
    moderation: Vec<Form>,
    periods: Vec<Form>,
    reach: Vec<Form>,
    plate: u64,
    case: u64,
    sentinel: u64,
    redacted: u64,
    repeated: u64,
    typo: u64,
    burst: u64,
    burst_max: u64,
    night: Vec<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReasonTable {
    #[serde(rename = "kind")]
    _kind: String,
    weight: u64,
    forms: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    form: String,
    weight: u64,
    /// Of a name: that of a county's sheriff.
    #[serde(default)]
    sheriff: bool,
}

/// SplitMix64: what follows from a seed here must be the same in ten years, and that is all that is asked of it.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, or 0.
    fn below(&mut self, end: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(end);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    fn index(&mut self, end: usize) -> usize {
        usize::try_from(self.below(end as u64)).unwrap_or(0)
    }

    fn of_thousand(&mut self, count: u64) -> bool {
        self.below(1000) < count
    }
}

/// Weights, summed up.
#[derive(Debug)]
struct Weighted(Vec<u64>);

impl Weighted {
    fn new(weights: impl Iterator<Item = u64>) -> Self {
        Self(
            weights
                .scan(0, |sum: &mut u64, weight| {
                    *sum = sum.saturating_add(weight);
                    Some(*sum)
                })
                .collect(),
        )
    }

    fn sum(&self) -> u64 {
        self.0.last().copied().unwrap_or(0)
    }

    fn pick(&self, random: &mut Random) -> usize {
        self.at(random.below(self.sum()))
    }

    fn at(&self, value: u64) -> usize {
        self.0.partition_point(|sum| *sum <= value)
    }
}

/// One of some texts.
#[derive(Debug)]
struct Choice(Weighted, Vec<String>);

impl Choice {
    fn new(forms: Vec<Form>) -> Self {
        Self(Weighted::new(forms.iter().map(|form| form.weight)), forms.into_iter().map(|form| form.form).collect())
    }

    fn pick(&self, random: &mut Random) -> &str {
        nth(&self.1, self.0.pick(random))
    }
}

fn nth(texts: &[String], at: usize) -> &str {
    texts.get(at).map_or("", String::as_str)
}

/// A search, before it is written in some layout.
#[derive(Clone)]
struct Search<'a> {
    id: [u64; 2],
    agency: &'a str,
    account: u64,
    networks: u64,
    devices: Option<u64>,
    since_ms: i64,
    until_ms: i64,
    time_ms: i64,
    plate: Option<u64>,
    reason: String,
    case: Option<u64>,
    search_type: &'a str,
    moderation: &'a str,
}

impl Generator {
    /// Reads a table of distributions.
    ///
    /// # Errors
    /// [`AuditError::Data`] if it is not in the form of `audit/generator.toml`.
    pub fn load(path: &str, text: &str) -> Result<Self, AuditError> {
        let bad =
            |expected: &str, found: String| AuditError::Data { file: path.to_owned(), place: None, expected: expected.to_owned(), found };
        let mut table: Table = toml::from_str(text).map_err(|error| bad("the form of audit/generator.toml", error.message().to_owned()))?;
        let numbers = |form: &Form| form.form.split(' ').map(|part| part.parse::<u64>().ok()).collect::<Option<Vec<_>>>();
        let periods = table.searches.periods.iter().map(|form| form.form.parse::<u32>().map(i64::from)).collect::<Result<Vec<_>, _>>();
        let periods = periods.map_err(|_| bad("hours as `periods`", "another thing".to_owned()))?;
        let mut reach = Vec::new();
        for form in &table.searches.reach {
            let Some([networks, devices]) = numbers(form).and_then(|numbers| <[u64; 2]>::try_from(numbers).ok()) else {
                return Err(bad("two numbers as `reach`", format!("`{}`", form.form)));
            };
            reach.push((networks, devices));
        }
        let hours = Weighted::new(table.hours.iter().copied());
        if table.hours.len() != 24 || table.days == 0 || hours.sum() == 0 {
            return Err(bad("`days` and the weights of 24 hours", format!("{} days, {} hours", table.days, table.hours.len())));
        }
        let (agencies, by_searches) = agencies(&table.agencies);
        let reasons: Vec<_> = table
            .reason
            .iter()
            .map(|reason| (Weighted::new((1..).take(reason.forms.len()).map(|rank: u64| 1_000_000 / rank)), reason.forms.clone()))
            .collect();
        Ok(Self {
            begin_ms: table.begin.as_millisecond(),
            days: u64::from(table.days),
            hours,
            agencies,
            by_searches,
            own: table.agencies.own,
            alerts: Alerts { entries: Choice::new(table.alerts.entries), details: Choice::new(table.alerts.details) },
            models: Choice::new(std::mem::take(&mut table.lists.models)),
            lists: table.lists,
            kinds: Weighted::new(table.reason.iter().map(|reason| reason.weight)),
            reasons,
            searches: Searches {
                by_period: Weighted::new(table.searches.periods.iter().map(|form| form.weight)),
                by_reach: Weighted::new(table.searches.reach.iter().map(|form| form.weight)),
                types: Choice::new(table.searches.types),
                moderated: table.searches.moderated,
                moderation: Choice::new(table.searches.moderation),
                periods,
                reach,
                plate: table.searches.plate,
                case: table.searches.case,
                sentinel: table.searches.sentinel,
                redacted: table.searches.redacted,
                repeated: table.searches.repeated,
                typo: table.searches.typo,
                burst: table.searches.burst,
                burst_max: table.searches.burst_max,
                night: table.searches.night,
            },
        })
    }

    /// Writes a log of so many rows, in the order of time, or a list of so many agencies or all there are; says how many rows it wrote.
    ///
    /// # Errors
    /// What writing to `out` fails with.
    pub fn write(&self, kind: Kind, rows: u64, seed: u64, out: &mut dyn Write) -> io::Result<u64> {
        match kind {
            Kind::Network | Kind::Organization | Kind::Portal => self.log(kind, rows, seed, out)?,
            Kind::HotList => self.hot_list(rows, seed, out)?,
            Kind::Sharing | Kind::Agreements | Kind::Declarations => return self.list(kind, rows, seed, out),
        }
        Ok(rows)
    }

    /// Changes of alert lists: the time in days of a spreadsheet, all that was typed in one cell.
    fn hot_list(&self, rows: u64, seed: u64, out: &mut dyn Write) -> io::Result<()> {
        let mut random = Random(seed);
        let mut buffer = "\u{feff}Timestamp,User,Event Type,Entity Type,Entity Details,Event Id\n".to_owned().into_bytes();
        for row in 0..rows {
            let days = u64::try_from(self.time(row, rows, &mut random)).unwrap_or(0) / 864;
            decimal(days / 100_000 + SPREADSHEET_DAYS, 1, &mut buffer);
            buffer.push(b'.');
            decimal(days % 100_000, 5, &mut buffer);
            buffer.extend_from_slice(b",User ");
            // A few people keep the lists of an agency.
            decimal(random.below(12), 3, &mut buffer);
            buffer.push(b',');
            buffer.extend_from_slice(self.alerts.entries.pick(&mut random).as_bytes());
            let mut seen = Vec::new();
            plate(random.next(), &mut seen);
            let state = self.agencies.get(self.by_searches.pick(&mut random)).map_or("", |agency| agency.state.as_str());
            let details = self
                .alerts
                .details
                .pick(&mut random)
                .replace("{plate}", &String::from_utf8_lossy(&seen))
                .replace("{state}", state)
                .replace("{case}", &format!("25-{:06}", random.below(100_000)))
                .replace("{reason}", &self.reason(&mut random));
            buffer.extend_from_slice(b",\"");
            buffer.extend_from_slice(details.as_bytes());
            buffer.extend_from_slice(b"\",");
            made_up([random.next(), random.next()], &mut buffer);
            buffer.push(b'\n');
            if buffer.len() > (1 << 20) - 4096 {
                out.write_all(&buffer)?;
                buffer.clear();
            }
        }
        out.write_all(&buffer)?;
        out.flush()
    }

    /// A list of agencies, those that search most first.
    fn list(&self, kind: Kind, rows: u64, seed: u64, out: &mut dyn Write) -> io::Result<u64> {
        let mut random = Random(seed);
        let mut written = 0;
        out.write_all(match kind {
            Kind::Agreements => b"state,county,agency,ori,type\n",
            Kind::Declarations => b"agency,state,signed,expires\n",
            _ => b"Organization Name,Networks Shared With Me,Networks I'm Sharing\n",
        })?;
        for agency in &self.agencies {
            if written == rows {
                break;
            }
            let Agency { name, place, state, .. } = agency;
            match kind {
                Kind::Agreements => {
                    let Some(whole) = self.lists.states.get(state).filter(|_| agency.sheriff) else { continue };
                    if !random.of_thousand(self.lists.agreement) {
                        continue;
                    }
                    let model = self.models.pick(&mut random);
                    writeln!(out, "{whole},{place} County,{} county sheriff,,{model}", place.to_lowercase())?;
                }
                Kind::Declarations => {
                    if *state == self.lists.home || !random.of_thousand(self.lists.declared) {
                        continue;
                    }
                    let signed = self.begin_ms - i64::try_from(random.below(400)).unwrap_or(0) * 86_400_000;
                    let day = |ms: i64| {
                        let civil = Civil::new(ms);
                        format!("{}-{:02}-{:02}", civil.year, civil.month, civil.day)
                    };
                    writeln!(out, "{name},{state},{},{}", day(signed), day(signed + 365 * 86_400_000))?;
                }
                _ => {
                    let (with_me, sharing) = (random.of_thousand(self.lists.we_see), random.of_thousand(self.lists.sees_ours));
                    if !with_me && !sharing {
                        continue;
                    }
                    writeln!(out, "{name},{},{}", if with_me { name } else { "" }, if sharing { self.own.as_str() } else { "" })?;
                }
            }
            written += 1;
        }
        out.flush()?;
        Ok(written)
    }

    fn log(&self, kind: Kind, rows: u64, seed: u64, out: &mut dyn Write) -> io::Result<()> {
        let mut random = Random(seed);
        let mut buffer: Vec<u8> = Vec::with_capacity(1 << 20);
        if kind != Kind::Portal {
            buffer.extend_from_slice("\u{feff}".as_bytes());
        }
        buffer.extend_from_slice(match kind {
            Kind::Portal => b"\"id\",\"userId\",\"searchDate\",\"cameraCount\",\"reason\"\n".as_slice(),
            _ => {
                b"ID,Name,Org Name,Total Networks Searched,Total Devices Searched,Time Frame,License Plate,Reason,Case #,Filters,Search Time,Search Type,Text Prompt,Moderation\n"
            }
        });
        let mut last: Option<Search<'_>> = None;
        let mut burst = 0;
        for row in 0..rows {
            let time_ms = self.time(row, rows, &mut random);
            let search = match last.take() {
                Some(search) if random.of_thousand(self.searches.repeated) => search,
                // In a burst one account looks for the same with one camera after another.
                Some(search) if burst > 0 => {
                    burst -= 1;
                    let plate = search.plate.map(|_| random.next());
                    Search { id: [random.next(), random.next()], time_ms, plate, ..search }
                }
                _ => {
                    let hour = usize::try_from(time_ms.rem_euclid(86_400_000) / 3_600_000).unwrap_or(0);
                    if self.searches.night.contains(&hour) && random.of_thousand(self.searches.burst) {
                        burst = random.below(self.searches.burst_max);
                    }
                    self.search(kind, time_ms, &mut random)
                }
            };
            put(kind, &search, &mut buffer);
            last = Some(search);
            if buffer.len() > (1 << 20) - 4096 {
                out.write_all(&buffer)?;
                buffer.clear();
            }
        }
        out.write_all(&buffer)?;
        out.flush()
    }

    /// The moment of a row: rows fill the days evenly and the hours by their weights, and none is before the row before.
    fn time(&self, row: u64, rows: u64, random: &mut Random) -> i64 {
        let scale = u128::from(self.hours.sum()) * 3_600_000;
        // Where the row lies in all the days, in parts of a day's weight.
        let place =
            (u128::from(row) * 1024 + u128::from(random.below(1024))) * u128::from(self.days) * scale / (u128::from(rows.max(1)) * 1024);
        let (day, rest) = (place / scale, place % scale);
        let weight = u64::try_from(rest / 3_600_000).unwrap_or(0);
        let hour = self.hours.at(weight);
        let before = hour.checked_sub(1).and_then(|before| self.hours.0.get(before)).copied().unwrap_or(0);
        let own = self.hours.0.get(hour).copied().unwrap_or(1) - before;
        let in_hour = (rest - u128::from(before) * 3_600_000) / u128::from(own.max(1));
        let ms = |value: u128| i64::try_from(value).unwrap_or(0);
        self.begin_ms + ms(day) * 86_400_000 + ms(hour as u128) * 3_600_000 + ms(in_hour)
    }

    fn search(&self, kind: Kind, time_ms: i64, random: &mut Random) -> Search<'_> {
        let searches = &self.searches;
        // The agency of its own audit has as many accounts as the largest.
        let number = if kind == Kind::Network { self.by_searches.pick(random) } else { 0 };
        let (name, accounts) = self.agencies.get(number).map_or(("", 1), |agency| (agency.name.as_str(), agency.accounts));
        let name = if kind == Kind::Network { name } else { self.own.as_str() };
        let search_type = searches.types.pick(random);
        let period = searches.periods.get(searches.by_period.pick(random)).copied().unwrap_or(1);
        let (networks, devices) = searches.reach.get(searches.by_reach.pick(random)).copied().unwrap_or((1, 1));
        let about = |random: &mut Random, value: u64| value - value / 10 + random.below(value / 5 + 1);
        let until_ms = time_ms - i64::try_from(random.below(3_600_000)).unwrap_or(0);
        Search {
            id: [random.next(), random.next()],
            agency: name,
            account: (number as u64) << 32 | random.below(accounts),
            networks: about(random, networks),
            devices: (!random.of_thousand(searches.sentinel)).then(|| about(random, devices)),
            since_ms: until_ms - period * 3_600_000,
            until_ms,
            time_ms,
            plate: random.of_thousand(searches.plate).then(|| random.next()),
            reason: self.reason(random),
            case: random.of_thousand(searches.case).then(|| random.below(100_000)),
            search_type,
            moderation: if search_type == searches.moderated { searches.moderation.pick(random) } else { "" },
        }
    }

    fn reason(&self, random: &mut Random) -> String {
        if random.of_thousand(self.searches.redacted) {
            return "***".to_owned();
        }
        let Some((weights, forms)) = self.reasons.get(self.kinds.pick(random)) else { return String::new() };
        let form = nth(forms, weights.pick(random));
        let mut typed: String =
            form.chars().map(|letter| if letter == '#' { char::from(digit(random.below(10))) } else { letter }).collect();
        if random.of_thousand(self.searches.typo) {
            // Fingers are fast: two letters change places, or one is lost.
            let mut letters: Vec<char> = typed.chars().collect();
            let at = random.index(letters.len());
            if random.below(2) == 0 && at + 1 < letters.len() {
                letters.swap(at, at + 1);
            } else if at < letters.len() {
                letters.remove(at);
            }
            typed = letters.into_iter().collect();
        }
        typed
    }
}

/// Agencies with invented names, each once, and how much each searches.
fn agencies(table: &AgenciesTable) -> (Vec<Agency>, Weighted) {
    // The names are part of the table, not of a log: every log has the same agencies.
    let mut random = Random(1);
    let forms = Weighted::new(table.forms.iter().map(|form| form.weight));
    let mut known = std::collections::BTreeSet::new();
    let mut agencies = Vec::new();
    let mut weights = Vec::new();
    for rank in 1..=table.count {
        let share = f64::from(rank).powf(-table.steepness);
        let named = (0..100).find_map(|_| {
            let place =
                format!("{}{}", nth(&table.stems, random.index(table.stems.len())), nth(&table.ends, random.index(table.ends.len())));
            let form = table.forms.get(forms.pick(&mut random))?;
            let state = nth(&table.states, random.index(table.states.len())).to_owned();
            let name = form.form.replace("{place}", &place).replace("{state}", &state);
            known.insert(name.clone()).then_some((name, place, state, form.sheriff))
        });
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "shares lie between 0 and 1")]
        let part = |of: f64| (of * share) as u64;
        if let Some((name, place, state, sheriff)) = named {
            agencies.push(Agency { name, accounts: part(f64::from(table.accounts)).max(3), place, state, sheriff });
            weights.push(part(1e9).max(1));
        }
    }
    (agencies, Weighted::new(weights.into_iter()))
}

/// Days that a spreadsheet counts before 1970.
const SPREADSHEET_DAYS: u64 = 25_569;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

fn digit(value: u64) -> u8 {
    DIGITS.get(usize::try_from(value & 15).unwrap_or(0)).copied().unwrap_or(b'0')
}

/// Decimal digits, with zeros before as far as `width`.
fn decimal(mut value: u64, width: usize, to: &mut Vec<u8>) {
    let begin = to.len();
    loop {
        to.push(digit(value % 10));
        value /= 10;
        if value == 0 && to.len() - begin >= width {
            break;
        }
    }
    if let Some(digits) = to.get_mut(begin..) {
        digits.reverse();
    }
}

fn uuid(id: [u64; 2], to: &mut Vec<u8>) {
    for (at, part) in id.iter().flat_map(|half| (0..16).map(move |at| (half >> (60 - 4 * at)) & 15)).enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            to.push(b'-');
        }
        to.push(digit(part));
    }
}

/// An id that says what it is the id of.
fn made_up(id: [u64; 2], to: &mut Vec<u8>) {
    let begin = to.len();
    uuid(id, to);
    if let Some(first) = to.get_mut(begin..begin + 8) {
        first.copy_from_slice(b"made-up0");
    }
}

/// Three figures and three letters with a Q in front, as no state has them.
fn plate(mut plate: u64, to: &mut Vec<u8>) {
    to.push(b'Q');
    decimal(plate % 1000, 3, to);
    plate /= 1000;
    for _ in 0..3 {
        to.push(b'A' + u8::try_from(plate % 26).unwrap_or(0));
        plate /= 26;
    }
}

/// The day and the time of day, of both what is asked for.
struct Civil {
    year: u64,
    month: u64,
    day: u64,
    second: u64,
    millisecond: u64,
}

impl Civil {
    /// Of a moment after 1970 (Hinnant, `civil_from_days`).
    fn new(ms: i64) -> Self {
        let ms = u64::try_from(ms).unwrap_or(0);
        let days = ms / 86_400_000 + 719_468;
        let era = days / 146_097;
        let of_era = days % 146_097;
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        Self {
            year: year_of_era + era * 400 + u64::from(month <= 2),
            month,
            day: of_year - (153 * from_march + 2) / 5 + 1,
            second: ms % 86_400_000 / 1000,
            millisecond: ms % 1000,
        }
    }
}

fn american(ms: i64, to: &mut Vec<u8>) {
    let civil = Civil::new(ms);
    decimal(civil.month, 2, to);
    to.push(b'/');
    decimal(civil.day, 2, to);
    to.push(b'/');
    decimal(civil.year, 4, to);
    to.extend_from_slice(b", ");
    let hour = civil.second / 3600;
    decimal((hour + 11) % 12 + 1, 2, to);
    to.push(b':');
    decimal(civil.second / 60 % 60, 2, to);
    to.push(b':');
    decimal(civil.second % 60, 2, to);
    to.extend_from_slice(if hour < 12 { b" AM UTC" } else { b" PM UTC" });
}

fn put(kind: Kind, search: &Search<'_>, to: &mut Vec<u8>) {
    let devices = |to: &mut Vec<u8>| match search.devices {
        Some(devices) => decimal(devices, 1, to),
        None => to.extend_from_slice("——".as_bytes()),
    };
    if kind == Kind::Portal {
        to.push(b'"');
        made_up(search.id, to);
        to.extend_from_slice(b"\",\"");
        let mut of_account = Random(search.account);
        uuid([of_account.next(), of_account.next()], to);
        to.extend_from_slice(b"\",\"");
        let civil = Civil::new(search.time_ms);
        decimal(civil.year, 4, to);
        for (mark, value, width) in [
            (b'-', civil.month, 2),
            (b'-', civil.day, 2),
            (b' ', civil.second / 3600, 2),
            (b':', civil.second / 60 % 60, 2),
            (b':', civil.second % 60, 2),
            (b'.', civil.millisecond, 3),
        ] {
            to.push(mark);
            decimal(value, width, to);
        }
        to.extend_from_slice(b"\",\"");
        devices(to);
        to.extend_from_slice(b"\",\"");
        to.extend_from_slice(search.reason.as_bytes());
        to.extend_from_slice(b"\"\n");
        return;
    }
    made_up(search.id, to);
    to.extend_from_slice(b",User ");
    decimal(search.account & 0xFFFF_FFFF, 3, to);
    to.push(b'-');
    decimal(search.account >> 32, 1, to);
    to.push(b',');
    to.extend_from_slice(search.agency.as_bytes());
    to.push(b',');
    decimal(search.networks, 1, to);
    to.push(b',');
    devices(to);
    to.extend_from_slice(b",\"");
    american(search.since_ms, to);
    to.push(b'\n');
    american(search.until_ms, to);
    to.extend_from_slice(b"\",");
    if let Some(seen) = search.plate {
        plate(seen, to);
    }
    to.push(b',');
    let quoted = search.reason.contains(',');
    if quoted {
        to.push(b'"');
    }
    to.extend_from_slice(search.reason.as_bytes());
    if quoted {
        to.push(b'"');
    }
    to.push(b',');
    if let Some(case) = search.case {
        to.extend_from_slice(b"25-");
        decimal(case, 6, to);
    }
    to.extend_from_slice(b",,\"");
    american(search.time_ms, to);
    to.extend_from_slice(b"\",");
    to.extend_from_slice(search.search_type.as_bytes());
    to.extend_from_slice(b",,");
    to.extend_from_slice(search.moderation.as_bytes());
    to.push(b'\n');
}
