//! Imports of several folders: no file takes the entry of another one.

use std::fs;

use serde_json::Value;

use crate::common::{Ran, Spacedrive};

/// A library, and folders to import.
struct World {
    spacedrive: Spacedrive,
    library: String,
    folders: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let spacedrive = Spacedrive::new();
        let library = spacedrive.library();
        Self { spacedrive, library, folders: tempfile::tempdir().unwrap() }
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.folders.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn run(&self, paths: &[&str], more: &[&str]) -> Ran {
        let paths = paths.iter().map(|path| self.folders.path().join(path).into_os_string());
        let more = ["--library", &self.library].into_iter().chain(more.iter().copied());
        let args = [std::ffi::OsString::from("import")].into_iter().chain(paths);
        self.spacedrive.run(args.chain(more.map(Into::into)))
    }

    /// Imports; returns the numbers of new, changed and unchanged files, and the report.
    fn import(&self, paths: &[&str], more: &[&str]) -> ([u64; 3], Value) {
        let more: Vec<_> = more.iter().copied().chain(["--output", "json"]).collect();
        let report: Value = serde_json::from_slice(&self.run(paths, &more).stdout).unwrap();
        let counts = ["created", "updated", "unchanged"].map(|key| report[key].as_u64().unwrap());
        (counts, report)
    }

    fn content(&self, path: &str) -> String {
        String::from_utf8(self.spacedrive.content(&self.library, path)).unwrap()
    }
}

#[test]
fn folders_of_one_name_keep_their_files_apart() {
    let world = World::new();
    world.write("2024/scans/scan1.txt", "of 2024");
    world.write("2025/scans/scan1.txt", "of 2025");
    world.write("2025/scans/only-here.txt", "of 2025, too");
    assert_eq!(world.import(&["2024/scans"], &[]).0, [1, 0, 0]);
    let (counts, report) = world.import(&["2025/scans"], &[]);
    assert_eq!(counts, [2, 0, 0], "{report}");
    assert_eq!(report["placed"][0]["place"], "2025/scans");
    for (path, text) in [("scans/scan1.txt", "of 2024"), ("2025/scans/scan1.txt", "of 2025")] {
        assert_eq!(world.content(path), text);
    }
    // The places stay, whatever is named, and new files go there.
    world.write("2025/scans/later.txt", "later");
    assert_eq!(world.import(&["2025/scans/later.txt"], &[]).0, [1, 0, 0]);
    assert_eq!(world.content("2025/scans/later.txt"), "later");
    assert_eq!(world.import(&["2024/scans", "2025/scans"], &[]).0, [0, 0, 4]);
    world.write("2024/scans/scan1.txt", "of 2024, again");
    assert_eq!(world.import(&["2024/scans/scan1.txt"], &[]).0, [0, 1, 0]);
    assert_eq!(world.content("2025/scans/scan1.txt"), "of 2025");
}

#[test]
fn folders_of_one_name_are_kept_apart_in_one_import() {
    let world = World::new();
    world.write("2024/scans/a.txt", "of 2024");
    world.write("2025/scans/a.txt", "of 2025");
    let (counts, report) = world.import(&["2024/scans", "2025/scans"], &[]);
    assert_eq!((counts, &report["failures"]), ([2, 0, 0], &Value::Array(vec![])));
    assert_eq!(world.content("2025/scans/a.txt"), "of 2025");
}

#[test]
fn a_folder_is_imported_into_the_place_that_is_named() {
    let world = World::new();
    world.write("one/a.txt", "one");
    world.write("two/a.txt", "two");
    assert_eq!(world.import(&["one"], &["--into", "papers/2026/"]).0, [1, 0, 0]);
    assert_eq!(world.content("papers/2026/a.txt"), "one");
    assert_eq!(world.import(&["one/a.txt"], &[]).0, [0, 0, 1], "it stays there");
    for (folder, place, said) in [
        ("two", "papers/2026", "import it into another place"),
        ("one", "elsewhere", "it was imported into `papers/2026`"),
    ] {
        let (counts, report) = world.import(&[folder], &["--into", place]);
        let failure = &report["failures"][0];
        assert_eq!((counts, &failure["code"]), ([0, 0, 0], &"E_CONFLICT".into()), "{report}");
        assert!(failure["error"].as_str().unwrap().contains(said), "{failure}");
    }
    assert_eq!(world.import(&["two"], &["--into", "papers/two"]).0, [1, 0, 0]);
    let wrong = world.run(&["two"], &["--into", "../up"]);
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
}

#[test]
fn a_folder_that_was_moved_keeps_its_entries_and_a_strange_one_does_not_get_them() {
    let world = World::new();
    world.write("old/mails/a.txt", "a");
    world.write("old/mails/b.txt", "b");
    world.import(&["old/mails"], &[]);
    fs::rename(world.folders.path().join("old"), world.folders.path().join("new")).unwrap();
    world.write("new/mails/b.txt", "b, edited since");
    assert_eq!(world.import(&["new/mails"], &[]).0, [0, 1, 1]);
    fs::remove_dir_all(world.folders.path().join("new")).unwrap();
    world.write("strange/mails/a.txt", "of somebody else");
    assert_eq!(world.import(&["strange/mails"], &[]).0, [1, 0, 0]);
    assert_eq!(world.content("mails/a.txt"), "a");
    assert_eq!(world.content("strange/mails/a.txt"), "of somebody else");
}

#[test]
fn a_folder_has_one_entry_for_a_file_whatever_was_named() {
    let world = World::new();
    world.write("mails/2024/a.txt", "a");
    world.write("mails/b.txt", "b");
    assert_eq!(world.import(&["mails/2024/a.txt"], &[]).0, [1, 0, 0]);
    assert_eq!(world.import(&["mails"], &[]).0, [1, 0, 1]);
    assert_eq!(world.content("2024/a.txt"), "a");
    assert_eq!(world.import(&["mails/2024"], &[]).0, [0, 0, 1]);
}

#[test]
fn a_changed_file_has_a_history() {
    let world = World::new();
    let entry = |args: &[&str]| {
        let args = [args, &["--library", &world.library]].concat();
        world.spacedrive.json(["entry"].into_iter().chain(args))
    };
    world.write("notes/a.txt", "one");
    world.import(&["notes"], &[]);
    assert_eq!(entry(&["history", "notes/a.txt"]), Value::Array(vec![]));
    world.write("notes/a.txt", "two");
    assert_eq!(world.import(&["notes"], &[]).0, [0, 1, 0]);
    let history = entry(&["history", "notes/a.txt"]);
    assert_eq!((&history[0]["version"], &history[0]["size"]), (&1.into(), &3.into()), "{history}");
    entry(&["restore", "notes/a.txt", "--version", "1"]);
    assert_eq!(world.content("notes/a.txt"), "one");
    let args = ["entry", "restore", "notes/a.txt", "--version", "9", "--library", &world.library];
    let ran = world.spacedrive.run(args);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("there is no version 9"), "{}", ran.stderr);
}

#[test]
fn a_file_that_was_renamed_or_moved_keeps_its_entry_and_the_report_says_so() {
    let world = World::new();
    world.write("mails/a.txt", "a");
    world.write("mails/b.txt", "b");
    world.import(&["mails"], &[]);
    let rename = |from: &str, to: &str| {
        let at = |name| world.folders.path().join(name);
        fs::create_dir_all(at(to).parent().unwrap()).unwrap();
        fs::rename(at(from), at(to)).unwrap();
    };
    rename("mails/a.txt", "mails/c.txt");
    rename("mails/b.txt", "archive/2024/b.txt");
    let (counts, report) = world.import(&["mails", "archive"], &[]);
    assert_eq!(counts, [0, 0, 0], "{report}");
    let followed = [
        serde_json::json!({ "from": "mails/a.txt", "to": "mails/c.txt" }),
        serde_json::json!({ "from": "mails/b.txt", "to": "archive/2024/b.txt" }),
    ];
    assert_eq!(report["followed"], serde_json::json!(followed), "{report}");
    assert_eq!(world.import(&["mails", "archive"], &[]).0, [0, 0, 2]);
    rename("mails/c.txt", "mails/d.txt");
    let told = String::from_utf8(world.run(&["mails"], &[]).stdout).unwrap();
    assert!(
        told.contains("1 renamed or moved on the disk:\n  mails/c.txt is now mails/d.txt"),
        "{told}"
    );
}

#[test]
fn a_renamed_file_that_may_be_one_of_several_is_a_new_entry_and_is_told() {
    let world = World::new();
    for name in ["a.txt", "b.txt"] {
        world.write(&format!("mails/{name}"), "the same");
    }
    world.import(&["mails"], &[]);
    for name in ["a.txt", "b.txt"] {
        fs::remove_file(world.folders.path().join("mails").join(name)).unwrap();
    }
    world.write("mails/c.txt", "the same");
    let told = String::from_utf8(world.run(&["mails"], &[]).stdout).unwrap();
    assert!(told.starts_with("1 new, "), "{told}");
    assert!(told.contains("\n  mails/c.txt: as mails/a.txt, mails/b.txt\n"), "{told}");
    assert!(told.contains("`spacedrive entry delete ENTRY`"), "{told}");
}
