//! Bodies of one record after another: the first ones teach the columns, then each goes as it comes.

use crate::Blocked;
use crate::body::settled;
use crate::json::{self, Walk};
use crate::look::{Columns, Look};
use crate::policy::Limits;

/// Lines of JSON.
#[derive(Default)]
pub(crate) struct Ndjson {
    /// A line that has not ended.
    rest: String,
    /// Lines from which the columns are learnt, with their ends.
    held: Vec<String>,
    held_bytes: usize,
    columns: Columns,
    streaming: bool,
}

impl Ndjson {
    pub fn push(&mut self, text: &str, look: &Look<'_>, out: &mut String) -> Result<(), Blocked> {
        for part in text.split_inclusive('\n') {
            if self.rest.len() + part.len() > look.policy.limits.row_bytes {
                return Err(Blocked::Large { what: "a line", limit: look.policy.limits.row_bytes });
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
        self.flush(look, out)
    }

    fn line(&mut self, line: String, look: &Look<'_>, out: &mut String) -> Result<(), Blocked> {
        let Limits { body_bytes, rows_learnt, .. } = look.policy.limits;
        if self.streaming {
            return self.write(line, look, out);
        }
        self.held_bytes += line.len();
        if self.held_bytes > body_bytes {
            return Err(Blocked::Large { what: "the lines from which the keys are learnt", limit: body_bytes });
        }
        self.held.push(line);
        if self.held.len() >= rows_learnt { self.flush(look, out) } else { Ok(()) }
    }

    fn flush(&mut self, look: &Look<'_>, out: &mut String) -> Result<(), Blocked> {
        self.streaming = true;
        // What was scrubbed is looked at again until nothing new is learnt: a second scrubbing then learns nothing either.
        settled(|| {
            let mut written = Vec::with_capacity(self.held.len());
            for line in &self.held {
                let mut text = String::new();
                scrubbed(line, look, &self.columns, &mut text)?;
                if let Some(node) = document(&text)? {
                    json::see(&node, "", "", &mut self.columns);
                }
                written.push(text);
            }
            self.held = written;
            Ok(self.columns.learn(look))
        })?;
        self.held.drain(..).for_each(|line| out.push_str(&line));
        Ok(())
    }

    fn write(&mut self, line: String, look: &Look<'_>, out: &mut String) -> Result<(), Blocked> {
        scrubbed(&line, look, &self.columns, out)
    }
}

/// The document of a line; an empty line has none.
fn document(line: &str) -> Result<Option<json::Node>, Blocked> {
    if line.trim_matches([' ', '\t', '\r', '\n']).is_empty() { Ok(None) } else { json::read(line).map(Some) }
}

fn scrubbed(line: &str, look: &Look<'_>, columns: &Columns, out: &mut String) -> Result<(), Blocked> {
    let mut text = line.to_owned();
    settled(|| {
        let Some(node) = document(&text)? else { return Ok(false) };
        let mut edits = Vec::new();
        Walk { look, columns }.visit(&node, "", "", &mut edits);
        let changed = !edits.is_empty();
        text = crate::mapped::apply(&text, edits);
        Ok(changed)
    })?;
    out.push_str(&text);
    Ok(())
}
