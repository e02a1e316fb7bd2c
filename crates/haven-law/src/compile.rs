//! Cedar's public syntax tree to the intermediate form. Nothing else in Haven reads that tree.
//!
//! Haven's law uses a small part of Cedar: closed words, sets of them, yes and no, and whole numbers. What lies outside
//! is refused with the reason, because a condition that cannot be evaluated exactly must not be evaluated at all.

use crate::ir::{Ir, Number, Order};
use crate::vocabulary::{ActionId, Fact, FactId, FactKind, Vocabulary};
use cedar_policy::pst::{
    ActionConstraint, BinaryOp, Clause, Expr, Literal, PrincipalConstraint, ResourceConstraint, Template, UnaryOp, Var,
};

/// How deep a condition may nest.
const DEPTH_MAX: usize = 64;

/// What a policy becomes.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// The acts in its scope, in vocabulary order.
    pub actions: Vec<ActionId>,
    /// Its `when` clauses, all of which must hold.
    pub reach: Ir,
    /// Its `unless` clauses, in order; any that holds takes the act out.
    pub exceptions: Vec<Ir>,
}

/// Why a policy cannot be compiled.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found}")]
pub(crate) struct CompileError {
    pub found: String,
    pub hint: String,
}

fn refuse<T>(found: impl Into<String>, hint: impl Into<String>) -> Result<T, CompileError> {
    Err(CompileError { found: found.into(), hint: hint.into() })
}

/// Compiles the body of a policy.
pub(crate) fn compile(body: &Template, vocabulary: &Vocabulary) -> Result<Compiled, CompileError> {
    if !matches!(body.principal, PrincipalConstraint::Any | PrincipalConstraint::Is(_)) {
        return refuse("the scope names one principal", "write `principal`: who acts is a fact (`agency_kind`), not an entity");
    }
    if !matches!(body.resource, ResourceConstraint::Any | ResourceConstraint::Is(_)) {
        return refuse("the scope names one resource", "write `resource`");
    }
    let named = |uid: &cedar_policy::pst::EntityUID| {
        vocabulary.action_named(&uid.eid).ok_or_else(|| CompileError {
            found: format!("the scope names an act `{}` that the vocabulary does not have", uid.eid),
            hint: "use an action of law/vocabulary.cedarschema".to_owned(),
        })
    };
    let mut actions = match &body.action {
        ActionConstraint::Any => vocabulary.action_ids().map(|(id, _)| id).collect(),
        ActionConstraint::Eq(uid) => vec![named(uid)?],
        ActionConstraint::In(uids) => uids.iter().map(named).collect::<Result<Vec<_>, _>>()?,
    };
    actions.sort_unstable();
    actions.dedup();
    let compiler = Compiler { vocabulary };
    let mut reach = Vec::new();
    let mut exceptions = Vec::new();
    for clause in body.clauses() {
        match clause {
            Clause::When(condition) => reach.push(compiler.condition(condition, 0)?),
            Clause::Unless(condition) => exceptions.push(compiler.condition(condition, 0)?),
        }
    }
    let reach = match reach.len() {
        0 => Ir::Const(true),
        _ => Ir::And(reach.iter().flat_map(Ir::conjuncts).cloned().collect()),
    };
    Ok(Compiled { actions, reach, exceptions })
}

struct Compiler<'v> {
    vocabulary: &'v Vocabulary,
}

impl Compiler<'_> {
    fn condition(&self, expr: &Expr, depth: usize) -> Result<Ir, CompileError> {
        if depth > DEPTH_MAX {
            return refuse(format!("the condition nests deeper than {DEPTH_MAX}"), "split the policy");
        }
        let next = depth + 1;
        match expr {
            Expr::Literal(Literal::Bool(value)) => Ok(Ir::Const(*value)),
            Expr::GetAttr { .. } => {
                let (id, fact) = self.fact(expr)?;
                match fact.kind {
                    FactKind::Bool => Ok(Ir::Is { fact: id, mask: yes() }),
                    _ => refuse(format!("fact `{}` stands where yes or no is expected", fact.name), "compare it with a value"),
                }
            }
            Expr::UnaryOp { op: UnaryOp::Not, expr } => Ok(Ir::Not(Box::new(self.condition(expr, next)?))),
            Expr::UnaryOp { op: UnaryOp::IsEmpty, expr } => {
                let (fact, _) = self.set_fact(expr)?;
                Ok(Ir::Only { fact, mask: 0 })
            }
            Expr::BinaryOp { op, left, right } => self.binary(*op, left, right, next),
            Expr::IfThenElse { cond, then_expr, else_expr } => {
                Ok(Ir::If(Box::new([self.condition(cond, next)?, self.condition(then_expr, next)?, self.condition(else_expr, next)?])))
            }
            Expr::HasAttr { .. } => refuse(
                "the condition tests whether a fact is present (`has`)",
                "facts are required in the vocabulary; compare the fact with a value, `none` included",
            ),
            Expr::Like { .. } => refuse("the condition matches text (`like`)", "facts are closed words: list them"),
            other => refuse(format!("the condition uses `{other:?}`"), "use facts of the context, words of their types, and, or, not"),
        }
    }

    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr, depth: usize) -> Result<Ir, CompileError> {
        match op {
            BinaryOp::And => Ok(Ir::And(self.flat(BinaryOp::And, left, right, depth)?)),
            BinaryOp::Or => Ok(Ir::Or(self.flat(BinaryOp::Or, left, right, depth)?)),
            BinaryOp::Eq => self.equal(left, right, depth),
            BinaryOp::NotEq => Ok(Ir::Not(Box::new(self.equal(left, right, depth)?))),
            BinaryOp::Less => self.compare(Order::Less, left, right, depth),
            BinaryOp::LessEq => self.compare(Order::LessOrEqual, left, right, depth),
            BinaryOp::Greater => {
                // Both sides are evaluated before they are compared, so swapping them changes nothing.
                self.compare(Order::Less, right, left, depth)
            }
            BinaryOp::GreaterEq => self.compare(Order::LessOrEqual, right, left, depth),
            BinaryOp::Contains => {
                // `context.set.contains(word)` or `[words].contains(context.word)`
                if let Ok((fact, shape)) = self.set_fact(left) {
                    return Ok(Ir::Any { fact, mask: self.word(shape, right)? });
                }
                let (fact, shape) = self.one_fact(right)?;
                Ok(Ir::Is { fact, mask: self.words(shape, left)? })
            }
            BinaryOp::ContainsAll => {
                if let Ok((fact, shape)) = self.set_fact(left) {
                    return Ok(Ir::All { fact, mask: self.words(shape, right)? });
                }
                let (fact, shape) = self.set_fact(right)?;
                Ok(Ir::Only { fact, mask: self.words(shape, left)? })
            }
            BinaryOp::ContainsAny => {
                let ((fact, shape), list) = match self.set_fact(left) {
                    Ok(found) => (found, right),
                    Err(_) => (self.set_fact(right)?, left),
                };
                Ok(Ir::Any { fact, mask: self.words(shape, list)? })
            }
            BinaryOp::In => {
                let (fact, shape) = self.one_fact(left)?;
                let mask = match right {
                    Expr::Set(_) => self.words(shape, right)?,
                    _ => self.word(shape, right)?,
                };
                Ok(Ir::Is { fact, mask })
            }
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul => {
                refuse("a number stands where yes or no is expected", "compare it with another number")
            }
            other => refuse(
                format!("the condition uses `{other}`"),
                "Haven's law uses closed words, sets of them, yes and no, and whole numbers",
            ),
        }
    }

    /// A chain of one operator as one list, so that it reads and prints as written.
    fn flat(&self, op: BinaryOp, left: &Expr, right: &Expr, depth: usize) -> Result<Vec<Ir>, CompileError> {
        let mut parts = Vec::new();
        let mut open = vec![right, left];
        while let Some(expr) = open.pop() {
            match expr {
                Expr::BinaryOp { op: inner, left, right } if *inner == op => {
                    open.push(right);
                    open.push(left);
                }
                other => parts.push(self.condition(other, depth)?),
            }
        }
        Ok(parts)
    }

    fn equal(&self, left: &Expr, right: &Expr, depth: usize) -> Result<Ir, CompileError> {
        for (fact, value) in [(left, right), (right, left)] {
            let Ok((id, shape)) = self.fact(fact) else { continue };
            match (shape.kind, value) {
                (FactKind::One | FactKind::Recency, _) => return Ok(Ir::Is { fact: id, mask: self.word(shape, value)? }),
                (FactKind::Bool, Expr::Literal(Literal::Bool(value))) => {
                    return Ok(Ir::Is { fact: id, mask: if *value { yes() } else { shape.all() & !yes() } });
                }
                (FactKind::Many, Expr::Set(_)) => {
                    let mask = self.words(shape, value)?;
                    return Ok(Ir::And(vec![Ir::All { fact: id, mask }, Ir::Only { fact: id, mask }]));
                }
                _ => {}
            }
        }
        self.compare(Order::Equal, left, right, depth)
    }

    fn compare(&self, order: Order, left: &Expr, right: &Expr, depth: usize) -> Result<Ir, CompileError> {
        Ok(Ir::Compare { order, left: self.number(left, depth)?, right: self.number(right, depth)? })
    }

    fn number(&self, expr: &Expr, depth: usize) -> Result<Number, CompileError> {
        if depth > DEPTH_MAX {
            return refuse(format!("the condition nests deeper than {DEPTH_MAX}"), "split the policy");
        }
        let pair = |left: &Expr, right: &Expr| -> Result<Box<[Number; 2]>, CompileError> {
            Ok(Box::new([self.number(left, depth + 1)?, self.number(right, depth + 1)?]))
        };
        match expr {
            Expr::Literal(Literal::Long(value)) => Ok(Number::Literal(*value)),
            Expr::BinaryOp { op: BinaryOp::Add, left, right } => Ok(Number::Add(pair(left, right)?)),
            Expr::BinaryOp { op: BinaryOp::Sub, left, right } => Ok(Number::Subtract(pair(left, right)?)),
            Expr::BinaryOp { op: BinaryOp::Mul, left, right } => Ok(Number::Multiply(pair(left, right)?)),
            Expr::UnaryOp { op: UnaryOp::Neg, expr } => Ok(Number::Subtract(Box::new([Number::Literal(0), self.number(expr, depth + 1)?]))),
            Expr::GetAttr { .. } => {
                let (id, fact) = self.fact(expr)?;
                if fact.kind == FactKind::Number {
                    Ok(Number::Fact(id))
                } else {
                    refuse(
                        format!("fact `{}` is compared with something that is not one of its words", fact.name),
                        "compare it with a word of its type",
                    )
                }
            }
            other => refuse(format!("`{other:?}` is not a number"), "compare numbers with numbers, words with words"),
        }
    }

    fn fact(&self, expr: &Expr) -> Result<(FactId, &Fact), CompileError> {
        if let Expr::GetAttr { expr, attr } = expr
            && matches!(expr.as_ref(), Expr::Var(Var::Context))
            && let Some(id) = self.vocabulary.fact_named(attr)
        {
            return Ok((id, self.vocabulary.fact(id)));
        }
        refuse(format!("`{expr:?}` is not a fact"), "read facts as `context.name`")
    }

    fn set_fact(&self, expr: &Expr) -> Result<(FactId, &Fact), CompileError> {
        let (id, fact) = self.fact(expr)?;
        if fact.kind == FactKind::Many { Ok((id, fact)) } else { refuse(format!("fact `{}` is not a set", fact.name), "use `==`") }
    }

    fn one_fact(&self, expr: &Expr) -> Result<(FactId, &Fact), CompileError> {
        let (id, fact) = self.fact(expr)?;
        match fact.kind {
            FactKind::One | FactKind::Recency => Ok((id, fact)),
            _ => refuse(format!("fact `{}` is not one word of a list", fact.name), "use `contains` on a set, `==` on a word"),
        }
    }

    fn word(&self, fact: &Fact, expr: &Expr) -> Result<u64, CompileError> {
        if let Expr::Literal(Literal::EntityUID(uid)) = expr {
            if uid.ty.to_string() != fact.cedar_type {
                return refuse(
                    format!("fact `{}` is compared with a `{}`", fact.name, uid.ty),
                    format!("compare it with a `{}`", fact.cedar_type),
                );
            }
            return fact.bit_of(&uid.eid).ok_or_else(|| CompileError {
                found: format!("fact `{}` has no value `{}`", fact.name, uid.eid),
                hint: format!("its values are {}", fact.names(fact.all()).join(", ")),
            });
        }
        refuse(format!("fact `{}` is compared with `{expr:?}`", fact.name), "compare it with words of its type")
    }

    fn words(&self, fact: &Fact, expr: &Expr) -> Result<u64, CompileError> {
        match expr {
            Expr::Set(items) => items.iter().try_fold(0, |mask, item| Ok(mask | self.word(fact, item)?)),
            other => self.word(fact, other),
        }
    }
}

/// The bit of `yes` in a yes-or-no fact.
fn yes() -> u64 {
    crate::vocabulary::bit(1)
}
