//! Functions of `wasmer-wasix` that are called after a look at their arguments, where it does what
//! preview 1 forbids, or forgets what it should keep: `wasi-testsuite` has a module for most of these.

use std::path::{Component, Path, PathBuf};

use virtual_fs::{FileSystem, FsError};
use wasmer::{FunctionEnvMut, RuntimeError, Value};

use super::{
    BADF, EXIST, FAULT, INVAL, ISDIR, NAMETOOLONG, NOENT, NOTCAPABLE, NOTDIR, NOTSOCK, OVERFLOW,
    PERM, Preview1, SUCCESS, descriptors::ROOT, write,
};
use crate::files::plain;

type Outcome = Result<i32, RuntimeError>;
type Mend = fn(&mut Call<'_, '_>) -> Outcome;

/// The functions, by their names.
const MENDED: &[(&str, Mend)] = &[
    ("fd_allocate", in_file),
    ("fd_close", close),
    ("fd_fdstat_get", fdstat),
    ("fd_fdstat_set_rights", set_rights),
    ("fd_filestat_get", open_only),
    ("fd_filestat_set_size", in_file),
    ("fd_pread", in_file),
    ("fd_prestat_dir_name", prestat_name),
    ("fd_prestat_get", prestat),
    ("fd_pwrite", in_file),
    ("fd_readdir", open_only),
    ("fd_renumber", renumber),
    ("fd_seek", in_file),
    ("fd_tell", in_file),
    ("path_filestat_set_times", set_times),
    ("path_open", open),
    ("path_readlink", readlink),
    ("path_symlink", symlink),
    ("path_unlink_file", unlink),
    ("sock_accept", no_socket),
    ("sock_recv", no_socket),
    ("sock_send", no_socket),
    ("sock_shutdown", no_socket),
];

/// Flags of `path_open`.
const DIRECTORY: u32 = 2;
const TRUNCATE: u32 = 8;
/// The flag with which a link is followed.
const FOLLOW: u32 = 1;
/// Rights that only files have: FD_SEEK, FD_TELL, FD_WRITE, FD_ALLOCATE, FD_FILESTAT_SET_SIZE.
const FILE_RIGHTS: i64 = 1 << 2 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 22;
/// The right to cut files below a folder.
const PATH_FILESTAT_SET_SIZE: i64 = 1 << 19;
/// Longest path, in bytes.
const MAX_TEXT: u32 = 4096;
/// The tag of a descriptor that is not a folder, where `fd_prestat_get` says what one is.
const NO_FOLDER: u8 = 1;
/// The name of a folder that is the root of its guest, and where `fd_prestat_get` puts its length.
const OWN_ROOT_NAME: &[u8] = b"/";
const NAME_LENGTH_AT: u64 = 4;
/// Where `fd_fdstat_get` puts the rights, and their bytes.
const RIGHTS_AT: u64 = 8;

/// A function that says of a descriptor that there is none, and does nothing.
const PROBE: &str = "fd_advise";

/// Lists the functions that are mended, and those that mending calls.
pub(super) fn needed() -> impl Iterator<Item = &'static str> {
    MENDED.iter().map(|(name, _)| *name).chain([PROBE])
}

/// Returns the mended form of a function.
pub(super) fn of(name: &str) -> Option<Mend> {
    MENDED.iter().find(|(known, _)| *known == name).map(|(_, mend)| *mend)
}

/// A call of a function, whose first argument is most often a descriptor.
pub(super) struct Call<'a, 'e> {
    name: &'static str,
    env: FunctionEnvMut<'e, Preview1>,
    args: &'a [Value],
}

impl<'a, 'e> Call<'a, 'e> {
    pub(super) const fn new(
        name: &'static str,
        env: FunctionEnvMut<'e, Preview1>,
        args: &'a [Value],
    ) -> Self {
        Self { name, env, args }
    }

    /// Calls the function of `wasmer-wasix`.
    fn pass_on(&mut self) -> Outcome {
        let args = self.args;
        self.pass_on_with(args)
    }

    fn pass_on_with(&mut self, args: &[Value]) -> Outcome {
        self.call_other(self.name, args)
    }

    fn call_other(&mut self, name: &str, args: &[Value]) -> Outcome {
        let (state, mut store) = self.env.data_and_store_mut();
        let Some(function) = state.inner.get(name).cloned() else { return Ok(BADF) };
        let results = function.call(&mut store, args)?;
        Ok(results.first().and_then(Value::i32).unwrap_or(INVAL))
    }

    fn state(&mut self) -> &mut Preview1 {
        self.env.data_mut()
    }

    fn int(&self, index: usize) -> i32 {
        self.args.get(index).and_then(Value::i32).unwrap_or(-1)
    }

    fn word(&self, index: usize) -> u32 {
        self.int(index).cast_unsigned()
    }

    fn long(&self, index: usize) -> i64 {
        self.args.get(index).and_then(Value::i64).unwrap_or(0)
    }

    fn is_open(&self, index: usize) -> bool {
        !self.env.data().descriptors.is_shut(self.int(index))
    }

    /// Reads bytes of the guest.
    fn bytes(&self, at: u32, count: u32) -> Option<Vec<u8>> {
        if count > MAX_TEXT {
            return None;
        }
        let memory = self.env.data().memory.as_ref()?.view(&self.env);
        let end = u64::from(at) + u64::from(count);
        memory.copy_range_to_vec(at.into()..end).ok()
    }

    fn number_at(&self, at: u32) -> Option<i32> {
        self.bytes(at, 4)?.first_chunk().copied().map(i32::from_le_bytes)
    }

    /// Reads the text whose address and length are the arguments from `index`.
    fn text(&self, index: usize) -> Option<String> {
        String::from_utf8(self.bytes(self.word(index), self.word(index + 1))?).ok()
    }

    /// Returns the path that a descriptor and a text mean; `None` where they mean none.
    fn path(&mut self, descriptor: usize, text: &str) -> Option<PathBuf> {
        let number = self.int(descriptor);
        Some(plain(&self.state().descriptors.path(number)?.join(text)))
    }

    /// Returns true if there is a folder at the path, behind a link or not.
    fn is_folder(&mut self, path: &Path) -> Option<bool> {
        self.state().files.metadata(path).ok().map(|found| found.is_dir())
    }
}

/// Refuses what the guest closed: `wasmer-wasix` keeps open what it opened itself.
fn open_only(call: &mut Call<'_, '_>) -> Outcome {
    if call.is_open(0) { call.pass_on() } else { Ok(BADF) }
}

/// Refuses a folder, where the function is one for files.
fn in_file(call: &mut Call<'_, '_>) -> Outcome {
    if call.env.data().descriptors.is_folder(call.int(0)) { Ok(ISDIR) } else { open_only(call) }
}

fn close(call: &mut Call<'_, '_>) -> Outcome {
    let outcome = open_only(call)?;
    if outcome == SUCCESS {
        let number = call.int(0);
        call.state().descriptors.closed(number);
    }
    Ok(outcome)
}

/// Moves a descriptor: `wasmer-wasix` leaves the old number open, and takes any new one.
fn renumber(call: &mut Call<'_, '_>) -> Outcome {
    let (from, to) = (call.int(0), call.int(1));
    let probe = [Value::I32(to), Value::I64(0), Value::I64(0), Value::I32(0)];
    if !call.is_open(0) || !call.is_open(1) || call.call_other(PROBE, &probe)? == BADF {
        return Ok(BADF);
    }
    let outcome = call.pass_on()?;
    if outcome == SUCCESS && from != to {
        // It does nothing to those that are open since the start.
        call.call_other("fd_close", &[Value::I32(from)])?;
        call.state().descriptors.renumbered(from, to);
    }
    Ok(outcome)
}

/// Says that the root is not a folder, where the guest finds another one of that name; of that one,
/// `wasmer-wasix` says that it has none.
fn prestat(call: &mut Call<'_, '_>) -> Outcome {
    let outcome = open_only(call)?;
    let at = u64::from(call.word(1));
    match outcome {
        SUCCESS if call.env.data().own_root == Some(call.int(0)) => {
            let length = OWN_ROOT_NAME.len() as u32;
            Ok(write(&call.env, at + NAME_LENGTH_AT, &length.to_le_bytes()))
        }
        SUCCESS if call.int(0) == ROOT && call.env.data().own_root.is_some() => {
            Ok(write(&call.env, at, &[NO_FOLDER]))
        }
        outcome => Ok(outcome),
    }
}

/// Says of a folder that it has no rights of files.
fn fdstat(call: &mut Call<'_, '_>) -> Outcome {
    let outcome = open_only(call)?;
    let (number, at) = (call.int(0), u64::from(call.word(1)) + RIGHTS_AT);
    if outcome != SUCCESS || !call.env.data().descriptors.is_folder(number) {
        return Ok(outcome);
    }
    let Ok(place) = u32::try_from(at) else { return Ok(FAULT) };
    let rights = call.bytes(place, 8).and_then(|bytes| bytes.first_chunk().copied());
    let Some(rights) = rights.map(i64::from_le_bytes) else { return Ok(FAULT) };
    Ok(write(&call.env, at, &(rights & !FILE_RIGHTS).to_le_bytes()))
}

fn set_rights(call: &mut Call<'_, '_>) -> Outcome {
    let outcome = open_only(call)?;
    if outcome == SUCCESS {
        let (number, rights) = (call.int(0), call.long(1));
        call.state().descriptors.set_rights(number, rights);
    }
    Ok(outcome)
}

fn prestat_name(call: &mut Call<'_, '_>) -> Outcome {
    let outcome = open_only(call)?;
    let is_own_root = call.env.data().own_root == Some(call.int(0));
    match outcome {
        OVERFLOW => Ok(NAMETOOLONG),
        SUCCESS if is_own_root && (call.word(2) as usize) < OWN_ROOT_NAME.len() => Ok(NAMETOOLONG),
        SUCCESS if is_own_root => Ok(write(&call.env, call.word(1).into(), OWN_ROOT_NAME)),
        outcome => Ok(outcome),
    }
}

/// Opens what is below a folder, and a folder without the rights of files.
fn open(call: &mut Call<'_, '_>) -> Outcome {
    let Some(text) = call.text(2).filter(|_| call.is_open(0)) else { return open_only(call) };
    let (flags, out) = (call.word(4), call.word(8));
    if let Some(refusal) = refusal_to_open(call, &text, flags) {
        return Ok(refusal);
    }
    let mut args = call.args.to_vec();
    if let [.., Value::I64(rights), Value::I64(inherited), _, _] = args.as_mut_slice() {
        match flags & DIRECTORY != 0 {
            true => *rights &= !FILE_RIGHTS,
            // What a file is moved to by `fd_renumber` has the rights that it hands down.
            false => *inherited |= *rights,
        }
    }
    let path = call.path(0, &text);
    let outcome = call.pass_on_with(&args)?;
    if let (SUCCESS, Some(number), Some(path)) = (outcome, call.number_at(out), path) {
        let is_folder = call.is_folder(&path) == Some(true);
        call.state().descriptors.opened(number, path, is_folder);
    }
    Ok(outcome)
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
    (text.ends_with('/') && call.is_folder(&path) == Some(false)).then_some(NOTDIR)
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
fn readlink(call: &mut Call<'_, '_>) -> Outcome {
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
fn symlink(call: &mut Call<'_, '_>) -> Outcome {
    let (Some(target), Some(text)) = (call.text(0), call.text(3)) else { return call.pass_on() };
    if target.starts_with('/') {
        return Ok(NOTCAPABLE);
    }
    if !call.is_open(2) {
        return Ok(BADF);
    }
    if text.ends_with('/') {
        let is_there = call.path(2, &text).and_then(|path| call.is_folder(&path)).is_some();
        return Ok(if is_there { EXIST } else { NOENT });
    }
    call.pass_on()
}

/// Removes a file: of a folder, `wasmer-wasix` forgets the name before it refuses.
fn unlink(call: &mut Call<'_, '_>) -> Outcome {
    let Some(text) = call.text(1) else { return open_only(call) };
    let Some(path) = call.path(0, &text) else { return open_only(call) };
    let found = call.state().files.symlink_metadata(&path).map(|found| found.is_dir());
    match found {
        Ok(true) => Ok(ISDIR),
        Ok(false) if text.ends_with('/') => Ok(NOTDIR),
        _ => open_only(call),
    }
}

/// Sets the times of what the path names: `wasmer-wasix` sets those of the folder that it begins in.
fn set_times(call: &mut Call<'_, '_>) -> Outcome {
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

/// Answers that the descriptor is not a socket: there is none.
fn no_socket(call: &mut Call<'_, '_>) -> Outcome {
    Ok(if call.is_open(0) { NOTSOCK } else { BADF })
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

    #[test]
    fn the_functions_are_in_the_world_and_each_stands_once() {
        for (index, (name, _)) in MENDED.iter().enumerate() {
            assert!(ext_host::is_in_world(super::super::MODULE, name), "{name}");
            assert!(MENDED.iter().skip(index + 1).all(|(other, _)| other != name), "{name}");
        }
    }
}
