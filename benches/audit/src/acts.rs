//! Made-up acts in the order of their days, as logs are: each of some act, most of the facts of its act known, by a fixed seed.

use datafusion::arrow::array::{ArrayRef, Date32Builder, Int32Builder, Int64Builder, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::WriterProperties;
use haven_audit::law::{day_number, day_of};
use haven_law::ir::FactSet;
use haven_law::pack::Pack;
use haven_law::request::{Request, Scope};
use haven_law::vocabulary::{ActionId, FactId, FactKind};
use jiff::civil::date;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const SEED: u64 = 2173;
const BATCH: usize = 1 << 16;
/// Days of a log.
const DAYS: u64 = 5_000;

/// A log in Parquet: `action_code`, `day`, and every fact of the vocabulary.
pub struct Log {
    pub path: PathBuf,
    pub rows: usize,
    pub bytes: u64,
}

struct Act {
    action: ActionId,
    day: i32,
    facts: Vec<(FactId, u64)>,
}

/// xorshift64*.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) % end
    }
}

struct Acts<'p> {
    pack: &'p Pack,
    actions: Vec<ActionId>,
    chance: Chance,
    made: usize,
    all: usize,
}

impl<'p> Acts<'p> {
    /// So many acts, spread over the days.
    fn new(pack: &'p Pack, all: usize) -> Acts<'p> {
        Acts { pack, actions: pack.vocabulary().action_ids().map(|(id, _)| id).collect(), chance: Chance(SEED), made: 0, all }
    }
}

impl Iterator for Acts<'_> {
    type Item = Act;

    fn next(&mut self) -> Option<Act> {
        let chance = &mut self.chance;
        let day = (self.made as u64 * DAYS / self.all as u64) as i32;
        self.made += 1;
        let action = self.actions[chance.below(self.actions.len() as u64) as usize];
        // From the first version of the ordinance to 2026: the law has changed on some of these days.
        let day = day_number(date(2012, 9, 1)) + day;
        let own = self.pack.vocabulary().action(action).map_or(FactSet::EMPTY, |action| action.facts);
        let mut facts = Vec::new();
        for id in own.iter() {
            if chance.below(10) == 0 {
                continue;
            }
            let fact = self.pack.vocabulary().fact(id);
            let word = match fact.kind {
                FactKind::Number => chance.below(100),
                FactKind::Many => (0..2).fold(0, |word, _| word | 1 << chance.below(fact.values.len() as u64)),
                FactKind::Bool | FactKind::One | FactKind::Recency => 1 << chance.below(fact.values.len() as u64),
            };
            facts.push((id, word));
        }
        Some(Act { action, day, facts })
    }
}

impl Log {
    /// A log of so many rows, written once.
    pub fn made(pack: &Pack, scratch: &Path, rows: usize) -> Log {
        let digest: String = pack.digest.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
        let path = scratch.join(format!("acts-{rows}-in-order-{digest}.parquet"));
        if !path.exists() {
            let part = path.with_extension("part");
            write(pack, &part, rows);
            std::fs::rename(&part, &path).expect("the scratch folder");
        }
        let bytes = std::fs::metadata(&path).expect("the log").len();
        Log { path, rows, bytes }
    }
}

fn write(pack: &Pack, path: &Path, rows: usize) {
    let facts = pack.vocabulary().facts();
    let mut fields = vec![Field::new("action_code", DataType::Int32, true), Field::new("day", DataType::Date32, true)];
    fields.extend(facts.iter().map(|fact| Field::new(&fact.name, DataType::Int64, true)));
    let schema = Arc::new(Schema::new(fields));
    let packed = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(1).expect("a level"))).build();
    let mut writer =
        ArrowWriter::try_new(File::create(path).expect("the scratch folder"), Arc::clone(&schema), Some(packed)).expect("a writer");
    let mut acts = Acts::new(pack, rows);
    let mut left = rows;
    while left > 0 {
        let count = left.min(BATCH);
        left -= count;
        let (mut actions, mut days) = (Int32Builder::new(), Date32Builder::new());
        let mut words: Vec<Int64Builder> = facts.iter().map(|_| Int64Builder::new()).collect();
        for act in acts.by_ref().take(count) {
            actions.append_value(i32::try_from(act.action.index()).expect("few acts"));
            days.append_value(act.day);
            let mut known = act.facts.iter().peekable();
            for (index, column) in words.iter_mut().enumerate() {
                column.append_option(known.next_if(|(id, _)| id.index() == index).map(|(_, word)| word.cast_signed()));
            }
        }
        let mut columns: Vec<ArrayRef> = vec![Arc::new(actions.finish()), Arc::new(days.finish())];
        columns.extend(words.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef));
        writer.write(&RecordBatch::try_new(Arc::clone(&schema), columns).expect("a batch")).expect("the log");
    }
    writer.close().expect("the log");
}

/// A log of so many acts as requests.
pub fn requests(pack: &Pack, count: usize) -> Vec<Request> {
    let request = |act: Act| {
        let mut request = Request::new(pack, day_of(act.day).expect("a day"), act.action, None, Scope::default());
        for (fact, word) in act.facts {
            request.facts.set(fact, word);
        }
        request
    };
    Acts::new(pack, count).take(count).map(request).collect()
}
