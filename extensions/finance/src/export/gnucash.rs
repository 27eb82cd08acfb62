//! The receipts as the CSV that GnuCash exports, and imports with its preset "GnuCash Export Format": a
//! line for each split, joined by the id of the transaction.

use spacedrive_sdk::prelude::*;

use super::journal::{Transaction, Written, component, transactions};
use super::{csv_text, harmless, plain_line};

const HEADER: [&str; 18] = [
    "Date",
    "Transaction ID",
    "Number",
    "Description",
    "Notes",
    "Commodity/Currency",
    "Void Reason",
    "Action",
    "Memo",
    "Full Account Name",
    "Account Name",
    "Amount With Sym",
    "Amount Num.",
    "Value With Sym",
    "Value Num.",
    "Reconcile",
    "Reconcile Date",
    "Rate/Price",
];

/// Writes the receipts with a date and an amount.
///
/// # Errors
/// None that are known: the text is written into memory.
pub(super) fn write(rows: &[super::Row]) -> Result<Written<'_, String>> {
    let (transactions, left_out) = transactions(rows);
    let splits = transactions.iter().flat_map(|it| {
        let category = component(it.row.category.as_deref(), "Uncategorised");
        let method = component(it.row.payment_method.as_deref(), "Unknown");
        [
            split(it, &["Expenses", &category], it.amount),
            split(it, &["Assets", "Payments", &method], -it.amount),
        ]
    });
    let content = csv_text(std::iter::once(HEADER.map(str::to_owned)).chain(splits))?;
    Ok(Written { content, receipts: transactions.len(), left_out })
}

fn split(it: &Transaction<'_>, account: &[&str], amount: ext_amounts::Amount) -> [String; 18] {
    let row = it.row;
    let vendor = harmless(&plain_line(row.vendor.as_deref().unwrap_or(&row.source)));
    let with_symbol = format!("{} {amount}", it.currency());
    let none = String::new;
    [
        it.date.to_owned(),
        row.entry_id.simple().to_string(),
        none(),
        vendor,
        harmless(&plain_line(&row.source)),
        format!("CURRENCY::{}", it.currency()),
        none(),
        none(),
        none(),
        account.join(":"),
        account.last().copied().unwrap_or_default().to_owned(),
        with_symbol.clone(),
        amount.to_string(),
        with_symbol,
        amount.to_string(),
        "n".to_owned(),
        none(),
        "1.00".to_owned(),
    ]
}
