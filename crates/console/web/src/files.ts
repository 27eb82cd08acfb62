// Bytes: of entries, of files that are dropped, of files to be saved.

import { call } from "./rpc";

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

export async function toBase64(file: Blob): Promise<string> {
  const reader = new FileReader();
  return new Promise((resolve, reject) => {
    reader.onerror = () => reject(reader.error ?? new Error("the file cannot be read"));
    reader.onload = () => resolve(String(reader.result).split(",", 2)[1] ?? "");
    reader.readAsDataURL(file);
  });
}

/** Reads the content of an entry. */
export async function readContent(
  library: string,
  entry: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const input = { entry_id: entry };
  const answer = await call<{ data: string }>("query:vdfs.read_content.v1", input, library, signal);
  return fromBase64(answer.data);
}

/** Reads a sidecar as text. */
export async function readSidecar(
  library: string,
  entry: string,
  name: string,
  signal?: AbortSignal,
): Promise<string> {
  const input = { entry_id: entry, name };
  const answer = await call<{ data: string }>("query:vdfs.read_sidecar.v1", input, library, signal);
  return new TextDecoder().decode(fromBase64(answer.data));
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
