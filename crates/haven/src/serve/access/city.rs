//! Signing in at the city's own service, by OpenID Connect: authorization code with PKCE, state and nonce.
//!
//! Nothing is kept between leaving and coming back but 32 random bytes in a cookie of the browser that left; state, nonce
//! and PKCE's secret are all made of them. The service says which groups somebody is in, at every sign-in, and the
//! configuration says which role a group has. Who has none is not let in, and loses what they had.

use super::super::books::Served;
use super::super::here::{Frame, Here};
use super::super::pages::{missing, page};
use super::super::path::Path;
use super::super::who::Role;
use super::password::limit_for_all;
use super::sign_in::{safe, served};
use super::{begin, cookie_of, failed, notice, see_other};
use crate::config::Oidc;
use crate::error::CliError;
use crate::{ledger, node, staff};
use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use governor::DefaultDirectRateLimiter;
use haven_register::staff::{Hash, Member, StaffError, id_of};
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex};

/// Where the service leads back to.
const RETURN: &str = "/sign-in/city/return";
/// How long one may be away, in seconds.
const AWAY_MAX_SECONDS: i64 = 600;
/// How long what the service says of itself is believed when somebody leaves; whoever comes back asks again.
const KNOWN_FOR: SignedDuration = SignedDuration::from_mins(5);
/// The longest answer of the service.
const ANSWER_BYTES_MAX: u64 = 1 << 20;

type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// The service.
pub(super) struct City {
    issuer: IssuerUrl,
    client: ClientId,
    secret: Option<ClientSecret>,
    back: RedirectUrl,
    groups_claim: String,
    staff_id_claim: String,
    require_amr: Vec<String>,
    groups: BTreeMap<String, Role>,
    agent: ureq::Agent,
    /// How often people may leave for the service, and come back from it: each makes Haven ask it something. Apart from the
    /// tries of passwords, so that who floods one way in leaves the other open.
    leaving: DefaultDirectRateLimiter,
    returning: DefaultDirectRateLimiter,
    known: Mutex<Option<(Timestamp, CoreProviderMetadata)>>,
}

/// Why somebody is not let in. The words say where to look and nothing of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    /// The service, or what it sent, could not be used: which step.
    Service(&'static str),
    /// It did not begin in this browser, it took too long, or it was used before.
    NotBegun,
    /// The service itself refused.
    Denied,
    /// None of the person's groups has a role here.
    NoRole,
    /// The service does not say that one of the wanted ways of signing in was used.
    Amr,
    /// The service gives no staff id, or that of somebody else.
    Id,
    /// An administrator has shut the account.
    Disabled,
    /// Many people are on this way just now.
    TooMany,
}

/// Somebody as the service vouches for them.
struct Person {
    subject: Hash,
    id: String,
    roles: Vec<String>,
}

impl City {
    /// Reads the configuration.
    pub(super) fn new(oidc: &Oidc, public_url: Option<&str>) -> Result<City, CliError> {
        let wrong =
            |key: &str, expected: &str| CliError::other(format!("`oidc.{key}`: expected {expected}"), "docs/access.md has an example");
        let Some(public_url) = public_url else {
            return Err(CliError::other(
                "`[oidc]` needs `public_url`: the city's service leads back to it",
                "docs/access.md has an example",
            ));
        };
        let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|local| oidc.issuer.starts_with(local));
        if !oidc.issuer.starts_with("https://") && !local {
            return Err(wrong("issuer", "an address that begins with `https://`"));
        }
        let secret = match &oidc.client_secret_file {
            None => None,
            Some(path) => {
                let text = fs::read_to_string(path).map_err(|error| CliError::Read { path: path.clone(), error })?;
                Some(ClientSecret::new(text.trim().to_owned()))
            }
        };
        let role = |(group, role): (&String, &String)| {
            let known = Role::named(role)
                .ok_or_else(|| wrong("groups", &format!("one of {} for each group", Role::ALL.map(Role::name).join(", "))));
            Ok((group.clone(), known?))
        };
        Ok(City {
            issuer: IssuerUrl::new(oidc.issuer.clone()).map_err(|_| wrong("issuer", "an address"))?,
            client: ClientId::new(oidc.client_id.clone()),
            secret,
            back: RedirectUrl::new(format!("{public_url}{RETURN}")).map_err(|_| wrong("public_url", "an address"))?,
            groups_claim: oidc.groups_claim.clone(),
            staff_id_claim: oidc.staff_id_claim.clone(),
            require_amr: oidc.require_amr.clone(),
            groups: oidc.groups.iter().map(role).collect::<Result<_, CliError>>()?,
            agent: ledger::client(),
            leaving: limit_for_all(),
            returning: limit_for_all(),
            known: Mutex::new(None),
        })
    }

    /// One request to the service, as its library wants it made.
    fn call(&self, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
        let (parts, body) = self.agent.run(request)?.into_parts();
        let bytes = body.into_with_config().limit(ANSWER_BYTES_MAX).read_to_vec()?;
        Ok(HttpResponse::from_parts(parts, bytes))
    }

    /// The service as it describes itself. Waits for it: for threads that may.
    fn client(&self, fresh: bool) -> Result<Client, Refused> {
        let now = node::instant();
        let known = self.known.lock().ok().and_then(|known| known.clone());
        let metadata = match known {
            Some((since, metadata)) if !fresh && now < since + KNOWN_FOR => metadata,
            _ => {
                let found = CoreProviderMetadata::discover(&self.issuer, &|request| self.call(request));
                let metadata = found.map_err(|_| Refused::Service("discovery"))?;
                if let Ok(mut known) = self.known.lock() {
                    *known = Some((now, metadata.clone()));
                }
                metadata
            }
        };
        Ok(CoreClient::from_provider_metadata(metadata, self.client.clone(), self.secret.clone()).set_redirect_uri(self.back.clone()))
    }

    /// Where to sign in.
    fn address(&self, handle: &[u8; 32]) -> Result<String, Refused> {
        let client = self.client(false)?;
        let (state, nonce, verifier) = (of(handle, "state"), of(handle, "nonce"), of(handle, "verifier"));
        let (url, ..) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || CsrfToken::new(state), move || Nonce::new(nonce))
            .add_scope(Scope::new("profile".to_owned()))
            .add_scope(Scope::new("groups".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier)))
            .url();
        Ok(url.to_string())
    }

    /// Exchanges a code for somebody. Waits for the service.
    fn person(&self, handle: &[u8; 32], code: String) -> Result<Person, Refused> {
        let client = self.client(true)?;
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|_| Refused::Service("token endpoint"))?;
        let tokens = request.set_pkce_verifier(PkceCodeVerifier::new(of(handle, "verifier"))).request(&|request| self.call(request));
        let tokens = tokens.map_err(|_| Refused::Service("code"))?;
        let token = tokens.id_token().ok_or(Refused::Service("no token"))?;
        let verifier = client.id_token_verifier();
        let claims = token.claims(&verifier, &Nonce::new(of(handle, "nonce"))).map_err(|_| Refused::Service("token"))?;
        if let Some(expected) = claims.access_token_hash() {
            let key = token.signing_key(&verifier).map_err(|_| Refused::Service("token"))?;
            let algorithm = token.signing_alg().map_err(|_| Refused::Service("token"))?;
            let found = AccessTokenHash::from_token(tokens.access_token(), algorithm, key).map_err(|_| Refused::Service("token"))?;
            if found != *expected {
                return Err(Refused::Service("token"));
            }
        }
        let used = claims.auth_method_refs().map_or(&[][..], Vec::as_slice);
        if !self.require_amr.is_empty() && !self.require_amr.iter().any(|way| used.iter().any(|each| each.as_str() == way)) {
            return Err(Refused::Amr);
        }
        let mut subject = Sha256::new();
        for part in [self.issuer.as_str(), claims.subject().as_str()] {
            subject.update((part.len() as u64).to_be_bytes());
            subject.update(part);
        }
        // The token was verified above; what the library has no names for stands in it.
        let all = payload(&token.to_string()).ok_or(Refused::Service("token"))?;
        let id = all.get(&self.staff_id_claim).and_then(Value::as_str).and_then(|id| id_of(id).ok()).unwrap_or_default();
        let groups = all.get(&self.groups_claim).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let roles = Role::ALL.into_iter().filter(|role| {
            let has = |group: &Value| group.as_str().and_then(|group| self.groups.get(group)) == Some(role);
            groups.iter().any(has)
        });
        Ok(Person { subject: subject.finalize().into(), id, roles: roles.map(|role| role.name().to_owned()).collect() })
    }
}

/// A value made of the bytes that only this browser has: nobody who knows one of them knows another.
fn of(handle: &[u8; 32], what: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::new().chain_update(handle).chain_update(what).finalize())
}

/// The claims of a token.
fn payload(token: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?).ok()
}

/// The cookie's name.
fn cookie(here: &Here) -> &'static str {
    if here.app.access.is_over_tls() { "__Host-haven-city" } else { "haven-city" }
}

/// Sets the cookie. `Lax`, because it is the city's service that leads back here.
fn set_cookie(here: &Here, value: &str, seconds: i64) -> Option<HeaderValue> {
    let secure = if here.app.access.is_over_tls() { "; Secure" } else { "" };
    let name = cookie(here);
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")).ok()
}

/// Leads to the city's service.
pub(super) async fn leave(here: Here) -> Response {
    away(here, "/".to_owned()).await
}

/// Leads to the city's service, and back to a page.
pub(super) async fn leave_for(here: Here, Path(to): Path<String>) -> Response {
    match safe(&here, &format!("/{to}")) {
        Some(to) => away(here, to).await,
        None => missing(here).await,
    }
}

async fn away(here: Here, to: String) -> Response {
    let Some(city) = here.app.access.city.as_ref().filter(|_| served(&here).is_some()) else { return missing(here).await };
    if city.leaving.check().is_err() {
        return refuse(&here, Refused::TooMany);
    }
    let Ok(handle) = staff::secret() else { return failed(&here) };
    let app = Arc::clone(&here.app);
    let address = tokio::task::spawn_blocking(move || app.access.city.as_ref().map(|city| city.address(&handle))).await;
    let address = match address {
        Ok(Some(Ok(address))) => address,
        Ok(Some(Err(refused))) => return refuse(&here, refused),
        Ok(None) | Err(_) => return failed(&here),
    };
    let mut response = see_other(&address);
    let back = BASE64_URL_SAFE_NO_PAD.encode(format!("{}{to}", here.frame().base()));
    let value = format!("{}.{back}", BASE64_URL_SAFE_NO_PAD.encode(handle));
    if let Some(cookie) = set_cookie(&here, &value, AWAY_MAX_SECONDS) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[derive(Template)]
#[template(path = "access/back.html")]
struct Back<'a> {
    frame: Frame<'a>,
    to: &'a str,
}

/// Comes back from the city's service.
pub(super) async fn back(mut here: Here, headers: HeaderMap, query: Result<Query<Vec<(String, String)>>, QueryRejection>) -> Response {
    let brought = brought(&here, &headers);
    // The city's service knows one address to lead back to; the language is that of the page from which somebody left.
    let to = brought.as_ref().map_or("/", |(_, to)| to.as_str());
    let language = here.app.languages.iter().find(|language| to.split('/').nth(1) == Some(language.code.as_str())).cloned();
    here.language = language.unwrap_or(here.language);
    here.path = "/sign-in".to_owned();
    let Some(served) = served(&here).filter(|_| here.app.access.city.is_some()) else { return missing(here).await };
    let pairs = query.map(|Query(pairs)| pairs).unwrap_or_default();
    let mut response = match come_back(&here, served, brought, &pairs).await {
        Ok(response) => response,
        // It was not used: the same address works in a minute.
        Err(Refused::TooMany) => return refuse(&here, Refused::TooMany),
        Err(refused) => refuse(&here, refused),
    };
    // Whatever came of it, it was used.
    if let Some(cookie) = set_cookie(&here, "", 0) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// What the browser brought back: the bytes that only it has, and the page to go on to.
fn brought(here: &Here, headers: &HeaderMap) -> Option<([u8; 32], String)> {
    let (handle, to) = cookie_of(headers, cookie(here))?.split_once('.')?;
    let handle = BASE64_URL_SAFE_NO_PAD.decode(handle).ok()?.try_into().ok()?;
    let to = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(to).ok()?).ok()?;
    // The first page of a language ends with a slash.
    let is_ours = to == "/" || safe(here, to.trim_end_matches('/')).is_some();
    Some((handle, if is_ours { to } else { "/".to_owned() }))
}

async fn come_back(
    here: &Here,
    served: &Served,
    brought: Option<([u8; 32], String)>,
    pairs: &[(String, String)],
) -> Result<Response, Refused> {
    let get = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let (handle, to) = brought.ok_or(Refused::NotBegun)?;
    // Compared as hashes, so that the time it takes says nothing.
    let hash = |text: &str| Sha256::digest(text);
    if hash(get("state").unwrap_or_default()) != hash(&of(&handle, "state")) {
        return Err(Refused::NotBegun);
    }
    let app = Arc::clone(&here.app);
    if app.access.city.as_ref().is_some_and(|city| city.returning.check().is_err()) {
        return Err(Refused::TooMany);
    }
    let issuer = app.access.city.as_ref().map(|city| city.issuer.as_str().to_owned());
    if get("iss").is_some_and(|iss| Some(iss) != issuer.as_deref()) {
        return Err(Refused::Service("issuer"));
    }
    let Some(code) = get("code").map(str::to_owned) else { return Err(Refused::Denied) };
    let person = tokio::task::spawn_blocking(move || app.access.city.as_ref().map(|city| city.person(&handle, code))).await;
    let person = person.ok().flatten().ok_or(Refused::Service("task"))??;
    let member = admit(served, &person).await?;
    let begun = begin(here, served, &member, "/").await.map_err(|_| Refused::Service("session"))?;
    // A browser that comes from another site sends no strict cookie along, not even when it is led on: so a page of our own
    // leads on.
    let mut response = page(StatusCode::OK, &Back { frame: here.frame(), to: &to });
    if let Some(cookie) = begun.headers().get(header::SET_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    Ok(response)
}

/// Lets somebody in as the member of staff they are; gives the id. Changes are recorded as everywhere.
async fn admit(served: &Served, person: &Person) -> Result<String, Refused> {
    let register = &served.register;
    let failed = |_: StaffError| Refused::Service("register");
    let now = node::now(&served.schema).map_err(|_| Refused::Service("clock"))?;
    let bound = register.member_of_subject(&person.subject).await.map_err(StaffError::from).map_err(failed)?;
    if let Some(member) = &bound {
        keep_roles(served, member, person, &now).await?;
    }
    if person.roles.is_empty() {
        return Err(Refused::NoRole);
    }
    match bound {
        Some(member) if member.disabled => Err(Refused::Disabled),
        // Another number for the same person, or the same for another, is for an administrator to sort out.
        Some(member) if member.id != person.id => Err(Refused::Id),
        Some(member) => Ok(member.id),
        None if person.id.is_empty() => Err(Refused::Id),
        None => {
            let id = &person.id;
            match register.member(id).await.map_err(StaffError::from).map_err(failed)? {
                Some(member) if member.disabled => return Err(Refused::Disabled),
                // Who has a password here, or is about to set one, is not taken over from elsewhere: the claim that holds the
                // id can be one that people change there.
                Some(member) if member.password.is_some() => return Err(Refused::Id),
                Some(_) if register.has_open_code(id, now.timestamp()).await.map_err(StaffError::from).map_err(failed)? => {
                    return Err(Refused::Id);
                }
                Some(member) => {
                    if !register.bind_subject(&person.subject, id).await.map_err(StaffError::from).map_err(failed)? {
                        return Err(Refused::Id);
                    }
                    keep_roles(served, &member, person, &now).await?;
                }
                None => {
                    staff::record(register, id, "enrolled", Some(id), &person.roles, &now)
                        .await
                        .map_err(|_| Refused::Service("register"))?;
                    register.enrol(id, &person.roles, None, None, now.timestamp()).await.map_err(failed)?;
                    if !register.bind_subject(&person.subject, id).await.map_err(StaffError::from).map_err(failed)? {
                        return Err(Refused::Id);
                    }
                }
            }
            Ok(id.clone())
        }
    }
}

/// Gives a member the roles of their groups; who has none any more loses their sessions too.
async fn keep_roles(served: &Served, member: &Member, person: &Person, now: &jiff::ZonedDateTime) -> Result<(), Refused> {
    let failed = |_: StaffError| Refused::Service("register");
    if member.roles == person.roles {
        return Ok(());
    }
    let register = &served.register;
    let recorded = staff::record(register, &member.id, "roles_changed", Some(&member.id), &person.roles, now).await;
    recorded.map_err(|_| Refused::Service("register"))?;
    register.set_roles(&member.id, &person.roles, now.timestamp()).await.map_err(failed)?;
    if person.roles.is_empty() {
        register.revoke_sessions(&member.id).await.map_err(StaffError::from).map_err(failed)?;
    }
    Ok(())
}

fn refuse(here: &Here, refused: Refused) -> Response {
    let language = &here.language;
    let (status, text) = match refused {
        Refused::Service(step) => {
            // The step is one of ours; what the service sent stays unsaid, because it may speak of somebody.
            tracing::warn!(step, "signing in at the city's service failed");
            (StatusCode::BAD_GATEWAY, language.text("access-city-service"))
        }
        Refused::NotBegun => (StatusCode::FORBIDDEN, language.text("access-city-not-begun")),
        Refused::Denied => (StatusCode::FORBIDDEN, language.text("access-city-denied")),
        Refused::NoRole => (StatusCode::FORBIDDEN, language.text("access-city-no-role")),
        Refused::Amr => (StatusCode::FORBIDDEN, language.text("access-city-amr")),
        Refused::Id => (StatusCode::FORBIDDEN, language.text("access-city-id")),
        Refused::Disabled => (StatusCode::FORBIDDEN, language.text("access-city-disabled")),
        Refused::TooMany => (StatusCode::TOO_MANY_REQUESTS, language.text("access-too-many")),
    };
    notice(here, status, language.text("access-city-refused"), text, ("/sign-in", language.text("access-sign-in")))
}
