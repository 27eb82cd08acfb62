//! Credit notes told by their titles: what a short line near the head of a document, or the subject of an
//! email, calls it.
//!
//! A credit note names the invoice that it takes back and is laid out as one, so that a count of words takes
//! it for an invoice. Words of credit notes stand in invoices as well: a discount, a verb, terms of return.
//! So titles alone count, and where title and text do not agree, the kind is doubted instead.

use ext_amounts::Amount;
use serde_json::json;

use crate::classify::{self, has_title_of_its_own, is_title};
use crate::cues;
use crate::fields::{self, Answer, CREDIT_NOTE, DISPUTED};
use crate::text::{Line, Lines, Phrases, clip, says};

/// Lines at the top of a document among which its title stands, with addresses and the like.
const HEAD: usize = 30;
/// Longest title, in words.
const TITLE_WORDS: usize = 8;
/// Confidence in a kind that a title says.
const TITLED: f32 = 0.9;
/// Longest title that is kept as evidence, in bytes.
const MAX_QUOTE_BYTES: usize = 200;
/// Name of the field.
const KIND: &str = "document_type";

/// What a line calls a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Title {
    /// An invoice or a receipt.
    Purchase,
    /// The number of an invoice, which credit notes name as well.
    NumberOfInvoice,
    Credit(Name),
}

/// The name of a credit note in its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    /// Only credit notes are called so.
    Certain,
    /// The word alone, which means other things as well.
    Word,
    /// The label of a credit note's number.
    Number,
    /// An invoice that corrects another one, down or up.
    Correction,
    /// Something that is cancelled, for a fee perhaps.
    Cancellation,
}

/// A credit note's title in a text.
#[derive(Debug)]
struct Found {
    name: Name,
    quote: String,
    /// The number of an invoice stands above it.
    is_below_number: bool,
}

/// Takes the title of a document for its kind, where it is that of a credit note.
pub(crate) fn of_document(answer: Answer, text: &str) -> Answer {
    let lines = Lines::new(text);
    match credit(&lines) {
        Some(found) => found.told(answer, &lines),
        None => answer,
    }
}

/// Takes the subject of an email, or the title of its text, for the kind of its text. Where one of them is
/// that of a credit note and the other that of a purchase, the kind is doubted.
pub(crate) fn of_body(answer: Answer, subject: &str, text: &str) -> Answer {
    let lines = Lines::new(text);
    let line = Line::new(subject);
    let of_subject = name(&line).map(|name| Found::of(name, &line));
    let is_purchase = of_subject.is_none() && classify::is_called_a_receipt(subject);
    match (of_subject, credit(&lines)) {
        (None, Some(found)) if is_purchase => match found.name {
            // The heading of something else, as of a discount.
            Name::Word => answer,
            _ => doubted(answer, CREDIT_NOTE),
        },
        (Some(_), None) if titles(&lines).any(|(title, _)| title == Title::Purchase) => {
            doubted(answer, CREDIT_NOTE)
        }
        (of_subject, of_text) => match of_text.or(of_subject) {
            Some(found) => found.told(answer, &lines),
            None => answer,
        },
    }
}

/// Returns whether a text calls itself a credit note, and not by a word alone that banks use as well.
pub(crate) fn is_titled(lines: &Lines<'_>) -> bool {
    credit(lines).is_some_and(|found| match found.name {
        Name::Certain | Name::Number | Name::Correction => true,
        Name::Word => lines.say(cues::TAX) || is_numbered(&Line::new(&found.quote)),
        Name::Cancellation => false,
    })
}

/// Returns the title of a credit note, where no title of a purchase stands above it.
fn credit(lines: &Lines<'_>) -> Option<Found> {
    let mut is_below_number = false;
    for (title, quote) in titles(lines) {
        match title {
            Title::Purchase => return None,
            Title::NumberOfInvoice => is_below_number = true,
            Title::Credit(name) => return Some(Found { name, quote, is_below_number }),
        }
    }
    None
}

/// Lists the titles at the head of a text, with their lines.
fn titles(lines: &Lines<'_>) -> impl Iterator<Item = (Title, String)> {
    let cells = lines.head(HEAD).filter(|line| line.money == 0);
    let cells = cells.flat_map(|line| line.raw.split("  ")).map(Line::new);
    cells.filter_map(|cell| Some((title(&cell)?, quote(&cell))))
}

fn title(line: &Line<'_>) -> Option<Title> {
    if let Some(name) = name(line) {
        return Some(Title::Credit(name));
    }
    let is_own = is_title(line) && has_title_of_its_own(line);
    let is_about = line.opens_with(cues::AFTER_TITLE, 1);
    let is_label = line.raw.contains(':');
    match () {
        () if line.says(cues::CREDIT) || line.says(cues::CREDIT_WORD) => None,
        () if is_own && !is_label && !is_about && line.opens_with(cues::TITLE, 2) => {
            Some(Title::Purchase)
        }
        () if is_label && (is_own || line.says(cues::TITLE_NUMBER)) && is_numbered(line) => {
            Some(Title::NumberOfInvoice)
        }
        () => None,
    }
}

/// Returns by which name a line is the title of a credit note.
fn name(line: &Line<'_>) -> Option<Name> {
    if line.words() > TITLE_WORDS || line.money > 0 {
        return None;
    }
    if line.opens_with(cues::CREDIT_NUMBER, 1) {
        return Some(Name::Number);
    }
    let names = [
        (cues::CREDIT, Name::Certain),
        (cues::CORRECTION, Name::Correction),
        (cues::CREDIT_WORD, Name::Word),
    ];
    let is_cancelled = || is_numbered(line) && is_named(line, cues::CREDIT_BEFORE_NUMBER);
    let found = names.into_iter().find(|(names, _)| is_named(line, names)).map(|(_, name)| name);
    found.or_else(|| is_cancelled().then_some(Name::Cancellation))
}

/// Returns whether a line is one of some names, with nothing around it but what belongs to a title.
fn is_named(line: &Line<'_>, names: Phrases) -> bool {
    line.around(names).is_some_and(|(before, after)| {
        before.split_whitespace().all(|word| is_word_of(word, cues::BEFORE_TITLE)) && may_end(after)
    })
}

/// Returns whether words may stand behind the name in a title: its number, or what it is about.
fn may_end(after: &str) -> bool {
    let words: Vec<&str> = after.split_whitespace().collect();
    let is_about = words.first().is_some_and(|word| is_word_of(word, cues::AFTER_TITLE));
    let names_it = words.iter().any(|word| has_digit(word)) || says(after, cues::TITLE);
    let belongs = |word: &&str| {
        has_digit(word) || is_word_of(word, cues::NUMBER) || word.len() <= 3 && names_it
    };
    // `Gutschrift / Credit note`
    let is_repeated = || name(&Line::new(after)).is_some();
    words.is_empty() || is_about && names_it || words.iter().all(belongs) || is_repeated()
}

fn is_word_of(word: &str, phrases: Phrases) -> bool {
    phrases.split(['|', ' ']).any(|known| known == word)
}

fn has_digit(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}

fn is_numbered(line: &Line<'_>) -> bool {
    line.folded.split_whitespace().any(has_digit)
}

fn quote(line: &Line<'_>) -> String {
    clip(line.raw.trim(), MAX_QUOTE_BYTES).to_owned()
}

/// Names another kind that a document may be.
fn doubted(mut answer: Answer, other: &str) -> Answer {
    if answer.receipt.document_type.as_deref() != Some(other) {
        let found = answer.evidence.entry(KIND.to_owned());
        let found = found.or_insert_with(|| fields::evidence(DISPUTED, String::new()));
        found.alternatives.push(json!(other));
    }
    answer.doubting(KIND)
}

impl Found {
    fn of(name: Name, line: &Line<'_>) -> Self {
        Self { name, quote: quote(line), is_below_number: false }
    }

    /// Makes a credit note of what was read, and doubts that where it may be something else.
    fn told(self, mut answer: Answer, lines: &Lines<'_>) -> Answer {
        let is_known = fields::is_credit_note(answer.receipt.document_type.as_deref());
        // An invoice may have a line of that name.
        if self.is_below_number && self.name == Name::Word {
            return doubted(answer, CREDIT_NOTE);
        }
        let comes_back = || is_negative(&answer) || lines.say(cues::BACK);
        let may_cost = matches!(self.name, Name::Correction | Name::Cancellation);
        let is_open = self.is_below_number || may_cost && !comes_back();
        let is_doubtful = !is_known && is_open || lines.say(cues::SELF_BILLED);
        answer.receipt.document_type = Some(CREDIT_NOTE.to_owned());
        answer.evidence.insert(KIND.to_owned(), fields::evidence(TITLED, self.quote));
        if is_doubtful { doubted(answer, "invoice") } else { answer }
    }
}

fn is_negative(answer: &Answer) -> bool {
    answer.receipt.amount.is_some_and(|amount| amount < Amount::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::Receipt;

    /// Returns the kind of what the text engine took for an invoice, marked where it is doubtful.
    fn kind(answer: &Answer) -> String {
        let is_open = answer.evidence.get(KIND).is_some_and(|found| !found.alternatives.is_empty());
        let kind = answer.receipt.document_type.as_deref().unwrap_or_default();
        format!("{kind}{}", if is_open { "?" } else { "" })
    }

    fn invoice() -> Answer {
        let receipt = Receipt { document_type: Some("invoice".to_owned()), ..Receipt::default() };
        Answer { receipt, ..Answer::default() }
    }

    fn of_text(text: &str) -> String {
        kind(&of_document(invoice(), text))
    }

    #[test]
    fn a_title_in_any_language_says_that_it_is_a_credit_note() {
        for title in [
            "GUTSCHRIFT",
            "Gutschrift / Credit note",
            "Gutschrift Nr. GS-17",
            "Gutschriftsnummer: GS-17",
            "Gutschrift zu Rechnungsnummer: RE-2026-471",
            "Ihre Gutschrift vom 5. Januar 2026",
            "Kunde 17  Rechnungskorrektur",
            "CREDIT NOTE",
            "Tax credit note CN-77",
            "Credit memo no. 5512",
            "Refund receipt no. 5512",
            "Refund 5512",
            "AVOIR",
            "Avoir N° : AV-2026-17",
            "Avoir sur facture FA-2025-90",
            "FACTURE D'AVOIR",
            "Note de crédit 17",
            "NOTA DI CREDITO",
            "Nota de crédito n. 3",
            "Factura de abono",
            "Nota de crédito",
            "CREDITNOTA",
            "Creditfactuur 2026-3",
            "Nota uznaniowa 3",
            "Kreditfaktura 3",
            "Kreditnota nr. 3",
            "Hyvityslasku",
            "Dobropis č. 3",
            "Jóváíró számla",
            "Sztornó számla",
            "Factură storno",
            "Knjižno odobrenje",
            "İade faturası",
            "Kreditinė sąskaita faktūra",
            "Kredītrēķins",
            "Kreeditarve",
            "Кредитно известие № 3",
            "Πιστωτικό τιμολόγιο",
            "ใบลดหนี้",
            "חשבונית זיכוי",
            "إشعار دائن",
            "返品伝票",
            "红字发票",
        ] {
            let text = format!("Lamp Shop\nHigh Street 1\n{title}\nInvoice number: 4711\n9.00");
            assert_eq!(of_text(&text), "credit_note", "{title}");
        }
    }

    #[test]
    fn other_uses_of_the_words_are_no_titles() {
        for text in [
            "Lamp Shop\nRechnung\nGutschrift\n-5,00 EUR",
            "Lamp Shop\nIhre Rechnung Nr. 17\nGutschrift  -5,00 EUR",
            "Lamp Shop\nGutschrift aus Januar  -5,00 EUR\nRechnung 17",
            "Lamp Shop\nGutschein\nRechnung 17",
            "Lampes\nAvoir une question ?\nFacture 17",
            "Lampes\nAvoir de la lumière\nFacture 17",
            "Lamp Shop\nPaid by credit card 4711\nInvoice no. 17",
            "Lamp Shop\nCredit notes are written on request\nInvoice no. 17",
            "Lamp Shop\nA credit note will follow\nInvoice no. 17",
            "Lamp Shop\nINVOICE / CREDIT NOTE\nInvoice no. 17",
            "Lamp Shop\nRefund policy\nInvoice no. 17",
            "Hotel Lampe\nBuchungsbestätigung 4711\nStornierung\nKostenlos bis 5.1.2026",
            "Lamp Shop\nYour order\nRefund\nWithin 14 days",
            "Lamp Shop\nCREDIT INVOICE\nInvoice no. 17",
            "Lamp Shop\nInvoice no. 17\nCREDIT NOTE",
            "Lamp Shop\nSe abona en cuenta\nFactura 17",
        ] {
            assert_eq!(of_text(text), "invoice", "{text}");
        }
    }

    #[test]
    fn what_may_be_something_else_is_doubted() {
        for (right, text) in [
            ("credit_note?", "Lamp Shop\nInvoice number: 17\nCREDIT NOTE"),
            ("invoice?", "Lamp Shop\nRechnung Nr.: 17\nGutschrift"),
            ("credit_note?", "Lamp Shop\nGutschrift Nr. 17\nProvision für Januar"),
            ("credit_note?", "Lamp Shop\nCREDIT NOTE\nSelf-billing invoice"),
            ("credit_note?", "Lamp Shop\nFactura rectificativa 17\nLámpara"),
            ("credit_note", "Lamp Shop\nFactura rectificativa 17\nDevolución lámpara"),
            ("credit_note?", "Lamp Shop\nFaktura korygująca 17\nLampa"),
            ("credit_note?", "Hotel Lampe\nStornierung Nr. 4711\nGebühr"),
            ("credit_note", "Hotel Lampe\nStornierung Nr. 4711\nErstattung"),
            ("credit_note?", "Metro\nABONO\nMensual"),
            ("credit_note", "Metro\nABONO\nDevolución"),
            ("credit_note", "Lamp Shop\nFaktura korygująca 17\nZwrot: lampa"),
        ] {
            assert_eq!(of_text(text), right, "{text}");
        }
    }

    #[test]
    fn the_subject_of_an_email_counts_as_its_title() {
        for (right, subject, text) in [
            ("credit_note", "Gutschrift G-1001", "Kiosk Blau\nzu Rechnung RE-4711"),
            ("credit_note", "WG: Ihre Gutschrift G-1001", "Kiosk Blau"),
            ("credit_note", "Your credit note CN-77", "Kiosk Blau\nfor invoice RE-4712"),
            ("credit_note", "Documents", "Kiosk Blau\nCREDIT NOTE"),
            ("invoice", "Your invoice 17", "Kiosk Blau\nInvoice 17"),
            ("invoice", "A credit note will follow", "Kiosk Blau\nInvoice 17"),
            ("invoice", "Your order 17", "Kiosk Blau\nGutschrift"),
            ("invoice?", "Your invoice 17", "Kiosk Blau\nCREDIT NOTE"),
            ("invoice?", "Your credit note CN-77", "Kiosk Blau\nInvoice 17"),
        ] {
            assert_eq!(kind(&of_body(invoice(), subject, text)), right, "{subject}: {text}");
        }
    }
}
