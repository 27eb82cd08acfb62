// A page of a PDF, or a picture, on which the place of a line is marked.

import { useEffect, useMemo, useState } from "preact/hooks";
import type { ShownDocument } from "../document";
import { base64Of, bytesOf } from "../files";
import { t } from "../i18n";
import { useLibrary } from "../library";
import { useAsked } from "../query";
import { call } from "../rpc";
import type { Quote } from "./document";
import { Answer } from "./parts";

type Area = [left: number, top: number, width: number, height: number];

interface Line {
  text: string;
  area: Area;
}

interface OcrPage {
  width: number;
  height: number;
  /** Degrees by which it was turned to be read. */
  rotation: number;
  lines?: Line[];
}

/** Room around a marked line, as a part of its height. */
const ROOM = 0.2;

export function Marked({ document, quote }: { document: ShownDocument; quote: Quote }) {
  const library = useLibrary();
  const isPdf = document.kind === "pdf";
  const data = useMemo(() => base64Of(document.content), [document.content]);
  const page = isPdf ? quote.page : 1;
  const drawn = useAsked((signal) => draw(document, data, page, signal), [document.name, page]);
  const read = useAsked(
    async (signal) => {
      const input = { data, lines: true, ...(isPdf ? { pages: [page] } : {}) };
      const { pages } = await call<{ pages: OcrPage[] }>("query:ai.ocr.v1", input, library.id, signal);
      return pages[0];
    },
    [library.id, document.name, page],
  );
  return (
    <div class="marked-page" aria-busy={read.loading}>
      <Answer of={drawn}>{(picture) => <Drawn picture={picture} read={read.data} line={quote.line} />}</Answer>
      <p role="status" class="muted">
        {read.loading ? t("marked.looks") : read.error === undefined ? place(read.data, quote.line) : read.error.message}
      </p>
    </div>
  );
}

function place(read: OcrPage | undefined, line: string): string {
  return bestLine(read?.lines ?? [], line) === undefined ? t("marked.notFound") : "";
}

async function draw(document: ShownDocument, data: string, page: number, signal: AbortSignal): Promise<Blob> {
  if (document.kind !== "pdf") return new Blob([document.content], { type: document.mediaType });
  const input = { data, page };
  const { picture } = await call<{ picture: string }>("query:ai.render_page.v1", input, undefined, signal);
  return new Blob([bytesOf(picture)], { type: "image/png" });
}

interface DrawnProps {
  picture: Blob;
  read: OcrPage | undefined;
  line: string;
}

function Drawn({ picture, read, line }: DrawnProps) {
  const url = useMemo(() => URL.createObjectURL(picture), [picture]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  const [size, setSize] = useState<[width: number, height: number]>();
  const [mark, setMark] = useState<SVGRectElement | null>(null);
  useEffect(() => mark?.scrollIntoView({ block: "nearest" }), [mark]);
  const found = bestLine(read?.lines ?? [], line);
  return (
    <div class="drawn">
      <img
        src={url}
        alt={t("marked.page")}
        onLoad={({ currentTarget: it }) => setSize([it.naturalWidth, it.naturalHeight])}
      />
      {found === undefined || size === undefined ? null : (
        <svg viewBox={`0 0 ${size[0]} ${size[1]}`} role="img" aria-label={t("marked.line", { line: found.text })}>
          <rect ref={setMark} {...box(found.area)} />
        </svg>
      )}
    </div>
  );
}

function box([left, top, width, height]: Area) {
  const room = height * ROOM;
  return { x: left - room, y: top - room, width: width + 2 * room, height: height + 2 * room, rx: room };
}

/** Finds the line that is most like a quote; none where too little of it is alike. */
function bestLine(lines: Line[], quote: string): Line | undefined {
  const wanted = wordsOf(quote);
  let best: { line: Line; part: number } | undefined;
  for (const line of lines) {
    const words = wordsOf(line.text);
    const shared = wanted.filter((word) => words.includes(word)).length;
    // A row of a page may be one of several that the quote is made of, or hold more than it.
    const part = shared / Math.max(1, Math.min(wanted.length, words.length)) - 0.01 * Math.abs(words.length - wanted.length);
    if (shared > 0 && (best === undefined || part > best.part)) best = { line, part };
  }
  return best !== undefined && best.part >= 0.5 ? best.line : undefined;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
}
