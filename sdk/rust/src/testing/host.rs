//! The fake host: calls come in as bytes, are answered by a table of functions, go out as frames.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use bytes::Bytes;
use ext_abi::{ErrorCode, LogLevel, frame, limits::DEFAULT_MAX_JSON_BYTES};
use ext_wire::{
    Event, PluginCall, Wire,
    body::{self, BlobStyle},
    event::ENTRY_CREATED,
    ops::{jobs::JobContext, vdfs::Entry},
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{library::Library, operations};
use crate::{Error, Extension, Result, SpacedriveClient, Transport, glue, log::native};

/// Answers a payload.
pub(super) type Handler = Rc<dyn Fn(&State, Option<Uuid>, Bytes) -> Result<Vec<u8>>>;

/// A host with one library in memory. It belongs to the thread that made it.
#[derive(Default)]
pub struct FakeHost {
    state: Rc<State>,
    last_event: Cell<u64>,
}

/// What clients share with their host.
pub(super) struct State {
    library_id: Uuid,
    pub(super) library: RefCell<Library>,
    handlers: RefCell<HashMap<&'static str, Handler>>,
    calls: RefCell<Vec<String>>,
    logs: native::Lines,
}

impl Default for State {
    fn default() -> Self {
        let state = Self {
            library_id: Uuid::from_u64_pair(0x11b0_0000_0000_8000, 0x8000_0000_0000_0001),
            library: RefCell::default(),
            handlers: RefCell::default(),
            calls: RefCell::default(),
            logs: Rc::default(),
        };
        native::keep_in(&state.logs);
        operations::register(&state);
        state
    }
}

impl FakeHost {
    /// A host with an empty library. From now on it keeps what this thread logs.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The id of the library.
    #[must_use]
    pub fn library_id(&self) -> Uuid {
        self.state.library_id
    }

    /// A client that is bound to the library.
    #[must_use]
    pub fn client(&self) -> SpacedriveClient {
        SpacedriveClient::new(Rc::clone(&self.state) as Rc<dyn Transport>)
            .with_library(self.library_id())
    }

    /// Answers an operation by `answer` from now on: for operations that the fake host has not, or
    /// to see what an extension does with an error.
    pub fn on<W: Wire>(&self, answer: impl Fn(W::Input) -> Result<W::Output> + 'static) {
        self.state.serve::<W>(move |_, _, input| answer(input));
    }

    /// Adds a file as an import does; replaces an entry at the same path. Returns its entry.
    ///
    /// # Panics
    /// When `name` or `path` is not one that a library takes.
    pub fn add_file(&self, name: &str, path: &str, media_type: &str, bytes: &[u8]) -> Entry {
        self.state.library.borrow_mut().import(name, path, media_type, bytes)
    }

    /// The event that a new entry makes. Each has a number of its own.
    #[must_use]
    pub fn event_created(&self, entry: &Entry) -> Event {
        self.last_event.set(self.last_event.get() + 1);
        Event {
            id: self.last_event.get(),
            kind: ENTRY_CREATED.to_owned(),
            library_id: self.library_id(),
            entry: entry.clone(),
            data: None,
        }
    }

    /// Starts an extension, as a host does after it loaded it.
    ///
    /// # Errors
    /// The extension's.
    pub fn init<E: Extension>(&self) -> Result<()> {
        E::init(&self.unbound())
    }

    /// Gives an event to an extension, through its JSON.
    ///
    /// # Errors
    /// The extension's.
    pub fn deliver<E: Extension>(&self, event: &Event) -> Result<()> {
        let payload = body::encode(event, BlobStyle::Attachment)?;
        let event: Event = body::decode(payload.into())?;
        E::on_event(&self.unbound().with_library(event.library_id), event)
    }

    /// Hands the state of one version over to another, as a hot reload does.
    ///
    /// # Errors
    /// The extensions'.
    pub fn hand_over<From: Extension, To: Extension>(&self) -> Result<()> {
        let state = From::save(&self.unbound())?;
        To::restore(&self.unbound(), state.into())
    }

    /// Runs an operation that an extension offers as a job, in the library, through its payload.
    ///
    /// # Errors
    /// The extension's.
    pub fn run_job<E, I, O>(&self, method: &str, input: &I, job: JobContext) -> Result<O>
    where
        E: Extension,
        I: Serialize + ?Sized,
        O: DeserializeOwned,
    {
        let call = PluginCall { library_id: Some(self.library_id()), input, job: Some(job) };
        let payload = body::encode(&call, BlobStyle::Attachment)?;
        let reply = E::call(&self.unbound(), method, payload.into())?;
        Ok(body::decode(reply.into())?)
    }

    /// Calls an operation that an extension offers, in the library, through its payload.
    ///
    /// # Errors
    /// The extension's.
    pub fn call<E, I, O>(&self, method: &str, input: &I) -> Result<O>
    where
        E: Extension,
        I: Serialize + ?Sized,
        O: DeserializeOwned,
    {
        let call = PluginCall { library_id: Some(self.library_id()), input, job: None };
        let payload = body::encode(&call, BlobStyle::Attachment)?;
        let reply = E::call(&self.unbound(), method, payload.into())?;
        Ok(body::decode(reply.into())?)
    }

    /// The methods that were called, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.state.calls.borrow().clone()
    }

    /// The lines that were logged on this thread since the host was made, until the next one was.
    #[must_use]
    pub fn logs(&self) -> Vec<(LogLevel, String)> {
        self.state.logs.borrow().clone()
    }

    /// The bytes of a sidecar.
    #[must_use]
    pub fn sidecar(&self, entry_id: Uuid, name: &str) -> Option<Vec<u8>> {
        self.state.library.borrow().sidecar(entry_id, name).ok().map(|bytes| bytes.to_vec())
    }

    /// All entries, in the order of their making.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.state.library.borrow().entries().cloned().collect()
    }

    fn unbound(&self) -> SpacedriveClient {
        SpacedriveClient::new(Rc::clone(&self.state) as Rc<dyn Transport>)
    }
}

impl State {
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

    fn answer(&self, method: &str, library_id: Option<Uuid>, payload: Bytes) -> Result<Vec<u8>> {
        check_size(&payload)?;
        // Cloned out of the table, so that an answer may itself call the host or script it anew.
        let handler = self.handlers.borrow().get(method).cloned();
        let handler = handler.ok_or_else(|| {
            let message = format_args!("the fake host has no `{method}`; script it with `on`");
            Error::new(ErrorCode::UnknownMethod, message)
        })?;
        let reply = handler(self, library_id, payload)?;
        check_size(&reply)?;
        Ok(reply)
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
        let frame = match self.answer(method, library_id, Bytes::copy_from_slice(payload)) {
            Ok(body) => frame::encode(ErrorCode::OK, &body),
            Err(error) => frame::encode(error.code(), &error.body().to_json()),
        };
        glue::open_frame(frame?.into())
    }
}
