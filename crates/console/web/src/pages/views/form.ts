// From what was typed to the input of an operation.

import { t } from "../../i18n";
import type { Action, FormField, Input } from "./types";

export type Values = Record<string, string | boolean>;
/** What is wrong with a field, by its name. */
export type Problems = Record<string, string>;

export function firstValues(action: Action): Values {
  return Object.fromEntries((action.fields ?? []).map((field) => [field.name, firstValue(field)]));
}

function firstValue({ kind, value, choices }: FormField): string | boolean {
  if (kind === "flag") return value === true;
  if (typeof value === "string") return value;
  if (value !== undefined) return JSON.stringify(value);
  return kind === "choice" ? (choices?.[0]?.value ?? "") : "";
}

export function problemsOf(action: Action, values: Values): Problems {
  const problems: Problems = {};
  for (const field of action.fields ?? []) {
    const value = values[field.name];
    if (field.required === true && (value === undefined || value === "" || value === false)) {
      problems[field.name] = t("views.required");
    } else if (field.kind === "number" && typeof value === "string" && value !== "" && readNumber(value) === undefined) {
      problems[field.name] = t("views.notNumber");
    }
  }
  return problems;
}

function readNumber(text: string): number | undefined {
  const plain = text.trim();
  if (!/^[+-]?\d+(\.\d+)?$/.test(plain)) return undefined;
  return Number(plain);
}

/** Makes the input: what is fixed, and the fields. An empty field is left out; one that was emptied is `null`. */
export function filled(action: Action, values: Values): Input {
  const input = structuredClone(action.input ?? {});
  for (const field of action.fields ?? []) {
    const value = values[field.name] ?? "";
    const isChanged = value !== firstValue(field);
    if (action.changed_only === true && !isChanged) continue;
    if (value === false && !isChanged) continue;
    if (value === "" && !isChanged) continue;
    put(input, field.name.split("."), sent(field, value));
  }
  return input;
}

function sent(field: FormField, value: string | boolean): unknown {
  if (typeof value === "boolean") return value;
  if (value === "" && field.kind !== "choice") return null;
  return field.kind === "number" ? readNumber(value) : value;
}

/** Puts a value at a path; a part of it that a prototype has is a field as any other. */
function put(input: Input, path: string[], value: unknown): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  if (rest.length === 0) {
    define(input, first, value);
    return;
  }
  const found = Object.hasOwn(input, first) ? input[first] : undefined;
  const inner = typeof found === "object" && found !== null ? (found as Input) : {};
  define(input, first, inner);
  put(inner, rest, value);
}

function define(input: Input, name: string, value: unknown): void {
  Object.defineProperty(input, name, { value, enumerable: true, writable: true, configurable: true });
}
