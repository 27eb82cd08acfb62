//! Series of backups in one folder, of which the newest are kept.

use std::{
    cmp::Reverse,
    fs::{self, DirBuilder},
    num::NonZeroU32,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use crate::{
    backup::{Backup, Copied, Writer, WrittenBackup, folder_of, read_manifest},
    fault::Outcome,
    sqlite,
};

/// The beginning of the names of backups that are being removed.
const REMOVING: &str = ".removing-backup-";
/// The most characters of the library's name in the name of a backup.
const MAX_NAME: usize = 40;

/// Writes a backup into the folder of a series, and removes older ones when it is sound: those from
/// before a damage are the ones that help.
pub(crate) fn write(
    writer: &Writer<'_>,
    folder: &Path,
    keep: NonZeroU32,
    copied: Copied<'_>,
) -> Outcome<WrittenBackup> {
    if fs::symlink_metadata(folder).is_err() {
        writer.folder_for_backups(folder_of(folder))?;
        DirBuilder::new().mode(0o700).create(folder)?;
    }
    let folder = writer.folder_for_backups(folder)?;
    finish_removals(&folder)?;
    let done = all(&folder)?.into_iter().find(|(_, backup)| writer.is_own(backup));
    let to = match done {
        Some((to, _)) => to,
        None => folder.join(new_name(&writer.library.info()?.name)),
    };
    let backup = writer.write(&to, true, copied)?;
    let is_sound = backup.missing.is_empty() && backup.damaged.is_empty();
    let removed = if is_sound { remove_old(&folder, &to, &backup, keep)? } else { 0 };
    Ok(WrittenBackup { backup, folder: to, removed })
}

/// Names a backup by its time, and for a reader by its library.
fn new_name(library: &str) -> String {
    let time = jiff::Timestamp::now().strftime("%Y-%m-%dT%H-%M-%S.%3fZ");
    let plain = |c: char| if c.is_alphanumeric() { c } else { '-' };
    let library: String = library.chars().take(MAX_NAME).map(plain).collect();
    format!("{time}-{library}")
}

/// Lists the backups in a folder.
fn all(folder: &Path) -> Outcome<Vec<(PathBuf, Backup)>> {
    let mut all = Vec::new();
    for item in fs::read_dir(folder)? {
        let item = item?;
        let is_hidden = item.file_name().as_encoded_bytes().starts_with(b".");
        if item.file_type()?.is_dir() && !is_hidden {
            all.extend(read_manifest(&item.path()).ok().map(|backup| (item.path(), backup)));
        }
    }
    Ok(all)
}

/// Removes the oldest backups of the series of a library, but for some and the newest. Those of a clock
/// that was ahead count as the oldest: as the newest they would stay, and each real one would go.
fn remove_old(folder: &Path, newest: &Path, of: &Backup, keep: NonZeroU32) -> Outcome<u64> {
    let mut others = all(folder)?;
    others.retain(|(path, backup)| {
        backup.is_in_series && backup.library_id == of.library_id && path != newest
    });
    let not_yet = sqlite::not_yet();
    others.sort_by_cached_key(|(path, backup)| {
        Reverse((backup.made_at <= not_yet, backup.made_at.clone(), path.clone()))
    });
    let old = others.into_iter().skip(keep.get() as usize - 1);
    Ok(old.filter(|(path, _)| remove(folder, path)).count() as u64)
}

/// Removes a backup, which has another name first: one that is half removed must not look complete.
fn remove(folder: &Path, backup: &Path) -> bool {
    let Some(name) = backup.file_name() else { return false };
    let mut hidden = std::ffi::OsString::from(REMOVING);
    hidden.push(name);
    let hidden = folder.join(hidden);
    if let Err(error) = ext_fs::rename(backup, &hidden) {
        tracing::warn!(backup = %backup.display(), %error, "an old backup cannot be removed");
        return false;
    }
    // What is left of it is removed by the next backup.
    let _ = fs::remove_dir_all(&hidden);
    true
}

/// Goes on with removals that were killed.
fn finish_removals(folder: &Path) -> Outcome<()> {
    for item in fs::read_dir(folder)? {
        let item = item?;
        if item.file_name().as_encoded_bytes().starts_with(REMOVING.as_bytes()) {
            // Another backup may be removing it as well; what cannot be removed is tried next time.
            let _ = fs::remove_dir_all(item.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_time_and_of_the_library_what_any_system_takes() {
        let name = new_name("a/../b: c");
        let (time, library) = name.split_at(25);
        assert_eq!(library, "a----b--c", "{name}");
        assert!(time.starts_with("20") && time.ends_with("Z-"), "{name}");
    }
}
