//! The reader of office documents, HTML and electronic invoices.

use std::sync::Arc;

use ext_services::{
    documents::{DocumentError, MarkupKind, MarkupReader, PageText},
    invoices::{Invoice, InvoiceReader},
};

use crate::document;
use crate::pool::Pool;
use crate::protocol::{Reply, Request};

/// A `MarkupReader` and an `InvoiceReader` that live in a worker.
#[derive(Clone)]
pub struct IsolatedMarkup {
    pool: Arc<Pool>,
}

impl IsolatedMarkup {
    /// Makes a reader whose calls go to `pool`.
    #[must_use]
    pub const fn new(pool: Arc<Pool>) -> Self {
        Self { pool }
    }
}

impl MarkupReader for IsolatedMarkup {
    fn text(&self, kind: MarkupKind, document: &[u8]) -> Result<Vec<PageText>, DocumentError> {
        document::texts(document::call(&self.pool, Request::Markup(kind), document)?)
    }
}

impl InvoiceReader for IsolatedMarkup {
    fn read(&self, xml: &[u8]) -> Result<Option<Invoice>, DocumentError> {
        match document::call(&self.pool, Request::Invoice, xml)? {
            (Reply::Invoice(invoice), _) => Ok(invoice.map(|invoice| *invoice)),
            (other, _) => Err(document::unexpected(&other)),
        }
    }
}
