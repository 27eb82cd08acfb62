//! Budget of bytes for requests to servers.

use ext_net::VettedUrl;
use ext_perm::Budget;
use ext_registry::{Context, OpError};
use ext_services::http::{HttpError, HttpRequest, HttpResponse};
use http::HeaderMap;

/// Charges bytes of the network: those of each request before it is sent, and of each answer, list and
/// email after it came. There is no other place where they are charged.
///
/// # Errors
/// [`Context::charge`]: the caller has used up the day's bytes.
pub(crate) fn charge_bytes(context: Context<'_>, bytes: usize) -> Result<(), OpError> {
    context.charge(Budget::HttpBytes, bytes as u64)
}

/// Counts the bytes of a request: line, headers and body, as they are sent.
pub(super) fn of_request(request: &HttpRequest) -> usize {
    line(&request.url) + of_headers(&request.headers) + request.body.len()
}

/// Counts the bytes of what came: all of an answer, and of one that was too large as much as was read.
pub(super) fn of_answer(answer: &Result<HttpResponse, HttpError>, request: &HttpRequest) -> usize {
    let limit = || usize::try_from(request.max_body_bytes).unwrap_or(usize::MAX);
    match answer {
        Ok(response) => of_headers(&response.headers) + response.body.len(),
        Err(HttpError::Size { .. } | HttpError::Coding { .. }) => limit(),
        Err(HttpError::Net(_) | HttpError::Busy | HttpError::Internal(_)) => 0,
    }
}

fn line(url: &VettedUrl) -> usize {
    const VERSION: usize = " HTTP/1.1\r\n".len();
    url.path_and_query().len() + url.host_header().len() + VERSION
}

fn of_headers(headers: &HeaderMap) -> usize {
    const FRAME: usize = ": \r\n".len();
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + FRAME).sum()
}
