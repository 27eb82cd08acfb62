//! A conversation with a server that a test plays.

use ext_services::mail::{MailError, MailLogin, MessageQuery, MessageRef};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{commands, login::login, session::Session};

/// Logs in over `stream`, lists folders and messages, and fetches one.
///
/// # Errors
/// As the methods of [`ImapReader`](crate::ImapReader).
pub async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin + Send) -> Result<(), MailError> {
    let mut session = Session::start("imap.example.com".into(), stream, Default::default()).await?;
    let ada = MailLogin::Password { user: "ada".into(), password: "secret".into() };
    login(&mut session, &ada).await?;
    commands::folders(&mut session).await?;
    let query = MessageQuery { folder: "INBOX".into(), after: 0, since: None, limit: 10 };
    let listed = commands::messages(&mut session, &query).await?;
    let Some(first) = listed.messages.first() else { return Ok(()) };
    let (folder, uid_validity) = (query.folder, listed.uid_validity);
    let message = MessageRef { folder, uid_validity, uid: first.uid, max_bytes: 1 << 16 };
    commands::message(&mut session, &message).await.map(drop)
}
