//! What every test stands on: the laws of this tree, a node with a fixed key, days that do not depend on today.

use haven_law::pack::{Pack, Source};
use haven_ledger::note::Signer;
use haven_register::db::Address;
use haven_register::entry::{Draft, FieldError, Pairs};
use haven_register::moment::Moment;
use haven_register::register::{Node, Register};
use haven_register::schema::Schema;
use haven_register::seen::SeenFile;
use jiff::ZonedDateTime;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

/// The name of the log in tests.
pub const ORIGIN: &str = "haven.example/log1";

/// The files of the laws.
pub fn source() -> Source {
    Source::new(crate::laws::files())
}

/// Chicago's law.
pub static PACK: LazyLock<Pack> = LazyLock::new(|| Pack::load(&source(), "us/il/chicago").unwrap());
/// What may be recorded in Chicago.
pub static SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| Arc::new(Schema::load(&source(), &PACK).unwrap()));

/// Chicago's time zone.
pub fn zone() -> TimeZone {
    TimeZone::get("America/Chicago").unwrap()
}

/// A moment in Chicago: `2026-05-04 14:06`.
pub fn now(text: &str) -> ZonedDateTime {
    text.parse::<jiff::civil::DateTime>().unwrap().to_zoned_datetime(zone()).unwrap()
}

/// Bytes that differ at each call and are the same in each run of a process that calls in the same order.
pub fn entropy(bytes: &mut [u8]) -> Result<(), String> {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    for chunk in bytes.chunks_mut(32) {
        let hash = Sha256::digest(CALLS.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        chunk.copy_from_slice(&hash[..chunk.len()]);
    }
    Ok(())
}

/// A key of the log of that name.
pub fn signer(name: &str) -> Signer {
    Signer::generate(name, Sha256::digest(name).into()).unwrap()
}

/// A node that remembers in `folder`.
pub fn node(folder: &Path, name: &str) -> Node {
    let seen = SeenFile::open(&folder.join(format!("{}.seen", name.replace('/', "-"))), true).unwrap();
    Node { signer: signer(name), seen, entropy }
}

/// A new register.
pub async fn create(address: &Address, folder: &Path) -> Register {
    Register::create(address, Arc::clone(&SCHEMA), node(folder, ORIGIN), &now("2026-05-04 08:00")).await.unwrap()
}

/// The register again, as after a restart.
pub async fn open(address: &Address, folder: &Path) -> Register {
    Register::open(address, Arc::clone(&SCHEMA), Some(node(folder, ORIGIN))).await.unwrap()
}

/// Texts as pairs: `channel=phone asked=hold,transfer "at=2026-05-04 14:06"`, separated by `|`.
pub fn pairs(text: &str) -> Pairs {
    text.split('|').filter_map(|pair| pair.split_once('=')).map(|(name, text)| (name.trim().to_owned(), text.trim().to_owned())).collect()
}

/// Reads a draft as of a moment.
pub fn read(text: &str, as_of: &str) -> Result<Draft, Vec<FieldError>> {
    Draft::read(&SCHEMA, &zone(), &pairs(text), &Moment::at(&now(as_of)))
}

/// Reads a draft that must be right, in May 2026.
pub fn draft(text: &str) -> Draft {
    read(text, "2026-05-31 12:00").unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
}

/// A request by telephone.
pub fn request(external: &str) -> Draft {
    draft(&format!(
        "kind=request|station=001|at=2026-05-04 14:06|by=S-1042|external_id={external}|channel=phone|requester=ero|asked=assist"
    ))
}

/// A detainer by fax.
pub fn detainer(external: &str) -> Draft {
    draft(&format!(
        "kind=document|station=001|at=2026-05-04 15:00|by=S-1042|external_id={external}|document=I-247A|channel=fax|requester=ero"
    ))
}
