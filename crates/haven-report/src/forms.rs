//! The yearly review of forms, department by department.

use crate::input::Input;
use crate::period::Period;
use crate::report::{Cell, Report, Table, count};
use crate::view::{NOTHING, View, row};
use haven_register::register::Stored;
use std::collections::BTreeSet;

/// The columns of numbers, by the fields they are read from.
const NUMBERS: [&str; 4] = ["forms", "asking", "amended", "kept"];

/// The review of a calendar year: reviews say themselves which year they are of.
pub fn forms(input: &Input<'_>, year: i16) -> Report {
    let view = View::new(input, "forms");
    let period = Period::year(year);
    let mut report = view.empty(format!("forms-{}", period.label), Some(period));
    let of_year = |year: i16| {
        let all = view.of_kind("form_review").into_iter();
        let mut reviews: Vec<&Stored> = all.filter(|stored| stored.record.number("year") == Some(i64::from(year))).collect();
        reviews.sort_by(|one, other| one.record.agency.cmp(&other.record.agency));
        reviews
    };
    let (reviews, before) = (of_year(year), of_year(year.saturating_sub(1)));
    let agencies = |reviews: &[&'_ Stored]| reviews.iter().map(|stored| stored.record.agency.clone()).collect::<BTreeSet<_>>();
    let (now, then) = (agencies(&reviews), agencies(&before));
    let sum = |field: &str| reviews.iter().map(|stored| number(stored, field)).sum();
    let left: u64 = reviews.iter().map(|stored| unresolved(stored)).sum();
    let missing: Vec<&Stored> = before.iter().copied().filter(|stored| !now.contains(&stored.record.agency)).collect();
    let mut figures = vec![view.figure_of("departments", count(now.len()), &reviews)];
    figures.extend(NUMBERS.iter().map(|field| view.figure_of(field, sum(field), &reviews)));
    figures.push(view.figure_of("unresolved", left, &reviews));
    figures.push(view.figure_of("missing", count(then.difference(&now).count()), &missing));

    let mut table = reviews_table(&view, &reviews);
    let sums = NUMBERS.iter().map(|field| Cell::from(sum(field))).chain([left.into(), NOTHING.into()]);
    table.total = Some(row(std::iter::once(view.say("total", &[]).into()).chain(sums), &[]));
    let absent = |stored: &&Stored| row([stored.record.agency.clone().into(), view.when(&stored.record, "at").into()], &[stored]);
    let absent = view.table("missing", &["department", "signed_before"], missing.iter().map(absent).collect());
    report.sections.push(view.section("departments", figures, vec![table, absent]));
    let twice = now.iter().filter(|agency| reviews.iter().filter(|stored| stored.record.agency == **agency).count() > 1);
    for agency in twice {
        report.notes.push(view.say("reviewed_twice", &[("agency", agency)]));
    }
    report.notes.push(view.say("departments_not_known", &[]));
    report
}

fn number(stored: &Stored, field: &str) -> u64 {
    stored.record.number(field).and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
}

/// Forms that ask and were neither amended nor kept on a ground.
fn unresolved(stored: &Stored) -> u64 {
    number(stored, "asking").saturating_sub(number(stored, "amended")).saturating_sub(number(stored, "kept"))
}

fn reviews_table(view: &View<'_>, reviews: &[&Stored]) -> Table {
    let line = |stored: &&Stored| {
        let numbers = NUMBERS.iter().map(|field| number(stored, field).into());
        let signed = view.when(&stored.record, "at");
        let cells = std::iter::once(stored.record.agency.clone().into()).chain(numbers);
        row(cells.chain([unresolved(stored).into(), signed.into()]), &[stored])
    };
    let columns = ["department", "forms", "asking", "amended", "kept", "unresolved", "signed"];
    view.table("departments", &columns, reviews.iter().map(line).collect())
}
