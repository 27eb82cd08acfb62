//! The operation `http.request`.

use std::{
    borrow::Cow,
    sync::Arc,
    time::{Duration, Instant},
};

use ext_net::VettedUrl;
use ext_registry::{Context, LibraryQuery, OpError, register, require_service};
use ext_wire::{
    ErrorCode,
    ops::http::{
        HttpMethod, MAX_REDIRECTS, MAX_REQUEST_BODY_BYTES, MAX_RESPONSE_BODY_BYTES, MAX_TIMEOUT_MS,
        Request, RequestInput, RequestOutput, ResponseHeader,
    },
};
use http::{HeaderMap, HeaderValue, Method, header::AUTHORIZATION};

use super::{
    budget::{self, Abandoned, charge_bytes, charge_received},
    caller::{pool, vetted, vetted_as},
    errors::{http_error, redirect_error},
    headers, redirect,
    revocation::while_granted,
};
use crate::{BuiltIn, bad_input::bad_input, credentials::attach};
use ext_services::http::{HttpClient, HttpRequest, HttpResponse};

require_service!("http", dyn HttpClient);

impl LibraryQuery<Request> for BuiltIn {
    async fn execute(input: RequestInput, context: Context<'_>) -> Result<RequestOutput, OpError> {
        let client = &**context.service::<dyn HttpClient>()?;
        let redirects = input.redirects;
        let auth = input.auth.clone();
        let mut request = prepare(input, client, context)?;
        let token = match &auth {
            Some(name) => attach::attach(&mut request, name, context).await?,
            None => None,
        };
        let (mut request, mut response) = run(request, redirects, client, context).await?;
        if let (Some(name), Some(token)) = (auth, token)
            && is_rejected(&request, &response)
            && attach::attach_other(&mut request, &name, &token, context).await?
        {
            (request, response) = run(request, redirects, client, context).await?;
        }
        Ok(answer(&request, response))
    }
}
register!(LibraryQuery<Request> for BuiltIn);

/// Returns whether the server did not accept the token (RFC 6750, section 3.1), so that nothing was done.
/// Many say no more than the status.
fn is_rejected(request: &HttpRequest, response: &HttpResponse) -> bool {
    response.status == 401 && request.headers.contains_key(AUTHORIZATION)
}

/// Checks all that can be checked before anything is dialled.
fn prepare(
    input: RequestInput,
    client: &dyn HttpClient,
    context: Context<'_>,
) -> Result<HttpRequest, OpError> {
    check_ranges(&input)?;
    let headers = headers::check(&input.headers)?;
    if input.auth.is_some() && headers.contains_key(AUTHORIZATION) {
        return Err(bad_input("give `auth` or a header `authorization`, not both"));
    }
    let url = vet(&input.url, client, context)?;
    let timeout = Duration::from_millis(input.timeout_ms.into());
    Ok(HttpRequest {
        url,
        method: method(input.method),
        headers,
        body: input.body.unwrap_or_default().into_bytes(),
        pool: pool(context),
        deadline: context.deadline().earliest(Instant::now() + timeout),
        max_body_bytes: input.max_body_bytes,
        scrubber: Arc::default(),
        received: Default::default(),
    })
}

fn check_ranges(input: &RequestInput) -> Result<(), OpError> {
    let body = input.body.as_ref().map_or(0, ext_wire::Blob::len);
    if body > MAX_REQUEST_BODY_BYTES {
        let message = format!("a body of {body} bytes, the limit is {MAX_REQUEST_BODY_BYTES}");
        return Err(OpError::new(ErrorCode::NetSize, message));
    }
    if body > 0 && matches!(input.method, HttpMethod::Get | HttpMethod::Head) {
        return Err(bad_input("GET and HEAD have no body"));
    }
    if !(1..=MAX_TIMEOUT_MS).contains(&input.timeout_ms) {
        return Err(bad_input(format!("`timeout_ms` is 1 to {MAX_TIMEOUT_MS}")));
    }
    if input.max_body_bytes > MAX_RESPONSE_BODY_BYTES {
        return Err(bad_input(format!("`max_body_bytes` is at most {MAX_RESPONSE_BODY_BYTES}")));
    }
    match input.redirects > MAX_REDIRECTS {
        true => Err(bad_input(format!("`redirects` is at most {MAX_REDIRECTS}"))),
        false => Ok(()),
    }
}

fn vet(text: &str, client: &dyn HttpClient, context: Context<'_>) -> Result<VettedUrl, OpError> {
    vetted(context, |reach| VettedUrl::vet(text, client.addresses(), reach))
}

/// Sends the request and follows redirects, each hop vetted like the first.
async fn run(
    mut request: HttpRequest,
    redirects: u8,
    client: &dyn HttpClient,
    context: Context<'_>,
) -> Result<(HttpRequest, HttpResponse), OpError> {
    let mut left = redirects;
    loop {
        charge_bytes(context, budget::of_request(&request))?;
        let abandoned = Abandoned { context, received: request.received.clone() };
        let answer = client.send(request.clone());
        let answer = while_granted(&request.url, answer, context).await?;
        let charged = charge_received(context, budget::of_answer(&answer, &request));
        drop(abandoned);
        let response = answer.map_err(http_error)?;
        charged?;
        let Some(target) = redirect::target(&response).filter(|_| redirects > 0) else {
            return Ok((request, response));
        };
        left = left.checked_sub(1).ok_or_else(|| redirect::refuse("there are too many"))?;
        let policy = client.addresses();
        let next =
            vetted_as(context, |reach| request.url.join(&target, policy, reach), redirect_error)?;
        request = redirect::follow(request, response.status, next)?;
    }
}

fn answer(request: &HttpRequest, response: HttpResponse) -> RequestOutput {
    let url = request.scrubber.scrub(request.url.as_str().as_bytes());
    RequestOutput {
        status: response.status,
        headers: texts(&response.headers),
        body: response.body.into(),
        url: String::from_utf8_lossy(&url).into_owned(),
    }
}

fn texts(headers: &HeaderMap) -> Vec<ResponseHeader> {
    let header = |(name, value): (&http::HeaderName, &HeaderValue)| {
        ResponseHeader::new(name.as_str(), &*text(value.as_bytes()))
    };
    headers.iter().map(header).collect()
}

/// Reads a value as UTF-8, or else as Latin-1, which HTTP had before.
fn text(value: &[u8]) -> Cow<'_, str> {
    let latin_1 = |_| value.iter().map(|byte| char::from(*byte)).collect::<String>().into();
    str::from_utf8(value).map_or_else(latin_1, Cow::Borrowed)
}

const fn method(method: HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Head => Method::HEAD,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Delete => Method::DELETE,
    }
}
