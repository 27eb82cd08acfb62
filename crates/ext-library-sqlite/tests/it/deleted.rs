//! Libraries that the user deletes.

use std::{fs, os::unix::fs::symlink};

use ext_library_sqlite::Libraries;
use ext_services::library::{Entries, LibraryDirectory};
use ext_wire::{ErrorCode, ops::vdfs::ListEntriesInput};
use uuid::Uuid;

#[test]
fn a_library_in_use_is_not_deleted() {
    let data = tempfile::tempdir().unwrap();
    let (mine, others) =
        (Libraries::new(data.path()).unwrap(), Libraries::new(data.path()).unwrap());
    let id = mine.create("Home").unwrap().id;
    let held = others.open(id).unwrap();
    assert_eq!(mine.delete(id).unwrap_err().code(), ErrorCode::Busy, "another program has it");
    assert_eq!(others.delete(id).unwrap_err().code(), ErrorCode::Busy, "this one has it");
    assert_eq!(mine.list().unwrap().libraries.len(), 1);
    drop((held, others));
    mine.delete(id).unwrap();
    assert_eq!(mine.open(id).unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(mine.delete(id).unwrap_err().code(), ErrorCode::NotFound);
    mine.restore(id).unwrap();
    assert_eq!(mine.restore(id).unwrap_err().code(), ErrorCode::NotFound);
    let library = mine.open(id).unwrap();
    assert!(library.list_entries(ListEntriesInput::default()).unwrap().entries.is_empty());
}

#[test]
fn what_is_no_folder_of_a_library_is_left_alone() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let precious = data.path().join("precious");
    fs::create_dir(&precious).unwrap();
    fs::write(precious.join("file"), "x").unwrap();
    let id = Uuid::now_v7();
    for name in [id.to_string(), format!(".deleted-{id}.1")] {
        symlink(&precious, data.path().join("libraries").join(name)).unwrap();
    }
    assert_eq!(libraries.delete(id).unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(libraries.restore(id).unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(libraries.purge(id).unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(fs::read(precious.join("file")).unwrap(), b"x");
}

#[test]
fn one_that_came_back_from_a_backup_is_deleted_again() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let id = libraries.create("Home").unwrap().id;
    let to = data.path().join("backup");
    libraries.back_up(id, &to, &mut |_, _| std::ops::ControlFlow::Continue(())).unwrap();
    libraries.delete(id).unwrap();
    libraries.restore_backup(&to, &mut |_, _| std::ops::ControlFlow::Continue(())).unwrap();
    libraries.delete(id).unwrap();
    assert_eq!(libraries.list_deleted().unwrap().libraries.len(), 2);
    libraries.restore(id).unwrap();
    assert_eq!(libraries.restore(id).unwrap_err().code(), ErrorCode::Conflict, "its name is taken");
    libraries.delete(id).unwrap();
    libraries.purge(id).unwrap();
    libraries.purge(id).unwrap();
    assert!(libraries.list_deleted().unwrap().libraries.is_empty());
}
