//! The caller of a request.

use ext_net::{Scheme, UrlError, VetError, VettedUrl};
use ext_registry::{Context, OpError};

use super::errors::url_error;

/// Vets a URL by what the caller was granted; to be done for each hop. `vet` gets what says whether the
/// caller may reach an origin.
///
/// # Errors
/// Those of the URL; [`ErrorCode::Internal`](ext_wire::ErrorCode::Internal) when no decision is possible:
/// that is no denial, which a retry would not change.
pub(crate) fn vetted(
    context: Context<'_>,
    vet: impl FnOnce(
        &dyn Fn(Scheme, &str, u16) -> Result<bool, OpError>,
    ) -> Result<VettedUrl, VetError<OpError>>,
) -> Result<VettedUrl, OpError> {
    vetted_as(context, vet, url_error)
}

/// Works as [`vetted`], with other words for the error of the URL.
///
/// # Errors
/// As [`vetted`].
pub(super) fn vetted_as(
    context: Context<'_>,
    vet: impl FnOnce(
        &dyn Fn(Scheme, &str, u16) -> Result<bool, OpError>,
    ) -> Result<VettedUrl, VetError<OpError>>,
    explain: fn(UrlError) -> OpError,
) -> Result<VettedUrl, OpError> {
    let reach = |scheme: Scheme, host: &str, port| context.may_reach(scheme.name(), host, port);
    vet(&reach).map_err(|error| match error {
        VetError::Url(error) => explain(error),
        VetError::Undecided(error) => error,
    })
}

/// Returns the pool whose connections a request uses.
pub(crate) fn pool(context: Context<'_>) -> String {
    context.extension().unwrap_or_default().to_owned()
}
