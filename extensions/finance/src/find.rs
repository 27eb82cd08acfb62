//! Finds the purchases in one mail: in its documents, else in its body.

use std::collections::BTreeMap;

use spacedrive_sdk::ops::ai::Evidence;
use spacedrive_sdk::prelude::*;

use crate::documents::{Document, Kind};
use crate::einvoice;
use crate::fields::{self, Answer, Receipt};
use crate::judge::{self, Envelope, Reason};
use crate::ledger::{Booked, Ledger};
use crate::mail::{Email, Letter};
use crate::reading::{self, OCR_BUDGET, Reading};
use crate::sender;

/// A purchase that is to be booked.
#[derive(Debug)]
pub(crate) struct Purchase<'a> {
    pub(crate) key: String,
    pub(crate) answer: Answer,
    pub(crate) reading: Reading,
    pub(crate) email: Option<&'a Email>,
    /// The document; `None` for the mail's body.
    pub(crate) document: Option<&'a Document>,
}

/// What was found in a file.
#[derive(Debug)]
pub(crate) struct Findings<'a> {
    pub(crate) booked: Vec<Booked>,
    pub(crate) new: Vec<Purchase<'a>>,
    /// Why the rest is none.
    pub(crate) reasons: Vec<Reason>,
    /// Documents that could not be read.
    pub(crate) failures: Vec<Error>,
    ocr_budget: usize,
}

/// Kinds of documents that are no receipts, as the text engine names them.
const NOT_BOOKED: [&str; 4] = ["delivery_notice", "statement", "quotation", "newsletter"];

impl<'a> Findings<'a> {
    pub(crate) const fn new() -> Self {
        Self {
            booked: Vec::new(),
            new: Vec::new(),
            reasons: Vec::new(),
            failures: Vec::new(),
            ocr_budget: OCR_BUDGET,
        }
    }

    /// Looks at mails, one after the other.
    ///
    /// # Errors
    /// As [`Self::letter`].
    pub(crate) fn of(ledger: &Ledger<'_>, letters: &'a [Letter]) -> Result<Self> {
        let mut findings = Self::new();
        letters.iter().try_for_each(|letter| findings.letter(ledger, letter))?;
        Ok(findings)
    }

    /// Looks at a mail: its body counts only where no document is a receipt, because a body beside
    /// a receipt repeats it.
    ///
    /// # Errors
    /// What stops the work for now; what is wrong with a document is kept in `failures`.
    pub(crate) fn letter(&mut self, ledger: &Ledger<'_>, letter: &'a Letter) -> Result<()> {
        let before = self.count();
        for document in &letter.documents {
            self.document(ledger, document, Some(&letter.email))?;
        }
        if self.count() > before {
            return Ok(());
        }
        let body = self.body(ledger, letter);
        self.own_fault("the mail's text", body)
    }

    /// Looks at a document, of a mail or on its own.
    ///
    /// # Errors
    /// As [`Self::letter`].
    pub(crate) fn document(
        &mut self,
        ledger: &Ledger<'_>,
        document: &'a Document,
        email: Option<&'a Email>,
    ) -> Result<()> {
        let result = self.read_document(ledger, document, email);
        self.own_fault(&document.name, result)
    }

    /// Pages that went through OCR.
    pub(crate) const fn scanned_pages(&self) -> usize {
        OCR_BUDGET.saturating_sub(self.ocr_budget)
    }

    fn count(&self) -> usize {
        self.booked.len() + self.new.len()
    }

    /// Keeps the error of a document that will not get better, passes on all others.
    fn own_fault(&mut self, name: &str, result: Result<()>) -> Result<()> {
        let Err(error) = result else { return Ok(()) };
        let error = error.context(name);
        if !is_lasting(error.code()) {
            return Err(error);
        }
        self.failures.push(error);
        Ok(())
    }

    fn read_document(
        &mut self,
        ledger: &Ledger<'_>,
        document: &'a Document,
        email: Option<&'a Email>,
    ) -> Result<()> {
        // The same document is the same purchase, in whatever mail or file it comes.
        let key = ledger.key(None, &document.hash);
        if let Some(booked) = ledger.booked(&key)? {
            self.booked.push(booked);
            return Ok(());
        }
        let reading = reading::document(ledger.client, document, &mut self.ocr_budget)?;
        if let Some(invoice) = reading.invoice.clone() {
            if let Some(objection) = einvoice::objection(&invoice) {
                return self.none(objection);
            }
            let answer = einvoice::preferring(&invoice, fields::ask(ledger.client, &reading.text)?);
            self.new.push(Purchase { key, answer, reading, email, document: Some(document) });
            return Ok(());
        }
        if document.kind == Kind::Xml {
            return self.none("the XML is no invoice");
        }
        let titled = match judge::document(&reading.text) {
            Ok(titled) => titled,
            Err(reason) => return self.none(reason),
        };
        let answer = fields::ask(ledger.client, &reading.text)?;
        if answer.receipt.amount.is_none() && !titled {
            return self.none("no amount could be read");
        }
        if !titled && is_other(&answer.receipt) {
            return self.none("the document is of another kind");
        }
        self.new.push(Purchase { key, answer, reading, email, document: Some(document) });
        Ok(())
    }

    fn body(&mut self, ledger: &Ledger<'_>, letter: &'a Letter) -> Result<()> {
        let Some(reading) = read_body(ledger.client, letter)? else {
            return if letter.documents.is_empty() {
                self.none("the mail is empty")
            } else {
                Ok(())
            };
        };
        let envelope = Envelope { subject: letter.email.subject(), list: letter.list };
        let described = letter.html.as_deref().map(crate::html::purchases).unwrap_or_default();
        let verdict = match described.is_empty() {
            true => judge::body(envelope, &reading.text),
            false => judge::mail(envelope, &reading.text),
        };
        if let Err(reason) = verdict {
            return self.none(reason);
        }
        let hash = blake3::hash(reading_source(letter).as_bytes()).to_hex();
        if described.is_empty() {
            return self.told(ledger, letter, &hash, reading);
        }
        let only = described.len() == 1;
        for (number, receipt) in described.into_iter().enumerate() {
            self.described(ledger, letter, &format!("{hash}.{number}"), &reading, receipt, only)?;
        }
        Ok(())
    }

    /// A body that is a receipt in words.
    fn told(
        &mut self,
        ledger: &Ledger<'_>,
        letter: &'a Letter,
        hash: &str,
        reading: Reading,
    ) -> Result<()> {
        let key = ledger.key(Some(&letter.email), hash);
        if let Some(booked) = ledger.booked(&key)? {
            self.booked.push(booked);
            return Ok(());
        }
        let answer = fields::ask(ledger.client, &reading.text)?;
        if answer.receipt.amount.is_none() {
            return self.none("no amount could be read");
        }
        if is_other(&answer.receipt) {
            return self.none("the mail is of another kind");
        }
        let answer = with_headers(answer, &letter.email);
        self.new.push(Purchase {
            key,
            answer,
            reading,
            email: Some(&letter.email),
            document: None,
        });
        Ok(())
    }

    /// A purchase that schema.org data describe; the text fills what they leave open. Beside other
    /// purchases (`only` false) the text is about all of them and fills nothing.
    fn described(
        &mut self,
        ledger: &Ledger<'_>,
        letter: &'a Letter,
        part: &str,
        reading: &Reading,
        receipt: Receipt,
        only: bool,
    ) -> Result<()> {
        let key = ledger.key(Some(&letter.email), part);
        if let Some(booked) = ledger.booked(&key)? {
            self.booked.push(booked);
            return Ok(());
        }
        let told =
            if only { fields::ask(ledger.client, &reading.text)? } else { Answer::default() };
        let answer = with_headers(preferring(receipt, told), &letter.email);
        self.new.push(Purchase {
            key,
            answer,
            reading: reading.clone(),
            email: Some(&letter.email),
            document: None,
        });
        Ok(())
    }

    fn none(&mut self, reason: Reason) -> Result<()> {
        self.reasons.push(reason);
        Ok(())
    }
}

/// Whether trying again will give the same error: the document's own fault, not the host's state.
const fn is_lasting(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::DocLimit
            | ErrorCode::DocMalformed
            | ErrorCode::DocEncrypted
            | ErrorCode::AbiTooLarge
            | ErrorCode::BadInput
            | ErrorCode::NeedsProvider
            | ErrorCode::ModelMissing
            | ErrorCode::Internal
    )
}

fn is_other(receipt: &Receipt) -> bool {
    receipt.document_type.as_deref().is_some_and(|kind| NOT_BOOKED.contains(&kind))
}

fn read_body(client: &SpacedriveClient, letter: &Letter) -> Result<Option<Reading>> {
    match (&letter.html, &letter.plain) {
        (Some(html), _) => reading::html(client, html).map(Some),
        (None, Some(plain)) => Ok(Some(reading::plain(plain))),
        (None, None) => Ok(None),
    }
}

fn reading_source(letter: &Letter) -> &str {
    letter.html.as_deref().or(letter.plain.as_deref()).unwrap_or_default()
}

/// Data of schema.org before what the text engine found.
fn preferring(described: Receipt, told: Answer) -> Answer {
    let mut evidence: BTreeMap<String, Evidence> = told.evidence;
    let known = [
        ("vendor", described.vendor.is_some()),
        ("date", described.date.is_some()),
        ("amount", described.amount.is_some()),
        ("currency", described.currency.is_some()),
        ("items", !described.items.is_empty()),
        ("payment_method", described.payment_method.is_some()),
    ];
    for (field, _) in known.into_iter().filter(|(_, known)| *known) {
        evidence.insert(
            field.to_owned(),
            Evidence { confidence: 0.99, line: None, quote: "schema.org".to_owned() },
        );
    }
    Answer { receipt: described.or(told.receipt), evidence, engine: told.engine }
}

/// Sender and date of a mail whose body is the receipt, where the body does not say them.
fn with_headers(mut answer: Answer, email: &Email) -> Answer {
    let mut fill = |place: &mut Option<String>, field: &str, value: Option<String>| {
        if let (None, Some(value)) = (place.as_ref(), value) {
            let quote = format!("mail header: {value}");
            answer
                .evidence
                .insert(field.to_owned(), Evidence { confidence: 0.6, line: None, quote });
            *place = Some(value);
        }
    };
    fill(&mut answer.receipt.vendor, "vendor", sender::organisation(&email.from));
    fill(&mut answer.receipt.date, "date", email.date.as_deref().and_then(fields::date));
    answer
}
