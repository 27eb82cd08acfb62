// The session of this browser: a cookie that no script reads, and a token that only pages of this port
// read. Both are needed for each call.

import { signal } from "./store";

const KEY = "spacedrive.session";

export type SessionState = "opening" | "open" | "closed";

export const session = signal<SessionState>("opening");

export function token(): string {
  return localStorage.getItem(KEY) ?? "";
}

/** Opens a session with the code in the address, which is taken out of the address and the history. */
export async function begin(): Promise<void> {
  const code = /^#code=([\w-]+)$/.exec(location.hash)?.[1];
  if (code !== undefined) {
    location.replace("#/");
    await exchange(code);
  }
  session.set(token() === "" ? "closed" : "open");
}

async function exchange(code: string): Promise<void> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ code });
  try {
    const answer = await fetch("/console/session", { method: "POST", headers, body });
    if (answer.ok) localStorage.setItem(KEY, ((await answer.json()) as { token: string }).token);
  } catch {
    // The daemon is gone: the first call says so.
  }
}

/** Ends the session, here and in the daemon. */
export async function signOut(): Promise<void> {
  const headers = { "x-session": token() };
  forget();
  await fetch("/console/session", { method: "DELETE", headers }).catch(() => undefined);
}

/** Takes note that the daemon does not know the session any more. */
export function forget(): void {
  localStorage.removeItem(KEY);
  session.set("closed");
}

// An address with a code was opened in a tab that shows the console already.
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#code=")) void begin();
});

// Another tab signed in or out.
addEventListener("storage", (event) => {
  if (event.key === KEY) session.set(token() === "" ? "closed" : "open");
});
