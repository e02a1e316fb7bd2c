//! A clean copy of what may go without what is withheld. The original is never touched, and a copy in which the same check still
//! finds something, or cannot read something, is destroyed. What lies inside a document is cleaned as if it lay by itself; what
//! has no clean copy there leaves none of the whole.

use super::checker::Sent;
use super::look::{Looked, Looker, Spot, text_type, typed, words};
use crate::error::CliError;
use haven_detect::Detector;
use haven_extract::Limits;
use haven_extract::remake::{self, Clean, Cover, Drawing, Text};
use haven_guard::judge::{Judgement, Rules};
use haven_guard::office::{Of, Office, Target, clean};
use haven_guard::{Policy, Scrubber};
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// How often a copy is looked at and cleaned again before it is given up.
const ROUNDS_MAX: usize = 8;
/// Seconds that recognising text in a copy may take: the pages of a long PDF are read one by one.
const RECOGNISED_SECONDS_MAX: u64 = 3600;
/// What goes from office files whatever was found in it.
const ALWAYS: [&str; 7] = [
    "comment",
    "deleted text",
    "document property",
    "pivot cache",
    "cached values of another workbook",
    "cache of a chart",
    "earlier revision",
];

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
    Zip,
    Mail,
    Picture { is_jpeg: bool },
    Pdf,
}

fn way(name: &str) -> Option<Way> {
    if let Some(kind) = text_type(name) {
        return Some(Way::Text(kind));
    }
    let ending = Path::new(name).extension()?.to_str()?.to_ascii_lowercase();
    Some(match ending.as_str() {
        "docx" => Way::Office(Office::Word),
        "xlsx" => Way::Office(Office::Workbook),
        "zip" => Way::Zip,
        "eml" => Way::Mail,
        "png" => Way::Picture { is_jpeg: false },
        "jpg" | "jpeg" => Way::Picture { is_jpeg: true },
        "pdf" => Way::Pdf,
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
    /// Where copies are laid until they are known to be clean.
    folder: &'a Path,
    /// Files whose names say what is withheld, so far.
    renamed: Cell<usize>,
}

/// A document that was made clean, and what went out of it.
struct Made {
    bytes: Vec<u8>,
    log: String,
}

impl<'a> Fixer<'a> {
    /// A fixer of what a judgement withholds, by the guard's policy: what the law lets go stays.
    pub fn new(detector: &'a Detector, looker: &'a Looker<'a>, (rules, judgement): (&Rules, &'a Judgement), folder: &'a Path) -> Self {
        let word = looker.policy.constant().to_owned();
        let policy = looker.policy.clone().withholding(rules, &judgement.withheld);
        Self { policy, detector, looker, judgement, word, folder, renamed: Cell::new(0) }
    }

    /// What a file is called where it goes: as it was, unless its name says what is withheld.
    fn name_of_copy(&self, from: &Path, speaks: bool) -> PathBuf {
        let name = from.file_name().unwrap_or_default();
        if !speaks {
            return PathBuf::from(name);
        }
        self.renamed.set(self.renamed.get() + 1);
        let mut other = PathBuf::from(format!("{} {}", self.word, self.renamed.get()));
        // An ending that no way of cleaning knows may speak, too.
        if let Some(ending) = from.extension().filter(|_| name.to_str().is_some_and(|name| way(name).is_some())) {
            other.set_extension(ending);
        }
        other
    }

    /// A clean copy of a file for the folder, which is looked at as the file was.
    pub fn copy(&self, file: &str, from: &Path, held: &[&Spot]) -> Result<Result<Ready, Blocked>, CliError> {
        let blocked = |reason: String| Ok(Err(Blocked { file: file.to_owned(), reason }));
        let (names, held): (Vec<&Spot>, Vec<&Spot>) = held.iter().partition(|spot| spot.is_name());
        let path = self.folder.join(self.name_of_copy(from, !names.is_empty()));
        if path.exists() {
            return blocked(format!("`{}` is there already", path.display()));
        }
        let bytes = fs::read(from).map_err(|error| CliError::Read { path: from.to_path_buf(), error })?;
        if held.is_empty() {
            let log = "its name says what is withheld; nothing in it does\n".to_owned();
            return Ok(Ok(Ready { file: file.to_owned(), path, copy: self.laid(&bytes)?, log }));
        }
        match self.cleaned(file, &bytes, held.into_iter().cloned().collect(), 0) {
            Ok(Made { bytes, log }) => Ok(Ok(Ready { file: file.to_owned(), path, copy: self.laid(&bytes)?, log })),
            Err(reason) => blocked(reason),
        }
    }

    /// A document as it may go. An error is why there is none.
    fn cleaned(&self, name: &str, bytes: &[u8], found: BTreeSet<Spot>, depth: usize) -> Result<Made, String> {
        let way = way(name).ok_or("what it is cannot be cleaned with certainty: make it anew without what is withheld")?;
        let (mut bytes, mut held) = (Cow::Borrowed(bytes), found.clone());
        if let Way::Picture { .. } = way {
            // A camera says which way is up, and a file hides more than it shows: places are those of what is seen.
            bytes = Cow::Owned(self.looker.child.draw(&bytes, &Drawing::Picture { areas: Vec::new(), is_jpeg: false })?);
            let looked = self.looked(name, &bytes)?;
            readable(&looked)?;
            held = looked.spots;
        }
        // Pages of which nothing can be read once they are drawn.
        let mut blind = BTreeSet::new();
        for _ in 0..ROUNDS_MAX {
            let mut made = self.made(&way, &bytes, (&held, &blind), depth)?;
            let looked = self.looked(name, &made.bytes)?;
            let before = (held.len(), blind.len());
            if let Way::Pdf = way {
                blind.extend(looked.unread.iter().filter_map(|unread| unread.page));
            }
            // What cannot be read in the copy may hold anything.
            if blind.len() == before.1 {
                readable(&looked)?;
            }
            if looked.spots.is_empty() && looked.unread.is_empty() {
                for page in &blind {
                    let _ = writeln!(made.log, "page {page}: all of it, which cannot be read once it is drawn");
                }
                for spot in held.union(&found) {
                    let _ = writeln!(made.log, "{}: {}", words(spot.page, spot.line, spot.shown.as_deref()), spot.rule);
                }
                return Ok(made);
            }
            // Dropping the copy destroys it.
            held.extend(looked.spots);
            // These ask not where something was found.
            if matches!(way, Way::Text(_) | Way::Zip | Way::Mail) || (held.len(), blind.len()) == before {
                break;
            }
        }
        Err("the copy was not clean, and was destroyed".to_owned())
    }

    /// A document without what is held in it, as far as it can be taken out.
    fn made(&self, way: &Way, bytes: &[u8], (held, blind): (&BTreeSet<Spot>, &BTreeSet<u64>), depth: usize) -> Result<Made, String> {
        let mut log = String::new();
        let bytes = match way {
            Way::Text(kind) => self.scrubbed(bytes, kind)?,
            Way::Office(office) => {
                let cleaned = clean(bytes, *office, &targets(held, *office), &self.word).map_err(|error| error.to_string())?;
                for ((part, what), count) in &cleaned.went {
                    let _ = writeln!(log, "{part}: {count} {what}");
                }
                cleaned.bytes
            }
            Way::Zip | Way::Mail => {
                let mut members = Members { fixer: self, depth: depth + 1, count: 0, log: String::new() };
                let remade = match way {
                    Way::Zip => remake::zip(bytes, &mut members)?,
                    _ => remake::mail(bytes, &mut members)?,
                };
                for (what, count) in &remade.went {
                    let _ = writeln!(log, "{count} {what}");
                }
                log.push_str(&members.log);
                remade.bytes
            }
            Way::Picture { is_jpeg } => {
                let lost = || "what was found in it has no place on it".to_owned();
                let areas = held.iter().map(|spot| spot.area.ok_or_else(lost)).collect::<Result<_, _>>()?;
                let _ = writeln!(log, "drawn anew: nothing of it is left but what is seen");
                self.looker.child.draw(bytes, &Drawing::Picture { areas, is_jpeg: *is_jpeg })?
            }
            Way::Pdf => {
                let _ = writeln!(log, "drawn anew, as pictures of its pages: nothing of it is left but what is seen");
                self.looker.child.draw(bytes, &Drawing::Pdf { pages: covers(held, blind) })?
            }
        };
        Ok(Made { bytes, log })
    }

    fn scrubbed(&self, bytes: &[u8], kind: &str) -> Result<Vec<u8>, String> {
        Scrubber::new(self.detector, &self.policy).scrub(bytes, &typed(kind, bytes), "").map_err(|error| error.to_string())
    }

    /// What is withheld of a document, or cannot be read in it.
    fn looked(&self, name: &str, bytes: &[u8]) -> Result<Looked, String> {
        let laid = self.laid(bytes).map_err(|error| format!("no copy could be laid down to be looked at: {}", error.kind()))?;
        let mut looked = Looked::default();
        self.looker.look_for(RECOGNISED_SECONDS_MAX, name, laid.path(), &mut looked);
        looked.spots.retain(|spot| self.judgement.withheld.contains(&spot.topic));
        Ok(looked)
    }

    /// A file that goes when nobody holds it any more.
    fn laid(&self, bytes: &[u8]) -> std::io::Result<NamedTempFile> {
        let mut laid = tempfile::Builder::new().prefix(".haven-").tempfile_in(self.folder)?;
        laid.write_all(bytes)?;
        laid.as_file().sync_all()?;
        Ok(laid)
    }
}

/// An error where something could not be read.
fn readable(looked: &Looked) -> Result<(), String> {
    looked.unread.first().map_or(Ok(()), |unread| Err(format!("the copy could not be read: {}", unread.reason)))
}

/// What goes of the pages of a PDF. What is on no page is not drawn.
fn covers(held: &BTreeSet<Spot>, blind: &BTreeSet<u64>) -> BTreeMap<u64, Cover> {
    let mut covers: BTreeMap<u64, Cover> = BTreeMap::new();
    for page in blind {
        covers.entry(*page).or_default().whole = true;
    }
    for spot in held.iter().filter(|spot| spot.hidden != Some("earlier revision")) {
        let Some(page) = spot.page else { continue };
        let cover = covers.entry(page).or_default();
        match (spot.area, &spot.path) {
            (Some(area), _) => cover.areas.push(area),
            // A field, which may be shown on other pages too.
            (None, Some(path)) => cover.fields.push(path.clone()),
            (None, None) => cover.whole = true,
        }
    }
    covers
}

/// Makes the files inside a document clean, each by its own way.
struct Members<'f, 'a> {
    fixer: &'f Fixer<'a>,
    /// Documents that they lie in.
    depth: usize,
    count: usize,
    log: String,
}

impl Clean for Members<'_, '_> {
    fn text(&mut self, text: &str, kind: Text) -> Result<String, String> {
        let kind = if kind == Text::Html { "text/html; charset=utf-8" } else { "text/plain; charset=utf-8" };
        let scrubbed = self.fixer.scrubbed(text.as_bytes(), kind)?;
        String::from_utf8(scrubbed).map_err(|_| "a text that cannot be written".to_owned())
    }

    fn file(&mut self, name: &str, bytes: Vec<u8>) -> Result<(String, Vec<u8>), String> {
        self.count += 1;
        let count = self.count;
        // A name may say what the file says.
        let speaks = self.fixer.looker.name(name).iter().any(|spot| self.fixer.judgement.withheld.contains(&spot.topic));
        let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).filter(|_| way(name).is_some());
        let shown = match (speaks, ending) {
            (false, _) => name.to_owned(),
            (true, Some(ending)) => format!("{} {count}.{ending}", self.fixer.word),
            (true, None) => format!("{} {count}", self.fixer.word),
        };
        if speaks {
            let _ = writeln!(self.log, "{shown}: had a name that says what is withheld");
        }
        let within = |reason: String| format!("{shown}: {reason}");
        if self.depth > Limits::default().depth_max {
            return Err(within("lies in too many archives or messages one inside the other".to_owned()));
        }
        let looked = self.fixer.looked(name, &bytes).map_err(within)?;
        if let Some(blind) = looked.unread.first() {
            return Err(within(format!("could not be read: {}", blind.reason)));
        }
        if looked.spots.is_empty() {
            return Ok((shown, bytes));
        }
        let made = self.fixer.cleaned(name, &bytes, looked.spots, self.depth).map_err(within)?;
        for line in made.log.lines() {
            let _ = writeln!(self.log, "{shown}!{line}");
        }
        Ok((shown, made.bytes))
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
