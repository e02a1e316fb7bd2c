//! The two-stage engine finds what the simple one finds: nothing lost, nothing added.

use crate::sample::{detector, packs};
use haven_detect::{Category, Detector, Glance};
use proptest::prelude::*;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

static DETECTOR: LazyLock<Detector> = LazyLock::new(detector);

/// The texts of all examples of all packs, and the phrases themselves with their brackets left in: words of patterns that
/// stand near one another but do not match.
static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut texts = Vec::new();
    for source in packs() {
        let file: toml::Value = toml::from_str(&source.text).unwrap();
        for entry in file.get("entry").and_then(|entries| entries.as_array()).into_iter().flatten() {
            for list in ["hits", "near", "text", "ask", "state", "needs", "unless"] {
                for text in entry.get(list).and_then(|texts| texts.as_array()).into_iter().flatten().filter_map(|text| text.as_str()) {
                    let text = if matches!(list, "hits" | "near") { text.split_once(':').map_or(text, |(_, text)| text) } else { text };
                    texts.push(text.to_owned());
                }
            }
        }
    }
    texts
});

/// What stands between phrases: what ends sentences, joins words, is not seen, or is long and empty.
const BETWEEN: [&str; 25] = [
    " ",
    "\n",
    ". ",
    ".",
    "",
    ", ",
    "-",
    "_",
    "\u{a0}",
    "\u{200b}",
    " \u{301}",
    "。",
    "—",
    "？ ",
    "! ",
    "; ",
    "1",
    "\t\t",
    " x ",
    "=\"",
    "\u{ad}",
    " lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor ",
    // Longer than what is looked at together, and of its length.
    " Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft ",
    " aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ",
    " e.g. ",
];

/// What a text may stand amid, some of it longer than any phrase reaches.
const AROUND: [(&str, &str); 8] = [
    ("lorem ipsum dolor sit amet, ", " elit sed do eiusmod tempor"),
    ("", "."),
    ("<label for=\"q1\">", "</label><input name=\"q1\" maxlength=9>"),
    ("2025-11-02T10:00:01Z,17,\"", "\",3.50,closed\n2025-11-03T10:00:01Z,18,\"\",,open"),
    ("e.g. the U.S. code (8 U.S.C. 1101) reads: ", "; i.e. nothing"),
    ("Пожалуйста, прочтите это внимательно. ", " и распишитесь ниже, если согласны"),
    ("请在下面填写。", "，谢谢您的合作。"),
    (
        "if the article was not about a person who may ask whether you or all the people in this city have read it ",
        " so that no one has to",
    ),
];
/// How many of those words stand around at most.
const TIMES: [usize; 4] = [1, 3, 1, 12];
/// The ways in which a text is damaged.
const WAYS: u8 = 17;

fn damaged(text: &str, how: u8, at: usize) -> String {
    if how == 16 {
        return text.nfd().collect();
    }
    let chars: Vec<char> = text.chars().collect();
    let at = at % chars.len().max(1);
    let mut out = String::new();
    for (index, &c) in chars.iter().enumerate() {
        let here = index == at;
        match how {
            1 => out.extend(c.to_uppercase()),
            // A combining accent behind every letter, or an invisible character.
            2 if c.is_alphabetic() => out.extend([c, '\u{301}']),
            3 if here => out.extend([c, '\u{ad}']),
            // Letters parted by dots.
            4 if c.is_alphabetic() => out.extend([c, '.']),
            5 if here => {}
            6 if here => out.extend([c, c]),
            7 if c == ' ' => out.push_str("\n      "),
            8 if c == ' ' => out.push('_'),
            9 if c == ' ' => out.push_str(&" ".repeat(300)),
            10 if here => out.push_str(" (a b c) "),
            11 if c == ' ' => out.push('\u{3000}'),
            // Full-width letters.
            12 if c.is_ascii_alphanumeric() => out.push(char::from_u32(u32::from(c) + 0xfee0).unwrap()),
            13 if here => out.extend(['7', c]),
            14 if here => out.extend(['.', c]),
            15 if here => out.extend(['é', c]),
            _ => out.push(c),
        }
    }
    out
}

fn check(text: &str) {
    assert_eq!(DETECTOR.hits_in(text), DETECTOR.hits_in_folded(text), "{text:?}");
    assert_eq!(DETECTOR.identifiers(text), DETECTOR.identifiers_in_folded(text), "{text:?}");
}

/// Numbers, labels and what may stand between them.
const NUMBERS: [&str; 63] = [
    "A099337656",
    "A 099 337 656",
    "099-337-656",
    "A#",
    "alien number",
    "LIN-60-326-96072",
    "WAC2190012345",
    "N0012345678",
    "SEVIS",
    "999-88-7777",
    "912701234",
    "912-70-1234",
    "ITIN",
    "I-94",
    "12345678901",
    "123456789A1",
    "passport no.",
    "X1234567",
    "I-247A",
    "247-A",
    "24 7",
    "form",
    "visa",
    "H1B",
    "F-1",
    "class of admission",
    "matrícula",
    "2025-11-02",
    "312-555-0101",
    "case no.",
    "№",
    "pasaporte",
    "visa number",
    "20251234",
    "9",
    "a",
    "USCIS#",
    "I",
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "order 12345",
    "B1/B2",
    "status",
    "request",
    "2 47",
    "24-7A",
    "I - 2475",
    "a221c81fecb16e95313a3e0d57d4e0da",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "номер паспорта",
    "A 099–337–656",
    "H1-B",
    "B-1/B-2",
    "h4",
    "TN",
    "class of admission F26",
    "WAC*22*123*45678",
    "passport number",
    "481 920 375",
    "664 201 938 D5",
    "C01X00T47",
    "SEVIS ID:",
    "4111 1111 1111 1111",
    "I/247A",
];

/// What a glance does not see must not be there: the guard asks no more of such a text.
fn check_glance(text: &str, names: &[&str]) {
    let glance = DETECTOR.glance(text);
    if !glance.phrase {
        assert_eq!(DETECTOR.hits_in(text), [], "{text:?}");
        assert_eq!(DETECTOR.sentence(text).category, Category::None, "{text:?}");
    }
    if !glance.number {
        assert_eq!(DETECTOR.identifiers(text), [], "{text:?}");
    }
    for name in names {
        let column = DETECTOR.known_column(name);
        let found = DETECTOR.value_in(&column, &[text]).category;
        if !DETECTOR.tells(text) {
            assert_eq!(found, column.category(), "{name} {text:?}");
        }
        // What a name says another meaning of the cell may silence (`visa_type`: Mastercard).
        if !glance.phrase && !glance.cell {
            assert!(found == column.category() || found == Category::None, "{name} {text:?}");
        }
        if !glance.number && !column.leads() {
            let labelled = format!("{name}: {text}");
            let number = DETECTOR.identifiers(&labelled).into_iter().find(|number| number.end > name.len() + 2);
            assert_eq!(number, None, "{labelled:?}");
        }
    }
}

/// Names of columns: some speak, some lead a number, some do neither.
const NAMES: [&str; 10] = ["", "notes", "visa_type", "status", "id", "A", "case number", "phone", "form I", "alien no"];

#[test]
fn what_a_glance_does_not_see_is_not_there() {
    let cells = TEXTS.iter().flat_map(|text| text.split(['=', '|'])).map(str::trim);
    let (mut unseen, mut silent) = (0, 0);
    for (index, text) in cells.chain(TEXTS.iter().map(String::as_str)).enumerate() {
        // Each under some of the names, so that all of them together take seconds.
        let name = index % NAMES.len();
        check_glance(text, &NAMES[name..=name]);
        if index % 3 == 0 {
            check_glance(&damaged(text, (index % usize::from(WAYS)) as u8, text.len() / 2), &NAMES[name..=name]);
        }
        unseen += usize::from(DETECTOR.glance(text) == Glance::default());
        silent += usize::from(!DETECTOR.tells(text));
    }
    assert!(unseen > 100 && silent > 100, "{unseen} {silent}");
    assert!(NAMES.iter().any(|name| DETECTOR.column(name).leads()) && !DETECTOR.column("phone").leads());
}

#[test]
fn every_example_is_found_in_both_ways() {
    let mut found = 0;
    for (index, text) in TEXTS.iter().enumerate() {
        // Each in some of the ways, so that all of them together take a minute.
        for how in (0..WAYS).filter(|how| (usize::from(*how) + index).is_multiple_of(4)) {
            let (before, behind) = AROUND[(index + usize::from(how)) % AROUND.len()];
            let times = TIMES[(index / 5) % TIMES.len()];
            check(&format!("{}{}{}", before.repeat(times), damaged(text, how, text.len() / 2), behind.repeat(times)));
        }
        found += DETECTOR.hits_in(text).len();
    }
    assert!(found > 1_000, "{found} of the packs' own phrases");
}

#[test]
fn the_whole_of_the_packs_is_read_in_both_ways() {
    for source in packs() {
        check(&source.text);
        check(&source.text.replace('\n', " "));
        check(&source.text.replace([' ', '\n', '"'], ""));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn no_match_is_lost_or_added(pieces in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..24, any::<usize>(), any::<prop::sample::Index>(), 1_usize..4), 1..20)) {
        let mut text = String::new();
        for (which, how, at, between, times) in pieces {
            text.push_str(&damaged(which.get::<String>(&TEXTS), how, at));
            text.push_str(&between.get(&BETWEEN).repeat(times));
        }
        check(&text);
    }

    #[test]
    fn no_number_is_lost_or_added(pieces in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..24, any::<usize>(), any::<prop::sample::Index>(), 1_usize..3), 1..16)) {
        let mut text = String::new();
        for (which, how, at, between, times) in pieces {
            text.push_str(&damaged(which.get::<&str>(&NUMBERS), how, at));
            text.push_str(&between.get(&BETWEEN).repeat(times));
        }
        check(&text);
    }

    #[test]
    fn any_text_at_all_is_read_in_both_ways(text in "(?s).{0,200}") {
        check(&text);
    }
}
