//! The files of the folder of laws, for the tests of every crate: each takes this file in by its path.

use std::path::Path;

/// Each file that is text, by its path in the folder of laws.
pub fn files() -> Vec<(String, String)> {
    // Each crate lies beside the others.
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../law");
    let (mut folders, mut files) = (vec![base.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                files.push((path.strip_prefix(&base).unwrap().to_str().unwrap().to_owned(), text));
            }
        }
    }
    files
}
