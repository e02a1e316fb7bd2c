//! What is this paper? The page against the command line, and the walks a person takes.

use crate::web::{attributes, get, submit, word};
use crate::{haven, root};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Stdio;

/// What a result says it is: the class, and the kind that it hands on.
fn found(html: &str) -> Option<(String, String)> {
    let class = html.split("class=\"hv-paper hv-paper-").nth(1)?.split('"').next()?;
    let document = html.split("name=\"fact.document\" value=\"").nth(1)?.split('"').next()?;
    Some((class.to_owned(), document.to_owned()))
}

fn cases() -> Vec<Value> {
    let text = std::fs::read_to_string(root().join("law/papers-cases.yaml")).unwrap();
    serde_norway::from_str::<Vec<Value>>(&text).unwrap()
}

/// What the command line says of papers, one a line.
fn command_line(lines: String) -> Vec<Value> {
    let mut command = haven();
    let command = command.current_dir(std::env::temp_dir()).args(["ask", "paper", "--jsonl"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_page_calls_every_paper_what_the_command_line_calls_it() {
    let cases = cases();
    assert!(cases.len() > 80, "{} cases", cases.len());
    let lines = cases.iter().fold(String::new(), |mut lines, case| {
        let _ = writeln!(lines, "{}", case["paper"]);
        lines
    });
    let said = command_line(lines);
    assert_eq!(said.len(), cases.len());
    for (case, said) in cases.iter().zip(&said) {
        let signs = case["paper"].as_object().unwrap();
        let pairs: Vec<(String, String)> = signs
            .iter()
            .flat_map(|(field, value)| [("step".to_owned(), field.clone()), (format!("sign.{field}"), value.as_str().unwrap().to_owned())])
            .chain([("done".to_owned(), "1".to_owned())])
            .collect();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let page = submit("/paper", &pairs);
        assert_eq!(page.status, 200, "{case}");
        let (class, document) = found(page.text()).unwrap_or_else(|| panic!("no result for {case}"));
        assert_eq!((json!(class), json!(document)), (said["class"].clone(), said["document"].clone()), "{case}");
        let signer = page.text().split("name=\"fact.signer\" value=\"").nth(1).map(|rest| rest.split('"').next().unwrap());
        assert_eq!(signer, said["facts"]["signer"].as_str(), "{case}");
    }
}

/// Answers question after question as a person does: the hidden inputs of each page with one button of it.
fn walk(path: &str, answers: &[&str]) -> (String, usize) {
    let mut page = get(path).text().to_owned();
    for (step, see) in answers.iter().enumerate() {
        if found(&page).is_some() {
            return (page, step);
        }
        let form = page.split("<form method=\"post\"").nth(1).unwrap().split("</form>").next().unwrap().to_owned();
        assert!(form.contains(&format!("name=\"see\" value=\"{see}\"")), "step {step}: no button `{see}` in {form}");
        let hidden: Vec<&str> = form.split("<input type=\"hidden\"").skip(1).map(|rest| rest.split('>').next().unwrap()).collect();
        let mut pairs: Vec<(&str, &str)> =
            hidden.iter().map(|input| (attributes(input, "name")[0], attributes(input, "value")[0])).collect();
        pairs.push(("see", see));
        let next = submit(attributes(&form, "action").first().copied().unwrap_or(path), &pairs);
        assert_eq!(next.status, 200, "step {step}: {see}");
        page = next.text().to_owned();
    }
    (page, answers.len())
}

#[test]
fn a_few_looks_tell_the_papers_that_matter() {
    let table: [(&[&str], &str, &str); 9] = [
        (&["officer", "homeland", "i-200"], "administrative_warrant", "I-200"),
        (&["officer", "homeland", "i-247a"], "detainer", "I-247A"),
        (&["magistrate", "district", "ao-93"], "judicial_warrant", "judicial_search_warrant"),
        (&["magistrate", "district", "unknown", "search"], "judicial_warrant", "judicial_search_warrant"),
        (&["judge", "circuit", "unknown", "arrest"], "judicial_warrant", "judicial_arrest_warrant"),
        (&["screen", "immigration-violator"], "administrative_warrant", "ncic_ivf"),
        (&["screen", "wanted-person"], "judicial_warrant", "ncic_wanted"),
        (&["unknown", "unknown", "i-205"], "administrative_warrant", "I-205"),
        (&["officer", "district"], "cannot_tell", "cannot_tell"),
    ];
    for path in ["/paper", "/es/paper", "/ar/paper"] {
        for (answers, class, document) in table {
            let (page, steps) = walk(path, answers);
            assert_eq!(found(&page), Some((class.to_owned(), document.to_owned())), "{path} {answers:?}");
            assert!(steps <= 4, "{answers:?}: {steps} steps");
        }
    }
}

#[test]
fn who_sees_nothing_is_never_asked_for_ever_and_never_told_yes_or_no() {
    let (page, steps) = walk("/paper", &["unknown"; 20]);
    assert_eq!(found(&page), Some(("cannot_tell".to_owned(), "cannot_tell".to_owned())));
    assert!(steps <= 10, "{steps} questions");
    assert!(page.contains("Do not act on it yet, and do not refuse it."));
}

#[test]
fn a_judges_paper_never_ends_with_a_bare_no() {
    let mut asked = 0;
    let walks: [&[&str]; 5] = [
        &["magistrate", "district", "ao-93"],
        &["judge", "circuit", "unknown", "arrest"],
        &["judge", "district", "unknown", "release"],
        &["screen", "wanted-person"],
        &["judge", "homeland", "unknown", "unknown", "unknown", "unknown", "unknown", "unknown", "unknown", "unknown"],
    ];
    for answers in walks {
        let (page, _) = walk("/paper", answers);
        let leads = page.split("id=\"leads\"").nth(1).unwrap().split("</section>").next().unwrap();
        assert!(!page.contains("hv-answer hv-no"), "{answers:?}");
        for form in leads.split("<form ").skip(1).map(|rest| rest.split("</form>").next().unwrap()) {
            let action = attributes(&format!(" {form}"), "action")[0].to_owned();
            let mut pairs: Vec<(&str, &str)> = attributes(form, "name").into_iter().zip(attributes(form, "value")).collect();
            pairs.push(("agency", "CPD"));
            let answer = submit(&action, &pairs);
            assert_eq!(answer.status, 200, "{action} {pairs:?}");
            assert_ne!(word(answer.text()).0, "no", "{action} {pairs:?}");
            asked += 1;
        }
    }
    assert!(asked >= 15, "{asked} asked");
}

#[test]
fn back_is_the_question_before_and_nothing_is_lost() {
    let carried = [("step", "signer"), ("sign.signature", "present"), ("sign.signer_title", "Judge"), ("step", "top")];
    let back = |carried: &[(&str, &str)]| {
        let pairs: Vec<(&str, &str)> = carried.iter().copied().chain([("back", "1")]).collect();
        submit("/paper", &pairs).text().to_owned()
    };
    let top = back(&carried);
    assert!(top.contains("What stands at the top?") && top.contains("name=\"sign.signer_title\" value=\"Judge\""));
    let first = back(&carried[..3]);
    assert_eq!(first, get("/paper").text(), "the first question is as it was");
    assert_eq!(back(&[]), get("/paper").text());
}

#[test]
fn what_nobody_can_mean_is_refused_without_repeating_it() {
    let secret = "Juan Perez Garcia";
    let long = "x".repeat(3000);
    let table: [&[(&str, &str)]; 6] = [
        &[("step", secret), ("done", "1")],
        &[("step", "signer"), (&format!("sign.{secret}"), "x"), ("done", "1")],
        &[("at", secret), ("see", "judge")],
        &[("at", "ncic_file"), ("see", secret)],
        &[("at", "date"), ("see", "typed"), ("typed", secret)],
        &[("at", "heading"), ("see", "typed"), ("typed", &long)],
    ];
    for pairs in table {
        let page = submit("/paper", pairs);
        assert_eq!(page.status, 400, "{:?}", pairs.first());
        assert!(!page.text().contains(secret) && !page.text().contains(&long), "{:?}", pairs.first());
    }
}

#[test]
fn every_language_has_the_words_of_the_signs_and_of_the_pictures() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let signs: toml::Table = toml::from_str(&read("law/papers.toml")).unwrap();
    let plan: toml::Table = toml::from_str(&read("law/paper-page.toml")).unwrap();
    let name = |value: &toml::Value, key: &str| value[key].as_str().unwrap().to_owned();
    let steps = plan["step"].as_array().unwrap();
    let mut law = std::collections::BTreeSet::new();
    for field in signs["indicator"].as_array().unwrap() {
        law.insert(format!("paper-field-{}", name(field, "name")));
        // A field with pictures has its words with them.
        let drawn = steps.iter().any(|step| name(step, "id") == name(field, "name"));
        let options = field.get("options").and_then(toml::Value::as_array).into_iter().flatten().filter(|_| !drawn);
        law.extend(options.map(|option| format!("paper-option-{}-{}", name(field, "name"), name(option, "value"))));
    }
    law.extend(signs["check"].as_array().unwrap().iter().map(|check| format!("paper-check-{}", name(check, "id"))));
    let mut page: std::collections::BTreeSet<String> = std::collections::BTreeSet::new();
    for step in steps {
        let id = name(step, "id");
        if step.get("first").is_some() {
            page.extend([format!("paper-ask-{id}"), format!("paper-why-{id}")]);
        }
        for choice in step["choice"].as_array().unwrap() {
            page.extend(["see", "alt"].map(|kind| format!("paper-{kind}-{id}-{}", name(choice, "id"))));
        }
    }
    page.extend(plan["leads"].as_table().unwrap().keys().flat_map(|class| [format!("paper-is-{class}"), format!("paper-not-{class}")]));
    let keys = |path: &str, starts: &[&str]| -> std::collections::BTreeSet<String> {
        let text = read(path);
        let own = text.lines().filter_map(|line| Some(line.split_once(" = ")?.0.to_owned()));
        own.filter(|key| starts.iter().any(|start| key.starts_with(start))).collect()
    };
    for language in ["es", "pl", "zh", "ar"] {
        assert_eq!(keys(&format!("law/words/{language}.ftl"), &["paper-"]), law, "{language}");
    }
    for language in ["en", "es", "pl", "zh", "ar"] {
        let starts = ["paper-ask-", "paper-why-", "paper-see-", "paper-alt-", "paper-is-", "paper-not-"];
        assert_eq!(keys(&format!("words/{language}/paper.ftl"), &starts), page, "{language}");
    }
}
