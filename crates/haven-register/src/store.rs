//! The log's place in the register: [`Store`] over a transaction, so that a record and its entry commit together.

use crate::db::{DbError, Tx, Value};
use haven_ledger::store::{Batch, Head, Store};
use haven_ledger::tree::Hash;
use std::ops::Range;

/// The log that a transaction reads or appends to.
pub(crate) struct LogView<'a> {
    /// The transaction.
    pub tx: &'a mut Tx,
    /// The number of the log; logs follow each other, and only the last one grows.
    pub log: i64,
    /// The moment of signing, in seconds since 1970.
    pub now: i64,
}

fn number(value: u64) -> Result<i64, DbError> {
    i64::try_from(value).map_err(|_| DbError::damaged("the log", "an index below 2^63", format!("{value}")))
}

/// A size or index as the database has it.
pub(crate) fn count(value: i64, place: &str) -> Result<u64, DbError> {
    u64::try_from(value).map_err(|_| DbError::damaged(place, "a number that is not negative", format!("{value}")))
}

impl LogView<'_> {
    async fn read_head(&mut self, end: &str) -> Result<Head, DbError> {
        let statement = format!("SELECT size, root, checkpoint, frozen FROM log_head WHERE log = $1{end}");
        let row = self.tx.one(statement, vec![self.log.into()]).await?;
        let row = row.ok_or_else(|| DbError::damaged("table log_head", format!("a row for log {}", self.log), "none"))?;
        Ok(Head {
            size: count(row.int(0)?, "table log_head")?,
            root: row.hash(1, || "table log_head, root".to_owned())?,
            checkpoint: row.text(2)?,
            frozen: row.int(3)? != 0,
        })
    }

    /// Rows of one column for a range of indices; a hole is damage.
    async fn range<T>(
        &mut self,
        statement: &'static str,
        values: Vec<Value>,
        range: Range<u64>,
        place: &str,
        read: impl Fn(&crate::db::Row, &str) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = values;
        values.extend([number(range.start)?.into(), number(range.end)?.into()]);
        let rows = self.tx.query(statement, values).await?;
        let mut found = Vec::with_capacity(rows.len());
        for (row, index) in rows.iter().zip(range.clone()) {
            let place = format!("{place} {index}");
            if count(row.int(0)?, &place)? != index {
                return Err(DbError::damaged(place, "a row", "none"));
            }
            found.push(read(row, &place)?);
        }
        if found.len() as u64 != range.end - range.start {
            let index = range.start + found.len() as u64;
            return Err(DbError::damaged(format!("{place} {index}"), "a row", "none"));
        }
        Ok(found)
    }
}

impl Store for LogView<'_> {
    type Error = DbError;

    async fn head(&mut self) -> Result<Head, DbError> {
        self.read_head("").await
    }

    async fn lock(&mut self) -> Result<Head, DbError> {
        let end = self.tx.for_update();
        self.read_head(end).await
    }

    async fn leaves(&mut self, range: Range<u64>) -> Result<Vec<Hash>, DbError> {
        let statement = "SELECT idx, leaf FROM log_entry WHERE log = $1 AND idx >= $2 AND idx < $3 ORDER BY idx";
        let values = vec![self.log.into()];
        self.range(statement, values, range, "table log_entry, entry", |row, place| row.hash(1, || place.to_owned())).await
    }

    async fn entries(&mut self, range: Range<u64>) -> Result<Vec<Vec<u8>>, DbError> {
        let statement = "SELECT idx, entry FROM log_entry WHERE log = $1 AND idx >= $2 AND idx < $3 ORDER BY idx";
        let values = vec![self.log.into()];
        self.range(statement, values, range, "table log_entry, entry", |row, _| row.blob(1)).await
    }

    async fn tile(&mut self, level: u8, index: u64) -> Result<Vec<u8>, DbError> {
        let statement = "SELECT hashes FROM log_tile WHERE log = $1 AND level = $2 AND idx = $3";
        let values = vec![self.log.into(), i64::from(level).into(), number(index)?.into()];
        let row = self.tx.one(statement, values).await?;
        let place = || format!("table log_tile, level {level}, tile {index}");
        let hashes = row.ok_or_else(|| DbError::damaged(place(), "a full tile", "none"))?.blob(0)?;
        if hashes.len() == 8192 { Ok(hashes) } else { Err(DbError::damaged(place(), "8192 bytes", format!("{}", hashes.len()))) }
    }

    async fn roots(&mut self, level: u8, range: Range<u64>) -> Result<Vec<Hash>, DbError> {
        let statement = "SELECT idx, root FROM log_tile WHERE log = $1 AND level = $2 AND idx >= $3 AND idx < $4 ORDER BY idx";
        let values = vec![self.log.into(), i64::from(level).into()];
        let place = format!("table log_tile, level {level}, tile");
        self.range(statement, values, range, &place, |row, place| row.hash(1, || place.to_owned())).await
    }

    async fn write(&mut self, batch: &Batch) -> Result<(), DbError> {
        let first = number(batch.first)?;
        let log = self.log;
        let entries = batch.entries.iter().zip(first..);
        let entries = entries.map(|((entry, leaf), index)| vec![log.into(), index.into(), entry.clone().into(), leaf.to_vec().into()]);
        self.tx.insert("INSERT INTO log_entry (log, idx, entry, leaf)", entries.collect(), "").await?;
        let mut tiles = Vec::new();
        for tile in &batch.tiles {
            let place = [log, i64::from(tile.level), number(tile.index)?].map(Value::from);
            tiles.push(place.into_iter().chain([tile.hashes.clone().into(), tile.root.to_vec().into()]).collect());
        }
        self.tx.insert("INSERT INTO log_tile (log, level, idx, hashes, root)", tiles, "").await?;
        // The compare-and-swap: two nodes can never sign two trees of one size.
        let statement = "UPDATE log_head SET size = $1, root = $2, checkpoint = $3, frozen = $4, signed = $5 WHERE log = $6 AND size = $7";
        let head = &batch.head;
        let values = vec![
            number(head.size)?.into(),
            head.root.to_vec().into(),
            head.checkpoint.clone().into(),
            i64::from(head.frozen).into(),
            self.now.into(),
            log.into(),
            first.into(),
        ];
        match self.tx.execute(statement, values).await? {
            1 => Ok(()),
            _ => Err(DbError::damaged("table log_head", format!("size {first}"), "another size: somebody else wrote at the same time")),
        }
    }
}
