// The supervisor's desk as a person uses it. Run by `crates/haven/tests/it/desk.rs`:
//
//   node web/tests/desk.mjs 'http://127.0.0.1:2173|staff id|password'
//
// 1. A question asked elsewhere appears on the desk without a reload; it is confirmed civil and declined.
// 2. The same without JavaScript, by keyboard alone for the paper.
// 3. The hand-over sheet prints on one page, Letter and A4, also when much is open.
// 4. Every page by day and by night, small and large: axe, nothing wider than the screen.
import { open, widths } from "./browser.mjs";
import { look as lookAt } from "./look.mjs";

const [address, staff, password] = process.argv[2].split("|");
const faults = [];
let checked = 0;
const hold = (right, what) => {
  checked += 1;
  if (!right) faults.push(what);
};

const browser = await open();

async function signIn(options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) hold(false, `the browser says: ${message.text()}`);
  });
  page.on("pageerror", (error) => hold(false, `a script failed: ${error.message}`));
  await page.goto(`${address}/sign-in/desk`);
  await page.locator("#staff").fill(staff);
  await page.locator("#password").fill(password);
  await page.locator("main form button[type=submit]").first().click();
  await page.waitForURL(`${address}/desk`);
  return page;
}

/** Asks at the counter of the station on a device of its own. */
async function ask() {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${address}/counter/police-012/help`);
  await page.locator("button[value=dhs]").click();
  await page.locator(".hv-choice").last().click();
  const number = (await page.locator(".hv-receipt .hv-number").textContent()).trim();
  await context.close();
  return number;
}

const look = (page, at, width) => lookAt(page, at, width, hold);

/** Presses what sends a form, and waits for the page that follows. */
const send = (page, press) => Promise.all([page.waitForEvent("load"), press()]);

const pages = (pdf) => (pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g) ?? []).length;

try {
  // 1. Live.
  const desk = await signIn();
  await desk.evaluate(() => (globalThis.stays = true));
  hold((await desk.locator("#open-list").textContent()).includes("No question is open."), "the desk begins with an open question");
  const number = await ask();
  const appeared = await desk
    .locator("#open-list .hv-number", { hasText: number })
    .waitFor({ timeout: 5000 })
    .then(() => true, () => false);
  hold(appeared, "the question did not appear");
  hold(await desk.evaluate(() => globalThis.stays === true), "the page was loaded again");
  await desk.locator("#open-list a").first().click();
  await desk.locator("label[for=f-matter-civil]").click();
  await desk.locator("label[for=how-asked_agency]").click();
  await send(desk, () => desk.getByRole("button", { name: "Add this and decide again" }).click());
  hold((await desk.locator(".hv-tag").first().textContent()).includes("NO"), "civil is not a no");
  await desk.locator("label[for=o-declined]").click();
  await desk.locator("label[for=d-city_law]").click();
  await desk.locator("#r-channel").selectOption("radio");
  await desk.locator("#r-event").fill("26-124-04567");
  await send(desk, () => desk.getByRole("button", { name: "Record", exact: true }).click());
  hold((await desk.locator(".hv-tag", { hasText: "We said no" }).count()) > 0, "the refusal is not shown");
  hold(!desk.url().includes("?"), `something is in the address: ${desk.url()}`);
  await desk.goto(`${address}/desk`);
  hold((await desk.locator("#open-list").textContent()).includes("No question is open."), "an answered question is open");

  // 2. Without a script, and by keyboard.
  const plain = await signIn({ javaScriptEnabled: false });
  const second = await ask();
  await plain.getByRole("link", { name: "Look again" }).click();
  hold((await plain.locator(".hv-item-open .hv-number").first().textContent()).includes(second), "without a script the question is not there");
  hold((await plain.content()).includes('http-equiv="refresh"'), "without a script the page does not refresh");
  await plain.goto(`${address}/desk/paper`);
  const began = Date.now();
  await plain.locator("#p-document").focus();
  for (const field of ["p-channel", "p-at", "p-requester", "p-signer", "p-event"]) {
    await plain.keyboard.press("Tab");
    hold((await plain.locator(":focus").getAttribute("id")) === field, `the keyboard does not reach ${field}`);
  }
  await plain.keyboard.type("26-124-04568");
  await send(plain, () => plain.keyboard.press("Enter"));
  hold(Date.now() - began < 60_000, "a paper takes more than a minute");
  hold((await plain.locator("h1").textContent()).includes("I-247A"), "the paper is not shown");

  // 3. The sheet.
  for (let count = 0; count < 16; count += 1) await ask();
  await desk.goto(`${address}/desk`);
  await desk.getByRole("link", { name: "Hand-over sheet" }).click();
  for (const format of ["Letter", "A4"]) {
    const count = pages(await desk.pdf({ format, margin: { top: "12mm", bottom: "12mm", left: "12mm", right: "12mm" } }));
    hold(count === 1, `the sheet prints on ${count} pages of ${format}`);
  }
  await desk.goto(`${address}/es/desk/handover`);
  hold(pages(await desk.pdf({ format: "Letter" })) === 1, "the Spanish sheet prints on more than one page");

  // 4. Every page.
  for (const width of widths) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await signIn({ viewport: { width, height: 800 }, colorScheme });
      for (const path of ["/desk", `/desk/${second}`, "/desk/paper", "/desk/handover", "/decisions", `/decisions/${second}`, "/ar/desk", "/ar/decisions"]) {
        await page.goto(`${address}${path}`);
        await look(page, `${path} at ${width}, ${colorScheme}`, width);
      }
      await page.context().close();
    }
  }
} finally {
  await browser.close();
}
console.log(`${checked} checked, ${faults.length} faults`);
for (const fault of faults) console.log(fault);
process.exitCode = faults.length ? 1 : 0;
