//! What an extension may use up in a day.

use std::sync::{Arc, Mutex, PoisonError};

use ext_manifest::Manifest;
use jiff::Timestamp;

use crate::Refusal;

const SECONDS_A_DAY: i64 = 86_400;

/// Something that is counted, with a limit for each day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Budget {
    /// Bytes of HTTP requests and responses.
    HttpBytes,
    /// Pages that OCR reads.
    OcrPages,
    /// Tokens that an embedding model reads.
    EmbeddingTokens,
    /// Tokens that a text model reads or writes.
    ModelTokens,
}

impl Budget {
    /// All of them, in the order of [`Allowances`] and of what a [`BudgetStore`] keeps.
    pub const ALL: [Self; 4] =
        [Self::HttpBytes, Self::OcrPages, Self::EmbeddingTokens, Self::ModelTokens];

    /// The name in manifests, files and messages: `"ocr_pages"`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HttpBytes => "http_bytes",
            Self::OcrPages => "ocr_pages",
            Self::EmbeddingTokens => "embedding_tokens",
            Self::ModelTokens => "model_tokens",
        }
    }
}

/// How much of each budget an extension has a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowances {
    /// See [`Budget::HttpBytes`].
    pub http_bytes: u64,
    /// See [`Budget::OcrPages`].
    pub ocr_pages: u64,
    /// See [`Budget::EmbeddingTokens`].
    pub embedding_tokens: u64,
    /// See [`Budget::ModelTokens`].
    pub model_tokens: u64,
}

impl Allowances {
    /// What the manifest asks for, or its defaults.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Self {
        let daily = manifest.permissions().rate_limits().daily();
        Self {
            http_bytes: daily.http_bytes(),
            ocr_pages: daily.ocr_pages(),
            embedding_tokens: daily.embedding_tokens(),
            model_tokens: daily.model_tokens(),
        }
    }

    /// The limit of one budget.
    #[must_use]
    pub const fn get(&self, budget: Budget) -> u64 {
        match budget {
            Budget::HttpBytes => self.http_bytes,
            Budget::OcrPages => self.ocr_pages,
            Budget::EmbeddingTokens => self.embedding_tokens,
            Budget::ModelTokens => self.model_tokens,
        }
    }

    /// The lower limit of both, budget by budget.
    #[must_use]
    pub fn capped(self, cap: Self) -> Self {
        Self {
            http_bytes: self.http_bytes.min(cap.http_bytes),
            ocr_pages: self.ocr_pages.min(cap.ocr_pages),
            embedding_tokens: self.embedding_tokens.min(cap.embedding_tokens),
            model_tokens: self.model_tokens.min(cap.model_tokens),
        }
    }
}

/// What was used on one day, in the order of [`Budget::ALL`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// Days since 1970-01-01, UTC.
    pub day: i64,
    /// Amounts.
    pub amounts: [u64; 4],
}

impl Used {
    /// The same, as of `day`: a new day starts with nothing used. When the clock was put back, what
    /// was used stays used.
    #[must_use]
    pub fn on(self, day: i64) -> Self {
        if day > self.day { Self { day, ..Self::default() } } else { Self { day, ..self } }
    }

    /// What was used of one budget.
    #[must_use]
    pub fn get(&self, budget: Budget) -> u64 {
        self.amounts.get(budget as usize).copied().unwrap_or(u64::MAX)
    }

    /// Adds `amount` when the sum stays within `limit`; says whether it did.
    pub fn add(&mut self, budget: Budget, amount: u64, limit: u64) -> bool {
        let Some(used) = self.amounts.get_mut(budget as usize) else { return false };
        let sum = used.saturating_add(amount);
        if sum <= limit {
            *used = sum;
        }
        sum <= limit
    }
}

/// Keeps what an extension has used.
pub trait BudgetStore: Send + Sync {
    /// Changes what was used in one step that nobody else's change can come between, and returns
    /// what `change` does. `None` when it cannot be read or written; then nothing is charged.
    fn update(&self, change: &mut dyn FnMut(&mut Used) -> bool) -> Option<bool>;
}

/// A [`BudgetStore`] that forgets when the program ends.
#[derive(Debug, Default)]
pub struct MemoryBudgets(Mutex<Used>);

impl BudgetStore for MemoryBudgets {
    fn update(&self, change: &mut dyn FnMut(&mut Used) -> bool) -> Option<bool> {
        Some(change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// The budgets of one extension.
#[derive(Clone)]
pub struct Budgets {
    allowances: Allowances,
    store: Arc<dyn BudgetStore>,
}

/// How much of a budget is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetLeft {
    /// Which budget.
    pub budget: Budget,
    /// How much there is in a day.
    pub limit: u64,
    /// How much of it is left today.
    pub left: u64,
}

impl Budgets {
    /// Budgets whose use is kept in `store`.
    #[must_use]
    pub fn new(allowances: Allowances, store: Arc<dyn BudgetStore>) -> Self {
        Self { allowances, store }
    }

    /// Charges, all of `amount` or nothing.
    ///
    /// # Errors
    /// [`Refusal::BudgetSpent`] when today's budget does not have that much left,
    /// [`Refusal::OverBudget`] when no day's has, [`Refusal::Denied`] when the store fails.
    pub fn charge(&self, budget: Budget, amount: u64, at: Timestamp) -> Result<(), Refusal> {
        let limit = self.allowances.get(budget);
        if amount > limit {
            return Err(Refusal::OverBudget { budget, limit, amount });
        }
        let charged = self.store.update(&mut |used| {
            *used = used.on(day(at));
            used.add(budget, amount, limit)
        });
        match charged {
            Some(true) => Ok(()),
            Some(false) => {
                let retry_after_ms = ms_to_midnight(at);
                Err(Refusal::BudgetSpent { budget, limit, retry_after_ms })
            }
            None => Err(Refusal::backend_failed("budgets", "the use of budgets cannot be counted")),
        }
    }

    /// What is left today; nothing when the store fails.
    #[must_use]
    pub fn left(&self, at: Timestamp) -> Vec<BudgetLeft> {
        let mut today = None;
        self.store.update(&mut |used| {
            today = Some(used.on(day(at)));
            true
        });
        let left = |budget| {
            let limit = self.allowances.get(budget);
            let used = today.map_or(u64::MAX, |used: Used| used.get(budget));
            BudgetLeft { budget, limit, left: limit.saturating_sub(used) }
        };
        Budget::ALL.into_iter().map(left).collect()
    }
}

fn day(at: Timestamp) -> i64 {
    at.as_second().div_euclid(SECONDS_A_DAY)
}

/// Milliseconds until the day ends in UTC; at least 1.
pub(crate) fn ms_to_midnight(at: Timestamp) -> u64 {
    let ms = at.as_millisecond().rem_euclid(SECONDS_A_DAY * 1000);
    u64::try_from(SECONDS_A_DAY * 1000 - ms).unwrap_or(1).max(1)
}
