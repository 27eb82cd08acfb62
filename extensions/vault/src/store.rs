//! Items in the library. The metadata of an item's entry name its blobs, which are encrypted sidecars
//! that never change: a change writes new blobs and then exchanges the metadata, if nobody else has,
//! so that it is whole or not there, and two at once lose nothing.

use serde_json::Map;
use spacedrive_sdk::ops::vdfs::{Entry, ListEntriesInput, NewEntry};
use spacedrive_sdk::prelude::*;
use zeroize::Zeroizing;

use crate::blobs::{Blobs, MAX_HISTORY, Place};
use crate::crypto::Key;
use crate::item::Item;
use crate::keyring::new_id;
use crate::vault::{OWN, Vault};

/// The type of the entries of items.
const ITEM_TYPE: &str = "vault_item";
/// Time after which an item that was begun is not finished any more: far longer than any call takes.
const ABANDONED_AFTER: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);
/// Most attempts at a change that others are faster with.
const MAX_ATTEMPTS: u32 = 20;

/// An item as it is kept.
pub(crate) struct Kept {
    pub(crate) item: Item,
    pub(crate) entry: Entry,
    pub(crate) blobs: Blobs,
    pub(crate) key: Key,
}

/// The items of a vault, and the entries of those that cannot be opened.
pub(crate) struct Items {
    pub(crate) kept: Vec<Kept>,
    pub(crate) damaged: Vec<Uuid>,
}

impl Kept {
    /// Returns the id by which people name the item.
    pub(crate) const fn id(&self) -> Uuid {
        self.entry.id
    }
}

impl Vault<'_> {
    /// Reads all items, the deleted ones as well.
    ///
    /// # Errors
    /// Those of `vdfs.list_entries` and `vdfs.read_sidecar`.
    pub(crate) fn items(&self) -> Result<Items> {
        let mut items = Items { kept: Vec::new(), damaged: Vec::new() };
        let query = ListEntriesInput { entry_type: Some(ITEM_TYPE.into()), ..Default::default() };
        for entry in self.client.vdfs().list_entries(query)? {
            // One without is what a program that was killed had begun.
            if !entry.metadata.contains_key(OWN) {
                continue;
            }
            let id = entry.id;
            match self.read(entry) {
                Ok(kept) => items.kept.push(kept),
                Err(error) if error.code() == ErrorCode::Corrupt => items.damaged.push(id),
                Err(error) => return Err(error),
            }
        }
        Ok(items)
    }

    /// Keeps a new item.
    ///
    /// # Errors
    /// Those of the `vdfs` operations.
    pub(crate) fn add(&self, item: Item) -> Result<Kept> {
        self.add_with_history(item, &[])
    }

    /// Keeps a new item with its former versions, the last one first; more than a history has are left out.
    ///
    /// # Errors
    /// Those of the `vdfs` operations.
    pub(crate) fn add_with_history(&self, item: Item, former: &[Item]) -> Result<Kept> {
        let (id, key) = (new_id()?, Key::random()?);
        let new = NewEntry::new(id.as_str(), format!("vault/{id}"), ITEM_TYPE);
        let entry = self.client.vdfs().create_entry_with(new)?.entry;
        let (key_id, sealed) = self.seal_key(&id, &key)?;
        let place = Place { client: self.client, entry: entry.id, item: &id };
        let head = place.write_item(&key, &item)?;
        let former = former.iter().take(MAX_HISTORY).map(|item| place.write_item(&key, item));
        let history = former.collect::<Result<_>>()?;
        let blobs = Blobs { id, key_id, key: sealed, head, history, files: Vec::new() };
        let entry = self.exchange(entry, &blobs)?;
        Ok(Kept { item, entry, blobs, key })
    }

    /// Changes an item, also when others change it at the same time: `change` is called anew with the
    /// item as it is by then. The former version is kept.
    ///
    /// # Errors
    /// Those of `change`; [`ErrorCode::Conflict`] when others were faster 20 times.
    pub(crate) fn change(
        &self,
        id: Uuid,
        mut change: impl FnMut(&mut Item) -> Result<()>,
    ) -> Result<Kept> {
        self.exchanging(id, |kept| {
            let mut item = kept.item.clone();
            change(&mut item)?;
            self.with_version(kept, item)
        })
    }

    /// Adds a file to an item; `change` notes it in the item, under the id that it gets.
    ///
    /// # Errors
    /// As [`Self::change`].
    pub(crate) fn attach(
        &self,
        id: Uuid,
        bytes: &[u8],
        change: impl Fn(&mut Item, String) -> Result<()>,
    ) -> Result<Kept> {
        let file = new_id()?;
        self.exchanging(id, |kept| {
            let mut item = kept.item.clone();
            change(&mut item, file.clone())?;
            let named = |id: &str| item.attachments.iter().any(|file| file.id == id);
            let mut files = kept.blobs.files.clone();
            files.retain(|file| named(&file.id));
            files.push(self.place(kept).write_file(&kept.key, &file, bytes)?);
            Ok(Blobs { files, ..self.with_version(kept, item)? })
        })
    }

    /// Removes a file from an item, and its bytes.
    ///
    /// # Errors
    /// As [`Self::change`].
    pub(crate) fn detach(&self, id: Uuid, file: &str) -> Result<Kept> {
        self.exchanging(id, |kept| {
            let mut item = kept.item.clone();
            item.attachments.retain(|other| other.id != file);
            let mut blobs = self.with_version(kept, item)?;
            blobs.files.retain(|other| other.id != file);
            Ok(blobs)
        })
    }

    /// Gives an item another key, and encrypts all that belongs to it anew.
    ///
    /// # Errors
    /// As [`Self::change`].
    pub(crate) fn rekey(&self, id: Uuid) -> Result<Kept> {
        self.exchanging(id, |kept| {
            let (key, place) = (Key::random()?, self.place(kept));
            let (key_id, sealed) = self.seal_key(&kept.blobs.id, &key)?;
            let again = |name: &String| place.write_blob(&key, &place.read_blob(&kept.key, name)?);
            let again_file = |file| {
                let plain = place.read_file(&kept.key, file)?;
                place.write_file(&key, &file.id, &plain)
            };
            Ok(Blobs {
                id: kept.blobs.id.clone(),
                head: again(&kept.blobs.head)?,
                history: kept.blobs.history.iter().map(again).collect::<Result<_>>()?,
                files: kept.blobs.files.iter().map(again_file).collect::<Result<_>>()?,
                key_id,
                key: sealed,
            })
        })
    }

    /// Returns the former versions of an item, the last one first.
    ///
    /// # Errors
    /// [`ErrorCode::Corrupt`] for one that cannot be opened; those of `vdfs.read_sidecar`.
    pub(crate) fn history(&self, kept: &Kept) -> Result<Vec<Item>> {
        let place = self.place(kept);
        kept.blobs.history.iter().map(|name| place.read_item(&kept.key, name)).collect()
    }

    /// Reads a file of an item.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is no such file; [`ErrorCode::Corrupt`] for one that cannot
    /// be opened; those of `vdfs.read_sidecar`.
    pub(crate) fn read_file(&self, kept: &Kept, id: &str) -> Result<Zeroizing<Vec<u8>>> {
        let file = kept.blobs.files.iter().find(|file| file.id == id);
        let missing = || Error::new(ErrorCode::NotFound, "the file is not there any more");
        self.place(kept).read_file(&kept.key, file.ok_or_else(missing)?)
    }

    /// Finds an item and reads it.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for an entry that is not of an item; [`ErrorCode::Corrupt`] for one that
    /// cannot be opened.
    pub(crate) fn get(&self, id: Uuid) -> Result<Kept> {
        let entry = self.client.vdfs().get_entry(id)?.entry;
        if entry.entry_type != ITEM_TYPE || !entry.metadata.contains_key(OWN) {
            let message = format_args!("entry {id} is not an item of the vault");
            return Err(Error::new(ErrorCode::NotFound, message));
        }
        self.read(entry)
    }

    /// Removes an item for good, with its history and files.
    ///
    /// # Errors
    /// Those of `vdfs.delete_entry`.
    pub(crate) fn remove(&self, kept: &Kept) -> Result<bool> {
        self.client.vdfs().delete_entry(kept.id())
    }

    /// Removes the entries of items that were begun more than a day ago and not finished.
    ///
    /// # Errors
    /// Those of `vdfs.list_entries` and `vdfs.delete_entry`.
    pub(crate) fn remove_abandoned(&self) -> Result<()> {
        let query = ListEntriesInput { entry_type: Some(ITEM_TYPE.into()), ..Default::default() };
        let now = jiff::Timestamp::now();
        let is_old = |entry: &Entry| {
            let made = entry.created_at.parse::<jiff::Timestamp>();
            made.is_ok_and(|made| now.duration_since(made) > ABANDONED_AFTER)
        };
        let begun = self.client.vdfs().list_entries(query)?;
        for entry in begun.iter().filter(|it| !it.metadata.contains_key(OWN) && is_old(it)) {
            self.client.vdfs().delete_entry(entry.id)?;
        }
        Ok(())
    }

    fn read(&self, entry: Entry) -> Result<Kept> {
        let damaged = || damaged(entry.id);
        let blobs = entry.metadata.get(OWN).cloned().unwrap_or_default();
        let blobs: Blobs = serde_json::from_value(blobs).map_err(|_| damaged())?;
        let key = self.keyring.get(&blobs.key_id).ok_or_else(damaged)?;
        let key = key.open(&blobs.key_place(), &blobs.key).ok_or_else(damaged)?;
        let key = Key::of(&key).ok_or_else(damaged)?;
        let place = Place { client: self.client, entry: entry.id, item: &blobs.id };
        let item = place.read_item(&key, &blobs.head)?;
        Ok(Kept { item, entry, blobs, key })
    }

    fn place<'k>(&'k self, kept: &'k Kept) -> Place<'k> {
        Place { client: self.client, entry: kept.entry.id, item: &kept.blobs.id }
    }

    fn with_version(&self, kept: &Kept, mut item: Item) -> Result<Blobs> {
        item.updated_at = jiff::Timestamp::now();
        let head = self.place(kept).write_item(&kept.key, &item)?;
        let mut blobs = kept.blobs.clone();
        blobs.begin_version(head);
        Ok(blobs)
    }

    /// Makes a change of the blobs, until nobody else changed them meanwhile. Blobs of a lost attempt
    /// go, and those that nothing names any more: also those of a change that was interrupted.
    ///
    /// What was there before the metadata were read, and is not named once they are exchanged, nobody will
    /// name: another change that had written it and not yet named it loses, and writes its blobs anew.
    fn exchanging(&self, id: Uuid, mut change: impl FnMut(&Kept) -> Result<Blobs>) -> Result<Kept> {
        for _ in 0..MAX_ATTEMPTS {
            let before = self.client.vdfs().list_sidecars(id)?;
            let kept = self.get(id)?;
            let blobs = change(&kept)?;
            match self.exchange(kept.entry, &blobs) {
                Ok(entry) => {
                    let before = before.iter().map(|sidecar| sidecar.name.as_str());
                    self.remove_blobs(id, before.filter(|name| blobs.has_left_behind(name)))?;
                    return self.read(entry);
                }
                Err(error) if error.is_conflict() => {
                    self.remove_blobs(id, blobs.unnamed_in(&kept.blobs))?;
                }
                Err(error) => return Err(error),
            }
        }
        Err(Error::new(ErrorCode::Conflict, "the item is changed by others: try again"))
    }

    fn exchange(&self, mut entry: Entry, blobs: &Blobs) -> Result<Entry> {
        let patch = Map::from_iter([(OWN.to_owned(), serde_json::to_value(blobs)?)]);
        entry.metadata = self.client.vdfs().update_unchanged_metadata(&entry, patch)?;
        Ok(entry)
    }

    fn remove_blobs<'n>(&self, id: Uuid, names: impl Iterator<Item = &'n str>) -> Result<()> {
        for name in names {
            self.client.vdfs().delete_sidecar(id, name)?;
        }
        Ok(())
    }

    fn seal_key(&self, item: &str, key: &Key) -> Result<(String, Vec<u8>)> {
        let (key_id, vault_key) = self.keyring.newest()?;
        Ok((key_id.to_owned(), vault_key.seal(&crate::blobs::key_place(item), key.bytes())?))
    }
}

fn damaged(id: Uuid) -> Error {
    Error::new(ErrorCode::Corrupt, format_args!("item {id} is damaged"))
}

#[cfg(test)]
mod tests {
    use spacedrive_sdk::testing::FakeHost;

    use super::*;
    use crate::item::Kind;

    #[test]
    fn two_changes_at_once_lose_nothing() {
        let host = FakeHost::new();
        let client = host.client();
        let vault = Vault::create(&client, &"master password".into()).unwrap();
        let id = vault.add(Item::new(Kind::Login, "Mail")).unwrap().id();
        let mut attempts = 0;
        let changed = vault.change(id, |item| {
            attempts += 1;
            if attempts == 1 {
                let other = |item: &mut Item| {
                    item.set("username", "ann");
                    Ok(())
                };
                vault.change(id, other)?;
            }
            item.set("password", "swordfish");
            Ok(())
        });
        let changed = changed.unwrap();
        assert_eq!(attempts, 2);
        assert_eq!(changed.item.get("username").unwrap().expose(), "ann");
        assert_eq!(changed.item.get("password").unwrap().expose(), "swordfish");
        let former = vault.history(&changed).unwrap();
        assert_eq!(former.len(), 2);
        assert_eq!(former[0].get("password"), None);
        // The version of the lost attempt is gone.
        assert_eq!(client.vdfs().list_sidecars(id).unwrap().len(), 3);
    }

    #[test]
    fn an_item_that_was_begun_and_not_finished_is_none() {
        let host = FakeHost::new();
        let client = host.client();
        let vault = Vault::create(&client, &"master password".into()).unwrap();
        for calls in 0..3 {
            host.stop_after(calls);
            vault.add(Item::new(Kind::Login, "Mail")).err().unwrap();
            host.stop_after(None);
            let items = vault.items().unwrap();
            assert_eq!((items.kept.len(), items.damaged.len()), (0, 0), "{calls} calls");
        }
    }
}
