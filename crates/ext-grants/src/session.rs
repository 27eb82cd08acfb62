//! The terminal or desktop session that the program was started in.

use std::fs;

/// The environment variable by which a session that is not a terminal's (a desktop, a daemon) names itself.
const VARIABLE: &str = "SPACEDRIVE_SESSION";

/// Returns the name of the session, which no later session has: a grant for a session ends with it.
pub(crate) fn current() -> String {
    if let Some(name) = std::env::var(VARIABLE).ok().filter(|name| !name.is_empty()) {
        return format!("named-{}", blake3::hash(name.as_bytes()).to_hex());
    }
    // The number of a session may be used again after a restart, hence the boot before it.
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let session = number().unwrap_or_else(|| format!("process-{}", std::process::id()));
    format!("{}-{session}", boot.trim())
}

/// Returns the number of the session: the process id of its first process.
#[cfg(target_os = "linux")]
fn number() -> Option<String> {
    match session_of(&fs::read_to_string("/proc/self/stat").ok()?)? {
        // A container whose session was started outside of it: its processes are the session.
        0 => Some(fs::read_link("/proc/self/ns/pid").ok()?.to_string_lossy().into_owned()),
        number => Some(number.to_string()),
    }
}

/// Reads the session in the line `pid (name) state ppid pgrp session ...`, see proc_pid_stat(5).
/// The system call `getsid` gives the same, but rustix 1.1 panics where the answer is 0.
#[cfg(any(target_os = "linux", test))]
fn session_of(stat: &str) -> Option<u32> {
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_ascii_whitespace().nth(3)?.parse().ok()
}

#[cfg(all(unix, not(target_os = "linux")))]
fn number() -> Option<String> {
    rustix::process::getsid(None).ok().map(|id| id.as_raw_nonzero().to_string())
}

#[cfg(not(unix))]
fn number() -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_read_past_any_name_of_the_program() {
        let cases = [
            ("7 (cat) R 1 5 4711 0 -1 4194304", Some(4711)),
            ("7 (a) b (c) 9 8 7) S 1 5 12 0", Some(12)),
            ("2 (cat) R 1 0 0 0 -1", Some(0)),
            ("2 (cat) R 1", None),
            ("", None),
        ];
        for (stat, session) in cases {
            assert_eq!(session_of(stat), session, "{stat}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn programs_of_one_session_find_the_same_name_even_where_it_was_started_outside() {
        assert_eq!(current(), current());
        assert!(number().is_some());
    }
}
