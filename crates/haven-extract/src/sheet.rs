//! Sheets of workbooks, cell by cell: a table's columns under their names, or the labels of a form drawn as a sheet; and
//! XLSForm, whose sheets are a list of questions and a list of choices.

use crate::data::{Kept, too_many_values};
use crate::{Job, PieceKind, Place, label, text};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// Rows held before it is decided what a sheet is.
const ROWS_HELD: usize = 300;
/// Rows among which the names of columns are looked for.
const ROWS_OF_NAMES: usize = 20;
/// Words from which a cell is running text.
const SENTENCE_WORDS: usize = 5;

/// The filled cells of a row, by column from 0.
type Row = BTreeMap<u32, String>;

/// A sheet being read.
pub(crate) struct Sheet {
    name: String,
    hidden: bool,
    hidden_columns: Vec<RangeInclusive<u32>>,
    /// In order.
    hidden_rows: Vec<RangeInclusive<u32>>,
    /// With how many rows each stands for.
    held: Vec<(u32, Row, u64)>,
    row: (u32, Row),
    /// How many rows the one at hand stands for.
    times: u64,
    kind: Option<Kind>,
    columns: BTreeMap<u32, Column>,
    /// Rows of a table, below the names.
    rows: u64,
    /// Of an XLSForm: the columns that its lists of choices are.
    lists: BTreeMap<String, u32>,
    values_bytes: usize,
    cut: bool,
}

/// What of a sheet is hidden, from 0.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hidden {
    pub columns: Vec<RangeInclusive<u32>>,
    pub rows: Vec<RangeInclusive<u32>>,
}

/// What a sheet is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Columns under names.
    Table,
    /// Labels and places to fill in, anywhere.
    Form,
    /// Of an XLSForm: one question a row.
    Survey,
    /// Of an XLSForm: one choice a row.
    Choices,
}

/// A column of a table.
#[derive(Default)]
struct Column {
    name: String,
    row: u32,
    values: Kept,
    /// Of them, those in rows that are hidden, and the first of these.
    hidden: Option<(u32, Kept)>,
}

impl Sheet {
    /// An empty sheet.
    pub fn new(name: &str, hidden: bool) -> Self {
        Self {
            name: name.to_owned(),
            hidden,
            hidden_columns: Vec::new(),
            hidden_rows: Vec::new(),
            held: Vec::new(),
            row: (0, Row::new()),
            times: 1,
            kind: None,
            columns: BTreeMap::new(),
            rows: 0,
            lists: BTreeMap::new(),
            values_bytes: 0,
            cut: false,
        }
    }

    /// Says which columns and rows are hidden.
    pub fn hide(&mut self, Hidden { columns, mut rows }: Hidden) {
        self.hidden_columns = columns;
        rows.sort_by_key(|rows| *rows.start());
        self.hidden_rows = rows;
    }

    fn is_hidden(&self, row: u32) -> bool {
        let behind = self.hidden_rows.partition_point(|rows| *rows.start() <= row);
        behind.checked_sub(1).and_then(|at| self.hidden_rows.get(at)).is_some_and(|rows| rows.contains(&row))
    }

    /// Takes a cell. Cells come row by row.
    pub fn cell(&mut self, row: u32, column: u32, text: &str, job: &mut Job<'_, '_>) {
        if row != self.row.0 {
            self.end_row(job);
            self.row.0 = row;
        }
        if !text.trim().is_empty() {
            self.row.1.insert(column, text.trim().to_owned());
        }
    }

    /// Says that the row at hand stands for so many that are the same.
    pub fn repeat(&mut self, times: u64) {
        self.times = times;
    }

    /// Ends the sheet: hands out what is left. Gives the names of its columns.
    pub fn finish(mut self, job: &mut Job<'_, '_>) -> BTreeMap<u32, String> {
        self.end_row(job);
        if self.kind.is_none() {
            self.decide(job);
        }
        if self.cut {
            job.unread(self.place(None), too_many_values());
        }
        let mut names = BTreeMap::new();
        for (at, column) in std::mem::take(&mut self.columns) {
            let context = self.context(at, column.row);
            let place = self.place(Some((column.row, at)));
            if let Some((row, values)) = column.hidden {
                let place = self.place(Some((row, at)));
                job.column_of_rows(&column.name, values.among(None), &self.context(at, row), place);
            }
            // What heads the two sheets of an XLSForm is of the format, not of the form.
            let of_the_format = matches!(self.kind, Some(Kind::Survey | Kind::Choices)) && at < LISTS;
            let empty = column.name.is_empty() && column.values.is_empty();
            if !of_the_format && !empty {
                names.insert(at, column.name.clone());
                // Choices are in no row.
                let rows = (self.kind == Some(Kind::Table)).then_some(self.rows);
                job.column_of_rows(&column.name, column.values.among(rows), &context, place);
            }
        }
        names
    }

    /// Ends a row: holds it, or hands it out once it is known what the sheet is.
    fn end_row(&mut self, job: &mut Job<'_, '_>) {
        let (number, row) = (self.row.0, std::mem::take(&mut self.row.1));
        let times = std::mem::replace(&mut self.times, 1);
        if row.is_empty() {
            return;
        }
        if self.kind.is_some() {
            return self.take(number, row, times, job);
        }
        self.held.push((number, row, times));
        if self.held.len() >= ROWS_HELD {
            self.decide(job);
        }
    }

    /// Decides what the sheet is, and hands out the rows held.
    fn decide(&mut self, job: &mut Job<'_, '_>) {
        let rows = std::mem::take(&mut self.held);
        let has = |row: &Row, name: &str| row.values().any(|cell| cell.trim().eq_ignore_ascii_case(name));
        let lower = self.name.trim().to_ascii_lowercase();
        let first = rows.first().map(|(_, row, _)| row);
        let kind = match lower.as_str() {
            "survey" if first.is_some_and(|row| has(row, "type") && has(row, "name")) => Kind::Survey,
            "choices" if first.is_some_and(|row| has(row, "name") && (has(row, "list_name") || has(row, "list name"))) => Kind::Choices,
            _ => Kind::Table,
        };
        let widest = rows.iter().take(ROWS_OF_NAMES).map(|(_, row, _)| row.len()).max().unwrap_or(0);
        // Above the names of columns stand titles, which fill a cell or two.
        let names_at = match kind {
            Kind::Table => rows
                .iter()
                .take(ROWS_OF_NAMES)
                .position(|(_, row, _)| row.len() * 2 > widest && row.values().all(|cell| cell.parse::<f64>().is_err())),
            _ => Some(0),
        };
        let below: Vec<_> = rows.iter().skip(names_at.map_or(0, |at| at + 1)).collect();
        let width = names_at.and_then(|at| rows.get(at)).map_or(0, |(_, row, _)| row.len());
        let filled: usize = below.iter().map(|(_, row, _)| row.len()).sum();
        // A form drawn as a sheet is short, and most of its cells are left for answers.
        let above = names_at.unwrap_or(0);
        let sparse =
            rows.len() < ROWS_HELD && (filled * 2 <= below.len() * width || (above >= 3 && below.len() < above) || are_apart(&rows));
        let form = kind == Kind::Table && (names_at.is_none() || sparse || width < 2);
        self.kind = Some(if form { Kind::Form } else { kind });
        for (index, (number, row, times)) in rows.into_iter().enumerate() {
            match names_at {
                Some(at) if at == index && !form => {
                    for (column, name) in row {
                        self.columns.insert(column, Column { name, row: number, ..Column::default() });
                    }
                }
                Some(at) if index < at && !form => self.loose(number, &row, true, job),
                _ => self.take(number, row, times, job),
            }
        }
    }

    /// Takes a row of a sheet whose kind is known.
    fn take(&mut self, number: u32, row: Row, times: u64, job: &mut Job<'_, '_>) {
        match self.kind {
            Some(Kind::Form) => self.loose(number, &row, true, job),
            Some(Kind::Survey) => self.survey(number, &row, job),
            Some(Kind::Choices) => self.choice(number, &row, job),
            _ => {
                self.loose(number, &row, false, job);
                self.rows += times;
                for (column, cell) in row {
                    self.value(column, number, &cell, times, job);
                }
            }
        }
    }

    /// Hands out the labels and running text of a row. In a form short texts are labels too.
    fn loose(&self, number: u32, row: &Row, form: bool, job: &mut Job<'_, '_>) {
        for (column, cell) in row {
            let context = self.context(*column, number);
            let place = self.place(Some((number, *column)));
            let asked = label::asked(cell);
            if !asked.is_empty() {
                let mut waiting = label::Waiting::default();
                label::hand_out(asked, &context, &place, &mut waiting, job);
                waiting.flush(job);
            } else if form && label::may_be_label(cell) {
                job.piece(PieceKind::Question, &label::bare(cell), &context, place);
            } else if cell.split_whitespace().take(SENTENCE_WORDS).count() >= SENTENCE_WORDS
                || cell.trim_end().ends_with('?')
                || (form && !cell.is_ascii())
            {
                sentences_at(cell, &context, &place, job);
            }
        }
    }

    /// Hands out a question of an XLSForm.
    fn survey(&self, number: u32, row: &Row, job: &mut Job<'_, '_>) {
        let named = |name: &str| {
            self.columns.iter().find(|(_, column)| column.name.trim().eq_ignore_ascii_case(name)).and_then(|(at, _)| row.get(at))
        };
        let context = named("type").map(|kind| format!("XLSForm {kind}")).unwrap_or_default();
        for (at, column) in &self.columns {
            let Some(cell) = row.get(at) else { continue };
            let name = column.name.trim().to_ascii_lowercase();
            let asked = ["label", "hint", "guidance_hint", "constraint_message", "required_message"];
            let place = self.place(Some((number, *at)));
            if name == "name" {
                job.piece(PieceKind::Name, cell, &context, place);
            } else if asked.iter().any(|asked| name.strip_prefix(asked).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))) {
                job.piece(PieceKind::Question, cell, &context, place);
            }
        }
    }

    /// Takes a choice of an XLSForm into the column that its list is.
    fn choice(&mut self, number: u32, row: &Row, job: &mut Job<'_, '_>) {
        let is_list = |name: &str| matches!(name.trim().to_ascii_lowercase().as_str(), "list_name" | "list name");
        // Lists stand among the columns under numbers that no column has.
        let header: Vec<_> = self.columns.range(..LISTS).map(|(at, column)| (*at, column.name.clone())).collect();
        let Some(list) = header.iter().find(|(_, name)| is_list(name)).and_then(|(at, _)| row.get(at)).cloned() else { return };
        let next = LISTS.saturating_add(u32::try_from(self.lists.len()).unwrap_or(u32::MAX));
        let at = *self.lists.entry(list.clone()).or_insert(next);
        self.columns.entry(at).or_insert_with(|| Column { name: list, row: number, ..Column::default() });
        for (column, name) in &header {
            let name = name.trim().to_ascii_lowercase();
            if let Some(cell) = row.get(column).filter(|_| name == "name" || name.starts_with("label")) {
                self.value(at, number, cell, 1, job);
            }
        }
    }

    /// Takes a value, of so many rows, into its column.
    fn value(&mut self, at: u32, row: u32, cell: &str, times: u64, job: &Job<'_, '_>) {
        let is_hidden = self.is_hidden(row);
        let column = self.columns.entry(at).or_insert_with(|| Column { row, ..Column::default() });
        self.cut |= !column.values.take(cell, times, job.limits.values_max, &mut self.values_bytes);
        if is_hidden {
            let (_, hidden) = column.hidden.get_or_insert_with(|| (row, Kept::default()));
            self.cut |= !hidden.take(cell, times, job.limits.values_max, &mut self.values_bytes);
        }
    }

    /// What is known of the sheet, and of a column and a row of it, in words.
    fn context(&self, column: u32, row: u32) -> String {
        let hidden = match self.hidden {
            true => "hidden sheet",
            false if self.hidden_columns.iter().any(|hidden| hidden.contains(&column)) => "hidden column of sheet",
            false if self.is_hidden(row) => "hidden row of sheet",
            false => "sheet",
        };
        format!("{hidden} {}", self.name)
    }

    /// The place of a cell, or of the sheet.
    fn place(&self, cell: Option<(u32, u32)>) -> Place {
        let path = match cell {
            // A list of choices is no cell of the sheet's: only its first row is known.
            Some((row, column)) if column >= LISTS => format!("{}!{}", self.name, row + 1),
            Some((row, column)) => format!("{}!{}{}", self.name, letters(column), row + 1),
            None => self.name.clone(),
        };
        Place { path: Some(path), ..Place::default() }
    }
}

/// Whether no two columns stand side by side, and no two cells are alike: between labels are cells that nobody filled in yet.
fn are_apart(rows: &[(u32, Row, u64)]) -> bool {
    let columns: BTreeSet<u32> = rows.iter().flat_map(|(_, row, _)| row.keys().copied()).collect();
    let cells: Vec<&String> = rows.iter().flat_map(|(_, row, _)| row.values()).collect();
    let distinct = cells.iter().collect::<BTreeSet<_>>().len() == cells.len() && cells.iter().all(|cell| label::may_be_label(cell));
    distinct && rows.len() > 2 && columns.len() > 1 && columns.iter().zip(columns.iter().skip(1)).all(|(a, b)| b - a > 1)
}

/// Numbers from here on are of lists of choices, not of columns; no sheet has so many columns.
const LISTS: u32 = 1 << 20;

/// Hands out the sentences of a text that stands in one place.
pub(crate) fn sentences_at(cell: &str, context: &str, place: &Place, job: &mut Job<'_, '_>) {
    for (start, end) in text::split(cell) {
        let Some(sentence) = cell.get(start..end) else { continue };
        job.piece(if label::ends_question(sentence) { PieceKind::Question } else { PieceKind::Sentence }, sentence, context, place.clone());
    }
}

/// The letters of a column from 0: A, B, …, Z, AA.
pub(crate) fn letters(column: u32) -> String {
    let (mut left, mut letters) = (column.saturating_add(1), Vec::new());
    while left > 0 {
        let digit = (left - 1) % 26;
        letters.push(char::from(b'A' + u8::try_from(digit).unwrap_or(0)));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// The column from 0 that a cell's name begins with: 1 of `B7`.
pub(crate) fn column_of(cell: &str) -> Option<u32> {
    let letters = cell.trim_start_matches('$').chars().take_while(char::is_ascii_uppercase).take(4);
    let number = letters.fold(0_u32, |number, letter| number * 26 + (u32::from(letter) - u32::from('A') + 1));
    number.checked_sub(1)
}
