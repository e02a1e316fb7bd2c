//! The detector, asked about names, cells and texts, with the policy's answer.

use crate::framing::Charset;
use crate::mapped::{Edit, Mapped};
use crate::policy::{Policy, Treatment};
use crate::{Blocked, html};
use base64::Engine as _;
use haven_detect::{Category, Column, Detector, Glance};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;
use std::sync::Arc;

/// Bytes up to which a value may be a cell: a code, a word, a short phrase.
const CELL_BYTES_MAX: usize = 80;
/// Words of such a value.
const CELL_WORDS_MAX: usize = 8;
/// Names and labels remembered.
const KNOWN_MAX: usize = 50_000;
/// Distinct values of a column that are looked at together.
const DISTINCT_MAX: usize = 1000;
/// The same, of those seen since the body began.
const DISTINCT_EVER_MAX: usize = 200;
/// Columns that are kept in mind.
const COLUMNS_MAX: usize = 20_000;
/// Markup in texts of markup.
const MARKUP_MAX: usize = 4;
/// Rows at the beginning that may hold heads: titles may stand above them.
pub(crate) const HEADS_MAX: usize = 5;
/// Colons of a line that may end a label.
const COLONS_MAX: usize = 8;
/// Letters of a label before a colon, or of a question.
const LABEL_LETTERS_MAX: usize = 200;
/// What ends a question or a label.
const MARKS: [char; 5] = ['?', '？', '؟', ':', '：'];
/// Words of a name below which its answer may stand.
const HEADING_WORDS_MAX: usize = 6;
/// What sets columns in a text.
const SIGNS: [&str; 5] = ["\t", "|", ",", ";", ALIGNED];
const ALIGNED: &str = "  ";
/// What leads from a name to its answer in a line, beside a colon.
const LEADERS: [&str; 6] = ["...", "…", "___", " - ", " – ", " — "];
/// How often a word may be encoded.
const DECODED_MAX: usize = 4;
/// Letters of other scripts that look like those of numbers.
const LOOKALIKES: [(char, char); 24] = [
    ('А', 'A'),
    ('В', 'B'),
    ('С', 'C'),
    ('Е', 'E'),
    ('І', 'I'),
    ('М', 'M'),
    ('О', 'O'),
    ('Ѕ', 'S'),
    ('а', 'A'),
    ('с', 'C'),
    ('е', 'E'),
    ('і', 'I'),
    ('о', 'O'),
    ('ѕ', 'S'),
    ('Α', 'A'),
    ('Β', 'B'),
    ('Ε', 'E'),
    ('Ι', 'I'),
    ('Μ', 'M'),
    ('Ν', 'N'),
    ('Ο', 'O'),
    ('ο', 'O'),
    ('ι', 'I'),
    ('α', 'A'),
];
/// Words and bytes of an answer that may follow a question in a text, or stand below a name.
const SHORT_WORDS_MAX: usize = 3;
const SHORT_BYTES_MAX: usize = 23;
/// Letters from which what looks like Base64 is read as such.
const BASE64_MIN: usize = 16;
/// Letters and digits in one row that may be a hash, and changes from one to the other in it.
const RANDOM_MIN: usize = 14;
const RANDOM_TURNS_MIN: usize = 3;

/// What is to be done with what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fate {
    pub treatment: Treatment,
    pub category: Category,
}

impl Fate {
    /// The same where a value cannot go without its row: a constant stands in its place.
    pub fn in_place(&self) -> Self {
        let treatment = if self.treatment == Treatment::Remove { Treatment::Constant } else { self.treatment };
        Self { treatment, category: self.category }
    }
}

/// What the name of a key, column, element or attribute means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    /// What it says by itself.
    pub fate: Option<Fate>,
    /// Whether what stands under it says what other members of a record answer, or answers it.
    pub asks: bool,
    pub answers: bool,
}

/// What was heard of a text at a glance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heard {
    glance: Glance,
    /// Whether nothing in it has to be taken apart.
    is_plain: bool,
    is_cell: bool,
}

/// The detector and the policy, with what was asked before.
pub(crate) struct Look<'a> {
    pub detector: &'a Detector,
    pub policy: &'a Policy,
    keys: RefCell<HashMap<String, Key>>,
    labels: RefCell<HashMap<String, Option<Fate>>>,
    columns: RefCell<HashMap<String, Arc<Column>>>,
    /// In how much markup the text stands that is being read.
    markup: Cell<usize>,
    /// Whether the text was decoded before: what it says of its charset is of bytes that nobody reads here.
    pub is_decoded: bool,
}

impl<'a> Look<'a> {
    pub fn new(detector: &'a Detector, policy: &'a Policy, is_decoded: bool) -> Self {
        let (keys, labels, columns) = (RefCell::default(), RefCell::default(), RefCell::default());
        Self { detector, policy, keys, labels, columns, markup: Cell::new(0), is_decoded }
    }

    fn fate(&self, category: Category) -> Option<Fate> {
        let treatment = self.policy.of(category);
        (treatment != Treatment::Keep).then_some(Fate { treatment, category })
    }

    /// What stands in the place of a value.
    pub fn word(&self, fate: Fate) -> &'a str {
        self.policy.word(fate.treatment, fate.category)
    }

    /// The name of a key, column, element or attribute.
    pub fn name(&self, name: &str) -> Option<Fate> {
        self.key(name).fate
    }

    /// The same, and what it means for what stands beside it.
    pub fn key(&self, name: &str) -> Key {
        if let Some(known) = self.keys.borrow().get(name) {
            return *known;
        }
        let fate = self.named(name, || self.read(name).category());
        let key = Key { fate, asks: self.policy.asks(name), answers: self.policy.answers(name) };
        remember(&self.keys, name, key);
        key
    }

    /// What a name says whose words mean so much.
    fn named(&self, name: &str, means: impl FnOnce() -> Category) -> Option<Fate> {
        if name.is_empty() || self.policy.is_word(name) {
            return None;
        }
        match self.policy.of_field(name) {
            Some(treatment) => (treatment != Treatment::Keep).then_some(Fate { treatment, category: Category::Status }),
            None => self.fate(means()).or_else(|| self.first(name)),
        }
    }

    /// What a person reads before an answer: a label or a question.
    pub fn label(&self, text: &str) -> Option<Fate> {
        let text = text.trim().trim_end_matches([':', '*', '：']).trim_end();
        if text.is_empty() || text.chars().nth(LABEL_LETTERS_MAX).is_some() || self.policy.is_word(text) {
            return None;
        }
        let words = without_random(text);
        let text = words.trim();
        if text.is_empty() {
            return None;
        }
        if let Some(known) = self.labels.borrow().get(text) {
            return *known;
        }
        let named = self.named(text, || self.detector.field(text, None).category);
        let found = named.or_else(|| self.fate(self.detector.question(text).category));
        remember(&self.labels, text, found);
        found
    }

    /// What the value of a member that asks says: a label, or the address of a definition. What may be an answer as well must
    /// look like a label.
    pub fn asked(&self, key: Key, text: &str) -> Option<Fate> {
        if key.answers && !is_question(text) && !is_cell(text.trim()) {
            return None;
        }
        self.meaning(text)
    }

    /// What a label says, or the address of a definition.
    pub fn meaning(&self, text: &str) -> Option<Fate> {
        match last_part(text) {
            Some(last) => self.name(last),
            None => self.label(text),
        }
    }

    /// What a text asks for that another place answers: a question, or a name by its form. What tells by itself (`undocumented`)
    /// asks for nothing. Where nothing is heard at a glance, nothing more is asked.
    pub fn asking(&self, text: &str, heard: Heard) -> Option<Fate> {
        if heard.glance == Glance::default() {
            return None;
        }
        if is_question(text) {
            return self.question(text);
        }
        let name = last_part(text).unwrap_or(text);
        let may_ask = is_cell(name.trim()) && self.policy.is_naming(name) && !self.is_labelled(name);
        self.heading(name).filter(|_| may_ask && self.detector.sentence(name).category == Category::None)
    }

    /// The same, of a text at which nobody has glanced.
    pub fn asking_anew(&self, text: &str) -> Option<Fate> {
        let may_ask = is_question(text) || self.policy.is_naming(last_part(text).unwrap_or(text));
        if may_ask { self.asking(text, self.hear(text)) } else { None }
    }

    /// What may head a column or stand before an answer: a name or a label, and no sentence that says something.
    pub fn heading(&self, text: &str) -> Option<Fate> {
        let text = text.trim();
        if !is_cell(text.trim_end_matches(MARKS)) {
            return None;
        }
        self.key(text).fate.or_else(|| self.label(text))
    }

    /// What a text asks for that is a question, or a label with its mark.
    pub fn question(&self, text: &str) -> Option<Fate> {
        if is_question(text) { self.label(text) } else { None }
    }

    /// A cell: what its words say by themselves, and under this name.
    pub fn cell(&self, name: &str, text: &str) -> Option<Fate> {
        let text = text.trim();
        if !is_cell(text) || self.policy.is_word(text) {
            return None;
        }
        let words = without_random(text);
        let glance = self.detector.glance(&words);
        let said = |name: &str| self.fate(self.detector.value_in(&self.read(name), &[&words]).category);
        // Where the cell tells nothing, the name is all there is, and that was judged before; here it is company.
        let found = if glance.phrase || glance.cell {
            let is_kept = || self.policy.of_field(name) == Some(Treatment::Keep) || self.name(name).is_some();
            said("").or_else(|| if is_kept() { None } else { said(name) })
        } else {
            None
        };
        found.or_else(|| {
            let fate = self.fate(Category::Identifier)?;
            let may = glance.number || (words.bytes().any(|byte| byte.is_ascii_digit()) && self.read(name).leads());
            let number = may && {
                let labelled = format!("{name}: {words}");
                self.detector.identifiers(&labelled).into_iter().any(|number| number.valid && number.end > name.len() + 2)
            };
            number.then_some(fate)
        })
    }

    /// A column by its cells, where its name is not enough.
    fn column(&self, name: &str, cells: &Cells) -> Option<Fate> {
        // What a cell asks of others is no value of its own.
        let asks = self.policy.asks(name);
        let loud: Vec<&str> = cells.loud.iter().map(String::as_str).filter(|cell| !(asks && self.label(cell).is_some())).collect();
        if loud.is_empty() && cells.quiet.is_empty() || self.policy.of_field(name) == Some(Treatment::Keep) {
            return None;
        }
        let column = self.read(name);
        if !loud.iter().any(|cell| self.detector.tells(cell)) {
            return self.fate(column.category());
        }
        self.fate(self.detector.value_among(&column, &loud, cells.quiet.len()).category)
    }

    /// The name of a column.
    fn read(&self, name: &str) -> Arc<Column> {
        if let Some(known) = self.columns.borrow().get(name) {
            return Arc::clone(known);
        }
        let column = self.detector.known_column(name);
        remember(&self.columns, name, Arc::clone(&column));
        column
    }

    fn first(&self, text: &str) -> Option<Fate> {
        self.found(text).first().map(|(_, fate)| *fate)
    }

    /// What a text says, where.
    fn found(&self, text: &str) -> Vec<(Range<usize>, Fate)> {
        let mut found = Vec::new();
        let glance = self.detector.glance(text);
        if !glance.phrase && !glance.number {
            return found;
        }
        // What the words around a phrase silence in a whole text, they may not in a sentence of it. And what a phrase finds over
        // several sentences is looked at only once each says nothing by itself: the less goes.
        let sentences = sentences(text);
        if sentences.len() > 1 {
            for sentence in sentences {
                self.said(text.get(sentence.clone()).unwrap_or_default(), sentence.start, &mut found);
            }
        }
        if found.is_empty() {
            self.said(text, 0, &mut found);
        }
        found.retain(|(range, _)| !text.get(range.clone()).is_some_and(|words| self.policy.is_word(words.trim())));
        found
    }

    /// What a text that begins at `at` says.
    fn said(&self, text: &str, at: usize, found: &mut Vec<(Range<usize>, Fate)>) {
        let (spans, numbers) = self.detector.hits_and_identifiers_in(text);
        for span in spans.into_iter().filter(|span| !in_random(text, span.start..span.end)) {
            if let Some(fate) = self.detector.category_of(&span.rule).and_then(|category| self.fate(category)) {
                found.push((at + span.start..at + span.end, fate));
            }
        }
        if let Some(fate) = self.fate(Category::Identifier) {
            let numbers = numbers.into_iter().filter(|number| number.valid && !in_random(text, number.start..number.end));
            found.extend(numbers.map(|number| (at + number.start..at + number.end, fate)));
        }
        let said = self.detector.sentence(text);
        if let Some(fate) = self.fate(said.category) {
            let spans = said.spans.iter().map(|span| span.start..span.end).filter(|span| !in_random(text, span.clone()));
            found.extend(spans.map(|span| (at + span.start..at + span.end, fate)));
        }
    }

    /// The edits that take what a value says out of it; it may be a document.
    pub fn value(&self, name: &str, value: &Mapped, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        match crate::json::edits(&value.text, self)? {
            Some(inner) => value.lift(inner, edits),
            None => self.text(name, value, edits)?,
        }
        Ok(())
    }

    /// The edits that take what a text says out of it: a short one goes as a whole, of a longer one what says it. It may be
    /// written for a browser.
    pub fn text(&self, name: &str, value: &Mapped, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        self.text_heard(name, value, self.hear(&value.text), edits)
    }

    /// The same, of a text that was glanced at before.
    pub fn text_heard(&self, name: &str, value: &Mapped, heard: Heard, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        if self.says_nothing(name, &value.text, heard) {
            return Ok(());
        }
        if let Some(fate) = self.cell(name, &value.text) {
            value.replace(0..value.text.len(), self.word(fate), edits);
            return Ok(());
        }
        if is_markup(&value.text) {
            match self.page(&value.text, None) {
                Ok(inner) if !inner.is_empty() => {
                    value.lift(inner, edits);
                    return Ok(());
                }
                Err(blocked @ Blocked::Large { .. }) => return Err(blocked),
                // What is no sound markup is read as it stands.
                Ok(_) | Err(_) => {}
            }
        }
        self.prose(value, edits);
        Ok(())
    }

    /// The same, of a whole body, in which names of columns may stand that are no words of a text.
    pub fn body(&self, value: &Mapped, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        let heard = self.hear(&value.text);
        self.text_heard("", value, Heard { is_plain: false, ..heard }, edits)
    }

    /// Glances at a text.
    pub fn hear(&self, text: &str) -> Heard {
        Heard { glance: self.detector.glance(text), is_plain: is_plain(text), is_cell: is_cell(text.trim()) }
    }

    /// Whether no more need be asked of a text: at a glance nothing stands in it, under this name or any, and nothing in it
    /// stands for something else. Most texts are so.
    fn says_nothing(&self, name: &str, text: &str, heard: Heard) -> bool {
        let may_be_number = || text.bytes().any(|byte| byte.is_ascii_digit()) && self.read(name).leads();
        heard.is_plain && heard.glance == Glance::default() && !may_be_number()
    }

    /// The same, of a value that may be a document.
    pub fn value_says_nothing(&self, name: &str, text: &str, heard: Heard) -> bool {
        self.says_nothing(name, text, heard) && !crate::json::may_be_document(text)
    }

    /// The edits of a page, or part of one, that stands in another text.
    pub fn page(&self, text: &str, charset: Option<Charset>) -> Result<Vec<Edit>, Blocked> {
        let depth = self.markup.get();
        if depth >= MARKUP_MAX {
            return Err(Blocked::Large { what: "markup in markup", limit: MARKUP_MAX });
        }
        self.markup.set(depth + 1);
        let edits = html::edits(text, charset, self);
        self.markup.set(depth);
        edits
    }

    /// The edits that take what running text says out of it.
    pub fn prose(&self, value: &Mapped, edits: &mut Vec<Edit>) {
        let text = value.text.as_str();
        let mut found = self.found(text);
        found.extend(self.labelled(text));
        self.answered(text, &mut found);
        found.extend(self.disguised(text));
        let inner = found.into_iter().map(|(range, fate)| Edit { range, with: self.word(fate).to_owned() }).collect();
        value.lift(inner, edits);
    }

    /// Lines of the form `label: answer`: where the label asks, both go; where the answer tells, it goes.
    fn labelled(&self, text: &str) -> Vec<(Range<usize>, Fate)> {
        let mut found = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let body = line.trim_end();
            let start = at + (body.len() - body.trim_start().len());
            if let Some(fate) = self.led(body) {
                found.push((start..at + body.len(), fate));
                at += line.len();
                continue;
            }
            if !has_label(body) && !body.contains('=') {
                at += line.len();
                continue;
            }
            for (colon, sign) in body.char_indices().filter(|(_, letter)| matches!(letter, ':' | '：' | '=')).take(COLONS_MAX) {
                let (label, answer) = (body.get(..colon).unwrap_or_default(), body.get(colon + sign.len_utf8()..).unwrap_or_default());
                if label.trim().is_empty() || answer.trim().is_empty() {
                    continue;
                }
                if let Some(fate) = self.label(label) {
                    found.push((start..at + body.len(), fate));
                    break;
                }
                if let Some(fate) = self.cell(label.trim(), answer) {
                    found.push((at + body.len() - answer.trim_start().len()..at + body.len(), fate));
                    break;
                }
            }
            at += line.len();
        }
        found
    }

    /// What a line asks for in which dots or a dash lead from a name to a short answer.
    fn led(&self, line: &str) -> Option<Fate> {
        let leads = |letter: char| letter.is_whitespace() || matches!(letter, '.' | '…' | '_' | '-' | '–' | '—');
        LEADERS.iter().filter_map(|leader| line.split_once(leader)).find_map(|(name, answer)| {
            let answer = answer.trim_matches(leads);
            let may_ask = !answer.is_empty() && is_short(answer) && self.policy.is_naming(name);
            if may_ask { self.heading(name) } else { None }
        })
    }

    /// What a text asks for that the one below it answers: a question whatever stands there, a short name what is short too.
    pub fn asked_above(&self, asked: &str, said: &str) -> Option<Fate> {
        if is_question(said) || self.is_labelled(said) {
            return None;
        }
        if is_question(asked) {
            return self.question(asked);
        }
        let is_name = asked.split_whitespace().nth(HEADING_WORDS_MAX).is_none()
            && !SIGNS.iter().any(|sign| asked.contains(sign))
            && !self.is_labelled(asked);
        if is_name && is_short(said) { self.heading(asked).filter(|_| self.led(asked).is_none()) } else { None }
    }

    /// Whether a text is a label and its answer; where the label says only that an answer follows, it is an answer.
    fn is_labelled(&self, text: &str) -> bool {
        let parts = text.split_once([':', '：', '=']);
        parts.is_some_and(|(label, said)| !label.trim().is_empty() && !said.trim().is_empty() && !self.policy.answers(label.trim()))
    }

    /// Answers that stand below what asks for them, line under line or in columns, or behind a question.
    fn answered(&self, text: &str, found: &mut Vec<(Range<usize>, Fate)>) {
        let base = text.as_ptr() as usize;
        let lines: Vec<Line<'_>> =
            text.split('\n').map(str::trim).map(|said| Line { said, start: (said.as_ptr() as usize).saturating_sub(base) }).collect();
        let mut said = lines.iter().enumerate().filter(|(_, line)| !line.said.is_empty()).peekable();
        while let Some((_, line)) = said.next() {
            self.behind_questions(line, found);
            let Some((at, next)) = said.peek().copied() else { break };
            let Some(fate) = self.asked_above(line.said, next.said) else { continue };
            found.extend([line, next].map(|line| (line.span(), fate)));
            let more = lines.iter().skip(at + 1).filter(|_| is_question(line.said));
            let goes_on =
                |line: &&Line<'_>| !line.said.is_empty() && is_short(line.said) && !is_question(line.said) && !self.is_labelled(line.said);
            found.extend(more.take_while(goes_on).map(|line| (line.span(), fate)));
        }
        for lines in lines.split(|line| line.said.is_empty()) {
            for sign in SIGNS {
                if lines.iter().any(|line| line.said.contains(sign)) {
                    self.columns_of(lines, sign, found);
                }
            }
        }
    }

    /// A question in a line and a short answer behind it.
    fn behind_questions(&self, line: &Line<'_>, found: &mut Vec<(Range<usize>, Fate)>) {
        let ends = |letter: char| matches!(letter, '.' | '!' | '?' | '。' | '！' | '？' | '؟' | ';');
        for (mark, sign) in line.said.char_indices().filter(|(_, letter)| matches!(letter, '?' | '？' | '؟')).take(COLONS_MAX) {
            let (Some(before), Some(rest)) = (line.said.get(..mark), line.said.get(mark + sign.len_utf8()..)) else { continue };
            let start =
                before.rfind(ends).map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8));
            let answer = rest.find(ends).and_then(|end| rest.get(..end)).unwrap_or(rest);
            if !answer.trim().is_empty()
                && is_short(answer)
                && let Some(fate) = before.get(start..).and_then(|label| self.label(label)).or_else(|| self.label(before))
            {
                found.push((line.start + start..line.start + mark + sign.len_utf8() + answer.trim_end().len(), fate));
            }
        }
    }

    /// Columns that a text sets with a sign: what stands under a head, or beside a label.
    fn columns_of(&self, lines: &[Line<'_>], sign: &str, found: &mut Vec<(Range<usize>, Fate)>) {
        let rows: Vec<Vec<Range<usize>>> = lines.iter().map(|line| cells(line.said, sign)).collect();
        let said = |line: &Line<'_>, cell: &Range<usize>| line.said.get(cell.clone()).map(str::to_owned).unwrap_or_default();
        let place = |line: &Line<'_>, cell: &Range<usize>| line.start + cell.start..line.start + cell.end;
        // In running text there are commas as well.
        let is_prose = matches!(sign, "," | ";");
        for (at, (line, row)) in lines.iter().zip(&rows).enumerate().filter(|(_, (_, row))| row.len() > 1) {
            let mut asked = None;
            for (index, cell) in row.iter().enumerate() {
                let text = said(line, cell);
                if is_question(&text) {
                    asked = self.question(&text);
                } else if index == 0 && row.len() == 2 && !is_prose {
                    asked = self.heading(&text);
                }
                if let Some(fate) = asked {
                    found.push((place(line, cell), fate));
                }
            }
            let below = || lines.iter().zip(&rows).skip(at + 1);
            let same = || below().filter(|(_, other)| other.len() == row.len()).count();
            if at >= HEADS_MAX || same() == 0 || (is_prose && same() * 2 < below().count()) {
                continue;
            }
            for (index, cell) in row.iter().enumerate() {
                let Some(fate) = self.heading(&said(line, cell)) else { continue };
                found.push((place(line, cell), fate));
                let is_rule = |text: &str| text.chars().all(|letter| matches!(letter, '-' | '=' | '+' | ':' | '|' | ' ' | '_'));
                let below = below().filter(|(line, other)| (other.len() > 1 || sign == ALIGNED) && !is_rule(line.said));
                for (line, other) in below {
                    match other.get(index).filter(|_| other.len() == row.len()) {
                        Some(cell) if cell.is_empty() => {}
                        Some(cell) => found.push((place(line, cell), fate)),
                        // Nobody can say which part of the line stands in the column.
                        None => found.push((line.span(), fate)),
                    }
                }
            }
        }
    }

    /// Words in which something is found once they are decoded, and numbers whose letters only look like those of a number.
    fn disguised(&self, text: &str) -> Vec<(Range<usize>, Fate)> {
        let mut found = Vec::new();
        if let Some((plain, places)) = latin(text)
            && let Some(fate) = self.fate(Category::Identifier)
        {
            let place = |at: usize| places.get(at).copied().unwrap_or(text.len());
            let numbers = self.detector.identifiers(&plain).into_iter().filter(|number| number.valid);
            found.extend(numbers.map(|number| (place(number.start)..place(number.end), fate)));
        }
        for (start, _) in text.match_indices("<?") {
            let rest = text.get(start + 2..).unwrap_or_default();
            let inner = rest.split("?>").next().unwrap_or_default();
            let said = inner.split_once(char::is_whitespace).map_or("", |(_, said)| said);
            if let Some(fate) = self.cell("", said).or_else(|| self.first(said)) {
                found.push((start..start + 2 + inner.len(), fate));
            }
        }
        if !text.contains('%') && text.len() < BASE64_MIN {
            return found;
        }
        for (start, word) in words(text) {
            if let Some(fate) = self.decoded(word, 0) {
                found.push((start..start + word.len(), fate));
            }
        }
        found
    }

    /// What a word says once it is decoded, as often as it was encoded.
    fn decoded(&self, word: &str, depth: usize) -> Option<Fate> {
        if depth >= DECODED_MAX {
            return None;
        }
        let plain = if word.contains('%') { percent(word) } else { base64(word) }?;
        let spaced = plain.replace(['&', '?', '/', '+'], " ").replace('=', ": ");
        let pairs = || plain.split(['?', '&', ';']).filter_map(|pair| pair.split_once('='));
        self.first(&plain)
            .or_else(|| self.first(&spaced))
            .or_else(|| pairs().find_map(|(name, said)| self.name(name).or_else(|| self.cell(name, said)).or_else(|| self.first(said))))
            .or_else(|| self.cell("", plain.trim_matches(|letter: char| !letter.is_alphanumeric())))
            .or_else(|| words(&plain).filter(|(_, inner)| *inner != word).find_map(|(_, inner)| self.decoded(inner, depth + 1)))
    }
}

/// The last part of an address or a path (`http://example.org/citizenship`, `ex:citizenship`, `/citizenship`).
fn last_part(text: &str) -> Option<&str> {
    let is_address = !text.contains(char::is_whitespace) && text.contains(['/', '#', ':']) && !text.ends_with(MARKS);
    if is_address { text.rsplit(['/', '#', ':']).find(|part| !part.is_empty()) } else { None }
}

/// Whether a text ends as a question or a label does.
pub(crate) fn is_question(text: &str) -> bool {
    text.trim_end().trim_end_matches('*').ends_with(MARKS)
}

/// What many answers are: a word or three.
pub(crate) fn is_short(text: &str) -> bool {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).count();
    words <= SHORT_WORDS_MAX && text.trim().len() <= SHORT_BYTES_MAX
}

fn remember<V>(known: &RefCell<HashMap<String, V>>, name: &str, value: V) {
    let mut known = known.borrow_mut();
    if known.len() >= KNOWN_MAX {
        known.clear();
    }
    known.insert(name.to_owned(), value);
}

/// Whether nothing in a text has to be taken apart: no markup, no label, no row of letters and digits as chance mixes them,
/// nothing that may be decoded.
fn is_plain(text: &str) -> bool {
    let (mut colon, mut foreign, mut row, mut word) = (false, false, Longest::default(), Longest::default());
    for byte in text.bytes() {
        match byte {
            b'<' | b'>' | b'&' | b'%' | b'=' => return false,
            // A wide colon begins so, and wide letters.
            0xef => (colon, foreign) = (true, true),
            b':' => colon = true,
            // And Greek and Cyrillic ones so.
            0xce..=0xd1 => foreign = true,
            _ => {}
        }
        row.add(byte.is_ascii_alphanumeric());
        word.add(!byte.is_ascii_whitespace());
    }
    let labelled = colon && has_label(text);
    let random = row.most >= RANDOM_MIN && text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(is_random);
    let encoded = word.most >= BASE64_MIN && words(text).any(|(_, word)| base64(word).is_some());
    let looks_latin = foreign && latin(text).is_some();
    !labelled && !random && !encoded && !looks_latin
}

/// The length of the longest row.
#[derive(Default)]
struct Longest {
    now: usize,
    most: usize,
}

impl Longest {
    fn add(&mut self, goes_on: bool) {
        self.now = if goes_on { self.now + 1 } else { 0 };
        self.most = self.most.max(self.now);
    }
}

/// Whether a colon may end a label: in a time there is none.
fn has_label(text: &str) -> bool {
    let is_time = |before: &str, behind: &str| {
        let of_a_time = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'.' | b':' | b'T' | b' ');
        before.bytes().all(of_a_time) && before.ends_with(|c: char| c.is_ascii_digit()) && behind.starts_with(|c: char| c.is_ascii_digit())
    };
    text.match_indices([':', '：'])
        .any(|(at, sign)| !is_time(text.get(..at).unwrap_or_default(), text.get(at + sign.len()..).unwrap_or_default()))
}

/// Whether a browser would read more in a text than stands there: tags, or references to letters.
fn is_markup(text: &str) -> bool {
    let is_tag = |rest: &str| rest.starts_with(|letter: char| letter.is_ascii_alphabetic() || matches!(letter, '/' | '!'));
    let is_reference = |rest: &str| {
        let name = rest.split(';').next().unwrap_or_default();
        name.len() < rest.len() && name.len() < 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
    };
    text.split('<').skip(1).any(is_tag) || text.split('&').skip(1).any(is_reference)
}

/// Whether a value is a code, a word or a short phrase, and no sentence.
fn is_cell(text: &str) -> bool {
    let ends = |letter: char| matches!(letter, '.' | '!' | '?' | '。' | '！' | '？' | '؟' | '।');
    !text.is_empty()
        && text.len() <= CELL_BYTES_MAX
        && !text.ends_with(ends)
        && !text.as_bytes().windows(2).any(|pair| pair == b". ")
        && !text.contains('\n')
        && text.split_whitespace().nth(CELL_WORDS_MAX).is_none()
}

/// Whether a text is one long row of letters and digits as chance mixes them, a hash or a token: what reads like a word in
/// it (`1daca42b9e603da1`) is none.
fn is_random(text: &str) -> bool {
    let text = text.trim_end_matches('=');
    let kinds = text.bytes().map(|byte| byte.is_ascii_digit());
    text.len() >= RANDOM_MIN
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && kinds.clone().zip(kinds.skip(1)).filter(|(before, behind)| before != behind).count() >= RANDOM_TURNS_MIN
}

/// The same text with such rows left out.
fn without_random(text: &str) -> Cow<'_, str> {
    if !text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(is_random) {
        return Cow::Borrowed(text);
    }
    let is_part = |letter: char| letter.is_ascii_alphanumeric();
    let parts = text.split_inclusive(|letter: char| !is_part(letter));
    parts.map(|part| if is_random(part.trim_end_matches(|letter| !is_part(letter))) { " " } else { part }).collect()
}

/// Whether part of a text is only part of such a row.
fn in_random(text: &str, part: Range<usize>) -> bool {
    let (Some(before), Some(behind)) = (text.get(..part.start), text.get(part.end..)) else { return false };
    let is_part = |letter: char| letter.is_ascii_alphanumeric();
    let start = before.len() - before.trim_end_matches(is_part).len();
    let end = behind.len() - behind.trim_start_matches(is_part).len();
    start + end > 0 && text.get(part.start - start..part.end + end).is_some_and(is_random)
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let base = text.as_ptr() as usize;
    text.split_whitespace().map(move |word| (word.as_ptr() as usize - base, word))
}

/// A line of a text without the spaces around it.
struct Line<'t> {
    said: &'t str,
    start: usize,
}

impl Line<'_> {
    fn span(&self) -> Range<usize> {
        self.start..self.start + self.said.len()
    }
}

/// The cells of a line that a sign parts, without the spaces around them. A sign between quotes parts none.
fn cells(line: &str, sign: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let (mut start, mut quoted, mut behind) = (0, false, 0);
    let mut add = |from: usize, to: usize| {
        let cell = line.get(from..to).unwrap_or_default();
        let from = from + (cell.len() - cell.trim_start().len());
        out.push(from..from + cell.trim().len());
    };
    for (at, letter) in line.char_indices() {
        quoted ^= letter == '"';
        if !quoted && at >= behind && line.get(at..).is_some_and(|rest| rest.starts_with(sign)) {
            add(start, at);
            // Columns that spaces set may be far from one another.
            let rest = line.get(at..).unwrap_or_default();
            start = if sign == ALIGNED { at + (rest.len() - rest.trim_start().len()) } else { at + sign.len() };
            behind = start;
        }
    }
    add(start, line.len());
    if sign == "|" {
        // Such rows may begin and end with it.
        let is_edge = |at: usize, count: usize, cell: &Range<usize>| cell.is_empty() && (at == 0 || at + 1 == count);
        let count = out.len();
        let mut at = 0;
        out.retain(|cell| {
            at += 1;
            !is_edge(at - 1, count, cell)
        });
    }
    out
}

/// A text with letters of other scripts, and wide ones, as the Latin ones they look like, and where each of its bytes stands;
/// none where that changes nothing of a number.
fn latin(text: &str) -> Option<(String, Vec<usize>)> {
    if text.is_ascii() || !text.chars().any(|letter| plain_letter(letter) != letter) {
        return None;
    }
    let (mut plain, mut places) = (String::with_capacity(text.len()), Vec::with_capacity(text.len() + 1));
    for (at, letter) in text.char_indices() {
        let letter = plain_letter(letter);
        plain.push(letter);
        places.extend(std::iter::repeat_n(at, letter.len_utf8()));
    }
    plain.bytes().any(|byte| byte.is_ascii_digit()).then_some((plain, places))
}

/// The capital or digit of a number that a letter looks like.
fn plain_letter(letter: char) -> char {
    let latin = match letter {
        '\u{ff01}'..='\u{ff5e}' => u32::from(letter).checked_sub(0xfee0).and_then(char::from_u32),
        _ => LOOKALIKES.iter().find(|(other, _)| *other == letter).map(|(_, latin)| *latin),
    };
    latin.unwrap_or(letter)
}

fn percent(word: &str) -> Option<String> {
    let mut out = Vec::with_capacity(word.len());
    let mut bytes = word.as_bytes();
    let mut changed = false;
    while let Some((first, rest)) = bytes.split_first() {
        let code = rest.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                changed = true;
                out.push(byte);
                bytes = rest.get(2..).unwrap_or_default();
            }
            None => {
                out.push(if *first == b'+' { b' ' } else { *first });
                bytes = rest;
            }
        }
    }
    // One byte that is no text does not hide the others.
    changed.then(|| String::from_utf8_lossy(&out).into_owned())
}

fn base64(word: &str) -> Option<String> {
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    let word = word.split_once(";base64,").map_or(word, |(_, said)| said);
    let bare = word.trim_matches(['"', '\'', ',', ';', '(', ')']).trim_end_matches('=');
    if bare.len() < BASE64_MIN {
        return None;
    }
    let bytes = STANDARD_NO_PAD.decode(bare).or_else(|_| URL_SAFE_NO_PAD.decode(bare)).ok()?;
    String::from_utf8(bytes).ok().filter(|text| !text.contains(|c: char| c.is_control() && !c.is_whitespace()))
}

/// The sentences of a text, roughly: one too long is no harm.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut ended = false;
    // The two letters before: a letter by itself before a dot is an abbreviation (`U.S.`).
    let (mut before, mut last) = (' ', ' ');
    for (at, letter) in text.char_indices() {
        if ended && letter.is_whitespace() || letter == '\n' {
            out.push(start..at);
            start = at;
        }
        ended = matches!(letter, '.' | '!' | '?' | ';' | '。' | '！' | '？' | '؟' | '।');
        ended &= !(letter == '.' && last.is_uppercase() && !before.is_alphanumeric());
        (before, last) = (last, letter);
        if matches!(letter, '。' | '！' | '？') {
            out.push(start..at + letter.len_utf8());
            start = at + letter.len_utf8();
        }
    }
    out.push(start..text.len());
    out.retain(|range| text.get(range.clone()).is_some_and(|sentence| !sentence.trim().is_empty()));
    out
}

/// What is known of columns: of the keys of a document, of the columns of a table.
#[derive(Debug, Default, Clone)]
pub(crate) struct Columns {
    /// By path: the name, the values seen since the columns were last asked about, and the first ones ever seen.
    seen: BTreeMap<String, Seen>,
    learnt: BTreeMap<String, Fate>,
    /// What heads say of the places below them; and for each list of rows, how many were seen that may hold heads.
    told: BTreeMap<String, Fate>,
    heads: BTreeMap<String, usize>,
    /// Short names that the document defines as names of status, and whether new ones were seen.
    defined: BTreeMap<String, Fate>,
    /// Columns of values: as many of their cells tell by themselves as ask, or more.
    values: BTreeSet<String>,
    is_defined: bool,
    hasher: RandomState,
    /// Whether there are more than can be kept in mind.
    is_full: bool,
}

#[derive(Debug, Default, Clone)]
struct Seen {
    name: String,
    /// What asks is read as a question, which needs its words.
    asks: bool,
    now: Cells,
    ever: Cells,
    /// Whether the latter has grown.
    grown: bool,
}

/// The distinct cells of a column.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Cells {
    loud: BTreeSet<String>,
    /// Those in which nothing stands at a glance, by their hashes: that they are there is all that they tell of the column.
    quiet: HashSet<u64>,
}

impl Cells {
    fn len(&self) -> usize {
        self.loud.len() + self.quiet.len()
    }

    /// Adds a cell, where there is room; whether it is a new one.
    fn add(&mut self, cell: &str, quiet: Option<u64>, most: usize) -> bool {
        if self.len() >= most {
            return false;
        }
        match quiet {
            Some(hash) => self.quiet.insert(hash),
            None => !self.loud.contains(cell) && self.loud.insert(cell.to_owned()),
        }
    }
}

impl Columns {
    /// Shows what stands in a column of a name.
    pub fn see(&mut self, path: &str, name: &str, value: &str, look: &Look<'_>) {
        self.see_heard(path, name, value, look.hear(value), look);
    }

    /// The same, of a value that was glanced at before.
    pub fn see_heard(&mut self, path: &str, name: &str, value: &str, heard: Heard, look: &Look<'_>) {
        let value = value.trim();
        if !heard.is_cell || is_random(value) || self.learnt.contains_key(path) || look.policy.is_word(value) {
            return;
        }
        let is_full = self.seen.len() >= COLUMNS_MAX;
        let seen = match self.seen.get_mut(path) {
            Some(seen) => seen,
            None if is_full => {
                self.is_full = true;
                return;
            }
            None => {
                let key = look.key(name);
                let asks = key.asks && !key.answers;
                self.seen.entry(path.to_owned()).or_insert_with(|| Seen { name: name.to_owned(), asks, ..Seen::default() })
            }
        };
        let is_quiet = !heard.glance.phrase && !heard.glance.cell && !seen.asks;
        let quiet = is_quiet.then(|| self.hasher.hash_one(value));
        if seen.now.add(value, quiet, DISTINCT_MAX) {
            seen.grown |= seen.ever.add(value, quiet, DISTINCT_EVER_MAX);
        }
    }

    /// Asks about what was seen; whether anything new was learnt.
    pub fn learn(&mut self, look: &Look<'_>) -> bool {
        let before = self.learnt.len();
        self.learnt.append(&mut self.told);
        for (path, seen) in &mut self.seen {
            let now = std::mem::take(&mut seen.now);
            let grown = std::mem::take(&mut seen.grown);
            let fate = look.column(&seen.name, &now);
            // What is told by few values at a time, many may tell together.
            let fate = fate.or_else(|| if grown && seen.ever != now { look.column(&seen.name, &seen.ever) } else { None });
            if let Some(fate) = fate {
                self.learnt.insert(path.clone(), fate);
                let (asking, telling): (Vec<&String>, Vec<&String>) =
                    seen.ever.loud.iter().filter(|cell| look.detector.tells(cell)).partition(|cell| look.asking_anew(cell).is_some());
                if !telling.is_empty() && telling.len() >= asking.len() {
                    self.values.insert(path.clone());
                }
            }
        }
        self.seen.retain(|path, _| !self.learnt.contains_key(path));
        std::mem::take(&mut self.is_defined) || self.learnt.len() > before
    }

    pub fn fate(&self, path: &str) -> Option<Fate> {
        if self.learnt.is_empty() { None } else { self.learnt.get(path).copied() }
    }

    /// Whether what stands in a column tells by itself, and asks for nothing.
    pub fn are_values(&self, path: &str) -> bool {
        !self.values.is_empty() && self.values.contains(path)
    }

    /// Says what a short name means wherever it stands in the document.
    pub fn define(&mut self, name: &str, fate: Fate) {
        if self.defined.len() < COLUMNS_MAX && !self.defined.contains_key(name) {
            self.defined.insert(name.to_owned(), fate);
            self.is_defined = true;
        }
    }

    /// What the document defines a short name to mean.
    pub fn defined(&self, name: &str) -> Option<Fate> {
        if self.defined.is_empty() { None } else { self.defined.get(name).copied() }
    }

    /// Says what a head says of the column below it.
    pub fn tell(&mut self, path: &str, fate: Fate) {
        if !self.learnt.contains_key(path) && !self.told.contains_key(path) {
            self.told.insert(path.to_owned(), fate);
        }
    }

    /// Whether a row of a list may hold heads: it is one of the first.
    pub fn may_be_head(&mut self, path: &str) -> bool {
        if let Some(seen) = self.heads.get_mut(path) {
            *seen += 1;
            return *seen <= HEADS_MAX;
        }
        if self.heads.len() < COLUMNS_MAX {
            self.heads.insert(path.to_owned(), 1);
        }
        true
    }

    /// Whether all could be kept in mind.
    ///
    /// # Errors
    /// More columns than that: of keys that are values, there may be as many as records.
    pub fn bounded(&self) -> Result<(), Blocked> {
        if self.is_full { Err(Blocked::Large { what: "different keys of records", limit: COLUMNS_MAX }) } else { Ok(()) }
    }

    /// The same, with nothing seen yet: for another look at the same body.
    pub fn learnt(self) -> Self {
        Self { seen: BTreeMap::new(), ..self }
    }
}
