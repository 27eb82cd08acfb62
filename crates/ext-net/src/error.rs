//! What goes wrong between here and a server.

use thiserror::Error;

use crate::AddressError;

/// What goes wrong between here and a server, whatever is spoken. Messages name the host at most.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NetError {
    /// None of the host's addresses may be dialled.
    #[error("{host}: {reason}")]
    Address {
        /// The host.
        host: String,
        /// Why not.
        reason: AddressError,
    },
    /// The name has no address.
    #[error("{host} was not found: {reason}")]
    Dns {
        /// The host.
        host: String,
        /// Why not.
        reason: &'static str,
    },
    /// No address answered, or the connection broke, or the other side speaks something else.
    #[error("{host}: {reason}")]
    Connection {
        /// The host.
        host: String,
        /// What happened.
        reason: &'static str,
    },
    /// The TLS handshake failed.
    #[error("{host}: {reason}")]
    Tls {
        /// The host.
        host: String,
        /// Why.
        reason: String,
    },
    /// It took too long.
    #[error("{host} did not answer in time")]
    Timeout {
        /// The host.
        host: String,
    },
}
