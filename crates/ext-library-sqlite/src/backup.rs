//! Backups: a library in a folder of its own, at one moment, whatever others write meanwhile.
//!
//! ```text
//! <folder>/backup.json    id, name, time, hash of the database, files that were missing or damaged
//! <folder>/library.db     the database as it was
//! <folder>/content/…      files under their hashes, as in a library; likewise `sidecars/…`
//! ```

use std::{
    fs::{self, Permissions},
    io,
    num::NonZeroU32,
    ops::ControlFlow,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use ext_fs::{Dir, Lock, create_new, is_read_only, private_options, rename};
use ext_services::library::LibraryError;
use ext_wire::ops::libraries::LibraryInfo;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    backup_series,
    blobs::{BlobState, copy_blob},
    directory::Libraries,
    fault::{Fault, Outcome},
    library::{DATABASE, SqliteLibrary},
    rows::BlobKind,
    sqlite,
};

/// The name of the file that describes a backup.
const MANIFEST: &str = "backup.json";
/// The beginning of the names of backups that are not complete.
const PARTIAL: &str = ".spacedrive-backup-";
/// The longest description, in bytes: it lists the files that were missing.
const MAX_MANIFEST_BYTES: u64 = 256 << 20;
/// The number of attempts: between the database and its files, others may delete some.
const ATTEMPTS: usize = 3;

/// A function that is told how many files are copied, and of how many, and may end it.
pub type Copied<'p> = &'p mut dyn FnMut(u64, u64) -> ControlFlow<()>;

/// A description of a backup, returned by [`Libraries::back_up`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// The form of the folder: 1.
    pub format: u32,
    /// The id of the library.
    pub library_id: Uuid,
    /// Its name.
    pub name: String,
    /// The time of the backup, RFC 3339, UTC.
    pub made_at: String,
    /// The BLAKE3 hash of the database, in hex.
    pub database_hash: String,
    /// The job that wrote it, which finds it again when it was killed afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<Uuid>,
    /// True for one of a series, of which the newest are kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_in_series: bool,
    /// The number of files.
    pub files: u64,
    /// The hashes of files that the library names and that were missing: it is damaged.
    pub missing: Vec<String>,
    /// Likewise of files that are not what was written, or cannot be read; they are not in the backup.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub damaged: Vec<String>,
}

/// The place of a backup, and the job that writes it.
#[derive(Debug, Clone, Copy)]
pub struct BackupTarget<'a> {
    /// The folder: of the backup, or of the series.
    pub folder: &'a Path,
    /// The number of backups to keep. With it, the folder holds a series: each backup has a folder of
    /// its own in it, named after its time, and older ones are removed after a sound one.
    pub keep: Option<NonZeroU32>,
    /// The job. Run again after a kill, it removes what it left, and finds what it completed.
    pub job: Option<Uuid>,
}

/// A backup that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenBackup {
    /// Its description.
    pub backup: Backup,
    /// Its folder.
    pub folder: PathBuf,
    /// The number of older ones of the series that were removed.
    pub removed: u64,
}

impl Libraries {
    /// Writes a library into a new folder, as it is at one moment. Others may write meanwhile.
    ///
    /// # Errors
    /// `NotFound` without the library; `Conflict` when there is something at `to`; `Invalid` when
    /// nothing can be made there; `Stopped` by `copied`; `NoSpace`, `Busy`, `Corrupt`, `Io`. Files that
    /// are damaged are in the description.
    pub fn back_up(&self, id: Uuid, to: &Path, copied: Copied<'_>) -> Result<Backup, LibraryError> {
        let target = BackupTarget { folder: to, keep: None, job: None };
        Ok(self.back_up_to(id, target, copied)?.backup)
    }

    /// Writes a library as [`Libraries::back_up`] does, alone or as one of a series.
    ///
    /// # Errors
    /// As [`Libraries::back_up`]. The folder of a series may be there, and is made otherwise.
    pub fn back_up_to(
        &self,
        id: Uuid,
        target: BackupTarget<'_>,
        copied: Copied<'_>,
    ) -> Result<WrittenBackup, LibraryError> {
        let library = self.open(id)?;
        let BackupTarget { folder, keep, job } = target;
        let writer = Writer { library: &library, id, libraries: self.folder(), job };
        Ok(match keep {
            Some(keep) => backup_series::write(&writer, folder, keep, copied)?,
            None => WrittenBackup {
                backup: writer.write(folder, false, copied)?,
                folder: folder.to_owned(),
                removed: 0,
            },
        })
    }

    /// Brings the library of a backup back, after checking every file. It gets its id and its name
    /// again, and nothing is ever overwritten.
    ///
    /// # Errors
    /// `Invalid` when the folder is no backup; `Conflict` when there is a library with this id or this
    /// name; `DamagedBackup` when a file is not what was written; `Stopped` by `copied`; `Schema`,
    /// `NoSpace`, `Io`.
    pub fn restore_backup(
        &self,
        from: &Path,
        copied: Copied<'_>,
    ) -> Result<LibraryInfo, LibraryError> {
        let backup = read_manifest(from)?;
        self.adopt(backup.library_id, &backup.name, |folder| fill(&backup, from, folder, copied))
            .map_err(|fault| of_backup(fault.into(), from))?;
        self.open(backup.library_id)?.info()
    }
}

/// A writer of backups of a library.
pub(crate) struct Writer<'a> {
    pub(crate) library: &'a SqliteLibrary,
    id: Uuid,
    /// The folder of all libraries, in which no backup may be.
    libraries: &'a Path,
    job: Option<Uuid>,
}

impl Writer<'_> {
    /// Writes a backup into a folder that is not there yet, or finds the one that the same job wrote.
    pub(crate) fn write(
        &self,
        to: &Path,
        is_in_series: bool,
        copied: Copied<'_>,
    ) -> Outcome<Backup> {
        if fs::symlink_metadata(to).is_ok() {
            let own = read_manifest(to).ok().filter(|backup| self.is_own(backup));
            let message = format!("there is something at {} already", to.display());
            return own.ok_or_else(|| LibraryError::Conflict(message).into());
        }
        let parent = self.folder_for_backups(folder_of(to))?;
        remove_dead(&parent)?;
        let (partial, _lock) = self.partial_in(&parent)?;
        let database = partial.path().join(DATABASE);
        let lost = self.fill_partial(partial.path(), &database, copied)?;
        let info = sqlite::read_info(&database)?;
        let backup = Backup {
            format: 1,
            library_id: info.id,
            name: info.name,
            made_at: sqlite::now(),
            database_hash: hash(&database)?,
            job: self.job,
            is_in_series,
            files: lost.copied,
            missing: lost.missing,
            damaged: lost.damaged,
        };
        let json = serde_json::to_vec_pretty(&backup)?;
        create_new(&partial.path().join(MANIFEST), &json)?;
        rename(partial.path(), to)?;
        let _ = partial.keep();
        Ok(backup)
    }

    /// Returns whether a backup is the one that the job of this writer wrote.
    pub(crate) fn is_own(&self, backup: &Backup) -> bool {
        self.job.is_some() && backup.job == self.job && backup.library_id == self.id
    }

    /// Returns the real path of a folder that a backup may be made in.
    pub(crate) fn folder_for_backups(&self, folder: &Path) -> Outcome<PathBuf> {
        let folder = writable_folder(folder)?;
        if folder.starts_with(self.libraries) {
            let message = "a backup does not belong among the libraries: name another folder";
            return Err(LibraryError::Invalid(message.to_owned()).into());
        }
        Ok(folder)
    }

    /// Makes the folder that is renamed when it is complete, and locks it until then. A job makes the
    /// same one each time, without what a run that was killed left in it.
    fn partial_in(&self, parent: &Path) -> Outcome<(TempDir, Option<Lock>)> {
        let mut builder = tempfile::Builder::new();
        builder.permissions(Permissions::from_mode(0o700));
        let job = self.job.map(|job| format!("{PARTIAL}{job}"));
        let partial = match &job {
            None => builder.prefix(PARTIAL).tempdir_in(parent)?,
            Some(name) => match fs::remove_dir_all(parent.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => builder.prefix(name).rand_bytes(0).tempdir_in(parent)?,
            },
        };
        // Where folders cannot be locked, none is taken for dead either.
        let lock = Lock::try_folder(partial.path()).ok().flatten();
        Ok((partial, lock))
    }

    fn fill_partial(&self, partial: &Path, database: &Path, copied: Copied<'_>) -> Outcome<Lost> {
        let target = Dir::open(partial)?;
        private_options().write(true).create_new(true).open(database)?;
        let mut lost = Lost::default();
        for _ in 0..ATTEMPTS {
            self.library.store.snapshot(database)?;
            lost = copy_files(&self.library.blobs.library, &target, database, copied)?;
            if lost.missing.is_empty() {
                break;
            }
        }
        Ok(lost)
    }
}

/// Removes the unfinished backups of programs that were killed: whoever writes one has it locked.
fn remove_dead(parent: &Path) -> Outcome<()> {
    for item in fs::read_dir(parent)? {
        let item = item?;
        let is_partial = item.file_name().as_encoded_bytes().starts_with(PARTIAL.as_bytes());
        if is_partial
            && item.file_type()?.is_dir()
            && let Ok(Some(_lock)) = Lock::try_folder(&item.path())
        {
            // What cannot be removed is tried by the next backup.
            let _ = fs::remove_dir_all(item.path());
        }
    }
    Ok(())
}

/// Returns the folder that something is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or_else(|| Path::new("."))
}

/// The files that were copied, by their number, and those that could not be.
#[derive(Default)]
struct Lost {
    copied: u64,
    missing: Vec<String>,
    damaged: Vec<String>,
}

/// Copies the files that a database names; those that are damaged are passed over.
fn copy_files(from: &Dir, to: &Dir, database: &Path, copied: Copied<'_>) -> Outcome<Lost> {
    let all: Vec<(BlobKind, String)> = sqlite::all_references(database)?;
    let total = all.len() as u64;
    let mut lost = Lost::default();
    for (done, (kind, hash)) in (0..).zip(all) {
        if copied(done, total).is_break() {
            return Err(LibraryError::Stopped.into());
        }
        match copy_blob(from, to, kind, &hash)? {
            BlobState::Sound => lost.copied += 1,
            BlobState::Missing => lost.missing.push(hash),
            BlobState::Changed | BlobState::Unreadable => lost.damaged.push(hash),
        }
    }
    Ok(lost)
}

/// Fills the folder of a library that does not exist yet.
fn fill(backup: &Backup, from: &Path, folder: &Path, copied: Copied<'_>) -> Outcome<()> {
    let database = folder.join(DATABASE);
    let mut private = private_options();
    let mut file = private.write(true).create_new(true).open(&database)?;
    io::copy(&mut ext_fs::open(&from.join(DATABASE))?, &mut file)?;
    file.sync_all()?;
    if hash(&database)? != backup.database_hash {
        return Err(corrupt(from, "the database is not what was written"));
    }
    // What the manifest says is not what counts.
    let info = sqlite::read_info(&database)?;
    if info.id != backup.library_id || info.name != backup.name {
        return Err(corrupt(from, "its description is that of another library"));
    }
    sqlite::cancel_jobs_of_copy(&database)?;
    let lost = copy_files(&Dir::open(from)?, &Dir::open(folder)?, &database, copied)?;
    if let Some(hash) = lost.damaged.first() {
        return Err(corrupt(from, &format!("the file {hash} is not what was written")));
    }
    let is_told = |hash: &String| backup.missing.contains(hash) || backup.damaged.contains(hash);
    match lost.missing.iter().find(|hash| !is_told(hash)) {
        Some(hash) => Err(corrupt(from, &format!("the file {hash} is missing"))),
        None => Ok(()),
    }
}

pub(crate) fn read_manifest(from: &Path) -> Result<Backup, LibraryError> {
    let invalid = |why: &dyn std::fmt::Display| {
        LibraryError::Invalid(format!("{} is not a backup of a library: {why}", from.display()))
    };
    let json =
        ext_fs::read(&from.join(MANIFEST), MAX_MANIFEST_BYTES).map_err(|error| invalid(&error))?;
    let backup: Backup = serde_json::from_slice(&json).map_err(|error| invalid(&error))?;
    match backup.format {
        1 => Ok(backup),
        format => Err(invalid(&format_args!("its form is {format}, this program knows 1"))),
    }
}

/// Checks that a new folder can be made in a folder; returns its real path.
fn writable_folder(folder: &Path) -> Outcome<PathBuf> {
    let shown = folder.display();
    let invalid = |why: &dyn std::fmt::Display| {
        LibraryError::Invalid(format!("a backup cannot be written to {shown}: {why}"))
    };
    let real = fs::canonicalize(folder).map_err(|error| invalid(&error))?;
    match fs::metadata(&real)?.is_dir() {
        true if is_read_only(&real) => Err(invalid(&"it is read-only here").into()),
        true => Ok(real),
        false => Err(invalid(&"it is not a folder").into()),
    }
}

fn corrupt(from: &Path, what: &str) -> Fault {
    LibraryError::DamagedBackup(format!("{} is damaged: {what}", from.display())).into()
}

/// Tells damage of a backup from that of a library.
fn of_backup(error: LibraryError, from: &Path) -> LibraryError {
    match error {
        LibraryError::Corrupt(reason) => corrupt(from, &reason).into(),
        error => error,
    }
}

fn hash(path: &Path) -> Outcome<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(ext_fs::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}
