//! OASIS UBL 2: Peppol BIS, XRechnung; invoices and credit notes.

use super::model::{
    Category, Charge, Invoice, Line, Party, Tax, Totals, day, number, texts, unreadable,
};
use crate::xml::Element;

/// Reads the values of an invoice.
pub(super) fn invoice(root: &Element) -> Invoice {
    let currency = root.text_at("DocumentCurrencyCode");
    let of_party = |path: &str| root.at(&format!("{path}/Party")).map(party).unwrap_or_default();
    // A second total of the taxes may stand in the currency of the tax office.
    let totals = root.all("TaxTotal");
    let is_own = |total: &&&Element| {
        total.at("TaxAmount").is_some_and(|it| it.attribute("currencyID") == currency.as_deref())
    };
    let taxes = totals.iter().find(is_own).or(totals.first()).copied();
    Invoice {
        guideline: root.text_at("CustomizationID"),
        number: root.text_at("ID"),
        date: day(root, "IssueDate"),
        type_code: root.text_at("InvoiceTypeCode|CreditNoteTypeCode"),
        tax_point: root.text_at("TaxPointDate"),
        tax_point_code: root.text_at("InvoicePeriod/DescriptionCode"),
        unreadable: unreadable(
            root,
            &[
                ("BT-2", "IssueDate"),
                ("BT-9", "DueDate"),
                ("BT-9", "PaymentMeans/PaymentDueDate"),
                ("BT-73", "InvoicePeriod/StartDate"),
                ("BT-74", "InvoicePeriod/EndDate"),
            ],
        ),
        preceding: texts(root, "BillingReference", "InvoiceDocumentReference/ID"),
        due_date: day(root, "DueDate").or_else(|| day(root, "PaymentMeans/PaymentDueDate")),
        terms: root.text_at("PaymentTerms/Note"),
        seller: of_party("AccountingSupplierParty"),
        buyer: of_party("AccountingCustomerParty"),
        period: (day(root, "InvoicePeriod/StartDate"), day(root, "InvoicePeriod/EndDate")),
        charges: root.all("AllowanceCharge").into_iter().map(charge).collect(),
        totals: self::totals(root, taxes),
        taxes: taxes.iter().flat_map(|it| it.all("TaxSubtotal")).map(tax).collect(),
        lines: root.all("InvoiceLine|CreditNoteLine").into_iter().map(line).collect(),
        currency,
    }
}

fn party(party: &Element) -> Party {
    Party {
        name: party
            .text_at("PartyLegalEntity/RegistrationName")
            .or_else(|| party.text_at("PartyName/Name")),
        country: party.text_at("PostalAddress/Country/IdentificationCode"),
        tax_id: party.text_at("PartyTaxScheme/CompanyID"),
    }
}

fn charge(it: &Element) -> Charge {
    Charge {
        is_charge: it.text_at("ChargeIndicator").as_deref() == Some("true"),
        amount: number(it, "Amount"),
        tax: it.at("TaxCategory").map(category).unwrap_or_default(),
    }
}

fn category(tax: &Element) -> Category {
    Category { code: tax.text_at("ID"), rate: number(tax, "Percent") }
}

fn totals(root: &Element, taxes: Option<&Element>) -> Totals {
    let of = |name: &str| number(root, &format!("LegalMonetaryTotal/{name}"));
    Totals {
        lines: of("LineExtensionAmount"),
        allowances: of("AllowanceTotalAmount"),
        charges: of("ChargeTotalAmount"),
        net: of("TaxExclusiveAmount"),
        tax: taxes.and_then(|it| number(it, "TaxAmount")),
        gross: of("TaxInclusiveAmount"),
        prepaid: of("PrepaidAmount"),
        rounding: of("PayableRoundingAmount"),
        due: of("PayableAmount"),
    }
}

fn tax(it: &Element) -> Tax {
    Tax {
        base: number(it, "TaxableAmount"),
        amount: number(it, "TaxAmount"),
        category: it.at("TaxCategory").map(category).unwrap_or_default(),
        reason: it.text_at("TaxCategory/TaxExemptionReason|TaxExemptionReasonCode"),
    }
}

fn line(it: &Element) -> Line {
    Line {
        id: it.text_at("ID"),
        net: number(it, "LineExtensionAmount"),
        price: number(it, "Price/PriceAmount"),
        name: it.text_at("Item/Name"),
        tax: it.at("Item/ClassifiedTaxCategory").map(category).unwrap_or_default(),
    }
}
