import { Connection, LostConnection, type SocketLike } from "./connection.js";
import { SpacedriveError, backOff, mayPass, pause } from "./error.js";
import type { Job, LoggedEvent, Operations, SidecarInfo } from "./operations.js";

/** The methods of the built-in operations. */
export type Method = keyof Operations;

/** The input of an operation, and its library, if it needs one. */
export type Params<M extends Method> = (Operations[M]["library"] extends true
  ? { library: string }
  : { library?: undefined }) &
  (Record<string, never> extends Operations[M]["input"]
    ? { input?: Operations[M]["input"] }
    : { input: Operations[M]["input"] }) & { signal?: AbortSignal };

/** The place and the rights of a client. */
export interface ClientOptions {
  /** The address of the daemon; in a browser, that of the page unless it is named. */
  url?: string;
  /** A token (`spacedrive token create`). A page that the daemon itself serves needs none. */
  token?: string;
  /** Another `fetch`. */
  fetch?: typeof fetch;
  /** Opens a WebSocket. The one of browsers sends no token: with `ws`, pass `headers` on. */
  webSocket?: (url: string, headers: Record<string, string>) => SocketLike;
}

/** The events that a subscription asks for. */
export interface EventsOptions {
  /** Only events after this one; without it those that come from now on. */
  after?: number;
  /** Only events of these kinds: `entry.created`. */
  kinds?: string[];
  /** Only events of entries at or below this path. */
  under?: string;
  /** Ends the subscription. */
  signal?: AbortSignal;
}

/** Part of a file: the content, one that it had before, or a sidecar. */
export type FilePart = { version: number } | { sidecar: string } | undefined;

/**
 * Calls of a daemon, over `fetch`; subscriptions share one WebSocket, which is opened again when it is
 * lost, and go on after the last event that was seen.
 */
export class Client {
  readonly #url: string;
  readonly #options: ClientOptions;
  #connection: Connection | undefined;
  /** Ends the subscriptions that run. */
  #end = new AbortController();
  #next = 1;

  constructor(options: ClientOptions = {}) {
    const here = (globalThis as { location?: { origin: string } }).location?.origin;
    this.#url = (options.url ?? here ?? "http://127.0.0.1:7711").replace(/\/+$/, "");
    this.#options = options;
  }

  /** Calls a built-in operation. */
  async call<M extends Method>(method: M, params: Params<M>): Promise<Operations[M]["output"]>;
  /** Calls an operation of an extension. */
  async call(
    method: string,
    params: { library?: string; input?: unknown; signal?: AbortSignal },
  ): Promise<unknown>;
  async call(
    method: string,
    params: { library?: string; input?: unknown; signal?: AbortSignal },
  ): Promise<unknown> {
    const { library, input, signal } = params;
    return this.request(method, { library, input }, signal);
  }

  /** Calls a method of the daemon itself, such as `daemon.status` and `rpc.discover`. */
  async request(method: string, params?: unknown, signal?: AbortSignal): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: this.#next++, method, params });
    const headers = { "content-type": "application/json" };
    const response = await this.send("/", { method: "POST", headers, body, signal: signal ?? null });
    if (!response.ok) throw await SpacedriveError.ofResponse(response);
    const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (answer.error) throw SpacedriveError.ofRpc(answer.error);
    return answer.result;
  }

  /** Sends a request of HTTP to a path of the daemon, with the token. */
  send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.#options.token) headers.set("authorization", `Bearer ${this.#options.token}`);
    return (this.#options.fetch ?? fetch)(this.#url + path, { ...init, headers });
  }

  /** Gets a file, whole or, with the header `range`, in part. */
  async content(
    library: string,
    entry: string,
    part?: FilePart,
    init: RequestInit = {},
  ): Promise<Response> {
    const response = await this.send(pathOf(library, entry, part), init);
    if (response.ok || response.status === 304) return response;
    throw await SpacedriveError.ofResponse(response);
  }

  /**
   * Writes a sidecar. `ifMatch` is the `etag` of the one that it replaces, or `null` when there must be
   * none; without it, whatever is there is replaced.
   */
  async putSidecar(
    library: string,
    entry: string,
    name: string,
    body: BodyInit,
    ifMatch?: string | null,
  ): Promise<SidecarInfo> {
    const headers = new Headers();
    if (ifMatch === null) headers.set("if-none-match", "*");
    if (typeof ifMatch === "string") headers.set("if-match", ifMatch);
    const path = pathOf(library, entry, { sidecar: name });
    const response = await this.send(path, { method: "PUT", headers, body });
    if (!response.ok) throw await SpacedriveError.ofResponse(response);
    return (await response.json()) as SidecarInfo;
  }

  /** Follows the events of a library, without a gap, until the signal or the loop ends it. */
  async *events(library: string, options: EventsOptions = {}): AsyncGenerator<LoggedEvent, void, void> {
    const { signal, ...filter } = options;
    const end = this.#ending(signal);
    // What happens while the connection is lost has a number above this one.
    const input = { limit: 0 };
    const now = async () => (await this.call<"query:events.list.v1">("query:events.list.v1", { library, input })).last;
    let after = options.after ?? (await now());
    const params = () => ({ library, ...filter, after });
    for await (const event of this.#follow("events", params, end)) {
      after = (event as LoggedEvent).id;
      yield event as LoggedEvent;
    }
  }

  /** Follows the jobs of a library: each as it is, and again with each change. */
  async *jobs(library: string, signal?: AbortSignal): AsyncGenerator<Job, void, void> {
    const end = this.#ending(signal);
    for await (const job of this.#follow("jobs", () => ({ library }), end)) yield job as Job;
  }

  /** Ends the subscriptions that run, and closes their connection. */
  async close(): Promise<void> {
    this.#end.abort();
    this.#end = new AbortController();
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** Returns the signal that ends a subscription: that of its caller, or of `close`. */
  #ending(signal?: AbortSignal): AbortSignal {
    return signal ? AbortSignal.any([signal, this.#end.signal]) : this.#end.signal;
  }

  async *#follow(family: string, params: () => unknown, signal: AbortSignal): AsyncGenerator<unknown> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const connection = this.#connect();
        await connection.opened.catch((error: unknown) => this.#explain(error, signal));
        const id = (await connection.request(`${family}.subscribe`, params())) as number;
        for await (const message of listen(connection, family, id, signal)) {
          attempt = 0;
          yield message;
        }
      } catch (error) {
        const isLost = error instanceof LostConnection || (error instanceof SpacedriveError && mayPass(error));
        if (!isLost && !signal.aborted) throw error;
      }
      if (!signal.aborted) await pause(backOff(attempt), signal).catch(() => undefined);
    }
  }

  /** Throws what the daemon has against a call, where it has: a WebSocket does not say why it is refused. */
  async #explain(error: unknown, signal: AbortSignal): Promise<never> {
    const answer = await this.request("daemon.version", undefined, signal).catch((error: unknown) => error);
    throw answer instanceof SpacedriveError ? answer : error;
  }

  /** Returns the connection that all subscriptions share; it may not be open yet. */
  #connect(): Connection {
    if (this.#connection && !this.#connection.isClosed) return this.#connection;
    const { token, webSocket } = this.#options;
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
    const url = this.#url.replace(/^http/, "ws") + "/";
    const socket = webSocket ? webSocket(url, headers) : (new WebSocket(url) as SocketLike);
    this.#connection = new Connection(socket);
    return this.#connection;
  }
}

/** Returns what a subscription sends, until the connection or the signal ends. */
async function* listen(
  connection: Connection,
  family: string,
  id: number,
  signal: AbortSignal,
): AsyncGenerator<unknown> {
  const queue: unknown[] = [];
  let wake = () => {};
  const push = (message: unknown) => {
    queue.push(message);
    wake();
  };
  const end = () => push(null);
  signal.addEventListener("abort", end, { once: true });
  connection.listen(id, push);
  try {
    while (!signal.aborted) {
      if (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const message = queue.shift();
      if (message === null) return;
      const end = endOf(message);
      if (end) throw end;
      yield message;
    }
  } finally {
    signal.removeEventListener("abort", end);
    await connection.leave(`${family}.unsubscribe`, id);
  }
}

/** Returns the error that ends a subscription: alone in its message, where that of a job is beside an id. */
function endOf(message: unknown): SpacedriveError | undefined {
  const { id, error } = (message ?? {}) as { id?: unknown; error?: { error: string; code: string } };
  return error && id === undefined ? new SpacedriveError(error.code, error.error, error) : undefined;
}

/** Returns the path of a file at the daemon. */
export function pathOf(library: string, entry: string, part?: FilePart): string {
  const base = `/libraries/${library}/entries/${entry}`;
  if (part === undefined) return `${base}/content`;
  if ("version" in part) return `${base}/versions/${part.version}`;
  return `${base}/sidecars/${encodeURIComponent(part.sidecar)}`;
}
