//! Redirects, followed by the host, hop by hop.

use bytes::Bytes;
use ext_net::{Scheme, VettedUrl};
use ext_registry::OpError;
use ext_wire::ErrorCode;
use http::{Method, header::LOCATION};

use super::headers;
use ext_services::http::{HttpRequest, HttpResponse};

/// Returns the target of an answer, as the server wrote it; `None` when it is not a redirect. Bytes that are
/// not ASCII, which servers write though they may not, are encoded as browsers do it.
pub(super) fn target(response: &HttpResponse) -> Option<String> {
    let is_redirect = matches!(response.status, 301 | 302 | 303 | 307 | 308);
    let location = response.headers.get(LOCATION).filter(|_| is_redirect)?;
    let character = |byte: &u8| match byte {
        0..0x80 => char::from(*byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    Some(location.as_bytes().iter().map(character).collect())
}

/// Makes the request to the next hop. `next` has been vetted like the first URL.
pub(super) fn follow(
    mut request: HttpRequest,
    status: u16,
    next: VettedUrl,
) -> Result<HttpRequest, OpError> {
    if (request.url.scheme(), next.scheme()) == (Scheme::Https, Scheme::Http) {
        return Err(refuse("it leads from https to http"));
    }
    if becomes_get(status, &request.method) {
        request.method = Method::GET;
        request.body = Bytes::new();
        headers::leave_body(&mut request.headers);
    }
    if !request.url.same_origin(&next) {
        if !request.body.is_empty() {
            return Err(refuse("it would send the body to another origin"));
        }
        headers::leave_origin(&mut request.headers);
    }
    request.url = next;
    Ok(request)
}

/// Returns whether a redirect turns the request into a `GET`, as browsers do it: 303 always, 301
/// and 302 for `POST`.
fn becomes_get(status: u16, method: &Method) -> bool {
    let stays = *method == Method::GET || *method == Method::HEAD;
    !stays && (status == 303 || (matches!(status, 301 | 302) && *method == Method::POST))
}

pub(super) fn refuse(why: &str) -> OpError {
    OpError::new(ErrorCode::NetRedirect, format_args!("a redirect is not followed: {why}"))
}
