//! Puts what the pages load into the binary: the files of the design system that are used, and our own.
//!
//! Files come from `web/node_modules` (`npm ci`, pinned by `web/package-lock.json`) and from `assets/`. Their paths hold a
//! digest of all of them, so that a browser may keep them for ever and still never shows old ones.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The design system as npm installs it.
const USWDS: &str = "../../web/node_modules/@uswds/uswds";
/// What the pages use of it. A page that asks for another file fails the browser test.
const USED: [&str; 9] = [
    "css/uswds.min.css",
    "fonts/source-sans-pro/sourcesanspro-regular-webfont.woff2",
    "fonts/source-sans-pro/sourcesanspro-italic-webfont.woff2",
    "fonts/source-sans-pro/sourcesanspro-bold-webfont.woff2",
    "img/correct8.svg",
    "img/usa-icons/error.svg",
    "img/usa-icons/info.svg",
    "img/usa-icons/launch.svg",
    "img/usa-icons/unfold_more.svg",
];
/// The program that takes up what is pushed, as npm installs it, and what the desk uses of it. They become one file: the
/// first begins its work as soon as it is alone, and would not wait for the second.
const HTMX: &str = "../../web/node_modules/htmx.org/dist";
const HTMX_USED: [&str; 2] = ["htmx.min.js", "ext/hx-sse.min.js"];
/// What draws the code that a supervisor's telephone reads, as npm installs it; the app loads it when it shows an answer.
const CODE: &str = "../../web/node_modules/lean-qr";
/// Our own: every file in the folders here; the style sheets become one.
const OWN: &str = "assets";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=assets");
    // Files of the law are embedded one by one; a new one has to be noticed as well.
    println!("cargo::rerun-if-changed=../../law");
    println!("cargo::rerun-if-changed=../../phrases");
    println!("cargo::rerun-if-changed=../../words");
    match bundle() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            println!("cargo::error={message}");
            ExitCode::FAILURE
        }
    }
}

fn bundle() -> Result<(), String> {
    #[expect(clippy::disallowed_methods, reason = "cargo names the folder of a build script in the environment")]
    let out = PathBuf::from(std::env::var("OUT_DIR").map_err(|error| format!("OUT_DIR: {error}"))?).join("web");
    let mut hash = Sha256::new();
    let mut table = String::new();
    let design = Path::new(USWDS);
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for name in USED {
        files.push((name.to_owned(), read(&design.join("dist").join(name))?));
    }
    let mut htmx = Vec::new();
    for name in HTMX_USED {
        htmx.extend(read(&Path::new(HTMX).join(name))?);
        htmx.push(b'\n');
    }
    files.push(("js/htmx.js".to_owned(), htmx));
    files.push(("app/qr.js".to_owned(), read(&Path::new(CODE).join("index.mjs"))?));
    let mut styles = Vec::new();
    for name in own()? {
        let bytes = read(&Path::new(OWN).join(&name))?;
        if name.ends_with(".css") { styles.extend(bytes) } else { files.push((name, bytes)) }
    }
    files.push(("css/haven.css".to_owned(), styles));
    for (name, bytes) in files {
        for part in [name.as_bytes(), &bytes] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let to = write(&out.join(&name), &bytes)?;
        let _ = writeln!(table, "    File {{ name: {name:?}, kind: {:?}, bytes: include_bytes!({to:?}) }},", kind(&name)?);
    }
    let licences = [read(&design.join("LICENSE.md"))?, b"\n\n# lean-qr\n\n".to_vec(), read(&Path::new(CODE).join("LICENSE"))?].concat();
    let licence = write(&out.join("LICENSE.md"), &licences)?;
    let digest = hash.finalize().iter().take(8).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let code = format!(
        "/// The digest of the files, as it stands in their paths.\n\
         pub(crate) const HASH: &str = {digest:?};\n\
         /// The files.\n\
         static FILES: &[File] = &[\n{table}];\n\
         /// The licences of what is not ours.\n\
         static LICENCE: &[u8] = include_bytes!({licence:?});\n"
    );
    write(&out.join("files.rs"), code.as_bytes())?;
    Ok(())
}

/// The names of our own files, in order.
fn own() -> Result<Vec<String>, String> {
    let failed = |error: std::io::Error| format!("`{OWN}` cannot be read: {error}");
    let mut names = Vec::new();
    for folder in std::fs::read_dir(OWN).map_err(failed)? {
        let folder = folder.map_err(failed)?.file_name().to_string_lossy().into_owned();
        for file in std::fs::read_dir(Path::new(OWN).join(&folder)).map_err(failed)? {
            names.push(format!("{folder}/{}", file.map_err(failed)?.file_name().to_string_lossy()));
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    println!("cargo::rerun-if-changed={}", path.display());
    std::fs::read(path).map_err(|error| {
        let path = path.display();
        format!("`{path}` cannot be read ({error}): the pages need the design system; run `make setup`, or `npm ci` in web/")
    })
}

fn write(path: &Path, bytes: &[u8]) -> Result<PathBuf, String> {
    let failed = |error: std::io::Error| format!("`{}` cannot be written: {error}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, bytes).map_err(failed)?;
    Ok(path.to_owned())
}

fn kind(name: &str) -> Result<&'static str, String> {
    match name.rsplit('.').next() {
        Some("js") => Ok("text/javascript; charset=utf-8"),
        Some("png") => Ok("image/png"),
        Some("css") => Ok("text/css; charset=utf-8"),
        Some("svg") => Ok("image/svg+xml"),
        Some("woff2") => Ok("font/woff2"),
        _ => Err(format!("`{name}` is of no kind that build.rs knows")),
    }
}
