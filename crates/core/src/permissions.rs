//! Decisions of the user about extensions, see [`ext_grants`].

pub use ext_grants::{
    BackendName, CedarConfig, Consent, DailyConfig, Decided, Explanation, ExternalConfig, Grant,
    GrantError, PermissionRequest, PermissionsConfig, PolicyExpr, Recording, RegoConfig,
};

use ext_grants::ExtensionVersion;
use ext_manager::CallError;
use ext_manifest::Manifest;
use ext_perm::{Principal, Request, Rule, Target};
use ext_wire::{ErrorBody, ErrorCode, Method, ops::extensions::ExtensionInfo};
use serde_json::Value;
use uuid::Uuid;

use crate::{Candidate, Core, CoreError, Updated, audit::AuditLog};

/// A version that waits for the user.
#[derive(Debug)]
pub struct Waiting {
    /// The version.
    pub candidate: Candidate,
    /// What it asks for that the installed version did not.
    pub asks: PermissionRequest,
}

/// A version of an extension, as grants are bound to it.
struct Version {
    manifest: Manifest,
    wasm_hash: String,
}

impl Version {
    fn of(candidate: &Candidate) -> Self {
        let (manifest, wasm_hash) =
            (candidate.manifest().clone(), candidate.wasm_hash().to_owned());
        Self { manifest, wasm_hash }
    }

    fn as_ref(&self) -> ExtensionVersion<'_> {
        ExtensionVersion { manifest: &self.manifest, wasm_hash: &self.wasm_hash }
    }
}

impl Core {
    /// The audit log.
    #[must_use]
    pub fn audit(&self) -> &AuditLog {
        self.grant_service().audit()
    }

    /// Returns what a candidate asks for that the user has not been asked about: all of it, or for an
    /// update what is new.
    #[must_use]
    pub fn permission_request(&self, candidate: &Candidate) -> PermissionRequest {
        match self.installed().manifest(candidate.manifest().id()) {
            Ok(installed) => PermissionRequest::diff(&installed, candidate.manifest()),
            Err(_) => PermissionRequest::all(candidate.manifest()),
        }
    }

    /// Whether a version of this extension is installed.
    #[must_use]
    pub fn is_installed(&self, id: &str) -> bool {
        self.installed().dir(id).is_ok()
    }

    /// Installs an extension, or another version of it, with all that its manifest asks for: for
    /// programs whose user has agreed to that. See [`Self::install_with`].
    ///
    /// # Errors
    /// As [`Self::install_with`].
    pub fn install(&self, candidate: Candidate) -> Result<ExtensionInfo, CoreError> {
        self.install_with(candidate, Consent::All)
    }

    /// Installs an extension, or another version of it, with what the user agreed to. It is loaded
    /// and initialised once with these rights, to see that it works; if it does not, nothing changes.
    ///
    /// # Errors
    /// [`CoreError::Load`] when it does not load; when it cannot be written.
    pub fn install_with(
        &self,
        candidate: Candidate,
        consent: Consent,
    ) -> Result<ExtensionInfo, CoreError> {
        let id = candidate.manifest().id().to_owned();
        self.replace(candidate, consent, |candidate| self.try_out(candidate))?;
        // The version that runs is the old one; the next call loads the new one. It has been seen to
        // start, so what is held against the old one does not count.
        let _ = self.manager().unload(&id);
        self.manager().release(&id);
        self.extension(&id)
    }

    /// Installs an extension as [`Self::install_with`] does; one that is installed already is replaced
    /// while it runs: calls that wait are answered by the new version, and its state is handed over
    /// when both versions have the exports for it. Whatever fails, the old version goes on. With
    /// [`Consent::KeepPermissions`] a version that asks for more is refused.
    ///
    /// # Errors
    /// [`CoreError::Reload`] with the reason; as [`Self::install_with`].
    pub fn update(&self, candidate: Candidate, consent: Consent) -> Result<Updated, CoreError> {
        let id = candidate.manifest().id().to_owned();
        if self.extension(&id).is_err() || self.ensure_loaded(&id).is_err() {
            let info = self.install_with(candidate, consent)?;
            self.ensure_loaded(&id)?;
            return Ok(Updated { info, pause: None, state_bytes: None });
        }
        let more = match consent {
            Consent::KeepPermissions => ext_manager::ReloadConsent::Same,
            Consent::All | Consent::Only(_) => ext_manager::ReloadConsent::Given,
        };
        let reloaded = self.replace(candidate, consent, |candidate| {
            Ok(self.manager().reload(&id, candidate.folder(), more)?)
        })?;
        let (pause, state_bytes) = (Some(reloaded.pause), reloaded.state_bytes);
        Ok(Updated { info: self.extension(&id)?, pause, state_bytes })
    }

    /// Gives the candidate what the user agreed to, lets `switch` do its work, and installs it.
    fn replace<T>(
        &self,
        candidate: Candidate,
        consent: Consent,
        switch: impl FnOnce(&Candidate) -> Result<T, CoreError>,
    ) -> Result<T, CoreError> {
        let new = Version::of(&candidate);
        let before = self.installed_version(new.as_ref().id()).ok();
        let before = before.as_ref().map(Version::as_ref);
        self.grant_service().install(new.as_ref(), before, &consent, || {
            let done = switch(&candidate)?;
            self.installed().install(candidate)?;
            Ok(done)
        })
    }

    fn installed_version(&self, id: &str) -> Result<Version, CoreError> {
        let wasm_hash = self.extension(id)?.wasm_hash;
        Ok(Version { manifest: self.installed().manifest(id)?, wasm_hash })
    }

    /// Keeps a version that asks for more until the user has decided; the installed one goes on.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`] when no version is installed; when it cannot be written.
    pub fn hold(&self, candidate: Candidate) -> Result<(), CoreError> {
        self.installed().dir(candidate.manifest().id())?;
        self.installed().hold(candidate)
    }

    /// The version of an extension that waits for the user.
    ///
    /// # Errors
    /// [`CoreError::NotWaiting`]; [`CoreError::NotInstalled`].
    pub fn waiting(&self, id: &str) -> Result<Waiting, CoreError> {
        let candidate = self.installed().waiting(id)?;
        let asks = self.permission_request(&candidate);
        Ok(Waiting { candidate, asks })
    }

    /// Lists what the user granted to an extension, and denied it.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`]; [`CoreError::Grants`] when the grants cannot be read.
    pub fn grants(&self, id: &str) -> Result<Vec<Grant>, CoreError> {
        let version = self.installed_version(id)?;
        Ok(self.grant_service().list(version.as_ref())?)
    }

    /// Grants an extension something, or denies it; in force at once, also in programs that run.
    /// Returns the number of the grant.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`]; [`CoreError::Grants`] when the grants cannot be read or written.
    pub fn grant(&self, id: &str, rule: Rule) -> Result<u64, CoreError> {
        let version = self.installed_version(id)?;
        Ok(self.grant_service().grant(version.as_ref(), rule)?)
    }

    /// Grants an extension all that its manifest asks for.
    ///
    /// # Errors
    /// As [`Self::grant`].
    pub fn grant_all(&self, id: &str) -> Result<u64, CoreError> {
        let version = self.installed_version(id)?;
        Ok(self.grant_service().grant_all(version.as_ref())?)
    }

    /// Takes back one grant; at once, also in programs that run and for calls that wait there.
    ///
    /// # Errors
    /// [`GrantError::UnknownGrant`]; as [`Self::grant`].
    pub fn revoke(&self, id: &str, grant: u64) -> Result<(), CoreError> {
        let version = self.installed_version(id)?;
        Ok(self.grant_service().revoke(version.as_ref(), grant)?)
    }

    /// Denies an extension everything: takes back every grant, and leaves what was denied. Returns
    /// how many were taken back.
    ///
    /// # Errors
    /// As [`Self::grant`].
    pub fn revoke_all(&self, id: &str) -> Result<usize, CoreError> {
        let version = self.installed_version(id)?;
        Ok(self.grant_service().revoke_all(version.as_ref())?)
    }

    /// Forgets everything that was granted to an extension and denied it: then it may do nothing.
    /// Returns how many there were.
    ///
    /// # Errors
    /// As [`Self::grant`].
    pub fn reset_grants(&self, id: &str) -> Result<usize, CoreError> {
        let version = self.installed_version(id)?;
        Ok(self.grant_service().reset(version.as_ref())?)
    }

    /// Returns the name of this session, for grants that end with it.
    #[must_use]
    pub fn session(&self) -> &str {
        self.grant_service().session()
    }

    /// Explains why a call of an extension would run or not, by the rules that are in force now.
    /// Nothing is charged or used up.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownMethod`] for a method outside of the grammar; [`CoreError::NotInstalled`].
    pub fn explain(
        &self,
        id: &str,
        method: &str,
        library: Option<Uuid>,
        target: Target<'_>,
    ) -> Result<Explanation, CallError> {
        let version = self.installed_version(id)?;
        let parsed = Method::parse(method)
            .map_err(|error| ErrorBody::new(ErrorCode::UnknownMethod, error))?;
        let request = Request::new(Principal::Extension(id), parsed, library).about(target);
        let audience = self.audience_of(method);
        let request = Request { audience, ..request };
        Ok(self.grant_service().explain(version.as_ref(), &request))
    }

    /// Records what an extension does until [`Self::stop_recording`]. It gets no more rights than it
    /// has.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`].
    pub fn start_recording(&self, id: &str) -> Result<(), CoreError> {
        self.installed().dir(id)?;
        self.grant_service().start_recording(id);
        // An instance that runs is not recorded; the next call starts one that is.
        let _ = self.manager().unload(id);
        Ok(())
    }

    /// Ends the recording, and keeps it together with what was recorded before.
    ///
    /// # Errors
    /// [`GrantError::NotRecorded`] when nothing is recorded; [`CoreError::Grants`] when it cannot be
    /// written.
    pub fn stop_recording(&self, id: &str) -> Result<Recording, CoreError> {
        let _ = self.manager().unload(id);
        Ok(self.grant_service().stop_recording(id)?)
    }

    /// Returns the smallest manifest that covers what was recorded of an extension; with
    /// `any_library` it asks for all libraries as soon as one was used.
    ///
    /// # Errors
    /// [`GrantError::NotRecorded`]; [`CoreError::NotInstalled`]; [`CoreError::Grants`] when the
    /// recording cannot be read.
    pub fn least_privilege(&self, id: &str, any_library: bool) -> Result<Value, CoreError> {
        let manifest = self.installed().manifest(id)?;
        Ok(self.grant_service().least_privilege(&manifest, any_library)?)
    }
}
