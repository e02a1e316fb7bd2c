//! A scheduler, executors and whoever asks, as processes.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The longest that anything here may take.
pub const LONG: Duration = Duration::from_secs(180);

/// The program; nothing of the environment says who asks a store.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_haven-cluster"));
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_ALLOW_HTTP"] {
        command.env_remove(name);
    }
    command
}

/// A process that ends when this does.
pub struct Part(pub Child);

impl Part {
    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // One that is gone already needs no end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A cluster on ports of its own.
pub struct Cluster {
    pub address: String,
    pub executors: Vec<Executor>,
    pub scheduler: Part,
}

pub struct Executor {
    pub part: Part,
    pub folder: PathBuf,
}

impl Cluster {
    /// So many executors with one slot each; `env` is theirs and the scheduler's.
    pub fn start(executors: usize, folder: &Path, env: &[(&str, &str)]) -> Cluster {
        Cluster::of(executors, folder, env, env, &[])
    }

    /// The same with more arguments for executors.
    pub fn with(executors: usize, folder: &Path, arguments: &[&str]) -> Cluster {
        Cluster::of(executors, folder, &[], &[], arguments)
    }

    /// The same where only the scheduler has what the environment says.
    pub fn start_apart(executors: usize, folder: &Path, env: &[(&str, &str)]) -> Cluster {
        Cluster::of(executors, folder, env, &[], &[])
    }

    fn of(executors: usize, folder: &Path, schedulers: &[(&str, &str)], env: &[(&str, &str)], arguments: &[&str]) -> Cluster {
        let mut child =
            program().args(["scheduler", "--port", "0"]).envs(schedulers.iter().copied()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut said).unwrap();
        let address = said.trim().rsplit(' ').next().unwrap().to_owned();
        let scheduler = Part(child);
        assert!(said.contains("listens on 127.0.0.1:"), "{said}");
        let executors: Vec<Executor> = (0..executors)
            .map(|number| {
                let folder = folder.join(format!("executor-{number}"));
                std::fs::create_dir_all(&folder).unwrap();
                let mut command = program();
                command.args(["executor", "--scheduler", &address, "--slots", "1", "--work-dir"]).arg(&folder).args(arguments);
                Executor { part: Part(command.envs(env.iter().copied()).spawn().unwrap()), folder }
            })
            .collect();
        let cluster = Cluster { address, executors, scheduler };
        let wanted = format!("ready: {} executors", cluster.executors.len());
        await_until("all executors have joined", || cluster.executors.is_empty() || ready(&cluster.address).contains(&wanted));
        cluster
    }

    pub fn submit(&self) -> Command {
        let mut command = program();
        command.args(["submit", "--scheduler", &self.address]);
        command
    }
}

pub fn ready(address: &str) -> String {
    let Ok(mut stream) = TcpStream::connect(address) else { return String::new() };
    let mut answer = String::new();
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").unwrap();
    let _ = stream.read_to_string(&mut answer);
    answer
}

pub fn await_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < LONG, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What a command answers, within the time.
pub fn answer(mut command: Command) -> String {
    let (code, out, err) = end(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap(), LONG);
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(err, "");
    out
}

/// What a command refuses with, within the time.
pub fn refusal(mut command: Command, within: Duration) -> String {
    let (code, out, err) = end(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap(), within);
    assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
    println!("{err}");
    err
}

/// How a process ends: its code, and what it said.
pub fn end(mut child: Child, within: Duration) -> (Option<i32>, String, String) {
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read = |stream: &mut dyn std::io::Read| {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    };
    let mut part = Part(child);
    std::thread::scope(|scope| {
        let out = scope.spawn(move || read(&mut out));
        let err = scope.spawn(move || read(&mut err));
        let begin = Instant::now();
        let code = loop {
            if let Some(status) = part.0.try_wait().unwrap() {
                break status.code();
            }
            if begin.elapsed() > within {
                part.kill();
                panic!("no end after {within:?}: {}", err.join().unwrap());
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        (code, out.join().unwrap(), err.join().unwrap())
    })
}
