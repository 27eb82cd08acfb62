// What grants and denials say about a pattern of methods of a manifest, such as `query:vdfs.*`.

import type { Grant } from "./types";

/** A rule, as far as it is read here; what it has besides limits it to some calls. */
interface Rule {
  effect?: string;
  methods?: string[];
  events?: unknown;
  domains?: unknown;
}

/** What is in force for a pattern of methods. */
export interface Standing {
  /** Some calls are allowed by a grant. */
  granted: boolean;
  /** The denial of just this pattern, as a switch makes it. */
  own: Grant | undefined;
  /** Other denials of all of it. */
  whole: Grant[];
  /** Denials of a part of it: some methods, entries, libraries or servers, or for some time. */
  part: Grant[];
}

export function standingOf(method: string, grants: Grant[]): Standing {
  const standing: Standing = { granted: false, own: undefined, whole: [], part: [] };
  for (const grant of grants) {
    const { effect, methods, ...limits } = grant.rule as Rule;
    if (!concerns(grant.rule as Rule, method)) continue;
    const isLimited = Object.keys(limits).length > 0;
    if (effect !== "deny") standing.granted = true;
    else if (isLimited || !(methods ?? [method]).some((one) => covers(one, method))) standing.part.push(grant);
    else if (methods?.length === 1 && methods[0] === method) standing.own ??= grant;
    else standing.whole.push(grant);
  }
  return standing;
}

/** Methods that reach servers. */
const SERVERS = ["http.*", "mail.*"];

function concerns({ methods, events, domains }: Rule, method: string): boolean {
  if (methods !== undefined) return methods.some((one) => overlap(one, method));
  // Without methods, events are about what is received, and servers about what reaches some.
  return domains === undefined ? events === undefined : SERVERS.some((one) => overlap(one, method));
}

interface Pattern {
  kind: string | undefined;
  /** A name, or the beginning of names, which ends in a dot. */
  name: string;
  version: string | undefined;
}

const PATTERN = /^(?:(query|action):)?(.+?)(?:(?:\.input)?\.v(\d+))?$/;

function read(text: string): Pattern {
  const [, kind, name = text, version] = PATTERN.exec(text) ?? [];
  return { kind, name: name.endsWith(".*") ? name.slice(0, -1) : name, version };
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [read(one), read(other)];
  if (a.kind !== undefined && b.kind !== undefined && a.kind !== b.kind) return false;
  return includes(a, b) || includes(b, a);
}

/** Returns whether every method of the other pattern is one of this. */
function covers(one: string, other: string): boolean {
  const [a, b] = [read(one), read(other)];
  return (a.kind === undefined || a.kind === b.kind) && includes(a, b);
}

function includes(a: Pattern, b: Pattern): boolean {
  if (a.name.endsWith(".")) return b.name.startsWith(a.name);
  return a.name === b.name && (a.version === undefined || a.version === b.version);
}
