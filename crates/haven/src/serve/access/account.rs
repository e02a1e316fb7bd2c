//! One's own account: the sessions that are open, ending them, another password.

use super::super::here::{Frame, Here};
use super::super::pages::{missing, page};
use super::super::who::{Role, Staff};
use super::password::{LETTERS_MIN, weak};
use super::sign_in::{Pairs, said, served};
use super::{Sent, begin, failed, is_idle, see_other};
use crate::node;
use askama::Template;
use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use haven_register::staff::Hash;
use jiff::Timestamp;
use jiff::tz::TimeZone;

struct Open {
    /// By what it is named in a form: the hash that the register keeps, which opens nothing.
    token: String,
    began: String,
    seen: String,
    /// Whether it is the one that asks.
    this: bool,
}

#[derive(Template)]
#[template(path = "access/account.html")]
struct Account<'a> {
    frame: Frame<'a>,
    staff: &'a Staff,
    roles: Vec<String>,
    sessions: Vec<Open>,
    /// Whether there is a password to change: not where the city's own service signs people in.
    has_password: bool,
    letters: usize,
    error: String,
    administers: bool,
}

/// Every role has an account.
const ANY: &[Role] = &Role::ALL;

/// A moment for people: the same in every language.
pub(super) fn at(second: i64, zone: &TimeZone) -> String {
    let moment = Timestamp::from_second(second).map(|moment| moment.to_zoned_datetime(zone.clone()));
    moment.map_or_else(|_| String::new(), |moment| moment.strftime("%Y-%m-%d %H:%M").to_string())
}

/// The names of roles in a language.
pub(super) fn roles(here: &Here, roles: &[Role]) -> Vec<String> {
    roles.iter().map(|role| here.language.text(&format!("access-role-{}", role.name()))).collect()
}

/// The page.
pub(super) async fn show(here: Here) -> Response {
    account(&here, StatusCode::OK, String::new()).await
}

async fn account(here: &Here, status: StatusCode, error: String) -> Response {
    let Some(served) = served(here) else { return failed(here) };
    let staff = match here.need(ANY) {
        Ok(staff) => staff,
        Err(response) => return response,
    };
    let now = node::instant();
    let (Ok(sessions), Ok(member)) = (served.register.sessions(&staff.id, now).await, served.register.member(&staff.id).await) else {
        return failed(here);
    };
    let zone = served.register.zone();
    let sessions = sessions.into_iter().filter(|session| !is_idle(&staff.roles, session, now)).map(|session| Open {
        token: session.token.iter().map(|byte| format!("{byte:02x}")).collect(),
        began: at(session.created, zone),
        seen: at(session.seen, zone),
        this: here.session == Some(session.token),
    });
    let page_of = Account {
        frame: here.frame(),
        staff,
        roles: roles(here, &staff.roles),
        sessions: sessions.collect(),
        has_password: member.is_some_and(|member| member.password.is_some()),
        letters: LETTERS_MIN,
        error,
        administers: here.has(&[Role::Administrator]),
    };
    page(status, &page_of)
}

/// Ends one of one's own sessions, or all but this one.
pub(super) async fn end(mut here: Here, form: Pairs) -> Response {
    here.path = "/account".to_owned();
    let (Some(served), Ok(Form(pairs))) = (served(&here), form) else { return missing(here).await };
    let staff = match here.need(ANY) {
        Ok(staff) => staff,
        Err(response) => return response,
    };
    let sent = Sent(pairs);
    let Ok(sessions) = served.register.sessions(&staff.id, node::instant()).await else { return failed(&here) };
    let named = |token: &Hash| match sent.get("session") {
        "others" => here.session.as_ref() != Some(token),
        session => token.iter().map(|byte| format!("{byte:02x}")).collect::<String>() == session,
    };
    for session in sessions.into_iter().filter(|session| named(&session.token)) {
        if served.register.revoke_session(&staff.id, &session.token).await.is_err() {
            return failed(&here);
        }
    }
    see_other(&format!("{}/account", here.frame().base()))
}

/// Changes one's own password: all sessions end, and another one begins.
pub(super) async fn password(mut here: Here, form: Pairs) -> Response {
    here.path = "/account".to_owned();
    let (Some(served), Ok(Form(pairs))) = (served(&here), form) else { return missing(here).await };
    let staff = match here.need(ANY) {
        Ok(staff) => staff,
        Err(response) => return response,
    };
    let sent = Sent(pairs);
    let passwords = &here.app.access.passwords;
    if !passwords.may_try(&staff.id) {
        return account(&here, StatusCode::TOO_MANY_REQUESTS, here.language.text("access-too-many")).await;
    }
    let Ok(member) = served.register.member(&staff.id).await else { return failed(&here) };
    // Who has no password here signs in elsewhere, and gets none by this way.
    let kept = member.and_then(|member| member.password);
    match passwords.is_right(sent.get("old"), kept.as_deref()).await {
        Ok(true) => {}
        Ok(false) => return account(&here, StatusCode::FORBIDDEN, here.language.text("access-wrong-old")).await,
        Err(_) => return failed(&here),
    }
    if let Some(weak) = weak(&staff.id, sent.get("password")) {
        return account(&here, StatusCode::UNPROCESSABLE_ENTITY, said(&here, weak)).await;
    }
    let Ok(hash) = passwords.hash(sent.get("password")).await else { return failed(&here) };
    if served.register.set_password(&staff.id, &hash, node::instant()).await.is_err() {
        return failed(&here);
    }
    begin(&here, served, &staff.id, "/account").await.unwrap_or_else(|_| failed(&here))
}
