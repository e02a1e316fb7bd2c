//! The cover sheet of a release, to be signed: what was asked, what was judged and why, what goes. No name and no value.

use super::check::{label, outcome_words};
use super::checker::{Checked, cites};
use super::said::Said;
use crate::error::CliError;
use crate::register::show::counted;
use haven_guard::judge::Rules;
use haven_law::pack::Pack;
use haven_register::writer::Receipt;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::Path;

/// Writes a sheet into a file: HTML where the file's name ends so, else plain text.
pub(crate) fn write(path: &Path, sheet: &str) -> Result<(), CliError> {
    let is_html = path.extension().is_some_and(|ending| ending == "html");
    std::fs::write(path, if is_html { html(sheet) } else { sheet.to_owned() })
        .map_err(|error| CliError::other(format!("cannot write `{}`: {error}", path.display()), "choose a place that can be written"))
}

/// A sheet as a page of its own.
pub(crate) fn html(sheet: &str) -> String {
    let escaped = sheet.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Release of records</title>\n<main><pre style=\"white-space: pre-wrap\">\n{escaped}</pre></main>\n</html>\n"
    )
}

/// The sheet; what goes stands there by the name under which it goes.
pub(crate) fn sheet(
    said: &Said,
    checked: &Checked,
    rules: &Rules,
    pack: &Pack,
    receipt: &Receipt,
    goes: &[(String, &Path)],
) -> Result<String, CliError> {
    let judgement = &checked.judgement;
    let mut out = String::from("RELEASE OF RECORDS\n\n");
    // Who asks is said in the words of the law: what was typed may be a name.
    let requester = said.to.as_deref().and_then(|name| rules.requester(name)).and_then(|name| {
        let vocabulary = pack.vocabulary();
        let fact = vocabulary.fact(vocabulary.fact_named("requester")?);
        fact.values.iter().find(|value| value.name == name).map(|value| value.label.as_str())
    });
    for (what, said) in [
        ("Day", judgement.as_of.to_string()),
        ("Record", format!("{}, entry {} of log {}", receipt.id, receipt.index, receipt.log)),
        ("Asked by", requester.unwrap_or("not known").to_owned()),
        ("Class", label(rules.classes(), said.class.as_deref()).to_owned()),
        ("For", label(rules.purposes(), said.purpose.as_deref()).to_owned()),
        ("Shown", label(rules.authorities(), said.authority.as_deref()).to_owned()),
        ("Judged", outcome_words(judgement.outcome).to_owned()),
        ("Law", judgement.law.clone()),
    ] {
        // Writing to a text cannot fail.
        let _ = writeln!(out, "{what:<9} {said}");
    }
    out.push_str("\nWithheld\n");
    if judgement.withheld.is_empty() {
        out.push_str("  nothing\n");
    }
    for topic in &judgement.withheld {
        let places = checked.held.iter().filter(|spot| spot.topic == *topic).count();
        let _ = writeln!(
            out,
            "  {}: {}, {}",
            label(rules.topics(), Some(topic)),
            counted(places, "place", "places"),
            cites(judgement, topic).join("; ")
        );
    }
    out.push_str("\nSent, with SHA-256\n");
    if goes.is_empty() {
        out.push_str("  nothing\n");
    }
    for (name, path) in goes {
        let bytes = std::fs::read(path).map_err(|error| CliError::Read { path: path.to_path_buf(), error })?;
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let _ = writeln!(out, "  {digest}  {name}");
    }
    out.push_str("\nI have read this judgement and looked at what is sent.\n\n");
    out.push_str("Records officer  ______________________________  Date  ______________\n\n");
    out.push_str("Counsel, where asked  _________________________  Date  ______________\n");
    Ok(out)
}
