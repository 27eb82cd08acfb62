// A document: a page of a PDF in the browser's viewer, a picture, or a text with marks.

import { useEffect, useMemo, useState } from "preact/hooks";
import { saveAs } from "../files";
import type { ShownDocument } from "../document";
import { bytes } from "../format";
import { t } from "../i18n";
import { Marked } from "./marked";
import { Button } from "./parts";

/** A line of a text that is to be shown, and the page on which it stands. */
export interface Quote {
  line: string;
  page: number;
}

/** Shows documents one at a time, with a tab for each. */
export function Documents({ documents, quote }: { documents: ShownDocument[]; quote?: Quote | undefined }) {
  const [at, setAt] = useState(0);
  const shown = documents[Math.min(at, documents.length - 1)];
  if (shown === undefined) return <p class="muted">{t("document.none")}</p>;
  return (
    <div class="documents">
      <div class="tabs" role="group" aria-label={t("document.label")}>
        {documents.map((document, index) => (
          <button key={index} type="button" aria-pressed={document === shown} onClick={() => setAt(index)}>
            {nameOf(document)}
          </button>
        ))}
        <Button icon="download" kind="quiet" onClick={() => save(shown)}>
          {t("document.save")}
        </Button>
      </div>
      <One key={at} document={shown} quote={quote} />
    </div>
  );
}

function nameOf(document: ShownDocument): string {
  return document.name === "" ? t("document.email") : document.name;
}

function save({ name, content, mediaType }: ShownDocument): void {
  const file = name === "" ? "email.txt" : (name.split(/[/\\]/).pop() ?? name);
  saveAs(file, new Blob([content], { type: mediaType }));
}

function One({ document, quote }: { document: ShownDocument; quote?: Quote | undefined }) {
  if (document.kind === "text") return <Text content={document.content} quote={quote?.line} />;
  return quote === undefined ? <Viewed document={document} /> : <Marked document={document} quote={quote} />;
}

/** Largest text that is shown, in bytes; all of it is saved. */
const MAX_TEXT = 1 << 20;

function Text({ content, quote }: { content: Uint8Array; quote: string | undefined }) {
  // A character that is cut stands for nothing in the stream.
  const text = new TextDecoder().decode(content.subarray(0, MAX_TEXT), { stream: content.length > MAX_TEXT });
  return (
    <>
      {content.length > MAX_TEXT ? <p class="note">{t("document.cut", { shown: bytes(MAX_TEXT) })}</p> : null}
      <MarkedText text={text} quote={quote} />
    </>
  );
}

function Viewed({ document }: { document: ShownDocument }) {
  const { content, kind, mediaType } = document;
  const url = useMemo(() => URL.createObjectURL(new Blob([content], { type: mediaType })), [content]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  const name = nameOf(document);
  if (kind === "image") return <img class="viewed" src={url} alt={name} />;
  return <iframe class="viewed" src={`${url}#navpanes=0&view=FitH`} title={name} />;
}

/** A text in which the quotes are marked; the first mark is brought into view. */
export function MarkedText({ text, quote }: { text: string; quote?: string | undefined }) {
  const [mark, setMark] = useState<HTMLElement | null>(null);
  useEffect(() => mark?.scrollIntoView({ block: "nearest" }), [mark, quote]);
  const place = quote === undefined ? undefined : find(text, quote);
  if (place === undefined) return <pre class="text" tabIndex={0}>{text}</pre>;
  const [start, end] = place;
  return (
    <pre class="text" tabIndex={0}>
      {text.slice(0, start)}
      <mark ref={setMark}>{text.slice(start, end)}</mark>
      {text.slice(end)}
    </pre>
  );
}

/** Finds a quote, however its spaces are written. */
export function find(text: string, quote: string): [number, number] | undefined {
  const words = quote.trim().split(/\s+/).map(escape);
  if (words.length === 0 || words.length > 200) return undefined;
  const found = new RegExp(words.join("\\s+"), "u").exec(text);
  return found === null ? undefined : [found.index, found.index + found[0].length];
}

function escape(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
