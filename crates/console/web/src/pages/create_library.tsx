// The first page of a newcomer.

import { useState } from "preact/hooks";
import { t } from "../i18n";
import { toApiError } from "../query";
import { ApiError, call } from "../rpc";
import { Button, ErrorBox, Field, Page } from "../ui/parts";

export function CreateLibrary({ created }: { created(): void }) {
  const [name, setName] = useState("");
  const [error, setError] = useState<ApiError>();
  const create = (event: Event) => {
    event.preventDefault();
    call("action:libraries.create.input.v1", { name }).then(created, (error: unknown) =>
      setError(toApiError(error)),
    );
  };
  return (
    <Page title={t("newcomer.title")} about={t("newcomer.text")}>
      <form class="card form" onSubmit={create}>
        {error === undefined ? null : <ErrorBox error={error} />}
        <Field label={t("newcomer.name")}>
          {(id) => (
            <input
              id={id}
              value={name}
              required
              maxLength={100}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          )}
        </Field>
        <Button kind="main" type="submit">
          {t("newcomer.create")}
        </Button>
      </form>
    </Page>
  );
}
