//! The booked documents in a library: one entry each, under a path that follows from the email and
//! the document, so that booking is idempotent however often an email comes.
//!
//! Documents about one purchase are one booking: each names the oldest of them, which stands for the
//! purchase. An entry counts only once its metadata say `finance.complete`: they are written last,
//! so that a crash in between leaves something that the next delivery of the event finishes.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::vdfs::{Entry, ListEntriesInput};
use spacedrive_sdk::prelude::*;

use crate::dedupe::Traits;
use crate::dedupe::partition::Member;
use crate::mail::Email;
use crate::own;
use crate::record::{DocumentRef, Record};

/// Folder of the receipts' paths.
pub(crate) const FOLDER: &str = "receipts";
/// Type of the entries that stand for purchases.
pub(crate) const RECEIPT: &str = "receipt";
/// Type of the entries of further documents of a purchase.
pub(crate) const FURTHER: &str = "receipt_document";
/// Hex digits of a key: 128 bits.
const KEY_DIGITS: usize = 32;
/// The id of this extension, and the name under which it keeps its own metadata.
pub(crate) const OWN: &str = "finance";
/// Key of the metadata by which documents over an amount are looked up. Entries that were booked
/// before documents were compared have none.
pub(crate) const READ_AMOUNT: &str = "read_amount";
/// Most attempts at a change that others are faster with.
const MAX_ATTEMPTS: u32 = 100;
/// The decision that two documents are about one purchase.
pub(crate) const SAME: &str = "same";
/// The decision that two documents are about two purchases.
pub(crate) const APART: &str = "apart";

/// The receipts of the library that the client is bound to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ledger<'a> {
    pub(crate) client: &'a SpacedriveClient,
}

/// A receipt in the ledger.
#[derive(Debug, Clone)]
pub(crate) struct Booked {
    pub(crate) key: String,
    /// Entry that stands for the purchase; `None` for a reminder of a purchase that is not booked.
    pub(crate) id: Option<Uuid>,
}

/// A document in the ledger.
#[derive(Debug, Clone)]
pub(crate) struct Paper {
    pub(crate) entry: Entry,
    pub(crate) key: String,
    pub(crate) traits: Traits,
    /// Key of the document that stands for the purchase.
    pub(crate) booking: String,
    decisions: Map<String, Value>,
}

impl<'a> Ledger<'a> {
    pub(crate) const fn new(client: &'a SpacedriveClient) -> Self {
        Self { client }
    }

    /// Returns the key of a purchase: of the email, if it came in one, and what in it.
    pub(crate) fn key(&self, email: Option<&Email>, part: &str) -> String {
        let mail = email.map(Email::identity).unwrap_or_default();
        let hash = blake3::hash(format!("{mail}\0{part}").as_bytes()).to_hex();
        hash.chars().take(KEY_DIGITS).collect()
    }

    /// Returns the receipt with this key, if it is complete.
    ///
    /// # Errors
    /// Those of `vdfs.list_entries`.
    pub(crate) fn booked(&self, key: &str) -> Result<Option<Booked>> {
        Ok(self.paper(key)?.map(|paper| paper.booked()))
    }

    /// Returns the document with this key, if it is complete.
    ///
    /// # Errors
    /// Those of `vdfs.list_entries`.
    pub(crate) fn paper(&self, key: &str) -> Result<Option<Paper>> {
        let input =
            ListEntriesInput { path_prefix: Some(path(key)), ..ListEntriesInput::default() };
        Ok(own::entries(self.client, input)?.into_iter().find_map(Paper::of))
    }

    /// Reads the complete documents with some keys, in the order of their booking.
    ///
    /// # Errors
    /// Those of `vdfs.list_entries`.
    pub(crate) fn papers(&self, keys: &BTreeSet<String>) -> Result<Vec<Paper>> {
        let read = keys.iter().map(|key| self.paper(key)).collect::<Result<Vec<_>>>()?;
        let mut papers: Vec<Paper> = read.into_iter().flatten().collect();
        papers.sort_by(|one, two| one.age().cmp(&two.age()));
        Ok(papers)
    }

    /// Reads `receipt.json` of a booked receipt.
    ///
    /// # Errors
    /// It is gone or damaged.
    pub(crate) fn record(&self, id: Uuid) -> Result<Record> {
        self.client.vdfs().read_json_sidecar(id, "receipt.json")
    }

    /// Changes the metadata of a document by a patch that depends on them, and returns its entry after
    /// that. What a person corrects meanwhile is not lost: the patch is made anew of the entry as it is
    /// by then.
    ///
    /// # Errors
    /// Those of `vdfs.update_metadata` and `vdfs.list_entries`; [`Error::is_conflict`] when others were
    /// faster each time.
    pub(crate) fn change(
        &self,
        mut entry: Entry,
        patch: impl Fn(&Entry) -> Map<String, Value>,
    ) -> Result<Entry> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            match self.client.vdfs().update_unchanged_metadata(&entry, patch(&entry)) {
                Ok(metadata) => return Ok(Entry { metadata, ..entry }),
                Err(error) if error.is_conflict() && attempts < MAX_ATTEMPTS => {
                    entry = self.again(&entry)?.ok_or(error)?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads an entry again, as it is now; `None` when it is gone.
    ///
    /// # Errors
    /// Those of `vdfs.list_entries`.
    pub(crate) fn again(&self, entry: &Entry) -> Result<Option<Entry>> {
        let input = ListEntriesInput {
            path_prefix: Some(entry.path.clone()),
            ..ListEntriesInput::default()
        };
        Ok(self.client.vdfs().list_entries(input)?.into_iter().find(|it| it.id == entry.id))
    }

    /// Writes down that two documents are about one purchase or about two; `None` takes a decision
    /// back.
    ///
    /// # Errors
    /// Those of `vdfs.update_metadata`.
    pub(crate) fn decide(
        &self,
        paper: &mut Paper,
        others: &[&str],
        decision: Option<&str>,
    ) -> Result<()> {
        if others.is_empty() {
            return Ok(());
        }
        let decisions: Map<String, Value> =
            others.iter().map(|key| ((*key).to_owned(), json!(decision))).collect();
        let own = json!({ "decisions": decisions });
        paper.entry.metadata = self
            .client
            .vdfs()
            .update_metadata(paper.entry.id, Map::from_iter([(OWN.to_owned(), own)]))?;
        paper.decisions = decisions_of(&paper.entry);
        Ok(())
    }
}

impl Paper {
    /// Reads a complete entry.
    pub(crate) fn of(entry: Entry) -> Option<Self> {
        let own = entry.metadata.get(OWN).filter(|_| is_complete(&entry))?;
        let key = entry.path.strip_prefix(FOLDER)?.strip_prefix('/')?.to_owned();
        let text = |key: &str| entry.metadata.get(key)?.as_str().map(str::to_owned);
        let file = text("source_entry").and_then(|id| id.parse().ok());
        let traits = own.get("traits").and_then(|traits| Traits::deserialize(traits).ok());
        let mut traits = traits.unwrap_or_default();
        if !entry.metadata.contains_key(READ_AMOUNT) {
            traits = traits.with_fields(text("vendor"), text("document_type"), file);
        }
        let booking = own.get("booking").and_then(Value::as_str).unwrap_or(&key).to_owned();
        Some(Self { booking, traits, decisions: decisions_of(&entry), key, entry })
    }

    /// Makes the paper of a document that has no entry yet.
    pub(crate) fn new(key: &str, traits: Traits, entry: Entry) -> Self {
        let decisions = decisions_of(&entry);
        Self { entry, booking: key.to_owned(), key: key.to_owned(), traits, decisions }
    }

    /// Returns the place in the order in which documents were booked.
    pub(crate) fn age(&self) -> (&str, Uuid) {
        (&self.entry.created_at, self.entry.id)
    }

    /// Returns whether it was booked before documents were compared.
    pub(crate) fn is_old(&self) -> bool {
        !self.entry.metadata.contains_key(READ_AMOUNT) && is_complete(&self.entry)
    }

    /// Returns whether it stands for its purchase.
    pub(crate) fn is_first(&self) -> bool {
        self.booking == self.key
    }

    /// Returns whether a person rejected it with its booking.
    pub(crate) fn is_rejected(&self) -> bool {
        self.own("rejected") == Some(&Value::Bool(true))
    }

    /// Returns the entry of the imported file.
    pub(crate) fn file(&self) -> Option<Uuid> {
        self.entry.metadata.get("source_entry")?.as_str()?.parse().ok()
    }

    /// Returns the key of the import by which it was booked; documents of older versions have none.
    pub(crate) fn import(&self) -> Option<&str> {
        self.own("import")?.as_str()
    }

    /// Returns a value of this extension's own metadata.
    pub(crate) fn own(&self, name: &str) -> Option<&Value> {
        self.entry.metadata.get(OWN)?.get(name)
    }

    pub(crate) fn booked(&self) -> Booked {
        let id = self.own("booking_id").and_then(Value::as_str).and_then(|id| id.parse().ok());
        let id = if self.is_first() { self.entry.id } else { id.unwrap_or(self.entry.id) };
        let id = (!self.traits.reminds || !self.is_first()).then_some(id);
        Booked { key: self.booking.clone(), id }
    }

    /// Returns the keys of other documents about which this was decided.
    pub(crate) fn decided<'p>(&'p self, decision: &'static str) -> impl Iterator<Item = &'p str> {
        self.decisions
            .iter()
            .filter(move |(_, is)| is.as_str() == Some(decision))
            .map(|(key, _)| key.as_str())
    }

    pub(crate) fn member(&self) -> Member<'_> {
        Member {
            key: &self.key,
            traits: &self.traits,
            is_old: self.is_old(),
            is_rejected: (!self.entry.created_at.is_empty()).then(|| self.is_rejected()),
            joined: self.decided(SAME).collect(),
            apart: self.decided(APART).collect(),
        }
    }

    /// Returns what lists say about the document.
    pub(crate) fn reference(&self) -> DocumentRef {
        let text = |key: &str| self.entry.metadata.get(key)?.as_str().map(str::to_owned);
        DocumentRef {
            date: self.traits.date.clone(),
            source: text("source").unwrap_or_default(),
            document: self.own("document").and_then(Value::as_str).map(str::to_owned),
            kind: if self.traits.reminds {
                Some("reminder".to_owned())
            } else {
                self.traits.kind.clone()
            },
            numbers: self.traits.numbers.all().cloned().collect(),
            entry_id: self.file(),
            receipt_id: self.entry.id,
        }
    }
}

fn decisions_of(entry: &Entry) -> Map<String, Value> {
    let own = entry.metadata.get(OWN).and_then(|own| own.get("decisions"));
    own.and_then(Value::as_object).cloned().unwrap_or_default()
}

pub(crate) fn path(key: &str) -> String {
    format!("{FOLDER}/{key}")
}

fn is_complete(entry: &Entry) -> bool {
    own::is_own(entry)
        && matches!(entry.entry_type.as_str(), RECEIPT | FURTHER)
        && entry.metadata.get(OWN).and_then(|own| own.get("complete")) == Some(&Value::Bool(true))
}
