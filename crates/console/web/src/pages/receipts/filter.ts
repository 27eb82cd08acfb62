// The conditions of the table, as they stand in the address.

export const PAGE_SIZE = 50;

export interface ReceiptFilter {
  from: string;
  to: string;
  vendor: string;
  category: string;
  currency: string;
  min: string;
  max: string;
  sure: string;
  rejected: boolean;
  sort: string;
  descending: boolean;
  offset: number;
}

/** The value of the filter by category that stands for receipts without one. */
export const NO_CATEGORY = "-";

export function filterOf(query: URLSearchParams): ReceiptFilter {
  const text = (name: string) => query.get(name) ?? "";
  return {
    from: text("from"),
    to: text("to"),
    vendor: text("vendor"),
    category: text("category"),
    currency: text("currency"),
    min: text("min"),
    max: text("max"),
    sure: text("sure"),
    rejected: text("rejected") === "1",
    sort: text("sort") || "date",
    descending: text("descending") !== "0",
    offset: Math.max(0, Math.trunc(Number(text("offset")) || 0)),
  };
}

export function isFiltered(filter: ReceiptFilter): boolean {
  const { from, to, vendor, category, currency, min, max, sure, rejected } = filter;
  return rejected || [from, to, vendor, category, currency, min, max, sure].some((it) => it !== "");
}

type Input = Record<string, string | number | boolean>;

/** Makes the input of `query:finance.page.v1`. */
export function pageInput(filter: ReceiptFilter): Input {
  const { sort, descending, offset } = filter;
  return { ...conditions(filter), sort, descending, offset, limit: PAGE_SIZE };
}

/** Makes the conditions, which pages and exports of Finance have in common. */
export function conditions(filter: ReceiptFilter): Input {
  const { from, to, vendor, category, currency } = filter;
  const texts = Object.entries({ from, to, vendor, category, currency });
  const input: Input = Object.fromEntries(texts.filter(([, text]) => text !== ""));
  for (const name of ["min", "max"] as const) {
    const amount = amountOf(filter[name]);
    if (typeof amount === "number") input[name] = amount;
  }
  if (category === NO_CATEGORY) input["category"] = "";
  if (filter.sure !== "") input["sure"] = filter.sure === "1";
  if (filter.rejected) input["rejected"] = true;
  return input;
}

/** Whether nothing can be asked for, since an amount has not one certain reading. */
export function isUnreadable({ min, max }: ReceiptFilter): boolean {
  return amountOf(min) === "unclear" || amountOf(max) === "unclear";
}

/**
 * Reads an amount as people type it; nothing for nothing. `1,000` and `1.000` are a thousand or one, and
 * `50 €` has a currency, which is a filter of its own: what is not certain is not guessed.
 */
export function amountOf(text: string): number | "unclear" | undefined {
  const typed = text.trim();
  if (typed === "") return undefined;
  return /^-?\d{1,12}([.,]\d{1,2})?$/.test(typed) ? Number(typed.replace(",", ".")) : "unclear";
}
