//! What is pushed to desks: that a question is open, or was answered. Ids and closed words only.
//!
//! One task looks once a second at what was written into the log, whichever node wrote it, and tells all who listen. Whoever
//! was away is not told again: a page that connects is told to look once.

use super::super::App;
use super::super::access;
use super::super::here::Here;
use super::super::pages::problem;
use super::super::path::Path;
use super::{ALL, FOR, NOW, View};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use haven_register::register::Stored;
use haven_register::schema::Station;
use haven_register::staff::Hash;
use serde::Serialize;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// How often the log is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often it is looked up whether a session still lasts.
const SESSION_EVERY: Duration = Duration::from_secs(1);
/// How often a comment keeps a quiet line open.
const ALIVE_EVERY: Duration = Duration::from_secs(15);
/// How many entries one look takes.
const LOOK_MOST: u32 = 1000;
/// How many events may wait for a slow listener.
const WAITING_MAX: usize = 256;

/// Something that happened to a question.
#[derive(Clone, Serialize)]
pub(super) struct Fresh {
    #[serde(skip)]
    name: &'static str,
    id: String,
    incident: String,
    at: String,
    #[serde(skip)]
    agency: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    station: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<String>,
}

impl Fresh {
    /// What an entry of the log is to desks, if it is anything.
    fn of(stored: Stored) -> Option<Fresh> {
        let record = stored.record;
        if stored.erased || record.version > 1 {
            return None;
        }
        let word = |field: &str| record.text(field).map(str::to_owned);
        let name = match (record.kind.as_str(), record.text("verdict")) {
            ("decision", Some("needs_facts")) => "question",
            ("decision", _) if record.incident == record.id => return None,
            ("decision" | "response", _) => "answered",
            _ => return None,
        };
        let (action, verdict) = (word("action"), word("verdict"));
        Some(Fresh {
            name,
            id: record.id,
            incident: record.incident,
            at: record.at,
            agency: record.agency,
            station: record.station,
            action,
            verdict,
        })
    }
}

/// Those who listen.
pub(super) struct Live(Mutex<Option<broadcast::Sender<Fresh>>>, Mutex<HashMap<Hash, usize>>);

/// How many pages of one session may listen at once.
const LISTENERS_MAX: usize = 4;

/// A place of a session among its listeners, given back when it is dropped.
struct Place {
    app: Arc<App>,
    session: Hash,
}

impl Place {
    fn take(app: &Arc<App>, session: Hash) -> Option<Place> {
        let mut places = app.desk.live.1.lock().ok()?;
        let taken = places.entry(session).or_default();
        if *taken >= LISTENERS_MAX {
            return None;
        }
        *taken += 1;
        Some(Place { app: Arc::clone(app), session })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Ok(mut places) = self.app.desk.live.1.lock()
            && let Some(taken) = places.get_mut(&self.session)
        {
            *taken -= 1;
            if *taken == 0 {
                places.remove(&self.session);
            }
        }
    }
}

impl Live {
    pub(super) fn new() -> Live {
        Live(Mutex::new(Some(broadcast::channel(WAITING_MAX).0)), Mutex::default())
    }

    fn sender(&self) -> Option<broadcast::Sender<Fresh>> {
        self.0.lock().ok()?.clone()
    }

    pub(super) fn close(&self) {
        if let Ok(mut sender) = self.0.lock() {
            *sender = None;
        }
    }
}

/// Looks at the log as long as the service runs.
pub(in super::super) async fn watch(app: Arc<App>) {
    let Some(served) = app.served.as_ref().filter(|served| served.writes) else { return };
    let log = served.register.log_number();
    let mut next: Option<u64> = None;
    let mut tick = every(LOOK_EVERY);
    loop {
        tick.tick().await;
        let Some(sender) = app.desk.live.sender() else { return };
        // What cannot be read now is read at the next look.
        let Some(from) = next else {
            next = served.register.head(log).await.ok().map(|head| head.size);
            continue;
        };
        let Ok(written) = served.register.written(log, from, LOOK_MOST).await else { continue };
        next = Some(written.last().map_or(from, |last| last.index + 1));
        for fresh in written.into_iter().filter_map(Fresh::of) {
            // Nobody may be listening.
            let _ = sender.send(fresh);
        }
    }
}

fn every(period: Duration) -> Interval {
    let mut tick = interval(period);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tick
}

/// Somebody who listens.
struct Listener {
    app: Arc<App>,
    session: Hash,
    station: Option<Station>,
    events: broadcast::Receiver<Fresh>,
    check: Interval,
    stage: Stage,
    _place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing was sent yet.
    Begins,
    /// Waits for what happens.
    Waits,
    /// The last event was sent.
    Over,
}

impl Listener {
    /// The next event; none when it is over.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Listener)> {
        let look = || Event::default().event("look").data("{}");
        let event = match self.stage {
            Stage::Over => return None,
            Stage::Begins => {
                self.stage = Stage::Waits;
                look()
            }
            Stage::Waits => loop {
                tokio::select! {
                    fresh = self.events.recv() => match fresh {
                        Ok(fresh) if self.sees(&fresh) => {
                            break Event::default().event(fresh.name).data(serde_json::to_string(&fresh).unwrap_or_default());
                        }
                        Ok(_) => {}
                        // More came than could wait: the page looks for itself.
                        Err(RecvError::Lagged(_)) => break look(),
                        Err(RecvError::Closed) => return None,
                    },
                    _ = self.check.tick() => if !self.may_listen().await {
                        self.stage = Stage::Over;
                        break Event::default().event("ended").data("{}");
                    },
                }
            },
        };
        Some((Ok(event), self))
    }

    /// Whether something happened at the station, or where nobody stated one.
    fn sees(&self, fresh: &Fresh) -> bool {
        let Some(station) = &self.station else { return true };
        self.app.served.as_ref().is_some_and(|served| served.schema.is_seen_at(station, &fresh.agency, fresh.station.as_deref()))
    }

    /// Whether the session lasts, and whoever holds it may still see the station.
    async fn may_listen(&self) -> bool {
        let Some((staff, _)) = access::holder(&self.app, &self.session).await else { return false };
        let own = super::own_station(&staff);
        staff.roles.iter().any(|role| FOR.contains(role))
            && (own.is_none() || own == self.station.as_ref().map(|station| station.name.as_str()))
    }
}

/// The events of the station of whoever listens.
pub(super) async fn events(here: Here) -> Response {
    listen(&here, ALL)
}

/// The events of a station.
pub(super) async fn events_at(here: Here, Path(station): Path<String>) -> Response {
    listen(&here, &station)
}

fn listen(here: &Here, station: &str) -> Response {
    // A page that listens can show no other page in this place; by this word it also stops asking.
    let Ok(view) = View::read(here, station, NOW) else { return StatusCode::NO_CONTENT.into_response() };
    let (Some(session), Some(sender)) = (here.session, here.app.desk.live.sender()) else {
        return problem(here, StatusCode::SERVICE_UNAVAILABLE);
    };
    let Some(place) = Place::take(&here.app, session) else { return problem(here, StatusCode::SERVICE_UNAVAILABLE) };
    let listener = Listener {
        _place: place,
        app: Arc::clone(&here.app),
        session,
        station: view.station.cloned(),
        events: sender.subscribe(),
        check: every(SESSION_EVERY),
        stage: Stage::Begins,
    };
    Sse::new(stream::unfold(listener, Listener::next)).keep_alive(KeepAlive::new().interval(ALIVE_EVERY)).into_response()
}
