// What the device keeps: the records that wait to be sent, and a few things it must not forget.
//
// A record is durable before its answer is shown: `record` ends when the database says that the transaction is on the disk.
// Its number is taken inside that same transaction, so two tabs never share one. It waits until the server acknowledged it
// with its place in the register and in the log; then only that place is left of it on the device. Pages and the worker send,
// but never two at once.

const NAME = "haven-offline";
const SENDING = "haven-offline-sending";
/** How many acknowledged records a device still names. */
const SENT_MAX = 20;
/** How long one record may be on its way. */
const SEND_WITHIN = 20_000;
/** What the server says of a record that no second try will make better; the device keeps it, and says so. */
const HOPELESS = [400, 409, 413, 415, 422];

/** Tells the other tabs, and the worker tells the tabs, that the queue is another. */
const changes = new BroadcastChannel(NAME);

let database;

function opened() {
  database ??= new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("device");
      opening.result.createObjectStore("records", { keyPath: "seq" });
    };
    opening.onsuccess = () => {
      // A later version of this app in another tab must not wait for this one.
      opening.result.onversionchange = () => opening.result.close();
      opening.result.onclose = () => (database = undefined);
      resolve(opening.result);
    };
    opening.onerror = () => reject(opening.error);
    opening.onblocked = () => reject(new Error("another tab keeps the database"));
  });
  database.catch(() => (database = undefined));
  return database;
}

const result = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const committed = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("the transaction was given up"));
  });

async function writing(stores) {
  return (await opened()).transaction(stores, "readwrite", { durability: "strict" });
}

/** Something the device must not forget, by its name. */
export async function kept(name) {
  return result((await opened()).transaction("device").objectStore("device").get(name));
}

/** Keeps things by their names, all of them or none; it ends when they are on the disk. */
export async function keep(things) {
  const transaction = await writing(["device"]);
  for (const [name, thing] of Object.entries(things)) transaction.objectStore("device").put(thing, name);
  await committed(transaction);
}

/** Records what somebody was told; it ends when the record is on the disk, and gives it back with its number. */
export async function record(told) {
  const transaction = await writing(["device", "records"]);
  const done = committed(transaction);
  const device = transaction.objectStore("device");
  const known = (await result(device.get("number"))) ?? { name: fresh(), last: 0 };
  const seq = known.last + 1;
  const entry = { seq, id: `${known.name}-${seq}`, state: "waiting", ...told };
  device.put({ ...known, last: seq }, "number");
  transaction.objectStore("records").add(entry);
  await done;
  changes.postMessage("changed");
  return entry;
}

/** A name for this device: `D` and sixteen hexadecimal digits, one of them no letter. */
function fresh() {
  const hex = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return /\d/.test(hex) ? `D${hex.toUpperCase()}` : fresh();
}

/** All records that the device still names, the first one first. */
export async function records() {
  return result((await opened()).transaction("records").objectStore("records").getAll());
}

/** Calls back when records were added or sent, here or elsewhere. */
export function whenChanged(call) {
  new BroadcastChannel(NAME).onmessage = call;
}

/**
 * Sends what waits, one after the other, in order. Gives undefined when nothing waits any more, "sign-in" where the server
 * takes nothing from this device yet, or "later" where there is no network or no answer that can be relied on.
 */
export function send() {
  return navigator.locks.request(SENDING, async () => {
    for (;;) {
      const entry = (await records()).find((entry) => entry.state === "waiting");
      if (!entry) return undefined;
      const why = await deliver(entry);
      changes.postMessage("changed");
      if (why) return why;
    }
  });
}

async function deliver(entry) {
  const { id, seq, at, station, request, told } = entry;
  const body = JSON.stringify({ id, device_seq: seq, at, sent_at: new Date().toISOString(), station, request, told });
  const headers = { "content-type": "application/json", "idempotency-key": id };
  let response;
  let receipt;
  try {
    const signal = AbortSignal.timeout(SEND_WITHIN);
    response = await fetch("/api/v1/records", { method: "POST", headers, body, signal, redirect: "error", cache: "no-store" });
    receipt = response.ok ? await response.json() : undefined;
  } catch {
    // Nobody knows whether it arrived. It is sent again, and the server records it once.
    return "later";
  }
  if (response.status === 401) return "sign-in";
  if (HOPELESS.includes(response.status)) {
    await settle(entry, { ...entry, state: "refused", status: response.status });
    return undefined;
  }
  // Not every 200 is the server's: a hotel's log-in page answers so, too.
  const acknowledged = receipt?.id === id && typeof receipt.record === "string" && Number.isInteger(receipt.index);
  if (!acknowledged) return "later";
  const { record, log, index, differs } = receipt;
  await settle(entry, { seq, id, state: "sent", record, log, index, differs });
  return undefined;
}

/** Puts what became of a record in its place, and forgets the oldest of those that were sent. */
async function settle(entry, now) {
  const transaction = await writing(["records"]);
  const done = committed(transaction);
  const store = transaction.objectStore("records");
  store.put(now);
  const sent = (await result(store.getAll())).filter((entry) => entry.state === "sent");
  for (const { seq } of sent.slice(0, -SENT_MAX)) store.delete(seq);
  await done;
}
