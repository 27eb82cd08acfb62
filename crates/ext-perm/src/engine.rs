//! The one gate that every call goes through.

use std::{
    fmt,
    num::NonZeroU32,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use ext_manifest::Manifest;
use ext_wire::Method;
use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use uuid::Uuid;

use crate::{
    Granted, ManifestBackend, PermissionBackend, Principal, Reason, Refusal, Request, Response,
    Rule, UserBackend, manifest_backend::deny_host_only,
};

/// How often a principal may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests per minute, evenly.
    pub per_minute: NonZeroU32,
    /// Requests at once, after a pause long enough.
    pub burst: NonZeroU32,
}

impl Rate {
    /// `n` requests per minute; after a minute's pause all of them at once.
    #[must_use]
    pub const fn per_minute(n: NonZeroU32) -> Self {
        Self { per_minute: n, burst: n }
    }
}

/// Decides about the calls of one principal.
///
/// The rate limit runs on the monotonic clock. An engine may be asked from many threads at once; an
/// allow neither locks nor allocates.
pub struct Engine {
    /// `None` for the user.
    extension: Option<String>,
    backend: Box<dyn PermissionBackend>,
    limiter: Option<DefaultDirectRateLimiter>,
}

impl Engine {
    /// An engine with its backend and rate limit (`None`: without limit).
    #[must_use]
    pub fn new(
        principal: Principal<'_>,
        backend: Box<dyn PermissionBackend>,
        rate: Option<Rate>,
    ) -> Self {
        let extension = match principal {
            Principal::User => None,
            Principal::Extension(id) => Some(id.to_owned()),
        };
        let quota = |rate: Rate| Quota::per_minute(rate.per_minute).allow_burst(rate.burst);
        let limiter = rate.map(|rate| RateLimiter::direct(quota(rate)));
        Self { extension, backend, limiter }
    }

    /// The engine of an extension: its manifest decides, with the manifest's rate limit.
    #[must_use]
    pub fn for_extension(manifest: &Manifest) -> Self {
        let rate = Rate::per_minute(manifest.permissions().rate_limits().requests_per_minute());
        let backend = Box::new(ManifestBackend::new(manifest));
        Self::new(Principal::Extension(manifest.id()), backend, Some(rate))
    }

    /// The engine of the user: everything is allowed, without limit.
    #[must_use]
    pub fn for_user() -> Self {
        Self::new(Principal::User, Box::new(UserBackend), None)
    }

    /// Whose calls it decides about.
    #[must_use]
    pub fn principal(&self) -> Principal<'_> {
        self.extension.as_deref().map_or(Principal::User, Principal::Extension)
    }

    /// Charges the rate limit, then decides.
    ///
    /// # Errors
    /// [`Refusal`]: too many requests, or not allowed.
    pub fn authorize<'a>(
        &'a self,
        method: Method<'a>,
        library: Option<Uuid>,
        host_only: bool,
    ) -> Result<Granted<'a>, Refusal> {
        self.charge()?;
        let response = self.explain(method, library, host_only);
        if response.is_allow() {
            Ok(Granted::new(self.principal(), method, library))
        } else {
            Err(Refusal::denied(self.backend.name(), response))
        }
    }

    /// What [`authorize`](Self::authorize) would decide and why, without charging the rate limit.
    pub fn explain(&self, method: Method<'_>, library: Option<Uuid>, host_only: bool) -> Response {
        let request = Request { principal: self.principal(), method, library, host_only };
        if host_only && self.extension.is_some() {
            return deny_host_only(&request);
        }
        // A backend that panics may have left itself in any state; it is asked again all the same,
        // because whatever it does then, a panic stays a no.
        catch_unwind(AssertUnwindSafe(|| self.backend.decide(&request))).unwrap_or_else(|_| {
            Response::deny(Reason {
                rule: Rule::Backend,
                message: "the permission backend failed".into(),
                would_allow: None,
            })
        })
    }

    fn charge(&self) -> Result<(), Refusal> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        limiter.check().map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            Refusal::RateLimited { retry_after_ms: ceil_ms(wait) }
        })
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("principal", &self.principal())
            .field("backend", &self.backend.name())
            .finish_non_exhaustive()
    }
}

/// Whole milliseconds, rounded up and at least one, so that a caller that waits them is not early.
fn ceil_ms(wait: Duration) -> u64 {
    u64::try_from(wait.as_micros().div_ceil(1000)).unwrap_or(u64::MAX).max(1)
}
