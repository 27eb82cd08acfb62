//! The folder of an export, which is complete or empty.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use anyhow::Context;
use ext_wire::ErrorCode;
use tempfile::TempDir;

use super::{
    exporter::{ABOUT, FILES},
    manifest::Export,
};
use crate::failure::Hinted;

/// The name of the manifest, which is written last.
const MANIFEST: &str = "export.json";

/// The folder of an export that is being written: into a folder within it first, so that a run that
/// ends early leaves nothing behind that looks complete.
pub(super) struct Target {
    folder: PathBuf,
    partial: TempDir,
    /// Removes the folder again, where it was made for this export.
    made: Option<Made>,
}

struct Made(PathBuf);

impl Drop for Made {
    fn drop(&mut self) {
        // With anything in it, it stays.
        let _ = fs::remove_dir(&self.0);
    }
}

impl Target {
    /// Makes the folder, or takes one that is empty.
    ///
    /// # Errors
    /// There is something in it; it is among the libraries; it cannot be written.
    pub(super) fn begin(to: &Path, library: &Path) -> anyhow::Result<Self> {
        let shown = || format!("{} cannot be written", to.display());
        let is_new = to.symlink_metadata().is_err();
        if is_new {
            fs::create_dir_all(to).with_context(shown)?;
        } else if !to.is_dir() || fs::read_dir(to).with_context(shown)?.next().is_some() {
            let message = format_args!("there is something at {} already", to.display());
            let hint = "name a folder that is empty or not there: nothing is overwritten";
            return Err(Hinted::error(ErrorCode::Conflict, message, hint));
        }
        let folder = fs::canonicalize(to).with_context(shown)?;
        let made = is_new.then(|| Made(folder.clone()));
        if library.parent().is_some_and(|libraries| folder.starts_with(libraries)) {
            let message = "an export does not belong among the libraries";
            return Err(Hinted::error(ErrorCode::BadInput, message, "name another folder"));
        }
        let mut builder = tempfile::Builder::new();
        let builder = builder.prefix(".export-").permissions(Permissions::from_mode(0o700));
        let partial = builder.tempdir_in(&folder).with_context(shown)?;
        Ok(Self { folder, partial, made })
    }

    /// Returns the folder to write into.
    pub(super) fn partial(&self) -> &Path {
        self.partial.path()
    }

    /// Moves everything to its place.
    pub(super) fn finish(mut self, export: &Export) -> anyhow::Result<()> {
        let shown = || format!("{} cannot be written", self.folder.display());
        let json = serde_json::to_vec_pretty(export)?;
        fs::write(self.partial.path().join(MANIFEST), json).with_context(shown)?;
        for name in [FILES, ABOUT, MANIFEST] {
            let from = self.partial.path().join(name);
            if from.symlink_metadata().is_ok() {
                fs::rename(from, self.folder.join(name)).with_context(shown)?;
            }
        }
        self.made = None;
        Ok(())
    }
}
