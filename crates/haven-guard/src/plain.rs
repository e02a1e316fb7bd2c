//! Plain text, which may be JSON without saying so.

use crate::Blocked;
use crate::body::Round;
use crate::framing::Charset;
use crate::json;
use crate::look::Look;
use crate::mapped::{Escape, Mapped};

/// The edits of one round.
pub(crate) fn round(text: &str, _: Charset, look: &Look<'_>) -> Result<Round, Blocked> {
    if let Some(edits) = json::edits(text, look)? {
        return Ok(edits.into());
    }
    let mut edits = Vec::new();
    look.body(&Mapped::verbatim(text, 0, Escape::None), &mut edits)?;
    Ok(edits.into())
}
