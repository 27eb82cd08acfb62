//! The proof that a call was checked.

use std::fmt;

use ext_wire::Method;
use uuid::Uuid;

use crate::{
    Audience, Budget, BudgetLeft, ConsumedGrant, Engine, JobSlot, Origin, Principal, Rate, Refusal,
    Request, Target,
};

/// The proof that the engine allowed this call.
///
/// Only [`Engine::authorize`](crate::Engine::authorize) makes one. It is neither `Clone` nor `Copy`
/// and lives no longer than its engine: it is good for the one call that was checked, and a job or
/// a subscription has to ask again. Hand it on by reference.
///
/// What a call touches is asked about as it goes, with [`check`](Self::check): a grant that was
/// taken back meanwhile is a no.
///
/// ```compile_fail,E0451
/// use ext_perm::{Granted, Engine};
/// use ext_wire::Method;
///
/// let method = Method::parse("query:ai.ocr.v1").unwrap();
/// let engine = Engine::for_user();
/// // error: fields `engine`, `method`, … of struct `Granted` are private
/// let forged = Granted { engine: &engine, method, library: None, held: None, left: None };
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
    held: Option<ConsumedGrant>,
    left: Option<u32>,
}

/// What a caller has left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// How often it may call; `None` for without limit.
    pub rate: Option<Rate>,
    /// How many calls may come at once now.
    pub requests_left: Option<u32>,
    /// Jobs that run, and how many may.
    pub jobs: Option<(u32, u32)>,
    /// What is left of the budgets today.
    pub budgets: Vec<BudgetLeft>,
    /// Milliseconds until the budgets start afresh.
    pub resets_in_ms: u64,
}

impl<'a> Granted<'a> {
    pub(crate) const fn new(
        engine: &'a Engine,
        method: Method<'a>,
        library: Option<Uuid>,
        held: Option<ConsumedGrant>,
        left: Option<u32>,
    ) -> Self {
        Self { engine, method, library, held, left }
    }

    /// On whose behalf the call runs.
    #[must_use]
    pub fn principal(&self) -> Principal<'a> {
        self.engine.principal()
    }

    /// The method that was allowed.
    #[must_use]
    pub const fn method(&self) -> Method<'a> {
        self.method
    }

    /// The library that was allowed; `None` when the call named none.
    #[must_use]
    pub const fn library(&self) -> Option<Uuid> {
        self.library
    }

    /// Whether anything can come of [`check`](Self::check)ing an entry or a sidecar; when not, an
    /// operation need not look up what it would ask about.
    #[must_use]
    pub fn is_target_sensitive(&self) -> bool {
        self.engine.is_target_sensitive()
    }

    /// Asks about something that the call is about to touch, by the rules that are in force now.
    ///
    /// # Errors
    /// [`Refusal::Denied`].
    pub fn check(&self, target: Target<'_>) -> Result<(), Refusal> {
        let request = Request {
            held: self.held.as_ref(),
            ..self.engine.request(self.method, self.library, Audience::Everyone).about(target)
        };
        let response = self.engine.decide(&request);
        self.engine.observe(&request, &response);
        if response.is_allow() { Ok(()) } else { Err(Refusal::denied(response)) }
    }

    /// Whether the call may touch this, without a word to an observer: to filter a list.
    #[must_use]
    pub fn may_touch(&self, target: Target<'_>) -> bool {
        let request = Request {
            held: self.held.as_ref(),
            ..self.engine.request(self.method, self.library, Audience::Everyone).about(target)
        };
        self.engine.decide(&request).is_allow()
    }

    /// Whether the call may reach a server; `host` without brackets or a dot at the end.
    #[must_use]
    pub fn may_reach(&self, scheme: &str, host: &str, port: u16) -> bool {
        self.check(Target::Origin(Origin { scheme, host, port })).is_ok()
    }

    /// Charges a budget of this day, all of `amount` or nothing. The user has no budgets.
    ///
    /// # Errors
    /// [`Refusal::BudgetSpent`] or [`Refusal::OverBudget`]: then the caller must not go on.
    pub fn charge(&self, budget: Budget, amount: u64) -> Result<(), Refusal> {
        self.engine.charge(self.method, budget, amount)
    }

    /// A place among the jobs that may run at the same time. The user has no limit.
    ///
    /// # Errors
    /// [`Refusal::TooManyJobs`].
    pub fn start_job(&self) -> Result<JobSlot, Refusal> {
        self.engine.start_job(self.method)
    }

    /// What the caller has left.
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
