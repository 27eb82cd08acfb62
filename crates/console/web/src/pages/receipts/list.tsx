// The table of receipts, what they add up to, and their charts.

import { useState } from "preact/hooks";
import { day, money } from "../../format";
import { named, t } from "../../i18n";
import { useLibrary } from "../../library";
import { useChanges } from "../../live";
import { useCall, type Query } from "../../query";
import { setQuery, to, usePlace } from "../../router";
import type { Booking, BookingPage } from "../../types";
import { Answer, Badge, Button, Empty, Page, Pager } from "../../ui/parts";
import { Table, type Column } from "../../ui/table";
import { Charts } from "./charts";
import { Export } from "./export";
import { Filters } from "./filters";
import { filterOf, isFiltered, isUnreadable, pageInput, PAGE_SIZE, type ReceiptFilter } from "./filter";
import { Import } from "./import";
import { Indexing } from "./indexing";
import { NoFinance } from "./no_finance";

export function ReceiptsPage() {
  const library = useLibrary();
  const { query } = usePlace();
  const changes = useChanges("events", library.id);
  const [exports, setExports] = useState(false);
  const filter = filterOf(query);
  const page = useCall<BookingPage>("query:finance.page.v1", pageInput(filter), library.id, [changes]);
  if (page.error?.code === "E_UNKNOWN_METHOD") return <NoFinance />;
  const isUnclear = isUnreadable(filter);
  const actions = (
    <Button icon="download" disabled={isUnclear} onClick={() => setExports(true)}>
      {t("export.title")}
    </Button>
  );
  return (
    <Import>
      <Page title={t("nav.receipts")} actions={actions}>
        {exports && !isUnclear ? <Export filter={filter} onClose={() => setExports(false)} /> : null}
        <Filters filter={filter} categories={page.data?.categories ?? []} currencies={page.data?.currencies ?? []} />
        {isUnclear ? null : <Found page={page} filter={filter} />}
      </Page>
    </Import>
  );
}

function Found({ page, filter }: { page: Query<BookingPage>; filter: ReceiptFilter }) {
  const { offset, sort, descending } = filter;
  return (
    <>
      <Indexing of={page} />
      <Answer of={page}>
        {(page) =>
          page.total === 0 && page.indexing === undefined ? (
            <Nothing filtered={isFiltered(filter)} />
          ) : (
            <Content page={page} offset={offset} sort={sort} descending={descending} />
          )
        }
      </Answer>
    </>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  if (filtered) {
    return (
      <Empty icon="search" title={t("receipts.noneFit")}>
        <a href="#/receipts">{t("receipts.showAll")}</a>
      </Empty>
    );
  }
  return (
    <Empty icon="receipts" title={t("receipts.none")}>
      <p>{t("receipts.noneText")}</p>
    </Empty>
  );
}

interface ContentProps {
  page: BookingPage;
  offset: number;
  sort: string;
  descending: boolean;
}

function Content({ page, offset, sort, descending }: ContentProps) {
  const sortBy = (column: string) => {
    const turned = column === sort ? !descending : column === "amount" || column === "date";
    setQuery({ sort: column, descending: turned ? "1" : "0", offset: undefined });
  };
  return (
    <>
      <Totals page={page} />
      <Charts page={page} />
      <Table
        label={t("nav.receipts")}
        columns={columns()}
        rows={page.rows}
        keyOf={(row) => row.entry_id}
        sort={sort}
        descending={descending}
        onSort={sortBy}
      />
      <Pager
        offset={offset}
        limit={PAGE_SIZE}
        total={page.total}
        onChange={(offset) => setQuery({ offset: offset === 0 ? undefined : String(offset) })}
      />
    </>
  );
}

function Totals({ page }: { page: BookingPage }) {
  return (
    <ul class="totals" aria-label={t("receipts.totals")}>
      {page.totals.map((total) => (
        <li key={total.currency} class="card">
          <strong>{money(total.amount, total.currency)}</strong>
          <span>{t("receipts.count", { n: total.receipts })}</span>
        </li>
      ))}
      {page.to_review === 0 ? null : (
        <li class="card review">
          <a href="#/review">
            <strong>{page.to_review}</strong>
            <span>{t("receipts.toReview")}</span>
          </a>
        </li>
      )}
    </ul>
  );
}

function columns(): Column<Booking>[] {
  return [
    { id: "date", head: t("column.date"), cell: (row) => day(row.date), sorts: true },
    { id: "vendor", head: t("column.vendor"), cell: Vendor, kind: "main", sorts: true },
    { id: "category", head: t("column.category"), cell: (row) => categoryName(row.category), sorts: true },
    {
      id: "amount",
      head: t("column.amount"),
      cell: (row) => money(row.amount, row.currency),
      kind: "number",
      sorts: true,
    },
    { id: "confidence", head: t("column.sure"), cell: Sure, sorts: true },
    { id: "source", head: t("column.source"), cell: (row) => <span class="source">{row.source}</span> },
  ];
}

function Vendor(row: Booking) {
  return <a href={to(["receipts", row.entry_id])}>{row.vendor ?? t("receipts.noVendor")}</a>;
}

export function Sure(row: Booking) {
  if ((row.reasons ?? []).length > 0) return <Badge tone="warn">{t("receipts.look")}</Badge>;
  if (row.corrected.length > 0) return <Badge tone="accent">{t("receipts.corrected")}</Badge>;
  return <Badge tone="good">{t("receipts.sure")}</Badge>;
}

/** Names a category of the spending in this language, where it is one of Finance's own. */
export function categoryName(category: string | null): string {
  return category === null ? "–" : named("category", category);
}
