//! Blobs: the encrypted sidecars of an item, each written once.

use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;
use zeroize::Zeroizing;

use crate::crypto::Key;
use crate::encoding::base64;
use crate::item::Item;
use crate::keyring::new_id;

/// Most former versions of an item that are kept.
pub(crate) const MAX_HISTORY: usize = 20;
/// Beginning of the names of blobs that are versions of an item.
const VERSION: &str = "v-";
/// Beginning of the names of blobs that are files of an item.
const FILE: &str = "f-";
/// Lengths of encrypted items are multiples of this, so that they say little.
const BLOCK_BYTES: usize = 256;

/// The names of an item's blobs, and the key that opens them, sealed by a key of the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Blobs {
    pub(crate) id: String,
    pub(crate) key_id: String,
    #[serde(with = "base64")]
    pub(crate) key: Vec<u8>,
    pub(crate) head: String,
    pub(crate) history: Vec<String>,
    pub(crate) files: Vec<FileBlob>,
}

/// A file of an item: the id by which the item names it, and the sidecar that holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileBlob {
    pub(crate) id: String,
    sidecar: String,
}

/// The place of an item's blobs.
pub(crate) struct Place<'p> {
    pub(crate) client: &'p SpacedriveClient,
    pub(crate) entry: Uuid,
    /// The item's own id, which its blobs are bound to.
    pub(crate) item: &'p str,
}

impl Blobs {
    /// Makes another blob the present version; the one before becomes the first of the history.
    pub(crate) fn begin_version(&mut self, head: String) {
        let former = std::mem::replace(&mut self.head, head);
        self.history.insert(0, former);
        self.history.truncate(MAX_HISTORY);
    }

    /// Lists the sidecars that others do not name.
    pub(crate) fn unnamed_in<'b>(&'b self, others: &'b Self) -> impl Iterator<Item = &'b str> {
        self.sidecars().filter(move |name| !others.sidecars().any(|other| other == *name))
    }

    /// Returns whether a sidecar is a blob that is not named here.
    pub(crate) fn has_left_behind(&self, sidecar: &str) -> bool {
        let is_blob = [VERSION, FILE].iter().any(|prefix| sidecar.starts_with(prefix));
        is_blob && !self.sidecars().any(|name| name == sidecar)
    }

    fn sidecars(&self) -> impl Iterator<Item = &str> {
        let versions = std::iter::once(&self.head).chain(&self.history);
        versions.chain(self.files.iter().map(|file| &file.sidecar)).map(String::as_str)
    }

    /// Returns the place to which the key is bound.
    pub(crate) fn key_place(&self) -> String {
        key_place(&self.id)
    }
}

impl Place<'_> {
    /// Writes a version of the item, and returns the name of its blob.
    ///
    /// # Errors
    /// Those of `vdfs.write_sidecar`.
    pub(crate) fn write_item(&self, key: &Key, item: &Item) -> Result<String> {
        let mut plain = Zeroizing::new(serde_json::to_vec(item)?);
        // Blanks behind JSON change nothing.
        let padded = plain.len().next_multiple_of(BLOCK_BYTES);
        plain.resize(padded, b' ');
        self.write_blob(key, &plain)
    }

    /// Reads a version of the item.
    ///
    /// # Errors
    /// [`ErrorCode::Corrupt`] when it is not there or cannot be opened; those of `vdfs.read_sidecar`.
    pub(crate) fn read_item(&self, key: &Key, name: &str) -> Result<Item> {
        // The error of the parser would show what it read.
        serde_json::from_slice(&self.read_blob(key, name)?).map_err(|_| self.damaged())
    }

    /// Writes bytes, and returns the name of their blob.
    ///
    /// # Errors
    /// Those of `vdfs.write_sidecar`.
    pub(crate) fn write_blob(&self, key: &Key, plain: &[u8]) -> Result<String> {
        let name = format!("{}{}", VERSION, new_id()?);
        self.write(key, &name, &name, plain)?;
        Ok(name)
    }

    /// Reads the bytes of a blob.
    ///
    /// # Errors
    /// As [`Self::read_item`].
    pub(crate) fn read_blob(&self, key: &Key, name: &str) -> Result<Zeroizing<Vec<u8>>> {
        self.read(key, name, name)
    }

    /// Writes a file of the item.
    ///
    /// # Errors
    /// Those of `vdfs.write_sidecar`.
    pub(crate) fn write_file(&self, key: &Key, id: &str, plain: &[u8]) -> Result<FileBlob> {
        let sidecar = format!("{}{}", FILE, new_id()?);
        self.write(key, id, &sidecar, plain)?;
        Ok(FileBlob { id: id.to_owned(), sidecar })
    }

    /// Reads a file of the item.
    ///
    /// # Errors
    /// As [`Self::read_item`].
    pub(crate) fn read_file(&self, key: &Key, file: &FileBlob) -> Result<Zeroizing<Vec<u8>>> {
        self.read(key, &file.id, &file.sidecar)
    }

    fn write(&self, key: &Key, what: &str, sidecar: &str, plain: &[u8]) -> Result<()> {
        let sealed = key.seal(&self.name(what), plain)?;
        self.client.vdfs().write_sidecar(self.entry, sidecar, sealed).map(|_| ())
    }

    fn read(&self, key: &Key, what: &str, sidecar: &str) -> Result<Zeroizing<Vec<u8>>> {
        let sealed = match self.client.vdfs().read_sidecar(self.entry, sidecar) {
            Err(error) if error.is_not_found() => return Err(self.damaged()),
            sealed => sealed?,
        };
        key.open(&self.name(what), sealed.as_bytes()).ok_or_else(|| self.damaged())
    }

    fn name(&self, what: &str) -> String {
        format!("vault/1/item/{}/{what}", self.item)
    }

    fn damaged(&self) -> Error {
        Error::new(ErrorCode::Corrupt, format_args!("item {} is damaged", self.entry))
    }
}

/// Returns the place to which the key of an item is bound.
pub(crate) fn key_place(item: &str) -> String {
    format!("vault/1/item/{item}/key")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_keeps_the_last_versions_and_names_what_can_go() {
        let mut blobs = Blobs {
            id: "i".into(),
            key_id: "k".into(),
            key: Vec::new(),
            head: "v-0".into(),
            history: Vec::new(),
            files: vec![FileBlob { id: "a".into(), sidecar: "f-a".into() }],
        };
        let first = blobs.clone();
        for version in 1..=MAX_HISTORY + 2 {
            blobs.begin_version(format!("v-{version}"));
        }
        assert_eq!(blobs.history.len(), MAX_HISTORY);
        assert_eq!(blobs.history[0], format!("v-{}", MAX_HISTORY + 1));
        assert_eq!(first.unnamed_in(&blobs).collect::<Vec<_>>(), ["v-0"]);
        let left =
            ["v-0", "v-22", "f-a", "f-b", "other.json"].map(|name| blobs.has_left_behind(name));
        assert_eq!(left, [true, false, false, true, false]);
    }
}
