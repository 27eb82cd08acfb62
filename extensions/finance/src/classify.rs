//! Rules for what is a receipt, over what a text says, before any engine is asked.
//!
//! A receipt here is a document by which the reader paid or is to pay a seller: receipt, invoice,
//! credit note, or a confirmed order with its total. Booking something else is worse than missing
//! one, so everything must be said by the text itself: that the engine finds an amount in a delivery
//! notice changes nothing.

use crate::credit_title;
use crate::cues;
use crate::no_invoice;
use crate::text::{Line, Lines, Phrases, says};

/// Lines at the top of an email that say what it is about.
const BODY_HEAD: usize = 14;
/// Lines at the top of a document among which its title stands.
const DOCUMENT_HEAD: usize = 40;
/// Longest line, in words, that is a title.
const TITLE_WORDS: usize = 7;
/// Longest line, in words, that is a label with its amount.
const LABEL_WORDS: usize = 12;

/// Reason why something is not booked; short enough for metadata.
pub(crate) type Reason = &'static str;

/// Headers of the email around a text, as far as they decide.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Envelope<'a> {
    pub(crate) subject: &'a str,
    /// The email came over a mailing list.
    pub(crate) list: bool,
}

/// Signs of a receipt in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Evidence {
    title: bool,
    order: bool,
    total: bool,
    /// An amount says how it was paid.
    settled: bool,
    tax: bool,
    paid: bool,
    number: bool,
    amounts: usize,
    /// It is laid out as tills print.
    slip: bool,
}

impl Evidence {
    fn of(lines: &Lines<'_>, total: bool) -> Self {
        Self {
            title: lines.head(DOCUMENT_HEAD).any(is_title)
                || lines.iter().any(is_numbered_title)
                || lines.say(cues::IS_A_RECEIPT)
                || credit_title::is_titled(lines),
            order: lines.head(BODY_HEAD).any(|line| line.says(cues::ORDER)),
            total,
            settled: lines.iter().any(is_payment),
            tax: lines.say(cues::TAX),
            paid: lines.say(cues::PAID),
            number: lines.iter().any(is_number),
            amounts: lines.money(),
            slip: is_slip(lines),
        }
    }

    /// Counts points: a total counts two, as does a payment where no total is printed; all else
    /// one. What a till prints without more is a receipt.
    fn points(&self) -> usize {
        2 * usize::from(self.total || self.settled)
            + 2 * usize::from(self.slip)
            + usize::from(self.tax)
            + usize::from(self.paid)
            + usize::from(self.number)
            + usize::from(self.amounts >= 3)
    }
}

/// Classifies an attached document by its text, which may come from a scan; tells whether it calls
/// itself an invoice or receipt. `subject`: that of the email that it came with.
///
/// # Errors
/// The reason why it is not a receipt.
pub(crate) fn document(subject: &str, text: &str) -> Result<bool, Reason> {
    let lines = Lines::new(text);
    let total = lines.amount_at(|line| line.says(cues::TOTAL));
    let found = Evidence::of(&lines, total);
    // A statement names the invoices that were paid; so it is not an invoice itself.
    let titled = lines.head(DOCUMENT_HEAD).any(|line| is_title(line) && has_title_of_its_own(line));
    if !titled && lines.head(DOCUMENT_HEAD).any(is_other_title) {
        return Err("the document is of another kind");
    }
    if let Some(objection) = no_invoice::objection("", &lines) {
        return Err(objection);
    }
    // A receipt of a till often has no title, but a total or a payment, and taxes, several amounts.
    let enough = if found.title { 1 } else { 4 };
    if found.amounts == 0 {
        return Err("the document has no amount");
    }
    if found.points() + usize::from(says_title(&Line::new(subject))) < enough {
        return Err("the document does not read like a receipt");
    }
    Ok(found.title)
}

/// Classifies the body of an email.
///
/// # Errors
/// The reason why it is not a receipt.
pub(crate) fn body(envelope: Envelope<'_>, text: &str) -> Result<(), Reason> {
    let lines = Lines::new(text);
    about_something_else(envelope, &lines)?;
    let total = lines.amount_at(is_total_label);
    let mut found = Evidence::of(&lines, total);
    // The number of a small seller has one digit or two.
    let is_numbered =
        is_short_number(&Line::new(envelope.subject)) || lines.iter().any(is_short_number);
    let is_short = |line: &Line<'_>| is_total_label(line) && line.words() <= TITLE_WORDS;
    found.number |= is_numbered && lines.amount_at(is_short);
    // `Amount` alone may label anything but where the email is a receipt.
    let is_amount = |line: &Line<'_>| line.words() <= TITLE_WORDS && line.opens_with("amount", 1);
    found.total |= found.title && lines.amount_at(is_amount);
    let kind = kind(envelope, &lines, found);
    if kind == 0 {
        return Err("the email does not call itself a receipt");
    }
    if !found.total {
        return Err("the email has no total");
    }
    if kind + found.points() < 6 {
        return Err("the email does not read like a receipt");
    }
    Ok(())
}

/// Counts points for what an email calls itself: 3 for a receipt, 2 for an order, 1 for words that
/// mean other things as well, 0 for nothing of it.
fn kind(envelope: Envelope<'_>, lines: &Lines<'_>, found: Evidence) -> usize {
    let maybe = |line: &Line<'_>| line.words() <= TITLE_WORDS && line.says(cues::MAYBE);
    if found.title || titled(envelope.subject) {
        3
    } else if found.order || is_called_a_receipt(envelope.subject) {
        2
    } else {
        usize::from(says(envelope.subject, cues::MAYBE) || lines.head(BODY_HEAD).any(maybe))
    }
}

/// Checks a subject and the top of an email for what speaks against a receipt, also where the email
/// carries data that looks like an order.
///
/// # Errors
/// The reason why it is not a receipt.
pub(crate) fn mail(envelope: Envelope<'_>, text: &str) -> Result<(), Reason> {
    about_something_else(envelope, &Lines::new(text))
}

fn about_something_else(envelope: Envelope<'_>, lines: &Lines<'_>) -> Result<(), Reason> {
    let subject = envelope.subject;
    let titled = titled(subject);
    if is_reply(subject) {
        return Err("the email is part of a conversation");
    }
    if let Some(objection) = no_invoice::objection(subject, lines) {
        return Err(objection);
    }
    let other_money = lines.head(BODY_HEAD).any(|line| line.says(cues::OTHER_MONEY_HEAD));
    if says(subject, cues::OTHER_MONEY) || other_money && !titled {
        return Err("the email is about other money matters");
    }
    let shipping = says(subject, cues::SHIPPING_SUBJECT)
        || lines.head(BODY_HEAD).any(|line| line.says(cues::SHIPPING_HEAD));
    if shipping && !titled {
        return Err("the email is about a delivery");
    }
    if says(subject, cues::MARKETING) && !titled {
        return Err("the email is advertising");
    }
    if envelope.list && !titled {
        return Err("the email came over a mailing list");
    }
    Ok(())
}

/// Returns whether a subject is that of a receipt or of an order.
pub(crate) fn is_called_a_receipt(subject: &str) -> bool {
    titled(subject) || says(subject, cues::ORDER)
}

fn is_reply(subject: &str) -> bool {
    let subject = subject.trim_start().to_lowercase();
    cues::REPLY.iter().any(|mark| subject.starts_with(mark))
}

fn titled(text: &str) -> bool {
    says_title(&Line::new(text))
}

fn says_title(line: &Line<'_>) -> bool {
    if !line.says(cues::NOT_A_TITLE) {
        // A budget lists bills with their amounts.
        let is_bill = line.money == 0 && line.folded.split(' ').any(cues::is_bill);
        return is_bill || line.says(cues::TITLE);
    }
    says(&without(&line.folded, cues::NOT_A_TITLE), cues::TITLE)
}

/// Returns whether a line has a title's word besides those in a label, as `Invoice date`, which
/// reminders and quotations have as well.
pub(crate) fn has_title_of_its_own(line: &Line<'_>) -> bool {
    says(&without(&line.folded, cues::TITLED_LABEL), cues::TITLE)
}

/// Takes phrases out of a folded text.
fn without(folded: &str, phrases: Phrases) -> String {
    phrases
        .split('|')
        .fold(folded.to_owned(), |rest, phrase| rest.replace(&format!(" {phrase} "), " "))
}

/// Returns whether a line is short and has a title's word.
pub(crate) fn is_title(line: &Line<'_>) -> bool {
    line.words() <= TITLE_WORDS && says_title(line)
}

/// Returns whether a line labels a number with a title's word: `Invoice No: 4711`.
pub(crate) fn is_numbered_title(line: &Line<'_>) -> bool {
    is_number(line) && (says_title(line) || line.says(cues::TITLE_NUMBER))
}

fn is_number(line: &Line<'_>) -> bool {
    line.says(cues::NUMBER)
        && line.words() <= 2 * LABEL_WORDS
        && (line.folded.split(' ').any(|word| word.bytes().filter(u8::is_ascii_digit).count() >= 3)
            || line.raw.rsplit_once(':').is_some_and(|(_, value)| is_code(value.trim())))
}

/// Returns whether a text is a code of letters and digits, as railways and airlines give each booking.
fn is_code(text: &str) -> bool {
    (5..=8).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Returns whether a line begins with a title and a number of whatever length: `Invoice no. 7`, and not
/// `Question about invoice 7` or `Invoice date 7 May`.
fn is_short_number(line: &Line<'_>) -> bool {
    let is_title = is_title(line) && has_title_of_its_own(line) && line.opens_with(cues::TITLE, 2);
    let Some((_, after)) = line.around(cues::TITLE).filter(|_| is_title) else { return false };
    let mut words = after.split_whitespace().skip_while(|word| is_number_label(word));
    words.next().is_some_and(|word| word.contains(|c: char| c.is_ascii_digit()))
}

/// Returns whether a word stands between a title and its number, as `no` and the letters of `INV-7` do.
fn is_number_label(word: &str) -> bool {
    let is_known = cues::NUMBER.split(['|', ' ']).any(|known| known == word);
    word.chars().all(char::is_alphabetic) && (is_known || word.len() <= 3)
}

/// Returns whether a line is a payment, as `CASH 100.00`: a way of payment, an amount, and no word
/// besides; an account's statement says who was paid.
fn is_payment(line: &Line<'_>) -> bool {
    let label = |word: &str| cues::SETTLED.split(['|', ' ']).any(|known| known == word);
    let other =
        |word: &str| word.len() > 3 && word.chars().all(char::is_alphabetic) && !label(word);
    line.money > 0
        && line.opens_with(cues::SETTLED, 1)
        && !line.folded.split_whitespace().any(other)
}

/// Returns whether a line labels a total, as `Total: 12.50`, and is not a sentence with the word in
/// it.
fn is_total_label(line: &Line<'_>) -> bool {
    line.words() <= LABEL_WORDS && line.opens_with(cues::TOTAL, 3)
}

/// Returns whether lines are what a till prints: a total with nothing else in its line, the time of the
/// purchase, and words of a till.
fn is_slip(lines: &Lines<'_>) -> bool {
    const MAX_LINES: usize = 120;
    const WORDS: usize = 6;
    lines.iter().count() <= MAX_LINES
        && lines.amount_at(is_bare_total)
        && has_moment(lines)
        && lines.iter().any(|line| line.words() <= WORDS && line.says(cues::TILL))
}

/// Returns whether a line says a total and nothing else, but a currency: `Total hours 40.00` says what
/// is counted.
fn is_bare_total(line: &Line<'_>) -> bool {
    let label = |word: &str| cues::TOTAL.split(['|', ' ']).any(|known| known == word);
    let other =
        |word: &str| word.len() > 3 && word.chars().all(char::is_alphabetic) && !label(word);
    line.opens_with(cues::TOTAL, 1) && !line.folded.split_whitespace().any(other)
}

/// Returns whether a date and a time of day are printed.
fn has_moment(lines: &Lines<'_>) -> bool {
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    let is_time = |word: &str| {
        let colons = word.bytes().filter(|byte| *byte == b':').count();
        word.starts_with(|c: char| c.is_ascii_digit())
            && colons > 0
            && (3..=6).contains(&digits(word))
    };
    let is_year = |word: &str| {
        word.len() == 4
            && (word.starts_with("19") || word.starts_with("20"))
            && digits(word) == word.len()
    };
    let is_date = |word: &str| {
        is_year(word)
            || ['-', '.', '/'].into_iter().any(|mark| word.matches(mark).count() >= 2)
                && (5..=8).contains(&digits(word))
    };
    let any = |fits: &dyn Fn(&str) -> bool| {
        lines.iter().any(|line| line.raw.split_whitespace().any(fits))
    };
    any(&is_time) && any(&is_date)
}

fn is_other_title(line: &Line<'_>) -> bool {
    let numbered = line.raw.contains(|c: char| c.is_ascii_digit());
    let has_digit = |word: &&str| word.bytes().any(|b| b.is_ascii_digit());
    let letters = |text: &str| text.split_whitespace().filter(|word| !has_digit(word)).count();
    // `Payment reminder INV-0042`: the letters of a number are no words of a title.
    let little =
        letters(&line.folded) <= 3 || letters(&without(&line.folded, cues::OTHER_DOCUMENT)) <= 1;
    let bare = little && line.money == 0 && line.opens_with(cues::OTHER_DOCUMENT, 1);
    let titled =
        line.words() <= 6 && line.opens_with(cues::OTHER_DOCUMENT, 2) && (!numbered || bare);
    // In a longer line the word is an advertisement.
    titled || line.folded.trim() == "offer"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn till_slips_without_a_title_or_a_total() {
        let paid = "CORNER SHOP\nTEA  2.70\nCAKE  2.95\nSUBTOTAL  5.65\nCASH  10.00\nCHANGE  4.35";
        assert_eq!(document("", paid), Ok(false));
        let french = "AU PONT\nCAFE  12.00\nCHOCOLAT  12.00\nREGLE PAR ESPECE  24.00 DH";
        assert_eq!(document("", french), Ok(false));
        let bare = "Corner Diner\n12 Market Street\nDate: 2026-01-05 12:31\nCheck 1300\n";
        for lines in [
            "Burger    12.00\nCola    3.00\nTOTAL    $15.01",
            "TOTAL    $31.20\nTOTAL SAVINGS    $44.10\nYou saved $44.10 today",
            "TOTAL QTY    7\nTOTAL    $41.30\nTOTAL ITEMS SOLD    7",
            "TOTAL    $9.75\nPOINTS TOTAL    12,450\nPoints to next reward 550.00",
            "Amount    $30.00\nTip    $6.00\nTotal    $36.00\nApproved",
        ] {
            let text = format!("{bare}{lines}\nTHANK YOU");
            assert_eq!(document("", &text), Ok(false), "{lines}");
        }
    }

    #[test]
    fn amounts_alone_are_no_receipt() {
        for text in [
            "PRICE LIST\nTea  2.70\nCake  2.95\nCash discount on request",
            "Kontoauszug 2/2026\nLastschrift Stadtwerke am Ort, Rechnung 100871 vom Januar  -59,50 EUR\nGehalt  2.310,00 EUR\nSaldo  3.104,77 EUR",
            "Menu\nSoup  4.50\nSteak  18.00\nBeer  3.90",
            "Lieferschein\nKette  1  20.00\nBar  1  20.00\nGesamt  40.00",
            "Sparbank\nUmsätze\nKartenzahlung Supermarkt  -31,20 EUR\nGehalt  2.310,00 EUR\nMiete  -700,00 EUR",
            "Timesheet 2026-01-05\nStart 08:00\nCheck 17\nTotal hours  40.00\nThank you",
            "Quotation\nPrinted 2026-01-05 12:31\nLamp  80.00\nTotal  80.00\nThank you",
            "Order sheet\nLamp  80.00\nTotal  80.00\nThank you",
            "Your parcel\nValue  20.00\nShipping  5.00\nInsurance  1.00",
            "Lamp Shop\nQuotation 2026/17\nInvoice date: 5 Jan 2026\nLamp  20.00\nInvoice total  20.00",
            "Lamp Shop\nSollecito di pagamento F2024 12\nData fattura: 05/01/2026\nLampada  20,00 EUR\nTotale fattura  20,00 EUR",
            "Lamp Shop\nRecordatorio de pago INV-0042\nFecha de factura: 05/01/2026\nLámpara  20,00 EUR\nTotal  20,00 EUR",
            "Lamp Shop\nMahnung 17\nRechnungsdatum: 05.01.2026\nLampe  20,00 EUR\nRechnungsbetrag  20,00 EUR",
        ] {
            assert!(document("", text).is_err(), "{text}");
            assert!(document("Your invoice", text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_title_makes_a_document_a_receipt() {
        assert_eq!(document("", "Rechnung\nKette  20,00 EUR\nGesamt  20,00 EUR"), Ok(true));
        assert!(document("", "Rechnung").is_err());
    }

    #[test]
    fn whole_amounts_and_the_subject_count() {
        let whole = "Blokk\nFüzet  11 960\nFizetendő 11 960\nKészpénz 20 000";
        assert_eq!(document("", whole), Ok(true));
        let bare = "Lamp Shop\nLamp  20.00\nTotal  20.00\nVAT no. 12";
        assert!(document("", bare).is_err());
        assert_eq!(document("Your receipt", bare), Ok(false));
        assert_eq!(document("Hello", bare), document("", bare));
    }

    #[test]
    fn words_that_mean_other_things_need_more_beside_them() {
        let of = |subject, text: &str| body(Envelope { subject, list: false }, text).is_ok();
        let ride = "Lamp Rides\n17/03/2024\nTotal TTC  52,15 €\nCourse  46,94 €\nService  5,21 €\nCarte bancaire  52,15 €";
        assert!(of("Ticket Lamp Rides", ride));
        assert!(!of("Lamp Rides", ride));
        let support = "Ticket 4711\nYour lamp is broken.\nTotal time: 5.00 hours";
        assert!(!of("Ticket 4711", support));
        assert!(!of("Merci", "Merci de votre visite\nTotal  5,00 EUR"));
    }

    #[test]
    fn a_bare_invoice_of_a_small_seller_is_one() {
        let of = |subject, text: &str| body(Envelope { subject, list: false }, text).is_ok();
        for (subject, text) in [
            (
                "Your documents",
                "Lamp Shop Ltd\nInvoice no. 17\nDate 5 January 2026\nTotal 50.00 EUR",
            ),
            ("Invoice 17", "Lamp Shop Ltd\nDate 5 January 2026\nTotal 50.00 EUR"),
            ("Rechnung", "Lampen GmbH\nRechnung Nr. 7\nDatum: 05.01.2026\nBetrag: 50,00 EUR"),
            ("Hello", "Lampen GmbH\nRechnung 2026-7\nSumme 50,00 EUR"),
            ("Your documents", "Lamp Shop Ltd\nInvoice INV-9\nAmount due: 50.00 EUR"),
            ("Фактура", "Гама ООД\nФактура № 22\nСума за плащане: 1 234,50 лв."),
            ("Απόδειξη", "Γάμα ΑΕ\nΑπόδειξη αρ. 21\nΣύνολο: 55,95 €"),
            ("קבלה", "גמא בעמ\nחשבונית מס קבלה מספר 19\nסה\"כ לתשלום: 1,234.50 ₪"),
            ("ใบเสร็จรับเงิน", "แกมมา\nใบเสร็จรับเงิน เลขที่ 18\nรวมทั้งสิ้น 1,234.50 บาท"),
            ("Kvittun 95", "Gamma ehf.\nKvittun nr. 95\nSamtals: 12.345 kr."),
        ] {
            assert!(of(subject, text), "{subject}: {text}");
        }
        for (subject, text) in [
            ("Question about invoice 17", "Hi,\nwhy this?\nTotal 50.00 EUR"),
            ("Lunch", "Hi, the bill was:\nTotal: 50.00 EUR\nBob"),
            ("Quote 17", "Lamp Shop\nQuote no. 17\nReplaces invoice no. 16\nTotal: 50.00 EUR"),
            ("Statement", "Statement of account\nInvoice no. 17  50.00 EUR\nTotal 50.00 EUR"),
            ("Reminder", "Reminder\nInvoice no. 17\nTotal 50.00 EUR"),
            (
                "Your plan",
                "Invoice 17 costs a total of 50.00 EUR in most shops of the town, they say",
            ),
        ] {
            assert!(!of(subject, text), "{subject}: {text}");
        }
    }

    #[test]
    fn emails_with_totals_that_are_no_purchases() {
        for (subject, text) in [
            (
                "Your order",
                "Your order is waiting.\nLamp  20.00 EUR\nTotal  20.00 EUR\nVAT 3.20 EUR\nVISA",
            ),
            (
                "Ihre Bestellung",
                "Ihre Bestellung ist noch nicht abgeschlossen.\nGesamt  20,00 EUR\nMwSt 3,20 EUR\nKreditkarte",
            ),
            (
                "Kosárba tett termékek",
                "A rendelés nincs befejezve.\nÖsszesen  2 000 Ft\nÁFA 425 Ft\nBankkártya",
            ),
            (
                "Action needed",
                "We could not charge your card for order no. 4711.\nTotal  20.00 EUR\nVISA\nVAT 3.20",
            ),
            ("Your order", "We have refunded your order 4711.\nTotal  20.00 EUR\nVISA\nVAT 3.20"),
            (
                "Ihre Anfrage",
                "Vielen Dank für Ihr Interesse.\nUnser Angebot 4711:\nMwSt  3,80 EUR\nGesamt  23,80 EUR\nÜberweisung",
            ),
            (
                "Umsätze Ihrer Karte",
                "Zahlung an Stadtwerke  50,00 EUR\nZahlung an Lampen GmbH  20,00 EUR\nSumme  70,00 EUR",
            ),
            (
                "Your tax assessment",
                "Income tax 2025\nTotal tax  1,200.00 EUR\nPaid  1,000.00 EUR\nReference 471142",
            ),
            (
                "Order form",
                "Order form 471142\nLamp  20.00 EUR\nTotal  20.00 EUR\nVAT 3.20\nPayment by card",
            ),
            (
                "Your weekly spending",
                "You spent a total of 240.00 EUR\nFuel 60.00 EUR\nCard **** 4711",
            ),
            (
                "Team lunch",
                "Thanks for joining.\nThe bill total was 120.00 EUR, paid by me.\nIBAN DE00 4711",
            ),
        ] {
            assert!(body(Envelope { subject, list: false }, text).is_err(), "{subject}: {text}");
        }
        let bought =
            "Thank you for your order\nOrder no. 4711\nTotal  20.00 EUR\nVAT 3.20 EUR\nVISA";
        assert_eq!(body(Envelope { subject: "Your order", list: false }, bought), Ok(()));
    }
}
