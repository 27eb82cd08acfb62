//! A host for tests, which remembers what guests ask of it, and the functions that guests may ask.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use ext_abi::{AbiError, LogLevel};
use parking_lot::Mutex;
use uuid::Uuid;

use crate::{Host, HostCall, Reply, world};

/// Functions of preview 1 in the worlds with files, with the types of their parameters (`i` for 32 bits,
/// `I` for 64); each returns an error number.
pub const PREVIEW_1: &[(&str, &str)] = world::PREVIEW_1;

/// The calls of a guest to its host.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Method, library and payload of each call.
    pub calls: Vec<(String, Option<Uuid>, Vec<u8>)>,
    /// Messages of the guest.
    pub logs: Vec<(LogLevel, String)>,
    /// Rules of the ABI that the guest broke.
    pub refusals: Vec<AbiError>,
}

/// A host that remembers all calls. It panics at the method `panic`.
#[derive(Debug, Clone)]
pub struct Recorder {
    /// Everything that came in so far.
    pub record: Arc<Mutex<Record>>,
    /// The answer to each call; `None` for what came in.
    pub reply: Option<Vec<u8>>,
    /// Time that each call takes.
    pub delay: Duration,
    /// Gets a message for each call that comes in.
    pub tell: Option<mpsc::Sender<()>>,
}

impl Default for Recorder {
    /// Makes a host that answers each call with `"pong"`.
    fn default() -> Self {
        Self { reply: Some(b"\"pong\"".to_vec()), ..Self::echo() }
    }
}

impl Recorder {
    /// Makes a host that answers each call with what came in.
    #[must_use]
    pub fn echo() -> Self {
        Self { record: Arc::default(), reply: None, delay: Duration::ZERO, tell: None }
    }

    /// Returns what came in so far.
    #[must_use]
    pub fn record(&self) -> Record {
        self.record.lock().clone()
    }
}

impl Host for Recorder {
    fn call(&mut self, call: HostCall<'_>) -> Reply {
        let seen = (call.method.to_owned(), call.library, call.payload.to_vec());
        self.record.lock().calls.push(seen);
        if let Some(tell) = &self.tell {
            // The test may have heard enough.
            let _ = tell.send(());
        }
        assert!(call.method != "panic", "a host operation that panics");
        thread::sleep(self.delay);
        Reply::ok(self.reply.clone().unwrap_or_else(|| call.payload.to_vec()))
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        self.record.lock().logs.push((level, message.to_owned()));
    }

    fn log_start(&mut self, level: LogLevel, start: &str, _: u32) {
        self.log(level, start);
    }

    fn refuse(&mut self, error: &AbiError) -> Reply {
        self.record.lock().refusals.push(error.clone());
        Reply { status: error.code(), body: error.to_string().into_bytes() }
    }
}
