// Files that are dropped on the page, or chosen, and what comes of them.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { useLibrary } from "../../library";
import { useChanges } from "../../live";
import { upload, outcomeOf, type Upload } from "../../uploads";
import { Icon } from "../../ui/icons";
import { Badge, Button, type Tone } from "../../ui/parts";
import { bytes } from "../../format";
import { to } from "../../router";

export function Import({ children }: { children: ComponentChildren }) {
  const library = useLibrary();
  const chooser = useRef<HTMLInputElement>(null);
  const [uploads, setUploads] = useState<Upload[]>([]);
  const [isOver, setIsOver] = useState(false);
  const change = (changed: Upload) =>
    setUploads((all) => all.map((upload) => (upload.key === changed.key ? changed : upload)));
  const take = (files: File[], folders = new Set<File>()) => {
    const fresh = files.map((file): Upload => {
      const key = crypto.randomUUID();
      if (folders.has(file)) return { key, file, state: "failed", reason: t("import.folder") };
      return { key, file, state: "waiting" };
    });
    setUploads((all) => [...fresh, ...all]);
    void (async () => {
      for (const one of fresh) if (one.state === "waiting") await upload(library.id, one, change);
    })();
  };
  useOutcomes(library.id, uploads, change);
  return (
    <div
      class={isOver ? "drop over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setIsOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        take(...dropped(event.dataTransfer));
      }}
    >
      <div class="drop-hint" aria-hidden="true">
        <Icon name="upload" />
        {t("import.drop")}
      </div>
      {children}
      <div class="import card">
        <Icon name="upload" />
        <p>{t("import.text")}</p>
        <input
          ref={chooser}
          class="visually-hidden"
          type="file"
          multiple
          aria-label={t("import.choose")}
          tabIndex={-1}
          onChange={(event) => {
            take([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = "";
          }}
        />
        <Button icon="upload" onClick={() => chooser.current?.click()}>
          {t("import.choose")}
        </Button>
      </div>
      <Uploads uploads={uploads} close={() => setUploads([])} />
    </div>
  );
}

/** Lists what was dropped, and which of it are folders: browsers give them as files that cannot be read. */
function dropped(transfer: DataTransfer | null): [File[], Set<File>] {
  const items = [...(transfer?.items ?? [])].filter((item) => item.kind === "file");
  const files: File[] = [];
  const folders = new Set<File>();
  for (const item of items) {
    const file = item.getAsFile();
    if (file === null) continue;
    files.push(file);
    if (item.webkitGetAsEntry()?.isDirectory === true) folders.add(file);
  }
  return [files, folders];
}

/** Asks what came of the files that are stored, whenever the library changed. */
function useOutcomes(library: string, uploads: Upload[], change: (upload: Upload) => void): void {
  const changes = useChanges("events", uploads.length === 0 ? undefined : library);
  const open = uploads.filter((upload) => upload.state === "stored").map((upload) => upload.key);
  useEffect(() => {
    const look = () => {
      for (const one of uploads.filter((upload) => upload.state === "stored")) {
        void outcomeOf(library, one).then(change, () => undefined);
      }
    };
    if (open.length === 0) return undefined;
    look();
    const timer = setInterval(look, 1500);
    return () => clearInterval(timer);
  }, [changes, open.join()]);
}

const tones: Record<Upload["state"], Tone> = {
  waiting: "calm",
  sending: "accent",
  stored: "accent",
  booked: "good",
  not_booked: "calm",
  failed: "bad",
};

function Uploads({ uploads, close }: { uploads: Upload[]; close(): void }) {
  if (uploads.length === 0) return null;
  const done = uploads.filter(({ state }) => !["waiting", "sending", "stored"].includes(state)).length;
  return (
    <section class="uploads card" aria-label={t("import.label")}>
      <header>
        <strong role="status">{t("import.progress", { done, total: uploads.length })}</strong>
        <Button icon="cross" kind="quiet" aria-label={t("action.close")} onClick={close} />
      </header>
      <progress max={uploads.length} value={done} aria-label={t("import.label")} />
      <ul>
        {uploads.map((upload) => (
          <li key={upload.key}>
            <span class="name">
              {upload.entry === undefined ? upload.file.name : <a href={to(["library", upload.entry])}>{upload.file.name}</a>}
            </span>
            <span class="muted">{bytes(upload.file.size)}</span>
            <Badge tone={tones[upload.state]}>{t(`import.${upload.state}`)}</Badge>
            {upload.reason === undefined ? null : <span class="reason">{upload.reason}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
