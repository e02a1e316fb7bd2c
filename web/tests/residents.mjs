// The room of residents in a browser. Run by `crates/haven/tests/it/residents.rs`:
//
//   node web/tests/residents.mjs http://127.0.0.1:2173
//
// The family's walk of June 2020 and of today with JavaScript off, its letters and the poster on paper, one page each; a
// complaint with its code, by keyboard alone; every page in every language: axe finds nothing, nothing is wider than a
// phone or than half a phone (200 % zoom), by day and by night.
import { open } from "./browser.mjs";
import { look as lookAt } from "./look.mjs";

const address = process.argv[2];
const languages = ["", "/es", "/pl", "/zh", "/ar"];
const faults = [];
let checked = 0;
const hold = (right, what) => {
  checked += 1;
  if (!right) faults.push(what);
};

// The design system moves the inputs out of sight: people press their labels.
const press = (page, ...ids) => ids.reduce((before, id) => before.then(() => page.locator(`label[for="c-${id}"]`).click()), Promise.resolve());
const go = (page) => Promise.all([page.waitForNavigation(), page.locator(".hv-send button").first().click()]);
const next = async (page, ...ids) => {
  await press(page, ...ids);
  await go(page);
};
const date = async (page, year, month, day) => {
  for (const [name, value] of Object.entries({ year, month, day })) if (value) await page.locator(`#${name}`).selectOption(value);
  await go(page);
};

/** The walk of the family, up to the answer. */
async function walk(page, base, year, month) {
  await page.goto(`${address}${base}/lawful`);
  await next(page, "family");
  await next(page, "stop", "hold", "handover");
  await next(page, "police");
  await date(page, year, month);
  const known = { stop_reason: ["traffic"], hold_reason: ["detainer"], matter: ["civil"] };
  for (let asked = 0; asked < 12 && (await page.locator("#where").count()) === 0; asked += 1) {
    const question = await page.locator('input[name="asked"]').last().getAttribute("value");
    await next(page, ...(known[question] ?? []));
  }
}

/** How many sheets of paper a page takes. */
async function sheets(page, format) {
  const pdf = (await page.pdf({ format, printBackground: true })).toString("latin1");
  return (pdf.match(/\/Type\s*\/Page[^s]/g) ?? []).length;
}

async function family(browser) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
  const page = await context.newPage();
  for (const [year, month, words] of [
    ["2020", "6", { stop: "silent", continue_detention: "unlawful", transfer_to_ice: "depends" }],
    ["2026", "5", { stop: "silent", continue_detention: "unlawful", transfer_to_ice: "unlawful" }],
  ]) {
    await walk(page, "", year, month);
    hold(page.url() === `${address}/lawful`, `family ${year}: the address is ${page.url()}`);
    for (const [act, word] of Object.entries(words)) {
      const found = page.locator(`[data-acts*="${act} "] .hv-lawful-verdict`).first();
      hold((await found.getAttribute("class")).endsWith(`hv-${word}`), `family ${year}: ${act} is not ${word}`);
    }
    hold((await page.locator(".hv-disputed").count()) === 1, `family ${year}: what is disputed is not shown`);
    const letters = await page.locator(".hv-letters form").count();
    hold(letters === 3, `family ${year}: ${letters} letters`);
    for (let letter = 0; letter < letters; letter += 1) {
      await Promise.all([page.waitForNavigation(), page.locator(".hv-letters form button").nth(letter).click()]);
      for (const format of ["Letter", "A4"]) {
        const count = await sheets(page, format);
        hold(count === 1, `family ${year}: letter ${page.url()} takes ${count} sheets of ${format}`);
      }
      hold((await page.locator(".hv-letter").getAttribute("lang")) === "en", "a letter is not marked as English");
      // Back to the answer, with everything that was told.
      await go(page);
      hold((await page.locator("#where").count()) === 1, `family ${year}: the way back from a letter leads elsewhere`);
    }
  }
  hold((await context.cookies()).length === 0, "a cookie");
  // In the middle of it into another language, and on with the same answers.
  await page.goto(`${address}/lawful`);
  await next(page, "family");
  await next(page, "hold");
  await Promise.all([page.waitForNavigation(), page.locator('button[formaction="/ar/lawful"]').click()]);
  hold((await page.locator("html").getAttribute("dir")) === "rtl", "another language: not from right to left");
  await next(page, "police");
  await date(page, "2026", "5");
  await next(page, "detainer");
  hold((await page.locator(".hv-unlawful").count()) > 0, "another language: the answers were lost");
  await context.close();
}

/** Presses Tab until the focus is at an element; it must be seen there. */
async function tab(page, selector) {
  for (let stops = 0; stops < 80; stops += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate((selector) => {
      const element = document.activeElement;
      const seen = (element, part) => {
        const style = getComputedStyle(element, part);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      };
      const label = element.id ? document.querySelector(`label[for="${element.id}"]`) : null;
      return { here: element.matches(selector), seen: seen(element) || (label !== null && (seen(label, "::before") || seen(label))), what: element.outerHTML.slice(0, 90) };
    }, selector);
    hold(at.seen, `keyboard: the focus is not seen on ${at.what}`);
    if (at.here) return;
  }
  hold(false, `keyboard: not reached: ${selector}`);
}

async function byKeyboard(browser) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
  const page = await context.newPage();
  const enter = () => Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  await page.goto(`${address}/lawful`);
  await tab(page, "#c-me");
  await page.keyboard.press("Space");
  await tab(page, ".hv-send button");
  await enter();
  await tab(page, "#c-threat");
  await page.keyboard.press("Space");
  await tab(page, ".hv-send button");
  await enter();
  await tab(page, "input[type=radio]");
  await page.keyboard.press("Space");
  await tab(page, ".hv-send button");
  await enter();
  await tab(page, ".hv-send button");
  await enter();
  hold((await page.locator('[data-acts*="threaten "]').count()) === 1, "keyboard: no answer");
  // A complaint, and its code twice.
  await page.goto(`${address}/complaint`);
  await tab(page, "#a-police_member");
  await page.keyboard.press("Space");
  await tab(page, "#b-abuse_or_threat");
  await page.keyboard.press("Space");
  await tab(page, "#text");
  await page.keyboard.type("What happened there.");
  await tab(page, ".hv-send button");
  await enter();
  const code = (await page.locator(".hv-complaint-code").textContent()).trim();
  hold(/^\d{4} \d{4} \d{4} \d{4}$/.test(code), `keyboard: the code is ${code}`);
  await tab(page, ".hv-send button");
  await enter();
  hold(!(await page.content()).includes(code.slice(0, 4)), "keyboard: the code is shown where it has to be typed");
  await tab(page, "#code");
  await page.keyboard.type(code);
  await enter();
  hold((await page.locator(".hv-complaint-code").textContent()).trim() === code, "keyboard: no receipt");
  hold((await sheets(page, "A4")) === 1, "the receipt takes more than a sheet");
  hold(!page.url().includes(code.slice(0, 4)), "the code stands in the address");
  await context.close();
}

async function look(page, name, width) {
  const at = `${name} at ${width}`;
  // What the design system paints for the day is painted again for the night.
  if (name.endsWith("dark")) {
    const light = await page.evaluate(() =>
      [...document.querySelectorAll(".usa-alert, .usa-alert__body")].filter((box) => getComputedStyle(box).backgroundColor.match(/\d+/g).slice(0, 3).every((part) => Number(part) > 128)).length,
    );
    hold(light === 0, `${at}: ${light} boxes are as light as by day`);
  }
  // By night only what is this room's: the frame has tests of its own.
  await lookAt(page, `${name} at ${width}`, width, hold, name.endsWith("dark") ? "main" : "html");
}

/** Every page, by name: a function that brings a page there. */
const pages = {
  lawful: (page, base) => page.goto(`${address}${base}/lawful`),
  happened: async (page, base) => {
    await page.goto(`${address}${base}/lawful`);
    await next(page, "me");
  },
  lacking: async (page, base) => {
    await page.goto(`${address}${base}/lawful`);
    await next(page, "me");
    await go(page);
  },
  when: async (page, base) => {
    await page.goto(`${address}${base}/lawful`);
    await next(page, "me");
    await next(page, "question");
    await next(page, "office");
  },
  answer: (page, base) => walk(page, base, "2020", "6"),
  federal: async (page, base) => {
    await page.goto(`${address}${base}/lawful`);
    await next(page, "me");
    await next(page, "question");
    await next(page, "federal");
    await date(page, "2026", "5");
    for (let asked = 0; asked < 12 && (await page.locator("#where").count()) === 0; asked += 1) await next(page);
  },
  future: async (page, base) => {
    await pages.when(page, base);
    await date(page, "2026", "2", "30");
  },
  elsewhere: async (page, base) => {
    await page.goto(`${address}${base}/complaint`);
    await page.locator('label[for="a-sheriff"]').click();
    await go(page);
  },
  letter: async (page, base) => {
    await walk(page, base, "2026", "5");
    await Promise.all([page.waitForNavigation(), page.locator(".hv-letters form button").first().click()]);
  },
  rights: (page, base) => page.goto(`${address}${base}/your-rights`),
  complaint: (page, base) => page.goto(`${address}${base}/complaint`),
  status: (page, base) => page.goto(`${address}${base}/complaint/status`),
  docket: (page, base) => page.goto(`${address}${base}/complaints`),
};

async function everywhere(browser) {
  for (const base of languages) {
    for (const [width, colorScheme] of [[360, "light"], [360, "dark"], [180, "light"]]) {
      const context = await browser.newContext({ viewport: { width, height: 740 }, colorScheme });
      const page = await context.newPage();
      for (const [name, reach] of Object.entries(pages)) {
        await reach(page, base);
        await look(page, `${base}/${name} ${colorScheme}`, width);
        if (name === "rights" && colorScheme === "light" && width === 360) {
          for (const format of ["Letter", "A4"]) {
            const count = await sheets(page, format);
            hold(count === 1, `${base}: the poster takes ${count} sheets of ${format}`);
          }
        }
      }
      await context.close();
    }
  }
}

const browser = await open();
try {
  await family(browser);
  await byKeyboard(browser);
  await everywhere(browser);
} finally {
  await browser.close();
}
console.log(`${checked} checked, ${faults.length} faults`);
for (const fault of faults) console.log(fault);
process.exitCode = faults.length ? 1 : 0;
