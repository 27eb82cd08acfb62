//! Settings of extensions, which the user makes.

use ext_wire::{
    ErrorBody,
    ops::settings::{
        GetSettingsOutput, ListSettingsOutput, SetSettingsInput, SetSettingsOutput, SettingsRef,
    },
};
use uuid::Uuid;

/// The settings of a host's extensions, by the schemas of their manifests.
#[expect(
    clippy::missing_errors_doc,
    reason = "said once: `E_NOT_FOUND`, `E_BAD_INPUT`, `E_CORRUPT`, `E_IO`, `E_CRED_*`"
)]
pub trait Settings: Send + Sync {
    /// Returns the values that are in force for an extension in a library, secrets among them.
    fn get(&self, extension: &str, library: Uuid) -> Result<GetSettingsOutput, ErrorBody>;

    /// Lists the settings of an extension for the user, without the values of secrets.
    fn list(&self, of: &SettingsRef) -> Result<ListSettingsOutput, ErrorBody>;

    /// Sets values and takes values back, all of them or none.
    fn set(&self, input: SetSettingsInput) -> Result<SetSettingsOutput, ErrorBody>;
}
