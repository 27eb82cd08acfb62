//! The place of the socket of a data folder.
//!
//! It stands in the folder itself. A path of a Unix socket has at most 107 bytes (`sun_path` of
//! unix(7), less its end); where the folder's is longer, the socket stands in the runtime folder of
//! the user, and a file in the data folder names it.

use std::{
    fs, io,
    os::unix::{
        ffi::OsStrExt,
        fs::{FileTypeExt, MetadataExt, PermissionsExt},
        net::UnixStream,
    },
    path::{Path, PathBuf},
};

use uuid::Uuid;

use crate::error::ServeError;

/// Name of the socket in the data folder.
pub const SOCKET: &str = "daemon.sock";
/// Name of the file that names the socket where its path would be too long.
pub const POINTER: &str = "daemon.socket-path";
/// Longest path of a Unix socket, in bytes.
const MAX_PATH_BYTES: usize = 107;

/// Finds the socket of a data folder; `None` when there is none.
#[must_use]
pub fn find(data_folder: &Path) -> Option<PathBuf> {
    let direct = data_folder.join(SOCKET);
    if fits(&direct) && is_own_socket(&direct) {
        return Some(direct);
    }
    let pointer = ext_fs::read_text(&data_folder.join(POINTER), MAX_PATH_BYTES as u64);
    let named = PathBuf::from(pointer.ok()?);
    (named.is_absolute() && fits(&named) && is_own_socket(&named)).then_some(named)
}

/// Tells whether a server listens at the socket of a data folder.
#[must_use]
pub fn is_served(data_folder: &Path) -> bool {
    find(data_folder).is_some_and(|socket| UnixStream::connect(socket).is_ok())
}

/// Chooses the place of the socket, and removes one that a killed server left behind.
pub(crate) fn prepare(data_folder: &Path) -> Result<PathBuf, ServeError> {
    let direct = data_folder.join(SOCKET);
    let socket = match fits(&direct) {
        true => direct,
        false => {
            // The next one has another name, and takes the place of this one in the data folder.
            find(data_folder).map_or(Ok(()), |last| remove_stale(&last))?;
            in_runtime_folder(data_folder)?
        }
    };
    ensure_private(socket.parent().unwrap_or(data_folder))?;
    remove_stale(&socket)?;
    if socket.parent() != Some(data_folder) {
        let pointer = data_folder.join(POINTER);
        let text = socket.as_os_str().as_bytes();
        ext_fs::replace(&pointer, text)
            .map_err(|error| ServeError::io(pointer, io::Error::other(error)))?;
    }
    Ok(socket)
}

fn fits(path: &Path) -> bool {
    path.as_os_str().as_bytes().len() <= MAX_PATH_BYTES
}

fn in_runtime_folder(data_folder: &Path) -> Result<PathBuf, ServeError> {
    let name = format!("spacedrive-{}.sock", Uuid::new_v4().simple());
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let too_long = || {
        let why = "the path of the data folder is too long for a socket, and XDG_RUNTIME_DIR \
                   names no folder that could hold it";
        ServeError::io(data_folder, io::Error::other(why))
    };
    let socket = runtime.filter(|folder| folder.is_absolute()).ok_or_else(too_long)?.join(name);
    if fits(&socket) { Ok(socket) } else { Err(too_long()) }
}

/// Refuses a folder in which others could replace the socket.
fn ensure_private(folder: &Path) -> Result<(), ServeError> {
    let found = fs::symlink_metadata(folder).map_err(|error| ServeError::io(folder, error))?;
    let why = if !found.is_dir() {
        "it is not a folder"
    } else if found.uid() != rustix::process::geteuid().as_raw() {
        "it belongs to another user"
    } else if found.permissions().mode() & 0o022 != 0 {
        "other users can write to it: take that right away with chmod go-w"
    } else {
        return Ok(());
    };
    Err(ServeError::InTheWay { path: folder.to_owned(), why })
}

fn remove_stale(socket: &Path) -> Result<(), ServeError> {
    let found = match fs::symlink_metadata(socket) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found.map_err(|error| ServeError::io(socket, error))?,
    };
    if !found.file_type().is_socket() {
        let why = "it is not a socket; move it away";
        return Err(ServeError::InTheWay { path: socket.to_owned(), why });
    }
    if UnixStream::connect(socket).is_ok() {
        return Err(ServeError::Running { socket: socket.to_owned() });
    }
    fs::remove_file(socket).map_err(|error| ServeError::io(socket, error))
}

/// Tells whether a socket of this user stands at a path, which no link leads to.
fn is_own_socket(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| {
        found.file_type().is_socket() && found.uid() == rustix::process::geteuid().as_raw()
    })
}
