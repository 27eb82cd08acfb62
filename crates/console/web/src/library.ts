// The library that the pages are about.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Library } from "./types";

const KEY = "spacedrive.library";

export const LibraryContext = createContext<Library | undefined>(undefined);

/** Returns the library; the pages that need one are drawn only when there is one. */
export function useLibrary(): Library {
  const library = useContext(LibraryContext);
  if (library === undefined) throw new Error("there is no library");
  return library;
}

export function remembered(): string | undefined {
  return localStorage.getItem(KEY) ?? undefined;
}

export function remember(id: string): void {
  localStorage.setItem(KEY, id);
}
