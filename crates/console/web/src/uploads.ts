// Files on their way into a library, and what extensions made of them.

import { readSidecar } from "./files";
import { ApiError, call, GoneError, sendFile } from "./rpc";
import { toApiError } from "./query";
import type { Entry, EntryDetails } from "./types";

export interface Upload {
  key: string;
  file: File;
  state: "waiting" | "sending" | "stored" | "booked" | "not_booked" | "failed";
  entry?: string;
  reason?: string;
}

/** Bytes that are sent at once: what is lost when the connection breaks. */
const CHUNK = 4 << 20;
/** Attempts to send a chunk. */
const ATTEMPTS = 4;
const PAUSE_MS = 1000;
/** Place of the files in the library. */
const PLACE = "console";
/** What Finance says about the parts of a file. */
const PARTS = "parts.finance.json";
const TUS = { "tus-resumable": "1.0.0" };

/** Sends a file, and tells each step. */
export async function upload(library: string, one: Upload, change: (upload: Upload) => void): Promise<void> {
  change({ ...one, state: "sending" });
  try {
    const entry = await store(library, one.file);
    change({ ...one, state: "stored", entry });
  } catch (error) {
    change({ ...one, state: "failed", reason: toApiError(error).message });
  }
}

/** Stores a file under a name of its own; returns its entry. */
async function store(library: string, file: File): Promise<string> {
  for (let number = 1; ; number += 1) {
    const path = `${PLACE}/${number === 1 ? file.name : numbered(file.name, number)}`;
    const known = await entryAt(library, path);
    if (known === undefined) return send(library, file, path);
    // Another file has this name: nothing of it is changed.
    if (known.size === file.size) return known.id;
  }
}

async function entryAt(library: string, path: string): Promise<Entry | undefined> {
  const input = { path_prefix: path, limit: 1 };
  const { entries } = await call<{ entries: Entry[] }>("query:vdfs.list_entries.v1", input, library);
  return entries.find((entry) => entry.path === path.normalize("NFC"));
}

/** Sends a file by the protocol tus, which resumes where the connection broke. */
async function send(library: string, file: File, path: string): Promise<string> {
  const name = btoa(String.fromCharCode(...new TextEncoder().encode(path)));
  const headers = { ...TUS, "upload-length": String(file.size), "upload-metadata": `path ${name}` };
  const begun = await sendFile(`/libraries/${library}/uploads`, { method: "POST", headers });
  const place = begun.headers.get("location") ?? "";
  let entry = begun.headers.get("x-entry");
  let offset = 0;
  while (entry === null) {
    const answer = await sendChunk(place, file, offset);
    offset = Number(answer.headers.get("upload-offset"));
    entry = answer.headers.get("x-entry");
    if (entry === null && offset >= file.size) throw new ApiError("E_INTERNAL", path);
  }
  return entry;
}

async function sendChunk(place: string, file: File, offset: number): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const at = attempt === 1 ? offset : await offsetOf(place);
      const headers = { ...TUS, "upload-offset": String(at), "content-type": "application/offset+octet-stream" };
      return await sendFile(place, { method: "PATCH", headers, body: file.slice(at, at + CHUNK) });
    } catch (error) {
      if (!(error instanceof GoneError) || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
    }
  }
}

async function offsetOf(place: string): Promise<number> {
  const answer = await sendFile(place, { method: "HEAD", headers: TUS });
  return Number(answer.headers.get("upload-offset"));
}

function numbered(name: string, number: number): string {
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? `${name} (${number})` : `${name.slice(0, dot)} (${number})${name.slice(dot)}`;
}

/** Returns what came of a file, or the upload as it was while nothing came of it yet. */
export async function outcomeOf(library: string, one: Upload): Promise<Upload> {
  const { entry } = one;
  if (entry === undefined) return one;
  const details = await call<EntryDetails>("query:vdfs.get_entry.v1", { entry_id: entry }, library);
  if (!details.sidecars.some((sidecar) => sidecar.name === PARTS)) return one;
  const record = JSON.parse(await readSidecar(library, entry, PARTS)) as PartsRecord;
  if (record.outcome.startsWith("booked")) return { ...one, state: "booked" };
  const detail = record.parts.find((part) => part.detail !== undefined)?.detail;
  return { ...one, state: "not_booked", ...(detail === undefined ? {} : { reason: detail }) };
}

interface PartsRecord {
  outcome: string;
  parts: { detail?: string }[];
}
