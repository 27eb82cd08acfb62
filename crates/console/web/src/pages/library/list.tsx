// The entries of a library, as a list or as a grid, and the search.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { bytes, time } from "../../format";
import { t } from "../../i18n";
import { useLibrary } from "../../library";
import { useChanges } from "../../live";
import { toApiError, useCall } from "../../query";
import { setQuery, to, usePlace } from "../../router";
import { call, type ApiError } from "../../rpc";
import type { Entry, SearchAnswer, SearchHit } from "../../types";
import { Answer, Badge, Button, Empty, ErrorBox, Input, Loading, Page, Select } from "../../ui/parts";
import { Table, type Column } from "../../ui/table";
import { pieces, searchInput, type SearchInput } from "./search";
import { Thumbnail } from "./thumbnail";

const HITS = 50;
const PAGE = 100;

export function LibraryPage() {
  const { query } = usePlace();
  const words = query.get("q") ?? "";
  const type = query.get("type") ?? "";
  const view = query.get("view") === "grid" ? "grid" : "list";
  return (
    <Page title={t("nav.library")}>
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <div class="wide">
          <Input
            label={t("search.label")}
            type="search"
            value={words}
            placeholder={t("search.placeholder")}
            onChange={(q) => setQuery({ q })}
          />
        </div>
        <Select
          label={t("search.type")}
          value={type}
          options={[
            ["", t("filter.all")],
            ["file", t("type.file")],
            ["receipt", t("type.receipt")],
          ]}
          onChange={(type) => setQuery({ type })}
        />
        <div class="tabs" role="group" aria-label={t("library.view")}>
          <Button icon="list" kind="quiet" aria-pressed={view === "list"} onClick={() => setQuery({ view: undefined })}>
            {t("library.list")}
          </Button>
          <Button icon="grid" kind="quiet" aria-pressed={view === "grid"} onClick={() => setQuery({ view: "grid" })}>
            {t("library.grid")}
          </Button>
        </div>
      </form>
      {words.trim() === "" ? <All key={type} type={type} view={view} /> : <Found words={words} type={type} />}
    </Page>
  );
}

function Found({ words, type }: { words: string; type: string }) {
  const input = searchInput(words, HITS);
  if ("kind" in input) {
    const { kind, text, value } = input;
    return (
      <p class="note" role="alert">
        {t(`search.${kind}`, { text, value })}
      </p>
    );
  }
  if (type !== "") input.entry_type ??= type;
  return <Hits input={input} />;
}

function Hits({ input }: { input: SearchInput }) {
  const library = useLibrary();
  const found = useCall<SearchAnswer>("query:search.entries.v1", input, library.id);
  return (
    <Answer of={found}>
      {({ hits, words_only, pending = 0, unread = 0 }) => (
        <>
          {words_only == null ? null : <p class="note">{t("search.wordsOnly", { reason: words_only })}</p>}
          {unread === 0 ? null : <p class="note">{t("search.unread", { n: unread })}</p>}
          {pending === 0 || words_only != null ? null : <p class="note">{t("search.pending", { n: pending })}</p>}
          {hits.length === 0 ? (
            <Empty icon="search" title={t("search.none")}>
              <p>{t("search.noneText")}</p>
            </Empty>
          ) : (
            <ol class="hits">
              {hits.map((hit) => (
                <Hit key={hit.entry.id} hit={hit} />
              ))}
            </ol>
          )}
        </>
      )}
    </Answer>
  );
}

function Hit({ hit }: { hit: SearchHit }) {
  const { entry, snippet, highlights } = hit;
  return (
    <li class="card">
      <a href={placeOf(entry)}>{entry.name}</a> <TypeBadge entry={entry} />
      <p class="snippet">
        {pieces(snippet, highlights).map(({ text, matched }, index) =>
          matched ? <mark key={index}>{text}</mark> : text,
        )}
      </p>
      <p class="muted">{entry.path}</p>
    </li>
  );
}

function placeOf(entry: Entry): string {
  return to(["library", entry.id]);
}

function TypeBadge({ entry }: { entry: Entry }) {
  return <Badge tone={entry.entry_type === "receipt" ? "accent" : "calm"}>{entry.entry_type}</Badge>;
}

interface Listed {
  entries: Entry[];
  next?: number;
}

function All({ type, view }: { type: string; view: "list" | "grid" }) {
  const library = useLibrary();
  const heads = useMemo(columns, []);
  const changes = useChanges("events", library.id);
  const [entries, setEntries] = useState<Entry[]>([]);
  const [next, setNext] = useState<number>();
  const [state, setState] = useState<"loading" | "there" | ApiError>("loading");
  const load = async (after: number | undefined) => {
    setState("loading");
    const input = { limit: PAGE, ...(after === undefined ? {} : { after }), ...(type === "" ? {} : { entry_type: type }) };
    try {
      const page = await call<Listed>("query:vdfs.list_entries.v1", input, library.id);
      setEntries((known) => (after === undefined ? page.entries : [...known, ...page.entries]));
      setNext(page.next);
      setState("there");
    } catch (error) {
      setState(toApiError(error));
    }
  };
  useEffect(() => void load(undefined), [library.id]);
  // What came since stands on the last page.
  useEffect(() => {
    if (changes > 0 && next === undefined && entries.length < PAGE) void load(undefined);
  }, [changes]);
  if (state === "there" && entries.length === 0) {
    return (
      <Empty icon="library" title={t("library.empty")}>
        <p>{t("library.emptyText")}</p>
      </Empty>
    );
  }
  return (
    <>
      {entries.length === 0 ? null : view === "grid" ? (
        <Grid entries={entries} />
      ) : (
        <Table label={t("nav.library")} columns={heads} rows={entries} keyOf={(entry) => entry.id} />
      )}
      {typeof state === "object" ? <ErrorBox error={state} retry={() => void load(next)} /> : null}
      {state === "loading" ? <Loading /> : null}
      {state === "there" && next !== undefined ? <More load={() => void load(next)} /> : null}
    </>
  );
}

/** Loads the next page when its end comes into view, or when it is asked for. */
function More({ load }: { load(): void }) {
  const button = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (button.current === null) return undefined;
    const observer = new IntersectionObserver((seen) => {
      if (seen.some((it) => it.isIntersecting)) load();
    });
    observer.observe(button.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div class="more" ref={button}>
      <Button onClick={load}>{t("library.more")}</Button>
    </div>
  );
}

function columns(): Column<Entry>[] {
  return [
    { id: "name", head: t("column.name"), cell: (it) => <a href={placeOf(it)}>{it.name}</a>, kind: "main" },
    { id: "type", head: t("search.type"), cell: (it) => <TypeBadge entry={it} /> },
    { id: "path", head: t("column.place"), cell: (it) => <span class="source">{it.path}</span> },
    { id: "size", head: t("column.size"), cell: (it) => bytes(it.size), kind: "number" },
    { id: "date", head: t("column.changed"), cell: (it) => time(it.updated_at) },
  ];
}

function Grid({ entries }: { entries: Entry[] }) {
  return (
    <ul class="grid">
      {entries.map((entry) => (
        <li key={entry.id} class="card">
          <a href={placeOf(entry)}>
            <Thumbnail entry={entry} />
            <span>{entry.name}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

