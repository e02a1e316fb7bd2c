//! Why a body does not pass. A reason names a place and a kind of fault, never what stood there.

use thiserror::Error;

/// A body that does not pass.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Blocked {
    /// Nobody can say what is in it.
    #[error("the content type is not one that can be read: expected JSON, NDJSON, CSV, TSV, XML, HTML or plain text")]
    Type,
    /// A content encoding that is not undone here, or several.
    #[error("the content encoding is not one that can be undone: expected gzip, br, zstd or none, and one alone")]
    Encoding,
    /// The compressed bytes are broken, cut off, or followed by others.
    #[error("the compressed bytes are broken or end too early")]
    Compression,
    /// The characters' encoding is not one that can be read and written again.
    #[error("the charset is not one that can be read: expected UTF-8, UTF-16, ISO-8859-1 or windows-1252")]
    Charset,
    /// Bytes that are no text in the encoding declared.
    #[error("the bytes are no text of the charset declared")]
    Text,
    /// The form is broken.
    #[error("broken {format} at byte {at} of the text")]
    Form {
        /// What it should be.
        format: &'static str,
        /// Where reading stopped.
        at: usize,
    },
    /// Two keys, or two attributes, of the same name: readers differ on which one counts.
    #[error("a name stands twice in one {format} object at byte {at} of the text")]
    Twice {
        /// The format.
        format: &'static str,
        /// Where.
        at: usize,
    },
    /// A document type, which may change what the document says.
    #[error("a doctype in XML")]
    Doctype,
    /// The name of the whole is found: nothing would be left.
    #[error("the name of the root element is one that must go")]
    Root,
    /// A row with more or fewer cells than the head: it cannot be said what its cells are.
    #[error("row {row} has {found} cells, expected {expected}")]
    Ragged {
        /// The row; the head is the first.
        row: u64,
        /// Cells of the head.
        expected: usize,
        /// Cells of this row.
        found: usize,
    },
    /// It asks for status, and nobody can say which part answers it.
    #[error("names of status for {expected} places, and no row of so many: it cannot be said which parts answer them")]
    Unanswered {
        /// The places that are named.
        expected: usize,
    },
    /// A column is found in later rows, when earlier ones have been handed out with it.
    #[error("a column is found only after rows with it have been handed out: expected the whole body at once")]
    Late,
    /// More than may be held.
    #[error("larger than {limit} bytes: {what}")]
    Large {
        /// What is too large.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// Few bytes that become very many.
    #[error("the compressed bytes grow more than {ratio} times")]
    Bomb {
        /// The limit.
        ratio: usize,
    },
    /// After many rounds something was still found.
    #[error("something was still found after {rounds} rounds")]
    Unsettled {
        /// Rounds done.
        rounds: usize,
    },
    /// The body was blocked before, or is over.
    #[error("the body was blocked before, or is over")]
    Over,
}
