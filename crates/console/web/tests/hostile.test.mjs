// Names, contents and metadata that carry markup: text is text.

import assert from "node:assert/strict";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browse, callInPage, finance, serve } from "./common.mjs";

const MARKUP = '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>';

let daemon, browser, page, library;
before(async () => {
  daemon = await serve();
  await daemon.command("library", "create", `Home ${MARKUP.replaceAll("/", "")}`);
  await daemon.command("ext", "install", finance, "--yes");
  browser = await browse(daemon);
  page = browser.page;
  await page.getByText("No receipts yet").waitFor();
  const listed = await callInPage(page, "query:libraries.list.v1", { input: {} });
  library = listed.result.libraries[0].id;
});
after(async () => {
  await browser?.end();
  await daemon?.end();
});

const create = async (input) => {
  const answer = await callInPage(page, "action:vdfs.create_entry.input.v1", { library, input });
  assert.equal(answer.error, undefined, JSON.stringify(answer.error));
  return answer.result.entry.id;
};
const base64 = (text) => Buffer.from(text).toString("base64");

const check = async () => {
  assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
  assert.deepEqual(browser.faults, []);
};

test("markup in names, paths and metadata is shown as it is written", async () => {
  const name = MARKUP.replaceAll("/", "");
  const metadata = { vendor: MARKUP, [MARKUP]: MARKUP };
  const id = await create({ name, path: `x/${name}`, entry_type: "file", metadata });
  await browser.go("/library");
  await page.getByText(name).first().waitFor();
  await browser.go(`/library/${id}`);
  await page.getByText(MARKUP).first().waitFor();
  await browser.go(`/library?q=${encodeURIComponent("onerror")}`);
  await page.locator(".hits mark").first().waitFor();
  await check();
});

test("documents with scripts run nothing", async () => {
  const kinds = {
    "page.html": ["text/html", MARKUP],
    "picture.svg": ["image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'],
    "mail.eml": [
      "message/rfc822",
      `From: <x@x.example>\r\nSubject: ${MARKUP}\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n${MARKUP}<p>hello`,
    ],
    "text.txt": ["text/plain", MARKUP],
  };
  for (const [name, [media_type, text]] of Object.entries(kinds)) {
    const id = await create({ name, path: name, entry_type: "file", media_type, content: base64(text) });
    await browser.go(`/library/${id}`);
    await page.getByRole("heading", { name }).waitFor();
    await page.waitForTimeout(300);
    assert.equal(await page.locator("iframe").count(), 0, name);
  }
  await check();
});

test("a receipt whose vendor is markup is shown as text", async () => {
  const mail =
    `From: "${MARKUP.replaceAll('"', "")}" <till@x.example>\r\nSubject: Your receipt\r\n` +
    `Message-ID: <h@x>\r\n\r\nReceipt No: 1\nDate: 5 January 2026\nTotal  4.50 EUR\nPaid by card\n`;
  await create({
    name: "h.eml",
    path: "h.eml",
    entry_type: "file",
    media_type: "message/rfc822",
    content: base64(mail),
  });
  await browser.go("/receipts");
  await page.getByRole("link", { name: "h.eml" }).or(page.getByText("h.eml")).first().waitFor({ timeout: 30_000 });
  const row = await callInPage(page, "query:finance.page.v1", { library, input: {} });
  const values = { vendor: MARKUP };
  const entry_id = row.result.rows[0].entry_id;
  await callInPage(page, "action:finance.correct.input.v1", { library, input: { entry_id, values } });
  await browser.go(`/receipts/${entry_id}`);
  await page.getByRole("heading", { name: MARKUP }).waitFor();
  await check();
});

test("a sidecar with markup is shown as text, whatever it is called", async () => {
  const id = await create({ name: "with sidecars", path: "with-sidecars", entry_type: "note" });
  for (const name of ["page.html", "data.json", "picture.svg"]) {
    const data = base64(name === "data.json" ? JSON.stringify({ [MARKUP]: MARKUP }) : MARKUP);
    const input = { entry_id: id, name, data };
    const answer = await callInPage(page, "action:vdfs.write_sidecar.input.v1", { library, input });
    assert.equal(answer.error, undefined, JSON.stringify(answer.error));
  }
  await browser.go(`/library/${id}`);
  for (const name of ["page.html", "data.json", "picture.svg"]) {
    await page.getByRole("button", { name }).click();
    await page.getByRole("dialog").getByText("onerror").first().waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  }
  await check();
});

test("an extension whose names are markup is shown as text, before and after its installation", async () => {
  const folder = await mkdtemp(join(tmpdir(), "spacedrive-hostile-"));
  const hello = join(finance, "../hello");
  const manifest = JSON.parse(await readFile(join(hello, "manifest.json"), "utf8"));
  const texts = { name: MARKUP.slice(0, 60), description: MARKUP, author: MARKUP.slice(0, 60) };
  await writeFile(join(folder, "manifest.json"), JSON.stringify({ ...manifest, ...texts }));
  await copyFile(join(hello, manifest.wasm_file), join(folder, manifest.wasm_file));
  await browser.go("/extensions");
  await page.getByLabel(/Install an extension/).fill(folder);
  await page.getByRole("button", { name: "Look at it" }).click();
  await page.getByRole("dialog").getByText("onerror").first().waitFor();
  await page.getByRole("button", { name: "Agree and install" }).click();
  await page.getByRole("link", { name: "onerror" }).waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: "onerror" }).click();
  await page.getByRole("heading", { name: "onerror" }).waitFor();
  await browser.go("/audit");
  await page.getByText("installed", { exact: true }).first().waitFor();
  await check();
  await rm(folder, { recursive: true });
});

test("the policy stops a script that gets into the page all the same", async () => {
  const stopped = await page.evaluate(
    () =>
      new Promise((resolve) => {
        document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
        try {
          document.body.insertAdjacentHTML("beforeend", '<img src="x" onerror="globalThis.hacked=1">');
        } catch (error) {
          resolve(error.name);
        }
      }),
  );
  assert.match(stopped, /TypeError|require-trusted-types-for|script-src/);
  assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
});
