//! Nodes on PostgreSQL, one or several on one register, while server and nodes are killed.

use super::check::{Checked, Line, check};
use super::{NodeCommand, Random, Tally, kill, lines, runtime};
use crate::postgres::{Server, start};
use haven_register::db::Address;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

/// A register on a server with the nodes that work on it.
struct Site {
    server: Server,
    home: tempfile::TempDir,
    nodes: Vec<Child>,
    is_weak: bool,
    runtime: tokio::runtime::Runtime,
}

impl Site {
    fn start(count: usize, is_weak: bool) -> Site {
        let server = start();
        if is_weak {
            // A server that may answer before the disk has it is also one that takes its time.
            server.halt_writer();
        }
        let home = tempfile::tempdir().unwrap();
        let mut site = Site { server, home, nodes: Vec::new(), is_weak, runtime: runtime() };
        site.add_node(0, true);
        while !lines(&site.acks(0)).contains(&Line::Made) {
            std::thread::sleep(Duration::from_millis(5));
        }
        for number in 1..count {
            site.add_node(number, false);
        }
        site
    }

    fn acks(&self, number: usize) -> PathBuf {
        self.home.path().join(format!("acks{number}"))
    }

    fn add_node(&mut self, number: usize, create: bool) {
        let seen = self.home.path().join(format!("seen{number}"));
        let node = NodeCommand::new(&self.server.url, &seen, &self.acks(number), "load").with("--patient", "yes").with("--tasks", "2");
        let node = if create { node.with("--create", "yes") } else { node };
        let node = if self.is_weak { node.with("--durability", "weak") } else { node };
        let node = node.start();
        if number < self.nodes.len() {
            self.nodes[number] = node;
        } else {
            self.nodes.push(node);
        }
    }

    fn kill_node(&mut self, number: usize) {
        kill(&mut self.nodes[number]);
    }

    fn check(&self) -> Checked {
        let said: Vec<Line> = (0..self.nodes.len()).flat_map(|number| lines(&self.acks(number))).collect();
        let seen: &Path = &self.home.path().join("seen");
        self.runtime.block_on(check(&Address::Server(self.server.url.clone()), seen, &said))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        for node in &mut self.nodes {
            let _ = node.kill();
            let _ = node.wait();
        }
        if self.is_weak {
            // Halted, it would not end when it is asked to.
            self.server.kill();
        }
    }
}

/// Kills, in turn, every process of the server and the node that works on it, in `rounds`.
pub fn server_kills(rounds: usize, seed: u64) -> Tally {
    let mut random = Random(seed);
    let mut tally = Tally::default();
    let mut site = Site::start(1, false);
    for round in 0..rounds {
        std::thread::sleep(Duration::from_millis(100 + random.next() % 300));
        if round.is_multiple_of(2) {
            site.server.kill();
            site.server.restart();
            tally.point("one node at work", "every process of the server killed", &site.check());
        } else {
            site.kill_node(0);
            tally.point("one node at work", "the node killed", &site.check());
            site.add_node(0, false);
        }
    }
    tally
}

/// The same with a weaker setting, which must lose something. Each round has a register of its own: on one that was thrown back
/// no node goes on.
pub fn weak_server_kills(rounds: usize, seed: u64) -> Tally {
    let mut random = Random(seed);
    let mut tally = Tally::default();
    for _ in 0..rounds {
        let mut site = Site::start(1, true);
        std::thread::sleep(Duration::from_millis(100 + random.next() % 300));
        site.server.kill();
        site.server.restart();
        tally.point("one node at work", "every process of the server killed", &site.check());
    }
    tally
}

/// Lets several nodes work on one register for a while, and kills now one of them, now the server.
///
/// Every checkpoint that any of them gave out must be a beginning of the one history that is left.
pub fn nodes(count: usize, time: Duration, seed: u64) -> Tally {
    let mut random = Random(seed);
    let mut tally = Tally::default();
    let mut site = Site::start(count, false);
    let end = Instant::now() + time;
    while Instant::now() < end {
        std::thread::sleep(Duration::from_millis(200 + random.next() % 600));
        if random.below(3) == 0 {
            site.server.kill();
            site.server.restart();
            tally.point("several nodes at work", "the server killed under all of them", &site.check());
        } else {
            let number = random.below(count);
            site.kill_node(number);
            tally.point("several nodes at work", "one of them killed", &site.check());
            site.add_node(number, false);
        }
    }
    for number in 0..count {
        site.kill_node(number);
    }
    tally.point("several nodes at work", "all of them killed", &site.check());
    let checkpoints = (0..count).flat_map(|number| lines(&site.acks(number))).filter(|line| matches!(line, Line::Checkpoint { .. }));
    tally.notes.insert("checkpoints that the nodes gave out".to_owned(), checkpoints.count());
    tally
}
