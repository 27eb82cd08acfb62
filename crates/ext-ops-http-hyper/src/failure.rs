//! Failures of a connection.

use ext_net::NetError;
use ext_services::http::{HttpError, HttpRequest};

use crate::connect::MAX_HEADER_BYTES;

/// Describes a failed connection, without anything of what hyper says: it may quote the answer.
pub(crate) fn describe(request: &HttpRequest, error: &hyper::Error) -> HttpError {
    let host = request.url.host();
    // hyper tells this to servers by a method, and to clients by its text only.
    if error.is_parse() && error.to_string().contains("too large") {
        return HttpError::Size { host, what: "the header", limit: MAX_HEADER_BYTES as u64 };
    }
    let reason = match error {
        _ if error.is_parse() => "the answer is not HTTP/1.1",
        _ if error.is_incomplete_message() => "the connection ended before the answer",
        _ => "the connection broke",
    };
    NetError::Connection { host, reason }.into()
}
