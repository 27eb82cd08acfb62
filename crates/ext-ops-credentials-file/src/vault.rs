//! The vault: one file, a lock, and the last generation beside the key.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use ext_ops::services::credentials::{
    Credential, CredentialError, CredentialVault, Owner, check_name,
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
    source: KeySource,
    /// The key once it was needed, so that a passphrase is derived once.
    key: Mutex<Option<Key>>,
}

/// The vault between lock and unlock.
struct Open {
    _lock: File,
    key: Key,
    header: Header,
    index: Index,
    records: Vec<Record>,
}

impl FileVault {
    /// A vault in this folder. Nothing is made before the first credential is kept.
    #[must_use]
    pub const fn new(folder: PathBuf, source: KeySource) -> Self {
        Self { folder, source, key: Mutex::new(None) }
    }

    /// Seals everything with a new key: a random one for a key file, else one from `passphrase`.
    /// At each moment exactly one key opens the vault.
    ///
    /// # Errors
    /// [`CredentialError`]; [`CredentialError::Invalid`] without a passphrase where one is needed.
    pub fn rotate_key(&self, passphrase: Option<&str>) -> Result<(), CredentialError> {
        let Some(mut open) = self.open()? else {
            return Err(CredentialError::NotFound("any".into()));
        };
        let (header, key) = self.next_key(passphrase)?;
        self.reseal(&mut open, header, key)?;
        if let KeySource::File(path) = &self.source {
            key::switch_to_next(path)?;
        }
        Ok(())
    }

    fn next_key(&self, passphrase: Option<&str>) -> Result<(KeyHeader, Key), CredentialError> {
        match (&self.source, passphrase.filter(|passphrase| !passphrase.is_empty())) {
            (KeySource::File(path), _) => key::prepare_next(path),
            (KeySource::Passphrase(_), Some(passphrase)) => key::from_new_passphrase(passphrase),
            (KeySource::Passphrase(_), None) => {
                Err(CredentialError::Invalid("a new passphrase is needed".into()))
            }
        }
    }

    fn reseal(&self, open: &mut Open, header: KeyHeader, key: Key) -> Result<(), CredentialError> {
        let ids: Vec<RecordId> = open.index.entries.iter().map(|entry| entry.id.clone()).collect();
        let mut resealed = Vec::new();
        for id in ids {
            let (credential, version) = open.get(&id)?;
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
        disk::make_private(&self.folder).map_err(io_error)?;
        // Whether there is one is asked under the lock: another program may be making it.
        let lock = self.lock()?;
        match self.read()? {
            Some(file) => self.unlock(lock, file),
            None if self.generation()? == 0 => self.create(lock),
            None => Err(CredentialError::Rollback),
        }
    }

    fn create(&self, lock: File) -> Result<Open, CredentialError> {
        let (key_header, key) = key::create(&self.source)?;
        let header = Header { format: FORMAT, cipher: CIPHER.to_owned(), key: key_header };
        *self.key.lock().unwrap_or_else(PoisonError::into_inner) = Some(key.clone());
        Ok(Open { _lock: lock, key, header, index: Index::default(), records: Vec::new() })
    }

    fn unlock(&self, lock: File, file: VaultFile) -> Result<Open, CredentialError> {
        let key = self.key_for(&file.header.key)?;
        let index = open_index(&key, &file)?;
        let generation = self.generation()?;
        // The very first file may have been written without its generation.
        if index.generation < generation || (generation == 0 && index.generation > 1) {
            return Err(CredentialError::Rollback);
        }
        if index.generation > generation {
            disk::write_number(&self.generation_file(), index.generation).map_err(io_error)?;
        }
        Ok(Open { _lock: lock, key, header: file.header, index, records: file.records })
    }

    fn key_for(&self, header: &KeyHeader) -> Result<Key, CredentialError> {
        let mut cached = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = cached.as_ref().filter(|key| key::fits(key, header)) {
            return Ok(key.clone());
        }
        let key = key::open(&self.source, header)?;
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
        let json = serde_json::to_vec(&file).map_err(|error| io_error(error.into()))?;
        disk::write_atomically(&self.file(), |file| file.write_all(&json)).map_err(io_error)?;
        disk::write_number(&self.generation_file(), open.index.generation).map_err(io_error)
    }

    fn lock(&self) -> Result<File, CredentialError> {
        let lock = disk::lock(&self.folder.join("vault.lock")).map_err(io_error)?;
        lock.ok_or(CredentialError::Busy)
    }

    fn generation(&self) -> Result<u64, CredentialError> {
        disk::read_number(&self.generation_file()).map_err(io_error)
    }

    fn file(&self) -> PathBuf {
        self.folder.join("vault.json")
    }

    /// Beside the key file, which need not be where the vault is.
    fn generation_file(&self) -> PathBuf {
        match &self.source {
            KeySource::File(path) => beside(path, ".generation"),
            KeySource::Passphrase(_) => self.folder.join("generation"),
        }
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
        let id = RecordId::new(owner, name);
        let known = open.index.entries.iter().find(|entry| entry.id == id);
        let count = open.index.entries.iter().filter(|entry| entry.id.is_of(owner)).count();
        if known.is_none() && count >= MAX_CREDENTIALS {
            let text = format!("there are {MAX_CREDENTIALS} credentials already");
            return Err(CredentialError::Invalid(text));
        }
        let version = known.map_or(0, |entry| entry.version) + 1;
        let record = seal_record(&open.key, id.clone(), version, credential)?;
        open.remove(|other| *other == id);
        open.index.entries.push(entry_of(&record));
        open.records.push(record);
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
        let Some(mut open) = self.open()? else { return Ok(0) };
        let removed = open.remove(|id| id.extension == extension);
        if removed > 0 {
            self.commit(&mut open)?;
        }
        Ok(removed)
    }

    fn lock_renewals(&self) -> Result<Box<dyn Send>, CredentialError> {
        disk::make_private(&self.folder).map_err(io_error)?;
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

#[cfg(test)]
mod tests {
    use ext_wire::ops::credentials::Secret;
    use uuid::Uuid;

    use super::*;

    fn owner() -> Owner {
        Owner { extension: "demo".into(), library: Uuid::nil() }
    }

    fn credential(password: &str) -> Credential {
        let secret = Secret::Basic { username: "ada".into(), password: password.into() };
        Credential::new(Vec::new(), secret)
    }

    fn vault(folder: &Path) -> FileVault {
        FileVault::new(folder.join("vault"), KeySource::File(folder.join("key")))
    }

    /// Runs a change of keys up to step `steps`, then looks at the vault as after a restart.
    fn rotate_killed_after(steps: usize) {
        let folder = tempfile::tempdir().unwrap();
        vault(folder.path()).put(&owner(), "a", &credential("one")).unwrap();
        let old_key = fs::read(folder.path().join("key")).unwrap();
        let path = folder.path().join("key");
        let killed = vault(folder.path());
        if steps >= 1 {
            let (header, key) = key::prepare_next(&path).unwrap();
            if steps >= 2 {
                let mut open = killed.open().unwrap().unwrap();
                killed.reseal(&mut open, header, key).unwrap();
            }
            if steps >= 3 {
                key::switch_to_next(&path).unwrap();
            }
        }
        drop(killed);
        assert_eq!(
            vault(folder.path()).get(&owner(), "a").unwrap().0,
            credential("one"),
            "{steps}"
        );
        let same_key = fs::read(folder.path().join("key")).unwrap() == old_key;
        assert_eq!(same_key, steps < 2, "{steps}");
        vault(folder.path()).rotate_key(None).unwrap();
        assert_eq!(
            vault(folder.path()).get(&owner(), "a").unwrap().0,
            credential("one"),
            "{steps}"
        );
    }

    #[test]
    fn cred_23_a_change_of_keys_may_be_killed_at_each_step() {
        (0..=3).for_each(rotate_killed_after);
    }

    #[test]
    fn a_crash_before_the_generation_was_written_is_no_rollback() {
        let folder = tempfile::tempdir().unwrap();
        vault(folder.path()).put(&owner(), "a", &credential("one")).unwrap();
        disk::write_number(&vault(folder.path()).generation_file(), 0).unwrap();
        vault(folder.path()).put(&owner(), "a", &credential("two")).unwrap();
        assert_eq!(vault(folder.path()).generation().unwrap(), 2);
        disk::write_number(&vault(folder.path()).generation_file(), 1).unwrap();
        assert_eq!(vault(folder.path()).get(&owner(), "a").unwrap().0, credential("two"));
        assert_eq!(vault(folder.path()).generation().unwrap(), 2);
    }
}
