// Views of extensions: drawn by the console, with forms, and nothing of an extension runs.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { answering } from "./answering.mjs";
import { browse, callInPage, finance, objections, picture, samples, serve } from "./common.mjs";

const MARKUP = '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>';
const HOSTILE = `${MARKUP}\u202etxt.exe`;

let daemon, browser, page, folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "spacedrive-views-"));
  daemon = await serve();
  await daemon.command("library", "create", "Home");
  await daemon.command("ext", "install", finance, "--yes");
  await daemon.command("import", join(samples, "01-de-invoice.eml"), join(samples, "02-us-receipt.eml"), "--no-index");
  browser = await browse(daemon);
  page = browser.page;
});
after(async () => {
  await daemon?.end();
  await rm(folder, { recursive: true, force: true });
});

const nothingRan = async () => {
  assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
  assert.deepEqual(browser.faults, []);
};

test("a view stands among the pages, and is drawn with its charts", async () => {
  await page.getByRole("link", { name: "Spending" }).click();
  await page.getByRole("heading", { name: "Spending" }).waitFor();
  await page.locator("figure.chart").first().waitFor();
  assert.deepEqual(await objections(page), []);
  await picture(page, "view");
  await nothingRan();
});

test("a table is sorted by its heads, and a form filters it", async () => {
  await browser.go("/extensions/finance/bookings");
  await page.locator("table tbody tr").first().waitFor();
  assert.equal(await page.locator("table tbody tr").count(), 2);
  await page.getByRole("button", { name: "Vendor", exact: true }).click();
  await page.locator('th[aria-sort="ascending"]').waitFor();
  await page.getByLabel("Vendor").fill("no such vendor");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("No receipt fits.").waitFor();
  assert.deepEqual(await objections(page), []);
});

test("a form corrects a booking, and an error is shown at its field", async () => {
  await browser.go("/extensions/finance/bookings");
  await page.getByRole("button", { name: "Correct" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Amount").fill("a lot");
  await dialog.getByRole("button", { name: "Correct" }).click();
  await dialog.locator(".field", { hasText: "Amount" }).getByRole("alert").waitFor();
  await dialog.getByLabel("Amount").fill("12.50");
  await dialog.getByLabel("Vendor").fill("Corner Shop");
  await picture(page, "view-form");
  assert.deepEqual(await objections(page), []);
  await dialog.getByRole("button", { name: "Correct" }).click();
  await page.getByRole("link", { name: "Corner Shop" }).waitFor();
  await page.getByRole("link", { name: "Corner Shop" }).click();
  await page.getByRole("heading", { name: "Corner Shop" }).waitFor();
  await page.getByText("As it was read").waitFor();
  assert.deepEqual(await objections(page), []);
  await nothingRan();
});

const shop = (answer) =>
  answering(
    folder,
    {
      id: "shop",
      name: "Shop <b>",
      operations: [{ method: "query:shop.all_view.v1" }, { method: "action:shop.buy.input.v1" }],
      views: [{ id: "all", title: "Goods <script>", query: "query:shop.all_view.v1" }],
    },
    answer,
  );

test("what a hostile extension shows is text", async () => {
  const cells = [
    { text: HOSTILE },
    { badge: { text: HOSTILE } },
    { view: { view: "all", text: HOSTILE, input: { "javascript:": MARKUP } } },
    { entry: { entry_id: "00000000-0000-0000-0000-000000000000", text: MARKUP } },
    { thumbnail: { entry_id: "00000000-0000-0000-0000-000000000000", sidecar: "x.svg", alt: MARKUP } },
  ];
  const buy = { label: MARKUP, target: { method: "action:shop.buy.input.v1" }, confirm: MARKUP };
  const field = { name: "__proto__.polluted", label: MARKUP, description: MARKUP, value: MARKUP };
  const answer = {
    version: 1,
    title: HOSTILE,
    blocks: [
      { text: { text: HOSTILE, tone: "bad" } },
      { list: { title: MARKUP, items: cells } },
      { table: { columns: [{ id: MARKUP, label: MARKUP }], rows: [{ cells: [cells[0]], actions: [buy] }] } },
      { chart: { title: MARKUP, shape: "columns", labels: [MARKUP], series: [{ name: MARKUP, values: [1e308] }] } },
      { cards: { cards: [{ title: cells[2], fields: [{ label: MARKUP, value: cells[0] }] }] } },
      { form: { title: MARKUP, submit: { ...buy, fields: [field] } } },
    ],
  };
  await daemon.command("ext", "install", await shop(answer), "--yes");
  await browser.go("/extensions/shop/all");
  await page.getByRole("heading", { level: 1 }).filter({ hasText: "<script>" }).waitFor();
  await page.locator(".view").waitFor();
  const shown = await page.locator("main").innerText();
  assert.ok(shown.includes(MARKUP) && shown.includes("\\u{202e}txt.exe") && !shown.includes("\u202e"));
  assert.equal(await page.locator("main script, main iframe, main img").count(), 0);
  const links = await page.locator("main a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  assert.ok(links.every((link) => link.startsWith("#/")), links.join(" "));
  assert.deepEqual(await objections(page), []);
  await page.locator("table").getByRole("button", { name: MARKUP }).click();
  await page.getByRole("dialog").getByRole("button", { name: MARKUP }).click();
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => ({}).polluted), undefined);
  // The picture is not there, and the browser says so of the answer 404.
  browser.faults.splice(0, Infinity, ...browser.faults.filter((fault) => !fault.includes("404")));
  await nothingRan();
});

test("a view beyond the limits is refused with its place", async () => {
  const rows = Array.from({ length: 501 }, () => ({ cells: ["empty"] }));
  const answer = { version: 1, blocks: [{ table: { columns: [{ id: "a", label: "A" }], rows } }] };
  await daemon.command("ext", "install", await shop(answer), "--yes");
  const { result } = await callInPage(page, "query:libraries.list.v1", { input: {} });
  const library = result.libraries[0].id;
  // The daemon lets go of the version before when it sees the other one.
  for (let tries = 0; tries < 50; tries += 1) {
    const answer = await callInPage(page, "query:shop.all_view.v1", { library, input: {} });
    if (answer.error !== undefined) break;
    await page.waitForTimeout(200);
  }
  await browser.go("/status");
  await browser.go("/extensions/shop/all");
  await page.getByText("has 501 rows, expected 0 to 500").waitFor();
});

test("a view that is not there says so", async () => {
  await browser.go("/extensions/shop/gone");
  await page.getByText("There is no such view").waitFor();
});
