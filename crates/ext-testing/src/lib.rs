//! Helpers for tests of several crates: servers on loopback, guests, archives, instances of schemas.
//!
//! ```
//! use std::{io::{Read, Write}, net::TcpStream};
//!
//! use ext_testing::{TestServer, answer};
//!
//! let server = TestServer::start(|_| answer("200 OK", "", b"hello"));
//! let mut stream = TcpStream::connect(server.address()).unwrap();
//! stream.write_all(b"GET /x HTTP/1.1\r\n\r\n").unwrap();
//! let mut got = [0; 17];
//! stream.read_exact(&mut got).unwrap();
//! assert_eq!(&got, b"HTTP/1.1 200 OK\r\n");
//! assert!(server.requests()[0].starts_with("GET /x"));
//! ```
//!
//! # Not in this crate
//!
//! Anything for other code than tests: failures are panics. The server knows as much of HTTP/1.1 as its
//! clients here send: no chunked bodies, no TLS.
#![forbid(unsafe_code)]

mod archive;
#[cfg(all(unix, feature = "dovecot"))]
pub mod dovecot;
mod guest;
pub mod mailboxes;
#[cfg(feature = "oci")]
pub mod oci;
#[cfg(feature = "oidc")]
pub mod oidc;
#[cfg(unix)]
mod read_only;
mod schema;
mod server;
mod web_socket;
#[cfg(feature = "sqlite")]
mod write_lock;

pub use archive::{archive, stored_archive};
pub use guest::{answering_guest, guest, small_guest};
#[cfg(unix)]
pub use read_only::ReadOnly;
pub use schema::{Instances, is_closed, objects};
pub use server::{TestServer, answer, body_of};
pub use web_socket::open_web_socket;
#[cfg(feature = "sqlite")]
pub use write_lock::WriteLock;
