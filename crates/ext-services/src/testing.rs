//! A vault in memory, for tests.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use ext_wire::ops::credentials::CredentialInfo;
use parking_lot::Mutex;

use crate::credentials::{Credential, CredentialError, CredentialVault, Owner};

/// A vault that keeps credentials in memory.
#[derive(Debug, Default)]
pub struct MemoryVault {
    kept: Mutex<Kept>,
    renewing: Arc<Mutex<bool>>,
}

/// Credentials with their versions; a version never comes again.
#[derive(Debug, Default)]
struct Kept {
    by_name: BTreeMap<(Owner, String), (Credential, u64)>,
    last_version: u64,
}

impl Kept {
    fn put(&mut self, owner: &Owner, name: &str, credential: &Credential) -> u64 {
        self.last_version += 1;
        let kept = (credential.clone(), self.last_version);
        self.by_name.insert((owner.clone(), name.to_owned()), kept);
        self.last_version
    }

    fn get(&self, owner: &Owner, name: &str) -> Option<&(Credential, u64)> {
        self.by_name.get(&(owner.clone(), name.to_owned()))
    }
}

impl CredentialVault for MemoryVault {
    fn put(
        &self,
        owner: &Owner,
        name: &str,
        credential: &Credential,
    ) -> Result<u64, CredentialError> {
        Ok(self.kept.lock().put(owner, name, credential))
    }

    fn put_if(
        &self,
        owner: &Owner,
        name: &str,
        version: u64,
        credential: &Credential,
    ) -> Result<Option<u64>, CredentialError> {
        let mut kept = self.kept.lock();
        let is_current = kept.get(owner, name).is_some_and(|(_, current)| *current == version);
        Ok(is_current.then(|| kept.put(owner, name, credential)))
    }

    fn get(&self, owner: &Owner, name: &str) -> Result<(Credential, u64), CredentialError> {
        let found = self.kept.lock().get(owner, name).cloned();
        found.ok_or_else(|| CredentialError::NotFound(name.to_owned()))
    }

    fn delete(&self, owner: &Owner, name: &str) -> Result<bool, CredentialError> {
        Ok(self.kept.lock().by_name.remove(&(owner.clone(), name.to_owned())).is_some())
    }

    fn list(&self, owner: &Owner) -> Result<Vec<CredentialInfo>, CredentialError> {
        let kept = self.kept.lock();
        let of_owner = kept.by_name.iter().filter(|((other, _), _)| other == owner);
        Ok(of_owner.map(|((_, name), (kept, version))| kept.info(name, *version)).collect())
    }

    fn delete_extension(&self, extension: &str) -> Result<usize, CredentialError> {
        let mut kept = self.kept.lock();
        let before = kept.by_name.len();
        kept.by_name.retain(|(owner, _), _| owner.extension != extension);
        Ok(before - kept.by_name.len())
    }

    fn lock_renewal(
        &self,
        _: &Owner,
        _: &str,
        wait: Duration,
    ) -> Result<Box<dyn Send>, CredentialError> {
        let end = Instant::now() + wait;
        while std::mem::replace(&mut *self.renewing.lock(), true) {
            if Instant::now() >= end {
                return Err(CredentialError::Busy);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(Box::new(Renewing(Arc::clone(&self.renewing))))
    }
}

/// The lock of a renewal.
struct Renewing(Arc<Mutex<bool>>);

impl Drop for Renewing {
    fn drop(&mut self) {
        *self.0.lock() = false;
    }
}
