//! The environment of a guest's imports: what they know of their instance.

use std::sync::Arc;

use ext_abi::{ErrorCode, GuestPtr};
#[cfg(feature = "wasi")]
use ext_host_wasi::Wasi;
use wasmer::{FunctionEnvMut, Memory, RuntimeError, TypedFunction};

use crate::{Fault, Host, InstanceLimits, clock::CallClock, fault::trap};

/// The environment of one instance's imports.
pub(crate) struct Env {
    pub(crate) host: Box<dyn Host>,
    pub(crate) clock: Arc<CallClock>,
    pub(crate) json_bytes: u32,
    /// Set once the instance is made; a start function cannot call the host.
    pub(crate) guest: Option<Guest>,
    /// True while the guest runs only because the host called its allocator.
    pub(crate) allocating: bool,
    /// Its WASI, if the module imports it.
    #[cfg(feature = "wasi")]
    pub(crate) wasi: Option<Box<Wasi>>,
}

/// The guest's exports that a reply needs.
#[derive(Clone)]
pub(crate) struct Guest {
    pub(crate) memory: Memory,
    pub(crate) alloc: TypedFunction<u32, u32>,
    /// Address and size of the exported reply buffer, if there is one.
    pub(crate) reply_buffer: Option<(GuestPtr, u32)>,
}

impl Env {
    pub(crate) fn new(host: Box<dyn Host>, clock: Arc<CallClock>, limits: &InstanceLimits) -> Self {
        Self {
            host,
            clock,
            json_bytes: limits.json_bytes,
            guest: None,
            allocating: false,
            #[cfg(feature = "wasi")]
            wasi: None,
        }
    }
}

/// Returns the exports of the guest that calls.
///
/// # Errors
/// A trap when it calls from its start function.
pub(crate) fn guest(env: &FunctionEnvMut<'_, Env>) -> Result<Guest, RuntimeError> {
    let message = "the start function called the host; `plugin_init` may";
    env.data().guest.clone().ok_or_else(|| trap(Fault::new(ErrorCode::Trap, message)))
}
