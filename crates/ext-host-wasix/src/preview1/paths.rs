//! Functions that begin at a path, mended like the others.

use std::path::{Component, Path};

use virtual_fs::{FileSystem, FsError};
use wasmer::{RuntimeError, Value};

use super::{
    BADF, EXIST, INVAL, ISDIR, NOENT, NOTCAPABLE, NOTDIR, OVERFLOW, PERM, SUCCESS,
    call::{Call, Outcome},
    mended::{FDSTAT, FILESTAT, open_only},
    write,
};

/// Flags of `path_open`.
const DIRECTORY: u32 = 2;
const TRUNCATE: u32 = 8;
/// The flag with which a link is followed.
const FOLLOW: u32 = 1;
/// The right to cut files below a folder.
const PATH_FILESTAT_SET_SIZE: i64 = 1 << 19;
/// The rights that `wasmer-wasix` gives a file besides those that are asked for: from FD_DATASYNC to
/// FD_ALLOCATE, and FD_FILESTAT_GET to FD_FILESTAT_SET_TIMES.
const FILE_RIGHTS: i64 = 0b1_1111_1111 | 0b111 << 21;
/// The kind of a folder, the first byte that `fd_fdstat_get` answers with.
const FOLDER: u8 = 3;

/// Opens what is below a folder.
pub(super) fn open(call: &mut Call<'_, '_>) -> Outcome {
    let Some(text) = call.text(2).filter(|_| call.is_open(0)) else { return open_only(call) };
    let (flags, out) = (call.word(4), call.word(8));
    if let Some(refusal) = refusal_to_open(call, &text, flags) {
        return Ok(refusal);
    }
    let mut args = call.args.to_vec();
    if let [.., Value::I64(rights), Value::I64(inherited), _, _] = args.as_mut_slice()
        && flags & DIRECTORY == 0
    {
        // What a file is moved to by `fd_renumber` has the rights that it hands down.
        *inherited |= *rights | FILE_RIGHTS;
    }
    let path = call.path(0, &text);
    let outcome = call.pass_on_with(&args)?;
    if let (SUCCESS, Some(number), Some(path)) = (outcome, call.number_at(out), path) {
        let number = number.cast_signed();
        let is_folder = is_open_folder(call, number)?;
        call.state().descriptors.opened(number, path, is_folder);
    }
    Ok(outcome)
}

fn is_open_folder(call: &mut Call<'_, '_>, number: i32) -> Result<bool, RuntimeError> {
    let found = call.ask::<FDSTAT>("fd_fdstat_get", &[Value::I32(number)])?;
    Ok(found.is_some_and(|found| found.first() == Some(&FOLDER)))
}

fn refusal_to_open(call: &mut Call<'_, '_>, text: &str, flags: u32) -> Option<i32> {
    let number = call.int(0);
    if leaves(text) {
        return Some(NOTCAPABLE);
    }
    let may_cut = call.state().descriptors.has_right(number, PATH_FILESTAT_SET_SIZE);
    if flags & TRUNCATE != 0 && !may_cut {
        return Some(NOTCAPABLE);
    }
    let path = call.path(0, text)?;
    let is_below_file = !call.is_folder(0);
    let names_file = text.ends_with('/') && is_folder(call, &path) == Some(false);
    (is_below_file || names_file).then_some(NOTDIR)
}

/// Returns true if there is a folder at the path, and false if there is anything else.
fn is_folder(call: &mut Call<'_, '_>, path: &Path) -> Option<bool> {
    call.state().files.symlink_metadata(path).ok().map(|found| found.is_dir())
}

/// Returns true if a path is not below the folder that it begins in.
fn leaves(text: &str) -> bool {
    let mut depth = 0_i32;
    Path::new(text).components().any(|part| {
        depth += match part {
            Component::Normal(_) => 1,
            Component::ParentDir => -1,
            Component::CurDir => 0,
            Component::RootDir | Component::Prefix(_) => return true,
        };
        depth < 0
    })
}

/// Cuts what is read to the room that there is, which `wasmer-wasix` refuses.
pub(super) fn readlink(call: &mut Call<'_, '_>) -> Outcome {
    let outcome = open_only(call)?;
    if outcome != OVERFLOW {
        return Ok(outcome);
    }
    let Some(path) = call.text(1).and_then(|text| call.path(0, &text)) else { return Ok(outcome) };
    let Ok(target) = call.state().files.readlink(&path) else { return Ok(outcome) };
    let target = target.to_string_lossy().into_owned().into_bytes();
    let (out, room, used) = (call.word(3), call.word(4), call.word(5));
    let part = target.get(..room as usize).unwrap_or(&target);
    let count = u32::try_from(part.len()).unwrap_or(u32::MAX);
    match write(&call.env, out.into(), part) {
        SUCCESS => Ok(write(&call.env, used.into(), &count.to_le_bytes())),
        failed => Ok(failed),
    }
}

/// Makes a link that stays below its folder, with a name that can be one.
pub(super) fn symlink(call: &mut Call<'_, '_>) -> Outcome {
    let (Some(target), Some(text)) = (call.text(0), call.text(3)) else { return call.pass_on() };
    if target.starts_with('/') {
        return Ok(NOTCAPABLE);
    }
    if !call.is_open(2) {
        return Ok(BADF);
    }
    if text.ends_with('/') {
        let is_there = call.path(2, &text).and_then(|path| is_folder(call, &path)).is_some();
        return Ok(if is_there { EXIST } else { NOENT });
    }
    call.pass_on()
}

/// Removes a file: of a folder, `wasmer-wasix` forgets the name before it refuses.
pub(super) fn unlink(call: &mut Call<'_, '_>) -> Outcome {
    let Some(text) = call.text(1) else { return open_only(call) };
    let Some(path) = call.path(0, &text) else { return open_only(call) };
    match is_folder(call, &path) {
        Some(true) => Ok(ISDIR),
        Some(false) if text.ends_with('/') => Ok(NOTDIR),
        _ => open_only(call),
    }
}

/// Renames, where a folder does not take the place of a file, nor a file that of a folder.
pub(super) fn rename(call: &mut Call<'_, '_>) -> Outcome {
    let (Some(from), Some(text)) = (call.text(1), call.text(4)) else { return open_only(call) };
    let (Some(from), Some(to)) = (call.path(0, &from), call.path(3, &text)) else {
        return open_only(call);
    };
    match (is_folder(call, &from), is_folder(call, &to)) {
        (Some(true), Some(false)) => return Ok(NOTDIR),
        (Some(false), Some(true)) => return Ok(ISDIR),
        (Some(false), Some(false)) if !text.ends_with('/') => make_way(call, &from, &to)?,
        _ => {}
    }
    let outcome = open_only(call)?;
    if outcome == SUCCESS {
        call.state().descriptors.renamed(&from, &to);
    } else {
        find_again(call)?;
    }
    Ok(outcome)
}

/// Removes the file that another one takes the place of: `wasmer-wasix` keeps its content at the path for as
/// long as it is open.
fn make_way(call: &mut Call<'_, '_>, from: &Path, to: &Path) -> Result<(), RuntimeError> {
    let are_open = call.is_open(0) && call.is_open(3);
    if are_open && from != to && call.state().files.may_rename(from, to) {
        let args: Vec<_> = call.args.iter().skip(3).cloned().collect();
        call.call_other("path_unlink_file", &args)?;
    }
    Ok(())
}

/// Looks for what was not renamed, whose name `wasmer-wasix` forgot before it tried.
fn find_again(call: &mut Call<'_, '_>) -> Result<(), RuntimeError> {
    let args = [call.int(0), 0, call.int(1), call.int(2)].map(Value::I32);
    call.ask::<FILESTAT>("path_filestat_get", &args).map(drop)
}

/// Sets the times of what the path names: `wasmer-wasix` sets those of the folder that it begins in.
pub(super) fn set_times(call: &mut Call<'_, '_>) -> Outcome {
    let Some(path) = call.text(2).and_then(|text| call.path(0, &text)) else {
        return open_only(call);
    };
    let flags = call.word(6);
    let (Some(accessed), Some(modified)) =
        (time(call, flags, call.long(4)), time(call, flags >> 2, call.long(5)))
    else {
        return Ok(INVAL);
    };
    let follows = call.word(1) & FOLLOW != 0;
    let files = &call.state().files;
    let found = if follows { files.metadata(&path) } else { files.symlink_metadata(&path) };
    Ok(match found {
        Err(FsError::EntryNotFound) => NOENT,
        // Of files alone: folders and links have the times that they were made with.
        Ok(found) if found.is_file() => match files.set_times(&path, accessed, modified) {
            Ok(()) => SUCCESS,
            Err(_) => PERM,
        },
        _ => return open_only(call),
    })
}

/// Returns the time that two flags and an argument mean, or that it stays; `None` for both flags.
fn time(call: &Call<'_, '_>, flags: u32, given: i64) -> Option<Option<u64>> {
    match flags & 3 {
        0 => Some(None),
        1 => Some(Some(given.cast_unsigned())),
        2 => Some(call.env.data().clocks.now(0).map(super::nanos)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leaves_its_folder_by_its_root_or_by_too_many_steps_up() {
        for text in ["/a", "..", "a/../..", "a/../../b", "./.."] {
            assert!(leaves(text), "{text}");
        }
        for text in ["a", "a/..", "a/./../b", ".", "", "a//b/../.."] {
            assert!(!leaves(text), "{text}");
        }
    }
}
