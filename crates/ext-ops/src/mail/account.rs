//! Mailboxes of calls: the server is vetted, then the credential is read.

use std::time::{Duration, Instant};

use ext_net::VettedUrl;
use ext_registry::{Context, OpError};
use ext_wire::ops::{
    credentials::Secret,
    mail::{MAX_USER_BYTES, Mailbox},
};

use super::text::check_text;
use crate::{
    bad_input::bad_input,
    credentials::{get_for, other_token_for, token_for},
    http::{pool, vetted},
};
use ext_services::{
    http::{HttpClient, ReceivedBytes},
    mail::{MailAccount, MailLogin},
};

/// Longest time for one call: enough for the largest message over a slow line.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Vets the server and reads the credential. Only the host sees the secret.
pub(super) async fn open(mailbox: &Mailbox, context: Context<'_>) -> Result<MailAccount, OpError> {
    let client = &**context.service::<dyn HttpClient>()?;
    let server = vetted(context, |reach| {
        VettedUrl::vet_mail_server(&mailbox.server, client.addresses(), reach)
    })?;
    let login = login(mailbox, &server, context).await?;
    let deadline = context.deadline().earliest(Instant::now() + TIMEOUT);
    let received = ReceivedBytes::default();
    Ok(MailAccount { server, login, pool: pool(context), deadline, received })
}

/// Returns the account with another token than the one that the server rejected; `None` when there is none.
pub(super) async fn reopened(
    account: MailAccount,
    mailbox: &Mailbox,
    context: Context<'_>,
) -> Result<Option<MailAccount>, OpError> {
    let MailLogin::Token { user, token } = &account.login else { return Ok(None) };
    let other = other_token_for(&mailbox.auth, &account.server, token, context).await?;
    let login = |token| MailLogin::Token { user: user.clone(), token };
    Ok(other.map(login).map(|login| MailAccount { login, ..account }))
}

async fn login(
    mailbox: &Mailbox,
    server: &VettedUrl,
    context: Context<'_>,
) -> Result<MailLogin, OpError> {
    let check = |user| check_text("a user", user, MAX_USER_BYTES);
    let user = mailbox.user.as_deref().map(check).transpose()?;
    match get_for(&mailbox.auth, server, context)?.secret {
        Secret::Basic { username, password } => {
            let user = user.unwrap_or(&username).to_owned();
            Ok(MailLogin::Password { user, password })
        }
        Secret::OAuth2(_) => {
            let user = user.ok_or_else(|| bad_input("with `oauth2` a mailbox needs its `user`"))?;
            let token = token_for(&mailbox.auth, server, context).await?;
            Ok(MailLogin::Token { user: user.to_owned(), token })
        }
        secret => {
            let kind = secret.kind();
            Err(bad_input(format!("a credential of kind `{kind}` opens no mailbox")))
        }
    }
}
