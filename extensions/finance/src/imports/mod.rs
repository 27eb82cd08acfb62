//! Imports: what was booked of the files that came at one time, or of one mailbox, so that all of it can
//! be taken back at once.
//!
//! Each document says in its metadata by which import it was booked. An import has an entry of its own,
//! made before its first document, which says where the files are and whether it was taken back.

mod undo;
pub mod view;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::vdfs::{Entry, ListEntriesInput, MAX_PAGE, NewEntry};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::event::ImportData;

use crate::index;
use crate::ledger::OWN;
use crate::own;

pub use undo::{UndoInput, Undone};
pub(crate) use undo::{booked_again, is_taken_back, undo};

/// Folder of the entries of imports.
const FOLDER: &str = "finance/imports";
/// Type of these entries.
const TYPE: &str = "receipt_import";
/// Beginning of the key of a mailbox.
const MAILBOX: &str = "mailbox-";
/// Most imports that are listed.
const MAX_LISTED: usize = 1000;

/// Import by which documents are booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    /// Its key, which documents name.
    pub(crate) key: String,
    /// Where it came from: a folder or file of the library, or the name of a mailbox.
    source: String,
}

/// Conditions for the list of imports.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImportsInput {
    /// Most imports to list, the latest first.
    pub limit: Option<usize>,
}

/// Import of the list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListedImport {
    /// Its entry.
    pub entry_id: Uuid,
    /// Time of its first booking, RFC 3339.
    pub at: String,
    /// Folder or file of the library where its files are, or the name of the mailbox; empty for files of
    /// several folders.
    pub source: String,
    /// Receipts that stand in the books because of it.
    pub receipts: usize,
    /// Documents of it, also those of receipts that another import booked.
    pub documents: usize,
    /// State of the import.
    pub state: State,
}

/// State of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its receipts stand in the books.
    Booked,
    /// It was taken back.
    Undone,
    /// It was taken back, but for what a person or another import had a hand in.
    PartlyUndone,
    /// Taking it back was interrupted: doing it again goes on.
    Interrupted,
}

/// How far an import was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Undo {
    Begun,
    Done,
}

/// Number of documents and of receipts of an import.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    documents: usize,
    receipts: usize,
}

impl Import {
    /// Returns the import that an event of a file is about: the one that the host names, else one of this
    /// file alone.
    pub(crate) fn of_event(file: &Entry, data: Option<&Value>) -> Self {
        let named = data.and_then(|data| ImportData::deserialize(data).ok());
        let key = match named {
            Some(data) => data.import.simple().to_string(),
            None => format!("file-{}", file.id.simple()),
        };
        Self { key, source: file.path.clone() }
    }

    /// Returns the import of a mailbox: all scans of it are one.
    pub(crate) fn of_mailbox(id: &str, name: &str) -> Self {
        Self { key: format!("{MAILBOX}{id}"), source: name.to_owned() }
    }

    /// Writes it down, before the first document is booked by it.
    ///
    /// # Errors
    /// Those of the `vdfs` operations.
    pub(crate) fn keep(&self, client: &SpacedriveClient) -> Result<()> {
        let own = |source: &str| {
            let own = json!({ "source": source, "undo": null });
            Map::from_iter([(OWN.to_owned(), own)])
        };
        let new = NewEntry {
            metadata: own(&self.source),
            ..NewEntry::new("Import of receipts", path(&self.key), TYPE)
        };
        let kept = client.vdfs().create_entry_with(new)?;
        let source = common(source_of(&kept.entry), &self.source);
        if !kept.created && (source != source_of(&kept.entry) || undo_of(&kept.entry).is_some()) {
            client.vdfs().update_metadata(kept.entry.id, own(source))?;
        }
        Ok(())
    }
}

/// Lists the imports that booked something, the latest first.
///
/// # Errors
/// [`ErrorCode::BadInput`] for a limit out of range; those of the `vdfs` operations.
pub(crate) fn list(client: &SpacedriveClient, input: &ImportsInput) -> Result<Vec<ListedImport>> {
    let limit = input.limit.unwrap_or(MAX_LISTED);
    if !(1..=MAX_LISTED).contains(&limit) {
        return Err(Error::bad_input(format!("`limit` is from 1 to {MAX_LISTED}, not {limit}")));
    }
    let counts = index::with(client, |index| Ok(counts(index)))?;
    let mut all: Vec<ListedImport> = entries(client, FOLDER)?
        .iter()
        .filter_map(|entry| listed(entry, counts.get(key_of(entry)?).copied().unwrap_or_default()))
        .collect();
    all.sort_by(|one, two| (&two.at, two.entry_id).cmp(&(&one.at, one.entry_id)));
    all.truncate(limit);
    Ok(all)
}

fn counts(index: &index::Index) -> BTreeMap<String, Count> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for slip in index.slips() {
        let Some(import) = &slip.import else { continue };
        let count = counts.entry(import.clone()).or_default();
        count.documents += 1;
        let booking = index.booking(&slip.booking);
        let stands = booking.is_some_and(|kept| kept.id == slip.id && !kept.rejected);
        count.receipts += usize::from(stands);
    }
    counts
}

/// Returns an import as it is listed; `None` for one of which nothing came.
fn listed(entry: &Entry, count: Count) -> Option<ListedImport> {
    let state = match (undo_of(entry), count.documents) {
        (None, 0) => return None,
        (None, _) => State::Booked,
        (Some(Undo::Done), 0) => State::Undone,
        (Some(Undo::Done), _) => State::PartlyUndone,
        (Some(Undo::Begun), _) => State::Interrupted,
    };
    Some(ListedImport {
        entry_id: entry.id,
        at: entry.created_at.clone(),
        source: source_of(entry).to_owned(),
        receipts: count.receipts,
        documents: count.documents,
        state,
    })
}

/// Lists all entries of a folder.
fn entries(client: &SpacedriveClient, folder: &str) -> Result<Vec<Entry>> {
    let path_prefix = Some(folder.to_owned());
    let input = ListEntriesInput { path_prefix, limit: MAX_PAGE, ..Default::default() };
    own::entries(client, input)
}

fn path(key: &str) -> String {
    format!("{FOLDER}/{key}")
}

/// Returns the key of the import that an entry stands for.
fn key_of(entry: &Entry) -> Option<&str> {
    let key = entry.path.strip_prefix(FOLDER)?.strip_prefix('/')?;
    (entry.entry_type == TYPE).then_some(key)
}

fn source_of(entry: &Entry) -> &str {
    entry.metadata.get(OWN).and_then(|own| own.get("source")?.as_str()).unwrap_or_default()
}

fn undo_of(entry: &Entry) -> Option<Undo> {
    Undo::deserialize(entry.metadata.get(OWN)?.get("undo")?).ok()
}

/// Returns the folder that two paths have in common; a path that is the same in both is itself.
fn common<'p>(one: &'p str, two: &str) -> &'p str {
    if one == two {
        return one;
    }
    let same = one.split('/').zip(two.split('/')).take_while(|(one, two)| one == two);
    let bytes: usize = same.map(|(segment, _)| segment.len() + 1).sum();
    one.get(..bytes.saturating_sub(1)).unwrap_or(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_of_several_files_is_the_folder_that_they_share() {
        assert_eq!(common("mails/a.eml", "mails/a.eml"), "mails/a.eml");
        assert_eq!(common("mails/a.eml", "mails/b.eml"), "mails");
        assert_eq!(common("mails", "mails/2026/b.eml"), "mails");
        assert_eq!(common("mails/2026/a.eml", "mails/2025/b.eml"), "mails");
        assert_eq!(common("mails/a.eml", "scans/b.pdf"), "");
        assert_eq!(common("", "scans/b.pdf"), "");
        assert_eq!(common("mail", "mails/b.eml"), "");
    }
}
