// The views of the installed extensions: in the navigation, and on the page of each.

import { t } from "../../i18n";
import { useLibrary } from "../../library";
import { useChanges } from "../../live";
import { useCall, type Query } from "../../query";
import { usePlace } from "../../router";
import { Icon } from "../../ui/icons";
import { addressOf } from "./context";
import { iconOf } from "./icons";
import type { ViewInfo } from "./types";

export function useViews(keys: unknown[] = []): Query<{ views: ViewInfo[] }> {
  return useCall<{ views: ViewInfo[] }>("query:extensions.views.v1", {}, undefined, keys);
}

/** The views that stand among the pages. */
export function ViewsNav() {
  const { path } = usePlace();
  const changes = useChanges("events", useLibrary().id);
  // Extensions come and go on their own page.
  const asked = useViews([path[0] === "extensions", changes]);
  const shown = (asked.data?.views ?? []).filter((it) => it.placement === "navigation");
  if (shown.length === 0) return null;
  return (
    <>
      <p class="nav-title">{t("views.title")}</p>
      <ul>
        {shown.map((info) => (
          <li key={`${info.extension} ${info.view}`}>
            <a
              href={addressOf(info.extension, info.view)}
              aria-current={path[1] === info.extension && path[2] === info.view ? "page" : undefined}
            >
              <Icon name={iconOf(info.icon)} />
              <bdi>{info.title}</bdi>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The views of one extension. */
export function ViewsOf({ extension }: { extension: string }) {
  const views = useViews().data?.views ?? [];
  const shown = views.filter((it) => it.extension === extension && it.placement !== "linked");
  if (shown.length === 0) return null;
  return (
    <nav class="actions start" aria-label={t("views.title")}>
      {shown.map((info) => (
        <a key={info.view} class="button plain" href={addressOf(extension, info.view)}>
          <Icon name={iconOf(info.icon)} />
          <bdi>{info.title}</bdi>
        </a>
      ))}
    </nav>
  );
}
