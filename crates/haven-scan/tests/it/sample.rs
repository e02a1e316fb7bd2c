//! A scan to write, with one of everything.

use haven_detect::Category;
use haven_scan::{Finding, Found, Scan, Share, ShareOf, Unread};
use std::path::{Path, PathBuf};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A finding; its fingerprint is made of its number.
pub(crate) fn finding(number: u64, source: &str, found: Found, category: Category) -> Finding {
    Finding {
        fingerprint: format!("{number:012x}"),
        found,
        category,
        rule: format!("en-{}", category.name()),
        means: "a question that asks whether somebody is a citizen".to_owned(),
        confidence: 92,
        source: source.to_owned(),
        format: "html".to_owned(),
        line: Some(number),
        column: Some(5),
        page: None,
        path: None,
        share: None,
        masked: None,
        clause: "MCC § 2-173-030(a)(2)".to_owned(),
        next: "Take the question out of the form.".to_owned(),
    }
}

/// One of everything: forms, a document with pages, a database, what was not read, odd names.
pub(crate) fn scan() -> Scan {
    let pdf = Finding {
        format: "pdf".to_owned(),
        line: None,
        column: None,
        page: Some(3),
        ..finding(2, "forms/license.pdf", Found::Asks, Category::Proxy)
    };
    let column = Finding {
        format: "postgresql".to_owned(),
        line: None,
        column: None,
        path: Some("clinic.intake.citizen_yn".to_owned()),
        share: Some(Share { matching: 400, of: 1000, counted: ShareOf::RowsSampled }),
        confidence: 80,
        ..finding(3, "records", Found::Keeps, Category::Status)
    };
    let odd = Finding {
        masked: Some("A· b·".to_owned()),
        confidence: 60,
        ..finding(4, "notes/=1+1 <b>\u{202e}fdp.txt", Found::States, Category::Enforcement)
    };
    Scan {
        findings: vec![
            finding(1, "forms/card.html", Found::Asks, Category::Status),
            finding(9, "forms/card.html", Found::Identifies, Category::Identifier),
            pdf,
            odd,
            column,
        ],
        unread: vec![
            Unread {
                source: "forms/old.doc".to_owned(),
                place: String::new(),
                reason: "expected a document of a known format, found other bytes".to_owned(),
            },
            Unread { source: "mail.zip".to_owned(), place: "inner.pdf".to_owned(), reason: "it is locked with a password".to_owned() },
        ],
        read: [("html".to_owned(), 3), ("pdf".to_owned(), 1), ("postgresql".to_owned(), 1), ("text".to_owned(), 1)].into(),
        bytes: 1_234_567,
        day: "2026-03-01".to_owned(),
        rules: "0123abcd".to_owned(),
        ..Scan::default()
    }
}
