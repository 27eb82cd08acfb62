//! Word counts: the number in the metadata of every new text file, the sum on request, and a view of them.
use serde::{Deserialize, Serialize};
use serde_json::Map;
use spacedrive_sdk::{ops::vdfs::ListEntriesInput, prelude::*, view::*};

spacedrive_sdk::export!();

/// Counts the words of a new text file.
#[on_event("entry.created")]
fn count(client: &SpacedriveClient, event: Event) -> Result<()> {
    if event.entry.media_type.is_some_and(|kind| kind.starts_with("text/")) {
        let content = client.vdfs().read_content(event.entry.id)?;
        let words = String::from_utf8_lossy(content.as_bytes()).split_whitespace().count();
        let metadata = Map::from_iter([("words".to_owned(), words.into())]);
        client.vdfs().update_metadata(event.entry.id, metadata)?;
        info!("{}: {words} words", event.entry.path);
    }
    Ok(())
}

/// All counted files together.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Total {
    /// Number of files.
    pub files: usize,
    /// Words in all of them.
    pub words: u64,
}

/// How many text files were counted, and how many words they have together.
#[query]
fn total_words(client: &SpacedriveClient) -> Result<Total> {
    let entries = client.vdfs().list_entries(ListEntriesInput::default())?;
    let counts = entries.iter().filter_map(words);
    Ok(Total { files: counts.clone().count(), words: counts.map(u64::from).sum() })
}

/// The counted files, those with the most words first.
#[view(title = "Word counts", icon = "list")]
fn longest(client: &SpacedriveClient) -> Result<View> {
    let mut entries = client.vdfs().list_entries(ListEntriesInput::default())?;
    entries.retain(|entry| words(entry).is_some());
    entries.sort_by_key(|entry| std::cmp::Reverse(words(entry)));
    let rows = entries.iter().take(50).filter_map(|entry| {
        Some(Row::new([Cell::entry(entry.id, &entry.name), Cell::number(words(entry)?)]))
    });
    let columns = [Column::new("name", "Name"), Column::new("words", "Words")];
    Ok(View::new().block(Table::new(columns).rows(rows).empty("no text file was counted")))
}

fn words(entry: &Entry) -> Option<u32> {
    entry.metadata.get("words")?.as_u64()?.try_into().ok()
}
