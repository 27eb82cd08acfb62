//! Papers that name invoices and are none, whatever sums they state: pro forma invoices, reminders, and
//! advices of payments, which a buyer sends to a seller.

use crate::classify::{
    Reason, has_title_of_its_own, is_called_a_receipt, is_numbered_title, is_title,
};
use crate::cues;
use crate::reminder;
use crate::text::{Line, Lines, says};

/// Lines at the top of a paper among which its title stands.
const HEAD: usize = 40;
/// Longest title, in words.
const TITLE_WORDS: usize = 8;

const PRO_FORMA: Reason = "it is a pro forma invoice";
const ADVICE: Reason = "it is the advice of a payment";

/// What a line at the top calls the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Title {
    Purchase,
    /// Something else, with a number or in a sentence, as a purchase refers to it too.
    Maybe(Reason),
    /// A pro forma invoice, and nothing besides.
    ProForma,
}

/// Returns why a paper is no purchase although it calls itself an invoice. A purchase may name a pro forma
/// invoice below its own title, or have the form of an advice of its payment at the foot. `subject`: that
/// of the email whose body the paper is.
pub(crate) fn objection(subject: &str, lines: &Lines<'_>) -> Option<Reason> {
    if reminder::is_first_title(lines) {
        return Some("it reminds of an invoice");
    }
    let cells = || lines.head(HEAD).flat_map(|line| line.raw.split("  ")).map(Line::new);
    let of_subject = title(&Line::new(subject));
    if matches!(of_subject, Some(Title::Maybe(_) | Title::ProForma)) {
        return of_subject.and_then(Title::objection);
    }
    let purchase = Some(Title::Purchase).filter(|_| is_called_a_receipt(subject));
    let titles: Vec<Title> =
        purchase.into_iter().chain(cells().filter_map(|it| title(&it))).collect();
    let first = match titles.first() {
        _ if titles.contains(&Title::ProForma) => Some(PRO_FORMA),
        Some(Title::Maybe(PRO_FORMA)) if cells().any(|cell| is_bare(&cell)) => None,
        Some(first) => first.objection(),
        None => None,
    };
    first.or_else(|| disclaimed(subject, lines))
}

impl Title {
    const fn objection(self) -> Option<Reason> {
        match self {
            Self::Purchase => None,
            Self::Maybe(why) => Some(why),
            Self::ProForma => Some(PRO_FORMA),
        }
    }
}

fn title(line: &Line<'_>) -> Option<Title> {
    if let Some((before, after)) = line.around(cues::PRO_FORMA) {
        return pro_forma(line, before, after);
    }
    if line.words() <= TITLE_WORDS && line.money == 0 && line.opens_with(cues::ADVICE, 2) {
        return Some(Title::Maybe(ADVICE));
    }
    let is_own = is_title(line) && has_title_of_its_own(line) || is_numbered_title(line);
    is_own.then_some(Title::Purchase)
}

/// Tells what a line says that names a pro forma invoice, by the folded words around that.
fn pro_forma(line: &Line<'_>, before: &str, after: &str) -> Option<Title> {
    let (own_before, own_after) = (without_title(before, true), without_title(after, false));
    let is_named = own_before != before.trim() || own_after != after.trim();
    let has_digit = after.contains(|c: char| c.is_ascii_digit());
    match (own_before.as_str(), own_after.as_str()) {
        ("", "") if !line.raw.trim_end().ends_with(':') => Some(Title::ProForma),
        (own, rest) if says(own, cues::TITLE) || says(rest, cues::TITLE) => Some(Title::Purchase),
        _ if line.says(cues::REFERENCE) => None,
        // `Proforma` may be the name of a company.
        ("", _) if !is_named && !has_digit => None,
        _ => Some(Title::Maybe(PRO_FORMA)),
    }
}

/// Takes the words of a title off the end, or the start, of folded words.
fn without_title(words: &str, at_end: bool) -> String {
    let mut words: Vec<&str> = words.split_whitespace().collect();
    let of_title = |word: Option<&&str>| word.is_some_and(|word| is_word_of_title(word));
    while at_end && of_title(words.last()) {
        words.pop();
    }
    let rest = words.iter().position(|word| at_end || !is_word_of_title(word));
    rest.and_then(|start| words.get(start..)).unwrap_or_default().join(" ")
}

/// Returns whether a line is an invoice's title and nothing else.
fn is_bare(line: &Line<'_>) -> bool {
    let is_label = line.raw.trim_end().ends_with(':');
    is_title(line) && !is_label && line.folded.split_whitespace().all(is_word_of_title)
}

fn is_word_of_title(word: &str) -> bool {
    cues::TITLE.split(['|', ' ']).any(|known| known == word)
}

/// Returns the reason of a paper that says that it is no invoice, and neither that something was paid nor
/// that it was ordered: many a receipt says so of itself.
fn disclaimed(subject: &str, lines: &Lines<'_>) -> Option<Reason> {
    let is_settled = says(subject, cues::IS_PAID)
        || lines.iter().any(|line| line.says(cues::IS_PAID) && !line.says(cues::NOT_A_TITLE));
    let is_ordered =
        says(subject, cues::ORDER) || lines.head(HEAD).any(|line| line.says(cues::ORDER));
    let says_so = lines.say(cues::NOT_AN_INVOICE) && !is_settled && !is_ordered;
    says_so.then_some("it says that it is not an invoice")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(subject: &str, text: &str) -> Option<Reason> {
        objection(subject, &Lines::new(text))
    }

    #[test]
    fn pro_forma_invoices_are_no_purchases() {
        for (subject, text) in [
            ("Proforma invoice PF-17", "Atelier\nPRO FORMA INVOICE PF-17\nTotal: EUR 500.00"),
            ("", "Atelier\nPROFORMA-RECHNUNG\nRechnungsnummer: 17\nGesamt 500,00 EUR"),
            ("", "Atelier\nProformarechnung Nr. 17\nRechnungsdatum: 5.1.2026"),
            ("", "Atelier    FACTURE PRO FORMA    \nFacture n° 17"),
            ("", "Taller\nFactura proforma 2026/17"),
            ("", "Bottega\nFattura pro-forma n. 17"),
            ("", "Zakład\nFAKTURA PRO FORMA nr 17"),
            ("", "Мастерская\nСчёт-проформа № 17"),
            ("", "INVOICE\nPRO FORMA\nInvoice no. 17"),
            ("Your documents", "Hello,\nplease find our pro forma invoice below.\nInvoice no. 17"),
            ("Invoice 17", "Atelier\nTotal: EUR 500.00\nThis is not a VAT invoice."),
            ("", "Atelier\nRechnung 17\nKein Rechnungsdokument"),
        ] {
            assert!(of(subject, text).is_some(), "{subject}: {text}");
        }
    }

    #[test]
    fn a_purchase_may_name_a_pro_forma_invoice() {
        for (subject, text) in [
            ("", "Atelier\nINVOICE 18\nReplaces pro forma invoice 17"),
            ("", "Atelier\nThis replaces pro forma invoice 17\nInvoice no. 18"),
            ("Invoice 18 for your pro forma invoice 17", "Total: EUR 500.00"),
            ("", "Atelier\nInvoice no. 18    Pro forma no. PF-17"),
            ("", "Pro forma no.: PF-17\nAtelier\nTAX INVOICE\nNo. 18"),
            ("", "Proforma Albrecht & Co\nINVOICE\nNo. 18"),
            ("Your order 17", "Thank you for your order\nThis is not a VAT invoice."),
            ("Your trip", "Total 12.50\nAmount paid 12.50\nThis is not a tax invoice."),
            ("Your receipt", "Total 12.50\nThis is not a tax invoice."),
        ] {
            assert_eq!(of(subject, text), None, "{subject}: {text}");
        }
    }

    #[test]
    fn an_advice_of_a_payment_is_no_purchase() {
        for (subject, text) in [
            ("", "Acme AG\nZahlungsavis 4711\nRechnung    Betrag\nR-1001    100,00"),
            ("", "Acme SA\nAvis de paiement\nFacture n° 1001    100,00"),
            ("", "Acme\nREMITTANCE ADVICE\nInvoice no. 1001    100.00"),
            ("Remittance advice 4711", "Invoice no. 1001    100.00"),
            ("Your payment advice", "Invoice no. 1001    100.00"),
        ] {
            assert!(of(subject, text).is_some(), "{subject}: {text}");
        }
        for (subject, text) in [
            ("", "Acme\nTAX INVOICE\nInvoice no. 1001    100.00\nPAYMENT ADVICE\nTo: Acme"),
            ("Payment receipt", "We received your payment of EUR 100.00 for invoice 1001"),
        ] {
            assert_eq!(of(subject, text), None, "{subject}: {text}");
        }
    }
}
