//! The acceptance of a vault that is older than the last one that was written: a backup that was put
//! back, or an attack. Only the user knows which.

use ext_fs::create_private_folder;
use ext_services::credentials::CredentialError;

use crate::{
    format::{IndexEntry, RecordId, seal_record},
    unlocked::Unlocked,
    vault::{FileVault, io_error, is_rolled_back},
};

/// A vault that was older than the last one that was written, and counts from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedRollback {
    /// Number of credentials that were found; each is to be stored again before it is used.
    pub credentials: usize,
}

impl FileVault {
    /// Accepts the present file as the newest, if it is older than the last one that was written.
    /// Its credentials stay, and each needs a login before it is used: the provider may have replaced a
    /// token since, or the user a password. `None` when the file is the newest anyway.
    ///
    /// It is for the user to say so, never for a program: an attacker puts old files back as well.
    ///
    /// # Errors
    /// [`CredentialError::Tampered`] when the file does not open, [`CredentialError::Locked`] without the
    /// key, [`CredentialError::Busy`], [`CredentialError::Io`].
    pub fn accept_rollback(&self) -> Result<Option<AcceptedRollback>, CredentialError> {
        let counted = self.generation()?;
        create_private_folder(self.folder()).map_err(|error| io_error(error.into()))?;
        let lock = self.lock()?;
        let mut open = match self.read()? {
            Some(read) => self.unlock_any(lock, read)?,
            None if counted == 0 => return Ok(None),
            None => self.create(lock)?,
        };
        if !is_rolled_back(open.index.generation, counted) {
            return Ok(None);
        }
        open.index.generation = open.index.generation.max(counted);
        // No record has had a higher version than the file had generations.
        open.index.removed = open.index.removed.max(open.index.generation);
        open.mark_all()?;
        self.commit(&mut open)?;
        Ok(Some(AcceptedRollback { credentials: open.index.entries.len() }))
    }
}

impl Unlocked {
    /// Marks all credentials as ones that need a login. What does not open stays as it is.
    fn mark_all(&mut self) -> Result<(), CredentialError> {
        let ids: Vec<RecordId> =
            self.index.entries.iter().map(|IndexEntry { id, .. }| id.clone()).collect();
        for id in ids {
            let Ok((mut credential, _)) = self.get(&id) else { continue };
            credential.needs_login = true;
            let version = self.index.removed.saturating_add(1);
            self.replace(seal_record(&self.key, id, version, &credential)?);
        }
        Ok(())
    }
}
