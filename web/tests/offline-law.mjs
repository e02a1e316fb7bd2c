// Asks the law on a device, in a browser, what the program was asked, and compares the answers. Run by
// `crates/haven/tests/it/offline.rs`:
//
//   node web/tests/offline-law.mjs folder
//
// The folder holds `law.json`, `requests.jsonl` and `answers.jsonl`, line by line what `haven ask --jsonl` was asked and
// answered. Every answer has to be the same text; of a request that was refused, the field that was refused. It prints how many
// were asked and how many answers differ, and shows the first of these.
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import http from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { open } from "./browser.mjs";

const [folder] = process.argv.slice(2);
const script = new URL("../../crates/haven/assets/app/law.js", import.meta.url);
/** How many requests a page takes at a time. */
const CHUNK = 1000;
const PAGES = 2;

/** Requests with their answers, a chunk a time. */
async function* chunks() {
  const lines = (name) => createInterface({ input: createReadStream(join(folder, name)), crlfDelay: Infinity })[Symbol.asyncIterator]();
  const [requests, answers] = ["requests.jsonl", "answers.jsonl"].map(lines);
  for (let chunk = []; ; chunk = []) {
    while (chunk.length < CHUNK) {
      const [request, answer] = [await requests.next(), await answers.next()];
      if (request.done !== answer.done) throw new Error("not as many answers as requests");
      if (request.done) break;
      chunk.push([request.value, answer.value]);
    }
    if (chunk.length > 0) yield chunk;
    if (chunk.length < CHUNK) return;
  }
}

const source = chunks();
const server = http.createServer(async (request, response) => {
  const send = (kind, body) => response.writeHead(200, { "content-type": kind }).end(body);
  if (request.url === "/law.js") return send("text/javascript", await readFile(script));
  if (request.url === "/law.json") return send("application/json", await readFile(join(folder, "law.json")));
  if (request.url === "/chunk") return send("application/json", JSON.stringify((await source.next()).value ?? null));
  send("text/html", "<!doctype html><title>law</title>");
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = `http://127.0.0.1:${server.address().port}`;

/** What a page does: asks until there is nothing left to ask. */
async function work() {
  const { decide } = await import("/law.js");
  const law = await (await fetch("/law.json")).json();
  const ask = (text) => {
    const request = JSON.parse(text);
    try {
      return JSON.stringify(decide(law, request));
    } catch (error) {
      if (!error.field) throw error;
      return `refused: ${error.field}`;
    }
  };
  const expected = (answer) => (answer.includes('"error":{"line":') ? `refused: ${JSON.parse(answer).error.field}` : answer);
  const found = { asked: 0, refused: 0, different: 0, first: [] };
  for (;;) {
    const chunk = await (await fetch("/chunk")).json();
    if (!chunk) return found;
    for (const [request, answer] of chunk) {
      const mine = ask(request);
      found.asked += 1;
      if (mine.startsWith("refused")) found.refused += 1;
      if (mine !== expected(answer)) {
        found.different += 1;
        if (found.first.length < 3) found.first.push({ request, mine, expected: expected(answer) });
      }
    }
  }
}

const browser = await open();
try {
  const pages = await Promise.all(Array.from({ length: PAGES }, () => browser.newPage()));
  await Promise.all(pages.map((page) => page.goto(address)));
  const all = await Promise.all(pages.map((page) => page.evaluate(work)));
  const sum = (name) => all.map((each) => each[name]).reduce((one, other) => one + other, 0);
  console.log(`${sum("asked")} asked, ${sum("refused")} refused, ${sum("different")} different`);
  for (const { request, mine, expected } of all.flatMap(({ first }) => first)) console.log(`${request}\n  here ${mine}\n  expected ${expected}`);
} finally {
  await browser.close();
  server.close();
  server.closeAllConnections();
}
