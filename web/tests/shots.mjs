// Takes pictures of every kind of page, at the width of a phone and of a desk, to be looked at by a person.
//
//   node web/tests/shots.mjs http://127.0.0.1:2173 /tmp/shots
import { mkdirSync } from "node:fs";
import { kinds, open, widths } from "./browser.mjs";

const [address, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await open();
for (const width of widths) {
  for (const [name, reach] of Object.entries(kinds)) {
    const context = await browser.newContext({ viewport: { width, height: width < 600 ? 740 : 900 }, javaScriptEnabled: false });
    const page = await context.newPage();
    await reach(page, address);
    await page.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: true });
    await context.close();
  }
}
await browser.close();
