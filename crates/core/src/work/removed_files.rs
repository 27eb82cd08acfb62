//! Files that were deleted from a folder that is followed: their entries go to the bin.
//!
//! A disk that is not mounted looks like a folder whose files were all deleted. So whoever is not sure
//! asks, and what went to the bin comes back with its file.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use ext_library_sqlite::is_gone;
use ext_wire::ops::locations::Location;
use uuid::Uuid;

use super::open::OpenLibrary;
use crate::error::CoreError;

/// Number of files that may always be gone at once.
const FEW: usize = 20;
/// Most entries that go in one transaction.
const BATCH: usize = 100;
/// Most paths whose entries are looked up one by one: of more, all entries of the folder are listed.
const FEW_PATHS: usize = 100;

/// The reason for a look at files that may be gone.
#[derive(Debug, Clone, Copy)]
pub enum RemovalLook<'a> {
    /// The folder is followed from now on. What is gone already went before, so its entry stays for
    /// good.
    First,
    /// Some files of the folder may have gone while nobody looked.
    Whole,
    /// Files and folders are gone, as the system told.
    Told(&'a BTreeSet<PathBuf>),
    /// The user said that the files are deleted, however many there are.
    Accepted,
}

/// The result of a look at files that may be gone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemovalReport {
    /// Entries that went to the bin.
    pub removed: u64,
    /// Entries that stay until the user says that their files are deleted.
    pub held: u64,
    /// The reason for which they stay.
    pub reason: Option<String>,
}

/// An entry, and the file that it was imported from.
type Known = (Uuid, PathBuf);

/// Moves entries to the bin whose files are gone from a folder.
pub(crate) fn follow(
    library: &OpenLibrary<'_>,
    folder: &Path,
    look: RemovalLook<'_>,
) -> Result<RemovalReport, CoreError> {
    library.store.ensure_writable()?;
    let known = entries_of(library, folder, look)?;
    let is_lost = |(_, file): &Known| look.is_about(file) && is_gone(file);
    let gone: Vec<Known> = known.into_iter().filter(is_lost).collect();
    let mut report = RemovalReport::default();
    if matches!(look, RemovalLook::First) {
        library.store.forget_gone_files(&gone)?;
        return Ok(report);
    }
    let total = match gone.len() > FEW {
        true => library.store.entries_of_files(folder)?.len(),
        false => gone.len(),
    };
    if let Some(reason) = doubt(folder, total, &gone, look) {
        (report.held, report.reason) = (gone.len() as u64, Some(reason));
        return Ok(report);
    }
    for batch in gone.chunks(BATCH) {
        if library.is_stopped() {
            break;
        }
        report.removed += library.store.bin_gone_files(batch)?;
    }
    Ok(report)
}

/// Lists the entries that a look may be about. Each new folder is looked at, since it may stand in the
/// place of a file: listing all entries for each would take ever longer in a large tree.
fn entries_of(
    library: &OpenLibrary<'_>,
    folder: &Path,
    look: RemovalLook<'_>,
) -> Result<BTreeSet<Known>, CoreError> {
    let whole = BTreeSet::from([folder.to_owned()]);
    let is_few = |paths: &BTreeSet<PathBuf>| {
        paths.len() <= FEW_PATHS && paths.iter().all(|path| path.starts_with(folder))
    };
    let paths = match look {
        RemovalLook::Told(paths) if is_few(paths) => paths,
        _ => &whole,
    };
    let mut known = BTreeSet::new();
    for path in paths {
        known.extend(library.store.entries_of_files(path)?);
    }
    Ok(known)
}

impl RemovalLook<'_> {
    /// Returns the look at the whole of a folder that is due.
    #[must_use]
    pub const fn due(location: &Location) -> Self {
        match (&location.looked_at, location.accept_deletions) {
            (_, true) => Self::Accepted,
            (None, false) => Self::First,
            (Some(_), false) => Self::Whole,
        }
    }

    fn is_about(self, file: &Path) -> bool {
        match self {
            Self::Told(paths) => file.ancestors().any(|path| paths.contains(path)),
            Self::First | Self::Whole | Self::Accepted => true,
        }
    }
}

/// Returns the reason why files that are gone may not have been deleted.
fn doubt(folder: &Path, total: usize, gone: &[Known], look: RemovalLook<'_>) -> Option<String> {
    if gone.is_empty() {
        return None;
    }
    if !folder.is_dir() {
        return Some("the folder is away".to_owned());
    }
    if matches!(look, RemovalLook::Accepted) {
        return None;
    }
    if matches!(look, RemovalLook::Whole)
        && let Some(emptied) = emptied(folder, gone)
    {
        let emptied = emptied.display();
        return Some(format!("{emptied} is empty, like the folder of a disk that is not mounted"));
    }
    let many = gone.len() > FEW && gone.len() * 2 > total;
    many.then(|| format!("{} of {total} files are gone at once", gone.len()))
}

/// Finds a folder that is empty and had files: the followed one, or one that had more than a few.
fn emptied(folder: &Path, gone: &[Known]) -> Option<PathBuf> {
    let mut lost: BTreeMap<&Path, usize> = BTreeMap::new();
    for (_, file) in gone {
        let there = file.ancestors().skip(1).find(|path| path.is_dir())?;
        *lost.entry(there).or_default() += 1;
    }
    let suspects = lost.into_iter().filter(|(at, count)| *at == folder || *count > FEW);
    let mut suspects = suspects.map(|(at, _)| at);
    suspects.find(|at| is_empty(at).unwrap_or(true)).map(Path::to_owned)
}

fn is_empty(folder: &Path) -> io::Result<bool> {
    Ok(fs::read_dir(folder)?.next().is_none())
}
