//! Headers that a caller may set.

use ext_registry::OpError;
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::http::{HttpHeader, MAX_HEADER_BYTES, MAX_HEADERS},
};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

/// Headers that a caller may set, besides those that begin with `x-`.
const ALLOWED: &[&str] = &[
    "accept",
    "accept-language",
    "authorization",
    "cache-control",
    "content-disposition",
    "content-language",
    "content-type",
    "cookie",
    "depth",
    "dnt",
    "idempotency-key",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "link",
    "origin",
    "pragma",
    "prefer",
    "range",
    "referer",
    "user-agent",
];

/// Headers that begin with `x-` and speak for someone else: proxies, and metadata services.
const REFUSED: &[&str] = &[
    "x-aws-ec2-metadata-",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-forwarded",
    "x-google-metadata-",
    "x-http-method",
    "x-identity-header",
    "x-method-override",
    "x-original-",
    "x-real-ip",
    "x-rewrite-url",
];

/// Headers that hold a secret of the caller; they do not go to another origin.
const SECRET: &[&str] = &["authorization", "cookie"];

/// Checks the headers of a caller.
pub(super) fn check(headers: &[HttpHeader]) -> Result<HeaderMap, OpError> {
    let bytes: usize = headers.iter().map(|header| header.name.len() + header.value.len()).sum();
    if headers.len() > MAX_HEADERS || bytes > MAX_HEADER_BYTES {
        let message = format!("at most {MAX_HEADERS} headers of {MAX_HEADER_BYTES} bytes in all");
        return Err(OpError::new(ErrorCode::NetSize, message));
    }
    let mut map = HeaderMap::new();
    for header in headers {
        let (name, value) = check_one(header)?;
        map.append(name, value);
    }
    Ok(map)
}

fn check_one(header: &HttpHeader) -> Result<(HeaderName, HeaderValue), OpError> {
    let name: HeaderName = header
        .name
        .parse()
        .map_err(|_| refuse("a header", &header.name, "its name is not well formed"))?;
    if !may_set(name.as_str()) {
        return Err(refuse("the header", name.as_str(), "only the host sets it"));
    }
    let value = HeaderValue::from_str(&header.value);
    let mut value =
        value.map_err(|_| refuse("the header", name.as_str(), "its value is not well formed"))?;
    // The caller knows it; but logs need not.
    value.set_sensitive(true);
    Ok((name, value))
}

fn may_set(name: &str) -> bool {
    let refused = || REFUSED.iter().any(|refused| name.starts_with(refused));
    ALLOWED.contains(&name) || (name.starts_with("x-") && !refused())
}

fn refuse(what: &str, name: &str, why: &str) -> OpError {
    let name: String = name.chars().take(64).collect();
    let body = ErrorBody::new(
        ErrorCode::NetHeader,
        format_args!("{what} `{}` cannot be set: {why}", name.escape_debug()),
    );
    body.with_details(json!({ "header": name })).into()
}

/// Removes headers that must not go to another origin: secrets, and those that describe a body that
/// stays.
pub(super) fn leave_origin(headers: &mut HeaderMap) {
    // A header of the caller's own making may hold a key as well.
    let own: Vec<HeaderName> =
        headers.keys().filter(|name| name.as_str().starts_with("x-")).cloned().collect();
    own.iter().for_each(|name| drop(headers.remove(name)));
    SECRET.iter().for_each(|name| drop(headers.remove(*name)));
}

/// Removes headers that describe a body.
pub(super) fn leave_body(headers: &mut HeaderMap) {
    for name in ["content-type", "content-language", "content-disposition"] {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str, value: &str) -> ErrorCode {
        check(&[HttpHeader::new(name, value)]).map_or_else(|error| error.code(), |_| ErrorCode::OK)
    }

    #[test]
    fn net_36_headers_of_the_host_and_of_others_are_refused() {
        let refused = [
            "Host",
            "Content-Length",
            "Transfer-Encoding",
            "Connection",
            "Upgrade",
            "Proxy-Authorization",
            "Proxy-Connection",
            "Expect",
            "TE",
            "Trailer",
            ":authority",
            "Forwarded",
            "X-Forwarded-For",
            "x-forwarded-host",
            "Metadata-Flavor",
            "Metadata",
            "X-aws-ec2-metadata-token",
            "Keep-Alive",
            "Accept-Encoding",
            "Via",
            "X-HTTP-Method-Override",
            "X-Original-URL",
            "X-Real-IP",
            "Sec-Fetch-Site",
            "",
            "a b",
            "a\n",
            "é",
        ];
        for name in refused {
            assert_eq!(code(name, "1"), ErrorCode::NetHeader, "{name}");
        }
        for name in
            ["Accept", "content-type", "Authorization", "X-Api-Key", "If-None-Match", "Cookie"]
        {
            assert_eq!(code(name, "1"), ErrorCode::OK, "{name}");
        }
    }

    #[test]
    fn net_36_values_cannot_add_headers() {
        for value in ["a\r\nHost: evil.com", "a\nb", "a\0b", "a\rb"] {
            assert_eq!(code("x-a", value), ErrorCode::NetHeader, "{value:?}");
        }
        assert_eq!(code("x-a", "a\tb é"), ErrorCode::OK);
    }

    #[test]
    fn net_39_many_and_large_headers_are_refused() {
        let many = vec![HttpHeader::new("x-a", "1"); 10_000];
        assert_eq!(check(&many).unwrap_err().code(), ErrorCode::NetSize);
        assert_eq!(code("x-a", &"a".repeat(1 << 20)), ErrorCode::NetSize);
        let as_many_as_allowed = vec![HttpHeader::new("x-a", "1"); MAX_HEADERS];
        assert_eq!(check(&as_many_as_allowed).unwrap().len(), MAX_HEADERS);
    }

    #[test]
    fn headers_of_a_caller_are_not_shown() {
        let map = check(&[HttpHeader::new("authorization", "canary")]).unwrap();
        assert!(!format!("{map:?}").contains("canary"));
    }
}
