//! The side of the functions that a host implements.

use std::time::Duration;

use crate::Stream;

/// The host behind the functions.
pub trait Surroundings {
    /// Takes a line, at most [`MAX_LINE_BYTES`](crate::MAX_LINE_BYTES) (broken UTF-8 replaced),
    /// without its end; control characters as the guest wrote them.
    fn line(&mut self, stream: Stream, text: &str);

    /// Sleeps for the guest. May last as long as the guest asks for: it is the host that bounds it.
    ///
    /// # Errors
    /// [`End::Stopped`] when the guest shall not go on.
    fn sleep(&mut self, time: Duration) -> Result<(), End>;
}

/// The reason for which a guest ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It called `proc_exit` with this code.
    Exit(u32),
    /// The host ended it in a sleep.
    Stopped,
}
