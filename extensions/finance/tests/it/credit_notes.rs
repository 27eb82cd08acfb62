//! Credit notes in several languages: money that comes back is not spent, and stays apart from its invoice.

use std::collections::HashMap;

use serde_json::{Value, json};
use spacedrive_sdk::testing::FakeHost;

use crate::common::{host, import, pdf, rows};
use crate::papers::{EML, PDF, letter, review};

/// Imports a PDF with these lines.
fn pdf_of(host: &FakeHost, name: &str, text: &str) {
    let lines: Vec<&str> = text.lines().collect();
    import(host, name, PDF, &pdf(&lines, None)).unwrap();
}

fn spent(host: &FakeHost) -> Vec<f64> {
    let mut spent: Vec<f64> = rows(host).iter().map(|row| row["spent"].as_f64().unwrap()).collect();
    spent.sort_by(f64::total_cmp);
    spent
}

/// Returns the kind that one document is booked with and the fields that are doubtful.
fn kind(text: &str) -> (Value, Value) {
    let host = host(HashMap::new());
    pdf_of(&host, "a.pdf", text);
    let rows = rows(&host);
    assert_eq!(rows.len(), 1, "{text}");
    (rows[0]["kind"].clone(), rows[0]["doubtful"].clone())
}

const SHOP: &str = "Optik Lorenz e.K.\nHafenstrasse 12, 20457 Hamburg";

#[test]
fn a_credit_note_is_a_booking_beside_the_invoice_that_it_names() {
    let sums = "Nettobetrag    50,00 EUR\nMwSt. 19 %    9,50 EUR\nGesamtbetrag    59,50 EUR";
    let host = host(HashMap::new());
    pdf_of(
        &host,
        "rechnung.pdf",
        &format!(
            "{SHOP}\nRechnung\nRechnungsnummer: RE-2026-471\nRechnungsdatum: 05.01.2026\nBrille    50,00 EUR\n{sums}"
        ),
    );
    pdf_of(
        &host,
        "gutschrift.pdf",
        &format!(
            "{SHOP}\nGutschrift\nGutschriftsnummer: GS-2026-15\nDatum: 12.01.2026\n\
             Gutschrift zu Rechnungsnummer: RE-2026-471\nBrille    50,00 EUR\n{sums}"
        ),
    );
    assert_eq!(spent(&host), [-59.5, 59.5]);
    assert_eq!(review(&host), Vec::<Value>::new());
    assert!(rows(&host).iter().all(|row| row["doubtful"] == json!([])));
}

#[test]
fn credit_notes_of_many_countries_come_back() {
    for text in [
        "Ottica Sole S.r.l.\nVia Roma 1, 20121 Milano\nNOTA DI CREDITO\nNota di credito n. 12/2026\nData: 10/01/2026\nRif. fattura n. 881/2025\nReso occhiali    100,00 EUR\nImponibile    100,00 EUR\nIVA 22 %    22,00 EUR\nTotale    122,00 EUR",
        "Optica Sol S.L.\nCalle Mayor 1, 28013 Madrid\nFACTURA RECTIFICATIVA\nFactura rectificativa n. R-2026-3\nFecha: 10/01/2026\nFactura rectificada: F-2025-88\nDevolucion gafas    100,00 EUR\nBase imponible    100,00 EUR\nIVA 21 %    21,00 EUR\nTotal    121,00 EUR",
        "Optica Luna S.L.\nCalle Mayor 2, 28013 Madrid\nNOTA DE CREDITO\nNota de credito n. R-2026-3\nFecha: 10/01/2026\nFactura: F-2025-88\nDevolucion gafas    200,00 EUR\nBase imponible    200,00 EUR\nIVA 21 %    42,00 EUR\nTotal    242,00 EUR",
        "Optiek Zon B.V.\nDam 1, 1012 JS Amsterdam\nCREDITNOTA\nCreditnota nummer: 2026-3\nDatum: 10-01-2026\nBetreft factuur 2025-88\nRetour bril    300,00 EUR\nSubtotaal    300,00 EUR\nBTW 21 %    63,00 EUR\nTotaal    363,00 EUR",
        "Optique Soleil SARL\n12 rue de la Paix, 75002 Paris\nFACTURE D'AVOIR\nAvoir n. AV-2026-17\nDate : 10/01/2026\nsur facture FA-2025-90\nRetour lunettes    70,00 EUR\nTotal HT    70,00 EUR\nTVA 20 %    14,00 EUR\nTotal TTC    84,00 EUR",
        "Optique Soleil SARL\n12 rue de la Paix, 75002 Paris\nAVOIR\nAvoir N : AV-2026-17\nDate : 10/01/2026\nRetour lunettes    70,00 EUR\nTotal HT    70,00 EUR\nTVA 20 %    14,00 EUR\nTotal TTC    84,00 EUR",
        "Buch Meier GmbH\nMarkt 1, 04109 Leipzig\nSTORNORECHNUNG\nStornorechnung Nr. ST-2026-17\nDatum: 10.01.2026\nStorno der Rechnung RE-2025-90\nBuch    90,00 EUR\nNetto    90,00 EUR\nMwSt. 7 %    6,30 EUR\nGesamtbetrag    96,30 EUR",
        "Haus Kraft GmbH\nMarkt 2, 04109 Leipzig\nGUTSCHRIFT\nGutschrift Nr. GS-17\nRechnungsdatum: 10.01.2026\nzu Rechnung Nr. RE-2025-91\nLampe    80,00 EUR\nNetto    80,00 EUR\nMwSt. 19 %    15,20 EUR\nGutschriftsbetrag brutto    95,20 EUR\nWir ueberweisen den Betrag auf Ihr Konto.",
        "Optik Lorenz e.K.\nHafenstrasse 12, 20457 Hamburg\nGUTSCHRIFT\nGutschrift Nr.: GS-2026-15\nDatum: 08.01.2026\nKundennummer: 4455\n\nRuecksendung Brille    50,00 EUR\nNettobetrag    50,00 EUR\nMwSt. 19 %    9,50 EUR\nGutschriftsbetrag    59,50 EUR",
        "Lamp House Ltd\n1 High Street, London\nREFUND\nRefund receipt no. 5512\nDate: 10 January 2026\nOriginal order: 88123\nLamp    80.00 GBP\nTotal refunded    GBP 80.00",
        "Book House Ltd\n1 High Street, London\nCREDIT MEMO\nCredit memo no. 5512\nDate: 10 January 2026\nOriginal invoice: 88123\nLamp    70.00 GBP\nSubtotal 70.00\nVAT 20% 14.00\nTotal    GBP 84.00",
    ] {
        assert_eq!(kind(text), (json!("credit_note"), json!([])), "{text}");
    }
}

#[test]
fn an_invoice_that_speaks_of_credit_stays_one() {
    let head = "Rechnung\nRechnungsnummer: RE-2026-471\nRechnungsdatum: 05.01.2026";
    let sums = "Gesamtbetrag    59,50 EUR\nMwSt. 19 %    9,50 EUR";
    for more in [
        "Gutschrift aus RE-2026-470    -5,00 EUR",
        "Fuer Ruecksendungen erhalten Sie eine Gutschrift.",
        "Gutschein    -5,00 EUR",
        "Kreditkarte",
    ] {
        let text = format!("{SHOP}\n{head}\nBrille    59,50 EUR\n{more}\n{sums}");
        assert_eq!(kind(&text), (json!("invoice"), json!([])), "{text}");
    }
}

#[test]
fn a_self_billed_invoice_is_doubtful() {
    let text = format!(
        "{SHOP}\nGutschrift\nGutschriftsnummer: GS-2026-15\nDatum: 12.01.2026\nVermittlungsprovision Januar    50,00 EUR\n\
         Nettobetrag    50,00 EUR\nMwSt. 19 %    9,50 EUR\nGesamtbetrag    59,50 EUR"
    );
    assert_eq!(kind(&text), (json!("credit_note"), json!(["document_type"])));
}

#[test]
fn an_email_is_a_credit_note_by_its_subject_and_a_transfer_of_a_bank_is_not_booked() {
    let of = |subject: &str, lines: &[&str]| {
        let host = host(HashMap::new());
        let mail = letter("g", "Kiosk Blau <rechnung@kiosk-blau.example>", subject, lines);
        import(&host, "a.eml", EML, &mail).unwrap();
        spent(&host)
    };
    let lines = [
        "Kiosk Blau GmbH",
        "Gutschrift",
        "Gutschriftsnummer: G-1001",
        "Datum: 07.01.2026",
        "zu Rechnung RE-4711",
        "Kaffee 4,00 EUR",
        "Gesamtbetrag: 4,00 EUR",
    ];
    assert_eq!(of("Gutschrift G-1001", &lines), [-4.0]);
    let bank =
        ["Gutschrift", "Auftraggeber: Kiosk Blau GmbH", "Betrag: 400,00 EUR", "Datum: 07.01.2026"];
    assert_eq!(of("Gutschrift auf Ihrem Konto", &bank), Vec::<f64>::new());
}
