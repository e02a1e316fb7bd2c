//! Packs that are wrong say where and how; none of it passes unsaid.

use haven_detect::{Detector, Source};

/// The errors of packs of these files, each as it is printed.
fn errors(files: &[(&str, &str)]) -> Vec<String> {
    let sources: Vec<Source> = files.iter().map(|(path, text)| Source { path: (*path).to_owned(), text: (*text).to_owned() }).collect();
    Detector::new(&sources).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

const ENTRY: &str = r#"
[[entry]]
id = "en-a"
category = "status"
means = "a"
text = ["{us} citizen"]
hits = ["question: Are you a US citizen?"]
"#;

#[test]
fn a_broken_pack_says_what_is_wrong() {
    let sets = "[sets]\nus = [\"US\"]\n";
    let check = |files: &[(&str, &str)], expected: &str| {
        let found = errors(files);
        assert_eq!(found, if expected.is_empty() { vec![] } else { vec![expected.to_owned()] }, "{files:?}");
    };
    let with = |change: &[(&str, &str)]| change.iter().fold(format!("{sets}{ENTRY}"), |text, (from, to)| text.replace(from, to));
    check(&[("en/a.toml", &with(&[]))], "");
    check(&[("en/a.toml", &with(&[])), ("es/a.toml", sets)], "");
    check(
        &[("en/a.toml", &with(&[])), ("en/b.toml", sets)],
        "phrases/en/b.toml: sets: expected each name once in a folder, found `us`, which stands in phrases/en/a.toml as well",
    );
    for (change, expected) in [
        (
            [("{us} citizen", "(US, USA) citizen")],
            "phrases/en/a.toml: en-a: text: `(US, USA) citizen`: `(US, USA)`: expected words between `|`, or nothing where they may be \
             missing, found the signs of `US, USA`",
        ),
        (
            [("{us} citizen", "citizen (or|，) national")],
            "phrases/en/a.toml: en-a: text: `citizen (or|，) national`: `(or|，)`: expected words between `|`, or nothing where they may be \
             missing, found the signs of `，`",
        ),
        ([("{us} citizen", "{they} citizen")], "phrases/en/a.toml: en-a: text: `{they} citizen`: no set is named `they`"),
        (
            [("question: Are", "question prxy: Are")],
            "phrases/en/a.toml: en-a: hits: `question prxy: Are you a US citizen?`: expected one of asks, states, status, proxy, none, found \
             `prxy`",
        ),
        (
            [("question: Are", "question asks none: Are")],
            "phrases/en/a.toml: en-a: hits: `question asks none: Are you a US citizen?`: expected a kind and at most one label before `:`, \
             found `none`",
        ),
        (
            [("question: Are you a US citizen?", "value: status, USC")],
            "phrases/en/a.toml: en-a: hits: `value: status, USC`: expected a column and its cells, `column = cell | cell`, found no `=`",
        ),
    ] {
        check(&[("en/a.toml", &with(&change))], expected);
    }
    check(
        &[("und/identifiers.toml", "[identifier.passport]\nnear = [\"passport\"]")],
        &format!(
            "phrases/und/identifiers.toml: passport: expected a kind of identifier ({}), found `passport`",
            haven_detect::identifier::KINDS.join(", ")
        ),
    );
    check(
        &[("und/identifiers.toml", "\n[identifier.itin]\nnere = [\"itin\"]")],
        "phrases/und/identifiers.toml: line 3: unknown field `nere`, expected one of `means`, `near`, `name`, `not`, `symbols`",
    );
    check(
        &[("und/identifiers.toml", "[identifier.itin]\nname = [\"itin (no,num)\"]")],
        "phrases/und/identifiers.toml: itin: `itin (no,num)`: `(no,num)`: expected words between `|`, or nothing where they may be missing, \
         found the signs of `no,num`",
    );
}

#[test]
fn two_languages_may_shorten_alike() {
    let pack = |lang: &str, long: &str, word: &str| Source {
        path: format!("{lang}/a.toml"),
        text: format!(
            "[names]\nabbreviations = {{ imigr = \"{long}\" }}\n[[entry]]\nid = \"{lang}-a\"\ncategory = \"status\"\nmeans = \"a\"\nfield = \
             [\"{long} {word}\"]\nhits = [\"field: imigr_{word}\"]\n"
        ),
    };
    let detector = Detector::new(&[pack("en", "immigration", "status"), pack("pl", "imigracyjny", "kod")]).unwrap();
    for (name, rule) in [("imigr_status", "en-a"), ("imigr_kod", "pl-a")] {
        let rules: Vec<String> = detector.field(name, None).spans.into_iter().map(|span| span.rule).collect();
        assert_eq!(rules, [rule], "{name}");
    }
}

#[test]
fn what_silences_an_entry_does_so_in_a_gap_too() {
    let text = r#"
[[entry]]
id = "en-a"
category = "status"
means = "a"
text = ["when .. come to this country"]
unless = ["package", "come back"]
hits = ["question: When did you come to this country?"]
"#;
    let detector = Detector::new(&[Source { path: "en/a.toml".to_owned(), text: text.to_owned() }]).unwrap();
    for (question, label) in [
        ("When did you first come to this country?", "asks"),
        ("When did the package come to this country?", "none"),
        ("When did you come to this country with the package?", "none"),
    ] {
        assert_eq!(detector.question(question).label, label, "{question}");
        assert_eq!(detector.hits_in(question), detector.hits_in_folded(question), "{question}");
    }
}

#[test]
fn of_a_list_of_papers_one_counts_where_the_entry_names_the_column() {
    let text = r#"
[[entry]]
id = "en-a"
category = "status"
means = "a"
value = ["green card"]
column = ["doc type"]
hits = ["value: doc_type = Green card | Passport"]
"#;
    let detector = Detector::new(&[Source { path: "en/a.toml".to_owned(), text: text.to_owned() }]).unwrap();
    let mut cells = vec!["other"; 9];
    cells.push("green card");
    assert_eq!(detector.value("doc_type", &cells).label, "status");
    assert_eq!(detector.value("kind", &cells).label, "none");
    assert_eq!(detector.value("doc_type", &[cells.as_slice(), &["other"]].concat()).label, "none");
}

#[test]
fn two_letters_cut_a_name_only_where_a_pack_lists_them_as_a_word() {
    let pack = |words: &str| {
        let text = format!(
            r#"
[names]
words = [{words}]

[[entry]]
id = "en-a"
category = "proxy"
means = "a"
field = ["st orange", "birth orange"]
hits = ["field: st_orange"]
"#
        );
        Detector::new(&[Source { path: "en/a.toml".to_owned(), text }]).unwrap()
    };
    assert_eq!(pack("").field("birthorange", None).label, "proxy");
    assert_eq!(pack("").field("storange", None).label, "none");
    assert_eq!(pack("\"st\"").field("storange", None).label, "proxy");
}
