//! What a desk rules, without a socket.

use crate::city::{Book, DAY, parts, recipients, root, route};
use haven_gateway::config::{Config, ConfigError};
use haven_gateway::ruling::{Desk, Parts, Reason, Refusal, Ruling, Said};
use haven_guard::agreements::Why;
use haven_guard::judge::Rules;
use jiff::civil::{Date, date};
use std::fs;
use std::sync::Arc;

const SAID: Said<'_> = Said { purpose: Some("criminal"), authority: Some("none") };

/// A desk for a route with what it declares.
fn desk(more: &str, policy: Option<&str>) -> (tempfile::TempDir, Desk) {
    desk_with(more, policy, parts(&Arc::new(Book::default())))
}

fn desk_with(more: &str, policy: Option<&str>, parts: Parts) -> (tempfile::TempDir, Desk) {
    let (folder, desk) = opened(more, policy, parts, |agreements| agreements.to_owned());
    (folder, desk.unwrap())
}

fn opened(
    more: &str,
    policy: Option<&str>,
    parts: Parts,
    changed: impl Fn(&str) -> String,
) -> (tempfile::TempDir, Result<Desk, ConfigError>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("guard.toml");
    let agreement = "agency = \"CPD\"\n[[agreement]]\nid = \"A-fbi\"\nparty = \"fbi\"\naccess = \"direct\"\nsystems = [\"records\"]\n\
                     purpose = \"criminal\"\ndetermined_by = \"S-1\"\ndetermined_on = \"2025-01-01\"\nfrom = \"2025-01-01\"\nuntil = \"2026-12-31\"\n\
                     [[agreement]]\nid = \"A-kiosk\"\nparty = \"person_concerned\"\naccess = \"direct\"\nsystems = [\"records\"]\n\
                     purpose = \"other\"\ndetermined_by = \"S-1\"\ndetermined_on = \"2025-01-01\"\nfrom = \"2025-01-01\"\nuntil = \"2026-12-31\"\n\
                     [[agreement]]\nid = \"A-ice\"\nparty = \"ice\"\naccess = \"direct\"\nsystems = [\"records\"]\n\
                     purpose = \"civil_immigration\"\ndetermined_by = \"S-1\"\ndetermined_on = \"2025-01-01\"\nfrom = \"2025-01-01\"\nuntil = \"2026-12-31\"\n";
    fs::write(folder.path().join("agreements.toml"), changed(agreement)).unwrap();
    let mut more = more.to_owned();
    if let Some(policy) = policy {
        fs::write(folder.path().join("policy.toml"), policy).unwrap();
        more.push_str("policy = \"policy.toml\"\n");
    }
    let text = format!(
        "listen = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\nby = \"S-7\"\n{}{}",
        recipients(),
        route("/records/", "http://127.0.0.1:1/", &more)
    );
    // Those of whom the agreements above say nothing have no access.
    let text = ["isp = \"A-isp\", ", ", late = \"A-late\", bare = \"A-bare\""].iter().fold(text, |text, id| text.replace(id, ""));
    let desk = Desk::open(&Config::parse(&text, &file).unwrap(), &file, parts);
    (folder, desk)
}

/// The ruling on a request of a recipient, as a word; what is withheld; the outcome that is recorded.
fn check(desk: &Desk, id: &str, said: (&str, &str), day: Date, ruling: &str, outcome: &str, withheld: &[&str]) {
    let place = desk.place("/records/1").unwrap();
    let said = Said { purpose: Some(said.0), authority: Some(said.1) };
    let (found, entry) = desk.rule(desk.recipient(id).unwrap(), place, said, day);
    let word = match &found {
        Ruling::Refuse(refusal) => refusal.reason.name(),
        Ruling::Release => "release",
        Ruling::Scrub(_) => "scrub",
    };
    assert_eq!((word, entry.outcome.name()), (ruling, outcome), "{id} {said:?} {entry:#?}");
    for topic in withheld {
        assert!(entry.withheld.iter().any(|held| held == topic), "{topic}: {entry:#?}");
    }
    if let Ruling::Refuse(refusal) = found {
        assert!(!refusal.reason.words().is_empty());
        assert_eq!(refusal.status, 403);
    }
}

#[test]
fn the_law_the_agreement_and_what_can_be_taken_out() {
    let criminal = ("criminal", "none");
    let own = ("own_record", "written_consent");
    let (_folder, plain) = desk("", None);
    check(&plain, "fbi", criminal, DAY, "scrub", "release_without", &["status"]);
    check(&plain, "kiosk", own, DAY, "release", "release", &[]);
    check(&plain, "ice", ("civil_immigration", "none"), DAY, "prohibited", "refuse", &["record", "status"]);
    // The agreement is one that 030(b) forbids, whatever is declared.
    check(&plain, "ice", criminal, DAY, "agreement", "refuse", &["status"]);
    check(&plain, "fbi", ("weather", "none"), DAY, "unknown", "refer", &["status"]);
    check(&plain, "fbi", criminal, date(2027, 1, 1), "agreement", "refuse", &["status", "record"]);
    // What decided then is the agreement, and no clause of what is taken out of records that go.
    let (ruling, entry) = plain.rule(plain.recipient("fbi").unwrap(), plain.place("/records/1").unwrap(), SAID, date(2027, 1, 1));
    assert!(
        matches!(ruling, Ruling::Refuse(Refusal { reason: Reason::Agreement(Why::Ended), .. })) && entry.provisions.is_empty(),
        "{entry:?}"
    );
    // Nor is access in order for another purpose than was determined.
    for (determined, word, outcome) in [("other", "agreement", "refuse"), ("criminal", "scrub", "release_without")] {
        let change = |text: &str| text.replacen("purpose = \"criminal\"", &format!("purpose = \"{determined}\""), 1);
        let (_folder, desk) = opened("", None, parts(&Arc::new(Book::default())), change);
        check(&desk.unwrap(), "fbi", criminal, DAY, word, outcome, &["status"]);
    }
    check(&plain, "away", criminal, DAY, "not_here", "refuse", &["status"]);
    // Status that the records are said to hold is still taken out: it can be found.
    let (_folder, declared) = desk("topics = [\"status\", \"criminal_history\"]\n", None);
    check(&declared, "fbi", criminal, DAY, "scrub", "release_without", &["status"]);
}

#[test]
fn agreements_in_words_that_the_law_does_not_know_are_refused_before_anybody_asks() {
    for (from, to) in [("purpose = \"criminal\"", "purpose = \"weather\""), ("party = \"fbi\"", "party = \"martians\"")] {
        let (_folder, desk) = opened("", None, parts(&Arc::new(Book::default())), |text| text.replacen(from, to, 1));
        let error = desk.err().expect(to).to_string();
        for part in ["route /records/, agreements", "agreements.toml`", "agreement or access 1", "expected"] {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
}

#[test]
fn the_example_of_the_page_is_judged_as_it_says() {
    let file = root().join("guard/examples/guard.toml");
    let desk = Desk::open(&Config::read(&file).unwrap(), &file, parts(&Arc::new(Book::default()))).unwrap();
    check(&desk, "state-records", ("criminal", "none"), DAY, "scrub", "release_without", &["status"]);
    let (Ruling::Refuse(refusal), _) = desk.rule(desk.recipient("dhs-gang").unwrap(), desk.place("/gang/1").unwrap(), SAID, DAY) else {
        panic!()
    };
    assert_eq!(refusal.reason, Reason::Agreement(Why::Prohibited));
}

#[test]
fn a_policy_may_not_keep_what_the_law_withholds() {
    let text = fs::read_to_string(root().join("guard/policy.toml")).unwrap().replace("= \"remove\"", "= \"keep\"");
    let (_folder, lax) = desk("", Some(&text));
    check(&lax, "fbi", ("criminal", "none"), DAY, "scrub", "release_without", &["status"]);
    let place = lax.place("/records/1").unwrap();
    let (Ruling::Scrub(policy), _) = lax.rule(lax.recipient("fbi").unwrap(), place, SAID, DAY) else { panic!() };
    let clean = haven_guard::Scrubber::new(&lax.parts.detector, &policy)
        .scrub(br#"{"immigration_status":"undocumented","a":1}"#, "application/json", "")
        .unwrap();
    assert_eq!(clean, br#"{"a":1}"#);
}

/// No word that a request can say, and no day, makes of an unknown purpose or authority a release.
#[test]
fn unknown_is_never_release() {
    let (_folder, desk) = desk("", None);
    let place = desk.place("/records/1").unwrap();
    let words =
        [None, Some(""), Some("unknown"), Some("CRIMINAL"), Some("criminal "), Some("none"), Some("criminal"), Some("written_consent")];
    let mut released = 0;
    for recipient in desk.recipients() {
        for purpose in words {
            for authority in words {
                let (ruling, entry) = desk.rule(recipient, place, Said { purpose, authority }, DAY);
                let is_known = purpose.is_some_and(|word| recipient.purposes.contains(word))
                    && authority.is_some_and(|word| recipient.authorities.contains(word));
                if !matches!(ruling, Ruling::Refuse(_)) {
                    released += 1;
                    assert!(is_known, "{} {purpose:?} {authority:?}", recipient.id);
                }
                assert_eq!(matches!(&ruling, Ruling::Refuse(_)), matches!(entry.outcome.name(), "refuse" | "refer"), "{entry:?}");
                assert!(!matches!(&ruling, Ruling::Refuse(refusal) if matches!(refusal.reason, Reason::Law(_))), "{entry:?}");
            }
        }
    }
    assert_eq!(released, 1, "the FBI, for a criminal matter");
}

/// What must not go and cannot be told from the rest: none of it goes, unless the route says which fields hold it.
#[test]
fn what_cannot_be_taken_out_keeps_the_record_here() {
    let blind = || {
        let parts = parts(&Arc::new(Book::default()));
        let text = fs::read_to_string(root().join("guard/judge.toml")).unwrap();
        let finds = "finds = [\"status\", \"identifier\", \"enforcement\"]";
        assert!(text.contains(finds));
        Parts { rules: Arc::new(Rules::read(&text.replace(finds, ""), &parts.pack).unwrap()), ..parts }
    };
    let criminal = ("criminal", "none");
    let (_folder, declared) = desk_with("topics = [\"status\"]\n", None, blind());
    check(&declared, "fbi", criminal, DAY, "inseparable", "refer", &["status"]);
    check(&declared, "kiosk", ("own_record", "written_consent"), DAY, "release", "release", &[]);
    let (_folder, named) = desk_with("topics = [\"status\"]\nfields = { status = [\"paper\"] }\n", None, blind());
    check(&named, "fbi", criminal, DAY, "scrub", "release_without", &["status"]);
    let (Ruling::Scrub(policy), _) = named.rule(named.recipient("fbi").unwrap(), named.place("/records/1").unwrap(), SAID, DAY) else {
        panic!()
    };
    let clean =
        haven_guard::Scrubber::new(&named.parts.detector, &policy).scrub(br#"{"paper":"green","a":1}"#, "application/json", "").unwrap();
    assert_eq!(clean, br#"{"a":1}"#);
}
