//! UN/CEFACT Cross Industry Invoice: ZUGFeRD 2, Factur-X, XRechnung.

use super::model::{
    Category, Charge, Invoice, Line, Party, Tax, Totals, day, decimal, number, texts, unreadable,
};
use crate::xml::Element;

/// Reads the values of an invoice.
pub(super) fn invoice(root: &Element) -> Invoice {
    let none = Element::default();
    let part = |path: &str| root.at(path).unwrap_or(&none);
    let header = part("ExchangedDocument");
    let trade = part("SupplyChainTradeTransaction");
    let agreement = trade.at("ApplicableHeaderTradeAgreement").unwrap_or(&none);
    let settlement = trade.at("ApplicableHeaderTradeSettlement").unwrap_or(&none);
    let terms = "SpecifiedTradePaymentTerms";
    let period = |side: &str| {
        day(settlement, &format!("BillingSpecifiedPeriod/{side}DateTime/DateTimeString"))
    };
    let currency = settlement.text_at("InvoiceCurrencyCode");
    let of_party = |name: &str| agreement.at(name).map(party).unwrap_or_default();
    Invoice {
        guideline: root
            .text_at("ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID"),
        number: header.text_at("ID"),
        date: day(header, "IssueDateTime/DateTimeString"),
        type_code: header.text_at("TypeCode"),
        tax_point: settlement.text_at("ApplicableTradeTax/TaxPointDate/DateString"),
        tax_point_code: settlement.text_at("ApplicableTradeTax/DueDateTypeCode"),
        unreadable: unreadable(header, &[("BT-2", "IssueDateTime/DateTimeString")])
            .into_iter()
            .chain(unreadable(
                settlement,
                &[
                    ("BT-9", "SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"),
                    ("BT-73", "BillingSpecifiedPeriod/StartDateTime/DateTimeString"),
                    ("BT-74", "BillingSpecifiedPeriod/EndDateTime/DateTimeString"),
                ],
            ))
            .collect(),
        preceding: texts(settlement, "InvoiceReferencedDocument", "IssuerAssignedID"),
        due_date: day(settlement, &format!("{terms}/DueDateDateTime/DateTimeString")),
        terms: settlement.text_at(&format!("{terms}/Description")),
        seller: of_party("SellerTradeParty"),
        buyer: of_party("BuyerTradeParty"),
        period: (period("Start"), period("End")),
        charges: settlement.all("SpecifiedTradeAllowanceCharge").into_iter().map(charge).collect(),
        totals: totals(settlement, currency.as_deref()),
        taxes: settlement.all("ApplicableTradeTax").into_iter().map(tax).collect(),
        lines: trade.all("IncludedSupplyChainTradeLineItem").into_iter().map(line).collect(),
        currency,
    }
}

fn party(party: &Element) -> Party {
    Party {
        name: party.text_at("Name"),
        country: party.text_at("PostalTradeAddress/CountryID"),
        tax_id: party.text_at("SpecifiedTaxRegistration/ID"),
    }
}

fn charge(it: &Element) -> Charge {
    Charge {
        is_charge: it.text_at("ChargeIndicator/Indicator").as_deref() == Some("true"),
        amount: number(it, "ActualAmount"),
        tax: it.at("CategoryTradeTax").map(category).unwrap_or_default(),
    }
}

fn category(tax: &Element) -> Category {
    Category { code: tax.text_at("CategoryCode"), rate: number(tax, "RateApplicablePercent") }
}

fn totals(settlement: &Element, currency: Option<&str>) -> Totals {
    let none = Element::default();
    let path = "SpecifiedTradeSettlementHeaderMonetarySummation";
    let sums = settlement.at(path).unwrap_or(&none);
    // A second total of the taxes may stand in the currency of the tax office.
    let taxes = sums.all("TaxTotalAmount");
    let own = taxes.iter().find(|it| it.attribute("currencyID") == currency).or(taxes.first());
    let tax = own.and_then(|it| decimal(&it.text()?));
    Totals {
        lines: number(sums, "LineTotalAmount"),
        allowances: number(sums, "AllowanceTotalAmount"),
        charges: number(sums, "ChargeTotalAmount"),
        net: number(sums, "TaxBasisTotalAmount"),
        tax,
        gross: number(sums, "GrandTotalAmount"),
        prepaid: number(sums, "TotalPrepaidAmount"),
        rounding: number(sums, "RoundingAmount"),
        due: number(sums, "DuePayableAmount"),
    }
}

fn tax(it: &Element) -> Tax {
    Tax {
        base: number(it, "BasisAmount"),
        amount: number(it, "CalculatedAmount"),
        category: category(it),
        reason: it.text_at("ExemptionReason|ExemptionReasonCode"),
    }
}

fn line(it: &Element) -> Line {
    let settlement = "SpecifiedLineTradeSettlement";
    let sums = "SpecifiedTradeSettlementLineMonetarySummation";
    Line {
        id: it.text_at("AssociatedDocumentLineDocument/LineID"),
        net: number(it, &format!("{settlement}/{sums}/LineTotalAmount")),
        price: number(it, "SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount"),
        name: it.text_at("SpecifiedTradeProduct/Name"),
        tax: it.at(&format!("{settlement}/ApplicableTradeTax")).map(category).unwrap_or_default(),
    }
}
