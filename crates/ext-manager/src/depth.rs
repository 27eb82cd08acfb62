//! The depth of a call: the extensions that it went through already.
//!
//! A guest's thread runs the host operations that the guest calls, so what they call in turn starts
//! on that thread. A call into an extension that is in the chain would wait for itself.

use std::{cell::RefCell, sync::Arc};

use ext_wire::{ErrorBody, ErrorCode};

thread_local! {
    static CHAIN: RefCell<Chain> = const { RefCell::new(Vec::new()) };
}

/// The extensions that a call went through, outermost first.
pub(crate) type Chain = Vec<Arc<str>>;

/// Returns the chain of a call into `id` that is made on this thread.
///
/// # Errors
/// [`ErrorCode::AbiReentrant`] when `id` is in it, or when it is `limit` long already.
pub(crate) fn enter(id: &Arc<str>, limit: usize) -> Result<Chain, ErrorBody> {
    CHAIN.with_borrow(|chain| {
        if chain.contains(id) {
            let message = format_args!("a call of `{id}` came back to `{id}` before it was done");
            return Err(ErrorBody::new(ErrorCode::AbiReentrant, message));
        }
        if chain.len() >= limit {
            let message =
                format_args!("a call went through {limit} extensions, which is the limit");
            return Err(ErrorBody::new(ErrorCode::AbiReentrant, message));
        }
        Ok(chain.iter().chain([id]).cloned().collect())
    })
}

/// Runs the work of a call with this chain.
pub(crate) fn within<T>(chain: Chain, run: impl FnOnce() -> T) -> T {
    let before = CHAIN.replace(chain);
    let value = run();
    CHAIN.set(before);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn call_10_a_call_does_not_come_back_and_goes_only_so_deep() {
        let (a, b, c): (Arc<str>, Arc<str>, Arc<str>) = ("a".into(), "b".into(), "c".into());
        let chain = enter(&a, 2).unwrap();
        within(chain, || {
            assert_eq!(enter(&a, 2).unwrap_err().code, ErrorCode::AbiReentrant);
            let chain = enter(&b, 2).unwrap();
            within(chain, || {
                assert_eq!(enter(&a, 2).unwrap_err().code, ErrorCode::AbiReentrant);
                assert_eq!(enter(&c, 2).unwrap_err().code, ErrorCode::AbiReentrant);
                assert!(enter(&c, 3).is_ok());
            });
        });
        assert!(enter(&a, 2).is_ok());
    }
}
