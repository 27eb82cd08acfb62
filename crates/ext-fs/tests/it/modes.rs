//! Modes of folders and files.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use ext_fs::{Lock, create_new, create_private_folder, make_private, private_options, replace};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_is_created_is_for_its_owner_only() {
    type Create = fn(&Path);
    let ways: [(&str, u32, Create); 6] = [
        ("folder", 0o700, |path| create_private_folder(path).unwrap()),
        ("folder/in/it", 0o700, |path| create_private_folder(path).unwrap()),
        ("replaced", 0o600, |path| replace(path, b"1").unwrap()),
        ("new", 0o600, |path| create_new(path, b"1").unwrap()),
        ("lock", 0o600, |path| drop(Lock::acquire(path).unwrap())),
        ("opened", 0o600, |path| {
            private_options().append(true).create(true).open(path).unwrap();
        }),
    ];
    let home = tempfile::tempdir().unwrap();
    for (name, expected, create) in ways {
        let path = home.path().join(name);
        create(&path);
        assert_eq!(mode(&path), expected, "{name}");
    }
    assert_eq!(mode(&home.path().join("folder/in")), 0o700, "those above it as well");
}

#[test]
fn modes_of_what_is_there() {
    let home = tempfile::tempdir().unwrap();
    let (folder, file) = (home.path().join("folder"), home.path().join("file"));
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    create_private_folder(&folder).unwrap();
    assert_eq!(mode(&folder), 0o755, "it stays as it is");
    make_private(&folder).unwrap();
    assert_eq!(mode(&folder), 0o700);
    fs::write(&file, b"open to all").unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    replace(&file, b"closed").unwrap();
    assert_eq!(mode(&file), 0o600, "it is another file");
}
