//! The export of all credentials of a vault, and their import.

use std::time::{Duration, Instant};

use ext_services::credentials::{Credential, CredentialError, KeptCredential, Owner};

use crate::{
    format::RecordId,
    limits::{Growth, VaultLimits},
    unlocked::Unlocked,
    vault::FileVault,
};

/// Longest wait for renewals that are under way, all together.
const RENEWALS_TIMEOUT: Duration = Duration::from_secs(5);

/// The outcome of the import of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretImport {
    /// The credential is new.
    Added,
    /// The credential replaced another one.
    Replaced,
    /// The vault had the same credential already.
    Unchanged,
    /// The vault had another one, which stays.
    Kept,
}

impl FileVault {
    /// Exports all credentials, opened, by owner and name; those that another program removed are left
    /// out, with a warning.
    ///
    /// # Errors
    /// [`CredentialError::Tampered`] or [`CredentialError::Rollback`] when one of them does not open,
    /// [`CredentialError::Locked`] without the key, [`CredentialError::Busy`], [`CredentialError::Io`].
    pub fn export(&self) -> Result<Vec<KeptCredential>, CredentialError> {
        let Some(_renewals) = self.wait_for_renewals()? else { return Ok(Vec::new()) };
        let Some(open) = self.open()? else { return Ok(Vec::new()) };
        let mut all = open.all()?;
        all.sort_by(|(a, ..), (b, ..)| a.cmp(b));
        Ok(all.into_iter().map(|(id, credential, _)| kept(id, credential)).collect())
    }

    /// Imports all credentials, or none when there is an error. One that is there already stays, unless
    /// `replace`. The outcomes are in the order of the credentials.
    ///
    /// # Errors
    /// [`CredentialError::Invalid`] for a name that is not valid or too many credentials; as
    /// [`Self::export`]. Nothing is changed then.
    pub fn import(
        &self,
        credentials: &[KeptCredential],
        replace: bool,
    ) -> Result<Vec<SecretImport>, CredentialError> {
        if credentials.is_empty() {
            return Ok(Vec::new());
        }
        let mut open = self.open_or_create()?;
        let imported = credentials.iter().map(|kept| open.import(kept, replace, &self.limits));
        let imported: Vec<SecretImport> = imported.collect::<Result<_, _>>()?;
        if imported.iter().any(|one| matches!(one, SecretImport::Added | SecretImport::Replaced)) {
            self.commit(&mut open)?;
        }
        Ok(imported)
    }
}

impl FileVault {
    /// Waits for renewals that are under way: a login that is renewed meanwhile would be exported with a
    /// token that is not valid any more. One that takes too long is exported as it is, so that a server
    /// that does not answer stops nobody else's export. `None` without a vault.
    fn wait_for_renewals(&self) -> Result<Option<Vec<Box<dyn Send>>>, CredentialError> {
        let Some(open) = self.open()? else { return Ok(None) };
        let ids: Vec<RecordId> = open.index.entries.iter().map(|entry| entry.id.clone()).collect();
        drop(open); // a renewal needs the file
        let until = Instant::now() + RENEWALS_TIMEOUT;
        let mut locks = Vec::new();
        for id in &ids {
            match self.lock_renewal_of(id, until.saturating_duration_since(Instant::now())) {
                Ok(lock) => locks.push(lock),
                Err(CredentialError::Busy) => {
                    let (extension, name) = (&id.extension, &id.name);
                    tracing::warn!(extension, name, "exported in the middle of its renewal");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Some(locks))
    }
}

fn kept(id: RecordId, credential: Credential) -> KeptCredential {
    let RecordId { extension, library, name } = id;
    KeptCredential { owner: Owner { extension, library }, name, credential }
}

impl Unlocked {
    /// Puts a credential into its place, with the next version; the file is not written yet.
    fn import(
        &mut self,
        kept: &KeptCredential,
        replace: bool,
        limits: &VaultLimits,
    ) -> Result<SecretImport, CredentialError> {
        let KeptCredential { owner, name, credential } = kept;
        let imported = match self.get(&RecordId::new(owner, name)) {
            Ok((there, _)) if there == *credential => return Ok(SecretImport::Unchanged),
            Err(CredentialError::NotFound(_)) => SecretImport::Added,
            _ if replace => SecretImport::Replaced,
            _ => return Ok(SecretImport::Kept),
        };
        self.put(owner, name, credential, (limits, Growth::Store))?;
        Ok(imported)
    }
}
