//! Functions of `wasmer-wasix` that are called after a look at their arguments, where it does what
//! preview 1 forbids, or forgets what it should keep: `wasi-testsuite` has a module for most of these.

use wasmer::{RuntimeError, Value};

use super::{
    ACCES, BADF, FAULT, ISDIR, NAMETOOLONG, NOTSOCK, OVERFLOW, SUCCESS,
    call::{Call, Outcome},
    descriptors::ROOT,
    paths, write,
};

type Mend = fn(&mut Call<'_, '_>) -> Outcome;

/// The functions, by their names.
const MENDED: &[(&str, Mend)] = &[
    ("fd_allocate", in_file),
    ("fd_close", close),
    ("fd_fdstat_get", fdstat),
    ("fd_fdstat_set_rights", set_rights),
    ("fd_filestat_get", open_only),
    ("fd_filestat_set_size", in_file),
    ("fd_pread", transfer),
    ("fd_prestat_dir_name", prestat_name),
    ("fd_prestat_get", prestat),
    ("fd_pwrite", transfer),
    ("fd_read", transfer),
    ("fd_readdir", readdir),
    ("fd_renumber", renumber),
    ("fd_seek", in_file),
    ("fd_tell", in_file),
    ("fd_write", transfer),
    ("path_filestat_set_times", paths::set_times),
    ("path_open", paths::open),
    ("path_readlink", paths::readlink),
    ("path_rename", paths::rename),
    ("path_symlink", paths::symlink),
    ("path_unlink_file", paths::unlink),
    ("sock_accept", no_socket),
    ("sock_recv", no_socket),
    ("sock_send", no_socket),
    ("sock_shutdown", no_socket),
];

/// Rights that only files have: FD_SEEK, FD_TELL, FD_WRITE, FD_ALLOCATE, FD_FILESTAT_SET_SIZE.
const FILE_RIGHTS: u64 = 1 << 2 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 22;
/// The tag of a descriptor that is not a folder, where `fd_prestat_get` says what one is.
const NO_FOLDER: u8 = 1;
/// The name of a folder that is the root of its guest, and where `fd_prestat_get` puts its length.
const OWN_ROOT_NAME: &[u8] = b"/";
const NAME_LENGTH_AT: u64 = 4;
/// Bytes that `fd_fdstat_get` answers with, and where the rights are in them, and those to hand down.
pub(super) const FDSTAT: usize = 24;
const RIGHTS_AT: usize = 8;
const INHERITED_AT: usize = 16;
/// Bytes of an entry of `fd_readdir` before its name, and where the number and the name's length are.
const ENTRY: u32 = 24;
const ENTRY_NUMBER_AT: u32 = 8;
const ENTRY_LENGTH_AT: u32 = 16;
/// Bytes that `path_filestat_get` answers with, and where the number of the file is in them.
pub(super) const FILESTAT: usize = 64;
const FILE_NUMBER_AT: usize = 8;

/// A function that says of a descriptor that there is none, and does nothing.
const PROBE: &str = "fd_advise";
/// The functions that mending asks besides.
const ASKED: &[&str] = &[PROBE, "path_filestat_get"];

/// Lists the functions that are mended, and those that mending calls.
pub(super) fn needed() -> impl Iterator<Item = &'static str> {
    MENDED.iter().map(|(name, _)| *name).chain(ASKED.iter().copied())
}

/// Returns the mended form of a function, or the function as it is.
pub(super) fn of(name: &str) -> Mend {
    let mended = MENDED.iter().find(|(known, _)| *known == name);
    mended.map_or(|call| call.pass_on(), |(_, mend)| *mend)
}

/// Refuses what the guest closed: `wasmer-wasix` keeps open what it opened itself.
pub(super) fn open_only(call: &mut Call<'_, '_>) -> Outcome {
    if call.is_open(0) { call.pass_on() } else { Ok(BADF) }
}

/// Refuses a folder, where the function is one for files.
fn in_file(call: &mut Call<'_, '_>) -> Outcome {
    if call.is_folder(0) { Ok(ISDIR) } else { open_only(call) }
}

/// Refuses a descriptor that was not opened for reading, or for writing.
fn transfer(call: &mut Call<'_, '_>) -> Outcome {
    let outcome = in_file(call)?;
    Ok(if outcome == ACCES { BADF } else { outcome })
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
    let before = call.ask::<FDSTAT>("fd_fdstat_get", &[Value::I32(from)])?;
    let outcome = call.pass_on()?;
    if outcome == SUCCESS && from != to {
        // It does nothing to those that are open since the start.
        call.call_other("fd_close", &[Value::I32(from)])?;
        call.state().descriptors.renumbered(from, to);
        if let Some(before) = before {
            let rights = |at| Value::I64(rights_at(&before, at).cast_signed());
            let args = [Value::I32(to), rights(RIGHTS_AT), rights(INHERITED_AT)];
            call.call_other("fd_fdstat_set_rights", &args)?;
        }
    }
    Ok(outcome)
}

fn rights_at(fdstat: &[u8], at: usize) -> u64 {
    let rights = fdstat.get(at..).and_then(<[u8]>::first_chunk);
    rights.copied().map_or(0, u64::from_le_bytes)
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
    if outcome != SUCCESS || !call.is_folder(0) {
        return Ok(outcome);
    }
    let out = call.word(1);
    let Some(found) = call.bytes(out, FDSTAT as u32) else { return Ok(FAULT) };
    let rights = rights_at(&found, RIGHTS_AT) & !FILE_RIGHTS;
    Ok(write(&call.env, u64::from(out) + RIGHTS_AT as u64, &rights.to_le_bytes()))
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
    if call.is_open(0) && call.env.data().own_root == Some(call.int(0)) {
        let fits = call.word(2) as usize >= OWN_ROOT_NAME.len();
        let name = |call: &Call<'_, '_>| write(&call.env, call.word(1).into(), OWN_ROOT_NAME);
        return Ok(if fits { name(call) } else { NAMETOOLONG });
    }
    let outcome = open_only(call)?;
    Ok(if outcome == OVERFLOW { NAMETOOLONG } else { outcome })
}

/// Reads a folder, and gives each entry the number of its file, which `wasmer-wasix` leaves out.
fn readdir(call: &mut Call<'_, '_>) -> Outcome {
    let outcome = open_only(call)?;
    if outcome == SUCCESS {
        let start = call.word(1);
        let used = call.number_at(call.word(4)).unwrap_or(0);
        number_entries(call, start, start.saturating_add(used))?;
    }
    Ok(outcome)
}

/// Numbers the entries whose names are whole.
fn number_entries(call: &mut Call<'_, '_>, mut at: u32, end: u32) -> Result<(), RuntimeError> {
    loop {
        let name = at.saturating_add(ENTRY);
        let Some(length) = call.number_at(at.saturating_add(ENTRY_LENGTH_AT)) else { break };
        let next = name.saturating_add(length);
        if next > end {
            break;
        }
        let args = [call.int(0), 0, name.cast_signed(), length.cast_signed()].map(Value::I32);
        if let Some(found) = call.ask::<FILESTAT>("path_filestat_get", &args)? {
            let number = found.get(FILE_NUMBER_AT..FILE_NUMBER_AT + 8).unwrap_or(&[]);
            write(&call.env, u64::from(at + ENTRY_NUMBER_AT), number);
        }
        at = next;
    }
    Ok(())
}

/// Answers that the descriptor is not a socket: there is none.
fn no_socket(call: &mut Call<'_, '_>) -> Outcome {
    Ok(if call.is_open(0) { NOTSOCK } else { BADF })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_are_in_the_world_and_each_stands_once() {
        for (index, (name, _)) in MENDED.iter().enumerate() {
            assert!(ext_host::is_in_world(super::super::PREVIEW_1, name), "{name}");
            assert!(MENDED.iter().skip(index + 1).all(|(other, _)| other != name), "{name}");
        }
    }
}
