//! Suppression of small counts: what is too small to show, and what else must not be shown so that nobody can compute it.
//!
//! A set of counts has one total, and partitions of it: by month, by station, by outcome. A count from 1 to below a number is
//! too small and is shown as "fewer than" it. Where the totals and the other counts would give it away, further counts are
//! withheld, the smallest first. What is withheld is always at least the number, so its mark says no more than it must.
//!
//! INVARIANT: of every count that is not shown at least two values agree with all that is shown.

use crate::report::Value;

/// Counts as they may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The total.
    pub total: Value,
    /// The partitions, in the order given.
    pub partitions: Vec<Vec<Value>>,
}

/// Whole numbers from one to another; without the other, all from it on.
#[derive(Clone, Copy, Debug)]
struct Range {
    from: u64,
    until: Option<u64>,
}

impl Range {
    fn one(number: u64) -> Range {
        Range { from: number, until: Some(number) }
    }

    fn of(value: Value) -> Range {
        match value {
            Value::Number(number) => Range::one(number),
            Value::FewerThan(most) => Range { from: 1, until: Some(most.saturating_sub(1)) },
            // Withheld counts are at least the number; see `withheld`.
            Value::Withheld | Value::NotShown => Range { from: 1, until: None },
        }
    }

    fn plus(self, other: Range) -> Range {
        let until = self.until.zip(other.until).map(|(own, other)| own.saturating_add(other));
        Range { from: self.from.saturating_add(other.from), until }
    }

    fn meet(self, other: Range) -> Range {
        let until = match (self.until, other.until) {
            (Some(own), Some(other)) => Some(own.min(other)),
            (own, other) => own.or(other),
        };
        Range { from: self.from.max(other.from), until }
    }

    fn is_one(self) -> bool {
        self.until.is_some_and(|until| until <= self.from)
    }
}

/// What an onlooker can know of a value from its mark.
fn known(value: Value, fewer_than: u64) -> Range {
    match value {
        Value::Withheld => Range { from: fewer_than, until: None },
        other => Range::of(other),
    }
}

fn sum(values: &[Value], fewer_than: u64, without: Option<usize>) -> Range {
    let others = values.iter().enumerate().filter(|(place, _)| Some(*place) != without);
    others.fold(Range::one(0), |sum, (_, value)| sum.plus(known(*value, fewer_than)))
}

/// Marks what may be shown of a total and of its partitions, each of which adds up to it.
pub fn suppress(total: u64, partitions: &[Vec<u64>], fewer_than: u64) -> Shown {
    let mark = |number: u64| if (1..fewer_than).contains(&number) { Value::FewerThan(fewer_than) } else { Value::Number(number) };
    let marks = |partition: &Vec<u64>| partition.iter().copied().map(mark).collect();
    let mut shown = Shown { total: mark(total), partitions: partitions.iter().map(marks).collect() };
    // Each step hides one more count, so there are no more steps than counts.
    while let Some(place) = given_away(&shown, fewer_than) {
        if !hide_one_more(&mut shown, place, fewer_than) {
            return nothing(&shown);
        }
    }
    shown
}

/// The partition in which a count that is not shown can be computed; that of the total is the one that gives it away.
fn given_away(shown: &Shown, fewer_than: u64) -> Option<usize> {
    let own = known(shown.total, fewer_than);
    let sums: Vec<Range> = shown.partitions.iter().map(|partition| sum(partition, fewer_than, None)).collect();
    let total = sums.iter().fold(own, |total, sum| total.meet(*sum));
    if shown.total.number().is_none() && total.is_one() {
        // The partition that says most about the total.
        let narrow = |(_, sum): &(usize, &Range)| sum.until.map_or(u64::MAX, |until| until.saturating_sub(sum.from));
        return Some(sums.iter().enumerate().min_by_key(narrow).map_or(0, |(place, _)| place));
    }
    for (place, partition) in shown.partitions.iter().enumerate() {
        for (cell, value) in partition.iter().enumerate().filter(|(_, value)| value.number().is_none()) {
            let rest = sum(partition, fewer_than, Some(cell));
            let least = rest.until.map_or(0, |until| total.from.saturating_sub(until));
            let most = total.until.map(|until| until.saturating_sub(rest.from));
            if known(*value, fewer_than).meet(Range { from: least, until: most }).is_one() {
                return Some(place);
            }
        }
    }
    None
}

/// Withholds the smallest count that is still shown in a partition, else the total, else the smallest of any partition.
fn hide_one_more(shown: &mut Shown, place: usize, fewer_than: u64) -> bool {
    if let Some(cell) = smallest(shown.partitions.get_mut(place).into_iter().flatten(), fewer_than) {
        *cell = Value::Withheld;
        return true;
    }
    if shown.total.number().is_some_and(|total| total >= fewer_than) {
        shown.total = Value::Withheld;
        return true;
    }
    match smallest(shown.partitions.iter_mut().flatten(), fewer_than) {
        Some(cell) => {
            *cell = Value::Withheld;
            true
        }
        None => false,
    }
}

fn smallest<'a>(cells: impl Iterator<Item = &'a mut Value>, fewer_than: u64) -> Option<&'a mut Value> {
    cells.filter(|cell| cell.number().is_some_and(|number| number >= fewer_than)).min_by_key(|cell| cell.number())
}

/// The last resort: of all that is not zero nothing is said.
fn nothing(shown: &Shown) -> Shown {
    let hide = |value: &Value| if *value == Value::Number(0) { *value } else { Value::NotShown };
    Shown { total: hide(&shown.total), partitions: shown.partitions.iter().map(|partition| partition.iter().map(hide).collect()).collect() }
}
