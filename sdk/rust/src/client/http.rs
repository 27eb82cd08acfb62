//! Requests to servers.

use ext_wire::{
    Blob,
    ops::http::{HttpHeader, HttpMethod, Request, RequestInput, RequestOutput},
};
use serde::{Serialize, de::DeserializeOwned};

use super::SpacedriveClient;
use crate::error::{Error, Result};

/// Requests to the servers that the manifest names, in `permissions.allowed_domains`:
/// [`SpacedriveClient::http`] returns it.
///
/// ```
/// use spacedrive_sdk::{ops::http, prelude::*, testing::FakeHost};
///
/// let host = FakeHost::new();
/// host.on::<http::Request>(|request| {
///     assert_eq!((request.url.as_str(), request.auth.as_deref()), ("https://api.example.com/", Some("key")));
///     let (status, headers, url) = (200, vec![], request.url);
///     Ok(http::RequestOutput { status, headers, body: br#"{"rate": 1.1}"#.to_vec().into(), url })
/// });
/// #[derive(serde::Deserialize)]
/// struct Rate {
///     rate: f64,
/// }
/// let client = host.client();
/// let rate: Rate = client.http().get("https://api.example.com/").auth("key").send()?.json()?;
/// assert_eq!(rate.rate, 1.1);
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Http<'a>(pub(super) &'a SpacedriveClient);

impl<'a> Http<'a> {
    /// Begins a `GET`.
    pub fn get(&self, url: impl Into<String>) -> RequestBuilder<'a> {
        self.request(HttpMethod::Get, url)
    }

    /// Begins a `POST`.
    pub fn post(&self, url: impl Into<String>) -> RequestBuilder<'a> {
        self.request(HttpMethod::Post, url)
    }

    /// Begins a `PUT`.
    pub fn put(&self, url: impl Into<String>) -> RequestBuilder<'a> {
        self.request(HttpMethod::Put, url)
    }

    /// Begins a `DELETE`.
    pub fn delete(&self, url: impl Into<String>) -> RequestBuilder<'a> {
        self.request(HttpMethod::Delete, url)
    }

    /// Begins a request of any method.
    pub fn request(&self, method: HttpMethod, url: impl Into<String>) -> RequestBuilder<'a> {
        let input = RequestInput { method, ..RequestInput::get(url) };
        RequestBuilder { client: self.0, input: Ok(input) }
    }

    /// Sends a request and returns the answer, whatever its status.
    ///
    /// # Errors
    /// [`ErrorCode::DeniedNet`](crate::ErrorCode::DeniedNet) for a host that the manifest does not name,
    /// the `E_NET_…` codes when there is no answer, the `E_CRED_…` codes for the credential that it
    /// names.
    pub fn send(&self, input: RequestInput) -> Result<Response> {
        self.0.call_op::<Request>(&input).map(Response)
    }
}

/// A request that is put together; [`send`](Self::send) sends it.
#[derive(Debug)]
#[must_use = "it is not sent yet"]
pub struct RequestBuilder<'a> {
    client: &'a SpacedriveClient,
    /// An error of a step before, which `send` returns.
    input: Result<RequestInput>,
}

impl RequestBuilder<'_> {
    /// Adds a header.
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(|input| input.headers.push(HttpHeader::new(name, value)))
    }

    /// Attaches a credential of this extension, which the host adds.
    pub fn auth(self, credential: impl Into<String>) -> Self {
        self.with(|input| input.auth = Some(credential.into()))
    }

    /// Sets the body.
    pub fn body(self, body: impl Into<Blob>) -> Self {
        self.with(|input| input.body = Some(body.into()))
    }

    /// Sets the body to the JSON of a value, and says so in a header.
    pub fn json(mut self, value: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => self.header("content-type", "application/json").body(body),
            Err(error) => {
                self.input = self.input.and(Err(error.into()));
                self
            }
        }
    }

    /// Sets the time for everything, in milliseconds.
    pub fn timeout_ms(self, millis: u32) -> Self {
        self.with(|input| input.timeout_ms = millis)
    }

    /// Sets the most bytes of the answer's body.
    pub fn max_body_bytes(self, bytes: u64) -> Self {
        self.with(|input| input.max_body_bytes = bytes)
    }

    /// Sets the most redirects to follow; 0 returns a redirect as it is.
    pub fn redirects(self, most: u8) -> Self {
        self.with(|input| input.redirects = most)
    }

    /// Sends it and returns the answer, whatever its status.
    ///
    /// # Errors
    /// As [`Http::send`]; that of [`json`](Self::json) for a value that JSON has no form for.
    pub fn send(self) -> Result<Response> {
        Http(self.client).send(self.input?)
    }

    fn with(mut self, change: impl FnOnce(&mut RequestInput)) -> Self {
        if let Ok(input) = &mut self.input {
            change(input);
        }
        self
    }
}

/// An answer of a server.
#[derive(Debug, Clone, PartialEq)]
pub struct Response(RequestOutput);

impl Response {
    /// Returns the status: 200 to 599.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.0.status
    }

    /// Returns whether the status is one of success.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.0.status, 200..=299)
    }

    /// Returns the answer when its status is one of success.
    ///
    /// # Errors
    /// [`ErrorCode::Net`](crate::ErrorCode::Net) with the status, otherwise.
    pub fn error_for_status(self) -> Result<Self> {
        if self.is_success() {
            return Ok(self);
        }
        let message = format_args!("the server answered with status {}", self.0.status);
        Err(Error::new(crate::ErrorCode::Net, message))
    }

    /// Returns the first value of a header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.header(name)
    }

    /// Returns the URL that answered, after redirects.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Returns the body.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.body.as_bytes()
    }

    /// Returns the body as text; bytes that are not UTF-8 become replacement characters.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// When it is not the JSON of a `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        let read = serde_json::from_slice(self.bytes());
        read.map_err(|error| Error::from(error).context("the body of the answer"))
    }

    /// Returns the answer as it came.
    #[must_use]
    pub fn into_inner(self) -> RequestOutput {
        self.0
    }
}
