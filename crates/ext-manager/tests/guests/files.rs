//! A guest that wants files. Built by `tests/it/wasi.rs` for `wasm32-wasip1`.
#![crate_type = "cdylib"]

#[used]
#[unsafe(link_section = "spacedrive.abi")]
static ABI_VERSION: [u8; 4] = 1_u32.to_le_bytes();

#[unsafe(no_mangle)]
extern "C" fn wasm_alloc(_: usize) -> *mut u8 {
    std::ptr::null_mut()
}

#[unsafe(no_mangle)]
extern "C" fn plugin_init() -> i32 {
    i32::from(std::fs::read("/etc/passwd").is_ok())
}
