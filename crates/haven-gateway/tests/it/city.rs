//! A gateway of a made-up city: its law is the real one, its origin and its journal are the test's.

use crate::laws;
use crate::origin::Origin;
use async_trait::async_trait;
use haven_detect::{Detector, Source};
use haven_gateway::journal::{End, Entry, Journal, Ticket, Unrecorded};
use haven_gateway::ruling::Parts;
use haven_gateway::serve::{Gateway, Opener, StartError};
use haven_guard::judge::Rules;
use haven_law::pack::{Pack, Source as Law};
use jiff::civil::{Date, date};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

pub const DAY: Date = date(2026, 5, 4);

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

static PACK: LazyLock<Arc<Pack>> = LazyLock::new(|| Arc::new(Pack::load(&Law::new(laws::files()), "us/il/chicago").unwrap()));
static RULES: LazyLock<Arc<Rules>> =
    LazyLock::new(|| Arc::new(Rules::read(&fs::read_to_string(root().join("guard/judge.toml")).unwrap(), &PACK).unwrap()));
static DETECTOR: LazyLock<Arc<Detector>> = LazyLock::new(|| {
    let mut sources = Vec::new();
    for language in fs::read_dir(root().join("phrases")).unwrap() {
        let folder = language.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        for file in fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                let name = path.strip_prefix(root().join("phrases")).unwrap().to_str().unwrap().to_owned();
                sources.push(Source { path: name, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Arc::new(Detector::new(&sources).unwrap())
});

/// A journal in memory, which can be told to fail.
#[derive(Default)]
pub struct Book {
    pub entries: Mutex<Vec<Entry>>,
    pub ends: Mutex<Vec<(String, End)>>,
    pub fails: AtomicBool,
    /// Whether it neither takes an entry nor refuses it.
    pub hangs: AtomicBool,
    /// Whether it takes its time.
    pub is_slow: AtomicBool,
}

#[async_trait]
impl Journal for Book {
    async fn judged(&self, entry: Entry) -> Result<Ticket, Unrecorded> {
        self.ready().await?;
        if self.hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        if self.is_slow.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        let mut entries = self.entries.lock().unwrap();
        entries.push(entry.clone());
        Ok(Ticket { id: entries.len().to_string(), entry })
    }

    async fn ended(&self, ticket: &Ticket, end: End) -> Result<(), Unrecorded> {
        self.ready().await?;
        self.ends.lock().unwrap().push((ticket.id.clone(), end));
        Ok(())
    }

    async fn ready(&self) -> Result<(), Unrecorded> {
        if self.fails.load(Ordering::SeqCst) { Err(Unrecorded("the register is not there".to_owned())) } else { Ok(()) }
    }
}

impl Book {
    /// How releases ended, once so many did.
    pub async fn ends(&self, count: usize) -> Vec<End> {
        for _ in 0..1200 {
            let ends: Vec<End> = self.ends.lock().unwrap().iter().map(|(_, end)| *end).collect();
            if ends.len() >= count {
                return ends;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("expected {count} ends, found {:?}", self.ends.lock().unwrap());
    }
}

pub fn parts(book: &Arc<Book>) -> Parts {
    Parts {
        pack: Arc::clone(&PACK),
        rules: Arc::clone(&RULES),
        detector: Arc::clone(&DETECTOR),
        policy: fs::read_to_string(root().join("guard/policy.toml")).unwrap(),
        journal: Arc::clone(book) as Arc<dyn Journal>,
        today: Arc::new(|| Some(DAY)),
    }
}

pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Who asks in the tests: id, requester, class, purposes, authorities, party's agreement.
const RECIPIENTS: [(&str, &str, &str, &str, &str, &str); 7] = [
    ("isp", "illinois_police", "state", "criminal", "none", "A-isp"),
    ("fbi", "fbi", "federal", "criminal", "none", "A-fbi"),
    ("ice", "ice", "federal_immigration", "civil_immigration\", \"criminal", "none", "A-ice"),
    ("kiosk", "person_concerned", "subject", "own_record", "written_consent", "A-kiosk"),
    ("late", "illinois_police", "state", "criminal", "none", "A-late"),
    ("bare", "illinois_police", "state", "criminal", "none", "A-bare"),
    ("away", "illinois_police", "state", "criminal", "none", ""),
];

/// What `guard.toml` says of recipients, each with a key `key-<id>`.
pub fn recipients() -> String {
    let mut text = String::new();
    for (id, requester, class, purposes, authorities, _) in RECIPIENTS {
        let key = digest(format!("key-{id}").as_bytes());
        write!(
            text,
            "[[recipient]]\nid = \"{id}\"\nrequester = \"{requester}\"\nclass = \"{class}\"\npurposes = [\"{purposes}\"]\n\
             authorities = [\"{authorities}\"]\nproof = {{ key_sha256 = [\"{key}\"] }}\n\n"
        )
        .unwrap();
    }
    text
}

pub fn route(prefix: &str, origin: &str, more: &str) -> String {
    let agreements: Vec<String> = RECIPIENTS
        .iter()
        .filter(|(.., agreement)| !agreement.is_empty())
        .map(|(id, .., agreement)| format!("{id} = \"{agreement}\""))
        .collect();
    format!(
        "[[route]]\nprefix = \"{prefix}\"\norigin = \"{origin}\"\nagency = \"CPD\"\nstation = \"001\"\nsystem = \"records\"\n\
         agreements = \"agreements.toml\"\nrecipients = {{ {} }}\n{more}\n",
        agreements.join(", ")
    )
}

fn agreements() -> String {
    let mut text = "agency = \"CPD\"\n".to_owned();
    let signed = "determined_by = \"S-1\"\ndetermined_on = \"2024-01-01\"\n";
    for (id, party, purpose, from, until, determined) in [
        ("A-isp", "illinois_police", "criminal", "2025-01-01", "2026-12-31", signed),
        ("A-fbi", "fbi", "criminal", "2025-01-01", "2026-12-31", signed),
        ("A-ice", "ice", "criminal", "2025-01-01", "2026-12-31", signed),
        ("A-kiosk", "person_concerned", "other", "2025-01-01", "2026-12-31", signed),
        ("A-late", "illinois_police", "criminal", "2024-01-01", "2025-12-31", signed),
        ("A-bare", "illinois_police", "criminal", "2025-01-01", "2026-12-31", ""),
    ] {
        write!(
            text,
            "[[agreement]]\nid = \"{id}\"\nparty = \"{party}\"\naccess = \"direct\"\nsystems = [\"records\"]\npurpose = \"{purpose}\"\n\
             {determined}from = \"{from}\"\nuntil = \"{until}\"\n"
        )
        .unwrap();
    }
    text
}

/// A gateway that runs, with all that belongs to it.
pub struct City {
    pub folder: tempfile::TempDir,
    pub origin: Origin,
    pub book: Arc<Book>,
    pub gateway: Gateway,
}

/// `guard.toml` without TLS.
pub fn plain(origin: &Origin, limits: &str) -> String {
    format!(
        "listen = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\nby = \"S-7\"\n\n[limits]\nstop_seconds = 5\n{limits}\n\n{}{}",
        recipients(),
        route("/records/", &format!("http://{}/api/", origin.address), "methods = [\"GET\", \"HEAD\", \"POST\"]\n")
    )
}

impl City {
    pub async fn open() -> Self {
        Self::with("").await
    }

    pub async fn with(limits: &str) -> Self {
        let origin = Origin::start().await;
        let text = plain(&origin, limits);
        Self::of(origin, &text, |_| {}).await.unwrap()
    }

    pub async fn of(origin: Origin, text: &str, files: impl FnOnce(&Path)) -> Result<Self, StartError> {
        let book = Arc::new(Book::default());
        let parts = parts(&book);
        Self::opened(origin, text, files, book, Arc::new(move || Ok(parts.clone()))).await
    }

    pub async fn opened(
        origin: Origin,
        text: &str,
        files: impl FnOnce(&Path),
        book: Arc<Book>,
        opener: Opener,
    ) -> Result<Self, StartError> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("agreements.toml"), agreements()).unwrap();
        files(folder.path());
        let file = folder.path().join("guard.toml");
        fs::write(&file, text).unwrap();
        let gateway = Gateway::start(file, opener).await?;
        Ok(Self { folder, origin, book, gateway })
    }

    pub fn address(&self) -> SocketAddr {
        self.gateway.address()
    }

    pub fn outcomes(&self) -> Vec<&'static str> {
        self.book.entries.lock().unwrap().iter().map(|entry| entry.outcome.name()).collect()
    }

    pub fn withheld(&self) -> BTreeSet<String> {
        self.book.entries.lock().unwrap().iter().flat_map(|entry| entry.withheld.clone()).collect()
    }
}
