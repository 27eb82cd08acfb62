//! Taxes of receipts that have several rates.

use std::collections::HashMap;

use crate::common::{host, import};
use finance::extension::Extension;
use serde_json::{Value, json};
use spacedrive_sdk::testing::FakeHost;

/// An invoice over 129.70 EUR, in UBL.
const INVOICE: &str = r#"<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>R-17</cbc:ID><cbc:IssueDate>2026-01-05</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party><cac:PostalAddress><cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:PartyLegalEntity><cbc:RegistrationName>Acme GmbH</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">19.70</cbc:TaxAmount>
<cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">100.00</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">19.00</cbc:TaxAmount>
<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19.00</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal>
<cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">10.00</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">0.70</cbc:TaxAmount>
<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>7</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="EUR">110.00</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="EUR">129.70</cbc:TaxInclusiveAmount><cbc:PayableAmount currencyID="EUR">129.70</cbc:PayableAmount></cac:LegalMonetaryTotal>
</Invoice>"#;

fn slip(name: &str, taxes: &str, total: &str) -> (String, Vec<u8>) {
    let mail = format!(
        "From: Markt <till@{name}.example>\r\nSubject: Your receipt\r\nMessage-ID: <{name}@x>\r\n\r\n\
         Frischemarkt GmbH\nReceipt No: {name}\nDate: 5 January 2026\n\
         Milk  10,70 B\nAnvil  119,00 A\nTotal  {total} EUR\n{taxes}\nUSt-IdNr. DE123456789\nPaid by card\n"
    );
    (format!("{name}.eml"), mail.into_bytes())
}

fn taxes(host: &FakeHost) -> Vec<(String, String, String, String)> {
    let sums: Vec<Value> =
        host.call::<Extension, _, _>("query:finance.taxes.v1", &json!({})).unwrap();
    let text = |sum: &Value, field: &str| {
        sum[field].as_str().map_or_else(|| sum[field].to_string(), str::to_owned)
    };
    let row =
        |sum: &Value| (text(sum, "country"), text(sum, "rate"), text(sum, "net"), text(sum, "tax"));
    sums.iter().map(row).collect()
}

fn rows(rows: &[[&str; 4]]) -> Vec<(String, String, String, String)> {
    let row = |[a, b, c, d]: &[&str; 4]| ((*a).into(), (*b).into(), (*c).into(), (*d).into());
    rows.iter().map(row).collect()
}

#[test]
fn an_electronic_invoice_of_two_rates_is_split_as_it_states() {
    let host = host(HashMap::new());
    import(&host, "r.xml", "application/xml", INVOICE.as_bytes()).unwrap();
    let wanted = rows(&[["DE", "7 %", "10.0", "0.7"], ["DE", "19 %", "100.0", "19.0"]]);
    assert_eq!(taxes(&host), wanted);
}

#[test]
fn a_slip_of_two_rates_is_split_by_its_table_and_a_damaged_one_is_not() {
    let host = host(HashMap::new());
    let table = "  MwSt    Netto   MwSt   Brutto\nA 19,0%  100,00  19,00  119,00\nB  7,0%  10,00  0,70  10,70";
    let (name, mail) = slip("slip1", table, "129,70");
    import(&host, &name, "message/rfc822", &mail).unwrap();
    let wanted = rows(&[["DE", "7 %", "10.0", "0.7"], ["DE", "19 %", "100.0", "19.0"]]);
    assert_eq!(taxes(&host), wanted);

    let (name, mail) = slip("slip2", &table.replace("0,70", "0,90"), "129,70");
    import(&host, &name, "message/rfc822", &mail).unwrap();
    let all = taxes(&host);
    assert_eq!(all.len(), 3, "{all:?}");
    assert!(all.iter().any(|sum| sum.1 == "several or none" || sum.1 == "not stated"), "{all:?}");
    assert_eq!(all.iter().filter(|sum| wanted.contains(sum)).count(), 2, "{all:?}");
}
