// The documents of an entry: a file is one, an email has its text and its attachments.

import PostalMime, { type Attachment } from "postal-mime";
import { SpacedriveError, type Operations } from "../../../../sdk/typescript/src/index";
import { bytesOf, readContent } from "./files";
import { call } from "./rpc";
import type { Entry } from "./types";

export type DocumentKind = "pdf" | "image" | "text";

export interface ShownDocument {
  name: string;
  kind: DocumentKind;
  mediaType: string;
  content: Uint8Array<ArrayBuffer>;
}

/** Pictures that browsers show, and that have no scripts. */
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"];
/** Longest side, in pixels, of the copy of a picture that browsers do not show themselves. */
const COPY = 2048;
/** What the daemon says of a picture that it cannot show either. */
const UNREADABLE = ["E_NEEDS_PROVIDER", "E_DOC_MALFORMED", "E_DOC_LIMIT"];

export function kindOf(mediaType: string | null | undefined): DocumentKind | undefined {
  const plain = (mediaType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (plain === "application/pdf") return "pdf";
  if (PICTURES.includes(plain)) return "image";
  const isText = plain.startsWith("text/") || plain === "application/json" || plain === "application/xml";
  return isText ? "text" : undefined;
}

/** Reads what can be shown of an entry. */
export async function documentsOf(library: string, entry: Entry, signal: AbortSignal): Promise<ShownDocument[]> {
  if (entry.size == null) return [];
  if (needsCopy(entry)) return copyOf(library, entry, COPY, signal);
  const content = await readContent(library, entry.id, signal);
  const mediaType = entry.media_type ?? "";
  if (mediaType.startsWith("message/rfc822") || entry.name.endsWith(".eml")) return ofEmail(content);
  const kind = kindOf(mediaType);
  return kind === undefined ? [] : [{ name: entry.name, kind, mediaType, content }];
}

/** A picture, but none that browsers show: HEIC, TIFF and raw files. */
export function needsCopy({ media_type }: Entry): boolean {
  return (media_type ?? "").startsWith("image/") && media_type !== "image/svg+xml" && kindOf(media_type) === undefined;
}

/** Lets the daemon make a JPEG of a picture; nothing where it has no decoder for it. */
export async function copyOf(
  library: string,
  { id, name }: Entry,
  size: number,
  signal: AbortSignal,
): Promise<ShownDocument[]> {
  try {
    const input: Operations["query:media.thumbnail.v1"]["input"] = { entry_id: id, sizes: [size] };
    const { thumbnails } = await call("query:media.thumbnail.v1", input, library, signal);
    const mediaType = "image/jpeg";
    return thumbnails.map(({ data }) => ({ name: `${name}.jpg`, kind: "image", mediaType, content: bytesOf(data) }));
  } catch (error) {
    if (error instanceof SpacedriveError && UNREADABLE.includes(error.code)) return [];
    throw error;
  }
}

async function ofEmail(content: Uint8Array<ArrayBuffer>): Promise<ShownDocument[]> {
  const mail = await PostalMime.parse(content);
  const attached = mail.attachments.map(ofAttachment).filter((it) => it !== undefined);
  const from = [mail.from?.name, mail.from?.address].filter((it) => it).join(" · ");
  const head = [from, mail.subject, mail.date].filter((it) => it).join("\n");
  const body = mail.text ?? plain(mail.html ?? "");
  const text = new TextEncoder().encode(`${head}\n\n${body.trim()}\n`);
  const email: ShownDocument = { name: "", kind: "text", mediaType: "text/plain", content: text };
  return [...attached, email];
}

function ofAttachment({ filename, mimeType, content }: Attachment): ShownDocument | undefined {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
  const isPdf = String.fromCharCode(...bytes.slice(0, 5)) === "%PDF-";
  const mediaType = isPdf ? "application/pdf" : mimeType;
  const kind = kindOf(mediaType);
  if (kind === undefined) return undefined;
  return { name: filename ?? mimeType, kind, mediaType, content: bytes as Uint8Array<ArrayBuffer> };
}

/** Takes the text out of HTML; nothing of it is ever drawn. */
function plain(html: string): string {
  return html
    .replace(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, " ")
    .replace(/<(br|\/p|\/div|\/tr|\/h\d|\/li)\b[^>]*>/gi, "\n")
    .replace(/<\/t[dh]>/gi, "  ")
    .replace(/<[^>]*>/g, "")
    .replace(/&nbsp;/gi, " ")
    .replace(/&lt;/gi, "<")
    .replace(/&gt;/gi, ">")
    .replace(/&quot;/gi, '"')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Math.min(Number(code), 0x10ffff)))
    .replace(/&amp;/gi, "&")
    .replace(/[ \t]+\n/g, "\n")
    .replace(/\n\s*\n\s*\n/g, "\n\n");
}
