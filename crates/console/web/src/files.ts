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

/** Lets the browser save a file. */
export function saveAs(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
