// Sums per month and category as bars, with the numbers beside them.

import { useState } from "preact/hooks";
import { money, month } from "../../format";
import { t } from "../../i18n";
import { setQuery } from "../../router";
import type { BookingPage, CategoryTotal, MonthTotal, Total } from "../../types";
import { categoryName } from "./list";
import { NO_CATEGORY } from "./filter";

interface Bar {
  key: string | null;
  text: string;
  amount: number;
}

const MONTHS = 12;

export function Charts({ page }: { page: BookingPage }) {
  const currencies = page.totals.map((total) => total.currency);
  const [wanted, setWanted] = useState<string | null>();
  const currency = currencies.includes(wanted ?? null) && wanted !== undefined ? wanted : mostUsed(page.totals);
  const isShown = (total: Total) => total.currency === currency;
  return (
    <section class="charts" aria-label={t("charts.label")}>
      {currencies.length < 2 ? null : (
        <div class="tabs" role="group" aria-label={t("column.currency")}>
          {currencies.map((code) => (
            <button
              key={code}
              type="button"
              aria-pressed={code === currency}
              onClick={() => setWanted(code)}
            >
              {code ?? t("charts.noCurrency")}
            </button>
          ))}
        </div>
      )}
      <div class="chart-pair">
        <Columns bars={perMonth((page.per_month ?? []).filter(isShown))} currency={currency} />
        <Rows bars={perCategory((page.per_category ?? []).filter(isShown))} currency={currency} />
      </div>
    </section>
  );
}

function mostUsed(totals: Total[]): string | null {
  return totals.toSorted((one, other) => other.receipts - one.receipts)[0]?.currency ?? null;
}

/** Makes the bars of the last months, which come in their order. */
function perMonth(months: MonthTotal[]): Bar[] {
  return months.slice(-MONTHS).map((it) => ({ key: it.month, text: month(it.month), amount: it.amount }));
}

function perCategory(categories: CategoryTotal[]): Bar[] {
  const bars = categories.map(({ category, amount }) => ({
    key: category,
    text: category === null ? t("filter.noCategory") : categoryName(category),
    amount,
  }));
  return bars.toSorted((one, other) => other.amount - one.amount).slice(0, 8);
}

interface ChartProps {
  bars: Bar[];
  currency: string | null;
}

const HEIGHT = 120;

function Columns({ bars, currency }: ChartProps) {
  const largest = Math.max(...bars.map((bar) => bar.amount), 0.01);
  return (
    <figure class="card chart columns">
      <figcaption>{t("charts.perMonth")}</figcaption>
      <ol>
        {bars.map((bar) => (
          <li key={bar.key}>
            <span class="value">{money(bar.amount, currency)}</span>
            <svg viewBox={`0 0 10 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
              <rect
                width="10"
                y={HEIGHT - height(bar.amount, largest)}
                height={height(bar.amount, largest)}
              />
            </svg>
            <button type="button" class="key" onClick={() => showMonth(bar.key)}>
              {bar.text}
            </button>
          </li>
        ))}
      </ol>
    </figure>
  );
}

function height(amount: number, largest: number): number {
  return Math.max(1.5, (HEIGHT * Math.max(0, amount)) / largest);
}

function showMonth(key: string | null): void {
  if (key === null) return;
  const [year, month] = key.split("-").map(Number);
  const last = new Date(Date.UTC(year ?? 0, month ?? 1, 0)).toISOString().slice(0, 10);
  setQuery({ from: `${key}-01`, to: last, offset: undefined });
}

function Rows({ bars, currency }: ChartProps) {
  const largest = Math.max(...bars.map((bar) => bar.amount), 0.01);
  return (
    <figure class="card chart rows">
      <figcaption>{t("charts.perCategory")}</figcaption>
      <ol>
        {bars.map((bar) => (
          <li key={bar.key}>
            <button
              type="button"
              class="key"
              onClick={() => setQuery({ category: bar.key ?? NO_CATEGORY, offset: undefined })}
            >
              {bar.text}
            </button>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
              <rect width={Math.max(0.5, (100 * Math.max(0, bar.amount)) / largest)} height="8" />
            </svg>
            <span class="value">{money(bar.amount, currency)}</span>
          </li>
        ))}
      </ol>
    </figure>
  );
}
