// The installed extensions, and how they do.

import { t } from "../i18n";
import { useLibrary } from "../library";
import { useChanges } from "../live";
import { useCall, useRequest } from "../query";
import type { ExtensionInfo, Status } from "../types";
import { Answer, Empty, Page } from "../ui/parts";
import { State } from "./status";

type Health = Status["extensions"][number];

export function ExtensionsPage() {
  const changes = useChanges("events", useLibrary().id);
  const listed = useCall<{ extensions: ExtensionInfo[] }>("query:extensions.list.v1", {}, undefined, [changes]);
  const status = useRequest<Status>("daemon.status", [changes]);
  return (
    <Page title={t("nav.extensions")}>
      <Answer of={listed}>
        {({ extensions }) =>
          extensions.length === 0 ? (
            <Empty icon="extensions" title={t("extensions.none")}>
              <pre>
                <code>spacedrive ext install finance</code>
              </pre>
            </Empty>
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
  const { id, name, version, description, methods, events, operations } = extension;
  return (
    <li class="card">
      <header>
        <h2>{name}</h2>
        <span class="muted">
          {id} {version}
        </span>
        {health === undefined ? null : <State {...health} />}
      </header>
      <p>{description}</p>
      {health?.quarantine === undefined ? null : (
        <div class="error">
          <div>
            <p>
              <strong>{t("extension.quarantine")}</strong>
            </p>
            <p>{health.quarantine}</p>
            <pre>
              <code>spacedrive ext release {id}</code>
            </pre>
          </div>
        </div>
      )}
      {health?.last_fault === undefined ? null : <p class="reason">{health.last_fault}</p>}
      <Names title={t("extension.may")} names={methods} />
      <Names title={t("extension.events")} names={events} />
      <Names title={t("extension.offers")} names={operations} />
    </li>
  );
}

function Names({ title, names }: { title: string; names: string[] }) {
  if (names.length === 0) return null;
  return (
    <details>
      <summary>
        {title} ({names.length})
      </summary>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <code>{name}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
