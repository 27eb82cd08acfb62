//! Search for the purchases in one email: in its documents, else in its body.

use std::collections::BTreeMap;

use spacedrive_sdk::prelude::*;

use crate::alternatives;
use crate::batch::{self, Part, Stack};
use crate::classify::{self, Envelope, Reason};
use crate::codes;
use crate::credit_title;
use crate::dedupe;
use crate::documents::{Document, Kind};
use crate::einvoice;
use crate::fields::{self, Answer, Receipt};
use crate::html::Structured;
use crate::inside::{self, Inside};
use crate::ledger::{Booked, Ledger};
use crate::mail::{Email, Message};
use crate::opened::Opened;
use crate::parts::{PartId, Verdict, Verdicts};
use crate::payee;
use crate::payments;
use crate::purchase::Purchase;
use crate::reading::{self, OCR_BUDGET, Reading};
use crate::reminder;
use crate::sender;
use crate::sent;
use crate::stated::preferring;

/// Purchases and failures that were found in a file.
#[derive(Debug)]
pub(crate) struct Findings<'a> {
    pub(crate) booked: Vec<Booked>,
    pub(crate) new: Vec<Purchase<'a>>,
    /// Reasons why the rest is not booked.
    pub(crate) reasons: Vec<Reason>,
    /// Documents that could not be read.
    pub(crate) failures: Vec<Error>,
    /// What came of each part that was looked at.
    pub(crate) verdicts: Verdicts,
    /// What was left out of parts that were looked at.
    pub(crate) left_out: BTreeMap<PartId, String>,
    /// Files inside of parts that were looked at.
    pub(crate) inside: BTreeMap<PartId, Vec<Inside>>,
    /// The part that is looked at.
    current: Option<PartId>,
    ocr_budget: usize,
}

/// Kinds of documents that are not receipts, as the text engine names them.
const NOT_BOOKED: [&str; 4] = ["delivery_notice", "statement", "quotation", "newsletter"];

impl<'a> Findings<'a> {
    pub(crate) const fn new() -> Self {
        Self {
            booked: Vec::new(),
            new: Vec::new(),
            reasons: Vec::new(),
            failures: Vec::new(),
            verdicts: Verdicts::new(),
            left_out: BTreeMap::new(),
            inside: BTreeMap::new(),
            current: None,
            ocr_budget: OCR_BUDGET,
        }
    }

    /// Looks at all that is in a file, one after the other.
    ///
    /// # Errors
    /// As [`Self::message`].
    pub(crate) fn of(ledger: &Ledger<'_>, opened: &'a Opened) -> Result<Self> {
        let mut findings = Self::new();
        opened.messages.iter().try_for_each(|message| findings.message(ledger, message))?;
        opened.loose.iter().try_for_each(|document| findings.document(ledger, document, None))?;
        Ok(findings)
    }

    /// Begins with a part: a receipt, until something else is found.
    fn begin(&mut self, part: Option<PartId>) {
        self.current = part;
        self.conclude(Verdict::Receipt);
    }

    /// Notes what came of the part that is looked at.
    fn conclude(&mut self, verdict: Verdict) {
        if let Some(part) = self.current {
            self.verdicts.insert(part, verdict);
        }
    }

    /// Looks at an email: its body counts only where no document is a receipt, because a body beside
    /// a receipt repeats it.
    ///
    /// # Errors
    /// The error that stops the work for now; permanent errors of a document are kept in `failures`.
    pub(crate) fn message(&mut self, ledger: &Ledger<'_>, message: &'a Message) -> Result<()> {
        let before = self.count();
        for document in &message.documents {
            self.document(ledger, document, Some(&message.email))?;
        }
        self.begin(message.body_part);
        if self.count() > before {
            self.conclude(Verdict::BesideAReceipt);
            return Ok(());
        }
        let body = self.body(ledger, message);
        self.keep_permanent("the text of the email", body)
    }

    /// Notes what was left out of the part that is looked at.
    fn remark(&mut self, reading: &Reading) {
        if let Some((part, left_out)) = self.current.zip(reading.left_out.clone()) {
            self.left_out.insert(part, left_out);
        }
        if let Some(part) = self.current.filter(|_| !reading.inside.is_empty()) {
            self.inside.insert(part, reading.inside.clone());
        }
    }

    /// Looks at a document, of an email or on its own.
    ///
    /// # Errors
    /// As [`Self::message`].
    pub(crate) fn document(
        &mut self,
        ledger: &Ledger<'_>,
        document: &'a Document,
        email: Option<&'a Email>,
    ) -> Result<()> {
        self.begin(Some(document.part));
        let result = self.read_document(ledger, document, email);
        self.keep_permanent(&document.name, result)
    }

    /// Returns the number of pages that went through OCR.
    pub(crate) const fn scanned_pages(&self) -> usize {
        OCR_BUDGET.saturating_sub(self.ocr_budget)
    }

    fn count(&self) -> usize {
        self.booked.len() + self.new.len()
    }

    /// Keeps the error of a document that will not get better, passes on all others.
    fn keep_permanent(&mut self, name: &str, result: Result<()>) -> Result<()> {
        let Err(error) = result else { return Ok(()) };
        let error = error.context(name);
        if !is_permanent(error.code()) {
            return Err(error);
        }
        self.conclude(Verdict::Failed(error.code(), error.message().to_owned()));
        self.failures.push(error);
        Ok(())
    }

    fn read_document(
        &mut self,
        ledger: &Ledger<'_>,
        document: &'a Document,
        email: Option<&'a Email>,
    ) -> Result<()> {
        // The same document is the same purchase, in whatever email or file it comes.
        let key = ledger.key(None, &document.hash);
        if let Some(booked) = ledger.booked(&key)? {
            self.booked.push(booked);
            return Ok(());
        }
        let reading = reading::document(ledger.client, document, &mut self.ocr_budget)?;
        self.remark(&reading);
        let left_out = reading.left_out.clone().filter(|_| reading.misses_scans);
        let before = self.count();
        self.take_document(ledger, key, reading, email, document)?;
        if self.count() > before {
            self.miss(document, left_out);
        }
        Ok(())
    }

    /// Tells the user that a document with a receipt may hold more.
    fn miss(&mut self, document: &Document, left_out: Option<String>) {
        let error = |why| Error::new(ErrorCode::DocLimit, why).context(&document.name);
        self.failures.extend(left_out.map(error));
    }

    /// Looks at a document whose text somebody else has read.
    ///
    /// # Errors
    /// As [`Self::message`].
    pub(crate) fn read_elsewhere(
        &mut self,
        ledger: &Ledger<'_>,
        document: &'a Document,
        reading: Reading,
    ) -> Result<()> {
        self.begin(Some(document.part));
        let key = ledger.key(None, &document.hash);
        if let Some(booked) = ledger.booked(&key)? {
            self.booked.push(booked);
            return Ok(());
        }
        let result = self.take_document(ledger, key, reading, None, document);
        self.keep_permanent(&document.name, result)
    }

    /// Takes a document that was read, where it is a receipt.
    fn take_document(
        &mut self,
        ledger: &Ledger<'_>,
        key: String,
        reading: Reading,
        email: Option<&'a Email>,
        document: &'a Document,
    ) -> Result<()> {
        if let Some(invoice) = reading.invoice.clone() {
            if let Some(objection) = einvoice::objection(&invoice)? {
                return self.skip(objection);
            }
            let answer =
                einvoice::preferring(&invoice, fields::ask(ledger.client, &reading.text, email)?);
            let answer = inside::compared(&reading.inside, answer);
            self.new.push(Purchase::new(key, answer, reading, email, Some(document)));
            return Ok(());
        }
        if document.kind == Kind::Xml {
            return self.skip("the XML is not an invoice");
        }
        let subject = email.map(Email::subject).unwrap_or_default();
        let titled = match classify::document(subject, &reading.text) {
            Ok(titled) => titled,
            Err(_) if codes::prove(&reading.codes) => true,
            Err(reason) => {
                self.reminder(ledger, key, reading, email, Some(document))?;
                return self.skip(reason);
            }
        };
        let stack = batch::parts(ledger.client, &reading.text, email)?;
        if !stack.parts.is_empty() {
            return self.take_parts(ledger, stack, &reading, email, document);
        }
        let reading = reading.without_beside();
        let answer = fields::ask(ledger.client, &reading.text, email)?;
        let answer = credit_title::of_document(answer, &reading.text);
        let answer = sent::of_document(answer, email);
        let answer = codes::preferring(&reading.codes, answer);
        if answer.receipt.amount.is_none() && !titled {
            return self.skip("no amount could be read");
        }
        if !titled && is_other(&answer.receipt) {
            return self.skip("the document is of another kind");
        }
        self.new.push(Purchase::new(key, answer, reading, email, Some(document)));
        Ok(())
    }

    /// Takes the purchases of a document that holds several.
    fn take_parts(
        &mut self,
        ledger: &Ledger<'_>,
        stack: Stack,
        reading: &Reading,
        email: Option<&'a Email>,
        document: &'a Document,
    ) -> Result<()> {
        // What was cut off one long bill is no purchase; of a stack it is.
        let cut = reading.left_out.clone().filter(|_| !reading.misses_scans);
        self.miss(document, stack.left_out.or(cut));
        for (number, Part { text, answer, page, .. }) in stack.parts.into_iter().enumerate() {
            let key = ledger.key(None, &format!("{}.{number}", document.hash));
            if let Some(booked) = ledger.booked(&key)? {
                self.booked.push(booked);
                continue;
            }
            let reading = reading.of_part(page, text);
            self.new.push(Purchase::new(key, answer, reading, email, Some(document)));
        }
        Ok(())
    }

    fn body(&mut self, ledger: &Ledger<'_>, message: &'a Message) -> Result<()> {
        let Some(reading) = alternatives::read(ledger.client, message)? else {
            return if message.documents.is_empty() {
                self.skip("the email is empty")
            } else {
                Ok(())
            };
        };
        self.remark(&reading);
        let envelope = Envelope { subject: message.email.subject(), list: message.list };
        let structured = message.html.as_deref().map(crate::html::purchases).unwrap_or_default();
        let hash = blake3::hash(reading_source(message).as_bytes()).to_hex();
        let structured = match structured.is_empty() {
            true => {
                self.payments(ledger, message, &hash, &reading)?.into_iter().enumerate().collect()
            }
            false => distinct(structured),
        };
        let verdict = match structured.is_empty() {
            true => classify::body(envelope, &reading.text),
            false => classify::mail(envelope, &reading.text),
        };
        if let Err(reason) = verdict {
            let key = ledger.key(Some(&message.email), &hash);
            self.reminder(ledger, key, reading, Some(&message.email), None)?;
            return self.skip(reason);
        }
        if structured.is_empty() {
            return self.purchase_from_text(ledger, message, &hash, reading);
        }
        let only = structured.len() == 1;
        for (number, purchase) in structured {
            self.purchase_from_structured(
                ledger,
                message,
                &format!("{hash}.{number}"),
                &reading,
                purchase,
                only,
            )?;
        }
        Ok(())
    }

    /// Returns the payments of an email that tells of several in words; none of one that was booked as
    /// a whole before.
    fn payments(
        &self,
        ledger: &Ledger<'_>,
        message: &Message,
        hash: &str,
        reading: &Reading,
    ) -> Result<Vec<Structured>> {
        let mut found = payments::several(message.email.subject(), &reading.text);
        if !found.is_empty() && ledger.booked(&ledger.key(Some(&message.email), hash))?.is_some() {
            return Ok(Vec::new());
        }
        for payment in &mut found {
            if let Some(written) = payment.receipt.date.take() {
                let sent = message.email.sent.day.as_deref();
                payment.receipt.date = fields::day_of_email(ledger.client, &written, sent)?;
            }
        }
        Ok(found)
    }

    /// Takes a text that reminds of an invoice, where it says of which.
    fn reminder(
        &mut self,
        ledger: &Ledger<'_>,
        key: String,
        reading: Reading,
        email: Option<&'a Email>,
        document: Option<&'a Document>,
    ) -> Result<()> {
        let subject = email.map(Email::subject).unwrap_or_default();
        if !reminder::is_reminder(subject, &reading.text) || ledger.booked(&key)?.is_some() {
            return Ok(());
        }
        let answer = fields::ask(ledger.client, &reading.text, email)?;
        let purchase =
            Purchase { reminds: true, ..Purchase::new(key, answer, reading, email, document) };
        if dedupe::can_remind(&purchase) {
            self.new.push(purchase);
        }
        Ok(())
    }

    /// Takes a body that is a receipt in words.
    fn purchase_from_text(
        &mut self,
        ledger: &Ledger<'_>,
        message: &'a Message,
        hash: &str,
        reading: Reading,
    ) -> Result<()> {
        let key = ledger.key(Some(&message.email), hash);
        if let Some(booked) = ledger.booked(&key)? {
            self.booked.push(booked);
            return Ok(());
        }
        let subject = message.email.subject();
        let answer = fields::ask(ledger.client, &reading.text, Some(&message.email))?;
        if answer.receipt.amount.is_none() {
            return self.skip("no amount could be read");
        }
        let answer = credit_title::of_body(answer, subject, &reading.text);
        let says_so = classify::is_called_a_receipt(subject);
        if !says_so && is_other(&answer.receipt) {
            return self.skip("the email is of another kind");
        }
        let answer = alternatives::compared(ledger.client, message, &reading, answer)?;
        let answer = payee::preferring(answer, subject, &reading.text);
        let answer = with_headers(answer, &message.email, &reading.text);
        self.new.push(Purchase::new(key, answer, reading, Some(&message.email), None));
        Ok(())
    }

    /// Takes a purchase that schema.org data describe; the text fills what they leave open. Beside
    /// other purchases (`only` false) the text is about all of them and fills nothing.
    fn purchase_from_structured(
        &mut self,
        ledger: &Ledger<'_>,
        message: &'a Message,
        part: &str,
        reading: &Reading,
        structured: Structured,
        only: bool,
    ) -> Result<()> {
        let key = ledger.key(Some(&message.email), part);
        if let Some(booked) = ledger.booked(&key)? {
            self.booked.push(booked);
            return Ok(());
        }
        let from_engine = if only {
            let answer = fields::ask(ledger.client, &reading.text, Some(&message.email))?;
            credit_title::of_body(answer, message.email.subject(), &reading.text)
        } else {
            Answer::default()
        };
        let answer =
            with_headers(preferring(structured, from_engine), &message.email, &reading.text);
        self.new.push(Purchase {
            among_others: !only,
            ..Purchase::new(key, answer, reading.clone(), Some(&message.email), None)
        });
        Ok(())
    }

    fn skip(&mut self, reason: Reason) -> Result<()> {
        self.conclude(Verdict::NotAReceipt(reason));
        self.reasons.push(reason);
        Ok(())
    }
}

/// Returns whether a retry will give the same error: the document's own fault, not the host's
/// state.
pub(crate) const fn is_permanent(code: ErrorCode) -> bool {
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

fn reading_source(message: &Message) -> &str {
    message.html.as_deref().or(message.plain.as_deref()).unwrap_or_default()
}

/// Joins what describes one purchase twice, as an order and as its invoice. Each keeps its number.
fn distinct(found: Vec<Structured>) -> Vec<(usize, Structured)> {
    let mut kept: Vec<(usize, Structured)> = Vec::new();
    for (number, one) in found.into_iter().enumerate() {
        match kept.iter_mut().find(|(_, known)| known.receipt.may_be(&one.receipt)) {
            Some((_, known)) => known.receipt = std::mem::take(&mut known.receipt).or(one.receipt),
            None => kept.push((number, one)),
        }
    }
    kept
}

/// Fills in author and date of an email whose body is the receipt, where the body does not say
/// them.
fn with_headers(answer: Answer, email: &Email, text: &str) -> Answer {
    let mut answer = sent::of_body(answer, email.sent.day.as_deref());
    let author = fields::author(email, text);
    let organisation = author.and_then(|author| sender::organisation(&author));
    if let (None, Some(name)) = (&answer.receipt.vendor, organisation) {
        let quote = format!("mail header: {name}");
        answer.evidence.insert("vendor".to_owned(), fields::evidence(0.6, quote));
        answer.receipt.vendor = Some(name);
    }
    sent::with_day(answer, email)
}
