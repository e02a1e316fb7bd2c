//! Databases to pieces: SQLite files made here, PostgreSQL and MariaDB servers of the test's own.

use crate::servers::{self, Server};
use haven_extract::{Piece, PieceKind, Rows, Unread};
use haven_scan::source::database::{Connection, Credentials, Options, Summary, database};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// What was read of a database.
struct Seen {
    pieces: Vec<Piece>,
    unread: Vec<Unread>,
    summary: Summary,
}

impl Seen {
    /// Pieces on one line each, without the schema; of a kind, and where one is given, of a place.
    fn lines(&self, kind: PieceKind, place: &str) -> Vec<String> {
        let wanted = |piece: &&Piece| piece.kind == kind && (place.is_empty() || inside(piece.place.path.as_deref()) == place);
        self.pieces.iter().filter(wanted).map(line).collect()
    }

    /// What could not be read, on one line each, without the schema.
    fn unread(&self) -> Vec<String> {
        self.unread.iter().map(|unread| format!("{}: {}", inside(unread.place.path.as_deref()), unread.reason)).collect()
    }
}

/// A path behind its schema.
fn inside(path: Option<&str>) -> &str {
    path.and_then(|path| path.split_once('.')).map_or("", |(_, rest)| rest)
}

fn line(piece: &Piece) -> String {
    assert_eq!((piece.place.line, piece.place.column, piece.place.page), (None, None, None), "{piece:?}");
    let values = if piece.kind == PieceKind::Column { format!(" [{}]", piece.values.join("|")) } else { String::new() };
    format!("{} = {}{values} ({})", inside(piece.place.path.as_deref()), piece.text, piece.context)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn read_with(url: &str, credentials: Credentials, options: &Options) -> Seen {
    let connection = Connection::new(url, credentials);
    let options = *options;
    // As a task of its own, which only what may move between threads can be.
    let task = async move {
        let mut pieces = Vec::new();
        let (unread, summary) = database(&connection, &options, &mut |piece| pieces.push(piece)).await;
        Seen { pieces, unread, summary }
    };
    let runtime = runtime();
    runtime.block_on(runtime.spawn(task)).unwrap()
}

fn read(url: &str) -> Seen {
    read_with(url, Credentials::default(), &Options::default())
}

/// Runs statements on a database.
fn run(url: &str, sql: &str) {
    macro_rules! on {
        ($options:ty, $url:expr) => {{
            let mut connection = <$options>::from_str($url).unwrap().connect().await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        }};
    }
    runtime().block_on(async {
        match url.split(':').next().unwrap() {
            "postgres" => on!(sqlx::postgres::PgConnectOptions, url),
            "mysql" => on!(sqlx::mysql::MySqlConnectOptions, url),
            _ => on!(sqlx::sqlite::SqliteConnectOptions, &format!("{url}?mode=rwc")),
        }
    });
}

pub(crate) fn postgres(sql: &str) -> String {
    let url = servers::fresh();
    run(&url, sql);
    url
}

pub(crate) fn mariadb(sql: &str) -> String {
    static SHARED: OnceLock<Mutex<Server>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| Mutex::new(servers::start_kind("mariadb", &[])));
    let url = shared.lock().unwrap_or_else(PoisonError::into_inner).database();
    run(&url, sql);
    url
}

pub(crate) fn sqlite(folder: &Path, sql: &str) -> String {
    let url = format!("sqlite:{}", folder.join("city.db").display());
    run(&url, sql);
    url
}

/// The address for another user of the same server.
fn as_user(url: &str, user: &str) -> String {
    url.replace("//haven@", &format!("//{user}@"))
}

const POSTGRES_CITY: &str = "
    CREATE TABLE status_kind (id integer PRIMARY KEY, label varchar(40) NOT NULL);
    COMMENT ON TABLE status_kind IS 'What the clerk may choose';
    CREATE TABLE person (
        id integer PRIMARY KEY,
        immigration_status varchar(40) CHECK (immigration_status IN ('citizen', 'refugee', 'it''s open')),
        born_in varchar(40),
        status_id integer REFERENCES status_kind (id),
        alien_no bigint,
        channel varchar(20) DEFAULT 'walk-in',
        notes text,
        scan bytea,
        visited_on date
    );
    COMMENT ON TABLE person IS 'People we served';
    COMMENT ON COLUMN person.born_in IS 'Country of birth. Where were they born?';
    CREATE VIEW served AS SELECT id, born_in FROM person;";

const MARIADB_CITY: &str = "
    CREATE TABLE status_kind (id integer PRIMARY KEY, label varchar(40) NOT NULL) COMMENT 'What the clerk may choose';
    CREATE TABLE person (
        id integer PRIMARY KEY,
        immigration_status varchar(40) CHECK (immigration_status IN ('citizen', 'refugee', 'it''s open')),
        born_in varchar(40) COMMENT 'Country of birth. Where were they born?',
        status_id integer,
        alien_no bigint,
        channel varchar(20) DEFAULT 'walk-in',
        notes text,
        scan blob,
        visited_on date,
        FOREIGN KEY (status_id) REFERENCES status_kind (id)
    ) COMMENT 'People we served';
    CREATE VIEW served AS SELECT id, born_in FROM person;";

const SQLITE_CITY: &str = "
    CREATE TABLE status_kind ( -- What the clerk may choose
        id integer PRIMARY KEY, label varchar(40) NOT NULL);
    CREATE TABLE person ( /* People we served */
        id integer PRIMARY KEY,
        immigration_status varchar(40) CHECK (immigration_status IN ('citizen', 'refugee', 'it''s open')),
        -- Country of birth. Where were they born?
        born_in varchar(40),
        status_id integer REFERENCES status_kind (id),
        alien_no bigint,
        [channel] varchar(20) DEFAULT 'walk-in',
        notes text,
        scan blob,
        visited_on date
    );
    CREATE VIEW served AS SELECT id, born_in FROM person;";

const ROWS: &str = "
    INSERT INTO status_kind VALUES (1, 'lawful permanent resident'), (2, 'asylee'), (3, 'never used');
    INSERT INTO person (id, immigration_status, born_in, status_id, alien_no, notes, visited_on) VALUES
        (1, 'refugee', 'Poland', 2, 123456789, 'She said that she came as a refugee and has no papers yet. Called twice.', '2025-01-02'),
        (2, 'citizen', 'Polska 波兰', 1, 223456789, 'Asked for help with a form that the county had sent to his old address.', '2025-01-03'),
        (3, 'refugee', 'poland', 1, NULL, '', NULL),
        (4, NULL, 'Poland', NULL, NULL, NULL, NULL);";

#[test]
fn the_same_schema_and_rows_give_the_same_pieces_in_each_database() {
    let folder = tempfile::tempdir().unwrap();
    let city = |schema: &str| format!("{schema}{ROWS}");
    let databases = [
        ("sqlite", sqlite(folder.path(), &city(SQLITE_CITY))),
        ("postgresql", postgres(&city(POSTGRES_CITY))),
        ("mysql", mariadb(&city(MARIADB_CITY))),
    ];
    for (format, url) in databases {
        let seen = read(&url);
        assert_eq!(seen.unread(), Vec::<String>::new(), "{format}");
        // Each prints the definition of a view in its own words.
        let of_view = |line: &String| line.starts_with(" =") || line.starts_with("served =") || line.starts_with("served!");
        let names: Vec<String> = seen.lines(PieceKind::Name, "").into_iter().filter(|line| !of_view(line)).collect();
        assert_eq!(
            names,
            [
                "person = person (People we served)",
                "person.id = id (person; People we served)",
                "person.immigration_status = immigration_status (person; People we served)",
                "person.born_in = born_in (person; People we served; Country of birth. Where were they born?)",
                "person.status_id = status_id (person; People we served)",
                "person.alien_no = alien_no (person; People we served)",
                "person.channel = channel (person; People we served)",
                "person.notes = notes (person; People we served)",
                "person.scan = scan (person; People we served)",
                "person.visited_on = visited_on (person; People we served)",
                "served.id = id (served)",
                "served.born_in = born_in (served)",
                "status_kind = status_kind (What the clerk may choose)",
                "status_kind.id = id (status_kind; What the clerk may choose)",
                "status_kind.label = label (status_kind; What the clerk may choose)",
            ],
            "{format}"
        );
        assert!(seen.lines(PieceKind::Name, "served").contains(&"served = served ()".to_owned()), "{format}");
        let person = "(person; People we served)";
        assert_eq!(
            seen.lines(PieceKind::Column, ""),
            [
                // What the schema names.
                format!("person.immigration_status = immigration_status [citizen|refugee|it's open] {person}"),
                format!("person.channel = channel [walk-in] {person}"),
                // What the rows hold.
                format!("person.id = id [1|2|3|4] {person}"),
                format!("person.immigration_status = immigration_status [refugee|citizen] {person}"),
                format!("person.born_in = born_in [Poland|Polska 波兰|poland] {person}"),
                "person.status_id = status_id [lawful permanent resident|asylee] (person; People we served; as status_kind.label says)"
                    .to_owned(),
                format!("person.alien_no = alien_no [123456789|223456789] {person}"),
                format!("person.channel = channel [walk-in] {person}"),
                "served.id = id [1|2|3|4] (served)".to_owned(),
                "served.born_in = born_in [Poland|Polska 波兰|poland] (served)".to_owned(),
                "status_kind.id = id [1|2|3] (status_kind; What the clerk may choose)".to_owned(),
                "status_kind.label = label [asylee|lawful permanent resident|never used] (status_kind; What the clerk may choose)"
                    .to_owned(),
            ],
            "{format}"
        );
        let described = ["person.born_in = Country of birth. (person)", "person.born_in = Where were they born? (person)"];
        assert_eq!(seen.lines(PieceKind::Description, "person.born_in"), described, "{format}");
        assert_eq!(seen.lines(PieceKind::Description, "person"), ["person = People we served (person)"], "{format}");
        assert_eq!(
            seen.lines(PieceKind::Sentence, "person.notes"),
            [
                format!("person.notes = She said that she came as a refugee and has no papers yet. {person}"),
                format!("person.notes = Called twice. {person}"),
                format!("person.notes = Asked for help with a form that the county had sent to his old address. {person}"),
            ],
            "{format}"
        );
        assert!(
            seen.pieces
                .iter()
                .any(|piece| inside(piece.place.path.as_deref()).starts_with("served") && piece.text.to_lowercase().contains("person")),
            "{format}"
        );
        assert_eq!((seen.summary.format, seen.summary.tables, seen.summary.columns, seen.summary.rows), (format, 3, 13, 4 + 4 + 3));
        let status = seen.summary.looked_at.iter().find(|looked| looked.path.ends_with("person.immigration_status")).unwrap();
        assert_eq!((status.rows, status.filled), (4, 3), "{format}");
        let counted = |piece: &&Piece| piece.rows.is_some() && piece.place.path == Some(status.path.clone());
        let counted: Vec<&Rows> = seen.pieces.iter().filter(counted).filter_map(|piece| piece.rows.as_ref()).collect();
        assert_eq!(counted, [&Rows { holding: vec![2, 1], looked_at: 4, is_sample: false }], "{format}");
    }
}

#[test]
fn kinds_of_columns_that_only_one_database_has() {
    let url = postgres(
        "CREATE SCHEMA clinic; COMMENT ON SCHEMA clinic IS 'Do patients have papers?';
         CREATE TYPE standing AS ENUM ('documented', 'undocumented');
         CREATE DOMAIN entry AS text CHECK (VALUE IN ('EWI', 'parole'));
         CREATE TABLE clinic.\"Odd \"\"table\" (standing standing, entries entry, standings standing[], tags text[], data jsonb, scan bytea,
             height float8, form varchar(9) CHECK (form ~ '^I-[0-9]+$' OR form = 'none'), made text DEFAULT lower('NOT ME'));
         INSERT INTO clinic.\"Odd \"\"table\" VALUES ('undocumented', 'EWI', '{documented,undocumented}', '{a,b}', '{\"visa\": \"H-1B\"}', '\\x25504446', 1.5, 'I-94', NULL);
         CREATE TABLE clinic.part (at date, place text) PARTITION BY RANGE (at);
         CREATE TABLE clinic.part_2025 PARTITION OF clinic.part FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
         INSERT INTO clinic.part VALUES ('2025-02-02', 'north');
         CREATE MATERIALIZED VIEW clinic.seen AS SELECT place FROM clinic.part;",
    );
    let seen = read(&url);
    let table = "(Odd \"table)";
    // What documents in cells hold is known by its place.
    let columns = |seen: &Seen| seen.lines(PieceKind::Column, "").into_iter().filter(|line| !line.contains('!')).collect::<Vec<_>>();
    assert_eq!(
        columns(&seen),
        [
            format!("Odd \"table.standing = standing [documented|undocumented] {table}"),
            format!("Odd \"table.entries = entries [EWI|parole] {table}"),
            format!("Odd \"table.standings = standings [documented|undocumented] {table}"),
            format!("Odd \"table.form = form [none] {table}"),
            format!("Odd \"table.standing = standing [undocumented] {table}"),
            format!("Odd \"table.entries = entries [EWI] {table}"),
            format!("Odd \"table.standings = standings [documented|undocumented] {table}"),
            format!("Odd \"table.tags = tags [a|b] {table}"),
            format!("Odd \"table.form = form [I-94] {table}"),
            "part.place = place [north] (part)".to_owned(),
            "seen.place = place [north] (seen)".to_owned(),
        ]
    );
    assert!(
        seen.pieces.iter().any(|piece| inside(piece.place.path.as_deref()).starts_with("Odd \"table.data") && piece.text.contains("visa"))
    );
    assert_eq!(seen.unread(), ["Odd \"table.scan: it holds bytes, which are not read"]);
    let question = seen.pieces.iter().find(|piece| piece.kind == PieceKind::Description).unwrap();
    assert_eq!((question.place.path.as_deref(), question.text.as_str()), (Some("clinic"), "Do patients have papers?"));

    let url = mariadb(
        "CREATE TABLE `odd ``table` (standing enum('documented', 'it''s open') DEFAULT 'it''s open', kinds set('visa', 'parole'), flag tinyint(1), code tinyint, data json);
         INSERT INTO `odd ``table` VALUES ('documented', 'visa,parole', 1, 7, '{\"visa\": \"H-1B\"}');",
    );
    let seen = read(&url);
    assert_eq!(
        columns(&seen),
        [
            "odd `table.standing = standing [documented|it's open] (odd `table)",
            "odd `table.kinds = kinds [visa|parole] (odd `table)",
            "odd `table.standing = standing [documented] (odd `table)",
            "odd `table.kinds = kinds [visa,parole] (odd `table)",
            "odd `table.code = code [7] (odd `table)",
        ]
    );
    assert!(
        seen.pieces.iter().any(|piece| inside(piece.place.path.as_deref()).starts_with("odd `table.data") && piece.text.contains("visa"))
    );
    assert_eq!(seen.unread(), Vec::<String>::new());
}

#[test]
fn what_may_not_be_read_or_takes_too_long_is_said_by_name_and_the_rest_goes_on() {
    let options = Options { statement_timeout: Duration::from_secs(1), ..Options::default() };
    let folder = tempfile::tempdir().unwrap();
    let begin = Instant::now();

    let endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS status FROM n WHERE x < 0";
    let url = sqlite(
        folder.path(),
        &format!(
            "CREATE TABLE first (a text, b text); INSERT INTO first VALUES ('one', 'two');
             CREATE VIEW endless AS {endless}; CREATE VIEW broken AS SELECT gone FROM first; CREATE TABLE zlast (a text); INSERT INTO zlast VALUES ('three');"
        ),
    );
    let seen = read_with(&url, Credentials::default(), &options);
    assert_eq!(
        seen.unread(),
        ["broken: its columns: SQLite refused with error 1", "endless: it took longer than the 1 s that a statement may take"]
    );
    assert_eq!(
        seen.lines(PieceKind::Column, ""),
        ["first.a = a [one] (first)", "first.b = b [two] (first)", "zlast.a = a [three] (zlast)"]
    );

    let url = postgres(
        "DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN;
         CREATE TABLE first (a text, hidden text); INSERT INTO first VALUES ('one', 'two'); GRANT SELECT (a) ON first TO reader;
         CREATE TABLE closed (a text, b integer UNIQUE);
         CREATE TABLE coded (code integer REFERENCES closed (b), other text); GRANT SELECT ON coded TO reader;
         INSERT INTO closed VALUES ('x', 5); INSERT INTO coded VALUES (5, 'y');
         CREATE TABLE ruled (owner text); INSERT INTO ruled VALUES ('reader'), ('other'); ALTER TABLE ruled ENABLE ROW LEVEL SECURITY;
         CREATE POLICY own ON ruled USING (owner = current_user); GRANT SELECT ON ruled TO reader;
         CREATE VIEW slow AS SELECT pg_sleep(60)::text AS a, 'x'::text AS b; GRANT SELECT ON slow TO reader;
         CREATE TABLE written (a text); GRANT ALL ON written TO reader;
         CREATE FUNCTION write() RETURNS text LANGUAGE sql AS 'INSERT INTO written VALUES (''x'') RETURNING a';
         CREATE VIEW writes AS SELECT write() AS a; GRANT SELECT ON writes TO reader;
         CREATE TABLE zlast (a text); INSERT INTO zlast VALUES ('three'); GRANT SELECT ON zlast TO reader;",
    );
    let seen = read_with(&as_user(&url, "reader"), Credentials::default(), &options);
    assert_eq!(
        seen.unread(),
        [
            "closed: permission denied",
            "coded.code: what its values mean, in `public.closed`: permission denied",
            "first.hidden: permission denied",
            "ruled: row security hides rows from this user; only the others were looked at",
            "slow: it took longer than the 1 s that a statement may take",
            "writes: the server refused, SQLSTATE 25006",
        ]
    );
    assert_eq!(
        seen.lines(PieceKind::Column, ""),
        [
            "coded.code = code [5] (coded)",
            "coded.other = other [y] (coded)",
            "first.a = a [one] (first)",
            "ruled.owner = owner [reader] (ruled)",
            "zlast.a = a [three] (zlast)"
        ]
    );
    assert!(seen.lines(PieceKind::Name, "").contains(&"closed.b = b (closed)".to_owned()), "names are read all the same");
    assert_eq!(read(&url).lines(PieceKind::Column, "written.a"), Vec::<String>::new(), "nothing was written");

    let url = mariadb(
        "CREATE TABLE first (a text, hidden text); INSERT INTO first VALUES ('one', 'two');
         CREATE TABLE closed (a text, b integer);
         CREATE VIEW slow AS SELECT concat(sleep(60)) AS a, 'x' AS b;
         CREATE TABLE zlast (a text); INSERT INTO zlast VALUES ('three');",
    );
    let name = url.rsplit('/').next().unwrap();
    run(
        &url,
        &format!(
            "CREATE USER reader@127.0.0.1; GRANT SELECT (a), INSERT (hidden) ON {name}.first TO reader@127.0.0.1; GRANT INSERT ON {name}.closed TO reader@127.0.0.1;
             GRANT SELECT ON {name}.slow TO reader@127.0.0.1; GRANT SELECT ON {name}.zlast TO reader@127.0.0.1;"
        ),
    );
    let seen = read_with(&as_user(&url, "reader"), Credentials::default(), &options);
    assert_eq!(
        seen.unread(),
        ["closed: permission denied", "first.hidden: permission denied", "slow: it took longer than the 1 s that a statement may take"]
    );
    assert_eq!(seen.lines(PieceKind::Column, ""), ["first.a = a [one] (first)", "zlast.a = a [three] (zlast)"]);
    assert!(begin.elapsed() < Duration::from_secs(50), "none of them was waited for");
}

#[test]
fn a_server_that_goes_away_leaves_its_tables_unread() {
    let mut server = servers::start_with(&["fsync=off"]);
    let url = server.database();
    run(
        &url,
        "CREATE TABLE a (x text); INSERT INTO a VALUES ('one');
         CREATE TABLE b (x text); INSERT INTO b VALUES ('two'); CREATE TABLE c (x text); INSERT INTO c VALUES ('three');",
    );
    let connection = Connection::new(&url, Credentials::default());
    let mut killed = false;
    let mut sink = |piece: Piece| {
        if piece.kind == PieceKind::Column && !killed {
            server.kill();
            killed = true;
        }
    };
    let (unread, _) = runtime().block_on(database(&connection, &Options::default(), &mut sink));
    let unread: Vec<&str> = unread.iter().map(|unread| inside(unread.place.path.as_deref())).collect();
    assert_eq!(unread, ["b", "c"]);
}

#[test]
fn large_tables_are_sampled_and_texts_read_whole_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let few = Options { rows: 100, texts: 5, ..Options::default() };
    let whole = Options { whole: true, ..few };
    let text = "'This is note ' || x || ', long enough to be taken for running text.'";
    let numbers = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000)";
    let sqlite = sqlite(
        folder.path(),
        &format!(
            "CREATE TABLE visit (id integer primary key, kind text, note text);
             {numbers} INSERT INTO visit SELECT x, CASE WHEN x < 10000 THEN 'old' ELSE 'new' END, {text} FROM n;"
        ),
    );
    let postgres = postgres(&format!(
        "CREATE TABLE visit (id integer primary key, kind text, note text);
         INSERT INTO visit SELECT x, CASE WHEN x < 10000 THEN 'old' ELSE 'new' END, {text} FROM generate_series(1, 20000) AS x; ANALYZE visit;"
    ));
    let mariadb = mariadb(
        "CREATE TABLE visit (id integer primary key, kind text, note text);
         INSERT INTO visit SELECT seq, CASE WHEN seq < 10000 THEN 'old' ELSE 'new' END,
         concat('This is note ', seq, ', long enough to be taken for running text.') FROM seq_1_to_20000; ANALYZE TABLE visit;",
    );
    for url in [sqlite, postgres, mariadb] {
        let seen = read_with(&url, Credentials::default(), &few);
        assert_eq!(seen.unread(), Vec::<String>::new());
        let notes = seen.lines(PieceKind::Sentence, "visit.note");
        assert_eq!(notes.len(), 5, "{url}");
        if url.starts_with("postgres") {
            // There pages are chosen.
            assert!((1..=200).contains(&seen.summary.rows), "{}", seen.summary.rows);
            assert!(!notes[0].contains("note 1,"), "{notes:?}");
        } else {
            assert_eq!(seen.summary.rows, 100, "{url}");
            assert!(seen.lines(PieceKind::Column, "visit.kind")[0].contains("[new|old]"), "{url}: {:?}", seen.lines(PieceKind::Column, ""));
        }
        let seen = read_with(&url, Credentials::default(), &whole);
        let notes = seen.lines(PieceKind::Sentence, "visit.note");
        assert_eq!((notes.len(), seen.summary.rows), (20_000, 20_000), "{url}");
        assert!(notes[19_999].contains("note 20000,"));
        let looked = seen.summary.looked_at.iter().find(|looked| looked.path.ends_with(".note")).unwrap();
        assert_eq!((looked.rows, looked.filled), (20_000, 20_000));
    }
}

#[test]
fn a_column_of_short_values_with_a_long_one_gives_both() {
    let folder = tempfile::tempdir().unwrap();
    let long = "He crossed the border in 2019 and was released on his own recognizance; his hearing is set for the spring of next year.";
    let url = sqlite(
        folder.path(),
        &format!(
            "CREATE TABLE t (remark text); INSERT INTO t VALUES ('none'), ('none'), ('none'), ('n/a'), ('none'), ('{long}'), (x'00ff'), (7);"
        ),
    );
    let seen = read(&url);
    assert_eq!(seen.lines(PieceKind::Sentence, "t.remark"), [format!("t.remark = {long} (t)")]);
    assert!(seen.lines(PieceKind::Column, "t.remark")[0].starts_with("t.remark = remark [none|7|"));
}

#[test]
fn a_file_of_sqlite_is_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite(folder.path(), "PRAGMA journal_mode = wal; CREATE TABLE t (a text); INSERT INTO t VALUES ('one');");
    let state = || {
        let mut files: Vec<(PathBuf, Vec<u8>)> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|file| file.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect();
        files.sort();
        files
    };
    let before = state();
    assert_eq!(before.len(), 1);
    assert_eq!(read(&url).lines(PieceKind::Column, ""), ["t.a = a [one] (t)"]);
    assert!(state() == before);

    // While another program writes, what it has written counts.
    let runtime = runtime();
    let mut writer = runtime.block_on(sqlx::sqlite::SqliteConnectOptions::from_str(&url).unwrap().connect()).unwrap();
    runtime.block_on(sqlx::query("INSERT INTO t VALUES ('two'), ('two')").execute(&mut writer)).unwrap();
    assert_eq!(read(&url).lines(PieceKind::Column, ""), ["t.a = a [two|one] (t)"]);
    runtime.block_on(writer.close()).unwrap();

    std::fs::write(folder.path().join("other"), "PLANTED this is no database, and long enough not to be taken for an empty one").unwrap();
    for (file, said) in
        [("other", "expected a database of SQLite, found another file, or an encrypted one"), ("missing", "the file cannot be opened")]
    {
        let seen = read(&format!("sqlite://{}", folder.path().join(file).display()));
        assert_eq!(seen.unread.len(), 1);
        assert!(seen.unread[0].reason.ends_with(said), "{}", seen.unread[0].reason);
    }
    assert!(!folder.path().join("missing").exists());
}

const SECRET: &str = "hunter2-planted";

/// What must hold nothing that was planted.
fn clean(text: &str) {
    assert!(!text.contains("planted") && !text.contains("PLANTED") && !text.contains("hunter2"), "{text}");
}

#[test]
fn passwords_come_from_the_address_the_environment_or_a_file_and_are_never_shown() {
    let table = "CREATE TABLE t (a text); INSERT INTO t VALUES ('one');";
    let postgres = postgres(table);
    // The owner is let in as before, everybody else needs a password.
    let file = {
        let options = sqlx::postgres::PgConnectOptions::from_str(&postgres).unwrap();
        let shown =
            async { sqlx::query_scalar::<_, String>("SHOW hba_file").fetch_one(&mut options.connect().await.unwrap()).await.unwrap() };
        runtime().block_on(shown)
    };
    run(
        &postgres,
        &format!(
            "CREATE ROLE clerk LOGIN PASSWORD '{SECRET}'; GRANT SELECT ON t TO clerk;
             COPY (VALUES ('host all haven,reader 127.0.0.1/32 trust'), ('host all all 127.0.0.1/32 scram-sha-256')) TO '{file}';
             SELECT pg_reload_conf();"
        ),
    );
    let mariadb = mariadb(table);
    run(&mariadb, &format!("CREATE USER clerk@127.0.0.1 IDENTIFIED BY '{SECRET}'; GRANT SELECT ON *.* TO clerk@127.0.0.1;"));
    let folder = tempfile::tempdir().unwrap();
    for url in [postgres, mariadb] {
        let bare = as_user(&url, "clerk");
        let port = bare.rsplit(':').next().unwrap().split('/').next().unwrap().to_owned();
        let private = |mode: u32, line: &str| {
            let path = folder.path().join("passwords");
            std::fs::write(&path, format!("# comment\n*:1:*:*:wrong\n{line}\n")).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            Credentials { password_file: Some(path), ..Credentials::default() }
        };
        let given = |password: &str| Credentials {
            pgpassword: Some(password.to_owned()),
            mysql_pwd: Some(password.to_owned()),
            password_file: None,
        };
        let right = format!("127.0.0.1:{port}:*:clerk:{SECRET}");
        // PostgreSQL takes a moment to read its rules again.
        let begin = Instant::now();
        while read_with(&bare, Credentials::default(), &Options::default()).unread.is_empty() {
            assert!(begin.elapsed() < Duration::from_secs(30));
        }
        let refused = "the server refuses this user or password";
        let cases: Vec<(String, Credentials, Option<String>)> = vec![
            (bare.clone(), Credentials::default(), Some(format!("{refused} (none was given)"))),
            (as_user(&url, &format!("clerk:{SECRET}")), Credentials::default(), None),
            (as_user(&url, &format!("clerk:{SECRET}x")), given(SECRET), Some(refused.to_owned())),
            (bare.clone(), given(SECRET), None),
            (bare.clone(), given("wrong-planted"), Some(refused.to_owned())),
            (bare.clone(), private(0o600, &right), None),
            (bare.clone(), private(0o600, &format!("127.0.0.1:{port}:*:some\\:one:x\n*:*:*:*:{SECRET}")), None),
            (bare.clone(), private(0o600, &format!("127.0.0.1:{port}:*:other:{SECRET}")), Some(format!("{refused} (none was given)"))),
            (
                bare.clone(),
                private(0o644, &right),
                Some("the password file: expected one that only its owner may read (mode 0600), found one that others may".to_owned()),
            ),
        ];
        for (number, (url, credentials, expected)) in cases.into_iter().enumerate() {
            // Those of a file were written over one another.
            if let Some(file) = &credentials.password_file {
                let lines = [
                    (5, 0o600, right.clone()),
                    (6, 0o600, format!("127.0.0.1:{port}:*:some\\:one:x\n*:*:*:*:{SECRET}")),
                    (7, 0o600, format!("127.0.0.1:{port}:*:other:{SECRET}")),
                    (8, 0o644, right.clone()),
                ];
                let (_, mode, line) = &lines[number - 5];
                private(*mode, line);
                assert!(file.exists());
            }
            let connection = Connection::new(&url, credentials.clone());
            clean(&format!("{connection:?} {credentials:?} {}", connection.shown()));
            let seen = read_with(&url, credentials, &Options::default());
            clean(&format!("{:?} {:?}", seen.unread, seen.summary));
            assert_eq!(seen.unread.first().map(|unread| unread.reason.clone()), expected, "{number}");
            assert_eq!(seen.lines(PieceKind::Column, "").len(), usize::from(expected.is_none()), "{number}");
        }
    }
}

#[test]
fn addresses_that_cannot_be_read_are_refused_without_being_repeated() {
    let cases = [
        ("postgres://clerk:hunter2-planted@db.example.gov:6432/city", "postgres://db.example.gov:6432/city", "postgresql"),
        ("postgresql://db.example.gov/city?user=clerk&password=hunter2-planted", "postgres://db.example.gov:5432/city", "postgresql"),
        ("postgres://clerk:hunter2%2Fplanted%40x@db.example.gov/city", "postgres://db.example.gov:5432/city", "postgresql"),
        ("mariadb://a@b:hunter2-planted@db.example.gov/city", "mysql://db.example.gov:3306/city", "mysql"),
        ("sqlite:/srv/a b.db", "sqlite:/srv/a b.db", "sqlite"),
        // A password that is not escaped would be taken for something else.
        ("postgres://clerk:12/planted@db.example.gov/city", "", "database"),
        ("postgres://clerk:12?planted@db.example.gov/city", "", "database"),
        ("postgres://clerk:12#planted@db.example.gov/city", "", "database"),
        ("postgres://clerk:planted/x@db.example.gov/city", "", "database"),
        ("postgres://db.example.gov/city?pasword=planted", "", "database"),
        ("mysql://db.example.gov/city?ssl-mode=planted", "", "database"),
        ("postgres:planted", "", "database"),
        ("oracle://clerk:planted@db/city", "", "database"),
        ("sqlite:", "", "database"),
        ("planted", "", "database"),
        ("", "", "database"),
    ];
    for (url, shown, format) in cases {
        let connection = Connection::new(url, Credentials::default());
        let expected = if shown.is_empty() { "an address that cannot be read" } else { shown };
        assert_eq!((connection.shown().as_str(), connection.format()), (expected, format), "{url}");
        clean(&format!("{connection:?}"));
        if shown.is_empty() {
            let seen = read(url);
            assert_eq!((seen.unread.len(), seen.pieces.len()), (1, 0), "{url}");
            assert!(seen.unread[0].reason.starts_with("the address: "), "{}", seen.unread[0].reason);
            clean(&seen.unread[0].reason);
        }
    }
    let begin = Instant::now();
    let options = Options { connect_timeout: Duration::from_secs(1), ..Options::default() };
    for scheme in ["postgres", "mysql"] {
        // A port where nobody listens, and one where nobody answers.
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let silent = (silent.local_addr().unwrap().port(), silent);
        let seen = read_with(&format!("{scheme}://x:{SECRET}@127.0.0.1:{}/city", silent.0), Credentials::default(), &options);
        assert_eq!(seen.unread(), [": no connection within 1 s"]);
        drop(silent.1);
        let seen = read_with(&format!("{scheme}://x:{SECRET}@127.0.0.1:{}/city", silent.0), Credentials::default(), &options);
        assert_eq!(seen.unread(), [": the connection failed: connection refused"]);
    }
    assert!(begin.elapsed() < Duration::from_secs(20));
}

#[test]
fn errors_repeat_no_value_of_a_row() {
    let folder = tempfile::tempdir().unwrap();
    let table = "CREATE TABLE t (a varchar(40)); INSERT INTO t VALUES ('PLANTED-VALUE');";
    let urls = [
        (
            sqlite(folder.path(), &format!("{table} CREATE VIEW bad AS SELECT json_extract(a, '$') AS a FROM t;")),
            "SQLite refused with error 1",
        ),
        (postgres(&format!("{table} CREATE VIEW bad AS SELECT a::integer AS a FROM t;")), "the server refused, SQLSTATE 22P02"),
        (
            mariadb(&format!(
                "{table} CREATE FUNCTION refuse(a varchar(40)) RETURNS varchar(40) BEGIN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = a; RETURN a; END;
                 CREATE VIEW bad AS SELECT refuse(a) AS a FROM t;"
            )),
            "the server refused with error 1644, SQLSTATE 45000",
        ),
    ];
    for (url, said) in urls {
        let seen = read(&url);
        assert_eq!(seen.unread(), [format!("bad: {said}")]);
        clean(&format!("{:?} {:?}", seen.unread, seen.summary));
        assert_eq!(seen.lines(PieceKind::Column, "t.a"), ["t.a = a [PLANTED-VALUE] (t)"]);
    }
}

#[test]
fn documents_in_cells_give_each_name_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite(
        folder.path(),
        r#"CREATE TABLE t (data text CHECK (json_valid(data)));
           INSERT INTO t VALUES ('{"visa": "H-1B", "notes": []}'), ('{"visa": "F-1"}'), ('{"visa": "H-1B"}');"#,
    );
    let seen = read(&url);
    assert_eq!(seen.unread(), Vec::<String>::new());
    let names = seen.lines(PieceKind::Name, "").into_iter().filter(|line| line.contains("= visa"));
    let columns = seen.lines(PieceKind::Column, "").into_iter().filter(|line| line.contains("= visa"));
    assert_eq!(names.chain(columns).collect::<Vec<_>>(), ["t.data!/visa = visa (t)", "t.data!/visa = visa [H-1B|F-1] (t)"]);
}
