//! The yearly review of forms: a sheet for each form with every question on it, and an index with what changed.
//!
//! A question is shown in full, since its words are to be judged. Sentences, and questions that hold a number, are masked: they
//! may tell of somebody. Cells are never shown.

use crate::finding::{Finding, Ground};
use crate::judge::{Judge, Rewording};
use crate::output::html::Verbatim;
use crate::output::{OutputError, clean, count, headline};
use crate::source::files::place;
use askama::Template;
use haven_detect::fold::fold;
use haven_detect::identifier::KINDS;
use haven_extract::{Limits, Outcome, Piece, PieceKind, Place, Unread, extract};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::io::Read;

const STYLE: Verbatim = Verbatim(concat!(include_str!("../templates/scan.css"), include_str!("../templates/review.css")));

/// The index's file.
const INDEX: &str = "index.html";
/// Pieces of one form that are held; no form that a person fills in has so many.
const PIECES_MAX: usize = 20_000;
/// Questions of one form that are compared word by word with those that are gone, on either side.
const COMPARED_MAX: usize = 1_000;
/// Of a hundred: two texts that have less in common are two questions, not one that changed.
const LIKE_PERCENT_MIN: usize = 60;
/// Letters of a sheet's file name, so that every file system takes it.
const NAME_CHARS_MAX: usize = 100;

/// A form as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Its path in the folder of forms: the same form has the same name next year.
    pub name: String,
    /// What it was read as.
    pub format: String,
    /// What is on it, in order.
    pub pieces: Vec<Piece>,
    /// What of it could not be read.
    pub unread: Vec<Unread>,
}

impl Form {
    /// Reads a form.
    pub fn read(name: &str, input: &mut dyn Read, limits: &Limits) -> Self {
        Self::of(name, |sink| extract(name, input, limits, sink))
    }

    /// The form that `read` hands out.
    pub(crate) fn of(name: &str, read: impl FnOnce(&mut dyn FnMut(Piece)) -> Outcome) -> Self {
        let mut pieces = Vec::new();
        let mut more = 0_usize;
        let outcome = read(&mut |piece| {
            if pieces.len() < PIECES_MAX {
                pieces.push(piece);
            } else {
                more += 1;
            }
        });
        let mut unread = outcome.unread;
        if more > 0 {
            unread.push(Unread {
                place: Place::default(),
                reason: format!("has {more} questions and texts beyond the {PIECES_MAX} of a form"),
            });
        }
        Self { name: name.to_owned(), format: outcome.format.name().to_owned(), pieces, unread }
    }
}

/// What is true of the review as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About<'a> {
    /// Its day, as the edge says it.
    pub day: &'a str,
    /// Digest of the phrase packs.
    pub rules: &'a str,
}

/// One page, which needs no other file and no network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its file name.
    pub file: String,
    /// The page.
    pub html: String,
}

/// The sheets, and what they come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The index first, then a sheet for each form in order of their names.
    pub sheets: Vec<Sheet>,
    /// Of all forms.
    pub counts: Counts,
}

impl Review {
    /// The exit code: 2 where something could not be read, since nobody knows what it asks; else 1 where something was found;
    /// else 0.
    pub fn exit_code(&self) -> u8 {
        if self.counts.unread > 0 { 2 } else { u8::from(self.counts.asks + self.counts.reveals > 0) }
    }
}

/// How many of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Questions, and other places where something was found.
    pub questions: usize,
    /// Of them, those that ask for status.
    pub asks: usize,
    /// Of them, those that may reveal it.
    pub reveals: usize,
    /// Places that could not be read.
    pub unread: usize,
    /// Questions that last year's form did not have.
    pub new: usize,
    /// Questions with other words than last year.
    pub changed: usize,
    /// Questions of last year that are not there any more.
    pub gone: usize,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.questions += other.questions;
        self.asks += other.asks;
        self.reveals += other.reveals;
        self.unread += other.unread;
        self.new += other.new;
        self.changed += other.changed;
        self.gone += other.gone;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Asks,
    Reveals,
    Nothing,
    NotRead,
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Self::Asks => "asks",
            Self::Reveals => "may reveal",
            Self::Nothing => "nothing found",
            Self::NotRead => "not read",
        }
    }

    /// Whether somebody has to decide something.
    fn is_open(self) -> bool {
        self != Self::Nothing
    }
}

/// What last year's form says of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    New,
    /// What stood there.
    From(String),
}

/// A row of a sheet.
#[derive(Debug, Clone)]
struct Row<'a> {
    /// Its words, fit to be shown.
    shown: String,
    /// Its words, fit to be compared; never shown.
    key: String,
    what: &'static str,
    place: String,
    verdict: Verdict,
    said: Vec<Said>,
    suggested: Vec<&'a Rewording>,
    change: Option<Change>,
}

/// What a rule says of a row.
#[derive(Debug, Clone)]
struct Said {
    headline: String,
    means: String,
    rule: String,
    clause: String,
    confidence: u8,
}

/// A form, judged.
struct Judged<'a> {
    form: &'a Form,
    file: String,
    rows: Vec<Row<'a>>,
    gone: Vec<Row<'a>>,
    /// Whether last year's folder has it; `None` without one.
    is_known: Option<bool>,
    /// Whether something of it could not be read last year.
    unread_before: bool,
    counts: Counts,
}

#[derive(Template)]
#[template(path = "review-form.html")]
struct FormPage<'a> {
    about: &'a About<'a>,
    policy: String,
    style: Verbatim,
    judged: &'a Judged<'a>,
    name: String,
    format: String,
    summary: Vec<String>,
    grounds: String,
}

#[derive(Template)]
#[template(path = "review-index.html")]
struct IndexPage<'a> {
    about: &'a About<'a>,
    policy: String,
    style: Verbatim,
    forms: &'a [Judged<'a>],
    summary: Vec<String>,
    counts: Counts,
    /// Forms of last year that are not there any more; `None` without last year's folder.
    gone: Option<Vec<String>>,
}

/// Reviews forms, beside those of last year where there are any. `judge` says who judges; its source and format are the form's.
///
/// # Errors
/// [`OutputError`] where a page cannot be written; for forms that were read all can.
pub fn review(forms: &[Form], last_year: Option<&[Form]>, judge: &Judge<'_>, about: &About<'_>) -> Result<Review, OutputError> {
    let mut forms: Vec<&Form> = forms.iter().collect();
    forms.sort_by(|a, b| a.name.cmp(&b.name));
    let before: Option<BTreeMap<&str, &Form>> = last_year.map(|forms| forms.iter().map(|form| (form.name.as_str(), form)).collect());
    let mut files: BTreeSet<String> = BTreeSet::from([INDEX.to_owned()]);
    let judged: Vec<Judged<'_>> = forms.iter().map(|form| judged(form, before.as_ref(), file_of(&form.name, &mut files), judge)).collect();

    let policy = format!("default-src 'none'; img-src data:; style-src {}; base-uri 'none'; form-action 'none'", STYLE.digest());
    let mut counts = Counts::default();
    judged.iter().for_each(|form| counts.add(form.counts));
    let now: BTreeSet<&str> = forms.iter().map(|form| form.name.as_str()).collect();
    let gone = before.as_ref().map(|before| before.keys().filter(|name| !now.contains(*name)).map(|name| clean(name)).collect::<Vec<_>>());
    let index = IndexPage { about, policy: policy.clone(), style: STYLE, forms: &judged, summary: overview(&judged, counts), counts, gone };
    let mut sheets = vec![Sheet { file: INDEX.to_owned(), html: index.render()? }];
    let grounds = Ground::ALL.map(|ground| ground.name().replace('_', " ")).join(", ");
    for one in &judged {
        let page = FormPage {
            about,
            policy: policy.clone(),
            style: STYLE,
            judged: one,
            name: clean(&one.form.name),
            format: clean(&one.form.format),
            summary: summary(one),
            grounds: grounds.clone(),
        };
        sheets.push(Sheet { file: one.file.clone(), html: page.render()? });
    }
    Ok(Review { sheets, counts })
}

fn judged<'a>(form: &'a Form, before: Option<&BTreeMap<&str, &'a Form>>, file: String, judge: &Judge<'a>) -> Judged<'a> {
    let mut rows = rows(form, judge);
    let last = before.and_then(|before| before.get(form.name.as_str()));
    let gone = last.map(|last| compare(&mut rows, self::rows(last, judge))).unwrap_or_default();
    let number = |is: &dyn Fn(&Row<'_>) -> bool| rows.iter().filter(|row| is(row)).count();
    let counts = Counts {
        questions: number(&|row| row.verdict != Verdict::NotRead),
        asks: number(&|row| row.verdict == Verdict::Asks),
        reveals: number(&|row| row.verdict == Verdict::Reveals),
        unread: number(&|row| row.verdict == Verdict::NotRead),
        new: number(&|row| row.change == Some(Change::New)),
        changed: number(&|row| matches!(row.change, Some(Change::From(_)))),
        gone: gone.len(),
    };
    let is_known = before.map(|_| last.is_some());
    Judged { form, file, rows, gone, is_known, unread_before: last.is_some_and(|last| !last.unread.is_empty()), counts }
}

/// The rows of a form: every question, what else was found, and last what could not be read.
fn rows<'a>(form: &'a Form, judge: &Judge<'a>) -> Vec<Row<'a>> {
    let judge = Judge { source: &form.name, format: &form.format, ..*judge };
    let mut rows: Vec<Row<'a>> = Vec::new();
    for piece in &form.pieces {
        let findings = judge.judge(piece);
        if piece.kind != PieceKind::Question && findings.is_empty() {
            continue;
        }
        let row = row(piece, &findings, &judge);
        // A page says a label twice, once for the eye and once for the ear.
        if rows.last().is_none_or(|last| (last.what, &last.key) != (row.what, &row.key)) {
            rows.push(row);
        }
    }
    rows.extend(form.unread.iter().map(|unread| Row {
        shown: clean(&unread.reason),
        key: String::new(),
        what: "not read",
        place: if unread.place == Place::default() { "all of it, or no place known".to_owned() } else { clean(&place(&unread.place)) },
        verdict: Verdict::NotRead,
        said: Vec::new(),
        suggested: Vec::new(),
        change: None,
    }));
    rows
}

fn row<'a>(piece: &Piece, findings: &[Finding], judge: &Judge<'a>) -> Row<'a> {
    let what = match piece.kind {
        PieceKind::Question => "question",
        PieceKind::Name => "name of a field",
        PieceKind::Column => "choices, or cells",
        PieceKind::Sentence | PieceKind::Document => "text",
        PieceKind::Description => "what is said of a field",
    };
    let verdict = match findings {
        [] => Verdict::Nothing,
        found if found.iter().any(|finding| finding.category.states()) => Verdict::Asks,
        _ => Verdict::Reveals,
    };
    let holds_number = findings.iter().any(|finding| KINDS.contains(&finding.rule.as_str()));
    let shown = if piece.kind == PieceKind::Sentence || holds_number { crate::judge::mask(&piece.text) } else { piece.text.clone() };
    let mut suggested: Vec<&Rewording> = Vec::new();
    for finding in findings {
        suggested.extend(judge.clauses.rewording(finding.category, &finding.rule).filter(|rewording| !suggested.contains(rewording)));
    }
    let values: String = piece.values.iter().map(|value| format!(" {value}")).collect();
    Row {
        shown: clean(&shown),
        key: fold(&format!("{}{values}", piece.text)).text(),
        what,
        place: clean(&place(&piece.place)),
        verdict,
        said: findings
            .iter()
            .map(|finding| Said {
                headline: headline(finding),
                means: clean(&finding.means),
                rule: clean(&finding.rule),
                clause: finding.clause.clone(),
                confidence: finding.confidence,
            })
            .collect(),
        suggested,
        change: None,
    }
}

/// Says of each row whether it is new or has changed, and gives back the rows that are gone. First equal words are paired,
/// then those that are nearly equal, in order.
fn compare<'a>(now: &mut [Row<'a>], before: Vec<Row<'a>>) -> Vec<Row<'a>> {
    let mut left: Vec<Option<Row<'a>>> = before.into_iter().map(|row| (row.verdict != Verdict::NotRead).then_some(row)).collect();
    let mut places: HashMap<(&'static str, String), VecDeque<usize>> = HashMap::new();
    for (at, row) in left.iter().enumerate() {
        if let Some(row) = row {
            places.entry((row.what, row.key.clone())).or_default().push_back(at);
        }
    }
    let mut other = Vec::new();
    for row in now.iter_mut().filter(|row| row.verdict != Verdict::NotRead) {
        match places.get_mut(&(row.what, row.key.clone())).and_then(VecDeque::pop_front).and_then(|at| left.get_mut(at)) {
            Some(same) => *same = None,
            None => other.push(row),
        }
    }
    let mut gone: Vec<Option<(Pairs, Row<'a>)>> = left.into_iter().flatten().map(|row| Some((pairs(&row.key), row))).collect();
    for (at, row) in other.into_iter().enumerate() {
        let mine = pairs(&row.key);
        let compared = if at < COMPARED_MAX { COMPARED_MAX } else { 0 };
        let like = |old: &Option<(Pairs, Row<'a>)>| match old {
            Some((pairs, old)) if old.what == row.what => 200 * pairs.intersection(&mine).count() / (pairs.len() + mine.len()).max(1),
            _ => 0,
        };
        // Of several equally like, the first.
        let nearest = gone.iter().take(compared).enumerate().map(|(at, old)| (like(old), std::cmp::Reverse(at))).max();
        row.change = match nearest {
            Some((percent, at)) if percent >= LIKE_PERCENT_MIN => {
                gone.get_mut(at.0).and_then(Option::take).map(|(_, old)| Change::From(old.shown))
            }
            _ => Some(Change::New),
        };
    }
    gone.into_iter().flatten().map(|(_, row)| row).collect()
}

type Pairs = BTreeSet<(char, char)>;

/// Letters that stand side by side: what two texts have in common, also in scripts without spaces.
fn pairs(text: &str) -> Pairs {
    text.chars().zip(text.chars().skip(1)).collect()
}

fn summary(judged: &Judged<'_>) -> Vec<String> {
    let Counts { questions, asks, reveals, unread, new, changed, gone } = judged.counts;
    let mut lines = vec![found(asks, reveals)];
    lines.push(format!("On the form: {}.", count(questions, "question", "questions")));
    lines.extend(match judged.is_known {
        None => None,
        Some(false) => Some("Last year's folder does not have this form: every question is new.".to_owned()),
        Some(true) if new + changed + gone == 0 => Some("Every question stands as last year.".to_owned()),
        Some(true) => Some(format!("Since last year: {new} new, {changed} changed, {gone} gone.")),
    });
    if judged.unread_before {
        lines.push("Something of last year's form could not be read: a question that counts as new may have been there.".to_owned());
    }
    if unread > 0 {
        lines.push(format!("Not read: {}. That is not the same as clean.", count(unread, "place", "places")));
    }
    lines
}

fn overview(forms: &[Judged<'_>], counts: Counts) -> Vec<String> {
    let mut lines = vec![found(counts.asks, counts.reveals)];
    lines.push(format!("Reviewed: {}, {}.", count(forms.len(), "form", "forms"), count(counts.questions, "question", "questions")));
    if forms.iter().any(|form| form.is_known.is_some()) {
        let fresh = forms.iter().filter(|form| form.is_known == Some(false)).count();
        let Counts { new, changed, gone, .. } = counts;
        lines.push(format!(
            "Since last year: {}; on the others {new} new questions, {changed} changed, {gone} gone.",
            count(fresh, "new form", "new forms")
        ));
    }
    if counts.unread > 0 {
        lines.push(format!("Not read: {}. That is not the same as clean.", count(counts.unread, "place", "places")));
    }
    lines
}

fn found(asks: usize, reveals: usize) -> String {
    match (asks, reveals) {
        (0, 0) => "Nothing found in what was read.".to_owned(),
        _ => format!("Places that ask for status: {asks}. Places that may reveal it: {reveals}."),
    }
}

/// A file name of its own for a form's sheet, in letters that every system takes.
fn file_of(form: &str, taken: &mut BTreeSet<String>) -> String {
    let plain: String = form.to_lowercase().chars().map(|c| if c.is_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' }).collect();
    let plain: String = plain.trim_matches(['-', '.']).chars().take(NAME_CHARS_MAX).collect();
    let plain = if plain.is_empty() { "form".to_owned() } else { plain };
    let mut file = format!("{plain}.html");
    let mut number = 1;
    while !taken.insert(file.clone()) {
        number += 1;
        file = format!("{plain}-{number}.html");
    }
    file
}
