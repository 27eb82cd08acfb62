//! Names of WASI that checks and messages need, whether guests get a WASI here or not.

/// The module that guests import the functions of WASI from.
pub(crate) const WASI_MODULE: &str = "wasi_snapshot_preview1";

/// The export of a module that is a library: it starts the runtime of its language.
pub(crate) const INITIALIZE: &str = "_initialize";
