//! Small strict readers that the text formats share: numbers, base64 of hashes, excerpts for errors.

use crate::tree::Hash;
use base64::prelude::{BASE64_STANDARD, Engine as _};

/// The longest piece of foreign text that an error repeats, in characters.
const EXCERPT_CHARS_MAX: usize = 80;

/// A decimal number without sign and without leading zeroes, as every format here writes them.
pub fn decimal(text: &str) -> Option<u64> {
    let canonical = text == "0" || (!text.starts_with('0') && !text.is_empty());
    (canonical && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// A hash in base64.
pub fn hash(text: &str) -> Option<Hash> {
    BASE64_STANDARD.decode(text).ok()?.try_into().ok()
}

/// A hash as base64.
pub fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// Hexadecimal digits, for errors.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The beginning of a foreign text, in backticks, so that an error stays one line.
pub fn excerpt(text: &str) -> String {
    let short: String = text.chars().take(EXCERPT_CHARS_MAX).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if short.chars().count() < text.chars().count() { format!("`{short}…`") } else { format!("`{short}`") }
}
