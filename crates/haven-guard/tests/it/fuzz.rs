//! Fuzz targets for every format, content encoding and charset.
//!
//! They run as plain tests over some inputs each, and for `HAVEN_FUZZ_SECONDS` each where that is set.

use crate::made::DETECTOR;
use crate::read;
use crate::seeded::POLICY;
use crate::write::{encoded, packed};
use haven_guard::{Blocked, Scrubber};
use std::time::{Duration, Instant};

/// Inputs of each target where nothing else is said.
const INPUTS: usize = 300;

/// What a body may be: its kind, if another parser is to read what leaves; type; encoding.
type Of = (Option<&'static str>, &'static str, &'static str);

/// Runs a target: a sound body, in which the choices change some, or the choices alone.
fn fuzz(of: Of, inside: &str, pack: fn(&[u8]) -> Vec<u8>) {
    let inside = inside.as_bytes().to_vec();
    let check = move |choices: &[u8]| match choices.split_first() {
        Some((first, rest)) if first % 8 == 0 => check(of, rest),
        Some((first, rest)) if first % 8 < 3 => check(of, &changed(&pack(&inside), rest)),
        _ => check(of, &pack(&changed(&inside, choices))),
    };
    #[expect(clippy::disallowed_methods, reason = "the volume of a test is no answer of the library")]
    let seconds = std::env::var("HAVEN_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let target = bolero::check!();
    match seconds {
        Some(seconds) => target.with_test_time(Duration::from_secs(seconds)).for_each(|choices: &[u8]| check(choices)),
        None => target.with_iterations(INPUTS).for_each(|choices: &[u8]| check(choices)),
    }
}

/// Four bytes say one change: where, how long, which.
fn changed(sound: &[u8], choices: &[u8]) -> Vec<u8> {
    const PIECES: [&str; 12] =
        ["\"", "\\u", "<!--", "]]>", "&#", "\r\n", "\u{130}\u{301}é中", "{\"a\":", "undocumented", "\"\"", "</p>", "A012345678"];
    let mut bytes = sound.to_vec();
    for choice in choices.chunks_exact(4).take(6) {
        let at = (usize::from(choice[0]) * 256 + usize::from(choice[1])) % (bytes.len() + 1);
        let end = (at + usize::from(choice[2]) % 24).min(bytes.len());
        match choice[3] % 6 {
            0 => drop(bytes.drain(at..end)),
            1 => bytes.insert(at, choice[2]),
            2 => bytes.truncate(bytes.len() - (bytes.len() - at).min(3)),
            3 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            _ => drop(bytes.splice(at..at, PIECES[usize::from(choice[2]) % PIECES.len()].bytes())),
        }
    }
    bytes
}

fn check((kind, content_type, encoding): Of, bytes: &[u8]) {
    let begun = Instant::now();
    let scrubber = Scrubber::new(&DETECTOR, &POLICY);
    let whole = scrubber.scrub(bytes, content_type, encoding);
    let mut out = Vec::new();
    let streamed = scrubber.begin(content_type, encoding).and_then(|mut body| {
        for chunk in bytes.chunks(1 + bytes.len() % 7) {
            body.push(chunk, &mut out)?;
        }
        body.finish(&mut out)
    });
    let shown = || String::from_utf8_lossy(bytes).into_owned();
    match (&whole, streamed) {
        (_, Err(Blocked::Late)) => {}
        (Ok(whole), Ok(())) => assert_eq!(whole, &out, "in chunks another answer: {:?}", shown()),
        // Of several reasons it may be another one.
        (Err(_), Err(_)) => {}
        (whole, streamed) => panic!("in chunks another answer: {whole:?}, {streamed:?}: {:?}", shown()),
    }
    let Ok(clean) = whole else { return };
    let text = || String::from_utf8_lossy(&clean).into_owned();
    match scrubber.scrub(&clean, content_type, "") {
        Ok(again) => {
            assert_eq!(again, clean, "another time another answer: {:?} to {:?} to {:?}", shown(), text(), String::from_utf8_lossy(&again))
        }
        Err(blocked) => panic!("another time {blocked}: {:?} to {:?}", shown(), text()),
    }
    if let Some(kind) = kind.filter(|_| std::str::from_utf8(&clean).is_ok()) {
        let body = read::read(kind, text().trim_start_matches('\u{feff}'))
            .unwrap_or_else(|error| panic!("{error}: {:?} to {:?}", shown(), text()));
        let found = read::found(&body, &POLICY, false);
        assert!(found.is_empty(), "{found:?}: {:?} to {:?}", shown(), text());
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

const JSON: &str = r#"{"items": [{"ward": 4, "citizenship": "zq1", "note": "She \u0069s undocumented. The hydrant leaks.", "n": 1.5e3},
 {"question": "Are you a U.S. citizen?", "answer": "zq2", "inner": "{\"visaType\":\"F1\",\"ward\":\"5\"}", "empty": [], "flag": null}]}"#;
const LINES: &str = "{\"ward\":1,\"cit_stat\":\"USC\"}\r\n\n{\"ward\":2,\"cit_stat\":\"LPR\",\"note\":\"A# A012 345 678\"}\n[1,\"x\"]\n";
const TABLE: &str = "ward,cit_stat,note\r\n4,USC,\"He said \"\"no\"\", and he has no papers.\"\r\n\r\n5,LPR,\"two\nlines\"\r\n6,,The drain leaks at night.\r\n";
const TABS: &str = "ward\tname\tvalue\n4\tCountry of birth\tzq1\n5\tTicket 12\t7\n";
const TEXT: &str = "Ward: 4\nImmigration status: zq1\nShe overstayed her visa. The light is broken.\nSEVIS ID: N0012345678\n";
const XML: &str = "<?xml version='1.0'?><r xmlns:x='urn:x'><x:p s='LPR' visaType=\"F1\">\n<ward>4 &amp; 5</ward><note>She is <b>undocu</b>mented.</note><!-- he has no papers --><c><![CDATA[A# A012345678]]></c>\
                   <field name='citizenship'>zq1</field><q><question>Are you a citizen?</question><answer>zq2</answer></q></x:p><?pi x?></r>";
const PAGE: &str = "<!doctype html><html lang=en><title>T</title><form><label for=a>Are you a citizen?</label><input id=a name=cit value=zq1 checked>\
                    <select name=visaType><option selected value=F1>F-1<option>other</select><textarea>She is undocumented.</textarea></form>\
                    <!-- he has no papers --><script>var visaType = \"F1\";</script><script type='application/json'>{\"citizenship\":\"zq2\",\"ward\":4}</script>\
                    <table><tr><th>Ward<th>Citizenship<tr><td>4<td>zq3</table><dl><dt>Country of birth<dd>zq4</dl><p>She is <b>undocu</b>mented &amp; well.";

fn bare(bytes: &[u8]) -> Vec<u8> {
    bytes.to_vec()
}

macro_rules! targets {
    ($($test:ident: $kind:expr, $content_type:literal, $encoding:literal, $inside:expr, $pack:expr;)*) => {$(
        #[test]
        fn $test() {
            fuzz(($kind, $content_type, $encoding), $inside, $pack);
        }
    )*};
}

targets! {
    json: Some("JSON"), "application/json", "", JSON, bare;
    lines: Some("NDJSON"), "application/x-ndjson", "", LINES, bare;
    table: None, "text/csv", "", TABLE, bare;
    tabs: None, "text/tab-separated-values; header=absent", "", TABS, bare;
    text: Some("text"), "text/plain", "", TEXT, bare;
    xml: Some("XML"), "application/xml", "", XML, bare;
    page: None, "text/html", "", PAGE, bare;
    gzip: Some("JSON"), "application/json", "gzip", JSON, |bytes| packed(bytes, "gzip");
    brotli: Some("JSON"), "application/json", "br", JSON, |bytes| packed(bytes, "br");
    zstd: Some("JSON"), "application/json", "zstd", JSON, |bytes| packed(bytes, "zstd");
    utf16: None, "text/csv; charset=utf-16", "", TABLE, |bytes| encoded(&String::from_utf8_lossy(bytes), "utf-16 bom");
    windows: None, "text/plain; charset=windows-1252", "", TEXT, bare;
}
