// The installation of an extension: a folder, what it asks for in words, and the consent.

import { useState } from "preact/hooks";
import { bytes } from "../../format";
import { t } from "../../i18n";
import { toApiError } from "../../query";
import { call, type ApiError } from "../../rpc";
import { Dialog } from "../../ui/dialog";
import { Button, ErrorBox, Field } from "../../ui/parts";
import type { Candidate } from "./types";

interface Chosen {
  folder: string;
  candidate: Candidate;
}

export function Install({ installed }: { installed(): void }) {
  const [folder, setFolder] = useState("");
  const [chosen, setChosen] = useState<Chosen>();
  const [error, setError] = useState<ApiError>();
  const attempt = async (work: () => Promise<void>) => {
    setError(undefined);
    try {
      await work();
    } catch (error) {
      setError(toApiError(error));
    }
  };
  const look = (event: Event) => {
    event.preventDefault();
    void attempt(async () => {
      const candidate = await call<Candidate>("query:extensions.inspect.v1", { folder: folder.trim() });
      setChosen({ folder: folder.trim(), candidate });
    });
  };
  const agree = ({ folder, candidate }: Chosen) =>
    attempt(async () => {
      setChosen(undefined);
      const { digest, is_older } = candidate;
      const input = { folder, digest, consent: "all", allow_downgrade: is_older };
      await call("action:extensions.install.input.v1", input);
      setFolder("");
      installed();
    });
  return (
    <>
      {error === undefined ? null : <ErrorBox error={error} />}
      <form class="filters" onSubmit={look}>
        <div class="wide">
          <Field label={t("install.folder")}>
            {(id) => (
              <input id={id} value={folder} required onInput={(event) => setFolder(event.currentTarget.value)} />
            )}
          </Field>
        </div>
        <Button type="submit">{t("install.look")}</Button>
      </form>
      {chosen === undefined ? null : (
        <Consent chosen={chosen} agree={() => void agree(chosen)} onClose={() => setChosen(undefined)} />
      )}
    </>
  );
}

function Consent({ chosen, agree, onClose }: { chosen: Chosen; agree(): void; onClose(): void }) {
  const { info, installed, is_older, asks, risks, memory_bytes, requests_per_minute, advice } = chosen.candidate;
  const text = is_older ? t("install.downgrade") : t("install.agree");
  return (
    <Dialog title={`${info.name} ${info.version}`} action={{ text, run: agree }} onClose={onClose}>
      <p>{info.description}</p>
      {installed == null ? null : <p class="muted">{t("install.installed", { version: installed })}</p>}
      <Words title={t("install.asks")} lines={asks} />
      <Words title={t("install.risks")} lines={risks} kind="risks" />
      <Words title={t("install.advice")} lines={advice} />
      <p class="muted">
        {t("install.limits", { calls: requests_per_minute, memory: bytes(memory_bytes) })}
      </p>
    </Dialog>
  );
}

export function Words({ title, lines, kind = "" }: { title: string; lines: string[]; kind?: string }) {
  if (lines.length === 0) return null;
  return (
    <section class={`words ${kind}`}>
      <h3>{title}</h3>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}
