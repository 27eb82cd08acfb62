//! The receipts as the journal of a program for plain-text accounting.
//!
//! Each receipt is a transaction from `Assets:Payments:…` to `Expenses:…`. Accounts have the form that
//! Beancount wants, which the others read as well.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use ext_amounts::Amount;

use super::{Row, document, own_fields, plain_line as plain};
use crate::money;

/// Code of ISO 4217 for "no currency".
const NO_CURRENCY: &str = "XXX";

/// A program that reads journals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Beancount,
    Ledger,
    Hledger,
}

/// Writes the receipts as a journal. What has no date or no amount is no transaction: it is named in a
/// comment.
pub(super) fn write(rows: &[Row], dialect: Dialect) -> Written<'_, String> {
    let mut text =
        String::from("; Receipts, as they were booked. `!` marks those to be looked at.\n");
    if dialect == Dialect::Hledger {
        text.push_str("decimal-mark .\n");
    }
    let (transactions, left_out) = transactions(rows);
    let currencies: BTreeSet<&str> = transactions.iter().map(Transaction::currency).collect();
    currencies.iter().for_each(|code| text.push_str(&dialect.declare(code)));
    for (account, day) in accounts(&transactions) {
        text.push_str(&dialect.open(&account, day));
    }
    for transaction in &transactions {
        text.push_str(&dialect.transaction(transaction));
    }
    for LeftOut { row, lack } in &left_out {
        let vendor = row.vendor.as_deref().unwrap_or_default();
        let _ =
            write!(text, "\n; Left out, no {lack}: {}", plain(&format!("{} {vendor}", row.source)));
        let _ = writeln!(text, " {}", row.entry_id);
    }
    Written { content: text, receipts: transactions.len(), left_out }
}

/// What was written of some receipts.
pub(super) struct Written<'r, T> {
    pub(super) content: T,
    /// Number of the receipts in it.
    pub(super) receipts: usize,
    /// All others.
    pub(super) left_out: Vec<LeftOut<'r>>,
}

/// A receipt that is not written.
pub(super) struct LeftOut<'r> {
    pub(super) row: &'r Row,
    /// What it does not have: `date`.
    pub(super) lack: &'static str,
}

impl LeftOut<'_> {
    /// Returns the reason and the receipt: `no date: a.eml, Kiosk (ID)`.
    pub(super) fn describe(&self) -> String {
        let Row { source, vendor, entry_id, .. } = self.row;
        let vendor = vendor.as_ref().map(|vendor| format!(", {vendor}")).unwrap_or_default();
        format!("no {}: {} ({entry_id})", self.lack, plain(&format!("{source}{vendor}")))
    }
}

/// Splits receipts into transactions and those that lack something for one.
pub(super) fn transactions(rows: &[Row]) -> (Vec<Transaction<'_>>, Vec<LeftOut<'_>>) {
    let (mut found, mut left_out) = (Vec::new(), Vec::new());
    for row in rows {
        match Transaction::of(row) {
            Ok(transaction) => found.push(transaction),
            Err(lack) => left_out.push(LeftOut { row, lack }),
        }
    }
    (found, left_out)
}

/// A receipt with all that a transaction needs.
pub(super) struct Transaction<'r> {
    pub(super) row: &'r Row,
    pub(super) date: &'r str,
    pub(super) amount: Amount,
}

impl<'r> Transaction<'r> {
    /// Makes the transaction of a receipt, or says what it lacks.
    fn of(row: &'r Row) -> Result<Self, &'static str> {
        let date = row.date.as_deref().ok_or("date")?;
        row.amount.ok_or("amount")?;
        Ok(Self { row, date, amount: row.spent() })
    }

    fn expenses(&self) -> String {
        format!("Expenses:{}", component(self.row.category.as_deref(), "Uncategorised"))
    }

    fn payments(&self) -> String {
        format!("Assets:Payments:{}", component(self.row.payment_method.as_deref(), "Unknown"))
    }

    pub(super) fn currency(&self) -> &str {
        self.row.currency.as_deref().unwrap_or(NO_CURRENCY)
    }

    fn flag(&self) -> char {
        if self.row.sure && self.row.currency.is_some() { '*' } else { '!' }
    }

    /// Lists what else is known, under names that all programs take.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let documents: Vec<String> = self.row.documents.iter().map(document).collect();
        let mut facts = vec![("receipt", self.row.entry_id.to_string())];
        if !documents.is_empty() {
            facts.push(("documents", documents.join("; ")));
        }
        facts.extend(self.row.tax.map(|tax| ("tax", format!("{tax} {}", self.currency()))));
        facts.extend(self.row.kind.clone().map(|kind| ("kind", kind)));
        let said = [
            ("project", &self.row.project),
            ("due", &self.row.due),
            ("paid", &self.row.paid),
            ("note", &self.row.note),
        ];
        facts.extend(said.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))));
        let (tags, own) = (self.row.tags.join(", "), own_fields(self.row));
        facts
            .extend([("tags", tags), ("fields", own)].into_iter().filter(|(_, it)| !it.is_empty()));
        facts
    }
}

/// Lists the accounts, each with the day of its first transaction.
fn accounts<'t>(transactions: &'t [Transaction<'_>]) -> BTreeMap<String, &'t str> {
    let mut accounts: BTreeMap<String, &str> = BTreeMap::new();
    for transaction in transactions {
        for account in [transaction.expenses(), transaction.payments()] {
            let first = accounts.entry(account).or_insert(transaction.date);
            *first = (*first).min(transaction.date);
        }
    }
    accounts
}

impl Dialect {
    /// Declares a currency, without which the strict modes refuse it.
    fn declare(self, code: &str) -> String {
        let sample =
            money::with_digits(Amount::parse("1000").unwrap_or_default(), Some(code)).to_string();
        let mark = if sample.contains('.') { "" } else { "." };
        match self {
            Self::Beancount => String::new(),
            Self::Ledger => format!("commodity {code}\n"),
            Self::Hledger => format!("commodity {code}\n  format {sample}{mark} {code}\n"),
        }
    }

    fn open(self, account: &str, day: &str) -> String {
        match self {
            Self::Beancount => format!("{day} open {account}\n"),
            Self::Ledger | Self::Hledger => format!("account {account}\n"),
        }
    }

    fn transaction(self, it: &Transaction<'_>) -> String {
        let Transaction { row, date, amount } = it;
        let vendor = row.vendor.as_deref().unwrap_or(&row.source);
        let mut text = match self {
            Self::Beancount => {
                format!("\n{date} {} {} {}\n", it.flag(), quoted(vendor), quoted(&row.source))
            }
            Self::Ledger | Self::Hledger => format!("\n{date} {} {}\n", it.flag(), payee(vendor)),
        };
        for (name, value) in it.facts() {
            text.push_str(&self.fact(name, &value));
        }
        let (expenses, payments, currency) = (it.expenses(), it.payments(), it.currency());
        let _ = writeln!(text, "  {expenses}  {amount} {currency}");
        let _ = writeln!(text, "  {payments}  {} {currency}", -*amount);
        text
    }

    fn fact(self, name: &str, value: &str) -> String {
        match self {
            Self::Beancount => format!("  {name}: {}\n", quoted(value)),
            Self::Ledger | Self::Hledger => format!("  ; {name}: {}\n", plain(value)),
        }
    }
}

/// Writes a name as one component of an account.
pub(super) fn component(name: Option<&str>, unknown: &str) -> String {
    let words = name.unwrap_or_default().split(|c: char| !c.is_alphanumeric());
    let name = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    let mut chars = name.chars();
    let Some(first) = chars.next() else { return unknown.to_owned() };
    let first: String = first.to_uppercase().collect();
    let is_capital = first.chars().all(|c| c.is_uppercase() || c.is_ascii_digit());
    // Scripts without capitals, in which no component may begin.
    let before = if is_capital { "" } else { "X-" };
    format!("{before}{first}{}", chars.as_str())
}

/// Writes a text as a string of Beancount.
fn quoted(text: &str) -> String {
    format!("\"{}\"", plain(text).replace('\\', "\\\\").replace('"', "\\\""))
}

/// Writes a name as the description of a transaction, in which some characters have a meaning.
fn payee(name: &str) -> String {
    let name = plain(name).replace(';', ",").replace('|', "/");
    let name = name.trim_start_matches(|c: char| "(*!=".contains(c)).trim_start();
    if name.is_empty() { "Unknown".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::tests::row;

    #[test]
    fn a_receipt_is_a_transaction_of_two_postings() {
        let mut row = row("Blue \"Kettle\"\n2026-01-01 close Assets:X", "2026-01-05", "4.5");
        row.category = Some("eating out".into());
        row.payment_method = Some("card ****1234".into());
        let beancount = write(std::slice::from_ref(&row), Dialect::Beancount).content;
        let expected = "2026-01-05 open Assets:Payments:Card-1234\n\
             2026-01-05 open Expenses:Eating-out\n\n\
             2026-01-05 ! \"Blue \\\"Kettle\\\" 2026-01-01 close Assets:X\" \"a.eml\"\n  \
               receipt: \"00000000-0000-0000-0000-000000000000\"\n  \
               Expenses:Eating-out  4.50 EUR\n  \
               Assets:Payments:Card-1234  -4.50 EUR\n";
        assert!(beancount.ends_with(expected), "{beancount}");
        row.vendor = Some("(x) ; Tea | Cake".into());
        row.sure = true;
        let ledger = write(&[row], Dialect::Ledger).content;
        assert!(ledger.contains("\n2026-01-05 * x) , Tea / Cake\n  ; receipt: 0000"), "{ledger}");
        assert!(ledger.contains("\naccount Expenses:Eating-out\n"), "{ledger}");
    }

    #[test]
    fn what_is_no_transaction_is_named() {
        let mut undated = row("A", "2026-01-05", "1");
        undated.date = None;
        let mut free = row("B", "2026-01-05", "1");
        free.amount = None;
        let rows = [undated, free];
        let Written { content: text, receipts, left_out } = write(&rows, Dialect::Hledger);
        assert_eq!((receipts, left_out.len()), (0, 2));
        let described = "no date: a.eml, A (00000000-0000-0000-0000-000000000000)";
        assert_eq!(left_out[0].describe(), described);
        assert!(text.contains("; Left out, no date: a.eml A 0000"), "{text}");
        assert!(text.contains("; Left out, no amount: a.eml B 0000"), "{text}");
        assert!(!text.contains("Expenses"), "{text}");
    }

    #[test]
    fn components_of_accounts_are_those_that_all_programs_take() {
        for (name, written) in [
            (Some("groceries"), "Groceries"),
            (Some("Bücher & Zeitschriften"), "Bücher-Zeitschriften"),
            (Some("食品"), "X-食品"),
            (Some("3d: printing"), "3d-printing"),
            (Some(": ;"), "None"),
            (None, "None"),
        ] {
            assert_eq!(component(name, "None"), written);
        }
    }
}
