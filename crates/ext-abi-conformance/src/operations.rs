//! The operations behind a host that is tested: they expect the calls of a case and answer as it says.

use std::{collections::VecDeque, panic, sync::Arc};

use ext_abi::ErrorCode;
use parking_lot::Mutex;
use uuid::Uuid;

use crate::{Bytes, Code, Exchange, Message, Reply, Said};

/// The operations of a host for the length of a case; clones are the same operations.
#[derive(Debug, Clone, Default)]
pub struct Operations(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    expected: VecDeque<Exchange>,
    logs: Vec<(u32, String)>,
    problems: Vec<String>,
}

impl Operations {
    pub(crate) fn new(calls: &[Exchange]) -> Self {
        let expected = calls.iter().cloned().collect();
        Self(Arc::new(Mutex::new(State { expected, ..State::default() })))
    }

    /// Answers a call of the guest.
    ///
    /// # Panics
    /// Where a case is about an operation that does.
    #[must_use]
    pub fn answer(&self, method: &str, library: Option<Uuid>, payload: &[u8]) -> Reply {
        let reply = self.0.lock().answer(method, library, payload);
        // Without the message of a panic, which would look like one of the suite.
        reply.unwrap_or_else(|| panic::resume_unwind(Box::new("an operation that panics")))
    }

    /// Takes a message of the guest: its level from 0 to 3, and its text.
    pub fn log(&self, level: u32, text: &str) {
        self.0.lock().logs.push((level, text.to_owned()));
    }

    /// Returns what did not come as expected.
    pub(crate) fn problems(&self, logs: Option<&[Message]>) -> Vec<String> {
        let state = self.0.lock();
        let missing = state.expected.iter().map(|call| format!("no call of {} came", call.method));
        let mut problems: Vec<String> = state.problems.iter().cloned().chain(missing).collect();
        if let Some(expected) = logs
            && !is_same(expected, &state.logs)
        {
            problems.push(format!("the messages are {:?}", state.logs));
        }
        problems
    }
}

impl State {
    /// Takes the next expected call; `None` for one that panics.
    fn answer(&mut self, method: &str, library: Option<Uuid>, payload: &[u8]) -> Option<Reply> {
        let Some(expected) = self.expected.pop_front() else {
            self.problems.push(format!("a call of {method} came that should not"));
            let unknown = Code(ErrorCode::UnknownMethod);
            return Some(Reply { status: unknown, body: Bytes(b"{}".to_vec()) });
        };
        if (&*expected.method, expected.library, &*expected.payload.0) != (method, library, payload)
        {
            let payload = String::from_utf8_lossy(payload);
            self.problems.push(format!("the call is {method} for {library:?} with {payload:?}"));
        }
        expected.reply
    }
}

fn is_same(expected: &[Message], logs: &[(u32, String)]) -> bool {
    expected.len() == logs.len() && expected.iter().zip(logs).all(|(one, other)| fits(one, other))
}

fn fits(Message(level, said): &Message, (found, text): &(u32, String)) -> bool {
    level == found
        && match said {
            Said::Exactly(bytes) => bytes.0 == text.as_bytes(),
            Said::Error { error } => is_error_body(text, error.0),
        }
}

/// Returns true if the text is an error body with this code and a message.
fn is_error_body(text: &str, code: ErrorCode) -> bool {
    let body: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let member = |name| body.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    member("code") == code.name() && !member("error").is_empty()
}
