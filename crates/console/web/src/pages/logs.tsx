// What extensions and the program log, as it comes.

import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import { follow } from "../live";
import { useCall } from "../query";
import { setQuery, to, usePlace } from "../router";
import { time } from "../format";
import type { ExtensionInfo } from "../types";
import { Badge, Button, Empty, Input, Page, Select, type Tone } from "../ui/parts";

interface LogRecord {
  id: number;
  at: string;
  level: Level;
  extension?: string;
  message: string;
  fields?: Record<string, string>;
}

const LEVELS = ["error", "warn", "info", "debug"] as const;
type Level = (typeof LEVELS)[number];

const tones: Record<Level, Tone> = { error: "bad", warn: "warn", info: "accent", debug: "calm" };
/** Most records that are shown; older ones go. */
const SHOWN = 500;

export function LogsPage() {
  const { query } = usePlace();
  const extension = query.get("extension") ?? "";
  const level = query.get("level") ?? "info";
  const words = query.get("q") ?? "";
  const [stops, setStops] = useState(false);
  const listed = useCall<{ extensions: ExtensionInfo[] }>("query:extensions.list.v1", {});
  const names = (listed.data?.extensions ?? []).map((it): [string, string] => [it.id, it.name]);
  const halt = (
    <Button aria-pressed={stops} onClick={() => setStops(!stops)}>
      {stops ? t("logs.resume") : t("logs.halt")}
    </Button>
  );
  return (
    <Page title={t("nav.logs")} about={t("logs.about")} actions={halt}>
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <Select
          label={t("audit.extension")}
          value={extension}
          options={[["", t("filter.all")], ...names]}
          onChange={(extension) => setQuery({ extension })}
        />
        <Select
          label={t("logs.level")}
          value={level}
          options={LEVELS.map((it) => [it, t(`level.${it}`)])}
          onChange={(level) => setQuery({ level })}
        />
        <div class="wide">
          <Input label={t("search.label")} type="search" value={words} onChange={(q) => setQuery({ q })} />
        </div>
      </form>
      <Records key={`${extension} ${level}`} extension={extension} level={level} words={words} stops={stops} />
    </Page>
  );
}

interface RecordsProps {
  extension: string;
  level: string;
  words: string;
  stops: boolean;
}

function Records({ extension, level, words, stops }: RecordsProps) {
  const [records, setRecords] = useState<LogRecord[]>([]);
  const [seen, setSeen] = useState<LogRecord[]>();
  useEffect(() => {
    const params = extension === "" ? { level } : { level, extension };
    return follow("logs", params, (message) => {
      setRecords((known) => [message as LogRecord, ...known].slice(0, SHOWN));
    });
  }, [extension, level]);
  useEffect(() => setSeen(stops ? records : undefined), [stops]);
  const fitting = (seen ?? records).filter((record) => fits(record, words));
  if (fitting.length === 0) return <Empty icon="list" title={t("logs.none")} />;
  return (
    <ol class="log card" tabIndex={0} aria-label={t("nav.logs")}>
      {fitting.map((record) => (
        <One key={record.id} record={record} />
      ))}
    </ol>
  );
}

function fits(record: LogRecord, words: string): boolean {
  const text = JSON.stringify(record).toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function One({ record }: { record: LogRecord }) {
  const { at, level, extension, message, fields } = record;
  return (
    <li>
      <time dateTime={at}>{time(at)}</time>
      <Badge tone={tones[level]}>{t(`level.${level}`)}</Badge>
      {extension === undefined ? null : <a href={to(["extensions", extension])}>{extension}</a>}
      <span class="message">
        {message}
        {Object.entries(fields ?? {}).map(([name, value]) => (
          <span key={name} class="muted">
            {` ${name}=${value}`}
          </span>
        ))}
      </span>
    </li>
  );
}
