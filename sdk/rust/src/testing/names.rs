//! Which names and paths a library takes: the rules that `ops::vdfs` states.

use ext_abi::ErrorCode;
use ext_wire::{
    is_segment,
    ops::vdfs::{MAX_NAME_BYTES, MAX_PATH_BYTES},
};

use crate::{Error, Result};

/// Checks the name of an entry.
pub(super) fn check_name(name: &str) -> Result<()> {
    let legal = is_plain(name) && name.len() <= MAX_NAME_BYTES;
    legal.then_some(()).ok_or_else(|| refuse("entry name", name))
}

/// Checks the path of an entry.
pub(super) fn check_path(path: &str) -> Result<()> {
    let legal = path.len() <= MAX_PATH_BYTES
        && path.split('/').all(|segment| is_plain(segment) && segment != "." && segment != "..");
    legal.then_some(()).ok_or_else(|| refuse("entry path", path))
}

/// Checks the name of a sidecar.
pub(super) fn check_sidecar_name(name: &str) -> Result<()> {
    let legal = (1..=MAX_NAME_BYTES).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && !name.starts_with('.')
        && !name.ends_with('.');
    legal.then_some(()).ok_or_else(|| refuse("sidecar name", name))
}

/// Checks the type of an entry.
pub(super) fn check_entry_type(entry_type: &str) -> Result<()> {
    let message = format_args!("entry type `{entry_type}` is no snake-case word");
    is_segment(entry_type).then_some(()).ok_or_else(|| Error::new(ErrorCode::BadInput, message))
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains('/') && !name.contains(char::is_control)
}

fn refuse(what: &str, name: &str) -> Error {
    Error::new(ErrorCode::Path, format_args!("illegal {what} `{}`", name.escape_debug()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths_of_the_rules() {
        assert!(check_name("Rechnung März.pdf").is_ok());
        assert!(check_path("mail/2026/.. .eml").is_ok());
        assert!(check_sidecar_name("receipt.v2_a-b.json").is_ok());
        assert!(check_entry_type("bank_statement").is_ok());
    }

    #[test]
    fn everything_else_is_refused() {
        for name in ["", "a/b", "a\nb", &"x".repeat(MAX_NAME_BYTES + 1)] {
            assert_eq!(check_name(name).unwrap_err().code(), ErrorCode::Path, "{name:?}");
        }
        for path in ["", "/a", "a/", "a//b", "./a", "a/..", &"x".repeat(MAX_PATH_BYTES + 1)] {
            assert_eq!(check_path(path).unwrap_err().code(), ErrorCode::Path, "{path:?}");
        }
        for name in ["", ".hidden", "end.", "a/b", "a b", "ä"] {
            assert_eq!(check_sidecar_name(name).unwrap_err().code(), ErrorCode::Path, "{name:?}");
        }
        assert_eq!(check_entry_type("Receipt").unwrap_err().code(), ErrorCode::BadInput);
    }
}
