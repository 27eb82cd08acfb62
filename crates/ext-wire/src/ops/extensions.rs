//! Operations on installed extensions. Only the user calls these, never an extension.

use serde_json::Value;

use super::{
    direction::{wire_input, wire_output},
    family::family,
    no_input::NoInput,
};

family! {
    "extensions", include_str!("extensions.md");

    /// Lists the installed extensions, by id.
    CoreQuery(host_only) List = "query:extensions.list.v1", NoInput => ListExtensionsOutput;
    /// Returns an installed extension and how it does.
    ///
    /// Errors: `E_NOT_FOUND`; `E_IO`.
    CoreQuery(host_only) Get = "query:extensions.get.v1", ExtensionRef => ExtensionState;
    /// Lists the views of the installed extensions, by extension.
    ///
    /// A view is a query of its extension, which the user calls as any other. Its answer is described on
    /// the page on views, and is checked before it goes out.
    CoreQuery(host_only) Views = "query:extensions.views.v1", NoInput => ListViewsOutput;
    /// Looks at an extension before it is installed: what it is and what it asks for.
    ///
    /// Nothing of it is run or compiled.
    ///
    /// Errors: `E_MANIFEST` when its manifest is not valid; `E_NOT_FOUND` when a file of it is missing, or
    /// no update is pending, or no version before is kept; `E_PKG_SIGNATURE` for a package that is not signed as it says, or not by the
    /// publisher of the installed version, unless `accept_publisher` is set; `E_PATH`; `E_IO`.
    CoreQuery(host_only) Inspect = "query:extensions.inspect.v1", InspectInput => ExtensionCandidate;
    /// Installs an extension, or another version of it, with what the user agrees to.
    ///
    /// It is loaded and initialised once with these rights, to see that it works; if it does not,
    /// nothing changes.
    ///
    /// Errors: as [`Inspect`]; `E_CONFLICT` when it is not as [`Inspect`] saw it; `E_PKG_DOWNGRADE` when
    /// it is older than the installed version and `allow_downgrade` is not set; `E_BAD_INPUT` for a
    /// consent that is not one; those of loading.
    CoreAction(host_only) Install = "action:extensions.install.input.v1", InstallInput => ExtensionInfo;
    /// Installs a version in the place of one that runs, without a pause for its calls.
    ///
    /// Calls that wait are answered by the new version, and its state is handed over when both versions
    /// have the exports for it. Whatever fails, the old version goes on. An extension that does not run is
    /// installed and loaded.
    ///
    /// Errors: as [`Install`]; those of the new version that does not take over.
    CoreAction(host_only) Update = "action:extensions.update.input.v1", InstallInput => UpdatedExtension;
    /// Keeps a version as the pending update of an extension, until the user decides.
    ///
    /// The installed version goes on. [`Inspect`] and [`Install`] find it by `pending`.
    ///
    /// Errors: as [`Inspect`]; `E_CONFLICT` when it is not as [`Inspect`] saw it; `E_NOT_FOUND` when no
    /// version is installed.
    CoreAction(host_only) Defer = "action:extensions.defer.input.v1", DeferInput => DeferOutput;
    /// Stops an extension until it is released, over restarts as well.
    ///
    /// Errors: `E_NOT_FOUND`.
    CoreAction(host_only) Quarantine = "action:extensions.quarantine.input.v1",
        QuarantineInput => ExtensionState;
    /// Lets a stopped extension run again.
    ///
    /// Errors: `E_NOT_FOUND`.
    CoreAction(host_only) Release = "action:extensions.release.input.v1",
        ExtensionRef => ReleaseOutput;
    /// Starts to record what an extension is asked, calls and answers into a file.
    ///
    /// A test plays it again (`FakeHost::replay` of the SDK for Rust). The extension is started anew, so that
    /// its start is recorded as well. A recording that the file has is replaced when this one ends and has
    /// something in it. Values that schemas mark as secret are blanked; everything else stands in it as it is.
    ///
    /// Errors: `E_NOT_FOUND`; `E_CONFLICT` when it is recorded already, or the file is not a recording;
    /// `E_PATH` for a path that is not absolute; `E_IO`.
    CoreAction(host_only) RecordCalls = "action:extensions.record_calls.input.v1",
        RecordCallsInput => RecordedCallsOutput;
    /// Stops the recording of an extension into a file.
    ///
    /// Errors: `E_NOT_FOUND` when it is not recorded; `E_IO` when a line could not be written.
    CoreAction(host_only) StopRecordingCalls = "action:extensions.stop_recording_calls.input.v1",
        ExtensionRef => RecordedCallsOutput;
    /// Removes an extension, with its credentials, grants, jobs and waiting events.
    ///
    /// Entries and sidecars that it wrote stay.
    ///
    /// Errors: `E_NOT_FOUND`; `E_IO` when a part of it cannot be removed.
    CoreAction(host_only) Remove = "action:extensions.remove.input.v1", ExtensionRef => RemoveOutput;
}

wire_input! {
    /// An installed extension, of which an operation is about nothing else.
    pub struct ExtensionRef {
        /// Its id.
        pub extension: String,
    }

    /// Input of [`Inspect`]: a path, or an extension with a pending update or a version before.
    pub struct InspectInput {
        /// The folder of the extension, or its package (`.sdx`, the signature beside it): an absolute path
        /// on this machine.
        #[serde(default, alias = "folder", skip_serializing_if = "Option::is_none")]
        pub path: Option<String>,
        /// The extension whose pending update is meant.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub pending: Option<String>,
        /// The extension whose version before the installed one is meant, to go back to it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub previous: Option<String>,
        /// True to accept another publisher than that of the installed version, or none.
        #[serde(default)]
        pub accept_publisher: bool,
    }

    /// Input of [`RecordCalls`].
    pub struct RecordCallsInput {
        /// The id of the extension.
        pub extension: String,
        /// The file: an absolute path on this machine.
        pub file: String,
    }

    /// Input of [`Defer`].
    pub struct DeferInput {
        /// The folder, or the package, as of [`InspectInput`].
        pub path: String,
        /// `digest` of [`ExtensionCandidate`].
        pub digest: String,
        /// True to accept another publisher than that of the installed version, or none.
        #[serde(default)]
        pub accept_publisher: bool,
    }

    /// Input of [`Install`] and [`Update`]: a path, or an extension with a pending update or a version before.
    pub struct InstallInput {
        /// The folder, or the package, as of [`InspectInput`].
        #[serde(default, alias = "folder", skip_serializing_if = "Option::is_none")]
        pub path: Option<String>,
        /// The extension whose pending update is meant.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub pending: Option<String>,
        /// The extension whose version before the installed one is meant, to go back to it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub previous: Option<String>,
        /// `digest` of [`ExtensionCandidate`], so that what is installed is what the user saw.
        pub digest: String,
        /// The consent: `all` that it asks for, `keep` what the installed version has and nothing new,
        /// or `only` what `rules` allow.
        pub consent: String,
        /// The rules of the consent `only`, as [`permissions`](super::permissions) has them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub rules: Vec<Value>,
        /// True to install an older version than there is.
        #[serde(default)]
        pub allow_downgrade: bool,
        /// True to accept another publisher than that of the installed version, or none.
        #[serde(default)]
        pub accept_publisher: bool,
    }

    /// Input of [`Quarantine`].
    pub struct QuarantineInput {
        /// The extension.
        pub extension: String,
        /// The reason, for people.
        pub reason: String,
    }
}

wire_output! {
    /// Output of [`RecordCalls`] and [`StopRecordingCalls`].
    pub struct RecordedCallsOutput {
        /// The file.
        pub file: String,
        /// Things that the extension was asked: events and calls, and its starts.
        pub runs: u64,
        /// Calls of the host by it.
        pub calls: u64,
        /// Runs whose calls are left out, because they were too large together.
        pub left_out: u64,
    }

    /// An installed extension.
    pub struct ExtensionInfo {
        /// Its id.
        pub id: String,
        /// Its name.
        pub name: String,
        /// Its version.
        pub version: String,
        /// Its description.
        pub description: String,
        /// BLAKE3 of its wasm, in hex.
        pub wasm_hash: String,
        /// The methods that it was granted.
        pub methods: Vec<String>,
        /// The libraries it may use: ids, or `*` for all.
        pub libraries: Vec<String>,
        /// The events that it receives.
        pub events: Vec<String>,
        /// The operations it offers.
        pub operations: Vec<String>,
    }

    /// Output of [`List`].
    pub struct ListExtensionsOutput {
        /// The extensions, by id.
        pub extensions: Vec<ExtensionInfo>,
    }

    /// Output of [`Views`].
    pub struct ListViewsOutput {
        /// The views, by extension, in the order of its manifest.
        pub views: Vec<ViewInfo>,
    }

    /// A view of an installed extension.
    pub struct ViewInfo {
        /// Id of the extension.
        pub extension: String,
        /// Name of the extension.
        pub extension_name: String,
        /// Id of the view.
        pub view: String,
        /// The title.
        pub title: String,
        /// The description; may be empty.
        pub description: String,
        /// The query that answers it.
        pub query: String,
        /// Name of the icon.
        pub icon: String,
        /// The place where people find it: `navigation`, `extension`, or `linked` for one that only
        /// other views lead to.
        pub placement: String,
    }

    /// An installed extension and how it does.
    pub struct ExtensionState {
        /// The description of the version.
        pub info: ExtensionInfo,
        /// Isolation of its instances: `in-process` or `process`.
        pub isolation: String,
        /// State: `ready`, `quarantined`, `changed` when its files are not those that the user agreed to,
        /// or `damaged` when they or what is recorded of them cannot be read.
        pub state: String,
        /// The file that was changed since it was installed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub changed: Option<String>,
        /// Its health, over restarts.
        pub health: ExtensionHealth,
        /// Sentences on what its manifest asks for.
        pub asks: Vec<String>,
        /// The risks of that.
        pub risks: Vec<String>,
    }

    /// The health of an extension, over restarts.
    #[derive(Default)]
    pub struct ExtensionHealth {
        /// The reason of its quarantine.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub quarantine: Option<String>,
        /// Its last fault.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub last_fault: Option<ExtensionFault>,
        /// Starts of instances.
        pub starts: u64,
        /// Number of faults.
        pub faults: u64,
        /// Calls and events that it worked on.
        pub calls: u64,
        /// Milliseconds that they took.
        pub busy_ms: u64,
        /// The most memory that an instance of it had after a call, in bytes.
        #[serde(default)]
        pub memory_bytes: u64,
    }

    /// A fault of an extension.
    pub struct ExtensionFault {
        /// Name of the error code.
        pub code: String,
        /// The message.
        pub message: String,
        /// Names of its functions, innermost first.
        #[serde(default)]
        pub backtrace: Vec<String>,
        /// Seconds since 1970.
        pub at: u64,
    }

    /// An extension that may be installed.
    pub struct ExtensionCandidate {
        /// The description of the version.
        pub info: ExtensionInfo,
        /// BLAKE3 of its files, for [`InstallInput`].
        pub digest: String,
        /// The version that is installed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub installed: Option<String>,
        /// True when it is older than that.
        pub is_older: bool,
        /// The key of the publisher who signed it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub publisher: Option<String>,
        /// Its manifest, as it is.
        pub manifest: Value,
        /// The permissions that it asks for and that the user has not been asked about.
        pub request: RequestedPermissions,
        /// Sentences on what it asks for that the user has not been asked about.
        pub asks: Vec<String>,
        /// The risks of that, the worst first.
        pub risks: Vec<String>,
        /// The rules that it would have with your consent to all of it, in words.
        pub rules: Vec<String>,
        /// The servers that it asks for.
        pub domains: Vec<String>,
        /// Most calls a minute.
        pub requests_per_minute: u32,
        /// Most memory of all its instances, in bytes.
        pub memory_bytes: u64,
        /// Sentences on what it asks for in vain.
        pub advice: Vec<String>,
    }

    /// The permissions that an extension asks for, as they stand in its manifest.
    #[derive(Default)]
    pub struct RequestedPermissions {
        /// True for one that asks for nothing.
        pub is_empty: bool,
        /// The patterns of methods.
        pub methods: Vec<String>,
        /// The libraries: ids, or `*` for all.
        pub libraries: Vec<String>,
        /// The servers.
        pub domains: Vec<String>,
        /// The events.
        pub events: Vec<String>,
    }

    /// Output of [`Update`].
    pub struct UpdatedExtension {
        /// The version that is installed now.
        pub info: ExtensionInfo,
        /// Microseconds in which the extension took no calls; left out when it did not run before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub pause_us: Option<u64>,
        /// Bytes of state that were handed over, if any were.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub state_bytes: Option<u64>,
    }

    /// Output of [`Defer`].
    pub struct DeferOutput {
        /// The extension that has the pending update.
        pub deferred: String,
    }

    /// Output of [`Release`].
    pub struct ReleaseOutput {
        /// False when it was not stopped.
        pub released: bool,
    }

    /// Output of [`Remove`].
    pub struct RemoveOutput {
        /// The extension.
        pub removed: String,
    }
}
