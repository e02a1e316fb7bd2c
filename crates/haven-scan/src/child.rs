//! A document that can make its parser run away is read in a process of its own, with limits of time and memory.
//!
//! The edge says which program that is; its whole work is [`serve`]. The document is the process's standard input, what it is
//! called stands in [`DOCUMENT`], and pieces come back as lines of JSON. Of a document that lies elsewhere the process asks for
//! stretches, by a line of JSON each, and has them on its standard input: it needs neither a network nor credentials.

use crate::cache::read_line;
use crate::window::{LONGEST, Window};
use haven_extract::remake::Drawing;
use haven_extract::{Format, Limits, Piece, Place, ReadSeek, Unread, extract_seeking, recognises_pictures};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::PathBuf;
use std::process::{self, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The variable that says what the document is called, and its limits. Not an argument: those are seen by everybody on the
/// machine, and a file can be named after a person.
pub const DOCUMENT: &str = "HAVEN_DOCUMENT";

/// Bytes of a line; a column has many values.
const LINE_BYTES_MAX: usize = 16 << 20;
/// How often it is looked whether the scan was stopped.
const LOOK: Duration = Duration::from_millis(50);
/// The shell's exit code where no limit of memory can be set.
const NO_LIMIT: i32 = 97;
/// Sets the limit, unless there is one, and becomes the program.
const LIMITED: &str = r#"[ "$(ulimit -v)" != unlimited ] || ulimit -v "$0" || exit 97; exec "$@""#;

/// Which program reads such a document, and what it may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// How long it may take.
    pub time: Duration,
    /// How much longer where it may hold pictures, and text in them is recognised.
    pub pictures: Duration,
    /// How much address space it may take.
    pub memory_kib: u64,
}

impl Child {
    /// A minute and a gibibyte; with pictures as much more time as recognising them may take.
    pub fn new(program: PathBuf, arguments: Vec<OsString>) -> Self {
        let pictures = Duration::from_secs(Limits::default().picture_seconds_max);
        Self { program, arguments, time: Duration::from_secs(60), pictures, memory_kib: 1 << 20 }
    }
}

#[derive(Serialize, Deserialize)]
struct Document {
    name: String,
    limits: Limits,
    /// Its length, where it lies elsewhere.
    #[serde(default)]
    bytes: Option<u64>,
    /// Whether it is not to be read but drawn anew, as a line of JSON before it says.
    #[serde(default)]
    draws: bool,
}

/// What stands before a document that was drawn anew, and before the reason why none was.
const DRAWN: u8 = b'+';
const NOT_DRAWN: u8 = b'-';
/// Bytes of a document that was drawn anew.
const DRAWN_BYTES_MAX: u64 = 512 << 20;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Piece(Piece),
    /// So many bytes from a place are needed.
    Need {
        at: u64,
        bytes: usize,
    },
    /// The last line.
    Unread(Vec<Unread>),
}

/// What is answered in place of a length where a stretch cannot be had.
const NONE: u32 = u32::MAX;

/// The work of the process: reads the document that `document` (the value of [`DOCUMENT`]) names, writes its pieces.
///
/// # Errors
/// Where `document` is none, or nobody takes what is written.
pub fn serve(document: &str, input: File, output: impl Write + Send + 'static) -> io::Result<()> {
    let Document { name, limits, bytes, draws } = serde_json::from_str(document)?;
    if draws {
        return draw(&limits, input, output);
    }
    let output = Arc::new(Mutex::new(output));
    let input: Box<dyn ReadSeek> = match bytes {
        None => Box::new(input),
        Some(bytes) => {
            let (asked, mut input) = (Arc::clone(&output), input);
            Box::new(Window::new(bytes, move |at, bytes| {
                write_line(&asked, &Line::Need { at, bytes })?;
                answer(&mut input, bytes)
            }))
        }
    };
    let mut failed = None;
    let outcome = extract_seeking(&name, input, &limits, &mut |piece| {
        if failed.is_none() {
            failed = write_line(&output, &Line::Piece(piece)).err();
        }
    });
    match failed {
        Some(error) => Err(error),
        None => write_line(&output, &Line::Unread(outcome.unread)),
    }
}

/// Draws a document anew, and writes it.
fn draw(limits: &Limits, input: File, mut output: impl Write) -> io::Result<()> {
    let (mut input, mut line, mut bytes) = (BufReader::new(input), Vec::new(), Vec::new());
    if !read_line(&mut input, &mut line, LINE_BYTES_MAX)? {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let drawing: Drawing = serde_json::from_slice(&line)?;
    input.take(limits.whole_bytes_max as u64 + 1).read_to_end(&mut bytes)?;
    let drawn = match bytes.len() <= limits.whole_bytes_max {
        true => drawing.draw(&bytes),
        false => Err(format!("longer than the {} bytes that are held in memory for one document", limits.whole_bytes_max)),
    };
    let (mark, said) = drawn.map_or_else(|reason| (NOT_DRAWN, reason.into_bytes()), |bytes| (DRAWN, bytes));
    output.write_all(&[mark])?;
    output.write_all(&said)?;
    output.flush()
}

/// Writes a line; all but pieces are waited for.
fn write_line(output: &Mutex<impl Write>, line: &Line) -> io::Result<()> {
    let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
    serde_json::to_writer(&mut *output, line)?;
    output.write_all(b"\n")?;
    if matches!(line, Line::Piece(_)) { Ok(()) } else { output.flush() }
}

/// Takes a stretch that was asked for.
fn answer(input: &mut impl Read, bytes: usize) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    if u32::from_le_bytes(length) as usize != bytes {
        return Err(io::Error::other("the document cannot be read on"));
    }
    let mut stretch = vec![0; bytes];
    input.read_exact(&mut stretch)?;
    Ok(stretch)
}

/// What the process reads.
pub(crate) enum Handed<'a> {
    /// A file, as its standard input.
    File(File),
    /// A document of such a length that lies elsewhere; gives so many bytes from a place.
    Elsewhere(u64, &'a mut dyn FnMut(u64, usize) -> io::Result<Vec<u8>>),
}

/// Why a process was ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    Late,
    Stopped,
}

impl Child {
    /// Draws a document anew in the process.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub fn draw(&self, bytes: &[u8], drawing: &Drawing) -> Result<Vec<u8>, String> {
        let no_process = |error: &io::Error| format!("no process to draw it in: {}", error.kind());
        let document = Document { name: String::new(), limits: Limits::default(), bytes: None, draws: true };
        let document = serde_json::to_string(&document).map_err(|error| no_process(&error.into()))?;
        let handed = || -> io::Result<File> {
            let mut file = tempfile::tempfile()?;
            serde_json::to_writer(&mut file, drawing)?;
            file.write_all(b"\n")?;
            file.write_all(bytes)?;
            file.rewind()?;
            Ok(file)
        };
        let file = handed().map_err(|error| no_process(&error))?;
        let mut process = self.spawn(document, Stdio::from(file)).map_err(|error| no_process(&error))?;
        let Some(output) = process.stdout.take() else { return Err("no process to draw it in: it has no output".to_owned()) };
        let time = self.time + self.pictures;
        let (send, receive) = channel();
        let read = std::thread::spawn(move || {
            let mut said = Vec::new();
            let read = output.take(DRAWN_BYTES_MAX + 1).read_to_end(&mut said);
            // Nobody waits any more where it came too late.
            let _ = send.send(read.map(|_| said));
        });
        let said = receive.recv_timeout(time);
        // One that has ended by itself meanwhile needs no end.
        let _ = process.kill();
        let _ = process.wait();
        let _ = read.join();
        let said = match said {
            Err(_) => return Err(format!("drawing it took longer than {} seconds", time.as_secs())),
            Ok(Err(error)) => return Err(no_process(&error)),
            Ok(Ok(said)) => said,
        };
        match said.split_first() {
            Some((&DRAWN, bytes)) if said.len() as u64 <= DRAWN_BYTES_MAX => Ok(bytes.to_vec()),
            Some((&NOT_DRAWN, reason)) => Err(String::from_utf8_lossy(reason).into_owned()),
            _ => Err("what draws it ended in the midst of it: it is damaged, or too large".to_owned()),
        }
    }

    /// Begins the process.
    fn spawn(&self, document: String, input: Stdio) -> io::Result<process::Child> {
        Command::new("/bin/sh")
            .args(["-c", LIMITED, &self.memory_kib.to_string()])
            .arg(&self.program)
            .args(&self.arguments)
            .env(DOCUMENT, document)
            // What opens a database or a store is not for whoever reads a stranger's document.
            .env_remove("PGPASSWORD")
            .env_remove("MYSQL_PWD")
            .env_remove("AWS_ACCESS_KEY_ID")
            .env_remove("AWS_SECRET_ACCESS_KEY")
            .env_remove("AWS_SESSION_TOKEN")
            .stdin(input)
            .stdout(Stdio::piped())
            // What a parser says as it dies may hold words of the document.
            .stderr(Stdio::null())
            .spawn()
    }

    /// Reads a document in the process; gives back what could not be read, and whether it would come out the same on another
    /// day: not where time or memory did not suffice.
    pub(crate) fn read(
        &self,
        name: &str,
        (handed, format): (Handed<'_>, Format),
        limits: &Limits,
        stop: &AtomicBool,
        sink: &mut dyn FnMut(Piece),
    ) -> (Vec<Unread>, bool) {
        let recognises = format.may_hold_pictures() && recognises_pictures();
        let time = if recognises { self.time + self.pictures } else { self.time };
        let failed = |reason: String| (vec![Unread { place: Place::default(), reason }], false);
        let (input, bytes, mut fetch) = match handed {
            Handed::File(file) => (Stdio::from(file), None, None),
            Handed::Elsewhere(bytes, fetch) => (Stdio::piped(), Some(bytes), Some(fetch)),
        };
        let document = match serde_json::to_string(&Document { name: name.to_owned(), limits: *limits, bytes, draws: false }) {
            Ok(document) => document,
            Err(_) => return failed("expected a name that can be written as JSON".to_owned()),
        };
        let spawned = self.spawn(document, input);
        let mut process = match spawned {
            Ok(process) => process,
            Err(error) => return failed(format!("no process to read it in: {}", error.kind())),
        };
        let mut asked = process.stdin.take();
        let Some(output) = process.stdout.take() else { return failed("no process to read it in: it has no output".to_owned()) };
        let process = Mutex::new(process);
        let process = &process;
        let lock = move || process.lock().unwrap_or_else(PoisonError::into_inner);
        // Microseconds in which the process waited for us, not we for it, and whether it does now.
        let (waited, waits) = (&AtomicU64::new(0), &AtomicBool::new(false));
        let (done, is_done) = channel::<()>();
        let (last, ended) = std::thread::scope(|scope| {
            let watch = scope.spawn(move || {
                let begun = Instant::now();
                loop {
                    match is_done.recv_timeout(LOOK) {
                        Err(RecvTimeoutError::Timeout) => {}
                        _ => return None,
                    }
                    let why = if stop.load(Ordering::Relaxed) {
                        Ended::Stopped
                    } else if !waits.load(Ordering::SeqCst)
                        && begun.elapsed() >= time + Duration::from_micros(waited.load(Ordering::SeqCst))
                    {
                        Ended::Late
                    } else {
                        continue;
                    };
                    // One that has ended by itself meanwhile needs no end.
                    let _ = lock().kill();
                    return Some(why);
                }
            });
            let waiting = |since: Instant| {
                waited.fetch_add(u64::try_from(since.elapsed().as_micros()).unwrap_or(0), Ordering::SeqCst);
                waits.store(false, Ordering::SeqCst);
            };
            let mut take = |piece| {
                let begun = Instant::now();
                waits.store(true, Ordering::SeqCst);
                sink(piece);
                waiting(begun);
            };
            let last = lines(&mut BufReader::new(output), &mut take, &mut |at, bytes| {
                let begun = Instant::now();
                waits.store(true, Ordering::SeqCst);
                let done = hand_out(asked.as_mut(), fetch.as_mut(), at, bytes);
                waiting(begun);
                done
            });
            drop(done);
            (last, watch.join().unwrap_or(None))
        });
        // One that goes on when it has said its last is not waited for.
        let mut process = lock();
        if last.is_some() || ended.is_none() {
            let _ = process.kill();
        }
        let code = process.wait().ok().and_then(|status| status.code());
        match (last, ended) {
            (Some(unread), _) => (unread, true),
            (None, Some(Ended::Stopped)) => failed("the scan was stopped".to_owned()),
            (None, Some(Ended::Late)) => failed(format!("took longer than {} seconds", time.as_secs_f32())),
            (None, None) if code == Some(NO_LIMIT) => failed("no limit of memory could be set for the process that reads it".to_owned()),
            (None, None) => failed(format!(
                "the process that read it ended in the midst of it: it is damaged, or needs more than {} MiB of memory",
                self.memory_kib >> 10
            )),
        }
    }
}

/// Gives the process a stretch that it asked for.
fn hand_out(
    process: Option<&mut ChildStdin>,
    fetch: Option<&mut &mut dyn FnMut(u64, usize) -> io::Result<Vec<u8>>>,
    at: u64,
    bytes: usize,
) -> io::Result<()> {
    let (Some(process), Some(fetch)) = (process, fetch) else { return Err(io::ErrorKind::InvalidInput.into()) };
    if bytes > LONGEST {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    match fetch(at, bytes) {
        Ok(stretch) => {
            process.write_all(&u32::try_from(stretch.len()).unwrap_or(NONE).to_le_bytes())?;
            process.write_all(&stretch)
        }
        Err(_) => process.write_all(&NONE.to_le_bytes()),
    }
}

/// Hands out the pieces, and stretches by `need`; gives back the last line, if it came.
fn lines(
    output: &mut BufReader<impl Read>,
    sink: &mut dyn FnMut(Piece),
    need: &mut dyn FnMut(u64, usize) -> io::Result<()>,
) -> Option<Vec<Unread>> {
    let mut line = Vec::new();
    while read_line(output, &mut line, LINE_BYTES_MAX).ok()? {
        match serde_json::from_slice(&line).ok()? {
            Line::Piece(piece) => sink(piece),
            Line::Need { at, bytes } => need(at, bytes).ok()?,
            Line::Unread(unread) => return Some(unread),
        }
    }
    None
}
