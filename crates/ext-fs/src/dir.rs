//! A folder that is held by its handle.

use std::{
    ffi::OsStr,
    fs::File,
    io,
    os::{fd::OwnedFd, unix::ffi::OsStrExt},
    path::{Path, PathBuf},
};

use rustix::{
    fs::{self, AtFlags, FileType, Mode, OFlags},
    io::Errno,
};

use crate::Error;

/// A folder that is held by its handle, and what is in it by name. Nothing leads out of it: a name is
/// one segment, and a symbolic link is an error, also one that is put there at the last moment.
///
/// Folders and files that it creates are for their owner only.
#[derive(Debug)]
pub struct Dir {
    handle: OwnedFd,
    path: PathBuf,
}

impl Dir {
    /// Opens a folder of the user, to whom links above it, and a link to it, belong.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let handle = fs::open(path, flags, Mode::empty());
        let handle = handle.map_err(|errno| Error::of("opened", path)(errno.into()))?;
        Ok(Self { handle, path: path.to_owned() })
    }

    /// Returns the path by which it was opened, for messages.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a folder in it.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when there is none, [`Error::is_link`] for a link; when something else
    /// has the name, or the system refuses.
    pub fn dir(&self, name: &str) -> Result<Self, Error> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let handle = fs::openat(&self.handle, segment(name)?, flags, Mode::empty());
        let handle = handle.map_err(|errno| self.failed("opened", name, errno))?;
        Ok(Self { handle, path: self.path.join(name) })
    }

    /// Opens a folder in it, which is created when it is not there.
    ///
    /// # Errors
    /// As [`Self::dir`].
    pub fn make_dir(&self, name: &str) -> Result<Self, Error> {
        match fs::mkdirat(&self.handle, segment(name)?, Mode::RWXU) {
            Ok(()) => self.sync()?,
            Err(Errno::EXIST) => {}
            Err(errno) => return Err(self.failed("created", name, errno)),
        }
        self.dir(name)
    }

    /// Opens a regular file in it for reading. A pipe does not block, and is an error as a device is.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when there is none, [`Error::is_link`] for a link,
    /// [`io::ErrorKind::InvalidData`] for anything else that is not a file; when the system refuses.
    pub fn file(&self, name: &str) -> Result<File, Error> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let handle = fs::openat(&self.handle, segment(name)?, flags, Mode::empty());
        let handle = handle.map_err(|errno| self.failed("opened", name, errno))?;
        let stat = fs::fstat(&handle).map_err(|errno| self.failed("opened", name, errno))?;
        self.ensure_file(name, FileType::from_raw_mode(stat.st_mode))?;
        Ok(handle.into())
    }

    /// Creates a file in it for writing.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] when anything has the name; when the system refuses.
    pub fn create_file(&self, name: &str) -> Result<File, Error> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
        let mode = Mode::RUSR | Mode::WUSR;
        let handle = fs::openat(&self.handle, segment(name)?, flags | OFlags::CLOEXEC, mode);
        Ok(handle.map_err(|errno| self.failed("created", name, errno))?.into())
    }

    /// Returns whether there is a regular file of this name.
    ///
    /// # Errors
    /// As [`Self::file`], but for a file that is not there.
    pub fn has_file(&self, name: &str) -> Result<bool, Error> {
        match fs::statat(&self.handle, segment(name)?, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => {
                self.ensure_file(name, FileType::from_raw_mode(stat.st_mode))?;
                Ok(true)
            }
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(self.failed("looked for", name, errno)),
        }
    }

    /// Moves what has the name `name` to another folder of the same file system, where it replaces a
    /// file. The move is durable when this returns.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn rename(&self, name: &str, to: &Self, new_name: &str) -> Result<(), Error> {
        fs::renameat(&self.handle, segment(name)?, &to.handle, segment(new_name)?)
            .map_err(|errno| self.failed("moved", name, errno))?;
        to.sync()
    }

    /// Removes a file, or a link; returns whether it was there.
    ///
    /// # Errors
    /// When it is a folder, or the system refuses.
    pub fn remove(&self, name: &str) -> Result<bool, Error> {
        match fs::unlinkat(&self.handle, segment(name)?, AtFlags::empty()) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(self.failed("removed", name, errno)),
        }
    }

    /// Lists the names in it that are UTF-8, but for `.` and `..`, in no order.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn names(&self) -> Result<Vec<String>, Error> {
        let failed = |errno: Errno| Error::of("listed", &self.path)(errno.into());
        let mut names = Vec::new();
        for entry in fs::Dir::read_from(&self.handle).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name().to_bytes().to_owned();
            let name = String::from_utf8(name).ok();
            names.extend(name.filter(|name| segment(name).is_ok()));
        }
        Ok(names)
    }

    /// Flushes the names in it to the disk. Some file systems cannot do that, and need not.
    fn sync(&self) -> Result<(), Error> {
        match fs::fsync(&self.handle) {
            Ok(()) | Err(Errno::INVAL | Errno::NOTSUP) => Ok(()),
            Err(errno) => Err(Error::of("flushed to the disk", &self.path)(errno.into())),
        }
    }

    fn ensure_file(&self, name: &str, kind: FileType) -> Result<(), Error> {
        let what = match kind {
            FileType::RegularFile => return Ok(()),
            FileType::Symlink => return Err(self.failed("opened", name, Errno::LOOP)),
            FileType::Directory => "a folder",
            _ => "a pipe, socket or device",
        };
        let reason = format!("it is {what}, not a file");
        let reason = io::Error::new(io::ErrorKind::InvalidData, reason);
        Err(Error::of("opened", &self.path.join(name))(reason))
    }

    /// Describes a failure. The systems call a link in the place of a folder by different names.
    fn failed(&self, action: &'static str, name: &str, errno: Errno) -> Error {
        let is_link = || {
            let stat = fs::statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW);
            stat.is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink)
        };
        let errno = match errno {
            Errno::NOTDIR | Errno::MLINK if is_link() => Errno::LOOP,
            // A socket cannot be opened at all.
            Errno::NXIO | Errno::OPNOTSUPP => {
                let reason = "it is a pipe, socket or device, not a file";
                let reason = io::Error::new(io::ErrorKind::InvalidData, reason);
                return Error::of(action, &self.path.join(name))(reason);
            }
            errno => errno,
        };
        Error::of(action, &self.path.join(name))(errno.into())
    }
}

/// Checks that a name is one segment.
fn segment(name: &str) -> Result<&OsStr, Error> {
    if matches!(name, "" | "." | "..") || name.contains(['/', '\0']) {
        let reason = io::Error::new(io::ErrorKind::InvalidInput, "it is not one name");
        return Err(Error::of("opened", Path::new(name))(reason));
    }
    Ok(OsStr::from_bytes(name.as_bytes()))
}
