//! Kit for Spacedrive extensions in Rust.
//!
//! An extension is a wasm module that the host runs in a sandbox. It receives events of the
//! library, calls operations of the host, and offers operations of its own. This is a whole one,
//! with its test:
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use serde_json::Map;
//! use spacedrive_sdk::prelude::*;
//!
//! #[derive(Serialize, Deserialize)]
//! pub struct GreetInput {
//!     pub name: String,
//! }
//!
//! #[spacedrive_sdk::extension]
//! pub mod hello {
//!     use super::*;
//!
//!     /// Called for the events that the manifest names.
//!     #[on_event]
//!     pub fn on_event(client: &SpacedriveClient, event: Event) -> Result<()> {
//!         let content = client.vdfs().read_content(event.entry.id)?;
//!         info!("{} has {} bytes", event.entry.path, content.len());
//!         client.vdfs().update_metadata(event.entry.id, Map::from_iter([("seen".into(), true.into())]))?;
//!         Ok(())
//!     }
//!
//!     /// Called by `spacedrive op call query:hello.greet.v1 --input '{"name": "Ada"}'`.
//!     #[operation("query:hello.greet.v1")]
//!     pub fn greet(_: &SpacedriveClient, input: GreetInput) -> Result<String> {
//!         Ok(format!("Hello, {}!", input.name))
//!     }
//! }
//!
//! // In a test: `#[test] fn new_entries_are_marked()`
//! # fn main() -> Result<()> {
//! let host = spacedrive_sdk::testing::FakeHost::new();
//! let note = host.add_file("note.txt", "notes/note.txt", "text/plain", b"hi");
//! host.deliver::<hello::Extension>(&host.event_created(&note))?;
//! assert_eq!(host.client().vdfs().get_entry(note.id)?.entry.metadata["seen"], true);
//!
//! let greeting: String = host.call::<hello::Extension, _, _>(
//!     "query:hello.greet.v1",
//!     &GreetInput { name: "Ada".into() },
//! )?;
//! assert_eq!(greeting, "Hello, Ada!");
//! # Ok(())
//! # }
//! ```
//!
//! Its `Cargo.toml` says `crate-type = ["cdylib", "rlib"]` (the first is the module, the second
//! lets tests use it); `cargo build --release --target wasm32-unknown-unknown` makes the module; a
//! `manifest.json` beside it names events, operations and the permissions it asks for. The
//! extension `hello` is such a folder.
//!
//! # The parts
//!
//! - [`macro@extension`]: the attribute that makes an extension of plain functions.
//! - [`SpacedriveClient`]: calls to the host; [`ops`] has the types of its operations.
//! - [`prelude`]: the names that nearly every extension uses; `docs/sdk.md` lists them.
//! - [`view`]: what an extension shows of itself; the attribute `#[view]` marks the functions.
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
pub use schemars;
#[doc(hidden)]
pub use serde;
pub use settings::Settings;
pub use spacedrive_sdk_macros::{Settings, extension};
pub use uuid::Uuid;
