//! A node under test: it works on a register and says what was acknowledged, a line each, right when it was.
//!
//! The crash tests in `crash/` start it, kill it, make its disk fail, and hold what it said against what is left.
//!
//! ```text
//! node --register FILE-OR-URL --law FOLDER --seen FILE --acks FILE
//!      [--create yes] [--plan story|load] [--groups 24] [--tasks 4] [--durability weak] [--patient yes]
//! ```
//!
//! Lines: `made`, `phase NAME`, `ack ID VERSION LOG INDEX WHAT`, `published LOG SIZE ROOT`, `head LOG SIZE ROOT`, `error …`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a program for tests stops at the first surprise")]

use haven_law::pack::{Pack, Source};
use haven_ledger::checkpoint;
use haven_ledger::note::{Signer, Verifier};
use haven_register::db::{Address, DbError, Durability};
use haven_register::entry::{Draft, Pairs};
use haven_register::moment::Moment;
use haven_register::register::{Node, Register, RegisterError};
use haven_register::schema::Schema;
use haven_register::seen::SeenFile;
use haven_register::writer::{Receipt, WriteError};
use jiff::{ToSpan, ZonedDateTime};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The names of the first log and of the one that follows it; a key is derived from the name.
const ORIGINS: [&str; 2] = ["haven.example/log1", "haven.example/log2"];

/// So often a node tries again, with a pause after each time, before it says that the server does not come back.
const FAILURES_MAX: u32 = 6_000;
const PAUSE: Duration = Duration::from_millis(20);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut given = BTreeMap::new();
    for pair in arguments.chunks(2) {
        let [name, value] = pair else { panic!("expected names and values in turn, found {arguments:?}") };
        given.insert(name.as_str(), value.as_str());
    }
    let text = |name: &str| *given.get(name).unwrap_or_else(|| panic!("expected {name}"));
    let number = |name: &str, usual: u64| given.get(name).map_or(usual, |text| text.parse().unwrap());
    let (schema, source) = schema(Path::new(text("--law")));
    drop(source);
    let zone = jiff::tz::TimeZone::get(schema.time_zone()).unwrap();
    let now: ZonedDateTime = "2026-05-31T12:00".parse::<jiff::civil::DateTime>().unwrap().to_zoned_datetime(zone).unwrap();
    let world = Arc::new(World {
        address: Address::read(text("--register")),
        schema: Arc::new(schema),
        seen: PathBuf::from(text("--seen")),
        acks: Mutex::new(OpenOptions::new().append(true).create(true).open(text("--acks")).unwrap()),
        durability: if given.get("--durability") == Some(&"weak") { Durability::Weak } else { Durability::Full },
        groups: number("--groups", 24),
        tasks: number("--tasks", 4),
        patient: given.contains_key("--patient"),
        now,
        next: AtomicU64::new(1),
        has_failed: AtomicBool::new(false),
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let create = given.contains_key("--create");
    let plan = given.get("--plan").copied().unwrap_or("load");
    runtime.block_on(async {
        match plan {
            "story" => world.story().await,
            "load" => world.load(create).await,
            other => panic!("expected `story` or `load`, found `{other}`"),
        }
    });
}

fn schema(law: &Path) -> (Schema, Source) {
    fn walk(base: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(base, &path, files);
            } else if let Ok(text) = fs::read_to_string(&path) {
                files.push((path.strip_prefix(base).unwrap().to_str().unwrap().to_owned(), text));
            }
        }
    }
    let mut files = Vec::new();
    walk(law, law, &mut files);
    let source = Source::new(files);
    let pack = Pack::load(&source, "us/il/chicago").unwrap();
    (Schema::load(&source, &pack).unwrap(), source)
}

fn entropy(bytes: &mut [u8]) -> Result<(), String> {
    File::open("/dev/urandom").and_then(|mut file| file.read_exact(bytes)).map_err(|error| error.to_string())
}

fn signer(origin: &str) -> Signer {
    Signer::generate(origin, Sha256::digest(origin).into()).unwrap()
}

struct World {
    address: Address,
    schema: Arc<Schema>,
    seen: PathBuf,
    acks: Mutex<File>,
    durability: Durability,
    groups: u64,
    tasks: u64,
    patient: bool,
    now: ZonedDateTime,
    next: AtomicU64,
    has_failed: AtomicBool,
}

impl World {
    /// Says something: one write, so that it is said whole or not at all.
    fn say(&self, lines: &str) {
        if lines.lines().any(|line| line.starts_with("error ")) {
            self.has_failed.store(true, Ordering::Relaxed);
        }
        self.acks.lock().unwrap().write_all(lines.as_bytes()).unwrap();
    }

    fn phase(&self, name: &str) {
        self.say(&format!("phase {name}\n"));
    }

    fn node(&self, origin: &str) -> Node {
        let path = if origin == ORIGINS[0] { self.seen.clone() } else { self.seen.with_extension("2") };
        let seen = SeenFile::open(&path, true).unwrap_or_else(|error| self.give_up(&error.to_string()));
        Node { signer: signer(origin), seen, entropy }
    }

    fn give_up(&self, error: &str) -> ! {
        self.say(&format!("error {error}\n"));
        std::process::exit(2);
    }

    /// Says what came of a task; gives the receipt of one that was acknowledged.
    fn said(&self, what: &str, answer: Result<Receipt, WriteError>) -> Option<Receipt> {
        self.said_all(what, vec![answer]).pop()
    }

    fn said_all(&self, what: &str, answers: Vec<Result<Receipt, WriteError>>) -> Vec<Receipt> {
        let mut lines = String::new();
        let mut receipts = Vec::new();
        for answer in answers {
            match answer {
                Ok(receipt) => {
                    let Receipt { id, version, log, index, .. } = &receipt;
                    let id = if id.is_empty() { "-" } else { id };
                    lines.push_str(&format!("ack {id} {version} {log} {index} {what}\n"));
                    receipts.push(receipt);
                }
                Err(error) => lines.push_str(&format!("error {what}: {}\n", error.to_string().replace('\n', " "))),
            }
        }
        self.say(&lines);
        receipts
    }

    fn draft(&self, text: &str) -> Draft {
        let pairs: Pairs =
            text.split('|').filter_map(|pair| pair.split_once('=')).map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        let moment = Moment::at(&self.now);
        Draft::read(&self.schema, self.now.time_zone(), &pairs, &moment).unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
    }

    /// An entry of one of several kinds; every third one has a link to a case.
    fn entry(&self) -> Draft {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let place = "station=001|at=2026-05-04 14:06|by=S-1042";
        match number % 3 {
            0 => self.draft(&format!("kind=document|{place}|document=I-247A|channel=fax|requester=ero|rd=RD-{number}")),
            1 => self.draft(&format!("kind=request|{place}|channel=phone|requester=ero|asked=hold;assist")),
            _ => self.draft(&format!(
                "kind=request|{place}|channel=email|requester=fbi|asked=records|matter=criminal|matter_known_at=2026-05-04 14:30"
            )),
        }
    }

    fn entries(&self, count: usize) -> Vec<Draft> {
        (0..count).map(|_| self.entry()).collect()
    }

    fn request(&self) -> Draft {
        self.draft("kind=request|station=001|at=2026-05-04 14:06|by=S-1042|channel=phone|requester=ero|asked=hold")
    }

    async fn amend(&self, register: &Register, receipt: &Receipt) -> Option<Receipt> {
        let draft = self.draft("kind=request|station=001|at=2026-05-04 14:16|by=S-1042|channel=in_person|requester=hsi|asked=entry");
        self.said("amend", register.amend(&receipt.id, receipt.version, draft, "typing_error", &self.now).await)
    }

    async fn erase(&self, register: &Register, receipt: &Receipt) -> Option<Receipt> {
        self.said("erase", register.erase(&receipt.id, "S-1", "court_order", &self.now).await)
    }

    /// Says the root of a checkpoint that was given out; its signature must be that of the log.
    fn root(&self, note: &str) -> String {
        let key: Verifier = ORIGINS.iter().map(|origin| signer(origin).verifier()).find(|key| note.starts_with(key.name())).unwrap();
        let opened = checkpoint::open(note, &key).unwrap();
        format!("{} {}", opened.size, opened.root.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    async fn publish(&self, register: &Register, log: i64) {
        match register.publish(log, &self.now).await {
            Ok(Some(note)) => self.say(&format!("published {log} {}\n", self.root(&note))),
            Ok(None) => {}
            Err(error) => self.say(&format!("error publish: {}\n", error.to_string().replace('\n', " "))),
        }
    }

    async fn head(&self, register: &Register) {
        if let Ok(head) = register.head(register.log_number()).await
            && !head.checkpoint.is_empty()
        {
            self.say(&format!("head {} {}\n", register.log_number(), self.root(&head.checkpoint)));
        }
    }

    async fn create(&self) -> Register {
        let register =
            Register::create_with(&self.address, Arc::clone(&self.schema), self.node(ORIGINS[0]), &self.now, self.durability).await;
        let register = register.unwrap_or_else(|error| self.give_up(&error.to_string()));
        self.say("made\n");
        register
    }

    /// Opens the register; a patient node does so again while the server is gone, as whoever runs one would.
    async fn open(&self, origin: &str) -> Register {
        let mut failures = 0;
        loop {
            match Register::open_with(&self.address, Arc::clone(&self.schema), Some(self.node(origin)), self.durability).await {
                Ok(register) => return register,
                Err(RegisterError::Db(DbError::Failed(_))) if self.patient && failures < FAILURES_MAX => {
                    failures += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => self.give_up(&error.to_string()),
            }
        }
    }

    /// The life of a register, phase by phase, each with other things for a disk to do.
    async fn story(self: &Arc<Self>) {
        self.phase("create");
        let register = Arc::new(self.create().await);
        self.phase("first");
        let first = self.said("add", register.add(self.request(), &self.now).await);
        self.phase("single");
        let mut singles = Vec::new();
        for _ in 0..6 {
            singles.extend(self.said("add", register.add(self.request(), &self.now).await));
        }
        self.phase("group");
        for count in [16, 40] {
            self.said_all("add", register.add_all(self.entries(count), &self.now).await);
        }
        self.phase("amend");
        for receipt in singles.iter_mut().take(4) {
            if let Some(amended) = self.amend(&register, receipt).await {
                *receipt = amended;
            }
        }
        self.phase("erase");
        for receipt in first.iter().chain(singles.iter().take(2)) {
            self.erase(&register, receipt).await;
        }
        self.phase("publish");
        self.publish(&register, 1).await;
        self.phase("response");
        if let Some(request) = singles.last() {
            let text =
                format!("kind=response|station=001|at=2026-05-04 15:00|by=S-7|request={}|outcome=declined|ground=city_law", request.id);
            self.said("add", register.add(self.draft(&text), &self.now).await);
        }
        // Entry 256 fills the first tile of hashes.
        self.phase("tile");
        for count in [100, 120] {
            self.said_all("add", register.add_all(self.entries(count), &self.now).await);
        }
        self.phase("together");
        self.together(&register, 8).await;
        // Enough pages that SQLite brings its journal back into the database, several times.
        self.phase("checkpoint");
        for _ in 0..self.groups {
            self.said_all("add", register.add_all(self.entries(64), &self.now).await);
        }
        self.publish(&register, 1).await;
        self.phase("after");
        for receipt in singles.iter().skip(2).take(2) {
            self.amend(&register, receipt).await;
            self.erase(&register, receipt).await;
        }
        self.together(&register, 4).await;
        self.phase("links");
        match register.erase_links(&self.now.checked_add(100.days()).unwrap()).await {
            Ok(count) => self.say(&format!("unlinked {count}\n")),
            Err(error) => self.say(&format!("error links: {error}\n")),
        }
        self.close(Arc::into_inner(register).unwrap()).await;
        if self.has_failed.load(Ordering::Relaxed) {
            // Whoever runs a node on a disk that failed looks at the disk before starting it again.
            return;
        }
        self.phase("reopen");
        let register = self.open(ORIGINS[0]).await;
        for _ in 0..2 {
            self.said("add", register.add(self.request(), &self.now).await);
        }
        self.phase("freeze");
        self.said("freeze", register.freeze(&self.now).await);
        self.publish(&register, 1).await;
        self.close(register).await;
        if self.has_failed.load(Ordering::Relaxed) {
            return;
        }
        self.phase("next");
        let next = Register::open_next(&self.address, Arc::clone(&self.schema), self.node(ORIGINS[1]), &self.now).await;
        let next = next.unwrap_or_else(|error| self.give_up(&error.to_string()));
        self.say("ack - 0 2 0 next\n");
        self.close(next).await;
        self.phase("second");
        let register = self.open(ORIGINS[1]).await;
        for _ in 0..2 {
            self.said("add", register.add(self.request(), &self.now).await);
        }
        self.said_all("add", register.add_all(self.entries(20), &self.now).await);
        self.head(&register).await;
        self.close(register).await;
    }

    async fn close(&self, register: Register) {
        self.phase("close");
        register.close().await;
    }

    /// Several tasks record at the same time.
    async fn together(self: &Arc<Self>, register: &Arc<Register>, each: usize) {
        let tasks: Vec<_> = (0..self.tasks)
            .map(|_| {
                let (world, register) = (Arc::clone(self), Arc::clone(register));
                tokio::spawn(async move {
                    for _ in 0..each {
                        world.said("add", register.add(world.entry(), &world.now).await);
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        self.head(register).await;
    }

    /// Work without an end, until it is killed or its disk fails.
    async fn load(self: &Arc<Self>, create: bool) {
        let register = Arc::new(if create { self.create().await } else { self.open(ORIGINS[0]).await });
        let tasks: Vec<_> = (0..self.tasks)
            .map(|task| {
                let (world, register) = (Arc::clone(self), Arc::clone(&register));
                tokio::spawn(async move { world.work(&register, task).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    }

    async fn work(&self, register: &Register, task: u64) {
        let mut failures = 0;
        let mut turn = task;
        while failures < FAILURES_MAX {
            turn += 1;
            let receipts = if turn.is_multiple_of(5) {
                self.said_all("add", register.add_all(self.entries(12), &self.now).await)
            } else {
                self.said("add", register.add(self.request(), &self.now).await).into_iter().collect()
            };
            let Some(receipt) = receipts.first() else {
                // A server may come back; a disk does not. A few more tries show whether anything is acknowledged after all.
                failures += if self.patient { 1 } else { FAILURES_MAX / 6 };
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            failures = 0;
            match turn % 7 {
                1 if receipts.len() == 1 => drop(self.amend(register, receipt).await),
                3 => drop(self.erase(register, receipt).await),
                5 => self.publish(register, register.log_number()).await,
                _ => self.head(register).await,
            }
        }
    }
}
