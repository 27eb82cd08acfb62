// The page of one receipt.

import { useState } from "preact/hooks";
import { day, money } from "../../format";
import { named, t } from "../../i18n";
import { useLibrary } from "../../library";
import { useChanges } from "../../live";
import { toApiError, useAsked } from "../../query";
import { leave, to } from "../../router";
import { ApiError, call } from "../../rpc";
import type { Booking, BookingPage, DocumentRef } from "../../types";
import { Answer, Badge, Button, ErrorBox, Page } from "../../ui/parts";
import { Reasons } from "./reasons";
import { Receipt } from "./receipt";

export function ReceiptPage({ id }: { id: string }) {
  const library = useLibrary();
  const changes = useChanges("events", library.id);
  const [error, setError] = useState<ApiError>();
  const known = useAsked((signal) => ask(library.id, id, signal), [library.id, id, changes]);
  const reject = async (undo: boolean) => {
    try {
      await call<Booking>("action:finance.reject.input.v1", { entry_id: id, undo }, library.id);
      if (undo) known.reload();
      else leave(["receipts", id]);
    } catch (error) {
      setError(toApiError(error));
    }
  };
  const actions = (
    <>
      <a class="button plain" href="#/receipts">
        {t("receipt.back")}
      </a>
      {known.data?.rejected === true ? (
        <Button icon="undo" onClick={() => void reject(true)}>
          {t("receipt.restore")}
        </Button>
      ) : (
        <Button kind="danger" icon="cross" onClick={() => void reject(false)}>
          {t("receipt.reject")}
        </Button>
      )}
    </>
  );
  const { data } = known;
  const about = data === undefined ? undefined : `${money(data.amount, data.currency)} · ${day(data.date)}`;
  const title = data === undefined ? t("receipt.title") : (data.vendor ?? t("receipts.noVendor"));
  return (
    <Page title={title} about={about} actions={actions}>
      {error === undefined ? null : <ErrorBox error={error} />}
      <Answer of={known}>
        {(booking) => (
          <>
            <Reasons booking={booking} />
            <Receipt booking={booking} changes={changes} changed={known.reload} />
            <Papers documents={booking.documents} />
          </>
        )}
      </Answer>
    </Page>
  );
}

/** Asks for one booking, also for one that was rejected. */
async function ask(library: string, id: string, signal: AbortSignal): Promise<Booking & { rejected: boolean }> {
  for (const rejected of [false, true]) {
    const input = { entry_id: id, rejected };
    const page = await call<BookingPage>("query:finance.page.v1", input, library, signal);
    if (page.rows[0] !== undefined) return { ...page.rows[0], rejected };
  }
  throw new ApiError("E_NOT_FOUND", t("receipt.gone"));
}

function Papers({ documents }: { documents: DocumentRef[] }) {
  return (
    <section class="papers">
      <h2>{t("receipt.papers")}</h2>
      <ul>
        {documents.map((document) => (
          <li key={document.receipt_id} class="card">
            <span>
              {document.entry_id === null ? (
                document.source
              ) : (
                <a href={to(["library", document.entry_id])}>{document.source}</a>
              )}
              {document.document === null ? "" : ` › ${document.document}`}
            </span>
            {document.kind === null ? null : <Badge>{named("kind", document.kind)}</Badge>}
            <span class="muted">{day(document.date)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
