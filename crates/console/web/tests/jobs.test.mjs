// Very many jobs: the newest are shown, filtered by state, and cancelled.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browse, callInPage, objections, serve } from "./common.mjs";

/** More jobs than the page shows. */
const JOBS = 210;

let daemon, browser, page;
before(async () => {
  daemon = await serve();
  await daemon.command("library", "create", "Home");
  const [{ id: library }] = JSON.parse(await daemon.command("--output", "json", "library", "list"));
  browser = await browse(daemon);
  page = browser.page;
  await page.getByText("Finance is not installed").waitFor();
  for (let number = 0; number < JOBS; number += 1) {
    const input = { method: "action:search.make_vectors.input.v1", key: `${number}`, delay_ms: 3_600_000 };
    const { error } = await callInPage(page, "action:jobs.dispatch.input.v1", { library, input });
    assert.equal(error, undefined, JSON.stringify(error));
  }
});
after(() => daemon?.end());

test("the newest of very many jobs are shown, and the page says that there are more", async () => {
  await browser.go("/jobs");
  await page.getByText("Only the newest 200 are shown.").waitFor();
  assert.equal(await page.locator("tbody tr").count(), 200);
  assert.deepEqual(await objections(page), []);
});

test("a job that waits is cancelled, and leaves those that wait", async () => {
  await page.getByLabel("State").selectOption("cancelled");
  await page.getByText("No job").waitFor();
  await page.getByLabel("State").selectOption("waiting");
  await page.getByRole("button", { name: "Cancel" }).first().click();
  await page.getByLabel("State").selectOption("cancelled");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
  assert.deepEqual(browser.faults, []);
});
