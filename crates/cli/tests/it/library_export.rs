//! Getting everything out of a library, as files.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::common::{Ran, Spacedrive, samples};

/// A library with files of two folders, one of them with a tag.
struct World {
    spacedrive: Spacedrive,
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        let this = Self { spacedrive: Spacedrive::new(), folder: tempfile::tempdir().unwrap() };
        this.spacedrive.library();
        for (file, text) in
            [("mails/a.eml", "one"), ("mails/2025/b.eml", "two"), ("scans/empty.txt", "")]
        {
            let file = this.path(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        this.import(&["mails", "scans"]);
        assert_eq!(this.run(&["entry", "tag", "mails/a.eml", "tax"]).code, Some(0));
        this
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.spacedrive.run(args)
    }

    fn import(&self, folders: &[&str]) {
        let folders = folders.iter().map(|name| self.path(name).display().to_string());
        let args: Vec<String> =
            ["import".to_owned(), "--no-index".to_owned()].into_iter().chain(folders).collect();
        let ran = self.spacedrive.run(&args);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }

    fn export(&self, to: &str, more: &[&str]) -> Value {
        let to = self.path(to).display().to_string();
        self.spacedrive.json([&["library", "export", &to], more].concat())
    }

    /// Makes the library's file of a content another one, or removes it.
    fn damage(&self, path: &str, content: Option<&str>) {
        let shown = self.spacedrive.json(["entry", "show", path]);
        let hash = shown["entry"]["content_hash"].as_str().unwrap().to_owned();
        let folder =
            self.spacedrive.json(["library", "list"])[0]["path"].as_str().unwrap().to_owned();
        let file = Path::new(&folder).join("content").join(&hash[..2]).join(&hash);
        match content {
            Some(content) => fs::write(file, content).unwrap(),
            None => fs::remove_file(file).unwrap(),
        }
    }
}

/// Reads all files below a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let all = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let all = all.filter(|entry| entry.file_type().is_file()).map(|entry| {
        let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        (name, fs::read(entry.path()).unwrap())
    });
    all.collect()
}

fn contents(spacedrive: &Spacedrive) -> BTreeMap<String, String> {
    let entries = spacedrive.json(["entry", "list"]);
    let field = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let entries = entries.as_array().unwrap().iter();
    entries.map(|entry| (field(entry, "path"), field(entry, "content_hash"))).collect()
}

#[test]
fn what_is_exported_and_imported_again_is_the_same() {
    let world = World::new();
    let done = world.export("out", &[]);
    assert_eq!((&done["entries"], &done["files"]), (&3.into(), &3.into()), "{done}");
    let out = files(&world.path("out"));
    assert_eq!(out["files/mails/2025/b.eml"], b"two");
    assert_eq!(out["files/scans/empty.txt"], b"");
    let about: Value = serde_json::from_slice(&out["about/mails/a.eml/entry.json"]).unwrap();
    assert_eq!(about["metadata"]["tags"], serde_json::json!(["tax"]));
    let manifest: Value = serde_json::from_slice(&out["export.json"]).unwrap();
    for entry in manifest["entries"].as_array().unwrap() {
        let bytes = &out[entry["file"]["path"].as_str().unwrap()];
        assert_eq!(entry["file"]["size"], bytes.len());
        assert_eq!(
            entry["file"]["hash"],
            contents(&world.spacedrive)[entry["path"].as_str().unwrap()]
        );
    }
    assert_eq!(out.len(), 7, "and nothing else: {:?}", out.keys());

    let no_backup =
        world.run(&["library", "restore", "--from", world.path("out").to_str().unwrap()]);
    assert!(no_backup.stderr.contains("is an export, and not a backup"), "{no_backup:?}");

    let other = World { spacedrive: Spacedrive::new(), folder: tempfile::tempdir().unwrap() };
    other.spacedrive.library();
    let from = |name: &str| world.path("out/files").join(name).display().to_string();
    let ran = other.run(&["import", "--no-index", &from("mails"), &from("scans")]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(contents(&other.spacedrive), contents(&world.spacedrive));
}

#[test]
fn sidecars_and_entries_of_extensions_are_exported() {
    let Some((spacedrive, _)) = Spacedrive::with_extension("finance") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mail = samples().join("02-us-receipt.eml").display().to_string();
    assert_eq!(spacedrive.run(["import", "--no-index", &mail]).code, Some(0));
    let to = folder.path().join("out");
    let done = spacedrive.json(["library", "export", &to.display().to_string()]);
    assert!(done["sidecars"].as_u64().unwrap() >= 3, "{done}");
    let out = files(&to);
    let receipt = out.iter().find(|(name, _)| name.ends_with("/sidecars/receipt.json"));
    let (name, bytes) = receipt.unwrap();
    let receipts = spacedrive.json(["entry", "list", "--type", "receipt"]);
    let id = receipts[0]["id"].as_str().unwrap();
    let shown = spacedrive.run(["sidecar", "get", id, "receipt.json"]);
    assert_eq!(
        String::from_utf8_lossy(bytes).trim(),
        String::from_utf8_lossy(&shown.stdout).trim()
    );
    let entry = name.replace("sidecars/receipt.json", "entry.json");
    let entry: Value = serde_json::from_slice(&out[&entry]).unwrap();
    assert_eq!(entry["id"], id);
}

#[test]
fn a_part_is_exported_and_a_folder_with_something_in_it_is_refused() {
    let world = World::new();
    let done = world.export("part", &["--under", "mails/2025"]);
    assert_eq!(done["entries"], 1, "{done}");
    assert!(files(&world.path("part")).contains_key("files/mails/2025/b.eml"));
    let to = |name: &str| world.path(name).display().to_string();
    let nothing = world.run(&["library", "export", &to("none"), "--under", "nowhere"]);
    assert!(nothing.stderr.contains("there is no entry at or below `nowhere`"), "{nothing:?}");
    assert!(!world.path("none").exists());

    let again = world.run(&["library", "export", &to("part")]);
    assert_eq!(again.code, Some(1));
    assert!(again.stderr.contains("hint: name a folder that is empty"), "{}", again.stderr);
    let file = world.run(&["library", "export", &to("mails/a.eml")]);
    assert!(file.stderr.contains("there is something at"), "{}", file.stderr);
    let library =
        world.spacedrive.json(["library", "list"])[0]["path"].as_str().unwrap().to_owned();
    let within = world.run(&["library", "export", &format!("{library}/out")]);
    assert!(within.stderr.contains("among the libraries"), "{}", within.stderr);
    assert!(!Path::new(&library).join("out").exists());
    fs::create_dir(world.path("empty")).unwrap();
    assert_eq!(world.export("empty", &[])["entries"], 3);
}

#[test]
fn damaged_contents_are_copied_from_their_files_or_told() {
    let world = World::new();
    world.damage("mails/a.eml", Some("won"));
    world.damage("mails/2025/b.eml", None);
    let done = world.export("out", &[]);
    assert_eq!(done["copied_from"].as_array().unwrap().len(), 2, "{done}");
    let out = files(&world.path("out"));
    assert_eq!(
        (&out["files/mails/a.eml"][..], &out["files/mails/2025/b.eml"][..]),
        (&b"one"[..], &b"two"[..])
    );

    // A file that is another one now, or gone, is not taken for it.
    fs::write(world.path("mails/a.eml"), "changed").unwrap();
    fs::remove_file(world.path("mails/2025/b.eml")).unwrap();
    let to = world.path("told").display().to_string();
    let told = world.run(&["library", "export", &to]);
    assert_eq!(told.code, Some(1), "{told:?}");
    let said = String::from_utf8(told.stdout).unwrap();
    for line in [
        "3 entries, 1 file, 0 sidecars",
        "2 could not be exported:",
        "mails/a.eml: ",
        "is another one now",
        "mails/2025/b.eml: ",
        "is gone",
        "[E_CORRUPT]",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let out = files(&world.path("told"));
    assert!(
        !out.contains_key("files/mails/a.eml") && out.contains_key("about/mails/a.eml/entry.json")
    );
    let manifest: Value = serde_json::from_slice(&out["export.json"]).unwrap();
    assert_eq!(manifest["failures"].as_array().unwrap().len(), 2);
}

#[test]
fn a_stopped_export_leaves_nothing() {
    let world = World::new();
    fs::create_dir(world.path("many")).unwrap();
    for number in 0..400 {
        fs::write(world.path(&format!("many/{number}.txt")), number.to_string()).unwrap();
    }
    world.import(&["many"]);
    let to = world.path("out");
    let args = ["library", "export", to.to_str().unwrap()];
    let mut command = world.spacedrive.command(args);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !to.exists() {
        thread::sleep(Duration::from_millis(1));
    }
    // Its handler stands before the first file is written.
    while fs::read_dir(&to)
        .unwrap()
        .all(|it| fs::read_dir(it.unwrap().path()).unwrap().count() == 0)
    {
        thread::sleep(Duration::from_millis(1));
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let ran = crate::common::ran(child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("nothing was written"), "{}", ran.stderr);
    assert!(!to.exists());
}
