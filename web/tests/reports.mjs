// Looks at the reports of a served register as a browser shows them. Run by `crates/haven/tests/it/record.rs`:
//
//   node web/tests/reports.mjs http://127.0.0.1:2173
//
// Every page: axe finds nothing, nothing fails to load, no script, nothing is wider than the screen. A report brings its own
// style, so that it can be kept as one file.
import { open, widths } from "./browser.mjs";
import { look as lookAt } from "./look.mjs";

const address = process.argv[2];
const faults = [];
const browser = await open();
let looked = 0;
for (const width of widths) {
  for (const path of ["/reports", "/reports/quarterly/2026Q2", "/public/2026"]) {
    const context = await browser.newContext({ viewport: { width, height: 800 } });
    const page = await context.newPage();
    const hold = (right, what) => right || faults.push(`${path} at ${width}: ${what}`);
    page.on("pageerror", (error) => hold(false, `${error}`));
    page.on("console", (message) => hold(false, message.text()));
    page.on("response", (response) => hold(response.status() < 400, `${response.url()} ${response.status()}`));
    await page.goto(`${address}${path}`);
    hold((await page.locator("script").count()) === 0, "a script in the page");
    hold((await page.locator("h1").count()) === 1, "not one h1");
    await lookAt(page, path, width, hold);
    looked += 1;
    await context.close();
  }
}
await browser.close();
for (const fault of faults) console.log(fault);
console.log(`${looked} pages, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
