//! Labels: what on a form asks for an answer. One notion for every format, made of layout and punctuation alone.
//!
//! A line asks where it ends in a colon, or has a place to write (`____`) or to tick (`☐`, `[ ]`) in it. Where it is known that
//! labels stand (a form's page, a table's cell, a list of short lines), a short text that ends no sentence asks as well.

use crate::{Job, PieceKind, Place};

/// Characters that stand for a place to tick, ticked or not. The last six are what fonts of symbols have instead.
const BOXES: [char; 19] = [
    '☐', '☑', '☒', '□', '❏', '❐', '❑', '❒', '▢', '◻', '○', '◯', '⃝', '\u{f06f}', '\u{f071}', '\u{f072}', '\u{f0a8}', '\u{f0fe}', '\u{f078}',
];
/// Characters with which an item of a list begins.
const BULLETS: [char; 10] = ['-', '*', '+', '•', '●', '▪', '■', '‣', '–', '·'];
/// Words of a whole line that may be a label by its marks; longer is running text with a gap in it.
pub(crate) const MARKED_WORDS_MAX: usize = 40;
/// Words before a colon.
const COLON_WORDS_MAX: usize = 12;
/// Words of a label with somebody's answer behind it, and of that answer.
const NAME_WORDS_MAX: usize = 8;
const ANSWER_WORDS_MAX: usize = 4;
/// Words of a label that nothing but its place marks as one.
const PLAIN_WORDS_MAX: usize = 15;
const LISTED_WORDS_MAX: usize = 10;
/// Words of a choice; a longer one is a statement that somebody ticks, which asks by itself.
const CHOICE_WORDS_MAX: usize = 4;
/// Letters of an answer that is but yes or no.
const BARE_ANSWER_LETTERS_MAX: usize = 6;
/// Places to tick beside one question that are looked at.
const CHOICES_MAX: usize = 200;

/// One question on a line, and what stands there to be ticked or was answered.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Its words; nothing where a line has but choices.
    pub question: String,
    /// What may be ticked.
    pub choices: Vec<String>,
    /// What somebody wrote behind it.
    pub answer: String,
}

/// What a line is made of.
enum Part<'a> {
    Text(&'a str),
    /// A place to write.
    Blank,
    /// A place to tick.
    Box,
}

/// The questions on a line that marks them as such; none where it does not. A line may hold several, each with its own place.
pub(crate) fn asked(line: &str) -> Vec<Asked> {
    if !has_letters(line) {
        return Vec::new();
    }
    let parts = parts(line);
    if parts.iter().all(|part| matches!(part, Part::Text(_))) {
        return by_colons(line);
    }
    if words(line) > MARKED_WORDS_MAX {
        return Vec::new();
    }
    let running = parts.iter().skip(1).any(|part| matches!(part, Part::Text(text) if goes_on(text)))
        && parts.iter().all(|part| !matches!(part, Part::Box));
    if running {
        // A statement to be completed is one question, however many gaps it has.
        return vec![Asked { question: bare(line), ..Asked::default() }];
    }
    let mut asked: Vec<Asked> = Vec::new();
    let mut text = String::new();
    let mut ticking = false;
    let last = parts.len().saturating_sub(1);
    let boxes = parts.iter().filter(|part| matches!(part, Part::Box)).count();
    // `Yes [ ] No [ ]`: the places stand behind what is ticked.
    let behind =
        boxes > 1 && matches!(parts.first(), Some(Part::Text(text)) if has_letters(text)) && matches!(parts.last(), Some(Part::Box));
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Text(found) if ticking && !behind => {
                let (choice, rest) = after_choice(found);
                if let Some(open) = asked.last_mut().filter(|open| has_letters(choice) && open.choices.len() < CHOICES_MAX) {
                    open.choices.push(bare(choice));
                }
                ticking = false;
                text.push_str(rest);
            }
            Part::Text(found) => text.push_str(found),
            Part::Blank => {
                // Behind a choice it is room for what it does not say.
                ask(&mut text, &mut asked);
            }
            Part::Box if behind => {
                let found = std::mem::take(&mut text);
                let (label, choice) = if asked.is_empty() { before_choice(&found) } else { ("", found.as_str()) };
                if asked.is_empty() || has_letters(label) {
                    asked.push(Asked { question: bare(label), ..Asked::default() });
                }
                if let Some(open) = asked.last_mut().filter(|open| has_letters(choice) && open.choices.len() < CHOICES_MAX) {
                    open.choices.push(bare(choice));
                }
            }
            Part::Box => {
                ask(&mut text, &mut asked);
                ticking = index < last;
                if asked.is_empty() && ticking {
                    asked.push(Asked::default());
                }
            }
        }
    }
    // What stands in brackets behind the last place explains it.
    if !text.trim_start().starts_with(['(', '（', '[']) {
        ask(&mut text, &mut asked);
    }
    asked.retain(|asked| !asked.question.is_empty() || !asked.choices.is_empty());
    asked
}

/// Takes the text before a place to fill in as a question.
fn ask(text: &mut String, asked: &mut Vec<Asked>) {
    let found = std::mem::take(text);
    if has_letters(&found) {
        // Several labels may stand before one place, apart from each other.
        let mut rest = found.as_str();
        while has_letters(rest) {
            let (one, more) = at_gap(rest);
            asked.extend(
                by_colon(one).or_else(|| Some(Asked { question: bare(one), ..Asked::default() })).filter(|one| !one.question.is_empty()),
            );
            rest = more;
        }
    }
}

/// The questions of a line that has no place to fill in but what stands behind its colons, or a wide gap.
fn by_colons(line: &str) -> Vec<Asked> {
    if !line.contains([':', '：']) {
        return Vec::new();
    }
    let mut cells: Vec<String> = Vec::new();
    let mut rest = line;
    while has_letters(rest) {
        let (cell, more) = at_gap(rest);
        match cells.last_mut().filter(|last| last.trim_end().ends_with([':', '：']) && !cell.contains([':', '：'])) {
            // An answer may stand apart from what it answers.
            Some(last) => last.extend([" ", cell]),
            None => cells.push(cell.to_owned()),
        }
        rest = more;
    }
    // `Name: Date of birth:` asks twice.
    let cells: Vec<&str> = cells
        .iter()
        .flat_map(|cell| match cell.split_once(": ").filter(|(_, rest)| rest.trim_end().ends_with(':')) {
            Some((name, rest)) => vec![cell.get(..=name.len()).unwrap_or_default(), rest],
            None => vec![cell.as_str()],
        })
        .collect();
    let asked: Vec<Asked> = cells.iter().filter_map(|cell| by_colon(cell)).collect();
    // A line that asks in one of its parts and goes on in another is running text.
    if asked.len() == cells.len() { asked } else { Vec::new() }
}

/// The question that a line is by its colon: `Visa type:`, or with an answer `Visa type: F-1`.
fn by_colon(line: &str) -> Option<Asked> {
    let line = line.trim();
    let (name, rest) = line.split_once([':', '：'])?;
    let question = bare(name);
    let answer = rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '.' | '…' | '|' | '[' | ']' | '(' | ')'));
    let count = words(&question);
    if !is_plain(&question) || rest.starts_with([':', '/', '\\']) {
        return None;
    }
    match answer.is_empty() {
        true => (count <= COLON_WORDS_MAX).then(|| Asked { question, ..Asked::default() }),
        false => (count <= NAME_WORDS_MAX && words(answer) <= ANSWER_WORDS_MAX && !ends_sentence(rest)).then(|| Asked {
            question,
            answer: answer.to_owned(),
            ..Asked::default()
        }),
    }
}

/// Whether a text may be a label where labels stand: few words, and no sentence's end, nor one inside.
pub(crate) fn may_be_label(text: &str) -> bool {
    let text = text.trim();
    (1..=PLAIN_WORDS_MAX).contains(&words(text))
        && text.chars().nth(120).is_none()
        && !ends_sentence(text)
        && is_plain(text)
        && !is_contents(text)
        && crate::text::split(text).len() == 1
}

/// Whether a text may be a label where others stand beside it: a list of short lines, in a document that is no form.
pub(crate) fn may_be_listed(text: &str) -> bool {
    words(text) <= LISTED_WORDS_MAX && may_be_label(text)
}

/// Whether a text has letters and reads as words do that are said to a person: no code, address, key or name of a file, and
/// not all of it in brackets.
fn is_plain(text: &str) -> bool {
    let text = text.trim();
    let is_word = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let key = word.contains(char::is_alphabetic)
            && word.contains(|c: char| c.is_ascii_digit())
            && word.len() > 8
            && !word.contains(['-', '/']);
        let long = |part: &str| part.chars().nth(1).is_some();
        // `gc.exp` has a dot between words, `U.S.` between letters.
        let file = word.split_once('.').is_some_and(|(stem, ending)| long(stem) && ending.starts_with(char::is_lowercase));
        let variable = word.contains('_') && !word.contains("__");
        !(key || file || variable)
    };
    // A letter by itself is a choice, or a mark.
    let least = if text.contains(is_dense) { 1 } else { 2 };
    let bracketed = text.starts_with('(') && text.ends_with(')');
    text.chars().filter(|c| c.is_alphabetic()).nth(least - 1).is_some()
        && !bracketed
        && !text.contains(['=', '<', '>', '{', '}', '@', '\\', '`', '^', '~', ';'])
        && !text.contains("::")
        && text.split_whitespace().all(is_word)
}

/// Whether a text has a place to write or tick in it.
pub(crate) fn fills_in(text: &str) -> bool {
    parts(text).iter().any(|part| !matches!(part, Part::Text(_)))
}

/// Whether a text ends as sentences do that ask nothing.
pub(crate) fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '”' | '»' | ')' | '）' | '」' | '*'));
    let last = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    // `in the U.S.` ends nothing.
    let abbreviated = last.strip_suffix('.').is_some_and(|last| last.contains('.'));
    !abbreviated && text.ends_with(['.', '!', ';', ',', '。', '！', '；', '，', '、', '۔', '।', '؛', '،'])
}

/// Whether a text ends as questions do.
pub(crate) fn ends_question(text: &str) -> bool {
    text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | ')' | '）' | '»' | '”' | '*')).ends_with(['?', '？', '؟'])
}

/// Whether a line begins an item of its own: a bullet, a number or letter, a place to tick.
pub(crate) fn begins_item(line: &str) -> bool {
    let line = line.trim_start();
    unmarked(line).len() < line.len() || matches!(parts(line).first(), Some(Part::Box))
}

/// A label without what it is listed by, and without its line to write on. Gaps inside it stay, as three of `_`.
pub(crate) fn bare(text: &str) -> String {
    let mut out = String::new();
    for part in parts(unmarked(text)) {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Blank => out.push_str(" ___ "),
            Part::Box => out.push(' '),
        }
    }
    let joined = out.split_whitespace().collect::<Vec<_>>().join(" ");
    let open = |c: char| c.is_whitespace() || matches!(c, '_' | '*' | '|' | '…' | ':' | '：');
    // The dot of an abbreviation belongs to it, and dots to write on are several.
    let bare = joined.trim_matches(open).trim_end_matches("..").trim_matches(open);
    bare.to_owned()
}

/// How many words a text has. In scripts without blanks between words two letters are one.
pub(crate) fn words(text: &str) -> usize {
    text.split_whitespace()
        .map(|word| (word.chars().filter(|c| is_dense(*c)).count() / 2).max(usize::from(word.chars().any(char::is_alphanumeric))))
        .sum()
}

/// Columns that a text takes in a line of letters of one width.
pub(crate) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(|c| if is_dense(c) { 2 } else { 1 }).sum() }
}

/// Letters of scripts that put no blanks between words and are wide.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '\u{ff01}'..='\u{ff60}')
}

/// Whether a text has letters.
pub(crate) fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// Whether a line is of a table of contents: dots that lead to a number.
fn is_contents(line: &str) -> bool {
    let line = line.trim_end();
    let before = line.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, 'i' | 'v' | 'x'));
    let dots = before.trim_end_matches(|c: char| c == '.' || c == '…' || c.is_whitespace());
    before.len() < line.len() && before.get(dots.len()..).is_some_and(|led| led.matches(['.', '…']).count() >= 3)
}

/// Whether a text behind a gap goes on with the sentence that began before it.
fn goes_on(text: &str) -> bool {
    let text = text.trim_start();
    let first = text.chars().find(|c| c.is_alphanumeric());
    !text.starts_with(['(', '（', '[']) && first.is_some_and(char::is_lowercase)
}

/// A text without the bullet, number or letter that it is listed by.
fn unmarked(text: &str) -> &str {
    let text = text.trim_start();
    let bare = text.trim_start_matches(|c: char| BULLETS.contains(&c) || matches!(c, '|' | '#' | '>'));
    // A mark of a list stands apart from what it marks: `**` and `-5` are none.
    let apart = bare.starts_with(char::is_whitespace) || text.starts_with(['•', '●', '▪', '■', '‣', '|']);
    let text = if bare.len() < text.len() && apart { bare.trim_start() } else { text };
    let counted = text.strip_prefix('(').unwrap_or(text);
    let end = counted.find(|c: char| !c.is_alphanumeric() && c != '.').unwrap_or(counted.len());
    let (count, rest) = counted.split_at(end);
    // `1.`, `12a.`, `3.1`, `b)`: a number, or one letter, and what shows that it counts.
    let number = count.trim_end_matches('.').trim_end_matches(|c: char| c.is_ascii_lowercase());
    let is_number =
        number.starts_with(|c: char| c.is_ascii_digit()) && number.chars().all(|c| c.is_ascii_digit() || c == '.') && number.len() < 6;
    let is_letter = count.trim_end_matches('.').chars().count() == 1 && count.starts_with(char::is_alphabetic);
    let closed = rest.strip_prefix([')', '）', '、']);
    let dotted = Some(rest).filter(|rest| count.contains('.') && rest.starts_with(char::is_whitespace));
    match closed.or(dotted).filter(|rest| (is_number || is_letter) && has_letters(rest)) {
        Some(rest) => rest.trim_start(),
        None => text,
    }
}

/// A text up to a wide gap, and what follows behind it.
fn at_gap(text: &str) -> (&str, &str) {
    let head = text.len() - text.trim_start().len();
    let inner = text.get(head..).unwrap_or_default();
    let gap = inner.find('\t').into_iter().chain(inner.find("   ")).min();
    match gap {
        Some(at) => (inner.get(..at).unwrap_or_default(), inner.get(at..).unwrap_or_default()),
        None => (inner, ""),
    }
}

/// A choice, and the next question behind it.
fn after_choice(text: &str) -> (&str, &str) {
    let (choice, rest) = at_gap(text);
    let asks_on = rest.is_empty() && (ends_question(choice) || choice.trim_end().ends_with([':', '：']));
    let begins =
        choice.char_indices().zip(choice.chars().skip(1)).find(|((_, c), next)| c.is_whitespace() && (next.is_uppercase() || *next == '¿'));
    match begins.filter(|_| asks_on) {
        Some(((at, _), _)) => (choice.get(..at).unwrap_or_default(), choice.get(at..).unwrap_or_default()),
        None => (choice, rest),
    }
}

/// A question and the first of its choices, where nothing to tick stands between them.
fn before_choice(text: &str) -> (&str, &str) {
    let end = text.char_indices().rfind(|(_, c)| matches!(c, '?' | '？' | '؟' | ':' | '：')).map(|(at, c)| at + c.len_utf8());
    match end {
        Some(end) => (text.get(..end).unwrap_or_default(), text.get(end..).unwrap_or_default()),
        None => text.trim_end().rsplit_once("  ").unwrap_or((text, "")),
    }
}

/// Takes a line apart at its places to fill in.
fn parts(line: &str) -> Vec<Part<'_>> {
    // Most lines have none, and most letters cannot begin one.
    let may_begin = |byte: &u8| !byte.is_ascii() || matches!(byte, b'_' | b'[' | b'(' | b'.');
    if !line.as_bytes().iter().any(&may_begin) || is_contents(line) {
        return vec![Part::Text(line)];
    }
    let (mut parts, mut from, mut at) = (Vec::new(), 0, 0);
    while let Some(step) = line.as_bytes().get(at..).and_then(|rest| rest.iter().position(may_begin)) {
        at += step;
        let rest = line.get(at..).unwrap_or_default();
        let found = tick(rest).map(|length| (Part::Box, length)).or_else(|| blank(rest).map(|length| (Part::Blank, length)));
        if let Some((part, length)) = found {
            parts.extend(line.get(from..at).filter(|text| !text.trim().is_empty()).map(Part::Text));
            parts.push(part);
            at += length;
            from = at;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    parts.extend(line.get(from..).filter(|text| !text.trim().is_empty()).map(Part::Text));
    parts
}

/// The bytes of a place to tick that a text begins with.
fn tick(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if BOXES.contains(&first) {
        return Some(first.len_utf8());
    }
    let close = match first {
        '[' => ']',
        '(' => ')',
        '（' => '）',
        '［' => '］',
        _ => return None,
    };
    let inside = text.get(first.len_utf8()..)?;
    let end = inside.char_indices().take(5).find(|(_, c)| *c == close)?;
    let held = inside.get(..end.0)?;
    let empty = !held.is_empty() && held.chars().all(|c| c.is_whitespace() || c == '_');
    (empty || (first == '[' && matches!(held, "x" | "X"))).then(|| first.len_utf8() + end.0 + close.len_utf8())
}

/// The bytes of a place to write that a text begins with: a line of `_`, in parts as dates are, or of dots.
fn blank(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    let (line, least) = match first {
        '_' | '＿' | '‗' => (['_', '＿', '‗'], 3),
        '.' | '…' | '·' => (['.', '…', '·'], 4),
        _ => return None,
    };
    let (mut count, mut end, mut apart) = (0, 0, 0);
    for (at, c) in text.char_indices() {
        if line.contains(&c) {
            count += if c == '…' { 3 } else { 1 };
            end = at + c.len_utf8();
            apart = 0;
        } else if apart < 3 && (c == ' ' || (least == 3 && matches!(c, '/' | '-' | '.' | '(' | ')'))) {
            apart += 1;
        } else {
            break;
        }
    }
    (count >= least).then_some(end)
}

/// Hands out what asks on a line. Choices wait for more of their list, which may go on in the next line.
pub(crate) fn hand_out(asked: Vec<Asked>, context: &str, place: &Place, waiting: &mut Waiting, job: &mut Job<'_, '_>) {
    for Asked { question, choices, answer } in asked {
        if !question.is_empty() {
            waiting.flush(job);
            if answer.is_empty() {
                job.piece(PieceKind::Question, &question, context, place.clone());
            } else {
                job.column(&question, vec![answer], context, place.clone());
            }
            waiting.question = question;
        }
        for choice in choices {
            if words(&choice) > CHOICE_WORDS_MAX || ends_question(&choice) {
                job.piece(PieceKind::Question, &choice, context, place.clone());
            } else {
                waiting.add(choice, place, job);
            }
        }
    }
}

/// Choices of one question that may go on over several lines.
#[derive(Default)]
pub(crate) struct Waiting {
    /// The question before them.
    question: String,
    choices: Vec<String>,
    place: Place,
}

impl Waiting {
    fn add(&mut self, choice: String, place: &Place, job: &mut Job<'_, '_>) {
        if self.choices.len() >= job.limits.values_max {
            let question = self.question.clone();
            self.flush(job);
            self.question = question;
        }
        if self.choices.is_empty() {
            self.place = place.clone();
        } else {
            self.place.area = self.place.area.zip(place.area).map(|(all, one)| all.with(one));
        }
        if !self.choices.contains(&choice) {
            self.choices.push(choice);
        }
    }

    /// Takes a text that was handed out as the question of the choices that may follow.
    pub fn follow(&mut self, question: &str) {
        question.clone_into(&mut self.question);
    }

    /// Hands out the choices so far: what comes next is no choice of theirs.
    pub fn flush(&mut self, job: &mut Job<'_, '_>) {
        let (question, choices) = (std::mem::take(&mut self.question), std::mem::take(&mut self.choices));
        // Yes and no, in whatever language, say nothing that the question does not; codes in capitals do.
        let letters_max = if ends_question(&question) { BARE_ANSWER_LETTERS_MAX } else { BARE_ANSWER_LETTERS_MAX / 2 };
        let is_code = |choice: &String| choice.chars().nth(1).is_some() && choice.chars().all(char::is_uppercase);
        let is_bare = |choice: &String| choice.chars().nth(letters_max).is_none() && (ends_question(&question) || !is_code(choice));
        let tells = choices.len() > 2 || !choices.iter().all(is_bare);
        if let Some(first) = choices.first().filter(|_| tells) {
            let name = if question.is_empty() { first.clone() } else { question };
            job.column(&name, choices, "choices", std::mem::take(&mut self.place));
        }
    }
}

/// Lines that follow each other, each with the room that it had to go on, put together to what belongs together.
///
/// A line that a writer broke is followed by a word that had no room in it; a line that stands for itself had room left.
pub(crate) fn units(lines: &[Line<'_>]) -> Vec<std::ops::Range<usize>> {
    let breaks: Vec<Break> = lines.iter().zip(lines.iter().skip(1)).map(|(line, next)| between(line, next)).collect();
    let had_room = breaks.iter().filter(|found| matches!(found, Break::Room | Break::Sure)).count();
    // Of lines that were filled one after the other, one may have had room for a short word; of a list one is the longest.
    let listed = had_room * 2 >= breaks.len();
    let mut units = Vec::new();
    let mut start = 0;
    for (at, found) in breaks.iter().enumerate() {
        if *found == Break::Sure || (listed && *found != Break::None) {
            units.push(start..at + 1);
            start = at + 1;
        }
    }
    if start < lines.len() {
        units.push(start..lines.len());
    }
    units
}

/// A line as it is laid out. Units of width are up to the format.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub text: &'a str,
    pub width: f64,
    /// What it could have been wide.
    pub room: f64,
}

/// What lies between two lines.
#[derive(Debug, PartialEq)]
enum Break {
    /// The second begins something of its own, or the first is complete.
    Sure,
    /// The first had room for more.
    Room,
    /// The first was full.
    Full,
    /// The second goes on with the words of the first.
    None,
}

fn between(line: &Line<'_>, next: &Line<'_>) -> Break {
    let (text, following) = (line.text.trim(), next.text.trim());
    let first = following.split_whitespace().next().unwrap_or_default();
    // Scripts without blanks break anywhere.
    let first = if first.chars().any(is_dense) { 2 } else { width(first) + 1 };
    let needed = line.width + to_f64(first) * line.width / to_f64(width(text).max(1));
    let room = needed <= line.room;
    if begins_item(following) || ends_question(text) || text.ends_with([':', '：']) || fills_in(text) {
        return Break::Sure;
    }
    let goes_on =
        following.starts_with(|c: char| c.is_lowercase() || c == '(' || c == '（') || text.ends_with([',', '-', '/', '，', '、', '،']);
    match (goes_on, by_colon(following).is_some()) {
        (false, true) => Break::Sure,
        (true, true) if by_colon(text).is_some() => Break::Sure,
        (true, _) if fills_in(following) && room && may_be_label(text) => Break::Sure,
        (true, _) => Break::None,
        // No line of a paragraph but its last is left half empty.
        (false, false) if needed < line.room * 0.6 => Break::Sure,
        (false, false) if room => Break::Room,
        (false, false) => Break::Full,
    }
}

/// A count as a measure of length.
#[expect(clippy::cast_precision_loss, reason = "a line has few letters")]
pub(crate) fn to_f64(count: usize) -> f64 {
    count as f64
}
