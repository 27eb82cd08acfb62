// Files on their way into a library, and what extensions made of them.

import { hasContent, readSidecar } from "./files";
import { call, sendPatiently } from "./rpc";
import { toApiError } from "./query";
import type { Entry, EntryDetails } from "./types";

export interface Upload {
  key: string;
  file: File;
  state: "waiting" | "sending" | "stored" | "booked" | "not_booked" | "failed";
  entry?: string;
  reason?: string;
}

/** Place of the files in the library. */
const PLACE = "console";
/** What Finance says about the parts of a file. */
const PARTS = "parts.finance.json";

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
    if (known === undefined) return sendPatiently(library, file, path);
    // Another file that has this name stays as it is.
    if (known.size === file.size && (await hasContent(library, known.id, file))) return known.id;
  }
}

async function entryAt(library: string, path: string): Promise<Entry | undefined> {
  const input = { path_prefix: path, limit: 1 };
  const { entries } = await call<{ entries: Entry[] }>("query:vdfs.list_entries.v1", input, library);
  return entries.find((entry) => entry.path === path.normalize("NFC"));
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
