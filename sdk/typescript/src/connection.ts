import { SpacedriveError } from "./error.js";

/** The part of a WebSocket that is used: that of browsers, and of the package `ws`. */
export interface SocketLike {
  send(text: string): void;
  close(): void;
  onopen: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
}

/** The connection is lost, or was not opened; another one may be. */
export class LostConnection extends Error {}

interface Message {
  id?: number;
  result?: unknown;
  error?: { message: string; data?: unknown };
  params?: { subscription: number | string; result: unknown };
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Takes what a subscription sends; `null` when the connection ended. */
export type Listener = (message: unknown) => void;

/** JSON-RPC over one WebSocket, until it closes. */
export class Connection {
  #next = 1;
  #waiting = new Map<number, Waiting>();
  #listeners = new Map<number | string, Listener>();
  /** Messages of subscriptions whose number is not known here yet. */
  #early = new Map<number | string, unknown[]>();
  /** True when it is over. */
  isClosed = false;
  /** Resolves when it is open. */
  readonly opened: Promise<void>;

  constructor(private readonly socket: SocketLike) {
    this.opened = new Promise((resolve, reject) => {
      const end = (why: string) => {
        reject(new LostConnection(why));
        this.#end();
      };
      socket.onopen = () => resolve();
      socket.onerror = () => end("the daemon does not answer");
      socket.onclose = () => end("the daemon ended the connection");
    });
    socket.onmessage = (event: never) => this.#take((event as { data: unknown }).data);
  }

  /** Calls a method. */
  request(method: string, params: unknown): Promise<unknown> {
    if (this.isClosed) return Promise.reject(new LostConnection("the connection is closed"));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  }

  /** Listens to a subscription, also to what came already. */
  listen(subscription: number | string, listener: Listener): void {
    this.#listeners.set(subscription, listener);
    for (const message of this.#early.get(subscription) ?? []) listener(message);
    this.#early.delete(subscription);
    if (this.isClosed) listener(null);
  }

  /** Ends a subscription. */
  async leave(method: string, subscription: number | string): Promise<void> {
    this.#listeners.delete(subscription);
    if (!this.isClosed) await this.request(method, [subscription]).catch(() => undefined);
  }

  /** Closes the connection. */
  close(): void {
    this.socket.close();
    this.#end();
  }

  #take(data: unknown): void {
    const message = JSON.parse(String(data)) as Message;
    const { params } = message;
    if (params !== undefined) {
      const listener = this.#listeners.get(params.subscription);
      if (listener) listener(params.result);
      else this.#early.set(params.subscription, [...(this.#early.get(params.subscription) ?? []), params.result]);
      return;
    }
    const waiting = this.#waiting.get(message.id ?? -1);
    this.#waiting.delete(message.id ?? -1);
    if (message.error) waiting?.reject(SpacedriveError.ofRpc(message.error));
    else waiting?.resolve(message.result);
  }

  #end(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const { reject } of this.#waiting.values()) reject(new LostConnection("the connection is closed"));
    for (const listener of this.#listeners.values()) listener(null);
    this.#waiting.clear();
    this.#early.clear();
  }
}
