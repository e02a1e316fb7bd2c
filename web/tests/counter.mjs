// The counter as a person uses it, on a small telephone. Run by `crates/haven/tests/it/counter.rs`:
//
//   node web/tests/counter.mjs http://127.0.0.1:2173
//
// 1. A new officer reaches the right answer to each of the twelve questions within three taps, without JavaScript.
// 2. The day of 4 June 2025, scene by scene.
// 3. Every screen in every language, by day and by night: axe, nothing wider than the screen, also at twice the size.
// 4. The first page comes in 150 KiB or less.
// 5. The English of the answers is read at grade 8 or lower (Flesch-Kincaid).
import { fleschKincaid } from "flesch-kincaid";
import { syllable } from "syllable";
import { open } from "./browser.mjs";
import { look as lookAt } from "./look.mjs";

const address = process.argv[2];
const faults = [];
let checked = 0;
const hold = (right, what) => {
  checked += 1;
  if (!right) faults.push(what);
};

const phone = { viewport: { width: 360, height: 740 }, javaScriptEnabled: false };

/** Taps buttons and links by their words; gives the word of the answer and how many taps it took. */
async function ask(page, desk, ...taps) {
  await page.goto(`${address}${desk === "police" ? "/" : `/counter/${desk}`}`);
  for (const name of taps) {
    const target = page.getByRole("button", { name, exact: true }).or(page.locator(".hv-tiles").getByRole("link", { name, exact: true }));
    const box = await target.first().boundingBox();
    hold(box !== null && box.height >= 44, `${taps.join(" > ")}: ${name} is ${box?.height} high`);
    await target.first().click();
  }
  await page.waitForSelector(".hv-screen");
  return { word: (await page.locator(".hv-word").textContent()).trim(), taps: taps.length };
}

const twelve = [
  ["NO", "They ask us to come and help", "ICE", "Immigration only"],
  ["NO", "Block the street for them", "ICE", "Immigration only"],
  ["NO", "Keep holding him or her", "ICE asked us to hold (detainer)"],
  ["NO", "Hand him or her over", "No paper", "Immigration only"],
  ["NO", "Let them in, past the counter", "ICE", "No paper"],
  ["NO", "Let them talk to someone in custody", "ICE", "Immigration only"],
  ["NO", "Tell them when he or she gets out", "ICE", "Immigration only"],
  ["NO", "Give them an address", "ICE", "Immigration only"],
  ["NO", "Run a plate or a name for them", "ICE", "Immigration only"],
  ["NO", "They have a paper", "An immigration officer: it says to arrest or hold"],
  ["YOU MUST", "They are at the door: what must I do?", "ICE"],
  ["NO", "Write down where someone is from", "Citizenship or immigration status", "No, nothing"],
];

const june = [
  ["a contractor of ICE calls 911 about a crowd", "dispatch", "ASK FIRST", "They ask us to come and help", "A company that works for ICE", "I don’t know"],
  ["Homeland Security asks for help with the crowd", "dispatch", "ASK FIRST", "They ask us to come and help", "Homeland Security", "I don’t know"],
  ["it is civil", "dispatch", "NO", "They ask us to come and help", "Homeland Security", "Immigration only"],
  ["on the scene it proves civil", "police", "NO", "They ask us to come and help", "Homeland Security", "Immigration only"],
  ["hold the street so that vans can leave", "police", "NO", "Block the street for them", "Homeland Security", "Immigration only"],
  ["let them into the rooms behind the counter", "police", "NO", "Let them in, past the counter", "ICE", "No paper"],
  ["when will he be released", "police", "NO", "Tell them when he or she gets out", "ICE", "Immigration only"],
  ["NCIC shows the Immigration Violator File", "police", "NO", "Keep holding him or her", "The computer shows an immigration hit"],
  ["a paper signed by a deportation officer", "police", "NO", "They have a paper", "An immigration officer: it says to arrest or hold"],
  ["a paper signed by a magistrate, for a crime", "police", "NOTHING IN THESE LAWS STOPS THIS", "They have a paper", "A judge of the court named at the top: it says to arrest"],
  ["someone is hurt", "police", "HELP FIRST", "Someone is hurt or in danger"],
];

const look = (page, at, width) => lookAt(page, at, width, hold);

const grade = (text) => {
  const words = text.match(/[\p{L}\p{N}’'-]+/gu) ?? [];
  const sentences = text.split(/[.!?:]+(?:\s|$)/).filter((part) => /\p{L}/u.test(part)).length;
  return fleschKincaid({ sentence: Math.max(sentences, 1), word: words.length, syllable: words.reduce((sum, word) => sum + syllable(word), 0) });
};

const browser = await open();
try {
  const context = await browser.newContext(phone);
  const page = await context.newPage();
  const grades = [];
  for (const [expected, ...taps] of twelve) {
    const told = await ask(page, taps[0].startsWith("They are at the door") || taps[0].startsWith("Write") ? "library" : "police", ...taps);
    hold(told.word === expected, `${taps.join(" > ")}: expected ${expected}, found ${told.word}`);
    hold(told.taps <= 3, `${taps.join(" > ")}: ${told.taps} taps`);
    // What is said to the officer: the answer, the steps, what to say on the radio. Quoted law is left out.
    const text = await page.locator(".hv-screen, .hv-steps p:not(.hv-source), .hv-caution, .hv-receipt, .hv-phrase:not(:has(.hv-phrase-of))").allInnerTexts();
    grades.push([grade(text.map((part) => (/[.!?]\s*$/.test(part) ? part : `${part}.`)).join(" ")), taps[0]]);
    hold(!page.url().includes("?"), `${taps.join(" > ")}: ${page.url()}`);
  }
  for (const [value, name] of grades) hold(value <= 8, `${name}: the answer reads at grade ${value.toFixed(1)}`);
  for (const [scene, desk, expected, ...taps] of june) {
    const told = await ask(page, desk, ...taps);
    hold(told.word === expected, `4 June, ${scene}: expected ${expected}, found ${told.word}`);
  }
  // Declining leads on: whom to tell, and the report.
  await ask(page, "police", "They ask us to come and help", "Homeland Security", "Immigration only");
  const steps = await page.locator(".hv-steps").innerText();
  for (const part of ["Decline the request", "supervisor", "OEMC", "quarterly report"]) hold(steps.includes(part), `4 June: no step names ${part}`);
  await context.close();

  const languages = ["", "/es", "/pl", "/zh", "/ar"];
  for (const language of languages) {
    for (const [width, colorScheme] of [[360, "dark"], [1280, "light"]]) {
      const context = await browser.newContext({ viewport: { width, height: 740 }, colorScheme });
      const page = await context.newPage();
      await page.goto(`${address}${language}/`);
      await look(page, `${language}/ at ${width}`, width);
      await page.goto(`${address}${language}/counter/police/help`);
      await look(page, `${language}/counter at ${width}`, width);
      await page.locator("button[value=ice]").click();
      await page.locator("button[value=civil]").click();
      await page.waitForSelector(".hv-screen.hv-no");
      await look(page, `${language} answer at ${width}`, width);
      if (language === "/ar") hold((await page.evaluate(() => getComputedStyle(document.body).direction)) === "rtl", "Arabic does not run from right to left");
      await context.close();
    }
  }
  // What the first page takes over the wire, with nothing kept from before.
  const fresh = await browser.newContext(phone);
  const first = await fresh.newPage();
  const network = await fresh.newCDPSession(first);
  await network.send("Network.enable");
  let bytes = 0;
  network.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  await first.goto(`${address}/`, { waitUntil: "networkidle" });
  hold(bytes > 10_000 && bytes <= 150 * 1024, `the first page takes ${bytes} bytes`);
  await fresh.close();
  // Twice the size on a telephone is half the width.
  const zoomed = await browser.newContext({ viewport: { width: 180, height: 370 }, deviceScaleFactor: 2 });
  const small = await zoomed.newPage();
  for (const path of ["/", "/counter/police/help", "/ar/"]) {
    await small.goto(`${address}${path}`);
    const wide = await small.evaluate(() => document.documentElement.scrollWidth);
    hold(wide <= 180, `${path} at 200 %: ${wide} wide`);
  }
  await zoomed.close();
} finally {
  await browser.close();
}
console.log(`${checked} checked, ${faults.length} faults`);
for (const fault of faults) console.log(fault);
process.exitCode = faults.length ? 1 : 0;
