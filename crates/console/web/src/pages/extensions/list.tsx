// The installed extensions, and how they do.

import { t } from "../../i18n";
import { useLibrary } from "../../library";
import { useChanges } from "../../live";
import { useCall, useRequest } from "../../query";
import { to } from "../../router";
import type { ExtensionInfo, Status } from "../../types";
import { Answer, Empty, Page } from "../../ui/parts";
import { State } from "../status";
import { Install } from "./install";

type Health = Status["extensions"][number];

export function ExtensionsPage() {
  const changes = useChanges("events", useLibrary().id);
  const listed = useCall<{ extensions: ExtensionInfo[] }>("query:extensions.list.v1", {}, undefined, [changes]);
  const status = useRequest<Status>("daemon.status", [changes]);
  return (
    <Page title={t("nav.extensions")}>
      <Install installed={listed.reload} />
      <Answer of={listed}>
        {({ extensions }) =>
          extensions.length === 0 ? (
            <Empty icon="extensions" title={t("extensions.none")} />
          ) : (
            <ul class="extensions">
              {extensions.map((extension) => (
                <One
                  key={extension.id}
                  extension={extension}
                  health={status.data?.extensions.find((it) => it.id === extension.id)}
                />
              ))}
            </ul>
          )
        }
      </Answer>
    </Page>
  );
}

function One({ extension, health }: { extension: ExtensionInfo; health: Health | undefined }) {
  const { id, name, version, description } = extension;
  return (
    <li class="card">
      <header>
        <h2>
          <a href={to(["extensions", id])}>{name}</a>
        </h2>
        <span class="muted">
          {id} {version}
        </span>
        {health === undefined ? null : <State {...health} />}
      </header>
      <p>{description}</p>
      {health?.quarantine === undefined ? null : <p class="reason">{health.quarantine}</p>}
      {health?.last_fault === undefined ? null : <p class="reason">{health.last_fault}</p>}
    </li>
  );
}
