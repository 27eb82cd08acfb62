// The settings of the program: those that are changed here, and what else stands in its file.

import { useState } from "preact/hooks";
import { named, number, t } from "../i18n";
import { toApiError, useCall, type Query } from "../query";
import { call, type ApiError } from "../rpc";
import { Facts } from "../ui/facts";
import { Answer, Badge, Button, ErrorBox, Page } from "../ui/parts";

interface Setting {
  name: string;
  about?: string;
  value?: unknown;
  default?: unknown;
  kind?: "number" | "choice";
  min?: number;
  max?: number;
  choices?: string[];
  secret: boolean;
  fixed?: "rights" | "isolation" | "servers" | "key" | "other";
  applies: "at_once" | "after_restart";
}

interface Config {
  path: string;
  version: string;
  problem?: string;
  settings: Setting[];
}

type Change = { values?: Record<string, unknown>; reset?: string[] };

export function SettingsPage() {
  const config = useCall<Config>("query:config.get.v1", {});
  return (
    <Page title={t("nav.settings")} about={t("config.about")}>
      <Answer of={config}>{(data) => <Whole config={data} query={config} />}</Answer>
    </Page>
  );
}

function Whole({ config, query }: { config: Config; query: Query<Config> }) {
  const [error, setError] = useState<ApiError>();
  const [saved, setSaved] = useState<Setting>();
  const set = async (setting: Setting, change: Change) => {
    setError(undefined);
    setSaved(undefined);
    try {
      await call("action:config.set.input.v1", { ...change, version: config.version });
      setSaved(setting);
    } catch (error) {
      setError(toApiError(error));
    }
    query.reload();
  };
  const editable = config.settings.filter((setting) => setting.fixed === undefined);
  return (
    <>
      {error === undefined ? null : <ErrorBox error={error} />}
      {config.problem === undefined ? null : (
        <div class="error" role="alert">
          <div>
            <p>
              <strong>{t("config.problem")}</strong>
            </p>
            <p>{config.problem}</p>
          </div>
        </div>
      )}
      <div role="status">
        {saved === undefined ? null : <p class="all-well">{t(`config.saved.${saved.applies}`)}</p>}
      </div>
      <ul class="settings card">
        {editable.map((setting) => (
          <One key={`${setting.name} ${String(setting.value)}`} setting={setting} set={set} />
        ))}
      </ul>
      <Fixed path={config.path} settings={config.settings.filter((setting) => setting.fixed !== undefined)} />
    </>
  );
}

interface OneProps {
  setting: Setting;
  set(setting: Setting, change: Change): Promise<void>;
}

function One({ setting, set }: OneProps) {
  const { name, about, value, kind } = setting;
  const [text, setText] = useState(String(value ?? setting.default ?? ""));
  const id = `config-${name}`;
  const save = (event: Event) => {
    event.preventDefault();
    void set(setting, { values: { [name]: kind === "number" ? numberOf(text) : text } });
  };
  return (
    <li>
      <form onSubmit={save}>
        <label for={id}>{named("config.name", name)}</label>
        <Control id={id} setting={setting} text={text} setText={setText} />
        <Button type="submit">{t("action.save")}</Button>
        {value === undefined ? (
          <Badge>{t("settings.default")}</Badge>
        ) : (
          <Button kind="quiet" icon="undo" onClick={() => void set(setting, { reset: [name] })}>
            {t("settings.reset")}
          </Button>
        )}
      </form>
      <p class="muted" id={`${id}-about`}>
        {named("config.text", name, about ?? "")}
      </p>
    </li>
  );
}

/** Reads a number; what is none is refused by the daemon, in its words. */
function numberOf(text: string): unknown {
  return /^\d+$/.test(text.trim()) ? Number(text) : text;
}

interface ControlProps {
  id: string;
  setting: Setting;
  text: string;
  setText(text: string): void;
}

function Control({ id, setting, text, setText }: ControlProps) {
  const about = `${id}-about`;
  if (setting.kind === "choice") {
    return (
      <select
        id={id}
        aria-describedby={about}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      >
        {(setting.choices ?? []).map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      id={id}
      aria-describedby={about}
      inputMode="numeric"
      autocomplete="off"
      value={text}
      onInput={(event) => setText(event.currentTarget.value)}
    />
  );
}

function Fixed({ path, settings }: { path: string; settings: Setting[] }) {
  const reasons = [...new Set(settings.map((setting) => setting.fixed ?? "other"))];
  return (
    <section class="answer" aria-label={t("config.fixed")}>
      <h2>{t("config.fixed")}</h2>
      <p class="muted">{t("config.fixedText", { path })}</p>
      {reasons.map((reason) => (
        <section key={reason} class="answer" aria-label={t(`config.fixed.${reason}`)}>
          <h3>{t(`config.fixed.${reason}`)}</h3>
          <Facts
            facts={settings.filter((it) => it.fixed === reason).map((it) => [it.name, <code>{shown(it)}</code>])}
          />
        </section>
      ))}
    </section>
  );
}

function shown({ value, secret }: Setting): string {
  if (secret) return t("config.secret");
  if (typeof value === "number") return number(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
