//! The cases of histories. What makes a version is the import of files, which each store tests.

use ext_wire::{ErrorCode, ops::vdfs::NewEntry};
use uuid::Uuid;

use crate::world::{World, code, note};

pub(crate) fn what_never_changed_has_no_versions(world: &World<'_>) {
    let entry = world.note("a").id;
    assert_eq!(world.versions().list_versions(entry).unwrap(), []);
    let unknown = Uuid::nil();
    assert_eq!(code(world.versions().list_versions(unknown)), ErrorCode::NotFound);
    assert_eq!(code(world.versions().restore_version(unknown, 1)), ErrorCode::NotFound);
}

pub(crate) fn what_an_extension_made_is_no_imported_file(world: &World<'_>) {
    let made = NewEntry { content: Some(b"made".to_vec().into()), ..note("a") };
    let made = world.add(made);
    assert_eq!(code(world.versions().restore_version(made.id, 1)), ErrorCode::DeniedArg);
    assert_eq!(world.entries().get_entry(made.id).unwrap().entry, made, "nothing changed");
}
