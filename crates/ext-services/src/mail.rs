//! Readers of mailboxes.

use std::{fmt, time::Instant};

use bytes::Bytes;
use ext_net::{NetError, VettedUrl};
use ext_wire::{
    SecretText,
    ops::mail::{Folder, ListMessagesOutput},
};
use thiserror::Error;

use crate::{BoxFuture, http::ReceivedBytes};

/// A mailbox: its server and its login.
#[derive(Debug, Clone)]
pub struct MailAccount {
    /// The server.
    pub server: VettedUrl,
    /// The login there.
    pub login: MailLogin,
    /// Pool of sessions, by the caller on whose behalf the mailbox is read. Sessions are used again
    /// within one pool only, and counted by pool.
    pub pool: String,
    /// Time at which all of it must be over.
    pub deadline: Instant,
    /// The count of what came from the server, shared by the clones of the account.
    pub received: ReceivedBytes,
}

/// Login at a server.
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
    /// Shows the kind only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password { .. } => "Password",
            Self::Token { .. } => "Token",
        })
    }
}

/// Query for messages of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageQuery {
    /// The folder.
    pub folder: String,
    /// Only messages with a greater number than this.
    pub after: u32,
    /// Only messages that came on this day (`2026-01-31`) or later.
    pub since: Option<String>,
    /// Most messages to return.
    pub limit: u32,
}

/// One message of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRef {
    /// The folder.
    pub folder: String,
    /// The `UIDVALIDITY` that the folder must have.
    pub uid_validity: u32,
    /// The message's number.
    pub uid: u32,
    /// Most bytes of the message.
    pub max_bytes: u32,
}

/// Failure to read a mailbox. Messages hold nothing that the server sent.
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
    /// The server offers no login that fits the credential.
    #[error("{host} offers no login with {mechanism}")]
    Mechanism {
        /// The server.
        host: String,
        /// Mechanism of SASL: `"PLAIN"` or `"XOAUTH2"`.
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
    /// The folder was renumbered: numbers stand for other messages now.
    #[error("the folder was renumbered: its UIDVALIDITY is {now}, not {expected}")]
    Renumbered {
        /// The `UIDVALIDITY` that the caller has.
        expected: u32,
        /// The `UIDVALIDITY` of the folder.
        now: u32,
    },
    /// There is no message of this number (any more).
    #[error("there is no message {0}")]
    Message(u32),
    /// The message is there, and the server does not send it.
    #[error("{host} does not send the message {uid}")]
    Withheld {
        /// The server.
        host: String,
        /// The message.
        uid: u32,
    },
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

/// Future of an answer; the work stops when it is dropped.
pub type MailFuture<'a, T> = BoxFuture<'a, Result<T, MailError>>;

/// Reader of mailboxes, which changes nothing there. It connects with TLS only, to addresses that
/// were vetted.
pub trait MailReader: Send + Sync {
    /// Lists the folders that hold messages.
    fn folders(&self, account: MailAccount) -> MailFuture<'_, Vec<Folder>>;

    /// Lists messages of a folder, by number.
    fn messages(
        &self,
        account: MailAccount,
        query: MessageQuery,
    ) -> MailFuture<'_, ListMessagesOutput>;

    /// Fetches a message as it is.
    fn message(&self, account: MailAccount, message: MessageRef) -> MailFuture<'_, Bytes>;
}
