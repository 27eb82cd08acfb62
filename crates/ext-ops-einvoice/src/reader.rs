//! Reader behind the service trait, which finds the syntax of a document.

use ext_services::documents::DocumentError;
use ext_services::invoices::{Invoice, InvoiceReader};

use crate::decode::decode;
use crate::tree::{self, Element};
use crate::{cii, ubl};

/// Largest document, in bytes.
const MAX_BYTES: usize = 16 << 20;

/// Containers that may be around an invoice.
const MAX_WRAPPINGS: usize = 2;
/// Roots of documents that hold an invoice or may be one: the envelope of Peppol (SBDH), the container of
/// Colombia, and UBL that says nothing of its namespace.
const MAYBE: [&str; 4] = ["StandardBusinessDocument", "AttachedDocument", "Invoice", "CreditNote"];

/// Reader of electronic invoices; see the crate's documentation.
#[derive(Debug, Clone, Copy, Default)]
pub struct EInvoices;

impl InvoiceReader for EInvoices {
    fn read(&self, xml: &[u8]) -> Result<Option<Invoice>, DocumentError> {
        if xml.len() > MAX_BYTES {
            let (got, limit) = (xml.len() as u64, MAX_BYTES as u64);
            return Err(DocumentError::TooLarge { what: "bytes", got, limit });
        }
        read(&decode(xml), MAX_WRAPPINGS)
    }
}

type Map = fn(&Element) -> Invoice;

/// Reads an invoice, or the one in an envelope; `wrappings` is how many of these may be around it.
fn read(xml: &str, wrappings: usize) -> Result<Option<Invoice>, DocumentError> {
    let Some(root) = tree::root(xml) else { return Ok(None) };
    if let Some(map) = syntax(&root) {
        return Ok(Some(map(&tree::parse(xml)?)));
    }
    if !MAYBE.contains(&root.name.as_str()) {
        return Ok(None);
    }
    let tree = tree::parse(xml)?;
    if tree.name == "AttachedDocument" && wrappings > 0 {
        let inner = tree.text_at("Attachment/ExternalReference/Description");
        return inner.map_or(Ok(None), |inner| read(&inner, wrappings - 1));
    }
    let inner = [&tree].into_iter().chain(tree.all("Invoice|CreditNote|CrossIndustryInvoice"));
    let mut found = inner.filter_map(|it| Some((syntax(it).or_else(|| bare_ubl(it))?, it)));
    Ok(found.next().map(|(map, invoice)| map(invoice)))
}

fn syntax(root: &Element) -> Option<Map> {
    let is_ubl = |value: &str| value.starts_with("urn:oasis:names:specification:ubl:");
    match root.name.as_str() {
        "CrossIndustryInvoice" | "CrossIndustryDocument" => Some(cii::invoice),
        "Invoice" | "CreditNote" if root.attribute_values().any(is_ubl) => Some(ubl::invoice),
        _ => None,
    }
}

/// Tells UBL without its namespace by elements that no other invoice has.
fn bare_ubl(root: &Element) -> Option<Map> {
    let is_named = matches!(root.name.as_str(), "Invoice" | "CreditNote");
    let has = |path: &str| root.at(path).is_some();
    let is_ubl = is_named && has("LegalMonetaryTotal") && has("AccountingSupplierParty");
    is_ubl.then_some(ubl::invoice)
}
