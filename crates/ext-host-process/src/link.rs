//! The pipes of a worker to its parent.

use std::{fs::File, io, process, sync::Arc, time::Duration};

use ext_abi::{AbiError, ErrorCode, LogLevel};
use ext_host::{Host, HostCall, Reply};
use ext_process::{Receiver, Sender, parent_pipes};
use parking_lot::{Mutex, MutexGuard};

use crate::protocol::{FromChild, MAX_LINE, ToChild, cut};

/// The parent of this process. One thread uses it: the one that the guest runs on.
#[derive(Clone)]
pub struct Parent(Arc<Mutex<Pipes>>);

pub(crate) struct Pipes {
    from: Receiver<File>,
    pub(crate) to: Sender<File>,
}

impl Parent {
    pub(crate) fn open() -> io::Result<Self> {
        let ext_process::Pipes { from, to } = parent_pipes()?;
        Ok(Self(Arc::new(Mutex::new(Pipes { from, to }))))
    }

    /// Makes a parent of the ends of two pipes.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn over(from: File, to: File) -> Self {
        let (from, to) = (Receiver::new(from), Sender::new(to));
        Self(Arc::new(Mutex::new(Pipes { from, to })))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Pipes> {
        self.0.lock()
    }

    pub(crate) fn borrow(&self, bytes: u64) -> bool {
        let answer = self.lock().ask(&FromChild::Borrow(bytes), &[], &mut Vec::new());
        answer == ToChild::Lend(true)
    }

    /// Writes a line to the log of the extension.
    pub fn log(&self, level: LogLevel, line: &str) {
        self.lock().send_or_exit(&FromChild::Log(level), cut(line, MAX_LINE).as_bytes());
    }

    /// Tells that the guest is about to sleep for at most that long, so that it is not taken for one
    /// that hangs.
    pub fn sleeps(&self, time: Duration) {
        self.lock().send_or_exit(&FromChild::Sleep(time), &[]);
    }

    fn ask(&self, what: &FromChild, tail: &[u8], out: &mut Vec<u8>) -> ErrorCode {
        match self.lock().ask(what, tail, out) {
            ToChild::Reply { status } => status,
            _ => process::exit(1),
        }
    }
}

impl Pipes {
    pub(crate) fn send(&mut self, what: &FromChild, tail: &[u8]) -> io::Result<()> {
        self.to.send(what, tail)
    }

    pub(crate) fn receive(&mut self, tail: &mut Vec<u8>) -> io::Result<Option<ToChild>> {
        self.from.receive(tail)
    }

    /// Sends a message that must arrive: without a parent there is nothing left to do.
    pub(crate) fn send_or_exit(&mut self, what: &FromChild, tail: &[u8]) {
        if self.send(what, tail).is_err() {
            process::exit(1);
        }
    }

    fn ask(&mut self, what: &FromChild, tail: &[u8], answer: &mut Vec<u8>) -> ToChild {
        self.send_or_exit(what, tail);
        match self.receive(answer) {
            Ok(Some(said)) => said,
            Ok(None) | Err(_) => process::exit(1),
        }
    }
}

/// As the host of a guest: its parent answers.
impl Host for Parent {
    fn call(&mut self, call: HostCall<'_>) -> Reply {
        let mut body = Vec::new();
        let status = self.call_into(call, &mut body);
        Reply { status, body }
    }

    fn call_into(&mut self, call: HostCall<'_>, out: &mut Vec<u8>) -> ErrorCode {
        let what = FromChild::Call { method: call.method.to_owned(), library: call.library };
        self.ask(&what, &call.payload, out)
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        Self::log(self, level, message);
    }

    fn refuse(&mut self, error: &AbiError) -> Reply {
        let mut body = Vec::new();
        let status = self.ask(&FromChild::Refuse(error.clone()), &[], &mut body);
        Reply { status, body }
    }

    fn sleeps(&mut self, time: Duration) {
        Self::sleeps(self, time);
    }
}
