//! The people who may sign in: for administrators.

use super::super::here::{Frame, Here};
use super::super::pages::{missing, page};
use super::super::path::Path;
use super::super::who::{Role, Staff};
use super::account::{at, roles};
use super::sign_in::{Pairs, served};
use super::{Sent, failed, see_other};
use crate::node;
use crate::staff::{self, Code, Refused};
use askama::Template;
use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use haven_register::staff::{StaffError, id_of};

/// Somebody who is enrolled.
struct Person {
    id: String,
    roles: Vec<Role>,
    shown: Vec<String>,
    station: String,
    disabled: bool,
    /// Until when their code is valid.
    code_until: String,
    has_password: bool,
    sessions: i64,
    /// Whether it is who looks.
    own: bool,
}

impl Person {
    fn has(&self, role: &Role) -> bool {
        self.roles.contains(role)
    }
}

#[derive(Template)]
#[template(path = "access/people.html")]
struct People<'a> {
    frame: Frame<'a>,
    people: Vec<Person>,
    /// The roles with their names.
    all: Vec<(Role, String)>,
    stations: Vec<(&'a str, &'a str)>,
    error: String,
}

#[derive(Template)]
#[template(path = "access/code.html")]
struct Shown<'a> {
    frame: Frame<'a>,
    id: String,
    code: String,
    until: String,
}

const FOR: &[Role] = &[Role::Administrator];

/// The page.
pub(super) async fn list(here: Here) -> Response {
    match here.need(FOR) {
        Ok(staff) => show(&here, staff, StatusCode::OK, String::new()).await,
        Err(response) => response,
    }
}

async fn show(here: &Here, staff: &Staff, status: StatusCode, error: String) -> Response {
    let Some(served) = served(here) else { return failed(here) };
    let Ok(listed) = served.register.staff(node::instant()).await else { return failed(here) };
    let zone = served.register.zone();
    let people = listed.into_iter().map(|each| {
        let known: Vec<Role> = each.member.roles.iter().filter_map(|name| Role::named(name)).collect();
        Person {
            own: each.member.id == staff.id,
            shown: roles(here, &known),
            roles: known,
            station: each.member.station.unwrap_or_default(),
            disabled: each.member.disabled,
            code_until: each.code_until.map(|until| at(until, zone)).unwrap_or_default(),
            has_password: each.member.password.is_some(),
            sessions: each.sessions,
            id: each.member.id,
        }
    });
    let template = People {
        frame: here.frame(),
        people: people.collect(),
        all: Role::ALL.into_iter().zip(roles(here, &Role::ALL)).collect(),
        stations: served.schema.stations().iter().map(|station| (station.name.as_str(), station.label.as_str())).collect(),
        error,
    };
    page(status, &template)
}

/// Does one thing. Who is meant stands in the form, so that no id stands in an address.
pub(super) async fn act(mut here: Here, Path(act): Path<String>, form: Pairs) -> Response {
    // What is shown after a form is a state of the page, and is linked to as such.
    here.path = "/people".to_owned();
    let (Some(served), Ok(Form(pairs))) = (served(&here), form) else { return missing(here).await };
    let staff = match here.need(FOR) {
        Ok(staff) => staff,
        Err(response) => return response,
    };
    let sent = Sent(pairs);
    let (register, by, id, wanted) = (&served.register, staff.id.as_str(), sent.get("staff"), sent.all("role"));
    let Ok(now) = node::now(&served.schema) else { return failed(&here) };
    // Nobody shuts themselves out by mistake; another administrator, or whoever keeps the server, can.
    let own = id_of(id).is_ok_and(|id| id == staff.id);
    if own && ["roles", "station", "disable", "code"].contains(&act.as_str()) {
        return show(&here, staff, StatusCode::CONFLICT, here.language.text("access-own")).await;
    }
    let done: Result<Option<(String, Code)>, Refused> = match act.as_str() {
        "enrol" => staff::enrol(register, by, id, &wanted, Some(sent.get("station")), &now).await.map(Some),
        "code" => staff::renew_code(register, by, id, &now).await.map(Some),
        "roles" => staff::set_roles(register, by, id, &wanted, &now).await.map(|()| None),
        "station" => staff::set_station(register, by, id, sent.get("station"), &now).await.map(|()| None),
        "disable" => staff::set_disabled(register, by, id, true, &now).await.map(|()| None),
        "enable" => staff::set_disabled(register, by, id, false, &now).await.map(|()| None),
        "sessions" => staff::revoke_sessions(register, by, id, &now).await.map(|_| None),
        _ => return missing(here).await,
    };
    match done {
        Ok(None) => see_other(&format!("{}/people", here.frame().base())),
        Ok(Some((id, code))) => {
            let until = code.until.strftime("%Y-%m-%d %H:%M").to_string();
            page(StatusCode::OK, &Shown { frame: here.frame(), id, code: code.text, until })
        }
        Err(Refused::Staff(StaffError::Present)) => show(&here, staff, StatusCode::CONFLICT, here.language.text("access-present")).await,
        Err(Refused::Staff(StaffError::Elsewhere)) => {
            show(&here, staff, StatusCode::CONFLICT, here.language.text("access-has-no-password")).await
        }
        Err(Refused::Staff(StaffError::Absent)) => show(&here, staff, StatusCode::NOT_FOUND, here.language.text("access-absent")).await,
        Err(Refused::Staff(StaffError::Field(error))) => {
            let said = match error.field.as_str() {
                "staff" => here.language.text("access-field-staff"),
                "station" => here.language.text("access-field-station"),
                _ => here.language.text("access-field-roles"),
            };
            show(&here, staff, StatusCode::UNPROCESSABLE_ENTITY, said).await
        }
        Err(_) => failed(&here),
    }
}
