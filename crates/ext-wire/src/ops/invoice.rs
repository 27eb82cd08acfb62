//! Electronic invoices as data, in the output of [`super::ai::ExtractText`].

use ext_amounts::Amount;

use super::direction::wire_output;

wire_output! {
    /// An electronic invoice (CII or UBL), as its XML states it. Fields that it does not state are
    /// left out. Amounts are in `currency`; they have at most 15 significant digits and are exact.
    pub struct Invoice {
        /// `cii` (ZUGFeRD, Factur-X, XRechnung) or `ubl` (Peppol, XRechnung).
        pub syntax: String,
        /// The profile or guideline that it follows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub profile: Option<String>,
        /// Type of the document, a code of UNTDID 1001: `380` is an invoice, `381` a credit note.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub type_code: Option<String>,
        /// True when it takes an invoice back, wholly or in part.
        pub credit_note: bool,
        /// Its number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub number: Option<String>,
        /// Day of issue, ISO 8601.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub date: Option<String>,
        /// Day by which it is to be paid, ISO 8601.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub due_date: Option<String>,
        /// The party that sells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub seller: Option<InvoiceParty>,
        /// The party that buys.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub buyer: Option<InvoiceParty>,
        /// Currency, ISO 4217.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub currency: Option<String>,
        /// Sum without tax.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub net: Option<Amount>,
        /// Sum of the taxes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub tax: Option<Amount>,
        /// Sum with tax, before anything that was paid is taken off.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub total: Option<Amount>,
        /// Amount that was paid before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub prepaid: Option<Amount>,
        /// Amount that is left to pay.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub due: Option<Amount>,
        /// Means of payment, a code of UNTDID 4461: `58` is a SEPA transfer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub payment_code: Option<String>,
        /// Lines of the invoice.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub lines: Vec<InvoiceLine>,
    }

    /// A party of an [`Invoice`].
    pub struct InvoiceParty {
        /// Its name, in one line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// Its VAT number, or another tax number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub tax_id: Option<String>,
        /// ISO 3166 code of two letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub country: Option<String>,
    }

    /// A line of an [`Invoice`].
    pub struct InvoiceLine {
        /// Name of the product or service.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// Quantity of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub quantity: Option<f64>,
        /// Unit of the quantity, a code of UN/ECE Recommendation 20: `HUR` is hours.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub unit: Option<String>,
        /// Price of one unit without tax.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub unit_price: Option<Amount>,
        /// Price of the line without tax.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub total: Option<Amount>,
        /// Tax rate in percent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub tax_rate: Option<f64>,
    }
}
