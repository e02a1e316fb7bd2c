//! Stores of objects, as lakes of data lie in: each object is read as a file would be.
//!
//! What a store is, its own crate knows; here it is a list of names and stretches of what they name. Nothing is ever written.

use crate::finding::Scan;
use crate::source::files::{Document, Gathered, IGNORE, Options, look};
use crate::window::Window;
use haven_extract::ReadSeek;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};

/// Objects that may wait to be looked at.
const WAITING: usize = 256;
/// Files that say what is not looked at, the strongest first.
const IGNORES: [&str; 3] = [IGNORE, ".ignore", ".gitignore"];
/// Bytes of such a file; a longer one is not obeyed, and said so.
const IGNORE_BYTES_MAX: u64 = 1 << 20;

/// Where objects lie that have names and bytes.
pub trait Store: Send + Sync {
    /// What stands before a name in findings: `s3://records`. No credentials are in it.
    fn name(&self) -> &str;

    /// What is looked at of it: `s3://records/forms`.
    fn address(&self) -> String;

    /// Hands out all there is to read, in whatever order, until `each` gives back `false`.
    fn list(&self, each: &mut dyn FnMut(Listed) -> bool);

    /// So many bytes of an object from a place, of the version that was listed.
    ///
    /// # Errors
    /// Why not, in words that hold neither credentials nor what is in the object.
    fn stretch(&self, object: &Object, at: u64, bytes: usize) -> Result<Vec<u8>, String>;
}

/// An object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its name in the store.
    pub key: String,
    /// Its length.
    pub bytes: u64,
    /// What the store calls this version of it: another one when its content is another.
    pub version: Option<String>,
}

/// What a list holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// An object.
    Object(Object),
    /// What cannot be read.
    Unread {
        /// An object's name; nothing where the list itself ends here.
        key: Option<String>,
        /// Why.
        reason: String,
    },
}

/// Looks at all objects of a store.
pub fn objects(store: &Arc<dyn Store>, options: &Options<'_>) -> Scan {
    let gathered = Gathered::default();
    let rules = Rules::read(store.as_ref(), &gathered);
    let threads = match options.threads {
        0 => std::thread::available_parallelism().map_or(1, Into::into),
        threads => threads,
    };
    let (sender, receiver) = sync_channel::<Object>(WAITING);
    let receiver = Mutex::new(receiver);
    let next = || receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
    let mut any = false;
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Ok(object) = next() {
                    // After a stop the rest is taken all the same, so that nobody waits for a place in the queue.
                    if !options.stop.load(Ordering::Relaxed) {
                        let name = name(store.as_ref(), &object.key);
                        let mut document = Document::Remote(Remote::new(Arc::clone(store), object));
                        gathered.document(&name, look(&name, &mut document, options), options);
                    }
                }
            });
        }
        store.list(&mut |listed| {
            any = true;
            match listed {
                Listed::Object(object) if rules.ignores(&object.key) => true,
                Listed::Object(object) => !options.stop.load(Ordering::Relaxed) && sender.send(object).is_ok(),
                Listed::Unread { key, reason } => {
                    gathered.unread(key.map_or_else(|| store.address(), |key| name(store.as_ref(), &key)), reason);
                    true
                }
            }
        });
        drop(sender);
    });
    if !any && !options.stop.load(Ordering::Relaxed) {
        // A name that is mistyped is not clean.
        gathered.unread(store.address(), "expected objects of this name or below it, found none");
    }
    gathered.finish(options)
}

/// An object's name in findings.
fn name(store: &dyn Store, key: &str) -> String {
    let key: String = key.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    format!("{}/{key}", store.name())
}

/// An object that is being read.
pub(crate) struct Remote {
    store: Arc<dyn Store>,
    object: Object,
    failure: Failure,
    /// What is read of it.
    pub window: Window<Fetch>,
}

/// Why a store gave no more of an object.
type Failure = Arc<Mutex<Option<String>>>;
type Fetch = Box<dyn FnMut(u64, usize) -> io::Result<Vec<u8>> + Send>;

fn fetch(store: Arc<dyn Store>, object: Object, failure: Failure) -> Window<Fetch> {
    let bytes = object.bytes;
    let fetch = move |at, bytes| {
        store.stretch(&object, at, bytes).map_err(|reason| {
            *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
            io::Error::other("the store gives no more of it")
        })
    };
    Window::new(bytes, Box::new(fetch))
}

impl Remote {
    fn new(store: Arc<dyn Store>, object: Object) -> Self {
        let failure = Failure::default();
        let window = fetch(Arc::clone(&store), object.clone(), Arc::clone(&failure));
        Self { store, object, failure, window }
    }

    /// Why the store gave no more of it.
    pub fn failure(&self) -> Option<String> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the store calls this version.
    pub fn version(&self) -> io::Result<String> {
        let version = self.object.version.as_ref().ok_or(io::ErrorKind::Unsupported)?;
        Ok(format!("version {version} of {} bytes", self.object.bytes))
    }

    /// The object for whoever keeps it.
    pub fn kept(&self) -> Box<dyn ReadSeek> {
        Box::new(fetch(Arc::clone(&self.store), self.object.clone(), Arc::clone(&self.failure)))
    }
}

/// What is not looked at, as ignore files in the store say it, by the folder they lie in.
struct Rules {
    /// In order of [`IGNORES`].
    kinds: [BTreeMap<String, Gitignore>; IGNORES.len()],
}

impl Rules {
    /// Reads them in a run of their own: nothing says that a list names them before what they speak of.
    fn read(store: &dyn Store, gathered: &Gathered) -> Self {
        let mut rules = Self { kinds: Default::default() };
        store.list(&mut |listed| {
            let Listed::Object(object) = listed else { return true };
            let (folder, file) = object.key.rsplit_once('/').unwrap_or(("", &object.key));
            let Some((kind, ignore)) = rules.kinds.iter_mut().zip(IGNORES).find(|(_, ignore)| file == *ignore) else { return true };
            let text = match usize::try_from(object.bytes) {
                Ok(0) => Ok(Vec::new()),
                Ok(bytes) if object.bytes <= IGNORE_BYTES_MAX => store.stretch(&object, 0, bytes),
                _ => Err(format!("expected at most {IGNORE_BYTES_MAX} bytes of rules, found more: they are not obeyed")),
            };
            match text {
                Ok(text) => {
                    let mut builder = GitignoreBuilder::new(Path::new("/").join(folder));
                    for line in String::from_utf8_lossy(&text).lines() {
                        if builder.add_line(None, line).is_err() {
                            gathered.unread(name(store, &object.key), "a line is no rule, and is not obeyed");
                        }
                    }
                    if let Ok(ignores) = builder.build() {
                        kind.insert(folder.to_owned(), ignores);
                    }
                    if ignore == IGNORE {
                        let note = format!("what {} declares was not looked at", name(store, &object.key));
                        gathered.merge(Scan { notes: vec![note], ..Scan::default() });
                    }
                }
                Err(reason) => gathered.unread(name(store, &object.key), reason),
            }
            true
        });
        rules
    }

    /// Whether an object, or a folder it lies in, is not looked at.
    fn ignores(&self, key: &str) -> bool {
        let folders = key.match_indices('/').filter_map(|(at, _)| key.get(..at));
        let is_git = |path: &str| path.rsplit('/').next() == Some(".git");
        folders
            .map(|folder| (folder, true))
            .chain([(key, false)])
            .any(|(path, is_folder)| (is_folder && is_git(path)) || self.says(path, is_folder))
    }

    /// What the rules say of a path by itself: the strongest kind that says anything, of it the nearest folder.
    fn says(&self, path: &str, is_folder: bool) -> bool {
        let above = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        for kind in self.kinds.iter().filter(|kind| !kind.is_empty()) {
            let mut folder = above(path);
            loop {
                if let Some(rules) = kind.get(&folder) {
                    let said = rules.matched(Path::new("/").join(path), is_folder);
                    if !said.is_none() {
                        return said.is_ignore();
                    }
                }
                if folder.is_empty() {
                    break;
                }
                folder = above(&folder);
            }
        }
        false
    }
}
