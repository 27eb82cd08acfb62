//! `http.request`, and what other operations need to send requests.

mod budget;
mod headers;
mod redirect;
mod request;
pub(crate) mod scrub;

use ext_net::{Scheme, UrlError};
use ext_registry::{Context, OpError};
use ext_wire::{ErrorBody, ErrorCode};
use serde_json::json;

use crate::services::http::HttpError;

/// What a caller is told of a URL that is not requested.
pub(crate) fn url_error(error: UrlError) -> OpError {
    let code = match &error {
        UrlError::Malformed(_) => ErrorCode::BadInput,
        UrlError::Scheme => ErrorCode::NetScheme,
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

/// Whether the caller was granted an origin; to be asked for each hop.
pub(crate) fn may_reach(context: Context<'_>, scheme: Scheme, host: &str, port: u16) -> bool {
    context.may_reach(scheme.name(), host, port)
}

/// The line of a manifest that grants an origin.
fn domain_line(scheme: Scheme, host: &str, port: u16) -> String {
    let port = if port == scheme.default_port() { String::new() } else { format!(":{port}") };
    format!(r#""permissions": {{"allowed_domains": ["{}://{host}{port}"]}}"#, scheme.name())
}

/// What a caller is told of a request without an answer.
pub(crate) fn http_error(error: HttpError) -> OpError {
    let code = match &error {
        HttpError::Address { .. } => ErrorCode::NetAddr,
        HttpError::Dns { .. } => ErrorCode::NetDns,
        HttpError::Timeout { .. } => ErrorCode::NetTimeout,
        HttpError::Tls { .. } => ErrorCode::NetTls,
        HttpError::Size { .. } => ErrorCode::NetSize,
        HttpError::Connection { .. } => ErrorCode::Net,
        HttpError::Busy => {
            return ErrorBody::new(ErrorCode::Busy, error).with_retry_after_ms(1000).into();
        }
        HttpError::Internal(_) => return OpError::internal(error),
    };
    OpError::new(code, error)
}

/// Whose connections a request uses.
pub(crate) fn pool(context: Context<'_>) -> String {
    context.extension().unwrap_or_default().to_owned()
}
