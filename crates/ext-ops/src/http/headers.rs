//! Headers that a caller may set.

use ext_registry::OpError;
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::http::{HttpHeader, MAX_HEADER_BYTES, MAX_HEADERS},
};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

/// Headers that only the host sets: those that the Fetch standard forbids to pages, but for `cookie`,
/// `dnt`, `origin` and `referer`, which a program without a browser has a use for; and a few of the
/// connection that a page cannot even try.
const HOSTS_OWN: &[&str] = &[
    "accept-charset",
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "access-control-request-private-network",
    "alt-used",
    "connection",
    "content-encoding",
    "content-length",
    "cookie2",
    "date",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "max-forwards",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// Beginnings of headers that speak for someone else: browsers, proxies, and the callers of metadata
/// services.
const OTHERS: &[&str] = &[
    "cf-",
    "client-ip",
    "fastly-",
    "forwarded",
    "metadata",
    "proxy-",
    "remote-",
    "sec-",
    "true-client-ip",
    "x-aws-ec2-metadata-",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-envoy-",
    "x-forwarded",
    "x-google-metadata-",
    "x-http-method",
    "x-identity-header",
    "x-method-override",
    "x-original-",
    "x-real-ip",
    "x-remote-",
    "x-rewrite-url",
];

/// Headers that have the same meaning at each server and hold no secret. They follow to another origin;
/// what the caller made itself does not.
const FOLLOWING: &[&str] = &[
    "accept",
    "accept-language",
    "cache-control",
    "content-disposition",
    "content-language",
    "content-type",
    "depth",
    "dnt",
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
    if !is_plain(&header.value) {
        let why = "its value has other characters than visible ASCII, or a blank at an end";
        return Err(refuse("the header", name.as_str(), why));
    }
    let value = HeaderValue::from_str(&header.value);
    let mut value =
        value.map_err(|_| refuse("the header", name.as_str(), "its value is not well formed"))?;
    // The caller knows it; but logs need not.
    value.set_sensitive(true);
    Ok((name, value))
}

/// Returns whether a caller may set a header; the name is in lower case.
fn may_set(name: &str) -> bool {
    // Servers that hand headers on as variables take both for the same.
    let name = name.replace('_', "-");
    let others = || OTHERS.iter().any(|other| name.starts_with(other));
    !HOSTS_OWN.contains(&name.as_str()) && !others()
}

/// Returns whether a header may hold a key that the host attaches: one that a caller may set and that does
/// not follow to another origin.
pub(crate) fn may_hold_a_key(name: &str) -> bool {
    may_set(name) && !FOLLOWING.contains(&name)
}

/// Returns whether a value is what all servers read alike: visible ASCII, with blanks between only.
fn is_plain(value: &str) -> bool {
    let visible = value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    visible && !value.starts_with(' ') && !value.ends_with(' ')
}

fn refuse(what: &str, name: &str, why: &str) -> OpError {
    let name: String = name.chars().take(64).collect();
    let body = ErrorBody::new(
        ErrorCode::NetHeader,
        format_args!("{what} `{}` cannot be set: {why}", name.escape_debug()),
    );
    body.with_details(json!({ "header": name })).into()
}

/// Removes headers that must not go to another origin: all but those of a common meaning. A header of the
/// caller's own making may hold a key as well.
pub(super) fn leave_origin(headers: &mut HeaderMap) {
    let own = headers.keys().filter(|name| !FOLLOWING.contains(&name.as_str()));
    let own: Vec<HeaderName> = own.cloned().collect();
    own.iter().for_each(|name| drop(headers.remove(name)));
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
            ["X_Forwarded_For", "Proxy_Authorization", "CF-Connecting-IP", "Date", "True-Client-IP"]
        {
            assert_eq!(code(name, "1"), ErrorCode::NetHeader, "{name}");
        }
        for name in
            ["Accept", "content-type", "Authorization", "X-Api-Key", "If-None-Match", "Cookie"]
        {
            assert_eq!(code(name, "1"), ErrorCode::OK, "{name}");
        }
    }

    #[test]
    fn headers_of_real_interfaces_pass_and_stay_at_their_origin() {
        for name in [
            "Notion-Version",
            "anthropic-version",
            "apikey",
            "api-key",
            "Stripe-Version",
            "Stripe-Account",
            "OpenAI-Organization",
            "Dropbox-API-Arg",
            "DeepL-Auth",
            "Idempotency-Key",
        ] {
            assert_eq!(code(name, "1"), ErrorCode::OK, "{name}");
            let mut headers =
                check(&[HttpHeader::new(name, "1"), HttpHeader::new("accept", "*/*")]).unwrap();
            leave_origin(&mut headers);
            assert_eq!(headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["accept"]);
        }
        for (name, holds) in
            [("apikey", true), ("x-api-key", true), ("accept", false), ("host", false)]
        {
            assert_eq!(may_hold_a_key(name), holds, "{name}");
        }
    }

    #[test]
    fn net_36_values_cannot_add_headers() {
        for value in ["a\r\nHost: evil.com", "a\nb", "a\0b", "a\rb"] {
            assert_eq!(code("x-a", value), ErrorCode::NetHeader, "{value:?}");
        }
    }

    #[test]
    fn net_37_values_are_visible_ascii_without_blanks_at_an_end() {
        for value in ["a\tb", "é", " a", "a ", " ", "\u{7f}", "a\u{2028}b"] {
            assert_eq!(code("x-a", value), ErrorCode::NetHeader, "{value:?}");
        }
        for value in ["", "a b", "~!@#$%^&*()_+{}|:\"<>?`-=[]\\;',./"] {
            assert_eq!(code("x-a", value), ErrorCode::OK, "{value:?}");
        }
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
