//! Electronic invoices as structured data.
//!
//! [`EInvoices`] reads the two syntaxes of EN 16931 and what came before it: UN/CEFACT Cross
//! Industry Invoice (ZUGFeRD 1 and 2, Factur-X, XRechnung) and OASIS UBL 2 (Peppol BIS,
//! XRechnung). Elements are found by their local names, so that prefixes and versions of the
//! namespaces do not matter.
//!
//! ```
//! use ext_services::invoices::InvoiceReader;
//! use ext_ops_einvoice::EInvoices;
//!
//! let xml = br#"<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
//!     xmlns:c="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
//!     <c:ID>R-17</c:ID><c:IssueDate>2026-01-05</c:IssueDate><c:InvoiceTypeCode>380</c:InvoiceTypeCode>
//!     <c:DocumentCurrencyCode>EUR</c:DocumentCurrencyCode>
//!     <LegalMonetaryTotal><c:TaxInclusiveAmount currencyID="EUR">119.00</c:TaxInclusiveAmount></LegalMonetaryTotal>
//! </Invoice>"#;
//! let invoice = EInvoices.read(xml)?.ok_or("not an invoice")?;
//! assert_eq!(invoice.number.as_deref(), Some("R-17"));
//! assert_eq!(invoice.total.map(|total| total.to_string()).as_deref(), Some("119.00"));
//! assert_eq!(EInvoices.read(b"<html/>")?, None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The XML may come from anybody: document types are refused, so no entity is ever declared, no
//! file or address is read, and size, depth and number of elements are limited.
//!
//! # Not in this crate
//!
//! Checking an invoice against the rules of EN 16931, or writing one.
#![forbid(unsafe_code)]

mod cii;
mod decode;
mod kinds;
mod reader;
mod tree;
mod ubl;
mod values;

pub use reader::EInvoices;
