// Extensions: installed with consent, limited, stopped and released in the browser.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { answering } from "./answering.mjs";
import { browse, finance, objections, picture, serve } from "./common.mjs";

let daemon, browser, page;
before(async () => {
  daemon = await serve();
  await daemon.command("library", "create", "Home");
  browser = await browse(daemon);
  page = browser.page;
  await page.getByText("Finance is not installed").waitFor();
});
after(() => daemon?.end());

test("a folder without an extension is refused with the reason", async () => {
  await browser.go("/extensions");
  await page.getByLabel(/Install an extension/).fill("/nowhere");
  await page.getByRole("button", { name: "Look at it" }).click();
  await page.getByRole("alert").waitFor();
});

test("an extension is installed after its consent in words", async () => {
  await page.getByLabel(/Install an extension/).fill(finance);
  await page.getByRole("button", { name: "Look at it" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("read your files").first().waitFor();
  await dialog.getByRole("heading", { name: "Risks" }).waitFor();
  assert.deepEqual(await objections(page), []);
  await picture(page, "consent");
  await dialog.getByRole("button", { name: "Agree and install" }).click();
  await page.getByRole("link", { name: "Finance" }).waitFor({ timeout: 60_000 });
});

/** Turns a switch, which changes once the daemon has answered. */
async function turn(right, on) {
  await right.click();
  await page.waitForFunction(([it, on]) => it.checked === on, [await right.elementHandle(), on]);
}

test("a switch takes a right away, and the reason of a refusal is told", async () => {
  await page.getByRole("link", { name: "Finance" }).click();
  await page.getByText("Memory, at most").waitFor();
  const right = page.getByRole("switch", { name: "action:vdfs.create_entry" });
  await turn(right, false);
  await page.getByText("Denied", { exact: true }).waitFor();
  await page.getByLabel(/Why may it call this/).fill("action:vdfs.create_entry.input.v1");
  await page.getByRole("button", { name: "Explain" }).click();
  await page.getByText("It is refused").waitFor();
  assert.deepEqual(await objections(page), []);
  await picture(page, "extension");
  await turn(right, true);
  await page.getByRole("button", { name: "Explain" }).click();
  await page.getByText("It would run").waitFor();
});

test("denials of other forms are told, and no switch takes them back", async () => {
  const [reads, writes] = ["query:vdfs.read_content", "action:vdfs.create_entry"];
  await daemon.command("permission", "deny", "finance", "--method", reads, "--entries", "taxes/**");
  await daemon.command("permission", "deny", "finance", "--method", "vdfs.create_entry");
  await page.reload();
  await page.getByText("Denied in part by rule").waitFor();
  assert.ok(await page.getByRole("switch", { name: reads }).isChecked());
  const denied = page.getByRole("switch", { name: writes });
  assert.deepEqual([await denied.isChecked(), await denied.isDisabled()], [false, true]);
  assert.deepEqual(await objections(page), []);
  await turn(page.getByRole("switch", { name: reads }), false);
  await turn(page.getByRole("switch", { name: reads }), true);
  // A second click before the answer of the first changes nothing.
  await page.getByRole("switch", { name: reads }).dblclick();
  await page.getByText("Denied", { exact: true }).waitFor();
  await turn(page.getByRole("switch", { name: reads }), true);
  const [{ grants }] = JSON.parse(await daemon.command("permission", "list", "finance", "--output", "json"));
  const denials = grants.filter(({ rule }) => rule.effect === "deny");
  assert.deepEqual(denials.map(({ rule }) => rule.entries), [["taxes/**"], undefined]);
  for (const { id } of denials) await daemon.command("permission", "revoke", "finance", String(id));
  await page.reload();
  await page.getByText("Memory, at most").waitFor();
});

test("a stopped extension says so wherever it is asked, and runs again when it is released", async () => {
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByText("stopped by the user in the console").waitFor();
  await browser.go("/receipts");
  await page.getByRole("alert").waitFor();
  await browser.go("/extensions/finance");
  await page.getByRole("button", { name: "Release" }).click();
  await page.getByRole("button", { name: "Stop", exact: true }).waitFor();
  await browser.go("/receipts");
  await page.getByText("No receipts yet").waitFor();
});

test("the audit log shows what was decided, and is verified", async () => {
  await browser.go("/audit");
  await page.getByText("installed", { exact: true }).first().waitFor();
  await page.getByRole("button", { name: "Verify" }).click();
  await page.getByText(/none was changed/).waitFor();
  assert.deepEqual(await objections(page), []);
  await picture(page, "audit");
  await page.getByLabel("Search").fill("finance installed");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
  await page.getByLabel("Search").fill("never heard of");
  await page.getByText("No record fits").waitFor();
});

test("an update says what it asks for besides, and an older version is marked as such", async () => {
  const folder = await mkdtemp(join(tmpdir(), "spacedrive-update-"));
  const version = (version, methods) =>
    answering(
      join(folder, version),
      {
        id: "clock",
        name: "Clock",
        version,
        operations: [{ method: "query:clock.now.v1" }],
        permissions: { libraries: ["*"], methods },
      },
      {},
    );
  const look = async (path) => {
    await browser.go("/extensions");
    await page.getByLabel(/Install an extension/).fill(path);
    await page.getByRole("button", { name: "Look at it" }).click();
    return page.getByRole("dialog");
  };
  const first = await version("1.0.0", []);
  const second = await version("2.0.0", ["query:vdfs.read_content"]);
  await (await look(first)).getByRole("button", { name: "Agree and install" }).click();
  await page.getByText("clock 1.0.0").waitFor();
  const update = await look(second);
  await update.getByText("1.0.0").waitFor();
  await update.getByText("read your files").first().waitFor();
  assert.deepEqual(await objections(page), []);
  await update.getByRole("button", { name: "Agree and install" }).click();
  await page.getByText("clock 2.0.0").waitFor();
  const older = await look(first);
  assert.equal(await older.getByRole("button", { name: "Agree and install" }).count(), 0);
  await older.getByRole("button", { name: "Cancel" }).click();
  await rm(folder, { recursive: true });
});

test("an extension is removed after a question", async () => {
  await browser.go("/extensions/finance");
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByRole("link", { name: "Finance" }).waitFor({ state: "detached" });
});
