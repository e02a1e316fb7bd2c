//! The law in columns: what each layer says of every row of a table of acts, as bitmasks over its clauses.
//!
//! A table has the act as a code, its day, and one column per fact: the words of the intermediate form, NULL for *unknown*
//! (`none` is a value). Rows are sorted by stretch of the law and act, and each group is taken 64 rows at a time: a test of a
//! fact gives one machine word of answers, and the logic of a clause is then a few operations on words. Truth is Kleene's, which
//! is exact where a condition cannot err ([`haven_law::ir`]). A clause that may err, by its arithmetic, is not taken so: its
//! rows go one by one to the evaluator that answers single requests.

use crate::error::AuditError;
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray as _, Date32Array, DictionaryArray, Int8Array, Int32Array, Int64Array, StringArray, StructArray,
};
use datafusion::arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::arrow::datatypes::{DataType, Date32Type, Field, Fields, Int8Type, Int32Type, Int64Type};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use haven_law::decide::{Applied, Basis, Verdict};
use haven_law::ir::{Facts, Ir, Number, Order};
use haven_law::pack::{Clause, Effect, Layer, Pack};
use haven_law::vocabulary::{ActionId, FactId};
use jiff::civil::{Date, date};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

/// Clauses in one BIGINT: a sign bit would make some readers write masks as negative numbers.
pub const WORD_BITS: usize = 63;
/// Rows that are answered at once.
const BLOCK: usize = 64;

/// What a layer, or the whole law, says of an act, as one code: the verdict and, where it is *permitted*, its basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Answer {
    /// No.
    Prohibited,
    /// Facts or a person's decision are needed.
    NeedsFacts,
    /// It must be done.
    Required,
    /// Nothing in these laws speaks of it.
    NotReached,
    /// An exception holds.
    Excepted,
    /// A provision allows it.
    Authorised,
}

impl Answer {
    /// All of them, in the order of their codes.
    pub const ALL: [Answer; 6] =
        [Answer::Prohibited, Answer::NeedsFacts, Answer::Required, Answer::NotReached, Answer::Excepted, Answer::Authorised];

    /// The answer of a verdict and a basis.
    pub fn of((verdict, basis): (Verdict, Option<Basis>)) -> Answer {
        match (verdict, basis) {
            (Verdict::Prohibited, _) => Answer::Prohibited,
            (Verdict::NeedsFacts, _) => Answer::NeedsFacts,
            (Verdict::Required, _) => Answer::Required,
            (Verdict::Permitted, Some(Basis::Authorised)) => Answer::Authorised,
            (Verdict::Permitted, Some(Basis::Excepted)) => Answer::Excepted,
            (Verdict::Permitted, Some(Basis::NotReached) | None) => Answer::NotReached,
        }
    }

    /// The verdict and the basis.
    pub fn parts(self) -> (Verdict, Option<Basis>) {
        match self {
            Answer::Prohibited => (Verdict::Prohibited, None),
            Answer::NeedsFacts => (Verdict::NeedsFacts, None),
            Answer::Required => (Verdict::Required, None),
            Answer::NotReached => (Verdict::Permitted, Some(Basis::NotReached)),
            Answer::Excepted => (Verdict::Permitted, Some(Basis::Excepted)),
            Answer::Authorised => (Verdict::Permitted, Some(Basis::Authorised)),
        }
    }

    /// The word in columns: the verdict, or the basis of what is permitted.
    pub fn name(self) -> &'static str {
        match self {
            Answer::Prohibited => "prohibited",
            Answer::NeedsFacts => "needs_facts",
            Answer::Required => "required",
            Answer::NotReached => "permitted:not_reached",
            Answer::Excepted => "permitted:excepted",
            Answer::Authorised => "permitted:authorised",
        }
    }
}

/// The bitmasks over the clauses of one layer: each a list of words, each word a column. Bit `b` of word `w` is the clause
/// `w * 63 + b` of [`LayerColumns::clauses`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Prohibitions that apply.
    Prohibited,
    /// Clauses that apply, whatever they do.
    Applies,
    /// Clauses that would apply, but an exception holds.
    Excepted,
    /// Prohibitions, duties and open points of which it is unknown whether they apply.
    Undetermined,
    /// The same that cannot be evaluated.
    Errored,
}

impl Kind {
    const ALL: [Kind; 5] = [Kind::Prohibited, Kind::Applies, Kind::Excepted, Kind::Undetermined, Kind::Errored];

    fn name(self) -> &'static str {
        match self {
            Kind::Prohibited => "prohibited",
            Kind::Applies => "applies",
            Kind::Excepted => "excepted",
            Kind::Undetermined => "undetermined",
            Kind::Errored => "errored",
        }
    }
}

/// One layer and its clauses, whenever they were in force, in pack order: the position in this list is the bit.
#[derive(Clone, Debug)]
pub struct LayerColumns {
    /// The layer.
    pub layer: Layer,
    /// Positions in [`Pack::clauses`].
    pub clauses: Vec<u32>,
}

impl LayerColumns {
    /// How many BIGINTs a mask has.
    pub fn words(&self) -> usize {
        self.clauses.len().div_ceil(WORD_BITS).max(1)
    }
}

/// A table of acts: a code per act ([`ActionId::index`]), a day, and the facts by their position in the vocabulary.
#[derive(Clone, Debug)]
pub struct Acts {
    /// The act; NULL where the row is none.
    pub actions: Int32Array,
    /// The day; NULL where nobody knows it, and then the row is not answered.
    pub days: Date32Array,
    /// The words of each fact; a column that is not there is unknown in every row.
    pub facts: Vec<Option<Int64Array>>,
}

/// What one layer says of the rows. A word in which no bit is set is an empty list: most clauses speak to few of the acts.
#[derive(Clone, Debug)]
pub struct LayerMasks {
    /// None where the layer does not speak to the act.
    pub answers: Vec<Option<Answer>>,
    /// By word: prohibitions that apply.
    pub prohibited: Vec<Vec<i64>>,
    /// By word: clauses that apply, whatever they do.
    pub applies: Vec<Vec<i64>>,
    /// By word: clauses that an exception takes the act out of.
    pub excepted: Vec<Vec<i64>>,
    /// By word: prohibitions, duties and open points of which it is unknown whether they apply.
    pub undetermined: Vec<Vec<i64>>,
    /// By word: the same that cannot be evaluated.
    pub errored: Vec<Vec<i64>>,
    /// The facts that can still matter to what is undetermined, a bit per fact of the vocabulary.
    pub missing: Vec<i64>,
}

impl LayerMasks {
    fn new(rows: usize, words: usize) -> LayerMasks {
        let mask = || vec![Vec::new(); words];
        LayerMasks {
            answers: vec![None; rows],
            prohibited: mask(),
            applies: mask(),
            excepted: mask(),
            undetermined: mask(),
            errored: mask(),
            missing: Vec::new(),
        }
    }

    fn of_mut(&mut self, kind: Kind) -> &mut [Vec<i64>] {
        match kind {
            Kind::Prohibited => &mut self.prohibited,
            Kind::Applies => &mut self.applies,
            Kind::Excepted => &mut self.excepted,
            Kind::Undetermined => &mut self.undetermined,
            Kind::Errored => &mut self.errored,
        }
    }
}

/// What the law says of the rows.
#[derive(Clone, Debug)]
pub struct Masks {
    /// Over all layers; none where the row has no act or no day.
    pub answers: Vec<Option<Answer>>,
    /// By layer, in the order of [`Law::layers`].
    pub layers: Vec<LayerMasks>,
}

/// A pack made ready for columns.
#[derive(Debug)]
pub struct Law {
    pack: Arc<Pack>,
    layers: Vec<LayerColumns>,
    /// The first day of each stretch, in days since 1970; a program per stretch and act, made when it is first needed.
    starts: Vec<i32>,
    first_days: Vec<Date>,
    programs: Vec<OnceLock<Program>>,
    fields: Fields,
}

/// Rows of one stretch and act: its program, and where they stand in the order of rows.
struct Group {
    program: usize,
    rows: std::ops::Range<usize>,
}

/// The clauses of one act on the days of one stretch.
#[derive(Debug, Default)]
struct Program {
    /// The facts that are read, by position in the vocabulary.
    inputs: Vec<FactId>,
    tests: Vec<Test>,
    layers: Vec<LayerProgram>,
}

#[derive(Debug)]
struct LayerProgram {
    /// Position in [`Law::layers`].
    layer: usize,
    clauses: Vec<ClauseProgram>,
    readings: Vec<ReadingProgram>,
}

/// One reading of which versions are in force: positions in [`LayerProgram::clauses`], and whether there is law that is not encoded.
#[derive(Debug)]
struct ReadingProgram {
    clauses: Vec<usize>,
    uncovered: bool,
}

#[derive(Debug)]
struct ClauseProgram {
    /// Position in [`Pack::clauses`].
    clause: u32,
    word: usize,
    bit: i64,
    effect: Effect,
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// In words of 64 rows.
    Columns { reach: Node, exceptions: Vec<Node> },
    /// Row by row: it may err.
    Rows,
}

/// A question about one fact, or about two numbers. Inputs are positions in [`Program::inputs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Some { input: usize, mask: u64 },
    All { input: usize, mask: u64 },
    Only { input: usize, mask: u64 },
    Compare { order: Order, left: Operand, right: Operand },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operand {
    Literal(i64),
    Input(usize),
}

/// A condition over the tests of a program.
#[derive(Debug)]
enum Node {
    Const(bool),
    Test(usize),
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    If(Box<[Node; 3]>),
}

/// A truth value for each row of a block: a row that stands in neither word is unknown.
#[derive(Clone, Copy, Debug, Default)]
struct Truths {
    yes: u64,
    no: u64,
}

impl Truths {
    fn unknown(self) -> u64 {
        !(self.yes | self.no)
    }
}

/// How a clause stands in each row of a block; a row in none of the words is one it does not reach.
#[derive(Clone, Copy, Debug, Default)]
struct Standing {
    yes: u64,
    excepted: u64,
    unknown: u64,
    error: u64,
}

/// What is reused from block to block.
#[derive(Default)]
struct Scratch {
    words: Vec<[u64; BLOCK]>,
    known: Vec<u64>,
    truths: Vec<Truths>,
    standings: Vec<Standing>,
    /// By input: the rows whose answer waits for it.
    gaps: Vec<u64>,
}

/// What a layer comes to, a bit per row; the rows in no word are not reached.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    prohibited: u64,
    needs_facts: u64,
    required: u64,
    excepted: u64,
    authorised: u64,
    caution: u64,
}

const EPOCH: Date = date(1970, 1, 1);

/// A day as columns hold it.
pub fn day_number(day: Date) -> i32 {
    // Every day of jiff's calendar, the years -9999 to 9999, lies within.
    i32::try_from(day.duration_since(EPOCH).as_hours() / 24).unwrap_or(i32::MIN)
}

/// A day that a column holds, where the calendar has it.
pub fn day_of(number: i32) -> Option<Date> {
    EPOCH.checked_add(jiff::Span::new().try_days(number).ok()?).ok()
}

impl Law {
    /// Makes a pack ready.
    pub fn new(pack: Arc<Pack>) -> Law {
        let layers: Vec<LayerColumns> = pack
            .layers()
            .into_iter()
            .map(|layer| {
                let of_layer = |clause: &Clause| pack.instrument_of(clause).is_some_and(|instrument| instrument.layer == layer);
                let clauses = (0u32..).zip(&pack.clauses).filter(|(_, clause)| of_layer(clause)).map(|(position, _)| position).collect();
                LayerColumns { layer, clauses }
            })
            .collect();
        let first_days = pack.stretches();
        let starts = first_days.iter().map(|day| day_number(*day)).collect();
        let programs = (0..first_days.len() * pack.vocabulary().actions().len()).map(|_| OnceLock::new()).collect();
        let fields = fields(&layers);
        Law { pack, layers, starts, first_days, programs, fields }
    }

    /// The pack.
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// The layers and which bit of their masks is which clause.
    pub fn layers(&self) -> &[LayerColumns] {
        &self.layers
    }

    /// The columns that [`Law::function`] and [`Masks::columns`] give, documented in `docs/audit-law.md`.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The clauses whose rows are answered one by one, because they may err.
    pub fn by_row(&self) -> Vec<&Clause> {
        self.pack.clauses.iter().filter(|clause| clause.may_err()).collect()
    }

    /// The law as a function of a query: `haven_law(action, day, fact, …)`, every fact of the vocabulary in its order.
    pub fn function(self: &Arc<Law>) -> ScalarUDF {
        let facts = self.pack.vocabulary().facts().len();
        let mut kinds = vec![DataType::Int32, DataType::Date32];
        kinds.extend(std::iter::repeat_n(DataType::Int64, facts));
        ScalarUDF::from(Function { law: Arc::clone(self), signature: Signature::exact(kinds, Volatility::Immutable) })
    }

    /// Answers every row.
    ///
    /// # Errors
    /// A code that is no act, columns of unequal length.
    pub fn evaluate(&self, acts: &Acts) -> Result<Masks, AuditError> {
        let rows = acts.actions.len();
        let actions = self.pack.vocabulary().actions().len();
        let refused = |expected: String, found: String| AuditError::Data { file: "acts".to_owned(), place: None, expected, found };
        if acts.days.len() != rows || acts.facts.iter().flatten().any(|column| column.len() != rows) {
            return Err(refused(format!("columns of {rows} rows"), "a column of another length".to_owned()));
        }
        let mut masks =
            Masks { answers: vec![None; rows], layers: self.layers.iter().map(|layer| LayerMasks::new(rows, layer.words())).collect() };
        let (order, groups) =
            self.grouped(acts, actions).map_err(|code| refused(format!("an act from 0 to {}", actions - 1), code.to_string()))?;
        let mut scratch = Scratch::default();
        for Group { program: key, rows: range } in groups {
            let Some(program) = self.programs.get(key).map(|program| program.get_or_init(|| self.program(key, actions))) else { continue };
            for block in order.get(range).unwrap_or_default().chunks(BLOCK) {
                self.block(program, acts, block, &mut scratch, &mut masks);
            }
        }
        Ok(masks)
    }

    /// The rows that have an act and a day, those of one stretch and act together and in their order; and where each lot stands.
    fn grouped(&self, acts: &Acts, actions: usize) -> Result<(Vec<usize>, Vec<Group>), i32> {
        let mut sizes = vec![0_usize; self.programs.len()];
        let mut keys = Vec::with_capacity(acts.actions.len());
        // Logs are in the order of days: a row's stretch is mostly that of the row before.
        let (mut stretch, mut days) = (0, i32::MIN..i32::MIN);
        for (action, day) in acts.actions.iter().zip(&acts.days) {
            let (Some(action), Some(day)) = (action, day) else {
                keys.push(usize::MAX);
                continue;
            };
            let code = usize::try_from(action).ok().filter(|code| *code < actions).ok_or(action)?;
            if !days.contains(&day) {
                let next = self.starts.partition_point(|start| *start <= day);
                stretch = next.saturating_sub(1);
                // What is before the first belongs to it.
                let start = if stretch == 0 { i32::MIN } else { self.starts.get(stretch).copied().unwrap_or(i32::MIN) };
                let behind = self.starts.get(next.max(1)).copied();
                days = start..behind.unwrap_or(i32::MAX);
            }
            let key = stretch * actions + code;
            if let Some(size) = sizes.get_mut(key) {
                *size += 1;
            }
            keys.push(key);
        }
        let mut groups = Vec::new();
        let mut next = 0;
        for (key, size) in sizes.iter_mut().enumerate().filter(|(_, size)| **size > 0) {
            groups.push(Group { program: key, rows: next..next + *size });
            let start = next;
            next += *size;
            *size = start;
        }
        let mut order = vec![0; next];
        for (row, key) in keys.into_iter().enumerate() {
            if let Some(at) = sizes.get_mut(key) {
                if let Some(slot) = order.get_mut(*at) {
                    *slot = row;
                }
                *at += 1;
            }
        }
        Ok((order, groups))
    }

    fn program(&self, key: usize, actions: usize) -> Program {
        let mut program = Program::default();
        let Some(day) = self.first_days.get(key / actions.max(1)) else { return program };
        for plan in self.pack.plan(*day, ActionId::from_index(key % actions.max(1))) {
            let Some((at, columns)) = self.layers.iter().enumerate().find(|(_, columns)| columns.layer == plan.layer) else { continue };
            let mut layer = LayerProgram { layer: at, clauses: Vec::new(), readings: Vec::new() };
            for reading in &plan.readings {
                let mut positions = Vec::new();
                for position in &reading.clauses {
                    let known = layer.clauses.iter().position(|clause| clause.clause == *position);
                    positions.extend(known.or_else(|| {
                        let clause = self.pack.clauses.get(*position as usize)?;
                        let bit = columns.clauses.binary_search(position).ok()?;
                        let form = program.form(clause);
                        let (word, bit) = (bit / WORD_BITS, 1 << (bit % WORD_BITS));
                        layer.clauses.push(ClauseProgram { clause: *position, word, bit, effect: clause.effect, form });
                        Some(layer.clauses.len() - 1)
                    }));
                }
                layer.readings.push(ReadingProgram { clauses: positions, uncovered: !reading.uncovered.is_empty() });
            }
            program.layers.push(layer);
        }
        program
    }

    /// Answers up to 64 rows of one act and stretch.
    fn block(&self, program: &Program, acts: &Acts, rows: &[usize], scratch: &mut Scratch, masks: &mut Masks) {
        let live = u64::MAX >> (BLOCK - rows.len().clamp(1, BLOCK));
        scratch.gather(program, acts, rows);
        let mut all: Vec<Sum> = Vec::with_capacity(program.layers.len());
        for layer in &program.layers {
            let Some(out) = masks.layers.get_mut(layer.layer) else { continue };
            scratch.standings.clear();
            scratch.gaps.clear();
            scratch.gaps.resize(program.inputs.len(), 0);
            for clause in &layer.clauses {
                let standing = self.standing(program, clause, rows, live, scratch);
                let open = matches!(clause.effect, Effect::Prohibit | Effect::Refer | Effect::Require);
                let mut put = |kind: Kind, bits: u64| {
                    if let Some(word) = out.of_mut(kind).get_mut(clause.word) {
                        mark(word, clause.bit, bits, rows, acts.actions.len());
                    }
                };
                put(Kind::Applies, standing.yes);
                put(Kind::Excepted, standing.excepted);
                if clause.effect == Effect::Prohibit {
                    put(Kind::Prohibited, standing.yes);
                }
                if open {
                    put(Kind::Undetermined, standing.unknown);
                    put(Kind::Errored, standing.error);
                }
                scratch.standings.push(standing);
            }
            for (input, rows_waiting) in program.inputs.iter().zip(&scratch.gaps) {
                let bit = haven_law::ir::FactSet::of(*input).bits().cast_signed();
                mark(&mut out.missing, bit, *rows_waiting, rows, acts.actions.len());
            }
            let sum = layer.sum(&scratch.standings, live);
            sum.write(rows, &mut out.answers);
            all.push(sum);
        }
        Sum::over_layers(&all).write(rows, &mut masks.answers);
    }

    /// How a clause stands in each row; adds the facts that what is unknown waits for.
    fn standing(&self, program: &Program, clause: &ClauseProgram, rows: &[usize], live: u64, scratch: &mut Scratch) -> Standing {
        let waits = matches!(clause.effect, Effect::Prohibit | Effect::Refer | Effect::Require);
        match &clause.form {
            Form::Columns { reach, exceptions } => {
                let reached = reach.eval(&scratch.truths);
                let mut excused = Truths { yes: 0, no: u64::MAX };
                for exception in exceptions {
                    let next = exception.eval(&scratch.truths);
                    excused = Truths { yes: excused.yes | next.yes, no: excused.no & next.no };
                }
                let standing = Standing {
                    yes: live & reached.yes & excused.no,
                    excepted: live & reached.yes & excused.yes,
                    unknown: live & !reached.no & !excused.yes & (reached.unknown() | excused.unknown()),
                    error: 0,
                };
                if waits && standing.unknown != 0 {
                    for node in std::iter::once(reach).chain(exceptions) {
                        let unknown = standing.unknown & node.eval(&scratch.truths).unknown();
                        node.gaps(program, unknown, &scratch.truths, &scratch.known, &mut scratch.gaps);
                    }
                }
                standing
            }
            Form::Rows => {
                let mut standing = Standing::default();
                let Some(clause) = self.pack.clauses.get(clause.clause as usize) else { return standing };
                for at in 0..rows.len().min(BLOCK) {
                    let bit = 1_u64 << at;
                    let (applied, missing) = clause.apply(&scratch.facts(program, at));
                    match applied {
                        Applied::Yes => standing.yes |= bit,
                        Applied::No => {}
                        Applied::Excepted => standing.excepted |= bit,
                        Applied::Unknown => standing.unknown |= bit,
                        Applied::Error => standing.error |= bit,
                    }
                    if waits {
                        for (gap, input) in scratch.gaps.iter_mut().zip(&program.inputs) {
                            *gap |= if missing.contains(*input) { bit } else { 0 };
                        }
                    }
                }
                standing
            }
        }
    }
}

/// Sets a bit in the cells of some rows of a block; `length` is that of the whole column.
fn mark(column: &mut Vec<i64>, bit: i64, which: u64, rows: &[usize], length: usize) {
    if which == 0 {
        return;
    }
    column.resize(length, 0);
    if which.count_ones() as usize * 2 > rows.len() {
        for (at, row) in rows.iter().enumerate() {
            if let Some(cell) = column.get_mut(*row) {
                *cell |= if which >> at & 1 == 1 { bit } else { 0 };
            }
        }
        return;
    }
    for row in set_bits(which).filter_map(|at| rows.get(at)) {
        if let Some(cell) = column.get_mut(*row) {
            *cell |= bit;
        }
    }
}

/// The positions of the bits that are set, the lowest first.
fn set_bits(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        if bits == 0 {
            return None;
        }
        let at = bits.trailing_zeros();
        bits &= bits - 1;
        usize::try_from(at).ok()
    })
}

// Compiling --------------------------------------------------------------------------------------------------------

impl Program {
    fn form(&mut self, clause: &Clause) -> Form {
        if clause.may_err() {
            for fact in clause.facts().iter() {
                self.input(fact);
            }
            return Form::Rows;
        }
        let reach = self.node(clause.reach());
        let exceptions = clause.exceptions.iter().map(|exception| self.node(&exception.condition)).collect();
        match (reach, exceptions) {
            (Some(reach), Some(exceptions)) => Form::Columns { reach, exceptions },
            _ => Form::Rows,
        }
    }

    fn input(&mut self, fact: FactId) -> usize {
        let known = self.inputs.iter().position(|input| *input == fact);
        known.unwrap_or_else(|| {
            self.inputs.push(fact);
            self.inputs.len() - 1
        })
    }

    /// None for what has arithmetic: clauses that may err have been sorted out before.
    fn node(&mut self, ir: &Ir) -> Option<Node> {
        let test = match ir {
            Ir::Const(value) => return Some(Node::Const(*value)),
            Ir::Not(inner) => return Some(Node::Not(Box::new(self.node(inner)?))),
            Ir::And(parts) => return Some(Node::And(parts.iter().map(|part| self.node(part)).collect::<Option<_>>()?)),
            Ir::Or(parts) => return Some(Node::Or(parts.iter().map(|part| self.node(part)).collect::<Option<_>>()?)),
            Ir::If(parts) => {
                let [condition, then, otherwise] = parts.as_ref();
                return Some(Node::If(Box::new([self.node(condition)?, self.node(then)?, self.node(otherwise)?])));
            }
            Ir::Is { fact, mask } | Ir::Any { fact, mask } => Test::Some { input: self.input(*fact), mask: *mask },
            Ir::All { fact, mask } => Test::All { input: self.input(*fact), mask: *mask },
            Ir::Only { fact, mask } => Test::Only { input: self.input(*fact), mask: *mask },
            Ir::Compare { order, left, right } => Test::Compare { order: *order, left: self.operand(left)?, right: self.operand(right)? },
        };
        let known = self.tests.iter().position(|known| *known == test);
        Some(Node::Test(known.unwrap_or_else(|| {
            self.tests.push(test);
            self.tests.len() - 1
        })))
    }

    fn operand(&mut self, number: &Number) -> Option<Operand> {
        match number {
            Number::Literal(value) => Some(Operand::Literal(*value)),
            Number::Fact(fact) => Some(Operand::Input(self.input(*fact))),
            Number::Add(_) | Number::Subtract(_) | Number::Multiply(_) => None,
        }
    }
}

// Evaluating -------------------------------------------------------------------------------------------------------

impl Scratch {
    /// Reads the facts of a block and puts the program's tests to them.
    fn gather(&mut self, program: &Program, acts: &Acts, rows: &[usize]) {
        self.words.resize(program.inputs.len(), [0; BLOCK]);
        self.known.clear();
        for (fact, words) in program.inputs.iter().zip(&mut self.words) {
            let Some(column) = acts.facts.get(fact.index()).and_then(Option::as_ref) else {
                self.known.push(0);
                continue;
            };
            let values = column.values();
            for (word, row) in words.iter_mut().zip(rows) {
                *word = values.get(*row).copied().unwrap_or_default().cast_unsigned();
            }
            self.known.push(match column.nulls() {
                None => u64::MAX,
                Some(nulls) => {
                    let (bytes, offset) = (nulls.validity(), nulls.offset());
                    rows.iter().enumerate().fold(0, |known, (at, row)| {
                        let bit = offset + row;
                        let byte = bytes.get(bit / 8).copied().unwrap_or_default();
                        known | u64::from(byte >> (bit % 8) & 1) << at
                    })
                }
            });
        }
        self.truths.clear();
        for test in &program.tests {
            let (yes, known) = test.ask(&self.words, &self.known);
            self.truths.push(Truths { yes: yes & known, no: !yes & known });
        }
    }

    /// The facts of one row of the block.
    fn facts(&self, program: &Program, at: usize) -> Facts {
        let mut facts = Facts::default();
        for ((fact, words), known) in program.inputs.iter().zip(&self.words).zip(&self.known) {
            if let (Some(word), true) = (words.get(at), known >> at & 1 == 1) {
                facts.set(*fact, *word);
            }
        }
        facts
    }
}

impl Test {
    /// The rows of which it is so, and the rows of which it is known.
    fn ask(self, words: &[[u64; BLOCK]], known: &[u64]) -> (u64, u64) {
        let of = |input: usize, test: &dyn Fn(&[u64; BLOCK]) -> u64| match (words.get(input), known.get(input)) {
            (Some(_), Some(0)) | (None, _) | (_, None) => (0, 0),
            (Some(words), Some(known)) => (test(words), *known),
        };
        match self {
            Test::Some { input, mask } => of(input, &|words| pack(words, |word| word & mask != 0)),
            Test::All { input, mask } => of(input, &|words| pack(words, |word| word & mask == mask)),
            Test::Only { input, mask } => of(input, &|words| pack(words, |word| word & !mask == 0)),
            Test::Compare { order, left, right } => {
                let side = |operand: Operand| match operand {
                    Operand::Literal(value) => Some(([value.cast_unsigned(); BLOCK], u64::MAX)),
                    Operand::Input(input) => Some((*words.get(input)?, *known.get(input)?)),
                };
                let (Some((left, left_known)), Some((right, right_known))) = (side(left), side(right)) else { return (0, 0) };
                let mut yes = 0;
                for (at, (a, b)) in left.iter().zip(&right).enumerate() {
                    let (a, b) = (a.cast_signed(), b.cast_signed());
                    let holds = match order {
                        Order::Equal => a == b,
                        Order::Less => a < b,
                        Order::LessOrEqual => a <= b,
                    };
                    yes |= u64::from(holds) << at;
                }
                (yes, left_known & right_known)
            }
        }
    }
}

/// The answers to one question, a bit per row.
#[inline]
fn pack(words: &[u64; BLOCK], test: impl Fn(u64) -> bool) -> u64 {
    let mut bits = 0;
    for (at, word) in words.iter().enumerate() {
        bits |= u64::from(test(*word)) << at;
    }
    bits
}

impl Node {
    fn eval(&self, tests: &[Truths]) -> Truths {
        match self {
            Node::Const(true) => Truths { yes: u64::MAX, no: 0 },
            Node::Const(false) => Truths { yes: 0, no: u64::MAX },
            Node::Test(test) => tests.get(*test).copied().unwrap_or_default(),
            Node::Not(inner) => {
                let Truths { yes, no } = inner.eval(tests);
                Truths { yes: no, no: yes }
            }
            Node::And(parts) => parts.iter().fold(Truths { yes: u64::MAX, no: 0 }, |all, part| {
                let next = part.eval(tests);
                Truths { yes: all.yes & next.yes, no: all.no | next.no }
            }),
            Node::Or(parts) => parts.iter().fold(Truths { yes: 0, no: u64::MAX }, |all, part| {
                let next = part.eval(tests);
                Truths { yes: all.yes | next.yes, no: all.no & next.no }
            }),
            Node::If(parts) => {
                let [condition, then, otherwise] = parts.as_ref();
                let (c, a, b) = (condition.eval(tests), then.eval(tests), otherwise.eval(tests));
                // Where the condition is unknown, what both branches agree on is known.
                Truths { yes: c.yes & a.yes | c.no & b.yes | a.yes & b.yes, no: c.yes & a.no | c.no & b.no | a.no & b.no }
            }
        }
    }

    /// Adds to each input the rows, of those in which this is unknown, that wait for it.
    fn gaps(&self, program: &Program, rows: u64, tests: &[Truths], known: &[u64], gaps: &mut [u64]) {
        if rows == 0 {
            return;
        }
        let mut wait = |input: usize| {
            if let (Some(gap), Some(known)) = (gaps.get_mut(input), known.get(input)) {
                *gap |= rows & !known;
            }
        };
        match self {
            Node::Const(_) => {}
            Node::Test(test) => match program.tests.get(*test) {
                Some(Test::Some { input, .. } | Test::All { input, .. } | Test::Only { input, .. }) => wait(*input),
                Some(Test::Compare { left, right, .. }) => {
                    for operand in [left, right] {
                        if let Operand::Input(input) = operand {
                            wait(*input);
                        }
                    }
                }
                None => {}
            },
            Node::Not(inner) => inner.gaps(program, rows, tests, known, gaps),
            Node::And(parts) | Node::Or(parts) => {
                for part in parts {
                    part.gaps(program, rows & part.eval(tests).unknown(), tests, known, gaps);
                }
            }
            Node::If(parts) => {
                let [condition, then, otherwise] = parts.as_ref();
                let chosen = condition.eval(tests);
                condition.gaps(program, rows & chosen.unknown(), tests, known, gaps);
                then.gaps(program, rows & !chosen.no & then.eval(tests).unknown(), tests, known, gaps);
                otherwise.gaps(program, rows & !chosen.yes & otherwise.eval(tests).unknown(), tests, known, gaps);
            }
        }
    }
}

impl LayerProgram {
    /// The layer's answers: over the clauses of each reading, then over the readings.
    fn sum(&self, standings: &[Standing], live: u64) -> Sum {
        let mut all: Option<Sum> = None;
        for reading in &self.readings {
            let (mut prohibited, mut required, mut authorised, mut excepted, mut caution) = (0, 0, 0, 0, 0);
            let mut open = if reading.uncovered { live } else { 0 };
            for at in &reading.clauses {
                let (Some(clause), Some(standing)) = (self.clauses.get(*at), standings.get(*at)) else { continue };
                match clause.effect {
                    Effect::Prohibit => prohibited |= standing.yes,
                    Effect::Require => required |= standing.yes,
                    Effect::Authorise => authorised |= standing.yes,
                    Effect::Refer => open |= standing.yes,
                    Effect::Caution => caution |= standing.yes,
                    Effect::Advise => {}
                }
                if matches!(clause.effect, Effect::Prohibit | Effect::Refer) {
                    excepted |= standing.excepted;
                }
                if matches!(clause.effect, Effect::Prohibit | Effect::Refer | Effect::Require) {
                    open |= standing.unknown | standing.error;
                }
            }
            // In the order of `haven_law::decide`: a caution, or a contradiction, goes before a prohibition, that before an
            // open point, that before a duty, that before what is allowed.
            let torn = caution | (prohibited & required);
            let prohibits = prohibited & !torn;
            let needs_facts = torn | (open & !prohibits);
            let requires = required & !prohibits & !needs_facts;
            let permitted = live & !(prohibits | needs_facts | requires);
            let next = Sum {
                prohibited: prohibits,
                needs_facts,
                required: requires,
                excepted: permitted & excepted & !authorised,
                authorised: permitted & authorised,
                caution,
            };
            all = Some(all.map_or(next, |one| one.or_reading(next, live)));
        }
        all.unwrap_or_default()
    }
}

impl Sum {
    fn permitted(self, live: u64) -> u64 {
        live & !(self.prohibited | self.needs_facts | self.required)
    }

    /// Two readings: where they disagree nobody can say which is the law; of two bases the weaker counts.
    fn or_reading(self, other: Sum, live: u64) -> Sum {
        let permitted = self.permitted(live) & other.permitted(live);
        let (prohibited, required) = (self.prohibited & other.prohibited, self.required & other.required);
        let weaker = permitted & (self.excepted | self.authorised) & (other.excepted | other.authorised);
        Sum {
            prohibited,
            required,
            needs_facts: live & !(prohibited | required | permitted),
            authorised: permitted & self.authorised & other.authorised,
            excepted: weaker & !(self.authorised & other.authorised),
            caution: self.caution | other.caution,
        }
    }

    /// All layers: any prohibition prohibits, save where another layer requires the act or a caution is known.
    fn over_layers(layers: &[Sum]) -> Sum {
        let any = |of: fn(&Sum) -> u64| layers.iter().fold(0, |all, layer| all | of(layer));
        let (prohibits, requires) = (any(|sum| sum.prohibited), any(|sum| sum.required));
        let torn = any(|sum| sum.caution) | (prohibits & requires);
        let prohibited = prohibits & !torn;
        let needs_facts = torn | (any(|sum| sum.needs_facts) & !prohibited);
        let required = requires & !prohibited & !needs_facts;
        let permitted = !(prohibited | needs_facts | required);
        let authorised = permitted & any(|sum| sum.authorised);
        Sum { prohibited, needs_facts, required, authorised, excepted: permitted & any(|sum| sum.excepted) & !authorised, caution: torn }
    }

    fn write(self, rows: &[usize], answers: &mut [Option<Answer>]) {
        // No row is in two of these words: each answer's number is put together bit by bit, without a branch.
        let mut words = [
            (Answer::NotReached, 0),
            (Answer::Prohibited, self.prohibited),
            (Answer::NeedsFacts, self.needs_facts),
            (Answer::Required, self.required),
            (Answer::Authorised, self.authorised),
            (Answer::Excepted, self.excepted),
        ];
        let reached = words.iter().fold(0, |all, (_, word)| all | word);
        if let Some((_, rest)) = words.first_mut() {
            *rest = !reached;
        }
        let digit = |digit: u8| {
            let has = |answer: Answer| answer as u8 >> digit & 1 == 1;
            words.iter().fold(0, |bits, (answer, word)| bits | if has(*answer) { *word } else { 0 })
        };
        let digits = [digit(0), digit(1), digit(2)];
        for (at, row) in rows.iter().enumerate() {
            let number = (0..).zip(digits).fold(0, |number, (place, bits)| number | (bits >> at & 1) << place);
            if let Some(slot) = answers.get_mut(*row) {
                *slot = usize::try_from(number).ok().and_then(|number| Answer::ALL.get(number)).copied();
            }
        }
    }
}

// Columns ----------------------------------------------------------------------------------------------------------

fn answer_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8))
}

fn fields(layers: &[LayerColumns]) -> Fields {
    let mut fields = vec![Field::new("answer", answer_type(), true)];
    for columns in layers {
        let layer = columns.layer.name();
        fields.push(Field::new(format!("{layer}_answer"), answer_type(), true));
        for kind in Kind::ALL {
            for word in 1..=columns.words() {
                let suffix = if word == 1 { String::new() } else { format!("_{word}") };
                fields.push(Field::new(format!("{layer}_{}{suffix}", kind.name()), DataType::Int64, false));
            }
        }
        fields.push(Field::new(format!("{layer}_missing"), DataType::Int64, false));
    }
    Fields::from(fields)
}

impl Masks {
    /// The columns, in the order of [`Law::fields`].
    ///
    /// # Errors
    /// None that a reader could cause.
    pub fn columns(self) -> Result<Vec<ArrayRef>, AuditError> {
        let names: ArrayRef = Arc::new(StringArray::from_iter_values(Answer::ALL.map(Answer::name)));
        let answers = |answers: &[Option<Answer>]| -> Result<ArrayRef, AuditError> {
            let keys: Vec<i8> = answers.iter().map(|answer| answer.map_or(0, |answer| (answer as u8).cast_signed())).collect();
            let unknown = answers.iter().any(Option::is_none);
            let is_known = |row: usize| answers.get(row).is_some_and(Option::is_some);
            let nulls = unknown.then(|| NullBuffer::new(BooleanBuffer::collect_bool(answers.len(), is_known)));
            let keys = Int8Array::new(keys.into(), nulls);
            let column = DictionaryArray::<Int8Type>::try_new(keys, Arc::clone(&names));
            Ok(Arc::new(column.map_err(|error| AuditError::Query { what: "the answers as a column".to_owned(), error: error.into() })?))
        };
        let zeros: ArrayRef = Arc::new(Int64Array::from(vec![0; self.answers.len()]));
        let mask = |word: Vec<i64>| if word.is_empty() { Arc::clone(&zeros) } else { Arc::new(Int64Array::from(word)) };
        let mut columns = vec![answers(&self.answers)?];
        for mut layer in self.layers {
            columns.push(answers(&layer.answers)?);
            for kind in Kind::ALL {
                for word in layer.of_mut(kind) {
                    columns.push(mask(std::mem::take(word)));
                }
            }
            columns.push(mask(layer.missing));
        }
        Ok(columns)
    }

    /// The masks that columns hold, which are those of [`Law::fields`]; the other way round than [`Masks::columns`].
    ///
    /// # Errors
    /// Columns that are others.
    pub(crate) fn of(law: &Law, columns: &[ArrayRef]) -> Result<Masks, AuditError> {
        let mut columns = columns.iter();
        let mut next = |kind: DataType| {
            let column = columns.next().ok_or_else(|| DataFusionError::Internal("too few columns of the law".to_owned()))?;
            Ok(datafusion::arrow::compute::cast(column, &kind)?)
        };
        let error = |error| AuditError::Query { what: "the masks of the law".to_owned(), error };
        let answers = |column: ArrayRef| {
            let named = |text: Option<&str>| Answer::ALL.into_iter().find(|answer| Some(answer.name()) == text);
            column.as_string::<i32>().iter().map(named).collect::<Vec<_>>()
        };
        let mask = |column: ArrayRef| column.as_primitive::<Int64Type>().iter().map(Option::unwrap_or_default).collect::<Vec<i64>>();
        let mut masks = Masks { answers: answers(next(DataType::Utf8).map_err(error)?), layers: Vec::new() };
        for columns in &law.layers {
            let mut layer = LayerMasks::new(0, columns.words());
            layer.answers = answers(next(DataType::Utf8).map_err(error)?);
            for kind in Kind::ALL {
                for word in layer.of_mut(kind) {
                    *word = mask(next(DataType::Int64).map_err(error)?);
                }
            }
            layer.missing = mask(next(DataType::Int64).map_err(error)?);
            masks.layers.push(layer);
        }
        Ok(masks)
    }

    /// Which of a layer's clauses stand in a mask in one row, by position in [`LayerColumns::clauses`].
    pub fn set(mask: &[Vec<i64>], row: usize) -> impl Iterator<Item = usize> {
        mask.iter().enumerate().flat_map(move |(word, column)| {
            set_bits(column.get(row).copied().unwrap_or_default().cast_unsigned()).map(move |bit| word * WORD_BITS + bit)
        })
    }
}

/// [`Law`] as a function of queries.
#[derive(Debug)]
struct Function {
    law: Arc<Law>,
    signature: Signature,
}

// Two functions are one where they answer from the same law.
impl PartialEq for Function {
    fn eq(&self, other: &Function) -> bool {
        self.law.pack.digest == other.law.pack.digest
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.law.pack.digest.hash(state);
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        "haven_law"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType, DataFusionError> {
        Ok(DataType::Struct(self.law.fields.clone()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue, DataFusionError> {
        let rows = args.number_rows;
        let column = |value: &ColumnarValue| match value {
            ColumnarValue::Scalar(scalar) if scalar.is_null() => Ok(None),
            value => value.to_array(rows).map(Some),
        };
        let mut columns = args.args.iter().map(column);
        let mut next = || columns.next().transpose().map(Option::flatten);
        let actions = next()?.map_or_else(|| Int32Array::new_null(rows), |column| column.as_primitive::<Int32Type>().clone());
        let days = next()?.map_or_else(|| Date32Array::new_null(rows), |column| column.as_primitive::<Date32Type>().clone());
        let facts = columns
            .map(|column| Ok(column?.map(|column| column.as_primitive::<Int64Type>().clone())))
            .collect::<Result<_, DataFusionError>>()?;
        let outside = |error: AuditError| DataFusionError::External(Box::new(error));
        let masks = self.law.evaluate(&Acts { actions, days, facts }).map_err(outside)?;
        let columns = masks.columns().map_err(outside)?;
        Ok(ColumnarValue::Array(Arc::new(StructArray::try_new(self.law.fields.clone(), columns, None)?)))
    }
}
