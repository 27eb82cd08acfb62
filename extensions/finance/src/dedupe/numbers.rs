//! Numbers by which documents name themselves and each other: of invoices, orders, receipts.

use serde::{Deserialize, Serialize};

use crate::currency;
use crate::text::{Phrases, clip, fold, says};

/// Numbers of one kind that are kept.
const MAX_NUMBERS: usize = 8;
/// Longest number, in bytes.
const MAX_NUMBER_BYTES: usize = 40;
/// Words before a number among which its label stands.
const LABEL_WORDS: usize = 4;
/// Lines of a text that are looked at.
const MAX_LINES: usize = 2000;

/// Words in the label of an invoice's number.
const INVOICE: Phrases = "invoice*|bill no|bill number|rechnung*|beleg*|factur*|fattur*|faktur*|fatur*|lasku*|szamla*|\
請求書|发票|發票|счет|счёт";
/// Words in the labels of other numbers that name one purchase.
const OTHER: Phrases = "receipt|receipt no|receipt number|receipt id|order|order no|order number|order id|transaction|\
transaction id|transaction no|document no|booking|booking number|ticket no|ticket number|reference|reference number|\
payment reference|bestell*|auftrags*|buchungs*|quittungs*|bon nr|bonnr|verwendungszweck|commande|recu|pedido|ordine|\
bestel*|order*|zamowieni*|paragon|kvitto*|ordre*|fis no|領収書番号|注文番号|订单号|영수증번호|주문번호|заказ*";
/// Words in labels of numbers that name a person, a contract or a place.
const NOT_OF_A_PURCHASE: Phrases = "customer|client|account|member|card|terminal|merchant|store|phone|tel|fax|vat|tax|iban|bic|\
kunden*|kundennummer|konto*|vertrag*|filiale|steuer*|ust*|client n|cliente|klant*|klient*|nip|kund*|postcode|zip|\
date|datum|fecha|data|dato|due|fallig*|total|amount|betrag|summe|montant|importe|importo|bedrag|kwota|netto|net";

/// Numbers of one document, in the form in which they are compared: letters and digits, upper case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Numbers {
    /// Of invoices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) invoice: Vec<String>,
    /// Of orders, receipts, payments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) other: Vec<String>,
}

impl Numbers {
    /// Finds the labelled numbers of a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut found = Self::default();
        let mut before = "";
        for line in text.lines().take(MAX_LINES).filter(|line| !line.trim().is_empty()) {
            found.read_line(line, before);
            before = line;
        }
        found
    }

    /// Takes the number of an invoice that its issuer states, in place of those that were recognised.
    pub(crate) fn stated(mut self, number: &str) -> Self {
        self.invoice = normal(number).into_iter().collect();
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.invoice.is_empty() && self.other.is_empty()
    }

    /// Returns whether both name one number, whatever each calls it.
    pub(crate) fn share(&self, other: &Self) -> bool {
        self.all().any(|number| other.all().any(|theirs| theirs == number))
    }

    /// Returns whether both name invoices, and other ones.
    pub(crate) fn contradict(&self, other: &Self) -> bool {
        !self.invoice.is_empty()
            && !other.invoice.is_empty()
            && !self.invoice.iter().any(|number| other.invoice.contains(number))
    }

    /// Returns all numbers, those of invoices first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &String> {
        self.invoice.iter().chain(&self.other)
    }

    /// Looks at one line; a number that opens it is labelled by the line before.
    fn read_line(&mut self, line: &str, before: &str) {
        let words: Vec<&str> = line
            .split(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '#' | '|' | ',' | ';'))
            .filter(|word| !word.is_empty())
            .collect();
        let mut label: Vec<&str> = Vec::new();
        for (at, word) in words.iter().enumerate() {
            if !is_number(word) {
                label.push(word);
                continue;
            }
            let next = words.get(at + 1).copied().unwrap_or_default();
            if currency::code(next).as_deref() != Some(next) {
                self.labelled(&label, before, word);
            }
            label.clear();
        }
    }

    fn labelled(&mut self, label: &[&str], before: &str, number: &str) {
        let near = label.get(label.len().saturating_sub(LABEL_WORDS)..).unwrap_or_default();
        let label = if near.is_empty() { before.to_owned() } else { near.join(" ") };
        let label = fold(&label);
        if label.split(' ').count() > 2 * LABEL_WORDS || says(&label, NOT_OF_A_PURCHASE) {
            return;
        }
        let place = match () {
            () if says(&label, INVOICE) => &mut self.invoice,
            () if says(&label, OTHER) => &mut self.other,
            () => return,
        };
        if let Some(number) = normal(number)
            && place.len() < MAX_NUMBERS
            && !place.contains(&number)
        {
            place.push(number);
            place.sort_unstable();
        }
    }
}

/// Returns the form in which a number is compared.
pub(crate) fn normal(number: &str) -> Option<String> {
    let kept: String = number.chars().filter(|c| c.is_alphanumeric()).collect();
    let kept = clip(&kept.to_uppercase(), MAX_NUMBER_BYTES).to_owned();
    (!kept.is_empty()).then_some(kept)
}

/// Returns whether a word is a document's number and not an amount, a year, a date or a time.
fn is_number(word: &str) -> bool {
    let word = word.trim_matches(|c: char| "().\"'*[]".contains(c));
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let plain = word.chars().all(|c| c.is_alphanumeric() || "-/_".contains(c));
    digits >= 3 && plain && !is_year(word) && !is_date(word)
}

fn is_year(word: &str) -> bool {
    word.len() == 4
        && (word.starts_with("19") || word.starts_with("20"))
        && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a word is three short numbers, one of them a year's.
fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
    let all_digits = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let longest = parts.iter().map(|part| part.len()).max().unwrap_or_default();
    all_digits && parts.len() == 3 && longest <= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> (Vec<String>, Vec<String>) {
        let found = Numbers::of(text);
        (found.invoice, found.other)
    }

    #[test]
    fn labelled_numbers_are_found() {
        for (text, invoice, other) in [
            ("Invoice number: INV-2026-1801", "INV20261801", ""),
            ("Rechnung Nr. 2026/0117", "20260117", ""),
            ("Invoice INV-2026-1801 of 5 January 2026 over EUR 211.10", "INV20261801", ""),
            ("Order No: 112-3344\nReceipt no. 000123", "", "000123 1123344"),
            ("Invoice number\nRE-4711", "RE4711", ""),
            ("請求書番号：12345", "12345", ""),
            ("Payment reference RF18 539007547034", "", "539007547034"),
        ] {
            let split = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(numbers(text), (split(invoice), split(other)), "{text}");
        }
    }

    #[test]
    fn years_dates_amounts_and_customers_name_no_purchase() {
        for text in [
            "Invoice date: 5 January 2026",
            "Invoice date: 2026-01-05",
            "Invoice of 05/01/2026",
            "Invoice 1200 EUR",
            "Invoice total 1,234.50",
            "Customer number 4711001",
            "Order for customer 4711001",
            "Tel 040 1234567",
        ] {
            assert!(Numbers::of(text).is_empty(), "{text}: {:?}", Numbers::of(text));
        }
    }
}
