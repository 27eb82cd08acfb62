//! The library of the fake host: vectors and maps.

use std::collections::BTreeMap;

use bytes::Bytes;
use ext_abi::ErrorCode;
use ext_wire::ops::vdfs::{
    CreateEntryInput, CreateEntryOutput, Entry, EntryDetails, MAX_METADATA_BYTES, SidecarInfo,
    UpdateMetadataInput,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::names::{check_entry_type, check_name, check_path, check_sidecar_name};
use crate::{Error, Result};

/// Who makes entries and sidecars through a client.
const EXTENSION: &str = "extension_under_test";

/// An entry with all that belongs to it.
pub(super) struct Stored {
    /// Rising in the order of making; the cursor of pages.
    pub(super) number: u64,
    pub(super) entry: Entry,
    content: Option<Bytes>,
    sidecars: BTreeMap<String, (SidecarInfo, Bytes)>,
}

impl Stored {
    /// The texts in the sidecars.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.sidecars.values().filter_map(|(_, bytes)| std::str::from_utf8(bytes).ok())
    }
}

/// Entries in the order of their making.
#[derive(Default)]
pub(super) struct Library {
    stored: Vec<Stored>,
    last_number: u64,
    seconds: u32,
}

impl Library {
    pub(super) fn stored(&self) -> &[Stored] {
        &self.stored
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.stored.iter().map(|stored| &stored.entry)
    }

    /// Adds a file as the user does.
    pub(super) fn import(
        &mut self,
        name: &str,
        path: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Entry {
        self.stored.retain(|stored| stored.entry.path != path);
        let input = CreateEntryInput {
            name: name.to_owned(),
            path: path.to_owned(),
            entry_type: "file".to_owned(),
            metadata: Map::new(),
            content: Some(bytes.to_vec().into()),
            media_type: Some(media_type.to_owned()),
        };
        let created = self.create_by(None, input);
        created.unwrap_or_else(|error| panic!("cannot add `{path}`: {error}")).entry
    }

    pub(super) fn create(&mut self, input: CreateEntryInput) -> Result<CreateEntryOutput> {
        self.create_by(Some(EXTENSION.to_owned()), input)
    }

    fn create_by(
        &mut self,
        maker: Option<String>,
        input: CreateEntryInput,
    ) -> Result<CreateEntryOutput> {
        check_name(&input.name)?;
        check_path(&input.path)?;
        check_entry_type(&input.entry_type)?;
        check_metadata(&input.metadata)?;
        if let Some(entry) = self.entries().find(|entry| entry.path == input.path) {
            return Ok(CreateEntryOutput { entry: entry.clone(), created: false });
        }
        Ok(CreateEntryOutput { entry: self.insert(maker, input), created: true })
    }

    fn insert(&mut self, maker: Option<String>, input: CreateEntryInput) -> Entry {
        self.last_number += 1;
        let content = input.content.map(|blob| blob.into_bytes());
        let now = self.now();
        let entry = Entry {
            id: Uuid::from_u64_pair(
                0xe000_0000_0000_8000,
                0x8000_0000_0000_0000 | self.last_number,
            ),
            name: input.name,
            path: input.path,
            entry_type: input.entry_type,
            media_type: input.media_type,
            size: content.as_ref().map(|bytes| bytes.len() as u64),
            content_hash: content.as_ref().map(hash),
            created_by: maker,
            metadata: input.metadata,
            created_at: now.clone(),
            updated_at: now,
        };
        self.stored.push(Stored {
            number: self.last_number,
            entry: entry.clone(),
            content,
            sidecars: BTreeMap::new(),
        });
        entry
    }

    pub(super) fn details(&self, id: Uuid) -> Result<EntryDetails> {
        Ok(EntryDetails { entry: self.find(id)?.entry.clone(), sidecars: self.sidecars(id)? })
    }

    pub(super) fn content(&self, id: Uuid) -> Result<&Bytes> {
        self.find(id)?
            .content
            .as_ref()
            .ok_or_else(|| not_found(format!("entry {id} has no content")))
    }

    pub(super) fn patch_metadata(
        &mut self,
        input: UpdateMetadataInput,
    ) -> Result<Map<String, Value>> {
        let now = self.now();
        let entry = &mut self.find_mut(input.entry_id)?.entry;
        let mut metadata = entry.metadata.clone();
        merge(&mut metadata, input.metadata);
        check_metadata(&metadata)?;
        entry.metadata.clone_from(&metadata);
        entry.updated_at = now;
        Ok(metadata)
    }

    pub(super) fn delete(&mut self, id: Uuid) -> bool {
        let before = self.stored.len();
        self.stored.retain(|stored| stored.entry.id != id);
        self.stored.len() < before
    }

    pub(super) fn write_sidecar(
        &mut self,
        id: Uuid,
        name: &str,
        data: Bytes,
    ) -> Result<SidecarInfo> {
        check_sidecar_name(name)?;
        let info = SidecarInfo {
            name: name.to_owned(),
            size: data.len() as u64,
            content_hash: hash(&data),
            written_by: Some(EXTENSION.to_owned()),
            updated_at: self.now(),
        };
        let sidecars = &mut self.find_mut(id)?.sidecars;
        sidecars.insert(name.to_owned(), (info.clone(), data));
        Ok(info)
    }

    pub(super) fn sidecar(&self, id: Uuid, name: &str) -> Result<&Bytes> {
        let sidecar = self.find(id)?.sidecars.get(name);
        let missing = || not_found(format!("entry {id} has no sidecar `{}`", name.escape_debug()));
        sidecar.map(|(_, bytes)| bytes).ok_or_else(missing)
    }

    pub(super) fn sidecars(&self, id: Uuid) -> Result<Vec<SidecarInfo>> {
        Ok(self.find(id)?.sidecars.values().map(|(info, _)| info.clone()).collect())
    }

    pub(super) fn delete_sidecar(&mut self, id: Uuid, name: &str) -> Result<bool> {
        Ok(self.find_mut(id)?.sidecars.remove(name).is_some())
    }

    fn find(&self, id: Uuid) -> Result<&Stored> {
        let found = self.stored.iter().find(|stored| stored.entry.id == id);
        found.ok_or_else(|| not_found(format!("no entry {id}")))
    }

    fn find_mut(&mut self, id: Uuid) -> Result<&mut Stored> {
        let found = self.stored.iter_mut().find(|stored| stored.entry.id == id);
        found.ok_or_else(|| not_found(format!("no entry {id}")))
    }

    /// A clock that is the same in each run: a second later each time.
    fn now(&mut self) -> String {
        self.seconds += 1;
        let (hours, minutes) = (self.seconds / 3600 % 24, self.seconds / 60 % 60);
        format!("2026-01-01T{hours:02}:{minutes:02}:{:02}Z", self.seconds % 60)
    }
}

/// A merge patch (RFC 7396): `null` removes, objects merge, everything else replaces.
fn merge(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        match value {
            Value::Null => {
                target.remove(&key);
            }
            Value::Object(patch) => merge(object_at(target, key), patch),
            value => {
                target.insert(key, value);
            }
        }
    }
}

/// The object at a key; anything else there gives way to an empty one.
fn object_at(target: &mut Map<String, Value>, key: String) -> &mut Map<String, Value> {
    let place = target.entry(key).or_insert(Value::Null);
    if !place.is_object() {
        *place = Value::Object(Map::new());
    }
    place.as_object_mut().unwrap_or_else(|| unreachable!("it was just made an object"))
}

fn check_metadata(metadata: &Map<String, Value>) -> Result<()> {
    let len = serde_json::to_vec(metadata)?.len();
    if len <= MAX_METADATA_BYTES {
        return Ok(());
    }
    let message = format_args!("metadata of {len} bytes, the limit is {MAX_METADATA_BYTES}");
    Err(Error::new(ErrorCode::AbiTooLarge, message))
}

fn hash(bytes: &Bytes) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

fn not_found(message: String) -> Error {
    Error::new(ErrorCode::NotFound, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The examples of RFC 7396, appendix A, whose target and patch are objects.
    #[test]
    fn merge_follows_the_rfc() {
        let cases = [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ];
        for (target, patch, expected) in cases {
            let mut result = target.as_object().unwrap().clone();
            merge(&mut result, patch.as_object().unwrap().clone());
            assert_eq!(Value::Object(result), expected, "{target} with {patch}");
        }
    }
}
