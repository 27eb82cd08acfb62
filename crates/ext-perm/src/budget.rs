//! The four budgets of a day, and what was used of them.

use ext_manifest::DailyBudgets;

/// A resource that is counted, with a limit for each day.
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
    /// All budgets, in the order of [`DailyBudgets`] and of the amounts that a
    /// [`BudgetStore`](crate::BudgetStore) keeps.
    pub const ALL: [Self; 4] =
        [Self::HttpBytes, Self::OcrPages, Self::EmbeddingTokens, Self::ModelTokens];

    /// Returns the name in manifests, files and messages: `"ocr_pages"`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HttpBytes => "http_bytes",
            Self::OcrPages => "ocr_pages",
            Self::EmbeddingTokens => "embedding_tokens",
            Self::ModelTokens => "model_tokens",
        }
    }

    /// Returns the amount of this budget.
    #[must_use]
    pub const fn limit_in(self, budgets: &DailyBudgets) -> u64 {
        match self {
            Self::HttpBytes => budgets.http_bytes,
            Self::OcrPages => budgets.ocr_pages,
            Self::EmbeddingTokens => budgets.embedding_tokens,
            Self::ModelTokens => budgets.model_tokens,
        }
    }
}

/// The use of all budgets on one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BudgetUsage {
    /// Days since 1970-01-01, UTC.
    pub day: i64,
    /// The amounts that were used, in the order of [`Budget::ALL`].
    pub amounts: [u64; 4],
}

impl BudgetUsage {
    /// Returns the usage as of `day`: a new day starts with nothing used. When the clock was put
    /// back by a day, what was used stays used; by more, it was wrong before, and the days until then
    /// would have nothing left.
    #[must_use]
    pub fn on(self, day: i64) -> Self {
        let is_known = (day..=day.saturating_add(1)).contains(&self.day);
        if is_known { self } else { Self { day, ..Self::default() } }
    }

    /// Returns what was used of one budget.
    #[must_use]
    pub fn get(&self, budget: Budget) -> u64 {
        self.amounts.get(budget as usize).copied().unwrap_or(u64::MAX)
    }

    /// Adds `amount` when the sum stays within `limit`; returns whether it did.
    pub fn add(&mut self, budget: Budget, amount: u64, limit: u64) -> bool {
        let Some(used) = self.amounts.get_mut(budget as usize) else { return false };
        let sum = used.saturating_add(amount);
        if sum <= limit {
            *used = sum;
        }
        sum <= limit
    }

    /// Adds `amount`, which is used already, up to `limit`; returns whether the sum is within it.
    pub fn add_used(&mut self, budget: Budget, amount: u64, limit: u64) -> bool {
        let Some(used) = self.amounts.get_mut(budget as usize) else { return false };
        let sum = used.saturating_add(amount);
        *used = sum.min(limit.max(*used));
        sum <= limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_put_back_by_a_day_gives_nothing_and_one_that_was_wrong_takes_nothing() {
        let used = BudgetUsage { day: 100, amounts: [5; 4] };
        for (day, left) in [(100, 5), (99, 5), (98, 0), (-100, 0), (101, 0), (i64::MAX, 0)] {
            assert_eq!(used.on(day).amounts, [left; 4], "{day}");
        }
        // It counts for the day before as well, and for no third one.
        assert_eq!(used.on(99).on(98).amounts, [0; 4]);
        assert_eq!(used.on(99).on(101).amounts, [0; 4]);
    }
}
