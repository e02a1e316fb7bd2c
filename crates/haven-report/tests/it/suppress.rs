//! No hidden count can be computed from what is shown: by brute force over small systems, and for the public page.

use crate::world::{World, year};
use haven_report::report::{Cell, Report, Value};
use haven_report::suppress::{Shown, suppress};

const FEWER_THAN: u64 = 3;
/// Larger than any count tried, so that "at least" has room.
const MOST: u64 = 16;

/// What a mark may stand for, by the rule that the page states.
fn values(mark: Value) -> Vec<u64> {
    match mark {
        Value::Number(number) => vec![number],
        Value::FewerThan(most) => (1..most).collect(),
        Value::Withheld => (FEWER_THAN..=MOST).collect(),
        Value::NotShown => (1..=MOST).collect(),
    }
}

/// Every way to fill the cells, with its sum.
fn fillings(marks: &[Value]) -> Vec<(u64, Vec<u64>)> {
    let mut all = vec![(0, Vec::new())];
    for mark in marks {
        let choices = values(*mark);
        all = all
            .into_iter()
            .flat_map(|(sum, cells)| choices.iter().map(move |value| (sum + value, [cells.as_slice(), &[*value]].concat())))
            .collect();
    }
    all
}

/// Asserts that each hidden count has at least two values in the fillings that agree with the total.
fn assert_hidden(case: &str, shown: &Shown) {
    let totals: Vec<u64> = values(shown.total);
    let parts: Vec<Vec<(u64, Vec<u64>)>> = shown.partitions.iter().map(|marks| fillings(marks)).collect();
    let possible: Vec<u64> = totals.into_iter().filter(|total| parts.iter().all(|part| part.iter().any(|(sum, _)| sum == total))).collect();
    assert!(!possible.is_empty(), "{case}: nothing agrees with {shown:?}");
    if shown.total.number().is_none() {
        assert!(possible.len() > 1, "{case}: the total of {shown:?} is {possible:?}");
    }
    for (marks, part) in shown.partitions.iter().zip(&parts) {
        let agreeing: Vec<&Vec<u64>> = part.iter().filter(|(sum, _)| possible.contains(sum)).map(|(_, cells)| cells).collect();
        for place in (0..marks.len()).filter(|place| marks[*place].number().is_none()) {
            let first = agreeing[0][place];
            assert!(agreeing.iter().any(|cells| cells[place] != first), "{case}: cell {place} of {shown:?} is {first}");
        }
    }
}

/// Every vector of so many cells with counts up to a number.
fn vectors(length: usize, most: u64) -> Vec<Vec<u64>> {
    let mut all = vec![Vec::new()];
    for _ in 0..length {
        all = all.into_iter().flat_map(|cells: Vec<u64>| (0..=most).map(move |value| [cells.as_slice(), &[value]].concat())).collect();
    }
    all
}

#[test]
fn no_hidden_count_of_one_table_can_be_computed() {
    for length in 1..=4 {
        for cells in vectors(length, 5) {
            let total: u64 = cells.iter().sum();
            let shown = suppress(total, std::slice::from_ref(&cells), FEWER_THAN);
            assert_hidden(&format!("{cells:?}"), &shown);
            hides_what_is_small(&shown, total, &[cells]);
        }
    }
}

#[test]
fn no_hidden_count_of_two_tables_with_one_total_can_be_computed() {
    let all: Vec<Vec<u64>> = (1..=3).flat_map(|length| vectors(length, 5)).collect();
    for one in all.iter().filter(|cells| cells.len() == 3) {
        let total: u64 = one.iter().sum();
        for other in all.iter().filter(|cells| cells.len() < 3 && cells.iter().sum::<u64>() == total) {
            let partitions = [one.clone(), other.clone()];
            let shown = suppress(total, &partitions, FEWER_THAN);
            assert_hidden(&format!("{partitions:?}"), &shown);
            hides_what_is_small(&shown, total, &partitions);
        }
    }
}

/// What is small is hidden, what is shown is true, and what is withheld is not small.
fn hides_what_is_small(shown: &Shown, total: u64, partitions: &[Vec<u64>]) {
    let marks = shown.partitions.iter().flatten().copied().chain([shown.total]);
    for (mark, number) in marks.zip(partitions.iter().flatten().copied().chain([total])) {
        match mark {
            Value::Number(shown) => assert!(shown == number && !(1..FEWER_THAN).contains(&number)),
            Value::FewerThan(_) => assert!((1..FEWER_THAN).contains(&number)),
            Value::Withheld => assert!(number >= FEWER_THAN),
            Value::NotShown => assert!(number > 0),
        }
    }
}

#[test]
fn what_nothing_gives_away_is_shown() {
    let shown = suppress(30, &[vec![0, 10, 20]], 5);
    assert_eq!(shown, Shown { total: Value::Number(30), partitions: vec![vec![Value::Number(0), Value::Number(10), Value::Number(20)]] });
    let shown = suppress(33, &[vec![3, 10, 20]], 5);
    assert_eq!(shown.partitions[0], [Value::FewerThan(5), Value::Withheld, Value::Number(20)]);
    assert_eq!(shown.total, Value::Number(33));
}

/// All numbers of a page, as they stand in every format.
fn numbers(report: &Report) -> Vec<Value> {
    let figures = report.sections.iter().flat_map(|section| &section.figures).map(|figure| figure.value);
    let tables = report.sections.iter().flat_map(|section| &section.tables);
    let cells = tables.flat_map(|table| table.rows.iter().chain(&table.total)).flat_map(|row| &row.cells);
    figures.chain(cells.filter_map(|cell| if let Cell::Number(value) = cell { Some(*value) } else { None })).collect()
}

#[test]
fn the_public_page_hides_small_counts_and_names_nothing() {
    let world = year().link("event", "E240930", "r1");
    let report = haven_report::public(&world.input(), 2024);
    assert!(report.public && report.entries().is_empty());
    // Counts of stations are not of people; all others from 1 to 4 are hidden.
    let people: Report =
        Report { sections: report.sections.iter().filter(|section| section.id != "certificates").cloned().collect(), ..report.clone() };
    assert!(numbers(&people).iter().all(|value| value.number().is_none_or(|number| number == 0 || number >= 5)));
    let texts = [haven_report::render::html(&report), haven_report::render::json(&report)];
    let files = haven_report::render::csv(&report);
    let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).chain([format!("{}.json", report.id)]).collect();
    assert_eq!(names, report.files);
    for text in texts.into_iter().chain(files.into_iter().map(|(_, bytes)| String::from_utf8(bytes).unwrap())) {
        for hidden in ["E240930", "proofs/", "2024-04-02", "2024-05-12", "r1\"", "P1"] {
            assert!(!text.contains(hidden), "a public page says {hidden}");
        }
    }
}

#[test]
fn the_public_page_counts_by_month_in_the_city() {
    let lines: Vec<String> = (0..12)
        .map(|number| {
            let at = if number < 6 { "2024-04-01T04:30:00Z" } else { "2024-04-01T05:30:00Z" };
            format!("r{number} 2024-04-02T10:00 kind=request station={} at={at} channel=phone requester=ice asked=assist", number % 2 + 1)
        })
        .collect();
    let report = haven_report::public(&World::read(&lines.join("\n"), "2024-12-31").input(), 2024);
    let rows = &report.table("requests_month").unwrap().rows;
    let count = |month: &str| rows.iter().find(|row| row.cells[0].to_string() == month).unwrap().cells[1].to_string();
    assert_eq!((count("2024-03"), count("2024-04"), count("2024-05")), ("6".to_owned(), "6".to_owned(), "0".to_owned()));
    assert_eq!(report.figure("requests").unwrap().value, Value::Number(12));
}
