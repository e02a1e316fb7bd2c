//! Where a request is: its language, its page, who asks, and what every page shows around its content.
//!
//! The language stands at the beginning of the path (`/es/ask/stop`; English has none), so that a page needs no cookie and
//! no script to be read in another language, and can be linked to.

use super::assets::HASH;
use super::who::{Role, Staff, Who};
use super::{App, access};
use crate::words::Language;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Request, Uri, header};
use axum::response::Response;
use haven_register::staff::Hash;
use std::convert::Infallible;
use std::fmt::Display;
use std::sync::Arc;

/// What stood before the path that is routed.
#[derive(Clone)]
struct Prefix(usize);

/// Takes the language off the path before it is routed.
pub(super) fn strip<B>(app: &App, mut request: Request<B>) -> Request<B> {
    let path = request.uri().path();
    let found = app.languages.iter().enumerate().skip(1).find_map(|(index, language)| {
        let rest = path.strip_prefix('/')?.strip_prefix(language.code.as_str())?;
        (rest.is_empty() || rest.starts_with('/')).then(|| (index, rest.to_owned()))
    });
    if let Some((index, rest)) = found {
        let query = request.uri().query().map_or_else(String::new, |query| format!("?{query}"));
        let path = if rest.is_empty() { "/" } else { &rest };
        if let Ok(uri) = format!("{path}{query}").parse::<Uri>() {
            *request.uri_mut() = uri;
            request.extensions_mut().insert(Prefix(index));
        }
    }
    request
}

/// Where a request is.
pub(crate) struct Here {
    /// What the service answers from.
    pub app: Arc<App>,
    /// The language of the page.
    pub language: Arc<Language>,
    /// The path of the page, without the language.
    pub path: String,
    /// The host that was asked, as the browser names it.
    pub host: String,
    /// Who asks.
    pub who: Who,
    /// The session in which they ask, by what the register keeps of it.
    pub session: Option<Hash>,
}

impl FromRequestParts<Arc<App>> for Here {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Here, Infallible> {
        let index = parts.extensions.get::<Prefix>().map_or(0, |prefix| prefix.0);
        let language = app.languages.get(index).or_else(|| app.languages.first()).cloned();
        let (who, session) = match access::signed_in(app, &parts.headers).await {
            Some((staff, session)) => (Who::Staff(staff), Some(session)),
            None if app.ask_without_login => (Who::Device, None),
            None => (Who::Anyone, None),
        };
        Ok(Here {
            app: Arc::clone(app),
            language: language.unwrap_or_else(|| Arc::clone(&app.english)),
            path: parts.uri.path().to_owned(),
            host: parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned(),
            who,
            session,
        })
    }
}

impl Here {
    /// What the page shows around its content.
    pub(crate) fn frame(&self) -> Frame<'_> {
        Frame { here: self, path: &self.path, sent: Vec::new() }
    }

    /// The same around what was sent for: another language is sent for as well, with the same words, so that what was
    /// answered is answered again and recorded once.
    pub(crate) fn frame_of(&self, sent: &[(String, String)]) -> Frame<'_> {
        Frame { here: self, path: &self.path, sent: sent.to_vec() }
    }

    /// Where the service is reached, without a path.
    pub(crate) fn origin(&self) -> String {
        self.app.access.public_url.clone().unwrap_or_else(|| {
            let scheme = if self.app.https { "https" } else { "http" };
            format!("{scheme}://{}", self.host)
        })
    }

    /// Whether one of the roles is theirs.
    pub(crate) fn has(&self, roles: &[Role]) -> bool {
        self.who.has(roles)
    }

    /// Whoever is signed in with one of the roles; else the answer: where to sign in, or that the page is for others.
    #[expect(clippy::result_large_err, reason = "the error is the answer, and is sent at once")]
    pub(crate) fn need(&self, roles: &[Role]) -> Result<&Staff, Response> {
        match self.who.staff() {
            None => Err(access::sign_in_first(self)),
            Some(staff) if self.has(roles) => Ok(staff),
            Some(_) => Err(access::not_for_you(self)),
        }
    }
}

/// What every page shows around its content, and the words of its language.
pub(crate) struct Frame<'a> {
    here: &'a Here,
    /// The path to which its links to other languages lead.
    path: &'a str,
    sent: Vec<(String, String)>,
}

impl<'a> Frame<'a> {
    /// The same of a page that is not what its address says: what stands there was typed, and is not repeated.
    pub(crate) fn nowhere(self) -> Frame<'a> {
        Frame { path: "/", ..self }
    }

    /// The text of a message: `{{ frame.t("key") }}`.
    pub(crate) fn t(&self, key: &str) -> String {
        self.here.language.text(key)
    }

    /// The text of a message with one value.
    pub(crate) fn t1(&self, key: &str, name: &str, value: impl ToString) -> String {
        self.here.language.with(key, &[(name, &value.to_string())])
    }

    /// The text of a message whose key ends in a word of a list.
    pub(crate) fn of(&self, key: &str, word: impl Display) -> String {
        self.t(&format!("{key}{word}"))
    }

    /// The text of such a message with one value.
    pub(crate) fn of1(&self, key: &str, word: impl Display, name: &str, value: impl ToString) -> String {
        self.t1(&format!("{key}{word}"), name, value)
    }

    /// The language.
    pub(crate) fn language(&self) -> &'a Language {
        &self.here.language
    }

    /// What stands before every path of a link: nothing in English, else the language.
    pub(crate) fn base(&self) -> String {
        if self.here.language.code == "en" { String::new() } else { format!("/{}", self.here.language.code) }
    }

    /// The languages with the address of this page in each.
    pub(crate) fn languages(&self) -> Vec<(&'a Language, String)> {
        // Two slashes, or a backslash, would lead to another host.
        let ours = self.path.starts_with('/') && !self.path.starts_with("//") && !self.path.contains('\\');
        let path = if ours { self.path } else { "/" };
        let address = |language: &Language| match language.code.as_str() {
            "en" => path.to_owned(),
            code if path == "/" => format!("/{code}/"),
            code => format!("/{code}{path}"),
        };
        self.here.app.languages.iter().map(|language| (language.as_ref(), address(language))).collect()
    }

    /// What the page was sent for with; empty where its address alone leads to it.
    pub(crate) fn sent(&self) -> &[(String, String)] {
        &self.sent
    }

    /// The pages that every page leads to: path and key of the word.
    pub(crate) fn links(&self) -> Vec<(&'static str, &'static str)> {
        let mut links = vec![("/", "frame-ask")];
        // A resident finds theirs without pushing the line along.
        if self.here.app.residents.is_some() {
            links.push(("/lawful", "frame-residents"));
        }
        links.extend([("/paper", "frame-paper"), ("/questions", "frame-questions"), ("/law", "frame-law"), ("/app/", "offline-title")]);
        if self.here.app.served.is_some() {
            links.push(("/reports", "frame-reports"));
        }
        if self.has(super::desk::FOR) {
            links.push(("/desk", "frame-desk"));
        }
        if self.has(super::release::FOR) && self.here.app.release.is_some() {
            links.push(("/release", "frame-release"));
        }
        if self.has(super::decisions::FOR) {
            links.push(("/decisions", "frame-log"));
        }
        if self.has(&[Role::Administrator]) {
            links.push(("/people", "access-people"));
        }
        if self.here.who.staff().is_some() {
            links.push(("/account", "access-account"));
        } else if self.here.app.served.as_ref().is_some_and(|served| served.writes) {
            links.push(("/sign-in", "frame-sign-in"));
        }
        links
    }

    /// The jurisdiction's name.
    pub(crate) fn place(&self) -> &'a str {
        &self.here.app.place
    }

    /// The digest of the law.
    pub(crate) fn digest(&self) -> &'a str {
        &self.here.app.pack.digest
    }

    /// As much of the digest as a person compares.
    pub(crate) fn short(&self) -> &'a str {
        self.digest().get(..12).unwrap_or(self.digest())
    }

    /// The digest of the files that pages load, as it stands in their paths.
    pub(crate) fn assets(&self) -> &'static str {
        HASH
    }

    /// What every page says above its content.
    pub(crate) fn notice(&self) -> Option<&'a str> {
        self.here.app.notice.as_deref()
    }

    /// Whether one of the roles is that of whoever asks.
    pub(crate) fn has(&self, roles: &[Role]) -> bool {
        self.here.has(roles)
    }
}
