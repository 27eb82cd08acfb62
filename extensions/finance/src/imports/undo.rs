//! Taking an import back.
//!
//! What is to be done follows from the entries alone, so that an undo that was interrupted goes on when it
//! is asked for again. The files are told first, so that a file whose receipts are gone is always booked
//! again by its next import; what stands for a receipt is removed after its other documents.

use std::collections::{BTreeMap, BTreeSet};

use ext_amounts::Amount;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::vdfs::Entry;
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::event::IMPORT_AGAIN;
use spacedrive_sdk::wire::parts::{Part, PartsRecord, sidecar_name};

use super::{FOLDER, Import, MAILBOX, Undo, entries, key_of};
use crate::booking;
use crate::corrections;
use crate::index::{self, Kept};
use crate::ledger::{APART, Ledger, OWN, Paper, SAME};
use crate::mailbox;
use crate::own_fields;
use crate::review::Booking;
use crate::statement::{self, ReconcileInput, State};

/// Key of a file's own metadata that names the import by which it was booked before that was taken back.
const TAKEN_BACK: &str = "taken_back";
/// Outcome and reason of a file whose receipts were taken back.
const UNDONE: &str = "import_undone";

/// Import to take back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoInput {
    /// Entry of the import.
    pub import: Uuid,
}

/// Receipt of an import that was taken back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Undone {
    /// Outcome of the undo for it.
    pub outcome: Outcome,
    /// Reason why something was kept.
    pub reason: Option<&'static str>,
    /// Day of the receipt, ISO 8601.
    pub date: Option<String>,
    /// Its vendor.
    pub vendor: Option<String>,
    /// Its total.
    pub amount: Option<Amount>,
    /// Currency of the total, ISO 4217.
    pub currency: Option<String>,
    /// File name of its document.
    pub source: String,
    /// Entry that stands, or stood, for it.
    pub entry_id: Uuid,
}

/// Outcome of an undo for a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was removed.
    Removed,
    /// It was booked by another import, and lost the documents of this one.
    DocumentsRemoved,
    /// It is as it was.
    Kept,
}

/// What is to be done with a receipt.
struct Step {
    papers: Vec<Paper>,
    /// Keys of the documents to remove.
    remove: BTreeSet<String>,
    row: Undone,
}

/// Deletes what an import booked, but for what a person or another import had a hand in.
///
/// # Errors
/// [`ErrorCode::NotFound`] for an entry that is not an import; those of the `vdfs` operations. Calling it
/// again goes on.
pub(crate) fn undo(client: &SpacedriveClient, input: &UndoInput) -> Result<Vec<Undone>> {
    let imports = entries(client, FOLDER)?;
    let entry = imports.iter().find(|entry| entry.id == input.import);
    let key = entry.and_then(key_of).ok_or_else(|| {
        Error::new(ErrorCode::NotFound, format!("entry {} is not an import", input.import))
    })?;
    let ledger = Ledger::new(client);
    let steps = steps(&ledger, key)?;
    mark(client, input.import, Undo::Begun)?;
    tell_files(client, key, &steps)?;
    for step in &steps {
        remove(&ledger, step)?;
    }
    if let Some(mailbox) = key.strip_prefix(MAILBOX) {
        forget(client, mailbox)?;
    }
    mark(client, input.import, Undo::Done)?;
    let mut rows: Vec<Undone> = steps.into_iter().map(|step| step.row).collect();
    rows.sort_by(|one, two| (one.outcome, &one.date).cmp(&(two.outcome, &two.date)));
    Ok(rows)
}

fn mark(client: &SpacedriveClient, import: Uuid, undo: Undo) -> Result<()> {
    let own = Map::from_iter([(OWN.to_owned(), json!({ "undo": undo }))]);
    client.vdfs().update_metadata(import, own)?;
    Ok(())
}

/// Says what is to be done with each receipt that has a document of the import.
fn steps(ledger: &Ledger<'_>, import: &str) -> Result<Vec<Step>> {
    let paid = paid(ledger.client)?;
    let bookings = index::with(ledger.client, |index| {
        let of_import = index.slips().filter(|slip| slip.import.as_deref() == Some(import));
        let keys: BTreeSet<&String> = of_import.map(|slip| &slip.booking).collect();
        let booking = |key: &String| {
            let keys = index.of_booking(key).map(|slip| slip.key.clone()).collect();
            (key.clone(), (index.booking(key).cloned().unwrap_or_default(), keys))
        };
        Ok(keys.into_iter().map(booking).collect::<BTreeMap<String, (Kept, BTreeSet<String>)>>())
    })?;
    let mut steps = Vec::new();
    for (key, (kept, keys)) in bookings {
        let papers = ledger.papers(&keys)?;
        steps.extend(step(&key, kept, papers, import, &paid));
    }
    Ok(steps)
}

/// Returns the entries of the receipts that a line of a bank statement paid, and those that a person named as
/// paid, also where they are further documents of a receipt by now.
fn paid(client: &SpacedriveClient) -> Result<BTreeSet<Uuid>> {
    let lines = statement::reconcile(client, &ReconcileInput::default())?;
    let paid = lines.into_iter().filter(|it| matches!(it.state, State::Matched | State::Chosen));
    let paid = paid.flat_map(|it| it.receipts).map(|receipt| receipt.entry_id);
    Ok(paid.chain(statement::named(client)?).collect())
}

fn step(
    key: &str,
    kept: Kept,
    papers: Vec<Paper>,
    import: &str,
    paid: &BTreeSet<Uuid>,
) -> Option<Step> {
    let is_ours = |paper: &&Paper| paper.import() == Some(import);
    let ours: Vec<&Paper> = papers.iter().filter(is_ours).collect();
    // A reminder stands for no receipt, and goes as it came.
    let booking = Booking::of(key, papers.iter().collect());
    let stands = booking.is_none_or(|booking| is_ours(&booking.first));
    let touched = ours.iter().find_map(|paper| touched(paper));
    let is_paid = ours.iter().any(|paper| paid.contains(&paper.entry.id));
    let reason = match touched {
        Some(reason) => Some(reason),
        None if is_paid => Some("a line of a bank statement paid it"),
        None if stands && ours.len() < papers.len() => Some("it has documents of another import"),
        None => None,
    };
    let outcome = match (reason, stands) {
        (Some(_), _) => Outcome::Kept,
        (None, true) => Outcome::Removed,
        (None, false) => Outcome::DocumentsRemoved,
    };
    let remove = if reason.is_none() {
        ours.iter().map(|paper| paper.key.clone()).collect()
    } else {
        BTreeSet::new()
    };
    let entry_id = if kept.id.is_nil() { ours.first()?.entry.id } else { kept.id };
    let Kept { date, vendor, amount, currency, source, .. } = kept;
    let row = Undone { outcome, reason, date, vendor, amount, currency, source, entry_id };
    Some(Step { papers, remove, row })
}

/// Returns what a person said about a document or the receipt that it stands for.
fn touched(paper: &Paper) -> Option<&'static str> {
    let entry = &paper.entry;
    let has_own = !own_fields::tags(entry).is_empty() || !own_fields::fields(entry).is_empty();
    if has_own || !corrections::of(entry, None).is_empty() {
        return Some("you corrected it");
    }
    if paper.is_rejected() {
        return Some("you rejected it");
    }
    let decided = paper.decided(SAME).chain(paper.decided(APART)).next();
    decided.map(|_| "you decided whether it is one purchase with another")
}

/// Notes in the files that their receipts are gone, so that importing them again books them again.
fn tell_files(client: &SpacedriveClient, import: &str, steps: &[Step]) -> Result<()> {
    let removed: BTreeSet<&String> = steps.iter().flat_map(|step| &step.remove).collect();
    let files: BTreeSet<Uuid> = steps
        .iter()
        .flat_map(|step| step.papers.iter().filter(|paper| step.remove.contains(&paper.key)))
        .filter_map(Paper::file)
        .collect();
    let left = index::with(client, |index| {
        let mut left: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
        for slip in index.slips().filter(|slip| !removed.contains(&slip.key)) {
            let Some(file) = slip.file.filter(|file| files.contains(file)) else { continue };
            left.entry(file).or_default().extend(index.booking(&slip.booking).map(|kept| kept.id));
        }
        Ok(left)
    })?;
    for file in files {
        tell_file(client, import, file, left.get(&file))?;
    }
    Ok(())
}

/// Notes which receipts a file has left. One that somebody removed has nothing to be told.
fn tell_file(
    client: &SpacedriveClient,
    import: &str,
    file: Uuid,
    left: Option<&BTreeSet<Uuid>>,
) -> Result<()> {
    let reason = left.is_none().then_some("the import was taken back");
    let own = json!({
        "receipt": left.is_some(),
        "receipts": left,
        "reason": reason,
        (IMPORT_AGAIN): true,
        (TAKEN_BACK): import,
    });
    match client.vdfs().update_metadata(file, Map::from_iter([(OWN.to_owned(), own)])) {
        Err(error) if error.is_not_found() => return Ok(()),
        told => told?,
    };
    if left.is_some() {
        return Ok(());
    }
    tell_parts(client, file)
}

/// Notes in the record of a file's parts that nothing came of them after all.
fn tell_parts(client: &SpacedriveClient, file: Uuid) -> Result<()> {
    match client.vdfs().read_json_sidecar::<PartsRecord>(file, &sidecar_name(OWN)) {
        Ok(mut record) => {
            record.outcome = UNDONE.to_owned();
            record.parts.iter_mut().for_each(unused);
            client.vdfs().record_parts(file, OWN, &record)
        }
        Err(error) if corrections::is_damaged(&error) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Notes that nothing came of a part after all.
fn unused(part: &mut Part) {
    if part.used {
        part.used = false;
        part.reason = UNDONE.to_owned();
    }
    part.parts.iter_mut().for_each(unused);
}

/// Removes the documents of a step, the one that stands for the receipt last, and writes anew what the
/// others say.
fn remove(ledger: &Ledger<'_>, step: &Step) -> Result<()> {
    let mut papers: Vec<&Paper> =
        step.papers.iter().filter(|paper| step.remove.contains(&paper.key)).collect();
    papers.sort_by_key(|paper| paper.is_first());
    for paper in papers {
        ledger.client.vdfs().delete_entry(paper.entry.id)?;
    }
    if step.row.outcome == Outcome::DocumentsRemoved {
        let keys = step.papers.iter().map(|paper| paper.key.clone()).collect();
        booking::rebook(ledger, ledger.papers(&keys)?)?;
    }
    Ok(())
}

/// Removes the emails of a mailbox of which no receipt is left, and what was seen of it, so that the next
/// scan begins anew.
fn forget(client: &SpacedriveClient, mailbox: &str) -> Result<()> {
    let used: BTreeSet<Uuid> =
        index::with(client, |index| Ok(index.slips().filter_map(|slip| slip.file).collect()))?;
    let is_own = |entry: &&Entry| !used.contains(&entry.id);
    let messages = entries(client, &mailbox::messages(mailbox))?;
    for message in messages.iter().filter(is_own) {
        client.vdfs().delete_entry(message.id)?;
    }
    for state in entries(client, &mailbox::state(mailbox))? {
        client.vdfs().delete_entry(state.id)?;
    }
    Ok(())
}

/// Returns whether an event of a file is one of an import that was taken back: only another import books the
/// file again.
pub(crate) fn is_taken_back(file: &Entry, import: &Import) -> bool {
    let taken_back = file.metadata.get(OWN).and_then(|own| own.get(TAKEN_BACK)?.as_str());
    taken_back == Some(&import.key)
}

/// Returns the patch of a file's own metadata by which it is no longer one that was taken back.
pub(crate) fn booked_again() -> [(&'static str, Value); 2] {
    [(IMPORT_AGAIN, Value::Null), (TAKEN_BACK, Value::Null)]
}
