//! Errors of the network, for callers.

use ext_net::{NetError, Scheme, UrlError};
use ext_registry::OpError;
use ext_services::http::HttpError;
use ext_wire::{ErrorBody, ErrorCode};
use serde_json::json;

/// Converts the error of a URL that is not requested.
pub(crate) fn url_error(error: UrlError) -> OpError {
    let code = match &error {
        UrlError::Malformed(_) => ErrorCode::BadInput,
        UrlError::Scheme(_) => ErrorCode::NetScheme,
        UrlError::Denied { .. } => ErrorCode::DeniedNet,
        _ => ErrorCode::NetAddr,
    };
    let body = ErrorBody::new(code, &error);
    match error {
        UrlError::Denied { scheme, host, port } => {
            body.with_details(json!({ "would_allow": [domain_line(scheme, &host, port)] })).into()
        }
        _ => body.into(),
    }
}

/// Converts the error of a redirect's target: as that of a URL, but the caller did not write it.
pub(super) fn redirect_error(error: UrlError) -> OpError {
    match error {
        UrlError::Malformed(why) => {
            let why = format_args!("a redirect is not followed: its target is not plain: {why}");
            OpError::new(ErrorCode::BadInput, why)
        }
        error => url_error(error),
    }
}

/// Writes the line of a manifest that grants an origin.
fn domain_line(scheme: Scheme, host: &str, port: u16) -> String {
    let port = if port == scheme.default_port() { String::new() } else { format!(":{port}") };
    format!(r#""permissions": {{"allowed_domains": ["{}://{host}{port}"]}}"#, scheme.name())
}

/// Converts the error of a request without an answer.
pub(crate) fn http_error(error: HttpError) -> OpError {
    match error {
        HttpError::Net(error) => net_error(&error),
        HttpError::Coding { .. } => OpError::new(ErrorCode::Net, error),
        HttpError::Size { .. } | HttpError::Header { .. } => {
            OpError::new(ErrorCode::NetSize, error)
        }
        HttpError::Busy => ErrorBody::new(ErrorCode::Busy, error).with_retry_after_ms(1000).into(),
        HttpError::Internal(_) => OpError::internal(error),
    }
}

/// Converts the error of a server that was not reached.
pub(crate) fn net_error(error: &NetError) -> OpError {
    let code = match error {
        NetError::Address { .. } => ErrorCode::NetAddr,
        NetError::Dns { .. } => ErrorCode::NetDns,
        NetError::Timeout { .. } => ErrorCode::NetTimeout,
        NetError::Tls { .. } => ErrorCode::NetTls,
        _ => ErrorCode::Net,
    };
    OpError::new(code, error)
}
