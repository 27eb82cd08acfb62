//! One request to the server.

use std::time::{Duration, Instant};

use ext_net::NetError;
use ext_services::{
    http::{HttpError, HttpResponse},
    text_model::{ProviderFault, TextModelError},
};

use crate::protocol::Protocol;

/// Longest wait that is told to a caller, whatever a server asks for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Looks at the status of an answer.
pub(crate) fn check(response: &HttpResponse) -> Result<(), TextModelError> {
    let fault = match response.status {
        200 => return Ok(()),
        401 | 403 => ProviderFault::Key,
        429 | 503 => ProviderFault::Busy,
        400..=499 => ProviderFault::Refused,
        _ => ProviderFault::Failed,
    };
    let complaint = Protocol::complaint(&response.body);
    let retry_after = Protocol::retry_after(&response.headers)
        .map(|seconds| Duration::from_secs(seconds).min(MAX_RETRY_AFTER))
        .filter(|_| fault == ProviderFault::Busy);
    let detail = format!("status {}: {complaint}", response.status);
    Err(TextModelError::Provider { fault, detail, retry_after, tokens: 0 })
}

/// Describes a request without an answer.
pub(crate) fn failed(error: HttpError) -> TextModelError {
    let fault = match error {
        HttpError::Net(NetError::Timeout { .. }) => ProviderFault::Timeout,
        HttpError::Size { .. } | HttpError::Header { .. } => ProviderFault::TooLarge,
        HttpError::Busy => ProviderFault::Busy,
        _ => ProviderFault::Unreachable,
    };
    provider(fault, error)
}

pub(crate) fn provider(fault: ProviderFault, detail: impl std::fmt::Display) -> TextModelError {
    TextModelError::Provider { fault, detail: detail.to_string(), retry_after: None, tokens: 0 }
}

/// Adds what was taken before to an error.
pub(crate) fn counted(mut error: TextModelError, taken: u64) -> TextModelError {
    if let TextModelError::Provider { tokens, .. } = &mut error {
        *tokens = taken;
    }
    error
}

/// Returns the time at which a request that starts now must be over.
pub(crate) fn deadline(timeout: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(timeout).unwrap_or(now)
}
