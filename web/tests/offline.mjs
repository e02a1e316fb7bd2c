// Lives through bad days with the app that answers without a network. Run by `crates/haven/tests/it/offline.rs`:
//
//   node web/tests/offline.mjs path/to/haven folder
//
// Each walk has a register of its own, a real `haven serve` before it, and between the two a go-between that can cut the
// line or lose an answer. What counts in the end is what stands in the register: every record that the device showed, in its
// order, and none twice.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { decodeQR } from "qr/decode.js";
import { open } from "./browser.mjs";
import { look as lookAt } from "./look.mjs";

const [haven, folder, only] = process.argv.slice(2);
const DAY = 86_400_000;
const faults = [];
let checked = 0;
const hold = (right, what) => {
  checked += 1;
  if (!right) faults.push(what);
};
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** Waits until something holds; it must hold soon. */
async function until(what, test, within = 20_000) {
  const end = Date.now() + within;
  while (!(await test())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await pause(50);
  }
}

/** A city: a register, a server that can be stopped and started again, and the line to it. */
class City {
  constructor(name) {
    this.folder = join(folder, name);
    mkdirSync(this.folder);
    this.run("ledger", "init", "--name", "log.example.gov/city");
    /** What the line does: pass or cut. */
    this.line = "pass";
    /** How many answers to records it still loses. */
    this.lose = 0;
    /** Ids of the records that came over the line. */
    this.posted = [];
  }

  run(...args) {
    return execFileSync(haven, args, { cwd: this.folder, encoding: "utf8" });
  }

  /** The decisions in the register, in the order of the log. */
  decisions() {
    const entries = this.run("register", "list", "--jsonl").trim().split("\n").filter(Boolean).map((line) => JSON.parse(line));
    return entries.sort((a, b) => a.index - b.index);
  }

  async start(env = { HAVEN_ASK_WITHOUT_LOGIN: "true" }) {
    const child = spawn(haven, ["serve", "--listen", "127.0.0.1:0"], { cwd: this.folder, env, stdio: ["ignore", "pipe", "inherit"] });
    this.server = child;
    this.port = await new Promise((resolve, reject) => {
      child.stdout.once("data", (said) => resolve(Number(/:(\d+)\s*$/.exec(said)[1])));
      child.once("exit", () => reject(new Error("the server ended")));
    });
    if (!this.between) await this.connect();
  }

  async stop() {
    const ended = new Promise((resolve) => this.server.once("exit", resolve));
    this.server.kill("SIGKILL");
    await ended;
    this.server = undefined;
  }

  async connect() {
    this.between = http.createServer((request, response) => {
      const record = request.url === "/api/v1/records";
      if (this.line === "cut" || !this.server) return request.socket.destroy();
      if (record) this.posted.push(request.headers["idempotency-key"]);
      const options = { port: this.port, method: request.method, path: request.url, headers: request.headers };
      const onward = http.request(options, (answer) => {
        if (record && this.lose > 0) {
          // The server has recorded and said so; nobody hears it, or only half of it.
          this.lose -= 1;
          if (this.lose === 0) response.writeHead(answer.statusCode, answer.rawHeaders).write("{");
          answer.resume();
          answer.once("end", () => setTimeout(() => request.socket.destroy(), 100));
          return;
        }
        response.writeHead(answer.statusCode, answer.rawHeaders);
        answer.pipe(response);
      });
      onward.once("error", () => request.socket.destroy());
      request.pipe(onward);
    });
    await new Promise((resolve) => this.between.listen(0, "127.0.0.1", resolve));
    this.address = `http://127.0.0.1:${this.between.address().port}`;
  }

  async end() {
    if (this.server) await this.stop();
    this.between.close();
    this.between.closeAllConnections();
  }
}

/** Makes the page's clock another: it is wrong by so many milliseconds. */
const wrong = (page, by) =>
  page.addInitScript((by) => {
    const Right = Date;
    globalThis.Date = class extends Right {
      constructor(...given) {
        super(...(given.length > 0 ? given : [Right.now() + by]));
      }
      static now() {
        return Right.now() + by;
      }
    };
    // The worker's clock stays right, and no device has two: only the page may send.
    SyncManager.prototype.register = () => Promise.resolve();
  }, by);

/** Opens the app for the first time and says where it is used. */
async function install(page, city) {
  await page.goto(`${city.address}/app/`);
  await page.locator("#agency").selectOption("Chicago Police Department");
  await page.locator("#station").selectOption("001");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator(".hv-app-tiles").waitFor();
  // It can do without a network from here on.
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
  });
}

/** Asks a question of the list of all, answering nothing that is asked back; gives the word of the answer and the record. */
async function ask(page, question = "May I arrest this person?") {
  const details = page.locator("details.hv-more");
  await details.waitFor();
  await details.evaluate((element) => (element.open = true));
  await page.locator(".hv-app-act", { hasText: question }).click();
  for (;;) {
    const choice = page.getByRole("button", { name: "I don’t know" });
    const answer = page.locator(".hv-app-answer, [role=alert]").first();
    await choice.or(answer).first().waitFor();
    if (!(await choice.isVisible())) break;
    const before = await page.locator("h1").textContent();
    await choice.click();
    await page.waitForFunction((before) => document.querySelector("h1").textContent !== before, before);
  }
  // A refusal has no word and no record. An answer has both, the record once it is kept: on a busy machine that takes its time.
  const answered = await page.locator(".hv-app-answer").waitFor({ timeout: 2000 }).then(() => true, () => false);
  if (!answered) return { record: "" };
  return { word: await page.locator(".hv-word").textContent(), record: await page.locator("#record").textContent() };
}

const again = (page) => page.getByRole("button", { name: "New question" }).click();
const idle = (page, city) => until("nothing waits", async () => /No record waits/.test(await page.locator("#queue").textContent()), 60_000);

/** Holds the register against what the devices showed. */
function stand(city, numbers, name) {
  const found = city.decisions();
  const ids = found.map((entry) => entry.record.external);
  hold(found.every((entry) => entry.record.kind === "decision" && entry.record.fields.door === "offline"), `${name}: something else was recorded`);
  hold(new Set(ids).size === ids.length, `${name}: one stands twice: ${ids}`);
  hold(ids.length === numbers.length && numbers.every((number) => ids.includes(number)), `${name}: shown ${numbers}, recorded ${ids}`);
  return found;
}

const numberIn = (text) => /D[0-9A-F]{16}-\d+/.exec(text)?.[0];

// Walks --------------------------------------------------------------------------------------------------------------

/** Taps buttons by their words, and reads the answer. */
async function tap(page, ...names) {
  for (const name of names) await page.getByRole("button", { name, exact: true }).click();
  await page.locator(".hv-app-answer").waitFor();
  const word = await page.locator(".hv-word").textContent();
  return { word, number: numberIn(await page.locator("#record").textContent()) };
}

const walks = {
  async "4 June 2025, and the network goes"(browser, city) {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
    const page = await context.newPage();
    await install(page, city);
    const scenes = [
      ["a contractor of ICE asks for help with a crowd", "ASK FIRST", "They ask us to come and help", "A company that works for ICE", "I don’t know"],
      ["Homeland Security asks for help with the crowd", "ASK FIRST", "They ask us to come and help", "Homeland Security", "I don’t know"],
      ["it proves civil", "NO", "They ask us to come and help", "Homeland Security", "Immigration only"],
      ["hold the street so that vans can leave", "NO", "Block the street for them", "Homeland Security", "Immigration only"],
      // Here the network goes.
      ["let them into the rooms behind the counter", "NO", "Let them in, past the counter", "ICE", "No paper"],
      ["when will he be released", "NO", "Tell them when he or she gets out", "ICE", "Immigration only"],
      ["NCIC shows the Immigration Violator File", "NO", "Keep holding him or her", "The computer shows an immigration hit"],
      ["a paper signed by a deportation officer", "NO", "They have a paper", "An immigration officer: it says to arrest or hold"],
      ["a paper signed by a magistrate, for a crime", "NOTHING IN THESE LAWS STOPS THIS", "They have a paper", "A judge of the court named at the top: it says to arrest"],
      ["someone is hurt", "HELP FIRST", "Someone is hurt or in danger"],
    ];
    const shown = [];
    for (const [index, [scene, expected, ...taps]] of scenes.entries()) {
      if (index === 4) {
        await idle(page);
        await context.setOffline(true);
        city.line = "cut";
      }
      const told = await tap(page, ...taps);
      hold(told.word === expected, `4 June, ${scene}: expected ${expected}, found ${told.word}`);
      hold(taps.length <= 3, `4 June, ${scene}: ${taps.length} taps`);
      hold((await page.locator(".hv-phrase").count()) >= 3, `4 June, ${scene}: nothing to say`);
      shown.push(told.number);
      await again(page);
    }
    hold(/: 6\./.test(await page.locator("#queue").textContent()), "4 June: six do not wait");
    city.line = "pass";
    await context.setOffline(false);
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await idle(page);
    const found = stand(city, shown, "4 June");
    hold(found.map((entry) => entry.record.external).join() === shown.join(), "4 June: not in their order");
    await context.close();
  },

  async "a browser dies, and the network with it"(browser, city) {
    const profile = mkdtempSync(join(folder, "profile-"));
    let device = await Device.start(profile);
    let page = await device.page();
    await install(page, city);
    // Cut on both sides: the browser thinks it has no network, and the server is gone.
    await page.context().setOffline(true);
    await city.stop();
    const shown = [];
    for (const question of ["May I arrest this person?", "May I stop this person?", "May I keep holding this person?"]) {
      const { word, record } = await ask(page, question);
      hold(/^[A-Z ]+$/.test(word ?? ""), `crash: the answer is ${word}`);
      hold(/It is sent when there is a network/.test(record), `crash: the record says ${record}`);
      shown.push(numberIn(record));
      if (shown.length === 2) {
        // The tab is closed and opened again, from what is on the device.
        await page.close();
        page = await device.page();
        await page.context().setOffline(true);
        await page.goto(`${city.address}/app/`);
      } else if (shown.length < 3) {
        await again(page);
      }
    }
    await device.kill();
    device = await Device.start(profile);
    page = await device.page();
    await page.goto(`${city.address}/app/`);
    await until("three wait", async () => /: 3\./.test(await page.locator("#queue").textContent()));
    await city.start();
    await idle(page);
    await device.kill();
    const found = stand(city, shown, "crash");
    hold(found.map((entry) => entry.record.external).join() === shown.join(), "crash: not in their order");
    hold(shown.map((number) => number.split("-")[1]).join() === "1,2,3", `crash: the numbers are ${shown}`);
  },

  async "two devices, two tabs"(browser, city) {
    const contexts = [await browser.newContext(), await browser.newContext()];
    const pages = [];
    const shown = [];
    for (const context of contexts) {
      const page = await context.newPage();
      await install(page, city);
      pages.push(page);
    }
    city.line = "cut";
    for (const page of pages) {
      for (let count = 0; count < 3; count += 1) {
        shown.push(numberIn((await ask(page)).record));
        await again(page);
      }
      // Another tab of the same device asks as well.
      const tab = await page.context().newPage();
      await tab.goto(`${city.address}/app/`);
      shown.push(numberIn((await ask(tab)).record));
      pages.push(tab);
      if (pages.length === 4) break;
    }
    hold(new Set(shown).size === 8, `tabs: numbers are shared: ${shown}`);
    hold(new Set(shown.map((number) => number.split("-")[0])).size === 2, `tabs: not two devices: ${shown}`);
    city.line = "pass";
    city.posted = [];
    // All four send at the same time.
    await Promise.all(pages.map((page) => page.evaluate(() => dispatchEvent(new Event("online")))));
    await Promise.all(pages.map((page) => idle(page)));
    const found = stand(city, shown, "tabs");
    hold(city.posted.length === 8, `tabs: sent ${city.posted.length} times`);
    for (const device of new Set(shown.map((number) => number.split("-")[0]))) {
      const order = found.map((entry) => entry.record.external).filter((id) => id.startsWith(device));
      hold(order.map((id) => id.split("-")[1]).join() === "1,2,3,4", `tabs: not in their order: ${order}`);
    }
    for (const context of contexts) await context.close();
  },

  async "an acknowledgement is lost"(browser, city) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await install(page, city);
    // More than once: where nothing was heard the browser itself sends again, where half was heard the app does.
    city.lose = 2;
    const shown = numberIn((await ask(page)).record);
    await idle(page);
    hold(city.posted.filter((id) => id === shown).length === 3, `lost: sent ${city.posted}`);
    const [entry] = stand(city, [shown], "lost");
    const said = await page.locator("#record").textContent();
    hold(said.includes(`Decision ${entry.record.id}, entry ${entry.index} `), `lost: the page says ${said}`);
    await context.close();
  },

  async "clocks that are wrong"(browser, city) {
    for (const [by, name] of [[2 * DAY, "two days ahead"], [-365 * DAY, "a year behind"], [-40 * 365 * DAY, "at the beginning of time"]]) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await wrong(page, by);
      await install(page, city);
      city.line = "cut";
      const asked = Date.now();
      const { word, record } = await ask(page);
      hold(word !== undefined, `${name}: no answer`);
      const number = numberIn(record);
      city.line = "pass";
      await page.evaluate(() => dispatchEvent(new Event("online")));
      await idle(page);
      const entry = city.decisions().find((entry) => entry.record.external === number);
      hold(entry !== undefined, `${name}: not recorded`);
      const off = Date.parse(entry?.record.at) - asked;
      hold(Math.abs(off) < 30_000, `${name}: recorded ${off} ms from when it was asked`);
      hold(Math.abs(entry?.record.fields.clock_off * 1000 - by) < 30_000, `${name}: corrected by ${entry?.record.fields.clock_off} s`);
      const today = new Intl.DateTimeFormat("sv", { timeZone: "America/Chicago" }).format(asked);
      hold(entry?.record.fields.as_of === today, `${name}: asked of ${entry?.record.fields.as_of}`);
      await context.close();
    }
    // The clock is put right between asking and sending: nothing is lost, and nothing lies in the future.
    const context = await browser.newContext();
    const page = await context.newPage();
    await wrong(page, 3 * DAY);
    await install(page, city);
    city.line = "cut";
    const number = numberIn((await ask(page)).record);
    await page.close();
    city.line = "pass";
    const right = await context.newPage();
    await right.goto(`${city.address}/app/`);
    await idle(right);
    const entry = city.decisions().find((entry) => entry.record.external === number);
    hold(Math.abs(Date.parse(entry?.record.at) - Date.now()) < 60_000, `put right: recorded at ${entry?.record.at}`);
    await context.close();
  },

  async "law that is too old"(browser, city) {
    const context = await browser.newContext();
    const first = await context.newPage();
    await install(first, city);
    hold((await ask(first)).word !== undefined, "old: no answer while it is young");
    await idle(first);
    await first.close();
    city.line = "cut";
    const at = async (by) => {
      const page = await context.newPage();
      await wrong(page, by);
      await page.goto(`${city.address}/app/`);
      const { word } = await ask(page);
      const says = await page.locator("main").textContent();
      const { url } = { url: page.url() };
      hold(!/[?#]/.test(url), `old: the address is ${url}`);
      await page.close();
      return { word, says };
    };
    hold((await at(6 * DAY)).word !== undefined, "old: refused after six days");
    const old = await at(8 * DAY);
    hold(old.word === undefined && /Call your supervisor/.test(old.says), `old: after eight days it says ${old.says}`);
    hold((await at(0)).word === undefined, "old: a clock that runs backwards makes the law young");
    city.line = "pass";
    const count = city.decisions().length;
    // On a busy machine the confirmation may come later than the app waits for it; then whoever asks again has the answer.
    let again;
    for (let tries = 0; again === undefined && tries < 5; tries++) again = (await at(0)).word;
    hold(again !== undefined, "old: refused although the server confirmed it");
    hold(count === 1, `old: ${count} recorded, and two were answered before`);
    await context.close();
  },

  async "a device that cannot keep"(browser, city) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await install(page, city);
    await page.evaluate(() => {
      IDBObjectStore.prototype.add = () => {
        throw new DOMException("the disk is full", "QuotaExceededError");
      };
    });
    const { word, record } = await ask(page);
    hold(word !== undefined && /No record was made/.test(record), `full: the answer is ${word}, the record says ${record}`);
    hold(city.decisions().length === 0, "full: something was recorded");
    await context.close();
  },

  async "nobody is signed in"(browser, city) {
    await city.stop();
    await city.start({});
    const context = await browser.newContext();
    const page = await context.newPage();
    await install(page, city);
    const shown = numberIn((await ask(page)).record);
    await page.getByText(/takes nothing from this device until somebody signs in/).waitFor();
    hold(city.decisions().length === 0, "nobody: recorded without a log-in");
    await city.stop();
    await city.start();
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await idle(page);
    stand(city, [shown], "nobody");
    await context.close();
  },

  async "what a supervisor is shown, and what is said that is missing"(browser, city) {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
    const page = await context.newPage();
    await page.goto(`${city.address}/app/`);
    await page.locator("#agency").waitFor();
    const agencies = await page.locator("#agency option").allTextContents();
    hold(agencies.includes("Chicago Police Department"), "place: the police cannot be chosen");
    hold(!agencies.some((name) => /ICE|Homeland|Immigration and Customs|Border/.test(name)), `place: federal agencies are offered: ${agencies}`);
    const save = page.getByRole("button", { name: "Save" });
    const said = page.locator(".hv-app-wrong");
    await save.click();
    hold((await said.textContent()) === "Choose your agency.", "place: without an agency nothing is said");
    await page.locator("#agency").selectOption("Chicago Police Department");
    await save.click();
    hold((await said.allTextContents()).join() === "Choose your station.", "place: without a station nothing is said");
    hold((await page.locator("#station").getAttribute("aria-describedby")) === (await said.getAttribute("id")), "place: the station does not name what is wrong");
    await page.locator("#station").selectOption("001");
    await save.click();
    const told = await tap(page, "Keep holding him or her", "The computer shows an immigration hit");
    // Each provision says how well its text is known, as the page of the same answer does.
    const marks = await page.locator("section .hv-app-list .hv-mark").allTextContents();
    const known = ["text read", "text read in part", "known from reports, text not read", "not verified: ask counsel"];
    hold(marks.length > 0 && marks.length === (await page.locator("section .hv-app-list li").count()), `marks: ${marks.length}`);
    hold(marks.every((mark) => known.includes(mark)), `marks: ${marks}`);
    // The code is the address of the decision, and leads a supervisor there once it was sent.
    await page.locator(".hv-code-ink").waitFor();
    const picture = await page.locator(".hv-code-picture").evaluate((svg) => ({ box: svg.getAttribute("viewBox"), dark: svg.querySelector(".hv-code-ink").getAttribute("d") }));
    hold(readCode(picture) === `${city.address}/decisions/${told.number}`, `code: it reads ${readCode(picture)}`);
    await idle(page);
    const [entry] = city.decisions();
    hold(entry.record.external === told.number, `code: recorded as ${entry.record.external}`);
    await context.close();
  },

  async "the tab is closed, and the network comes back"(browser, city) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await install(page, city);
    city.line = "cut";
    const { record } = await ask(page);
    const shown = numberIn(record);
    const tags = await page.evaluate(async () => (await navigator.serviceWorker.ready).sync?.getTags());
    hold(tags?.includes("records") ?? false, `closed: the browser was not asked to send later: ${tags}`);
    // No page of the app is open any more when the browser wakes the worker.
    const other = await context.newPage();
    await other.goto("about:blank");
    await page.close();
    city.line = "pass";
    const devtools = await context.newCDPSession(other);
    const known = new Map();
    devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => registrations.forEach((each) => known.set(each.scopeURL, each.registrationId)));
    await devtools.send("ServiceWorker.enable");
    await until("the browser names the worker", () => known.has(`${city.address}/app/`));
    const registrationId = known.get(`${city.address}/app/`);
    await devtools.send("ServiceWorker.dispatchSyncEvent", { origin: city.address, registrationId, tag: "records", lastChance: false });
    await until("it is sent without a page", () => city.decisions().length === 1);
    stand(city, [shown], "closed");
    await context.close();
  },

  async "what the screens look like"(browser, city) {
    for (const [code, direction, scheme] of [["en", "ltr", "light"], ["en", "ltr", "dark"], ["ar", "rtl", "light"], ["es", "ltr", "light"]]) {
      const context = await browser.newContext({ viewport: { width: 360, height: 740 }, colorScheme: scheme });
      const page = await context.newPage();
      const failed = [];
      page.on("pageerror", (error) => failed.push(`${error}`));
      page.on("console", (message) => message.type() === "error" && !/ERR_/.test(message.text()) && failed.push(message.text()));
      const look = async (name) => {
        const at = `${code} ${scheme}, ${name}`;
        hold((await page.locator("h1").count()) === 1, `${at}: not one h1`);
        hold((await page.evaluate(() => document.documentElement.dir)) === direction, `${at}: not ${direction}`);
        const first = await page.locator("#first").boundingBox();
        hold(first.y < 20 && (await page.locator("#first").isVisible()), `${at}: help first does not stand above everything`);
        await lookAt(page, at, 360, hold);
      };
      await page.goto(`${city.address}${code === "en" ? "" : `/${code}`}/app/`);
      await page.locator("#agency").waitFor();
      await look("place");
      await page.locator("#agency").selectOption("Chicago Police Department");
      await page.locator("#station").selectOption("001");
      await page.locator("button[type=submit]").click();
      await page.locator(".hv-app-tiles").waitFor();
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
      city.line = "cut";
      await page.reload();
      await page.locator(".hv-app-tiles").waitFor();
      await look("start");
      const shots = process.env.HAVEN_SHOTS;
      const shot = (name) => shots && page.screenshot({ path: join(shots, `${code}-${scheme}-${name}.png`), fullPage: true });
      await shot("start");
      await page.locator(".hv-app-tile").nth(3).click();
      await page.locator(".hv-app-choice, fieldset").first().waitFor();
      await look("question");
      await shot("question");
      for (let step = 0; step < 20 && (await page.locator(".hv-app-answer").count()) === 0; step += 1) {
        const boxes = page.locator("fieldset .usa-checkbox label");
        if ((await boxes.count()) > 0) {
          await look("boxes");
          await boxes.first().click();
          await page.locator("fieldset > button").first().click();
        } else {
          await page.locator(".hv-app-choice").first().click();
        }
        await page.locator(".hv-app-choice, fieldset, .hv-app-answer").first().waitFor();
      }
      await page.locator("#record").waitFor();
      await look("answer");
      await shot("answer");
      // By the browser's way back to the question, and again: nothing is recorded twice by looking.
      await page.goBack();
      await page.locator(".hv-app-choice, fieldset").first().waitFor();
      city.line = "pass";
      for (const failure of failed) hold(false, `${code} ${scheme}: ${failure}`);
      await context.close();
    }
  },
};

/** What a code says whose dark squares are the pieces of a path. */
function readCode({ box, dark }) {
  const [left, , size] = box.split(" ").map(Number);
  const scale = 4;
  const width = size * scale;
  const data = new Uint8Array(width * width * 4).fill(255);
  for (const [, x, y] of dark.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let at = 0; at < scale * scale; at += 1) {
      const pixel = ((Number(y) - left) * scale + Math.floor(at / scale)) * width + (Number(x) - left) * scale + (at % scale);
      data.set([0, 0, 0], pixel * 4);
    }
  }
  return decodeQR({ width, height: width, data });
}

/** A browser of its own, with a profile that outlives it. */
class Device {
  static async start(profile) {
    const device = new Device();
    const flags = ["--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
    if (process.getuid?.() === 0) flags.push("--no-sandbox");
    const args = [...flags, `--user-data-dir=${profile}`, "--remote-debugging-port=0", "about:blank"];
    device.child = spawn(process.env.HAVEN_CHROMIUM ?? "/usr/bin/chromium", args, { detached: true, stdio: ["ignore", "ignore", "pipe"] });
    const address = await new Promise((resolve, reject) => {
      let said = "";
      device.child.stderr.on("data", (more) => {
        said += more;
        const found = /DevTools listening on (ws:\S+)/.exec(said);
        if (found) resolve(found[1]);
      });
      device.child.once("exit", () => reject(new Error(`the browser ended: ${said}`)));
    });
    device.browser = await chromium.connectOverCDP(address);
    return device;
  }

  async page() {
    return this.browser.contexts()[0].newPage();
  }

  /** As when the battery is taken out. */
  async kill() {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    process.kill(-this.child.pid, "SIGKILL");
    await ended;
  }
}

const browser = await open();
try {
  for (const [index, [name, walk]] of Object.entries(walks).entries()) {
    if (only && !name.includes(only)) continue;
    const began = Date.now();
    const city = new City(`city-${index}`);
    await city.start();
    try {
      await walk(browser, city);
    } catch (error) {
      hold(false, `${name}: ${error.stack}`);
    } finally {
      await city.end();
    }
    console.log(`${name}: ${Date.now() - began} ms`);
  }
} finally {
  await browser.close();
}
console.log(`${checked} checked, ${faults.length} faults`);
for (const fault of faults) console.log(fault);
process.exitCode = faults.length ? 1 : 0;
