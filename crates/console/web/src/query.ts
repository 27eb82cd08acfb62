// What components ask of the daemon.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { SpacedriveError } from "../../../../sdk/typescript/src/index";
import { ApiError, call, request } from "./rpc";

export interface Query<T> {
  data: T | undefined;
  error: ApiError | undefined;
  loading: boolean;
  reload(): void;
}

/** Asks when the component is first drawn, and again when a key changes; the old answer stays so long. */
export function useAsked<T>(ask: (signal: AbortSignal) => Promise<T>, keys: unknown[]): Query<T> {
  const [state, setState] = useState<Omit<Query<T>, "reload">>({
    data: undefined,
    error: undefined,
    loading: true,
  });
  const [again, setAgain] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;
  const key = JSON.stringify(keys);
  useEffect(() => {
    const stop = new AbortController();
    setState((state) => ({ ...state, loading: true }));
    latest.current(stop.signal).then(
      (data) => setState({ data, error: undefined, loading: false }),
      (error: unknown) => {
        if (stop.signal.aborted) return;
        setState((state) => ({ ...state, error: toApiError(error), loading: false }));
      },
    );
    return () => stop.abort();
  }, [key, again]);
  const reload = useCallback(() => setAgain((count) => count + 1), []);
  return { ...state, reload };
}

/** Calls an operation; `keys` are what the answer depends on besides its input. */
export function useCall<T>(
  method: string,
  input: unknown,
  library?: string,
  keys: unknown[] = [],
): Query<T> {
  const ask = (signal: AbortSignal) => call<T>(method, input, library, signal);
  return useAsked(ask, [method, input, library, keys]);
}

/** Calls a method of the daemon itself. */
export function useRequest<T>(method: string, keys: unknown[] = []): Query<T> {
  return useAsked((signal) => request<T>(method, undefined, signal), [method, keys]);
}

export function toApiError(error: unknown): ApiError {
  if (error instanceof SpacedriveError) return error;
  return new ApiError("E_CONSOLE", error instanceof Error ? error.message : String(error));
}
