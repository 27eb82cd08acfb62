//! The export of all credentials of a vault, and their import.

use ext_services::credentials::{
    Credential, CredentialError, CredentialVault, KeptCredential, Owner,
};

use crate::{format::RecordId, unlocked::Unlocked, vault::FileVault};

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
        // A login that is renewed meanwhile would be exported with an invalidated token.
        let _renewals = self.lock_renewals()?;
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
        // A renewal that began before would restore the old login.
        let _renewals = self.lock_renewals()?;
        let mut open = self.open_or_create()?;
        let imported = credentials.iter().map(|kept| open.import(kept, replace));
        let imported: Vec<SecretImport> = imported.collect::<Result<_, _>>()?;
        if imported.iter().any(|one| matches!(one, SecretImport::Added | SecretImport::Replaced)) {
            self.commit(&mut open)?;
        }
        Ok(imported)
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
    ) -> Result<SecretImport, CredentialError> {
        let KeptCredential { owner, name, credential } = kept;
        let imported = match self.get(&RecordId::new(owner, name)) {
            Ok((there, _)) if there == *credential => return Ok(SecretImport::Unchanged),
            Err(CredentialError::NotFound(_)) => SecretImport::Added,
            _ if replace => SecretImport::Replaced,
            _ => return Ok(SecretImport::Kept),
        };
        self.put(owner, name, credential)?;
        Ok(imported)
    }
}
