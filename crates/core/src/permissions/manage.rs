//! What the user decides about extensions.

use ext_manifest::Manifest;
use ext_perm::{
    Effect, Line, PermissionBackend, Principal, Reason, Request, Statement, Target, all_that,
};
use ext_wire::{ErrorBody, ErrorCode, Method, ops::extensions::ExtensionInfo};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{Asks, Grant, Recorder, Recording};
use crate::{Candidate, Core, CoreError, Updated, audit::AuditLog, audit::Event};

/// What the user agreed to when an extension is installed or updated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consent {
    /// All that it asks for. An update keeps what the user had limited or denied before.
    All,
    /// These rules and no others; what the manifest does not ask for stays denied all the same.
    Only(Vec<Statement>),
    /// What the installed version has, and nothing of what is new.
    KeepRights,
}

/// A version that waits for the user.
#[derive(Debug)]
pub struct Waiting {
    /// The version.
    pub candidate: Candidate,
    /// What it asks for that the installed version did not.
    pub asks: Asks,
}

/// Why a call would run or not.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// Whether it would run.
    pub allowed: bool,
    /// The lines that allow it, one for each backend.
    pub allowed_by: Vec<Decided>,
    /// Why it would not run.
    pub denied_by: Vec<Decided>,
}

/// A part of an [`Explanation`].
#[derive(Debug, Clone, Serialize)]
pub struct Decided {
    /// Which backend.
    pub backend: String,
    /// Name of the rule, of a denial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    /// The line that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// For a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What in the manifest would allow the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_allow: Option<String>,
}

impl From<&Line> for Decided {
    fn from(line: &Line) -> Self {
        let (backend, line) = (line.backend.clone(), Some(line.to_string()));
        Self { backend, rule: None, line, message: None, would_allow: None }
    }
}

impl From<&Reason> for Decided {
    fn from(reason: &Reason) -> Self {
        Self {
            backend: reason.backend.clone(),
            rule: Some(reason.rule.name()),
            line: reason.line.as_ref().map(ToString::to_string),
            message: Some(reason.message.clone()),
            would_allow: reason.would_allow.clone(),
        }
    }
}

impl Core {
    /// The audit log.
    #[must_use]
    pub fn audit(&self) -> &AuditLog {
        &self.rights().audit
    }

    /// What a candidate asks for that the user has not been asked about: all of it, or for an update
    /// what is new.
    #[must_use]
    pub fn asks(&self, candidate: &Candidate) -> Asks {
        match self.installed().manifest(candidate.manifest().id()) {
            Ok(installed) => Asks::more(&installed, candidate.manifest()),
            Err(_) => Asks::all(candidate.manifest()),
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
    /// [`Consent::KeepRights`] a version that asks for more is refused.
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
            Consent::KeepRights => ext_manager::Consent::Same,
            Consent::All | Consent::Only(_) => ext_manager::Consent::Given,
        };
        let reloaded = self.replace(candidate, consent, |candidate| {
            Ok(self.manager().reload(&id, candidate.folder(), more)?)
        })?;
        let (pause, state_bytes) = (Some(reloaded.pause), reloaded.state_bytes);
        Ok(Updated { info: self.extension(&id)?, pause, state_bytes })
    }

    /// Writes down what the user agreed to, lets `switch` do its work, and installs the candidate.
    fn replace<T>(
        &self,
        candidate: Candidate,
        consent: Consent,
        switch: impl FnOnce(&Candidate) -> Result<T, CoreError>,
    ) -> Result<T, CoreError> {
        let (id, wasm) = (candidate.manifest().id().to_owned(), candidate.wasm_hash().to_owned());
        let version = candidate.manifest().version().to_string();
        let before = self.extension(&id).ok();
        // The grants of the new version stand beside those of the old one until it is installed, so
        // that a crash leaves either version with its own rights.
        self.agree(&candidate, before.as_ref(), consent)?;
        let store = &self.rights().store;
        let switched =
            switch(&candidate).and_then(|done| self.installed().install(candidate).map(|()| done));
        if switched.is_err() && before.is_none_or(|before| before.wasm_hash != wasm) {
            store.change(&id, |file| file.forget(&wasm))?;
        }
        let done = switched?;
        store.change(&id, |file| file.keep_only(&wasm))?;
        self.rights().refresh();
        self.audit().append([Event::Installed { extension: id, version, wasm }]);
        Ok(done)
    }

    fn agree(
        &self,
        candidate: &Candidate,
        before: Option<&ExtensionInfo>,
        consent: Consent,
    ) -> Result<(), CoreError> {
        let (manifest, wasm) = (candidate.manifest(), candidate.wasm_hash());
        let rules = match (&consent, before) {
            (Consent::Only(rules), _) => rules.clone(),
            (Consent::KeepRights, _) => Vec::new(),
            (Consent::All, None) => vec![all_that(manifest)],
            (Consent::All, Some(_)) => self.asks(candidate).grants(manifest),
        };
        let keeps = !matches!(consent, Consent::Only(_));
        self.rights().store.change(manifest.id(), |file| {
            match before.filter(|_| keeps) {
                Some(before) if before.wasm_hash == wasm => {}
                Some(before) => file.carry_over(&before.wasm_hash, wasm),
                None => file.forget(wasm),
            }
            for rule in rules {
                file.add(wasm, rule);
            }
        })
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
        let asks = self.asks(&candidate);
        Ok(Waiting { candidate, asks })
    }

    /// What the user granted to an extension, and denied it.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`]; when the grants cannot be read.
    pub fn grants(&self, id: &str) -> Result<Vec<Grant>, CoreError> {
        let wasm = self.extension(id)?.wasm_hash;
        Ok(self.rights().store.load(id)?.of(&wasm).to_vec())
    }

    /// Grants an extension something, or denies it; in force at once, also in programs that run.
    /// Returns the number of the grant.
    ///
    /// # Errors
    /// As [`Self::grants`]; when they cannot be written.
    pub fn grant(&self, id: &str, rule: Statement) -> Result<u64, CoreError> {
        let wasm = self.extension(id)?.wasm_hash;
        let text = rule.to_string();
        let grant = self.rights().store.change(id, |file| file.add(&wasm, rule))?;
        self.rights().refresh();
        let extension = id.to_owned();
        self.audit().append([Event::Granted { extension, grant, rule: text }]);
        Ok(grant)
    }

    /// Grants an extension all that its manifest asks for.
    ///
    /// # Errors
    /// As [`Self::grant`].
    pub fn grant_all(&self, id: &str) -> Result<u64, CoreError> {
        let manifest = self.installed().manifest(id)?;
        self.grant(id, all_that(&manifest))
    }

    /// Takes back one grant; at once, also in programs that run and for calls that wait there.
    ///
    /// # Errors
    /// [`CoreError::NoGrant`]; as [`Self::grants`].
    pub fn revoke(&self, id: &str, grant: u64) -> Result<(), CoreError> {
        match self.take_back(id, |found| found.id == grant)? {
            0 => Err(CoreError::NoGrant { extension: id.to_owned(), grant }),
            _ => Ok(()),
        }
    }

    /// Denies an extension everything: takes back every grant, and leaves what was denied. Returns
    /// how many were taken back.
    ///
    /// # Errors
    /// As [`Self::grants`].
    pub fn revoke_all(&self, id: &str) -> Result<usize, CoreError> {
        self.take_back(id, |found| found.rule.effect == Effect::Allow)
    }

    /// Forgets everything that was granted to an extension and denied it: then it may do nothing.
    /// Returns how many there were.
    ///
    /// # Errors
    /// As [`Self::grants`].
    pub fn reset_grants(&self, id: &str) -> Result<usize, CoreError> {
        self.take_back(id, |_| true)
    }

    fn take_back(&self, id: &str, which: impl Fn(&Grant) -> bool) -> Result<usize, CoreError> {
        let wasm = self.extension(id)?.wasm_hash;
        let grants = self.rights().store.change(id, |file| file.remove(&wasm, which))?;
        self.rights().refresh();
        if grants > 0 {
            self.audit().append([Event::Revoked { extension: id.to_owned(), grants }]);
        }
        Ok(grants)
    }

    /// The name of this session, for grants that end with it.
    #[must_use]
    pub fn session(&self) -> &str {
        self.rights().session()
    }

    /// Why a call of an extension would run or not, by the rules that are in force now. Nothing is
    /// charged or used up.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownMethod`] for what is no method; as [`Self::grants`].
    pub fn explain(
        &self,
        id: &str,
        method: &str,
        library: Option<Uuid>,
        target: Target<'_>,
    ) -> Result<Explanation, ErrorBody> {
        let info = self.extension(id)?;
        let manifest = self.installed().manifest(id)?;
        let parsed = Method::parse(method)
            .map_err(|error| ErrorBody::new(ErrorCode::UnknownMethod, error))?;
        let (backend, _) = self.rights().backend(&manifest, &info.wasm_hash);
        let request = Request::new(Principal::Extension(id), parsed, library).about(target);
        let audience = self.audience_of(method);
        let response = backend.decide(&Request { audience, ..request });
        Ok(Explanation {
            allowed: response.is_allow(),
            allowed_by: response.lines().iter().map(|line| Decided::from(&**line)).collect(),
            denied_by: response.reasons().iter().map(Decided::from).collect(),
        })
    }

    /// Watches an extension until [`Self::stop_recording`]. It gets no more rights than it has.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`].
    pub fn start_recording(&self, id: &str) -> Result<(), CoreError> {
        self.installed().dir(id)?;
        let recorder = std::sync::Arc::new(Recorder::new(id));
        self.rights().record(Some(recorder));
        // An instance that runs is not watched; the next call starts one that is.
        let _ = self.manager().unload(id);
        Ok(())
    }

    /// Ends the watching, and keeps what was seen together with what was seen before.
    ///
    /// # Errors
    /// [`CoreError::NotRecorded`] when nothing is watched; when it cannot be written.
    pub fn stop_recording(&self, id: &str) -> Result<Recording, CoreError> {
        let _ = self.manager().unload(id);
        let recorder = self.rights().recorder();
        let recorder = recorder.filter(|recorder| recorder.extension() == id);
        let recorder = recorder.ok_or_else(|| CoreError::NotRecorded(id.to_owned()))?;
        self.rights().record(None);
        self.recordings().add(id, recorder.recording())
    }

    /// The smallest manifest that covers what was recorded of an extension; with `any_library` it
    /// asks for all libraries as soon as one was used.
    ///
    /// # Errors
    /// [`CoreError::NotRecorded`]; [`CoreError::NotInstalled`]; when the recording cannot be read.
    pub fn least_privilege(&self, id: &str, any_library: bool) -> Result<Value, CoreError> {
        let manifest = self.installed().manifest(id)?;
        let recording = self.recordings().load(id)?;
        let recording = recording.ok_or_else(|| CoreError::NotRecorded(id.to_owned()))?;
        let mut least = recording.least_privilege(&manifest);
        if any_library && !recording.libraries.is_empty() {
            least["permissions"]["libraries"] = serde_json::json!(["*"]);
        }
        check(&least)?;
        Ok(least)
    }
}

/// What is handed out is a manifest.
fn check(json: &Value) -> Result<Manifest, CoreError> {
    Ok(Manifest::parse(json.to_string().as_bytes())?)
}
