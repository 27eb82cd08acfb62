//! Limits of the server.

use std::time::Duration;

/// Largest body of a request of JSON-RPC, and largest message of a WebSocket, in bytes.
pub const MAX_REQUEST_BYTES: usize = 32 << 20;
/// Largest answer, in bytes.
pub const MAX_REPLY_BYTES: usize = 64 << 20;
/// Most calls in a batch.
pub const MAX_BATCH: u32 = 1_000;
/// Most subscriptions of a connection.
pub const MAX_SUBSCRIPTIONS: u32 = 64;
/// Most connections over the socket, and over the port, unless the configuration says otherwise.
pub const MAX_CONNECTIONS: usize = 64;
/// Most reads of subscriptions at the same time: each has a thread, and a connection to a database.
pub(crate) const MAX_READS: usize = 4;
/// Time without a request after which a connection gives way to a new one, when all places are taken.
pub(crate) const IDLE_TIME: Duration = Duration::from_secs(5);
/// Time for it to do so.
pub(crate) const GIVE_WAY_TIME: Duration = Duration::from_secs(1);
/// Time for the head of a request, also of the next one of a connection.
pub(crate) const HEAD_TIME: Duration = Duration::from_secs(30);
/// Time for the body of a request.
pub(crate) const BODY_TIME: Duration = Duration::from_secs(60);
/// Most bytes of a body that is too large which are taken nevertheless, before the answer.
pub(crate) const MAX_DISCARDED_BYTES: usize = 4 * MAX_REQUEST_BYTES;
/// Time for them.
pub(crate) const DISCARD_TIME: Duration = Duration::from_secs(5);
/// Time for a client to take some of an answer, before its connection is closed.
pub(crate) const WRITE_TIME: Duration = Duration::from_secs(60);
/// Time for a client to take a message of a subscription, before it is dropped.
pub(crate) const SEND_TIME: Duration = Duration::from_secs(30);
/// Time between two looks at the token of a client that takes a file.
pub(crate) const TOKEN_TIME: Duration = Duration::from_secs(1);
/// Time that calls have to end when the server ends.
pub(crate) const DRAIN_TIME: Duration = Duration::from_secs(10);
/// Messages that wait for one client.
pub(crate) const BUFFERED_MESSAGES: u32 = 64;
/// Time in which a code opens a session.
pub(crate) const CODE_TIME: Duration = Duration::from_secs(120);
/// Most codes that wait to be used.
pub(crate) const MAX_CODES: usize = 16;
/// Most sessions at the same time; the oldest ends for one more.
pub(crate) const MAX_SESSIONS: usize = 32;
/// Time without a call after which a session ends.
pub(crate) const SESSION_IDLE: Duration = Duration::from_secs(60 * 60);
/// Time after which a session ends in any case.
pub(crate) const SESSION_TIME: Duration = Duration::from_secs(24 * 60 * 60);
/// Time between two looks for sessions that are over.
pub(crate) const SWEEP: Duration = Duration::from_secs(30);
