//! `guard.toml`: what is wrong with it is named by file, key, expected and found.

use crate::city::{City, plain};
use crate::origin::Origin;
use haven_gateway::config::{Config, Limits};
use std::path::Path;

fn text() -> String {
    let origin = "http://127.0.0.1:1/api/";
    format!(
        "listen = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\nby = \"S-7\"\n\n{}{}",
        crate::city::recipients(),
        crate::city::route("/records/", origin, "")
    )
}

/// What a change of the text leads to.
fn check(from: &str, to: &str, says: &[&str]) {
    let text = text();
    assert!(text.contains(from), "{from}");
    let error = Config::parse(&text.replacen(from, to, 1), Path::new("dir/guard.toml")).unwrap_err().to_string();
    for part in ["`dir/guard.toml`"].iter().chain(says) {
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[test]
fn a_configuration_is_read_strictly() {
    let config = Config::parse(&text(), Path::new("dir/guard.toml")).unwrap();
    assert_eq!((config.limits, config.recipients.len()), (Limits::default(), 7));
    assert_eq!(config.routes[0].agreements, Path::new("dir/agreements.toml"));
    assert_eq!(config.routes[0].methods.iter().map(String::as_str).collect::<Vec<_>>(), ["GET", "HEAD"]);
    for (from, to, says) in [
        ("by =", "bye =", ["line 3", "unknown field `bye`", "expected one of"].as_slice()),
        ("by = \"S-7\"\n", "", &["missing field `by`"]),
        ("listen = \"127.0.0.1:0\"", "listen = \"0.0.0.0:8443\"", &["listen", "a loopback address", "0.0.0.0:8443"]),
        ("admin = \"127.0.0.1:0\"", "admin = \"0.0.0.0:9443\"", &["admin", "a loopback address", "0.0.0.0:9443"]),
        // That recipients' connections have TLS says nothing of those to health and figures.
        (
            "admin = \"127.0.0.1:0\"\nby = \"S-7\"\n",
            "admin = \"[::]:9443\"\nby = \"S-7\"\n[tls]\ncert = \"a.pem\"\nkey = \"a.key\"\n",
            &["admin", "a loopback address", "[::]:9443"],
        ),
        ("\n[[recipient]]", "\n[limits]\nconnections = 0\n[[recipient]]", &["limits.connections", "from 1", "found 0"]),
        ("\n[[recipient]]", "\n[limits]\nhead_bytes = 10\n[[recipient]]", &["limits.head_bytes", "8192", "found 10"]),
        // What would pass a body unread, or bring the gateway down.
        ("\n[[recipient]]", "\n[limits]\nconnections = 9000000000\n[[recipient]]", &["limits.connections", "to 100000", "9000000000"]),
        ("\n[[recipient]]", "\n[limits]\nidle_seconds = 9000000000\n[[recipient]]", &["limits.idle_seconds", "to 86400"]),
        ("\n[[recipient]]", "\n[limits]\nstop_seconds = 9000000000\n[[recipient]]", &["limits.stop_seconds", "from 0 to 86400"]),
        ("system = \"records\"", "system = \"records\"\nfields = { plate_readings = [] }", &["fields.plate_readings", "letters", "none"]),
        ("system = \"records\"", "system = \"records\"\nfields = { plate_readings = [\"#\"] }", &["fields.plate_readings", "letters"]),
        ("\n[[recipient]]", "\n[limits]\nseconds = 10\n[[recipient]]", &["unknown field `seconds`"]),
        ("id = \"isp\"", "id = \"fbi\"", &["recipient fbi, id", "stands once"]),
        ("id = \"isp\"", "id = \"John Doe\"", &["id", "letters, digits"]),
        ("purposes = [\"criminal\"]", "purposes = []", &["recipient isp, purposes", "at least one"]),
        ("authorities = [\"none\"]", "authorities = []", &["recipient isp, authorities", "at least one"]),
        ("key_sha256 = [\"", "key_sha256 = [\"Z", &["recipient isp, proof", "64 digits of hex"]),
        ("key_sha256 = [", "key = [", &["unknown variant `key`"]),
        ("proof = { key_sha256", "proof = { certificate_name = \"a.example\" } # ", &["recipient isp, proof", "tls.client_ca"]),
        (
            "proof = { key_sha256",
            "proof = { token = { issuer = \"https://x\", subject = \"y\" } } # ",
            &["proof.token.issuer", "an [[issuer]]"],
        ),
        ("prefix = \"/records/\"", "prefix = \"/records\"", &["route /records, prefix", "ends with `/`"]),
        // Where no path that passes would ever lead.
        ("prefix = \"/records/\"", "prefix = \"/records//gang/\"", &["route /records//gang/, prefix", "doubled `/`"]),
        ("prefix = \"/records/\"", "prefix = \"/records/../gang/\"", &["route /records/../gang/, prefix", "dots"]),
        ("prefix = \"/records/\"", "prefix = \"/records/./\"", &["prefix", "dots"]),
        ("prefix = \"/records/\"", "prefix = \"/r%65cords/\"", &["prefix", "escapes"]),
        ("prefix = \"/records/\"", "prefix = \"/records;a/\"", &["prefix", "begins and ends with `/`"]),
        ("prefix = \"/records/\"", "prefix = \"/r\u{e9}cords/\"", &["prefix", "begins and ends with `/`"]),
        ("origin = \"http://127.0.0.1:1/api/\"", "origin = \"http://127.0.0.1:1/api/../\"", &["origin", "without dots"]),
        ("origin = \"http://127.0.0.1:1/api/\"", "origin = \"ftp://a/\"", &["origin", "http:// or https://", "ftp://a/"]),
        ("origin = \"http://127.0.0.1:1/api/\"", "origin = \"https://a/\"", &["origin_ca", "roots"]),
        ("system = \"records\"", "system = \"records\"\nmethods = [\"CONNECT\"]", &["methods", "CONNECT"]),
        ("system = \"records\"", "system = \"records\"\nresponse_headers = [\"ETag\"]", &["response_headers", "ETag"]),
        ("recipients = {", "recipients = { nobody = \"A\",", &["route /records/, recipients", "nobody"]),
    ] {
        check(from, to, says);
    }
    // Two routes for what some servers read as one path.
    let other = crate::city::route("/Records./", "http://127.0.0.1:1/other/", "");
    check("[[route]]", &format!("{other}[[route]]"), &["route /records/, prefix", "in whatever letters"]);
    // Two for one address, where an address is all that is said.
    let other = crate::city::route("/other/", "http://127.0.0.1:1/API/", "");
    let icap = "[icap]\nlisten = \"127.0.0.1:0\"\n\n[[recipient]]";
    Config::parse(&(text() + &other), Path::new("dir/guard.toml")).unwrap();
    let error = Config::parse(&(text() + &other).replacen("[[recipient]]", icap, 1), Path::new("dir/guard.toml")).unwrap_err().to_string();
    assert!(error.contains("icap.sites") && error.contains("each lead to one route"), "{error}");
    // Without TLS an issuer is on this machine, and not only called so.
    let issuer = |url: &str| format!("\n[[issuer]]\nurl = \"{url}\"\naudience = \"guard\"\n[[recipient]]");
    for url in ["http://localhost.evil.example/", "http://localhost@evil.example/", "http://127.0.0.1.evil.example/", "http://10.0.0.1/"] {
        check("\n[[recipient]]", &issuer(url), &["issuer.url", "on this machine", url]);
    }
    for url in ["http://localhost:8080/", "http://127.0.0.1:1/city", "http://[::1]:1/", "https://login.example/"] {
        Config::parse(&text().replacen("\n[[recipient]]", &issuer(url), 1), Path::new("dir/guard.toml")).unwrap();
    }
    // One proof for two.
    let (isp, fbi) = (crate::city::digest(b"key-isp"), crate::city::digest(b"key-fbi"));
    check(&fbi, &isp, &["recipient fbi, proof", "another recipient"]);
    let error = Config::read(Path::new("/nowhere/guard.toml")).unwrap_err().to_string();
    assert!(error.contains("`/nowhere/guard.toml`"), "{error}");
}

#[tokio::test]
async fn what_a_configuration_names_is_held_against_the_law() {
    for (from, to, says) in [
        ("requester = \"illinois_police\"", "requester = \"martians\"", ["recipient isp, requester", "martians"].as_slice()),
        ("class = \"state\"", "class = \"planet\"", &["recipient isp, class"]),
        ("purposes = [\"criminal\"]", "purposes = [\"weather\"]", &["recipient isp, purposes", "weather"]),
        ("authorities = [\"none\"]", "authorities = [\"badge\"]", &["recipient isp, authorities", "badge"]),
        ("agency = \"CPD\"", "agency = \"Police of Mars\"", &["route /records/, agency"]),
        ("system = \"records\"", "system = \"records\"\ntopics = [\"weather\"]", &["route /records/, topics", "weather"]),
        ("system = \"records\"", "system = \"records\"\npolicy = \"none.toml\"", &["route /records/, policy", "none.toml"]),
        ("agreements = \"agreements.toml\"", "agreements = \"none.toml\"", &["route /records/, agreements", "none.toml"]),
        ("agency = \"CPD\"", "agency = \"OEMC\"", &["route /records/, agreements", "agreements.toml`", "another agency"]),
        // What would start without a word, and then answer each request with 403.
        ("class = \"state\"", "class = \"federal\"", &["recipient isp, class", "the class of `illinois_police`", "found federal"]),
        ("isp = \"A-isp\"", "isp = \"A-ips\"", &["route /records/, recipients.isp", "agreements.toml`", "found A-ips"]),
        ("isp = \"A-isp\"", "isp = \"A-fbi\"", &["route /records/, recipients.isp", "illinois_police", "`A-fbi`, with fbi"]),
        ("isp = \"A-isp\"", "isp = \"A-extract\"", &["route /records/, recipients.isp", "direct access", "found A-extract"]),
        ("system = \"records\"", "system = \"recrods\"", &["route /records/, system", "(records)", "found recrods"]),
        // In a file that this one names: its name as well.
        (
            "system = \"records\"",
            "system = \"records\"\npolicy = \"bad.toml\"",
            &["guard.toml`, route /records/, policy", "bad.toml`: ", "unknown field `agency`"],
        ),
        (
            "agreements = \"agreements.toml\"",
            "agreements = \"bad.toml\"",
            &["route /records/, agreements", "bad.toml`: ", "unknown field `category`"],
        ),
    ] {
        let origin = Origin::start().await;
        let text = plain(&origin, "");
        assert!(text.contains(from), "{from}");
        let files = |folder: &Path| {
            std::fs::write(folder.join("bad.toml"), "[category]\nstatus = \"remove\"\nagency = \"CPD\"\n").unwrap();
            let path = folder.join("agreements.toml");
            let register = std::fs::read_to_string(&path).unwrap();
            let one = "[[agreement]]".to_owned() + register.split("[[agreement]]").nth(1).unwrap();
            let extract = one.replace("A-isp", "A-extract").replace("\"direct\"", "\"extract\"");
            std::fs::write(path, register + &extract).unwrap();
        };
        let error = City::of(origin, &text.replacen(from, to, 1), files).await.err().expect(to).to_string();
        for part in says {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
}
