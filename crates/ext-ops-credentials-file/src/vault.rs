//! The vault: one file, a lock, and the last generation beside the key.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use ext_fs::{Lock, create_private_folder};
use ext_services::credentials::{
    Credential,
    CredentialError::{self, Locked, Rollback, Tampered},
    CredentialVault, Owner, check_name,
};
use ext_wire::ops::credentials::CredentialInfo;
use parking_lot::Mutex;

use crate::{
    disk,
    format::{
        AnyFormat, AnyHeader, CIPHER, FORMAT, Header, Index, IndexEntry, RecordId, VaultFile,
        open_index, seal_index, seal_record,
    },
    key::{self, Key, KeyHeader, KeySource},
    limits::{Growth, MAX_READ_BYTES, VaultLimits},
    unlocked::{Unlocked, entry_of},
};

/// A vault for credentials in an encrypted file. Several programs may use one vault at the same time;
/// each change takes the lock, reads the file, and replaces it as a whole.
#[derive(Debug)]
pub struct FileVault {
    folder: PathBuf,
    /// The sources of a key: the first that works makes one for a new vault; the header of an existing
    /// vault names the one that it needs.
    sources: Vec<KeySource>,
    /// The cached key, so that a passphrase is derived once.
    key: Mutex<Option<Key>>,
    pub(crate) limits: VaultLimits,
}

impl FileVault {
    /// Creates a vault in a folder. Nothing is written before the first credential is kept.
    #[must_use]
    pub fn new(folder: PathBuf, source: KeySource) -> Self {
        Self::with_sources(folder, vec![source])
    }

    /// Creates a vault with several sources of a key: the first that works makes the key of a new vault.
    /// An existing vault is opened with the kind of key that it was made with.
    #[must_use]
    pub fn with_sources(folder: PathBuf, sources: Vec<KeySource>) -> Self {
        Self { folder, sources, key: Mutex::new(None), limits: VaultLimits::default() }
    }

    /// Sets other limits of what it keeps.
    #[must_use]
    pub fn with_limits(self, limits: VaultLimits) -> Self {
        Self { limits, ..self }
    }

    /// Seals everything with a new key from the first source: `passphrase` where that is one, else a
    /// random one. At each moment exactly one key opens the vault.
    ///
    /// # Errors
    /// [`CredentialError::NoneKept`] without a vault, [`CredentialError::Invalid`] without a passphrase
    /// where one is needed, [`CredentialError::Locked`] when a source fails,
    /// [`CredentialError::Tampered`] or [`CredentialError::Rollback`] when a record does not open,
    /// [`CredentialError::Busy`], [`CredentialError::Io`].
    pub fn rotate_key(&self, passphrase: Option<&str>) -> Result<(), CredentialError> {
        let Some(mut open) = self.open()? else {
            return Err(CredentialError::NoneKept);
        };
        let Some(source) = self.sources.first() else {
            return Err(CredentialError::Locked("no source of a key is configured".into()));
        };
        let old = open.header.key.clone();
        let (header, key) = source.next(passphrase)?;
        self.reseal(&mut open, header, key)?;
        source.switch(&old)
    }

    fn reseal(
        &self,
        open: &mut Unlocked,
        header: KeyHeader,
        key: Key,
    ) -> Result<(), CredentialError> {
        let mut resealed = Vec::new();
        for (id, credential, version) in open.all()? {
            resealed.push(seal_record(&key, id, version, &credential)?);
        }
        open.index.entries = resealed.iter().map(entry_of).collect();
        open.records = resealed;
        open.header.key = header;
        open.key = key.clone();
        self.commit(open)?;
        *self.key.lock() = Some(key);
        Ok(())
    }

    /// Opens the vault; `None` when there is none.
    pub(crate) fn open(&self) -> Result<Option<Unlocked>, CredentialError> {
        if !self.file().exists() && self.generation()? == 0 {
            return Ok(None);
        }
        let lock = self.lock()?;
        match self.read()? {
            Some(read) => self.unlock(lock, read).map(Some),
            None if self.generation()? == 0 => Ok(None),
            None => Err(CredentialError::Rollback),
        }
    }

    pub(crate) fn open_or_create(&self) -> Result<Unlocked, CredentialError> {
        create_private_folder(&self.folder).map_err(|error| io_error(error.into()))?;
        // Checked under the lock: another program may be creating one.
        let lock = self.lock()?;
        match self.read()? {
            Some(read) => self.unlock(lock, read),
            None if self.generation()? == 0 => self.create(lock),
            None => Err(CredentialError::Rollback),
        }
    }

    pub(crate) fn create(&self, lock: Lock) -> Result<Unlocked, CredentialError> {
        let (key_header, key) = key::create(&self.sources)?;
        let header = Header { format: FORMAT, cipher: CIPHER.to_owned(), key: key_header };
        *self.key.lock() = Some(key.clone());
        let (index, records) = (Index::default(), Vec::new());
        Ok(Unlocked { _lock: lock, key, header, index, records, bytes: 0 })
    }

    fn unlock(&self, lock: Lock, read: ReadFile) -> Result<Unlocked, CredentialError> {
        let open = self.unlock_any(lock, read)?;
        let (counted, generation) = (self.generation()?, open.index.generation);
        if is_rolled_back(generation, counted) {
            return Err(CredentialError::Rollback);
        }
        if generation > counted {
            self.count(&open.header.key, generation)?;
        }
        Ok(open)
    }

    /// Opens a file, whether it is the newest or not.
    pub(crate) fn unlock_any(
        &self,
        lock: Lock,
        ReadFile { file, bytes }: ReadFile,
    ) -> Result<Unlocked, CredentialError> {
        let key = self.key_for(&file.header.key)?;
        let index = open_index(&key, &file)?;
        Ok(Unlocked { _lock: lock, key, header: file.header, index, records: file.records, bytes })
    }

    fn key_for(&self, header: &KeyHeader) -> Result<Key, CredentialError> {
        let mut cached = self.key.lock();
        if let Some(key) = cached.as_ref().filter(|key| key::fits(key, header)) {
            return Ok(key.clone());
        }
        let key = key::open(&self.sources, header)?;
        *cached = Some(key.clone());
        Ok(key)
    }

    pub(crate) fn read(&self) -> Result<Option<ReadFile>, CredentialError> {
        let path = self.file();
        let bytes = match fs::metadata(&path) {
            Ok(found) if found.len() > MAX_READ_BYTES => {
                let (got, limit) = (found.len(), MAX_READ_BYTES);
                return Err(CredentialError::Limit { what: "to be read", got, limit });
            }
            Ok(_) => ext_fs::read(&path, MAX_READ_BYTES).map_err(|error| io_error(error.into()))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_error(error)),
        };
        check_format(&bytes)?;
        let file: VaultFile =
            serde_json::from_slice(&bytes).map_err(|_| CredentialError::Tampered)?;
        match (file.header.format, file.header.cipher.as_str()) {
            (FORMAT, CIPHER) => Ok(Some(ReadFile { file, bytes: bytes.len() as u64 })),
            _ => Err(CredentialError::Tampered),
        }
    }

    /// Writes the file, then its generation: a crash between the two leaves a file that is newer than
    /// its generation.
    pub(crate) fn commit(&self, open: &mut Unlocked) -> Result<(), CredentialError> {
        open.index.generation += 1;
        let file = VaultFile {
            index: seal_index(&open.key, &open.header, &open.index)?,
            header: open.header.clone(),
            records: open.records.clone(),
        };
        self.write(&file, open.bytes)?;
        self.count(&open.header.key, open.index.generation)
    }

    /// Removes the sealed records of an extension, for which no key is needed. The index still lists
    /// them: they are reported as missing, and no other record can take their place.
    fn drop_sealed(&self, extension: &str) -> Result<usize, CredentialError> {
        let _lock = self.lock()?;
        let Some(ReadFile { mut file, bytes }) = self.read()? else { return Ok(0) };
        let before = file.records.len();
        file.records.retain(|record| record.id.extension != extension);
        self.write(&file, bytes)?;
        Ok(before - file.records.len())
    }

    /// Replaces the file, which had `before` bytes, unless it would become larger than it may be.
    fn write(&self, file: &VaultFile, before: u64) -> Result<(), CredentialError> {
        let json = serde_json::to_vec(file).map_err(|error| io_error(error.into()))?;
        self.limits.check_file(before, json.len() as u64)?;
        disk::replace(&self.file(), &json).map_err(io_error)
    }

    pub(crate) fn lock(&self) -> Result<Lock, CredentialError> {
        let lock = disk::lock(&self.folder.join("vault.lock")).map_err(io_error)?;
        lock.ok_or(CredentialError::Busy)
    }

    /// Reads the last generation, from every place: after a change of the kind of key it is counted in
    /// another place.
    pub(crate) fn generation(&self) -> Result<u64, CredentialError> {
        let beside = self.sources.iter().filter_map(counted_beside);
        let places = beside.chain([self.counted_here()]);
        places
            .map(|place| disk::read_number(&place).map_err(io_error))
            .try_fold(0, |last, number| Ok(last.max(number?)))
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn file(&self) -> PathBuf {
        self.folder.join("vault.json")
    }

    /// Writes the generation beside the key file, which may be in another folder than the vault.
    fn count(&self, key: &KeyHeader, generation: u64) -> Result<(), CredentialError> {
        let source = self.sources.iter().find(|source| source.kind() == key.kind());
        let place = source.and_then(counted_beside).unwrap_or_else(|| self.counted_here());
        disk::write_number(&place, generation).map_err(io_error)
    }

    /// Locks the renewal of one credential. Its file has a name that says nothing and cannot leave the
    /// folder.
    pub(crate) fn lock_renewal_of(
        &self,
        id: &RecordId,
        wait: Duration,
    ) -> Result<Box<dyn Send>, CredentialError> {
        let folder = self.folder.join("renewals");
        create_private_folder(&folder).map_err(|error| io_error(error.into()))?;
        let file = folder.join(format!("{}.lock", id.digest()));
        let lock = Lock::acquire_within(&file, wait).map_err(|error| io_error(error.into()))?;
        Ok(Box::new(lock.ok_or(CredentialError::Busy)?))
    }

    fn counted_here(&self) -> PathBuf {
        self.folder.join("generation")
    }
}

/// Checks that a file is not of a newer program, of which nothing but the number is known.
fn check_format(bytes: &[u8]) -> Result<(), CredentialError> {
    let supported = FORMAT.into();
    match serde_json::from_slice::<AnyFormat>(bytes) {
        Ok(AnyFormat { header: AnyHeader { format: found } }) if found > supported => {
            Err(CredentialError::Newer { found, supported })
        }
        _ => Ok(()), // what else is wrong is found out when all of it is read
    }
}

fn counted_beside(source: &KeySource) -> Option<PathBuf> {
    match source {
        KeySource::File(path) => Some(beside(path, ".generation")),
        KeySource::Passphrase(_) | KeySource::Keystore(_) => None,
    }
}

impl CredentialVault for FileVault {
    fn put(
        &self,
        owner: &Owner,
        name: &str,
        credential: &Credential,
    ) -> Result<u64, CredentialError> {
        check_name(name)?;
        let mut open = self.open_or_create()?;
        let version = open.put(owner, name, credential, (&self.limits, Growth::Store))?;
        self.commit(&mut open)?;
        Ok(version)
    }

    fn put_if(
        &self,
        owner: &Owner,
        name: &str,
        version: u64,
        credential: &Credential,
    ) -> Result<Option<u64>, CredentialError> {
        check_name(name)?;
        let Some(mut open) = self.open()? else { return Ok(None) };
        if open.version(&RecordId::new(owner, name))? != Some(version) {
            return Ok(None);
        }
        let version = open.put(owner, name, credential, (&self.limits, Growth::Renewal))?;
        self.commit(&mut open)?;
        Ok(Some(version))
    }

    fn get(&self, owner: &Owner, name: &str) -> Result<(Credential, u64), CredentialError> {
        check_name(name)?;
        match self.open()? {
            Some(open) => open.get(&RecordId::new(owner, name)),
            None => Err(CredentialError::NotFound(name.to_owned())),
        }
    }

    fn delete(&self, owner: &Owner, name: &str) -> Result<bool, CredentialError> {
        check_name(name)?;
        let id = RecordId::new(owner, name);
        let Some(mut open) = self.open()? else { return Ok(false) };
        let removed = open.remove(|other| *other == id) > 0;
        if removed {
            self.commit(&mut open)?;
        }
        Ok(removed)
    }

    fn list(&self, owner: &Owner) -> Result<Vec<CredentialInfo>, CredentialError> {
        let Some(open) = self.open()? else { return Ok(Vec::new()) };
        let mut entries: Vec<&IndexEntry> =
            open.index.entries.iter().filter(|entry| entry.id.is_of(owner)).collect();
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(entries.into_iter().map(|entry| open.info(&entry.id, entry.version)).collect())
    }

    fn delete_extension(&self, extension: &str) -> Result<usize, CredentialError> {
        let mut open = match self.open() {
            Ok(Some(open)) => open,
            Ok(None) => return Ok(0),
            Err(error @ (Locked(_) | Tampered | Rollback)) => {
                tracing::warn!(extension, %error, "its secrets are removed without being opened");
                return self.drop_sealed(extension);
            }
            Err(error) => return Err(error),
        };
        let removed = open.remove(|id| id.extension == extension);
        if removed > 0 {
            self.commit(&mut open)?;
        }
        Ok(removed)
    }

    fn lock_renewal(
        &self,
        owner: &Owner,
        name: &str,
        wait: Duration,
    ) -> Result<Box<dyn Send>, CredentialError> {
        self.lock_renewal_of(&RecordId::new(owner, name), wait)
    }
}

/// The file of a vault, as it was read.
pub(crate) struct ReadFile {
    file: VaultFile,
    bytes: u64,
}

/// Returns whether a file is older than the generation that was counted last. The very first one may have
/// been written without its generation.
pub(crate) const fn is_rolled_back(generation: u64, counted: u64) -> bool {
    generation < counted || (counted == 0 && generation > 1)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

pub(crate) fn io_error(error: io::Error) -> CredentialError {
    let other = || CredentialError::Io(format!("the vault: {error}"));
    disk::of_medium(&error).unwrap_or_else(other)
}

#[cfg(test)]
mod tests;
