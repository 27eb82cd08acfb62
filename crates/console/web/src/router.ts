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

type Values = Record<string, string | undefined>;

/** Makes the address of a place. */
export function to(path: string[], query: Values = {}): string {
  const segments = path.map((segment) => encodeURIComponent(segment)).join("/");
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(pairs as [string, string][]).toString();
  return `#/${segments}${text === "" ? "" : `?${text}`}`;
}

export function go(path: string[], query: Values = {}): void {
  location.hash = to(path, query);
}

/** Changes the query of the present place, without a step for "back". */
export function setQuery(values: Values): void {
  const { path, query } = place.get();
  const all = { ...Object.fromEntries(query), ...values };
  history.replaceState(null, "", to(path, all));
  place.set(read());
}
