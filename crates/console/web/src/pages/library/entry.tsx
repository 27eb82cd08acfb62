// One entry: its preview, what is known about it, what stands beside it, and what it was before.

import { useState } from "preact/hooks";
import { documentsOf } from "../../document";
import { readSidecar } from "../../files";
import { bytes, time } from "../../format";
import { t } from "../../i18n";
import { useLibrary } from "../../library";
import { useChanges } from "../../live";
import { toApiError, useAsked, useCall } from "../../query";
import { leave, to } from "../../router";
import { call, type ApiError } from "../../rpc";
import type { Entry, EntryDetails, Sidecar } from "../../types";
import { Dialog } from "../../ui/dialog";
import { Documents, MarkedText } from "../../ui/document";
import { Facts, type FactList } from "../../ui/facts";
import { Answer, Button, ErrorBox, Page } from "../../ui/parts";

interface Version {
  version: number;
  size: number;
  replaced_at: string;
}

export function EntryPage({ id }: { id: string }) {
  const library = useLibrary();
  const changes = useChanges("events", library.id);
  const input = { entry_id: id };
  const details = useCall<EntryDetails>("query:vdfs.get_entry.v1", input, library.id, [changes]);
  const [asks, setAsks] = useState(false);
  const [error, setError] = useState<ApiError>();
  const remove = async () => {
    setAsks(false);
    try {
      await call("action:vdfs.delete_entry.input.v1", input, library.id);
      leave(["library", id]);
    } catch (error) {
      setError(toApiError(error));
    }
  };
  const entry = details.data?.entry;
  const actions = (
    <>
      <a class="button plain" href="#/library">
        {t("entry.back")}
      </a>
      <Button kind="danger" onClick={() => setAsks(true)}>
        {t("entry.delete")}
      </Button>
    </>
  );
  return (
    <Page title={entry?.name ?? t("entry.title")} about={entry?.path} actions={actions}>
      {error === undefined ? null : <ErrorBox error={error} />}
      {asks ? (
        <Dialog
          title={t("entry.deleteTitle", { name: entry?.name ?? "" })}
          action={{ text: t("entry.delete"), kind: "danger", run: () => void remove() }}
          onClose={() => setAsks(false)}
        >
          <p>{t("entry.deleteText")}</p>
        </Dialog>
      ) : null}
      <Answer of={details}>
        {({ entry, sidecars }) => (
          <div class="receipt">
            <section class="receipt-fields" aria-label={t("entry.facts")}>
              <Known entry={entry} />
              <Sidecars entry={entry} sidecars={sidecars} />
              {entry.entry_type === "file" ? <Versions entry={entry} changed={details.reload} /> : null}
            </section>
            <section class="receipt-documents" aria-label={t("receipt.documents")}>
              <Preview entry={entry} />
            </section>
          </div>
        )}
      </Answer>
    </Page>
  );
}

function Preview({ entry }: { entry: Entry }) {
  const library = useLibrary();
  const shown = useAsked(
    (signal) => documentsOf(library.id, entry, signal),
    [library.id, entry.id, entry.content_hash],
  );
  return <Answer of={shown}>{(documents) => <Documents documents={documents} />}</Answer>;
}

function Known({ entry }: { entry: Entry }) {
  const facts: FactList = [
    [t("search.type"), entry.entry_type],
    [t("entry.mediaType"), entry.media_type ?? "–"],
    [t("column.size"), bytes(entry.size)],
    [t("entry.made"), time(entry.created_at)],
    [t("column.changed"), time(entry.updated_at)],
  ];
  if (entry.created_by != null) facts.push([t("entry.by"), entry.created_by]);
  const metadata = Object.entries(entry.metadata).filter(([, value]) => value !== null);
  return (
    <>
      <Facts facts={facts} />
      {entry.entry_type === "receipt" ? (
        <p>
          <a href={to(["receipts", entry.id])}>{t("entry.asReceipt")}</a>
        </p>
      ) : null}
      {metadata.length === 0 ? null : (
        <>
          <h2>{t("entry.metadata")}</h2>
          <Facts facts={metadata.map(([name, value]) => [name, written(value)])} />
        </>
      )}
    </>
  );
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function Sidecars({ entry, sidecars }: { entry: Entry; sidecars: Sidecar[] }) {
  const [open, setOpen] = useState<string>();
  if (sidecars.length === 0) return null;
  return (
    <>
      <h2>{t("entry.sidecars")}</h2>
      <ul class="sidecars card">
        {sidecars.map(({ name, size, written_by }) => (
          <li key={name}>
            <button type="button" class="link" onClick={() => setOpen(name)}>
              {name}
            </button>
            <span class="muted">
              {bytes(size)}
              {written_by == null ? "" : ` · ${written_by}`}
            </span>
          </li>
        ))}
      </ul>
      {open === undefined ? null : <OneSidecar entry={entry} name={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function OneSidecar({ entry, name, onClose }: { entry: Entry; name: string; onClose(): void }) {
  const library = useLibrary();
  const text = useAsked(
    async (signal) => pretty(name, await readSidecar(library.id, entry.id, name, signal)),
    [library.id, entry.id, name],
  );
  return (
    <Dialog title={name} onClose={onClose}>
      <Answer of={text}>{(text) => <MarkedText text={text} />}</Answer>
    </Dialog>
  );
}

function pretty(name: string, text: string): string {
  if (!name.endsWith(".json")) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function Versions({ entry, changed }: { entry: Entry; changed(): void }) {
  const library = useLibrary();
  const input = { entry_id: entry.id };
  const versions = useCall<{ versions: Version[] }>("query:vdfs.list_versions.v1", input, library.id, [
    entry.content_hash,
  ]);
  const [error, setError] = useState<ApiError>();
  const restore = async (version: number) => {
    try {
      await call("action:vdfs.restore_version.input.v1", { entry_id: entry.id, version }, library.id);
      changed();
    } catch (error) {
      setError(toApiError(error));
    }
  };
  return (
    <Answer of={versions}>
      {({ versions }) =>
        versions.length === 0 ? null : (
          <>
            <h2>{t("entry.versions")}</h2>
            {error === undefined ? null : <ErrorBox error={error} />}
            <ul class="sidecars card">
              {versions.map(({ version, size, replaced_at }) => (
                <li key={version}>
                  <span>{t("entry.version", { number: version })}</span>
                  <span class="muted">
                    {bytes(size)} · {time(replaced_at)}
                  </span>
                  <Button icon="undo" kind="quiet" onClick={() => void restore(version)}>
                    {t("entry.restore")}
                  </Button>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Answer>
  );
}
