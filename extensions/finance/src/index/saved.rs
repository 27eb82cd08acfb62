//! The index as it is kept in the library: a sidecar of an entry of its own, which may be removed.

use serde_json::Map;
use spacedrive_sdk::ops::vdfs::{ListEntriesInput, NewEntry};
use spacedrive_sdk::prelude::*;

use super::Content;
use crate::{corrections, own};

/// Path of the entry.
const PATH: &str = "finance/index";
/// Type of the entry.
const TYPE: &str = "finance_index";
/// Sidecar of the index.
const SIDECAR: &str = "index.bin";
/// First bytes of the sidecar. The last one is the version: raise it when the content changes its form or
/// its meaning, so that an older one is made anew.
const MARK: &[u8] = b"FININDEX\x04";
/// Fewest changes after which it is kept.
const LEAST: usize = 500;
/// Part of the documents that changed after which it is kept: writing all of it often would cost more
/// than reading some entries again.
const PART: usize = 20;

/// Returns the number of changes after which an index of so many documents is kept.
pub(super) fn worth_it(documents: usize) -> usize {
    LEAST.max(documents / PART)
}

/// Reads the index; `None` where there is none that can be used.
///
/// # Errors
/// Those of the `vdfs` operations.
pub(super) fn load(client: &SpacedriveClient) -> Result<Option<Content>> {
    let input = ListEntriesInput { path_prefix: Some(PATH.to_owned()), ..Default::default() };
    let entries = own::entries(client, input)?;
    let Some(entry) = entries.into_iter().find(|entry| entry.path == PATH) else {
        return Ok(None);
    };
    match client.vdfs().read_sidecar(entry.id, SIDECAR) {
        Ok(bytes) => Ok(parse(bytes.as_bytes())),
        Err(error) if corrections::is_damaged(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn parse(bytes: &[u8]) -> Option<Content> {
    let body = bytes.strip_prefix(MARK)?;
    match postcard::from_bytes(body) {
        Ok(content) => Some(content),
        Err(error) => {
            warn!("the index of the receipts is damaged, and made anew: {error}");
            None
        }
    }
}

/// Keeps the index. Without room, or in a library that is only read, the next call makes up for it.
pub(super) fn keep(client: &SpacedriveClient, content: &Content) {
    if let Err(error) = try_keep(client, content) {
        debug!("the index of the receipts is not kept: {}", error.message());
    }
}

fn try_keep(client: &SpacedriveClient, content: &Content) -> Result<()> {
    let bytes = postcard::to_extend(content, MARK.to_vec()).map_err(Error::failed)?;
    let entry =
        NewEntry { metadata: Map::new(), ..NewEntry::new("Index of the receipts", PATH, TYPE) };
    let id = client.vdfs().create_entry(entry)?;
    client.vdfs().write_sidecar(id, SIDECAR, bytes)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn damaged_bytes_are_no_index_and_do_no_harm(bytes: Vec<u8>) {
            let _ = parse(&bytes);
            let _ = parse(&[MARK, &bytes].concat());
        }
    }

    #[test]
    fn an_index_of_another_version_is_not_read() {
        let bytes = postcard::to_extend(&Content::default(), MARK.to_vec()).unwrap();
        assert_eq!(parse(&bytes), Some(Content::default()));
        let mut old = bytes;
        old[MARK.len() - 1] = 0;
        assert_eq!(parse(&old), None);
    }
}
