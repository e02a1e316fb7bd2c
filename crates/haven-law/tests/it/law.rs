//! The law of the repository, a law small enough to read, and chance that can be repeated.

use haven_law::pack::{Pack, Source};
use std::sync::OnceLock;

/// The jurisdiction whose pack is tested: it has three layers above and below it.
pub const CHICAGO: &str = "us/il/chicago";

/// The files of the folder of laws.
pub fn source() -> &'static Source {
    static SOURCE: OnceLock<Source> = OnceLock::new();
    SOURCE.get_or_init(|| Source::new(crate::laws::files()))
}

/// The pack of Chicago.
pub fn pack() -> &'static Pack {
    static PACK: OnceLock<Pack> = OnceLock::new();
    PACK.get_or_init(|| load(source(), CHICAGO))
}

/// Loads a pack that is known to be sound.
pub fn load(source: &Source, jurisdiction: &str) -> Pack {
    Pack::load(source, jurisdiction).unwrap_or_else(|errors| {
        let list: Vec<String> = errors.iter().map(|error| format!("{error} ({})", error.hint)).collect();
        panic!("the pack does not load:\n{}", list.join("\n"))
    })
}

/// A number from the environment, for longer runs.
#[expect(clippy::disallowed_methods, reason = "the volume of a test is not an answer of the law")]
pub fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Chance that can be repeated (SplitMix64).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { usize::try_from(self.next() % end as u64).unwrap() }
    }

    /// Whether something that happens so many times in a hundred happens.
    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// A law small enough to read, with a fact of every kind. `place/rule` is a city's, `place/order` an order below it.
pub fn tiny() -> Source {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    Source::new([
        file("vocabulary.cedarschema", TINY_SCHEMA),
        file("words/en.toml", TINY_WORDS),
        file("obligations.toml", "[tell]\ntext = \"Tell somebody.\"\ncite = \"Haven\"\nverified = \"house\"\n"),
        file("place/jurisdiction.toml", TINY_PLACE),
        file("place/agencies.toml", TINY_AGENCIES),
        file("place/rule/instrument.toml", TINY_RULE),
        file("place/rule/policies.cedar", TINY_POLICIES),
        file("place/rule/duties.cedar", TINY_DUTIES),
        file("place/rule/text.md", TINY_TEXT),
        file("place/order/instrument.toml", TINY_ORDER),
    ])
}

/// The tiny law with one file replaced.
pub fn tiny_with(path: &str, text: &str) -> Source {
    let mut source = tiny();
    source.insert(path, text);
    source
}

const TINY_SCHEMA: &str = r#"entity Agent;
entity Act;
entity AgencyKind enum ["police", "department", "other"];
entity Colour enum ["red", "green", "blue"];
entity Shade enum ["pale", "dark"];
entity Ground enum ["a", "b", "c", "d"];
entity Recency enum ["within_year", "over_year", "never"];
type Facts = {
  city_agency: Bool, agency_kind: AgencyKind, sure: Bool, colour: Colour, shade: Shade,
  grounds: Set<Ground>, last_review: Recency, hours: Long, limit: Long,
};
action hold appliesTo { principal: Agent, resource: Act, context: Facts };
action share appliesTo { principal: Agent, resource: Act, context: Facts };
action ask appliesTo { principal: Agent, resource: Act, context: { city_agency: Bool } };
"#;

const TINY_WORDS: &str = r#"[reason]
both = { text = "One provision requires this and another prohibits it: which governs?", why = "Laws that contradict each other are for a lawyer." }
person = { text = "The law leaves this to a person." }
version = { text = "Which version was in force on {day}: {versions}?", why = "The versions give different answers." }
before = { text = "the law before it" }
not_encoded = { text = "What did {title} say on {day}?", why = "Its text is not encoded." }
error = { text = "The clause cannot be evaluated with these facts: what does the agency's lawyer say?", why = "an error never lets an act pass." }
agency_not_listed = { text = "The agency named is not on this jurisdiction's list, so whether these laws reach it is unknown." }
uncertain = { text = "On {day} it is uncertain which version was in force; every version that may have been was asked." }
reviewed = { text = "The law was last reviewed on {day}; changes after that day are not known here." }

[group.acts]
label = "Acts"

[action.hold]
group = "acts"
label = "hold"
ask = "May I hold?"
meaning = "Holding."

[action.share]
group = "acts"
label = "share"
ask = "May I share?"
meaning = "Sharing."

[action.ask]
group = "acts"
label = "ask"
ask = "May I ask?"
meaning = "Asking."

[fact.city_agency]
label = "the agency is the city's"
question = "Is it the city's?"
why = "The law binds the city."

[fact.agency_kind]
label = "the kind of agency"
question = "What kind?"
why = "Some duties bind some kinds."
value.police = { label = "police", meaning = "Police." }
value.department = { label = "department", meaning = "A department." }
value.other = { label = "other", meaning = "Another." }

[fact.sure]
label = "it is sure"
question = "Is it sure?"
why = "It matters."

[fact.colour]
label = "the colour"
question = "Which colour?"
why = "It matters."
value.red = { label = "red", meaning = "Red." }
value.green = { label = "green", meaning = "Green." }
value.blue = { label = "blue", meaning = "Blue." }

[fact.shade]
label = "the shade"
question = "Which shade?"
why = "It matters."
value.pale = { label = "pale", meaning = "Pale." }
value.dark = { label = "dark", meaning = "Dark." }

[fact.grounds]
label = "the grounds"
question = "Which grounds?"
why = "They matter."
value.a = { label = "a", meaning = "A." }
value.b = { label = "b", meaning = "B." }
value.c = { label = "c", meaning = "C." }
value.d = { label = "d", meaning = "D." }

[fact.last_review]
label = "the last review"
question = "When was the last review?"
why = "It matters."
value.within_year = { label = "within a year", meaning = "Within a year." }
value.over_year = { label = "over a year ago", meaning = "Over a year ago." }
value.never = { label = "never", meaning = "Never." }

[fact.hours]
label = "the hours"
question = "How many hours?"
why = "They matter."

[fact.limit]
label = "the limit"
question = "What is the limit?"
why = "It matters."
"#;

const TINY_PLACE: &str = r#"id = "place"
name = "Place"
layer = "city"
ocd_division = "ocd-division/country:us/place:place"
time_zone = "America/Chicago"
"#;

const TINY_AGENCIES: &str = r#"[kind.police]
label = "police"
city_agency = "yes"
note = ""

[kind.department]
label = "department"
city_agency = "yes"
note = ""

[kind.other]
label = "other"
city_agency = "unknown"
note = "Ask who set it up."

[[agency]]
name = "Police"
kind = "police"
aliases = ["PD"]

[[agency]]
name = "Library"
kind = "department"
"#;

const TINY_RULE: &str = r#"id = "rule"
title = "The rule"
cite = "Rule {}"
address = "https://example.org/rule"
before_first = "none"
coverage = "All of it."
reviewed_by = "somebody"
reviewed_on = "2026-01-01"

[[version]]
from = "2020-01-01"
label = "first"
source = "nowhere"
verified = "V"

[[version]]
from = "2021-02-01"
uncertain_from = "2021-01-01"
label = "second"
source = "nowhere"
verified = "V"
"#;

const TINY_POLICIES: &str = r#"// The rule, prohibitions.

@id("1(a)@2020-01-01") @effect("prohibit") @verified("V")
@exceptions("1(b)")
@obligations("tell")
forbid (principal, action == Action::"hold", resource)
when { context.city_agency && context.grounds.contains(Ground::"a") }
unless { context.sure };

@id("2@2021-02-01") @effect("refer") @verified("V")
@asks("Is it so?")
forbid (principal, action in [Action::"hold", Action::"share"], resource)
when { context.colour == Colour::"red" && context.hours > context.limit };
"#;

const TINY_DUTIES: &str = r#"// The rule, duties.

@id("3@2020-01-01") @until("2021-02-01") @effect("require") @verified("S")
@obligations("tell")
permit (principal, action == Action::"share", resource)
when { [Colour::"green", Colour::"blue"].contains(context.colour) };
"#;

const TINY_TEXT: &str = "## 1(a)\n\nNobody is held on ground a.\n\n> \"nobody\"\n\nSource: https://example.org/rule [V]\n";

const TINY_ORDER: &str = r#"id = "order"
title = "The order"
cite = "Order {}"
address = "https://example.org/order"
layer = "order"
before_first = "unknown"
coverage = "All of it."
reviewed_by = "somebody"
reviewed_on = "2026-02-01"

[[version]]
from = "2020-01-01"
label = "first"
source = "nowhere"
verified = "V"
"#;
