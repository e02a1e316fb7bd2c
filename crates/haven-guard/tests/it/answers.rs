//! Where what asks for status goes, what answers it goes as well, however far from it the form puts it.

use crate::made::DETECTOR;
use crate::seeded::POLICY;
use base64::Engine as _;
use haven_guard::Scrubber;

/// Scrubs bodies in which `zqN` may not be left, nor `false`, and `zqKeep` must be; a body may also be blocked where it says so.
#[track_caller]
fn check(content_type: &str, cases: &[&str]) {
    let mut wrong = Vec::new();
    for body in cases {
        let out = Scrubber::new(&DETECTOR, &POLICY).scrub(body.as_bytes(), content_type, "");
        let out = out.map_or_else(|blocked| format!("blocked: {blocked}"), |out| String::from_utf8(out).unwrap());
        let kept = body.matches("zqKeep").count();
        if out.starts_with("blocked") || out.contains("zqN") || out.contains("false") || out.matches("zqKeep").count() != kept {
            wrong.push(format!("{content_type}: {body}\n  found {out}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn rows_of_json() {
    check(
        "application/json",
        &[
            r#"{"columns":["name","us_citizen","immigration_status"],"data":[["zqKeep","zqN","Permanent"],["zqKeep","zqN2","U-2"]]}"#,
            r#"{"data":[["zqKeep","zqN"],["zqKeep","zqN2"]],"fields":[{"name":"name","type":"text"},{"name":"us_citizen","type":"bool"}]}"#,
            r#"{"meta":{"view":{"columns":[{"id":1,"fieldName":"name"},{"id":2,"fieldName":"us_citizen"}]}},"data":[["zqKeep",false]]}"#,
            r#"[["name","us_citizen"],["zqKeep","zqN"],["zqKeep",false]]"#,
            r#"[["Report","",""],["Are you a US citizen?","name","ward"],["zqN","zqKeep",4]]"#,
            r#"{"schema":{"fields":[{"name":"name"},{"name":"us_citizen"}]},"rows":[{"f":[{"v":"zqKeep"},{"v":"zqN"}]}]}"#,
            r#"{"names":["ward","us_citizen"],"row":["zqKeep","zqN"]}"#,
            r#"{"entries":[["us_citizen","zqN"]]}"#,
            r#"{"qa":["Are you a US citizen?","zqN","Which ward?","zqKeep"]}"#,
            r#"{"payload":"{\"columns\":[\"name\",\"us_citizen\"],\"data\":[[\"zqKeep\",\"zqN\"]]}"}"#,
        ],
    );
    check(
        "application/x-ndjson",
        &["[\"name\",\"us_citizen\"]\n[\"zqKeep\",\"zqN\"]\n[\"zqKeep\",false]\n", "{\"ward\":\"zqKeep\"}\n{\"citizenship\":\"zqN\"}\n"],
    );
}

#[test]
fn rows_that_fit_no_head_are_blocked() {
    let body = br#"{"columns":["name","us_citizen"],"data":[["Ann","x","N"]]}"#;
    let found = Scrubber::new(&DETECTOR, &POLICY).scrub(body, "application/json", "");
    assert_eq!(found, Err(haven_guard::Blocked::Unanswered { expected: 2 }));
}

#[test]
fn answers_of_questionnaires() {
    check(
        "application/json",
        &[
            r#"{"linkId":"3","text":"Are you a US citizen?","answer":[{"valueBoolean":false}]}"#,
            r#"{"question":{"text":"Are you a US citizen?"},"answer":{"text":"zqN"}}"#,
            r#"{"code":{"coding":[{"display":"Citizenship status"}]},"valueString":"zqN","ward":"zqKeep"}"#,
            r#"{"type":"us_citizen","value":"zqN"}"#,
            r#"{"property":"us_citizen","value":"zqN"}"#,
            r#"{"url":"http://example.org/fhir/StructureDefinition/us-citizen","valueCode":"zqN"}"#,
            r#"{"prompt":"Are you a US citizen?","reply":"zqN"}"#,
            r#"{"question":"Are you a US citizen?","said":"zqN"}"#,
            r#"{"type":"Feature","value":"zqKeep"}"#,
            r#"{"note":"US citizen?\nzqN"}"#,
            r#"{"note":"Immigration status:\n  zqN\nWard: zqKeep"}"#,
        ],
    );
}

#[test]
fn tables_without_heads() {
    check(
        "text/html",
        &[
            "<table><tr><td>Name</td><td>US citizen?</td></tr><tr><td>zqKeep</td><td>zqN</td></tr></table>",
            "<div>US citizen?</div><div>zqN</div><div>The park is at zqKeep.</div>",
            "<p><label>US citizen?</label> zqN</p>",
        ],
    );
    check(
        "application/xhtml+xml",
        &[
            "<html><table><tr><th>Name</th><th>US citizen?</th></tr><tr><td>zqKeep</td><td>zqN</td></tr></table></html>",
            "<html><table><tbody><tr><td>Name</td><td>US citizen?</td></tr><tr><td>zqKeep</td><td>zqN</td></tr></tbody></table></html>",
            "<html><div>US citizen?</div><div>zqN</div></html>",
        ],
    );
}

#[test]
fn tables_as_text() {
    check(
        "text/plain",
        &[
            "name,us_citizen\nzqKeep,zqN\nzqKeep,zqN\n",
            "name\tus_citizen\nzqKeep\tzqN\n",
            "| name | us_citizen |\n|------|------------|\n| zqKeep | zqN |\n",
            "name      US citizen?   ward\nzqKeep    zqN           4\n",
            "US citizen?\nzqN",
            "US citizen?\n\nzqN\n",
            "Immigration status:\n  zqN",
            "US citizen? zqN",
            "US citizen? | zqN",
            "The light, at zqKeep, is out.\nThe crew, at zqKeep, left.\n",
        ],
    );
    check(
        "text/csv",
        &[
            "Report,,\nname,Are you a US citizen?,ward\nzqKeep,zqN,4\nzqKeep,zqN,5\n",
            "Report,2026,City\nname,Are you a US citizen?,ward\nzqKeep,zqN,4\n",
            "Report,,\nAre you a US citizen?,zqN,\nWard?,zqKeep,\n",
        ],
    );
}

#[test]
fn what_is_written_otherwise() {
    let encoded = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let twice = encoded(&encoded("She is undocumented."));
    let address = format!(r#"{{"n":"see data:text/plain;base64,{} there"}}"#, encoded("She is undocumented."));
    let in_twice = format!(r#"{{"n":"see {twice} there"}}"#);
    for (content_type, body, gone) in [
        ("application/json", r#"{"n":"see id=%75ndocumented there"}"#, "ndocumented"),
        ("application/json", r#"{"n":"see id=%2575ndocumented there"}"#, "ndocumented"),
        ("application/json", r#"{"n":"see id=%75ndocumented%ff there"}"#, "ndocumented"),
        ("application/json", address.as_str(), "base64"),
        ("application/json", in_twice.as_str(), twice.as_str()),
        ("application/json", r#"{"n":"call about Ａ123456789 today"}"#, "123456789"),
        ("application/json", r#"{"n":"call about А123456789 today"}"#, "123456789"),
        ("application/json", r#"{"n":"call <?p undocumented?> today"}"#, "undocumented"),
        ("application/xml", "<r><?p undocumented?></r>", "undocumented"),
        ("text/plain", "She is un<b>docu</b>mented.", "docu"),
        ("text/plain", "She is &#117;ndocumented.", "ndocumented"),
    ] {
        let out = Scrubber::new(&DETECTOR, &POLICY).scrub(body.as_bytes(), content_type, "");
        let out = String::from_utf8(out.unwrap_or_else(|blocked| panic!("{content_type} {body}: {blocked}"))).unwrap();
        assert!(!out.contains(gone) && !out.is_empty(), "{content_type} {body}: {out}");
    }
}

/// Keys that hold the letters with which paths are written are other keys.
#[test]
fn paths_are_not_mixed_up() {
    let body = "[{\"a\\u0001b\":\"USC\"},{\"a\\u0001b\":\"LPR\"},{\"a\":{\"b\":\"Elm\"}},{\"\\u0000\":\"x\",\"\\u00000\":\"y\"}]";
    let out = Scrubber::new(&DETECTOR, &POLICY).scrub(body.as_bytes(), "application/json", "").unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "[{},{},{\"a\":{\"b\":\"Elm\"}},{\"\\u0000\":\"x\",\"\\u00000\":\"y\"}]");
}
