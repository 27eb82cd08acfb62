// A small picture of an entry, loaded when it comes into view.

import { useEffect, useRef, useState } from "preact/hooks";
import { kindOf } from "../../document";
import { readContent } from "../../files";
import { useLibrary } from "../../library";
import type { Entry } from "../../types";
import { Icon } from "../../ui/icons";

/** Largest picture that is loaded for a small one, in bytes. */
const MAX_BYTES = 4 << 20;

export function Thumbnail({ entry }: { entry: Entry }) {
  const library = useLibrary();
  const place = useRef<HTMLSpanElement>(null);
  const [url, setUrl] = useState<string>();
  const isPicture = kindOf(entry.media_type) === "image" && (entry.size ?? Infinity) <= MAX_BYTES;
  useEffect(() => {
    if (!isPicture || place.current === null) return undefined;
    const stop = new AbortController();
    let made: string | undefined;
    const load = async () => {
      const content = await readContent(library.id, entry.id, stop.signal);
      made = URL.createObjectURL(new Blob([content], { type: entry.media_type ?? "" }));
      setUrl(made);
    };
    const observer = new IntersectionObserver((seen) => {
      if (!seen.some((it) => it.isIntersecting)) return;
      observer.disconnect();
      load().catch(() => undefined);
    });
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      stop.abort();
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [entry.id, isPicture]);
  return (
    <span class="thumbnail" ref={place}>
      {url === undefined ? <Icon name={entry.entry_type === "receipt" ? "receipts" : "file"} /> : <img src={url} alt="" />}
    </span>
  );
}
