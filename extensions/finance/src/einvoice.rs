//! Receipts that electronic invoices state: read, not recognised, and so believed before any text.

use std::collections::BTreeMap;

use spacedrive_sdk::ops::ai::Evidence;
use spacedrive_sdk::ops::invoice::{Invoice, InvoiceLine};

use crate::currency;
use crate::fields::{self, Answer, Item, Receipt};

/// UNTDID 1001 codes of documents that ask for no money: pro forma invoices, offers, orders.
const NOT_BOOKED: [&str; 6] = ["220", "231", "310", "325", "351", "771"];
/// Confidence in what the XML states; what could be wrong is the XML.
const CONFIDENCE: f32 = 0.99;

/// Returns the reason why an invoice is not booked; `None` when it is.
pub(crate) fn objection(invoice: &Invoice) -> Option<&'static str> {
    let other = invoice.type_code.as_deref().is_some_and(|code| NOT_BOOKED.contains(&code));
    if other {
        return Some("the electronic document is not an invoice");
    }
    invoice.total.is_none().then_some("the electronic invoice has no total")
}

/// Returns the receipt that an invoice states.
pub(crate) fn receipt(invoice: &Invoice) -> Receipt {
    let seller = invoice.seller.as_ref().and_then(|seller| seller.name.as_deref());
    let kind = if invoice.credit_note { fields::CREDIT_NOTE } else { "invoice" };
    Receipt {
        vendor: seller.and_then(fields::label),
        date: invoice.date.as_deref().and_then(fields::date),
        amount: invoice.total.and_then(fields::amount),
        currency: invoice.currency.as_deref().and_then(currency::code),
        tax: invoice.tax.and_then(fields::amount),
        category: None,
        items: invoice.lines.iter().filter_map(item).take(fields::MAX_ITEMS).collect(),
        payment_method: invoice.payment_code.as_deref().and_then(payment).map(str::to_owned),
        document_type: Some(kind.to_owned()),
    }
}

/// Returns the words of an invoice that comes without a text, for search and for its category.
pub(crate) fn text(invoice: &Invoice) -> String {
    let seller = invoice.seller.as_ref().and_then(|seller| seller.name.clone());
    let total = invoice.total.map(|total| {
        format!("Total  {total:.2} {}", invoice.currency.as_deref().unwrap_or_default())
    });
    let line = |line: &InvoiceLine| {
        let price = line.total.map(|total| format!("  {total:.2}")).unwrap_or_default();
        Some(format!("{}{price}", line.name.as_deref()?))
    };
    let number = invoice.number.as_ref().map(|number| format!("Invoice number: {number}"));
    let date = invoice.date.as_ref().map(|date| format!("Date: {date}"));
    let head = [seller, number, date].into_iter().flatten();
    let lines = invoice.lines.iter().take(fields::MAX_ITEMS).filter_map(line);
    head.chain(lines).chain(total).collect::<Vec<_>>().join("\n")
}

/// Takes what the XML states before what the text engine found in the text beside it. Amounts and
/// names are never filled from the text: an invoice that leaves one open means it.
pub(crate) fn preferring(invoice: &Invoice, from_engine: Answer) -> Answer {
    let stated = receipt(invoice);
    let fields = [
        ("vendor", stated.vendor.is_some()),
        ("date", stated.date.is_some()),
        ("amount", stated.amount.is_some()),
        ("currency", stated.currency.is_some()),
        ("tax", stated.tax.is_some()),
        ("items", !stated.items.is_empty()),
        ("payment_method", stated.payment_method.is_some()),
        ("document_type", true),
    ];
    let mut evidence: BTreeMap<String, Evidence> = from_engine.evidence;
    for (field, _) in fields.into_iter().filter(|(_, known)| *known) {
        let quote = format!("electronic invoice ({})", invoice.syntax);
        evidence.insert(field.to_owned(), Evidence { confidence: CONFIDENCE, line: None, quote });
    }
    Answer { receipt: stated.or(from_engine.receipt), evidence, engine: from_engine.engine }
}

fn item(line: &InvoiceLine) -> Option<Item> {
    let name = fields::label(line.name.as_deref()?)?;
    Some(Item { name, price: line.total.and_then(fields::amount) })
}

/// Returns the way of payment of a UNTDID 4461 code.
fn payment(code: &str) -> Option<&'static str> {
    Some(match code {
        "10" => "cash",
        "20" | "21" | "22" | "23" => "cheque",
        "30" | "31" | "42" | "57" | "58" => "bank transfer",
        "48" | "54" | "55" => "card",
        "49" | "59" => "direct debit",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use spacedrive_sdk::ops::invoice::InvoiceParty;

    fn invoice() -> Invoice {
        Invoice {
            syntax: "cii".into(),
            profile: None,
            type_code: Some("380".into()),
            credit_note: false,
            number: Some("R-17".into()),
            date: Some("2026-01-05".into()),
            due_date: None,
            seller: Some(InvoiceParty {
                name: Some("Acme GmbH".into()),
                tax_id: None,
                country: None,
            }),
            buyer: None,
            currency: Some("EUR".into()),
            net: Some(100.0),
            tax: Some(19.0),
            total: Some(119.0),
            prepaid: Some(100.0),
            due: Some(19.0),
            payment_code: Some("58".into()),
            lines: vec![InvoiceLine {
                name: Some("Anvil".into()),
                quantity: Some(1.0),
                unit: None,
                unit_price: None,
                total: Some(100.0),
                tax_rate: None,
            }],
        }
    }

    #[test]
    fn the_xml_beats_the_text() {
        let from_engine = Receipt {
            vendor: Some("Somebody else".into()),
            amount: Some(1.0),
            category: Some("household".into()),
            ..Receipt::default()
        };
        let answer = preferring(&invoice(), Answer { receipt: from_engine, ..Answer::default() });
        let receipt = answer.receipt;
        assert_eq!(receipt.vendor.as_deref(), Some("Acme GmbH"));
        assert_eq!((receipt.amount, receipt.tax), (Some(119.0), Some(19.0)));
        assert_eq!(receipt.category.as_deref(), Some("household"));
        assert_eq!(receipt.payment_method.as_deref(), Some("bank transfer"));
        assert_eq!(receipt.items, [Item { name: "Anvil".into(), price: Some(100.0) }]);
        assert!(answer.evidence["amount"].confidence > 0.9);
    }

    #[test]
    fn only_invoices_are_booked() {
        assert_eq!(objection(&invoice()), None);
        assert!(objection(&Invoice { type_code: Some("325".into()), ..invoice() }).is_some());
        assert!(objection(&Invoice { total: None, ..invoice() }).is_some());
    }

    #[test]
    fn an_invoice_without_a_text_has_words() {
        let text = text(&invoice());
        assert!(text.contains("Acme GmbH") && text.contains("Anvil  100.00"), "{text}");
        assert!(text.ends_with("Total  119.00 EUR"), "{text}");
    }
}
