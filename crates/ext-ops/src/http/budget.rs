//! Budget of bytes for requests to servers.

use ext_net::VettedUrl;
use ext_perm::Budget;
use ext_registry::{Context, OpError};
use ext_services::http::{HttpError, HttpRequest, HttpResponse, ReceivedBytes};
use http::HeaderMap;

/// Charges bytes of the network before they are sent. With [`charge_received`] there is no other place
/// where they are charged.
///
/// # Errors
/// [`Context::charge`]: the caller has used up the day's bytes.
pub(crate) fn charge_bytes(context: Context<'_>, bytes: usize) -> Result<(), OpError> {
    context.charge(Budget::HttpBytes, bytes as u64)
}

/// Charges bytes of an answer, a list or an email, which came already: those that are over the budget
/// use up the rest of it, so that the next request is not sent.
///
/// # Errors
/// [`Context::charge_used`]: the caller has used up the day's bytes.
pub(crate) fn charge_received(context: Context<'_>, bytes: usize) -> Result<(), OpError> {
    context.charge_used(Budget::HttpBytes, bytes as u64)
}

/// A charge for what came of an answer that failed, or for whose end nobody waits any more.
pub(crate) struct Abandoned<'a> {
    pub(crate) context: Context<'a>,
    pub(crate) received: ReceivedBytes,
}

impl Drop for Abandoned<'_> {
    fn drop(&mut self) {
        let bytes = self.received.take();
        if bytes > 0 {
            // The call is over; the next one learns of it.
            let _ = charge_received(self.context, bytes);
        }
    }
}

/// Counts the bytes of a request: line, headers and body, as they are sent.
pub(super) fn of_request(request: &HttpRequest) -> usize {
    line(&request.url) + of_headers(&request.headers) + request.body.len()
}

/// Counts the bytes of what came: all of an answer, and of one that failed as much as was read.
pub(super) fn of_answer(answer: &Result<HttpResponse, HttpError>, request: &HttpRequest) -> usize {
    let received = request.received.take();
    let limit = || usize::try_from(request.max_body_bytes).unwrap_or(usize::MAX);
    match answer {
        // An encoded body may be longer than what it stands for.
        Ok(response) => received.max(of_headers(&response.headers) + response.body.len()),
        Err(HttpError::Size { .. } | HttpError::Header { .. } | HttpError::Coding { .. }) => {
            received.max(limit())
        }
        Err(HttpError::Net(_) | HttpError::Busy | HttpError::Internal(_)) => received,
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
