//! Machine-readable zones of travel documents (ICAO Doc 9303, parts 3 to 7): shape, then check digits.

use crate::block::in_zone;

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
    text: &'a str,
    start: usize,
    end: usize,
}

/// The zones in `text`, in order.
pub(crate) fn zones(text: &str) -> Vec<Zone> {
    let lines = lines(text);
    let mut zones = Vec::new();
    let mut at = 0;
    while let Some(first) = lines.get(at) {
        let run = |count: usize| {
            let run = lines.get(at..at + count)?;
            let adjacent = run.windows(2).all(|pair| match pair {
                // Nothing but white space and one line break stands between the lines of a zone.
                [a, b] => text.get(a.end..b.start).is_some_and(|gap| gap.chars().all(char::is_whitespace) && gap.len() <= 8),
                _ => false,
            });
            (adjacent && run.iter().all(|line| line.text.len() == first.text.len())).then_some(run)
        };
        let found = match first.text.len() {
            30 => run(3).and_then(|run| Some((td1(run.first()?.text, run.get(1)?.text, run.get(2)?.text)?, 3))),
            36 => run(2).and_then(|run| Some((two_lines(run.first()?.text, run.get(1)?.text)?, 2))),
            44 => run(2)
                .and_then(|run| Some((two_lines(run.first()?.text, run.get(1)?.text)?, 2)))
                .or_else(|| td3_second(first.text).map(|valid| (("mrz_td3_line2", valid), 1))),
            _ => None,
        };
        match found {
            Some(((kind, valid), count)) => {
                let end = lines.get(at + count - 1).map_or(first.end, |line| line.end);
                zones.push(Zone { kind, valid, start: first.start, end });
                at += count;
            }
            None => at += 1,
        }
    }
    zones
}

/// The lengths of lines; and how far apart sixteen bytes may be looked at so that some lie in the shortest.
const LENGTHS: [usize; 3] = [30, 36, 44];
const STEP: usize = 15;

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
        if LENGTHS.contains(&(end - start))
            && let Some(line) = text.get(start..end)
        {
            lines.push(Line { text: line, start, end });
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
        check("<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", None);
        check("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", None);
    }
}
