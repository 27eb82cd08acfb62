//! Credentials of the extension.

use std::collections::BTreeMap;

use ext_wire::{
    SecretText,
    ops::{
        NoInput,
        credentials::{
            CredentialInfo, CredentialRef, Delete, Get, List, Reveal, Secret, Store, StoreInput,
        },
    },
};

use super::SpacedriveClient;
use crate::error::Result;

/// Secrets that belong to this extension, in the client's library, which the host keeps encrypted:
/// [`SpacedriveClient::credentials`] returns it.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a>(pub(super) &'a SpacedriveClient);

impl Credentials<'_> {
    /// Keeps a credential for any origin that the manifest allows, in place of an older one of this
    /// name; returns its version.
    ///
    /// # Errors
    /// [`ErrorCode::BadInput`](crate::ErrorCode::BadInput) for a name or secret that cannot be kept; the
    /// `E_CRED_…` codes.
    pub fn store(&self, name: &str, secret: Secret) -> Result<u64> {
        self.store_with(&StoreInput::new(name, secret))
    }

    /// Keeps a credential as [`Self::store`] does, for chosen origins.
    ///
    /// # Errors
    /// As [`Self::store`].
    pub fn store_with(&self, input: &StoreInput) -> Result<u64> {
        Ok(self.0.call_op::<Store>(input)?.version)
    }

    /// Returns a credential without its secret.
    ///
    /// # Errors
    /// [`Error::is_not_found`](crate::Error::is_not_found) when there is none; the `E_CRED_…` codes.
    pub fn get(&self, name: &str) -> Result<CredentialInfo> {
        self.0.call_op::<Get>(&CredentialRef { name: name.to_owned() })
    }

    /// Removes a credential; tells whether there was one.
    ///
    /// # Errors
    /// The `E_CRED_…` codes.
    pub fn delete(&self, name: &str) -> Result<bool> {
        Ok(self.0.call_op::<Delete>(&CredentialRef { name: name.to_owned() })?.deleted)
    }

    /// Lists the credentials by name, without their secrets.
    ///
    /// # Errors
    /// The `E_CRED_…` codes.
    pub fn list(&self) -> Result<Vec<CredentialInfo>> {
        Ok(self.0.call_op::<List>(&NoInput {})?.credentials)
    }

    /// Returns the secret of a credential by the names of its fields. It takes the permission
    /// `secrets.reveal`; [`RequestBuilder::auth`](crate::client::RequestBuilder::auth) needs none.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn reveal(&self, name: &str) -> Result<BTreeMap<String, SecretText>> {
        Ok(self.0.call_op::<Reveal>(&CredentialRef { name: name.to_owned() })?.fields)
    }
}
