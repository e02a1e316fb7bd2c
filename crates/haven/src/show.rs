//! Answers in words, for a person at a terminal.

use haven_law::decide::{Basis, Decision, Does, Holds, LayerAnswer, ProvisionAnswer, Verdict};
use haven_law::pack::{Layer, Pack, Verified};
use std::fmt::Write as _;

/// How wide text for a terminal is: the same everywhere, so that what is printed can be compared.
const COLUMNS: usize = 100;

/// The word people hear.
pub(crate) fn word(verdict: Verdict, basis: Option<Basis>) -> &'static str {
    match (verdict, basis) {
        (Verdict::Prohibited, _) => "NO",
        (Verdict::NeedsFacts, _) => "ASK FIRST",
        (Verdict::Required, _) => "YOU MUST",
        (Verdict::Permitted, Some(Basis::Authorised | Basis::Excepted)) => "YES",
        // Never a green Yes: these laws are silent, other law may not be.
        (Verdict::Permitted, _) => "NOTHING IN THESE LAWS STOPS THIS",
    }
}

/// One sentence on what the verdict means.
pub(crate) fn sentence(verdict: Verdict, basis: Option<Basis>) -> &'static str {
    match (verdict, basis) {
        (Verdict::Prohibited, _) => "A provision prohibits it.",
        (Verdict::NeedsFacts, _) => "It cannot be answered yet: find out what is asked below before you act.",
        (Verdict::Required, _) => "A provision requires it.",
        (Verdict::Permitted, Some(Basis::Authorised)) => "A provision allows it in words.",
        (Verdict::Permitted, Some(Basis::Excepted)) => "A provision would prohibit it, but an exception holds.",
        (Verdict::Permitted, _) => "Other law may. This is not a permission.",
    }
}

/// The word for a layer.
pub(crate) fn layer_name(layer: Layer) -> &'static str {
    match layer {
        Layer::City => "City",
        Layer::County => "County",
        Layer::State => "State",
        Layer::Federal => "Federal",
        Layer::Order => "Order, below the ordinance",
    }
}

/// How well a provision's text is known, in words; nothing where it was read.
pub(crate) fn mark(verified: Verified) -> &'static str {
    match verified {
        Verified::V => "",
        Verified::S => "known from reports, text not read",
        Verified::U => "unverified: recalled or inferred, ask counsel",
    }
}

/// What a provision does, in words.
pub(crate) fn does(does: Does) -> &'static str {
    match does {
        Does::Prohibits => "prohibits it",
        Does::Requires => "requires it",
        Does::Authorises => "allows it in words",
        Does::Refers => "leaves it to a person",
        Does::Excepted => "would apply, but an exception holds",
        Does::Undetermined => "may apply: depends on what is not known",
        Does::NotMet => "does not reach it",
        Does::NotEncoded => "its text of that day is not encoded",
    }
}

/// How a condition stands, in words.
pub(crate) fn holds(holds: Holds) -> &'static str {
    match holds {
        Holds::Yes => "yes",
        Holds::No => "no",
        Holds::Unknown => "not known",
        Holds::Error => "cannot be evaluated",
    }
}

/// The answer as text.
pub(crate) fn text(pack: &Pack, decision: &Decision) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", word(decision.verdict, decision.basis));
    let _ = writeln!(out, "{}", sentence(decision.verdict, decision.basis));
    if !decision.obligations.is_empty() {
        out.push_str("\nNext\n");
        for obligation in &decision.obligations {
            let _ = writeln!(out, "  - {}{}", obligation.text, obligation_source(&obligation.cite, &obligation.verified));
        }
    }
    if !decision.questions.is_empty() {
        out.push_str("\nAsk\n");
        for question in &decision.questions {
            let name = question.fact.as_deref().map_or_else(String::new, |fact| format!("  ({fact})"));
            let _ = writeln!(out, "  - {}{name}", question.question);
            let _ = writeln!(out, "      why: {} Needed by {}.", question.why, question.needed_by.join(", "));
            let leads = question.answers.iter().map(|lead| (lead.verdict, lead.basis, lead.value.as_str()));
            for (verdict, basis, values) in by_verdict(leads) {
                let _ = writeln!(out, "      {}: {}", leads_to(verdict, basis), values.join(", "));
            }
        }
    }
    out.push_str("\nWhy\n");
    for layer in &decision.layers {
        write_layer(pack, layer, &mut out);
    }
    if !decision.would_change.is_empty() {
        out.push_str("\nWhat would change it\n");
        for change in &decision.would_change {
            let _ = writeln!(out, "  - {} = {}: {}", change.fact, change.values.join(" or "), leads_to(change.verdict, change.basis));
        }
    }
    if !decision.unverified.is_empty() {
        let _ = writeln!(out, "\nText that was not read could change this: {}. Ask counsel.", decision.unverified.join(", "));
    }
    for note in &decision.notes {
        let _ = writeln!(out, "\nNote: {}", note.text);
    }
    if !decision.unused.is_empty() {
        let _ = writeln!(out, "\nStated but without effect on this act: {}", decision.unused.join(", "));
    }
    let digest: String = decision.law.digest.chars().take(12).collect();
    let _ = writeln!(out, "\nLaw: {}, pack {digest}. Not legal advice.", decision.law.jurisdiction);
    wrapped(&out)
}

/// Breaks long lines, each under its own indentation.
pub(crate) fn wrapped(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len() + if line.trim_start().starts_with("- ") { 2 } else { 0 };
        let indent = " ".repeat(indent);
        out.push_str(&textwrap::fill(line, textwrap::Options::new(COLUMNS).subsequent_indent(&indent)));
        out.push('\n');
    }
    out
}

/// Where something leads, within a line: the word of answers, and for silence that it is no yes.
fn leads_to(verdict: Verdict, basis: Option<Basis>) -> &'static str {
    match (verdict, basis) {
        (Verdict::Permitted, Some(Basis::Authorised | Basis::Excepted))
        | (Verdict::Required | Verdict::NeedsFacts | Verdict::Prohibited, _) => verdict.name(),
        (Verdict::Permitted, _) => "nothing in these laws stops it; other law may",
    }
}

/// Groups values by the verdict they lead to and its basis, in the order of first appearance.
fn by_verdict<'a>(leads: impl Iterator<Item = (Verdict, Option<Basis>, &'a str)>) -> Vec<(Verdict, Option<Basis>, Vec<&'a str>)> {
    let mut groups: Vec<(Verdict, Option<Basis>, Vec<&str>)> = Vec::new();
    for (verdict, basis, value) in leads {
        match groups.iter_mut().find(|(known, why, _)| (*known, *why) == (verdict, basis)) {
            Some((.., values)) => values.push(value),
            None => groups.push((verdict, basis, vec![value])),
        }
    }
    groups
}

fn obligation_source(cite: &str, verified: &str) -> String {
    match verified {
        "house" => String::new(),
        "V" => format!("  [{cite}]"),
        "S" => format!("  [{cite}; known from reports]"),
        _ => format!("  [{cite}; unverified]"),
    }
}

fn write_layer(pack: &Pack, layer: &LayerAnswer, out: &mut String) {
    let version = if layer.version.is_empty() { String::new() } else { format!(", {}", layer.version) };
    let basis = match layer.basis {
        Some(Basis::NotReached) => ", not reached",
        Some(Basis::Excepted) => ", excepted",
        Some(Basis::Authorised) => ", authorised",
        None => "",
    };
    let _ = writeln!(out, "  {}: {}{basis}{version}", layer_name(layer.layer), layer.verdict.name());
    let shown = |provision: &&ProvisionAnswer| provision.effect != Does::NotMet;
    for provision in layer.provisions.iter().filter(shown) {
        let mark = mark(provision.verified);
        let mark = if mark.is_empty() { String::new() } else { format!(" ({mark})") };
        let _ = writeln!(out, "    {} {}{mark}", provision.cite, does(provision.effect));
        if let Some(says) = says(pack, provision) {
            let _ = writeln!(out, "      {says}");
        }
        for because in &provision.because {
            let exception = because.exception.as_deref().map_or_else(String::new, |provision| format!("unless {provision}: "));
            let _ = writeln!(out, "      {exception}{}: {}", because.condition, holds(because.holds));
        }
    }
}

/// The restatement of a provision of an answer.
pub(crate) fn says<'p>(pack: &'p Pack, provision: &ProvisionAnswer) -> Option<&'p str> {
    let clause = pack.clauses.iter().find(|clause| clause.id == provision.clause)?;
    pack.passage(clause.instrument, &clause.provision, clause.from).map(|passage| passage.plain.as_str())
}
