//! The operation registry: one set of operations for extensions, the CLI and the daemon.
//!
//! An operation is a type that implements one of four traits and registers itself:
//!
//! | trait | changes something | needs a library | macro | method |
//! |---|---|---|---|---|
//! | [`CoreQuery`] | no | no | [`register_core_query!`] | `query:<name>.v1` |
//! | [`CoreAction`] | yes | no | [`register_core_action!`] | `action:<name>.input.v1` |
//! | [`LibraryQuery`] | no | yes | [`register_library_query!`] | `query:<name>.v1` |
//! | [`LibraryAction`] | yes | yes | [`register_library_action!`] | `action:<name>.input.v1` |
//!
//! [`Registry::collect`] gathers what is linked in and refuses duplicates. A call goes from bytes to
//! the operation's input type and from its output type to bytes; no `serde_json::Value` in between.
//!
//! ```
//! use ext_perm::Engine;
//! use ext_registry::{Context, CoreQuery, OpError, Registry, Services};
//! use ext_wire::body::BlobStyle;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Deserialize, schemars::JsonSchema)]
//! #[serde(deny_unknown_fields)]
//! struct GreetInput { name: String }
//!
//! #[derive(Serialize, schemars::JsonSchema)]
//! struct GreetOutput { greeting: String }
//!
//! /// Says hello.
//! struct Greet;
//!
//! impl CoreQuery for Greet {
//!     type Input = GreetInput;
//!     type Output = GreetOutput;
//!     async fn execute(input: GreetInput, _: Context<'_>) -> Result<GreetOutput, OpError> {
//!         Ok(GreetOutput { greeting: format!("hello {}", input.name) })
//!     }
//! }
//! ext_registry::register_core_query!(Greet, "demo.greet", "Says hello");
//!
//! let registry = Registry::collect()?;
//! let user = Engine::for_user();
//! let call = ext_registry::Call {
//!     method: "query:demo.greet.v1",
//!     library: None,
//!     payload: br#"{"name":"Ada"}"#.as_slice().into(),
//!     blobs: BlobStyle::Base64,
//! };
//! let services = Services::default();
//! let reply = pollster::block_on(
//!     ext_registry::execute_json_operation(&registry, &services, &user, call));
//! assert_eq!(reply?, br#"{"greeting":"hello Ada"}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not in this crate
//!
//! Wasm and guest pointers (`ext-host`), the operations themselves (`ext-ops`), how a permission is
//! decided (`ext-perm`). It depends on `ext-perm` for the witness `Granted` alone: an operation runs
//! only with one, so an unchecked call does not compile.
#![forbid(unsafe_code)]

mod context;
mod dispatch;
mod error;
mod operation;
mod registry;
mod requirement;

pub use context::{Context, Services};
pub use dispatch::{
    Call, execute_json_operation, execute_json_operation_blocking, execute_json_operation_waiting,
};
pub use error::OpError;
pub use operation::{
    CoreAction, CoreQuery, LibraryAction, LibraryQuery, OperationFuture, Registration, RunBlocking,
    Scope, Wait,
};
#[doc(hidden)]
pub use operation::{run, run_blocking, schema};
pub use registry::{Operation, Registry, RegistryError};
pub use requirement::{MissingService, Requirement};

#[doc(hidden)]
pub mod export {
    pub use inventory;
}
