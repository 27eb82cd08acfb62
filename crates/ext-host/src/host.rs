//! The side of the boundary that an embedder implements.

use std::time::{Duration, Instant};

use bytes::Bytes;
use ext_abi::{AbiError, ErrorCode, LogLevel};
use uuid::Uuid;

/// A call of the guest, copied out of its memory.
#[derive(Debug)]
pub struct HostCall<'a> {
    /// The method, UTF-8, at most [`MAX_METHOD_BYTES`](ext_abi::limits::MAX_METHOD_BYTES); not yet
    /// known to be in the grammar.
    pub method: &'a str,
    /// The library, if the guest named one.
    pub library: Option<Uuid>,
    /// JSON or an attachment envelope, within its limit.
    pub payload: Bytes,
    /// The moment at which the guest's own call ends, and whatever is done for it with it; `None` when
    /// that lies beyond what a clock can say.
    pub deadline: Option<Instant>,
}

/// The answer to a call: a status and a body.
///
/// ```
/// use ext_host::{ErrorCode, Reply};
///
/// let reply = Reply::ok(b"{}".to_vec());
/// assert_eq!(reply, Reply { status: ErrorCode::OK, body: b"{}".to_vec() });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// [`ErrorCode::OK`], or the code of the error in the body.
    pub status: ErrorCode,
    /// JSON or an attachment envelope; for an error its error body.
    pub body: Vec<u8>,
}

impl Reply {
    /// Makes the reply of a call that succeeded.
    #[must_use]
    pub const fn ok(body: Vec<u8>) -> Self {
        Self { status: ErrorCode::OK, body }
    }
}

/// The host behind the guest's imports. A panic in here ends the guest's call with a fault.
pub trait Host: Send {
    /// Answers `spacedrive_call`. May block, until the deadline of the call at most; the guest's compute
    /// clock is paused meanwhile.
    fn call(&mut self, call: HostCall<'_>) -> Reply;

    /// Answers as [`call`](Self::call) does, but writes the body in place of what `out` holds and
    /// returns the status. `out` keeps its memory from call to call: a host that writes into it
    /// allocates nothing for a reply.
    fn call_into(&mut self, call: HostCall<'_>, out: &mut Vec<u8>) -> ErrorCode {
        let reply = self.call(call);
        *out = reply.body;
        reply.status
    }

    /// Takes a message of `spacedrive_log`: UTF-8 (broken sequences replaced), at most
    /// [`MAX_LOG_BYTES`](ext_abi::limits::MAX_LOG_BYTES), control characters as the guest sent them.
    fn log(&mut self, level: LogLevel, message: &str);

    /// Takes the start of a message that has `bytes` bytes, more than one may have; by default with a mark
    /// that says so.
    fn log_start(&mut self, level: LogLevel, start: &str, bytes: u32) {
        self.log(level, &format!("{start}… ({bytes} bytes)"));
    }

    /// Answers a call that broke a rule of the ABI before it could be answered.
    fn refuse(&mut self, error: &AbiError) -> Reply;

    /// Learns that the guest is about to sleep for at most that long; its compute clock is paused
    /// meanwhile.
    fn sleeps(&mut self, time: Duration) {
        let _ = time;
    }
}
