//! Reading mailboxes.

use std::{fmt, future::Future, pin::Pin, time::Instant};

use bytes::Bytes;
use ext_net::{NetError, VettedUrl};
use ext_wire::{
    SecretText,
    ops::mail::{Folder, ListMessagesOutput},
};
use thiserror::Error;

/// Whose mailbox, and where.
#[derive(Debug, Clone)]
pub struct MailAccount {
    /// The server.
    pub server: VettedUrl,
    /// How to log in there.
    pub login: MailLogin,
    /// On whose behalf: sessions are used again within one pool only, and counted by pool.
    pub pool: String,
    /// When all of it must be over.
    pub deadline: Instant,
}

/// How to log in.
#[derive(Clone, PartialEq, Eq)]
pub enum MailLogin {
    /// User and password (SASL PLAIN).
    Password {
        /// The user.
        user: String,
        /// The password.
        password: SecretText,
    },
    /// A token of OAuth 2.0 (SASL XOAUTH2).
    Token {
        /// The user.
        user: String,
        /// The access token.
        token: SecretText,
    },
}

impl fmt::Debug for MailLogin {
    /// The kind only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password { .. } => "Password",
            Self::Token { .. } => "Token",
        })
    }
}

/// Which messages of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageQuery {
    /// The folder.
    pub folder: String,
    /// Only those with a greater number.
    pub after: u32,
    /// Only those that came on this day (`2026-01-31`) or later.
    pub since: Option<String>,
    /// Most to return.
    pub limit: u32,
}

/// One message of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRef {
    /// The folder.
    pub folder: String,
    /// What the folder's numbers have to be valid for.
    pub validity: u32,
    /// The message's number.
    pub uid: u32,
    /// Most bytes of the message.
    pub max_bytes: u32,
}

/// Why a mailbox was not read. Messages hold nothing of what the server said.
#[derive(Debug, Error)]
pub enum MailError {
    /// The server was not reached, or the connection broke.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The server does not accept the login.
    #[error("{host} does not accept the login")]
    Login {
        /// The server.
        host: String,
    },
    /// The server knows no way to log in that fits the credential.
    #[error("{host} offers no login with {mechanism}")]
    Mechanism {
        /// The server.
        host: String,
        /// `"PLAIN"` or `"XOAUTH2"`.
        mechanism: &'static str,
    },
    /// There is no such folder.
    #[error("there is no folder `{}` at {host}", folder.escape_debug())]
    Folder {
        /// The server.
        host: String,
        /// The folder.
        folder: String,
    },
    /// Numbers of messages stand for others now.
    #[error("the folder was renumbered: its validity is {now}, not {expected}; list it again")]
    Validity {
        /// What the caller has.
        expected: u32,
        /// What the folder has.
        now: u32,
    },
    /// There is no message of this number (any more).
    #[error("there is no message {0}")]
    Message(u32),
    /// The message is too large.
    #[error("the message is larger than {limit} bytes")]
    Size {
        /// The limit, in bytes.
        limit: u32,
    },
    /// The caller asked for something impossible.
    #[error("{0}")]
    BadInput(String),
    /// The pool has too many sessions.
    #[error("too many mailboxes are read at the same time")]
    Busy,
    /// The client itself failed.
    #[error("the mail client failed: {0}")]
    Internal(String),
}

/// An answer, to come. It may be awaited on any executor; the work stops when it is dropped.
pub type MailFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, MailError>> + Send + 'a>>;

/// Reads mailboxes, and changes nothing there. It connects with TLS only, to addresses that were
/// judged.
pub trait MailReader: Send + Sync {
    /// The folders that hold messages.
    fn folders(&self, account: MailAccount) -> MailFuture<'_, Vec<Folder>>;

    /// Messages of a folder, by number.
    fn messages(
        &self,
        account: MailAccount,
        wanted: MessageQuery,
    ) -> MailFuture<'_, ListMessagesOutput>;

    /// A message as it is.
    fn message(&self, account: MailAccount, message: MessageRef) -> MailFuture<'_, Bytes>;
}
