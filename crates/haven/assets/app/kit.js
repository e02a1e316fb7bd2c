// The law on this device: how it comes here, how old it may be, and which day it is.
//
// New law is on the disk before anything is answered under it. The device's clock is not trusted: it is compared with the
// server's whenever they meet, and setting it back does not make old law young.
import { check } from "./law.js";
import { keep, kept } from "./queue.js";

const DAY = 86_400_000;
/** From how far on the device's clock is taken to be wrong; the date of an answer is only good to a second. */
const OFF_MAX = 60_000;
const FETCH_WITHIN = 30_000;

/** What the device has; undefined where there is no law on it yet. */
export async function load() {
  const [law, confirmed, largest] = await Promise.all(["law", "confirmed", "largest"].map(kept));
  return law && confirmed ? { ...law, confirmed, largest } : undefined;
}

/** Asks the server for the law, or whether the one here still is the law; what comes is kept before it is given back. */
export async function refresh() {
  const here = await kept("law");
  const headers = here ? { "if-none-match": here.tag } : {};
  const response = await fetch("/app/law.json", { headers, cache: "no-store", signal: AbortSignal.timeout(FETCH_WITHIN) });
  const server = Date.parse(response.headers.get("date"));
  const device = Date.now();
  if (!(response.ok || response.status === 304) || Number.isNaN(server)) throw new Error(`the law: status ${response.status}`);
  const things = { confirmed: { server, device }, largest: device };
  if (response.status !== 304) {
    const content = await response.json();
    // Law that cannot be used here takes nobody's place.
    check(content.law);
    things.law = { tag: response.headers.get("etag"), content, fetched: server };
  }
  await keep(things);
  return load();
}

/** Notes the time that the device's clock shows, so that it is remembered if the clock is set back. */
export async function notice(kit) {
  const largest = Math.max(kit.largest, Date.now());
  if (largest > kit.largest) await keep({ largest });
  kit.largest = largest;
}

/** Whether the law was confirmed too long ago to be answered from. */
export const tooOld = (kit) => Math.max(kit.largest, Date.now()) - kit.confirmed.device > kit.content.age_max_days * DAY;

/** The time, as well as it is known here, in milliseconds. */
export function now(kit) {
  const { server, device } = kit.confirmed;
  const off = Math.abs(server - device) > OFF_MAX ? server - device : 0;
  return Math.max(Date.now() + off, server);
}

/** The day in the place whose law it is, YYYY-MM-DD. */
export function day(kit, moment = now(kit)) {
  const format = new Intl.DateTimeFormat("en", { timeZone: kit.content.law.time_zone, year: "numeric", month: "2-digit", day: "2-digit" });
  const part = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day}`;
}
