//! HTTP requests over hyper and rustls that dial vetted addresses only.
//!
//! [`HyperClient`] sends one request at a time over HTTP/1.1 on what `ext-dial` connects
//! to. It knows no proxy, no cookies, no redirects, no HTTP/2 and no upgrades.
//!
//! It has a small runtime of its own; its futures may be awaited on any executor.
//!
//! ```no_run
//! use std::{sync::Arc, time::{Duration, Instant}};
//! use ext_net::{AddressPolicy, VettedUrl};
//! use ext_services::http::{HttpClient, HttpRequest};
//! use ext_ops_http_hyper::HyperClient;
//!
//! let client = HyperClient::new(AddressPolicy::public_only(), &[])?;
//! let granted = |_, host: &str, _| host == "example.com";
//! let request = HttpRequest {
//!     url: VettedUrl::vet("https://example.com/", client.addresses(), granted)?,
//!     method: http::Method::GET,
//!     headers: http::HeaderMap::new(),
//!     body: bytes::Bytes::new(),
//!     pool: "demo".into(),
//!     deadline: Instant::now() + Duration::from_secs(10),
//!     max_body_bytes: 1 << 20,
//!     scrubber: Arc::default(),
//!     received: Default::default(),
//! };
//! let response = pollster::block_on(client.send(request))?;
//! assert_eq!(response.status, 200);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not in this crate
//!
//! The policy for URLs and addresses (`ext-net`), and dialling (`ext-dial`); redirects, headers of the
//! caller and credentials (`ext-ops`).
#![forbid(unsafe_code)]

mod body;
mod client;
mod connect;
mod decode;
mod exchange;
mod failure;
mod hints;
mod transport;

pub use client::HyperClient;
