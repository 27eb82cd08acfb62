// A library of very many entries, all of them receipts: the first rows come at once, the others when they are
// asked for, and while the receipts are being indexed the page shows what is there.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { browse, finance, root, serve } from "./common.mjs";

const run = promisify(execFile);
const ENTRIES = Number(process.env.ENTRIES ?? 100_000);
/** Time to the first rows that is allowed, in milliseconds. */
const FIRST_ROWS = Number(process.env.FIRST_ROWS ?? 300);
/** Time for the index of all receipts, in milliseconds. */
const INDEXED = 900_000;
const ROUNDS = 5;

let daemon, browser, page;
before(async () => {
  daemon = await serve();
  await daemon.command("library", "create", "Home");
  await daemon.command("ext", "install", finance, "--yes");
  const [library] = JSON.parse(await daemon.command("--output", "json", "library", "list"));
  await daemon.stop();
  // Booking them one by one would take hours.
  const many = join(root, "benches/receipts/many.py");
  await run("python3", [many, "fill", join(library.path, "library.db"), String(ENTRIES)]);
  await daemon.start();
  browser = await browse(daemon);
  page = browser.page;
});
after(async () => {
  await browser?.end();
  await daemon?.end();
});

/** Goes to a place from another one, and returns the milliseconds until it has its first rows. */
async function firstRows(place) {
  await browser.go("/status");
  await page.getByText("Running since").waitFor();
  return page.evaluate(async (place) => {
    const start = performance.now();
    location.hash = place;
    while (document.querySelectorAll("tbody tr").length < 50) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return performance.now() - start;
  }, `#${place}`);
}

async function inTime(place) {
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(Math.round(await firstRows(place)));
  const [median] = times.toSorted((one, other) => one - other).slice(Math.floor(ROUNDS / 2));
  console.log(`# ${place}, ${ENTRIES} entries: first rows after ${times} ms`);
  assert.ok(median <= FIRST_ROWS, `${place}: median of ${times} ms`);
}

test("while the receipts are being indexed, the page shows what is there and says so", async () => {
  const start = performance.now();
  await browser.go("/receipts");
  const word = page.getByText("The receipts are being indexed");
  await word.waitFor({ timeout: INDEXED });
  await page.locator("tbody tr").nth(49).waitFor({ timeout: INDEXED });
  await word.waitFor({ state: "detached", timeout: INDEXED });
  console.log(`# ${ENTRIES} receipts: indexed after ${Math.round(performance.now() - start)} ms`);
  await page.getByText(`of ${new Intl.NumberFormat("en-GB").format(ENTRIES)}`).first().waitFor();
  assert.deepEqual(browser.faults, []);
});

test("the first receipts are there in time", () => inTime("/receipts"));

test("the first entries are there in time", () => inTime("/library"));

test("pages of entries are asked for, never all rows", async () => {
  await browser.go("/library");
  await page.locator("tbody tr").nth(99).waitFor();
  assert.ok((await page.locator("tbody tr").count()) <= 300);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await page.locator("tbody tr").nth(199).waitFor();
  assert.ok((await page.locator("tbody tr").count()) <= 500);
});

test("another page of receipts has other rows, in the order that was asked for", async () => {
  await browser.go("/receipts?sort=amount&descending=1");
  const first = () => page.locator("tbody tr").first().textContent();
  await page.locator("tbody tr").nth(49).waitFor();
  const before = await first();
  await page.getByRole("button", { name: "Next" }).click();
  await page.waitForFunction(
    (before) => document.querySelector("tbody tr")?.textContent !== before,
    before,
    { timeout: 60_000 },
  );
  assert.notEqual(await first(), before);
  assert.deepEqual(browser.faults, []);
});
