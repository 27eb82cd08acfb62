//! Compiled modules on the disk.
//!
//! A file holds the artifact and then a MAC; its name is the key. The MAC (BLAKE3, keyed) covers both,
//! so a file that was damaged, cut, renamed or written by somebody else is not used: the module is
//! compiled again. The check is of the copy in memory that is then used. The key of the MAC lies
//! beside the files, for their owner only. Whoever can read it can run code as that user already.
//!
//! Files are written beside their place and renamed, so processes may share a folder.

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

use blake3::Hash;
use ext_fs::{create_new, create_private_folder, make_private, replace_with};

/// Bytes of all artifacts together; the least recently used go first.
const DEFAULT_MAX_BYTES: u64 = 1 << 30;
const MAC_BYTES: usize = blake3::OUT_LEN;
/// Bytes that are read before they are hashed, so that they are still in the processor's cache.
const READ_BYTES: u64 = 1 << 20;
const KEY_FILE: &str = "key";
const EXTENSION: &str = "artifact";

/// The key of an artifact: a digest of the wasm and of everything else that decides what its compiled
/// code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key(Hash);

impl Key {
    pub(crate) fn new(wasm: &Hash, configuration: &str) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("spacedrive ext-host artifact v2");
        hasher.update(wasm.as_bytes());
        hasher.update(configuration.as_bytes());
        Self(hasher.finalize())
    }
}

/// A folder of compiled modules, for one user, shared between processes.
#[derive(Debug, Clone)]
pub struct Cache {
    dir: PathBuf,
    mac_key: [u8; blake3::KEY_LEN],
    max_bytes: u64,
}

impl Cache {
    /// Opens the cache in a folder, which is made when it is not there, for its owner only.
    ///
    /// # Errors
    /// When the folder or the key in it cannot be made, made private or read; when the system has no
    /// random bytes.
    pub fn open(dir: &Path) -> io::Result<Self> {
        create_private_folder(dir)?;
        make_private(dir)?;
        let mac_key = read_or_make_key(dir)?;
        Ok(Self { dir: dir.to_owned(), mac_key, max_bytes: DEFAULT_MAX_BYTES })
    }

    /// Sets another bound on the bytes of all artifacts together.
    #[must_use]
    pub fn with_max_bytes(self, max_bytes: u64) -> Self {
        Self { max_bytes, ..self }
    }

    /// Returns the artifact that this cache stored under the key, if it is there and whole.
    pub(crate) fn get(&self, key: &Key) -> Option<Vec<u8>> {
        let mut artifact = Vec::new();
        self.get_into(key, &mut artifact).then_some(artifact)
    }

    /// Writes the artifact that this cache stored under the key to `out`; false when it is not there or
    /// not whole, and what was written is of no use.
    pub(crate) fn get_into(&self, key: &Key, out: &mut impl Write) -> bool {
        let path = self.path(key);
        let Ok(file) = ext_fs::open(&path) else { return false };
        let Ok(is_whole) = self.read(key, file, out) else { return false };
        if is_whole {
            touch(&path);
        } else {
            tracing::warn!(key = %key.0, "a compiled module was damaged; it is compiled again");
            // If it stays, it is written over.
            let _ = fs::remove_file(&path);
        }
        is_whole
    }

    /// Copies a file in small parts and checks its MAC; false when it is not what this cache wrote.
    fn read(&self, key: &Key, file: fs::File, out: &mut impl Write) -> io::Result<bool> {
        let Some(mut left) = file.metadata()?.len().checked_sub(MAC_BYTES as u64) else {
            return Ok(false);
        };
        if left > self.max_bytes {
            return Ok(false); // it is not from this cache
        }
        let (mut hasher, mut part) = (self.hasher(key), Vec::new());
        while left > 0 {
            part.clear();
            (&file).take(left.min(READ_BYTES)).read_to_end(&mut part)?;
            if part.is_empty() {
                return Ok(false); // it has become shorter
            }
            hasher.update_rayon(&part);
            out.write_all(&part)?;
            left = left.saturating_sub(part.len() as u64);
        }
        let mut mac = Vec::new();
        file.take(MAC_BYTES as u64 + 1).read_to_end(&mut mac)?;
        // Compared in constant time.
        Ok(<[u8; MAC_BYTES]>::try_from(mac).is_ok_and(|mac| hasher.finalize() == mac))
    }

    /// Stores an artifact. A failure costs time later and is logged.
    pub(crate) fn put(&self, key: &Key, artifact: &[u8]) {
        if let Err(error) = self.write(key, artifact) {
            tracing::warn!(%error, "a compiled module cannot be stored");
        }
        self.shrink();
    }

    fn write(&self, key: &Key, artifact: &[u8]) -> io::Result<()> {
        let mac = self.hasher(key).update_rayon(artifact).finalize();
        replace_with(&self.path(key), |file| {
            file.write_all(artifact)?;
            file.write_all(mac.as_bytes())
        })
    }

    /// Makes the hasher of the MAC, which then takes the artifact.
    fn hasher(&self, key: &Key) -> blake3::Hasher {
        let mut hasher = blake3::Hasher::new_keyed(&self.mac_key);
        hasher.update(key.0.as_bytes());
        hasher
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.dir.join(format!("{}.{EXTENSION}", key.0.to_hex()))
    }

    /// Removes the least recently used artifacts until the rest fits.
    fn shrink(&self) {
        let mut files = self.artifacts();
        files.sort_by_key(|file| std::cmp::Reverse(file.used));
        let mut total = 0_u64;
        for file in files {
            total = total.saturating_add(file.bytes);
            if total > self.max_bytes {
                // Another process may have removed it already.
                let _ = fs::remove_file(&file.path);
            }
        }
    }

    fn artifacts(&self) -> Vec<Stored> {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path());
        paths
            .filter(|path| path.extension().is_some_and(|e| e == EXTENSION))
            .filter_map(Stored::at)
            .collect()
    }
}

struct Stored {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

impl Stored {
    fn at(path: PathBuf) -> Option<Self> {
        let meta = fs::metadata(&path).ok()?;
        Some(Self { path, bytes: meta.len(), used: meta.modified().ok()? })
    }
}

/// Notes the time of the last use, which is the file's time of change.
fn touch(path: &Path) {
    let touched = fs::File::options().append(true).open(path);
    if let Err(error) = touched.and_then(|file| file.set_modified(SystemTime::now())) {
        tracing::debug!(%error, "a compiled module's time cannot be set");
    }
}

/// Reads the key, or makes it. Two processes that make it at once agree on the first.
fn read_or_make_key(dir: &Path) -> io::Result<[u8; blake3::KEY_LEN]> {
    let path = dir.join(KEY_FILE);
    if let Some(key) = read_key(&path)? {
        return Ok(key);
    }
    let mut key = [0; blake3::KEY_LEN];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    match create_new(&path, &key) {
        Ok(()) => Ok(key),
        Err(_) => read_key(&path)?.ok_or_else(|| io::Error::other("the cache's key is damaged")),
    }
}

/// Reads the key; `None` when there is none. A key of another length is removed: what it signed is
/// compiled again.
fn read_key(path: &Path) -> io::Result<Option<[u8; blake3::KEY_LEN]>> {
    match ext_fs::read(path, blake3::KEY_LEN as u64).map_err(io::Error::from) {
        Ok(bytes) => match bytes.try_into() {
            Ok(key) => Ok(Some(key)),
            Err(_) => fs::remove_file(path).map(|()| None),
        },
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            fs::remove_file(path).map(|()| None)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_several_reads() -> impl Iterator<Item = Vec<u8>> {
        let read = READ_BYTES as usize;
        let sizes = [0, 1, read - 1, read, read + 1, 2 * read + 7];
        sizes.into_iter().map(|size| (0..size).map(|n| (n % 251) as u8).collect())
    }

    #[test]
    fn what_was_stored_comes_back_in_any_length() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(dir.path()).unwrap();
        let key = Key::new(&blake3::hash(b"wasm"), "configuration");
        for artifact in of_several_reads() {
            cache.put(&key, &artifact);
            assert!(cache.get(&key).as_ref() == Some(&artifact), "{} bytes", artifact.len());
            let other = Key::new(&blake3::hash(b"wasm"), "another");
            assert_eq!(cache.get(&other), None);
        }
    }

    #[test]
    fn a_change_in_any_read_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(dir.path()).unwrap();
        let key = Key::new(&blake3::hash(b"wasm"), "configuration");
        let read = READ_BYTES as usize;
        for artifact in of_several_reads() {
            let length = artifact.len();
            for at in [0, read - 1, read, 2 * read, length, length + MAC_BYTES - 1] {
                cache.put(&key, &artifact);
                let mut file = fs::read(cache.path(&key)).unwrap();
                let Some(byte) = file.get_mut(at) else { continue };
                *byte ^= 1;
                fs::write(cache.path(&key), file).unwrap();
                assert_eq!(cache.get(&key), None, "byte {at} of {length}");
                assert!(!cache.path(&key).exists());
            }
        }
    }
}
