// One receipt: its documents beside its fields. The page and the queue of reviews both show it.

import { useState } from "preact/hooks";
import { documentsOf, type ShownDocument } from "../../document";
import { readSidecar } from "../../files";
import { t } from "../../i18n";
import { useLibrary } from "../../library";
import { useAsked, useCall } from "../../query";
import { call } from "../../rpc";
import type { Booking, Entry, EntryDetails, ShownField } from "../../types";
import { Documents, find, MarkedText, type Quote } from "../../ui/document";
import { Answer } from "../../ui/parts";
import { Fields } from "./fields";

interface ReceiptProps {
  booking: Booking;
  changes: number;
  changed(booking: Booking): void;
}

export function Receipt({ booking, changes, changed }: ReceiptProps) {
  const id = booking.entry_id;
  const library = useLibrary();
  const [quote, setQuote] = useState<string>();
  const fields = useCall<ShownField[]>("query:finance.show.v1", { entry_id: id }, library.id, [changes]);
  const done = (booking: Booking) => {
    fields.reload();
    changed(booking);
  };
  return (
    <div class="receipt">
      <section class="receipt-fields" aria-label={t("receipt.fields")}>
        <Answer of={fields}>
          {(fields) => <Fields id={id} fields={fields} onQuote={setQuote} changed={done} quote={quote} />}
        </Answer>
      </section>
      <section class="receipt-documents" aria-label={t("receipt.documents")}>
        <Shown booking={booking} quote={quote} />
      </section>
    </div>
  );
}

interface ShownProps {
  booking: Booking;
  quote: string | undefined;
}

function Shown({ booking, quote }: ShownProps) {
  const library = useLibrary();
  const id = booking.entry_id;
  const shown = useAsked((signal) => everything(library.id, booking, signal), [library.id, id, filesOf(booking)]);
  const text = useAsked((signal) => asRead(library.id, id, signal), [library.id, id]);
  const [asText, setAsText] = useState(false);
  const isText = quote !== undefined || asText;
  return (
    <>
      <div class="tabs" role="group" aria-label={t("receipt.view")}>
        <button type="button" aria-pressed={!asText} onClick={() => setAsText(false)}>
          {t("receipt.document")}
        </button>
        <button type="button" aria-pressed={asText} onClick={() => setAsText(true)}>
          {t("receipt.asRead")}
        </button>
      </div>
      {asText ? null : (
        <Answer of={shown}>
          {(documents) => <Documents documents={documents} quote={placeOf(quote, text.data ?? "")} />}
        </Answer>
      )}
      {isText ? (
        <div class="as-read">
          {asText ? null : <h2>{t("receipt.asRead")}</h2>}
          <Answer of={text}>{(text) => (text === "" ? <p class="muted">{t("receipt.noText")}</p> : <MarkedText text={text} quote={quote} />)}</Answer>
        </div>
      ) : null}
    </>
  );
}

/** Says on which page of the text a quote stands. */
function placeOf(quote: string | undefined, text: string): Quote | undefined {
  if (quote === undefined) return undefined;
  const [start] = find(text, quote) ?? [0];
  return { line: quote, page: text.slice(0, start).split("\f").length };
}

/** Reads all documents of a booking. The one that it was read from comes first, as an email may have others. */
async function everything(library: string, booking: Booking, signal: AbortSignal): Promise<ShownDocument[]> {
  const own = booking.documents.find((document) => document.receipt_id === booking.entry_id);
  const isOwn = (it: ShownDocument) => it.name === (own?.document ?? "");
  const [first, rest]: [ShownDocument[], ShownDocument[]] = [[], []];
  for (const entry_id of filesOf(booking)) {
    const details = await call<EntryDetails>("query:vdfs.get_entry.v1", { entry_id }, library, signal);
    const documents = await documentsOf(library, details.entry, signal);
    for (const it of documents) (entry_id === own?.entry_id && isOwn(it) ? first : rest).push(it);
  }
  return [...first, ...rest];
}

/** Returns the text that Finance read; empty where there is none. */
async function asRead(library: string, id: string, signal: AbortSignal): Promise<string> {
  const { sidecars } = await call<{ entry: Entry } & EntryDetails>(
    "query:vdfs.get_entry.v1",
    { entry_id: id },
    library,
    signal,
  );
  if (!sidecars.some((sidecar) => sidecar.name === "ocr.txt")) return "";
  return readSidecar(library, id, "ocr.txt", signal);
}

/** Returns the files that the documents of a booking came in. */
function filesOf(booking: Booking): string[] {
  const ids = booking.documents.map((document) => document.entry_id);
  return [...new Set(ids.filter((id): id is string => id !== null))];
}
