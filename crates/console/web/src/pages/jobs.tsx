// Work that runs, waits or failed, as it changes; and calls that are made again and again.

import { useState } from "preact/hooks";
import { time } from "../format";
import { t } from "../i18n";
import { useLibrary } from "../library";
import { useChanges } from "../live";
import { toApiError, useCall } from "../query";
import { setQuery, usePlace } from "../router";
import { call, type ApiError } from "../rpc";
import type { Job, JobState, Schedule } from "../types";
import { Answer, Badge, Button, Empty, ErrorBox, Page, Select, type Tone } from "../ui/parts";
import { Table, type Column } from "../ui/table";

/** Jobs that are shown; there may be very many more. */
const NEWEST = 200;
const STATES: JobState[] = ["waiting", "running", "parked", "done", "failed", "cancelled"];
const tones: Record<JobState, Tone> = {
  waiting: "calm",
  running: "accent",
  parked: "warn",
  done: "good",
  failed: "bad",
  cancelled: "calm",
};

export function JobsPage() {
  const library = useLibrary();
  const { query } = usePlace();
  const state = query.get("state") ?? "";
  const changes = useChanges("jobs", library.id);
  const input = { limit: NEWEST, ...(state === "" ? {} : { state }) };
  const jobs = useCall<{ jobs: Job[] }>("query:jobs.list.v1", input, library.id, [changes]);
  const [error, setError] = useState<ApiError>();
  const cancel = async (job: Job) => {
    try {
      await call("action:jobs.cancel.input.v1", { job_id: job.id }, library.id);
      jobs.reload();
    } catch (error) {
      setError(toApiError(error));
    }
  };
  return (
    <Page title={t("nav.jobs")}>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <Select
          label={t("column.state")}
          value={state}
          options={[["", t("filter.all")], ...STATES.map((it): [string, string] => [it, t(`job.${it}`)])]}
          onChange={(state) => setQuery({ state })}
        />
      </form>
      {error === undefined ? null : <ErrorBox error={error} />}
      <Answer of={jobs}>
        {({ jobs }) =>
          jobs.length === 0 ? (
            <Empty icon="jobs" title={t("jobs.none")} />
          ) : (
            <>
              <Table label={t("nav.jobs")} columns={columns(cancel)} rows={jobs} keyOf={(job) => job.id} />
              {jobs.length < NEWEST ? null : <p class="muted">{t("list.newest", { n: NEWEST })}</p>}
            </>
          )
        }
      </Answer>
      <Schedules />
    </Page>
  );
}

function columns(cancel: (job: Job) => Promise<void>): Column<Job>[] {
  return [
    { id: "method", head: t("column.method"), cell: (job) => <code>{job.method}</code>, kind: "main" },
    { id: "state", head: t("column.state"), cell: (job) => <Badge tone={tones[job.state]}>{t(`job.${job.state}`)}</Badge> },
    { id: "progress", head: t("column.progress"), cell: Progress },
    { id: "attempts", head: t("column.attempts"), cell: (job) => job.attempts, kind: "number" },
    { id: "changed", head: t("column.changed"), cell: (job) => time(job.updated_at) },
    {
      id: "cancel",
      head: t("column.actions"),
      cell: (job) =>
        isOpen(job.state) ? (
          <Button kind="quiet" icon="cross" onClick={() => void cancel(job)}>
            {t("job.cancel")}
          </Button>
        ) : null,
    },
  ];
}

function isOpen(state: JobState): boolean {
  return state === "waiting" || state === "running" || state === "parked";
}

function Progress({ progress, error }: Job) {
  if (error != null) return <span class="reason">{error.error}</span>;
  if (progress == null) return "–";
  const { done, total, message } = progress;
  return (
    <span class="progress">
      {total == null ? null : <progress max={total} value={done} aria-label={t("column.progress")} />}
      {`${done}${total == null ? "" : ` / ${total}`} ${message ?? ""}`.trimEnd()}
    </span>
  );
}

function Schedules() {
  const schedules = useCall<{ schedules: Schedule[] }>("query:schedules.list.v1", {});
  return (
    <Answer of={schedules}>
      {({ schedules }) =>
        schedules.length === 0 ? null : (
          <>
            <h2>{t("jobs.schedules")}</h2>
            <Table label={t("jobs.schedules")} columns={scheduleColumns()} rows={schedules} keyOf={(it) => it.id} />
          </>
        )
      }
    </Answer>
  );
}

function scheduleColumns(): Column<Schedule>[] {
  return [
    { id: "method", head: t("column.method"), cell: (it) => <code>{it.method}</code>, kind: "main" },
    { id: "every", head: t("schedule.every"), cell: times },
    { id: "next", head: t("schedule.next"), cell: (it) => time(it.next_at) },
    { id: "last", head: t("schedule.last"), cell: (it) => it.last_error ?? time(it.last_at) },
  ];
}

/** Writes when a schedule is due: every so often, or by a pattern of cron in a time zone. */
function times({ every_s, cron, time_zone }: Schedule) {
  if (every_s != null) return t("schedule.minutes", { n: Math.round(every_s / 60) });
  return (
    <>
      <code>{cron}</code> {time_zone}
    </>
  );
}
