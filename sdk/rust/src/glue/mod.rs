//! Between the exports of a guest and [`Extension`], in safe code that native tests reach.
//!
//! Not for extensions: the generated code and the SDK's own tests use it, and it may change with
//! any version.

mod blocks;
mod declared;
mod poll;
pub mod registered;
mod reply;

use bytes::Bytes;
use ext_abi::ErrorCode;
use ext_wire::{Event, PluginCall, body, body::BlobStyle, view::View};
use serde::{Serialize, de::DeserializeOwned};

pub use blocks::{Block, Blocks};
pub use declared::{NoSchema, Probe, declared, declared_len};
pub use inventory;
pub use poll::block_on;
pub use registered::{Handler, Registered};
pub use reply::{ReplyBuffer, open_frame, take_reply};

pub use crate::extension::unknown_method;
use crate::{
    client::SpacedriveClient,
    error::{Error, Result},
    extension::Extension,
    running_job::RunningJob,
};

/// Runs a function that stands behind a method: decodes its input, binds the client to the caller's
/// library, encodes its output.
///
/// # Errors
/// The function's; [`ErrorCode::BadJson`] and [`ErrorCode::BadInput`] for the payload.
pub fn operation<I, O>(
    client: &SpacedriveClient,
    payload: Bytes,
    function: impl FnOnce(&SpacedriveClient, I) -> Result<O>,
) -> Result<Vec<u8>>
where
    I: DeserializeOwned,
    O: Serialize,
{
    let call: PluginCall<I> = body::decode(payload)?;
    let client = client.bound_to(call.library_id).in_job(call.job);
    let output = function(&client, call.input)?;
    Ok(body::encode(&output, BlobStyle::Attachment)?)
}

/// Runs a function that answers a view as [`operation`] does, and in native tests checks the view as a host
/// will. A host checks every view, so the code for it is left out of guests.
///
/// # Errors
/// As [`operation`]; [`ErrorCode::Extension`] in a native test for a view that no host shows.
pub fn view<I: DeserializeOwned>(
    client: &SpacedriveClient,
    payload: Bytes,
    function: impl FnOnce(&SpacedriveClient, I) -> Result<View>,
) -> Result<Vec<u8>> {
    operation(client, payload, |client, input| {
        let view = function(client, input)?;
        if cfg!(target_family = "wasm") {
            return Ok(view);
        }
        let refused = |error| Error::new(ErrorCode::Extension, format_args!("the view: {error}"));
        view.vet().map_err(refused)
    })
}

/// Runs a function that may be a job as [`operation`] does.
///
/// # Errors
/// As [`operation`].
pub fn job<C, I, O>(
    client: &SpacedriveClient,
    payload: Bytes,
    function: impl FnOnce(&SpacedriveClient, RunningJob<'_, C>, I) -> Result<O>,
) -> Result<Vec<u8>>
where
    C: Serialize + DeserializeOwned,
    I: DeserializeOwned,
    O: Serialize,
{
    operation(client, payload, |client, input| function(client, RunningJob::new(client), input))
}

/// Encodes what a function that saves state returned, as JSON.
///
/// # Errors
/// The function's, and for a state that JSON has no form for.
pub fn saved<T: Serialize>(state: Result<T>) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec(&state?)?)
}

/// Gives saved state to the function that takes it.
///
/// # Errors
/// The function's, and for a state that it cannot read.
pub fn restored<T: DeserializeOwned>(
    client: &SpacedriveClient,
    state: Bytes,
    function: impl FnOnce(&SpacedriveClient, T) -> Result<()>,
) -> Result<()> {
    let state = serde_json::from_slice(&state)
        .map_err(|error| Error::from(error).context("the state of the other version"))?;
    function(client, state)
}

/// Runs `plugin_init`: 0, or the number of an error code with its message in the log.
pub fn init<E: Extension>(client: &SpacedriveClient) -> u32 {
    status(E::init(client))
}

/// Runs `plugin_cleanup`, answering as [`init`].
pub fn cleanup<E: Extension>(client: &SpacedriveClient) -> u32 {
    status(E::cleanup(client))
}

/// Runs `plugin_save`: the frame that the host gets; `None` when there is no memory for it.
#[must_use]
pub fn save<E: Extension>(client: &SpacedriveClient) -> Option<Block> {
    match E::save(client) {
        Ok(state) => Block::frame(ErrorCode::OK, &state),
        Err(error) => Block::frame(error.code(), &error.body().to_json()),
    }
}

/// Runs `plugin_restore`, answering as [`init`].
pub fn restore<E: Extension>(client: &SpacedriveClient, state: Result<Bytes>) -> u32 {
    status(state.and_then(|state| E::restore(client, state)))
}

/// Runs `plugin_on_event`, answering as [`init`]; `payload` is the JSON of an [`Event`].
pub fn on_event<E: Extension>(client: &SpacedriveClient, payload: Result<Bytes>) -> u32 {
    status(payload.and_then(|payload| E::receive(client, payload)))
}

/// Reads an event.
///
/// # Errors
/// Those of its JSON.
pub fn read_event(payload: Bytes) -> Result<Event> {
    body::decode(payload).map_err(|error| Error::from(error).context("event"))
}

/// Logs an error last, because the host takes the last message as the explanation.
fn status(result: Result<()>) -> u32 {
    match result {
        Ok(()) => ErrorCode::OK.number(),
        Err(error) => {
            crate::error!("{error}");
            error.code().number()
        }
    }
}

/// Runs `plugin_call`: the frame that the host gets; `None` when there is no memory for it.
#[must_use]
pub fn call<E: Extension>(
    client: &SpacedriveClient,
    method: Result<Bytes>,
    payload: Result<Bytes>,
) -> Option<Block> {
    match answer::<E>(client, method, payload) {
        Ok(body) => Block::frame(ErrorCode::OK, &body),
        Err(error) => Block::frame(error.code(), &error.body().to_json()),
    }
}

fn answer<E: Extension>(
    client: &SpacedriveClient,
    method: Result<Bytes>,
    payload: Result<Bytes>,
) -> Result<Vec<u8>> {
    let method = method?;
    let method = std::str::from_utf8(&method)
        .map_err(|error| Error::new(ErrorCode::AbiUtf8, format_args!("method: {error}")))?;
    E::call(client, method, payload?)
}
