// The address of a picture that is loaded when its place comes into view, and let go with it.

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Loads a picture; `undefined` where it turns out to be none that is shown. */
type Load = (stop: AbortSignal) => Promise<Blob | undefined>;

export function useSeenPicture(load: Load | undefined, keys: unknown[]): [RefObject<HTMLSpanElement | null>, string | undefined] {
  const place = useRef<HTMLSpanElement>(null);
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (load === undefined || place.current === null) return undefined;
    const stop = new AbortController();
    let made: string | undefined;
    const show = async () => {
      const picture = await load(stop.signal);
      if (picture === undefined) return;
      made = URL.createObjectURL(picture);
      setUrl(made);
    };
    const observer = new IntersectionObserver((seen) => {
      if (!seen.some((it) => it.isIntersecting)) return;
      observer.disconnect();
      show().catch(() => undefined);
    });
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      stop.abort();
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, keys);
  return [place, url];
}
