//! Finance: books the receipts and invoices that come into a library as emails, PDFs and pictures.
//!
//! For each imported file it reads the documents (or the email's body), decides whether they are
//! receipts, takes vendor, date, total, currency, tax and items from the text, and makes one entry
//! of type `receipt` with the sidecars `email.json`, `ocr.txt` and `receipt.json`. Its operations
//! list the booked receipts.
//!
//! ```
//! use spacedrive_sdk::{ops::ai, testing::FakeHost};
//!
//! let host = FakeHost::new();
//! host.on::<ai::ClassifyText>(|_| Ok(ai::ClassifyTextOutput {
//!     answer: serde_json::json!({"vendor": "Corner Shop", "date": "2026-01-05", "amount": 4.5, "currency": "GBP"}),
//!     evidence: Default::default(),
//!     engine: "fake".into(),
//! }));
//! let mail = "From: Corner Shop <till@corner.example>\r\nSubject: Your receipt\r\n\r\n\
//!     Receipt No: 1234\nTea  2.00\nCake  2.50\nTotal  4.50\nPaid by card\n";
//! let entry = host.add_file("tea.eml", "mail/tea.eml", "message/rfc822", mail.as_bytes());
//! host.deliver::<finance::extension::Extension>(&host.event_created(&entry))?;
//!
//! let rows: serde_json::Value =
//!     host.call::<finance::extension::Extension, _, _>("query:finance.export.v1", &serde_json::json!({}))?;
//! assert_eq!(rows[0]["vendor"], "Corner Shop");
//! assert_eq!(rows[0]["source"], "tea.eml");
//! # Ok::<(), spacedrive_sdk::Error>(())
//! ```
//!
//! [`extension::scan_mailbox`] does the same for a mailbox at an IMAP server or at Gmail ([`mailbox`]).
//!
//! Electronic invoices (ZUGFeRD, Factur-X, XRechnung, Peppol), alone or inside a PDF, are booked as
//! they state themselves.
//!
//! # Not in this crate
//!
//! Account statements, conversion of currencies, and the engines that read pictures and texts: these
//! are the host's choice.

mod book;
mod booking;
mod classify;
mod corrections;
mod cues;
mod currency;
mod dedupe;
mod documents;
mod einvoice;
pub mod export;
mod fields;
mod find;
mod forward;
mod html;
mod json;
mod ledger;
mod lessons;
mod mail;
pub mod mailbox;
mod money;
mod opened;
pub mod page;
mod parts;
mod payee;
mod payments;
pub mod person;
mod photographed;
pub mod preferences;
mod purchase;
mod reading;
mod record;
mod reminder;
pub mod review;
mod sender;
pub mod shown;
mod stated;
mod text;
pub mod views;

/// Functions that the host calls.
#[spacedrive_sdk::extension]
pub mod extension {
    use spacedrive_sdk::prelude::*;
    use spacedrive_sdk::view::View;

    use crate::export::{self, ExportInput, Exported, Filter, Row, Sum};
    use crate::mailbox::{self, ScanInput, ScanOutput};
    use crate::page::{self, Page, PageInput};
    use crate::person::{self, Correction, Rejection};
    use crate::photographed;
    use crate::review::{self, Decision, LookAlikes};
    use crate::shown::{self, BookingRef, ShownField, ToReview};
    use crate::views::{self, BookingsInput};

    /// Books a file that came into the library, has new content, or whose text another extension read.
    ///
    /// # Errors
    /// The documents that could not be read, after all others were handled; or what stopped the work,
    /// which resumes when the event comes again.
    #[on_event]
    pub fn on_event(client: &SpacedriveClient, event: Event) -> Result<()> {
        match event.kind.as_str() {
            photographed::TEXT_FOUND => photographed::handle(client, &event.entry, event.data),
            _ => crate::book::handle(client, &event.entry),
        }
    }

    /// Makes a job that scans a mailbox; as that job, scans it.
    ///
    /// # Errors
    /// The mailbox cannot be read. What was booked stays, and the next scan resumes from there.
    #[operation("action:finance.scan_mailbox.input.v1")]
    pub fn scan_mailbox(client: &SpacedriveClient, input: ScanInput) -> Result<ScanOutput> {
        mailbox::scan(client, &input)
    }

    /// Lists the booked receipts, by date, then source.
    ///
    /// # Errors
    /// A filter whose dates are not valid; those of the library.
    #[operation("query:finance.export.v1")]
    pub fn export(client: &SpacedriveClient, input: Option<Filter>) -> Result<Vec<Row>> {
        export::rows(client, &input.unwrap_or_default())
    }

    /// Lists one page of the booked receipts, with what all that fit add up to.
    ///
    /// # Errors
    /// As [`export()`]; a limit out of range.
    #[operation("query:finance.page.v1")]
    pub fn page(client: &SpacedriveClient, input: Option<PageInput>) -> Result<Page> {
        page::page(client, &input.unwrap_or_default())
    }

    /// Exports the booked receipts as the text of a CSV file.
    ///
    /// # Errors
    /// As [`export()`].
    #[operation("query:finance.export_csv.v1")]
    pub fn export_csv(client: &SpacedriveClient, input: Option<Filter>) -> Result<String> {
        export::csv(&export::rows(client, &input.unwrap_or_default())?)
    }

    /// Exports the booked receipts as a file: a text, or the bytes of a spreadsheet.
    ///
    /// # Errors
    /// As [`export()`].
    #[operation("query:finance.export_text.v1")]
    pub fn export_text(client: &SpacedriveClient, input: ExportInput) -> Result<Exported> {
        export::export(client, &input)
    }

    /// Shows a booking field by field, then its documents.
    ///
    /// # Errors
    /// An entry that is not of a booking; those of the library.
    #[operation("query:finance.show.v1")]
    pub fn show(client: &SpacedriveClient, input: BookingRef) -> Result<Vec<ShownField>> {
        shown::show(client, input)
    }

    /// Lists the bookings that need a person's eye.
    ///
    /// # Errors
    /// As [`export()`].
    #[operation("query:finance.to_review.v1")]
    pub fn to_review(client: &SpacedriveClient, input: Option<Filter>) -> Result<Vec<ToReview>> {
        shown::to_review(client, &input.unwrap_or_default())
    }

    /// Corrects the fields of a booking; what was read stays beside them.
    ///
    /// # Errors
    /// A field that does not exist, a value that is not one of it; as [`show()`].
    #[operation("action:finance.correct.input.v1")]
    pub fn correct(client: &SpacedriveClient, input: Correction) -> Result<Row> {
        person::correct(client, &input)
    }

    /// Takes a booking that is no receipt out of all lists, or back into them.
    ///
    /// # Errors
    /// As [`show()`].
    #[operation("action:finance.reject.input.v1")]
    pub fn reject(client: &SpacedriveClient, input: Rejection) -> Result<Row> {
        person::reject(client, &input)
    }

    /// Adds up the spending per month, category and currency.
    ///
    /// # Errors
    /// As [`export()`].
    #[operation("query:finance.summary.v1")]
    pub fn summary(client: &SpacedriveClient, input: Option<Filter>) -> Result<Vec<Sum>> {
        Ok(export::sums(&export::rows(client, &input.unwrap_or_default())?))
    }

    /// Lists bookings that may be one purchase, for a person to decide.
    ///
    /// # Errors
    /// As [`export()`].
    #[operation("query:finance.review.v1")]
    pub fn review(client: &SpacedriveClient, input: Option<Filter>) -> Result<Vec<LookAlikes>> {
        review::list(client, &input.unwrap_or_default())
    }

    /// Makes one booking of several: the person says that they are one purchase.
    ///
    /// # Errors
    /// Fewer than two entries, or one that is not of a booking; those of the library.
    #[operation("action:finance.merge.input.v1")]
    pub fn merge(client: &SpacedriveClient, input: Decision) -> Result<Vec<Row>> {
        review::merge(client, &input)
    }

    /// Keeps bookings apart, or takes a booking apart: the person says that they are several
    /// purchases.
    ///
    /// # Errors
    /// As [`merge()`].
    #[operation("action:finance.keep_apart.input.v1")]
    pub fn keep_apart(client: &SpacedriveClient, input: Decision) -> Result<Vec<Row>> {
        review::keep_apart(client, &input)
    }

    /// Shows what was spent per month and category.
    ///
    /// # Errors
    /// As [`export()`].
    #[view("query:finance.spending_view.v1")]
    pub fn spending_view(client: &SpacedriveClient, _: NoInput) -> Result<View> {
        views::spending(client)
    }

    /// Shows a page of the bookings, each with buttons to correct and to reject it.
    ///
    /// # Errors
    /// As [`page()`].
    #[view("query:finance.bookings_view.v1")]
    pub fn bookings_view(client: &SpacedriveClient, input: BookingsInput) -> Result<View> {
        views::bookings(client, &input)
    }

    /// Shows one booking.
    ///
    /// # Errors
    /// As [`show()`].
    #[view("query:finance.booking_view.v1")]
    pub fn booking_view(client: &SpacedriveClient, input: BookingRef) -> Result<View> {
        views::booking(client, input)
    }
}
