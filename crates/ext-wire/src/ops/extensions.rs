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
    /// Looks at an extension in a folder before it is installed: what it is and what it asks for.
    ///
    /// Nothing of it is run or compiled.
    ///
    /// Errors: `E_BAD_INPUT` when its manifest is not valid; `E_IO` when the folder cannot be read.
    CoreQuery(host_only) Inspect = "query:extensions.inspect.v1", InspectInput => ExtensionCandidate;
    /// Installs the extension in a folder, or another version of it, with what the user agrees to.
    ///
    /// It is loaded and initialised once with these rights, to see that it works; if it does not,
    /// nothing changes.
    ///
    /// Errors: `E_CONFLICT` when the folder is not as [`Inspect`] saw it; `E_BAD_INPUT` when it is
    /// older than the installed version and `allow_downgrade` is not set, or asks for more than the
    /// consent gives; those of loading.
    CoreAction(host_only) Install = "action:extensions.install.input.v1", InstallInput => ExtensionInfo;
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

    /// Input of [`Inspect`].
    pub struct InspectInput {
        /// The folder: an absolute path on this machine.
        pub folder: String,
    }

    /// Input of [`Install`].
    pub struct InstallInput {
        /// The folder: an absolute path on this machine.
        pub folder: String,
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
        /// State: `ready`, `quarantined`, or `changed` when its files are not those that the user
        /// agreed to.
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
        /// Sentences on what it asks for that the user has not been asked about.
        pub asks: Vec<String>,
        /// The risks of that, the worst first.
        pub risks: Vec<String>,
        /// The servers that it asks for.
        pub domains: Vec<String>,
        /// Most calls a minute.
        pub requests_per_minute: u32,
        /// Most memory of all its instances, in bytes.
        pub memory_bytes: u64,
        /// Sentences on what it asks for in vain.
        pub advice: Vec<String>,
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
