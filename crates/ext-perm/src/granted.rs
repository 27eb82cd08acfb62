//! The check of a call, and the proof that it was allowed.

use std::fmt;

use ext_wire::Method;
use uuid::Uuid;

use crate::{
    backend::Reservation,
    budget::Budget,
    compiled_rule::ConsumedGrant,
    engine::Engine,
    limiter::JobSlot,
    quota::Quota,
    refusal::Refusal,
    request::{Audience, Origin, Principal, Request, Target},
    response::{DenialReason, Reason, Response},
};

/// The proof that the engine allowed this call.
///
/// Only [`Engine::authorize`] makes one. It is neither `Clone` nor `Copy` and lives no longer than its
/// engine: it is valid for the one call that was checked, and a job or a subscription has to ask
/// again. Pass it on by reference.
///
/// The targets of a call are checked while it runs, with [`check`](Self::check): a grant that was
/// revoked meanwhile no longer allows them.
///
/// ```compile_fail,E0451
/// use ext_perm::{Granted, Engine};
/// use ext_wire::Method;
///
/// let method = Method::parse("query:ai.ocr.v1").unwrap();
/// let engine = Engine::for_user();
/// // error: fields `engine`, `method`, … of struct `Granted` are private
/// let forged = Granted { engine: &engine, method, library: None, consumed: None, left: None };
/// ```
///
/// ```compile_fail,E0599
/// # fn takes(granted: ext_perm::Granted<'_>) {
/// // error: no method named `clone` found for struct `Granted`
/// let copy = granted.clone();
/// # }
/// ```
#[must_use]
pub struct Granted<'a> {
    engine: &'a Engine,
    method: Method<'a>,
    library: Option<Uuid>,
    consumed: Option<ConsumedGrant>,
    left: Option<u32>,
}

impl Engine {
    /// Charges the rate limit, then decides, then consumes a grant for one call if the call needs it.
    ///
    /// ```
    /// use ext_perm::{Audience, Engine};
    /// use ext_wire::Method;
    ///
    /// let engine = Engine::for_user();
    /// let granted = engine.authorize(Method::parse("query:ai.ocr.v1")?, None, Audience::Everyone)?;
    /// assert!(granted.may_reach("https", "example.com", 443)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Refusal::RateLimited`] when calls come too fast, [`Refusal::Denied`] when the backend denies
    /// the call, fails, or has lost the grant for one call to another call.
    pub fn authorize<'a>(
        &'a self,
        method: Method<'a>,
        library: Option<Uuid>,
        audience: Audience,
    ) -> Result<Granted<'a>, Refusal> {
        let left = self.charge_rate(method)?;
        let request = self.request(method, library, audience);
        let response = self.decide(&request);
        let granted = |consumed| Granted { engine: self, method, library, consumed, left };
        let response = match response.is_allow().then(|| self.commit(&request)) {
            Some(Reservation::None) => {
                self.observe(&request, &response);
                return Ok(granted(None));
            }
            Some(Reservation::Consumed(grant)) => {
                self.observe(&request, &response);
                return Ok(granted(Some(grant)));
            }
            Some(Reservation::Raced) => raced(&request),
            None => response,
        };
        self.observe(&request, &response);
        Err(Refusal::denied(response))
    }

    /// Checks a call of a method that does not exist as [`authorize`](Self::authorize) does, so that a
    /// caller without the permission learns nothing of which methods there are. It does not run, so that
    /// no grant is consumed.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`] when calls come too fast, [`Refusal::Denied`] when the backend denies
    /// the call or fails.
    pub fn check_unknown(&self, method: Method<'_>, library: Option<Uuid>) -> Result<(), Refusal> {
        self.charge_rate(method)?;
        let request = self.request(method, library, Audience::Everyone);
        let response = self.decide(&request);
        if response.is_allow() {
            self.observe_unknown(&request);
            return Ok(());
        }
        self.observe(&request, &response);
        Err(Refusal::denied(response))
    }
}

impl Engine {
    /// Returns whether a call that touches `target` may run, without charging the rate limit: allowed,
    /// or denied by the rules.
    ///
    /// # Errors
    /// [`Refusal::Denied`] when no decision is possible. Nothing lasting may follow from it.
    pub fn permits(
        &self,
        method: Method<'_>,
        library: Option<Uuid>,
        target: Target<'_>,
    ) -> Result<bool, Refusal> {
        permits(self.explain_target(method, library, Audience::Everyone, target))
    }
}

fn permits(response: Response) -> Result<bool, Refusal> {
    if response.is_undecided() {
        return Err(Refusal::denied(response));
    }
    Ok(response.is_allow())
}

fn raced(request: &Request<'_>) -> Response {
    let message = format!("the grant for `{}` was used up or taken back meanwhile", request.method);
    Response::deny(Reason::new("grants", DenialReason::Methods, message))
}

impl<'a> Granted<'a> {
    /// Returns the party on whose behalf the call runs.
    #[must_use]
    pub fn principal(&self) -> Principal<'a> {
        self.engine.principal()
    }

    /// Returns whether the call is of somebody to whom that party delegates some of its rights.
    #[must_use]
    pub const fn is_delegated(&self) -> bool {
        self.engine.is_delegated()
    }

    /// Returns the method that was allowed.
    #[must_use]
    pub const fn method(&self) -> Method<'a> {
        self.method
    }

    /// Returns the library that was allowed; `None` when the call named none.
    #[must_use]
    pub const fn library(&self) -> Option<Uuid> {
        self.library
    }

    /// Returns whether a [`check`](Self::check) of an entry or a sidecar can fail; when not, an
    /// operation need not look up what it would ask about.
    #[must_use]
    pub fn is_target_sensitive(&self) -> bool {
        self.engine.is_target_sensitive()
    }

    /// Checks a target that the call is about to touch, by the rules that are in force now.
    ///
    /// # Errors
    /// [`Refusal::Denied`] when the call may not touch it.
    pub fn check(&self, target: Target<'_>) -> Result<(), Refusal> {
        let request = self.request(target);
        let response = self.engine.decide(&request);
        self.engine.observe(&request, &response);
        if response.is_allow() { Ok(()) } else { Err(Refusal::denied(response)) }
    }

    /// Returns whether the call may touch a target, without notice to the observer: to filter a list.
    ///
    /// # Errors
    /// [`Refusal::Denied`] when no decision is possible: a list without the target would say that
    /// there is no such thing.
    pub fn may_touch(&self, target: Target<'_>) -> Result<bool, Refusal> {
        permits(self.engine.decide(&self.request(target)))
    }

    /// Returns whether the caller may call another method on a target, as [`may_touch`](Self::may_touch)
    /// does: an answer can show what another method reads.
    ///
    /// # Errors
    /// [`Refusal::Denied`] when no decision is possible.
    pub fn may_also(&self, method: Method<'_>, target: Target<'_>) -> Result<bool, Refusal> {
        self.engine.permits(method, self.library, target)
    }

    fn request<'s>(&'s self, target: Target<'s>) -> Request<'s> {
        Request {
            consumed: self.consumed.as_ref(),
            ..self.engine.request(self.method, self.library, Audience::Everyone).about(target)
        }
    }

    /// Returns whether the call may reach a server; `host` without brackets or a dot at the end.
    ///
    /// # Errors
    /// [`Refusal::Denied`] when no decision is possible. Nothing lasting may follow from it.
    pub fn may_reach(&self, scheme: &str, host: &str, port: u16) -> Result<bool, Refusal> {
        match self.check(Target::Origin(Origin { scheme, host, port })) {
            Ok(()) => Ok(true),
            Err(refusal) if refusal.is_undecided() => Err(refusal),
            Err(_) => Ok(false),
        }
    }

    /// Charges a budget of this day, all of `amount` or nothing. The user has no budgets.
    ///
    /// # Errors
    /// [`Refusal::BudgetExhausted`], [`Refusal::OverBudget`], or [`Refusal::Denied`] when the use
    /// cannot be counted: then the call must not go on.
    pub fn charge(&self, budget: Budget, amount: u64) -> Result<(), Refusal> {
        self.engine.charge(self.method, budget, amount)
    }

    /// Charges a budget of this day with what is used already: where less is left, all of it is gone.
    /// The user has no budgets.
    ///
    /// # Errors
    /// [`Refusal::BudgetExhausted`], or [`Refusal::Denied`] when the use cannot be counted: then the
    /// call must not go on.
    pub fn charge_used(&self, budget: Budget, amount: u64) -> Result<(), Refusal> {
        self.engine.charge_used(self.method, budget, amount)
    }

    /// Takes a slot among the jobs that may run at the same time. The user has no limit.
    ///
    /// # Errors
    /// [`Refusal::TooManyJobs`] when all slots are taken.
    pub fn start_job(&self) -> Result<JobSlot, Refusal> {
        self.engine.start_job(self.method)
    }

    /// Returns what the caller has left of its limits.
    #[must_use]
    pub fn quota(&self) -> Quota {
        self.engine.quota(self.left)
    }
}

impl fmt::Debug for Granted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Granted")
            .field("principal", &self.principal())
            .field("method", &self.method)
            .field("library", &self.library)
            .finish_non_exhaustive()
    }
}
