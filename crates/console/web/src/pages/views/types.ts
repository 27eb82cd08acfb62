// What a view of an extension is made of (docs/view.schema.json).

export type { ViewInfo } from "../../../../../../sdk/typescript/src/index";

export interface View {
  version: number;
  title?: string;
  blocks: Block[];
}

export type Block =
  | { text: { text: string; tone?: ViewTone } }
  | { list: { title?: string; items: Cell[]; empty?: string } }
  | { table: TableBlock }
  | { chart: ChartBlock }
  | { cards: CardsBlock }
  | { detail: { title?: string; fields: CellField[]; actions?: Action[] } }
  | { form: { title?: string; submit: Action } };

export type ViewTone = "neutral" | "good" | "warning" | "bad";

export interface TableBlock {
  title?: string;
  columns: { id: string; label: string; sortable?: boolean }[];
  rows: Row[];
  sort?: { column: string; descending?: boolean };
  next?: string;
  total?: number;
  empty?: string;
}

export interface Row {
  cells: Cell[];
  actions?: Action[];
}

export interface ChartBlock {
  title?: string;
  shape: "columns" | "bars" | "line";
  labels: string[];
  series: Series[];
  currency?: string;
}

export interface Series {
  name: string;
  values: (number | null)[];
}

export interface CardsBlock {
  title?: string;
  cards: Card[];
  next?: string;
  empty?: string;
}

export interface Card {
  title: Cell;
  image?: Picture;
  fields?: CellField[];
  actions?: Action[];
}

export interface CellField {
  label: string;
  value: Cell;
}

export interface Picture {
  entry_id: string;
  sidecar: string;
  alt: string;
}

export type Cell =
  | "empty"
  | { text: string }
  | { number: number }
  | { money: { amount: number; currency: string } }
  | { date: string }
  | { entry: { entry_id: string; text: string } }
  | { view: { view: string; text: string; input?: Input } }
  | { badge: { text: string; tone?: ViewTone } }
  | { progress: number }
  | { thumbnail: Picture };

export type Input = Record<string, unknown>;

export interface Action {
  label: string;
  target: { method: string } | { view: string };
  input?: Input;
  fields?: FormField[];
  changed_only?: boolean;
  confirm?: string;
  danger?: boolean;
  then?: "reload" | "show";
}

export interface FormField {
  name: string;
  label: string;
  description?: string;
  kind?: "text" | "long_text" | "number" | "date" | "flag" | "choice" | "secret";
  value?: unknown;
  required?: boolean;
  choices?: { value: string; label: string }[];
}
