//! The names of libraries that cannot be read, and what is said of folders that are none.

use std::{fs, os::unix::fs::symlink, path::PathBuf};

use ext_library_sqlite::Libraries;
use ext_services::library::LibraryDirectory;
use ext_wire::ErrorCode;
use uuid::Uuid;

/// A data folder with a library, which cannot be read any more.
fn damaged(name: &str) -> (tempfile::TempDir, Libraries, Uuid) {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let id = libraries.create("First").unwrap().id;
    libraries.rename(id, name).unwrap();
    let folder = folder(&data, id);
    drop(libraries);
    fs::write(folder.join("library.db"), "damaged".repeat(999)).unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    (data, libraries, id)
}

fn folder(data: &tempfile::TempDir, id: Uuid) -> PathBuf {
    data.path().join("libraries").join(id.to_string())
}

#[test]
fn a_library_that_cannot_be_read_keeps_its_name() {
    let (_data, libraries, id) = damaged("Home");
    let listed = libraries.list().unwrap().unreadable;
    assert_eq!(listed[0].name.as_deref(), Some("Home"));
    assert_eq!(libraries.create("home").unwrap_err().code(), ErrorCode::Conflict);
    assert_eq!(libraries.create("First").unwrap().name, "First", "its name of before is free");
    libraries.delete(id).unwrap();
    assert_eq!(libraries.list_deleted().unwrap().unreadable[0].name.as_deref(), Some("Home"));
    libraries.create("Home").unwrap();
    assert_eq!(libraries.restore(id, None).unwrap_err().code(), ErrorCode::Conflict);
}

#[test]
fn a_library_of_an_older_program_gets_its_name_when_it_is_opened() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let id = libraries.create("Home").unwrap().id;
    let name = folder(&data, id).join("name.txt");
    assert_eq!(fs::read_to_string(&name).unwrap(), "Home");
    drop(libraries);
    fs::remove_file(&name).unwrap();
    Libraries::new(data.path()).unwrap().open(id).unwrap();
    assert_eq!(fs::read_to_string(&name).unwrap(), "Home");
    fs::write(&name, "Other").unwrap();
    Libraries::new(data.path()).unwrap().open(id).unwrap();
    assert_eq!(fs::read_to_string(&name).unwrap(), "Home");
}

#[test]
fn path_09_whatever_stands_in_the_place_of_the_name_is_no_name() {
    let (data, libraries, id) = damaged("Home");
    let name = folder(&data, id).join("name.txt");
    let listed = || libraries.list().unwrap().unreadable[0].name.clone();
    fs::remove_file(&name).unwrap();
    assert_eq!(listed(), None);
    symlink("/etc/hostname", &name).unwrap();
    assert_eq!(listed(), None);
    fs::remove_file(&name).unwrap();
    fs::create_dir(&name).unwrap();
    assert_eq!(listed(), None);
    fs::remove_dir(&name).unwrap();
    fs::write(&name, [0xff, 0xfe]).unwrap();
    assert_eq!(listed(), None);
    rustix::fs::mknodat(
        rustix::fs::CWD,
        name.with_extension("pipe"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .unwrap();
    fs::rename(name.with_extension("pipe"), &name).unwrap();
    assert_eq!(listed(), None);
}

#[test]
fn path_06_a_link_in_the_place_of_a_library_is_said_to_be_one() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let id = libraries.create("Home").unwrap().id;
    drop(libraries);
    let elsewhere = tempfile::tempdir().unwrap();
    let place = folder(&data, id);
    fs::rename(&place, elsewhere.path().join("moved")).unwrap();
    symlink(elsewhere.path().join("moved"), &place).unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let error = libraries.open(id).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Path, "{error}");
    assert!(error.to_string().contains(&format!("`{}` is a symbolic link", place.display())));
    let listed = libraries.list().unwrap().unreadable;
    assert_eq!(listed[0].code, "E_PATH");
    assert!(listed[0].error.contains("is a symbolic link"), "{listed:?}");
    fs::remove_file(&place).unwrap();
    fs::rename(elsewhere.path().join("moved"), &place).unwrap();
    assert_eq!(libraries.open(id).unwrap().info().unwrap().name, "Home");
}
