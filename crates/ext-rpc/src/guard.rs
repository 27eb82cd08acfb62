//! The questions before a request is looked at: where it comes from, and on whose behalf.

use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::{
    backend::{Backend, Caller},
    http::{Refusal, refuse},
    port::Port,
};

/// The way by which a connection came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Door {
    /// The socket of the data folder; the peer is this user, as the system says.
    Socket,
    /// A port. Everybody on this machine reaches it, and so does each page in a browser; with TLS, also
    /// other machines.
    Port(Port),
}

/// Refuses requests that a page of somebody else makes in the user's browser: one with the origin of
/// another site, and one for a name that was bound to loopback (DNS rebinding).
pub(crate) fn check_browser(door: &Door, headers: &HeaderMap) -> Result<(), Refusal> {
    let own = own_names(door);
    let origins = headers.get_all(header::ORIGIN);
    let scheme = match door {
        Door::Socket => "http",
        Door::Port(port) => port.scheme(),
    };
    let is_own_origin = |origin: &HeaderValue| {
        let origin = origin.to_str().unwrap_or_default().strip_prefix(scheme);
        let name = origin.and_then(|rest| rest.strip_prefix("://"));
        name.is_some_and(|name| own.iter().any(|own| own == name))
    };
    if !origins.iter().all(is_own_origin) {
        return Err(refuse(StatusCode::FORBIDDEN, "pages of other sites may not call the daemon"));
    }
    if *door == Door::Socket {
        return Ok(());
    }
    let mut hosts = headers.get_all(header::HOST).iter();
    let is_own = |host: &HeaderValue| own.iter().any(|own| host == own.as_str());
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if is_own(host) => Ok(()),
        _ => Err(refuse(StatusCode::FORBIDDEN, "the daemon does not have the name in `Host`")),
    }
}

/// Returns the names under which a port may be called.
fn own_names(door: &Door) -> Vec<String> {
    match door {
        Door::Socket => Vec::new(),
        Door::Port(port) => port.hosts(),
    }
}

/// Finds the caller: whoever has a token is its caller, and whoever has none is the user on the
/// socket, and nobody on a port.
pub(crate) fn caller(
    door: &Door,
    headers: &HeaderMap,
    backend: &dyn Backend,
) -> Result<Caller, Refusal> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return match door {
            Door::Socket => Ok(Caller::User),
            Door::Port(_) => Err(unauthorized("a token is needed: Authorization: Bearer TOKEN")),
        };
    };
    let token = value.to_str().ok().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let caller = token.and_then(|token| backend.authenticate(token));
    caller.ok_or_else(|| unauthorized("the token is not valid, or not any more"))
}

fn unauthorized(message: &str) -> Refusal {
    let mut reply = refuse(StatusCode::UNAUTHORIZED, message);
    reply.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port() -> Door {
        Door::Port(Port::plain("127.0.0.1:7711".parse().unwrap()))
    }

    #[test]
    fn rpc_08_a_port_with_tls_has_the_names_that_were_given_it() {
        let names = vec!["nas.local".to_owned()];
        let door = Door::Port(Port::tls("0.0.0.0:7711".parse().unwrap(), names));
        let own = [("host", "nas.local:7711"), ("origin", "https://nas.local:7711")];
        assert!(check_browser(&door, &headers(&own)).is_ok());
        for wrong in [
            [("host", "nas.local:7711"), ("origin", "http://nas.local:7711")],
            [("host", "nas.local"), ("origin", "https://nas.local:7711")],
            [("host", "0.0.0.0:7711"), ("origin", "https://nas.local:7711")],
            [("host", "localhost:7711"), ("origin", "https://nas.local:7711")],
            [("host", "evil.example:7711"), ("origin", "https://evil.example:7711")],
        ] {
            assert!(check_browser(&door, &headers(&wrong)).is_err(), "{wrong:?}");
        }
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (http::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn rpc_08_only_the_own_origin_passes() {
        let own = [("host", "127.0.0.1:7711"), ("origin", "http://127.0.0.1:7711")];
        assert!(check_browser(&port(), &headers(&own)).is_ok());
        let foreign = [
            "null",
            "file://",
            "http://localhost:7712",
            "https://127.0.0.1:7711",
            "HTTP://127.0.0.1:7711",
            "chrome-extension://abc",
            "http://127.0.0.1:7711.example.org",
            "",
        ];
        for origin in foreign {
            let headers = headers(&[("host", "127.0.0.1:7711"), ("origin", origin)]);
            assert!(check_browser(&port(), &headers).is_err(), "{origin}");
            let headers = HeaderMap::from_iter([(header::ORIGIN, origin.parse().unwrap())]);
            assert!(check_browser(&Door::Socket, &headers).is_err(), "socket: {origin}");
        }
    }

    #[test]
    fn a_name_that_was_bound_to_loopback_is_refused() {
        for host in ["127.0.0.1:7711", "localhost:7711"] {
            assert!(check_browser(&port(), &headers(&[("host", host)])).is_ok(), "{host}");
        }
        for host in ["evil.example:7711", "127.0.0.1", "localhost", "127.0.0.1:7712", ""] {
            assert!(check_browser(&port(), &headers(&[("host", host)])).is_err(), "{host}");
        }
        assert!(check_browser(&port(), &HeaderMap::new()).is_err(), "none");
    }
}
