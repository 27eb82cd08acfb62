//! The handle of what extensions may do: decisions of the user, recordings and the audit log.

pub use ext_grants::{
    BackendName, CedarConfig, Consent, DailyBudgetsConfig, Decided, Explanation, Grant, GrantError,
    PermissionRequest, PermissionsConfig, PolicyExpr, Recording, RegoConfig, SocketConfig,
};

use ext_audit::AuditLog;
use ext_perm::{BudgetLeft, Effect, Principal, Request, Rule, Target};
use ext_wire::Method;
use serde_json::Value;
use uuid::Uuid;

use crate::{candidate::Candidate, error::CoreError, system::System, version::Version};

/// The rights of extensions: [`Core::permissions`](crate::Core::permissions) returns them.
///
/// Each decision is in force at once, also in other programs that run on the data folder, and is
/// recorded in the audit log.
///
/// ```no_run
/// # fn run(core: &spacedrive_core::Core) -> Result<(), spacedrive_core::CoreError> {
/// use ext_perm::{Effect, Rule, Target};
/// use ext_wire::EntryPath;
///
/// let permissions = core.permissions();
/// let private = Some(vec!["private/**".parse().expect("a glob")]);
/// let denial = permissions.deny("finance", Rule { entries: private, ..Rule::new(Effect::Deny) })?;
///
/// let (method, diary) = ("query:vdfs.get_entry.v1", EntryPath::stored("private/diary.txt"));
/// let explanation = permissions.explain("finance", method, None, Target::Entry(&diary))?;
/// assert!(!explanation.allowed);
/// permissions.revoke("finance", denial)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Permissions<'a> {
    system: &'a System,
}

impl<'a> Permissions<'a> {
    pub(crate) const fn new(system: &'a System) -> Self {
        Self { system }
    }

    fn version(&self, id: &str) -> Result<Version, CoreError> {
        self.system.installed.version(id)
    }

    /// Returns the audit log.
    #[must_use]
    pub fn audit(&self) -> &'a AuditLog {
        self.system.grants().audit()
    }

    /// Returns what is left today of the budgets of the extensions that are loaded, by their ids.
    #[must_use]
    pub fn budgets_left(&self) -> Vec<(String, Vec<BudgetLeft>)> {
        self.system.grants().budgets_left()
    }

    /// Returns what a candidate asks for that the user is to be asked about: for an update what is new, and
    /// all of it where nothing is installed, what is cannot be read, or nothing is allowed to it.
    ///
    /// # Errors
    /// [`CoreError::Grants`] when the grants cannot be read.
    pub fn request(&self, candidate: &Candidate) -> Result<PermissionRequest, CoreError> {
        let new = Version::of(candidate);
        let installed = self.system.installed.version_before(candidate);
        let installed = installed.as_ref().map(Version::as_ref);
        Ok(self.system.grants().request(new.as_ref(), installed)?)
    }

    /// Returns the rules that a candidate would have if the user agreed to all that it asks for: those of
    /// the installed version, and what is new within their limits.
    ///
    /// # Errors
    /// [`CoreError::Grants`] when the grants cannot be read.
    pub fn preview(&self, candidate: &Candidate) -> Result<Vec<Rule>, CoreError> {
        let new = Version::of(candidate);
        let installed = self.system.installed.version_before(candidate);
        let installed = installed.as_ref().map(Version::as_ref);
        Ok(self.system.grants().preview(new.as_ref(), installed)?)
    }

    /// Lists what the user granted to an extension, and denied it.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`]; [`CoreError::Manifest`] and [`CoreError::Io`] when the extension
    /// cannot be read; [`CoreError::Grants`] when the grants cannot be read.
    pub fn grants(&self, id: &str) -> Result<Vec<Grant>, CoreError> {
        Ok(self.system.grants().list(self.version(id)?.as_ref())?)
    }

    /// Grants an extension something; a rule with [`Effect::Deny`] denies it. Returns the number of
    /// the grant.
    ///
    /// # Errors
    /// As [`Self::grants`], also when the grants cannot be written.
    pub fn grant(&self, id: &str, rule: Rule) -> Result<u64, CoreError> {
        Ok(self.system.grants().grant(self.version(id)?.as_ref(), rule)?)
    }

    /// Grants an extension all that its manifest asks for. Returns the number of the grant.
    ///
    /// # Errors
    /// As [`Self::grant`].
    pub fn grant_all(&self, id: &str) -> Result<u64, CoreError> {
        Ok(self.system.grants().grant_all(self.version(id)?.as_ref())?)
    }

    /// Denies an extension what the rule describes, whatever else allows it. Returns the number of
    /// the denial, which [`Self::revoke`] takes back.
    ///
    /// # Errors
    /// As [`Self::grant`].
    pub fn deny(&self, id: &str, rule: Rule) -> Result<u64, CoreError> {
        self.grant(id, Rule { effect: Effect::Deny, ..rule })
    }

    /// Takes back one grant or denial.
    ///
    /// # Errors
    /// [`CoreError::Grants`] when there is no such grant; as [`Self::grant`].
    pub fn revoke(&self, id: &str, grant: u64) -> Result<(), CoreError> {
        Ok(self.system.grants().revoke(self.version(id)?.as_ref(), grant)?)
    }

    /// Takes back every grant, and leaves the denials. Returns how many were taken back.
    ///
    /// # Errors
    /// As [`Self::grant`].
    pub fn revoke_all(&self, id: &str) -> Result<usize, CoreError> {
        Ok(self.system.grants().revoke_all(self.version(id)?.as_ref())?)
    }

    /// Forgets every grant and every denial: then the extension may do nothing. Returns how many
    /// there were.
    ///
    /// # Errors
    /// As [`Self::grant`].
    pub fn reset(&self, id: &str) -> Result<usize, CoreError> {
        Ok(self.system.grants().reset(self.version(id)?.as_ref())?)
    }

    /// Returns the name of this session, for grants that end with it.
    #[must_use]
    pub fn session(&self) -> &'a str {
        self.system.grants().session()
    }

    /// Explains why a call of an extension would run or not, by the rules that are in force now.
    /// Nothing is charged or used up.
    ///
    /// # Errors
    /// [`CoreError::Method`] when `method` is not valid; [`CoreError::NotInstalled`];
    /// [`CoreError::Manifest`] and [`CoreError::Io`] when the extension cannot be read.
    pub fn explain(
        &self,
        id: &str,
        method: &str,
        library: Option<Uuid>,
        target: Target<'_>,
    ) -> Result<Explanation, CoreError> {
        let version = self.version(id)?;
        let parsed = Method::parse(method)?;
        let operation = self.system.registry.get(method);
        let audience = operation.map(|operation| operation.audience()).unwrap_or_default();
        let request = Request::new(Principal::Extension(id), parsed, library).about(target);
        let request = Request { audience, ..request };
        Ok(self.system.grants().explain(version.as_ref(), &request))
    }

    /// Starts to record what an extension does. It gets no more rights than it has.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`].
    pub fn start_recording(&self, id: &str) -> Result<(), CoreError> {
        self.system.installed.dir(id)?;
        self.system.grants().start_recording(id);
        // An instance that runs is not recorded; the next call starts one that is.
        let _ = self.system.manager.unload(id);
        Ok(())
    }

    /// Stops the recording, and keeps it together with what was recorded before.
    ///
    /// # Errors
    /// [`CoreError::Grants`] when nothing is recorded, and when it cannot be written.
    pub fn stop_recording(&self, id: &str) -> Result<Recording, CoreError> {
        let _ = self.system.manager.unload(id);
        Ok(self.system.grants().stop_recording(id)?)
    }

    /// Returns the smallest manifest that covers what was recorded of an extension; with
    /// `any_library` it asks for all libraries as soon as one was used.
    ///
    /// # Errors
    /// [`CoreError::Grants`] when nothing was recorded, and when the recording cannot be read;
    /// [`CoreError::NotInstalled`]; [`CoreError::Manifest`] when the extension cannot be read.
    pub fn least_privilege(&self, id: &str, any_library: bool) -> Result<Value, CoreError> {
        let manifest = self.system.installed.manifest(id)?;
        Ok(self.system.grants().least_privilege(&manifest, any_library)?)
    }
}
