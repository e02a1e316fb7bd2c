//! What a device takes with it: the law, the words, the list of files.

use crate::config::Config;
use crate::serve::answer::read_in_part;
use crate::serve::assets;
use crate::serve::counter::{Counter, SAID};
use crate::words::Language;
use axum::body::Bytes;
use haven_law::pack::Pack;
use haven_law::vocabulary::Reason;
use haven_register::schema::Schema;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The words of the app, as messages of Fluent. A value in a message is written in braces again, `{day}`, and the app puts
/// it in: so the device needs no reader of Fluent.
const WORDS: &[(&str, &[&str])] = &[
    ("frame-hurt", &[]),
    ("frame-help-first", &[]),
    ("frame-languages", &[]),
    ("frame-unreviewed", &[]),
    ("frame-no-advice", &[]),
    ("frame-no-names", &[]),
    ("word-no", &[]),
    ("word-ask", &[]),
    ("word-must", &[]),
    ("word-yes", &[]),
    ("word-silent", &[]),
    ("sentence-no", &[]),
    ("sentence-ask", &[]),
    ("sentence-must", &[]),
    ("sentence-authorised", &[]),
    ("sentence-excepted", &[]),
    ("sentence-silent", &[]),
    ("does-prohibits", &[]),
    ("does-requires", &[]),
    ("does-authorises", &[]),
    ("does-refers", &[]),
    ("does-excepted", &[]),
    ("does-undetermined", &[]),
    ("does-not-met", &[]),
    ("does-not-encoded", &[]),
    ("answer-next", &[]),
    ("answer-why", &[]),
    ("answer-find-out", &[]),
    ("answer-notes", &[]),
    ("answer-unread", &[]),
    ("answer-english", &[]),
    ("counter-help-first", &[]),
    ("counter-help-sentence", &[]),
    ("counter-say", &[]),
    ("counter-radio", &[]),
    ("counter-people", &[]),
    ("counter-show", &[]),
    ("counter-show-picture", &[]),
    ("mark-read", &[]),
    ("mark-part", &[]),
    ("mark-reported", &[]),
    ("mark-unverified", &[]),
    ("radio-no", &["act"]),
    ("radio-ask", &["act"]),
    ("radio-ask-duty", &["act"]),
    ("radio-silent-duty", &["act"]),
    ("radio-must", &["act"]),
    ("radio-yes", &["act"]),
    ("radio-silent", &["act"]),
    ("radio-help", &[]),
    ("offline-title", &[]),
    ("offline-start", &[]),
    ("offline-all", &[]),
    ("offline-place-title", &[]),
    ("offline-place-why", &[]),
    ("offline-agency", &[]),
    ("offline-station", &[]),
    ("offline-choose", &[]),
    ("offline-save", &[]),
    ("offline-choose-agency", &[]),
    ("offline-choose-station", &[]),
    ("offline-at", &["place"]),
    ("offline-change-place", &[]),
    ("offline-why", &[]),
    ("offline-unknown", &[]),
    ("offline-choose-many", &[]),
    ("offline-number-hint", &[]),
    ("offline-number-wrong", &[]),
    ("offline-show", &["time"]),
    ("offline-next", &[]),
    ("offline-back", &[]),
    ("offline-again", &[]),
    ("offline-answer-now", &[]),
    ("offline-new", &[]),
    ("offline-more", &[]),
    ("offline-kept", &["time"]),
    ("offline-sent", &["number", "index"]),
    ("offline-not-kept", &[]),
    ("offline-number", &[]),
    ("offline-waiting", &["count"]),
    ("offline-none-waiting", &[]),
    ("offline-sign-in", &[]),
    ("offline-not-taken", &["count"]),
    ("offline-differs", &[]),
    ("offline-law", &["digest", "day"]),
    ("offline-confirmed", &["day"]),
    ("offline-old-title", &[]),
    ("offline-old-text", &["day"]),
    ("offline-no-law-title", &[]),
    ("offline-no-law-text", &[]),
];

/// What a device takes with it.
pub(crate) struct Kit {
    /// The law, with what the app needs besides.
    pub law: Bytes,
    /// Its entity tag.
    pub tag: String,
    /// The words by language.
    pub words: BTreeMap<String, Bytes>,
    /// The worker that keeps the files, with their list.
    pub worker: Bytes,
    /// What the device is told when the app is installed.
    pub manifest: Bytes,
}

impl Kit {
    /// Puts it together.
    pub(crate) fn new(counter: &Counter, pack: &Pack, schema: &Schema, languages: &[Arc<Language>], config: &Config) -> Kit {
        // A jurisdiction without the commonest questions has none here either, and the app asks those of the law.
        let said = if counter.tiles.is_empty() { Value::Null } else { json!(counter) };
        let stations: Vec<Value> = schema
            .stations()
            .iter()
            .map(|station| json!({ "name": station.name, "label": station.label, "agency": station.agency }))
            .collect();
        let law = json!({
            "law": pack.export(),
            "read_in_part": pack.clauses.iter().filter(|clause| read_in_part(pack, clause)).map(|clause| &clause.id).collect::<Vec<_>>(),
            "age_max_days": config.law_age_max_days,
            "stations": stations,
            "counter": said,
        });
        let law = Bytes::from(law.to_string());
        let words: BTreeMap<String, Bytes> = languages
            .iter()
            .map(|language| (language.code.clone(), Bytes::from(words(language, languages, pack, counter).to_string())))
            .collect();
        let manifest = json!({
            "id": "/app/",
            "name": "Haven",
            "short_name": "Haven",
            "start_url": "/app/",
            "scope": "/app/",
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#162e51",
            "icons": [
                { "src": asset("app/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any" },
                { "src": asset("app/icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any maskable" },
                { "src": asset("app/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any maskable" },
            ],
        });
        let manifest = Bytes::from(manifest.to_string());
        Kit {
            tag: format!("\"{}\"", digest([&law])),
            worker: worker(&words, &manifest, config.notice.as_deref().unwrap_or_default()),
            law,
            words,
            manifest,
        }
    }
}

/// The worker with the list of what it keeps. Its text is another whenever one of the files is, which is how a browser
/// learns that there is something new.
fn worker(words: &BTreeMap<String, Bytes>, manifest: &Bytes, notice: &str) -> Bytes {
    let own = ["/app/", "/app/manifest.webmanifest"].map(str::to_owned);
    let spoken = words.keys().map(|code| format!("/app/words-{code}.json"));
    let loaded = assets::names().filter(|name| *name != SCRIPT).map(asset);
    let files: Vec<String> = own.into_iter().chain(spoken).chain(loaded).collect();
    let page = Bytes::from([include_str!("../../../templates/offline/shell.html"), notice].concat());
    let version = digest(words.values().chain([manifest, &page]));
    let head = format!(
        "import {{ send }} from {};\nconst VERSION = {};\nconst FILES = {};\n",
        json!(asset("app/queue.js")),
        json!(version),
        json!(files)
    );
    Bytes::from([head.as_bytes(), assets::bytes(SCRIPT)].concat())
}

const SCRIPT: &str = "app/sw.js";

fn asset(name: &str) -> String {
    format!("/assets/{}/{name}", assets::HASH)
}

fn digest<'a>(parts: impl IntoIterator<Item = &'a Bytes>) -> String {
    let mut hash = Sha256::new();
    hash.update(assets::HASH);
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Everything the app says in a language: its own words, and those of the law.
fn words(language: &Language, languages: &[Arc<Language>], pack: &Pack, counter: &Counter) -> Value {
    let says = WORDS.iter().map(|(key, names)| {
        let braced: Vec<(&str, String)> = names.iter().map(|name| (*name, format!("{{{name}}}"))).collect();
        let values: Vec<(&str, &str)> = braced.iter().map(|(name, value)| (*name, value.as_str())).collect();
        ((*key).to_owned(), Value::from(language.with(key, &values)))
    });
    let v = pack.vocabulary();
    let groups =
        v.groups().iter().map(|group| (group.name.clone(), json!(language.law(&format!("group-{}", group.name), "", &group.label))));
    let acts = v.actions().iter().map(|act| {
        let key = format!("act-{}", act.name);
        (act.name.clone(), json!({ "ask": language.law(&key, "ask", &act.ask), "label": language.law(&key, "", &act.label) }))
    });
    let facts = v.facts().iter().map(|fact| {
        let key = format!("fact-{}", fact.name);
        let values = fact
            .values
            .iter()
            .map(|value| (value.name.clone(), Value::from(language.law(&format!("{key}-{}", value.name), "", &value.label))));
        let said = json!({
            "question": language.law(&key, "question", &fact.question),
            "why": language.law(&key, "why", &fact.why),
            "values": Value::Object(values.collect()),
        });
        (fact.name.clone(), said)
    });
    let duties = pack.clauses.iter().flat_map(|clause| &clause.obligations).filter_map(|id| {
        let duty = pack.obligation(id)?;
        Some((id.clone(), Value::from(language.law(&format!("duty-{id}"), "", &duty.text))))
    });
    let reasons = Reason::ALL.into_iter().map(|reason| {
        let (key, english) = (format!("reason-{}", reason.name()), v.reason(reason));
        // As they stand in the law: with names in braces, which the app fills.
        let values: Vec<(&str, String)> = ["day", "versions", "title"].map(|name| (name, format!("{{{name}}}"))).into();
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let said = |attribute: &str, text: &String| language.law_with(&key, attribute, &values).unwrap_or_else(|| text.clone());
        (reason.name().to_owned(), json!({ "text": said("", &english.text), "why": said("why", &english.why) }))
    });
    let kinds = v.fact_named("agency_kind").map(|id| v.fact(id)).into_iter().flat_map(|fact| &fact.values);
    let kinds =
        kinds.filter_map(|kind| Some((kind.name.clone(), Value::from(language.law_with(&format!("kind-{}", kind.name), "note", &[])?))));
    json!({
        "kinds": kinds.collect::<Map<_, _>>(),
        "code": language.code,
        "direction": language.direction,
        "reviewed": language.reviewed,
        "languages": languages.iter()
            .map(|each| json!({ "code": each.code, "name": each.name, "direction": each.direction })).collect::<Vec<_>>(),
        "says": says.collect::<Map<_, _>>(),
        "groups": groups.collect::<Map<_, _>>(),
        "acts": acts.collect::<Map<_, _>>(),
        "facts": facts.collect::<Map<_, _>>(),
        "duties": duties.collect::<Map<_, _>>(),
        "counter": asked(language, counter),
        "phrases": phrases(language, languages, pack, counter),
        "reasons": reasons.collect::<Map<_, _>>(),
        "english": languages.iter().find(|each| each.governs() && !language.governs()).map(|english| radio(english, counter)),
    })
}

/// What to say to people: in the languages most spoken, and in that of the device.
fn phrases(language: &Language, languages: &[Arc<Language>], pack: &Pack, counter: &Counter) -> Vec<Value> {
    let own = language.code.as_str();
    let wanted = SAID.into_iter().chain((own != "en" && !SAID.contains(&own)).then_some(own));
    wanted
        .filter_map(|code| languages.iter().find(|language| language.code == code))
        .map(|language| {
            // By desk or by kind of agency where they say it otherwise: `no.school`.
            let desks = counter.desks.iter().map(|desk| desk.id.as_str());
            let of: Vec<&str> = desks.chain(pack.agencies.iter().map(|agency| agency.kind.as_str())).collect();
            let says = ["no", "ask", "must", "yes", "silent", "help"].into_iter().flat_map(|kind| {
                let key = format!("say-{kind}");
                let own = of.iter().filter_map(|of| Some((format!("{kind}.{of}"), Value::from(language.law_with(&key, of, &[])?))));
                own.chain([(kind.to_owned(), Value::from(language.text(&key)))]).collect::<Vec<_>>()
            });
            json!({ "code": language.code, "name": language.name, "direction": language.direction, "says": Map::from_iter(says) })
        })
        .collect()
}

/// What is said on the radio: the sentences, and the act of each question.
fn radio(language: &Language, counter: &Counter) -> Value {
    let sentences = WORDS.iter().filter(|(key, _)| key.starts_with("radio-"));
    let sentences = sentences.map(|(key, _)| ((*key).to_owned(), Value::from(language.with(key, &[("act", "{act}")]))));
    let acts = counter.tiles.iter().map(|tile| format!("tile-{}", tile.id)).map(|key| (format!("{key}.radio"), Value::from(language.attribute(&key, "radio"))));
    Value::Object(sentences.chain(acts).collect())
}

/// The words of the commonest questions; a question without words of its own is asked in those of the law.
fn asked(language: &Language, counter: &Counter) -> Map<String, Value> {
    let tiles = counter.tiles.iter().map(|tile| format!("tile-{}", tile.id));
    let steps = counter.steps.iter().flat_map(|(name, step)| {
        let choices = step.choices.iter().map(move |choice| format!("choice-{name}-{}", choice.id));
        std::iter::once(format!("step-{name}")).chain(choices)
    });
    let radio = tiles.clone().map(|key| (format!("{key}.radio"), Value::from(language.attribute(&key, "radio"))));
    let said = tiles.chain(steps).filter_map(|key| {
        let text = language.text(&key);
        (text != key).then(|| (key, Value::from(text)))
    });
    radio.chain(said).collect()
}
