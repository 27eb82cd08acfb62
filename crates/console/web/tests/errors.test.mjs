// What the console says when something is not as it should be.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { browse, callInPage, serve } from "./common.mjs";

let daemon;
before(async () => {
  daemon = await serve();
  await daemon.command("library", "create", "Home");
});
after(() => daemon?.end());

test("a code works once", async () => {
  const first = await browse(daemon);
  await first.page.getByText("Finance is not installed").waitFor();
  const url = await daemon.invite();
  const used = first.page.waitForResponse("**/console/session");
  await first.page.goto(url);
  await used;
  await first.page.reload();
  assert.equal(new URL(first.page.url()).hash.includes("code"), false);
  const other = await browse(daemon);
  await other.page.evaluate(() => localStorage.clear());
  await other.context.clearCookies();
  await other.page.goto("about:blank");
  await other.page.goto(url);
  await other.page.getByText("You are not signed in").waitFor();
  await first.end();
  await other.end();
});

test("whoever signs out is out, in every tab", async () => {
  const { page, context, end } = await browse(daemon);
  const second = await context.newPage();
  await second.goto(daemon.address);
  await second.getByText("Finance is not installed").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("You are not signed in").waitFor();
  await second.getByText("You are not signed in").waitFor();
  const answer = await callInPage(page, "query:libraries.list.v1", { input: {} });
  assert.match(answer.error, /token is needed/);
  await end();
});

test("a cookie without its token is no session", async () => {
  const { page, end } = await browse(daemon);
  await page.getByText("Finance is not installed").waitFor();
  await page.evaluate(() => localStorage.setItem("spacedrive.session", "wrong"));
  await page.reload();
  await page.getByText("You are not signed in").waitFor();
  await end();
});

test("the daemon is gone, and comes again", async () => {
  const { page, end } = await browse(daemon);
  await page.getByText("Finance is not installed").waitFor();
  await daemon.stop();
  await page.evaluate(() => void (location.hash = "#/jobs"));
  await page.getByText("The daemon does not answer").first().waitFor();
  await daemon.start();
  // Sessions end with the daemon.
  await page.getByText("You are not signed in").waitFor({ timeout: 20_000 });
  await end();
});

test("the pages of the console say what browsers must not do with them", async () => {
  const answer = await fetch(`${daemon.address}/`);
  const said = Object.fromEntries(answer.headers);
  const policy = said["content-security-policy"];
  for (const part of ["default-src 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]) {
    assert.ok(policy.includes(part), policy);
  }
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|\*/);
  assert.equal(said["x-content-type-options"], "nosniff");
  assert.equal(said["x-frame-options"], "DENY");
  assert.equal(said["referrer-policy"], "no-referrer");
  assert.equal(said["cross-origin-opener-policy"], "same-origin");
});

test("a page of another port has the cookie, and can do nothing", async () => {
  const stranger = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>Stranger</title>");
  });
  await new Promise((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const { page, context, end } = await browse(daemon);
  await page.getByText("Finance is not installed").waitFor();
  const other = await context.newPage();
  await other.goto(`http://127.0.0.1:${stranger.address().port}/`);
  const tried = await other.evaluate(attack, daemon.address);
  assert.deepEqual(tried, { read: "failed", written: "opaque", socket: "closed" });
  const { result } = await callInPage(page, "query:libraries.list.v1", { input: {} });
  assert.deepEqual(result.libraries.map(({ name }) => name), ["Home"]);
  await end();
  stranger.close();
});

/** What a page of another origin can try: a call, a form, and a WebSocket. */
async function attack(address) {
  const call = { jsonrpc: "2.0", id: 1, method: "action:libraries.create.input.v1", params: { input: { name: "Theirs" } } };
  const body = JSON.stringify(call);
  const all = { method: "POST", credentials: "include", body };
  const headers = { "content-type": "application/json", "x-session": "guess" };
  const read = await fetch(address, { ...all, headers }).then(() => "done", () => "failed");
  const written = await fetch(address, { ...all, mode: "no-cors" }).then(({ type }) => type, () => "failed");
  const socket = await new Promise((resolve) => {
    const socket = new WebSocket(address.replace("http", "ws"), ["spacedrive", "session.guess"]);
    socket.onopen = () => resolve("open");
    socket.onclose = () => resolve("closed");
  });
  return { read, written, socket };
}
