//! Services that operations cannot do without.

use ext_wire::{ErrorCode, Method};
use thiserror::Error;

use crate::Services;

/// Need of some operations for a service; made by [`require_service!`](crate::require_service).
pub struct Requirement {
    /// A family (`vdfs`), or one operation of it (`search.entries`).
    pub operations: &'static str,
    /// The type of the service.
    pub service: fn() -> &'static str,
    /// Function that checks whether a host has the service.
    pub is_met: fn(&Services) -> bool,
}

inventory::collect!(Requirement);

impl Requirement {
    /// Returns whether `method` is one of the operations.
    fn is_about(&self, method: Method<'_>) -> bool {
        [method.family(), method.name()].contains(&self.operations)
    }
}

/// A service that operations need, and that the host does not have: a mistake in the program.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{method}` needs the service `{service}`, which this host does not have")]
pub struct MissingService {
    /// An operation that needs it.
    pub method: String,
    /// The type of the service.
    pub service: &'static str,
}

impl MissingService {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::Internal
    }
}

/// Checks that all services that `method` needs are there.
pub(crate) fn check(method: Method<'_>, services: &Services) -> Result<(), MissingService> {
    let mut needs = inventory::iter::<Requirement>.into_iter().filter(|need| need.is_about(method));
    match needs.find(|need| !(need.is_met)(services)) {
        Some(need) => Err(MissingService { method: method.to_string(), service: (need.service)() }),
        None => Ok(()),
    }
}

/// Declares that operations need a service: `require_service!("vdfs", dyn LibraryDirectory)` for a
/// family, `require_service!("search.entries", dyn LibraryDirectory)` for one operation of it.
///
/// A host that has the operations but not the service does not start, instead of failing at the
/// first call; see [`Registry::check`](crate::Registry::check). For a service that an operation can
/// do without there is [`Context::find_service`](crate::Context::find_service).
#[macro_export]
macro_rules! require_service {
    ($operations:literal, $service:ty) => {
        $crate::export::inventory::submit! {
            $crate::Requirement {
                operations: $operations,
                service: ::core::any::type_name::<$service>,
                is_met: |services| services.find::<$service>().is_some(),
            }
        }
    };
}
