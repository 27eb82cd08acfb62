//! Functions that a host calls in an extension.

use bytes::Bytes;
use ext_abi::ErrorCode;
use ext_wire::Event;

use crate::{
    client::SpacedriveClient,
    error::{Error, Result},
    glue,
};

/// An extension, as a host sees it. [`macro@crate::extension`] implements it.
///
/// Its functions take no `self`: a host runs one extension per instance, so state that outlives a
/// call stands in a `thread_local!` — or, better, in the library, because an instance may be
/// replaced by a fresh one at any time.
pub trait Extension {
    /// The methods that the extension offers.
    const METHODS: &'static [&'static str] = &[];

    /// Makes ready; called once before anything else, with a client that has no library.
    ///
    /// # Errors
    /// The extension's; it is then not started.
    fn init(client: &SpacedriveClient) -> Result<()> {
        let _ = client;
        Ok(())
    }

    /// Puts away; called once before the extension is unloaded, with a client that has no library.
    ///
    /// # Errors
    /// The extension's; it is unloaded all the same.
    fn cleanup(client: &SpacedriveClient) -> Result<()> {
        let _ = client;
        Ok(())
    }

    /// Works on an event. The client is bound to the event's library.
    ///
    /// # Errors
    /// The extension's; the host reports the event as failed.
    fn on_event(client: &SpacedriveClient, event: Event) -> Result<()> {
        let _ = (client, event);
        Ok(())
    }

    /// Reads an event and works on it. [`export!`](crate::export) has another one, without the code that
    /// reads events where no function is for them.
    #[doc(hidden)]
    fn receive(client: &SpacedriveClient, payload: Bytes) -> Result<()> {
        let event = glue::read_event(payload)?;
        Self::on_event(&client.with_library(event.library_id), event)
    }

    /// Saves the state that the next version shall get, as JSON.
    ///
    /// # Errors
    /// The extension's; this version then goes on.
    fn save(client: &SpacedriveClient) -> Result<Vec<u8>> {
        let _ = client;
        Ok(Vec::new())
    }

    /// Takes over the state that another version saved.
    ///
    /// # Errors
    /// The extension's; the other version then goes on.
    fn restore(client: &SpacedriveClient, state: Bytes) -> Result<()> {
        let _ = (client, state);
        Ok(())
    }

    /// Runs one of [`Self::METHODS`]. `payload` is the body of a [`ext_wire::PluginCall`], what is
    /// returned is the body of the reply.
    ///
    /// # Errors
    /// The extension's; [`ErrorCode::UnknownMethod`](crate::ErrorCode::UnknownMethod).
    fn call(client: &SpacedriveClient, method: &str, payload: Bytes) -> Result<Vec<u8>> {
        let _ = (client, payload);
        unknown_method(method)
    }
}

/// Answers a method that the extension does not offer.
///
/// # Errors
/// Always: [`ErrorCode::UnknownMethod`].
pub fn unknown_method<T>(method: &str) -> Result<T> {
    let message = format_args!("this extension has no method `{method}`");
    Err(Error::new(ErrorCode::UnknownMethod, message))
}
