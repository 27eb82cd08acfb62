//! The two imports of a guest.
//!
//! There is no `unsafe` block: the host gets numbers, and what it gives are numbers that
//! [`Blocks`](crate::glue::Blocks) and [`ReplyBuffer`](crate::glue::ReplyBuffer) look up before
//! anything is read.
#![expect(unsafe_code, reason = "imports cannot be declared without it")]

use ext_abi::LogLevel;
use uuid::Uuid;

// SAFETY: the names and types are those of ABI version 1 (`ext_abi::names`), which a host refuses to
// link otherwise. Both may be `safe`: the host checks every range against linear memory and only
// reads it; it writes to the exported reply buffer, which is made of atomics, and to blocks that
// `wasm_alloc` lent it, which nobody else touches until they come back.
#[link(wasm_import_module = "spacedrive")]
unsafe extern "C" {
    safe fn spacedrive_call(
        method_ptr: u32,
        method_len: u32,
        library_id_ptr: u32,
        payload_ptr: u32,
        payload_len: u32,
    ) -> u32;
    safe fn spacedrive_log(level: u32, msg_ptr: u32, msg_len: u32);
}

// SAFETY: the linker makes this function of all constructors in the module, which only register functions
// (`inventory`), each of them once however often it is called.
unsafe extern "C" {
    safe fn __wasm_call_ctors();
}

/// Runs the constructors of the module, which nothing else does on this target.
pub(crate) fn construct() {
    __wasm_call_ctors();
}

/// Returns address and length of bytes that the host may read during the call they are passed to.
fn range(bytes: &[u8]) -> (u32, u32) {
    (number(bytes.as_ptr().expose_provenance()), number(bytes.len()))
}

/// Converts an address or a length, which has 32 bits on wasm32, so that nothing is cut off.
pub(crate) fn number(address: usize) -> u32 {
    u32::try_from(address).unwrap_or(u32::MAX)
}

/// Writes a message to the log of the host.
pub(crate) fn write(level: LogLevel, message: &str) {
    let (ptr, len) = range(message.as_bytes());
    spacedrive_log(level as u32, ptr, len);
}

/// Calls `method` and returns the address of the reply; 0 when there was no memory for it.
pub(crate) fn call(method: &str, library_id: Option<Uuid>, payload: &[u8]) -> u32 {
    let library = library_id.map(Uuid::into_bytes);
    let library_ptr = library.as_ref().map_or(0, |id| range(id).0);
    let (method_ptr, method_len) = range(method.as_bytes());
    let (payload_ptr, payload_len) = range(payload);
    spacedrive_call(method_ptr, method_len, library_ptr, payload_ptr, payload_len)
}
