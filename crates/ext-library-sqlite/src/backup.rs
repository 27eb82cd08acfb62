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
    ops::ControlFlow,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use ext_fs::{Dir, create_new, is_read_only, private_options, rename};
use ext_services::library::LibraryError;
use ext_wire::ops::libraries::LibraryInfo;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    blobs::{BlobState, copy_blob},
    directory::Libraries,
    fault::{Fault, Outcome},
    library::{DATABASE, SqliteLibrary},
    rows::BlobKind,
    sqlite,
};

/// The name of the file that describes a backup.
const MANIFEST: &str = "backup.json";
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
    /// The number of files.
    pub files: u64,
    /// The hashes of files that the library names and that were missing: it is damaged.
    pub missing: Vec<String>,
    /// Likewise of files that are not what was written, or cannot be read; they are not in the backup.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub damaged: Vec<String>,
}

impl Libraries {
    /// Writes a library into a new folder, as it is at one moment. Others may write meanwhile.
    ///
    /// # Errors
    /// `NotFound` without the library; `Conflict` when there is something at `to`; `Invalid` when
    /// nothing can be made there; `Stopped` by `copied`; `NoSpace`, `Busy`, `Corrupt`, `Io`. Files that
    /// are damaged are in the description.
    pub fn back_up(&self, id: Uuid, to: &Path, copied: Copied<'_>) -> Result<Backup, LibraryError> {
        let library = self.open(id)?;
        Ok(write(&library, self.folder(), to, copied)?)
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

fn write(
    library: &SqliteLibrary,
    libraries: &Path,
    to: &Path,
    copied: Copied<'_>,
) -> Outcome<Backup> {
    if fs::symlink_metadata(to).is_ok() {
        let message = format!("there is something at {} already", to.display());
        return Err(LibraryError::Conflict(message).into());
    }
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or_else(|| Path::new("."));
    let parent = &writable_folder(parent)?;
    if parent.starts_with(libraries) {
        let message = "a backup does not belong among the libraries: name another folder";
        return Err(LibraryError::Invalid(message.to_owned()).into());
    }
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix(".backup-").permissions(Permissions::from_mode(0o700));
    let partial = builder.tempdir_in(parent)?;
    let target = Dir::open(partial.path())?;
    let database = partial.path().join(DATABASE);
    private_options().write(true).create_new(true).open(&database)?;
    let mut lost = Lost::default();
    for _ in 0..ATTEMPTS {
        library.store.snapshot(&database)?;
        lost = copy_files(&library.blobs.library, &target, &database, copied)?;
        if lost.missing.is_empty() {
            break;
        }
    }
    let info = sqlite::read_info(&database)?;
    let backup = Backup {
        format: 1,
        library_id: info.id,
        name: info.name,
        made_at: sqlite::now(),
        database_hash: hash(&database)?,
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

fn read_manifest(from: &Path) -> Result<Backup, LibraryError> {
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
