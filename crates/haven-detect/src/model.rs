//! A small linear model: does a sentence state the status of a person, or speak of policy, services, other things?
//!
//! Logistic regression over hashed words, pairs of words and cues. It is trained on templates that we wrote
//! (`corpus/sentences/`), with the phrase that was found masked by its category, so that it learns the sentence around the
//! phrase. Training is deterministic: the same templates give the same bytes on every machine (only `+ - * /` on `f32`).

use crate::detector::Detector;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Weights: a power of two, so that a hash is cut to an index by a mask.
const WEIGHTS: usize = 1 << 15;
/// Sentences that one template is filled out to.
const FILLED_MAX: usize = 24;
const ROUNDS: usize = 12;
/// What the file begins with.
const MAGIC: &[u8; 8] = b"haven-s1";

/// A trained model.
#[derive(Debug, Clone)]
pub struct Model {
    weights: Vec<i8>,
    /// What one step of a weight is worth.
    step: f32,
}

/// Why a model or its templates cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The bytes are not a model.
    #[error("expected a model of {expected} bytes that begins with `haven-s1`, found {found} bytes of another kind")]
    Format {
        /// The length of a model.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// A file of templates cannot be read.
    #[error("{path}: {problem}")]
    Templates {
        /// The file.
        path: String,
        /// What is wrong.
        problem: String,
    },
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
    /// Which template it came from: samples of one never stand on both sides of the split.
    pub template: u64,
    /// Whether it states a person's status.
    pub states: bool,
    /// The sentence.
    pub text: String,
}

impl Sample {
    /// Whether its template is kept for measuring: one in five, by its text.
    pub fn held_out(&self) -> bool {
        self.template.is_multiple_of(5)
    }
}

/// Fills out the templates of one file.
///
/// # Errors
/// What is wrong with it: a label that is neither `states` nor `none`, a slot without phrases.
pub fn samples(path: &str, source: &str) -> Result<Vec<Sample>, ModelError> {
    let wrong = |problem: String| ModelError::Templates { path: path.to_owned(), problem };
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
                samples.push(Sample { lang: lang.to_owned(), template: id, states, text: text.clone() });
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

/// The indexes of a sentence's features, given its words with what was found masked.
pub(crate) fn features(words: &[String]) -> Vec<usize> {
    let index = |text: &str| usize::try_from(hash(text) >> 32).unwrap_or_default() & (WEIGHTS - 1);
    let mut features = vec![index("^")];
    features.extend(words.iter().map(|word| index(word)));
    features.extend(words.windows(2).map(|pair| index(&pair.join(" "))));
    features.sort_unstable();
    features.dedup();
    features
}

impl Model {
    /// A model that knows nothing.
    pub fn empty() -> Self {
        Self { weights: vec![0; WEIGHTS], step: 0.0 }
    }

    /// Trains on `samples`.
    pub fn train<'a>(detector: &Detector, samples: impl Iterator<Item = &'a Sample>) -> Self {
        let mut rows: Vec<(Vec<usize>, f32)> =
            samples.map(|sample| (features(&detector.masked(&sample.text)), if sample.states { 1.0 } else { 0.0 })).collect();
        let positive = rows.iter().filter(|(_, label)| *label > 0.5).count().max(1);
        let negative = (rows.len() - positive.min(rows.len())).max(1);
        let weight_states = (small(negative) / small(positive)).clamp(0.25, 4.0).sqrt();
        let mut weights = vec![0.0_f32; WEIGHTS];
        let mut seed = 0x5eed_u64;
        for round in 0..ROUNDS {
            // Fisher–Yates with a fixed seed.
            for at in (1..rows.len()).rev() {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                rows.swap(at, usize::try_from(seed >> 33).unwrap_or_default() % (at + 1));
            }
            let rate = 0.4 / (1.0 + small(round));
            for (features, label) in &rows {
                let sum: f32 = features.iter().filter_map(|index| weights.get(*index)).sum();
                // Both labels weigh the same, however many sentences each has.
                let weight = if *label > 0.5 { weight_states } else { 1.0 / weight_states };
                let change = rate * weight * (label - squash(sum)) / (1.0 + small(features.len()) / 16.0);
                for index in features {
                    if let Some(value) = weights.get_mut(*index) {
                        *value += change - 0.0002 * rate * *value;
                    }
                }
            }
        }
        let largest = weights.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
        let step = largest / 127.0;
        let round = |weight: &f32| if step > 0.0 { nearest(weight / step) } else { 0 };
        Self { weights: weights.iter().map(round).collect(), step }
    }

    /// How much speaks for a statement (above 0) or against it (below).
    pub(crate) fn score(&self, features: &[usize]) -> f32 {
        let sum: i32 = features.iter().filter_map(|index| self.weights.get(*index)).map(|weight| i32::from(*weight)).sum();
        f32::from(i16::try_from(sum).unwrap_or(if sum > 0 { i16::MAX } else { i16::MIN })) * self.step
    }

    /// The model as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.step.to_le_bytes());
        bytes.extend(self.weights.iter().map(|weight| weight.cast_unsigned()));
        bytes
    }

    /// Reads a model.
    ///
    /// # Errors
    /// [`ModelError::Format`] if the bytes are not one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let wrong = ModelError::Format { expected: MAGIC.len() + 4 + WEIGHTS, found: bytes.len() };
        let Some((head, weights)) = bytes.split_at_checked(MAGIC.len() + 4) else { return Err(wrong) };
        let step = head.get(MAGIC.len()..).and_then(|step| <[u8; 4]>::try_from(step).ok()).map(f32::from_le_bytes);
        match step {
            Some(step) if head.starts_with(MAGIC) && weights.len() == WEIGHTS && step.is_finite() => {
                Ok(Self { weights: weights.iter().map(|byte| byte.cast_signed()).collect(), step })
            }
            _ => Err(wrong),
        }
    }
}

/// A sigmoid of plain arithmetic: `exp` is not the same on every machine.
fn squash(sum: f32) -> f32 {
    0.5 + 0.5 * sum / (1.0 + sum.abs())
}

fn small(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

#[expect(clippy::cast_possible_truncation, reason = "the value lies between -127 and 127")]
fn nearest(value: f32) -> i8 {
    value.round().clamp(-127.0, 127.0) as i8
}
