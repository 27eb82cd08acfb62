//! Word counts: the number in the metadata of every new text file, and the sum on request.
use serde::{Deserialize, Serialize};
use serde_json::Map;
use spacedrive_sdk::{ops::vdfs::ListEntriesInput, prelude::*};

/// All counted files together.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Total {
    /// Number of files.
    pub files: usize,
    /// Words in all of them.
    pub words: u64,
}

/// Functions that the host calls.
#[spacedrive_sdk::extension]
pub mod words {
    use super::*;

    /// Handles each event that `manifest.json` names.
    #[on_event]
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

    /// Implements `spacedrive op call query:hello.total_words.v1 --library ID`.
    #[operation("query:hello.total_words.v1")]
    fn total(client: &SpacedriveClient, _: NoInput) -> Result<Total> {
        let entries = client.vdfs().list_entries(ListEntriesInput::default())?;
        let counts = entries.iter().filter_map(|entry| entry.metadata.get("words")?.as_u64());
        Ok(Total { files: counts.clone().count(), words: counts.sum() })
    }
}
