//! Tables, JSON, YAML, XML and SQL.

use crate::{check, pieces};
use haven_extract::PieceKind::{Column, Description, Name, Question, Sentence};

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
            (Name, "person", ":1: /person"),
            (Name, "visa", ":1: /person/*/visa"),
            (Name, "age", ":1: /person/*/age"),
            (Name, "label", ":1: /label"),
            (Question, "Visa type", ":1: /label"),
            (Name, "n", ":1: /n"),
            (Sentence, "She told us that she overstayed.", ":1: /n"),
            (Column, "age = 7", ":1: /person/*/age"),
            (Column, "visa = F1 | J1", ":1: /person/*/visa"),
        ],
    );
    let two = [(Name, "a", ":1: /a"), (Name, "b", ":3: /b"), (Column, "a = x", ":1: /a"), (Column, "b = y", ":3: /b")];
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
        b"<person status='LPR'>\n<visa>\n F1</visa>\n<!-- asked at intake --><note>Is she\n&quot;legal&quot;?</note></person>",
        &[
            (Name, "person", ":1: /person"),
            (Name, "status", ":1: /person/status"),
            (Name, "visa", ":2: /person/visa"),
            (Sentence, "asked at intake", ":4:2"),
            (Name, "note", ":4: /person/note"),
            (Question, "Is she\n\"legal\"?", ":4: /person/note"),
            (Column, "status = LPR", ":1: /person/status"),
            (Column, "visa = F1", ":3: /person/visa"),
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
            (Description, "Are you a citizen?", ":4:35 person.cit"),
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
            (Description, "How did you enter?", ":2:43 person.status"),
            (Column, "id = 1 | 2", ":: person.id"),
            (Column, "status = documented", ":: person.status"),
        ],
    );
}

#[test]
fn dumps_of_every_dialect_are_read() {
    // SQL Server: names in brackets, batches that end with GO, no semicolon, comments by a procedure.
    check(
        "mssql.sql",
        "CREATE TABLE [dbo].[Case File](\n\t[Alien Number] [nvarchar](20) NULL,\n\tstat varchar(9) CHECK (([stat]='LPR' OR [stat]='USC'))\n)\nGO\n\
         INSERT [dbo].[Case File] ([Alien Number], [stat]) VALUES (N'one', CAST(N'L''R' AS nvarchar(9)))\n\
         INSERT [dbo].[Case File] VALUES (N'C:\\', N'two')\nGO\n\
         EXEC sp_addextendedproperty @name=N'MS_Description', @value=N'Status of the applicant', @level0type=N'SCHEMA',@level0name=N'dbo', \
         @level1type=N'TABLE',@level1name=N'Case File', @level2type=N'COLUMN',@level2name=N'stat'\nGO\n"
            .as_bytes(),
        &[
            (Name, "Case File", ":1:14 Case File"),
            (Name, "Alien Number", ":2:2 Case File.Alien Number"),
            (Name, "stat", ":3:2 Case File.stat"),
            (Description, "Status of the applicant", ":9:61 Case File.stat"),
            (Column, "Alien Number = one | C:\\", ":: Case File.Alien Number"),
            (Column, "stat = LPR | USC | L'R | two", ":: Case File.stat"),
        ],
    );
    // Oracle: quotes of any kind, statements that a slash ends, several rows in one statement.
    check(
        "oracle.sql",
        b"create table emp (id number, note varchar2(99))\n/\ncomment on column hr.emp.note is q'[What the worker's status is]';\n\
          insert all\n into emp (id, note) values (1, q'{it's one}')\n into emp values (2, nq'!two!')\nselect * from dual;\n",
        &[
            (Name, "emp", ":1:14 emp"),
            (Name, "id", ":1:19 emp.id"),
            (Name, "note", ":1:30 emp.note"),
            (Description, "What the worker's status is", ":3:34 emp.note"),
            (Name, "select", ":7:1 select"),
            (Name, "from", ":7:10 from"),
            (Name, "dual", ":7:15 dual"),
            (Column, "id = 1 | 2", ":: emp.id"),
            (Column, "note = it's one | two", ":: emp.note"),
        ],
    );
    // MySQL: what only some versions read, escapes, bytes; rows before the table is known go by their position.
    let mysql = b"/*!40000 ALTER TABLE `p` DISABLE KEYS */;\nINSERT INTO `p` VALUES (1,'it\\'s',0x00112233445566778899,_utf8mb4'a'),(2,NULL,'b;',\"c\")\n\
                  ON DUPLICATE KEY UPDATE a = 1;\nINSERT INTO p SET kind = 'set';\n";
    let (found, outcome) = pieces("mysql.sql", mysql);
    let columns: Vec<_> = found.iter().filter(|piece| piece.kind == Column).map(|piece| (piece.text.as_str(), &piece.values[..])).collect();
    assert_eq!(
        columns,
        [
            ("column 1", &["1".to_owned(), "2".to_owned()][..]),
            ("column 2", &["it's".to_owned()]),
            ("column 3", &["b;".to_owned()]),
            ("column 4", &["a".to_owned(), "c".to_owned()]),
            ("kind", &["set".to_owned()])
        ]
    );
    assert_eq!(outcome.unread.len(), 1, "{:?}", outcome.unread);
    assert_eq!(outcome.unread[0].place.path.as_deref(), Some("p.column 3"));
    assert!(outcome.unread[0].reason.contains("bytes"));
    // PostgreSQL: commands of psql, rows without names, escapes, bodies.
    check(
        "pg.sql",
        b"\\restrict x\nCREATE TABLE a.p (\"visa type\" text, n text);\nCOPY a.p FROM stdin;\nF1\tone\\ttwo\nJ1\t\\N\n\\.\n\
          COPY q (s) FROM stdin WITH (FORMAT csv);\n\"a,\"\"b\"\n\\.\nINSERT INTO q VALUES (E'it\\'s', $$x$$), ('\\\\');\n\
          CREATE FUNCTION f() RETURNS int AS $b$ INSERT INTO q VALUES ('inner'); $b$ LANGUAGE sql;\n",
        &[
            (Name, "p", ":2:14 p"),
            (Name, "visa type", ":2:19 p.visa type"),
            (Name, "n", ":2:37 p.n"),
            (Name, "CREATE", ":11:1 CREATE"),
            (Name, "FUNCTION", ":11:8 FUNCTION"),
            (Name, "f", ":11:17 f"),
            (Name, "RETURNS", ":11:21 RETURNS"),
            (Name, "int", ":11:29 int"),
            (Name, "AS", ":11:33 AS"),
            (Name, "sql", ":11:85 sql"),
            (Column, "n = one\ttwo", ":: p.n"),
            (Column, "visa type = F1 | J1", ":: p.visa type"),
            (Column, "column 1 = it's | \\\\ | inner", ":: q.column 1"),
            (Column, "column 2 = x", ":: q.column 2"),
            (Column, "s = a,\"b", ":: q.s"),
        ],
    );
}

#[test]
fn a_statement_may_be_of_any_length() {
    let mut dump = "CREATE TABLE p (id int, note text);\nINSERT INTO p VALUES (0, 'first')".to_owned();
    for row in 1..600_000 {
        dump.push_str(&format!(",({row},'x')"));
    }
    dump.push_str(&format!(",(1, '{} She has no papers at all.')", "a word ".repeat(100_000)));
    dump.push_str(",(2, 'last');\nCREATE TABLE later (visa text);\n");
    assert!(dump.len() > 8 << 20);
    let (found, outcome) = pieces("dump.sql", dump.as_bytes());
    assert_eq!(outcome.unread, []);
    assert!(found.iter().any(|piece| piece.text.ends_with("She has no papers at all.")), "a text of any length");
    assert!(found.iter().any(|piece| piece.text == "note" && piece.values == ["first", "x", "last"]), "and what comes behind it");
    assert!(found.iter().any(|piece| piece.place.path.as_deref() == Some("later.visa")));
}
