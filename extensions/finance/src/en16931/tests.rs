//! Invoices that keep the rules, and ones that break each.

use std::collections::BTreeSet;

use super::*;

const UBL: &str = r#"<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">
<CustomizationID>urn:cen.eu:en16931:2017</CustomizationID><ID>R-17</ID><IssueDate>2026-01-05</IssueDate>
<DueDate>2026-01-20</DueDate><InvoiceTypeCode>380</InvoiceTypeCode><DocumentCurrencyCode>EUR</DocumentCurrencyCode>
<InvoicePeriod><StartDate>2026-01-01</StartDate><EndDate>2026-01-31</EndDate></InvoicePeriod>
<AccountingSupplierParty><Party><PostalAddress><Country><IdentificationCode>DE</IdentificationCode></Country></PostalAddress>
<PartyTaxScheme><CompanyID>DE123456789</CompanyID></PartyTaxScheme>
<PartyLegalEntity><RegistrationName>Acme GmbH</RegistrationName></PartyLegalEntity></Party></AccountingSupplierParty>
<AccountingCustomerParty><Party><PostalAddress><Country><IdentificationCode>DE</IdentificationCode></Country></PostalAddress>
<PartyLegalEntity><RegistrationName>Buyer AG</RegistrationName></PartyLegalEntity></Party></AccountingCustomerParty>
<AllowanceCharge><ChargeIndicator>false</ChargeIndicator><Amount currencyID="EUR">10.00</Amount>
<TaxCategory><ID>S</ID><Percent>19</Percent></TaxCategory></AllowanceCharge>
<TaxTotal><TaxAmount currencyID="EUR">17.10</TaxAmount><TaxSubtotal><TaxableAmount currencyID="EUR">90.00</TaxableAmount>
<TaxAmount currencyID="EUR">17.10</TaxAmount><TaxCategory><ID>S</ID><Percent>19.00</Percent></TaxCategory></TaxSubtotal></TaxTotal>
<LegalMonetaryTotal><LineExtensionAmount currencyID="EUR">100.00</LineExtensionAmount>
<TaxExclusiveAmount currencyID="EUR">90.00</TaxExclusiveAmount><TaxInclusiveAmount currencyID="EUR">107.10</TaxInclusiveAmount>
<AllowanceTotalAmount currencyID="EUR">10.00</AllowanceTotalAmount><PrepaidAmount currencyID="EUR">7.10</PrepaidAmount>
<PayableAmount currencyID="EUR">100.00</PayableAmount></LegalMonetaryTotal>
<InvoiceLine><ID>1</ID><InvoicedQuantity unitCode="C62">1</InvoicedQuantity><LineExtensionAmount currencyID="EUR">100.00</LineExtensionAmount>
<Item><Name>Anvil</Name><ClassifiedTaxCategory><ID>S</ID><Percent>19</Percent></ClassifiedTaxCategory></Item>
<Price><PriceAmount currencyID="EUR">100.00</PriceAmount></Price></InvoiceLine></Invoice>"#;

const CII: &str = r#"<r:CrossIndustryInvoice xmlns:r="r" xmlns:a="a" xmlns:u="u">
<r:ExchangedDocumentContext><a:GuidelineSpecifiedDocumentContextParameter><a:ID>urn:cen.eu:en16931:2017</a:ID></a:GuidelineSpecifiedDocumentContextParameter></r:ExchangedDocumentContext>
<r:ExchangedDocument><a:ID>R-18</a:ID><a:TypeCode>380</a:TypeCode><a:IssueDateTime><u:DateTimeString format="102">20260105</u:DateTimeString></a:IssueDateTime></r:ExchangedDocument>
<r:SupplyChainTradeTransaction><a:IncludedSupplyChainTradeLineItem>
<a:AssociatedDocumentLineDocument><a:LineID>1</a:LineID></a:AssociatedDocumentLineDocument>
<a:SpecifiedTradeProduct><a:Name>Course</a:Name></a:SpecifiedTradeProduct>
<a:SpecifiedLineTradeAgreement><a:NetPriceProductTradePrice><a:ChargeAmount>50.00</a:ChargeAmount></a:NetPriceProductTradePrice></a:SpecifiedLineTradeAgreement>
<a:SpecifiedLineTradeSettlement><a:ApplicableTradeTax><a:TypeCode>VAT</a:TypeCode><a:CategoryCode>E</a:CategoryCode><a:RateApplicablePercent>0</a:RateApplicablePercent></a:ApplicableTradeTax>
<a:SpecifiedTradeSettlementLineMonetarySummation><a:LineTotalAmount>50.00</a:LineTotalAmount></a:SpecifiedTradeSettlementLineMonetarySummation></a:SpecifiedLineTradeSettlement>
</a:IncludedSupplyChainTradeLineItem>
<a:ApplicableHeaderTradeAgreement><a:SellerTradeParty><a:Name>School</a:Name><a:PostalTradeAddress><a:CountryID>DE</a:CountryID></a:PostalTradeAddress></a:SellerTradeParty>
<a:BuyerTradeParty><a:Name>Buyer</a:Name><a:PostalTradeAddress><a:CountryID>DE</a:CountryID></a:PostalTradeAddress></a:BuyerTradeParty></a:ApplicableHeaderTradeAgreement>
<a:ApplicableHeaderTradeSettlement><a:InvoiceCurrencyCode>EUR</a:InvoiceCurrencyCode>
<a:ApplicableTradeTax><a:CalculatedAmount>0.00</a:CalculatedAmount><a:TypeCode>VAT</a:TypeCode><a:ExemptionReason>Teaching</a:ExemptionReason><a:BasisAmount>50.00</a:BasisAmount><a:CategoryCode>E</a:CategoryCode><a:RateApplicablePercent>0</a:RateApplicablePercent></a:ApplicableTradeTax>
<a:SpecifiedTradePaymentTerms><a:Description>At once</a:Description></a:SpecifiedTradePaymentTerms>
<a:SpecifiedTradeSettlementHeaderMonetarySummation><a:LineTotalAmount>50.00</a:LineTotalAmount><a:TaxBasisTotalAmount>50.00</a:TaxBasisTotalAmount><a:TaxTotalAmount currencyID="EUR">0.00</a:TaxTotalAmount><a:GrandTotalAmount>50.00</a:GrandTotalAmount><a:DuePayableAmount>50.00</a:DuePayableAmount></a:SpecifiedTradeSettlementHeaderMonetarySummation>
</a:ApplicableHeaderTradeSettlement></r:SupplyChainTradeTransaction></r:CrossIndustryInvoice>"#;

fn rules(xml: &str) -> BTreeSet<String> {
    check(xml.as_bytes()).unwrap().findings.into_iter().map(|it| it.rule).collect()
}

#[test]
fn invoices_that_keep_the_rules_have_no_findings() {
    for xml in [UBL, CII] {
        let checked = check(xml.as_bytes()).unwrap();
        assert!(checked.findings.is_empty(), "{checked:?}");
        assert_eq!(checked.guideline.as_deref(), Some("urn:cen.eu:en16931:2017"));
    }
}

#[test]
fn each_broken_rule_is_named() {
    for (xml, from, to, wanted) in [
        (UBL, "<ID>R-17</ID>", "", "BR-02"),
        (UBL, "2026-01-05", "2026-02-31", "BR-03 BT-2"),
        (UBL, "<EndDate>2026-01-31", "<EndDate>2025-01-31", "BR-29"),
        (UBL, "<DueDate>2026-01-20</DueDate>", "", "BR-CO-25"),
        (UBL, "2026-01-20", "2026-02-29", "BT-9"),
        (UBL, "2026-01-31", "31.01.", "BT-74"),
        (CII, "\"102\">20260105", "\"102\">20260230", "BR-03 BT-2"),
        (
            UBL,
            ">100.00</LineExtensionAmount>\n<TaxExcl",
            ">99.00</LineExtensionAmount>\n<TaxExcl",
            "BR-CO-10 BR-CO-13",
        ),
        (UBL, ">10.00</AllowanceTotal", ">11.00</AllowanceTotal", "BR-CO-11 BR-CO-13"),
        (UBL, ">17.10</TaxAmount><TaxSub", ">17.20</TaxAmount><TaxSub", "BR-CO-14 BR-CO-15"),
        (UBL, ">107.10</TaxIncl", ">108.10</TaxIncl", "BR-CO-15 BR-CO-16"),
        (UBL, ">7.10</Prepaid", ">8.10</Prepaid", "BR-CO-16"),
        (UBL, "<Percent>19.00</Percent>", "<Percent>7</Percent>", "BR-CO-17 BR-S-8"),
        (UBL, "<CompanyID>DE123456789</CompanyID>", "", "BR-S-2"),
        (
            UBL,
            "<ID>S</ID><Percent>19</Percent></ClassifiedTax",
            "<ID>S</ID></ClassifiedTax",
            "BR-S-5 BR-S-8",
        ),
        (
            UBL,
            "<ID>S</ID><Percent>19</Percent></ClassifiedTax",
            "<ID>Z</ID><Percent>0</Percent></ClassifiedTax",
            "BR-S-8 BR-Z-1",
        ),
        (
            UBL,
            "<PriceAmount currencyID=\"EUR\">100.00",
            "<PriceAmount currencyID=\"EUR\">-100.00",
            "BR-27",
        ),
        (UBL, ">7.10</Prepaid", ">7.100</Prepaid", "BR-DEC-16"),
        (CII, "<a:ExemptionReason>Teaching</a:ExemptionReason>", "", "BR-E-10"),
        (CII, "<a:Description>At once</a:Description>", "", "BR-CO-25"),
        (CII, "<a:CalculatedAmount>0.00", "<a:CalculatedAmount>0.50", "BR-CO-14 BR-E-9"),
        (
            CII,
            "<a:CountryID>DE</a:CountryID></a:PostalTradeAddress></a:SellerTradeParty>",
            "</a:PostalTradeAddress></a:SellerTradeParty>",
            "BR-09",
        ),
    ] {
        assert!(xml.contains(from), "{from}");
        let found: Vec<String> = rules(&xml.replace(from, to)).into_iter().collect();
        assert_eq!(found.join(" "), wanted, "{from} -> {to}");
    }
}

#[test]
fn the_invoices_that_a_credit_note_is_about_are_named() {
    let about = "<BillingReference><InvoiceDocumentReference><ID>LG-500</ID></InvoiceDocumentReference></BillingReference>";
    let ubl =
        UBL.replace("<AccountingSupplierParty>", &format!("{about}<AccountingSupplierParty>"));
    assert_eq!(check(ubl.as_bytes()).unwrap().preceding, ["LG-500"]);
    let about = "<a:InvoiceReferencedDocument><a:IssuerAssignedID>LG-501</a:IssuerAssignedID></a:InvoiceReferencedDocument>";
    let end = "</a:ApplicableHeaderTradeSettlement>";
    let cii = CII.replace(end, &format!("{about}{end}"));
    assert_eq!(check(cii.as_bytes()).unwrap().preceding, ["LG-501"]);
}

#[test]
fn what_is_no_invoice_of_the_norm_is_not_checked() {
    for other in ["<html/>", "<Invoice/>", "not xml", ""] {
        assert_eq!(check(other.as_bytes()), None, "{other}");
    }
    let minimum = CII.replace("urn:cen.eu:en16931:2017", "urn:factur-x.eu:1p0:minimum");
    let checked = check(minimum.replace("50.00", "49.00").as_bytes()).unwrap();
    assert!(checked.unchecked.is_some() && checked.findings.is_empty());
    let old = check(b"<CrossIndustryDocument/>").unwrap();
    assert!(old.unchecked.unwrap().contains("ZUGFeRD 1"));
}
