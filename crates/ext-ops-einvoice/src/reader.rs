//! Reader behind the service trait, which finds the syntax of a document.

use ext_services::documents::DocumentError;
use ext_services::invoices::{Invoice, InvoiceReader};

use crate::decode::decode;
use crate::tree::{self, Element};
use crate::{cii, ubl};

/// Largest document, in bytes.
const MAX_BYTES: usize = 16 << 20;

/// Reader of electronic invoices; see the crate's documentation.
#[derive(Debug, Clone, Copy, Default)]
pub struct EInvoices;

impl InvoiceReader for EInvoices {
    fn read(&self, xml: &[u8]) -> Result<Option<Invoice>, DocumentError> {
        if xml.len() > MAX_BYTES {
            let (got, limit) = (xml.len() as u64, MAX_BYTES as u64);
            return Err(DocumentError::TooLarge { what: "bytes", got, limit });
        }
        let text = decode(xml);
        let Some(map) = tree::root(&text).as_ref().and_then(syntax) else { return Ok(None) };
        Ok(Some(map(&tree::parse(&text)?)))
    }
}

type Map = fn(&Element) -> Invoice;

fn syntax(root: &Element) -> Option<Map> {
    let is_ubl = |value: &str| value.starts_with("urn:oasis:names:specification:ubl:");
    match root.name.as_str() {
        "CrossIndustryInvoice" | "CrossIndustryDocument" => Some(cii::invoice),
        "Invoice" | "CreditNote" if root.attribute_values().any(is_ubl) => Some(ubl::invoice),
        _ => None,
    }
}
