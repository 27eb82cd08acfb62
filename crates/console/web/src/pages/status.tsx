// The state of the daemon, and what needs the user.

import { time } from "../format";
import { t } from "../i18n";
import { useLibrary } from "../library";
import { useChanges } from "../live";
import { useRequest } from "../query";
import { to } from "../router";
import type { Status } from "../types";
import { Facts } from "../ui/facts";
import { Answer, Badge, Button, Page } from "../ui/parts";
import { Table, type Column } from "../ui/table";

type LibraryStatus = Status["libraries"][number];

export function StatusPage() {
  const changes = useChanges("events", useLibrary().id);
  const status = useRequest<Status>("daemon.status", [changes]);
  const reload = <Button onClick={status.reload}>{t("action.reload")}</Button>;
  return (
    <Page title={t("nav.status")} actions={reload}>
      <Answer of={status}>{(status) => <Whole status={status} />}</Answer>
    </Page>
  );
}

function Whole({ status }: { status: Status }) {
  return (
    <>
      <Attention lines={status.attention} />
      {status.daemon === null ? null : (
        <Facts
          facts={[
            [t("status.version"), status.daemon.version],
            [t("status.since"), time(status.daemon.since)],
            [t("status.process"), String(status.daemon.pid)],
            [t("status.folder"), status.daemon.data_folder],
          ]}
        />
      )}
      <h2>{t("status.libraries")}</h2>
      <Table label={t("status.libraries")} columns={columns()} rows={status.libraries} keyOf={(it) => it.id} />
      <h2>{t("status.extensions")}</h2>
      <Table
        label={t("status.extensions")}
        columns={extensionColumns()}
        rows={status.extensions}
        keyOf={(it) => it.id}
      />
    </>
  );
}

function Attention({ lines }: { lines: string[] }) {
  if (lines.length === 0) return <p class="all-well">{t("status.allWell")}</p>;
  return (
    <section class="attention" aria-label={t("status.attention")}>
      <h2>{t("status.attention")}</h2>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}

function columns(): Column<LibraryStatus>[] {
  return [
    { id: "name", head: t("column.name"), cell: (it) => it.error ?? it.name, kind: "main" },
    { id: "events", head: t("status.waiting"), cell: (it) => it.waiting_events, kind: "number" },
    { id: "jobs", head: t("status.openJobs"), cell: (it) => it.open_jobs, kind: "number" },
    { id: "dead", head: t("status.deadLetters"), cell: (it) => it.dead_letters, kind: "number" },
  ];
}

function extensionColumns(): Column<Status["extensions"][number]>[] {
  return [
    { id: "id", head: t("column.name"), cell: (it) => <a href={to(["extensions", it.id])}>{it.id}</a>, kind: "main" },
    { id: "version", head: t("column.version"), cell: (it) => it.version },
    { id: "calls", head: t("column.calls"), cell: (it) => it.calls, kind: "number" },
    { id: "state", head: t("column.state"), cell: State },
  ];
}

export function State({ quarantine, last_fault }: { quarantine?: string; last_fault?: string }) {
  if (quarantine !== undefined) return <Badge tone="bad">{t("extension.stopped")}</Badge>;
  if (last_fault !== undefined) return <Badge tone="warn">{t("extension.fault")}</Badge>;
  return <Badge tone="good">{t("extension.well")}</Badge>;
}

