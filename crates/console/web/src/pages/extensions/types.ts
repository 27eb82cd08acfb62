// What the operations on extensions and permissions answer, as far as these pages read it.

import type { ExtensionInfo } from "../../types";

export interface Health {
  quarantine?: string;
  last_fault?: { code: string; message: string; backtrace?: string[]; at: number };
  starts: number;
  faults: number;
  calls: number;
  busy_ms: number;
  memory_bytes: number;
}

export interface Details {
  info: ExtensionInfo;
  isolation: string;
  state: "ready" | "quarantined" | "changed";
  changed?: string;
  health: Health;
  asks: string[];
  risks: string[];
}

export interface Candidate {
  info: ExtensionInfo;
  digest: string;
  installed?: string;
  is_older: boolean;
  asks: string[];
  risks: string[];
  domains: string[];
  requests_per_minute: number;
  memory_bytes: number;
  advice: string[];
}

export interface Grant {
  id: number;
  given: string;
  rule: { effect?: string };
  text: string;
}

export interface Explained {
  allowed: boolean;
  undecided: boolean;
  allowed_by: Decided[];
  denied_by: Decided[];
}

export interface Decided {
  backend: string;
  rule?: string;
  line?: string;
  message?: string;
  would_allow?: string;
}

export interface Setting {
  name: string;
  title?: string;
  description?: string;
  schema?: { type?: string; enum?: unknown[]; minimum?: number; maximum?: number };
  secret: boolean;
  value?: unknown;
  source: "library" | "all" | "default" | "unset";
  problem?: string;
}
