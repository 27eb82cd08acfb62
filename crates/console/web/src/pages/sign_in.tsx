// Signing in at a provider, in another tab of the browser.

import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import { useLibrary } from "../library";
import { toApiError, useCall } from "../query";
import { ApiError, call } from "../rpc";
import type { ExtensionInfo } from "../types";
import { Button, ErrorBox, Select } from "../ui/parts";

interface Provider {
  name: string;
  hosts: string[];
  /** Why it cannot be used yet. */
  problem?: string;
}

/** A sign-in that was begun: its address is to be opened. */
interface Begun {
  sign_in: string;
  url: string;
}

interface State {
  state: "waiting" | "done" | "failed";
  error?: { code: string; error: string };
}

const LOOK_MS = 1000;

export function SignIn({ changed }: { changed(): void }) {
  const library = useLibrary();
  const providers = useCall<{ providers: Provider[] }>("query:secret_store.list_providers.v1", {});
  const extensions = useCall<{ extensions: ExtensionInfo[] }>("query:extensions.list.v1", {});
  const [provider, setProvider] = useState<string>();
  const [extension, setExtension] = useState<string>();
  const [begun, setBegun] = useState<Begun>();
  const [error, setError] = useState<ApiError>();
  const end = (error?: ApiError) => {
    setBegun(undefined);
    setError(error);
    changed();
  };
  useWaiting(begun, end);
  const known = (providers.data?.providers ?? []).filter((it) => it.problem === undefined);
  const installed = extensions.data?.extensions ?? [];
  const [atProvider, forExtension] = [provider ?? known[0]?.name, extension ?? installed[0]?.id];
  if (atProvider === undefined || forExtension === undefined) return null;
  const begin = async (event: Event) => {
    event.preventDefault();
    setError(undefined);
    try {
      const input = { provider: atProvider, extension: forExtension, library_id: library.id };
      setBegun(await call<Begun>("action:secret_store.begin_sign_in.input.v1", input));
    } catch (error) {
      setError(toApiError(error));
    }
  };
  return (
    <section class="card padded" aria-label={t("signIn.title")}>
      <form class="filters" onSubmit={(event) => void begin(event)}>
        <Select
          label={t("signIn.provider")}
          value={atProvider}
          options={known.map((it) => [it.name, `${it.name} (${it.hosts.join(" ")})`])}
          onChange={setProvider}
        />
        <Select
          label={t("signIn.extension")}
          value={forExtension}
          options={installed.map((it) => [it.id, it.name])}
          onChange={setExtension}
        />
        {begun !== undefined ? (
          <Button onClick={() => setBegun(undefined)}>{t("action.cancel")}</Button>
        ) : (
          <Button kind="main" type="submit">
            {t("signIn.begin")}
          </Button>
        )}
      </form>
      <div role="status">
        {begun === undefined ? null : (
          <p>
            <a href={begun.url} target="_blank" rel="noopener noreferrer">
              {t("signIn.open", { provider: atProvider })}
            </a>{" "}
            {t("signIn.waits")}
          </p>
        )}
      </div>
      {error === undefined ? null : <ErrorBox error={error} />}
    </section>
  );
}

/** Looks how a sign-in does until it ends; one that is not waited for any more is cancelled. */
function useWaiting(begun: Begun | undefined, end: (error?: ApiError) => void): void {
  useEffect(() => {
    if (begun === undefined) return undefined;
    const { sign_in } = begun;
    let isOver = false;
    const look = async () => {
      const { state, error } = await call<State>("query:secret_store.get_sign_in.v1", { sign_in });
      if (isOver || state === "waiting") return;
      isOver = true;
      end(error === undefined ? undefined : new ApiError(error.code, error.error));
    };
    const timer = setInterval(() => void look().catch((error: unknown) => end(toApiError(error))), LOOK_MS);
    return () => {
      clearInterval(timer);
      if (!isOver) void call("action:secret_store.cancel_sign_in.input.v1", { sign_in }).catch(() => undefined);
      isOver = true;
    };
  }, [begun]);
}
