//! Advisory locks between programs.

use std::{
    fs::{self, File, Metadata, OpenOptions, TryLockError},
    io::ErrorKind,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use crate::{Error, private_options};

/// The interval at which a lock is tried while it is waited for with a time limit.
const TICK: Duration = Duration::from_millis(10);

/// A file that one program, and one part of a program, at a time holds, or several that share it. Others that ask for it wait
/// or are refused. The lock is advisory: a program that does not ask for it can use the file.
///
/// The lock is released when this is dropped, and when the program ends, in whatever way. The file
/// stays. It is created when it is not there, for its owner only.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock, waiting as long as another holds it.
    ///
    /// # Errors
    /// When the file cannot be opened or locked.
    pub fn acquire(path: &Path) -> Result<Self, Error> {
        let file = open(path)?;
        file.lock().map_err(Error::of("locked", path))?;
        Ok(Self { file })
    }

    /// Takes the lock; `on_wait` is called when another holds it, before it is waited for.
    ///
    /// # Errors
    /// As [`Self::acquire`].
    pub fn acquire_or_wait(path: &Path, on_wait: impl FnOnce()) -> Result<Self, Error> {
        if let Some(lock) = Self::try_acquire(path)? {
            return Ok(lock);
        }
        on_wait();
        Self::acquire(path)
    }

    /// Takes the lock; `None` when another holds it for that long.
    ///
    /// # Errors
    /// As [`Self::acquire`].
    pub fn acquire_within(path: &Path, time: Duration) -> Result<Option<Self>, Error> {
        let began = Instant::now();
        loop {
            let lock = Self::try_acquire(path)?;
            if lock.is_some() || began.elapsed() >= time {
                return Ok(lock);
            }
            thread::sleep(TICK);
        }
    }

    /// Takes the lock; `None` when another holds it.
    ///
    /// # Errors
    /// As [`Self::acquire`].
    pub fn try_acquire(path: &Path) -> Result<Option<Self>, Error> {
        Self::try_lock(open(path)?, path)
    }

    /// Takes the lock together with all that take it so, waiting as long as one holds it alone.
    ///
    /// # Errors
    /// As [`Self::acquire`].
    pub fn share(path: &Path) -> Result<Self, Error> {
        let file = open(path)?;
        file.lock_shared().map_err(Error::of("locked", path))?;
        Ok(Self { file })
    }

    /// Takes the lock as [`Self::share`] does, of a file that must be there and need not be writable.
    ///
    /// # Errors
    /// [`std::io::ErrorKind::NotFound`] when it is not there; as [`Self::acquire`].
    pub fn share_existing(path: &Path) -> Result<Self, Error> {
        let mut options = options();
        let file = options.write(false).open(path).map_err(Error::of("opened", path))?;
        file.lock_shared().map_err(Error::of("locked", path))?;
        Ok(Self { file })
    }

    /// Returns whether the locked file is still the one with its name: its folder may have been moved
    /// while the lock was waited for.
    #[cfg(unix)]
    #[must_use]
    pub fn is_at(&self, path: &Path) -> bool {
        use std::os::unix::fs::MetadataExt;

        let same = |a: &Metadata, b: &Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
        let (own, found) = (self.file.metadata(), fs::symlink_metadata(path));
        own.and_then(|own| Ok(same(&own, &found?))).unwrap_or(false)
    }

    fn try_lock(file: File, path: &Path) -> Result<Option<Self>, Error> {
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(Error::of("locked", path)(error)),
        }
    }

    /// Takes the lock of a file that must be there; `None` when another holds it.
    ///
    /// # Errors
    /// [`std::io::ErrorKind::NotFound`] when it is not there; as [`Self::acquire`].
    pub fn try_existing(path: &Path) -> Result<Option<Self>, Error> {
        let file = options().open(path).map_err(Error::of("opened", path))?;
        Self::try_lock(file, path)
    }

    /// Takes the lock of a folder; `None` when another holds it. Nothing is made in the folder, and it may
    /// be renamed.
    ///
    /// # Errors
    /// When it is no folder, cannot be opened, or lies where folders cannot be locked.
    pub fn try_folder(path: &Path) -> Result<Option<Self>, Error> {
        let mut options = options();
        let file = options.write(false).open(path).map_err(Error::of("opened", path))?;
        let found = file.metadata().map_err(Error::of("opened", path))?;
        if !found.is_dir() {
            return Err(Error::of("locked", path)(ErrorKind::NotADirectory.into()));
        }
        Self::try_lock(file, path)
    }

    /// Returns the file, open for reading and writing: for content of the lock file itself.
    #[must_use]
    pub const fn file(&self) -> &File {
        &self.file
    }
}

fn open(path: &Path) -> Result<File, Error> {
    let mut options = options();
    options.create(true).truncate(false).open(path).map_err(Error::of("opened", path))
}

/// Returns options that follow no link, since a lock file is the program's own.
fn options() -> OpenOptions {
    let mut options = private_options();
    options.read(true).write(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.bits().cast_signed());
    }
    options
}
