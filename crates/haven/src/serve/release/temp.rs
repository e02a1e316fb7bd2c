//! Where files lie while they are looked at: a folder that nobody else reads, and that is gone when it is let go of.
//!
//! A service that dies cannot let go. Each folder holds a lock as long as its service lives, so that the next one to start knows
//! which are left over.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use tempfile::{Builder, TempDir};

/// What the names of the folders begin with; the rest is chance.
const PREFIX: &str = "haven-release-";
/// The file that is locked while the folder is in use.
const LOCK: &str = "lock";

/// A folder of the temporary folder. It is deleted when it is dropped.
pub(super) struct Place {
    // Before the lock, so that nobody takes it for left over while it is deleted.
    folder: TempDir,
    _lock: File,
}

impl Place {
    /// Makes a folder.
    pub(super) fn make() -> io::Result<Place> {
        let folder = Builder::new().prefix(PREFIX).permissions(Permissions::from_mode(0o700)).tempdir()?;
        // It is locked before it has the name by which it is looked for.
        let unlocked = folder.path().join("unlocked");
        let lock = File::create_new(&unlocked)?;
        lock.try_lock()?;
        fs::rename(unlocked, folder.path().join(LOCK))?;
        Ok(Place { folder, _lock: lock })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Deletes it, and says so where it cannot.
    pub(super) fn destroy(self) {
        if let Err(error) = self.folder.close() {
            tracing::error!(why = error.kind().to_string(), "files that were checked could not be deleted");
        }
    }
}

/// Deletes what services that died left behind.
pub(super) fn sweep() {
    // Whose a folder is must be known, and a file of our own says who we are.
    let Ok(own) = tempfile::tempfile().and_then(|file| file.metadata()).map(|data| data.uid()) else { return };
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        let (path, lock) = (entry.path(), entry.path().join(LOCK));
        let is = |path: &Path, of: fn(&fs::Metadata) -> bool| path.symlink_metadata().is_ok_and(|data| data.uid() == own && of(&data));
        if !is(&path, fs::Metadata::is_dir) || !is(&lock, fs::Metadata::is_file) {
            continue;
        }
        if File::open(&lock).is_ok_and(|lock| lock.try_lock().is_ok()) {
            match fs::remove_dir_all(&path) {
                Ok(()) => tracing::warn!("files that a check had left were deleted: the service had not ended by itself"),
                Err(error) => tracing::error!(why = error.kind().to_string(), "files that a check had left could not be deleted"),
            }
        }
    }
}
