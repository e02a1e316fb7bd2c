//! The intermediate form: what a clause's condition becomes, and how it is evaluated when facts are missing.
//!
//! Thirteen node kinds, no strings, no optional values. One form serves three readers: one request at a time (here),
//! columns of requests, and a browser without a network; so it stays small and printable.
//!
//! Truth follows Kleene's strong logic with one addition, [`Truth::Error`], for arithmetic that overflows: Cedar skips a
//! policy that errors, which would let a broken prohibition pass. Where evaluation cannot err, the Kleene value of an
//! expression is the value Cedar gives to every completion of the unknown facts, or [`Truth::Unknown`].

use crate::vocabulary::{FactId, FactKind, Vocabulary};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The largest number of facts one vocabulary may have: a set of facts is one machine word.
pub const FACTS_MAX: usize = 64;

/// A set of facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FactSet(u64);

impl FactSet {
    /// No facts.
    pub const EMPTY: FactSet = FactSet(0);

    /// The set of one fact.
    pub fn of(fact: FactId) -> FactSet {
        FactSet(1 << (fact.index() % FACTS_MAX))
    }

    /// The facts in either set.
    #[must_use]
    pub fn union(self, other: FactSet) -> FactSet {
        FactSet(self.0 | other.0)
    }

    /// The facts of this set that the other lacks.
    #[must_use]
    pub fn without(self, other: FactSet) -> FactSet {
        FactSet(self.0 & !other.0)
    }

    /// Whether the fact is in the set.
    pub fn contains(self, fact: FactId) -> bool {
        self.0 & FactSet::of(fact).0 != 0
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// A bit per fact, by its position in the vocabulary.
    pub fn bits(self) -> u64 {
        self.0
    }

    /// The facts of such bits.
    pub fn from_bits(bits: u64) -> FactSet {
        FactSet(bits)
    }

    /// The facts, in vocabulary order.
    pub fn iter(self) -> impl Iterator<Item = FactId> {
        (0..FACTS_MAX).map(FactId::from_index).filter(move |fact| self.contains(*fact))
    }
}

/// The facts of one request, encoded.
///
/// A known value is a word: for a one-valued fact the bit of its value, for a set-valued fact the bits of its members,
/// for a number the number itself. Booleans have the values `no` (bit 0) and `yes` (bit 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    known: FactSet,
    words: [u64; FACTS_MAX],
}

impl Default for Facts {
    fn default() -> Self {
        Facts { known: FactSet::EMPTY, words: [0; FACTS_MAX] }
    }
}

impl Facts {
    /// Sets a fact to a known value.
    pub fn set(&mut self, fact: FactId, word: u64) {
        if let Some(slot) = self.words.get_mut(fact.index()) {
            *slot = word;
            self.known = self.known.union(FactSet::of(fact));
        }
    }

    /// Makes a fact unknown again.
    pub fn forget(&mut self, fact: FactId) {
        self.known = self.known.without(FactSet::of(fact));
    }

    /// The value of a fact, if known.
    pub fn get(&self, fact: FactId) -> Option<u64> {
        if self.known.contains(fact) { self.words.get(fact.index()).copied() } else { None }
    }

    /// Which facts are known.
    pub fn known(&self) -> FactSet {
        self.known
    }
}

/// The truth of a condition when some facts may be unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// Holds whatever the unknown facts are.
    True,
    /// Does not hold whatever the unknown facts are.
    False,
    /// Depends on facts nobody stated.
    Unknown,
    /// Cannot be evaluated: arithmetic left the range of numbers.
    Error,
}

/// A comparison of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `==`
    Equal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
}

/// A whole-number expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Number {
    /// A constant.
    Literal(i64),
    /// The value of a number fact.
    Fact(FactId),
    /// A sum; errs when it overflows.
    Add(Box<[Number; 2]>),
    /// A difference; errs when it overflows.
    Subtract(Box<[Number; 2]>),
    /// A product; errs when it overflows.
    Multiply(Box<[Number; 2]>),
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ir {
    /// A constant.
    Const(bool),
    /// The one-valued fact is among the values in `mask`.
    Is {
        /// The fact.
        fact: FactId,
        /// A bit per value.
        mask: u64,
    },
    /// The set-valued fact has at least one of the members in `mask`.
    Any {
        /// The fact.
        fact: FactId,
        /// A bit per value.
        mask: u64,
    },
    /// The set-valued fact has every member in `mask`.
    All {
        /// The fact.
        fact: FactId,
        /// A bit per value.
        mask: u64,
    },
    /// The set-valued fact has no member outside `mask`.
    Only {
        /// The fact.
        fact: FactId,
        /// A bit per value.
        mask: u64,
    },
    /// Two numbers compare as stated.
    Compare {
        /// How.
        order: Order,
        /// The left side.
        left: Number,
        /// The right side.
        right: Number,
    },
    /// The condition does not hold.
    Not(Box<Ir>),
    /// Every condition holds, tried from left to right.
    And(Vec<Ir>),
    /// Some condition holds, tried from left to right.
    Or(Vec<Ir>),
    /// The second condition where the first holds, else the third.
    If(Box<[Ir; 3]>),
}

/// A truth and, where it is [`Truth::Unknown`], the facts that can still matter to it.
pub type Evaluated = (Truth, FactSet);

enum NumberValue {
    Known(i64),
    Unknown(FactSet),
    Error,
}

impl Ir {
    /// Evaluates the condition. Facts in the result are empty unless the truth is unknown.
    pub fn eval(&self, facts: &Facts) -> Evaluated {
        let of = |fact: FactId, test: &dyn Fn(u64) -> bool| match facts.get(fact) {
            Some(word) => (if test(word) { Truth::True } else { Truth::False }, FactSet::EMPTY),
            None => (Truth::Unknown, FactSet::of(fact)),
        };
        match self {
            Ir::Const(true) => (Truth::True, FactSet::EMPTY),
            Ir::Const(false) => (Truth::False, FactSet::EMPTY),
            Ir::Is { fact, mask } | Ir::Any { fact, mask } => of(*fact, &|word| word & mask != 0),
            Ir::All { fact, mask } => of(*fact, &|word| word & mask == *mask),
            Ir::Only { fact, mask } => of(*fact, &|word| word & !mask == 0),
            Ir::Compare { order, left, right } => compare(*order, left.eval(facts), right.eval(facts)),
            Ir::Not(inner) => {
                let (truth, missing) = inner.eval(facts);
                (negate(truth), missing)
            }
            Ir::And(parts) => Self::chain(parts, facts, Truth::False),
            Ir::Or(parts) => Self::chain(parts, facts, Truth::True),
            Ir::If(parts) => {
                let [condition, then, otherwise] = parts.as_ref();
                let (truth, missing) = condition.eval(facts);
                match truth {
                    Truth::True => then.eval(facts),
                    Truth::False => otherwise.eval(facts),
                    Truth::Error => (Truth::Error, FactSet::EMPTY),
                    Truth::Unknown => {
                        let (a, a_missing) = then.eval(facts);
                        let (b, b_missing) = otherwise.eval(facts);
                        if a == b && matches!(a, Truth::True | Truth::False) && !condition.may_err() {
                            (a, FactSet::EMPTY)
                        } else {
                            (Truth::Unknown, missing.union(a_missing).union(b_missing))
                        }
                    }
                }
            }
        }
    }

    /// Evaluates a chain that `decisive` ends: `False` for a conjunction, `True` for a disjunction.
    ///
    /// INVARIANT: an unknown part followed by a decisive one is decided only if the unknown part cannot err: Cedar would
    /// stop at the error before it reached the decisive part.
    fn chain(parts: &[Ir], facts: &Facts, decisive: Truth) -> Evaluated {
        let mut missing = FactSet::EMPTY;
        let mut unknown = false;
        let mut may_err = false;
        for part in parts {
            match part.eval(facts) {
                (Truth::Unknown, more) => {
                    missing = missing.union(more);
                    unknown = true;
                    may_err = may_err || part.may_err();
                }
                (Truth::Error, _) if unknown => may_err = true,
                (Truth::Error, _) => return (Truth::Error, FactSet::EMPTY),
                (truth, _) if truth == decisive && !may_err => return (decisive, FactSet::EMPTY),
                _ => {}
            }
        }
        if unknown { (Truth::Unknown, missing) } else { (negate(decisive), FactSet::EMPTY) }
    }

    /// Whether some facts could make the evaluation err.
    pub fn may_err(&self) -> bool {
        match self {
            Ir::Const(_) | Ir::Is { .. } | Ir::Any { .. } | Ir::All { .. } | Ir::Only { .. } => false,
            Ir::Compare { left, right, .. } => left.may_err() || right.may_err(),
            Ir::Not(inner) => inner.may_err(),
            Ir::And(parts) | Ir::Or(parts) => parts.iter().any(Ir::may_err),
            Ir::If(parts) => parts.iter().any(Ir::may_err),
        }
    }

    /// The facts the condition reads.
    pub fn facts(&self) -> FactSet {
        match self {
            Ir::Const(_) => FactSet::EMPTY,
            Ir::Is { fact, .. } | Ir::Any { fact, .. } | Ir::All { fact, .. } | Ir::Only { fact, .. } => FactSet::of(*fact),
            Ir::Compare { left, right, .. } => left.facts().union(right.facts()),
            Ir::Not(inner) => inner.facts(),
            Ir::And(parts) | Ir::Or(parts) => union_of(parts),
            Ir::If(parts) => union_of(parts.as_ref()),
        }
    }

    /// The parts of a conjunction, or the condition itself.
    pub fn conjuncts(&self) -> Vec<&Ir> {
        match self {
            Ir::And(parts) => parts.iter().flat_map(Ir::conjuncts).collect(),
            other => vec![other],
        }
    }

    /// The condition as a line of text, with the names of the vocabulary.
    pub fn text(&self, vocabulary: &Vocabulary) -> String {
        let mut out = String::new();
        self.write(vocabulary, &mut out);
        out
    }

    fn write(&self, v: &Vocabulary, out: &mut String) {
        let named = |out: &mut String, fact: FactId, verb: &str, mask: u64| {
            let _ = write!(out, "{} {verb} [{}]", v.fact(fact).name, v.fact(fact).names(mask).join(", "));
        };
        match self {
            Ir::Const(value) => out.push_str(if *value { "true" } else { "false" }),
            Ir::Is { fact, mask } => named(out, *fact, "is", *mask),
            Ir::Any { fact, mask } => named(out, *fact, "any", *mask),
            Ir::All { fact, mask } => named(out, *fact, "all", *mask),
            Ir::Only { fact, mask } => named(out, *fact, "only", *mask),
            Ir::Compare { order, left, right } => {
                let sign = order.sign();
                let _ = write!(out, "{} {sign} {}", left.text(v), right.text(v));
            }
            Ir::Not(inner) => {
                out.push_str("not (");
                inner.write(v, out);
                out.push(')');
            }
            Ir::And(parts) => write_chain(parts, " and ", v, out),
            Ir::Or(parts) => write_chain(parts, " or ", v, out),
            Ir::If(parts) => {
                let [condition, then, otherwise] = parts.as_ref();
                let _ = write!(out, "if ({}) then ({}) else ({})", condition.text(v), then.text(v), otherwise.text(v));
            }
        }
    }

    /// The condition as JSON. Format: `docs/formats/intermediate-form.md`.
    pub fn json(&self, v: &Vocabulary) -> Value {
        let named =
            |kind: &str, fact: FactId, mask: u64| json!({ kind: { "fact": v.fact(fact).name, "values": v.fact(fact).names(mask) } });
        let list = |parts: &[Ir]| parts.iter().map(|part| part.json(v)).collect::<Vec<_>>();
        match self {
            Ir::Const(value) => json!({ "const": value }),
            Ir::Is { fact, mask } => named("is", *fact, *mask),
            Ir::Any { fact, mask } => named("any", *fact, *mask),
            Ir::All { fact, mask } => named("all", *fact, *mask),
            Ir::Only { fact, mask } => named("only", *fact, *mask),
            Ir::Compare { order, left, right } => {
                json!({ "compare": { "order": order.sign(), "left": left.json(v), "right": right.json(v) } })
            }
            Ir::Not(inner) => json!({ "not": inner.json(v) }),
            Ir::And(parts) => json!({ "and": list(parts) }),
            Ir::Or(parts) => json!({ "or": list(parts) }),
            Ir::If(parts) => json!({ "if": list(parts.as_ref()) }),
        }
    }

    /// The condition in plain words: "the matter = civil immigration enforcement".
    pub fn words(&self, v: &Vocabulary) -> String {
        match self {
            Ir::Const(true) => "always".to_owned(),
            Ir::Const(false) => "never".to_owned(),
            Ir::Is { fact, mask } => {
                let fact = v.fact(*fact);
                if fact.kind == FactKind::Bool {
                    let yes = fact.bit_of("yes") == Some(*mask);
                    return if yes { fact.label.clone() } else { format!("not: {}", fact.label) };
                }
                // The shorter of the two lists reads better: "not an ordinary public use" over six other uses.
                if matches!(fact.kind, FactKind::One) && mask.count_ones() as usize * 2 > fact.values.len() {
                    format!("{} ≠ {}", fact.label, fact.labels(fact.all() & !mask).join(", "))
                } else {
                    format!("{} = {}", fact.label, fact.labels(*mask).join(" or "))
                }
            }
            Ir::Any { fact, mask } => format!("{} includes {}", v.fact(*fact).label, v.fact(*fact).labels(*mask).join(" or ")),
            Ir::All { fact, mask } => format!("{} includes {}", v.fact(*fact).label, v.fact(*fact).labels(*mask).join(" and ")),
            Ir::Only { fact, mask } => format!("{} is only {}", v.fact(*fact).label, v.fact(*fact).labels(*mask).join(" or ")),
            Ir::Compare { order, left, right } => format!("{} {} {}", left.words(v), order.sign(), right.words(v)),
            Ir::Not(inner) => match inner.as_ref() {
                Ir::Is { fact, mask } => {
                    let all = v.fact(*fact).all();
                    Ir::Is { fact: *fact, mask: all & !mask }.words(v)
                }
                Ir::Any { fact, mask } => {
                    format!("{} does not include {}", v.fact(*fact).label, v.fact(*fact).labels(*mask).join(" or "))
                }
                other => format!("not ({})", other.words(v)),
            },
            Ir::And(parts) => parts.iter().map(|part| part.bracketed(v)).collect::<Vec<_>>().join(" and "),
            Ir::Or(parts) => parts.iter().map(|part| part.bracketed(v)).collect::<Vec<_>>().join(" or "),
            Ir::If(parts) => {
                let [condition, then, otherwise] = parts.as_ref();
                format!("if {}, then {}, else {}", condition.words(v), then.words(v), otherwise.words(v))
            }
        }
    }

    fn bracketed(&self, v: &Vocabulary) -> String {
        match self {
            Ir::And(_) | Ir::Or(_) | Ir::If(_) => format!("({})", self.words(v)),
            _ => self.words(v),
        }
    }
}

fn union_of(parts: &[Ir]) -> FactSet {
    parts.iter().fold(FactSet::EMPTY, |all, part| all.union(part.facts()))
}

fn write_chain(parts: &[Ir], word: &str, v: &Vocabulary, out: &mut String) {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push_str(word);
        }
        let nested = matches!(part, Ir::And(_) | Ir::Or(_) | Ir::If(_));
        if nested {
            out.push('(');
        }
        part.write(v, out);
        if nested {
            out.push(')');
        }
    }
}

fn negate(truth: Truth) -> Truth {
    match truth {
        Truth::True => Truth::False,
        Truth::False => Truth::True,
        other => other,
    }
}

fn compare(order: Order, left: NumberValue, right: NumberValue) -> Evaluated {
    match (left, right) {
        // Cedar evaluates both sides, the left one first: an error on either side errs.
        (NumberValue::Error, _) | (_, NumberValue::Error) => (Truth::Error, FactSet::EMPTY),
        (NumberValue::Known(a), NumberValue::Known(b)) => {
            let holds = match order {
                Order::Equal => a == b,
                Order::Less => a < b,
                Order::LessOrEqual => a <= b,
            };
            (if holds { Truth::True } else { Truth::False }, FactSet::EMPTY)
        }
        (NumberValue::Unknown(a), NumberValue::Unknown(b)) => (Truth::Unknown, a.union(b)),
        (NumberValue::Unknown(a), _) | (_, NumberValue::Unknown(a)) => (Truth::Unknown, a),
    }
}

impl Order {
    /// The sign people know.
    pub fn sign(self) -> &'static str {
        match self {
            Order::Equal => "==",
            Order::Less => "<",
            Order::LessOrEqual => "<=",
        }
    }
}

impl Number {
    fn eval(&self, facts: &Facts) -> NumberValue {
        let pair = |parts: &[Number; 2], operation: fn(i64, i64) -> Option<i64>| {
            let [left, right] = parts;
            match (left.eval(facts), right.eval(facts)) {
                (NumberValue::Error, _) | (_, NumberValue::Error) => NumberValue::Error,
                (NumberValue::Known(a), NumberValue::Known(b)) => operation(a, b).map_or(NumberValue::Error, NumberValue::Known),
                (NumberValue::Unknown(a), NumberValue::Unknown(b)) => NumberValue::Unknown(a.union(b)),
                (NumberValue::Unknown(a), _) | (_, NumberValue::Unknown(a)) => NumberValue::Unknown(a),
            }
        };
        match self {
            Number::Literal(value) => NumberValue::Known(*value),
            Number::Fact(fact) => {
                facts.get(*fact).map_or(NumberValue::Unknown(FactSet::of(*fact)), |word| NumberValue::Known(word.cast_signed()))
            }
            Number::Add(parts) => pair(parts, i64::checked_add),
            Number::Subtract(parts) => pair(parts, i64::checked_sub),
            Number::Multiply(parts) => pair(parts, i64::checked_mul),
        }
    }

    fn may_err(&self) -> bool {
        !matches!(self, Number::Literal(_) | Number::Fact(_))
    }

    fn facts(&self) -> FactSet {
        match self {
            Number::Literal(_) => FactSet::EMPTY,
            Number::Fact(fact) => FactSet::of(*fact),
            Number::Add(parts) | Number::Subtract(parts) | Number::Multiply(parts) => {
                let [left, right] = parts.as_ref();
                left.facts().union(right.facts())
            }
        }
    }

    fn text(&self, v: &Vocabulary) -> String {
        self.render(&|fact| v.fact(fact).name.clone())
    }

    fn words(&self, v: &Vocabulary) -> String {
        self.render(&|fact| v.fact(fact).label.clone())
    }

    fn render(&self, name: &dyn Fn(FactId) -> String) -> String {
        let pair = |parts: &[Number; 2], sign: &str| {
            let [left, right] = parts;
            format!("({} {sign} {})", left.render(name), right.render(name))
        };
        match self {
            Number::Literal(value) => value.to_string(),
            Number::Fact(fact) => name(*fact),
            Number::Add(parts) => pair(parts, "+"),
            Number::Subtract(parts) => pair(parts, "-"),
            Number::Multiply(parts) => pair(parts, "*"),
        }
    }

    fn json(&self, v: &Vocabulary) -> Value {
        let pair = |name: &str, parts: &[Number; 2]| {
            let [left, right] = parts;
            json!({ name: [left.json(v), right.json(v)] })
        };
        match self {
            Number::Literal(value) => json!(value),
            Number::Fact(fact) => json!({ "fact": v.fact(*fact).name }),
            Number::Add(parts) => pair("add", parts),
            Number::Subtract(parts) => pair("subtract", parts),
            Number::Multiply(parts) => pair("multiply", parts),
        }
    }
}
