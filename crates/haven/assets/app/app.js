// The screens of the app: choose a question, answer one thing at a time, read the answer. Everything that is decided here is
// decided by law.js; everything that is kept is kept by queue.js before the screen says so.
import { LawError, RequestError, decide, filled } from "./law.js";
import { day, load, notice, now, refresh, tooOld } from "./kit.js";
import { keep, kept, record, records, send, whenChanged } from "./queue.js";

const HOUR = 3_600_000;
/** After how long sending is tried again, at first and at most. */
const AGAIN_FIRST = 5_000;
const AGAIN_MOST = 300_000;
/** How long a question waits for the confirmation of law that has become too old. */
const CONFIRM_WITHIN = 5_000;
/** How many questions stand on the first screen where the jurisdiction names none. */
const COMMON = 12;

const app = { kit: undefined, place: undefined, words: undefined, sending: undefined, again: AGAIN_FIRST, timer: undefined };

// Words and elements -------------------------------------------------------------------------------------------------

/** A text of the app in the language of the device. */
function say(key, values = {}) {
  const text = app.words.says[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

const law = () => app.kit.content.law;
const actOf = (name) => law().actions.find((action) => action.name === name);
const factOf = (name) => law().facts.find((fact) => fact.name === name);
const askOf = (name) => app.words.acts[name]?.ask ?? actOf(name)?.ask ?? name;
const valueText = (fact, value) =>
  app.words.facts[fact.name]?.values[value] ?? fact.values.find(({ name }) => name === value)?.label ?? value;

/** An element with properties and children; what is text stays text. */
function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "on") element.addEventListener("click", value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== undefined));
  return element;
}

const button = (text, on, look = "") => el("button", { type: "button", class: `usa-button hv-app-button ${look}`, on }, text);
/** Text that is in English whatever the language of the page: provisions were read in English only. */
const english = (tag, text, look) => el(tag, { lang: "en", dir: "ltr", class: look }, text);

/** A moment in the language of the device and in the time of the place. */
function shown(moment, parts) {
  const zone = app.kit ? { timeZone: law().time_zone } : {};
  return new Intl.DateTimeFormat(app.words.code, { ...parts, ...zone }).format(moment);
}
const dayText = (moment) => shown(moment, { dateStyle: "long" });
const timeText = (moment) => shown(moment, { timeStyle: "short" });

// The signs of the five words; they can be told apart without colour.
const SIGNS = {
  no: [["M10 2h12l8 8v12l-8 8H10l-8-8V10z"], ["M8 14h16v4H8z", "hv-cut"]],
  ask: [["M16 2l15 27H1z"], ["M14.3 11h3.4l-.5 9h-2.4zM14.3 22h3.4v3.4h-3.4z", "hv-cut"]],
  must: [["M3 3h26v26H3z"], ["M7 14h10V8l9 8-9 8v-6H7z", "hv-cut"]],
  yes: [["M16 2a14 14 0 1 0 0 28a14 14 0 1 0 0-28z"], ["M8 16.500l2.600-2.600 3.900 3.900 7-7 2.500 2.600-9.500 9.500z", "hv-cut"]],
  silent: [["M16 3.500a12.500 12.500 0 1 0 0 25a12.500 12.500 0 1 0 0-25z", "hv-app-ring"]],
};

/** A drawing of paths, each with its look. */
function drawing(attributes, paths) {
  const make = (tag, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const svg = make("svg", attributes);
  for (const [d, look] of paths) svg.append(make("path", look ? { d, class: look } : { d }));
  return svg;
}

const sign = (kind) => drawing({ class: "hv-sign", viewBox: "0 0 32 32", "aria-hidden": "true", focusable: "false", fill: "currentColor" }, SIGNS[kind]);

/** A code that a telephone reads as a text, with the white border that it needs. */
async function code(text) {
  const { correction, generate } = await import("./qr.js");
  const bits = generate(text, { minCorrectionLevel: correction.M });
  const dark = [];
  for (let y = 0; y < bits.size; y += 1) for (let x = 0; x < bits.size; x += 1) if (bits.get(x, y)) dark.push(`M${x} ${y}h1v1h-1z`);
  const whole = bits.size + 8;
  return drawing({ class: "hv-code-picture", viewBox: `-4 -4 ${whole} ${whole}`, role: "img", "aria-label": say("counter-show-picture") }, [
    [`M-4-4h${whole}v${whole}h-${whole}z`, "hv-code-back"],
    [dark.join(""), "hv-code-ink"],
  ]);
}

// Screens ------------------------------------------------------------------------------------------------------------
// Each screen is a function that gives its elements; the browser's own way back leads through them.

const trail = [];

function go(screen) {
  trail.push(screen);
  history.pushState({ depth: trail.length }, "");
  show();
}

/** Puts a screen in the place of all others: there is no way back behind it. */
function begin(screen) {
  trail.length = 0;
  trail.push(screen);
  history.replaceState({ depth: 1 }, "");
  show();
}

addEventListener("popstate", (event) => {
  const depth = Math.max(1, Math.min(event.state?.depth ?? 1, trail.length));
  trail.length = depth;
  show();
});

function show() {
  const screen = trail.at(-1);
  const main = document.getElementById("main");
  main.replaceChildren(...[screen()].flat().filter((part) => part !== undefined));
  const title = main.querySelector("h1");
  document.title = `${title.textContent} · Haven`;
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
  scrollTo(0, 0);
  foot().catch(console.error);
}

const title = (text) => el("h1", { class: "hv-title" }, text);
const back = () => el("p", { class: "hv-back" }, el("a", { href: "#main", on: (event) => (event.preventDefault(), history.back()) }, say("offline-back")));

/** What stands where nothing can be answered. */
function cannot(titleKey, text) {
  return () => [title(say(titleKey)), el("p", { class: "hv-intro", role: "alert" }, text), button(say("offline-again"), open)];
}

/** The first screen: where the device is used, or what can be asked. */
function open() {
  if (!app.kit) return begin(cannot("offline-no-law-title", say("offline-no-law-text")));
  if (!app.place) return begin(placeScreen);
  return begin(startScreen);
}

/** Says under a control what is wrong with it, and leads there; what was said before goes. */
function lacks(control, text) {
  const id = `wrong-${control.id}`;
  for (const said of document.querySelectorAll(".hv-app-wrong")) said.remove();
  for (const other of document.querySelectorAll("[aria-invalid]")) other.removeAttribute("aria-invalid");
  control.before(el("p", { class: "hv-caution hv-app-wrong", role: "alert", id }, text));
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", id);
  control.focus();
}

function placeScreen() {
  // Agents of the federal government are asked about here; this law tells them nothing that they may do.
  const agencies = law().agencies.filter(({ kind }) => kind !== "federal").map(({ name }) => name);
  const option = (value, text) => el("option", { value }, text);
  const agency = el("select", { id: "agency", class: "usa-select" }, option("", say("offline-choose")), agencies.map((name) => option(name, name)));
  const station = el("select", { id: "station", class: "usa-select" });
  const stationRow = el("div", {}, el("label", { for: "station", class: "usa-label" }, say("offline-station")), station);
  const fill = () => {
    const own = app.kit.content.stations.filter((each) => each.agency === agency.value);
    station.replaceChildren(option("", say("offline-choose")), ...own.map(({ name, label }) => option(name, label)));
    stationRow.hidden = own.length === 0;
    if (app.place?.agency === agency.value) station.value = app.place.station ?? "";
  };
  agency.value = app.place?.agency ?? "";
  agency.addEventListener("change", fill);
  fill();
  const save = async (event) => {
    event.preventDefault();
    if (!agency.value) return lacks(agency, say("offline-choose-agency"));
    if (!stationRow.hidden && !station.value) return lacks(station, say("offline-choose-station"));
    app.place = { agency: agency.value, station: stationRow.hidden ? undefined : station.value };
    await keep({ place: app.place });
    open();
  };
  const form = el(
    "form",
    { class: "hv-form" },
    el("label", { for: "agency", class: "usa-label" }, say("offline-agency")),
    agency,
    stationRow,
    el("button", { type: "submit", class: "usa-button hv-app-button" }, say("offline-save")),
  );
  form.addEventListener("submit", save);
  return [title(say("offline-place-title")), el("p", { class: "hv-intro" }, say("offline-place-why")), form];
}

/** The questions of the first screen: those the jurisdiction names, else the first acts of the law. */
function common() {
  const { counter } = app.kit.content;
  if (!counter?.tile) return law().actions.slice(0, COMMON).map(({ name }) => ({ text: askOf(name), action: name, facts: {}, steps: [] }));
  const desk = counter.desk?.find((desk) => desk.agency === app.place.agency)?.id;
  return counter.tile
    .filter((tile) => tile.action)
    .map((tile) => {
      const action = tile.actions?.[desk] ?? tile.action;
      const text = app.words.counter[`tile-${tile.id}`] ?? askOf(action);
      return { text, tile: tile.id, first: tile.first, duty: tile.duty, action, facts: tile.facts ?? {}, steps: tile.steps ?? [] };
    });
}

function startScreen() {
  const ask = (question) => async () => {
    // Who has a network is not refused for the moment that the confirmation takes.
    if (tooOld(app.kit)) await Promise.race([refreshNow(), new Promise((resolve) => setTimeout(resolve, CONFIRM_WITHIN))]);
    go(questionScreen({ ...question, answers: [] }));
  };
  // Whoever is hurt stands above all questions.
  const questions = common().sort((one, other) => Number(other.first ?? false) - Number(one.first ?? false));
  const tiles = questions.map((question) =>
    el("li", { class: question.first ? "hv-app-first" : undefined }, button(question.text, ask(question), "hv-app-tile")),
  );
  const groups = law().groups.map((group) => {
    const acts = law().actions.filter((action) => action.group === group.name);
    const list = acts.map(({ name }) => el("li", {}, button(askOf(name), ask({ text: askOf(name), action: name, facts: {}, steps: [] }), "hv-app-act usa-button--unstyled")));
    return [el("h2", { class: "hv-section" }, app.words.groups[group.name] ?? group.label), el("ul", { class: "hv-app-list" }, list)];
  });
  const { agency, station } = app.place;
  const where = app.kit.content.stations.find(({ name }) => name === station)?.label;
  return [
    title(say("offline-start")),
    tooOld(app.kit) ? aged() : undefined,
    el("ul", { class: "hv-app-tiles" }, tiles),
    el("details", { class: "hv-more" }, el("summary", {}, say("offline-all")), groups.flat()),
    el("p", {}, say("offline-at", { place: [agency, where].filter(Boolean).join(", ") }), " ", button(say("offline-change-place"), () => go(placeScreen), "usa-button--unstyled")),
  ];
}

const agedText = () => say("offline-old-text", { day: dayText(app.kit.confirmed.server) });
const aged = () => el("p", { class: "hv-caution", role: "alert" }, el("strong", {}, say("offline-old-title")), " ", agedText());

// One thing at a time ------------------------------------------------------------------------------------------------
// A question has facts that it takes as given, steps that it asks first, and the answers so far; each answer says what it
// answers and which facts it states. "I don't know" states none.

const stated = (question) => Object.assign({}, question.facts, ...question.answers.map((answer) => answer.facts));
const answered = (question, step) => question.answers.some((answer) => answer.step === step);

const request = (question, facts = stated(question)) => ({ as_of: day(app.kit), action: question.action, agency: app.place.agency, facts });

/** What is asked next; undefined where the answer is due. */
function nextStep(question) {
  const told = decide(law(), request(question));
  const counter = app.kit.content.counter;
  for (const name of question.steps.filter((name) => !answered(question, `step-${name}`))) {
    const { choice, always } = counter.step[name];
    // Some are asked because the record needs them.
    if (always) return ofCounter(name, choice);
    const leads = choice.map(({ facts }) => decide(law(), request(question, { ...stated(question), ...facts })));
    // A step that cannot change the answer is not asked.
    if (leads.some(({ verdict, basis }) => verdict !== told.verdict || basis !== told.basis)) return ofCounter(name, choice);
  }
  // The jurisdiction's own questions are answered after their steps; whoever wants to go on is asked what the law asks.
  if (question.steps.length > 0 && !question.further) return undefined;
  const open = told.questions.find(({ fact }) => fact !== null && !answered(question, fact));
  return open && ofLaw(factOf(open.fact));
}

function ofCounter(name, choices) {
  const words = app.words.counter;
  const one = choices.flatMap(({ facts }) => Object.keys(facts ?? {})).at(0);
  return {
    id: `step-${name}`,
    text: words[`step-${name}`] ?? app.words.facts[one]?.question ?? name,
    why: app.words.facts[one]?.why,
    kind: "choices",
    choices: choices.map(({ id, facts = {} }) => ({
      text: words[`choice-${name}-${id}`] ?? (Object.entries(facts).map(([fact, value]) => [value].flat().map((each) => valueText(factOf(fact), each)).join(", ")).at(0) ?? say("offline-unknown")),
      facts,
    })),
  };
}

function ofLaw(fact) {
  const { question: text, why } = app.words.facts[fact.name] ?? fact;
  const choices = fact.values.map(({ name }) => ({ value: name, text: valueText(fact, name), facts: { [fact.name]: name } }));
  const kind = fact.kind === "many" || fact.kind === "number" ? fact.kind : "choices";
  return { id: fact.name, fact: fact.name, text, why, kind, choices: kind === "choices" ? [...choices, { text: say("offline-unknown"), facts: {} }] : choices };
}

function questionScreen(question) {
  let step;
  try {
    step = nextStep(question);
  } catch (error) {
    // The law changed since, and no longer knows what was answered.
    if (error instanceof RequestError || error instanceof LawError) return cannot("offline-old-title", say("offline-not-kept"));
    throw error;
  }
  if (tooOld(app.kit)) return cannot("offline-old-title", agedText());
  if (!step) return due(question);
  const answer = (facts) => () => go(questionScreen({ ...question, answers: [...question.answers, { step: step.id, facts }] }));
  const enough = question.answers.length > 0 ? button(say("offline-answer-now"), () => go(due(question)), "usa-button--outline") : undefined;
  return () => [
    back(),
    el("p", { class: "hv-asked" }, question.text),
    title(step.text),
    step.kind === "many" ? several(step, answer) : step.kind === "number" ? numbered(step, answer) : el("ul", { class: "hv-app-tiles" }, step.choices.map(({ text, facts }) => el("li", {}, button(text, answer(facts), "hv-app-choice")))),
    enough,
    step.why ? el("details", { class: "hv-more" }, el("summary", {}, say("offline-why")), el("p", {}, step.why)) : undefined,
  ];
}

function several(step, answer) {
  const boxes = step.choices.map(({ value, text }) => {
    const box = el("input", { type: "checkbox", class: "usa-checkbox__input", id: `c-${value}`, value });
    return [box, el("div", { class: "usa-checkbox" }, box, el("label", { class: "usa-checkbox__label", for: `c-${value}` }, text))];
  });
  const take = () => {
    const chosen = boxes.map(([box]) => box).filter((box) => box.checked).map((box) => box.value);
    answer(chosen.length > 0 ? { [step.fact]: chosen } : {})();
  };
  return el(
    "fieldset",
    { class: "usa-fieldset hv-choices" },
    el("legend", { class: "usa-legend" }, say("offline-choose-many")),
    boxes.map(([, row]) => row),
    button(say("offline-next"), take),
    button(say("offline-unknown"), answer({}), "usa-button--outline"),
  );
}

function numbered(step, answer) {
  const input = el("input", { id: "number", class: "usa-input", inputmode: "numeric", autocomplete: "off" });
  const take = () => {
    const number = Number(input.value.trim());
    if (input.value.trim() === "" || !Number.isSafeInteger(number)) return lacks(input, say("offline-number-wrong"));
    answer({ [step.fact]: number })();
  };
  return el(
    "div",
    {},
    el("label", { for: "number", class: "usa-label" }, say("offline-number-hint")),
    input,
    button(say("offline-next"), take),
    button(say("offline-unknown"), answer({}), "usa-button--outline"),
  );
}

// The answer ---------------------------------------------------------------------------------------------------------

/** A screen that decides and records, and only then shows the answer. */
function due(question) {
  let shownAlready;
  // Who comes back to it sees the same answer; it is not recorded again.
  const settled = answerOf(question).then((screen) => {
    shownAlready = screen;
    if (trail.at(-1) === waiting) show();
  });
  settled.catch((error) => fail(error));
  const waiting = () => (shownAlready ? shownAlready() : [title(question.text), el("p", { role: "status" }, "…")]);
  return waiting;
}

async function answerOf(question) {
  await notice(app.kit);
  if (tooOld(app.kit)) return cannot("offline-old-title", agedText());
  const asked = request(question);
  const told = decide(law(), asked);
  const at = now(app.kit);
  let entry;
  try {
    const { verdict, basis } = told;
    entry = await record({
      at: new Date().toISOString(),
      station: app.place.station,
      request: asked,
      told: { verdict, basis, law: told.law.digest },
    });
    soon();
  } catch {
    // The screen says so: an answer that seems recorded and is not would betray who relies on it.
    entry = undefined;
  }
  return () => answerScreen(question, told, entry, at);
}

const KINDS = { prohibited: "no", needs_facts: "ask", required: "must" };

function wordOf({ verdict, basis }) {
  // The silence of these laws never looks like a yes.
  const kind = KINDS[verdict] ?? (basis === "not_reached" ? "silent" : "yes");
  const sentence = kind === "yes" ? `sentence-${basis}` : `sentence-${kind}`;
  return { kind, word: say(`word-${kind}`), sentence: say(sentence) };
}

function answerScreen(question, told, entry, at) {
  const { kind, word, sentence } = question.first
    ? { kind: "must", word: say("counter-help-first"), sentence: say("counter-help-sentence") }
    : wordOf(told);
  const section = (key, ...parts) => el("section", {}, el("h2", { class: "hv-section" }, say(key)), parts);
  const duties = told.obligations.map(({ id, text, cite, verified }) => {
    const own = app.words.duties[id];
    // What was read needs no mark beside a duty; what was not does.
    const known = ["S", "U"].includes(verified) ? [" ", marked(verified)] : [];
    return el("li", {}, own ? el("p", {}, own) : english("p", text), verified === "house" ? undefined : el("p", { class: "hv-source" }, english("span", cite), known));
  });
  const points = told.questions.filter(({ fact }) => fact === null);
  const facts = told.questions.filter(({ fact }) => fact !== null && !answered(question, fact));
  const openFacts = facts.map(({ fact }) => el("li", {}, app.words.facts[fact]?.question ?? factOf(fact).question));
  const provisions = told.layers.flatMap((layer) => layer.provisions).filter(({ effect }) => effect !== "not_met");
  const does = (effect) => say(`does-${effect.replace("_", "-")}`);
  return [
    el(
      "div",
      { class: `hv-answer hv-app-answer hv-${kind}` },
      sign(kind),
      el("div", {}, el("h1", { class: "hv-word" }, word), el("p", { class: "hv-sentence" }, sentence), el("p", { class: "hv-app-asked" }, question.text)),
    ),
    recordLine(entry, at),
    duties.length > 0 ? section("answer-next", el("ol", { class: "hv-app-steps" }, duties)) : undefined,
    points.length + facts.length > 0
      ? section(
          "answer-find-out",
          points.map(pointOf),
          openFacts.length > 0 ? el("ul", {}, openFacts) : undefined,
          facts.length > 0 ? button(say("offline-more"), () => go(questionScreen({ ...question, further: true }))) : undefined,
        )
      : undefined,
    provisions.length > 0
      ? section("answer-why", el("ul", { class: "hv-app-list" }, provisions.map(({ cite, effect, verified, clause }) => el("li", {}, english("span", cite, "hv-cite-long"), " ", does(effect), " ", marked(verified, clause)))))
      : undefined,
    question.tile ? section("counter-say", spoken(question, question.first ? "help" : kind)) : undefined,
    entry ? section("counter-show", supervised(entry, at)) : undefined,
    told.unverified ? el("p", { class: "hv-caution" }, say("answer-unread")) : undefined,
    told.notes ? section("answer-notes", told.notes.map(noteOf)) : undefined,
    app.words.english ? el("p", { class: "hv-english" }, say("answer-english")) : undefined,
    el("p", { class: "hv-app-last" }, button(say("offline-new"), open), button(say("offline-back"), () => history.back(), "usa-button--outline")),
  ];
}

/** A point that a person settles. The question of a clause is the law's and stays English; the rest is said by its reason. */
function pointOf({ question, why, reason, values = {} }) {
  const words = app.words.reasons[reason];
  const own = reason === "person" ? [undefined, words.text] : [words.text, words.why];
  const days = values.day ? { ...values, day: dayText(new Date(`${values.day}T12:00:00Z`)) } : values;
  const said = (text, theirs, look) => (text === undefined ? english("p", theirs, look) : el("p", { class: look }, filled(text, days)));
  return el("div", { class: "hv-question hv-point" }, said(own[0], question, "hv-q"), said(own[1], why, "usa-hint"));
}

/** A note: of the agency's kind in the language of the device, the others as the law has them. */
function noteOf(note) {
  const kind = Object.entries(law().agency_kinds).find(([, about]) => about.note === note)?.[0];
  const own = app.words.kinds[kind];
  return own ? el("p", {}, own) : english("p", note);
}

const MARKS = { V: "mark-read", S: "mark-reported", U: "mark-unverified" };

/** How well the text of a clause is known. */
function marked(verified, clause) {
  const part = verified === "V" && app.kit.content.read_in_part.includes(clause);
  return el("span", { class: "hv-mark" }, say(part ? "mark-part" : MARKS[verified]));
}

/** What a supervisor is shown: a code of the decision's address, which leads there as soon as the record was sent. */
function supervised({ id }, at) {
  const row = el("div", { class: "hv-show-row" }, el("p", {}, say("offline-show", { time: timeText(at) }), el("br"), el("strong", { class: "hv-number", dir: "ltr" }, id)));
  // Without the picture there is still the number.
  code(`${location.origin}/decisions/${id}`).then((picture) => row.prepend(picture), console.error);
  return row;
}

/** What to say: on the radio, and to people in their languages. */
function spoken({ tile, duty }, kind) {
  const { counter, english: other, phrases } = app.words;
  const key = duty && (kind === "ask" || kind === "silent") ? `radio-${kind}-duty` : `radio-${kind}`;
  const radio = say(key, { act: counter[`tile-${tile}.radio`] });
  const phrase = (code, name, direction, text) =>
    el("p", { class: "hv-phrase" }, el("span", { class: "hv-phrase-of", lang: code }, name), " ", el("span", { lang: code, dir: direction }, text));
  // Colleagues are not asked which language they read.
  const inEnglish = other ? phrase("en", "English", "ltr", filled(other[key], { act: other[`tile-${tile}.radio`] })) : undefined;
  // Who does not work for the city does not say so.
  const { agency } = app.place;
  const of = [app.kit.content.counter.desk?.find((desk) => desk.agency === agency)?.id, law().agencies.find(({ name }) => name === agency)?.kind];
  const own = (says) => of.map((each) => says[`${kind}.${each}`]).find((text) => text !== undefined) ?? says[kind];
  const people = phrases.map(({ code, name, direction, says }) => phrase(code, name, direction, own(says)));
  return [el("h3", {}, say("counter-radio")), el("p", { class: "hv-phrase" }, radio), inEnglish, el("h3", {}, say("counter-people")), people].filter(Boolean);
}

/** What became of the record; it changes when the record is sent. */
function recordLine(entry, at) {
  if (!entry) return el("p", { class: "hv-caution", role: "alert", id: "record" }, say("offline-not-kept"));
  const line = el("p", { class: "hv-app-record", role: "status", id: "record", "data-seq": entry.seq });
  const tell = (now) => {
    const state =
      now?.state === "sent" ? say("offline-sent", { number: now.record, index: now.index }) : now?.state === "refused" ? say("offline-not-taken", { count: 1 }) : say("offline-kept", { time: timeText(at) });
    const differs = now?.differs ? el("strong", { class: "hv-caution" }, say("offline-differs")) : undefined;
    line.replaceChildren(...[state, " ", say("offline-number"), " ", el("bdi", { class: "hv-code" }, entry.id), differs].filter(Boolean));
  };
  tell(entry);
  const look = async () => tell((await records()).find(({ seq }) => seq === entry.seq) ?? entry);
  looks.set(line, look);
  look();
  return line;
}

const looks = new Map();

function lawLine(kit) {
  const { digest } = kit.content.law;
  const which = say("offline-law", { digest: digest.slice(0, 12), day: dayText(kit.fetched) });
  return el("p", { class: "hv-law" }, which, " ", say("offline-confirmed", { day: dayText(kit.confirmed.server) }), " ", say("frame-no-advice"));
}

// What stands below every screen -------------------------------------------------------------------------------------

async function foot() {
  const all = await records();
  const waiting = all.filter(({ state }) => state === "waiting").length;
  const refused = all.filter(({ state }) => state === "refused").length;
  const languages = app.words.languages.map(({ code, name, direction }) =>
    el("li", {}, el("a", { href: `#${code}`, lang: code, dir: direction, "aria-current": code === app.words.code ? "true" : undefined }, name)),
  );
  document.getElementById("foot").replaceChildren(
    ...[
      el("p", { role: "status", id: "queue" }, waiting > 0 ? say("offline-waiting", { count: waiting }) : say("offline-none-waiting")),
      waiting > 0 && app.why === "sign-in" ? el("p", { class: "hv-caution" }, say("offline-sign-in")) : undefined,
      refused > 0 ? el("p", { class: "hv-caution" }, say("offline-not-taken", { count: refused })) : undefined,
      app.kit ? lawLine(app.kit) : undefined,
      app.words.reviewed ? undefined : el("p", { class: "hv-small" }, say("frame-unreviewed")),
      el("nav", { "aria-label": say("frame-languages") }, el("ul", { class: "hv-app-languages" }, languages)),
    ].filter(Boolean),
  );
}

/** Something that should not happen did: it is said, and nothing is answered. */
function fail(error) {
  console.error(error);
  begin(cannot("offline-old-title", say("offline-not-kept")));
}

// Sending and law in the background ----------------------------------------------------------------------------------

/** Sends what waits, and tries again later where it cannot be sent. */
async function sendNow() {
  clearTimeout(app.timer);
  app.why = await send().catch(() => "later");
  if (app.why) {
    app.timer = setTimeout(sendNow, app.again * (0.75 + Math.random() / 2));
    app.again = Math.min(app.again * 2, AGAIN_MOST);
  } else {
    app.again = AGAIN_FIRST;
  }
  changed();
}

/** Sends at once, and asks the browser to do so later if this page is gone by then. */
async function soon() {
  app.again = AGAIN_FIRST;
  sendNow();
  const registration = await navigator.serviceWorker?.getRegistration("/app/");
  await registration?.sync?.register("records").catch(() => {});
}

function changed() {
  for (const [line, look] of looks) line.isConnected ? look() : looks.delete(line);
  foot().catch(console.error);
}

/** Gets the law, or its confirmation; without a network what is here stays. */
async function refreshNow() {
  const first = app.kit === undefined;
  app.kit = (await refresh().catch(() => load())) ?? app.kit;
  if (app.kit) await notice(app.kit);
  if (first) open();
  else await foot();
}

async function speak(code) {
  const response = await fetch(`/app/words-${code}.json`);
  if (!response.ok) return;
  app.words = await response.json();
  document.documentElement.lang = app.words.code;
  document.documentElement.dir = app.words.direction;
  document.getElementById("first").replaceChildren(say("frame-hurt"), " ", el("strong", {}, say("frame-help-first")));
}

async function chosen() {
  const code = location.hash.slice(1);
  if (/^[a-z]{2}$/.test(code)) await keep({ language: code });
  await speak((await kept("language")) ?? "en");
}

addEventListener("hashchange", async () => {
  await chosen();
  history.replaceState({ depth: trail.length }, "", location.pathname);
  show();
});
addEventListener("online", () => (soon(), refreshNow()));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") (soon(), refreshNow());
});

async function start() {
  await chosen();
  history.replaceState(null, "", location.pathname);
  if (navigator.serviceWorker) {
    // A page without its worker still answers as long as it is open.
    navigator.serviceWorker.register("/app/sw.js", { scope: "/app/", type: "module", updateViaCache: "none" }).catch(console.error);
    // What the browser would otherwise throw away when the disk is full.
    navigator.storage?.persist?.();
  }
  [app.kit, app.place] = [await load(), await kept("place")];
  if (app.kit) {
    await notice(app.kit);
    open();
  }
  whenChanged(changed);
  await refreshNow();
  setInterval(refreshNow, HOUR);
  sendNow();
}

start().catch(fail);
