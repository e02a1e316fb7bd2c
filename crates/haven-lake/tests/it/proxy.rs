//! A line between a client and a store that counts what passes, and can break.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// What passes, and when it breaks.
#[derive(Default)]
pub struct Line {
    /// Bytes from the store so far.
    pub bytes: AtomicU64,
    /// Questions so far.
    pub questions: AtomicUsize,
    /// Answers that are still to break.
    pub breaks: AtomicUsize,
    /// Bytes after which an answer breaks; a list is shorter.
    pub breaks_after: AtomicU64,
}

/// Starts one to an address; gives back its own.
pub fn start(store: &str) -> (String, Arc<Line>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let store = store.strip_prefix("http://").unwrap().to_owned();
    let line = Arc::new(Line::default());
    let shared = Arc::clone(&line);
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (client, line, store) = (client.unwrap(), Arc::clone(&shared), store.clone());
            std::thread::spawn(move || pass(client, &store, &line));
        }
    });
    (address, line)
}

/// Passes one connection on until either side ends it.
fn pass(mut client: TcpStream, store: &str, line: &Line) {
    let mut store = TcpStream::connect(store).unwrap();
    let (mut asked, mut asks) = (store.try_clone().unwrap(), client.try_clone().unwrap());
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut bytes = [0; 64 << 10];
            while let Ok(count @ 1..) = asks.read(&mut bytes) {
                // Each question begins with its verb; a client waits for the answer before the next.
                line.questions.fetch_add(usize::from(bytes.starts_with(b"GET ")), Ordering::SeqCst);
                if asked.write_all(&bytes[..count]).is_err() {
                    break;
                }
            }
            let _ = asked.shutdown(Shutdown::Both);
        });
        let mut bytes = [0; 64 << 10];
        let mut passed = 0;
        while let Ok(count @ 1..) = store.read(&mut bytes) {
            line.bytes.fetch_add(count as u64, Ordering::SeqCst);
            passed += count as u64;
            let is_long = passed > line.breaks_after.load(Ordering::SeqCst);
            let breaks = is_long && line.breaks.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
            if breaks || client.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _ = client.shutdown(Shutdown::Both);
        let _ = store.shutdown(Shutdown::Both);
    });
}
