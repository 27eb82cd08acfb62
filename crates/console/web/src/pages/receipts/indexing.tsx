// The word about receipts that Finance is still indexing.

import { useEffect } from "preact/hooks";
import { t } from "../../i18n";
import type { Query } from "../../query";
import type { BookingPage } from "../../types";

const AGAIN_MS = 1000;

/** Says that the page is not of all receipts yet, and asks for it again until it is. */
export function Indexing({ of: page }: { of: Query<BookingPage> }) {
  const { data, loading, reload } = page;
  const done = data?.indexing;
  useEffect(() => {
    if (done === undefined || loading) return undefined;
    const timer = setTimeout(reload, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [done, loading, reload]);
  if (done === undefined) return null;
  return (
    <p class="note" role="status">
      {t("receipts.indexing", { n: done })}
    </p>
  );
}
