//! What breaks off, goes silent, or is too much: over real sockets, on both sides.

use crate::ask::{Reply, ask, get, reply, with};
use crate::city::City;
use haven_gateway::journal::End;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn ended(city: City, count: usize) -> Vec<End> {
    let ends = city.book.ends(count).await;
    assert!(city.gateway.stop().await, "all ended");
    ends
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_that_breaks_off_breaks_the_connection() {
    // A part of a table has left when the origin breaks off, goes silent, or sends what cannot be read.
    for (path, end) in [("half-table", End::Aborted), ("stuck-table", End::Aborted), ("bad-table", End::Blocked)] {
        let city = City::with("idle_seconds = 1").await;
        let found = ask(city.address(), &get("isp", "criminal", &format!("/records/{path}"))).await;
        assert_eq!(found.status, 200, "{path}");
        assert!(!found.whole && found.text().contains("theft of a bicycle"), "{path}: a part, and no end of it: {}", found.body.len());
        assert_eq!(city.outcomes(), ["release_without"], "{path}");
        assert_eq!(ended(city, 1).await, [end], "{path}");
    }
    // Before the first byte there is still an answer.
    for (path, status) in [("silent", 504), ("half", 502)] {
        let city = City::with("idle_seconds = 1\norigin_seconds = 1").await;
        let found: Reply = ask(city.address(), &get("isp", "criminal", &format!("/records/{path}"))).await;
        assert_eq!((found.status, found.whole), (status, true), "{path}: {found:?}");
        assert_eq!(ended(city, 1).await, [End::Aborted], "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_that_is_not_there() {
    let city = City::open().await;
    let text = std::fs::read_to_string(city.folder.path().join("guard.toml")).unwrap();
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let text = text.replace(&city.origin.address.to_string(), &gone.to_string());
    std::fs::write(city.folder.path().join("guard.toml"), text).unwrap();
    city.gateway.reload().await.unwrap();
    let found = ask(city.address(), &get("isp", "criminal", "/records/record")).await;
    assert_eq!((found.status, found.text().contains("did not answer")), (502, true), "{found:?}");
    assert_eq!(ended(city, 1).await, [End::Aborted]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_that_hangs_up_is_a_second_entry() {
    let city = City::open().await;
    let mut stream = TcpStream::connect(city.address()).await.unwrap();
    stream.write_all(get("isp", "criminal", "/records/endless").as_bytes()).await.unwrap();
    let mut some = [0; 4096];
    assert!(stream.read(&mut some).await.unwrap() > 0);
    drop(stream);
    assert_eq!(city.book.ends(1).await, [End::Aborted]);
    // The origin is let go as well.
    for _ in 0..200 {
        if city.origin.broken.load(Ordering::SeqCst) > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(city.origin.broken.load(Ordering::SeqCst), 1);
    assert!(city.gateway.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_that_hangs_up_before_the_first_byte_is_a_second_entry() {
    for path in ["silent", "drip"] {
        let city = City::open().await;
        let mut stream = TcpStream::connect(city.address()).await.unwrap();
        stream.write_all(get("isp", "criminal", &format!("/records/{path}")).as_bytes()).await.unwrap();
        while city.origin.asked().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let started = Instant::now();
        drop(stream);
        assert_eq!(city.book.ends(1).await, [End::Aborted], "{path}");
        assert!(started.elapsed() < Duration::from_secs(15), "{path}: the origin is not waited for");
        assert!(city.gateway.stop().await);
    }
}

/// Whether the register is slower than the recipient or than the limit: the judgement stands there, so that nothing left must, too.
#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_that_hangs_up_while_the_judgement_is_recorded_is_a_second_entry() {
    let city = City::open().await;
    city.book.is_slow.store(true, Ordering::SeqCst);
    let mut stream = TcpStream::connect(city.address()).await.unwrap();
    stream.write_all(get("isp", "criminal", "/records/record").as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(stream);
    assert_eq!(city.book.ends(1).await, [End::Aborted]);
    assert_eq!((city.outcomes(), city.origin.asked()), (vec!["release_without"], Vec::new()));
    // A refusal is over with its record.
    let mut stream = TcpStream::connect(city.address()).await.unwrap();
    stream.write_all(get("away", "criminal", "/records/record").as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(stream);
    let (book, outcomes) = (std::sync::Arc::clone(&city.book), ["release_without", "refuse"]);
    assert!(city.gateway.stop().await);
    assert_eq!(book.entries.lock().unwrap().iter().map(|entry| entry.outcome.name()).collect::<Vec<_>>(), outcomes);
    assert_eq!(book.ends.lock().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stop_cuts_off_is_a_second_entry() {
    let city = City::open().await;
    let mut stream = TcpStream::connect(city.address()).await.unwrap();
    stream.write_all(with("kiosk", "own_record", "written_consent", "GET /records/drip HTTP/1.1", "").as_bytes()).await.unwrap();
    let mut some = [0; 512];
    assert!(stream.read(&mut some).await.unwrap() > 0);
    let book = std::sync::Arc::clone(&city.book);
    let started = Instant::now();
    assert!(!city.gateway.stop().await, "it was cut off");
    assert!(started.elapsed() < Duration::from_secs(9), "{:?}: five seconds are waited for it, once", started.elapsed());
    assert_eq!(book.ends(1).await, [End::Aborted]);
}

/// What an origin sends behind the end of an answer is the next one on its connection: of nobody else's request.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_to_an_origin_serves_one_recipient() {
    let city = City::open().await;
    let (isp, fbi) = (with("isp", "criminal", "none", "HEAD /records/behind HTTP/1.1", ""), get("fbi", "criminal", "/records/record"));
    for _ in 0..3 {
        assert_eq!(ask_head(&city, &isp).await, 200);
        let found = ask(city.address(), &fbi).await;
        assert!(found.status == 200 && found.text().contains("theft"), "{found:?}");
        tokio::time::sleep(Duration::from_millis(150)).await;
        let found = ask(city.address(), &fbi).await;
        assert!(found.status == 200 && found.text().contains("theft"), "{found:?}");
    }
    assert!(city.gateway.stop().await);
}

async fn ask_head(city: &City, request: &str) -> u16 {
    let mut stream = TcpStream::connect(city.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.unwrap();
    std::str::from_utf8(&head[9..]).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_without_an_end_of_its_own_does_not_pass() {
    let city = City::open().await;
    for request in
        [get("isp", "criminal", "/records/unended"), with("kiosk", "own_record", "written_consent", "GET /records/unended HTTP/1.1", "")]
    {
        let found = ask(city.address(), &request).await;
        assert!(found.status == 502 && found.text().contains("where its answer ends") && !found.text().contains("theft"), "{found:?}");
    }
    assert_eq!(ended(city, 2).await, [End::Blocked, End::Blocked]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_beyond_the_limit_wait_and_give_up() {
    let city = City::with("bodies = 1\nidle_seconds = 2").await;
    let mut first = TcpStream::connect(city.address()).await.unwrap();
    first.write_all(get("isp", "criminal", "/records/drip").as_bytes()).await.unwrap();
    while city.origin.asked().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let request = get("isp", "criminal", "/records/record");
    let found = ask(city.address(), &request).await;
    assert!(found.status == 503 && found.text().contains("busy"), "{found:?}");
    // Its place is free when whoever waited for it is gone.
    drop(first);
    assert_eq!(ask(city.address(), &request).await.status, 200);
    assert_eq!(city.book.ends(3).await.len(), 3);
    assert!(city.gateway.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_that_reads_no_more_is_hung_up_on() {
    let city = City::with("idle_seconds = 1").await;
    let mut stream = TcpStream::connect(city.address()).await.unwrap();
    let request = with("kiosk", "own_record", "written_consent", "GET /records/endless HTTP/1.1", "");
    stream.write_all(request.as_bytes()).await.unwrap();
    assert_eq!(city.book.ends(1).await, [End::Aborted]);
    assert!(city.gateway.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_and_huge_heads_are_not_waited_for() {
    let city = City::with("head_seconds = 1\nhead_bytes = 8192").await;
    let started = Instant::now();
    let mut stream = TcpStream::connect(city.address()).await.unwrap();
    let request = get("isp", "criminal", "/records/record");
    let mut was_hung_up_on = false;
    for byte in request.as_bytes().iter().cycle() {
        tokio::time::sleep(Duration::from_millis(50)).await;
        if stream.write_all(&[*byte]).await.is_err() || started.elapsed() > Duration::from_secs(20) {
            was_hung_up_on = started.elapsed() < Duration::from_secs(20);
            break;
        }
    }
    assert!(was_hung_up_on, "a head a byte at a time is cut off after a second");
    for (size, status) in [(4000, 200), (9000, 431), (100_000, 431)] {
        let huge = with("isp", "criminal", "none", "GET /records/record HTTP/1.1", &format!("X: {}\r\n", "a".repeat(size)));
        let found = ask(city.address(), &huge).await;
        assert_eq!(found.status, status, "{size}");
    }
    // One line without an end is no request either.
    let mut stream = TcpStream::connect(city.address()).await.unwrap();
    drop(stream.write_all(&vec![b'a'; 100_000]).await);
    assert!(matches!(reply(&mut stream, &mut Vec::new()).await.status, 0 | 400 | 414 | 431));
    assert_eq!(city.outcomes().len(), 1);
    assert!(city.gateway.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_requests_have_a_limit() {
    let city = City::with("request_bytes = 100").await;
    let post = |more: &str, body: &str| format!("{}{body}", with("isp", "criminal", "none", "POST /records/record HTTP/1.1", more));
    let length = |count: usize| post(&format!("Content-Length: {count}\r\n"), &"x".repeat(count));
    let chunked = |count: usize| post("Transfer-Encoding: chunked\r\n", &format!("{count:x}\r\n{}\r\n0\r\n\r\n", "x".repeat(count)));
    for (request, status) in [(length(100), 200), (length(101), 413), (chunked(100), 200), (chunked(101), 413)] {
        let found = ask(city.address(), &request).await;
        assert_eq!(found.status, status, "{found:?}");
    }
    // A body where none belongs.
    let bare = with("isp", "criminal", "none", "GET /records/record HTTP/1.1", "Content-Length: 3\r\n") + "abc";
    assert_eq!(ask(city.address(), &bare).await.status, 413);
    assert!(city.gateway.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_beyond_the_limit_wait() {
    let city = City::with("connections = 2\nhead_seconds = 1").await;
    let idle = [TcpStream::connect(city.address()).await.unwrap(), TcpStream::connect(city.address()).await.unwrap()];
    // The idle ones are hung up on after a second; then the one that waited is served.
    let started = Instant::now();
    let found = ask(city.address(), &get("isp", "criminal", "/records/record")).await;
    assert_eq!(found.status, 200);
    assert!(started.elapsed() > Duration::from_millis(500), "{:?}", started.elapsed());
    drop(idle);
    assert!(city.gateway.stop().await);
}
