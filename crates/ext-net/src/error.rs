//! The errors between this machine and a server.

use thiserror::Error;

use crate::AddressError;

/// A failure between this machine and a server, whatever the protocol. Messages name the host at most.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NetError {
    /// None of the host's addresses may be dialled.
    #[error("{host}: {reason}")]
    Address {
        /// The host.
        host: String,
        /// The reason.
        reason: AddressError,
    },
    /// The name has no address.
    #[error("{host} was not found: {reason}")]
    Dns {
        /// The host.
        host: String,
        /// The reason.
        reason: &'static str,
    },
    /// No address answered: nothing was sent.
    #[error("{host}: {reason}")]
    Unreachable {
        /// The host.
        host: String,
        /// The reason.
        reason: &'static str,
    },
    /// The connection broke, or the server uses another protocol.
    #[error("{host}: {reason}")]
    Connection {
        /// The host.
        host: String,
        /// The reason.
        reason: &'static str,
    },
    /// The TLS handshake failed.
    #[error("{host}: {reason}")]
    Tls {
        /// The host.
        host: String,
        /// The reason.
        reason: String,
    },
    /// The server did not answer in time.
    #[error("{host} did not answer in time")]
    Timeout {
        /// The host.
        host: String,
    },
}
