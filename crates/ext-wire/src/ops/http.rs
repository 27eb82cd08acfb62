//! Operations that send requests to servers.

use std::fmt;

use super::{
    direction::{wire_input_with_constructor, wire_output},
    family::family,
};
use crate::Blob;

family! {
    "http", include_str!("http.md");

    /// Sends a request and returns the answer, whatever its status.
    ///
    /// Redirects are followed when every hop may be reached. The operation is a query, and yet a
    /// request such as a `POST` can change something at the server; a grant of it includes that.
    ///
    /// Errors: `E_DENIED_NET`; `E_NET_*`; `E_CRED_*`; `E_BUSY`.
    LibraryQuery Request = "query:http.request.v1", RequestInput => RequestOutput;
}

/// Most bytes of a request's body.
pub const MAX_REQUEST_BODY_BYTES: usize = 32 << 20;
/// Most bytes of a response's body, decoded; also the limit of [`RequestInput::max_body_bytes`].
pub const MAX_RESPONSE_BODY_BYTES: u64 = 48 << 20;
/// Most headers of a request.
pub const MAX_HEADERS: usize = 64;
/// Most bytes of all headers of a request, names and values.
pub const MAX_HEADER_BYTES: usize = 16 << 10;
/// Longest time of a request with its redirects, in milliseconds.
pub const MAX_TIMEOUT_MS: u32 = 300_000;
/// Most redirects that are followed.
pub const MAX_REDIRECTS: u8 = 10;

fn default_timeout() -> u32 {
    30_000
}

fn default_body() -> u64 {
    8 << 20
}

fn default_redirects() -> u8 {
    5
}

/// Method of a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum HttpMethod {
    /// The method `GET`.
    #[default]
    Get,
    /// The method `HEAD`.
    Head,
    /// The method `POST`.
    Post,
    /// The method `PUT`.
    Put,
    /// The method `PATCH`.
    Patch,
    /// The method `DELETE`.
    Delete,
}

/// A header of a request.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HttpHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A header of an answer. It is a type of its own, because it goes the other way.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResponseHeader {
    /// Its name, in lower case.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl HttpHeader {
    /// Makes a header.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

impl ResponseHeader {
    /// Makes a header.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

impl fmt::Debug for HttpHeader {
    /// Shows the name only: values can be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ({} bytes)", self.name, self.value.len())
    }
}

impl fmt::Debug for ResponseHeader {
    /// Shows the name only, as for [`HttpHeader`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ({} bytes)", self.name, self.value.len())
    }
}

wire_input_with_constructor! {
    /// Input of [`Request`].
    pub struct RequestInput {
        /// The method.
        #[serde(default)]
        pub method: HttpMethod,
        /// URL to request: `https://` or `http://`, at most 8 KiB, without a user.
        pub url: String,
        /// At most 64 headers, 16 KiB in all; those that the host sets itself are refused.
        #[serde(default)]
        pub headers: Vec<HttpHeader>,
        /// The body, at most 32 MiB; not for GET and HEAD.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub body: Option<Blob>,
        /// Name of a credential of this extension and library. The host attaches it, where the
        /// credential is for this host.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub auth: Option<String>,
        /// Time for everything, in milliseconds; 1 to 300000.
        #[serde(default = "default_timeout")]
        pub timeout_ms: u32,
        /// Most bytes of the answer's body, decoded; up to 48 MiB.
        #[serde(default = "default_body")]
        pub max_body_bytes: u64,
        /// Most redirects to follow, 0 to 10; 0 returns a redirect as it is.
        #[serde(default = "default_redirects")]
        pub redirects: u8,
    }
}

wire_output! {
    /// Output of [`Request`].
    pub struct RequestOutput {
        /// The status: 200 to 599.
        pub status: u16,
        /// Headers, in the order in which they came. A value that is not UTF-8 is read as Latin-1.
        pub headers: Vec<ResponseHeader>,
        /// The body, decoded; empty when there is none.
        pub body: Blob,
        /// URL that answered, after redirects.
        pub url: String,
    }
}

impl RequestInput {
    /// Makes a `GET`.
    pub fn get(url: impl Into<String>) -> Self {
        Self {
            method: HttpMethod::Get,
            url: url.into(),
            headers: Vec::new(),
            body: None,
            auth: None,
            timeout_ms: default_timeout(),
            max_body_bytes: default_body(),
            redirects: default_redirects(),
        }
    }

    /// Makes a `POST` with a body.
    pub fn post(url: impl Into<String>, media_type: &str, body: impl Into<Blob>) -> Self {
        let headers = vec![HttpHeader::new("content-type", media_type)];
        Self { method: HttpMethod::Post, headers, body: Some(body.into()), ..Self::get(url) }
    }

    /// Adds a credential that the host attaches.
    #[must_use]
    pub fn with_auth(mut self, name: impl Into<String>) -> Self {
        self.auth = Some(name.into());
        self
    }
}

impl RequestOutput {
    /// Returns the first value of a header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|header| header.name == name);
        found.map(|header| header.value.as_str())
    }
}

impl Default for RequestInput {
    /// Makes a `GET` whose URL is still to be set.
    fn default() -> Self {
        Self::get("")
    }
}
