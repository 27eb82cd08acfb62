# Made by `cargo xtask bindgen` of what `rpc.discover` answers. Do not edit.
"""The operations of the daemon, with the types of their inputs and outputs."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict, overload

#: Bytes in base64. Contents and sidecars have a way without it: `Client.content`.
Base64 = str


class AddLocationInput(TypedDict):
    """Input of [`Add`]."""

    #: The library.
    library_id: str

    #: The folder: an absolute path on this machine.
    folder: str

    #: The place of its entries in the library [default: as an import chooses it].
    into: NotRequired[str | None]

    #: Files and folders that are left out, as patterns of a `.gitignore`; at most 100 of 1,024 bytes.
    ignore: NotRequired[list[str]]

    #: True to let entries stay whose files are deleted.
    keep_deleted: NotRequired[bool]


class AddScheduleInput(TypedDict):
    """Input of [`Add`]."""

    #: The method.
    method: str

    #: The library, for a method that needs one.
    library_id: NotRequired[str | None]

    #: The input of each call. It is kept in the data folder as it is, so no secret belongs here.
    input: NotRequired[Any]

    #: Seconds between two calls, 60 to 31622400.
    every_s: NotRequired[int | None]

    #: A pattern of cron with five parts: minute, hour, day, month, day of the week (`0 7 * * 1-5`).
    cron: NotRequired[str | None]

    #: The time zone of the pattern, such as `Europe/Berlin` [default: that of the host].
    time_zone: NotRequired[str | None]


class AuditTailInput(TypedDict):
    """Input of [`AuditTail`]."""

    #: Most records, up to [`MAX_AUDIT_RECORDS`] [default: 100].
    limit: NotRequired[int | None]

    #: Only records about this extension.
    extension: NotRequired[str | None]


class AuditTailOutput(TypedDict):
    """Output of [`AuditTail`]."""

    #: The records, oldest first: objects with `seq`, `at`, `event` and what the event is about.
    records: list[Any]


class AuditVerifyOutput(TypedDict):
    """Output of [`AuditVerify`]."""

    #: Whole records, each linked to the one before it.
    records: int

    #: Number of the first record that is kept.
    first: int

    #: True when a line is torn, as a crash can leave it.
    torn: bool

    #: The first record that is not linked to the one before it, and the reason.
    broken: NotRequired[str | None]

    #: Records behind which an older program began the chain anew.
    restarts: NotRequired[list[int]]


class BackUpInput(TypedDict):
    """Input of [`BackUp`]."""

    #: The folder, which is not there yet: an absolute path, or a `file:` URL for one that is not UTF-8.
    to: str

    #: Backups of the library to keep, 1 to 1000. With it, the folder may be there: each backup gets a folder of its own in it, named after its time, and after one without damage the oldest are removed. Others than those made with it are left alone.
    keep: NotRequired[int | None]


class BackupReport(TypedDict):
    """Output of [`BackUp`]."""

    #: Its folder.
    folder: str

    #: Older backups that were removed.
    removed: int

    #: The form of the folder: 1.
    format: int

    #: Id of the library.
    library_id: str

    #: Its name.
    name: str

    #: The time of the backup, RFC 3339, UTC.
    made_at: str

    #: BLAKE3 of the database, in hex.
    database_hash: str

    #: Files that were copied.
    files: int

    #: Hashes of files that are missing in the library.
    missing: list[str]

    #: Hashes of files that are not what was written, and so not in the backup.
    damaged: NotRequired[list[str]]

    #: The files of both lists, with what they belong to.
    lost: NotRequired[list[DamagedFile]]


class BinnedEntry(TypedDict):
    """An entry that the user deleted."""

    #: The entry, as it was.
    entry: Entry

    #: When it was deleted, RFC 3339, UTC.
    binned_at: str


class BudgetQuota(TypedDict):
    """Part of a budget that an extension has left."""

    #: Name of the budget: `"http_bytes"`, `"ocr_pages"`, `"embedding_tokens"`, `"model_tokens"`.
    name: str

    #: Amount of a day.
    limit: int

    #: Amount that is left today.
    left: int


class CancelOutput(TypedDict):
    """Output of [`Cancel`]."""

    #: False when it was over already.
    cancelled: bool


class CancelSignInOutput(TypedDict):
    """Output of [`CancelSignIn`]."""

    #: False when it had ended already.
    cancelled: bool


class ChangedLibrary(TypedDict):
    """A library that was deleted, brought back or removed."""

    #: Its id.
    library_id: str


class CheckContentsInput(TypedDict):
    """Input of [`CheckContents`]."""

    #: Only entries whose path starts with these segments.
    path_prefix: NotRequired[str | None]


class CheckContentsOutput(TypedDict):
    """Output of [`CheckContents`]."""

    #: Contents that are as they were.
    sound: int

    #: Contents that are missing, changed or unreadable.
    damaged: int

    #: The entries of the first 1,000 of them.
    entries: list[str]


class CheckLibraryInput(TypedDict):
    """Input of [`CheckLibrary`]."""

    #: True to look only whether the files are there, and to read none.
    names_only: NotRequired[bool]


class CheckLibraryOutput(TypedDict):
    """Output of [`Check`]."""

    #: Hashes of contents and sidecars that the library names and that are missing.
    missing: list[str]

    #: Number of files that belonged to nothing and lie in `quarantine` now.
    quarantined: int


class CheckpointInput(TypedDict):
    """Input of [`Checkpoint`]."""

    #: The job, which must run now.
    job_id: str

    #: Checkpoint that the job gets back when it is started again, at most 256 KiB of JSON; left out: as it was.
    checkpoint: NotRequired[Any]

    #: ProgressReport of the job; left out: as it was.
    progress: NotRequired[ProgressReport | None]


class CheckpointOutput(TypedDict):
    """Output of [`Checkpoint`]."""

    #: True when the job was cancelled: it should return soon.
    cancelled: bool


class ClassifyTextInput(TypedDict):
    """Input of [`ClassifyText`]."""

    #: The text, at most 512 KiB; rows and cells as in that of `ai.ocr`.
    text: str

    #: The question, in words.
    prompt: str

    #: JSON Schema of the answer, an object schema of at most 64 KiB; the answer validates against it.
    schema: NotRequired[dict[str, Any] | None]


class ClassifyTextOutput(TypedDict):
    """Output of [`ClassifyText`]."""

    #: The answer; a property that the text does not answer is `null`.
    answer: Any

    #: Evidence per top-level property of the answer.
    evidence: dict[str, Evidence]

    #: The engine that answered.
    engine: str


class CodesInput(TypedDict):
    """Input of [`Codes`]."""

    #: The entry of the picture or PDF.
    entry_id: NotRequired[str | None]

    #: The picture or PDF itself.
    data: NotRequired[Base64 | None]

    #: Pages of a PDF, from 1, up to 10; left out: the first 10. Those behind the last page are passed over.
    pages: NotRequired[list[int] | None]

    #: Name of a setting of the calling extension that is a secret, a text or a list of texts: passwords that are tried on an encrypted PDF.
    passwords: NotRequired[str | None]


class CodesOutput(TypedDict):
    """Output of [`Codes`]."""

    #: The codes, page by page.
    codes: list[FoundCode]


#: Relation of a value to the one of a [`Filter`].
Comparison: TypeAlias = "Literal['='] | Literal['!='] | Literal['<'] | Literal['<='] | Literal['>'] | Literal['>='] | Literal[':']"


#: Time from which a change counts.
ConfigApplies: TypeAlias = "Literal['at_once'] | Literal['after_restart']"


#: Kind of the values of a setting.
ConfigKind: TypeAlias = "Literal['number'] | Literal['choice']"


class ConfigOutput(TypedDict):
    """Output of [`Get`] and [`Set`]."""

    #: The file.
    path: str

    #: BLAKE3 of the file, in hex; of nothing where there is none.
    version: str

    #: The problem of a file that is not valid, with its line.
    problem: NotRequired[str | None]

    #: The settings.
    settings: list[ConfigSetting]


class ConfigSetting(TypedDict):
    """A setting."""

    #: Its name: `storage.keep_days`.
    name: str

    #: Its meaning, in one line, where it can be changed here.
    about: NotRequired[str | None]

    #: Its value in the file; left out where the default counts, and for a secret.
    value: NotRequired[Any]

    #: The value without the file.
    default: NotRequired[Any]

    #: Kind of its values, where it can be changed here.
    kind: NotRequired[ConfigKind | None]

    #: Smallest number.
    min: NotRequired[int | None]

    #: Largest number.
    max: NotRequired[int | None]

    #: Values that it can have.
    choices: NotRequired[list[str]]

    #: True for a secret, whose value is never shown.
    secret: NotRequired[bool]

    #: Reason for which it is not changed here; left out where it can be.
    fixed: NotRequired[FixedReason | None]

    #: Time from which a change counts.
    applies: ConfigApplies


#: A content that was copied from the file that it came from.
CopiedContent = TypedDict(
    "CopiedContent",
    {
        "path": "str",
        "from": "str",
    },
)


class CountWaitingOutput(TypedDict):
    """Output of [`CountWaiting`]."""

    #: Events that wait.
    events: int


class CreateEntryOutput(TypedDict):
    """Output of [`CreateEntry`]."""

    #: The entry, new or as it was.
    entry: Entry

    #: False when it was there already.
    created: bool


class CreateLibraryInput(TypedDict):
    """Input of [`Create`]."""

    #: Its name; 1 to 100 characters.
    name: str


class CredentialInfo(TypedDict):
    """A credential without its secret."""

    #: Its name.
    name: str

    #: Its kind: `api_key`, `basic`, `oauth2`, `custom`.
    kind: str

    #: The only origins that it is sent to.
    hosts: list[str]

    #: Version, which counts up with each change.
    version: int

    #: When the access token expires, in seconds since 1970.
    expires_at: NotRequired[int | None]

    #: True when the user has to log in again before it can be used.
    needs_login: bool


class CredentialRef(TypedDict):
    """Reference to a credential of the caller."""

    #: Its name.
    name: str


class DamagedFile(TypedDict):
    """A file of a library that is damaged."""

    #: Hash that it should have, which is its name.
    hash: str

    #: The damage: `missing`, `changed` or `unreadable`.
    damage: str

    #: Paths of the entries that it belongs to, with the version or sidecar that it is; at most [`LibraryCheck::MAX_USERS`], of a job [`LibraryCheck::MAX_USERS_OF_JOB`].
    used_by: list[str]

    #: Entries that it belongs to beside those.
    used_by_more: NotRequired[int]


class DecidedRule(TypedDict):
    """The decision of one backend."""

    #: Name of the backend.
    backend: str

    #: Name of the reason, of a denial.
    rule: NotRequired[str | None]

    #: Place and text of the rule that decided.
    line: NotRequired[str | None]

    #: The text for people, of a denial.
    message: NotRequired[str | None]

    #: The JSON that would allow the call in the manifest.
    would_allow: NotRequired[str | None]


class DeferInput(TypedDict):
    """Input of [`Defer`]."""

    #: The folder, or the package, as of [`InspectInput`].
    path: str

    #: `digest` of [`ExtensionCandidate`].
    digest: str

    #: True to accept another publisher than that of the installed version, or none.
    accept_publisher: NotRequired[bool]


class DeferOutput(TypedDict):
    """Output of [`Defer`]."""

    #: The extension that has the pending update.
    deferred: str


class DeleteCredentialOutput(TypedDict):
    """Output of [`Delete`]."""

    #: False when there was nothing to remove.
    deleted: bool


class DeleteOutput(TypedDict):
    """Output of the operations that remove something."""

    #: False when there was nothing to remove.
    deleted: bool


class DeleteSecretOutput(TypedDict):
    """Output of [`Delete`]."""

    #: False when there was nothing to remove.
    deleted: bool

    #: As in [`PutSecretOutput`].
    accepted: NotRequired[int | None]


class DeliverAgainInput(TypedDict):
    """Input of [`DeliverAgain`]."""

    #: The extension.
    extension: str

    #: Only entries at this path, or below it.
    under: NotRequired[str | None]


class DeliverAgainOutput(TypedDict):
    """Output of [`DeliverAgain`]."""

    #: Events that were put back.
    events: int


class DispatchInput(TypedDict):
    """Input of [`Dispatch`]."""

    #: The operation: one of the extension's own, as its manifest declares it, or one of the core that may be dispatched, as its documentation says.
    method: str

    #: Its input, at most 256 KiB of JSON.
    input: NotRequired[Any]

    #: Key for idempotent dispatch, 1 to 256 bytes: while a job with this key is not over, no second one is made.
    key: NotRequired[str | None]

    #: Delay before it runs, in milliseconds, up to 31 days.
    delay_ms: NotRequired[int]

    #: Priority among the jobs that wait.
    priority: NotRequired[JobPriority]


class DispatchOutput(TypedDict):
    """Output of [`Dispatch`]."""

    #: The job.
    job_id: str

    #: False when there was one with this key already.
    created: bool


class EmbedInput(TypedDict):
    """Input of [`Embed`]."""

    #: 1 to 64 texts, none empty, each at most 64 KiB. The model reads the beginning of a long one, about 200 words.
    texts: list[str]


class EmbedOutput(TypedDict):
    """Output of [`Embed`]."""

    #: One vector for each text, in order, each of length 1: a scalar product is a cosine.
    vectors: list[list[float]]

    #: Numbers in a vector.
    dimension: int

    #: The model; vectors of different models cannot be compared.
    engine: str


class EmbeddedFile(TypedDict):
    """A file inside a document."""

    #: Its name there; never a path to open.
    name: str

    #: Its bytes.
    data: Base64


class EmptyBinInput(TypedDict):
    """Input of [`EmptyBin`](super::EmptyBin)."""

    #: The entries; left out: all that are in the bin.
    entry_ids: NotRequired[list[str] | None]


class EmptyBinOutput(TypedDict):
    """Output of [`EmptyBin`](super::EmptyBin)."""

    #: Number of the entries that are gone.
    removed: int


class Entry(TypedDict):
    """An entry of a library: a file, or something that an extension made."""

    #: Its id.
    id: str

    #: Its name; for an imported file its file name.
    name: str

    #: Its path in the library: segments joined by `/`, unique.
    path: str

    #: Its type: `file` for an imported file, else the type that its maker gave it.
    entry_type: str

    #: Media type of the content, where known: `message/rfc822`.
    media_type: NotRequired[str | None]

    #: Bytes of content; left out for an entry without content.
    size: NotRequired[int | None]

    #: BLAKE3 of the content, in hex.
    content_hash: NotRequired[str | None]

    #: Id of the extension that made it; left out when the user did.
    created_by: NotRequired[str | None]

    #: Metadata, free in form.
    metadata: dict[str, Any]

    #: When it was made, RFC 3339, UTC.
    created_at: str

    #: When it was last changed, RFC 3339, UTC.
    updated_at: str


class EntryDetails(TypedDict):
    """Output of [`GetEntry`]."""

    #: The entry.
    entry: Entry

    #: Its sidecars by name, up to 200.
    sidecars: list[SidecarInfo]

    #: Cursor of the sidecars that are left, to pass as `after` to `query:vdfs.list_sidecars.v1`; left out when these are all.
    next_sidecar: NotRequired[str | None]


class EntryRef(TypedDict):
    """Reference to an entry."""

    #: The entry.
    entry_id: str


class EntryVersion(TypedDict):
    """A content that an entry had before."""

    #: Its number, which rises with each version of the entry.
    version: int

    #: Its size in bytes.
    size: int

    #: Its BLAKE3 hash, in lower-case hex.
    content_hash: str

    #: Its media type, where known.
    media_type: NotRequired[str | None]

    #: When another content took its place, RFC 3339, UTC.
    replaced_at: str


class Evidence(TypedDict):
    """Source of a value in the text."""

    #: Confidence of the engine, 0 to 1.
    confidence: float

    #: Line of the text, from 1.
    line: NotRequired[int | None]

    #: That line.
    quote: str

    #: Other values that the text may mean just as well, such as a thousand for `1.234`: the answer is the likeliest, and a person should look at it.
    alternatives: NotRequired[list[Any]]


class ExplainInput(TypedDict):
    """Input of [`Explain`]."""

    #: The extension.
    extension: str

    #: The method.
    method: str

    #: The library.
    library_id: NotRequired[str | None]

    #: Path of the entry that it would touch.
    entry: NotRequired[str | None]

    #: Name of the sidecar of that entry.
    sidecar: NotRequired[str | None]


class ExplainOutput(TypedDict):
    """Output of [`Explain`]."""

    #: True for a call that would run.
    allowed: bool

    #: True when no decision is possible now: a backend fails, and none denies the call.
    undecided: bool

    #: The rules that allow it, one for each backend.
    allowed_by: list[DecidedRule]

    #: The reasons of a denial.
    denied_by: list[DecidedRule]


class ExportInput(TypedDict):
    """Input of [`Export`]."""

    #: The folder, which is empty or not there yet, as in [`BackUpInput`].
    to: str

    #: Only entries whose path starts with these segments.
    under: NotRequired[str | None]


class ExportReport(TypedDict):
    """Output of [`Export`]."""

    #: The folder.
    folder: str

    #: Entries that were written.
    entries: int

    #: Contents that were written.
    files: int

    #: Sidecars that were written.
    sidecars: int

    #: Contents that are damaged in the library, and were copied from the files they came from.
    copied: NotRequired[list[CopiedContent]]

    #: Contents and sidecars that could not be read.
    failures: NotRequired[list[NotExported]]


class ExportSecretsInput(TypedDict):
    """Input of [`Export`]: a passphrase, or at least one recipient."""

    #: The passphrase.
    passphrase: NotRequired[SecretText | None]

    #: Public keys of age, `age1…`.
    recipients: NotRequired[list[str]]

    #: True for a file of plain text.
    armor: NotRequired[bool]


class ExportSecretsOutput(TypedDict):
    """Output of [`Export`]."""

    #: The file.
    file: Base64

    #: Number of secrets in it.
    secrets: int


class ExtensionCandidate(TypedDict):
    """An extension that may be installed."""

    #: The description of the version.
    info: ExtensionInfo

    #: BLAKE3 of its files, for [`InstallInput`].
    digest: str

    #: The version that is installed.
    installed: NotRequired[str | None]

    #: True when it is older than that.
    is_older: bool

    #: The key of the publisher who signed it.
    publisher: NotRequired[str | None]

    #: Its manifest, as it is.
    manifest: Any

    #: The permissions that it asks for and that the user has not been asked about.
    request: RequestedPermissions

    #: Sentences on what it asks for that the user has not been asked about.
    asks: list[str]

    #: The risks of that, the worst first.
    risks: list[str]

    #: The rules that it would have with your consent to all of it, in words.
    rules: list[str]

    #: The servers that it asks for.
    domains: list[str]

    #: Most calls a minute.
    requests_per_minute: int

    #: Most memory of all its instances, in bytes.
    memory_bytes: int

    #: Sentences on what it asks for in vain.
    advice: list[str]


class ExtensionFault(TypedDict):
    """A fault of an extension."""

    #: Name of the error code.
    code: str

    #: The message.
    message: str

    #: Names of its functions, innermost first.
    backtrace: NotRequired[list[str]]

    #: Seconds since 1970.
    at: int


class ExtensionHealth(TypedDict):
    """The health of an extension, over restarts."""

    #: The reason of its quarantine.
    quarantine: NotRequired[str | None]

    #: Its last fault.
    last_fault: NotRequired[ExtensionFault | None]

    #: Starts of instances.
    starts: int

    #: Number of faults.
    faults: int

    #: Calls and events that it worked on.
    calls: int

    #: Milliseconds that they took.
    busy_ms: int

    #: The most memory that an instance of it had after a call, in bytes.
    memory_bytes: NotRequired[int]


class ExtensionInfo(TypedDict):
    """An installed extension."""

    #: Its id.
    id: str

    #: Its name.
    name: str

    #: Its version.
    version: str

    #: Its description.
    description: str

    #: BLAKE3 of its wasm, in hex.
    wasm_hash: str

    #: The methods that it was granted.
    methods: list[str]

    #: The libraries it may use: ids, or `*` for all.
    libraries: list[str]

    #: The events that it receives.
    events: list[str]

    #: The operations it offers.
    operations: list[str]


class ExtensionRef(TypedDict):
    """An installed extension, of which an operation is about nothing else."""

    #: Its id.
    extension: str


class ExtensionState(TypedDict):
    """An installed extension and how it does."""

    #: The description of the version.
    info: ExtensionInfo

    #: Isolation of its instances: `in-process` or `process`.
    isolation: str

    #: State: `ready`, `quarantined`, `changed` when its files are not those that the user agreed to, or `damaged` when they or what is recorded of them cannot be read.
    state: str

    #: The file that was changed since it was installed.
    changed: NotRequired[str | None]

    #: Its health, over restarts.
    health: ExtensionHealth

    #: Sentences on what its manifest asks for.
    asks: list[str]

    #: The risks of that.
    risks: list[str]


class ExtractTextInput(TypedDict):
    """Input of [`ExtractText`]."""

    #: The document.
    data: Base64

    #: Its media type, `application/pdf` or `text/html; charset=utf-8`; left out: detected from its first bytes. A PDF is read as one whatever this says.
    media_type: NotRequired[str | None]

    #: Pages of a PDF whose text is wanted, from 1; left out: all. Those behind the last page are passed over, so that the beginning of a long document can be asked for.
    pages: NotRequired[list[int] | None]

    #: Name of a setting of the calling extension that is a secret, a text or a list of texts: passwords that are tried on an encrypted PDF.
    passwords: NotRequired[str | None]


class ExtractTextOutput(TypedDict):
    """Output of [`ExtractText`]."""

    #: The pages in their order, separated by a form feed; rows and cells as in that of `ai.ocr`.
    text: str

    #: The media type that it was read as.
    media_type: str

    #: Pages in the document; 1 for texts without pages.
    pages: int

    #: Pages, from 1, that carry no text and may be scans: something for `ai.ocr`.
    pages_without_text: list[int]

    #: Pages, from 1, whose text may not be all or not what they show: a picture or outlines of letters cover them, characters are unknown, or a program read it in a scan. Something for `ai.ocr` as well.
    pages_in_doubt: NotRequired[list[int]]

    #: Files inside the document (PDF attachments, such as the XML of an e-invoice).
    embedded: NotRequired[list[EmbeddedFile]]

    #: The electronic invoice that the document is or carries inside. It takes precedence over the text.
    invoice: NotRequired[Invoice | None]


class FailedEvent(TypedDict):
    """An event that an extension could not work on."""

    #: The event.
    event_id: int

    #: Kind of the event.
    kind: str

    #: The extension.
    extension: str

    #: The entry that it is about.
    entry_id: str

    #: Name of the entry.
    entry_name: str

    #: Name of the error code.
    code: str

    #: The error message.
    error: str

    #: Number of attempts.
    attempts: int

    #: Time of the last attempt, RFC 3339, UTC.
    at: str

    #: Time of the next attempt; without one it is a dead letter, and only [`Replay`] delivers it again.
    retry_at: NotRequired[str | None]


class Failure(TypedDict):
    """A file, an extension or an entry that the work failed on."""

    #: The file as the user named it, or the path of the entry.
    path: str

    #: The entry, when there is one.
    entry_id: NotRequired[str | None]

    #: The extension that could not work on it; `None` when the file could not be read.
    extension: NotRequired[str | None]

    #: Name of the error code.
    code: str

    #: The error message.
    error: str


class FetchMessageInput(TypedDict):
    """Input of [`FetchMessage`]."""

    #: The mailbox.
    mailbox: Mailbox

    #: The folder.
    folder: NotRequired[str]

    #: The folder's `UIDVALIDITY`, from `mail.list_messages`.
    validity: int

    #: The message's number, from `mail.list_messages`.
    uid: int

    #: Most bytes of the message; up to 48 MiB.
    max_bytes: NotRequired[int]


class FetchMessageOutput(TypedDict):
    """Output of [`FetchMessage`]."""

    #: The message (RFC 5322).
    data: Base64


class Filter(TypedDict):
    """A condition on one top-level key of an entry's metadata."""

    #: The key.
    key: str

    #: Relation of its value to `value`.
    op: Comparison

    #: A number, which is compared with numbers and with texts that are decimal numbers, or a text, which is compared with texts; so dates as `2026-07-01` compare by time. For `:` a text.
    value: Any


#: Reason for which a setting is not changed here.
FixedReason: TypeAlias = "Literal['rights'] | Literal['isolation'] | Literal['servers'] | Literal['key'] | Literal['other']"


class Folder(TypedDict):
    """A folder."""

    #: Its name, with all folders above it.
    name: str

    #: Character between the parts of names.
    delimiter: NotRequired[str | None]


#: An entry that followed its file to another name or folder.
Followed = TypedDict(
    "Followed",
    {
        "from": "str",
        "to": "str",
    },
)


class FoundCode(TypedDict):
    """One code of [`CodesOutput`]."""

    #: Number of the page, from 1; 1 for a picture.
    page: int

    #: Kind of the code: `qr`.
    format: str

    #: Text in it.
    text: str

    #: Left, top, width, height, as shares of the page or picture, upright.
    area: list[float]


class GetSettingsOutput(TypedDict):
    """Output of [`Get`]."""

    #: Values by the names of the settings.
    values: dict[str, Any]

    #: Values of settings that are secrets.
    secrets: NotRequired[dict[str, SecretValue]]


class GrantInput(TypedDict):
    """Input of [`Grant`]."""

    #: The extension.
    extension: str

    #: The rule, with the effect `allow` or `deny` [default: all that the manifest asks for]. `session:current` in its `expires` is the session of the program that runs the extensions.
    rule: NotRequired[Any]


class GrantOutput(TypedDict):
    """Output of [`Grant`]."""

    #: Number of the grant.
    grant: int


class GrantedRule(TypedDict):
    """A grant or a denial."""

    #: Its number, which no other grant of this extension ever has.
    id: int

    #: Time at which it was given, RFC 3339, UTC.
    given: str

    #: The rule.
    rule: Any

    #: The rule, in words.
    text: str


class HttpHeader(TypedDict):
    """A header of a request."""

    #: Its name.
    name: str

    #: Its value.
    value: str


#: Method of a request.
HttpMethod: TypeAlias = "Literal['GET'] | Literal['HEAD'] | Literal['POST'] | Literal['PUT'] | Literal['PATCH'] | Literal['DELETE']"


class ImportInput(TypedDict):
    """Input of [`Import`]."""

    #: Files and folders: absolute paths, or `file:` URLs for names that are not UTF-8.
    paths: list[str]

    #: Path in the library below which the files become entries [default: a place of their own, by where they lie].
    into: NotRequired[str | None]


class ImportSecretsInput(TypedDict):
    """Input of [`Import`]."""

    #: The file.
    file: Base64

    #: The passphrase, where it is locked with one.
    passphrase: NotRequired[SecretText | None]

    #: The private keys, as `age-keygen` writes them, where it is locked for them.
    identities: NotRequired[SecretText | None]

    #: True to replace secrets that are there already.
    replace: NotRequired[bool]


class ImportSecretsOutput(TypedDict):
    """Output of [`Import`]."""

    #: The secrets of the file.
    secrets: list[ImportedSecret]


class ImportedSecret(TypedDict):
    """A secret of a file that was imported."""

    #: The extension; empty for the program itself.
    extension: str

    #: The library.
    library_id: str

    #: Its name.
    name: str

    #: Its kind, as in [`CredentialInfo`].
    kind: str

    #: Its outcome.
    outcome: SecretOutcome

    #: True when the library is here; a secret waits for one that is not.
    library_is_here: bool


class IndexReport(TypedDict):
    """Results of indexing contents for search."""

    #: Contents whose text was read.
    read: int

    #: Contents without a text that can be read; they are not tried again until they change.
    without_text: int

    #: Texts that got a vector of their meaning.
    embedded: int

    #: Contents that are still to be read.
    unread: int

    #: True when the work was stopped before its end; the next run resumes it.
    stopped: bool

    #: True when nothing was done, because another program indexes this library.
    elsewhere: bool

    #: Contents that were not read, and the reasons; at most [`IndexReport::MAX_PROBLEMS`].
    problems: NotRequired[list[UnindexedContent]]


class InspectInput(TypedDict):
    """Input of [`Inspect`]: a path, or an extension with a pending update or a version before."""

    #: The folder of the extension, or its package (`.sdx`, the signature beside it): an absolute path on this machine.
    path: NotRequired[str | None]

    #: The extension whose pending update is meant.
    pending: NotRequired[str | None]

    #: The extension whose version before the installed one is meant, to go back to it.
    previous: NotRequired[str | None]

    #: True to accept another publisher than that of the installed version, or none.
    accept_publisher: NotRequired[bool]


class InstallInput(TypedDict):
    """Input of [`Install`] and [`Update`]: a path, or an extension with a pending update or a version before."""

    #: The folder, or the package, as of [`InspectInput`].
    path: NotRequired[str | None]

    #: The extension whose pending update is meant.
    pending: NotRequired[str | None]

    #: The extension whose version before the installed one is meant, to go back to it.
    previous: NotRequired[str | None]

    #: `digest` of [`ExtensionCandidate`], so that what is installed is what the user saw.
    digest: str

    #: The consent: `all` that it asks for, `keep` what the installed version has and nothing new, or `only` what `rules` allow.
    consent: str

    #: The rules of the consent `only`, as [`permissions`](super::permissions) has them.
    rules: NotRequired[list[Any]]

    #: True to install an older version than there is.
    allow_downgrade: NotRequired[bool]

    #: True to accept another publisher than that of the installed version, or none.
    accept_publisher: NotRequired[bool]


class Invoice(TypedDict):
    """An electronic invoice (CII or UBL), as its XML states it. Fields that it does not state are left out. Amounts are in `currency`; they have at most 15 significant digits and are exact."""

    #: `cii` (ZUGFeRD, Factur-X, XRechnung) or `ubl` (Peppol, XRechnung).
    syntax: str

    #: The profile or guideline that it follows.
    profile: NotRequired[str | None]

    #: Type of the document, a code of UNTDID 1001: `380` is an invoice, `381` a credit note.
    type_code: NotRequired[str | None]

    #: True when it takes an invoice back, wholly or in part.
    credit_note: bool

    #: Its number.
    number: NotRequired[str | None]

    #: Day of issue, ISO 8601.
    date: NotRequired[str | None]

    #: Day by which it is to be paid, ISO 8601.
    due_date: NotRequired[str | None]

    #: The party that sells.
    seller: NotRequired[InvoiceParty | None]

    #: The party that buys.
    buyer: NotRequired[InvoiceParty | None]

    #: Currency, ISO 4217.
    currency: NotRequired[str | None]

    #: Sum without tax.
    net: NotRequired[float | None]

    #: Sum of the taxes.
    tax: NotRequired[float | None]

    #: Sum with tax, before anything that was paid is taken off.
    total: NotRequired[float | None]

    #: Amount that was paid before.
    prepaid: NotRequired[float | None]

    #: Amount that is left to pay.
    due: NotRequired[float | None]

    #: Means of payment, a code of UNTDID 4461: `58` is a SEPA transfer.
    payment_code: NotRequired[str | None]

    #: Lines of the invoice.
    lines: NotRequired[list[InvoiceLine]]


class InvoiceLine(TypedDict):
    """A line of an [`Invoice`]."""

    #: Name of the product or service.
    name: NotRequired[str | None]

    #: Quantity of it.
    quantity: NotRequired[float | None]

    #: Unit of the quantity, a code of UN/ECE Recommendation 20: `HUR` is hours.
    unit: NotRequired[str | None]

    #: Price of one unit without tax.
    unit_price: NotRequired[float | None]

    #: Price of the line without tax.
    total: NotRequired[float | None]

    #: Tax rate in percent.
    tax_rate: NotRequired[float | None]


class InvoiceParty(TypedDict):
    """A party of an [`Invoice`]."""

    #: Its name, in one line.
    name: NotRequired[str | None]

    #: Its VAT number, or another tax number.
    tax_id: NotRequired[str | None]

    #: ISO 3166 code of two letters.
    country: NotRequired[str | None]


class Job(TypedDict):
    """A job."""

    #: Its id.
    id: str

    #: The extension whose operation it runs.
    extension: str

    #: The operation.
    method: str

    #: Its key.
    key: NotRequired[str | None]

    #: Its state.
    state: JobState

    #: ProgressReport that it reported.
    progress: NotRequired[JobProgress | None]

    #: Number of times that it was started.
    attempts: int

    #: Output of the operation, when it ended well.
    output: NotRequired[Any]

    #: Last failure, or the reason why it is parked.
    error: NotRequired[JobFailure | None]

    #: When it may run, RFC 3339, UTC.
    run_at: str

    #: When it was made, RFC 3339, UTC.
    created_at: str

    #: When it changed last, RFC 3339, UTC.
    updated_at: str


class JobFailure(TypedDict):
    """Failure of a job."""

    #: Name of the error code.
    code: str

    #: Message for a person.
    error: str


#: Priority of a job among those that wait.
JobPriority: TypeAlias = "Literal['low'] | Literal['normal'] | Literal['high']"


class JobProgress(TypedDict):
    """ProgressReport of a job: the last [`ProgressReport`], as a host tells it. It is a type of its own, because it goes the other way."""

    #: Steps that are done.
    done: int

    #: All steps, when they are known.
    total: NotRequired[int | None]

    #: Description of the present step, for a person.
    message: NotRequired[str | None]


class JobQuota(TypedDict):
    """Jobs that an extension has left."""

    #: Jobs that may run at the same time.
    limit: int

    #: Jobs that run.
    running: int


class JobRef(TypedDict):
    """Reference to a job."""

    #: Its id.
    job_id: str


class JobReport(TypedDict):
    """Results of jobs."""

    #: Jobs that ended well.
    done: int

    #: Jobs that ended with an error.
    failed: int

    #: Jobs that will be retried.
    again: int

    #: Jobs that may not run now.
    parked: int

    #: Time at which the next job that waits may run, RFC 3339, UTC.
    next_at: NotRequired[str | None]


#: State of a job.
JobState: TypeAlias = "Literal['waiting'] | Literal['running'] | Literal['parked'] | Literal['done'] | Literal['failed'] | Literal['cancelled']"


class KeptSecret(TypedDict):
    """A secret, without what is secret in it."""

    #: The extension; empty for the program itself.
    extension: str

    #: The library; all zeros for the program itself.
    library_id: str

    #: The credential.
    credential: CredentialInfo

    #: Its state.
    state: SecretState

    #: Name of the provider of a login, where it is configured.
    provider: NotRequired[str | None]


class LibraryCheck(TypedDict):
    """Output of [`CheckLibrary`]."""

    #: Files that were read.
    checked: int

    #: All files that were to be read: none where the input says so.
    total: NotRequired[int]

    #: True when it was stopped before its end.
    stopped: NotRequired[bool]

    #: Files that are missing, changed or unreadable.
    damaged: int

    #: The damaged files, at most [`LibraryCheck::MAX_FILES`]; of a job [`LibraryCheck::MAX_FILES_OF_JOB`].
    files: list[DamagedFile]

    #: Files that belonged to nothing, and lie in `quarantine` now.
    quarantined: int


class LibraryInfo(TypedDict):
    """A library."""

    #: Its id.
    id: str

    #: Its name.
    name: str

    #: Its folder on this machine.
    path: str

    #: When it was made, RFC 3339, UTC.
    created_at: str

    #: True if it can be read here but not written; left out otherwise.
    read_only: NotRequired[bool]


class LibraryRef(TypedDict):
    """A library, of which an operation is about nothing else."""

    #: The library.
    library_id: str


class ListBinInput(TypedDict):
    """Input of [`ListBin`](super::ListBin)."""

    #: Only entries that had this path when they were deleted.
    path: NotRequired[str | None]

    #: Cursor: the page behind the one that ended with it.
    after: NotRequired[str | None]

    #: Most entries to return, 1 to 1000.
    limit: NotRequired[int]


class ListBinOutput(TypedDict):
    """Output of [`ListBin`](super::ListBin)."""

    #: One page of entries, the last deleted first.
    entries: list[BinnedEntry]

    #: Cursor of the next page, to pass as `after`; left out when this was the last.
    next: NotRequired[str | None]


class ListChangesInput(TypedDict):
    """Input of [`ListChanges`]."""

    #: Only entries whose path starts with these segments.
    path_prefix: NotRequired[str | None]

    #: Cursor: what changed behind the page that ended with it, for the same `path_prefix`.
    after: NotRequired[str | None]

    #: Most changes of a page, 1 to 1000.
    limit: NotRequired[int]


class ListChangesOutput(TypedDict):
    """Output of [`ListChanges`]."""

    #: Entries that changed, as they are now.
    entries: list[Entry]

    #: Ids of entries that are gone, or no longer below `path_prefix`; some of them may never have been listed.
    removed: list[str]

    #: Cursor of the next page, to pass as `after`, now or when there are changes again.
    next: str

    #: True when the next page has more already.
    more: bool

    #: True when all entries are listed anew: there was no cursor, or the library was restored since then. What was known before counts no longer.
    anew: NotRequired[bool]


class ListCredentialsOutput(TypedDict):
    """Output of [`List`]."""

    #: The credentials, by name.
    credentials: list[CredentialInfo]


class ListEntriesInput(TypedDict):
    """Input of [`ListEntries`]: all conditions must hold."""

    #: Only entries of this type.
    entry_type: NotRequired[str | None]

    #: Only entries whose path starts with these segments.
    path_prefix: NotRequired[str | None]

    #: Only entries whose metadata has these values at these top-level keys.
    metadata: NotRequired[dict[str, Any]]

    #: Cursor: the page behind the one that ended with it.
    after: NotRequired[int | None]

    #: Most entries to return, 1 to 1000.
    limit: NotRequired[int]


class ListEntriesOutput(TypedDict):
    """Output of [`ListEntries`]."""

    #: One page of entries.
    entries: list[Entry]

    #: Cursor of the next page, to pass as `after`; left out when this was the last.
    next: NotRequired[int | None]


class ListEventsInput(TypedDict):
    """Input of [`ListEvents`]."""

    #: Only events after this number [default: from the first on].
    after: NotRequired[int | None]

    #: Only events of these kinds.
    kinds: NotRequired[list[str] | None]

    #: Only events of the entry at this path, and of those below it.
    under: NotRequired[str | None]

    #: Most events of the page, up to 1000 [default: 100]; with 0 the page says where the log ends.
    limit: NotRequired[int | None]


class ListEventsOutput(TypedDict):
    """Output of [`ListEvents`]."""

    #: The events, with their entries as they are now.
    events: list[LoggedEvent]

    #: Number of the event up to which the log was looked at, for `after` of the next page.
    last: int


class ListExtensionsOutput(TypedDict):
    """Output of [`List`]."""

    #: The extensions, by id.
    extensions: list[ExtensionInfo]


class ListFailuresOutput(TypedDict):
    """Output of [`ListFailures`]."""

    #: The events, by extension, oldest first.
    failures: list[FailedEvent]


class ListFoldersInput(TypedDict):
    """Input of [`ListFolders`]."""

    #: The mailbox.
    mailbox: Mailbox


class ListFoldersOutput(TypedDict):
    """Output of [`ListFolders`]."""

    #: The folders that hold messages, in the server's order.
    folders: list[Folder]


class ListGrantsOutput(TypedDict):
    """Output of [`List`]."""

    #: The grants and denials, oldest first.
    grants: list[GrantedRule]


class ListJobsInput(TypedDict):
    """Input of [`List`]."""

    #: Only those in this state.
    state: NotRequired[JobState | None]

    #: Most jobs to return, 1 to 1000; left out: 100.
    limit: NotRequired[int | None]


class ListJobsOutput(TypedDict):
    """Output of [`List`]."""

    #: The jobs: an extension sees its own, the user all.
    jobs: list[Job]


class ListLibrariesOutput(TypedDict):
    """Output of [`List`]."""

    #: The libraries that can be read, by name.
    libraries: list[LibraryInfo]

    #: The libraries that are there and cannot be read; left out when there is none.
    unreadable: NotRequired[list[UnreadableLibrary]]


class ListLocationsOutput(TypedDict):
    """Output of [`List`]."""

    #: The locations, in the order in which they were added.
    locations: list[Location]


class ListMessagesInput(TypedDict):
    """Input of [`ListMessages`]."""

    #: The mailbox.
    mailbox: Mailbox

    #: The folder.
    folder: NotRequired[str]

    #: Only messages with a greater number than this.
    after: NotRequired[int]

    #: Only messages that came on this day (`2026-01-31`) or later, by the server's clock.
    since: NotRequired[str | None]

    #: Most messages to return; 1 to 1000.
    limit: NotRequired[int]


class ListMessagesOutput(TypedDict):
    """Output of [`ListMessages`]."""

    #: The folder's `UIDVALIDITY` (RFC 9051): as long as it stays the same, numbers stand for the same messages.
    validity: int

    #: Number of messages that fit, on this page and behind it.
    total: int

    #: The messages, by number.
    messages: list[MessageInfo]


class ListProvidersOutput(TypedDict):
    """Output of [`Providers`]."""

    #: The providers, by name.
    providers: list[ProviderInfo]


class ListSchedulesOutput(TypedDict):
    """Output of [`List`]."""

    #: The schedules, in the order in which they were added.
    schedules: list[Schedule]


class ListSecretsInput(TypedDict):
    """Input of [`List`]: a filter."""

    #: Only secrets of this extension, or `""` for those of the program itself [default: all].
    extension: NotRequired[str | None]

    #: Only secrets in this library [default: all].
    library_id: NotRequired[str | None]


class ListSecretsOutput(TypedDict):
    """Output of [`List`]."""

    #: The secrets.
    secrets: list[KeptSecret]


class ListSettingsOutput(TypedDict):
    """Output of [`List`]."""

    #: The settings of the schema, then values that are kept for settings of another version.
    settings: list[Setting]


class ListSidecarsInput(TypedDict):
    """Input of [`ListSidecars`](super::ListSidecars)."""

    #: The entry.
    entry_id: str

    #: Cursor: the page behind the one that ended with it.
    after: NotRequired[str | None]


class ListSidecarsOutput(TypedDict):
    """Output of [`ListSidecars`](super::ListSidecars)."""

    #: One page of sidecars by name, up to 200.
    sidecars: list[SidecarInfo]

    #: Cursor of the next page, to pass as `after`; left out when this was the last.
    next: NotRequired[str | None]


class ListUnreadableInput(TypedDict):
    """Input of [`ListUnreadable`]."""

    #: Most contents, up to [`ListUnreadableInput::MAX_LIMIT`] [default: 100].
    limit: NotRequired[int | None]


class ListUnreadableOutput(TypedDict):
    """Output of [`ListUnreadable`]."""

    #: The contents, by path.
    contents: list[UnreadableContent]

    #: All of them, those over the limit among them.
    total: int


class ListVersionsOutput(TypedDict):
    """Output of [`ListVersions`]."""

    #: The versions, the newest first.
    versions: list[EntryVersion]


class ListViewsOutput(TypedDict):
    """Output of [`Views`]."""

    #: The views, by extension, in the order of its manifest.
    views: list[ViewInfo]


class Location(TypedDict):
    """A folder that a library follows."""

    #: Its id.
    id: str

    #: The library that follows it.
    library_id: str

    #: The folder: an absolute path on this machine.
    folder: str

    #: The place of its entries, when it was chosen.
    into: NotRequired[str | None]

    #: Files and folders that are left out, as patterns of a `.gitignore`.
    ignore: NotRequired[list[str]]

    #: True when entries stay whose files are deleted.
    keep_deleted: NotRequired[bool]

    #: True while it is not followed.
    paused: bool

    #: Number of times that a look at the whole folder was asked for.
    rescans: int

    #: True when the next look takes files that are gone as deleted, however many there are.
    accept_deletions: NotRequired[bool]

    #: Time at which it was added, RFC 3339, UTC.
    added_at: str

    #: Time of the last look at the whole folder, RFC 3339, UTC.
    looked_at: NotRequired[str | None]


class LocationRef(TypedDict):
    """A location, of which an operation is about nothing else."""

    #: The location.
    location_id: str


class LocationScan(TypedDict):
    """The results of a look at a folder."""

    #: The location.
    location_id: str

    #: Files that became new entries.
    created: int

    #: Files with new content for their entry.
    updated: int

    #: Files that were there already.
    unchanged: int

    #: Entries that went to the bin, because their files were deleted.
    removed: int

    #: Entries that stay until the user says that their files are deleted.
    held: int

    #: Files that could not be read.
    failed: int

    #: True when it was left out, because it is paused.
    paused: bool

    #: The first thing that went wrong, for the user only: it names files of this machine.
    problem: NotRequired[str | None]


class LoggedEvent(TypedDict):
    """An event in the log of a library."""

    #: Number of the event in its library, rising.
    id: int

    #: Its kind.
    kind: str

    #: The entry as it is now; of `entry.deleted` as it was.
    entry: Entry

    #: The extension that caused it; nothing for the user.
    caused_by: NotRequired[str | None]

    #: Data of the extension that published it.
    data: NotRequired[Any]


class Mailbox(TypedDict):
    """A mailbox: its server and its login."""

    #: The server: `imaps://imap.example.com`, with a port where it is not 993. The manifest has to allow it in `permissions.allowed_domains`.
    server: str

    #: Name of the caller's credential: `basic` for a password, or `oauth2`.
    auth: str

    #: The user at the server: needed with `oauth2`, where it is mostly an email address; a `basic` credential has it.
    user: NotRequired[str | None]


class MakeVectorsInput(TypedDict):
    """Input of [`MakeVectors`]."""

    #: Only entries whose path starts with these segments.
    path_prefix: NotRequired[str | None]


class MakeVectorsOutput(TypedDict):
    """Output of [`MakeVectors`]."""

    #: Texts that got a vector.
    made: int

    #: Entries with texts that changed meanwhile, and get their vectors another time.
    left: int


class MessageInfo(TypedDict):
    """A message, without its content."""

    #: Its number in the folder (`UID`). A message that comes later has a greater one.
    uid: int

    #: Its size in bytes; 0 where the server does not say it.
    bytes: int

    #: When it came, RFC 3339, UTC, where the server says it.
    received_at: NotRequired[str | None]


class MetadataInput(TypedDict):
    """Input of [`Metadata`]."""

    #: The picture.
    entry_id: str


class MetadataOutput(TypedDict):
    """Output of [`Metadata`]."""

    #: Format of the file: `jpeg`, `png`, `webp`, `tiff`, `gif`, `bmp`, `heif`, `avif`, `raw`.
    format: str

    #: Width in pixels, upright; 0 when the file does not say it.
    width: int

    #: Height in pixels, upright; 0 when the file does not say it.
    height: int

    #: EXIF orientation, 1 to 8: how the pixels of the file have to be turned; 1 is upright.
    orientation: int

    #: When it was taken, on the clock of the camera: `2026-05-01T10:00:00`.
    taken: NotRequired[str | None]

    #: Minutes by which that clock was before UTC, where the file tells: by itself, or by the clock of the satellites.
    offset_minutes: NotRequired[int | None]

    #: When it was taken in UTC, where the offset is known: `2026-05-01T08:00:00Z`.
    taken_at: NotRequired[str | None]

    #: Maker of the camera.
    make: NotRequired[str | None]

    #: Model of the camera.
    model: NotRequired[str | None]

    #: Name of the lens.
    lens: NotRequired[str | None]

    #: Program that wrote the file.
    software: NotRequired[str | None]

    #: Exposure in seconds.
    exposure_s: NotRequired[float | None]

    #: Aperture: 2.8 is f/2.8.
    aperture: NotRequired[float | None]

    #: Sensitivity, ISO.
    iso: NotRequired[int | None]

    #: Focal length in millimetres.
    focal_length_mm: NotRequired[float | None]

    #: Latitude in degrees, north positive.
    latitude: NotRequired[float | None]

    #: Longitude in degrees, east positive.
    longitude: NotRequired[float | None]

    #: Height above the sea in metres.
    altitude_m: NotRequired[float | None]

    #: Title that somebody gave it.
    title: NotRequired[str | None]

    #: Description that somebody gave it.
    description: NotRequired[str | None]

    #: Tags that somebody gave it.
    tags: NotRequired[list[str]]

    #: Rating, 0 to 5; -1 is rejected.
    rating: NotRequired[int | None]

    #: Id that a Live Photo shares with its video.
    live_photo_id: NotRequired[str | None]

    #: Id that the pictures of a burst share.
    burst_id: NotRequired[str | None]

    #: Values of the file that cannot be so, in words.
    notes: NotRequired[list[str]]


class MoveEntryInput(TypedDict):
    """Input of [`MoveEntry`]."""

    #: The entry.
    entry_id: str

    #: Its new path: relative, segments joined by `/`, no `.` or `..`; 1 to 1024 bytes.
    path: str


class NewEntry(TypedDict):
    """An entry to be made: the input of [`CreateEntry`]."""

    #: Its name; 1 to 255 bytes, no `/`, no control characters.
    name: str

    #: Its path: relative, segments joined by `/`, no `.` or `..`; 1 to 1024 bytes.
    path: str

    #: Its type: a word such as `receipt` or `FinancialDocument`, compared exactly.
    entry_type: str

    #: Metadata, free in form, at most 64 KiB of JSON.
    metadata: NotRequired[dict[str, Any]]

    #: Its content, if it has any.
    content: NotRequired[Base64 | None]

    #: Media type of the content; only with content.
    media_type: NotRequired[str | None]


class NotExported(TypedDict):
    """A content or sidecar that could not be exported."""

    #: Path of the entry.
    path: str

    #: Name of the sidecar; left out for the content.
    sidecar: NotRequired[str | None]

    #: Name of the error code.
    code: str

    #: The reason.
    reason: str


class OcrInput(TypedDict):
    """Input of [`Ocr`]."""

    #: PNG, JPEG, WebP, TIFF, BMP, GIF or PDF.
    data: Base64

    #: Pages of a PDF or TIFF to read, from 1; left out: all of them.
    pages: NotRequired[list[int] | None]

    #: True to return rows with boxes and confidences.
    lines: NotRequired[bool]

    #: Language of the text, ISO 639: `de`, `deu`; left out: whatever the engine reads.
    language: NotRequired[str | None]

    #: The engine that is to read it: `pp-ocr` or `tesseract`; left out: the host's default.
    engine: NotRequired[str | None]

    #: Steps of preprocessing, of `orientation`, `deskew`, `contrast`; left out: orientation and deskew.
    preprocessing: NotRequired[list[str] | None]

    #: Name of a setting of the calling extension that is a secret, a text or a list of texts: passwords that are tried on an encrypted PDF.
    passwords: NotRequired[str | None]

    #: Another form to return as well: `hocr` or `tsv` (as Tesseract writes it).
    format: NotRequired[str | None]


class OcrLine(TypedDict):
    """One row of an [`OcrPage`]."""

    #: Its text.
    text: str

    #: Mean confidence, 0 to 1.
    confidence: float

    #: Left, top, width, height, in pixels of the picture as given.
    area: list[float]

    #: Its words, from left to right.
    words: NotRequired[list[OcrWord]]


class OcrOutput(TypedDict):
    """Output of [`Ocr`]."""

    #: Rows from top to bottom joined by line feeds, cells of a row separated by two spaces, pages separated by a form feed.
    text: str

    #: Mean confidence, 0 to 1.
    confidence: float

    #: Results per page.
    pages: list[OcrPage]

    #: The engine that read it.
    engine: str

    #: The form asked for by `format`.
    formatted: NotRequired[str | None]

    #: Changes that made the text safe: `control_characters_removed`, `cut`.
    flags: NotRequired[list[str]]


class OcrPage(TypedDict):
    """One page of [`OcrOutput`]."""

    #: Number of the page, from 1.
    page: int

    #: Width in pixels, upright.
    width: int

    #: Height in pixels, upright.
    height: int

    #: Degrees by which it was turned clockwise to read it: 0, 90, 180, 270.
    rotation: int

    #: Degrees by which its rows fall to the right, after that.
    skew: NotRequired[float]

    #: Its rows, when asked for.
    lines: NotRequired[list[OcrLine]]


class OcrWord(TypedDict):
    """One word of an [`OcrLine`]."""

    #: Its characters.
    text: str

    #: Mean confidence, 0 to 1.
    confidence: float

    #: Left, top, width, height, in pixels of the picture as given.
    area: list[float]


class PartsReport(TypedDict):
    """Records of an extension, counted."""

    #: Entries by what came of them, in the words of the extension: `booked`.
    outcomes: dict[str, int]

    #: Parts that were looked at, and that nothing came of.
    unused: int

    #: Parts that were not looked at.
    unread: int

    #: Entries with such parts, at most [`PartsReport::MAX_ENTRIES`]; those with unread ones first.
    entries: NotRequired[list[UnusedParts]]


class PlacedFolder(TypedDict):
    """A folder that was imported, and where its files are entries."""

    #: The folder.
    folder: str

    #: The path in the library below which its files are.
    place: str


class ProgressReport(TypedDict):
    """ProgressReport that a job reports. [`JobProgress`] is the same, as a host tells it."""

    #: Steps that are done.
    done: int

    #: All steps, when they are known.
    total: NotRequired[int | None]

    #: Description of the present step, for a person.
    message: NotRequired[str | None]


class ProviderInfo(TypedDict):
    """Provider at which the user can sign in."""

    #: Its name.
    name: str

    #: The only origins that its tokens are sent to.
    hosts: list[str]

    #: Scopes of its tokens.
    scopes: list[str]

    #: The reason why it cannot be used, if there is one.
    problem: NotRequired[str | None]


class PublishInput(TypedDict):
    """Input of [`Publish`]."""

    #: Name of the event: one segment, as in `booked`. Others receive it as `ext.<your id>.booked`.
    name: str

    #: The entry that it happened to.
    entry_id: str

    #: Data of the event, up to 64 KiB of JSON.
    data: NotRequired[Any]


class PublishOutput(TypedDict):
    """Output of [`Publish`]."""

    #: Number of the event in its library.
    event_id: int

    #: The kind under which others receive it.
    kind: str


class PutSecretInput(TypedDict):
    """Input of [`Put`]."""

    #: The place of the secret.
    at: SecretRef

    #: Only origins that it is sent to: patterns as in `permissions.allowed_domains`, and for the program itself also addresses.
    hosts: list[str]

    #: The secret.
    secret: Secret


class PutSecretOutput(TypedDict):
    """Output of [`Put`]."""

    #: The version, which counts up with each change of this secret.
    version: int

    #: Number of the secrets in a vault that was put back and is accepted by this call.
    accepted: NotRequired[int | None]


class QuarantineInput(TypedDict):
    """Input of [`Quarantine`]."""

    #: The extension.
    extension: str

    #: The reason, for people.
    reason: str


class QuotaOutput(TypedDict):
    """Output of [`Quota`]. For the user, who has no limits, all is left out."""

    #: Calls that the extension has left.
    requests: NotRequired[RequestQuota | None]

    #: Jobs that the extension has left.
    jobs: NotRequired[JobQuota | None]

    #: Budgets of this day, which ends at midnight UTC.
    budgets: list[BudgetQuota]

    #: Milliseconds until the budgets start afresh.
    resets_in_ms: int


class ReadAgainInput(TypedDict):
    """Input of [`ReadAgain`]."""

    #: Only entries whose path starts with these segments.
    path_prefix: NotRequired[str | None]


class ReadAgainOutput(TypedDict):
    """Output of [`ReadAgain`]."""

    #: Contents that were read.
    read: int

    #: Contents that have no text that can be read.
    without_text: int

    #: Contents that are as they were, because their reader or its model is away, or they are damaged.
    left: int


class ReadContentInput(TypedDict):
    """Input of [`ReadContent`]."""

    #: The entry.
    entry_id: str

    #: Offset of the first byte.
    offset: NotRequired[int]

    #: Bytes at most; left out: all that is left. More than the attachment limit is refused.
    length: NotRequired[int | None]


class ReadContentOutput(TypedDict):
    """Output of [`ReadContent`]."""

    #: The bytes.
    data: Base64

    #: Bytes of the whole content.
    size: int


class ReadSidecarOutput(TypedDict):
    """Output of [`ReadSidecar`](super::ReadSidecar)."""

    #: The bytes.
    data: Base64


class RebuildIndexInput(TypedDict):
    """Input of [`RebuildIndex`]."""

    #: Only entries whose path starts with these segments.
    path_prefix: NotRequired[str | None]


class RebuildIndexOutput(TypedDict):
    """Output of [`RebuildIndex`]."""

    #: Entries whose words were indexed anew.
    entries: int

    #: Sidecars among their texts that cannot be read, and are not found now.
    unreadable: int


class RecordCallsInput(TypedDict):
    """Input of [`RecordCalls`]."""

    #: The id of the extension.
    extension: str

    #: The file: an absolute path on this machine.
    file: str


class RecordedCallsOutput(TypedDict):
    """Output of [`RecordCalls`] and [`StopRecordingCalls`]."""

    #: The file.
    file: str

    #: Things that the extension was asked: events and calls, and its starts.
    runs: int

    #: Calls of the host by it.
    calls: int

    #: Runs whose calls are left out, because they were too large together.
    left_out: int


class RecordedOutput(TypedDict):
    """Output of [`StartRecording`] and [`StopRecording`]."""

    #: Methods that the extension called.
    called: int

    #: Methods among those that were refused.
    refused: int


class ReleaseOutput(TypedDict):
    """Output of [`Release`]."""

    #: False when it was not stopped.
    released: bool


class RemoveOutput(TypedDict):
    """Output of [`Remove`]."""

    #: The extension.
    removed: str


class RenameLibraryInput(TypedDict):
    """Input of [`Rename`]."""

    #: The library.
    library_id: str

    #: Its new name; 1 to 100 characters.
    name: str


class RenderPageInput(TypedDict):
    """Input of [`RenderPage`]."""

    #: The PDF.
    data: Base64

    #: Number of the page, from 1.
    page: int


class RenderPageOutput(TypedDict):
    """Output of [`RenderPage`]."""

    #: The picture, a PNG.
    picture: Base64


class ReplayInput(TypedDict):
    """Input of [`Replay`]."""

    #: The extension [default: all].
    extension: NotRequired[str | None]

    #: The event [default: all].
    event_id: NotRequired[int | None]


class RequestInput(TypedDict):
    """Input of [`Request`]."""

    #: The method.
    method: NotRequired[HttpMethod]

    #: URL to request: `https://` or `http://`, at most 8 KiB, without a user.
    url: str

    #: At most 64 headers, 16 KiB in all; those that the host sets itself are refused.
    headers: NotRequired[list[HttpHeader]]

    #: The body, at most 32 MiB; not for GET and HEAD.
    body: NotRequired[Base64 | None]

    #: Name of a credential of this extension and library. The host attaches it, where the credential is for this host.
    auth: NotRequired[str | None]

    #: Time for everything, in milliseconds; 1 to 300000.
    timeout_ms: NotRequired[int]

    #: Most bytes of the answer's body, decoded; up to 48 MiB.
    max_body_bytes: NotRequired[int]

    #: Most redirects to follow, 0 to 10; 0 returns a redirect as it is.
    redirects: NotRequired[int]


class RequestOutput(TypedDict):
    """Output of [`Request`]."""

    #: The status: 200 to 599.
    status: int

    #: Headers, in the order in which they came. A value that is not UTF-8 is read as Latin-1.
    headers: list[ResponseHeader]

    #: The body, decoded; empty when there is none.
    body: Base64

    #: URL that answered, after redirects.
    url: str


class RequestQuota(TypedDict):
    """Calls that an extension has left."""

    #: Calls in a minute, evenly.
    per_minute: int

    #: Calls at once, after a pause long enough.
    burst: int

    #: Calls at once now.
    left: int


class RequestedPermissions(TypedDict):
    """The permissions that an extension asks for, as they stand in its manifest."""

    #: True for one that asks for nothing.
    is_empty: bool

    #: The patterns of methods.
    methods: list[str]

    #: The libraries: ids, or `*` for all.
    libraries: list[str]

    #: The servers.
    domains: list[str]

    #: The events.
    events: list[str]


class RescanInput(TypedDict):
    """Input of [`Rescan`]."""

    #: The location.
    location_id: str

    #: True to take files that are gone as deleted, however many there are.
    accept_deletions: NotRequired[bool]

    #: True to read all files, also those that are as they were by their size, times and inode.
    contents: NotRequired[bool]


class ResponseHeader(TypedDict):
    """A header of an answer. It is a type of its own, because it goes the other way."""

    #: Its name, in lower case.
    name: str

    #: Its value.
    value: str


class RestoreEntryInput(TypedDict):
    """Input of [`RestoreEntry`](super::RestoreEntry)."""

    #: The entry.
    entry_id: str

    #: The path to bring it back to; left out: the one that it had.
    path: NotRequired[str | None]


#: Input of [`Restore`].
RestoreInput = TypedDict(
    "RestoreInput",
    {
        "from": "str",
    },
)


class RestoreLibraryInput(TypedDict):
    """Input of [`Restore`]."""

    #: The library.
    library_id: str

    #: The name of its folder, of several that were deleted with this id; without it the one that was deleted last.
    folder: NotRequired[str | None]


class RevealOutput(TypedDict):
    """Output of [`Reveal`]."""

    #: `key`; `username` and `password`; `access_token`; or the fields of a custom secret.
    fields: dict[str, SecretText]


class RevokeInput(TypedDict):
    """Input of [`Revoke`]."""

    #: The extension.
    extension: str

    #: Number of the grant or denial [default: every grant].
    grant: NotRequired[int | None]


class RevokeOutput(TypedDict):
    """Output of [`Revoke`] and [`Reset`]."""

    #: Grants and denials that were taken back.
    taken_back: int


class RotateKeyInput(TypedDict):
    """Input of [`RotateKey`]."""

    #: The new passphrase, where the key is made of one.
    passphrase: NotRequired[SecretText | None]


class RotateKeyOutput(TypedDict):
    """Output of [`RotateKey`]."""

    #: Always true.
    rotated: bool


class ScanLocationsInput(TypedDict):
    """Input of [`ScanLocations`]."""

    #: The folder [default: all that the library follows].
    location_id: NotRequired[str | None]


class ScanLocationsOutput(TypedDict):
    """Output of [`ScanLocations`]."""

    #: The folders, in the order in which they were added.
    locations: list[LocationScan]


class Schedule(TypedDict):
    """A call that is made again and again."""

    #: Its id.
    id: str

    #: The method.
    method: str

    #: The library.
    library_id: NotRequired[str | None]

    #: The input of each call.
    input: Any

    #: Seconds between two calls.
    every_s: NotRequired[int | None]

    #: The pattern of cron.
    cron: NotRequired[str | None]

    #: The time zone of the pattern.
    time_zone: NotRequired[str | None]

    #: Time of the next call, RFC 3339, UTC.
    next_at: str

    #: Time of the last call, if there was one.
    last_at: NotRequired[str | None]

    #: The error that the last call ended with, if it did.
    last_error: NotRequired[str | None]


class ScheduleRef(TypedDict):
    """A schedule, of which an operation is about nothing else."""

    #: The schedule.
    schedule_id: str


class SearchHit(TypedDict):
    """One hit."""

    #: The entry.
    entry: Entry

    #: Text around the match; matches of words stand between `[` and `]`.
    snippet: str

    #: The matches of words in `snippet`, as ranges of its bytes, without their brackets; if `places` is set.
    highlights: NotRequired[list[TextRange]]

    #: The passage of the content that the snippet is from, as a range of bytes of its text. Missing when it is from the name, the metadata or a sidecar, or `places` is not set.
    passage: NotRequired[TextRange | None]

    #: Score, higher is better; comparable within one answer only.
    score: float


class SearchInput(TypedDict):
    """Input of [`Entries`]."""

    #: Words, at most 4096 bytes; a trailing `*` on a word matches its beginnings. Entries with all of them are found, and, when the search is by meaning as well, entries about the same. Without any word, but with a condition, all entries that fulfil it are found, newest first.
    text: str

    #: Only entries of this type.
    entry_type: NotRequired[str | None]

    #: Only entries whose metadata has these values at these top-level keys.
    metadata: NotRequired[dict[str, Any]]

    #: Only entries whose metadata fulfils all of these.
    filters: NotRequired[list[Filter]]

    #: `hybrid`: by words and by meaning; `text`: by words alone; `meaning`: by meaning alone.
    mode: NotRequired[SearchMode]

    #: Most hits, 1 to 1000.
    limit: NotRequired[int]

    #: Also `highlights` and `passage` of hits, and `unread`, which callers of before do not know.
    places: NotRequired[bool]


#: Mode of a search.
SearchMode: TypeAlias = "Literal['hybrid'] | Literal['text'] | Literal['meaning']"


class SearchOutput(TypedDict):
    """Output of [`Entries`]."""

    #: The hits, best first.
    hits: list[SearchHit]

    #: Reason why a hybrid search was by words alone, such as a model that is missing.
    words_only: NotRequired[str | None]

    #: Number of texts (entries, and passages of their contents) that have no vector yet, and are found by words alone.
    pending: NotRequired[int]

    #: Number of entries whose content has not been read for search yet, if `places` is set.
    unread: NotRequired[int]


#: A secret. It goes to the host only, and into the host's vault; never back.
Secret: TypeAlias = "Any | Any | Any | Any"


#: Outcome of an import, for one secret.
SecretOutcome: TypeAlias = "Literal['added'] | Literal['replaced'] | Literal['unchanged'] | Literal['kept'] | Literal['not_installed']"


class SecretRef(TypedDict):
    """Reference to a secret."""

    #: The extension [default: the program itself].
    extension: NotRequired[str | None]

    #: The library, for an extension.
    library_id: NotRequired[str | None]

    #: Its name.
    name: str


#: State of a secret.
SecretState: TypeAlias = "Literal['ready'] | Literal['sign_in_again'] | Literal['set_again'] | Literal['damaged']"


#: A password, token or key. Neither `Debug` nor an error of reading it shows it, and its memory is overwritten when it goes.
SecretText: TypeAlias = "str"


#: The value of a setting that is a secret.
SecretValue: TypeAlias = "SecretText | list[SecretText]"


class SetConfigInput(TypedDict):
    """Input of [`Set`]."""

    #: Values by the names of their settings.
    values: NotRequired[dict[str, Any]]

    #: Settings that get their defaults.
    reset: NotRequired[list[str]]

    #: The `version` of the file that was changed: another one is a conflict [default: any].
    version: NotRequired[str | None]


class SetPausedInput(TypedDict):
    """Input of [`SetPaused`]."""

    #: The location.
    location_id: str

    #: True to pause it, false to follow it again.
    paused: bool


class SetSettingsInput(TypedDict):
    """Input of [`Set`]."""

    #: The extension.
    extension_id: str

    #: The library [default: all libraries].
    library_id: NotRequired[str | None]

    #: Values by the names of the settings.
    values: NotRequired[dict[str, Any]]

    #: Values of settings that are secrets. They go to the vault, and nowhere else.
    secrets: NotRequired[dict[str, SecretValue]]

    #: Names of settings whose value, in this library or for all, is taken back.
    reset: NotRequired[list[str]]


class SetSettingsOutput(TypedDict):
    """Output of [`Set`]."""

    #: Names of the settings that have another value now, sorted.
    changed: list[str]


class Setting(TypedDict):
    """A setting of an extension."""

    #: Its name.
    name: str

    #: Its title, for people.
    title: NotRequired[str | None]

    #: Its description, for people.
    description: NotRequired[str | None]

    #: JSON Schema of the value; left out when this version of the extension has no such setting.
    schema: NotRequired[Any]

    #: True for a secret, whose value is not told.
    secret: bool

    #: The value that is in force.
    value: NotRequired[Any]

    #: Place where the value comes from.
    source: SettingSource

    #: The reason why a value that the user set is not in force; it is kept.
    problem: NotRequired[str | None]


#: Place where the value of a setting comes from.
SettingSource: TypeAlias = "Literal['library'] | Literal['all'] | Literal['default'] | Literal['unset']"


class SettingsRef(TypedDict):
    """An extension, and the library in which its settings are meant."""

    #: The extension.
    extension_id: str

    #: The library [default: the settings for all libraries].
    library_id: NotRequired[str | None]


class SidecarInfo(TypedDict):
    """A sidecar without its bytes."""

    #: Its name.
    name: str

    #: Its size in bytes.
    size: int

    #: BLAKE3 of its bytes, in hex.
    content_hash: str

    #: Id of the extension that wrote it; left out when the user did.
    written_by: NotRequired[str | None]

    #: When it was written, RFC 3339, UTC.
    updated_at: str


class SidecarRef(TypedDict):
    """Reference to a sidecar."""

    #: The entry.
    entry_id: str

    #: Name of the sidecar.
    name: str


class SignInInput(TypedDict):
    """Input of [`SignIn`]."""

    #: The place of the login.
    login: SecretRef

    #: Name of the provider, as [`Providers`] lists it.
    provider: str


class SignInOutput(TypedDict):
    """Output of [`SignIn`]."""

    #: Id of the login.
    id: str

    #: Address of the page at which the user signs in.
    url: str

    #: Time that the user has, in seconds.
    expires_in: int


#: Progress of a login that was begun.
SignInProgress: TypeAlias = "Literal['waiting'] | Literal['done'] | Literal['failed']"


class SignInRef(TypedDict):
    """Reference to a login that was begun."""

    #: Its id, from [`SignIn`].
    id: str


class SignInStateOutput(TypedDict):
    """Output of [`SignInState`]."""

    #: Its progress.
    progress: SignInProgress

    #: The reason of a failure.
    problem: NotRequired[str | None]

    #: True when the provider gave a refresh token, so that the user need not sign in again soon.
    renewable: bool


class SignOutInput(TypedDict):
    """Input of [`SignOut`]."""

    #: The login.
    login: SecretRef

    #: True to remove it here only, without asking the provider.
    local: NotRequired[bool]


class SignOutOutput(TypedDict):
    """Output of [`SignOut`]."""

    #: False when the provider was not asked, or has no way to revoke.
    revoked: bool

    #: As in [`PutSecretOutput`].
    accepted: NotRequired[int | None]


class Skipped(TypedDict):
    """A link, pipe or the like that lies in a folder which was imported."""

    #: Its path.
    path: str

    #: Its kind: a symbolic link, or a pipe, socket or device.
    kind: str


class SmallPicture(TypedDict):
    """One copy of [`ThumbnailOutput`]."""

    #: The longest side that was asked for.
    size: int

    #: Width in pixels.
    width: int

    #: Height in pixels.
    height: int

    #: Media type: `image/jpeg` or `image/png`.
    media_type: str

    #: The file.
    data: Base64


class StatusOutput(TypedDict):
    """Output of [`Status`]."""

    #: Version of the host.
    version: str

    #: Version of the ABI that it speaks.
    abi_version: int

    #: Number of methods that it serves.
    methods: int


class StoreInput(TypedDict):
    """Input of [`Store`]."""

    #: Its name; 1 to 128 of `a-z`, `0-9`, `.`, `_`, `-`.
    name: str

    #: Only origins that it is sent to, as in `permissions.allowed_domains`.
    hosts: NotRequired[list[str]]

    #: The secret.
    secret: Secret


class StoreOutput(TypedDict):
    """Output of [`Store`]."""

    #: Version, which counts up with each change of this credential.
    version: int


class SubscribeInput(TypedDict):
    """Input of [`Subscribe`] and [`Unsubscribe`]."""

    #: The kind: one of the host's, or `ext.<id>.<name>`.
    kind: str


class SubscribeOutput(TypedDict):
    """Output of [`Subscribe`] and [`Unsubscribe`]."""

    #: False when nothing had to be changed.
    changed: bool


class SubscriptionsOutput(TypedDict):
    """Output of [`Subscriptions`]."""

    #: The kinds, sorted.
    kinds: list[str]


class TextRange(TypedDict):
    """A range of bytes in a text, which begins and ends between characters."""

    #: Its first byte.
    start: int

    #: The byte behind its last one.
    end: int


class ThumbnailInput(TypedDict):
    """Input of [`Thumbnail`]."""

    #: The picture.
    entry_id: str

    #: Longest sides in pixels, 16 to 4096, up to 8 of them; left out: none, only `luma`.
    sizes: NotRequired[list[int]]

    #: Format of the copies: `jpeg` or `png`; left out: `jpeg`.
    format: NotRequired[str | None]

    #: Side, 8 to 128, of a square of brightness values, which the whole picture is pressed into: for comparing pictures.
    luma: NotRequired[int | None]


class ThumbnailOutput(TypedDict):
    """Output of [`Thumbnail`]."""

    #: Width of the picture in pixels, upright.
    width: int

    #: Height of the picture in pixels, upright.
    height: int

    #: The copies, in the order of `sizes`.
    thumbnails: list[SmallPicture]

    #: Brightness values from 0 to 255, row by row, where they were asked for.
    luma: NotRequired[Base64 | None]


class Undecided(TypedDict):
    """A new entry with the content of several entries whose files are gone."""

    #: The path of the new entry.
    path: str

    #: The paths of the others.
    before: list[str]


class UnindexedContent(TypedDict):
    """A content that was not read for search."""

    #: The path of its entry.
    path: str

    #: The reason.
    reason: str

    #: True when a reader is away, and it is tried again; else it is left alone until it changes.
    again: bool


class UnreadableContent(TypedDict):
    """A content that could not be read for search."""

    #: The path of the entry.
    path: str

    #: The media type of the entry.
    media_type: NotRequired[str | None]

    #: The reason.
    reason: str

    #: The stable code of the reason, where it has one.
    code: NotRequired[str | None]

    #: True when a part of it is searched.
    is_searched: bool


class UnreadableLibrary(TypedDict):
    """A library that is there and cannot be read."""

    #: Its id.
    id: str

    #: Its last known name; left out when none is known, as of one that only older programs opened.
    name: NotRequired[str | None]

    #: Its folder on this machine.
    path: str

    #: Code of the reason, for a program: `E_CORRUPT`, `E_SCHEMA`, `E_BUSY`.
    code: str

    #: The reason, for a person.
    error: str


class UnusedParts(TypedDict):
    """An entry with parts that were not used."""

    #: The entry.
    entry_id: str

    #: Its path.
    path: str

    #: Parts that were looked at, and that nothing came of.
    unused: int

    #: Parts that were not looked at.
    unread: int


class UpdateMetadataInput(TypedDict):
    """Input of [`UpdateMetadata`]."""

    #: The entry.
    entry_id: str

    #: The merge patch; the metadata has at most 64 KiB of JSON after it.
    metadata: dict[str, Any]

    #: Values that top-level keys must still have; `null` for a key that must not be there.
    only_if: NotRequired[dict[str, Any]]


class UpdateMetadataOutput(TypedDict):
    """Output of [`UpdateMetadata`]."""

    #: The metadata after the change.
    metadata: dict[str, Any]


class UpdatedExtension(TypedDict):
    """Output of [`Update`]."""

    #: The version that is installed now.
    info: ExtensionInfo

    #: Microseconds in which the extension took no calls; left out when it did not run before.
    pause_us: NotRequired[int | None]

    #: Bytes of state that were handed over, if any were.
    state_bytes: NotRequired[int | None]


class VersionRef(TypedDict):
    """Reference to a version: the input of [`RestoreVersion`]."""

    #: The entry.
    entry_id: str

    #: Number of the version.
    version: int


class ViewInfo(TypedDict):
    """A view of an installed extension."""

    #: Id of the extension.
    extension: str

    #: Name of the extension.
    extension_name: str

    #: Id of the view.
    view: str

    #: The title.
    title: str

    #: The description; may be empty.
    description: str

    #: The query that answers it.
    query: str

    #: Name of the icon.
    icon: str

    #: The place where people find it: `navigation`, `extension`, or `linked` for one that only other views lead to.
    placement: str


class WorkReport(TypedDict):
    """The result of an import, a replay or a run of jobs: what was done, and what failed."""

    #: Files that became new entries.
    created: int

    #: Files with new content for their entry.
    updated: int

    #: Files that were there already.
    unchanged: int

    #: Files that the user deleted from the library and that are as they were then, by path: their entries stay in the bin.
    in_bin: NotRequired[list[str]]

    #: Files whose content the library had lost, or had damaged, and has again, by path. They are counted elsewhere as well.
    mended: NotRequired[list[str]]

    #: Entries whose files got another name or folder since they were imported.
    followed: NotRequired[list[Followed]]

    #: New entries of files that may be others under another name.
    undecided: NotRequired[list[Undecided]]

    #: Folders that got a place other than their name.
    placed: NotRequired[list[PlacedFolder]]

    #: Links, pipes and the like that lie in the folders.
    skipped: NotRequired[list[Skipped]]

    #: Files that have no content, by path.
    empty: list[str]

    #: True when the work was stopped before its end; the next import goes on.
    stopped: bool

    #: Files that were not looked at, because the work was stopped.
    left: int

    #: Events that extensions worked on, by extension; of those that extensions recorded the parts of, the ones that something came of.
    processed: dict[str, int]

    #: Records of the entries that extensions looked at, counted, by extension.
    parts: NotRequired[dict[str, PartsReport]]

    #: Results of the jobs that ran.
    jobs: JobReport

    #: Texts that got a vector of their meaning, for search.
    embedded: int

    #: Results of indexing for search, where that was asked for.
    index: NotRequired[IndexReport | None]

    #: Milliseconds that it all took.
    duration_ms: int

    #: Failures; everything else is done.
    failures: list[Failure]


class WriteSidecarInput(TypedDict):
    """Input of [`WriteSidecar`](super::WriteSidecar)."""

    #: The entry.
    entry_id: str

    #: Name of the sidecar: `receipt.json`. Letters, digits, `.`, `_`, `-`; no leading or trailing dot; 1 to 255 bytes.
    name: str

    #: Its bytes, at most 64 MiB.
    data: Base64

    #: `content_hash` of the sidecar that is replaced; the empty text where there must be none.
    only_if: NotRequired[str | None]


class Operations:
    """Calls of all built-in operations, by method."""

    @overload
    def call(
        self, method: Literal["action:config.set.input.v1"], library: None = None, input: SetConfigInput | None = None
    ) -> ConfigOutput:
        """Changes settings in the file, and returns all; the rest of it, comments as well, stays as it is"""

    @overload
    def call(
        self, method: Literal["action:copies.back_up.input.v1"], library: str, input: BackUpInput
    ) -> BackupReport:
        """Writes a library into a new folder, as it is at one moment"""

    @overload
    def call(
        self, method: Literal["action:copies.export.input.v1"], library: str, input: ExportInput
    ) -> ExportReport:
        """Writes the entries of a library as files, with what is known about them"""

    @overload
    def call(
        self, method: Literal["action:copies.restore.input.v1"], library: None = None, *, input: RestoreInput
    ) -> LibraryInfo:
        """Brings the library of a backup back, after checking every file"""

    @overload
    def call(
        self, method: Literal["action:credentials.delete.input.v1"], library: str, input: CredentialRef
    ) -> DeleteCredentialOutput:
        """Removes a credential"""

    @overload
    def call(
        self, method: Literal["action:credentials.store.input.v1"], library: str, input: StoreInput
    ) -> StoreOutput:
        """Keeps a credential, encrypted"""

    @overload
    def call(
        self, method: Literal["action:events.publish.input.v1"], library: str, input: PublishInput
    ) -> PublishOutput:
        """Tells other extensions that something happened to an entry"""

    @overload
    def call(
        self, method: Literal["action:events.subscribe.input.v1"], library: str, input: SubscribeInput
    ) -> SubscribeOutput:
        """Subscribes the extension to events of a kind in this library"""

    @overload
    def call(
        self, method: Literal["action:events.unsubscribe.input.v1"], library: str, input: SubscribeInput
    ) -> SubscribeOutput:
        """Removes a subscription"""

    @overload
    def call(
        self, method: Literal["action:extensions.defer.input.v1"], library: None = None, *, input: DeferInput
    ) -> DeferOutput:
        """Keeps a version as the pending update of an extension, until the user decides"""

    @overload
    def call(
        self, method: Literal["action:extensions.install.input.v1"], library: None = None, *, input: InstallInput
    ) -> ExtensionInfo:
        """Installs an extension, or another version of it, with what the user agrees to"""

    @overload
    def call(
        self, method: Literal["action:extensions.quarantine.input.v1"], library: None = None, *, input: QuarantineInput
    ) -> ExtensionState:
        """Stops an extension until it is released, over restarts as well"""

    @overload
    def call(
        self, method: Literal["action:extensions.record_calls.input.v1"], library: None = None, *, input: RecordCallsInput
    ) -> RecordedCallsOutput:
        """Starts to record what an extension is asked, calls and answers into a file"""

    @overload
    def call(
        self, method: Literal["action:extensions.release.input.v1"], library: None = None, *, input: ExtensionRef
    ) -> ReleaseOutput:
        """Lets a stopped extension run again"""

    @overload
    def call(
        self, method: Literal["action:extensions.remove.input.v1"], library: None = None, *, input: ExtensionRef
    ) -> RemoveOutput:
        """Removes an extension, with its credentials, grants, jobs and waiting events"""

    @overload
    def call(
        self, method: Literal["action:extensions.stop_recording_calls.input.v1"], library: None = None, *, input: ExtensionRef
    ) -> RecordedCallsOutput:
        """Stops the recording of an extension into a file"""

    @overload
    def call(
        self, method: Literal["action:extensions.update.input.v1"], library: None = None, *, input: InstallInput
    ) -> UpdatedExtension:
        """Installs a version in the place of one that runs, without a pause for its calls"""

    @overload
    def call(
        self, method: Literal["action:jobs.cancel.input.v1"], library: str, input: JobRef
    ) -> CancelOutput:
        """Ends a job: one that waits at once, one that runs when it makes its next checkpoint"""

    @overload
    def call(
        self, method: Literal["action:jobs.checkpoint.input.v1"], library: str, input: CheckpointInput
    ) -> CheckpointOutput:
        """Keeps a checkpoint of a running job, at which it resumes after a crash, and its progress"""

    @overload
    def call(
        self, method: Literal["action:jobs.dispatch.input.v1"], library: str, input: DispatchInput
    ) -> DispatchOutput:
        """Dispatches a job: an operation that runs later"""

    @overload
    def call(
        self, method: Literal["action:libraries.check.input.v1"], library: None = None, *, input: LibraryRef
    ) -> CheckLibraryOutput:
        """Checks a library for damage, and moves files that belong to nothing to its folder `quarantine`"""

    @overload
    def call(
        self, method: Literal["action:libraries.create.input.v1"], library: None = None, *, input: CreateLibraryInput
    ) -> LibraryInfo:
        """Makes a library"""

    @overload
    def call(
        self, method: Literal["action:libraries.delete.input.v1"], library: None = None, *, input: LibraryRef
    ) -> ChangedLibrary:
        """Deletes a library; it can be brought back"""

    @overload
    def call(
        self, method: Literal["action:libraries.purge.input.v1"], library: None = None, *, input: LibraryRef
    ) -> ChangedLibrary:
        """Removes a deleted library for good"""

    @overload
    def call(
        self, method: Literal["action:libraries.rename.input.v1"], library: None = None, *, input: RenameLibraryInput
    ) -> LibraryInfo:
        """Gives a library another name"""

    @overload
    def call(
        self, method: Literal["action:libraries.restore.input.v1"], library: None = None, *, input: RestoreLibraryInput
    ) -> ChangedLibrary:
        """Brings a deleted library back"""

    @overload
    def call(
        self, method: Literal["action:locations.add.input.v1"], library: None = None, *, input: AddLocationInput
    ) -> Location:
        """Adds a folder that a library follows"""

    @overload
    def call(
        self, method: Literal["action:locations.remove.input.v1"], library: None = None, *, input: LocationRef
    ) -> Location:
        """Stops following a folder. The entries of its files stay"""

    @overload
    def call(
        self, method: Literal["action:locations.rescan.input.v1"], library: None = None, *, input: RescanInput
    ) -> Location:
        """Asks the daemon to look at the whole folder again"""

    @overload
    def call(
        self, method: Literal["action:locations.set_paused.input.v1"], library: None = None, *, input: SetPausedInput
    ) -> Location:
        """Pauses a location, or follows it again"""

    @overload
    def call(
        self, method: Literal["action:permissions.grant.input.v1"], library: None = None, *, input: GrantInput
    ) -> GrantOutput:
        """Grants an extension something, or denies it; without a rule all that its manifest asks for"""

    @overload
    def call(
        self, method: Literal["action:permissions.reset.input.v1"], library: None = None, *, input: ExtensionRef
    ) -> RevokeOutput:
        """Forgets every grant and every denial: then the extension may do nothing"""

    @overload
    def call(
        self, method: Literal["action:permissions.revoke.input.v1"], library: None = None, *, input: RevokeInput
    ) -> RevokeOutput:
        """Takes back one grant or denial, or every grant; denials stay then"""

    @overload
    def call(
        self, method: Literal["action:permissions.start_recording.input.v1"], library: None = None, *, input: ExtensionRef
    ) -> RecordedOutput:
        """Starts to record what an extension does. It gets no more rights than it has"""

    @overload
    def call(
        self, method: Literal["action:permissions.stop_recording.input.v1"], library: None = None, *, input: ExtensionRef
    ) -> RecordedOutput:
        """Stops the recording, and keeps it together with what was recorded before"""

    @overload
    def call(
        self, method: Literal["action:schedules.add.input.v1"], library: None = None, *, input: AddScheduleInput
    ) -> Schedule:
        """Adds a call that the user has made again and again"""

    @overload
    def call(
        self, method: Literal["action:schedules.remove.input.v1"], library: None = None, *, input: ScheduleRef
    ) -> Schedule:
        """Removes a schedule. A call that runs goes on"""

    @overload
    def call(
        self, method: Literal["action:search.make_vectors.input.v1"], library: str, input: MakeVectorsInput | None = None
    ) -> MakeVectorsOutput:
        """Makes the vectors of texts that have none, for search by meaning"""

    @overload
    def call(
        self, method: Literal["action:search.read_again.input.v1"], library: str, input: ReadAgainInput | None = None
    ) -> ReadAgainOutput:
        """Reads the contents of entries again, pictures as well, and keeps what is found for search"""

    @overload
    def call(
        self, method: Literal["action:search.rebuild_index.input.v1"], library: str, input: RebuildIndexInput | None = None
    ) -> RebuildIndexOutput:
        """Builds the index of words anew, of the names, metadata and sidecars that the library keeps"""

    @overload
    def call(
        self, method: Literal["action:secret_store.cancel_sign_in.input.v1"], library: None = None, *, input: SignInRef
    ) -> CancelSignInOutput:
        """Cancels a login that waits for its user"""

    @overload
    def call(
        self, method: Literal["action:secret_store.delete.input.v1"], library: None = None, *, input: SecretRef
    ) -> DeleteSecretOutput:
        """Removes a secret; accepts a vault that was put back, as [`Put`] does"""

    @overload
    def call(
        self, method: Literal["action:secret_store.import.input.v1"], library: None = None, *, input: ImportSecretsInput
    ) -> ImportSecretsOutput:
        """Takes secrets from a file of [`Export`]: all of them, or none when one is not valid"""

    @overload
    def call(
        self, method: Literal["action:secret_store.put.input.v1"], library: None = None, *, input: PutSecretInput
    ) -> PutSecretOutput:
        """Keeps a secret, encrypted; an older one of this name is replaced"""

    @overload
    def call(
        self, method: Literal["action:secret_store.rotate_key.input.v1"], library: None = None, input: RotateKeyInput | None = None
    ) -> RotateKeyOutput:
        """Encrypts the whole vault with a new key"""

    @overload
    def call(
        self, method: Literal["action:secret_store.sign_in.input.v1"], library: None = None, *, input: SignInInput
    ) -> SignInOutput:
        """Begins a login with a browser on this machine, and returns the address of the page to open"""

    @overload
    def call(
        self, method: Literal["action:secret_store.sign_out.input.v1"], library: None = None, *, input: SignOutInput
    ) -> SignOutOutput:
        """Revokes a login at its provider, and removes it"""

    @overload
    def call(
        self, method: Literal["action:settings.set.input.v1"], library: None = None, *, input: SetSettingsInput
    ) -> SetSettingsOutput:
        """Sets settings of an extension, or takes values back, all of them or none"""

    @overload
    def call(
        self, method: Literal["action:vdfs.create_entry.input.v1"], library: str, input: NewEntry
    ) -> CreateEntryOutput:
        """Makes an entry, or returns the one at its path"""

    @overload
    def call(
        self, method: Literal["action:vdfs.delete_entry.input.v1"], library: str, input: EntryRef
    ) -> DeleteOutput:
        """Removes an entry with its content and sidecars"""

    @overload
    def call(
        self, method: Literal["action:vdfs.delete_sidecar.input.v1"], library: str, input: SidecarRef
    ) -> DeleteOutput:
        """Removes a sidecar"""

    @overload
    def call(
        self, method: Literal["action:vdfs.empty_bin.input.v1"], library: str, input: EmptyBinInput | None = None
    ) -> EmptyBinOutput:
        """Removes entries from the bin for good"""

    @overload
    def call(
        self, method: Literal["action:vdfs.move_entry.input.v1"], library: str, input: MoveEntryInput
    ) -> Entry:
        """Gives an entry another path"""

    @overload
    def call(
        self, method: Literal["action:vdfs.restore_entry.input.v1"], library: str, input: RestoreEntryInput
    ) -> Entry:
        """Brings a deleted entry back with all that belonged to it"""

    @overload
    def call(
        self, method: Literal["action:vdfs.restore_version.input.v1"], library: str, input: VersionRef
    ) -> Entry:
        """Gives an imported file a content that it had before"""

    @overload
    def call(
        self, method: Literal["action:vdfs.update_metadata.input.v1"], library: str, input: UpdateMetadataInput
    ) -> UpdateMetadataOutput:
        """Changes metadata by a JSON Merge Patch (RFC 7396)"""

    @overload
    def call(
        self, method: Literal["action:vdfs.write_sidecar.input.v1"], library: str, input: WriteSidecarInput
    ) -> SidecarInfo:
        """Writes a sidecar, whole"""

    @overload
    def call(
        self, method: Literal["action:work.check_library.input.v1"], library: str, input: CheckLibraryInput | None = None
    ) -> LibraryCheck:
        """Checks the database of the library, and compares all its files with their hashes"""

    @overload
    def call(
        self, method: Literal["action:work.deliver.input.v1"], library: str, input: Any | None = None
    ) -> WorkReport:
        """Lets the extensions work on the events that wait for them, and runs the jobs that come of it"""

    @overload
    def call(
        self, method: Literal["action:work.deliver_again.input.v1"], library: str, input: DeliverAgainInput
    ) -> DeliverAgainOutput:
        """Puts the last event of each entry back for an extension that has dealt with it"""

    @overload
    def call(
        self, method: Literal["action:work.import.input.v1"], library: str, input: ImportInput
    ) -> WorkReport:
        """Imports files and folders of this machine, and lets the extensions work on them"""

    @overload
    def call(
        self, method: Literal["action:work.index.input.v1"], library: str, input: Any | None = None
    ) -> IndexReport:
        """Reads the contents that search does not know yet, and makes the vectors of their texts"""

    @overload
    def call(
        self, method: Literal["action:work.replay.input.v1"], library: str, input: ReplayInput | None = None
    ) -> WorkReport:
        """Delivers dead letters again: one, all of an extension, or all; then whatever else waits"""

    @overload
    def call(
        self, method: Literal["action:work.run_jobs.input.v1"], library: str, input: Any | None = None
    ) -> WorkReport:
        """Runs the jobs that may run now, and those that they dispatch, until none is left"""

    @overload
    def call(
        self, method: Literal["action:work.scan_locations.input.v1"], library: str, input: ScanLocationsInput | None = None
    ) -> ScanLocationsOutput:
        """Looks at the folders that the library follows, as a daemon does when it begins"""

    @overload
    def call(
        self, method: Literal["query:ai.classify_text.v1"], library: str, input: ClassifyTextInput
    ) -> ClassifyTextOutput:
        """Answers a question about a text, as JSON after a schema"""

    @overload
    def call(
        self, method: Literal["query:ai.embed.v1"], library: str, input: EmbedInput
    ) -> EmbedOutput:
        """Turns texts into vectors, near to each other when their meaning is"""

    @overload
    def call(
        self, method: Literal["query:ai.extract_text.v1"], library: str, input: ExtractTextInput
    ) -> ExtractTextOutput:
        """Extracts the text that a document carries, and the electronic invoice in it"""

    @overload
    def call(
        self, method: Literal["query:ai.ocr.v1"], library: str, input: OcrInput
    ) -> OcrOutput:
        """Reads the text in a picture or in pages of a PDF"""

    @overload
    def call(
        self, method: Literal["query:ai.render_page.v1"], library: None = None, *, input: RenderPageInput
    ) -> RenderPageOutput:
        """Draws a page of a PDF as a PNG, at 200 dpi: the boxes of [`Ocr`] are places in this picture"""

    @overload
    def call(
        self, method: Literal["query:config.get.v1"], library: None = None, input: Any | None = None
    ) -> ConfigOutput:
        """Lists the settings: those that can be changed here, then what else the file says"""

    @overload
    def call(
        self, method: Literal["query:core.quota.v1"], library: None = None, input: Any | None = None
    ) -> QuotaOutput:
        """Returns what the caller has left of its limits"""

    @overload
    def call(
        self, method: Literal["query:core.status.v1"], library: None = None, input: Any | None = None
    ) -> StatusOutput:
        """Returns the versions of the host and of its ABI"""

    @overload
    def call(
        self, method: Literal["query:credentials.get.v1"], library: str, input: CredentialRef
    ) -> CredentialInfo:
        """Returns a credential without its secret"""

    @overload
    def call(
        self, method: Literal["query:credentials.list.v1"], library: str, input: Any | None = None
    ) -> ListCredentialsOutput:
        """Lists the caller's credentials, by name, without their secrets"""

    @overload
    def call(
        self, method: Literal["query:events.list.v1"], library: str, input: ListEventsInput | None = None
    ) -> ListEventsOutput:
        """Lists the events of the library, the oldest first, page by page"""

    @overload
    def call(
        self, method: Literal["query:events.subscriptions.v1"], library: str, input: Any | None = None
    ) -> SubscriptionsOutput:
        """Lists the kinds that the extension subscribed to in this library"""

    @overload
    def call(
        self, method: Literal["query:extensions.get.v1"], library: None = None, *, input: ExtensionRef
    ) -> ExtensionState:
        """Returns an installed extension and how it does"""

    @overload
    def call(
        self, method: Literal["query:extensions.inspect.v1"], library: None = None, input: InspectInput | None = None
    ) -> ExtensionCandidate:
        """Looks at an extension before it is installed: what it is and what it asks for"""

    @overload
    def call(
        self, method: Literal["query:extensions.list.v1"], library: None = None, input: Any | None = None
    ) -> ListExtensionsOutput:
        """Lists the installed extensions, by id"""

    @overload
    def call(
        self, method: Literal["query:extensions.views.v1"], library: None = None, input: Any | None = None
    ) -> ListViewsOutput:
        """Lists the views of the installed extensions, by extension"""

    @overload
    def call(
        self, method: Literal["query:http.request.v1"], library: str, input: RequestInput
    ) -> RequestOutput:
        """Sends a request and returns the answer, whatever its status"""

    @overload
    def call(
        self, method: Literal["query:jobs.list.v1"], library: str, input: ListJobsInput | None = None
    ) -> ListJobsOutput:
        """Lists jobs, the newest first"""

    @overload
    def call(
        self, method: Literal["query:jobs.status.v1"], library: str, input: JobRef
    ) -> Job:
        """Returns a job"""

    @overload
    def call(
        self, method: Literal["query:libraries.list.v1"], library: None = None, input: Any | None = None
    ) -> ListLibrariesOutput:
        """Lists all libraries, by name, and those that cannot be read"""

    @overload
    def call(
        self, method: Literal["query:libraries.list_deleted.v1"], library: None = None, input: Any | None = None
    ) -> ListLibrariesOutput:
        """Lists the deleted libraries"""

    @overload
    def call(
        self, method: Literal["query:locations.list.v1"], library: None = None, input: Any | None = None
    ) -> ListLocationsOutput:
        """Lists the locations of all libraries, in the order in which they were added"""

    @overload
    def call(
        self, method: Literal["query:mail.fetch_message.v1"], library: str, input: FetchMessageInput
    ) -> FetchMessageOutput:
        """Returns a message as it is"""

    @overload
    def call(
        self, method: Literal["query:mail.list_folders.v1"], library: str, input: ListFoldersInput
    ) -> ListFoldersOutput:
        """Lists the folders of a mailbox that hold messages"""

    @overload
    def call(
        self, method: Literal["query:mail.list_messages.v1"], library: str, input: ListMessagesInput
    ) -> ListMessagesOutput:
        """Lists messages of a folder, the oldest first"""

    @overload
    def call(
        self, method: Literal["query:media.codes.v1"], library: str, input: CodesInput | None = None
    ) -> CodesOutput:
        """Reads the QR codes in a picture, or on pages of a PDF"""

    @overload
    def call(
        self, method: Literal["query:media.metadata.v1"], library: str, input: MetadataInput
    ) -> MetadataOutput:
        """Reads what a picture says of itself: time, place, camera, tags"""

    @overload
    def call(
        self, method: Literal["query:media.thumbnail.v1"], library: str, input: ThumbnailInput
    ) -> ThumbnailOutput:
        """Makes small copies of a picture, upright"""

    @overload
    def call(
        self, method: Literal["query:permissions.audit_tail.v1"], library: None = None, input: AuditTailInput | None = None
    ) -> AuditTailOutput:
        """Returns the newest records of the audit log, oldest first"""

    @overload
    def call(
        self, method: Literal["query:permissions.audit_verify.v1"], library: None = None, input: Any | None = None
    ) -> AuditVerifyOutput:
        """Checks that each record of the audit log is linked to the one before it"""

    @overload
    def call(
        self, method: Literal["query:permissions.explain.v1"], library: None = None, *, input: ExplainInput
    ) -> ExplainOutput:
        """Explains why a call of an extension would run or not, by the rules that are in force now"""

    @overload
    def call(
        self, method: Literal["query:permissions.list.v1"], library: None = None, *, input: ExtensionRef
    ) -> ListGrantsOutput:
        """Lists what the user granted to an extension, and denied it"""

    @overload
    def call(
        self, method: Literal["query:schedules.list.v1"], library: None = None, input: Any | None = None
    ) -> ListSchedulesOutput:
        """Lists the schedules, in the order in which they were added"""

    @overload
    def call(
        self, method: Literal["query:search.entries.v1"], library: str, input: SearchInput
    ) -> SearchOutput:
        """Searches names, metadata, contents and text sidecars, by words and by meaning"""

    @overload
    def call(
        self, method: Literal["query:secret_store.export.v1"], library: None = None, input: ExportSecretsInput | None = None
    ) -> ExportSecretsOutput:
        """Writes all secrets into one file in the format of age, encrypted for a passphrase or public keys"""

    @overload
    def call(
        self, method: Literal["query:secret_store.list.v1"], library: None = None, input: ListSecretsInput | None = None
    ) -> ListSecretsOutput:
        """Lists secrets without what is secret in them, by extension, library and name"""

    @overload
    def call(
        self, method: Literal["query:secret_store.providers.v1"], library: None = None, input: Any | None = None
    ) -> ListProvidersOutput:
        """Lists the providers of `config.toml` at which the user can sign in"""

    @overload
    def call(
        self, method: Literal["query:secret_store.sign_in_state.v1"], library: None = None, *, input: SignInRef
    ) -> SignInStateOutput:
        """Returns the state of a login that was begun"""

    @overload
    def call(
        self, method: Literal["query:secrets.reveal.v1"], library: str, input: CredentialRef
    ) -> RevealOutput:
        """Returns the secret of a credential"""

    @overload
    def call(
        self, method: Literal["query:settings.get.v1"], library: str, input: Any | None = None
    ) -> GetSettingsOutput:
        """Returns the caller's settings as they are in the library: what the user set, else the defaults"""

    @overload
    def call(
        self, method: Literal["query:settings.list.v1"], library: None = None, *, input: SettingsRef
    ) -> ListSettingsOutput:
        """Lists the settings of an extension with their values, without those of secrets"""

    @overload
    def call(
        self, method: Literal["query:vdfs.check_contents.v1"], library: str, input: CheckContentsInput | None = None
    ) -> CheckContentsOutput:
        """Reads the contents of entries and compares them with their hashes"""

    @overload
    def call(
        self, method: Literal["query:vdfs.get_entry.v1"], library: str, input: EntryRef
    ) -> EntryDetails:
        """Returns one entry and its sidecars"""

    @overload
    def call(
        self, method: Literal["query:vdfs.list_bin.v1"], library: str, input: ListBinInput | None = None
    ) -> ListBinOutput:
        """Lists the entries that the user deleted, the last first, page by page"""

    @overload
    def call(
        self, method: Literal["query:vdfs.list_changes.v1"], library: str, input: ListChangesInput | None = None
    ) -> ListChangesOutput:
        """Lists entries that changed since a cursor, and those that are gone, page by page"""

    @overload
    def call(
        self, method: Literal["query:vdfs.list_entries.v1"], library: str, input: ListEntriesInput | None = None
    ) -> ListEntriesOutput:
        """Lists entries in the order of their making, page by page"""

    @overload
    def call(
        self, method: Literal["query:vdfs.list_sidecars.v1"], library: str, input: ListSidecarsInput
    ) -> ListSidecarsOutput:
        """Lists the sidecars of an entry by name, page by page"""

    @overload
    def call(
        self, method: Literal["query:vdfs.list_versions.v1"], library: str, input: EntryRef
    ) -> ListVersionsOutput:
        """Lists the contents that an imported file had before, the newest first"""

    @overload
    def call(
        self, method: Literal["query:vdfs.read_content.v1"], library: str, input: ReadContentInput
    ) -> ReadContentOutput:
        """Returns bytes of an entry's content"""

    @overload
    def call(
        self, method: Literal["query:vdfs.read_sidecar.v1"], library: str, input: SidecarRef
    ) -> ReadSidecarOutput:
        """Returns a sidecar, whole"""

    @overload
    def call(
        self, method: Literal["query:work.count_waiting.v1"], library: str, input: ExtensionRef
    ) -> CountWaitingOutput:
        """Counts the events that wait for an extension; [`Deliver`] delivers them"""

    @overload
    def call(
        self, method: Literal["query:work.list_failures.v1"], library: str, input: Any | None = None
    ) -> ListFailuresOutput:
        """Lists the events that extensions could not work on, by extension, oldest first"""

    @overload
    def call(
        self, method: Literal["query:work.list_unreadable.v1"], library: str, input: ListUnreadableInput | None = None
    ) -> ListUnreadableOutput:
        """Lists the contents that could not be read for search, by path"""

    @overload
    def call(self, method: str, library: str | None = None, input: Any = None) -> Any:
        """Calls an operation of an extension."""

    def call(self, method: str, library: str | None = None, input: Any = None) -> Any:
        return self._call(method, library, input)

    def _call(self, method: str, library: str | None, input: Any) -> Any:
        raise NotImplementedError
