//! Receipts that electronic invoices state: read, not recognised, and so believed before any text.

use ext_amounts::Amount;
use spacedrive_sdk::ops::invoice::{Invoice, InvoiceLine};
use spacedrive_sdk::prelude::*;

use crate::currency;
use crate::fields::{self, Answer, Item, Receipt};
use crate::money;
use crate::xml;

/// UNTDID 1001 codes of documents that ask for no money: pro forma invoices, offers, orders.
const NOT_BOOKED: [&str; 6] = ["220", "231", "310", "325", "351", "771"];
/// Names with which electronic invoices begin, behind their prefixes.
const ROOTS: [&str; 6] = [
    "CrossIndustryInvoice",
    "CrossIndustryDocument",
    "<Invoice",
    "<CreditNote",
    ":Invoice",
    ":CreditNote",
];
/// Bytes in which the root of an XML begins.
const HEAD_BYTES: usize = 4 << 10;
/// Confidence in what the XML states; what could be wrong is the XML.
const CONFIDENCE: f32 = 0.99;

/// Returns the reason why an invoice is not booked; `None` when it is.
///
/// # Errors
/// [`ErrorCode::DocMalformed`] for an invoice without a total that can be read: no invoice leaves it out.
pub(crate) fn objection(invoice: &Invoice) -> Result<Option<&'static str>> {
    let other = invoice.type_code.as_deref().is_some_and(|code| NOT_BOOKED.contains(&code));
    if other {
        return Ok(Some("the electronic document is not an invoice"));
    }
    let missing = "the electronic invoice has no total that can be read";
    invoice.total.map(|_| None).ok_or_else(|| Error::new(ErrorCode::DocMalformed, missing))
}

/// Checks that an XML in which no invoice was found is not one that is damaged or refused.
///
/// # Errors
/// [`ErrorCode::DocMalformed`] for an electronic invoice that is cut short, not well-formed, or declares
/// a document type.
pub(crate) fn check_whole(file: &[u8]) -> Result<()> {
    let head = String::from_utf8_lossy(file.get(..HEAD_BYTES).unwrap_or(file)).into_owned();
    if !ROOTS.iter().any(|root| head.contains(root)) {
        return Ok(());
    }
    let whole = xml::parse(&xml::decode(file)).map(drop);
    whole.map_err(|error| Error::new(ErrorCode::DocMalformed, error.message()))
}

/// Returns the receipt that an invoice states.
pub(crate) fn receipt(invoice: &Invoice) -> Receipt {
    let seller = invoice.seller.as_ref().and_then(|seller| seller.name.as_deref());
    let kind = if invoice.credit_note { fields::CREDIT_NOTE } else { "invoice" };
    Receipt {
        vendor: seller.and_then(fields::label),
        date: invoice.date.as_deref().and_then(fields::date),
        amount: invoice.total.and_then(plausible),
        currency: invoice.currency.as_deref().and_then(currency::code),
        tax: invoice.tax.and_then(plausible),
        category: None,
        items: invoice.lines.iter().filter_map(item).take(fields::MAX_ITEMS).collect(),
        payment_method: invoice.payment_code.as_deref().and_then(payment).map(str::to_owned),
        document_type: Some(kind.to_owned()),
        due: due(invoice),
        payable: invoice.due.filter(|due| Some(*due) != invoice.total).and_then(plausible),
    }
}

/// Returns the day by which somebody has to pay an invoice; `None` where nothing is left to pay, or where
/// the money is taken by card or debit.
fn due(invoice: &Invoice) -> Option<String> {
    let code = invoice.payment_code.as_deref();
    let is_taken = code.and_then(payment).is_some_and(fields::is_taken);
    let left = invoice.due.or(invoice.total).unwrap_or_default();
    let is_open = !invoice.credit_note && !is_taken && left > Amount::default();
    invoice.due_date.as_deref().filter(|_| is_open).and_then(fields::date)
}

/// Returns the words of an invoice that comes without a text, for search and for its category.
pub(crate) fn text(invoice: &Invoice) -> String {
    let seller = invoice.seller.as_ref().and_then(|seller| seller.name.clone());
    let code = invoice.currency.as_deref();
    let printed = |amount| money::with_digits(amount, code);
    let total = invoice
        .total
        .map(|total| format!("Total  {} {}", printed(total), code.unwrap_or_default()));
    let line = |line: &InvoiceLine| {
        let price = line.total.map(|total| format!("  {}", printed(total))).unwrap_or_default();
        Some(format!("{}{price}", line.name.as_deref()?))
    };
    let number = invoice.number.as_ref().map(|number| format!("Invoice number: {number}"));
    let date = invoice.date.as_ref().map(|date| format!("Date: {date}"));
    let head = [seller, number, date].into_iter().flatten();
    let lines = invoice.lines.iter().take(fields::MAX_ITEMS).filter_map(line);
    head.chain(lines).chain(total).collect::<Vec<_>>().join("\n")
}

/// Takes what the XML states. Only what no electronic invoice says is filled from the text beside
/// it: the category, and the way of payment where the XML leaves it open. Names, amounts, taxes and
/// items that it leaves open are not there: a tax-free invoice has no tax, whatever the picture says.
pub(crate) fn preferring(invoice: &Invoice, from_engine: Answer) -> Answer {
    let Receipt { category, payment_method, .. } = from_engine.receipt;
    let stated = receipt(invoice);
    let mut evidence = from_engine.evidence;
    evidence.retain(|field, _| match field.as_str() {
        "category" => true,
        "payment_method" => stated.payment_method.is_none(),
        _ => false,
    });
    for field in fields_of(&stated) {
        let quote = format!("electronic invoice ({})", invoice.syntax);
        evidence.insert(field.to_owned(), fields::evidence(CONFIDENCE, quote));
    }
    let payment_method = stated.payment_method.clone().or(payment_method);
    let receipt = Receipt { category, payment_method, ..stated };
    Answer { receipt, evidence, engine: from_engine.engine }
}

/// Lists the fields that an invoice states.
fn fields_of(stated: &Receipt) -> impl Iterator<Item = &'static str> {
    let fields = [
        ("vendor", stated.vendor.is_some()),
        ("date", stated.date.is_some()),
        ("amount", stated.amount.is_some()),
        ("currency", stated.currency.is_some()),
        ("tax", stated.tax.is_some()),
        ("items", !stated.items.is_empty()),
        ("payment_method", stated.payment_method.is_some()),
        ("document_type", true),
        ("due", stated.due.is_some()),
    ];
    fields.into_iter().filter(|(_, known)| *known).map(|(field, _)| field)
}

fn plausible(amount: Amount) -> Option<Amount> {
    money::plausible(amount.value())
}

fn item(line: &InvoiceLine) -> Option<Item> {
    let name = fields::label(line.name.as_deref()?)?;
    Some(Item { name, price: line.total.and_then(plausible) })
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
            net: Amount::parse("100.00"),
            tax: Amount::parse("19.00"),
            total: Amount::parse("119.00"),
            prepaid: Amount::parse("100.00"),
            due: Amount::parse("19.00"),
            payment_code: Some("58".into()),
            lines: vec![InvoiceLine {
                name: Some("Anvil".into()),
                quantity: Some(1.0),
                unit: None,
                unit_price: None,
                total: Amount::parse("100.00"),
                tax_rate: None,
            }],
        }
    }

    #[test]
    fn the_xml_beats_the_text() {
        let from_engine = Receipt {
            vendor: Some("Somebody else".into()),
            amount: Amount::parse("1.00"),
            category: Some("household".into()),
            ..Receipt::default()
        };
        let answer = preferring(&invoice(), Answer { receipt: from_engine, ..Answer::default() });
        let receipt = answer.receipt;
        assert_eq!(receipt.vendor.as_deref(), Some("Acme GmbH"));
        assert_eq!(
            (receipt.amount, receipt.tax, receipt.payable),
            (Amount::parse("119.00"), Amount::parse("19.00"), Amount::parse("19.00"))
        );
        assert_eq!(receipt.category.as_deref(), Some("household"));
        assert_eq!(receipt.payment_method.as_deref(), Some("bank transfer"));
        assert_eq!(receipt.items, [Item { name: "Anvil".into(), price: Amount::parse("100.00") }]);
        assert!(answer.evidence["amount"].confidence > 0.9);
    }

    #[test]
    fn what_the_xml_leaves_open_is_not_filled_from_the_text() {
        let silent =
            Invoice { tax: None, lines: Vec::new(), seller: None, payment_code: None, ..invoice() };
        let from_engine = Answer {
            receipt: Receipt {
                vendor: Some("Somebody else".into()),
                tax: Amount::parse("22.61"),
                items: vec![Item { name: "Anvil".into(), price: None }],
                payment_method: Some("card".into()),
                ..Receipt::default()
            },
            evidence: ["vendor", "tax", "payment_method"]
                .map(|field| (field.to_owned(), fields::evidence(0.9, String::new())))
                .into(),
            engine: None,
        };
        let answer = preferring(&silent, from_engine);
        assert_eq!((answer.receipt.vendor, answer.receipt.tax), (None, None));
        assert!(answer.receipt.items.is_empty());
        assert_eq!(answer.receipt.payment_method.as_deref(), Some("card"));
        assert!(!answer.evidence.contains_key("tax") && !answer.evidence.contains_key("vendor"));
    }

    #[test]
    fn only_what_is_left_to_pay_is_due() {
        let open = Invoice { due_date: Some("2026-02-04".into()), ..invoice() };
        assert_eq!(receipt(&open).due.as_deref(), Some("2026-02-04"));
        let by = |code: &str| Invoice { payment_code: Some(code.into()), ..open.clone() };
        let not_due = [
            Invoice { due: Some(Amount::default()), ..open.clone() },
            Invoice { credit_note: true, ..open.clone() },
            Invoice { due_date: Some("soon".into()), ..open.clone() },
            by("59"),
            by("48"),
        ];
        for invoice in not_due {
            assert_eq!(receipt(&invoice).due, None, "{invoice:?}");
        }
        for code in ["58", "ZZZ"] {
            assert_eq!(receipt(&by(code)).due.as_deref(), Some("2026-02-04"), "{code}");
        }
    }

    #[test]
    fn only_invoices_are_booked() {
        assert_eq!(objection(&invoice()).unwrap(), None);
        let pro_forma = Invoice { type_code: Some("325".into()), ..invoice() };
        assert!(objection(&pro_forma).unwrap().is_some());
        let error = objection(&Invoice { total: None, ..invoice() }).unwrap_err();
        assert_eq!(error.code(), ErrorCode::DocMalformed);
    }

    #[test]
    fn damaged_invoices_are_told_from_what_is_none() {
        for damaged in [
            "<?xml version='1.0'?><rsm:CrossIndustryInvoice xmlns:rsm='x'><a>",
            "<Invoice xmlns='urn:x'",
            "<!DOCTYPE r [<!ENTITY a 'aaaa'>]><Invoice>&a;</Invoice>",
            "<ubl:CreditNote xmlns:ubl='x'>&f;</ubl:CreditNote>",
        ] {
            let error = check_whole(damaged.as_bytes()).unwrap_err();
            assert_eq!(error.code(), ErrorCode::DocMalformed, "{damaged}");
        }
        for other in ["<rss><item>", "<Invoice/>", "<!DOCTYPE plist><plist/>", "<a>M\u{fc}ller</a>"]
        {
            check_whole(other.as_bytes()).unwrap();
        }
    }

    #[test]
    fn an_invoice_without_a_text_has_words() {
        let text = text(&invoice());
        assert!(text.contains("Acme GmbH") && text.contains("Anvil  100.00"), "{text}");
        assert!(text.ends_with("Total  119.00 EUR"), "{text}");
    }
}
