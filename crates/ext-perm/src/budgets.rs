//! The charging of budgets, and where their use is kept.

use std::sync::Arc;

use ext_manifest::DailyBudgets;
use jiff::Timestamp;
use parking_lot::Mutex;

use crate::{
    budget::{Budget, BudgetUsage},
    refusal::Refusal,
};

const SECONDS_A_DAY: i64 = 86_400;

/// A place that keeps what an extension has used.
pub trait BudgetStore: Send + Sync {
    /// Changes the usage atomically and returns what `change` does; `None` when it cannot be read or
    /// written: then nothing is charged.
    fn update(&self, change: &mut dyn FnMut(&mut BudgetUsage) -> bool) -> Option<bool>;
}

/// A [`BudgetStore`] in memory, which is empty again when the program starts.
#[derive(Debug, Default)]
pub struct MemoryBudgets(Mutex<BudgetUsage>);

impl BudgetStore for MemoryBudgets {
    fn update(&self, change: &mut dyn FnMut(&mut BudgetUsage) -> bool) -> Option<bool> {
        Some(change(&mut self.0.lock()))
    }
}

/// The budgets of one extension.
///
/// ```
/// use std::sync::Arc;
/// use ext_perm::{Budget, Budgets, DailyBudgets, MemoryBudgets};
///
/// let limits =
///     DailyBudgets { http_bytes: 0, ocr_pages: 10, embedding_tokens: 0, model_tokens: 0 };
/// let budgets = Budgets::new(limits, Arc::new(MemoryBudgets::default()));
/// let now = "2027-01-31T08:30:00Z".parse()?;
/// assert!(budgets.charge(Budget::OcrPages, 7, now).is_ok());
/// assert!(budgets.charge(Budget::OcrPages, 7, now).is_err());
/// assert_eq!(budgets.left(now)[1].left, 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Budgets {
    /// Shared by all clones.
    limits: Arc<Mutex<DailyBudgets>>,
    store: Arc<dyn BudgetStore>,
}

/// The rest of a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetLeft {
    /// The budget.
    pub budget: Budget,
    /// The amount of a day.
    pub limit: u64,
    /// The amount that is left today.
    pub left: u64,
}

impl Budgets {
    /// Creates budgets whose use is kept in `store`.
    #[must_use]
    pub fn new(limits: DailyBudgets, store: Arc<dyn BudgetStore>) -> Self {
        Self { limits: Arc::new(Mutex::new(limits)), store }
    }

    /// Changes the amounts of a day, for all clones; what was used today counts.
    pub fn set_limits(&self, limits: DailyBudgets) {
        *self.limits.lock() = limits;
    }

    /// Charges all of `amount` or nothing.
    ///
    /// # Errors
    /// [`Refusal::BudgetExhausted`] when today's budget does not have that much left,
    /// [`Refusal::OverBudget`] when no day's has, [`Refusal::Denied`] when the store fails.
    pub fn charge(&self, budget: Budget, amount: u64, at: Timestamp) -> Result<(), Refusal> {
        let limit = budget.limit_in(&self.limits.lock());
        if amount > limit {
            return Err(Refusal::OverBudget { budget, limit, amount });
        }
        let charged = self.store.update(&mut |usage| {
            *usage = usage.on(day(at));
            usage.add(budget, amount, limit)
        });
        match charged {
            Some(true) => Ok(()),
            Some(false) => Err(exhausted(budget, limit, at)),
            None => Err(uncounted()),
        }
    }

    /// Charges `amount`, which is used already: where less is left, all of it is gone.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use ext_perm::{Budget, Budgets, DailyBudgets, MemoryBudgets};
    /// # let limits =
    /// #     DailyBudgets { http_bytes: 10, ocr_pages: 0, embedding_tokens: 0, model_tokens: 0 };
    /// # let budgets = Budgets::new(limits, Arc::new(MemoryBudgets::default()));
    /// # let now = "2027-01-31T08:30:00Z".parse()?;
    /// assert!(budgets.charge_used(Budget::HttpBytes, 11, now).is_err());
    /// assert_eq!(budgets.left(now)[0].left, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Refusal::BudgetExhausted`] when today's budget had less left, [`Refusal::Denied`] when the
    /// store fails.
    pub fn charge_used(&self, budget: Budget, amount: u64, at: Timestamp) -> Result<(), Refusal> {
        let limit = budget.limit_in(&self.limits.lock());
        let mut fits = false;
        let charged = self.store.update(&mut |usage| {
            *usage = usage.on(day(at));
            fits = usage.add_used(budget, amount, limit);
            true
        });
        match charged {
            Some(_) if fits => Ok(()),
            Some(_) => Err(exhausted(budget, limit, at)),
            None => Err(uncounted()),
        }
    }

    /// Returns what is left today; nothing when the store fails.
    #[must_use]
    pub fn left(&self, at: Timestamp) -> Vec<BudgetLeft> {
        let mut today = None;
        self.store.update(&mut |usage| {
            today = Some(usage.on(day(at)));
            true
        });
        let limits = *self.limits.lock();
        let left = |budget: Budget| {
            let limit = budget.limit_in(&limits);
            let used = today.map_or(u64::MAX, |usage: BudgetUsage| usage.get(budget));
            BudgetLeft { budget, limit, left: limit.saturating_sub(used) }
        };
        Budget::ALL.into_iter().map(left).collect()
    }
}

fn exhausted(budget: Budget, limit: u64, at: Timestamp) -> Refusal {
    Refusal::BudgetExhausted { budget, limit, retry_after_ms: ms_to_midnight(at) }
}

fn uncounted() -> Refusal {
    Refusal::backend_failed("budgets", "the use of budgets cannot be counted")
}

fn day(at: Timestamp) -> i64 {
    at.as_second().div_euclid(SECONDS_A_DAY)
}

/// Returns the milliseconds until the day ends in UTC; at least 1.
pub(crate) fn ms_to_midnight(at: Timestamp) -> u64 {
    let ms = at.as_millisecond().rem_euclid(SECONDS_A_DAY * 1000);
    u64::try_from(SECONDS_A_DAY * 1000 - ms).unwrap_or(1).max(1)
}
