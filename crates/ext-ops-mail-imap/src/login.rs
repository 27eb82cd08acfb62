//! Logging in: SASL PLAIN (RFC 4616), `LOGIN` where there is nothing else, and XOAUTH2 as Google and
//! Microsoft have it (<https://developers.google.com/gmail/imap/xoauth2-protocol>).

use ext_services::mail::{MailError, MailLogin};
use imap_next::imap_types::{
    auth::{AuthMechanism, AuthenticateData},
    command::CommandBody,
    response::{Capability, Code, Data},
};
use zeroize::Zeroizing;

use crate::session::{Done, Session, Stream};

/// Abilities of a server, as far as they matter here.
#[derive(Debug, Default)]
struct Abilities {
    plain: bool,
    xoauth2: bool,
    login: bool,
    /// The first message of a mechanism may stand in the command (RFC 4959).
    initial: bool,
}

/// Logs in.
pub(crate) async fn login(
    session: &mut Session<impl Stream>,
    login: &MailLogin,
) -> Result<(), MailError> {
    let abilities = abilities(session).await?;
    let host = session.host().to_owned();
    let mechanism = move |mechanism| MailError::Mechanism { host, mechanism };
    let (kind, message) = match login {
        MailLogin::Password { user, password } if abilities.plain => {
            (AuthMechanism::Plain, format!("\0{user}\0{}", password.expose()))
        }
        MailLogin::Password { user, password } if abilities.login => {
            return with_command(session, user, password.expose()).await;
        }
        MailLogin::Password { .. } => return Err(mechanism("PLAIN")),
        MailLogin::Token { .. } if !abilities.xoauth2 => return Err(mechanism("XOAUTH2")),
        MailLogin::Token { user, token } => {
            let message = format!("user={user}\x01auth=Bearer {}\x01\x01", token.expose());
            (AuthMechanism::XOAuth2, message)
        }
    };
    authenticate(session, kind, Zeroizing::new(message), abilities.initial).await
}

async fn abilities(session: &mut Session<impl Stream>) -> Result<Abilities, MailError> {
    let mut abilities = Abilities { login: true, ..Abilities::default() };
    let mut take = |data| {
        if let Data::Capability(all) = data {
            all.as_ref().iter().for_each(|one| abilities.note(one));
        }
    };
    match session.run(CommandBody::Capability, &mut take).await? {
        Done::Ok { codes, .. } => {
            let told = codes.iter().filter_map(|code| match code {
                Code::Capability(all) => Some(all.as_ref()),
                _ => None,
            });
            told.flatten().for_each(|one| abilities.note(one));
            Ok(abilities)
        }
        Done::Refused { .. } => Err(session.broken("the server does not speak IMAP")),
    }
}

impl Abilities {
    fn note(&mut self, capability: &Capability<'_>) {
        match capability {
            Capability::Auth(AuthMechanism::Plain) => self.plain = true,
            Capability::Auth(AuthMechanism::XOAuth2) => self.xoauth2 = true,
            Capability::LoginDisabled => self.login = false,
            Capability::SaslIr => self.initial = true,
            _ => {}
        }
    }
}

async fn authenticate(
    session: &mut Session<impl Stream>,
    kind: AuthMechanism<'static>,
    message: Zeroizing<String>,
    initial: bool,
) -> Result<(), MailError> {
    let secret = || message.as_bytes().to_vec();
    let (command, mut unsent) = match initial {
        true => (CommandBody::authenticate_with_ir(kind, secret()), None),
        false => (CommandBody::authenticate(kind), Some(secret())),
    };
    // Asked again, a server tells why it refuses a token, and waits for an empty line.
    let mut asked = 0;
    let mut more = || {
        asked += 1;
        match unsent.take() {
            Some(secret) => AuthenticateData::r#continue(secret),
            None if asked < 3 => AuthenticateData::r#continue(Vec::new()),
            None => AuthenticateData::Cancel,
        }
    };
    let done = session.run_with(command, &mut |_| {}, &mut more).await?;
    accepted(session, &done)
}

async fn with_command(
    session: &mut Session<impl Stream>,
    user: &str,
    password: &str,
) -> Result<(), MailError> {
    let command = CommandBody::login(user.to_owned(), password.to_owned())
        .map_err(|_| MailError::BadInput("the login has characters that no server takes".into()))?;
    let done = session.run(command, &mut |_| {}).await?;
    accepted(session, &done)
}

fn accepted(session: &Session<impl Stream>, done: &Done) -> Result<(), MailError> {
    match done {
        Done::Ok { .. } => Ok(()),
        Done::Refused { for_now: true } => Err(session.broken("the server takes no login for now")),
        Done::Refused { .. } => Err(MailError::Login { host: session.host().to_owned() }),
    }
}
