// Files on their way into a library, and what extensions made of them.

import { readSidecar, toBase64 } from "./files";
import { t } from "./i18n";
import { call } from "./rpc";
import { toApiError } from "./query";
import type { Entry, EntryDetails } from "./types";

export interface Upload {
  key: string;
  file: File;
  state: "waiting" | "sending" | "stored" | "booked" | "not_booked" | "failed";
  entry?: string;
  reason?: string;
}

/** Largest file that is taken: it goes as base64 in one request. */
const MAX_BYTES = 23 << 20;
/** Place of the files in the library. */
const PLACE = "console";
/** What Finance says about the parts of a file. */
const PARTS = "parts.finance.json";

/** Sends a file, and tells each step. */
export async function upload(library: string, one: Upload, change: (upload: Upload) => void): Promise<void> {
  const { file } = one;
  if (file.size > MAX_BYTES) {
    change({ ...one, state: "failed", reason: t("import.tooLarge", { limit: MAX_BYTES >> 20 }) });
    return;
  }
  change({ ...one, state: "sending" });
  try {
    const entry = await store(library, file);
    change({ ...one, state: "stored", entry: entry.id });
  } catch (error) {
    change({ ...one, state: "failed", reason: toApiError(error).message });
  }
}

async function store(library: string, file: File): Promise<Entry> {
  const content = await toBase64(file);
  const media_type = mediaType(file);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? file.name : numbered(file.name, number);
    const path = `${PLACE}/${name}`;
    const input = { name, path, entry_type: "file", content, media_type };
    const made = await call<{ entry: Entry; created: boolean }>(
      "action:vdfs.create_entry.input.v1",
      input,
      library,
    );
    // Another file has this name: nothing of it is changed.
    if (made.created || made.entry.size === file.size) return made.entry;
  }
}

function numbered(name: string, number: number): string {
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? `${name} (${number})` : `${name.slice(0, dot)} (${number})${name.slice(dot)}`;
}

const TYPES: Record<string, string> = {
  eml: "message/rfc822",
  pdf: "application/pdf",
  xml: "application/xml",
  mbox: "application/mbox",
};

function mediaType(file: File): string {
  const ending = file.name.split(".").pop()?.toLowerCase() ?? "";
  return TYPES[ending] ?? (file.type === "" ? "application/octet-stream" : file.type);
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
