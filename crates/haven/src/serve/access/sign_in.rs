//! Signing in and out, and setting a password with a one-time code.

use super::super::books::Served;
use super::super::here::{Frame, Here};
use super::super::pages::{missing, page};
use super::super::path::Path;
use super::password::{LETTERS_MIN, Weak, weak};
use super::{Sent, begin, failed, see_other};
use crate::error::CliError;
use crate::{node, staff};
use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::{StatusCode, header};
use axum::response::Response;
use haven_register::staff::id_of;

/// What a form of this page was sent with.
pub(super) type Pairs = Result<Form<Vec<(String, String)>>, FormRejection>;

#[derive(Template)]
#[template(path = "access/sign-in.html")]
struct SignIn<'a> {
    frame: Frame<'a>,
    /// The page to come back to.
    to: &'a str,
    error: String,
    /// Where one signs in at the city's own service; empty where there is none.
    city: String,
}

#[derive(Template)]
#[template(path = "access/enrol.html")]
struct Enrol<'a> {
    frame: Frame<'a>,
    letters: usize,
    error: String,
}

/// The words in addresses of the pages that are for those who are signed in.
const WORDS: [&str; 11] = ["account", "people", "desk", "at", "open", "handover", "paper", "decisions", "release", "all", "now"];

/// A path of our own to come back to: letters, digits, `-`, `_`, `.` and single slashes. Whatever a browser could read as
/// another site is none, and neither is what could be a name: a part is one of our words, a language, a station, or has a
/// digit, as every number has.
pub(super) fn safe(here: &Here, path: &str) -> Option<String> {
    let is_language = |segment: &str| here.app.languages.iter().any(|language| language.code == segment);
    let is_station = |segment: &str| served(here).is_some_and(|served| served.schema.station(segment).is_some());
    let segment = |segment: &str| {
        let fits = |letter: u8| letter.is_ascii_alphanumeric() || b"-_.".contains(&letter);
        let is_number = segment.bytes().any(|letter| letter.is_ascii_digit());
        let is_ours = is_number || WORDS.contains(&segment) || is_language(segment) || is_station(segment);
        !segment.starts_with('.') && segment.bytes().all(fits) && is_ours
    };
    let rest = path.strip_prefix('/')?;
    (rest.is_empty() || (path.len() <= 200 && rest.split('/').all(segment))).then(|| path.to_owned())
}

/// The register in which people are, where they can sign in at all.
pub(super) fn served(here: &Here) -> Option<&Served> {
    here.app.served.as_ref().filter(|served| served.writes)
}

/// The form.
pub(super) async fn form(here: Here) -> Response {
    if served(&here).is_none() {
        return missing(here).await;
    }
    show(&here, StatusCode::OK, "/", String::new())
}

/// The form that leads back to a page.
pub(super) async fn form_to(here: Here, Path(to): Path<String>) -> Response {
    let to = safe(&here, &format!("/{to}"));
    match (served(&here), to) {
        (Some(_), Some(to)) => show(&here, StatusCode::OK, &to, String::new()),
        _ => missing(here).await,
    }
}

fn show(here: &Here, status: StatusCode, to: &str, error: String) -> Response {
    let city = match (&here.app.access.city, to) {
        (None, _) => String::new(),
        (Some(_), "/") => "/sign-in/city".to_owned(),
        (Some(_), to) => format!("/sign-in/city/to{to}"),
    };
    page(status, &SignIn { frame: here.frame(), to, error, city })
}

/// Signs in.
pub(super) async fn sent(here: Here, form: Pairs) -> Response {
    let (Some(served), Ok(Form(pairs))) = (served(&here), form) else { return missing(here).await };
    let sent = Sent(pairs);
    let to = safe(&here, sent.get("to")).unwrap_or_else(|| "/".to_owned());
    // What is no id at all costs as much as one that is not enrolled, and is told the same.
    let id = id_of(sent.get("staff")).unwrap_or_default();
    let passwords = &here.app.access.passwords;
    if !passwords.may_try(&id) {
        return show(&here, StatusCode::TOO_MANY_REQUESTS, &to, here.language.text("access-too-many"));
    }
    let Ok(member) = served.register.member(&id).await else { return failed(&here) };
    let kept = member.as_ref().filter(|member| !member.disabled).and_then(|member| member.password.as_deref());
    match passwords.is_right(sent.get("password"), kept).await {
        Ok(true) => begin(&here, served, &id, &to).await.unwrap_or_else(|_| failed(&here)),
        Ok(false) => show(&here, StatusCode::FORBIDDEN, &to, here.language.text("access-wrong")),
        Err(_) => failed(&here),
    }
}

/// Signs out.
pub(super) async fn out(here: Here) -> Response {
    let Some(served) = served(&here) else { return missing(here).await };
    if let (Some(staff), Some(session)) = (here.who.staff(), &here.session)
        && served.register.revoke_session(&staff.id, session).await.is_err()
    {
        return failed(&here);
    }
    let mut response = see_other(&format!("{}/", here.frame().base()));
    if let Some(cookie) = here.app.access.set_cookie("") {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The form for a code and a password.
pub(super) async fn enrol_form(here: Here) -> Response {
    if served(&here).is_none() {
        return missing(here).await;
    }
    show_enrol(&here, StatusCode::OK, String::new())
}

fn show_enrol(here: &Here, status: StatusCode, error: String) -> Response {
    page(status, &Enrol { frame: here.frame(), letters: LETTERS_MIN, error })
}

/// What is wrong with a new password, in words.
pub(super) fn said(here: &Here, weak: Weak) -> String {
    match weak {
        Weak::Length => here.language.with("access-weak-length", &[("letters", &LETTERS_MIN.to_string())]),
        Weak::Plain => here.language.text("access-weak-plain"),
    }
}

/// Sets a password with a code, and signs in.
pub(super) async fn enrol_sent(here: Here, form: Pairs) -> Response {
    let (Some(served), Ok(Form(pairs))) = (served(&here), form) else { return missing(here).await };
    let sent = Sent(pairs);
    let id = id_of(sent.get("staff")).unwrap_or_default();
    if !here.app.access.passwords.may_try(&id) {
        return show_enrol(&here, StatusCode::TOO_MANY_REQUESTS, here.language.text("access-too-many"));
    }
    // Told to everybody, whether there is such an id or not.
    if let Some(weak) = weak(&id, sent.get("password")) {
        return show_enrol(&here, StatusCode::UNPROCESSABLE_ENTITY, said(&here, weak));
    }
    // What was handed over on paper must not go on as the password.
    if staff::hash_of_code(sent.get("code")) == staff::hash_of_code(sent.get("password")) {
        return show_enrol(&here, StatusCode::UNPROCESSABLE_ENTITY, here.language.text("access-code-again"));
    }
    match enrol(&here, served, &id, sent.get("code"), sent.get("password")).await {
        Ok(true) => begin(&here, served, &id, "/").await.unwrap_or_else(|_| failed(&here)),
        Ok(false) => show_enrol(&here, StatusCode::FORBIDDEN, here.language.text("access-wrong-code")),
        Err(_) => failed(&here),
    }
}

async fn enrol(here: &Here, served: &Served, id: &str, code: &str, password: &str) -> Result<bool, CliError> {
    let code = staff::hash_of_code(code);
    if !served.register.has_code(id, &code, node::instant()).await.map_err(node::failed)? {
        return Ok(false);
    }
    let password = here.app.access.passwords.hash(password).await?;
    served.register.use_code(id, &code, &password, node::instant()).await.map_err(node::failed)
}
