// Takes pictures of every page, as wide as a phone, a tablet and a desk, by day and by night, to be looked at by a person; and
// says where something is wider than the screen or cut off.
//
//   node web/tests/shots.mjs http://127.0.0.1:2173 /tmp/shots CODE [part of a name]
//
// CODE is a one-time code of S-2173 (`haven staff code S-2173 --by S-2173`), a supervisor, auditor and administrator.
import { mkdirSync } from "node:fs";
import { kinds, open } from "./browser.mjs";

const [address, folder, code, only = ""] = process.argv.slice(2);
const widths = [360, 768, 1280];
const PASSWORD = "nine violet umbrellas at noon";
mkdirSync(folder, { recursive: true });
const browser = await open();

const sent = (page, selector = ".hv-send button") => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
const press = (page, id) => page.locator(`label[for="${id}"]`).click();
const go = (path) => (page) => page.goto(`${address}${path}`);

/** The questions of residents, answered up to one of them. */
async function lawful(page, answers, base = "") {
  await page.goto(`${address}${base}/lawful`);
  for (const answer of answers) {
    for (const id of answer.choose ?? []) await press(page, `c-${id}`);
    for (const [name, value] of Object.entries(answer.date ?? {})) await page.locator(`#${name}`).selectOption(value);
    await sent(page);
  }
}
const story = (by, year) => [{ choose: ["family"] }, { choose: ["stop", "hold", "handover"] }, { choose: [by] }, { date: { year, month: "6" } }];
async function finish(page) {
  for (let asked = 0; asked < 12 && (await page.locator("#where").count()) === 0; asked += 1) await sent(page);
}
async function complain(page) {
  await page.goto(`${address}/complaint`);
  await press(page, "a-police_member");
  await press(page, "b-other");
  await page.locator("#text").fill("What happened there.");
  await sent(page);
}
async function app(page, base, ...taps) {
  await page.goto(`${address}${base}/app/`);
  await page.locator("#agency").waitFor();
  if (taps.length === 0) return;
  await page.locator("#agency").selectOption("Chicago Police Department");
  await page.locator("#station").selectOption("001");
  await page.locator("button[type=submit]").click();
  for (const tap of taps) await page.locator(tap).first().click();
  await page.locator(taps.length > 1 ? ".hv-app-answer, .hv-app-choice" : ".hv-app-tiles").first().waitFor();
  await page.waitForTimeout(400);
}
const first = async (page, list, link) => {
  await page.goto(`${address}${list}`);
  await Promise.all([page.waitForNavigation(), page.locator(link).first().click()]);
};

/** Pages for everybody. */
const pages = {
  ...kinds,
  "counter-places": go("/counter"),
  "counter-help-first": go("/counter/police/hurt"),
  "counter-ar": go("/ar/counter/police/help"),
  "counter-zh": go("/zh/"),
  paper: go("/paper"),
  law: go("/law"),
  "law-instrument": (page) => first(page, "/law", "main a[href*='/law/']"),
  "law-provision": go("/law/2-173-020(a)(1)(C)"),
  "law-provision-pl": go("/pl/law/2-173-042"),
  "law-unknown": go("/law/nothing-of-this-name"),
  "lawful-first": go("/lawful"),
  "lawful-happened": (page) => lawful(page, story("police", "2020").slice(0, 1)),
  "lawful-when": (page) => lawful(page, story("police", "2020").slice(0, 3)),
  "lawful-no-such-day": (page) => lawful(page, [...story("police", "2020").slice(0, 3), { date: { year: "2026", month: "2", day: "30" } }]),
  "lawful-answer": async (page) => (await lawful(page, story("police", "2020")), await finish(page)),
  "lawful-federal": async (page) => (await lawful(page, story("federal", "2026")), await finish(page)),
  "lawful-answer-ar": async (page) => (await lawful(page, story("sheriff", "2026"), "/ar"), await finish(page)),
  "lawful-letter": async (page) => (await lawful(page, story("police", "2021")), await finish(page), await sent(page, ".hv-letters form:nth-of-type(2) button")),
  rights: go("/your-rights"),
  complaint: go("/complaint"),
  "complaint-elsewhere": async (page) => (await page.goto(`${address}/complaint`), await press(page, "a-federal"), await sent(page)),
  "complaint-lacking": async (page) => (await page.goto(`${address}/complaint`), await sent(page)),
  "complaint-code": complain,
  "complaint-confirm": async (page) => (await complain(page), await sent(page)),
  "complaint-status": go("/complaint/status"),
  docket: go("/complaints"),
  reports: go("/reports"),
  "report-quarter": (page) => first(page, "/reports", "main a[href*='quarterly']"),
  "sign-in": go("/sign-in"),
  enrol: go("/enrol"),
  "not-signed-in": go("/desk"),
};
/** Pages of the app; it needs JavaScript. */
const offline = {
  "app-place": (page) => app(page, ""),
  "app-start": (page) => app(page, "", ".hv-app-tiles"),
  "app-question": (page) => app(page, "", ".hv-app-tiles .hv-app-tile >> nth=1", "h1"),
  "app-answer": (page) => app(page, "", ".hv-app-tiles .hv-app-tile >> nth=1", ".hv-app-choice", ".hv-app-choice"),
  "app-answer-ar": (page) => app(page, "/ar", ".hv-app-tiles .hv-app-tile >> nth=5", ".hv-app-choice >> nth=1", ".hv-app-choice"),
};
/** Pages for whoever is signed in. */
const staff = {
  desk: go("/desk"),
  "desk-all": go("/desk/at/all/now"),
  "desk-item": (page) => first(page, "/desk", ".hv-item-what a, #open-list a"),
  "desk-item-ar": (page) => first(page, "/ar/desk", ".hv-item-what a, #open-list a"),
  "desk-paper": go("/desk/paper"),
  "desk-handover": go("/desk/handover"),
  decisions: go("/decisions"),
  decision: (page) => first(page, "/decisions", "main a[href*='/decisions/']:not([href*='.'])"),
  "decision-again": async (page) => (await first(page, "/decisions", "main a[href*='/decisions/']:not([href*='.'])"), await sent(page, "form[action$='/again'] button")),
  account: go("/account"),
  people: go("/people"),
};

async function picture(context, name, reach, width, scheme) {
  const page = await context.newPage();
  await page.setViewportSize({ width, height: width < 600 ? 740 : 900 });
  try {
    await reach(page, address);
    const faults = await page.evaluate((width) => {
      const found = [];
      const wide = document.documentElement.scrollWidth;
      if (wide > width) found.push(`${wide} wide`);
      for (const element of document.querySelectorAll("main *, header *, footer *")) {
        const style = getComputedStyle(element);
        const cut = element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1 && style.overflowX === "hidden";
        if (cut) found.push(`cut: ${element.className || element.tagName}`);
      }
      return found;
    }, width);
    if (faults.length > 0) console.log(`${name} ${width} ${scheme}: ${faults.slice(0, 4).join("; ")}`);
    await page.screenshot({ path: `${folder}/${name}-${width}-${scheme}.png`, fullPage: true });
  } catch (error) {
    console.log(`${name} ${width} ${scheme}: ${`${error}`.split("\n")[0]}`);
  }
  await page.close();
}

let signed;
if (code) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${address}/enrol`);
  for (const [name, value] of Object.entries({ staff: "S-2173", code, password: PASSWORD })) await page.locator(`[name="${name}"]`).fill(value);
  await Promise.all([page.waitForNavigation(), page.locator("main form button[type=submit]").first().click()]);
  signed = await context.storageState();
  // So that there is something on the desk.
  await page.goto(`${address}/counter/police/help`);
  for (const step of ["Homeland Security", "I don’t know"]) await page.getByRole("button", { name: step, exact: true }).click();
  await context.close();
}
const rooms = [[pages, false, undefined], [offline, true, undefined], ...(signed ? [[staff, true, signed]] : [])];
for (const scheme of ["light", "dark"]) {
  for (const [room, javaScriptEnabled, storageState] of rooms) {
    for (const [name, reach] of Object.entries(room).filter(([name]) => name.includes(only))) {
      for (const width of widths) {
        const context = await browser.newContext({ javaScriptEnabled, colorScheme: scheme, storageState });
        await picture(context, name, reach, width, scheme);
        await context.close();
      }
    }
  }
}
await browser.close();
