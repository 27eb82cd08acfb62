// The small parts that all pages are made of.

import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { share } from "../format";
import { named, t } from "../i18n";
import type { Query } from "../query";
import type { ApiError } from "../rpc";
import { Icon, type IconName } from "./icons";

interface PageProps {
  title: string;
  /** A line below the title. */
  about?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

/** A page: its title, which has the focus after a change of the page, and what can be done on it. */
export function Page({ title, about, actions, children }: PageProps) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – Spacedrive`;
  }, [title]);
  useEffect(() => head.current?.focus({ preventScroll: true }), []);
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1 tabIndex={-1} ref={head}>
            {title}
          </h1>
          {about === undefined ? null : <p class="about">{about}</p>}
        </div>
        {actions === undefined ? null : <div class="actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon?: IconName;
  kind?: "main" | "plain" | "danger" | "quiet";
  type?: "button" | "submit";
  disabled?: boolean;
  "data-edit"?: string;
}

export function Button({ icon, kind = "plain", type = "button", children, ...rest }: ButtonProps) {
  return (
    <button type={type} class={`button ${kind}`} {...rest}>
      {icon === undefined ? null : <Icon name={icon} />}
      {children === undefined ? null : <span>{children}</span>}
    </button>
  );
}

export type Tone = "good" | "warn" | "bad" | "calm" | "accent";

export function Badge({ tone = "calm", children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** A bar from 0 to 1 with its number. */
export function Confidence({ value }: { value: number }) {
  const tone = value >= 0.8 ? "good" : value >= 0.5 ? "warn" : "bad";
  return (
    <span class={`confidence ${tone}`} title={t("receipt.confidence")}>
      <svg viewBox="0 0 40 6" aria-hidden="true">
        <rect width="40" height="6" rx="3" class="track" />
        <rect width={Math.max(3, 40 * value)} height="6" rx="3" class="fill" />
      </svg>
      {share(value)}
    </span>
  );
}

/** A field of a form with its label. */
export function Field({ label, children }: { label: string; children: (id: string) => ComponentChildren }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
    </div>
  );
}

interface SelectProps {
  label: string;
  value: string;
  options: [value: string, text: string][];
  onChange(value: string): void;
}

export function Select({ label, value, options, onChange }: SelectProps) {
  return (
    <Field label={label}>
      {(id) => (
        <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface InputProps {
  label: string;
  value: string;
  type?: string;
  placeholder?: string;
  /** What is wrong with the value. */
  problem?: string | undefined;
  onChange(value: string): void;
}

const CALM_MS = 300;

/** A text that is passed on when the typing rests. */
export function Input({ label, value, type = "text", placeholder, problem, onChange }: InputProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(() => onChange(typed), CALM_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <Field label={label}>
      {(id) => (
        <>
          <input
            id={id}
            type={type as "text"}
            value={typed}
            placeholder={placeholder}
            aria-invalid={problem !== undefined}
            aria-describedby={problem === undefined ? undefined : `${id}-problem`}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          {problem === undefined ? null : (
            <p id={`${id}-problem`} class="reason" role="alert">
              {problem}
            </p>
          )}
        </>
      )}
    </Field>
  );
}

interface EmptyProps {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
}

/** What stands where there is nothing to show, with what to do. */
export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children === undefined ? null : <div>{children}</div>}
    </div>
  );
}

/** Says what went wrong in words of this language where it has some, and in those of the daemon. */
export function ErrorBox({ error, retry }: { error: ApiError; retry?: () => void }) {
  const said = named("error", error.code, "");
  return (
    <div class="error" role="alert">
      <Icon name="warning" />
      <div>
        <p>
          <strong>{said === "" ? t("error.title") : said}</strong>
        </p>
        {error.message === "" ? null : <p>{error.message}</p>}
      </div>
      {retry === undefined ? null : <Button onClick={retry}>{t("action.retry")}</Button>}
    </div>
  );
}

export function Loading() {
  return (
    <div class="loading" role="status">
      <span class="visually-hidden">{t("loading")}</span>
      <span />
      <span />
      <span />
    </div>
  );
}

/** Draws the answer of a query, or that it is on its way, or what went wrong. */
export function Answer<T>({ of, children }: { of: Query<T>; children: (data: T) => ComponentChildren }) {
  const { data, error, loading, reload } = of;
  return (
    <>
      {error === undefined ? null : <ErrorBox error={error} retry={reload} />}
      {data === undefined && loading && error === undefined ? <Loading /> : null}
      {data === undefined ? null : <div class={loading ? "answer stale" : "answer"}>{children(data)}</div>}
    </>
  );
}

interface PagerProps {
  offset: number;
  limit: number;
  total: number;
  onChange(offset: number): void;
}

export function Pager({ offset, limit, total, onChange }: PagerProps) {
  if (total <= limit && offset === 0) return null;
  const last = Math.min(offset + limit, total);
  return (
    <nav class="pager" aria-label={t("pager.label")}>
      <Button icon="back" disabled={offset === 0} onClick={() => onChange(Math.max(0, offset - limit))}>
        {t("pager.previous")}
      </Button>
      <span role="status">{t("pager.range", { first: offset + 1, last, total })}</span>
      <Button icon="next" disabled={last >= total} onClick={() => onChange(offset + limit)}>
        {t("pager.next")}
      </Button>
    </nav>
  );
}
