//! The head of an origin's answer without what must not leave, and what says how its body is to be read.
//!
//! INVARIANT: where something is withheld, every value that a recipient gets is one that was looked at as a body is, or is
//! written anew from a grammar in which nothing can be said.

use crate::config::Route;
use crate::proxy::{Refused, copy};
use crate::ruling::{Desk, Place, Ruling};
use haven_detect::{Category, Detector};
use haven_guard::Scrubber;
use hyper::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use hyper::{StatusCode, Uri};
use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};
use percent_encoding::percent_decode_str;
use serde_json::json;
use std::borrow::Cow;

/// Headers of answers that reach every recipient. What says something of the origin's bytes is not among them.
const TO_RECIPIENT: [&str; 6] = ["allow", "content-encoding", "content-language", "content-type", "date", "retry-after"];
/// What `Allow` can name.
const METHODS: [&str; 9] = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];
/// Most digits of seconds to wait, some eleven days: a longer number may be somebody's.
const WAIT_DIGITS_MAX: usize = 6;

/// A head that may leave.
pub(crate) struct Cleaned {
    pub headers: HeaderMap,
    pub kind: String,
    pub encoding: String,
}

/// Cleans the head of an origin's answer.
pub(crate) fn cleaned(status: StatusCode, from: &HeaderMap, desk: &Desk, place: &Place, ruling: &Ruling) -> Result<Cleaned, Refused> {
    let kinds: Vec<&HeaderValue> = from.get_all(CONTENT_TYPE).iter().collect();
    let kind = match kinds.as_slice() {
        [] => "",
        [kind] => kind.to_str().unwrap_or_default(),
        _ => return Err(Refused::blocked("the origin names several content types".to_owned())),
    };
    let is_part = status == StatusCode::PARTIAL_CONTENT || kind.trim_start().to_ascii_lowercase().starts_with("multipart/");
    if is_part || status.is_informational() {
        return Err(Refused::blocked("a part of a record cannot be judged".to_owned()));
    }
    let encodings: Vec<&str> = from.get_all(CONTENT_ENCODING).iter().map(|value| value.to_str().unwrap_or("?")).collect();
    let mut headers = HeaderMap::new();
    copy(from, &mut headers, TO_RECIPIENT.into_iter().chain(place.route.response_headers.iter().map(String::as_str)));
    if let Some(look) = Look::of(desk, ruling) {
        headers = look.through(&headers);
        // What comes out of the scrubber is not packed.
        headers.remove(CONTENT_ENCODING);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(Cleaned { headers, kind: kind.to_owned(), encoding: encodings.join(", ") })
}

/// Where an answer leads to, as an address of the gateway; none where it leads elsewhere.
pub(crate) fn led(from: &HeaderMap, desk: &Desk, route: &Route, ruling: &Ruling) -> Result<Option<HeaderValue>, Refused> {
    let rest = rest(from, desk, [route.origin.as_str()], ruling)?;
    Ok(rest.and_then(|rest| HeaderValue::from_str(&format!("{}{rest}", route.prefix)).ok()))
}

/// The same as it stands, for whoever uses the addresses of the records themselves: none where it leads to none of these.
pub(crate) fn led_as_it_stands<'a>(
    from: &HeaderMap,
    desk: &Desk,
    addresses: impl IntoIterator<Item = &'a str>,
    ruling: &Ruling,
) -> Result<Option<HeaderValue>, Refused> {
    Ok(rest(from, desk, addresses, ruling)?.and_then(|_| from.get(LOCATION).cloned()))
}

/// What stands behind one of these addresses where an answer leads to it, and may be told.
fn rest<'h, 'a>(
    from: &'h HeaderMap,
    desk: &Desk,
    addresses: impl IntoIterator<Item = &'a str>,
    ruling: &Ruling,
) -> Result<Option<&'h str>, Refused> {
    let Some(to) = from.get(LOCATION).and_then(|to| to.to_str().ok()) else { return Ok(None) };
    let behind = |address: &str| {
        let base: Uri = address.parse().ok()?;
        to.strip_prefix(address).or_else(|| to.strip_prefix(base.path()).filter(|rest| !rest.starts_with('/')))
    };
    let Some(rest) = addresses.into_iter().find_map(behind) else { return Ok(None) };
    if Look::of(desk, ruling).is_some_and(|look| !look.may_lead(rest)) {
        // Who is sent on without being told where could do nothing with the answer.
        return Err(Refused::blocked("where the answer leads says what must not leave".to_owned()));
    }
    Ok(Some(rest))
}

/// Looks at values that are no bodies.
struct Look<'l> {
    detector: &'l Detector,
    scrubber: Scrubber<'l>,
}

impl<'l> Look<'l> {
    /// A look where something is withheld.
    fn of(desk: &'l Desk, ruling: &'l Ruling) -> Option<Self> {
        let detector = &desk.parts.detector;
        match ruling {
            Ruling::Scrub(policy) => Some(Self { detector, scrubber: Scrubber::new(detector, policy) }),
            Ruling::Release | Ruling::Refuse(_) => None,
        }
    }

    /// The headers that may leave. A value that may not takes the others of its name with it.
    fn through(&self, headers: &HeaderMap) -> HeaderMap {
        let mut clean = HeaderMap::new();
        for name in headers.keys() {
            let values: Option<Vec<HeaderValue>> = headers.get_all(name).iter().map(|value| self.value(name, value)).collect();
            for value in values.into_iter().flatten() {
                clean.append(name.clone(), value);
            }
        }
        clean
    }

    /// What of a value may leave.
    fn value(&self, name: &HeaderName, value: &HeaderValue) -> Option<HeaderValue> {
        let text = value.to_str().ok()?.trim();
        let words = || text.split(',').map(str::trim);
        let may_leave = match name.as_str() {
            "allow" => words().all(|word| METHODS.contains(&word)),
            "content-language" => words().all(is_language),
            "content-type" => return HeaderValue::from_str(&self.media_type(text)?).ok(),
            "date" => is_date(text),
            "retry-after" => is_date(text) || is_wait(text),
            name => self.is_silent(name, text),
        };
        if may_leave { HeaderValue::from_str(text).ok() } else { None }
    }

    /// Whether nothing is found in a value under its name, nor in what an address or a list of parameters names in it.
    fn is_silent(&self, name: &str, text: &str) -> bool {
        let mut pairs = text.split(['?', '&', ';', ',', '#', ' ']).filter_map(|part| part.split_once('='));
        self.says_nothing(name, text) && pairs.all(|(name, value)| self.is_silent_pair(name, value.trim_matches('"')))
    }

    /// Whether nothing is found in a name or its value, which may be escaped as in an address.
    fn is_silent_pair(&self, name: &str, value: &str) -> bool {
        let plain = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8().ok().map(Cow::into_owned);
        let (Some(name), Some(value)) = (plain(name), plain(value)) else { return false };
        self.says_nothing(&name, &value) && self.says_nothing(&value, "")
    }

    /// Whether nothing is found in a value under its name: as a field of a record, as a text, and word by word, since in a header
    /// what is encoded stands between other signs than spaces.
    fn says_nothing(&self, name: &str, text: &str) -> bool {
        let detector = self.detector;
        let is_word = |letter: char| letter.is_ascii_alphanumeric() || "+/-_=%".contains(letter);
        let words: Vec<&str> = text.split(|letter| !is_word(letter)).filter(|word| !word.is_empty()).collect();
        detector.field(name, None).category == Category::None
            && detector.value(name, &[text]).category == Category::None
            && detector.hits_in(text).is_empty()
            && detector.sentence(text).category == Category::None
            && detector.identifiers(text).is_empty()
            && self.is_kept(&json!({ name: text }).to_string(), "application/json")
            && self.is_kept(text, "text/plain")
            && self.is_kept(&words.join("\n"), "text/plain")
    }

    fn is_kept(&self, body: &str, kind: &str) -> bool {
        self.scrubber.scrub(body.as_bytes(), kind, "").is_ok_and(|clean| clean == body.as_bytes())
    }

    /// A content type whose bodies can be scrubbed, with what its reader must know and no more.
    fn media_type(&self, text: &str) -> Option<String> {
        // Behind this stand but the charset that was known by its name, and a type of the known ones or one that ends like them.
        self.scrubber.begin(text, "").ok()?;
        let mut parts = text.split(';').map(str::trim);
        let essence = parts.next()?.to_ascii_lowercase();
        let family = ["json", "xml"].into_iter().find(|family| essence.strip_suffix(family).is_some_and(|name| name.ends_with('+')));
        let mut written = match family {
            Some(family) if !self.is_known(&essence) => format!("application/{family}"),
            Some(_) | None => essence,
        };
        let (mut charset, mut is_headless) = (None, false);
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            let value = value.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
            match name.trim().to_ascii_lowercase().as_str() {
                "charset" if !value.is_empty() => charset = Some(value),
                "header" => is_headless = value == "absent",
                _ => {}
            }
        }
        if let Some(charset) = charset {
            written.push_str("; charset=");
            written.push_str(charset.trim());
        }
        if is_headless {
            written.push_str("; header=absent");
        }
        Some(written)
    }

    /// Whether a type of somebody's own says nothing.
    fn is_known(&self, essence: &str) -> bool {
        let is_sign = |letter: char| letter.is_ascii_alphanumeric() || "/!#$&-^_.+".contains(letter);
        let words = essence.replace(['/', '.', '+', '-', '_'], " ");
        essence.chars().all(is_sign) && self.is_silent("content-type", essence) && self.is_silent("content-type", &words)
    }

    /// Whether nothing is found in an address behind that of its origin: in its parts, each under the one before, and in its query.
    fn may_lead(&self, rest: &str) -> bool {
        let (path, query) = rest.split_once(['?', '#']).unwrap_or((rest, ""));
        let mut before = "location";
        let mut parts = path.split('/').map(|part| (std::mem::replace(&mut before, part), part));
        let mut pairs = query.split(['&', ';', '?', '#']).map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        parts.all(|(name, part)| self.is_silent_pair(name, part))
            && pairs.all(|(name, value)| self.is_silent_pair(name, value))
            && self.says_nothing("location", rest)
    }
}

/// A language, perhaps with its script and its country: `zh-Hant-TW`.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_of = |part: &str, lengths: &[usize]| lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_country = |part: &str| is_of(part, &[2]) || (part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit()));
    let is_first = parts.next().is_some_and(|part| is_of(part, &[2, 3]));
    is_first
        && match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => true,
            (Some(part), None, _) => is_of(part, &[4]) || is_country(part),
            (Some(script), Some(country), None) => is_of(script, &[4]) && is_country(country),
            (Some(_), Some(_), Some(_)) => false,
        }
}

/// Seconds to wait, in digits and no more of them than that.
fn is_wait(text: &str) -> bool {
    (1..=WAIT_DIGITS_MAX).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit())
}

/// A date as HTTP writes it, letter for letter.
fn is_date(text: &str) -> bool {
    let date = DateTimeParser::new().parse_timestamp(text).ok();
    date.and_then(|date| DateTimePrinter::new().timestamp_to_rfc9110_string(&date).ok()).is_some_and(|written| written == text)
}
