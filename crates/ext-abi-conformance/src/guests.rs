//! The guests, in WebAssembly text.

/// Lists guests by their names, which are paths in `guests/` without the ending.
macro_rules! guests {
    ($($name:literal)*) => {
        /// Name and WebAssembly text of each guest.
        pub const GUESTS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../guests/", $name, ".wat"))),)*];
    };
}

guests! {
    "alloc_calls"
    "alloc_empty"
    "alloc_end"
    "alloc_grows"
    "alloc_overlaps"
    "alloc_traps"
    "alloc_wild"
    "buffer"
    "buffer_at_zero"
    "buffer_outside"
    "buffer_without_cap"
    "buffer_without_size"
    "echo"
    "faults"
    "features"
    "frames"
    "grows"
    "init_refuses"
    "init_traps"
    "initialize_traps"
    "least"
    "lifecycle"
    "logs"
    "noise"
    "other_exports"
    "refused/alloc_missing"
    "refused/alloc_type"
    "refused/atomics"
    "refused/call_type"
    "refused/cleanup_type"
    "refused/event_type"
    "refused/exceptions"
    "refused/free_type"
    "refused/garbage_collection"
    "refused/import_function"
    "refused/import_global"
    "refused/import_module"
    "refused/import_type"
    "refused/init_missing"
    "refused/init_type"
    "refused/initialize_type"
    "refused/memories"
    "refused/memory_64"
    "refused/memory_imported"
    "refused/memory_is_function"
    "refused/memory_large"
    "refused/memory_missing"
    "refused/memory_shared"
    "refused/relaxed_simd"
    "refused/reply_is_function"
    "refused/restore_type"
    "refused/save_type"
    "refused/table_large"
    "refused/tail_calls"
    "refused/typed_references"
    "refused/version_2"
    "refused/version_differs"
    "refused/version_empty"
    "refused/version_missing"
    "refused/version_short"
    "refused/wasi"
    "refused/wasi_files"
    "relay"
    "start_calls"
    "start_logs"
    "start_traps"
    "version_repeated"
    "version_sections"
    "wasi"
    "without_free"
}

/// Returns the module of a guest; `None` when there is no guest of this name.
///
/// ```
/// let wasm = ext_abi_conformance::guest("relay").expect("a guest");
/// assert!(wasm.starts_with(b"\0asm"));
/// ```
///
/// # Panics
/// Never: the texts are those of this crate, and its tests translate each.
#[must_use]
pub fn guest(name: &str) -> Option<Vec<u8>> {
    let (_, text) = GUESTS.iter().find(|(guest, _)| *guest == name)?;
    Some(wat::parse_str(text).unwrap_or_else(|error| panic!("{name}: {error}")))
}
