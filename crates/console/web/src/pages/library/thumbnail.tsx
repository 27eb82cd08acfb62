// A small picture of an entry, loaded when it comes into view.

import { copyOf, kindOf, needsCopy } from "../../document";
import { readContent } from "../../files";
import { useLibrary } from "../../library";
import type { Entry } from "../../types";
import { Icon } from "../../ui/icons";
import { useSeenPicture } from "../../ui/seen_picture";

/** Largest picture that is loaded for a small one, in bytes: of others the daemon makes a copy. */
const MAX_BYTES = 1 << 20;
/** Longest side of such a copy, in pixels. */
const SIDE = 480;

export function Thumbnail({ entry }: { entry: Entry }) {
  const library = useLibrary();
  const isPicture = kindOf(entry.media_type) === "image" || needsCopy(entry);
  const load = async (stop: AbortSignal) => {
    if (needsCopy(entry) || (entry.size ?? Infinity) > MAX_BYTES) {
      const [copy] = await copyOf(library.id, entry, SIDE, stop);
      return copy === undefined ? undefined : new Blob([copy.content], { type: copy.mediaType });
    }
    const content = await readContent(library.id, entry.id, stop);
    return new Blob([content], { type: entry.media_type ?? "" });
  };
  const [place, url] = useSeenPicture(isPicture ? load : undefined, [entry.id, isPicture]);
  return (
    <span class="thumbnail" ref={place}>
      {url === undefined ? <Icon name={entry.entry_type === "receipt" ? "receipts" : "file"} /> : <img src={url} alt="" />}
    </span>
  );
}
