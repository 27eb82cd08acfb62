//! Kit for Spacedrive extensions in Rust.
//!
//! An extension is a wasm module that the host runs in a sandbox. It receives events of the
//! library, calls operations of the host, and offers operations of its own. This is a whole one,
//! with its test:
//!
//! ```
//! use spacedrive_sdk::{Input, prelude::*};
//!
//! spacedrive_sdk::export!();
//!
//! /// Marks entries that are new.
//! #[on_event("entry.created")]
//! fn mark(client: &SpacedriveClient, event: Event) -> Result<()> {
//!     let content = client.vdfs().read_content(event.entry.id)?;
//!     info!("{} has {} bytes", event.entry.path, content.len());
//!     let seen = [("seen".to_owned(), true.into())];
//!     client.vdfs().update_metadata(event.entry.id, seen.into_iter().collect())?;
//!     Ok(())
//! }
//!
//! #[derive(Input)]
//! pub struct Greeting {
//!     /// Name of the person to greet.
//!     pub name: String,
//! }
//!
//! /// Greets a person: `spacedrive op call query:hello.greet.v1 --input '{"name": "Ada"}'`.
//! #[query("query:hello.greet.v1")]
//! fn greet(_: &SpacedriveClient, input: Greeting) -> Result<String> {
//!     Ok(format!("Hello, {}!", input.name))
//! }
//!
//! // In a test: `#[test] fn new_entries_are_marked()`
//! # fn main() -> Result<()> {
//! let host = spacedrive_sdk::testing::FakeHost::new();
//! let note = host.add_file("note.txt", "notes/note.txt", "text/plain", b"hi");
//! host.deliver::<Extension>(&host.event_created(&note))?;
//! assert_eq!(host.client().vdfs().get_entry(note.id)?.entry.metadata["seen"], true);
//!
//! let input = serde_json::json!({ "name": "Ada" });
//! let greeting: String = host.call::<Extension, _, _>("query:hello.greet.v1", &input)?;
//! assert_eq!(greeting, "Hello, Ada!");
//! # Ok(())
//! # }
//! ```
//!
//! Its `Cargo.toml` says `crate-type = ["cdylib", "rlib"]` (the first is the module, the second
//! lets tests use it), and a `manifest.json` beside it has what code cannot know: the id, and the
//! permissions it asks for. `spacedrive ext build` compiles it to `wasm32-unknown-unknown` and adds events and
//! operations to the manifest. The extension `hello` is such a folder.
//!
//! # The parts
//!
//! - [`export!`]: makes an extension of the functions that are marked [`macro@query`], [`macro@action`],
//!   [`macro@job`], [`macro@view`], [`macro@on_event`], [`macro@init`], [`macro@cleanup`], [`macro@save`] and
//!   [`macro@restore`].
//! - [`macro@extension`]: an attribute that does so for the functions of one module, whose manifest is
//!   complete as it is.
//! - [`macro@Input`]: the JSON Schema of an operation's input; [`RunningJob`]: checkpoints of a job.
//! - [`SpacedriveClient`]: calls to the host; [`ops`] has the types of its operations.
//! - [`prelude`]: the names that nearly every extension uses; `docs/sdk.md` lists them.
//! - [`mod@view`]: what an extension shows of itself; the attribute `#[view]` marks the functions.
//! - [`Error`]: the error of a call, and of an extension's function.
//! - [`log`]: messages to the log of the host.
//! - [`testing::FakeHost`]: a library in memory, for native tests.
//!
//! A panic ends the call with its message in the log and costs the instance: the host starts a
//! fresh one. Return errors instead.
//!
//! # Not in this crate
//!
//! The engine that runs the module (`ext-host`), what the operations do (`ext-ops`), the layout of
//! what crosses (`ext-abi`), other languages (any that can import two functions and export five).
#![deny(unsafe_code)]

/// The pages for authors of extensions, whose code is compiled.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../README.md")]
    mod readme {}
    #[doc = include_str!("../../../docs/operations.md")]
    mod operations {}
    #[doc = include_str!("../../../docs/extensions.md")]
    mod guide {}
    #[doc = include_str!("../../../docs/sdk.md")]
    mod page {}
    #[doc = include_str!("../../../docs/views.md")]
    mod views {}
}

// The generated code says `::spacedrive_sdk`, also in this crate's own tests.
extern crate self as spacedrive_sdk;

pub mod client;
mod error;
mod extension;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod ffi;
#[doc(hidden)]
pub mod glue;
#[cfg(target_arch = "wasm32")]
mod imports;
mod inputs;
pub mod log;
pub mod ops;
pub mod prelude;
mod running_job;
mod schema;
mod settings;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
pub mod view;

pub use bytes::Bytes;
pub use client::{SpacedriveClient, Transport};
pub use error::{Error, Result};
pub use ext_abi as abi;
pub use ext_wire::{self as wire, Blob, ErrorCode, Event, SecretText, Wire};
pub use extension::Extension;
pub use inputs::{CreateEntryInput, OcrOptions};
pub use running_job::RunningJob;
pub use schema::Input;
pub use schemars;
#[doc(hidden)]
pub use serde;
pub use settings::Settings;
pub use spacedrive_sdk_macros::{
    Input, Settings, action, cleanup, extension, init, job, on_event, operation, query, restore,
    save, view,
};
pub use uuid::Uuid;
