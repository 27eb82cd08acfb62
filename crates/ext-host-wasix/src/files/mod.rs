//! The files of a guest: those of its package, which it can read, and memory with a quota.
//!
//! `virtual-fs` has a limiter of its own: it does nothing without a feature, and with it asks after
//! memory was taken. So every way to more memory is guarded here: writes, also far behind the end,
//! changes of length, files that have no name any more and are still open, and names themselves. The
//! rights that WASI gives descriptors are not relied on: what may be changed is decided by path.

mod handle;
mod quota;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    path::{Component, Path, PathBuf},
    sync::{Arc, Weak},
};

use bytes::Bytes;
use futures::future::{BoxFuture, ready};
use parking_lot::Mutex;
use shared_buffer::OwnedBuffer;
use virtual_fs::{
    AsyncWriteExt, FileOpener, FileSystem, FsError, Metadata, NullFile, OpenOptions,
    OpenOptionsConfig, ReadDir, VirtualFile, mem_fs,
};

use self::{
    handle::Handle,
    quota::{NODE_BYTES, OpenFile, Quota},
};

type Result<T> = std::result::Result<T, FsError>;

/// The folder that the guest may write below.
pub(crate) const WRITABLE: &str = "/tmp";
/// The devices, which take what is written to them.
const NULL: &str = "/dev/null";
const CALLS: &str = "/dev/spacedrive";

/// The file system of one guest. Cheap to clone; the clones are one.
#[derive(Debug, Clone)]
pub(crate) struct GuestFiles {
    inner: mem_fs::FileSystem,
    quota: Arc<Quota>,
    /// The files below the writable folder that are open, by their paths.
    open: Arc<Mutex<HashMap<PathBuf, Weak<OpenFile>>>>,
}

/// Makes the files of a guest: `files` below `/app`, `scratch_bytes` for `/tmp`, and the devices.
///
/// # Errors
/// The path at which a file cannot be.
pub(crate) fn make(
    files: Vec<(String, Bytes)>,
    scratch_bytes: u64,
    calls: Box<dyn VirtualFile + Send + Sync>,
) -> std::result::Result<GuestFiles, String> {
    let inner = mem_fs::FileSystem::default();
    let at = |path: &Path, error: FsError| format!("`{}`: {error}", path.display());
    for folder in ["/app", WRITABLE, "/dev"].map(Path::new) {
        inner.create_dir(folder).map_err(|error| at(folder, error))?;
    }
    for (path, content) in files {
        let path = plain(&Path::new("/app").join(&path));
        if !path.starts_with("/app") {
            return Err(format!("`{}` is not below `/app`", path.display()));
        }
        let folder = path.parent().unwrap_or(Path::new("/app"));
        virtual_fs::create_dir_all(&inner, folder).map_err(|error| at(folder, error))?;
        let content = OwnedBuffer::from_bytes(content);
        inner.insert_ro_file(&path, content).map_err(|error| at(&path, error))?;
    }
    let null: Box<dyn VirtualFile + Send + Sync> = Box::<NullFile>::default();
    for (path, device) in [(NULL, null), (CALLS, calls)] {
        let inserted = inner.insert_device_file(path.into(), device);
        inserted.map_err(|error| at(Path::new(path), error))?;
    }
    let quota = Arc::new(Quota::new(scratch_bytes));
    Ok(GuestFiles { inner, quota, open: Arc::default() })
}

/// Resolves `.` and `..`: nothing is above the root.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::from("/");
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::Normal(part) => plain.push(part),
            _ => {}
        }
    }
    plain
}

impl GuestFiles {
    /// Writes files below the writable folder, which the guest then finds there.
    pub(crate) fn fill(&self, files: &[(String, Bytes)]) -> std::result::Result<(), String> {
        for (path, content) in files {
            let path = plain(&Path::new(WRITABLE).join(path));
            let written = self.write_new(&path, content);
            written.map_err(|error| format!("`{}`: {error}", path.display()))?;
        }
        Ok(())
    }

    /// Sets times of a file that may be changed.
    pub(crate) fn set_times(
        &self,
        path: &Path,
        accessed: Option<u64>,
        modified: Option<u64>,
    ) -> Result<()> {
        let path = self.writable(path)?;
        let mut file = self.inner.new_open_options().write(true).open(&path)?;
        file.set_times(accessed, modified)
    }

    /// Returns true if the guest may change what is at both paths.
    pub(crate) fn may_rename(&self, from: &Path, to: &Path) -> bool {
        self.writable(from).is_ok() && self.writable(to).is_ok()
    }

    fn write_new(&self, path: &Path, content: &[u8]) -> std::io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new(WRITABLE));
        virtual_fs::create_dir_all(self, folder)?;
        let mut file = self.new_open_options().write(true).create_new(true).open(path)?;
        futures::executor::block_on(file.write_all(content))
    }

    /// Returns a path in its plain form, if the guest may change what is there.
    fn writable(&self, path: &Path) -> Result<PathBuf> {
        let path = plain(path);
        match path.starts_with(WRITABLE) && path != Path::new(WRITABLE) {
            true => Ok(path),
            false => Err(FsError::PermissionDenied),
        }
    }

    /// Makes something with a name, which is paid for first.
    fn node<T>(&self, make: impl FnOnce() -> Result<T>) -> Result<T> {
        if !self.quota.take(NODE_BYTES) {
            return Err(FsError::StorageFull);
        }
        make().inspect_err(|_| self.quota.give_back(NODE_BYTES))
    }

    fn rename_now(&self, from: &Path, to: &Path) -> Result<()> {
        let (from, to) = (self.writable(from)?, self.writable(to)?);
        let moved = self.inner.symlink_metadata(&from)?;
        if from == to {
            return Ok(());
        }
        if moved.is_dir() && to.starts_with(&from) {
            return Err(FsError::InvalidInput);
        }
        self.make_way(&to, moved.is_dir())?;
        futures::executor::block_on(self.inner.rename(&from, &to))?;
        self.rename_open(&from, &to);
        Ok(())
    }

    /// Removes what a rename replaces.
    fn make_way(&self, to: &Path, for_folder: bool) -> Result<()> {
        match self.inner.symlink_metadata(to) {
            Err(_) => Ok(()),
            Ok(found) if found.is_dir() != for_folder => Err(FsError::InvalidInput),
            Ok(found) if found.is_dir() => self.remove_dir(to),
            Ok(_) => self.remove_file(to),
        }
    }

    /// Finds open files by their new names: the file itself, or all below a folder.
    fn rename_open(&self, from: &Path, to: &Path) {
        let mut open = self.open.lock();
        let moved: Vec<PathBuf> =
            open.keys().filter(|path| path.starts_with(from)).cloned().collect();
        for path in moved {
            let rest = path.strip_prefix(from).unwrap_or(Path::new(""));
            let renamed = if rest.as_os_str().is_empty() { to.to_owned() } else { to.join(rest) };
            if let Some(file) = open.remove(&path) {
                open.insert(renamed, file);
            }
        }
    }

    /// Opens a file below the writable folder. All descriptors of a file share a handle, and `wasmer-wasix`
    /// seeks to the end for those that append: a handle that does so would do it for the others as well.
    fn open_writable(&self, path: PathBuf, conf: &OpenOptionsConfig) -> Result<Handle> {
        let before = self.inner.symlink_metadata(&path).ok().map(|found| found.len());
        let conf =
            OpenOptionsConfig { write: conf.write || conf.append, append: false, ..conf.clone() };
        let open = || self.inner.new_open_options().options(conf.clone()).open(&path);
        let inner = match before {
            None if conf.create || conf.create_new => self.node(open)?,
            _ => open()?,
        };
        // It may have been cut.
        self.quota.give_back(before.unwrap_or(0).saturating_sub(inner.size()));
        let mut files = self.open.lock();
        files.retain(|_, file| file.strong_count() > 0);
        let known = files.get(&path).and_then(Weak::upgrade);
        let file =
            known.unwrap_or_else(|| Arc::new(OpenFile::new(Arc::clone(&self.quota), inner.size())));
        file.set_bytes(inner.size());
        files.insert(path, Arc::downgrade(&file));
        Ok(Handle::new(inner, file))
    }
}

impl FileSystem for GuestFiles {
    fn readlink(&self, path: &Path) -> Result<PathBuf> {
        self.inner.readlink(path)
    }

    fn read_dir(&self, path: &Path) -> Result<ReadDir> {
        self.inner.read_dir(path)
    }

    fn create_dir(&self, path: &Path) -> Result<()> {
        let path = self.writable(path)?;
        self.node(|| self.inner.create_dir(&path))
    }

    fn create_symlink(&self, source: &Path, target: &Path) -> Result<()> {
        let target = self.writable(target)?;
        self.node(|| self.inner.create_symlink(source, &target))
    }

    /// Refuses: one name for one file, else what it costs would be given back with its first name.
    fn hard_link(&self, _: &Path, _: &Path) -> Result<()> {
        Err(FsError::Unsupported)
    }

    fn remove_dir(&self, path: &Path) -> Result<()> {
        let path = self.writable(path)?;
        self.inner.remove_dir(&path).inspect(|()| self.quota.give_back(NODE_BYTES))
    }

    fn rename<'a>(&'a self, from: &'a Path, to: &'a Path) -> BoxFuture<'a, Result<()>> {
        Box::pin(ready(self.rename_now(from, to)))
    }

    fn metadata(&self, path: &Path) -> Result<Metadata> {
        self.inner.metadata(path)
    }

    fn symlink_metadata(&self, path: &Path) -> Result<Metadata> {
        self.inner.symlink_metadata(path)
    }

    fn remove_file(&self, path: &Path) -> Result<()> {
        let path = self.writable(path)?;
        let found = self.inner.symlink_metadata(&path)?;
        let bytes = if found.is_file() { found.len() } else { 0 };
        self.inner.remove_file(&path)?;
        match self.open.lock().remove(&path).and_then(|file| file.upgrade()) {
            Some(file) => file.remove(),
            None => self.quota.give_back(bytes.saturating_add(NODE_BYTES)),
        }
        Ok(())
    }

    fn new_open_options(&self) -> OpenOptions<'_> {
        OpenOptions::new(self)
    }
}

impl FileOpener for GuestFiles {
    fn open(
        &self,
        path: &Path,
        conf: &OpenOptionsConfig,
    ) -> Result<Box<dyn VirtualFile + Send + Sync + 'static>> {
        let path = plain(path);
        let is_device = [NULL, CALLS].into_iter().any(|device| path == Path::new(device));
        match self.writable(&path) {
            Ok(path) => Ok(Box::new(self.open_writable(path, conf)?)),
            Err(error) if conf.would_mutate() && !is_device => Err(error),
            Err(_) => self.inner.new_open_options().options(conf.clone()).open(&path),
        }
    }
}
