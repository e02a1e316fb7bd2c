//! The formats of a report: one page of HTML, tables of comma-separated values, a workbook, JSON.
//!
//! The same report gives the same bytes in each.

use crate::period::Period;
use crate::report::{Cell, EntryRef, Figure, Report, Table, Value};
use askama::Template;
use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    /// The title for the head of printed pages, in which CSS must find nothing of its own.
    running: String,
    lists: Vec<Table>,
    lists_title: &'static str,
    /// Figures with entries behind them.
    figures: Vec<&'a Figure>,
}

impl Page<'_> {
    /// The address of the entries of a figure on the page.
    fn anchor(&self, figure: &Figure) -> String {
        format!("entries-{}", figure.id)
    }

    fn has_entries(&self, table: &Table) -> bool {
        !self.report.public && table.rows.iter().any(|row| !row.entries.is_empty())
    }

    fn is_number(&self, cell: &Cell) -> bool {
        matches!(cell, Cell::Number(_))
    }

    /// Whether all cells of a column are numbers.
    fn numeric(&self, table: &Table, place: &usize) -> bool {
        !table.rows.is_empty() && table.rows.iter().all(|row| matches!(row.cells.get(*place), Some(Cell::Number(_))))
    }

    /// The text of a cell, cut so that no day is broken at its strokes: whether a piece is a day, and the piece.
    fn pieces(&self, cell: &Cell) -> Vec<(bool, String)> {
        let mut pieces: Vec<(bool, String)> = Vec::new();
        for (place, word) in cell.to_string().split(' ').enumerate() {
            let is_day = word.len() >= 10 && word.get(..10).is_some_and(|day| day.parse::<Date>().is_ok());
            let space = if place > 0 { " " } else { "" };
            match pieces.last_mut() {
                _ if is_day => pieces.extend([(false, space.to_owned()), (true, word.to_owned())]),
                Some((false, text)) => {
                    text.push_str(space);
                    text.push_str(word);
                }
                _ => pieces.push((false, format!("{space}{word}"))),
            }
        }
        pieces
    }

    fn is_wide(&self, table: &Table) -> bool {
        table.columns.len() > 6
    }

    fn long(&self, day: &Date) -> String {
        day.strftime("%B %-d, %Y").to_string()
    }

    fn last(&self, period: &Period) -> String {
        self.long(&period.last())
    }

    /// What people call a period: `Second quarter of 2024`.
    fn name(&self, period: &Period) -> String {
        match period.label.split_once('Q') {
            Some((year, "1")) => format!("First quarter of {year}"),
            Some((year, "2")) => format!("Second quarter of {year}"),
            Some((year, "3")) => format!("Third quarter of {year}"),
            Some((year, "4")) => format!("Fourth quarter of {year}"),
            _ => format!("Year {}", period.label),
        }
    }
}

/// One page of HTML, with nothing that it would have to fetch and no script.
pub fn html(report: &Report) -> String {
    let figures = report.sections.iter().flat_map(|section| &section.figures).filter(|figure| !figure.entries.is_empty());
    let running = match &report.period {
        Some(period) => format!("{}, {}: {}", report.title, report.place, period.label),
        None => format!("{}, {}", report.title, report.place),
    };
    let whole = report.lists.iter().any(|words| words.list == "nil");
    let page = Page {
        report,
        running: plain(&running),
        lists: report.list_tables(),
        lists_title: if whole { "Completeness" } else { "Amended and erased entries" },
        figures: figures.collect(),
    };
    // Writing into a string does not fail, and the template has no filter that does.
    page.render().unwrap_or_default()
}

/// Letters, digits and the marks that mean nothing to CSS or HTML.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric() || " .,:()-–".contains(*letter)).collect()
}

/// The report as JSON.
pub fn json(report: &Report) -> String {
    // Closed structures of texts and numbers always serialise.
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}

/// The names of the files of a report as CSV and JSON.
pub fn file_names(report: &Report) -> Vec<String> {
    let tables = report.tables();
    let names = tables.iter().map(|table| format!("{}-{}.csv", report.id, table.id));
    let figures = format!("{}-figures.csv", report.id);
    std::iter::once(figures).chain(names).chain([format!("{}.json", report.id)]).collect()
}

/// The report as tables of comma-separated values: the figures, each table, and the entries behind each figure.
pub fn csv(report: &Report) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut lines = vec![["section", "figure", "label", "value", "how"].map(str::to_owned).to_vec()];
    for section in &report.sections {
        for figure in &section.figures {
            lines.push(vec![section.id.clone(), figure.id.clone(), figure.label.clone(), figure.value.to_string(), figure.how.clone()]);
        }
    }
    files.push((format!("{}-figures.csv", report.id), written(&lines)));
    for table in report.tables() {
        let entries = !report.public;
        let heads = table.columns.iter().map(|column| column.id.clone());
        let mut lines = vec![heads.chain(entries.then(|| "entries".to_owned())).collect::<Vec<_>>()];
        for row in &table.rows {
            let cells = row.cells.iter().map(Cell::to_string);
            lines.push(cells.chain(entries.then(|| places(&row.entries))).collect());
        }
        files.push((format!("{}-{}.csv", report.id, table.id), written(&lines)));
    }
    if !report.public {
        let mut lines = vec![["figure", "record", "version", "log", "index", "proof"].map(str::to_owned).to_vec()];
        for figure in report.sections.iter().flat_map(|section| &section.figures) {
            for entry in &figure.entries {
                let (version, log, index) = (entry.version.to_string(), entry.log.to_string(), entry.index.to_string());
                lines.push(vec![figure.id.clone(), entry.record.clone(), version, log, index, entry.proof()]);
            }
        }
        files.push((format!("{}-entries.csv", report.id), written(&lines)));
    }
    files
}

/// The places of entries in their logs, `1-45 1-46`.
fn places(entries: &[EntryRef]) -> String {
    entries.iter().map(|entry| format!("{}-{}", entry.log, entry.index)).collect::<Vec<_>>().join(" ")
}

fn written(lines: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for line in lines {
        // Writing into memory does not fail, and every line has as many cells as the first.
        let written = writer.write_record(line.iter().map(|cell| harmless(cell)));
        debug_assert!(written.is_ok(), "a line has other cells than the first");
    }
    writer.into_inner().unwrap_or_default()
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    let begins = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let number = cell.parse::<f64>().is_ok();
    if begins && !number { format!("'{cell}") } else { cell.to_owned() }
}

/// The report as a workbook: a sheet with what it is and its figures, a sheet for each table, a sheet of entries.
///
/// # Errors
/// [`XlsxError`] where a text is longer than a cell can hold.
pub fn xlsx(report: &Report) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let (year, month, day) = (report.as_of.year(), report.as_of.month(), report.as_of.day());
    let made = ExcelDateTime::from_ymd(
        u16::try_from(year.max(1900)).unwrap_or(1900),
        u8::try_from(month).unwrap_or(1),
        u8::try_from(day).unwrap_or(1),
    )?;
    workbook.set_properties(&DocProperties::new().set_title(&report.title).set_author("Haven").set_creation_datetime(&made));
    let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top).set_border_bottom(FormatBorder::Thin);
    let title = Format::new().set_bold().set_font_size(14.0);
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let mut names = BTreeSet::new();

    let sheet = workbook.add_worksheet();
    page(sheet, report, &sheet_name("Report", &mut names))?;
    sheet.set_column_width(0, 46)?.set_column_width(1, 16)?.set_column_width(2, 90)?;
    sheet.write_string_with_format(0, 0, &report.title, &title)?;
    let mut line = 1;
    for (label, text) in facts(report) {
        sheet.write_string_with_format(line, 0, label, &wrap)?.write_string_with_format(line, 2, text, &wrap)?;
        line += 1;
    }
    line += 1;
    for (column, text) in (0..).zip(["Figure", "Number", "How it was obtained"]) {
        sheet.write_string_with_format(line, column, text, &head)?;
    }
    line += 1;
    for figure in report.sections.iter().flat_map(|section| &section.figures) {
        sheet.write_string_with_format(line, 0, &figure.label, &wrap)?;
        value(sheet, line, 1, figure.value, &wrap)?;
        sheet.write_string_with_format(line, 2, &figure.how, &wrap)?;
        line += 1;
    }
    line += 1;
    let said = report.statements.iter().map(|statement| &statement.says);
    for text in report.intro.iter().chain(said).chain(&report.notes) {
        sheet.merge_range(line, 0, line, 2, text, &wrap)?;
        // A merged cell does not grow by itself.
        sheet.set_row_height(line, 15.0 * f64::from(u32::try_from(text.len() / 140 + 1).unwrap_or(1)))?;
        line += 1;
    }

    for table in report.tables() {
        let sheet = workbook.add_worksheet();
        page(sheet, report, &sheet_name(&table.id, &mut names))?;
        sheet.write_string_with_format(0, 0, &table.caption, &title)?;
        let heads = table.columns.iter().map(|column| column.label.as_str()).chain((!report.public).then_some("Entries (log-index)"));
        for (column, label) in (0..).zip(heads) {
            sheet.write_string_with_format(1, column, label, &head)?.set_column_width(column, 24)?;
        }
        sheet.set_freeze_panes(2, 0)?.set_repeat_rows(1, 1)?;
        let mut line = 2;
        for row in table.rows.iter().chain(&table.total) {
            for (column, cell) in (0..).zip(&row.cells) {
                match cell {
                    Cell::Text(text) => {
                        sheet.write_string_with_format(line, column, text, &wrap)?;
                    }
                    Cell::Number(number) => value(sheet, line, column, *number, &wrap)?,
                }
            }
            if !row.entries.is_empty() {
                let column = u16::try_from(row.cells.len()).unwrap_or(u16::MAX);
                sheet.write_string_with_format(line, column, clipped(&places(&row.entries)), &wrap)?;
            }
            line += 1;
        }
        let below = if table.rows.is_empty() { [table.empty.as_str(), table.note.as_str()] } else { [table.note.as_str(), ""] };
        for text in below.into_iter().filter(|text| !text.is_empty()) {
            sheet.write_string(line, 0, text)?;
            line += 1;
        }
    }
    if !report.public {
        let sheet = workbook.add_worksheet();
        page(sheet, report, &sheet_name("entries", &mut names))?;
        for (column, label) in (0..).zip(["Figure", "Record", "Version", "Log", "Index", "Proof"]) {
            sheet.write_string_with_format(0, column, label, &head)?.set_column_width(column, 22)?;
        }
        sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
        let mut line = 1;
        for figure in report.sections.iter().flat_map(|section| &section.figures) {
            for entry in &figure.entries {
                let cells = [
                    &figure.id,
                    &entry.record,
                    &entry.version.to_string(),
                    &entry.log.to_string(),
                    &entry.index.to_string(),
                    &entry.proof(),
                ];
                for (column, text) in (0..).zip(cells) {
                    sheet.write_string(line, column, text)?;
                }
                line += 1;
            }
        }
    }
    workbook.save_to_buffer()
}

/// The longest text that a cell of a workbook holds, in characters.
const CELL_CHARS_MAX: usize = 32_000;

fn clipped(text: &str) -> String {
    if text.chars().count() <= CELL_CHARS_MAX {
        text.to_owned()
    } else {
        format!("{}…", text.chars().take(CELL_CHARS_MAX).collect::<String>())
    }
}

fn value(sheet: &mut Worksheet, row: u32, column: u16, value: Value, format: &Format) -> Result<(), XlsxError> {
    match value.number().and_then(|number| u32::try_from(number).ok()) {
        Some(number) => sheet.write_number_with_format(row, column, f64::from(number), format)?,
        None => sheet.write_string_with_format(row, column, value.to_string(), format)?,
    };
    Ok(())
}

/// How a sheet is called and printed.
fn page(sheet: &mut Worksheet, report: &Report, name: &str) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    // 1 is Letter, 9 is A4.
    sheet.set_paper_size(if report.page_size == "A4" { 9 } else { 1 }).set_landscape().set_print_fit_to_pages(1, 0);
    let head = plain(&format!("{}, {}", report.title, report.place));
    sheet.set_header(format!("&L{head}")).set_footer("&L&A&RPage &P of &N");
    Ok(())
}

/// A name that a workbook takes and that stands once in it.
fn sheet_name(id: &str, names: &mut BTreeSet<String>) -> String {
    let base: String = id.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { ' ' }).take(27).collect();
    let mut name = base.clone();
    let mut number = 2;
    while !names.insert(name.to_lowercase()) {
        name = format!("{base} {number}");
        number += 1;
    }
    name
}

/// What the report is, in pairs of a label and a text.
pub(crate) fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Place", report.place.clone())];
    if let Some(period) = &report.period {
        facts.push(("Period", format!("{}: {} to {}", period.label, period.from, period.last())));
    }
    facts.push(("As of", report.as_of.to_string()));
    for basis in &report.basis {
        facts.push(("Duty", format!("{}, {}", basis.label, basis.cite)));
        for (label, text) in [("Made by", &basis.who), ("Sent to", &basis.to)] {
            if !text.is_empty() {
                facts.push((label, text.clone()));
            }
        }
        if let Some(due) = basis.due {
            let done = basis.done.map_or_else(|| "not recorded as done".to_owned(), |done| format!("done on {done}"));
            facts.push(("Due", format!("{due} ({done}). {}. {}", basis.verified, basis.note)));
        }
    }
    facts.push(("Log", format!("{}, {} entries", report.origin, report.log_size)));
    facts.push(("Law pack", report.law.clone()));
    facts.push(("Words of the reports", report.words.clone()));
    facts.push(("Times", report.time_zone.clone()));
    facts
}
