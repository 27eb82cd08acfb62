// The words of the console. Each text is in every file of `messages`; the compiler checks that.

import de from "./messages/de.json";
import en from "./messages/en.json";
import { signal, useSignal } from "./store";

export type Language = "en" | "de";
export type Key = keyof typeof en;
type Messages = Record<Key, string>;

const messages: Record<Language, Messages> = { en, de };
const KEY = "spacedrive.language";

/** The names of the languages, each in itself. */
export const languages: Record<Language, string> = { en: "English", de: "Deutsch" };

function preferred(): Language {
  const chosen = localStorage.getItem(KEY) ?? "";
  const all = [chosen, ...navigator.languages].map((name) => name.slice(0, 2).toLowerCase());
  return (all.find((name) => name in messages) as Language | undefined) ?? "en";
}

export const language = signal<Language>(preferred());

export function choose(next: Language): void {
  localStorage.setItem(KEY, next);
  document.documentElement.lang = next;
  language.set(next);
}

document.documentElement.lang = language.get();

/** Returns a text; `{name}` in it is replaced, and `{n|one|many}` is chosen by the number `n`. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const text = messages[language.get()][key];
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one, many) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (one !== undefined) return Number(value) === 1 ? (one as string) : (many as string);
    return typeof value === "number" ? number(value) : value;
  });
}

/** Returns the text of a key that is made at run time, or the fallback where there is none. */
export function named(prefix: string, name: string, fallback = name): string {
  const text = (messages[language.get()] as Record<string, string>)[`${prefix}.${name}`];
  return text ?? fallback;
}

export function useLanguage(): Language {
  return useSignal(language);
}

/** Returns the language as the browser has it, with its region, whose dates and numbers a person knows. */
export function locale(): string {
  return navigator.languages.find((name) => name.slice(0, 2).toLowerCase() === language.get()) ?? language.get();
}

export function number(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}
