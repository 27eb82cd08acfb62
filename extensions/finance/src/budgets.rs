//! Budgets of a month per category, and what is left of them.

use std::collections::BTreeMap;

use ext_amounts::Amount;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use crate::export::{self, Filter, Row};
use crate::money;
use crate::preferences::Preferences;
use crate::rates::{Book, Converted};

/// The month of which budgets are told.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BudgetInput {
    /// Month, such as 2026-01; that of the last receipt where it is left out.
    pub month: Option<String>,
}

/// A budget in a month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Budget {
    /// Month, such as 2026-01.
    pub month: String,
    /// Category of the spending.
    pub category: String,
    /// Allowed spending.
    pub budget: Amount,
    /// Spending, in the home currency by the rates of the receipts' days; credit notes are taken off it.
    pub spent: Amount,
    /// Rest; negative where it is overspent.
    pub left: Amount,
    /// Share of the budget that is spent.
    pub share: Option<f64>,
    /// The home currency, ISO 4217.
    pub currency: String,
    /// Number of receipts.
    pub receipts: usize,
    /// Number of receipts of the category in other currencies without a rate, which are not in the sum.
    pub elsewhere: usize,
    /// Rates that were taken, each with its day: `USD 1.0842 of 2026-01-05`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rates: Vec<String>,
}

/// Lists the budgets of a month by category.
///
/// # Errors
/// [`ErrorCode::BadInput`] for a month that is not valid, or without budgets or a home currency in the
/// settings; those of the export.
pub(crate) fn budgets(client: &SpacedriveClient, input: &BudgetInput) -> Result<Vec<Budget>> {
    let asked = input.month.as_deref().map(month).transpose()?;
    let rows = export::glances(client, &Filter::default())?;
    let settings = Preferences::load(client)?;
    if settings.budgets.is_empty() {
        return Ok(Vec::new());
    }
    let currency = settings.home_currency.clone().ok_or_else(|| {
        Error::bad_input(
            "budgets are in the home currency: the setting `home_currency` has no value".to_owned(),
        )
    })?;
    let book = Book::open(client, currency)?;
    let last = rows.iter().filter_map(|row| row.month()).max().map(str::to_owned);
    let Some(month) = asked.or(last) else {
        return Ok(Vec::new());
    };
    let of_month: Vec<&Row> =
        rows.iter().filter(|row| row.month() == Some(month.as_str())).collect();
    let budget = |(category, allowed): (&String, &f64)| {
        let budget = Decimal::from_f64(*allowed).and_then(money::plausible);
        let budget = budget.filter(|it| *it > Amount::default());
        let wrong = || {
            Error::bad_input(format!(
                "the budget of `{category}` is {allowed}: write an amount above 0"
            ))
        };
        Ok(told(&of_month, &month, category, budget.ok_or_else(wrong)?, &book))
    };
    let all: BTreeMap<&String, &f64> = settings.budgets.iter().collect();
    all.into_iter().map(budget).collect()
}

fn told(rows: &[&Row], month: &str, category: &str, budget: Amount, book: &Book) -> Budget {
    let is_of = |row: &&Row| row.category.as_deref() == Some(category) && row.amount.is_some();
    let Converted { amount: spent, receipts, rates, left_out } =
        book.sum(rows.iter().copied().filter(is_of));
    let left = budget.checked_add(-spent).unwrap_or_default();
    let share =
        spent.value().checked_div(budget.value()).and_then(|share| share.round_dp(3).to_f64());
    let printed = |amount| money::with_digits(amount, Some(book.home()));
    Budget {
        month: month.to_owned(),
        category: category.to_owned(),
        budget: printed(budget),
        spent: printed(spent),
        left: printed(left),
        share,
        currency: book.home().to_owned(),
        receipts,
        elsewhere: left_out.len(),
        rates: rates.into_iter().collect(),
    }
}

/// Checks a month.
///
/// # Errors
/// [`ErrorCode::BadInput`] for one that is not valid.
pub(crate) fn month(text: &str) -> Result<String> {
    let day =
        crate::fields::date(&format!("{}-01", text.trim())).filter(|_| text.trim().len() == 7);
    let month = day.and_then(|day| day.get(..7).map(str::to_owned));
    month.ok_or_else(|| Error::bad_input(format!("`{text}` is not a valid month, such as 2026-01")))
}
