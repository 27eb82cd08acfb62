//! `poll_oneoff`: that of `wasmer-wasix` takes a timeout of 0 for one without end.

use std::time::Duration;

use wasmer::FunctionEnvMut;

use super::{BADF, FAULT, INVAL, Preview1, SUCCESS, write};
use crate::clocks::Clocks;

/// Most subscriptions of one call.
const MAX_SUBSCRIPTIONS: u32 = 1024;
/// Bytes of a subscription, and of an event.
const SUBSCRIPTION: usize = 48;
const EVENT: usize = 32;

/// The wish of a guest to hear of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subscription {
    /// Of the end of this time.
    Clock(Duration),
    /// Of a descriptor: files are always ready. The tag says which of reading and writing.
    Ready(u8),
}

impl Subscription {
    fn read(bytes: &[u8; SUBSCRIPTION], clocks: &Clocks) -> Result<Self, i32> {
        let word = |at: usize| {
            let word = bytes.get(at..).and_then(<[u8]>::first_chunk);
            word.copied().map_or(0, u64::from_le_bytes)
        };
        let id = (word(16) & u64::from(u32::MAX)) as u32;
        match word(8) & 0xff {
            0 => {
                let now = clocks.now(id).ok_or(INVAL)?;
                let time = Duration::from_nanos(word(24));
                let is_moment = word(40) & 1 == 1;
                Ok(Self::Clock(if is_moment { time.saturating_sub(now) } else { time }))
            }
            tag @ (1 | 2) if id <= MAX_SUBSCRIPTIONS => Ok(Self::Ready(tag as u8)),
            1 | 2 => Err(BADF),
            _ => Err(INVAL),
        }
    }

    const fn tag(self) -> u8 {
        match self {
            Self::Clock(_) => 0,
            Self::Ready(tag) => tag,
        }
    }
}

/// Answers at once where there is a descriptor; else sleeps until the first clock.
pub(super) fn poll_oneoff(
    env: FunctionEnvMut<'_, Preview1>,
    subscriptions: u32,
    out: u32,
    count: u32,
    made: u32,
) -> i32 {
    let wanted = match subscribed(&env, subscriptions, count) {
        Ok(wanted) => wanted,
        Err(errno) => return errno,
    };
    let is_file = |(_, it): &(u64, Subscription)| matches!(it, Subscription::Ready(_));
    let first = wanted.iter().filter_map(|(_, it)| match it {
        Subscription::Clock(time) => Some(*time),
        Subscription::Ready(_) => None,
    });
    let wait =
        if wanted.iter().any(is_file) { Duration::ZERO } else { first.min().unwrap_or_default() };
    env.data().tasks.sleep(wait);
    let happened = wanted.iter().filter(|(_, it)| match it {
        Subscription::Clock(time) => *time <= wait,
        Subscription::Ready(_) => true,
    });
    let mut events = Vec::new();
    for (user, it) in happened {
        events.extend(event(*user, it.tag()));
    }
    let number = u32::try_from(events.len() / EVENT).unwrap_or(0);
    match write(&env, out.into(), &events) {
        SUCCESS => write(&env, made.into(), &number.to_le_bytes()),
        errno => errno,
    }
}

/// Reads the subscriptions, each with the number that its event carries.
fn subscribed(
    env: &FunctionEnvMut<'_, Preview1>,
    at: u32,
    count: u32,
) -> Result<Vec<(u64, Subscription)>, i32> {
    if count == 0 || count > MAX_SUBSCRIPTIONS {
        return Err(INVAL);
    }
    let memory = env.data().memory.as_ref().ok_or(FAULT)?.view(env);
    let read = |index: u32| {
        let mut bytes = [0; SUBSCRIPTION];
        let place = u64::from(at) + u64::from(index) * SUBSCRIPTION as u64;
        memory.read(place, &mut bytes).map_err(|_| FAULT)?;
        let user = bytes.first_chunk().copied().map_or(0, u64::from_le_bytes);
        Ok((user, Subscription::read(&bytes, &env.data().clocks)?))
    };
    (0..count).map(read).collect()
}

/// Makes an event of success; a file that is ready has a byte to read.
fn event(user: u64, tag: u8) -> [u8; EVENT] {
    let parts = [user.to_le_bytes(), u64::from(tag).wrapping_shl(16).to_le_bytes()];
    let rest = [u64::from(tag != 0).to_le_bytes(), [0; 8]];
    let mut event = [0; EVENT];
    let bytes = parts.into_iter().chain(rest).flatten();
    event.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
    event
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subscription(tag: u8, id: u32, timeout: u64, flags: u16) -> [u8; SUBSCRIPTION] {
        let mut bytes = [0; SUBSCRIPTION];
        bytes[8] = tag;
        bytes[16..20].copy_from_slice(&id.to_le_bytes());
        bytes[24..32].copy_from_slice(&timeout.to_le_bytes());
        bytes[40..42].copy_from_slice(&flags.to_le_bytes());
        bytes
    }

    /// CPython's `selectors` polls with a timeout of 0 and must not wait for ever.
    #[test]
    fn a_timeout_of_nothing_is_no_time() {
        let read = |bytes| Subscription::read(&bytes, &Clocks::new());
        assert_eq!(read(subscription(0, 1, 0, 0)), Ok(Subscription::Clock(Duration::ZERO)));
        assert_eq!(read(subscription(0, 0, 5, 1)), Ok(Subscription::Clock(Duration::ZERO)));
        let minute = 60_000_000_000;
        assert_eq!(
            read(subscription(0, 1, minute, 0)),
            Ok(Subscription::Clock(Duration::from_secs(60)))
        );
    }

    #[test]
    fn subscriptions_that_make_no_sense_are_errors() {
        let read = |bytes| Subscription::read(&bytes, &Clocks::new());
        assert_eq!(read(subscription(3, 0, 0, 0)), Err(INVAL));
        assert_eq!(read(subscription(0, 9, 0, 0)), Err(INVAL));
        assert_eq!(read(subscription(1, u32::MAX, 0, 0)), Err(BADF));
        assert_eq!(read(subscription(2, 1, 0, 0)), Ok(Subscription::Ready(2)));
    }

    #[test]
    fn an_event_has_its_fields_where_preview_1_has_them() {
        let event = event(7, 2);
        assert_eq!((event[0], event[10], event[16]), (7, 2, 1));
        assert_eq!(event.iter().filter(|byte| **byte != 0).count(), 3);
    }
}
