//! The register benchmark: what it costs that an entry stands in a signed log.
//!
//! Appends through the register are timed against plain inserts of as many bytes into one table, with the same durability, on
//! SQLite and on PostgreSQL; rounds are interleaved and ratios taken within a round. Then proofs are made and an export is
//! verified at a million entries. Run it through `run.sh`.

mod report;

use haven_law::pack::{Pack, Source};
use haven_ledger::layout;
use haven_ledger::note::Signer;
use haven_ledger::verify::{Folder, verify};
use haven_register::db::{Address, Durability};
use haven_register::entry::{Draft, Pairs};
use haven_register::moment::Moment;
use haven_register::register::{Node, Register};
use haven_register::schema::Schema;
use haven_register::seen::SeenFile;
use jiff::ZonedDateTime;
use report::{Appends, Report};
use sha2::{Digest, Sha256};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection};
use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

/// Entries of a commit, and how many commits a round times.
const GROUPS: [(usize, usize); 3] = [(1, 300), (16, 150), (256, 60)];
/// Entries that stand there before a round: so many that SQLite's journal has its length and PostgreSQL's tables their pages.
const BEFORE: usize = 4096;
const ORIGIN: &str = "bench.example/log";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given: BTreeMap<&str, &str> = arguments.chunks_exact(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
    let text = |name: &str| *given.get(name).unwrap_or_else(|| panic!("{name} is missing: use run.sh"));
    let number = |name: &str, usual: u64| given.get(name).map_or(usual, |text| text.parse().expect("a number"));
    let (rounds, entries) = (number("--rounds", 7), number("--entries", 1_000_000));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let world = World::load(Path::new(text("--law")), Path::new(text("--scratch")));
    let mut server = Server::start(text("--servers"));

    let bytes = runtime.block_on(world.bytes_of_an_entry());
    let groups = GROUPS.iter().filter(|_| rounds > 0);
    let mut appends: Vec<Appends> = Vec::new();
    for database in ["SQLite", "PostgreSQL"] {
        for &(group, commits) in groups.clone() {
            appends.push(Appends { database, group, entries: group * commits, register: Vec::new(), plain: Vec::new() });
        }
    }
    for round in 0..rounds {
        eprintln!("round {} of {rounds}", round + 1);
        for row in &mut appends {
            let mut turn = |is_plain: bool| {
                let place = Place::new(row.database, &world.scratch, &mut server);
                let seconds = if is_plain {
                    runtime.block_on(plain(&place, row.group, row.entries, bytes))
                } else {
                    runtime.block_on(world.appends(&place, row.group, row.entries))
                };
                if is_plain { row.plain.push(seconds) } else { row.register.push(seconds) }
            };
            // Whoever goes second finds a disk that was just busy.
            turn(round % 2 == 0);
            turn(round % 2 == 1);
        }
    }
    let million = (entries > 0).then(|| {
        eprintln!("a register of {entries} entries");
        runtime.block_on(world.million(entries, rounds.clamp(1, 5)))
    });
    let report = Report {
        date: text("--date").to_owned(),
        machine: text("--machine").to_owned(),
        rustc: text("--rustc").to_owned(),
        rounds,
        bytes,
        appends,
        million,
    };
    println!("{}", report.markdown());
    report.write(Path::new(text("--out")));
}

/// A private PostgreSQL server, gone with this process.
struct Server {
    script: Child,
    output: BufReader<std::process::ChildStdout>,
    databases: usize,
}

impl Server {
    fn start(script: &str) -> Server {
        let mut script = Command::new(script).arg("postgres").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("servers.sh");
        let mut output = BufReader::new(script.stdout.take().expect("its output"));
        output.read_line(&mut String::new()).expect("it starts");
        Server { script, output, databases: 0 }
    }

    fn database(&mut self) -> String {
        self.databases += 1;
        writeln!(self.script.stdin.as_mut().expect("its input"), "database d{}", self.databases).expect("it reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it answers");
        line.split(' ').next().expect("a URL").to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}

/// An empty database.
struct Place {
    folder: tempfile::TempDir,
    address: Address,
}

impl Place {
    fn new(database: &str, scratch: &Path, server: &mut Server) -> Place {
        let folder = tempfile::tempdir_in(scratch).expect("the scratch folder");
        let address =
            if database == "SQLite" { Address::File(folder.path().join("register.db")) } else { Address::Server(server.database()) };
        Place { folder, address }
    }
}

/// Plain inserts of as many bytes, `group` a commit, into one table with one key. Gives seconds.
async fn plain(place: &Place, group: usize, entries: usize, bytes: usize) -> f64 {
    match &place.address {
        Address::File(path) => {
            let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
            let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
            let mut connection: SqliteConnection = options.connect().await.expect("SQLite");
            sqlx::query("CREATE TABLE plain (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")
                .execute(&mut connection)
                .await
                .expect("a table");
            insert(&mut connection, |_| "(?, ?)".to_owned(), group, entries, bytes).await
        }
        Address::Server(url) => {
            let mut connection = PgConnection::connect(url).await.expect("PostgreSQL");
            sqlx::query("CREATE TABLE plain (id BIGINT PRIMARY KEY, body BYTEA NOT NULL)").execute(&mut connection).await.expect("a table");
            insert(&mut connection, |row| format!("(${}, ${})", 2 * row + 1, 2 * row + 2), group, entries, bytes).await
        }
    }
}

async fn insert<C>(connection: &mut C, place: impl Fn(usize) -> String, group: usize, entries: usize, bytes: usize) -> f64
where
    C: Connection,
    for<'c> &'c mut C: sqlx::Executor<'c, Database = C::Database>,
    for<'q> <C::Database as sqlx::Database>::Arguments: sqlx::IntoArguments<C::Database>,
    for<'q> i64: sqlx::Encode<'q, C::Database> + sqlx::Type<C::Database>,
    for<'q> Vec<u8>: sqlx::Encode<'q, C::Database> + sqlx::Type<C::Database>,
{
    let bodies: Vec<Vec<u8>> = (0..BEFORE + entries).map(|number| random(number, bytes)).collect();
    let (before, bodies) = bodies.split_at(BEFORE);
    let mut numbers = 0_i64..;
    let mut start = Instant::now();
    for (bodies, at) in before.chunks(256).chain(bodies.chunks(group)).zip(0..) {
        if at == BEFORE / 256 {
            start = Instant::now();
        }
        sqlx::query("BEGIN").execute(&mut *connection).await.expect("a transaction");
        // As many rows a statement as the register takes.
        for bodies in bodies.chunks(64) {
            let places: Vec<String> = (0..bodies.len()).map(&place).collect();
            let mut query = sqlx::query(AssertSqlSafe(format!("INSERT INTO plain (id, body) VALUES {}", places.join(", "))));
            for body in bodies {
                query = query.bind(numbers.next().expect("a number")).bind(body.clone());
            }
            query.execute(&mut *connection).await.expect("rows");
        }
        sqlx::query("COMMIT").execute(&mut *connection).await.expect("a commit");
    }
    start.elapsed().as_secs_f64()
}

/// Bytes that do not compress.
fn random(number: usize, bytes: usize) -> Vec<u8> {
    let blocks = (0..bytes.div_ceil(32)).flat_map(|block| Sha256::digest(format!("{number} {block}")));
    blocks.take(bytes).collect()
}

struct World {
    schema: Arc<Schema>,
    scratch: PathBuf,
    now: ZonedDateTime,
}

fn entropy(bytes: &mut [u8]) -> Result<(), String> {
    getrandom::fill(bytes).map_err(|error| error.to_string())
}

fn signer() -> Signer {
    Signer::generate(ORIGIN, Sha256::digest(ORIGIN).into()).expect("a key")
}

impl World {
    fn load(law: &Path, scratch: &Path) -> World {
        fn walk(base: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
            for entry in fs::read_dir(folder).expect("the laws") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    walk(base, &path, files);
                } else if let Ok(text) = fs::read_to_string(&path) {
                    files.push((path.strip_prefix(base).expect("within").to_str().expect("a name").to_owned(), text));
                }
            }
        }
        let mut files = Vec::new();
        walk(law, law, &mut files);
        let source = Source::new(files);
        let pack = Pack::load(&source, "us/il/chicago").expect("the laws");
        let schema = Arc::new(Schema::load(&source, &pack).expect("what may be recorded"));
        let zone = jiff::tz::TimeZone::get(schema.time_zone()).expect("the zone");
        let now = "2026-05-31T12:00".parse::<jiff::civil::DateTime>().expect("a day").to_zoned_datetime(zone).expect("a moment");
        World { schema, scratch: scratch.to_path_buf(), now }
    }

    /// A request as officers record it most often, the same each time, so that only the database differs.
    fn draft(&self) -> Draft {
        let text =
            "kind=request|station=001|at=2026-05-04 14:06|by=S-1042|channel=phone|requester=ero|asked=hold;assist|agent_name=refused";
        let pairs: Pairs =
            text.split('|').filter_map(|pair| pair.split_once('=')).map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        Draft::read(&self.schema, self.now.time_zone(), &pairs, &Moment::at(&self.now)).expect("a draft")
    }

    async fn register(&self, address: &Address, folder: &Path, durability: Durability) -> Register {
        let seen = SeenFile::open(&folder.join("seen"), true).expect("a file");
        let node = Node { signer: signer(), seen, entropy };
        Register::create_with(address, Arc::clone(&self.schema), node, &self.now, durability).await.expect("a register")
    }

    /// How many bytes of a record and of its entry are kept: the record with its salt, the entry with its hash.
    async fn bytes_of_an_entry(&self) -> usize {
        let folder = tempfile::tempdir_in(&self.scratch).expect("the scratch folder");
        let register = self.register(&Address::File(folder.path().join("register.db")), folder.path(), Durability::Full).await;
        let receipt = register.add(self.draft(), &self.now).await.expect("an entry");
        let (entry, _) = register.prove(receipt.log, receipt.index).await.expect("a proof");
        let record = register.history(&receipt.id).await.expect("a record").pop().expect("one").record.bytes();
        register.close().await;
        record.len() + 32 + entry.len() + 32
    }

    /// Entries through the register, `group` a commit. Gives seconds.
    async fn appends(&self, place: &Place, group: usize, entries: usize) -> f64 {
        let register = self.register(&place.address, place.folder.path(), Durability::Full).await;
        register.add_all(vec![self.draft(); BEFORE], &self.now).await.into_iter().for_each(|answer| drop(answer.expect("an entry")));
        let drafts: Vec<Vec<Draft>> = (0..entries / group).map(|_| vec![self.draft(); group]).collect();
        let start = Instant::now();
        for drafts in drafts {
            if group == 1 {
                for draft in drafts {
                    register.add(draft, &self.now).await.expect("an entry");
                }
            } else {
                register.add_all(drafts, &self.now).await.into_iter().for_each(|answer| drop(answer.expect("an entry")));
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        register.close().await;
        seconds
    }

    /// A register of a million entries: how it grows, proofs out of it, its export.
    async fn million(&self, entries: u64, rounds: u64) -> report::Million {
        let folder = tempfile::tempdir_in(&self.scratch).expect("the scratch folder");
        let path = folder.path().join("register.db");
        // How the million came to be there does not matter here.
        let register = self.register(&Address::File(path.clone()), folder.path(), Durability::Weak).await;
        let draft = self.draft();
        let start = Instant::now();
        let mut left = usize::try_from(entries).expect("a size");
        while left > 0 {
            let count = left.min(4096);
            let answers = register.add_all(vec![draft.clone(); count], &self.now).await;
            answers.into_iter().for_each(|answer| drop(answer.expect("an entry")));
            left -= count;
        }
        let build = start.elapsed().as_secs_f64();
        register.publish(1, &self.now).await.expect("a checkpoint");

        eprintln!("proofs");
        let key = signer().verifier();
        let mut proofs = Vec::new();
        let (mut hashes, mut bytes) = (0, 0);
        let mut index = 7;
        for _ in 0..2000 {
            index = (index * 7_368_787 + 12_345) % entries;
            let start = Instant::now();
            let (entry, proof) = register.prove(1, index).await.expect("a proof");
            let text = proof.to_string();
            proofs.push(start.elapsed().as_secs_f64());
            proof.verify(&entry, &key).expect("it verifies");
            (hashes, bytes) = (hashes.max(proof.hashes.len()), bytes.max(text.len()));
        }

        eprintln!("export");
        let export = folder.path().join("export");
        let start = Instant::now();
        let mut files = Vec::new();
        for resource in layout::resources(entries) {
            let bytes = register.resource(1, &resource).await.expect("the database").expect("a resource");
            let path = export.join(resource.to_string());
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(&path, bytes).expect("a file");
            files.push(path);
        }
        let exported = start.elapsed().as_secs_f64();
        register.close().await;
        let database_bytes = fs::metadata(&path).expect("the database").len();
        let export_bytes = files.iter().map(|path| fs::metadata(path).expect("a file").len()).sum();

        let (mut verified, mut hashed) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            eprintln!("verification, round {} of {rounds}", round + 1);
            let mut turn = |is_hash: bool| {
                let start = Instant::now();
                if is_hash {
                    for path in &files {
                        let bytes = fs::read(path).expect("a file");
                        black_box((Sha256::digest(&bytes), Sha256::digest(black_box(&bytes))));
                    }
                } else {
                    let report = verify(&Folder(export.clone()), &key, &[]).expect("it verifies");
                    assert_eq!(report.entries, entries);
                }
                let seconds = start.elapsed().as_secs_f64();
                if is_hash { hashed.push(seconds) } else { verified.push(seconds) }
            };
            turn(round % 2 == 0);
            turn(round % 2 == 1);
        }
        report::Million {
            entries,
            build,
            database_bytes,
            proofs,
            hashes,
            bytes,
            exported,
            export_bytes,
            files: files.len(),
            verified,
            hashed,
        }
    }
}
