// Buttons and forms of a view: they call operations of the extension as the user.

import { useState } from "preact/hooks";
import { useLibrary } from "../../library";
import { toApiError } from "../../query";
import { call, fieldOf, type ApiError } from "../../rpc";
import { Dialog } from "../../ui/dialog";
import { Button, ErrorBox } from "../../ui/parts";
import { Blocks } from "./blocks";
import { addressOf, useShown } from "./context";
import { FieldControl } from "./field";
import { filled, firstValues, problemsOf, type Problems, type Values } from "./form";
import type { Action, View } from "./types";

export function Actions({ actions }: { actions: Action[] | undefined }) {
  if (actions === undefined || actions.length === 0) return null;
  return (
    <div class="actions start">
      {actions.map((action, at) => (
        <ActionButton key={at} action={action} />
      ))}
    </div>
  );
}

interface Running {
  values: Values;
  setValue(name: string, value: string | boolean): void;
  problems: Problems;
  error: ApiError | undefined;
  shown: View | undefined;
  close(): void;
  /** Does it; answers whether it succeeded. */
  run(): Promise<boolean>;
}

function useAction(action: Action): Running {
  const library = useLibrary();
  const { extension, reload } = useShown();
  const [values, setValues] = useState<Values>(() => firstValues(action));
  const [problems, setProblems] = useState<Problems>({});
  const [error, setError] = useState<ApiError>();
  const [shown, setShown] = useState<View>();
  const run = async () => {
    const found = problemsOf(action, values);
    setProblems(found);
    setError(undefined);
    if (Object.keys(found).length > 0) return false;
    const input = filled(action, values);
    if ("view" in action.target) {
      location.hash = addressOf(extension, action.target.view, input);
      return true;
    }
    try {
      const answer = await call<View>(action.target.method, input, library.id);
      if (action.then === "show") setShown(answer);
      else reload();
      setValues(firstValues(action));
      return true;
    } catch (thrown) {
      const error = toApiError(thrown);
      const field = fieldOf(error);
      const known = action.fields?.some(({ name }) => name === field) === true;
      if (field !== undefined && known) setProblems({ [field]: error.message });
      else setError(error);
      return false;
    }
  };
  const setValue = (name: string, value: string | boolean) => setValues((all) => ({ ...all, [name]: value }));
  return { values, setValue, problems, error, shown, close: () => setShown(undefined), run };
}

function ActionButton({ action }: { action: Action }) {
  const [asks, setAsks] = useState(false);
  const running = useAction(action);
  const { error, shown } = running;
  const needsDialog = action.confirm !== undefined || (action.fields ?? []).length > 0;
  const submit = async () => {
    if (await running.run()) setAsks(false);
  };
  const kind = action.danger === true ? "danger" : "plain";
  return (
    <>
      <Button kind={kind} onClick={() => (needsDialog ? setAsks(true) : void running.run())}>
        {action.label}
      </Button>
      {asks ? (
        <Dialog
          title={action.label}
          action={{ text: action.label, kind: action.danger === true ? "danger" : "main", run: () => void submit() }}
          onClose={() => setAsks(false)}
        >
          <form
            class="view-form"
            onSubmit={(event) => {
              event.preventDefault();
              void submit();
            }}
          >
            <FormBody action={action} running={running} />
            <button type="submit" hidden />
          </form>
        </Dialog>
      ) : error === undefined ? null : (
        <ErrorBox error={error} />
      )}
      {shown === undefined ? null : <ShownAnswer view={shown} title={action.label} close={running.close} />}
    </>
  );
}

/** A form that stands in the page. */
export function InlineForm({ action }: { action: Action }) {
  const [asks, setAsks] = useState(false);
  const running = useAction(action);
  const submit = (event: Event) => {
    event.preventDefault();
    if (action.confirm === undefined) void running.run();
    else setAsks(true);
  };
  const kind = action.danger === true ? "danger" : "main";
  const confirmed = () => {
    setAsks(false);
    void running.run();
  };
  return (
    <form class="card form view-form" onSubmit={submit}>
      <FormBody action={{ ...action, confirm: undefined } as Action} running={running} />
      <Button type="submit" kind={kind}>
        {action.label}
      </Button>
      {asks ? (
        <Dialog title={action.label} action={{ text: action.label, kind, run: confirmed }} onClose={() => setAsks(false)}>
          <p class="view-text">{action.confirm}</p>
        </Dialog>
      ) : null}
      {running.shown === undefined ? null : (
        <ShownAnswer view={running.shown} title={action.label} close={running.close} />
      )}
    </form>
  );
}

function FormBody({ action, running }: { action: Action; running: Running }) {
  return (
    <>
      {running.error === undefined ? null : <ErrorBox error={running.error} />}
      {action.confirm === undefined ? null : <p class="view-text">{action.confirm}</p>}
      {(action.fields ?? []).map((field) => (
        <FieldControl
          key={field.name}
          field={field}
          value={running.values[field.name] ?? ""}
          problem={running.problems[field.name]}
          onChange={(value) => running.setValue(field.name, value)}
        />
      ))}
    </>
  );
}

/** The answer of an operation that answers a view; it is gone when it is closed. */
function ShownAnswer({ view, title, close }: { view: View; title: string; close(): void }) {
  return (
    <Dialog title={view.title ?? title} onClose={close}>
      <Blocks view={view} />
    </Dialog>
  );
}
