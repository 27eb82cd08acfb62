// Folders whose files become entries.

import { useState } from "preact/hooks";
import { time } from "../format";
import { t } from "../i18n";
import { useLibrary } from "../library";
import { useChanges } from "../live";
import { toApiError, useCall, useRequest } from "../query";
import { call, type ApiError } from "../rpc";
import type { FollowedFolder, Status } from "../types";
import { Dialog } from "../ui/dialog";
import { Answer, Badge, Button, Empty, ErrorBox, Field, Page } from "../ui/parts";
import { Table, type Column } from "../ui/table";

export function LocationsPage() {
  const library = useLibrary();
  const changes = useChanges("events", library.id);
  const listed = useCall<{ locations: FollowedFolder[] }>("query:locations.list.v1", {}, undefined, [changes]);
  const status = useRequest<Status>("daemon.status", [changes]);
  const [error, setError] = useState<ApiError>();
  const [removes, setRemoves] = useState<FollowedFolder>();
  const act = async (method: string, input: unknown) => {
    setError(undefined);
    try {
      await call(`action:locations.${method}.input.v1`, input);
      listed.reload();
      status.reload();
      return true;
    } catch (error) {
      setError(toApiError(error));
      return false;
    }
  };
  const remove = (location: FollowedFolder) => {
    setRemoves(undefined);
    void act("remove", { location_id: location.id });
  };
  const failureOf = (id: string) => status.data?.locations.find((it) => it.id === id)?.failure;
  return (
    <Page title={t("nav.locations")} about={t("locations.about")}>
      {error === undefined ? null : <ErrorBox error={error} />}
      <Add add={(folder) => act("add", { library_id: library.id, folder })} />
      <Answer of={listed}>
        {({ locations }) => {
          const own = locations.filter((it) => it.library_id === library.id);
          if (own.length === 0) return <Empty icon="locations" title={t("locations.none")} />;
          const rows = own.map((it) => ({ ...it, failure: failureOf(it.id) ?? null }));
          return (
            <Table
              label={t("nav.locations")}
              columns={columns(act, setRemoves)}
              rows={rows}
              keyOf={(it) => it.id}
            />
          );
        }}
      </Answer>
      {removes === undefined ? null : (
        <Dialog
          title={t("locations.removeTitle")}
          action={{ text: t("locations.remove"), kind: "danger", run: () => remove(removes) }}
          onClose={() => setRemoves(undefined)}
        >
          <p>{t("locations.removeText", { folder: removes.folder })}</p>
        </Dialog>
      )}
    </Page>
  );
}

function Add({ add }: { add(folder: string): Promise<boolean> }) {
  const [folder, setFolder] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await add(folder.trim())) setFolder("");
  };
  return (
    <form class="filters" onSubmit={(event) => void submit(event)}>
      <div class="wide">
        <Field label={t("locations.folder")}>
          {(id) => (
            <input
              id={id}
              value={folder}
              required
              placeholder="/home/ada/Receipts"
              onInput={(event) => setFolder(event.currentTarget.value)}
            />
          )}
        </Field>
      </div>
      <Button kind="main" type="submit">
        {t("locations.add")}
      </Button>
    </form>
  );
}

type Act = (method: string, input: unknown) => Promise<boolean>;

function columns(act: Act, remove: (location: FollowedFolder) => void): Column<FollowedFolder>[] {
  return [
    { id: "folder", head: t("locations.folder"), cell: (it) => it.folder, kind: "main" },
    { id: "state", head: t("column.state"), cell: FolderState },
    { id: "since", head: t("locations.since"), cell: (it) => time(it.added_at) },
    {
      id: "actions",
      head: t("column.actions"),
      cell: (it) => (
        <div class="actions start">
          <Button kind="quiet" onClick={() => void act("set_paused", { location_id: it.id, paused: !it.paused })}>
            {it.paused ? t("locations.resume") : t("locations.pause")}
          </Button>
          <Button kind="quiet" onClick={() => void act("rescan", { location_id: it.id })}>
            {t("locations.rescan")}
          </Button>
          <Button kind="quiet" icon="cross" onClick={() => remove(it)}>
            {t("locations.remove")}
          </Button>
        </div>
      ),
    },
  ];
}

function FolderState({ paused, failure }: FollowedFolder) {
  if (failure !== null && failure !== undefined) {
    return (
      <>
        <Badge tone="bad">{t("locations.failed")}</Badge> <span class="reason">{failure}</span>
      </>
    );
  }
  return paused ? <Badge>{t("locations.paused")}</Badge> : <Badge tone="good">{t("locations.followed")}</Badge>;
}
