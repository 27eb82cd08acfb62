// The settings of the program, logins, and the log as it comes.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browse, finance, objections, picture, samples, serve } from "./common.mjs";

const CONFIG = `# Written by hand
[storage] # room
keep_days = 10 # not long

[auth.providers.work]
client_id = "app"
client_secret = "canary-of-the-client"
authorization_url = "https://login.example.com/auth"
token_url = "https://login.example.com/token"
hosts = ["https://api.example.com"]
`;

let daemon, browser, page, file;
before(async () => {
  daemon = await serve();
  await daemon.command("library", "create", "Home");
  await daemon.command("ext", "install", finance, "--yes");
  file = join(daemon.data, "config.toml");
  await writeFile(file, CONFIG);
  browser = await browse(daemon);
  page = browser.page;
  await page.getByText("No receipts yet").waitFor();
});
after(() => daemon?.end());

test("a setting is changed, and the rest of the file stays as it is", async () => {
  await browser.go("/settings");
  await page.getByLabel("Days of former versions").fill("20");
  await page.getByRole("listitem").filter({ hasText: "Days of former versions" }).getByRole("button", { name: "Save" }).click();
  await page.getByText("It counts from now on").waitFor();
  assert.equal(await readFile(file, "utf8"), CONFIG.replace("keep_days = 10", "keep_days = 20"));
  assert.deepEqual(await objections(page), []);
  await picture(page, "settings");
});

test("a wrong value is refused with the reason, and changes nothing", async () => {
  const before = await readFile(file, "utf8");
  await page.getByLabel("Days in the bin").fill("many");
  await page.getByRole("listitem").filter({ hasText: "Days in the bin" }).getByRole("button", { name: "Save" }).click();
  await page.getByText("is not a whole number").waitFor();
  assert.equal(await readFile(file, "utf8"), before);
});

test("what names servers is shown and not changed, and its secret is not shown", async () => {
  const servers = page.getByRole("region", { name: "Servers" });
  await servers.getByText("https://login.example.com/token").waitFor();
  await servers.getByText("(secret)").waitFor();
  assert.equal(await servers.getByRole("textbox").count(), 0);
  assert.equal((await page.content()).includes("canary"), false);
});

test("a file that was changed meanwhile is not written over", async () => {
  await writeFile(file, CONFIG.replace("keep_days = 10", "keep_days = 11"));
  await page.getByLabel("Days in the bin").fill("5");
  await page.getByRole("listitem").filter({ hasText: "Days in the bin" }).getByRole("button", { name: "Save" }).click();
  await page.getByText("is another one by now").waitFor();
  assert.match(await readFile(file, "utf8"), /keep_days = 11/);
});

test("the log shows what comes, by extension and level", async () => {
  // Its file was changed: the daemon says so.
  await browser.go("/logs?level=debug");
  await page.locator(".log li").filter({ hasText: "config.toml" }).first().waitFor();
  assert.deepEqual(await objections(page), []);
  await picture(page, "log");
  await page.getByLabel("From level").selectOption("error");
  await page.getByText("No record yet").waitFor();
});

test("a refusal in the audit log leads to the rule that decided", async () => {
  await daemon.command("permission", "deny", "finance", "--method", "vdfs.create_entry");
  await daemon.command("import", join(samples, "02-us-receipt.eml")).catch(() => undefined);
  await browser.go("/audit?q=create_entry");
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByRole("link", { name: "Why?" }).first().click();
  await page.getByText("It is refused").waitFor();
});
