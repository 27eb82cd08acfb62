//! UN/CEFACT Cross Industry Invoice: ZUGFeRD 1 and 2, Factur-X, XRechnung.

use ext_services::invoices::{Invoice, InvoiceLine, InvoiceParty};

use crate::kinds::is_credit_note;
use crate::tree::Element;
use crate::values::{Sums, amount, currency, date, number, price};

// Names of version 1 stand after those of today.
const HEADER: &str = "ExchangedDocument|HeaderExchangedDocument";
const CONTEXT: &str = "ExchangedDocumentContext|SpecifiedExchangedDocumentContext";
const TRADE: &str = "SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction";
const AGREEMENT: &str = "ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement";
const SETTLEMENT: &str = "ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement";
const SUMS: &str =
    "SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation";
const LINE_AGREEMENT: &str = "SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement";
const LINE_DELIVERY: &str = "SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery";
const LINE_SETTLEMENT: &str = "SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement";
const LINE_SUMS: &str =
    "SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation";
const RATE: &str = "ApplicableTradeTax/RateApplicablePercent|ApplicablePercent";

pub(crate) fn invoice(root: &Element) -> Invoice {
    let none = Element::default();
    let part = |path: &str| root.at(path).unwrap_or(&none);
    let (header, trade) = (part(HEADER), part(TRADE));
    let agreement = trade.at(AGREEMENT).unwrap_or(&none);
    let settlement = trade.at(SETTLEMENT).unwrap_or(&none);
    let sums = settlement.at(SUMS).unwrap_or(&none);
    let code = settlement.text_at("InvoiceCurrencyCode").and_then(|code| currency(&code));
    let sum = |path: &str| amount(sums, path, code.as_deref());
    let type_code = header.text_at("TypeCode");
    let paying = Sums {
        gross: sum("GrandTotalAmount"),
        prepaid: sum("TotalPrepaidAmount"),
        rounding: sum("RoundingAmount"),
        due: sum("DuePayableAmount"),
    };
    Invoice {
        syntax: "cii".to_owned(),
        profile: part(CONTEXT).text_at("GuidelineSpecifiedDocumentContextParameter/ID"),
        credit_note: is_credit_note(type_code.as_deref()),
        type_code,
        number: header.text_at("ID"),
        date: day(header, "IssueDateTime"),
        due_date: day(settlement, "SpecifiedTradePaymentTerms/DueDateDateTime"),
        seller: agreement.at("SellerTradeParty").map(party),
        buyer: agreement.at("BuyerTradeParty").map(party),
        net: sum("TaxBasisTotalAmount").or_else(|| sum("LineTotalAmount")),
        tax: sum("TaxTotalAmount"),
        total: paying.total(),
        prepaid: paying.prepaid,
        due: paying.due,
        currency: code,
        payment_code: settlement.text_at("SpecifiedTradeSettlementPaymentMeans/TypeCode"),
        lines: trade.all("IncludedSupplyChainTradeLineItem").into_iter().filter_map(line).collect(),
    }
}

/// Returns the date in `…/DateTimeString` (formats 102 and ISO 8601), or in the element itself.
fn day(element: &Element, path: &str) -> Option<String> {
    let own = element.text_at(path);
    own.or_else(|| element.text_at(&format!("{path}/DateTimeString|DateTime")))
        .and_then(|text| date(&text))
}

fn party(party: &Element) -> InvoiceParty {
    const NAMES: [&str; 3] = [
        "Name",
        "SpecifiedLegalOrganization/TradingBusinessName",
        "DefinedTradeContact/PersonName",
    ];
    InvoiceParty {
        name: NAMES.iter().find_map(|path| party.text_at(path)),
        tax_id: tax_id(party),
        country: party.text_at("PostalTradeAddress/CountryID"),
    }
}

/// Returns the VAT number (scheme VA) before other tax numbers.
fn tax_id(party: &Element) -> Option<String> {
    let ids = party.all("SpecifiedTaxRegistration/ID");
    let vat = ids.iter().find(|id| id.attribute("schemeID") == Some("VA"));
    vat.or_else(|| ids.first())?.text()
}

/// Reads a line; `None` for notes without a product.
fn line(item: &Element) -> Option<InvoiceLine> {
    let settlement = item.at(LINE_SETTLEMENT);
    let quantity = item.at(LINE_DELIVERY).and_then(|delivery| delivery.at("BilledQuantity"));
    let unit_price = item.at(LINE_AGREEMENT).and_then(|agreement| {
        price(agreement, "NetPriceProductTradePrice|GrossPriceProductTradePrice/ChargeAmount")
    });
    let line = InvoiceLine {
        name: item.text_at("SpecifiedTradeProduct/Name|Description"),
        quantity: quantity.and_then(|quantity| crate::values::decimal(&quantity.text()?)),
        unit: quantity.and_then(|quantity| quantity.attribute("unitCode")).map(str::to_owned),
        unit_price,
        total: settlement.and_then(|s| price(s, &format!("{LINE_SUMS}/LineTotalAmount"))),
        tax_rate: settlement.and_then(|s| number(s, RATE)),
    };
    (line.name.is_some() || line.total.is_some()).then_some(line)
}
