//! Bodies of one record after another, some at a time.
//!
//! What is known of a column must hold for every row, or its absence in one would tell. So rows are looked at in groups, and
//! none of a group is written before its columns are known. Where a later group shows what an earlier one did not, a body
//! that comes in a stream is blocked, since rows have left already; one that is there as a whole is read again from its
//! beginning.

use crate::Blocked;
use crate::body::{Round, settled};
use crate::json::{self, Walk};
use crate::look::{Columns, Look};
use crate::policy::Limits;

/// Rows that are held, and what is known of their columns.
pub(crate) struct Group<R> {
    rows: Vec<R>,
    bytes: usize,
    pub columns: Columns,
    /// Groups written.
    written: u64,
    /// Whether the body is there as a whole.
    is_whole: bool,
    /// Whether a column was found after rows had been written.
    pub is_late: bool,
}

impl<R> Group<R> {
    /// `known`: what another look at the same body has learnt, where it is there as a whole.
    pub fn new(known: Option<Columns>) -> Self {
        Self { rows: Vec::new(), bytes: 0, is_whole: known.is_some(), columns: known.unwrap_or_default(), written: 0, is_late: false }
    }

    /// Takes a row; whether the group is complete.
    pub fn take(&mut self, row: R, bytes: usize, look: &Look<'_>) -> Result<bool, Blocked> {
        let Limits { body_bytes, rows_learnt, .. } = look.policy.limits;
        self.bytes += bytes;
        if self.bytes > body_bytes {
            return Err(Blocked::Large { what: "rows that must be held together", limit: body_bytes });
        }
        self.rows.push(row);
        Ok(self.rows.len() >= rows_learnt)
    }

    /// Ends the group: `see` shows the columns what a row is, `scrub` says what is written of it and whether other words stand in
    /// it then, and `see_written` shows the columns that.
    pub fn end<W>(
        &mut self,
        look: &Look<'_>,
        see: impl Fn(&R, &mut Columns) -> Result<(), Blocked>,
        scrub: impl Fn(&R, &Columns) -> Result<(W, bool), Blocked>,
        see_written: impl Fn(&R, &W, &mut Columns) -> Result<(), Blocked>,
    ) -> Result<Vec<(R, W)>, Blocked> {
        let rows = std::mem::take(&mut self.rows);
        self.bytes = 0;
        let mut written = Vec::new();
        let late = |group: &mut Self| {
            if group.written > 0 {
                if !group.is_whole {
                    return Err(Blocked::Late);
                }
                group.is_late = true;
            }
            Ok(())
        };
        rows.iter().try_for_each(|row| see(row, &mut self.columns))?;
        self.columns.bounded()?;
        if self.columns.learn(look) {
            late(self)?;
        }
        // Until nothing new is learnt from what would be written: then a second scrubbing learns nothing either.
        settled(|| {
            written.clear();
            let mut is_new = false;
            for row in &rows {
                let (done, other) = scrub(row, &self.columns)?;
                is_new |= other;
                written.push(done);
            }
            if !is_new {
                // What is left of the rows has been seen.
                return Ok(false);
            }
            rows.iter().zip(&written).try_for_each(|(row, done)| see_written(row, done, &mut self.columns))?;
            self.columns.bounded()?;
            let new = self.columns.learn(look);
            if new {
                late(self)?;
            }
            Ok(new)
        })?;
        self.written += 1;
        Ok(rows.into_iter().zip(written).collect())
    }
}

/// Lines of JSON.
pub(crate) struct Ndjson {
    /// A line that has not ended.
    rest: String,
    pub group: Group<String>,
}

impl Ndjson {
    pub fn new(known: Option<Columns>) -> Self {
        Self { rest: String::new(), group: Group::new(known) }
    }

    pub fn push(&mut self, text: &str, look: &Look<'_>, out: &mut String) -> Result<(), Blocked> {
        let limit = look.policy.limits.row_bytes;
        for part in text.split_inclusive('\n') {
            if self.rest.len() + part.len() > limit {
                return Err(Blocked::Large { what: "a line", limit });
            }
            self.rest.push_str(part);
            if part.ends_with('\n') {
                let line = std::mem::take(&mut self.rest);
                self.line(line, look, out)?;
            }
        }
        Ok(())
    }

    pub fn finish(&mut self, look: &Look<'_>, out: &mut String) -> Result<(), Blocked> {
        let rest = std::mem::take(&mut self.rest);
        if !rest.is_empty() {
            self.line(rest, look, out)?;
        }
        self.end(look, out)
    }

    fn line(&mut self, line: String, look: &Look<'_>, out: &mut String) -> Result<(), Blocked> {
        let bytes = line.len();
        if self.group.take(line, bytes, look)? { self.end(look, out) } else { Ok(()) }
    }

    fn end(&mut self, look: &Look<'_>, out: &mut String) -> Result<(), Blocked> {
        let see = |line: &str, columns: &mut Columns| {
            if let Some(node) = document(line)? {
                json::see_line(&node, look, columns)?;
            }
            Ok(())
        };
        let written = self.group.end(
            look,
            |line, columns| see(line, columns),
            |line, columns| scrubbed(line, look, columns),
            |line, text, columns| see(text.as_deref().unwrap_or(line), columns),
        )?;
        written.iter().for_each(|(line, text)| out.push_str(text.as_deref().unwrap_or(line)));
        Ok(())
    }
}

/// The document of a line; an empty line has none.
fn document(line: &str) -> Result<Option<json::Node>, Blocked> {
    if line.trim_matches([' ', '\t', '\r', '\n']).is_empty() { Ok(None) } else { json::read(line).map(Some) }
}

/// What is written in the place of a line, where it is another; and whether words were taken out of its texts.
fn scrubbed(line: &str, look: &Look<'_>, columns: &Columns) -> Result<(Option<String>, bool), Blocked> {
    let (mut text, mut is_new): (Option<String>, _) = (None, false);
    settled(|| {
        let Some(node) = document(text.as_deref().unwrap_or(line))? else { return Ok(false) };
        let Round { edits, is_last } = Walk::new(look, columns).line(&node)?;
        if !edits.is_empty() {
            text = Some(crate::mapped::apply(text.as_deref().unwrap_or(line), edits));
        }
        is_new |= !is_last;
        Ok(!is_last)
    })?;
    Ok((text, is_new))
}
