// The browser that tests and pictures use, and how to reach every kind of page.
import { chromium } from "playwright-core";

/** The width of a small phone and of a desk. */
export const widths = [360, 1280];

/** A browser that talks to nobody but the page, with a profile of its own. */
export async function open() {
  const args = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  // Playwright makes a fresh profile in the temporary folder for every launch, and removes it on close.
  return chromium.launch({ executablePath: process.env.HAVEN_CHROMIUM ?? "/usr/bin/chromium", args });
}

// The design system moves the inputs of radio buttons and checkboxes out of sight: people press their labels.
const choose = (page, fact, value) => page.locator(`label[for="f-${fact}-${value}"]`).click();
const send = (page) => page.getByRole("button", { name: /^Answer/ }).last().click();
const form = async (page, address, act, agency, fill = async () => {}) => {
  await page.goto(`${address}/ask/${act}`);
  await page.locator("#agency").fill(agency);
  await fill(page);
  await send(page);
};

/** Every kind of page, by name: a function that brings a page there as a person would. */
export const kinds = {
  counter: (page, address) => page.goto(`${address}/`),
  "counter-step": (page, address) => page.goto(`${address}/counter/police/help`),
  "counter-answer": async (page, address) => {
    await page.goto(`${address}/counter/police/help`);
    await page.getByRole("button", { name: "Homeland Security", exact: true }).click();
    await page.getByRole("button", { name: "Immigration only", exact: true }).click();
  },
  questions: (page, address) => page.goto(`${address}/questions`),
  form: (page, address) => page.goto(`${address}/ask/continue_detention`),
  "form-menu": (page, address) => page.goto(`${address}/ask/share_information`),
  "form-date": (page, address) => page.goto(`${address}/ask/review_forms`),
  "answer-no": (page, address) =>
    form(page, address, "continue_detention", "CPD", (page) => choose(page, "basis", "detainer")),
  "answer-ask": (page, address) =>
    form(page, address, "continue_detention", "CPD", (page) => page.locator("#as_of").fill("2020-06-15")),
  "answer-silent": (page, address) =>
    form(page, address, "stop", "CPD", (page) => choose(page, "basis", "traffic_offence")),
  "answer-yes": (page, address) => form(page, address, "ask_nature", "Chicago Public Library"),
  "answer-must": (page, address) => form(page, address, "document_visit", "CPL", (page) => page.locator("#f-requester").selectOption("ICE")),
  "answer-versions": (page, address) =>
    form(page, address, "transfer_to_ice", "CPD", async (page) => {
      await page.locator("#as_of").fill("2021-02-10");
      await choose(page, "matter", "civil");
      await page.getByText(/^More that can matter/).click();
      await choose(page, "carveout_2_felony_conviction", "yes");
    }),
  "answer-counsel": (page, address) =>
    form(page, address, "access_to_person", "CPD", async (page) => {
      await page.locator("#f-requester").selectOption("ICE");
      await choose(page, "matter", "civil");
      await page.locator("#f-document").selectOption("judicial_search_warrant");
    }),
  "answer-error": async (page, address) => {
    await page.goto(`${address}/ask/stop`);
    await page.locator("#as_of").evaluate((input) => input.setAttribute("type", "text"));
    await page.locator("#as_of").fill("yesterday");
    await send(page);
  },
  "answer-outside": (page, address) => form(page, address, "share_information", "Village of Nowhere"),
  "try-2020-traffic-stop": (page, address) => page.goto(`${address}/try/2020-traffic-stop`),
  "try-library-address": (page, address) => page.goto(`${address}/try/library-address`),
  "try-ncic-hit": (page, address) => page.goto(`${address}/try/ncic-hit`),
  missing: (page, address) => page.goto(`${address}/nowhere`),
};
