//! Directory of the installed extensions.

use ext_wire::{
    ErrorBody, ErrorCode,
    ops::extensions::{
        DeferInput, DeferOutput, ExtensionCandidate, ExtensionInfo, ExtensionState, InspectInput,
        InstallInput, ListViewsOutput, QuarantineInput, RecordCallsInput, RecordedCallsOutput,
        ReleaseOutput, RemoveOutput, UpdatedExtension,
    },
};

use crate::library::CoreJobLimits;

/// The operations of an installed extension, and the version that offers them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The installed version.
    pub version: String,
    /// The methods that its manifest declares.
    pub operations: Vec<String>,
    /// Those among them whose input has a secret, or whose answer is a view: what they are told and what
    /// they answer is kept nowhere.
    pub secret: Vec<String>,
    /// True when its manifest asks for `jobs.dispatch`, without which nothing of it runs as a job.
    pub has_jobs: bool,
    /// Its limits for jobs of the core.
    pub core_jobs: CoreJobLimits,
}

impl Offer {
    /// Refuses a method whose input and output would be kept, although its input has a secret, or its
    /// output is a view.
    ///
    /// # Errors
    /// [`ErrorCode::DeniedArg`].
    pub fn ensure_keepable(&self, method: &str) -> Result<(), ErrorBody> {
        if !self.secret.iter().any(|secret| secret == method) {
            return Ok(());
        }
        let message = format_args!(
            "`{method}` takes secrets or answers a view, which a job or a schedule would keep: call it at \
             once"
        );
        Err(ErrorBody::new(ErrorCode::DeniedArg, message))
    }
}

/// The extensions that a host has installed.
pub trait ExtensionDirectory: Send + Sync {
    /// Lists all installed extensions, by id. One that cannot be read is left out.
    fn list(&self) -> Vec<ExtensionInfo>;

    /// Finds the operations that an extension offers.
    ///
    /// # Errors
    /// `NotFound` when it is not installed, and the host's own when it cannot be read.
    fn offer(&self, id: &str) -> Result<Offer, ErrorBody> {
        let found = self.list().into_iter().find(|info| info.id == id);
        found
            .map(|ExtensionInfo { version, operations, .. }| Offer {
                version,
                operations,
                secret: Vec::new(),
                has_jobs: true,
                core_jobs: CoreJobLimits { open: 20, per_hour: 60 },
            })
            .ok_or_else(|| {
                let message = format!("no extension `{}` is installed", id.escape_debug());
                ErrorBody::new(ErrorCode::NotFound, message)
            })
    }
}

/// The installation of extensions on a host, and their health.
#[expect(clippy::missing_errors_doc, reason = "said in the operations `extensions.*`")]
pub trait ExtensionAdmin: Send + Sync {
    /// Returns an installed extension and how it does.
    fn get(&self, id: &str) -> Result<ExtensionState, ErrorBody>;

    /// Lists the views of the installed extensions.
    fn views(&self) -> Result<ListViewsOutput, ErrorBody>;

    /// Looks at an extension before it is installed.
    fn inspect(&self, input: InspectInput) -> Result<ExtensionCandidate, ErrorBody>;

    /// Installs an extension, or another version of it.
    fn install(&self, input: InstallInput) -> Result<ExtensionInfo, ErrorBody>;

    /// Installs a version in the place of one that runs.
    fn update(&self, input: InstallInput) -> Result<UpdatedExtension, ErrorBody>;

    /// Keeps a version as the pending update.
    fn defer(&self, input: DeferInput) -> Result<DeferOutput, ErrorBody>;

    /// Stops an extension until it is released.
    fn quarantine(&self, input: QuarantineInput) -> Result<ExtensionState, ErrorBody>;

    /// Lets a stopped extension run again.
    fn release(&self, id: &str) -> Result<ReleaseOutput, ErrorBody>;

    /// Starts to record what an extension does into a file.
    fn record_calls(&self, input: RecordCallsInput) -> Result<RecordedCallsOutput, ErrorBody>;

    /// Stops that.
    fn stop_recording_calls(&self, id: &str) -> Result<RecordedCallsOutput, ErrorBody>;

    /// Removes an extension.
    fn remove(&self, id: &str) -> Result<RemoveOutput, ErrorBody>;
}
