// Made by `cargo xtask bindgen` of what `rpc.discover` answers. Do not edit.

/** Bytes in base64. Contents and sidecars have a way without it: `Client.content`. */
export type Base64 = string;

/** Input of [`Add`]. */
export interface AddLocationInput {
  /** The library. */
  library_id: string;
  /** The folder: an absolute path on this machine. */
  folder: string;
  /** The place of its entries in the library [default: as an import chooses it]. */
  into?: string | null;
  /**
   * Files and folders that are left out, as patterns of a `.gitignore`; at most 100 of 1,024
   * bytes.
   */
  ignore?: Array<string>;
  /** True to let entries stay whose files are deleted. */
  keep_deleted?: boolean;
}

/** Input of [`Add`]. */
export interface AddScheduleInput {
  /** The method. */
  method: string;
  /** The library, for a method that needs one. */
  library_id?: string | null;
  /** The input of each call. It is kept in the data folder as it is, so no secret belongs here. */
  input?: unknown;
  /** Seconds between two calls, 60 to 31622400. */
  every_s?: number | null;
  /** A pattern of cron with five parts: minute, hour, day, month, day of the week (`0 7 * * 1-5`). */
  cron?: string | null;
  /** The time zone of the pattern, such as `Europe/Berlin` [default: that of the host]. */
  time_zone?: string | null;
}

/** Input of [`AuditTail`]. */
export interface AuditTailInput {
  /** Most records, up to [`MAX_AUDIT_RECORDS`] [default: 100]. */
  limit?: number | null;
  /** Only records about this extension. */
  extension?: string | null;
}

/** Output of [`AuditTail`]. */
export interface AuditTailOutput {
  /** The records, oldest first: objects with `seq`, `at`, `event` and what the event is about. */
  records: Array<unknown>;
}

/** Output of [`AuditVerify`]. */
export interface AuditVerifyOutput {
  /** Whole records, each linked to the one before it. */
  records: number;
  /** Number of the first record that is kept. */
  first: number;
  /** True when a line is torn, as a crash can leave it. */
  torn: boolean;
  /** The first record that is not linked to the one before it, and the reason. */
  broken?: string | null;
  /** Records behind which an older program began the chain anew. */
  restarts?: Array<number>;
}

/** Input of [`BackUp`]. */
export interface BackUpInput {
  /**
   * The folder, which is not there yet: an absolute path, or a `file:` URL for one that is not
   * UTF-8.
   */
  to: string;
  /**
   * Backups of the library to keep, 1 to 1000. With it, the folder may be there: each backup
   * gets a folder of its own in it, named after its time, and after one without damage the
   * oldest are removed. Others than those made with it are left alone.
   */
  keep?: number | null;
}

/** Output of [`BackUp`]. */
export interface BackupReport {
  /** Its folder. */
  folder: string;
  /** Older backups that were removed. */
  removed: number;
  /** The form of the folder: 1. */
  format: number;
  /** Id of the library. */
  library_id: string;
  /** Its name. */
  name: string;
  /** The time of the backup, RFC 3339, UTC. */
  made_at: string;
  /** BLAKE3 of the database, in hex. */
  database_hash: string;
  /** Files that were copied. */
  files: number;
  /** Hashes of files that are missing in the library. */
  missing: Array<string>;
  /** Hashes of files that are not what was written, and so not in the backup. */
  damaged?: Array<string>;
  /** The files of both lists, with what they belong to. */
  lost?: Array<DamagedFile>;
}

/** An entry that the user deleted. */
export interface BinnedEntry {
  /** The entry, as it was. */
  entry: Entry;
  /** When it was deleted, RFC 3339, UTC. */
  binned_at: string;
}

/** Part of a budget that an extension has left. */
export interface BudgetQuota {
  /**
   * Name of the budget: `"http_bytes"`, `"ocr_pages"`, `"embedding_tokens"`,
   * `"model_tokens"`.
   */
  name: string;
  /** Amount of a day. */
  limit: number;
  /** Amount that is left today. */
  left: number;
}

/** Output of [`Cancel`]. */
export interface CancelOutput {
  /** False when it was over already. */
  cancelled: boolean;
}

/** Output of [`CancelSignIn`]. */
export interface CancelSignInOutput {
  /** False when it had ended already. */
  cancelled: boolean;
}

/** A library that was deleted, brought back or removed. */
export interface ChangedLibrary {
  /** Its id. */
  library_id: string;
}

/** Input of [`CheckContents`]. */
export interface CheckContentsInput {
  /** Only entries whose path starts with these segments. */
  path_prefix?: string | null;
}

/** Output of [`CheckContents`]. */
export interface CheckContentsOutput {
  /** Contents that are as they were. */
  sound: number;
  /** Contents that are missing, changed or unreadable. */
  damaged: number;
  /** The entries of the first 1,000 of them. */
  entries: Array<string>;
}

/** Input of [`CheckLibrary`]. */
export interface CheckLibraryInput {
  /** True to look only whether the files are there, and to read none. */
  names_only?: boolean;
}

/** Output of [`Check`]. */
export interface CheckLibraryOutput {
  /** Hashes of contents and sidecars that the library names and that are missing. */
  missing: Array<string>;
  /** Number of files that belonged to nothing and lie in `quarantine` now. */
  quarantined: number;
}

/** Input of [`Checkpoint`]. */
export interface CheckpointInput {
  /** The job, which must run now. */
  job_id: string;
  /**
   * Checkpoint that the job gets back when it is started again, at most 256 KiB of JSON;
   * left out: as it was.
   */
  checkpoint?: unknown;
  /** ProgressReport of the job; left out: as it was. */
  progress?: ProgressReport | null;
}

/** Output of [`Checkpoint`]. */
export interface CheckpointOutput {
  /** True when the job was cancelled: it should return soon. */
  cancelled: boolean;
}

/** Input of [`ClassifyText`]. */
export interface ClassifyTextInput {
  /** The text, at most 512 KiB; rows and cells as in that of `ai.ocr`. */
  text: string;
  /** The question, in words. */
  prompt: string;
  /**
   * JSON Schema of the answer, an object schema of at most 64 KiB; the answer validates
   * against it.
   */
  schema?: Record<string, unknown> | null;
}

/** Output of [`ClassifyText`]. */
export interface ClassifyTextOutput {
  /** The answer; a property that the text does not answer is `null`. */
  answer: unknown;
  /** Evidence per top-level property of the answer. */
  evidence: Record<string, Evidence>;
  /** The engine that answered. */
  engine: string;
}

/** Input of [`Codes`]. */
export interface CodesInput {
  /** The entry of the picture or PDF. */
  entry_id?: string | null;
  /** The picture or PDF itself. */
  data?: Base64 | null;
  /**
   * Pages of a PDF, from 1, up to 10; left out: the first 10. Those behind the last page are passed
   * over.
   */
  pages?: Array<number> | null;
  /**
   * Name of a setting of the calling extension that is a secret, a text or a list of texts: passwords
   * that are tried on an encrypted PDF.
   */
  passwords?: string | null;
}

/** Output of [`Codes`]. */
export interface CodesOutput {
  /** The codes, page by page. */
  codes: Array<FoundCode>;
}

/** Relation of a value to the one of a [`Filter`]. */
export type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">=" | ":";

/** Time from which a change counts. */
export type ConfigApplies = "at_once" | "after_restart";

/** Kind of the values of a setting. */
export type ConfigKind = "number" | "choice";

/** Output of [`Get`] and [`Set`]. */
export interface ConfigOutput {
  /** The file. */
  path: string;
  /** BLAKE3 of the file, in hex; of nothing where there is none. */
  version: string;
  /** The problem of a file that is not valid, with its line. */
  problem?: string | null;
  /** The settings. */
  settings: Array<ConfigSetting>;
}

/** A setting. */
export interface ConfigSetting {
  /** Its name: `storage.keep_days`. */
  name: string;
  /** Its meaning, in one line, where it can be changed here. */
  about?: string | null;
  /** Its value in the file; left out where the default counts, and for a secret. */
  value?: unknown;
  /** The value without the file. */
  default?: unknown;
  /** Kind of its values, where it can be changed here. */
  kind?: ConfigKind | null;
  /** Smallest number. */
  min?: number | null;
  /** Largest number. */
  max?: number | null;
  /** Values that it can have. */
  choices?: Array<string>;
  /** True for a secret, whose value is never shown. */
  secret?: boolean;
  /** Reason for which it is not changed here; left out where it can be. */
  fixed?: FixedReason | null;
  /** Time from which a change counts. */
  applies: ConfigApplies;
}

/** A content that was copied from the file that it came from. */
export interface CopiedContent {
  /** Path of the entry. */
  path: string;
  /** The file. */
  from: string;
}

/** Output of [`CountWaiting`]. */
export interface CountWaitingOutput {
  /** Events that wait. */
  events: number;
}

/** Output of [`CreateEntry`]. */
export interface CreateEntryOutput {
  /** The entry, new or as it was. */
  entry: Entry;
  /** False when it was there already. */
  created: boolean;
}

/** Input of [`Create`]. */
export interface CreateLibraryInput {
  /** Its name; 1 to 100 characters. */
  name: string;
}

/** A credential without its secret. */
export interface CredentialInfo {
  /** Its name. */
  name: string;
  /** Its kind: `api_key`, `basic`, `oauth2`, `custom`. */
  kind: string;
  /** The only origins that it is sent to. */
  hosts: Array<string>;
  /** Version, which counts up with each change. */
  version: number;
  /** When the access token expires, in seconds since 1970. */
  expires_at?: number | null;
  /** True when the user has to log in again before it can be used. */
  needs_login: boolean;
}

/** Reference to a credential of the caller. */
export interface CredentialRef {
  /** Its name. */
  name: string;
}

/** A file of a library that is damaged. */
export interface DamagedFile {
  /** Hash that it should have, which is its name. */
  hash: string;
  /** The damage: `missing`, `changed` or `unreadable`. */
  damage: string;
  /**
   * Paths of the entries that it belongs to, with the version or sidecar that it is; at most
   * [`LibraryCheck::MAX_USERS`], of a job [`LibraryCheck::MAX_USERS_OF_JOB`].
   */
  used_by: Array<string>;
  /** Entries that it belongs to beside those. */
  used_by_more?: number;
}

/** The decision of one backend. */
export interface DecidedRule {
  /** Name of the backend. */
  backend: string;
  /** Name of the reason, of a denial. */
  rule?: string | null;
  /** Place and text of the rule that decided. */
  line?: string | null;
  /** The text for people, of a denial. */
  message?: string | null;
  /** The JSON that would allow the call in the manifest. */
  would_allow?: string | null;
}

/** Input of [`Defer`]. */
export interface DeferInput {
  /** The folder, or the package, as of [`InspectInput`]. */
  path: string;
  /** `digest` of [`ExtensionCandidate`]. */
  digest: string;
  /** True to accept another publisher than that of the installed version, or none. */
  accept_publisher?: boolean;
}

/** Output of [`Defer`]. */
export interface DeferOutput {
  /** The extension that has the pending update. */
  deferred: string;
}

/** Output of [`Delete`]. */
export interface DeleteCredentialOutput {
  /** False when there was nothing to remove. */
  deleted: boolean;
}

/** Output of the operations that remove something. */
export interface DeleteOutput {
  /** False when there was nothing to remove. */
  deleted: boolean;
}

/** Output of [`Delete`]. */
export interface DeleteSecretOutput {
  /** False when there was nothing to remove. */
  deleted: boolean;
  /** As in [`PutSecretOutput`]. */
  accepted?: number | null;
}

/** Input of [`DeliverAgain`]. */
export interface DeliverAgainInput {
  /** The extension. */
  extension: string;
  /** Only entries at this path, or below it. */
  under?: string | null;
}

/** Output of [`DeliverAgain`]. */
export interface DeliverAgainOutput {
  /** Events that were put back. */
  events: number;
}

/** Input of [`Dispatch`]. */
export interface DispatchInput {
  /**
   * The operation: one of the extension's own, as its manifest declares it, or one of the core
   * that may be dispatched, as its documentation says.
   */
  method: string;
  /** Its input, at most 256 KiB of JSON. */
  input?: unknown;
  /**
   * Key for idempotent dispatch, 1 to 256 bytes: while a job with this key is not over, no
   * second one is made.
   */
  key?: string | null;
  /** Delay before it runs, in milliseconds, up to 31 days. */
  delay_ms?: number;
  /** Priority among the jobs that wait. */
  priority?: JobPriority;
}

/** Output of [`Dispatch`]. */
export interface DispatchOutput {
  /** The job. */
  job_id: string;
  /** False when there was one with this key already. */
  created: boolean;
}

/** Input of [`Embed`]. */
export interface EmbedInput {
  /**
   * 1 to 64 texts, none empty, each at most 64 KiB. The model
   * reads the beginning of a long one, about 200 words.
   */
  texts: Array<string>;
}

/** Output of [`Embed`]. */
export interface EmbedOutput {
  /** One vector for each text, in order, each of length 1: a scalar product is a cosine. */
  vectors: Array<Array<number>>;
  /** Numbers in a vector. */
  dimension: number;
  /** The model; vectors of different models cannot be compared. */
  engine: string;
}

/** A file inside a document. */
export interface EmbeddedFile {
  /** Its name there; never a path to open. */
  name: string;
  /** Its bytes. */
  data: Base64;
}

/** Input of [`EmptyBin`](super::EmptyBin). */
export interface EmptyBinInput {
  /** The entries; left out: all that are in the bin. */
  entry_ids?: Array<string> | null;
}

/** Output of [`EmptyBin`](super::EmptyBin). */
export interface EmptyBinOutput {
  /** Number of the entries that are gone. */
  removed: number;
}

/** An entry of a library: a file, or something that an extension made. */
export interface Entry {
  /** Its id. */
  id: string;
  /** Its name; for an imported file its file name. */
  name: string;
  /** Its path in the library: segments joined by `/`, unique. */
  path: string;
  /** Its type: `file` for an imported file, else the type that its maker gave it. */
  entry_type: string;
  /** Media type of the content, where known: `message/rfc822`. */
  media_type?: string | null;
  /** Bytes of content; left out for an entry without content. */
  size?: number | null;
  /** BLAKE3 of the content, in hex. */
  content_hash?: string | null;
  /** Id of the extension that made it; left out when the user did. */
  created_by?: string | null;
  /** Metadata, free in form. */
  metadata: Record<string, unknown>;
  /** When it was made, RFC 3339, UTC. */
  created_at: string;
  /** When it was last changed, RFC 3339, UTC. */
  updated_at: string;
}

/** Output of [`GetEntry`]. */
export interface EntryDetails {
  /** The entry. */
  entry: Entry;
  /** Its sidecars by name, up to 200. */
  sidecars: Array<SidecarInfo>;
  /**
   * Cursor of the sidecars that are left, to pass as `after` to
   * `query:vdfs.list_sidecars.v1`; left out when these are all.
   */
  next_sidecar?: string | null;
}

/** Reference to an entry. */
export interface EntryRef {
  /** The entry. */
  entry_id: string;
}

/** A content that an entry had before. */
export interface EntryVersion {
  /** Its number, which rises with each version of the entry. */
  version: number;
  /** Its size in bytes. */
  size: number;
  /** Its BLAKE3 hash, in lower-case hex. */
  content_hash: string;
  /** Its media type, where known. */
  media_type?: string | null;
  /** When another content took its place, RFC 3339, UTC. */
  replaced_at: string;
}

/** Source of a value in the text. */
export interface Evidence {
  /** Confidence of the engine, 0 to 1. */
  confidence: number;
  /** Line of the text, from 1. */
  line?: number | null;
  /** That line. */
  quote: string;
  /**
   * Other values that the text may mean just as well, such as a thousand for `1.234`: the
   * answer is the likeliest, and a person should look at it.
   */
  alternatives?: Array<unknown>;
}

/** Input of [`Explain`]. */
export interface ExplainInput {
  /** The extension. */
  extension: string;
  /** The method. */
  method: string;
  /** The library. */
  library_id?: string | null;
  /** Path of the entry that it would touch. */
  entry?: string | null;
  /** Name of the sidecar of that entry. */
  sidecar?: string | null;
}

/** Output of [`Explain`]. */
export interface ExplainOutput {
  /** True for a call that would run. */
  allowed: boolean;
  /** True when no decision is possible now: a backend fails, and none denies the call. */
  undecided: boolean;
  /** The rules that allow it, one for each backend. */
  allowed_by: Array<DecidedRule>;
  /** The reasons of a denial. */
  denied_by: Array<DecidedRule>;
}

/** Input of [`Export`]. */
export interface ExportInput {
  /** The folder, which is empty or not there yet, as in [`BackUpInput`]. */
  to: string;
  /** Only entries whose path starts with these segments. */
  under?: string | null;
}

/** Output of [`Export`]. */
export interface ExportReport {
  /** The folder. */
  folder: string;
  /** Entries that were written. */
  entries: number;
  /** Contents that were written. */
  files: number;
  /** Sidecars that were written. */
  sidecars: number;
  /** Contents that are damaged in the library, and were copied from the files they came from. */
  copied?: Array<CopiedContent>;
  /** Contents and sidecars that could not be read. */
  failures?: Array<NotExported>;
}

/** Input of [`Export`]: a passphrase, or at least one recipient. */
export interface ExportSecretsInput {
  /** The passphrase. */
  passphrase?: SecretText | null;
  /** Public keys of age, `age1…`. */
  recipients?: Array<string>;
  /** True for a file of plain text. */
  armor?: boolean;
}

/** Output of [`Export`]. */
export interface ExportSecretsOutput {
  /** The file. */
  file: Base64;
  /** Number of secrets in it. */
  secrets: number;
}

/** An extension that may be installed. */
export interface ExtensionCandidate {
  /** The description of the version. */
  info: ExtensionInfo;
  /** BLAKE3 of its files, for [`InstallInput`]. */
  digest: string;
  /** The version that is installed. */
  installed?: string | null;
  /** True when it is older than that. */
  is_older: boolean;
  /** The key of the publisher who signed it. */
  publisher?: string | null;
  /** Its manifest, as it is. */
  manifest: unknown;
  /** The permissions that it asks for and that the user has not been asked about. */
  request: RequestedPermissions;
  /** Sentences on what it asks for that the user has not been asked about. */
  asks: Array<string>;
  /** The risks of that, the worst first. */
  risks: Array<string>;
  /** The rules that it would have with your consent to all of it, in words. */
  rules: Array<string>;
  /** The servers that it asks for. */
  domains: Array<string>;
  /** Most calls a minute. */
  requests_per_minute: number;
  /** Most memory of all its instances, in bytes. */
  memory_bytes: number;
  /** Sentences on what it asks for in vain. */
  advice: Array<string>;
}

/** A fault of an extension. */
export interface ExtensionFault {
  /** Name of the error code. */
  code: string;
  /** The message. */
  message: string;
  /** Names of its functions, innermost first. */
  backtrace?: Array<string>;
  /** Seconds since 1970. */
  at: number;
}

/** The health of an extension, over restarts. */
export interface ExtensionHealth {
  /** The reason of its quarantine. */
  quarantine?: string | null;
  /** Its last fault. */
  last_fault?: ExtensionFault | null;
  /** Starts of instances. */
  starts: number;
  /** Number of faults. */
  faults: number;
  /** Calls and events that it worked on. */
  calls: number;
  /** Milliseconds that they took. */
  busy_ms: number;
  /** The most memory that an instance of it had after a call, in bytes. */
  memory_bytes?: number;
}

/** An installed extension. */
export interface ExtensionInfo {
  /** Its id. */
  id: string;
  /** Its name. */
  name: string;
  /** Its version. */
  version: string;
  /** Its description. */
  description: string;
  /** BLAKE3 of its wasm, in hex. */
  wasm_hash: string;
  /** The methods that it was granted. */
  methods: Array<string>;
  /** The libraries it may use: ids, or `*` for all. */
  libraries: Array<string>;
  /** The events that it receives. */
  events: Array<string>;
  /** The operations it offers. */
  operations: Array<string>;
}

/** An installed extension, of which an operation is about nothing else. */
export interface ExtensionRef {
  /** Its id. */
  extension: string;
}

/** An installed extension and how it does. */
export interface ExtensionState {
  /** The description of the version. */
  info: ExtensionInfo;
  /** Isolation of its instances: `in-process` or `process`. */
  isolation: string;
  /**
   * State: `ready`, `quarantined`, `changed` when its files are not those that the user agreed to,
   * or `damaged` when they or what is recorded of them cannot be read.
   */
  state: string;
  /** The file that was changed since it was installed. */
  changed?: string | null;
  /** Its health, over restarts. */
  health: ExtensionHealth;
  /** Sentences on what its manifest asks for. */
  asks: Array<string>;
  /** The risks of that. */
  risks: Array<string>;
}

/** Input of [`ExtractText`]. */
export interface ExtractTextInput {
  /** The document. */
  data: Base64;
  /**
   * Its media type, `application/pdf` or `text/html; charset=utf-8`; left out: detected from
   * its first bytes. A PDF is read as one whatever this says.
   */
  media_type?: string | null;
  /**
   * Pages of a PDF whose text is wanted, from 1; left out: all. Those behind the last page are
   * passed over, so that the beginning of a long document can be asked for.
   */
  pages?: Array<number> | null;
  /**
   * Name of a setting of the calling extension that is a secret, a text or a list of texts: passwords
   * that are tried on an encrypted PDF.
   */
  passwords?: string | null;
}

/** Output of [`ExtractText`]. */
export interface ExtractTextOutput {
  /** The pages in their order, separated by a form feed; rows and cells as in that of `ai.ocr`. */
  text: string;
  /** The media type that it was read as. */
  media_type: string;
  /** Pages in the document; 1 for texts without pages. */
  pages: number;
  /** Pages, from 1, that carry no text and may be scans: something for `ai.ocr`. */
  pages_without_text: Array<number>;
  /**
   * Pages, from 1, whose text may not be all or not what they show: a picture or outlines of
   * letters cover them, characters are unknown, or a program read it in a scan. Something for
   * `ai.ocr` as well.
   */
  pages_in_doubt?: Array<number>;
  /** Files inside the document (PDF attachments, such as the XML of an e-invoice). */
  embedded?: Array<EmbeddedFile>;
  /**
   * The electronic invoice that the document is or carries inside. It takes precedence over
   * the text.
   */
  invoice?: Invoice | null;
}

/** An event that an extension could not work on. */
export interface FailedEvent {
  /** The event. */
  event_id: number;
  /** Kind of the event. */
  kind: string;
  /** The extension. */
  extension: string;
  /** The entry that it is about. */
  entry_id: string;
  /** Name of the entry. */
  entry_name: string;
  /** Name of the error code. */
  code: string;
  /** The error message. */
  error: string;
  /** Number of attempts. */
  attempts: number;
  /** Time of the last attempt, RFC 3339, UTC. */
  at: string;
  /**
   * Time of the next attempt; without one it is a dead letter, and only [`Replay`] delivers it
   * again.
   */
  retry_at?: string | null;
}

/** A file, an extension or an entry that the work failed on. */
export interface Failure {
  /** The file as the user named it, or the path of the entry. */
  path: string;
  /** The entry, when there is one. */
  entry_id?: string | null;
  /** The extension that could not work on it; `None` when the file could not be read. */
  extension?: string | null;
  /** Name of the error code. */
  code: string;
  /** The error message. */
  error: string;
}

/** Input of [`FetchMessage`]. */
export interface FetchMessageInput {
  /** The mailbox. */
  mailbox: Mailbox;
  /** The folder. */
  folder?: string;
  /** The folder's `UIDVALIDITY`, from `mail.list_messages`. */
  validity: number;
  /** The message's number, from `mail.list_messages`. */
  uid: number;
  /** Most bytes of the message; up to 48 MiB. */
  max_bytes?: number;
}

/** Output of [`FetchMessage`]. */
export interface FetchMessageOutput {
  /** The message (RFC 5322). */
  data: Base64;
}

/** A condition on one top-level key of an entry's metadata. */
export interface Filter {
  /** The key. */
  key: string;
  /** Relation of its value to `value`. */
  op: Comparison;
  /**
   * A number, which is compared with numbers and with texts that are decimal numbers, or a
   * text, which is compared with texts; so dates as `2026-07-01` compare by time. For `:` a
   * text.
   */
  value: unknown;
}

/** Reason for which a setting is not changed here. */
export type FixedReason = "rights" | "isolation" | "servers" | "key" | "other";

/** A folder. */
export interface Folder {
  /** Its name, with all folders above it. */
  name: string;
  /** Character between the parts of names. */
  delimiter?: string | null;
}

/** An entry that followed its file to another name or folder. */
export interface Followed {
  /** Its path before. */
  from: string;
  /** Its path now: the same one, where the user had moved it or the new one is taken. */
  to: string;
}

/** One code of [`CodesOutput`]. */
export interface FoundCode {
  /** Number of the page, from 1; 1 for a picture. */
  page: number;
  /** Kind of the code: `qr`. */
  format: string;
  /** Text in it. */
  text: string;
  /** Left, top, width, height, as shares of the page or picture, upright. */
  area: Array<number>;
}

/** Output of [`Get`]. */
export interface GetSettingsOutput {
  /** Values by the names of the settings. */
  values: Record<string, unknown>;
  /** Values of settings that are secrets. */
  secrets?: Record<string, SecretValue>;
}

/** Input of [`Grant`]. */
export interface GrantInput {
  /** The extension. */
  extension: string;
  /**
   * The rule, with the effect `allow` or `deny` [default: all that the manifest asks for].
   * `session:current` in its `expires` is the session of the program that runs the extensions.
   */
  rule?: unknown;
}

/** Output of [`Grant`]. */
export interface GrantOutput {
  /** Number of the grant. */
  grant: number;
}

/** A grant or a denial. */
export interface GrantedRule {
  /** Its number, which no other grant of this extension ever has. */
  id: number;
  /** Time at which it was given, RFC 3339, UTC. */
  given: string;
  /** The rule. */
  rule: unknown;
  /** The rule, in words. */
  text: string;
}

/** A header of a request. */
export interface HttpHeader {
  /** Its name. */
  name: string;
  /** Its value. */
  value: string;
}

/** Method of a request. */
export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Input of [`Import`]. */
export interface ImportInput {
  /** Files and folders: absolute paths, or `file:` URLs for names that are not UTF-8. */
  paths: Array<string>;
  /**
   * Path in the library below which the files become entries [default: a place of their own,
   * by where they lie].
   */
  into?: string | null;
}

/** Input of [`Import`]. */
export interface ImportSecretsInput {
  /** The file. */
  file: Base64;
  /** The passphrase, where it is locked with one. */
  passphrase?: SecretText | null;
  /** The private keys, as `age-keygen` writes them, where it is locked for them. */
  identities?: SecretText | null;
  /** True to replace secrets that are there already. */
  replace?: boolean;
}

/** Output of [`Import`]. */
export interface ImportSecretsOutput {
  /** The secrets of the file. */
  secrets: Array<ImportedSecret>;
}

/** A secret of a file that was imported. */
export interface ImportedSecret {
  /** The extension; empty for the program itself. */
  extension: string;
  /** The library. */
  library_id: string;
  /** Its name. */
  name: string;
  /** Its kind, as in [`CredentialInfo`]. */
  kind: string;
  /** Its outcome. */
  outcome: SecretOutcome;
  /** True when the library is here; a secret waits for one that is not. */
  library_is_here: boolean;
}

/** Results of indexing contents for search. */
export interface IndexReport {
  /** Contents whose text was read. */
  read: number;
  /** Contents without a text that can be read; they are not tried again until they change. */
  without_text: number;
  /** Texts that got a vector of their meaning. */
  embedded: number;
  /** Contents that are still to be read. */
  unread: number;
  /** True when the work was stopped before its end; the next run resumes it. */
  stopped: boolean;
  /** True when nothing was done, because another program indexes this library. */
  elsewhere: boolean;
  /** Contents that were not read, and the reasons; at most [`IndexReport::MAX_PROBLEMS`]. */
  problems?: Array<UnindexedContent>;
}

/** Input of [`Inspect`]: a path, or an extension with a pending update or a version before. */
export interface InspectInput {
  /**
   * The folder of the extension, or its package (`.sdx`, the signature beside it): an absolute path
   * on this machine.
   */
  path?: string | null;
  /** The extension whose pending update is meant. */
  pending?: string | null;
  /** The extension whose version before the installed one is meant, to go back to it. */
  previous?: string | null;
  /** True to accept another publisher than that of the installed version, or none. */
  accept_publisher?: boolean;
}

/** Input of [`Install`] and [`Update`]: a path, or an extension with a pending update or a version before. */
export interface InstallInput {
  /** The folder, or the package, as of [`InspectInput`]. */
  path?: string | null;
  /** The extension whose pending update is meant. */
  pending?: string | null;
  /** The extension whose version before the installed one is meant, to go back to it. */
  previous?: string | null;
  /** `digest` of [`ExtensionCandidate`], so that what is installed is what the user saw. */
  digest: string;
  /**
   * The consent: `all` that it asks for, `keep` what the installed version has and nothing new,
   * or `only` what `rules` allow.
   */
  consent: string;
  /** The rules of the consent `only`, as [`permissions`](super::permissions) has them. */
  rules?: Array<unknown>;
  /** True to install an older version than there is. */
  allow_downgrade?: boolean;
  /** True to accept another publisher than that of the installed version, or none. */
  accept_publisher?: boolean;
}

/**
 * An electronic invoice (CII or UBL), as its XML states it. Fields that it does not state are
 * left out. Amounts are in `currency`; they have at most 15 significant digits and are exact.
 */
export interface Invoice {
  /** `cii` (ZUGFeRD, Factur-X, XRechnung) or `ubl` (Peppol, XRechnung). */
  syntax: string;
  /** The profile or guideline that it follows. */
  profile?: string | null;
  /** Type of the document, a code of UNTDID 1001: `380` is an invoice, `381` a credit note. */
  type_code?: string | null;
  /** True when it takes an invoice back, wholly or in part. */
  credit_note: boolean;
  /** Its number. */
  number?: string | null;
  /** Day of issue, ISO 8601. */
  date?: string | null;
  /** Day by which it is to be paid, ISO 8601. */
  due_date?: string | null;
  /** The party that sells. */
  seller?: InvoiceParty | null;
  /** The party that buys. */
  buyer?: InvoiceParty | null;
  /** Currency, ISO 4217. */
  currency?: string | null;
  /** Sum without tax. */
  net?: number | null;
  /** Sum of the taxes. */
  tax?: number | null;
  /** Sum with tax, before anything that was paid is taken off. */
  total?: number | null;
  /** Amount that was paid before. */
  prepaid?: number | null;
  /** Amount that is left to pay. */
  due?: number | null;
  /** Means of payment, a code of UNTDID 4461: `58` is a SEPA transfer. */
  payment_code?: string | null;
  /** Lines of the invoice. */
  lines?: Array<InvoiceLine>;
}

/** A line of an [`Invoice`]. */
export interface InvoiceLine {
  /** Name of the product or service. */
  name?: string | null;
  /** Quantity of it. */
  quantity?: number | null;
  /** Unit of the quantity, a code of UN/ECE Recommendation 20: `HUR` is hours. */
  unit?: string | null;
  /** Price of one unit without tax. */
  unit_price?: number | null;
  /** Price of the line without tax. */
  total?: number | null;
  /** Tax rate in percent. */
  tax_rate?: number | null;
}

/** A party of an [`Invoice`]. */
export interface InvoiceParty {
  /** Its name, in one line. */
  name?: string | null;
  /** Its VAT number, or another tax number. */
  tax_id?: string | null;
  /** ISO 3166 code of two letters. */
  country?: string | null;
}

/** A job. */
export interface Job {
  /** Its id. */
  id: string;
  /** The extension whose operation it runs. */
  extension: string;
  /** The operation. */
  method: string;
  /** Its key. */
  key?: string | null;
  /** Its state. */
  state: JobState;
  /** ProgressReport that it reported. */
  progress?: JobProgress | null;
  /** Number of times that it was started. */
  attempts: number;
  /** Output of the operation, when it ended well. */
  output?: unknown;
  /** Last failure, or the reason why it is parked. */
  error?: JobFailure | null;
  /** When it may run, RFC 3339, UTC. */
  run_at: string;
  /** When it was made, RFC 3339, UTC. */
  created_at: string;
  /** When it changed last, RFC 3339, UTC. */
  updated_at: string;
}

/** Failure of a job. */
export interface JobFailure {
  /** Name of the error code. */
  code: string;
  /** Message for a person. */
  error: string;
}

/** Priority of a job among those that wait. */
export type JobPriority = "low" | "normal" | "high";

/**
 * ProgressReport of a job: the last [`ProgressReport`], as a host tells it. It is a type of its own,
 * because it goes the other way.
 */
export interface JobProgress {
  /** Steps that are done. */
  done: number;
  /** All steps, when they are known. */
  total?: number | null;
  /** Description of the present step, for a person. */
  message?: string | null;
}

/** Jobs that an extension has left. */
export interface JobQuota {
  /** Jobs that may run at the same time. */
  limit: number;
  /** Jobs that run. */
  running: number;
}

/** Reference to a job. */
export interface JobRef {
  /** Its id. */
  job_id: string;
}

/** Results of jobs. */
export interface JobReport {
  /** Jobs that ended well. */
  done: number;
  /** Jobs that ended with an error. */
  failed: number;
  /** Jobs that will be retried. */
  again: number;
  /** Jobs that may not run now. */
  parked: number;
  /** Time at which the next job that waits may run, RFC 3339, UTC. */
  next_at?: string | null;
}

/** State of a job. */
export type JobState = "waiting" | "running" | "parked" | "done" | "failed" | "cancelled";

/** A secret, without what is secret in it. */
export interface KeptSecret {
  /** The extension; empty for the program itself. */
  extension: string;
  /** The library; all zeros for the program itself. */
  library_id: string;
  /** The credential. */
  credential: CredentialInfo;
  /** Its state. */
  state: SecretState;
  /** Name of the provider of a login, where it is configured. */
  provider?: string | null;
}

/** Output of [`CheckLibrary`]. */
export interface LibraryCheck {
  /** Files that were read. */
  checked: number;
  /** All files that were to be read: none where the input says so. */
  total?: number;
  /** True when it was stopped before its end. */
  stopped?: boolean;
  /** Files that are missing, changed or unreadable. */
  damaged: number;
  /**
   * The damaged files, at most [`LibraryCheck::MAX_FILES`]; of a job
   * [`LibraryCheck::MAX_FILES_OF_JOB`].
   */
  files: Array<DamagedFile>;
  /** Files that belonged to nothing, and lie in `quarantine` now. */
  quarantined: number;
}

/** A library. */
export interface LibraryInfo {
  /** Its id. */
  id: string;
  /** Its name. */
  name: string;
  /** Its folder on this machine. */
  path: string;
  /** When it was made, RFC 3339, UTC. */
  created_at: string;
  /** True if it can be read here but not written; left out otherwise. */
  read_only?: boolean;
}

/** A library, of which an operation is about nothing else. */
export interface LibraryRef {
  /** The library. */
  library_id: string;
}

/** Input of [`ListBin`](super::ListBin). */
export interface ListBinInput {
  /** Only entries that had this path when they were deleted. */
  path?: string | null;
  /** Cursor: the page behind the one that ended with it. */
  after?: string | null;
  /** Most entries to return, 1 to 1000. */
  limit?: number;
}

/** Output of [`ListBin`](super::ListBin). */
export interface ListBinOutput {
  /** One page of entries, the last deleted first. */
  entries: Array<BinnedEntry>;
  /** Cursor of the next page, to pass as `after`; left out when this was the last. */
  next?: string | null;
}

/** Input of [`ListChanges`]. */
export interface ListChangesInput {
  /** Only entries whose path starts with these segments. */
  path_prefix?: string | null;
  /** Cursor: what changed behind the page that ended with it, for the same `path_prefix`. */
  after?: string | null;
  /** Most changes of a page, 1 to 1000. */
  limit?: number;
}

/** Output of [`ListChanges`]. */
export interface ListChangesOutput {
  /** Entries that changed, as they are now. */
  entries: Array<Entry>;
  /**
   * Ids of entries that are gone, or no longer below `path_prefix`; some of them may never
   * have been listed.
   */
  removed: Array<string>;
  /** Cursor of the next page, to pass as `after`, now or when there are changes again. */
  next: string;
  /** True when the next page has more already. */
  more: boolean;
  /**
   * True when all entries are listed anew: there was no cursor, or the library was restored since
   * then. What was known before counts no longer.
   */
  anew?: boolean;
}

/** Output of [`List`]. */
export interface ListCredentialsOutput {
  /** The credentials, by name. */
  credentials: Array<CredentialInfo>;
}

/** Input of [`ListEntries`]: all conditions must hold. */
export interface ListEntriesInput {
  /** Only entries of this type. */
  entry_type?: string | null;
  /** Only entries whose path starts with these segments. */
  path_prefix?: string | null;
  /** Only entries whose metadata has these values at these top-level keys. */
  metadata?: Record<string, unknown>;
  /** Cursor: the page behind the one that ended with it. */
  after?: number | null;
  /** Most entries to return, 1 to 1000. */
  limit?: number;
}

/** Output of [`ListEntries`]. */
export interface ListEntriesOutput {
  /** One page of entries. */
  entries: Array<Entry>;
  /** Cursor of the next page, to pass as `after`; left out when this was the last. */
  next?: number | null;
}

/** Input of [`ListEvents`]. */
export interface ListEventsInput {
  /** Only events after this number [default: from the first on]. */
  after?: number | null;
  /** Only events of these kinds. */
  kinds?: Array<string> | null;
  /** Only events of the entry at this path, and of those below it. */
  under?: string | null;
  /** Most events of the page, up to 1000 [default: 100]; with 0 the page says where the log ends. */
  limit?: number | null;
}

/** Output of [`ListEvents`]. */
export interface ListEventsOutput {
  /** The events, with their entries as they are now. */
  events: Array<LoggedEvent>;
  /** Number of the event up to which the log was looked at, for `after` of the next page. */
  last: number;
}

/** Output of [`List`]. */
export interface ListExtensionsOutput {
  /** The extensions, by id. */
  extensions: Array<ExtensionInfo>;
}

/** Output of [`ListFailures`]. */
export interface ListFailuresOutput {
  /** The events, by extension, oldest first. */
  failures: Array<FailedEvent>;
}

/** Input of [`ListFolders`]. */
export interface ListFoldersInput {
  /** The mailbox. */
  mailbox: Mailbox;
}

/** Output of [`ListFolders`]. */
export interface ListFoldersOutput {
  /** The folders that hold messages, in the server's order. */
  folders: Array<Folder>;
}

/** Output of [`List`]. */
export interface ListGrantsOutput {
  /** The grants and denials, oldest first. */
  grants: Array<GrantedRule>;
}

/** Input of [`List`]. */
export interface ListJobsInput {
  /** Only those in this state. */
  state?: JobState | null;
  /** Most jobs to return, 1 to 1000; left out: 100. */
  limit?: number | null;
}

/** Output of [`List`]. */
export interface ListJobsOutput {
  /** The jobs: an extension sees its own, the user all. */
  jobs: Array<Job>;
}

/** Output of [`List`]. */
export interface ListLibrariesOutput {
  /** The libraries that can be read, by name. */
  libraries: Array<LibraryInfo>;
  /** The libraries that are there and cannot be read; left out when there is none. */
  unreadable?: Array<UnreadableLibrary>;
}

/** Output of [`List`]. */
export interface ListLocationsOutput {
  /** The locations, in the order in which they were added. */
  locations: Array<Location>;
}

/** Input of [`ListMessages`]. */
export interface ListMessagesInput {
  /** The mailbox. */
  mailbox: Mailbox;
  /** The folder. */
  folder?: string;
  /** Only messages with a greater number than this. */
  after?: number;
  /** Only messages that came on this day (`2026-01-31`) or later, by the server's clock. */
  since?: string | null;
  /** Most messages to return; 1 to 1000. */
  limit?: number;
}

/** Output of [`ListMessages`]. */
export interface ListMessagesOutput {
  /**
   * The folder's `UIDVALIDITY` (RFC 9051): as long as it stays the same, numbers stand for
   * the same messages.
   */
  validity: number;
  /** Number of messages that fit, on this page and behind it. */
  total: number;
  /** The messages, by number. */
  messages: Array<MessageInfo>;
}

/** Output of [`Providers`]. */
export interface ListProvidersOutput {
  /** The providers, by name. */
  providers: Array<ProviderInfo>;
}

/** Output of [`List`]. */
export interface ListSchedulesOutput {
  /** The schedules, in the order in which they were added. */
  schedules: Array<Schedule>;
}

/** Input of [`List`]: a filter. */
export interface ListSecretsInput {
  /** Only secrets of this extension, or `""` for those of the program itself [default: all]. */
  extension?: string | null;
  /** Only secrets in this library [default: all]. */
  library_id?: string | null;
}

/** Output of [`List`]. */
export interface ListSecretsOutput {
  /** The secrets. */
  secrets: Array<KeptSecret>;
}

/** Output of [`List`]. */
export interface ListSettingsOutput {
  /** The settings of the schema, then values that are kept for settings of another version. */
  settings: Array<Setting>;
}

/** Input of [`ListSidecars`](super::ListSidecars). */
export interface ListSidecarsInput {
  /** The entry. */
  entry_id: string;
  /** Cursor: the page behind the one that ended with it. */
  after?: string | null;
}

/** Output of [`ListSidecars`](super::ListSidecars). */
export interface ListSidecarsOutput {
  /** One page of sidecars by name, up to 200. */
  sidecars: Array<SidecarInfo>;
  /** Cursor of the next page, to pass as `after`; left out when this was the last. */
  next?: string | null;
}

/** Input of [`ListUnreadable`]. */
export interface ListUnreadableInput {
  /** Most contents, up to [`ListUnreadableInput::MAX_LIMIT`] [default: 100]. */
  limit?: number | null;
}

/** Output of [`ListUnreadable`]. */
export interface ListUnreadableOutput {
  /** The contents, by path. */
  contents: Array<UnreadableContent>;
  /** All of them, those over the limit among them. */
  total: number;
}

/** Output of [`ListVersions`]. */
export interface ListVersionsOutput {
  /** The versions, the newest first. */
  versions: Array<EntryVersion>;
}

/** Output of [`Views`]. */
export interface ListViewsOutput {
  /** The views, by extension, in the order of its manifest. */
  views: Array<ViewInfo>;
}

/** A folder that a library follows. */
export interface Location {
  /** Its id. */
  id: string;
  /** The library that follows it. */
  library_id: string;
  /** The folder: an absolute path on this machine. */
  folder: string;
  /** The place of its entries, when it was chosen. */
  into?: string | null;
  /** Files and folders that are left out, as patterns of a `.gitignore`. */
  ignore?: Array<string>;
  /** True when entries stay whose files are deleted. */
  keep_deleted?: boolean;
  /** True while it is not followed. */
  paused: boolean;
  /** Number of times that a look at the whole folder was asked for. */
  rescans: number;
  /** True when the next look takes files that are gone as deleted, however many there are. */
  accept_deletions?: boolean;
  /** Time at which it was added, RFC 3339, UTC. */
  added_at: string;
  /** Time of the last look at the whole folder, RFC 3339, UTC. */
  looked_at?: string | null;
}

/** A location, of which an operation is about nothing else. */
export interface LocationRef {
  /** The location. */
  location_id: string;
}

/** The results of a look at a folder. */
export interface LocationScan {
  /** The location. */
  location_id: string;
  /** Files that became new entries. */
  created: number;
  /** Files with new content for their entry. */
  updated: number;
  /** Files that were there already. */
  unchanged: number;
  /** Entries that went to the bin, because their files were deleted. */
  removed: number;
  /** Entries that stay until the user says that their files are deleted. */
  held: number;
  /** Files that could not be read. */
  failed: number;
  /** True when it was left out, because it is paused. */
  paused: boolean;
  /** The first thing that went wrong, for the user only: it names files of this machine. */
  problem?: string | null;
}

/** An event in the log of a library. */
export interface LoggedEvent {
  /** Number of the event in its library, rising. */
  id: number;
  /** Its kind. */
  kind: string;
  /** The entry as it is now; of `entry.deleted` as it was. */
  entry: Entry;
  /** The extension that caused it; nothing for the user. */
  caused_by?: string | null;
  /** Data of the extension that published it. */
  data?: unknown;
}

/** A mailbox: its server and its login. */
export interface Mailbox {
  /**
   * The server: `imaps://imap.example.com`, with a port where it is not 993. The manifest has
   * to allow it in `permissions.allowed_domains`.
   */
  server: string;
  /** Name of the caller's credential: `basic` for a password, or `oauth2`. */
  auth: string;
  /**
   * The user at the server: needed with `oauth2`, where it is mostly an email address; a
   * `basic` credential has it.
   */
  user?: string | null;
}

/** Input of [`MakeVectors`]. */
export interface MakeVectorsInput {
  /** Only entries whose path starts with these segments. */
  path_prefix?: string | null;
}

/** Output of [`MakeVectors`]. */
export interface MakeVectorsOutput {
  /** Texts that got a vector. */
  made: number;
  /** Entries with texts that changed meanwhile, and get their vectors another time. */
  left: number;
}

/** A message, without its content. */
export interface MessageInfo {
  /** Its number in the folder (`UID`). A message that comes later has a greater one. */
  uid: number;
  /** Its size in bytes; 0 where the server does not say it. */
  bytes: number;
  /** When it came, RFC 3339, UTC, where the server says it. */
  received_at?: string | null;
}

/** Input of [`Metadata`]. */
export interface MetadataInput {
  /** The picture. */
  entry_id: string;
}

/** Output of [`Metadata`]. */
export interface MetadataOutput {
  /** Format of the file: `jpeg`, `png`, `webp`, `tiff`, `gif`, `bmp`, `heif`, `avif`, `raw`. */
  format: string;
  /** Width in pixels, upright; 0 when the file does not say it. */
  width: number;
  /** Height in pixels, upright; 0 when the file does not say it. */
  height: number;
  /** EXIF orientation, 1 to 8: how the pixels of the file have to be turned; 1 is upright. */
  orientation: number;
  /** When it was taken, on the clock of the camera: `2026-05-01T10:00:00`. */
  taken?: string | null;
  /**
   * Minutes by which that clock was before UTC, where the file tells: by itself, or by the clock of
   * the satellites.
   */
  offset_minutes?: number | null;
  /** When it was taken in UTC, where the offset is known: `2026-05-01T08:00:00Z`. */
  taken_at?: string | null;
  /** Maker of the camera. */
  make?: string | null;
  /** Model of the camera. */
  model?: string | null;
  /** Name of the lens. */
  lens?: string | null;
  /** Program that wrote the file. */
  software?: string | null;
  /** Exposure in seconds. */
  exposure_s?: number | null;
  /** Aperture: 2.8 is f/2.8. */
  aperture?: number | null;
  /** Sensitivity, ISO. */
  iso?: number | null;
  /** Focal length in millimetres. */
  focal_length_mm?: number | null;
  /** Latitude in degrees, north positive. */
  latitude?: number | null;
  /** Longitude in degrees, east positive. */
  longitude?: number | null;
  /** Height above the sea in metres. */
  altitude_m?: number | null;
  /** Title that somebody gave it. */
  title?: string | null;
  /** Description that somebody gave it. */
  description?: string | null;
  /** Tags that somebody gave it. */
  tags?: Array<string>;
  /** Rating, 0 to 5; -1 is rejected. */
  rating?: number | null;
  /** Id that a Live Photo shares with its video. */
  live_photo_id?: string | null;
  /** Id that the pictures of a burst share. */
  burst_id?: string | null;
  /** Values of the file that cannot be so, in words. */
  notes?: Array<string>;
}

/** Input of [`MoveEntry`]. */
export interface MoveEntryInput {
  /** The entry. */
  entry_id: string;
  /** Its new path: relative, segments joined by `/`, no `.` or `..`; 1 to 1024 bytes. */
  path: string;
}

/** An entry to be made: the input of [`CreateEntry`]. */
export interface NewEntry {
  /** Its name; 1 to 255 bytes, no `/`, no control characters. */
  name: string;
  /** Its path: relative, segments joined by `/`, no `.` or `..`; 1 to 1024 bytes. */
  path: string;
  /** Its type: a word such as `receipt` or `FinancialDocument`, compared exactly. */
  entry_type: string;
  /** Metadata, free in form, at most 64 KiB of JSON. */
  metadata?: Record<string, unknown>;
  /** Its content, if it has any. */
  content?: Base64 | null;
  /** Media type of the content; only with content. */
  media_type?: string | null;
}

/** A content or sidecar that could not be exported. */
export interface NotExported {
  /** Path of the entry. */
  path: string;
  /** Name of the sidecar; left out for the content. */
  sidecar?: string | null;
  /** Name of the error code. */
  code: string;
  /** The reason. */
  reason: string;
}

/** Input of [`Ocr`]. */
export interface OcrInput {
  /** PNG, JPEG, WebP, TIFF, BMP, GIF or PDF. */
  data: Base64;
  /** Pages of a PDF or TIFF to read, from 1; left out: all of them. */
  pages?: Array<number> | null;
  /** True to return rows with boxes and confidences. */
  lines?: boolean;
  /** Language of the text, ISO 639: `de`, `deu`; left out: whatever the engine reads. */
  language?: string | null;
  /** The engine that is to read it: `pp-ocr` or `tesseract`; left out: the host's default. */
  engine?: string | null;
  /**
   * Steps of preprocessing, of `orientation`, `deskew`, `contrast`; left out: orientation
   * and deskew.
   */
  preprocessing?: Array<string> | null;
  /**
   * Name of a setting of the calling extension that is a secret, a text or a list of texts: passwords
   * that are tried on an encrypted PDF.
   */
  passwords?: string | null;
  /** Another form to return as well: `hocr` or `tsv` (as Tesseract writes it). */
  format?: string | null;
}

/** One row of an [`OcrPage`]. */
export interface OcrLine {
  /** Its text. */
  text: string;
  /** Mean confidence, 0 to 1. */
  confidence: number;
  /** Left, top, width, height, in pixels of the picture as given. */
  area: Array<number>;
  /** Its words, from left to right. */
  words?: Array<OcrWord>;
}

/** Output of [`Ocr`]. */
export interface OcrOutput {
  /**
   * Rows from top to bottom joined by line feeds, cells of a row separated by two spaces,
   * pages separated by a form feed.
   */
  text: string;
  /** Mean confidence, 0 to 1. */
  confidence: number;
  /** Results per page. */
  pages: Array<OcrPage>;
  /** The engine that read it. */
  engine: string;
  /** The form asked for by `format`. */
  formatted?: string | null;
  /** Changes that made the text safe: `control_characters_removed`, `cut`. */
  flags?: Array<string>;
}

/** One page of [`OcrOutput`]. */
export interface OcrPage {
  /** Number of the page, from 1. */
  page: number;
  /** Width in pixels, upright. */
  width: number;
  /** Height in pixels, upright. */
  height: number;
  /** Degrees by which it was turned clockwise to read it: 0, 90, 180, 270. */
  rotation: number;
  /** Degrees by which its rows fall to the right, after that. */
  skew?: number;
  /** Its rows, when asked for. */
  lines?: Array<OcrLine>;
}

/** One word of an [`OcrLine`]. */
export interface OcrWord {
  /** Its characters. */
  text: string;
  /** Mean confidence, 0 to 1. */
  confidence: number;
  /** Left, top, width, height, in pixels of the picture as given. */
  area: Array<number>;
}

/** Records of an extension, counted. */
export interface PartsReport {
  /** Entries by what came of them, in the words of the extension: `booked`. */
  outcomes: Record<string, number>;
  /** Parts that were looked at, and that nothing came of. */
  unused: number;
  /** Parts that were not looked at. */
  unread: number;
  /** Entries with such parts, at most [`PartsReport::MAX_ENTRIES`]; those with unread ones first. */
  entries?: Array<UnusedParts>;
}

/** A folder that was imported, and where its files are entries. */
export interface PlacedFolder {
  /** The folder. */
  folder: string;
  /** The path in the library below which its files are. */
  place: string;
}

/** ProgressReport that a job reports. [`JobProgress`] is the same, as a host tells it. */
export interface ProgressReport {
  /** Steps that are done. */
  done: number;
  /** All steps, when they are known. */
  total?: number | null;
  /** Description of the present step, for a person. */
  message?: string | null;
}

/** Provider at which the user can sign in. */
export interface ProviderInfo {
  /** Its name. */
  name: string;
  /** The only origins that its tokens are sent to. */
  hosts: Array<string>;
  /** Scopes of its tokens. */
  scopes: Array<string>;
  /** The reason why it cannot be used, if there is one. */
  problem?: string | null;
}

/** Input of [`Publish`]. */
export interface PublishInput {
  /**
   * Name of the event: one segment, as in `booked`. Others receive it as
   * `ext.<your id>.booked`.
   */
  name: string;
  /** The entry that it happened to. */
  entry_id: string;
  /** Data of the event, up to 64 KiB of JSON. */
  data?: unknown;
}

/** Output of [`Publish`]. */
export interface PublishOutput {
  /** Number of the event in its library. */
  event_id: number;
  /** The kind under which others receive it. */
  kind: string;
}

/** Input of [`Put`]. */
export interface PutSecretInput {
  /** The place of the secret. */
  at: SecretRef;
  /**
   * Only origins that it is sent to: patterns as in `permissions.allowed_domains`, and for the
   * program itself also addresses.
   */
  hosts: Array<string>;
  /** The secret. */
  secret: Secret;
}

/** Output of [`Put`]. */
export interface PutSecretOutput {
  /** The version, which counts up with each change of this secret. */
  version: number;
  /** Number of the secrets in a vault that was put back and is accepted by this call. */
  accepted?: number | null;
}

/** Input of [`Quarantine`]. */
export interface QuarantineInput {
  /** The extension. */
  extension: string;
  /** The reason, for people. */
  reason: string;
}

/** Output of [`Quota`]. For the user, who has no limits, all is left out. */
export interface QuotaOutput {
  /** Calls that the extension has left. */
  requests?: RequestQuota | null;
  /** Jobs that the extension has left. */
  jobs?: JobQuota | null;
  /** Budgets of this day, which ends at midnight UTC. */
  budgets: Array<BudgetQuota>;
  /** Milliseconds until the budgets start afresh. */
  resets_in_ms: number;
}

/** Input of [`ReadAgain`]. */
export interface ReadAgainInput {
  /** Only entries whose path starts with these segments. */
  path_prefix?: string | null;
}

/** Output of [`ReadAgain`]. */
export interface ReadAgainOutput {
  /** Contents that were read. */
  read: number;
  /** Contents that have no text that can be read. */
  without_text: number;
  /**
   * Contents that are as they were, because their reader or its model is away, or they are
   * damaged.
   */
  left: number;
}

/** Input of [`ReadContent`]. */
export interface ReadContentInput {
  /** The entry. */
  entry_id: string;
  /** Offset of the first byte. */
  offset?: number;
  /** Bytes at most; left out: all that is left. More than the attachment limit is refused. */
  length?: number | null;
}

/** Output of [`ReadContent`]. */
export interface ReadContentOutput {
  /** The bytes. */
  data: Base64;
  /** Bytes of the whole content. */
  size: number;
}

/** Output of [`ReadSidecar`](super::ReadSidecar). */
export interface ReadSidecarOutput {
  /** The bytes. */
  data: Base64;
}

/** Input of [`RebuildIndex`]. */
export interface RebuildIndexInput {
  /** Only entries whose path starts with these segments. */
  path_prefix?: string | null;
}

/** Output of [`RebuildIndex`]. */
export interface RebuildIndexOutput {
  /** Entries whose words were indexed anew. */
  entries: number;
  /** Sidecars among their texts that cannot be read, and are not found now. */
  unreadable: number;
}

/** Input of [`RecordCalls`]. */
export interface RecordCallsInput {
  /** The id of the extension. */
  extension: string;
  /** The file: an absolute path on this machine. */
  file: string;
}

/** Output of [`RecordCalls`] and [`StopRecordingCalls`]. */
export interface RecordedCallsOutput {
  /** The file. */
  file: string;
  /** Things that the extension was asked: events and calls, and its starts. */
  runs: number;
  /** Calls of the host by it. */
  calls: number;
  /** Runs whose calls are left out, because they were too large together. */
  left_out: number;
}

/** Output of [`StartRecording`] and [`StopRecording`]. */
export interface RecordedOutput {
  /** Methods that the extension called. */
  called: number;
  /** Methods among those that were refused. */
  refused: number;
}

/** Output of [`Release`]. */
export interface ReleaseOutput {
  /** False when it was not stopped. */
  released: boolean;
}

/** Output of [`Remove`]. */
export interface RemoveOutput {
  /** The extension. */
  removed: string;
}

/** Input of [`Rename`]. */
export interface RenameLibraryInput {
  /** The library. */
  library_id: string;
  /** Its new name; 1 to 100 characters. */
  name: string;
}

/** Input of [`RenderPage`]. */
export interface RenderPageInput {
  /** The PDF. */
  data: Base64;
  /** Number of the page, from 1. */
  page: number;
}

/** Output of [`RenderPage`]. */
export interface RenderPageOutput {
  /** The picture, a PNG. */
  picture: Base64;
}

/** Input of [`Replay`]. */
export interface ReplayInput {
  /** The extension [default: all]. */
  extension?: string | null;
  /** The event [default: all]. */
  event_id?: number | null;
}

/** Input of [`Request`]. */
export interface RequestInput {
  /** The method. */
  method?: HttpMethod;
  /** URL to request: `https://` or `http://`, at most 8 KiB, without a user. */
  url: string;
  /** At most 64 headers, 16 KiB in all; those that the host sets itself are refused. */
  headers?: Array<HttpHeader>;
  /** The body, at most 32 MiB; not for GET and HEAD. */
  body?: Base64 | null;
  /**
   * Name of a credential of this extension and library. The host attaches it, where the
   * credential is for this host.
   */
  auth?: string | null;
  /** Time for everything, in milliseconds; 1 to 300000. */
  timeout_ms?: number;
  /** Most bytes of the answer's body, decoded; up to 48 MiB. */
  max_body_bytes?: number;
  /** Most redirects to follow, 0 to 10; 0 returns a redirect as it is. */
  redirects?: number;
}

/** Output of [`Request`]. */
export interface RequestOutput {
  /** The status: 200 to 599. */
  status: number;
  /** Headers, in the order in which they came. A value that is not UTF-8 is read as Latin-1. */
  headers: Array<ResponseHeader>;
  /** The body, decoded; empty when there is none. */
  body: Base64;
  /** URL that answered, after redirects. */
  url: string;
}

/** Calls that an extension has left. */
export interface RequestQuota {
  /** Calls in a minute, evenly. */
  per_minute: number;
  /** Calls at once, after a pause long enough. */
  burst: number;
  /** Calls at once now. */
  left: number;
}

/** The permissions that an extension asks for, as they stand in its manifest. */
export interface RequestedPermissions {
  /** True for one that asks for nothing. */
  is_empty: boolean;
  /** The patterns of methods. */
  methods: Array<string>;
  /** The libraries: ids, or `*` for all. */
  libraries: Array<string>;
  /** The servers. */
  domains: Array<string>;
  /** The events. */
  events: Array<string>;
}

/** Input of [`Rescan`]. */
export interface RescanInput {
  /** The location. */
  location_id: string;
  /** True to take files that are gone as deleted, however many there are. */
  accept_deletions?: boolean;
  /** True to read all files, also those that are as they were by their size, times and inode. */
  contents?: boolean;
}

/** A header of an answer. It is a type of its own, because it goes the other way. */
export interface ResponseHeader {
  /** Its name, in lower case. */
  name: string;
  /** Its value. */
  value: string;
}

/** Input of [`RestoreEntry`](super::RestoreEntry). */
export interface RestoreEntryInput {
  /** The entry. */
  entry_id: string;
  /** The path to bring it back to; left out: the one that it had. */
  path?: string | null;
}

/** Input of [`Restore`]. */
export interface RestoreInput {
  /** The folder of the backup, as in [`BackUpInput`]. */
  from: string;
}

/** Input of [`Restore`]. */
export interface RestoreLibraryInput {
  /** The library. */
  library_id: string;
  /**
   * The name of its folder, of several that were deleted with this id; without it the one that was
   * deleted last.
   */
  folder?: string | null;
}

/** Output of [`Reveal`]. */
export interface RevealOutput {
  /** `key`; `username` and `password`; `access_token`; or the fields of a custom secret. */
  fields: Record<string, SecretText>;
}

/** Input of [`Revoke`]. */
export interface RevokeInput {
  /** The extension. */
  extension: string;
  /** Number of the grant or denial [default: every grant]. */
  grant?: number | null;
}

/** Output of [`Revoke`] and [`Reset`]. */
export interface RevokeOutput {
  /** Grants and denials that were taken back. */
  taken_back: number;
}

/** Input of [`RotateKey`]. */
export interface RotateKeyInput {
  /** The new passphrase, where the key is made of one. */
  passphrase?: SecretText | null;
}

/** Output of [`RotateKey`]. */
export interface RotateKeyOutput {
  /** Always true. */
  rotated: boolean;
}

/** Input of [`ScanLocations`]. */
export interface ScanLocationsInput {
  /** The folder [default: all that the library follows]. */
  location_id?: string | null;
}

/** Output of [`ScanLocations`]. */
export interface ScanLocationsOutput {
  /** The folders, in the order in which they were added. */
  locations: Array<LocationScan>;
}

/** A call that is made again and again. */
export interface Schedule {
  /** Its id. */
  id: string;
  /** The method. */
  method: string;
  /** The library. */
  library_id?: string | null;
  /** The input of each call. */
  input: unknown;
  /** Seconds between two calls. */
  every_s?: number | null;
  /** The pattern of cron. */
  cron?: string | null;
  /** The time zone of the pattern. */
  time_zone?: string | null;
  /** Time of the next call, RFC 3339, UTC. */
  next_at: string;
  /** Time of the last call, if there was one. */
  last_at?: string | null;
  /** The error that the last call ended with, if it did. */
  last_error?: string | null;
}

/** A schedule, of which an operation is about nothing else. */
export interface ScheduleRef {
  /** The schedule. */
  schedule_id: string;
}

/** One hit. */
export interface SearchHit {
  /** The entry. */
  entry: Entry;
  /** Text around the match; matches of words stand between `[` and `]`. */
  snippet: string;
  /**
   * The matches of words in `snippet`, as ranges of its bytes, without their brackets; if
   * `places` is set.
   */
  highlights?: Array<TextRange>;
  /**
   * The passage of the content that the snippet is from, as a range of bytes of its text.
   * Missing when it is from the name, the metadata or a sidecar, or `places` is not set.
   */
  passage?: TextRange | null;
  /** Score, higher is better; comparable within one answer only. */
  score: number;
}

/** Input of [`Entries`]. */
export interface SearchInput {
  /**
   * Words, at most 4096 bytes; a trailing `*` on a word matches its beginnings. Entries with all of them are
   * found, and, when the search is by meaning as well, entries about the same. Without any word,
   * but with a condition, all entries that fulfil it are found, newest first.
   */
  text: string;
  /** Only entries of this type. */
  entry_type?: string | null;
  /** Only entries whose metadata has these values at these top-level keys. */
  metadata?: Record<string, unknown>;
  /** Only entries whose metadata fulfils all of these. */
  filters?: Array<Filter>;
  /** `hybrid`: by words and by meaning; `text`: by words alone; `meaning`: by meaning alone. */
  mode?: SearchMode;
  /** Most hits, 1 to 1000. */
  limit?: number;
  /** Also `highlights` and `passage` of hits, and `unread`, which callers of before do not know. */
  places?: boolean;
}

/** Mode of a search. */
export type SearchMode = "hybrid" | "text" | "meaning";

/** Output of [`Entries`]. */
export interface SearchOutput {
  /** The hits, best first. */
  hits: Array<SearchHit>;
  /** Reason why a hybrid search was by words alone, such as a model that is missing. */
  words_only?: string | null;
  /**
   * Number of texts (entries, and passages of their contents) that have no vector yet, and are
   * found by words alone.
   */
  pending?: number;
  /** Number of entries whose content has not been read for search yet, if `places` is set. */
  unread?: number;
}

/** A secret. It goes to the host only, and into the host's vault; never back. */
export type Secret = { type: "api_key"; key: SecretText; header?: string; prefix?: string } | { type: "basic"; username: string; password: SecretText } | { type: "oauth2"; access_token: SecretText; expires_at?: number | null; refresh_token?: SecretText | null; token_url: string; client_id: string; client_secret?: SecretText | null; scopes?: Array<string> } | { type: "custom"; fields: Record<string, SecretText> };

/** Outcome of an import, for one secret. */
export type SecretOutcome = "added" | "replaced" | "unchanged" | "kept" | "not_installed";

/** Reference to a secret. */
export interface SecretRef {
  /** The extension [default: the program itself]. */
  extension?: string | null;
  /** The library, for an extension. */
  library_id?: string | null;
  /** Its name. */
  name: string;
}

/** State of a secret. */
export type SecretState = "ready" | "sign_in_again" | "set_again" | "damaged";

/**
 * A password, token or key. Neither `Debug` nor an error of reading it shows it, and its memory is
 * overwritten when it goes.
 */
export type SecretText = string;

/** The value of a setting that is a secret. */
export type SecretValue = SecretText | Array<SecretText>;

/** Input of [`Set`]. */
export interface SetConfigInput {
  /** Values by the names of their settings. */
  values?: Record<string, unknown>;
  /** Settings that get their defaults. */
  reset?: Array<string>;
  /** The `version` of the file that was changed: another one is a conflict [default: any]. */
  version?: string | null;
}

/** Input of [`SetPaused`]. */
export interface SetPausedInput {
  /** The location. */
  location_id: string;
  /** True to pause it, false to follow it again. */
  paused: boolean;
}

/** Input of [`Set`]. */
export interface SetSettingsInput {
  /** The extension. */
  extension_id: string;
  /** The library [default: all libraries]. */
  library_id?: string | null;
  /** Values by the names of the settings. */
  values?: Record<string, unknown>;
  /** Values of settings that are secrets. They go to the vault, and nowhere else. */
  secrets?: Record<string, SecretValue>;
  /** Names of settings whose value, in this library or for all, is taken back. */
  reset?: Array<string>;
}

/** Output of [`Set`]. */
export interface SetSettingsOutput {
  /** Names of the settings that have another value now, sorted. */
  changed: Array<string>;
}

/** A setting of an extension. */
export interface Setting {
  /** Its name. */
  name: string;
  /** Its title, for people. */
  title?: string | null;
  /** Its description, for people. */
  description?: string | null;
  /** JSON Schema of the value; left out when this version of the extension has no such setting. */
  schema?: unknown;
  /** True for a secret, whose value is not told. */
  secret: boolean;
  /** The value that is in force. */
  value?: unknown;
  /** Place where the value comes from. */
  source: SettingSource;
  /** The reason why a value that the user set is not in force; it is kept. */
  problem?: string | null;
}

/** Place where the value of a setting comes from. */
export type SettingSource = "library" | "all" | "default" | "unset";

/** An extension, and the library in which its settings are meant. */
export interface SettingsRef {
  /** The extension. */
  extension_id: string;
  /** The library [default: the settings for all libraries]. */
  library_id?: string | null;
}

/** A sidecar without its bytes. */
export interface SidecarInfo {
  /** Its name. */
  name: string;
  /** Its size in bytes. */
  size: number;
  /** BLAKE3 of its bytes, in hex. */
  content_hash: string;
  /** Id of the extension that wrote it; left out when the user did. */
  written_by?: string | null;
  /** When it was written, RFC 3339, UTC. */
  updated_at: string;
}

/** Reference to a sidecar. */
export interface SidecarRef {
  /** The entry. */
  entry_id: string;
  /** Name of the sidecar. */
  name: string;
}

/** Input of [`SignIn`]. */
export interface SignInInput {
  /** The place of the login. */
  login: SecretRef;
  /** Name of the provider, as [`Providers`] lists it. */
  provider: string;
}

/** Output of [`SignIn`]. */
export interface SignInOutput {
  /** Id of the login. */
  id: string;
  /** Address of the page at which the user signs in. */
  url: string;
  /** Time that the user has, in seconds. */
  expires_in: number;
}

/** Progress of a login that was begun. */
export type SignInProgress = "waiting" | "done" | "failed";

/** Reference to a login that was begun. */
export interface SignInRef {
  /** Its id, from [`SignIn`]. */
  id: string;
}

/** Output of [`SignInState`]. */
export interface SignInStateOutput {
  /** Its progress. */
  progress: SignInProgress;
  /** The reason of a failure. */
  problem?: string | null;
  /** True when the provider gave a refresh token, so that the user need not sign in again soon. */
  renewable: boolean;
}

/** Input of [`SignOut`]. */
export interface SignOutInput {
  /** The login. */
  login: SecretRef;
  /** True to remove it here only, without asking the provider. */
  local?: boolean;
}

/** Output of [`SignOut`]. */
export interface SignOutOutput {
  /** False when the provider was not asked, or has no way to revoke. */
  revoked: boolean;
  /** As in [`PutSecretOutput`]. */
  accepted?: number | null;
}

/** A link, pipe or the like that lies in a folder which was imported. */
export interface Skipped {
  /** Its path. */
  path: string;
  /** Its kind: a symbolic link, or a pipe, socket or device. */
  kind: string;
}

/** One copy of [`ThumbnailOutput`]. */
export interface SmallPicture {
  /** The longest side that was asked for. */
  size: number;
  /** Width in pixels. */
  width: number;
  /** Height in pixels. */
  height: number;
  /** Media type: `image/jpeg` or `image/png`. */
  media_type: string;
  /** The file. */
  data: Base64;
}

/** Output of [`Status`]. */
export interface StatusOutput {
  /** Version of the host. */
  version: string;
  /** Version of the ABI that it speaks. */
  abi_version: number;
  /** Number of methods that it serves. */
  methods: number;
}

/** Input of [`Store`]. */
export interface StoreInput {
  /** Its name; 1 to 128 of `a-z`, `0-9`, `.`, `_`, `-`. */
  name: string;
  /** Only origins that it is sent to, as in `permissions.allowed_domains`. */
  hosts?: Array<string>;
  /** The secret. */
  secret: Secret;
}

/** Output of [`Store`]. */
export interface StoreOutput {
  /** Version, which counts up with each change of this credential. */
  version: number;
}

/** Input of [`Subscribe`] and [`Unsubscribe`]. */
export interface SubscribeInput {
  /** The kind: one of the host's, or `ext.<id>.<name>`. */
  kind: string;
}

/** Output of [`Subscribe`] and [`Unsubscribe`]. */
export interface SubscribeOutput {
  /** False when nothing had to be changed. */
  changed: boolean;
}

/** Output of [`Subscriptions`]. */
export interface SubscriptionsOutput {
  /** The kinds, sorted. */
  kinds: Array<string>;
}

/** A range of bytes in a text, which begins and ends between characters. */
export interface TextRange {
  /** Its first byte. */
  start: number;
  /** The byte behind its last one. */
  end: number;
}

/** Input of [`Thumbnail`]. */
export interface ThumbnailInput {
  /** The picture. */
  entry_id: string;
  /** Longest sides in pixels, 16 to 4096, up to 8 of them; left out: none, only `luma`. */
  sizes?: Array<number>;
  /** Format of the copies: `jpeg` or `png`; left out: `jpeg`. */
  format?: string | null;
  /**
   * Side, 8 to 128, of a square of brightness values, which the whole picture is pressed into: for
   * comparing pictures.
   */
  luma?: number | null;
}

/** Output of [`Thumbnail`]. */
export interface ThumbnailOutput {
  /** Width of the picture in pixels, upright. */
  width: number;
  /** Height of the picture in pixels, upright. */
  height: number;
  /** The copies, in the order of `sizes`. */
  thumbnails: Array<SmallPicture>;
  /** Brightness values from 0 to 255, row by row, where they were asked for. */
  luma?: Base64 | null;
}

/** A new entry with the content of several entries whose files are gone. */
export interface Undecided {
  /** The path of the new entry. */
  path: string;
  /** The paths of the others. */
  before: Array<string>;
}

/** A content that was not read for search. */
export interface UnindexedContent {
  /** The path of its entry. */
  path: string;
  /** The reason. */
  reason: string;
  /** True when a reader is away, and it is tried again; else it is left alone until it changes. */
  again: boolean;
}

/** A content that could not be read for search. */
export interface UnreadableContent {
  /** The path of the entry. */
  path: string;
  /** The media type of the entry. */
  media_type?: string | null;
  /** The reason. */
  reason: string;
  /** The stable code of the reason, where it has one. */
  code?: string | null;
  /** True when a part of it is searched. */
  is_searched: boolean;
}

/** A library that is there and cannot be read. */
export interface UnreadableLibrary {
  /** Its id. */
  id: string;
  /** Its last known name; left out when none is known, as of one that only older programs opened. */
  name?: string | null;
  /** Its folder on this machine. */
  path: string;
  /** Code of the reason, for a program: `E_CORRUPT`, `E_SCHEMA`, `E_BUSY`. */
  code: string;
  /** The reason, for a person. */
  error: string;
}

/** An entry with parts that were not used. */
export interface UnusedParts {
  /** The entry. */
  entry_id: string;
  /** Its path. */
  path: string;
  /** Parts that were looked at, and that nothing came of. */
  unused: number;
  /** Parts that were not looked at. */
  unread: number;
}

/** Input of [`UpdateMetadata`]. */
export interface UpdateMetadataInput {
  /** The entry. */
  entry_id: string;
  /** The merge patch; the metadata has at most 64 KiB of JSON after it. */
  metadata: Record<string, unknown>;
  /** Values that top-level keys must still have; `null` for a key that must not be there. */
  only_if?: Record<string, unknown>;
}

/** Output of [`UpdateMetadata`]. */
export interface UpdateMetadataOutput {
  /** The metadata after the change. */
  metadata: Record<string, unknown>;
}

/** Output of [`Update`]. */
export interface UpdatedExtension {
  /** The version that is installed now. */
  info: ExtensionInfo;
  /** Microseconds in which the extension took no calls; left out when it did not run before. */
  pause_us?: number | null;
  /** Bytes of state that were handed over, if any were. */
  state_bytes?: number | null;
}

/** Reference to a version: the input of [`RestoreVersion`]. */
export interface VersionRef {
  /** The entry. */
  entry_id: string;
  /** Number of the version. */
  version: number;
}

/** A view of an installed extension. */
export interface ViewInfo {
  /** Id of the extension. */
  extension: string;
  /** Name of the extension. */
  extension_name: string;
  /** Id of the view. */
  view: string;
  /** The title. */
  title: string;
  /** The description; may be empty. */
  description: string;
  /** The query that answers it. */
  query: string;
  /** Name of the icon. */
  icon: string;
  /**
   * The place where people find it: `navigation`, `extension`, or `linked` for one that only
   * other views lead to.
   */
  placement: string;
}

/** The result of an import, a replay or a run of jobs: what was done, and what failed. */
export interface WorkReport {
  /** Files that became new entries. */
  created: number;
  /** Files with new content for their entry. */
  updated: number;
  /** Files that were there already. */
  unchanged: number;
  /**
   * Files that the user deleted from the library and that are as they were then, by path: their
   * entries stay in the bin.
   */
  in_bin?: Array<string>;
  /**
   * Files whose content the library had lost, or had damaged, and has again, by path. They are
   * counted elsewhere as well.
   */
  mended?: Array<string>;
  /** Entries whose files got another name or folder since they were imported. */
  followed?: Array<Followed>;
  /** New entries of files that may be others under another name. */
  undecided?: Array<Undecided>;
  /** Folders that got a place other than their name. */
  placed?: Array<PlacedFolder>;
  /** Links, pipes and the like that lie in the folders. */
  skipped?: Array<Skipped>;
  /** Files that have no content, by path. */
  empty: Array<string>;
  /** True when the work was stopped before its end; the next import goes on. */
  stopped: boolean;
  /** Files that were not looked at, because the work was stopped. */
  left: number;
  /**
   * Events that extensions worked on, by extension; of those that extensions recorded the parts
   * of, the ones that something came of.
   */
  processed: Record<string, number>;
  /** Records of the entries that extensions looked at, counted, by extension. */
  parts?: Record<string, PartsReport>;
  /** Results of the jobs that ran. */
  jobs: JobReport;
  /** Texts that got a vector of their meaning, for search. */
  embedded: number;
  /** Results of indexing for search, where that was asked for. */
  index?: IndexReport | null;
  /** Milliseconds that it all took. */
  duration_ms: number;
  /** Failures; everything else is done. */
  failures: Array<Failure>;
}

/** Input of [`WriteSidecar`](super::WriteSidecar). */
export interface WriteSidecarInput {
  /** The entry. */
  entry_id: string;
  /**
   * Name of the sidecar: `receipt.json`. Letters, digits, `.`, `_`, `-`; no leading or
   * trailing dot; 1 to 255 bytes.
   */
  name: string;
  /** Its bytes, at most 64 MiB. */
  data: Base64;
  /** `content_hash` of the sidecar that is replaced; the empty text where there must be none. */
  only_if?: string | null;
}

/** All built-in operations, by method. */
export interface Operations {
  /** Changes settings in the file, and returns all; the rest of it, comments as well, stays as it is */
  "action:config.set.input.v1": {
    library: false;
    input: SetConfigInput;
    output: ConfigOutput;
  };
  /** Writes a library into a new folder, as it is at one moment */
  "action:copies.back_up.input.v1": {
    library: true;
    input: BackUpInput;
    output: BackupReport;
  };
  /** Writes the entries of a library as files, with what is known about them */
  "action:copies.export.input.v1": {
    library: true;
    input: ExportInput;
    output: ExportReport;
  };
  /** Brings the library of a backup back, after checking every file */
  "action:copies.restore.input.v1": {
    library: false;
    input: RestoreInput;
    output: LibraryInfo;
  };
  /** Removes a credential */
  "action:credentials.delete.input.v1": {
    library: true;
    input: CredentialRef;
    output: DeleteCredentialOutput;
  };
  /** Keeps a credential, encrypted */
  "action:credentials.store.input.v1": {
    library: true;
    input: StoreInput;
    output: StoreOutput;
  };
  /** Tells other extensions that something happened to an entry */
  "action:events.publish.input.v1": {
    library: true;
    input: PublishInput;
    output: PublishOutput;
  };
  /** Subscribes the extension to events of a kind in this library */
  "action:events.subscribe.input.v1": {
    library: true;
    input: SubscribeInput;
    output: SubscribeOutput;
  };
  /** Removes a subscription */
  "action:events.unsubscribe.input.v1": {
    library: true;
    input: SubscribeInput;
    output: SubscribeOutput;
  };
  /** Keeps a version as the pending update of an extension, until the user decides */
  "action:extensions.defer.input.v1": {
    library: false;
    input: DeferInput;
    output: DeferOutput;
  };
  /** Installs an extension, or another version of it, with what the user agrees to */
  "action:extensions.install.input.v1": {
    library: false;
    input: InstallInput;
    output: ExtensionInfo;
  };
  /** Stops an extension until it is released, over restarts as well */
  "action:extensions.quarantine.input.v1": {
    library: false;
    input: QuarantineInput;
    output: ExtensionState;
  };
  /** Starts to record what an extension is asked, calls and answers into a file */
  "action:extensions.record_calls.input.v1": {
    library: false;
    input: RecordCallsInput;
    output: RecordedCallsOutput;
  };
  /** Lets a stopped extension run again */
  "action:extensions.release.input.v1": {
    library: false;
    input: ExtensionRef;
    output: ReleaseOutput;
  };
  /** Removes an extension, with its credentials, grants, jobs and waiting events */
  "action:extensions.remove.input.v1": {
    library: false;
    input: ExtensionRef;
    output: RemoveOutput;
  };
  /** Stops the recording of an extension into a file */
  "action:extensions.stop_recording_calls.input.v1": {
    library: false;
    input: ExtensionRef;
    output: RecordedCallsOutput;
  };
  /** Installs a version in the place of one that runs, without a pause for its calls */
  "action:extensions.update.input.v1": {
    library: false;
    input: InstallInput;
    output: UpdatedExtension;
  };
  /** Ends a job: one that waits at once, one that runs when it makes its next checkpoint */
  "action:jobs.cancel.input.v1": {
    library: true;
    input: JobRef;
    output: CancelOutput;
  };
  /** Keeps a checkpoint of a running job, at which it resumes after a crash, and its progress */
  "action:jobs.checkpoint.input.v1": {
    library: true;
    input: CheckpointInput;
    output: CheckpointOutput;
  };
  /** Dispatches a job: an operation that runs later */
  "action:jobs.dispatch.input.v1": {
    library: true;
    input: DispatchInput;
    output: DispatchOutput;
  };
  /** Checks a library for damage, and moves files that belong to nothing to its folder `quarantine` */
  "action:libraries.check.input.v1": {
    library: false;
    input: LibraryRef;
    output: CheckLibraryOutput;
  };
  /** Makes a library */
  "action:libraries.create.input.v1": {
    library: false;
    input: CreateLibraryInput;
    output: LibraryInfo;
  };
  /** Deletes a library; it can be brought back */
  "action:libraries.delete.input.v1": {
    library: false;
    input: LibraryRef;
    output: ChangedLibrary;
  };
  /** Removes a deleted library for good */
  "action:libraries.purge.input.v1": {
    library: false;
    input: LibraryRef;
    output: ChangedLibrary;
  };
  /** Gives a library another name */
  "action:libraries.rename.input.v1": {
    library: false;
    input: RenameLibraryInput;
    output: LibraryInfo;
  };
  /** Brings a deleted library back */
  "action:libraries.restore.input.v1": {
    library: false;
    input: RestoreLibraryInput;
    output: ChangedLibrary;
  };
  /** Adds a folder that a library follows */
  "action:locations.add.input.v1": {
    library: false;
    input: AddLocationInput;
    output: Location;
  };
  /** Stops following a folder. The entries of its files stay */
  "action:locations.remove.input.v1": {
    library: false;
    input: LocationRef;
    output: Location;
  };
  /** Asks the daemon to look at the whole folder again */
  "action:locations.rescan.input.v1": {
    library: false;
    input: RescanInput;
    output: Location;
  };
  /** Pauses a location, or follows it again */
  "action:locations.set_paused.input.v1": {
    library: false;
    input: SetPausedInput;
    output: Location;
  };
  /** Grants an extension something, or denies it; without a rule all that its manifest asks for */
  "action:permissions.grant.input.v1": {
    library: false;
    input: GrantInput;
    output: GrantOutput;
  };
  /** Forgets every grant and every denial: then the extension may do nothing */
  "action:permissions.reset.input.v1": {
    library: false;
    input: ExtensionRef;
    output: RevokeOutput;
  };
  /** Takes back one grant or denial, or every grant; denials stay then */
  "action:permissions.revoke.input.v1": {
    library: false;
    input: RevokeInput;
    output: RevokeOutput;
  };
  /** Starts to record what an extension does. It gets no more rights than it has */
  "action:permissions.start_recording.input.v1": {
    library: false;
    input: ExtensionRef;
    output: RecordedOutput;
  };
  /** Stops the recording, and keeps it together with what was recorded before */
  "action:permissions.stop_recording.input.v1": {
    library: false;
    input: ExtensionRef;
    output: RecordedOutput;
  };
  /** Adds a call that the user has made again and again */
  "action:schedules.add.input.v1": {
    library: false;
    input: AddScheduleInput;
    output: Schedule;
  };
  /** Removes a schedule. A call that runs goes on */
  "action:schedules.remove.input.v1": {
    library: false;
    input: ScheduleRef;
    output: Schedule;
  };
  /** Makes the vectors of texts that have none, for search by meaning */
  "action:search.make_vectors.input.v1": {
    library: true;
    input: MakeVectorsInput;
    output: MakeVectorsOutput;
  };
  /** Reads the contents of entries again, pictures as well, and keeps what is found for search */
  "action:search.read_again.input.v1": {
    library: true;
    input: ReadAgainInput;
    output: ReadAgainOutput;
  };
  /** Builds the index of words anew, of the names, metadata and sidecars that the library keeps */
  "action:search.rebuild_index.input.v1": {
    library: true;
    input: RebuildIndexInput;
    output: RebuildIndexOutput;
  };
  /** Cancels a login that waits for its user */
  "action:secret_store.cancel_sign_in.input.v1": {
    library: false;
    input: SignInRef;
    output: CancelSignInOutput;
  };
  /** Removes a secret; accepts a vault that was put back, as [`Put`] does */
  "action:secret_store.delete.input.v1": {
    library: false;
    input: SecretRef;
    output: DeleteSecretOutput;
  };
  /** Takes secrets from a file of [`Export`]: all of them, or none when one is not valid */
  "action:secret_store.import.input.v1": {
    library: false;
    input: ImportSecretsInput;
    output: ImportSecretsOutput;
  };
  /** Keeps a secret, encrypted; an older one of this name is replaced */
  "action:secret_store.put.input.v1": {
    library: false;
    input: PutSecretInput;
    output: PutSecretOutput;
  };
  /** Encrypts the whole vault with a new key */
  "action:secret_store.rotate_key.input.v1": {
    library: false;
    input: RotateKeyInput;
    output: RotateKeyOutput;
  };
  /** Begins a login with a browser on this machine, and returns the address of the page to open */
  "action:secret_store.sign_in.input.v1": {
    library: false;
    input: SignInInput;
    output: SignInOutput;
  };
  /** Revokes a login at its provider, and removes it */
  "action:secret_store.sign_out.input.v1": {
    library: false;
    input: SignOutInput;
    output: SignOutOutput;
  };
  /** Sets settings of an extension, or takes values back, all of them or none */
  "action:settings.set.input.v1": {
    library: false;
    input: SetSettingsInput;
    output: SetSettingsOutput;
  };
  /** Makes an entry, or returns the one at its path */
  "action:vdfs.create_entry.input.v1": {
    library: true;
    input: NewEntry;
    output: CreateEntryOutput;
  };
  /** Removes an entry with its content and sidecars */
  "action:vdfs.delete_entry.input.v1": {
    library: true;
    input: EntryRef;
    output: DeleteOutput;
  };
  /** Removes a sidecar */
  "action:vdfs.delete_sidecar.input.v1": {
    library: true;
    input: SidecarRef;
    output: DeleteOutput;
  };
  /** Removes entries from the bin for good */
  "action:vdfs.empty_bin.input.v1": {
    library: true;
    input: EmptyBinInput;
    output: EmptyBinOutput;
  };
  /** Gives an entry another path */
  "action:vdfs.move_entry.input.v1": {
    library: true;
    input: MoveEntryInput;
    output: Entry;
  };
  /** Brings a deleted entry back with all that belonged to it */
  "action:vdfs.restore_entry.input.v1": {
    library: true;
    input: RestoreEntryInput;
    output: Entry;
  };
  /** Gives an imported file a content that it had before */
  "action:vdfs.restore_version.input.v1": {
    library: true;
    input: VersionRef;
    output: Entry;
  };
  /** Changes metadata by a JSON Merge Patch (RFC 7396) */
  "action:vdfs.update_metadata.input.v1": {
    library: true;
    input: UpdateMetadataInput;
    output: UpdateMetadataOutput;
  };
  /** Writes a sidecar, whole */
  "action:vdfs.write_sidecar.input.v1": {
    library: true;
    input: WriteSidecarInput;
    output: SidecarInfo;
  };
  /** Checks the database of the library, and compares all its files with their hashes */
  "action:work.check_library.input.v1": {
    library: true;
    input: CheckLibraryInput;
    output: LibraryCheck;
  };
  /** Lets the extensions work on the events that wait for them, and runs the jobs that come of it */
  "action:work.deliver.input.v1": {
    library: true;
    input: Record<string, never>;
    output: WorkReport;
  };
  /** Puts the last event of each entry back for an extension that has dealt with it */
  "action:work.deliver_again.input.v1": {
    library: true;
    input: DeliverAgainInput;
    output: DeliverAgainOutput;
  };
  /** Imports files and folders of this machine, and lets the extensions work on them */
  "action:work.import.input.v1": {
    library: true;
    input: ImportInput;
    output: WorkReport;
  };
  /** Reads the contents that search does not know yet, and makes the vectors of their texts */
  "action:work.index.input.v1": {
    library: true;
    input: Record<string, never>;
    output: IndexReport;
  };
  /** Delivers dead letters again: one, all of an extension, or all; then whatever else waits */
  "action:work.replay.input.v1": {
    library: true;
    input: ReplayInput;
    output: WorkReport;
  };
  /** Runs the jobs that may run now, and those that they dispatch, until none is left */
  "action:work.run_jobs.input.v1": {
    library: true;
    input: Record<string, never>;
    output: WorkReport;
  };
  /** Looks at the folders that the library follows, as a daemon does when it begins */
  "action:work.scan_locations.input.v1": {
    library: true;
    input: ScanLocationsInput;
    output: ScanLocationsOutput;
  };
  /** Answers a question about a text, as JSON after a schema */
  "query:ai.classify_text.v1": {
    library: true;
    input: ClassifyTextInput;
    output: ClassifyTextOutput;
  };
  /** Turns texts into vectors, near to each other when their meaning is */
  "query:ai.embed.v1": {
    library: true;
    input: EmbedInput;
    output: EmbedOutput;
  };
  /** Extracts the text that a document carries, and the electronic invoice in it */
  "query:ai.extract_text.v1": {
    library: true;
    input: ExtractTextInput;
    output: ExtractTextOutput;
  };
  /** Reads the text in a picture or in pages of a PDF */
  "query:ai.ocr.v1": {
    library: true;
    input: OcrInput;
    output: OcrOutput;
  };
  /** Draws a page of a PDF as a PNG, at 200 dpi: the boxes of [`Ocr`] are places in this picture */
  "query:ai.render_page.v1": {
    library: false;
    input: RenderPageInput;
    output: RenderPageOutput;
  };
  /** Lists the settings: those that can be changed here, then what else the file says */
  "query:config.get.v1": {
    library: false;
    input: Record<string, never>;
    output: ConfigOutput;
  };
  /** Returns what the caller has left of its limits */
  "query:core.quota.v1": {
    library: false;
    input: Record<string, never>;
    output: QuotaOutput;
  };
  /** Returns the versions of the host and of its ABI */
  "query:core.status.v1": {
    library: false;
    input: Record<string, never>;
    output: StatusOutput;
  };
  /** Returns a credential without its secret */
  "query:credentials.get.v1": {
    library: true;
    input: CredentialRef;
    output: CredentialInfo;
  };
  /** Lists the caller's credentials, by name, without their secrets */
  "query:credentials.list.v1": {
    library: true;
    input: Record<string, never>;
    output: ListCredentialsOutput;
  };
  /** Lists the events of the library, the oldest first, page by page */
  "query:events.list.v1": {
    library: true;
    input: ListEventsInput;
    output: ListEventsOutput;
  };
  /** Lists the kinds that the extension subscribed to in this library */
  "query:events.subscriptions.v1": {
    library: true;
    input: Record<string, never>;
    output: SubscriptionsOutput;
  };
  /** Returns an installed extension and how it does */
  "query:extensions.get.v1": {
    library: false;
    input: ExtensionRef;
    output: ExtensionState;
  };
  /** Looks at an extension before it is installed: what it is and what it asks for */
  "query:extensions.inspect.v1": {
    library: false;
    input: InspectInput;
    output: ExtensionCandidate;
  };
  /** Lists the installed extensions, by id */
  "query:extensions.list.v1": {
    library: false;
    input: Record<string, never>;
    output: ListExtensionsOutput;
  };
  /** Lists the views of the installed extensions, by extension */
  "query:extensions.views.v1": {
    library: false;
    input: Record<string, never>;
    output: ListViewsOutput;
  };
  /** Sends a request and returns the answer, whatever its status */
  "query:http.request.v1": {
    library: true;
    input: RequestInput;
    output: RequestOutput;
  };
  /** Lists jobs, the newest first */
  "query:jobs.list.v1": {
    library: true;
    input: ListJobsInput;
    output: ListJobsOutput;
  };
  /** Returns a job */
  "query:jobs.status.v1": {
    library: true;
    input: JobRef;
    output: Job;
  };
  /** Lists all libraries, by name, and those that cannot be read */
  "query:libraries.list.v1": {
    library: false;
    input: Record<string, never>;
    output: ListLibrariesOutput;
  };
  /** Lists the deleted libraries */
  "query:libraries.list_deleted.v1": {
    library: false;
    input: Record<string, never>;
    output: ListLibrariesOutput;
  };
  /** Lists the locations of all libraries, in the order in which they were added */
  "query:locations.list.v1": {
    library: false;
    input: Record<string, never>;
    output: ListLocationsOutput;
  };
  /** Returns a message as it is */
  "query:mail.fetch_message.v1": {
    library: true;
    input: FetchMessageInput;
    output: FetchMessageOutput;
  };
  /** Lists the folders of a mailbox that hold messages */
  "query:mail.list_folders.v1": {
    library: true;
    input: ListFoldersInput;
    output: ListFoldersOutput;
  };
  /** Lists messages of a folder, the oldest first */
  "query:mail.list_messages.v1": {
    library: true;
    input: ListMessagesInput;
    output: ListMessagesOutput;
  };
  /** Reads the QR codes in a picture, or on pages of a PDF */
  "query:media.codes.v1": {
    library: true;
    input: CodesInput;
    output: CodesOutput;
  };
  /** Reads what a picture says of itself: time, place, camera, tags */
  "query:media.metadata.v1": {
    library: true;
    input: MetadataInput;
    output: MetadataOutput;
  };
  /** Makes small copies of a picture, upright */
  "query:media.thumbnail.v1": {
    library: true;
    input: ThumbnailInput;
    output: ThumbnailOutput;
  };
  /** Returns the newest records of the audit log, oldest first */
  "query:permissions.audit_tail.v1": {
    library: false;
    input: AuditTailInput;
    output: AuditTailOutput;
  };
  /** Checks that each record of the audit log is linked to the one before it */
  "query:permissions.audit_verify.v1": {
    library: false;
    input: Record<string, never>;
    output: AuditVerifyOutput;
  };
  /** Explains why a call of an extension would run or not, by the rules that are in force now */
  "query:permissions.explain.v1": {
    library: false;
    input: ExplainInput;
    output: ExplainOutput;
  };
  /** Lists what the user granted to an extension, and denied it */
  "query:permissions.list.v1": {
    library: false;
    input: ExtensionRef;
    output: ListGrantsOutput;
  };
  /** Lists the schedules, in the order in which they were added */
  "query:schedules.list.v1": {
    library: false;
    input: Record<string, never>;
    output: ListSchedulesOutput;
  };
  /** Searches names, metadata, contents and text sidecars, by words and by meaning */
  "query:search.entries.v1": {
    library: true;
    input: SearchInput;
    output: SearchOutput;
  };
  /** Writes all secrets into one file in the format of age, encrypted for a passphrase or public keys */
  "query:secret_store.export.v1": {
    library: false;
    input: ExportSecretsInput;
    output: ExportSecretsOutput;
  };
  /** Lists secrets without what is secret in them, by extension, library and name */
  "query:secret_store.list.v1": {
    library: false;
    input: ListSecretsInput;
    output: ListSecretsOutput;
  };
  /** Lists the providers of `config.toml` at which the user can sign in */
  "query:secret_store.providers.v1": {
    library: false;
    input: Record<string, never>;
    output: ListProvidersOutput;
  };
  /** Returns the state of a login that was begun */
  "query:secret_store.sign_in_state.v1": {
    library: false;
    input: SignInRef;
    output: SignInStateOutput;
  };
  /** Returns the secret of a credential */
  "query:secrets.reveal.v1": {
    library: true;
    input: CredentialRef;
    output: RevealOutput;
  };
  /** Returns the caller's settings as they are in the library: what the user set, else the defaults */
  "query:settings.get.v1": {
    library: true;
    input: Record<string, never>;
    output: GetSettingsOutput;
  };
  /** Lists the settings of an extension with their values, without those of secrets */
  "query:settings.list.v1": {
    library: false;
    input: SettingsRef;
    output: ListSettingsOutput;
  };
  /** Reads the contents of entries and compares them with their hashes */
  "query:vdfs.check_contents.v1": {
    library: true;
    input: CheckContentsInput;
    output: CheckContentsOutput;
  };
  /** Returns one entry and its sidecars */
  "query:vdfs.get_entry.v1": {
    library: true;
    input: EntryRef;
    output: EntryDetails;
  };
  /** Lists the entries that the user deleted, the last first, page by page */
  "query:vdfs.list_bin.v1": {
    library: true;
    input: ListBinInput;
    output: ListBinOutput;
  };
  /** Lists entries that changed since a cursor, and those that are gone, page by page */
  "query:vdfs.list_changes.v1": {
    library: true;
    input: ListChangesInput;
    output: ListChangesOutput;
  };
  /** Lists entries in the order of their making, page by page */
  "query:vdfs.list_entries.v1": {
    library: true;
    input: ListEntriesInput;
    output: ListEntriesOutput;
  };
  /** Lists the sidecars of an entry by name, page by page */
  "query:vdfs.list_sidecars.v1": {
    library: true;
    input: ListSidecarsInput;
    output: ListSidecarsOutput;
  };
  /** Lists the contents that an imported file had before, the newest first */
  "query:vdfs.list_versions.v1": {
    library: true;
    input: EntryRef;
    output: ListVersionsOutput;
  };
  /** Returns bytes of an entry's content */
  "query:vdfs.read_content.v1": {
    library: true;
    input: ReadContentInput;
    output: ReadContentOutput;
  };
  /** Returns a sidecar, whole */
  "query:vdfs.read_sidecar.v1": {
    library: true;
    input: SidecarRef;
    output: ReadSidecarOutput;
  };
  /** Counts the events that wait for an extension; [`Deliver`] delivers them */
  "query:work.count_waiting.v1": {
    library: true;
    input: ExtensionRef;
    output: CountWaitingOutput;
  };
  /** Lists the events that extensions could not work on, by extension, oldest first */
  "query:work.list_failures.v1": {
    library: true;
    input: Record<string, never>;
    output: ListFailuresOutput;
  };
  /** Lists the contents that could not be read for search, by path */
  "query:work.list_unreadable.v1": {
    library: true;
    input: ListUnreadableInput;
    output: ListUnreadableOutput;
  };
}

/** The methods of all built-in operations. */
export const METHODS = [
  "action:config.set.input.v1",
  "action:copies.back_up.input.v1",
  "action:copies.export.input.v1",
  "action:copies.restore.input.v1",
  "action:credentials.delete.input.v1",
  "action:credentials.store.input.v1",
  "action:events.publish.input.v1",
  "action:events.subscribe.input.v1",
  "action:events.unsubscribe.input.v1",
  "action:extensions.defer.input.v1",
  "action:extensions.install.input.v1",
  "action:extensions.quarantine.input.v1",
  "action:extensions.record_calls.input.v1",
  "action:extensions.release.input.v1",
  "action:extensions.remove.input.v1",
  "action:extensions.stop_recording_calls.input.v1",
  "action:extensions.update.input.v1",
  "action:jobs.cancel.input.v1",
  "action:jobs.checkpoint.input.v1",
  "action:jobs.dispatch.input.v1",
  "action:libraries.check.input.v1",
  "action:libraries.create.input.v1",
  "action:libraries.delete.input.v1",
  "action:libraries.purge.input.v1",
  "action:libraries.rename.input.v1",
  "action:libraries.restore.input.v1",
  "action:locations.add.input.v1",
  "action:locations.remove.input.v1",
  "action:locations.rescan.input.v1",
  "action:locations.set_paused.input.v1",
  "action:permissions.grant.input.v1",
  "action:permissions.reset.input.v1",
  "action:permissions.revoke.input.v1",
  "action:permissions.start_recording.input.v1",
  "action:permissions.stop_recording.input.v1",
  "action:schedules.add.input.v1",
  "action:schedules.remove.input.v1",
  "action:search.make_vectors.input.v1",
  "action:search.read_again.input.v1",
  "action:search.rebuild_index.input.v1",
  "action:secret_store.cancel_sign_in.input.v1",
  "action:secret_store.delete.input.v1",
  "action:secret_store.import.input.v1",
  "action:secret_store.put.input.v1",
  "action:secret_store.rotate_key.input.v1",
  "action:secret_store.sign_in.input.v1",
  "action:secret_store.sign_out.input.v1",
  "action:settings.set.input.v1",
  "action:vdfs.create_entry.input.v1",
  "action:vdfs.delete_entry.input.v1",
  "action:vdfs.delete_sidecar.input.v1",
  "action:vdfs.empty_bin.input.v1",
  "action:vdfs.move_entry.input.v1",
  "action:vdfs.restore_entry.input.v1",
  "action:vdfs.restore_version.input.v1",
  "action:vdfs.update_metadata.input.v1",
  "action:vdfs.write_sidecar.input.v1",
  "action:work.check_library.input.v1",
  "action:work.deliver.input.v1",
  "action:work.deliver_again.input.v1",
  "action:work.import.input.v1",
  "action:work.index.input.v1",
  "action:work.replay.input.v1",
  "action:work.run_jobs.input.v1",
  "action:work.scan_locations.input.v1",
  "query:ai.classify_text.v1",
  "query:ai.embed.v1",
  "query:ai.extract_text.v1",
  "query:ai.ocr.v1",
  "query:ai.render_page.v1",
  "query:config.get.v1",
  "query:core.quota.v1",
  "query:core.status.v1",
  "query:credentials.get.v1",
  "query:credentials.list.v1",
  "query:events.list.v1",
  "query:events.subscriptions.v1",
  "query:extensions.get.v1",
  "query:extensions.inspect.v1",
  "query:extensions.list.v1",
  "query:extensions.views.v1",
  "query:http.request.v1",
  "query:jobs.list.v1",
  "query:jobs.status.v1",
  "query:libraries.list.v1",
  "query:libraries.list_deleted.v1",
  "query:locations.list.v1",
  "query:mail.fetch_message.v1",
  "query:mail.list_folders.v1",
  "query:mail.list_messages.v1",
  "query:media.codes.v1",
  "query:media.metadata.v1",
  "query:media.thumbnail.v1",
  "query:permissions.audit_tail.v1",
  "query:permissions.audit_verify.v1",
  "query:permissions.explain.v1",
  "query:permissions.list.v1",
  "query:schedules.list.v1",
  "query:search.entries.v1",
  "query:secret_store.export.v1",
  "query:secret_store.list.v1",
  "query:secret_store.providers.v1",
  "query:secret_store.sign_in_state.v1",
  "query:secrets.reveal.v1",
  "query:settings.get.v1",
  "query:settings.list.v1",
  "query:vdfs.check_contents.v1",
  "query:vdfs.get_entry.v1",
  "query:vdfs.list_bin.v1",
  "query:vdfs.list_changes.v1",
  "query:vdfs.list_entries.v1",
  "query:vdfs.list_sidecars.v1",
  "query:vdfs.list_versions.v1",
  "query:vdfs.read_content.v1",
  "query:vdfs.read_sidecar.v1",
  "query:work.count_waiting.v1",
  "query:work.list_failures.v1",
  "query:work.list_unreadable.v1",
] as const;
