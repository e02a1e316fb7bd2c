//! Bytes thrown at every reader: packs, requests, conditions. Nothing may panic, and whatever is refused says why.
//!
//! These run as plain tests for some seconds each, and under `cargo bolero` for as long as one likes.

use crate::law::{self, CHICAGO, Chance};
use crate::oracle::{Found, Oracle, Values};
use haven_law::cedar::PolicySet;
use haven_law::decide::Verdict;
use haven_law::error::LoadError;
use haven_law::pack::{Layer, Pack, Source};
use haven_law::request::{Request, RequestError, Scope};
use haven_law::vocabulary::{FactId, FactKind};
use jiff::civil::date;
use serde_json::json;
use std::str::FromStr as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

fn seconds() -> Duration {
    Duration::from_secs(law::setting("HAVEN_FUZZ_SECONDS", 3))
}

/// Bytes read as a stream of choices; where they end, every choice is the first.
struct Choices<'a> {
    bytes: &'a [u8],
}

impl<'a> Choices<'a> {
    fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                *first
            }
            None => 0,
        }
    }

    fn below(&mut self, end: usize) -> usize {
        let wide = usize::from(self.byte()) << 8 | usize::from(self.byte());
        if end <= 256 { (wide >> 8) % end.max(1) } else { (wide * 131 + usize::from(self.byte())) % end }
    }

    fn pick<'b, T>(&mut self, list: &'b [T]) -> &'b T {
        &list[self.below(list.len())]
    }
}

// Packs ------------------------------------------------------------------------------------------------------------

/// Words that mean something to one reader or another.
const TOKENS: [&str; 44] = [
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ";",
    "=",
    "@",
    "#",
    "\n",
    "\r\n",
    "\0",
    "\u{202e}",
    "é",
    "𝕏",
    "\u{feff}",
    "//",
    "/*",
    "\\",
    "\\u{110000}",
    "[[version]]\n",
    "@id(\"x@2020-01-01\")",
    "@until(\"2019-01-01\")",
    "@effect(\"refer\")",
    "unless { true }",
    "when { context has sure }",
    "?principal",
    "forbid (principal, action, resource);",
    "permit",
    "context.",
    "Action::\"\"",
    "9999-99-99",
    "2021-02-30",
    "-1",
    "1e999",
    "id = \"\"",
    "from = 2020-01-01",
    "[kind.\"\"]",
    "[[agency]]",
    "## x @2020-01-01\n",
    "Source:",
];

fn char_at(text: &str, position: usize) -> usize {
    (0..=position.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// One change to a text, as an editor, a bad merge or an enemy would make it.
fn mutate(text: &str, choices: &mut Choices<'_>, others: &[&str]) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (from, to) = {
        let (a, b) = (char_at(text, choices.below(text.len() + 1)), char_at(text, choices.below(text.len() + 1)));
        (a.min(b), a.max(b).min(a.min(b) + 200))
    };
    let to = char_at(text, to).max(from);
    match choices.below(11) {
        0 => {
            let mut bytes = text.as_bytes().to_vec();
            if let Some(byte) = bytes.get_mut(from) {
                *byte = choices.byte();
            }
            String::from_utf8_lossy(&bytes).into_owned()
        }
        1 => text[..from].to_owned(),
        2 => format!("{}{}", &text[..from], &text[to..]),
        3 => format!("{}{}{}", &text[..to], &text[from..to], &text[to..]),
        4 => format!("{}{}{}", &text[..from], choices.pick(&TOKENS), &text[from..]),
        5 => format!("{}{}{}", &text[..from], choices.pick(&TOKENS), &text[to..]),
        6 if lines.len() > 1 => {
            let (a, b) = (choices.below(lines.len()), choices.below(lines.len()));
            lines.swap(a, b);
            lines.concat()
        }
        7 if !lines.is_empty() => {
            lines.remove(choices.below(lines.len()));
            lines.concat()
        }
        8 if !lines.is_empty() => {
            let line = *choices.pick(&lines);
            lines.insert(choices.below(lines.len()), line);
            lines.concat()
        }
        9 => {
            // One quoted word for another.
            let words: Vec<&str> = text.split('"').skip(1).step_by(2).filter(|word| !word.is_empty()).collect();
            match words.is_empty() {
                true => text.to_owned(),
                false => {
                    let [from, to] = [(); 2].map(|()| format!("\"{}\"", choices.pick(&words)));
                    text.replacen(&from, &to, 1)
                }
            }
        }
        _ => (*choices.pick(others)).to_owned(),
    }
}

/// Changes one or two files and loads the rest with them.
fn load_mutated(base: &Source, choices: &mut Choices<'_>, place: impl Fn(&str) -> Option<String>) {
    let paths: Vec<&str> = base.paths().filter(|path| place(path).is_some()).collect();
    let texts: Vec<&str> = paths.iter().filter_map(|path| base.get(path)).chain(["", "\u{feff}", "[", "x"]).collect();
    let mut source = base.clone();
    let mut jurisdiction = String::new();
    for _ in 0..=choices.below(2) {
        let path = *choices.pick(&paths);
        let mut text = source.get(path).unwrap().to_owned();
        for _ in 0..=choices.below(3) {
            text = mutate(&text, choices, &texts);
        }
        source.insert(path, text);
        jurisdiction = place(path).unwrap().max(jurisdiction);
    }
    match Pack::load(&source, &jurisdiction) {
        Ok(pack) => answer(&pack, choices),
        Err(errors) => explained(&source, &errors),
    }
}

fn explained(source: &Source, errors: &[LoadError]) {
    assert!(!errors.is_empty(), "refused without a reason");
    for error in errors {
        assert!(!error.message.trim().is_empty(), "an error without a message at {}", error.place);
        assert!(!error.hint.trim().is_empty(), "an error without a hint: {error}");
        assert!(!error.place.file.is_empty(), "an error without a file: {error}");
        if let (Some(line), Some(text)) = (error.place.line, source.get(&error.place.file)) {
            assert!((1..=text.split('\n').count()).contains(&line), "an error on a line that is not there: {error}");
        }
    }
}

/// A pack that loads answers, whatever became of it.
fn answer(pack: &Pack, choices: &mut Choices<'_>) {
    for (action, _) in pack.vocabulary().action_ids() {
        let day = date(2010 + i16::from(choices.byte() % 20), 1 + i8::try_from(choices.below(12)).unwrap(), 1);
        let mut request = Request::new(pack, day, action, Some("Police".to_owned()), Scope::default());
        for id in pack.vocabulary().action(action).unwrap().facts.iter() {
            let fact = pack.vocabulary().fact(id);
            if !choices.byte().is_multiple_of(3) && !fact.values.is_empty() {
                request.facts.set(id, 1 << choices.below(fact.values.len()));
            }
        }
        let decision = pack.decide(&request);
        assert_eq!((decision.verdict, decision.basis), pack.verdict(&request));
        assert!(decision.verdict == Verdict::NeedsFacts || decision.questions.is_empty());
    }
}

#[test]
fn a_damaged_pack_of_the_tiny_law_is_refused_with_reasons() {
    let base = law::tiny();
    bolero::check!().with_test_time(seconds()).for_each(|bytes: &[u8]| {
        load_mutated(&base, &mut Choices { bytes }, |_| Some("place".to_owned()));
    });
}

#[test]
fn a_damaged_pack_of_the_real_law_is_refused_with_reasons() {
    // The smallest jurisdiction that reads the file, because a large one takes long to load.
    let place = |path: &str| match path {
        "vocabulary.cedarschema" | "words/en.toml" | "obligations.toml" => Some("us".to_owned()),
        path if path.starts_with("us/il/chicago/") => Some(CHICAGO.to_owned()),
        path if path.starts_with("us/il/") => Some("us/il".to_owned()),
        path if path.starts_with("us/") => Some("us".to_owned()),
        _ => None,
    };
    bolero::check!().with_test_time(seconds()).for_each(|bytes: &[u8]| load_mutated(law::source(), &mut Choices { bytes }, place));
}

// Requests ---------------------------------------------------------------------------------------------------------

fn refused(error: &RequestError, text: &str) {
    // A field that is not known is named as it was, so it is only nameless where it came without a name.
    assert!(!error.field.is_empty() || text.contains("\"\""), "an error without a field: {error}");
    assert!(!error.expected.is_empty() && !error.found.is_empty(), "{error:?}");
    assert!(error.found.chars().count() <= 64, "what was found is not cut short: {error:?}");
    assert!(serde_json::to_string(error).is_ok());
}

fn read(text: &str, scope: &Scope) {
    match Request::parse(text, law::pack(), scope) {
        Ok(request) => {
            let decision = law::pack().decide(&request);
            assert_eq!(decision.verdict == Verdict::NeedsFacts, !decision.questions.is_empty(), "{text}");
            assert!(serde_json::to_string(&decision).is_ok());
        }
        Err(error) => refused(&error, text),
    }
}

#[test]
fn bytes_that_are_no_request_are_refused() {
    bolero::check!().with_test_time(seconds()).for_each(|bytes: &[u8]| read(&String::from_utf8_lossy(bytes), &Scope::default()));
}

/// A value of any shape, with many that look nearly right.
fn any_value(choices: &mut Choices<'_>, depth: usize) -> String {
    const WORDS: [&str; 40] = [
        "null",
        "true",
        "false",
        "0",
        "-1",
        "1.5",
        "1e400",
        "-0",
        "9223372036854775808",
        "18446744073709551616",
        "\"unknown\"",
        "\"UNKNOWN\"",
        "\"none\"",
        "\"yes\"",
        "\"No\"",
        "\"I-200\"",
        "\"i 200\"",
        "\"ice\"",
        "\"civil\"",
        "\"detainer\"",
        "\"judicial-warrant\"",
        "\"2021-02-30\"",
        "\"2024-02-29\"",
        "\"20240229\"",
        "\"2024-W09-4\"",
        "\"2024-02-29T10\"",
        "\"9999-12-31\"",
        "\"0001-01-01\"",
        "\"-009999-01\"",
        "\"\"",
        "\" \"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"𝕏\"",
        "\"CPD\"",
        "\"continue_detention\"",
        "\"a\\nb\"",
        "\"\u{202e}\"",
        "[]",
        "{}",
    ];
    match choices.below(10) {
        8 if depth > 0 => format!("[{}]", (0..choices.below(4)).map(|_| any_value(choices, depth - 1)).collect::<Vec<_>>().join(",")),
        9 if depth > 0 => object(choices, depth - 1),
        _ => (*choices.pick(&WORDS)).to_owned(),
    }
}

fn object(choices: &mut Choices<'_>, depth: usize) -> String {
    const NAMES: [&str; 14] = [
        "id",
        "as_of",
        "action",
        "agency",
        "actor",
        "facts",
        "basis",
        "document",
        "last_review",
        "city_agency",
        "Facts",
        "fact",
        "",
        "\\u0061gency",
    ];
    let pairs: Vec<String> = (0..choices.below(7)).map(|_| format!("\"{}\":{}", choices.pick(&NAMES), any_value(choices, depth))).collect();
    format!("{{{}}}", pairs.join(","))
}

#[test]
fn requests_of_any_shape_are_read_or_refused() {
    let valid = [
        r#"{"id":"a1","as_of":"2024-03-13","action":"continue_detention","agency":"CPD","facts":{"basis":["admin_warrant"],"document":"I-205"}}"#,
        r#"{"id":7,"as_of":"2021-02-01","action":"review_forms","agency":"DFSS","facts":{"last_review":"2020-02-01","city_agency":true}}"#,
        r#"{"as_of":"2020-06-01","action":"share_information","facts":{"requester":"ice","topic":"release_date","matter":"unknown"}}"#,
    ];
    let kept = AtomicUsize::new(0);
    bolero::check!().with_test_time(seconds()).for_each(|bytes: &[u8]| {
        let choices = &mut Choices { bytes };
        let text = match choices.below(4) {
            0 => object(choices, 3),
            1 => {
                // A sound request with one field of any shape.
                let (fact, value) = (&choices.pick(law::pack().vocabulary().facts()).name, any_value(choices, 2));
                let field = *choices.pick(&["id", "as_of", "agency", "actor", "action"]);
                let more =
                    if choices.byte().is_multiple_of(2) { format!("\"{field}\":{}", any_value(choices, 2)) } else { "\"id\":1".to_owned() };
                format!("{{\"as_of\":\"2024-03-13\",\"action\":\"arrest\",{more},\"facts\":{{\"{fact}\":{value}}}}}")
            }
            _ => {
                let mut text = (*choices.pick(&valid)).to_owned();
                for _ in 0..=choices.below(3) {
                    text = mutate(&text, choices, &valid);
                }
                text
            }
        };
        let scope = Scope {
            layers: if choices.byte().is_multiple_of(4) { vec![*choices.pick(&Layer::ALL)] } else { Vec::new() },
            provisions: Vec::new(),
        };
        if Request::parse(&text, law::pack(), &scope).is_ok() {
            kept.fetch_add(1, Ordering::Relaxed);
        }
        read(&text, &scope);
    });
    assert!(kept.load(Ordering::Relaxed) > 10, "hardly any request was read");
}

#[test]
fn a_day_that_is_read_is_written_the_same_way() {
    bolero::check!().with_test_time(seconds() / 3).for_each(|bytes: &[u8]| {
        const PARTS: [&str; 22] =
            ["2", "0", "1", "-", "9", "02", "2021", "-02", "-23", "T", "W", "Z", "+", "00", "10", ":", " ", "/", ".", "٣", "-31", "1900"];
        let choices = &mut Choices { bytes };
        let text: String = (0..1 + choices.below(8)).map(|_| *choices.pick(&PARTS)).collect();
        match haven_law::request::day("as_of", &text) {
            Ok(day) => assert_eq!(day.to_string(), text),
            Err(error) => refused(&error, &text),
        }
    });
}

#[test]
fn a_part_of_the_law_of_any_name_is_found_or_refused() {
    bolero::check!().with_test_time(seconds() / 3).for_each(|bytes: &[u8]| {
        let choices = &mut Choices { bytes };
        let provisions = law::pack().provisions();
        let name = match choices.below(3) {
            0 => String::from_utf8_lossy(choices.bytes).into_owned(),
            1 => {
                let provision = *choices.pick(&provisions);
                mutate(provision, choices, &provisions)
            }
            _ => {
                let cite = &choices.pick(&law::pack().clauses).cite;
                mutate(cite, choices, &provisions)
            }
        };
        match Scope::read(law::pack(), &[], std::slice::from_ref(&name)) {
            // What is found is the beginning of a provision the pack has.
            Ok(scope) => {
                let found = &scope.provisions[0];
                assert!(!found.is_empty() && provisions.iter().any(|known| known.starts_with(found.as_str())), "{name} is read as {found}");
            }
            Err(error) => refused(&error, &name),
        }
    });
}

// Conditions ---------------------------------------------------------------------------------------------------------

fn word(choices: &mut Choices<'_>, kind: &str) -> String {
    let words: &[&str] = match kind {
        "Colour" => &["red", "green", "blue"],
        "Shade" => &["pale", "dark"],
        "Ground" => &["a", "b", "c", "d"],
        "AgencyKind" => &["police", "department", "other"],
        _ => &["within_year", "over_year", "never"],
    };
    format!("{kind}::\"{}\"", choices.pick(words))
}

fn words(choices: &mut Choices<'_>, kind: &str) -> String {
    let list: Vec<String> = (0..=choices.below(3)).map(|_| word(choices, kind)).collect();
    format!("[{}]", list.join(", "))
}

fn number(choices: &mut Choices<'_>, depth: usize) -> String {
    match choices.below(if depth == 0 { 3 } else { 7 }) {
        0 => (*choices.pick(&["0", "1", "-1", "7", "9223372036854775807", "(-9223372036854775808)", "4000000000"])).to_owned(),
        1 => "context.hours".to_owned(),
        2 => "context.limit".to_owned(),
        3 => format!("({} + {})", number(choices, depth - 1), number(choices, depth - 1)),
        4 => format!("({} - {})", number(choices, depth - 1), number(choices, depth - 1)),
        5 => format!("({} * {})", number(choices, depth - 1), number(choices, depth - 1)),
        _ => format!("(-{})", number(choices, depth - 1)),
    }
}

/// A condition over the tiny vocabulary; `wild` in 256 of its parts are such as Haven does not read.
fn condition(choices: &mut Choices<'_>, depth: usize, wild: u8) -> String {
    const STRANGE: [&str; 40] = [
        "context has sure",
        "context has nosuch",
        "context.nosuch",
        "context.colour like \"r*\"",
        "context.colour == \"red\"",
        "context.colour == Shade::\"pale\"",
        "context.colour == Colour::\"purple\"",
        "context.colour == context.colour",
        "context.sure == context.city_agency",
        "(context.sure == true) == false",
        "(context.sure && context.city_agency) == true",
        "context.hours == context.colour",
        "context.hours == \"7\"",
        "context.hours",
        "context.colour",
        "context.grounds",
        "context.grounds == context.grounds",
        "context.grounds.contains(context.colour)",
        "context.grounds.contains(Colour::\"red\")",
        "context.grounds.containsAny(Ground::\"a\")",
        "context.colour in Colour::\"red\"",
        "context.colour in context.grounds",
        "context.colour is Colour",
        "context.colour is Shade",
        "[].contains(context.colour)",
        "[Colour::\"red\", context.colour].contains(context.colour)",
        "[1, 2].contains(context.hours)",
        "[Colour::\"red\"] == [Colour::\"green\"]",
        "{a: 1}.a == 1",
        "\"x\" == \"x\"",
        "principal == Agent::\"a\"",
        "principal is Agent",
        "resource is Act",
        "action == Action::\"hold\"",
        "principal in resource",
        "ip(\"127.0.0.1\").isLoopback()",
        "decimal(\"1.0\").lessThan(decimal(\"2.0\"))",
        "datetime(\"2020-01-01\") < datetime(\"2021-01-01\")",
        "context[\"sure\"]",
        "context.sure.sure",
    ];
    if choices.byte() < wild {
        return (*choices.pick(&STRANGE)).to_owned();
    }
    let one = *choices.pick(&[("colour", "Colour"), ("shade", "Shade"), ("agency_kind", "AgencyKind"), ("last_review", "Recency")]);
    match choices.below(if depth == 0 { 18 } else { 26 }) {
        0 => "context.sure".to_owned(),
        1 => "context.city_agency".to_owned(),
        2 => format!("context.sure == {}", choices.pick(&["true", "false"])),
        3 => format!("context.{} == {}", one.0, word(choices, one.1)),
        4 => format!("{} == context.{}", word(choices, one.1), one.0),
        5 => format!("context.{} != {}", one.0, word(choices, one.1)),
        6 => format!("{}.contains(context.{})", words(choices, one.1), one.0),
        7 => format!("context.{} in {}", one.0, words(choices, one.1)),
        8 => format!("context.grounds.contains({})", word(choices, "Ground")),
        9 => format!("context.grounds.containsAll({})", words(choices, "Ground")),
        10 => format!("{}.containsAll(context.grounds)", words(choices, "Ground")),
        11 => format!("context.grounds.containsAny({})", words(choices, "Ground")),
        12 => format!("{}.containsAny(context.grounds)", words(choices, "Ground")),
        13 => "context.grounds.isEmpty()".to_owned(),
        14 => format!("context.grounds == {}", words(choices, "Ground")),
        15 => format!("{} != context.grounds", words(choices, "Ground")),
        16 => {
            let order = *choices.pick(&["==", "!=", "<", "<=", ">", ">="]);
            format!("{} {order} {}", number(choices, 2), number(choices, 2))
        }
        17 => (*choices.pick(&["true", "false"])).to_owned(),
        18 | 19 => format!("({} && {})", condition(choices, depth - 1, wild), condition(choices, depth - 1, wild)),
        20 | 21 => format!("({} || {})", condition(choices, depth - 1, wild), condition(choices, depth - 1, wild)),
        22 | 23 => format!("!({})", condition(choices, depth - 1, wild)),
        24 => format!("({} == {})", condition(choices, depth - 1, wild), choices.pick(&["true", "false"])),
        _ => format!(
            "(if {} then {} else {})",
            condition(choices, depth - 1, wild),
            condition(choices, depth - 1, wild),
            condition(choices, depth - 1, wild)
        ),
    }
}

/// A policy, mostly one Haven reads.
fn policy(choices: &mut Choices<'_>) -> String {
    let wild = *choices.pick(&[0, 0, 8, 40]);
    let odd = |choices: &mut Choices<'_>| wild > 0 && choices.byte() < wild;
    let principal = if odd(choices) {
        *choices.pick(&["principal == Agent::\"a\"", "principal in Agent::\"a\"", "principal == ?principal"])
    } else {
        *choices.pick(&["principal", "principal is Agent"])
    };
    let action = if odd(choices) {
        *choices.pick(&["action == Action::\"nosuch\"", "action in Action::\"hold\"", "action in []"])
    } else {
        *choices.pick(&["action == Action::\"hold\"", "action in [Action::\"hold\", Action::\"share\"]", "action == Action::\"share\""])
    };
    let resource = if odd(choices) { "resource == Act::\"a\"" } else { *choices.pick(&["resource", "resource is Act"]) };
    let (effect, verb) = *choices.pick(&[
        ("prohibit", "forbid"),
        ("refer", "forbid"),
        ("caution", "forbid"),
        ("require", "permit"),
        ("authorise", "permit"),
    ]);
    let mut conditions = String::new();
    let mut exceptions = String::new();
    for _ in 0..=choices.below(2) {
        conditions.push_str(&format!("\nwhen {{ {} }}", condition(choices, 3, wild)));
    }
    for _ in 0..choices.below(3) {
        conditions.push_str(&format!("\nunless {{ {} }}", condition(choices, 2, wild)));
        exceptions.push_str("x ");
    }
    let exceptions = if odd(choices) { String::new() } else { format!("@exceptions(\"{}\")", exceptions.trim()) };
    format!(
        "@id(\"1@2020-01-01\") @effect(\"{effect}\") @verified(\"V\") @asks(\"?\")\n{exceptions}\n{verb} ({principal}, {action}, {resource}){conditions};\n"
    )
}

/// Any value of a fact, an empty set and the edges of numbers among them.
fn chance_value(pack: &Pack, chance: &mut Chance, id: FactId) -> u64 {
    let fact = pack.vocabulary().fact(id);
    match fact.kind {
        FactKind::Number => chance.pick(&[i64::MIN, -1, 0, 1, 7, 4_000_000_000, i64::MAX]).cast_unsigned(),
        FactKind::Many => chance.next() & fact.all(),
        _ => 1 << chance.below(fact.values.len()),
    }
}

/// Holds the one clause of a pack against Cedar on random facts, known and unknown.
fn agrees(pack: &Pack, text: &str, seed: u64) {
    let oracle = Oracle::new(pack);
    let mut chance = Chance::new(seed);
    let everything = Scope::default();
    for action in ["hold", "share"].map(|name| pack.vocabulary().action_named(name).unwrap()) {
        let facts: Vec<FactId> = pack.vocabulary().action(action).unwrap().facts.iter().collect();
        for _ in 0..6 {
            let day = date(2020, 6, 1);
            let values: Values = facts.iter().map(|id| (id.index(), chance_value(pack, &mut chance, *id))).collect();
            let stands = |values: &Values| {
                let request = oracle.request(action, day, values, &everything);
                (!pack.applying(&request).is_empty(), !pack.undetermined(&request).is_empty())
            };
            let says = |found: &Found| (!found.applies.is_empty(), !found.errs.is_empty());
            let found = oracle.find(action, &values, false);
            assert_eq!(stands(&values), says(&found), "{text}{}", oracle.line(action, day, &values, &everything));
            // Forget some facts, and see that nothing certain is wrong in some completion.
            let mut known = values.clone();
            let forgotten: Vec<FactId> = facts.iter().copied().filter(|_| chance.percent(30)).collect();
            for id in &forgotten {
                known.remove(&id.index());
            }
            let (applies, doubtful) = stands(&known);
            for _ in 0..6 {
                let mut values = known.clone();
                values.extend(forgotten.iter().map(|id| (id.index(), chance_value(pack, &mut chance, *id))));
                let (applies_now, errs_now) = says(&oracle.find(action, &values, false));
                let line = || {
                    format!(
                        "{text}{} became {}",
                        oracle.line(action, day, &known, &everything),
                        oracle.line(action, day, &values, &everything)
                    )
                };
                assert!(doubtful || applies == applies_now, "{}", line());
                // `oracle` shows what an exception may hide; without one, nothing may.
                assert!(doubtful || !errs_now || text.contains("unless"), "{}", line());
            }
        }
    }
}

#[test]
fn a_condition_is_refused_or_means_what_cedar_says_it_means() {
    let (read, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    bolero::check!().with_test_time(seconds() * 2).for_each(|bytes: &[u8]| {
        let text = policy(&mut Choices { bytes });
        let mut source = law::tiny_with("place/rule/policies.cedar", &text);
        source.insert("place/rule/duties.cedar", "");
        match Pack::load(&source, "place") {
            Ok(pack) => {
                read.fetch_add(1, Ordering::Relaxed);
                agrees(&pack, &text, bytes.iter().fold(7, |seed, byte| seed * 31 % 1_000_003 + u64::from(*byte)));
            }
            Err(errors) => {
                refused.fetch_add(1, Ordering::Relaxed);
                explained(&source, &errors);
                for error in &errors {
                    // An error about one policy names the line of the policy.
                    assert!(
                        error.place.line.is_some() || PolicySet::from_str(&text).is_err() || text.contains("?principal"),
                        "{error}: {text}"
                    );
                }
            }
        }
    });
    let (read, refused) = (read.load(Ordering::Relaxed), refused.load(Ordering::Relaxed));
    println!("{read} random policies agree with Cedar, {refused} were refused");
    assert!(read > 20 && refused > 20, "only one side was seen: {read} read, {refused} refused");
}

#[test]
fn a_request_that_was_read_can_be_asked_of_every_part_of_the_law() {
    let pack = law::pack();
    let line = json!({ "as_of": "2021-02-01", "action": "arrest", "agency": "CPD", "facts": { "basis": ["detainer", "pending_charge"] } })
        .to_string();
    for provision in pack.provisions() {
        let scope = Scope::read(pack, &[], &[provision.to_owned()]).unwrap();
        read(&line, &scope);
    }
}
