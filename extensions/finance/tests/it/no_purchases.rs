//! Papers with a number, a total and the word invoice that are no purchases, and their twins that are.

use std::collections::HashMap;

use crate::common::{host, import, pdf, rows};
use crate::papers::{EML, PDF, letter};

const SHOP: &str = "Atelier Beispiel AG <billing@atelier.example>";

/// Returns how many receipts are booked of lines, as the body of an email and as a PDF.
fn booked(subject: &str, lines: &[&str]) -> [usize; 2] {
    let (email, document) = (host(HashMap::new()), host(HashMap::new()));
    import(&email, "a.eml", EML, &letter("a", SHOP, subject, lines)).unwrap();
    import(&document, "a.pdf", PDF, &pdf(lines, None)).unwrap();
    [rows(&email).len(), rows(&document).len()]
}

#[test]
fn a_pro_forma_invoice_is_not_booked() {
    for (subject, title) in [
        ("Proforma invoice PF-17", "PRO FORMA INVOICE PF-17"),
        ("Ihre Proforma-Rechnung", "PROFORMARECHNUNG 17"),
        ("Facture proforma 17", "FACTURE PROFORMA"),
        ("Faktura proforma 17", "FAKTURA PRO FORMA 17"),
    ] {
        let lines = [
            "Atelier Beispiel AG",
            title,
            "Invoice no. 17",
            "Date: 2026-01-05",
            "Chair  420.17",
            "VAT 19 %  79.83",
            "Total: EUR 500.00",
            "Payment by bank transfer",
        ];
        assert_eq!(booked(subject, &lines), [0, 0], "{title}");
    }
    let says_so = [
        "Atelier Beispiel AG",
        "INVOICE 17",
        "Date: 2026-01-05",
        "Total: EUR 500.00",
        "VAT 79.83",
        "This is not a VAT invoice.",
    ];
    assert_eq!(booked("Invoice 17", &says_so), [0, 0]);
}

#[test]
fn an_invoice_that_names_a_pro_forma_invoice_is_booked() {
    for line in ["This invoice replaces pro forma invoice PF-17.", "Pro forma no.: PF-17"] {
        let lines = [
            "Atelier Beispiel AG",
            "INVOICE 18",
            line,
            "Date: 2026-01-05",
            "Chair  420.17",
            "VAT 19 %  79.83",
            "Total: EUR 500.00",
        ];
        assert_eq!(booked("Invoice 18", &lines), [1, 1], "{line}");
    }
}

#[test]
fn a_reminder_that_names_its_invoice_is_not_booked() {
    for (subject, title, invoice) in [
        ("Letter", "2. Mahnung", "Rechnung Nr. 2025-881 vom 02.01.2026"),
        ("Letter", "3. und letzte Mahnung", "Rechnung Nr. 2025-31 vom 15.11.2025"),
        ("Letter", "Second reminder", "Invoice No. 8812 dated 05/01/2026"),
        ("Letter", "2ème relance", "Facture 2025-112 du 15/12/2025"),
    ] {
        let lines = [
            "Atelier Beispiel AG",
            title,
            "Date: 2026-02-20",
            invoice,
            "Total: EUR 211.10",
            "Mahngebühr  5.00",
            "Amount due: EUR 216.10",
        ];
        assert_eq!(booked(subject, &lines), [0, 0], "{title}");
        let twin = ["Atelier Beispiel AG", invoice, "Date: 2026-02-20", "Total: EUR 211.10"];
        assert_eq!(booked("Letter", &twin), [1, 1], "{invoice}");
    }
}

#[test]
fn a_new_price_a_payment_to_come_and_a_question_are_not_booked() {
    for (subject, lines) in [
        (
            "We're updating the price of your subscription",
            "Starting April 8, 2026, the price of your plan will increase from $9.99 to $11.99.\nPlan total: $11.99\nPayment method: Visa",
        ),
        (
            "Your subscription price is changing",
            "We're increasing the price of your subscription from £11.99 to £12.99 per month.\nYour new total: £12.99\nPayment method: Visa",
        ),
        (
            "Preisanpassung für dein Abo",
            "Ab dem 1. April 2026 ändert sich der Preis deines Abos.\nBisher: 29,99 €\nNeuer Preis: 34,99 €\nGesamt: 34,99 €\nZahlungsart: Kreditkarte",
        ),
        (
            "Your next payment is coming up",
            "Your payment of $52.10 to Peloton is due on March 25, 2026.\nLoan ID: 88AX-1123\nAmount due: $52.10",
        ),
        (
            "Frage zur Rechnung",
            "Hallo,\nich habe eine Frage zu meiner Stromrechnung.\nRechnungsnummer: 8812331\nBetrag: 212,00 EUR\nIst das korrekt? Die Überweisung fehlt noch.",
        ),
    ] {
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(booked(subject, &lines)[0], 0, "{subject}");
    }
}

#[test]
fn an_advice_of_a_payment_is_not_booked() {
    for title in ["Zahlungsavis 4711", "Avis de paiement", "REMITTANCE ADVICE", "Payment advice"] {
        let lines = [
            "Acme AG",
            title,
            "Date: 2026-01-05",
            "Invoice no. R-1001  100.00",
            "Invoice no. R-1002  250.00",
            "Total: EUR 350.00",
            "Payment by bank transfer",
        ];
        assert_eq!(booked(title, &lines), [0, 0], "{title}");
    }
    let received = [
        "Acme AG",
        "Payment receipt",
        "Date: 2026-01-05",
        "We received your payment of EUR 350.00 for invoice R-1001.",
        "Amount paid: EUR 350.00",
    ];
    assert_eq!(booked("Payment receipt", &received), [1, 1]);
}
