// Why a person should look at a receipt.

import { named, t } from "../../i18n";
import type { Booking } from "../../types";
import { Icon } from "../../ui/icons";
import { fieldName } from "./fields";

export function Reasons({ booking }: { booking: Booking }) {
  const reasons = reasonsOf(booking);
  if (reasons.length === 0) return null;
  return (
    <ul class="reasons" aria-label={t("review.reasons")}>
      {reasons.map((reason) => (
        <li key={reason}>
          <Icon name="warning" />
          {reason}
        </li>
      ))}
    </ul>
  );
}

/** Says the reasons in this language. They follow from the booking, as Finance's own follow. */
function reasonsOf(booking: Booking): string[] {
  if ((booking.reasons ?? []).length === 0) return [];
  const { doubtful, corrected, sure, look_alikes, confidence } = booking;
  const reasons = doubtful.map((field) => t("review.doubtful", { field: fieldName(field) }));
  for (const field of ["vendor", "date", "amount"] as const) {
    if (booking[field] === null && !corrected.includes(field)) {
      reasons.push(t("review.missing", { field: named("field", field) }));
    }
  }
  if (!sure && doubtful.length === 0) {
    reasons.push(t("review.unsure", { percent: Math.round(confidence * 100) }));
  }
  if (look_alikes.length > 0) reasons.push(t("review.twice"));
  return reasons;
}
