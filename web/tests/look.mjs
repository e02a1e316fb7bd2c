// Looks at a page that is open, as every test of pages does: nothing is wider than the screen, closed or open, and axe finds
// nothing, also not what is too small to be pressed with gloves on.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// Left out by axe unless asked for.
const rules = { "target-size": { enabled: true } };

/** `hold(right, what)` takes down what is wrong; `part` is what axe looks at, where a page has another test for the rest. */
export async function look(page, at, width, hold, part = "html") {
  const fits = async (state) => {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    hold(wide <= width, `${at}, ${state}: ${wide} wide`);
  };
  await fits("as it opens");
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  await fits("with all of it open");
  await page.evaluate(axe);
  const found = await page.evaluate(([rules, part]) => axe.run(document.querySelector(part), { rules }), [rules, part]);
  hold(found.passes.length > 5, `${at}: axe looked at nothing`);
  for (const { id, help, nodes } of found.violations) {
    hold(false, `${at}: ${id}: ${help}: ${nodes.map((node) => node.target.join(" ")).slice(0, 5).join(" | ")}`);
  }
}
