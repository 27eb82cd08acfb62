// The shapes of what the daemon answers, as far as the console reads them (docs/operations.md).

export interface Library {
  id: string;
  name: string;
  path: string;
  read_only?: boolean;
}

export interface Libraries {
  libraries: Library[];
  unreadable?: { id: string; error: string }[];
}

export interface Entry {
  id: string;
  name: string;
  path: string;
  entry_type: string;
  media_type?: string;
  size?: number;
  content_hash?: string;
  created_by?: string;
  metadata: Record<string, unknown>;
  created_at: string;
  updated_at: string;
}

export interface Sidecar {
  name: string;
  size: number;
  written_by?: string;
  updated_at: string;
}

export interface EntryDetails {
  entry: Entry;
  sidecars: Sidecar[];
}

export interface TextRange {
  start: number;
  end: number;
}

export interface SearchHit {
  entry: Entry;
  snippet: string;
  highlights?: TextRange[];
  score: number;
}

export interface SearchAnswer {
  hits: SearchHit[];
  words_only?: string;
  pending?: number;
  unread?: number;
}

export interface Job {
  id: string;
  extension: string;
  method: string;
  state: JobState;
  progress?: { done: number; total?: number; message?: string };
  attempts: number;
  error?: { code: string; error: string };
  run_at: string;
  created_at: string;
  updated_at: string;
}

export type JobState = "waiting" | "running" | "parked" | "done" | "failed" | "cancelled";

export interface FollowedFolder {
  id: string;
  library_id: string;
  folder: string;
  into?: string;
  paused: boolean;
  added_at: string;
  /** In a daemon: why it cannot be followed. */
  failure?: string | null;
}

export interface Schedule {
  id: string;
  method: string;
  library_id?: string;
  every_s: number;
  next_at: string;
  last_at?: string;
  last_error?: string;
}

export interface ExtensionInfo {
  id: string;
  name: string;
  version: string;
  description: string;
  methods: string[];
  events: string[];
  operations: string[];
}

export interface Status {
  daemon: { version: string; pid: number; since: string; data_folder: string } | null;
  libraries: {
    id: string;
    name: string;
    error?: string;
    waiting_events: number;
    dead_letters: number;
    open_jobs: number;
    parked_jobs: number;
  }[];
  extensions: {
    id: string;
    version: string;
    quarantine?: string;
    last_fault?: string;
    calls: number;
  }[];
  locations: FollowedFolder[];
  schedules: Schedule[];
  attention: string[];
}

export interface Credential {
  name: string;
  kind: string;
  hosts: string[];
  version: number;
  expires_at?: number;
  needs_login: boolean;
}

/** A booking, as Finance lists it. */
export interface Booking {
  source: string;
  entry_id: string;
  vendor: string | null;
  date: string | null;
  amount: number | null;
  currency: string | null;
  tax: number | null;
  category: string | null;
  items: { name: string; price: number | null }[];
  payment_method: string | null;
  confidence: number;
  sure: boolean;
  kind: string | null;
  doubtful: string[];
  corrected: string[];
  documents: DocumentRef[];
  look_alikes: string[];
  reasons?: string[];
}

export interface DocumentRef {
  date: string | null;
  source: string;
  document: string | null;
  kind: string | null;
  entry_id: string | null;
  receipt_id: string;
}

export interface Sum {
  month: string | null;
  category: string | null;
  currency: string | null;
  amount: number;
  receipts: number;
}

export interface BookingPage {
  rows: Booking[];
  total: number;
  to_review: number;
  totals: { currency: string | null; amount: number; receipts: number }[];
  sums: Sum[];
  categories: string[];
  currencies: string[];
}

/** A field of a booking, as Finance shows it. */
export interface ShownField {
  field: string;
  value: string | number | null;
  currency?: string;
  confidence: number | null;
  read?: string | number | null;
  quote?: string;
  alternatives?: (string | number)[];
}
