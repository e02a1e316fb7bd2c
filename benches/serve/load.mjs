// Asks at a fixed rate, whatever the answers take, and says how long they took. A slow answer does not make the next
// question late: the time of a question counts from the moment at which it was due (no coordinated omission).
//
//   node load.mjs ADDRESS RATE SECONDS page|health
import http from "node:http";
import { performance } from "node:perf_hooks";

const [, , address, rateText, secondsText, what] = process.argv;
const [rate, seconds] = [Number(rateText), Number(secondsText)];
const target = new URL(address);
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
const total = rate * seconds;
const times = [];
let failed = 0;
let answered = 0;

function ask(number, due) {
  const page = what === "page";
  const body = page ? `once=load-${process.pid}-${number}&step.who=dhs&step.matter=civil` : "";
  const request = http.request(
    {
      agent,
      host: target.hostname,
      port: target.port,
      method: page ? "POST" : "GET",
      path: page ? "/counter/police/help" : "/healthz",
      headers: page ? { "content-type": "application/x-www-form-urlencoded", "content-length": body.length } : {},
    },
    (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => (text += part));
      response.on("end", () => {
        times.push(performance.now() - due);
        answered += 1;
        if (response.statusCode !== 200 || (page && !text.includes("hv-number"))) failed += 1;
        if (answered === total) report();
      });
    },
  );
  request.on("error", () => {
    answered += 1;
    failed += 1;
    if (answered === total) report();
  });
  request.end(body);
}

function report() {
  times.sort((a, b) => a - b);
  const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(2);
  console.log(JSON.stringify({ what, rate, asked: total, failed, p50: at(0.5), p99: at(0.99), max: at(1) }));
  process.exit(failed ? 1 : 0);
}

const begin = performance.now() + 200;
let sent = 0;
setInterval(() => {
  const now = performance.now();
  while (sent < total && begin + (sent * 1000) / rate <= now) {
    ask(sent, begin + (sent * 1000) / rate);
    sent += 1;
  }
}, 1);
