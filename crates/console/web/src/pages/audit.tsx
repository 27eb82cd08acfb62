// The record of what extensions did and were refused: searched, and verified.

import { useState } from "preact/hooks";
import { time } from "../format";
import { number, t } from "../i18n";
import { toApiError, useCall } from "../query";
import { setQuery, to, usePlace } from "../router";
import { call, type ApiError } from "../rpc";
import { Answer, Badge, Button, Empty, ErrorBox, Input, Page } from "../ui/parts";
import { Table, type Column } from "../ui/table";

interface AuditRecord {
  seq: number;
  at: string;
  event: string;
  extension?: string;
  [fact: string]: unknown;
}

interface Verified {
  records: number;
  torn: boolean;
  broken?: string | null;
}

/** Records that are shown, and those that are searched. */
const NEWEST = 500;
const SEARCHED = 10_000;

export function AuditPage() {
  const { query } = usePlace();
  const words = query.get("q") ?? "";
  const limit = words.trim() === "" ? NEWEST : SEARCHED;
  const tail = useCall<{ records: AuditRecord[] }>("query:permissions.audit_tail.v1", { limit });
  const [verified, setVerified] = useState<Verified | ApiError>();
  const verify = async () => {
    try {
      setVerified(await call<Verified>("query:permissions.audit_verify.v1", {}));
    } catch (error) {
      setVerified(toApiError(error));
    }
  };
  const actions = (
    <>
      <Button onClick={tail.reload}>{t("action.reload")}</Button>
      <Button icon="check" onClick={() => void verify()}>
        {t("audit.verify")}
      </Button>
    </>
  );
  return (
    <Page title={t("nav.audit")} about={t("audit.about")} actions={actions}>
      <div role="status">{verified === undefined ? null : <Verdict verified={verified} />}</div>
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <div class="wide">
          <Input label={t("search.label")} type="search" value={words} onChange={(q) => setQuery({ q })} />
        </div>
      </form>
      <Answer of={tail}>
        {({ records }) => {
          const fitting = records.filter((record) => fits(record, words)).reverse();
          if (fitting.length === 0) return <Empty icon="audit" title={t("audit.none")} />;
          const isAll = records.length < limit && fitting.length <= NEWEST;
          const rows = fitting.slice(0, NEWEST);
          return (
            <>
              <Table label={t("nav.audit")} columns={columns()} rows={rows} keyOf={(it) => String(it.seq)} />
              {isAll ? null : <p class="muted">{t("list.newest", { n: rows.length })}</p>}
            </>
          );
        }}
      </Answer>
    </Page>
  );
}

function Verdict({ verified }: { verified: Verified | ApiError }) {
  if (verified instanceof Error) return <ErrorBox error={verified} />;
  const { records, broken } = verified;
  if (broken != null) return <p class="note reason">{broken}</p>;
  return <p class="all-well">{t("audit.whole", { n: records })}</p>;
}

function fits(record: AuditRecord, words: string): boolean {
  const text = JSON.stringify(record).toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function columns(): Column<AuditRecord>[] {
  return [
    { id: "seq", head: t("rights.number"), cell: (it) => number(it.seq), kind: "number" },
    { id: "at", head: t("audit.at"), cell: (it) => time(it.at) },
    { id: "event", head: t("audit.event"), cell: (it) => <Badge tone={toneOf(it.event)}>{it.event}</Badge> },
    { id: "extension", head: t("audit.extension"), cell: Extension },
    { id: "facts", head: t("audit.facts"), cell: Facts, kind: "main" },
  ];
}

function toneOf(event: string) {
  return event === "refused" ? "bad" : "calm";
}

function Extension({ extension }: AuditRecord) {
  return extension === undefined ? "–" : <a href={to(["extensions", extension])}>{extension}</a>;
}

/** What is known, and for a refusal the way to the rule that decided. */
function Facts(record: AuditRecord) {
  const { event, extension, method } = record;
  const facts = <span class="rule">{factsOf(record)}</span>;
  if (event !== "refused" || extension === undefined || typeof method !== "string") return facts;
  return (
    <>
      {facts} <a href={to(["extensions", extension], { why: method })}>{t("audit.why")}</a>
    </>
  );
}

const SHOWN = ["seq", "at", "event", "extension", "prev", "hash", "chain"];

function factsOf(record: AuditRecord): string {
  const facts = Object.entries(record).filter(([name]) => !SHOWN.includes(name));
  return facts
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" · ");
}
