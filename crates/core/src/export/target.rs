//! The folder of an export, which is complete or empty.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use ext_wire::{ErrorBody, ErrorCode};
use tempfile::TempDir;

use super::{
    cannot_write,
    exporter::{ABOUT, FILES},
    manifest::Manifest,
};

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
    pub(super) fn begin(to: &Path, library: &Path) -> Result<Self, ErrorBody> {
        let is_new = to.symlink_metadata().is_err();
        if is_new {
            fs::create_dir_all(to).map_err(cannot_write(to))?;
        } else if !to.is_dir() || fs::read_dir(to).map_err(cannot_write(to))?.next().is_some() {
            let message = format_args!("there is something at {} already", to.display());
            return Err(ErrorBody::new(ErrorCode::Conflict, message));
        }
        let folder = fs::canonicalize(to).map_err(cannot_write(to))?;
        let made = is_new.then(|| Made(folder.clone()));
        if library.parent().is_some_and(|libraries| folder.starts_with(libraries)) {
            let message = "an export does not belong among the libraries";
            return Err(ErrorBody::new(ErrorCode::BadInput, message));
        }
        let mut builder = tempfile::Builder::new();
        let builder = builder.prefix(".export-").permissions(Permissions::from_mode(0o700));
        let partial = builder.tempdir_in(&folder).map_err(cannot_write(to))?;
        Ok(Self { folder, partial, made })
    }

    /// Returns the folder to write into.
    pub(super) fn partial(&self) -> &Path {
        self.partial.path()
    }

    /// Moves everything to its place.
    pub(super) fn finish(mut self, manifest: &Manifest) -> Result<(), ErrorBody> {
        let json = serde_json::to_vec_pretty(manifest);
        let json = json.map_err(|error| ErrorBody::new(ErrorCode::Internal, error))?;
        let at = self.partial.path().join(MANIFEST);
        fs::write(&at, json).map_err(cannot_write(&at))?;
        for name in [FILES, ABOUT, MANIFEST] {
            let from = self.partial.path().join(name);
            if from.symlink_metadata().is_ok() {
                let to = self.folder.join(name);
                fs::rename(from, &to).map_err(cannot_write(&to))?;
            }
        }
        self.made = None;
        Ok(())
    }
}
