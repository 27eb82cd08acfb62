/** The error that an operation answers. */
export class SpacedriveError extends Error {
  /**
   * @param code The stable code, such as `E_NOT_FOUND` (docs/errors.md).
   * @param body The whole error.
   */
  constructor(
    readonly code: string,
    message: string,
    readonly body: unknown,
  ) {
    super(message);
    this.name = "SpacedriveError";
  }

  /** Milliseconds after which another attempt may go well, where the daemon knows. */
  get retryAfterMs(): number | undefined {
    return (this.body as { retry_after_ms?: number } | null)?.retry_after_ms;
  }

  /** Makes the error of what a JSON-RPC answer has in `error`. */
  static ofRpc(error: { message: string; data?: unknown }): SpacedriveError {
    const body = error.data ?? error;
    return new SpacedriveError((body as { code?: string }).code ?? "E_INTERNAL", error.message, body);
  }

  /** Makes the error of an answer of HTTP that is no success. */
  static async ofResponse(response: Response): Promise<SpacedriveError> {
    const text = await response.text();
    let body: { code?: string; error?: string } = {};
    try {
      body = JSON.parse(text) as typeof body;
    } catch {
      // Something between here and the daemon answered.
    }
    const message = body.error ?? `the daemon answered ${response.status}`;
    return new SpacedriveError(body.code ?? `HTTP_${response.status}`, message, body);
  }
}

/** Tells whether the daemon may answer otherwise another time, though nothing is done about its error. */
export function mayPass({ code }: SpacedriveError): boolean {
  return ["E_BUSY", "E_STOPPED", "E_RATE"].includes(code) || /^HTTP_(5|408|429)/.test(code);
}

/** Waits, though no longer than the signal lets it. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve();
    }, ms);
    signal?.addEventListener("abort", end, { once: true });
  });
}

/** Returns the time before another attempt: longer each time, and not the same for all clients. */
export function backOff(attempt: number): number {
  const longest = Math.min(30_000, 200 * 2 ** attempt);
  return longest / 2 + (Math.random() * longest) / 2;
}
