// The icons that a manifest may name, among those of the console.

import type { IconName } from "../../ui/icons";

const icons: Record<string, IconName> = {
  view: "grid",
  table: "list",
  chart: "status",
  list: "list",
  receipt: "receipts",
  calendar: "jobs",
  key: "key",
  picture: "file",
  place: "locations",
  person: "review",
  mail: "file",
  search: "search",
};

export function iconOf(name: string): IconName {
  return icons[name] ?? "grid";
}
