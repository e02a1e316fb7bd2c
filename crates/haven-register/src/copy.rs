//! Looking at a register without changing it, and copying it while it is used.

use crate::db::{Address, Db, DbError, Durability};
use std::path::Path;

/// Whether the register's tables are those of this version of Haven; looking at them changes nothing.
///
/// # Errors
/// [`DbError`]; [`DbError::Absent`] where there is no register.
pub async fn is_current(address: &Address) -> Result<bool, DbError> {
    let db = Db::connect(address, false, Durability::Full).await?;
    let current = db.is_current().await;
    db.close().await;
    current
}

/// Copies one state of a register on SQLite into a file that is there and empty; others go on using the register.
///
/// # Errors
/// [`DbError`]; what stands in the file then is to be thrown away.
pub async fn copy(from: &Address, into: &Path) -> Result<(), DbError> {
    let db = Db::connect(from, false, Durability::Full).await?;
    let copied = db.copy_into(into).await;
    db.close().await;
    copied
}
