//! What "this session" means: the terminal or desktop session that the program was started in.

use std::fs;

/// Variable by which a session that is no terminal's (a desktop, a daemon) names itself.
const VARIABLE: &str = "SPACEDRIVE_SESSION";

/// The name of the session, which no later session has: a grant for this session ends with it.
pub(crate) fn current() -> String {
    if let Some(name) = std::env::var(VARIABLE).ok().filter(|name| !name.is_empty()) {
        return format!("named-{}", blake3::hash(name.as_bytes()).to_hex());
    }
    // The number of a session may be used again after a restart, hence the boot before it.
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    format!("{}-{}", boot.trim(), leader())
}

/// Process id of the session's first process.
#[cfg(unix)]
fn leader() -> String {
    let id = rustix::process::getsid(None).map(|id| id.as_raw_nonzero().get().to_string());
    id.unwrap_or_else(|_| format!("process-{}", std::process::id()))
}

#[cfg(not(unix))]
fn leader() -> String {
    format!("process-{}", std::process::id())
}
