//! One request and its answer.

use std::sync::Arc;

use bytes::Bytes;
use ext_net::NetError;
use ext_services::http::{HttpError, HttpRequest, HttpResponse};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, header};
use http_body_util::Full;
use hyper::body::Incoming;

use crate::{
    body,
    connect::{self, Sender},
    decode::Coding,
    failure,
    hints::Hints,
    transport::{Origin, Transport},
};

const USER_AGENT: HeaderValue =
    HeaderValue::from_static(concat!("spacedrive/", env!("CARGO_PKG_VERSION")));

/// Encodings that the decoder can undo.
const ACCEPT_ENCODING: HeaderValue = HeaderValue::from_static("gzip, deflate");

const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

/// Headers of an answer that are about the connection or the way the body was sent.
const HOP_BY_HOP: &[HeaderName] = &[
    header::CONNECTION,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::PROXY_AUTHENTICATE,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Sends the request and reads the answer, in the time that there is.
pub(crate) async fn run(
    transport: Arc<Transport>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let _permit = transport.pools.admit(&request.pool).ok_or(HttpError::Busy)?;
    let work = exchange(&transport, &request);
    let answer = tokio::time::timeout_at(request.deadline.into(), work).await;
    answer.unwrap_or_else(|_| Err(NetError::Timeout { host: request.url.host() }.into()))
}

async fn exchange(transport: &Transport, request: &HttpRequest) -> Result<HttpResponse, HttpError> {
    let (sender, response) = send(transport, request).await?;
    let response = read(request, response).await?;
    transport.pools.keep(&request.pool, origin(request), sender);
    Ok(response)
}

/// Sends on an idle connection if there is one, else on a new one. When an idle one turns out to be
/// closed, a new one is tried, unless the server may have acted on the request already.
async fn send(
    transport: &Transport,
    request: &HttpRequest,
) -> Result<(Sender, Response<Incoming>), HttpError> {
    let mut message = build(request)?;
    let mut hints = Hints::count(&mut message);
    let too_many = || {
        let reason = "too many informational answers";
        HttpError::from(NetError::Connection { host: request.url.host(), reason })
    };
    if let Some(mut sender) =
        transport.pools.take(&request.pool, &origin(request), |idle| !idle.is_closed())
    {
        let answer = hints.within(sender.try_send_request(message)).await;
        match answer.ok_or_else(too_many)? {
            Ok(response) => return Ok((sender, response)),
            Err(mut error) => {
                let safe = matches!(request.method, Method::GET | Method::HEAD);
                message = match error.take_message() {
                    Some(unsent) => unsent,
                    None if safe => build(request)?,
                    None => return Err(failure::describe(request, &error.into_error())),
                };
                hints = Hints::count(&mut message);
            }
        }
    }
    let mut sender =
        connect::connect(&transport.dialler, &transport.tls, &request.url, &request.pool).await?;
    let response = hints.within(sender.send_request(message)).await.ok_or_else(too_many)?;
    Ok((sender, response.map_err(|error| failure::describe(request, &error))?))
}

fn origin(HttpRequest { url, .. }: &HttpRequest) -> Origin {
    (url.scheme(), url.host(), url.port())
}

fn build(request: &HttpRequest) -> Result<Request<Full<Bytes>>, HttpError> {
    let internal = |error: &dyn std::fmt::Display| HttpError::Internal(error.to_string());
    let host = HeaderValue::from_str(&request.url.host_header());
    let mut message = Request::builder()
        .method(request.method.clone())
        .uri(request.url.path_and_query())
        .header(header::HOST, host.map_err(|error| internal(&error))?)
        .body(Full::new(request.body.clone()))
        .map_err(|error| internal(&error))?;
    let headers = message.headers_mut();
    headers.insert(header::USER_AGENT, USER_AGENT);
    // A part of an encoded body cannot be decoded (Fetch standard, HTTP-network-or-cache fetch).
    let is_part = request.headers.contains_key(header::RANGE);
    headers.insert(header::ACCEPT_ENCODING, if is_part { IDENTITY } else { ACCEPT_ENCODING });
    if request.body.is_empty() && has_body(&request.method) {
        headers.insert(header::CONTENT_LENGTH, 0.into());
    }
    for name in request.headers.keys().filter(|name| *name != header::HOST) {
        headers.remove(name);
        for value in request.headers.get_all(name) {
            headers.append(name.clone(), value.clone());
        }
    }
    Ok(message)
}

/// Returns whether requests of a method have a body, whose length is told also when it is empty (RFC 9110,
/// section 8.6).
const fn has_body(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

async fn read(
    request: &HttpRequest,
    response: Response<Incoming>,
) -> Result<HttpResponse, HttpError> {
    let (parts, incoming) = response.into_parts();
    request.received.add(size(&parts.headers));
    if parts.status == http::StatusCode::SWITCHING_PROTOCOLS {
        let reason = "the server switches to another protocol";
        return Err(NetError::Connection { host: request.url.host(), reason }.into());
    }
    failure::check_header(request, &parts.headers)?;
    let coding = Coding::of(request, parts.status, &parts.headers)?;
    let body = body::read(request, coding, incoming).await?;
    let status = parts.status.as_u16();
    Ok(HttpResponse { status, headers: scrubbed(request, &parts.headers), body })
}

fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}

fn scrubbed(request: &HttpRequest, headers: &HeaderMap) -> HeaderMap {
    let ends = |(name, _): &(&HeaderName, &HeaderValue)| !HOP_BY_HOP.contains(name);
    let scrub = |(name, value): (&HeaderName, &HeaderValue)| {
        let value = HeaderValue::from_bytes(&request.scrubber.scrub(value.as_bytes())).ok()?;
        Some((name.clone(), value))
    };
    let mut kept = HeaderMap::new();
    headers.iter().filter(ends).filter_map(scrub).for_each(|(name, value)| {
        kept.append(name, value);
    });
    kept
}
