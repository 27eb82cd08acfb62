// The views of Photos and Vault: pictures by time and place, and secrets that no page holds.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browse, extensions, objections, picture, root, serve } from "./common.mjs";

const MASTER = "correct horse battery staple";
const SECRET = "trombone-5-quartz";

let daemon, browser, page;
before(async () => {
  daemon = await serve();
  await daemon.command("library", "create", "Home");
  for (const extension of ["photos", "vault"]) {
    await daemon.command("ext", "install", join(extensions, extension), "--yes");
  }
  await daemon.command("import", join(root, "extensions/photos/samples"), "--no-index");
  await taken(7);
  secretly([MASTER], "vault", "create");
  secretly([MASTER], "vault", "unlock");
  secretly([SECRET], "vault", "add", "login", "Mail", "username=ann", "url=https://mail.example");
  secretly(["password1"], "vault", "add", "login", "Forum", "username=ann2");
  browser = await browse(daemon);
  page = browser.page;
});
after(() => daemon?.end());

/** Waits until the extension has looked at so many pictures, and made their copies. */
async function taken(count) {
  for (let tries = 0; tries < 240; tries++) {
    const { photos } = JSON.parse(await daemon.command("photo", "list", "--all", "--output", "json"));
    if (photos.filter((photo) => photo.thumbnail != null).length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  assert.fail("the pictures were not looked at");
}

/** Runs a command with secrets on its stdin, a line each. */
function secretly(lines, ...args) {
  const ran = spawnSync(process.env.SPACEDRIVE, ["--data-dir", daemon.data, ...args], {
    input: `${lines.join("\n")}\n`,
    encoding: "utf8",
  });
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout;
}

test("the timeline has the pictures of each place, and one is shown with what it says", async () => {
  await browser.go("/extensions/photos/timeline");
  const cards = page.locator("main img");
  await cards.first().waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll("main img")].some((it) => it.naturalWidth > 0));
  await page.getByText("Lisbon").first().waitFor();
  assert.deepEqual(await objections(page), []);
  await picture(page, "photos");
  await page.getByRole("link", { name: /IMG_0004/ }).first().click();
  await page.getByText("Example Box 1").first().waitFor();
  assert.deepEqual(await objections(page), []);
  assert.deepEqual(browser.faults, []);
});

test("the copies of a picture stand beside each other", async () => {
  await browser.go("/extensions/photos/duplicates");
  await page.getByText("IMG_0006 turned.jpg").first().waitFor();
  assert.deepEqual(await objections(page), []);
  assert.deepEqual(browser.faults, []);
});

test("the items of an unlocked vault are listed, and no page holds what they hide", async () => {
  await browser.go("/extensions/vault/items");
  await page.getByText("Mail", { exact: true }).first().waitFor();
  await page.getByText("ann2").first().waitFor();
  assert.equal((await page.content()).includes(SECRET), false);
  assert.deepEqual(await objections(page), []);
  await picture(page, "vault");
  await browser.go("/extensions/vault/health");
  await page.getByText("Forum").first().waitFor();
  assert.equal((await page.content()).includes(SECRET), false);
  assert.deepEqual(await objections(page), []);
});

test("a locked vault shows nothing of its items", async () => {
  secretly([], "vault", "lock");
  await browser.go("/extensions/vault/items");
  await page.getByText(/locked/i).first().waitFor();
  assert.equal(await page.getByText("ann2").count(), 0);
  assert.deepEqual(browser.faults, []);
});
