//! The words of pages: every language says everything, nothing is said that no page uses.

use crate::root;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A message by its key, an attribute by `key.attribute`.
type Messages = BTreeMap<String, String>;

fn read(path: &Path) -> Messages {
    let mut messages = Messages::new();
    let mut key = String::new();
    let mut last = String::new();
    for line in fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).lines() {
        let trimmed = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some((name, text)) = line.split_once('=').filter(|_| line.starts_with(|letter: char| letter.is_ascii_alphabetic())) {
            key = name.trim().to_owned();
            last.clone_from(&key);
            assert!(messages.insert(key.clone(), text.trim().to_owned()).is_none(), "{}: `{key}` twice", path.display());
        } else if let Some((name, text)) = trimmed.strip_prefix('.').and_then(|rest| rest.split_once('=')) {
            last = format!("{key}.{}", name.trim());
            messages.insert(last.clone(), text.trim().to_owned());
        } else {
            messages.get_mut(&last).unwrap().push_str(&format!(" {trimmed}"));
        }
    }
    messages
}

fn folder(language: &str) -> Messages {
    let mut all = Messages::new();
    for file in fs::read_dir(root().join("words").join(language)).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "ftl") {
            all.extend(read(&path));
        }
    }
    all
}

fn languages() -> Vec<String> {
    let folders = fs::read_dir(root().join("words")).unwrap();
    let all: Vec<String> = folders.map(|folder| folder.unwrap().file_name().into_string().unwrap()).filter(|name| name != "en").collect();
    assert!(all.len() >= 4, "{all:?}");
    all
}

/// The names of the values that a message speaks of.
fn values(text: &str) -> BTreeSet<&str> {
    text.split('$').skip(1).map(|rest| rest.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap()).collect()
}

fn differences(language: &str, english: &Messages, own: &Messages) -> Vec<String> {
    let mut found = Vec::new();
    for (key, text) in english {
        match own.get(key) {
            None => found.push(format!("{language} lacks `{key}`")),
            Some(own) if values(own) != values(text) => found.push(format!("{language}: `{key}` has other values than in English")),
            Some(own) if own.is_empty() => found.push(format!("{language}: `{key}` is empty")),
            Some(_) => {}
        }
    }
    found.extend(own.keys().filter(|key| !english.contains_key(*key)).map(|key| format!("{language}: nothing is `{key}` in English")));
    found
}

#[test]
fn every_language_says_what_english_says() {
    let english = folder("en");
    let found: Vec<String> = languages().iter().flat_map(|language| differences(language, &english, &folder(language))).collect();
    assert!(found.is_empty(), "{} found:\n{}", found.len(), found.join("\n"));
}

#[test]
fn every_language_has_the_words_of_the_law() {
    // What English says stands in the law itself: the keys are made from it.
    let table = |path: &str| -> toml::Table { toml::from_str(&fs::read_to_string(root().join("law").join(path)).unwrap()).unwrap() };
    let words = table("words/en.toml");
    let mut keys: BTreeSet<String> = words["group"].as_table().unwrap().keys().map(|name| format!("group-{name}")).collect();
    for name in words["action"].as_table().unwrap().keys() {
        keys.extend(["", ".ask", ".meaning"].map(|part| format!("act-{name}{part}")));
    }
    for (name, reason) in words["reason"].as_table().unwrap() {
        keys.insert(format!("reason-{name}"));
        if reason.get("why").is_some() {
            keys.insert(format!("reason-{name}.why"));
        }
    }
    for (name, fact) in words["fact"].as_table().unwrap() {
        keys.extend(["", ".question", ".why"].map(|part| format!("fact-{name}{part}")));
        for (value, about) in fact.get("value").and_then(toml::Value::as_table).into_iter().flatten() {
            keys.insert(format!("fact-{name}-{value}"));
            if about.get("meaning").and_then(toml::Value::as_str).is_some_and(|meaning| !meaning.is_empty()) {
                keys.insert(format!("fact-{name}-{value}.meaning"));
            }
        }
    }
    for path in ["obligations.toml", "us/il/obligations.toml", "us/il/chicago/obligations.toml"] {
        for (name, about) in table(path) {
            let all = about.as_table().unwrap();
            if all.contains_key("text") {
                keys.insert(format!("duty-{name}"));
            } else {
                keys.extend(all.keys().map(|name| format!("duty-{name}")));
            }
        }
    }
    for (name, kind) in table("us/il/chicago/agencies.toml")["kind"].as_table().unwrap() {
        keys.insert(format!("kind-{name}"));
        if kind.get("note").and_then(toml::Value::as_str).is_some_and(|note| !note.is_empty()) {
            keys.insert(format!("kind-{name}.note"));
        }
    }
    assert!(keys.len() > 700, "{}", keys.len());
    for language in languages() {
        // The words of the paper page are held to its data by the tests of that page.
        let own = read(&root().join(format!("law/words/{language}.ftl"))).into_keys().filter(|key| !key.starts_with("paper-"));
        let own: BTreeSet<String> = own.collect();
        let lacking: Vec<&String> = keys.difference(&own).collect();
        let idle: Vec<&String> = own.difference(&keys).collect();
        assert!(lacking.is_empty() && idle.is_empty(), "{language} lacks {lacking:?} and has {idle:?}, which nothing uses");
    }
}

/// Everything in quotation marks in the sources and templates of the pages.
fn quoted() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut paths: Vec<PathBuf> =
        ["crates/haven/src", "crates/haven/templates", "crates/haven/assets"].map(|path| root().join(path)).into();
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(fs::read_dir(&path).unwrap().map(|file| file.unwrap().path()));
        } else if path.extension().is_some_and(|ending| ["rs", "html", "js"].iter().any(|known| ending == *known)) {
            let text = fs::read_to_string(&path).unwrap();
            found.extend(text.split(['"', '`']).map(str::to_owned));
        }
    }
    found
}

#[test]
fn no_word_is_lacking_and_none_is_idle() {
    let english = folder("en");
    let quoted = quoted();
    // A key that is put together in the code, `tile-{}` or `radio-{kind}`, stands for all that begin so.
    // `of("lawful-do-", word)` does as well.
    let beginnings: Vec<&str> = quoted
        .iter()
        .map(|text| text.split_once('{').map_or(text.as_str(), |(beginning, _)| beginning))
        .filter(|text| text.ends_with('-') && text.len() > 2)
        .collect();
    let idle: Vec<&String> = english
        .keys()
        .filter(|key| !key.contains('.'))
        .filter(|key| !quoted.contains(*key) && !beginnings.iter().any(|beginning| key.starts_with(beginning)))
        .collect();
    assert!(idle.is_empty(), "no page says {idle:?}");
    // What a template asks for by name is there.
    let mut lacking = BTreeSet::new();
    let mut paths = vec![root().join("crates/haven/templates")];
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(fs::read_dir(&path).unwrap().map(|file| file.unwrap().path()));
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for call in ["frame.t(\"", "frame.t1(\""] {
            for key in text.split(call).skip(1).map(|rest| rest.split('"').next().unwrap()) {
                if !english.contains_key(key) {
                    lacking.insert(format!("{}: {key}", path.display()));
                }
            }
        }
    }
    assert!(lacking.is_empty(), "{lacking:?}");
}

#[test]
fn the_counter_has_words_for_all_it_asks() {
    let english = folder("en");
    let counter: toml::Table = toml::from_str(&fs::read_to_string(root().join("law/us/il/chicago/counter.toml")).unwrap()).unwrap();
    let ids = |list: &str| counter[list].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let mut keys: Vec<String> = ids("desk").iter().map(|id| format!("desk-{id}")).collect();
    keys.extend(ids("tile").iter().flat_map(|id| [format!("tile-{id}"), format!("tile-{id}.radio")]));
    for (step, about) in counter["step"].as_table().unwrap() {
        keys.extend([format!("step-{step}"), format!("step-{step}.why")]);
        let choices = about["choice"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|choice| ["facts", "signs"].iter().any(|stated| choice.get(stated).is_some()));
        keys.extend(choices.map(|choice| format!("choice-{step}-{}", choice["id"].as_str().unwrap())));
    }
    for word in ["no", "ask", "must", "yes", "silent", "help"] {
        keys.extend([format!("radio-{word}"), format!("say-{word}")]);
    }
    keys.extend(["radio-no-order", "radio-ask-duty", "radio-silent-duty"].map(str::to_owned));
    // Who works for a sister agency says whom they work for, and never that it is the city.
    let sisters = ["school", "transit", "park", "sister_agency"];
    keys.extend(["no", "yes"].iter().flat_map(|word| sisters.map(|of| format!("say-{word}.{of}"))));
    for sister in sisters {
        for word in ["no", "yes"] {
            assert!(!english[&format!("say-{word}.{sister}")].contains("the city"), "{word} at {sister}");
        }
    }
    let lacking: Vec<&String> = keys.iter().filter(|key| !english.contains_key(*key)).collect();
    assert!(lacking.is_empty(), "{lacking:?}");
    // And none for what it no longer asks.
    let known = ["desk-", "tile-", "step-", "choice-", "radio-", "say-"];
    let own = read(&root().join("words/en/counter.ftl"));
    let idle: Vec<&String> = own
        .keys()
        .filter(|key| known.iter().any(|start| key.starts_with(start)))
        .filter(|key| !keys.contains(key) && *key != "choice-unknown")
        .collect();
    assert!(idle.is_empty(), "{idle:?}");
}
