//! Booking of a file that came into the library.
//!
//! Every step is idempotent: an event that comes again after a crash, or the same email under another
//! name, ends in the same receipts.

use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::vdfs::{Entry, ReadContent, ReadContentInput};
use spacedrive_sdk::prelude::*;

use crate::booking;
use crate::find::Findings;
use crate::imports::{self, Import};
use crate::ledger::{Booked, Ledger, OWN};
use crate::opened::{self, Opened};
use crate::parts::Label;
use crate::sent;

/// Largest file of which the whole is read to find out what it is, in bytes.
const SMALL_BYTES: u64 = 1 << 20;
/// Bytes at the start of a larger file that say what it is.
pub(crate) const START_BYTES: u64 = 64 << 10;
/// Key of the metadata of a file with an encrypted document that no password opened.
pub(crate) const LOCKED: &str = "finance.locked";
/// Largest file that is read.
const MAX_BYTES: u64 = 64 << 20;

/// Books what an imported file holds, and records all that is in it; `data` are those of the event.
///
/// # Errors
/// The error that stopped the work, or the documents that could not be read after all others were
/// handled.
pub(crate) fn handle(client: &SpacedriveClient, entry: &Entry, data: Option<&Value>) -> Result<()> {
    let import = Import::of_event(entry, data);
    if entry.entry_type != "file" || imports::is_taken_back(entry, &import) {
        return Ok(());
    }
    read(client, entry, &import)
}

/// Books what a file of an import holds.
///
/// # Errors
/// As [`handle`].
pub(crate) fn read(client: &SpacedriveClient, entry: &Entry, import: &Import) -> Result<()> {
    let mut opened = match open(client, entry) {
        Ok(Some(opened)) => opened,
        Ok(None) => return Ok(()),
        // Removed before its turn came.
        Err(error) if error.is_not_found() => return Ok(()),
        Err(error) => return Err(error.context(&entry.name)),
    };
    let is_mailbox = opened.is_mailbox_beyond_limits();
    if is_mailbox {
        opened.left_out.retain(|error| error.code() != ErrorCode::DocLimit);
    }
    let ledger = Ledger::new(client);
    let findings = Findings::of(&ledger, &opened)?;
    let finished = finish(&ledger, entry, import, findings, &opened)?;
    if is_mailbox {
        crate::mailbox::scan_file(client, entry)?;
    }
    finished.into_result()
}

/// Takes the file apart; `None` for one without content.
fn open(client: &SpacedriveClient, entry: &Entry) -> Result<Option<Opened>> {
    let media_type = entry.media_type.as_deref().map(str::to_ascii_lowercase);
    let label = Label { name: Some(&entry.name), media_type: media_type.as_deref() };
    let size = entry.size.unwrap_or_default();
    if size > SMALL_BYTES {
        let input = ReadContentInput { entry_id: entry.id, offset: 0, length: Some(START_BYTES) };
        let start = client.call_op::<ReadContent>(&input)?.data;
        let wanted = opened::is_wanted(start.as_bytes(), label);
        if !wanted || size > MAX_BYTES {
            let why = format!("the file has {size} bytes, the limit is {MAX_BYTES}");
            let is_read = opened::is_mailbox(start.as_bytes());
            let error = (wanted && !is_read).then(|| Error::new(ErrorCode::DocLimit, why));
            return Ok(Some(opened::unread(start.as_bytes(), size, label, error)));
        }
    }
    let data = client.vdfs().read_content(entry.id)?;
    Ok((!data.is_empty()).then(|| opened::file(data.as_bytes(), label)))
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
    /// Turns what could not be read into an error.
    ///
    /// # Errors
    /// The reasons, after everything else was booked.
    pub(crate) fn into_result(self) -> Result<()> {
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
    import: &Import,
    mut findings: Findings<'_>,
    opened: &Opened,
) -> Result<Finished> {
    let (booked, new) = book_new(ledger, entry, import, &mut findings)?;
    let failed: Vec<&Error> = findings.failures.iter().chain(&opened.left_out).collect();
    let failures: Vec<String> = failed.iter().map(|error| error.message().to_owned()).collect();
    let outcome = outcome(&booked, new, &findings, &failures);
    ledger.client.vdfs().record_parts(entry.id, OWN, &opened.parts.record(&findings, outcome))?;
    let reason = if booked.is_empty() { findings.reasons.last().copied() } else { None };
    let codes = || failed.iter().map(|error| error.code());
    // An encrypted document is worth another try, once its password is known.
    let locked = codes().find(|code| *code == ErrorCode::DocEncrypted);
    let mut note = note(&booked, reason, &failures);
    note.insert(LOCKED.to_owned(), json!(locked.map(|_| true)));
    ledger.client.vdfs().update_metadata(entry.id, note)?;
    let code = locked.or(codes().next()).unwrap_or(ErrorCode::DocLimit);
    Ok(Finished { new, failures, code })
}

/// Returns what came of a file, in a word for the report of the import.
fn outcome(
    booked: &[Booked],
    new: usize,
    findings: &Findings<'_>,
    failures: &[String],
) -> &'static str {
    match () {
        () if new > 0 => "booked",
        () if !booked.is_empty() => "booked_before",
        () if !failures.is_empty() => "not_readable",
        () if findings.verdicts.is_empty() => "not_looked_at",
        () => "not_a_receipt",
    }
}

/// Books what is new: electronic invoices before text layers before scans, as they are more exact.
fn book_new(
    ledger: &Ledger<'_>,
    entry: &Entry,
    import: &Import,
    findings: &mut Findings<'_>,
) -> Result<(Vec<Booked>, usize)> {
    let mut new = 0;
    if !findings.new.is_empty() {
        import.keep(ledger.client)?;
    }
    let mut booked = std::mem::take(&mut findings.booked);
    findings.new.sort_by_key(|purchase| {
        let reading = &purchase.reading;
        (reading.invoice.is_none(), reading.from.is_scan())
    });
    for purchase in &mut findings.new {
        purchase.answer =
            sent::doubting_future(std::mem::take(&mut purchase.answer), &entry.created_at);
        let outcome = booking::book(ledger, purchase, entry, import)?;
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
    let mut own = json!({
        "receipt": !booked.is_empty(),
        "receipts": (!ids.is_empty()).then_some(ids),
        "reason": reason,
        "failures": (!failures.is_empty()).then_some(failures),
    });
    for (key, gone) in imports::booked_again() {
        own[key] = gone;
    }
    Map::from_iter([(OWN.to_owned(), own)])
}
