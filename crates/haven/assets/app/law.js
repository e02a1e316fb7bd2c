// Decides a request by the exported law, without a network and without Rust.
//
// `decide(law, request)` gives what `Pack::decide` of the crate `haven-law` gives, field by field, so that the same question
// has the same answer on the server and on a device; a test asks both a hundred thousand questions and compares every byte.
// The law is the document that `haven law export` prints (docs/formats/law-export.md). Nothing here reads a clock, a network
// or a store. What is not understood is refused: a wrong answer costs more than none.

/** Why a request cannot be read: the field, what was expected, what was found. */
export class RequestError extends Error {
  constructor(field, expected, found) {
    super(`${field}: expected ${expected}, found ${found}`);
    Object.assign(this, { field, expected, found });
  }
}

/** Why a law cannot be used. */
export class LawError extends Error {}

/** Reads a law through; a law that cannot be used here is a `LawError`. */
export function check(law) {
  prepared(law);
}

/** The answer to a request: an object whose JSON is the line that `haven ask --jsonl` prints. */
export function decide(law, request) {
  const ready = prepared(law);
  const asked = read(ready, request);
  const base = asked.clauses.map((clause) => apply(clause, asked.facts));
  const applied = (clause) => base[asked.place.get(clause)];
  const sums = asked.layers.map((layer) => layerSum(layer, applied));
  const { verdict, basis } = combine(sums);
  const layers = asked.layers.map((layer, at) => layerAnswer(ready, layer, applied, asked.facts, sums[at]));
  const answer = { id: asked.id, verdict, basis, layers };
  answer.obligations = obligations(ready, asked, applied);
  answer.questions = verdict === "needs_facts" ? questions(ready, asked, applied, sums) : [];
  answer.law = { jurisdiction: law.jurisdiction, digest: law.digest, reviewed_on: law.reviewed_on };
  const rest = {
    would_change: verdict === "needs_facts" ? [] : wouldChange(ready, asked, applied, layers, verdict),
    unverified: unverified(layers, verdict),
    notes: notes(ready, asked),
    unused: asked.unused,
  };
  // What is empty is left out.
  for (const [name, list] of Object.entries(rest)) if (list.length > 0) answer[name] = list;
  return answer;
}

// The law, made ready ------------------------------------------------------------------------------------------------

const FORM = 2;
const laws = new WeakMap();

/** The law with its names looked up and its conditions turned into functions; done once for each law. */
function prepared(law) {
  if (!laws.has(law)) laws.set(law, prepare(law));
  return laws.get(law);
}

function prepare(law) {
  if (law?.form !== FORM) throw new LawError(`expected a law of form ${FORM}, found ${law?.form}`);
  const facts = law.facts.map((fact, at) => ({
    ...fact,
    at,
    values: fact.values.map((value) => value.name),
  }));
  const factAt = new Map(facts.map((fact) => [fact.name, fact.at]));
  const vocabulary = { facts, factAt };
  const clauses = law.clauses.map((clause) => prepareClause(vocabulary, clause));
  const actions = new Map(
    law.actions.map((action, at) => [action.name, { at, facts: new Set(action.facts.map((name) => position(vocabulary, name))) }]),
  );
  const agencies = new Map();
  for (const agency of law.agencies) for (const name of agency.known_as) agencies.set(name, agency);
  const kinds = new Map(
    Object.entries(law.agency_kinds).map(([name, kind]) => [
      name,
      {
        note: kind.note,
        facts: Object.entries(kind.facts).map(([name, values]) => {
          const fact = facts[position(vocabulary, name)];
          return [fact.at, values.map((value) => placeOf(fact, value))];
        }),
      },
    ]),
  );
  return { law, facts, factAt, clauses, actions, agencies, kinds, plans: new Map() };
}

function prepareClause(vocabulary, clause) {
  const when = condition(vocabulary, clause.when);
  const unless = clause.unless.map((exception) => ({ ...exception, when: condition(vocabulary, exception.when) }));
  const conditions = clause.conditions.map(({ words, when }) => ({ words, when: condition(vocabulary, when) }));
  const reads = new Set([when, ...unless.map((exception) => exception.when)].flatMap((part) => [...part.reads]));
  return { ...clause, when, unless, conditions, reads };
}

function position(vocabulary, name) {
  const at = vocabulary.factAt.get(name);
  if (at === undefined) throw new LawError(`the law names a fact it does not have: ${name}`);
  return at;
}

function placeOf(fact, value) {
  const at = fact.values.indexOf(value);
  if (at < 0) throw new LawError(`the law names a value that ${fact.name} does not have: ${value}`);
  return at;
}

// Conditions ---------------------------------------------------------------------------------------------------------
// A fact that is known is a list of positions among its values, and a number fact a BigInt; one that is unknown is
// undefined. A condition has four functions or marks: its truth, the facts that can still matter where that is unknown,
// whether it may err, and which facts it reads.

const NO = 0;
const YES = 1;
const UNKNOWN = 2;
const ERROR = 3;

const negated = [YES, NO, UNKNOWN, ERROR];
const some = (parts, test) => parts.some(test);
const readsOf = (parts) => new Set(parts.flatMap((part) => [...part.reads]));

/** The one name and value of a node. */
function parts(node) {
  const entries = Object.entries(node ?? {});
  if (entries.length !== 1) throw new LawError("expected a condition with one name");
  return entries[0];
}

function condition(vocabulary, node) {
  const [kind, body] = parts(node);
  const all = (list) => list.map((part) => condition(vocabulary, part));
  switch (kind) {
    case "const":
      return { truth: () => (body ? YES : NO), missing: () => {}, mayErr: false, reads: new Set() };
    case "is":
    case "any":
      return worded(vocabulary, body, (value, wanted) => value.some((at) => wanted[at]));
    case "all":
      return worded(vocabulary, body, (value, wanted) => wanted.every((is, at) => !is || value.includes(at)));
    case "only":
      return worded(vocabulary, body, (value, wanted) => value.every((at) => wanted[at]));
    case "compare":
      return comparison(vocabulary, body);
    case "not": {
      const inner = condition(vocabulary, body);
      return { ...inner, truth: (facts) => negated[inner.truth(facts)] };
    }
    case "and":
      return chain(all(body), NO);
    case "or":
      return chain(all(body), YES);
    case "if":
      return choice(all(body));
    default:
      throw new LawError(`the law has a condition that is not known here: ${kind}`);
  }
}

function worded(vocabulary, { fact: name, values }, test) {
  const fact = vocabulary.facts[position(vocabulary, name)];
  const places = values.map((value) => placeOf(fact, value));
  const wanted = fact.values.map((_, at) => places.includes(at));
  return {
    truth: (facts) => (facts[fact.at] === undefined ? UNKNOWN : test(facts[fact.at], wanted) ? YES : NO),
    missing: (_, into) => into.add(fact.at),
    mayErr: false,
    reads: new Set([fact.at]),
  };
}

/** A chain that `decisive` ends: NO for a conjunction, YES for a disjunction. */
function chain(list, decisive) {
  const truth = (facts) => {
    let unknown = false;
    // An unknown part followed by a decisive one is decided only if the unknown part cannot err.
    let mayErr = false;
    for (const part of list) {
      const found = part.truth(facts);
      if (found === UNKNOWN) {
        unknown = true;
        mayErr ||= part.mayErr;
      } else if (found === ERROR) {
        if (!unknown) return ERROR;
        mayErr = true;
      } else if (found === decisive && !mayErr) {
        return decisive;
      }
    }
    return unknown ? UNKNOWN : negated[decisive];
  };
  const missing = (facts, into) => {
    for (const part of list) if (part.truth(facts) === UNKNOWN) part.missing(facts, into);
  };
  return { truth, missing, mayErr: some(list, (part) => part.mayErr), reads: readsOf(list) };
}

function choice(list) {
  const [test, then, otherwise] = list;
  const truth = (facts) => {
    const found = test.truth(facts);
    if (found === YES) return then.truth(facts);
    if (found === NO) return otherwise.truth(facts);
    if (found === ERROR) return ERROR;
    const one = then.truth(facts);
    const same = one === otherwise.truth(facts) && (one === YES || one === NO);
    return same && !test.mayErr ? one : UNKNOWN;
  };
  const missing = (facts, into) => {
    const found = test.truth(facts);
    const open = found === YES ? [then] : found === NO ? [otherwise] : list;
    for (const part of open) if (part.truth(facts) === UNKNOWN) part.missing(facts, into);
  };
  return { truth, missing, mayErr: some(list, (part) => part.mayErr), reads: readsOf(list) };
}

const orders = { "==": (a, b) => a === b, "<": (a, b) => a < b, "<=": (a, b) => a <= b };

function comparison(vocabulary, body) {
  const compare = orders[body.order];
  if (!compare) throw new LawError(`the law has a comparison that is not known here: ${body.order}`);
  const sides = [number(vocabulary, body.left), number(vocabulary, body.right)];
  return {
    truth: (facts) => {
      const [left, right] = sides.map((side) => side.value(facts));
      if (left === ERROR || right === ERROR) return ERROR;
      if (left === undefined || right === undefined) return UNKNOWN;
      return compare(left, right) ? YES : NO;
    },
    missing: (facts, into) => sides.forEach((side) => side.missing(facts, into)),
    mayErr: some(sides, (side) => side.mayErr),
    reads: readsOf(sides),
  };
}

// Numbers are signed and have 64 bits; arithmetic that leaves them is an error, not another number.
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;
const operations = { add: (a, b) => a + b, subtract: (a, b) => a - b, multiply: (a, b) => a * b };

/** A number: a BigInt, undefined where it is unknown, or ERROR. */
function number(vocabulary, node) {
  if (typeof node === "number") {
    // What JSON.parse cannot hold exactly it would silently make another number of.
    if (!Number.isSafeInteger(node)) throw new LawError("the law has a number that is too large to be read here");
    const value = BigInt(node);
    return { value: () => value, missing: () => {}, mayErr: false, reads: new Set() };
  }
  const [kind, body] = parts(node);
  if (kind === "fact") {
    const at = position(vocabulary, body);
    const missing = (facts, into) => facts[at] === undefined && into.add(at);
    return { value: (facts) => facts[at], missing, mayErr: false, reads: new Set([at]) };
  }
  const operation = operations[kind];
  if (!operation) throw new LawError(`the law has a number that is not known here: ${kind}`);
  const sides = body.map((side) => number(vocabulary, side));
  return {
    value: (facts) => {
      const [left, right] = sides.map((side) => side.value(facts));
      if (left === ERROR || right === ERROR) return ERROR;
      if (left === undefined || right === undefined) return undefined;
      const result = operation(left, right);
      return result < LEAST || result > MOST ? ERROR : result;
    },
    missing: (facts, into) => sides.forEach((side) => side.missing(facts, into)),
    mayErr: true,
    reads: readsOf(sides),
  };
}

// Requests -----------------------------------------------------------------------------------------------------------

const AGENCY_KIND = "agency_kind";
const WORD_LENGTH_MAX = 200;
const fields = ["id", "as_of", "action", "agency", "actor", "facts"];

const kindOf = (value) => (value === null ? "null" : Array.isArray(value) ? "a list" : typeof value);
const plain = (text) => text.toLowerCase().replace(/[- ]/g, "_");
const isUnknown = (value) => value === null || (typeof value === "string" && value.toLowerCase() === "unknown");

/** A name as it is compared: case and runs of white space do not count. */
const folded = (name) =>
  name.split(/\p{White_Space}+/u).filter((word) => word !== "").join(" ").toLowerCase();

function read(ready, request) {
  if (kindOf(request) !== "object") throw new RequestError("request", "an object", kindOf(request));
  for (const name of Object.keys(request)) {
    if (!fields.includes(name)) throw new RequestError(name, `one of ${fields.join(", ")}`, "another");
  }
  word("actor", request.actor);
  const id = request.id ?? null;
  if (typeof id === "string" ? [...id].length > WORD_LENGTH_MAX : id !== null && !Number.isFinite(id)) {
    throw new RequestError("id", `a string of at most ${WORD_LENGTH_MAX} characters, or a number`, kindOf(id));
  }
  const day = dayOf("as_of", request.as_of);
  const action = ready.actions.get(request.action);
  if (!action) throw new RequestError("action", "an act of the law", kindOf(request.action));
  const agency = word("agency", request.agency);
  const known = agency === null ? undefined : ready.agencies.get(folded(agency));
  const kind = ready.kinds.get(known?.kind);
  const facts = new Array(ready.facts.length).fill(undefined);
  for (const [at, value] of kind?.facts ?? []) facts[at] = value;
  const fromAgency = new Set((kind?.facts ?? []).map(([at]) => at));
  const unused = [];
  const stated = request.facts ?? {};
  if (kindOf(stated) !== "object") throw new RequestError("facts", "an object of facts", kindOf(stated));
  for (const [name, value] of Object.entries(stated)) {
    const at = ready.factAt.get(name);
    if (at === undefined) throw new RequestError(`facts.${name}`, "a fact of the law", "another");
    facts[at] = valueOf(ready.facts[at], value, day);
    fromAgency.delete(at);
    // The kind of an agency always matters: it says which obligations bind.
    if (name !== AGENCY_KIND && !action.facts.has(at)) unused.push(name);
  }
  unused.sort();
  return { id, day, action: request.action, agency, kind, facts, fromAgency, unused, ...planned(ready, day, action.at) };
}

function word(field, value) {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string" || [...value].length > WORD_LENGTH_MAX) {
    throw new RequestError(field, `a string of at most ${WORD_LENGTH_MAX} characters`, kindOf(value));
  }
  return folded(value) === "" ? null : value;
}

/** A day of the years 1900 to 2199, as it is written; days so written sort as text. */
function dayOf(field, text) {
  const shaped = typeof text === "string" && /^(19|20|21)\d\d-\d\d-\d\d$/.test(text);
  const real = shaped && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
  if (!real) throw new RequestError(field, "a day of the years 1900 to 2199, YYYY-MM-DD", kindOf(text));
  return text;
}

function valueOf(fact, value, asOf) {
  if (isUnknown(value)) return undefined;
  const field = `facts.${fact.name}`;
  const one = (text) => {
    if (typeof text !== "string") throw new RequestError(field, "a value of this fact", kindOf(text));
    const exact = fact.values.indexOf(text);
    const at = exact >= 0 ? exact : fact.values.findIndex((name) => plain(name) === plain(text));
    if (at < 0) throw new RequestError(field, `one of ${fact.values.join(", ")}, unknown`, "another");
    return at;
  };
  if (fact.kind === "number") {
    const whole = typeof value === "bigint" ? value >= LEAST && value <= MOST : Number.isSafeInteger(value);
    if (!whole) throw new RequestError(field, "a whole number", kindOf(value));
    return BigInt(value);
  }
  if (fact.kind === "bool" && typeof value === "boolean") return [one(value ? "yes" : "no")];
  if (fact.kind === "many" && Array.isArray(value)) {
    if (value.length === 0) throw new RequestError(field, "at least one value", "an empty list");
    return [...new Set(value.map(one))];
  }
  if (fact.kind === "recency" && typeof value === "string" && /^\d/.test(value)) return [one(recency(field, value, asOf))];
  return [one(value)];
}

function recency(field, text, asOf) {
  const day = dayOf(field, text);
  if (day > asOf) throw new RequestError(field, `a day not after ${asOf}`, "a later one");
  // A year after 29 February is 28 February.
  const later = `${Number(day.slice(0, 4)) + 1}${day.slice(4)}`.replace(/(\d{4})-02-29/, "$1-02-28");
  return asOf < later ? "within_year" : "over_year";
}

/** The layers that speak to an act on a day, and their clauses, each once. */
function planned(ready, day, action) {
  const after = ready.law.regimes.findIndex((regime) => regime.from !== null && regime.from > day);
  const regime = ready.law.regimes.at(after < 0 ? -1 : after - 1);
  const which = regime.plans[action];
  if (!ready.plans.has(which)) {
    const layers = ready.law.plans[which].map((layer) => ({
      ...layer,
      readings: layer.readings.map((reading) => ({
        ...reading,
        clauses: reading.clauses.map((at) => ready.clauses[at]),
        uncovered: reading.uncovered.map((at) => ready.law.instruments[at]),
      })),
    }));
    const clauses = [...new Set(layers.flatMap((layer) => layer.readings.flatMap((reading) => reading.clauses)))];
    ready.plans.set(which, { layers, clauses, place: new Map(clauses.map((clause, at) => [clause, at])) });
  }
  return ready.plans.get(which);
}

// Deciding -----------------------------------------------------------------------------------------------------------

const APPLIES = "yes";
const NOT = "no";
const EXCEPTED = "excepted";
const OPEN = "unknown";
const ERRS = "error";

/** How a clause stands to the facts. */
function apply(clause, facts) {
  const reach = clause.when.truth(facts);
  if (reach === NO) return NOT;
  if (reach === ERROR) return ERRS;
  let unknown = reach === UNKNOWN;
  // An exception cannot save an act from a clause that may yet turn out not to be evaluable.
  let mayErr = unknown && clause.when.mayErr;
  for (const exception of clause.unless) {
    const found = exception.when.truth(facts);
    // Only where the clause is known to reach the act is there anything that an exception allows.
    if (found === YES && !mayErr) return reach === UNKNOWN ? NOT : EXCEPTED;
    if (found === ERROR) return ERRS;
    if (found === UNKNOWN) {
      unknown = true;
      mayErr ||= exception.when.mayErr;
    }
  }
  return unknown ? OPEN : APPLIES;
}

/** The facts that can still matter to a clause of which it is unknown whether it applies, in the order of the law. */
function missing(clause, facts) {
  const into = new Set();
  for (const part of [clause.when, ...clause.unless.map((exception) => exception.when)]) {
    if (part.truth(facts) === UNKNOWN) part.missing(facts, into);
  }
  return [...into].sort((a, b) => a - b);
}

/** Whether a clause of this effect holds its layer open where it is unknown whether it applies. */
const binds = (effect) => effect === "prohibit" || effect === "refer" || effect === "require";

function readingSum(reading, applied) {
  const sum = { prohibited: false, required: false, open: reading.uncovered.length > 0, caution: false, authorised: false, excepted: false };
  for (const clause of reading.clauses) {
    const { effect } = clause;
    const how = applied(clause);
    if (how === APPLIES) {
      if (effect === "prohibit") sum.prohibited = true;
      if (effect === "require") sum.required = true;
      if (effect === "authorise") sum.authorised = true;
      if (effect === "refer") sum.open = true;
      if (effect === "caution") sum.caution = true;
    } else if (how === EXCEPTED) {
      if (effect === "prohibit" || effect === "refer") sum.excepted = true;
    } else if (how !== NOT && binds(effect)) {
      sum.open = true;
    }
  }
  // Law that both forbids and demands an act is for a lawyer.
  if (sum.caution || (sum.prohibited && sum.required)) return { ...sum, verdict: "needs_facts", basis: null };
  if (sum.prohibited) return { ...sum, verdict: "prohibited", basis: null };
  if (sum.open) return { ...sum, verdict: "needs_facts", basis: null };
  if (sum.required) return { ...sum, verdict: "required", basis: null };
  return { ...sum, verdict: "permitted", basis: sum.authorised ? "authorised" : sum.excepted ? "excepted" : "not_reached" };
}

/** Why an act is permitted, the weakest first. */
const bases = ["not_reached", "excepted", "authorised"];
const weaker = (a, b) => (bases.indexOf(a) < bases.indexOf(b) ? a : b);
const stronger = (a, b) => (bases.indexOf(a) > bases.indexOf(b) ? a : b);

function layerSum(layer, applied) {
  return layer.readings
    .map((reading) => readingSum(reading, applied))
    .reduce((one, next) => {
      const caution = one.caution || next.caution;
      if (one.verdict === next.verdict) return { verdict: one.verdict, basis: weaker(one.basis, next.basis), caution };
      // The versions that may be in force disagree, so nobody can say which answer is the law.
      return { verdict: "needs_facts", basis: null, caution };
    });
}

/** The verdict over layers. */
function combine(sums) {
  const any = (verdict) => sums.some((sum) => sum.verdict === verdict);
  if (sums.some((sum) => sum.caution) || (any("prohibited") && any("required"))) return { verdict: "needs_facts", basis: null };
  for (const verdict of ["prohibited", "needs_facts", "required"]) if (any(verdict)) return { verdict, basis: null };
  return { verdict: "permitted", basis: sums.map((sum) => sum.basis).reduce(stronger, "not_reached") };
}

const does = {
  prohibit: { [APPLIES]: "prohibits", [EXCEPTED]: "excepted", [OPEN]: "undetermined", [ERRS]: "undetermined", [NOT]: "not_met" },
  require: { [APPLIES]: "requires", [EXCEPTED]: "excepted", [OPEN]: "undetermined", [ERRS]: "undetermined", [NOT]: "not_met" },
  refer: { [APPLIES]: "refers", [EXCEPTED]: "excepted", [OPEN]: "undetermined", [ERRS]: "undetermined" },
  caution: { [APPLIES]: "refers" },
  authorise: { [APPLIES]: "authorises" },
  advise: {},
};

/** What of a layer's provisions is shown: those that decide, or, where nothing does, those that were looked at. */
function decides(effect, { verdict, basis }) {
  if (verdict === "prohibited") return effect === "prohibits";
  if (verdict === "required") return effect === "requires";
  if (verdict === "needs_facts") return effect !== "not_met" && effect !== "excepted";
  if (basis === "authorised") return effect === "authorises";
  if (basis === "excepted") return effect === "excepted";
  return effect === "not_met" || effect === "excepted";
}

const holds = ["no", "yes", "unknown", "error"];

function because(clause, facts) {
  const conditions = clause.conditions.map(({ words, when }) => ({ condition: words, holds: holds[when.truth(facts)] }));
  const exceptions = clause.unless.map(({ words, when, provision }) => ({
    condition: words,
    holds: holds[when.truth(facts)],
    exception: provision,
  }));
  return [...conditions, ...exceptions];
}

function layerAnswer(ready, layer, applied, facts, sum) {
  const provisions = [];
  const known = new Set();
  const versions = new Set();
  for (const reading of layer.readings) {
    // Of several readings none may look as if it were the only one.
    const version = reading.version === "" && layer.readings.length > 1 ? "none" : reading.version;
    if (version !== "") versions.add(version);
    for (const { id, title } of reading.uncovered) {
      provisions.push({ id, cite: title, verified: "U", effect: "not_encoded", clause: id, because: [] });
      known.add(id);
    }
    for (const clause of reading.clauses) {
      const effect = does[clause.effect][applied(clause)];
      if (effect === undefined || known.has(clause.id)) continue;
      known.add(clause.id);
      if (!decides(effect, sum)) continue;
      const { provision: id, cite, verified } = clause;
      provisions.push({ id, cite, verified, effect, clause: clause.id, because: because(clause, facts) });
    }
  }
  return {
    layer: layer.layer,
    version: [...versions].join(" or "),
    verdict: sum.verdict,
    basis: sum.basis,
    provisions: provisions.filter((provision) => decides(provision.effect, sum)),
  };
}

// What follows and what is asked -------------------------------------------------------------------------------------

function obligations(ready, asked, applied) {
  const kindAt = ready.factAt.get(AGENCY_KIND);
  const kindFact = ready.facts[kindAt];
  const kind = asked.facts[kindAt]?.map((at) => kindFact.values[at]).join("");
  const named = new Map();
  for (const clause of asked.clauses.filter((clause) => applied(clause) === APPLIES)) {
    for (const id of clause.obligations) {
      const duty = ready.law.obligations[id];
      if (!duty) continue;
      const bound = kind === undefined || duty.agency_kinds.length === 0 || duty.agency_kinds.includes(kind);
      const current = (duty.from === null || duty.from <= asked.day) && (duty.until === null || duty.until > asked.day);
      if (bound && current && !named.has(id)) named.set(id, duty);
    }
  }
  const all = [...named].map(([id, { text, cite, verified, first }]) => [first, { id, text, cite, verified }]);
  return [...all.filter(([first]) => first), ...all.filter(([first]) => !first)].map(([, duty]) => duty);
}

/** A text of a reason with its values filled in. */
export const filled = (text, values = {}) => Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, () => value), text);

function questions(ready, asked, applied, sums) {
  const points = new Map();
  const { reasons } = ready.law;
  // A point that no fact settles, in the words of its reason; the question may be a clause's own.
  const point = (reason, values, provision, asks) => {
    const { text, why } = reasons[reason];
    const question = asks ?? filled(text, values);
    const said = { fact: null, question, why: filled(asks === undefined ? why : text, values), reason };
    if (Object.keys(values).length > 0) said.values = values;
    if (!points.has(question)) points.set(question, { ...said, needed_by: [], answers: [] });
    const { needed_by } = points.get(question);
    if (!needed_by.includes(provision)) needed_by.push(provision);
  };
  const neededBy = new Map();
  for (const layer of asked.layers.filter((_, at) => sums[at].verdict === "needs_facts")) {
    const readings = layer.readings.map((reading) => readingSum(reading, applied));
    if (readings.some((sum) => sum.prohibited && sum.required)) point("both", {}, layer.layer);
    if (readings.some((sum) => sum.verdict !== readings[0].verdict)) {
      const versions = layer.readings.map((reading) => reading.version || reasons.before.text);
      point("version", { day: asked.day, versions: versions.join(" or ") }, versions.at(-1));
    }
    for (const reading of layer.readings) {
      for (const { id, title } of reading.uncovered) {
        point("not_encoded", { day: asked.day, title }, id);
      }
      for (const clause of reading.clauses) {
        const how = applied(clause);
        if ((clause.effect === "refer" || clause.effect === "caution") && how === APPLIES) {
          point("person", {}, clause.provision, clause.asks ?? "");
        } else if (binds(clause.effect) && how === OPEN) {
          for (const at of missing(clause, asked.facts)) {
            if (!neededBy.has(at)) neededBy.set(at, []);
            if (!neededBy.get(at).includes(clause.provision)) neededBy.get(at).push(clause.provision);
          }
        } else if (binds(clause.effect) && how === ERRS) {
          point("error", {}, clause.provision);
        }
      }
    }
  }
  const any = (verdict) => sums.some((sum) => sum.verdict === verdict);
  if (any("prohibited") && any("required")) {
    asked.layers.forEach((layer, at) => {
      if (sums[at].verdict === "prohibited" || sums[at].verdict === "required") point("both", {}, layer.layer);
    });
  }
  // A caution is a person's question whatever the other facts are, so asking for them would be idle.
  if (sums.some((sum) => sum.caution)) neededBy.clear();
  const asks = [...neededBy].map(([at, needed_by]) => {
    const { name: fact, question, why } = ready.facts[at];
    const answers = leads(ready, asked, applied, at);
    const undecided = answers.filter((lead) => lead.verdict === "needs_facts").length;
    // The most decisive first; in whole thousandths, so that the order is the same everywhere.
    const rank = Math.trunc((undecided * 1000) / Math.max(answers.length, 1));
    return { rank, at, question: { fact, question, why, needed_by, answers } };
  });
  asks.sort((a, b) => a.rank - b.rank || a.at - b.at);
  return [...points.values(), ...asks.map((ask) => ask.question)];
}

/** Where each value of a fact leads; for a set, where each value alone leads. */
function leads(ready, asked, applied, at) {
  const facts = [...asked.facts];
  return ready.facts[at].values.map((value, place) => {
    facts[at] = [place];
    // Clauses that do not read the fact stand as they stood.
    const found = new Map();
    const now = (clause) => {
      if (!clause.reads.has(at)) return applied(clause);
      if (!found.has(clause)) found.set(clause, apply(clause, facts));
      return found.get(clause);
    };
    return { value, ...combine(asked.layers.map((layer) => layerSum(layer, now))) };
  });
}

function wouldChange(ready, asked, applied, layers, verdict) {
  const shown = new Set(layers.flatMap((layer) => layer.provisions.map((provision) => provision.clause)));
  const deciding = new Set();
  for (const clause of asked.clauses.filter((clause) => shown.has(clause.id))) clause.reads.forEach((at) => deciding.add(at));
  const changes = [];
  // What the agency is does not change with the act, so only facts of the act are varied.
  for (const at of [...deciding].filter((at) => !asked.fromAgency.has(at)).sort((a, b) => a - b)) {
    const { name: fact, kind } = ready.facts[at];
    if (kind === "number" || asked.facts[at] === undefined) continue;
    for (const lead of leads(ready, asked, applied, at).filter((lead) => lead.verdict !== verdict)) {
      const same = (change) => change.fact === fact && change.verdict === lead.verdict && change.basis === lead.basis;
      const change = changes.find(same);
      if (change) change.values.push(lead.value);
      else changes.push({ fact, values: [lead.value], verdict: lead.verdict, basis: lead.basis });
    }
  }
  return changes;
}

/** The provisions whose text was not read and could change the verdict: a no that a text that was read gives stands. */
function unverified(layers, verdict) {
  const read = (layer) => {
    const texts = layer.provisions.map(({ verified }) => verified === "V");
    // Of versions that may be in force each has to say it by itself.
    return layer.verdict === verdict && (layer.version.includes(" or ") ? texts.every(Boolean) : texts.some(Boolean));
  };
  if ((verdict === "prohibited" || verdict === "required") && layers.some(read)) return [];
  const speaks = (effect) => effect !== "not_met" || verdict === "permitted";
  const open = layers.flatMap((layer) => layer.provisions).filter(({ verified, effect }) => verified !== "V" && speaks(effect));
  return [...new Set(open.map((provision) => provision.id))];
}

function notes(ready, asked) {
  const said = [];
  const say = (reason, day) => said.push(filled(ready.law.reasons[reason].text, { day }));
  if (asked.agency !== null && !asked.kind) {
    say("agency_not_listed", asked.day);
  } else if (asked.kind?.note) {
    said.push(asked.kind.note);
  }
  const layers = new Set(asked.layers.map((layer) => layer.layer));
  for (const instrument of ready.law.instruments) {
    if (!layers.has(instrument.layer) || !instrument.actions.includes(asked.action)) continue;
    for (const version of inForce(instrument, asked.day)) if (version.note !== null) said.push(version.note);
  }
  if (asked.layers.some((layer) => layer.readings.length > 1)) {
    say("uncertain", asked.day);
  }
  const reviewed = ready.law.reviewed_on;
  if (reviewed !== null && asked.day > reviewed) {
    say("reviewed", reviewed);
  }
  return said;
}

/** The versions of an instrument that may be in force on a day: more than one in a declared uncertain interval. */
function inForce(instrument, day) {
  const current = instrument.versions.findLast((version) => version.from <= day);
  const next = instrument.versions.find((version) => version.from > day);
  const maybe = next?.uncertain_from != null && next.uncertain_from <= day ? next : undefined;
  return [current, maybe].filter((version) => version !== undefined);
}
