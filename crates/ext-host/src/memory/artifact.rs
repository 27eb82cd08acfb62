//! Compiled code from bytes.

use bytes::Bytes;
use wasmer::{DeserializeError, Engine, Module};

/// Loads compiled code that this program, or one like it, has made: by [`crate::codegen`] just now; from
/// [`crate::Cache`], which checks that it wrote the bytes itself; or, in a worker, from the process
/// that started it ([`crate::Artifact::from_parent`]).
///
/// # Errors
/// When the bytes are for another version of the engine.
pub(crate) fn deserialize(engine: &Engine, artifact: Bytes) -> Result<Module, DeserializeError> {
    // SAFETY: the callers pass bytes of `Module::serialize` only. Those that were stored meanwhile
    // stood under a keyed MAC, whose key only this user can read, together with the engine's version,
    // the processor's features and the middleware's revision. Those that came from the parent of a
    // worker were such bytes there; they name the same version, and their digest was compared, or they
    // did not travel: both processes map memory that is sealed.
    unsafe { Module::deserialize(engine, artifact) }
}
