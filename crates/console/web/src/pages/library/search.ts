// The words of a search and its conditions, as the command line has them: `coffee type:receipt amount>50`.

export interface SearchInput {
  text: string;
  places: true;
  limit: number;
  entry_type?: string;
  filters?: Filter[];
}

interface Filter {
  key: string;
  op: string;
  value: string | number;
}

/** Why a condition cannot be asked for; `search.KIND` is the message. */
export interface Refusal {
  kind: "malformed" | "notDate" | "notComparable" | "oneType" | "noType";
  text: string;
  value: string;
}

/** A word, a condition whose value stands in quotation marks, or words between quotation marks. */
const PIECE = /[^\s"]*"[^"]*"|\S+/g;
/** Signs of comparisons; of two that begin at one place, the longer stands first. */
const SIGNS = ["!=", "<=", ">=", "=", "<", ">", ":"];
const ORDERS = ["<=", ">=", "<", ">"];
/** A number of JSON. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** Reads what was typed; nothing of it is left out. */
export function searchInput(typed: string, limit: number): SearchInput | Refusal {
  const input: SearchInput = { text: "", places: true, limit };
  const words: string[] = [];
  for (const piece of typed.match(PIECE) ?? []) {
    if (!isCondition(piece)) {
      words.push(...piece.split(/[\s"]+/).filter((word) => word !== ""));
      continue;
    }
    const refusal = add(input, piece.replace(/"([^"]*)"$/, "$1"));
    if (refusal !== undefined) return refusal;
  }
  input.text = words.join(" ");
  return input;
}

/** Returns whether a text begins as a condition does: with a key and a sign, or with a sign. */
function isCondition(text: string): boolean {
  const at = text.search(/[:=<>!]/);
  if (at === -1) return false;
  const [key, rest] = [text.slice(0, at), text.slice(at)];
  // An address, a time, or the `Re:` of an email is a word.
  if (rest.startsWith(":")) return isKey(key) && /^:[^:/\\]/.test(rest);
  return !/^!(?!=)/.test(rest) && (key === "" || isKey(key));
}

function isKey(text: string): boolean {
  return /^[a-z][a-zA-Z0-9_.-]+$/.test(text);
}

function add(input: SearchInput, text: string): Refusal | undefined {
  const filter = condition(text);
  if ("kind" in filter) return filter;
  const { key, op, value } = filter;
  if (key === "type" && op === ":") return setType(input, text, String(value));
  const date = key === "after" ? ">=" : key === "before" ? "<" : undefined;
  if (date !== undefined && op === ":") {
    if (!isDate(String(value))) return { kind: "notDate", text, value: String(value) };
    filter.key = "date";
    filter.op = date;
  }
  (input.filters ??= []).push(filter);
  return undefined;
}

function setType(input: SearchInput, text: string, value: string): Refusal | undefined {
  if (/\s/.test(value)) return { kind: "noType", text, value };
  if (input.entry_type !== undefined) return { kind: "oneType", text: input.entry_type, value };
  input.entry_type = value;
  return undefined;
}

/** Reads `amount>50`; what looks like a number is one. */
function condition(text: string): Filter | Refusal {
  const found = SIGNS.map((op) => ({ op, at: text.indexOf(op) })).filter(({ at }) => at !== -1);
  // The first sign counts.
  const { op, at } = found.reduce((first, next) => (next.at < first.at ? next : first));
  const [key, value] = [text.slice(0, at).trim(), text.slice(at + op.length).trim()];
  // A text may be compared with the empty one, and nothing is larger or smaller than no value.
  const lacksValue = value === "" && op !== "=" && op !== "!=";
  if (lacksValue || key === "" || /^[=<>!]/.test(value)) return { kind: "malformed", text, value };
  const isNumber = NUMBER.test(value) && Number.isFinite(Number(value));
  if (ORDERS.includes(op) && !isNumber && !sortsAsText(value)) return { kind: "notComparable", text, value };
  return { key, op, value: isNumber && op !== ":" ? Number(value) : value };
}

/** Returns whether a value that is no number stands before or behind others as a text does: a word, a date. */
function sortsAsText(value: string): boolean {
  const isTime = /^([T ]|$)/.test(value.slice(10));
  const isAmount = /^[-+.,\u2212]*(\p{N}|$)/u.test(value) || /[$£¥\u20a0-\u20cf]/.test(value);
  const isSpecial = /^[-+]*(nan|inf|infinity)$/i.test(value);
  return (isDate(value.slice(0, 10)) && isTime) || !(isAmount || isSpecial);
}

/** Returns whether a text is a year, a month or a day; texts of these forms sort by time. */
function isDate(text: string): boolean {
  if (!/^\d{4}(-\d{2}(-\d{2})?)?$/.test(text)) return false;
  const day = `${text}-01-01`.slice(0, 10);
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

const [OPEN, CLOSE] = [0x5b, 0x5d];

/** A part of a snippet; what matched is marked. */
export interface Piece {
  text: string;
  matched: boolean;
}

/** Takes a snippet apart at its highlights, which are ranges of its bytes. */
export function pieces(snippet: string, highlights: { start: number; end: number }[] = []): Piece[] {
  const bytes = new TextEncoder().encode(snippet);
  const text = (start: number, end: number) => new TextDecoder().decode(bytes.slice(start, end));
  const found: Piece[] = [];
  let at = 0;
  for (const { start, end } of highlights) {
    if (start < at || end > bytes.length) continue;
    // A match stands between brackets, which are for callers that know no highlights.
    const bracketed = bytes[start - 1] === OPEN && bytes[end] === CLOSE;
    const before = bracketed ? start - 1 : start;
    if (before > at) found.push({ text: text(at, before), matched: false });
    found.push({ text: text(start, end), matched: true });
    at = bracketed ? end + 1 : end;
  }
  if (at < bytes.length) found.push({ text: text(at, bytes.length), matched: false });
  return found;
}
