//! Readers of electronic invoices.

use super::documents::DocumentError;

pub use ext_wire::ops::invoice::{Invoice, InvoiceLine, InvoiceParty};

/// Reader of the XML of electronic invoices. Hostile bytes are expected: no input may panic, run
/// for ever, expand entities, or make the reader open a file or an address.
pub trait InvoiceReader: Send + Sync {
    /// Reads the invoice in an XML document; `None` when it is another document.
    ///
    /// # Errors
    /// [`DocumentError`]: an invoice that is damaged or too large.
    fn read(&self, xml: &[u8]) -> Result<Option<Invoice>, DocumentError>;
}
