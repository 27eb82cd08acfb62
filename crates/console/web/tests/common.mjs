// A daemon on a data folder of its own, and a browser that is let in.

import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const run = promisify(execFile);
const { SPACEDRIVE, SPACEDRIVE_EXTENSIONS, CHROMIUM, PICTURES, BUILT } = process.env;
if (SPACEDRIVE === undefined) throw new Error("these tests are run by: cargo xtask console --check");

export const root = new URL("../../../../", import.meta.url).pathname;
export const samples = join(root, "extensions/finance/samples");
/** The folder of the extensions that were built. */
export const extensions = SPACEDRIVE_EXTENSIONS;
export const finance = join(extensions, "finance");
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Browsers that are open, also those of tests that failed. */
const browsers = [];

/** Starts a daemon, with a configuration if one is given; `end` ends it and removes its data. */
export async function serve(config) {
  const data = await mkdtemp(join(tmpdir(), "spacedrive-console-"));
  if (config !== undefined) await writeFile(join(data, "config.toml"), config);
  const command = async (...args) => (await run(SPACEDRIVE, ["--data-dir", data, ...args])).stdout.trim();
  let daemon;
  const start = async (address = "127.0.0.1:0") => {
    const args = ["--data-dir", data, "--output", "json", "serve", "--listen", address];
    daemon = spawn(SPACEDRIVE, args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    for await (const chunk of daemon.stdout) {
      text += chunk;
      try {
        return JSON.parse(text).address;
      } catch {
        // The rest is still to come.
      }
    }
    throw new Error("the daemon did not start");
  };
  const stop = async () => {
    const ended = new Promise((resolve) => daemon.once("exit", resolve));
    daemon.kill("SIGTERM");
    await ended;
  };
  const address = await start();
  return {
    data,
    address,
    command,
    stop,
    start: () => start(new URL(address).host),
    invite: () => command("console", "--print"),
    async end() {
      await Promise.all(browsers.map((browser) => browser.close()));
      await stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Opens the browser and lets it in. What it says of errors and violations is kept. */
export async function browse(daemon, options = {}) {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: process.getuid() === 0 ? ["--no-sandbox"] : [],
  });
  browsers.push(browser);
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    locale: "en-GB",
    timezoneId: "UTC",
    ...options,
  });
  // While the console is written: the files as they are built now, in a program that has older ones.
  if (BUILT !== undefined) {
    for (const name of ["app.js", "app.css"]) {
      await context.route(`**/console/${name}`, (route) => route.fulfill({ path: join(BUILT, name) }));
    }
  }
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    // The viewer of PDFs is a part of the browser.
    const isViewer = ["chrome:", "chrome-extension:"].includes(url.protocol);
    const isOwn = url.origin === daemon.address || isViewer || ["blob:", "data:"].includes(url.protocol);
    if (!isOwn) faults.push(`asked ${request.url()}`);
  });
  await page.goto(await daemon.invite());
  return {
    page,
    context,
    faults,
    go: (place) => page.evaluate((place) => void (location.hash = place), place),
    end: () => browser.close(),
  };
}

/** Lists what axe-core objects to, at one place of the console. */
export async function objections(page) {
  // Outside of the policy of the page, as a person's own tools are.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ").slice(0, 400)}`);
}

/** The pictures that the pages and the READMEs of the extensions show. */
const WANTED = [
  "receipts",
  "receipt",
  "evidence",
  "review-light",
  "receipts-dark",
  "extension",
  "settings",
  "view",
  "view-form",
  "evidence-photo",
  "sign-in",
  "photos",
  "vault",
];

/** Makes a picture for the documentation, where they are asked for. */
export async function picture(page, name) {
  if (PICTURES === undefined || !WANTED.includes(name)) return;
  await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: "disabled" });
}

/** Calls an operation as the page does. */
export function callInPage(page, method, params) {
  return page.evaluate(
    async ([method, params]) => {
      const headers = {
        "content-type": "application/json",
        "x-session": localStorage.getItem("spacedrive.session"),
      };
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
      return (await fetch("/", { method: "POST", headers, body })).json();
    },
    [method, params],
  );
}
