//! Sessions that are used again, and how many there may be.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use ext_dial::TlsStream;
use ext_ops::services::mail::{MailAccount, MailLogin};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::session;

/// A session over TLS.
pub(crate) type Session = session::Session<TlsStream>;

/// Most calls of one pool at the same time. Servers allow each user about ten sessions.
const MAX_CALLS: usize = 4;

/// Most idle sessions of one pool.
const MAX_IDLE: usize = 4;

/// How long an idle session is kept. It ends with the next call after that, or with the program.
const MAX_IDLE_TIME: Duration = Duration::from_secs(60);

/// The pools, one for each extension: what one leaves behind, no other finds.
#[derive(Default)]
pub(crate) struct Pools(Mutex<HashMap<String, Pool>>);

struct Pool {
    calls: Arc<Semaphore>,
    idle: Vec<Idle>,
}

struct Idle {
    server: String,
    login: MailLogin,
    since: Instant,
    session: Session,
}

impl Pools {
    /// The right to one call now; `None` when too many are under way.
    pub(crate) fn admit(&self, pool: &str) -> Option<OwnedSemaphorePermit> {
        let calls = self.with(pool, |pool| Arc::clone(&pool.calls));
        calls.try_acquire_owned().ok()
    }

    /// An idle session with exactly this login.
    pub(crate) fn take(&self, account: &MailAccount) -> Option<Session> {
        let server = account.server.origin();
        self.with(&account.pool, |pool| {
            pool.idle.retain(|idle| idle.since.elapsed() < MAX_IDLE_TIME);
            let fits = |idle: &Idle| idle.server == server && idle.login == account.login;
            let place = pool.idle.iter().rposition(fits)?;
            Some(pool.idle.remove(place).session)
        })
    }

    /// Keeps a session for the next call with its login.
    pub(crate) fn keep(&self, account: &MailAccount, session: Session) {
        let (server, login) = (account.server.origin(), account.login.clone());
        let idle = Idle { server, login, since: Instant::now(), session };
        self.with(&account.pool, |pool| {
            if pool.idle.len() >= MAX_IDLE {
                pool.idle.remove(0);
            }
            pool.idle.push(idle);
        });
    }

    fn with<T>(&self, name: &str, work: impl FnOnce(&mut Pool) -> T) -> T {
        let mut pools = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work(pools.entry(name.to_owned()).or_insert_with(|| Pool {
            calls: Arc::new(Semaphore::new(MAX_CALLS)),
            idle: Vec::new(),
        }))
    }
}
