//! The cover sheet of a release, to be signed: what was asked, what was judged and why, what goes. No name and no value.

use super::check::{Check, Checked, cites, label, outcome_words};
use crate::error::CliError;
use haven_guard::judge::Rules;
use haven_law::pack::Pack;
use haven_register::writer::Receipt;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Writes the sheet: HTML where the file's name ends so, else plain text.
pub(crate) fn write(
    path: &Path,
    check: &Check,
    checked: &Checked,
    rules: &Rules,
    pack: &Pack,
    receipt: &Receipt,
    goes: &[PathBuf],
) -> Result<(), CliError> {
    let text = sheet(check, checked, rules, pack, receipt, goes)?;
    let is_html = path.extension().is_some_and(|ending| ending == "html");
    let text = if is_html {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Release of records</title>\n<main><pre style=\"white-space: pre-wrap\">\n{escaped}</pre></main>\n</html>\n"
        )
    } else {
        text
    };
    std::fs::write(path, text)
        .map_err(|error| CliError::other(format!("cannot write `{}`: {error}", path.display()), "choose a place that can be written"))
}

fn sheet(check: &Check, checked: &Checked, rules: &Rules, pack: &Pack, receipt: &Receipt, goes: &[PathBuf]) -> Result<String, CliError> {
    let judgement = &checked.judgement;
    let mut out = String::from("RELEASE OF RECORDS\n\n");
    // Who asks is said in the words of the law: what was typed may be a name.
    let requester = check.to.as_deref().and_then(|name| rules.requester(name)).and_then(|name| {
        let vocabulary = pack.vocabulary();
        let fact = vocabulary.fact(vocabulary.fact_named("requester")?);
        fact.values.iter().find(|value| value.name == name).map(|value| value.label.as_str())
    });
    for (what, said) in [
        ("Day", judgement.as_of.to_string()),
        ("Record", format!("{}, entry {} of log {}", receipt.id, receipt.index, receipt.log)),
        ("Asked by", requester.unwrap_or("not known").to_owned()),
        ("Class", label(rules.classes(), check.class.as_deref()).to_owned()),
        ("For", label(rules.purposes(), check.purpose.as_deref()).to_owned()),
        ("Shown", label(rules.authorities(), check.authority.as_deref()).to_owned()),
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
        let _ = writeln!(out, "  {}: {places} places, {}", label(rules.topics(), Some(topic)), cites(judgement, topic));
    }
    out.push_str("\nSent, with SHA-256\n");
    if goes.is_empty() {
        out.push_str("  nothing\n");
    }
    for path in goes {
        let bytes = std::fs::read(path).map_err(|error| CliError::Read { path: path.clone(), error })?;
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let _ = writeln!(out, "  {digest}  {}", path.file_name().unwrap_or_default().to_string_lossy());
    }
    out.push_str("\nI have read this judgement and looked at what is sent.\n\n");
    out.push_str("Records officer  ______________________________  Date  ______________\n\n");
    out.push_str("Counsel, where asked  _________________________  Date  ______________\n");
    Ok(out)
}
