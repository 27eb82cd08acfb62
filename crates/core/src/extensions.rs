//! The handle of the installed extensions.

use std::{io, path::Path, time::Duration};

use ext_grants::Consent;
use ext_manager::{CallError, GuestIsolation, Manager, ReloadConsent, ReloadError, SavedState};
use ext_manifest::Manifest;
use ext_package::{EXTENSION, Package, VerifiedPackage};
use ext_services::{credentials::CredentialVault, extensions::ExtensionDirectory};
use ext_wire::{DeclaredHandlers, ops::extensions::ExtensionInfo};
use tempfile::TempDir;

use crate::{
    call_file::CallWatch,
    candidate::{Candidate, PendingUpdate},
    catalogue::OfferedOperation,
    error::CoreError,
    extension_check::{self, ExtensionCheck, Place},
    manifest_advice,
    permissions::Permissions,
    schedules,
    system::System,
    version::Version,
};

/// The installed extensions: [`Core::extensions`](crate::Core::extensions) returns them.
///
/// ```no_run
/// # let (data, folder) = (std::path::Path::new("data"), std::path::Path::new("finance"));
/// use spacedrive_core::{Core, permissions::Consent};
///
/// let core = Core::open(data)?;
/// let candidate = core.extensions().candidate(folder)?;
/// let request = core.permissions().request(&candidate)?;
/// println!("{} asks to {}", candidate.manifest().name(), request.describe().join(", "));
/// // The user agrees.
/// let installed = core.extensions().install(candidate, Consent::All)?;
/// println!("{} is installed", installed.id);
/// # Ok::<(), spacedrive_core::CoreError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Extensions<'a> {
    system: &'a System,
}

/// The result of [`Extensions::update`].
#[derive(Debug, Clone)]
pub struct Updated {
    /// The version that is installed now.
    pub info: ExtensionInfo,
    /// Time in which the extension took no calls; `None` when it did not run before.
    pub pause: Option<Duration>,
    /// Bytes of state that were handed over, if any were.
    pub state_bytes: Option<usize>,
}

impl<'a> Extensions<'a> {
    pub(crate) const fn new(system: &'a System) -> Self {
        Self { system }
    }

    /// Lists the installed extensions by id. Of one that is damaged only what can be told is there, its id
    /// at least.
    #[must_use]
    pub fn list(&self) -> Vec<ExtensionInfo> {
        self.system.installed.list()
    }

    /// Returns the manifests of the installed extensions by id. One that cannot be read is left out and
    /// logged.
    #[must_use]
    pub fn manifests(&self) -> Vec<Manifest> {
        self.system.installed.manifests()
    }

    /// Describes an installed extension.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`]; [`CoreError::Manifest`] and [`CoreError::Io`] when its files
    /// cannot be read.
    pub fn info(&self, id: &str) -> Result<ExtensionInfo, CoreError> {
        self.system.installed.info(id)
    }

    /// Returns whether a version of this extension is installed.
    #[must_use]
    pub fn is_installed(&self, id: &str) -> bool {
        self.system.installed.dir(id).is_ok()
    }

    /// Copies the extension in a folder, to be shown to the user and then installed.
    ///
    /// # Errors
    /// [`CoreError::Manifest`] when the folder has no valid manifest; [`CoreError::Io`] when it has no
    /// wasm, or cannot be copied.
    pub fn candidate(&self, folder: &Path) -> Result<Candidate, CoreError> {
        self.system.installed.candidate(folder)
    }

    /// Copies the extension at a path, to be shown to the user and then installed: a folder, or the file
    /// of a package.
    ///
    /// # Errors
    /// As [`candidate`](Self::candidate) and [`candidate_of_package`](Self::candidate_of_package);
    /// [`CoreError::Package`] for a package that is not sound, or not signed as it says.
    pub fn candidate_at(&self, path: &Path) -> Result<Candidate, CoreError> {
        match is_package(path) {
            true => self.candidate_of_package(&Package::open(path)?),
            false => self.candidate(path),
        }
    }

    /// Copies the extension in a package, to be shown to the user and then installed.
    ///
    /// # Errors
    /// [`CoreError::Io`] when it cannot be copied.
    pub fn candidate_of_package(&self, package: &VerifiedPackage) -> Result<Candidate, CoreError> {
        let folder = unpacked(package)?;
        let candidate = self.system.installed.candidate(folder.path())?;
        Ok(candidate.signed_by(package.publisher().cloned()))
    }

    /// Checks that a candidate is signed by the publisher of the installed version, as [`install`
    /// ](Self::install) does, before the user is asked.
    ///
    /// # Errors
    /// [`CoreError::Publisher`], unless the candidate is [accepted](Candidate::accepting_publisher).
    pub fn check_publisher(&self, candidate: &Candidate) -> Result<(), CoreError> {
        self.system.installed.publishers.check(candidate)
    }

    /// Lists what the manifest of a candidate asks for in vain: methods that nothing answers to, with
    /// the nearest names, permissions that are of no use without another, and functions of the wasm
    /// that it does not name.
    #[must_use]
    pub fn advice(&self, candidate: &Candidate) -> Vec<String> {
        let mut advice = manifest_advice::advise(candidate.manifest(), &self.offered());
        let section = candidate.contents().ok().and_then(|contents| contents.methods);
        let declared = section.as_deref().map(DeclaredHandlers::parse);
        advice.extend(extension_check::undeclared(candidate.manifest(), declared.as_ref()));
        advice
    }

    /// Checks the extension at a path for its author, a folder or the file of a package: what it is made of,
    /// whether it would load, and where manifest and code do not fit. Nothing of it is run or compiled, and
    /// a runtime that it needs may be missing.
    ///
    /// # Errors
    /// [`CoreError::Manifest`] when there is no valid manifest; [`CoreError::Package`] for a package that is
    /// not sound, or not signed as it says; [`CoreError::Io`] when it cannot be unpacked.
    pub fn check(&self, path: &Path) -> Result<ExtensionCheck, CoreError> {
        let unpacked = match is_package(path) {
            true => Some(unpacked(&Package::open(path)?)?),
            false => None,
        };
        let folder = unpacked.as_ref().map_or(path, TempDir::path);
        let manifest = Manifest::from_dir(folder)?;
        let place = Place { folder, named: path };
        let loader = &self.system.guests.loader;
        Ok(extension_check::check(&manifest, &place, loader, &self.offered()))
    }

    /// Watches the calls of extensions in all processes on this data folder, from now on: names, times and
    /// sizes, never what is in a call. Without a watcher nothing is written down.
    ///
    /// # Errors
    /// [`CoreError::Io`] when the folder of the calls cannot be written.
    pub fn watch_calls(&self) -> Result<CallWatch, CoreError> {
        self.system.guests.calls.watch()
    }

    /// Lists the built-in operations and those of installed extensions.
    fn offered(&self) -> Vec<OfferedOperation> {
        let manifests = self.system.installed.manifests();
        let offered = manifests.iter().flat_map(OfferedOperation::of_extension);
        let built_in = self.system.registry.catalogue().map(OfferedOperation::from);
        built_in.chain(offered).collect()
    }

    /// Installs an extension, or another version of it, with what the user agreed to. It is loaded
    /// and initialised once with these rights, to see that it works; if it does not, nothing changes. A
    /// quarantine for faults of the version before ends, and one by the user stays.
    ///
    /// # Errors
    /// [`CoreError::Load`] when it does not load; [`CoreError::Grants`] and [`CoreError::Io`] when the
    /// grants or the extension cannot be written; [`CoreError::Service`] as
    /// [`build`](crate::CoreBuilder::build).
    pub fn install(
        &self,
        candidate: Candidate,
        consent: Consent,
    ) -> Result<ExtensionInfo, CoreError> {
        let id = candidate.manifest().id().to_owned();
        self.replace(candidate, consent, |candidate| self.try_out(candidate), || ())?;
        // The version that runs is the old one; the next call loads the new one.
        let _ = self.system.manager.unload(&id);
        self.end_quarantine_of_old_version(&id)?;
        self.info(&id)
    }

    /// Installs an extension as [`Self::install`] does; one that is installed already is replaced
    /// while it runs: calls that wait are answered by the new version, and its state is handed over
    /// when both versions have the exports for it. Whatever fails, the old version goes on. With
    /// [`Consent::KeepPermissions`] a version that asks for more is refused.
    ///
    /// # Errors
    /// [`CoreError::Reload`] when the new version does not take over; as [`Self::install`].
    pub fn update(&self, candidate: Candidate, consent: Consent) -> Result<Updated, CoreError> {
        let id = candidate.manifest().id().to_owned();
        if self.info(&id).is_err() || self.system.ensure_loaded(&id).is_err() {
            let info = self.install(candidate, consent)?;
            if self.system.manager.saved_quarantine(&id).is_none() {
                self.system.ensure_loaded(&id)?;
            }
            return Ok(Updated { info, pause: None, state_bytes: None });
        }
        let more = match consent {
            Consent::KeepPermissions => ReloadConsent::Same,
            Consent::All | Consent::Only(_) => ReloadConsent::Given,
        };
        let reload = |candidate: &Candidate| {
            let reloaded = self.system.manager.reload(&id, candidate.folder(), more);
            Ok(reloaded.map_err(|error| match error {
                ReloadError::Load(error) => ReloadError::Load(candidate.at_source(error)),
                other => other,
            })?)
        };
        let replace = || self.replace(candidate, consent, reload, || self.put_back(&id));
        let reloaded = self.system.while_replacing(&id, replace)?;
        self.end_quarantine_of_old_version(&id)?;
        let (pause, state_bytes) = (Some(reloaded.pause), reloaded.state_bytes);
        Ok(Updated { info: self.info(&id)?, pause, state_bytes })
    }

    /// Gives the candidate what the user agreed to, lets `switch` do its work, and installs it; when that
    /// fails, `back` undoes what `switch` did.
    fn replace<T>(
        &self,
        candidate: Candidate,
        consent: Consent,
        switch: impl FnOnce(&Candidate) -> Result<T, CoreError>,
        back: impl FnOnce(),
    ) -> Result<T, CoreError> {
        let installed = &self.system.installed;
        let _lock = installed.lock(candidate.manifest().id())?;
        installed.publishers.check(&candidate)?;
        let new = Version::of(&candidate);
        let before = installed.version_before(&candidate);
        let before = before.as_ref().map(Version::as_ref);
        self.system.grants().install(new.as_ref(), before, &consent, || {
            let done = switch(&candidate)?;
            self.put_in_place(candidate).inspect_err(|_| back())?;
            Ok(done)
        })
    }

    /// Makes a candidate the installed version, with its publisher: both or neither.
    fn put_in_place(&self, candidate: Candidate) -> Result<(), CoreError> {
        let (installed, id) = (&self.system.installed, candidate.manifest().id().to_owned());
        let publishers = &installed.publishers;
        let before = publishers.key_of(&id)?;
        publishers.keep(&id, candidate.publisher(), candidate.accepts_publisher())?;
        installed.install(candidate).inspect_err(|_| {
            let kept = publishers.keep(&id, before.as_ref(), true);
            kept.unwrap_or_else(|error| tracing::warn!(extension = id, %error, "its publisher"));
        })
    }

    /// Lets the installed version take over again from one that took over and could not be installed, or
    /// ends that one: the installed version is loaded when it is needed.
    fn put_back(&self, id: &str) {
        let System { installed, manager, .. } = self.system;
        let load = || -> Result<(), CoreError> {
            installed.verify(id)?;
            manager.reload(id, &installed.dir(id)?, ReloadConsent::Given)?;
            Ok(())
        };
        if let Err(error) = load() {
            tracing::warn!(extension = id, %error, "the installed version starts anew");
            let _ = manager.unload(id);
        }
    }

    /// Checks that a candidate is not older than the installed version. [`install`](Self::install) does
    /// not: an app asks this first, and its user if need be.
    ///
    /// # Errors
    /// [`CoreError::Downgrade`].
    pub fn check_order(&self, candidate: &Candidate) -> Result<(), CoreError> {
        let (id, offered) = (candidate.manifest().id(), candidate.manifest().version());
        let installed = self.system.installed.version_before(candidate);
        let newer = installed.filter(|it| it.manifest().version().cmp_precedence(offered).is_gt());
        match newer {
            None => Ok(()),
            Some(installed) => Err(CoreError::Downgrade {
                id: id.to_owned(),
                installed: installed.manifest().version().to_string(),
                offered: offered.to_string(),
            }),
        }
    }

    /// Checks that both files of an installed extension are what the user agreed to; if they are not, it
    /// does not run.
    ///
    /// # Errors
    /// [`CoreError::Changed`]; as [`Self::info`].
    pub fn verify(&self, id: &str) -> Result<(), CoreError> {
        self.system.installed.verify(id)
    }

    /// Loads and initialises a candidate once, to see that it works, with the rights that it has now.
    fn try_out(&self, candidate: &Candidate) -> Result<(), CoreError> {
        let System { registry, services, guests, .. } = self.system;
        let trial = Manager::with_config(registry.clone(), services.clone(), guests.config(None))?;
        trial.try_out(candidate.folder()).map_err(|error| candidate.at_source(error))?;
        Ok(())
    }

    /// Keeps a version that asks for more as the pending update, until the user decides; the
    /// installed version goes on.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`] when no version is installed; [`CoreError::Io`] when it cannot be
    /// written.
    pub fn defer(&self, candidate: Candidate) -> Result<(), CoreError> {
        let id = candidate.manifest().id();
        self.system.installed.dir(id)?;
        let _lock = self.system.installed.lock(id)?;
        let publishers = &self.system.installed.publishers;
        publishers.check(&candidate)?;
        publishers.keep(id, candidate.publisher(), candidate.accepts_publisher())?;
        self.system.installed.defer(candidate)
    }

    /// Returns the pending update of an extension.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`]; [`CoreError::NoPendingUpdate`]; [`CoreError::Changed`] when its files are
    /// not what they were; as [`Self::candidate`].
    pub fn pending_update(&self, id: &str) -> Result<PendingUpdate, CoreError> {
        let candidate = self.system.installed.pending_update(id)?;
        let request = Permissions::new(self.system).request(&candidate)?;
        Ok(PendingUpdate { candidate, request })
    }

    /// Returns the version before the installed one, to go back to it: [`install`](Self::install) installs
    /// it, and keeps the one that is installed now in its place.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`]; [`CoreError::NoPreviousVersion`]; [`CoreError::Changed`] when its files
    /// are not what they were; as [`Self::candidate`].
    pub fn previous_version(&self, id: &str) -> Result<Candidate, CoreError> {
        self.system.installed.previous_version(id)
    }

    /// Removes an installed extension, after its cleanup when it is loaded, with its credentials,
    /// what the user granted it, what was recorded of it, its jobs, its schedules, and the events that wait
    /// for it. Entries and sidecars that it wrote into libraries stay.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`]; [`CoreError::Credential`], [`CoreError::Io`] and
    /// [`CoreError::Grants`] when a part of it cannot be removed.
    pub fn remove(&self, id: &str) -> Result<(), CoreError> {
        let System { installed, manager, vault, settings, schedules, .. } = self.system;
        // An unknown id must not reach the vault: the empty one is the user's own.
        installed.ensure_there(id)?;
        let _lock = installed.lock(id)?;
        installed.ensure_there(id)?;
        let _ = manager.unload(id);
        vault.delete_extension(id)?;
        settings.forget(id)?;
        schedules::forget(schedules, id).map_err(CallError::from)?;
        installed.remove(id)?;
        manager.forget(id);
        self.forget_in_libraries(id)?;
        Ok(self.system.grants().remove(id)?)
    }

    /// Removes what libraries keep for an extension. One that cannot be read keeps it, which is logged.
    fn forget_in_libraries(&self, id: &str) -> Result<(), CoreError> {
        for (library, error) in self.system.libraries.forget_extension(id)? {
            tracing::warn!(%library, extension = id, %error, "its jobs stay");
        }
        Ok(())
    }

    /// Returns the isolation of an extension's instances, as it is configured.
    #[must_use]
    pub fn isolation(&self, id: &str) -> GuestIsolation {
        self.system.guests.isolations.of(id)
    }

    /// Returns the health of an installed extension, over restarts of the program.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`].
    pub fn state(&self, id: &str) -> Result<SavedState, CoreError> {
        self.system.installed.dir(id)?;
        Ok(self.system.manager.saved_state(id))
    }

    /// Stops an installed extension until it is released, also over restarts of the program.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`]; [`CoreError::Io`] when that cannot be kept over restarts.
    pub fn quarantine(&self, id: &str, reason: &str) -> Result<(), CoreError> {
        self.system.installed.dir(id)?;
        let kept = self.system.manager.quarantine(id, reason);
        kept.map_err(|source| self.not_kept(source))
    }

    /// Lets a quarantined extension run again; returns false when it was not quarantined.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`]; [`CoreError::Io`] when that cannot be kept: it stays quarantined.
    pub fn release(&self, id: &str) -> Result<bool, CoreError> {
        self.system.installed.dir(id)?;
        self.system.manager.release(id).map_err(|source| self.not_kept(source))
    }

    /// Stops an installed extension as [`Self::quarantine`] does, until another version is installed.
    pub(crate) fn quarantine_version(&self, id: &str, reason: &str) -> Result<(), CoreError> {
        self.system.installed.dir(id)?;
        let kept = self.system.manager.quarantine_version(id, reason);
        kept.map_err(|source| self.not_kept(source))
    }

    /// Ends a quarantine for what the old version did: the new one has been seen to start. One by the user
    /// is about the extension, whatever its version.
    fn end_quarantine_of_old_version(&self, id: &str) -> Result<(), CoreError> {
        let ended = self.system.manager.release_version(id);
        ended.map(drop).map_err(|source| self.not_kept(source))
    }

    fn not_kept(&self, source: io::Error) -> CoreError {
        CoreError::Io { path: self.system.own.path().join("state"), source }
    }
}

fn is_package(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == EXTENSION) && !path.is_dir()
}

fn unpacked(package: &VerifiedPackage) -> Result<TempDir, CoreError> {
    let failed = |source| CoreError::Io { path: std::env::temp_dir(), source };
    let folder = tempfile::tempdir().map_err(failed)?;
    package.package().unpack(folder.path())?;
    Ok(folder)
}
