//! The operations of the host. Made by `cargo xtask bindgen`: do not edit.
const std = @import("std");
const spacedrive = @import("spacedrive.zig");

/// JSON of any form.
pub const Json = std.json.Value;
const Bytes = spacedrive.Bytes;

/// Errors of calls; each is a code, and `lastError` has the message.
pub const Error = error{
    AbiRange,
    AbiUtf8,
    AbiTooLarge,
    AbiAlloc,
    AbiExport,
    AbiReentrant,
    ModuleInvalid,
    ModuleFeature,
    ModuleLimit,
    ImportUnknown,
    AbiVersion,
    Trap,
    Cpu,
    Deadline,
    Stack,
    Memory,
    Init,
    Stopped,
    Reload,
    Rate,
    Busy,
    UnknownMethod,
    DeniedMethod,
    DeniedLibrary,
    DeniedArg,
    DeniedNet,
    BadJson,
    BadInput,
    NotFound,
    Conflict,
    Manifest,
    Path,
    Io,
    NoSpace,
    Corrupt,
    Schema,
    Limit,
    ReadOnly,
    DocLimit,
    DocMalformed,
    DocEncrypted,
    ModelMissing,
    NeedsProvider,
    ModelAnswer,
    Extension,
    NetScheme,
    NetAddr,
    NetDns,
    NetRedirect,
    NetSize,
    NetTimeout,
    NetTls,
    NetHeader,
    Net,
    CredNotFound,
    CredTampered,
    CredRollback,
    CredReauth,
    PkgHash,
    PkgDowngrade,
    PkgFormat,
    PkgSignature,
    PkgStale,
    PkgYanked,
    Internal,
};

/// The number and the name of each error.
pub const codes = [_]struct { err: Error, number: u32, name: []const u8 }{
    .{ .err = error.AbiRange, .number = 1, .name = "E_ABI_RANGE" },
    .{ .err = error.AbiUtf8, .number = 2, .name = "E_ABI_UTF8" },
    .{ .err = error.AbiTooLarge, .number = 3, .name = "E_ABI_TOO_LARGE" },
    .{ .err = error.AbiAlloc, .number = 4, .name = "E_ABI_ALLOC" },
    .{ .err = error.AbiExport, .number = 5, .name = "E_ABI_EXPORT" },
    .{ .err = error.AbiReentrant, .number = 6, .name = "E_ABI_REENTRANT" },
    .{ .err = error.ModuleInvalid, .number = 16, .name = "E_MODULE_INVALID" },
    .{ .err = error.ModuleFeature, .number = 17, .name = "E_MODULE_FEATURE" },
    .{ .err = error.ModuleLimit, .number = 18, .name = "E_MODULE_LIMIT" },
    .{ .err = error.ImportUnknown, .number = 19, .name = "E_IMPORT_UNKNOWN" },
    .{ .err = error.AbiVersion, .number = 20, .name = "E_ABI_VERSION" },
    .{ .err = error.Trap, .number = 32, .name = "E_TRAP" },
    .{ .err = error.Cpu, .number = 33, .name = "E_CPU" },
    .{ .err = error.Deadline, .number = 34, .name = "E_DEADLINE" },
    .{ .err = error.Stack, .number = 35, .name = "E_STACK" },
    .{ .err = error.Memory, .number = 36, .name = "E_MEMORY" },
    .{ .err = error.Init, .number = 37, .name = "E_INIT" },
    .{ .err = error.Stopped, .number = 38, .name = "E_STOPPED" },
    .{ .err = error.Reload, .number = 39, .name = "E_RELOAD" },
    .{ .err = error.Rate, .number = 48, .name = "E_RATE" },
    .{ .err = error.Busy, .number = 49, .name = "E_BUSY" },
    .{ .err = error.UnknownMethod, .number = 64, .name = "E_UNKNOWN_METHOD" },
    .{ .err = error.DeniedMethod, .number = 65, .name = "E_DENIED_METHOD" },
    .{ .err = error.DeniedLibrary, .number = 66, .name = "E_DENIED_LIBRARY" },
    .{ .err = error.DeniedArg, .number = 67, .name = "E_DENIED_ARG" },
    .{ .err = error.DeniedNet, .number = 68, .name = "E_DENIED_NET" },
    .{ .err = error.BadJson, .number = 80, .name = "E_BAD_JSON" },
    .{ .err = error.BadInput, .number = 81, .name = "E_BAD_INPUT" },
    .{ .err = error.NotFound, .number = 82, .name = "E_NOT_FOUND" },
    .{ .err = error.Conflict, .number = 83, .name = "E_CONFLICT" },
    .{ .err = error.Manifest, .number = 96, .name = "E_MANIFEST" },
    .{ .err = error.Path, .number = 112, .name = "E_PATH" },
    .{ .err = error.Io, .number = 113, .name = "E_IO" },
    .{ .err = error.NoSpace, .number = 114, .name = "E_NOSPACE" },
    .{ .err = error.Corrupt, .number = 115, .name = "E_CORRUPT" },
    .{ .err = error.Schema, .number = 116, .name = "E_SCHEMA" },
    .{ .err = error.Limit, .number = 117, .name = "E_LIMIT" },
    .{ .err = error.ReadOnly, .number = 118, .name = "E_READ_ONLY" },
    .{ .err = error.DocLimit, .number = 128, .name = "E_DOC_LIMIT" },
    .{ .err = error.DocMalformed, .number = 129, .name = "E_DOC_MALFORMED" },
    .{ .err = error.DocEncrypted, .number = 130, .name = "E_DOC_ENCRYPTED" },
    .{ .err = error.ModelMissing, .number = 131, .name = "E_MODEL_MISSING" },
    .{ .err = error.NeedsProvider, .number = 132, .name = "E_NEEDS_PROVIDER" },
    .{ .err = error.ModelAnswer, .number = 133, .name = "E_MODEL_ANSWER" },
    .{ .err = error.Extension, .number = 144, .name = "E_EXTENSION" },
    .{ .err = error.NetScheme, .number = 160, .name = "E_NET_SCHEME" },
    .{ .err = error.NetAddr, .number = 161, .name = "E_NET_ADDR" },
    .{ .err = error.NetDns, .number = 162, .name = "E_NET_DNS" },
    .{ .err = error.NetRedirect, .number = 163, .name = "E_NET_REDIRECT" },
    .{ .err = error.NetSize, .number = 164, .name = "E_NET_SIZE" },
    .{ .err = error.NetTimeout, .number = 165, .name = "E_NET_TIMEOUT" },
    .{ .err = error.NetTls, .number = 166, .name = "E_NET_TLS" },
    .{ .err = error.NetHeader, .number = 167, .name = "E_NET_HEADER" },
    .{ .err = error.Net, .number = 168, .name = "E_NET" },
    .{ .err = error.CredNotFound, .number = 176, .name = "E_CRED_NOTFOUND" },
    .{ .err = error.CredTampered, .number = 177, .name = "E_CRED_TAMPERED" },
    .{ .err = error.CredRollback, .number = 178, .name = "E_CRED_ROLLBACK" },
    .{ .err = error.CredReauth, .number = 179, .name = "E_CRED_REAUTH" },
    .{ .err = error.PkgHash, .number = 192, .name = "E_PKG_HASH" },
    .{ .err = error.PkgDowngrade, .number = 193, .name = "E_PKG_DOWNGRADE" },
    .{ .err = error.PkgFormat, .number = 194, .name = "E_PKG_FORMAT" },
    .{ .err = error.PkgSignature, .number = 195, .name = "E_PKG_SIGNATURE" },
    .{ .err = error.PkgStale, .number = 196, .name = "E_PKG_STALE" },
    .{ .err = error.PkgYanked, .number = 197, .name = "E_PKG_YANKED" },
    .{ .err = error.Internal, .number = 255, .name = "E_INTERNAL" },
};

/// Relation of a value to the one of a `Filter`.
pub const Comparison = struct {
    pub const equal = "=";
    pub const not_equal = "!=";
    pub const less = "<";
    pub const at_most = "<=";
    pub const more = ">";
    pub const at_least = ">=";
    pub const has = ":";
};

/// Method of a request.
pub const HttpMethod = struct {
    pub const get = "GET";
    pub const head = "HEAD";
    pub const post = "POST";
    pub const put = "PUT";
    pub const patch = "PATCH";
    pub const delete = "DELETE";
};

/// Priority of a job among those that wait.
pub const JobPriority = struct {
    pub const low = "low";
    pub const normal = "normal";
    pub const high = "high";
};

/// State of a job.
pub const JobState = struct {
    pub const waiting = "waiting";
    pub const running = "running";
    pub const parked = "parked";
    pub const done = "done";
    pub const failed = "failed";
    pub const cancelled = "cancelled";
};

/// Mode of a search.
pub const SearchMode = struct {
    pub const hybrid = "hybrid";
    pub const text = "text";
    pub const meaning = "meaning";
};

/// Input of `ClassifyText`.
pub const ClassifyTextInput = struct {
    /// The text, at most 512 KiB; rows and cells as in that of `ai.ocr`.
    text: []const u8,
    /// The question, in words.
    prompt: []const u8,
    /// JSON Schema of the answer, an object schema of at most 64 KiB; the answer validates against
    /// it.
    schema: ?Json = null,
};

/// Output of `ClassifyText`.
pub const ClassifyTextOutput = struct {
    /// The answer; a property that the text does not answer is `null`.
    answer: Json,
    /// Evidence per top-level property of the answer.
    evidence: Json,
    /// The engine that answered.
    engine: []const u8,
};

/// Input of `Embed`.
pub const EmbedInput = struct {
    /// 1 to 64 texts, none empty, each at most 64 KiB. The model reads the beginning of a long one,
    /// about 200 words.
    texts: []const []const u8,
};

/// Output of `Embed`.
pub const EmbedOutput = struct {
    /// One vector for each text, in order, each of length 1: a scalar product is a cosine.
    vectors: []const []const f64,
    /// Numbers in a vector.
    dimension: i64,
    /// The model; vectors of different models cannot be compared.
    engine: []const u8,
};

/// Input of `ExtractText`.
pub const ExtractTextInput = struct {
    /// The document.
    data: Bytes,
    /// Its media type, `application/pdf` or `text/html; charset=utf-8`; left out: detected from its
    /// first bytes. A PDF is read as one whatever this says.
    media_type: ?[]const u8 = null,
    /// Pages of a PDF whose text is wanted, from 1; left out: all. Those behind the last page are
    /// passed over, so that the beginning of a long document can be asked for.
    pages: ?[]const i64 = null,
    /// Name of a setting of the calling extension that is a secret, a text or a list of texts:
    /// passwords that are tried on an encrypted PDF.
    passwords: ?[]const u8 = null,
};

/// A file inside a document.
pub const EmbeddedFile = struct {
    /// Its name there; never a path to open.
    name: []const u8,
    /// Its bytes.
    data: Bytes,
};

/// A party of an `Invoice`.
pub const InvoiceParty = struct {
    /// Its name, in one line.
    name: ?[]const u8 = null,
    /// Its VAT number, or another tax number.
    tax_id: ?[]const u8 = null,
    /// ISO 3166 code of two letters.
    country: ?[]const u8 = null,
};

/// A line of an `Invoice`.
pub const InvoiceLine = struct {
    /// Name of the product or service.
    name: ?[]const u8 = null,
    /// Quantity of it.
    quantity: ?f64 = null,
    /// Unit of the quantity, a code of UN/ECE Recommendation 20: `HUR` is hours.
    unit: ?[]const u8 = null,
    /// Price of one unit without tax.
    unit_price: ?f64 = null,
    /// Price of the line without tax.
    total: ?f64 = null,
    /// Tax rate in percent.
    tax_rate: ?f64 = null,
};

/// An electronic invoice (CII or UBL), as its XML states it. Fields that it does not state are left
/// out. Amounts are in `currency`; they have at most 15 significant digits and are exact.
pub const Invoice = struct {
    /// `cii` (ZUGFeRD, Factur-X, XRechnung) or `ubl` (Peppol, XRechnung).
    syntax: []const u8,
    /// The profile or guideline that it follows.
    profile: ?[]const u8 = null,
    /// Type of the document, a code of UNTDID 1001: `380` is an invoice, `381` a credit note.
    type_code: ?[]const u8 = null,
    /// True when it takes an invoice back, wholly or in part.
    credit_note: bool,
    /// Its number.
    number: ?[]const u8 = null,
    /// Day of issue, ISO 8601.
    date: ?[]const u8 = null,
    /// Day by which it is to be paid, ISO 8601.
    due_date: ?[]const u8 = null,
    /// The party that sells.
    seller: ?InvoiceParty = null,
    /// The party that buys.
    buyer: ?InvoiceParty = null,
    /// Currency, ISO 4217.
    currency: ?[]const u8 = null,
    /// Sum without tax.
    net: ?f64 = null,
    /// Sum of the taxes.
    tax: ?f64 = null,
    /// Sum with tax, before anything that was paid is taken off.
    total: ?f64 = null,
    /// Amount that was paid before.
    prepaid: ?f64 = null,
    /// Amount that is left to pay.
    due: ?f64 = null,
    /// Means of payment, a code of UNTDID 4461: `58` is a SEPA transfer.
    payment_code: ?[]const u8 = null,
    /// Lines of the invoice.
    lines: ?[]const InvoiceLine = null,
};

/// Output of `ExtractText`.
pub const ExtractTextOutput = struct {
    /// The pages in their order, separated by a form feed; rows and cells as in that of `ai.ocr`.
    text: []const u8,
    /// The media type that it was read as.
    media_type: []const u8,
    /// Pages in the document; 1 for texts without pages.
    pages: i64,
    /// Pages, from 1, that carry no text and may be scans: something for `ai.ocr`.
    pages_without_text: []const i64,
    /// Pages, from 1, whose text may not be all or not what they show: a picture or outlines of
    /// letters cover them, characters are unknown, or a program read it in a scan. Something for
    /// `ai.ocr` as well.
    pages_in_doubt: ?[]const i64 = null,
    /// Files inside the document (PDF attachments, such as the XML of an e-invoice).
    embedded: ?[]const EmbeddedFile = null,
    /// The electronic invoice that the document is or carries inside. It takes precedence over the
    /// text.
    invoice: ?Invoice = null,
};

/// Input of `Ocr`.
pub const OcrInput = struct {
    /// PNG, JPEG, WebP, TIFF, BMP, GIF or PDF.
    data: Bytes,
    /// Pages of a PDF or TIFF to read, from 1; left out: all of them.
    pages: ?[]const i64 = null,
    /// True to return rows with boxes and confidences.
    lines: ?bool = null,
    /// Language of the text, ISO 639: `de`, `deu`; left out: whatever the engine reads.
    language: ?[]const u8 = null,
    /// The engine that is to read it: `pp-ocr` or `tesseract`; left out: the host's default.
    engine: ?[]const u8 = null,
    /// Steps of preprocessing, of `orientation`, `deskew`, `contrast`; left out: orientation and
    /// deskew.
    preprocessing: ?[]const []const u8 = null,
    /// Name of a setting of the calling extension that is a secret, a text or a list of texts:
    /// passwords that are tried on an encrypted PDF.
    passwords: ?[]const u8 = null,
    /// Another form to return as well: `hocr` or `tsv` (as Tesseract writes it).
    format: ?[]const u8 = null,
};

/// One word of an `OcrLine`.
pub const OcrWord = struct {
    /// Its characters.
    text: []const u8,
    /// Mean confidence, 0 to 1.
    confidence: f64,
    /// Left, top, width, height, in pixels of the picture as given.
    area: []const f64,
};

/// One row of an `OcrPage`.
pub const OcrLine = struct {
    /// Its text.
    text: []const u8,
    /// Mean confidence, 0 to 1.
    confidence: f64,
    /// Left, top, width, height, in pixels of the picture as given.
    area: []const f64,
    /// Its words, from left to right.
    words: ?[]const OcrWord = null,
};

/// One page of `OcrOutput`.
pub const OcrPage = struct {
    /// Number of the page, from 1.
    page: i64,
    /// Width in pixels, upright.
    width: i64,
    /// Height in pixels, upright.
    height: i64,
    /// Degrees by which it was turned clockwise to read it: 0, 90, 180, 270.
    rotation: i64,
    /// Degrees by which its rows fall to the right, after that.
    skew: ?f64 = null,
    /// Its rows, when asked for.
    lines: ?[]const OcrLine = null,
};

/// Output of `Ocr`.
pub const OcrOutput = struct {
    /// Rows from top to bottom joined by line feeds, cells of a row separated by two spaces, pages
    /// separated by a form feed.
    text: []const u8,
    /// Mean confidence, 0 to 1.
    confidence: f64,
    /// Results per page.
    pages: []const OcrPage,
    /// The engine that read it.
    engine: []const u8,
    /// The form asked for by `format`.
    formatted: ?[]const u8 = null,
    /// Changes that made the text safe: `control_characters_removed`, `cut`.
    flags: ?[]const []const u8 = null,
};

/// Calls that an extension has left.
pub const RequestQuota = struct {
    /// Calls in a minute, evenly.
    per_minute: i64,
    /// Calls at once, after a pause long enough.
    burst: i64,
    /// Calls at once now.
    left: i64,
};

/// Jobs that an extension has left.
pub const JobQuota = struct {
    /// Jobs that may run at the same time.
    limit: i64,
    /// Jobs that run.
    running: i64,
};

/// Part of a budget that an extension has left.
pub const BudgetQuota = struct {
    /// Name of the budget: `"http_bytes"`, `"ocr_pages"`, `"embedding_tokens"`, `"model_tokens"`.
    name: []const u8,
    /// Amount of a day.
    limit: i64,
    /// Amount that is left today.
    left: i64,
};

/// Output of `Quota`. For the user, who has no limits, all is left out.
pub const QuotaOutput = struct {
    /// Calls that the extension has left.
    requests: ?RequestQuota = null,
    /// Jobs that the extension has left.
    jobs: ?JobQuota = null,
    /// Budgets of this day, which ends at midnight UTC.
    budgets: []const BudgetQuota,
    /// Milliseconds until the budgets start afresh.
    resets_in_ms: i64,
};

/// Output of `Status`.
pub const StatusOutput = struct {
    /// Version of the host.
    version: []const u8,
    /// Version of the ABI that it speaks.
    abi_version: i64,
    /// Number of methods that it serves.
    methods: i64,
};

/// Reference to a credential of the caller.
pub const CredentialRef = struct {
    /// Its name.
    name: []const u8,
};

/// Output of `Delete`.
pub const DeleteCredentialOutput = struct {
    /// False when there was nothing to remove.
    deleted: bool,
};

/// A credential without its secret.
pub const CredentialInfo = struct {
    /// Its name.
    name: []const u8,
    /// Its kind: `api_key`, `basic`, `oauth2`, `custom`.
    kind: []const u8,
    /// The only origins that it is sent to.
    hosts: []const []const u8,
    /// Version, which counts up with each change.
    version: i64,
    /// When the access token expires, in seconds since 1970.
    expires_at: ?i64 = null,
    /// True when the user has to log in again before it can be used.
    needs_login: bool,
};

/// Output of `List`.
pub const ListCredentialsOutput = struct {
    /// The credentials, by name.
    credentials: []const CredentialInfo,
};

/// Input of `Store`.
pub const StoreInput = struct {
    /// Its name; 1 to 128 of `a-z`, `0-9`, `.`, `_`, `-`.
    name: []const u8,
    /// Only origins that it is sent to, as in `permissions.allowed_domains`.
    hosts: ?[]const []const u8 = null,
    /// The secret.
    secret: Json,
};

/// Output of `Store`.
pub const StoreOutput = struct {
    /// Version, which counts up with each change of this credential.
    version: i64,
};

/// Input of `Publish`.
pub const PublishInput = struct {
    /// Name of the event: one segment, as in `booked`. Others receive it as `ext.<your id>.booked`.
    name: []const u8,
    /// The entry that it happened to.
    entry_id: []const u8,
    /// Data of the event, up to 64 KiB of JSON.
    data: ?Json = null,
};

/// Output of `Publish`.
pub const PublishOutput = struct {
    /// Number of the event in its library.
    event_id: i64,
    /// The kind under which others receive it.
    kind: []const u8,
};

/// Input of `Subscribe` and `Unsubscribe`.
pub const SubscribeInput = struct {
    /// The kind: one of the host's, or `ext.<id>.<name>`.
    kind: []const u8,
};

/// Output of `Subscribe` and `Unsubscribe`.
pub const SubscribeOutput = struct {
    /// False when nothing had to be changed.
    changed: bool,
};

/// Output of `Subscriptions`.
pub const SubscriptionsOutput = struct {
    /// The kinds, sorted.
    kinds: []const []const u8,
};

/// A header of a request.
pub const HttpHeader = struct {
    /// Its name.
    name: []const u8,
    /// Its value.
    value: []const u8,
};

/// Input of `Request`.
pub const RequestInput = struct {
    /// The method.
    method: ?[]const u8 = null,
    /// URL to request: `https://` or `http://`, at most 8 KiB, without a user.
    url: []const u8,
    /// At most 64 headers, 16 KiB in all; those that the host sets itself are refused.
    headers: ?[]const HttpHeader = null,
    /// The body, at most 32 MiB; not for GET and HEAD.
    body: ?Bytes = null,
    /// Name of a credential of this extension and library. The host attaches it, where the
    /// credential is for this host.
    auth: ?[]const u8 = null,
    /// Time for everything, in milliseconds; 1 to 300000.
    timeout_ms: ?i64 = null,
    /// Most bytes of the answer's body, decoded; up to 48 MiB.
    max_body_bytes: ?i64 = null,
    /// Most redirects to follow, 0 to 10; 0 returns a redirect as it is.
    redirects: ?i64 = null,
};

/// A header of an answer. It is a type of its own, because it goes the other way.
pub const ResponseHeader = struct {
    /// Its name, in lower case.
    name: []const u8,
    /// Its value.
    value: []const u8,
};

/// Output of `Request`.
pub const RequestOutput = struct {
    /// The status: 200 to 599.
    status: i64,
    /// Headers, in the order in which they came. A value that is not UTF-8 is read as Latin-1.
    headers: []const ResponseHeader,
    /// The body, decoded; empty when there is none.
    body: Bytes,
    /// URL that answered, after redirects.
    url: []const u8,
};

/// Reference to a job.
pub const JobRef = struct {
    /// Its id.
    job_id: []const u8,
};

/// Output of `Cancel`.
pub const CancelOutput = struct {
    /// False when it was over already.
    cancelled: bool,
};

/// ProgressReport that a job reports. `JobProgress` is the same, as a host tells it.
pub const ProgressReport = struct {
    /// Steps that are done.
    done: i64,
    /// All steps, when they are known.
    total: ?i64 = null,
    /// Description of the present step, for a person.
    message: ?[]const u8 = null,
};

/// Input of `Checkpoint`.
pub const CheckpointInput = struct {
    /// The job, which must run now.
    job_id: []const u8,
    /// Checkpoint that the job gets back when it is started again, at most 256 KiB of JSON; left
    /// out: as it was.
    checkpoint: ?Json = null,
    /// ProgressReport of the job; left out: as it was.
    progress: ?ProgressReport = null,
};

/// Output of `Checkpoint`.
pub const CheckpointOutput = struct {
    /// True when the job was cancelled: it should return soon.
    cancelled: bool,
};

/// Input of `Dispatch`.
pub const DispatchInput = struct {
    /// The operation: one of the extension's own, as its manifest declares it, or one of the core
    /// that may be dispatched, as its documentation says.
    method: []const u8,
    /// Its input, at most 256 KiB of JSON.
    input: ?Json = null,
    /// Key for idempotent dispatch, 1 to 256 bytes: while a job with this key is not over, no
    /// second one is made.
    key: ?[]const u8 = null,
    /// Delay before it runs, in milliseconds, up to 31 days.
    delay_ms: ?i64 = null,
    /// Priority among the jobs that wait.
    priority: ?[]const u8 = null,
};

/// Output of `Dispatch`.
pub const DispatchOutput = struct {
    /// The job.
    job_id: []const u8,
    /// False when there was one with this key already.
    created: bool,
};

/// Input of `List`.
pub const ListJobsInput = struct {
    /// Only those in this state.
    state: ?[]const u8 = null,
    /// Most jobs to return, 1 to 1000; left out: 100.
    limit: ?i64 = null,
};

/// ProgressReport of a job: the last `ProgressReport`, as a host tells it. It is a type of its own,
/// because it goes the other way.
pub const JobProgress = struct {
    /// Steps that are done.
    done: i64,
    /// All steps, when they are known.
    total: ?i64 = null,
    /// Description of the present step, for a person.
    message: ?[]const u8 = null,
};

/// Failure of a job.
pub const JobFailure = struct {
    /// Name of the error code.
    code: []const u8,
    /// Message for a person.
    @"error": []const u8,
};

/// A job.
pub const Job = struct {
    /// Its id.
    id: []const u8,
    /// The extension whose operation it runs.
    extension: []const u8,
    /// The operation.
    method: []const u8,
    /// Its key.
    key: ?[]const u8 = null,
    /// Its state.
    state: []const u8,
    /// ProgressReport that it reported.
    progress: ?JobProgress = null,
    /// Number of times that it was started.
    attempts: i64,
    /// Output of the operation, when it ended well.
    output: ?Json = null,
    /// Last failure, or the reason why it is parked.
    @"error": ?JobFailure = null,
    /// When it may run, RFC 3339, UTC.
    run_at: []const u8,
    /// When it was made, RFC 3339, UTC.
    created_at: []const u8,
    /// When it changed last, RFC 3339, UTC.
    updated_at: []const u8,
};

/// Output of `List`.
pub const ListJobsOutput = struct {
    /// The jobs: an extension sees its own, the user all.
    jobs: []const Job,
};

/// A mailbox: its server and its login.
pub const Mailbox = struct {
    /// The server: `imaps://imap.example.com`, with a port where it is not 993. The manifest has to
    /// allow it in `permissions.allowed_domains`.
    server: []const u8,
    /// Name of the caller's credential: `basic` for a password, or `oauth2`.
    auth: []const u8,
    /// The user at the server: needed with `oauth2`, where it is mostly an email address; a `basic`
    /// credential has it.
    user: ?[]const u8 = null,
};

/// Input of `FetchMessage`.
pub const FetchMessageInput = struct {
    /// The mailbox.
    mailbox: Mailbox,
    /// The folder.
    folder: ?[]const u8 = null,
    /// The folder's `UIDVALIDITY`, from `mail.list_messages`.
    validity: i64,
    /// The message's number, from `mail.list_messages`.
    uid: i64,
    /// Most bytes of the message; up to 48 MiB.
    max_bytes: ?i64 = null,
};

/// Output of `FetchMessage`.
pub const FetchMessageOutput = struct {
    /// The message (RFC 5322).
    data: Bytes,
};

/// Input of `ListFolders`.
pub const ListFoldersInput = struct {
    /// The mailbox.
    mailbox: Mailbox,
};

/// A folder.
pub const Folder = struct {
    /// Its name, with all folders above it.
    name: []const u8,
    /// Character between the parts of names.
    delimiter: ?[]const u8 = null,
};

/// Output of `ListFolders`.
pub const ListFoldersOutput = struct {
    /// The folders that hold messages, in the server's order.
    folders: []const Folder,
};

/// Input of `ListMessages`.
pub const ListMessagesInput = struct {
    /// The mailbox.
    mailbox: Mailbox,
    /// The folder.
    folder: ?[]const u8 = null,
    /// Only messages with a greater number than this.
    after: ?i64 = null,
    /// Only messages that came on this day (`2026-01-31`) or later, by the server's clock.
    since: ?[]const u8 = null,
    /// Most messages to return; 1 to 1000.
    limit: ?i64 = null,
};

/// A message, without its content.
pub const MessageInfo = struct {
    /// Its number in the folder (`UID`). A message that comes later has a greater one.
    uid: i64,
    /// Its size in bytes; 0 where the server does not say it.
    bytes: i64,
    /// When it came, RFC 3339, UTC, where the server says it.
    received_at: ?[]const u8 = null,
};

/// Output of `ListMessages`.
pub const ListMessagesOutput = struct {
    /// The folder's `UIDVALIDITY` (RFC 9051): as long as it stays the same, numbers stand for the
    /// same messages.
    validity: i64,
    /// Number of messages that fit, on this page and behind it.
    total: i64,
    /// The messages, by number.
    messages: []const MessageInfo,
};

/// Input of `Codes`.
pub const CodesInput = struct {
    /// The entry of the picture or PDF.
    entry_id: ?[]const u8 = null,
    /// The picture or PDF itself.
    data: ?Bytes = null,
    /// Pages of a PDF, from 1, up to 10; left out: the first 10. Those behind the last page are
    /// passed over.
    pages: ?[]const i64 = null,
    /// Name of a setting of the calling extension that is a secret, a text or a list of texts:
    /// passwords that are tried on an encrypted PDF.
    passwords: ?[]const u8 = null,
};

/// One code of `CodesOutput`.
pub const FoundCode = struct {
    /// Number of the page, from 1; 1 for a picture.
    page: i64,
    /// Kind of the code: `qr`.
    format: []const u8,
    /// Text in it.
    text: []const u8,
    /// Left, top, width, height, as shares of the page or picture, upright.
    area: []const f64,
};

/// Output of `Codes`.
pub const CodesOutput = struct {
    /// The codes, page by page.
    codes: []const FoundCode,
};

/// Input of `Metadata`.
pub const MetadataInput = struct {
    /// The picture.
    entry_id: []const u8,
};

/// Output of `Metadata`.
pub const MetadataOutput = struct {
    /// Format of the file: `jpeg`, `png`, `webp`, `tiff`, `gif`, `bmp`, `heif`, `avif`, `raw`.
    format: []const u8,
    /// Width in pixels, upright; 0 when the file does not say it.
    width: i64,
    /// Height in pixels, upright; 0 when the file does not say it.
    height: i64,
    /// EXIF orientation, 1 to 8: how the pixels of the file have to be turned; 1 is upright.
    orientation: i64,
    /// When it was taken, on the clock of the camera: `2026-05-01T10:00:00`.
    taken: ?[]const u8 = null,
    /// Minutes by which that clock was before UTC, where the file tells: by itself, or by the clock
    /// of the satellites.
    offset_minutes: ?i64 = null,
    /// When it was taken in UTC, where the offset is known: `2026-05-01T08:00:00Z`.
    taken_at: ?[]const u8 = null,
    /// Maker of the camera.
    make: ?[]const u8 = null,
    /// Model of the camera.
    model: ?[]const u8 = null,
    /// Name of the lens.
    lens: ?[]const u8 = null,
    /// Program that wrote the file.
    software: ?[]const u8 = null,
    /// Exposure in seconds.
    exposure_s: ?f64 = null,
    /// Aperture: 2.8 is f/2.8.
    aperture: ?f64 = null,
    /// Sensitivity, ISO.
    iso: ?i64 = null,
    /// Focal length in millimetres.
    focal_length_mm: ?f64 = null,
    /// Latitude in degrees, north positive.
    latitude: ?f64 = null,
    /// Longitude in degrees, east positive.
    longitude: ?f64 = null,
    /// Height above the sea in metres.
    altitude_m: ?f64 = null,
    /// Title that somebody gave it.
    title: ?[]const u8 = null,
    /// Description that somebody gave it.
    description: ?[]const u8 = null,
    /// Tags that somebody gave it.
    tags: ?[]const []const u8 = null,
    /// Rating, 0 to 5; -1 is rejected.
    rating: ?i64 = null,
    /// Id that a Live Photo shares with its video.
    live_photo_id: ?[]const u8 = null,
    /// Id that the pictures of a burst share.
    burst_id: ?[]const u8 = null,
    /// Values of the file that cannot be so, in words.
    notes: ?[]const []const u8 = null,
};

/// Input of `Thumbnail`.
pub const ThumbnailInput = struct {
    /// The picture.
    entry_id: []const u8,
    /// Longest sides in pixels, 16 to 4096, up to 8 of them; left out: none, only `luma`.
    sizes: ?[]const i64 = null,
    /// Format of the copies: `jpeg` or `png`; left out: `jpeg`.
    format: ?[]const u8 = null,
    /// Side, 8 to 128, of a square of brightness values, which the whole picture is pressed into:
    /// for comparing pictures.
    luma: ?i64 = null,
};

/// One copy of `ThumbnailOutput`.
pub const SmallPicture = struct {
    /// The longest side that was asked for.
    size: i64,
    /// Width in pixels.
    width: i64,
    /// Height in pixels.
    height: i64,
    /// Media type: `image/jpeg` or `image/png`.
    media_type: []const u8,
    /// The file.
    data: Bytes,
};

/// Output of `Thumbnail`.
pub const ThumbnailOutput = struct {
    /// Width of the picture in pixels, upright.
    width: i64,
    /// Height of the picture in pixels, upright.
    height: i64,
    /// The copies, in the order of `sizes`.
    thumbnails: []const SmallPicture,
    /// Brightness values from 0 to 255, row by row, where they were asked for.
    luma: ?Bytes = null,
};

/// A condition on one top-level key of an entry's metadata.
pub const Filter = struct {
    /// The key.
    key: []const u8,
    /// Relation of its value to `value`.
    op: []const u8,
    /// A number, which is compared with numbers and with texts that are decimal numbers, or a text,
    /// which is compared with texts; so dates as `2026-07-01` compare by time. For `:` a text.
    value: Json,
};

/// Input of `Entries`.
pub const SearchInput = struct {
    /// Words, at most 4096 bytes; a trailing `*` on a word matches its beginnings. Entries with all
    /// of them are found, and, when the search is by meaning as well, entries about the same.
    /// Without any word, but with a condition, all entries that fulfil it are found, newest first.
    text: []const u8,
    /// Only entries of this type.
    entry_type: ?[]const u8 = null,
    /// Only entries whose metadata has these values at these top-level keys.
    metadata: ?Json = null,
    /// Only entries whose metadata fulfils all of these.
    filters: ?[]const Filter = null,
    /// `hybrid`: by words and by meaning; `text`: by words alone; `meaning`: by meaning alone.
    mode: ?[]const u8 = null,
    /// Most hits, 1 to 1000.
    limit: ?i64 = null,
    /// Also `highlights` and `passage` of hits, and `unread`, which callers of before do not know.
    places: ?bool = null,
};

/// An entry of a library: a file, or something that an extension made.
pub const Entry = struct {
    /// Its id.
    id: []const u8,
    /// Its name; for an imported file its file name.
    name: []const u8,
    /// Its path in the library: segments joined by `/`, unique.
    path: []const u8,
    /// Its type: `file` for an imported file, else the type that its maker gave it.
    entry_type: []const u8,
    /// Media type of the content, where known: `message/rfc822`.
    media_type: ?[]const u8 = null,
    /// Bytes of content; left out for an entry without content.
    size: ?i64 = null,
    /// BLAKE3 of the content, in hex.
    content_hash: ?[]const u8 = null,
    /// Id of the extension that made it; left out when the user did.
    created_by: ?[]const u8 = null,
    /// Metadata, free in form.
    metadata: Json,
    /// When it was made, RFC 3339, UTC.
    created_at: []const u8,
    /// When it was last changed, RFC 3339, UTC.
    updated_at: []const u8,
};

/// A range of bytes in a text, which begins and ends between characters.
pub const TextRange = struct {
    /// Its first byte.
    start: i64,
    /// The byte behind its last one.
    end: i64,
};

/// One hit.
pub const SearchHit = struct {
    /// The entry.
    entry: Entry,
    /// Text around the match; matches of words stand between `` and ``.
    snippet: []const u8,
    /// The matches of words in `snippet`, as ranges of its bytes, without their brackets; if
    /// `places` is set.
    highlights: ?[]const TextRange = null,
    /// The passage of the content that the snippet is from, as a range of bytes of its text.
    /// Missing when it is from the name, the metadata or a sidecar, or `places` is not set.
    passage: ?TextRange = null,
    /// Score, higher is better; comparable within one answer only.
    score: f64,
};

/// Output of `Entries`.
pub const SearchOutput = struct {
    /// The hits, best first.
    hits: []const SearchHit,
    /// Reason why a hybrid search was by words alone, such as a model that is missing.
    words_only: ?[]const u8 = null,
    /// Number of texts (entries, and passages of their contents) that have no vector yet, and are
    /// found by words alone.
    pending: ?i64 = null,
    /// Number of entries whose content has not been read for search yet, if `places` is set.
    unread: ?i64 = null,
};

/// Input of `MakeVectors`.
pub const MakeVectorsInput = struct {
    /// Only entries whose path starts with these segments.
    path_prefix: ?[]const u8 = null,
};

/// Output of `MakeVectors`.
pub const MakeVectorsOutput = struct {
    /// Texts that got a vector.
    made: i64,
    /// Entries with texts that changed meanwhile, and get their vectors another time.
    left: i64,
};

/// Input of `ReadAgain`.
pub const ReadAgainInput = struct {
    /// Only entries whose path starts with these segments.
    path_prefix: ?[]const u8 = null,
};

/// Output of `ReadAgain`.
pub const ReadAgainOutput = struct {
    /// Contents that were read.
    read: i64,
    /// Contents that have no text that can be read.
    without_text: i64,
    /// Contents that are as they were, because their reader or its model is away, or they are
    /// damaged.
    left: i64,
};

/// Input of `RebuildIndex`.
pub const RebuildIndexInput = struct {
    /// Only entries whose path starts with these segments.
    path_prefix: ?[]const u8 = null,
};

/// Output of `RebuildIndex`.
pub const RebuildIndexOutput = struct {
    /// Entries whose words were indexed anew.
    entries: i64,
    /// Sidecars among their texts that cannot be read, and are not found now.
    unreadable: i64,
};

/// Output of `Reveal`.
pub const RevealOutput = struct {
    /// `key`; `username` and `password`; `access_token`; or the fields of a custom secret.
    fields: Json,
};

/// Output of `Get`.
pub const GetSettingsOutput = struct {
    /// Values by the names of the settings.
    values: Json,
    /// Values of settings that are secrets.
    secrets: ?Json = null,
};

/// Input of `CheckContents`.
pub const CheckContentsInput = struct {
    /// Only entries whose path starts with these segments.
    path_prefix: ?[]const u8 = null,
};

/// Output of `CheckContents`.
pub const CheckContentsOutput = struct {
    /// Contents that are as they were.
    sound: i64,
    /// Contents that are missing, changed or unreadable.
    damaged: i64,
    /// The entries of the first 1,000 of them.
    entries: []const []const u8,
};

/// An entry to be made: the input of `CreateEntry`.
pub const NewEntry = struct {
    /// Its name; 1 to 255 bytes, no `/`, no control characters.
    name: []const u8,
    /// Its path: relative, segments joined by `/`, no `.` or `..`; 1 to 1024 bytes.
    path: []const u8,
    /// Its type: a word such as `receipt` or `FinancialDocument`, compared exactly.
    entry_type: []const u8,
    /// Metadata, free in form, at most 64 KiB of JSON.
    metadata: ?Json = null,
    /// Its content, if it has any.
    content: ?Bytes = null,
    /// Media type of the content; only with content.
    media_type: ?[]const u8 = null,
};

/// Output of `CreateEntry`.
pub const CreateEntryOutput = struct {
    /// The entry, new or as it was.
    entry: Entry,
    /// False when it was there already.
    created: bool,
};

/// Reference to an entry.
pub const EntryRef = struct {
    /// The entry.
    entry_id: []const u8,
};

/// Output of the operations that remove something.
pub const DeleteOutput = struct {
    /// False when there was nothing to remove.
    deleted: bool,
};

/// Reference to a sidecar.
pub const SidecarRef = struct {
    /// The entry.
    entry_id: []const u8,
    /// Name of the sidecar.
    name: []const u8,
};

/// A sidecar without its bytes.
pub const SidecarInfo = struct {
    /// Its name.
    name: []const u8,
    /// Its size in bytes.
    size: i64,
    /// BLAKE3 of its bytes, in hex.
    content_hash: []const u8,
    /// Id of the extension that wrote it; left out when the user did.
    written_by: ?[]const u8 = null,
    /// When it was written, RFC 3339, UTC.
    updated_at: []const u8,
};

/// Output of `GetEntry`.
pub const EntryDetails = struct {
    /// The entry.
    entry: Entry,
    /// Its sidecars by name, up to 200.
    sidecars: []const SidecarInfo,
    /// Cursor of the sidecars that are left, to pass as `after` to `query:vdfs.list_sidecars.v1`;
    /// left out when these are all.
    next_sidecar: ?[]const u8 = null,
};

/// Input of `ListChanges`.
pub const ListChangesInput = struct {
    /// Only entries whose path starts with these segments.
    path_prefix: ?[]const u8 = null,
    /// Cursor: what changed behind the page that ended with it, for the same `path_prefix`.
    after: ?[]const u8 = null,
    /// Most changes of a page, 1 to 1000.
    limit: ?i64 = null,
};

/// Output of `ListChanges`.
pub const ListChangesOutput = struct {
    /// Entries that changed, as they are now.
    entries: []const Entry,
    /// Ids of entries that are gone, or no longer below `path_prefix`; some of them may never have
    /// been listed.
    removed: []const []const u8,
    /// Cursor of the next page, to pass as `after`, now or when there are changes again.
    next: []const u8,
    /// True when the next page has more already.
    more: bool,
    /// True when all entries are listed anew: there was no cursor, or the library was restored
    /// since then. What was known before counts no longer.
    anew: ?bool = null,
};

/// Input of `ListEntries`: all conditions must hold.
pub const ListEntriesInput = struct {
    /// Only entries of this type.
    entry_type: ?[]const u8 = null,
    /// Only entries whose path starts with these segments.
    path_prefix: ?[]const u8 = null,
    /// Only entries whose metadata has these values at these top-level keys.
    metadata: ?Json = null,
    /// Cursor: the page behind the one that ended with it.
    after: ?i64 = null,
    /// Most entries to return, 1 to 1000.
    limit: ?i64 = null,
};

/// Output of `ListEntries`.
pub const ListEntriesOutput = struct {
    /// One page of entries.
    entries: []const Entry,
    /// Cursor of the next page, to pass as `after`; left out when this was the last.
    next: ?i64 = null,
};

/// Input of `ListSidecars` (super::ListSidecars).
pub const ListSidecarsInput = struct {
    /// The entry.
    entry_id: []const u8,
    /// Cursor: the page behind the one that ended with it.
    after: ?[]const u8 = null,
};

/// Output of `ListSidecars` (super::ListSidecars).
pub const ListSidecarsOutput = struct {
    /// One page of sidecars by name, up to 200.
    sidecars: []const SidecarInfo,
    /// Cursor of the next page, to pass as `after`; left out when this was the last.
    next: ?[]const u8 = null,
};

/// A content that an entry had before.
pub const EntryVersion = struct {
    /// Its number, which rises with each version of the entry.
    version: i64,
    /// Its size in bytes.
    size: i64,
    /// Its BLAKE3 hash, in lower-case hex.
    content_hash: []const u8,
    /// Its media type, where known.
    media_type: ?[]const u8 = null,
    /// When another content took its place, RFC 3339, UTC.
    replaced_at: []const u8,
};

/// Output of `ListVersions`.
pub const ListVersionsOutput = struct {
    /// The versions, the newest first.
    versions: []const EntryVersion,
};

/// Input of `ReadContent`.
pub const ReadContentInput = struct {
    /// The entry.
    entry_id: []const u8,
    /// Offset of the first byte.
    offset: ?i64 = null,
    /// Bytes at most; left out: all that is left. More than the attachment limit is refused.
    length: ?i64 = null,
};

/// Output of `ReadContent`.
pub const ReadContentOutput = struct {
    /// The bytes.
    data: Bytes,
    /// Bytes of the whole content.
    size: i64,
};

/// Output of `ReadSidecar` (super::ReadSidecar).
pub const ReadSidecarOutput = struct {
    /// The bytes.
    data: Bytes,
};

/// Input of `UpdateMetadata`.
pub const UpdateMetadataInput = struct {
    /// The entry.
    entry_id: []const u8,
    /// The merge patch; the metadata has at most 64 KiB of JSON after it.
    metadata: Json,
    /// Values that top-level keys must still have; `null` for a key that must not be there.
    only_if: ?Json = null,
};

/// Output of `UpdateMetadata`.
pub const UpdateMetadataOutput = struct {
    /// The metadata after the change.
    metadata: Json,
};

/// Input of `WriteSidecar` (super::WriteSidecar).
pub const WriteSidecarInput = struct {
    /// The entry.
    entry_id: []const u8,
    /// Name of the sidecar: `receipt.json`. Letters, digits, `.`, `_`, `-`; no leading or trailing
    /// dot; 1 to 255 bytes.
    name: []const u8,
    /// Its bytes, at most 64 MiB.
    data: Bytes,
    /// `content_hash` of the sidecar that is replaced; the empty text where there must be none.
    only_if: ?[]const u8 = null,
};

pub const ai = struct {
    /// Answers a question about a text, as JSON after a schema
    pub fn classifyText(input: ClassifyTextInput) Error!ClassifyTextOutput {
        return spacedrive.operate(ClassifyTextOutput, "query:ai.classify_text.v1", true, input);
    }

    /// Turns texts into vectors, near to each other when their meaning is
    pub fn embed(input: EmbedInput) Error!EmbedOutput {
        return spacedrive.operate(EmbedOutput, "query:ai.embed.v1", true, input);
    }

    /// Extracts the text that a document carries, and the electronic invoice in it
    pub fn extractText(input: ExtractTextInput) Error!ExtractTextOutput {
        return spacedrive.operate(ExtractTextOutput, "query:ai.extract_text.v1", true, input);
    }

    /// Reads the text in a picture or in pages of a PDF
    pub fn ocr(input: OcrInput) Error!OcrOutput {
        return spacedrive.operate(OcrOutput, "query:ai.ocr.v1", true, input);
    }
};

pub const core = struct {
    /// Returns what the caller has left of its limits
    pub fn quota() Error!QuotaOutput {
        return spacedrive.operate(QuotaOutput, "query:core.quota.v1", false, .{});
    }

    /// Returns the versions of the host and of its ABI
    pub fn status() Error!StatusOutput {
        return spacedrive.operate(StatusOutput, "query:core.status.v1", false, .{});
    }
};

pub const credentials = struct {
    /// Removes a credential
    pub fn delete(input: CredentialRef) Error!DeleteCredentialOutput {
        return spacedrive.operate(DeleteCredentialOutput, "action:credentials.delete.input.v1", true, input);
    }

    /// Returns a credential without its secret
    pub fn get(input: CredentialRef) Error!CredentialInfo {
        return spacedrive.operate(CredentialInfo, "query:credentials.get.v1", true, input);
    }

    /// Lists the caller's credentials, by name, without their secrets
    pub fn list() Error!ListCredentialsOutput {
        return spacedrive.operate(ListCredentialsOutput, "query:credentials.list.v1", true, .{});
    }

    /// Keeps a credential, encrypted
    pub fn store(input: StoreInput) Error!StoreOutput {
        return spacedrive.operate(StoreOutput, "action:credentials.store.input.v1", true, input);
    }
};

pub const events = struct {
    /// Tells other extensions that something happened to an entry
    pub fn publish(input: PublishInput) Error!PublishOutput {
        return spacedrive.operate(PublishOutput, "action:events.publish.input.v1", true, input);
    }

    /// Subscribes the extension to events of a kind in this library
    pub fn subscribe(input: SubscribeInput) Error!SubscribeOutput {
        return spacedrive.operate(SubscribeOutput, "action:events.subscribe.input.v1", true, input);
    }

    /// Lists the kinds that the extension subscribed to in this library
    pub fn subscriptions() Error!SubscriptionsOutput {
        return spacedrive.operate(SubscriptionsOutput, "query:events.subscriptions.v1", true, .{});
    }

    /// Removes a subscription
    pub fn unsubscribe(input: SubscribeInput) Error!SubscribeOutput {
        return spacedrive.operate(SubscribeOutput, "action:events.unsubscribe.input.v1", true, input);
    }
};

pub const http = struct {
    /// Sends a request and returns the answer, whatever its status
    pub fn request(input: RequestInput) Error!RequestOutput {
        return spacedrive.operate(RequestOutput, "query:http.request.v1", true, input);
    }
};

pub const jobs = struct {
    /// Ends a job: one that waits at once, one that runs when it makes its next checkpoint
    pub fn cancel(input: JobRef) Error!CancelOutput {
        return spacedrive.operate(CancelOutput, "action:jobs.cancel.input.v1", true, input);
    }

    /// Keeps a checkpoint of a running job, at which it resumes after a crash, and its progress
    pub fn checkpoint(input: CheckpointInput) Error!CheckpointOutput {
        return spacedrive.operate(CheckpointOutput, "action:jobs.checkpoint.input.v1", true, input);
    }

    /// Dispatches a job: an operation that runs later
    pub fn dispatch(input: DispatchInput) Error!DispatchOutput {
        return spacedrive.operate(DispatchOutput, "action:jobs.dispatch.input.v1", true, input);
    }

    /// Lists jobs, the newest first
    pub fn list(input: ListJobsInput) Error!ListJobsOutput {
        return spacedrive.operate(ListJobsOutput, "query:jobs.list.v1", true, input);
    }

    /// Returns a job
    pub fn status(input: JobRef) Error!Job {
        return spacedrive.operate(Job, "query:jobs.status.v1", true, input);
    }
};

pub const mail = struct {
    /// Returns a message as it is
    pub fn fetchMessage(input: FetchMessageInput) Error!FetchMessageOutput {
        return spacedrive.operate(FetchMessageOutput, "query:mail.fetch_message.v1", true, input);
    }

    /// Lists the folders of a mailbox that hold messages
    pub fn listFolders(input: ListFoldersInput) Error!ListFoldersOutput {
        return spacedrive.operate(ListFoldersOutput, "query:mail.list_folders.v1", true, input);
    }

    /// Lists messages of a folder, the oldest first
    pub fn listMessages(input: ListMessagesInput) Error!ListMessagesOutput {
        return spacedrive.operate(ListMessagesOutput, "query:mail.list_messages.v1", true, input);
    }
};

pub const media = struct {
    /// Reads the QR codes in a picture, or on pages of a PDF
    pub fn codes(input: CodesInput) Error!CodesOutput {
        return spacedrive.operate(CodesOutput, "query:media.codes.v1", true, input);
    }

    /// Reads what a picture says of itself: time, place, camera, tags
    pub fn metadata(input: MetadataInput) Error!MetadataOutput {
        return spacedrive.operate(MetadataOutput, "query:media.metadata.v1", true, input);
    }

    /// Makes small copies of a picture, upright
    pub fn thumbnail(input: ThumbnailInput) Error!ThumbnailOutput {
        return spacedrive.operate(ThumbnailOutput, "query:media.thumbnail.v1", true, input);
    }
};

pub const search = struct {
    /// Searches names, metadata, contents and text sidecars, by words and by meaning
    pub fn entries(input: SearchInput) Error!SearchOutput {
        return spacedrive.operate(SearchOutput, "query:search.entries.v1", true, input);
    }

    /// Makes the vectors of texts that have none, for search by meaning
    pub fn makeVectors(input: MakeVectorsInput) Error!MakeVectorsOutput {
        return spacedrive.operate(MakeVectorsOutput, "action:search.make_vectors.input.v1", true, input);
    }

    /// Reads the contents of entries again, pictures as well, and keeps what is found for search
    pub fn readAgain(input: ReadAgainInput) Error!ReadAgainOutput {
        return spacedrive.operate(ReadAgainOutput, "action:search.read_again.input.v1", true, input);
    }

    /// Builds the index of words anew, of the names, metadata and sidecars that the library keeps
    pub fn rebuildIndex(input: RebuildIndexInput) Error!RebuildIndexOutput {
        return spacedrive.operate(RebuildIndexOutput, "action:search.rebuild_index.input.v1", true, input);
    }
};

pub const secrets = struct {
    /// Returns the secret of a credential
    pub fn reveal(input: CredentialRef) Error!RevealOutput {
        return spacedrive.operate(RevealOutput, "query:secrets.reveal.v1", true, input);
    }
};

pub const settings = struct {
    /// Returns the caller's settings as they are in the library: what the user set, else the
    /// defaults
    pub fn get() Error!GetSettingsOutput {
        return spacedrive.operate(GetSettingsOutput, "query:settings.get.v1", true, .{});
    }
};

pub const vdfs = struct {
    /// Reads the contents of entries and compares them with their hashes
    pub fn checkContents(input: CheckContentsInput) Error!CheckContentsOutput {
        return spacedrive.operate(CheckContentsOutput, "query:vdfs.check_contents.v1", true, input);
    }

    /// Makes an entry, or returns the one at its path
    pub fn createEntry(input: NewEntry) Error!CreateEntryOutput {
        return spacedrive.operate(CreateEntryOutput, "action:vdfs.create_entry.input.v1", true, input);
    }

    /// Removes an entry with its content and sidecars
    pub fn deleteEntry(input: EntryRef) Error!DeleteOutput {
        return spacedrive.operate(DeleteOutput, "action:vdfs.delete_entry.input.v1", true, input);
    }

    /// Removes a sidecar
    pub fn deleteSidecar(input: SidecarRef) Error!DeleteOutput {
        return spacedrive.operate(DeleteOutput, "action:vdfs.delete_sidecar.input.v1", true, input);
    }

    /// Returns one entry and its sidecars
    pub fn getEntry(input: EntryRef) Error!EntryDetails {
        return spacedrive.operate(EntryDetails, "query:vdfs.get_entry.v1", true, input);
    }

    /// Lists entries that changed since a cursor, and those that are gone, page by page
    pub fn listChanges(input: ListChangesInput) Error!ListChangesOutput {
        return spacedrive.operate(ListChangesOutput, "query:vdfs.list_changes.v1", true, input);
    }

    /// Lists entries in the order of their making, page by page
    pub fn listEntries(input: ListEntriesInput) Error!ListEntriesOutput {
        return spacedrive.operate(ListEntriesOutput, "query:vdfs.list_entries.v1", true, input);
    }

    /// Lists the sidecars of an entry by name, page by page
    pub fn listSidecars(input: ListSidecarsInput) Error!ListSidecarsOutput {
        return spacedrive.operate(ListSidecarsOutput, "query:vdfs.list_sidecars.v1", true, input);
    }

    /// Lists the contents that an imported file had before, the newest first
    pub fn listVersions(input: EntryRef) Error!ListVersionsOutput {
        return spacedrive.operate(ListVersionsOutput, "query:vdfs.list_versions.v1", true, input);
    }

    /// Returns bytes of an entry's content
    pub fn readContent(input: ReadContentInput) Error!ReadContentOutput {
        return spacedrive.operate(ReadContentOutput, "query:vdfs.read_content.v1", true, input);
    }

    /// Returns a sidecar, whole
    pub fn readSidecar(input: SidecarRef) Error!ReadSidecarOutput {
        return spacedrive.operate(ReadSidecarOutput, "query:vdfs.read_sidecar.v1", true, input);
    }

    /// Changes metadata by a JSON Merge Patch (RFC 7396)
    pub fn updateMetadata(input: UpdateMetadataInput) Error!UpdateMetadataOutput {
        return spacedrive.operate(UpdateMetadataOutput, "action:vdfs.update_metadata.input.v1", true, input);
    }

    /// Writes a sidecar, whole
    pub fn writeSidecar(input: WriteSidecarInput) Error!SidecarInfo {
        return spacedrive.operate(SidecarInfo, "action:vdfs.write_sidecar.input.v1", true, input);
    }
};
