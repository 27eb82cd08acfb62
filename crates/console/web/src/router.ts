// Places in the console: what stands behind `#` in the address, so that links and "back" work.

import { signal, useSignal } from "./store";

export interface Place {
  /** The segments of the path. */
  path: string[];
  query: URLSearchParams;
}

function read(): Place {
  const [path = "", query = ""] = location.hash.replace(/^#/, "").split("?", 2);
  const segments = path.split("/").filter((segment) => segment !== "");
  return { path: segments.map(decode), query: new URLSearchParams(query) };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

const place = signal<Place>(read());
addEventListener("hashchange", () => place.set(read()));

export function usePlace(): Place {
  return useSignal(place);
}

/** Returns whether the address says this path: the event of its change comes later than the change. */
function isAt(path: string[]): boolean {
  const now = read().path;
  return now.length === path.length && now.every((segment, at) => segment === path[at]);
}

type Values = Record<string, string | undefined>;

/** Makes the address of a place. */
export function to(path: string[], query: Values = {}): string {
  const segments = path.map((segment) => encodeURIComponent(segment)).join("/");
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(pairs as [string, string][]).toString();
  return `#/${segments}${text === "" ? "" : `?${text}`}`;
}

/** Goes from a page to the one above it, unless one has gone elsewhere meanwhile. */
export function leave(path: string[]): void {
  if (isAt(path)) location.hash = to(path.slice(0, -1));
}

/** Makes the place the one that is shown where the address names none, without a step for "back". */
export function start(path: string[]): void {
  if (isAt([])) replace(path, {});
}

/** Changes the query of the present place, without a step for "back". */
export function setQuery(values: Values): void {
  const { path, query } = place.get();
  if (!isAt(path)) return;
  replace(path, { ...Object.fromEntries(query), ...values });
}

function replace(path: string[], query: Values): void {
  history.replaceState(null, "", to(path, query));
  place.set(read());
}
