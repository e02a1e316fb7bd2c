//! The reading of heads and bodies, as a table and as properties; then the same over a socket.

use crate::ask::{self, get, reply, with};
use crate::city::City;
use haven_gateway::framing::{Fault, Framing, Requests, head};
use proptest::prelude::*;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

fn check(text: &str, expected: Result<Framing, Fault>) {
    assert_eq!(head(text.as_bytes()), expected, "{text:?}");
}

/// Heads with more than one reading, or none.
const FAULTS: &[(&str, Fault)] = &[
    // Both lengths, two lengths, lengths that are none.
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", Fault::Encoding),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", Fault::Encoding),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", Fault::Length),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\ncontent-length: 6\r\n\r\n", Fault::Length),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n", Fault::Length),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n", Fault::Length),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n", Fault::Length),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", Fault::Length),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", Fault::Length),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", Fault::Length),
    // Encodings.
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", Fault::Encoding),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", Fault::Encoding),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", Fault::Encoding),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", Fault::Encoding),
    ("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", Fault::Encoding),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \x0c5\r\n\r\n", Fault::Header),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0bchunked\r\n\r\n", Fault::Header),
    // Lines.
    ("GET / HTTP/1.1\nHost: a\r\n\r\n", Fault::LineEnd),
    ("GET / HTTP/1.1\r\nHost: a\n\r\n\r\n", Fault::LineEnd),
    ("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", Fault::LineEnd),
    ("GET / HTTP/1.1\r\nHost: a\r\n", Fault::LineEnd),
    ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", Fault::Header),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tfolded: c\r\n\r\n", Fault::Header),
    ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", Fault::Header),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\n", Fault::Header),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length\r\n\r\n", Fault::Header),
    ("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", Fault::Header),
    ("GET / HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n", Fault::Header),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n", Fault::Header),
    // First lines.
    ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", Fault::RequestLine),
    ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", Fault::RequestLine),
    ("GET /\r\nHost: a\r\n\r\n", Fault::RequestLine),
    ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", Fault::RequestLine),
    ("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", Fault::RequestLine),
    ("G@T / HTTP/1.1\r\nHost: a\r\n\r\n", Fault::RequestLine),
    ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", Fault::Version),
    ("GET / http/1.1\r\nHost: a\r\n\r\n", Fault::Version),
    ("GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n", Fault::Target),
    ("GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", Fault::Target),
    ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", Fault::Target),
    // Other hosts, other protocols.
    ("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", Fault::Target),
    ("GET http://a@b/ HTTP/1.1\r\nHost: b\r\n\r\n", Fault::Target),
    ("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", Fault::Target),
    ("GET / HTTP/1.1\r\n\r\n", Fault::Host),
    ("GET / HTTP/1.1\r\nHost:\r\n\r\n", Fault::Host),
    ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", Fault::Host),
    ("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", Fault::Tunnel),
    ("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n", Fault::Tunnel),
    ("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n\r\n", Fault::Tunnel),
    ("GET / HTTP/1.1\r\nHost: a\r\nHTTP2-Settings: x\r\n\r\n", Fault::Tunnel),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n", Fault::Trailer),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: tea\r\n\r\n", Fault::Header),
];

#[test]
fn a_head_has_one_reading_or_none() {
    for (text, fault) in FAULTS {
        check(text, Err(*fault));
    }
    for (text, framing) in [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Framing::Length(0)),
        ("GET /a?b=c%20d HTTP/1.1\r\nhost:a\r\nX-Empty:\r\n\r\n", Framing::Length(0)),
        ("GET http://A:80/x HTTP/1.1\r\nHost: a:80\r\n\r\n", Framing::Length(0)),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:  7\t\r\n\r\n", Framing::Length(7)),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n", Framing::Chunked),
        ("GET / HTTP/1.0\r\n\r\n", Framing::Length(0)),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n", Framing::Length(1)),
    ] {
        check(text, Ok(framing));
    }
}

/// Requests one after the other, in pieces; what is let through, and why it ends.
fn followed(bytes: &[u8], cuts: &[usize], head_bytes_max: usize) -> (Vec<u8>, Option<Fault>) {
    let (mut requests, mut out, mut at) = (Requests::new(head_bytes_max), Vec::new(), 0);
    let mut ends: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    ends.push(bytes.len());
    ends.sort_unstable();
    for end in ends {
        if let Err(fault) = requests.push(&bytes[at..end], &mut out) {
            return (out, Some(fault));
        }
        at = end;
    }
    (out, None)
}

#[test]
fn bodies_end_where_their_heads_say() {
    let next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
    let post = |framing: &str, body: &str| format!("POST / HTTP/1.1\r\nHost: a\r\n{framing}\r\n\r\n{body}{next}");
    let chunked = |body: &str| post("Transfer-Encoding: chunked", body);
    for (text, fault) in [
        (post("Content-Length: 5", "abcde"), None),
        (chunked("5\r\nabcde\r\n0\r\n\r\n"), None),
        (chunked("A\r\n0123456789\r\n00\r\n\r\n"), None),
        (chunked("5\nabcde\r\n0\r\n\r\n"), Some(Fault::LineEnd)),
        (chunked("5;x=y\r\nabcde\r\n0\r\n\r\n"), Some(Fault::Chunk)),
        (chunked("5 \r\nabcde\r\n0\r\n\r\n"), Some(Fault::Chunk)),
        (chunked("+5\r\nabcde\r\n0\r\n\r\n"), Some(Fault::Chunk)),
        (chunked("0x5\r\nabcde\r\n0\r\n\r\n"), Some(Fault::Chunk)),
        (chunked("\r\nabcde\r\n0\r\n\r\n"), Some(Fault::Chunk)),
        (chunked("fffffffffffffffffff\r\nabcde\r\n0\r\n\r\n"), Some(Fault::Chunk)),
        (chunked("5\r\nabcdef\r\n0\r\n\r\n"), Some(Fault::Chunk)),
        (chunked("5\r\nabcde\n0\r\n\r\n"), Some(Fault::Chunk)),
        (chunked("0\r\nX: y\r\n\r\n"), Some(Fault::Trailer)),
        // What a longer reading would hide.
        (post("Content-Length: 0", "\r\n"), Some(Fault::RequestLine)),
    ] {
        let (out, found) = followed(text.as_bytes(), &[], 4096);
        assert_eq!(found, fault, "{text:?}");
        assert!(fault.is_some() || out == text.as_bytes(), "{text:?}");
        assert!(fault.is_none() || !String::from_utf8_lossy(&out).contains("/next"), "{text:?}");
    }
}

fn requests() -> impl Strategy<Value = Vec<u8>> {
    let body = prop::collection::vec(any::<u8>(), 0..40);
    let one = (any::<bool>(), body, "[a-z/]{0,12}", "[ -~]{0,12}").prop_map(|(is_chunked, body, path, value)| {
        let mut bytes = format!("POST /{path} HTTP/1.1\r\nHost: a\r\nX-Any: {value}\r\n").into_bytes();
        if is_chunked {
            bytes.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
            for piece in body.chunks(7) {
                bytes.extend(crate::origin::chunk(piece));
            }
            bytes.extend_from_slice(b"0\r\n\r\n");
        } else {
            bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
            bytes.extend(body);
        }
        bytes
    });
    prop::collection::vec(one, 1..4).prop_map(|all| all.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whole_requests_pass_byte_for_byte(bytes in requests(), cuts in prop::collection::vec(any::<usize>(), 0..6)) {
        prop_assert_eq!(followed(&bytes, &cuts, 4096), (bytes.clone(), None));
    }

    /// However the bytes come, they are read the same; what is let through is what came, from the start.
    #[test]
    fn pieces_do_not_matter(
        mut bytes in requests(),
        at in any::<prop::sample::Index>(),
        byte in prop::sample::select(b"\r\n\0: ;0a\t,".to_vec()),
        cuts in prop::collection::vec(any::<usize>(), 0..6),
    ) {
        let at = at.index(bytes.len());
        bytes.insert(at, byte);
        let whole = followed(&bytes, &[], 4096);
        let pieces = followed(&bytes, &cuts, 4096);
        prop_assert_eq!(&whole.1, &pieces.1);
        prop_assert!(bytes.starts_with(&whole.0) && bytes.starts_with(&pieces.0));
    }

    /// What is let through, another reader reads the same: httparse, as hyper does.
    #[test]
    fn another_reader_agrees(text in "(GET|POST) /[a-z]{0,4} HTTP/1\\.[01]\r\n((Host|Content-Length|Transfer-Encoding|X): ?[0-9a-z, ]{0,9}(\r\n|\n|\r|\r\n ))*\r\n") {
        if let Ok(framing) = head(text.as_bytes()) {
            let mut headers = [httparse::EMPTY_HEADER; 32];
            let mut request = httparse::Request::new(&mut headers);
            prop_assert!(matches!(request.parse(text.as_bytes()), Ok(httparse::Status::Complete(length)) if length == text.len()));
            let of = |name: &str| request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value.to_vec()).collect::<Vec<_>>();
            let (lengths, encodings) = (of("content-length"), of("transfer-encoding"));
            prop_assert!(lengths.len() + encodings.len() <= 1);
            let expected = match (lengths.first(), encodings.first()) {
                (Some(length), _) => Framing::Length(std::str::from_utf8(length).unwrap().trim().parse().unwrap()),
                (_, Some(_)) => Framing::Chunked,
                _ => Framing::Length(0),
            };
            prop_assert_eq!(framing, expected);
        }
    }

    #[test]
    fn no_bytes_surprise_it(bytes in prop::collection::vec(any::<u8>(), 0..200), cuts in prop::collection::vec(any::<usize>(), 0..4)) {
        let (out, _) = followed(&bytes, &cuts, 64);
        prop_assert!(bytes.starts_with(&out));
    }
}

/// A sound request and one behind it, in which a fuzzer changes bytes; for `HAVEN_FUZZ_SECONDS` where that is set. What is let
/// through stood there, however it came, and as often as a head is let through the one reading of it is that of httparse.
#[test]
fn fuzz_framing() {
    const SOUND: &[u8] = b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\
                           PUT /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /c HTTP/1.1\r\nHost: a\r\n\r\n";
    let check = |choices: &[u8]| {
        let mut bytes = SOUND.to_vec();
        for choice in choices.chunks_exact(3) {
            let at = usize::from(choice[0]) % bytes.len();
            match choice[1] % 3 {
                0 => bytes[at] = choice[2],
                1 => bytes.insert(at, choice[2]),
                _ => drop(bytes.remove(at)),
            }
        }
        let whole = followed(&bytes, &[], 4096);
        let pieces = followed(&bytes, &[choices.len(), choices.len() * 7], 4096);
        assert_eq!(whole.1, pieces.1);
        assert!(bytes.starts_with(&whole.0) && bytes.starts_with(&pieces.0));
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n")
            && head(&bytes[..end + 4]).is_ok()
        {
            let mut headers = [httparse::EMPTY_HEADER; 32];
            let parsed = httparse::Request::new(&mut headers).parse(&bytes);
            assert!(matches!(parsed, Ok(httparse::Status::Complete(length)) if length == end + 4), "{parsed:?}");
        }
    };
    #[expect(clippy::disallowed_methods, reason = "the volume of a test is no answer of the library")]
    let seconds = std::env::var("HAVEN_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let target = bolero::check!();
    match seconds {
        Some(seconds) => target.with_test_time(std::time::Duration::from_secs(seconds)).for_each(check),
        None => target.with_iterations(5000).for_each(check),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_two_readings_is_refused_over_a_socket() {
    let city = City::open().await;
    let key = "Authorization: Bearer key-isp\r\nHaven-Purpose: criminal\r\nHaven-Authority: none\r\n\r\n";
    for (text, fault) in FAULTS {
        // With a key, so that only its framing speaks against it; and with a request hidden behind it.
        let Some(head) = text.strip_suffix("\r\n\r\n") else { continue };
        let request = format!("{head}\r\n{key}0\r\n\r\n{}", get("isp", "criminal", "/records/record"));
        let mut stream = TcpStream::connect(city.address()).await.unwrap();
        drop(stream.write_all(request.as_bytes()).await);
        let mut held = Vec::new();
        let first = reply(&mut stream, &mut held).await;
        assert_eq!(first.status, 400, "{fault:?} {text:?}: {first:?}");
        assert_eq!(reply(&mut stream, &mut held).await.status, 0, "the connection ends: {fault:?} {text:?}");
    }
    assert_eq!(city.origin.asked(), Vec::<String>::new(), "the origin hears of none");
    assert_eq!(city.outcomes(), Vec::<&str>::new());
    let counted = ask::admin(city.gateway.admin(), "/metrics").await.text();
    assert!(counted.contains(&format!("haven_guard_malformed_total {}", FAULTS.len() - 1)), "{counted}");
    city.gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_one_after_the_other_are_each_judged() {
    let city = City::open().await;
    let mut stream = TcpStream::connect(city.address()).await.unwrap();
    let post = |body: &str| {
        let more = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
        format!("{}{:x}\r\n{body}\r\n0\r\n\r\n", with("isp", "criminal", "none", "POST /records/record HTTP/1.1", more), body.len())
    };
    let all =
        format!("{}{}{}", post("{\"q\":1}"), get("ice", "civil_immigration", "/records/record"), get("isp", "criminal", "/records/clean"));
    stream.write_all(all.as_bytes()).await.unwrap();
    let mut held = Vec::new();
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(reply(&mut stream, &mut held).await.status);
    }
    assert_eq!(statuses, [200, 403, 200]);
    assert_eq!(city.outcomes(), ["release_without", "refuse", "release_without"]);
    assert!(city.origin.asked()[0].ends_with("7\r\n{\"q\":1}\r\n0\r\n\r\n"), "{:?}", city.origin.asked());
    city.gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_within_a_body_ends_the_connection() {
    let city = City::open().await;
    let more = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
    let request = format!("{}5\r\nabcdeX", with("isp", "criminal", "none", "POST /records/record HTTP/1.1", more));
    let found = ask::ask(city.address(), &request).await;
    assert!(matches!(found.status, 0 | 400 | 502) && !found.text().contains("theft"), "{found:?}");
    city.gateway.stop().await;
}
