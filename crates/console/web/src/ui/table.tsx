// Tables that scroll by themselves, with heads that sort.

import type { ComponentChildren, VNode } from "preact";
import { useMemo } from "preact/hooks";
import { t } from "../i18n";

export interface Column<T> {
  id: string;
  head: string;
  cell(row: T): ComponentChildren;
  kind?: "number" | "main";
  /** The rows can be sorted by it. */
  sorts?: boolean;
}

interface TableProps<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  keyOf(row: T): string;
  sort?: string;
  descending?: boolean;
  onSort?(column: string): void;
}

export function Table<T>(props: TableProps<T>) {
  const { label, columns, rows, keyOf } = props;
  // A row that was drawn with these columns is not drawn again when others come behind it.
  const drawn = useMemo(() => new WeakMap<WeakKey, VNode>(), [columns]);
  const draw = (row: T) => {
    // A number stands for other values from one drawing to the next.
    if (typeof row !== "object" || row === null) return <Row key={keyOf(row)} row={row} columns={columns} />;
    const known = drawn.get(row) ?? <Row key={keyOf(row)} row={row} columns={columns} />;
    drawn.set(row, known);
    return known;
  };
  return (
    <div class="table" role="region" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} {...props} />
            ))}
          </tr>
        </thead>
        <tbody>{rows.map(draw)}</tbody>
      </table>
    </div>
  );
}

function Row<T>({ row, columns }: { row: T; columns: Column<T>[] }) {
  return (
    <tr>
      {columns.map((column) => (
        <td key={column.id} class={column.kind ?? ""} data-head={column.head}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

function Head<T>({ column, sort, descending, onSort }: TableProps<T> & { column: Column<T> }) {
  const isSorted = sort === column.id;
  const order = isSorted ? (descending === true ? "descending" : "ascending") : "none";
  const sorts = column.sorts === true && onSort !== undefined;
  return (
    <th scope="col" class={column.kind ?? ""} aria-sort={sorts ? order : undefined}>
      {sorts ? (
        <button type="button" onClick={() => onSort(column.id)} title={t("table.sort")}>
          {column.head}
          <span class={`arrow ${order}`} aria-hidden="true" />
        </button>
      ) : (
        column.head
      )}
    </th>
  );
}
