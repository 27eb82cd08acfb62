import type { Client } from "./client.js";
import { SpacedriveError, backOff, mayPass, pause } from "./error.js";

/** The place of an upload, and how it goes. */
export interface UploadOptions {
  /** The path of the entry. */
  path: string;
  /** Goes on with an upload that was begun before: its `location`. */
  location?: string;
  /** Learns the place of the upload, to go on with it in another life of the program. */
  onStart?: (location: string) => void;
  /** Learns how many bytes are kept. */
  onProgress?: (sent: number, total: number) => void;
  /** Ends the upload; what came stays for a day. */
  signal?: AbortSignal;
  /** Bytes of one request: 8 MiB. */
  chunk?: number;
  /** Failures in a row after which it is given up: 10. */
  attempts?: number;
}

const TUS = { "tus-resumable": "1.0.0" };

/** Uploads a file, resuming it where the connection was lost; returns the id of its entry. */
export async function upload(
  client: Client,
  library: string,
  file: Blob,
  options: UploadOptions,
): Promise<string> {
  let location = options.location;
  let [offset, failures] = [location === undefined ? 0 : -1, 0];
  for (;;) {
    try {
      if (location === undefined) {
        location = await begin(client, library, file, options);
        options.onStart?.(location);
      }
      const step =
        offset < 0 ? state(client, location, file, options) : append(client, location, file, offset, options);
      const { kept, entry } = await step;
      [offset, failures] = [kept, 0];
      options.onProgress?.(kept, file.size);
      if (entry !== null) return entry;
    } catch (error) {
      failures += 1;
      if (!isWorthAnother(error, failures) || failures > (options.attempts ?? 10)) throw error;
      await pause(backOff(failures), options.signal);
      offset = -1;
    }
  }
}

function isWorthAnother(error: unknown, failures: number): boolean {
  if (error instanceof DOMException && error.name === "AbortError") return false;
  if (!(error instanceof SpacedriveError)) return true;
  // Other bytes are kept than was thought: asking tells. A path that is taken stays so.
  if (["E_CONFLICT", "HTTP_409"].includes(error.code)) return failures === 1;
  return mayPass(error);
}

async function begin(client: Client, library: string, file: Blob, options: UploadOptions): Promise<string> {
  const name = btoa(String.fromCharCode(...new TextEncoder().encode(options.path)));
  const headers = { ...TUS, "upload-length": `${file.size}`, "upload-metadata": `path ${name}` };
  const init = { method: "POST", headers, signal: options.signal ?? null };
  const response = await client.send(`/libraries/${library}/uploads`, init);
  if (!response.ok) throw await SpacedriveError.ofResponse(response);
  return response.headers.get("location") ?? "";
}

async function state(client: Client, location: string, file: Blob, options: UploadOptions): Promise<State> {
  const init = { method: "HEAD", headers: TUS, signal: options.signal ?? null };
  const response = await client.send(location, init);
  const state = await read(response);
  const length = Number(response.headers.get("upload-length"));
  if (length !== file.size) throw otherFile(`the upload is for ${length} bytes, and the file has ${file.size}`);
  return state;
}

async function append(
  client: Client,
  location: string,
  file: Blob,
  offset: number,
  options: UploadOptions,
): Promise<State> {
  const bytes = file.slice(offset, offset + (options.chunk ?? 8 << 20));
  const type = "application/offset+octet-stream";
  const headers = { ...TUS, "content-type": type, "upload-offset": `${offset}` };
  const body = await bytes.arrayBuffer();
  const init = { method: "PATCH", headers, body, signal: options.signal ?? null };
  const state = await read(await client.send(location, init));
  // The same would be sent again, without end.
  if (state.kept <= offset && state.entry === null) {
    throw otherFile(`the file ends after ${offset} of ${file.size} bytes`);
  }
  return state;
}

/** Makes the error of an upload that goes on with another file than the one that it was begun with. */
function otherFile(message: string): SpacedriveError {
  return new SpacedriveError("E_BAD_INPUT", message, null);
}

interface State {
  kept: number;
  entry: string | null;
}

async function read(response: Response): Promise<State> {
  if (!response.ok) throw await SpacedriveError.ofResponse(response);
  const kept = Number(response.headers.get("upload-offset"));
  return { kept, entry: response.headers.get("x-entry") };
}
