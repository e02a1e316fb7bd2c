//! Loss of power, simulated: the trace of a node is played back up to a cut, and of what was not yet synchronised the disk
//! keeps what it likes.

use super::check::{Checked, Line, check};
use super::{NodeCommand, Random, Tally, runtime, scratch};
use haven_register::db::Address;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};

/// How large a piece a disk writes whole, in bytes.
const SECTOR: usize = 512;

/// What a disk keeps of what was not synchronised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// All of it.
    Kept,
    /// Nothing of it.
    Dropped,
    /// Any half of the writes.
    Half,
    /// The first writes, and of the next one any sectors.
    Torn,
    /// The lengths of files and none of the bytes: zeros.
    Zeros,
    /// The bytes, but files made, removed or renamed since the folder was synchronised are as before.
    EntriesDropped,
    /// Neither.
    AllDropped,
}

/// Every way in which power is lost.
pub(super) const MODES: [Mode; 7] =
    [Mode::Kept, Mode::Dropped, Mode::Half, Mode::Torn, Mode::Zeros, Mode::EntriesDropped, Mode::AllDropped];

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Mode::Kept => "kept",
            Mode::Dropped => "dropped",
            Mode::Half => "half",
            Mode::Torn => "torn",
            Mode::Zeros => "zeros",
            Mode::EntriesDropped => "entries dropped",
            Mode::AllDropped => "all dropped",
        }
    }
}

/// One call of a node, as the shim wrote it down.
pub(super) struct Call {
    pub kind: u8,
    /// 1 where it failed, 2 where it was cut short.
    pub failed: u8,
    pub name: String,
    pub offset: usize,
    pub data: Vec<u8>,
}

/// Reads a trace; a call whose record is not whole was the last one before the end of the process.
pub(super) fn trace(path: &Path) -> Vec<Call> {
    let bytes = fs::read(path).unwrap();
    let mut rest = bytes.as_slice();
    let mut calls = Vec::new();
    while let Some((head, after)) = rest.split_at_checked(16) {
        let name_length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let data_length = usize::try_from(u32::from_le_bytes(head[4..8].try_into().unwrap())).unwrap();
        let offset = usize::try_from(u64::from_le_bytes(head[8..].try_into().unwrap())).unwrap();
        let Some((name, after)) = after.split_at_checked(name_length) else { break };
        let Some((data, after)) = after.split_at_checked(data_length) else { break };
        let name = String::from_utf8(name.to_vec()).unwrap();
        calls.push(Call { kind: head[0], failed: head[1], name, offset, data: data.to_vec() });
        rest = after;
    }
    calls
}

/// What a file is to the register.
pub(super) fn role(name: &str) -> &'static str {
    match name {
        "" => "folder",
        name if name.ends_with("-wal") => "wal",
        name if name.ends_with("-journal") => "journal",
        name if name.starts_with("seen") => "seen",
        _ => "database",
    }
}

/// What a call does, in a word.
pub(super) fn deed(kind: u8) -> &'static str {
    match kind {
        b'O' => "make",
        b'W' => "write",
        b'T' => "cut",
        b'S' | b'D' => "sync",
        b'U' => "remove",
        b'R' => "rename",
        _ => "acknowledge",
    }
}

#[derive(Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Change::Write(offset, data) => {
                let end = offset + data.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*offset..end].copy_from_slice(data);
            }
            Change::Cut(length) => bytes.resize(*length, 0),
        }
    }
}

#[derive(Default)]
struct File {
    durable: Vec<u8>,
    pending: Vec<Change>,
}

impl File {
    fn left(&self, mode: Mode, random: &mut Random) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        match mode {
            Mode::Kept | Mode::EntriesDropped => self.pending.iter().for_each(|change| change.apply(&mut bytes)),
            Mode::Dropped | Mode::AllDropped => {}
            Mode::Half => self.pending.iter().filter(|_| random.coin()).for_each(|change| change.apply(&mut bytes)),
            Mode::Torn => {
                let whole = random.below(self.pending.len() + 1);
                self.pending[..whole].iter().for_each(|change| change.apply(&mut bytes));
                if let Some(Change::Write(offset, data)) = self.pending.get(whole) {
                    // Sectors lie on the disk, not in the write.
                    let mut at = 0;
                    while at < data.len() {
                        let end = (at + SECTOR - (offset + at) % SECTOR).min(data.len());
                        if random.coin() {
                            Change::Write(offset + at, data[at..end].to_vec()).apply(&mut bytes);
                        }
                        at = end;
                    }
                }
            }
            Mode::Zeros => {
                let mut length = bytes.len();
                for change in &self.pending {
                    match change {
                        Change::Write(offset, data) => length = length.max(offset + data.len()),
                        Change::Cut(to) => length = *to,
                    }
                }
                bytes.resize(length, 0);
            }
        }
        bytes
    }
}

/// A disk with one folder: what programs see of it, and what it would still hold without power.
#[derive(Default)]
pub(super) struct Disk {
    files: Vec<File>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
}

impl Disk {
    pub fn play(&mut self, call: &Call) {
        let of = |names: &BTreeMap<String, usize>| *names.get(&call.name).unwrap_or_else(|| panic!("{} is not there", call.name));
        match (call.kind, call.failed) {
            (b'O', _) => {
                self.names.insert(call.name.clone(), self.files.len());
                self.files.push(File::default());
            }
            (b'W', 0) => self.files[of(&self.names)].pending.push(Change::Write(call.offset, call.data.clone())),
            (b'T', _) => self.files[of(&self.names)].pending.push(Change::Cut(call.offset)),
            (b'S', 0) => {
                // What was removed can still be synchronised by who has it open.
                if let Some(file) = self.names.get(&call.name).and_then(|file| self.files.get_mut(*file)) {
                    for change in std::mem::take(&mut file.pending) {
                        change.apply(&mut file.durable);
                    }
                }
            }
            // After a synchronisation that failed the system holds the pages for clean: they never reach the disk.
            (b'S', _) => {
                if let Some(file) = self.names.get(&call.name).and_then(|file| self.files.get_mut(*file)) {
                    file.pending.clear();
                }
            }
            (b'D', 0) => self.durable_names = self.names.clone(),
            (b'U', _) => drop(self.names.remove(&call.name)),
            (b'R', _) => {
                if let Some(file) = self.names.remove(&call.name) {
                    self.names.insert(String::from_utf8(call.data.clone()).unwrap(), file);
                }
            }
            _ => {}
        }
    }

    /// Whether every file would be found again under its name.
    pub fn has_all_names(&self) -> bool {
        self.names == self.durable_names
    }

    /// What is left without power.
    pub fn left(&self, mode: Mode, random: &mut Random) -> Vec<(String, Vec<u8>)> {
        let names = if matches!(mode, Mode::EntriesDropped | Mode::AllDropped) { &self.durable_names } else { &self.names };
        names.iter().map(|(name, file)| (name.clone(), self.files[*file].left(mode, random))).collect()
    }
}

/// A point to be checked.
struct Point {
    state: String,
    mode: Mode,
    files: Vec<(String, Vec<u8>)>,
    said: Vec<Line>,
}

/// Writes the files of a point and checks them.
pub(super) fn check_files(files: &[(String, Vec<u8>)], said: &[Line], runtime: &tokio::runtime::Runtime) -> Checked {
    let folder = scratch();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    runtime.block_on(check(&Address::File(folder.path().join("register.db")), &folder.path().join("seen"), said))
}

fn check_points(points: &Mutex<Receiver<Point>>) -> Tally {
    let runtime = runtime();
    let mut tally = Tally::default();
    loop {
        let point = points.lock().unwrap().recv();
        let Ok(point) = point else { return tally };
        tally.point(&point.state, point.mode.name(), &check_files(&point.files, &point.said, &runtime));
    }
}

/// Runs a node through its story and cuts the power at `cuts` places of the trace, in each way.
///
/// The places are taken in turn from the states in which the code can be: part of the story, file, and what was last
/// done to it. `groups` is how much the story records, `tasks` how many record at once.
pub fn power(cuts: usize, groups: u64, tasks: u64, is_weak: bool, seed: u64) -> Tally {
    let mut random = Random(seed);
    let home = scratch();
    let folder = home.path().join("register");
    fs::create_dir(&folder).unwrap();
    let (trace_file, acks) = (home.path().join("trace"), home.path().join("acks"));
    let register = folder.join("register.db");
    let node = NodeCommand::new(register.to_str().unwrap(), &folder.join("seen"), &acks, "story").traced(&folder, &trace_file, None);
    let node = node.with("--groups", &groups.to_string()).with("--tasks", &tasks.to_string());
    let node = if is_weak { node.with("--durability", "weak") } else { node };
    assert!(node.start().wait().unwrap().success(), "the node ends its story");
    let calls = trace(&trace_file);

    let mut by_state: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut phase = String::new();
    for (call, at) in calls.iter().zip(1..) {
        if call.kind == b'A'
            && let Line::Phase(name) = Line::read(std::str::from_utf8(&call.data).unwrap())
        {
            phase = name;
        }
        let place = if call.kind == b'A' { "" } else { role(&call.name) };
        by_state.entry(format!("{phase}: {} {place}", deed(call.kind)).trim_end().to_owned()).or_default().push(at);
    }
    let mut states: Vec<(String, Vec<usize>)> = by_state.into_iter().collect();
    for (_, places) in &mut states {
        random.shuffle(places);
    }
    let mut chosen: BTreeMap<usize, String> = BTreeMap::new();
    while chosen.len() < cuts && states.iter().any(|(_, places)| !places.is_empty()) {
        for (state, places) in &mut states {
            if let Some(at) = places.pop()
                && chosen.len() < cuts
            {
                chosen.insert(at, state.clone());
            }
        }
    }

    let (sender, receiver) = sync_channel(4);
    let receiver = Arc::new(Mutex::new(receiver));
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(|| check_points(&receiver))).collect();
        let mut disk = Disk::default();
        let mut said = Vec::new();
        for (call, at) in calls.iter().zip(1..) {
            if call.kind == b'A' {
                said.extend(std::str::from_utf8(&call.data).unwrap().lines().map(Line::read));
            } else {
                disk.play(call);
            }
            for mode in MODES.iter().filter(|_| chosen.contains_key(&at)) {
                let state = chosen[&at].clone();
                sender.send(Point { state, mode: *mode, files: disk.left(*mode, &mut random), said: said.clone() }).unwrap();
            }
        }
        drop(sender);
        let mut tally = Tally::default();
        for worker in workers {
            tally.add(worker.join().unwrap());
        }
        tally
    })
}
