// Files of one name, filters that are not clear, what an export leaves out, keys that are held, large texts.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browse, callInPage, finance, objections, samples, serve } from "./common.mjs";

let daemon, browser, page, library;
before(async () => {
  daemon = await serve();
  await daemon.command("library", "create", "Home");
  await daemon.command("ext", "install", finance, "--yes");
  const names = ["01-de-invoice.eml", "03-gb-invoice-and-its-receipt.eml", "11-ja-plain-text.eml"];
  await daemon.command("import", ...names.map((name) => join(samples, name)));
  browser = await browse(daemon);
  page = browser.page;
  await page.getByRole("link", { name: /Radhaus/ }).waitFor();
  library = (await ask("query:libraries.list.v1", {}, undefined)).libraries[0].id;
});
after(() => daemon?.end());

async function ask(method, input, of = library) {
  const params = of === undefined ? { input } : { library: of, input };
  const { result, error } = await callInPage(page, method, params);
  assert.equal(error, undefined, JSON.stringify(error));
  return result;
}

const bookings = async (input = {}) => (await ask("query:finance.page.v1", input)).rows;

/** Drops a file on the page of the receipts, and waits for what comes of it. */
async function drop(name, text) {
  await browser.go("/receipts");
  await page.setInputFiles("input[type=file]", { name, mimeType: "text/plain", buffer: Buffer.from(text) });
  const uploads = page.getByRole("region", { name: "Import" });
  await uploads.getByText("1 of 1 done").waitFor({ timeout: 60_000 });
  await uploads.getByRole("button", { name: "Close" }).click();
}

const paths = async () => {
  const { entries } = await ask("query:vdfs.list_entries.v1", { path_prefix: "console", limit: 100 });
  return entries.map(({ path }) => path).sort();
};

test("two files of one name and size are both kept, and one that comes again is not doubled", async () => {
  await drop("notes.txt", "the first ones");
  await drop("notes.txt", "others, as long");
  await drop("notes.txt", "others, as big ");
  assert.deepEqual(await paths(), ["console/notes (2).txt", "console/notes (3).txt", "console/notes.txt"]);
  await drop("notes.txt", "others, as big ");
  await drop("notes.txt", "the first ones");
  assert.equal((await paths()).length, 3);
});

test("an amount with two readings is refused, and nothing is exported by it", async () => {
  await browser.go("/receipts?min=1.000");
  await page.getByText("Write it as 1234.50").waitFor();
  assert.equal(await page.locator("tbody tr").count(), 0);
  assert.ok(await page.getByRole("button", { name: "Export" }).isDisabled());
  assert.deepEqual(await objections(page), []);
  await page.getByLabel("Least").fill("1");
  await page.locator("tbody tr").first().waitFor();
  assert.ok(await page.getByRole("button", { name: "Export" }).isEnabled());
});

test("a condition that cannot be asked for says how it is written", async () => {
  await browser.go("/library?q=amount%3E50,00");
  await page.getByText("is neither a number nor a date").waitFor();
  await page.getByLabel("Search").fill("http://example.org");
  await page.getByText("Nothing was found").waitFor();
});

test("receipts that are not in an exported file are named", async () => {
  const [booking] = await bookings({ vendor: "radhaus" });
  await ask("action:finance.correct.input.v1", { entry_id: booking.entry_id, values: { date: null } });
  await browser.go("/receipts?from=2020-01-01&to=2030-12-31");
  await page.locator("tbody tr").first().waitFor();
  await page.getByRole("button", { name: "Export" }).click();
  const dialog = page.getByRole("dialog");
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "CSV" }).click();
  const text = await readFile(await (await download).path(), "utf8");
  assert.doesNotMatch(text, /Radhaus/);
  await dialog.getByText("1 receipt is not in the file").waitFor();
  await dialog.getByText(/Radhaus/).waitFor();
  assert.deepEqual(await objections(page), []);
  await dialog.getByRole("button", { name: "Close" }).click();
});

test("a key that is held decides about one receipt", async () => {
  assert.equal((await bookings({ to_review: true })).length, 2);
  await browser.go("/review");
  await page.getByText("1 of 2").waitFor();
  for (let times = 0; times < 10; times += 1) {
    await page.keyboard.down("x");
    await page.waitForTimeout(100);
  }
  await page.keyboard.up("x");
  await page.getByText("1 of 1").waitFor();
  assert.equal((await bookings({ to_review: true })).length, 1);
  await page.keyboard.press("x");
  await page.getByText("Nothing needs your eye").waitFor();
});

test("a large text is shown in part, and saved whole", async () => {
  const text = "é".repeat(1 << 20);
  await drop("large.txt", text);
  const { entries } = await ask("query:vdfs.list_entries.v1", { path_prefix: "console/large.txt", limit: 1 });
  await browser.go(`/library/${entries[0].id}`);
  await page.getByText("Save it to see all of it").waitFor();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  assert.equal(await readFile(await (await download).path(), "utf8"), text);
});

test("a topic that the daemon ends is asked for again", async () => {
  let asked = 0;
  let tell;
  await page.routeWebSocket("**/*", (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      if (JSON.parse(message).method.endsWith(".subscribe")) asked += 1;
      server.send(message);
    });
    server.onMessage((message) => {
      const { result } = JSON.parse(message);
      if (result !== undefined && tell === undefined) {
        const ended = { subscription: result, result: { error: { code: "E_CONFLICT", error: "restored" } } };
        tell = () => socket.send(JSON.stringify({ jsonrpc: "2.0", method: "subscription", params: ended }));
      }
      socket.send(message);
    });
  });
  await browser.go("/receipts");
  await page.reload();
  await page.waitForFunction(() => document.querySelector("h1") !== null);
  while (tell === undefined) await page.waitForTimeout(100);
  await page.waitForTimeout(1000);
  const before = asked;
  tell();
  for (let times = 0; asked === before && times < 100; times += 1) await page.waitForTimeout(100);
  assert.equal(asked, before + 1);
  await drop("later.txt", "what came after that");
  await page.getByRole("heading", { name: "Receipts" }).waitFor();
});

test("nothing went wrong", () => {
  assert.deepEqual(browser.faults.filter((fault) => !fault.includes("400")), []);
});
