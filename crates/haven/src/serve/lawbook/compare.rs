//! Two versions side by side, with what changed marked.

use super::book::{Rule, Stretch};
use similar::{ChangeTag, TextDiff};

/// Texts that have less in common than this are shown as one replaced by the other: a word kept here and there explains
/// nothing.
const ALIKE_FROM: f32 = 0.4;

/// A piece of a text: kept, taken out or put in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// `same`, `out` or `in`.
    pub kind: &'static str,
    pub text: String,
}

/// One side of a comparison.
pub(super) struct Side {
    pub from_said: String,
    pub label: String,
    pub plain: Vec<Piece>,
    pub quotes: Vec<Piece>,
    pub rules: Vec<Piece>,
}

/// Two versions of a provision.
pub(super) struct Comparison {
    /// The one before, then the one after.
    pub sides: [Side; 2],
    /// The day of the change.
    pub day: String,
    /// Whether the words changed, and what it does.
    pub words_changed: bool,
    pub rules_changed: bool,
}

impl Comparison {
    /// Compares a version with the one that followed.
    pub(super) fn new(before: &Stretch, after: &Stretch) -> Comparison {
        let (plain_before, plain_after) = words(&before.plain, &after.plain);
        let (quotes_before, quotes_after) = words(&before.quotes.join(" "), &after.quotes.join(" "));
        let (rules_before, rules_after) = lines(&lines_of(before), &lines_of(after));
        let changed = |pieces: &[Piece]| pieces.iter().any(|piece| piece.kind != "same");
        let words_changed = [&plain_before, &plain_after, &quotes_before, &quotes_after].into_iter().any(|pieces| changed(pieces));
        let rules_changed = changed(&rules_before) || changed(&rules_after);
        let side = |stretch: &Stretch, plain, quotes, rules| Side {
            from_said: stretch.from_said.clone(),
            label: stretch.label.clone(),
            plain,
            quotes,
            rules,
        };
        Comparison {
            sides: [side(before, plain_before, quotes_before, rules_before), side(after, plain_after, quotes_after, rules_after)],
            day: after.from_said.clone(),
            words_changed,
            rules_changed,
        }
    }
}

/// What a version does, a line for each act, condition and exception.
fn lines_of(stretch: &Stretch) -> Vec<String> {
    let of_rule = |rule: &Rule| {
        let acts: Vec<&str> = rule.acts.iter().map(|(_, words)| words.as_str()).collect();
        let head = format!("{}: {}", rule.does, acts.join(", "));
        let exceptions = rule.exceptions.iter().map(|freed| format!("{} ({})", freed.words, freed.cite));
        std::iter::once(head).chain(rule.conditions.iter().cloned()).chain(exceptions).collect::<Vec<_>>()
    };
    let frees = stretch.frees.iter().map(|freed| format!("{}: {}", freed.cite, freed.words));
    stretch.rules.iter().flat_map(of_rule).chain(frees).collect()
}

/// Compares two texts word by word.
fn words(before: &str, after: &str) -> (Vec<Piece>, Vec<Piece>) {
    let diff = TextDiff::from_words(before, after);
    if diff.ratio() < ALIKE_FROM {
        let whole = |kind, text: &str| if text.is_empty() { Vec::new() } else { vec![Piece { kind, text: text.to_owned() }] };
        return (whole("out", before), whole("in", after));
    }
    let changes = diff.iter_all_changes().map(|change| (change.tag(), change.value().to_owned()));
    sides(changes, |known, text| known.push_str(text))
}

/// Compares two lists line by line.
fn lines(before: &[String], after: &[String]) -> (Vec<Piece>, Vec<Piece>) {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.iter().map(String::as_str).collect(), after.iter().map(String::as_str).collect());
    let diff = TextDiff::from_slices(&before, &after);
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for change in diff.iter_all_changes() {
        let piece = |kind| Piece { kind, text: change.value().to_owned() };
        match change.tag() {
            ChangeTag::Equal => {
                old.push(piece("same"));
                new.push(piece("same"));
            }
            ChangeTag::Delete => old.push(piece("out")),
            ChangeTag::Insert => new.push(piece("in")),
        }
    }
    (old, new)
}

/// Sorts changes to their sides and joins neighbours of one kind.
fn sides(changes: impl Iterator<Item = (ChangeTag, String)>, join: impl Fn(&mut String, &str)) -> (Vec<Piece>, Vec<Piece>) {
    let (mut old, mut new): (Vec<Piece>, Vec<Piece>) = (Vec::new(), Vec::new());
    let add = |side: &mut Vec<Piece>, kind: &'static str, text: &str| match side.last_mut() {
        Some(last) if last.kind == kind => join(&mut last.text, text),
        _ => side.push(Piece { kind, text: text.to_owned() }),
    };
    for (tag, text) in changes {
        match tag {
            ChangeTag::Equal => {
                add(&mut old, "same", &text);
                add(&mut new, "same", &text);
            }
            ChangeTag::Delete => add(&mut old, "out", &text),
            ChangeTag::Insert => add(&mut new, "in", &text),
        }
    }
    (old, new)
}

#[cfg(test)]
mod tests {
    use super::{Piece, lines, words};

    fn shown(pieces: &[Piece]) -> String {
        pieces
            .iter()
            .map(|piece| match piece.kind {
                "out" => format!("[-{}]", piece.text),
                "in" => format!("[+{}]", piece.text),
                _ => piece.text.clone(),
            })
            .collect()
    }

    #[test]
    fn what_changed_is_marked_on_its_side() {
        let table = [
            ("no agent shall arrest", "no agent shall arrest", "no agent shall arrest", "no agent shall arrest"),
            ("no agent shall arrest", "no agent may ever arrest", "no agent [-shall] arrest", "no agent [+may ever] arrest"),
            ("", "a duty to report", "", "[+a duty to report]"),
            ("a duty to report", "", "[-a duty to report]", ""),
            ("one thing entirely", "quite other words here now", "[-one thing entirely]", "[+quite other words here now]"),
        ];
        for (before, after, old, new) in table {
            let (one, other) = words(before, after);
            assert_eq!((shown(&one).as_str(), shown(&other).as_str()), (old, new), "{before} | {after}");
        }
        let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let (one, other) = lines(&list(&["a", "b", "c"]), &list(&["a", "d", "c"]));
        assert_eq!((shown(&one), shown(&other)), ("a[-b]c".to_owned(), "a[+d]c".to_owned()));
    }
}
