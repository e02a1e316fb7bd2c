//! Records to bodies, in as many ways as programs write them.

use crate::made::{Dice, Field, Part, sentence};
use std::io::Write as _;

/// A body as text.
pub struct Written {
    pub text: String,
    pub content_type: &'static str,
    /// How what is clean stands in it, in order.
    pub clean: Vec<String>,
}

pub fn write(kind: &str, rows: &[Vec<Field>], dice: &mut Dice) -> Written {
    match kind {
        "JSON" => json(rows, dice),
        "NDJSON" => ndjson(rows, dice),
        "CSV" => csv(rows, dice),
        "text" => text(rows, dice),
        "XML" => xml(rows, dice),
        "HTML" => html(rows, dice),
        other => panic!("no kind of body: {other}"),
    }
}

/// A string of JSON, with or without needless escapes.
fn json_string(text: &str, dice: &mut Dice) -> String {
    let plain = serde_json::to_string(text).unwrap();
    match dice.below(8) {
        0 => {
            let escaped: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
            format!("\"{escaped}\"")
        }
        1 => plain.replace('/', "\\/"),
        _ => plain,
    }
}

fn json_value(field: &Field, dice: &mut Dice) -> String {
    let is_number = serde_json::from_str::<serde_json::Number>(&field.value).is_ok();
    let is_bare = is_number || matches!(field.value.as_str(), "true" | "false");
    if is_bare && dice.once_in(2) { field.value.clone() } else { json_string(&field.value, dice) }
}

fn json_object(row: &[Field], gap: &str, dice: &mut Dice, clean: &mut Vec<String>) -> String {
    let mut members = Vec::new();
    for field in row {
        let member = format!("{}:{gap}{}", json_string(&field.name, dice), json_value(field, dice));
        if field.part == Part::Clean {
            clean.push(member.clone());
        }
        members.push(member);
    }
    format!("{{{gap}{}{gap}}}", members.join(&format!(",{gap}")))
}

fn json_record(row: &[Field], gap: &str, dice: &mut Dice, clean: &mut Vec<String>) -> String {
    match dice.below(6) {
        // A part of the record below, or as a document in a string.
        0 => {
            // Not between a question and its answer.
            let middle = row.len() / 2;
            let odd = row[..middle].iter().filter(|field| field.part == Part::Pair).count() % 2;
            let (head, tail) = row.split_at(middle + odd);
            let head = json_object(head, gap, dice, clean);
            let tail = json_object(tail, gap, dice, clean);
            format!("{{\"summary\":{gap}{head},{gap}\"data\":{gap}[{tail}]}}")
        }
        1 => {
            let mut inner = Vec::new();
            let object = json_object(row, "", dice, &mut inner);
            let quoted = |text: &str| serde_json::to_string(text).unwrap();
            clean.extend(inner.iter().map(|part| quoted(part).trim_matches('"').trim_end_matches('\\').to_owned()));
            format!("{{\"payload\":{gap}{}}}", quoted(&object))
        }
        _ => json_object(row, gap, dice, clean),
    }
}

fn json(rows: &[Vec<Field>], dice: &mut Dice) -> Written {
    let gap = dice.one(&["", " ", "\n  ", "\r\n\t"]);
    let mut clean = Vec::new();
    let records: Vec<String> = rows.iter().map(|row| json_record(row, gap, dice, &mut clean)).collect();
    let list = format!("[{}]", records.join(&format!(",{gap}")));
    let text = if dice.once_in(2) { list } else { format!("{{\"count\":{gap}{},\"items\":{list}}}\n", rows.len()) };
    Written { text, content_type: dice.one(&["application/json", "application/vnd.api+json", "text/json"]), clean }
}

fn ndjson(rows: &[Vec<Field>], dice: &mut Dice) -> Written {
    let end = dice.one(&["\n", "\r\n"]);
    let mut clean = Vec::new();
    let mut text = String::new();
    for row in rows {
        text += &json_record(row, dice.one(&["", " "]), dice, &mut clean);
        text += end;
        if dice.once_in(20) {
            text += end;
        }
    }
    if dice.once_in(2) {
        text.truncate(text.trim_end().len());
    }
    Written { text, content_type: dice.one(&["application/x-ndjson", "application/jsonl"]), clean }
}

fn csv(rows: &[Vec<Field>], dice: &mut Dice) -> Written {
    let delimiter = dice.one(&[",", ",", ";", "\t", "|"]);
    let end = dice.one(&["\n", "\r\n"]);
    let mut clean = Vec::new();
    let mut cell = |text: &str, part: Part, dice: &mut Dice| {
        let must = text.contains([',', ';', '\t', '|', '"', '\n', '\r']);
        let written = if must || dice.once_in(6) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() };
        if part == Part::Clean {
            clean.push(written.clone());
        }
        written
    };
    let mut lines = vec![rows[0].iter().map(|field| cell(&field.name, field.part, dice)).collect::<Vec<_>>().join(delimiter)];
    for row in rows {
        lines.push(row.iter().map(|field| cell(&field.value, field.part, dice)).collect::<Vec<_>>().join(delimiter));
        if dice.once_in(30) {
            lines.push(String::new());
        }
    }
    let mut text = lines.join(end);
    if dice.once_in(2) {
        text += end;
    }
    let content_type = if delimiter == "\t" && dice.once_in(2) { "text/tab-separated-values" } else { "text/csv" };
    Written { text, content_type, clean }
}

fn text(rows: &[Vec<Field>], dice: &mut Dice) -> Written {
    let end = dice.one(&["\n", "\r\n"]);
    let mut clean = Vec::new();
    let mut text = String::new();
    for row in rows {
        let mut fields = row.iter().peekable();
        while let Some(field) = fields.next() {
            let line = match field.part {
                // The question is the label.
                Part::Pair => format!("{}: {}", field.value, fields.next().unwrap().value),
                Part::Sentence | Part::Number => field.value.clone(),
                _ => format!("{}: {}", field.name, field.value),
            };
            if field.part == Part::Clean {
                clean.push(line.clone());
            }
            text += &line;
            text += end;
        }
        text += end;
    }
    Written { text, content_type: "text/plain", clean }
}

/// A text of XML or HTML, with or without needless references.
fn markup(text: &str, quote: &str, dice: &mut Dice) -> String {
    let all = dice.once_in(8);
    text.chars()
        .map(|letter| match letter {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' if quote == "\"" => "&quot;".to_owned(),
            '\'' if quote == "'" => "&#39;".to_owned(),
            '\n' if !quote.is_empty() => "&#10;".to_owned(),
            letter if all && letter.is_ascii_alphanumeric() && dice.once_in(2) => format!("&#x{:x};", letter as u32),
            letter if all && letter.is_ascii_alphanumeric() => format!("&#{};", letter as u32),
            letter => letter.to_string(),
        })
        .collect()
}

fn attribute(name: &str, value: &str, dice: &mut Dice) -> String {
    let quote = dice.one(&["\"", "\"", "'"]);
    format!("{name}={quote}{}{quote}", markup(value, quote, dice))
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}

fn xml(rows: &[Vec<Field>], dice: &mut Dice) -> Written {
    let gap = dice.one(&["", "\n", "\n  "]);
    let prefix = dice.one(&["", "", "r:"]);
    let mut clean = Vec::new();
    let mut text = dice.one(&["", "<?xml version=\"1.0\"?>\n", "<?xml version='1.0' standalone='yes'?>"]).to_owned();
    text += if prefix.is_empty() { "<records>" } else { "<r:records xmlns:r=\"urn:example:records\">" };
    let in_attributes = dice.once_in(4);
    for row in rows {
        text += gap;
        if dice.once_in(10) {
            let comment = format!("<!-- {} -->", sentence(dice).replace('-', " "));
            text += &comment;
            clean.push(comment);
        }
        let as_attributes = row.iter().filter(|field| in_attributes && is_name(&field.name));
        text += &format!("<{prefix}record");
        for field in as_attributes {
            let written = attribute(&field.name, &field.value, dice);
            if field.part == Part::Clean {
                clean.push(written.clone());
            }
            text += &format!(" {written}");
        }
        text += ">";
        for field in row.iter().filter(|field| !in_attributes || !is_name(&field.name)) {
            let inner = if dice.once_in(8) && !field.value.contains("]]>") {
                format!("<![CDATA[{}]]>", field.value)
            } else {
                markup(&field.value, "", dice)
            };
            let written = if is_name(&field.name) {
                format!("<{prefix}{0}>{inner}</{prefix}{0}>", field.name)
            } else {
                format!("<{prefix}field {}>{inner}</{prefix}field>", attribute("name", &field.name, dice))
            };
            if field.part == Part::Clean {
                clean.push(written.clone());
            }
            text += gap;
            text += &written;
        }
        text += &format!("</{prefix}record>");
    }
    text += gap;
    text += &format!("</{prefix}records>\n");
    Written { text, content_type: dice.one(&["application/xml", "text/xml", "application/vnd.records+xml"]), clean }
}

fn html(rows: &[Vec<Field>], dice: &mut Dice) -> Written {
    let mut clean = Vec::new();
    let mut text = dice.one(&["", "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Tickets</title></head>\n<body>"]).to_owned();
    let is_page = !text.is_empty();
    let mut keep = |part: Part, written: String| {
        if part == Part::Clean {
            clean.push(written.clone());
        }
        written
    };
    match dice.below(4) {
        0 => {
            text += "<table class=\"usa-table\"><thead><tr>";
            for field in &rows[0] {
                text += &keep(field.part, format!("<th scope=\"col\">{}</th>", markup(&field.name, "", dice)));
            }
            text += "</tr></thead>\n<tbody>";
            for row in rows {
                text += "<tr>";
                for field in row {
                    text += &keep(field.part, format!("<td>{}</td>", markup(&field.value, "", dice)));
                }
                text += "</tr>\n";
            }
            text += "</tbody></table>";
        }
        1 => {
            for row in rows {
                text += "<dl>\n";
                let mut fields = row.iter().peekable();
                while let Some(field) = fields.next() {
                    let (name, value) =
                        if field.part == Part::Pair { (&field.value, &fields.next().unwrap().value) } else { (&field.name, &field.value) };
                    text += &keep(field.part, format!("<dt>{}</dt>\n<dd>{}</dd>\n", markup(name, "", dice), markup(value, "", dice)));
                }
                text += "</dl>\n";
            }
        }
        2 => {
            text += "<form action=\"/tickets\" method=\"post\">";
            for (at, row) in rows.iter().enumerate() {
                let mut fields = row.iter().enumerate().peekable();
                while let Some((place, field)) = fields.next() {
                    let (name, value) = if field.part == Part::Pair {
                        (&field.value, &fields.next().unwrap().1.value)
                    } else {
                        (&field.name, &field.value)
                    };
                    let id = format!("f{at}-{place}");
                    text += &keep(
                        field.part,
                        format!(
                            "<p><label for=\"{id}\">{}</label> <input id=\"{id}\" type=text {}></p>\n",
                            markup(name, "", dice),
                            attribute("value", value, dice)
                        ),
                    );
                }
            }
            text += "</form>";
        }
        _ => {
            for row in rows {
                let mut fields = row.iter();
                while let Some(field) = fields.next() {
                    let said = match field.part {
                        Part::Pair => format!("{}: {}", field.value, fields.next().unwrap().value),
                        Part::Sentence | Part::Number => field.value.clone(),
                        _ => format!("{}: {}", field.name, field.value),
                    };
                    // Half of a word is set in bold.
                    let middle = said.char_indices().nth(said.chars().count() / 2).map_or(0, |(at, _)| at);
                    let (head, tail) = said.split_at(middle);
                    let written = if dice.once_in(3) {
                        format!("<p>{}<b>{}</b></p>\n", markup(head, "", dice), markup(tail, "", dice))
                    } else {
                        format!("<p>{}</p>\n", markup(&said, "", dice))
                    };
                    text += &keep(field.part, written);
                }
            }
        }
    }
    if dice.once_in(4) {
        let mut inner = Vec::new();
        let island = json_object(&rows[0], "", dice, &mut inner);
        if !island.contains('<') {
            text += &format!("<script type=\"application/json\">{island}</script>");
        }
    }
    if is_page {
        text += "</body></html>\n";
    }
    Written { text, content_type: "text/html", clean }
}

/// Text in a charset.
pub fn encoded(text: &str, charset: &str) -> Vec<u8> {
    let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    match charset {
        "utf-8" => text.as_bytes().to_vec(),
        "utf-8 bom" => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        "utf-16le" => utf16(u16::to_le_bytes),
        "utf-16be" => utf16(u16::to_be_bytes),
        "utf-16 bom" => [vec![0xff, 0xfe], utf16(u16::to_le_bytes)].concat(),
        "windows-1252" => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        other => panic!("no charset: {other}"),
    }
}

/// Bytes in a content encoding.
pub fn packed(bytes: &[u8], packing: &str) -> Vec<u8> {
    match packing {
        "" => bytes.to_vec(),
        "gzip" => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        "br" => {
            let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 4, 20);
            encoder.write_all(bytes).unwrap();
            encoder.into_inner()
        }
        "zstd" => zstd::encode_all(bytes, 1).unwrap(),
        other => panic!("no packing: {other}"),
    }
}
