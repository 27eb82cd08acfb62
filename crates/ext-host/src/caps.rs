//! The caps of a module: no manifest and no host raises them.

use ext_abi::limits;

use crate::WasiWorld;

/// Largest file of any module, in bytes.
pub(crate) const MAX_PROGRAM_BYTES: u32 = limits::MAX_PROGRAM_BYTES;
/// Returns the most bytes of a module for this world.
pub(crate) const fn max_module_bytes(world: WasiWorld) -> u32 {
    match world {
        WasiWorld::Command => MAX_PROGRAM_BYTES,
        _ => limits::MAX_MODULE_BYTES,
    }
}

/// Most functions, globals, data or element segments in a module, each.
pub(crate) const MAX_ITEMS: u32 = 100_000;
/// Most imports; the ABI has two functions, a linker may repeat them.
pub(crate) const MAX_IMPORTS: u32 = 1_000;
/// Largest body of one function in bytes: compile time grows faster than the body.
pub(crate) const MAX_FUNCTION_BYTES: u64 = 1 << 20;
/// Most targets of one `br_table`: cranelift before the fix of CVE-2026-115893 miscompiles larger.
pub(crate) const MAX_BR_TABLE_TARGETS: u32 = 100_000;
/// Returns the most bytes of a custom section; they are never run, but some are kept. Interpreters come
/// with what a debugger wants to know of them.
pub(crate) const fn max_custom_bytes(world: WasiWorld) -> u32 {
    match world {
        WasiWorld::Command => MAX_PROGRAM_BYTES,
        _ => 8 << 20,
    }
}
/// Most `br_table` targets of one function together: a table of them nested in itself is compiled
/// once for each level.
pub(crate) const MAX_FUNCTION_TARGETS: u64 = 1_000_000;
/// Most local variables of one function: compiling takes time and memory for each, and a frame with
/// all of them has to fit the stack.
pub(crate) const MAX_LOCALS: u64 = 10_000;
/// Most local variables of all functions together.
pub(crate) const MAX_ALL_LOCALS: u64 = 5_000_000;
/// Most elements of element segments together: each instance keeps those that it may still need.
pub(crate) const MAX_SEGMENT_ELEMENTS: u64 = 1_000_000;
/// Most bytes of data segments together.
pub(crate) const MAX_DATA_BYTES: u64 = 64 << 20;
