//! The places for connections, of which there are so many and no more.
//!
//! The socket and the port have places of their own, so that nobody on a port keeps the user out. When
//! all are taken, one that nobody calls over gives way to a new one: else a program that opens
//! connections and sends nothing would keep all others out.

use std::{
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::limits::{GIVE_WAY_TIME, IDLE_TIME};

/// The connections that come in by one way.
pub(crate) struct Connections {
    most: usize,
    places: Arc<Semaphore>,
    taken: Mutex<Vec<Weak<Place>>>,
}

impl Connections {
    pub(crate) fn up_to(most: usize) -> Self {
        Self { most, places: Arc::new(Semaphore::new(most)), taken: Mutex::default() }
    }

    /// Takes a place; `None` when all are taken.
    pub(crate) fn take(&self) -> Option<Arc<Place>> {
        Some(self.seat(Arc::clone(&self.places).try_acquire_owned().ok()?))
    }

    /// Asks the connection to give way that was idle for the longest time; false when none was for long
    /// enough. Each is asked once, so that no more new ones wait than there are places.
    pub(crate) fn make_room(&self) -> bool {
        let mut taken = self.taken.lock();
        taken.retain(|place| place.strong_count() > 0);
        let idle = taken.iter().filter_map(Weak::upgrade);
        let idle = idle.filter_map(|place| Some((place.idle_for()?, place)));
        let longest = idle.max_by_key(|(time, _)| *time).filter(|(time, _)| *time >= IDLE_TIME);
        longest.is_some_and(|(_, place)| place.give_way())
    }

    /// Takes a place that becomes free soon.
    pub(crate) async fn take_soon(&self) -> Option<Arc<Place>> {
        let place = Arc::clone(&self.places).acquire_owned();
        Some(self.seat(tokio::time::timeout(GIVE_WAY_TIME, place).await.ok()?.ok()?))
    }

    /// Tells whether there is no connection any more.
    pub(crate) fn are_over(&self) -> bool {
        self.places.available_permits() == self.most
    }

    fn seat(&self, permit: OwnedSemaphorePermit) -> Arc<Place> {
        let place =
            Arc::new(Place { state: Mutex::default(), left: Notify::new(), _permit: permit });
        self.taken.lock().push(Arc::downgrade(&place));
        place
    }
}

/// The place of a connection, which is free again when this is dropped.
pub(crate) struct Place {
    state: Mutex<State>,
    left: Notify,
    _permit: OwnedSemaphorePermit,
}

struct State {
    /// Requests that are being answered, and WebSockets.
    running: u32,
    /// Number of requests so far.
    requests: u64,
    /// The time since which nothing runs.
    since: Instant,
    /// True when it was asked to give way.
    gives_way: bool,
}

impl Default for State {
    fn default() -> Self {
        Self { running: 0, requests: 0, since: Instant::now(), gives_way: false }
    }
}

impl Place {
    /// Begins a request, which lasts as long as what is returned.
    pub(crate) fn begin(self: &Arc<Self>) -> InUse {
        let mut state = self.state.lock();
        state.running += 1;
        state.requests += 1;
        InUse(Arc::clone(self))
    }

    /// Waits until the connection is to give way.
    pub(crate) async fn left(&self) {
        self.left.notified().await;
    }

    /// Tells whether no request has ever come.
    pub(crate) fn is_unused(&self) -> bool {
        self.state.lock().requests == 0
    }

    fn idle_for(&self) -> Option<Duration> {
        let state = self.state.lock();
        (state.running == 0 && !state.gives_way).then(|| state.since.elapsed())
    }

    fn give_way(&self) -> bool {
        let mut state = self.state.lock();
        let asked = state.running == 0 && !std::mem::replace(&mut state.gives_way, true);
        if asked {
            self.left.notify_one();
        }
        asked
    }
}

/// A request that is being answered, or a WebSocket.
pub(crate) struct InUse(Arc<Place>);

impl Drop for InUse {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.running = state.running.saturating_sub(1);
        state.since = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lets a place be idle for so long.
    fn idle(place: &Place, time: Duration) {
        place.state.lock().since = Instant::now() - time;
    }

    #[tokio::test]
    async fn the_one_that_is_idle_for_the_longest_time_gives_way_once() {
        let connections = Connections::up_to(3);
        let places = [(); 3].map(|()| connections.take().unwrap());
        assert!(connections.take().is_none() && !connections.make_room(), "none is idle for long");
        let in_use = places[0].begin();
        idle(&places[0], IDLE_TIME * 3);
        idle(&places[1], IDLE_TIME);
        idle(&places[2], IDLE_TIME * 2);
        assert!(connections.make_room());
        places[2].left().await;
        assert!(connections.make_room());
        places[1].left().await;
        assert!(!connections.make_room(), "one is in use, and the others were asked");
        let [first, second, _third] = places;
        drop(second);
        let soon = connections.take_soon().await.unwrap();
        assert!(soon.is_unused() && !first.is_unused());
        drop((in_use, first, soon));
    }

    #[tokio::test]
    async fn a_place_is_taken_as_long_as_it_is_in_use() {
        let connections = Connections::up_to(1);
        let in_use = connections.take().unwrap().begin();
        assert!(connections.take().is_none() && !connections.are_over());
        drop(in_use);
        assert!(connections.are_over() && connections.take().is_some());
    }
}
