//! Data folders that can be read and not written, and libraries that cannot be read.

use std::{fs, path::PathBuf, process::Command};

use ext_testing::ReadOnly;
use serde_json::Value;

use crate::common::{Ran, Spacedrive, extension, ran, samples};

/// Runs the program where its data folder cannot be written.
fn run(way: ReadOnly, spacedrive: &Spacedrive, args: &[&str]) -> Ran {
    let data = spacedrive.data.path();
    let mut command: Command = way.command(data, env!("CARGO_BIN_EXE_spacedrive"));
    command.arg("--data-dir").arg(data).args(args).env_remove("SPACEDRIVE_LIBRARY");
    ran(command.output().unwrap())
}

fn json(way: ReadOnly, spacedrive: &Spacedrive, args: &[&str]) -> Value {
    let ran = run(way, spacedrive, &[&["--output", "json"], args].concat());
    assert_eq!(ran.code, Some(0), "{way:?} {args:?}: {ran:?}");
    serde_json::from_slice(&ran.stdout).unwrap()
}

/// Returns code, message and hint of the error of a command.
fn error(way: ReadOnly, spacedrive: &Spacedrive, args: &[&str]) -> (String, String) {
    let ran = run(way, spacedrive, &[&["--output", "json"], args].concat());
    assert_eq!(ran.code, Some(1), "{way:?} {args:?}: {ran:?}");
    let body: Value = serde_json::from_str(&ran.stderr).unwrap_or_else(|_| panic!("{ran:?}"));
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    (text("code"), text("error") + " " + &text("hint"))
}

#[test]
fn a_data_folder_that_cannot_be_written_is_read() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    let file = spacedrive.data.path().join("tea.txt");
    fs::write(&file, "jasmine and oolong").unwrap();
    spacedrive.json(["import", file.to_str().unwrap()]);
    let entry = spacedrive.json(["entry", "list"])[0]["path"].as_str().unwrap().to_owned();
    for way in ReadOnly::all() {
        let listed = json(way, &spacedrive, &["library", "list"]);
        assert_eq!(
            (&listed[0]["state"], &listed[0]["name"]),
            (&"read-only".into(), &"Test".into())
        );
        assert_eq!(json(way, &spacedrive, &["entry", "list"]).as_array().unwrap().len(), 1);
        let found = json(way, &spacedrive, &["search", "--exact", "oolong"]);
        assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
        let got = run(way, &spacedrive, &["entry", "get", &entry, "--to", "-"]);
        assert_eq!((got.code, got.stdout), (Some(0), b"jasmine and oolong".to_vec()));
        assert_eq!(json(way, &spacedrive, &["library", "check"])["missing"], Value::Array(vec![]));
        assert!(json(way, &spacedrive, &["job", "list"]).as_array().unwrap().is_empty());
        for args in [
            &["import", file.to_str().unwrap()][..],
            &["job", "run"],
            &["entry", "delete", &entry],
            &["entry", "rename", &entry, "cup.txt"],
            &["entry", "tag", &entry, "x"],
            &["library", "rename", "Test", "Other"],
            &["library", "create", "Other"],
            &["library", "use", "Test"],
            &["library", "delete", "Test", "--yes"],
            &["library", "backup", "--to", spacedrive.data.path().join("b").to_str().unwrap()],
        ] {
            let (code, text) = error(way, &spacedrive, args);
            let expected = if args[1] == "backup" { "E_BAD_INPUT" } else { "E_READ_ONLY" };
            assert_eq!(code, expected, "{way:?} {args:?}: {text}");
            let hint =
                if args[1] == "backup" { "name a new folder" } else { "library restore --from" };
            assert!(
                text.contains("read-only here") && text.contains(hint),
                "{way:?} {args:?}: {text}"
            );
        }
        a_copy_can_be_written(way, &spacedrive, &library);
    }
    // Nothing of it stays: it can be written again.
    spacedrive.json(["entry", "delete", &entry]);
}

fn a_copy_can_be_written(way: ReadOnly, spacedrive: &Spacedrive, library: &str) {
    let elsewhere = tempfile::tempdir().unwrap();
    let open = Command::new("chmod").arg("777").arg(elsewhere.path()).status().unwrap();
    assert!(open.success());
    let backup = elsewhere.path().join("backup");
    json(way, spacedrive, &["library", "backup", "--to", backup.to_str().unwrap()]);
    let export = elsewhere.path().join("export");
    json(way, spacedrive, &["library", "export", export.to_str().unwrap()]);
    let is_there = |entry: walkdir::DirEntry| entry.file_name().to_str() == Some("tea.txt");
    assert!(walkdir::WalkDir::new(&export).into_iter().any(|entry| is_there(entry.unwrap())));
    let copy = Spacedrive::new();
    copy.json(["library", "restore", "--from", backup.to_str().unwrap()]);
    let listed = copy.json(["library", "list"]);
    assert_eq!((&listed[0]["id"], &listed[0]["state"]), (&library.into(), &"ok".into()));
    copy.json(["library", "rename", "Test", "Other"]);
}

#[test]
fn a_folder_of_libraries_alone_is_read_where_the_rest_cannot_be_made() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    for name in ["audit", "extensions", "grants", "modules", "state"] {
        let _ = fs::remove_dir_all(spacedrive.data.path().join(name));
    }
    for way in ReadOnly::all() {
        assert_eq!(json(way, &spacedrive, &["library", "list"])[0]["state"], "read-only");
        for args in [["entry", "list"], ["ext", "list"], ["audit", "tail"], ["library", "bin"]] {
            assert!(json(way, &spacedrive, &args).as_array().unwrap().is_empty(), "{args:?}");
        }
    }
    fs::remove_dir_all(spacedrive.data.path().join("libraries")).unwrap();
    for way in ReadOnly::all() {
        assert!(json(way, &spacedrive, &["library", "list"]).as_array().unwrap().is_empty());
        assert_eq!(error(way, &spacedrive, &["library", "create", "New"]).0, "E_READ_ONLY");
    }
}

#[test]
fn receipts_are_read_where_they_cannot_be_written() {
    let Some((spacedrive, _)) = Spacedrive::with_extension("finance") else { return };
    let mail = samples().join("02-us-receipt.eml");
    spacedrive.json(["import", mail.to_str().unwrap()]);
    let before = spacedrive.json(["receipt", "list"]);
    assert_eq!(before.as_array().unwrap().len(), 1);
    let entry = before[0]["entry_id"].as_str().unwrap().to_owned();
    let sidecar = spacedrive.run(["sidecar", "get", &entry, "receipt.json"]).stdout;
    for way in ReadOnly::all() {
        let ran = run(way, &spacedrive, &["--output", "json", "receipt", "list"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{way:?}: {ran:?}");
        assert_eq!(serde_json::from_slice::<Value>(&ran.stdout).unwrap(), before);
        assert_eq!(
            run(way, &spacedrive, &["sidecar", "get", &entry, "receipt.json"]).stdout,
            sidecar
        );
        for args in [
            &["ext", "remove", "finance"][..],
            &["permission", "deny", "finance", "--method", "vdfs.create_entry"],
        ] {
            let (code, text) = error(way, &spacedrive, args);
            let (expected, hint) = match way {
                ReadOnly::Mount => ("E_READ_ONLY", "get the right to write there"),
                ReadOnly::ForeignOwner => ("E_IO", "`spacedrive doctor` says"),
            };
            assert!(code == expected && text.contains(hint), "{way:?} {args:?}: {code} {text}");
        }
        let (code, text) = error(way, &spacedrive, &["receipt", "reject", &entry]);
        assert!(
            code == "E_IO" && text.contains("the library is read-only here: "),
            "{code}: {text}"
        );
        assert!(text.contains("library restore --from"), "{text}");
    }
}

/// A data folder whose only library, `Home`, cannot be read.
fn damaged() -> (Spacedrive, PathBuf) {
    let spacedrive = Spacedrive::new();
    let id = spacedrive.json(["library", "create", "Home"])["id"].as_str().unwrap().to_owned();
    let folder = spacedrive.data.path().join("libraries").join(id);
    fs::write(folder.join("library.db"), "damaged ".repeat(999)).unwrap();
    (spacedrive, folder)
}

#[test]
fn a_library_that_cannot_be_read_is_found_by_its_name() {
    let (spacedrive, folder) = damaged();
    let table = spacedrive.run(["library", "list"]);
    let text = String::from_utf8(table.stdout).unwrap();
    assert!(text.contains("Home  damaged"), "{text}");
    let refused = spacedrive.run(["library", "create", "home"]);
    assert!(refused.stderr.contains("a library is called `Home` already"), "{refused:?}");
    let checked = spacedrive.run(["library", "check", "Home"]).stderr;
    let id = folder.file_name().unwrap().to_str().unwrap();
    assert!(checked.contains(&format!("the library `Home` ({id}) cannot be read")), "{checked}");
    assert!(checked.contains("hint: put its folder back from a backup"), "{checked}");
    assert_eq!(spacedrive.run(["library", "delete", "Home", "--yes"]).code, Some(0));
    assert_eq!(spacedrive.run(["library", "restore", "Home"]).code, Some(0));
    let unknown = spacedrive.run(["entry", "list", "--library", "Office"]).stderr;
    assert!(unknown.contains("there is no library `Office`"), "{unknown}");
}

#[test]
fn failures_of_libraries_and_backups_say_what_to_do() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    let folder = spacedrive.data.path().join("libraries").join(&library);
    let backup = spacedrive.data.path().join("backup");
    let to = backup.to_str().unwrap();
    assert_eq!(spacedrive.run(["library", "backup", "--to", to]).code, Some(0));
    let says = |args: &[&str], said: &[&str]| {
        let ran = spacedrive.run(args);
        assert_eq!(ran.code, Some(1), "{args:?}: {ran:?}");
        for said in said {
            assert!(ran.stderr.contains(said), "{args:?}: {said}: {}", ran.stderr);
        }
    };
    says(&["library", "backup", "--to", to], &["(E_CONFLICT)"]);
    says(&["library", "restore", "--from", to], &["(E_CONFLICT)"]);
    let missing = spacedrive.data.path().join("missing");
    let in_missing = missing.join("b");
    says(
        &["library", "backup", "--to", in_missing.to_str().unwrap()],
        &[
            &format!("cannot be written to {}: ", missing.display()),
            "hint: name a new folder in one",
        ],
    );

    let elsewhere = tempfile::tempdir().unwrap();
    let moved = elsewhere.path().join("moved");
    fs::rename(&folder, &moved).unwrap();
    std::os::unix::fs::symlink(&moved, &folder).unwrap();
    says(&["entry", "list"], &["is a symbolic link", "hint: put what it leads to in its place"]);
    fs::remove_file(&folder).unwrap();

    let mut database = fs::read(backup.join("library.db")).unwrap();
    database.truncate(4096);
    fs::write(backup.join("library.db"), &database).unwrap();
    says(
        &["library", "restore", "--from", to],
        &["(E_CORRUPT)", &format!("the backup {to} is damaged"), "hint: use another backup"],
    );

    fs::rename(&moved, &folder).unwrap();
    let mut database = fs::read(folder.join("library.db")).unwrap();
    database[60..64].copy_from_slice(&99_u32.to_be_bytes());
    fs::write(folder.join("library.db"), &database).unwrap();
    says(
        &["entry", "list"],
        &["`Test`", "schema version 99", "hint: a newer version of spacedrive"],
    );
}

#[test]
fn damaged_files_of_an_extension_are_said_with_what_to_do() {
    let Some((spacedrive, _)) = Spacedrive::with_extension("hello") else { return };
    let data = spacedrive.data.path();
    let grants = data.join("grants/hello.json");
    let whole = fs::read(&grants).unwrap();
    fs::write(&grants, "{").unwrap();
    let listed = spacedrive.run(["permission", "list", "hello"]).stderr;
    let path = grants.display().to_string();
    assert!(listed.contains(&path) && listed.contains("hint: put the file back"), "{listed}");
    fs::write(&grants, whole).unwrap();

    let home = data.join("extensions/hello");
    let version = home.join(fs::read_to_string(home.join("current")).unwrap());
    fs::remove_file(version.join("manifest.json")).unwrap();
    let shown = spacedrive.run(["permission", "list", "hello"]).stderr;
    let manifest = version.join("manifest.json").display().to_string();
    let said = format!("the extension `hello` is damaged: `{manifest}` is missing");
    assert!(shown.contains(&said) && shown.contains("hint: `spacedrive ext install"), "{shown}");

    // For programs, every line is JSON.
    let ran = spacedrive.run(["--output", "json", "permission", "list", "nobody"]);
    for line in ran.stderr.lines() {
        serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("{line}"));
    }
    let listed = spacedrive.json(["ext", "list"]);
    assert_eq!(listed[0]["state"], "damaged", "{listed}");
    let fault = listed[0]["health"]["last_fault"]["message"].as_str().unwrap();
    assert!(fault.contains(&manifest), "{fault}");

    let folder = extension("hello").unwrap();
    let again = spacedrive.run(["ext", "install", folder.to_str().unwrap(), "--yes"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert_eq!(spacedrive.run(["permission", "list", "hello"]).code, Some(0));
}

#[test]
fn who_has_a_library_open_is_said() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    let core = spacedrive_core::Core::open(spacedrive.data.path()).unwrap();
    let _open = core.library(library.parse().unwrap()).unwrap();
    let ran = spacedrive.run(["library", "delete", "Test", "--yes"]);
    let said = format!("the library is in use by process {}", std::process::id());
    assert!(ran.stderr.contains(&said) && ran.stderr.contains("hint: wait until"), "{ran:?}");
}
