//! What cannot be read is blocked, never passed.

use crate::made::{DETECTOR, root};
use crate::seeded::POLICY;
use crate::write::{encoded, packed};
use haven_guard::{Blocked, Policy, Scrubber};

fn blocked(bytes: &[u8], content_type: &str, encoding: &str) -> Option<Blocked> {
    let scrubber = Scrubber::new(&DETECTOR, &POLICY);
    let whole = scrubber.scrub(bytes, content_type, encoding).err();
    // In small pieces it is the same, and nothing is written after the block.
    let streamed = scrubber.begin(content_type, encoding).and_then(|mut body| {
        let mut out = Vec::new();
        for piece in bytes.chunks(1 + bytes.len() / 5000) {
            if let Err(blocked) = body.push(piece, &mut out) {
                let written = out.len();
                assert_eq!(body.push(b"{}", &mut out), Err(Blocked::Over));
                assert_eq!(out.len(), written);
                return Err(blocked);
            }
        }
        body.finish(&mut out)
    });
    assert_eq!(whole.is_some(), streamed.is_err(), "{content_type}: {whole:?}, {streamed:?}");
    whole
}

#[track_caller]
fn check(bytes: impl AsRef<[u8]>, content_type: &str, encoding: &str, expected: &str) {
    let bytes = bytes.as_ref();
    let found = blocked(bytes, content_type, encoding).map_or("passed".to_owned(), |blocked| format!("{blocked:?}"));
    assert!(found.starts_with(expected), "{content_type} {encoding} {}: {found}", String::from_utf8_lossy(bytes));
}

#[test]
fn types_encodings_and_charsets_that_are_not_known() {
    for unknown in ["", "application/octet-stream", "application/pdf", "multipart/form-data; boundary=x", "image/svg", "text/rtf", "json"] {
        check("{}", unknown, "", "Type");
    }
    for unknown in ["deflate", "compress", "gzip, gzip", "gzip,br", "*", "aes128gcm"] {
        check("{}", "application/json", unknown, "Encoding");
    }
    for unknown in ["utf-7", "shift_jis", "utf-32", "gb18030", "ebcdic", "utf-8; charset=utf-16le"] {
        check("{}", &format!("application/json; charset={unknown}"), "", "Charset");
    }
    check("{}", "application/json; charset=utf-16", "", "Charset");
    check(b"\xff\xfe{\0}\0", "application/json; charset=utf-8", "", "Charset");
    check(b"\xef\xbb\xbf{}", "application/json; charset=utf-16", "", "Charset");
    check("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>\u{e9}</a>", "text/xml", "", "Charset");
    check("<html><meta charset=\"iso-8859-1\"><p>\u{e9}</p></html>", "text/html", "", "Charset");
    check("<meta http-equiv=content-type content='text/html; charset=utf-7'>", "text/html", "", "Charset");
    // Of a text that was decoded before nobody reads the bytes.
    for (text, kind) in [
        ("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>\u{e9}</a>", "text/xml"),
        ("<html><meta charset=\"iso-8859-1\"><p>\u{e9}</p></html>", "text/html"),
    ] {
        assert_eq!(Scrubber::new(&DETECTOR, &POLICY).scrub_text(text, kind), Ok(text.as_bytes().to_vec()));
    }
}

#[test]
fn bytes_that_are_no_text() {
    for content_type in ["text/plain", "application/json", "text/csv", "application/x-ndjson", "text/xml", "text/html"] {
        check(b"\"a\xff\"", content_type, "", "Text");
        check(b"\"a\xc3", content_type, "", "Text");
        check(b"\"\xed\xa0\x80\"", content_type, "", "Text");
        check(b"\"\0a", &format!("{content_type}; charset=utf-16le"), "", "Text");
        check(b"a\0\0\xd8b\0", &format!("{content_type}; charset=utf-16le"), "", "Text");
    }
}

/// The bytes are what they are, whatever charset is declared.
#[test]
fn bytes_of_another_charset_than_declared() {
    let said = "他是无证移民";
    for charset in ["iso-8859-1", "windows-1252"] {
        for (content_type, body) in [
            ("application/json", format!("{{\"备注\":\"{said}\"}}")),
            ("application/x-ndjson", format!("{{\"n\":\"{said}\"}}\n")),
            ("text/csv", format!("n,ward\n{said},1\n")),
            ("text/plain", said.to_owned()),
            ("application/xml", format!("<a>{said}</a>")),
            ("text/html", format!("<p>{said}</p>")),
        ] {
            check(body, &format!("{content_type}; charset={charset}"), "", "Charset");
        }
        // Its own letters pass, but in JSON, which has no such charset.
        check(b"caf\xe9 \xfcber", &format!("text/plain; charset={charset}"), "", "passed");
        check(b"[\"caf\xe9\"]", &format!("application/json; charset={charset}"), "", "Charset");
        check("[\"cafe\"]", &format!("application/json; charset={charset}"), "", "passed");
    }
    check("She is undocumented.", "text/plain; charset=utf-16le", "", "Charset");
}

/// What is no text is not looked through as if it were.
#[test]
fn bytes_that_are_no_text_of_any_charset() {
    for packing in ["gzip", "br", "zstd"] {
        let mut bytes = packed(b"She is undocumented. The light at the corner is out.", packing);
        bytes.extend_from_slice(&[1, 2, 3]);
        // By chance some of them are a letter of another charset.
        let said = blocked(&bytes, "text/plain; charset=iso-8859-1", "");
        assert!(matches!(said, Some(Blocked::Text | Blocked::Charset)), "{packing}: {said:?}");
    }
    check(b"PK\x03\x04\x14\0\0\0\x08\0", "text/plain; charset=iso-8859-1", "", "Text");
    check(b"S\0h\0e\0", "text/plain", "", "Text");
    for control in ["\0", "\u{1}", "\u{8}", "\u{b}", "\u{1b}", "\u{7f}", "\u{9b}"] {
        check(format!("a{control}b"), "text/plain", "", "Text");
        check(format!("a,b\n{control},2\n"), "text/csv", "", "Text");
        check(format!("<p>a{control}b</p>"), "text/html", "", "Text");
        check(format!("<p>a{control}b</p>"), "application/xml", "", "Text");
    }
    check("a\tb\r\n\u{c}c\u{85}d", "text/plain", "", "passed");
}

#[test]
fn compressed_bytes_that_are_broken() {
    let body = br#"[{"ward": 4, "item": "streetlight"}, {"ward": 5, "item": "pothole"}]"#;
    for packing in ["gzip", "br", "zstd"] {
        let whole = packed(body, packing);
        assert_eq!(blocked(&whole, "application/json", packing), None, "{packing}");
        // Cut off anywhere.
        for end in 0..whole.len() {
            check(&whole[..end], "application/json", packing, "Compression");
        }
        // Followed by something else.
        check([&whole[..], b"\x01\x02\x03"].concat(), "application/json", packing, "Compression");
        check([&whole[..], b"{}"].concat(), "application/json", packing, "Compression");
        check(body, "application/json", packing, "Compression");
    }
    // Members and frames may follow one another; what they say is read as one.
    for packing in ["gzip", "zstd"] {
        let two = [packed(br#"{"citizenship": "#, packing), packed(br#""zq1", "ward": 1}"#, packing)].concat();
        let out = Scrubber::new(&DETECTOR, &POLICY).scrub(&two, "application/json", packing).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), r#"{"ward": 1}"#);
    }
}

#[test]
fn few_bytes_that_become_very_many() {
    let many = vec![b' '; 20 << 20];
    for packing in ["gzip", "br", "zstd"] {
        check(packed(&many, packing), "text/plain", packing, "Bomb");
        check(packed(&many, packing), "text/csv", packing, "Bomb");
    }
}

#[test]
fn more_than_may_be_held() {
    let text = std::fs::read_to_string(root().join("guard/policy.toml")).unwrap();
    let text = text.replace("body_bytes = 33554432", "body_bytes = 1000").replace("row_bytes = 1048576", "row_bytes = 100");
    let policy = Policy::read(&text, &DETECTOR).unwrap();
    let check = |body: &str, content_type: &str, passes: bool| {
        let found = Scrubber::new(&DETECTOR, &policy).scrub(body.as_bytes(), content_type, "");
        assert_eq!(found.is_ok(), passes, "{content_type} {}: {found:?}", body.len());
        assert!(passes || matches!(found, Err(Blocked::Large { .. })), "{found:?}");
    };
    for (content_type, head, tail) in
        [("application/json", "\"", "\""), ("text/plain", "", ""), ("text/xml", "<a>", "</a>"), ("text/html", "<p>", "</p>")]
    {
        check(&format!("{head}{}{tail}", "x ".repeat(400)), content_type, true);
        check(&format!("{head}{}{tail}", "x ".repeat(600)), content_type, false);
    }
    check(&format!("\"{}\"\n", "x".repeat(80)), "application/x-ndjson", true);
    check(&format!("\"{}\"\n", "x".repeat(120)), "application/x-ndjson", false);
    check(&format!("a,b\n1,{}\n", "x".repeat(80)), "text/csv", true);
    check(&format!("a,b\n1,\"{}\n", "x\n".repeat(80)), "text/csv", false);
}

#[test]
fn broken_documents() {
    for broken in [
        "",
        "{",
        "{\"a\":1,}",
        "[1,]",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":1}{",
        "NaN",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"a\nb\"",
        "// x\n1",
        "{\"a\" 1}",
    ] {
        check(broken, "application/json", "", "Form");
    }
    check("{\"a\":1}\n{\"b\":", "application/x-ndjson", "", "Form");
    check("{\"a\":1}{\"b\":2}\n", "application/x-ndjson", "", "Form");
    for twice in [r#"{"a":1,"a":2}"#, r#"{"a":1,"\u0061":2}"#, r#"[{"x":{"a":1,"b":2,"a":3}}]"#, r#"{"x":"{\"a\":1,\"a\":2}"}"#] {
        check(twice, "application/json", "", "Twice");
        check(format!("{twice}\n"), "application/x-ndjson", "", "Twice");
    }
    check(format!("{}1{}", "[".repeat(400), "]".repeat(400)), "application/json", "", "Large");
    check("[".repeat(1 << 20), "application/json", "", "Form");
    check(format!("{}1{}", "[".repeat(1 << 20), "]".repeat(1 << 20)), "application/json", "", "Large");
    check(format!("{}</a>", "<a>".repeat(1 << 20)), "application/xml", "", "Large");
    check("<p>".repeat(1 << 12), "text/html", "", "passed");
    let mut deep = "1".to_owned();
    for _ in 0..10 {
        deep = serde_json::to_string(&format!("[{deep}]")).unwrap();
    }
    check(deep, "application/json", "", "Large");

    check("a,b\n1\n", "text/csv", "", "Ragged");
    check("a,b\n1,2,3\n", "text/csv", "", "Ragged");
    check("a,b\n1,\"2\n", "text/csv", "", "Form");
    check("a,b\n1,\"2\"x\n", "text/csv", "", "Form");
    check("a,b\n1,2\rc,d\n", "text/csv", "", "Form");

    for broken in [
        "",
        "x",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a/>x",
        "<a b=c/>",
        "<a b/>",
        "<a b=\"<\"/>",
        "<a b=\"1\"c=\"2\"/>",
        "<1/>",
        "<a>&</a>",
        "<a>&x</a>",
        "<a>&nbsp;</a>",
        "<a>&#0;</a>",
        "<a>&#xd800;</a>",
        "<a>&#x1;</a>",
        "<a>]]></a>",
        "<a><!-- -- --></a>",
        "<a><![CDATA[</a>",
        "<a><!-- </a>",
        "<a><?x</a>",
        " <?xml version=\"1.0\"?><a/>",
        "<a><?xml version=\"1.0\"?></a>",
    ] {
        check(broken, "application/xml", "", "Form");
    }
    check("<a b=\"1\" b=\"2\"/>", "application/xml", "", "Twice");
    check("<!DOCTYPE a><a/>", "application/xml", "", "Doctype");
    check("<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>", "application/xml", "", "Doctype");
    check("<!DOCTYPE a [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><a>&b;</a>", "application/xml", "", "Doctype");
    check("<!DOCTYPE html><html xmlns=\"http://www.w3.org/1999/xhtml\"/>", "application/xhtml+xml", "", "Doctype");
    check("<citizenship><x/></citizenship>", "application/xml", "", "Root");
    check(format!("{}{}", "<a>".repeat(300), "</a>".repeat(300)), "application/xml", "", "Large");

    for broken in [
        "<p id=1 id=2>",
        "<p",
        "<p a=\"x",
        "<!-- x",
        "<script>x",
        "<p a='1'b='2'>",
        "<plaintext>x",
        "<xmp><b></xmp>",
        "<noframes>x</noframes>",
        "<![CDATA[x]]>",
        "<?php x ?>",
        "<p>&#x110000;</p>",
        "<p>&#150;</p>",
        "<title>x",
        "</p a=1>",
        "<p>&amp</p>",
    ] {
        check(broken, "text/html", "", "Form");
    }
}

#[test]
fn a_reason_holds_nothing_of_the_body() {
    for (body, content_type) in [
        ("{\"zqsecret\":1,\"zqsecret\":2}", "application/json"),
        ("zqsecret,b\n1\n", "text/csv"),
        ("<zqsecret></zqother>", "text/xml"),
        ("<p zqsecret=1 zqsecret=2>", "text/html"),
        ("{\"zqsecret\"", "application/x-ndjson"),
    ] {
        let said = blocked(body.as_bytes(), content_type, "").unwrap();
        assert!(!format!("{said} {said:?}").contains("zq"), "{said:?}");
    }
}

#[test]
fn a_column_found_late_blocks_a_stream_and_not_a_whole() {
    let text = std::fs::read_to_string(root().join("guard/policy.toml")).unwrap();
    let policy = Policy::read(&text.replace("rows_learnt = 500", "rows_learnt = 10"), &DETECTOR).unwrap();
    let rows = |first: &str, row: &dyn Fn(usize, &str) -> String| -> String {
        let codes = ["USC", "LPR", "UNDOC"];
        let value = |at: usize| if at < 40 { "" } else { codes[at % 3] };
        first.to_owned() + &(0..50).map(|at| row(at, value(at))).collect::<String>()
    };
    for (content_type, body) in [
        ("text/csv", rows("ward,f7\n", &|at, code| format!("{at},{code}\n"))),
        ("application/x-ndjson", rows("", &|at, code| format!("{{\"ward\":{at},\"f7\":\"{code}\"}}\n"))),
    ] {
        let scrubber = Scrubber::new(&DETECTOR, &policy);
        let mut out = Vec::new();
        let mut streamed = scrubber.begin(content_type, "").unwrap();
        let result = streamed.push(body.as_bytes(), &mut out).and_then(|()| streamed.finish(&mut out));
        assert_eq!(result, Err(Blocked::Late), "{content_type}");
        let whole = String::from_utf8(scrubber.scrub(body.as_bytes(), content_type, "").unwrap()).unwrap();
        assert!(!whole.contains("f7") && !whole.contains("LPR") && whole.contains("49"), "{whole}");
        assert!(body.len() > encoded(&whole, "utf-8").len());
    }
}
