//! Failures of a connection.

use ext_net::NetError;
use ext_services::http::{HttpError, HttpRequest};

use http::HeaderMap;

use crate::connect::{MAX_HEADER_BYTES, MAX_HEADERS};

/// Describes a failed connection, without anything of what hyper says: it may quote the answer.
pub(crate) fn describe(request: &HttpRequest, error: &hyper::Error) -> HttpError {
    let host = request.url.host();
    // hyper tells this to servers by a method, and to clients by its text only.
    if error.is_parse() && error.to_string().contains("too large") {
        return too_large(host);
    }
    let reason = match error {
        _ if error.is_parse() => "the answer is not HTTP/1.1",
        _ if error.is_incomplete_message() => "the connection ended before the answer",
        _ => "the connection broke",
    };
    NetError::Connection { host, reason }.into()
}

/// Checks the size of an answer's header, which hyper bounds only where it comes piece by piece.
pub(crate) fn check_header(request: &HttpRequest, headers: &HeaderMap) -> Result<(), HttpError> {
    let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        name.as_str().len() + value.len() + ": \r\n".len()
    };
    match headers.iter().map(line).sum::<usize>() > MAX_HEADER_BYTES {
        true => Err(too_large(request.url.host())),
        false => Ok(()),
    }
}

fn too_large(host: String) -> HttpError {
    HttpError::Header { host, most_bytes: MAX_HEADER_BYTES, most_lines: MAX_HEADERS }
}
