// A picture beside an entry, loaded when it comes into view.

import { useEffect, useRef, useState } from "preact/hooks";
import { readSidecarBytes } from "../../files";
import { useLibrary } from "../../library";
import { Icon } from "../../ui/icons";
import type { Picture } from "./types";

/** The first bytes of the kinds that are shown: what runs scripts, as SVG does, is none of them. */
const KINDS: [type: string, start: number[]][] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/webp", [0x52, 0x49, 0x46, 0x46]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
];
/** Largest picture that is shown, in bytes. */
const MAX_BYTES = 4 << 20;

export function SidecarPicture({ of }: { of: Picture }) {
  const library = useLibrary();
  const place = useRef<HTMLSpanElement>(null);
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (place.current === null) return undefined;
    const stop = new AbortController();
    let made: string | undefined;
    const load = async () => {
      const content = await readSidecarBytes(library.id, of.entry_id, of.sidecar, stop.signal);
      const type = kindOf(content);
      if (type === undefined || content.length > MAX_BYTES) return;
      made = URL.createObjectURL(new Blob([content], { type }));
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
  }, [library.id, of.entry_id, of.sidecar]);
  return (
    <span class="thumbnail" ref={place}>
      {url === undefined ? <Icon name="file" /> : <img src={url} alt={of.alt} />}
    </span>
  );
}

function kindOf(content: Uint8Array): string | undefined {
  const found = KINDS.find(([, start]) => start.every((byte, at) => content[at] === byte));
  return found?.[0];
}
