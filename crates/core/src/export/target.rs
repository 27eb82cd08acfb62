//! The folder of an export, which is complete or empty.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use ext_wire::{ErrorBody, ErrorCode};
use tempfile::TempDir;
use uuid::Uuid;

use super::{
    cannot_write,
    exporter::{ABOUT, FILES},
    manifest::Manifest,
};

/// The name of the manifest, which is written last.
const MANIFEST: &str = "export.json";

/// The longest manifest that is read again, in bytes.
const MAX_MANIFEST_BYTES: u64 = 1 << 30;

/// An export that begins.
pub(super) enum Begun {
    /// The folder is to be filled.
    New(Target),
    /// The same job wrote all of it already.
    Complete(Manifest),
}

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
    /// Makes the folder, or takes one that is empty. A job that was killed completes what it had written
    /// as a whole, and begins anew otherwise.
    ///
    /// # Errors
    /// There is something in it; it is among the libraries; it cannot be written.
    pub(super) fn begin(to: &Path, library: &Path, job: Option<Uuid>) -> Result<Begun, ErrorBody> {
        if let Some(manifest) = job.map_or(Ok(None), |job| resume(to, job))? {
            return Ok(Begun::Complete(manifest));
        }
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
        builder.permissions(Permissions::from_mode(0o700));
        let partial = match job.map(partial_of) {
            Some(name) => builder.prefix(&name).rand_bytes(0).tempdir_in(&folder),
            None => builder.prefix(".export-").tempdir_in(&folder),
        };
        let partial = partial.map_err(cannot_write(to))?;
        Ok(Begun::New(Self { folder, partial, made }))
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
        move_all(self.partial.path(), &self.folder)?;
        self.made = None;
        Ok(())
    }
}

/// Moves what is in the partial folder to its place, the manifest last.
fn move_all(partial: &Path, folder: &Path) -> Result<(), ErrorBody> {
    for name in [FILES, ABOUT, MANIFEST] {
        let from = partial.join(name);
        if from.symlink_metadata().is_ok() {
            let to = folder.join(name);
            fs::rename(from, &to).map_err(cannot_write(&to))?;
        }
    }
    Ok(())
}

/// Names the partial folder of a job.
fn partial_of(job: Uuid) -> String {
    format!(".export-{job}")
}

/// Goes on where a job was killed: returns the manifest of an export that it had written as a whole, and
/// removes one that is not.
fn resume(folder: &Path, job: Uuid) -> Result<Option<Manifest>, ErrorBody> {
    let partial = folder.join(partial_of(job));
    if partial.join(MANIFEST).is_file() {
        move_all(&partial, folder)?;
    }
    if partial.is_dir() {
        fs::remove_dir_all(&partial).map_err(cannot_write(&partial))?;
    }
    let json = ext_fs::read(&folder.join(MANIFEST), MAX_MANIFEST_BYTES).ok();
    let manifest: Option<Manifest> = json.and_then(|json| serde_json::from_slice(&json).ok());
    Ok(manifest.filter(|manifest| manifest.job == Some(job)))
}
