//! The configuration read again while requests run, and the end.

use crate::ask::{admin, ask, get, over};
use crate::city::{City, digest};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;

#[tokio::test(flavor = "multi_thread")]
async fn no_request_is_dropped_while_the_configuration_is_read_again() {
    let city = City::open().await;
    let address = city.address();
    let (is_over, served) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let mut workers = Vec::new();
    for worker in 0..8 {
        let (is_over, served) = (Arc::clone(&is_over), Arc::clone(&served));
        workers.push(tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            while !is_over.load(Ordering::SeqCst) {
                // Some on one connection, some each on its own; a slow one among them.
                let path = if worker == 0 { "/records/slow" } else { "/records/record" };
                let request = get("isp", "criminal", path);
                let found = if worker % 2 == 0 { over(&mut stream, &request).await } else { ask(address, &request).await };
                assert!(found.status == 200 && found.whole && found.text().contains("theft"), "{found:?}");
                served.fetch_add(1, Ordering::SeqCst);
            }
        }));
    }
    let file = city.folder.path().join("guard.toml");
    let good = fs::read_to_string(&file).unwrap();
    for round in 0..20 {
        let is_bad = round % 3 == 2;
        let text = if is_bad { good.replace("by = \"S-7\"", "by = 7") } else { format!("{good}\n# {round}\n") };
        fs::write(&file, text).unwrap();
        assert_eq!(city.gateway.reload().await.is_err(), is_bad, "{round}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    is_over.store(true, Ordering::SeqCst);
    for worker in workers {
        worker.await.unwrap();
    }
    assert!(served.load(Ordering::SeqCst) > 50, "{served:?}");
    let figures = admin(city.gateway.admin(), "/metrics").await.text();
    assert!(figures.contains("haven_guard_reloads_total{taken=\"no\"} 6"), "{figures}");
    assert!(figures.contains("haven_guard_reloads_total{taken=\"yes\"} 14"), "{figures}");
    assert!(city.gateway.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_configuration_holds_for_the_next_request_of_an_open_connection() {
    let city = City::open().await;
    let file = city.folder.path().join("guard.toml");
    let good = fs::read_to_string(&file).unwrap();
    let mut stream = TcpStream::connect(city.address()).await.unwrap();
    let request = get("isp", "criminal", "/records/record");
    assert_eq!(over(&mut stream, &request).await.status, 200);
    // The key is taken away.
    fs::write(&file, good.replace(&digest(b"key-isp"), &digest(b"another"))).unwrap();
    city.gateway.reload().await.unwrap();
    assert_eq!(over(&mut stream, &request).await.status, 401);
    // What cannot be used changes nothing, and health says so.
    for (text, says) in [
        (good.replace("id = \"isp\"", "id = \"fbi\""), "stands once"),
        (good.replace("listen = \"127.0.0.1:0\"", "listen = \"127.0.0.2:0\""), "as when the gateway was started"),
        (good.replace("agreements.toml", "none.toml"), "none.toml"),
    ] {
        fs::write(&file, text).unwrap();
        let error = city.gateway.reload().await.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
        let health = admin(city.gateway.admin(), "/health").await;
        assert!(health.status == 200 && health.text().contains(says), "{health:?}");
        assert_eq!(over(&mut stream, &request).await.status, 401);
    }
    fs::write(&file, good).unwrap();
    city.gateway.reload().await.unwrap();
    assert_eq!(over(&mut stream, &request).await.status, 200);
    assert!(!admin(city.gateway.admin(), "/health").await.text().contains("stands once"));
    drop(stream);
    assert!(city.gateway.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_ends_before_the_gateway_does() {
    let city = City::open().await;
    let (address, book) = (city.address(), Arc::clone(&city.book));
    let slow = tokio::spawn(async move { ask(address, &get("isp", "criminal", "/records/slow")).await });
    while book.entries.lock().unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(city.gateway.stop().await);
    let found = slow.await.unwrap();
    assert!(found.status == 200 && found.whole, "{found:?}");
    assert_eq!(book.ends.lock().unwrap().len(), 1, "its end stands recorded");
    assert!(TcpStream::connect(address).await.is_err());
}
