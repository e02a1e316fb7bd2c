//! Who can see what, for people and for programs: a table, Parquet and one page of HTML; CSV and the picture are made where the
//! lists are joined ([`crate::access`]).

use super::page::{self, Verbatim, number, plural, plural_of, unwritable};
use crate::AuditError;
use crate::access::{Access, Count, Right, Row, name, picture};
use crate::agency::Agencies;
use askama::Template;
use datafusion::arrow::array::{ArrayRef, Date32Array, RecordBatch, StringArray, UInt64Array};
use datafusion::parquet::arrow::ArrowWriter;
use std::fmt;
use std::sync::Arc;

/// The table in the folder of results that the queries are about.
pub const TABLE: &str = "access.parquet";

/// Who can see what, as lines for a terminal.
pub fn table(access: &Access) -> String {
    let mut table = format!("Who can see what on {}\n\n{:>9} {:>9}  group\n", access.day, "see ours", "we see");
    for count in &access.counts {
        table.push_str(&format!("{:>9} {:>9}  {}\n", count.see_ours, count.we_see, count.group));
    }
    table
}

/// The table as Parquet; what nobody knows is NULL.
///
/// # Errors
/// None that a caller can bring about: the table is written to memory.
pub fn parquet(access: &Access) -> Result<Vec<u8>, AuditError> {
    let rows = &access.rows;
    let count = |of: fn(&Row) -> u64| Arc::new(rows.iter().map(of).collect::<UInt64Array>()) as ArrayRef;
    let text = |of: fn(&Row) -> Option<String>| Arc::new(rows.iter().map(of).collect::<StringArray>()) as ArrayRef;
    let until = rows.iter().map(|row| row.until.map(crate::law::day_number)).collect::<Date32Array>();
    let doubt = |doubt: &Option<crate::access::Doubt>| doubt.as_ref().map(|doubt| format!("{}: {}", doubt.why, doubt.agencies.join(", ")));
    let doubts: (StringArray, StringArray) =
        (rows.iter().map(|row| doubt(&row.agreement_doubt)).collect(), rows.iter().map(|row| doubt(&row.declaration_doubt)).collect());
    let table = RecordBatch::try_from_iter_with_nullable([
        ("row", count(|row| row.row), false),
        ("agency", text(|row| row.agency.clone()), true),
        ("state", text(|row| row.state.clone()), true),
        ("kind", text(|row| row.kind.clone()), true),
        ("marks", text(|row| Some(row.marks.join(" "))), false),
        ("sees_ours", count(|row| row.sees_ours as u64), false),
        ("we_see", count(|row| row.we_see as u64), false),
        ("right", text(|row| Some(row.right.id().to_owned())), false),
        ("until", Arc::new(until) as ArrayRef, true),
        ("agreement", text(|row| row.agreement.as_ref().map(|held| held.agency.clone())), true),
        ("models", text(|row| row.agreement.as_ref().map(|held| held.models.join("; "))), true),
        ("why", text(|row| Some(row.why.clone())), false),
        ("agreement_doubt", Arc::new(doubts.0) as ArrayRef, true),
        ("declaration_doubt", Arc::new(doubts.1) as ArrayRef, true),
    ])
    .map_err(|error| unwritable("Parquet", &error))?;
    let mut writer = ArrowWriter::try_new(Vec::new(), table.schema(), None).map_err(|error| unwritable("Parquet", &error))?;
    writer.write(&table).map_err(|error| unwritable("Parquet", &error))?;
    writer.into_inner().map_err(|error| unwritable("Parquet", &error))
}

#[derive(Template)]
#[template(path = "access.html")]
struct Page<'a> {
    access: &'a Access,
    policy: String,
    style: Verbatim,
    summary: Vec<String>,
    counts: Vec<Counted<'a>>,
    groups: Vec<Group<'a>>,
    picture: Drawn,
}

/// The picture, drawn by [`picture`], which escapes what it writes.
struct Drawn(String);

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Drawn {}

struct Counted<'a> {
    count: &'a Count,
    label: &'a str,
    see_ours: String,
    we_see: String,
}

struct Group<'a> {
    id: &'a str,
    label: &'a str,
    says: String,
    rows: Vec<Shown<'a>>,
}

struct Shown<'a> {
    name: String,
    row: &'a Row,
    marks: String,
    held: Option<Held<'a>>,
}

struct Held<'a> {
    agency: &'a str,
    models: String,
    why: String,
}

/// Who can see what as one page that needs no other file.
///
/// # Errors
/// None that a caller can bring about.
pub fn html(agencies: &Agencies, access: &Access) -> Result<String, AuditError> {
    let groups = access.counts.iter().filter(|count| count.group != "all").map(|count| Group {
        id: &count.group,
        label: agencies.label(&count.group),
        says: plural_of(i64::try_from(count.see_ours).unwrap_or(i64::MAX), "sees ours", "see ours"),
        rows: access.rows.iter().filter(|row| row.is_of(&count.group)).map(shown).collect(),
    });
    let page = Page {
        access,
        policy: page::policy(),
        style: page::STYLE,
        summary: summary(agencies, access),
        counts: access
            .counts
            .iter()
            .map(|count| Counted { count, label: agencies.label(&count.group), see_ours: of(count.see_ours), we_see: of(count.we_see) })
            .collect(),
        groups: groups.filter(|group| !group.rows.is_empty()).collect(),
        picture: Drawn(picture(agencies, access)),
    };
    page.render().map_err(|error| unwritable("HTML", &error))
}

fn summary(agencies: &Agencies, access: &Access) -> Vec<String> {
    let count = |group: &str| access.counts.iter().find(|count| count.group == group).map_or(0, |count| count.see_ours);
    let all = count("all");
    let rightful = Right::ALL.iter().filter(|right| right.is_on_file()).map(|right| count(right.id())).sum::<usize>();
    let mut lines = vec![
        format!("{} of {} see by a right that is on file", of(rightful), plural(all, "organisation")),
        format!("{} see without one, or nobody can say by which", plural(all - rightful, "organisation")),
    ];
    let others = Right::ALL.iter().filter(|right| !right.is_on_file() && count(right.id()) > 0);
    lines.extend(others.map(|right| format!("{}: {}", agencies.label(right.id()), of(count(right.id())))));
    lines.push(match access.agreements_given {
        true => format!("{} hold a 287(g) agreement; of {} it cannot be said", of(count("agreement")), of(count("agreement_doubt"))),
        false => "No list of 287(g) agreements was given: nobody knows who holds one".to_owned(),
    });
    lines
}

fn of(count: usize) -> String {
    number(i64::try_from(count).unwrap_or(i64::MAX))
}

fn shown(row: &Row) -> Shown<'_> {
    Shown {
        name: name(row),
        row,
        marks: row.marks.join(", "),
        held: row.agreement.as_ref().map(|held| Held {
            agency: &held.agency,
            models: held.models.join("; "),
            why: held.why.replace('`', ""),
        }),
    }
}
