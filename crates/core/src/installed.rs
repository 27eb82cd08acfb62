//! The folder of the installed extensions.
//!
//! ```text
//! <data folder>/extensions/<id>/
//!     current         name of the folder that counts; an extension without it is not installed
//!     previous        name of the folder of the version before, to which one can go back
//!     waiting/        the pending update: a version that asks for more, until the user has decided
//!     <hash>/         manifest.json and the wasm, as they were when the user agreed
//! <data folder>/extensions/.digests/<id>-<hash>.json     their digests
//! ```
//!
//! An installation writes a new folder and then replaces `current` in one step, so that a crash
//! leaves the old version or the new one.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use ext_abi::limits::MAX_PROGRAM_BYTES;
use ext_fs::{
    Lock, create_private_folder_if_writable, remove_all_but, rename, replace, sync_folder,
};
use ext_manager::{LoadError, MAX_FILE_BYTES, MAX_FILES, PackageFiles, check_wasm_file};
use ext_manifest::{MANIFEST_FILE, MAX_MANIFEST_BYTES, Manifest};
use ext_models::ModelStore;
use ext_services::{
    extensions::{ExtensionDirectory, Offer},
    library::CoreJobLimits,
};
use ext_wire::{
    ErrorBody, ErrorCode, Method, Wire, io_code,
    ops::{extensions::ExtensionInfo, jobs::Dispatch},
};

use crate::{
    candidate::Candidate,
    digests::{self, Digests},
    error::CoreError,
    extension_info::{describe, methods, unknown},
    publishers::Publishers,
    staging::{self, Staging},
    version::Version,
};

/// Name of the file that names the current version's folder.
pub(crate) const CURRENT: &str = "current";

/// Name of the folder of the interpreters that run extensions, in the data folder.
pub const RUNTIMES: &str = "runtimes";

/// Name of the file that names the folder of the version before.
const PREVIOUS: &str = "previous";

/// The longest name of a version's folder, in bytes.
const MAX_CURRENT_BYTES: u64 = 100;

/// Name of the folder of a pending update.
const WAITING: &str = "waiting";

/// Number of hex digits of the hash in a folder's name.
const HASH_DIGITS: usize = 32;

/// An installed version, as its files are now.
pub(crate) struct InstalledVersion {
    pub(crate) info: ExtensionInfo,
    pub(crate) manifest: Manifest,
    /// The file that is not what the user agreed to, if there is one.
    pub(crate) changed: Option<String>,
}

/// The folder of the installed extensions.
#[derive(Debug, Clone)]
pub(crate) struct Installed {
    folder: PathBuf,
    /// The folder of grants, in which installations leave something as well.
    grants: PathBuf,
    /// The keys of publishers.
    pub(crate) publishers: Publishers,
    /// The interpreters that run extensions.
    runtimes: ModelStore,
}

/// Returns the manifests of the extensions that are installed in a data folder, by id, without opening
/// anything. One that cannot be read is left out and logged.
#[must_use]
pub fn installed_manifests(data_folder: &Path) -> Vec<Manifest> {
    Installed::at(data_folder).manifests()
}

/// Returns the errors of the extensions that are installed in a data folder and whose manifests cannot be
/// read, by id, without opening anything.
#[must_use]
pub fn damaged_manifests(data_folder: &Path) -> Vec<CoreError> {
    let installed = Installed::at(data_folder);
    installed.ids().iter().filter_map(|id| installed.manifest(id).err()).collect()
}

impl Installed {
    pub(crate) fn new(data_folder: &Path) -> Result<Self, CoreError> {
        let installed = Self::at(data_folder);
        create_private_folder_if_writable(&installed.folder)?;
        Ok(installed)
    }

    /// Returns the folder of a data folder, which need not be there.
    pub(crate) fn at(data_folder: &Path) -> Self {
        let [folder, grants] = ["extensions", "grants"].map(|name| data_folder.join(name));
        let runtimes = ModelStore::of_runtimes(data_folder.join(RUNTIMES));
        Self { folder, grants, publishers: Publishers::at(data_folder), runtimes }
    }

    /// Copies an extension beside the installed ones, so that it cannot change between the user's
    /// consent and the installation.
    pub(crate) fn candidate(&self, dir: &Path) -> Result<Candidate, CoreError> {
        let manifest = Manifest::from_dir(dir)?;
        let wasm = self.wasm_of(&manifest, dir)?;
        check_wasm_file(&manifest, &wasm).map_err(|error| match error {
            LoadError::Wasm { path, source } => CoreError::Io { path, source },
            error => error.into(),
        })?;
        let folder = Staging::new(&self.folder);
        let folder = folder.map_err(|source| io_error(&self.folder, source))?;
        let files = PackageFiles::read(&manifest, dir)?;
        files.write(folder.path()).map_err(|source| io_error(folder.path(), source))?;
        for (from, name) in [(dir.join(MANIFEST_FILE), MANIFEST_FILE), (wasm, manifest.wasm_file())]
        {
            copy_file(&from, &folder.path().join(name))?;
        }
        // What is installed is only moved: all of it has to be on the disk by then, its names as well.
        sync_folder(folder.path()).map_err(|error| io_error(folder.path(), error.into()))?;
        let manifest = Manifest::from_dir(folder.path())?;
        let wasm_hash = code_hash(&manifest, folder.path())?;
        Ok(Candidate::new(manifest, wasm_hash, dir.to_owned(), folder))
    }

    /// Returns the path of the wasm of an extension in a folder: its own, or that of its runtime.
    fn wasm_of(&self, manifest: &Manifest, dir: &Path) -> Result<PathBuf, CoreError> {
        let own = manifest.wasm_path(dir);
        match manifest.wasi().runtime() {
            Some(runtime) if !own.exists() => {
                let checked = self.runtimes.verify(runtime);
                let path = checked.and_then(|()| self.runtimes.path(runtime));
                path.map_err(|source| CoreError::Runtime { runtime: runtime.to_owned(), source })
            }
            _ => Ok(own),
        }
    }

    /// Makes a candidate the installed version. The one before it is kept, and the one before that is
    /// removed.
    pub(crate) fn install(&self, candidate: Candidate) -> Result<(), CoreError> {
        let home = self.folder.join(candidate.manifest().id());
        self.place(&home, candidate).map_err(|source| io_error(&home, source))
    }

    fn place(&self, home: &Path, candidate: Candidate) -> io::Result<()> {
        fs::create_dir_all(home)?;
        let name = hash_of(candidate.folder())?;
        let target = home.join(&name);
        if target.exists() && !hash_of(&target).is_ok_and(|found| found == name) {
            // A part of a version that was being removed, or one that was changed.
            fs::remove_dir_all(&target)?;
        }
        if !target.exists() {
            rename(candidate.folder(), &target)?;
        }
        Digests::of(&target, candidate.manifest())?.record(&target)?;
        let before = version_in(home, CURRENT).filter(|before| *before != name);
        if let Some(before) = &before {
            replace(&home.join(PREVIOUS), before.as_bytes())?;
        }
        replace(&home.join(CURRENT), name.as_bytes())?;
        let before = before.or_else(|| version_in(home, PREVIOUS));
        let kept: Vec<&str> = [name.as_str()].into_iter().chain(before.as_deref()).collect();
        remove_all_but(home, &[&[CURRENT, PREVIOUS], kept.as_slice()].concat());
        digests::forget_others(home, &kept);
        Ok(())
    }

    /// Returns a copy of the version before the installed one.
    pub(crate) fn previous_version(&self, id: &str) -> Result<Candidate, CoreError> {
        self.dir(id)?;
        let home = self.folder.join(id);
        let dir = version_in(&home, PREVIOUS).map(|name| (home.join(&name), name));
        let Some((dir, name)) = dir.filter(|(dir, _)| dir.is_dir()) else {
            return Err(CoreError::NoPreviousVersion { id: id.to_owned() });
        };
        // Who signed it was checked when it was installed.
        self.unchanged(id, &dir, name)
    }

    /// Returns a copy of a version that was put aside under the hash of its files.
    fn unchanged(&self, id: &str, dir: &Path, name: String) -> Result<Candidate, CoreError> {
        if hash_of(dir).map_err(|source| io_error(dir, source))? != name {
            return Err(CoreError::Changed { id: id.to_owned(), file: name });
        }
        Ok(self.candidate(dir)?.signed_by(self.publishers.key_of(id)?))
    }

    /// Keeps a candidate as the pending update, in the place of the one before.
    pub(crate) fn defer(&self, candidate: Candidate) -> Result<(), CoreError> {
        let waiting = self.folder.join(candidate.manifest().id()).join(WAITING);
        let moved = hash_of(candidate.folder()).and_then(|name| {
            let _ = fs::remove_dir_all(&waiting);
            fs::create_dir_all(&waiting)?;
            rename(candidate.folder(), &waiting.join(name)).map_err(io::Error::from)
        });
        moved.map_err(|source| io_error(&waiting, source))
    }

    /// Returns a copy of the pending update.
    pub(crate) fn pending_update(&self, id: &str) -> Result<Candidate, CoreError> {
        self.dir(id)?;
        let waiting = self.folder.join(id).join(WAITING);
        // Of a program that did not keep the hash: nothing tells who signed it any more.
        if waiting.join(MANIFEST_FILE).is_file() {
            return self.candidate(&waiting);
        }
        let folders = fs::read_dir(&waiting).into_iter().flatten().flatten();
        let mut names = folders.filter_map(|folder| folder.file_name().into_string().ok());
        let Some(name) = names.find(|name| name.len() == HASH_DIGITS && is_version(name)) else {
            return Err(CoreError::NoPendingUpdate { id: id.to_owned() });
        };
        // Who signed it was checked when it was deferred.
        self.unchanged(id, &waiting.join(&name), name)
    }

    /// Returns the folder of an installed extension.
    pub(crate) fn dir(&self, id: &str) -> Result<PathBuf, CoreError> {
        let not_installed = || CoreError::NotInstalled { id: id.to_owned() };
        if !ext_wire::is_segment(id) {
            return Err(not_installed());
        }
        let home = self.folder.join(id);
        let current = home.join(CURRENT);
        match ext_fs::read_text(&current, MAX_CURRENT_BYTES).map_err(io::Error::from) {
            Ok(name) if is_version(&name) => Ok(home.join(name)),
            Ok(_) => Err(damaged(id, &current)(io::ErrorKind::InvalidData.into())),
            Err(error) if is_absent(&error) => Err(not_installed()),
            Err(error) => Err(damaged(id, &current)(error)),
        }
    }

    /// Checks that an extension is installed, damaged or not.
    pub(crate) fn ensure_there(&self, id: &str) -> Result<(), CoreError> {
        match self.dir(id) {
            Err(error) if !error.is_damage() => Err(error),
            _ => Ok(()),
        }
    }

    /// Returns what was recorded of the files in the folder of an installed extension.
    fn recorded(&self, id: &str, dir: &Path) -> Result<Option<Digests>, CoreError> {
        Digests::recorded(dir).map_err(damaged(id, &digests::record_of(dir)))
    }

    /// Waits until no other program changes this extension, then keeps them away, and removes what
    /// killed programs have left behind.
    pub(crate) fn lock(&self, id: &str) -> Result<Lock, CoreError> {
        staging::sweep(&self.folder, &self.grants);
        staging::lock_extension(&self.folder, id).map_err(|source| io_error(&self.folder, source))
    }

    /// Checks that both files are what the user agreed to.
    pub(crate) fn verify(&self, id: &str) -> Result<(), CoreError> {
        match self.read(id)?.changed {
            Some(file) => Err(CoreError::Changed { id: id.to_owned(), file }),
            None => Ok(()),
        }
    }

    /// Reads both files, once. What was installed before digests were recorded is recorded now.
    pub(crate) fn read(&self, id: &str) -> Result<InstalledVersion, CoreError> {
        let (dir, manifest) = (self.dir(id)?, self.manifest(id)?);
        let recorded = self.recorded(id, &dir)?;
        let code = manifest.wasm_path(&dir);
        let place = if code.is_file() { &dir } else { &code };
        let now = Digests::of(&dir, &manifest).map_err(damaged(id, place))?;
        if recorded.is_none() {
            record(id, &now, &dir);
        }
        let changed = recorded.and_then(|recorded| recorded.changed(&now, &manifest));
        let info = describe(&manifest, now.code(&manifest, &dir).map_err(damaged(id, &dir))?);
        Ok(InstalledVersion { info, manifest, changed })
    }

    /// Describes an extension by what was recorded of its wasm, which is not read again.
    fn recorded_info(&self, id: &str) -> Result<ExtensionInfo, CoreError> {
        let (dir, manifest) = (self.dir(id)?, self.manifest(id)?);
        let hash = match Digests::recorded(&dir).ok().flatten() {
            Some(recorded) => {
                recorded.code(&manifest, &dir).map_err(|source| io_error(&dir, source))?
            }
            None => code_hash(&manifest, &dir)?,
        };
        Ok(describe(&manifest, hash))
    }

    /// Describes an extension that is installed; of one that is damaged, only what can be told.
    pub(crate) fn known_info(&self, id: &str) -> ExtensionInfo {
        self.recorded_info(id).unwrap_or_else(|_| match self.manifest(id) {
            Ok(manifest) => describe(&manifest, String::new()),
            Err(_) => unknown(id),
        })
    }

    pub(crate) fn manifest(&self, id: &str) -> Result<Manifest, CoreError> {
        let damaged = |source| CoreError::Damaged { id: id.to_owned(), source };
        Manifest::from_dir(&self.dir(id)?).map_err(damaged)
    }

    /// Removes an extension. What it wrote into libraries stays.
    pub(crate) fn remove(&self, id: &str) -> Result<(), CoreError> {
        self.ensure_there(id)?;
        let home = self.folder.join(id);
        // Without `current` it is not installed, whatever of the rest is still there.
        digests::forget_others(&home, &[]);
        fs::remove_file(home.join(CURRENT))
            .and_then(|()| fs::remove_dir_all(&home))
            .map_err(|source| io_error(&home, source))
    }

    /// Returns the manifests of all installed extensions, by id. One that cannot be read is left out and
    /// logged: the others are still there.
    pub(crate) fn manifests(&self) -> Vec<Manifest> {
        let ids = self.ids();
        let read = |id: String| {
            let manifest = self.manifest(&id);
            manifest.inspect_err(|error| tracing::warn!(extension = id, %error, "left out")).ok()
        };
        ids.into_iter().filter_map(read).collect()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let installed = |entry: fs::DirEntry| {
            let id = entry.file_name().into_string().ok()?;
            (ext_wire::is_segment(&id) && entry.path().join(CURRENT).is_file()).then_some(id)
        };
        let mut ids: Vec<String> = entries.flatten().filter_map(installed).collect();
        ids.sort();
        ids
    }

    /// Describes an installed extension to the user.
    pub(crate) fn info(&self, id: &str) -> Result<ExtensionInfo, CoreError> {
        let dir = self.dir(id)?;
        let manifest = self.manifest(id)?;
        let wasm_hash = code_hash(&manifest, &dir).map_err(as_damage(id))?;
        Ok(describe(&manifest, wasm_hash))
    }

    /// Returns the installed version of an extension as its files are now.
    pub(crate) fn version_now(&self, id: &str) -> Result<Version, CoreError> {
        let (dir, manifest) = (self.dir(id)?, self.manifest(id)?);
        let wasm_hash = code_hash(&manifest, &dir)?;
        Ok(Version::new(manifest, wasm_hash))
    }

    /// Returns the version that the user agreed to, as grants are bound to it: damage to its code takes no
    /// grant from it.
    pub(crate) fn version(&self, id: &str) -> Result<Version, CoreError> {
        let dir = self.dir(id)?;
        let failed = |source| io_error(&dir, source);
        let Some(recorded) = self.recorded(id, &dir)? else {
            return self.version_now(id);
        };
        let manifest = self.manifest(id)?;
        if !recorded.has_manifest(&dir).map_err(failed)? {
            return Err(CoreError::Changed { id: id.to_owned(), file: MANIFEST_FILE.to_owned() });
        }
        let wasm_hash = recorded.code(&manifest, &dir).map_err(failed)?;
        Ok(Version::new(manifest, wasm_hash))
    }

    /// Returns the version that the user agreed to and that a candidate takes the place of, if it can be
    /// told: that of the very same files can, whatever became of them.
    pub(crate) fn version_before(&self, candidate: &Candidate) -> Option<Version> {
        let id = candidate.manifest().id();
        let recorded = Digests::recorded(&self.dir(id).ok()?).ok().flatten();
        let is_same = recorded.is_some_and(|recorded| {
            candidate.digest().is_ok_and(|digest| digest == recorded.digest())
        });
        if is_same { Some(Version::of(candidate)) } else { self.version(id).ok() }
    }
}

/// Makes the error for a file of an installed extension that cannot be read.
fn damaged(id: &str, path: &Path) -> impl Fn(io::Error) -> CoreError {
    move |source| CoreError::DamagedFile { id: id.to_owned(), path: path.to_owned(), source }
}

/// Makes a file of an installed extension that cannot be read damage to it.
fn as_damage(id: &str) -> impl Fn(CoreError) -> CoreError {
    move |error| match error {
        CoreError::Io { path, source } => damaged(id, &path)(source),
        error => error,
    }
}

/// Returns whether a text is the name of a version's folder: nothing leads out of the extension's.
fn is_version(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric())
}

pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Records the digests of a version that was installed without.
fn record(id: &str, now: &Digests, dir: &Path) {
    let wasm = now.wasm();
    tracing::warn!(extension = id, wasm, "its files are recorded as they are now");
    if let Err(error) = now.record(dir) {
        tracing::warn!(extension = id, %error, "its files cannot be recorded");
    }
}

/// Returns the digest of the code of an extension in a folder.
fn code_hash(manifest: &Manifest, folder: &Path) -> Result<String, CoreError> {
    let path = manifest.wasm_path(folder);
    let wasm = digests::hash_file(&path, manifest.max_wasm_bytes().into());
    let wasm = wasm.map_err(|error| io_error(&path, error))?;
    Ok(PackageFiles::read(manifest, folder)?.code_hash(&wasm))
}

impl ExtensionDirectory for Installed {
    fn list(&self) -> Vec<ExtensionInfo> {
        self.ids().into_iter().map(|id| self.known_info(&id)).collect()
    }

    fn offer(&self, id: &str) -> Result<Offer, ErrorBody> {
        let manifest = self.manifest(id)?;
        let secret = manifest.operations().iter().filter(|operation| operation.is_kept_nowhere());
        let limits = manifest.permissions().rate_limits();
        Ok(Offer {
            version: manifest.version().to_string(),
            operations: methods(&manifest),
            secret: secret.map(|operation| operation.method().to_owned()).collect(),
            has_jobs: Method::parse(Dispatch::METHOD).is_ok_and(|dispatch| {
                manifest.permissions().methods().iter().any(|pattern| pattern.matches(dispatch))
            }),
            core_jobs: CoreJobLimits {
                open: limits.open_core_jobs(),
                per_hour: limits.core_jobs_per_hour(),
            },
        })
    }
}

/// Hashes all files, each with its path and length before it.
fn hash_of(folder: &Path) -> io::Result<String> {
    let most = u64::from(MAX_PROGRAM_BYTES) + u64::from(MAX_FILE_BYTES) + MAX_MANIFEST_BYTES as u64;
    let mut hasher = blake3::Hasher::new();
    for (path, bytes) in ext_fs::read_tree(folder, MAX_FILES + 2, most)? {
        hasher.update(path.as_bytes());
        hasher.update(&[0]).update(&(bytes.len() as u64).to_le_bytes()).update(&bytes);
    }
    Ok(hasher.finalize().to_hex().chars().take(HASH_DIGITS).collect())
}

/// Copies a file; the error names the one of both that is at fault.
fn copy_file(from: &Path, to: &Path) -> Result<(), CoreError> {
    let source = ext_fs::open(from).map_err(|error| io_error(from, error.into()))?;
    let written = |error| io_error(to, error);
    let mut target = fs::File::create_new(to).map_err(written)?;
    // It may grow while it is copied; it is checked afterwards.
    let mut source = source.take(u64::from(MAX_PROGRAM_BYTES) + 1);
    io::copy(&mut source, &mut target).map_err(|error| match io_code(error.kind()) {
        ErrorCode::NoSpace => io_error(to, error),
        _ => io_error(from, error),
    })?;
    target.sync_all().map_err(written)
}

/// Returns the name of a version's folder that a file has, if it has one.
fn version_in(home: &Path, file: &str) -> Option<String> {
    let name = ext_fs::read_text(&home.join(file), MAX_CURRENT_BYTES).ok()?;
    is_version(&name).then_some(name)
}

pub(crate) fn io_error(path: &Path, source: io::Error) -> CoreError {
    CoreError::Io { path: path.to_owned(), source }
}
