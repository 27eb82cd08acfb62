//! Folders and files that the program uses, by the names that people know them by.

use std::path::{Path, PathBuf};

use anyhow::Context;
use ext_models::ModelStore;
use serde::Serialize;
use spacedrive_core::config::CONFIG_FILE;

use crate::{
    args::{Global, data_folder},
    installation,
};

/// Everything that the program keeps in its data folder, with what it is.
pub(crate) const KEPT: &[(&str, &str)] = &[
    ("libraries", "libraries, with the content of their files"),
    ("extensions", "installed extensions"),
    ("models", "models"),
    ("runtimes", "interpreters of extensions"),
    ("grants", "rights of extensions"),
    ("audit", "record of what extensions did"),
    ("vault", "secrets, encrypted"),
    ("vault.key", "key of the secrets"),
    ("vault.key.generation", "count of the changes of the secrets"),
    ("state", "health of extensions"),
    ("settings", "settings of extensions"),
    ("usage", "used parts of budgets"),
    ("recordings", "recorded calls of extensions"),
    ("calls", "recent calls of extensions, written while `ext dev` runs"),
    ("modules", "compiled extensions, which are made again"),
    ("locations.json", "folders that libraries follow"),
    ("locations.lock", "lock of these folders"),
    ("schedules.json", "calls that are made again and again"),
    ("schedules.lock", "lock of these calls"),
    ("publishers.json", "keys of the publishers of extensions"),
    ("publishers.lock", "lock of these keys"),
    ("registries.json", "numbers and keys that were seen of registries"),
    ("registries.lock", "lock of these numbers"),
    ("origins.json", "registries that extensions came from"),
    ("origins.lock", "lock of these registries"),
    ("packages", "packages that were fetched from registries"),
    ("tokens.json", "tokens for programs that call the daemon"),
    ("tokens.lock", "lock of these tokens"),
    ("uploads", "files that programs are uploading"),
    ("daemon.lock", "lock of the daemon"),
    ("daemon.log", "log of a daemon in the background"),
    ("daemon.log.1", "the part of this log before"),
    ("daemon.sock", "socket of the daemon"),
    ("console.html", "page that leads a browser to the console"),
    ("daemon.socket-path", "place of the daemon's socket"),
    (CONFIG_FILE, "configuration"),
];

/// The folders and files that the commands of this run use.
#[derive(Debug, Serialize)]
pub(crate) struct Places {
    pub(crate) data: PathBuf,
    pub(crate) config: PathBuf,
    pub(crate) libraries: PathBuf,
    pub(crate) extensions: PathBuf,
    pub(crate) models: PathBuf,
    pub(crate) secrets: PathBuf,
    pub(crate) audit: PathBuf,
    /// Compiled extensions; what is deleted there is made again.
    pub(crate) cache: PathBuf,
    /// This program.
    pub(crate) program: PathBuf,
    /// Extensions that came with the program, for `ext install ID`.
    pub(crate) shipped_extensions: Option<PathBuf>,
}

impl Places {
    pub(crate) fn of(global: &Global) -> anyhow::Result<Self> {
        let data = data_folder(global)?;
        let within = |name: &str| data.join(name);
        Ok(Self {
            config: within(CONFIG_FILE),
            libraries: within("libraries"),
            extensions: within("extensions"),
            models: models(global)?.folder().to_owned(),
            secrets: within("vault"),
            audit: within("audit"),
            cache: within("modules"),
            program: program()?,
            shipped_extensions: installation::shipped_extensions(),
            data,
        })
    }

    /// Lists the places with what they are for, in the order in which people look for them.
    pub(crate) fn rows(&self) -> Vec<(&'static str, &Path)> {
        let mut rows: Vec<(&str, &Path)> = vec![
            ("data", &self.data),
            ("config", &self.config),
            ("libraries", &self.libraries),
            ("extensions", &self.extensions),
            ("models", &self.models),
            ("secrets", &self.secrets),
            ("audit", &self.audit),
            ("cache", &self.cache),
            ("program", &self.program),
        ];
        rows.extend(self.shipped_extensions.as_deref().map(|path| ("shipped extensions", path)));
        rows
    }
}

/// Returns the folder of libraries and extensions.
pub(crate) fn data_folder(global: &Global) -> anyhow::Result<PathBuf> {
    let folder = data_folder::or_default(global.data_dir.clone())
        .context("there is no home folder: set the data folder with --data-dir DIR")?;
    Ok(std::path::absolute(folder)?)
}

/// Returns the store of model files.
pub(crate) fn models(global: &Global) -> anyhow::Result<ModelStore> {
    let folder = global.models_dir.clone().or_else(ModelStore::default_folder);
    let folder = folder
        .context("there is no home folder: set the folder of models with --models-dir DIR")?;
    Ok(ModelStore::new(std::path::absolute(folder)?))
}

/// Returns the file of this program.
pub(crate) fn program() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("the path of this program is unknown")
}
