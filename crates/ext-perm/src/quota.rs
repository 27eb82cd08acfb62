//! The quota that a caller is told.

use crate::{budgets::BudgetLeft, limiter::Rate};

/// The rest of a caller's limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// The rate limit; `None` for a caller without one.
    pub rate: Option<Rate>,
    /// The number of calls that may come at once now.
    pub requests_left: Option<u32>,
    /// The number of jobs that run, and of those that may.
    pub jobs: Option<(u32, u32)>,
    /// The rest of today's budgets.
    pub budgets: Vec<BudgetLeft>,
    /// The milliseconds until the budgets start afresh.
    pub resets_in_ms: u64,
}
