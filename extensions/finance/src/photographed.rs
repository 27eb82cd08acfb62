//! Receipts in pictures that the extension Photos read, which Finance itself cannot: it tells their text by
//! the event `ext.photos.text_found`.

use serde::Deserialize;
use serde_json::Value;
use spacedrive_sdk::ops::vdfs::{Entry, ReadContent, ReadContentInput};
use spacedrive_sdk::prelude::*;

use crate::book::{self, START_BYTES};
use crate::find::Findings;
use crate::imports::Import;
use crate::ledger::{Ledger, OWN};
use crate::opened;
use crate::parts::Label;
use crate::reading::{Reading, Source};

/// Kind of the event.
pub(crate) const TEXT_FOUND: &str = "ext.photos.text_found";

/// Data of the event, of which Photos has the schema.
#[derive(Debug, Deserialize)]
struct TextFound {
    text: String,
    confidence: f32,
    content_hash: String,
}

/// Books what the text in a picture says, where Finance has not read the picture itself.
///
/// # Errors
/// Data of another form; the error that stopped the work.
pub(crate) fn handle(client: &SpacedriveClient, entry: &Entry, data: Option<Value>) -> Result<()> {
    let found: TextFound = serde_json::from_value(data.unwrap_or_default())
        .map_err(|error| Error::from(error).context(TEXT_FOUND))?;
    let is_current = entry.content_hash.as_deref() == Some(found.content_hash.as_str());
    if entry.entry_type != "file" || !is_current || has_read(entry) {
        return Ok(());
    }
    let input = ReadContentInput { entry_id: entry.id, offset: 0, length: Some(START_BYTES) };
    let start = match client.call_op::<ReadContent>(&input) {
        // Removed before its turn came.
        Err(error) if error.is_not_found() => return Ok(()),
        start => start?.data,
    };
    let label = Label { name: Some(&entry.name), media_type: entry.media_type.as_deref() };
    let size = entry.size.unwrap_or_default();
    let opened = opened::picture(start.as_bytes(), size, label, found.content_hash);
    let reading = Reading { confidence: found.confidence, ..Reading::of(found.text, Source::Ocr) };
    let ledger = Ledger::new(client);
    let mut findings = Findings::new();
    for document in &opened.loose {
        findings.read_elsewhere(&ledger, document, reading.clone())?;
    }
    let import = Import::of_event(entry, None);
    book::finish(&ledger, entry, &import, findings, &opened)?.into_result()
}

/// Returns whether Finance read the file: it was booked, or there is a reason why not.
fn has_read(entry: &Entry) -> bool {
    let Some(own) = entry.metadata.get(OWN) else { return false };
    own["receipt"] == true || own["reason"].is_string()
}
