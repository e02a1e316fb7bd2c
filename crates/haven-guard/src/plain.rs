//! Plain text, which may be JSON without saying so.

use crate::Blocked;
use crate::look::Look;
use crate::mapped::{Edit, Escape, Mapped};

/// The edits of one round.
pub(crate) fn round(text: &str, look: &Look<'_>) -> Result<Vec<Edit>, Blocked> {
    let mut edits = Vec::new();
    look.value("", &Mapped::verbatim(text, 0, Escape::None), &mut edits)?;
    Ok(edits)
}
