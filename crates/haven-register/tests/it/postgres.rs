//! A PostgreSQL or MariaDB server for tests, started privately by `scripts/servers.sh` and gone with the test.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// A running server.
pub struct Server {
    /// The URL of its first database.
    pub url: String,
    process: u32,
    script: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

/// Starts a server that nobody else uses. It ends when it is dropped, or when this process ends, however that comes about.
pub fn start() -> Server {
    start_with(&[])
}

/// The same with settings, each `name=value`.
pub fn start_with(settings: &[&str]) -> Server {
    start_kind("postgres", settings)
}

/// The same of a kind that the script knows.
pub fn start_kind(kind: &str, settings: &[&str]) -> Server {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/servers.sh");
    let mut command = Command::new(script);
    command.arg(kind).args(settings).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut script = command.spawn().expect("scripts/servers.sh runs");
    let input = script.stdin.take();
    let output = BufReader::new(script.stdout.take().expect("its output"));
    let mut server = Server { url: String::new(), process: 0, script, input, output };
    (server.url, server.process) = server.answer();
    server
}

/// The URL of a new, empty database on one server that all tests of this process share.
pub fn fresh() -> String {
    static SHARED: OnceLock<Mutex<Server>> = OnceLock::new();
    // What the tests on it check is not what a loss of power leaves behind.
    let shared = SHARED.get_or_init(|| Mutex::new(start_with(&["fsync=off", "max_connections=400"])));
    shared.lock().unwrap_or_else(PoisonError::into_inner).database()
}

impl Server {
    /// The URL of a new, empty database.
    pub fn database(&mut self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        self.say(&format!("database d{number}"));
        self.answer().0
    }

    /// Kills every process of the server at once, as a crash would; what it had not yet written is gone.
    pub fn kill(&mut self) {
        // The first process is halted, so that it starts no other while its children are counted.
        signal("STOP", &[self.process]);
        let mut all = children(self.process);
        all.push(self.process);
        signal("KILL", &all);
        while all.iter().any(|process| is_running(*process)) {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// Halts the process that writes the server's log in the background, until the server is killed.
    pub fn halt_writer(&self) {
        let is_writer =
            |process: &u32| std::fs::read(format!("/proc/{process}/cmdline")).is_ok_and(|line| line.starts_with(b"postgres: walwriter"));
        let writer: Vec<u32> = children(self.process).into_iter().filter(is_writer).collect();
        assert_eq!(writer.len(), 1, "one process writes the log");
        signal("STOP", &writer);
    }

    /// Starts it again after it was killed, on the same port and data; it recovers by itself.
    pub fn restart(&mut self) {
        self.say("start");
        (_, self.process) = self.answer();
    }

    fn say(&mut self, line: &str) {
        let input = self.input.as_mut().expect("its input");
        writeln!(input, "{line}").expect("it reads");
    }

    fn answer(&mut self) -> (String, u32) {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it answers");
        let (url, process) = line.trim().split_once(' ').expect("scripts/servers.sh says where the server is; see above why it does not");
        (url.to_owned(), process.parse().expect("a process id"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It serves until its input ends.
        self.input = None;
        let _ = self.script.wait();
    }
}

/// Sends a signal to processes; those that are gone already do not matter.
fn signal(name: &str, processes: &[u32]) {
    let processes = processes.iter().map(u32::to_string);
    let _ = Command::new("kill").arg(format!("-{name}")).args(processes).stderr(Stdio::null()).status();
}

/// The third and fourth field of a process's state: its condition and its parent.
fn state(process: u32) -> Option<(String, u32)> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let mut fields = text.rsplit_once(") ")?.1.split(' ');
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}

fn children(parent: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").expect("the processes").filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    processes.filter(|process| state(*process).is_some_and(|(_, of)| of == parent)).collect()
}

fn is_running(process: u32) -> bool {
    state(process).is_some_and(|(condition, _)| condition != "Z")
}
