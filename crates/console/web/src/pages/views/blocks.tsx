// The blocks of a view.

import type { ComponentChildren } from "preact";
import { t } from "../../i18n";
import { Icon } from "../../ui/icons";
import { Table, type Column } from "../../ui/table";
import { Actions, InlineForm } from "./action";
import { isNumber, nameIn, toneOf, Value } from "./cells";
import { Chart } from "./chart";
import { addressOf, useShown } from "./context";
import { SidecarPicture } from "./picture";
import type { Block, Card, CardsBlock, CellField, Row, TableBlock, View } from "./types";

export function Blocks({ view }: { view: View }) {
  return (
    <div class="view">
      {view.blocks.map((block, at) => (
        <section key={at}>
          <One block={block} />
        </section>
      ))}
    </div>
  );
}

function One({ block }: { block: Block }) {
  if ("text" in block) return <Paragraph {...block.text} />;
  if ("table" in block) return <Rows table={block.table} />;
  if ("chart" in block) return <Chart chart={block.chart} />;
  if ("cards" in block) return <Cards cards={block.cards} />;
  if ("list" in block) {
    const { title, items, empty } = block.list;
    return (
      <Titled title={title}>
        {items.length === 0 ? <Nothing text={empty} /> : null}
        <ul class="view-list">
          {items.map((item, at) => (
            <li key={at}>
              <Value cell={item} />
            </li>
          ))}
        </ul>
      </Titled>
    );
  }
  if ("detail" in block) {
    const { title, fields, actions } = block.detail;
    return (
      <Titled title={title}>
        <Fields fields={fields} kind="facts card" />
        <Actions actions={actions} />
      </Titled>
    );
  }
  if ("form" in block) {
    return (
      <Titled title={block.form.title}>
        <InlineForm action={block.form.submit} />
      </Titled>
    );
  }
  return null;
}

function Titled({ title, children }: { title: string | undefined; children: ComponentChildren }) {
  return (
    <>
      {title === undefined ? null : (
        <h2>
          <bdi>{title}</bdi>
        </h2>
      )}
      {children}
    </>
  );
}

function Nothing({ text }: { text: string | undefined }) {
  return (
    <p class="muted">
      <bdi>{text ?? t("views.nothing")}</bdi>
    </p>
  );
}

function Paragraph({ text, tone }: { text: string; tone?: "neutral" | "good" | "warning" | "bad" }) {
  const kind = toneOf(tone);
  if (kind === "calm") return <p class="view-text">{text}</p>;
  return (
    <p class={`view-note ${kind}`}>
      <Icon name={kind === "good" ? "check" : "warning"} />
      <span class="view-text">{text}</span>
    </p>
  );
}

function Fields({ fields, kind }: { fields: CellField[]; kind?: string }) {
  if (fields.length === 0) return null;
  return (
    <dl class={kind}>
      {fields.map(({ label, value }, at) => (
        <div key={at}>
          <dt>
            <bdi>{label}</bdi>
          </dt>
          <dd>
            <Value cell={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Rows({ table }: { table: TableBlock }) {
  const { extension, view, input } = useShown();
  const { title, columns, rows, sort, next, total, empty } = table;
  const sortBy = (column: string) => {
    const descending = sort?.column === column && sort.descending !== true;
    const { cursor: _, ...rest } = input;
    location.hash = addressOf(extension, view, { ...rest, sort: column, descending });
  };
  const numbers = columns.map((_, at) => rows.some(({ cells }) => cells[at] !== undefined && isNumber(cells[at])));
  const shown: Column<number>[] = columns.map(({ id, label, sortable }, at) => ({
    id,
    head: label,
    cell: (row) => <Value cell={rows[row]?.cells[at] ?? "empty"} />,
    kind: numbers[at] === true ? "number" : undefined,
    sorts: sortable,
  })) as Column<number>[];
  if (rows.some((row: Row) => (row.actions ?? []).length > 0)) {
    shown.push({ id: " actions", head: t("views.actions"), cell: (row) => <Actions actions={rows[row]?.actions} /> });
  }
  return (
    <Titled title={title}>
      {rows.length === 0 ? (
        <Nothing text={empty} />
      ) : (
        <Table
          label={title ?? t("views.table")}
          columns={shown}
          rows={rows.map((_, at) => at)}
          keyOf={String}
          {...(sort === undefined ? {} : { sort: sort.column, descending: sort.descending === true })}
          onSort={sortBy}
        />
      )}
      <Pages next={next} total={total} />
    </Titled>
  );
}

function Cards({ cards }: { cards: CardsBlock }) {
  return (
    <Titled title={cards.title}>
      {cards.cards.length === 0 ? <Nothing text={cards.empty} /> : null}
      <ul class="view-cards">
        {cards.cards.map((card, at) => (
          // Headings leave out no level.
          <OneCard key={at} card={card} Heading={cards.title === undefined ? "h2" : "h3"} />
        ))}
      </ul>
      <Pages next={cards.next} total={undefined} />
    </Titled>
  );
}

function OneCard({ card, Heading }: { card: Card; Heading: "h2" | "h3" }) {
  const { title, image, fields, actions } = card;
  // What the title says is not said twice.
  const isNamed = image?.alt === nameIn(title);
  return (
    <li class="card padded">
      {image === undefined ? null : <SidecarPicture of={isNamed ? { ...image, alt: "" } : image} />}
      <Heading>
        <Value cell={title} />
      </Heading>
      <Fields fields={fields ?? []} />
      <Actions actions={actions} />
    </li>
  );
}

function Pages({ next, total }: { next: string | undefined; total: number | undefined }) {
  const { extension, view, input } = useShown();
  const { cursor, ...first } = input;
  if (next === undefined && cursor === undefined) {
    return total === undefined ? null : <p class="muted">{t("views.total", { n: total })}</p>;
  }
  return (
    <nav class="pager" aria-label={t("pager.label")}>
      {cursor === undefined ? null : (
        <a class="button plain" href={addressOf(extension, view, first)}>
          <Icon name="back" />
          {t("views.first")}
        </a>
      )}
      {total === undefined ? null : <span>{t("views.total", { n: total })}</span>}
      {next === undefined ? null : (
        <a class="button plain" href={addressOf(extension, view, { ...input, cursor: next })}>
          {t("pager.next")}
          <Icon name="next" />
        </a>
      )}
    </nav>
  );
}
