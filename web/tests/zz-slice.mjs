import { kinds, open } from "./browser.mjs";
const [name, width, height, out, scheme] = process.argv.slice(2);
const browser = await open();
const context = await browser.newContext({ viewport: { width: +width, height: +height }, javaScriptEnabled: false });
const page = await context.newPage();
await kinds[name](page, "http://127.0.0.1:4173");
const size = await page.evaluate(() => document.documentElement.scrollHeight);
const sw = await page.evaluate(() => document.documentElement.scrollWidth);
console.log(name, size, sw);
let n = 0;
for (let y = 0; y < size; y += +height) {
  await page.screenshot({ path: `${out}-${n++}.png`, fullPage: true, clip: { x: 0, y, width: +width, height: Math.min(+height, size - y) } });
}
await browser.close();
