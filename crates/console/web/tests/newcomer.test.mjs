// The whole way of a newcomer, in a browser.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browse, finance, picture, samples, serve } from "./common.mjs";

let daemon, browser, page;
before(async () => {
  daemon = await serve();
  browser = await browse(daemon);
  page = browser.page;
});
after(async () => {
  await browser?.end();
  await daemon?.end();
});

test("a newcomer makes a library, and is shown the way to Finance", async () => {
  await page.getByLabel("Name of the library").fill("Home");
  await page.getByRole("button", { name: "Make the library" }).click();
  await page.getByText("Finance is not installed").waitFor();
  await picture(page, "newcomer");
});

test("Finance is installed after its consent", async () => {
  await page.getByRole("link", { name: "Install an extension" }).click();
  await page.getByLabel(/Install an extension/).fill(finance);
  await page.getByRole("button", { name: "Look at it" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("heading", { name: "Risks" }).waitFor();
  await dialog.getByRole("button", { name: "Agree and install" }).click();
  await page.getByRole("link", { name: "Finance" }).waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: "Receipts" }).click();
  await page.getByText("No receipts yet").waitFor();
});

test("files that are dropped become receipts, and the progress is shown", async () => {
  const names = [
    "01-de-invoice.eml",
    "02-us-receipt.eml",
    "06-us-html-receipt.eml",
    "08-au-microdata-invoice.eml",
    "12-ca-plain-text-ride.eml",
    "14-de-two-invoices.eml",
    "17-nl-plain-text.eml",
    "not-newsletter.eml",
  ];
  await page.setInputFiles("input[type=file]", names.map((name) => join(samples, name)));
  await page.getByText("8 of 8 done").waitFor({ timeout: 120_000 });
  const uploads = page.getByRole("region", { name: "Import" });
  assert.equal(await uploads.getByText("Booked").count(), 7);
  assert.equal(await uploads.getByText("No receipt").count(), 1);
  await page.getByRole("link", { name: "Nordlicht Strom GmbH" }).first().waitFor();
  await picture(page, "import");
  await uploads.getByRole("button", { name: "Close" }).click();
  await picture(page, "receipts");
});

test("the table is filtered, and its totals follow", async () => {
  await page.getByLabel("Vendor").fill("nordlicht");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 2);
  await page.getByText("€119.00").first().waitFor();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("link", { name: "Brookvale Water" }).waitFor();
  await page.getByRole("button", { name: "Vendor" }).click();
  await page.waitForFunction(() => {
    const vendors = [...document.querySelectorAll("tbody td.main")].map((cell) => cell.textContent);
    return vendors.length === 8 && vendors.join() === [...vendors].sort().join();
  });
});

test("a field is corrected in its place, and what was read stays beside it", async () => {
  await page.getByRole("link", { name: "Brookvale Water" }).click();
  await page.getByRole("button", { name: "Correct: Vendor" }).click();
  await page.getByRole("textbox", { name: "Vendor" }).fill("City Water");
  await page.keyboard.press("Enter");
  await page.getByText("was read as Brookvale Water").waitFor();
  await page.getByRole("heading", { name: "City Water" }).waitFor();
  await page.getByRole("button", { name: "Correct: Amount" }).click();
  await page.getByRole("textbox", { name: "Amount" }).fill("much");
  await page.keyboard.press("Enter");
  await page.getByText("is not an amount, such as 12.50").waitFor();
  await page.keyboard.press("Escape");
});

test("the next receipt of a vendor has the name that it was given", async () => {
  const bill = await readFile(join(samples, "08-au-microdata-invoice.eml"), "utf8");
  const next = bill
    .replaceAll("W-77120", "W-80311")
    .replace("<08@mail", "<08b@mail")
    .replaceAll("2026-01-26", "2026-02-25")
    .replaceAll("118.40", "97.15");
  await browser.go("/receipts");
  await page.getByRole("link", { name: "City Water" }).waitFor();
  await page.setInputFiles("input[type=file]", {
    name: "next-bill.eml",
    mimeType: "message/rfc822",
    buffer: Buffer.from(next),
  });
  await page.getByText("1 of 1 done").waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 9);
  assert.equal(await page.getByRole("link", { name: "City Water" }).count(), 2);
  await page.getByRole("link", { name: "City Water" }).first().click();
  await page.getByText("As you corrected it before").waitFor();
  await page.getByText("was read as Brookvale Water").waitFor();
});

test("the document stands beside the fields, with the quote marked", async () => {
  await browser.go("/receipts");
  await page.getByRole("link", { name: /Radhaus/ }).first().click();
  await page.locator("iframe.viewed").waitFor();
  await page.waitForTimeout(1500);
  await picture(page, "receipt");
  await page.getByRole("button", { name: "Text as it was read" }).click();
  await page.locator(".quote").first().click();
  await page.locator("pre.text mark").waitFor();
});

test("the place of a field is marked on the page of the PDF", async () => {
  await page.getByRole("button", { name: "Document", exact: true }).click();
  await page.locator(".drawn rect").waitFor({ timeout: 120_000 });
  await picture(page, "evidence");
});

test("of an email with two invoices, the one is shown that the receipt was read from", async () => {
  for (const [vendor, name] of [[0, "Strom-Februar.pdf"], [1, "Strom-Januar.pdf"]]) {
    await browser.go("/receipts");
    await page.getByRole("link", { name: "Nordlicht Strom GmbH" }).nth(vendor).click();
    await page.locator(".documents .tabs button[aria-pressed=true]").filter({ hasText: name }).waitFor();
  }
});

test("what fits is exported", async () => {
  await browser.go("/receipts?vendor=city");
  await page.getByRole("button", { name: "Export" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV" }).click();
  const text = await readFile(await (await download).path(), "utf8");
  assert.match(text, /City Water/);
  assert.equal(text.trim().split("\n").length, 3, text);
  // The amount and the state are conditions as well.
  await browser.go("/receipts?min=100&sure=1&category=-");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length < 9);
  const shown = await page.locator("tbody tr").count();
  await page.getByRole("button", { name: "Export" }).click();
  const other = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV" }).click();
  const fitting = await readFile(await (await other).path(), "utf8");
  assert.equal(fitting.trim().split("\n").length, shown + 1, fitting);
});

test("spreadsheets and journals are exported", async () => {
  await browser.go("/receipts?vendor=city");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 2);
  const files = { JSON: "receipts.json", XLSX: "receipts.xlsx", Ledger: "receipts.ledger", Beancount: "receipts.beancount", hledger: "receipts.journal" };
  for (const [name, file] of Object.entries(files)) {
    await page.getByRole("button", { name: "Export" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
    const saved = await download;
    assert.equal(saved.suggestedFilename(), file);
    const content = await readFile(await saved.path());
    if (name === "XLSX") assert.equal(content.subarray(0, 2).toString(), "PK");
    else assert.match(content.toString(), /City Water/);
  }
});

test("a search finds what stands in the files", async () => {
  await browser.go("/library?q=Fietsenmakerij");
  await page.locator(".hits mark").first().waitFor({ timeout: 30_000 });
  await picture(page, "search");
});

test("nothing went wrong, and nothing was asked of another host", () => {
  assert.deepEqual(browser.faults.filter((fault) => !fault.includes("400")), []);
});
