//! Arithmetic with amounts of money: the one place that knows how they are kept.

/// An amount of money, in thousandths exact.
pub(crate) type Amount = f64;

/// Returns the text by which entries with an amount are looked up.
pub(crate) fn key(amount: Option<Amount>) -> String {
    amount.map_or_else(|| "none".to_owned(), |amount| text(amount, 0))
}

/// Formats an amount with two decimals, or three where the third counts.
pub(crate) fn money(amount: Amount) -> String {
    text(amount, 2)
}

fn text(amount: Amount, least: usize) -> String {
    let exact = format!("{amount:.3}");
    let whole = exact.len().saturating_sub(if least == 0 { 4 } else { 3 - least });
    let kept = exact.trim_end_matches('0').trim_end_matches('.').len();
    exact.get(..kept.max(whole)).unwrap_or(&exact).to_owned()
}

/// A sum in thousandths, so that it does not drift.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Total(i64);

impl Total {
    /// Adds an amount.
    pub(crate) fn add(&mut self, amount: Amount) {
        #[expect(clippy::cast_possible_truncation, reason = "amounts are below 10 to the 10th")]
        let thousandths = (amount * 1000.0).round() as i64;
        self.0 = self.0.saturating_add(thousandths);
    }

    /// Returns the sum.
    pub(crate) fn amount(self) -> Amount {
        #[expect(
            clippy::cast_precision_loss,
            reason = "sums of a library are far below 2 to the 53rd"
        )]
        let thousandths = self.0 as f64;
        thousandths / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_the_decimals_that_count() {
        for (amount, written, looked_up) in [
            (12.0, "12.00", "12"),
            (12.5, "12.50", "12.5"),
            (0.125, "0.125", "0.125"),
            (-3.0, "-3.00", "-3"),
        ] {
            assert_eq!((money(amount).as_str(), key(Some(amount)).as_str()), (written, looked_up));
        }
        assert_eq!(key(None), "none");
    }

    #[test]
    fn sums_do_not_drift() {
        let mut total = Total::default();
        (0..1000).for_each(|_| total.add(0.1));
        assert_eq!(total.amount(), 100.0);
    }
}
