//! Booking of a file that came into the library.
//!
//! Every step is idempotent: an event that comes again after a crash, or the same email under another
//! name, ends in the same receipts.

use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::vdfs::Entry;
use spacedrive_sdk::prelude::*;

use crate::booking;
use crate::documents::{self, ContentKind, Document, Kind};
use crate::find::Findings;
use crate::ledger::{Booked, Ledger, OWN};
use crate::mail::{self, ParsedMail};

/// Books what an imported file holds; does nothing for files that hold no receipts.
///
/// # Errors
/// The error that stopped the work, or the documents that could not be read after all others were
/// handled.
pub(crate) fn handle(client: &SpacedriveClient, entry: &Entry) -> Result<()> {
    if entry.entry_type != "file" {
        return Ok(());
    }
    let Some(kind) = documents::content_kind(entry) else { return Ok(()) };
    let data = match client.read_content(entry.id) {
        Ok(data) if data.is_empty() => return Ok(()),
        Ok(data) => data,
        // Removed before its turn came.
        Err(error) if error.is_not_found() => return Ok(()),
        Err(error) => return Err(error.context(&entry.name)),
    };
    match kind {
        ContentKind::Mail => mail(client, entry, data.as_bytes()),
        ContentKind::Document(kind) => document(client, entry, kind, data),
    }
}

fn mail(client: &SpacedriveClient, entry: &Entry, raw: &[u8]) -> Result<()> {
    let parsed = mail::open(raw).map_err(|error| error.context(&entry.name))?;
    let ledger = Ledger::new(client);
    let findings = Findings::of(&ledger, &parsed.messages)?;
    finish(&ledger, entry, findings, &parsed)?.into_result()
}

fn document(client: &SpacedriveClient, entry: &Entry, kind: Kind, data: Blob) -> Result<()> {
    let document = Document::new(Some(&entry.name), kind, data);
    let ledger = Ledger::new(client);
    let mut findings = Findings::new();
    findings.document(&ledger, &document, None)?;
    finish(&ledger, entry, findings, &ParsedMail::default())?.into_result()
}

/// Outcome of a file.
pub(crate) struct Finished {
    /// Receipts that were booked now.
    pub(crate) new: usize,
    /// Reasons why something could not be read.
    pub(crate) failures: Vec<String>,
    code: ErrorCode,
}

impl Finished {
    fn into_result(self) -> Result<()> {
        match self.failures.is_empty() {
            true => Ok(()),
            false => Err(Error::new(self.code, self.failures.join("; "))),
        }
    }
}

/// Books what was found in the file of `entry`, and notes that in its metadata.
///
/// # Errors
/// The error that stopped the work.
pub(crate) fn finish(
    ledger: &Ledger<'_>,
    entry: &Entry,
    mut findings: Findings<'_>,
    parsed: &ParsedMail,
) -> Result<Finished> {
    let (booked, new) = book_new(ledger, entry, &mut findings)?;
    let mut failures: Vec<String> =
        findings.failures.iter().map(|error| error.message().to_owned()).collect();
    failures.extend(parsed.left_out.iter().cloned());
    let reason = if booked.is_empty() { findings.reasons.last().copied() } else { None };
    ledger.client.update_metadata(entry.id, note(&booked, reason, &failures))?;
    let code = findings.failures.first().map_or(ErrorCode::DocLimit, Error::code);
    Ok(Finished { new, failures, code })
}

/// Books what is new: electronic invoices before text layers before scans, as they are more exact.
fn book_new(
    ledger: &Ledger<'_>,
    entry: &Entry,
    findings: &mut Findings<'_>,
) -> Result<(Vec<Booked>, usize)> {
    let mut new = 0;
    let mut booked = std::mem::take(&mut findings.booked);
    findings.new.sort_by_key(|purchase| {
        let reading = &purchase.reading;
        (reading.invoice.is_none(), reading.from.is_scan())
    });
    for purchase in &findings.new {
        let outcome = booking::book(ledger, purchase, entry)?;
        new += usize::from(outcome.is_new);
        booked.push(outcome.booked);
    }
    booked.sort_by(|one, two| one.key.cmp(&two.key));
    booked.dedup_by(|one, two| one.key == two.key);
    booked.retain(|one| one.id.is_some());
    Ok((booked, new))
}

/// Makes the imported file's own metadata; `null` takes away what an earlier try wrote.
fn note(booked: &[Booked], reason: Option<&str>, failures: &[String]) -> Map<String, Value> {
    let ids: Vec<Uuid> = booked.iter().filter_map(|one| one.id).collect();
    let own = json!({
        "receipt": !booked.is_empty(),
        "receipts": (!ids.is_empty()).then_some(ids),
        "reason": reason,
        "failures": (!failures.is_empty()).then_some(failures),
    });
    Map::from_iter([(OWN.to_owned(), own)])
}
