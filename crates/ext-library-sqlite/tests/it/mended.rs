//! Contents that are lost or damaged, and what an import of the same file does about them.

use std::{fs, path::PathBuf};

use ext_library_sqlite::{ImportOutcome, ImportedFile};
use ext_services::library::{Entries, Sidecars, Versions};
use ext_wire::ops::vdfs::{ReadContentInput, WriteSidecarInput};

use crate::common::World;

/// A library, and one file that is imported into it.
struct Imports(World);

impl Imports {
    fn new() -> Self {
        Self(World::new())
    }

    fn file(&self) -> PathBuf {
        self.0.data.path().join("a.txt")
    }

    fn import(&self, text: &str) -> ImportedFile {
        fs::write(self.file(), text).unwrap();
        self.0.library.import_file(&self.file(), "in/a.txt").unwrap()
    }

    fn blob(&self, kind: &str, text: &str) -> PathBuf {
        let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
        let folder = PathBuf::from(self.0.library.info().unwrap().path);
        folder.join(kind).join(&hash[..2]).join(hash)
    }

    fn content(&self, imported: &ImportedFile) -> Result<Vec<u8>, String> {
        let input = ReadContentInput { entry_id: imported.entry.id, offset: 0, length: None };
        let read = self.0.library.read_content(input).map_err(|error| error.to_string())?;
        Ok(read.data.into_bytes().into())
    }
}

/// The ways in which a file is lost, and the words for each.
const DAMAGES: [(Option<&str>, &str); 3] =
    [(None, "missing"), (Some("rubbish"), "damaged"), (Some("0ne"), "damaged")];

fn damage(blob: &std::path::Path, how: Option<&str>) {
    fs::remove_file(blob).unwrap();
    if let Some(rubbish) = how {
        fs::write(blob, rubbish).unwrap();
    }
}

#[test]
fn an_import_of_the_same_file_puts_its_lost_content_back() {
    let world = Imports::new();
    let imported = world.import("one");
    assert!(!imported.mended && !world.import("one").mended);
    for (how, words) in DAMAGES {
        damage(&world.blob("content", "one"), how);
        let said = world.content(&imported).unwrap_err();
        let expected = format!("the library is damaged: the content of `in/a.txt` is {words}");
        assert_eq!(said, expected);
        let again = world.import("one");
        assert_eq!((again.outcome, again.mended), (ImportOutcome::Unchanged, true), "{how:?}");
        assert_eq!(world.content(&imported).unwrap(), b"one");
        assert!(!world.import("one").mended);
    }
}

#[test]
fn an_import_puts_back_what_a_version_and_an_entry_in_the_bin_had() {
    let world = Imports::new();
    let id = world.import("one").entry.id;
    world.import("two");
    let version = world.0.library.list_versions(id).unwrap()[0].version;
    world.0.library.restore_version(id, version).unwrap();
    // The file has the text that is a version now.
    damage(&world.blob("content", "two"), None);
    assert!(world.import("two").mended && world.blob("content", "two").exists());
    world.import("three");
    world.0.library.delete_entry(None, id).unwrap();
    damage(&world.blob("content", "three"), Some("rubbish"));
    let binned = world.import("three");
    assert_eq!((binned.outcome, binned.mended), (ImportOutcome::InBin, true));
}

#[test]
fn a_renamed_file_and_an_upload_put_lost_content_back() {
    let world = Imports::new();
    let imported = world.import("one");
    let renamed = world.0.data.path().join("b.txt");
    fs::rename(world.file(), &renamed).unwrap();
    damage(&world.blob("content", "one"), None);
    let followed = world.0.library.import_file(&renamed, "in/b.txt").unwrap();
    assert_eq!((followed.outcome, followed.mended), (ImportOutcome::Followed, true));
    assert_eq!(world.content(&imported).unwrap(), b"one");
    let path = "up/c.txt".parse().unwrap();
    for how in [Some("one"), Some("0ne"), None] {
        if how != Some("one") {
            damage(&world.blob("content", "one"), how);
        }
        world.0.library.import_upload(&renamed, &path, true).unwrap();
        assert_eq!(world.content(&imported).unwrap(), b"one");
    }
}

#[test]
fn a_lost_sidecar_is_named_with_its_entry() {
    let world = Imports::new();
    let id = world.import("one").entry.id;
    let input = WriteSidecarInput::new(id, "a.json", b"{}".to_vec());
    world.0.library.write_sidecar(None, input).unwrap();
    damage(&world.blob("sidecars", "{}"), None);
    let said = world.0.library.read_sidecar(id, "a.json").unwrap_err().to_string();
    assert_eq!(said, "the library is damaged: the sidecar `a.json` of `in/a.txt` is missing");
    let opened = world.0.library.open_sidecar(id, "a.json").unwrap_err().to_string();
    assert_eq!(opened, said);
}
