// Signing in at a provider for an extension: begun here, finished at the provider, and kept by the daemon.

import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import { useLibrary } from "../library";
import { toApiError, useCall } from "../query";
import { call, type ApiError } from "../rpc";
import type { ExtensionInfo, Provider, SignInBegun, SignInState } from "../types";
import { Dialog } from "../ui/dialog";
import { Answer, ErrorBox, Field, Select } from "../ui/parts";

/** A login that is there, and does not count any more. */
export interface Former {
  extension: string;
  provider: string;
  name: string;
}

interface SignInProps {
  /** The login that is made again. */
  again?: Former;
  /** The dialog is closed; the login may be there. */
  onClose(): void;
}

interface Choices {
  extensions: ExtensionInfo[];
  providers: Provider[];
}

export function SignIn({ again, onClose }: SignInProps) {
  const [begun, setBegun] = useState<SignInBegun>();
  const providers = useCall<{ providers: Provider[] }>("query:secret_store.providers.v1", {});
  const extensions = useCall<{ extensions: ExtensionInfo[] }>("query:extensions.list.v1", {});
  if (begun !== undefined) return <Waiting begun={begun} onClose={onClose} />;
  const usable = providers.data?.providers.filter(({ problem }) => problem === undefined) ?? [];
  const installed = extensions.data?.extensions;
  if (installed !== undefined && installed.length > 0 && usable.length > 0) {
    const choices = { extensions: installed, providers: usable };
    return <Choose choices={choices} again={again} begun={setBegun} onClose={onClose} />;
  }
  return (
    <Dialog title={t("signIn.title")} onClose={onClose}>
      <Answer of={extensions}>
        {({ extensions }) => (extensions.length === 0 ? <p>{t("signIn.noExtension")}</p> : null)}
      </Answer>
      <Answer of={providers}>{({ providers }) => <NoProvider providers={providers} />}</Answer>
    </Dialog>
  );
}

/** Why nobody can be signed in at. */
function NoProvider({ providers }: { providers: Provider[] }) {
  const problems = providers.filter(({ problem }) => problem !== undefined);
  if (problems.length < providers.length) return null;
  return (
    <>
      <p>{t("signIn.noProvider")}</p>
      <ul>
        {problems.map(({ name, problem }) => (
          <li key={name}>{problem}</li>
        ))}
      </ul>
    </>
  );
}

interface ChooseProps {
  choices: Choices;
  again: Former | undefined;
  begun(begun: SignInBegun): void;
  onClose(): void;
}

function Choose({ choices, again, begun, onClose }: ChooseProps) {
  const library = useLibrary();
  const { extensions, providers } = choices;
  const [extension, setExtension] = useState(again?.extension ?? extensions[0]!.id);
  const [provider, setProvider] = useState(again?.provider ?? providers[0]!.name);
  const [name, setName] = useState(again?.name);
  const [error, setError] = useState<ApiError>();
  const begin = async () => {
    setError(undefined);
    const login = { extension, library_id: library.id, name: (name ?? provider).trim() };
    try {
      begun(await call("action:secret_store.sign_in.input.v1", { login, provider }));
    } catch (error) {
      setError(toApiError(error));
    }
  };
  const hosts = providers.find((it) => it.name === provider)?.hosts ?? [];
  return (
    <Dialog
      title={t("signIn.title")}
      action={{ text: t("signIn.begin"), run: () => void begin() }}
      onClose={onClose}
    >
      {error === undefined ? null : <ErrorBox error={error} />}
      <Select
        label={t("signIn.extension")}
        value={extension}
        options={extensions.map(({ id, name }) => [id, name])}
        onChange={setExtension}
      />
      <Select
        label={t("signIn.provider")}
        value={provider}
        options={providers.map(({ name }) => [name, name])}
        onChange={setProvider}
      />
      <Field label={t("signIn.name")}>
        {(id) => <input id={id} value={name ?? provider} onInput={(event) => setName(event.currentTarget.value)} />}
      </Field>
      <p class="muted">{t("signIn.hosts", { hosts: hosts.join(" ") })}</p>
    </Dialog>
  );
}

const LOOK_MS = 1000;

/** The address of the provider's page, until the user has signed in there. */
function Waiting({ begun, onClose }: { begun: SignInBegun; onClose(): void }) {
  const { state, error } = useProgress(begun.id);
  const close = () => {
    if (state.progress === "waiting") {
      // That it has ended meanwhile is as good.
      call("action:secret_store.cancel_sign_in.input.v1", { id: begun.id }).catch(() => undefined);
    }
    onClose();
  };
  return (
    <Dialog title={t("signIn.title")} onClose={close}>
      {error === undefined ? null : <ErrorBox error={error} />}
      <Progress state={state} url={begun.url} />
    </Dialog>
  );
}

/** Asks for the state of a login until it has ended. */
function useProgress(id: string): { state: SignInState; error: ApiError | undefined } {
  const [state, setState] = useState<SignInState>({ progress: "waiting", renewable: false });
  const [error, setError] = useState<ApiError>();
  useEffect(() => {
    if (state.progress !== "waiting" || error !== undefined) return undefined;
    const look = () =>
      call<SignInState>("query:secret_store.sign_in_state.v1", { id }).then(setState, (error) =>
        setError(toApiError(error)),
      );
    const timer = setTimeout(() => void look(), LOOK_MS);
    return () => clearTimeout(timer);
  }, [state, error]);
  return { state, error };
}

function Progress({ state, url }: { state: SignInState; url: string }) {
  switch (state.progress) {
    case "waiting":
      return (
        <>
          <p>
            <a class="button main" href={url} target="_blank" rel="noopener noreferrer">
              {t("signIn.open", { host: new URL(url).host })}
            </a>
          </p>
          <p class="muted" role="status">
            {t("signIn.waiting")}
          </p>
        </>
      );
    case "done":
      return (
        <p role="status">
          {t("signIn.done")} {state.renewable ? null : t("signIn.short")}
        </p>
      );
    default:
      return (
        <div class="error" role="alert">
          <p>
            <strong>{t("signIn.failed")}</strong> {state.problem}
          </p>
        </div>
      );
  }
}
