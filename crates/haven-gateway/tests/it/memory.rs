//! A table that is larger than what is held of it: memory does not grow with it.

use crate::ask::get;
use crate::city::City;
use std::process::Command;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How much more memory may be held at any time of the later three quarters than in the first: less than half of what passes.
const GROWTH_BYTES_MAX: usize = 4 << 20;

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

/// Passes a table; gives how many bytes it had, and the memory held after each fortieth part of so many.
async fn pass(city: &City, path: &str, expected: usize) -> (usize, Vec<usize>) {
    let mut stream = TcpStream::connect(city.address()).await.unwrap();
    stream.write_all(get("isp", "criminal", path).as_bytes()).await.unwrap();
    let (mut bytes, mut total) = (vec![0; 64 * 1024], 0);
    let (mut end, mut held) = (Vec::new(), Vec::new());
    while !end.ends_with(b"\r\n0\r\n\r\n") {
        let read = stream.read(&mut bytes).await.unwrap();
        assert!(read > 0, "it broke off after {total} bytes");
        total += read;
        if total > held.len() * expected / 40 {
            held.push(resident());
        }
        end.extend_from_slice(&bytes[..read]);
        end.drain(..end.len().saturating_sub(7));
    }
    (total, held)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by memory_is_flat_while_a_table_passes"]
async fn one_table() {
    let city = City::open().await;
    let (total, held) = pass(&city, "/records/big", 11_000_000).await;
    eprintln!("{total} bytes passed; memory: {held:?}");
    assert!(total > 10_000_000 && held.len() > 30, "{total}");
    // After the first quarter all that is held of a table is held.
    let (early, late) = held.split_at(held.len() / 4);
    let growth = late.iter().max().unwrap().saturating_sub(*early.iter().max().unwrap());
    assert!(growth < GROWTH_BYTES_MAX, "{growth} bytes more for {total} bytes");
    assert!(city.gateway.stop().await);
}
