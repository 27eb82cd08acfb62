//! OASIS UBL 2 `Invoice` and `CreditNote`: Peppol BIS, XRechnung.

use ext_services::invoices::{Invoice, InvoiceLine, InvoiceParty};

use crate::kinds::is_credit_note;
use crate::tree::Element;
use crate::values::{Sums, amount, currency, date, decimal, number, price};

const LINES: &str = "InvoiceLine|CreditNoteLine";
const QUANTITY: &str = "InvoicedQuantity|CreditedQuantity";

pub(crate) fn invoice(root: &Element) -> Invoice {
    let none = Element::default();
    let code = root.text_at("DocumentCurrencyCode").and_then(|code| currency(&code));
    let sums = root.at("LegalMonetaryTotal").unwrap_or(&none);
    let sum = |path: &str| amount(sums, path, code.as_deref());
    let day = |path: &str| root.text_at(path).and_then(|text| date(&text));
    let paying = Sums {
        gross: sum("TaxInclusiveAmount"),
        prepaid: sum("PrepaidAmount"),
        rounding: sum("PayableRoundingAmount"),
        due: sum("PayableAmount"),
    };
    let type_code = root.text_at("InvoiceTypeCode|CreditNoteTypeCode");
    Invoice {
        syntax: "ubl".to_owned(),
        profile: root.text_at("CustomizationID"),
        credit_note: root.name == "CreditNote" || is_credit_note(type_code.as_deref()),
        type_code,
        number: root.text_at("ID"),
        date: day("IssueDate"),
        due_date: day("DueDate").or_else(|| day("PaymentMeans/PaymentDueDate")),
        seller: root.at("AccountingSupplierParty/Party").map(party),
        buyer: root.at("AccountingCustomerParty/Party").map(party),
        net: sum("TaxExclusiveAmount").or_else(|| sum("LineExtensionAmount")),
        tax: amount(root, "TaxTotal/TaxAmount", code.as_deref()),
        total: paying.total(),
        prepaid: paying.prepaid,
        due: paying.due,
        currency: code,
        payment_code: root.text_at("PaymentMeans/PaymentMeansCode"),
        lines: root.all(LINES).into_iter().map(line).collect(),
    }
}

fn party(party: &Element) -> InvoiceParty {
    InvoiceParty {
        name: party
            .text_at("PartyLegalEntity/RegistrationName")
            .or_else(|| party.text_at("PartyName/Name")),
        tax_id: party.text_at("PartyTaxScheme/CompanyID"),
        country: party.text_at("PostalAddress/Country/IdentificationCode"),
    }
}

fn line(item: &Element) -> InvoiceLine {
    let quantity = item.at(QUANTITY);
    InvoiceLine {
        name: item.text_at("Item/Name").or_else(|| item.text_at("Item/Description")),
        quantity: quantity.and_then(|quantity| decimal(&quantity.text()?)),
        unit: quantity.and_then(|quantity| quantity.attribute("unitCode")).map(str::to_owned),
        unit_price: price(item, "Price/PriceAmount"),
        total: price(item, "LineExtensionAmount"),
        tax_rate: number(item, "Item/ClassifiedTaxCategory/Percent"),
    }
}
