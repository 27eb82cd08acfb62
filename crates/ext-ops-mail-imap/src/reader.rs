//! The client.

use std::{io, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use ext_dial::{ConnectionLimits, Dialler, NetRuntime, Pools, Tls, TlsStream};
use ext_net::{NetError, Scheme};
use ext_services::mail::{
    MailAccount, MailError, MailFuture, MailLogin, MailReader, MessageQuery, MessageRef,
};
use ext_wire::ops::mail::{Folder, ListMessagesOutput};

use crate::{commands, login, session, starttls};

/// Servers allow each user about ten sessions.
const POOLS: ConnectionLimits =
    ConnectionLimits { calls: 4, idle: 4, idle_time: Duration::from_secs(60) };

/// A session over TLS.
type Session = session::Session<TlsStream>;

/// Key of a session: a server, and a login there.
type Account = (String, MailLogin);

/// Reader of mailboxes over IMAP with TLS.
pub struct ImapReader {
    inner: Arc<Inner>,
    runtime: NetRuntime,
}

struct Inner {
    dialler: Dialler,
    tls: Tls,
    pools: Arc<Pools<Account, Session>>,
}

/// Work with a session, to come.
type SessionFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, MailError>> + Send + 'a>>;

impl ImapReader {
    /// Creates a client that reaches what the dialler lets through. It trusts the roots of the
    /// platform and `extra_roots`, certificates in DER.
    ///
    /// # Errors
    /// When its threads cannot be started.
    pub fn new(dialler: Dialler, extra_roots: &[Vec<u8>]) -> io::Result<Self> {
        let (runtime, pools) = (NetRuntime::new("mail")?, Arc::new(Pools::new(POOLS)));
        runtime.sweep(&pools);
        let inner = Inner { dialler, tls: Tls::new(extra_roots, &[]), pools };
        Ok(Self { inner: Arc::new(inner), runtime })
    }

    /// Works on the client's own runtime.
    fn run<T: Send + 'static>(
        &self,
        account: MailAccount,
        work: impl Fn(&mut Session) -> SessionFuture<'_, T> + Send + Sync + 'static,
    ) -> MailFuture<'_, T> {
        let inner = Arc::clone(&self.inner);
        let task = self.runtime.spawn(async move { inner.run(&account, &work).await });
        Box::pin(async move { task.await.unwrap_or_else(|ended| Err(MailError::Internal(ended))) })
    }
}

impl Inner {
    async fn run<T>(
        &self,
        account: &MailAccount,
        work: &(dyn Fn(&mut Session) -> SessionFuture<'_, T> + Send + Sync),
    ) -> Result<T, MailError> {
        let _permit = self.pools.admit(&account.pool).ok_or(MailError::Busy)?;
        let host = account.server.host();
        let answer = tokio::time::timeout_at(account.deadline.into(), self.work(account, work));
        answer.await.unwrap_or_else(|_| Err(NetError::Timeout { host }.into()))
    }

    /// Works with an idle session if there is one, else with a new one. When an idle one turns out to
    /// be closed, a new one is tried: reading twice does no harm.
    async fn work<T>(
        &self,
        account: &MailAccount,
        work: &(dyn Fn(&mut Session) -> SessionFuture<'_, T> + Send + Sync),
    ) -> Result<T, MailError> {
        let key = (account.server.origin(), account.login.clone());
        if let Some(mut session) = self.pools.take(&account.pool, &key, |_| true) {
            session.counted_for = account.received.clone();
            let result = work(&mut session).await;
            if !matches!(result, Err(MailError::Net(NetError::Connection { .. }))) {
                self.pools.keep(&account.pool, key, session);
                return result;
            }
        }
        let mut session = self.connect(account).await?;
        let result = work(&mut session).await;
        if !matches!(result, Err(MailError::Net(_))) {
            self.pools.keep(&account.pool, key, session);
        }
        result
    }

    async fn connect(&self, account: &MailAccount) -> Result<Session, MailError> {
        let stream = self.dialler.connect(&account.server, &account.pool).await?;
        let (host, received) = (account.server.host(), account.received.clone());
        let mut session = if account.server.scheme() == Scheme::Imap {
            let stream = starttls::ask(&host, stream).await?;
            Session::greeted(host, self.tls.connect(&account.server, stream).await?, received)
        } else {
            Session::start(host, self.tls.connect(&account.server, stream).await?, received).await?
        };
        login::login(&mut session, &account.login).await?;
        Ok(session)
    }
}

impl MailReader for ImapReader {
    fn folders(&self, account: MailAccount) -> MailFuture<'_, Vec<Folder>> {
        self.run(account, |session| Box::pin(commands::folders(session)))
    }

    fn messages(
        &self,
        account: MailAccount,
        query: MessageQuery,
    ) -> MailFuture<'_, ListMessagesOutput> {
        // Told before anything is dialled.
        if let Some(Err(error)) = query.since.as_deref().map(commands::day) {
            return Box::pin(std::future::ready(Err(error)));
        }
        let query = Arc::new(query);
        self.run(account, move |session| {
            let query = Arc::clone(&query);
            Box::pin(async move { commands::messages(session, &query).await })
        })
    }

    fn message(&self, account: MailAccount, message: MessageRef) -> MailFuture<'_, Bytes> {
        let message = Arc::new(message);
        self.run(account, move |session| {
            let message = Arc::clone(&message);
            Box::pin(async move { commands::message(session, &message).await })
        })
    }
}
