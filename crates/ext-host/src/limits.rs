//! What one instance may use.

use std::time::Duration;

use ext_abi::limits;

/// What one instance may use. All of it is enforced from the first instruction on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory in bytes; `memory.grow` past it returns -1.
    pub memory_bytes: u64,
    /// Elements of all tables; `table.grow` past it returns -1.
    pub table_elements: u32,
    /// Stack of the guest in bytes.
    pub stack_bytes: usize,
    /// Longest run of guest code in one call, time in host calls not counted.
    pub compute_timeout: Duration,
    /// Longest call, time in host calls counted.
    pub call_timeout: Duration,
    /// Largest JSON payload or reply in bytes; attachments have the ABI's limit.
    pub json_bytes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 256 << 20,
            table_elements: 10_000,
            stack_bytes: 1 << 20,
            compute_timeout: Duration::from_secs(10),
            call_timeout: Duration::from_secs(60),
            json_bytes: limits::DEFAULT_MAX_JSON_BYTES,
        }
    }
}

/// Largest module file in bytes.
pub(crate) const MAX_MODULE_BYTES: usize = 16 << 20;
/// Most functions, globals, data or element segments in a module, each.
pub(crate) const MAX_ITEMS: u32 = 100_000;
/// Most imports; the ABI has two functions, a linker may repeat them.
pub(crate) const MAX_IMPORTS: u32 = 1_000;
/// Largest body of one function in bytes: compile time grows faster than the body.
pub(crate) const MAX_FUNCTION_BYTES: u64 = 1 << 20;
/// Most targets of one `br_table`: cranelift before the fix of CVE-2026-115893 miscompiles larger.
pub(crate) const MAX_BR_TABLE_TARGETS: u32 = 100_000;
/// Largest custom section in bytes; they are never run, but some are kept.
pub(crate) const MAX_CUSTOM_BYTES: usize = 8 << 20;
