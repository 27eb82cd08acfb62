//! The grants of a data folder, and every decision of the user about them.

mod policy_in_force;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use ext_audit::{AuditEvent, AuditLog};
use ext_manifest::RaisedLimit;
use ext_perm::{Effect, Rule, all_that};
use parking_lot::Mutex;

use crate::{
    config::PermissionsConfig,
    consent::{Consent, ExtensionVersion},
    error::GrantError,
    live_engines::LiveEngines,
    recording::{Recorder, Recordings},
    request::{PermissionRequest, asks_for_nothing},
    session,
    store::{Grant, GrantFile, GrantStore},
};

/// The interval at which the files are checked for changes by other programs: what the user revokes
/// there stops here within a tenth of a second.
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// The interval at which what was counted is written to the audit log.
const WRITE_EVERY: Duration = Duration::from_secs(60);

/// The authority over the permissions of a data folder: the user's grants and the administrator's
/// policy.
///
/// Each decision is one method: it writes the file, puts the grants into force for every extension
/// that is loaded, and records what happened. Changes that other programs make to the files are in
/// force within a tenth of a second, until the last owner of the value is gone.
pub struct GrantAuthority {
    pub(crate) data_folder: PathBuf,
    /// The policy in force; held while an engine is made of it.
    pub(crate) config: Mutex<PermissionsConfig>,
    pub(crate) store: GrantStore,
    pub(crate) audit: Arc<AuditLog>,
    pub(crate) session: String,
    pub(crate) engines: LiveEngines,
    pub(crate) recorder: Mutex<Option<Arc<Recorder>>>,
    pub(crate) recordings: Recordings,
}

impl GrantAuthority {
    /// Opens the grants of a data folder: its folders `grants`, `usage` and `recordings`.
    ///
    /// # Errors
    /// [`GrantError::Io`] when the folder of grants cannot be created.
    pub fn open(
        data_folder: &Path,
        config: PermissionsConfig,
        audit: Arc<AuditLog>,
    ) -> Result<Arc<Self>, GrantError> {
        let grants = Arc::new(Self {
            data_folder: data_folder.to_owned(),
            config: Mutex::new(config),
            store: GrantStore::open(&data_folder.join("grants"))?,
            audit,
            session: session::current(),
            engines: LiveEngines::default(),
            recorder: Mutex::default(),
            recordings: Recordings::new(&data_folder.join("recordings")),
        });
        watch(&grants);
        Ok(grants)
    }

    /// Returns the log to which decisions are recorded, with all that were made up to now: calls and
    /// refusals are counted, and written now and then.
    #[must_use]
    pub fn audit(&self) -> &AuditLog {
        self.engines.write_tallies();
        &self.audit
    }

    /// Returns the name of this session, for grants that end with it.
    #[must_use]
    pub fn session(&self) -> &str {
        &self.session
    }

    /// Lists what the user granted to a version of an extension, and denied it.
    ///
    /// # Errors
    /// [`GrantError::Corrupt`] or [`GrantError::Io`] when the file cannot be read.
    pub fn list(&self, version: ExtensionVersion<'_>) -> Result<Vec<Grant>, GrantError> {
        Ok(self.store.load(version.id())?.of(version.wasm_hash).to_vec())
    }

    /// Checks that the grants of an extension can be read.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub fn check(&self, extension: &str) -> Result<(), GrantError> {
        self.store.load(extension).map(drop)
    }

    /// Returns what a version asks for that the user is to be asked about: what is new in an update, and all of
    /// it where nothing is installed or nothing is allowed to what is.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub fn request(
        &self,
        new: ExtensionVersion<'_>,
        installed: Option<ExtensionVersion<'_>>,
    ) -> Result<PermissionRequest, GrantError> {
        let file = self.store.load(new.id())?;
        let allowed = installed.filter(|installed| {
            file.allows(installed.wasm_hash) || asks_for_nothing(installed.manifest)
        });
        Ok(match allowed {
            Some(installed) => PermissionRequest::diff(installed.manifest, new.manifest),
            None => PermissionRequest::all(new.manifest),
        })
    }

    /// Grants something, or denies it; in force at once, also in programs that run. Returns the
    /// number of the grant.
    ///
    /// # Errors
    /// As [`Self::list`]; [`GrantError::Io`] when the file cannot be written.
    pub fn grant(&self, version: ExtensionVersion<'_>, rule: Rule) -> Result<u64, GrantError> {
        let (extension, text) = (version.id().to_owned(), rule.to_string());
        let add = |file: &mut GrantFile| file.add(version.wasm_hash, rule);
        let record = |grant: &u64| AuditEvent::Granted { extension, grant: *grant, rule: text };
        self.change(version.id(), add, |grant| Some(record(grant)))
    }

    /// Grants all that the manifest asks for. Returns the number of the grant.
    ///
    /// # Errors
    /// As [`Self::grant`].
    pub fn grant_all(&self, version: ExtensionVersion<'_>) -> Result<u64, GrantError> {
        self.grant(version, all_that(version.manifest))
    }

    /// Returns the rules that a version would have with [`Consent::All`], those that it keeps from the
    /// installed one included.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub fn preview(
        &self,
        new: ExtensionVersion<'_>,
        installed: Option<ExtensionVersion<'_>>,
    ) -> Result<Vec<Rule>, GrantError> {
        let mut file = self.store.load(new.id())?;
        Consent::All.apply(&mut file, new, installed);
        Ok(file.of(new.wasm_hash).iter().map(|grant| grant.rule.clone()).collect())
    }

    /// Revokes one grant; at once, also in programs that run and for calls that wait there.
    ///
    /// # Errors
    /// [`GrantError::UnknownGrant`] when there is no such grant; as [`Self::grant`].
    pub fn revoke(&self, version: ExtensionVersion<'_>, grant: u64) -> Result<(), GrantError> {
        match self.delete_rules(version, |found| found.id == grant)? {
            0 => Err(GrantError::UnknownGrant { extension: version.id().to_owned(), grant }),
            _ => Ok(()),
        }
    }

    /// Revokes every grant and keeps the denials: then the extension may do nothing. Returns the number
    /// of grants that were revoked.
    ///
    /// # Errors
    /// As [`Self::grant`].
    pub fn revoke_all(&self, version: ExtensionVersion<'_>) -> Result<usize, GrantError> {
        self.delete_rules(version, |found| found.rule.effect == Effect::Allow)
    }

    /// Deletes all grants and denials: then the extension may do nothing. Returns the number of rules
    /// that there were.
    ///
    /// # Errors
    /// As [`Self::grant`].
    pub fn reset(&self, version: ExtensionVersion<'_>) -> Result<usize, GrantError> {
        self.delete_rules(version, |_| true)
    }

    fn delete_rules(
        &self,
        version: ExtensionVersion<'_>,
        which: impl Fn(&Grant) -> bool,
    ) -> Result<usize, GrantError> {
        let record = |grants: &usize| {
            let (extension, grants) = (version.id().to_owned(), *grants);
            (grants > 0).then_some(AuditEvent::Revoked { extension, grants })
        };
        self.change(version.id(), |file| file.remove(version.wasm_hash, which), record)
    }

    /// Records what the user agreed to, lets `switch` install the new version, and deletes the grants of
    /// the one before. Until `switch` is done the grants of both versions stand side by side, so that a
    /// crash leaves either version with its own; when it fails, the new version has those that it had.
    ///
    /// # Errors
    /// The error of `switch`; [`GrantError::LargerLimits`] when the version has larger limits and the
    /// user agreed to nothing new; as [`Self::grant`].
    pub fn install<T, E: From<GrantError>>(
        &self,
        new: ExtensionVersion<'_>,
        installed: Option<ExtensionVersion<'_>>,
        consent: &Consent,
        switch: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        ensure_limits_agreed(consent, new, installed)?;
        let (before, given) = self.store.change(new.id(), |file| {
            let before = file.of(new.wasm_hash).to_vec();
            consent.apply(file, new, installed);
            (before, file.of(new.wasm_hash).to_vec())
        })?;
        let switched = switch();
        if switched.is_err() {
            self.change(new.id(), |file| take_back(file, new, before, &given), |()| None)?;
            self.store.remove_if_empty(new.id())?;
        }
        let done = switched?;
        let record = AuditEvent::Installed {
            extension: new.id().to_owned(),
            version: new.manifest.version().to_string(),
            wasm: new.wasm_hash.to_owned(),
        };
        self.change(new.id(), |file| file.keep_only(new.wasm_hash), |()| Some(record))?;
        Ok(done)
    }

    /// Deletes all grants and denials of an extension that was removed, what was recorded of it, and what it
    /// has used today.
    ///
    /// # Errors
    /// [`GrantError::Io`] when its file cannot be removed.
    pub fn remove(&self, extension: &str) -> Result<(), GrantError> {
        self.store.remove(extension)?;
        self.recordings.remove(extension)?;
        // Without the file there is nothing to delete.
        let _ = std::fs::remove_file(self.data_folder.join("usage").join(extension));
        self.refresh();
        self.audit.append([AuditEvent::Removed { extension: extension.to_owned() }]);
        Ok(())
    }

    /// Writes a change to the file of an extension, puts it into force, and records it.
    fn change<T>(
        &self,
        extension: &str,
        change: impl FnOnce(&mut GrantFile) -> T,
        record: impl FnOnce(&T) -> Option<AuditEvent>,
    ) -> Result<T, GrantError> {
        let result = self.store.change(extension, change)?;
        self.refresh();
        self.audit.append(record(&result));
        Ok(result)
    }

    /// Puts the grants on disk into force, for every loaded extension whose file was replaced.
    fn refresh(&self) {
        self.engines.refresh(&self.store, &self.session);
    }
}

/// Checks that larger limits were agreed to: they take more of the machine.
fn ensure_limits_agreed(
    consent: &Consent,
    new: ExtensionVersion<'_>,
    installed: Option<ExtensionVersion<'_>>,
) -> Result<(), GrantError> {
    let Some(installed) = installed.filter(|_| *consent == Consent::KeepPermissions) else {
        return Ok(());
    };
    match RaisedLimit::between(installed.manifest, new.manifest) {
        raised if raised.is_empty() => Ok(()),
        raised => Err(GrantError::LargerLimits { extension: new.id().to_owned(), raised }),
    }
}

/// Gives a version that was not installed the grants that it had, unless they were changed meanwhile.
fn take_back(file: &mut GrantFile, new: ExtensionVersion<'_>, before: Vec<Grant>, given: &[Grant]) {
    match before.is_empty() {
        _ if file.of(new.wasm_hash) != given => {}
        true => file.forget(new.wasm_hash),
        false => file.set(new.wasm_hash, before),
    }
}

/// Starts a thread that keeps the grants in force equal to those on disk; it ends with the last owner
/// of `grants`.
fn watch(grants: &Arc<GrantAuthority>) {
    let grants = Arc::downgrade(grants);
    let look = move || {
        let mut written = Instant::now();
        loop {
            thread::sleep(LOOK_EVERY);
            let Some(grants) = grants.upgrade() else { return };
            grants.refresh();
            if written.elapsed() >= WRITE_EVERY {
                grants.engines.write_tallies();
                written = Instant::now();
            }
        }
    };
    if let Err(error) = thread::Builder::new().name("grants".into()).spawn(look) {
        tracing::error!(%error, "changes of grants by other programs are not noticed");
    }
}

#[cfg(test)]
mod tests {
    use ext_manager::Authorizer;
    use ext_manifest::Manifest;
    use ext_perm::{Audience, Engine, Refusal, Request, Target};
    use ext_wire::{ErrorCode, Method};

    use super::*;

    const OCR: &str = "query:ai.ocr.v1";

    pub(super) fn open(config: PermissionsConfig) -> (tempfile::TempDir, Arc<GrantAuthority>) {
        let data = tempfile::tempdir().unwrap();
        let audit = Arc::new(AuditLog::open(&data.path().join("audit")).unwrap());
        let grants = GrantAuthority::open(data.path(), config, audit).unwrap();
        (data, grants)
    }

    pub(super) fn manifest(version: &str) -> Manifest {
        let json = format!(
            r#"{{"id":"demo","name":"Demo","version":"{version}","wasm_file":"demo.wasm",
                "permissions":{{"methods":["query:ai.ocr"],"libraries":["*"]}}}}"#
        );
        Manifest::parse(json.as_bytes()).unwrap()
    }

    pub(super) fn call(engine: &Engine) -> Result<(), Refusal> {
        engine.authorize(Method::parse(OCR).unwrap(), None, Audience::Everyone).map(drop)
    }

    fn events(grants: &GrantAuthority) -> Vec<AuditEvent> {
        grants.audit().tail(100, None).unwrap().into_iter().map(|record| record.event).collect()
    }

    pub(super) fn deny() -> Rule {
        Rule::new(Effect::Deny)
    }

    #[test]
    fn each_decision_is_written_in_force_and_recorded_at_once() {
        let (_data, grants) = open(PermissionsConfig::default());
        let manifest = manifest("1.0.0");
        let version = ExtensionVersion { manifest: &manifest, wasm_hash: "one" };
        let engine = grants.engine(&manifest, "one");
        assert!(call(&engine).is_err());

        let all = grants.grant_all(version).unwrap();
        assert!(call(&engine).is_ok());
        let denial = grants.grant(version, deny()).unwrap();
        assert!(call(&engine).is_err());
        grants.revoke(version, denial).unwrap();
        assert!(call(&engine).is_ok());
        assert_eq!(grants.list(version).unwrap().len(), 1);
        assert_eq!(grants.revoke_all(version).unwrap(), 1);
        assert!(call(&engine).is_err());

        let again = grants.revoke(version, all).unwrap_err();
        assert_eq!(again.code(), ErrorCode::NotFound);
        assert_eq!(grants.reset(version).unwrap(), 0);
        grants.remove("demo").unwrap();
        let events = events(&grants);
        let granted = |event: &AuditEvent| matches!(event, AuditEvent::Granted { .. });
        assert!(events.iter().take(2).all(granted), "{events:?}");
        let revoked = AuditEvent::Revoked { extension: "demo".into(), grants: 1 };
        let removed = AuditEvent::Removed { extension: "demo".into() };
        assert_eq!(events[2..5], [revoked.clone(), revoked, removed]);
        // What was counted meanwhile is written when the log is read.
        let counted = |event: &AuditEvent| {
            matches!(event, AuditEvent::Refused { .. } | AuditEvent::Called { .. })
        };
        assert!(events[5..].iter().all(counted), "{events:?}");
    }

    #[test]
    fn a_removed_extension_has_no_grants_even_where_it_still_runs() {
        let (_data, grants) = open(PermissionsConfig::default());
        let manifest = manifest("1.0.0");
        let version = ExtensionVersion { manifest: &manifest, wasm_hash: "one" };
        grants.grant_all(version).unwrap();
        let engine = grants.engine(&manifest, "one");
        assert!(call(&engine).is_ok());
        grants.remove("demo").unwrap();
        assert!(call(&engine).is_err());
    }

    #[test]
    fn an_installation_that_fails_leaves_no_grants_and_no_record() {
        let (_data, grants) = open(PermissionsConfig::default());
        let (old, new) = (manifest("1.0.0"), manifest("2.0.0"));
        let old = ExtensionVersion { manifest: &old, wasm_hash: "one" };
        let new = ExtensionVersion { manifest: &new, wasm_hash: "two" };
        let install = |new, old, done: Result<(), GrantError>| {
            grants.install(new, old, &Consent::All, || done)
        };
        install(old, None, Ok(())).unwrap();
        let both = || (grants.list(old).unwrap().len(), grants.list(new).unwrap().len());
        let failed = Err(GrantError::NotRecorded("demo".into()));
        assert!(install(new, Some(old), failed).is_err());
        assert_eq!((both(), events(&grants).len()), ((1, 0), 1));
        install(new, Some(old), Ok(())).unwrap();
        assert_eq!((both(), events(&grants).len()), ((0, 1), 2));
    }

    #[test]
    fn while_a_version_is_installed_both_have_their_grants() {
        let (_data, grants) = open(PermissionsConfig::default());
        let (old, new) = (manifest("1.0.0"), manifest("2.0.0"));
        let old = ExtensionVersion { manifest: &old, wasm_hash: "one" };
        let new = ExtensionVersion { manifest: &new, wasm_hash: "two" };
        grants.grant_all(old).unwrap();
        grants.grant(old, deny()).unwrap();
        let both = grants.install(new, Some(old), &Consent::KeepPermissions, || {
            Ok::<_, GrantError>((grants.list(old)?, grants.list(new)?))
        });
        let (old, new) = both.unwrap();
        assert_eq!((old.len(), &old), (2, &new));
    }

    #[test]
    #[cfg(not(feature = "cedar"))]
    fn perm_32_a_language_that_is_left_out_denies_and_says_what_is_missing() {
        let cedar = crate::CedarConfig { policies: Vec::new(), schema: None, entities: None };
        let config = PermissionsConfig { cedar: Some(cedar), ..Default::default() };
        let (_data, grants) = open(config);
        let manifest = manifest("1.0.0");
        let version = ExtensionVersion { manifest: &manifest, wasm_hash: "one" };
        grants.grant_all(version).unwrap();
        let refusal = call(&grants.engine(&manifest, "one")).unwrap_err();
        assert_eq!(refusal.code(), ErrorCode::Internal);
        assert!(refusal.to_string().contains("--features cedar"), "{refusal}");
    }

    #[test]
    fn what_was_recorded_adds_up_over_programs() {
        let (data, grants) = open(PermissionsConfig::default());
        let manifest = manifest("1.0.0");
        let version = ExtensionVersion { manifest: &manifest, wasm_hash: "one" };
        grants.grant_all(version).unwrap();
        assert!(grants.stop_recording("demo").is_err());
        for times in 1..=2 {
            let audit = Arc::new(AuditLog::open(&data.path().join("audit")).unwrap());
            let grants =
                GrantAuthority::open(data.path(), PermissionsConfig::default(), audit).unwrap();
            grants.start_recording("demo");
            assert!(call(&grants.engine(&manifest, "one")).is_ok());
            grants.event_received("demo", "entry.created", uuid::Uuid::nil());
            grants.event_received("other", "entry.updated", uuid::Uuid::max());
            let recording = grants.stop_recording("demo").unwrap();
            assert_eq!(recording.called.get(OCR), Some(&times));
            assert_eq!((recording.events.len(), recording.libraries.len()), (1, 1));
        }
        let least = grants.least_privilege(&manifest, true).unwrap();
        assert_eq!(least["permissions"]["methods"], serde_json::json!([OCR]));
        assert_eq!(least["permissions"]["libraries"], serde_json::json!(["*"]));
    }

    #[test]
    fn an_explanation_names_the_line_that_decides() {
        let (_data, grants) = open(PermissionsConfig::default());
        let manifest = manifest("1.0.0");
        let version = ExtensionVersion { manifest: &manifest, wasm_hash: "one" };
        let principal = ext_perm::Principal::Extension("demo");
        let request = Request::new(principal, Method::parse(OCR).unwrap(), None);
        let request = request.about(Target::Unknown);
        let denied = grants.explain(version, &request);
        assert!(!denied.allowed && denied.denied_by[0].backend == "grants");
        let number = grants.grant_all(version).unwrap();
        let allowed = grants.explain(version, &request).allowed_by;
        let line = allowed
            .iter()
            .find_map(|part| part.line.as_deref().filter(|_| part.backend == "grants"));
        assert!(line.is_some_and(|line| line.contains(&format!("grant {number}"))), "{allowed:?}");
    }
}
