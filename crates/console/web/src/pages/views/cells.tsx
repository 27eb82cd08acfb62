// Values of a view. A text is text, whatever stands in it; links lead to entries and to views.

import { day, money, share, time } from "../../format";
import { number } from "../../i18n";
import { to } from "../../router";
import { Badge, type Tone } from "../../ui/parts";
import { addressOf, useShown } from "./context";
import { SidecarPicture } from "./picture";
import type { Cell, ViewTone } from "./types";

export function toneOf(tone: ViewTone | undefined): Tone {
  return tone === "warning" ? "warn" : tone === "good" || tone === "bad" ? tone : "calm";
}

export function Value({ cell }: { cell: Cell }) {
  const { extension } = useShown();
  if (cell === "empty") return null;
  if ("text" in cell) return <bdi class="view-text">{cell.text}</bdi>;
  if ("number" in cell) return <>{number(cell.number)}</>;
  if ("money" in cell) return <>{money(cell.money.amount, cell.money.currency)}</>;
  if ("date" in cell) return <>{cell.date.includes("T") ? time(cell.date) : day(cell.date)}</>;
  if ("entry" in cell) {
    return (
      <a href={to(["library", cell.entry.entry_id])}>
        <bdi>{cell.entry.text}</bdi>
      </a>
    );
  }
  if ("view" in cell) {
    return (
      <a href={addressOf(extension, cell.view.view, cell.view.input)}>
        <bdi>{cell.view.text}</bdi>
      </a>
    );
  }
  if ("badge" in cell) {
    return (
      <Badge tone={toneOf(cell.badge.tone)}>
        <bdi>{cell.badge.text}</bdi>
      </Badge>
    );
  }
  if ("progress" in cell) return <Progress value={cell.progress} />;
  if ("thumbnail" in cell) return <SidecarPicture of={cell.thumbnail} />;
  return null;
}

function Progress({ value }: { value: number }) {
  return (
    <span class="confidence good">
      <svg viewBox="0 0 40 6" aria-hidden="true">
        <rect width="40" height="6" rx="3" class="track" />
        <rect width={40 * value} height="6" rx="3" class="fill" />
      </svg>
      {share(value)}
    </span>
  );
}

/** The text of a cell that names something. */
export function nameIn(cell: Cell): string | undefined {
  if (cell === "empty") return undefined;
  if ("text" in cell) return cell.text;
  if ("entry" in cell) return cell.entry.text;
  return "view" in cell ? cell.view.text : undefined;
}

export function isNumber(cell: Cell): boolean {
  return cell !== "empty" && ("number" in cell || "money" in cell);
}
