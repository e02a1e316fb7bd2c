//! Heads of answers: what is said there is looked at like what is said in a body.

use crate::ask::{Reply, ask, with};
use crate::city::{City, plain};
use crate::origin::Origin;
use crate::servers::put;
use haven_gateway::journal::End;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// "he is undocumented", in Base64.
const ENCODED: &str = "aGUgaXMgdW5kb2N1bWVudGVk";

async fn city() -> City {
    let origin = Origin::start().await;
    let more = "response_headers = [\"X-Note\", \"X-Total\", \"Content-Disposition\", \"X-Status\"]\nfields = { status = [\"X-Total\"] }\n";
    let text = put(&plain(&origin, ""), "system = \"records\"", &format!("system = \"records\"\n{more}"));
    City::of(origin, &text, |_| {}).await.unwrap()
}

/// A request for an answer with these lines in its head.
async fn told(city: &City, id: &str, lines: &str) -> Reply {
    let (purpose, authority) = if id == "kiosk" { ("own_record", "written_consent") } else { ("criminal", "none") };
    let path = format!("/records/told?{}", utf8_percent_encode(lines, NON_ALPHANUMERIC));
    ask(city.address(), &with(id, purpose, authority, &format!("GET {path} HTTP/1.1"), "")).await
}

/// What a recipient from whom something is withheld sees of lines in a head.
async fn check(city: &City, lines: &str, holds: &[&str]) {
    let reply = told(city, "isp", lines).await;
    assert!(reply.status == 200 && reply.text().contains("arson"), "{lines}: {reply:?}");
    for part in holds {
        assert!(reply.head.contains(&format!("\r\n{part}\r\n")), "{part}: {lines}: {}", reply.head);
    }
    let names = holds.iter().map(|line| line.split(':').next().unwrap());
    let seen: Vec<&str> = reply.head.split("\r\n").skip(1).map(|line| line.split(':').next().unwrap()).filter(|n| !n.is_empty()).collect();
    let own = ["cache-control", "content-type", "date", "transfer-encoding", "content-length"];
    for name in seen.iter().filter(|name| !own.contains(name)) {
        assert!(names.clone().any(|held| held == *name), "{name}: {lines}: {}", reply.head);
    }
    for part in ["undocumented", "a123456789", "123456789", &ENCODED.to_ascii_lowercase()] {
        assert!(!reply.head.contains(part), "{part}: {lines}: {}", reply.head);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_headers_say_is_looked_at() {
    let city = city().await;
    let json = "content-type: application/json";
    for (lines, holds) in [
        // Those that always pass say what their grammar can say.
        ("Allow: GET, HEAD", ["allow: get, head"].as_slice()),
        ("Allow: GET, UNDOCUMENTED", &[]),
        ("Content-Language: es-MX, zh-Hant-TW, fil", &["content-language: es-mx, zh-hant-tw, fil"]),
        ("Content-Language: undocumented", &[]),
        ("Content-Language: undocume-nted", &[]),
        ("Content-Language: he, is, undocumented", &[]),
        ("Retry-After: 120", &["retry-after: 120"]),
        ("Retry-After: Mon, 04 May 2026 00:00:00 GMT", &["retry-after: mon, 04 may 2026 00:00:00 gmt"]),
        ("Retry-After: 123456789", &[]),
        ("Retry-After: +120", &[]),
        ("Retry-After: undocumented", &[]),
        ("Date: Mon, 04 May 2026 00:00:00 GMT", &["date: mon, 04 may 2026 00:00:00 gmt"]),
        ("Date: Mon, 04 May 2026 00:00:00 GMT (undocumented)", &[]),
        ("Date: A123456789", &[]),
        ("Content-Type: application/json; charset=UTF-8", &["content-type: application/json; charset=utf-8"]),
        ("Content-Type: application/json; profile=\"undocumented\"", &[json]),
        ("Content-Type: application/json; a=A123456789; charset=utf-8", &["content-type: application/json; charset=utf-8"]),
        ("Content-Type: application/vnd.api+json", &["content-type: application/vnd.api+json"]),
        ("Content-Type: application/vnd.undocumented+json", &[json]),
        ("Content-Type: application/he is undocumented+json", &[json]),
        // Those that the route names are looked at as a body is.
        ("X-Note: He has a dog", &["x-note: he has a dog"]),
        ("X-Note: He is undocumented", &[]),
        (&format!("X-Note: {ENCODED}"), &[]),
        (&format!("X-Note: id=\"{ENCODED}\""), &[]),
        ("X-Note: he%20is%20undocumented", &[]),
        ("X-Note: {\"immigration_status\":\"x\"}", &[]),
        ("X-Note: /people?immigration_status=x&a=b", &[]),
        ("X-Note: a=b; immigration%5Fstatus=\"x\"", &[]),
        ("X-Note: a=b; page=\"7\"", &["x-note: a=b; page=\"7\""]),
        ("X-Note: He has a dog\r\nX-Note: He is undocumented", &[]),
        ("Content-Disposition: attachment; filename=\"report.json\"", &["content-disposition: attachment; filename=\"report.json\""]),
        (&format!("Content-Disposition: attachment; filename=\"{ENCODED}\""), &[]),
        ("Content-Disposition: attachment; filename*=UTF-8''he%20is%20undocumented", &[]),
        // A field that the route names goes as a header, too.
        ("X-Total: 7", &[]),
    ] {
        check(&city, lines, holds).await;
    }
    city.gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_an_answer_leads_is_looked_at() {
    let city = city().await;
    let encoded = format!("/api/people?x={ENCODED}");
    let mut blocked = 0;
    for (to, leads) in [
        ("/api/people/7?page=2", Some("/records/people/7?page=2")),
        ("/api/people", Some("/records/people")),
        ("/api/people?immigration_status=undocumented&a=A123456789", None),
        ("/api/people?immigration_status=x", None),
        ("/api/people?x=he+is+undocumented", None),
        ("/api/people?x=he%20is%20undocumented", None),
        ("/api/people?he%20is%20undocumented", None),
        ("/api/people#he%20is%20undocumented", None),
        ("/api/undocumented/7", None),
        ("/api/immigration_status/7", None),
        ("/api/people?x=%ff", None),
        (&encoded, None),
    ] {
        let reply = told(&city, "isp", &format!("Location: {to}")).await;
        let text = format!("{}{}", reply.head, reply.text());
        match leads {
            Some(leads) => assert!(reply.status == 302 && reply.head.contains(&format!("\r\nlocation: {leads}\r\n")), "{to}: {text}"),
            None => {
                blocked += 1;
                assert!(reply.status == 502 && text.contains(r#""reason":"blocked""#) && !text.contains("location:"), "{to}: {text}");
                assert!(!text.contains("undocumented") && !text.contains("immigration"), "{to}: {text}");
            }
        }
    }
    let ends = city.book.ends(12).await;
    assert_eq!(ends.iter().filter(|end| **end == End::Blocked).count(), blocked, "{ends:?}");
    // What the law lets go leads where it leads.
    let own = told(&city, "kiosk", "Location: /api/people?immigration_status=undocumented").await;
    assert!(own.status == 302 && own.head.contains("\r\nlocation: /records/people?immigration_status=undocumented\r\n"), "{own:?}");
    city.gateway.stop().await;
}
