//! Pages and the templates that make them.

use crate::check;
use haven_extract::PieceKind::{Column, Name, Question, Sentence};

#[test]
fn a_form_gives_its_labels_names_choices_and_hints() {
    check(
        "intake.html",
        b"<h1>Intake</h1>\n<p>We help everyone. Is that new?</p>\n<form>\n<label for=\"cit\">Are you a <b>U.S.</b> citizen</label>\n\
          <select name=\"cit\"><option>Yes<option>No</select>\n<input type=radio name=kind value=visa><input type=radio name=kind value=card>\n\
          <textarea name=note placeholder='Date of entry'></textarea>\n<div>Country of birth</div></form>\n<!-- ask her later -->",
        &[
            (Sentence, "Intake", ":1:5"),
            (Sentence, "We help everyone.", ":2:4"),
            (Question, "Is that new?", ":2:4"),
            (Name, "cit", ":4:1"),
            (Question, "Are you a U.S. citizen", ":4:18"),
            (Column, "cit = Yes | No", ":5:1"),
            (Name, "kind", ":6:1"),
            (Name, "note", ":7:1"),
            (Question, "Date of entry", ":7:1"),
            (Question, "Country of birth", ":8:6"),
            (Sentence, "ask her later", ":9:1"),
            (Column, "kind = visa | card", ":6:1"),
        ],
    );
}

#[test]
fn the_tags_of_templates_are_read_as_programs() {
    check(
        "intake.html.erb",
        b"<form>\n<%= f.label :citizen, \"Are you a citizen?\" %>\n<label>{{ t('visa_type') }}</label>\n<?php echo $entry_date; ?></form>",
        &[
            (Name, "label", ":2:7"),
            (Name, "citizen", ":2:14"),
            (Question, "Are you a citizen?", ":2:23"),
            (Name, "visa_type", ":3:13"),
            (Name, "php", ":4:3"),
            (Name, "echo", ":4:7"),
            (Name, "entry_date", ":4:13"),
        ],
    );
}

#[test]
fn scripts_are_programs_and_styles_are_nothing() {
    check(
        "a.html",
        b"<style>p { color: red }</style><script>const usCitizen = \"Enter your visa number\"; // his papers</script><p>Hi there",
        &[
            (Name, "const", ":1:40"),
            (Name, "usCitizen", ":1:46"),
            (Question, "Enter your visa number", ":1:58"),
            (Sentence, "his papers", ":1:1"),
            (Question, "Hi there", ":1:109"),
        ],
    );
}

proptest::proptest! {
    /// Whatever stands in a page or program, reading it ends, and no reader falls over.
    #[test]
    fn no_bytes_stop_a_reader(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400), ending in 0_usize..11) {
        let name = ["a.html", "a.rb", "a.js", "a.php", "a.sql", "a.csv", "a.json", "a.jsonl", "a.yml", "a.xml", "a.txt"][ending];
        crate::pieces(name, &bytes);
    }

    /// The same of what looks more like the formats.
    #[test]
    fn no_text_stops_a_reader(text in "[<>/%{}\"'=a-cB1 \t\n;,.:?|(\\[\\])_☐\\-\\\\&#!éж中]{0,300}", ending in 0_usize..11) {
        let name = ["a.html", "a.rb", "a.js", "a.php", "a.sql", "a.csv", "a.json", "a.jsonl", "a.yml", "a.xml", "a.txt"][ending];
        crate::pieces(name, text.as_bytes());
    }
}
