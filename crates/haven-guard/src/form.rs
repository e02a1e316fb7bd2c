//! Files of data in TOML: a fault says in which line it stands.

use serde::de::DeserializeOwned;

/// Reads a file. An error is the line, what was expected and what was found.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|error| {
        let problem = error.message().lines().collect::<Vec<_>>().join(", ");
        match error.span().and_then(|span| text.get(..span.start)) {
            Some(before) => format!("line {}: {problem}", before.matches('\n').count() + 1),
            None => problem,
        }
    })
}
