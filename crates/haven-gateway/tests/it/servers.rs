//! nginx and Squid from Debian, each with the lines that docs/guard-peers.md shows, and a folder and a port of its own.

use crate::city::root;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Server {
    child: Child,
    pub address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Squid takes what it shares in memory away with it when it is asked to stop, and not when it is killed.
        drop(Command::new("kill").arg(self.child.id().to_string()).status());
        for _ in 0..200 {
            if self.child.try_wait().is_ok_and(|status| status.is_some()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// What the page shows in a language, where that begins with `with`.
pub fn shown(language: &str, with: &str) -> String {
    let page = fs::read_to_string(root().join("docs/guard-peers.md")).unwrap();
    let fence = format!("```{language}\n");
    let mut blocks = page.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.find(|block| block.starts_with(with)).expect("a block of the page").to_owned()
}

/// Replaces what must stand there.
pub fn put(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} in {text}");
    text.replace(from, to)
}

/// Debian keeps servers outside the path of most users.
fn program(name: &str) -> PathBuf {
    let path = format!("{}:/usr/sbin", std::env!("PATH"));
    let found = path.split(':').map(|folder| Path::new(folder).join(name)).find(|file| file.is_file());
    found.unwrap_or_else(|| panic!("{name} is lacking: scripts/setup.sh test"))
}

/// Starts a server with a configuration for a port and a folder; another port where somebody was quicker.
fn start(name: &str, arguments: impl Fn(u16) -> Vec<String>, configuration: impl Fn(u16, &Path) -> String) -> Server {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        // Squid, where root starts it, works as another user.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let file = folder.path().join("server.conf");
        fs::write(&file, configuration(port, folder.path())).unwrap();
        let log = fs::File::create(folder.path().join("out")).unwrap();
        let mut child = Command::new(program(name))
            .args(arguments(port))
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let begun = Instant::now();
        while child.try_wait().unwrap().is_none() && begun.elapsed() < Duration::from_secs(30) {
            if TcpStream::connect(address).is_ok() {
                return Server { child, address, _folder: folder };
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        drop(child.kill());
        eprintln!("{name}: {:?}", fs::read_to_string(folder.path().join("out")));
    }
    panic!("{name} does not start");
}

/// nginx before an origin, asking a door of the guard; with TLS where `tls` holds `server.pem`, `server.key` and `root.pem`.
pub fn nginx(origin: SocketAddr, decision: SocketAddr, tls: Option<&Path>) -> Server {
    let lines = put(&shown("nginx", "location"), "127.0.0.1:8080", &origin.to_string());
    let lines = put(&lines, "127.0.0.1:8181", &decision.to_string());
    start(
        "nginx",
        |_| vec!["-c".to_owned()],
        |port, folder| {
            let folder = folder.display();
            let temporary: String =
                ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|kind| format!("{kind}_temp_path {folder}/{kind};\n")).concat();
            let (ssl, files) = match tls {
                None => ("", String::new()),
                Some(files) => {
                    let files = files.display();
                    let files = format!(
                        "ssl_certificate {files}/server.pem;\nssl_certificate_key {files}/server.key;\n\
                     ssl_client_certificate {files}/root.pem;\nssl_verify_client optional;\n"
                    );
                    (" ssl", files)
                }
            };
            format!(
                "daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n\
             http {{\naccess_log off;\n{temporary}server {{\nlisten 127.0.0.1:{port}{ssl};\n{files}{lines}}}\n}}\n"
            )
        },
    )
}

/// Squid that hands over what passes to a door of the guard.
pub fn squid(icap: SocketAddr) -> Server {
    let lines = put(&shown("squid", "icap"), "127.0.0.1:1344", &icap.to_string());
    // By its name, what it shares in memory is its own.
    start(
        "squid",
        |port| ["-N", "-n", &format!("haven{port}"), "-f"].map(str::to_owned).into(),
        |port, folder| {
            let folder = folder.display();
            format!(
                "http_port 127.0.0.1:{port}\nhttp_access allow all\nvisible_hostname guard\npid_filename none\naccess_log none\n\
             cache_log {folder}/cache.log\ncoredump_dir {folder}\nnetdb_filename none\npinger_enable off\nshutdown_lifetime 0 seconds\n{lines}"
            )
        },
    )
}
