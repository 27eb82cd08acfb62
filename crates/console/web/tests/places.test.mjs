// Nobody is taken away from where they went: by what begins, by an answer that comes late, or by "back".

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browse, finance, samples, serve } from "./common.mjs";

let daemon;
before(async () => {
  daemon = await serve();
  await daemon.command("library", "create", "Home");
  await daemon.command("ext", "install", finance, "--yes");
  await daemon.command("import", join(samples, "01-de-invoice.eml"));
});
after(() => daemon?.end());

const isRejection = (request) => (request.postData() ?? "").includes("action:finance.reject");
const hash = (page) => page.evaluate(() => location.hash);

test("a place that is chosen while the first page is drawn is the one that is shown", async () => {
  const { page, faults, end } = await browse(daemon);
  await page.getByRole("link", { name: /Radhaus/ }).waitFor();
  await page.evaluate(() => {
    addEventListener("hashchange", () => void (location.hash = "#/status"), { once: true });
    location.hash = "#/";
  });
  await page.getByText("Running since").waitFor();
  // Whatever was still to be done for the first page.
  await page.waitForTimeout(500);
  assert.equal(await hash(page), "#/status");
  assert.deepEqual(faults, []);
  await end();
});

test("back leads out of the console where one came into it", async () => {
  const { page, end } = await browse(daemon);
  await page.getByRole("link", { name: /Radhaus/ }).waitFor();
  assert.equal(await hash(page), "#/receipts");
  await page.getByRole("link", { name: "Library", exact: true }).click();
  await page.getByRole("heading", { name: "Library" }).waitFor();
  await page.goBack();
  await page.getByRole("link", { name: /Radhaus/ }).waitFor();
  await page.goBack();
  assert.equal(page.url(), "about:blank");
  await end();
});

test("an answer that comes late leaves one where one is, and else goes on", async () => {
  const { page, go, faults, end } = await browse(daemon);
  let answer;
  const asked = new Promise((resolve) => {
    void page.route("**/*", async (route) => {
      if (!isRejection(route.request())) return route.fallback();
      resolve(undefined);
      await new Promise((resolve) => void (answer = resolve));
      await route.continue();
    });
  });
  await page.getByRole("link", { name: /Radhaus/ }).click();
  await page.getByRole("button", { name: "Not a receipt" }).click();
  await asked;
  await go("/status");
  await page.getByText("Running since").waitFor();
  const done = page.waitForResponse((response) => isRejection(response.request()));
  answer();
  await (await done).finished();
  await page.waitForTimeout(500);
  assert.equal(await hash(page), "#/status");
  await page.unrouteAll();

  await go("/receipts?rejected=1");
  await page.getByRole("link", { name: /Radhaus/ }).click();
  await page.getByRole("button", { name: "It is a receipt" }).click();
  await page.getByRole("button", { name: "Not a receipt" }).click();
  await page.getByText("Rejected ones").waitFor();
  assert.match(await hash(page), /^#\/receipts($|\?)/);
  assert.deepEqual(faults, []);
  await end();
});
