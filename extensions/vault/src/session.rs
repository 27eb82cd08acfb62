//! Vaults that are unlocked in this instance, for some minutes after their last use.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use spacedrive_sdk::Uuid;

use crate::keyring::{Header, Keyring};

thread_local! {
    static OPEN: RefCell<HashMap<Option<Uuid>, Session>> = RefCell::default();
}

/// An unlocked vault.
struct Session {
    /// The header that was opened: another password ends the session.
    header: Header,
    keyring: Keyring,
    stays: Duration,
    used: SystemTime,
}

impl Session {
    /// Returns how long it stays; `None` when it is over, or when the clock was put back.
    fn left(&self, now: SystemTime) -> Option<Duration> {
        self.stays.checked_sub(now.duration_since(self.used).ok()?).filter(|left| !left.is_zero())
    }
}

/// Unlocks the vault of a library until it is not used for so long.
pub(crate) fn begin(library: Option<Uuid>, header: Header, keyring: Keyring, stays: Duration) {
    let session = Session { header, keyring, stays, used: SystemTime::now() };
    OPEN.with_borrow_mut(|open| open.insert(library, session));
}

/// Returns the keys of an unlocked vault, which stays unlocked from now on.
pub(crate) fn keyring(library: Option<Uuid>, header: &Header) -> Option<Keyring> {
    let now = SystemTime::now();
    lock_expired(now);
    OPEN.with_borrow_mut(|open| {
        let session = open.get_mut(&library).filter(|session| session.header == *header)?;
        session.used = now;
        Some(session.keyring.clone())
    })
}

/// Returns how long the vault of a library stays unlocked; `None` when it is locked.
pub(crate) fn left(library: Option<Uuid>) -> Option<Duration> {
    let now = SystemTime::now();
    lock_expired(now);
    OPEN.with_borrow(|open| open.get(&library)?.left(now))
}

/// Locks the vault of a library; tells whether it was unlocked.
pub(crate) fn end(library: Option<Uuid>) -> bool {
    OPEN.with_borrow_mut(|open| open.remove(&library)).is_some()
}

/// Forgets the keys of vaults that were not used for too long.
fn lock_expired(now: SystemTime) {
    OPEN.with_borrow_mut(|open| open.retain(|_, session| session.left(now).is_some()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_after_its_time_and_when_the_clock_goes_back() {
        let (header, keyring) = Header::create(&"m".into()).unwrap();
        let (stays, now) = (Duration::from_secs(60), SystemTime::now());
        let session = Session { header, keyring, stays, used: now };
        let left = |later: u64| session.left(now + Duration::from_secs(later));
        assert_eq!(left(59), Some(Duration::from_secs(1)));
        assert_eq!(left(60), None);
        assert_eq!(session.left(now - Duration::from_secs(1)), None);
    }
}
