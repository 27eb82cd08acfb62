//! Entries that are got out, moved, tagged, deleted and brought back.

use std::fs;

use crate::common::{Ran, Spacedrive};
use serde_json::json;

fn run(spacedrive: &Spacedrive, args: &[&str]) -> Ran {
    spacedrive.run(args.iter().copied())
}

fn text(ran: &Ran) -> String {
    String::from_utf8(ran.stdout.clone()).unwrap()
}

/// A library with `in/a.txt` and `in/b.txt`, and the folder that they come from.
fn library() -> (Spacedrive, tempfile::TempDir, String) {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    for name in ["a", "b"] {
        fs::write(folder.path().join(format!("in/{name}.txt")), name).unwrap();
    }
    let path = folder.path().join("in").display().to_string();
    assert_eq!(run(&spacedrive, &["import", &path, "--no-index"]).code, Some(0));
    (spacedrive, folder, path)
}

fn paths(spacedrive: &Spacedrive) -> Vec<String> {
    let entries = spacedrive.json(["entry", "list"]);
    let path = |entry: &serde_json::Value| entry["path"].as_str().unwrap().to_owned();
    entries.as_array().unwrap().iter().map(path).collect()
}

#[test]
fn what_is_deleted_stays_in_the_bin_until_it_is_brought_back() {
    let (spacedrive, _folder, path) = library();
    let id = spacedrive.json(["entry", "show", "in/a.txt"])["entry"]["id"].clone();
    let deleted = spacedrive.json(["entry", "delete", "in/a.txt"]);
    assert_eq!(deleted, json!({ "deleted": [id] }));
    assert_eq!(paths(&spacedrive), ["in/b.txt"]);
    let again = run(&spacedrive, &["import", &path, "--no-index"]);
    assert_eq!(again.code, Some(0));
    for said in ["0 new", "1 was deleted and stays in the bin:", "a.txt", "entry restore"] {
        assert!(text(&again).contains(said), "{}", text(&again));
    }
    let search = run(&spacedrive, &["search", "a.txt", "--exact"]);
    assert!(!text(&search).contains("in/a.txt"), "{}", text(&search));
    let bin = run(&spacedrive, &["entry", "bin"]);
    assert!(text(&bin).contains("in/a.txt"), "{}", text(&bin));
    let back = spacedrive.json(["entry", "restore", "in/a.txt"]);
    assert_eq!(back["id"], id);
    assert_eq!(paths(&spacedrive).len(), 2);
    let gone = run(&spacedrive, &["entry", "restore", "in/a.txt"]);
    assert!(gone.stderr.contains("no entry in the bin") && gone.code == Some(1), "{}", gone.stderr);
    // All that are named, or none.
    let none = run(&spacedrive, &["entry", "delete", "in/a.txt", "in/nothing.txt"]);
    assert_eq!(none.code, Some(1));
    assert_eq!(paths(&spacedrive).len(), 2);
}

#[test]
fn what_was_deleted_comes_back_beside_what_took_its_path() {
    let (spacedrive, _folder, _) = library();
    let id = spacedrive.json(["entry", "delete", "in/a.txt"])["deleted"][0].clone();
    spacedrive.json(["entry", "move", "in/b.txt", "in/a.txt"]);
    let taken = run(&spacedrive, &["entry", "restore", "in/a.txt"]);
    let said = taken.stderr.contains("there is an entry at `in/a.txt` already");
    assert!(taken.code == Some(1) && said, "{}", taken.stderr);
    assert!(taken.stderr.contains("hint: `--to PATH`"), "{}", taken.stderr);
    let taken = run(&spacedrive, &["entry", "restore", "in/a.txt", "--output", "json"]);
    let error: serde_json::Value = serde_json::from_str(&taken.stderr).unwrap();
    assert_eq!(error["code"], "E_CONFLICT");
    assert!(error["hint"].as_str().unwrap().contains("--to PATH"), "{error}");
    let back = spacedrive.json(["entry", "restore", "in/a.txt", "--to", "in/old.txt"]);
    assert_eq!((&back["id"], &back["path"]), (&id, &json!("in/old.txt")));
    assert_eq!(paths(&spacedrive).len(), 2);
    let library = spacedrive_library(&spacedrive);
    assert_eq!(spacedrive.content(&library, "in/old.txt"), b"a");
}

#[test]
fn the_bin_is_emptied_only_when_that_is_meant() {
    let (spacedrive, _folder, path) = library();
    spacedrive.json(["entry", "delete", "in/a.txt", "in/b.txt"]);
    let asked = run(&spacedrive, &["entry", "bin", "--empty"]);
    assert_eq!(asked.code, Some(1));
    assert!(asked.stderr.contains("--yes"), "{}", asked.stderr);
    assert_eq!(spacedrive.json(["entry", "bin"]).as_array().unwrap().len(), 2);
    assert_eq!(spacedrive.json(["entry", "bin", "--empty", "--yes"]), json!({ "removed": 2 }));
    assert_eq!(text(&run(&spacedrive, &["entry", "bin"])), "the bin is empty\n");
    let report = spacedrive.json(["import", &path, "--no-index"]);
    assert_eq!(report["created"], 2, "what is gone for good is new again");
}

#[test]
fn a_bin_of_many_pages_is_listed_whole_and_everything_in_it_comes_back() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<_> = (0..1_100).map(|number| format!("{number:04}.txt")).collect();
    for name in &names {
        fs::write(folder.path().join(name), name).unwrap();
    }
    let path = folder.path().display().to_string();
    assert_eq!(run(&spacedrive, &["import", &path, "--into", "in", "--no-index"]).code, Some(0));
    let paths: Vec<_> = names.iter().map(|name| format!("in/{name}")).collect();
    let mut args = vec!["entry", "delete"];
    args.extend(paths.iter().map(String::as_str));
    assert_eq!(run(&spacedrive, &args).code, Some(0));
    let bin = spacedrive.json(["entry", "bin"]);
    let bin = bin.as_array().unwrap();
    assert_eq!(bin.len(), 1_100);
    // The first one that was deleted stands on the second page.
    let oldest = &bin[1_099]["entry"];
    assert_eq!(oldest["path"], "in/0000.txt");
    assert_eq!(spacedrive.json(["entry", "restore", "in/0000.txt"])["id"], oldest["id"]);
    let id = bin[1_098]["entry"]["id"].as_str().unwrap();
    assert_eq!(spacedrive.json(["entry", "restore", &id[..id.len() - 1]])["id"], id);
    let table = text(&run(&spacedrive, &["entry", "bin"]));
    assert_eq!(table.lines().filter(|line| line.contains("in/")).count(), 1_098, "{table}");
    assert_eq!(spacedrive.json(["entry", "bin", "--empty", "--yes"]), json!({ "removed": 1_098 }));
}

#[test]
fn a_moved_entry_stays_with_its_file() {
    let (spacedrive, folder, path) = library();
    let moved = spacedrive.json(["entry", "move", "in/a.txt", "taxes/2026/"]);
    assert_eq!(moved["path"], "taxes/2026/a.txt");
    let renamed = spacedrive.json(["entry", "rename", "taxes/2026/a.txt", "bill.txt"]);
    assert_eq!(
        (&renamed["path"], &renamed["name"]),
        (&json!("taxes/2026/bill.txt"), &json!("bill.txt"))
    );
    fs::write(folder.path().join("in/a.txt"), "changed").unwrap();
    let report = spacedrive.json(["import", &path, "--no-index"]);
    assert_eq!((&report["created"], &report["updated"]), (&json!(0), &json!(1)));
    assert_eq!(
        spacedrive.content(&spacedrive_library(&spacedrive), "taxes/2026/bill.txt"),
        b"changed"
    );
    let taken = run(&spacedrive, &["entry", "move", "in/b.txt", "taxes/2026/bill.txt"]);
    assert!(
        taken.stderr.contains("there is an entry at") && taken.code == Some(1),
        "{}",
        taken.stderr
    );
    for (args, said) in [
        (["entry", "rename", "in/b.txt", "x/y.txt"], "is a path and not a name"),
        (["entry", "move", "in/b.txt", "../up.txt"], "E_PATH"),
        (["entry", "move", "nothing", "x.txt"], "there is no entry `nothing`"),
    ] {
        let refused = run(&spacedrive, &args);
        assert!(refused.stderr.contains(said) && refused.code == Some(1), "{}", refused.stderr);
    }
}

fn spacedrive_library(spacedrive: &Spacedrive) -> String {
    spacedrive.json(["library", "list"])[0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn contents_are_got_out_and_nothing_is_overwritten() {
    let (spacedrive, folder, _) = library();
    let to = folder.path().join("out.txt").display().to_string();
    assert_eq!(run(&spacedrive, &["entry", "get", "in/a.txt", "--to", &to]).code, Some(0));
    assert_eq!(fs::read(&to).unwrap(), b"a");
    let there = run(&spacedrive, &["entry", "get", "in/b.txt", "--to", &to]);
    assert!(there.stderr.contains("--force") && there.code == Some(1), "{}", there.stderr);
    assert_eq!(fs::read(&to).unwrap(), b"a");
    assert_eq!(
        run(&spacedrive, &["entry", "get", "in/b.txt", "--to", &to, "--force"]).code,
        Some(0)
    );
    assert_eq!(fs::read(&to).unwrap(), b"b");
    assert_eq!(run(&spacedrive, &["entry", "get", "in/a.txt", "--to", "-"]).stdout, b"a");
    let nowhere = run(&spacedrive, &["entry", "get", "in/a.txt", "--to", "/nowhere/a.txt"]);
    assert!(nowhere.stderr.contains("/nowhere/a.txt cannot be written"), "{}", nowhere.stderr);
}

#[test]
fn tags_are_added_and_taken_away() {
    let (spacedrive, _folder, _) = library();
    assert_eq!(
        spacedrive.json(["entry", "tag", "in/a.txt", "tea", " 2026 ", "tea"]),
        json!({ "tags": ["2026", "tea"] })
    );
    assert_eq!(spacedrive.json(["entry", "untag", "in/a.txt", "2026"]), json!({ "tags": ["tea"] }));
    let missing = run(&spacedrive, &["entry", "untag", "in/a.txt", "coffee"]);
    assert!(missing.stderr.contains("it has no tag `coffee`"), "{}", missing.stderr);
    spacedrive.json(["entry", "untag", "in/a.txt", "tea"]);
    let shown = spacedrive.json(["entry", "show", "in/a.txt"]);
    assert!(shown["entry"]["metadata"].get("tags").is_none(), "{shown}");
}

#[test]
fn tags_that_programs_add_at_once_all_stand() {
    let (spacedrive, _folder, _) = library();
    let names: Vec<_> = (0..8).map(|number| format!("tag-{number}")).collect();
    std::thread::scope(|scope| {
        let tag = |name: &str| run(&spacedrive, &["entry", "tag", "in/a.txt", name]).code;
        let programs: Vec<_> = names.iter().map(|name| scope.spawn(move || tag(name))).collect();
        assert!(programs.into_iter().all(|program| program.join().unwrap() == Some(0)));
    });
    let shown = spacedrive.json(["entry", "show", "in/a.txt"]);
    assert_eq!(shown["entry"]["metadata"]["tags"], json!(names));
}

#[test]
fn a_list_without_an_entry_says_why() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let empty = run(&spacedrive, &["entry", "list"]);
    assert!(text(&empty).contains("spacedrive import"), "{}", text(&empty));
    let (full, _folder, _) = library();
    for args in [&["entry", "list", "--type", "nope"][..], &["entry", "list", "--limit", "0"]] {
        let narrowed = run(&full, args);
        assert_eq!(text(&narrowed), "no entry is like that\n");
    }
}
