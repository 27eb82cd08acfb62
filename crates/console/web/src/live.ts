// What the daemon tells by itself: events and jobs of a library, over one WebSocket.

import { useEffect, useState } from "preact/hooks";
import { reachable } from "./rpc";
import { session, token } from "./session";
import { signal } from "./store";

/** The WebSocket is open. */
export const connected = signal(false);

type Topic = "events" | "jobs" | "logs";
type Listener = (message: unknown) => void;

interface Subscription {
  topic: Topic;
  params: object;
  listener: Listener;
  /** The number of the last event or record that came, from which a new connection goes on. */
  after?: number;
}

const RETRY_MS = 1500;
/** Time until a topic is asked for again that the daemon ended or refused. */
const AGAIN_MS = 5000;
let socket: WebSocket | undefined;
let lastId = 0;
const wanted = new Set<Subscription>();
const asked = new Map<number, Subscription>();
const open = new Map<string, Subscription>();

function connect(): void {
  if (socket !== undefined || wanted.size === 0 || session.get() !== "open") return;
  const address = new URL("/", location.href.replace(/^http/, "ws"));
  address.hash = "";
  socket = new WebSocket(address, ["spacedrive", `session.${token()}`]);
  socket.onopen = () => {
    connected.set(true);
    reachable.set(true);
    for (const subscription of wanted) ask(subscription);
  };
  socket.onmessage = (message) => receive(JSON.parse(message.data as string) as Message);
  socket.onclose = () => {
    socket = undefined;
    connected.set(false);
    asked.clear();
    open.clear();
    setTimeout(connect, RETRY_MS);
  };
}

interface Message {
  id?: number;
  result?: string;
  params?: { subscription: string; result: unknown };
}

function ask(subscription: Subscription): void {
  lastId += 1;
  asked.set(lastId, subscription);
  const { topic, after } = subscription;
  const params = after === undefined ? subscription.params : { ...subscription.params, after };
  socket?.send(JSON.stringify({ jsonrpc: "2.0", id: lastId, method: `${topic}.subscribe`, params }));
}

function receive({ id, result, params }: Message): void {
  if (params !== undefined) {
    const subscription = open.get(String(params.subscription));
    if (subscription === undefined) return;
    const { id, error } = params.result as { id?: unknown; error?: unknown };
    if (id === undefined && error !== undefined) {
      open.delete(String(params.subscription));
      askAgain(subscription);
      return;
    }
    if (subscription.topic !== "jobs" && typeof id === "number") subscription.after = id;
    subscription.listener(params.result);
  } else if (id !== undefined) {
    const subscription = asked.get(id);
    asked.delete(id);
    if (subscription === undefined) return;
    if (result === undefined) askAgain(subscription);
    else open.set(String(result), subscription);
  }
}

/** Asks for a topic that the daemon ended or refused, such as after a restore, whose events have other numbers. */
function askAgain(subscription: Subscription): void {
  delete subscription.after;
  const refused = socket;
  setTimeout(() => {
    if (socket !== refused || socket?.readyState !== WebSocket.OPEN || !wanted.has(subscription)) return;
    ask(subscription);
    // What came meanwhile is asked for with the page.
    if (subscription.topic !== "logs") subscription.listener(undefined);
  }, AGAIN_MS);
}

session.follow(() => {
  if (session.get() === "open") connect();
  else socket?.close();
});

/** Follows a topic until the function is called that it returns. */
export function follow(topic: Topic, params: object, listener: Listener): () => void {
  const subscription: Subscription = { topic, params, listener };
  wanted.add(subscription);
  if (socket?.readyState === WebSocket.OPEN) ask(subscription);
  else connect();
  return () => {
    wanted.delete(subscription);
    for (const [name, known] of open) {
      if (known !== subscription) continue;
      open.delete(name);
      const [method, params] = [`${topic}.unsubscribe`, [name]];
      if (socket?.readyState !== WebSocket.OPEN) continue;
      lastId += 1;
      socket.send(JSON.stringify({ jsonrpc: "2.0", id: lastId, method, params }));
    }
  };
}

const CALM_MS = 400;

/** Counts changes of a library, many at once as one: what was asked is asked again then. */
export function useChanges(topic: "events" | "jobs", library: string | undefined): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    if (library === undefined) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = follow(topic, { library }, () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setCount((count) => count + 1);
      }, CALM_MS);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [topic, library]);
  return count;
}
