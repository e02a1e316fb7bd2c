//! Where the law comes from: the packs inside the binary, or a folder.

use crate::error::CliError;
use haven_law::pack::{Pack, Source};
use rust_embed::RustEmbed;
use std::path::Path;

#[derive(RustEmbed)]
#[folder = "../../law"]
struct Embedded;

/// Reads the files of the law: from a folder where one is given, else those the binary was built with.
pub(crate) fn source(folder: Option<&Path>) -> Result<Source, CliError> {
    match folder {
        None => Ok(Source::new(Embedded::iter().filter_map(|path| {
            let file = Embedded::get(&path)?;
            Some((path.to_string(), String::from_utf8(file.data.into_owned()).ok()?))
        }))),
        Some(folder) => {
            let mut files = Vec::new();
            walk(folder, folder, &mut files)?;
            Ok(Source::new(files))
        }
    }
}

/// Reads the pack of a jurisdiction.
pub(crate) fn pack(source: &Source, jurisdiction: &str) -> Result<Pack, CliError> {
    Pack::load(source, jurisdiction).map_err(CliError::Law)
}

fn walk(base: &Path, folder: &Path, files: &mut Vec<(String, String)>) -> Result<(), CliError> {
    let read = |path: &Path, error: std::io::Error| CliError::Read { path: path.to_path_buf(), error };
    for entry in std::fs::read_dir(folder).map_err(|error| read(folder, error))? {
        let path = entry.map_err(|error| read(folder, error))?.path();
        if path.is_dir() {
            walk(base, &path, files)?;
        } else if path
            .extension()
            .is_some_and(|ending| ["toml", "cedar", "cedarschema", "yaml", "md", "ftl"].iter().any(|known| ending == *known))
        {
            let text = std::fs::read_to_string(&path).map_err(|error| read(&path, error))?;
            let name = path.strip_prefix(base).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.push((name, text));
        }
    }
    Ok(())
}
