//! Requests to the endpoints of a provider.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use ext_net::{UrlError, VettedUrl};
use ext_services::http::{HttpClient, HttpRequest};
use ext_wire::SecretText;
use http::{
    HeaderMap, HeaderValue, Method,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use thiserror::Error;
use url::form_urlencoded;
use zeroize::Zeroizing;

/// Longest wait for the provider.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Pool of connections of sign-ins and sign-outs.
pub(crate) const LOGIN_POOL: &str = "credentials";

/// Most bytes of a provider's answer.
const MAX_ANSWER_BYTES: u64 = 64 << 10;

/// Error of a request that cannot be sent.
#[derive(Debug, Error)]
pub(crate) enum EndpointError {
    #[error(transparent)]
    Url(#[from] UrlError),
    #[error("the client's secret has characters that a header cannot have")]
    ClientSecret,
}

/// An endpoint, and as whom it is asked.
pub(crate) struct Endpoint<'a> {
    /// The URL, vetted for the caller: the user, or an extension.
    pub(crate) url: VettedUrl,
    pub(crate) client_id: &'a str,
    pub(crate) client_secret: Option<&'a SecretText>,
    /// Pool of connections: one owner's slow endpoint holds up nobody else.
    pub(crate) pool: String,
}

/// Vets the URL of an endpoint that the user chose.
pub(crate) fn of_the_user(url: &str, client: &dyn HttpClient) -> Result<VettedUrl, EndpointError> {
    Ok(VettedUrl::vet(url, client.addresses(), |_, _, _| true)?)
}

impl Endpoint<'_> {
    /// Makes a form for this endpoint.
    pub(crate) fn request(self, fields: &[(&str, &str)]) -> Result<HttpRequest, EndpointError> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        match self.client_secret {
            None => drop(form.append_pair("client_id", self.client_id)),
            Some(secret) => drop(headers.insert(AUTHORIZATION, basic(self.client_id, secret)?)),
        }
        Ok(HttpRequest {
            url: self.url,
            method: Method::POST,
            headers,
            body: form.finish().into(),
            pool: self.pool,
            deadline: Instant::now() + TIMEOUT,
            max_body_bytes: MAX_ANSWER_BYTES,
            scrubber: Arc::default(),
            received: Default::default(),
        })
    }
}

/// Encodes id and secret for HTTP Basic (RFC 6749, section 2.3.1): both are form-encoded first.
fn basic(id: &str, secret: &SecretText) -> Result<HeaderValue, EndpointError> {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let secret = Zeroizing::new(encode(secret.expose()));
    let pair = Zeroizing::new(format!("{}:{}", encode(id), *secret));
    let value = Zeroizing::new(format!("Basic {}", STANDARD.encode(&*pair)));
    let mut value = HeaderValue::from_str(&value).map_err(|_| EndpointError::ClientSecret)?;
    value.set_sensitive(true);
    Ok(value)
}
