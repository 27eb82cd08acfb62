// A chart of a view, with its numbers.

import { money } from "../../format";
import { number, t } from "../../i18n";
import { Table } from "../../ui/table";
import type { ChartBlock, Series } from "./types";

export function Chart({ chart }: { chart: ChartBlock }) {
  if (chart.shape === "line") return <Lines chart={chart} />;
  return (
    <div class="chart-pair">
      {chart.series.map((series, at) => (
        <Bars key={at} chart={chart} series={series} />
      ))}
    </div>
  );
}

function written(value: number | null | undefined, currency: string | undefined): string {
  if (value === null || value === undefined) return "–";
  return currency === undefined ? number(value) : money(value, currency);
}

function caption(chart: ChartBlock, series: Series): string {
  if (chart.title === undefined) return series.name;
  return chart.series.length === 1 ? chart.title : `${chart.title}: ${series.name}`;
}

const HEIGHT = 120;

function Bars({ chart, series }: { chart: ChartBlock; series: Series }) {
  const { shape, labels, currency } = chart;
  const largest = Math.max(...series.values.map((value) => Math.abs(value ?? 0)), Number.MIN_VALUE);
  const part = (value: number | null | undefined) => Math.abs(value ?? 0) / largest;
  return (
    <figure class={`card chart ${shape === "columns" ? "columns" : "rows"}`}>
      <figcaption>
        <bdi>{caption(chart, series)}</bdi>
      </figcaption>
      <ol tabIndex={0} aria-label={caption(chart, series)}>
        {labels.map((label, at) => {
          const value = series.values[at];
          const size = Math.max(value ? 0.012 : 0, part(value));
          return shape === "columns" ? (
            <li key={at}>
              <span class="value">{written(value, currency)}</span>
              <svg viewBox={`0 0 10 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
                <rect width="10" y={HEIGHT * (1 - size)} height={HEIGHT * size} />
              </svg>
              <bdi class="point">{label}</bdi>
            </li>
          ) : (
            <li key={at}>
              <bdi class="point">{label}</bdi>
              <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect width={100 * size} height="8" />
              </svg>
              <span class="value">{written(value, currency)}</span>
            </li>
          );
        })}
      </ol>
    </figure>
  );
}

const [WIDTH, TALL] = [600, 160];

function Lines({ chart }: { chart: ChartBlock }) {
  const known = chart.series.flatMap(({ values }) => values.filter((value) => value !== null));
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
  const y = (value: number) => TALL - (TALL * (value - low)) / (high - low || 1);
  const x = (at: number) => (WIDTH * at) / Math.max(1, chart.labels.length - 1);
  const points = ({ values }: Series) =>
    values.map((value, at) => (value === null ? "" : `${x(at)},${y(value)}`)).filter((it) => it !== "");
  const title = chart.title ?? chart.series.map(({ name }) => name).join(", ");
  return (
    <figure class="card chart lines">
      <figcaption>
        <bdi>{title}</bdi>
      </figcaption>
      <svg viewBox={`-4 -4 ${WIDTH + 8} ${TALL + 8}`} preserveAspectRatio="none" aria-hidden="true">
        {chart.series.map((series, at) => (
          <polyline key={at} class={`line-${at % 4}`} points={points(series).join(" ")} />
        ))}
      </svg>
      <details>
        <summary>{t("views.numbers")}</summary>
        <Table
          label={title}
          columns={[
            { id: "label", head: t("views.point"), cell: (at: number) => <bdi>{chart.labels[at]}</bdi> },
            ...chart.series.map((series, index) => ({
              id: `series-${index}`,
              head: series.name,
              kind: "number" as const,
              cell: (at: number) => written(series.values[at], chart.currency),
            })),
          ]}
          rows={chart.labels.map((_, at) => at)}
          keyOf={String}
        />
      </details>
    </figure>
  );
}
