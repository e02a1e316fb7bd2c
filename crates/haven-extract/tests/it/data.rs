//! Tables, JSON, YAML, XML and SQL.

use crate::{check, pieces};
use haven_extract::PieceKind::{Column, Name, Question, Sentence};

#[test]
fn a_table_gives_its_head_its_values_and_its_notes() {
    check(
        "people.csv",
        "id,cit_stat,note\n1,USC,\"He said that he has\nno papers at all.\"\n2,LPR,\n3,USC,x\n".as_bytes(),
        &[
            (Name, "id", ":1:1 id"),
            (Name, "cit_stat", ":1:2 cit_stat"),
            (Name, "note", ":1:3 note"),
            (Sentence, "He said that he has\nno papers at all.", ":2: note"),
            (Column, "id = 1 | 2 | 3", "::1 id"),
            (Column, "cit_stat = USC | LPR", "::2 cit_stat"),
            (Column, "note = x", "::3 note"),
        ],
    );
    check("a.csv", b"a;b\n1;2\n", &[(Name, "a", ":1:1 a"), (Name, "b", ":1:2 b"), (Column, "a = 1", "::1 a"), (Column, "b = 2", "::2 b")]);
}

#[test]
fn a_dictionary_of_data_lists_names() {
    check(
        "dictionary.tsv",
        b"column\ttype\nbirth_country\ttext\nusCitizen\tflag\n",
        &[
            (Name, "column", ":1:1 column"),
            (Name, "type", ":1:2 type"),
            (Name, "birth_country", ":2: birth_country"),
            (Name, "usCitizen", ":3: usCitizen"),
            (Column, "type = text | flag", "::2 type"),
        ],
    );
}

#[test]
fn keys_are_names_and_strings_are_their_values() {
    check(
        "form.json",
        br#"{"person": [{"visa": "F1", "age": 7}, {"visa": "J1"}], "label": "Visa type", "n": "She told us that she overstayed."}"#,
        &[
            (Name, "person", ":: /person"),
            (Name, "visa", ":: /person/*/visa"),
            (Name, "age", ":: /person/*/age"),
            (Name, "label", ":: /label"),
            (Question, "Visa type", ":: /label"),
            (Name, "n", ":: /n"),
            (Sentence, "She told us that she overstayed.", ":: /n"),
            (Column, "age = 7", ":: /person/*/age"),
            (Column, "visa = F1 | J1", ":: /person/*/visa"),
        ],
    );
    let two = [(Name, "a", ":1: /a"), (Name, "b", ":3: /b"), (Column, "a = x", ":: /a"), (Column, "b = y", ":: /b")];
    let (_, outcome) = pieces("a.jsonl", b"{\"a\":\"x\"}\n{broken\n{\"b\":\"y\"}\n");
    assert_eq!(outcome.unread[0].place.line, Some(2));
    check("a.jsonl", b"{\"a\":\"x\"}\n{broken\n{\"b\":\"y\"}\n", &two);
    check(
        "en.yml",
        b"en:\n  are_you: Are you a citizen?\n  kinds: [one, two]\n",
        &[
            (Name, "en", ":: /en"),
            (Name, "are_you", ":: /en/are_you"),
            (Question, "Are you a citizen?", ":: /en/are_you"),
            (Name, "kinds", ":: /en/kinds"),
            (Column, "kinds = one | two", ":: /en/kinds/*"),
        ],
    );
    check(
        "a.xml",
        b"<person status='LPR'><visa>F1</visa><!-- asked at intake --></person>",
        &[
            (Name, "person", ":: /person"),
            (Name, "status", ":: /person/status"),
            (Name, "visa", ":: /person/visa"),
            (Sentence, "asked at intake", ":1:2"),
            (Column, "status = LPR", ":: /person/status"),
            (Column, "visa = F1", ":: /person/visa"),
        ],
    );
}

#[test]
fn a_dump_gives_tables_comments_choices_and_rows() {
    check(
        "city.sql",
        b"-- people we met\nCREATE TABLE `person` (\n  `id` int NOT NULL,\n  `cit` enum('USC','LPR') COMMENT 'Are you a citizen?',\n  PRIMARY KEY (`id`)\n);\n\
          INSERT INTO `person` VALUES (1,'USC'),(2,'LPR; it''s old');\n",
        &[
            (Sentence, "people we met", ":1:1"),
            (Name, "person", ":2:14 person"),
            (Name, "id", ":3:3 person.id"),
            (Name, "cit", ":4:3 person.cit"),
            (Column, "cit = USC | LPR", ":4:9 person.cit"),
            (Question, "Are you a citizen?", ":4:35 person.cit"),
            (Column, "cit = USC | LPR; it's old", ":: person.cit"),
            (Column, "id = 1 | 2", ":: person.id"),
        ],
    );
    check(
        "pg.sql",
        b"CREATE TABLE public.person (id int, status text CHECK (status IN ('documented', 'undocumented')));\n\
          COMMENT ON COLUMN public.person.status IS 'How did you enter?';\nCOPY public.person (id, status) FROM stdin;\n1\tdocumented\n2\t\\N\n\\.\n",
        &[
            (Name, "person", ":1:14 person"),
            (Name, "id", ":1:29 person.id"),
            (Name, "status", ":1:37 person.status"),
            (Column, "status = documented | undocumented", ":1:63 person.status"),
            (Question, "How did you enter?", ":2:43 status"),
            (Column, "id = 1 | 2", ":: person.id"),
            (Column, "status = documented", ":: person.status"),
        ],
    );
}
