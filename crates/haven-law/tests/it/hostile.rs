//! Packs and requests that must be refused, each with its place and with words that help.

use crate::law;
use haven_law::cases;
use haven_law::pack::{Pack, Source};
use haven_law::request::{Request, Scope};
use serde_json::json;

// Packs ------------------------------------------------------------------------------------------------------------

/// A pack that must be refused, and what must be said about it.
struct Row {
    what: &'static str,
    source: Source,
    jurisdiction: &'static str,
    file: &'static str,
    /// None where the file as a whole is meant.
    line: Option<usize>,
    message: &'static str,
    hint: &'static str,
}

/// Says what is missing from the refusal, or nothing.
fn check(row: &Row) -> Option<String> {
    let errors = match Pack::load(&row.source, row.jurisdiction) {
        Ok(_) => return Some(format!("{}: it was loaded", row.what)),
        Err(errors) => errors,
    };
    let fits = errors.iter().any(|error| {
        error.place.file == row.file && error.place.line == row.line && error.message.contains(row.message) && error.hint.contains(row.hint)
    });
    let list: Vec<String> = errors.iter().map(|error| format!("    {error} ({})", error.hint)).collect();
    let line = row.line.map_or_else(String::new, |line| format!(":{line}"));
    (!fits).then(|| format!("{}: wanted {}{line}: …{}… (…{}…), found\n{}", row.what, row.file, row.message, row.hint, list.join("\n")))
}

fn check_all(rows: &[Row]) {
    let wrong: Vec<String> = rows.iter().filter_map(check).collect();
    assert!(wrong.is_empty(), "{} of {} hostile packs:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

const POLICIES: &str = "place/rule/policies.cedar";
const INSTRUMENT: &str = "place/rule/instrument.toml";
const AGENCIES: &str = "place/agencies.toml";
const SCHEMA: &str = "vocabulary.cedarschema";
const WORDS: &str = "words/en.toml";

fn row(what: &'static str, source: Source, file: &'static str, line: Option<usize>, message: &'static str, hint: &'static str) -> Row {
    Row { what, source, jurisdiction: "place", file, line, message, hint }
}

/// The tiny law with its policies replaced; the first stands at line 3.
fn policies(text: &str) -> Source {
    let mut source = law::tiny_with(POLICIES, &format!("// The rule.\n\n{text}"));
    source.insert("place/rule/duties.cedar", "");
    source
}

/// A policy that is sound but for its condition.
fn when(condition: &str) -> Source {
    policies(&format!(
        "@id(\"1@2020-01-01\") @effect(\"prohibit\") @verified(\"V\")\nforbid (principal, action == Action::\"hold\", resource) when {{ {condition} }};\n"
    ))
}

/// A policy that is sound but for its annotations.
fn annotated(annotations: &str) -> Source {
    policies(&format!("{annotations}\nforbid (principal, action == Action::\"hold\", resource) when {{ context.sure }};\n"))
}

fn without(path: &str) -> Source {
    let source = law::tiny();
    Source::new(source.paths().filter(|other| *other != path).map(|path| (path.to_owned(), source.get(path).unwrap().to_owned())))
}

/// The tiny law with one piece of one file replaced by another.
fn edited(path: &str, from: &str, to: &str) -> Source {
    let text = law::tiny().get(path).unwrap().to_owned();
    assert!(text.contains(from), "{path} has no {from}");
    law::tiny_with(path, &text.replacen(from, to, 1))
}

/// The line of a file of the tiny law on which a text first stands.
fn at(source: &Source, path: &str, text: &str) -> Option<usize> {
    let before = source.get(path).unwrap().split(text).next().unwrap().to_owned();
    Some(before.matches('\n').count() + 1)
}

#[test]
fn folders_that_are_no_law_are_refused() {
    let circle = {
        let mut source = edited("place/jurisdiction.toml", "time_zone", "parent = \"state\"\ntime_zone");
        let state = source
            .get("place/jurisdiction.toml")
            .unwrap()
            .replace("id = \"place\"", "id = \"state\"")
            .replace("\"state\"\ntime", "\"place\"\ntime");
        source.insert("state/jurisdiction.toml", state);
        source
    };
    let orphan = edited("place/jurisdiction.toml", "time_zone", "parent = \"nowhere\"\ntime_zone");
    let itself = edited("place/jurisdiction.toml", "time_zone", "parent = \"place\"\ntime_zone");
    let big = law::tiny_with("place/rule/text.md", &"x".repeat((1 << 20) + 1));
    let lost = {
        let mut source = law::tiny();
        source.insert("place/lost/policies.cedar", source.get(POLICIES).unwrap().to_owned());
        source
    };
    let misspelt = {
        let mut source = law::tiny();
        source.insert("place/rule/policy.cedar", source.get(POLICIES).unwrap().replace("1(a)@", "9@").replace("2@", "8@"));
        source
    };
    check_all(&[
        row("the parents go round in a circle", circle, "place/jurisdiction.toml", None, "circle", "the place above"),
        row("a place that is its own parent", itself, "place/jurisdiction.toml", None, "circle", "the place above"),
        row("a parent that is not there", orphan, "nowhere/jurisdiction.toml", None, "no such jurisdiction", "known are place"),
        Row {
            jurisdiction: "elsewhere",
            ..row("no such place", law::tiny(), "elsewhere/jurisdiction.toml", None, "no such jurisdiction", "known are place")
        },
        Row {
            jurisdiction: "",
            ..row("a place without a name", law::tiny(), "/jurisdiction.toml", None, "no such jurisdiction", "known are place")
        },
        Row {
            jurisdiction: "../place",
            ..row("a place outside", law::tiny(), "../place/jurisdiction.toml", None, "no such jurisdiction", "known are")
        },
        row(
            "a place of another name",
            edited("place/jurisdiction.toml", "\"place\"", "\"palace\""),
            "place/jurisdiction.toml",
            None,
            "`palace`",
            "one name",
        ),
        row("no schema", without(SCHEMA), SCHEMA, None, "missing", "every folder of laws has one"),
        row("no words", without(WORDS), WORDS, None, "missing", "every folder of laws has one"),
        row("a file of more than a mebibyte", big, "place/rule/text.md", None, "1048577 bytes", "1048576"),
        row("policies without an instrument", lost, "place/lost/policies.cedar", None, "instrument.toml", ""),
        row("policies in a file of another name", misspelt, "place/rule/policy.cedar", None, "", ""),
    ]);
}

#[test]
fn clauses_that_are_not_sound_are_refused() {
    let sound = "@id(\"1@2020-01-01\") @effect(\"prohibit\") @verified(\"V\")";
    let with = |more: &str| annotated(&format!("{sound} {more}"));
    let p = |what, source, line, message, hint| row(what, source, POLICIES, line, message, hint);
    let body = "forbid (principal, action == Action::\"hold\", resource) when { context.sure };\n";
    let twice = policies(&format!("{sound}\n{body}\n{sound}\n{body}"));
    let twice_apart = {
        let mut source = policies(&format!("{sound}\n{body}"));
        source.insert("place/order/policies.cedar", format!("{sound}\n{body}"));
        source
    };
    let permit = |effect: &str| {
        policies(&format!(
            "@id(\"1@2020-01-01\") @effect(\"{effect}\") @verified(\"V\") @asks(\"?\")\npermit (principal, action == Action::\"hold\", resource);\n"
        ))
    };
    let forbid = |effect: &str| annotated(&format!("@id(\"1@2020-01-01\") @effect(\"{effect}\") @verified(\"V\") @asks(\"?\")"));
    check_all(&[
        p("a clause twice in a file", twice, Some(6), "stands also at place/rule/policies.cedar:3", "its own id"),
        row("a clause in two files", twice_apart, POLICIES, Some(3), "stands also at place/order/policies.cedar:1", "its own id"),
        p("an annotation nobody knows", with("@colour(\"red\")"), Some(3), "annotation @colour", "known are id, until"),
        p("no @id", annotated("@effect(\"prohibit\") @verified(\"V\")"), None, "no @id", "@id(\"provision@date\")"),
        p("an empty @id", annotated("@id(\"\") @effect(\"prohibit\") @verified(\"V\")"), Some(3), "no date", "provision@date"),
        p("an @id without a date", annotated("@id(\"1\") @effect(\"prohibit\") @verified(\"V\")"), Some(3), "no date", "provision@date"),
        p("an @id without a provision", annotated("@id(\"@2020-01-01\") @effect(\"prohibit\") @verified(\"V\")"), Some(3), "", "provision"),
        p(
            "an @id with a date that is none",
            annotated("@id(\"1@2020-13-01\") @effect(\"prohibit\") @verified(\"V\")"),
            Some(3),
            "`2020-13-01`",
            "YYYY-MM-DD",
        ),
        p(
            "a 30th of February",
            annotated("@id(\"1@2021-02-30\") @effect(\"prohibit\") @verified(\"V\")"),
            Some(3),
            "not a date",
            "YYYY-MM-DD",
        ),
        p(
            "a date that is no version",
            annotated("@id(\"1@2020-01-02\") @effect(\"prohibit\") @verified(\"V\")"),
            Some(3),
            "begins on 2020-01-02, which is no version of rule",
            "instrument.toml",
        ),
        p(
            "an end that is no version",
            with("@until(\"2020-06-01\")"),
            Some(3),
            "ends on 2020-06-01, which is no version of rule",
            "instrument.toml",
        ),
        p("an end that is no date", with("@until(\"soon\")"), Some(3), "`soon`", "YYYY-MM-DD"),
        p(
            "an end before the beginning",
            annotated("@id(\"1@2021-02-01\") @until(\"2020-01-01\") @effect(\"prohibit\") @verified(\"V\")"),
            Some(3),
            "ends before it begins",
            "exclusive and later",
        ),
        p("an end on the first day", with("@until(\"2020-01-01\")"), Some(3), "ends before it begins", "exclusive and later"),
        p("no @effect", annotated("@id(\"1@2020-01-01\") @verified(\"V\")"), Some(3), "no @effect", "prohibit, authorise"),
        p("an effect nobody knows", forbid("forbid"), Some(3), "@effect(\"forbid\")", "prohibit, authorise"),
        p("no @verified", annotated("@id(\"1@2020-01-01\") @effect(\"prohibit\")"), Some(3), "no @verified", "V, S or U"),
        p(
            "a mark nobody knows",
            annotated("@id(\"1@2020-01-01\") @effect(\"prohibit\") @verified(\"yes\")"),
            Some(3),
            "@verified(\"yes\")",
            "V, S or U",
        ),
        p("a permit that prohibits", permit("prohibit"), Some(3), "`permit` with @effect(\"prohibit\")", "`forbid`"),
        p("a permit that refers", permit("refer"), Some(3), "`permit` with @effect(\"refer\")", "`forbid`"),
        p("a permit that cautions", permit("caution"), Some(3), "`permit` with @effect(\"caution\")", "`forbid`"),
        p("a forbid that requires", forbid("require"), Some(3), "`forbid` with @effect(\"require\")", "`permit`"),
        p("a forbid that authorises", forbid("authorise"), Some(3), "`forbid` with @effect(\"authorise\")", "`permit`"),
        p("a forbid that advises", forbid("advise"), Some(3), "`forbid` with @effect(\"advise\")", "`permit`"),
        p("an obligation nobody knows", with("@obligations(\"tell sing\")"), Some(3), "unknown obligation `sing`", "obligations.toml"),
        p("an overlap with a provision nobody knows", with("@overlaps(\"99\")"), Some(3), "`99`", ""),
        p(
            "an exception without an `unless`",
            with("@exceptions(\"1(b)\")"),
            Some(3),
            "has 0 `unless` and names 1 exceptions",
            "@exceptions",
        ),
        p(
            "an `unless` without an exception",
            policies(&format!("{sound}\nforbid (principal, action == Action::\"hold\", resource) unless {{ context.sure }};\n")),
            Some(3),
            "has 1 `unless` and names 0 exceptions",
            "@exceptions",
        ),
        p(
            "a referral that asks nothing",
            annotated("@id(\"1@2020-01-01\") @effect(\"refer\") @verified(\"V\")"),
            Some(3),
            "asks nothing",
            "@asks",
        ),
        p(
            "a caution that asks nothing",
            annotated("@id(\"1@2020-01-01\") @effect(\"caution\") @verified(\"V\")"),
            Some(3),
            "asks nothing",
            "@asks",
        ),
    ]);
}

#[test]
fn conditions_that_are_not_evaluated_exactly_are_refused() {
    let sound = "@id(\"1@2020-01-01\") @effect(\"prohibit\") @verified(\"V\")";
    let scope = |scope: &str| policies(&format!("{sound}\nforbid ({scope}) when {{ context.sure }};\n"));
    let p = |what, condition: &str, message, hint| row(what, when(condition), POLICIES, Some(3), message, hint);
    check_all(&[
        p("has", "context has sure", "`has`", "compare the fact with a value"),
        p("has under a negation", "!(context has nosuch)", "`has`", "compare the fact with a value"),
        p("like", "context.colour like \"r*\"", "`like`", "closed words"),
        p("a word that is not of the list", "context.colour == Colour::\"purple\"", "no value `purple`", "red, green, blue"),
        p("a word of another list", "context.colour == Shade::\"pale\"", "compared with a `Shade`", "`Colour`"),
        p("a string for a word", "context.colour == \"red\"", "`colour` is compared with", "words of its type"),
        p("a fact nobody knows", "context.nosuch", "is not a fact", "context.name"),
        p("a fact of a fact", "context.sure.sure", "is not a fact", "context.name"),
        p("a word where yes or no is expected", "context.colour", "`colour` stands where yes or no is expected", "compare it"),
        p("a number where yes or no is expected", "context.hours + 1", "yes or no is expected", "compare it with another number"),
        p("two facts compared", "context.colour == context.colour", "`colour` is compared with", "words of its type"),
        p("two yes-or-no facts compared", "context.sure == context.city_agency", "`sure`", "word"),
        p("a number compared with a word", "context.hours < context.colour", "`colour`", "word of its type"),
        p("a set compared with a word", "context.grounds == Ground::\"a\"", "`grounds`", "word of its type"),
        p("who acts", "principal == Agent::\"a\"", "is not a number", "words with words"),
        p("what is done", "action == Action::\"hold\"", "is not a number", "words with words"),
        p("an address", "ip(\"127.0.0.1\").isLoopback()", "the condition uses", "facts of the context"),
        p("a date", "datetime(\"2020-01-01\") < datetime(\"2021-01-01\")", "is not a number", "numbers with numbers"),
        p("a record", "{ a: true }.a", "is not a fact", "context.name"),
        p("never", "false", "impossible", "Cedar warns"),
        row(
            "one principal",
            scope("principal == Agent::\"a\", action == Action::\"hold\", resource"),
            POLICIES,
            Some(3),
            "names one principal",
            "agency_kind",
        ),
        row(
            "a group of principals",
            scope("principal in Agent::\"a\", action == Action::\"hold\", resource"),
            POLICIES,
            Some(3),
            "names one principal",
            "agency_kind",
        ),
        row(
            "one resource",
            scope("principal, action == Action::\"hold\", resource == Act::\"a\""),
            POLICIES,
            Some(3),
            "names one resource",
            "`resource`",
        ),
        row(
            "an act nobody knows",
            scope("principal, action == Action::\"nosuch\", resource"),
            POLICIES,
            Some(3),
            "an act `nosuch`",
            "law/vocabulary.cedarschema",
        ),
        row(
            "an act of another name space",
            scope("principal, action == Other::Action::\"hold\", resource"),
            POLICIES,
            Some(3),
            "",
            "law/vocabulary.cedarschema",
        ),
        row(
            "every act, though one lacks the fact",
            scope("principal, action, resource"),
            POLICIES,
            Some(3),
            "`sure`",
            "law/vocabulary.cedarschema",
        ),
        row(
            "a template",
            scope("principal == ?principal, action == Action::\"hold\", resource"),
            POLICIES,
            None,
            "template",
            "write each policy out",
        ),
    ]);
}

#[test]
fn instruments_agencies_and_obligations_that_are_not_sound_are_refused() {
    let i = |what, from: &str, to: &str, message, hint| row(what, edited(INSTRUMENT, from, to), INSTRUMENT, None, message, hint);
    let toml = "docs/law-packs.md";
    let obligations = |text: &str| law::tiny_with("place/obligations.toml", text);
    let sing = "[sing]\ntext = \"Sing.\"\ncite = \"Haven\"\nverified = \"house\"\n";
    let agencies = |from: &str, to: &str| edited(AGENCIES, from, to);
    let text = |text: &str| law::tiny_with("place/rule/text.md", text);
    check_all(&[
        i("an instrument of another name", "id = \"rule\"", "id = \"ruler\"", "the id is `ruler`, the folder `rule`", "one name"),
        i("no place for the provision", "Rule {}", "Rule", "no place for the provision", "{}"),
        i(
            "versions that go back",
            "from = \"2021-02-01\"\nuncertain_from = \"2021-01-01\"",
            "from = \"2019-01-01\"",
            "does not follow",
            "oldest to the newest",
        ),
        i(
            "two versions of one day",
            "from = \"2021-02-01\"\nuncertain_from = \"2021-01-01\"",
            "from = \"2020-01-01\"",
            "does not follow",
            "oldest to the newest",
        ),
        i("uncertain after it begins", "2021-01-01", "2021-02-02", "uncertain only after it begins", "before from"),
        i("uncertain before the version before", "2021-01-01", "2019-12-31", "does not follow", "oldest to the newest"),
        row(
            "a field nobody knows",
            edited(INSTRUMENT, "coverage", "covers"),
            INSTRUMENT,
            at(&law::tiny(), INSTRUMENT, "coverage"),
            "unknown field `covers`",
            toml,
        ),
        row(
            "a day that is none",
            edited(INSTRUMENT, "2021-02-01", "2021-02-30"),
            INSTRUMENT,
            at(&law::tiny(), INSTRUMENT, "2021-02-01"),
            "",
            toml,
        ),
        row(
            "a mark nobody knows",
            edited(INSTRUMENT, "verified = \"V\"", "verified = \"X\""),
            INSTRUMENT,
            at(&law::tiny(), INSTRUMENT, "verified"),
            "unknown variant `X`",
            toml,
        ),
        row(
            "no versions",
            edited(INSTRUMENT, "[[version]]", "[[versions]]"),
            INSTRUMENT,
            at(&law::tiny(), INSTRUMENT, "[[version]]"),
            "",
            toml,
        ),
        row(
            "an empty list of versions",
            {
                let head = law::tiny().get(INSTRUMENT).unwrap().split("[[version]]").next().unwrap().to_owned();
                law::tiny_with(INSTRUMENT, &format!("{head}version = []\n"))
            },
            INSTRUMENT,
            None,
            "there is no version",
            "[[version]]",
        ),
        row(
            "a layer nobody knows",
            edited("place/jurisdiction.toml", "\"city\"", "\"town\""),
            "place/jurisdiction.toml",
            Some(3),
            "unknown variant `town`",
            toml,
        ),
        row(
            "two agencies with one name",
            agencies("name = \"Library\"", "name = \"Police\""),
            AGENCIES,
            at(&law::tiny(), AGENCIES, "\"Police\""),
            "two agencies are called `Police`",
            "means one agency",
        ),
        row(
            "an alias that is another's name",
            agencies("name = \"Library\"", "name = \"Library\"\naliases = [\" pd \"]"),
            AGENCIES,
            at(&law::tiny(), AGENCIES, "\"Library\""),
            "two agencies are called ` pd `",
            "means one agency",
        ),
        row(
            "an agency of no kind",
            agencies("kind = \"department\"", "kind = \"guild\""),
            AGENCIES,
            at(&law::tiny(), AGENCIES, "\"Library\""),
            "unknown kind `guild`",
            "[kind.…]",
        ),
        row(
            "a kind nobody knows",
            agencies("[kind.other]", "[kind.guild]"),
            AGENCIES,
            at(&law::tiny(), AGENCIES, "[kind.other]"),
            "value `guild`",
            "police, department, other",
        ),
        row(
            "a kind with a fact nobody knows",
            agencies("city_agency = \"unknown\"", "town_agency = \"yes\""),
            AGENCIES,
            at(&law::tiny(), AGENCIES, "[kind.other]"),
            "`town_agency`",
            "fact of the vocabulary",
        ),
        row(
            "a kind with a value nobody knows",
            agencies("city_agency = \"unknown\"", "city_agency = \"perhaps\""),
            AGENCIES,
            at(&law::tiny(), AGENCIES, "[kind.other]"),
            "value `perhaps`",
            "no, yes or unknown",
        ),
        row(
            "a kind with a value of another type",
            agencies("city_agency = \"unknown\"", "city_agency = true"),
            AGENCIES,
            at(&law::tiny(), AGENCIES, "[kind.other]"),
            "city_agency",
            "no, yes or unknown",
        ),
        row(
            "an agency with a field nobody knows",
            agencies("aliases", "alias"),
            AGENCIES,
            at(&law::tiny(), AGENCIES, "aliases"),
            "unknown field `alias`",
            toml,
        ),
        row(
            "an obligation with a mark nobody knows",
            obligations(&sing.replace("house", "home")),
            "place/obligations.toml",
            Some(1),
            "verified `home`",
            "V, S, U or house",
        ),
        row(
            "an obligation of a kind nobody knows",
            obligations(&format!("{sing}agency_kinds = [\"guild\"]\n")),
            "place/obligations.toml",
            Some(1),
            "unknown kind of agency `guild`",
            "agency_kind",
        ),
        row(
            "an obligation in two files",
            obligations(&sing.replace("sing", "tell")),
            "place/obligations.toml",
            Some(1),
            "`tell` is defined twice",
            "one file",
        ),
        row(
            "an obligation that ends before it begins",
            obligations(&format!("{sing}from = \"2021-01-01\"\nuntil = \"2020-01-01\"\n")),
            "place/obligations.toml",
            Some(1),
            "ends before it begins",
            "",
        ),
        row(
            "a restatement of a day that is none",
            text("## 1(a) @2020-02-30\n\nX.\n\nSource: x\n"),
            "place/rule/text.md",
            Some(1),
            "`2020-02-30`",
            "YYYY-MM-DD",
        ),
        row(
            "a provision restated twice",
            text("## 1(a)\n\nX.\n\nSource: x\n\n## 1(a)\n\nX.\n\nSource: x\n"),
            "place/rule/text.md",
            Some(7),
            "restated twice",
            "keep one",
        ),
        row(
            "a restatement without words",
            text("## 1(a)\n\nSource: x\n"),
            "place/rule/text.md",
            None,
            "`1(a)` lacks its restatement",
            "Source:",
        ),
        row(
            "a restatement without a source",
            text("## 1(a)\n\nX.\n"),
            "place/rule/text.md",
            None,
            "`1(a)` lacks its restatement or its source",
            "Source:",
        ),
    ]);
}

#[test]
fn vocabularies_that_are_not_sound_are_refused() {
    let s = |what, from: &str, to: &str, message, hint| row(what, edited(SCHEMA, from, to), SCHEMA, None, message, hint);
    let w = |what, from: &str, to: &str, message, hint| row(what, edited(WORDS, from, to), WORDS, None, message, hint);
    let many = format!("\"{}\"", (0..70).map(|number| format!("c{number}")).collect::<Vec<_>>().join("\", \""));
    let seventy = {
        let names: Vec<String> = (0..70).map(|number| format!("f{number}")).collect();
        let types = names.iter().map(|name| format!("{name}: Bool")).collect::<Vec<_>>().join(", ");
        let words: String = names.iter().map(|name| format!("[fact.{name}]\nlabel = \"x\"\nquestion = \"x\"\nwhy = \"x\"\n")).collect();
        let mut source = edited(SCHEMA, "{ city_agency: Bool }", &format!("{{ {types} }}"));
        source.insert(WORDS, format!("{}\n{words}", law::tiny().get(WORDS).unwrap()));
        source
    };
    let spaced = law::tiny_with(SCHEMA, &format!("namespace Other {{\n{}\n}}\n", law::tiny().get(SCHEMA).unwrap()));
    check_all(&[
        s("two types for one fact", "{ city_agency: Bool }", "{ city_agency: Colour }", "`city_agency` has two types", "rename one"),
        s("one fact alone and in sets", "{ city_agency: Bool }", "{ colour: Set<Colour> }", "`colour` has two types", "rename one"),
        s("an optional fact", "sure: Bool", "sure?: Bool", "`sure` of act `hold` is optional", "never absent in the law"),
        s("a fact of free text", "sure: Bool", "sure: String", "a type Haven does not use", "entity enum"),
        s("a fact that is a record", "sure: Bool", "sure: { a: Bool }", "a type Haven does not use", "entity enum"),
        s("a fact that is an open entity", "sure: Bool", "sure: Agent", "a type Haven does not use", "entity enum"),
        s("a set of numbers", "sure: Bool", "sure: Set<Long>", "a type Haven does not use", "entity enum"),
        s("a set of sets", "sure: Bool", "sure: Set<Set<Colour>>", "a type Haven does not use", "entity enum"),
        s("more than 64 values", "\"red\", \"green\", \"blue\"", &many, "more than 64 values", "split it"),
        s(
            "an act without facts",
            "action ask appliesTo { principal: Agent, resource: Act, context: { city_agency: Bool } }",
            "action ask",
            "`ask` has no record of facts",
            "appliesTo",
        ),
        row("more than 64 facts", seventy, WORDS, None, "more than 64 facts", "split the vocabulary"),
        row("name spaces", spaced, SCHEMA, None, "namespaces", "empty namespace"),
        w("an act without words", "[action.ask]", "[action.asks]", "act `ask` has no words", "[action.ask]"),
        w("words for no act", "[action.ask]", "[action.asks]", "`asks` that the schema does not have", "add the action"),
        w("a fact without words", "[fact.sure]", "[fact.surely]", "fact `sure` has no words", "[fact.sure]"),
        w("words for no fact", "[fact.sure]", "[fact.surely]", "fact `surely` that no act has", "add the fact"),
        w("a value without words", "value.red =", "value.pink =", "value `red` of fact `colour` has no words", "[fact.colour.value.red]"),
        w("words for no value", "value.red =", "value.pink =", "a value `pink`", "add the value"),
        w("an act in no group", "group = \"acts\"", "group = \"arts\"", "unknown group `arts`", "[group.…]"),
        w(
            "a word too many",
            "ask = \"May I hold?\"",
            "ask = \"May I hold?\"\nanswer = \"No.\"",
            "unknown field `answer`",
            "docs/law-packs.md",
        ),
    ]);
}

#[test]
fn files_that_cannot_be_read_are_refused_with_the_line() {
    let broken = |path: &str, text: &str| law::tiny_with(path, &format!("{}\n{text}\n", law::tiny().get(path).unwrap_or_default()));
    let last = |path: &str| Some(law::tiny().get(path).unwrap_or_default().matches('\n').count() + 2);
    let rows: Vec<Row> = [
        (SCHEMA, "entity {"),
        (WORDS, "x = ["),
        ("obligations.toml", "x = ["),
        ("place/jurisdiction.toml", "x = ["),
        ("place/obligations.toml", "x = ["),
        (AGENCIES, "x = ["),
        (INSTRUMENT, "x = ["),
        (POLICIES, "forbid ("),
        ("place/rule/duties.cedar", "permit ("),
        ("place/order/policies.cedar", "\"\u{202e}"),
        ("place/rule/text.md", "## x @soon"),
    ]
    .into_iter()
    .map(|(path, text)| row("a syntax error", broken(path, text), path, last(path), "", ""))
    .collect();
    for row in &rows {
        // Readers differ in whether they blame the last line or the one after it; a line there must be.
        let errors = Pack::load(&row.source, "place").unwrap_err();
        let wanted = row.line.unwrap();
        let fits = errors.iter().any(|error| {
            error.place.file == row.file
                && error.place.line.is_some_and(|line| (wanted - 1..=wanted + 1).contains(&line))
                && !error.message.is_empty()
                && !error.hint.is_empty()
        });
        assert!(fits, "{}:{wanted}: {:?}", row.file, errors.iter().map(ToString::to_string).collect::<Vec<_>>());
    }

    let pack = law::load(&law::tiny(), "place");
    for (text, line) in [
        ("- case: [", 1),
        ("- case: x\n  as_of: 2020-01-01\n  action: hold\n  verdict: perhaps\n", 4),
        ("- case: x\n  colour: red\n", 2),
        ("- &a [*a]\n", 1),
    ] {
        let (cases, errors) = cases::load(&law::tiny_with("place/cases.yaml", text), &pack);
        assert!(cases.is_empty() && errors.len() == 1, "{text}");
        assert_eq!(errors[0].place.file, "place/cases.yaml");
        assert!(errors[0].place.line.is_none_or(|found| found.abs_diff(line) <= 1), "{text}: {}", errors[0]);
        assert!(!errors[0].message.is_empty() && !errors[0].hint.is_empty());
    }
}

#[test]
fn a_string_of_a_million_characters_is_read_or_refused() {
    let long = "é".repeat(500_000);
    let sound = "@id(\"1@2020-01-01\") @effect(\"refer\") @verified(\"V\")";
    let asks = annotated(&format!("{sound} @asks(\"{long}\")"));
    assert_eq!(law::load(&asks, "place").clauses[0].asks.as_deref(), Some(long.as_str()));
    for annotations in [
        format!("{sound} @asks(\"?\") @obligations(\"{long}\")"),
        format!("@id(\"{long}@2020-01-02\") @effect(\"prohibit\") @verified(\"V\")"),
    ] {
        let errors = Pack::load(&annotated(&annotations), "place").unwrap_err();
        assert_eq!(errors[0].place.line, Some(3));
    }
    let errors = Pack::load(&when(&format!("context.colour == Colour::\"{long}\"")), "place").unwrap_err();
    assert_eq!(errors[0].place.line, Some(3));
}

#[test]
fn a_table_of_cases_that_unfolds_without_end_is_refused() {
    // Nine lists of nine of the list before: four hundred million words, were they written out.
    let mut facts = String::from("    a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let list = vec![format!("*a{}", level - 1); 9].join(", ");
        facts.push_str(&format!("    a{level}: &a{level} [{list}]\n"));
    }
    let text = format!("- case: x\n  as_of: 2020-01-01\n  action: hold\n  verdict: permitted\n  facts:\n{facts}");
    let pack = law::load(&law::tiny(), "place");
    let (cases, errors) = cases::load(&law::tiny_with("place/cases.yaml", &text), &pack);
    assert!(cases.is_empty() && errors.len() == 1, "{} cases", cases.len());
}

// Depth --------------------------------------------------------------------------------------------------------------

/// Conditions that nest, or go on, for as long as one likes.
fn deep(kind: &str, depth: usize) -> Source {
    let fact = "context.sure";
    let nested = |open: &str, middle: &str, close: &str| format!("{}{middle}{}", open.repeat(depth), close.repeat(depth));
    match kind {
        "brackets" => when(&nested("(", fact, ")")),
        "negations" => when(&nested("!(", fact, ")")),
        "conjunctions" => when(&vec![fact; depth].join(" && ")),
        "disjunctions" => when(&vec![fact; depth].join(" || ")),
        "conjunctions to the right" => when(&nested("context.sure && (", fact, ")")),
        "sums" => when(&format!("{} == 1", vec!["1"; depth].join(" + "))),
        "choices" => when(&nested("if context.sure then ", "true", " else false")),
        "sets" => when(&format!("{}.contains(true)", nested("[", "", "]"))),
        "records" => when(&format!("{} == 1", nested("{a: ", "1", "}"))),
        "attributes" => when(&format!("context{}", ".sure".repeat(depth))),
        // Just below what is refused, of both kinds at once; must load or be refused as any other.
        "sums within brackets" => {
            let open = depth.min(60);
            when(&format!("{}{}{} == 1", "(".repeat(open), vec!["1"; depth.min(390)].join("+"), ")".repeat(open)))
        }
        "choices within brackets" => {
            let open = depth.min(60);
            when(&format!("{}{}true{}", "(".repeat(open), "if true then true else ".repeat(depth.min(390)), ")".repeat(open)))
        }
        "negations within brackets" => when(&format!("{}true{}", "!(".repeat(depth.min(60)), ")".repeat(depth.min(60)))),
        "choices at every bracket" => {
            let choice = format!("({}", "if true then true else ".repeat(6));
            when(&format!("{}true{}", choice.repeat(depth.min(60)), ")".repeat(depth.min(60))))
        }
        // Cedar ends a comment at a carriage return too; what follows is no comment.
        "brackets after a carriage return" => when(&format!("true // x\r && {}", nested("(", fact, ")"))),
        "brackets after a quotation mark in a comment" => when(&format!("true // \"\n && {}", nested("(", fact, ")"))),
        "brackets after a comment in a string" => when(&format!("\"//\" == \"//\" && {}", nested("(", fact, ")"))),
        "brackets after an escaped quotation mark" => when(&format!("\"\\\"\" == \"\\\\\" && {}", nested("(", fact, ")"))),
        "names" => when(&format!("context.colour == {}Colour::\"red\"", "A::".repeat(depth))),
        "words" => when(&format!("[{}].contains(context.colour)", vec!["Colour::\"red\""; depth].join(","))),
        "annotations" => annotated(&format!(
            "@id(\"1@2020-01-01\") {}",
            (0..depth).map(|number| format!("@a{number}(\"\")")).collect::<Vec<_>>().join(" ")
        )),
        "names of types" => {
            let types: String = (0..depth).map(|number| format!("type T{} = T{number};\n", number + 1)).collect();
            edited(SCHEMA, "type Facts", &format!("type T0 = Bool;\n{types}type Facts"))
        }
        "when clauses" => policies(&format!(
            "@id(\"1@2020-01-01\") @effect(\"prohibit\") @verified(\"V\")\nforbid (principal, action == Action::\"hold\", resource){};\n",
            " when{true}".repeat(depth)
        )),
        "types" => edited(SCHEMA, "type Facts", &format!("type Deep = {};\ntype Facts", nested("Set<", "Bool", ">"))),
        "tables" => law::tiny_with("obligations.toml", &format!("x = {}\n", nested("[", "1", "]"))),
        other => panic!("no such kind of depth: {other}"),
    }
}

const KINDS: [&str; 25] = [
    "sums within brackets",
    "choices within brackets",
    "negations within brackets",
    "choices at every bracket",
    "brackets after a carriage return",
    "brackets after a quotation mark in a comment",
    "brackets after a comment in a string",
    "brackets after an escaped quotation mark",
    "names",
    "words",
    "annotations",
    "names of types",
    "brackets",
    "negations",
    "conjunctions",
    "disjunctions",
    "conjunctions to the right",
    "sums",
    "choices",
    "sets",
    "records",
    "attributes",
    "when clauses",
    "types",
    "tables",
];

/// Runs in a process of its own, because a stack that overflows takes the whole process with it.
#[test]
#[ignore = "started by the test below"]
#[expect(clippy::disallowed_methods, reason = "the process that starts this one says which condition to load")]
fn child_loads_a_deep_condition() {
    let Ok(kind) = std::env::var("HAVEN_HOSTILE_DEEP") else { return };
    let (kind, depth) = kind.split_once('/').unwrap();
    if let Err(errors) = Pack::load(&deep(kind, depth.parse().unwrap()), "place") {
        assert!(errors.iter().all(|error| !error.message.is_empty() && !error.hint.is_empty()));
    }
}

fn survives(kind: &str, depth: usize) -> bool {
    std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "hostile::child_loads_a_deep_condition", "--ignored"])
        .env("HAVEN_HOSTILE_DEEP", format!("{kind}/{depth}"))
        .output()
        .unwrap()
        .status
        .success()
}

#[test]
fn what_nests_ten_thousand_deep_is_an_error_and_no_crash() {
    let crashed: Vec<&str> = KINDS.into_iter().filter(|kind| !survives(kind, 10_000)).collect();
    assert!(crashed.is_empty(), "the process died of {crashed:?}");
}

#[test]
fn what_nests_as_deep_as_law_is_ever_written_loads() {
    for kind in
        ["brackets", "conjunctions", "disjunctions", "conjunctions to the right", "types", "words", "brackets after a carriage return"]
    {
        law::load(&deep(kind, 50), "place");
    }
}

// Requests ---------------------------------------------------------------------------------------------------------

/// A request that must be refused: what it is, its text, and what the refusal must say of field, expectation, finding, hint.
type Refused = (&'static str, String, &'static str, &'static str, &'static str, &'static str);

fn check_request((what, text, field, expected, found, hint): &Refused) -> Option<String> {
    match Request::parse(text, law::pack(), &Scope::default()) {
        Ok(_) => Some(format!("{what}: it was read")),
        Err(error) => {
            let fits = error.field == *field
                && error.expected.contains(expected)
                && error.found.contains(found)
                && error.hint.as_deref().unwrap_or_default().contains(hint);
            (!fits).then(|| format!("{what}: wanted {field}: …{expected}…, …{found}… (…{hint}…), found {error}"))
        }
    }
}

/// A request that is sound but for some of its fields.
fn with(fields: &str) -> String {
    format!("{{\"action\":\"arrest\",\"as_of\":\"2024-03-13\",{fields}}}")
}

fn stating(facts: &str) -> String {
    with(&format!("\"facts\":{{{facts}}}"))
}

fn on(day: &str) -> String {
    format!("{{\"action\":\"arrest\",\"as_of\":{day}}}")
}

#[test]
fn requests_that_are_not_understood_are_refused() {
    let day = "YYYY-MM-DD";
    let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    let rows: Vec<Refused> = vec![
        ("nothing", String::new(), "request", "one JSON object", "EOF", "as_of"),
        ("not JSON", "arrest CPD".to_owned(), "request", "one JSON object", "expected value", "as_of"),
        ("a list", "[]".to_owned(), "request", "one JSON object", "sequence", "as_of"),
        ("a word", "\"arrest\"".to_owned(), "request", "one JSON object", "string", "as_of"),
        ("two objects", format!("{} {{}}", on("\"2024-03-13\"")), "request", "one JSON object", "trailing", ""),
        ("a byte order mark", format!("\u{feff}{}", on("\"2024-03-13\"")), "request", "one JSON object", "", ""),
        ("half a character", with("\"id\":\"\\ud800\""), "request", "one JSON object", "", ""),
        ("a list nested 500 deep", with(&format!("\"id\":{deep}")), "request", "one JSON object", "recursion", ""),
        ("a control character", with("\"id\":\"a\u{7}b\""), "request", "one JSON object", "control character", ""),
        ("70 KB", with(&format!("\"id\":\"{}\"", "x".repeat(70_000))), "request", "at most 65536 bytes", "bytes", ""),
        ("a field twice", with("\"as_of\":\"2024-03-13\""), "as_of", "each field once", "twice", ""),
        ("a field twice, once in disguise", with("\"\\u0061s_of\":\"2024-03-13\""), "as_of", "each field once", "twice", ""),
        ("facts twice", with("\"facts\":{},\"facts\":{}"), "facts", "each field once", "twice", ""),
        ("a fact twice", stating("\"matter\":\"civil\",\"matter\":\"civil\""), "facts.matter", "each fact once", "twice", ""),
        (
            "a fact twice, once unknown",
            stating("\"matter\":\"unknown\",\"matter\":\"civil\""),
            "facts.matter",
            "each fact once",
            "twice",
            "",
        ),
        (
            "a field nobody knows",
            with("\"fact\":{}"),
            "fact",
            "one of id, as_of, action, agency, actor, facts",
            "`fact`",
            "did you mean `facts`?",
        ),
        ("a field nobody can guess", with("\"q\":{}"), "q", "one of id", "`q`", ""),
        ("no day", "{\"action\":\"arrest\"}".to_owned(), "as_of", day, "nothing", ""),
        ("a day that is null", on("null"), "as_of", day, "null", ""),
        ("a day that is a number", on("20240313"), "as_of", day, "a number", ""),
        ("a 30th of February", on("\"2021-02-30\""), "as_of", day, "`2021-02-30`", ""),
        ("the first day there is", on("\"0001-01-01\""), "as_of", "1900 to 2199", "`0001-01-01`", ""),
        ("the last day there is", on("\"9999-12-31\""), "as_of", "1900 to 2199", "`9999-12-31`", ""),
        ("a short day", on("\"2020-1-1\""), "as_of", day, "`2020-1-1`", ""),
        ("a day without dashes", on("\"20200101\""), "as_of", day, "`20200101`", ""),
        ("a week", on("\"2020-W01-1\""), "as_of", day, "`2020-W01-1`", ""),
        ("a day with a time", on("\"2020-01-01T00:00\""), "as_of", day, "T00:00", ""),
        ("a day with a space", on("\" 2020-01-01\""), "as_of", day, "", ""),
        ("a day in other digits", on("\"٢٠٢٠-٠١-٠١\""), "as_of", day, "", ""),
        ("no act", "{\"as_of\":\"2024-03-13\"}".to_owned(), "action", "an act of the vocabulary", "nothing", ""),
        ("an act that is a list", "{\"as_of\":\"2024-03-13\",\"action\":[\"arrest\"]}".to_owned(), "action", "an act", "a list", ""),
        (
            "an act nobody knows",
            "{\"as_of\":\"2024-03-13\",\"action\":\"arest\"}".to_owned(),
            "action",
            "an act",
            "`arest`",
            "did you mean `arrest`?",
        ),
        ("an id that is an object", with("\"id\":{}"), "id", "a string or a number", "an object", ""),
        ("an id that is a list", with("\"id\":[1]"), "id", "a string or a number", "a list", ""),
        ("an id that is true", with("\"id\":true"), "id", "a string or a number", "true or false", ""),
        ("a long id", with(&format!("\"id\":\"{}\"", "x".repeat(201))), "id", "at most 200", "…", ""),
        ("an agency that is a number", with("\"agency\":911"), "agency", "a string", "a number", ""),
        ("a long agency", with(&format!("\"agency\":\"{}\"", "𝕏".repeat(201))), "agency", "at most 200", "…", ""),
        ("an actor that is an object", with("\"actor\":{\"name\":\"x\"}"), "actor", "a string", "an object", ""),
        ("facts that are a list", with("\"facts\":[]"), "facts", "an object of facts", "a list", ""),
        ("facts that are a word", with("\"facts\":\"none\""), "facts", "an object of facts", "a string", ""),
        (
            "a fact nobody knows",
            stating("\"matters\":\"civil\""),
            "facts.matters",
            "a fact of the vocabulary",
            "`matters`",
            "did you mean `matter`?",
        ),
        ("a word that is nearly right", stating("\"document\":\"I-201\""), "facts.document", "I-200", "`I-201`", "did you mean `I-20"),
        (
            "a word that is nearly right in a list",
            stating("\"basis\":[\"detainer\",\"judical_warrant\"]"),
            "facts.basis",
            "a list of",
            "`judical_warrant`",
            "did you mean `judicial_warrant`?",
        ),
        ("an empty list", stating("\"basis\":[]"), "facts.basis", "a list of", "an empty list", "say \"unknown\""),
        ("an unknown word within a list", stating("\"basis\":[\"detainer\",\"unknown\"]"), "facts.basis", "a list of", "`unknown`", ""),
        ("a list of numbers", stating("\"basis\":[1]"), "facts.basis", "a list of", "a list", ""),
        ("a list for one word", stating("\"matter\":[\"civil\"]"), "facts.matter", "one of civil", "a list", ""),
        ("a number for yes or no", stating("\"city_agency\":1"), "facts.city_agency", "one of no, yes", "a number", ""),
        ("a word for yes or no", stating("\"city_agency\":\"perhaps\""), "facts.city_agency", "one of no, yes", "`perhaps`", ""),
        ("yes or no for a word", stating("\"matter\":true"), "facts.matter", "one of civil", "true or false", ""),
        ("an object for a word", stating("\"matter\":{}"), "facts.matter", "one of civil", "an object", ""),
        ("an empty word", stating("\"matter\":\"\""), "facts.matter", "one of civil", "``", ""),
        (
            "a review after the act",
            stating("\"last_review\":\"2024-03-14\""),
            "facts.last_review",
            "not after 2024-03-13",
            "`2024-03-14`",
            "",
        ),
        ("a review on no day", stating("\"last_review\":\"2024-02-30\""), "facts.last_review", day, "`2024-02-30`", ""),
        (
            "a review before there were days",
            stating("\"last_review\":\"0001-01-01\""),
            "facts.last_review",
            "1900 to 2199",
            "`0001-01-01`",
            "",
        ),
        ("characters of four bytes", stating("\"matter\":\"𝕏𝕏𝕏\""), "facts.matter", "one of civil", "`𝕏𝕏𝕏`", ""),
        (
            "a word that is too long to repeat",
            stating(&format!("\"matter\":\"{}\"", "é".repeat(3000))),
            "facts.matter",
            "one of civil",
            "…",
            "",
        ),
    ];
    let wrong: Vec<String> = rows.iter().filter_map(check_request).collect();
    assert!(wrong.is_empty(), "{} of {} hostile requests:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn requests_that_are_odd_but_understood_are_read() {
    let pack = law::pack();
    let fact = |request: &Request, name: &str| request.value_of(pack, pack.vocabulary().fact_named(name).unwrap());
    for (text, name, value) in [
        (stating("\"matter\":\"CIVIL\""), "matter", json!("civil")),
        (stating("\"document\":\"i 200\""), "document", json!("I-200")),
        (stating("\"basis\":\"detainer\""), "basis", json!(["detainer"])),
        (stating("\"basis\":[\"detainer\",\"detainer\"]"), "basis", json!(["detainer"])),
        (stating("\"basis\":null"), "basis", json!("unknown")),
        (stating("\"basis\":\"Unknown\""), "basis", json!("unknown")),
        (stating("\"city_agency\":true"), "city_agency", json!("yes")),
        (stating("\"city_agency\":\"No\""), "city_agency", json!("no")),
        (stating("\"last_review\":\"2023-03-14\""), "last_review", json!("within_year")),
        (stating("\"last_review\":\"2023-03-13\""), "last_review", json!("over_year")),
        (stating("\"last_review\":\"2024-03-13\""), "last_review", json!("within_year")),
        (with("\"agency\":\"  chicago   POLICE department \""), "city_agency", json!("yes")),
        (with("\"agency\":\"𝕏\\u0000\\u001b[31m\""), "city_agency", json!("unknown")),
        (with("\"agency\":\"CPD\",\"facts\":{\"city_agency\":\"unknown\"}"), "city_agency", json!("unknown")),
        (with("\"agency\":null,\"actor\":null,\"facts\":null,\"id\":null"), "city_agency", json!("unknown")),
        (with("\"agency\":\"   \""), "city_agency", json!("unknown")),
        (
            "{\"action\":\"review_forms\",\"as_of\":\"2024-02-29\",\"facts\":{\"last_review\":\"2023-02-28\"}}".to_owned(),
            "last_review",
            json!("over_year"),
        ),
        // A leap day has its anniversary on the last day of February.
        (
            "{\"action\":\"review_forms\",\"as_of\":\"2025-02-27\",\"facts\":{\"last_review\":\"2024-02-29\"}}".to_owned(),
            "last_review",
            json!("within_year"),
        ),
        (
            "{\"action\":\"review_forms\",\"as_of\":\"2025-02-28\",\"facts\":{\"last_review\":\"2024-02-29\"}}".to_owned(),
            "last_review",
            json!("over_year"),
        ),
    ] {
        let request = Request::parse(&text, pack, &Scope::default()).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(fact(&request, name), value, "{text}");
    }
    // An id comes back as it was.
    for id in ["\"a\\u0000\\u202e𝕏\"", "-1.5", "18446744073709551615", "null"] {
        let request = Request::parse(&with(&format!("\"id\":{id}")), pack, &Scope::default()).unwrap();
        assert_eq!(serde_json::to_value(pack.decide(&request)).unwrap()["id"], serde_json::from_str::<serde_json::Value>(id).unwrap());
    }
    // The first and the last day that is read answer too.
    for day in ["1900-01-01", "2199-12-31"] {
        pack.decide(&Request::parse(&on(&format!("\"{day}\"")), pack, &Scope::default()).unwrap());
    }
}

#[test]
fn what_is_repeated_of_a_request_is_short_and_plain() {
    // An error goes to a terminal and into logs: a long line or an escape of the enemy's must not go with it.
    let rows = [
        with(&format!("\"{}\":1", "x".repeat(60_000))),
        stating(&format!("\"{}\":1", "x".repeat(60_000))),
        with("\"\\u001b[2J\":1"),
        stating("\"\\u001b[2J\\n\":1"),
        stating("\"matter\":\"\\u001b[2J\\r\\n\""),
        on("\"\\u001b[2J\""),
        stating("\"matter\":\"\\u202ecivil\""),
    ];
    let mut wrong = Vec::new();
    for text in rows {
        let said = Request::parse(&text, law::pack(), &Scope::default()).unwrap_err().to_string();
        let plain = !said.chars().any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
        if !plain || said.chars().count() > 1000 {
            wrong.push(format!("{:?} is repeated in {} characters", text.chars().take(80).collect::<String>(), said.chars().count()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
