//! TCP and TLS connections to vetted addresses only.
//!
//! [`Dialler`] resolves the vetted host once, vets each address, dials one of those that may be
//! dialled, and compares the peer with it. [`Tls`] makes the server prove that it is that host. There
//! is no other way to a socket in the host's clients, and no proxy.
//!
//! [`Pools`] keeps connections for the next call and bounds how many calls are under way.
//!
//! ```no_run
//! use ext_dial::{Dialler, Tls};
//! use ext_net::{AddressPolicy, VettedUrl};
//!
//! # async fn connect() -> Result<(), Box<dyn std::error::Error>> {
//! let dialler = Dialler::new(AddressPolicy::public_only());
//! let tls = Tls::new(&[], &[b"http/1.1"]);
//! let granted = |_, host: &str, _| host == "example.com";
//! let url = VettedUrl::vet("https://example.com/", dialler.policy(), granted)?;
//! let stream = tls.connect(&url, dialler.connect(&url, "demo").await?).await?;
//! # drop(stream);
//! # Ok(())
//! # }
//! ```
//!
//! It needs a tokio runtime with I/O and time around it; [`NetRuntime`] is one for a client of its own.
//!
//! # Not in this crate
//!
//! The policy for URLs and addresses (`ext-net`); the protocols on a connection
//! (`ext-ops-http-hyper`, `ext-ops-mail-imap`).
#![forbid(unsafe_code)]

mod dialler;
mod pools;
mod resolve;
mod runtime;
mod tls;

pub use dialler::{Dial, DialFuture, Dialler};
pub use pools::{ConnectionLimits, Pools};
pub use resolve::Resolve;
pub use runtime::{NetRuntime, Work};
pub use tls::{Tls, TlsStream};
