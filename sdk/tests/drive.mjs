// Drives a daemon with the typed client, the reference client of tus, and that of the Model Context
// Protocol.
//
//     node drive.mjs DATA_FOLDER URL TOKEN LIBRARY ENTRY FILE PROGRAM

import assert from "node:assert/strict";
import fs from "node:fs";
import { setTimeout } from "node:timers/promises";
import { Client as McpClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import tus from "tus-js-client";
import WebSocket from "ws";
import { Client, SpacedriveError, upload } from "../typescript/dist/index.js";

const [folder, url, token, library, entry, file, program] = process.argv.slice(2);
const content = fs.readFileSync(file);
const sockets = [];
const webSocket = (address, headers) => {
  const socket = new WebSocket(address, { headers });
  sockets.push(socket);
  return socket;
};

async function theTypedClient() {
  const client = new Client({ url, token, webSocket });
  const { entries } = await client.call("query:vdfs.list_entries.v1", { library, input: { limit: 1 } });
  assert.equal(entries.length, 1);
  const missing = client.call("query:vdfs.get_entry.v1", { library, input: { entry_id: library } });
  await assert.rejects(missing, (error) => error instanceof SpacedriveError && error.code === "E_NOT_FOUND");
  const denied = new Client({ url, token: "sdt_wrong" }).call("query:core.status.v1", {});
  await assert.rejects(denied, /token/);

  const whole = await client.content(library, entry);
  assert.deepEqual(Buffer.from(await whole.arrayBuffer()), content);
  const part = await client.content(library, entry, undefined, { headers: { range: "bytes=5-9" } });
  assert.equal(part.status, 206);
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), content.subarray(5, 10));

  const info = await client.putSidecar(library, entry, "notes.txt", "one", null);
  assert.equal(info.size, 3);
  await assert.rejects(client.putSidecar(library, entry, "notes.txt", "two", null), { code: "E_CONFLICT" });
  const kept = await client.content(library, entry, { sidecar: "notes.txt" });
  assert.ok((await client.putSidecar(library, entry, "notes.txt", "two", kept.headers.get("etag"))).size === 3);
  await client.close();
}

async function aSubscriptionOutlivesItsConnection() {
  const client = new Client({ url, token, webSocket });
  const end = new AbortController();
  const seen = [];
  for await (const event of client.events(library, { after: 0, signal: end.signal })) {
    seen.push(event.id);
    if (seen.length === 1) sockets.at(-1).terminate();
    if (seen.length === 3) break;
  }
  assert.deepEqual(seen, [...new Set(seen)].sort((a, b) => a - b), "each once, in order");
  assert.equal(seen.length, 3);
  for await (const job of client.jobs(library, AbortSignal.timeout(300))) assert.ok(job.id);
  end.abort();
  await client.close();
}

async function aFailedJobIsAJob() {
  const client = new Client({ url, token, webSocket });
  let failed;
  for await (const job of client.jobs(library, AbortSignal.timeout(20_000))) {
    if (job.state !== "failed") continue;
    failed = job;
    break;
  }
  assert.equal(failed?.error?.code, "E_BAD_INPUT");
  await client.close();
}

async function aSubscriptionThatIsRefusedSaysSo() {
  const first = (options) => {
    const client = new Client({ url, token, webSocket, ...options });
    return client.events(library, { after: 0, signal: AbortSignal.timeout(5000) }).next();
  };
  await assert.rejects(first({ token: "sdt_wrong" }), { code: "HTTP_401" });
  const broken = () => {
    throw new ReferenceError("there are no sockets");
  };
  await assert.rejects(first({ webSocket: broken }), ReferenceError);
  assert.ok((await first({})).value.id);
}

async function closingEndsTheSubscriptions() {
  const before = sockets.length;
  const client = new Client({ url, token, webSocket });
  const feeds = [client.events(library, { after: 0 }), client.jobs(library)];
  await Promise.all(feeds.map((feed) => feed.next()));
  assert.equal(sockets.length - before, 1, "one socket for both");
  const ended = Promise.all(feeds.map(async (feed) => { for await (const _ of feed); }));
  await client.close();
  await within(5000, ended);
  assert.equal(sockets.length - before, 1, "none was opened again");
  assert.equal(sockets.at(-1).readyState >= WebSocket.CLOSING, true);

  const opening = client.jobs(library).next();
  await client.close();
  assert.ok((await within(5000, opening)).done, "closed before it was open");
  const again = client.jobs(library);
  assert.ok((await within(5000, again.next())).value.id, "a subscription after that connects again");
  await client.close();
}

/** Waits for a promise, though no longer than some milliseconds. */
async function within(ms, promise) {
  const late = setTimeout(ms, undefined, { ref: false }).then(() => assert.fail(`not within ${ms} ms`));
  return Promise.race([promise, late]);
}

async function anUploadOutlivesItsConnection() {
  let failures = 2;
  const failing = async (address, init) => {
    if (init?.method === "PATCH" && failures > 0) {
      failures -= 1;
      // Half of the bytes come, and then the connection is gone: the answer is lost as well.
      const offset = init.headers.get("upload-offset");
      const half = init.body.slice(0, init.body.byteLength / 2);
      await fetch(address, { ...init, body: half });
      throw new TypeError(`lost at ${offset}`);
    }
    return fetch(address, init);
  };
  const client = new Client({ url, token, fetch: failing });
  const blob = new Blob([content]);
  const made = await upload(client, library, blob, { path: "from node/typed.bin", chunk: 1 << 20 });
  const read = await client.content(library, made);
  assert.deepEqual(Buffer.from(await read.arrayBuffer()), content);

  const again = upload(client, library, new Blob(["other"]), { path: "from node/typed.bin" });
  await again;
  const { versions } = await client.call("query:vdfs.list_versions.v1", { library, input: { entry_id: made } });
  assert.equal(versions.length, 1, "what was there is a version");
  const refused = upload(client, library, new Blob(["x"]), { path: "../x" });
  await assert.rejects(refused, { code: "E_PATH" });
}

async function anUploadOfAnotherFileIsRefused() {
  const client = new Client({ url, token });
  const metadata = `path ${Buffer.from("from node/ten.bin").toString("base64")}`;
  const headers = { "tus-resumable": "1.0.0", "upload-length": "10", "upload-metadata": metadata };
  const begun = await client.send(`/libraries/${library}/uploads`, { method: "POST", headers });
  const location = begun.headers.get("location");
  const goOn = (text) => {
    const options = { path: "from node/ten.bin", location, signal: AbortSignal.timeout(5000) };
    return upload(client, library, new Blob([text]), options);
  };
  await assert.rejects(goOn("short"), { code: "E_BAD_INPUT" });
  await assert.rejects(goOn("longer than it was"), { code: "E_BAD_INPUT" });
  const made = await goOn("just right");
  assert.equal(await (await client.content(library, made)).text(), "just right");
}

async function theReferenceClientOfTus() {
  const options = {
    endpoint: `${url}/libraries/${library}/uploads`,
    headers: { authorization: `Bearer ${token}` },
    metadata: { filename: "tus.bin", into: "from node" },
    chunkSize: 200_000,
  };
  const first = new tus.Upload(content, options);
  await new Promise((resolve, reject) => {
    first.options.onError = reject;
    first.options.onChunkComplete = () => first.abort().then(resolve);
    first.start();
  });
  let made;
  await new Promise((resolve, reject) => {
    const onAfterResponse = (_, response) => (made = response.getHeader("x-entry") ?? made);
    const again = { ...options, uploadUrl: first.url, onError: reject, onSuccess: resolve, onAfterResponse };
    new tus.Upload(content, again).start();
  });
  const read = await new Client({ url, token }).content(library, made);
  assert.deepEqual(Buffer.from(await read.arrayBuffer()), content);
}

async function theClientOfTheModelContextProtocol() {
  const client = new McpClient({ name: "test", version: "1" });
  const args = ["--data-dir", folder, "mcp", "--library", library];
  await client.connect(new StdioClientTransport({ command: program, args }));
  const { tools } = await client.listTools();
  assert.ok(tools.every((tool) => /^[A-Za-z0-9_-]{1,64}$/.test(tool.name)));
  const list = tools.find((tool) => tool.name === "query-vdfs-list_entries-v1");
  assert.ok(list.annotations.readOnlyHint, "a query");
  const answer = await client.callTool({ name: list.name, arguments: { input: { limit: 1 } } });
  assert.match(JSON.stringify(answer), /in\/1\.txt/);
  const wrong = await client.callTool({ name: list.name, arguments: { input: { limit: 0 } } });
  assert.ok(wrong.isError);
  await client.close();
}

async function theSameClientOverHttp() {
  const connect = async (bearer) => {
    const client = new McpClient({ name: "test", version: "1" });
    const requestInit = { headers: { authorization: `Bearer ${bearer}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }));
    return client;
  };
  const client = await connect(token);
  const { tools } = await client.listTools();
  assert.ok(tools.length > 5);
  assert.ok(tools.every((tool) => tool.name.startsWith("query-") && tool.annotations.readOnlyHint));
  const list = { name: "query-vdfs-list_entries-v1", arguments: { library, input: { limit: 1 } } };
  const answer = await client.callTool(list);
  assert.match(JSON.stringify(answer), /in\/1\.txt/);
  const action = await client.callTool({ name: "action-vdfs-delete_entry-input-v1", arguments: { library } });
  assert.ok(action.isError, "a token for `vdfs.*` names no action");
  await client.close();
  await assert.rejects(connect("sdt_wrong"), { code: 401 });
}

await theTypedClient();
await aSubscriptionOutlivesItsConnection();
await aFailedJobIsAJob();
await aSubscriptionThatIsRefusedSaysSo();
await closingEndsTheSubscriptions();
await anUploadOutlivesItsConnection();
await anUploadOfAnotherFileIsRefused();
await theReferenceClientOfTus();
await theClientOfTheModelContextProtocol();
await theSameClientOverHttp();
console.log("node: all well");
process.exit(0);
