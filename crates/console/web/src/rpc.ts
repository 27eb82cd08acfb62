// Calls of operations, by JSON-RPC.

import { forget, token } from "./session";
import { signal } from "./store";

/** The daemon answers, or it did not the last time. */
export const reachable = signal(true);

export class ApiError extends Error {
  readonly code: string;
  /** The field of the input that it is about, where it says so. */
  readonly field: string | undefined;

  constructor(code: string, message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

/** The daemon cannot be reached. */
export class GoneError extends ApiError {
  constructor() {
    super("E_GONE", "");
  }
}

interface RpcAnswer {
  result?: unknown;
  error?: { message: string; data?: { code?: string; error?: string; details?: { field?: string; needs?: string } | null } };
}

let lastId = 0;

/** Calls a method of the daemon itself. */
export async function request<T>(method: string, params?: unknown, signal?: AbortSignal): Promise<T> {
  lastId += 1;
  const body = JSON.stringify({ jsonrpc: "2.0", id: lastId, method, params });
  const headers = { "content-type": "application/json", "x-session": token() };
  const answer = await send("/", { method: "POST", headers, body, signal: signal ?? null });
  const { result, error } = (await answer.json()) as RpcAnswer;
  if (error === undefined) return result as T;
  const { code, error: said, details } = error.data ?? {};
  throw new ApiError(code ?? "E_INTERNAL", said ?? error.message, details?.field ?? details?.needs);
}

/** Calls an operation. */
export function call<T>(
  method: string,
  input: unknown,
  library?: string,
  signal?: AbortSignal,
): Promise<T> {
  const params = library === undefined ? { input } : { library, input };
  return request<T>(method, params, signal);
}

/** Asks by HTTP, with the token of the session; answers that are refusals are errors. */
export function sendFile(path: string, init: RequestInit): Promise<Response> {
  return send(path, { ...init, headers: { ...init.headers, "x-session": token() } });
}

async function send(path: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, init);
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
  if (!answer.ok) {
    const said = (await answer.json().catch(() => ({}))) as { code?: string; error?: string };
    throw new ApiError(said.code ?? "E_HTTP", said.error ?? `${answer.status} ${answer.statusText}`);
  }
  return answer;
}
