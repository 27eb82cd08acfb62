//! Failures of a login.

use std::io;

use thiserror::Error;

use crate::endpoint::EndpointError;

/// Reason why a login failed. Messages hold no code and no token.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoginError {
    /// Time is up.
    #[error("no provider answered in time")]
    Timeout,
    /// Time is up, and something else than the provider had sent replies.
    #[error(
        "no provider answered in time; {0} replies did not belong to this sign-in and were refused: \
         use the address that is shown last"
    )]
    Strangers(u32),
    /// The user stopped it.
    #[error("the sign-in was cancelled")]
    Stopped,
    /// The user or the provider said no.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// The code is not accepted.
    #[error(
        "the provider does not accept the code: it is too old, was used, or belongs to another \
         sign-in"
    )]
    Code,
    /// The reply comes from somebody else.
    #[error("the reply comes from another provider than the one that was asked")]
    Issuer,
    /// The provider has no sign-in on another device.
    #[error("the provider has no `device_url`, and so no sign-in on another device")]
    NoDevice,
    /// The provider does not answer as it should.
    #[error("signing in failed: {0}")]
    Provider(String),
    /// This machine failed.
    #[error("signing in failed: {0}")]
    Io(#[from] io::Error),
}

impl From<EndpointError> for LoginError {
    fn from(error: EndpointError) -> Self {
        Self::Provider(error.to_string())
    }
}
