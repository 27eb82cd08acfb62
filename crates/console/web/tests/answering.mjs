// An extension whose operations all answer the same JSON: a module of WebAssembly, written byte by byte.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const I32 = 0x7f;
/** Start of the frame that is answered, and of the memory that the host may fill. */
const [FRAME, HEAP] = [16, 65536];

const leb = (value) => {
  const bytes = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
};
/** Writes a number as it stands in code, where the highest bit of the last byte is its sign. */
const constant = (value) => {
  const bytes = [];
  for (;;) {
    const byte = value & 0x7f;
    value >>= 7;
    if (value === 0 && (byte & 0x40) === 0) return [0x41, ...bytes, byte];
    bytes.push(byte | 0x80);
  }
};
const text = (text) => sized([...new TextEncoder().encode(text)]);
const sized = (bytes) => [...leb(bytes.length), ...bytes];
const vector = (items) => [...leb(items.length), ...items.flat()];
const section = (id, content) => [id, ...sized(content)];
const body = (code) => sized([0, ...code, 0x0b]);

function wasm(answer) {
  const json = [...new TextEncoder().encode(JSON.stringify(answer))];
  const length = new Uint8Array(new Uint32Array([json.length]).buffer);
  const types = [
    [0x60, ...vector([[I32]]), ...vector([[I32]])],
    [0x60, ...vector([[I32], [I32]]), 0],
    [0x60, 0, ...vector([[I32]])],
    [0x60, ...vector([[I32], [I32], [I32], [I32]]), ...vector([[I32]])],
  ];
  const names = ["wasm_alloc", "wasm_free", "plugin_init", "plugin_call"];
  const exported = names.map((name, index) => [...text(name), 0, ...leb(index)]);
  // One call at a time, and each is answered before the next one is written.
  const code = [constant(HEAP), [], constant(0), constant(FRAME)];
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(3, vector([[0], [1], [2], [3]])),
    ...section(5, vector([[0, ...leb(64)]])),
    ...section(7, vector([...exported, [...text("memory"), 2, 0]])),
    ...section(10, vector(code.map(body))),
    ...section(11, vector([[0, ...constant(FRAME), 0x0b, ...sized([...length, 0, 0, 0, 0, ...json])]])),
    ...section(0, [...text("spacedrive.abi"), 1, 0, 0, 0]),
  ]);
}

/** Writes an extension into a folder below this one; returns its path. */
export async function answering(folder, manifest, answer) {
  const path = join(folder, manifest.id);
  await mkdir(path, { recursive: true });
  const whole = { version: "0.1.0", wasm_file: "guest.wasm", permissions: { libraries: ["*"] }, ...manifest };
  await writeFile(join(path, "manifest.json"), JSON.stringify(whole));
  await writeFile(join(path, "guest.wasm"), wasm(answer));
  return path;
}
