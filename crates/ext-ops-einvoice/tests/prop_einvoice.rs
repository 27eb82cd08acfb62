//! Properties of the reader over arbitrary bytes, damaged invoices, and invoices of any values.

use ext_amounts::Amount;
use ext_ops_einvoice::EInvoices;
use ext_services::invoices::{Invoice, InvoiceReader};
use proptest::prelude::*;

/// The values of an invoice, as both syntaxes can state them.
#[derive(Debug, Clone)]
struct Values {
    number: String,
    seller: String,
    cents: i64,
    tax: i64,
    day: u8,
    credit: bool,
}

fn values() -> impl Strategy<Value = Values> {
    (
        "[A-Z]{1,3}-[0-9]{1,6}",
        "[A-Za-zäöüß]{1,12}( [A-Za-z&<']{1,8}){0,3}",
        -9_999_999i64..9_999_999,
        0i64..99_999,
        1u8..=28,
        any::<bool>(),
    )
        .prop_map(|(number, seller, cents, tax, day, credit)| Values {
            number,
            seller,
            cents,
            tax,
            day,
            credit,
        })
}

fn money(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn cii(v: &Values, old: bool) -> String {
    let (root, header, trade) = if old {
        ("CrossIndustryDocument", "HeaderExchangedDocument", "SpecifiedSupplyChainTradeTransaction")
    } else {
        ("CrossIndustryInvoice", "ExchangedDocument", "SupplyChainTradeTransaction")
    };
    let (agreement, settlement, sums) = if old {
        (
            "ApplicableSupplyChainTradeAgreement",
            "ApplicableSupplyChainTradeSettlement",
            "SpecifiedTradeSettlementMonetarySummation",
        )
    } else {
        (
            "ApplicableHeaderTradeAgreement",
            "ApplicableHeaderTradeSettlement",
            "SpecifiedTradeSettlementHeaderMonetarySummation",
        )
    };
    format!(
        "<?xml version='1.0'?><!-- c --><r:{root} xmlns:r='a' xmlns:q='b'><r:{header}><q:ID>{}</q:ID><q:TypeCode>{}</q:TypeCode>\
         <q:IssueDateTime><q:DateTimeString format='102'>202601{:02}</q:DateTimeString></q:IssueDateTime></r:{header}><r:{trade}>\
         <q:{agreement}><q:SellerTradeParty><q:Name>{}</q:Name></q:SellerTradeParty></q:{agreement}><q:{settlement}>\
         <q:InvoiceCurrencyCode>EUR</q:InvoiceCurrencyCode><q:{sums}><q:TaxTotalAmount currencyID='GBP'>1.00</q:TaxTotalAmount>\
         <q:TaxTotalAmount currencyID='EUR'>{}</q:TaxTotalAmount><q:GrandTotalAmount>{}</q:GrandTotalAmount></q:{sums}></q:{settlement}></r:{trade}></r:{root}>",
        v.number,
        if v.credit { "381" } else { "380" },
        v.day,
        escaped(&v.seller),
        money(v.tax),
        money(v.cents)
    )
}

fn ubl(v: &Values) -> String {
    let root = if v.credit { "CreditNote" } else { "Invoice" };
    format!(
        "<{root} xmlns='urn:oasis:names:specification:ubl:schema:xsd:{root}-2'><ID>{}</ID><IssueDate>2026-01-{:02}</IssueDate>\
         <DocumentCurrencyCode>EUR</DocumentCurrencyCode><AccountingSupplierParty><Party><PartyName><Name>{}</Name></PartyName></Party>\
         </AccountingSupplierParty><TaxTotal><TaxAmount currencyID='EUR'>{}</TaxAmount></TaxTotal><LegalMonetaryTotal>\
         <TaxInclusiveAmount currencyID='EUR'>{}</TaxInclusiveAmount></LegalMonetaryTotal></{root}>",
        v.number,
        v.day,
        escaped(&v.seller),
        money(v.tax),
        money(v.cents)
    )
}

fn read(xml: &str) -> Invoice {
    EInvoices.read(xml.as_bytes()).unwrap().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_stated_is_read(v in values()) {
        let seller = v.seller.split_whitespace().collect::<Vec<_>>().join(" ");
        for (syntax, xml) in [("cii", cii(&v, false)), ("cii", cii(&v, true)), ("ubl", ubl(&v))] {
            let invoice = read(&xml);
            prop_assert_eq!(invoice.syntax.as_str(), syntax);
            prop_assert_eq!(invoice.number.as_deref(), Some(v.number.as_str()));
            prop_assert_eq!(invoice.date, Some(format!("2026-01-{:02}", v.day)));
            prop_assert_eq!(invoice.seller.and_then(|s| s.name), Some(seller.clone()));
            prop_assert_eq!(invoice.total, Amount::parse(&money(v.cents)));
            prop_assert_eq!(invoice.tax, Amount::parse(&money(v.tax)));
            prop_assert_eq!(invoice.currency.as_deref(), Some("EUR"));
            prop_assert_eq!(invoice.credit_note, v.credit);
        }
    }

    #[test]
    fn doc_damaged_invoices_never_panic(v in values(), cut in 0usize..1200, at in 0usize..1200, byte in any::<u8>()) {
        for xml in [cii(&v, false), ubl(&v)] {
            let mut bytes = xml.into_bytes();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            bytes.truncate(cut.max(1));
            let _ = EInvoices.read(&bytes);
        }
    }

    #[test]
    fn doc_arbitrary_bytes_are_no_invoice(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(matches!(EInvoices.read(&bytes), Ok(None) | Err(_)));
    }
}

#[test]
fn other_documents_are_none() {
    for xml in [
        "<html><body/></html>",
        "<Invoice/>",
        "<Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>",
        "plain",
        "",
    ] {
        assert_eq!(EInvoices.read(xml.as_bytes()).unwrap(), None, "{xml}");
    }
}

#[test]
fn doc_a_declared_entity_is_refused() {
    let xml = "<?xml version='1.0'?><!DOCTYPE Invoice [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\
               <Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'><ID>&x;</ID></Invoice>";
    assert_eq!(EInvoices.read(xml.as_bytes()).unwrap(), None);
}

#[test]
fn sums_that_are_left_out_follow_from_the_others() {
    let xml = "<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'><LegalMonetaryTotal>\
               <PrepaidAmount>100.00</PrepaidAmount><PayableAmount>19.00</PayableAmount></LegalMonetaryTotal></Invoice>";
    assert_eq!(read(xml).total, Amount::parse("119.00"));
}

#[test]
fn credit_notes_have_the_same_codes_in_both_syntaxes() {
    let ubl = |code: &str| {
        format!(
            "<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'>\
             <InvoiceTypeCode>{code}</InvoiceTypeCode></Invoice>"
        )
    };
    let cii = |code: &str| {
        format!(
            "<CrossIndustryInvoice><ExchangedDocument><TypeCode>{code}</TypeCode>\
             </ExchangedDocument></CrossIndustryInvoice>"
        )
    };
    for code in ["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "532"] {
        assert!(read(&ubl(code)).credit_note && read(&cii(code)).credit_note, "{code}");
    }
    // Invoices, a debit note, a corrected invoice, whose amounts have their sign.
    for code in ["380", "82", "326", "383", "384", "389", "751"] {
        assert!(!read(&ubl(code)).credit_note && !read(&cii(code)).credit_note, "{code}");
    }
}

const BARE: &str = "<Invoice><ID>R-17</ID><IssueDate>2026-01-05</IssueDate>\
    <DocumentCurrencyCode>COP</DocumentCurrencyCode>\
    <AccountingSupplierParty><Party><PartyName><Name>M\u{fc}ller &amp; Co</Name></PartyName></Party></AccountingSupplierParty>\
    <LegalMonetaryTotal><PayableAmount currencyID='COP'>119.00</PayableAmount></LegalMonetaryTotal></Invoice>";

#[test]
fn an_invoice_in_an_envelope_is_read() {
    let ubl = BARE.replace(
        "<Invoice>",
        "<q:Invoice xmlns:q='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'>",
    );
    let ubl = ubl.replace("</Invoice>", "</q:Invoice>");
    let peppol = |invoice: &str| {
        format!(
            "<sh:StandardBusinessDocument xmlns:sh='http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader'>\
             <sh:StandardBusinessDocumentHeader><sh:HeaderVersion>1.0</sh:HeaderVersion>\
             </sh:StandardBusinessDocumentHeader>{invoice}</sh:StandardBusinessDocument>"
        )
    };
    let colombia = |invoice: &str| {
        format!(
            "<AttachedDocument xmlns='urn:oasis:names:specification:ubl:schema:xsd:AttachedDocument-2'><ID>1</ID>\
             <Attachment><ExternalReference><Description><![CDATA[<?xml version='1.0'?>\n{invoice}]]></Description>\
             </ExternalReference></Attachment></AttachedDocument>"
        )
    };
    for xml in [BARE, &ubl, &peppol(&ubl), &peppol(BARE), &colombia(&ubl), &colombia(&peppol(&ubl))]
    {
        let invoice = EInvoices.read(xml.as_bytes()).unwrap().unwrap();
        assert_eq!(invoice.number.as_deref(), Some("R-17"), "{xml}");
        let seller = invoice.seller.and_then(|seller| seller.name);
        assert_eq!(seller.as_deref(), Some("M\u{fc}ller & Co"), "{xml}");
        assert_eq!(
            invoice.total.map(|total| total.to_string()).as_deref(),
            Some("119.00"),
            "{xml}"
        );
    }
}

#[test]
fn envelopes_of_other_things_are_no_invoices() {
    let wrapped = |inner: &str| {
        format!(
            "<AttachedDocument><Attachment><ExternalReference><Description><![CDATA[{inner}]]></Description>\
             </ExternalReference></Attachment></AttachedDocument>"
        )
    };
    for other in ["<Invoice/>", "<Invoice><Total>5</Total></Invoice>", "<AttachedDocument/>"] {
        assert_eq!(EInvoices.read(other.as_bytes()).unwrap(), None, "{other}");
    }
    assert_eq!(EInvoices.read(wrapped("no XML").as_bytes()).unwrap(), None);
}
