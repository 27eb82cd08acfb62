//! Context of an operation: everything it gets besides its input.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::Arc,
};

use ext_perm::{Budget, Granted, Principal, Quota, Target};
use ext_wire::{ErrorCode, Method};
use uuid::Uuid;

use crate::{Deadline, OpError, Progress};

/// The services of a host, by type, on which operations work.
///
/// ```
/// use std::sync::Arc;
/// use ext_registry::Services;
///
/// trait Clock: Send + Sync { fn now(&self) -> u64; }
/// struct Stopped;
/// impl Clock for Stopped { fn now(&self) -> u64 { 7 } }
///
/// let services = Services::default().with::<dyn Clock>(Arc::new(Stopped));
/// assert_eq!(services.get::<dyn Clock>()?.now(), 7);
/// # Ok::<(), ext_registry::OpError>(())
/// ```
#[derive(Default, Clone)]
pub struct Services {
    by_type: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

impl Services {
    /// Adds a service, or replaces the one of the same type.
    #[must_use]
    pub fn with<T: ?Sized + Send + Sync + 'static>(mut self, service: Arc<T>) -> Self {
        self.by_type.insert(TypeId::of::<T>(), Arc::new(service));
        self
    }

    /// Returns the service of this type.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when the host has none: it was put together wrongly.
    pub fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Result<&Arc<T>, OpError> {
        self.find::<T>().ok_or_else(|| {
            let name = std::any::type_name::<T>();
            OpError::internal(format_args!("this host has no service {name}"))
        })
    }

    /// Returns the service of this type, if the host has one.
    #[must_use]
    pub fn find<T: ?Sized + Send + Sync + 'static>(&self) -> Option<&Arc<T>> {
        let service = self.by_type.get(&TypeId::of::<T>());
        service.and_then(|service| service.downcast_ref::<Arc<T>>())
    }
}

/// Context of an operation: the proof that it may run, and the host's services.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    granted: &'a Granted<'a>,
    services: &'a Services,
    deadline: &'a Deadline,
    progress: Progress<'a>,
}

impl<'a> Context<'a> {
    pub(crate) const fn new(
        granted: &'a Granted<'a>,
        services: &'a Services,
        deadline: &'a Deadline,
        progress: Progress<'a>,
    ) -> Self {
        Self { granted, services, deadline, progress }
    }

    /// Returns the deadline of the call, which every operation that waits or works long observes.
    #[must_use]
    pub const fn deadline(self) -> &'a Deadline {
        self.deadline
    }

    /// Returns where the call tells how far it is.
    #[must_use]
    pub const fn progress(self) -> Progress<'a> {
        self.progress
    }

    /// Returns the principal on whose behalf it runs.
    #[must_use]
    pub fn principal(self) -> Principal<'a> {
        self.granted.principal()
    }

    /// Returns the extension on whose behalf it runs; `None` for the user.
    #[must_use]
    pub fn extension(self) -> Option<&'a str> {
        match self.principal() {
            Principal::User => None,
            Principal::Extension(id) => Some(id),
        }
    }

    /// Returns whether the call is of somebody to whom the principal delegates some of its rights, such
    /// as whoever has a token: nothing is done later in the principal's name for them.
    #[must_use]
    pub const fn is_delegated(self) -> bool {
        self.granted.is_delegated()
    }

    /// Returns all services, for work on which several depend.
    #[must_use]
    pub const fn services(self) -> &'a Services {
        self.services
    }

    /// Returns the library of the call, the one that was checked.
    ///
    /// # Errors
    /// [`ErrorCode::DeniedLibrary`] when the call named none; never for a library operation.
    pub fn library(self) -> Result<Uuid, OpError> {
        self.granted.library().ok_or_else(|| {
            OpError::new(
                ErrorCode::DeniedLibrary,
                "this method needs a library, the call names none",
            )
        })
    }

    /// Charges a budget of this day, all of `amount` or nothing, before the work is done. The user
    /// is not charged.
    ///
    /// # Errors
    /// [`ErrorCode::Rate`] with `retry_after_ms` when today's budget has not that much left,
    /// [`ErrorCode::DeniedArg`] when the whole budget of a day is smaller: the operation must not
    /// go on.
    pub fn charge(self, budget: Budget, amount: u64) -> Result<(), OpError> {
        Ok(self.granted.charge(budget, amount)?)
    }

    /// Charges a budget of this day with what is used already: where less is left, all of it is gone.
    /// The user is not charged.
    ///
    /// # Errors
    /// [`ErrorCode::Rate`] with `retry_after_ms` when today's budget had less left: the operation must
    /// not go on.
    pub fn charge_used(self, budget: Budget, amount: u64) -> Result<(), OpError> {
        Ok(self.granted.charge_used(budget, amount)?)
    }

    /// Returns what the caller has left of its limits.
    #[must_use]
    pub fn quota(self) -> Quota {
        self.granted.quota()
    }

    /// Returns whether the answer of [`check`](Self::check) can depend on the entry or sidecar.
    #[must_use]
    pub fn is_target_sensitive(self) -> bool {
        self.granted.is_target_sensitive()
    }

    /// Checks whether the call may touch something, by the rules that are in force now.
    ///
    /// # Errors
    /// [`ErrorCode::DeniedArg`] or another code of a denial.
    pub fn check(self, target: Target<'_>) -> Result<(), OpError> {
        Ok(self.granted.check(target)?)
    }

    /// Returns whether the call may touch something: to leave it out of a list.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when no decision is possible.
    pub fn may_touch(self, target: Target<'_>) -> Result<bool, OpError> {
        Ok(self.granted.may_touch(target)?)
    }

    /// Returns whether the caller may call another method on something, by the rules that are in force
    /// now: an answer can show what another method reads.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when no decision is possible.
    pub fn may_also(self, method: Method<'_>, target: Target<'_>) -> Result<bool, OpError> {
        Ok(self.granted.may_also(method, target)?)
    }

    /// Returns whether the call may reach a server; `host` without brackets or a dot at the end.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when no decision is possible.
    pub fn may_reach(self, scheme: &str, host: &str, port: u16) -> Result<bool, OpError> {
        Ok(self.granted.may_reach(scheme, host, port)?)
    }

    /// Returns a service that the operation cannot do without, as
    /// [`require_service!`](crate::require_service) says.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when the host has none.
    pub fn service<T: ?Sized + Send + Sync + 'static>(self) -> Result<&'a Arc<T>, OpError> {
        self.services.get::<T>()
    }

    /// Returns a service that the operation can do without, if the host has it.
    #[must_use]
    pub fn find_service<T: ?Sized + Send + Sync + 'static>(self) -> Option<&'a Arc<T>> {
        self.services.find::<T>()
    }
}
