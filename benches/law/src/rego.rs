//! Rego as a peer: each act of each regime becomes a module, run by regorus, interpreted and compiled for its machine.

use crate::world::World;
use haven_law::ir::{Ir, Number};
use haven_law::request::Request;
use haven_law::vocabulary::{ActionId, Vocabulary};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, Value};

const RULE: &str = "data.law.applies";

pub struct Rego<'w> {
    world: &'w World,
    /// By regime and act; none where no clause speaks.
    modules: Vec<Vec<Option<(Engine, RegoVM)>>>,
}

impl<'w> Rego<'w> {
    pub fn new(world: &'w World) -> Rego<'w> {
        let module = |regime, act| -> Option<(Engine, RegoVM)> {
            let text = text(world, regime, act)?;
            let fail = |error: String| -> ! { panic!("regorus refuses a module: {error}\n{text}") };
            let mut engine = Engine::new();
            engine.add_policy("law.rego".to_owned(), text.clone()).unwrap_or_else(|error| fail(error.to_string()));
            let compiled = engine.clone().compile_with_entrypoint(&RULE.into()).unwrap_or_else(|error| fail(error.to_string()));
            let program = Compiler::compile_from_policy(&compiled, &[RULE]).unwrap_or_else(|error| fail(error.to_string()));
            let mut machine = RegoVM::new();
            machine.load_program(program);
            Some((engine, machine))
        };
        let acts = |regime| world.pack.vocabulary().action_ids().map(|(act, _)| module(regime, act)).collect();
        Rego { world, modules: (0..world.regimes.len()).map(acts).collect() }
    }

    /// The input, parsed beforehand; lists become sets, so that Rego's set operators apply.
    pub fn input(&self, request: &Request) -> Value {
        let row = self.world.row(request);
        let facts = row["facts"].as_object().expect("facts").iter().map(|(name, value)| {
            let value = match value.as_array() {
                Some(words) => Value::from(words.iter().map(|word| Value::from(word.clone())).collect::<std::collections::BTreeSet<_>>()),
                None => Value::from(value.clone()),
            };
            (Value::from(name.as_str()), value)
        });
        Value::from(facts.collect::<std::collections::BTreeMap<_, _>>())
    }

    /// The set of clauses that apply.
    pub fn applies(&mut self, request: &Request, input: Value, compiled: bool) -> Option<Value> {
        let regime = self.world.regime(request.as_of);
        let (engine, machine) = self.modules[regime][request.action.index()].as_mut()?;
        if compiled {
            machine.set_input(input);
            Some(machine.execute().expect("an answer"))
        } else {
            engine.set_input(input);
            Some(engine.eval_rule(RULE.to_owned()).expect("an answer"))
        }
    }
}

fn text(world: &World, regime: usize, act: ActionId) -> Option<String> {
    let clauses = world.clauses(regime, Some(act));
    let mut writer = Writer { vocabulary: world.pack.vocabulary(), helpers: String::new(), count: 0 };
    let mut rules = String::new();
    for clause in clauses.iter().map(|index| &world.pack.clauses[*index]) {
        let mut body = writer.body(clause.reach());
        for exception in &clause.exceptions {
            let inner = writer.body(&exception.condition);
            body.push_str(&format!("; not {}", writer.helper(&[inner])));
        }
        rules.push_str(&format!("applies contains \"{}\" if {{ {body} }}\n", clause.id));
    }
    (!clauses.is_empty()).then(|| format!("package law\nimport rego.v1\n\n{rules}{}", writer.helpers))
}

struct Writer<'v> {
    vocabulary: &'v Vocabulary,
    helpers: String,
    count: usize,
}

impl Writer<'_> {
    /// The condition as a query; Rego writes alternatives and negated groups as rules of their own.
    fn body(&mut self, ir: &Ir) -> String {
        let v = self.vocabulary;
        let words = |fact, mask| v.fact(fact).names(mask).iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>();
        let set = |fact, mask| if mask == 0 { "set()".to_owned() } else { format!("{{{}}}", words(fact, mask).join(", ")) };
        let input = |fact| format!("input.{}", v.fact(fact).name);
        match ir {
            Ir::Const(value) => value.to_string(),
            Ir::Is { fact, mask } if mask.count_ones() == 1 => format!("{} == {}", input(*fact), words(*fact, *mask)[0]),
            Ir::Is { fact, mask } => format!("{} in {}", input(*fact), set(*fact, *mask)),
            Ir::Any { fact, mask } if mask.count_ones() == 1 => format!("{} in {}", words(*fact, *mask)[0], input(*fact)),
            Ir::Any { fact, mask } => format!("count({} & {}) > 0", input(*fact), set(*fact, *mask)),
            Ir::All { fact, mask } => format!("count({} - {}) == 0", set(*fact, *mask), input(*fact)),
            Ir::Only { fact, mask } => format!("count({} - {}) == 0", input(*fact), set(*fact, *mask)),
            Ir::Compare { order, left, right } => format!("{} {} {}", number(v, left), order.sign(), number(v, right)),
            Ir::Not(inner) => {
                let inner = self.body(inner);
                format!("not {}", self.helper(&[inner]))
            }
            Ir::And(parts) if parts.is_empty() => "true".to_owned(),
            Ir::And(parts) => parts.iter().map(|part| self.body(part)).collect::<Vec<_>>().join("; "),
            Ir::Or(parts) => {
                let bodies: Vec<String> = parts.iter().map(|part| self.body(part)).collect();
                self.helper(&bodies)
            }
            Ir::If(parts) => {
                let [condition, then, otherwise] = parts.each_ref().map(|part| self.body(part));
                let condition = self.helper(&[condition]);
                self.helper(&[format!("{condition}; {then}"), format!("not {condition}; {otherwise}")])
            }
        }
    }

    fn helper(&mut self, bodies: &[String]) -> String {
        self.count += 1;
        let name = format!("h{}", self.count);
        for body in bodies {
            self.helpers.push_str(&format!("{name} if {{ {body} }}\n"));
        }
        name
    }
}

fn number(v: &Vocabulary, it: &Number) -> String {
    let pair = |parts: &[Number; 2], sign| format!("({} {sign} {})", number(v, &parts[0]), number(v, &parts[1]));
    match it {
        Number::Literal(value) => value.to_string(),
        Number::Fact(fact) => format!("input.{}", v.fact(*fact).name),
        Number::Add(parts) => pair(parts, "+"),
        Number::Subtract(parts) => pair(parts, "-"),
        Number::Multiply(parts) => pair(parts, "*"),
    }
}
