//! Pools of connections, and limits of the calls under way.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The bounds of each pool.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// Most calls at the same time.
    pub calls: usize,
    /// Most idle connections.
    pub idle: usize,
    /// Time for which an idle connection is of use; [`NetRuntime::sweep`](crate::NetRuntime::sweep)
    /// closes it within twice that time.
    pub idle_time: Duration,
}

/// Pools of connections, one for each owner: what one leaves behind, no other finds. `Key` says
/// what a connection can be used for.
pub struct Pools<Key, Connection> {
    limits: ConnectionLimits,
    pools: Mutex<HashMap<String, Pool<Key, Connection>>>,
}

struct Pool<Key, Connection> {
    calls: Arc<Semaphore>,
    idle: Vec<Idle<Key, Connection>>,
}

struct Idle<Key, Connection> {
    key: Key,
    since: Instant,
    connection: Connection,
}

impl<Key: PartialEq, Connection> Pools<Key, Connection> {
    /// Pools with these bounds.
    #[must_use]
    pub fn new(limits: ConnectionLimits) -> Self {
        Self { limits, pools: Mutex::default() }
    }

    /// Grants one call now; `None` when too many are under way.
    #[must_use]
    pub fn admit(&self, owner: &str) -> Option<OwnedSemaphorePermit> {
        let calls = self.with(owner, |pool| Arc::clone(&pool.calls));
        calls.try_acquire_owned().ok()
    }

    /// Takes an idle connection with exactly this key, the latest. Those that are too old or not
    /// usable any more are dropped.
    pub fn take(
        &self,
        owner: &str,
        key: &Key,
        is_usable: impl Fn(&Connection) -> bool,
    ) -> Option<Connection> {
        let oldest = self.limits.idle_time;
        self.with(owner, |pool| {
            pool.idle.retain(|idle| idle.since.elapsed() < oldest && is_usable(&idle.connection));
            let place = pool.idle.iter().rposition(|idle| idle.key == *key)?;
            Some(pool.idle.remove(place).connection)
        })
    }

    /// Keeps a connection for the next call with its key.
    pub fn keep(&self, owner: &str, key: Key, connection: Connection) {
        let idle = Idle { key, since: Instant::now(), connection };
        self.with(owner, |pool| {
            if pool.idle.len() >= self.limits.idle {
                pool.idle.remove(0);
            }
            pool.idle.push(idle);
        });
    }

    /// Drops the connections of all owners that are idle for too long, and with them what their keys
    /// hold, such as a password.
    pub fn sweep(&self) {
        let oldest = self.limits.idle_time;
        self.pools.lock().retain(|_, pool| {
            pool.idle.retain(|idle| idle.since.elapsed() < oldest);
            // Whoever calls, or is about to, has the count of calls as well.
            !pool.idle.is_empty() || Arc::strong_count(&pool.calls) > 1
        });
    }

    /// Sweeps from time to time, as long as the pools are there.
    pub(crate) async fn keep_swept(pools: Weak<Self>) {
        let sweep = |pools: Arc<Self>| {
            pools.sweep();
            pools.limits.idle_time
        };
        while let Some(pause) = pools.upgrade().map(sweep) {
            tokio::time::sleep(pause).await;
        }
    }

    fn with<T>(&self, owner: &str, work: impl FnOnce(&mut Pool<Key, Connection>) -> T) -> T {
        let mut pools = self.pools.lock();
        work(pools.entry(owner.to_owned()).or_insert_with(|| Pool {
            calls: Arc::new(Semaphore::new(self.limits.calls)),
            idle: Vec::new(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pools(idle_time: Duration) -> Pools<&'static str, u32> {
        Pools::new(ConnectionLimits { calls: 2, idle: 2, idle_time })
    }

    #[test]
    fn a_connection_is_for_its_owner_and_its_key() {
        let pools = pools(Duration::from_secs(60));
        pools.keep("finance", "a", 1);
        assert_eq!(pools.take("vault", &"a", |_| true), None);
        assert_eq!(pools.take("finance", &"b", |_| true), None);
        assert_eq!(pools.take("finance", &"a", |_| true), Some(1));
        assert_eq!(pools.take("finance", &"a", |_| true), None, "it is taken once");
    }

    #[test]
    fn the_oldest_make_room_and_what_is_of_no_use_goes() {
        let pools = pools(Duration::from_secs(60));
        (1..=3).for_each(|number| pools.keep("finance", "a", number));
        assert_eq!(pools.take("finance", &"a", |number| *number != 3), Some(2));
        assert_eq!(pools.take("finance", &"a", |_| true), None);
        let at_once = self::pools(Duration::ZERO);
        at_once.keep("finance", "a", 1);
        assert_eq!(at_once.take("finance", &"a", |_| true), None);
    }

    #[test]
    fn what_nobody_takes_goes_by_itself_and_with_it_its_key() {
        let limits = ConnectionLimits { calls: 1, idle: 2, idle_time: Duration::from_millis(20) };
        let (pools, runtime) = (Arc::new(Pools::new(limits)), crate::NetRuntime::new("t").unwrap());
        runtime.sweep(&pools);
        let (password, connection) = (Arc::new("secret"), Arc::new(1));
        let calls = pools.admit("finance");
        pools.keep("finance", Arc::clone(&password), Arc::clone(&connection));
        let until = Instant::now() + Duration::from_secs(10);
        while Arc::strong_count(&connection) + Arc::strong_count(&password) > 2 {
            assert!(Instant::now() < until, "it is kept");
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(calls.is_some() && pools.admit("finance").is_none(), "the call still counts");
        drop(calls);
        pools.sweep();
        assert!(pools.pools.lock().is_empty(), "an owner who calls nobody leaves nothing");
        assert!(pools.admit("finance").is_some());
    }

    #[test]
    fn call_02_calls_of_an_owner_are_bounded() {
        let pools = pools(Duration::from_secs(60));
        let first = pools.admit("finance");
        let second = pools.admit("finance");
        assert!(first.is_some() && second.is_some() && pools.admit("finance").is_none());
        assert!(pools.admit("vault").is_some());
        drop(first);
        assert!(pools.admit("finance").is_some());
    }
}
