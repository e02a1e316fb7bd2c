//! Which route a path belongs to: one reading of it, or none.
//!
//! An origin may take a path for another one than stands there: it undoes escapes, does not tell capital letters from small
//! ones, or hands names to a system that trims them. So a path passes only where nothing stands escaped that need not be, and
//! where it belongs to the same route however loosely it is read. INVARIANT: a path that could be one of another route is none.

use crate::proxy::Refused;
use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization as _;

/// Characters that part a path, or the path from what follows it: escaped, one server undoes them early and another late.
const PARTING: &[u8] = b"%/\\;?#";

/// Whether every server finds the same parts in a path, in the same order.
pub(crate) fn is_plain(path: &str) -> bool {
    let Some(text) = unescaped(path) else { return false };
    // A wide dot or stroke becomes a plain one where letters are made narrow.
    let narrow: String = text.nfkc().collect();
    let is_name = |part: &str| !part.chars().all(|letter| letter == '.' || letter.is_whitespace());
    let mut parts = narrow.split('/').skip(1).peekable();
    let mut are_names = true;
    while let Some(part) = parts.next() {
        // Only behind the last `/` there may be nothing.
        are_names &= is_name(part) || (part.is_empty() && parts.peek().is_none());
    }
    path.starts_with('/')
        && path.bytes().all(|byte| byte.is_ascii_graphic())
        && !path.contains(['\\', ';', '?', '#'])
        && !narrow.contains('\\')
        && narrow.matches('/').count() == path.matches('/').count()
        && are_names
}

/// A path that every server reads as the same one.
pub(crate) fn plain(path: &str) -> Result<&str, Refused> {
    if is_plain(path) { Ok(path) } else { Err(Refused::new(400, "path", "a path without dots, doubled `/`, `;` or needless escapes")) }
}

/// The text of a path in which each escape is whole and stands for what cannot stand there itself, and parts nothing.
fn unescaped(path: &str) -> Option<String> {
    let is_needed = |behind: &str| {
        let digits = behind.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        byte.is_some_and(|byte| !byte.is_ascii_alphanumeric() && !b"-._~".contains(&byte) && !PARTING.contains(&byte))
    };
    if !path.split('%').skip(1).all(is_needed) {
        return None;
    }
    let text = percent_decode_str(path).decode_utf8().ok()?;
    (!text.contains(char::is_control)).then(|| text.into_owned())
}

/// A path as the most careless server reads it: escapes undone, all letters narrow and small, names as Windows keeps them,
/// without what is behind a colon and without dots and spaces at their end.
pub(crate) fn loosely(path: &str) -> String {
    let narrow: String = percent_decode_str(path).decode_utf8_lossy().nfkc().collect();
    // Some capital letters have a small one that others share, and the other way round.
    let small = narrow.to_uppercase().to_lowercase();
    let name = |part: &str| part.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']).to_owned();
    small.split('/').map(name).collect::<Vec<_>>().join("/")
}

/// Where addresses lead: to routes, by what they begin with.
pub(crate) struct Ways(Vec<Way>);

struct Way {
    /// The host with its port; empty where there is but one.
    host: String,
    /// What paths begin with, up to a `/`.
    path: String,
    loose: String,
    /// The prefix of the route.
    to: String,
}

/// Why an address leads to no route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Astray {
    /// There is none for it.
    Nowhere,
    /// It could be read as one of another route.
    Unclear,
}

impl From<Astray> for Refused {
    fn from(astray: Astray) -> Self {
        match astray {
            Astray::Nowhere => Self::nowhere(),
            Astray::Unclear => Self::new(400, "path", "a path that could be read as one of another route"),
        }
    }
}

impl Ways {
    /// Ways from hosts and paths to the prefixes of routes.
    pub(crate) fn of(ways: impl Iterator<Item = (String, String, String)>) -> Self {
        Self(ways.map(|(host, path, to)| Way { loose: loosely(&path), host, path, to }).collect())
    }

    /// The prefix of the route of a path that [`is_plain`]: of all that fit the longest, which must be the same however the path is
    /// read.
    pub(crate) fn to(&self, host: &str, path: &str) -> Result<&str, Astray> {
        let read = loosely(path);
        let here = || self.0.iter().filter(|way| way.host == host);
        let exact = here().filter(|way| is_under(path, &way.path)).max_by_key(|way| way.path.len());
        let loose = here().filter(|way| is_under(&read, &way.loose)).max_by_key(|way| way.loose.len());
        match (exact, loose) {
            (Some(exact), Some(loose)) if exact.to == loose.to => Ok(&exact.to),
            (None, None) => Err(Astray::Nowhere),
            _ => Err(Astray::Unclear),
        }
    }
}

/// Whether a path begins so; a folder is its own, with a `/` at its end or without.
fn is_under(path: &str, prefix: &str) -> bool {
    path.starts_with(prefix) || prefix.strip_suffix('/') == Some(path)
}
