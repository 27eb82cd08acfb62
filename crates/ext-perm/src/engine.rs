//! The engine that decides about the calls of one principal.

use std::{
    fmt,
    num::NonZeroU32,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use ext_manifest::Manifest;
use ext_wire::Method;
use uuid::Uuid;

use crate::{
    backend::{PermissionBackend, Reservation},
    budget::Budget,
    budgets::{Budgets, MemoryBudgets, ms_to_midnight},
    combine::All,
    limiter::{JobSlot, Jobs, Limiter, Rate},
    manifest_backend::ManifestBackend,
    observer::{DecisionEvent, Observer},
    quota::Quota,
    refusal::Refusal,
    request::{Audience, Principal, Request, Target},
    response::{DenialReason, Reason, Response},
    user_backend::UserBackend,
    user_only::deny_user_only,
};

/// The permission engine of one principal.
///
/// The rate limit runs on the monotonic clock. An engine may be asked from many threads at once; an
/// allow neither locks nor allocates, unless its backend or its observer does.
pub struct Engine {
    /// The extension's id; `None` for the user.
    extension: Option<String>,
    backend: Box<dyn PermissionBackend>,
    limiter: Option<Limiter>,
    jobs: Option<Jobs>,
    budgets: Option<Budgets>,
    observer: Option<Box<dyn Observer>>,
    is_delegated: bool,
}

impl Engine {
    /// Creates an engine with its backend and rate limit (`None`: without limit).
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
        let limiter = rate.map(Limiter::new);
        Self {
            extension,
            backend,
            limiter,
            jobs: None,
            budgets: None,
            observer: None,
            is_delegated: false,
        }
    }

    /// Creates the engine of an extension whose manifest alone decides, with the manifest's limits.
    /// The use of budgets is forgotten when the engine is dropped.
    #[must_use]
    pub fn for_extension(manifest: &Manifest) -> Self {
        let limits = *manifest.permissions().rate_limits().daily();
        let budgets = Budgets::new(limits, Arc::new(MemoryBudgets::default()));
        Self::for_extension_with(manifest, Box::new(ManifestBackend::new(manifest)), budgets)
    }

    /// Creates the engine of an extension with another backend and budgets, and the manifest's
    /// limits.
    #[must_use]
    pub fn for_extension_with(
        manifest: &Manifest,
        backend: Box<dyn PermissionBackend>,
        budgets: Budgets,
    ) -> Self {
        let limits = manifest.permissions().rate_limits();
        let rate = Rate { per_minute: limits.requests_per_minute(), burst: limits.burst() };
        Self::new(Principal::Extension(manifest.id()), backend, Some(rate))
            .with_jobs(limits.concurrent_jobs())
            .with_budgets(budgets)
    }

    /// Creates the engine of the user: everything is allowed, without limit.
    #[must_use]
    pub fn for_user() -> Self {
        Self::new(Principal::User, Box::new(UserBackend), None)
    }

    /// Adds a backend: from now on both must allow a call, and a denial by either says why. Rate
    /// limit, jobs, budgets and observer stay as they are.
    ///
    /// ```
    /// use ext_perm::{Audience, Engine, PermissionBackend, Reason, Request, Response, DenialReason};
    /// use ext_wire::{Method, MethodKind};
    ///
    /// /// Lets extensions read, and change nothing.
    /// struct ReadOnly;
    ///
    /// impl PermissionBackend for ReadOnly {
    ///     fn name(&self) -> &str {
    ///         "read-only"
    ///     }
    ///
    ///     fn decide(&self, request: &Request<'_>) -> Response {
    ///         match request.method.kind() {
    ///             MethodKind::Query => Response::allow(),
    ///             MethodKind::Action => {
    ///                 let message = format!("{request}: this host is read-only");
    ///                 Response::deny(Reason::new(self.name(), DenialReason::Denied, message))
    ///             }
    ///         }
    ///     }
    /// }
    ///
    /// # let manifest = ext_manifest::Manifest::parse(br#"{
    /// #     "id": "notes", "name": "Notes", "version": "0.1.0", "wasm_file": "notes.wasm",
    /// #     "permissions": { "methods": ["vdfs.*"], "libraries": ["*"] }
    /// # }"#)?;
    /// let engine = Engine::for_extension(&manifest).and(ReadOnly);
    /// let read = Method::parse("query:vdfs.read_content.v1")?;
    /// assert!(engine.authorize(read, None, Audience::Everyone).is_ok());
    /// let delete = Method::parse("action:vdfs.delete_entry.input.v1")?;
    /// assert!(engine.authorize(delete, None, Audience::Everyone).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn and(self, backend: impl PermissionBackend + 'static) -> Self {
        let members = vec![self.backend, Box::new(backend) as Box<dyn PermissionBackend>];
        Self { backend: Box::new(All::new("permissions", members)), ..self }
    }

    /// Sets the limit for jobs that run at the same time.
    #[must_use]
    pub fn with_jobs(mut self, limit: NonZeroU32) -> Self {
        self.jobs = Some(Jobs::new(limit));
        self
    }

    /// Sets the budgets for each day.
    #[must_use]
    pub fn with_budgets(mut self, budgets: Budgets) -> Self {
        self.budgets = Some(budgets);
        self
    }

    /// Sets the observer of every decision.
    #[must_use]
    pub fn with_observer(mut self, observer: Box<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Makes it the engine of somebody to whom the principal delegates some of its rights. Work that
    /// is done later in the name of the principal is not for them.
    #[must_use]
    pub fn delegated(mut self) -> Self {
        self.is_delegated = true;
        self
    }

    /// Returns whether the calls are of somebody to whom the principal delegates some of its rights.
    #[must_use]
    pub const fn is_delegated(&self) -> bool {
        self.is_delegated
    }

    /// Returns the principal whose calls it decides about.
    #[must_use]
    pub fn principal(&self) -> Principal<'_> {
        self.extension.as_deref().map_or(Principal::User, Principal::Extension)
    }

    /// Returns what [`authorize`](Self::authorize) would decide and why, without charging the rate
    /// limit.
    pub fn explain(
        &self,
        method: Method<'_>,
        library: Option<Uuid>,
        audience: Audience,
    ) -> Response {
        self.explain_target(method, library, audience, Target::Unknown)
    }

    /// Returns the decision about a target of the call, as [`explain`](Self::explain) does.
    pub fn explain_target(
        &self,
        method: Method<'_>,
        library: Option<Uuid>,
        audience: Audience,
        target: Target<'_>,
    ) -> Response {
        self.decide(&self.request(method, library, audience).about(target))
    }

    pub(crate) fn request<'a>(
        &'a self,
        method: Method<'a>,
        library: Option<Uuid>,
        audience: Audience,
    ) -> Request<'a> {
        Request { audience, ..Request::new(self.principal(), method, library) }
    }

    pub(crate) fn decide(&self, request: &Request<'_>) -> Response {
        if self.extension.is_some() {
            if request.audience == Audience::UserOnly {
                return deny_user_only(self.backend.name(), request);
            }
            if request.library.is_some_and(|library| library.is_nil()) {
                return deny_nil(self.backend.name());
            }
        }
        // A backend that panicked may be in any state; it is asked again all the same, because
        // whatever it does then, a panic stays a denial.
        catch_unwind(AssertUnwindSafe(|| self.backend.decide(request)))
            .unwrap_or_else(|_| failed(self.backend.name()))
    }

    pub(crate) fn commit(&self, request: &Request<'_>) -> Reservation {
        catch_unwind(AssertUnwindSafe(|| self.backend.commit(request)))
            .unwrap_or(Reservation::Raced)
    }

    pub(crate) fn is_target_sensitive(&self) -> bool {
        self.extension.is_some() && self.backend.is_target_sensitive()
    }

    pub(crate) fn observe(&self, request: &Request<'_>, response: &Response) {
        self.notify(DecisionEvent::Decided { request, response });
    }

    pub(crate) fn observe_unknown(&self, request: &Request<'_>) {
        self.notify(DecisionEvent::Unknown { request });
    }

    fn notify(&self, event: DecisionEvent<'_>) {
        if let Some(observer) = &self.observer {
            observer.on_event(event);
        }
    }

    pub(crate) fn charge_rate(&self, method: Method<'_>) -> Result<Option<u32>, Refusal> {
        let Some(limiter) = &self.limiter else {
            return Ok(None);
        };
        let charged = limiter.charge();
        if let Err(refusal) = &charged {
            self.notify(DecisionEvent::Limited { principal: self.principal(), method, refusal });
        }
        charged.map(Some)
    }

    pub(crate) fn charge(
        &self,
        method: Method<'_>,
        budget: Budget,
        amount: u64,
    ) -> Result<(), Refusal> {
        self.charge_by(Budgets::charge, method, budget, amount)
    }

    pub(crate) fn charge_used(
        &self,
        method: Method<'_>,
        budget: Budget,
        amount: u64,
    ) -> Result<(), Refusal> {
        self.charge_by(Budgets::charge_used, method, budget, amount)
    }

    fn charge_by(
        &self,
        charge: impl FnOnce(&Budgets, Budget, u64, jiff::Timestamp) -> Result<(), Refusal>,
        method: Method<'_>,
        budget: Budget,
        amount: u64,
    ) -> Result<(), Refusal> {
        let Some(budgets) = &self.budgets else {
            return Ok(());
        };
        let charged = charge(budgets, budget, amount, jiff::Timestamp::now());
        let (principal, refusal) = (self.principal(), charged.as_ref().err());
        self.notify(DecisionEvent::Charged { principal, method, budget, amount, refusal });
        charged
    }

    pub(crate) fn start_job(&self, method: Method<'_>) -> Result<JobSlot, Refusal> {
        let started = self.jobs.as_ref().map_or_else(|| Ok(JobSlot::unlimited()), Jobs::start);
        if let Err(refusal) = &started {
            self.notify(DecisionEvent::Limited { principal: self.principal(), method, refusal });
        }
        started
    }

    pub(crate) fn quota(&self, requests_left: Option<u32>) -> Quota {
        let now = jiff::Timestamp::now();
        Quota {
            rate: self.limiter.as_ref().map(|limiter| limiter.rate),
            requests_left,
            jobs: self.jobs.as_ref().map(|jobs| (jobs.running(), jobs.limit)),
            budgets: self.budgets.as_ref().map(|budgets| budgets.left(now)).unwrap_or_default(),
            resets_in_ms: ms_to_midnight(now),
        }
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

fn deny_nil(backend: &str) -> Response {
    let message = "the nil id is not a valid library, and never means all of them";
    Response::deny(Reason::new(backend, DenialReason::Libraries, message))
}

fn failed(backend: &str) -> Response {
    Response::deny(Reason::new(backend, DenialReason::Backend, "the permission backend failed"))
}
