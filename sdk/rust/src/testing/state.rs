//! The state of the fake host: calls come in as bytes, are answered by a table of functions, go out
//! as frames.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use bytes::Bytes;
use ext_abi::{ErrorCode, frame, limits::DEFAULT_MAX_JSON_BYTES};
use ext_wire::{
    Wire,
    body::{self, BlobStyle},
    recording::RecordedRun,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{library::Library, replay::Replay};
use crate::{Error, Result, Transport, glue, log::native};

/// Answers a payload.
type Handler = Rc<dyn Fn(&State, Option<Uuid>, Bytes) -> Result<Vec<u8>>>;

/// State that clients share with their host.
pub(super) struct State {
    pub(super) library_id: Uuid,
    pub(super) library: RefCell<Library>,
    handlers: RefCell<HashMap<&'static str, Handler>>,
    pub(super) settings: RefCell<Map<String, Value>>,
    pub(super) calls: RefCell<Vec<String>>,
    /// Calls that are still answered; `None`: all are.
    pub(super) answered: Cell<Option<usize>>,
    pub(super) logs: native::Lines,
    /// Answers what has no function; `None`: nothing does.
    replay: RefCell<Option<Replay>>,
}

impl Default for State {
    fn default() -> Self {
        let state = Self {
            library_id: Uuid::from_u64_pair(0x11b0_0000_0000_8000, 0x8000_0000_0000_0001),
            library: RefCell::default(),
            handlers: RefCell::default(),
            settings: RefCell::default(),
            calls: RefCell::default(),
            answered: Cell::default(),
            logs: Rc::default(),
            replay: RefCell::default(),
        };
        native::keep_in(&state.logs);
        state
    }
}

impl State {
    /// A host that answers from a recording alone.
    pub(super) fn replaying(replay: Replay) -> Self {
        let mut state = Self::default();
        state.library_id = replay.library_id().unwrap_or(state.library_id);
        state.replay = RefCell::new(Some(replay));
        state
    }

    pub(super) fn replay_runs(&self) -> Vec<RecordedRun> {
        self.replay.borrow_mut().as_mut().map(Replay::take_runs).unwrap_or_default()
    }

    /// The method of a recorded call that was not made.
    pub(super) fn replay_left(&self) -> Option<String> {
        self.replay.borrow().as_ref().and_then(Replay::left)
    }

    /// Answers an operation by a function from its input to its output.
    pub(super) fn serve<W: Wire>(
        &self,
        answer: impl Fn(&Self, Option<Uuid>, W::Input) -> Result<W::Output> + 'static,
    ) {
        let handler: Handler = Rc::new(move |state, library_id, payload| {
            let output = answer(state, library_id, body::decode(payload)?)?;
            Ok(body::encode(&output, BlobStyle::Attachment)?)
        });
        self.handlers.borrow_mut().insert(W::METHOD, handler);
    }

    /// Refuses a call that names no library, or another one.
    pub(super) fn check_library(&self, library_id: Option<Uuid>) -> Result<()> {
        match library_id {
            Some(id) if id == self.library_id => Ok(()),
            Some(id) => Err(Error::new(ErrorCode::DeniedLibrary, format_args!("no library {id}"))),
            None => Err(Error::new(ErrorCode::DeniedLibrary, "this operation needs a library")),
        }
    }

    fn count_down(&self) -> Result<()> {
        let left = self.answered.get();
        self.answered.set(left.map(|left| left.saturating_sub(1)));
        match left {
            Some(0) => Err(Error::new(ErrorCode::Stopped, "the fake host was stopped")),
            _ => Ok(()),
        }
    }

    fn answer(&self, method: &str, library_id: Option<Uuid>, payload: Bytes) -> Result<Vec<u8>> {
        check_size(&payload)?;
        // Cloned out of the table, so that an answer may itself call the host or script it anew.
        let handler = self.handlers.borrow().get(method).cloned();
        // A recording has bytes as base64, which is larger than what crossed.
        let Some(handler) = handler else { return self.replayed(method, library_id, payload) };
        let reply = handler(self, library_id, payload)?;
        check_size(&reply)?;
        Ok(reply)
    }

    fn replayed(&self, method: &str, library_id: Option<Uuid>, payload: Bytes) -> Result<Vec<u8>> {
        if let Some(replay) = &mut *self.replay.borrow_mut() {
            return replay.answer(method, library_id, payload);
        }
        let message = format_args!("the fake host has no `{method}`; script it with `on`");
        Err(Error::new(ErrorCode::UnknownMethod, message))
    }
}

fn check_size(body: &[u8]) -> Result<()> {
    let len = body::json_len(body)?;
    if len <= DEFAULT_MAX_JSON_BYTES as usize {
        return Ok(());
    }
    let message = format_args!("JSON of {len} bytes, the limit is {DEFAULT_MAX_JSON_BYTES}");
    Err(Error::new(ErrorCode::AbiTooLarge, message))
}

impl Transport for State {
    fn call(&self, method: &str, library_id: Option<Uuid>, payload: &[u8]) -> Result<Bytes> {
        self.calls.borrow_mut().push(method.to_owned());
        self.count_down()?;
        let frame = match self.answer(method, library_id, Bytes::copy_from_slice(payload)) {
            Ok(body) => frame::encode(ErrorCode::OK, &body),
            Err(error) => frame::encode(error.code(), &error.body().to_json()),
        };
        glue::open_frame(frame?.into())
    }
}
