//! Connections that are used again, and how many there may be.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use ext_net::{JudgedUrl, Scheme};
use http_body_util::Full;
use hyper::client::conn::http1::SendRequest;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Most requests of one pool at the same time.
const MAX_REQUESTS: usize = 8;

/// Most idle connections of one pool.
const MAX_IDLE: usize = 8;

/// How long an idle connection is kept. Most servers close theirs after some minutes.
const MAX_IDLE_TIME: Duration = Duration::from_secs(30);

type Origin = (Scheme, String, u16);

/// The pools, one for each extension: what one leaves behind, no other finds.
#[derive(Default)]
pub(crate) struct Pools(Mutex<HashMap<String, Pool>>);

struct Pool {
    requests: Arc<Semaphore>,
    idle: Vec<Idle>,
}

struct Idle {
    origin: Origin,
    since: Instant,
    sender: SendRequest<Full<Bytes>>,
}

impl Pools {
    /// The right to send a request now; `None` when too many are under way.
    pub(crate) fn admit(&self, pool: &str) -> Option<OwnedSemaphorePermit> {
        let requests = self.with(pool, |pool| Arc::clone(&pool.requests));
        requests.try_acquire_owned().ok()
    }

    /// An idle connection to exactly this origin.
    pub(crate) fn take(&self, pool: &str, url: &JudgedUrl) -> Option<SendRequest<Full<Bytes>>> {
        let origin = origin(url);
        self.with(pool, |pool| {
            pool.idle
                .retain(|idle| idle.since.elapsed() < MAX_IDLE_TIME && !idle.sender.is_closed());
            let place = pool.idle.iter().rposition(|idle| idle.origin == origin)?;
            Some(pool.idle.remove(place).sender)
        })
    }

    /// Keeps a connection for the next request to its origin.
    pub(crate) fn keep(&self, pool: &str, url: &JudgedUrl, sender: SendRequest<Full<Bytes>>) {
        let idle = Idle { origin: origin(url), since: Instant::now(), sender };
        self.with(pool, |pool| {
            if pool.idle.len() >= MAX_IDLE {
                pool.idle.remove(0);
            }
            pool.idle.push(idle);
        });
    }

    fn with<T>(&self, name: &str, work: impl FnOnce(&mut Pool) -> T) -> T {
        let mut pools = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work(pools.entry(name.to_owned()).or_insert_with(|| Pool {
            requests: Arc::new(Semaphore::new(MAX_REQUESTS)),
            idle: Vec::new(),
        }))
    }
}

fn origin(url: &JudgedUrl) -> Origin {
    (url.scheme(), url.host(), url.port())
}
