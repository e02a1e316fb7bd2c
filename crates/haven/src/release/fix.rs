//! A clean copy of what may go without what is withheld. The original is never touched, and a copy in which the same check still
//! finds something, or cannot read something, is destroyed.

use super::checker::Sent;
use super::look::{Looked, Looker, Spot, words};
use crate::error::CliError;
use haven_detect::Detector;
use haven_guard::judge::{Judgement, Rules};
use haven_guard::office::{Of, Office, Target, clean};
use haven_guard::{Policy, Scrubber};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// How often a copy is looked at and cleaned again before it is given up.
const ROUNDS_MAX: usize = 8;
/// What goes from office files whatever was found in it.
const ALWAYS: [&str; 6] =
    ["comment", "deleted text", "document property", "pivot cache", "cached values of another workbook", "earlier revision"];

/// A copy that is clean, not yet in its place.
pub(crate) struct Ready {
    /// The file that it is a copy of.
    pub file: String,
    /// Where it goes.
    pub path: PathBuf,
    copy: NamedTempFile,
    log: String,
}

/// A file of which there is no clean copy, and why.
pub(crate) struct Blocked {
    /// The file.
    pub file: String,
    /// Why.
    pub reason: String,
}

/// How a file can be made clean.
enum Way {
    Text(&'static str),
    Office(Office),
}

fn way(path: &Path) -> Option<Way> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    Some(match ending.as_str() {
        "csv" => Way::Text("text/csv"),
        "tsv" | "tab" => Way::Text("text/tab-separated-values"),
        "json" => Way::Text("application/json"),
        "jsonl" | "ndjson" => Way::Text("application/x-ndjson"),
        "txt" => Way::Text("text/plain"),
        "html" | "htm" => Way::Text("text/html"),
        "xml" => Way::Text("application/xml"),
        "docx" => Way::Office(Office::Word),
        "xlsx" => Way::Office(Office::Workbook),
        _ => return None,
    })
}

/// What takes things out.
pub(crate) struct Fixer<'a> {
    policy: Policy,
    detector: &'a Detector,
    looker: &'a Looker<'a>,
    judgement: &'a Judgement,
    word: String,
}

impl<'a> Fixer<'a> {
    /// A fixer of what a judgement withholds, by the guard's policy: what the law lets go stays.
    pub fn new(
        text: &str,
        detector: &'a Detector,
        looker: &'a Looker<'a>,
        rules: &Rules,
        judgement: &'a Judgement,
    ) -> Result<Self, CliError> {
        let policy =
            Policy::read(text, detector).map_err(|error| CliError::other(error.to_string(), "guard/policy.toml explains its form"))?;
        let word = policy.constant().to_owned();
        Ok(Self { policy: policy.withholding(rules, &judgement.withheld), detector, looker, judgement, word })
    }

    /// A clean copy of a file for a folder, which is looked at as the file was.
    pub fn copy(&self, file: &str, from: &Path, folder: &Path, held: &[&Spot]) -> Result<Result<Ready, Blocked>, CliError> {
        let blocked = |reason: String| Ok(Err(Blocked { file: file.to_owned(), reason }));
        let name = from.file_name().unwrap_or_default();
        let path = folder.join(name);
        if path.exists() {
            return blocked(format!("`{}` is there already", path.display()));
        }
        let Some(way) = way(from) else {
            return blocked("what it is cannot be cleaned with certainty: make it anew without what is withheld".to_owned());
        };
        let bytes = fs::read(from).map_err(|error| CliError::Read { path: from.to_path_buf(), error })?;
        let mut held: BTreeSet<Spot> = held.iter().map(|spot| (*spot).clone()).collect();
        let mut log = String::new();
        for _ in 0..ROUNDS_MAX {
            let copy = match &way {
                Way::Text(kind) => match Scrubber::new(self.detector, &self.policy).scrub(&bytes, kind, "") {
                    Ok(clean) => clean,
                    Err(error) => return blocked(error.to_string()),
                },
                Way::Office(office) => match clean(&bytes, *office, &targets(&held, *office), &self.word) {
                    Ok(cleaned) => {
                        log.clear();
                        for ((part, what), count) in &cleaned.went {
                            let _ = writeln!(log, "{part}: {count} {what}");
                        }
                        cleaned.bytes
                    }
                    Err(error) => return blocked(error.to_string()),
                },
            };
            let suffix = format!(".{}", from.extension().unwrap_or_default().to_string_lossy());
            let mut laid = tempfile::Builder::new().prefix(".haven-").suffix(&suffix).tempfile_in(folder)?;
            laid.write_all(&copy)?;
            laid.as_file().sync_all()?;
            let mut looked = Looked::default();
            self.looker.look(file, laid.path(), &mut looked);
            looked.spots.retain(|spot| self.judgement.withheld.contains(&spot.topic));
            // What cannot be read in the copy may hold anything.
            if let Some(blind) = looked.unread.first() {
                return blocked(format!("the copy could not be read: {}", blind.reason));
            }
            if looked.spots.is_empty() {
                for spot in &held {
                    let _ = writeln!(log, "{}: {}", words(spot.page, spot.line, spot.path.as_deref()), spot.rule);
                }
                return Ok(Ok(Ready { file: file.to_owned(), path, copy: laid, log }));
            }
            // Dropping the copy destroys it.
            let before = held.len();
            held.extend(looked.spots);
            if matches!(way, Way::Text(_)) || held.len() == before {
                break;
            }
        }
        blocked("the copy was not clean, and was destroyed".to_owned())
    }
}

impl Ready {
    /// Puts the copy in its place, with the log of what went beside it.
    pub fn keep(self) -> Result<PathBuf, CliError> {
        let cannot = |error: std::io::Error| {
            CliError::other(format!("cannot write `{}`: {error}", self.path.display()), "choose a place that can be written")
        };
        let mut log = self.path.as_os_str().to_owned();
        log.push(".log");
        let mut written = fs::File::create_new(&log).map_err(cannot)?;
        written.write_all(self.log.as_bytes()).map_err(cannot)?;
        let path = self.path.clone();
        self.copy.persist_noclobber(&path).map_err(|error| {
            CliError::other(format!("cannot write `{}`: {}", path.display(), error.error), "choose a place that can be written")
        })?;
        Ok(path)
    }
}

/// Places to take out. What always goes needs no place.
fn targets(held: &BTreeSet<Spot>, office: Office) -> BTreeSet<Target> {
    let target = |spot: &Spot| Target {
        path: spot.path.clone(),
        line: spot.line,
        of: if office == Office::Word && spot.of == Of::Column { Of::Label } else { spot.of },
    };
    held.iter().filter(|spot| !spot.hidden.is_some_and(|hidden| ALWAYS.contains(&hidden))).map(target).collect()
}

/// Makes the folder for copies, which must hold none of the originals.
pub(crate) fn folder(folder: &Path, files: &[Sent]) -> Result<(), CliError> {
    fs::create_dir_all(folder)
        .map_err(|error| CliError::other(format!("cannot make `{}`: {error}", folder.display()), "choose a place that can be written"))?;
    let home = folder.canonicalize()?;
    for file in files {
        if file.path.canonicalize()?.parent() == Some(home.as_path()) {
            return Err(CliError::other(
                format!("`{}` lies in the folder for copies", file.path.display()),
                "choose another folder: an original is never written over",
            ));
        }
    }
    Ok(())
}
