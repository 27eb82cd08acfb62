//! Entries that Finance itself made. Another extension can make one where Finance looks for its own, with
//! metadata of the same names while Finance is not installed.

use spacedrive_sdk::ops::vdfs::{Entry, ListEntriesInput};
use spacedrive_sdk::prelude::*;

use crate::ledger::OWN;

/// Lists the entries of Finance among those that are asked for.
///
/// # Errors
/// Those of `vdfs.list_entries`.
pub(crate) fn entries(client: &SpacedriveClient, input: ListEntriesInput) -> Result<Vec<Entry>> {
    let mut entries = client.vdfs().list_entries(input)?;
    entries.retain(is_own);
    Ok(entries)
}

/// Returns whether Finance made an entry.
pub(crate) fn is_own(entry: &Entry) -> bool {
    entry.created_by.as_deref() == Some(OWN)
}
