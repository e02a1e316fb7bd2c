//! The law as plain expressions of the query engine, for whoever recomputes a mask where our function is not: a cluster without it,
//! another engine through the SQL that an expression can be written as.
//!
//! Three values are SQL's own, so a condition that cannot err becomes the same condition. Columns: `action_code`, `day`, and
//! the facts by their names, as in `masks.parquet`. The function [`Law::function`] gives more in one pass and is what we run.

use crate::law::{Law, WORD_BITS, day_number};
use datafusion::logical_expr::{Case, Expr, Operator, binary_expr, lit};
use datafusion::prelude::ident;
use datafusion::scalar::ScalarValue;
use haven_law::ir::{Ir, Number, Order};
use haven_law::pack::{Clause, Effect};
use haven_law::vocabulary::{ActionId, Vocabulary};

/// A mask that can be written as an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// Prohibitions that apply.
    Prohibited,
    /// Prohibitions, duties and open points of which it is unknown whether they apply.
    Undetermined,
}

/// A condition as an expression; none for one with arithmetic, which SQL would let wrap or fail as a whole.
pub fn holds(ir: &Ir, vocabulary: &Vocabulary) -> Option<Expr> {
    let bits = |fact: haven_law::vocabulary::FactId, mask: u64| {
        binary_expr(ident(&vocabulary.fact(fact).name), Operator::BitwiseAnd, lit(mask.cast_signed()))
    };
    let all = |parts: &[Ir], operator: Operator, neutral: bool| -> Option<Expr> {
        let parts: Vec<Expr> = parts.iter().map(|part| holds(part, vocabulary)).collect::<Option<_>>()?;
        Some(parts.into_iter().reduce(|all, part| binary_expr(all, operator, part)).unwrap_or_else(|| lit(neutral)))
    };
    Some(match ir {
        Ir::Const(value) => lit(*value),
        Ir::Is { fact, mask } | Ir::Any { fact, mask } => bits(*fact, *mask).not_eq(lit(0_i64)),
        Ir::All { fact, mask } => bits(*fact, *mask).eq(lit(mask.cast_signed())),
        Ir::Only { fact, mask } => bits(*fact, !mask).eq(lit(0_i64)),
        Ir::Compare { order, left, right } => {
            let side = |number: &Number| match number {
                Number::Literal(value) => Some(lit(*value)),
                Number::Fact(fact) => Some(ident(&vocabulary.fact(*fact).name)),
                Number::Add(_) | Number::Subtract(_) | Number::Multiply(_) => None,
            };
            let operator = match order {
                Order::Equal => Operator::Eq,
                Order::Less => Operator::Lt,
                Order::LessOrEqual => Operator::LtEq,
            };
            binary_expr(side(left)?, operator, side(right)?)
        }
        Ir::Not(inner) => !holds(inner, vocabulary)?,
        Ir::And(parts) => all(parts, Operator::And, true)?,
        Ir::Or(parts) => all(parts, Operator::Or, false)?,
        Ir::If(parts) => {
            let [condition, then, otherwise] = parts.as_ref();
            let (c, a, b) = (holds(condition, vocabulary)?, holds(then, vocabulary)?, holds(otherwise, vocabulary)?);
            // Where the condition is unknown, what both branches agree on is known; a CASE would take the second branch.
            c.clone().and(a.clone()).or((!c).and(b.clone())).or(a.and(b))
        }
    })
}

/// That a clause applies, once its act and day are given.
fn applies(clause: &Clause, vocabulary: &Vocabulary) -> Option<Expr> {
    let mut all = holds(clause.reach(), vocabulary)?;
    for exception in &clause.exceptions {
        all = all.and(!holds(&exception.condition, vocabulary)?);
    }
    Some(all)
}

impl Law {
    /// One word of a mask of one layer, by position in [`Law::layers`], over the given acts; rows of other acts are 0.
    ///
    /// None where a clause has arithmetic and must be answered by row, or where there is no such layer.
    pub fn expression(&self, mask: Mask, layer: usize, word: usize, acts: &[ActionId]) -> Option<Expr> {
        let columns = self.layers().get(layer)?;
        let vocabulary = self.pack().vocabulary();
        let starts = self.pack().stretches();
        let mut branches = Vec::new();
        for act in acts {
            let mut sum: Option<Expr> = None;
            for (bit, position) in columns.clauses.iter().skip(word * WORD_BITS).take(WORD_BITS).enumerate() {
                let clause = self.pack().clauses.get(*position as usize)?;
                let wanted = match mask {
                    Mask::Prohibited => clause.effect == Effect::Prohibit,
                    Mask::Undetermined => matches!(clause.effect, Effect::Prohibit | Effect::Refer | Effect::Require),
                };
                if !wanted || !clause.actions.contains(act) {
                    continue;
                }
                let in_plan = |day: &jiff::civil::Date| {
                    let plans = self.pack().plan(*day, *act);
                    plans.iter().flat_map(|plan| &plan.readings).any(|reading| reading.clauses.contains(position))
                };
                // The stretches in which some reading has the clause, as spans of days.
                let mut spans: Vec<(i32, Option<i32>)> = Vec::new();
                for (at, start) in starts.iter().enumerate().filter(|(_, start)| in_plan(start)) {
                    let end = starts.get(at + 1).map(|day| day_number(*day));
                    match spans.last_mut() {
                        Some(last) if last.1 == Some(day_number(*start)) => last.1 = end,
                        _ => spans.push((day_number(*start), end)),
                    }
                }
                let date = |day: i32| lit(ScalarValue::Date32(Some(day)));
                let span = |(from, until): (i32, Option<i32>)| {
                    let from = ident("day").gt_eq(date(from));
                    until.map_or(from.clone(), |until| from.and(ident("day").lt(date(until))))
                };
                let Some(in_force) = spans.into_iter().map(span).reduce(Expr::or) else { continue };
                let applies = applies(clause, vocabulary)?;
                let holds = match mask {
                    Mask::Prohibited => applies,
                    Mask::Undetermined => applies.is_null(),
                };
                let bit = choose(in_force.and(holds), lit(1_i64 << bit));
                sum = Some(sum.map_or(bit.clone(), |sum| binary_expr(sum, Operator::BitwiseOr, bit)));
            }
            branches.extend(sum.map(|sum| (Box::new(lit(i32::try_from(act.index()).unwrap_or(i32::MAX))), Box::new(sum))));
        }
        if branches.is_empty() {
            return Some(lit(0_i64));
        }
        Some(Expr::Case(Case::new(Some(Box::new(ident("action_code"))), branches, Some(Box::new(lit(0_i64))))))
    }
}

fn choose(condition: Expr, then: Expr) -> Expr {
    Expr::Case(Case::new(None, vec![(Box::new(condition), Box::new(then))], Some(Box::new(lit(0_i64)))))
}
