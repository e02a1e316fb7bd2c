//! The page: it stands alone, reads well without sight, and says nothing but what was found.

use crate::output::full;
use crate::sample::{finding, scan};
use base64::Engine;
use haven_scan::Scan;
use haven_scan::output::Output;
use html5gum::{DefaultEmitter, Token, Tokenizer};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Elements that have no end tag.
const VOID: [&str; 5] = ["meta", "link", "input", "br", "rect"];

#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    /// The elements around it, outermost first.
    pub(crate) around: Vec<String>,
    /// All text inside.
    pub(crate) text: String,
}

impl Element {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// The elements of a page in order; fails where a tag is not closed in its turn.
pub(crate) fn parse(page: &str) -> Vec<Element> {
    let mut emitter = DefaultEmitter::<()>::default();
    emitter.naively_switch_states(true);
    let mut elements: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    for token in Tokenizer::new_with_emitter(page, emitter) {
        match token.unwrap() {
            Token::StartTag(tag) => {
                let name = text(&tag.name);
                let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect();
                let around = open.iter().map(|at| elements[*at].name.clone()).collect();
                if !VOID.contains(&name.as_str()) {
                    open.push(elements.len());
                }
                elements.push(Element { name, attributes, around, text: String::new() });
            }
            Token::EndTag(tag) => {
                let last = open.pop().expect("a tag is closed that is not open");
                assert_eq!(elements[last].name, text(&tag.name), "closed out of turn");
            }
            Token::String(run) => open.iter().for_each(|at| elements[*at].text.push_str(&text(&run))),
            Token::Error(error) => panic!("{error:?}"),
            Token::Comment(_) | Token::Doctype(_) => {}
        }
    }
    assert!(open.is_empty(), "not closed: {:?}", open.iter().map(|at| &elements[*at].name).collect::<Vec<_>>());
    elements
}

/// A scan of every shape.
fn pages() -> Vec<(&'static str, String)> {
    let many =
        (0..30).map(|at| finding(at, &format!("forms/{at}.html"), haven_scan::Found::Asks, haven_detect::Category::Status)).collect();
    [
        ("full", full()),
        ("empty", Scan::default()),
        ("stopped", Scan { stopped: true, ..Scan::default() }),
        ("only unread", Scan { findings: Vec::new(), ..scan() }),
        ("many", Scan { findings: many, ..scan() }),
    ]
    .into_iter()
    .map(|(told, scan)| (told, Output::Html.write(&scan).unwrap()))
    .collect()
}

#[test]
fn it_needs_no_network() {
    for (told, page) in pages() {
        for element in parse(&page) {
            let loads = [
                "img", "iframe", "object", "embed", "audio", "video", "source", "base", "form", "image", "use", "track", "portal", "frame",
            ];
            assert!(!loads.contains(&element.name.as_str()), "{told}: {element:?}");
            for (name, value) in &element.attributes {
                assert!(!name.starts_with("on") && name != "style", "{told}: {element:?}");
                let points = [
                    "src",
                    "srcset",
                    "href",
                    "xlink:href",
                    "action",
                    "formaction",
                    "poster",
                    "data",
                    "ping",
                    "background",
                    "cite",
                    "manifest",
                    "imagesrcset",
                ];
                let stays = value.starts_with('#') || value == "data:,";
                assert!(!points.contains(&name.as_str()) || stays, "{told}: {element:?}");
                assert!(!value.contains("//") && !value.contains("url("), "{told}: {element:?}");
            }
            let asks = match element.name.as_str() {
                "style" => vec!["url(", "@import", "//", "image(", "src("],
                "script" => vec![
                    "fetch",
                    "XMLHttp",
                    "import",
                    "WebSocket",
                    "EventSource",
                    "sendBeacon",
                    "http",
                    "location",
                    "open(",
                    "innerHTML",
                    "eval",
                    "Function",
                ],
                _ => vec![],
            };
            let found: Vec<&str> = asks.into_iter().filter(|word| element.text.contains(word)).collect();
            assert!(found.is_empty(), "{told}: {found:?} in {}", element.name);
        }
    }
}

#[test]
fn the_policy_names_the_digest_of_what_is_in_the_page() {
    for (told, page) in pages() {
        let elements = parse(&page);
        let policy = elements
            .iter()
            .find(|element| element.get("http-equiv") == Some("Content-Security-Policy"))
            .expect(told)
            .get("content")
            .unwrap()
            .to_owned();
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{told}: {policy}");
        for (name, directive) in [("style", "style-src"), ("script", "script-src")] {
            let inside: Vec<&Element> = elements.iter().filter(|element| element.name == name).collect();
            assert_eq!(inside.len(), 1, "{told}: {name}");
            let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(&inside[0].text));
            assert!(policy.contains(&format!("{directive} 'sha256-{digest}'")), "{told}: {name} has another digest than {policy}");
        }
    }
}

#[test]
fn it_can_be_read_without_sight() {
    for (told, page) in pages() {
        let elements = parse(&page);
        let named = |name: &str| elements.iter().filter(|element| element.name == name).collect::<Vec<_>>();
        assert_eq!((named("h1").len(), named("title").len(), named("main").len()), (1, 1, 1), "{told}");
        assert_eq!(named("html")[0].get("lang"), Some("en"), "{told}");
        let mut ids = BTreeSet::new();
        let mut level = 0;
        for element in &elements {
            if let Some(id) = element.get("id") {
                assert!(ids.insert(id.to_owned()), "{told}: {id} twice");
            }
            if let Some(deeper) = element.name.strip_prefix('h').and_then(|digit| digit.parse::<u32>().ok()) {
                assert!(deeper <= level + 1, "{told}: h{deeper} after h{level}");
                assert!(!element.text.trim().is_empty(), "{told}: an empty heading");
                level = deeper;
            }
            if element.name == "th" {
                let scope = if element.around.contains(&"thead".to_owned()) { "col" } else { "row" };
                assert_eq!(element.get("scope"), Some(scope), "{told}: {element:?}");
            }
            if element.name == "svg" {
                assert_eq!(element.get("aria-hidden"), Some("true"), "{told}: the number stands beside the bar");
            }
        }
        assert_eq!(named("table").len(), named("caption").len(), "{told}");
        assert!(named("caption").iter().all(|caption| !caption.text.trim().is_empty()), "{told}");
        for element in &elements {
            let targets = [element.get("for"), element.get("aria-labelledby"), element.get("href").and_then(|link| link.strip_prefix('#'))];
            for target in targets.into_iter().flatten() {
                assert!(ids.contains(target), "{told}: nothing has the id {target}");
            }
        }
        let labels: BTreeSet<&str> = named("label").iter().filter_map(|label| label.get("for")).collect();
        for field in elements.iter().filter(|element| ["input", "select"].contains(&element.name.as_str())) {
            assert!(labels.contains(field.get("id").unwrap()), "{told}: {field:?} has no label");
        }
    }
}

#[test]
fn every_finding_has_its_row_and_what_was_not_read_comes_last() {
    let elements = parse(&Output::Html.write(&full()).unwrap());
    let rows: Vec<&Element> = elements.iter().filter(|element| element.get("data-found").is_some()).collect();
    assert_eq!(rows.len(), 4);
    for word in
        ["line 1, column 5", "asks for status", "92 %", "MCC § 2-173-030(a)(2)", "Take the question out of the form.", "000000000001"]
    {
        assert!(rows[0].text.contains(word), "{word}: {}", rows[0].text);
    }
    let last = elements.iter().rfind(|element| element.name == "section").unwrap();
    assert_eq!(last.get("aria-labelledby"), Some("unread"));
    // A file's name is text and turns nothing around.
    assert!(elements.iter().all(|element| element.name != "b"));
    assert!(
        rows.iter()
            .chain([&elements.iter().find(|element| element.name == "main").unwrap()])
            .all(|element| !element.text.contains('\u{202e}'))
    );
    let many = parse(&pages().pop().unwrap().1);
    let bars: Vec<&str> =
        many.iter().filter(|element| element.get("class") == Some("part")).filter_map(|element| element.get("width")).collect();
    assert!(bars.contains(&"100") && bars.contains(&"0"), "{bars:?}");
    assert!(many.iter().any(|element| element.text == "19 other sources"));
}

/// Relative luminance of `#rrggbb`, as WCAG 2 has it.
fn luminance(colour: &str) -> f64 {
    let part = |from: usize| {
        let value = f64::from(u8::from_str_radix(colour.get(from..from + 2).unwrap(), 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

#[test]
fn colours_stand_out_by_day_by_night_and_in_print() {
    let page = Output::Html.write(&full()).unwrap();
    let style = parse(&page).into_iter().find(|element| element.name == "style").unwrap().text;
    let lights: Vec<BTreeMap<&str, &str>> = style
        .lines()
        .filter_map(|line| line.split_once(":root {"))
        .map(|(_, colours)| colours.split(';').filter_map(|one| one.trim().strip_prefix("--")?.split_once(": ")).collect())
        .collect();
    assert_eq!(lights.len(), 3);
    for light in lights {
        for (front, back, ratio_min) in [
            ("ink", "paper", 7.0),
            ("quiet", "paper", 4.5),
            ("link", "paper", 4.5),
            ("ink", "alert", 7.0),
            ("link", "alert", 4.5),
            ("part", "faint", 3.0),
            ("line", "paper", 3.0),
        ] {
            let (a, b) = (luminance(light[front]), luminance(light[back]));
            let ratio = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            assert!(ratio >= ratio_min, "{front} on {back}: {ratio:.2} in {light:?}");
        }
    }
    for part in ["@media print", "prefers-color-scheme: dark", "table-header-group"] {
        assert!(style.contains(part), "{part}");
    }
}
