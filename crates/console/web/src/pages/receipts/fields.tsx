// The fields of a receipt, each corrected in its place.

import { useEffect, useRef, useState } from "preact/hooks";
import { day, money } from "../../format";
import { named, t } from "../../i18n";
import { useLibrary } from "../../library";
import { toApiError } from "../../query";
import { call, type ApiError } from "../../rpc";
import type { Booking, ShownField } from "../../types";
import { Badge, Button, Confidence, ErrorBox } from "../../ui/parts";
import { categoryName } from "./list";

type Value = string | number | null;

interface FieldsProps {
  id: string;
  fields: ShownField[];
  quote: string | undefined;
  onQuote(quote: string | undefined): void;
  changed(booking: Booking): void;
}

export function Fields({ id, fields, quote, onQuote, changed }: FieldsProps) {
  const library = useLibrary();
  const [error, setError] = useState<ApiError>();
  const correct = async (change: { values?: Record<string, Value>; undo?: string[] }) => {
    setError(undefined);
    try {
      const input = { entry_id: id, ...change };
      changed(await call<Booking>("action:finance.correct.input.v1", input, library.id));
      return true;
    } catch (error) {
      setError(toApiError(error));
      return false;
    }
  };
  const known = fields.filter((field) => field.field !== "document");
  return (
    <>
      {error === undefined ? null : <ErrorBox error={error} />}
      <dl class="fields card">
        {known.map((field) => (
          <OneField
            key={field.field}
            field={field}
            isQuoted={field.quote !== undefined && field.quote === quote}
            onQuote={onQuote}
            save={(value) => correct({ values: { [field.field]: value } })}
            undo={() => correct({ undo: [field.field] })}
          />
        ))}
      </dl>
    </>
  );
}

interface OneFieldProps {
  field: ShownField;
  isQuoted: boolean;
  onQuote(quote: string | undefined): void;
  save(value: Value): Promise<boolean>;
  undo(): Promise<boolean>;
}

function OneField({ field, isQuoted, onQuote, save, undo }: OneFieldProps) {
  const [edits, setEdits] = useState(false);
  const quote = field.quote === "" ? undefined : field.quote;
  const name = fieldName(field.field);
  const end = async (value: Value | undefined) => {
    if (value === undefined || (await save(value))) setEdits(false);
  };
  return (
    <div class={isQuoted ? "quoted" : ""}>
      <dt>{name}</dt>
      <dd>
        {edits ? (
          <Editor field={field} name={name} onEnd={(value) => void end(value)} />
        ) : (
          <div class="value">
            <span class={field.value === null ? "muted" : ""}>{shownValue(field, field.value)}</span>
            <Button
              icon="edit"
              kind="quiet"
              data-edit={field.field}
              aria-label={t("field.edit", { field: name })}
              title={t("field.edit", { field: name })}
              onClick={() => setEdits(true)}
            />
          </div>
        )}
        <div class="remarks">
          {field.confidence === null ? null : <Confidence value={field.confidence} />}
          {field.taught === true ? (
            <>
              <Badge tone="accent">{t("field.taught")}</Badge>
              <span class="muted">{t("field.read", { value: shownValue(field, field.read ?? null) })}</span>
            </>
          ) : field.read === undefined ? null : (
            <Corrected read={shownValue(field, field.read)} name={name} undo={() => void undo()} />
          )}
          {(field.alternatives ?? []).map((value) => (
            <Button key={String(value)} kind="quiet" onClick={() => void save(value)}>
              {t("field.or", { value: shownValue(field, value) })}
            </Button>
          ))}
          {quote === undefined ? null : (
            <button
              type="button"
              class="quote"
              aria-pressed={isQuoted}
              title={t("field.showQuote")}
              onClick={() => onQuote(isQuoted ? undefined : quote)}
            >
              {quote}
            </button>
          )}
        </div>
      </dd>
    </div>
  );
}

function Corrected({ read, name, undo }: { read: string; name: string; undo(): void }) {
  return (
    <>
      <Badge tone="accent">{t("field.corrected")}</Badge>
      <span class="muted">{t("field.read", { value: read })}</span>
      <Button icon="undo" kind="quiet" aria-label={t("field.undo", { field: name })} onClick={undo}>
        {t("action.undo")}
      </Button>
    </>
  );
}

interface EditorProps {
  field: ShownField;
  name: string;
  /** Ends with a value, or without one when it stays as it is. */
  onEnd(value: Value | undefined): void;
}

function Editor({ field, name, onEnd }: EditorProps) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(field.value === null ? "" : String(field.value));
  useEffect(() => input.current?.select(), []);
  const save = (event: Event) => {
    event.preventDefault();
    onEnd(text);
  };
  return (
    <form
      class="editor"
      onSubmit={save}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape") onEnd(undefined);
      }}
    >
      <input
        ref={input}
        aria-label={name}
        type={(field.field === "date" ? "date" : "text") as "text"}
        inputMode={isAmount(field.field) ? "decimal" : "text"}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Button icon="check" kind="main" type="submit">
        {t("action.save")}
      </Button>
      <Button icon="cross" kind="quiet" aria-label={t("action.cancel")} onClick={() => onEnd(undefined)} />
    </form>
  );
}

function isAmount(field: string): boolean {
  return field === "amount" || field === "tax";
}

function shownValue({ field, currency }: ShownField, value: Value): string {
  if (value === null || value === "") return t("field.none");
  if (typeof value === "number") return money(value, currency);
  if (field === "date") return day(value);
  if (field === "category") return categoryName(value);
  if (field === "document_type") return named("kind", value);
  return value;
}

export function fieldName(field: string): string {
  return named("field", field);
}
