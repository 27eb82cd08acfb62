//! The owner of the credentials of a call, and their errors.

use ext_registry::{Context, OpError};
use ext_services::credentials::{CredentialError, Owner};
use ext_wire::ErrorBody;

use crate::http::url_error;

/// Returns the owner of the credentials that a call works on.
pub(crate) fn owner(context: Context<'_>) -> Result<Owner, OpError> {
    let extension = context.extension().unwrap_or_default().to_owned();
    Ok(Owner { extension, library: context.library()? })
}

/// Converts an error of a vault for the caller; host paths stay in the log.
pub(crate) fn error(error: CredentialError) -> OpError {
    match error {
        CredentialError::Io(_) => OpError::hidden(error.code(), "the credentials failed", error),
        CredentialError::Locked(_) => OpError::hidden(
            error.code(),
            "the credentials are locked: the user has to unlock them",
            error,
        ),
        CredentialError::Endpoint(error) => url_error(error),
        CredentialError::Refused(body) => body.into(),
        CredentialError::Busy => {
            ErrorBody::new(error.code(), error).with_retry_after_ms(1000).into()
        }
        CredentialError::Provider { retry_after: Some(after), .. } => {
            let millis = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
            ErrorBody::new(error.code(), error).with_retry_after_ms(millis).into()
        }
        error => OpError::new(error.code(), error),
    }
}
