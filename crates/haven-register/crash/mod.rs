//! The crash harness: it starts nodes (`examples/node.rs`), lets power, disk, process and server fail, and holds what the
//! nodes had acknowledged against what is left. `docs/reliability.md` says what it stands for.
//!
//! `tests/it/crash.rs` runs a short form of it, `examples/crash.rs` the long one.

mod check;
mod faults;
mod power;
mod servers;

pub use faults::{full_disk, kills, syncs};
pub use power::power;
pub use servers::{nodes, server_kills, weak_server_kills};

use check::Line;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// What came of the crash points of one kind.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Crash points: each is a state of the disk or server that was opened again and read in full.
    pub points: usize,
    /// Points before anything was acknowledged, at which there is no register, and says so.
    pub absent: usize,
    /// Acknowledgements that were held against what was left, over all points.
    pub held: usize,
    /// Points at which something acknowledged was gone.
    pub lost: usize,
    /// Points at which the register did not open, did not verify or could not go on.
    pub broken: usize,
    /// Checkpoints given out that are not of the one history.
    pub split: usize,
    /// Points by the state of the code in which they lie: the part of the story, and what was last done to which file.
    pub states: BTreeMap<String, usize>,
    /// What was special, in words, with how often.
    pub notes: BTreeMap<String, usize>,
    /// The first flaws.
    pub flaws: Vec<String>,
}

impl Tally {
    /// Whether nothing was lost, broken or split.
    pub fn is_clean(&self) -> bool {
        self.lost + self.broken + self.split == 0
    }

    /// Takes note of a point: the state in which the code was, and what happened then.
    fn point(&mut self, state: &str, how: &str, checked: &check::Checked) {
        self.points += 1;
        self.held += checked.held;
        self.absent += usize::from(checked.absent);
        self.lost += usize::from(checked.lost > 0);
        self.broken += usize::from(checked.broken.is_some());
        self.split += checked.split;
        *self.states.entry(state.to_owned()).or_default() += 1;
        if !checked.is_clean() && self.flaws.len() < 20 {
            let broken = checked.broken.as_deref().unwrap_or("opened");
            self.flaws.push(format!("{state}, {how}: {} lost of {}, {} split; {broken}", checked.lost, checked.held, checked.split));
        }
    }

    fn note(&mut self, what: impl Into<String>) {
        *self.notes.entry(what.into()).or_default() += 1;
    }

    /// Adds another tally to this one.
    pub fn add(&mut self, other: Tally) {
        self.points += other.points;
        self.absent += other.absent;
        self.held += other.held;
        self.lost += other.lost;
        self.broken += other.broken;
        self.split += other.split;
        self.flaws.extend(other.flaws);
        self.flaws.truncate(20);
        for (mine, theirs) in [(&mut self.states, other.states), (&mut self.notes, other.notes)] {
            for (name, count) in theirs {
                *mine.entry(name).or_default() += count;
            }
        }
    }
}

/// Numbers that look random and are the same for the same seed.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn coin(&mut self) -> bool {
        self.next() & 1 == 1
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}

/// A folder for what is written only to be read again: in memory, where the system has such a place.
fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// The folder of laws as it was when this process began: somebody may be at work on it.
fn law() -> &'static Path {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let from = entry.unwrap().path();
            let to = to.join(from.file_name().unwrap());
            if from.is_dir() {
                copy(&from, &to);
            } else {
                std::fs::copy(&from, &to).unwrap();
            }
        }
    }
    static LAW: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = LAW.get_or_init(|| {
        let folder = scratch();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../law"), folder.path());
        folder
    });
    folder.path()
}

/// The library that stands between a node and the disk, compiled once.
fn shim() -> &'static Path {
    static SHIM: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = SHIM.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shim.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("crash/shim.c");
        let mut compile = Command::new("cc");
        compile.args(["-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o"]).arg(&path).arg(source).args(["-ldl", "-lpthread"]);
        assert!(compile.status().unwrap().success(), "cc compiles the shim");
        (folder, path)
    });
    path
}

/// The program of a node, beside this one.
fn program() -> PathBuf {
    let this = std::env::current_exe().unwrap();
    let places = [this.parent().unwrap().join("node"), this.parent().unwrap().parent().unwrap().join("examples/node")];
    let found = places.into_iter().find(|path| path.is_file());
    found.expect("the example `node` is built: `cargo test` and `cargo build --examples` do so, `cargo test --test it` does not")
}

/// A node to be started on a register.
struct NodeCommand {
    command: Command,
    acks: PathBuf,
}

impl NodeCommand {
    /// A node with a folder of its own for what it remembers and what it says.
    fn new(register: &str, seen: &Path, acks: &Path, plan: &str) -> NodeCommand {
        let mut command = Command::new(program());
        command.arg("--register").arg(register).arg("--law").arg(law()).arg("--seen").arg(seen).arg("--acks").arg(acks);
        command.args(["--plan", plan]).stdin(Stdio::null()).stderr(Stdio::null());
        NodeCommand { command, acks: acks.to_path_buf() }
    }

    fn with(mut self, name: &str, value: &str) -> NodeCommand {
        self.command.args([name, value]);
        self
    }

    /// Everything it does in `folder` is traced, and one call fails where that is said.
    fn traced(mut self, folder: &Path, trace: &Path, fail: Option<&str>) -> NodeCommand {
        self.command.env("LD_PRELOAD", shim()).env("HAVEN_SHIM_FOLDER", folder).env("HAVEN_SHIM_TRACE", trace);
        self.command.env("HAVEN_SHIM_ACKS", &self.acks).env("HAVEN_SHIM_FAST", "1");
        if let Some(fail) = fail {
            self.command.env("HAVEN_SHIM_FAIL", fail);
        }
        self
    }

    fn start(mut self) -> Child {
        self.command.spawn().unwrap()
    }
}

/// Kills a node, which must have been alive until then: one that ended by itself was never at work.
fn kill(node: &mut Child) {
    assert!(node.try_wait().unwrap().is_none(), "the node is at work");
    node.kill().unwrap();
    node.wait().unwrap();
}

/// What a node has said.
fn lines(acks: &Path) -> Vec<Line> {
    let text = std::fs::read_to_string(acks).unwrap_or_default();
    text.split_inclusive('\n').filter(|line| line.ends_with('\n')).map(Line::read).collect()
}

/// Something to wait on.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
