// A picture beside an entry, loaded when it comes into view.

import { readSidecarBytes } from "../../files";
import { useLibrary } from "../../library";
import { Icon } from "../../ui/icons";
import { useSeenPicture } from "../../ui/seen_picture";
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
  const load = async (stop: AbortSignal) => {
    const content = await readSidecarBytes(library.id, of.entry_id, of.sidecar, stop);
    const type = kindOf(content);
    if (type === undefined || content.length > MAX_BYTES) return undefined;
    return new Blob([content], { type });
  };
  const [place, url] = useSeenPicture(load, [library.id, of.entry_id, of.sidecar]);
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
