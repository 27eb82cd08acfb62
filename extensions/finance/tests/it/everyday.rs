//! Emails of bills, donations, tickets and subscriptions, whose words each need a rule of their own.

use std::collections::HashMap;

use crate::common::{host, import, rows};
use crate::papers::{EML, letter};
use serde_json::json;

/// From, subject, lines, and what is booked: vendor, day, amount, currency. All came on 5 January 2026.
type Case =
    (&'static str, &'static str, &'static str, (&'static str, &'static str, f64, &'static str));

const CASES: [Case; 14] = [
    (
        "Vodafone <rechnung@vodafone.example>",
        "Ihre Mobilfunkrechnung Januar 2026",
        "Ihre Rechnung vom 02.01.2026 ist da.\nKundennummer: 112 334 556\nRechnungsnummer: 900114422331\n\
         Rechnungsbetrag: 44,98 €\nLastschrift am 17.01.2026",
        ("Vodafone", "2026-01-02", 44.98, "EUR"),
    ),
    (
        "Fortum <faktura@fortum.example>",
        "Din elräkning för december",
        "Här kommer din elräkning.\nFakturanummer: 7712231\nFakturadatum: 2026-01-02\n\
         Att betala: 812,00 kr\nBetalas via autogiro 2026-01-31\nFortum Markets AB",
        ("Fortum Markets AB", "2026-01-02", 812.0, "SEK"),
    ),
    (
        "EDP <fatura@edp.example>",
        "Fatura eletrónica",
        "A sua fatura FT 2026/88123 já está disponível.\nData da fatura: 2 jan 2026\n\
         Valor a pagar: 61,38 €\nDébito direto a 20 jan 2026\nEDP Comercial, S.A.",
        ("EDP Comercial, S.A.", "2026-01-02", 61.38, "EUR"),
    ),
    (
        "EDF <facture@edf.example>",
        "Votre facture EDF du 03/01/2026",
        "Bonjour,\nVotre facture est disponible.\nFacture n° 10 123 456 789 du 03/01/2026\n\
         Montant à payer : 96,20 € TTC\nPrélèvement le 18/01/2026",
        ("EDF", "2026-01-03", 96.2, "EUR"),
    ),
    (
        "Nordic Aid <give@nordicaid.example>",
        "Thank you for your donation",
        "Dear Julia,\nThank you for your gift. This email is your donation receipt.\n\
         Receipt number: D-2026-448192\nDate: 4 January 2026\nAmount: €50.00\nPayment method: SEPA direct debit",
        ("Nordic Aid", "2026-01-04", 50.0, "EUR"),
    ),
    (
        "Ärztehilfe <spende@aerztehilfe.example>",
        "Danke für Ihre Spende",
        "Liebe Frau Weber,\nherzlichen Dank für Ihre Spende!\nSpendenbetrag: 30,00 EUR\n\
         Datum: 04.01.2026\nZahlungsart: PayPal\nTransaktionsnummer: 8XK1122334",
        ("Ärztehilfe", "2026-01-04", 30.0, "EUR"),
    ),
    (
        "Trenitalia <ticket@trenitalia.example>",
        "Conferma acquisto biglietto",
        "Grazie per il tuo acquisto!\nPNR: F7QXKL\nData acquisto: 04/01/2026\n\
         Frecciarossa 9412 Roma Termini - Milano Centrale 21/03/2026\nImporto totale: 49,90 €\n\
         Pagato con carta di credito",
        ("Trenitalia", "2026-01-04", 49.9, "EUR"),
    ),
    (
        "Eventbrite <orders@eventbrite.example>",
        "Order Confirmation for Jazz Night",
        "Thanks for your order!\nJazz Night\nOrder #8812334411\n2 x General Admission  $46.00\nFees  $7.16\n\
         Total  $53.16\nSaturday, April 4, 2026 at 8:00 PM",
        ("Jazz Night", "2026-01-05", 53.16, "USD"),
    ),
    (
        "Adobe <mail@adobe.example>",
        "Your subscription has been renewed",
        "Your Creative Cloud plan has been renewed.\nInvoice number: IEE2026001122\n\
         Payment date: 4 January 2026\nTotal charged: €24.19\nNext billing date: 4 February 2026\nVisa ending 4242",
        ("Adobe", "2026-01-04", 24.19, "EUR"),
    ),
    (
        "Joe Pruitt <joe@pruittplumbing.example>",
        "Invoice for Saturday's work",
        "Pruitt Plumbing\nInvoice #1187\n1/3/26\nReplace kitchen shutoff valve  $280.00\nParts  $105.00\n\
         Amount due  $385.00",
        ("Pruitt Plumbing", "2026-01-03", 385.0, "USD"),
    ),
    (
        "KSP <orders@ksp.example>",
        "אישור הזמנה 88123",
        "תודה על הזמנתך ב-KSP\nמספר הזמנה: 88123\nתאריך: 04/01/2026\nאוזניות 440.00 ₪\nמשלוח 19.00 ₪\n\
         סה\"כ לתשלום 459.00 ₪",
        ("KSP", "2026-01-04", 459.0, "ILS"),
    ),
    (
        "쿠팡 <noreply@coupang.example>",
        "주문이 완료되었습니다",
        "주문해 주셔서 감사합니다.\n쿠팡 주문 영수증\n주문번호: 3100081772231\n주문일시: 2026.01.04 21:14\n\
         무선 마우스      39,900원\n휴대폰 케이스     6,000원\n총 결제금액      45,900원\n결제수단: 신용카드",
        ("쿠팡", "2026-01-04", 45900.0, "KRW"),
    ),
    (
        "楽天市場 <order@rakuten.example>",
        "注文内容ご確認",
        "この度はご注文いただきありがとうございます。\n[受注番号] 233411-20260104-08812334\n\
         [日時] 2026-01-04 21:03:11\n[支払方法] クレジットカード決済\n小計 5,800 (円)\n送料 580 (円)\n合計 6,380 (円)",
        ("楽天市場", "2026-01-04", 6380.0, "JPY"),
    ),
    (
        "Garbarino <ventas@garbarino.example>",
        "Factura",
        "GARBARINO S.A.\nCUIT 30-54008821-3\nFACTURA B   Nº 0008-00123341\nFecha: 04/01/2026\n\
         Heladera no frost         185.999,00\nTotal $                   185.999,00",
        ("GARBARINO S.A.", "2026-01-04", 185_999.0, "ARS"),
    ),
];

/// Returns what is wrong with the booking of an email.
fn fault((from, subject, text, (vendor, date, amount, currency)): Case) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let host = host(HashMap::new());
    import(&host, "a.eml", EML, &letter("a", from, subject, &lines)).unwrap();
    let rows = rows(&host);
    let [row] = rows.as_slice() else { return Some(format!("{subject}: {} booked", rows.len())) };
    let is_right = row["amount"].as_f64() == Some(amount)
        && row["currency"] == json!(currency)
        && row["date"] == json!(date)
        && row["vendor"].as_str().is_some_and(|it| it.contains(vendor));
    (!is_right).then(|| format!("{subject}: {row}"))
}

#[test]
fn emails_of_everyday_purchases_are_booked() {
    let wrong: Vec<String> = CASES.into_iter().filter_map(fault).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
