// Looks at every kind of page as a browser shows it, on a phone and on a desk. Run by `crates/haven/tests/it/web.rs`:
//
//   node web/tests/pages.mjs http://127.0.0.1:2173
//
// Every page, on a phone at night and on a desk by day: axe finds nothing, also with all details open; nothing fails to load; no script, no style in the page;
// nothing is wider than the screen; no address holds what was typed. Then two walks with JavaScript off: from the first
// page to an answer by keyboard alone, and from a thing to try to the same answer that its table shows.
import { kinds, open, widths } from "./browser.mjs";
import { look as lookAt } from "./look.mjs";

const address = process.argv[2];
const faults = [];
let checked = 0;
const hold = (right, what) => {
  checked += 1;
  if (!right) faults.push(what);
};

async function look(browser, name, reach, width, colorScheme) {
  const at = `${name} at ${width}, ${colorScheme}`;
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
  const page = await context.newPage();
  const failed = [];
  page.on("pageerror", (error) => failed.push(`${error}`));
  page.on("requestfailed", (request) => {
    // What a form still loads when it is sent is given up by the browser.
    const why = request.failure()?.errorText;
    if (why !== "net::ERR_ABORTED") failed.push(`${request.url()} ${why}`);
  });
  page.on("response", (response) => {
    // A page that says "there is no such page" is answered so; what a page loads never is.
    if (response.status() >= 400 && response.request().resourceType() !== "document") failed.push(`${response.url()} ${response.status()}`);
  });
  page.on("console", (message) => {
    const own = message.location().url === page.url();
    if (!(own && /the server responded with a status of 40[04]/.test(message.text()))) failed.push(message.text());
  });
  await reach(page, address);
  hold(!/[?#]/.test(page.url()), `${at}: the address is ${page.url()}`);
  hold((await page.locator("script, [style], style").count()) === 0, `${at}: a script or a style in the page`);
  hold((await page.locator("h1").count()) === 1, `${at}: not one h1`);
  await lookAt(page, at, width, hold);
  for (const failure of failed) hold(false, `${at}: ${failure}`);
  await context.close();
}

/** Presses Tab until `wanted` says that the focus is there; the focus must be seen on the way. */
async function tab(page, wanted) {
  for (let stops = 0; stops < 200; stops += 1) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const element = document.activeElement;
      const seen = (element, part) => {
        const style = getComputedStyle(element, part);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      };
      const label = element.id ? document.querySelector(`label[for="${element.id}"]`) : null;
      return { id: element.id, tag: element.tagName, text: element.textContent.trim(), seen: seen(element) || (label !== null && seen(label, "::before")) };
    });
    hold(focus.seen, `keyboard: the focus is not seen on ${focus.tag} ${focus.id || focus.text}`);
    if (wanted(focus)) return;
  }
  throw new Error(`keyboard: not reached: ${wanted}`);
}

async function byKeyboard(browser) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${address}/questions`);
  await page.keyboard.press("Tab");
  hold((await page.evaluate(() => document.activeElement.className)) === "usa-skipnav", "keyboard: the first stop is not the way past the head");
  await tab(page, (focus) => focus.text === "May I keep holding this person?");
  await Promise.all([page.waitForURL("**/ask/continue_detention"), page.keyboard.press("Enter")]);
  await tab(page, (focus) => focus.id === "agency");
  await page.keyboard.type("CPD");
  await tab(page, (focus) => focus.id === "f-basis-detainer");
  await page.keyboard.press("Space");
  await tab(page, (focus) => focus.tag === "BUTTON" && focus.text === "Answer");
  await Promise.all([page.waitForSelector(".hv-answer"), page.keyboard.press("Enter")]);
  const word = await page.locator(".hv-word").textContent();
  hold(word === "NO", `keyboard: the answer is ${word}`);
  hold((await page.title()).startsWith("NO"), "keyboard: the title of the page does not begin with the answer");
  hold(await page.locator("#f-basis-detainer").isChecked(), "keyboard: the form does not remember what was chosen");
  await context.close();
}

async function byTrying(browser) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${address}/questions`);
  const tries = await page.locator("#tries ~ ul a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  hold(tries.length === 3, `trying: ${tries.length} things to try`);
  for (const path of tries) {
    await page.goto(`${address}${path}`);
    const cells = await page.locator("td").count();
    for (let cell = 0; cell < cells; cell += 1) {
      await page.goto(`${address}${path}`);
      const said = (await page.locator("td").nth(cell).locator(".hv-tag").textContent()).trim();
      await Promise.all([page.waitForSelector(".hv-answer"), page.locator("td").nth(cell).getByRole("button").click()]);
      const word = await page.locator(".hv-word").textContent();
      hold(word === said, `trying: ${path}, cell ${cell}: the table says ${said}, the page ${word}`);
    }
  }
  await context.close();
}

const browser = await open();
try {
  for (const [name, reach] of Object.entries(kinds)) {
    await look(browser, name, reach, widths[0], "dark");
    await look(browser, name, reach, widths[1], "light");
  }
  await byKeyboard(browser);
  await byTrying(browser);
} finally {
  await browser.close();
}
console.log(`${checked} checked, ${faults.length} faults`);
for (const fault of faults) console.log(fault);
process.exitCode = faults.length ? 1 : 0;
