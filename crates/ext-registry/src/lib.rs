//! The operation registry: one set of operations for extensions, the CLI and the daemon.
//!
//! [`ext_wire::wire!`] declares an operation: kind, method, input, output, summary. A type
//! implements it by the trait of its kind, and [`register!`] makes it known:
//!
//! | trait | changes something | needs a library | method |
//! |---|---|---|---|
//! | [`CoreQuery`] | no | no | `query:<name>.v1` |
//! | [`CoreAction`] | yes | no | `action:<name>.input.v1` |
//! | [`LibraryQuery`] | no | yes | `query:<name>.v1` |
//! | [`LibraryAction`] | yes | yes | `action:<name>.input.v1` |
//!
//! [`Registry::collect`] gathers what is linked in and refuses duplicates. A call goes from bytes to
//! the operation's input type and from its output type to bytes; no `serde_json::Value` in between.
//!
//! ```standalone_crate
//! use ext_perm::Engine;
//! use ext_registry::{Context, CoreQuery, Deadline, OpError, Progress, Registry, Services};
//! use ext_wire::body::BlobStyle;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, schemars::JsonSchema)]
//! #[serde(deny_unknown_fields)]
//! struct GreetInput { name: String }
//!
//! #[derive(Serialize, Deserialize, schemars::JsonSchema)]
//! struct GreetOutput { greeting: String }
//!
//! ext_wire::wire! {
//!     /// Greets somebody by name.
//!     CoreQuery Greet = "query:demo.greet.v1", GreetInput => GreetOutput;
//! }
//!
//! impl CoreQuery for Greet {
//!     async fn execute(input: GreetInput, _: Context<'_>) -> Result<GreetOutput, OpError> {
//!         Ok(GreetOutput { greeting: format!("hello {}", input.name) })
//!     }
//! }
//! ext_registry::register!(CoreQuery for Greet);
//!
//! let registry = Registry::collect()?;
//! let user = Engine::for_user();
//! let call = ext_registry::Call {
//!     method: "query:demo.greet.v1",
//!     library: None,
//!     payload: br#"{"name":"Ada"}"#.as_slice().into(),
//!     blobs: BlobStyle::Base64,
//!     deadline: Deadline::NONE,
//!     progress: Progress::NONE,
//! };
//! let services = Services::default();
//! let reply = pollster::block_on(
//!     ext_registry::execute_json_operation(&registry, &services, &user, call));
//! assert_eq!(reply?, br#"{"greeting":"hello Ada"}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An input refuses unknown fields, an output ignores them: see [`ext_wire::ops`].
//!
//! # Not in this crate
//!
//! Wasm and guest pointers (`ext-host`), the operations themselves (`ext-ops`), decisions on
//! permissions (`ext-perm`). It depends on `ext-perm` for the witness `Granted` alone: an operation
//! runs only with one, so an unchecked call does not compile.
#![forbid(unsafe_code)]

mod context;
mod deadline;
mod dispatch;
mod error;
mod operation;
mod progress;
mod registry;
mod requirement;

pub use context::{Context, Services};
pub use deadline::Deadline;
pub use dispatch::{
    Call, execute_json_operation, execute_json_operation_blocking, execute_json_operation_waiting,
};
pub use error::OpError;
pub use ext_wire::OperationKind;
pub use operation::{
    CoreAction, CoreQuery, LibraryAction, LibraryQuery, OperationFuture, Registration, RunBlocking,
    Wait,
};
#[doc(hidden)]
pub use operation::{run, run_blocking};
pub use progress::Progress;
pub use registry::{Operation, Registry, RegistryError, unknown_method};
pub use requirement::{MissingService, Requirement};

#[doc(hidden)]
pub mod export {
    pub use inventory;
}
