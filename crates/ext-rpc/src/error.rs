//! Errors of the server and of its client.

use std::{io, path::PathBuf};

use ext_wire::ErrorBody;

/// A server that cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another program serves this data folder.
    #[error("another program serves this data folder already, at {}", .socket.display())]
    Running {
        /// Its socket.
        socket: PathBuf,
    },
    /// Something that is no socket of ours stands where the socket belongs.
    #[error("{} is in the way of the socket: {why}", .path.display())]
    InTheWay {
        /// The path.
        path: PathBuf,
        /// The reason for which it is not replaced.
        why: &'static str,
    },
    /// An address that is reachable from elsewhere, without TLS.
    #[error("{0} is not a loopback address, and without TLS everybody in the network could listen")]
    NotLoopback(std::net::SocketAddr),
    /// A certificate or a key that cannot be used.
    #[error("{}: {problem}", .path.display())]
    Tls {
        /// The file.
        path: PathBuf,
        /// The problem, which says nothing of the key.
        problem: String,
    },
    /// A port of which no name is known.
    #[error("no client can call {0}: the names of this machine are not configured")]
    NoNames(std::net::SocketAddr),
    /// A file or a socket cannot be made.
    #[error("cannot use {}: {source}", .path.display())]
    Io {
        /// The path or the address.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

impl ServeError {
    pub(crate) fn io(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::Io { path: path.into(), source }
    }
}

/// A call that a client made in vain.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The answer of the operation.
    #[error("{0}")]
    Answer(ErrorBody),
    /// The connection failed: nobody listens, or the server ended meanwhile.
    #[error("the daemon does not answer: {0}")]
    Connection(io::Error),
    /// The server speaks another version of the protocol.
    #[error("the daemon has version {server} of the protocol, this program {client}")]
    Version {
        /// That of the server.
        server: String,
        /// That of this program.
        client: u32,
    },
}
