// Bytes: of entries, and of files to be saved.

import { sendFile } from "./rpc";

/** Reads the content of an entry. */
export async function readContent(
  library: string,
  entry: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await get(`/libraries/${library}/entries/${entry}/content`, signal);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Returns whether an entry has the bytes of a file; reads no further than to the first other one. */
export async function hasContent(library: string, entry: string, file: Blob): Promise<boolean> {
  const { body } = await get(`/libraries/${library}/entries/${entry}/content`, undefined);
  if (body === null) return file.size === 0;
  const reader = body.getReader();
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return at === file.size;
    const part = new Uint8Array(await file.slice(at, at + value.length).arrayBuffer());
    if (part.length !== value.length || part.some((byte, index) => byte !== value[index])) {
      await reader.cancel();
      return false;
    }
    at += value.length;
  }
}

/** Reads a sidecar as text. */
export async function readSidecar(
  library: string,
  entry: string,
  name: string,
  signal?: AbortSignal,
): Promise<string> {
  const path = `/libraries/${library}/entries/${entry}/sidecars/${encodeURIComponent(name)}`;
  return (await get(path, signal)).text();
}

/** Reads a sidecar as bytes. */
export async function readSidecarBytes(
  library: string,
  entry: string,
  name: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const path = `/libraries/${library}/entries/${entry}/sidecars/${encodeURIComponent(name)}`;
  return new Uint8Array(await (await get(path, signal)).arrayBuffer());
}

function get(path: string, signal: AbortSignal | undefined): Promise<Response> {
  return sendFile(path, { signal: signal ?? null });
}

/** Reads bytes that are written as base64. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

const CHUNK = 0x8000;

/** Writes bytes as base64. */
export function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(text);
}

/** Lets the browser save a file. */
export function saveAs(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
