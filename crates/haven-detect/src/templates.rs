//! Templates: labelled sentences with slots, filled out to many (`corpus/sentences/`). Whoever writes phrases measures with
//! them; the same templates give the same sentences on every machine.

use serde::Deserialize;
use std::collections::BTreeMap;

/// Sentences that one template is filled out to.
const FILLED_MAX: usize = 24;

/// Why a file of templates cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct TemplateError {
    /// The file.
    pub path: String,
    /// What is wrong.
    pub problem: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    slots: BTreeMap<String, Vec<String>>,
    template: Vec<Template>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    label: String,
    text: String,
}

/// A sentence made from a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The language of its file.
    pub lang: String,
    /// Whether it states a person's status.
    pub states: bool,
    /// The sentence.
    pub text: String,
}

/// Fills out the templates of one file.
///
/// # Errors
/// What is wrong with it: a label that is neither `states` nor `none`, a slot without phrases.
pub fn samples(path: &str, source: &str) -> Result<Vec<Sample>, TemplateError> {
    let wrong = |problem: String| TemplateError { path: path.to_owned(), problem };
    let file: File = toml::from_str(source).map_err(|error| wrong(error.message().to_owned()))?;
    let lang = path.rsplit('/').next().and_then(|name| name.strip_suffix(".toml")).unwrap_or_default();
    let mut samples = Vec::new();
    for template in &file.template {
        let states = match template.label.as_str() {
            "states" => true,
            "none" => false,
            other => return Err(wrong(format!("expected the label `states` or `none`, found `{other}`"))),
        };
        let id = hash(&template.text);
        let mut seed = id | 1;
        let mut seen = Vec::new();
        for _ in 0..FILLED_MAX {
            let text = fill(&template.text, &file.slots, &mut seed).map_err(&wrong)?;
            if !seen.contains(&text) {
                samples.push(Sample { lang: lang.to_owned(), states, text: text.clone() });
                seen.push(text);
            }
        }
    }
    Ok(samples)
}

fn fill(template: &str, slots: &BTreeMap<String, Vec<String>>, seed: &mut u64) -> Result<String, String> {
    let mut out = template.to_owned();
    // A phrase of a slot may hold slots.
    for _ in 0..32 {
        let Some((before, rest)) = out.split_once('{') else { return Ok(out) };
        let Some((name, after)) = rest.split_once('}') else { return Err(format!("`{template}`: `{{` without `}}`")) };
        let phrases =
            slots.get(name).filter(|phrases| !phrases.is_empty()).ok_or_else(|| format!("`{template}`: no slot is named `{name}`"))?;
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let index = usize::try_from(*seed >> 33).unwrap_or_default() % phrases.len();
        let phrase = phrases.get(index).map(String::as_str).unwrap_or_default();
        out = format!("{before}{phrase}{after}");
    }
    Err(format!("`{template}`: slots stand in one another without end"))
}

/// FNV-1a: small, and the same everywhere.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
