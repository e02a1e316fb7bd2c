// Looks at the law browser and at the page that tells papers, as a browser shows them. Run by
// `crates/haven/tests/it/lawbook.rs`:
//
//   node web/tests/lawbook.mjs http://127.0.0.1:2173
//
// Every page on a phone and on a desk, by day and by night, left to right and right to left: axe finds nothing, nothing is
// wider than the screen, columns are two on a desk and one on a phone. Then walks with JavaScript off: by pressing pictures,
// and by keyboard alone, each in at most four steps to what the paper is.
import { open, widths } from "./browser.mjs";
import { look as lookAt } from "./look.mjs";

const address = process.argv[2];
const faults = [];
let checked = 0;
const hold = (right, what) => {
  checked += 1;
  if (!right) faults.push(what);
};

const press = (page, value) => Promise.all([page.waitForLoadState("load"), page.locator(`button[name="see"][value="${value}"]`).click()]);
const paper = (base, ...answers) => async (page) => {
  await page.goto(`${address}${base}/paper`);
  for (const value of answers) await press(page, value);
};
const at = (path) => (page) => page.goto(`${address}${path}`);

const kinds = {
  law: at("/law"),
  "law of one instrument": at("/law/mcc-2-173"),
  "beginning of a provision": at("/law/2-173-020"),
  "provision with many clauses": at("/law/2-173-020%28a%29"),
  "provision that changed": at("/law/805/15%28a%29"),
  "provision of an order that changed": at("/law/S06-14-03/IV-B"),
  "day in doubt": at("/law/2-173-042?on=2021-02-10"),
  "unknown provision": at("/law/2-173-99"),
  "paper, who signed": paper(""),
  "paper, what stands at the top": paper("", "officer"),
  "paper, form number": paper("", "officer", "homeland"),
  "paper, what it orders": paper("", "judge", "district", "unknown"),
  "paper, a hit": paper("", "screen"),
  "paper, an immigration form": paper("", "officer", "homeland", "i-200"),
  "paper, a judge's warrant": paper("", "magistrate", "district", "unknown", "search"),
  "paper, a contradiction": paper("", "officer", "district"),
  "law in Arabic": at("/ar/law"),
  "provision in Arabic": at("/ar/law/2-173-030%28b%29"),
  "paper in Arabic": paper("/ar"),
  "result in Arabic": paper("/ar", "magistrate", "circuit", "unknown", "arrest"),
  "provision in Spanish": at("/es/law/2-173-042?on=2020-06-15"),
  "paper in Spanish": paper("/es", "officer"),
  "result in Polish": paper("/pl", "screen", "wanted-person"),
  "provision in Chinese": at("/zh/law/805/15%28a%29"),
};

async function look(browser, name, reach, width, colorScheme) {
  const where = `${name} at ${width}, ${colorScheme}`;
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
  const page = await context.newPage();
  const failed = [];
  page.on("pageerror", (error) => failed.push(`${error}`));
  page.on("console", (message) => {
    if (!/the server responded with a status of 404/.test(message.text())) failed.push(message.text());
  });
  await reach(page);
  hold((await page.locator("script, [style], style").count()) === 0, `${where}: a script or a style in the page`);
  hold((await page.locator("h1").count()) === 1, `${where}: not one h1`);
  const columns = await page.locator(".hv-two").evaluateAll((all) => all.map((two) => getComputedStyle(two).gridTemplateColumns.split(" ").length));
  hold(columns.every((count) => count === (width < 700 ? 1 : 2)), `${where}: ${columns} columns`);
  if (/changed/.test(name)) {
    hold((await page.locator(".hv-compare ins, .hv-compare del").count()) > 0, `${where}: no change is marked`);
    const told = await page.locator(".hv-compare ins, .hv-compare del").evaluateAll((all) => all.every((one) => getComputedStyle(one).textDecorationLine !== "none"));
    hold(told, `${where}: a change is marked by colour alone`);
  }
  // No key of a word is shown as a word.
  hold(!/\b(lawbook|paper)-[a-z]/.test(await page.locator("main").innerText()), `${where}: a word is missing`);
  await lookAt(page, where, width, hold, "main");
  for (const failure of failed) hold(false, `${where}: ${failure}`);
  await context.close();
}

/** Each walk: what is pressed, and the class of paper that the last page names. */
const walks = [
  [["officer", "homeland", "i-200"], "administrative_warrant"],
  [["magistrate", "district", "unknown", "search"], "judicial_warrant"],
  [["magistrate", "district", "ao-93"], "judicial_warrant"],
];

async function byPictures(browser) {
  for (const [answers, kind] of walks) {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false, isMobile: true, hasTouch: true });
    const page = await context.newPage();
    await page.goto(`${address}/`);
    await Promise.all([page.waitForURL("**/paper"), page.locator('.hv-nav a[href="/paper"]').click()]);
    for (const value of answers) {
      const box = await page.locator(`button[name="see"][value="${value}"]`).boundingBox();
      hold(box.height >= 44 && box.width >= 44, `pictures: ${value} is too small for a glove`);
      await press(page, value);
    }
    hold(answers.length <= 4, `pictures: ${answers.length} steps`);
    hold((await page.locator(`.hv-paper-${kind}`).count()) === 1, `pictures: ${answers} does not lead to ${kind}`);
    hold(!/[?#]/.test(page.url()), `pictures: the address is ${page.url()}`);
    // Back, and the same answer again, is the same paper.
    await Promise.all([page.waitForLoadState("load"), page.locator('button[name="back"]').click()]);
    await press(page, answers.at(-1));
    hold((await page.locator(`.hv-paper-${kind}`).count()) === 1, `pictures: ${answers} after Back does not lead to ${kind}`);
    await Promise.all([page.waitForURL("**/ask/execute_warrant"), page.locator(".hv-onward button").first().click()]);
    // Whose act it is was not said yet. An immigration form is a plain no to the city's police, a judge's paper never is.
    await page.locator("#agency").fill("CPD");
    await Promise.all([page.waitForLoadState("load"), page.getByRole("button", { name: /^Answer/ }).last().click()]);
    const word = await page.locator(".hv-answer").getAttribute("class");
    hold((kind !== "judicial_warrant") === /hv-no/.test(word), `pictures: ${kind} is answered ${word}`);
    await context.close();
  }
}

async function byKeyboard(browser) {
  const [answers, kind] = walks[1];
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${address}/paper`);
  for (const value of answers) {
    let reached = false;
    for (let stops = 0; stops < 60 && !reached; stops += 1) {
      await page.keyboard.press("Tab");
      const focus = await page.evaluate(() => {
        const element = document.activeElement;
        const style = getComputedStyle(element);
        return { value: element.getAttribute("value"), name: element.getAttribute("name"), seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 };
      });
      reached = focus.name === "see" && focus.value === value;
      if (reached) hold(focus.seen, `keyboard: the focus is not seen on ${value}`);
    }
    hold(reached, `keyboard: ${value} is not reached`);
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  }
  hold((await page.locator(`.hv-paper-${kind}`).count()) === 1, `keyboard: ${answers} does not lead to ${kind}`);
  await context.close();
}

async function rightToLeft(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${address}/ar/law/2-173-030%28b%29`);
  const [plain, quoted] = await page.locator(".hv-two").first().locator("> div").evaluateAll((two) => two.map((one) => one.getBoundingClientRect().x));
  hold(plain > quoted, "right to left: the first column is not on the right");
  const foreign = await page.locator("main [lang=en]").evaluateAll((all) => all.filter((one) => getComputedStyle(one).direction !== "ltr").length);
  hold(foreign === 0, `right to left: ${foreign} English texts run the wrong way`);
  hold((await page.locator("main [lang=en]").count()) > 10, "right to left: the law's text is not marked as English");
  await context.close();
}

const browser = await open();
try {
  for (const width of widths) {
    for (const [name, reach] of Object.entries(kinds)) {
      for (const scheme of ["light", "dark"]) await look(browser, name, reach, width, scheme);
    }
  }
  await byPictures(browser);
  await byKeyboard(browser);
  await rightToLeft(browser);
} finally {
  await browser.close();
}
console.log(`${checked} checked, ${faults.length} faults`);
for (const fault of faults) console.log(fault);
process.exitCode = faults.length ? 1 : 0;
