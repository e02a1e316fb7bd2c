// Signs in at a real service that speaks OpenID Connect. Run by `crates/haven/tests/it/access.rs`:
//
//   node web/tests/city.mjs http://127.0.0.1:2173 PORT
//
// The service runs here, on `localhost`; Haven runs on `127.0.0.1`, which to a browser is another site. JavaScript is off.
import { open } from "./browser.mjs";
import { start } from "./oidc-provider.mjs";

const [address, port] = process.argv.slice(2);
const mfa = ["pwd", "mfa"];
const people = {
  "an officer": { staff: "s-1", groups: ["haven-officers", "choir"], amr: mfa },
  "a boss": { staff: "S-2", groups: ["haven-admins", "haven-officers"], amr: mfa },
  "no group": { staff: "S-3", groups: ["choir"], amr: mfa },
  "groups of another form": { staff: "S-3", groups: "haven-admins", amr: mfa },
  "no groups at all": { staff: "S-3", amr: mfa },
  "one factor": { staff: "S-4", groups: ["haven-officers"], amr: ["pwd"] },
  "no amr": { staff: "S-4", groups: ["haven-officers"] },
  "a name": { staff: "maria.example", groups: ["haven-officers"], amr: mfa },
  "no staff id": { groups: ["haven-officers"], amr: mfa },
  "somebody else's": { staff: "S-1", groups: ["haven-officers"], amr: mfa },
  "one with a password here": { staff: "S-77", groups: ["haven-officers"], amr: mfa },
  "one with a code here": { staff: "S-55", groups: ["haven-officers"], amr: mfa },
  "shut out": { staff: "S-66", groups: ["haven-officers"], amr: mfa },
};
const client = { client_id: "haven", client_secret: "a secret between two programs" };
const stop = await start(Number(port), client, `${address}/sign-in/city/return`, people);
const browser = await open();
const faults = [];
let held = 0;
const hold = (right, what) => {
  held += 1;
  if (!right) faults.push(what);
};

/** A browser of its own, which remembers the address that the service led back to. */
async function fresh() {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const seen = { back: "" };
  page.on("request", (request) => {
    if (request.url().includes("/sign-in/city/return")) seen.back = request.url();
  });
  return { context, page, seen };
}

/** Signs in as an account, from the page that is open. */
async function as(page, account) {
  await page.getByLabel("Account").fill(account);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForLoadState();
}

const text = (page) => page.locator("main").innerText();

async function refused(account, says, from = "/sign-in") {
  const { context, page } = await fresh();
  await page.goto(`${address}${from}`);
  await page.getByRole("link", { name: "Sign in with your city account" }).click();
  await as(page, account);
  hold((await text(page)).includes(says), `${account}: ${await text(page)}`);
  hold(!(await context.cookies(address)).some((cookie) => cookie.name === "haven"), `${account} has a session`);
  hold(!(await page.content()).includes("maria"), `${account}: what the service sent is repeated`);
  await context.close();
}

// In, by the page that was wanted, in its language; and nothing is left of the way.
{
  const { context, page, seen } = await fresh();
  await page.goto(`${address}/es/account`);
  hold(page.url() === `${address}/es/sign-in/account`, `led to ${page.url()}`);
  await page.getByRole("link", { name: "Entrar con su cuenta de la ciudad" }).click();
  hold(page.url().startsWith(`http://localhost:${port}/`), `the service is at ${page.url()}`);
  const left = (await context.cookies(address)).find((cookie) => cookie.name === "haven-city");
  hold(left?.sameSite === "Lax" && left.httpOnly, "the cookie of the way");
  await as(page, "an officer");
  await page.waitForURL(`${address}/es/account`, { timeout: 10_000 });
  hold((await text(page)).includes("S-1") && (await text(page)).includes("Agente"), `in: ${await text(page)}`);
  hold((await page.locator("#change").count()) === 0, "there is a password to change");
  const cookies = await context.cookies(address);
  hold(cookies.length === 1 && cookies[0].name === "haven" && cookies[0].sameSite === "Strict", JSON.stringify(cookies));

  // The address that led back, again: it was used. Also with the cookie put back, because the code was.
  await page.goto(seen.back);
  hold((await text(page)).includes("did not begin in this browser"), `again: ${await text(page)}`);
  await context.addCookies([left]);
  await page.goto(seen.back);
  hold((await text(page)).includes("No se pudo usar ahora"), `replayed: ${await text(page)}`);

  // In another browser.
  const other = await fresh();
  await other.page.goto(seen.back);
  hold((await text(other.page)).includes("did not begin in this browser"), "another browser");
  await other.context.close();

  // The session lasts until the groups change: the next sign-in takes everything.
  const second = await fresh();
  people["an officer"].groups = ["choir"];
  await page.goto(`${address}/account`);
  hold((await text(page)).includes("S-1"), "the session goes on");
  await second.page.goto(`${address}/sign-in`);
  await second.page.getByRole("link", { name: "Sign in with your city account" }).click();
  await as(second.page, "an officer");
  hold((await text(second.page)).includes("None of your groups has a role"), `without a group: ${await text(second.page)}`);
  await page.goto(`${address}/account`);
  hold(page.url() === `${address}/sign-in/account`, "the session of who lost the group goes on");
  await second.context.close();
  await context.close();
}

// Roles of groups open pages.
{
  const { context, page } = await fresh();
  await page.goto(`${address}/people`);
  await page.getByRole("link", { name: "Sign in with your city account" }).click();
  await as(page, "a boss");
  await page.waitForURL(`${address}/people`, { timeout: 10_000 });
  hold((await text(page)).includes("S-2"), "an administrator sees the people");
  await context.close();
}

await refused("no group", "None of your groups has a role in Haven");
await refused("groups of another form", "None of your groups has a role in Haven");
await refused("no groups at all", "None of your groups has a role in Haven");
await refused("one factor", "did not ask you for a second factor");
await refused("no amr", "did not ask you for a second factor");
await refused("a name", "gave no staff id");
await refused("no staff id", "gave no staff id");
await refused("somebody else's", "gave no staff id");
await refused("one with a password here", "gave no staff id");
await refused("one with a code here", "gave no staff id");
await refused("shut out", "may not sign in");

// What somebody could change on the way there and back.
for (const [name, there, back, says] of [
  ["another state", {}, { state: "another" }, "did not begin in this browser"],
  ["no state", {}, { state: null }, "did not begin in this browser"],
  ["another issuer", {}, { iss: "http://evil.example" }, "could not be used just now"],
  ["no code", {}, { code: null }, "did not let you in"],
  ["another code", {}, { code: "another" }, "could not be used just now"],
  ["another nonce", { nonce: "another" }, {}, "could not be used just now"],
  ["another challenge", { code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" }, {}, "could not be used just now"],
  ["nothing changed", {}, {}, "S-2"],
]) {
  const { context, page } = await fresh();
  const change = (url, pairs) => {
    const changed = new URL(url);
    for (const [key, value] of Object.entries(pairs)) {
      if (value === null) changed.searchParams.delete(key);
      else changed.searchParams.set(key, value);
    }
    return changed.href;
  };
  // Led there and back by hand, so that the addresses can be changed.
  const led = await context.request.get(`${address}/sign-in/city/to/account`, { maxRedirects: 0 });
  const url = led.headers().location;
  hold(/code_challenge_method=S256/.test(url) && /state=/.test(url) && /nonce=/.test(url) && !/S-2/.test(url), `${name}: ${url}`);
  let at = change(url, there);
  let answer = await context.request.get(at, { maxRedirects: 0 });
  while (true) {
    at = new URL(answer.headers().location, at).href;
    if (at.startsWith(address)) break;
    const asks = at.includes("/interaction/");
    answer = await (asks ? context.request.post(at, { form: { account: "a boss" }, maxRedirects: 0 }) : context.request.get(at, { maxRedirects: 0 }));
  }
  await page.goto(change(at, back));
  await page.waitForLoadState();
  if (says === "S-2") await page.waitForURL(`${address}/account`, { timeout: 10_000 });
  hold((await text(page)).includes(says), `${name}: ${await text(page)}`);
  hold((await context.cookies(address)).some((cookie) => cookie.name === "haven") === (says === "S-2"), `${name}: a session`);
  await context.close();
}

// Who cancels there is told so here.
{
  const { context, page } = await fresh();
  await page.goto(`${address}/sign-in`);
  await page.getByRole("link", { name: "Sign in with your city account" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  hold((await text(page)).includes("did not let you in"), `cancelled: ${await text(page)}`);
  hold(!(await page.content()).includes("of no concern"), "what the service says is repeated");
  await context.close();
}

// The service is gone: nobody is let in, and it is said.
stop();
{
  const { context, page } = await fresh();
  const led = await context.request.get(`${address}/sign-in/city`, { maxRedirects: 0 });
  const back = `${address}/sign-in/city/return?code=x&state=${new URL(led.headers().location).searchParams.get("state")}`;
  await page.goto(back);
  hold((await text(page)).includes("could not be used just now"), `gone: ${await text(page)}`);
  await context.close();
}

await browser.close();
for (const fault of faults) console.log(fault);
console.log(`${held} held`);
process.exit(faults.length === 0 && held > 50 ? 0 : 1);
