//! The configuration, which is read again while a daemon runs.
//!
//! What can be replaced is in force at once ([`Core::reload_config`]). Readers, models, sandboxes and
//! clients are made when the daemon starts, and half of a change would be worse than none: of these it
//! says that it has to be started again.

use spacedrive_core::{
    Core, CoreError, Reloaded,
    config::{CONFIG_FILE, Config},
};

use crate::shared::Shared;

/// The end of a sentence on a mistake, after which nothing changed.
const FORMER: &str = "the daemon works with the former settings";

/// Reads the configuration again, and logs what came of it.
pub(crate) fn reload(shared: &Shared) -> Result<Reloaded, CoreError> {
    let reloaded = shared.core.reload_config();
    let failure = reloaded.as_ref().err().map(|error| format!("{error}: {FORMER}"));
    match (&reloaded, &failure) {
        (Ok(reloaded), _) => log(reloaded),
        // A mistake that is told already is not told again.
        (_, Some(failure)) if shared.settings.lock().as_ref() == Some(failure) => {}
        (_, failure) => tracing::warn!("{}", failure.as_deref().unwrap_or_default()),
    }
    *shared.settings.lock() = failure;
    reloaded
}

fn log(reloaded: &Reloaded) {
    if !reloaded.applied.is_empty() {
        tracing::warn!("{CONFIG_FILE}: {} is in force", reloaded.applied.join(", "));
    }
    if !reloaded.needs_restart.is_empty() {
        tracing::warn!("{}", restart(&reloaded.needs_restart));
    }
}

fn restart(sections: &[&str]) -> String {
    format!(
        "{CONFIG_FILE}: {} changed, and {FORMER} there until it is started again: spacedrive serve \
         --stop",
        sections.join(", ")
    )
}

/// Tells whether the file says something else than when it was last read.
pub(crate) fn is_news(shared: &Shared, seen: &Option<Config>) -> bool {
    let now = Config::load(&shared.data_folder).ok();
    now.as_ref() != seen.as_ref()
}

/// Lists what the user should know of the configuration: a mistake, or what is not in force yet.
pub(crate) fn attention(shared: &Shared) -> Vec<String> {
    let mistake = shared.settings.lock().clone();
    let waiting =
        Config::load(&shared.data_folder).ok().and_then(|file| waiting(&shared.core, &file));
    mistake.into_iter().chain(waiting).collect()
}

fn waiting(core: &Core, file: &Config) -> Option<String> {
    let changed = core.config().changes(file).into_iter().filter(|section| !section.is_reloaded());
    let names: Vec<&str> = changed.map(|section| section.name()).collect();
    (!names.is_empty()).then(|| restart(&names))
}
