//! The one gate that every call goes through.

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
    All, Allowances, Audience, Budget, Budgets, DecisionEvent, DenialReason, Granted, JobSlot,
    ManifestBackend, MemoryBudgets, Observer, PermissionBackend, Principal, Quota, Rate, Reason,
    Refusal, Request, Reservation, Response, Target, UserBackend,
    limiter::{Jobs, Limiter},
    manifest_backend::deny_host_only,
};

/// Decides about the calls of one principal.
///
/// The rate limit runs on the monotonic clock. An engine may be asked from many threads at once; an
/// allow neither locks nor allocates, unless its backend or its observer does.
pub struct Engine {
    /// `None` for the user.
    extension: Option<String>,
    backend: Box<dyn PermissionBackend>,
    limiter: Option<Limiter>,
    jobs: Option<Jobs>,
    budgets: Option<Budgets>,
    observer: Option<Box<dyn Observer>>,
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
        let limiter = rate.map(Limiter::new);
        Self { extension, backend, limiter, jobs: None, budgets: None, observer: None }
    }

    /// The engine of an extension where its manifest alone decides, with the manifest's limits.
    /// Budgets are forgotten when the engine is dropped.
    #[must_use]
    pub fn for_extension(manifest: &Manifest) -> Self {
        let budgets = Budgets::new(Allowances::of(manifest), Arc::new(MemoryBudgets::default()));
        Self::for_extension_with(manifest, Box::new(ManifestBackend::new(manifest)), budgets)
    }

    /// The engine of an extension with another backend and budgets, and the manifest's limits.
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

    /// The engine of the user: everything is allowed, without limit.
    #[must_use]
    pub fn for_user() -> Self {
        Self::new(Principal::User, Box::new(UserBackend), None)
    }

    /// Asks another backend as well: from now on a call needs the yes of both, and a no of either
    /// says why. What the first one keeps (rate limit, jobs, budgets, observer) stays.
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

    /// With a limit for jobs that run at the same time.
    #[must_use]
    pub fn with_jobs(mut self, limit: NonZeroU32) -> Self {
        self.jobs = Some(Jobs::new(limit));
        self
    }

    /// With budgets for each day.
    #[must_use]
    pub fn with_budgets(mut self, budgets: Budgets) -> Self {
        self.budgets = Some(budgets);
        self
    }

    /// With somebody who is told of every decision.
    #[must_use]
    pub fn with_observer(mut self, observer: Box<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Whose calls it decides about.
    #[must_use]
    pub fn principal(&self) -> Principal<'_> {
        self.extension.as_deref().map_or(Principal::User, Principal::Extension)
    }

    /// Charges the rate limit, then decides, then uses up a grant for one call if it takes one.
    ///
    /// # Errors
    /// [`Refusal`]: too many requests, or not allowed.
    pub fn authorize<'a>(
        &'a self,
        method: Method<'a>,
        library: Option<Uuid>,
        audience: Audience,
    ) -> Result<Granted<'a>, Refusal> {
        let left = self.charge_rate(method)?;
        let request = self.request(method, library, audience);
        let response = self.decide(&request);
        let response = match response.is_allow().then(|| self.commit(&request)) {
            Some(Reservation::None) => {
                self.observe(&request, &response);
                return Ok(Granted::new(self, method, library, None, left));
            }
            Some(Reservation::Consumed(held)) => {
                self.observe(&request, &response);
                return Ok(Granted::new(self, method, library, Some(held), left));
            }
            Some(Reservation::Raced) => lost(&request),
            None => response,
        };
        self.observe(&request, &response);
        Err(Refusal::denied(response))
    }

    /// What [`authorize`](Self::authorize) would decide and why, without charging the rate limit.
    pub fn explain(
        &self,
        method: Method<'_>,
        library: Option<Uuid>,
        audience: Audience,
    ) -> Response {
        self.explain_target(method, library, audience, Target::Unknown)
    }

    /// As [`explain`](Self::explain), about something that the call would touch.
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
                return deny_host_only(self.backend.name(), request);
            }
            if request.library.is_some_and(|library| library.is_nil()) {
                return deny_nil(self.backend.name());
            }
        }
        // A backend that panics may have left itself in any state; it is asked again all the same,
        // because whatever it does then, a panic stays a no.
        catch_unwind(AssertUnwindSafe(|| self.backend.decide(request)))
            .unwrap_or_else(|_| failed(self.backend.name()))
    }

    fn commit(&self, request: &Request<'_>) -> Reservation {
        catch_unwind(AssertUnwindSafe(|| self.backend.commit(request)))
            .unwrap_or(Reservation::Raced)
    }

    pub(crate) fn is_target_sensitive(&self) -> bool {
        self.extension.is_some() && self.backend.is_target_sensitive()
    }

    pub(crate) fn observe(&self, request: &Request<'_>, response: &Response) {
        self.notify(DecisionEvent::Decided { request, response });
    }

    fn notify(&self, event: DecisionEvent<'_>) {
        if let Some(observer) = &self.observer {
            observer.on_event(event);
        }
    }

    fn charge_rate(&self, method: Method<'_>) -> Result<Option<u32>, Refusal> {
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
        let Some(budgets) = &self.budgets else {
            return Ok(());
        };
        let charged = budgets.charge(budget, amount, jiff::Timestamp::now());
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
            resets_in_ms: crate::budget::ms_to_midnight(now),
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
    let message = "the nil id is no library, and never means all of them";
    Response::deny(Reason::new(backend, DenialReason::Libraries, message))
}

fn failed(backend: &str) -> Response {
    Response::deny(Reason::new(backend, DenialReason::Backend, "the permission backend failed"))
}

fn lost(request: &Request<'_>) -> Response {
    let message = format!("the grant for `{}` was used up or taken back meanwhile", request.method);
    Response::deny(Reason::new("grants", DenialReason::Methods, message))
}
