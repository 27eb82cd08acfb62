// The shapes of what the daemon answers: those of operations are generated, the others stand here as far
// as the console reads them.

export type {
  Entry,
  EntryDetails,
  ExtensionInfo,
  Job,
  JobState,
  LibraryInfo as Library,
  ProviderInfo as Provider,
  ListLibrariesOutput as Libraries,
  Schedule,
  SearchHit,
  SearchInput,
  SearchOutput as SearchAnswer,
  SidecarInfo as Sidecar,
  SignInOutput as SignInBegun,
  SignInStateOutput as SignInState,
} from "../../../../sdk/typescript/src/index";

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
  schedules: unknown[];
  attention: string[];
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

/** What was spent in one currency. */
export interface Total {
  currency: string | null;
  amount: number;
  receipts: number;
}

export interface MonthTotal extends Total {
  month: string;
}

export interface CategoryTotal extends Total {
  category: string | null;
}

export interface BookingPage {
  rows: Booking[];
  total: number;
  to_review: number;
  totals: Total[];
  /** These two are not there when Finance is of an older version. */
  per_month?: MonthTotal[];
  per_category?: CategoryTotal[];
  categories: string[];
  currencies: string[];
  /** Documents that are indexed so far: the page is of these only. */
  indexing?: number;
}

/** A field of a booking, as Finance shows it. */
export interface ShownField {
  field: string;
  value: string | number | null;
  currency?: string;
  confidence: number | null;
  read?: string | number | null;
  /** It is as a person corrected it in another booking. */
  taught?: boolean;
  quote?: string;
  alternatives?: (string | number)[];
}
