//! A table that is larger than what is held of it: memory does not grow with it.

use crate::ask::get;
use crate::city::City;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How much more memory may be held while ten times as much passes.
const GROWTH_BYTES_MAX: usize = 12 << 20;

fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

/// In a process of its own, so that other tests do not count.
#[test]
fn memory_is_flat_while_a_table_passes() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "memory::one_table", "--ignored", "--nocapture", "--test-threads=1"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}

async fn pass(city: &City, path: &str) -> usize {
    let mut stream = TcpStream::connect(city.address()).await.unwrap();
    stream.write_all(get("isp", "criminal", path).as_bytes()).await.unwrap();
    let (mut bytes, mut total) = (vec![0; 64 * 1024], 0);
    let mut end = Vec::new();
    while !end.ends_with(b"\r\n0\r\n\r\n") {
        let read = stream.read(&mut bytes).await.unwrap();
        assert!(read > 0, "it broke off after {total} bytes");
        total += read;
        end.extend_from_slice(&bytes[..read]);
        end.drain(..end.len().saturating_sub(7));
    }
    total
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by memory_is_flat_while_a_table_passes"]
async fn one_table() {
    let city = City::open().await;
    let small = pass(&city, "/records/huge").await;
    let before = resident();
    let (most, is_over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let (seen, ended) = (Arc::clone(&most), Arc::clone(&is_over));
    let watcher = std::thread::spawn(move || {
        while !ended.load(Ordering::SeqCst) {
            seen.fetch_max(resident(), Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    let large = pass(&city, "/records/big").await;
    is_over.store(true, Ordering::SeqCst);
    watcher.join().unwrap();
    let growth = most.load(Ordering::SeqCst).saturating_sub(before);
    eprintln!("{large} bytes passed after {small}; memory {before} bytes before, {growth} more at most");
    assert!(large > 10_000_000 && small < large / 9, "{small} {large}");
    assert!(growth < GROWTH_BYTES_MAX, "{growth} bytes more for {large} bytes");
    assert!(city.gateway.stop().await);
}
