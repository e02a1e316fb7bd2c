//! OpenDocument: text, tables, comments, form controls, and sheets cell by cell. Sheets are read here and not by the reader of
//! workbooks, so that rows and cells repeated a million times cost nothing.

use crate::sheet::{Sheet, letters, sentences_at};
use crate::words::{Around, Field, Paragraphs};
use crate::xml::{Node, attribute, walk};
use crate::{Job, PieceKind, Place};
use std::collections::BTreeMap;

/// Columns over which a repeated cell is taken for one of each.
const REPEATED_MAX: u32 = 100;

/// Reads OpenDocument's content or styles: paragraphs, comments, form controls, and sheets cell by cell.
pub(crate) fn read(xml: &str, part: String, job: &mut Job<'_, '_>) -> Result<(), &'static str> {
    let path = Some(part.clone()).filter(|part| part != "content");
    let base = Place { path, ..Place::default() };
    let mut paragraphs: Vec<(String, u64)> = Vec::new();
    let mut sheet: Option<Sheet> = None;
    let (mut sheet_name, mut cell_text): (String, Option<String>) = (String::new(), None);
    let (mut row, mut column, mut here, mut repeat, mut times) = (0_u32, 0_u32, 0_u32, 1_u32, 1_u32);
    let (mut number, mut cells, mut comment, mut removed) = (0_u64, 0_u64, 0_u64, 0_u64);
    let (mut spreadsheet, mut described, mut page) = (false, None::<String>, None::<u64>);
    let mut list: Option<Field> = None;
    let mut hidden_styles: BTreeMap<String, bool> = BTreeMap::new();
    let mut style = String::new();
    let count = |value: Option<String>| value.and_then(|value| value.parse::<u32>().ok()).unwrap_or(1).max(1);
    let mut headed = false;
    let (mut written_out, mut noted) = (Paragraphs::default(), Paragraphs::default());
    let walked = walk(xml, |node| {
        match node {
            Node::Open(name, element) => match name {
                "spreadsheet" => spreadsheet = true,
                "style" => style = attribute(element, "name").unwrap_or_default(),
                "table-properties" if attribute(element, "display").as_deref() == Some("false") => {
                    hidden_styles.insert(std::mem::take(&mut style), true);
                }
                "page" => page = Some(page.unwrap_or(0) + 1),
                "table" if spreadsheet => {
                    sheet_name = attribute(element, "name").unwrap_or_default();
                    let hidden = attribute(element, "style-name").is_some_and(|style| hidden_styles.contains_key(&style));
                    (row, column) = (0, 0);
                    sheet = Some(Sheet::new(&sheet_name, hidden));
                }
                "table-row" => {
                    column = 0;
                    repeat = count(attribute(element, "number-rows-repeated"));
                }
                "table-cell" | "covered-table-cell" => {
                    cells += 1;
                    cell_text = Some(String::new());
                    here = column;
                    times = count(attribute(element, "number-columns-repeated"));
                    column = column.saturating_add(times);
                }
                "p" | "h" => {
                    number += 1;
                    headed = name == "h";
                    paragraphs.push((String::new(), number));
                }
                "s" | "tab" | "line-break" => {
                    if let Some((paragraph, _)) = paragraphs.last_mut() {
                        paragraph.push(match name {
                            "s" => ' ',
                            "tab" => '\t',
                            _ => '\n',
                        });
                    }
                }
                "annotation" => comment += 1,
                "deletion" => removed += 1,
                "title" | "desc" => described = Some(String::new()),
                // Controls of forms, drop-downs in text, lists that a cell is held to.
                "text" | "textarea" | "checkbox" | "radio" | "combobox" | "listbox" | "formatted-text" | "number" | "date"
                | "fixed-text" | "drop-down" | "content-validation" | "generic-control"
                    if attribute(element, "name").is_some() =>
                {
                    let mut field = Field { names: attribute(element, "name").into_iter().collect(), ..Field::default() };
                    field.help.extend(["label", "title", "help-text"].iter().filter_map(|name| attribute(element, name)));
                    if name == "content-validation" {
                        let condition = attribute(element, "condition").unwrap_or_default();
                        if condition.contains("is-in-list") {
                            field.items = condition.split('"').skip(1).step_by(2).map(str::to_owned).collect();
                        }
                    }
                    list = Some(field);
                }
                "option" | "item" => {
                    if let (Some(field), Some(value)) = (list.as_mut(), attribute(element, "label").or_else(|| attribute(element, "value")))
                    {
                        field.items.push(value);
                    }
                }
                "label" => {
                    if let (Some(field), Some(value)) = (list.as_mut(), attribute(element, "value")) {
                        field.items.push(value);
                    }
                }
                "help-message" | "error-message" => {
                    if let (Some(field), Some(value)) = (list.as_mut(), attribute(element, "title")) {
                        field.help.push(value);
                    }
                }
                "named-range" | "variable-decl" | "user-field-decl" | "database-range" => {
                    job.piece(PieceKind::Name, &attribute(element, "name").unwrap_or_default(), "named in the document", base.clone());
                }
                _ => {}
            },
            Node::Text(text) => match (&mut described, paragraphs.last_mut()) {
                (Some(described), _) => described.push_str(text),
                (None, Some((paragraph, _))) => paragraph.push_str(text),
                (None, None) => {}
            },
            Node::Close(name) => match name {
                "p" | "h" => {
                    let Some((paragraph, number)) = paragraphs.pop() else { return };
                    if comment > 0 {
                        let path =
                            sheet.is_some().then(|| format!("{sheet_name}!{}{}", letters(here), row + 1)).or_else(|| base.path.clone());
                        let around = Around { context: "comment", ..Around::default() };
                        noted.hand_out(&paragraph, around, number, &Place { path, page, ..Place::default() }, job);
                        noted.flush(job);
                    } else if let (Some(cell), true) = (cell_text.as_mut(), sheet.is_some()) {
                        if !cell.is_empty() {
                            cell.push('\n');
                        }
                        cell.push_str(&paragraph);
                    } else {
                        let context = match () {
                            () if removed > 0 => "deleted text",
                            () if part == "styles" => "header or footer",
                            () => "",
                        };
                        // Slides are made of short lines that are no labels.
                        let loose = part == "content" && page.is_none();
                        let around = Around { in_table: cells > 0, loose, heading: headed, context };
                        written_out.hand_out(&paragraph, around, number, &Place { page, ..base.clone() }, job);
                    }
                }
                "table-cell" | "covered-table-cell" => {
                    cells = cells.saturating_sub(1);
                    if let (Some(cell), Some(sheet)) = (cell_text.take(), sheet.as_mut()) {
                        // A repeated cell adds no word to a form, but a value to each column of a table.
                        for at in here..here.saturating_add(times.min(REPEATED_MAX)) {
                            sheet.cell(row, at, &cell, job);
                        }
                        sheet.repeat(repeat.into());
                    }
                }
                "table-row" => row = row.saturating_add(repeat),
                "table" if spreadsheet => {
                    if let Some(sheet) = sheet.take() {
                        sheet.finish(job);
                    }
                }
                "annotation" => comment = comment.saturating_sub(1),
                "deletion" => removed = removed.saturating_sub(1),
                "title" | "desc" => {
                    if let Some(described) = described.take() {
                        sentences_at(&described, "description of a picture", &base, job);
                    }
                }
                "text" | "textarea" | "checkbox" | "radio" | "combobox" | "listbox" | "formatted-text" | "number" | "date"
                | "fixed-text" | "drop-down" | "content-validation" | "generic-control" => {
                    if let Some(field) = list.take() {
                        field.hand_out("form field", &base, job);
                    }
                }
                _ => {}
            },
        }
    });
    written_out.flush(job);
    walked
}
