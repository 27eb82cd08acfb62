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
//! host.set_extension("finance");
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
//! [`extension::scan_mailbox`] does the same for a mailbox over IMAP, JMAP, at Gmail, at Microsoft or
//! in a file ([`mailbox`]).
//!
//! Statements of bank accounts are kept beside the receipts and matched to them ([`statement`]).
//!
//! Electronic invoices (ZUGFeRD, Factur-X, XRechnung, Peppol), alone or inside a PDF, are booked as
//! they state themselves.
//!
//! # Not in this crate
//!
//! Conversion of currencies, and the engines that read pictures and texts: these are the host's choice.

mod alternatives;
mod batch;
mod book;
mod booking;
pub mod budgets;
mod classify;
mod codes;
mod corrections;
mod credit_title;
pub mod credits;
mod cues;
mod currency;
mod dedupe;
mod documents;
mod einvoice;
pub mod en16931;
pub mod export;
mod fields;
mod find;
mod forward;
mod html;
mod iban;
pub mod imports;
pub mod index;
mod inside;
mod json;
mod ledger;
mod lessons;
mod mail;
pub mod mailbox;
mod money;
mod no_invoice;
mod opened;
mod own;
mod own_fields;
pub mod page;
mod parts;
mod payee;
mod payments;
pub mod person;
mod photographed;
mod places;
pub mod preferences;
mod purchase;
pub mod rates;
mod reading;
mod record;
pub mod recurring;
mod reminder;
pub mod report;
pub mod review;
mod sender;
mod sent;
pub mod shown;
mod stated;
pub mod statement;
pub mod taxes;
mod teaching;
mod text;
pub mod views;
mod xml;

/// Functions that the host calls.
#[spacedrive_sdk::extension]
pub mod extension {
    use spacedrive_sdk::prelude::*;
    use spacedrive_sdk::view::View;

    use crate::budgets::{self, Budget, BudgetInput};
    use crate::credits::{self, Credit};
    use crate::en16931::{self, CheckLine};
    use crate::export::{self, CorrectedRow, ExportInput, Exported, Filter, Row, Sum, ToPay};
    use crate::imports::view::ImportsViewInput;
    use crate::imports::{self, ImportsInput, ListedImport, UndoInput, Undone};
    use crate::index::{self, IndexInput, Indexed};
    use crate::mailbox::{self, ScanInput, ScanOutput, ScannedMailbox};
    use crate::page::{self, Page, PageInput};
    use crate::person::{self, Correction, Rejection};
    use crate::photographed;
    use crate::rates::{self, FetchInput, HomeSum, RatesInput, RatesKept};
    use crate::recurring::{self, Recurring, RecurringInput};
    use crate::report::{self, Report, ReportInput};
    use crate::review::{self, Decision, LookAlikes};
    use crate::shown::{self, BookingRef, ShownField, ToReview};
    use crate::statement::{
        self, ImportInput, ImportedStatement, KeptStatement, LineDecision, ReconcileInput,
        Reconciled, StatementsInput,
    };
    use crate::taxes::{self, TaxSum};
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
            _ => crate::book::handle(client, &event.entry, event.data.as_ref()),
        }
    }

    /// Makes a job that scans a mailbox; as that job, scans it.
    ///
    /// # Errors
    /// The mailbox cannot be read. What was booked stays, and the next scan resumes from there.
    #[operation("action:finance.scan_mailbox.input.v1")]
    pub fn scan_mailbox(client: &SpacedriveClient, input: ScanInput) -> Result<ScanOutput> {
        mailbox::scan(client, input)
    }

    /// Makes the index of the receipts, a part in each job; outside a job it only asks for one.
    ///
    /// # Errors
    /// Those of the library.
    #[operation("action:finance.index.input.v1")]
    pub fn index(client: &SpacedriveClient, input: Option<IndexInput>) -> Result<Indexed> {
        index::run(client, input.unwrap_or_default())
    }

    /// Lists the booked receipts, by date, then source.
    ///
    /// # Errors
    /// More than 10,000 receipts; a filter whose dates are not valid; those of the library.
    #[operation("query:finance.export.v1")]
    pub fn export(client: &SpacedriveClient, input: Option<Filter>) -> Result<Vec<Row>> {
        export::listed(client, &input.unwrap_or_default())
    }

    /// Lists the receipts that are to be paid by some day and were not, those that are due first first.
    ///
    /// # Errors
    /// As [`export()`].
    #[operation("query:finance.to_pay.v1")]
    pub fn to_pay(client: &SpacedriveClient, _: NoInput) -> Result<Vec<ToPay>> {
        export::to_pay(client)
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
    pub fn correct(client: &SpacedriveClient, input: Correction) -> Result<CorrectedRow> {
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
        export::summary(client, &input.unwrap_or_default())
    }

    /// Lists the imports by which receipts were booked, the latest first.
    ///
    /// # Errors
    /// A limit out of range; those of the library.
    #[operation("query:finance.imports.v1")]
    pub fn imports(
        client: &SpacedriveClient,
        input: Option<ImportsInput>,
    ) -> Result<Vec<ListedImport>> {
        imports::list(client, &input.unwrap_or_default())
    }

    /// Takes an import back: deletes what it booked, but for what a person or another import had a hand
    /// in.
    ///
    /// # Errors
    /// An entry that is not an import; those of the library, after which it can be called again.
    #[operation("action:finance.undo_import.input.v1")]
    pub fn undo_import(client: &SpacedriveClient, input: UndoInput) -> Result<Vec<Undone>> {
        imports::undo(client, &input)
    }

    /// Shows the imports, each with a button to take it back.
    ///
    /// # Errors
    /// As [`imports()`].
    #[view("query:finance.imports_view.v1")]
    pub fn imports_view(client: &SpacedriveClient, input: ImportsViewInput) -> Result<View> {
        imports::view::imports(client, &input)
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

    /// Keeps the statements of a bank's file.
    ///
    /// # Errors
    /// A file that is not a statement, or has no mapping; those of the library.
    #[operation("action:finance.import_statement.input.v1")]
    pub fn import_statement(
        client: &SpacedriveClient,
        input: ImportInput,
    ) -> Result<Vec<ImportedStatement>> {
        statement::import(client, &input)
    }

    /// Lists the mailboxes that were scanned.
    ///
    /// # Errors
    /// Those of the library.
    #[operation("query:finance.mailboxes.v1")]
    pub fn mailboxes(client: &SpacedriveClient, _: NoInput) -> Result<Vec<ScannedMailbox>> {
        mailbox::list(client)
    }

    /// Lists the statements.
    ///
    /// # Errors
    /// Those of the library.
    #[operation("query:finance.statements.v1")]
    pub fn statements(client: &SpacedriveClient, _: NoInput) -> Result<Vec<KeptStatement>> {
        statement::kept(client)
    }

    /// Lists the lines of all statements beside the receipts that they paid, and what is missing.
    ///
    /// # Errors
    /// A date that is not valid; those of the library.
    #[operation("query:finance.reconcile.v1")]
    pub fn reconcile(
        client: &SpacedriveClient,
        input: Option<ReconcileInput>,
    ) -> Result<Vec<Reconciled>> {
        statement::reconcile(client, &input.unwrap_or_default())
    }

    /// Writes down what a line of a statement paid: the person's word.
    ///
    /// # Errors
    /// An input that says nothing or two things, an unknown line or receipt; those of the library.
    #[operation("action:finance.match.input.v1")]
    pub fn match_line(client: &SpacedriveClient, input: LineDecision) -> Result<Reconciled> {
        statement::decide(client, &input)
    }

    /// Shows the lines of statements beside the receipts.
    ///
    /// # Errors
    /// As [`reconcile()`].
    #[view("query:finance.statements_view.v1")]
    pub fn statements_view(client: &SpacedriveClient, input: StatementsInput) -> Result<View> {
        statement::view::statements(client, &input)
    }

    /// Lists the payments that come again, and the changes of their prices.
    ///
    /// # Errors
    /// A date that is not valid; those of the library.
    #[operation("query:finance.recurring.v1")]
    pub fn recurring(
        client: &SpacedriveClient,
        input: Option<RecurringInput>,
    ) -> Result<Vec<Recurring>> {
        recurring::recurring(client, &input.unwrap_or_default())
    }

    /// Lists the credit notes, each with the invoice that it takes back.
    ///
    /// # Errors
    /// As [`export()`].
    #[operation("query:finance.credits.v1")]
    pub fn credits(client: &SpacedriveClient, input: Option<Filter>) -> Result<Vec<Credit>> {
        credits::credits(client, &input.unwrap_or_default())
    }

    /// Lists the budgets of a month, and what is left of them.
    ///
    /// # Errors
    /// A month that is not valid, budgets without a home currency; those of the library.
    #[operation("query:finance.budgets.v1")]
    pub fn budgets(client: &SpacedriveClient, input: Option<BudgetInput>) -> Result<Vec<Budget>> {
        budgets::budgets(client, &input.unwrap_or_default())
    }

    /// Adds up the taxes per country, rate and currency.
    ///
    /// # Errors
    /// As [`export()`].
    #[operation("query:finance.taxes.v1")]
    pub fn taxes(client: &SpacedriveClient, input: Option<Filter>) -> Result<Vec<TaxSum>> {
        taxes::taxes(client, &input.unwrap_or_default())
    }

    /// Writes the report of a month as one HTML file.
    ///
    /// # Errors
    /// A month that is not valid, or without a receipt; those of the library.
    #[operation("query:finance.report.v1")]
    pub fn report(client: &SpacedriveClient, input: Option<ReportInput>) -> Result<Report> {
        report::report(client, &input.unwrap_or_default())
    }

    /// Tells which rules of EN 16931 the electronic invoices of a booking break.
    ///
    /// # Errors
    /// As [`show()`]; a booking without an electronic invoice.
    #[operation("query:finance.check.v1")]
    pub fn check(client: &SpacedriveClient, input: BookingRef) -> Result<Vec<CheckLine>> {
        en16931::told(client, input)
    }

    /// Keeps the exchange rates of a file of the European Central Bank.
    ///
    /// # Errors
    /// A file without rates; those of the library.
    #[operation("action:finance.import_rates.input.v1")]
    pub fn import_rates(client: &SpacedriveClient, input: RatesInput) -> Result<RatesKept> {
        rates::import(client, &input)
    }

    /// Fetches exchange rates of the European Central Bank from its server, and keeps them.
    ///
    /// # Errors
    /// The server cannot be reached or has no rates; those of the library.
    #[operation("action:finance.fetch_rates.input.v1")]
    pub fn fetch_rates(client: &SpacedriveClient, input: Option<FetchInput>) -> Result<RatesKept> {
        rates::fetch(client, &input.unwrap_or_default())
    }

    /// Adds up the spending per month and category in the home currency.
    ///
    /// # Errors
    /// No home currency in the settings; as [`export()`].
    #[operation("query:finance.home_summary.v1")]
    pub fn home_summary(client: &SpacedriveClient, input: Option<Filter>) -> Result<Vec<HomeSum>> {
        rates::sums(client, &input.unwrap_or_default())
    }
}
