// Signing in at a provider, with a real OpenID provider on loopback.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { browse, callInPage, extensions, finance, objections, picture, root, serve } from "./common.mjs";

/** The provider that tests in Rust sign in at as well. */
const SOURCE = join(root, "crates/ext-testing/src/oidc");
const FOLDER = join(extensions, "../tmp/console-oidc");

let provider, daemon, browser, page;
before(async () => {
  provider = await startProvider();
  daemon = await serve(config(provider));
  await daemon.command("library", "create", "Home");
  await daemon.command("ext", "install", finance, "--yes");
  browser = await browse(daemon);
  page = browser.page;
  await page.getByText("No receipts yet").waitFor();
});
after(async () => {
  await daemon?.end();
  provider?.child.kill();
});

/** Installs the provider as its lock file says, once, and starts it. */
async function startProvider() {
  await mkdir(FOLDER, { recursive: true });
  const lock = await readFile(join(SOURCE, "package-lock.json"), "utf8");
  const stamp = join(FOLDER, "installed");
  const installed = await readFile(stamp, "utf8").catch(() => "");
  for (const name of ["package.json", "package-lock.json", "server.mjs"]) {
    await copyFile(join(SOURCE, name), join(FOLDER, name));
  }
  if (installed !== lock) {
    const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    await promisify(execFile)("npm", args, { cwd: FOLDER });
    await writeFile(stamp, lock);
  }
  const child = spawn("node", [join(FOLDER, "server.mjs")], { stdio: ["pipe", "pipe", "ignore"] });
  for await (const line of createInterface({ input: child.stdout })) {
    // It may warn of its keys for development before.
    if (line.startsWith("{")) return { child, ...JSON.parse(line) };
  }
  throw new Error("the provider did not start");
}

const config = ({ issuer, api, providerPort, apiPort }) => `
[http]
allow_addresses = ["127.0.0.1:${providerPort}", "127.0.0.1:${apiPort}"]

[auth.providers.work]
client_id = "public"
authorization_url = "${issuer}/auth"
token_url = "${issuer}/token"
revocation_url = "${issuer}/token/revocation"
issuer = "${issuer}"
scopes = ["openid", "mail.read"]
hosts = ["${api}"]
`;

const begin = async () => {
  await page.getByRole("button", { name: "Sign in" }).first().click();
  await page.getByRole("button", { name: "Go on" }).click();
  const link = page.getByRole("link", { name: /Open the page of/ });
  await link.waitFor();
  return link;
};

test("a login is begun for an extension, at a provider of the configuration", async () => {
  await browser.go("/credentials");
  await page.getByText("No login and no password").waitFor();
  await page.getByRole("button", { name: "Sign in" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("For the extension").waitFor();
  // Google is built in, and has no client here.
  assert.deepEqual(await dialog.getByLabel("Provider").locator("option").allInnerTexts(), ["work"]);
  await dialog.getByText(`Its tokens are sent to ${provider.api} only.`).waitFor();
  assert.deepEqual(await objections(page), []);
  await dialog.getByLabel("Name of the login").fill("Not a Name");
  await dialog.getByRole("button", { name: "Go on" }).click();
  await dialog.getByRole("alert").getByText(/not a valid credential name/).waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
});

test("a sign-in that is closed is cancelled, and leaves nothing", async () => {
  const link = await begin();
  const back = new URL(new URL(await link.getAttribute("href")).searchParams.get("redirect_uri"));
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByText("No login and no password").waitFor();
  // Nobody listens there any more.
  const listens = () => fetch(back).then(() => true, () => false);
  for (let tries = 0; tries < 50 && (await listens()); tries += 1) await page.waitForTimeout(100);
  assert.equal(await listens(), false);
});

test("who signs in at the provider comes back, and the login is there", async () => {
  const link = await begin();
  assert.deepEqual(await objections(page), []);
  await picture(page, "sign-in");
  const opened = browser.context.waitForEvent("page");
  await link.click();
  const other = await opened;
  await other.locator("input[name=login]").fill("ada");
  await other.locator("input[name=password]").fill("any");
  await other.locator("button[type=submit], input[type=submit]").click();
  await other.getByRole("button", { name: /continue/i }).click();
  await other.getByText("Signed in. You can close this page.").waitFor();
  // The page of the provider cannot reach the console.
  assert.equal(await other.evaluate(() => globalThis.opener), null);
  await other.close();
  await page.getByText("You are signed in.").waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  const row = page.getByRole("row").filter({ hasText: provider.api });
  await row.getByText("Ready").waitFor();
  assert.deepEqual(await objections(page), []);
});

test("no token comes into the page", async () => {
  const answers = await Promise.all(
    ["query:secret_store.list.v1", "query:secret_store.providers.v1"].map((method) =>
      callInPage(page, method, { input: {} }),
    ),
  );
  const text = JSON.stringify(answers) + (await page.content());
  assert.match(text, /oauth2/);
  assert.doesNotMatch(text, /access_token|refresh_token/);
});

test("who signs out is out at the provider as well", async () => {
  await page.getByRole("button", { name: "Sign out" }).last().click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("No login and no password").waitFor();
  assert.deepEqual(browser.faults, []);
});
