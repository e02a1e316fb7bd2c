//! ZIP archives made anew: each file as it may go, in order. What else stood in the archive is not taken over.

use super::{Clean, FILES_BYTES_MAX, Remade};
use crate::archive::zip_reason;
use std::collections::BTreeSet;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;

/// Makes a ZIP archive anew.
///
/// # Errors
/// Why it cannot be made, in words.
pub fn zip(bytes: &[u8], clean: &mut dyn Clean) -> Result<Remade, String> {
    let damaged = || "expected a ZIP archive, found one that is damaged".to_owned();
    let mut old = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    old.validate_header_consistency().map_err(|_| damaged())?;
    let (mut new, mut names, mut left) = (zip::ZipWriter::new(Cursor::new(Vec::new())), BTreeSet::new(), FILES_BYTES_MAX);
    let mut remade = Remade::default();
    remade.goes("comments of the archive", usize::from(!old.comment().is_empty()));
    for index in 0..old.len() {
        let entry = old.by_index(index).map_err(|error| zip_reason(&error).to_owned())?;
        remade.goes("comments of the archive", usize::from(!entry.comment().is_empty()));
        remade.goes("extra fields of the archive", usize::from(entry.extra_data().is_some_and(|extra| !extra.is_empty())));
        // A folder is there where a file lies in it.
        if entry.is_dir() {
            remade.goes("folders of the archive, as entries of their own", 1);
            continue;
        }
        if entry.is_symlink() || entry.enclosed_name().is_none() {
            return Err("a file of the archive that points elsewhere".to_owned());
        }
        let name = entry.name().map_err(|_| "a file of the archive without a readable name".to_owned())?.into_owned();
        let mut file = Vec::new();
        entry.take(left + 1).read_to_end(&mut file).map_err(|_| damaged())?;
        left = left
            .checked_sub(file.len() as u64)
            .ok_or_else(|| format!("more than {FILES_BYTES_MAX} bytes would come out of the archive"))?;
        let (name, file) = clean.file(&name, file)?;
        if !names.insert(name.clone()) {
            return Err("two files of the archive have one name".to_owned());
        }
        // No date, no owner, no mode.
        new.start_file(&name, SimpleFileOptions::DEFAULT).map_err(|_| damaged())?;
        new.write_all(&file).map_err(|_| damaged())?;
    }
    remade.bytes = new.finish().map_err(|_| damaged())?.into_inner();
    Ok(remade)
}
