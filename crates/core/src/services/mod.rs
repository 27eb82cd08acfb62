//! The services of the system itself, behind the operations that are for the user only.

mod check;
mod copies;
mod extensions;
mod permissions;
mod scan;
mod secrets;
mod work;

use std::sync::{Arc, OnceLock, Weak};

use ext_registry::Services;
use ext_services::{
    copies::LibraryCopies, extensions::ExtensionAdmin, permissions::PermissionAdmin,
    work::LibraryWork,
};
use ext_wire::{ErrorBody, ErrorCode};

pub(crate) use self::secrets::{UserSecrets, UserSignIns};
use crate::{error::CoreError, system::System};

/// Converts an error of a store for whoever called the operation.
pub(crate) fn failed(error: impl Into<CoreError>) -> ErrorBody {
    error.into().into()
}

/// A system that services refer to before it is put together, as it is made of them.
#[derive(Clone, Default)]
pub(crate) struct SystemRef(Arc<OnceLock<Weak<System>>>);

impl SystemRef {
    /// Says which system it is, once.
    pub(crate) fn set(&self, system: &Arc<System>) {
        let _ = self.0.set(Arc::downgrade(system));
    }

    /// Returns the system.
    ///
    /// # Errors
    /// [`ErrorCode::Stopped`] when it is not there yet, or not any more.
    pub(crate) fn get(&self) -> Result<Arc<System>, ErrorBody> {
        let system = self.0.get().and_then(Weak::upgrade);
        system.ok_or_else(|| ErrorBody::new(ErrorCode::Stopped, "the system is closed"))
    }
}

/// Adds the services of a system that is about to be put together.
pub(crate) fn add(services: Services, system: &SystemRef) -> Services {
    let system = Arc::new(system.clone());
    services
        .with::<dyn LibraryCopies>(Arc::clone(&system) as Arc<dyn LibraryCopies>)
        .with::<dyn LibraryWork>(Arc::clone(&system) as Arc<dyn LibraryWork>)
        .with::<dyn ExtensionAdmin>(Arc::clone(&system) as Arc<dyn ExtensionAdmin>)
        .with::<dyn PermissionAdmin>(system)
}
