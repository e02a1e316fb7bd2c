//! What holds of every page that is made to be mailed, printed and kept; also for the pages of other crates.

use std::collections::BTreeSet;

/// Elements that have no end.
const VOID: [&str; 3] = ["meta", "br", "link"];

/// Walks through the tags: each that begins ends, in order, attributes are quoted, no id stands twice, and every link within the
/// page leads somewhere.
pub(crate) fn assert_well_formed(name: &str, html: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut ids = BTreeSet::new();
    let mut rest = html.strip_prefix("<!doctype html>\n").unwrap();
    while let Some(start) = rest.find('<') {
        assert!(!rest[..start].contains('>') || open.contains(&"style"), "{name}: a sign out of place before {}", &rest[start..start + 20]);
        rest = &rest[start + 1..];
        let end = rest.find('>').unwrap();
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "{name}");
            continue;
        }
        let element = tag.split_whitespace().next().unwrap().trim_end_matches('/');
        assert!(element.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit()), "{name}: <{tag}>");
        assert_eq!(tag.matches('"').count() % 2, 0, "{name}: <{tag}>");
        if let Some(id) = tag.split(" id=\"").nth(1).and_then(|id| id.split('"').next()) {
            assert!(ids.insert(id), "{name}: two elements with the id {id}");
        }
        if !VOID.contains(&element) && !tag.ends_with('/') {
            open.push(element);
        }
    }
    assert!(open.is_empty(), "{name}: {open:?} never ends");
    for target in html.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(ids.contains(target), "{name}: nothing is at #{target}");
    }
    for label in html.split("aria-labelledby=\"").skip(1).flat_map(|rest| rest.split('"').next().unwrap().split(' ')) {
        assert!(ids.contains(label), "{name}: nothing has the id {label}");
    }
}

/// Every table has its caption, and every heading of a row or column its scope.
pub(crate) fn assert_tables_are_told(name: &str, html: &str) {
    assert_eq!(html.matches("<table").count(), html.matches("<caption").count(), "{name}: a table without a caption");
    assert_eq!(
        html.matches("<th ").count() + html.matches("<th>").count(),
        html.matches("<th scope=\"").count(),
        "{name}: a heading without a scope"
    );
}
