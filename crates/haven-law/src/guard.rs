//! A look at Cedar text before Cedar reads it: what nests too deep would end the process, not the reading.
//!
//! Cedar builds trees and walks them by recursion, so ten thousand brackets or conjunctions overflow the stack, and no error
//! can be given after that. Law that people read stays far below these limits.

use crate::error::{LoadError, Place, line_of};

/// How deep brackets may nest.
const DEPTH_MAX: usize = 64;
/// How many operators one policy or declaration may have.
const OPERATORS_MAX: usize = 400;

/// Refuses text whose nesting could overflow the stack.
pub(crate) fn check(path: &str, text: &str) -> Option<LoadError> {
    let (mut depth, mut operators) = (0_usize, 0_usize);
    let (mut in_string, mut escaped, mut in_comment, mut previous) = (false, false, false, ' ');
    for (offset, character) in text.char_indices() {
        let before = std::mem::replace(&mut previous, character);
        if in_comment {
            in_comment = !matches!(character, '\n' | '\r');
            continue;
        }
        if in_string {
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
            continue;
        }
        match character {
            '"' => in_string = true,
            '/' if before == '/' => in_comment = true,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ';' => operators = 0,
            '!' | '&' | '|' | '+' | '-' | '*' | '<' | '.' => operators += 1,
            // The word `if` nests without a sign of its own.
            'f' if before == 'i' => operators += 1,
            _ => {}
        }
        if depth > DEPTH_MAX || operators > OPERATORS_MAX {
            return Some(LoadError::new(
                Place::line(path, line_of(text, offset)),
                format!("it nests deeper than {DEPTH_MAX} brackets or has more than {OPERATORS_MAX} operators"),
                "split the policy or the declaration",
            ));
        }
    }
    None
}
