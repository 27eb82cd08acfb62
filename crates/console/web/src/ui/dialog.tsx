// Questions before something is lost, in the browser's own dialog.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../i18n";
import { Button } from "./parts";

interface DialogProps {
  title: string;
  /** The button that does it; without it there is only one that closes. */
  action?: { text: string; kind?: "main" | "danger"; run(): void };
  onClose(): void;
  children?: ComponentChildren;
}

export function Dialog({ title, action, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <div class="dialog-body">{children}</div>
      <div class="actions">
        <Button onClick={onClose}>{action === undefined ? t("action.close") : t("action.cancel")}</Button>
        {action === undefined ? null : (
          <Button kind={action.kind ?? "main"} onClick={action.run}>
            {action.text}
          </Button>
        )}
      </div>
    </dialog>
  );
}
