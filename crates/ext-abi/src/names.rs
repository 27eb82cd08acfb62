//! Names of imports, exports and custom sections.

/// The one import module.
pub const IMPORT_MODULE: &str = "spacedrive";

/// Import that calls an operation:
/// `spacedrive_call(method_ptr, method_len, library_id_ptr, payload_ptr, payload_len) -> frame_ptr`.
pub const CALL: &str = "spacedrive_call";

/// Import that logs: `spacedrive_log(level, msg_ptr, msg_len)`.
pub const LOG: &str = "spacedrive_log";

/// Export of the guest's linear memory.
pub const MEMORY: &str = "memory";

/// Export that allocates: `wasm_alloc(size) -> ptr`, 8-byte aligned, 0 when there is no memory.
pub const ALLOC: &str = "wasm_alloc";

/// Export that frees a block: `wasm_free(ptr, size)`.
pub const FREE: &str = "wasm_free";

/// Export that initializes the guest: `plugin_init() -> code`, 0 = ready.
pub const PLUGIN_INIT: &str = "plugin_init";

/// Optional export, called before the guest is unloaded: `plugin_cleanup() -> code`.
pub const PLUGIN_CLEANUP: &str = "plugin_cleanup";

/// Optional export that runs an operation of the guest:
/// `plugin_call(method_ptr, method_len, payload_ptr, payload_len) -> frame_ptr`.
pub const PLUGIN_CALL: &str = "plugin_call";

/// Optional export that handles an event: `plugin_on_event(ptr, len) -> code`.
pub const PLUGIN_ON_EVENT: &str = "plugin_on_event";

/// Optional export that saves the state for a hot reload: `plugin_save() -> frame_ptr`.
pub const PLUGIN_SAVE: &str = "plugin_save";

/// Optional export that restores the saved state: `plugin_restore(ptr, len) -> code`.
pub const PLUGIN_RESTORE: &str = "plugin_restore";

/// Optional global (`i32`): address of the buffer that replies are written to when they fit.
pub const REPLY_PTR: &str = "spacedrive_reply_ptr";

/// Optional global (`i32`): size of that buffer in bytes.
pub const REPLY_CAP: &str = "spacedrive_reply_cap";

/// Custom section that holds the ABI version.
pub const ABI_SECTION: &str = "spacedrive.abi";

/// Optional custom section that names the operations and events that the guest has functions for, as
/// lines of text.
pub const METHODS_SECTION: &str = "spacedrive.methods";
