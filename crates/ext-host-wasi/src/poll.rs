//! `poll_oneoff`: sleeping, and descriptors that never block.

use std::time::Duration;

use ext_abi::{ByteLen, GuestMemory, GuestPtr};

use crate::{
    End, Errno, Surroundings,
    clock::{Clocks, RESOLUTION},
    descriptors::Descriptors,
    memory::{place, write_u32},
};

/// Most subscriptions of one call; a guest has three descriptors and a few timers.
const MAX_SUBSCRIPTIONS: u32 = 64;

const SUBSCRIPTION_BYTES: u32 = 48;
const EVENT_BYTES: u32 = 32;

/// The event type `clock`.
const CLOCK: u8 = 0;
/// The event types `fd_read` and `fd_write`.
const FD_READ: u8 = 1;
const FD_WRITE: u8 = 2;
/// The clock flag `subscription_clock_abstime`.
const ABSOLUTE: u16 = 1;

/// An event that the guest waits for.
struct Subscription {
    userdata: [u8; 8],
    kind: u8,
    /// Nanoseconds until it happens, or the error because of which it cannot.
    wait: Result<u64, Errno>,
}

/// Answers `poll_oneoff`.
pub(crate) fn poll(
    own: (&Clocks, &Descriptors),
    memory: &mut impl GuestMemory,
    args: [u32; 4],
    surroundings: &mut impl Surroundings,
) -> Result<Result<(), Errno>, End> {
    let subscriptions = match prepare(own, memory, args) {
        Ok(subscriptions) => subscriptions,
        Err(errno) => return Ok(Err(errno)),
    };
    let first = subscriptions.iter().map(Subscription::wait).min().unwrap_or(0);
    if first > 0 {
        surroundings.sleep(Duration::from_nanos(first))?;
    }
    Ok(answer(memory, args, &subscriptions, first))
}

/// Reads the subscriptions, and checks that the answer has its place.
fn prepare(
    (clocks, descriptors): (&Clocks, &Descriptors),
    memory: &impl GuestMemory,
    [from, to, count, at]: [u32; 4],
) -> Result<Vec<Subscription>, Errno> {
    let subscriptions = read(clocks, descriptors, memory, from, count)?;
    place(memory, to, count.saturating_mul(EVENT_BYTES))?;
    place(memory, at, 4)?;
    Ok(subscriptions)
}

/// Writes the events that happened within so many nanoseconds.
fn answer(
    memory: &mut impl GuestMemory,
    [_, to, _, at]: [u32; 4],
    subscriptions: &[Subscription],
    within: u64,
) -> Result<(), Errno> {
    let due = subscriptions.iter().filter(|subscription| subscription.wait() <= within);
    let events: Vec<u8> = due.flat_map(Subscription::event).collect();
    let bytes = ByteLen::of(&events)?.0;
    place(memory, to, bytes)?.write(memory, &events)?;
    write_u32(memory, at, bytes / EVENT_BYTES)
}

fn read(
    clocks: &Clocks,
    descriptors: &Descriptors,
    memory: &impl GuestMemory,
    from: u32,
    count: u32,
) -> Result<Vec<Subscription>, Errno> {
    if count == 0 || count > MAX_SUBSCRIPTIONS {
        return Err(Errno::INVAL);
    }
    let bytes = ByteLen(count * SUBSCRIPTION_BYTES);
    let list = memory.read_vec("subscriptions", GuestPtr(from), bytes, bytes.0)?;
    let (list, _) = list.as_chunks::<{ SUBSCRIPTION_BYTES as usize }>();
    list.iter().map(|bytes| Subscription::read(clocks, descriptors, bytes)).collect()
}

impl Subscription {
    fn read(
        clocks: &Clocks,
        descriptors: &Descriptors,
        bytes: &[u8; SUBSCRIPTION_BYTES as usize],
    ) -> Result<Self, Errno> {
        let [userdata, kind, what, timeout, _precision, flags] = eights(bytes);
        let kind = kind[0];
        let what = low(what);
        let absolute = u16::from_le_bytes([flags[0], flags[1]]) & ABSOLUTE != 0;
        let wait = match kind {
            CLOCK => wait(clocks, what, u64::from_le_bytes(timeout), absolute),
            FD_READ | FD_WRITE => descriptors.ensure_open(what).map(|()| 0),
            _ => return Err(Errno::INVAL),
        };
        Ok(Self { userdata, kind, wait })
    }

    /// Returns the nanoseconds until the event; an error is one that has happened already.
    fn wait(&self) -> u64 {
        self.wait.unwrap_or(0)
    }

    /// Makes the record of the event: user data, error, kind; no bytes to read or to write.
    fn event(&self) -> [u8; EVENT_BYTES as usize] {
        let error = self.wait.err().unwrap_or(Errno::SUCCESS).number().to_le_bytes();
        let head = [error[0], error[1], self.kind, 0, 0, 0, 0, 0];
        let mut event = [0; EVENT_BYTES as usize];
        let fields = self.userdata.iter().chain(&head);
        event.iter_mut().zip(fields).for_each(|(to, from)| *to = *from);
        event
    }
}

/// Returns the time of a timer, rounded up: clocks round down, so that a guest that reads one after it
/// slept never sees less than it asked for.
fn wait(clocks: &Clocks, id: u32, timeout: u64, absolute: bool) -> Result<u64, Errno> {
    let now = clocks.now(id)?;
    let wait = if absolute { timeout.saturating_sub(now) } else { timeout };
    Ok(wait.div_ceil(RESOLUTION).saturating_mul(RESOLUTION))
}

/// Splits a subscription into pieces of eight bytes, to which its fields are aligned.
fn eights(bytes: &[u8; SUBSCRIPTION_BYTES as usize]) -> [[u8; 8]; 6] {
    let mut eights = [[0; 8]; 6];
    let (chunks, _) = bytes.as_chunks::<8>();
    eights.iter_mut().zip(chunks).for_each(|(to, from)| *to = *from);
    eights
}

fn low([a, b, c, d, ..]: [u8; 8]) -> u32 {
    u32::from_le_bytes([a, b, c, d])
}
