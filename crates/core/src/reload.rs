//! The configuration in force, and its change while the program runs.

use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use serde::Serialize;

use crate::{
    config::{Config, Section},
    core::Core,
    error::CoreError,
};

/// The configuration that a core works with.
pub(crate) struct ConfigInForce {
    data_folder: PathBuf,
    /// The sections in force; held while they are replaced.
    config: Mutex<Config>,
}

impl ConfigInForce {
    pub(crate) fn new(data_folder: &Path, config: Config) -> Self {
        Self { data_folder: data_folder.to_owned(), config: Mutex::new(config) }
    }
}

/// The outcome of reading the configuration again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reloaded {
    /// The changed sections that are in force now.
    pub applied: Vec<&'static str>,
    /// The changed sections that are in force when the data folder is opened anew.
    pub needs_restart: Vec<&'static str>,
}

impl Core {
    /// Returns the configuration in force.
    #[must_use]
    pub fn config(&self) -> Config {
        self.config.config.lock().clone()
    }

    /// Reads `config.toml` again, and puts the sections into force that can be while the program runs
    /// ([`Section::is_reloaded`]), with the files of policies that they name. When the file or a
    /// policy is not valid, nothing changes.
    ///
    /// ```
    /// # let data = tempfile::tempdir()?;
    /// let core = spacedrive_core::Core::open(data.path())?;
    /// std::fs::write(data.path().join("config.toml"), "[storage]\nkeep_versions = 3\n")?;
    /// assert_eq!(core.reload_config()?.applied, ["[storage]"]);
    /// std::fs::write(data.path().join("config.toml"), "[storage]\nkeep_versions = -3\n")?;
    /// assert!(core.reload_config().is_err());
    /// assert_eq!(core.config().storage.and_then(|storage| storage.keep_versions), Some(3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`CoreError::Config`] when the file is not valid, [`CoreError::Grants`] when its policy is not.
    pub fn reload_config(&self) -> Result<Reloaded, CoreError> {
        let mut in_force = self.config.config.lock();
        let new = Config::load(&self.config.data_folder)?;
        let (applied, needs_restart) =
            in_force.changes(&new).into_iter().partition::<Vec<_>, _>(|it| it.is_reloaded());
        // First, as it may fail; and always, as the files of a policy may have changed.
        self.system.grants().set_policy(new.permissions.clone().unwrap_or_default())?;
        self.system.libraries.set_limits(new.storage.unwrap_or_default().limits());
        in_force.permissions = new.permissions;
        in_force.storage = new.storage;
        Ok(Reloaded { applied: names(&applied), needs_restart: names(&needs_restart) })
    }
}

fn names(sections: &[Section]) -> Vec<&'static str> {
    sections.iter().map(|section| section.name()).collect()
}
