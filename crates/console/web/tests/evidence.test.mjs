// Where a field stands: on a photo of a receipt, and on a page that was scanned.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browse, finance, objections, picture, samples, serve } from "./common.mjs";

/** Time for the reading of a picture, which is asked for when a place is looked for. */
const READING = 120_000;

let daemon, browser, page;
before(async () => {
  daemon = await serve();
  await daemon.command("library", "create", "Home");
  await daemon.command("ext", "install", finance, "--yes");
  const names = ["04-photo-of-a-till-slip.eml", "05-scanned-pdf.eml"];
  await daemon.command("import", ...names.map((name) => join(samples, name)), "--no-index");
  browser = await browse(daemon);
  page = browser.page;
});
after(() => daemon?.end());

/** Opens the receipt of a file, and asks where its amount stands. */
async function askForAmount(source) {
  await browser.go("/receipts");
  const row = page.getByRole("row").filter({ hasText: source });
  await row.getByRole("link").click();
  await page.getByRole("region", { name: "Fields" }).getByText("Amount", { exact: true }).waitFor();
  // The line of the total, which the amount was read from.
  await page.locator(".receipt-fields .quote").filter({ hasText: /total|sum|amount/i }).first().click();
  await page.locator(".drawn rect").waitFor({ timeout: READING });
}

/** Returns the marked line, and where it stands in parts of the picture. */
const marked = () =>
  page.evaluate(() => {
    const [svg, image] = [document.querySelector(".drawn svg"), document.querySelector(".drawn img")];
    const [mark, all] = [svg.querySelector("rect").getBoundingClientRect(), image.getBoundingClientRect()];
    const part = (value, start, size) => (value - start) / size;
    return {
      line: svg.getAttribute("aria-label"),
      left: part(mark.left, all.left, all.width),
      right: part(mark.right, all.left, all.width),
      top: part(mark.top, all.top, all.height),
      bottom: part(mark.bottom, all.top, all.height),
    };
  });

for (const [source, name] of Object.entries({
  "04-photo-of-a-till-slip.eml": "evidence-photo",
  "05-scanned-pdf.eml": "evidence-scan",
})) {
  test(`the place of the amount is marked: ${source}`, async () => {
    await askForAmount(source);
    const { line, left, right, top, bottom } = await marked();
    const place = JSON.stringify({ line, left, right, top, bottom });
    assert.match(line, /total|balance|amount/i, place);
    assert.ok(left > -0.05 && right < 1.05 && left < right && right - left > 0.05, place);
    // A line of a receipt, somewhere in its lower part.
    assert.ok(top > 0.2 && bottom < 1.02 && bottom - top < 0.15, place);
    assert.deepEqual(await objections(page), []);
    await picture(page, name);
  });
}

test("nothing went wrong", () => assert.deepEqual(browser.faults, []));
