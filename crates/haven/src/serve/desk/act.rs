//! One item of the desk: what was asked and told, and what a supervisor does about it.
//!
//! A form names what the page showed (`seen`), so that what is sent twice is recorded once, and what somebody else did in the
//! meantime is seen before anything is added to it.

use super::super::answer::Answer;
use super::super::books::Served;
use super::super::decisions::{self, MATTER};
use super::super::form::{Field, Posted, Shape, capital};
use super::super::here::{Frame, Here};
use super::super::pages::{page, problem};
use super::super::path::Path;
use super::super::record::{Recorded, external_of, keep_once};
use super::super::who::Staff;
use super::item::{Gathered, Item, time, what};
use super::{ACTS, ALL, NOW, View, held, listed, not_theirs};
use crate::ask;
use crate::ask::record::pairs_of;
use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use haven_law::decide::Verdict;
use haven_register::entry::{Draft, FieldError, Pairs, Record};
use haven_register::moment::Moment;
use haven_register::register::Stored;

/// What a form of this page was sent with.
pub(super) type Sent = Result<Form<Vec<(String, String)>>, FormRejection>;
/// Whoever asked, as the vocabulary names it.
const REQUESTER: &str = "requester";

/// Another entry of the incident.
struct Beside {
    time: String,
    kind: String,
    what: String,
    /// Where it has a page here.
    id: String,
    has_page: bool,
    this: bool,
}

/// The provision by which the agency may be asked what it is about.
struct Asking {
    provision: String,
    cite: String,
}

/// A word to choose, with its label.
type Choice = (String, String);

/// What can be recorded about an answer.
struct Respond {
    seen: usize,
    /// Whether the request is not on record, so that it is recorded with the answer.
    needs_request: bool,
    /// Who asked, where nobody has said so.
    requester: Option<Field>,
    channels: Vec<Choice>,
    declined: Vec<Choice>,
    /// The grounds on which it can be complied with; none where the answer of Haven does not let it.
    complied: Option<Vec<Choice>>,
}

/// What can be found out.
struct Confirm {
    seen: usize,
    matter: Option<Field>,
    how: Vec<Choice>,
    asking: Option<Asking>,
    questions: Vec<Field>,
}

#[derive(Template)]
#[template(path = "desk/item.html")]
struct Page<'a> {
    frame: Frame<'a>,
    item: Item,
    error: String,
    facts: Vec<(String, String)>,
    cites: Vec<(String, String)>,
    law: String,
    is_todays_law: bool,
    is_decision: bool,
    held: String,
    /// Why a supervisor who looks does not act on it.
    not_theirs: String,
    answer: Option<Answer>,
    beside: Vec<Beside>,
    /// The decision that was made again after this one.
    again: String,
    confirm: Option<Confirm>,
    respond: Option<Respond>,
}

/// What a page of an entry is made of.
struct Opened<'a> {
    here: &'a Here,
    view: View<'a>,
    gathered: Gathered,
    record: Record,
}

impl<'a> Opened<'a> {
    async fn read(here: &'a Here, id: &str) -> Result<Opened<'a>, Response> {
        let view = View::read(here, ALL, NOW)?;
        let broken = || problem(here, StatusCode::INTERNAL_SERVER_ERROR);
        let stored = decisions::entry(view.served, id).await.map_err(|_| broken())?;
        let Some(Stored { record, .. }) = stored.filter(|stored| !stored.erased && has_page(&stored.record.kind)) else {
            return Err(problem(here, StatusCode::NOT_FOUND));
        };
        if !view.sees(&record) {
            return Err(super::super::access::not_for_you(here));
        }
        let mut opened = Opened { gathered: Gathered::around(&view, Vec::new()).await.map_err(|_| broken())?, here, view, record };
        opened.look().await.map_err(|()| broken())?;
        Ok(opened)
    }

    /// Reads the incident as it stands now.
    async fn look(&mut self) -> Result<(), ()> {
        let one = Stored { record: self.record.clone(), log: 0, index: 0, erased: false };
        self.gathered = Gathered::around(&self.view, vec![one]).await.map_err(|_| ())?;
        Ok(())
    }

    fn served(&self) -> &'a Served {
        self.view.served
    }

    fn show(&self, status: StatusCode, error: String) -> Response {
        let (here, record) = (self.here, &self.record);
        let asked = decisions::request_of(&here.app.pack, record);
        let pack = &here.app.pack;
        let today = self.view.now.date().to_string();
        let law = record.text("law").unwrap_or_default();
        let decided = asked.as_ref().map(|request| (request, pack.decide(request)));
        let supervises = here.has(ACTS);
        let not_theirs = not_theirs(&self.view.served.schema, self.view.staff, record).filter(|_| supervises);
        let acts = supervises && not_theirs.is_none();
        // Where the page says it as an error, it says it once.
        let not_theirs = not_theirs.filter(|_| error.is_empty()).map(|key| here.language.text(key)).unwrap_or_default();
        let last = self.gathered.last_decision(record).filter(|last| record.kind == "decision" && last.id != record.id);
        let confirm = decided.as_ref().filter(|_| acts && last.is_none()).map(|(request, decision)| {
            let field = |fact: &str| {
                let id = pack.vocabulary().fact_named(fact)?;
                Some(Field::new(&here.language, pack, id, &Posted(decisions::pairs(pack, request))))
            };
            let takes_matter = pack
                .vocabulary()
                .fact_named(MATTER)
                .is_some_and(|fact| pack.vocabulary().action(request.action).is_some_and(|action| action.facts.contains(fact)));
            let others = decision.questions.iter().filter_map(|question| question.fact.as_deref()).filter(|fact| *fact != MATTER);
            Confirm {
                seen: self.gathered.beside(record).len(),
                matter: field(MATTER).filter(|_| takes_matter),
                how: choices(here, "known_by"),
                asking: here
                    .app
                    .desk
                    .file
                    .asking
                    .as_ref()
                    .map(|provision| Asking { cite: decisions::cite(pack, provision), provision: provision.clone() }),
                questions: others.filter_map(field).collect(),
            }
        });
        let can_respond = acts && last.is_none() && ["decision", "request"].contains(&record.kind.as_str());
        let page_of = Page {
            frame: here.frame(),
            item: self.gathered.item(here, &self.view, record),
            error,
            facts: asked.as_ref().map(|request| decisions::facts(here, request)).unwrap_or_default(),
            cites: record.texts("provisions").into_iter().map(|id| (id.to_owned(), decisions::cite(pack, id))).collect(),
            is_todays_law: law == pack.digest,
            law: law.get(..12).unwrap_or_default().to_owned(),
            is_decision: record.kind == "decision",
            held: held(here, record),
            not_theirs,
            answer: decided
                .as_ref()
                .filter(|_| law == pack.digest)
                .map(|(request, decision)| Answer::new(&here.language, pack, request, decision)),
            beside: self
                .gathered
                .beside(record)
                .iter()
                .filter(|stored| !stored.erased)
                .map(|Stored { record: other, .. }| Beside {
                    time: time(&other.at, &today),
                    kind: here.language.text(&format!("watch-kind-{}", other.kind)),
                    what: what(here, other),
                    has_page: has_page(&other.kind),
                    this: other.id == record.id,
                    id: other.id.clone(),
                })
                .collect(),
            again: last.map(|last| last.id.clone()).unwrap_or_default(),
            confirm,
            respond: can_respond.then(|| self.respond()),
        };
        page(status, &page_of)
    }

    fn respond(&self) -> Respond {
        let (here, record) = (self.here, &self.record);
        let grounds = |outcome: &str| {
            let words = here.app.desk.grounds(outcome).iter();
            words.map(|word| (word.clone(), capital(&listed(here, "response_ground", word)))).collect::<Vec<Choice>>()
        };
        let needs_request = self.gathered.request(record).is_none();
        let requester = (needs_request && self.stated(REQUESTER).is_none()).then(|| {
            let id = here.app.pack.vocabulary().fact_named(REQUESTER)?;
            Some(Field::new(&here.language, &here.app.pack, id, &Posted::default()))
        });
        Respond {
            seen: self.gathered.responses(record).count(),
            needs_request,
            requester: requester.flatten(),
            channels: choices(here, "channel"),
            declined: grounds("declined"),
            complied: self.may_comply().then(|| grounds("complied")),
        }
    }

    /// Whether the answer of Haven lets anybody comply: silence of these laws is a permission only of these laws, and the
    /// ground says on what other it rests.
    ///
    /// What was told is not enough: the law is asked again, because a device may have told what no law says.
    fn may_comply(&self) -> bool {
        let may = |verdict: &str| [Verdict::Permitted, Verdict::Required].iter().any(|may| verdict == may.name());
        let now = decisions::request_of(&self.here.app.pack, &self.record).map(|request| self.here.app.pack.verdict(&request).0);
        self.record.text("verdict").is_some_and(may) && now.is_some_and(|verdict| may(verdict.name()))
    }

    /// The word stated for a fact in the question.
    fn stated(&self, fact: &str) -> Option<&str> {
        self.record.fields.get("facts")?.get(fact)?.as_str().filter(|word| *word != "unknown")
    }

    /// What every entry made here has.
    fn pairs(&self, kind: &str, staff: &Staff, at: &str) -> Pairs {
        let common = [
            ("kind", kind),
            ("agency", self.record.agency.as_str()),
            ("station", self.record.station.as_deref().unwrap_or_default()),
            ("at", at),
            ("by", staff.id.as_str()),
            ("incident", self.record.incident.as_str()),
        ];
        common.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
    }

    fn refuse(&self, status: StatusCode, key: &str) -> Response {
        self.show(status, self.here.language.text(key))
    }

    fn failed(&self) -> Response {
        self.refuse(StatusCode::INTERNAL_SERVER_ERROR, "watch-failed")
    }
}

/// Whether an entry of a kind has a page on the desk.
pub(super) fn has_page(kind: &str) -> bool {
    ["decision", "request", "document", "visit"].contains(&kind)
}

/// The words of a closed list of the register.
pub(super) fn choices(here: &Here, list: &str) -> Vec<Choice> {
    let words = here.app.served.iter().flat_map(|served| served.schema.list(list));
    words.map(|word| (word.name.clone(), capital(&listed(here, list, &word.name)))).collect()
}

/// Says which fields cannot be recorded as they were filled in.
pub(super) fn wrong(here: &Here, kind: &str, errors: &[FieldError]) -> String {
    let schema = here.app.served.as_ref().map(|served| &served.schema);
    let label = |error: &FieldError| {
        let field = schema.and_then(|schema| schema.kind(kind)?.field(&error.field));
        here.language.law(&format!("watch-field-{}", error.field), "", field.map_or(&error.field, |field| &field.label))
    };
    here.language.with("watch-wrong", &[("fields", &errors.iter().map(label).collect::<Vec<_>>().join(", "))])
}

/// Leads a browser on after a form.
pub(super) fn on_to(here: &Here, path: &str) -> Response {
    match HeaderValue::from_str(&format!("{}{path}", here.frame().base())) {
        Ok(path) => (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response(),
        Err(_) => StatusCode::SEE_OTHER.into_response(),
    }
}

/// The page of an item.
pub(super) async fn show(here: Here, Path(id): Path<String>) -> Response {
    match Opened::read(&here, &id).await {
        Ok(opened) => opened.show(StatusCode::OK, String::new()),
        Err(response) => response,
    }
}

/// What was found out is added to what was stated, and the question is decided again.
pub(super) async fn confirm(mut here: Here, Path(id): Path<String>, form: Sent) -> Response {
    // What is shown after a form is a state of the page, and is linked to as such.
    here.path = format!("/desk/{id}");
    let staff = match here.need(ACTS) {
        Ok(staff) => staff.clone(),
        Err(response) => return response,
    };
    let posted = match form {
        Ok(Form(pairs)) => Posted(pairs),
        Err(rejection) => return problem(&here, rejection.status()),
    };
    let opened = match Opened::read(&here, &id).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    if let Some(key) = not_theirs(&opened.view.served.schema, &staff, &opened.record) {
        return opened.refuse(StatusCode::FORBIDDEN, key);
    }
    let pack = &here.app.pack;
    let Some(before) = decisions::request_of(pack, &opened.record) else { return problem(&here, StatusCode::NOT_FOUND) };
    let found: Vec<(String, String)> = posted.0.iter().filter(|(name, _)| name.starts_with("fact.")).cloned().collect();
    let found = Posted(found);
    let states = |name: &str| name.strip_prefix("fact.").is_some_and(|fact| found.states(fact));
    if !found.0.iter().any(|(name, _)| states(name)) {
        return opened.refuse(StatusCode::UNPROCESSABLE_ENTITY, "watch-nothing-found");
    }
    let known_by = posted.get("known_by");
    if found.states(MATTER) && !choices(&here, "known_by").iter().any(|(word, _)| word == known_by) {
        return opened.refuse(StatusCode::UNPROCESSABLE_ENTITY, "watch-how-known");
    }
    // What was found out replaces what was stated of the same fact.
    let kept = decisions::pairs(pack, &before).into_iter().filter(|(name, _)| !states(name));
    let all = Posted(kept.chain(found.0.iter().filter(|(name, _)| states(name)).cloned()).collect());
    let action = opened.record.text("action").unwrap_or_default();
    let Ok(today) = ask::today(pack) else { return opened.failed() };
    let Ok(request) = all.request(pack, action, today) else {
        return opened.refuse(StatusCode::UNPROCESSABLE_ENTITY, "watch-nothing-found");
    };
    let decision = pack.decide(&request);
    let now = &opened.view.now;
    let mut pairs = pairs_of(pack, &request, &decision, &Moment::at(now));
    pairs.extend(opened.pairs("decision", &staff, &Moment::at(now).to_string()));
    pairs.insert("door".to_owned(), here.who.door().unwrap_or_default().to_owned());
    if found.states(MATTER) {
        pairs.insert("known_by".to_owned(), known_by.to_owned());
    }
    if let Some(request) = opened.gathered.request(&opened.record) {
        pairs.insert("request".to_owned(), request.id.clone());
    }
    let facts = pairs.get("facts").cloned().unwrap_or_default();
    let external = external_of(&["confirm", &id, posted.get("seen")], &[&facts, known_by]);
    let is_known = opened.served().register.id_of(&external).await.ok().flatten().is_some();
    if !is_known && posted.get("seen") != opened.gathered.beside(&opened.record).len().to_string() {
        return opened.refuse(StatusCode::CONFLICT, "watch-changed");
    }
    match keep_once(opened.served(), pairs, external, now).await {
        Recorded::Kept(receipt, _) => on_to(&here, &format!("/desk/{}", receipt.id)),
        _ => opened.failed(),
    }
}

/// What was done is recorded: the request where it is not on record yet, then the response.
pub(super) async fn respond(mut here: Here, Path(id): Path<String>, form: Sent) -> Response {
    here.path = format!("/desk/{id}");
    let staff = match here.need(ACTS) {
        Ok(staff) => staff.clone(),
        Err(response) => return response,
    };
    let posted = match form {
        Ok(Form(pairs)) => Posted(pairs),
        Err(rejection) => return problem(&here, rejection.status()),
    };
    let opened = match Opened::read(&here, &id).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    if !["decision", "request"].contains(&opened.record.kind.as_str()) {
        return problem(&here, StatusCode::NOT_FOUND);
    }
    if let Some(key) = not_theirs(&opened.view.served.schema, &staff, &opened.record) {
        return opened.refuse(StatusCode::FORBIDDEN, key);
    }
    let (served, now) = (opened.served(), &opened.view.now);
    let outcome = posted.get("outcome");
    if !["declined", "referred", "complied"].contains(&outcome) {
        return opened.refuse(StatusCode::UNPROCESSABLE_ENTITY, "watch-what-done");
    }
    // A refusal is never softened: what the law does not allow is not recorded as done on a ground of the law.
    if outcome == "complied" && !opened.may_comply() {
        return opened.refuse(StatusCode::CONFLICT, "watch-comply-not");
    }
    let named = format!("ground.{outcome}");
    let grounds: Vec<&str> = posted.0.iter().filter(|(name, _)| *name == named).map(|(_, word)| word.as_str()).collect();
    let allowed = here.app.desk.grounds(outcome);
    if (grounds.is_empty() && !allowed.is_empty()) || !grounds.iter().all(|ground| allowed.iter().any(|known| known == ground)) {
        return opened.refuse(StatusCode::UNPROCESSABLE_ENTITY, "watch-what-ground");
    }
    let external = external_of(&["response", &opened.record.incident, posted.get("seen")], &[]);
    let is_known = served.register.id_of(&external).await.ok().flatten().is_some();
    if !is_known && posted.get("seen") != opened.gathered.responses(&opened.record).count().to_string() {
        return opened.refuse(StatusCode::CONFLICT, "watch-changed");
    }
    let request = match opened.request(&posted, &staff).await {
        Ok(request) => request,
        Err(response) => return response,
    };
    let mut pairs = opened.pairs("response", &staff, &Moment::at(now).to_string());
    let mut set = |name: &str, text: &str| pairs.insert(name.to_owned(), text.to_owned());
    set("request", &request);
    set("outcome", outcome);
    set("ground", &grounds.join(";"));
    if opened.record.kind == "decision" {
        set("decision", &opened.record.id);
    }
    if !posted.get("event").is_empty() {
        set("event", posted.get("event"));
    }
    if let Err(errors) = Draft::read(&served.schema, served.register.zone(), &pairs, &Moment::at(now)) {
        return opened.show(StatusCode::UNPROCESSABLE_ENTITY, wrong(&here, "response", &errors));
    }
    let Recorded::Kept(receipt, _) = keep_once(served, pairs, external, now).await else { return opened.failed() };
    here.app.desk.look_again().await;
    // Another supervisor may have been quicker, with another answer: theirs stands, and the page says so.
    match decisions::entry(served, &receipt.id).await {
        Ok(Some(stored)) if stored.record.text("outcome") == Some(outcome) => on_to(&here, &format!("/desk/{id}")),
        Ok(_) => opened.refuse(StatusCode::CONFLICT, "watch-changed"),
        Err(_) => opened.failed(),
    }
}

impl Opened<'_> {
    /// The request of the incident, recorded now where it is not yet.
    async fn request(&self, posted: &Posted, staff: &Staff) -> Result<String, Response> {
        if let Some(request) = self.gathered.request(&self.record) {
            return Ok(request.id.clone());
        }
        let (here, served, now) = (self.here, self.served(), &self.view.now);
        let mut pairs = self.pairs("request", staff, &self.record.at);
        let mut set = |name: &str, text: &str| pairs.insert(name.to_owned(), text.to_owned());
        set("channel", posted.get("channel"));
        set("requester", self.stated(REQUESTER).unwrap_or_else(|| posted.get("fact.requester")));
        let asked = decisions::request_of(&here.app.pack, &self.record);
        set("asked", asked.as_ref().map_or("other", |request| here.app.desk.asked(&here.app.pack, request)));
        if let Some((matter, since)) = self.gathered.matter(&self.record) {
            set("matter", matter);
            set("matter_known_at", since);
        }
        // A minute as people write it is not before the second in which the question came.
        let same_minute = self.record.at.get(..16).is_some_and(|minute| minute.replace('T', " ") == posted.get("told"));
        // Nothing is written down that nobody said.
        if !posted.get("told").is_empty() {
            set("supervisor_notified_at", if same_minute { &self.record.at } else { posted.get("told") });
        }
        if let Err(errors) = Draft::read(&served.schema, served.register.zone(), &pairs, &Moment::at(now)) {
            return Err(self.show(StatusCode::UNPROCESSABLE_ENTITY, wrong(here, "request", &errors)));
        }
        // One incident has one request that is recorded here, whoever records it.
        match keep_once(served, pairs, external_of(&["request", &self.record.incident], &[]), now).await {
            Recorded::Kept(receipt, _) => Ok(receipt.id),
            _ => Err(self.failed()),
        }
    }
}
