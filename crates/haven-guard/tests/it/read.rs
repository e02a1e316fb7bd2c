//! What a receiver reads in a body, by other parsers than the guard's, and what the detector finds in it.

use crate::made::{DETECTOR, means};
use haven_guard::Policy;
use html5gum::{Token, Tokenizer};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A value with its name, and the path of names that leads to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    pub path: String,
    pub name: String,
    pub value: String,
}

/// What is read in a body.
#[derive(Debug, Default)]
pub struct Body {
    pub leaves: Vec<Leaf>,
    /// Names, and texts without a name.
    pub names: Vec<String>,
    pub texts: Vec<String>,
}

/// Reads a body; the error is the parser's.
pub fn read(kind: &str, text: &str) -> Result<Body, String> {
    let mut body = Body::default();
    match kind {
        "JSON" => value(&serde_json::from_str(text).map_err(|error| error.to_string())?, "", "", &mut body),
        "NDJSON" => {
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                value(&serde_json::from_str(line).map_err(|error| error.to_string())?, "", "", &mut body);
            }
        }
        "CSV" => csv(text, &mut body)?,
        "text" => {
            body.texts.push(text.to_owned());
            body.texts.extend(text.lines().map(str::to_owned));
        }
        "XML" => xml(text, &mut body)?,
        "HTML" => html(text, &mut body)?,
        other => panic!("no kind: {other}"),
    }
    Ok(body)
}

fn value(read: &Value, path: &str, name: &str, body: &mut Body) {
    match read {
        Value::Object(members) => {
            for (key, inner) in members {
                body.names.push(key.clone());
                value(inner, &format!("{path}/{key}"), key, body);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| value(item, path, name, body)),
        Value::String(text) => {
            if let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str::<Value>(text) {
                value(&inner, &format!("{path}/…"), name, body);
            } else {
                body.leaves.push(Leaf { path: path.to_owned(), name: name.to_owned(), value: text.clone() });
            }
        }
        scalar => body.leaves.push(Leaf { path: path.to_owned(), name: name.to_owned(), value: scalar.to_string() }),
    }
}

fn csv(text: &str, body: &mut Body) -> Result<(), String> {
    let head = text.lines().next().unwrap_or_default();
    let mut quoted = false;
    let outside: String = head
        .chars()
        .filter(|letter| {
            quoted ^= *letter == '"';
            !quoted
        })
        .collect();
    let delimiter = [',', ';', '\t', '|'].into_iter().max_by_key(|sign| (outside.matches(*sign).count(), *sign == ',')).unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter as u8).from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().map_err(|error| error.to_string())?.iter().map(str::to_owned).collect();
    body.names.extend(names.iter().cloned());
    for row in reader.records() {
        for (at, cell) in row.map_err(|error| error.to_string())?.iter().enumerate() {
            body.leaves.push(Leaf { path: at.to_string(), name: names[at].clone(), value: cell.to_owned() });
        }
    }
    Ok(())
}

fn xml(text: &str, body: &mut Body) -> Result<(), String> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut open: Vec<(String, String)> = Vec::new();
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let is_empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(start) | Event::Empty(start) => {
                let name = start.local_name().into_inner().to_owned();
                body.names.push(name.clone());
                let parent = open.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("/");
                let mut named = name.clone();
                for attribute in start.attributes() {
                    let attribute = attribute.map_err(|error| error.to_string())?;
                    if attribute.key.into_inner().starts_with("xmlns") {
                        continue;
                    }
                    let key = attribute.key.local_name().into_inner().to_owned();
                    let said =
                        attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).map_err(|error| error.to_string())?.into_owned();
                    body.names.push(key.clone());
                    if key == "name" {
                        named = said.clone();
                        body.names.push(said.clone());
                    }
                    body.leaves.push(Leaf { path: format!("{parent}/{name}/@{key}"), name: key, value: said });
                }
                if !is_empty {
                    open.push((named, String::new()));
                }
            }
            Event::End(_) => {
                let (name, value) = open.pop().ok_or("an end without a beginning")?;
                let path = open.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("/");
                if !value.trim().is_empty() {
                    body.leaves.push(Leaf { path: format!("{path}/{name}"), name, value });
                }
            }
            Event::Text(said) => {
                if let Some((_, value)) = open.last_mut() {
                    value.push_str(&said);
                }
            }
            Event::CData(said) => {
                if let Some((_, value)) = open.last_mut() {
                    value.push_str(&said);
                }
            }
            Event::GeneralRef(reference) => {
                let (_, value) = open.last_mut().ok_or("a reference outside")?;
                match reference.resolve_char_ref().map_err(|error| error.to_string())? {
                    Some(letter) => value.push(letter),
                    None => value.push_str(quick_xml::escape::resolve_predefined_entity(&reference).ok_or("an entity of its own")?),
                }
            }
            Event::Comment(said) => body.texts.push(said.to_string()),
            Event::Eof => return if open.is_empty() { Ok(()) } else { Err("not all is closed".to_owned()) },
            Event::Decl(_) | Event::PI(_) => {}
            Event::DocType(_) => return Err("a doctype".to_owned()),
        }
    }
}

const INLINE: [&str; 8] = ["a", "b", "i", "em", "strong", "span", "u", "small"];

fn html(text: &str, body: &mut Body) -> Result<(), String> {
    let mut emitter = html5gum::emitters::default::DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut block = String::new();
    let mut island = false;
    // The heads of the table's columns, the cells of its row, what was labelled last.
    let (mut heads, mut cell, mut label): (Vec<String>, usize, String) = (Vec::new(), 0, String::new());
    for token in Tokenizer::new_with_emitter(text, emitter) {
        let Ok(token) = token;
        let mut ended = None;
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                for (key, said) in &tag.attributes {
                    let (key, said) = (String::from_utf8_lossy(key).into_owned(), String::from_utf8_lossy(said).into_owned());
                    body.names.push(key.clone());
                    let named = if key == "value" && name == "input" { label.clone() } else { key.clone() };
                    body.leaves.push(Leaf { path: format!("{name}/@{key}/{named}"), name: named, value: said });
                }
                island = name == "script";
                if name == "tr" {
                    cell = 0;
                }
                if !INLINE.contains(&name.as_str()) {
                    body.texts.push(std::mem::take(&mut block));
                }
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if !INLINE.contains(&name.as_str()) {
                    ended = Some(name);
                }
            }
            Token::String(said) => block.push_str(&String::from_utf8_lossy(&said)),
            Token::Comment(said) => body.texts.push(String::from_utf8_lossy(&said).into_owned()),
            Token::Doctype(_) => {}
            Token::Error(error) => return Err(format!("{error:?}")),
        }
        let Some(name) = ended else { continue };
        let said = std::mem::take(&mut block);
        match name.as_str() {
            "script" if island && !said.trim().is_empty() => {
                value(&serde_json::from_str(&said).map_err(|error| error.to_string())?, "island", "", body);
            }
            "th" => {
                body.names.push(said.clone());
                heads.push(said);
            }
            "td" => {
                let head = heads.get(cell).cloned().unwrap_or_default();
                body.leaves.push(Leaf { path: format!("td/{cell}"), name: head, value: said });
                cell += 1;
            }
            "dt" | "label" => {
                body.names.push(said.clone());
                label = said;
            }
            "dd" => body.leaves.push(Leaf { path: format!("dd/{label}"), name: label.clone(), value: said }),
            _ => body.texts.push(said),
        }
    }
    body.texts.push(block);
    Ok(())
}

/// What the detector finds in a body that was read: a line for each, and how many bytes of it there are.
///
/// `named`: where names stay by policy, they are not counted.
pub fn found(body: &Body, policy: &Policy, named: bool) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for name in body.names.iter().filter(|name| !named && !policy.is_word(name)) {
        if means(DETECTOR.field(name, None).category) {
            found.push((format!("name {name:?}"), name.len()));
        }
    }
    for text in body.texts.iter().chain(body.leaves.iter().map(|leaf| &leaf.value)) {
        text_found(text, policy, &mut found);
    }
    let mut columns: BTreeMap<&str, (&str, BTreeSet<&str>)> = BTreeMap::new();
    for leaf in body.leaves.iter().filter(|leaf| {
        leaf.value.len() <= 80
            && !leaf.value.contains(['.', '?', '。', '؟', '\n', '!', '।'])
            && leaf.value.split_whitespace().count() <= 8
            && !policy.is_word(leaf.value.trim())
    }) {
        columns.entry(&leaf.path).or_insert((&leaf.name, BTreeSet::new())).1.insert(leaf.value.trim());
    }
    for (name, cells) in columns.values() {
        let cells: Vec<&str> = cells
            .iter()
            .copied()
            .filter(|cell| !cell.is_empty() && !runs(cell).iter().any(|run| run.len() == cell.trim_end_matches('=').len()))
            .collect();
        let said = DETECTOR.value(if policy.is_word(name) { "" } else { name }, &cells);
        if !cells.is_empty() && means(said.category) {
            found.push((format!("column {name:?}: {}", said.why), said.cells.iter().map(|cell| cells[*cell].len()).sum::<usize>().max(1)));
        }
    }
    found
}

/// Where a text has long rows of letters and digits in turns: hashes, in which no word is meant.
fn runs(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for part in text.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric()) {
        let run = part.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric());
        let turns = run.as_bytes().windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
        if run.len() >= 14 && turns >= 3 {
            runs.push(start..start + run.len());
        }
        start += part.len();
    }
    runs
}

fn text_found(text: &str, policy: &Policy, found: &mut Vec<(String, usize)>) {
    let (spans, numbers) = DETECTOR.hits_and_identifiers_in(text);
    let runs = runs(text);
    let by_chance = |start: usize, end: usize| runs.iter().any(|run| run.start <= start && end <= run.end && run.len() > end - start);
    for span in spans.into_iter().filter(|span| !by_chance(span.start, span.end) && !policy.is_word(text[span.start..span.end].trim())) {
        found.push((format!("{} in {text:?}", span.rule), span.end - span.start));
    }
    for number in numbers.into_iter().filter(|number| number.valid && !by_chance(number.start, number.end)) {
        found.push((format!("{} in {text:?}", number.kind), number.end - number.start));
    }
    let said = DETECTOR.sentence(text);
    if means(said.category) && said.spans.iter().any(|span| !by_chance(span.start, span.end)) {
        found.push((format!("sentence {text:?}"), text.len()));
    }
}
