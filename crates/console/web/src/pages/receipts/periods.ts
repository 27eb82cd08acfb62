// Times that are asked for often.

interface Period {
  id: "all" | "thisMonth" | "lastMonth" | "thisYear" | "lastYear";
  from: string;
  to: string;
}

function iso(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);
}

export function periods(today: Date): Period[] {
  const [year, month] = [today.getFullYear(), today.getMonth()];
  return [
    { id: "all", from: "", to: "" },
    { id: "thisMonth", from: iso(year, month, 1), to: iso(year, month + 1, 0) },
    { id: "lastMonth", from: iso(year, month - 1, 1), to: iso(year, month, 0) },
    { id: "thisYear", from: iso(year, 0, 1), to: iso(year, 11, 31) },
    { id: "lastYear", from: iso(year - 1, 0, 1), to: iso(year - 1, 11, 31) },
  ];
}

/** Names the period of two days; `own` when it is none of the above. */
export function periodOf(from: string, to: string, today: Date): string {
  return periods(today).find((period) => period.from === from && period.to === to)?.id ?? "own";
}
