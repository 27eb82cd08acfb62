// The settings of an extension, drawn from their schema.

import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { toApiError, useCall } from "../../query";
import { call, type ApiError } from "../../rpc";
import { Answer, Badge, Button, ErrorBox } from "../../ui/parts";
import type { Setting } from "./types";

export function Settings({ id }: { id: string }) {
  const listed = useCall<{ settings: Setting[] }>("query:settings.list.v1", { extension_id: id });
  const [error, setError] = useState<ApiError>();
  const set = async (change: object) => {
    setError(undefined);
    try {
      await call("action:settings.set.input.v1", { extension_id: id, ...change });
      listed.reload();
    } catch (error) {
      setError(toApiError(error));
    }
  };
  return (
    <Answer of={listed}>
      {({ settings }) =>
        settings.length === 0 ? null : (
          <section class="answer" aria-label={t("settings.title")}>
            <h2>{t("settings.title")}</h2>
            {error === undefined ? null : <ErrorBox error={error} />}
            <ul class="settings card">
              {settings.map((setting) => (
                <One key={`${setting.name} ${JSON.stringify(setting.value)}`} setting={setting} set={set} />
              ))}
            </ul>
          </section>
        )
      }
    </Answer>
  );
}

function One({ setting, set }: { setting: Setting; set(change: object): Promise<void> }) {
  const { name, title, description, value, secret, source, problem } = setting;
  const [text, setText] = useState(value === undefined ? "" : written(value));
  const id = `setting-${name}`;
  const save = (event: Event) => {
    event.preventDefault();
    void set(secret ? { secrets: { [name]: text } } : { values: { [name]: valueOf(setting, text) } });
  };
  return (
    <li>
      <form onSubmit={save}>
        <label for={id}>{title ?? name}</label>
        <Control id={id} setting={setting} text={text} setText={setText} />
        <Button type="submit">{t("action.save")}</Button>
        {source === "all" || source === "library" ? (
          <Button kind="quiet" icon="undo" onClick={() => void set({ reset: [name] })}>
            {t("settings.reset")}
          </Button>
        ) : (
          <Badge>{t("settings.default")}</Badge>
        )}
      </form>
      {description == null ? null : <p class="muted">{description}</p>}
      {problem == null ? null : <p class="reason">{problem}</p>}
    </li>
  );
}

interface ControlProps {
  id: string;
  setting: Setting;
  text: string;
  setText(text: string): void;
}

function Control({ id, setting, text, setText }: ControlProps) {
  const { schema, secret } = setting;
  const choices = schema?.type === "boolean" ? [true, false] : schema?.enum;
  if (choices !== undefined) {
    return (
      <select id={id} value={text} onChange={(event) => setText(event.currentTarget.value)}>
        {["", ...choices.map(written)].map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  }
  const type = secret ? "password" : "text";
  return (
    <input
      id={id}
      type={type as "text"}
      autocomplete="off"
      value={text}
      onInput={(event) => setText(event.currentTarget.value)}
    />
  );
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Reads what was typed as a value of the schema's type; what is no such value is refused by the daemon. */
function valueOf({ schema }: Setting, text: string): unknown {
  if (schema?.type === "string" || schema?.type === undefined) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
