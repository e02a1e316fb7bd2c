//! What a witness keeps: the last tree of each log that it has cosigned, in a database of its own.

use crate::db::DbError;
use haven_ledger::tree::Hash;
use haven_ledger::witness::{Answer, Witness};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Row as _, SqlitePool};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// The memory of a witness.
pub struct WitnessStore {
    pool: SqlitePool,
}

/// What is sent back: an HTTP status, a content type, a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The content type.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
}

impl WitnessStore {
    /// Opens the memory, or makes it.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn open(path: &Path) -> Result<WitnessStore, DbError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(30));
        let pool = SqlitePoolOptions::new().max_connections(2).connect_with(options).await?;
        let table =
            "CREATE TABLE IF NOT EXISTS cosigned (origin TEXT NOT NULL PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL) STRICT";
        sqlx::query(table).execute(&pool).await?;
        Ok(WitnessStore { pool })
    }

    /// Answers a request to cosign. The new state is durable before the cosignature is given out.
    ///
    /// # Errors
    /// [`DbError`]; then nothing was cosigned.
    pub async fn add_checkpoint(&self, witness: &Witness, request: &[u8], now: u64) -> Result<Reply, DbError> {
        // From here on no other request is answered: the transaction keeps other writers out.
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let mut states: BTreeMap<String, (u64, Hash)> = BTreeMap::new();
        for row in sqlx::query("SELECT origin, size, root FROM cosigned").fetch_all(&mut *tx).await? {
            let (origin, size, root): (String, i64, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            let root =
                Hash::try_from(root.as_slice()).map_err(|_| DbError::damaged("table cosigned", "a hash of 32 bytes", "another length"))?;
            states.insert(origin, (crate::store::count(size, "table cosigned")?, root));
        }
        let answer = witness.add_checkpoint(request, |origin| states.get(origin).copied(), now);
        let (status, content_type) = (answer.status(), answer.content_type());
        let body = match answer {
            Answer::Refused { body, .. } => body,
            Answer::Cosigned { origin, size, root, body } => {
                let size = i64::try_from(size).map_err(|_| DbError::damaged("a checkpoint", "a size below 2^63", size.to_string()))?;
                let statement = "INSERT INTO cosigned (origin, size, root) VALUES ($1, $2, $3) \
                                 ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root";
                sqlx::query(statement).bind(origin).bind(size).bind(root.to_vec()).execute(&mut *tx).await?;
                tx.commit().await?;
                body.once_stored()
            }
        };
        Ok(Reply { status, content_type, body })
    }
}
