//! The vault: one file, a lock, and the last generation beside the key.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use ext_fs::{Lock, create_private_folder};
use ext_services::credentials::{
    Credential,
    CredentialError::{self, Locked, Rollback, Tampered},
    CredentialVault, Owner, check_name,
};
use ext_wire::ops::credentials::{CredentialInfo, MAX_CREDENTIALS};

use crate::{
    disk,
    format::{
        CIPHER, FORMAT, Header, Index, IndexEntry, Record, RecordId, VaultFile, open_index,
        open_record, seal_index, seal_record,
    },
    key::{self, Key, KeyHeader, KeySource},
};

/// Largest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// Credentials in an encrypted file. Several programs may use one vault at the same time; each
/// change takes the lock, reads what is there, and replaces the file whole.
#[derive(Debug)]
pub struct FileVault {
    folder: PathBuf,
    /// The first that has a key makes one for a new vault; an old vault says which it needs.
    sources: Vec<KeySource>,
    /// The key once it was needed, so that a passphrase is derived once.
    key: Mutex<Option<Key>>,
}

/// The vault between lock and unlock.
struct Open {
    _lock: Lock,
    key: Key,
    header: Header,
    index: Index,
    records: Vec<Record>,
}

impl FileVault {
    /// A vault in this folder. Nothing is made before the first credential is kept.
    #[must_use]
    pub fn new(folder: PathBuf, source: KeySource) -> Self {
        Self::with_sources(folder, vec![source])
    }

    /// As [`Self::new`], with several sources of a key: the first that has one makes the key of a
    /// new vault. An existing vault is opened with the kind of key that it was made with.
    #[must_use]
    pub const fn with_sources(folder: PathBuf, sources: Vec<KeySource>) -> Self {
        Self { folder, sources, key: Mutex::new(None) }
    }

    /// Seals everything with a new key from the first source: `passphrase` where that is one, else
    /// a random one. At each moment exactly one key opens the vault.
    ///
    /// # Errors
    /// [`CredentialError`]; [`CredentialError::Invalid`] without a passphrase where one is needed.
    pub fn rotate_key(&self, passphrase: Option<&str>) -> Result<(), CredentialError> {
        let Some(mut open) = self.open()? else {
            return Err(CredentialError::NotFound("any".into()));
        };
        let Some(source) = self.sources.first() else {
            return Err(CredentialError::Locked("no source of a key is configured".into()));
        };
        let old = open.header.key.clone();
        let (header, key) = source.next(passphrase)?;
        self.reseal(&mut open, header, key)?;
        source.switch(&old)
    }

    fn reseal(&self, open: &mut Open, header: KeyHeader, key: Key) -> Result<(), CredentialError> {
        let mut resealed = Vec::new();
        for (id, credential, version) in open.all()? {
            resealed.push(seal_record(&key, id, version, &credential)?);
        }
        open.index.entries = resealed.iter().map(entry_of).collect();
        open.records = resealed;
        open.header.key = header;
        open.key = key.clone();
        self.commit(open)?;
        *self.key.lock().unwrap_or_else(PoisonError::into_inner) = Some(key);
        Ok(())
    }

    /// The vault as it is; `None` when there is none.
    fn open(&self) -> Result<Option<Open>, CredentialError> {
        if !self.file().exists() && self.generation()? == 0 {
            return Ok(None);
        }
        let lock = self.lock()?;
        match self.read()? {
            Some(file) => self.unlock(lock, file).map(Some),
            None if self.generation()? == 0 => Ok(None),
            None => Err(CredentialError::Rollback),
        }
    }

    fn open_or_create(&self) -> Result<Open, CredentialError> {
        create_private_folder(&self.folder).map_err(|error| io_error(error.into()))?;
        // Whether there is one is asked under the lock: another program may be making it.
        let lock = self.lock()?;
        match self.read()? {
            Some(file) => self.unlock(lock, file),
            None if self.generation()? == 0 => self.create(lock),
            None => Err(CredentialError::Rollback),
        }
    }

    fn create(&self, lock: Lock) -> Result<Open, CredentialError> {
        let (key_header, key) = key::create(&self.sources)?;
        let header = Header { format: FORMAT, cipher: CIPHER.to_owned(), key: key_header };
        *self.key.lock().unwrap_or_else(PoisonError::into_inner) = Some(key.clone());
        Ok(Open { _lock: lock, key, header, index: Index::default(), records: Vec::new() })
    }

    fn unlock(&self, lock: Lock, file: VaultFile) -> Result<Open, CredentialError> {
        let key = self.key_for(&file.header.key)?;
        let index = open_index(&key, &file)?;
        let generation = self.generation()?;
        // The very first file may have been written without its generation.
        if index.generation < generation || (generation == 0 && index.generation > 1) {
            return Err(CredentialError::Rollback);
        }
        if index.generation > generation {
            self.count(&file.header.key, index.generation)?;
        }
        Ok(Open { _lock: lock, key, header: file.header, index, records: file.records })
    }

    fn key_for(&self, header: &KeyHeader) -> Result<Key, CredentialError> {
        let mut cached = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = cached.as_ref().filter(|key| key::fits(key, header)) {
            return Ok(key.clone());
        }
        let key = key::open(&self.sources, header)?;
        *cached = Some(key.clone());
        Ok(key)
    }

    fn read(&self) -> Result<Option<VaultFile>, CredentialError> {
        let path = self.file();
        let bytes = match fs::metadata(&path) {
            Ok(found) if found.len() > MAX_FILE_BYTES => return Err(CredentialError::Tampered),
            Ok(_) => fs::read(&path).map_err(io_error)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_error(error)),
        };
        let file: VaultFile =
            serde_json::from_slice(&bytes).map_err(|_| CredentialError::Tampered)?;
        match (file.header.format, file.header.cipher.as_str()) {
            (FORMAT, CIPHER) => Ok(Some(file)),
            _ => Err(CredentialError::Tampered),
        }
    }

    /// First the file, then its generation: a crash between the two leaves a file that is newer
    /// than it has to be.
    fn commit(&self, open: &mut Open) -> Result<(), CredentialError> {
        open.index.generation += 1;
        let file = VaultFile {
            index: seal_index(&open.key, &open.header, &open.index)?,
            header: open.header.clone(),
            records: open.records.clone(),
        };
        self.write(&file)?;
        self.count(&open.header.key, open.index.generation)
    }

    /// Removes the sealed records of an extension, for which no key is needed. The index goes on to
    /// name them: they are found to be missing, never to be somebody else's.
    fn drop_sealed(&self, extension: &str) -> Result<usize, CredentialError> {
        let _lock = self.lock()?;
        let Some(mut file) = self.read()? else { return Ok(0) };
        let before = file.records.len();
        file.records.retain(|record| record.id.extension != extension);
        self.write(&file)?;
        Ok(before - file.records.len())
    }

    fn write(&self, file: &VaultFile) -> Result<(), CredentialError> {
        let json = serde_json::to_vec(file).map_err(|error| io_error(error.into()))?;
        disk::replace(&self.file(), &json).map_err(io_error)
    }

    fn lock(&self) -> Result<Lock, CredentialError> {
        let lock = disk::lock(&self.folder.join("vault.lock")).map_err(io_error)?;
        lock.ok_or(CredentialError::Busy)
    }

    /// The last generation that was counted, wherever: a change of the kind of key counts on in
    /// another place.
    fn generation(&self) -> Result<u64, CredentialError> {
        let beside = self.sources.iter().filter_map(counted_beside);
        let places = beside.chain([self.counted_here()]);
        places
            .map(|place| disk::read_number(&place).map_err(io_error))
            .try_fold(0, |last, number| Ok(last.max(number?)))
    }

    fn file(&self) -> PathBuf {
        self.folder.join("vault.json")
    }

    /// Beside the key file, which need not be where the vault is.
    fn count(&self, key: &KeyHeader, generation: u64) -> Result<(), CredentialError> {
        let source = self.sources.iter().find(|source| source.kind() == key.kind());
        let place = source.and_then(counted_beside).unwrap_or_else(|| self.counted_here());
        disk::write_number(&place, generation).map_err(io_error)
    }

    fn counted_here(&self) -> PathBuf {
        self.folder.join("generation")
    }
}

fn counted_beside(source: &KeySource) -> Option<PathBuf> {
    match source {
        KeySource::File(path) => Some(beside(path, ".generation")),
        KeySource::Passphrase(_) | KeySource::Keystore(_) => None,
    }
}

impl Open {
    /// Opens a record, if it is the one that the index says.
    fn get(&self, id: &RecordId) -> Result<(Credential, u64), CredentialError> {
        let entry = self.index.entries.iter().find(|entry| entry.id == *id);
        let record = self.records.iter().find(|record| record.id == *id);
        match (entry, record) {
            (None, None) => Err(CredentialError::NotFound(id.name.clone())),
            (None, Some(_)) => Err(CredentialError::Tampered),
            (Some(_), None) => {
                tracing::warn!(
                    extension = id.extension,
                    name = id.name,
                    "a credential was removed by something else than this program"
                );
                Err(CredentialError::NotFound(id.name.clone()))
            }
            (Some(entry), Some(record)) => self.check(entry, record),
        }
    }

    fn check(
        &self,
        entry: &IndexEntry,
        record: &Record,
    ) -> Result<(Credential, u64), CredentialError> {
        let opened = open_record(&self.key, record);
        match (entry.version, entry.hash == record.sealed.hash()) {
            (version, true) if version == record.version => Ok((opened?, version)),
            (version, _) if version > record.version && opened.is_ok() => {
                Err(CredentialError::Rollback)
            }
            _ => Err(CredentialError::Tampered),
        }
    }

    /// All that are there, opened.
    fn all(&self) -> Result<Vec<(RecordId, Credential, u64)>, CredentialError> {
        let mut all = Vec::new();
        for IndexEntry { id, .. } in &self.index.entries {
            match self.get(id) {
                Ok((credential, version)) => all.push((id.clone(), credential, version)),
                Err(CredentialError::NotFound(_)) => {} // it was removed, and that is in the log
                Err(error) => {
                    let (extension, name) = (&id.extension, &id.name);
                    tracing::warn!(extension, name, %error, "a credential does not open");
                    return Err(error);
                }
            }
        }
        Ok(all)
    }

    /// Puts a record into its place; nothing is written yet.
    fn put(
        &mut self,
        owner: &Owner,
        name: &str,
        credential: &Credential,
    ) -> Result<u64, CredentialError> {
        check_name(name)?;
        let id = RecordId::new(owner, name);
        let known = self.index.entries.iter().find(|entry| entry.id == id);
        let count = self.index.entries.iter().filter(|entry| entry.id.is_of(owner)).count();
        if known.is_none() && count >= MAX_CREDENTIALS {
            let text = format!("there are {MAX_CREDENTIALS} credentials already");
            return Err(CredentialError::Invalid(text));
        }
        let version = known.map_or(0, |entry| entry.version) + 1;
        let record = seal_record(&self.key, id.clone(), version, credential)?;
        self.remove(|other| *other == id);
        self.index.entries.push(entry_of(&record));
        self.records.push(record);
        Ok(version)
    }

    fn remove(&mut self, goes: impl Fn(&RecordId) -> bool) -> usize {
        let before = self.index.entries.len();
        self.index.entries.retain(|entry| !goes(&entry.id));
        self.records.retain(|record| !goes(&record.id));
        before - self.index.entries.len()
    }

    fn info(&self, id: &RecordId, version: u64) -> CredentialInfo {
        let damaged = || CredentialInfo {
            name: id.name.clone(),
            kind: "damaged".into(),
            hosts: Vec::new(),
            version,
            expires_at: None,
            needs_login: true,
        };
        self.get(id)
            .map_or_else(|_| damaged(), |(credential, _)| credential.info(&id.name, version))
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
        let version = open.put(owner, name, credential)?;
        self.commit(&mut open)?;
        Ok(version)
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
                tracing::warn!(extension, %error, "its secrets are removed as they are, sealed");
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

    fn lock_renewals(&self) -> Result<Box<dyn Send>, CredentialError> {
        create_private_folder(&self.folder).map_err(|error| io_error(error.into()))?;
        let lock = disk::lock(&self.folder.join("renewals.lock")).map_err(io_error)?;
        Ok(Box::new(lock.ok_or(CredentialError::Busy)?))
    }
}

fn entry_of(record: &Record) -> IndexEntry {
    IndexEntry { id: record.id.clone(), version: record.version, hash: record.sealed.hash() }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

fn io_error(error: io::Error) -> CredentialError {
    CredentialError::Io(format!("the vault: {error}"))
}

mod transfer;

pub use transfer::SecretImport;

#[cfg(test)]
mod tests;
