//! Booking: a document gets its entry, and all documents of a purchase become one booking.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::vdfs::Entry;
use spacedrive_sdk::prelude::*;

use crate::corrections;
use crate::dedupe::partition::{Link, Member, link, partition};
use crate::dedupe::{self, Traits};
use crate::en16931;
use crate::imports::Import;
use crate::index;
use crate::ledger::{Booked, FURTHER, Ledger, OWN, Paper, READ_AMOUNT, RECEIPT, SAME, path};
use crate::money;
use crate::person;
use crate::places;
use crate::purchase::Purchase;
use crate::record::{Record, Values};
use crate::teaching;

/// A document that is being booked.
struct Fresh {
    id: Uuid,
    record: Record,
}

/// Outcome of booking a document.
pub(crate) struct Outcome {
    pub(crate) booked: Booked,
    /// It is a purchase that was not booked before.
    pub(crate) is_new: bool,
}

/// Books a document that an import found in the file `source`, or finishes one that was left half-booked.
///
/// # Errors
/// Those of the `vdfs` operations; it can be called again then.
pub(crate) fn book(
    ledger: &Ledger<'_>,
    purchase: &Purchase<'_>,
    source: &Entry,
    import: &Import,
) -> Result<Outcome> {
    let record = Record::of(purchase, source);
    let traits = dedupe::traits(purchase, source.id);
    let at = teaching::at(ledger, purchase)?;
    let draft = draft(purchase, &record, &traits, source, import, &at);
    let mut papers = component(ledger, vec![Paper::new(&purchase.key, traits, draft)])?;
    let groups = groups(&papers);
    let booking = groups.iter().find(|group| group.contains(&0)).cloned().unwrap_or_default();
    let is_new = !purchase.reminds
        && first(&pick(&papers, &booking)).is_some_and(|first| first.key == purchase.key);
    let id = create(ledger, purchase, &record, is_new)?;
    if let Some(paper) = papers.first_mut() {
        paper.entry.id = id;
    }
    let fresh = Fresh { id, record };
    for group in &groups {
        settle(ledger, &pick(&papers, group), Some(&fresh))?;
    }
    // A reminder that stands alone is of a purchase that is not booked.
    let first = first(&pick(&papers, &booking)).filter(|first| !first.traits.reminds);
    let key = first.map_or(&purchase.key, |first| &first.key).clone();
    Ok(Outcome { booked: Booked { key, id: first.map(|first| first.entry.id) }, is_new })
}

/// Compares some documents with all others anew, and writes what follows.
///
/// # Errors
/// Those of the `vdfs` operations; it can be called again then.
pub(crate) fn rebook(ledger: &Ledger<'_>, start: Vec<Paper>) -> Result<()> {
    let papers = component(ledger, start)?;
    groups(&papers).iter().try_for_each(|group| settle(ledger, &pick(&papers, group), None))
}

/// Makes the entry of a document and writes what was read.
fn create(
    ledger: &Ledger<'_>,
    purchase: &Purchase<'_>,
    record: &Record,
    is_new: bool,
) -> Result<Uuid> {
    let entry_type = if is_new { RECEIPT } else { FURTHER };
    let input = CreateEntryInput {
        name: record.values.receipt.title(),
        path: path(&purchase.key),
        entry_type,
    };
    let id = ledger.client.create_entry(input)?;
    if let Some(email) = purchase.email {
        ledger.client.vdfs().write_json_sidecar(id, "email.json", email)?;
    }
    ledger.client.write_sidecar(id, "ocr.txt", &purchase.reading.text)?;
    if let Some(checked) = &purchase.reading.checked {
        ledger.client.vdfs().write_json_sidecar(id, en16931::SIDECAR, checked)?;
    }
    Ok(id)
}

/// Makes the entry of a document as it will be.
fn draft(
    purchase: &Purchase<'_>,
    record: &Record,
    traits: &Traits,
    source: &Entry,
    import: &Import,
    at: &places::Values,
) -> Entry {
    let own = json!({
        "at": at,
        "complete": true,
        "import": import.key,
        "key": purchase.key,
        "confidence": record.values.reading.confidence,
        "traits": traits,
        "document": purchase.email.and(record.values.reading.source.document.as_ref()),
    });
    let metadata = json!({
        "source": source.name,
        "source_entry": source.id,
        READ_AMOUNT: money::key(traits.amount),
        OWN: own,
    });
    Entry {
        id: Uuid::nil(),
        name: String::new(),
        path: path(&purchase.key),
        entry_type: String::new(),
        media_type: None,
        size: None,
        content_hash: None,
        created_by: None,
        metadata: metadata.as_object().cloned().unwrap_or_default(),
        created_at: String::new(),
        updated_at: String::new(),
    }
}

/// Finds all documents that are connected with some, those first.
fn component(ledger: &Ledger<'_>, start: Vec<Paper>) -> Result<Vec<Paper>> {
    let mut found = start;
    let mut queue: VecDeque<usize> = (0..found.len()).collect();
    while let Some(paper) = queue.pop_front().and_then(|at| found.get(at)).cloned() {
        let mut over = index::with(ledger.client, |index| Ok(index.joinable(&paper)))?;
        over.retain(|key| !found.iter().any(|known| known.key == *key));
        let mut next = ledger.papers(&over)?;
        next.retain(|other| connects(&paper, other));
        for key in paper.decided(SAME) {
            next.extend(ledger.paper(key)?);
        }
        for paper in next {
            if !found.iter().any(|known| known.key == paper.key) {
                queue.push_back(found.len());
                found.push(paper);
            }
        }
    }
    Ok(found)
}

fn connects(one: &Paper, two: &Paper) -> bool {
    one.booking == two.booking || matches!(link(&one.member(), &two.member()), Link::Joined(..))
}

fn groups(papers: &[Paper]) -> Vec<Vec<usize>> {
    let away = person::rejected_bookings(papers);
    let member = |paper| {
        let member = Paper::member(paper);
        // Documents that older versions booked with a rejected one do not say so themselves.
        let is_rejected = member.is_rejected.map(|_| away.contains(&paper.booking));
        Member { is_rejected, ..member }
    };
    partition(&papers.iter().map(member).collect::<Vec<_>>())
}

fn pick<'p>(papers: &'p [Paper], group: &[usize]) -> Vec<&'p Paper> {
    group.iter().filter_map(|at| papers.get(*at)).collect()
}

/// Returns the document that stands for the purchase: the oldest of those that did, and a reminder
/// only where there is nothing else.
fn first<'p>(group: &[&'p Paper]) -> Option<&'p Paper> {
    let age = |paper: &&Paper| {
        let is_fresh = paper.entry.created_at.is_empty();
        (
            paper.traits.reminds,
            is_fresh,
            !paper.is_first(),
            paper.entry.created_at.clone(),
            paper.key.clone(),
        )
    };
    group.iter().copied().min_by_key(age)
}

/// Makes one booking of documents. What is there already is left alone; a fresh document is written
/// last, and then counts.
fn settle(ledger: &Ledger<'_>, group: &[&Paper], fresh: Option<&Fresh>) -> Result<()> {
    let Some(first) = first(group) else { return Ok(()) };
    let new = fresh.filter(|fresh| group.iter().any(|paper| paper.entry.id == fresh.id));
    let count = first.own("documents").and_then(Value::as_u64).unwrap_or(1);
    let is_settled = group.iter().all(|paper| paper.booking == first.key);
    if new.is_none() && is_settled && count == group.len() as u64 {
        return Ok(());
    }
    let is_new = |paper: &Paper| new.is_some_and(|fresh| fresh.id == paper.entry.id);
    for paper in group.iter().filter(|paper| paper.booking != first.key && !is_new(paper)) {
        let own = json!({
            "booking": first.key,
            "booking_id": first.entry.id,
            "documents": null,
            "rejected": is_rejected(group),
        });
        ledger
            .client
            .vdfs()
            .update_metadata(paper.entry.id, Map::from_iter([(OWN.to_owned(), own)]))?;
    }
    let entry =
        if is_new(first) { first.entry.clone() } else { with_values(ledger, &first.entry)? };
    let record = joined(ledger, group, first, new)?;
    ledger.client.vdfs().write_json_sidecar(first.entry.id, "receipt.json", &record)?;
    if !is_new(first) {
        let own =
            json!({ "booking": first.key, "booking_id": first.entry.id, "documents": group.len() });
        ledger.change(entry, |entry| corrections::patch(entry, &record.values, own.clone()))?;
    }
    new.map_or(Ok(()), |fresh| finish(ledger, group, first, fresh, &record))
}

/// Returns whether a person rejected the booking of a group, in the form of a patch.
fn is_rejected(group: &[&Paper]) -> Option<bool> {
    group.iter().any(|paper| paper.is_rejected()).then_some(true)
}

/// Returns an entry that says what was read, so that it is told from what a person wrote; entries of
/// before say it in `receipt.json` alone.
///
/// # Errors
/// Those of the `vdfs` operations.
pub(crate) fn with_values(ledger: &Ledger<'_>, entry: &Entry) -> Result<Entry> {
    let mut entry = entry.clone();
    if !corrections::are_told_apart(&entry) {
        let Some(record) = readable(ledger.record(entry.id), entry.id)? else { return Ok(entry) };
        let values = json!({ "values": corrections::of_receipt(&record.values.receipt) });
        let patch = Map::from_iter([(OWN.to_owned(), values)]);
        entry.metadata = ledger.client.vdfs().update_metadata(entry.id, patch)?;
    }
    Ok(entry)
}

/// Writes what a fresh document has to itself, its metadata last.
fn finish(
    ledger: &Ledger<'_>,
    group: &[&Paper],
    first: &Paper,
    fresh: &Fresh,
    record: &Record,
) -> Result<()> {
    let Some(paper) = group.iter().find(|paper| paper.entry.id == fresh.id) else { return Ok(()) };
    let is_first = first.entry.id == fresh.id;
    let values = if is_first { &record.values } else { &fresh.record.values };
    if !is_first {
        ledger.client.vdfs().write_json_sidecar(fresh.id, "receipt.json", &fresh.record)?;
    }
    let mut own = paper.entry.metadata.get(OWN).cloned().unwrap_or_default();
    if let Some(own) = own.as_object_mut() {
        own.insert("booking".to_owned(), json!(first.key));
        own.insert("booking_id".to_owned(), json!(first.entry.id));
        own.insert("documents".to_owned(), json!(is_first.then_some(group.len())));
        own.insert("rejected".to_owned(), json!(is_rejected(group)));
    }
    let mut metadata = paper.entry.metadata.clone();
    metadata.extend(corrections::patch(&paper.entry, values, own));
    ledger.client.vdfs().update_metadata(fresh.id, metadata)?;
    Ok(())
}

/// Makes the record of the documents of one purchase.
fn joined(
    ledger: &Ledger<'_>,
    group: &[&Paper],
    first: &Paper,
    new: Option<&Fresh>,
) -> Result<Record> {
    let mut papers: Vec<(&Paper, Values)> = Vec::new();
    for paper in group {
        let record = match new.filter(|fresh| fresh.id == paper.entry.id) {
            Some(fresh) => Some(fresh.record.clone()),
            None => readable(ledger.record(paper.entry.id), paper.entry.id)?,
        };
        papers.extend(record.map(|record| (*paper, record.into_own())));
    }
    let record = Record::joined(papers, first.entry.id);
    record.ok_or_else(|| {
        Error::failed(format!("no `receipt.json` of {} can be read", first.entry.id))
    })
}

/// Passes over a record that somebody removed or damaged.
fn readable(record: Result<Record>, id: Uuid) -> Result<Option<Record>> {
    match record {
        Ok(record) => Ok(Some(record)),
        Err(error) if corrections::is_damaged(&error) => {
            warn!("receipt {id}: {}", error.message());
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
