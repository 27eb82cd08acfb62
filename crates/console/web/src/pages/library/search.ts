// The words of a search and its conditions, as the command line has them: `coffee type:receipt amount>50`.

export interface SearchInput {
  text: string;
  places: true;
  limit: number;
  entry_type?: string;
  filters?: { key: string; op: string; value: string | number }[];
}

const CONDITION = /^([a-z_][\w.]*)(<=|>=|!=|=|<|>|:)(.+)$/i;

export function searchInput(typed: string, limit: number): SearchInput {
  const input: SearchInput = { text: "", places: true, limit };
  const words: string[] = [];
  for (const word of typed.split(/\s+/).filter((word) => word !== "")) {
    const [, key, op, value] = CONDITION.exec(word) ?? [];
    if (key === undefined || op === undefined || value === undefined) words.push(word);
    else add(input, key, op, value);
  }
  input.text = words.join(" ");
  return input;
}

function add(input: SearchInput, key: string, op: string, value: string): void {
  const filters = (input.filters ??= []);
  if (key === "type" && (op === ":" || op === "=")) input.entry_type = value;
  else if (key === "after" && op === ":") filters.push({ key: "date", op: ">=", value });
  else if (key === "before" && op === ":") filters.push({ key: "date", op: "<", value });
  else filters.push({ key, op, value: op === ":" || Number.isNaN(Number(value)) ? value : Number(value) });
  if (filters.length === 0) delete input.filters;
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
