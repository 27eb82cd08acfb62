//! The content of a vault while it is unlocked.

use ext_fs::Lock;
use ext_services::credentials::{Credential, CredentialError, Owner, check_name};
use ext_wire::ops::credentials::{CredentialInfo, MAX_CREDENTIALS};

use crate::{
    format::{Header, Index, IndexEntry, Record, RecordId, open_record, seal_record},
    key::Key,
    limits::{Growth, VaultLimits},
};

/// The content of a vault, with its key, while its file is locked.
pub(crate) struct Unlocked {
    pub(crate) key: Key,
    pub(crate) header: Header,
    pub(crate) index: Index,
    pub(crate) records: Vec<Record>,
    /// Bytes of the file as it was read.
    pub(crate) bytes: u64,
    pub(crate) _lock: Lock,
}

impl Unlocked {
    /// Opens a record, if it is the one that the index lists.
    pub(crate) fn get(&self, id: &RecordId) -> Result<(Credential, u64), CredentialError> {
        let entry = self.index.entries.iter().find(|entry| entry.id == *id);
        let record = self.records.iter().find(|record| record.id == *id);
        match (entry, record) {
            (None, None) => Err(CredentialError::NotFound(id.name.clone())),
            (None, Some(_)) => Err(CredentialError::Tampered),
            (Some(_), None) => {
                tracing::warn!(
                    extension = id.extension,
                    name = id.name,
                    "a credential was removed by another program"
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

    /// Opens all records that are there.
    pub(crate) fn all(&self) -> Result<Vec<(RecordId, Credential, u64)>, CredentialError> {
        let mut all = Vec::new();
        for IndexEntry { id, .. } in &self.index.entries {
            match self.get(id) {
                Ok((credential, version)) => all.push((id.clone(), credential, version)),
                Err(CredentialError::NotFound(_)) => {} // it was removed, which is logged
                Err(error) => {
                    let (extension, name) = (&id.extension, &id.name);
                    tracing::warn!(extension, name, %error, "a credential does not open");
                    return Err(error);
                }
            }
        }
        Ok(all)
    }

    /// Puts a record into its place; the file is not written yet.
    pub(crate) fn put(
        &mut self,
        owner: &Owner,
        name: &str,
        credential: &Credential,
        (limits, growth): (&VaultLimits, Growth),
    ) -> Result<u64, CredentialError> {
        check_name(name)?;
        let id = RecordId::new(owner, name);
        let known = self.index.entries.iter().find(|entry| entry.id == id);
        let count = self.index.entries.iter().filter(|entry| entry.id.is_of(owner)).count();
        if known.is_none() && count >= MAX_CREDENTIALS {
            let text =
                format!("there are {MAX_CREDENTIALS} credentials already, which is the limit");
            return Err(CredentialError::Invalid(text));
        }
        let version = known.map_or(self.index.removed, |entry| entry.version).saturating_add(1);
        let record = seal_record(&self.key, id.clone(), version, credential)?;
        let before = self.share(&owner.extension);
        let replaced = self.records.iter().find(|other| other.id == id).map_or(0, Record::bytes);
        let after = before.saturating_sub(replaced).saturating_add(record.bytes());
        limits.check_share(before, after, growth)?;
        self.replace(record);
        Ok(version)
    }

    /// Returns the bytes of what an extension has, in all libraries.
    fn share(&self, extension: &str) -> u64 {
        let own = self.records.iter().filter(|record| record.id.extension == extension);
        own.map(Record::bytes).fold(0, u64::saturating_add)
    }

    /// Returns the version of the record that is there and opens.
    pub(crate) fn version(&self, id: &RecordId) -> Result<Option<u64>, CredentialError> {
        match self.get(id) {
            Ok((_, version)) => Ok(Some(version)),
            Err(CredentialError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts a record into the place of the one with its id.
    pub(crate) fn replace(&mut self, record: Record) {
        self.index.entries.retain(|entry| entry.id != record.id);
        self.records.retain(|other| other.id != record.id);
        self.index.entries.push(entry_of(&record));
        self.records.push(record);
    }

    pub(crate) fn remove(&mut self, which: impl Fn(&RecordId) -> bool) -> usize {
        let before = self.index.entries.len();
        let removed = self.index.entries.iter().filter(|entry| which(&entry.id));
        let last = removed.map(|entry| entry.version).max().unwrap_or_default();
        self.index.removed = self.index.removed.max(last);
        self.index.entries.retain(|entry| !which(&entry.id));
        self.records.retain(|record| !which(&record.id));
        before - self.index.entries.len()
    }

    pub(crate) fn info(&self, id: &RecordId, version: u64) -> CredentialInfo {
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

/// Returns the entry of a record in the index.
pub(crate) fn entry_of(record: &Record) -> IndexEntry {
    IndexEntry { id: record.id.clone(), version: record.version, hash: record.sealed.hash() }
}
