// axe-core finds nothing on any page, in both schemes, on a phone and at 200 %; all works by keyboard.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browse, callInPage, finance, objections, picture, samples, serve } from "./common.mjs";

let daemon, receipt, entry;
const places = () => [
  "/receipts",
  `/receipts/${receipt}`,
  "/review",
  "/library",
  "/library?view=grid",
  "/library?q=invoice",
  `/library/${entry}`,
  "/jobs",
  "/locations",
  "/extensions",
  "/credentials",
  "/logs",
  "/audit",
  "/settings",
  "/status",
];

before(async () => {
  daemon = await serve();
  await daemon.command("library", "create", "Home");
  await daemon.command("ext", "install", finance, "--yes");
  const names = ["01-de-invoice.eml", "03-gb-invoice-and-its-receipt.eml", "17-nl-plain-text.eml"];
  await daemon.command("import", ...names.map((name) => join(samples, name)));
  const { page, end } = await browse(daemon);
  await page.getByRole("link", { name: /Radhaus/ }).waitFor();
  const library = (await callInPage(page, "query:libraries.list.v1", { input: {} })).result.libraries[0].id;
  const row = (await callInPage(page, "query:finance.page.v1", { library, input: {} })).result.rows[0];
  [receipt, entry] = [row.entry_id, row.documents[0].entry_id];
  await end();
});
after(() => daemon?.end());

for (const [name, options] of Object.entries({
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark", locale: "de-DE" },
  phone: { viewport: { width: 390, height: 844 } },
  "at 200 %": { viewport: { width: 640, height: 430 }, deviceScaleFactor: 2 },
})) {
  test(`axe-core finds nothing: ${name}`, async () => {
    const { page, go, faults, end } = await browse(daemon, options);
    for (const place of places()) {
      await go(place);
      await page.waitForTimeout(900);
      assert.deepEqual(await objections(page), [], place);
      const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(width <= 0, `${place} is ${width} px too wide`);
      const file = place.split("/")[1].split("?")[0];
      if (place === `/${file}`) await picture(page, `${file}-${name.replace(/\W+/g, "-")}`);
    }
    assert.deepEqual(faults, []);
    await end();
  });
}

test("the review is worked through by keyboard", async () => {
  const { page, go, end } = await browse(daemon);
  await go("/review");
  await page.getByText("1 of 1").waitFor();
  await page.keyboard.press("e");
  await page.keyboard.press("Escape");
  await page.keyboard.press("c");
  await page.getByText("Nothing needs your eye").waitFor();
  await end();
});

test("the skip link, the links and the fields are reached by Tab, and the focus is seen", async () => {
  const { page, end } = await browse(daemon);
  await page.getByRole("link", { name: /Radhaus/ }).waitFor();
  await page.reload();
  await page.getByRole("link", { name: /Radhaus/ }).waitFor();
  await page.evaluate(() => document.activeElement?.blur());
  const seen = [];
  for (let count = 0; count < 60; count += 1) {
    await page.keyboard.press("Tab");
    seen.push(await page.evaluate(() => document.activeElement?.textContent?.trim().slice(0, 30) ?? ""));
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    // Behind the last one stands the browser itself.
    const isBody = await page.evaluate(() => document.activeElement === document.body);
    if (!isBody) assert.notEqual(outline, "none", seen.at(-1));
  }
  for (const text of ["Receipts", "Export", "Radhaus"]) {
    assert.ok(seen.some((it) => it.includes(text)), `${text}: ${seen}`);
  }
  await end();
});
