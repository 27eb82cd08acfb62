// One extension: how it does, what it may do, and its settings.

import { useState } from "preact/hooks";
import { bytes, time } from "../../format";
import { number, t } from "../../i18n";
import { useLibrary } from "../../library";
import { useChanges } from "../../live";
import { toApiError, useCall } from "../../query";
import { leave, to } from "../../router";
import { call, type ApiError } from "../../rpc";
import { Dialog } from "../../ui/dialog";
import { Facts, type FactList } from "../../ui/facts";
import { Answer, Badge, Button, ErrorBox, Page } from "../../ui/parts";
import { Words } from "./install";
import { Rights } from "./rights";
import { Settings } from "./settings";
import { ViewsOf } from "../views/list";
import type { Details } from "./types";

export function ExtensionPage({ id }: { id: string }) {
  const changes = useChanges("events", useLibrary().id);
  const details = useCall<Details>("query:extensions.get.v1", { extension: id }, undefined, [changes]);
  const [error, setError] = useState<ApiError>();
  const [removes, setRemoves] = useState(false);
  const act = async (action: string, more: object = {}) => {
    setError(undefined);
    try {
      await call(`action:extensions.${action}.input.v1`, { extension: id, ...more });
      if (action === "remove") leave(["extensions", id]);
      else details.reload();
    } catch (error) {
      setError(toApiError(error));
    }
  };
  const isStopped = details.data?.state === "quarantined";
  const actions = (
    <>
      <a class="button plain" href={to(["logs"], { extension: id })}>
        {t("nav.logs")}
      </a>
      <a class="button plain" href="#/extensions">
        {t("extension.back")}
      </a>
      {isStopped ? (
        <Button kind="main" onClick={() => void act("release")}>
          {t("extension.release")}
        </Button>
      ) : (
        <Button onClick={() => void act("quarantine", { reason: t("extension.byUser") })}>
          {t("extension.stop")}
        </Button>
      )}
      <Button kind="danger" onClick={() => setRemoves(true)}>
        {t("extension.remove")}
      </Button>
    </>
  );
  const info = details.data?.info;
  return (
    <Page title={info?.name ?? id} about={info?.description} actions={actions}>
      {error === undefined ? null : <ErrorBox error={error} />}
      {removes ? (
        <Dialog
          title={t("extension.removeTitle", { name: info?.name ?? id })}
          action={{ text: t("extension.remove"), kind: "danger", run: () => void act("remove") }}
          onClose={() => setRemoves(false)}
        >
          <p>{t("extension.removeText")}</p>
        </Dialog>
      ) : null}
      <Answer of={details}>
        {(details) => (
          <>
            <ViewsOf extension={id} />
            <Doing details={details} />
            <Settings id={id} />
            <Rights id={id} methods={details.info.methods} />
            <div class="card padded">
              <Words title={t("install.asks")} lines={details.asks} />
              <Words title={t("install.risks")} lines={details.risks} kind="risks" />
              <Names title={t("extension.offers")} names={details.info.operations} />
              <Names title={t("extension.events")} names={details.info.events} />
            </div>
          </>
        )}
      </Answer>
    </Page>
  );
}

function Doing({ details }: { details: Details }) {
  const { info, isolation, state, changed, health } = details;
  const well = state === "ready";
  const facts: FactList = [
    [t("column.state"), <Badge tone={well ? "good" : "bad"}>{t(well ? "extension.well" : "extension.stopped")}</Badge>],
    [t("column.version"), `${info.id} ${info.version}`],
    [t("extension.isolation"), isolation],
    [t("column.calls"), number(health.calls)],
    [t("extension.busy"), t("extension.seconds", { n: Math.round(health.busy_ms / 1000) })],
    [t("extension.memory"), bytes(health.memory_bytes)],
    [t("extension.faults"), number(health.faults)],
  ];
  const fault = health.last_fault;
  return (
    <>
      {state === "ready" ? null : (
        <div class="error" role="alert">
          <div>
            <p>
              <strong>{state === "changed" ? t("extension.changed") : t("extension.quarantine")}</strong>
            </p>
            <p>{state === "changed" ? changed : health.quarantine}</p>
          </div>
        </div>
      )}
      <Facts facts={facts} />
      {fault == null ? null : (
        <details class="card padded">
          <summary>
            {t("extension.lastFault")}: {fault.code} · {time(new Date(fault.at * 1000).toISOString())}
          </summary>
          <p class="reason">{fault.message}</p>
          {(fault.backtrace ?? []).length === 0 ? null : <pre tabIndex={0}>{fault.backtrace?.join("\n")}</pre>}
        </details>
      )}
    </>
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
