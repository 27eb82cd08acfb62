//! The settings of the extension.

use ext_wire::{
    ErrorCode,
    ops::{NoInput, settings::Get},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::SpacedriveClient;
use crate::error::{Error, Result};

/// The settings that the user made for the extension: [`SpacedriveClient::settings`] returns it.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a>(pub(super) &'a SpacedriveClient);

impl Settings<'_> {
    /// Returns the settings as they are in the client's library, secrets among them. A setting without a
    /// value is missing, so a field for it is an `Option`, or has a `#[serde(default)]`;
    /// [`macro@crate::Settings`] sees to that.
    ///
    /// ```
    /// use spacedrive_sdk::{SecretText, Settings, prelude::*, testing::FakeHost};
    ///
    /// #[derive(Settings)]
    /// struct Preferences {
    ///     /// Lines to show.
    ///     #[setting(default = 3, min = 1)]
    ///     lines: u16,
    ///     /// Passwords of documents.
    ///     passwords: Vec<SecretText>,
    /// }
    ///
    /// let host = FakeHost::new();
    /// host.set_settings(&serde_json::json!({ "lines": 5 }));
    /// let preferences: Preferences = host.client().settings().get()?;
    /// assert_eq!((preferences.lines, preferences.passwords.len()), (5, 0));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorCode::BadInput`] when they are not a `T`; the `E_CRED_…` codes for secrets.
    pub fn get<T: DeserializeOwned>(&self) -> Result<T> {
        let found = self.0.call_op::<Get>(&NoInput {})?;
        let mut values = found.values;
        // An error would quote them.
        let has_secrets = !found.secrets.is_empty();
        for (name, secret) in found.secrets {
            values.insert(name, serde_json::to_value(secret)?);
        }
        serde_json::from_value(Value::Object(values)).map_err(|error| match has_secrets {
            true => Error::new(
                ErrorCode::BadInput,
                "the settings are not what the type says: compare it with the manifest",
            ),
            false => Error::from(error).context("the settings"),
        })
    }
}
