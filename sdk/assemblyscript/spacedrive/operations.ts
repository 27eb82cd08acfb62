// Made by `cargo xtask bindgen` of the operations of the host. Do not edit.
import { JSON } from "json-as";
import { Bytes } from "./envelope";
import { operate } from "./host";

// Relation of a value to the one of a `Filter`.
export namespace Comparison {
  export const EQUAL: string = "=";
  export const NOT_EQUAL: string = "!=";
  export const LESS: string = "<";
  export const AT_MOST: string = "<=";
  export const MORE: string = ">";
  export const AT_LEAST: string = ">=";
  export const HAS: string = ":";
}

// Method of a request.
export namespace HttpMethod {
  export const GET: string = "GET";
  export const HEAD: string = "HEAD";
  export const POST: string = "POST";
  export const PUT: string = "PUT";
  export const PATCH: string = "PATCH";
  export const DELETE: string = "DELETE";
}

// Priority of a job among those that wait.
export namespace JobPriority {
  export const LOW: string = "low";
  export const NORMAL: string = "normal";
  export const HIGH: string = "high";
}

// State of a job.
export namespace JobState {
  export const WAITING: string = "waiting";
  export const RUNNING: string = "running";
  export const PARKED: string = "parked";
  export const DONE: string = "done";
  export const FAILED: string = "failed";
  export const CANCELLED: string = "cancelled";
}

// Mode of a search.
export namespace SearchMode {
  export const HYBRID: string = "hybrid";
  export const TEXT: string = "text";
  export const MEANING: string = "meaning";
}

// Input of `ClassifyText`.
@json
export class ClassifyTextInput {
  // The text, at most 512 KiB; rows and cells as in that of `ai.ocr`.
  text: string = "";
  // The question, in words.
  prompt: string = "";
  // JSON Schema of the answer, an object schema of at most 64 KiB; the answer validates against it.
  @omitnull()
  schema: JSON.Raw | null = null;
}

// Output of `ClassifyText`.
@json
export class ClassifyTextOutput {
  // The answer; a property that the text does not answer is `null`.
  answer: JSON.Raw = new JSON.Raw("null");
  // Evidence per top-level property of the answer.
  evidence: JSON.Raw = new JSON.Raw("{}");
  // The engine that answered.
  engine: string = "";
}

// Input of `Embed`.
@json
export class EmbedInput {
  // 1 to 64 texts, none empty, each at most 64 KiB. The model reads the beginning of a long one,
  // about 200 words.
  texts: string[] = [];
}

// Output of `Embed`.
@json
export class EmbedOutput {
  // One vector for each text, in order, each of length 1: a scalar product is a cosine.
  vectors: f64[][] = [];
  // Numbers in a vector.
  dimension: i64 = 0;
  // The model; vectors of different models cannot be compared.
  engine: string = "";
}

// Input of `ExtractText`.
@json
export class ExtractTextInput {
  // The document.
  data: Bytes = new Bytes();
  // Its media type, `application/pdf` or `text/html; charset=utf-8`; left out: detected from its
  // first bytes. A PDF is read as one whatever this says.
  @omitnull()
  media_type: string | null = null;
  // Pages of a PDF whose text is wanted, from 1; left out: all. Those behind the last page are
  // passed over, so that the beginning of a long document can be asked for.
  @omitnull()
  pages: i64[] | null = null;
  // Name of a setting of the calling extension that is a secret, a text or a list of texts:
  // passwords that are tried on an encrypted PDF.
  @omitnull()
  passwords: string | null = null;
}

// A file inside a document.
@json
export class EmbeddedFile {
  // Its name there; never a path to open.
  name: string = "";
  // Its bytes.
  data: Bytes = new Bytes();
}

// A party of an `Invoice`.
@json
export class InvoiceParty {
  // Its name, in one line.
  @omitnull()
  name: string | null = null;
  // Its VAT number, or another tax number.
  @omitnull()
  tax_id: string | null = null;
  // ISO 3166 code of two letters.
  @omitnull()
  country: string | null = null;
}

// A line of an `Invoice`.
@json
export class InvoiceLine {
  // Name of the product or service.
  @omitnull()
  name: string | null = null;
  // Quantity of it.
  @omitnull()
  quantity: JSON.Box<f64> | null = null;
  // Unit of the quantity, a code of UN/ECE Recommendation 20: `HUR` is hours.
  @omitnull()
  unit: string | null = null;
  // Price of one unit without tax.
  @omitnull()
  unit_price: JSON.Box<f64> | null = null;
  // Price of the line without tax.
  @omitnull()
  total: JSON.Box<f64> | null = null;
  // Tax rate in percent.
  @omitnull()
  tax_rate: JSON.Box<f64> | null = null;
}

// An electronic invoice (CII or UBL), as its XML states it. Fields that it does not state are left
// out. Amounts are in `currency`; they have at most 15 significant digits and are exact.
@json
export class Invoice {
  // `cii` (ZUGFeRD, Factur-X, XRechnung) or `ubl` (Peppol, XRechnung).
  syntax: string = "";
  // The profile or guideline that it follows.
  @omitnull()
  profile: string | null = null;
  // Type of the document, a code of UNTDID 1001: `380` is an invoice, `381` a credit note.
  @omitnull()
  type_code: string | null = null;
  // True when it takes an invoice back, wholly or in part.
  credit_note: bool = false;
  // Its number.
  @omitnull()
  number: string | null = null;
  // Day of issue, ISO 8601.
  @omitnull()
  date: string | null = null;
  // Day by which it is to be paid, ISO 8601.
  @omitnull()
  due_date: string | null = null;
  // The party that sells.
  @omitnull()
  seller: InvoiceParty | null = null;
  // The party that buys.
  @omitnull()
  buyer: InvoiceParty | null = null;
  // Currency, ISO 4217.
  @omitnull()
  currency: string | null = null;
  // Sum without tax.
  @omitnull()
  net: JSON.Box<f64> | null = null;
  // Sum of the taxes.
  @omitnull()
  tax: JSON.Box<f64> | null = null;
  // Sum with tax, before anything that was paid is taken off.
  @omitnull()
  total: JSON.Box<f64> | null = null;
  // Amount that was paid before.
  @omitnull()
  prepaid: JSON.Box<f64> | null = null;
  // Amount that is left to pay.
  @omitnull()
  due: JSON.Box<f64> | null = null;
  // Means of payment, a code of UNTDID 4461: `58` is a SEPA transfer.
  @omitnull()
  payment_code: string | null = null;
  // Lines of the invoice.
  @omitnull()
  lines: InvoiceLine[] | null = null;
}

// Output of `ExtractText`.
@json
export class ExtractTextOutput {
  // The pages in their order, separated by a form feed; rows and cells as in that of `ai.ocr`.
  text: string = "";
  // The media type that it was read as.
  media_type: string = "";
  // Pages in the document; 1 for texts without pages.
  pages: i64 = 0;
  // Pages, from 1, that carry no text and may be scans: something for `ai.ocr`.
  pages_without_text: i64[] = [];
  // Pages, from 1, whose text may not be all or not what they show: a picture or outlines of
  // letters cover them, characters are unknown, or a program read it in a scan. Something for
  // `ai.ocr` as well.
  @omitnull()
  pages_in_doubt: i64[] | null = null;
  // Files inside the document (PDF attachments, such as the XML of an e-invoice).
  @omitnull()
  embedded: EmbeddedFile[] | null = null;
  // The electronic invoice that the document is or carries inside. It takes precedence over the
  // text.
  @omitnull()
  invoice: Invoice | null = null;
}

// Input of `Ocr`.
@json
export class OcrInput {
  // PNG, JPEG, WebP, TIFF, BMP, GIF or PDF.
  data: Bytes = new Bytes();
  // Pages of a PDF or TIFF to read, from 1; left out: all of them.
  @omitnull()
  pages: i64[] | null = null;
  // True to return rows with boxes and confidences.
  @omitnull()
  lines: JSON.Box<bool> | null = null;
  // Language of the text, ISO 639: `de`, `deu`; left out: whatever the engine reads.
  @omitnull()
  language: string | null = null;
  // The engine that is to read it: `pp-ocr` or `tesseract`; left out: the host's default.
  @omitnull()
  engine: string | null = null;
  // Steps of preprocessing, of `orientation`, `deskew`, `contrast`; left out: orientation and
  // deskew.
  @omitnull()
  preprocessing: string[] | null = null;
  // Name of a setting of the calling extension that is a secret, a text or a list of texts:
  // passwords that are tried on an encrypted PDF.
  @omitnull()
  passwords: string | null = null;
  // Another form to return as well: `hocr` or `tsv` (as Tesseract writes it).
  @omitnull()
  format: string | null = null;
}

// One word of an `OcrLine`.
@json
export class OcrWord {
  // Its characters.
  text: string = "";
  // Mean confidence, 0 to 1.
  confidence: f64 = 0;
  // Left, top, width, height, in pixels of the picture as given.
  area: f64[] = [];
}

// One row of an `OcrPage`.
@json
export class OcrLine {
  // Its text.
  text: string = "";
  // Mean confidence, 0 to 1.
  confidence: f64 = 0;
  // Left, top, width, height, in pixels of the picture as given.
  area: f64[] = [];
  // Its words, from left to right.
  @omitnull()
  words: OcrWord[] | null = null;
}

// One page of `OcrOutput`.
@json
export class OcrPage {
  // Number of the page, from 1.
  page: i64 = 0;
  // Width in pixels, upright.
  width: i64 = 0;
  // Height in pixels, upright.
  height: i64 = 0;
  // Degrees by which it was turned clockwise to read it: 0, 90, 180, 270.
  rotation: i64 = 0;
  // Degrees by which its rows fall to the right, after that.
  @omitnull()
  skew: JSON.Box<f64> | null = null;
  // Its rows, when asked for.
  @omitnull()
  lines: OcrLine[] | null = null;
}

// Output of `Ocr`.
@json
export class OcrOutput {
  // Rows from top to bottom joined by line feeds, cells of a row separated by two spaces, pages
  // separated by a form feed.
  text: string = "";
  // Mean confidence, 0 to 1.
  confidence: f64 = 0;
  // Results per page.
  pages: OcrPage[] = [];
  // The engine that read it.
  engine: string = "";
  // The form asked for by `format`.
  @omitnull()
  formatted: string | null = null;
  // Changes that made the text safe: `control_characters_removed`, `cut`.
  @omitnull()
  flags: string[] | null = null;
}

// Calls that an extension has left.
@json
export class RequestQuota {
  // Calls in a minute, evenly.
  per_minute: i64 = 0;
  // Calls at once, after a pause long enough.
  burst: i64 = 0;
  // Calls at once now.
  left: i64 = 0;
}

// Jobs that an extension has left.
@json
export class JobQuota {
  // Jobs that may run at the same time.
  limit: i64 = 0;
  // Jobs that run.
  running: i64 = 0;
}

// Part of a budget that an extension has left.
@json
export class BudgetQuota {
  // Name of the budget: `"http_bytes"`, `"ocr_pages"`, `"embedding_tokens"`, `"model_tokens"`.
  name: string = "";
  // Amount of a day.
  limit: i64 = 0;
  // Amount that is left today.
  left: i64 = 0;
}

// Output of `Quota`. For the user, who has no limits, all is left out.
@json
export class QuotaOutput {
  // Calls that the extension has left.
  @omitnull()
  requests: RequestQuota | null = null;
  // Jobs that the extension has left.
  @omitnull()
  jobs: JobQuota | null = null;
  // Budgets of this day, which ends at midnight UTC.
  budgets: BudgetQuota[] = [];
  // Milliseconds until the budgets start afresh.
  resets_in_ms: i64 = 0;
}

// Output of `Status`.
@json
export class StatusOutput {
  // Version of the host.
  version: string = "";
  // Version of the ABI that it speaks.
  abi_version: i64 = 0;
  // Number of methods that it serves.
  methods: i64 = 0;
}

// Reference to a credential of the caller.
@json
export class CredentialRef {
  // Its name.
  name: string = "";
}

// Output of `Delete`.
@json
export class DeleteCredentialOutput {
  // False when there was nothing to remove.
  deleted: bool = false;
}

// A credential without its secret.
@json
export class CredentialInfo {
  // Its name.
  name: string = "";
  // Its kind: `api_key`, `basic`, `oauth2`, `custom`.
  kind: string = "";
  // The only origins that it is sent to.
  hosts: string[] = [];
  // Version, which counts up with each change.
  version: i64 = 0;
  // When the access token expires, in seconds since 1970.
  @omitnull()
  expires_at: JSON.Box<i64> | null = null;
  // True when the user has to log in again before it can be used.
  needs_login: bool = false;
}

// Output of `List`.
@json
export class ListCredentialsOutput {
  // The credentials, by name.
  credentials: CredentialInfo[] = [];
}

// Input of `Store`.
@json
export class StoreInput {
  // Its name; 1 to 128 of `a-z`, `0-9`, `.`, `_`, `-`.
  name: string = "";
  // Only origins that it is sent to, as in `permissions.allowed_domains`.
  @omitnull()
  hosts: string[] | null = null;
  // The secret.
  secret: JSON.Raw = new JSON.Raw("null");
}

// Output of `Store`.
@json
export class StoreOutput {
  // Version, which counts up with each change of this credential.
  version: i64 = 0;
}

// Input of `Publish`.
@json
export class PublishInput {
  // Name of the event: one segment, as in `booked`. Others receive it as `ext.<your id>.booked`.
  name: string = "";
  // The entry that it happened to.
  entry_id: string = "";
  // Data of the event, up to 64 KiB of JSON.
  @omitnull()
  data: JSON.Raw | null = null;
}

// Output of `Publish`.
@json
export class PublishOutput {
  // Number of the event in its library.
  event_id: i64 = 0;
  // The kind under which others receive it.
  kind: string = "";
}

// Input of `Subscribe` and `Unsubscribe`.
@json
export class SubscribeInput {
  // The kind: one of the host's, or `ext.<id>.<name>`.
  kind: string = "";
}

// Output of `Subscribe` and `Unsubscribe`.
@json
export class SubscribeOutput {
  // False when nothing had to be changed.
  changed: bool = false;
}

// Output of `Subscriptions`.
@json
export class SubscriptionsOutput {
  // The kinds, sorted.
  kinds: string[] = [];
}

// A header of a request.
@json
export class HttpHeader {
  // Its name.
  name: string = "";
  // Its value.
  value: string = "";
}

// Input of `Request`.
@json
export class RequestInput {
  // The method.
  @omitnull()
  method: string | null = null;
  // URL to request: `https://` or `http://`, at most 8 KiB, without a user.
  url: string = "";
  // At most 64 headers, 16 KiB in all; those that the host sets itself are refused.
  @omitnull()
  headers: HttpHeader[] | null = null;
  // The body, at most 32 MiB; not for GET and HEAD.
  @omitnull()
  body: Bytes | null = null;
  // Name of a credential of this extension and library. The host attaches it, where the credential
  // is for this host.
  @omitnull()
  auth: string | null = null;
  // Time for everything, in milliseconds; 1 to 300000.
  @omitnull()
  timeout_ms: JSON.Box<i64> | null = null;
  // Most bytes of the answer's body, decoded; up to 48 MiB.
  @omitnull()
  max_body_bytes: JSON.Box<i64> | null = null;
  // Most redirects to follow, 0 to 10; 0 returns a redirect as it is.
  @omitnull()
  redirects: JSON.Box<i64> | null = null;
}

// A header of an answer. It is a type of its own, because it goes the other way.
@json
export class ResponseHeader {
  // Its name, in lower case.
  name: string = "";
  // Its value.
  value: string = "";
}

// Output of `Request`.
@json
export class RequestOutput {
  // The status: 200 to 599.
  status: i64 = 0;
  // Headers, in the order in which they came. A value that is not UTF-8 is read as Latin-1.
  headers: ResponseHeader[] = [];
  // The body, decoded; empty when there is none.
  body: Bytes = new Bytes();
  // URL that answered, after redirects.
  url: string = "";
}

// Reference to a job.
@json
export class JobRef {
  // Its id.
  job_id: string = "";
}

// Output of `Cancel`.
@json
export class CancelOutput {
  // False when it was over already.
  cancelled: bool = false;
}

// ProgressReport that a job reports. `JobProgress` is the same, as a host tells it.
@json
export class ProgressReport {
  // Steps that are done.
  done: i64 = 0;
  // All steps, when they are known.
  @omitnull()
  total: JSON.Box<i64> | null = null;
  // Description of the present step, for a person.
  @omitnull()
  message: string | null = null;
}

// Input of `Checkpoint`.
@json
export class CheckpointInput {
  // The job, which must run now.
  job_id: string = "";
  // Checkpoint that the job gets back when it is started again, at most 256 KiB of JSON; left out:
  // as it was.
  @omitnull()
  checkpoint: JSON.Raw | null = null;
  // ProgressReport of the job; left out: as it was.
  @omitnull()
  progress: ProgressReport | null = null;
}

// Output of `Checkpoint`.
@json
export class CheckpointOutput {
  // True when the job was cancelled: it should return soon.
  cancelled: bool = false;
}

// Input of `Dispatch`.
@json
export class DispatchInput {
  // The operation: one of the extension's own, as its manifest declares it, or one of the core that
  // may be dispatched, as its documentation says.
  method: string = "";
  // Its input, at most 256 KiB of JSON.
  @omitnull()
  input: JSON.Raw | null = null;
  // Key for idempotent dispatch, 1 to 256 bytes: while a job with this key is not over, no second
  // one is made.
  @omitnull()
  key: string | null = null;
  // Delay before it runs, in milliseconds, up to 31 days.
  @omitnull()
  delay_ms: JSON.Box<i64> | null = null;
  // Priority among the jobs that wait.
  @omitnull()
  priority: string | null = null;
}

// Output of `Dispatch`.
@json
export class DispatchOutput {
  // The job.
  job_id: string = "";
  // False when there was one with this key already.
  created: bool = false;
}

// Input of `List`.
@json
export class ListJobsInput {
  // Only those in this state.
  @omitnull()
  state: string | null = null;
  // Most jobs to return, 1 to 1000; left out: 100.
  @omitnull()
  limit: JSON.Box<i64> | null = null;
}

// ProgressReport of a job: the last `ProgressReport`, as a host tells it. It is a type of its own,
// because it goes the other way.
@json
export class JobProgress {
  // Steps that are done.
  done: i64 = 0;
  // All steps, when they are known.
  @omitnull()
  total: JSON.Box<i64> | null = null;
  // Description of the present step, for a person.
  @omitnull()
  message: string | null = null;
}

// Failure of a job.
@json
export class JobFailure {
  // Name of the error code.
  code: string = "";
  // Message for a person.
  error: string = "";
}

// A job.
@json
export class Job {
  // Its id.
  id: string = "";
  // The extension whose operation it runs.
  extension: string = "";
  // The operation.
  method: string = "";
  // Its key.
  @omitnull()
  key: string | null = null;
  // Its state.
  state: string = "";
  // ProgressReport that it reported.
  @omitnull()
  progress: JobProgress | null = null;
  // Number of times that it was started.
  attempts: i64 = 0;
  // Output of the operation, when it ended well.
  @omitnull()
  output: JSON.Raw | null = null;
  // Last failure, or the reason why it is parked.
  @omitnull()
  error: JobFailure | null = null;
  // When it may run, RFC 3339, UTC.
  run_at: string = "";
  // When it was made, RFC 3339, UTC.
  created_at: string = "";
  // When it changed last, RFC 3339, UTC.
  updated_at: string = "";
}

// Output of `List`.
@json
export class ListJobsOutput {
  // The jobs: an extension sees its own, the user all.
  jobs: Job[] = [];
}

// A mailbox: its server and its login.
@json
export class Mailbox {
  // The server: `imaps://imap.example.com`, with a port where it is not 993. The manifest has to
  // allow it in `permissions.allowed_domains`.
  server: string = "";
  // Name of the caller's credential: `basic` for a password, or `oauth2`.
  auth: string = "";
  // The user at the server: needed with `oauth2`, where it is mostly an email address; a `basic`
  // credential has it.
  @omitnull()
  user: string | null = null;
}

// Input of `FetchMessage`.
@json
export class FetchMessageInput {
  // The mailbox.
  mailbox: Mailbox = new Mailbox();
  // The folder.
  @omitnull()
  folder: string | null = null;
  // The folder's `UIDVALIDITY`, from `mail.list_messages`.
  validity: i64 = 0;
  // The message's number, from `mail.list_messages`.
  uid: i64 = 0;
  // Most bytes of the message; up to 48 MiB.
  @omitnull()
  max_bytes: JSON.Box<i64> | null = null;
}

// Output of `FetchMessage`.
@json
export class FetchMessageOutput {
  // The message (RFC 5322).
  data: Bytes = new Bytes();
}

// Input of `ListFolders`.
@json
export class ListFoldersInput {
  // The mailbox.
  mailbox: Mailbox = new Mailbox();
}

// A folder.
@json
export class Folder {
  // Its name, with all folders above it.
  name: string = "";
  // Character between the parts of names.
  @omitnull()
  delimiter: string | null = null;
}

// Output of `ListFolders`.
@json
export class ListFoldersOutput {
  // The folders that hold messages, in the server's order.
  folders: Folder[] = [];
}

// Input of `ListMessages`.
@json
export class ListMessagesInput {
  // The mailbox.
  mailbox: Mailbox = new Mailbox();
  // The folder.
  @omitnull()
  folder: string | null = null;
  // Only messages with a greater number than this.
  @omitnull()
  after: JSON.Box<i64> | null = null;
  // Only messages that came on this day (`2026-01-31`) or later, by the server's clock.
  @omitnull()
  since: string | null = null;
  // Most messages to return; 1 to 1000.
  @omitnull()
  limit: JSON.Box<i64> | null = null;
}

// A message, without its content.
@json
export class MessageInfo {
  // Its number in the folder (`UID`). A message that comes later has a greater one.
  uid: i64 = 0;
  // Its size in bytes; 0 where the server does not say it.
  bytes: i64 = 0;
  // When it came, RFC 3339, UTC, where the server says it.
  @omitnull()
  received_at: string | null = null;
}

// Output of `ListMessages`.
@json
export class ListMessagesOutput {
  // The folder's `UIDVALIDITY` (RFC 9051): as long as it stays the same, numbers stand for the same
  // messages.
  validity: i64 = 0;
  // Number of messages that fit, on this page and behind it.
  total: i64 = 0;
  // The messages, by number.
  messages: MessageInfo[] = [];
}

// Input of `Codes`.
@json
export class CodesInput {
  // The entry of the picture or PDF.
  @omitnull()
  entry_id: string | null = null;
  // The picture or PDF itself.
  @omitnull()
  data: Bytes | null = null;
  // Pages of a PDF, from 1, up to 10; left out: the first 10. Those behind the last page are passed
  // over.
  @omitnull()
  pages: i64[] | null = null;
  // Name of a setting of the calling extension that is a secret, a text or a list of texts:
  // passwords that are tried on an encrypted PDF.
  @omitnull()
  passwords: string | null = null;
}

// One code of `CodesOutput`.
@json
export class FoundCode {
  // Number of the page, from 1; 1 for a picture.
  page: i64 = 0;
  // Kind of the code: `qr`.
  format: string = "";
  // Text in it.
  text: string = "";
  // Left, top, width, height, as shares of the page or picture, upright.
  area: f64[] = [];
}

// Output of `Codes`.
@json
export class CodesOutput {
  // The codes, page by page.
  codes: FoundCode[] = [];
}

// Input of `Metadata`.
@json
export class MetadataInput {
  // The picture.
  entry_id: string = "";
}

// Output of `Metadata`.
@json
export class MetadataOutput {
  // Format of the file: `jpeg`, `png`, `webp`, `tiff`, `gif`, `bmp`, `heif`, `avif`, `raw`.
  format: string = "";
  // Width in pixels, upright; 0 when the file does not say it.
  width: i64 = 0;
  // Height in pixels, upright; 0 when the file does not say it.
  height: i64 = 0;
  // EXIF orientation, 1 to 8: how the pixels of the file have to be turned; 1 is upright.
  orientation: i64 = 0;
  // When it was taken, on the clock of the camera: `2026-05-01T10:00:00`.
  @omitnull()
  taken: string | null = null;
  // Minutes by which that clock was before UTC, where the file tells: by itself, or by the clock of
  // the satellites.
  @omitnull()
  offset_minutes: JSON.Box<i64> | null = null;
  // When it was taken in UTC, where the offset is known: `2026-05-01T08:00:00Z`.
  @omitnull()
  taken_at: string | null = null;
  // Maker of the camera.
  @omitnull()
  make: string | null = null;
  // Model of the camera.
  @omitnull()
  model: string | null = null;
  // Name of the lens.
  @omitnull()
  lens: string | null = null;
  // Program that wrote the file.
  @omitnull()
  software: string | null = null;
  // Exposure in seconds.
  @omitnull()
  exposure_s: JSON.Box<f64> | null = null;
  // Aperture: 2.8 is f/2.8.
  @omitnull()
  aperture: JSON.Box<f64> | null = null;
  // Sensitivity, ISO.
  @omitnull()
  iso: JSON.Box<i64> | null = null;
  // Focal length in millimetres.
  @omitnull()
  focal_length_mm: JSON.Box<f64> | null = null;
  // Latitude in degrees, north positive.
  @omitnull()
  latitude: JSON.Box<f64> | null = null;
  // Longitude in degrees, east positive.
  @omitnull()
  longitude: JSON.Box<f64> | null = null;
  // Height above the sea in metres.
  @omitnull()
  altitude_m: JSON.Box<f64> | null = null;
  // Title that somebody gave it.
  @omitnull()
  title: string | null = null;
  // Description that somebody gave it.
  @omitnull()
  description: string | null = null;
  // Tags that somebody gave it.
  @omitnull()
  tags: string[] | null = null;
  // Rating, 0 to 5; -1 is rejected.
  @omitnull()
  rating: JSON.Box<i64> | null = null;
  // Id that a Live Photo shares with its video.
  @omitnull()
  live_photo_id: string | null = null;
  // Id that the pictures of a burst share.
  @omitnull()
  burst_id: string | null = null;
  // Values of the file that cannot be so, in words.
  @omitnull()
  notes: string[] | null = null;
}

// Input of `Thumbnail`.
@json
export class ThumbnailInput {
  // The picture.
  entry_id: string = "";
  // Longest sides in pixels, 16 to 4096, up to 8 of them; left out: none, only `luma`.
  @omitnull()
  sizes: i64[] | null = null;
  // Format of the copies: `jpeg` or `png`; left out: `jpeg`.
  @omitnull()
  format: string | null = null;
  // Side, 8 to 128, of a square of brightness values, which the whole picture is pressed into: for
  // comparing pictures.
  @omitnull()
  luma: JSON.Box<i64> | null = null;
}

// One copy of `ThumbnailOutput`.
@json
export class SmallPicture {
  // The longest side that was asked for.
  size: i64 = 0;
  // Width in pixels.
  width: i64 = 0;
  // Height in pixels.
  height: i64 = 0;
  // Media type: `image/jpeg` or `image/png`.
  media_type: string = "";
  // The file.
  data: Bytes = new Bytes();
}

// Output of `Thumbnail`.
@json
export class ThumbnailOutput {
  // Width of the picture in pixels, upright.
  width: i64 = 0;
  // Height of the picture in pixels, upright.
  height: i64 = 0;
  // The copies, in the order of `sizes`.
  thumbnails: SmallPicture[] = [];
  // Brightness values from 0 to 255, row by row, where they were asked for.
  @omitnull()
  luma: Bytes | null = null;
}

// A condition on one top-level key of an entry's metadata.
@json
export class Filter {
  // The key.
  key: string = "";
  // Relation of its value to `value`.
  op: string = "";
  // A number, which is compared with numbers and with texts that are decimal numbers, or a text,
  // which is compared with texts; so dates as `2026-07-01` compare by time. For `:` a text.
  value: JSON.Raw = new JSON.Raw("null");
}

// Input of `Entries`.
@json
export class SearchInput {
  // Words, at most 4096 bytes; a trailing `*` on a word matches its beginnings. Entries with all of
  // them are found, and, when the search is by meaning as well, entries about the same. Without any
  // word, but with a condition, all entries that fulfil it are found, newest first.
  text: string = "";
  // Only entries of this type.
  @omitnull()
  entry_type: string | null = null;
  // Only entries whose metadata has these values at these top-level keys.
  @omitnull()
  metadata: JSON.Raw | null = null;
  // Only entries whose metadata fulfils all of these.
  @omitnull()
  filters: Filter[] | null = null;
  // `hybrid`: by words and by meaning; `text`: by words alone; `meaning`: by meaning alone.
  @omitnull()
  mode: string | null = null;
  // Most hits, 1 to 1000.
  @omitnull()
  limit: JSON.Box<i64> | null = null;
  // Also `highlights` and `passage` of hits, and `unread`, which callers of before do not know.
  @omitnull()
  places: JSON.Box<bool> | null = null;
}

// An entry of a library: a file, or something that an extension made.
@json
export class Entry {
  // Its id.
  id: string = "";
  // Its name; for an imported file its file name.
  name: string = "";
  // Its path in the library: segments joined by `/`, unique.
  path: string = "";
  // Its type: `file` for an imported file, else the type that its maker gave it.
  entry_type: string = "";
  // Media type of the content, where known: `message/rfc822`.
  @omitnull()
  media_type: string | null = null;
  // Bytes of content; left out for an entry without content.
  @omitnull()
  size: JSON.Box<i64> | null = null;
  // BLAKE3 of the content, in hex.
  @omitnull()
  content_hash: string | null = null;
  // Id of the extension that made it; left out when the user did.
  @omitnull()
  created_by: string | null = null;
  // Metadata, free in form.
  metadata: JSON.Raw = new JSON.Raw("{}");
  // When it was made, RFC 3339, UTC.
  created_at: string = "";
  // When it was last changed, RFC 3339, UTC.
  updated_at: string = "";
}

// A range of bytes in a text, which begins and ends between characters.
@json
export class TextRange {
  // Its first byte.
  start: i64 = 0;
  // The byte behind its last one.
  end: i64 = 0;
}

// One hit.
@json
export class SearchHit {
  // The entry.
  entry: Entry = new Entry();
  // Text around the match; matches of words stand between `` and ``.
  snippet: string = "";
  // The matches of words in `snippet`, as ranges of its bytes, without their brackets; if `places`
  // is set.
  @omitnull()
  highlights: TextRange[] | null = null;
  // The passage of the content that the snippet is from, as a range of bytes of its text. Missing
  // when it is from the name, the metadata or a sidecar, or `places` is not set.
  @omitnull()
  passage: TextRange | null = null;
  // Score, higher is better; comparable within one answer only.
  score: f64 = 0;
}

// Output of `Entries`.
@json
export class SearchOutput {
  // The hits, best first.
  hits: SearchHit[] = [];
  // Reason why a hybrid search was by words alone, such as a model that is missing.
  @omitnull()
  words_only: string | null = null;
  // Number of texts (entries, and passages of their contents) that have no vector yet, and are
  // found by words alone.
  @omitnull()
  pending: JSON.Box<i64> | null = null;
  // Number of entries whose content has not been read for search yet, if `places` is set.
  @omitnull()
  unread: JSON.Box<i64> | null = null;
}

// Input of `MakeVectors`.
@json
export class MakeVectorsInput {
  // Only entries whose path starts with these segments.
  @omitnull()
  path_prefix: string | null = null;
}

// Output of `MakeVectors`.
@json
export class MakeVectorsOutput {
  // Texts that got a vector.
  made: i64 = 0;
  // Entries with texts that changed meanwhile, and get their vectors another time.
  left: i64 = 0;
}

// Input of `ReadAgain`.
@json
export class ReadAgainInput {
  // Only entries whose path starts with these segments.
  @omitnull()
  path_prefix: string | null = null;
}

// Output of `ReadAgain`.
@json
export class ReadAgainOutput {
  // Contents that were read.
  read: i64 = 0;
  // Contents that have no text that can be read.
  without_text: i64 = 0;
  // Contents that are as they were, because their reader or its model is away, or they are damaged.
  left: i64 = 0;
}

// Input of `RebuildIndex`.
@json
export class RebuildIndexInput {
  // Only entries whose path starts with these segments.
  @omitnull()
  path_prefix: string | null = null;
}

// Output of `RebuildIndex`.
@json
export class RebuildIndexOutput {
  // Entries whose words were indexed anew.
  entries: i64 = 0;
  // Sidecars among their texts that cannot be read, and are not found now.
  unreadable: i64 = 0;
}

// Output of `Reveal`.
@json
export class RevealOutput {
  // `key`; `username` and `password`; `access_token`; or the fields of a custom secret.
  fields: JSON.Raw = new JSON.Raw("{}");
}

// Output of `Get`.
@json
export class GetSettingsOutput {
  // Values by the names of the settings.
  values: JSON.Raw = new JSON.Raw("{}");
  // Values of settings that are secrets.
  @omitnull()
  secrets: JSON.Raw | null = null;
}

// Input of `CheckContents`.
@json
export class CheckContentsInput {
  // Only entries whose path starts with these segments.
  @omitnull()
  path_prefix: string | null = null;
}

// Output of `CheckContents`.
@json
export class CheckContentsOutput {
  // Contents that are as they were.
  sound: i64 = 0;
  // Contents that are missing, changed or unreadable.
  damaged: i64 = 0;
  // The entries of the first 1,000 of them.
  entries: string[] = [];
}

// An entry to be made: the input of `CreateEntry`.
@json
export class NewEntry {
  // Its name; 1 to 255 bytes, no `/`, no control characters.
  name: string = "";
  // Its path: relative, segments joined by `/`, no `.` or `..`; 1 to 1024 bytes.
  path: string = "";
  // Its type: a word such as `receipt` or `FinancialDocument`, compared exactly.
  entry_type: string = "";
  // Metadata, free in form, at most 64 KiB of JSON.
  @omitnull()
  metadata: JSON.Raw | null = null;
  // Its content, if it has any.
  @omitnull()
  content: Bytes | null = null;
  // Media type of the content; only with content.
  @omitnull()
  media_type: string | null = null;
}

// Output of `CreateEntry`.
@json
export class CreateEntryOutput {
  // The entry, new or as it was.
  entry: Entry = new Entry();
  // False when it was there already.
  created: bool = false;
}

// Reference to an entry.
@json
export class EntryRef {
  // The entry.
  entry_id: string = "";
}

// Output of the operations that remove something.
@json
export class DeleteOutput {
  // False when there was nothing to remove.
  deleted: bool = false;
}

// Reference to a sidecar.
@json
export class SidecarRef {
  // The entry.
  entry_id: string = "";
  // Name of the sidecar.
  name: string = "";
}

// A sidecar without its bytes.
@json
export class SidecarInfo {
  // Its name.
  name: string = "";
  // Its size in bytes.
  size: i64 = 0;
  // BLAKE3 of its bytes, in hex.
  content_hash: string = "";
  // Id of the extension that wrote it; left out when the user did.
  @omitnull()
  written_by: string | null = null;
  // When it was written, RFC 3339, UTC.
  updated_at: string = "";
}

// Output of `GetEntry`.
@json
export class EntryDetails {
  // The entry.
  entry: Entry = new Entry();
  // Its sidecars by name, up to 200.
  sidecars: SidecarInfo[] = [];
  // Cursor of the sidecars that are left, to pass as `after` to `query:vdfs.list_sidecars.v1`; left
  // out when these are all.
  @omitnull()
  next_sidecar: string | null = null;
}

// Input of `ListChanges`.
@json
export class ListChangesInput {
  // Only entries whose path starts with these segments.
  @omitnull()
  path_prefix: string | null = null;
  // Cursor: what changed behind the page that ended with it, for the same `path_prefix`.
  @omitnull()
  after: string | null = null;
  // Most changes of a page, 1 to 1000.
  @omitnull()
  limit: JSON.Box<i64> | null = null;
}

// Output of `ListChanges`.
@json
export class ListChangesOutput {
  // Entries that changed, as they are now.
  entries: Entry[] = [];
  // Ids of entries that are gone, or no longer below `path_prefix`; some of them may never have
  // been listed.
  removed: string[] = [];
  // Cursor of the next page, to pass as `after`, now or when there are changes again.
  next: string = "";
  // True when the next page has more already.
  more: bool = false;
  // True when all entries are listed anew: there was no cursor, or the library was restored since
  // then. What was known before counts no longer.
  @omitnull()
  anew: JSON.Box<bool> | null = null;
}

// Input of `ListEntries`: all conditions must hold.
@json
export class ListEntriesInput {
  // Only entries of this type.
  @omitnull()
  entry_type: string | null = null;
  // Only entries whose path starts with these segments.
  @omitnull()
  path_prefix: string | null = null;
  // Only entries whose metadata has these values at these top-level keys.
  @omitnull()
  metadata: JSON.Raw | null = null;
  // Cursor: the page behind the one that ended with it.
  @omitnull()
  after: JSON.Box<i64> | null = null;
  // Most entries to return, 1 to 1000.
  @omitnull()
  limit: JSON.Box<i64> | null = null;
}

// Output of `ListEntries`.
@json
export class ListEntriesOutput {
  // One page of entries.
  entries: Entry[] = [];
  // Cursor of the next page, to pass as `after`; left out when this was the last.
  @omitnull()
  next: JSON.Box<i64> | null = null;
}

// Input of `ListSidecars` (super::ListSidecars).
@json
export class ListSidecarsInput {
  // The entry.
  entry_id: string = "";
  // Cursor: the page behind the one that ended with it.
  @omitnull()
  after: string | null = null;
}

// Output of `ListSidecars` (super::ListSidecars).
@json
export class ListSidecarsOutput {
  // One page of sidecars by name, up to 200.
  sidecars: SidecarInfo[] = [];
  // Cursor of the next page, to pass as `after`; left out when this was the last.
  @omitnull()
  next: string | null = null;
}

// A content that an entry had before.
@json
export class EntryVersion {
  // Its number, which rises with each version of the entry.
  version: i64 = 0;
  // Its size in bytes.
  size: i64 = 0;
  // Its BLAKE3 hash, in lower-case hex.
  content_hash: string = "";
  // Its media type, where known.
  @omitnull()
  media_type: string | null = null;
  // When another content took its place, RFC 3339, UTC.
  replaced_at: string = "";
}

// Output of `ListVersions`.
@json
export class ListVersionsOutput {
  // The versions, the newest first.
  versions: EntryVersion[] = [];
}

// Input of `ReadContent`.
@json
export class ReadContentInput {
  // The entry.
  entry_id: string = "";
  // Offset of the first byte.
  @omitnull()
  offset: JSON.Box<i64> | null = null;
  // Bytes at most; left out: all that is left. More than the attachment limit is refused.
  @omitnull()
  length: JSON.Box<i64> | null = null;
}

// Output of `ReadContent`.
@json
export class ReadContentOutput {
  // The bytes.
  data: Bytes = new Bytes();
  // Bytes of the whole content.
  size: i64 = 0;
}

// Output of `ReadSidecar` (super::ReadSidecar).
@json
export class ReadSidecarOutput {
  // The bytes.
  data: Bytes = new Bytes();
}

// Input of `UpdateMetadata`.
@json
export class UpdateMetadataInput {
  // The entry.
  entry_id: string = "";
  // The merge patch; the metadata has at most 64 KiB of JSON after it.
  metadata: JSON.Raw = new JSON.Raw("{}");
  // Values that top-level keys must still have; `null` for a key that must not be there.
  @omitnull()
  only_if: JSON.Raw | null = null;
}

// Output of `UpdateMetadata`.
@json
export class UpdateMetadataOutput {
  // The metadata after the change.
  metadata: JSON.Raw = new JSON.Raw("{}");
}

// Input of `WriteSidecar` (super::WriteSidecar).
@json
export class WriteSidecarInput {
  // The entry.
  entry_id: string = "";
  // Name of the sidecar: `receipt.json`. Letters, digits, `.`, `_`, `-`; no leading or trailing
  // dot; 1 to 255 bytes.
  name: string = "";
  // Its bytes, at most 64 MiB.
  data: Bytes = new Bytes();
  // `content_hash` of the sidecar that is replaced; the empty text where there must be none.
  @omitnull()
  only_if: string | null = null;
}

export namespace ai {
  // Answers a question about a text, as JSON after a schema
  export function classifyText(input: ClassifyTextInput): ClassifyTextOutput | null {
    return operate<ClassifyTextOutput>("query:ai.classify_text.v1", true, JSON.stringify(input));
  }

  // Turns texts into vectors, near to each other when their meaning is
  export function embed(input: EmbedInput): EmbedOutput | null {
    return operate<EmbedOutput>("query:ai.embed.v1", true, JSON.stringify(input));
  }

  // Extracts the text that a document carries, and the electronic invoice in it
  export function extractText(input: ExtractTextInput): ExtractTextOutput | null {
    return operate<ExtractTextOutput>("query:ai.extract_text.v1", true, JSON.stringify(input));
  }

  // Reads the text in a picture or in pages of a PDF
  export function ocr(input: OcrInput): OcrOutput | null {
    return operate<OcrOutput>("query:ai.ocr.v1", true, JSON.stringify(input));
  }
}

export namespace core {
  // Returns what the caller has left of its limits
  export function quota(): QuotaOutput | null {
    return operate<QuotaOutput>("query:core.quota.v1", false, "{}");
  }

  // Returns the versions of the host and of its ABI
  export function status(): StatusOutput | null {
    return operate<StatusOutput>("query:core.status.v1", false, "{}");
  }
}

export namespace credentials {
  // Removes a credential
  export function delete(input: CredentialRef): DeleteCredentialOutput | null {
    return operate<DeleteCredentialOutput>("action:credentials.delete.input.v1", true, JSON.stringify(input));
  }

  // Returns a credential without its secret
  export function get(input: CredentialRef): CredentialInfo | null {
    return operate<CredentialInfo>("query:credentials.get.v1", true, JSON.stringify(input));
  }

  // Lists the caller's credentials, by name, without their secrets
  export function list(): ListCredentialsOutput | null {
    return operate<ListCredentialsOutput>("query:credentials.list.v1", true, "{}");
  }

  // Keeps a credential, encrypted
  export function store(input: StoreInput): StoreOutput | null {
    return operate<StoreOutput>("action:credentials.store.input.v1", true, JSON.stringify(input));
  }
}

export namespace events {
  // Tells other extensions that something happened to an entry
  export function publish(input: PublishInput): PublishOutput | null {
    return operate<PublishOutput>("action:events.publish.input.v1", true, JSON.stringify(input));
  }

  // Subscribes the extension to events of a kind in this library
  export function subscribe(input: SubscribeInput): SubscribeOutput | null {
    return operate<SubscribeOutput>("action:events.subscribe.input.v1", true, JSON.stringify(input));
  }

  // Lists the kinds that the extension subscribed to in this library
  export function subscriptions(): SubscriptionsOutput | null {
    return operate<SubscriptionsOutput>("query:events.subscriptions.v1", true, "{}");
  }

  // Removes a subscription
  export function unsubscribe(input: SubscribeInput): SubscribeOutput | null {
    return operate<SubscribeOutput>("action:events.unsubscribe.input.v1", true, JSON.stringify(input));
  }
}

export namespace http {
  // Sends a request and returns the answer, whatever its status
  export function request(input: RequestInput): RequestOutput | null {
    return operate<RequestOutput>("query:http.request.v1", true, JSON.stringify(input));
  }
}

export namespace jobs {
  // Ends a job: one that waits at once, one that runs when it makes its next checkpoint
  export function cancel(input: JobRef): CancelOutput | null {
    return operate<CancelOutput>("action:jobs.cancel.input.v1", true, JSON.stringify(input));
  }

  // Keeps a checkpoint of a running job, at which it resumes after a crash, and its progress
  export function checkpoint(input: CheckpointInput): CheckpointOutput | null {
    return operate<CheckpointOutput>("action:jobs.checkpoint.input.v1", true, JSON.stringify(input));
  }

  // Dispatches a job: an operation that runs later
  export function dispatch(input: DispatchInput): DispatchOutput | null {
    return operate<DispatchOutput>("action:jobs.dispatch.input.v1", true, JSON.stringify(input));
  }

  // Lists jobs, the newest first
  export function list(input: ListJobsInput): ListJobsOutput | null {
    return operate<ListJobsOutput>("query:jobs.list.v1", true, JSON.stringify(input));
  }

  // Returns a job
  export function status(input: JobRef): Job | null {
    return operate<Job>("query:jobs.status.v1", true, JSON.stringify(input));
  }
}

export namespace mail {
  // Returns a message as it is
  export function fetchMessage(input: FetchMessageInput): FetchMessageOutput | null {
    return operate<FetchMessageOutput>("query:mail.fetch_message.v1", true, JSON.stringify(input));
  }

  // Lists the folders of a mailbox that hold messages
  export function listFolders(input: ListFoldersInput): ListFoldersOutput | null {
    return operate<ListFoldersOutput>("query:mail.list_folders.v1", true, JSON.stringify(input));
  }

  // Lists messages of a folder, the oldest first
  export function listMessages(input: ListMessagesInput): ListMessagesOutput | null {
    return operate<ListMessagesOutput>("query:mail.list_messages.v1", true, JSON.stringify(input));
  }
}

export namespace media {
  // Reads the QR codes in a picture, or on pages of a PDF
  export function codes(input: CodesInput): CodesOutput | null {
    return operate<CodesOutput>("query:media.codes.v1", true, JSON.stringify(input));
  }

  // Reads what a picture says of itself: time, place, camera, tags
  export function metadata(input: MetadataInput): MetadataOutput | null {
    return operate<MetadataOutput>("query:media.metadata.v1", true, JSON.stringify(input));
  }

  // Makes small copies of a picture, upright
  export function thumbnail(input: ThumbnailInput): ThumbnailOutput | null {
    return operate<ThumbnailOutput>("query:media.thumbnail.v1", true, JSON.stringify(input));
  }
}

export namespace search {
  // Searches names, metadata, contents and text sidecars, by words and by meaning
  export function entries(input: SearchInput): SearchOutput | null {
    return operate<SearchOutput>("query:search.entries.v1", true, JSON.stringify(input));
  }

  // Makes the vectors of texts that have none, for search by meaning
  export function makeVectors(input: MakeVectorsInput): MakeVectorsOutput | null {
    return operate<MakeVectorsOutput>("action:search.make_vectors.input.v1", true, JSON.stringify(input));
  }

  // Reads the contents of entries again, pictures as well, and keeps what is found for search
  export function readAgain(input: ReadAgainInput): ReadAgainOutput | null {
    return operate<ReadAgainOutput>("action:search.read_again.input.v1", true, JSON.stringify(input));
  }

  // Builds the index of words anew, of the names, metadata and sidecars that the library keeps
  export function rebuildIndex(input: RebuildIndexInput): RebuildIndexOutput | null {
    return operate<RebuildIndexOutput>("action:search.rebuild_index.input.v1", true, JSON.stringify(input));
  }
}

export namespace secrets {
  // Returns the secret of a credential
  export function reveal(input: CredentialRef): RevealOutput | null {
    return operate<RevealOutput>("query:secrets.reveal.v1", true, JSON.stringify(input));
  }
}

export namespace settings {
  // Returns the caller's settings as they are in the library: what the user set, else the defaults
  export function get(): GetSettingsOutput | null {
    return operate<GetSettingsOutput>("query:settings.get.v1", true, "{}");
  }
}

export namespace vdfs {
  // Reads the contents of entries and compares them with their hashes
  export function checkContents(input: CheckContentsInput): CheckContentsOutput | null {
    return operate<CheckContentsOutput>("query:vdfs.check_contents.v1", true, JSON.stringify(input));
  }

  // Makes an entry, or returns the one at its path
  export function createEntry(input: NewEntry): CreateEntryOutput | null {
    return operate<CreateEntryOutput>("action:vdfs.create_entry.input.v1", true, JSON.stringify(input));
  }

  // Removes an entry with its content and sidecars
  export function deleteEntry(input: EntryRef): DeleteOutput | null {
    return operate<DeleteOutput>("action:vdfs.delete_entry.input.v1", true, JSON.stringify(input));
  }

  // Removes a sidecar
  export function deleteSidecar(input: SidecarRef): DeleteOutput | null {
    return operate<DeleteOutput>("action:vdfs.delete_sidecar.input.v1", true, JSON.stringify(input));
  }

  // Returns one entry and its sidecars
  export function getEntry(input: EntryRef): EntryDetails | null {
    return operate<EntryDetails>("query:vdfs.get_entry.v1", true, JSON.stringify(input));
  }

  // Lists entries that changed since a cursor, and those that are gone, page by page
  export function listChanges(input: ListChangesInput): ListChangesOutput | null {
    return operate<ListChangesOutput>("query:vdfs.list_changes.v1", true, JSON.stringify(input));
  }

  // Lists entries in the order of their making, page by page
  export function listEntries(input: ListEntriesInput): ListEntriesOutput | null {
    return operate<ListEntriesOutput>("query:vdfs.list_entries.v1", true, JSON.stringify(input));
  }

  // Lists the sidecars of an entry by name, page by page
  export function listSidecars(input: ListSidecarsInput): ListSidecarsOutput | null {
    return operate<ListSidecarsOutput>("query:vdfs.list_sidecars.v1", true, JSON.stringify(input));
  }

  // Lists the contents that an imported file had before, the newest first
  export function listVersions(input: EntryRef): ListVersionsOutput | null {
    return operate<ListVersionsOutput>("query:vdfs.list_versions.v1", true, JSON.stringify(input));
  }

  // Returns bytes of an entry's content
  export function readContent(input: ReadContentInput): ReadContentOutput | null {
    return operate<ReadContentOutput>("query:vdfs.read_content.v1", true, JSON.stringify(input));
  }

  // Returns a sidecar, whole
  export function readSidecar(input: SidecarRef): ReadSidecarOutput | null {
    return operate<ReadSidecarOutput>("query:vdfs.read_sidecar.v1", true, JSON.stringify(input));
  }

  // Changes metadata by a JSON Merge Patch (RFC 7396)
  export function updateMetadata(input: UpdateMetadataInput): UpdateMetadataOutput | null {
    return operate<UpdateMetadataOutput>("action:vdfs.update_metadata.input.v1", true, JSON.stringify(input));
  }

  // Writes a sidecar, whole
  export function writeSidecar(input: WriteSidecarInput): SidecarInfo | null {
    return operate<SidecarInfo>("action:vdfs.write_sidecar.input.v1", true, JSON.stringify(input));
  }
}
