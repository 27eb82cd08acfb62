//! Comparison of documents of one email that may be about the same purchase: an invoice and the
//! receipt for it, a PDF and a picture of it.

use ext_amounts::Amount;
use serde::{Deserialize, Serialize};

use crate::cues;
use crate::purchase::Purchase;
use crate::text::{Lines, clip};

/// Document numbers that are compared.
const MAX_NUMBERS: usize = 8;
/// Longest document number, in bytes.
const MAX_NUMBER_BYTES: usize = 40;

/// Traits by which a purchase is known again. They are kept with the receipt, so that an email that
/// comes again is classified as the first time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Traits {
    amount: Option<Amount>,
    date: Option<String>,
    currency: Option<String>,
    /// Numbers of invoices, receipts, orders; empty where a scan may have misread them.
    #[serde(default)]
    numbers: Vec<String>,
}

pub(crate) fn traits(purchase: &Purchase<'_>) -> Traits {
    let receipt = &purchase.answer.receipt;
    let scan = purchase.reading.from.is_scan();
    let stated = purchase.reading.invoice.as_ref().and_then(|invoice| invoice.number.clone());
    Traits {
        amount: receipt.amount,
        date: receipt.date.clone(),
        currency: receipt.currency.clone(),
        numbers: if let Some(number) = stated {
            vec![number]
        } else if scan {
            Vec::new()
        } else {
            numbers(&purchase.reading.text)
        },
    }
}

impl Traits {
    /// Returns whether two purchases are the same: same amount, and date and currency as far as
    /// known, unless both name document numbers and share none: two tickets of one day.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let amounts = self.amount.zip(other.amount);
        let shares = |number: &String| other.numbers.contains(number);
        amounts.is_some_and(|(one, two)| one == two)
            && agree(self.date.as_ref(), other.date.as_ref())
            && agree(self.currency.as_ref(), other.currency.as_ref())
            && (self.numbers.is_empty()
                || other.numbers.is_empty()
                || self.numbers.iter().any(shares))
    }
}

fn agree(one: Option<&String>, two: Option<&String>) -> bool {
    one.zip(two).is_none_or(|(one, two)| one == two)
}

/// Finds words with three digits or more in lines that label a document's number.
fn numbers(text: &str) -> Vec<String> {
    let lines = Lines::new(text);
    let labelled = lines.iter().filter(|line| line.says(cues::NUMBER) && line.words() <= 16);
    let words = labelled
        .flat_map(|line| line.raw.split(|c: char| c.is_whitespace() || c == '#' || c == ':'));
    let is_number = |word: &&str| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        digits >= 3 && !word.contains(['.', ',', '/'])
    };
    let mut found: Vec<String> = words
        .filter(is_number)
        .map(|word| clip(word, MAX_NUMBER_BYTES).to_owned())
        .take(MAX_NUMBERS)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traits(amount: &str, date: Option<&str>, text: &str) -> Traits {
        Traits {
            amount: Amount::parse(amount),
            date: date.map(str::to_owned),
            currency: None,
            numbers: numbers(text),
        }
    }

    #[test]
    fn an_invoice_and_its_receipt() {
        let invoice = traits("9.0", Some("2026-01-05"), "Invoice number: AB-0001");
        let receipt =
            traits("9.0", Some("2026-01-05"), "Invoice number: AB-0001\nReceipt number: 2345-6789");
        assert!(invoice.is_same(&receipt));
        assert!(invoice.is_same(&traits("9.0", None, "")));
        assert!(!invoice.is_same(&traits("9.5", None, "")));
        assert!(!invoice.is_same(&traits("9.0", Some("2026-01-06"), "")));
    }

    #[test]
    fn two_tickets_of_a_day() {
        let one = traits("3.2", Some("2026-01-05"), "Ticket No: 100234");
        let two = traits("3.2", Some("2026-01-05"), "Ticket No: 100235");
        assert!(!one.is_same(&two));
    }
}
