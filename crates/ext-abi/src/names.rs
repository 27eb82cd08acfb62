//! Names of imports, exports and custom sections.

/// The one import module.
pub const IMPORT_MODULE: &str = "spacedrive";

/// `spacedrive_call(method_ptr, method_len, library_id_ptr, payload_ptr, payload_len) -> frame_ptr`
pub const CALL: &str = "spacedrive_call";

/// `spacedrive_log(level, msg_ptr, msg_len)`
pub const LOG: &str = "spacedrive_log";

/// The guest's linear memory.
pub const MEMORY: &str = "memory";

/// `wasm_alloc(size) -> ptr`: 8-byte aligned, 0 when there is no memory.
pub const ALLOC: &str = "wasm_alloc";

/// `wasm_free(ptr, size)`
pub const FREE: &str = "wasm_free";

/// `plugin_init() -> code`: 0 = ready.
pub const PLUGIN_INIT: &str = "plugin_init";

/// Optional: `plugin_cleanup() -> code`
pub const PLUGIN_CLEANUP: &str = "plugin_cleanup";

/// Optional: `plugin_call(method_ptr, method_len, payload_ptr, payload_len) -> frame_ptr`
pub const PLUGIN_CALL: &str = "plugin_call";

/// Optional: `plugin_on_event(ptr, len) -> code`
pub const PLUGIN_ON_EVENT: &str = "plugin_on_event";

/// Optional: `plugin_save() -> frame_ptr`, the state to keep across a hot reload.
pub const PLUGIN_SAVE: &str = "plugin_save";

/// Optional: `plugin_restore(ptr, len) -> code`
pub const PLUGIN_RESTORE: &str = "plugin_restore";

/// Optional global (`i32`): address of the buffer that replies are written to when they fit.
pub const REPLY_PTR: &str = "spacedrive_reply_ptr";

/// Optional global (`i32`): size of that buffer in bytes.
pub const REPLY_CAP: &str = "spacedrive_reply_cap";

/// Custom section that holds the ABI version.
pub const ABI_SECTION: &str = "spacedrive.abi";
