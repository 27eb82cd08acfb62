// Logins and other secrets: their names and servers, never what is secret in them.

import { useState } from "preact/hooks";
import { t } from "../i18n";
import { useLibrary } from "../library";
import { toApiError, useCall } from "../query";
import { to } from "../router";
import { call, type ApiError } from "../rpc";
import { Dialog } from "../ui/dialog";
import { Answer, Badge, Button, Empty, ErrorBox, Page, type Tone } from "../ui/parts";
import { Table, type Column } from "../ui/table";
import { SignIn, type Former } from "./sign_in";

export interface Secret {
  extension: string;
  library_id: string;
  credential: { name: string; kind: string; hosts: string[] };
  state: "ready" | "sign_in_again" | "set_again" | "damaged";
  provider?: string;
}

const tones: Record<Secret["state"], Tone> = {
  ready: "good",
  sign_in_again: "warn",
  set_again: "warn",
  damaged: "bad",
};
const NO_LIBRARY = "00000000-0000-0000-0000-000000000000";

export function CredentialsPage() {
  const library = useLibrary();
  const listed = useCall<{ secrets: Secret[] }>("query:secret_store.list.v1", {});
  const [error, setError] = useState<ApiError>();
  const [removes, setRemoves] = useState<Secret>();
  const [signsIn, setSignsIn] = useState<{ again?: Former }>();
  const remove = async (secret: Secret) => {
    setRemoves(undefined);
    setError(undefined);
    try {
      await forget(secret);
    } catch (error) {
      setError(toApiError(error));
    }
    listed.reload();
  };
  const signedIn = () => {
    setSignsIn(undefined);
    listed.reload();
  };
  const actions = (
    <Button icon="key" onClick={() => setSignsIn({})}>
      {t("signIn.title")}
    </Button>
  );
  return (
    <Page title={t("nav.credentials")} about={t("credentials.about")} actions={actions}>
      {signsIn === undefined ? null : <SignIn again={signsIn.again} onClose={signedIn} />}
      {error === undefined ? null : <ErrorBox error={error} />}
      <Answer of={listed}>
        {({ secrets }) => {
          const own = secrets.filter(({ library_id }) => [library.id, NO_LIBRARY].includes(library_id));
          if (own.length === 0) {
            return (
              <Empty icon="key" title={t("credentials.none")}>
                <p>{t("credentials.noneText")}</p>
              </Empty>
            );
          }
          return (
            <Table
              label={t("nav.credentials")}
              columns={columns(setRemoves, (again) => setSignsIn({ again }))}
              rows={own}
              keyOf={(it) => `${it.extension}/${it.library_id}/${it.credential.name}`}
            />
          );
        }}
      </Answer>
      {removes === undefined ? null : (
        <Dialog
          title={t("credentials.removeTitle", { name: removes.credential.name })}
          action={{ text: t("credentials.remove"), kind: "danger", run: () => void remove(removes) }}
          onClose={() => setRemoves(undefined)}
        >
          <p>{isLogin(removes) ? t("credentials.signOutText") : t("credentials.removeText")}</p>
        </Dialog>
      )}
    </Page>
  );
}

function isLogin({ credential }: Secret): boolean {
  return credential.kind === "oauth2";
}

function forget(secret: Secret): Promise<unknown> {
  const { extension, library_id, credential } = secret;
  const name = credential.name;
  const of = extension === "" ? { name } : { extension, library_id, name };
  return isLogin(secret)
    ? call("action:secret_store.sign_out.input.v1", { login: of })
    : call("action:secret_store.delete.input.v1", of);
}

/** Names the login to make again, where its provider is configured. */
function former({ extension, credential, provider }: Secret): Former | undefined {
  return provider === undefined ? undefined : { extension, provider, name: credential.name };
}

function columns(remove: (secret: Secret) => void, signIn: (again: Former) => void): Column<Secret>[] {
  return [
    { id: "name", head: t("column.name"), cell: (it) => it.credential.name, kind: "main" },
    { id: "owner", head: t("audit.extension"), cell: Owner },
    { id: "kind", head: t("credentials.kind"), cell: (it) => kindName(it.credential.kind) },
    { id: "hosts", head: t("credentials.hosts"), cell: (it) => it.credential.hosts.join(" ") },
    { id: "state", head: t("column.state"), cell: (it) => <Badge tone={tones[it.state]}>{t(`credentials.${it.state}`)}</Badge> },
    {
      id: "actions",
      head: t("column.actions"),
      cell: (it) => (
        <>
          <Again secret={it} signIn={signIn} />
          <Button kind="quiet" icon="cross" onClick={() => remove(it)}>
            {isLogin(it) ? t("credentials.signOut") : t("credentials.remove")}
          </Button>
        </>
      ),
    },
  ];
}

function Again({ secret, signIn }: { secret: Secret; signIn(again: Former): void }) {
  const again = former(secret);
  if (secret.state === "ready" || again === undefined) return null;
  return (
    <Button kind="quiet" icon="key" onClick={() => signIn(again)}>
      {t("credentials.sign_in_again")}
    </Button>
  );
}

function Owner({ extension }: Secret) {
  return extension === "" ? t("credentials.program") : <a href={to(["extensions", extension])}>{extension}</a>;
}

function kindName(kind: string): string {
  switch (kind) {
    case "api_key":
      return t("credentials.api_key");
    case "basic":
      return t("credentials.basic");
    case "oauth2":
      return t("credentials.oauth2");
    default:
      return kind;
  }
}
