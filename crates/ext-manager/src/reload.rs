//! Hot reload: another version takes over, without a call lost or done twice.
//!
//! The new version is compiled and initialised beside the old one, which goes on. Then nothing more
//! is taken from the queue, the old version's state is handed over when both have the exports for
//! it, and the queue is switched; calls that run in the old version end there. A failure before the
//! switch leaves the old version as it was.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use ext_manifest::{Manifest, RaisedLimit};
use ext_wire::ErrorCode;
use thiserror::Error;

use crate::{
    CallError, LoadError, Loaded, extension::Extension, host_version::host_version, trial::Trial,
    version::Version,
};

/// The reason for which a hot reload did not take place: the old version goes on.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReloadError {
    /// No extension with this id is loaded.
    #[error("no extension `{}` is loaded", id.escape_debug())]
    NotLoaded {
        /// The id.
        id: String,
    },
    /// The folder holds another extension.
    #[error("the folder holds the extension `{found}`, not `{id}`")]
    OtherId {
        /// The one that is loaded.
        id: String,
        /// The one in the folder.
        found: String,
    },
    /// The new version asks for more than the user agreed to.
    #[error("the new version asks for more than was agreed to: {}", more.join(", "))]
    NeedsConsent {
        /// The additional requests.
        more: Vec<String>,
    },
    /// The new version does not load or start.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The state could not be handed over.
    #[error("the state cannot be handed over: {0}")]
    State(CallError),
    /// A call in the old version did not end, and its state cannot be had before.
    #[error("a running call did not end within {} s", limit.as_secs())]
    CallRuns {
        /// The time that was waited for.
        limit: Duration,
    },
    /// The extension was unloaded meanwhile.
    #[error("the extension was unloaded meanwhile")]
    Unloaded,
}

impl ReloadError {
    /// Returns the stable code: [`ErrorCode::Reload`], whatever the cause, unless there is nothing to
    /// reload.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NotLoaded { .. } => ErrorCode::NotFound,
            _ => ErrorCode::Reload,
        }
    }
}

/// The result of a hot reload.
#[derive(Debug, Clone)]
pub struct Reloaded {
    /// The version that runs now.
    pub loaded: Loaded,
    /// The time in which no call was begun.
    pub pause: Duration,
    /// Bytes of state that were handed over; `None` when a version has no export for it.
    pub state_bytes: Option<usize>,
}

/// The user's consent to a version that may ask for more than the old one has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReloadConsent {
    /// No consent: the new version may ask for nothing more.
    Same,
    /// The user has agreed to the new version.
    Given,
}

/// Replaces the version of an extension by the one in a folder.
pub(crate) fn reload(
    extension: &Extension,
    dir: &Path,
    consent: ReloadConsent,
) -> Result<Reloaded, ReloadError> {
    let mut last = extension.lock_reload();
    let old = extension.current();
    let manifest = read_manifest(extension, dir)?;
    if consent == ReloadConsent::Same {
        ensure_no_more(&old.manifest, &manifest)?;
    }
    *last += 1;
    let new = Version::compile(
        manifest,
        dir,
        *last,
        Arc::clone(&extension.supervisor),
        Arc::clone(&extension.queue),
        Arc::clone(&extension.shared),
        Trial::of_candidate(),
    )?;
    let new = Arc::new(new);
    switch(extension, &old, &new).inspect_err(|_| new.end())
}

fn switch(
    extension: &Extension,
    old: &Arc<Version>,
    new: &Arc<Version>,
) -> Result<Reloaded, ReloadError> {
    new.start()?;
    let began = Instant::now();
    let state_bytes = hand_over(extension, old, new).inspect_err(|_| extension.queue.resume())?;
    // Callers find the new version before its workers can answer them.
    new.accept();
    extension.set_current(Arc::clone(new));
    if !extension.queue.switch(new.generation) {
        return Err(ReloadError::Unloaded);
    }
    let pause = began.elapsed();
    extension.supervisor.forgive();
    old.retire(extension.shared.config.drain_timeout);
    Ok(Reloaded { loaded: extension.loaded(), pause, state_bytes })
}

/// Stops the queue and takes the state over; without state there is nothing to stop for.
fn hand_over(
    extension: &Extension,
    old: &Version,
    new: &Version,
) -> Result<Option<usize>, ReloadError> {
    let single = old.manifest.limits().instances() == 1 && new.manifest.limits().instances() == 1;
    if !(single && old.saves && new.restores) {
        return Ok(None);
    }
    let limit = extension.shared.config.drain_timeout;
    if !extension.queue.pause(old.generation, limit) {
        return Err(ReloadError::CallRuns { limit });
    }
    let Some(state) = old.save().map_err(ReloadError::State)? else { return Ok(None) };
    let bytes = state.len();
    new.restore(state).map_err(ReloadError::State)?;
    Ok(Some(bytes))
}

fn read_manifest(extension: &Extension, dir: &Path) -> Result<Manifest, ReloadError> {
    let manifest = Manifest::from_dir(dir).map_err(LoadError::from)?;
    manifest.check_core_version(&host_version()).map_err(LoadError::from)?;
    if manifest.id() != &*extension.id {
        let (id, found) = (extension.id.to_string(), manifest.id().to_owned());
        return Err(ReloadError::OtherId { id, found });
    }
    Ok(manifest)
}

/// Refuses a manifest that asks for anything that the old one does not spell out.
fn ensure_no_more(old: &Manifest, new: &Manifest) -> Result<(), ReloadError> {
    let (had, wants) = (requests(old), requests(new));
    let mut more: Vec<String> = wants.into_iter().filter(|asked| !had.contains(asked)).collect();
    more.extend(RaisedLimit::between(old, new).iter().map(ToString::to_string));
    if more.is_empty() { Ok(()) } else { Err(ReloadError::NeedsConsent { more }) }
}

/// Lists all that a user agrees to, in words.
fn requests(manifest: &Manifest) -> Vec<String> {
    let permissions = manifest.permissions();
    let methods = permissions.methods().iter().map(|method| format!("call {method}"));
    let libraries: Vec<String> = permissions.libraries().clone().into();
    let libraries = libraries.into_iter().map(|library| format!("use {library}"));
    let domains = permissions.allowed_domains().iter().map(|domain| format!("reach {domain}"));
    let events = manifest.events().iter().map(|kind| format!("receive {kind}"));
    methods.chain(libraries).chain(domains).chain(events).collect()
}
