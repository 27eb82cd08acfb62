//! The configuration of a host, as the user reads and changes it.

use ext_wire::{
    ErrorBody,
    ops::config::{ConfigOutput, SetConfigInput},
};

/// The file of a host's configuration.
#[expect(clippy::missing_errors_doc, reason = "said in the operations `config.*`")]
pub trait ConfigAdmin: Send + Sync {
    /// Lists the settings.
    fn get(&self) -> Result<ConfigOutput, ErrorBody>;

    /// Changes settings in the file.
    fn set(&self, input: SetConfigInput) -> Result<ConfigOutput, ErrorBody>;
}
