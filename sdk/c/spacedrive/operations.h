// Made by `cargo xtask bindgen` of the operations of the host. Do not edit, and include spacedrive.h.
#pragma once
#ifndef SPACEDRIVE_H
#error "include spacedrive.h"
#endif

// Codes of errors. Each has the name that stands in JSON.
typedef enum sd_code {
  SD_OK = 0,
  SD_E_ABI_RANGE = 1,
  SD_E_ABI_UTF8 = 2,
  SD_E_ABI_TOO_LARGE = 3,
  SD_E_ABI_ALLOC = 4,
  SD_E_ABI_EXPORT = 5,
  SD_E_ABI_REENTRANT = 6,
  SD_E_MODULE_INVALID = 16,
  SD_E_MODULE_FEATURE = 17,
  SD_E_MODULE_LIMIT = 18,
  SD_E_IMPORT_UNKNOWN = 19,
  SD_E_ABI_VERSION = 20,
  SD_E_TRAP = 32,
  SD_E_CPU = 33,
  SD_E_DEADLINE = 34,
  SD_E_STACK = 35,
  SD_E_MEMORY = 36,
  SD_E_INIT = 37,
  SD_E_STOPPED = 38,
  SD_E_RELOAD = 39,
  SD_E_RATE = 48,
  SD_E_BUSY = 49,
  SD_E_UNKNOWN_METHOD = 64,
  SD_E_DENIED_METHOD = 65,
  SD_E_DENIED_LIBRARY = 66,
  SD_E_DENIED_ARG = 67,
  SD_E_DENIED_NET = 68,
  SD_E_BAD_JSON = 80,
  SD_E_BAD_INPUT = 81,
  SD_E_NOT_FOUND = 82,
  SD_E_CONFLICT = 83,
  SD_E_MANIFEST = 96,
  SD_E_PATH = 112,
  SD_E_IO = 113,
  SD_E_NOSPACE = 114,
  SD_E_CORRUPT = 115,
  SD_E_SCHEMA = 116,
  SD_E_LIMIT = 117,
  SD_E_READ_ONLY = 118,
  SD_E_DOC_LIMIT = 128,
  SD_E_DOC_MALFORMED = 129,
  SD_E_DOC_ENCRYPTED = 130,
  SD_E_MODEL_MISSING = 131,
  SD_E_NEEDS_PROVIDER = 132,
  SD_E_MODEL_ANSWER = 133,
  SD_E_EXTENSION = 144,
  SD_E_NET_SCHEME = 160,
  SD_E_NET_ADDR = 161,
  SD_E_NET_DNS = 162,
  SD_E_NET_REDIRECT = 163,
  SD_E_NET_SIZE = 164,
  SD_E_NET_TIMEOUT = 165,
  SD_E_NET_TLS = 166,
  SD_E_NET_HEADER = 167,
  SD_E_NET = 168,
  SD_E_CRED_NOTFOUND = 176,
  SD_E_CRED_TAMPERED = 177,
  SD_E_CRED_ROLLBACK = 178,
  SD_E_CRED_REAUTH = 179,
  SD_E_PKG_HASH = 192,
  SD_E_PKG_DOWNGRADE = 193,
  SD_E_PKG_FORMAT = 194,
  SD_E_PKG_SIGNATURE = 195,
  SD_E_PKG_STALE = 196,
  SD_E_PKG_YANKED = 197,
  SD_E_INTERNAL = 255,
} sd_code;

// Returns the name of a code, such as E_NOT_FOUND; 0 when there is no such code.
const char *sd_code_name(sd_code code);

// Relation of a value to the one of a `Filter`.
#define SD_COMPARISON_EQUAL SD("=")
#define SD_COMPARISON_NOT_EQUAL SD("!=")
#define SD_COMPARISON_LESS SD("<")
#define SD_COMPARISON_AT_MOST SD("<=")
#define SD_COMPARISON_MORE SD(">")
#define SD_COMPARISON_AT_LEAST SD(">=")
#define SD_COMPARISON_HAS SD(":")

// Method of a request.
#define SD_HTTP_METHOD_GET SD("GET")
#define SD_HTTP_METHOD_HEAD SD("HEAD")
#define SD_HTTP_METHOD_POST SD("POST")
#define SD_HTTP_METHOD_PUT SD("PUT")
#define SD_HTTP_METHOD_PATCH SD("PATCH")
#define SD_HTTP_METHOD_DELETE SD("DELETE")

// Priority of a job among those that wait.
#define SD_JOB_PRIORITY_LOW SD("low")
#define SD_JOB_PRIORITY_NORMAL SD("normal")
#define SD_JOB_PRIORITY_HIGH SD("high")

// State of a job.
#define SD_JOB_STATE_WAITING SD("waiting")
#define SD_JOB_STATE_RUNNING SD("running")
#define SD_JOB_STATE_PARKED SD("parked")
#define SD_JOB_STATE_DONE SD("done")
#define SD_JOB_STATE_FAILED SD("failed")
#define SD_JOB_STATE_CANCELLED SD("cancelled")

// Mode of a search.
#define SD_SEARCH_MODE_HYBRID SD("hybrid")
#define SD_SEARCH_MODE_TEXT SD("text")
#define SD_SEARCH_MODE_MEANING SD("meaning")

// Input of `ClassifyText`.
typedef struct sd_classify_text_input {
  // The text, at most 512 KiB; rows and cells as in that of `ai.ocr`.
  sd_str text;
  // The question, in words.
  sd_str prompt;
  // JSON Schema of the answer, an object schema of at most 64 KiB; the answer validates against it.
  sd_json schema;
} sd_classify_text_input;
extern const sd_type sd_classify_text_input_type;

// Output of `ClassifyText`.
typedef struct sd_classify_text_output {
  // The answer; a property that the text does not answer is `null`.
  sd_json answer;
  // Evidence per top-level property of the answer.
  sd_json evidence;
  // The engine that answered.
  sd_str engine;
} sd_classify_text_output;
extern const sd_type sd_classify_text_output_type;

// Input of `Embed`.
typedef struct sd_embed_input {
  // 1 to 64 texts, none empty, each at most 64 KiB. The model reads the beginning of a long one,
  // about 200 words.
  struct { const sd_str *items; size_t count; } texts;
} sd_embed_input;
extern const sd_type sd_embed_input_type;

// Output of `Embed`.
typedef struct sd_embed_output {
  // One vector for each text, in order, each of length 1: a scalar product is a cosine.
  struct { const struct { const double *items; size_t count; } *items; size_t count; } vectors;
  // Numbers in a vector.
  int64_t dimension;
  // The model; vectors of different models cannot be compared.
  sd_str engine;
} sd_embed_output;
extern const sd_type sd_embed_output_type;

// Input of `ExtractText`.
typedef struct sd_extract_text_input {
  // The document.
  sd_bytes data;
  // Its media type, `application/pdf` or `text/html; charset=utf-8`; left out: detected from its
  // first bytes. A PDF is read as one whatever this says.
  sd_str media_type;
  // Pages of a PDF whose text is wanted, from 1; left out: all. Those behind the last page are
  // passed over, so that the beginning of a long document can be asked for.
  struct { const int64_t *items; size_t count; } pages;
  // Name of a setting of the calling extension that is a secret, a text or a list of texts:
  // passwords that are tried on an encrypted PDF.
  sd_str passwords;
} sd_extract_text_input;
extern const sd_type sd_extract_text_input_type;

// A file inside a document.
typedef struct sd_embedded_file {
  // Its name there; never a path to open.
  sd_str name;
  // Its bytes.
  sd_bytes data;
} sd_embedded_file;
extern const sd_type sd_embedded_file_type;

// A party of an `Invoice`.
typedef struct sd_invoice_party {
  // Its name, in one line.
  sd_str name;
  // Its VAT number, or another tax number.
  sd_str tax_id;
  // ISO 3166 code of two letters.
  sd_str country;
} sd_invoice_party;
extern const sd_type sd_invoice_party_type;

// A line of an `Invoice`.
typedef struct sd_invoice_line {
  // Name of the product or service.
  sd_str name;
  // Quantity of it.
  sd_opt_number quantity;
  // Unit of the quantity, a code of UN/ECE Recommendation 20: `HUR` is hours.
  sd_str unit;
  // Price of one unit without tax.
  sd_opt_number unit_price;
  // Price of the line without tax.
  sd_opt_number total;
  // Tax rate in percent.
  sd_opt_number tax_rate;
} sd_invoice_line;
extern const sd_type sd_invoice_line_type;

// An electronic invoice (CII or UBL), as its XML states it. Fields that it does not state are left
// out. Amounts are in `currency`; they have at most 15 significant digits and are exact.
typedef struct sd_invoice {
  // `cii` (ZUGFeRD, Factur-X, XRechnung) or `ubl` (Peppol, XRechnung).
  sd_str syntax;
  // The profile or guideline that it follows.
  sd_str profile;
  // Type of the document, a code of UNTDID 1001: `380` is an invoice, `381` a credit note.
  sd_str type_code;
  // True when it takes an invoice back, wholly or in part.
  bool credit_note;
  // Its number.
  sd_str number;
  // Day of issue, ISO 8601.
  sd_str date;
  // Day by which it is to be paid, ISO 8601.
  sd_str due_date;
  // The party that sells.
  const sd_invoice_party * seller;
  // The party that buys.
  const sd_invoice_party * buyer;
  // Currency, ISO 4217.
  sd_str currency;
  // Sum without tax.
  sd_opt_number net;
  // Sum of the taxes.
  sd_opt_number tax;
  // Sum with tax, before anything that was paid is taken off.
  sd_opt_number total;
  // Amount that was paid before.
  sd_opt_number prepaid;
  // Amount that is left to pay.
  sd_opt_number due;
  // Means of payment, a code of UNTDID 4461: `58` is a SEPA transfer.
  sd_str payment_code;
  // Lines of the invoice.
  struct { const sd_invoice_line *items; size_t count; } lines;
} sd_invoice;
extern const sd_type sd_invoice_type;

// Output of `ExtractText`.
typedef struct sd_extract_text_output {
  // The pages in their order, separated by a form feed; rows and cells as in that of `ai.ocr`.
  sd_str text;
  // The media type that it was read as.
  sd_str media_type;
  // Pages in the document; 1 for texts without pages.
  int64_t pages;
  // Pages, from 1, that carry no text and may be scans: something for `ai.ocr`.
  struct { const int64_t *items; size_t count; } pages_without_text;
  // Pages, from 1, whose text may not be all or not what they show: a picture or outlines of
  // letters cover them, characters are unknown, or a program read it in a scan. Something for
  // `ai.ocr` as well.
  struct { const int64_t *items; size_t count; } pages_in_doubt;
  // Files inside the document (PDF attachments, such as the XML of an e-invoice).
  struct { const sd_embedded_file *items; size_t count; } embedded;
  // The electronic invoice that the document is or carries inside. It takes precedence over the
  // text.
  const sd_invoice * invoice;
} sd_extract_text_output;
extern const sd_type sd_extract_text_output_type;

// Input of `Ocr`.
typedef struct sd_ocr_input {
  // PNG, JPEG, WebP, TIFF, BMP, GIF or PDF.
  sd_bytes data;
  // Pages of a PDF or TIFF to read, from 1; left out: all of them.
  struct { const int64_t *items; size_t count; } pages;
  // True to return rows with boxes and confidences.
  sd_opt_bool lines;
  // Language of the text, ISO 639: `de`, `deu`; left out: whatever the engine reads.
  sd_str language;
  // The engine that is to read it: `pp-ocr` or `tesseract`; left out: the host's default.
  sd_str engine;
  // Steps of preprocessing, of `orientation`, `deskew`, `contrast`; left out: orientation and
  // deskew.
  struct { const sd_str *items; size_t count; } preprocessing;
  // Name of a setting of the calling extension that is a secret, a text or a list of texts:
  // passwords that are tried on an encrypted PDF.
  sd_str passwords;
  // Another form to return as well: `hocr` or `tsv` (as Tesseract writes it).
  sd_str format;
} sd_ocr_input;
extern const sd_type sd_ocr_input_type;

// One word of an `OcrLine`.
typedef struct sd_ocr_word {
  // Its characters.
  sd_str text;
  // Mean confidence, 0 to 1.
  double confidence;
  // Left, top, width, height, in pixels of the picture as given.
  struct { const double *items; size_t count; } area;
} sd_ocr_word;
extern const sd_type sd_ocr_word_type;

// One row of an `OcrPage`.
typedef struct sd_ocr_line {
  // Its text.
  sd_str text;
  // Mean confidence, 0 to 1.
  double confidence;
  // Left, top, width, height, in pixels of the picture as given.
  struct { const double *items; size_t count; } area;
  // Its words, from left to right.
  struct { const sd_ocr_word *items; size_t count; } words;
} sd_ocr_line;
extern const sd_type sd_ocr_line_type;

// One page of `OcrOutput`.
typedef struct sd_ocr_page {
  // Number of the page, from 1.
  int64_t page;
  // Width in pixels, upright.
  int64_t width;
  // Height in pixels, upright.
  int64_t height;
  // Degrees by which it was turned clockwise to read it: 0, 90, 180, 270.
  int64_t rotation;
  // Degrees by which its rows fall to the right, after that.
  sd_opt_number skew;
  // Its rows, when asked for.
  struct { const sd_ocr_line *items; size_t count; } lines;
} sd_ocr_page;
extern const sd_type sd_ocr_page_type;

// Output of `Ocr`.
typedef struct sd_ocr_output {
  // Rows from top to bottom joined by line feeds, cells of a row separated by two spaces, pages
  // separated by a form feed.
  sd_str text;
  // Mean confidence, 0 to 1.
  double confidence;
  // Results per page.
  struct { const sd_ocr_page *items; size_t count; } pages;
  // The engine that read it.
  sd_str engine;
  // The form asked for by `format`.
  sd_str formatted;
  // Changes that made the text safe: `control_characters_removed`, `cut`.
  struct { const sd_str *items; size_t count; } flags;
} sd_ocr_output;
extern const sd_type sd_ocr_output_type;

// Calls that an extension has left.
typedef struct sd_request_quota {
  // Calls in a minute, evenly.
  int64_t per_minute;
  // Calls at once, after a pause long enough.
  int64_t burst;
  // Calls at once now.
  int64_t left;
} sd_request_quota;
extern const sd_type sd_request_quota_type;

// Jobs that an extension has left.
typedef struct sd_job_quota {
  // Jobs that may run at the same time.
  int64_t limit;
  // Jobs that run.
  int64_t running;
} sd_job_quota;
extern const sd_type sd_job_quota_type;

// Part of a budget that an extension has left.
typedef struct sd_budget_quota {
  // Name of the budget: `"http_bytes"`, `"ocr_pages"`, `"embedding_tokens"`, `"model_tokens"`.
  sd_str name;
  // Amount of a day.
  int64_t limit;
  // Amount that is left today.
  int64_t left;
} sd_budget_quota;
extern const sd_type sd_budget_quota_type;

// Output of `Quota`. For the user, who has no limits, all is left out.
typedef struct sd_quota_output {
  // Calls that the extension has left.
  const sd_request_quota * requests;
  // Jobs that the extension has left.
  const sd_job_quota * jobs;
  // Budgets of this day, which ends at midnight UTC.
  struct { const sd_budget_quota *items; size_t count; } budgets;
  // Milliseconds until the budgets start afresh.
  int64_t resets_in_ms;
} sd_quota_output;
extern const sd_type sd_quota_output_type;

// Output of `Status`.
typedef struct sd_status_output {
  // Version of the host.
  sd_str version;
  // Version of the ABI that it speaks.
  int64_t abi_version;
  // Number of methods that it serves.
  int64_t methods;
} sd_status_output;
extern const sd_type sd_status_output_type;

// Reference to a credential of the caller.
typedef struct sd_credential_ref {
  // Its name.
  sd_str name;
} sd_credential_ref;
extern const sd_type sd_credential_ref_type;

// Output of `Delete`.
typedef struct sd_delete_credential_output {
  // False when there was nothing to remove.
  bool deleted;
} sd_delete_credential_output;
extern const sd_type sd_delete_credential_output_type;

// A credential without its secret.
typedef struct sd_credential_info {
  // Its name.
  sd_str name;
  // Its kind: `api_key`, `basic`, `oauth2`, `custom`.
  sd_str kind;
  // The only origins that it is sent to.
  struct { const sd_str *items; size_t count; } hosts;
  // Version, which counts up with each change.
  int64_t version;
  // When the access token expires, in seconds since 1970.
  sd_opt_int expires_at;
  // True when the user has to log in again before it can be used.
  bool needs_login;
} sd_credential_info;
extern const sd_type sd_credential_info_type;

// Output of `List`.
typedef struct sd_list_credentials_output {
  // The credentials, by name.
  struct { const sd_credential_info *items; size_t count; } credentials;
} sd_list_credentials_output;
extern const sd_type sd_list_credentials_output_type;

// Input of `Store`.
typedef struct sd_store_input {
  // Its name; 1 to 128 of `a-z`, `0-9`, `.`, `_`, `-`.
  sd_str name;
  // Only origins that it is sent to, as in `permissions.allowed_domains`.
  struct { const sd_str *items; size_t count; } hosts;
  // The secret.
  sd_json secret;
} sd_store_input;
extern const sd_type sd_store_input_type;

// Output of `Store`.
typedef struct sd_store_output {
  // Version, which counts up with each change of this credential.
  int64_t version;
} sd_store_output;
extern const sd_type sd_store_output_type;

// Input of `Publish`.
typedef struct sd_publish_input {
  // Name of the event: one segment, as in `booked`. Others receive it as `ext.<your id>.booked`.
  sd_str name;
  // The entry that it happened to.
  sd_str entry_id;
  // Data of the event, up to 64 KiB of JSON.
  sd_json data;
} sd_publish_input;
extern const sd_type sd_publish_input_type;

// Output of `Publish`.
typedef struct sd_publish_output {
  // Number of the event in its library.
  int64_t event_id;
  // The kind under which others receive it.
  sd_str kind;
} sd_publish_output;
extern const sd_type sd_publish_output_type;

// Input of `Subscribe` and `Unsubscribe`.
typedef struct sd_subscribe_input {
  // The kind: one of the host's, or `ext.<id>.<name>`.
  sd_str kind;
} sd_subscribe_input;
extern const sd_type sd_subscribe_input_type;

// Output of `Subscribe` and `Unsubscribe`.
typedef struct sd_subscribe_output {
  // False when nothing had to be changed.
  bool changed;
} sd_subscribe_output;
extern const sd_type sd_subscribe_output_type;

// Output of `Subscriptions`.
typedef struct sd_subscriptions_output {
  // The kinds, sorted.
  struct { const sd_str *items; size_t count; } kinds;
} sd_subscriptions_output;
extern const sd_type sd_subscriptions_output_type;

// A header of a request.
typedef struct sd_http_header {
  // Its name.
  sd_str name;
  // Its value.
  sd_str value;
} sd_http_header;
extern const sd_type sd_http_header_type;

// Input of `Request`.
typedef struct sd_request_input {
  // The method.
  sd_str method;
  // URL to request: `https://` or `http://`, at most 8 KiB, without a user.
  sd_str url;
  // At most 64 headers, 16 KiB in all; those that the host sets itself are refused.
  struct { const sd_http_header *items; size_t count; } headers;
  // The body, at most 32 MiB; not for GET and HEAD.
  sd_bytes body;
  // Name of a credential of this extension and library. The host attaches it, where the credential
  // is for this host.
  sd_str auth;
  // Time for everything, in milliseconds; 1 to 300000.
  sd_opt_int timeout_ms;
  // Most bytes of the answer's body, decoded; up to 48 MiB.
  sd_opt_int max_body_bytes;
  // Most redirects to follow, 0 to 10; 0 returns a redirect as it is.
  sd_opt_int redirects;
} sd_request_input;
extern const sd_type sd_request_input_type;

// A header of an answer. It is a type of its own, because it goes the other way.
typedef struct sd_response_header {
  // Its name, in lower case.
  sd_str name;
  // Its value.
  sd_str value;
} sd_response_header;
extern const sd_type sd_response_header_type;

// Output of `Request`.
typedef struct sd_request_output {
  // The status: 200 to 599.
  int64_t status;
  // Headers, in the order in which they came. A value that is not UTF-8 is read as Latin-1.
  struct { const sd_response_header *items; size_t count; } headers;
  // The body, decoded; empty when there is none.
  sd_bytes body;
  // URL that answered, after redirects.
  sd_str url;
} sd_request_output;
extern const sd_type sd_request_output_type;

// Reference to a job.
typedef struct sd_job_ref {
  // Its id.
  sd_str job_id;
} sd_job_ref;
extern const sd_type sd_job_ref_type;

// Output of `Cancel`.
typedef struct sd_cancel_output {
  // False when it was over already.
  bool cancelled;
} sd_cancel_output;
extern const sd_type sd_cancel_output_type;

// ProgressReport that a job reports. `JobProgress` is the same, as a host tells it.
typedef struct sd_progress_report {
  // Steps that are done.
  int64_t done;
  // All steps, when they are known.
  sd_opt_int total;
  // Description of the present step, for a person.
  sd_str message;
} sd_progress_report;
extern const sd_type sd_progress_report_type;

// Input of `Checkpoint`.
typedef struct sd_checkpoint_input {
  // The job, which must run now.
  sd_str job_id;
  // Checkpoint that the job gets back when it is started again, at most 256 KiB of JSON; left out:
  // as it was.
  sd_json checkpoint;
  // ProgressReport of the job; left out: as it was.
  const sd_progress_report * progress;
} sd_checkpoint_input;
extern const sd_type sd_checkpoint_input_type;

// Output of `Checkpoint`.
typedef struct sd_checkpoint_output {
  // True when the job was cancelled: it should return soon.
  bool cancelled;
} sd_checkpoint_output;
extern const sd_type sd_checkpoint_output_type;

// Input of `Dispatch`.
typedef struct sd_dispatch_input {
  // The operation: one of the extension's own, as its manifest declares it, or one of the core that
  // may be dispatched, as its documentation says.
  sd_str method;
  // Its input, at most 256 KiB of JSON.
  sd_json input;
  // Key for idempotent dispatch, 1 to 256 bytes: while a job with this key is not over, no second
  // one is made.
  sd_str key;
  // Delay before it runs, in milliseconds, up to 31 days.
  sd_opt_int delay_ms;
  // Priority among the jobs that wait.
  sd_str priority;
} sd_dispatch_input;
extern const sd_type sd_dispatch_input_type;

// Output of `Dispatch`.
typedef struct sd_dispatch_output {
  // The job.
  sd_str job_id;
  // False when there was one with this key already.
  bool created;
} sd_dispatch_output;
extern const sd_type sd_dispatch_output_type;

// Input of `List`.
typedef struct sd_list_jobs_input {
  // Only those in this state.
  sd_str state;
  // Most jobs to return, 1 to 1000; left out: 100.
  sd_opt_int limit;
} sd_list_jobs_input;
extern const sd_type sd_list_jobs_input_type;

// ProgressReport of a job: the last `ProgressReport`, as a host tells it. It is a type of its own,
// because it goes the other way.
typedef struct sd_job_progress {
  // Steps that are done.
  int64_t done;
  // All steps, when they are known.
  sd_opt_int total;
  // Description of the present step, for a person.
  sd_str message;
} sd_job_progress;
extern const sd_type sd_job_progress_type;

// Failure of a job.
typedef struct sd_job_failure {
  // Name of the error code.
  sd_str code;
  // Message for a person.
  sd_str error;
} sd_job_failure;
extern const sd_type sd_job_failure_type;

// A job.
typedef struct sd_job {
  // Its id.
  sd_str id;
  // The extension whose operation it runs.
  sd_str extension;
  // The operation.
  sd_str method;
  // Its key.
  sd_str key;
  // Its state.
  sd_str state;
  // ProgressReport that it reported.
  const sd_job_progress * progress;
  // Number of times that it was started.
  int64_t attempts;
  // Output of the operation, when it ended well.
  sd_json output;
  // Last failure, or the reason why it is parked.
  const sd_job_failure * error;
  // When it may run, RFC 3339, UTC.
  sd_str run_at;
  // When it was made, RFC 3339, UTC.
  sd_str created_at;
  // When it changed last, RFC 3339, UTC.
  sd_str updated_at;
} sd_job;
extern const sd_type sd_job_type;

// Output of `List`.
typedef struct sd_list_jobs_output {
  // The jobs: an extension sees its own, the user all.
  struct { const sd_job *items; size_t count; } jobs;
} sd_list_jobs_output;
extern const sd_type sd_list_jobs_output_type;

// A mailbox: its server and its login.
typedef struct sd_mailbox {
  // The server: `imaps://imap.example.com`, with a port where it is not 993. The manifest has to
  // allow it in `permissions.allowed_domains`.
  sd_str server;
  // Name of the caller's credential: `basic` for a password, or `oauth2`.
  sd_str auth;
  // The user at the server: needed with `oauth2`, where it is mostly an email address; a `basic`
  // credential has it.
  sd_str user;
} sd_mailbox;
extern const sd_type sd_mailbox_type;

// Input of `FetchMessage`.
typedef struct sd_fetch_message_input {
  // The mailbox.
  sd_mailbox mailbox;
  // The folder.
  sd_str folder;
  // The folder's `UIDVALIDITY`, from `mail.list_messages`.
  int64_t validity;
  // The message's number, from `mail.list_messages`.
  int64_t uid;
  // Most bytes of the message; up to 48 MiB.
  sd_opt_int max_bytes;
} sd_fetch_message_input;
extern const sd_type sd_fetch_message_input_type;

// Output of `FetchMessage`.
typedef struct sd_fetch_message_output {
  // The message (RFC 5322).
  sd_bytes data;
} sd_fetch_message_output;
extern const sd_type sd_fetch_message_output_type;

// Input of `ListFolders`.
typedef struct sd_list_folders_input {
  // The mailbox.
  sd_mailbox mailbox;
} sd_list_folders_input;
extern const sd_type sd_list_folders_input_type;

// A folder.
typedef struct sd_folder {
  // Its name, with all folders above it.
  sd_str name;
  // Character between the parts of names.
  sd_str delimiter;
} sd_folder;
extern const sd_type sd_folder_type;

// Output of `ListFolders`.
typedef struct sd_list_folders_output {
  // The folders that hold messages, in the server's order.
  struct { const sd_folder *items; size_t count; } folders;
} sd_list_folders_output;
extern const sd_type sd_list_folders_output_type;

// Input of `ListMessages`.
typedef struct sd_list_messages_input {
  // The mailbox.
  sd_mailbox mailbox;
  // The folder.
  sd_str folder;
  // Only messages with a greater number than this.
  sd_opt_int after;
  // Only messages that came on this day (`2026-01-31`) or later, by the server's clock.
  sd_str since;
  // Most messages to return; 1 to 1000.
  sd_opt_int limit;
} sd_list_messages_input;
extern const sd_type sd_list_messages_input_type;

// A message, without its content.
typedef struct sd_message_info {
  // Its number in the folder (`UID`). A message that comes later has a greater one.
  int64_t uid;
  // Its size in bytes; 0 where the server does not say it.
  int64_t bytes;
  // When it came, RFC 3339, UTC, where the server says it.
  sd_str received_at;
} sd_message_info;
extern const sd_type sd_message_info_type;

// Output of `ListMessages`.
typedef struct sd_list_messages_output {
  // The folder's `UIDVALIDITY` (RFC 9051): as long as it stays the same, numbers stand for the same
  // messages.
  int64_t validity;
  // Number of messages that fit, on this page and behind it.
  int64_t total;
  // The messages, by number.
  struct { const sd_message_info *items; size_t count; } messages;
} sd_list_messages_output;
extern const sd_type sd_list_messages_output_type;

// Input of `Codes`.
typedef struct sd_codes_input {
  // The entry of the picture or PDF.
  sd_str entry_id;
  // The picture or PDF itself.
  sd_bytes data;
  // Pages of a PDF, from 1, up to 10; left out: the first 10. Those behind the last page are passed
  // over.
  struct { const int64_t *items; size_t count; } pages;
  // Name of a setting of the calling extension that is a secret, a text or a list of texts:
  // passwords that are tried on an encrypted PDF.
  sd_str passwords;
} sd_codes_input;
extern const sd_type sd_codes_input_type;

// One code of `CodesOutput`.
typedef struct sd_found_code {
  // Number of the page, from 1; 1 for a picture.
  int64_t page;
  // Kind of the code: `qr`.
  sd_str format;
  // Text in it.
  sd_str text;
  // Left, top, width, height, as shares of the page or picture, upright.
  struct { const double *items; size_t count; } area;
} sd_found_code;
extern const sd_type sd_found_code_type;

// Output of `Codes`.
typedef struct sd_codes_output {
  // The codes, page by page.
  struct { const sd_found_code *items; size_t count; } codes;
} sd_codes_output;
extern const sd_type sd_codes_output_type;

// Input of `Metadata`.
typedef struct sd_metadata_input {
  // The picture.
  sd_str entry_id;
} sd_metadata_input;
extern const sd_type sd_metadata_input_type;

// Output of `Metadata`.
typedef struct sd_metadata_output {
  // Format of the file: `jpeg`, `png`, `webp`, `tiff`, `gif`, `bmp`, `heif`, `avif`, `raw`.
  sd_str format;
  // Width in pixels, upright; 0 when the file does not say it.
  int64_t width;
  // Height in pixels, upright; 0 when the file does not say it.
  int64_t height;
  // EXIF orientation, 1 to 8: how the pixels of the file have to be turned; 1 is upright.
  int64_t orientation;
  // When it was taken, on the clock of the camera: `2026-05-01T10:00:00`.
  sd_str taken;
  // Minutes by which that clock was before UTC, where the file tells: by itself, or by the clock of
  // the satellites.
  sd_opt_int offset_minutes;
  // When it was taken in UTC, where the offset is known: `2026-05-01T08:00:00Z`.
  sd_str taken_at;
  // Maker of the camera.
  sd_str make;
  // Model of the camera.
  sd_str model;
  // Name of the lens.
  sd_str lens;
  // Program that wrote the file.
  sd_str software;
  // Exposure in seconds.
  sd_opt_number exposure_s;
  // Aperture: 2.8 is f/2.8.
  sd_opt_number aperture;
  // Sensitivity, ISO.
  sd_opt_int iso;
  // Focal length in millimetres.
  sd_opt_number focal_length_mm;
  // Latitude in degrees, north positive.
  sd_opt_number latitude;
  // Longitude in degrees, east positive.
  sd_opt_number longitude;
  // Height above the sea in metres.
  sd_opt_number altitude_m;
  // Title that somebody gave it.
  sd_str title;
  // Description that somebody gave it.
  sd_str description;
  // Tags that somebody gave it.
  struct { const sd_str *items; size_t count; } tags;
  // Rating, 0 to 5; -1 is rejected.
  sd_opt_int rating;
  // Id that a Live Photo shares with its video.
  sd_str live_photo_id;
  // Id that the pictures of a burst share.
  sd_str burst_id;
  // Values of the file that cannot be so, in words.
  struct { const sd_str *items; size_t count; } notes;
} sd_metadata_output;
extern const sd_type sd_metadata_output_type;

// Input of `Thumbnail`.
typedef struct sd_thumbnail_input {
  // The picture.
  sd_str entry_id;
  // Longest sides in pixels, 16 to 4096, up to 8 of them; left out: none, only `luma`.
  struct { const int64_t *items; size_t count; } sizes;
  // Format of the copies: `jpeg` or `png`; left out: `jpeg`.
  sd_str format;
  // Side, 8 to 128, of a square of brightness values, which the whole picture is pressed into: for
  // comparing pictures.
  sd_opt_int luma;
} sd_thumbnail_input;
extern const sd_type sd_thumbnail_input_type;

// One copy of `ThumbnailOutput`.
typedef struct sd_small_picture {
  // The longest side that was asked for.
  int64_t size;
  // Width in pixels.
  int64_t width;
  // Height in pixels.
  int64_t height;
  // Media type: `image/jpeg` or `image/png`.
  sd_str media_type;
  // The file.
  sd_bytes data;
} sd_small_picture;
extern const sd_type sd_small_picture_type;

// Output of `Thumbnail`.
typedef struct sd_thumbnail_output {
  // Width of the picture in pixels, upright.
  int64_t width;
  // Height of the picture in pixels, upright.
  int64_t height;
  // The copies, in the order of `sizes`.
  struct { const sd_small_picture *items; size_t count; } thumbnails;
  // Brightness values from 0 to 255, row by row, where they were asked for.
  sd_bytes luma;
} sd_thumbnail_output;
extern const sd_type sd_thumbnail_output_type;

// A condition on one top-level key of an entry's metadata.
typedef struct sd_filter {
  // The key.
  sd_str key;
  // Relation of its value to `value`.
  sd_str op;
  // A number, which is compared with numbers and with texts that are decimal numbers, or a text,
  // which is compared with texts; so dates as `2026-07-01` compare by time. For `:` a text.
  sd_json value;
} sd_filter;
extern const sd_type sd_filter_type;

// Input of `Entries`.
typedef struct sd_search_input {
  // Words, at most 4096 bytes; a trailing `*` on a word matches its beginnings. Entries with all of
  // them are found, and, when the search is by meaning as well, entries about the same. Without any
  // word, but with a condition, all entries that fulfil it are found, newest first.
  sd_str text;
  // Only entries of this type.
  sd_str entry_type;
  // Only entries whose metadata has these values at these top-level keys.
  sd_json metadata;
  // Only entries whose metadata fulfils all of these.
  struct { const sd_filter *items; size_t count; } filters;
  // `hybrid`: by words and by meaning; `text`: by words alone; `meaning`: by meaning alone.
  sd_str mode;
  // Most hits, 1 to 1000.
  sd_opt_int limit;
  // Also `highlights` and `passage` of hits, and `unread`, which callers of before do not know.
  sd_opt_bool places;
} sd_search_input;
extern const sd_type sd_search_input_type;

// An entry of a library: a file, or something that an extension made.
typedef struct sd_entry {
  // Its id.
  sd_str id;
  // Its name; for an imported file its file name.
  sd_str name;
  // Its path in the library: segments joined by `/`, unique.
  sd_str path;
  // Its type: `file` for an imported file, else the type that its maker gave it.
  sd_str entry_type;
  // Media type of the content, where known: `message/rfc822`.
  sd_str media_type;
  // Bytes of content; left out for an entry without content.
  sd_opt_int size;
  // BLAKE3 of the content, in hex.
  sd_str content_hash;
  // Id of the extension that made it; left out when the user did.
  sd_str created_by;
  // Metadata, free in form.
  sd_json metadata;
  // When it was made, RFC 3339, UTC.
  sd_str created_at;
  // When it was last changed, RFC 3339, UTC.
  sd_str updated_at;
} sd_entry;
extern const sd_type sd_entry_type;

// A range of bytes in a text, which begins and ends between characters.
typedef struct sd_text_range {
  // Its first byte.
  int64_t start;
  // The byte behind its last one.
  int64_t end;
} sd_text_range;
extern const sd_type sd_text_range_type;

// One hit.
typedef struct sd_search_hit {
  // The entry.
  sd_entry entry;
  // Text around the match; matches of words stand between `` and ``.
  sd_str snippet;
  // The matches of words in `snippet`, as ranges of its bytes, without their brackets; if `places`
  // is set.
  struct { const sd_text_range *items; size_t count; } highlights;
  // The passage of the content that the snippet is from, as a range of bytes of its text. Missing
  // when it is from the name, the metadata or a sidecar, or `places` is not set.
  const sd_text_range * passage;
  // Score, higher is better; comparable within one answer only.
  double score;
} sd_search_hit;
extern const sd_type sd_search_hit_type;

// Output of `Entries`.
typedef struct sd_search_output {
  // The hits, best first.
  struct { const sd_search_hit *items; size_t count; } hits;
  // Reason why a hybrid search was by words alone, such as a model that is missing.
  sd_str words_only;
  // Number of texts (entries, and passages of their contents) that have no vector yet, and are
  // found by words alone.
  sd_opt_int pending;
  // Number of entries whose content has not been read for search yet, if `places` is set.
  sd_opt_int unread;
} sd_search_output;
extern const sd_type sd_search_output_type;

// Input of `MakeVectors`.
typedef struct sd_make_vectors_input {
  // Only entries whose path starts with these segments.
  sd_str path_prefix;
} sd_make_vectors_input;
extern const sd_type sd_make_vectors_input_type;

// Output of `MakeVectors`.
typedef struct sd_make_vectors_output {
  // Texts that got a vector.
  int64_t made;
  // Entries with texts that changed meanwhile, and get their vectors another time.
  int64_t left;
} sd_make_vectors_output;
extern const sd_type sd_make_vectors_output_type;

// Input of `ReadAgain`.
typedef struct sd_read_again_input {
  // Only entries whose path starts with these segments.
  sd_str path_prefix;
} sd_read_again_input;
extern const sd_type sd_read_again_input_type;

// Output of `ReadAgain`.
typedef struct sd_read_again_output {
  // Contents that were read.
  int64_t read;
  // Contents that have no text that can be read.
  int64_t without_text;
  // Contents that are as they were, because their reader or its model is away, or they are damaged.
  int64_t left;
} sd_read_again_output;
extern const sd_type sd_read_again_output_type;

// Input of `RebuildIndex`.
typedef struct sd_rebuild_index_input {
  // Only entries whose path starts with these segments.
  sd_str path_prefix;
} sd_rebuild_index_input;
extern const sd_type sd_rebuild_index_input_type;

// Output of `RebuildIndex`.
typedef struct sd_rebuild_index_output {
  // Entries whose words were indexed anew.
  int64_t entries;
  // Sidecars among their texts that cannot be read, and are not found now.
  int64_t unreadable;
} sd_rebuild_index_output;
extern const sd_type sd_rebuild_index_output_type;

// Output of `Reveal`.
typedef struct sd_reveal_output {
  // `key`; `username` and `password`; `access_token`; or the fields of a custom secret.
  sd_json fields;
} sd_reveal_output;
extern const sd_type sd_reveal_output_type;

// Output of `Get`.
typedef struct sd_get_settings_output {
  // Values by the names of the settings.
  sd_json values;
  // Values of settings that are secrets.
  sd_json secrets;
} sd_get_settings_output;
extern const sd_type sd_get_settings_output_type;

// Input of `CheckContents`.
typedef struct sd_check_contents_input {
  // Only entries whose path starts with these segments.
  sd_str path_prefix;
} sd_check_contents_input;
extern const sd_type sd_check_contents_input_type;

// Output of `CheckContents`.
typedef struct sd_check_contents_output {
  // Contents that are as they were.
  int64_t sound;
  // Contents that are missing, changed or unreadable.
  int64_t damaged;
  // The entries of the first 1,000 of them.
  struct { const sd_str *items; size_t count; } entries;
} sd_check_contents_output;
extern const sd_type sd_check_contents_output_type;

// An entry to be made: the input of `CreateEntry`.
typedef struct sd_new_entry {
  // Its name; 1 to 255 bytes, no `/`, no control characters.
  sd_str name;
  // Its path: relative, segments joined by `/`, no `.` or `..`; 1 to 1024 bytes.
  sd_str path;
  // Its type: a word such as `receipt` or `FinancialDocument`, compared exactly.
  sd_str entry_type;
  // Metadata, free in form, at most 64 KiB of JSON.
  sd_json metadata;
  // Its content, if it has any.
  sd_bytes content;
  // Media type of the content; only with content.
  sd_str media_type;
} sd_new_entry;
extern const sd_type sd_new_entry_type;

// Output of `CreateEntry`.
typedef struct sd_create_entry_output {
  // The entry, new or as it was.
  sd_entry entry;
  // False when it was there already.
  bool created;
} sd_create_entry_output;
extern const sd_type sd_create_entry_output_type;

// Reference to an entry.
typedef struct sd_entry_ref {
  // The entry.
  sd_str entry_id;
} sd_entry_ref;
extern const sd_type sd_entry_ref_type;

// Output of the operations that remove something.
typedef struct sd_delete_output {
  // False when there was nothing to remove.
  bool deleted;
} sd_delete_output;
extern const sd_type sd_delete_output_type;

// Reference to a sidecar.
typedef struct sd_sidecar_ref {
  // The entry.
  sd_str entry_id;
  // Name of the sidecar.
  sd_str name;
} sd_sidecar_ref;
extern const sd_type sd_sidecar_ref_type;

// A sidecar without its bytes.
typedef struct sd_sidecar_info {
  // Its name.
  sd_str name;
  // Its size in bytes.
  int64_t size;
  // BLAKE3 of its bytes, in hex.
  sd_str content_hash;
  // Id of the extension that wrote it; left out when the user did.
  sd_str written_by;
  // When it was written, RFC 3339, UTC.
  sd_str updated_at;
} sd_sidecar_info;
extern const sd_type sd_sidecar_info_type;

// Output of `GetEntry`.
typedef struct sd_entry_details {
  // The entry.
  sd_entry entry;
  // Its sidecars by name, up to 200.
  struct { const sd_sidecar_info *items; size_t count; } sidecars;
  // Cursor of the sidecars that are left, to pass as `after` to `query:vdfs.list_sidecars.v1`; left
  // out when these are all.
  sd_str next_sidecar;
} sd_entry_details;
extern const sd_type sd_entry_details_type;

// Input of `ListChanges`.
typedef struct sd_list_changes_input {
  // Only entries whose path starts with these segments.
  sd_str path_prefix;
  // Cursor: what changed behind the page that ended with it, for the same `path_prefix`.
  sd_str after;
  // Most changes of a page, 1 to 1000.
  sd_opt_int limit;
} sd_list_changes_input;
extern const sd_type sd_list_changes_input_type;

// Output of `ListChanges`.
typedef struct sd_list_changes_output {
  // Entries that changed, as they are now.
  struct { const sd_entry *items; size_t count; } entries;
  // Ids of entries that are gone, or no longer below `path_prefix`; some of them may never have
  // been listed.
  struct { const sd_str *items; size_t count; } removed;
  // Cursor of the next page, to pass as `after`, now or when there are changes again.
  sd_str next;
  // True when the next page has more already.
  bool more;
  // True when all entries are listed anew: there was no cursor, or the library was restored since
  // then. What was known before counts no longer.
  sd_opt_bool anew;
} sd_list_changes_output;
extern const sd_type sd_list_changes_output_type;

// Input of `ListEntries`: all conditions must hold.
typedef struct sd_list_entries_input {
  // Only entries of this type.
  sd_str entry_type;
  // Only entries whose path starts with these segments.
  sd_str path_prefix;
  // Only entries whose metadata has these values at these top-level keys.
  sd_json metadata;
  // Cursor: the page behind the one that ended with it.
  sd_opt_int after;
  // Most entries to return, 1 to 1000.
  sd_opt_int limit;
} sd_list_entries_input;
extern const sd_type sd_list_entries_input_type;

// Output of `ListEntries`.
typedef struct sd_list_entries_output {
  // One page of entries.
  struct { const sd_entry *items; size_t count; } entries;
  // Cursor of the next page, to pass as `after`; left out when this was the last.
  sd_opt_int next;
} sd_list_entries_output;
extern const sd_type sd_list_entries_output_type;

// Input of `ListSidecars` (super::ListSidecars).
typedef struct sd_list_sidecars_input {
  // The entry.
  sd_str entry_id;
  // Cursor: the page behind the one that ended with it.
  sd_str after;
} sd_list_sidecars_input;
extern const sd_type sd_list_sidecars_input_type;

// Output of `ListSidecars` (super::ListSidecars).
typedef struct sd_list_sidecars_output {
  // One page of sidecars by name, up to 200.
  struct { const sd_sidecar_info *items; size_t count; } sidecars;
  // Cursor of the next page, to pass as `after`; left out when this was the last.
  sd_str next;
} sd_list_sidecars_output;
extern const sd_type sd_list_sidecars_output_type;

// A content that an entry had before.
typedef struct sd_entry_version {
  // Its number, which rises with each version of the entry.
  int64_t version;
  // Its size in bytes.
  int64_t size;
  // Its BLAKE3 hash, in lower-case hex.
  sd_str content_hash;
  // Its media type, where known.
  sd_str media_type;
  // When another content took its place, RFC 3339, UTC.
  sd_str replaced_at;
} sd_entry_version;
extern const sd_type sd_entry_version_type;

// Output of `ListVersions`.
typedef struct sd_list_versions_output {
  // The versions, the newest first.
  struct { const sd_entry_version *items; size_t count; } versions;
} sd_list_versions_output;
extern const sd_type sd_list_versions_output_type;

// Input of `ReadContent`.
typedef struct sd_read_content_input {
  // The entry.
  sd_str entry_id;
  // Offset of the first byte.
  sd_opt_int offset;
  // Bytes at most; left out: all that is left. More than the attachment limit is refused.
  sd_opt_int length;
} sd_read_content_input;
extern const sd_type sd_read_content_input_type;

// Output of `ReadContent`.
typedef struct sd_read_content_output {
  // The bytes.
  sd_bytes data;
  // Bytes of the whole content.
  int64_t size;
} sd_read_content_output;
extern const sd_type sd_read_content_output_type;

// Output of `ReadSidecar` (super::ReadSidecar).
typedef struct sd_read_sidecar_output {
  // The bytes.
  sd_bytes data;
} sd_read_sidecar_output;
extern const sd_type sd_read_sidecar_output_type;

// Input of `UpdateMetadata`.
typedef struct sd_update_metadata_input {
  // The entry.
  sd_str entry_id;
  // The merge patch; the metadata has at most 64 KiB of JSON after it.
  sd_json metadata;
  // Values that top-level keys must still have; `null` for a key that must not be there.
  sd_json only_if;
} sd_update_metadata_input;
extern const sd_type sd_update_metadata_input_type;

// Output of `UpdateMetadata`.
typedef struct sd_update_metadata_output {
  // The metadata after the change.
  sd_json metadata;
} sd_update_metadata_output;
extern const sd_type sd_update_metadata_output_type;

// Input of `WriteSidecar` (super::WriteSidecar).
typedef struct sd_write_sidecar_input {
  // The entry.
  sd_str entry_id;
  // Name of the sidecar: `receipt.json`. Letters, digits, `.`, `_`, `-`; no leading or trailing
  // dot; 1 to 255 bytes.
  sd_str name;
  // Its bytes, at most 64 MiB.
  sd_bytes data;
  // `content_hash` of the sidecar that is replaced; the empty text where there must be none.
  sd_str only_if;
} sd_write_sidecar_input;
extern const sd_type sd_write_sidecar_input_type;

// Answers a question about a text, as JSON after a schema
sd_code sd_ai_classify_text(const sd_classify_text_input *input, sd_classify_text_output *output);

// Turns texts into vectors, near to each other when their meaning is
sd_code sd_ai_embed(const sd_embed_input *input, sd_embed_output *output);

// Extracts the text that a document carries, and the electronic invoice in it
sd_code sd_ai_extract_text(const sd_extract_text_input *input, sd_extract_text_output *output);

// Reads the text in a picture or in pages of a PDF
sd_code sd_ai_ocr(const sd_ocr_input *input, sd_ocr_output *output);

// Returns what the caller has left of its limits
sd_code sd_core_quota(sd_quota_output *output);

// Returns the versions of the host and of its ABI
sd_code sd_core_status(sd_status_output *output);

// Removes a credential
sd_code sd_credentials_delete(const sd_credential_ref *input, sd_delete_credential_output *output);

// Returns a credential without its secret
sd_code sd_credentials_get(const sd_credential_ref *input, sd_credential_info *output);

// Lists the caller's credentials, by name, without their secrets
sd_code sd_credentials_list(sd_list_credentials_output *output);

// Keeps a credential, encrypted
sd_code sd_credentials_store(const sd_store_input *input, sd_store_output *output);

// Tells other extensions that something happened to an entry
sd_code sd_events_publish(const sd_publish_input *input, sd_publish_output *output);

// Subscribes the extension to events of a kind in this library
sd_code sd_events_subscribe(const sd_subscribe_input *input, sd_subscribe_output *output);

// Lists the kinds that the extension subscribed to in this library
sd_code sd_events_subscriptions(sd_subscriptions_output *output);

// Removes a subscription
sd_code sd_events_unsubscribe(const sd_subscribe_input *input, sd_subscribe_output *output);

// Sends a request and returns the answer, whatever its status
sd_code sd_http_request(const sd_request_input *input, sd_request_output *output);

// Ends a job: one that waits at once, one that runs when it makes its next checkpoint
sd_code sd_jobs_cancel(const sd_job_ref *input, sd_cancel_output *output);

// Keeps a checkpoint of a running job, at which it resumes after a crash, and its progress
sd_code sd_jobs_checkpoint(const sd_checkpoint_input *input, sd_checkpoint_output *output);

// Dispatches a job: an operation that runs later
sd_code sd_jobs_dispatch(const sd_dispatch_input *input, sd_dispatch_output *output);

// Lists jobs, the newest first
sd_code sd_jobs_list(const sd_list_jobs_input *input, sd_list_jobs_output *output);

// Returns a job
sd_code sd_jobs_status(const sd_job_ref *input, sd_job *output);

// Returns a message as it is
sd_code sd_mail_fetch_message(const sd_fetch_message_input *input, sd_fetch_message_output *output);

// Lists the folders of a mailbox that hold messages
sd_code sd_mail_list_folders(const sd_list_folders_input *input, sd_list_folders_output *output);

// Lists messages of a folder, the oldest first
sd_code sd_mail_list_messages(const sd_list_messages_input *input, sd_list_messages_output *output);

// Reads the QR codes in a picture, or on pages of a PDF
sd_code sd_media_codes(const sd_codes_input *input, sd_codes_output *output);

// Reads what a picture says of itself: time, place, camera, tags
sd_code sd_media_metadata(const sd_metadata_input *input, sd_metadata_output *output);

// Makes small copies of a picture, upright
sd_code sd_media_thumbnail(const sd_thumbnail_input *input, sd_thumbnail_output *output);

// Searches names, metadata, contents and text sidecars, by words and by meaning
sd_code sd_search_entries(const sd_search_input *input, sd_search_output *output);

// Makes the vectors of texts that have none, for search by meaning
sd_code sd_search_make_vectors(const sd_make_vectors_input *input, sd_make_vectors_output *output);

// Reads the contents of entries again, pictures as well, and keeps what is found for search
sd_code sd_search_read_again(const sd_read_again_input *input, sd_read_again_output *output);

// Builds the index of words anew, of the names, metadata and sidecars that the library keeps
sd_code sd_search_rebuild_index(const sd_rebuild_index_input *input, sd_rebuild_index_output *output);

// Returns the secret of a credential
sd_code sd_secrets_reveal(const sd_credential_ref *input, sd_reveal_output *output);

// Returns the caller's settings as they are in the library: what the user set, else the defaults
sd_code sd_settings_get(sd_get_settings_output *output);

// Reads the contents of entries and compares them with their hashes
sd_code sd_vdfs_check_contents(const sd_check_contents_input *input, sd_check_contents_output *output);

// Makes an entry, or returns the one at its path
sd_code sd_vdfs_create_entry(const sd_new_entry *input, sd_create_entry_output *output);

// Removes an entry with its content and sidecars
sd_code sd_vdfs_delete_entry(const sd_entry_ref *input, sd_delete_output *output);

// Removes a sidecar
sd_code sd_vdfs_delete_sidecar(const sd_sidecar_ref *input, sd_delete_output *output);

// Returns one entry and its sidecars
sd_code sd_vdfs_get_entry(const sd_entry_ref *input, sd_entry_details *output);

// Lists entries that changed since a cursor, and those that are gone, page by page
sd_code sd_vdfs_list_changes(const sd_list_changes_input *input, sd_list_changes_output *output);

// Lists entries in the order of their making, page by page
sd_code sd_vdfs_list_entries(const sd_list_entries_input *input, sd_list_entries_output *output);

// Lists the sidecars of an entry by name, page by page
sd_code sd_vdfs_list_sidecars(const sd_list_sidecars_input *input, sd_list_sidecars_output *output);

// Lists the contents that an imported file had before, the newest first
sd_code sd_vdfs_list_versions(const sd_entry_ref *input, sd_list_versions_output *output);

// Returns bytes of an entry's content
sd_code sd_vdfs_read_content(const sd_read_content_input *input, sd_read_content_output *output);

// Returns a sidecar, whole
sd_code sd_vdfs_read_sidecar(const sd_sidecar_ref *input, sd_read_sidecar_output *output);

// Changes metadata by a JSON Merge Patch (RFC 7396)
sd_code sd_vdfs_update_metadata(const sd_update_metadata_input *input, sd_update_metadata_output *output);

// Writes a sidecar, whole
sd_code sd_vdfs_write_sidecar(const sd_write_sidecar_input *input, sd_sidecar_info *output);
