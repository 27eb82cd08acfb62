// What an extension may do: a switch for each method, the grants and denials, and why a call is refused.

import { useEffect, useRef, useState } from "preact/hooks";
import { time } from "../../format";
import { t } from "../../i18n";
import { useLibrary } from "../../library";
import { toApiError, useCall } from "../../query";
import { usePlace } from "../../router";
import { call, type ApiError } from "../../rpc";
import { Answer, Badge, Button, ErrorBox, Field } from "../../ui/parts";
import { Table, type Column } from "../../ui/table";
import { standingOf, type Standing } from "./rules";
import type { Decided, Explained, Grant } from "./types";

export function Rights({ id, methods }: { id: string; methods: string[] }) {
  const grants = useCall<{ grants: Grant[] }>("query:permissions.list.v1", { extension: id });
  const [error, setError] = useState<ApiError>();
  // What is shown is what the daemon has, so the next change waits for it.
  const [acts, setActs] = useState(false);
  const act = async (action: "grant" | "revoke", input: object) => {
    if (acts || grants.loading) return;
    setActs(true);
    setError(undefined);
    try {
      await call(`action:permissions.${action}.input.v1`, { extension: id, ...input });
      grants.reload();
    } catch (error) {
      setError(toApiError(error));
    } finally {
      setActs(false);
    }
  };
  const change = (method: string, denial: Grant | undefined) =>
    denial === undefined
      ? act("grant", { rule: { effect: "deny", methods: [method] } })
      : act("revoke", { grant: denial.id });
  return (
    <section class="answer" aria-label={t("rights.title")}>
      <h2>{t("rights.title")}</h2>
      {error === undefined ? null : <ErrorBox error={error} />}
      <Answer of={grants}>
        {({ grants }) => (
          <>
            <ul class="switches card">
              {methods.map((method) => (
                <Switch key={method} method={method} standing={standingOf(method, grants)} change={change} />
              ))}
            </ul>
            <Table
              label={t("rights.grants")}
              columns={columns((grant) => void act("revoke", { grant: grant.id }))}
              rows={grants}
              keyOf={(grant) => String(grant.id)}
            />
          </>
        )}
      </Answer>
      <Explain id={id} />
    </section>
  );
}

interface SwitchProps {
  method: string;
  standing: Standing;
  change(method: string, denial: Grant | undefined): Promise<void>;
}

/** Denies a method, and takes back just that; what other rules say is told, and left to them. */
function Switch({ method, standing, change }: SwitchProps) {
  const { granted, own, whole, part } = standing;
  const isOn = granted && own === undefined && whole.length === 0;
  return (
    <li>
      <label class="check">
        <input
          type="checkbox"
          role="switch"
          checked={isOn}
          disabled={!isOn && own === undefined}
          onClick={(event) => {
            event.preventDefault();
            void change(method, own);
          }}
        />
        <code>{method}</code>
      </label>
      {own === undefined ? null : <Badge tone="bad">{t("rights.denied")}</Badge>}
      {whole.length === 0 ? null : <Badge tone="bad">{t("rights.deniedBy", { rules: numbers(whole) })}</Badge>}
      {part.length === 0 ? null : <Badge tone="warn">{t("rights.partlyDenied", { rules: numbers(part) })}</Badge>}
      {granted ? null : <Badge>{t("rights.notGranted")}</Badge>}
    </li>
  );
}

function numbers(grants: Grant[]): string {
  return grants.map(({ id }) => id).join(", ");
}

function columns(revoke: (grant: Grant) => void): Column<Grant>[] {
  return [
    { id: "id", head: t("rights.number"), cell: (it) => it.id, kind: "number" },
    { id: "text", head: t("rights.rule"), cell: (it) => <span class="rule">{it.text}</span>, kind: "main" },
    { id: "given", head: t("rights.given"), cell: (it) => time(it.given) },
    {
      id: "actions",
      head: t("column.actions"),
      cell: (it) => (
        <Button icon="undo" kind="quiet" onClick={() => revoke(it)}>
          {t("action.undo")}
        </Button>
      ),
    },
  ];
}

/** Answers why a call is refused, or would run. */
function Explain({ id }: { id: string }) {
  const library = useLibrary();
  const { query } = usePlace();
  const asked = query.get("why") ?? "";
  const [method, setMethod] = useState(asked);
  const place = useRef<HTMLDivElement>(null);
  const [answer, setAnswer] = useState<Explained>();
  const [error, setError] = useState<ApiError>();
  const ask = async () => {
    setError(undefined);
    try {
      const input = { extension: id, method: method.trim(), library_id: library.id };
      setAnswer(await call<Explained>("query:permissions.explain.v1", input));
    } catch (error) {
      setAnswer(undefined);
      setError(toApiError(error));
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void ask();
  };
  // A refusal in the audit log leads here.
  useEffect(() => {
    if (asked === "") return;
    void ask();
    place.current?.scrollIntoView({ block: "center" });
  }, [asked]);
  return (
    <div class="card padded explain" ref={place}>
      <form class="filters" onSubmit={submit}>
        <div class="wide">
          <Field label={t("explain.method")}>
            {(field) => (
              <input
                id={field}
                value={method}
                required
                placeholder="query:vdfs.read_content.v1"
                onInput={(event) => setMethod(event.currentTarget.value)}
              />
            )}
          </Field>
        </div>
        <Button type="submit">{t("explain.ask")}</Button>
      </form>
      <div role="status">{answer === undefined ? null : <Reasons answer={answer} />}</div>
      {error === undefined ? null : <ErrorBox error={error} />}
    </div>
  );
}

function Reasons({ answer }: { answer: Explained }) {
  const { allowed, allowed_by, denied_by } = answer;
  return (
    <>
      <Badge tone={allowed ? "good" : "bad"}>{allowed ? t("explain.allowed") : t("explain.denied")}</Badge>
      <ul>
        {(allowed ? allowed_by : denied_by).map((decided, index) => (
          <li key={index}>
            <One decided={decided} />
          </li>
        ))}
      </ul>
    </>
  );
}

function One({ decided }: { decided: Decided }) {
  const { backend, line, message, would_allow } = decided;
  return (
    <>
      <p>
        <strong>{backend}</strong> {message ?? ""}
      </p>
      {line == null ? null : <pre tabIndex={0}>{line}</pre>}
      {would_allow == null ? null : (
        <>
          <p class="muted">{t("explain.wouldAllow")}</p>
          <pre tabIndex={0}>{would_allow}</pre>
        </>
      )}
    </>
  );
}
