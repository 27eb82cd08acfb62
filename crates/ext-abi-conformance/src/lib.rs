//! The conformance suite of hosts: guests in WebAssembly text, and what a host must do with each.
//!
//! `cases.json` has the cases and `guests/` the modules; both are data, for hosts in any language. Here is
//! a runner for hosts in Rust: implement [`HostUnderTest`] for yours, and [`Suite::check`] returns what
//! does not hold. The tests of this crate do that with `ext-host`.
//!
//! ```
//! use ext_abi::{ErrorCode, attachment};
//! use ext_abi_conformance::Suite;
//!
//! let suite = Suite::load();
//! assert!(suite.runs.iter().any(|run| run.name == "the least module starts"));
//! let failures = suite.check_envelopes(|body| {
//!     let layout = attachment::decode(body).map_err(|error| error.code())?;
//!     let blobs = layout.blobs.into_iter().map(|blob| body[blob].to_vec());
//!     Ok::<_, ErrorCode>((body[layout.json].to_vec(), blobs.collect()))
//! });
//! assert!(failures.is_empty(), "{failures:?}");
//! ```
//!
//! # Not in this crate
//!
//! A check of guests: `examples/python-host/check_guest.py` is for authors of SDKs. The operations of a
//! host, its permissions, and the JSON in payloads.
#![forbid(unsafe_code)]

mod check;
mod guests;
mod operations;
mod suite;

pub use check::Failure;
pub use guests::{GUESTS, guest};
pub use operations::Operations;
pub use suite::{
    Bytes, Code, Envelope, Exchange, Limits, Message, Outcome, Refusal, Reply, Run, Said, Step,
    Suite, Task,
};

use ext_abi::ErrorCode;

/// A host that is tested. It has one module at a time, and of that one instance.
///
/// An error is the code of a fault: the instance is not used again, and the next step starts another one.
pub trait HostUnderTest {
    /// Checks a module and takes it in place of the one before; nothing of it runs.
    ///
    /// # Errors
    /// The code with which the host refuses the module.
    fn load(&mut self, wasm: &[u8], limits: &Limits) -> Result<(), ErrorCode>;

    /// Starts an instance of the module in place of the one before: the start function, `_initialize`,
    /// `plugin_init`. What the guest asks of its host goes to `operations`.
    ///
    /// # Errors
    /// The code of a fault.
    fn start(&mut self, operations: Operations) -> Result<(), ErrorCode>;

    /// Runs `plugin_call` with these bytes.
    ///
    /// # Errors
    /// The code of a fault.
    fn call(&mut self, method: &str, payload: &[u8]) -> Result<Reply, ErrorCode>;

    /// Runs `plugin_on_event` with these bytes.
    ///
    /// # Errors
    /// The code of a fault.
    fn on_event(&mut self, event: &[u8]) -> Result<i32, ErrorCode>;

    /// Runs `plugin_save`.
    ///
    /// # Errors
    /// The code of a fault.
    fn save(&mut self) -> Result<Reply, ErrorCode>;

    /// Runs `plugin_restore` with these bytes.
    ///
    /// # Errors
    /// The code of a fault.
    fn restore(&mut self, state: &[u8]) -> Result<i32, ErrorCode>;

    /// Runs `plugin_cleanup`.
    ///
    /// # Errors
    /// The code of a fault.
    fn cleanup(&mut self) -> Result<i32, ErrorCode>;
}
