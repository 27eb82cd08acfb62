// Values as people read them, in their language.

import { locale, t } from "./i18n";

/** Writes an amount as its currency has it. */
export function money(amount: number | null | undefined, currency: string | null | undefined): string {
  if (amount === null || amount === undefined) return "–";
  const name = locale();
  if (currency === null || currency === undefined) {
    return new Intl.NumberFormat(name, { minimumFractionDigits: 2 }).format(amount);
  }
  try {
    return new Intl.NumberFormat(name, { style: "currency", currency }).format(amount);
  } catch {
    return `${new Intl.NumberFormat(name).format(amount)} ${currency}`;
  }
}

/** Writes a day such as `2026-01-31`. */
export function day(iso: string | null | undefined): string {
  if (iso === null || iso === undefined) return "–";
  const date = new Date(`${iso}T12:00:00`);
  if (Number.isNaN(date.getTime())) return iso;
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(date);
}

/** Writes a month such as `2026-01`. */
export function month(iso: string | null): string {
  if (iso === null) return t("receipts.noDate");
  const date = new Date(`${iso}-15T12:00:00`);
  const format = { month: "short", year: "2-digit" } as const;
  return new Intl.DateTimeFormat(locale(), format).format(date);
}

/** Writes a time of RFC 3339. */
export function time(iso: string | null | undefined): string {
  if (iso == null) return "–";
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const format = { dateStyle: "medium", timeStyle: "short" } as const;
  return new Intl.DateTimeFormat(locale(), format).format(date);
}

export function bytes(size: number | null | undefined): string {
  if (size == null) return "–";
  const units = ["B", "KiB", "MiB", "GiB"];
  let [value, unit] = [size, 0];
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  const digits = unit === 0 ? 0 : 1;
  return `${value.toLocaleString(locale(), { maximumFractionDigits: digits })} ${units[unit]}`;
}

export function share(value: number): string {
  return new Intl.NumberFormat(locale(), { style: "percent" }).format(value);
}
