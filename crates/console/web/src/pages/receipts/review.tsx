// The queue of what needs the eye of a person, worked through by keyboard.

import { useEffect, useState } from "preact/hooks";
import { day, money } from "../../format";
import { t } from "../../i18n";
import { useLibrary } from "../../library";
import { useChanges } from "../../live";
import { toApiError, useCall } from "../../query";
import { to } from "../../router";
import { call, type ApiError } from "../../rpc";
import type { Booking, BookingPage } from "../../types";
import { Answer, Button, Empty, ErrorBox, Page } from "../../ui/parts";
import { Indexing } from "./indexing";
import { NoFinance } from "./no_finance";
import { Reasons } from "./reasons";
import { Receipt } from "./receipt";

/** Bookings that are asked for at once. */
const QUEUE = 100;

export function ReviewPage() {
  const library = useLibrary();
  const changes = useChanges("events", library.id);
  const input = { to_review: true, sort: "date", descending: true, limit: QUEUE };
  const page = useCall<BookingPage>("query:finance.page.v1", input, library.id, [changes]);
  if (page.error?.code === "E_UNKNOWN_METHOD") return <NoFinance />;
  return (
    <Page title={t("nav.review")} about={t("review.about")}>
      <Indexing of={page} />
      <Answer of={page}>
        {({ rows, total, indexing }) =>
          rows.length === 0 && indexing !== undefined ? null : rows.length === 0 ? (
            <Empty icon="check" title={t("review.done")} />
          ) : (
            <Queue rows={rows} total={total} stale={page.loading} changes={changes} reload={page.reload} />
          )
        }
      </Answer>
    </Page>
  );
}

interface QueueProps {
  rows: Booking[];
  total: number;
  /** The rows are asked for again. */
  stale: boolean;
  changes: number;
  reload(): void;
}

function Queue({ rows, total, stale, changes, reload }: QueueProps) {
  const library = useLibrary();
  const [id, setId] = useState<string>();
  const [at, setAt] = useState(0);
  const [error, setError] = useState<ApiError>();
  // The booking stays where it is while others leave the queue; its successor takes its place.
  const found = rows.findIndex((row) => row.entry_id === id);
  const index = Math.min(found === -1 ? at : found, rows.length - 1);
  const booking = rows[index] as Booking;
  const move = (step: number) => {
    const next = Math.min(Math.max(0, index + step), rows.length - 1);
    setAt(next);
    setId(rows[next]?.entry_id);
    setError(undefined);
  };
  // What is shown stays so when others come before it.
  useEffect(() => setId(booking.entry_id), [booking.entry_id]);
  // What comes next has to be seen before it is decided about.
  const [acts, setActs] = useState(false);
  useEffect(() => {
    if (!stale) setActs(false);
  }, [stale]);
  const act = async (method: string, input: unknown) => {
    if (acts) return;
    setActs(true);
    setError(undefined);
    setAt(index);
    setId(undefined);
    try {
      await call(method, input, library.id);
      reload();
    } catch (error) {
      setError(toApiError(error));
      setActs(false);
    }
  };
  const actions: Record<string, () => void> = {
    j: () => move(1),
    ArrowRight: () => move(1),
    k: () => move(-1),
    ArrowLeft: () => move(-1),
    c: () => void act("action:finance.correct.input.v1", confirmation(booking)),
    x: () => void act("action:finance.reject.input.v1", { entry_id: booking.entry_id }),
    e: edit,
  };
  if (booking.look_alikes.length > 0) {
    const entries = [booking.entry_id, ...booking.look_alikes];
    actions["m"] = () => void act("action:finance.merge.input.v1", { entries });
    actions["s"] = () => void act("action:finance.keep_apart.input.v1", { entries });
  }
  useKeys(actions);
  return (
    <>
      <div class="queue-head card">
        <p>
          <strong>{booking.vendor ?? t("receipts.noVendor")}</strong>
          <span>
            {money(booking.amount, booking.currency)} · {day(booking.date)}
          </span>
        </p>
        <span class="muted" role="status">
          {t("review.place", { place: index + 1, total })}
        </span>
        <div class="actions">
          <Button icon="back" title="K" disabled={index === 0} onClick={() => move(-1)}>
            {t("review.previous")}
          </Button>
          <Button icon="next" title="J" disabled={index === rows.length - 1} onClick={() => move(1)}>
            {t("review.next")}
          </Button>
          <Button icon="check" kind="main" title="C" onClick={actions["c"]}>
            {t("review.confirm")}
          </Button>
          <Button icon="cross" kind="danger" title="X" onClick={actions["x"]}>
            {t("receipt.reject")}
          </Button>
        </div>
      </div>
      {error === undefined ? null : <ErrorBox error={error} />}
      <Reasons booking={booking} />
      <LookAlikes booking={booking} merge={actions["m"]} apart={actions["s"]} />
      <Receipt
        key={booking.entry_id}
        booking={booking}
        changes={changes}
        changed={(changed) => {
          setId(changed.entry_id);
          reload();
        }}
      />
      <Keys withTwins={booking.look_alikes.length > 0} />
    </>
  );
}

/** Says that the values are right that are in doubt: as if the person had written them. */
function confirmation({ entry_id, vendor, date, amount, currency, doubtful, ...rest }: Booking) {
  const values: Record<string, unknown> = { vendor, date, amount };
  if (currency !== null) values["currency"] = currency;
  for (const field of doubtful) {
    if (field in rest) values[field] = (rest as Record<string, unknown>)[field];
  }
  return { entry_id, values };
}

/** Begins with the field that is doubtful, or the first one. */
function edit(): void {
  document.querySelector<HTMLElement>("[data-edit]")?.click();
}

function useKeys(actions: Record<string, () => void>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const types = /^(input|select|textarea)$/i.test(target.tagName) || target.isContentEditable;
      if (types || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      const action = actions[event.key];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
}

interface LookAlikesProps {
  booking: Booking;
  merge: (() => void) | undefined;
  apart: (() => void) | undefined;
}

function LookAlikes({ booking, merge, apart }: LookAlikesProps) {
  if (booking.look_alikes.length === 0) return null;
  return (
    <section class="card twins" aria-label={t("review.twins")}>
      <p>{t("review.twinsText")}</p>
      <ul>
        {booking.look_alikes.map((id) => (
          <li key={id}>
            <a href={to(["receipts", id])}>{t("review.twin")}</a>
          </li>
        ))}
      </ul>
      <div class="actions start">
        <Button title="M" onClick={merge}>
          {t("review.merge")}
        </Button>
        <Button title="S" onClick={apart}>
          {t("review.keepApart")}
        </Button>
      </div>
    </section>
  );
}

function Keys({ withTwins }: { withTwins: boolean }) {
  const keys: [string, string][] = [
    ["J", t("review.next")],
    ["K", t("review.previous")],
    ["C", t("review.confirm")],
    ["E", t("review.edit")],
    ["X", t("receipt.reject")],
  ];
  if (withTwins) keys.push(["M", t("review.merge")], ["S", t("review.keepApart")]);
  return (
    <p class="keys" aria-label={t("review.keys")}>
      {keys.map(([key, text]) => (
        <span key={key}>
          <kbd>{key}</kbd> {text}
        </span>
      ))}
    </p>
  );
}
