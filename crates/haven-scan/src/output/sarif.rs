//! SARIF 2.1.0: findings as results, suppressions with their reason, and what could not be read as notifications.

use super::{OutputError, clean, headline};
use crate::finding::{Finding, Scan, Unread};
use haven_detect::Category;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Formats whose source is no file: a location is a name inside them.
const DATABASES: [&str; 3] = ["postgresql", "mysql", "mariadb"];

/// Writes a sorted scan.
pub(super) fn write(scan: &Scan) -> Result<String, OutputError> {
    let mut rules: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in scan.findings.iter().chain(&scan.held) {
        rules.entry(&finding.rule).or_default().push(finding);
    }
    let index: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(index, rule)| (*rule, index)).collect();
    let results: Vec<Value> = scan.findings.iter().chain(&scan.held).map(|finding| result(finding, scan, &index)).collect();
    let code = scan.exit_code();
    let means = match code {
        0 => "nothing found, and everything was read",
        1 => "findings",
        _ => "something was not read, so nobody knows what is in it",
    };
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Haven",
                "fullName": "haven scan: where a city asks for, or keeps, citizenship or immigration status",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|(id, findings)| rule(id, findings)).collect::<Vec<_>>(),
                "notifications": notifications(),
                "properties": { "rules": scan.rules },
            } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "SCANROOT": { "description": { "text": "the folder in which the scan began" } } },
            "invocations": [{
                "executionSuccessful": code != 2,
                "exitCode": code,
                "exitCodeDescription": means,
                "toolExecutionNotifications": unread(scan),
                "toolConfigurationNotifications": configured(scan),
                "properties": { "day": scan.day, "read": scan.read, "bytes": scan.bytes, "known": scan.known },
            }],
            "results": results,
        }],
    });
    Ok(serde_json::to_string_pretty(&log)? + "\n")
}

/// A rule, with the clause and the next step for each way in which it was met.
fn rule(id: &str, findings: &[&Finding]) -> Value {
    let means = findings.first().map(|finding| finding.means.as_str()).unwrap_or_default();
    let met: BTreeSet<(String, &str, &str)> =
        findings.iter().map(|finding| (headline(finding), finding.clause.as_str(), finding.next.as_str())).collect();
    let text: Vec<String> = met.iter().map(|(headline, clause, next)| format!("Where it {headline}: {clause}. Next: {next}")).collect();
    let markdown: Vec<String> = met
        .iter()
        .map(|(headline, clause, next)| format!("- Where it {headline}: **{}**. Next: {}", escaped(clause), escaped(next)))
        .collect();
    let categories: BTreeSet<&str> = findings.iter().map(|finding| finding.category.name()).collect();
    json!({
        "id": id,
        "shortDescription": { "text": sentence(means) },
        "fullDescription": { "text": format!("{} Found by the phrase packs' entry {id}. A finding is what a machine saw; only a person says whether it breaks the law.", sentence(means)) },
        "help": { "text": text.join("\n"), "markdown": markdown.join("\n") },
        "defaultConfiguration": { "level": findings.first().map_or("warning", |finding| level(finding.category)) },
        "properties": { "tags": std::iter::once("privacy").chain(categories).collect::<Vec<_>>() },
    })
}

/// What only may reveal status is worth a note; what states it, a warning. An error would be a judgement.
fn level(category: Category) -> &'static str {
    if category == Category::Proxy { "note" } else { "warning" }
}

fn result(finding: &Finding, scan: &Scan, index: &BTreeMap<&str, usize>) -> Value {
    // Either all results of a run say whether they are suppressed or none does.
    let suppressions: Vec<Value> = scan
        .suppressed
        .get(&finding.fingerprint)
        .map(|reason| json!({ "kind": "external", "status": "accepted", "justification": reason }))
        .into_iter()
        .collect();
    let message = format!(
        "{} ({} % sure{}): {} Clause: {}. Next: {}",
        capital(&headline(finding)),
        finding.confidence,
        finding.share.map(|share| format!("; {}", share.words())).unwrap_or_default(),
        sentence(&finding.means),
        finding.clause,
        finding.next
    );
    let is_new = scan.baseline.is_some() && suppressions.is_empty();
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.category),
        "rank": f64::from(finding.confidence),
        "message": said(&message),
        "locations": [location(finding)],
        "partialFingerprints": { "haven/v1": finding.fingerprint },
        "suppressions": suppressions,
        "properties": {
            "found": finding.found.name(),
            "category": finding.category.name(),
            "confidence": finding.confidence,
            "clause": finding.clause,
            "next": finding.next,
            "format": finding.format,
        },
    });
    if let Some(result) = result.as_object_mut() {
        if let Some(index) = index.get(finding.rule.as_str()) {
            result.insert("ruleIndex".to_owned(), json!(index));
        }
        if is_new {
            result.insert("baselineState".to_owned(), json!("new"));
        }
        if let (Some(share), Some(properties)) = (finding.share, result.get_mut("properties").and_then(Value::as_object_mut)) {
            properties.insert("share".to_owned(), json!(share));
        }
    }
    result
}

fn location(finding: &Finding) -> Value {
    let mut location = Map::new();
    let is_database = DATABASES.contains(&finding.format.as_str());
    if !is_database {
        let mut physical = json!({ "artifactLocation": artifact(&finding.source) });
        if let (Some(line), Some(physical)) = (finding.line, physical.as_object_mut()) {
            let mut region = json!({ "startLine": line });
            if let (Some(column), Some(region)) = (finding.column, region.as_object_mut()) {
                region.insert("startColumn".to_owned(), json!(column));
            }
            physical.insert("region".to_owned(), region);
        }
        location.insert("physicalLocation".to_owned(), physical);
    }
    let mut inside: Vec<String> = Vec::new();
    if is_database {
        inside.push(clean(&finding.source));
    }
    inside.extend(finding.path.as_deref().map(clean));
    inside.extend(finding.page.map(|page| format!("page {page}")));
    if !inside.is_empty() {
        location.insert(
            "logicalLocations".to_owned(),
            json!([{ "fullyQualifiedName": inside.join("/"), "kind": if is_database { "member" } else { "element" } }]),
        );
    }
    Value::Object(location)
}

/// A file, relative to where the scan began; what lies elsewhere has its whole path, an object in a store its address.
fn artifact(source: &str) -> Value {
    let is_scheme = |scheme: &str| scheme.starts_with(char::is_alphabetic) && scheme.chars().all(|c| c.is_ascii_alphanumeric());
    match source.split_once("://").filter(|(scheme, _)| is_scheme(scheme)) {
        Some((scheme, rest)) => json!({ "uri": format!("{scheme}://{}", encoded(rest)) }),
        None if source.starts_with('/') => json!({ "uri": format!("file://{}", encoded(source)) }),
        None => json!({ "uri": encoded(source), "uriBaseId": "SCANROOT" }),
    }
}

/// A path as part of an address: all but letters, digits and `-._~/` in hexadecimal.
fn encoded(path: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    path.bytes().map(byte).collect()
}

fn notifications() -> Value {
    let kinds = [
        ("unread", "Something could not be read, so it was not looked at."),
        ("stopped", "The scan was stopped before its end."),
        ("lapsed", "A suppression does not hold."),
        ("note", "Something a reader must know."),
    ];
    kinds.map(|(id, text)| json!({ "id": id, "shortDescription": { "text": text } })).into_iter().collect()
}

fn unread(scan: &Scan) -> Vec<Value> {
    let one = |unread: &Unread| {
        let place = if unread.place.is_empty() { String::new() } else { format!(" ({})", clean(&unread.place)) };
        json!({
            "descriptor": { "id": "unread", "index": 0 },
            "level": "error",
            "message": said(&format!("not read{place}: {}", clean(&unread.reason))),
            "locations": [{ "physicalLocation": { "artifactLocation": artifact(&unread.source) } }],
        })
    };
    let stopped = scan.stopped.then(|| {
        json!({
            "descriptor": { "id": "stopped", "index": 1 },
            "level": "error",
            "message": { "text": "the scan was stopped before its end: nobody knows what is in the rest" },
        })
    });
    scan.unread.iter().map(one).chain(stopped).collect()
}

fn configured(scan: &Scan) -> Vec<Value> {
    let lapsed = scan
        .lapsed
        .iter()
        .map(|text| json!({ "descriptor": { "id": "lapsed", "index": 2 }, "level": "warning", "message": said(&clean(text)) }));
    let notes =
        scan.notes.iter().map(|text| json!({ "descriptor": { "id": "note", "index": 3 }, "level": "note", "message": said(&clean(text)) }));
    lapsed.chain(notes).collect()
}

/// A message that stands for nothing but itself: in SARIF, braces hold places for arguments and `[a](b)` is a link.
fn said(text: &str) -> Value {
    json!({ "text": text.replace('{', "{{").replace('}', "}}").replace("](", "] (") })
}

/// The first letter large.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Words as a sentence.
fn sentence(text: &str) -> String {
    let text = capital(text.trim());
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}

/// Text in Markdown that stands for nothing but itself.
fn escaped(text: &str) -> String {
    text.chars()
        .flat_map(|c| matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|').then_some('\\').into_iter().chain([c]))
        .collect()
}
