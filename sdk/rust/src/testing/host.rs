//! The fake host, as a test of an extension uses it.

use std::{cell::Cell, rc::Rc};

use ext_abi::LogLevel;
use ext_wire::{
    Event, PluginCall, Wire,
    body::{self, BlobStyle},
    event::ENTRY_CREATED,
    ops::{jobs::JobContext, vdfs::Entry},
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{operations, state::State};
use crate::{Extension, Result, SpacedriveClient, Transport};

/// A host with one library in memory. It belongs to the thread that made it.
pub struct FakeHost {
    pub(super) state: Rc<State>,
    last_event: Cell<u64>,
}

impl Default for FakeHost {
    fn default() -> Self {
        let state = State::default();
        operations::register(&state);
        Self::from_state(state)
    }
}

impl FakeHost {
    pub(super) fn from_state(state: State) -> Self {
        Self { state: Rc::new(state), last_event: Cell::default() }
    }

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

    /// Sets the settings of the extension: an object, in which secrets stand as texts and lists. The fake
    /// host has no manifest, so that it knows no defaults.
    pub fn set_settings(&self, settings: &serde_json::Value) {
        let values = settings.as_object().cloned().unwrap_or_default();
        self.state.settings.replace(values);
    }

    /// Sets the id of the extension under test, which stands on what it makes from now on: for extensions
    /// that look at it, and to make what another extension would have made.
    pub fn set_extension(&self, id: &str) {
        self.state.library.borrow_mut().extension = id.to_owned();
    }

    /// Stops the host after so many more calls, as a crash does: all later ones fail with
    /// [`ErrorCode::Stopped`](crate::ErrorCode::Stopped), until it is called with `None`.
    pub fn stop_after(&self, calls: impl Into<Option<usize>>) {
        self.state.answered.set(calls.into());
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

    /// Returns the messages logged on this thread since the host was made, until the next one was.
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

    pub(super) fn unbound(&self) -> SpacedriveClient {
        SpacedriveClient::new(Rc::clone(&self.state) as Rc<dyn Transport>)
    }
}
