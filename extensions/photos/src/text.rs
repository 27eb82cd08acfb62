//! The text in pictures: read by a job, found by a search, and told to other extensions.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::ai::{OcrInput, OcrOutput};
use spacedrive_sdk::ops::jobs::{DispatchInput, ProgressReport};
use spacedrive_sdk::ops::media::ThumbnailInput;
use spacedrive_sdk::ops::vdfs::{Entry, ListEntries, ListEntriesInput};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::schemars::JsonSchema;

use crate::photo::TEXT;

/// The operation that is the job.
pub(crate) const METHOD: &str = "action:photos.read_text.input.v1";
/// Key of the job that events ask for; there is one at a time.
pub(crate) const KEY: &str = "text";
/// Name of the event: others receive `ext.photos.text_found`.
pub(crate) const EVENT: &str = "text_found";
/// Sidecar of the text.
pub(crate) const SIDECAR: &str = "text.txt";
/// Mark of a picture that is to be read.
pub(crate) const WANTED: &str = "wanted";
/// Least side of a picture in which text is looked for, in pixels.
pub(crate) const LEAST_SIDE: u32 = 200;
/// Longest side of the copy that is read, in pixels: a receipt fills it.
const READ_SIDE: u32 = 2400;
/// Most pictures that one job reads, so that it ends within its time; the next one reads the rest.
const PICTURES_OF_A_JOB: u64 = 100;
/// Pictures that are listed at once.
const PICTURES_AT_ONCE: u32 = 20;
/// Least letters and digits of a text.
const LEAST_LETTERS: usize = 6;
/// Least confidence of a text.
const LEAST_CONFIDENCE: f32 = 0.6;
/// Longest text that is told, in bytes; all of it stands in the sidecar.
const MAX_TOLD: usize = 32 << 10;

/// Data of the event `ext.photos.text_found`: text was found in a picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(crate = "spacedrive_sdk::schemars")]
pub struct TextFound {
    /// Version of this form: 1. Later versions add fields.
    pub version: u32,
    /// The text, rows joined by line feeds, up to 32 KiB.
    pub text: String,
    /// True when the text is longer: the sidecar has all of it.
    pub cut: bool,
    /// Sidecar of the picture that has the text.
    pub sidecar: String,
    /// Mean confidence of the reading, 0 to 1.
    pub confidence: f32,
    /// The engine that read it.
    pub engine: String,
    /// BLAKE3 of the picture, in hex.
    pub content_hash: String,
}

/// Outcome of a job.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Pictures that were read.
    pub read: u64,
    /// Pictures with text.
    pub found: u64,
    /// Pictures that could not be read.
    pub failed: u64,
    /// True when there are more, which the next job reads.
    pub more: bool,
}

/// Dispatches the job that reads the pictures that wait.
///
/// # Errors
/// Those of `jobs.dispatch`.
pub(crate) fn dispatch(client: &SpacedriveClient, key: &str) -> Result<()> {
    let (method, key) = (METHOD.to_owned(), Some(key.to_owned()));
    let job = DispatchInput { method, input: json!({}), key, ..DispatchInput::default() };
    client.jobs().dispatch_with(&job).map(|_| ())
}

/// Reads the pictures that wait for it; outside a job it only asks for one.
///
/// # Errors
/// Those of the engine that concern all pictures, such as a model that is missing; those of the library.
pub(crate) fn read(client: &SpacedriveClient) -> Result<Report> {
    let mut report = Report::default();
    let Some(job) = client.jobs().current() else {
        dispatch(client, KEY)?;
        return Ok(Report { more: true, ..report });
    };
    loop {
        let waiting = waiting(client)?;
        if waiting.is_empty() {
            return Ok(report);
        }
        for entry in &waiting {
            if report.read + report.failed >= PICTURES_OF_A_JOB {
                dispatch(client, &format!("{KEY}:{}", job.id))?;
                return Ok(Report { more: true, ..report });
            }
            look(client, entry, &mut report)?;
            if is_cancelled(client, &report)? {
                return Ok(report);
            }
        }
    }
}

/// Lists the next pictures that wait: few, since each is told to others as it was listed.
fn waiting(client: &SpacedriveClient) -> Result<Vec<Entry>> {
    let metadata = Map::from_iter([(TEXT.to_owned(), json!(WANTED))]);
    let input =
        ListEntriesInput { metadata, limit: PICTURES_AT_ONCE, ..ListEntriesInput::default() };
    Ok(client.call_op::<ListEntries>(&input)?.entries)
}

fn is_cancelled(client: &SpacedriveClient, report: &Report) -> Result<bool> {
    let progress = ProgressReport {
        done: report.read + report.failed,
        total: None,
        message: Some(format!("read, {} with text", report.found)),
    };
    client.jobs().checkpoint(&report.read, Some(progress))
}

/// Reads a picture and writes down what came of it. What others are told comes before that, so that it is
/// told at least once.
fn look(client: &SpacedriveClient, entry: &Entry, report: &mut Report) -> Result<()> {
    let outcome = match ocr(client, entry.id) {
        Ok(read) if is_text(&read) => {
            tell(client, entry, &read)?;
            report.found += 1;
            "found"
        }
        Ok(_) => "none",
        Err(error) if concerns_the_picture(error.code()) => {
            warn!("{}: no text was read: {}", entry.path, error.message());
            report.failed += 1;
            "failed"
        }
        Err(error) if error.is_not_found() => return Ok(()),
        Err(error) => return Err(error.context(&entry.name)),
    };
    report.read += u64::from(outcome != "failed");
    if outcome != "found" {
        client.vdfs().delete_sidecar(entry.id, SIDECAR)?;
    }
    let patch = Map::from_iter([(TEXT.to_owned(), json!(outcome))]);
    client.vdfs().update_metadata(entry.id, patch).map(|_| ())
}

const fn concerns_the_picture(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::DocMalformed
            | ErrorCode::DocLimit
            | ErrorCode::DocEncrypted
            | ErrorCode::NeedsProvider
            | ErrorCode::AbiTooLarge
            | ErrorCode::Corrupt
    )
}

/// Reads the picture itself, as the host does for its search, which then need not read it again; and else an
/// upright copy, which the engine can decode whatever the format of the picture is.
fn ocr(client: &SpacedriveClient, id: Uuid) -> Result<OcrOutput> {
    let whole = match client.vdfs().read_content(id) {
        // Lost, or where the disk is damaged: neither can the host read it for a copy.
        Err(error) if matches!(error.code(), ErrorCode::Corrupt | ErrorCode::Io) => {
            return Err(Error::new(ErrorCode::Corrupt, error.message()));
        }
        whole => whole,
    };
    match whole.and_then(|file| client.ai().ocr_with(OcrInput::new(file))) {
        Err(error) if concerns_the_picture(error.code()) => ocr_of_copy(client, id),
        read => read,
    }
}

fn ocr_of_copy(client: &SpacedriveClient, id: Uuid) -> Result<OcrOutput> {
    let wanted = ThumbnailInput { entry_id: id, sizes: vec![READ_SIDE], ..Default::default() };
    let copy = client.media().thumbnails(&wanted)?.thumbnails.into_iter().next();
    let copy = copy.ok_or_else(|| Error::new(ErrorCode::Internal, "the host made no copy"))?;
    client.ai().ocr_with(OcrInput::new(copy.data))
}

/// Tells text from the letters that an engine sees in leaves and bricks.
fn is_text(read: &OcrOutput) -> bool {
    let letters = read.text.chars().filter(|letter| letter.is_alphanumeric()).count();
    letters >= LEAST_LETTERS && read.confidence >= LEAST_CONFIDENCE
}

fn tell(client: &SpacedriveClient, entry: &Entry, read: &OcrOutput) -> Result<()> {
    client.vdfs().write_sidecar(entry.id, SIDECAR, &read.text)?;
    let told = read.text.floor_char_boundary(MAX_TOLD);
    let found = TextFound {
        version: 1,
        text: read.text.get(..told).unwrap_or_default().to_owned(),
        cut: told < read.text.len(),
        sidecar: SIDECAR.to_owned(),
        confidence: read.confidence,
        engine: read.engine.clone(),
        content_hash: entry.content_hash.clone().unwrap_or_default(),
    };
    let data: Value = serde_json::to_value(found)?;
    client.events().publish(EVENT, entry.id, Some(data)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use spacedrive_sdk::schemars;

    use super::*;

    /// Other extensions are written against this file.
    #[test]
    fn the_schema_of_the_event_is_that_of_the_type() {
        let schema = serde_json::to_value(schemars::schema_for!(TextFound)).unwrap();
        let written: Value =
            serde_json::from_str(include_str!("../text_found.schema.json")).unwrap();
        assert_eq!(written, schema, "{}", serde_json::to_string_pretty(&schema).unwrap());
    }

    #[test]
    fn letters_in_leaves_are_not_a_text() {
        let read = |text: &str, confidence| OcrOutput {
            text: text.to_owned(),
            confidence,
            pages: Vec::new(),
            engine: String::new(),
            formatted: None,
            flags: Vec::new(),
        };
        assert!(is_text(&read("TOTAL 9.50", 0.9)));
        assert!(!is_text(&read("TOTAL 9.50", 0.3)));
        assert!(!is_text(&read("l I . i", 0.9)));
    }
}
