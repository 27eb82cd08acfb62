// The view that is drawn, for what stands in it.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { to } from "../../router";
import type { Input } from "./types";

export interface Shown {
  extension: string;
  view: string;
  input: Input;
  reload(): void;
}

export const ShownContext = createContext<Shown | undefined>(undefined);

export function useShown(): Shown {
  const shown = useContext(ShownContext);
  if (shown === undefined) throw new Error("no view is drawn");
  return shown;
}

/** Makes the address of a view; what its query is given stands in it, so that links and "back" work. */
export function addressOf(extension: string, view: string, input: Input = {}): string {
  const given = Object.keys(input).length === 0 ? undefined : JSON.stringify(input);
  return to(["extensions", extension, view], { input: given });
}

export function readInput(text: string | null): Input {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Input) : {};
  } catch {
    return {};
  }
}
