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
            "<p>zqKeep</p><p>Now <span itemprop=immigrationStatus>zqN</span></p><p>zqKeep</p>",
            "<div data-field=immigration_status data-value=zqN>zqN</div><div>zqKeep</div>",
            "<p id=l1>Immigration status</p><div>a b c d e f g h i</div><span aria-labelledby=l1>zqN</span><p>zqKeep</p>",
            "<table><tr><th id=h1>Street<th id=h2>Immigration status</table><table><tr><td headers=h1>zqKeep<td headers=h2>zqN</table>",
            "<table><thead><tr><th rowspan=2>Street<th colspan=2>Immigration<tr><th>status<th>date</thead><tr><td>zqKeep<td>zqN<td>zqN</table>",
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
            "Ward: zqKeep\nImmigration status .......... zqN",
            "Immigration status - zqN\nWard - zqKeep",
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

/// Labels that head a row, and what no list of pairs names as an answer.
#[test]
fn labels_of_rows() {
    check(
        "text/csv",
        &[
            "Field,P1,P2\nStreet,zqKeep,zqKeep\nImmigration status,zqN,zqN\n",
            "Street,zqKeep\nImmigration status,zqN\nCity,zqKeep\nUnit,3\n",
            "Question,Person\nImmigration status,zqN\nStreet,zqKeep\n",
            "Item,Detail\nAre you a US citizen?,zqN\nStreet,zqKeep\n",
            "id,attribute,observation\n1,street,zqKeep\n1,immigration_status,zqN\n2,street,zqKeep\n2,immigration_status,zqN\n",
            "a,b\nzqKeep,12\nx,13\nx,14\nx,15\nx,16\nx,17\nStreet,Immigration status\nzqKeep,zqN\n",
            "Street,Immigration,,\n,Class,Status,Date\nzqKeep,zqN,zqN,2001\nzqKeep,zqN,zqN,2002\n",
            // A value that tells asks for nothing.
            "id,note,ward\n1,undocumented,zqKeep\n2,light,zqKeep\n3,drain,zqKeep\n4,tree,zqKeep\n5,curb,zqKeep\n6,sign,zqKeep\n",
        ],
    );
    check("text/csv; header=absent", &["Immigration status,zqN\nStreet,zqKeep\n"]);
    check("text/tab-separated-values", &["Name:\tzqKeep\nImmigration status:\tzqN\n\nName:\tzqKeep\nImmigration status:\tzqN\n"]);
    check(
        "application/json",
        &[
            r#"{"by":{"meta":{"field":"immigration_status"},"buckets":[{"key":"zqN","n":3}]},"to":{"meta":{"field":"ward"},"buckets":["zqKeep"]}}"#,
            r#"[["Street","zqKeep","zqKeep"],["Immigration status","zqN","zqN"]]"#,
            r#"[["p1","street","zqKeep"],["p1","immigration_status","zqN"]]"#,
            r#"{"rows":[{"item":"Street","detail":"zqKeep"},{"item":"Immigration status","detail":"zqN"}]}"#,
            r#"{"changes":[{"column":"street","old":"zqKeep"},{"column":"immigration_status","old":"zqN","new":"zqN"}]}"#,
            r#"[{"op":"replace","path":"/immigration_status","value":"zqN"},{"op":"add","path":"/street","value":"zqKeep"}]"#,
            r#"{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-citizenship","extension":[{"url":"code","valueCodeableConcept":{"coding":[{"system":"urn:iso:std:iso:3166","code":"zqN"}]}},{"url":"period","valuePeriod":{"start":"zqN"}}]}],"name":[{"family":"zqKeep"}]}"#,
        ],
    );
}

#[test]
fn elements_beside_what_asks() {
    check(
        "application/xml",
        &[
            r#"<o><code code="66593-5" displayName="Immigration status"/><value code="zqN" displayName="zqN"/></o>"#,
            "<list><item><caption>Immigration status</caption>zqN</item></list>",
            "<dict><key>street</key><string>zqKeep</string><key>immigration_status</key><string>zqN</string><key>n</key><true/><string>zqKeep</string></dict>",
            "<r><a><FieldName>immigration_status</FieldName><FieldData>zqN</FieldData></a><b>zqKeep</b></r>",
            r#"<r><q><Question text="Are you a US citizen?"/><Given text="zqN"/></q><q><Question text="Ward?"/><Given text="zqKeep"/></q></r>"#,
            r#"<r><q text="Are you a US citizen?" given="zqN"/><q text="Ward?" given="zqKeep"/></r>"#,
            "<r><o><Name>Immigration status</Name><Result>zqN</Result></o><o><Name>Ward</Name><Result>zqKeep</Result></o></r>",
        ],
    );
}

/// Short names that a list elsewhere in the document explains.
#[test]
fn names_that_are_defined() {
    check(
        "application/json",
        &[
            r#"{"fields":[{"name":"F1","alias":"Street"},{"name":"F7","alias":"Immigration status","type":"text"}],"features":[{"attributes":{"F1":"zqKeep","F7":"zqN"}},{"attributes":{"F1":"zqKeep","F7":"zqN"}}]}"#,
            r#"{"fields":[{"id":"c1","title":"Street"},{"id":"c2","title":"Immigration status"}],"rows":[{"c1":"zqKeep","c2":"zqN"}]}"#,
            r#"{"schema":{"properties":{"c1":{"title":"Street"},"c2":{"title":"Immigration status"}}},"data":[{"c1":"zqKeep","c2":"zqN"}]}"#,
            r#"{"@context":{"x7":{"@id":"ex:immigrationStatus","@type":"xsd:string"},"n":"http://schema.org/name"},"@graph":[{"n":"zqKeep","x7":"zqN"}]}"#,
            r#"{"@context":{"x7":"http://example.org/immigrationStatus","n":"http://schema.org/name"},"n":"zqKeep","x7":"zqN"}"#,
            r#"{"names":["street","immigration_status"],"columns":[["zqKeep","zqKeep"],["zqN","zqN"]]}"#,
            r#"{"names":["street","immigration_status"],"lists":[["zqKeep","zqKeep","zqKeep"],["zqN","zqN","zqN"]]}"#,
            r#"{"questions":[{"id":"q7","text":"Are you a US citizen?"},{"id":"q8","text":"Ward?"}],"said":[{"question":"q7","value":"zqN"},{"question":"q8","value":"zqKeep"}]}"#,
        ],
    );
}
