// Sums per month and category as bars, with the numbers beside them.

import { useState } from "preact/hooks";
import { money, month } from "../../format";
import { t } from "../../i18n";
import { setQuery } from "../../router";
import type { Sum } from "../../types";
import { categoryName } from "./list";
import { NO_CATEGORY } from "./filter";

interface Bar {
  key: string | null;
  text: string;
  amount: number;
}

const MONTHS = 12;

export function Charts({ sums }: { sums: Sum[] }) {
  const currencies = [...new Set(sums.map((sum) => sum.currency))];
  const [wanted, setWanted] = useState<string | null>();
  const currency = currencies.includes(wanted ?? null) && wanted !== undefined ? wanted : mostUsed(sums);
  const own = sums.filter((sum) => sum.currency === currency);
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
        <Columns bars={perMonth(own)} currency={currency} />
        <Rows bars={perCategory(own)} currency={currency} />
      </div>
    </section>
  );
}

function mostUsed(sums: Sum[]): string | null {
  const counts = new Map<string | null, number>();
  for (const { currency, receipts } of sums) {
    counts.set(currency, (counts.get(currency) ?? 0) + receipts);
  }
  return [...counts].sort((one, other) => other[1] - one[1])[0]?.[0] ?? null;
}

function grouped(sums: Sum[], key: (sum: Sum) => string | null): Map<string | null, number> {
  const groups = new Map<string | null, number>();
  for (const sum of sums) groups.set(key(sum), (groups.get(key(sum)) ?? 0) + sum.amount);
  return groups;
}

function perMonth(sums: Sum[]): Bar[] {
  const groups = [...grouped(sums, (sum) => sum.month)];
  const dated = groups.filter(([key]) => key !== null).sort(([one], [other]) => (one! < other! ? -1 : 1));
  return dated.slice(-MONTHS).map(([key, amount]) => ({ key, text: month(key), amount }));
}

function perCategory(sums: Sum[]): Bar[] {
  const groups = [...grouped(sums, (sum) => sum.category)];
  const bars = groups.map(([key, amount]) => ({ key, text: key === null ? t("filter.noCategory") : categoryName(key), amount }));
  return bars.sort((one, other) => other.amount - one.amount).slice(0, 8);
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
