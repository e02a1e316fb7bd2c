//! What ends a node or a disk without a loss of power: the process is killed, a synchronisation fails, the disk is full.

use super::check::{Line, check};
use super::power::{Call, Disk, Mode, check_files, deed, role, trace};
use super::{NodeCommand, Random, Tally, kill, lines, runtime, scratch};
use haven_register::db::Address;
use std::fs;
use std::time::Duration;

/// How many rounds one register lives through.
const ROUNDS_OF_ONE: usize = 8;

/// Kills a node at `rounds` random moments, without a word. On every second register it is at work by then, however busy the
/// machine; on the others it may still be opening one, or making it.
pub fn kills(rounds: usize, seed: u64) -> Tally {
    let mut random = Random(seed);
    let mut tally = Tally::default();
    let runtime = runtime();
    let mut done = 0;
    let mut is_at_work = false;
    while done < rounds {
        // On a real disk, synchronised for real.
        let home = tempfile::tempdir().unwrap();
        let (register, seen, acks) = (home.path().join("register.db"), home.path().join("seen"), home.path().join("acks"));
        for round in 0..ROUNDS_OF_ONE.min(rounds - done) {
            let node = NodeCommand::new(register.to_str().unwrap(), &seen, &acks, "load");
            let mut node = if round == 0 { node.with("--create", "yes") } else { node }.start();
            let before = lines(&acks).len();
            while is_at_work && lines(&acks).len() <= before + 1 && node.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_millis(5));
            }
            std::thread::sleep(Duration::from_millis(40 + random.next() % 260));
            kill(&mut node);
            let said = lines(&acks);
            tally.point(
                if round == 0 { "a register is made and used" } else { "a register is opened and used" },
                "killed",
                &runtime.block_on(check(&Address::File(register.clone()), &seen, &said)),
            );
            done += 1;
        }
        is_at_work = !is_at_work;
    }
    tally
}

/// A story with one fault in it.
struct Faulted {
    calls: Vec<Call>,
    said: Vec<Line>,
    home: tempfile::TempDir,
}

fn story(fail: Option<&str>, groups: u64) -> Faulted {
    let home = scratch();
    let folder = home.path().join("register");
    fs::create_dir(&folder).unwrap();
    let (trace_file, acks, register) = (home.path().join("trace"), home.path().join("acks"), folder.join("register.db"));
    let node = NodeCommand::new(register.to_str().unwrap(), &folder.join("seen"), &acks, "story").with("--groups", &groups.to_string());
    node.traced(&folder, &trace_file, fail).start().wait().unwrap();
    Faulted { calls: trace(&trace_file), said: lines(&acks), home }
}

impl Faulted {
    /// The part of the story, the deed and the file of the call that failed, and where in the trace it stands.
    fn fault(&self) -> Option<(String, usize)> {
        let at = self.calls.iter().position(|call| call.failed != 0)?;
        let said = self.calls[..at].iter().filter(|call| call.kind == b'A').flat_map(said);
        let phase = said.filter_map(|line| if let Line::Phase(name) = line { Some(name) } else { None }).last().unwrap_or_default();
        let call = &self.calls[at];
        Some((format!("{phase}: {} {}", deed(call.kind), role(&call.name)), at))
    }

    /// Checks what is left when the process has ended, and when the power is lost as well.
    fn check(&self, state: &str, tally: &mut Tally, runtime: &tokio::runtime::Runtime, random: &mut Random) {
        let disk = self.disk(self.calls.len());
        for mode in [Mode::Dropped, Mode::AllDropped, Mode::Half] {
            let checked = check_files(&disk.left(mode, random), &self.said, runtime);
            tally.point(state, "then the power goes", &checked);
        }
        let folder = self.home.path().join("register");
        let checked = runtime.block_on(check(&Address::File(folder.join("register.db")), &folder.join("seen"), &self.said));
        tally.point(state, "as it is left", &checked);
    }

    /// The disk after so many calls.
    fn disk(&self, calls: usize) -> Disk {
        let mut disk = Disk::default();
        self.calls[..calls].iter().filter(|call| call.kind != b'A').for_each(|call| disk.play(call));
        disk
    }

    /// Whether the node took nothing more: all that it ever acknowledged was on the disk when the call failed.
    fn is_over(&self, at: usize, runtime: &tokio::runtime::Runtime, random: &mut Random) -> bool {
        check_files(&self.disk(at + 1).left(Mode::Dropped, random), &self.said, runtime).is_clean()
    }

    /// Whether the call that failed was to synchronise the folder, and had nothing to do: every name was on the disk already,
    /// or came there by another call before anything else was acknowledged.
    fn is_made_good(&self, at: usize) -> bool {
        let mut after = self.calls[at + 1..].iter();
        let next = after.find(|call| call.kind == b'D' || call.kind == b'A' && said(call).any(|line| line.is_promise()));
        self.calls[at].kind == b'D' && (self.disk(at).has_all_names() || next.is_some_and(|call| call.kind == b'D' && call.failed == 0))
    }
}

fn said(call: &Call) -> impl Iterator<Item = Line> {
    std::str::from_utf8(&call.data).unwrap().lines().map(Line::read)
}

/// Lets each synchronisation of a story fail in turn, or `most` of them; the power is lost after it as well.
///
/// INVARIANT: after one that failed nothing is acknowledged, until the register is opened again; unless it was the folder's and
/// had nothing left to do.
pub fn syncs(most: usize, groups: u64, seed: u64) -> Tally {
    let mut random = Random(seed);
    let runtime = runtime();
    let count = story(None, groups).calls.iter().filter(|call| matches!(call.kind, b'S' | b'D')).count();
    let mut turns: Vec<usize> = (1..=count).collect();
    if most < count {
        random.shuffle(&mut turns);
        turns.truncate(most);
    }
    let mut tally = Tally::default();
    for turn in turns {
        let faulted = story(Some(&format!("fsync {turn}")), groups);
        let Some((state, at)) = faulted.fault() else {
            tally.note("the story ended before the call that was to fail");
            continue;
        };
        let outcome = match (faulted.is_made_good(at), faulted.is_over(at, &runtime, &mut random)) {
            (false, true) => "the node took nothing more",
            (true, _) => "it was the folder's, and nothing was left to do",
            // What a closed register had acknowledged stands in the journal; whoever opens it again brings it back.
            _ if state.starts_with("close:") => "the register was being closed",
            _ => {
                tally.broken += 1;
                tally.flaws.push(format!("{state} failed, and the node went on acknowledging"));
                "absorbed"
            }
        };
        tally.note(format!("synchronisations that failed: {outcome}"));
        faulted.check(&state, &mut tally, &runtime, &mut random);
    }
    tally
}

/// Lets writes fail because the disk is full: `each` places for one write, for all from there on, and for a short one.
///
/// INVARIANT: after one that failed nothing is acknowledged, until the register is opened again.
pub fn full_disk(each: usize, groups: u64, seed: u64) -> Tally {
    let mut random = Random(seed);
    let runtime = runtime();
    let count = story(None, groups).calls.iter().filter(|call| call.kind == b'W').count();
    let mut tally = Tally::default();
    for kind in ["write", "full", "short"] {
        for turn in 0..each {
            // Spread over the story, and not the same places for each kind.
            let place = 1 + (count * turn + random.below(count)) / each;
            let faulted = story(Some(&format!("{kind} {place}")), groups);
            let Some((state, at)) = faulted.fault() else {
                tally.note("the story ended before the call that was to fail");
                continue;
            };
            let outcome = match faulted.is_over(at, &runtime, &mut random) {
                true => "the node took nothing more",
                false if state.starts_with("close:") => "the register was being closed",
                false => "the node went on",
            };
            // A short write is no error: whoever made it writes the rest.
            if kind != "short" && outcome == "the node went on" {
                tally.broken += 1;
                tally.flaws.push(format!("{state} failed, and the node went on acknowledging"));
            }
            tally.note(format!(
                "{}: {outcome}",
                match kind {
                    "write" => "one write failed",
                    "full" => "every write failed from there on",
                    _ => "one write was cut short",
                }
            ));
            faulted.check(&state, &mut tally, &runtime, &mut random);
        }
    }
    tally
}
