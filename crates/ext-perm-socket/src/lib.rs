//! A permission backend that asks a decision service of your own, behind a Unix socket.
//!
//! One question and one answer a line, JSON, over a Unix socket:
//!
//! ```text
//! → {"id":7,"extension":"finance","method":"query:ai.ocr.v1","kind":"query","name":"ai.ocr",
//!    "version":1,"library":"018f…","target":{"entry":"mails/a.eml"},"at":"2027-01-31T08:30:00Z"}
//! ← {"id":7,"allow":false,"reason":"not on weekends"}
//! ```
//!
//! But for `id`, a question is a [`Question`] of `ext-perm`. `reason` may be left out.
//!
//! It fails closed: a service that is unavailable, late, or answers anything else, denies
//! ([`DenialReason::Backend`]). A decision waits for the service, so it takes as long as the service;
//! the laws of [`PermissionBackend`] hold as far as the service keeps them.
//!
//! ```no_run
//! use std::{path::Path, time::Duration};
//! use ext_perm::{All, ManifestBackend, PermissionBackend};
//! use ext_perm_socket::SocketBackend;
//!
//! # fn backend(manifest: &ext_manifest::Manifest) -> All {
//! let service = SocketBackend::new(Path::new("/run/decide.sock"), Duration::from_millis(200));
//! All::new("permissions", vec![Box::new(ManifestBackend::new(manifest)), Box::new(service)])
//! # }
//! ```
//!
//! # Not in this crate
//!
//! The service, and transports other than Unix sockets, which file permissions protect.
#![forbid(unsafe_code)]
#![cfg(unix)]

use std::{
    io::{self, Read, Write},
    os::{fd::OwnedFd, unix::net::UnixStream},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use ext_perm::{DenialReason, PermissionBackend, Principal, Question, Reason, Request, Response};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use socket2::{Domain, SockAddr, Socket, Type};

/// The name of the backend in messages, details of errors and the audit log, whose records keep it.
const NAME: &str = "external";

/// The longest answer, in bytes.
const MAX_ANSWER: usize = 16 << 10;

/// The number of connections that are kept for the next question.
const IDLE: usize = 8;

/// A backend that asks a service about every call.
pub struct SocketBackend {
    socket: PathBuf,
    deadline: Duration,
    idle: Mutex<Vec<UnixStream>>,
    next: AtomicU64,
}

#[derive(Serialize)]
struct Numbered<'a> {
    id: u64,
    #[serde(flatten)]
    question: Question<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    id: u64,
    allow: bool,
    reason: Option<String>,
}

impl SocketBackend {
    /// Creates a backend that asks the service behind `socket` and waits up to `deadline` for each
    /// answer.
    #[must_use]
    pub fn new(socket: &Path, deadline: Duration) -> Self {
        let (idle, next) = (Mutex::default(), AtomicU64::new(1));
        Self { socket: socket.to_owned(), deadline, idle, next }
    }

    fn ask(&self, extension: &str, request: &Request<'_>) -> io::Result<Answer> {
        let until = Instant::now() + self.deadline;
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let question = Question::new(extension, request);
        let mut line = serde_json::to_vec(&Numbered { id, question })?;
        line.push(b'\n');
        let kept = self.idle.lock().pop();
        // A service that restarted has closed the connections that were kept.
        match kept.map(|stream| self.exchange(stream, &line, id, until)) {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(error)) if error.kind() == io::ErrorKind::TimedOut => Err(error),
            _ => connect(&self.socket, until)
                .and_then(|stream| self.exchange(stream, &line, id, until)),
        }
    }

    fn exchange(
        &self,
        mut stream: UnixStream,
        line: &[u8],
        id: u64,
        until: Instant,
    ) -> io::Result<Answer> {
        stream.set_write_timeout(Some(left(until)?))?;
        stream.write_all(line).map_err(timed_out)?;
        let answer: Answer = serde_json::from_slice(&read_line(&mut stream, until)?)?;
        if answer.id != id {
            return Err(io::Error::other("the answer is to another question"));
        }
        let mut idle = self.idle.lock();
        if idle.len() < IDLE {
            idle.push(stream);
        }
        Ok(answer)
    }
}

impl PermissionBackend for SocketBackend {
    fn name(&self) -> &str {
        NAME
    }

    fn decide(&self, request: &Request<'_>) -> Response {
        let Principal::Extension(extension) = request.principal else {
            return deny(
                request,
                DenialReason::Principal,
                "the service decides about extensions only",
            );
        };
        match self.ask(extension, request) {
            Ok(Answer { allow: true, .. }) => Response::allow(),
            Ok(Answer { reason, .. }) => {
                let reason = reason.unwrap_or_else(|| "no reason is given".to_owned());
                deny(
                    request,
                    DenialReason::Methods,
                    &format!("the decision service denies it: {reason}"),
                )
            }
            Err(error) => deny(
                request,
                DenialReason::Backend,
                &format!("the decision service failed: {error}"),
            ),
        }
    }
}

/// Connects by `until`. While the queue of a service is full, a plain connect waits without limit; the
/// time limit for writing counts for connecting as well.
fn connect(path: &Path, until: Instant) -> io::Result<UnixStream> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_write_timeout(Some(left(until)?))?;
    socket.connect(&SockAddr::unix(path)?).map_err(timed_out)?;
    Ok(OwnedFd::from(socket).into())
}

/// Reads one line, as a whole by `until`: a service that sends byte after byte is late all the same.
fn read_line(stream: &mut UnixStream, until: Instant) -> io::Result<Vec<u8>> {
    let (mut line, mut chunk) = (Vec::new(), [0; 1024]);
    loop {
        stream.set_read_timeout(Some(left(until)?))?;
        let count = stream.read(&mut chunk).map_err(timed_out)?;
        let got = chunk.get(..count).unwrap_or_default();
        if got.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        line.extend_from_slice(got);
        if line.last() == Some(&b'\n') {
            return Ok(line);
        }
        if line.len() > MAX_ANSWER {
            return Err(io::Error::other("the answer is too long"));
        }
    }
}

fn left(until: Instant) -> io::Result<Duration> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

/// Maps "would block", which a socket with a time limit returns when it is over, to a time-out.
fn timed_out(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::WouldBlock => io::ErrorKind::TimedOut.into(),
        _ => error,
    }
}

fn deny(request: &Request<'_>, kind: DenialReason, why: &str) -> Response {
    Response::deny(Reason::new(NAME, kind, format!("{request}: {why}")))
}
