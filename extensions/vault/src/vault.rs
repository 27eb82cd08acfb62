//! The vault of a library: its header in the metadata of one entry, each item in an entry of its own.

use std::time::Duration;

use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::vdfs::{Entry, ListEntriesInput, NewEntry};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::{ErrorBody, SecretText};

use crate::keyring::{Header, Keyring};
use crate::session;

/// The key of all metadata of this extension.
pub(crate) const OWN: &str = "vault";
/// The type of the entry that holds the header.
const VAULT_TYPE: &str = "vault";
/// The path of that entry.
const VAULT_PATH: &str = "vault/vault";
/// Length of the shortest master password, in characters.
const MIN_PASSWORD_CHARS: usize = 8;

/// An unlocked vault.
pub(crate) struct Vault<'c> {
    pub(crate) client: &'c SpacedriveClient,
    pub(crate) keyring: Keyring,
    entry: Entry,
    header: Header,
}

impl<'c> Vault<'c> {
    /// Makes the vault of a library.
    ///
    /// # Errors
    /// [`ErrorCode::Conflict`] when there is one; [`ErrorCode::BadInput`] for a short password; those
    /// of `vdfs.create_entry`.
    pub(crate) fn create(client: &'c SpacedriveClient, password: &SecretText) -> Result<Self> {
        if find(client)?.is_some() {
            return Err(is_there());
        }
        ensure_long(password)?;
        let (header, keyring) = Header::create(password)?;
        let new = NewEntry {
            metadata: metadata(&header)?,
            ..NewEntry::new("Vault", VAULT_PATH, VAULT_TYPE)
        };
        let made = client.vdfs().create_entry_with(new)?;
        match made.created {
            true => Ok(Self { client, keyring, entry: made.entry, header }),
            false => Err(is_there()),
        }
    }

    /// Opens the vault of a library: by its password, or because it is unlocked.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none; [`ErrorCode::CredReauth`] when it is locked, or for
    /// a wrong password.
    pub(crate) fn open(
        client: &'c SpacedriveClient,
        password: Option<&SecretText>,
    ) -> Result<Self> {
        let (entry, header) = find(client)?.ok_or_else(none)?;
        let keyring = match password {
            Some(password) => header.open(password)?,
            None => session::keyring(client.library_id(), &header)
                .ok_or_else(|| needs("master_password", "the vault is locked"))?,
        };
        Ok(Self { client, keyring, entry, header })
    }

    /// Keeps the vault unlocked until it is not used for so long.
    pub(crate) fn stay_unlocked(&self, stays: Duration) {
        let library = self.client.library_id();
        session::begin(library, self.header.clone(), self.keyring.clone(), stays);
    }

    /// Gives the vault another master password, or the same one and other keys.
    ///
    /// # Errors
    /// [`ErrorCode::BadInput`] for a short password; [`ErrorCode::Conflict`] when the vault was
    /// changed meanwhile.
    pub(crate) fn seal_anew(&mut self, password: &SecretText, keyring: Keyring) -> Result<()> {
        ensure_long(password)?;
        let header = self.header.with_password(password, &keyring)?;
        self.entry.metadata =
            self.client.vdfs().update_unchanged_metadata(&self.entry, metadata(&header)?)?;
        (self.header, self.keyring) = (header, keyring);
        session::end(self.client.library_id());
        Ok(())
    }
}

/// Tells whether a library has a vault.
///
/// # Errors
/// Those of `vdfs.list_entries`; [`ErrorCode::Corrupt`] for a header that cannot be read.
pub(crate) fn exists(client: &SpacedriveClient) -> Result<bool> {
    Ok(find(client)?.is_some())
}

/// Makes the error that asks the caller for one more field of the input.
pub(crate) fn needs(field: &str, why: &str) -> Error {
    let body = ErrorBody::new(ErrorCode::CredReauth, format_args!("{why}: `{field}` is missing"));
    body.with_details(json!({ "needs": field })).into()
}

fn find(client: &SpacedriveClient) -> Result<Option<(Entry, Header)>> {
    let vaults = ListEntriesInput { entry_type: Some(VAULT_TYPE.into()), ..Default::default() };
    let mut vaults = client.vdfs().list_entries(vaults)?;
    vaults.retain(|entry| entry.metadata.contains_key(OWN));
    let Some(entry) = vaults.into_iter().next() else { return Ok(None) };
    let header = entry.metadata.get(OWN).cloned().unwrap_or_default();
    let header = serde_json::from_value(header)
        .map_err(|_| Error::new(ErrorCode::Corrupt, "the header of the vault is damaged"))?;
    Ok(Some((entry, header)))
}

fn metadata(header: &Header) -> Result<Map<String, Value>> {
    Ok(Map::from_iter([(OWN.to_owned(), serde_json::to_value(header)?)]))
}

fn ensure_long(password: &SecretText) -> Result<()> {
    if password.expose().chars().count() >= MIN_PASSWORD_CHARS {
        return Ok(());
    }
    let message = format_args!("a master password has at least {MIN_PASSWORD_CHARS} characters");
    Err(Error::new(ErrorCode::BadInput, message))
}

fn is_there() -> Error {
    Error::new(ErrorCode::Conflict, "this library has a vault already")
}

pub(crate) fn none() -> Error {
    Error::new(ErrorCode::NotFound, "this library has no vault")
}
