// One field of a form.

import { useId } from "preact/hooks";
import type { FormField } from "./types";

interface FieldProps {
  field: FormField;
  value: string | boolean;
  problem: string | undefined;
  onChange(value: string | boolean): void;
}

export function FieldControl({ field, value, problem, onChange }: FieldProps) {
  const id = useId();
  const said = [
    field.description === undefined ? undefined : `${id}-about`,
    problem === undefined ? undefined : `${id}-problem`,
  ].filter((it) => it !== undefined);
  const about: Record<string, string> = said.length === 0 ? {} : { "aria-describedby": said.join(" ") };
  return (
    <div class={field.kind === "flag" ? "field flag" : "field"}>
      <label for={id}>
        <bdi>{field.label}</bdi>
        {field.required === true ? " *" : ""}
      </label>
      <Control id={id} field={field} value={value} onChange={onChange} about={about} isWrong={problem !== undefined} />
      {field.description === undefined ? null : (
        <p class="muted" id={`${id}-about`}>
          <bdi>{field.description}</bdi>
        </p>
      )}
      {problem === undefined ? null : (
        <p class="reason" role="alert" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}

interface ControlProps extends Omit<FieldProps, "problem"> {
  id: string;
  about: Record<string, string>;
  isWrong: boolean;
}

const TYPES: Record<string, string> = { date: "date", secret: "password" };

function Control({ id, field, value, onChange, about, isWrong }: ControlProps) {
  const shared = { id, ...about, "aria-invalid": isWrong, "aria-required": field.required === true };
  const kind = field.kind ?? "text";
  if (kind === "flag") {
    return (
      <input
        {...shared}
        type="checkbox"
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  const text = String(value);
  if (kind === "choice") {
    const choices = field.choices ?? [];
    const isKnown = choices.some((choice) => choice.value === text);
    return (
      <select {...shared} value={text} onChange={(event) => onChange(event.currentTarget.value)}>
        {isKnown ? null : <option value={text}>{text}</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    );
  }
  if (kind === "long_text") {
    return <textarea {...shared} rows={5} value={text} onInput={(event) => onChange(event.currentTarget.value)} />;
  }
  return (
    <input
      {...shared}
      type={(TYPES[kind] ?? "text") as "text"}
      inputMode={kind === "number" ? "decimal" : undefined}
      autocomplete={kind === "secret" ? "new-password" : "off"}
      value={text}
      onInput={(event) => onChange(event.currentTarget.value)}
    />
  );
}
