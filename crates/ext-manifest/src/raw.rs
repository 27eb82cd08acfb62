//! The manifest as it is written: fields and their types, before they are checked together.

use ext_abi::limits::MAX_JSON_BYTES;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    columns::ColumnKind,
    commands::ArgumentKind,
    domain::DomainPattern,
    library::LibraryScope,
    pattern::MethodPattern,
    value::{
        Amount, CommandName, EventKind, Homepage, Id, Int, Object, SemVer, Text, ViewId, WasmFile,
    },
    views::{Answers, Icon, Placement},
    wasi::{Argument, RawWasi, RawWorldName},
};

/// The manifest of an extension: its identity, the permissions it asks for, the operations it offers.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", schemars(rename = "Manifest"))]
pub(crate) struct RawManifest {
    /// The JSON Schema that an editor completes the file by: a path or a URL, which no host reads.
    #[serde(rename = "$schema")]
    pub(crate) _schema: Option<String>,
    /// Id of the extension; its own operations lie under it.
    pub(crate) id: Id,
    /// Name for people.
    pub(crate) name: Text<1, 100>,
    /// Version of the extension (semver).
    pub(crate) version: SemVer,
    /// The description, for people.
    pub(crate) description: Option<Text<0, 1000>>,
    /// The author, for people.
    pub(crate) author: Option<Text<0, 100>>,
    /// The URL of a page about it.
    pub(crate) homepage: Option<Homepage>,
    /// Version of the ABI that the wasm was built for.
    pub(crate) abi_version: Option<Int<1, { u32::MAX }>>,
    /// True for a wasm that was built for WASI (`wasm32-wasip1`, `GOOS=wasip1`) and may import its
    /// functions (default false). There are no files, network, environment or arguments behind them,
    /// but with "files" the files of the package, and with "command" they are a program's.
    pub(crate) wasi: Option<RawWasi>,
    /// File name of the wasm, in the folder of the manifest.
    pub(crate) wasm_file: WasmFile,
    /// Oldest host that it works with (semver).
    pub(crate) min_core_version: Option<SemVer>,
    /// The permissions that it asks for. Left out: none.
    pub(crate) permissions: Option<Object<RawPermissions>>,
    /// Kinds of events that it receives.
    pub(crate) events: Option<Vec<EventKind>>,
    /// Operations that it offers.
    pub(crate) operations: Option<Vec<Object<RawOperation>>>,
    /// Commands that it brings to the command line.
    pub(crate) commands: Option<Vec<Object<RawCommand>>>,
    /// Views that it has: what a host draws of it.
    pub(crate) views: Option<Vec<Object<RawView>>>,
    /// Its settings: a JSON Schema of an object, whose properties are the settings. `writeOnly` makes
    /// one a secret.
    pub(crate) settings: Option<Map<String, Value>>,
    /// The limits of its instances and calls.
    pub(crate) limits: Option<Object<RawLimits>>,
}

/// The world of an extension with files.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawWasiWorld {
    /// The kind of module: "files" for one of the ABI, "command" for a program with a `main` of its own.
    pub(crate) world: RawWorldName,
    /// Memory for files below `/tmp`, in MiB (default 64).
    pub(crate) scratch_mib: Option<Int<1, 256>>,
    /// Arguments of a program, after its name.
    pub(crate) args: Option<Vec<Argument>>,
    /// The installed runtime that runs it: `python`. The package has no wasm then.
    pub(crate) runtime: Option<Id>,
}

/// The permissions that an extension asks for.
#[derive(Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawPermissions {
    /// Methods that it may call: `ai.ocr`, `vdfs.*`, `query:ai.ocr`, `query:ai.ocr.v1`.
    pub(crate) methods: Option<Vec<MethodPattern>>,
    /// Libraries that it may use: ids, or `*` for all.
    pub(crate) libraries: Option<LibraryScope>,
    /// Servers that it may reach: `https://api.example.com`, `https://*.example.com`,
    /// `imaps://imap.example.com`, `imap://…` for one that turns to TLS by STARTTLS; `imaps://*` and
    /// `imap://*` for every mail server.
    #[serde(alias = "network_access")]
    pub(crate) allowed_domains: Option<Vec<DomainPattern>>,
    /// The rates and daily budgets of its host calls.
    pub(crate) rate_limits: Option<Object<RawRateLimits>>,
    /// Another name of `limits.memory_mb`.
    pub(crate) max_memory_mb: Option<MemoryMb>,
}

/// The rates and daily budgets that an extension asks for.
#[derive(Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRateLimits {
    /// Host calls per minute (default 600).
    pub(crate) requests_per_minute: Option<Int<1, 1_000_000>>,
    /// Host calls at once after a pause (default: those of a minute).
    pub(crate) burst: Option<Int<1, 1_000_000>>,
    /// Jobs that run at the same time (default 2).
    pub(crate) concurrent_jobs: Option<Int<1, 64>>,
    /// Jobs of the core in a library that are not over (default 20).
    pub(crate) open_core_jobs: Option<Int<1, 1000>>,
    /// Jobs of the core that are dispatched in a library within an hour (default 60).
    pub(crate) core_jobs_per_hour: Option<Int<1, 1000>>,
    /// The budgets of a day.
    pub(crate) daily: Option<Object<RawDailyBudgets>>,
}

/// The four budgets of a day, counted in UTC.
#[derive(Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDailyBudgets {
    /// Bytes of HTTP requests and responses (default 1 GiB).
    pub(crate) http_bytes: Option<Amount<{ 1 << 40 }>>,
    /// Pages that OCR reads (default 10000).
    pub(crate) ocr_pages: Option<Amount<1_000_000>>,
    /// Tokens that embedding models read (default 100 million).
    pub(crate) embedding_tokens: Option<Amount<1_000_000_000_000>>,
    /// Tokens that text models read or write (default 100 million).
    pub(crate) model_tokens: Option<Amount<1_000_000_000_000>>,
}

/// An operation that an extension offers.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawOperation {
    /// The full method, under the extension's id: `query:finance.export.v1`.
    pub(crate) method: String,
    /// The description, for people.
    pub(crate) description: Option<Text<0, 1000>>,
    /// The JSON Schema of its input, an object. A property with `writeOnly: true` is a secret.
    pub(crate) input: Option<Map<String, Value>>,
    /// The form of its answer: `view` for one that a host draws. The query of a view answers one, also
    /// where this is left out.
    pub(crate) answers: Option<Answers>,
}

/// A view of an extension: a query whose answer a host draws.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawView {
    /// The id, by which views link to each other: `bookings`.
    pub(crate) id: ViewId,
    /// The title, for people.
    pub(crate) title: Text<1, 60>,
    /// The description, for people.
    pub(crate) description: Option<Text<0, 200>>,
    /// The query that answers it, one of `operations`.
    pub(crate) query: String,
    /// The icon (default `view`).
    pub(crate) icon: Option<Icon>,
    /// The place where people find it (default `navigation`).
    pub(crate) placement: Option<Placement>,
}

/// A command that an extension brings to the command line: a noun with commands under it.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCommand {
    /// The noun: `receipt`. The host's own commands win.
    pub(crate) name: CommandName,
    /// The description, for people.
    pub(crate) description: Text<1, 200>,
    /// The commands under it, 1 to 32.
    pub(crate) commands: Vec<Object<RawSubcommand>>,
}

/// A command that calls an operation of the extension and shows the answer.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSubcommand {
    /// The name: `list`.
    pub(crate) name: CommandName,
    /// The description, for people.
    pub(crate) description: Text<1, 200>,
    /// The operation that it calls, one of `operations`.
    pub(crate) operation: String,
    /// The arguments, up to 32.
    pub(crate) arguments: Option<Vec<Object<RawArgument>>>,
    /// The columns of the table: one row for each item of a list, or one line for each column of an
    /// object. Left out: the answer is shown as it is.
    pub(crate) columns: Option<Vec<Object<RawColumn>>>,
    /// The field of the answer that has the list, where the answer is an object around it.
    pub(crate) rows: Option<String>,
    /// The field of the answer that has the number of all items, with `rows`: where the list has fewer of
    /// them, that is said.
    pub(crate) total: Option<String>,
    /// What is said when the answer is an empty list.
    pub(crate) empty: Option<Text<1, 200>>,
    /// The field of the answer, bytes as base64, that is written to the file of the option `--to`.
    pub(crate) save: Option<String>,
    /// True when the file need not be named, with `save`. The option is `--file` then; without it the
    /// bytes go to stdout, and an answer that is a text is printed, or is what the file gets.
    pub(crate) save_optional: Option<bool>,
    /// The question that is asked before the operation is called, for what cannot be undone. The option
    /// `--yes` answers it.
    pub(crate) question: Option<Text<1, 200>>,
    /// What becomes of it without a daemon, for what lasts only while the extension stays loaded: the
    /// command is refused then, with "no daemon runs, so" before this text.
    pub(crate) needs_daemon: Option<Text<1, 200>>,
}

/// An argument of a command, which becomes a field of the operation's input.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawArgument {
    /// The name; `from` is the option `--from` unless it is `positional`.
    pub(crate) name: CommandName,
    /// The description, for people.
    pub(crate) description: Text<1, 200>,
    /// The field of the input, or its path: field names, joined by dots (default: the name, with `_`
    /// for `-`).
    pub(crate) field: Option<String>,
    /// The kind (default `text`).
    pub(crate) kind: Option<ArgumentKind>,
    /// True when it is given by its position (default false).
    pub(crate) positional: Option<bool>,
    /// True when it must be given (default false).
    pub(crate) required: Option<bool>,
    /// True when it may be given several times (default false).
    pub(crate) repeated: Option<bool>,
    /// The texts that it may be (default: any).
    pub(crate) choices: Option<Vec<Text<1, 100>>>,
    /// True for a secret that is typed twice at a terminal (default false).
    pub(crate) confirm: Option<bool>,
}

/// A column of the table that shows an answer.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawColumn {
    /// The head.
    pub(crate) name: Text<1, 50>,
    /// The path of the value in the answer, or in an item of it: `vendor`, `source.name`.
    pub(crate) value: String,
    /// The kind (default `text`).
    pub(crate) kind: Option<ColumnKind>,
    /// The path of the currency's code (ISO 4217), for a number that is an amount of money.
    pub(crate) currency: Option<String>,
}

/// The limits that an extension asks for.
#[derive(Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawLimits {
    /// Linear memory in MiB (default 512).
    pub(crate) memory_mb: Option<MemoryMb>,
    /// Wall clock of one call, in milliseconds (default 600000).
    pub(crate) call_timeout_ms: Option<TimeoutMs>,
    /// Computing of the extension itself in one call, in milliseconds (default 10000).
    pub(crate) compute_timeout_ms: Option<TimeoutMs>,
    /// One JSON payload or reply, in bytes (default 1048576).
    pub(crate) max_json_bytes: Option<Int<1024, MAX_JSON_BYTES>>,
    /// Calls that run at the same time, each in an instance of its own (default 1). More than 1 is
    /// for extensions that keep nothing in memory between calls.
    pub(crate) instances: Option<Int<1, 64>>,
    /// Calls and events that wait while those run; one more is refused (default 256).
    pub(crate) queued_calls: Option<Int<1, 10_000>>,
    /// Elements of all tables (default 10000).
    pub(crate) table_elements: Option<Int<1, 10_000_000>>,
    /// Stack of the extension's code in KiB (default 1024).
    pub(crate) stack_kb: Option<Int<64, 16_384>>,
    /// Lines that it may log in a second; more are counted and left out (default 100).
    pub(crate) log_lines_per_second: Option<Int<1, 1000>>,
}

/// The memory that a wasm with 32-bit addresses can have.
type MemoryMb = Int<1, 4096>;
/// A time limit of up to one hour.
type TimeoutMs = Int<1, 3_600_000>;
