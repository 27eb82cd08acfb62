//! The job that makes the index where much has changed, such as after a restore or with a new version.
//!
//! An extension answers one call at a time, so a job follows some changes only and leaves the rest to a
//! next one: pages that are asked for meanwhile come in between.

use serde::{Deserialize, Serialize};
use serde_json::json;
use spacedrive_sdk::ops::jobs::{DispatchInput, ProgressReport};
use spacedrive_sdk::prelude::*;

use super::{LAST, open};

/// The operation that is the job.
pub(crate) const METHOD: &str = "action:finance.index.input.v1";
/// Most changes that one job follows: pages wait so long. In tests so few that there is more than one.
const CHANGES_OF_A_JOB: usize = if cfg!(test) { 2 } else { 2000 };

/// Input of the job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IndexInput {
    /// Every other job of a row has it: a job that runs cannot dispatch one with its own key, and with two
    /// keys there are never more than two.
    pub other: bool,
}

/// Outcome of the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Indexed {
    /// Documents in the index.
    pub documents: usize,
    /// True while there are more, which the next job adds.
    pub more: bool,
}

/// Adds to the index what changed, and leaves the rest to another job; outside a job it only asks for one.
///
/// # Errors
/// Those of `jobs.dispatch` and of the `vdfs` operations.
pub(crate) fn run(client: &SpacedriveClient, input: IndexInput) -> Result<Indexed> {
    if client.jobs().current().is_none() {
        dispatch(client, input)?;
        return Ok(Indexed { documents: 0, more: true });
    }
    let (index, is_whole) = open(client, CHANGES_OF_A_JOB)?;
    let indexed = Indexed { documents: index.documents(), more: !is_whole };
    LAST.set(Some((client.library_id(), index)));
    let done = u64::try_from(indexed.documents).unwrap_or(u64::MAX);
    let message = Some("receipts indexed".to_owned());
    let progress = ProgressReport { done, total: None, message };
    let is_cancelled = client.jobs().checkpoint(&done, Some(progress))?;
    if indexed.more && !is_cancelled {
        dispatch(client, IndexInput { other: !input.other })?;
    }
    Ok(indexed)
}

/// Asks for the job that makes the rest of the index. Without it, as in a library that is only read, each
/// call adds its own part.
pub(super) fn ask(client: &SpacedriveClient) {
    if let Err(error) = dispatch(client, IndexInput::default()) {
        debug!("no job makes the index of the receipts: {}", error.message());
    }
}

fn dispatch(client: &SpacedriveClient, input: IndexInput) -> Result<()> {
    let key = if input.other { "index, other" } else { "index" };
    let job = DispatchInput {
        method: METHOD.to_owned(),
        input: json!(input),
        key: Some(key.to_owned()),
        ..DispatchInput::default()
    };
    client.jobs().dispatch_with(&job).map(|_| ())
}
