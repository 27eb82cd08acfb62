//! Files inside of a document: those that a PDF embeds, and those that an electronic invoice attaches. They
//! are listed among its parts, and what several electronic invoices in one PDF state is compared.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ext_amounts::Amount;
use ext_unpack::{Detected, Kind as Found, detect};
use spacedrive_sdk::ops::ai::{EmbeddedFile, ExtractTextInput};
use spacedrive_sdk::ops::invoice::Invoice;
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::parts::Part;

use crate::fields::Answer;
use crate::text::clip;
use crate::xml::{self, Element};

/// Files that are listed of one document.
const MAX_FILES: usize = 100;
/// Files that are looked at as electronic invoices.
const MAX_INVOICES: usize = 10;
/// Longest name that is listed, in bytes.
const MAX_NAME_BYTES: usize = 255;
/// Places of attached files in both syntaxes, BT-125.
const ATTACHED: [&str; 2] = [
    "Invoice|CreditNote/AdditionalDocumentReference/Attachment/EmbeddedDocumentBinaryObject",
    "CrossIndustryInvoice/SupplyChainTradeTransaction/ApplicableHeaderTradeAgreement/\
     AdditionalReferencedDocument/AttachmentBinaryObject",
];

/// A file inside of a document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Inside {
    name: String,
    found: Detected,
    size: usize,
    content: Content,
}

/// What a file inside of a document is to the booking.
#[derive(Debug, Clone, PartialEq)]
enum Content {
    /// The electronic invoice or the document that is booked.
    Booked,
    /// An electronic invoice over the same.
    Repeated,
    /// An electronic invoice over something else.
    Different(Option<Amount>),
    /// Not looked at.
    Other,
}

/// Lists files; `booked` is the electronic invoice that is taken of them, if any.
pub(crate) fn list(
    client: &SpacedriveClient,
    files: &[EmbeddedFile],
    booked: Option<&Invoice>,
) -> Vec<Inside> {
    let mut left = MAX_INVOICES;
    let mut is_taken = false;
    let mut listed = Vec::new();
    for file in files.iter().take(MAX_FILES) {
        let found = detect(file.data.as_bytes());
        let invoice = booked
            .filter(|_| found.kind == Found::Xml && left > 0)
            .and_then(|booked| Some((booked, invoice(client, file)?)));
        left -= usize::from(found.kind == Found::Xml && left > 0);
        let content = match invoice {
            None => Content::Other,
            Some((booked, own)) if own == *booked && !is_taken => Content::Booked,
            Some((booked, own)) if is_same(booked, &own) => Content::Repeated,
            Some((_, own)) => Content::Different(own.total),
        };
        is_taken |= content == Content::Booked;
        let name = clip(&file.name, MAX_NAME_BYTES).to_owned();
        listed.push(Inside { name, found, size: file.data.as_bytes().len(), content });
    }
    listed
}

/// Returns the PDF among some files, where there is one.
pub(crate) fn only_pdf(files: &[EmbeddedFile]) -> Option<&EmbeddedFile> {
    let is_pdf = |file: &&EmbeddedFile| detect(file.data.as_bytes()).kind == Found::Pdf;
    let mut found = files.iter().take(MAX_FILES).filter(is_pdf);
    found.next().filter(|_| found.next().is_none())
}

/// Lists files of which the PDF is booked.
pub(crate) fn list_around_pdf(client: &SpacedriveClient, files: &[EmbeddedFile]) -> Vec<Inside> {
    let mut listed = list(client, files, None);
    let pdf = listed.iter_mut().find(|file| file.found.kind == Found::Pdf);
    pdf.into_iter().for_each(|file| file.content = Content::Booked);
    listed
}

fn is_same(one: &Invoice, two: &Invoice) -> bool {
    one.total == two.total && one.currency == two.currency && one.credit_note == two.credit_note
}

fn invoice(client: &SpacedriveClient, file: &EmbeddedFile) -> Option<Invoice> {
    let input = ExtractTextInput::of_type(file.data.clone(), "application/xml");
    client.ai().extract_text(input).ok()?.invoice.map(|invoice| *invoice)
}

/// Lists the files that an electronic invoice attaches.
pub(crate) fn attached(client: &SpacedriveClient, file: &[u8]) -> Vec<Inside> {
    let Ok(tree) = xml::parse(&xml::decode(file)) else { return Vec::new() };
    let objects = ATTACHED.iter().flat_map(|path| tree.all(path));
    let files: Vec<EmbeddedFile> = objects.take(MAX_FILES).map(embedded).collect();
    list(client, &files, None)
}

fn embedded(object: &Element) -> EmbeddedFile {
    let text: String = object.text().unwrap_or_default().split_whitespace().collect();
    let data = STANDARD.decode(text).unwrap_or_default();
    EmbeddedFile {
        name: object.attribute("filename").unwrap_or_default().to_owned(),
        data: data.into(),
    }
}

/// Doubts the total of an electronic invoice beside which others state another.
pub(crate) fn compared(inside: &[Inside], answer: Answer) -> Answer {
    let other = |file: &Inside| match file.content {
        Content::Different(total) => total,
        _ => None,
    };
    inside.iter().filter_map(other).fold(answer, Answer::disputed_by)
}

impl Inside {
    /// Returns the file as a part of its document.
    pub(crate) fn part(&self) -> Part {
        let part = Part::new(self.found.media_type, self.size as u64);
        let part = if self.name.is_empty() { part } else { part.named(&self.name) };
        let (read, used, reason, detail) = match &self.content {
            Content::Booked => (true, true, "receipt", None),
            Content::Repeated => (true, false, "duplicate", None),
            Content::Different(_) => {
                let detail = "another electronic invoice of the document is booked";
                (true, false, "beside_a_receipt", Some(detail.to_owned()))
            }
            Content::Other => {
                let detail = "files inside of a document are listed, and not looked at";
                (false, false, "kind_not_read", Some(detail.to_owned()))
            }
        };
        Part { read, used, reason: reason.to_owned(), detail, ..part }
    }
}
