//! Libraries that are damaged, out of room, or not what they should be.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use crate::common::{Spacedrive, ran};
use serde_json::{Value, json};

/// Two libraries with an entry each.
struct World {
    spacedrive: Spacedrive,
    bad: String,
    good: String,
}

impl World {
    fn new() -> Self {
        let spacedrive = Spacedrive::new();
        let file = spacedrive.data.path().join("tea.txt");
        fs::write(&file, "jasmine").unwrap();
        let [bad, good] = ["Bad", "Good"].map(|name| {
            let library =
                spacedrive.json(["library", "create", name])["id"].as_str().unwrap().to_owned();
            spacedrive.json(["import", file.to_str().unwrap(), "--library", &library]);
            library
        });
        Self { spacedrive, bad, good }
    }

    fn folder(&self) -> PathBuf {
        self.spacedrive.data.path().join("libraries").join(&self.bad)
    }

    fn database(&self) -> PathBuf {
        self.folder().join("library.db")
    }

    /// The code and the message that a command about the library ends with.
    fn error(&self, args: &[&str]) -> (String, String) {
        let ran = self.spacedrive.run([&["--output", "json"], args].concat());
        assert_eq!(ran.code, Some(1), "{args:?}: {ran:?}");
        let body: Value = serde_json::from_str(ran.stderr.lines().last().unwrap()).unwrap();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (text("code"), text("error") + " " + &text("hint"))
    }

    fn entries(&self, library: &str) -> Value {
        self.spacedrive.json(["entry", "list", "--library", library])
    }

    /// Checks that every command says what is wrong, and that the other library works.
    fn says(&self, code: &str, what: &str) {
        let (bad, folder) = (self.bad.as_str(), self.folder().display().to_string());
        for library in [bad, "Bad"] {
            for args in [
                &["entry", "list", "--library", library][..],
                &["import", "/dev/null", "--library", library],
                &["search", "x", "--library", library],
                &["job", "list", "--library", library],
            ] {
                let (got, error) = self.error(args);
                assert_eq!(got, code, "{args:?}: {error}");
                assert!(error.contains(what) && error.contains(&folder), "{args:?}: {error}");
                assert!(!error.contains("there is no library"), "{error}");
            }
        }
        let listed = self.spacedrive.run(["--output", "json", "library", "list"]);
        assert_eq!(listed.code, Some(1));
        let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
        assert_eq!((&listed[0]["name"], &listed[0]["state"]), (&json!("Good"), &json!("ok")));
        assert_eq!(listed[1]["code"], code);
        let table = self.spacedrive.run(["library", "list"]);
        let table = String::from_utf8(table.stdout).unwrap();
        assert!(table.contains(bad) && table.contains(code) && table.contains(what), "{table}");
        assert_eq!(self.entries("Good").as_array().unwrap().len(), 1);
    }
}

/// A change to the file of a database.
type Damage = fn(&Path);

#[test]
fn crsh_09_a_damaged_library_is_told_and_the_others_work() {
    let damages: [(&str, Damage); 5] = [
        ("not a database", |path| {
            fs::write(path, "this is a text, and a long one\n".repeat(99)).unwrap()
        }),
        ("not a library database", |path| fs::write(path, "").unwrap()),
        ("is missing", |path| fs::remove_file(path).unwrap()),
        ("not a database", |path| {
            let mut bytes = fs::read(path).unwrap();
            bytes[..4096].fill(0);
            fs::write(path, bytes).unwrap();
        }),
        ("malformed", |path| {
            let bytes = fs::read(path).unwrap();
            fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        }),
    ];
    for (what, damage) in damages {
        let world = World::new();
        damage(&world.database());
        world.says("E_CORRUPT", what);
        let (_, error) = world.error(&["entry", "list", "--library", &world.bad]);
        assert!(error.contains("from a backup"), "{error}");
    }
}

#[test]
fn no_library_is_blamed_for_another_one() {
    let world = World::new();
    let newer = world.spacedrive.json(["library", "create", "Newer"])["id"].clone();
    let newer = newer.as_str().unwrap();
    fs::write(world.database(), "").unwrap();
    let other = world.spacedrive.data.path().join("libraries").join(newer).join("library.db");
    let mut bytes = fs::read(&other).unwrap();
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    fs::write(&other, &bytes).unwrap();
    for (library, code) in [(world.bad.as_str(), "E_CORRUPT"), (newer, "E_SCHEMA")] {
        assert_eq!(world.error(&["entry", "list", "--library", library]).0, code, "{library}");
    }
    let (_, error) = world.error(&["entry", "list", "--library", "typo"]);
    for said in ["`typo`", world.bad.as_str(), newer, "E_CORRUPT", "E_SCHEMA", "library list"] {
        assert!(error.contains(said), "{error}");
    }
    // The beginning that all three ids share chooses none of them.
    let shared = (0..world.good.len())
        .take_while(|end| {
            [world.bad.as_str(), newer].iter().all(|id| id[..*end] == world.good[..*end])
        })
        .last()
        .unwrap();
    if shared >= 4 {
        let (_, error) = world.error(&["entry", "list", "--library", &world.good[..shared]]);
        assert!(error.contains("use an id") && error.contains(newer), "{error}");
    }
    let (_, error) = world.error(&["entry", "list"]);
    assert!(error.contains("`Good`") && error.contains(newer), "{error}");
}

#[test]
fn crsh_10_a_library_of_another_program_or_a_newer_one_is_not_read() {
    let world = World::new();
    let mut bytes = fs::read(world.database()).unwrap();
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    fs::write(world.database(), &bytes).unwrap();
    world.says("E_SCHEMA", "version 99");
    bytes[60..64].copy_from_slice(&2_u32.to_be_bytes());
    bytes[68..72].fill(7);
    fs::write(world.database(), &bytes).unwrap();
    world.says("E_CORRUPT", "not a library database");
}

#[test]
fn path_06_a_link_inside_of_a_library_is_not_followed() {
    for name in ["library.db", "sessions", "library.db-wal"] {
        let world = World::new();
        let elsewhere = tempfile::tempdir().unwrap();
        let _ = fs::rename(world.folder().join(name), elsewhere.path().join(name));
        symlink(elsewhere.path().join(name), world.folder().join(name)).unwrap();
        let (code, error) = world.error(&["entry", "list", "--library", &world.bad]);
        assert_eq!(code, "E_PATH", "{name}: {error}");
        assert!(error.contains(&world.folder().join(name).display().to_string()), "{error}");
        assert_eq!(world.entries("Good").as_array().unwrap().len(), 1);
    }
}

#[test]
fn a_data_folder_may_be_reached_by_a_link() {
    let world = World::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("link");
    symlink(world.spacedrive.data.path(), &link).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_spacedrive"));
    command.arg("--data-dir").arg(&link).args(["--output", "json", "library", "list"]);
    let ran = ran(command.output().unwrap());
    let listed: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 2, "{ran:?}");
}

#[test]
fn path_21_a_library_is_for_its_owner_only() {
    let world = World::new();
    let folders = ["libraries", "state", "grants", "audit", "extensions", "modules"];
    world.spacedrive.unshare_modules();
    world.spacedrive.json(["ext", "list"]);
    let data = world.spacedrive.data.path();
    for name in folders.iter().filter(|name| data.join(name).exists()) {
        for entry in walkdir::WalkDir::new(data.join(name)) {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            let right = if entry.file_type().is_dir() { 0o700 } else { 0o600 };
            assert_eq!(mode, right, "{:o} {}", mode, entry.path().display());
        }
    }
}

/// Runs a command whose process cannot make any file larger, as on a full disk.
fn without_room(world: &World, args: &[&str]) -> crate::common::Ran {
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"]);
    command
        .arg(env!("CARGO_BIN_EXE_spacedrive"))
        .arg("--data-dir")
        .arg(world.spacedrive.data.path());
    ran(command.args(args).output().unwrap())
}

#[test]
#[cfg(target_os = "linux")]
fn crsh_06_what_is_there_is_read_on_a_full_disk() {
    let world = World::new();
    for args in [
        &["--output", "json", "entry", "list", "--library", &world.good][..],
        &["--output", "json", "entry", "list", "--library", "Good"],
        &["--output", "json", "search", "tea", "--words-only", "--library", "Good"],
        &["--output", "json", "library", "list"],
    ] {
        let ran = without_room(&world, args);
        assert_eq!(ran.code, Some(0), "{args:?}: {ran:?}");
        let listed: Value = serde_json::from_slice(&ran.stdout).unwrap();
        assert!(!listed.as_array().unwrap().is_empty(), "{args:?}: {ran:?}");
    }
    let file = world.spacedrive.data.path().join("tea.txt");
    fs::write(&file, "oolong").unwrap();
    let ran = without_room(&world, &["import", file.to_str().unwrap(), "--library", "Good"]);
    assert!(ran.code != Some(0) && !ran.stderr.contains("there is no library"), "{ran:?}");
    // There is room again.
    let report =
        world.spacedrive.json(["import", file.to_str().unwrap(), "--library", &world.good]);
    assert_eq!(report["updated"], 1, "{report}");
}

#[test]
fn damaged_files_are_named_by_what_they_belong_to_and_passed_over_by_a_backup() {
    let world = World::new();
    let shown = world.entries(&world.bad);
    let (path, hash) = (&shown[0]["path"], shown[0]["content_hash"].as_str().unwrap());
    let (path, file) =
        (path.as_str().unwrap(), world.folder().join("content").join(&hash[..2]).join(hash));
    let run = |args: &[&str]| {
        let ran = world.spacedrive.run(args);
        (ran.code, String::from_utf8(ran.stdout).unwrap())
    };
    assert_eq!(run(&["library", "check", "Bad", "--files"]).0, Some(0));
    fs::write(&file, "tampered").unwrap();
    assert_eq!(run(&["library", "check", "Bad"]).0, Some(0), "it reads no files");
    let (code, said) = run(&["library", "check", "Bad", "--files"]);
    assert_eq!(code, Some(1));
    assert!(said.contains(&format!("changed: {path} ({hash})")), "{said}");
    let to = world.spacedrive.data.path().join("backup");
    let (code, said) = run(&["library", "backup", "Bad", "--to", to.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    assert!(said.contains("1 file of the library is damaged, and not in it"), "{said}");
    assert!(
        said.contains(&format!("changed: {path}")) && to.join("backup.json").exists(),
        "{said}"
    );
    fs::remove_file(&file).unwrap();
    let (code, said) = run(&["library", "check", "Bad"]);
    assert_eq!(code, Some(1));
    assert!(said.contains(&format!("missing: {path}")), "{said}");
    let json = world.spacedrive.run(["--output", "json", "library", "check", "Bad", "--files"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["files"]["damaged"][0]["damage"], "missing", "{json}");
    assert_eq!(json["files"]["damaged"][0]["used_by"], json!([path]));
}

#[test]
fn a_damaged_file_of_the_data_folder_is_told_with_its_way_out() {
    let spacedrive = Spacedrive::new();
    spacedrive.json(["library", "create", "Home"]);
    for (name, args, way) in [
        ("locations.json", &["location", "list"][..], "location add"),
        ("schedules.json", &["job", "schedules"], "job schedule"),
        ("tokens.json", &["token", "list"], "token create"),
    ] {
        let file = spacedrive.data.path().join(name);
        fs::write(&file, "").unwrap();
        let told = spacedrive.run(args).stderr;
        assert!(told.contains(&format!("{} is damaged: ", file.display())), "{told}");
        assert!(told.contains("hint: put the file back") && told.contains(way), "{told}");
        let ran = spacedrive.run(["doctor"]);
        let told = String::from_utf8(ran.stdout).unwrap();
        assert!(told.contains(name) && told.contains("bad   files"), "{told}");
        assert_eq!(told.matches("(E_CORRUPT)").count(), 1, "{told}");
        fs::remove_file(&file).unwrap();
        assert_eq!(spacedrive.run(args).code, Some(0), "as the hint says");
    }
}

#[test]
fn a_content_that_is_lost_comes_back_with_an_import_of_its_file() {
    let world = World::new();
    let file = world.spacedrive.data.path().join("tea.txt").display().to_string();
    let entry = &world.entries(&world.bad)[0];
    let (path, hash) = (entry["path"].as_str().unwrap(), entry["content_hash"].as_str().unwrap());
    fs::remove_file(world.folder().join("content").join(&hash[..2]).join(hash)).unwrap();
    let (code, error) = world.error(&["entry", "get", path, "--to", "-", "--library", "Bad"]);
    assert_eq!(code, "E_CORRUPT");
    let named = format!("the content of `{path}` is missing");
    assert!(error.contains(&named) && error.contains("import its file again"), "{error}");
    let ran = world.spacedrive.run(["import", &file, "--library", "Bad"]);
    let said = String::from_utf8(ran.stdout.clone()).unwrap();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(said.contains(&format!("now put back:\n  {file}\n")), "{said}");
    let checked = world.spacedrive.run(["library", "check", "Bad", "--files"]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
}
