// What people type and what rules say, as the console reads it; without a browser.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";
import { build } from "esbuild";

/** Loads a source file as the console has it. */
async function load(path) {
  const entry = new URL(`../src/${path}`, import.meta.url).pathname;
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: "esm", write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

let searchInput, filters, standingOf;
before(async () => {
  ({ searchInput } = await load("pages/library/search.ts"));
  filters = await load("pages/receipts/filter.ts");
  ({ standingOf } = await load("pages/extensions/rules.ts"));
});

test("a search is read as the command line reads it", async () => {
  // The command line has the same table in its tests.
  const searches = JSON.parse(await readFile(new URL("searches.json", import.meta.url), "utf8"));
  assert.ok(searches.length > 30);
  for (const { typed, words = [], type, filters = [], refused } of searches) {
    const read = searchInput(typed, 50);
    assert.equal(read.kind, refused, typed);
    if (refused !== undefined) continue;
    assert.equal(read.text, words.join(" "), typed);
    assert.equal(read.entry_type, type, typed);
    assert.deepEqual((read.filters ?? []).map(({ key, op, value }) => [key, op, value]), filters, typed);
  }
});

test("an amount with two readings is not guessed, and nothing is asked for", () => {
  const filter = (min) => filters.filterOf(new URLSearchParams({ min }));
  for (const [typed, amount] of [["50", 50], [" 1234,50 ", 1234.5], ["1234.5", 1234.5], ["-3", -3], ["0", 0]]) {
    assert.equal(filters.conditions(filter(typed)).min, amount, typed);
    assert.equal(filters.isUnreadable(filter(typed)), false, typed);
  }
  for (const typed of ["1,000", "1.000", "1.234,50", "1,234.50", "50 €", "abc", "1e3", "0x10", "Infinity", "."]) {
    assert.equal(filters.conditions(filter(typed)).min, undefined, typed);
    assert.equal(filters.isUnreadable(filter(typed)), true, typed);
  }
  assert.equal(filters.isUnreadable(filter("")), false);
});

test("a switch takes for its own only the denial of just its methods", () => {
  const asked = "query:vdfs.read_content";
  const allow = { effect: "allow", methods: ["query:vdfs.read_content", "ai.ocr"], libraries: "*" };
  const standing = (...rules) => standingOf(asked, [allow, ...rules].map((rule, index) => ({ id: index, rule })));
  const own = standing({ effect: "deny", methods: [asked] });
  assert.equal(own.own?.id, 1);
  for (const whole of [
    { effect: "deny", methods: ["vdfs.*"] },
    { effect: "deny", methods: ["vdfs.read_content"] },
    { effect: "deny", methods: [asked, "ai.ocr"] },
    { effect: "deny" },
  ]) {
    const { own, whole: found, part } = standing(whole);
    assert.deepEqual([own, found.length, part.length], [undefined, 1, 0], JSON.stringify(whole));
  }
  for (const part of [
    { effect: "deny", methods: [asked], entries: ["taxes/**"] },
    { effect: "deny", methods: [`${asked}.v1`] },
    { effect: "deny", methods: [asked], expires: { until: 1 } },
    { effect: "deny", entries: ["taxes/**"] },
  ]) {
    const { own, whole, part: found } = standing(part);
    assert.deepEqual([own, whole.length, found.length], [undefined, 0, 1], JSON.stringify(part));
  }
  for (const other of [
    { effect: "deny", methods: ["action:vdfs.read_content"] },
    { effect: "deny", methods: ["query:vdfs.read_content_of"] },
    { effect: "deny", domains: ["https://example.com"] },
    { effect: "deny", events: ["entry.created"] },
  ]) {
    const { granted, own, whole, part } = standing(other);
    assert.deepEqual([granted, own, whole.length, part.length], [true, undefined, 0, 0], JSON.stringify(other));
  }
  assert.equal(standingOf("query:ai.embed", [{ id: 0, rule: allow }]).granted, false);
});
