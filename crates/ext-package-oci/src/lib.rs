//! Packages of extensions in registries of the Open Container Initiative (OCI): whatever serves container
//! images serves them as well.
//!
//! ```text
//! NAMESPACE/NAME:VERSION          an artefact with the file of a package; its signature refers to it
//! extensions-index:v1             the releases of all extensions, each signed by its publisher
//! extensions-revocations:v1       versions that those who have them are to stop, signed by the registry
//! ```
//!
//! A registry is not trusted. A publisher's list of [`Releases`] names each version by the digest of its
//! artefact, counts up, and expires; the package is signed by the same key. So a registry can hide
//! something, and show the past for as long as that is not expired, to whoever has not seen more. A caller
//! keeps the numbers and keys that it has seen ([`Releases::check_fresh`]).
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use ext_net::AddressPolicy;
//! use ext_ops_http_hyper::HyperClient;
//! use ext_package_oci::{Client, Clients, Registry};
//!
//! let clients = Clients {
//!     registry: Arc::new(HyperClient::new(AddressPolicy::for_server_of_the_user(), &[])?),
//!     elsewhere: Arc::new(HyperClient::new(AddressPolicy::public_only(), &[])?),
//! };
//! let registry = Client::new(Registry::parse("registry.example.com")?, clients, None);
//! let name = "acme/notes".parse()?;
//! let found = registry.index()?.find(&name)?.ok_or("it is not there")?;
//! let newest = found.releases.newest().ok_or("it has no version")?;
//! let pulled = registry.pull(&name, newest, &found.publisher, &mut |_, _| {})?;
//! assert_eq!(pulled.package.publisher(), Some(&found.publisher));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Requests go through [`HttpClient`](ext_services::http::HttpClient), so there is no second client: one for
//! the registry, which the user named, and one for the servers that the registry names. The login goes to
//! the registry, and to no other server that the user did not name.
//!
//! # Not in this crate
//!
//! What was seen and installed before, and the files of packages (`spacedrive-core`); the form of packages
//! (`ext-package`); sockets and TLS (`ext-ops-http-hyper`).
#![forbid(unsafe_code)]

mod challenge;
mod client;
mod digest;
mod error;
mod index;
mod manifest;
mod names;
mod publish;
mod pull;
mod releases;
mod repository;
mod revocations;
mod session;
mod signed;

pub use client::Client;
pub use digest::Digest;
pub use error::OciError;
pub use index::Index;
pub use manifest::{PACKAGE, RELEASES, REVOCATIONS, SIGNATURE};
pub use names::{ExtensionName, Reference, Registry};
pub use publish::{Published, RevocationChange, Signing};
pub use pull::Pulled;
pub use releases::{Release, Releases, SignedReleases};
pub use revocations::{Revocation, Revocations, SignedRevocations};
pub use session::Clients;
pub use signed::Validity;
