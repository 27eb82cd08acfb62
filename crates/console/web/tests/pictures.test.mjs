// Pictures that no browser shows are shown as copies; the filters make room for the receipts on a phone.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browse, finance, root, samples, serve } from "./common.mjs";

let daemon;
before(async () => {
  daemon = await serve();
  await daemon.command("library", "create", "Home");
  await daemon.command("ext", "install", finance, "--yes");
  await daemon.command("import", join(root, "extensions/photos/samples/IMG_20260504_091500.heic"));
  await daemon.command("import", join(samples, "01-de-invoice.eml"));
});
after(() => daemon?.end());

test("a HEIC is a small picture in the grid, and a large one on its page", async () => {
  const { page, go, faults, end } = await browse(daemon);
  await go("/library?view=grid");
  await page.locator(".thumbnail img").waitFor();
  await page.getByRole("link", { name: /IMG_20260504_091500/ }).click();
  const shown = page.locator("img.viewed");
  await shown.waitFor();
  await page.waitForFunction(() => document.querySelector("img.viewed").naturalWidth > 480);
  assert.equal(await shown.getAttribute("alt"), "IMG_20260504_091500.heic.jpg");
  assert.deepEqual(faults, []);
  await end();
});

test("on a phone the filters open by a button, and are open where something is filtered", async () => {
  const { page, go, faults, end } = await browse(daemon, { viewport: { width: 390, height: 844 } });
  const vendor = page.getByRole("search").getByLabel("Vendor");
  const opener = page.getByRole("button", { name: "Filters", exact: true });
  await opener.waitFor();
  assert.equal(await vendor.isVisible(), false);
  await opener.click();
  await vendor.fill("Rad");
  await page.getByRole("link", { name: /Radhaus/ }).waitFor();
  await go("/status");
  await page.getByText("Running since").waitFor();
  await go("/receipts?vendor=Rad");
  await vendor.waitFor({ state: "visible" });
  assert.deepEqual(faults, []);
  await end();
});
