//! Machine-readable zones of travel documents (ICAO Doc 9303, parts 3 to 7): shape, then check digits.

use crate::block::in_zone;
use std::borrow::Cow;

/// A zone found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone {
    pub kind: &'static str,
    /// Whether every check digit is right.
    pub valid: bool,
    pub start: usize,
    pub end: usize,
}

/// A line of the alphabet of machine-readable zones.
struct Line<'a> {
    /// Of one of [`LENGTHS`].
    text: Cow<'a, str>,
    /// Whether it was written so; else a sign was lost, or read twice.
    whole: bool,
    start: usize,
    end: usize,
}

/// Bytes between two lines of a zone at most.
const GAP_BYTES_MAX: usize = 24;

/// The zones in `text`, in order.
pub(crate) fn zones(text: &str) -> Vec<Zone> {
    let lines = lines(text);
    let mut zones = Vec::new();
    let mut at = 0;
    while let Some(first) = lines.get(at) {
        // Nothing but white space stands between the lines of a zone, or what parts two strings of a program.
        let parted = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '+' | '\\' | 'n' | 'r' | '|');
        let run = |count: usize| {
            let run = lines.get(at..at + count)?;
            let adjacent = run.windows(2).all(|pair| match pair {
                [a, b] => text.get(a.end..b.start).is_some_and(|gap| gap.len() <= GAP_BYTES_MAX && gap.chars().all(parted)),
                _ => false,
            });
            (adjacent && run.iter().all(|line| line.text.len() == first.text.len())).then_some(run)
        };
        let found = match first.text.len() {
            30 => run(3).and_then(|run| Some((td1(&run.first()?.text, &run.get(1)?.text, &run.get(2)?.text)?, run))),
            _ => run(2).and_then(|run| Some((two_lines(&run.first()?.text, &run.get(1)?.text)?, run))),
        };
        let found = found.or_else(|| Some((("mrz_td3_line2", td3_second(&first.text)?), run(1)?)));
        match found {
            Some(((kind, valid), run)) => {
                let valid = valid && run.iter().all(|line| line.whole);
                zones.push(Zone { kind, valid, start: first.start, end: run.last().map_or(first.end, |line| line.end) });
                at += run.len();
            }
            None => at += 1,
        }
    }
    zones
}

/// The lengths of lines; and how far apart sixteen bytes may be looked at so that some lie in the shortest, a sign
/// short.
const LENGTHS: [usize; 3] = [30, 36, 44];
const STEP: usize = 14;

/// A run as a line of one of those lengths, if a sign more or less makes it one: fillers are what is lost and read twice most.
fn fit(run: &str) -> Option<Cow<'_, str>> {
    if LENGTHS.contains(&run.len()) {
        return Some(run.into());
    }
    let length = LENGTHS.into_iter().find(|length| length.abs_diff(run.len()) == 1)?;
    let (head, last) = run.split_at_checked(run.len().checked_sub(1)?)?;
    let head = if length > run.len() { format!("{head}<") } else { head.strip_suffix('<')?.to_owned() };
    Some(format!("{head}{last}").into())
}

fn is_inside(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'<'
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let bytes = text.as_bytes();
    let mut lines = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let some = bytes.get(at..).and_then(<[u8]>::first_chunk).copied();
        if !some.is_some_and(in_zone) {
            at += STEP;
            continue;
        }
        let head = bytes.get(..at).unwrap_or_default();
        let start = head.iter().rposition(|byte| !is_inside(*byte)).map_or(0, |before| before + 1);
        let rest = bytes.get(at..).unwrap_or_default();
        let end = at + rest.iter().position(|byte| !is_inside(*byte)).unwrap_or(rest.len());
        // Systems keep a zone in one piece as well.
        let length = match end - start {
            88 => 44,
            72 => 36,
            90 => 30,
            whole => whole,
        };
        for from in (start..end).step_by(length) {
            if let Some(run) = text.get(from..from + length)
                && let Some(text) = fit(run)
            {
                lines.push(Line { text, whole: LENGTHS.contains(&length), start: from, end: from + length });
            }
        }
        at = end.max(at + STEP);
    }
    lines
}

/// The check digit of Doc 9303 part 3 §4.9: weights 7, 3, 1; letters count from 10, filler as 0.
fn digit(parts: &[&str]) -> u32 {
    let values = parts.iter().flat_map(|part| part.chars()).map(|c| c.to_digit(36).unwrap_or_default());
    values.zip([7, 3, 1].into_iter().cycle()).map(|(value, weight)| value * weight).sum::<u32>() % 10
}

fn right(parts: &[&str], check: &str) -> bool {
    check.parse() == Ok(digit(parts))
}

fn is_date(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || c == '<')
}

fn is_state(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_uppercase() || c == '<') && text.starts_with(|c: char| c.is_ascii_uppercase())
}

fn is_sex(text: &str) -> bool {
    matches!(text, "M" | "F" | "X" | "<")
}

fn is_check(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit())
}

/// Number, nationality, birth, sex and expiry as second lines of sizes 2 and 3 have them: whether the shape is theirs, and
/// whether the three check digits are right.
fn second(line: &str) -> Option<bool> {
    let (number, number_check) = (line.get(..9)?, line.get(9..10)?);
    let (birth, birth_check, sex) = (line.get(13..19)?, line.get(19..20)?, line.get(20..21)?);
    let (expiry, expiry_check) = (line.get(21..27)?, line.get(27..28)?);
    let shape = is_state(line.get(10..13)?)
        && is_date(birth)
        && is_date(expiry)
        && is_sex(sex)
        && [number_check, birth_check, expiry_check].into_iter().all(is_check);
    shape.then(|| right(&[number], number_check) && right(&[birth], birth_check) && right(&[expiry], expiry_check))
}

/// The second line of a passport.
fn td3_second(line: &str) -> Option<bool> {
    let basic = second(line)?;
    let (personal, personal_check, composite) = (line.get(28..42)?, line.get(42..43)?, line.get(43..44)?);
    if !(is_check(personal_check) || personal_check == "<") || !is_check(composite) {
        return None;
    }
    // An empty personal number may have `<` for its check digit.
    let personal_right = right(&[personal], personal_check) || (personal_check == "<" && personal.chars().all(|c| c == '<'));
    let whole = right(&[line.get(..10)?, line.get(13..20)?, line.get(21..43)?], composite);
    Some(basic && personal_right && whole)
}

fn two_lines(first: &str, line: &str) -> Option<(&'static str, bool)> {
    if !is_state(first.get(2..5)?) || !first.get(5..)?.chars().all(|c| c.is_ascii_uppercase() || c == '<') {
        return None;
    }
    match (first.as_bytes().first()?, first.len()) {
        (b'P', 44) => Some(("mrz_td3_passport", td3_second(line)?)),
        (b'V', 44) => Some(("mrz_mrv_a_visa", second(line)?)),
        (b'V', 36) => Some(("mrz_mrv_b_visa", second(line)?)),
        (b'A' | b'C' | b'I' | b'P', 36) => {
            let composite = line.get(35..36)?;
            let basic = second(line)?;
            let whole = right(&[line.get(..10)?, line.get(13..20)?, line.get(21..35)?], composite);
            is_check(composite).then_some(("mrz_td2_id", basic && whole))
        }
        _ => None,
    }
}

fn td1(first: &str, line: &str, names: &str) -> Option<(&'static str, bool)> {
    let (kind, state) = (first.get(..2)?, first.get(2..5)?);
    let (number, number_check, optional) = (first.get(5..14)?, first.get(14..15)?, first.get(15..)?);
    let (birth, birth_check, sex) = (line.get(..6)?, line.get(6..7)?, line.get(7..8)?);
    let (expiry, expiry_check, composite) = (line.get(8..14)?, line.get(14..15)?, line.get(29..30)?);
    // A number longer than nine characters has `<` for its check digit and goes on in the optional data.
    let long = number_check == "<" && optional.starts_with(|c: char| c != '<');
    let shape = matches!(kind.as_bytes().first()?, b'A' | b'C' | b'I')
        && is_state(state)
        && (is_check(number_check) || long)
        && is_date(birth)
        && is_date(expiry)
        && is_sex(sex)
        && is_state(line.get(15..18)?)
        && [birth_check, expiry_check, composite].into_iter().all(is_check)
        && names.chars().all(|c| c.is_ascii_uppercase() || c == '<');
    if !shape {
        return None;
    }
    let number_right = if long {
        let more = optional.trim_end_matches('<');
        let (tail, check) = more.split_at_checked(more.len().checked_sub(1)?)?;
        right(&[number, "<", tail], check) || right(&[number, tail], check)
    } else {
        right(&[number], number_check)
    };
    let whole = right(&[first.get(5..)?, line.get(..7)?, line.get(8..15)?, line.get(18..29)?], composite);
    let valid = number_right && right(&[birth], birth_check) && right(&[expiry], expiry_check) && whole;
    // Cards of the United States: C1 and C2 permanent residents, CA employment authorisation (USCIS M-396).
    let resident = state == "USA" && matches!(kind, "C1" | "C2" | "CA");
    Some((if resident { "mrz_td1_resident_card" } else { "mrz_td1_id" }, valid))
}

#[cfg(test)]
mod tests {
    use super::zones;

    fn check(text: &str, expected: Option<(&str, bool)>) {
        let found = zones(text);
        assert_eq!(found.first().map(|zone| (zone.kind, zone.valid)), expected, "{text}");
    }

    /// The specimens printed in Doc 9303 parts 4 to 7.
    #[test]
    fn the_specimens_of_the_specification_are_read() {
        let td3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
        check(td3, Some(("mrz_td3_passport", true)));
        check(&td3.replace("L898902C36", "L898902C37"), Some(("mrz_td3_passport", false)));
        check(&td3.replace("\n", " \r\n "), Some(("mrz_td3_passport", true)));
        check(&format!("x {}.", td3.split('\n').next_back().unwrap()), Some(("mrz_td3_line2", true)));
        check("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6", Some(("mrz_td2_id", true)));
        check("I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<", Some(("mrz_td1_id", true)));
        check("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<", Some(("mrz_mrv_a_visa", true)));
        check("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<", Some(("mrz_mrv_b_visa", true)));
        // As systems keep them: in one piece, in strings of a program, with a sign lost or read twice.
        check(&td3.replace('\n', ""), Some(("mrz_td3_passport", true)));
        check(&format!("mrz = \"{}\"", td3.replace('\n', "\\n")), Some(("mrz_td3_passport", true)));
        check(&format!("['{}']", td3.replace('\n', "',\n    '")), Some(("mrz_td3_passport", true)));
        check(&td3.replace("<<<<<10", "<<<<10"), Some(("mrz_td3_passport", false)));
        check(&td3.replace("ANNA<", "ANNA"), Some(("mrz_td3_passport", false)));
        check(&td3.replace("MARIA<", "MARIA<<"), Some(("mrz_td3_passport", false)));
        check(&td3.replace('\n', " and then "), Some(("mrz_td3_line2", true)));
        let td1 = ["C1USA2051234564IOE0912345678<<", "8808224M3005051HND<<<<<<<<<<<3", "MEJIA<<OSCAR<<<<<<<<<<<<<<<<<<"];
        check(&td1.concat(), Some(("mrz_td1_resident_card", true)));
        check(&td1.join("\\n"), Some(("mrz_td1_resident_card", true)));
        check(&td1.join("\n").replace("HND<", "HND"), Some(("mrz_td1_resident_card", false)));
        check(&td1.join("\n").replace("C1USA", "IDESP"), Some(("mrz_td1_id", true)));
        check("<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", None);
        check("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", None);
    }
}
