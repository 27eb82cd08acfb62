//! Backups of libraries.

use std::{fs, ops::ControlFlow, os::unix::fs::PermissionsExt, path::Path, sync::Arc, thread};

use ext_library_sqlite::{Damage, Libraries, SqliteLibrary};
use ext_services::library::{Entries, LibraryDirectory, Sidecars, Versions};
use ext_wire::{
    ErrorCode,
    ops::vdfs::{ListEntriesInput, WriteSidecarInput},
};

fn bring(library: &SqliteLibrary, folder: &Path, name: &str, text: &str) -> uuid::Uuid {
    let file = folder.join(name);
    fs::write(&file, text).unwrap();
    library.import_file(&file, name).unwrap().entry.id
}

fn full(libraries: &Libraries, folder: &Path) -> Arc<SqliteLibrary> {
    let library = libraries.open(libraries.create("Home").unwrap().id).unwrap();
    let id = bring(&library, folder, "a.txt", "one");
    bring(&library, folder, "a.txt", "two");
    let data = b"beside".to_vec();
    let sidecar = WriteSidecarInput::new(id, "s.txt", data);
    library.write_sidecar(None, sidecar).unwrap();
    let gone = bring(&library, folder, "gone.txt", "in the bin");
    library.delete_entry(None, gone).unwrap();
    library
}

fn entries(library: &SqliteLibrary) -> Vec<ext_wire::ops::vdfs::Entry> {
    library.list_entries(ListEntriesInput { limit: 1000, ..Default::default() }).unwrap().entries
}

#[test]
fn a_backup_brings_back_all_of_a_library_and_overwrites_nothing() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let library = full(&libraries, data.path());
    let (id, before) = (library.info().unwrap().id, entries(&library));
    let to = data.path().join("backup");
    let backup = libraries.back_up(id, &to, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!((backup.files, backup.missing.len(), backup.library_id), (4, 0, id));
    for path in walk(&to).iter().map(std::path::PathBuf::as_path).chain([to.as_path()]) {
        let mode = fs::metadata(path).unwrap().permissions().mode() & 0o077;
        assert_eq!(mode, 0, "{} is for its owner only", path.display());
    }
    let within = Path::new(&library.info().unwrap().path).join("content/backup");
    let within = libraries.back_up(id, &within, &mut |_, _| ControlFlow::Continue(())).unwrap_err();
    assert_eq!(within.code(), ErrorCode::BadInput);
    let there = libraries.back_up(id, &to, &mut |_, _| ControlFlow::Continue(())).unwrap_err();
    assert_eq!(there.code(), ErrorCode::Conflict);
    let there = libraries.restore_backup(&to, &mut |_, _| ControlFlow::Continue(())).unwrap_err();
    assert_eq!(there.code(), ErrorCode::Conflict, "the library is there");

    let other = tempfile::tempdir().unwrap();
    let elsewhere = Libraries::new(other.path()).unwrap();
    assert_eq!(
        elsewhere.restore_backup(&to, &mut |_, _| ControlFlow::Continue(())).unwrap().id,
        id
    );
    let restored = elsewhere.open(id).unwrap();
    assert_eq!(entries(&restored), before);
    assert_eq!(restored.read_sidecar(before[0].id, "s.txt").unwrap(), b"beside");
    assert_eq!(restored.list_versions(before[0].id).unwrap().len(), 1);
    let report = restored.check().unwrap();
    assert_eq!((report.missing.len(), report.quarantined), (0, 0));
    bring(&restored, other.path(), "new.txt", "it can be written");
}

#[test]
fn a_backup_that_was_changed_is_not_restored() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let id = full(&libraries, data.path()).info().unwrap().id;
    let restore = |change: &dyn Fn(&Path)| {
        let (home, to) = (tempfile::tempdir().unwrap(), data.path().join("backup"));
        let _ = fs::remove_dir_all(&to);
        libraries.back_up(id, &to, &mut |_, _| ControlFlow::Continue(())).unwrap();
        change(&to);
        let elsewhere = Libraries::new(home.path()).unwrap();
        let result = elsewhere.restore_backup(&to, &mut |_, _| ControlFlow::Continue(()));
        if result.is_err() {
            assert!(elsewhere.list().unwrap().libraries.is_empty(), "nothing of it is left");
        }
        result.map(drop).map_err(|error| error.code())
    };
    let any = |to: &Path| {
        let all = walk(&to.join("content"));
        all.into_iter().find(|path| path.is_file()).unwrap()
    };
    assert_eq!(restore(&|_| {}), Ok(()));
    assert_eq!(restore(&|to| fs::write(any(to), "changed").unwrap()), Err(ErrorCode::Corrupt));
    assert_eq!(restore(&|to| fs::remove_file(any(to)).unwrap()), Err(ErrorCode::Corrupt));
    let spoil = |to: &Path| {
        let mut bytes = fs::read(to.join("library.db")).unwrap();
        bytes.push(0);
        fs::write(to.join("library.db"), bytes).unwrap();
    };
    assert_eq!(restore(&spoil), Err(ErrorCode::Corrupt));
    let no_manifest = |to: &Path| fs::remove_file(to.join("backup.json")).unwrap();
    assert_eq!(restore(&no_manifest), Err(ErrorCode::BadInput));
    let replaced = |to: &Path, from: &str, by: &str| {
        let path = to.join("backup.json");
        fs::write(&path, fs::read_to_string(&path).unwrap().replace(from, by)).unwrap();
    };
    let other = ext_services::new_id().to_string();
    let forged = |to: &Path| replaced(to, &id.to_string(), &other);
    assert_eq!(restore(&forged), Err(ErrorCode::Corrupt));
    assert_eq!(restore(&|to| replaced(to, "Home", "Other")), Err(ErrorCode::Corrupt));
    let newer = |to: &Path| {
        let path = to.join("backup.json");
        let text = fs::read_to_string(&path).unwrap().replace("\"format\": 1", "\"format\": 2");
        fs::write(path, text).unwrap();
    };
    assert_eq!(restore(&newer), Err(ErrorCode::BadInput));
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn a_backup_is_whole_while_others_write_and_delete() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let library = libraries.open(libraries.create("Home").unwrap().id).unwrap();
    let id = library.info().unwrap().id;
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 0..40 {
                let entry = bring(&library, data.path(), "a.txt", &format!("text {number}"));
                if number % 3 == 0 {
                    library.delete_entry(None, entry).unwrap();
                }
            }
        });
        for number in 0..4 {
            let to = data.path().join(format!("backup-{number}"));
            let backup = libraries.back_up(id, &to, &mut |_, _| ControlFlow::Continue(())).unwrap();
            assert!(backup.missing.is_empty(), "{backup:?}");
            let home = tempfile::tempdir().unwrap();
            let elsewhere = Libraries::new(home.path()).unwrap();
            elsewhere.restore_backup(&to, &mut |_, _| ControlFlow::Continue(())).unwrap();
            assert!(elsewhere.open(id).unwrap().check().unwrap().missing.is_empty());
        }
        writer.join().unwrap();
    });
}

#[test]
fn a_damaged_library_is_backed_up_as_far_as_it_is_there() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let library = full(&libraries, data.path());
    let info = library.info().unwrap();
    let lost = walk(&Path::new(&info.path).join("content")).remove(0);
    fs::remove_file(&lost).unwrap();
    let to = data.path().join("backup");
    let backup = libraries.back_up(info.id, &to, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(backup.missing, [lost.file_name().unwrap().to_str().unwrap()]);
    let home = tempfile::tempdir().unwrap();
    let elsewhere = Libraries::new(home.path()).unwrap();
    elsewhere.restore_backup(&to, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(entries(&elsewhere.open(info.id).unwrap()).len(), 1);
}

#[test]
fn a_place_where_no_backup_can_be_written_is_named() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let id = libraries.create("Home").unwrap().id;
    let file = data.path().join("file");
    fs::write(&file, "x").unwrap();
    for parent in [data.path().join("missing"), file] {
        let error = libraries
            .back_up(id, &parent.join("backup"), &mut |_, _| ControlFlow::Continue(()))
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::BadInput, "{error}");
        let expected = format!("a backup cannot be written to {}: ", parent.display());
        assert!(error.to_string().starts_with(&expected), "{error}");
    }
}

/// Damages the files of two contents and of the sidecar: one is changed, one no file, one missing.
fn damage(library: &SqliteLibrary) -> [String; 3] {
    let folder = library.info().unwrap().path;
    let contents = walk(&Path::new(&folder).join("content"));
    let sidecar = walk(&Path::new(&folder).join("sidecars")).remove(0);
    fs::write(&contents[0], "changed").unwrap();
    fs::remove_file(&contents[1]).unwrap();
    fs::create_dir(&contents[1]).unwrap();
    fs::remove_file(&sidecar).unwrap();
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    [name(&contents[0]), name(&contents[1]), name(&sidecar)]
}

#[test]
fn changed_files_are_passed_over_and_told() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let library = full(&libraries, data.path());
    let info = library.info().unwrap();
    let [changed, no_file, missing] = damage(&library);
    let to = data.path().join("backup");
    let backup = libraries.back_up(info.id, &to, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!((backup.files, &backup.missing), (1, &vec![missing]), "{backup:?}");
    let mut damaged = [changed, no_file];
    damaged.sort();
    assert_eq!(backup.damaged, damaged);
    assert_eq!(walk(&to).len(), 3, "the database, the description, one content");
    let home = tempfile::tempdir().unwrap();
    let elsewhere = Libraries::new(home.path()).unwrap();
    elsewhere.restore_backup(&to, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(entries(&elsewhere.open(info.id).unwrap()), entries(&library));
}

#[test]
fn a_stopped_backup_or_restore_leaves_nothing() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let id = full(&libraries, data.path()).info().unwrap().id;
    let to = data.path().join("out/backup");
    fs::create_dir(data.path().join("out")).unwrap();
    let mut one =
        |done, _| if done > 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let stopped = libraries.back_up(id, &to, &mut one).unwrap_err();
    assert_eq!(stopped.code(), ErrorCode::Stopped);
    assert_eq!(fs::read_dir(data.path().join("out")).unwrap().count(), 0);
    libraries.back_up(id, &to, &mut |_, _| ControlFlow::Continue(())).unwrap();
    let home = tempfile::tempdir().unwrap();
    let elsewhere = Libraries::new(home.path()).unwrap();
    assert_eq!(elsewhere.restore_backup(&to, &mut one).unwrap_err().code(), ErrorCode::Stopped);
    assert!(elsewhere.list().unwrap().libraries.is_empty());
}

#[test]
fn a_check_of_files_names_what_damaged_ones_belong_to() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let library = full(&libraries, data.path());
    let all = |_, _| ControlFlow::Continue(());
    let sound = library.check_files(&mut { all }).unwrap();
    assert_eq!((sound.checked, sound.total, sound.damaged.len()), (4, 4, 0));
    let names = damage(&library);
    let found = library.check_files(&mut { all }).unwrap();
    let of = |name: &String| found.damaged.iter().find(|it| it.hash == *name).unwrap();
    assert_eq!(of(&names[0]).damage, Damage::Changed);
    assert_eq!(of(&names[1]).damage, Damage::Unreadable);
    assert_eq!(of(&names[2]).damage, Damage::Missing);
    assert_eq!(of(&names[2]).used_by, ["a.txt, sidecar s.txt"]);
    let mut used: Vec<_> = found.damaged.iter().flat_map(|it| it.used_by.clone()).collect();
    used.sort();
    let possible = ["a.txt", "a.txt, sidecar s.txt", "a.txt, version 1", "gone.txt, in the bin"];
    assert!(used.iter().all(|it| possible.contains(&it.as_str())) && used.len() == 3, "{used:?}");
    let mut none = |_, _| ControlFlow::Break(());
    assert!(library.check_files(&mut none).unwrap().is_stopped());
}
