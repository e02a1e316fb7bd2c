//! Labels: short texts beside something to fill in.

/// Characters that stand for a place to write or tick.
const BOXES: [char; 12] = ['☐', '□', '❑', '❒', '▢', '◻', '○', '◯', '⃝', '\u{f0a8}', '\u{f06f}', '\u{f071}'];

/// Whether a text has a place to write or tick in it.
pub(crate) fn fills_in(text: &str) -> bool {
    text.contains("___") || text.contains(BOXES) || text.contains("[ ]") || text.contains("......")
}

/// Whether a text is a label wherever it stands: it ends in a colon or has a place to fill in, and is no longer than a question.
pub(crate) fn is_label(text: &str) -> bool {
    let words = text.split_whitespace().take(41).count();
    let last = text.trim_end_matches(|c: char| c == '_' || c == '.' || c.is_whitespace() || BOXES.contains(&c));
    (1..=40).contains(&words) && ((words <= 15 && last.ends_with([':', '：'])) || fills_in(text)) && text.chars().any(char::is_alphabetic)
}

/// Whether a text may be a label where labels are, in a form's page or a table's cell: few words, and no sentence's end.
pub(crate) fn may_be_label(text: &str) -> bool {
    let text = text.trim();
    let words = text.split_whitespace().take(16).count();
    // Scripts without blanks between words are counted by characters.
    (1..=15).contains(&words)
        && text.chars().count() <= 120
        && !text.ends_with(['.', '!', ';', ',', '。', '！'])
        && text.chars().any(char::is_alphabetic)
}

/// A label without its line to write on.
pub(crate) fn bare(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().filter(|word| word.chars().any(|c| c != '_' && c != '.')).collect();
    words.join(" ").replace("__", "").trim_matches(|c: char| c == '_' || c.is_whitespace() || BOXES.contains(&c)).to_owned()
}
