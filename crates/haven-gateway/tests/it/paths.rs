//! Which route a path belongs to, at every door, before an origin that reads paths as carelessly as some do.

use crate::ask::{ask, get, with};
use crate::city::{City, plain, route};
use crate::origin::{Origin, RECORD};
use crate::servers::put;

/// Records for the state police and the FBI, and among them some that are not for the state police.
async fn city() -> City {
    let origin = Origin::start().await;
    let narrow = route("/records/gang/", &format!("http://{}/api/gang/", origin.address), "");
    let text = plain(&origin, "") + &put(&narrow, "isp = \"A-isp\", ", "");
    let text = put(&text, "[limits]", "[decision]\nlisten = \"127.0.0.1:0\"\n\n[limits]");
    City::of(origin, &text, |_| {}).await.unwrap()
}

/// What becomes of a path: at the gateway, and where a server asks before it passes a request on.
async fn check(city: &City, id: &str, path: &str, status: u16, reason: &str) {
    let reply = ask(city.address(), &get(id, "criminal", path)).await;
    let text = reply.text();
    assert_eq!(reply.status, status, "{id} {path}: {text}");
    assert!(text.contains(reason) && !text.contains("undocumented"), "{id} {path}: {text}");
    assert!(status == 200 || !text.contains("theft"), "{id} {path}: {text}");
    let asked = with(id, "criminal", "none", "GET /decide HTTP/1.1", &format!("X-Original-Method: GET\r\nX-Original-URI: {path}\r\n"));
    let decided = ask(city.gateway.decision().unwrap(), &asked).await;
    let reason = if reason.starts_with('"') { "must_be_scrubbed" } else { reason };
    assert_eq!(decided.status, 403, "{id} {path}: {decided:?}");
    assert!(decided.head.contains(&format!("haven-reason: {reason}")), "{id} {path}: {decided:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_belongs_to_the_narrower_route_however_it_is_written() {
    let city = city().await;
    for (path, status, reason) in [
        ("/records/gang/1", 403, "not_here"),
        ("/records/gang/", 403, "not_here"),
        // The folder itself, which an origin answers as if the `/` stood there.
        ("/records/gang", 403, "not_here"),
        // Letters, digits and signs that need no escape.
        ("/records/%67ang/1", 400, "path"),
        ("/records/g%61%6Eg/1", 400, "path"),
        ("/records/%47ANG/1", 400, "path"),
        ("/records/re%63ord", 400, "path"),
        ("/records/a%2Db", 400, "path"),
        ("/records/a%7eb", 400, "path"),
        // What parts a path.
        ("/records/a%2f1", 400, "path"),
        ("/records/a%5c1", 400, "path"),
        ("/records/gang%3bx/1", 400, "path"),
        ("/records/gang%3f/1", 400, "path"),
        ("/records/gang%23/1", 400, "path"),
        ("/records/%2567ang/1", 400, "path"),
        ("/records/gang;x/1", 400, "path"),
        ("/records/x\\..\\gang/1", 400, "path"),
        // Escapes that are none, control characters, no text.
        ("/records/%u002e%u002e/1", 400, "path"),
        ("/records/%zz", 400, "path"),
        ("/records/%+7", 400, "path"),
        ("/records/%6", 400, "path"),
        ("/records/%", 400, "path"),
        ("/records/gang%09/1", 400, "path"),
        ("/records/gang%0d%0a/1", 400, "path"),
        ("/records/gang%00/1", 400, "path"),
        ("/records/gang%7f/1", 400, "path"),
        ("/records/gang%c2%85/1", 400, "path"),
        ("/records/%c0%ae%c0%ae/1", 400, "path"),
        ("/records/%ff", 400, "path"),
        // Dots and strokes that are wide, or stand beside spaces.
        ("/records/x/%ef%bc%8e%ef%bc%8e/gang/1", 400, "path"),
        ("/records/x/%e2%80%a5/gang/1", 400, "path"),
        ("/records/x/..%20/gang/1", 400, "path"),
        ("/records/.../gang/1", 400, "path"),
        ("/records/%20/gang/1", 400, "path"),
        ("/records%ef%bc%8fgang/1", 400, "path"),
        // Servers that do not tell capital letters from small ones, narrow ones from wide ones, a name from one that is trimmed.
        ("/records/Gang/1", 400, "path"),
        ("/records/GANG", 400, "path"),
        ("/Records/gang/1", 400, "path"),
        ("/RECORDS/record", 400, "path"),
        ("/records/%ef%bd%87ang/1", 400, "path"),
        ("/records/gang%20/1", 400, "path"),
        ("/records/gang./1", 400, "path"),
        ("/records/gang.%20./1", 400, "path"),
        ("/records/gang:$I30:$INDEX_ALLOCATION/1", 400, "path"),
        // Other records, whatever they are called.
        ("/records/record", 200, "\"theft\""),
        ("/else/record", 404, "no_route"),
    ] {
        check(&city, "isp", path, status, reason).await;
    }
    let asked = city.origin.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    // Whose records these are gets them, with what is found taken out.
    for (path, address) in [("/records/gang/1", "/api/gang/1"), ("/records/gang", "/api/gang"), ("/records/gang/?a=1", "/api/gang/?a=1")] {
        check(&city, "fbi", path, 200, "\"theft\"").await;
        assert!(city.origin.asked().last().unwrap().starts_with(&format!("GET {address} HTTP/1.1\r\n")), "{path}");
    }
    // What only begins like a route is none of it, and what must be escaped may be.
    for (path, address) in [
        ("/records/gangs/1", "/api/gangs/1"),
        ("/records/a/gang/1", "/api/a/gang/1"),
        ("/records/caf%C3%A9%20%28a%29,b@c", "/api/caf%C3%A9%20%28a%29,b@c"),
        ("/records/J.%20Doe%20Jr.", "/api/J.%20Doe%20Jr."),
    ] {
        let reply = ask(city.address(), &get("isp", "criminal", path)).await;
        assert_eq!((reply.status, reply.text().as_str()), (404, ""), "{path}: the origin's own answer");
        assert!(city.origin.asked().last().unwrap().starts_with(&format!("GET {address} HTTP/1.1\r\n")), "{path}");
    }
    city.gateway.stop().await;
}

/// Without a narrower route the letters of a record's name are its own affair.
#[tokio::test(flavor = "multi_thread")]
async fn where_one_route_is_all_a_path_may_have_any_letters() {
    let city = City::open().await;
    for path in ["/records/Record", "/records/record"] {
        let reply = ask(city.address(), &with("kiosk", "own_record", "written_consent", &format!("GET {path} HTTP/1.1"), "")).await;
        assert_eq!((reply.status, reply.text().as_str()), (200, RECORD), "{path}");
    }
    city.gateway.stop().await;
}
