// The pages, and the sections of the way between them. A page stands in files of its own.

import { useEffect } from "preact/hooks";
import { t } from "../i18n";
import { start, usePlace } from "../router";
import type { IconName } from "../ui/icons";
import { Empty } from "../ui/parts";
import { AuditPage } from "./audit";
import { CredentialsPage } from "./credentials";
import { ExtensionPage } from "./extensions/detail";
import { ExtensionsPage } from "./extensions/list";
import { JobsPage } from "./jobs";
import { EntryPage } from "./library/entry";
import { LibraryPage } from "./library/list";
import { LocationsPage } from "./locations";
import { LogsPage } from "./logs";
import { ReceiptPage } from "./receipts/detail";
import { ReceiptsPage } from "./receipts/list";
import { ReviewPage } from "./receipts/review";
import { SettingsPage } from "./settings";
import { StatusPage } from "./status";
import { ViewPage } from "./views/page";

type Section =
  | "receipts"
  | "review"
  | "library"
  | "jobs"
  | "locations"
  | "extensions"
  | "credentials"
  | "logs"
  | "audit"
  | "settings"
  | "status";

export const sections: { id: Section; icon: IconName }[] = [
  { id: "receipts", icon: "receipts" },
  { id: "review", icon: "review" },
  { id: "library", icon: "library" },
  { id: "jobs", icon: "jobs" },
  { id: "locations", icon: "locations" },
  { id: "extensions", icon: "extensions" },
  { id: "credentials", icon: "key" },
  { id: "logs", icon: "list" },
  { id: "audit", icon: "audit" },
  { id: "settings", icon: "settings" },
  { id: "status", icon: "status" },
];

export function Route() {
  const { path } = usePlace();
  const [section, id, view] = path;
  useEffect(() => window.scrollTo(0, 0), [section, id, view]);
  useEffect(() => {
    if (section === undefined) start(["receipts"]);
  }, [section]);
  switch (section) {
    case undefined:
    case "receipts":
      return id === undefined ? <ReceiptsPage /> : <ReceiptPage key={id} id={id} />;
    case "review":
      return <ReviewPage />;
    case "library":
      return id === undefined ? <LibraryPage /> : <EntryPage key={id} id={id} />;
    case "jobs":
      return <JobsPage />;
    case "locations":
      return <LocationsPage />;
    case "extensions":
      if (id !== undefined && view !== undefined) return <ViewPage key={`${id} ${view}`} extension={id} view={view} />;
      return id === undefined ? <ExtensionsPage /> : <ExtensionPage key={id} id={id} />;
    case "credentials":
      return <CredentialsPage />;
    case "logs":
      return <LogsPage />;
    case "settings":
      return <SettingsPage />;
    case "audit":
      return <AuditPage />;
    case "status":
      return <StatusPage />;
    default:
      return <Empty icon="warning" title={t("page.unknown")} />;
  }
}
