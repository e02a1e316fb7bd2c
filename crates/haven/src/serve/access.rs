//! People sign in, pages know their role, and no other site can send a form in their name.
//!
//! A session is 32 random bytes in a cookie; the register keeps their SHA-256. Roles are looked up at every request, so that
//! what an administrator changes holds at once. Who cannot be looked up is nobody.

mod account;
mod city;
mod guard;
mod password;
mod people;
mod sign_in;

pub(super) use guard::only_from_here;

use super::here::{Frame, Here};
use super::pages::page;
use super::who::{Role, Staff};
use super::{App, books};
use crate::config::Config;
use crate::error::CliError;
use crate::node;
use askama::Template;
use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use haven_register::staff::{Hash, Member, Session};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// How long a session lasts: a watch and its overtime.
const SESSION: SignedDuration = SignedDuration::from_hours(12);
/// How long a session of somebody who sees or changes much may be idle. Officers and supervisors work a whole watch on one.
const IDLE_MAX_SECONDS: i64 = 30 * 60;
/// The roles whose sessions end when they are idle.
const IDLE_ENDS: [Role; 3] = [Role::Counsel, Role::Auditor, Role::Administrator];
/// How often it is noted that a session was used.
const SEEN_EVERY_SECONDS: i64 = 60;

/// What signing in needs.
pub(crate) struct Access {
    /// The address at which people reach the pages, without a slash at its end.
    pub(super) public_url: Option<String>,
    https: bool,
    /// The hosts by which it may be asked.
    hosts: guard::Hosts,
    passwords: password::Passwords,
    /// The city's own service, where people sign in there.
    city: Option<city::City>,
}

impl Access {
    /// Reads the configuration.
    pub(super) fn new(config: &Config) -> Result<Access, CliError> {
        if let Some(url) = &config.public_url {
            let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
            if host.is_none_or(|host| host.is_empty() || host.contains('/')) {
                let expected = "`public_url`: expected `https://` and a host, found something else";
                return Err(CliError::other(expected, "for example `https://haven.example.gov`"));
            }
        }
        let city = config.oidc.as_ref().map(|oidc| city::City::new(oidc, config.public_url.as_deref())).transpose()?;
        let hosts = guard::Hosts::new(config.public_url.as_deref(), config.listen.ip());
        Ok(Access { https: config.is_https(), hosts, public_url: config.public_url.clone(), passwords: password::Passwords::new()?, city })
    }

    /// Whether browsers reach the pages over TLS, here or at a proxy.
    fn is_over_tls(&self) -> bool {
        self.https
    }

    /// The name of the cookie. A browser takes `__Host-` only over TLS, from this host and for all of it.
    fn cookie(&self) -> &'static str {
        if self.is_over_tls() { "__Host-haven" } else { "haven" }
    }

    /// The header that sets the cookie; an empty token takes it away. It ends with the browser at the latest.
    fn set_cookie(&self, token: &str) -> Option<HeaderValue> {
        let secure = if self.is_over_tls() { "; Secure" } else { "" };
        let gone = if token.is_empty() { "; Max-Age=0" } else { "" };
        HeaderValue::from_str(&format!("{}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{gone}", self.cookie())).ok()
    }
}

/// The pages of this room.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/sign-in", get(sign_in::form).post(sign_in::sent))
        .route("/sign-in/{*to}", get(sign_in::form_to))
        .route("/sign-in/city", get(city::leave))
        .route("/sign-in/city/to/{*to}", get(city::leave_for))
        .route("/sign-in/city/return", get(city::back))
        .route("/sign-out", post(sign_in::out))
        .route("/enrol", get(sign_in::enrol_form).post(sign_in::enrol_sent))
        .route("/account", get(account::show))
        .route("/account/end", post(account::end))
        .route("/account/password", post(account::password))
        .route("/people", get(people::list))
        .route("/people/{act}", post(people::act))
}

/// A cookie of a request.
fn cookie_of<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

/// What the register keeps of a token.
fn hash_of(token: &str) -> Option<Hash> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok().filter(|bytes| bytes.len() == 32)?;
    Some(Sha256::digest(bytes).into())
}

/// Who a request's cookie belongs to, with the session. Costs nothing where there is no cookie.
pub(super) async fn signed_in(app: &App, headers: &HeaderMap) -> Option<(Staff, Hash)> {
    let token = hash_of(cookie_of(headers, app.access.cookie())?)?;
    let served = app.served.as_ref()?;
    let (staff, session) = holder(app, &token).await?;
    let now = node::instant();
    if now.as_second().saturating_sub(session.seen) >= SEEN_EVERY_SECONDS {
        // If this fails the session only ends earlier.
        let _ = served.register.see_session(&token, now).await;
    }
    Some((staff, token))
}

/// Whose session it is, while it lasts. Looking does not count as use.
pub(super) async fn holder(app: &App, token: &Hash) -> Option<(Staff, Session)> {
    let served = app.served.as_ref().filter(|served| served.writes)?;
    let now = node::instant();
    // Whoever cannot be looked up is nobody.
    let (member, session) = served.register.session(token, now).await.ok()??;
    let staff = staff(&member);
    if is_idle(&staff.roles, &session, now) {
        served.register.revoke_session(&member.id, token).await.ok()?;
        return None;
    }
    Some((staff, session))
}

fn is_idle(roles: &[Role], session: &Session, now: Timestamp) -> bool {
    let idle = now.as_second().saturating_sub(session.seen);
    idle > IDLE_MAX_SECONDS && roles.iter().any(|role| IDLE_ENDS.contains(role))
}

/// A member as pages know them. A word that is no role here gives none.
fn staff(member: &Member) -> Staff {
    let roles = member.roles.iter().filter_map(|name| Role::named(name)).collect();
    Staff { id: member.id.clone(), roles, station: member.station.clone() }
}

/// Begins a session with a new token, whatever the browser brought, and leads on.
async fn begin(here: &Here, served: &books::Served, id: &str, to: &str) -> Result<Response, CliError> {
    let mut bytes = [0; 32];
    node::entropy(&mut bytes).map_err(|error| CliError::other(error, "nobody was signed in"))?;
    let now = node::instant();
    let begun = served.register.begin_session(&Sha256::digest(bytes).into(), id, now + SESSION, now).await.map_err(node::failed)?;
    if !begun {
        return Err(CliError::other("the member of staff is no longer let in", "nobody was signed in"));
    }
    if let Some(old) = &here.session {
        served.register.revoke_session(here.who.staff().map_or("", |staff| &staff.id), old).await.map_err(node::failed)?;
    }
    let mut response = see_other(&format!("{}{to}", here.frame().base()));
    if let Some(cookie) = here.app.access.set_cookie(&BASE64_URL_SAFE_NO_PAD.encode(bytes)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Leads a browser to one of our own pages after a form.
fn see_other(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(path) => (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response(),
        Err(_) => StatusCode::SEE_OTHER.into_response(),
    }
}

#[derive(Template)]
#[template(path = "access/notice.html")]
struct Notice<'a> {
    frame: Frame<'a>,
    title: String,
    text: String,
    /// Where to go on: path and word.
    on: (&'static str, String),
}

/// A page that says one thing.
fn notice(here: &Here, status: StatusCode, title: String, text: String, on: (&'static str, String)) -> Response {
    page(status, &Notice { frame: here.frame().nowhere(), title, text, on })
}

/// Something failed here, and nothing was changed.
fn failed(here: &Here) -> Response {
    let language = &here.language;
    let on = ("/", language.text("frame-ask"));
    notice(here, StatusCode::INTERNAL_SERVER_ERROR, language.text("access-failed"), language.text("access-failed-text"), on)
}

/// Leads to the sign-in page, from which one comes back.
pub(super) fn sign_in_first(here: &Here) -> Response {
    let base = here.frame().base();
    let to = sign_in::safe(here, &here.path).filter(|to| to != "/");
    see_other(&format!("{base}/sign-in{}", to.unwrap_or_default()))
}

/// Says that a page is for other roles.
pub(super) fn not_for_you(here: &Here) -> Response {
    let language = &here.language;
    let on = ("/account", language.text("access-account"));
    notice(here, StatusCode::FORBIDDEN, language.text("access-role"), language.text("access-role-text"), on)
}

/// The fields of a form, as they were sent: a password keeps its spaces.
struct Sent(Vec<(String, String)>);

impl Sent {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
    }
}
