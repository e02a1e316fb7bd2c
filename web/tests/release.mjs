// The page that checks what leaves, as a person uses it. Run by `crates/haven/tests/it/release_page.rs`:
//
//   node web/tests/release.mjs 'http://127.0.0.1:2173|staff id|counsel id|password' FOLDER-WITH-FILES
//
// 1. Without JavaScript: from the desk to the form, a mistake, a judgement, clean copies that are fetched once.
// 2. By keyboard alone, every control in its order.
// 3. Only the cover sheet is printed, on one page.
// 4. The form, its mistakes and every outcome by day and by night, small and large, from right to left: axe, nothing wider than
//    the screen.
import { open, widths } from "./browser.mjs";
import { look as lookAt } from "./look.mjs";

const [address, staff, counsel, password] = process.argv[2].split("|");
const folder = process.argv[3];
const file = (name) => `${folder}/${name}`;
const faults = [];
let checked = 0;
const hold = (right, what) => {
  checked += 1;
  if (!right) faults.push(what);
};

const browser = await open();

async function signIn(who, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("console", (message) => {
    // That a form is refused is what is looked at.
    if (["error", "warning"].includes(message.type()) && !/status of (410|413|422)/.test(message.text())) hold(false, `the browser says: ${message.text()}`);
  });
  await page.goto(`${address}/sign-in/release`);
  await page.locator("#staff").fill(who);
  await page.locator("#password").fill(password);
  await page.locator("main form button[type=submit]").first().click();
  await page.waitForURL(`${address}/release`);
  return page;
}

const look = (page, at, width) => lookAt(page, at, width, hold);
const send = (page, press) => Promise.all([page.waitForEvent("load"), press()]);
const press = (page) => page.locator("form.hv-release button[type=submit]").click();
const said = { fbi: ["federal", "criminal", "none"], ice: ["federal_immigration", "civil_immigration", "none"] };

/** Fills the form and sends it. */
async function ask(page, to, files) {
  await page.locator("#to").selectOption(to);
  const [kind, purpose, authority] = said[to];
  await page.locator("#class").selectOption(kind);
  await page.locator("#purpose").selectOption(purpose);
  await page.locator("#authority").selectOption(authority);
  await page.locator("#files").setInputFiles(files.map(file));
  await send(page, () => press(page));
}

const pages = (pdf) => (pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g) ?? []).length;

try {
  // 1. Without a script.
  const plain = await signIn(staff, { javaScriptEnabled: false, acceptDownloads: true });
  await plain.goto(`${address}/desk`);
  await plain.locator("main").getByRole("link", { name: "Check what leaves" }).click();
  await plain.waitForURL(`${address}/release`);
  await plain.locator("label[for=topic-location]").click();
  await plain.locator("#request").fill("R-2026-9");
  await ask(plain, "fbi", ["people.csv"]);
  hold((await plain.locator("[role=alert]").textContent()).includes("no request of that number"), "a wrong number is not said");
  hold((await plain.locator("#request").getAttribute("aria-invalid")) === "true", "a wrong field is not marked");
  const described = (await plain.locator("#request").getAttribute("aria-describedby")).split(" ");
  hold(described.includes("request-error") && (await plain.locator("#request-error").count()) === 1, "a mistake is not tied to its field");
  hold((await plain.locator("#to").inputValue()) === "fbi", "what was said is forgotten");
  hold(await plain.locator("#topic-location").isChecked(), "what was asked for is forgotten");
  await plain.getByRole("link", { name: "The register has no request" }).click();
  hold((await plain.locator(":focus").getAttribute("id")) === "request", "a mistake does not lead to its field");
  await plain.locator("#request").fill("");
  await ask(plain, "fbi", ["people.csv", "lights.csv"]);
  hold((await plain.locator("h1").textContent()) === "May go without what is withheld", "it is judged otherwise");
  hold(plain.url() === `${address}/release`, `something is in the address: ${plain.url()}`);
  const button = plain.getByRole("button", { name: "Download the clean copies" });
  const [download] = await Promise.all([plain.waitForEvent("download"), button.click()]);
  hold(download.suggestedFilename() === "clean-copies.zip" && (await download.failure()) === null, "the copies do not come");
  await send(plain, () => button.click());
  hold((await plain.locator("[role=alert]").textContent()).includes("no longer here"), "the copies come twice");

  // 2. By keyboard.
  await plain.goto(`${address}/release`);
  await plain.locator("#to").focus();
  const topics = await plain.locator("input[name=topic]").evaluateAll((inputs) => inputs.map((input) => input.id));
  for (const field of ["class", "purpose", "authority", ...topics, "request", "files"]) {
    await plain.keyboard.press("Tab");
    hold((await plain.locator(":focus").getAttribute("id")) === field, `the keyboard does not reach ${field}`);
  }

  // 3. On paper.
  await ask(plain, "ice", ["intake.docx", "letter.pdf"]);
  for (const format of ["Letter", "A4"]) {
    const count = pages(await plain.pdf({ format, margin: { top: "12mm", bottom: "12mm", left: "12mm", right: "12mm" } }));
    hold(count === 1, `the cover sheet prints on ${count} pages of ${format}`);
  }
  await plain.emulateMedia({ media: "print" });
  hold(!(await plain.locator("h1").isVisible()) && (await plain.locator(".hv-cover pre").isVisible()), "more than the sheet is printed");
  await plain.context().close();

  // 4. Every page.
  for (const width of widths) {
    for (const colorScheme of ["light", "dark"]) {
      const at = (what) => `${what} at ${width}, ${colorScheme}`;
      const page = await signIn(counsel, { viewport: { width, height: 800 }, colorScheme });
      for (const language of ["", "/ar", "/pl"]) {
        const fresh = () => page.goto(`${address}${language}/release`);
        await fresh();
        await look(page, at(`${language} the form`), width);
        await page.locator("#whose").evaluate((select) => select.removeAttribute("required"));
        await page.locator("#files").evaluate((input) => input.removeAttribute("required"));
        await send(page, () => press(page));
        hold((await page.locator("[role=alert] a").count()) === 2, at("two mistakes are not said"));
        await look(page, at(`${language} the mistakes`), width);
        for (const [to, files] of [["ice", ["intake.docx", "letter.pdf"]], ["fbi", ["people.csv", "lights.csv", "letter.pdf"]], ["fbi", ["broken.pdf"]]]) {
          await fresh();
          await page.locator("#whose").selectOption("station 012");
          await ask(page, to, files);
          await look(page, at(`${language} ${to} with ${files}`), width);
        }
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
