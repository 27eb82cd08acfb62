//! All credentials at once, out of a vault and into it.

use ext_services::credentials::{
    Credential, CredentialError, CredentialVault, KeptCredential, Owner,
};

use super::{FileVault, Open};
use crate::format::RecordId;

/// What became of a credential that was to be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretImport {
    /// There was none of its name.
    Added,
    /// It took the place of another.
    Replaced,
    /// The same is there already.
    Unchanged,
    /// Another is there and stays.
    Kept,
}

impl FileVault {
    /// All credentials, opened, by owner and name; those that something else removed are missing,
    /// with a warning.
    ///
    /// # Errors
    /// [`CredentialError`], also when one of them does not open.
    pub fn export(&self) -> Result<Vec<KeptCredential>, CredentialError> {
        // A login that is renewed meanwhile would be exported with a token that is used up.
        let _renewals = self.lock_renewals()?;
        let Some(open) = self.open()? else { return Ok(Vec::new()) };
        let mut all = open.all()?;
        all.sort_by(|(a, ..), (b, ..)| a.cmp(b));
        Ok(all.into_iter().map(|(id, credential, _)| kept(id, credential)).collect())
    }

    /// Keeps all of these, or none when there is an error. One that is there already stays, unless
    /// `replace`. What is returned stands in the order of what was given.
    ///
    /// # Errors
    /// [`CredentialError`]; nothing was changed then.
    pub fn import(
        &self,
        credentials: &[KeptCredential],
        replace: bool,
    ) -> Result<Vec<SecretImport>, CredentialError> {
        if credentials.is_empty() {
            return Ok(Vec::new());
        }
        // A renewal that began before would put the old login back.
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

impl Open {
    /// Puts a credential into its place, with the next version there; nothing is written yet.
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
