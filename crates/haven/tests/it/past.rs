//! A register that has been kept for a while: entries that were recorded on an earlier day than today.

use haven_law::pack::{Pack, Source};
use haven_ledger::note::Signer;
use haven_register::db::Address;
use haven_register::entry::{Draft, Pairs};
use haven_register::moment::Moment;
use haven_register::register::{Node, Register};
use haven_register::schema::Schema;
use haven_register::seen::SeenFile;
use jiff::ZonedDateTime;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Puts in the place of the register of a folder, which `haven ledger init` made just now, one that was made and written at a
/// moment that is past: no log goes back in time.
pub(crate) fn record(folder: &Path, source: &Source, now: &ZonedDateTime, entries: Vec<Pairs>) {
    let pack = Pack::load(source, "us/il/chicago").unwrap();
    let schema = Arc::new(Schema::load(source, &pack).unwrap());
    let signer = Signer::parse(fs::read_to_string(folder.join("haven.key")).unwrap().trim()).unwrap();
    for name in ["haven.db", "haven.db-wal", "haven.db-shm", "haven.key.seen"] {
        let _ = fs::remove_file(folder.join(name));
    }
    let seen = SeenFile::open(&folder.join("haven.key.seen"), true).unwrap();
    let node = Node { signer, seen, entropy: |bytes| getrandom::fill(bytes).map_err(|error| error.to_string()) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let register = Register::create(&Address::File(folder.join("haven.db")), Arc::clone(&schema), node, now).await.unwrap();
        for pairs in entries {
            let draft = Draft::read(&schema, register.zone(), &pairs, &Moment::at(now)).unwrap();
            register.add(draft, now).await.unwrap();
        }
        register.close().await;
    });
}

/// The moment at which a test runs, and one before this month began.
pub(crate) fn today_and_last_month() -> (ZonedDateTime, ZonedDateTime) {
    let zone = jiff::tz::TimeZone::get("America/Chicago").unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test stands at the edge")]
    let now = jiff::Timestamp::now().to_zoned_datetime(zone.clone());
    let last = now.date().first_of_month().yesterday().unwrap().at(23, 0, 0, 0).to_zoned_datetime(zone).unwrap();
    (now, last)
}
