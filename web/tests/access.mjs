// Looks at every page of signing in as a browser shows it, from a one-time code to the last sign-out. Run by
// `crates/haven/tests/it/access.rs`, on a register with an administrator A-1, who has the code, and an officer S-7:
//
//   node web/tests/access.mjs http://127.0.0.1:2173 CODE
//
// JavaScript is off but for axe. Every page in five languages, light and dark, on a phone and
// on a desk.
import { open, widths } from "./browser.mjs";
import { look as lookAt } from "./look.mjs";

const [address, code] = process.argv.slice(2);
const password = "seven herons walk over ice";
const faults = [];
let held = 0;
const hold = (right, what) => {
  held += 1;
  if (!right) faults.push(what);
};
const browser = await open();

/** Looks at the page that is open. */
async function look(page, at, width) {
  hold(!/[?#]/.test(page.url()) && !/[AS]-\d/i.test(new URL(page.url()).pathname), `${at}: the address is ${page.url()}`);
  hold((await page.locator("script, [style], style").count()) === 0, `${at}: a script or a style in the page`);
  hold((await page.locator("h1").count()) === 1, `${at}: not one h1`);
  const raw = await page.locator("body").innerText();
  hold(!/\b(access|frame)-[a-z]/.test(raw), `${at}: a key instead of words: ${raw.match(/\b(access|frame)-[a-z-]+/)}`);
  await lookAt(page, at, width, hold);
}

const fill = async (page, pairs) => {
  for (const [id, value] of Object.entries(pairs)) await page.locator(`#${id}`).fill(value);
};
const main = (page) => page.locator("main").innerText();

// A walk without JavaScript: code, password, people, a new code, the account, out and in again.
const plain = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 800 } });
const page = await plain.newPage();
page.on("response", (response) => hold(response.status() < 400 || response.request().resourceType() === "document", response.url()));
await page.goto(`${address}/`);
await page.getByRole("link", { name: "Sign in", exact: true }).click();
await page.getByRole("link", { name: "Set your password" }).click();
await fill(page, { staff: "a-1", code, password });
await page.getByRole("button", { name: "Set the password" }).click();
hold(page.url() === `${address}/`, `enrolled: ${page.url()}`);
await page.getByRole("link", { name: "People", exact: true }).click();
await page.locator("#new").fill("C-3");
await page.locator("label[for=new-counsel]").click();
await page.locator("#station").selectOption("LAW");
await page.getByRole("button", { name: "Enrol" }).click();
hold(/[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}/.test(await main(page)), "a code is shown");
await page.getByRole("link", { name: "People", exact: true }).last().click();
hold((await main(page)).includes("C-3") && (await main(page)).includes("Has a code until"), await main(page));
await page.getByRole("link", { name: "Account", exact: true }).click();
await page.getByRole("button", { name: "Sign out" }).click();
await page.goto(`${address}/people`);
hold(page.url() === `${address}/sign-in/people`, `out: ${page.url()}`);
await fill(page, { staff: "A-1", password: "seven herons walk over sand" });
await page.getByRole("button", { name: "Sign in" }).click();
hold((await main(page)).includes("That did not work"), await main(page));
hold((await page.locator("#staff").inputValue()) === "", "what was typed is repeated");
await fill(page, { staff: "A-1", password });
await page.getByRole("button", { name: "Sign in" }).click();
hold(page.url() === `${address}/people`, `in again: ${page.url()}`);
// By keyboard alone, from the first field on.
await page.goto(`${address}/account`);
await page.getByRole("button", { name: "Sign out" }).focus();
await page.keyboard.press("Enter");
await page.waitForURL(`${address}/`);
await page.goto(`${address}/sign-in`);
await page.locator("#staff").focus();
await page.keyboard.type("A-1");
await page.keyboard.press("Tab");
await page.keyboard.type(password);
await page.keyboard.press("Enter");
await page.waitForURL(`${address}/`);
hold((await page.getByRole("link", { name: "Account", exact: true }).count()) === 1, "by keyboard");
const session = await plain.cookies();
await page.goto(`${address}/sign-in`);
await plain.close();

// Every page and every state of one.
for (const width of widths) {
  for (const colorScheme of ["light", "dark"]) {
    // All languages where they are narrowest; from left to right and from right to left everywhere.
    const all = width === widths[0] && colorScheme === "light";
    for (const base of all ? ["", "/es", "/pl", "/zh", "/ar"] : ["", "/ar"]) {
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
      const page = await context.newPage();
      page.on("pageerror", (error) => hold(false, `${error}`));
      const at = (name) => `${name} in ${base || "en"}, ${colorScheme}, at ${width}`;
      for (const name of ["/sign-in", "/enrol", "/sign-in/people"]) {
        await page.goto(`${address}${base}${name}`);
        await look(page, at(name), width);
      }
      await page.goto(`${address}${base}/enrol`);
      await fill(page, { staff: "S-99", code: "x", password: "xxxxxxxxxxxxxxxxxxxx" });
      await page.locator("main form button").click();
      hold((await page.getByRole("alert").count()) === 1, at("no error"));
      await look(page, at("an error"), width);
      await context.addCookies(session);
      for (const name of ["/account", "/people"]) {
        await page.goto(`${address}${base}${name}`);
        await look(page, at(name), width);
      }
      if (base === "" || base === "/ar") {
        await page.locator("#enrol").scrollIntoViewIfNeeded();
        const id = `T-${width}${colorScheme === "dark" ? 1 : 0}${base === "" ? 1 : 0}`;
        await page.locator("#new").fill(id);
        await page.locator("label[for=new-officer]").click();
        await page.locator("#enrol + form button").click();
        hold((await page.locator(".hv-secret").count()) === 1, at("no code"));
        await look(page, at("a code"), width);
      }
      await context.close();
    }
  }
}
// A page for another role, and a form from another site.
const officer = await browser.newContext({ viewport: { width: 360, height: 800 } });
const theirs = await officer.newPage();
await theirs.goto(`${address}/sign-in/people`);
await fill(theirs, { staff: "S-7", password });
await theirs.locator("main form button").click();
hold((await main(theirs)).includes("This page is for another role"), await main(theirs));
await look(theirs, "another role", 360);
const elsewhere = address.replace("127.0.0.1", "localhost");
await theirs.route(`${elsewhere}/form`, (route) =>
  route.fulfill({ contentType: "text/html", body: `<form method="post" action="${address}/sign-out"><button>Go</button></form>` }),
);
await theirs.goto(`${elsewhere}/form`);
await theirs.getByRole("button").click();
await theirs.waitForURL(`${address}/sign-out`);
hold((await main(theirs)).includes("This did not come from Haven"), await main(theirs));
await look(theirs, "from elsewhere", 360);
await theirs.goto(`${address}/account`);
hold((await main(theirs)).includes("S-7"), "another site signed somebody out");

await browser.close();
for (const fault of faults) console.log(fault);
console.log(`${held} held`);
process.exit(faults.length === 0 && held > 300 ? 0 : 1);
