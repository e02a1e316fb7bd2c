//! The tests of extraction: tables of documents and the pieces in them, through one `check`.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod archive;
mod columns;
mod damage;
mod data;
mod forms;
mod fuzz;

mod hidden;
mod hostile;
mod html;
mod made;
mod ocr;
mod office;
mod pdf;
mod remake;
mod rows;
mod text;
mod whole;

use haven_extract::{Limits, Outcome, Piece, PieceKind, extract};

/// The pieces of a document, and what became of it.
fn pieces(name: &str, bytes: &[u8]) -> (Vec<Piece>, Outcome) {
    let mut pieces = Vec::new();
    let outcome = extract(name, &mut &*bytes, &Limits::default(), &mut |piece| pieces.push(piece));
    (pieces, outcome)
}

/// Holds the pieces of a document against those expected: kind, text, and the place as `page:line:column path`.
fn check(name: &str, bytes: &[u8], expected: &[(PieceKind, &str, &str)]) {
    let (found, outcome) = pieces(name, bytes);
    let found: Vec<_> = found
        .iter()
        .map(|piece| {
            let number = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
            let place = format!(
                "{}:{}:{} {}",
                number(piece.place.page),
                number(piece.place.line),
                number(piece.place.column),
                piece.place.path.clone().unwrap_or_default()
            );
            let text = if piece.values.is_empty() { piece.text.clone() } else { format!("{} = {}", piece.text, piece.values.join(" | ")) };
            (piece.kind, text, place.trim().to_owned())
        })
        .collect();
    let expected: Vec<_> = expected.iter().map(|(kind, text, place)| (*kind, (*text).to_owned(), (*place).to_owned())).collect();
    assert_eq!(found, expected, "{name}: {:?}", outcome.unread);
}
