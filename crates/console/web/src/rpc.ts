// Calls of operations, by the client that all programs use (sdk/typescript), as the session of this page.

import { Client, SpacedriveError, upload, type Method, type Operations } from "../../../../sdk/typescript/src/index";
import { forget, token } from "./session";
import { signal } from "./store";

/** The daemon answers, or it did not the last time. */
export const reachable = signal(true);

export class ApiError extends SpacedriveError {
  constructor(code: string, message: string) {
    super(code, message, null);
  }
}

/** Returns the field of the input that an error is about, where it says so. */
export function fieldOf({ body }: SpacedriveError): string | undefined {
  const { details } = (body ?? {}) as { details?: { field?: string; needs?: string } | null };
  return details?.field ?? details?.needs;
}

/** The daemon cannot be reached. */
export class GoneError extends ApiError {
  constructor() {
    super("E_GONE", "");
  }
}

export const client = new Client({ fetch: send });

/** Calls a method of the daemon itself. */
export function request<T>(method: string, params?: unknown, signal?: AbortSignal): Promise<T> {
  return client.request(method, params, signal) as Promise<T>;
}

/** Calls an operation. Those of the daemon have their types from it; those of extensions are named. */
export function call<M extends Method>(
  method: M,
  input: Operations[M]["input"],
  library?: string,
  signal?: AbortSignal,
): Promise<Operations[M]["output"]>;
export function call<T>(method: string, input: unknown, library?: string, signal?: AbortSignal): Promise<T>;
export function call(method: string, input: unknown, library?: string, signal?: AbortSignal): Promise<unknown> {
  return request(method, library === undefined ? { input } : { library, input }, signal);
}

/** Asks by HTTP; answers that are refusals are errors. */
export async function sendFile(path: string, init: RequestInit): Promise<Response> {
  const answer = await client.send(path, init);
  if (answer.ok) return answer;
  throw await SpacedriveError.ofResponse(answer);
}

/** Bytes of a file that are sent at once: what is lost when the connection breaks. */
const CHUNK = 4 << 20;

/** Sends a file, which resumes where the connection broke; returns its entry. */
export async function sendPatiently(library: string, file: File, path: string): Promise<string> {
  let gone = false;
  const patient = new Client({
    fetch: async (path, init) => {
      try {
        return await send(path, init);
      } catch (error) {
        gone = error instanceof GoneError;
        // What is no answer of the daemon is tried again.
        throw gone ? new TypeError("gone") : error;
      }
    },
  });
  try {
    return await upload(patient, library, file, { path, chunk: CHUNK, attempts: 5 });
  } catch (error) {
    throw gone ? new GoneError() : error;
  }
}

/** Sends a request with the token of the session, and takes note when there is nobody, or no session. */
async function send(path: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("x-session", token());
  let answer: Response;
  try {
    answer = await fetch(path, { ...init, headers });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    reachable.set(false);
    throw new GoneError();
  }
  reachable.set(true);
  if (answer.status === 401) {
    forget();
    throw new ApiError("E_SIGNED_OUT", "");
  }
  return answer;
}
