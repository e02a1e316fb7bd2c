//! Who gets what: one table of requests through the whole gateway.

use crate::ask::{Reply, ask, get, with};
use crate::city::{City, plain, recipients, route};
use crate::origin::{Origin, RECORD};
use haven_gateway::journal::End;

/// What an answer must be: its status, what it holds, what it lacks.
async fn check(city: &City, request: &str, status: u16, holds: &[&str], lacks: &[&str]) -> Reply {
    let reply = ask(city.address(), request).await;
    let text = format!("{}{}", reply.head, reply.text());
    assert_eq!(reply.status, status, "{request}\n{text}");
    assert!(reply.whole, "{request}\n{text}");
    for part in holds {
        assert!(text.contains(part), "{part}: {request}\n{text}");
    }
    for part in lacks.iter().chain(&["undocumented", "key-"]) {
        assert!(!text.contains(part), "{part}: {request}\n{text}");
    }
    reply
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_what_for_by_what_right() {
    let city = City::open().await;
    let asked = |id: &str, purpose: &str, authority: &str| with(id, purpose, authority, "GET /records/record HTTP/1.1", "");
    let scrubbed = ["A-1", "theft", "Ring twice."];
    for (request, status, holds) in [
        (asked("isp", "criminal", "none"), 200, scrubbed.as_slice()),
        (asked("fbi", "criminal", "none"), 200, &scrubbed),
        // Unknown is never release.
        (asked("isp", "weather", "none"), 403, &[r#""reason":"unknown""#, "purpose"]),
        (asked("isp", "civil_immigration", "none"), 403, &[r#""reason":"unknown""#, "purpose"]),
        (asked("isp", "criminal", "judicial_warrant"), 403, &[r#""reason":"unknown""#, "authority"]),
        (asked("isp", "criminal", "none").replace("Haven-Purpose: criminal\r\n", ""), 403, &[r#""reason":"unknown""#]),
        (asked("isp", "criminal", "none").replace("Haven-Authority: none\r\n", ""), 403, &[r#""reason":"unknown""#]),
        (asked("isp", "criminal\r\nHaven-Purpose: criminal", "none"), 403, &[r#""reason":"unknown""#]),
        // What the ordinance prohibits.
        (asked("ice", "civil_immigration", "none"), 403, &[r#""reason":"prohibited""#, "2-173-020(a)"]),
        // An agreement that has ended, one of which nobody determined the purpose, none for here.
        (asked("late", "criminal", "none"), 403, &[r#""reason":"agreement""#, "has ended"]),
        (asked("bare", "criminal", "none"), 403, &[r#""reason":"agreement""#, "nobody determined the purpose"]),
        (asked("away", "criminal", "none"), 403, &[r#""reason":"not_here""#]),
        // Nobody.
        (asked("nobody", "criminal", "none"), 401, &["www-authenticate: bearer", "unknown_recipient"]),
        (asked("isp", "criminal", "none").replace("Bearer", "Basic"), 401, &["unknown_recipient"]),
        (with("isp", "criminal", "none", "GET /records/record HTTP/1.1", "Authorization: Bearer key-isp\r\n"), 401, &["unknown_recipient"]),
        ("GET /records/record HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), 401, &["unknown_recipient"]),
        // Nowhere.
        (get("isp", "criminal", "/else/record"), 404, &["no_route"]),
        (with("isp", "criminal", "none", "DELETE /records/record HTTP/1.1", ""), 405, &["allow: get, head, post"]),
        (get("isp", "criminal", "/records/../admin"), 400, &[r#""reason":"path""#]),
        (get("isp", "criminal", "/records/%2e%2e/admin"), 400, &[r#""reason":"path""#]),
        (get("isp", "criminal", "/records//admin"), 400, &[r#""reason":"path""#]),
        (get("isp", "criminal", "/records/a%2fb"), 400, &[r#""reason":"path""#]),
        (get("isp", "criminal", "/RECORDS/record"), 400, &[r#""reason":"path""#]),
        (get("isp", "criminal", "/records/record").replace("HTTP/1.1", "HTTP/1.0"), 505, &[r#""reason":"version""#]),
    ] {
        let lacks: &[&str] = if status == 200 { &["immigration_status"] } else { &["theft", "immigration_status"] };
        check(&city, &request, status, holds, lacks).await;
    }
    // Whoever is known has each judgement recorded, before the origin hears of it.
    let outcomes = city.outcomes();
    assert_eq!(outcomes.len(), 12, "{outcomes:?}");
    assert_eq!(city.origin.asked().len(), 2);
    assert!(city.withheld().contains("status"));
    assert_eq!(city.book.ends(2).await, [End::Whole; 2]);
    city.gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_law_lets_go_passes_as_it_is() {
    let city = City::open().await;
    let request = with("kiosk", "own_record", "written_consent", "GET /records/record HTTP/1.1", "");
    let found = ask(city.address(), &request).await;
    assert_eq!((found.status, found.text().as_str(), found.whole), (200, RECORD, true), "{found:?}");
    assert_eq!(city.outcomes(), ["release"]);
    // A part of a record is nothing that was judged, whoever asks.
    let part = ask(city.address(), &request.replace("/record ", "/part ")).await;
    assert_eq!(part.status, 502, "{part:?}");
    // What breaks off is broken off.
    let half = ask(city.address(), &request.replace("/record ", "/half ")).await;
    assert!(!half.whole, "{half:?}");
    assert_eq!(city.book.ends(3).await, [End::Whole, End::Blocked, End::Aborted]);
    city.gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_an_origin_sends() {
    let city = City::open().await;
    let blocked = r#""reason":"blocked""#;
    for (path, status, holds) in [
        ("record", 200, ["A-1", "theft"].as_slice()),
        ("table", 200, &["case,offense", "A-1,theft", "A-2,arson"]),
        ("gzip", 200, &["A-1", "theft"]),
        ("br", 200, &["A-1", "theft"]),
        ("zstd", 200, &["A-1", "theft"]),
        ("split", 200, &["A-1", "theft"]),
        ("escaped", 200, &["{"]),
        ("slow", 200, &["A-1", "theft"]),
        ("trailer", 200, &["A-1", "theft"]),
        ("empty", 204, &[]),
        ("missing", 404, &["\"error\":\"no\""]),
        ("moved", 302, &["location: /records/record"]),
        ("moved-away", 302, &[]),
        ("nothing-there", 404, &[]),
        // What cannot be read, or says two things.
        ("deflate", 502, &[blocked, "content encoding"]),
        ("twice", 502, &[blocked, "content encoding"]),
        ("torn", 502, &[blocked, "compressed bytes"]),
        ("bomb", 502, &[blocked, "grow"]),
        ("keys", 502, &[blocked, "stands twice"]),
        ("broken", 502, &[blocked, "broken JSON"]),
        ("latin", 502, &[blocked, "no text of the charset"]),
        ("picture", 502, &[blocked, "content type"]),
        ("untyped", 502, &[blocked, "content type"]),
        ("types", 502, &[blocked, "several content types"]),
        ("part", 502, &[blocked, "a part of a record"]),
        ("parts", 502, &[blocked, "a part of a record"]),
        ("half", 502, &["origin"]),
    ] {
        let reply = check(&city, &get("isp", "criminal", &format!("/records/{path}")), status, holds, &["immigration", "elsewhere"]).await;
        for gone in ["content-encoding", "etag", "trailer:", "x-status"] {
            assert!(!reply.head.contains(gone), "{path}: {}", reply.head);
        }
    }
    let wide = ask(city.address(), &get("isp", "criminal", "/records/wide")).await;
    let units: Vec<u16> = wide.body.chunks(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
    let text = String::from_utf16(&units).unwrap();
    assert!(text.contains("theft") && !text.contains("undocumented") && !text.contains("immigration"), "{text}");
    let figures = crate::ask::admin(city.gateway.admin(), "/metrics").await.text();
    assert!(figures.contains(r#"haven_guard_requests_total{route="/records/",recipient="isp",became="blocked"} 12"#), "{figures}");
    city.gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_on_both_sides() {
    let origin = Origin::start().await;
    let base = format!("http://{}/api/", origin.address);
    let text = format!(
        "listen = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\nby = \"S-7\"\n{}{}",
        recipients(),
        route(
            "/records/",
            &base,
            "origin_authorization = \"origin.key\"\nrequest_headers = [\"X-Page\"]\nresponse_headers = [\"X-Total\", \"X-Status\"]\n"
        )
    );
    let city = City::of(origin, &text, |folder| std::fs::write(folder.join("origin.key"), "Bearer of-the-guard\n").unwrap()).await.unwrap();
    let more = "Range: bytes=0-9\r\nIf-Range: x\r\nIf-None-Match: \"1\"\r\nAccept-Encoding: gzip\r\nAccept: application/json\r\nX-Page: 2\r\n\
                X-HTTP-Method-Override: DELETE\r\nX-Forwarded-For: 1.2.3.4\r\nContent_Length: 9\r\nCookie: a=b\r\nTE: trailers\r\nConnection: X-Page\r\n";
    let reply = check(
        &city,
        &with("isp", "criminal", "none", "GET /records/stale?page=2&q=a%2fb HTTP/1.1", more),
        200,
        &["x-total: 7", "content-type: application/json", "cache-control: no-store", "theft"],
        &["etag", "last-modified", "content-md5", "digest", "x-hop", "x-status", "keep-alive", "set-cookie", "public"],
    )
    .await;
    assert!(reply.head.contains("transfer-encoding: chunked") && !reply.head.contains("content-length"), "{}", reply.head);
    let asked = city.origin.asked().remove(0).to_ascii_lowercase();
    assert!(asked.starts_with("get /api/stale?page=2&q=a%2fb http/1.1\r\n"), "{asked}");
    for header in
        ["accept-encoding: identity", "authorization: bearer of-the-guard", "accept: application/json", "x-page: 2", "host: 127.0.0.1"]
    {
        assert!(asked.contains(header), "{header}: {asked}");
    }
    for header in ["range", "if-", "key-isp", "haven-", "override", "forwarded", "content_length", "cookie", "te:", "connection", "gzip"] {
        assert!(!asked.contains(header), "{header}: {asked}");
    }
    // A head without a body says nothing of the body that it would have.
    let head = ask(city.address(), &with("isp", "criminal", "none", "HEAD /records/stale HTTP/1.1", "Connection: close\r\n")).await;
    assert_eq!(head.status, 200);
    assert!(!head.head.contains("content-length: 1") && !head.head.contains("etag"), "{}", head.head);
    city.gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_register_not_one_byte() {
    let city = City::open().await;
    city.book.fails.store(true, std::sync::atomic::Ordering::SeqCst);
    for request in [get("isp", "criminal", "/records/record"), get("ice", "civil_immigration", "/records/record")] {
        check(&city, &request, 503, &[r#""reason":"unrecorded""#], &["theft", "A-1"]).await;
    }
    assert_eq!(city.origin.asked(), Vec::<String>::new());
    let health = crate::ask::admin(city.gateway.admin(), "/health").await;
    assert!(health.status == 503 && health.text().contains("the register is not there"), "{health:?}");
    city.book.fails.store(false, std::sync::atomic::Ordering::SeqCst);
    check(&city, &get("isp", "criminal", "/records/record"), 200, &["theft"], &[]).await;
    assert_eq!(crate::ask::admin(city.gateway.admin(), "/health").await.status, 200);
    assert_eq!(crate::ask::admin(city.gateway.admin(), "/else").await.status, 404);
    city.gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_that_hangs_or_goes_away_meanwhile() {
    let city = City::with("origin_seconds = 1").await;
    city.book.hangs.store(true, std::sync::atomic::Ordering::SeqCst);
    check(&city, &get("isp", "criminal", "/records/record"), 503, &[r#""reason":"unrecorded""#], &["theft"]).await;
    assert_eq!(city.origin.asked(), Vec::<String>::new());
    city.book.hangs.store(false, std::sync::atomic::Ordering::SeqCst);
    // The judgement stands recorded; that its end does not is counted.
    let address = city.address();
    let half = tokio::spawn(async move { ask(address, &get("isp", "criminal", "/records/half-table")).await });
    while city.book.entries.lock().unwrap().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    city.book.fails.store(true, std::sync::atomic::Ordering::SeqCst);
    assert!(!half.await.unwrap().whole);
    let mut figures = String::new();
    for _ in 0..200 {
        figures = crate::ask::admin(city.gateway.admin(), "/metrics").await.text();
        if figures.contains("haven_guard_unrecorded_ends_total 1") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert!(
        figures.contains("haven_guard_unrecorded_ends_total 1") && figures.contains("haven_guard_ended_total{how=\"aborted\"} 1"),
        "{figures}"
    );
    assert!(!city.gateway.stop().await, "of the first request nobody knows whether it is recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_law_or_clock_every_request_is_refused() {
    let origin = Origin::start().await;
    let text = plain(&origin, "");
    let book = std::sync::Arc::new(crate::city::Book::default());
    let lacking =
        City::opened(origin, &text, |_| {}, book.clone(), std::sync::Arc::new(|| Err("the law is not there".to_owned()))).await.unwrap();
    check(&lacking, &get("isp", "criminal", "/records/record"), 503, &[r#""reason":"unavailable""#], &["theft"]).await;
    let health = crate::ask::admin(lacking.gateway.admin(), "/health").await;
    assert!(health.status == 503 && health.text().contains("the law is not there"), "{health:?}");
    assert_eq!(lacking.gateway.unavailable().as_deref(), Some("the law is not there"));
    lacking.gateway.stop().await;

    let origin = Origin::start().await;
    let text = plain(&origin, "");
    let parts = haven_gateway::ruling::Parts { today: std::sync::Arc::new(|| None), ..crate::city::parts(&book) };
    let timeless = City::opened(origin, &text, |_| {}, book, std::sync::Arc::new(move || Ok(parts.clone()))).await.unwrap();
    check(&timeless, &get("isp", "criminal", "/records/record"), 503, &[r#""reason":"unrecorded""#], &["theft"]).await;
    assert_eq!(crate::ask::admin(timeless.gateway.admin(), "/health").await.status, 503);
    timeless.gateway.stop().await;
}
