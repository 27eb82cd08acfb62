// What the console says when something is not as it should be.

import assert from "node:assert/strict";
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
  await first.page.goto(url);
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
