//! Compiled code from bytes.

use bytes::Bytes;
use wasmer::{DeserializeError, Engine, Module};

/// Compiled code that this program, or one like it, has made: from [`crate::module`] without a way
/// around, or from [`crate::Cache`], which checks that it wrote the bytes itself.
///
/// # Errors
/// When the bytes are for another version of the engine.
pub(crate) fn revive(engine: &Engine, artifact: Bytes) -> Result<Module, DeserializeError> {
    // SAFETY: the callers pass bytes of `Module::serialize` only. Those that were stored meanwhile
    // stood under a keyed MAC, whose key only this user can read, together with the engine's version,
    // the processor's features and the middleware's revision.
    unsafe { Module::deserialize(engine, artifact) }
}
