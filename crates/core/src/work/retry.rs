//! Errors that may pass.

use ext_wire::ErrorCode;

/// Returns whether the host was too busy: nothing was tried, and a moment later it may be.
pub(super) const fn is_busy(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::Busy | ErrorCode::Rate)
}

/// Returns whether the same work may succeed later: the host, a server or the disk was in its way.
pub(super) const fn may_pass(code: ErrorCode) -> bool {
    is_busy(code)
        || matches!(
            code,
            ErrorCode::Io
                | ErrorCode::NoSpace
                | ErrorCode::Internal
                | ErrorCode::Net
                | ErrorCode::NetDns
                | ErrorCode::NetTimeout
        )
}

/// Returns whether the extension itself failed. A job is started again after that, from its last
/// checkpoint. An event is not: the same event ends the handler in the same way, and the faults in a
/// row would have the extension quarantined for the sake of one event.
pub(super) const fn is_fault(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::Trap | ErrorCode::Cpu | ErrorCode::Deadline | ErrorCode::Memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_with_the_extension_or_its_input_does_not_pass() {
        for code in [ErrorCode::Net, ErrorCode::NetTimeout, ErrorCode::NoSpace, ErrorCode::Busy] {
            assert!(may_pass(code) && !is_fault(code), "{code:?}");
        }
        for code in [ErrorCode::Trap, ErrorCode::Deadline] {
            assert!(!may_pass(code) && is_fault(code), "{code:?}");
        }
        for code in [ErrorCode::BadInput, ErrorCode::DeniedMethod, ErrorCode::NotFound] {
            assert!(!may_pass(code) && !is_fault(code), "{code:?}");
        }
    }
}
